"""Joint business plans: what a vendor and a distributor agree to reach in a fiscal quarter or year, and how they stand.

A target is a whole, laid out over the fiscal months of the plan: as it was entered, or by the shares that these months had
in the same measure a year before, or evenly; what is laid out always adds up to the whole (largest remainder). Expected by
a day is what the months before it ask for, and of the month in which it lies the share of its days that are over. Pace is
actual ÷ expected; at the same pace the forecast is target × pace. A number of active resellers is no sum: the whole is
asked for at the end, each month asks for its own, and the forecast is what is there.

A plan is agreed in versions. Whoever writes one consents by writing it, and the other side alone can agree to it. A version
written in answer to the other side's counters it; one that replaces an own, unanswered one supersedes that. What is agreed
stands until an amendment is agreed, which supersedes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.programme.fiscal import FiscalCalendar
from app.programme.money import allocate, rounded
from app.programme.spans import Span
from app.programme.terms import Level


class PlanLength(StrEnum):
    """For how long a plan is made."""

    QUARTER = "QUARTER"
    "A quarter of the vendor's fiscal calendar."
    YEAR = "YEAR"
    "A year of the vendor's fiscal calendar."


class PlanMeasure(StrEnum):
    """What a target is about, always of the plan's distributor."""

    SELL_THROUGH_UNITS = "SELL_THROUGH_UNITS"
    "Net units sold through, of one family of products or of all."
    SELL_THROUGH_AMOUNT = "SELL_THROUGH_AMOUNT"
    "Net sell-through at book prices, in the plan's currency, of one family of products or of all."
    SELL_IN_UNITS = "SELL_IN_UNITS"
    "Net units that the vendor invoiced, of one family of products or of all."
    SELL_IN_AMOUNT = "SELL_IN_AMOUNT"
    "What the vendor invoiced net, in the plan's currency, of one family of products or of all."
    ACTIVE_RESELLERS = "ACTIVE_RESELLERS"
    "Resellers that bought under the agreement, net of returns, in the 90 days up to a day."
    NEW_RESELLERS = "NEW_RESELLERS"
    "Resellers that bought, net of returns, and had not bought in the 24 months before the plan."
    CERTIFICATIONS = "CERTIFICATIONS"
    "Certifications of resellers that the distributor recorded, and that were not revoked, by the day of issue."
    FUND_SPEND = "FUND_SPEND"
    "What the distributor was paid from market development funds, in the plan's currency, by the day of payment (UTC)."

    @property
    def places(self) -> int:
        """In which decimal places it is counted: amounts in 10⁻⁶, units in 10⁻³, the others in ones."""
        if self.is_amount:
            return 6
        return 3 if self.is_of_sales else 0

    @property
    def is_amount(self) -> bool:
        """Whether it is money."""
        return self in {PlanMeasure.SELL_THROUGH_AMOUNT, PlanMeasure.SELL_IN_AMOUNT, PlanMeasure.FUND_SPEND}

    @property
    def is_of_sales(self) -> bool:
        """Whether it is sold: that has families and seasons."""
        return self.value.startswith("SELL_")

    @property
    def is_level(self) -> bool:
        """Whether it is how many there are on a day, and no sum over days."""
        return self is PlanMeasure.ACTIVE_RESELLERS


class PlanPhasing(StrEnum):
    """How a target came to be laid out over the months of a plan."""

    GIVEN = "GIVEN"
    "As it was entered."
    LAST_YEAR = "LAST_YEAR"
    "By the shares of the same months of the year before."
    EVEN = "EVEN"
    "The same for each month; of how many there are on a day, the whole for each."


class PlanStatus(StrEnum):
    """How a plan stands."""

    PROPOSED = "PROPOSED"
    "One side has proposed it, and the other has not answered."
    COUNTERED = "COUNTERED"
    "The sides have answered one another with versions, and agreed to none."
    AGREED = "AGREED"
    "Both agreed to a version."
    REJECTED = "REJECTED"
    "It was refused before anything was agreed."
    WITHDRAWN = "WITHDRAWN"
    "Whoever wrote its last version took it back before anything was agreed."
    CLOSED = "CLOSED"
    "Its days are over, and somebody has closed it."


