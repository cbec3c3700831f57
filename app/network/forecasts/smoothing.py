"""Exponential smoothing by statsmodels: a level, a damped trend and, from thirty months on, a season.

The same months always give the same estimates: nothing is drawn by chance. The library is loaded when the first forecast is
asked for, and reckons in a thread of its own, one request after another, so that nobody else waits for it.
"""

import asyncio
import math
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from app.programme.forecasts import (
    YEAR,
    Error,
    Extrapolate,
    ForecastMethod,
    bounded,
    chosen,
    errors,
    methods_for,
    seasonal_naive,
    tried_on,
)

COVERED = 0.8
"Which share of what may come the interval holds, if the months to come vary as the past ones did."
_ONE_AT_A_TIME = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forecast")


@dataclass(frozen=True, slots=True)
class Estimated:
    """A month to come."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The months to come by the method chosen, and how far each method was off."""

    method: ForecastMethod | None
    months: list[Estimated]
    errors: list[Error]


async def outlooks(histories: Sequence[Sequence[float]], months: int) -> list[Outlook]:
    """The outlook of each history, as far as so many months ahead."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_ONE_AT_A_TIME, lambda: [outlook(each, months) for each in histories])


def outlook(history: Sequence[float], months: int) -> Outlook:
    """Try every method that takes part, and go on by the best. No method where the history is too short."""
    found = errors(history, months, _methods(history))
    best = chosen(found)
    if best is None:
        return Outlook(None, [], found)
    if best.method is ForecastMethod.SEASONAL_NAIVE:
        ahead = [Estimated(value) for value in seasonal_naive(history, months)]
    else:
        ahead = _smoothed(best.method, history, months)
    return Outlook(best.method, [_bounded(history, each) for each in ahead], found)


def _bounded(history: Sequence[float], each: Estimated) -> Estimated:
    ends = [None if end is None else bounded(history, end) for end in (each.low, each.high)]
    return Estimated(bounded(history, each.value), *ends)


def _methods(history: Sequence[float]) -> dict[ForecastMethod, Extrapolate]:
    """The methods that take part, each as it would have been before the months on which it is tried."""
    before = history[: len(history) - tried_on(len(history))]
    found: dict[ForecastMethod, Extrapolate] = {}
    for method in methods_for(len(history)):
        naive = method is ForecastMethod.SEASONAL_NAIVE
        found[method] = seasonal_naive if naive else _extrapolating(method, before)
    return found


def _extrapolating(method: ForecastMethod, before: Sequence[float]) -> Extrapolate:
    """Its weights are fitted on what lay before the trial; with these it takes in what became known later."""
    weights = _fitted(method, before).params

    def extrapolate(known: Sequence[float], months: int) -> list[float] | None:
        with _quiet():
            found = [float(each) for each in _model(method, known).smooth(weights).forecast(months)]
        return found if all(math.isfinite(each) for each in found) else None

    return extrapolate


def _smoothed(method: ForecastMethod, history: Sequence[float], months: int) -> list[Estimated]:
    """The months to come by a model fitted to the whole history."""
    fitted = _fitted(method, history)
    with _quiet():
        ahead = fitted.get_prediction(start=len(history), end=len(history) + months - 1)
        rows = ahead.summary_frame(alpha=1 - COVERED).itertuples()
        return [Estimated(float(row.mean), _finite(row.pi_lower), _finite(row.pi_upper)) for row in rows]


def _fitted(method: ForecastMethod, history: Sequence[float]) -> Any:
    with _quiet():
        return _model(method, history).fit(disp=0, maxiter=200)


def _model(method: ForecastMethod, history: Sequence[float]) -> Any:
    from pandas import Series
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    seasonal = method is ForecastMethod.SEASONAL_SMOOTHING
    return ETSModel(
        Series(history, dtype="float64"),
        error="add",
        trend="add",
        damped_trend=True,
        seasonal="add" if seasonal else None,
        seasonal_periods=YEAR if seasonal else None,
        initialization_method="heuristic",
    )


def _quiet() -> Any:
    """Where a series varies so little that a fit has nothing to go by, its error says so; warnings would say it again."""
    import numpy
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)
    return numpy.errstate(all="ignore")


def _finite(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None
