"""The terms of incentives that a report may touch, and the accruals kept beside the lines. All run as `worker`."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.programme.fiscal import FiscalCalendar, FiscalMonth
from app.programme.spans import Span
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, share, take_all

KEPT = (
    "qualifying",
    "paying",
    "lines",
    "unvalued",
    "earned_minor",
    "carried_qualifying",
    "carried_paying",
    "carried_minor",
    "came_to_minor",
    "paid_on",
)
_TERM = (
    "t.vendor_id, t.id, t.incentive_id, t.version, t.agreement_id, t.distributor_id, t.rule::text AS rule, t.currency,"
    " t.effective_start, t.effective_end, t.affiliates_left_on, t.activated_at"
)


async def terms_touched(session: Reader, vendor_id: UUID, agreement_id: UUID, days: Span) -> list[Row]:
    """The terms whose accruals a report of an agreement about these days may change: its own, and those of its affiliates
    where volumes are added up; those of one incentive together, in the order in which they were activated."""
    return await session.rows(
        f"SELECT {_TERM} FROM incentive_term t WHERE t.vendor_id = $1 AND t.activated_at IS NOT NULL"
        " AND t.effective_start < $4 AND (t.agreement_id = $2 OR (t.rule ->> 'aggregate' = 'AFFILIATES' AND EXISTS"
        " (SELECT FROM incentive_term o WHERE o.vendor_id = $1 AND o.incentive_id = t.incentive_id"
        " AND o.version = t.version AND o.agreement_id = $2 AND o.activated_at IS NOT NULL)))"
        " AND t.effective_end > $3 ORDER BY t.activated_at, t.incentive_id, t.version, t.agreement_id",
        vendor_id,
        agreement_id,
        days.start,
        days.end,
    )


async def activated_terms(session: Reader, vendor_id: UUID, agreement_ids: Sequence[UUID]) -> list[Row]:
    """Every term of these agreements that was ever activated, in the order in which they were."""
    return await session.rows(
        f"SELECT {_TERM} FROM incentive_term t WHERE t.vendor_id = $1 AND t.agreement_id = ANY ($2::uuid[])"
        " AND t.activated_at IS NOT NULL ORDER BY t.activated_at, t.incentive_id, t.version, t.agreement_id",
        vendor_id,
        list(agreement_ids),
    )


async def terms_of(session: Reader, vendor_id: UUID, incentive_id: UUID) -> list[Row]:
    """The terms of an incentive that were ever activated."""
    return await session.rows(
        f"SELECT {_TERM} FROM incentive_term t WHERE t.vendor_id = $1 AND t.incentive_id = $2"
        " AND t.activated_at IS NOT NULL ORDER BY t.activated_at, t.version, t.agreement_id",
        vendor_id,
        incentive_id,
    )


async def calendar(session: Reader, vendor_id: UUID) -> FiscalCalendar:
    """The vendor's fiscal months."""
    rows = await session.rows(
        "SELECT fiscal_year, quarter, month, start_day, end_day FROM fiscal_month WHERE vendor_id = $1 ORDER BY start_day",
        vendor_id,
    )
    return FiscalCalendar([FiscalMonth(*row.values()) for row in rows])


async def overlapping_agreements(session: Reader, vendor_id: UUID, agreement_ids: Sequence[UUID]) -> list[Row]:
    """For each of these agreements the days of the other agreements of its distributor."""
    return await session.rows(
        "SELECT a.id AS agreement_id, o.effective_start, o.effective_end FROM agreement a JOIN agreement o"
        " ON o.vendor_id = a.vendor_id AND o.distributor_id = a.distributor_id AND o.id <> a.id"
        " WHERE a.vendor_id = $1 AND a.id = ANY ($2::uuid[])",
        vendor_id,
        list(agreement_ids),
    )


async def days_with_facts(session: Reader, vendor_id: UUID, distributor_ids: Sequence[UUID]) -> Row | None:
    """The first and the last day of what these distributors bought or sold; NULL where there is nothing."""
    return await session.row(
        "SELECT min(d.first) AS first, max(d.last) AS last FROM unnest($2::uuid[]) AS w (distributor_id)"
        " CROSS JOIN LATERAL (SELECT min(day) AS first, max(day) AS last FROM sell_through_day"
        " WHERE vendor_id = $1 AND distributor_id = w.distributor_id UNION ALL"
        " SELECT min(day), max(day) FROM sell_in_day WHERE vendor_id = $1 AND distributor_id = w.distributor_id) d",
        vendor_id,
        list(distributor_ids),
    )


async def days_changed(session: Reader, vendor_id: UUID, submission_ids: Sequence[UUID]) -> Row | None:
    """From the first to the last month in which these reports changed anything; NULL where they changed nothing."""
    return await session.row(
        "SELECT min(month) AS first, (max(month) + interval '1 month')::date AS last FROM submission_effect"
        " WHERE vendor_id = $1 AND submission_id = ANY ($2::uuid[])",
        vendor_id,
        list(submission_ids),
    )


