"""What a rule pays, as the annex of an agreement would put it in tables. Euros; payments in cents."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.programme.figures import Carried, Exclusion, Figures, Group, ReturnedSale
from app.programme.incentives import Band, Growth, Rule
from app.programme.money_terms import Aggregate, ReturnsRule, StepKind, TieringPer
from app.programme.rebates import earned
from app.programme.terms import ThresholdRule
from tests.programme.rulebook import (
    BOOK,
    FIXED,
    GROWTH,
    MARGINAL,
    MILLION,
    PER_UNIT,
    RETROACTIVE,
    SELL_IN,
    micros,
    sales,
)


@pytest.mark.parametrize(
    ("rule", "volume", "payment"),
    [
        (MARGINAL, 300_000, 550_000),
        (RETROACTIVE, 300_000, 900_000),
        (MARGINAL, 0, 0),
        (MARGINAL, "99999.99", 100_000),
        (MARGINAL, 100_000, 100_000),
        (MARGINAL, "100000.01", 100_000),
        (MARGINAL, 250_000, 400_000),
        (RETROACTIVE, "99999.99", 100_000),
        (RETROACTIVE, 100_000, 200_000),
        (RETROACTIVE, "249999.999999", 500_000),
        (RETROACTIVE, 250_000, 750_000),
        (RETROACTIVE, "250000.000001", 750_000),
        (FIXED, "99999.999999", 0),
        (FIXED, 100_000, 50_000),
        (FIXED, "249999.999999", 50_000),
        (FIXED, 250_000, 200_000),
        (FIXED, 10**12, 200_000),
    ],
)
def test_a_band_pays_as_its_structure_says(rule: Rule, volume: int | str, payment: int) -> None:
    assert earned(rule, sales(volume)).payment == payment


@pytest.mark.parametrize(
    ("volume", "rule", "payment"),
    [
        (250_000 * MILLION - 1, ThresholdRule.REACHED, 500_000),
        (250_000 * MILLION, ThresholdRule.REACHED, 750_000),
        (250_000 * MILLION, ThresholdRule.EXCEEDED, 500_000),
        (250_000 * MILLION + 1, ThresholdRule.EXCEEDED, 750_000),
    ],
)
def test_a_threshold_is_reached_at_it_and_exceeded_only_above_it(
    volume: int, rule: ThresholdRule, payment: int
) -> None:
    assert earned(replace(RETROACTIVE, threshold_rule=rule), Figures("EUR", volume, volume)).payment == payment


def test_the_bands_show_what_lies_in_each() -> None:
    first, second, third = earned(MARGINAL, sales(300_000)).bands
    assert [each.measure for each in (first, second, third)] == [micros(100_000), micros(150_000), micros(50_000)]
    assert [each.exact for each in (first, second, third)] == [100_000, 300_000, 150_000]
    assert [second.threshold, second.upto, third.upto] == [micros(100_000), micros(250_000), None]
    attained = earned(RETROACTIVE, sales(100_000)).bands
    assert [each.attained for each in attained] == [True, True, False]
    assert [each.measure for each in attained] == [0, micros(100_000), 0]


def test_below_the_first_threshold_nothing_is_paid() -> None:
    later = replace(MARGINAL, bands=(Band(micros(100_000), 20_000),))
    assert earned(later, sales(99_999)).payment == 0
    assert earned(later, sales(150_000)).payment == 100_000
    assert earned(replace(RETROACTIVE, bands=later.bands), sales(150_000)).payment == 300_000


@pytest.mark.parametrize(
    ("volume", "units", "payment"),
    [
        (300_000, 600, 100_000),
        (100_000, 600, 60_000),
        (50_000, 1, 100),
        (200_000, 1, 150),
        (300_000, 1, 167),
        (-1, 600, 0),
        (300_000, -600, 0),
    ],
)
def test_a_rate_per_unit_pays_on_the_share_that_its_band_has(volume: int, units: int, payment: int) -> None:
    assert earned(PER_UNIT, Figures("EUR", micros(volume), units * 1000)).payment == payment


@pytest.mark.parametrize(
    ("volume", "on_increase", "payment"),
    [
        (199_999, False, 0),
        (200_000, False, 200_000),
        ("219999.99", False, 220_000),
        (220_000, False, 440_000),
        (199_999, True, 0),
        (200_000, True, 0),
        (210_000, True, 10_000),
        (220_000, True, 40_000),
    ],
)
def test_growth_pays_on_the_volume_or_on_its_increase(volume: int | str, on_increase: bool, payment: int) -> None:
    rule = replace(GROWTH, growth=Growth(micros(200_000), on_increase))
    assert earned(rule, sales(volume)).payment == payment


def test_marginal_growth_pays_each_rate_on_what_lies_in_its_band() -> None:
    rule = replace(GROWTH, structure=MARGINAL.structure, growth=Growth(micros(200_000), on_increase=True))
    assert earned(rule, sales(230_000)).payment == 20_000 + 20_000


@pytest.mark.parametrize(
    ("baseline", "floor", "payment"),
    [
        (0, None, 0),
        (-5, None, 0),
        (0, 200_000, 440_000),
        (-5, 200_000, 440_000),
        (100, 220_000, 220_000),
        (219_000, 100, 220_000),
    ],
)
def test_a_baseline_that_is_not_above_zero_pays_nothing_without_a_floor(
    baseline: int, floor: int | None, payment: int
) -> None:
    growth = Growth(micros(baseline), on_increase=False, floor=None if floor is None else micros(floor))
    assert earned(replace(GROWTH, growth=growth), sales(220_000)).payment == payment


def test_a_baseline_frozen_for_the_partner_stands_for_the_rule_s() -> None:
    assert earned(GROWTH, sales(220_000, baseline=micros(220_000))).payment == 220_000


def test_the_group_of_affiliates_attains_the_band_and_each_is_paid_on_its_own() -> None:
    group = Figures("EUR", micros(300_000), micros(30_000))
    assert earned(replace(MARGINAL, aggregate=Aggregate.AFFILIATES), group).payment == 55_000
    assert earned(replace(RETROACTIVE, aggregate=Aggregate.AFFILIATES), group).payment == 90_000


def test_what_qualifies_may_be_sell_in_and_what_pays_sell_through() -> None:
    rule = replace(RETROACTIVE, qualifying=SELL_IN)
    assert earned(rule, Figures("EUR", micros(100_000), micros(10_000))).payment == 20_000


BY_INVOICE = replace(MARGINAL, tiering_per=TieringPer.INVOICE)


def invoices(*euros: int, times: int = 1) -> Figures:
    amounts = [micros(each) for each in euros]
    return Figures("EUR", sum(amounts), sum(amounts), groups=tuple(Group(each, each, 0, times) for each in amounts))


@pytest.mark.parametrize(
    ("euros", "marginal", "retroactive"),
    [
        ((100_000, 200_000), 100_000 + 300_000, 200_000 + 400_000),
        ((50_000, 50_000, 50_000), 150_000, 150_000),
        ((150_000, -50_000), 200_000 - 100_000, 300_000 - 100_000),
        ((50_000, -10_000), 40_000, 40_000),
        ((300_000, 10_000, -5_000), 550_000 + 10_000 - 15_000, 900_000 + 10_000 - 15_000),
    ],
)
def test_each_invoice_attains_its_own_band_and_a_return_counts_at_the_highest(
    euros: tuple[int, ...], marginal: int, retroactive: int
) -> None:
    assert earned(BY_INVOICE, invoices(*euros)).payment == marginal
    assert earned(replace(BY_INVOICE, structure=RETROACTIVE.structure), invoices(*euros)).payment == retroactive


def test_invoices_that_attain_one_band_may_be_given_as_one() -> None:
    one = earned(BY_INVOICE, invoices(120_000, 180_000))
    together = earned(BY_INVOICE, invoices(300_000, times=2))
    assert (one.payment, one.bands) == (together.payment, together.bands)


def test_returns_above_what_the_invoices_earned_are_taken_back_later() -> None:
    figures = invoices(*([110_000] + [90_000] * 2 + [-280_000]))
    found = earned(replace(BY_INVOICE, bands=BY_INVOICE.bands[1:]), figures)
    assert (found.payment, found.carried.money) == (0, 20_000 - 560_000)


@pytest.mark.parametrize("volume", [-1, -250_000])
def test_a_negative_volume_pays_nothing_and_carries_forward(volume: int) -> None:
    found = earned(replace(MARGINAL, minimum_guarantee=1_000), sales(volume))
    assert found.payment == 0
    assert found.carried == Carried(micros(volume), micros(volume))
    following = earned(MARGINAL, sales(300_000, carried=found.carried))
    assert following.payment == earned(MARGINAL, sales(300_000 + volume)).payment


def test_invoices_that_come_to_less_than_nothing_carry_their_volume_and_no_money() -> None:
    found = earned(BY_INVOICE, invoices(110_000, -280_000))
    assert (found.payment, found.carried) == (0, Carried(micros(-170_000), micros(-170_000)))
    assert found.steps[0].text == "A net volume of EUR -170,000.00 pays nothing."


def test_a_negative_volume_is_forgotten_where_agreed() -> None:
    assert earned(replace(MARGINAL, carries_forward=False), sales(-5)).carried == Carried()


def test_without_any_volume_the_minimum_stands() -> None:
    assert earned(replace(MARGINAL, minimum_guarantee=1_000), sales(0)).payment == 1_000


def test_returns_count_in_their_own_period_at_its_top_band() -> None:
    assert earned(MARGINAL, sales(300_000)).payment - earned(MARGINAL, sales(290_000)).payment == 30_000


def test_returns_may_take_back_what_was_paid_on_their_sales() -> None:
    rule = replace(MARGINAL, returns=ReturnsRule.ORIGINAL_RATE, cap=100_000)
    back = ReturnedSale(micros(30_000), paid=550_000, paid_on=micros(300_000), of="2026 Q1")
    found = earned(rule, sales(300_000, returned=(back,)))
    assert found.payment == 100_000 - 55_000
    assert [each.kind for each in found.steps] == [StepKind.RATE, StepKind.CAP, StepKind.RETURNS, StepKind.ROUNDING]
    assert "2026 Q1" in found.steps[2].text
    alone = earned(rule, sales(0, returned=(back,)))
    assert (alone.payment, alone.carried.money) == (0, -55_000)


def test_a_line_that_counts_for_the_band_alone_is_taken_out_of_what_pays() -> None:
    found = earned(RETROACTIVE, sales(300_000, exclusions=(Exclusion("specially priced", micros(100_000)),)))
    assert found.payment == 600_000
    assert [found.steps[1].kind, found.steps[1].before, found.steps[1].after] == [StepKind.EXCLUSION, 900_000, 600_000]
    assert "specially priced" in found.steps[1].text
    marginal = earned(MARGINAL, sales(300_000, exclusions=(Exclusion("specially priced", micros(150_000)),)))
    assert marginal.payment == 275_000


def test_excluded_parts_of_invoices_are_taken_out_of_these() -> None:
    groups = (Group(micros(100_000), micros(100_000), micros(40_000)), Group(micros(10_000), micros(10_000)))
    figures = Figures("EUR", micros(110_000), micros(110_000), (Exclusion("a test", micros(40_000)),), groups)
    assert earned(replace(BY_INVOICE, structure=RETROACTIVE.structure), figures).payment == 120_000 + 10_000


def test_more_excluded_than_sold_pays_nothing_and_carries_forward() -> None:
    found = earned(MARGINAL, sales(10, exclusions=(Exclusion("specially priced", micros(15)),)))
    assert (found.payment, found.carried) == (0, Carried(0, micros(-5)))


def test_below_its_minimum_a_measure_pays_nothing() -> None:
    rule = replace(MARGINAL, qualifying=replace(BOOK, minimum=micros(50_000)))
    assert earned(rule, sales("49999.999999")).payment == 0
    assert earned(rule, sales(50_000)).payment == 50_000


@pytest.mark.parametrize(("currency", "payment"), [("EUR", 13), ("JPY", 0), ("KWD", 125), ("CLF", 1250)])
def test_a_payment_is_rounded_once_to_its_currency_s_minor_unit(currency: str, payment: int) -> None:
    rule = replace(RETROACTIVE, currency=currency)
    assert earned(rule, Figures(currency, 12_500_000, 12_500_000)).payment == payment


def test_nothing_is_lost_of_the_largest_payments() -> None:
    volume = 10**24 + MILLION
    assert earned(RETROACTIVE, Figures("EUR", volume, volume)).payment == 3 * 10**18 + 3


def test_it_is_rounded_once_for_the_period_and_not_by_invoice_or_band() -> None:
    thirds = Figures("EUR", 1_500_000, 1_500_000, groups=(Group(500_000, 500_000),) * 3)
    assert earned(BY_INVOICE, thirds).payment == 2
    narrow = replace(MARGINAL, bands=tuple(Band(place * 400_000, 10_000 + place) for place in range(3)))
    found = earned(narrow, Figures("EUR", 1_200_000, 1_200_000))
    assert (found.payment, found.exact) == (1, Fraction(12_001_200, 10**7))


def test_what_lines_have_of_a_payment_adds_up_to_it() -> None:
    found = earned(MARGINAL, sales(300_000))
    assert found.share_of([micros(100_000)] * 3) == [183_334, 183_333, 183_333]


def test_what_bands_have_of_a_payment_adds_up_to_it() -> None:
    assert earned(MARGINAL, sales(300_000)).share_of_bands() == [100_000, 300_000, 150_000]
    assert earned(replace(MARGINAL, cap=100_000), sales(300_000)).share_of_bands() == [18_182, 54_545, 27_273]
    assert earned(replace(MARGINAL, minimum_guarantee=7), sales(0)).share_of_bands() == [0, 0, 0]
