"""Back-tests as the vendor sees them: what a rule would have paid, to whom and when, beside what was paid and the budget;
signs that figures are steered; and what a draft pays otherwise than the version in force. They are the vendor's alone.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.accruals.measures.queries import Asking
from app.execution.connections import Connection, Order, SortKey, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact, money
from app.incentives.accrued.graph import MeasuredVolume, volume
from app.incentives.back_tests.asking import trial_of, trials_of
from app.incentives.back_tests.inputs import BacktestInput, PreviewIncentiveInput
from app.incentives.back_tests.reckoning import Paid, Trial, tried
from app.incentives.back_tests.signs import signs_of
from app.incentives.rules.graph import IncentiveRule, paid, rule_shown
from app.programme.back_tests import Bunching, Finding, Loading
from app.programme.claim_terms import GamingSign
from app.programme.incentive_wording import described
from app.programme.money import rounded
from app.programme.spans import Span
from app.programme.terms import Level

values(GamingSign)
T = TypeVar("T")
MOST_SIGNS = 100
_BY_PERIOD = Order(
    (
        SortKey("start", "start", date, "date"),
        SortKey("name", "name", str, "text"),
        SortKey("id", "id", UUID, "uuid"),
    )
)
_BY_NAME = Order((SortKey("name", "name", str, "text"), SortKey("id", "id", UUID, "uuid")))


@visible("backtest:run")
class BacktestPayout:
    """What a rule pays under an agreement for a pay period."""

    distributor_key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key]
    period: DateRange
    "The days of the pay period that were measured."
    qualifying: MeasuredVolume
    "What attains a band; of all affiliates, where their volumes are added up."
    paying: MeasuredVolume
    "On what the band's rate pays."
    lines: int
    "How many lines pay."
    unvalued_lines: int
    "How many of them count for no amount, because they have no price, or no rate leads from their currency."
    payment: Money
    "What it pays."
    paid: Money
    "What approved statements paid for periods that begin in this one: of the incentive, or of all for a rule of none."


@visible("backtest:run")
class BacktestPeriod:
    """What a rule pays in a pay period, under all agreements together."""

    period: DateRange
    "The whole pay period."
    payment: Money
    "What it pays."
    paid: Money
    "What approved statements paid."
    budget: Money | None
    "What it may cost; null where there is no budget."
    budget_use: Decimal | None
    "Which part of the budget it takes: 1.2 is a fifth too much. To six decimals, half away from zero."


@visible("backtest:run")
class BacktestSign:
    """A sign that partners steer their figures, or that the rule invites them to. It proves nothing: a person judges."""

    sign: GamingSign
    "What it is a sign of."
    text: str
    "What was seen."
    strength: Decimal
    """How strong it is: of those near a threshold the part above it; how many times their part the last seven days of a
    period hold; the jump of the payment as a part of the threshold."""
    threshold: MeasuredVolume | None
    "The threshold, where it is about one."
    amount: Money | None
    "What those above the threshold are paid, or by what the payment jumps; null for what is about a period's end."
    distributor_key: strawberry.Private[Key | None]
    period: DateRange | None
    "In which period, where it is about one partner's."


async def _payouts(
    request: Request[Actor],
    parents: "Sequence[BacktestResult]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[BacktestPayout]]:
    """What it pays, by period and the distributor's name."""
    window = Window.of(_BY_PERIOD, first=first, after=after, last=last, before=before, of="payouts")
    return [_page(window, selection, parent.found, _place, partial(_payout, parent.vendor_id)) for parent in parents]


@visible("backtest:run")
class BacktestResult:
    """What a rule would have paid over history. Nothing of it is owed to anybody."""

    vendor_id: strawberry.Private[UUID]
    found: strawberry.Private[Sequence[Paid]]
    rule: IncentiveRule
    "The rule that was tried."
    summary: str
    "The rule in one paragraph."
    currency: CurrencyCode
    "In which currency it pays."
    payment: Money
    "What it pays altogether."
    paid: Money
    "What approved statements paid altogether: of the incentive, or of all for a rule of none."
    lines: int
    "How many lines pay."
    unvalued_lines: int
    "How many of them count for no amount."
    periods: list[BacktestPeriod]
    "What it pays in each pay period, beside the budget."
    signs: list[BacktestSign]
    "What deserves a look, the strongest of each sign first: at most 100."
    sign_count: int
    "How many signs there are."
    payouts = edge(_payouts)


