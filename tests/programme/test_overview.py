"""In which order people are told what needs them."""

from datetime import UTC, date, datetime

from app.programme.alert_kinds import AlertKind
from app.programme.overview import Waiting, rank

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def test_what_is_serious_comes_first_then_what_is_overdue_then_due_then_old() -> None:
    ordered = [
        Waiting(AlertKind.REPORT_MISSING, 1, LATE, None, 0),
        Waiting(AlertKind.FUND_TO_DECIDE, 1, LATE, date(2026, 3, 1), 1),
        Waiting(AlertKind.DEAL_TO_DECIDE, 1, LATE, date(2026, 4, 1), 0),
        Waiting(AlertKind.CLAIM_TO_DECIDE, 9, LATE, date(2026, 5, 1), 0),
        Waiting(AlertKind.PRICE_MISSING, 1, EARLY, None, 0),
        Waiting(AlertKind.PRICE_UNUSUAL, 500, LATE, None, 0),
        Waiting(AlertKind.REPORT_DUE, 1, EARLY, date(2025, 12, 1), 1),
    ]
    backwards = ordered[::-1]
    assert sorted(backwards, key=rank) == ordered
