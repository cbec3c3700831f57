"""What is asked of the database about funds. Row-level security cuts every answer to the vendor and the one partner."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Order, SortKey
from app.execution.identifiers import NO_NETWORK, Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.terms import Level
from app.store.database import Reader, Row, Session

_ID = SortKey("x.id", "id", UUID, "uuid")
NEWEST: Final = Order((_ID,), descending=True)
LATEST_ENTRY: Final = Order((SortKey("x.number", "number", int, "integer"),), descending=True)
_FUND = (
    "x.vendor_id, x.id, x.agreement_id, x.distributor_id, x.reseller_id, x.kind, x.name, x.currency, x.starts_on,"
    " x.expires_on, x.accrues_per, x.accruals, x.reimbursement_share, x.claim_days, x.approves_up_to_minor,"
    " x.approves_in_month_minor, x.accrued_minor, x.granted_minor, x.reserved_minor, x.paid_minor, x.expired_minor,"
    " x.version, x.created_at"
)
_REQUEST = (
    "x.vendor_id, x.id, x.fund_id, x.agreement_id, x.reseller_id, x.currency, x.activity, x.description, x.starts_on,"
    " x.ends_on, x.planned_minor, x.asked_minor, x.reimbursement_share, x.claim_days, x.status, x.approved_minor,"
    " x.claimed_minor, x.paid_minor, x.released_minor, x.reason, x.filed_at, x.decided_at, x.closed_at"
)
_CLAIM = (
    "x.vendor_id, x.id, x.request_id, x.currency, x.cost_minor, x.invoice_number, x.note, x.status,"
    " x.approved_cost_minor, x.approved_minor, x.reason, x.payment_reference, x.filed_at, x.decided_at, x.paid_at"
)
_ENTRY = (
    "x.vendor_id, x.fund_id, x.number, x.currency, x.kind, x.amount_minor, x.available_minor, x.shortfall_minor,"
    " x.period_start, x.request_id, x.claim_id, x.reason, x.recorded_at"
)
_PROOF = "x.vendor_id, x.id, x.claim_id, x.filename, x.media_type, x.byte_size, x.sha256, x.added_at"
_STATUS = " AND ($3::text IS NULL OR x.status = $3)"


def _known(columns: str, level: Level, *vendors: str) -> str:
    """The columns that a level reads: who of the vendor decided is the vendor's affair."""
    named = (f"x.{name}" if level is Level.VENDOR else f"NULL::{_cast(name)} AS {name}" for name in vendors)
    return ", ".join([columns, *named])


def _cast(name: str) -> str:
    return "uuid" if name.endswith("_id") else "text"


def _requests(level: Level) -> str:
    return _known(_REQUEST, level, "decided_by", "decided_by_id")


def _claims(level: Level) -> str:
    return _known(_CLAIM, level, "decided_by", "decided_by_id")


def _entries(level: Level) -> str:
    return _known(_ENTRY, level, "recorded_by")


FUNDS_OF_VENDOR = List("fund x WHERE x.vendor_id = k.vendor_id", _FUND)
FUNDS_OF_AGREEMENT = List("fund x WHERE x.vendor_id = k.vendor_id AND x.agreement_id = k.id", _FUND)
_AS_RESELLER = (
    "x.vendor_id = ANY (CASE WHEN k.vendor_id = $3 THEN $4::uuid[] ELSE ARRAY[k.vendor_id] END)"
    " AND x.reseller_id = ANY (CASE WHEN k.vendor_id = $3 THEN $5::uuid[] ELSE ARRAY[k.id] END)"
)
FUNDS_OF_RESELLER = List(f"fund x WHERE {_AS_RESELLER}", _FUND)


def as_reseller(actor: Actor) -> tuple[object, ...]:
    """As which parties a signed-in reseller stands, over all of its networks; nobody else stands in more than one."""
    own = actor.level is Level.RESELLER
    vendors, parties = (sorted(ids) if own else [] for ids in (actor.vendor_ids, actor.party_ids))
    return NO_NETWORK, vendors, parties


def requests_of_vendor(level: Level) -> List:
    """The requests in a network, by where they stand."""
    return List(f"fund_request x WHERE x.vendor_id = k.vendor_id{_STATUS}", _requests(level))


def requests_of_fund(level: Level) -> List:
    """The requests of a fund, by where they stand."""
    return List(f"fund_request x WHERE x.vendor_id = k.vendor_id AND x.fund_id = k.id{_STATUS}", _requests(level))


