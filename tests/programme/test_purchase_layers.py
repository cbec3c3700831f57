"""What the units of each purchase have come to cost, as tables of numbers."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.claim_terms import ReductionKind
from app.programme.purchase_layers import Bought, Layer, Lowered, layers

M = 10**6
DAY = date(2026, 3, 1)
PROTECTION, ROTATION = ReductionKind.PRICE_PROTECTION, ReductionKind.STOCK_ROTATION
HUNDRED = Bought("A", DAY, 100, 20 * M)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def protects(units: int, per_unit: int, purchase: str = "A") -> Lowered:
    return Lowered(purchase, "p", PROTECTION, after(10), units, per_unit * M)


def rotates(units: int, per_unit: int, purchase: str = "A", on: int = 10) -> Lowered:
    return Lowered(purchase, "r", ROTATION, after(on), units, per_unit * M)


def told(found: list[Layer]) -> list[tuple[str, int, int]]:
    return [(layer.purchase.name, layer.quantity, layer.net // M) for layer in found]


def test_a_credit_lowers_the_cost_of_the_latest_units_of_a_purchase() -> None:
    assert told(layers([HUNDRED], [])) == [("A", 100, 20)]
    assert told(layers([HUNDRED], [protects(40, 3)])) == [("A", 60, 20), ("A", 40, 17)]


def test_the_next_credit_is_for_the_latest_units_again_and_lowers_what_the_one_before_left() -> None:
    assert told(layers([HUNDRED], [protects(40, 3), protects(30, 2)])) == [("A", 60, 20), ("A", 10, 17), ("A", 30, 15)]
    assert told(layers([HUNDRED], [protects(30, 3), protects(40, 2)])) == [("A", 60, 20), ("A", 10, 18), ("A", 30, 15)]


def test_a_rise_that_was_charged_adds_to_the_cost() -> None:
    assert told(layers([HUNDRED], [protects(100, -2)])) == [("A", 100, 22)]


def test_what_rotation_sent_back_is_gone_and_the_next_credit_is_for_units_before_it() -> None:
    assert told(layers([HUNDRED], [rotates(10, 20)])) == [("A", 90, 20)]
    assert told(layers([HUNDRED], [rotates(10, 20), protects(40, 3)])) == [("A", 50, 20), ("A", 40, 17)]


def test_what_went_back_to_the_vendor_was_the_latest_bought_by_then() -> None:
    other, back = Bought("B", after(5), 50, 18 * M), Bought("C", after(6), -60, 18 * M)
    assert told(layers([HUNDRED, other, back], [])) == [("A", 90, 20)]
    assert told(layers([HUNDRED, other, Bought("C", after(4), -60, 18 * M)], [])) == [("A", 40, 20), ("B", 50, 18)]
    assert layers([HUNDRED, Bought("C", after(4), -200, 18 * M)], []) == []


def test_a_credit_note_for_what_rotation_sent_back_takes_no_other_units() -> None:
    other, back = Bought("B", after(12), 50, 18 * M), Bought("C", after(20), -10, 20 * M)
    assert told(layers([HUNDRED, other, back], [rotates(10, 20)])) == [("A", 90, 20), ("B", 50, 18)]
    early = Bought("C", after(9), -10, 20 * M)
    assert told(layers([HUNDRED, other, early], [rotates(10, 20)])) == [("A", 80, 20), ("B", 50, 18)]


def test_what_lowered_a_purchase_that_does_not_stand_any_more_is_passed_over() -> None:
    assert told(layers([HUNDRED], [protects(40, 3, "Z")])) == [("A", 100, 20)]


bought = st.lists(
    st.builds(Bought, st.sampled_from("ABCDEF"), st.integers(0, 30).map(after), st.integers(-50, 100), st.just(20 * M)),
    max_size=5,
    unique_by=lambda each: each.name,
)
lowered = st.lists(
    st.builds(
        Lowered,
        st.sampled_from("ABCDEF"),
        st.just("c"),
        st.sampled_from([PROTECTION, ROTATION]),
        st.integers(0, 30).map(after),
        st.integers(0, 120),
        st.integers(0, 3 * M),
    ),
    max_size=4,
)


@settings(max_examples=400, deadline=None)
@given(bought, lowered)
def test_no_unit_appears_and_no_credit_lowers_more_units_than_it_was_for(
    purchases: list[Bought], credits: list[Lowered]
) -> None:
    found = layers(purchases, credits)
    for purchase in purchases:
        own = [layer for layer in found if layer.purchase == purchase]
        assert sum(layer.quantity for layer in own) <= max(0, purchase.quantity)
        assert all(layer.quantity > 0 and not layer.went_back for layer in own)
    for credit in credits:
        units = sum(layer.quantity for layer in found for each in layer.lowered if each is credit)
        assert units <= credit.quantity
    assert found == layers(purchases[::-1], credits)