@visible("backtest:run")
class IncentiveDifference:
    """What a draft pays otherwise than the version in force, under one agreement."""

    distributor_key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key]
    in_force: Money
    "What the version in force pays; nothing where it is not offered under the agreement."
    draft: Money
    "What the draft pays; nothing where it is not to be offered under the agreement."
    difference: Money
    "What the draft pays more, or less."


async def _differences(
    request: Request[Actor],
    parents: "Sequence[IncentivePreview]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[IncentiveDifference]]:
    """The difference under each agreement, by the distributor's name."""
    window = Window.of(_BY_NAME, first=first, after=after, last=last, before=before, of="differences")
    return [
        _page(window, selection, parent.rows, lambda each: (each[0], each[1].agreement_key.id), lambda each: each[1])
        for parent in parents
    ]


@visible("backtest:run")
class IncentivePreview:
    """What a draft would have paid over history, beside the version in force."""

    rows: strawberry.Private[Sequence[tuple[str, IncentiveDifference]]]
    draft: BacktestResult
    "What the draft pays."
    in_force: BacktestResult | None
    "What the version in force pays; null where none is."
    difference: Money
    "What the draft pays more altogether, or less."
    differences = edge(_differences)


async def backtest(
    request: Request[Actor], parents: Sequence[Any], selection: Selection, input: BacktestInput
) -> list[BacktestResult]:
    """What a rule would have paid over history, by partner and period, beside what was paid and a budget; with signs that
    figures are steered. Resale prices and resellers that are not disclosed to you take no part."""
    return [
        await _tested(
            request, parent, await trial_of(await request.reader(), request.actor, parent.key.vendor_id, input)
        )
        for parent in parents
    ]


async def preview_incentive(
    request: Request[Actor], parents: Sequence[Any], selection: Selection, input: PreviewIncentiveInput
) -> list[IncentivePreview]:
    """What a draft would have paid over history, otherwise than the version in force, under each agreement."""
    found = []
    for parent in parents:
        trials = await trials_of(await request.reader(), parent.key.vendor_id, input)
        results = [await _tested(request, parent, trial) for trial in trials]
        found.append(_compared(trials, results))
    return found


async def _tested(request: Request[Actor], network: Any, trial: Trial) -> BacktestResult:
    db = await request.reader()
    asking = Asking(network.key.vendor_id, Level.VENDOR, network.as_of)
    found = await tried(db, asking, trial)
    signs = await signs_of(db, asking, trial, found)
    currency = trial.rule.currency
    return BacktestResult(
        vendor_id=network.key.vendor_id,
        found=found,
        rule=rule_shown(network.key.vendor_id, trial.rule),
        summary=described(trial.rule),
        currency=CurrencyCode(currency),
        payment=paid(sum(each.payment for each in found), currency),
        paid=paid(sum(each.paid for each in found), currency),
        lines=sum(each.found.lines for each in found),
        unvalued_lines=sum(each.found.unvalued for each in found),
        periods=_periods(trial, found),
        signs=[_sign(network.key.vendor_id, trial, found, each) for each in signs[:MOST_SIGNS]],
        sign_count=len(signs),
    )


def _periods(trial: Trial, found: Sequence[Paid]) -> list[BacktestPeriod]:
    sums: dict[Span, tuple[int, int]] = {}
    for each in found:
        before = sums.get(each.period.whole, (0, 0))
        sums[each.period.whole] = before[0] + each.payment, before[1] + each.paid
    currency, budget = trial.rule.currency, trial.budget
    return [
        BacktestPeriod(
            period=DateRange(start=span.start, end=span.end),
            payment=paid(payment, currency),
            paid=paid(was, currency),
            budget=None if budget is None else paid(budget, currency),
            budget_use=None if budget is None else _six(Fraction(payment, budget)),
        )
        for span, (payment, was) in sorted(sums.items(), key=lambda item: item[0].start)
    ]


def _payout(vendor_id: UUID, each: Paid) -> BacktestPayout:
    found, currency = each.found, each.found.figures.currency
    return BacktestPayout(
        distributor_key=Key(vendor_id, each.partner.distributor_id),
        agreement_key=Key(vendor_id, each.partner.agreement_id),
        period=DateRange(start=each.period.span.start, end=each.period.span.end),
        qualifying=volume(each.rule.qualifying.unit, found.figures.qualifying, currency),
        paying=volume(each.rule.paying.unit, found.figures.paying, currency),
        lines=found.lines,
        unvalued_lines=found.unvalued,
        payment=paid(each.payment, currency),
        paid=paid(each.paid, currency),
    )


def _place(each: Paid) -> tuple[date, str, UUID]:
    return each.period.span.start, each.partner.name, each.partner.agreement_id


def _sign(vendor_id: UUID, trial: Trial, found: Sequence[Paid], finding: Finding) -> BacktestSign:
    seen, rule = finding.evidence, trial.rule
    if isinstance(seen, Loading):
        return BacktestSign(
            sign=finding.sign,
            text=finding.text,
            strength=_six(seen.times),
            threshold=None,
            amount=None,
            distributor_key=Key(vendor_id, found[int(seen.partner)].partner.distributor_id),
            period=DateRange(start=seen.period.start, end=seen.period.end),
        )
    return BacktestSign(
        sign=finding.sign,
        text=finding.text,
        strength=_six((seen.share_above if isinstance(seen, Bunching) else seen.share) or Fraction(0)),
        threshold=volume(rule.qualifying.unit, seen.threshold, rule.currency),
        amount=paid(seen.paid_above, rule.currency)
        if isinstance(seen, Bunching)
        else money(rounded(seen.jump), rule.currency),
        distributor_key=None,
        period=None,
    )


def _six(value: Fraction) -> Decimal:
    return exact(rounded(value, 6), 6)


def _compared(trials: Sequence[Trial], results: Sequence[BacktestResult]) -> IncentivePreview:
    draft, in_force = results[0], results[1] if len(results) > 1 else None
    vendor_id, currency = draft.vendor_id, trials[0].rule.currency
    partners = {each.agreement_id: each for trial in trials for each in trial.partners}
    sums = {id: [0, 0] for id in partners}
    for place, result in enumerate(results):
        for each in result.found:
            sums[each.partner.agreement_id][place] += each.payment
    rows = [
        (
            partners[id].name,
            IncentiveDifference(
                distributor_key=Key(vendor_id, partners[id].distributor_id),
                agreement_key=Key(vendor_id, id),
                in_force=paid(live, currency),
                draft=paid(drafted, currency),
                difference=paid(drafted - live, currency),
            ),
        )
        for id, (drafted, live) in sums.items()
    ]
    rows.sort(key=lambda row: (row[0], row[1].agreement_key.id))
    total = sum(drafted - live for drafted, live in sums.values())
    return IncentivePreview(rows=rows, draft=draft, in_force=in_force, difference=paid(total, currency))


S = TypeVar("S")


def _page(
    window: Window,
    selection: Selection,
    rows: Sequence[S],
    place: Callable[[S], tuple[Any, ...]],
    node: Callable[[S], T],
) -> Connection[T]:
    """The page of rows that are there already, in the order of their places."""
    at = window.position
    chosen = [each for each in rows if at is None or (place(each) < at if window.backward else place(each) > at)]
    if window.backward:
        chosen.reverse()
    names = [key.name for key in window.order.keys]
    page = [{**dict(zip(names, place(each), strict=True)), "node": each} for each in chosen[: window.size + 1]]
    return window.connection(page, lambda row: node(row["node"]), len(rows), selection)
