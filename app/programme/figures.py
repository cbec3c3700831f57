"""What a rule is given, and what it answers: the figures of one partner and period, and a calculation with every step.

Figures are net of returns and converted to the rule's currency; they say what the lines add up to, so a payment can be
recomputed from them with a spreadsheet. A calculation shows the bands with what lies in each, then the steps in the order of
operations, each with the amount before and after it, so that the steps add up to the payment exactly.

Measures are int of 10⁻⁶ currency units or 10⁻³ units, by the unit of the measure; amounts in steps are exact minor units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from app.programme.money import allocate
from app.programme.money_terms import StepKind


@dataclass(frozen=True, slots=True)
class Group:
    """What one invoice or line has of the measures, where bands are attained by each. `excluded` is the part of `paying` on
    which nothing is paid.

    `times` groups that attain the same band may be given as one, with what they add up to. That is exact where they are
    equal, where the paying measure is the qualifying one, and wherever a rule is RETROACTIVE or FIXED.
    """

    qualifying: int
    paying: int
    excluded: int = 0
    times: int = 1


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A part of the paying measure on which nothing is paid, and why."""

    reason: str
    paying: int


@dataclass(frozen=True, slots=True)
class ReturnedSale:
    """Goods that came back of sales of an earlier period: how much of what it paid on they had (below 0: they did not come
    back after all), what that period came to in minor units, and on what measure. `of` names the period. What came back
    `beyond` that was not paid on, or is not any more, and takes nothing back."""

    measure: int
    paid: int
    paid_on: int
    of: str
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class GateEvidence:
    """What was found about a gate: the figure in 10⁻⁶ (None where nothing could be measured), and a sentence of how."""

    gate: str
    measured: int | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class DaysInEffect:
    """On how many days of a period a partner took part, and how many days the period has."""

    in_effect: int
    of: int


@dataclass(frozen=True, slots=True)
class Carried:
    """What a period leaves to the next, nothing of it above 0: net returns in the measures, and minor units that were to be
    taken back and could not."""

    qualifying: int = 0
    paying: int = 0
    money: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The net measures of a partner and period. `qualifying` is that of the group where affiliates are aggregated; `paying`
    is the partner's own and contains what `exclusions` name. `groups` are the invoices or lines, where each attains a band;
    they add up to the measures. `baseline` stands for the rule's where one is frozen for each partner. `advances` are minor
    units already paid on the period."""

    currency: str
    qualifying: int
    paying: int
    exclusions: tuple[Exclusion, ...] = ()
    groups: tuple[Group, ...] = ()
    returned: tuple[ReturnedSale, ...] = ()
    carried: Carried = Carried()
    advances: int = 0
    baseline: int | None = None


@dataclass(frozen=True, slots=True)
class BandResult:
    """What a band came to. It begins at `threshold`, as prorated or over the baseline, and ends where the next one begins
    (`upto`; None for the last). `measure` is what lies in it of the qualifying measure, `paid_on` the paying measure that
    its rate pays on, `exact` what that comes to, in minor units."""

    threshold: Fraction
    upto: Fraction | None
    rate: int
    attained: bool
    measure: Fraction
    paid_on: Fraction
    exact: Fraction


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the order of operations: the amount before and after it, in exact minor units, and a sentence why."""

    kind: StepKind
    text: str
    before: Fraction
    after: Fraction
    evidence: GateEvidence | None = None


@dataclass(frozen=True, slots=True)
class Calculation:
    """A payment and how it came about. The bands show the measures after proration and before exclusions. `exact` is what
    the steps before rounding leave, `payment` what is paid, in minor units, never below 0. `came_to` is what the lines came
    to after gates and within the cap, in whole minor units, before anything was taken back and without what a guaranteed
    minimum added; `paid_on` the paying measure behind it, as it was measured, less what is excluded."""

    currency: str
    bands: tuple[BandResult, ...]
    steps: tuple[Step, ...]
    exact: Fraction
    payment: int
    carried: Carried
    came_to: int = 0
    paid_on: int = 0

    def share_of(self, measures: Sequence[int]) -> list[int]:
        """What each line has of the payment, by its paying measure (0 for an excluded line); they add up to it."""
        return allocate(self.payment, measures)

    def share_of_bands(self) -> list[int]:
        """What each band has of the payment, by what its rate came to; they add up to it where any rate paid."""
        whole = lcm(*(each.exact.denominator for each in self.bands))
        return allocate(self.payment, [int(each.exact * whole) for each in self.bands])

    def by_step(self) -> dict[StepKind, Fraction]:
        """What each kind of step changed; together it is the payment."""
        changed: dict[StepKind, Fraction] = {}
        for step in self.steps:
            changed[step.kind] = changed.get(step.kind, Fraction(0)) + step.after - step.before
        return changed
