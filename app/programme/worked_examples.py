"""Executable agreements: figures, what both sides say that they earn, and what the engine makes of them.

An incentive comes into force only when the engine agrees with every worked example. Where it does not, both sides are told
where: up to which step the engine had the amount that they expected, and which step then changed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.programme.figures import Calculation, DaysInEffect, Exclusion, Figures, GateEvidence, Group, Step
from app.programme.incentives import Rule
from app.programme.money_terms import StepKind, TieringPer
from app.programme.rebates import earned


@dataclass(frozen=True, slots=True)
class Example:
    """The figures of an example: net measures in 10⁻⁶ currency units or 10⁻³ units, as the rule measures; the part of what
    pays that counts for the band alone; invoices or lines where each attains a band; what was measured for each gate, in
    10⁻⁶; advances in minor units; days, where the rule prorates by them."""

    qualifying: int = 0
    paying: int = 0
    excluded: int = 0
    groups: tuple[Group, ...] = ()
    gates: Mapping[str, int] = field(default_factory=dict)
    advances: int = 0
    days: DaysInEffect | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine makes of an example, and the first step that leads it elsewhere; None where it agrees."""

    calculation: Calculation
    differs_at: Step | None


def worked(rule: Rule, example: Example, expected: int) -> Outcome:
    """What the rule pays on the figures of an example, beside what is expected of it (minor units).

    Raises ValueError where the figures do not belong to the rule.
    """
    evidence = [GateEvidence(gate, measured) for gate, measured in example.gates.items()]
    calculation = earned(rule, _figures(rule, example), evidence, example.days)
    if calculation.payment == expected:
        return Outcome(calculation, None)
    return Outcome(calculation, _differs_at(calculation, expected))


def _figures(rule: Rule, example: Example) -> Figures:
    per_period = rule.tiering_per is TieringPer.PERIOD
    groups = example.groups
    excluded = example.excluded if per_period else sum(each.excluded for each in groups)
    return Figures(
        currency=rule.currency,
        qualifying=example.qualifying if per_period else sum(each.qualifying for each in groups),
        paying=example.paying if per_period else sum(each.paying for each in groups),
        exclusions=(Exclusion("counts for the band alone", excluded),) if excluded else (),
        groups=groups,
        advances=example.advances,
    )


def _differs_at(calculation: Calculation, expected: int) -> Step:
    """The step after the last one that left what is expected; the first step where none did."""
    steps = [step for step in calculation.steps if step.kind is not StepKind.ROUNDING or step.after != step.before]
    met = [place for place, step in enumerate(steps) if step.after == expected]
    return steps[met[-1] + 1] if met and met[-1] + 1 < len(steps) else steps[0]
