"""When a daily digest is due: once a day, from an hour on, where who gets it lives."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def digest_day(now: datetime, time_zone: str, hour: int, last: date | None) -> date | None:
    """The day whose digest is due at a moment; None where its hour has not come yet, or the digest of that day, or a later
    one, was sent. Days that were missed are not made up for."""
    local = now.astimezone(ZoneInfo(time_zone))
    if local.hour < hour or (last is not None and local.date() <= last):
        return None
    return local.date()
