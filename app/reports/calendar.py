"""What a row of the database says of an agreement's reporting, as the rules of reporting periods take it.

A report's days, and when it came, are those of the agreement's time zone. When it was due, the reporting period of its last
day says (programme/periods).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.programme.periods import ReportingTerms, deadline_of_report, today_in
from app.programme.spans import Span
from app.programme.terms import Cadence
from app.store.database import Row

EASTERNMOST = "Etc/GMT-14"
"""The time zone of reports about whose days nothing is agreed: on its day no reseller has sold tomorrow."""
Said = Row | Mapping[str, Any]
"A row with the columns `TERMS` of periods/queries.py."


def terms_of(row: Said) -> ReportingTerms:
    """What was agreed about reporting. Without a reporting calendar, calendar days count."""
    return ReportingTerms(
        cadence=Cadence(row["cadence"]),
        effective=Span(row["effective_start"], row["effective_end"]),
        due_days=row["due_days"],
        grace_days=row["grace_days"],
        time_zone=row["time_zone"],
        business_days=bool(row["business_days"]),
        holidays=frozenset(row["holidays"] or ()),
    )


def due_on(submission: Said) -> date:
    """The last day on which a report is in time, grace included."""
    return deadline_of_report(
        terms_of(submission), Span(submission["period_start"], submission["period_end"])
    ).grace_until


def received_on(submission: Said) -> date:
    """The day on which a report was received."""
    return today_in(submission["time_zone"], submission["received_at"])
