"""How the figures of a plan are told: as numbers and a sentence, the same on the day of a review and ever after."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

from app.program_access.planned.attainment import Figure
from app.programme.money import decimal, rounded
from app.programme.plans import PlanMeasure
from app.programme.spans import Span

M = PlanMeasure
_SALES = (
    'Network.sales(period: {{start: "{start}", end: "{end}"}}, by: [PRODUCT_FAMILY], filter: {{distributorIds: […]}})'
)
_ROWS = {
    M.SELL_THROUGH_UNITS: _SALES,
    M.SELL_THROUGH_AMOUNT: _SALES,
    M.SELL_IN_UNITS: _SALES,
    M.SELL_IN_AMOUNT: _SALES,
    M.ACTIVE_RESELLERS: 'DistributionAgreement.resellerDevelopment(onDate: "{last}"), its `resellers`',
    M.NEW_RESELLERS: 'DistributionAgreement.resellerDevelopment(onDate: "{last}"), its `resellers`',
    M.CERTIFICATIONS: "Reseller.certifications, by `issuedOn`",
    M.FUND_SPEND: "DistributionAgreement.funds, the claims of their requests, by `paidAt`",
}


def kept(figure: Figure, currency: str) -> dict[str, Any]:
    """A figure as a review keeps it: whole numbers, in the decimal places of its measure or (shares) in 10⁻⁶, rounded half
    away from zero; and the sentences of how it was found."""
    stands, target = figure.standing, figure.target
    last = figure.days.end - timedelta(days=1)
    return {
        "measure": target.measure.value,
        "family": target.family,
        "target": target.whole,
        "actual": stands.actual,
        "expected": stands.expected,
        "attainment": _share(stands.attainment),
        "pace": None if stands.pace is None else _share(stands.pace),
        "forecast": stands.forecast,
        "missing": stands.missing,
        "last_year": figure.last_year,
        "evidence": _evidence(figure, currency),
        "rows": _ROWS[target.measure].format(start=figure.days.start, end=figure.days.end, last=last),
    }


def _share(share: Fraction) -> int:
    return rounded(share, 6)


def _evidence(figure: Figure, currency: str) -> str:
    measure, stands = figure.target.measure, figure.standing
    if figure.days.start >= figure.days.end:
        return "The plan has not begun."
    unit = f"{currency} " if measure.is_amount else ""
    words = [
        f"{unit}{_said(stands.actual, measure)} {_over(figure.days)}, of {unit}{_said(figure.target.whole, measure)};",
        f"{unit}{_said(figure.last_year, measure)} a year before, {_over(figure.days_last_year)}.",
    ]
    if figure.unvalued:
        priced = "invoices" if measure is M.SELL_IN_AMOUNT else "book prices"
        words.append(f"{decimal(Fraction(figure.unvalued, 1000))} units without {priced} in {currency} are not in it.")
    return " ".join(words)


def _said(value: int, measure: PlanMeasure) -> str:
    return decimal(Fraction(value, 10**measure.places))


def _over(days: Span) -> str:
    return f"from {days.start} to {days.end - timedelta(days=1)}"