class PlanVersionStatus(StrEnum):
    """How a version of a plan stands."""

    PROPOSED = "PROPOSED"
    "It waits for the other side."
    COUNTERED = "COUNTERED"
    "The other side answered with another version."
    AGREED = "AGREED"
    "Both agreed to it."
    REJECTED = "REJECTED"
    "The other side refused it."
    WITHDRAWN = "WITHDRAWN"
    "Whoever wrote it took it back."
    SUPERSEDED = "SUPERSEDED"
    "Another version took its place: a later one of the same side, or an amendment that both agreed to."


class PlanEnding(StrEnum):
    """How what waits, or a plan, comes to an end."""

    REJECT = "REJECT"
    "Refuse the other side's version. What was agreed before stands."
    WITHDRAW = "WITHDRAW"
    "Take one's own version back. What was agreed before stands."
    CLOSE = "CLOSE"
    "Close the agreed plan, once its days are over: nothing of it changes any more."


class PlanActivityStatus(StrEnum):
    """How an activity of a plan stands."""

    OPEN = "OPEN"
    "It is to be done."
    DONE = "DONE"
    "It is done."
    DROPPED = "DROPPED"
    "It will not be done."


@dataclass(frozen=True, slots=True)
class Target:
    """A target in 10⁻ᵖˡᵃᶜᵉˢ, laid out over the months of its plan; `family` None is all."""

    measure: PlanMeasure
    family: str | None
    whole: int
    phases: tuple[int, ...]
    phasing: PlanPhasing

    @property
    def name(self) -> str:
        """What it is about, by which it is found in another version."""
        return self.measure.value if self.family is None else f"{self.measure.value} of {self.family}"

    def stored(self) -> dict[str, object]:
        """As a version keeps it."""
        return {
            "measure": self.measure.value,
            "family": self.family,
            "whole": self.whole,
            "phases": list(self.phases),
            "phasing": self.phasing.value,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Target":
        """From what a version keeps."""
        measure, phasing = PlanMeasure(kept["measure"]), PlanPhasing(kept["phasing"])
        return cls(measure, kept["family"], kept["whole"], tuple(kept["phases"]), phasing)


@dataclass(frozen=True, slots=True)
class Planned:
    """An activity that a version plans: what, whose side's and who of it, until when."""

    title: str
    side: Level
    person: str
    due_on: date

    @property
    def name(self) -> str:
        """By what it is found in another version."""
        return f"{self.title} ({self.side.value.lower()})"

    def stored(self) -> dict[str, object]:
        """As a version keeps it."""
        return {"title": self.title, "side": self.side.value, "person": self.person, "due_on": str(self.due_on)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Planned":
        """From what a version keeps."""
        return cls(kept["title"], Level(kept["side"]), kept["person"], date.fromisoformat(kept["due_on"]))


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says, and the fiscal months over which its targets are laid out, as they were when it was written."""

    months: tuple[Span, ...]
    targets: tuple[Target, ...]
    activities: tuple[Planned, ...]
    notes: str | None

    def stored(self) -> dict[str, object]:
        """As a version keeps it."""
        return {
            "months": [[str(each.start), str(each.end)] for each in self.months],
            "targets": [each.stored() for each in self.targets],
            "activities": [each.stored() for each in self.activities],
            "notes": self.notes,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Content":
        """From what a version keeps."""
        targets, activities = map(Target.of, kept["targets"]), map(Planned.of, kept["activities"])
        months = (Span(*map(date.fromisoformat, each)) for each in kept["months"])
        return cls(tuple(months), tuple(targets), tuple(activities), kept["notes"])


@dataclass(frozen=True, slots=True)
class Change:
    """What differs in a field between two versions; None where it was not, or is not, there."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a target stands, in 10⁻ᵖˡᵃᶜᵉˢ; `pace` and `forecast` are None where nothing is expected yet."""

    actual: int
    expected: int
    attainment: Fraction
    pace: Fraction | None
    forecast: int | None
    missing: int


def months_within(calendar: FiscalCalendar, span: Span) -> list[Span]:
    """The fiscal months of a span of whole ones, in order."""
    found, day = [], span.start
    while day < span.end:
        month = calendar.at(day)
        found.append(Span(month.start, month.end))
        day = month.end
    return found


def span_of(calendar: FiscalCalendar, length: PlanLength, day: date) -> Span:
    """The fiscal quarter or year in which a day lies."""
    month = calendar.at(day)
    return calendar.quarter(month) if length is PlanLength.QUARTER else calendar.year(month)


def year_before(calendar: FiscalCalendar, span: Span) -> Span:
    """The same days of the fiscal year before."""
    return Span(calendar.earlier(span.start, 12), calendar.earlier(span.end, 12))


def laid_out(measure: PlanMeasure, whole: int, months: int, last_year: Sequence[int]) -> tuple[list[int], PlanPhasing]:
    """A target over so many months: by their shares a year before (empty: unknown) where there are any, else evenly."""
    if measure.is_level:
        return [whole] * months, PlanPhasing.EVEN
    if len(last_year) == months and min(last_year) >= 0 and sum(last_year) > 0:
        return allocate(whole, last_year), PlanPhasing.LAST_YEAR
    return allocate(whole, [1] * months), PlanPhasing.EVEN


def over_months(measure: PlanMeasure, given: Sequence[int], months: int) -> list[int]:
    """Phases that were entered for the months, or for the quarters of them: a quarter's is shared out evenly."""
    if len(given) == months:
        return list(given)
    each = months // len(given)
    if measure.is_level:
        return [phase for phase in given for _ in range(each)]
    return [part for phase in given for part in allocate(phase, [1] * each)]


def wrong_phases(measure: PlanMeasure, whole: int, given: Sequence[int], months: int) -> str | None:
    """What is wrong with phases that were entered; None where nothing is."""
    if len(given) not in {months, max(1, months // 3)}:
        return f"There are {len(given)}: give one for each of the {months} months, or for each of their quarters."
    found = given[-1] if measure.is_level else sum(given)
    if found != whole:
        said = "the last one is" if measure.is_level else "they add up to"
        return f"By these, {said} {_exact(found, measure)}; the target is {_exact(whole, measure)}."
    return None


def expected(target: Target, months: Sequence[Span], until: date) -> int:
    """What is asked for before a day; half a unit away from zero."""
    if target.measure.is_level:
        begun = [phase for phase, month in zip(target.phases, months, strict=True) if month.start < until]
        return begun[-1] if begun else 0
    found = Fraction()
    for phase, month in zip(target.phases, months, strict=True):
        days = min(max((until - month.start).days, 0), (month.end - month.start).days)
        found += Fraction(phase * days, (month.end - month.start).days)
    return rounded(found)


def standing(target: Target, months: Sequence[Span], until: date, actual: int) -> Standing:
    """How a target stands before a day, by what was reached until then."""
    asked = expected(target, months, until)
    pace = Fraction(actual, asked) if asked > 0 else None
    if target.measure.is_level or until >= months[-1].end:
        forecast: int | None = actual if until > months[0].start else None
    else:
        forecast = None if pace is None else rounded(target.whole * pace)
    missing = max(0, target.whole - actual)
    return Standing(actual, asked, Fraction(actual, target.whole), pace, forecast, missing)


def attained(standings: Sequence[Standing]) -> Fraction | None:
    """How a plan is kept: the mean of pace over its targets, each from 0 to 1; None where nothing is expected yet."""
    paces = [min(Fraction(1), max(Fraction(0), each.pace)) for each in standings if each.pace is not None]
    return sum(paces, Fraction()) / len(paces) if paces else None


def changes(before: Content | None, after: Content) -> list[Change]:
    """What a version changes of the one before it, field by field: first the targets, then the activities and notes."""
    if before is None:
        return []
    old, new = _fields(before), _fields(after)
    names = [*old, *(name for name in new if name not in old)]
    return [Change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def _fields(content: Content) -> dict[str, str]:
    found: dict[str, str] = {}
    for target in content.targets:
        found[target.name] = _exact(target.whole, target.measure)
        found[f"{target.name}: phases"] = ", ".join(_exact(phase, target.measure) for phase in target.phases)
    for activity in content.activities:
        found[f"{activity.name}: person"] = activity.person
        found[f"{activity.name}: due"] = str(activity.due_on)
    if content.notes is not None:
        found["notes"] = content.notes
    return found


def _exact(value: int, measure: PlanMeasure) -> str:
    whole, rest = divmod(abs(value), 10**measure.places)
    decimals = f"{rest:0{measure.places}d}".rstrip("0") if measure.places else ""
    return f"{'-' if value < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"
