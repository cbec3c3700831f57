"""What is asked of the database about incentives, their versions, and the terms that distributors were offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.spans import Span
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

_TERM_STATUS = "CASE WHEN t.status = 'ACTIVE' AND t.effective_end <= current_date THEN 'ENDED' ELSE t.status END"
_VERSION_STATUS = _TERM_STATUS.replace("t.", "v.")
_STATUS = (
    "CASE WHEN i.status = 'ACTIVE' AND NOT EXISTS (SELECT FROM incentive_version e WHERE e.vendor_id = i.vendor_id"
    " AND e.incentive_id = i.id AND e.status = 'ACTIVE' AND e.effective_end > current_date) THEN 'ENDED'"
    " ELSE i.status END"
)
"""What was activated is over when its last day is: nobody has to write that down."""
_INCENTIVE = (
    f"i.vendor_id, i.id, i.name, i.kind, {_STATUS} AS status, i.latest_version, i.budget_minor, i.created_at,"
    " (SELECT l.currency FROM incentive_version l WHERE l.vendor_id = i.vendor_id AND l.incentive_id = i.id"
    " AND l.version = i.latest_version) AS currency"
)
_VERSION = (
    f"v.vendor_id, v.incentive_id, v.version, {_VERSION_STATUS} AS status, v.rule::text AS rule, v.summary, v.currency,"
    " v.effective_start, v.effective_end, v.agreement_ids, v.affiliation_id, v.written_by, v.written_at, v.proposed_at,"
    " v.activated_at"
)
_TERM = (
    f"t.vendor_id, t.id, t.incentive_id, t.version, t.agreement_id, t.distributor_id, t.name, t.kind,"
    f" {_TERM_STATUS} AS status, t.rule::text AS rule, t.summary, t.currency, t.effective_start, t.effective_end,"
    " t.proposed_at, t.activated_at"
)
NEWEST_INCENTIVES = Order(
    (SortKey("i.created_at", "created_at", datetime, "timestamptz"), SortKey("i.id", "id", UUID, "uuid")),
    descending=True,
)
NEWEST_VERSIONS = Order((SortKey("v.version", "version", int, "int"),), descending=True)
NEWEST_TERMS = Order(
    (SortKey("t.proposed_at", "proposed_at", datetime, "timestamptz"), SortKey("t.id", "id", UUID, "uuid")),
    descending=True,
)


@dataclass(frozen=True, slots=True)
class Which:
    """Which are asked for; what is None narrows nothing."""

    kinds: list[str] | None = None
    statuses: list[str] | None = None
    on_day: date | None = None

    @property
    def values(self) -> list[object]:
        return [self.kinds, self.statuses, self.on_day]


_KEPT_INCENTIVES = (
    f" AND ($3::text[] IS NULL OR i.kind = ANY ($3)) AND ($4::text[] IS NULL OR {_STATUS} = ANY ($4))"
    " AND ($5::date IS NULL OR EXISTS (SELECT FROM incentive_version e WHERE e.vendor_id = i.vendor_id"
    " AND e.incentive_id = i.id AND e.activated_at IS NOT NULL AND e.effective_start <= $5 AND e.effective_end > $5))"
)
_KEPT_TERMS = (
    f" AND ($3::text[] IS NULL OR t.kind = ANY ($3)) AND ($4::text[] IS NULL OR {_TERM_STATUS} = ANY ($4))"
    " AND ($5::date IS NULL OR (t.effective_start <= $5 AND t.effective_end > $5))"
)
INCENTIVES_OF_VENDOR = List(f"incentive i WHERE i.vendor_id = k.id{_KEPT_INCENTIVES}", _INCENTIVE)
VERSIONS_OF_INCENTIVE = List("incentive_version v WHERE v.vendor_id = k.vendor_id AND v.incentive_id = k.id", _VERSION)
TERMS_OF_INCENTIVE = List(
    f"incentive_term t WHERE t.vendor_id = k.vendor_id AND t.incentive_id = k.id{_KEPT_TERMS}", _TERM
)
TERMS_OF_AGREEMENT = List(
    f"incentive_term t WHERE t.vendor_id = k.vendor_id AND t.agreement_id = k.id{_KEPT_TERMS}", _TERM
)
"Where each of several parents finds its list; where a filter narrows it, its values are the third to fifth argument."


async def incentives(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """A vendor's own incentives by their ids."""
    return await db.rows(
        f"SELECT {_INCENTIVE} FROM {KEYS} JOIN incentive i ON i.vendor_id = k.vendor_id AND i.id = k.id",
        *keys_apart(keys),
    )


