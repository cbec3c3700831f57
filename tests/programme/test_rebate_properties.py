"""What holds for every rule and every volume, ties at thresholds and amounts to 10¹⁸ minor units included."""

from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.programme.figures import Carried, Figures, GateEvidence, Group, ReturnedSale
from app.programme.incentives import Gate, Rule
from app.programme.money import MICRO, places_of
from app.programme.money_terms import GateEffect, GateKind, ReturnsRule, Structure, TieringPer
from app.programme.rebates import earned
from app.programme.settlement import adjustment
from app.programme.terms import ThresholdRule
from tests.programme.rulebook import LARGE, MARGINAL, RETROACTIVE, positive, rules, volumes

many = settings(max_examples=400)
GATE = Gate(GateKind.PROVEN, "a plan was signed", MICRO, GateEffect.REDUCE, 500_000)


def of(rule: Rule, volume: int) -> Figures:
    return Figures(rule.currency, volume, volume)


def exact(rule: Rule, volume: int) -> Fraction:
    return earned(rule, of(rule, volume)).exact


def reckoned(rule: Rule, volume: int) -> Fraction:
    """The payment in exact minor units by another way: by what each threshold adds to the rate."""
    minor = Fraction(10 ** places_of(rule.currency), MICRO * MICRO)
    is_exceeded = rule.threshold_rule is ThresholdRule.EXCEEDED
    total, rate = Fraction(0), 0
    for band in rule.bands:
        if volume <= 0 or volume < band.threshold or (is_exceeded and volume == band.threshold):
            break
        total += (volume - band.threshold) * (band.rate - rate)
        rate = band.rate
    return (Fraction(max(volume, 0) * rate) if rule.structure is Structure.RETROACTIVE else total) * minor


@settings(max_examples=1500)
@given(rules(rising=False), volumes)
def test_it_pays_what_another_way_of_reckoning_finds(rule: Rule, volume: int) -> None:
    found = earned(rule, of(rule, volume))
    assert found.exact == reckoned(rule, volume)
    assert found.payment == (2 * found.exact + 1) // 2
    assert sum(each.exact for each in found.bands) == found.exact
    assert isinstance(found.exact, Fraction) and type(found.payment) is int


@many
@given(rules(), volumes, volumes)
def test_where_rates_rise_more_volume_never_pays_less(rule: Rule, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert earned(rule, of(rule, low)).payment <= earned(rule, of(rule, high)).payment


@many
@given(rules(), volumes)
def test_where_rates_rise_retroactive_pays_no_less_than_marginal(rule: Rule, volume: int) -> None:
    marginal, retroactive = replace(rule, structure=Structure.MARGINAL), replace(rule, structure=Structure.RETROACTIVE)
    assert exact(marginal, volume) <= exact(retroactive, volume)


@many
@given(rules(rising=False), st.data())
def test_around_a_threshold_the_band_changes_exactly_there(rule: Rule, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rule.bands) - 1))
    threshold = rule.bands[place].threshold
    assume(threshold > 1)
    counts = [sum(b.attained for b in earned(rule, of(rule, threshold + by)).bands) for by in (-1, 0, 1)]
    at = place if rule.threshold_rule is ThresholdRule.EXCEEDED else place + 1
    assert counts == [place, at, place + 1 + (place + 1 < len(rule.bands) and _next_is_met(rule, place))]


def _next_is_met(rule: Rule, place: int) -> bool:
    """Whether the next threshold is one above, and met there."""
    following = rule.bands[place + 1].threshold
    return following == rule.bands[place].threshold + 1 and rule.threshold_rule is ThresholdRule.REACHED


@many
@given(rules(rising=False), st.lists(positive, min_size=1, max_size=8), st.randoms(use_true_random=False))
@example(MARGINAL, [250_000 * MICRO, MICRO], Random(1))
def test_the_order_of_invoices_does_not_matter(rule: Rule, amounts: list[int], order: Random) -> None:
    by_invoice = replace(rule, tiering_per=TieringPer.INVOICE)
    shuffled = sorted(amounts, key=lambda _: order.random())

    def figures(each_of: list[int]) -> Figures:
        return Figures(rule.currency, sum(each_of), sum(each_of), groups=tuple(Group(each, each) for each in each_of))

    one, other = earned(by_invoice, figures(amounts)), earned(by_invoice, figures(shuffled))
    assert (one.exact, one.bands) == (other.exact, other.bands)
    assert one.exact == sum(exact(rule, each) for each in amounts)


