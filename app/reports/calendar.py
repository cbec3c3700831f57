"""When a report is due, and when it came, in the agreement's time zone."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.store.database import Row


def due_on(submission: Row | Mapping[str, Any]) -> date:
    """The last day in time: so many days after the period's end, grace included."""
    end: date = submission["period_end"]
    return end + timedelta(days=submission["due_days"] + submission["grace_days"])


def received_on(submission: Row | Mapping[str, Any]) -> date:
    """The day on which a report was received."""
    received: date = submission["received_at"].astimezone(ZoneInfo(submission["time_zone"])).date()
    return received
