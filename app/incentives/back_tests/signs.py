"""What a back-test notices: signs that partners steer their figures, or that the rule invites them to.

Thresholds are looked at where the volume of a period attains a band and no growth is measured; a payment's jump only where
the rule pays, in money, on what qualifies.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction

from app.accruals.measures.queries import Asking, Slot, measured
from app.incentives.back_tests.reckoning import Paid, Trial
from app.programme.back_tests import Finding, Loading, Payout, Sensitivity, bunching, cliffs, findings, loading
from app.programme.figures import DaysInEffect, Figures, GateEvidence
from app.programme.incentives import Rule
from app.programme.money import places_of
from app.programme.money_terms import Aggregate, MeasureUnit, TieringPer
from app.programme.rebates import earned
from app.programme.spans import Span
from app.store.database import Reader

SENSITIVITY = Sensitivity()
A_WHOLE_PERIOD = DaysInEffect(1, 1)


async def signs_of(db: Reader, asking: Asking, trial: Trial, payouts: Sequence[Paid]) -> list[Finding]:
    """Every sign, the strongest of each kind first. A partner is named by the place of its payout."""
    loaded = await _loaded(db, asking, trial, payouts)
    return await asyncio.to_thread(_found, trial, payouts, loaded)


def _found(trial: Trial, payouts: Sequence[Paid], loaded: Sequence[Loading]) -> list[Finding]:
    rule = trial.rule
    by_period = rule.tiering_per is TieringPer.PERIOD and rule.growth is None
    thresholds = [band.threshold for band in rule.bands if band.threshold > 0] if by_period else []
    known = [
        Payout(str(place), each.period.span, each.found.figures.qualifying, each.payment)
        for place, each in enumerate(payouts)
    ]
    own = thresholds if rule.aggregate is Aggregate.PARTNER else []
    near = bunching(known, own, SENSITIVITY.within, rule.threshold_rule)
    in_money = rule.pays_what_qualifies and rule.qualifying.unit is MeasureUnit.AMOUNT
    steep = cliffs(lambda measure: _payment(rule, measure), thresholds if in_money else [], rule.threshold_rule)
    return findings(near, loaded, steep, SENSITIVITY)


def _payment(rule: Rule, measure: int) -> Fraction:
    """What a measure pays by itself, gates met, in 10⁻⁶ currency units."""
    figures = Figures(currency=rule.currency, qualifying=measure, paying=measure)
    met = [GateEvidence(gate.name, gate.needed) for gate in rule.gates]
    return earned(rule, figures, met, A_WHOLE_PERIOD).exact * Fraction(10) ** (6 - places_of(rule.currency))


async def _loaded(db: Reader, asking: Asking, trial: Trial, payouts: Sequence[Paid]) -> list[Loading]:
    """What the last days of every period hold, of those at least twice as long."""
    days = SENSITIVITY.last_days
    long = [(place, each) for place, each in enumerate(payouts) if _length(each.period.span) > 2 * days]
    slots = [_last(each.slot, days) for _, each in long]
    if not slots:
        return []
    last = await measured(db, asking, trial.rule, trial.rule.qualifying, slots)
    whole = await _own_volumes(db, asking, trial, [each for _, each in long])
    return [*_loadings(long, whole, [volume.total for volume in last], days)]


async def _own_volumes(db: Reader, asking: Asking, trial: Trial, payouts: Sequence[Paid]) -> list[int]:
    """What each partner sold itself, whatever others of a stacking group use first: the volume that qualifies, but where
    that of affiliates is added to it, or something is taken out."""
    if trial.rule.aggregate is Aggregate.PARTNER and trial.rule.stacking_group is None:
        return [each.found.figures.qualifying for each in payouts]
    slots = [each.slot for each in payouts]
    return [volume.total for volume in await measured(db, asking, trial.rule, trial.rule.qualifying, slots)]


def _loadings(
    long: Sequence[tuple[int, Paid]], whole: Sequence[int], last: Sequence[int], days: int
) -> Iterator[Loading]:
    for (place, each), total, late in zip(long, whole, last, strict=True):
        span = each.period.span
        sold = [(span.start, total - late), (span.end - timedelta(days=1), late)]
        seen = loading(str(place), span, sold, days)
        if seen is not None:
            yield seen


def _length(span: Span) -> int:
    return (span.end - span.start).days


def _last(slot: Slot, days: int) -> Slot:
    """The last days of a slot: no whole months."""
    start = slot.span.end - timedelta(days=days)
    return Slot(slot.agreement_id, slot.distributor_id, Span(start, slot.span.end), False, slot.alone)
