"""How worked examples are entered: the figures as people write them, and what they are to earn."""

from decimal import Decimal

import strawberry

from app.execution.checks import Checks
from app.execution.described import entered
from app.execution.errors import UserErrorCode
from app.incentives.rules.graph import SCALES
from app.programme.figures import DaysInEffect, Group
from app.programme.incentives import Rule
from app.programme.money import places_of
from app.programme.money_terms import SpeciallyPriced, TieringPer
from app.programme.worked_examples import Example, worked

MOST_GROUPS = 100
LONGEST_PERIOD = 400
BELOW_ZERO = -(10**17)
"Returns may exceed sales."


@entered
class WorkedExampleGroupInput:
    """An invoice or line, where each attains a band by itself; or several of them that are equal."""

    qualifying: Decimal
    "What it has of the measure that attains a band, in units of the currency or of products."
    paying: Decimal | None = None
    "What it has of the measure on which the rate pays; the same where it is left out."
    for_band_only: Decimal | None = None
    "The part of it on which nothing is paid, because it was sold under a special price."
    times: int = 1
    "How many are equal; what is said of it is then said of each of them."


@entered
class GateFigureInput:
    """What was measured for a gate."""

    gate: str
    "The gate's name."
    measured: Decimal
    "What was measured: 0.95 of a share, 12 of a count, 1 of what was confirmed."


@entered
class WorkedExampleFiguresInput:
    """The figures of a period, net of returns."""

    qualifying: Decimal | None = None
    "What attains a band, in units of the currency or of products; left out where invoices or lines attain bands."
    paying: Decimal | None = None
    "On what the rate pays; what qualifies where it is left out."
    for_band_only: Decimal | None = None
    "The part of it on which nothing is paid, because it was sold under a special price."
    groups: list[WorkedExampleGroupInput] | None = None
    "The invoices or lines, where each attains a band by itself; at most 100."
    gates: list[GateFigureInput] | None = None
    "What was measured for the gates; a gate that is left out is missed."
    advances: Decimal | None = None
    "What was paid in advance, in units of the currency."
    days_in_effect: int | None = None
    "On how many days of the period the incentive is in effect, where the rule prorates by days."
    days_in_period: int | None = None
    "How many days the period has."


@entered
class AddWorkedExampleInput:
    """Figures and what they earn, for the other side to accept before the incentive comes into force."""

    term_id: strawberry.ID
    "The term, which was proposed and is not in force yet."
    title: str
    "What it shows, in one line."
    figures: WorkedExampleFiguresInput
    "The figures."
    expected: Decimal
    "What is to be paid on them, in units of the currency."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same example, for good."


@entered
class AnswerWorkedExampleInput:
    """The other side's answer to a worked example. It is given once."""

    example_id: strawberry.ID
    "The example, which the other side proposed."
    accept: bool
    "Whether the figures are to earn what it says."


@entered
class WithdrawWorkedExampleInput:
    """An example of your own that is not to stand any longer."""

    example_id: strawberry.ID
    "The example, which your side proposed."


def example_entered(check: Checks, rule: Rule, given: WorkedExampleFiguresInput, expected: int) -> Example:
    """The figures that were entered, with every problem of them added to the checks."""
    before = len(check.problems)
    per_period = rule.tiering_per is TieringPer.PERIOD
    if per_period is not (given.groups is None) or per_period is not (given.qualifying is not None):
        each = rule.tiering_per.value.lower()
        wrong = "Give the volume that qualifies." if per_period else f"Each {each} attains a band: give them as groups."
        check.add(UserErrorCode.REQUIRED, wrong, "figures", "qualifying" if per_period else "groups")
    qualifying, paying, excluded = _volumes(check, rule, given, "figures") if per_period else (0, 0, 0)
    check.at_most(MOST_GROUPS, given.groups or [], "figures", "groups")
    example = Example(
        qualifying=qualifying,
        paying=paying,
        excluded=excluded,
        groups=tuple(_group(check, rule, each, n) for n, each in enumerate((given.groups or [])[:MOST_GROUPS])),
        gates=_gates(check, rule, given.gates or []),
        advances=_advances(check, rule, given.advances),
        days=_days(check, given),
    )
    if len(check.problems) == before:
        try:
            worked(rule, example, expected)
        except ValueError as reason:
            check.add(UserErrorCode.INVALID, str(reason), "figures")
    return example


def _volumes(
    check: Checks, rule: Rule, given: WorkedExampleFiguresInput | WorkedExampleGroupInput, *path: str
) -> tuple[int, int, int]:
    """What qualifies, what pays, and the part of that on which nothing is paid."""
    qualified = Decimal(0) if given.qualifying is None else given.qualifying
    qualifying = check.scaled(qualified, SCALES[rule.qualifying.unit], *path, "qualifying", least=BELOW_ZERO)
    paying = qualifying
    if given.paying is not None:
        paying = check.scaled(given.paying, SCALES[rule.paying.unit], *path, "paying", least=BELOW_ZERO)
        if rule.pays_what_qualifies and paying != qualifying and rule.qualifying == rule.paying:
            check.add(UserErrorCode.INVALID, "The rule pays on what qualifies: leave this out.", *path, "paying")
    elif not rule.pays_what_qualifies:
        check.add(UserErrorCode.REQUIRED, "The rule pays on another measure than what qualifies.", *path, "paying")
    excluded = 0
    if given.for_band_only is not None:
        excluded = check.scaled(given.for_band_only, SCALES[rule.paying.unit], *path, "forBandOnly", least=BELOW_ZERO)
        if rule.specially_priced is not SpeciallyPriced.TIER_ONLY:
            wrong = "The rule has no lines that count for the band alone."
            check.add(UserErrorCode.INVALID, wrong, *path, "forBandOnly")
    return qualifying, paying, excluded


def _group(check: Checks, rule: Rule, given: WorkedExampleGroupInput, place: int) -> Group:
    path = ("figures", "groups", str(place))
    times = check.number(given.times, 1, 1_000_000, *path, "times")
    qualifying, paying, excluded = _volumes(check, rule, given, *path)
    return Group(qualifying * times, paying * times, excluded * times, times)


def _gates(check: Checks, rule: Rule, given: list[GateFigureInput]) -> dict[str, int]:
    known, found = {gate.name for gate in rule.gates}, dict[str, int]()
    for place, each in enumerate(given):
        path = ("figures", "gates", str(place))
        if each.gate not in known:
            check.add(UserErrorCode.NOT_FOUND, f"The rule has no gate {each.gate[:50]!r}.", *path, "gate")
        elif each.gate in found:
            check.add(UserErrorCode.INVALID, f"{each.gate!r} stands here twice.", *path, "gate")
        else:
            found[each.gate] = check.scaled(each.measured, 6, *path, "measured")
    return found


def _advances(check: Checks, rule: Rule, given: Decimal | None) -> int:
    return 0 if given is None else check.scaled(given, places_of(rule.currency), "figures", "advances")


def _days(check: Checks, given: WorkedExampleFiguresInput) -> DaysInEffect | None:
    if given.days_in_effect is None and given.days_in_period is None:
        return None
    of = check.number(given.days_in_period or 0, 1, LONGEST_PERIOD, "figures", "daysInPeriod")
    return DaysInEffect(check.number(given.days_in_effect or 0, 1, max(of, 1), "figures", "daysInEffect"), of)