def requests_of_reseller(level: Level) -> List:
    """The requests of a reseller, by where they stand."""
    status = " AND ($6::text IS NULL OR x.status = $6)"
    return List(f"fund_request x WHERE {_AS_RESELLER}{status}", _requests(level))


def claims_of_vendor(level: Level) -> List:
    """The claims in a network, by where they stand."""
    return List(f"fund_claim x WHERE x.vendor_id = k.vendor_id{_STATUS}", _claims(level))


def claims_of_request(level: Level) -> List:
    """The claims against a request."""
    return List("fund_claim x WHERE x.vendor_id = k.vendor_id AND x.request_id = k.id", _claims(level))


def entries_of_fund(level: Level) -> List:
    """What moved in a fund."""
    return List("fund_entry x WHERE x.vendor_id = k.vendor_id AND x.fund_id = k.id", _entries(level))


async def funds(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Funds by their ids, with their ordinal."""
    return await db.rows(
        f"SELECT k.ordinal, {_FUND} FROM {KEYS} JOIN fund x ON x.vendor_id = k.vendor_id AND x.id = k.id",
        *keys_apart(keys),
    )


async def requests(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """Requests by their ids, with their ordinal."""
    return await db.rows(
        f"SELECT k.ordinal, {_requests(level)} FROM {KEYS}"
        " JOIN fund_request x ON x.vendor_id = k.vendor_id AND x.id = k.id",
        *keys_apart(keys),
    )


async def claims(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """Claims by their ids, with their ordinal."""
    return await db.rows(
        f"SELECT k.ordinal, {_claims(level)} FROM {KEYS}"
        " JOIN fund_claim x ON x.vendor_id = k.vendor_id AND x.id = k.id",
        *keys_apart(keys),
    )


async def proofs_of(db: Reader, claims: Sequence[Key]) -> list[Row]:
    """The proofs of claims, of which there are ten at most, in the order in which they were given."""
    return await db.rows(
        f"SELECT k.ordinal, {_PROOF} FROM {KEYS} JOIN fund_proof x ON x.vendor_id = k.vendor_id AND x.claim_id = k.id"
        " ORDER BY k.ordinal, x.id",
        *keys_apart(claims),
    )


async def proof(db: Reader, key: Key) -> Row | None:
    """A proof as the asker may read it."""
    return await db.row(f"SELECT {_PROOF} FROM fund_proof x WHERE x.vendor_id = $1 AND x.id = $2", *key[:2])


async def file_of_proof(db: Reader, key: Key) -> Row | None:
    """Where a proof's bytes are. Runs as `worker`."""
    return await db.row(
        "SELECT organization_id, file_id FROM fund_proof WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id
    )


async def agreement(session: Session, key: Key) -> Row | None:
    """Whose agreement it is, and whether it is in force."""
    return await session.row(
        "SELECT id, distributor_id, status FROM agreement WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id
    )


async def is_reseller(session: Session, key: Key) -> bool:
    """Whether the vendor knows a reseller by this id."""
    return bool(
        await session.value(
            "SELECT true FROM party WHERE vendor_id = $1 AND id = $2 AND kind = 'RESELLER' AND merged_into IS NULL",
            key.vendor_id,
            key.id,
        )
    )


async def insert_fund(session: Session, values: dict[str, object]) -> None:
    """Add a fund, which holds nothing yet."""
    holders = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await session.execute(f"INSERT INTO fund ({', '.join(values)}) VALUES ({holders})", *values.values())


async def set_terms(
    session: Session,
    key: Key,
    name: str,
    expires_on: date | None,
    share: int,
    claim_days: int,
    approves_up_to: int | None,
    approves_in_month: int | None,
    accruals: object,
) -> None:
    """Change the terms of a fund: it has another version then."""
    await session.execute(
        "UPDATE fund SET name = $3, expires_on = $4, reimbursement_share = $5, claim_days = $6, approves_up_to_minor = $7,"
        " approves_in_month_minor = $8, accruals = $9, version = version + 1 WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        name,
        expires_on,
        share,
        claim_days,
        approves_up_to,
        approves_in_month,
        accruals,
    )


async def request(session: Session, level: Level, key: Key) -> Row | None:
    """A request, as an act finds it."""
    found = await requests(session, level, [key])
    return found[0] if found else None


async def claim(session: Session, level: Level, key: Key) -> Row | None:
    """A claim, as an act finds it."""
    found = await claims(session, level, [key])
    return found[0] if found else None
