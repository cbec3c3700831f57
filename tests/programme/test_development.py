"""How resellers develop: who is active, new, lapsed, how concentrated it is."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.development import (
    TOP,
    Purchases,
    ResellerState,
    concentration,
    earlier,
    missing,
    share,
    state,
    top_share,
    window,
    window_before,
)
from app.programme.spans import Span

S = ResellerState


@pytest.mark.parametrize(
    ("now", "before", "bought_earlier", "found"),
    [
        (1, 0, False, S.NEW),
        (1, 1, True, S.ACTIVE),
        (1, 0, True, S.REACTIVATED),
        (0, 1, True, S.LAPSED),
        (-1, 1, True, S.LAPSED),
        (0, 0, True, S.INACTIVE),
        (0, -1, False, S.INACTIVE),
    ],
)
def test_a_reseller_stands_as_it_bought(now: int, before: int, bought_earlier: bool, found: ResellerState) -> None:
    assert state(Purchases(now, before, bought_earlier)) is found


def test_the_windows_are_ninety_days_each_and_the_day_is_in_the_last() -> None:
    day = date(2026, 3, 31)
    assert window(day) == Span(date(2026, 1, 1), date(2026, 4, 1))
    assert window_before(day) == Span(date(2025, 10, 3), date(2026, 1, 1))
    assert earlier(day) == Span(date(2024, 1, 1), date(2026, 1, 1))
    assert (window(day).end - window(day).start).days == 90


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_windows_follow_each_other_without_a_gap(day: date) -> None:
    assert window_before(day).end == window(day).start == earlier(day).end
    assert window_before(day).start == window(day - timedelta(days=90)).start


def test_ten_of_eleven_equals_have_ten_elevenths() -> None:
    assert top_share([5] * 11) == Fraction(10, 11)
    assert concentration([5] * 11) == Fraction(1, 11)


@pytest.mark.parametrize(
    ("amounts", "top", "index"),
    [
        ([], None, None),
        ([0, -5], None, None),
        ([7], 1, 1),
        ([3, 1], 1, Fraction(10, 16)),
        ([3, 1, -9], 1, Fraction(10, 16)),
    ],
)
def test_who_returned_more_than_it_bought_has_no_share(
    amounts: list[int], top: Fraction | None, index: Fraction | None
) -> None:
    assert (top_share(amounts), concentration(amounts)) == (top, index)


@given(st.lists(st.integers(-(10**18), 10**18), max_size=30))
def test_concentration_lies_between_equals_and_one(amounts: list[int]) -> None:
    bought = [amount for amount in amounts if amount > 0]
    found, top = concentration(amounts), top_share(amounts)
    if not bought:
        assert found is None and top is None
        return
    assert found is not None and top is not None
    assert Fraction(1, len(bought)) <= found <= 1 and 0 < top <= 1
    assert top == 1 or len(bought) > TOP


@pytest.mark.parametrize(("part", "whole", "found"), [(1, 4, Fraction(1, 4)), (0, 4, 0), (0, 0, None)])
def test_a_share_of_nobody_is_none(part: int, whole: int, found: Fraction | None) -> None:
    assert share(part, whole) == found


@pytest.mark.parametrize(("needed", "achieved", "found"), [(None, 3, None), (5, 3, 2), (5, 5, 0), (5, 9, 0)])
def test_what_is_missing_is_never_below_nothing(needed: int | None, achieved: int, found: int | None) -> None:
    assert missing(needed, achieved) == found
