"""What is asked of the database about reporting periods: what was agreed, what was received, and what is closed.

Periods themselves are not written down: they follow from the agreement. A report that could not be read, one that was
withdrawn, a preview, and a correction of single lines is no report of a period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.execution.connections import Window
from app.execution.identifiers import Key
from app.programme.spans import Span
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take, try_take

TERMS = (
    "a.cadence, a.effective_start, a.effective_end, a.due_days, a.grace_days, a.time_zone,"
    " c.business_days, c.holidays, c.remind_days"
)
"The columns that say what was agreed about reporting, with `JOINED` behind the agreement `a`."
JOINED = " LEFT JOIN reporting_calendar c ON c.vendor_id = a.vendor_id AND c.agreement_id = a.id"
REPORTED = (
    "s.kind = 'SELL_THROUGH' AND s.mode <> 'CORRECT' AND s.previewed_by IS NULL"
    " AND s.status NOT IN ('FAILED', 'CANCELLED')"
)
"What is a report of the periods whose days it is about."
_AGREEMENT = f"a.vendor_id, a.id, a.distributor_id, a.status, a.closed_before, a.created_at, {TERMS}"


async def terms_of_agreements(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """What was agreed about reporting in these agreements, as far as the asker may see them, and what is closed."""
    return await db.rows(
        f"SELECT {_AGREEMENT} FROM unnest($1::uuid[], $2::uuid[]) AS k (vendor_id, id)"
        f" JOIN agreement a ON a.vendor_id = k.vendor_id AND a.id = k.id{JOINED} WHERE a.vendor_id = ANY ($1::uuid[])",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
    )


async def receipts(db: Reader, keys: Sequence[Key], spans: Sequence[Span]) -> list[Row]:
    """What was received under each agreement for days of a span: for the same days how many, and the first when.

    The agreement's ordinal counts from 1.
    """
    return await db.rows(
        "SELECT p.ordinal, s.period_start, s.period_end, count(*) AS reports, min(s.received_at) AS received_at"
        f" FROM {_PERIODS} JOIN submission s ON {_IN_PERIOD}"
        f" WHERE s.vendor_id = ANY ($1::uuid[]) AND {REPORTED} GROUP BY 1, 2, 3",
        *_places(keys, spans),
    )


async def reports_of_periods(db: Reader, keys: Sequence[Key], spans: Sequence[Span], window: Window) -> list[Row]:
    """A page of the reports about days of each agreement's period, the newest first: when they came, and their ids."""
    arguments = _places(keys, spans)
    return await db.rows(
        f"SELECT p.ordinal, x.* FROM {_PERIODS} CROSS JOIN LATERAL (SELECT s.vendor_id, s.id, s.received_at"
        f" FROM submission s WHERE {_IN_PERIOD} AND {REPORTED}{window.sql(arguments)}) x",
        *arguments,
    )


async def count_reports_of_periods(db: Reader, keys: Sequence[Key], spans: Sequence[Span]) -> dict[int, int]:
    """How many reports are about days of each agreement's period, by its ordinal from 1."""
    rows = await db.rows(
        f"SELECT p.ordinal, count(*) AS total FROM {_PERIODS} JOIN submission s ON {_IN_PERIOD}"
        f" WHERE s.vendor_id = ANY ($1::uuid[]) AND {REPORTED} GROUP BY p.ordinal",
        *_places(keys, spans),
    )
    return {row["ordinal"]: row["total"] for row in rows}


_PERIODS = (
    "unnest($1::uuid[], $2::uuid[], $3::date[], $4::date[])"
    " WITH ORDINALITY AS p (vendor_id, id, start_day, end_day, ordinal)"
)
_IN_PERIOD = (
    "s.vendor_id = p.vendor_id AND s.agreement_id = p.id AND s.period_end > p.start_day AND s.period_start < p.end_day"
)


def _places(keys: Sequence[Key], spans: Sequence[Span]) -> list[object]:
    return [
        [key.vendor_id for key in keys],
        [key.id for key in keys],
        [span.start for span in spans],
        [span.end for span in spans],
    ]


async def first_reports(db: Reader, vendor_id: UUID, agreements: Sequence[UUID], periods: Sequence[Span]) -> list[Row]:
    """The first report of each period of a network's agreements that has one, by the period's ordinal from 1."""
    return await db.rows(
        "SELECT k.ordinal, x.id FROM unnest($2::uuid[], $3::date[], $4::date[])"
        " WITH ORDINALITY AS k (id, start_day, end_day, ordinal)"
        " CROSS JOIN LATERAL (SELECT s.id FROM submission s WHERE s.vendor_id = $1 AND s.agreement_id = k.id"
        f" AND s.period_end > k.start_day AND s.period_start < k.end_day AND {REPORTED}"
        " ORDER BY s.received_at, s.id LIMIT 1) x",
        vendor_id,
        list(agreements),
        [period.start for period in periods],
        [period.end for period in periods],
    )


