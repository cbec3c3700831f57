"""What is asked of the database about SPIFFs and the people whom they pay.

Row-level security cuts every answer: to the vendor its own, to a distributor and a reseller the SPIFFs for their kind and
their own people. A reseller's sales people read their own entry alone.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.access.actor import Actor
from app.access.roles import Role
from app.execution.connections import Order, SortKey
from app.execution.identifiers import NO_NETWORK, Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.terms import Level
from app.store.database import Reader, Row, Session

_ID = SortKey("x.id", "id", UUID, "uuid")
LATEST: Final = Order((SortKey("x.starts_on", "starts_on", date, "date"), _ID), descending=True)
NEWEST: Final = Order((_ID,), descending=True)
_SPIFF = (
    "x.vendor_id, x.id, x.name, x.description, x.audience, x.currency, x.per_unit, x.starts_on, x.ends_on, x.days_to_claim,"
    " x.cap_minor, x.reviewed, x.product_ids, x.families, x.partner_types, x.countries, x.version, x.created_at"
)
_REP = "x.vendor_id, x.id, x.distributor_id, x.reseller_id, x.name, x.payout_reference, x.added_at, x.ended_at"


def columns(level: Level) -> str:
    """What a level reads of a SPIFF."""
    if level is Level.VENDOR:
        return f"{_SPIFF}, x.budget_minor"
    return f"{_SPIFF}, NULL::bigint AS budget_minor"


def _for_own(level: Level, party: str) -> str:
    """Where a SPIFF is for one of the partner's own parties."""
    if level is Level.VENDOR:
        return ""
    return (
        f" AND EXISTS (SELECT FROM party p WHERE p.vendor_id = x.vendor_id AND p.id {party} AND p.kind = x.audience"
        " AND (x.countries = '{}' OR p.country = ANY (x.countries))"
        " AND (x.partner_types = '{}' OR p.partner_type = ANY (x.partner_types)))"
    )


def as_own(column: str, at: int) -> str:
    """The party `k` that is asked about; where it is the asking firm itself in all its networks, all its parties. Of three
    arguments, from a place on."""
    itself = f"k.vendor_id = ${at}"
    return (
        f"x.vendor_id = ANY (CASE WHEN {itself} THEN ${at + 1}::uuid[] ELSE ARRAY[k.vendor_id] END)"
        f" AND {column} = ANY (CASE WHEN {itself} THEN ${at + 2}::uuid[] ELSE ARRAY[k.id] END)"
    )


def as_itself(actor: Actor) -> tuple[object, ...]:
    """As which parties a signed-in partner stands, over all of its networks; a vendor stands in one."""
    own = actor.level is not Level.VENDOR
    vendors, parties = (sorted(ids) if own else [] for ids in (actor.vendor_ids, actor.party_ids))
    return NO_NETWORK, vendors, parties


def own_only(actor: Actor) -> UUID | None:
    """Who has to have added a representative that the actor may see, and claim for; None where it need not be anybody in
    particular. Sales people of a reseller see themselves."""
    everything = {Role.RESELLER_ADMIN}
    return actor.acting_id if actor.level is Level.RESELLER and not actor.roles & everything else None


_ON = " AND ($3::date IS NULL OR x.starts_on <= $3 AND x.ends_on > $3)"


def of_vendor(actor: Actor) -> List:
    """The SPIFFs of a network: all for the vendor, those for its own people to a partner."""
    own = _for_own(actor.level, "= ANY ($4::uuid[])")
    return List(f"spiff x WHERE x.vendor_id = k.vendor_id AND x.vendor_id = k.id{_ON}{own}", columns(actor.level))


def of_reseller(actor: Actor) -> List:
    """The SPIFFs for a reseller's people, in one network or in all of its own."""
    source = (
        f"spiff x JOIN party o ON o.vendor_id = x.vendor_id AND o.kind = x.audience WHERE x.audience = 'RESELLER'{_ON}"
        f" AND {as_own('o.id', 4)} AND (x.countries = '{{}}' OR o.country = ANY (x.countries))"
        " AND (x.partner_types = '{}' OR o.partner_type = ANY (x.partner_types))"
    )
    return List(source, columns(actor.level))


def reps(actor: Actor) -> tuple[List, list[object]]:
    """The representatives of the asking firm in a network, those whom sales people added for themselves."""
    own = own_only(actor)
    return List(
        "spiff_rep x WHERE x.vendor_id = k.vendor_id AND x.vendor_id = k.id"
        " AND ($3::uuid IS NULL OR x.added_by_id = $3)",
        _REP,
    ), [own]


