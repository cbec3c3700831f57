"""When what failed is sent again, and when a webhook is given up."""

from datetime import UTC, datetime, timedelta

import pytest

from app.programme.webhook_events import PATIENCE, PAUSES, WebhookEnd, WebhookEvent, end_of, next_try

NOW = datetime(2026, 1, 10, tzinfo=UTC)


def test_each_attempt_that_fails_is_followed_by_one_after_a_longer_pause_until_there_are_no_more() -> None:
    tries = [next_try(attempts, NOW) for attempts in range(1, len(PAUSES) + 2)]
    assert tries[0] == NOW + timedelta(seconds=5) and tries[1] == NOW + timedelta(minutes=5)
    moments = [each for each in tries if each is not None]
    assert moments == sorted(set(moments)) and tries[-1] is None and tries[-2] is not None


def test_all_attempts_together_take_days_but_no_longer_than_a_webhook_may_fail() -> None:
    assert timedelta(days=3) < sum(PAUSES, timedelta()) < PATIENCE


@pytest.mark.parametrize(
    ("since", "code", "end"),
    [
        (NOW, 500, None),
        (NOW - PATIENCE + timedelta(seconds=1), None, None),
        (NOW - PATIENCE, 500, WebhookEnd.FAILING),
        (NOW - PATIENCE, None, WebhookEnd.FAILING),
        (NOW, 410, WebhookEnd.GONE),
    ],
)
def test_a_webhook_is_given_up_after_days_without_success_or_when_it_says_it_is_gone(
    since: datetime, code: int | None, end: WebhookEnd | None
) -> None:
    assert end_of(since, code, NOW) is end


def test_events_are_called_as_standard_webhooks_wants_it() -> None:
    for event in WebhookEvent:
        subject, _, happened = event.value.partition(".")
        assert subject.isalpha() and happened.isalpha() and event.name == f"{subject}_{happened}".upper()