async def calendars(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The reporting calendars of these agreements, where they have one."""
    return await db.rows(
        "SELECT c.vendor_id, c.agreement_id, c.business_days, c.holidays, c.remind_days, c.version"
        " FROM unnest($1::uuid[], $2::uuid[]) AS k (vendor_id, id)"
        " JOIN reporting_calendar c ON c.vendor_id = k.vendor_id AND c.agreement_id = k.id"
        " WHERE c.vendor_id = ANY ($1::uuid[])",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
    )


async def agreement_to_change(session: Session, key: Key) -> Row | None:
    """What was agreed about reporting, held until the transaction ends, for the vendor whose agreement it is.

    It is read only once it is held: what somebody else has just set is seen, in whichever table.
    """
    await session.row("SELECT FROM agreement WHERE vendor_id = $1 AND id = $2 FOR NO KEY UPDATE", key.vendor_id, key.id)
    return await session.row(
        f"SELECT {_AGREEMENT}, c.version FROM agreement a{JOINED} WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
    )


async def wait_for_turn(session: Session, distributor_id: UUID, seconds: float) -> None:
    """Wait until no report of the distributor is being counted, and let none begin before the transaction ends.

    Raises LockNotAvailableError where that takes longer than so many seconds.
    """
    await take(session, Turn.COUNTING, distributor_id, patience=seconds)


async def close_before(session: Session, key: Key, day: date | None) -> None:
    """Say that the days before a day lie in closed periods; None where none does."""
    await session.execute(
        "UPDATE agreement SET closed_before = $3 WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id, day
    )


async def waiting_reports(session: Session, key: Key, period: Span) -> int:
    """How many reports about days of the period are received and not counted yet."""
    found: int = await session.value(
        "SELECT count(*) FROM submission s WHERE s.vendor_id = $1 AND s.agreement_id = $2"
        " AND s.status IN ('RECEIVED', 'PROCESSING') AND s.previewed_by IS NULL"
        " AND s.period_end > $3 AND s.period_start < $4",
        key.vendor_id,
        key.id,
        period.start,
        period.end,
    )
    return found


async def was_adjusted(session: Session, key: Key, distributor_id: UUID, period: Span) -> bool:
    """Whether a line that was sold in the period counts in another one, as a correction of it."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM sell_through_line l WHERE l.vendor_id = $1 AND l.distributor_id = $3"
        " AND l.agreement_id = $2 AND l.sold_on >= $4 AND l.sold_on < $5 AND l.counts_on <> l.sold_on)"
        " OR EXISTS (SELECT FROM sell_in_line l WHERE l.vendor_id = $1 AND l.distributor_id = $3"
        " AND l.agreement_id = $2 AND l.sold_on >= $4 AND l.sold_on < $5 AND l.counts_on <> l.sold_on)",
        key.vendor_id,
        key.id,
        distributor_id,
        period.start,
        period.end,
    )
    return found


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is said about due days."""

    business_days: bool
    holidays: Sequence[date]
    remind_days: int


async def set_calendar(session: Session, key: Key, distributor_id: UUID, said: Calendar, version: int) -> None:
    """Write down what an agreement says about due days."""
    await session.execute(
        "INSERT INTO reporting_calendar (vendor_id, agreement_id, distributor_id, business_days, holidays, remind_days,"
        " version) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (vendor_id, agreement_id) DO UPDATE"
        " SET business_days = excluded.business_days, holidays = excluded.holidays, remind_days = excluded.remind_days,"
        " version = excluded.version",
        key.vendor_id,
        key.id,
        distributor_id,
        said.business_days,
        list(said.holidays),
        said.remind_days,
        version,
    )


async def vendors(db: Reader) -> list[UUID]:
    """Every network, asked before anybody acts in one."""
    return [row["id"] for row in await db.rows("SELECT id FROM vendor ORDER BY id")]


async def take_watch(session: Session, vendor_id: UUID) -> bool:
    """Take it upon this transaction to look after a network's periods; False while another worker does."""
    return await try_take(session, Turn.WATCH, vendor_id)


async def agreements_of_network(session: Session, vendor_id: UUID, since: date, besides: Sequence[UUID]) -> list[Row]:
    """What was agreed about reporting in a network: in agreements in force of which reports were due since a day, and in
    some others."""
    return await session.rows(
        f"SELECT {_AGREEMENT} FROM agreement a{JOINED} WHERE a.vendor_id = $1 AND (a.id = ANY ($3::uuid[])"
        " OR a.status = 'ACTIVE' AND a.effective_end + a.due_days + a.grace_days > $2)",
        vendor_id,
        since,
        list(besides),
    )
