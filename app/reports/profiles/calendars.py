"""How the days in a column are written, as far as its values prove it.

A format proves itself where nearly every value is a day under it. Where several are possible (03/04/26 is in March or in
April), the one that puts all days within a year is taken if no other does: a report is about a month or a quarter. What is
then still open is asked. Days that the reader understands by itself need no format.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from app.reports.formats.days import EXCEL, LANGUAGES, Language, day_of

NEARLY_ALL = 0.95
_EARLIEST, _LATEST = date(2000, 1, 1), date(2049, 12, 31)
_A_YEAR = 400
_MOST = 100
_CERTAIN = (
    "YYYY/MM/DD",
    "YYYY.MM.DD",
    "YYYYMMDD",
    "DD.MM.YY",
    "YY.MM.DD",
    "DD/MM/YY",
    "MM/DD/YY",
    "YY/MM/DD",
    "DD-MM-YY",
    "MM-DD-YY",
    "YY-MM-DD",
)
"Formats that nothing else looks like."
_DOTTED = "DD.MM.YY"
"With dots the day comes first, as it does in 05.01.2026."
_NAMED = (
    "DD-MON-YYYY",
    "DD-MON-YY",
    "DD MON YYYY",
    "DD MON YY",
    "DD. MON YYYY",
    "DD.MON.YYYY",
    "DD/MON/YYYY",
    "DD/MON/YY",
)
_NAMED_TOO = ("MON DD, YYYY", "MON-DD-YYYY", "YYYY-MON-DD", "DDMONYYYY", "DDMONYY")
_UNCERTAIN = ("DDMMYYYY", "MMDDYYYY", "YYMMDD", "DDMMYY", "MMDDYY", EXCEL)
"Formats of mere numbers: only a column that is called a date has such days."
_LETTER = re.compile(r"[^\W\d_]")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?$")
_UNDERSTOOD = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}")


class Days(NamedTuple):
    """How the days of a column are written: the format and its language, or the `possible` ones where it is open which;
    which part of the values it holds of, and whether it is certain that they are days at all."""

    share: float = 0.0
    certain: bool = False
    format: str | None = None
    language: Language | None = None
    possible: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()


Way = tuple[str, Language | None]


def days_of(values: Sequence[str]) -> Days:
    """How these values are written, if they are days that the reader does not understand by itself."""
    looked_at = [_MIDNIGHT.sub("", value) for value in values[:_MOST]]
    if not looked_at or sum(bool(_UNDERSTOOD.fullmatch(each)) for each in looked_at) >= len(looked_at) * NEARLY_ALL:
        return Days()
    for certain, formats in ((True, _CERTAIN), (True, (*_NAMED, *_NAMED_TOO)), (False, _UNCERTAIN)):
        found = {way: days for way in _ways(formats, looked_at) if (days := _read(looked_at, way))}
        if found:
            return _settled(found, len(looked_at), certain=certain)
    return Days()


def _ways(formats: Sequence[str], values: list[str]) -> Iterator[Way]:
    if "MON" not in formats[0]:
        yield from ((each, None) for each in formats)
    elif any(_LETTER.search(value) for value in values):
        yield from ((each, language) for each in formats for language in LANGUAGES)


def _read(values: list[str], way: Way) -> list[date]:
    """The days under this format, or none where it is not that of nearly all."""
    days = [day for value in values if (day := day_of(value, *way)) and _EARLIEST <= day <= _LATEST]
    return days if len(days) >= len(values) * NEARLY_ALL else []


def _settled(found: dict[Way, list[date]], values: int, *, certain: bool) -> Days:
    """One format, where what is possible is the same for all values, or only one keeps them within a year."""
    within = {way: days for way, days in found.items() if (max(days) - min(days)).days <= _A_YEAR} or found
    (first, days), *others = within.items()
    share = len(days) / values
    formats = tuple(dict.fromkeys(way[0] for way, read in within.items() if read != days or way == first))
    languages = tuple(dict.fromkeys(way[1] for way in within if way[0] == first[0] and way[1] is not None))
    if len(formats) > 1 and first[0] == _DOTTED:
        formats = (_DOTTED,)
    if len(formats) > 1 and others:
        return Days(share, certain, None, None, formats, languages)
    return Days(share, certain, first[0], first[1], formats, languages)
