"""Worked examples as vendor and distributor see them: the figures, what they are to earn, and what the engine says."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import strawberry

from app.access.actor import Actor
from app.accruals.actions import rule_of
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import Money, exact
from app.incentives.examples import queries
from app.incentives.examples.actions import example_from, outcome_of
from app.incentives.rules.graph import SCALES, paid
from app.programme.figures import Group, Step
from app.programme.incentives import Rule
from app.programme.money import places_of, rounded
from app.programme.money_terms import StepKind
from app.programme.terms import Level
from app.programme.worked_examples import Example
from app.store.database import Row

values(Level)
values(StepKind)


@visible("incentive:read")
class WorkedExampleGroup:
    """Invoices or lines that are equal, where each attains a band by itself."""

    qualifying: Decimal
    "What each of them has of the measure that attains a band."
    paying: Decimal
    "What each has of the measure on which the rate pays."
    for_band_only: Decimal
    "The part of that on which nothing is paid."
    times: int
    "How many they are."


@visible("incentive:read")
class GateFigure:
    """What was measured for a gate."""

    gate: str
    "The gate's name."
    measured: Decimal
    "What was measured."


@visible("incentive:read")
class WorkedExampleFigures:
    """The figures of a period, net of returns, in units of the currency or of products."""

    qualifying: Decimal
    "What attains a band."
    paying: Decimal
    "On what the rate pays."
    for_band_only: Decimal
    "The part of that on which nothing is paid."
    groups: list[WorkedExampleGroup]
    "The invoices or lines, where each attains a band by itself."
    gates: list[GateFigure]
    "What was measured for the gates; a gate that is not among them is missed."
    advances: Money
    "What was paid in advance."
    days_in_effect: int | None
    "On how many days of the period the incentive is in effect; null where it does not matter."
    days_in_period: int | None
    "How many days the period has."


@visible("incentive:read")
class CalculationStep:
    """A step from the measures to a payment: each begins where the one before it ended."""

    kind: StepKind
    "What kind of step."
    text: str
    "Why, in a sentence."
    before: Decimal
    "The amount before it, in units of the currency, at six decimals."
    after: Decimal
    "The amount after it, in units of the currency, at six decimals."
    after_exactly: str
    "The amount after it in minor units of the currency, exactly: 5500, or 16500/7."


@visible("incentive:read")
class WorkedExampleResult:
    """What the engine makes of an example."""

    payment: Money
    "What it pays on these figures."
    agrees: bool
    "Whether that is what was expected."
    differs_at: CalculationStep | None
    "The first step that leads elsewhere than what was expected; null where it agrees."
    steps: list[CalculationStep]
    "Every step, in the order of operations."


async def _engine(
    request: Request[Actor], parents: "Sequence[WorkedExample]", selection: Selection
) -> list[WorkedExampleResult]:
    """What the engine makes of it, now."""
    return [_result(parent.row) for parent in parents]


@visible("incentive:read")
class WorkedExample(Node):
    """Figures and what they earn, as one side says and the other accepts."""

    key: strawberry.Private[Key]
    term_key: strawberry.Private[Key]
    row: strawberry.Private[Any]
    title: str
    "What it shows."
    figures: WorkedExampleFigures
    "The figures."
    expected: Money
    "What is to be paid on them."
    proposed_as: Level
    "Which side proposed it."
    proposed_at: datetime
    "When it was proposed."
    accepted: bool | None
    "The other side's answer; null while there is none."
    answered_at: datetime | None
    "When it was answered."
    withdrawn_at: datetime | None
    "When whose it is took it back; null while it stands."
    engine_says = edge(_engine)


async def examples_of_term(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[WorkedExample]]":
    """The worked examples that were proposed for it, the oldest first, withdrawn ones among them."""
    window = Window.of(queries.OLDEST, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.EXAMPLES_OF_TERM, window, selection, _example)


async def examples_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[WorkedExample | None]:
    """Examples of the asking vendor or distributor, in the order of their keys; no reseller sees one."""
    if request.actor.level is Level.RESELLER:
        return [None] * len(keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in await queries.examples(await request.reader(), keys)}
    return [_example(found[key]) if key in found else None for key in keys]


def step_shown(step: Step, currency: str) -> CalculationStep:
    """A step as it is shown."""
    return CalculationStep(
        kind=step.kind,
        text=step.text,
        before=_units(step.before, currency),
        after=_units(step.after, currency),
        after_exactly=str(step.after),
    )


def _units(minor: Fraction, currency: str) -> Decimal:
    """An exact amount of minor units in units of its currency, at six decimals, half away from zero."""
    return exact(rounded(minor / 10 ** places_of(currency), 6), 6)


def _example(row: Row) -> WorkedExample:
    key, rule = Key(row["vendor_id"], row["id"]), rule_of(row["rule"])
    return WorkedExample(
        id=strawberry.ID(global_id("WorkedExample", key)),
        key=key,
        term_key=Key(row["vendor_id"], row["term_id"]),
        row=row,
        title=row["title"],
        figures=_figures(rule, example_from(row["given"])),
        expected=paid(row["expected_minor"], rule.currency),
        proposed_as=Level(row["proposed_as"]),
        proposed_at=row["proposed_at"],
        accepted=row["accepted"],
        answered_at=row["answered_at"],
        withdrawn_at=row["withdrawn_at"],
    )


def _figures(rule: Rule, example: Example) -> WorkedExampleFigures:
    groups = [_group(rule, each) for each in example.groups]
    qualifies, pays = SCALES[rule.qualifying.unit], SCALES[rule.paying.unit]
    return WorkedExampleFigures(
        qualifying=exact(example.qualifying + sum(each.qualifying for each in example.groups), qualifies),
        paying=exact(example.paying + sum(each.paying for each in example.groups), pays),
        for_band_only=exact(example.excluded + sum(each.excluded for each in example.groups), pays),
        groups=groups,
        gates=[GateFigure(gate=gate, measured=exact(measured, 6)) for gate, measured in example.gates.items()],
        advances=paid(example.advances, rule.currency),
        days_in_effect=example.days.in_effect if example.days else None,
        days_in_period=example.days.of if example.days else None,
    )


def _group(rule: Rule, group: Group) -> WorkedExampleGroup:
    qualifies, pays = SCALES[rule.qualifying.unit], SCALES[rule.paying.unit]
    return WorkedExampleGroup(
        qualifying=exact(group.qualifying // group.times, qualifies),
        paying=exact(group.paying // group.times, pays),
        for_band_only=exact(group.excluded // group.times, pays),
        times=group.times,
    )


def _result(row: Row) -> WorkedExampleResult:
    outcome = outcome_of(row)
    calculation = outcome.calculation
    steps = [step_shown(each, calculation.currency) for each in calculation.steps]
    differs = None if outcome.differs_at is None else step_shown(outcome.differs_at, calculation.currency)
    return WorkedExampleResult(
        payment=paid(calculation.payment, calculation.currency), agrees=differs is None, differs_at=differs, steps=steps
    )
