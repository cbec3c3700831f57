"""How much may be paid in advance, as tables of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.advances import AdvanceRoom

M = 10**6


@pytest.mark.parametrize(
    ("accrued", "settled", "advanced", "share", "most", "left"),
    [
        (1_000, 0, 0, M, 1_000, 1_000),
        (1_000, 0, 400, M, 1_000, 600),
        (1_000, 0, 1_000, M, 1_000, 0),
        (1_000, 0, 1_200, M, 1_000, 0),
        (1_000, 300, 0, M, 700, 700),
        (1_000, 300, 700, M, 700, 0),
        (1_000, 1_100, 0, M, 0, 0),
        (1_000, -100, 0, M, 1_100, 1_100),
        (1_000, 0, 0, M // 2, 500, 500),
        (999, 0, 0, M // 2, 499, 499),
        (1_000, 0, 0, M + M // 4, 1_250, 1_250),
        (1_000, 0, 0, 0, 0, 0),
        (-1_000, 0, 0, M, 0, 0),
        (-1_000, 0, 0, 10 * M, 0, 0),
        (10**18, 0, 10**18 - 1, M, 10**18, 1),
    ],
)
def test_what_accrued_and_is_not_settled_is_what_may_be_paid_in_advance(
    accrued: int, settled: int, advanced: int, share: int, most: int, left: int
) -> None:
    room = AdvanceRoom(accrued, settled, advanced, share)
    assert (room.most, room.left) == (most, left)
    assert room.refusal(left + 1, "EUR") is not None
    assert left == 0 or room.refusal(left, "EUR") is None


def test_a_refusal_says_what_is_left_and_by_which_share() -> None:
    told = AdvanceRoom(100_000, 0, 20_000).refusal(90_000, "EUR")
    assert told == (
        "At most what has accrued and is not settled is paid in advance: EUR 1,000.00, of which EUR 200.00 is taken."
        " EUR 800.00 is left."
    )
    assert "At most 50 % of what has accrued" in str(AdvanceRoom(100_000, 0, 0, M // 2).refusal(90_000, "EUR"))


money = st.integers(-(10**18), 10**18)


@given(money, money, st.lists(st.integers(1, 10**17), max_size=20), st.integers(0, 10 * M))
def test_advances_taken_one_after_the_other_never_come_to_more_than_may_be_paid(
    accrued: int, settled: int, asked: list[int], share: int
) -> None:
    advanced = 0
    for amount in asked:
        if AdvanceRoom(accrued, settled, advanced, share).refusal(amount, "EUR") is None:
            advanced += amount
    assert advanced <= AdvanceRoom(accrued, settled, 0, share).most
