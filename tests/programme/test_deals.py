"""Which registrations are in each other's way, who stands first, and how long a deal is protected."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.deals import (
    DealAct,
    DealStatus,
    DealTerms,
    DealWaits,
    Registration,
    in_conflict,
    not_now,
    protected_until,
    stands_before,
    waits_for,
    win_rate,
)

TODAY = date(2026, 3, 15)
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
S = DealStatus
TERMS = DealTerms(currency="EUR", approves_up_to_minor=1_000_00, checks_one_in=0)


def deal(id: str = "a", status: DealStatus = S.SUBMITTED, until: date | None = None, **changed: object) -> Registration:
    made = Registration(id, NOON, status, until, "name", "domain", frozenset({"Drives"}))
    return replace(made, **changed)  # type: ignore[arg-type]


RIVAL = deal("b")


@pytest.mark.parametrize(
    ("other", "conflict"),
    [
        (RIVAL, True),
        (replace(RIVAL, name_hash="another"), True),
        (replace(RIVAL, domain_hash="another"), True),
        (replace(RIVAL, name_hash="another", domain_hash="another"), False),
        (replace(RIVAL, name_hash="another", domain_hash=None), False),
        (replace(RIVAL, families=frozenset({"Drives", "Switches"})), True),
        (replace(RIVAL, families=frozenset({"Switches"})), False),
        (deal("b", S.APPROVED, TODAY + timedelta(days=1)), True),
        (deal("b", S.APPROVED, TODAY), False),
        *((deal("b", status), False) for status in (S.REJECTED, S.WITHDRAWN, S.LOST, S.EXPIRED)),
        (deal("a"), False),
    ],
)
def test_a_conflict_is_the_same_customer_and_family_in_another_live_registration(
    other: Registration, conflict: bool
) -> None:
    assert in_conflict(deal(), other, TODAY) is conflict
    assert in_conflict(other, deal(), TODAY) is conflict


def test_two_deals_without_a_domain_are_not_for_one_customer_because_of_that() -> None:
    one, other = deal(domain_hash=None), deal("b", name_hash="another", domain_hash=None)
    assert not in_conflict(one, other, TODAY)


@pytest.mark.parametrize(
    ("change", "others", "drawn", "expected"),
    [
        ({}, [], False, None),
        ({}, [], True, DealWaits.SPOT_CHECK),
        ({"amount": 1_000_01}, [], False, DealWaits.ABOVE_LIMIT),
        ({"currency": "USD"}, [], False, DealWaits.NO_LIMIT),
        ({"terms": DealTerms()}, [], False, DealWaits.NO_LIMIT),
        ({}, [deal("b", entered_at=NOON - timedelta(seconds=1))], False, DealWaits.CONFLICT),
        ({}, [deal("b", entered_at=NOON + timedelta(seconds=1))], False, None),
        (
            {},
            [deal("b", S.APPROVED, date(2027, 1, 1), entered_at=NOON + timedelta(seconds=1))],
            False,
            DealWaits.CONFLICT,
        ),
        ({"amount": 1_000_01}, [deal("0")], True, DealWaits.CONFLICT),
    ],
)
def test_the_engine_approves_within_the_limit_what_nothing_stands_before(
    change: dict[str, object], others: list[Registration], drawn: bool, expected: DealWaits | None
) -> None:
    terms, amount = change.get("terms", TERMS), change.get("amount", 1_000_00)
    assert isinstance(terms, DealTerms) and isinstance(amount, int)
    assert waits_for(deal(), others, amount, str(change.get("currency", "EUR")), terms, TODAY, drawn) is expected


registrations = st.builds(
    deal,
    st.sampled_from("abcdef"),
    st.sampled_from([S.SUBMITTED, S.APPROVED, S.WON]),
    st.sampled_from([None, TODAY, TODAY + timedelta(days=9)]),
    name_hash=st.sampled_from([None, "x", "y"]),
    domain_hash=st.sampled_from([None, "x", "y"]),
    families=st.frozensets(st.sampled_from("pqr"), min_size=1),
    entered_at=st.sampled_from([NOON, NOON + timedelta(minutes=1)]),
)


@given(registrations, registrations)
def test_a_conflict_is_mutual_and_one_of_the_two_stands_first(one: Registration, other: Registration) -> None:
    assert in_conflict(one, other, TODAY) == in_conflict(other, one, TODAY)
    if in_conflict(one, other, TODAY):
        approved = [each.status is S.APPROVED for each in (one, other)]
        assert all(approved) or stands_before(one, other) != stands_before(other, one)


@given(st.lists(registrations.filter(lambda each: each.status is S.SUBMITTED), unique_by=lambda each: each.id))
def test_whoever_is_looked_at_first_no_two_in_conflict_are_approved_by_the_engine(racing: list[Registration]) -> None:
    for order in (racing, racing[::-1]):
        now = {each.id: each for each in order}
        for each in order:
            others = [found for id, found in now.items() if id != each.id]
            if waits_for(each, others, 0, "EUR", TERMS, TODAY, False) is None:
                now[each.id] = replace(each, status=S.APPROVED, protected_until=date(2026, 6, 1))
        approved = [each for each in now.values() if each.status is S.APPROVED]
        assert not any(in_conflict(one, other, TODAY) for one in approved for other in approved)
        assert not racing or approved


def test_a_protection_counts_its_days_from_the_approval_and_ends_before_a_day() -> None:
    assert protected_until(date(2026, 1, 31), DealTerms(days=30)) == date(2026, 3, 2)
    protected = deal(status=S.APPROVED, until=date(2026, 3, 2))
    assert protected.live(date(2026, 3, 1)) and not protected.live(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        (DealAct.CHANGED, {S.SUBMITTED}),
        (DealAct.APPROVED, {S.SUBMITTED}),
        (DealAct.REJECTED, {S.SUBMITTED}),
        (DealAct.EXTENDED, {S.APPROVED}),
        (DealAct.WON, {S.APPROVED}),
        (DealAct.LOST, {S.APPROVED, S.EXPIRED}),
        (DealAct.WITHDRAWN, {S.SUBMITTED, S.APPROVED}),
    ],
)
def test_what_can_be_done_depends_on_where_a_deal_stands(act: DealAct, allowed: set[DealStatus]) -> None:
    assert {status for status in DealStatus if not_now(status, act) is None} == allowed


def test_a_win_rate_needs_a_deal_that_is_decided() -> None:
    assert win_rate(0, 0) is None
    assert win_rate(2, 1) == (2, 3)
