"""What questions about the development of a network's resellers share: whose it is, and of which day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from app.execution.connections import Order, SortKey, Window
from app.execution.errors import bad_input
from app.execution.identifiers import Key
from app.execution.scalars import DateRangeInput, exact
from app.programme.development import EARLIEST

PLACES = Order((SortKey("rank", "rank", int, "bigint"), SortKey("place", "place", str, "text")))
"What rows stand by: a number, and those with the same one by a text."
T = TypeVar("T")
Placed = tuple[int, str, T]
"A row, behind what it stands by."


class IsNetwork(Protocol):
    """A vendor's network, now or as it was known."""

    @property
    def key(self) -> Key: ...
    @property
    def as_of(self) -> datetime | None: ...


def page_of(placed: list[Placed[T]], window: Window) -> list[Placed[T]]:
    """Of rows that rise those of the page, and one more where there is one, in the direction in which the page is read."""
    ordered = placed[::-1] if window.backward else placed
    if window.position is not None:
        cut: Any = tuple(window.position)
        ordered = [each for each in ordered if (each[:2] < cut if window.backward else each[:2] > cut)]
    return ordered[: window.size + 1]


def last_day(period: DateRangeInput) -> date:
    """The last day of a period that has begun; today while it runs. Raises BAD_USER_INPUT where it has not."""
    checked = period.checked()
    return told_day(min(checked.end - timedelta(days=1), max(checked.start, datetime.now(UTC).date())))


def told_day(day: date) -> date:
    """The day itself. Raises BAD_USER_INPUT where it lies ahead, or before anybody asks."""
    today = datetime.now(UTC).date()
    if not EARLIEST <= day <= today:
        raise bad_input(f"Resellers are told of days from {EARLIEST} to {today}, not of {day}.")
    return day


def asked_now(parent: IsNetwork) -> None:
    """Raise BAD_USER_INPUT where a past moment of knowledge is asked for: sums are kept of what is known now."""
    if parent.as_of is not None:
        raise bad_input(
            "How resellers stand is read from sums that are kept of what is known now. Ask without `asOf`, and of earlier"
            " days by the period; `sales` tells by RESELLER what was known at a past moment."
        )


def rounded(share: Fraction | None) -> Decimal | None:
    """A share rounded down to six decimals."""
    return None if share is None else exact(int(share * 1_000_000), 6)
