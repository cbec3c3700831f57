"""How a partner stands in an onboarding track."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.onboarding import FACTS, Done, OnboardingStepKind, OnboardingStepState, Step, may_complete, standing
from app.programme.terms import Level

K, S = OnboardingStepKind, OnboardingStepState
TRACK = [
    Step(1, K.TERMS_ACCEPTED, Level.RESELLER, version="2026-1"),
    Step(2, K.PROFILE, Level.RESELLER, required=False),
    Step(3, K.DUE_DILIGENCE_DOCUMENT, Level.RESELLER),
    Step(4, K.FIRST_ORDER, Level.RESELLER),
]
DAY = date(2026, 6, 1)


def test_nothing_done_opens_the_first_and_lets_the_others_wait() -> None:
    found = standing(TRACK, [], DAY)
    assert found.states == (S.OPEN, S.WAITING, S.WAITING, S.WAITING)
    assert not found.complete and found.expires is None


def test_what_is_not_required_keeps_nobody_waiting() -> None:
    found = standing(TRACK, [Done(1, DAY, "2026-1")], DAY)
    assert found.states == (S.DONE, S.OPEN, S.OPEN, S.WAITING)


def test_all_that_is_required_completes_the_track() -> None:
    done = [Done(1, DAY, "2026-1"), Done(3, DAY, valid_until=date(2026, 12, 31)), Done(4, DAY)]
    found = standing(TRACK, done, DAY)
    assert found.states == (S.DONE, S.OPEN, S.DONE, S.DONE)
    assert found.complete and found.expires == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "state"), [(date(2026, 12, 31), S.DONE), (date(2027, 1, 1), S.EXPIRED), (date(2026, 5, 31), S.OPEN)]
)
def test_a_document_counts_through_its_last_day(day: date, state: OnboardingStepState) -> None:
    done = [Done(1, date(2026, 1, 1), "2026-1"), Done(3, DAY, valid_until=date(2026, 12, 31))]
    assert standing(TRACK, done, day).states[2] is state


def test_terms_of_another_version_are_to_be_accepted_again() -> None:
    found = standing(TRACK, [Done(1, DAY, "2025-1"), Done(3, DAY)], DAY)
    assert found.states == (S.EXPIRED, S.WAITING, S.DONE, S.WAITING)


def test_of_what_was_done_twice_the_latest_counts() -> None:
    done = [Done(1, DAY, "2026-1"), Done(1, date(2026, 1, 1), "2025-1")]
    assert standing(TRACK, done, DAY).states[0] is S.DONE


def test_two_steps_in_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="same place"):
        standing([TRACK[0], Step(1, K.PROFILE, Level.VENDOR)], [], DAY)


@pytest.mark.parametrize(
    ("step", "state", "level", "may"),
    [
        (TRACK[0], S.OPEN, Level.RESELLER, True),
        (TRACK[0], S.EXPIRED, Level.RESELLER, True),
        (TRACK[0], S.OPEN, Level.DISTRIBUTOR, False),
        (TRACK[0], S.WAITING, Level.RESELLER, False),
        (TRACK[0], S.DONE, Level.RESELLER, False),
        (TRACK[3], S.OPEN, Level.RESELLER, False),
    ],
)
def test_a_step_is_done_by_whom_it_is_given_to(step: Step, state: OnboardingStepState, level: Level, may: bool) -> None:
    assert (may_complete(step, state, level) is None) is may


@given(
    kinds=st.lists(st.tuples(st.sampled_from(OnboardingStepKind), st.booleans()), min_size=1, max_size=8),
    done=st.sets(st.integers(1, 8)),
)
def test_a_track_is_complete_exactly_when_all_that_is_required_is_done(
    kinds: list[tuple[OnboardingStepKind, bool]], done: set[int]
) -> None:
    steps = [Step(place, kind, Level.RESELLER, required) for place, (kind, required) in enumerate(kinds, 1)]
    found = standing(steps, [Done(place, DAY) for place in done if place <= len(steps)], DAY)
    assert found.complete is all(step.position in done for step in steps if step.required)
    opened = [place for place, state in enumerate(found.states) if state is S.OPEN]
    assert all(not steps[place].required for place in opened[:-1])
    assert all(may_complete(step, S.OPEN, Level.RESELLER) is not None for step in steps if step.kind in FACTS)
