"""Which two years the demo is about, and what follows from names alone: ids, and throws of the dice.

The same name always gives the same id, so a demo network that was begun is recognised, continued, and never made twice.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from uuid import UUID

from app.programme.spans import Span, month_of, months_earlier

MONTHS = 24
"How many whole months of history there are."
PRICE_CHANGE_MONTH, NEW_PRODUCT_MONTH = 12, 9
"In which months, from 0, prices change and new products come."
SAMPLES_FROM = date(2026, 1, 1)
"The reports that come with the demo are about January 2026, whenever the network is made."

_NAMING = datetime(2025, 1, 1, tzinfo=UTC)


def derived_id(*names: str, at: datetime = _NAMING) -> UUID:
    """A UUIDv7 whose moment is `at` and whose other bits follow from the names: the same names, the same id."""
    chance = int.from_bytes(hashlib.blake2b("/".join(names).encode(), digest_size=10).digest(), "big")
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (chance >> 62 & 0xFFF) << 64 | 0b10 << 62 | chance & (1 << 62) - 1)


def midnight(day: date) -> datetime:
    """The beginning of a day, UTC."""
    return datetime.combine(day, time(), UTC)


@dataclass(frozen=True)
class History:
    """Which months the demo is about: the 24 whole ones before the first of a month."""

    end: date

    @classmethod
    def until(cls, day: date) -> "History":
        """The history that ends with the month before the day's."""
        return cls(month_of(day))

    @classmethod
    def beginning(cls, start: date) -> "History":
        """The history that begins on the first of a month."""
        return cls(months_earlier(start, -MONTHS))

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The first day of each month."""
        return tuple(months_earlier(self.end, MONTHS - n) for n in range(MONTHS + 1))[:MONTHS]

    @property
    def start(self) -> date:
        return self.months[0]

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @cached_property
    def effective(self) -> Span:
        """From when to when agreements and prices hold: all of the history, and the reports that come with the demo."""
        last = max(self.end, SAMPLES_FROM)
        return Span(min(self.start, months_earlier(SAMPLES_FROM, 12)).replace(month=1), date(last.year + 3, 1, 1))


def chance(*names: str) -> int:
    """A throw of the dice that these names always get: a whole number below 2³²."""
    return int.from_bytes(hashlib.blake2b("/".join(names).encode(), digest_size=4).digest(), "big")
