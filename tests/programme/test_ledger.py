"""What moves between the accounts of the ledger, as tables and over random histories."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.claim_terms import AccountPurpose, LedgerAct
from app.programme.ledger import (
    Account,
    Book,
    Event,
    Transfer,
    accrual,
    balances,
    problem_with,
    recalculated,
    roll_forward,
    transfers_for,
    trial_balance,
)
from app.programme.spans import Span

many = settings(max_examples=400, deadline=None)

BOOK = Book("agreement", "VOLUME_REBATE", "EUR")
DAY = date(2026, 3, 15)
MARCH = Span(date(2026, 3, 1), date(2026, 4, 1))
P, A = AccountPurpose, LedgerAct


def event(act: LedgerAct, amount: int, on: date = DAY, book: Book = BOOK) -> Event:
    return Event(act, book, amount, on, "statement")


def rows(*events: Event) -> list[Transfer]:
    return [row for each in events for row in transfers_for(each)]


@pytest.mark.parametrize(
    ("act", "debit", "credit"),
    [
        (A.ACCRUE, P.EXPENSE, P.ACCRUED),
        (A.ADJUST, P.EXPENSE, P.ACCRUED),
        (A.RESERVE, P.ACCRUED, P.RESERVED),
        (A.POST, P.RESERVED, P.PAYABLE),
        (A.VOID, P.RESERVED, P.ACCRUED),
        (A.CREDIT, P.PAYABLE, P.PARTNER),
        (A.DEDUCT, P.DEDUCTED, P.PARTNER),
        (A.CLEAR, P.PAYABLE, P.DEDUCTED),
    ],
)
def test_an_act_moves_an_amount_above_zero_and_one_below_moves_back(
    act: LedgerAct, debit: AccountPurpose, credit: AccountPurpose
) -> None:
    one, other = Account(BOOK, debit), Account(BOOK, credit)
    assert rows(event(act, 5)) == [Transfer(one, other, 5, DAY, act, "statement")]
    assert rows(event(act, -5)) == [Transfer(other, one, 5, DAY, act, "statement")]
    assert rows(event(act, 0)) == []


def test_every_act_and_every_account_is_in_the_chart() -> None:
    moved = [row for act in LedgerAct for row in rows(event(act, 1))]
    assert {row.act for row in moved} == set(LedgerAct)
    assert {account.purpose for row in moved for account in (row.debit, row.credit)} == set(AccountPurpose)


def test_from_accrual_to_credit_only_cost_and_the_partners_relief_remain() -> None:
    found = balances(rows(event(A.ACCRUE, 900), event(A.RESERVE, 900), event(A.POST, 900), event(A.CREDIT, 900)))
    assert {account.purpose: balance for account, balance in found.items() if balance} == {
        P.EXPENSE: 900,
        P.PARTNER: -900,
    }


def test_what_was_taken_and_then_credited_is_paid_once() -> None:
    steps = [event(A.ACCRUE, 900), event(A.DEDUCT, 900), event(A.RESERVE, 900), event(A.POST, 900), event(A.CLEAR, 900)]
    found = balances(rows(*steps))
    assert {account.purpose: balance for account, balance in found.items() if balance} == {
        P.EXPENSE: 900,
        P.PARTNER: -900,
    }


def test_what_is_voided_is_accrued_as_before() -> None:
    accrued = rows(event(A.ACCRUE, 900))
    voided = [*accrued, *rows(event(A.RESERVE, 600), event(A.VOID, 600))]
    assert accrual(voided) == accrual(accrued) == 900
    assert balances(voided)[Account(BOOK, P.RESERVED)] == 0


@pytest.mark.parametrize(
    ("before", "after", "posted"), [(900, 950, [50]), (900, 700, [-200]), (900, 900, []), (0, -5, [-5])]
)
def test_a_recalculation_posts_the_difference(before: int, after: int, posted: list[int]) -> None:
    found = recalculated(BOOK, before, after, DAY, "correction")
    assert found == [
        row for amount in posted for row in transfers_for(Event(A.ADJUST, BOOK, amount, DAY, "correction"))
    ]
    assert accrual([*rows(event(A.ACCRUE, before)), *found]) == after


@pytest.mark.parametrize(
    ("history", "then", "refused"),
    [
        ([(A.ACCRUE, 9), (A.RESERVE, 9)], (A.POST, 9), None),
        ([(A.ACCRUE, 9), (A.RESERVE, 9)], (A.POST, 10), "reserved"),
        ([(A.ACCRUE, 9)], (A.POST, 1), "reserved"),
        ([(A.ACCRUE, 9), (A.RESERVE, 9), (A.POST, 9)], (A.POST, 9), "reserved"),
        ([(A.ACCRUE, 9), (A.RESERVE, 9), (A.POST, 9)], (A.VOID, 9), "reserved"),
        ([(A.RESERVE, 9)], (A.VOID, 9), None),
        ([(A.RESERVE, 9)], (A.VOID, -1), "reserved"),
        ([(A.RESERVE, -9)], (A.POST, -9), None),
        ([(A.RESERVE, -9)], (A.POST, -10), "reserved"),
        ([(A.RESERVE, -9)], (A.POST, 9), "reserved"),
        ([(A.RESERVE, 9), (A.POST, 9)], (A.CREDIT, 9), None),
        ([(A.RESERVE, 9), (A.POST, 9)], (A.CREDIT, 10), "payable"),
        ([(A.RESERVE, 9), (A.POST, 9), (A.CREDIT, 9)], (A.CREDIT, 9), "payable"),
        ([(A.RESERVE, 9), (A.POST, 9), (A.DEDUCT, 5)], (A.CLEAR, 5), None),
        ([(A.RESERVE, 9), (A.POST, 9), (A.DEDUCT, 5)], (A.CLEAR, 6), "deducted"),
        ([(A.RESERVE, 4), (A.POST, 4), (A.DEDUCT, 5)], (A.CLEAR, 5), "payable"),
        ([], (A.ACCRUE, -9), None),
        ([], (A.DEDUCT, 9), None),
    ],
)
def test_nothing_moves_that_is_not_there(
    history: list[tuple[LedgerAct, int]], then: tuple[LedgerAct, int], refused: str | None
) -> None:
    standing = balances(rows(*(event(*each) for each in history)))
    problem = problem_with(event(*then), standing)
    assert (problem is None) if refused is None else (problem is not None and problem.endswith(f"that is {refused}."))


def test_a_month_rolls_from_its_opening_accrual_to_its_closing_one() -> None:
    found = roll_forward(
        rows(
            event(A.ACCRUE, 1_000, date(2026, 2, 28)),
            event(A.ACCRUE, 400, date(2026, 3, 1)),
            event(A.ACCRUE, -50, DAY),
            event(A.ADJUST, -30, DAY),
            event(A.RESERVE, 700, DAY),
            event(A.POST, 500, date(2026, 3, 31)),
            event(A.VOID, 200, date(2026, 3, 31)),
            event(A.CREDIT, 500, date(2026, 3, 31)),
            event(A.ACCRUE, 9_999, date(2026, 4, 1)),
        ),
        MARCH,
    )
    assert (found.opening, found.accrued, found.applied, found.adjusted, found.closing) == (1_000, 350, 500, -30, 820)


def test_an_accrual_rolls_forward_in_one_currency() -> None:
    other = Book("agreement", "VOLUME_REBATE", "USD")
    with pytest.raises(ValueError, match="one currency"):
        roll_forward(rows(event(A.ACCRUE, 1), event(A.ACCRUE, 1, book=other)), MARCH)


books = st.builds(
    Book, st.sampled_from("ab"), st.sampled_from(["REBATE", "SHIP_AND_DEBIT"]), st.sampled_from(["EUR", "USD"])
)
days = st.integers(-60, 60).map(lambda n: DAY + timedelta(days=n))
amounts = st.integers(-(10**18), 10**18)
events = st.builds(Event, st.sampled_from(LedgerAct), books, amounts, days, st.just("cause"))
histories = st.lists(events, max_size=40)


@many
@given(histories)
def test_the_trial_balance_is_zero_after_any_history(history: list[Event]) -> None:
    moved = rows(*history)
    assert set(trial_balance(moved).values()) <= {0}
    assert all(row.amount > 0 and row.debit != row.credit for row in moved)


@many
@given(histories)
def test_what_is_reversed_leaves_every_account_at_zero(history: list[Event]) -> None:
    moved = rows(*history)
    back = rows(*(Event(each.act, each.book, -each.amount, each.on, "reversal") for each in history))
    assert set(balances([*moved, *back]).values()) <= {0}


@many
@given(histories)
def test_the_roll_forward_closes_at_the_sum_of_the_transfers(history: list[Event]) -> None:
    moved = [row for row in rows(*history) if row.debit.book.currency == "EUR"]
    found = roll_forward(moved, MARCH)
    until = [row for row in moved if row.on < MARCH.end]
    assert found.closing == accrual(until)
    april = roll_forward(moved, Span(MARCH.end, date(2026, 5, 1)))
    assert april.opening == found.closing


@many
@given(histories)
def test_accounts_never_fall_below_what_is_there_while_problems_are_heeded(history: list[Event]) -> None:
    moved: list[Transfer] = []
    for each in history:
        if each.amount >= 0 and problem_with(each, balances(moved)) is None:
            moved += transfers_for(each)
    for account, balance in balances(moved).items():
        if account.purpose in {P.RESERVED, P.PAYABLE}:
            assert balance <= 0
        if account.purpose is P.DEDUCTED:
            assert balance >= 0
