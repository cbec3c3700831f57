"""Which stock a sale took, as tables of numbers."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.stock_layers import Issue, Layers, Receipt, Taken, fifo_layers

many = settings(max_examples=400, deadline=None)

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in range(1, 5))
OLD, NEW = Receipt("old", JAN, 10, 20), Receipt("new", FEB, 10, 18)


def taken(found: Layers, sale: str) -> list[tuple[str, int]]:
    return [(part.layer, part.quantity) for part in found.taken[sale]]


@pytest.mark.parametrize(
    ("issues", "sale", "expected", "left"),
    [
        ([Issue("a", MAR, 4)], "a", [("old", 4)], [("old", 6), ("new", 10)]),
        ([Issue("a", MAR, 10)], "a", [("old", 10)], [("new", 10)]),
        ([Issue("a", MAR, 13)], "a", [("old", 10), ("new", 3)], [("new", 7)]),
        ([Issue("a", MAR, 8), Issue("b", MAR, 5)], "b", [("old", 2), ("new", 3)], [("new", 7)]),
        ([Issue("b", APR, 8), Issue("a", MAR, 5)], "b", [("old", 5), ("new", 3)], [("new", 7)]),
        ([Issue("a", MAR, 13), Issue("r", APR, -4, "a")], "a", [("old", 9)], [("old", 1), ("new", 10)]),
        ([Issue("a", MAR, 13), Issue("r", APR, -13, "a")], "a", [], [("old", 10), ("new", 10)]),
        ([Issue("a", MAR, 13), Issue("r", APR, -4)], "a", [("old", 9)], [("old", 1), ("new", 10)]),
        (
            [Issue("a", MAR, 8), Issue("b", MAR, 5), Issue("r", APR, -2, "a")],
            "b",
            [("old", 2), ("new", 3)],
            [("old", 2), ("new", 7)],
        ),
    ],
)
def test_a_sale_takes_the_oldest_layers_and_a_return_restores_the_last_taken(
    issues: list[Issue], sale: str, expected: list[tuple[str, int]], left: list[tuple[str, int]]
) -> None:
    found = fifo_layers([NEW, OLD], issues)
    assert taken(found, sale) == expected
    assert [(part.layer, part.quantity) for part in found.left] == left


def test_a_restored_layer_is_the_oldest_again() -> None:
    found = fifo_layers([OLD, NEW], [Issue("a", MAR, 10), Issue("r", MAR, -3, "a"), Issue("b", APR, 4)])
    assert taken(found, "b") == [("old", 3), ("new", 1)]


def test_a_return_that_names_no_sale_restores_what_was_taken_last_of_all() -> None:
    found = fifo_layers([OLD, NEW], [Issue("a", FEB, 8), Issue("b", MAR, 5), Issue("r", APR, -4)])
    assert (taken(found, "a"), taken(found, "b")) == ([("old", 8)], [("old", 1)])
    further = fifo_layers([OLD, NEW], [Issue("a", FEB, 8), Issue("b", MAR, 5), Issue("r", APR, -7)])
    assert (taken(further, "a"), taken(further, "b")) == ([("old", 6)], [])


def test_within_a_day_receipts_come_before_sales_and_sales_before_returns() -> None:
    found = fifo_layers([OLD, NEW], [Issue("a", JAN, 10), Issue("r", FEB, -5, "a"), Issue("b", FEB, 5)])
    assert taken(found, "b") == [("new", 5)]
    assert [(part.layer, part.quantity) for part in found.left] == [("old", 5), ("new", 5)]


def test_a_sale_of_more_than_there_was_waits_for_the_next_receipt() -> None:
    before = fifo_layers([OLD], [Issue("a", JAN, 14)])
    assert (taken(before, "a"), before.waiting) == ([("old", 10)], {"a": 4})
    after = fifo_layers([OLD, NEW], [Issue("a", JAN, 14), Issue("b", MAR, 2)])
    assert taken(after, "a") == [("old", 10), ("new", 4)]
    assert (after.waiting, after.left) == ({}, (Taken("new", 4, 18),))


def test_a_sale_takes_nothing_of_a_later_receipt_while_there_is_stock() -> None:
    assert taken(fifo_layers([NEW, OLD], [Issue("a", JAN, 10)]), "a") == [("old", 10)]
    assert taken(fifo_layers([OLD], [Issue("a", JAN - timedelta(days=1), 3)]), "a") == [("old", 3)]


def test_what_waits_is_given_back_before_what_was_taken() -> None:
    found = fifo_layers([OLD], [Issue("a", JAN, 14), Issue("r", FEB, -5, "a")])
    assert (taken(found, "a"), found.waiting, found.left) == ([("old", 9)], {}, (Taken("old", 1, 20),))


def test_what_comes_back_beyond_what_was_sold_has_no_layer() -> None:
    assert fifo_layers([OLD], [Issue("a", JAN, 2), Issue("r", FEB, -5, "a")]).unplaced == 3
    assert fifo_layers([OLD], [Issue("r", FEB, -5, "unknown")]).unplaced == 5


@pytest.mark.parametrize(
    ("receipts", "issues"),
    [([Receipt("x", JAN, 0, 1)], []), ([Receipt("x", JAN, -1, 1)], []), ([], [Issue("x", JAN, 0)]), ([OLD, OLD], [])],
)
def test_nothing_of_nothing_and_nothing_twice(receipts: list[Receipt], issues: list[Issue]) -> None:
    with pytest.raises(ValueError):
        fifo_layers(receipts, issues)


days = st.integers(0, 20).map(lambda n: JAN + timedelta(days=n))
amounts = st.integers(1, 10**15)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Receipt], list[Issue]]:
    came = draw(st.lists(st.tuples(days, st.integers(1, 12) | amounts), max_size=8))
    left = draw(st.lists(st.tuples(days, st.integers(1, 12) | amounts), max_size=8))
    receipts = [Receipt(f"r{n}", on, quantity, n) for n, (on, quantity) in enumerate(came)]
    issues = [Issue(f"s{n}", on, quantity) for n, (on, quantity) in enumerate(left)]
    for n, sale in enumerate(
        draw(st.lists(st.sampled_from(issues), max_size=4, unique=True) if issues else st.just([]))
    ):
        back = draw(st.integers(1, sale.quantity))
        issues.append(Issue(f"b{n}", sale.on, -back, draw(st.sampled_from([sale.id, None]))))
    return receipts, issues


@many
@given(histories())
def test_every_unit_is_in_one_place_and_the_order_of_rows_changes_nothing(
    history: tuple[list[Receipt], list[Issue]],
) -> None:
    receipts, issues = history
    found = fifo_layers(receipts, issues)
    for receipt in receipts:
        out = sum(part.quantity for parts in found.taken.values() for part in parts if part.layer == receipt.id)
        assert out + sum(part.quantity for part in found.left if part.layer == receipt.id) == receipt.quantity
    assert not (found.waiting and found.left)
    net = sum(issue.quantity for issue in issues) + found.unplaced
    assert sum(part.quantity for parts in found.taken.values() for part in parts) + sum(found.waiting.values()) == net
    assert all(part.quantity > 0 for parts in found.taken.values() for part in parts)
    assert fifo_layers(list(reversed(receipts)), list(reversed(issues))) == found
