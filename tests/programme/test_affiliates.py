"""When volumes of affiliates may be added up, as tables."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.affiliates import (
    AffiliationStatus,
    Agreed,
    Member,
    MembershipStatus,
    adds_up,
    agreed,
    membership,
    refusal,
)

A, B, C, D = (date(2026, 1, number) for number in (1, 2, 3, 4))
PROPOSED, IN_FORCE, ENDED = AffiliationStatus


@pytest.mark.parametrize(
    ("members", "expected", "status"),
    [
        ([(None, None), (None, None)], Agreed(None, None), PROPOSED),
        ([(A, None), (None, None)], Agreed(None, None), PROPOSED),
        ([(A, None), (B, None)], Agreed(B, None), IN_FORCE),
        ([(C, None), (A, None), (B, None)], Agreed(C, None), IN_FORCE),
        ([(A, C), (B, None)], Agreed(B, C), ENDED),
        ([(A, D), (B, C)], Agreed(B, C), ENDED),
        ([(A, B), (None, None)], Agreed(None, B), ENDED),
        ([(A, None), (None, C)], Agreed(None, C), ENDED),
    ],
)
def test_a_group_is_in_force_once_all_have_accepted_and_until_one_leaves(
    members: list[tuple[date | None, date | None]], expected: Agreed, status: AffiliationStatus
) -> None:
    found = agreed([Member(str(place), *each) for place, each in enumerate(members)])
    assert (found, found.status) == (expected, status)


def test_one_firm_is_no_group() -> None:
    with pytest.raises(ValueError, match="two firms"):
        agreed([Member("One", A, None)])


@pytest.mark.parametrize(
    ("member", "group", "expected"),
    [
        ((None, None), Agreed(None, None), MembershipStatus.PROPOSED),
        ((A, None), Agreed(None, None), MembershipStatus.ACCEPTED),
        ((A, None), Agreed(B, None), MembershipStatus.IN_FORCE),
        ((A, C), Agreed(B, C), MembershipStatus.LEFT),
        ((None, C), Agreed(None, C), MembershipStatus.LEFT),
        ((A, None), Agreed(B, C), MembershipStatus.ENDED),
        ((None, None), Agreed(None, C), MembershipStatus.ENDED),
    ],
)
def test_a_firm_reads_of_the_group_only_whether_all_have_accepted(
    member: tuple[date | None, date | None], group: Agreed, expected: MembershipStatus
) -> None:
    assert membership(Member("One", *member), group) is expected


@pytest.mark.parametrize(
    ("start", "left", "expected"), [(A, None, True), (A, B, True), (B, B, True), (C, B, False), (D, B, False)]
)
def test_a_period_that_had_begun_when_one_left_is_still_added_up(
    start: date, left: date | None, expected: bool
) -> None:
    assert adds_up(start, left) is expected


@pytest.mark.parametrize(
    ("members", "starts", "told"),
    [
        ([(A, None), (B, None)], B, None),
        ([(A, None), (B, None)], A, "The group is in force from 2026-01-02 on"),
        ([(A, None), (None, None)], D, "Not all of the group have accepted: Firm 1 has not."),
        ([(None, None), (None, None)], D, "Not all of the group have accepted: Firm 0, Firm 1 have not."),
        ([(A, B), (B, None)], D, "The group has ended: Firm 0 left it."),
        ([(A, None), (None, B)], D, "The group has ended: Firm 1 left it."),
    ],
)
def test_the_vendor_is_told_who_has_not_accepted(
    members: list[tuple[date | None, date | None]], starts: date, told: str | None
) -> None:
    found = refusal([Member(f"Firm {place}", *each) for place, each in enumerate(members)], starts)
    assert found is None if told is None else found is not None and found.startswith(told)


days = st.none() | st.dates(A, D)


@given(st.lists(st.tuples(days, days), min_size=2, max_size=6), st.dates(A, D))
def test_what_one_has_not_accepted_is_never_added_up(
    members: list[tuple[date | None, date | None]], start: date
) -> None:
    found = refusal([Member(str(place), *each) for place, each in enumerate(members)], start)
    if any(accepted is None or left is not None or accepted > start for accepted, left in members):
        assert found is not None
    else:
        assert found is None


def test_a_group_that_the_vendor_dissolves_has_ended_for_all_and_adds_nothing_more_up() -> None:
    both = [Member("One", A, None), Member("Two", B, None)]
    assert agreed(both, C) == Agreed(B, C) and agreed(both, C).status is AffiliationStatus.ENDED
    assert membership(both[0], agreed(both, C)) is MembershipStatus.ENDED
    assert agreed([both[0], Member("Two", B, B)], C) == Agreed(B, B), "who left before ended it"
    assert agreed([Member("One", None, None), both[1]], C) == Agreed(None, C)
    assert refusal(both, D, C) == f"The group has ended: it was dissolved on {C}. Propose another one."