async def terms(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Terms by their ids: all of a vendor's, a distributor's own."""
    return await db.rows(
        f"SELECT {_TERM} FROM {KEYS} JOIN incentive_term t ON t.vendor_id = k.vendor_id AND t.id = k.id",
        *keys_apart(keys),
    )


async def one_at_a_time(session: Session, incentive_id: UUID) -> None:
    """Wait until nobody else changes this incentive or its examples, and keep others waiting until the transaction ends."""
    await take(session, Turn.INCENTIVE, incentive_id)


async def incentive_for_act(session: Session, key: Key) -> Row | None:
    """A vendor's own incentive as it stands, if it exists."""
    return await session.row(
        f"SELECT i.id, i.name, i.kind, {_STATUS} AS status, i.latest_version, i.budget_minor FROM incentive i"
        " WHERE i.vendor_id = $1 AND i.id = $2",
        key.vendor_id,
        key.id,
    )


async def versions_for_act(session: Session, key: Key) -> list[Row]:
    """All versions of an incentive, the first one first."""
    return await session.rows(
        f"SELECT {_VERSION.replace(_VERSION_STATUS, 'v.status')} FROM incentive_version v WHERE v.vendor_id = $1"
        " AND v.incentive_id = $2 ORDER BY v.version",
        key.vendor_id,
        key.id,
    )


async def known_products(session: Reader, vendor_id: UUID, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these ids are products of the vendor."""
    rows = await session.rows(
        "SELECT id FROM product WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, list(ids)
    )
    return frozenset(row["id"] for row in rows)


async def known_families(session: Reader, vendor_id: UUID, names: Sequence[str]) -> frozenset[str]:
    """Which of these are families of the vendor's products."""
    rows = await session.rows(
        "SELECT DISTINCT family FROM product WHERE vendor_id = $1 AND family = ANY ($2::text[])", vendor_id, list(names)
    )
    return frozenset(row["family"] for row in rows)


async def known_segments(session: Reader, vendor_id: UUID, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these ids are segments of the vendor."""
    rows = await session.rows(
        "SELECT id FROM segment WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, list(ids)
    )
    return frozenset(row["id"] for row in rows)


async def agreements(session: Reader, vendor_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """What of these agreements has to fit an incentive, by id."""
    rows = await session.rows(
        "SELECT a.id, a.distributor_id, a.status, a.effective_start, a.effective_end, a.currency,"
        " a.discloses_reseller, p.name"
        " FROM agreement a JOIN party p ON p.vendor_id = a.vendor_id AND p.id = a.distributor_id"
        " WHERE a.vendor_id = $1 AND a.id = ANY ($2::uuid[])",
        vendor_id,
        list(ids),
    )
    return {row["id"]: row for row in rows}


@dataclass(frozen=True, slots=True)
class Written:
    """A version as it is written down."""

    version: int
    rule: object
    summary: str
    currency: str
    effective: Span
    agreement_ids: list[UUID]
    affiliation_id: UUID | None
    by: str
    at: datetime


async def insert_incentive(
    session: Session, key: Key, name: str, kind: str, budget: int | None, by: str, at: datetime
) -> None:
    """Write a new incentive down, as a draft."""
    await session.execute(
        "INSERT INTO incentive (vendor_id, id, name, kind, status, latest_version, budget_minor, created_by, created_at)"
        " VALUES ($1, $2, $3, $4, 'DRAFT', 1, $5, $6, $7)",
        key.vendor_id,
        key.id,
        name,
        kind,
        budget,
        by,
        at,
    )


async def insert_version(session: Session, key: Key, version: Written) -> None:
    """Write a version of an incentive down, as a draft."""
    await session.execute(
        "INSERT INTO incentive_version (vendor_id, incentive_id, version, status, rule, summary, currency,"
        " effective_start, effective_end, agreement_ids, affiliation_id, written_by, written_at)"
        " VALUES ($1, $2, $3, 'DRAFT', $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        key.vendor_id,
        key.id,
        version.version,
        version.rule,
        version.summary,
        version.currency,
        version.effective.start,
        version.effective.end,
        version.agreement_ids,
        version.affiliation_id,
        version.by,
        version.at,
    )


async def insert_terms(
    session: Session,
    key: Key,
    version: int,
    terms: Sequence[tuple[UUID, UUID]],
    at: datetime,
    rule: object,
    summary: str,
) -> None:
    """Offer a version under agreements: the id of each term, and its agreement; the rule as it is offered, and its text."""
    await session.execute(
        "INSERT INTO incentive_term (vendor_id, id, incentive_id, version, agreement_id, distributor_id, name, kind,"
        " status, rule, summary, currency, effective_start, effective_end, affiliation_id, proposed_at)"
        " SELECT v.vendor_id, n.id, v.incentive_id, v.version, a.id, a.distributor_id, i.name, i.kind, 'PROPOSED', $7,"
        " $8, v.currency, v.effective_start, v.effective_end, v.affiliation_id, $4"
        " FROM incentive_version v JOIN incentive i ON i.vendor_id = v.vendor_id AND i.id = v.incentive_id"
        " CROSS JOIN unnest($5::uuid[], $6::uuid[]) AS n (id, agreement_id)"
        " JOIN agreement a ON a.vendor_id = v.vendor_id AND a.id = n.agreement_id"
        " WHERE v.vendor_id = $1 AND v.incentive_id = $2 AND v.version = $3",
        key.vendor_id,
        key.id,
        version,
        at,
        [id for id, _ in terms],
        [agreement_id for _, agreement_id in terms],
        rule,
        summary,
    )


async def set_incentive(
    session: Session, key: Key, name: str, status: str, latest_version: int, budget: int | None
) -> None:
    """Bring an incentive to what it is now."""
    await session.execute(
        "UPDATE incentive SET name = $3, status = $4, latest_version = $5, budget_minor = $6"
        " WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        name,
        status,
        latest_version,
        budget,
    )


async def set_status(session: Session, key: Key, version: int, status: str, at: datetime) -> None:
    """Bring a version and the terms of it to a status, and the moment of that."""
    moment = {"PROPOSED": ", proposed_at = $5", "ACTIVE": ", activated_at = $5"}.get(status, "")
    arguments = [key.vendor_id, key.id, version, status, *([at] if moment else [])]
    changed = f"SET status = $4{moment} WHERE vendor_id = $1 AND incentive_id = $2 AND version = $3"
    await session.execute(f"UPDATE incentive_version {changed}", *arguments)
    if status != "PROPOSED":
        await session.execute(f"UPDATE incentive_term {changed}", *arguments)


async def end_on(session: Session, key: Key, day: date) -> None:
    """Let what was activated and is in effect for longer end on a day."""
    for table in ("incentive_version", "incentive_term"):
        await session.execute(
            f"UPDATE {table} SET effective_end = $3 WHERE vendor_id = $1 AND incentive_id = $2"
            " AND activated_at IS NOT NULL AND effective_start < $3 AND effective_end > $3",
            key.vendor_id,
            key.id,
            day,
        )