async def spiffs(db: Reader, actor: Actor, keys: Sequence[Key]) -> list[Row]:
    """SPIFFs by their ids, with their ordinal, as far as the asker may see them."""
    own = _for_own(actor.level, "= ANY ($3::uuid[])")
    parties = [sorted(actor.party_ids)] if own else []
    return await db.rows(
        f"SELECT k.ordinal, {columns(actor.level)} FROM {KEYS}"
        f" JOIN spiff x ON x.vendor_id = k.vendor_id AND x.id = k.id{own}",
        *keys_apart(keys),
        *parties,
    )


async def reps_by_key(db: Reader, actor: Actor, keys: Sequence[Key]) -> list[Row]:
    """Representatives by their ids, with their ordinal; none for the vendor."""
    if actor.level is Level.VENDOR:
        return []
    return await db.rows(
        f"SELECT k.ordinal, {_REP} FROM {KEYS} JOIN spiff_rep x ON x.vendor_id = k.vendor_id AND x.id = k.id"
        " AND ($3::uuid IS NULL OR x.added_by_id = $3)",
        *keys_apart(keys),
        own_only(actor),
    )


async def spent(db: Reader, keys: Sequence[Key]) -> dict[int, int]:
    """What each SPIFF has approved, less what was taken back, in minor units, by ordinal."""
    rows = await db.rows(
        f"SELECT k.ordinal, sum(c.amount_minor)::bigint AS amount FROM {KEYS}"
        " JOIN spiff_claim c ON c.vendor_id = k.vendor_id AND c.spiff_id = k.id AND c.status IN ('APPROVED', 'PAID')"
        " GROUP BY k.ordinal",
        *keys_apart(keys),
    )
    return {row["ordinal"]: row["amount"] for row in rows}


async def earned(db: Reader, keys: Sequence[Key]) -> dict[int, list[Row]]:
    """What each representative was approved, less what was taken back, by ordinal and currency."""
    rows = await db.rows(
        f"SELECT k.ordinal, c.currency, sum(c.amount_minor)::bigint AS amount FROM {KEYS}"
        " JOIN spiff_claim c ON c.vendor_id = k.vendor_id AND c.rep_id = k.id AND c.status IN ('APPROVED', 'PAID')"
        " GROUP BY 1, 2 ORDER BY 1, 2",
        *keys_apart(keys),
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["ordinal"], []).append(row)
    return found


async def own_parties(session: Session, actor: Actor, vendor_id: UUID) -> list[UUID]:
    """As whom the asking firm stands in a network, the earliest record first."""
    rows = await session.rows(
        "SELECT id FROM party WHERE vendor_id = $1 AND id = ANY ($2::uuid[]) AND kind = $3 ORDER BY created_at, id",
        vendor_id,
        list(actor.party_ids),
        actor.level.value,
    )
    return [row["id"] for row in rows]


async def known_products(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these products the vendor has in its catalogue."""
    rows = await session.rows(
        "SELECT id FROM product WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, list(ids)
    )
    return {row["id"] for row in rows}


async def known_families(session: Session, vendor_id: UUID, names: Sequence[str]) -> set[str]:
    """Which of these families the vendor has products of."""
    rows = await session.rows(
        "SELECT DISTINCT family FROM product WHERE vendor_id = $1 AND family = ANY ($2::text[])", vendor_id, list(names)
    )
    return {row["family"] for row in rows}


async def known_distributors(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these distributors the vendor has agreements with."""
    rows = await session.rows(
        "SELECT DISTINCT distributor_id FROM agreement WHERE vendor_id = $1 AND distributor_id = ANY ($2::uuid[])",
        vendor_id,
        list(ids),
    )
    return {row["distributor_id"] for row in rows}


async def known_agreements(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Which of these agreements the vendor has, each with its distributor."""
    rows = await session.rows(
        "SELECT id, distributor_id FROM agreement WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, list(ids)
    )
    return {row["id"]: row["distributor_id"] for row in rows}


async def insert(session: Session, table: str, values: dict[str, object]) -> None:
    """Add a row."""
    holders = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await session.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({holders})", *values.values())


async def end_spiff(session: Session, key: Key, version: int, ends_on: date) -> bool:
    """Let a SPIFF end, where it still has a version."""
    changed = await session.execute(
        "UPDATE spiff SET ends_on = $4, version = version + 1 WHERE vendor_id = $1 AND id = $2 AND version = $3",
        key.vendor_id,
        key.id,
        version,
        ends_on,
    )
    return changed == 1


async def end_rep(session: Session, key: Key, at: datetime, erase: bool) -> None:
    """Let a representative claim no more."""
    emptied = ", name = NULL, payout_reference = NULL" if erase else ""
    await session.execute(
        f"UPDATE spiff_rep SET ended_at = coalesce(ended_at, $3){emptied} WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        at,
    )
