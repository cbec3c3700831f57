"""Figures as a reader wants them: thousands apart, money with its currency, shares in per cent.

Nothing is reckoned here that the graph did not answer, but sums of units and shares of two answers."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MISSING = "–"
"Where there is nothing to tell."


def units(value: object) -> str:
    """Base units: 1,234 or 1,234.5."""
    return MISSING if value is None else f"{Decimal(str(value)).normalize():,f}"


def money(value: Mapping[str, Any] | None) -> str:
    """An amount with its currency, to hundredths; half goes away from zero."""
    if value is None:
        return MISSING
    amount = Decimal(value["amount"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{amount:,f} {value['currency']}"


def share(value: object) -> str:
    """0.125 as 12.5 %."""
    if value is None:
        return MISSING
    hundred = (Decimal(str(value)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{hundred.normalize():f} %"


def growth(now: object, before: object) -> str:
    """By how much more than before: +4.2 %; where nothing was before, nothing can be said."""
    if now is None or before is None or Decimal(str(before)) <= 0:
        return MISSING
    grown = Decimal(str(now)) / Decimal(str(before)) - 1
    return f"{'+' if grown > 0 else ''}{share(grown)}".replace("-", "−")


def month(day: str) -> str:
    """2026-07-01 as Jul 2026."""
    return f"{date.fromisoformat(day):%b %Y}"


def words(code: object) -> str:
    """BELOW_MIN as “below min”."""
    return MISSING if code is None else str(code).replace("_", " ").lower()


def name(of: Mapping[str, Any] | None) -> str:
    """A firm's name; of one that is not disclosed that."""
    return "(not disclosed)" if of is None else str(of["name"])
