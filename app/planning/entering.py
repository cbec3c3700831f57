"""What a version of a business plan is made of, as it was entered: checked, and laid out over the months of the plan."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.planning import queries
from app.planning.inputs import PlannedActivityInput, PlanTargetInput
from app.program_access.planned.attainment import measured
from app.program_access.planned.queries import Question
from app.programme.fiscal import FiscalCalendar
from app.programme.plans import (
    Content,
    Planned,
    PlanPhasing,
    Target,
    laid_out,
    over_months,
    wrong_phases,
    year_before,
)
from app.programme.spans import Span
from app.programme.terms import Level
from app.store.database import Session

C = UserErrorCode
MOST = 50
"So many targets, activities and follow-ups at most."


async def content(
    session: Session,
    check: Checks,
    vendor_id: UUID,
    whose: tuple[UUID, UUID],
    calendar: FiscalCalendar,
    months: Sequence[Span],
    currency: str,
    given: tuple[Sequence[PlanTargetInput], Sequence[PlannedActivityInput], str | None],
) -> Content:
    """What was entered for an agreement and its distributor, over the fiscal months of the plan. Problems are added to
    `check`."""
    targets, planned, notes = given
    check.at_most(MOST, targets, "targets")
    if not targets:
        check.add(C.REQUIRED, "A plan has at least one target.", "targets")
    kept = targets[:MOST]
    entered = [_target(check, each, len(months), ("targets", str(place))) for place, each in enumerate(kept)]
    check.different([f"{each.measure} {each.family or ''}" for each in entered], "targets")
    named = [each.family for each in entered if each.family is not None]
    unknown = await queries.unknown_families(session, vendor_id, named) if not check.problems else set()
    for family in sorted(unknown):
        check.add(C.INVALID, f"No product is of the family {family[:50]!r}.", "targets")
    sales = [
        at for at, each in enumerate(entered) if each.measure.is_of_sales and each.phasing is not PlanPhasing.GIVEN
    ]
    earlier = [year_before(calendar, month) for month in months]
    questions = [
        Question(*whose, entered[at].measure, entered[at].family, currency, month) for at in sales for month in earlier
    ]
    found = [each.number for each in await measured(session, vendor_id, questions)] if not check.problems else []
    seasons = {at: found[n * len(months) : (n + 1) * len(months)] for n, at in enumerate(sales)}
    laid = tuple(_laid_out(each, len(months), seasons.get(at, [])) for at, each in enumerate(entered))
    return Content(tuple(months), laid, activities(check, planned, "activities"), check.optional_prose(notes, "notes"))


def _target(check: Checks, given: PlanTargetInput, months: int, path: tuple[str, ...]) -> Target:
    """The target, with its phases where some were entered."""
    measure = given.measure
    if given.family is not None and not measure.is_of_sales:
        check.add(C.INVALID, "Only what is sold has families; leave it out.", *path, "family")
    family = check.optional_name(given.family, *path, "family")
    whole = check.scaled(given.target, measure.places, *path, "target", least=1)
    if given.phases is None:
        return Target(measure, family, whole, (), PlanPhasing.EVEN)
    phases = [
        _phase(check, each, measure.places, (*path, "phases", str(at))) for at, each in enumerate(given.phases[:12])
    ]
    wrong = wrong_phases(measure, whole, phases, months) if len(given.phases) <= 12 else "There are more than 12."
    if wrong is not None:
        check.add(C.INVALID, wrong, *path, "phases")
        return Target(measure, family, whole, (), PlanPhasing.GIVEN)
    return Target(measure, family, whole, tuple(over_months(measure, phases, months)), PlanPhasing.GIVEN)


def _phase(check: Checks, given: Decimal, places: int, path: tuple[str, ...]) -> int:
    return check.scaled(given, places, *path)


def _laid_out(target: Target, months: int, last_year: Sequence[int]) -> Target:
    if target.phasing is PlanPhasing.GIVEN:
        return target
    phases, phasing = laid_out(target.measure, target.whole, months, last_year)
    return Target(target.measure, target.family, target.whole, tuple(phases), phasing)


def activities(
    check: Checks, given: Sequence[PlannedActivityInput], field: str, since: date | None = None
) -> tuple[Planned, ...]:
    """What is to be done, each by one of the two sides and, where it is said, not due before a day."""
    check.at_most(MOST, given, field)
    kept = tuple(_planned(check, each, (field, str(place)), since) for place, each in enumerate(given[:MOST]))
    check.different([each.name for each in kept], field)
    return kept


def _planned(check: Checks, given: PlannedActivityInput, path: tuple[str, ...], since: date | None) -> Planned:
    if given.side is Level.RESELLER:
        check.add(C.INVALID, "It is the vendor's part or the distributor's.", *path, "side")
    if since is not None and given.due_on < since:
        check.add(C.INVALID, f"It cannot be due before {since}.", *path, "dueOn")
    title, person = check.name(given.title, *path, "title"), check.name(given.person, *path, "person")
    return Planned(title, given.side, person, given.due_on)
