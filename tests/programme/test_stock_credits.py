"""Who may do what about a credit for stock, and what it comes to, as tables."""

import pytest

from app.programme.claim_terms import ReductionKind
from app.programme.stock_credits import (
    BY_DISTRIBUTOR,
    BY_VENDOR,
    StockCreditAct,
    StockCreditStatus,
    moved,
    problem_with,
    worth,
)

A, S = StockCreditAct, StockCreditStatus
PROTECTION, ROTATION = ReductionKind.PRICE_PROTECTION, ReductionKind.STOCK_ROTATION
M = 10**6
TABLE = {
    (S.OPEN, A.APPROVE): S.APPROVED,
    (S.OPEN, A.DENY): S.DENIED,
    (S.OPEN, A.WITHDRAW): S.WITHDRAWN,
    (S.APPROVED, A.CREDIT): S.CREDITED,
    (S.APPROVED, A.ACCEPT): S.APPROVED,
    (S.APPROVED, A.DISPUTE): S.DISPUTED,
    (S.DENIED, A.ACCEPT): S.DENIED,
    (S.DENIED, A.DISPUTE): S.DISPUTED,
    (S.DISPUTED, A.APPROVE): S.APPROVED,
    (S.DISPUTED, A.DENY): S.DENIED,
}


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("act", A)
def test_an_act_moves_a_credit_as_the_table_says_and_no_other_can_be(
    status: StockCreditStatus, act: StockCreditAct
) -> None:
    problem = problem_with(status, act, ROTATION, is_accepted=False)
    if (status, act) in TABLE:
        assert problem is None and moved(status, act) is TABLE[status, act]
    else:
        assert problem is not None and problem.startswith("It cannot be")


def test_what_was_accepted_is_not_contested_and_what_a_price_proposed_is_not_taken_back() -> None:
    assert problem_with(S.APPROVED, A.DISPUTE, ROTATION, is_accepted=True) == "It was accepted already."
    assert problem_with(S.APPROVED, A.CREDIT, ROTATION, is_accepted=True) is None
    assert "nobody asked for it" in str(problem_with(S.OPEN, A.WITHDRAW, PROTECTION, is_accepted=False))


def test_each_act_is_of_one_side() -> None:
    assert frozenset(A) == BY_VENDOR | BY_DISTRIBUTOR and not BY_VENDOR & BY_DISTRIBUTOR


def test_a_drop_is_rounded_once_and_of_stock_sent_back_each_line_is() -> None:
    thirds = [(1_000, 4_000)] * 3
    assert worth(PROTECTION, thirds, "EUR") == 1
    assert worth(ROTATION, thirds, "EUR") == 0
    assert worth(PROTECTION, [(80_000, 3 * M)], "EUR") == 24_000
    assert worth(PROTECTION, [(80_000, -2 * M)], "EUR") == -16_000
    assert worth(ROTATION, [], "EUR") == 0
