"""Suspensions of authorisations: who may, who overrules whom, and what becomes of a plan when its day comes."""

from datetime import date
from itertools import product

import pytest

from app.programme.suspensions import Standing, after_plan, calls_off, not_reinstated, not_suspended
from app.programme.terms import AuthorizationStatus, Level

S, D, V = AuthorizationStatus, Level.DISTRIBUTOR, Level.VENDOR
DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("standing", "level", "can"),
    [
        (Standing(S.ACTIVE), D, True),
        (Standing(S.ACTIVE), V, True),
        (Standing(S.SUSPENDED, D), D, False),
        (Standing(S.SUSPENDED, D), V, True),
        (Standing(S.SUSPENDED, V), D, False),
        (Standing(S.SUSPENDED, V), V, False),
        (Standing(S.ENDED), V, False),
    ],
)
def test_the_vendor_suspends_over_a_distributor_and_never_the_other_way(
    standing: Standing, level: Level, can: bool
) -> None:
    assert (not_suspended(standing, level, later=False) is None) == can


def test_a_distributor_plans_nothing_beside_the_vendor_s_plan_but_acts_at_once() -> None:
    standing = Standing(S.ACTIVE, None, S.SUSPENDED, V, DAY)
    assert str(DAY) in (not_suspended(standing, D, later=True) or "")
    assert not_suspended(standing, D, later=False) is None
    assert not_suspended(standing, V, later=True) is None
    own = Standing(S.SUSPENDED, D, S.SUSPENDED, V, DAY)
    assert not_reinstated(own, D, later=True) and not_reinstated(own, D, later=False) is None


def test_only_who_suspended_reinstates_and_only_who_planned_calls_off() -> None:
    assert not_reinstated(Standing(S.SUSPENDED, V), V, later=True) is None
    assert "vendor" in (not_reinstated(Standing(S.SUSPENDED, V), D, later=False) or "")
    ahead = Standing(S.ACTIVE, None, S.SUSPENDED, D, DAY)
    assert calls_off(ahead, D) and not calls_off(ahead, V)
    assert not_reinstated(ahead, D, later=False) is None
    assert not_reinstated(ahead, D, later=True)
    assert not_reinstated(ahead, V, later=False)


def test_when_its_day_comes_a_plan_does_what_its_level_could_do_that_day() -> None:
    assert after_plan(Standing(S.ACTIVE, None, S.SUSPENDED, D, DAY)) == (S.SUSPENDED, D)
    assert after_plan(Standing(S.SUSPENDED, D, S.SUSPENDED, V, DAY)) == (S.SUSPENDED, V)
    assert after_plan(Standing(S.SUSPENDED, D, S.ACTIVE, D, DAY)) == (S.ACTIVE, None)
    assert after_plan(Standing(S.SUSPENDED, V, S.ACTIVE, D, DAY)) == (S.SUSPENDED, V)
    assert after_plan(Standing(S.ENDED, None, S.SUSPENDED, V, DAY)) == (S.ENDED, None)
    assert after_plan(Standing(S.ACTIVE)) == (S.ACTIVE, None)


def test_a_plan_never_revives_what_has_ended_nor_suspends_for_nobody() -> None:
    for status, by, planned, planner in product(S, (None, D, V), (S.ACTIVE, S.SUSPENDED), (D, V)):
        found, who = after_plan(Standing(status, by, planned, planner, DAY))
        assert (status is S.ENDED) <= (found is S.ENDED)
        if found is S.SUSPENDED and status is not S.SUSPENDED:
            assert who is planner
