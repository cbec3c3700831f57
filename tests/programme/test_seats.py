"""Who may change who belongs to an organisation: a table of cases, and what holds of every order of acts."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.seats import Constitution, Objection, lapses, objections

ADMIN, FINANCE, VIEWER = "ADMIN", "FINANCE", "VIEWER"
RULES = Constitution(ADMIN, frozenset({FINANCE}), frozenset({ADMIN}))
ADA, BEN, EVE = (UUID(int=n) for n in (1, 2, 3))
ROLES = st.frozensets(st.sampled_from([ADMIN, FINANCE, VIEWER]))


@pytest.mark.parametrize(
    ("seats", "by", "to", "after", "expected"),
    [
        ({ADA: {ADMIN}, BEN: {VIEWER}}, ADA, BEN, {ADMIN}, set()),
        ({ADA: {ADMIN}, BEN: {VIEWER}}, ADA, BEN, set(), set()),
        ({ADA: {ADMIN}, BEN: {VIEWER}}, BEN, ADA, {VIEWER}, {Objection.GOVERNS_NO_MORE, Objection.LAST_ADMINISTRATOR}),
        ({ADA: {ADMIN}, BEN: {VIEWER}}, EVE, BEN, {ADMIN}, {Objection.GOVERNS_NO_MORE}),
        ({ADA: {ADMIN}, BEN: {ADMIN}}, ADA, BEN, {VIEWER}, set()),
        ({ADA: {ADMIN}, BEN: {ADMIN}}, ADA, ADA, {ADMIN, VIEWER}, {Objection.OWN_ROLES}),
        ({ADA: {ADMIN}}, ADA, ADA, set(), {Objection.OWN_ROLES, Objection.LAST_ADMINISTRATOR}),
        ({ADA: {ADMIN}, BEN: {VIEWER}}, ADA, BEN, {FINANCE}, {Objection.MONEY_NOT_HELD}),
        ({ADA: {ADMIN, FINANCE}, BEN: {VIEWER}}, ADA, BEN, {FINANCE}, set()),
        ({ADA: {ADMIN}, BEN: {FINANCE}}, ADA, BEN, {FINANCE, VIEWER}, set()),
        ({ADA: {ADMIN}, BEN: {FINANCE}}, ADA, BEN, {VIEWER}, set()),
    ],
)
def test_what_stands_against_a_change(
    seats: dict[UUID, set[str]], by: UUID, to: UUID, after: set[str], expected: set[Objection]
) -> None:
    held = {who: frozenset(roles) for who, roles in seats.items()}
    assert set(objections(by, to, frozenset(after), held, RULES)) == expected


BOTH_GOVERN = Constitution(ADMIN, frozenset({FINANCE}), frozenset({ADMIN, FINANCE}))


@pytest.mark.parametrize(
    ("to", "after", "expected"),
    [
        ({VIEWER}, {VIEWER, FINANCE}, set()),
        ({FINANCE}, {FINANCE, VIEWER}, {Objection.MONEY_ALONE}),
        ({FINANCE, VIEWER}, {VIEWER}, set()),
        ({FINANCE}, set(), set()),
        ({FINANCE, VIEWER}, set(), {Objection.MONEY_ALONE}),
        ({VIEWER}, {ADMIN}, {Objection.MONEY_ALONE}),
        ({VIEWER}, {FINANCE}, {Objection.MONEY_ALONE}),
        ({ADMIN}, {ADMIN, FINANCE}, set()),
        ({ADMIN}, {FINANCE}, {Objection.MONEY_ALONE, Objection.LAST_ADMINISTRATOR}),
    ],
)
def test_who_governs_by_approving_money_hands_on_money_roles_alone(
    to: set[str], after: set[str], expected: set[Objection]
) -> None:
    seats = {ADA: frozenset({FINANCE}), BEN: frozenset(to)}
    assert set(objections(ADA, BEN, frozenset(after), seats, BOTH_GOVERN)) == expected
    assert lapses(frozenset(after), seats[ADA], BOTH_GOVERN) == bool(after - {FINANCE})


@given(
    st.dictionaries(st.sampled_from([ADA, BEN, EVE]), ROLES, min_size=1),
    st.lists(st.tuples(st.sampled_from([ADA, BEN, EVE]), st.sampled_from([ADA, BEN, EVE]), ROLES), max_size=12),
)
def test_whatever_is_asked_for_one_administrator_stays_and_money_comes_from_money(
    seats: dict[UUID, frozenset[str]], acts: list[tuple[UUID, UUID, frozenset[str]]]
) -> None:
    administered = any(ADMIN in roles for roles in seats.values())
    for by, to, after in acts:
        if any(objections(by, to, after, seats, RULES)):
            continue
        assert by != to and ADMIN in seats[by]
        if FINANCE in after - seats.get(to, frozenset()):
            assert FINANCE in seats[by]
        seats = {**seats, to: after}
        assert any(ADMIN in roles for roles in seats.values()) == administered


@pytest.mark.parametrize(
    ("invited", "inviter", "expected"),
    [
        ({VIEWER}, {ADMIN}, False),
        ({VIEWER}, {VIEWER}, True),
        ({VIEWER}, set(), True),
        ({FINANCE}, {ADMIN}, True),
        ({FINANCE}, {ADMIN, FINANCE}, False),
    ],
)
def test_an_invitation_lapses_with_what_its_sender_lost(invited: set[str], inviter: set[str], expected: bool) -> None:
    assert lapses(frozenset(invited), frozenset(inviter), RULES) == expected
