"""How a distributor's resellers develop: who is active, new or lapsed, how much lies with a few, how many are enabled.

A reseller is active at a distributor on a day if it bought more than it returned there in the trailing ninety days, that
day included. It is new if its first purchase in that window is its first in the twenty-four months before the window, at
this distributor; network-wide only for the vendor, because a distributor may not know of the others. It has lapsed if it
was active in the window before and is not now, and came back if it is active, was not in the window before, and is not new.
Concentration is the share of the ten largest, and the Herfindahl-Hirschman index: the sum of the squared shares, from 0 to
1. Enablement is active resellers with every required certification valid, of all active ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from app.programme.spans import Span, month_after, month_of, months_earlier

ACTIVE_DAYS = 90
"How far back a purchase makes a reseller active."
NEW_MONTHS = 24
"How long a reseller has not bought whose purchase makes it new."
YEAR_MONTHS = 12
"In how many months the new ones are counted that a distributor agreed to."
EARLIEST = date(1990, 1, 1)
"The first day on which anybody asks how resellers stood."
TOP = 10
"How many are the largest."


class ResellerState(StrEnum):
    """How a reseller stands with a distributor on a day."""

    NEW = "NEW"
    "Active, and had not bought in the 24 months before."
    ACTIVE = "ACTIVE"
    "Active, as in the 90 days before."
    REACTIVATED = "REACTIVATED"
    "Active again, after it was not."
    LAPSED = "LAPSED"
    "Active in the 90 days before, and not now."
    INACTIVE = "INACTIVE"
    "Neither now nor in the 90 days before."


class ResellerDimension(StrEnum):
    """By what resellers are counted together."""

    DISTRIBUTOR = "DISTRIBUTOR"
    "Who sold to them; else each stands as it bought of all distributors that the asker sees."
    RESELLER = "RESELLER"
    "Each by itself. One that an agreement does not disclose has a row and no name."
    PARTNER_TYPE = "PARTNER_TYPE"
    "What kind of firm it is; null for resellers that are not disclosed."
    COUNTRY = "COUNTRY"
    "The country of its seat; null for resellers that are not disclosed."
    REGION = "REGION"
    "The vendor's sales region; null where there is none or it is not disclosed."
    SEGMENT = "SEGMENT"
    "The vendor's own segments to which it belongs today, for the vendor alone; who is in several counts in each."


class DevelopmentOrder(StrEnum):
    """In which order rows of resellers' development stand; those that are equal by what they are grouped by."""

    DIMENSIONS = "DIMENSIONS"
    "By what they are grouped by."
    UNITS = "UNITS"
    "Most units in the 90 days first."
    GROWTH = "GROWTH"
    "Those first that bought the most units more than in the 90 days before."
    DECLINE = "DECLINE"
    "Those first that bought the most units less than in the 90 days before."
    LAPSED = "LAPSED"
    "Most lapsed resellers first."
    CONCENTRATION = "CONCENTRATION"
    "The most concentrated first."


@dataclass(frozen=True, slots=True)
class Purchases:
    """A reseller's net units in the window and in the one before (in any one unit), and whether it bought at all in the
    24 months before the window."""

    now: int
    before: int
    bought_earlier: bool


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a distributor agreed to: so many active resellers, so many new ones in twelve months, and which share (10⁻⁶) of
    the active ones is enabled; None where nothing was agreed."""

    active: int | None = None
    new: int | None = None
    enabled: int | None = None


def is_active(net_units: int) -> bool:
    """Whether net sell-through of the trailing ninety days (in any one unit) makes a reseller active."""
    return net_units > 0


def window(day: date) -> Span:
    """The ninety days that end with a day."""
    return Span(day - timedelta(days=ACTIVE_DAYS - 1), day + timedelta(days=1))


def window_before(day: date) -> Span:
    """The ninety days before those."""
    start = window(day).start
    return Span(start - timedelta(days=ACTIVE_DAYS), start)


def earlier(day: date) -> Span:
    """The twenty-four months before the window: who bought in them is not new."""
    start = window(day).start
    return Span(months_earlier(start, NEW_MONTHS), start)


def year(day: date) -> Span:
    """The twelve calendar months that end with the day's: who bought in them, net of returns, and not in the 24 before, is
    one of the new ones that a distributor agreed to."""
    return Span(months_earlier(month_of(day), YEAR_MONTHS - 1), month_after(day))


def years_before(day: date) -> Span:
    """The twenty-four calendar months before those."""
    start = year(day).start
    return Span(months_earlier(start, NEW_MONTHS), start)


def depth_months(day: date) -> Span:
    """The three calendar months that end with the day's: how many families a reseller buys is counted in them."""
    return Span(months_earlier(month_of(day), 2), month_after(day))


def state(found: Purchases) -> ResellerState:
    """How a reseller stands."""
    if is_active(found.now):
        if not found.bought_earlier:
            return ResellerState.NEW
        return ResellerState.ACTIVE if is_active(found.before) else ResellerState.REACTIVATED
    return ResellerState.LAPSED if is_active(found.before) else ResellerState.INACTIVE


def top_share(amounts: Sequence[int], largest: int = TOP) -> Fraction | None:
    """The share of the largest in all that was bought; None where nothing was. Who returned more than it bought has none."""
    bought = sorted((amount for amount in amounts if amount > 0), reverse=True)
    return Fraction(sum(bought[:largest]), sum(bought)) if bought else None


def concentration(amounts: Sequence[int]) -> Fraction | None:
    """The Herfindahl-Hirschman index, from 1 ÷ the number of resellers to 1; None where nothing was bought."""
    bought = [amount for amount in amounts if amount > 0]
    return Fraction(sum(amount**2 for amount in bought), sum(bought) ** 2) if bought else None


def share(part: int, whole: int) -> Fraction | None:
    """A part of a whole; None where there is no whole: nobody active is no share of enabled ones."""
    return Fraction(part, whole) if whole > 0 else None


def missing(needed: int | None, achieved: int) -> int | None:
    """How many are missing to what was agreed; None where nothing was."""
    return None if needed is None else max(0, needed - achieved)
