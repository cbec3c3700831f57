"""What the next months may bring, by what the past ones were, and how far the same methods were off before.

A month of the future is estimated in two ways: by the same month a year earlier, as it was (seasonal-naive), and by
exponential smoothing, which gives recent months more weight. Each way is tried on the past: from each of the last months in
turn it says what was to come, knowing only what lay before, and is held against what came. The one that was least far off is
taken; where they are equal, the simpler one. Its error stands beside every estimate. Fifteen months are the least to say
anything: a year to go by, and three months to be tried on. Estimates are no money and no promise: they are rounded figures.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

YEAR = 12
LEAST_TRIED = 3
MOST_TRIED = 12
SHORTEST = YEAR + LEAST_TRIED
LONGEST_HISTORY = 36
MOST_MONTHS = 12
Extrapolate = Callable[[Sequence[float], int], Sequence[float] | None]
"""From the months known, the oldest first, to so many that follow; None where the method says nothing."""


class ForecastFigure(StrEnum):
    """What is forecast."""

    UNITS = "UNITS"
    "Base units sold through, net of returns."
    AMOUNT = "AMOUNT"
    "What they come to at the price book of the day of each sale."


class ForecastDimension(StrEnum):
    """By what sales are taken apart, each part with a forecast of its own."""

    DISTRIBUTOR = "DISTRIBUTOR"
    "By the distributor that sold."
    RESELLER = "RESELLER"
    "By the reseller that bought."
    PARTNER_TYPE = "PARTNER_TYPE"
    "By what kind of firm the reseller is."
    COUNTRY = "COUNTRY"
    "By the country of the reseller's seat."
    REGION = "REGION"
    "By the vendor's sales region of the reseller."
    PRODUCT = "PRODUCT"
    "By product."
    PRODUCT_FAMILY = "PRODUCT_FAMILY"
    "By product family."


class ForecastMethod(StrEnum):
    """How the next months are estimated."""

    SEASONAL_NAIVE = "SEASONAL_NAIVE"
    "The same month a year earlier, as it was."
    EXPONENTIAL_SMOOTHING = "EXPONENTIAL_SMOOTHING"
    "A level and a damped trend in which recent months weigh more (error, trend and damping: ETS(A,Ad,N))."
    SEASONAL_SMOOTHING = "SEASONAL_SMOOTHING"
    "The same with a part for each month of the year (ETS(A,Ad,A)); tried from thirty months on."


LEAST_KNOWN: Mapping[ForecastMethod, int] = {
    ForecastMethod.SEASONAL_NAIVE: YEAR,
    ForecastMethod.EXPONENTIAL_SMOOTHING: YEAR,
    ForecastMethod.SEASONAL_SMOOTHING: 2 * YEAR,
}
"How many months a method has to know."
LEAST_FOR_SEASONS = 30
"How many months there have to be for the seasonal smoothing to be tried on six of them at least."


@dataclass(frozen=True, slots=True)
class Error:
    """How far a method was off. `scaled` (MASE) is its mean miss ÷ the mean change from one month to the next in the months
    before the trial; `share` (WAPE) the sum of its misses ÷ the sum of what came. None where that would divide by zero."""

    method: ForecastMethod
    miss: float
    scaled: float | None
    share: float | None
    starts: int
    forecasts: int


def tried_on(months: int) -> int:
    """From how many past months in turn the methods are tried, where so many are known; zero where they are too few."""
    if months < SHORTEST:
        return 0
    known = 2 * YEAR if months >= LEAST_FOR_SEASONS else YEAR
    return min(MOST_TRIED, months - known)


def methods_for(months: int) -> list[ForecastMethod]:
    """Which methods take part, the simplest first."""
    return [
        each
        for each in ForecastMethod
        if months >= SHORTEST and (each is not ForecastMethod.SEASONAL_SMOOTHING or months >= LEAST_FOR_SEASONS)
    ]


def seasonal_naive(known: Sequence[float], months: int) -> list[float]:
    """Each month as it was a year earlier. There is a year at least."""
    return [known[len(known) - YEAR + place % YEAR] for place in range(months)]


def errors(history: Sequence[float], horizon: int, methods: Mapping[ForecastMethod, Extrapolate]) -> list[Error]:
    """How far each method was off from the same past months on, as far ahead as is asked; one that failed is left out."""
    starts = tried_on(len(history))
    first = len(history) - starts
    changes = [abs(b - a) for a, b in pairwise(history[:first])]
    usual = sum(changes) / len(changes) if changes else 0.0
    found = []
    for method, extrapolate in methods.items():
        misses = _misses(history, first, horizon, extrapolate)
        if misses is None or not misses:
            continue
        came = sum(abs(actual) for _, actual in misses)
        missed = sum(miss for miss, _ in misses)
        mean = missed / len(misses)
        scaled, share = (mean / usual if usual else None), (missed / came if came else None)
        found.append(Error(method, mean, scaled, share, starts, len(misses)))
    return found


def _misses(
    history: Sequence[float], first: int, horizon: int, extrapolate: Extrapolate
) -> list[tuple[float, float]] | None:
    """By how much it was off and what came, for each start and month ahead; None where it failed once."""
    found = []
    for start in range(first, len(history)):
        came = history[start : start + horizon]
        said = extrapolate(history[:start], len(came))
        if said is None:
            return None
        found += [(abs(estimate - actual), actual) for estimate, actual in zip(said, came, strict=True)]
    return found


def chosen(found: Sequence[Error]) -> Error | None:
    """The one that was least far off; of equal ones the simplest, which stands first."""
    return min(found, key=lambda each: each.miss, default=None)


def reason(found: Sequence[Error], months: int, sold: bool) -> str:
    """Why this method, or why none, for people."""
    if not sold:
        return "Nothing was sold in the months known, so that nothing can be said of the next ones."
    best = chosen(found)
    if best is None:
        return (
            f"{months} {'month is' if months == 1 else 'months are'} known since the first sale; {SHORTEST} are the least: a"
            f" year to go by, and {LEAST_TRIED} months to try a forecast on."
        )
    others = sorted((each for each in found if each is not best), key=lambda each: each.miss)
    told = f"{_named(best)} was off by {_told(best)} when tried from each of the last {best.starts} months"
    beside = "".join(f", {_named(each).lower()} by {_told(each)}" for each in others)
    late = "" if months >= LEAST_FOR_SEASONS else f" A season of its own is tried from {LEAST_FOR_SEASONS} months on."
    return f"{told}{beside}.{late}"


def _told(found: Error) -> str:
    return f"{found.share:.0%} of what came" if found.share is not None else f"{found.miss:.1f} a month"


def _named(found: Error) -> str:
    return {
        ForecastMethod.SEASONAL_NAIVE: "The same month of the year before",
        ForecastMethod.EXPONENTIAL_SMOOTHING: "Exponential smoothing",
        ForecastMethod.SEASONAL_SMOOTHING: "Seasonal smoothing",
    }[found.method]


def bounded(history: Sequence[float], estimate: float) -> float:
    """An estimate is not below zero where no month ever was."""
    return estimate if min(history) < 0 else max(0.0, estimate)


def month_after(day: date, months: int) -> date:
    """The first day of the month that comes so many after that of a day; before it where negative."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def since_the_first(values: Sequence[float]) -> Sequence[float]:
    """The months from the first one in which anything was sold on."""
    first = next((place for place, value in enumerate(values) if value), len(values))
    return values[first:]
