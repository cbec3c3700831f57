"""How the targets of business plans stand on a day, and as one figure for scorecards.

A plan counts what its distributor sold, bought and was paid in the whole network, under whatever agreement: so a year
compares with the one before across a renewal. Active resellers are those of the agreement, as scorecards count them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.program_access.kept import queries as kept
from app.program_access.kept.measures import Asked
from app.program_access.planned import queries
from app.program_access.planned.queries import Question
from app.programme.compliance import MICRO, Measured
from app.programme.fiscal import FiscalCalendar, FiscalMonth
from app.programme.money import micros
from app.programme.plans import (
    Content,
    PlanMeasure,
    Standing,
    Target,
    attained,
    standing,
    year_before,
)
from app.programme.spans import Span
from app.store.database import Reader, Row

M = PlanMeasure


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan whose targets are to be measured."""

    agreement_id: UUID
    distributor_id: UUID
    currency: str
    span: Span
    months: tuple[Span, ...]
    targets: tuple[Target, ...]

    @classmethod
    def of(cls, row: Row) -> "Plan":
        """From a row of a plan with the `content` of its version."""
        content, span = Content.of(row["content"]), Span(row["period_start"], row["period_end"])
        owner = row["agreement_id"], row["distributor_id"]
        return cls(*owner, row["currency"], span, content.months, content.targets)


@dataclass(frozen=True, slots=True)
class Found:
    """What was reached, and what of it is not told by the number: units without a price in the plan's currency (10⁻³)."""

    number: int
    unvalued: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """How a target stands before a day, beside the same days of the year before."""

    target: Target
    standing: Standing
    last_year: int
    unvalued: int
    days: Span
    days_last_year: Span


async def calendar_of(db: Reader, vendor_id: UUID) -> FiscalCalendar:
    """The vendor's fiscal calendar; calendar months where it has set none."""
    rows = await queries.months(db, vendor_id)
    return FiscalCalendar(
        [
            FiscalMonth(row["fiscal_year"], row["quarter"], row["month"], row["start_day"], row["end_day"])
            for row in rows
        ]
    )


async def figures(db: Reader, vendor_id: UUID, plans: Sequence[Plan], until: Sequence[date]) -> list[list[Figure]]:
    """How the targets of plans of one network stand before a day each, at least their first and at most their end."""
    calendar = await calendar_of(db, vendor_id)
    wanted: list[tuple[int, Target, Span]] = []
    for place, (plan, end) in enumerate(zip(plans, until, strict=True)):
        days = Span(plan.span.start, min(max(end, plan.span.start), plan.span.end))
        wanted += [(place, target, days) for target in plan.targets]
    before = [year_before(calendar, days) for _, _, days in wanted]
    asked = [_question(plans[place], target, days) for place, target, days in wanted]
    asked += [_question(plans[place], target, days) for (place, target, _), days in zip(wanted, before, strict=True)]
    reached = await measured(db, vendor_id, asked)
    found: list[list[Figure]] = [[] for _ in plans]
    for at, (place, target, days) in enumerate(wanted):
        now, then = reached[at], reached[at + len(wanted)]
        stands = standing(target, plans[place].months, days.end, now.number)
        found[place].append(Figure(target, stands, then.number, now.unvalued, days, before[at]))
    return found


def _question(plan: Plan, target: Target, days: Span) -> Question:
    return Question(plan.agreement_id, plan.distributor_id, target.measure, target.family, plan.currency, days)


async def measured(db: Reader, vendor_id: UUID, questions: Sequence[Question]) -> list[Found]:
    """What was reached, in the decimal places of each measure. On no days nothing was."""
    found = [Found(0)] * len(questions)
    for measure in dict.fromkeys(each.measure for each in questions):
        places = [
            at for at, each in enumerate(questions) if each.measure is measure and each.days.start < each.days.end
        ]
        if places:
            answers = await _of_measure(db, vendor_id, measure, [questions[at] for at in places])
            for at, answer in zip(places, answers, strict=True):
                found[at] = answer
    return found


async def _of_measure(db: Reader, vendor_id: UUID, measure: PlanMeasure, asked: Sequence[Question]) -> list[Found]:
    if measure.is_of_sales:
        ask = queries.sold_in if measure in {M.SELL_IN_UNITS, M.SELL_IN_AMOUNT} else queries.sold_through
        rows = await ask(db, vendor_id, asked)
        if measure.is_amount:
            return [Found(row["amount"], row["unvalued"]) for row in rows]
        return [Found(row["units"]) for row in rows]
    if measure is M.ACTIVE_RESELLERS:
        return await _active(db, vendor_id, asked)
    if measure is M.FUND_SPEND:
        rows = await queries.spent(db, vendor_id, asked)
        return [Found(micros(row["minor"], each.currency)) for each, row in zip(asked, rows, strict=True)]
    ask_number = queries.certified if measure is M.CERTIFICATIONS else queries.new_resellers
    return [Found(row["number"]) for row in await ask_number(db, vendor_id, asked)]


async def _active(db: Reader, vendor_id: UUID, asked: Sequence[Question]) -> list[Found]:
    found = [Found(0)] * len(asked)
    for end in dict.fromkeys(each.days.end for each in asked):
        places = [at for at, each in enumerate(asked) if each.days.end == end]
        own = [(asked[at].agreement_id, asked[at].distributor_id) for at in places]
        for row in await kept.active_resellers(db, vendor_id, own, end):
            found[places[row["ordinal"] - 1]] = Found(row["active"])
    return found


async def plan_attainment(db: Reader, asked: Asked) -> list[Measured]:
    """How each agreement's plan for the last of these days is kept up to that day: the mean pace of its targets, each at
    most 1 (10⁻⁶)."""
    found = [Measured(None, "No business plan was agreed for the last of these days.")] * len(asked.agreements)
    agreed = await queries.in_force(db, asked.vendor_id, asked.agreements, asked.span.end - timedelta(days=1))
    places = [at for at, (agreement, _) in enumerate(asked.agreements) if agreement in agreed]
    plans = [Plan.of(agreed[asked.agreements[at][0]]) for at in places]
    until = [asked.span.end] * len(plans)
    found_of = await figures(db, asked.vendor_id, plans, until)
    for at, plan, own in zip(places, plans, found_of, strict=True):
        found[at] = _attained(plan, own)
    return found


def _attained(plan: Plan, own: Sequence[Figure]) -> Measured:
    counted = [each for each in own if each.standing.pace is not None]
    share = attained([each.standing for each in counted])
    if share is None:
        return Measured(None, "The business plan expects nothing yet.")
    reached = sum(1 for each in counted if each.standing.actual >= each.standing.expected)
    text = (
        f"Of {len(counted)} targets of the business plan of {plan.span.start} to {plan.span.end - timedelta(days=1)},"
        f" {reached} are at or ahead of what was expected before {own[0].days.end}; the mean of actual ÷ expected, each at"
        " most 1."
    )
    return Measured(int(share * MICRO), text)
