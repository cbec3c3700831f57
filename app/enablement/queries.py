"""What is asked of the database about certifications. Row-level security cuts every answer: a reseller reads its own, a
distributor what it recorded, the vendor what is disclosed to it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Order, SortKey
from app.execution.identifiers import NO_NETWORK, Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.terms import Level
from app.store.database import Reader, Row, Session

_ID: Final = SortKey("x.id", "id", UUID, "uuid")
NEWEST: Final = Order((_ID, SortKey("x.vendor_id", "vendor_id", UUID, "uuid")), descending=True)
_CERTIFICATION = (
    "x.vendor_id, x.id, x.reseller_id, x.name, x.holder, x.issued_on, x.valid_until, x.document_id, x.recorded_by,"
    " x.status, x.reason, x.recorded_at, x.decided_at"
)
AS_RESELLER: Final = (
    "x.vendor_id = ANY (CASE WHEN k.vendor_id = $3 THEN $4::uuid[] ELSE ARRAY[k.vendor_id] END)"
    " AND x.reseller_id = ANY (CASE WHEN k.vendor_id = $3 THEN $5::uuid[] ELSE ARRAY[k.id] END)"
)
"That `x` is of the reseller `k`, or of any party that it is; takes `as_reseller`."
_STATE = (
    " AND ($7::text IS NULL OR $7 = CASE WHEN x.status = 'REVOKED' THEN 'REVOKED' WHEN x.valid_until < $6::date"
    " THEN 'EXPIRED' WHEN x.status = 'RECORDED' THEN 'UNVERIFIED' ELSE 'VALID' END)"
)
CERTIFICATIONS_OF_RESELLER: Final = List(f"certification x WHERE {AS_RESELLER}{_STATE}", _CERTIFICATION)


def as_reseller(actor: Actor) -> tuple[object, ...]:
    """As which parties a signed-in reseller stands, over all of its networks; nobody else stands in more than one."""
    own = actor.level is Level.RESELLER
    vendors, parties = (sorted(ids) if own else [] for ids in (actor.vendor_ids, actor.party_ids))
    return NO_NETWORK, vendors, parties


async def certifications(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Certifications by their ids, with their ordinal."""
    return await db.rows(
        f"SELECT k.ordinal, {_CERTIFICATION} FROM {KEYS}"
        " JOIN certification x ON x.vendor_id = k.vendor_id AND x.id = k.id",
        *keys_apart(keys),
    )


async def required(db: Reader, programs: Sequence[Key]) -> list[Row]:
    """What programmes require, for everybody first, then by tier and name."""
    return await db.rows(
        f"SELECT k.ordinal, r.name, r.needed, r.from_rank FROM {KEYS}"
        " JOIN required_certification r ON r.vendor_id = k.vendor_id AND r.program_id = k.id"
        " ORDER BY k.ordinal, r.from_rank, r.name_key",
        *keys_apart(programs),
    )


async def distributors_of(db: Reader, agreements: Sequence[Key]) -> list[Row]:
    """Which distributor each agreement is with."""
    return await db.rows(
        f"SELECT k.ordinal, a.vendor_id, a.id, a.distributor_id FROM {KEYS}"
        " JOIN agreement a ON a.vendor_id = k.vendor_id AND a.id = k.id ORDER BY k.ordinal",
        *keys_apart(agreements),
    )


async def reseller(session: Session, level: Level, key: Key) -> Row | None:
    """A reseller that the asker may say something of: for a distributor, one that it is or was authorised for."""
    if level is Level.DISTRIBUTOR:
        return await session.row(
            "SELECT r.reseller_id, r.id AS authorization_id, r.agreement_id, r.distributor_id,"
            " r.disclosed_reseller_id = r.reseller_id AS disclosed, r.status FROM reseller_authorization r"
            " WHERE r.vendor_id = $1 AND r.reseller_id = $2 ORDER BY (r.status = 'ACTIVE') DESC, r.id DESC LIMIT 1",
            key.vendor_id,
            key.id,
        )
    return await session.row(
        "SELECT p.id AS reseller_id, NULL::uuid AS authorization_id, NULL::uuid AS agreement_id,"
        " NULL::uuid AS distributor_id, true AS disclosed, 'ACTIVE' AS status FROM party p"
        " WHERE p.vendor_id = $1 AND p.id = $2 AND p.kind = 'RESELLER' AND p.merged_into IS NULL",
        key.vendor_id,
        key.id,
    )


async def insert(session: Session, vendor_id: UUID, whose: Row, values: Sequence[object]) -> None:
    """Write a certification down: id, name, its key, holder, its key, first and last day, document, level, status, when."""
    await session.execute(
        "INSERT INTO certification (vendor_id, reseller_id, authorization_id, agreement_id, distributor_id, disclosed, id,"
        " name, name_key, holder, holder_key, issued_on, valid_until, document_id, recorded_by, status, recorded_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        vendor_id,
        whose["reseller_id"],
        whose["authorization_id"],
        whose["agreement_id"],
        whose["distributor_id"],
        whose["disclosed"],
        *values,
    )


async def decide(
    session: Session, key: Key, before: Sequence[str], status: str, reason: str | None, at: datetime
) -> bool:
    """Change what is decided about a certification; False where it stands otherwise by now."""
    changed = await session.execute(
        "UPDATE certification SET status = $4, reason = $5, decided_at = $6"
        " WHERE vendor_id = $1 AND id = $2 AND status = ANY ($3::text[])",
        key.vendor_id,
        key.id,
        list(before),
        status,
        reason,
        at,
    )
    return changed == 1


async def program_to_change(session: Session, key: Key) -> Row | None:
    """A programme, with the ranks of its tiers; nobody else changes it meanwhile."""
    return await session.row(
        "SELECT p.id, p.audience, p.version, ARRAY(SELECT t.rank FROM program_tier t WHERE t.vendor_id = p.vendor_id"
        " AND t.program_id = p.id ORDER BY t.rank) AS ranks FROM program p"
        " WHERE p.vendor_id = $1 AND p.id = $2 FOR UPDATE OF p",
        key.vendor_id,
        key.id,
    )


async def next_version(session: Session, program: Key) -> None:
    """Say that a programme has changed."""
    await session.execute(
        "UPDATE program SET version = version + 1 WHERE vendor_id = $1 AND id = $2", program.vendor_id, program.id
    )


async def replace_required(session: Session, program: Key, rows: Sequence[Sequence[object]]) -> None:
    """Let a programme require these certifications alone: name, its key, how many, from which rank on."""
    await session.execute(
        "DELETE FROM required_certification WHERE vendor_id = $1 AND program_id = $2", program.vendor_id, program.id
    )
    await session.execute_many(
        "INSERT INTO required_certification (vendor_id, program_id, name, name_key, needed, from_rank, audience)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'RESELLER')",
        [(program.vendor_id, program.id, *row) for row in rows],
    )


def narrowed(today: date, state: str | None) -> tuple[object, ...]:
    """What the list of a reseller is narrowed by, after `as_reseller`."""
    return today, state
