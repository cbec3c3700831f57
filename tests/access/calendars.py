"""The fiscal calendars and exchange rates of random networks: everybody in a network reads its vendor's; see `oracle`."""

from datetime import date
from typing import Any

from app.programme.fiscal import FiscalPattern, FiscalRule, FiscalYearName, months_of_year, months_of_years
from tests.access.networks import NOW, Vendor

RULE = FiscalRule(FiscalPattern.WEEKS_4_5_4, 1, FiscalYearName.FIRST_MONTH)
YEAR = 2026
ENTERED = "{pattern: WEEKS_4_5_4, closingMonth: 1, yearName: FIRST_MONTH}"
PREVIEW = f"calendar: {ENTERED}, fiscalYear: {YEAR}"
"How a year is previewed and asked for."


def rate_of(each: Vendor) -> int:
    """What a franc is worth in euros in a vendor's network, in 10⁻⁹: another one in each."""
    return 1_000_000_000 + each.id.int % 1_000_000


def calendar_rows(each: Vendor) -> list[tuple[str, dict[str, Any]]]:
    """The rows that say how a vendor counts its years and what currencies are worth, with their tables."""
    own = {"vendor_id": each.id}
    rule = {"pattern": "WEEKS_4_5_4", "closing_month": 1, "year_name": "FIRST_MONTH", "weekday": "SATURDAY"}
    found: list[tuple[str, dict[str, Any]]] = [
        ("fiscal_calendar", {**own, **rule, "year_end": "NEAREST", "set_at": NOW, "in_force": True}),
        (
            "exchange_rate",
            {**own, "base": "CHF", "quote": "EUR", "effective_from": date(2024, 1, 1), "rate": rate_of(each)},
        ),
    ]
    for month in months_of_years(RULE, YEAR - 3, YEAR + 2):
        days = {"start_day": month.start, "end_day": month.end}
        named = {"fiscal_year": month.year, "quarter": month.quarter, "month": month.month}
        found.append(("fiscal_month", {**own, **days, **named}))
    return found


def calendar_fields(each: Vendor, anything: object) -> dict[str, Any]:
    """The fields of a vendor that say so."""
    months = [
        {
            "fiscalYear": month.year,
            "quarter": month.quarter,
            "month": month.month,
            "period": {"start": month.start.isoformat(), "end": month.end.isoformat()},
            "weeks": month.weeks,
        }
        for month in months_of_year(RULE, YEAR)
    ]
    rate = f"1.{rate_of(each) - 10**9:09}".rstrip("0").rstrip(".")
    return {
        "fiscalCalendar": {
            "pattern": "WEEKS_4_5_4",
            "closingMonth": 1,
            "yearName": "FIRST_MONTH",
            "weekday": "SATURDAY",
            "yearEnd": "NEAREST",
            "setAt": anything,
            "inForce": True,
            "months": months,
        },
        "fiscalCalendarPreview": months,
        "exchangeRates": [{"base": "CHF", "quote": "EUR", "effectiveFrom": "2024-01-01", "rate": rate}],
    }