async def reverses_returns(session: Reader, vendor_id: UUID, agreement_id: UUID) -> bool:
    """Whether an incentive under an agreement reverses returns at the rate of the sale."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM incentive_term WHERE vendor_id = $1 AND agreement_id = $2"
        " AND activated_at IS NOT NULL AND rule ->> 'returns' = 'ORIGINAL_RATE')",
        vendor_id,
        agreement_id,
    )
    return found


async def first_sold(session: Reader, vendor_id: UUID, submission_ids: Sequence[UUID]) -> date | None:
    """The first day on which something was sold that these reports are about. A sale that was corrected in a closed period
    may be one that a return of an earlier month names."""
    found: date | None = await session.value(
        "SELECT min(sold_on) FROM sell_through_line WHERE vendor_id = $1 AND submission_id = ANY ($2::uuid[])",
        vendor_id,
        list(submission_ids),
    )
    return found


async def carried_before(session: Reader, vendor_id: UUID, term_id: UUID, start: date) -> Row | None:
    """What the period before this one left to take back."""
    return await session.row(
        "SELECT carried_qualifying, carried_paying, carried_minor FROM accrual WHERE vendor_id = $1 AND term_id = $2"
        " AND period_start < $3 ORDER BY period_start DESC LIMIT 1",
        vendor_id,
        term_id,
        start,
    )


async def accruals_of(session: Reader, vendor_id: UUID, term_ids: Sequence[UUID]) -> list[Row]:
    """What is kept of these terms, by term and period."""
    return await session.rows(
        f"SELECT term_id, period_start, period_end, {', '.join(KEPT)} FROM accrual WHERE vendor_id = $1"
        " AND term_id = ANY ($2::uuid[]) ORDER BY term_id, period_start",
        vendor_id,
        list(term_ids),
    )


async def keep_accruals(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Write accruals, in the order of their keys: term, incentive, agreement, distributor, first and last day, currency, and
    KEPT."""
    kept = ", ".join(KEPT)
    values = ", ".join(f"${place}" for place in range(1, 9 + len(KEPT)))
    await session.execute_many(
        "INSERT INTO accrual AS k (vendor_id, term_id, incentive_id, agreement_id, distributor_id, period_start, period_end,"
        f" currency, {kept}) VALUES ({values}) ON CONFLICT (vendor_id, term_id, period_start) DO UPDATE SET"
        f" {', '.join(f'{name} = excluded.{name}' for name in ('period_end', *KEPT))}",
        [(vendor_id, *row) for row in rows],
    )


async def one_at_a_time(session: Session, incentive_ids: Sequence[UUID]) -> None:
    """Wait until nobody else reckons these incentives, in the order of their ids, and keep others waiting until commit."""
    await take_all(session, Turn.RECKONING, incentive_ids)


async def begin_statements(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Begin the statement of each period that has none, and let one that is accruing end where its period does: id, term,
    incentive, agreement, distributor, first and last day, currency."""
    await session.execute_many(
        "INSERT INTO statement AS s (vendor_id, id, term_id, incentive_id, agreement_id, distributor_id, period_start,"
        " period_end, currency, sequence, status, revision)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, 'ACCRUING', 0)"
        " ON CONFLICT (vendor_id, term_id, period_start, sequence) DO UPDATE SET period_end = excluded.period_end"
        " WHERE s.status = 'ACCRUING' AND s.period_end <> excluded.period_end",
        [(vendor_id, *row) for row in rows],
    )


async def forget_accruals(session: Session, vendor_id: UUID, periods: Sequence[tuple[UUID, date]]) -> None:
    """Drop accruals of periods that a term has no longer, by term and first day, and their statements that are accruing."""
    of = [[term_id for term_id, _ in periods], [start for _, start in periods]]
    for table, only in (("statement", " AND x.status = 'ACCRUING'"), ("accrual", "")):
        await session.execute(
            f"DELETE FROM {table} x USING unnest($2::uuid[], $3::date[]) AS g (term_id, period_start)"
            f" WHERE x.vendor_id = $1 AND x.term_id = g.term_id AND x.period_start = g.period_start{only}",
            vendor_id,
            *of,
        )


async def take_turns(session: Session, vendor_id: UUID, distributor_ids: Sequence[UUID]) -> None:
    """Wait until no report of these distributors is being counted and the calendar is not being changed, and let neither be
    until the transaction ends: in the order in which a change of the calendar takes every turn."""
    await share(session, Turn.CALENDAR, vendor_id)
    await take_all(session, Turn.COUNTING, distributor_ids)


async def all_activated(session: Reader, vendor_id: UUID) -> list[Row]:
    """Every term of the network that was ever activated, those of one version together."""
    return await session.rows(
        f"SELECT {_TERM} FROM incentive_term t WHERE t.vendor_id = $1 AND t.activated_at IS NOT NULL"
        " ORDER BY t.activated_at, t.incentive_id, t.version, t.agreement_id",
        vendor_id,
    )


async def has_claims(session: Reader, vendor_id: UUID, agreement_id: UUID) -> bool:
    """Whether units of lines under an agreement stand on claims, which may have to be taken back when lines change."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM debited_line WHERE vendor_id = $1 AND agreement_id = $2 AND consumed > 0)",
        vendor_id,
        agreement_id,
    )
    return found


async def has_spiff_claims(session: Reader, vendor_id: UUID, agreement_id: UUID) -> bool:
    """Whether SPIFFs were claimed for lines of an agreement's distributor, which may have to be taken back likewise."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM spiff_claim c JOIN agreement a ON a.vendor_id = c.vendor_id"
        " AND a.distributor_id = c.seller_id WHERE a.vendor_id = $1 AND a.id = $2)",
        vendor_id,
        agreement_id,
    )
    return found
