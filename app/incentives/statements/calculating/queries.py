"""What calculating asks of the database and writes to it. All run as `worker`."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.incentives.statements.standing import queries as standing
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, try_take

_TERM = (
    "t.id, t.incentive_id, t.version, t.agreement_id, t.distributor_id, t.rule::text AS rule, t.currency,"
    " t.effective_start, t.effective_end, t.affiliates_left_on, t.activated_at"
)


async def run(session: Reader, vendor_id: UUID, run_id: UUID) -> Row | None:
    """A run that is not finished."""
    return await session.row(
        "SELECT incentive_id, agreement_id, period_start, period_end, asked_by, asked_by_name FROM statement_run"
        " WHERE vendor_id = $1 AND id = $2 AND finished_at IS NULL",
        vendor_id,
        run_id,
    )


async def terms(session: Reader, vendor_id: UUID, incentive_id: UUID | None, start: date, end: date) -> list[Row]:
    """Every term that was ever activated and is in effect on some of these days, in the order of activation; of one
    incentive where it is named."""
    return await session.rows(
        f"SELECT {_TERM} FROM incentive_term t WHERE t.vendor_id = $1 AND ($2::uuid IS NULL OR t.incentive_id = $2)"
        " AND t.activated_at IS NOT NULL AND t.effective_start < $4 AND t.effective_end > $3"
        " ORDER BY t.activated_at, t.incentive_id, t.version, t.agreement_id",
        vendor_id,
        incentive_id,
        start,
        end,
    )


async def take_turn(session: Session, distributor_ids: Sequence[UUID]) -> bool:
    """Take the turns of these distributors, so that no report of theirs counts until the transaction ends; False while one
    of them is counting."""
    for each in sorted(set(distributor_ids)):
        if not await try_take(session, Turn.COUNTING, each):
            return False
    return True


async def moment(session: Session) -> datetime:
    """The moment that it is; whatever counts later in a turn that is taken becomes known after it."""
    found: datetime = await session.value("SELECT clock_timestamp()")
    return found


async def accrued(session: Reader, vendor_id: UUID, term_id: UUID, start: date) -> Row | None:
    """What has accrued to a term in a period, in minor units, and on what that stands; None where nothing is kept."""
    return await session.row(
        "SELECT earned_minor, period_end, qualifying, paying, lines, unvalued FROM accrual"
        " WHERE vendor_id = $1 AND term_id = $2 AND period_start = $3",
        vendor_id,
        term_id,
        start,
    )


async def carried_into(session: Reader, vendor_id: UUID, term_id: UUID, start: date) -> list[int] | None:
    """What the statement of the period before left to take back; None where there is none that was calculated."""
    found: list[int] | None = await session.value(
        "SELECT carried FROM statement WHERE vendor_id = $1 AND term_id = $2 AND period_start < $3"
        " ORDER BY period_start DESC, sequence DESC LIMIT 1",
        vendor_id,
        term_id,
        start,
    )
    return found


async def before(session: Reader, vendor_id: UUID, term_id: UUID, start: date) -> date | None:
    """The first day of the last period of a term before this one that has a statement."""
    found: date | None = await session.value(
        "SELECT max(period_start) FROM statement WHERE vendor_id = $1 AND term_id = $2 AND period_start < $3",
        vendor_id,
        term_id,
        start,
    )
    return found


async def weigh(session: Session, vendor_id: UUID, statement_id: UUID, accrued: int, brought: Sequence[int]) -> None:
    """Write on what a calculation stands that said nothing new: what had accrued, and what the period before left."""
    await session.execute(
        "UPDATE statement SET accrued_minor = $3, brought = $4 WHERE vendor_id = $1 AND id = $2"
        " AND (accrued_minor, brought) IS DISTINCT FROM ($3, $4::jsonb)",
        vendor_id,
        statement_id,
        accrued,
        brought,
    )


async def came_to(session: Reader, vendor_id: UUID, term_id: UUID, start: date) -> dict[date, tuple[int, int]]:
    """What each pay period of a term before a day came to, in minor units, and on how much of the paying measure, by its
    first day: by its last statement that was calculated, or where there is none, by its accrual."""
    rows = await session.rows(
        "SELECT a.period_start, coalesce(s.came_to_minor, a.came_to_minor) AS came_to,"
        " coalesce(s.paid_on, a.paid_on) AS paid_on FROM accrual a LEFT JOIN LATERAL (SELECT came_to_minor, paid_on"
        " FROM statement WHERE vendor_id = a.vendor_id AND term_id = a.term_id AND period_start = a.period_start"
        " AND came_to_minor IS NOT NULL ORDER BY sequence DESC LIMIT 1) s ON true"
        " WHERE a.vendor_id = $1 AND a.term_id = $2 AND a.period_start < $3",
        vendor_id,
        term_id,
        start,
    )
    return {row["period_start"]: (row["came_to"], row["paid_on"]) for row in rows}


async def calculated_after(session: Reader, vendor_id: UUID, term_id: UUID, start: date) -> list[date]:
    """The first days of the pay periods of a term from a day on that were calculated, in order."""
    rows = await session.rows(
        "SELECT DISTINCT period_start FROM statement WHERE vendor_id = $1 AND term_id = $2 AND period_start >= $3"
        " AND calculated_at IS NOT NULL ORDER BY period_start",
        vendor_id,
        term_id,
        start,
    )
    return [row["period_start"] for row in rows]


async def latest(session: Session, vendor_id: UUID, term_id: UUID, start: date) -> Row | None:
    """The last statement of a term and period, held until the transaction ends."""
    return await session.row(
        "SELECT id, sequence, status, revision, qualifying, paying, lines, unvalued, entitled_minor, settled_minor,"
        " payable_minor, disputed_from, carried FROM statement WHERE vendor_id = $1 AND term_id = $2 AND period_start = $3"
        " ORDER BY sequence DESC LIMIT 1 FOR UPDATE",
        vendor_id,
        term_id,
        start,
    )


async def overlapping(session: Reader, vendor_id: UUID, term_id: UUID, start: date, end: date) -> Row | None:
    """A statement of other days of a term that shares some of these and was calculated, if there is one that stands."""
    return await session.row(
        "SELECT period_start, period_end FROM statement WHERE vendor_id = $1 AND term_id = $2 AND period_start <> $3"
        " AND period_start < $4 AND period_end > $3 AND status NOT IN ('ACCRUING', 'REJECTED')"
        " ORDER BY period_start LIMIT 1",
        vendor_id,
        term_id,
        start,
        end,
    )


async def steps(session: Reader, vendor_id: UUID, statement_id: UUID, revision: int) -> list[tuple[object, ...]]:
    """The steps of a calculation as they are kept: kind, description, before and after."""
    rows = await session.rows(
        "SELECT kind, description, before, after FROM statement_step WHERE vendor_id = $1 AND statement_id = $2"
        " AND revision = $3 ORDER BY position",
        vendor_id,
        statement_id,
        revision,
    )
    return [tuple(row.values()) for row in rows]


async def threshold(session: Reader, vendor_id: UUID, currency: str) -> int | None:
    """Above how many minor units two people approve."""
    found: int | None = await session.value(
        "SELECT above_minor FROM approval_threshold WHERE vendor_id = $1 AND currency = $2", vendor_id, currency
    )
    return found


async def adjusted(session: Reader, vendor_id: UUID, term_id: UUID, start: date) -> int:
    """What statements of a term and period have adjusted its accrual by so far, in minor units."""
    found: int = await session.value(
        "SELECT coalesce(sum(CASE t.credit WHEN 'ACCRUED' THEN t.amount_minor ELSE -t.amount_minor END), 0)::bigint"
        " FROM statement s JOIN transfer t ON t.vendor_id = s.vendor_id AND t.cause = 'statement ' || s.id"
        " AND t.subject_id = s.incentive_id AND t.act = 'ADJUST'"
        " WHERE s.vendor_id = $1 AND s.term_id = $2 AND s.period_start = $3",
        vendor_id,
        term_id,
        start,
    )
    return found


async def begin(session: Session, vendor_id: UUID, row: Sequence[object]) -> None:
    """Begin a statement: id, term, incentive, agreement, distributor, first and last day, sequence, currency."""
    await session.execute(
        "INSERT INTO statement (vendor_id, id, term_id, incentive_id, agreement_id, distributor_id, period_start,"
        " period_end, sequence, currency, status, revision)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'ACCRUING', 0)",
        vendor_id,
        *row,
    )


CALCULATED = (
    "revision",
    "period_end",
    "qualifying",
    "paying",
    "lines",
    "unvalued",
    "entitled_minor",
    "settled_minor",
    "payable_minor",
    "accrued_minor",
    "brought",
    "carried",
    "came_to_minor",
    "paid_on",
    "share_cutoff",
    "approvals_needed",
    "calculated_by",
    "calculated_by_name",
    "calculated_at",
)


async def set_calculated(session: Session, vendor_id: UUID, statement_id: UUID, values: Sequence[object]) -> None:
    """Write a calculation, in the order of CALCULATED; whatever was decided of an earlier one is over."""
    changed = ", ".join(f"{name} = ${place}" for place, name in enumerate(CALCULATED, 3))
    await session.execute(
        f"UPDATE statement SET status = 'CALCULATED', disputed_from = NULL, approved_at = NULL, {changed}"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        statement_id,
        *values,
    )
    await standing.keep(session, vendor_id, statement_id)


async def add_bands(session: Session, rows: Sequence[Sequence[object]]) -> None:
    """Write bands: vendor, statement, agreement, distributor, revision, position, threshold, upto, measure, rate and
    payment."""
    await session.execute_many(
        "INSERT INTO statement_band (vendor_id, statement_id, agreement_id, distributor_id, revision, position, threshold,"
        " upto, measure, rate, payment) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        rows,
    )


async def add_steps(session: Session, rows: Sequence[Sequence[object]]) -> None:
    """Write steps: vendor, statement, agreement, distributor, revision, position, kind, description, before, after,
    evidence."""
    await session.execute_many(
        "INSERT INTO statement_step (vendor_id, statement_id, agreement_id, distributor_id, revision, position, kind,"
        " description, before, after, evidence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        rows,
    )


async def tell(
    session: Session, vendor_id: UUID, run_id: UUID, calculated: int, unchanged: int, failed: str | None
) -> None:
    """Add to what a run has done so far."""
    await session.execute(
        "UPDATE statement_run SET calculated = calculated + $3, unchanged = unchanged + $4, failed = coalesce($5, failed)"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        run_id,
        calculated,
        unchanged,
        failed,
    )


async def finish(session: Session, vendor_id: UUID, run_id: UUID, at: datetime) -> None:
    """Say that a run is done."""
    await session.execute(
        "UPDATE statement_run SET finished_at = $3 WHERE vendor_id = $1 AND id = $2 AND finished_at IS NULL",
        vendor_id,
        run_id,
        at,
    )
