"""What is asked of the database about contested lines. Row-level security cuts every answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Order, SortKey
from app.execution.identifiers import NO_NETWORK, Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.contests import ContestStatus
from app.programme.terms import Level
from app.store.database import Reader, Row, Session

NEWEST = Order(
    (
        SortKey("c.contested_at", "contested_at", datetime, "timestamptz"),
        SortKey("c.vendor_id", "vendor_id", UUID, "uuid"),
        SortKey("c.id", "id", UUID, "uuid"),
    ),
    descending=True,
)
_THE_LINE = (
    "l.vendor_id = c.vendor_id AND l.submission_id = c.submission_id AND l.row_number = c.row_number"
    " AND l.component = c.component AND l.recorded = c.recorded"
)
_COMMON = (
    "c.vendor_id, c.id, c.reseller_id, c.distributor_id, c.document_kind, c.document_number, c.document_line,"
    " c.submission_id, c.row_number, c.component, c.recorded, c.reason, c.contested_at, c.status, c.answer, c.closed_at,"
    " c.version, EXISTS (SELECT FROM sell_through_line l"
    f" WHERE {_THE_LINE} AND l.replaced IS NOT NULL) AS corrected"
)


def columns(level: Level) -> str:
    """What a level reads of a contested line `c`; the same names for all."""
    own = ", c.contested_by" if level is Level.RESELLER else ", NULL::text AS contested_by"
    return _COMMON + own


_KEPT = " AND ($3::text[] IS NULL OR c.status = ANY ($3))"


def of_agreement(actor: Actor) -> List:
    """The contested lines of an agreement."""
    source = f"contested_line c WHERE c.vendor_id = k.vendor_id AND c.agreement_id = k.id{_KEPT}"
    return List(source, columns(actor.level))


def of_reseller(actor: Actor) -> tuple[List, list[object]]:
    """What a reseller contests in one network; of the asking firm itself in all of them. With further arguments."""
    itself = f"k.vendor_id = '{NO_NETWORK}'"
    networks = f"CASE WHEN {itself} THEN $4::uuid[] ELSE ARRAY[k.vendor_id] END"
    parties = f"CASE WHEN NOT {itself} THEN ARRAY[k.id] WHEN k.id = $6::uuid THEN $5::uuid[] END"
    source = f"contested_line c WHERE c.vendor_id = ANY ({networks}) AND c.reseller_id = ANY ({parties}){_KEPT}"
    everywhere: list[object] = [list(actor.vendor_ids), list(actor.party_ids), actor.organization_id]
    return List(source, columns(actor.level)), everywhere


async def contested_lines(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """Contested lines by their ids, with their ordinal, as far as the asker may see them."""
    return await db.rows(
        f"SELECT k.ordinal, {columns(level)} FROM {KEYS}"
        " JOIN contested_line c ON c.vendor_id = k.vendor_id AND c.id = k.id",
        *keys_apart(keys),
    )


async def last_of_documents(
    db: Reader,
    level: Level,
    distributors: Sequence[Key],
    kinds: Sequence[str],
    numbers: Sequence[str],
    lines: Sequence[str],
) -> list[Row]:
    """Of each of these lines of documents, what the asking reseller contested last, with the ordinal of the line."""
    return await db.rows(
        "SELECT k.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY"
        " AS k (vendor_id, distributor_id, kind, number, line, ordinal)"
        f" CROSS JOIN LATERAL (SELECT {columns(level)} FROM contested_line c WHERE c.vendor_id = k.vendor_id"
        " AND c.distributor_id = k.distributor_id AND c.document_number = k.number AND c.document_line = k.line"
        " AND c.document_kind = k.kind ORDER BY c.contested_at DESC, c.id DESC LIMIT 1) x",
        *keys_apart(distributors),
        list(kinds),
        list(numbers),
        list(lines),
    )


async def booked_line(session: Session, distributor: Key, kind: str, number: str, line: str) -> Row | None:
    """The line that stands under a line of a distributor's document and is booked to the asking reseller; of a kit its first
    component."""
    return await session.row(
        "SELECT l.vendor_id, l.reseller_id, l.submission_id, l.row_number, l.component, l.recorded"
        " FROM sell_through_line l WHERE l.vendor_id = $1 AND l.distributor_id = $2 AND l.document_kind = $3"
        " AND l.document_number = $4 AND l.document_line = $5 AND l.replaced IS NULL AND l.component BETWEEN 0 AND 1"
        " ORDER BY l.component LIMIT 1",
        distributor.vendor_id,
        distributor.id,
        kind,
        number,
        line,
    )


async def buys_from(session: Session, distributor: Key) -> bool:
    """Whether the asking reseller is, or was, authorised to buy from a distributor."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM reseller_authorization r WHERE r.vendor_id = $1 AND r.distributor_id = $2)",
        distributor.vendor_id,
        distributor.id,
    )
    return found


async def close(
    session: Session, key: Key, version: int, status: ContestStatus, at: datetime, answer: str | None = None
) -> bool:
    """Answer or take back what is open and still has a version; False where somebody was first."""
    answered = ", answer = $6" if status is not ContestStatus.WITHDRAWN else ""
    values = [key.vendor_id, key.id, version, status.value, at, *([answer] if answered else [])]
    changed = await session.execute(
        f"UPDATE contested_line SET status = $4, closed_at = $5, version = version + 1{answered}"
        " WHERE vendor_id = $1 AND id = $2 AND version = $3 AND status = 'OPEN'",
        *values,
    )
    return changed == 1


async def place(session: Session, vendor_id: UUID, id: UUID) -> Row | None:
    """As the worker: note under which agreement a contested line was reported, and what of its reseller that agreement
    discloses; who has to answer, and whether anybody still has to."""
    await session.execute(
        "UPDATE contested_line c SET agreement_id = l.agreement_id, disclosed_reseller_id = l.disclosed_reseller_id"
        f" FROM sell_through_line l WHERE c.vendor_id = $1 AND c.id = $2 AND c.agreement_id IS NULL AND {_THE_LINE}",
        vendor_id,
        id,
    )
    return await session.row(
        "SELECT c.agreement_id, c.distributor_id, c.document_number, c.document_line, c.status FROM contested_line c"
        " WHERE c.vendor_id = $1 AND c.id = $2 FOR UPDATE",
        vendor_id,
        id,
    )
