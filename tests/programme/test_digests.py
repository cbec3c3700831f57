"""When a daily digest is due."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.digests import digest_day

FIRST = datetime(2026, 3, 1, 6, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "hour", "last", "due"),
    [
        (FIRST, "UTC", 7, None, None),
        (FIRST + timedelta(minutes=1), "UTC", 7, None, date(2026, 3, 1)),
        (FIRST, "Europe/Berlin", 7, None, date(2026, 3, 1)),
        (FIRST, "UTC", 0, date(2026, 3, 1), None),
        (FIRST, "UTC", 0, date(2026, 2, 20), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 23, tzinfo=UTC), "Asia/Tokyo", 8, date(2026, 3, 1), date(2026, 3, 2)),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), "Europe/Berlin", 2, None, date(2026, 3, 29)),
    ],
)
def test_a_digest_is_due_from_its_hour_on_once_a_day(
    now: datetime, zone: str, hour: int, last: date | None, due: date | None
) -> None:
    assert digest_day(now, zone, hour, last) == due


@given(
    st.integers(0, 24 * 700).map(lambda hours: datetime(2025, 1, 1, 0, 17, tzinfo=UTC) + timedelta(hours=hours)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"]),
    st.integers(0, 23),
)
def test_within_three_days_every_day_has_its_digest_and_none_has_two(begin: datetime, zone: str, hour: int) -> None:
    """Looked at every hour, also where an hour is missing or comes twice."""
    sent: list[date] = []
    for n in range(24 * 4):
        due = digest_day(begin + timedelta(hours=n), zone, hour, sent[-1] if sent else None)
        sent += [due] if due is not None else []
    assert len(sent) >= 3 and all(b - a == timedelta(days=1) for a, b in pairwise(sent))