@many
@given(rules(rising=False), positive, st.integers(1, 50))
def test_equal_invoices_may_be_given_as_one(rule: Rule, amount: int, times: int) -> None:
    by_invoice = replace(rule, tiering_per=TieringPer.INVOICE)
    total = amount * times
    together = Figures(rule.currency, total, total, groups=(Group(total, total, 0, times),))
    assert earned(by_invoice, together).exact == times * exact(rule, amount)


@many
@given(rules(rising=False), positive, st.lists(st.integers(1, LARGE), min_size=1, max_size=6))
def test_what_is_paid_on_splits_exactly(rule: Rule, volume: int, parts: list[int]) -> None:
    """Over the period, splitting a line, or partners of one group, changes nothing in the sum."""
    whole = earned(rule, Figures(rule.currency, volume, sum(parts)))
    split = [earned(rule, Figures(rule.currency, volume, part)).exact for part in parts]
    assert whole.exact == sum(split)


@many
@given(rules(rising=False), volumes, st.integers(-LARGE, 0))
def test_a_carried_return_counts_as_one_of_the_period(rule: Rule, volume: int, carried: int) -> None:
    brought = Figures(rule.currency, volume, volume, carried=Carried(carried, carried))
    found, own = earned(rule, brought), earned(rule, of(rule, volume + carried))
    assert (found.exact, found.carried) == (own.exact, own.carried)


@many
@given(rules(rising=False), positive, st.integers(1, 6), st.data())
def test_returns_at_the_original_rate_take_back_exactly_what_was_paid(
    rule: Rule, volume: int, parts: int, data: st.DataObject
) -> None:
    rule = replace(rule, returns=ReturnsRule.ORIGINAL_RATE)
    paid = earned(rule, of(rule, volume)).payment
    cuts = sorted({data.draw(st.integers(1, volume)) for _ in range(parts)} | {volume})
    each = [high - low for low, high in zip([0, *cuts], cuts, strict=False)]
    returned = tuple(ReturnedSale(measure, paid, volume, "the period before") for measure in each)
    found = earned(rule, Figures(rule.currency, 0, 0, returned=returned))
    assert (found.payment, found.carried.money) == (0, -paid)


@many
@given(rules(rising=False), volumes, volumes)
def test_an_adjustment_reversed_is_exactly_the_negative_and_its_steps_add_up(rule: Rule, one: int, other: int) -> None:
    old, new = earned(rule, of(rule, one)), earned(rule, of(rule, other))
    there, back = adjustment(old, new), adjustment(new, old)
    assert there.amount == -back.amount
    assert there.by_step == tuple((kind, -difference) for kind, difference in back.by_step)
    assert sum(difference for _, difference in there.by_step) == there.amount


@many
@given(
    st.sampled_from([MARGINAL, RETROACTIVE]),
    volumes,
    st.integers(0, 10**18),
    st.integers(0, 10**18),
    st.booleans(),
)
def test_between_minimum_and_cap_a_gate_halves(rule: Rule, volume: int, one: int, other: int, is_met: bool) -> None:
    low, high = sorted((one, other))
    limited = replace(rule, gates=(GATE,), minimum_guarantee=low, cap=high)
    proof = [GateEvidence(GATE.name, MICRO if is_met else 0)]
    found = earned(limited, of(rule, volume), proof)
    left = exact(rule, volume) / (1 if is_met else 2)
    assert found.exact == (min(max(left, low), high) if volume >= 0 else 0)


@many
@given(rules(rising=False), positive, st.lists(volumes, max_size=8))
def test_shares_of_lines_add_up_to_the_payment(rule: Rule, volume: int, lines: list[int]) -> None:
    lines = [*lines, volume - sum(lines)]
    found = earned(rule, of(rule, volume))
    assert sum(found.share_of(lines)) == found.payment
