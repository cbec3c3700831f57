"""What a partner has earned under an incentive in a period, and every step on the way there.

The order of operations is: what the bands' rates come to, proration, exclusions, gates, the guaranteed minimum (which a
gate that voids voids too), the cap; then what returns take back of earlier payments, and what was paid in advance. With
3,000 earned, a gate that leaves 50 % and a cap of 1,000, 1,000 is paid. A negative volume pays nothing and carries forward.
All of it is exact; the payment is rounded once, at the end, half away from zero.

A payment is never below 0: what could not be taken back is carried into the next period. A gate or a cap never changes
what a partner owes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.programme.bands import ZERO, Portion, ladder_of, rated
from app.programme.figures import (
    BandResult,
    Calculation,
    Carried,
    DaysInEffect,
    Figures,
    GateEvidence,
    ReturnedSale,
    Step,
)
from app.programme.incentive_checks import problems
from app.programme.incentive_wording import how_it_pays, measured, percent
from app.programme.incentives import Gate, Rule
from app.programme.money import MICRO, decimal, rounded, spoken
from app.programme.money_terms import GateEffect, Prorates, ReturnsRule, StepKind, Structure, TieringPer

WHOLE = Fraction(1)
PRORATES_THRESHOLDS = frozenset({Prorates.THRESHOLD, Prorates.TARGET})


@dataclass(frozen=True, slots=True)
class Rating:
    """What the rates come to, with all that the paying measure has and without what is excluded; why, where they pay
    nothing; and the net measures that they read."""

    bands: tuple[BandResult, ...]
    all: Fraction
    without_excluded: Fraction
    nothing: str
    qualifying: Fraction
    paying: Fraction


def earned(
    rule: Rule, figures: Figures, evidence: Sequence[GateEvidence] = (), days: DaysInEffect | None = None
) -> Calculation:
    """What a partner has earned in a period, in minor units of the rule's currency, rounded once, half away from zero.

    A gate without evidence, or whose figure could not be measured, is missed. Raises ValueError where the rule has
    problems, or the figures or the evidence do not belong to it. Source: domain.md, "Rules, with their arithmetic".
    """
    _refuse(rule, figures, evidence)
    share = _share(rule, days)
    plain = _rating(rule, figures, WHOLE)
    rating = plain if share == WHOLE else _rating(rule, figures, share)
    steps: list[Step] = []
    _add(steps, StepKind.RATE, _rate_text(rule, plain), plain.all)
    _prorate(steps, rule, rating, share)
    _exclude(steps, rule, figures, rating, share)
    is_void = _gate(steps, rule, evidence)
    by_rates = steps[-1].after
    _guarantee(steps, rule, rating, is_void)
    _limit(steps, rule)
    came_to = rounded(max(ZERO, min(by_rates, steps[-1].after)))
    _take_back(steps, rule, figures)
    return replace(_paid(steps, rule, figures, rating), came_to=came_to, paid_on=_paid_on(figures))


def _paid_on(figures: Figures) -> int:
    """The paying measure that the lines and what an earlier period left have together, less what is excluded."""
    return max(0, figures.paying + figures.carried.paying - sum(each.paying for each in figures.exclusions))


def _add(steps: list[Step], kind: StepKind, text: str, after: Fraction, evidence: GateEvidence | None = None) -> None:
    """The next step; it begins where the one before it ended."""
    steps.append(Step(kind, text, steps[-1].after if steps else ZERO, after, evidence))


def _rating(rule: Rule, figures: Figures, share: Fraction) -> Rating:
    """What the rates come to where what the rule prorates is that share of it."""
    prorates = rule.proration.prorates if rule.proration else None
    of_measure = share if prorates is Prorates.MEASURE else WHOLE
    of_threshold = share if prorates in PRORATES_THRESHOLDS else WHOLE
    baseline = _baseline(rule, figures)
    ladder = ladder_of(rule, None if baseline is None else baseline * of_threshold, of_threshold)
    every, paid = _portions(rule, figures, of_measure)
    qualifying, paying = sum((each.qualifying for each in paid), ZERO), sum((each.paying for each in paid), ZERO)
    nothing = _nothing(rule, baseline, qualifying, paying, rule.qualifying.minimum * of_threshold)
    bands = rated(ladder, [] if nothing else every)
    gross = sum((each.exact for each in bands), ZERO)
    net = gross
    if figures.exclusions:
        net = sum((each.exact for each in rated(ladder, [] if nothing else paid)), ZERO)
    return Rating(bands, gross, net, nothing, qualifying, paying)


def _portions(rule: Rule, figures: Figures, share: Fraction) -> tuple[list[Portion], list[Portion]]:
    """What attains bands by itself, first with what is excluded from paying, then without it."""
    excluded = sum(each.paying for each in figures.exclusions)
    carried = figures.carried
    if rule.tiering_per is TieringPer.PERIOD:
        qualifying = figures.qualifying * share + carried.qualifying
        paying = figures.paying * share + carried.paying
        return [Portion(qualifying, paying)], [Portion(qualifying, paying - excluded * share)]
    brought = [Portion(Fraction(carried.qualifying), Fraction(carried.paying))]
    every = [Portion(Fraction(each.qualifying), Fraction(each.paying), each.times) for each in figures.groups]
    paid = [
        Portion(Fraction(each.qualifying), Fraction(each.paying - each.excluded), each.times) for each in figures.groups
    ]
    return every + brought, paid + brought


def _baseline(rule: Rule, figures: Figures) -> Fraction | None:
    """Over what growth is measured; None where the rule is not about growth."""
    if rule.growth is None:
        return None
    baseline = rule.growth.baseline if figures.baseline is None else figures.baseline
    return Fraction(max(baseline, rule.growth.floor) if rule.growth.floor is not None else baseline)


def _nothing(rule: Rule, baseline: Fraction | None, qualifying: Fraction, paying: Fraction, minimum: Fraction) -> str:
    """Why the rates pay nothing, as a sentence; empty where they may pay."""

    def told(value: Fraction) -> str:
        return measured(value, rule.qualifying.unit, rule.currency)

    if qualifying <= 0:
        return f"A net volume of {told(qualifying)} pays nothing."
    if baseline is not None and baseline <= 0:
        return f"Over a baseline of {told(baseline)}, without a floor, growth pays nothing."
    if qualifying < minimum:
        return f"The volume of {told(qualifying)} is below the minimum of {told(minimum)}: the rates pay nothing."
    if paying <= 0 and rule.structure is not Structure.FIXED:
        return f"A net paying measure of {measured(paying, rule.paying.unit, rule.currency)} pays nothing."
    return ""


def _rate_text(rule: Rule, rating: Rating) -> str:
    if rating.nothing:
        return rating.nothing
    volume = measured(rating.qualifying, rule.qualifying.unit, rule.currency)
    attained = sum(each.attained for each in rating.bands)
    if not attained:
        return f"{volume} attain no band: nothing is paid."
    return f"{volume} attain band {attained} of {len(rating.bands)}: {how_it_pays(rule)}."


def _share(rule: Rule, days: DaysInEffect | None) -> Fraction:
    """Which share of the period counts.

    Raises ValueError where it goes by days and these are missing or make no sense.
    """
    if rule.proration is None:
        return WHOLE
    if rule.proration.share is not None:
        return Fraction(rule.proration.share, MICRO)
    if days is None or not 0 < days.in_effect <= days.of:
        raise ValueError(f"The rule prorates by days: say how many of the period's days were in effect, not {days}.")
    return Fraction(days.in_effect, days.of)


def _prorate(steps: list[Step], rule: Rule, rating: Rating, share: Fraction) -> None:
    if rule.proration is None:
        return
    what = rule.proration.prorates.value.lower()
    after = rating.all * share if rule.proration.prorates is Prorates.PAYMENT else rating.all
    why = f" {rating.nothing}" if rating.nothing else ""
    told = f"{percent(share * MICRO)} ({share.numerator} of {share.denominator})"
    _add(steps, StepKind.PRORATION, f"The {what} is prorated to {told}.{why}", after)


def _exclude(steps: list[Step], rule: Rule, figures: Figures, rating: Rating, share: Fraction) -> None:
    if not figures.exclusions:
        return
    of_payment = share if rule.proration and rule.proration.prorates is Prorates.PAYMENT else WHOLE
    told = [f"{measured(e.paying, rule.paying.unit, rule.currency)} ({e.reason})" for e in figures.exclusions]
    _add(steps, StepKind.EXCLUSION, f"Nothing is paid on {', '.join(told)}.", rating.without_excluded * of_payment)


def _gate(steps: list[Step], rule: Rule, evidence: Sequence[GateEvidence]) -> bool:
    """Each gate in turn; whether one voids."""
    found = {each.gate: each for each in evidence}
    is_void = False
    for gate in rule.gates:
        proof = found.get(gate.name)
        is_met = proof is not None and proof.measured is not None and proof.measured >= gate.needed
        left = WHOLE if is_met else Fraction(gate.pays, MICRO)
        is_void = is_void or (not is_met and gate.effect is GateEffect.VOID)
        before = steps[-1].after
        after = before * left if before > 0 else before
        _add(steps, StepKind.GATE, _gate_text(gate, proof, is_met), after, proof)
    return is_void


def _gate_text(gate: Gate, proof: GateEvidence | None, is_met: bool) -> str:
    needed = decimal(Fraction(gate.needed, MICRO))
    if proof is None or proof.measured is None:
        seen = f"Nothing shows {gate.name}, which needs {needed}"
    else:
        seen = f"{gate.name} is at {decimal(Fraction(proof.measured, MICRO))} and needs {needed}"
    if is_met:
        return f"{seen}: met."
    left = "nothing is paid or guaranteed" if gate.effect is GateEffect.VOID else f"{percent(gate.pays)} is paid"
    return f"{seen}: missed, {left}."


def _guarantee(steps: list[Step], rule: Rule, rating: Rating, is_void: bool) -> None:
    if rule.minimum_guarantee is None:
        return
    before, told = steps[-1].after, spoken(rule.minimum_guarantee, rule.currency)
    if is_void:
        _add(steps, StepKind.MINIMUM, f"A missed gate voids the guaranteed minimum of {told}.", before)
    elif rating.qualifying < 0:
        _add(steps, StepKind.MINIMUM, f"A negative volume has no guaranteed minimum ({told}).", before)
    else:
        _add(steps, StepKind.MINIMUM, f"At least {told} is guaranteed.", max(before, Fraction(rule.minimum_guarantee)))


def _limit(steps: list[Step], rule: Rule) -> None:
    if rule.cap is not None:
        text = f"At most {spoken(rule.cap, rule.currency)} is paid."
        _add(steps, StepKind.CAP, text, min(steps[-1].after, Fraction(rule.cap)))


def _take_back(steps: list[Step], rule: Rule, figures: Figures) -> None:
    """What earlier periods are owed back: returns at the rate of then, advances, and what they left to take back."""
    for each in figures.returned:
        back = Fraction(each.paid * each.measure, each.paid_on) if each.measure else ZERO
        _add(steps, StepKind.RETURNS, _returned_text(rule, each), steps[-1].after - back)
    if figures.advances:
        text = f"{spoken(figures.advances, rule.currency)} was paid in advance."
        _add(steps, StepKind.ADVANCES, text, steps[-1].after - figures.advances)
    if figures.carried.money:
        text = f"{spoken(-figures.carried.money, rule.currency)} was left to take back."
        _add(steps, StepKind.CARRY_FORWARD, text, steps[-1].after + figures.carried.money)


def _returned_text(rule: Rule, back: ReturnedSale) -> str:
    def told(value: int) -> str:
        return measured(abs(value), rule.paying.unit, rule.currency)

    said = []
    if back.measure:
        came = "came back" if back.measure > 0 else "did not come back after all"
        rate = f"{spoken(back.paid, rule.currency)} was paid on {told(back.paid_on)}"
        said.append(f"{told(back.measure)} of {back.of} {came}; {rate}.")
    if back.beyond > 0:
        said.append(
            f"{told(back.beyond)} of {back.of} came back beyond what it paid on: nothing is taken back for that."
        )
    if back.beyond < 0:
        said.append(
            f"{told(back.beyond)} of {back.of} did not come back after all: nothing had been taken back for that."
        )
    return " ".join(said)


def _paid(steps: list[Step], rule: Rule, figures: Figures, rating: Rating) -> Calculation:
    """The payment, rounded once, and what is carried forward."""
    exact = steps[-1].after
    carried = _carried(rule, rating, exact)
    if carried.money:
        _add(steps, StepKind.CARRY_FORWARD, f"{spoken(-exact, rule.currency)} is left to the next period.", ZERO)
    if carried.qualifying or carried.paying:
        least = measured(carried.qualifying or carried.paying, rule.qualifying.unit, rule.currency)
        _add(steps, StepKind.CARRY_FORWARD, f"The negative volume of {least} carries forward.", steps[-1].after)
    payment = rounded(max(ZERO, exact))
    text = f"Rounded once, half away from zero: {spoken(payment, rule.currency)}."
    _add(steps, StepKind.ROUNDING, text, Fraction(payment))
    return Calculation(rule.currency, rating.bands, tuple(steps), exact, payment, carried)


def _carried(rule: Rule, rating: Rating, exact: Fraction) -> Carried:
    money = rounded(min(ZERO, exact))
    if not rule.carries_forward:
        return Carried(money=money)
    return Carried(rounded(min(ZERO, rating.qualifying)), rounded(min(ZERO, rating.paying)), money)


def _refuse(rule: Rule, figures: Figures, evidence: Sequence[GateEvidence]) -> None:
    wrong = [f"{each.path}: {each.message}" for each in problems(rule)] or list(_misfits(rule, figures, evidence))
    if wrong:
        raise ValueError(" ".join(wrong))


def _misfits(rule: Rule, figures: Figures, evidence: Sequence[GateEvidence]) -> Iterable[str]:
    """What of the figures or the evidence does not belong to the rule."""
    if figures.currency != rule.currency:
        yield f"The figures are in {figures.currency}, the rule pays in {rule.currency}: convert them at dated rates."
    if rule.tiering_per is TieringPer.PERIOD and figures.groups:
        yield "The rule's bands are attained by the period: it reads no invoices or lines by themselves."
    if rule.tiering_per is not TieringPer.PERIOD:
        yield from _uneven(figures)
    if figures.returned and rule.returns is not ReturnsRule.ORIGINAL_RATE:
        yield "The rule counts returns in their own period: none takes back what an earlier one paid."
    if any(abs(each.measure) > each.paid_on or min(each.paid, each.paid_on) < 0 for each in figures.returned):
        yield "What came back is no more than its period had paid on."
    if figures.advances and not rule.advances:
        yield "The rule knows no advances."
    if figures.advances < 0 or max(figures.carried.qualifying, figures.carried.paying, figures.carried.money) > 0:
        yield "Advances are 0 or more; what is carried forward is 0 or less."
    names = [each.gate for each in evidence]
    if len(set(names)) < len(names) or not {*names} <= {each.name for each in rule.gates}:
        yield "Evidence is about a gate of the rule, once for each."


def _uneven(figures: Figures) -> Iterable[str]:
    """Where the groups do not add up to the measures."""
    excluded = sum(each.paying for each in figures.exclusions)
    totals = (figures.qualifying, figures.paying, excluded)
    added = (
        sum(each.qualifying for each in figures.groups),
        sum(each.paying for each in figures.groups),
        sum(each.excluded for each in figures.groups),
    )
    if totals != added:
        yield f"The invoices or lines add up to {added}, the figures say {totals} (qualifying, paying, excluded)."
    if any(each.times < 1 for each in figures.groups):
        yield "A group is there once at least."
