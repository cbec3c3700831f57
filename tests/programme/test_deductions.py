"""What a distributor took by itself, matched and aged, as tables."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.ageing import age_bucket, aged, deemed, deemed_on, last_day
from app.programme.claim_terms import AgeBucket, DeemedDecision, MatchKind, UnmatchedReason
from app.programme.deductions import CreditMemo, DebitMemo, DecidedClaim, Matching, matched

many = settings(max_examples=400, deadline=None)

TODAY = date(2026, 6, 30)
CLAIM = DecidedClaim("C-1", 10_000, "EUR", date(2026, 6, 1))
MEMO = DebitMemo("D-1", "C-1", 10_000, "EUR", date(2026, 6, 10))
B0, B31, B61, B90 = AgeBucket


def match(memos: list[DebitMemo], claims: list[DecidedClaim], credits: list[CreditMemo] | None = None) -> Matching:
    return matched(memos, claims, credits or [], TODAY, 30)


@pytest.mark.parametrize(
    ("memo", "reason"),
    [
        (MEMO, None),
        (replace(MEMO, reference=" c-1 "), None),
        (replace(MEMO, reference="C-2"), UnmatchedReason.UNKNOWN_REFERENCE),
        (replace(MEMO, reference=None), UnmatchedReason.NO_REFERENCE),
        (replace(MEMO, reference="  "), UnmatchedReason.NO_REFERENCE),
        (replace(MEMO, currency="USD"), UnmatchedReason.WRONG_CURRENCY),
        (replace(MEMO, reference=None, confirmed="C-1"), None),
        (replace(MEMO, reference="C-2", confirmed="C-1"), None),
    ],
)
def test_a_memo_belongs_to_the_claim_that_it_names_in_its_currency(
    memo: DebitMemo, reason: UnmatchedReason | None
) -> None:
    found = match([memo], [CLAIM])
    assert [each.reason for each in found.unmatched] == ([] if reason is None else [reason])
    assert [each.claim for each in found.matches] == ([CLAIM] if reason is None else [])
    kind = MatchKind.REFERENCE if memo.confirmed is None else MatchKind.CONFIRMED
    assert all(each.kind is kind for each in found.matches)


UNNAMED = replace(MEMO, reference=None)


@pytest.mark.parametrize(
    ("memo", "claim", "days_apart"),
    [
        (UNNAMED, CLAIM, 9),
        (replace(UNNAMED, dated=CLAIM.decided_on + timedelta(days=30)), CLAIM, 30),
        (replace(UNNAMED, dated=CLAIM.decided_on + timedelta(days=31)), CLAIM, None),
        (replace(UNNAMED, dated=CLAIM.decided_on - timedelta(days=30)), CLAIM, 30),
        (replace(UNNAMED, dated=CLAIM.decided_on - timedelta(days=31)), CLAIM, None),
        (replace(UNNAMED, amount=9_999), CLAIM, None),
        (replace(UNNAMED, currency="USD"), CLAIM, None),
        (replace(MEMO, reference="TYPO"), CLAIM, 9),
    ],
)
def test_a_memo_that_names_no_claim_is_proposed_one_of_its_currency_and_amount_in_the_window(
    memo: DebitMemo, claim: DecidedClaim, days_apart: int | None
) -> None:
    found = match([memo], [claim])
    assert [each.days_apart for each in found.proposals] == ([] if days_apart is None else [days_apart])
    assert found.matches == () and len(found.unmatched) == 1


def test_the_nearest_claim_is_proposed_first_and_one_that_is_settled_is_not() -> None:
    near, far = replace(CLAIM, number="N", decided_on=date(2026, 6, 9)), replace(CLAIM, number="F")
    settled = replace(CLAIM, number="S")
    found = match([UNNAMED, replace(MEMO, number="D-2", reference="S")], [far, near, settled])
    assert [each.claim.number for each in found.proposals] == ["N", "F"]


@pytest.mark.parametrize(
    ("taken", "credited", "over_deducted", "uncleared", "open_", "over_credited"),
    [
        ([], [], 0, 0, 10_000, 0),
        ([10_000], [], 0, 10_000, 0, 0),
        ([10_000], [10_000], 0, 0, 0, 0),
        ([10_001], [], 1, 10_001, 0, 0),
        ([6_000, 6_000], [], 2_000, 12_000, 0, 0),
        ([6_000], [2_000], 0, 4_000, 4_000, 0),
        ([], [10_000], 0, 0, 0, 0),
        ([4_000], [10_000], 0, 0, 0, 0),
        ([], [6_000, 6_000], 0, 0, 0, 2_000),
    ],
)
def test_a_claims_balance_finds_what_was_taken_beyond_it(
    taken: list[int], credited: list[int], over_deducted: int, uncleared: int, open_: int, over_credited: int
) -> None:
    memos = [replace(MEMO, number=f"D{n}", amount=amount) for n, amount in enumerate(taken)]
    credits = [CreditMemo(f"K{n}", "C-1", amount, "EUR") for n, amount in enumerate(credited)]
    (found,) = match(memos, [CLAIM], credits).balances
    assert (found.over_deducted, found.uncleared, found.open) == (over_deducted, uncleared, open_)
    assert found.over_credited == over_credited


def test_a_credit_memo_may_name_the_debit_memo_that_it_settles() -> None:
    found = match([MEMO], [CLAIM], [CreditMemo("K", "d-1", 10_000, "EUR")])
    assert (found.balances[0].uncleared, found.stray_credits) == (0, ())


def test_a_credit_memo_that_names_nothing_known_or_another_currency_is_stray() -> None:
    credits = [CreditMemo("K1", "D-1", 5, "USD"), CreditMemo("K2", "C-9", 5, "EUR")]
    found = match([MEMO], [CLAIM], credits)
    assert (found.stray_credits, found.balances[0].credited) == (tuple(credits), 0)


def test_what_nothing_matches_ages_from_the_day_of_the_memo() -> None:
    memos = [
        replace(UNNAMED, number=f"D{days}", amount=days + 1, dated=TODAY - timedelta(days=days))
        for days in (0, 30, 31, 60, 61, 90, 91, 400)
    ]
    found = match([*memos, replace(memos[0], number="U", currency="USD")], [])
    assert found.unmatched_by_age("EUR") == {B0: 32, B31: 93, B61: 153, B90: 493}
    assert found.unmatched_by_age("USD") == {B0: 1, B31: 0, B61: 0, B90: 0}


@pytest.mark.parametrize(
    ("memos", "claims", "credits", "window"),
    [
        ([MEMO, MEMO], [], [], 1),
        ([], [CLAIM, replace(CLAIM, number="c-1")], [], 1),
        ([replace(MEMO, amount=0)], [], [], 1),
        ([], [replace(CLAIM, approved=-1)], [], 1),
        ([], [], [CreditMemo("K", "C", -1, "EUR")], 1),
        ([], [], [], -1),
    ],
)
def test_numbers_are_unique_and_amounts_above_zero(
    memos: list[DebitMemo], claims: list[DecidedClaim], credits: list[CreditMemo], window: int
) -> None:
    with pytest.raises(ValueError):
        matched(memos, claims, credits, TODAY, window)


numbers = st.sampled_from(["A", "B", "C", "D"])
memos = st.lists(
    st.builds(
        DebitMemo,
        numbers,
        st.none() | numbers,
        st.integers(1, 10**18) | st.just(5),
        st.sampled_from(["EUR", "USD"]),
        st.dates(date(2026, 1, 1), TODAY),
    ),
    unique_by=lambda memo: memo.number,
)
claims = st.lists(
    st.builds(
        DecidedClaim,
        numbers,
        st.integers(0, 10**18) | st.just(5),
        st.sampled_from(["EUR", "USD"]),
        st.dates(date(2026, 1, 1), TODAY),
    ),
    unique_by=lambda claim: claim.number,
)


@many
@given(memos, claims)
def test_every_memo_is_matched_or_ages_and_the_order_changes_nothing(
    debits: list[DebitMemo], decided: list[DecidedClaim]
) -> None:
    found = match(debits, decided)
    placed = [each.memo.number for each in found.matches] + [each.memo.number for each in found.unmatched]
    assert sorted(placed) == sorted(memo.number for memo in debits)
    assert sum(each.deducted for each in found.balances) == sum(each.memo.amount for each in found.matches)
    assert found == match(debits[::-1], decided[::-1])
    for each in found.proposals:
        (balance,) = [balance for balance in found.balances if balance.claim == each.claim]
        assert each.memo.amount == balance.open and each.memo.currency == each.claim.currency


def test_an_age_has_its_bucket_to_the_day() -> None:
    days = [-1, 0, 30, 31, 60, 61, 90, 91]
    assert [age_bucket(each) for each in days] == [B0, B0, B0, B31, B31, B61, B61, B90]
    assert aged([(TODAY, 5), (TODAY - timedelta(days=91), 7)], TODAY) == {B0: 5, B31: 0, B61: 0, B90: 7}


@pytest.mark.parametrize(("passed", "is_deemed"), [(0, False), (30, False), (31, True), (900, True)])
def test_a_claim_that_nobody_decides_in_time_is_deemed_decided_the_day_after(passed: int, is_deemed: bool) -> None:
    found = deemed(TODAY, TODAY + timedelta(days=passed), 30, DeemedDecision.DENIED)
    assert found is (DeemedDecision.DENIED if is_deemed else DeemedDecision.NONE)
    assert deemed_on(TODAY, 30) == TODAY + timedelta(days=31)


def test_nothing_is_deemed_without_a_number_of_days_nor_within_less_than_none() -> None:
    assert deemed(TODAY, date.max, None, DeemedDecision.APPROVED) is DeemedDecision.NONE
    assert last_day(TODAY, 10**9) == date.max
    with pytest.raises(ValueError, match="from 0 upwards"):
        deemed_on(TODAY, -1)
