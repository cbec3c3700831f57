"""Contested lines: what can be done with them next."""

import pytest

from app.programme.contests import STANDS_AFTER, ContestAnswer, ContestStatus, not_now, says_why


@pytest.mark.parametrize("status", ContestStatus)
def test_only_an_open_objection_is_answered_or_taken_back(status: ContestStatus) -> None:
    wrong = not_now(status)
    assert (wrong is None) == (status is ContestStatus.OPEN)
    assert wrong is None or str(status) in wrong


def test_every_answer_ends_the_objection() -> None:
    assert set(STANDS_AFTER) == set(ContestAnswer)
    assert all(not_now(status) for status in STANDS_AFTER.values())


def test_who_is_told_that_a_line_is_right_is_told_why() -> None:
    assert says_why(ContestAnswer.UPHOLD) and not says_why(ContestAnswer.ACCEPT)
