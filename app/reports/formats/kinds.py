"""The checks that rows go through, by what their report is about."""

from collections.abc import Iterable

import polars as pl

from app.programme.terms import SubmissionKind
from app.reports.formats.checks import checked as checked_sales
from app.reports.formats.frame import ReadingRules
from app.reports.formats.notation import Notation
from app.reports.formats.stock import checked_stock
from app.reports.formats.values import Places
from app.reports.issues import Issue


def checked(
    received: pl.DataFrame,
    rules: ReadingRules,
    notation: Notation,
    found: Iterable[Issue] = (),
    places: Places | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The typed rows of a report and all of their issues: see `checks.checked` for sales, `checked_stock` for stock."""
    if rules.kind is SubmissionKind.INVENTORY:
        return checked_stock(received, rules, notation, found)
    return checked_sales(received, rules, notation, found, places)
