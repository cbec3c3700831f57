"""A quarter as it is asked for, such as 2026Q3, and the page of one: what is asked of the graph, and what becomes of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.pages.levels import distributor_sections, reseller_sections, vendor_sections
from app.pages.writing import page
from app.programme.terms import Level
from app.settings import PROJECT

_SECTIONS = {
    Level.VENDOR: vendor_sections,
    Level.DISTRIBUTOR: distributor_sections,
    Level.RESELLER: reseller_sections,
}


class NoSuchQuarter(ValueError):
    """What was given is no quarter that there can be a page of; the message says what is."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter: its year, and which of the four."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> "Quarter":
        """2026Q3 as a quarter. Raises NoSuchQuarter."""
        found = re.fullmatch(r"((?:19|20)\d\d)-?[Qq]([1-4])", text.strip())
        if found is None:
            raise NoSuchQuarter(f"A quarter is written as 2026Q3, from Q1 to Q4; {text!r} is none.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def before(cls, day: date) -> "Quarter":
        """The last whole quarter before the one that a day lies in."""
        count = day.year * 4 + (day.month - 1) // 3 - 1
        return cls(count // 4, count % 4 + 1)

    @property
    def start(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> date:
        """The first day after it."""
        return date(self.year + self.number // 4, self.number * 3 % 12 + 1, 1)

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"


def question(level: Level, quarter: Quarter, today: date) -> tuple[str, dict[str, Any]]:
    """The document that is asked as that level, and its variables: of a running quarter the days
    up to today, so that it is held against as many days. Raises NoSuchQuarter where it has not begun."""
    if quarter.start > today:
        raise NoSuchQuarter(f"{quarter} has not begun: there is nothing to tell of it yet.")
    year = {"start": str(quarter.end.replace(year=quarter.end.year - 1)), "end": str(quarter.end)}
    end = min(quarter.end, today + timedelta(days=1))
    variables: dict[str, Any] = {"quarter": {"start": str(quarter.start), "end": str(end)}, "year": year}
    if level is not Level.RESELLER:
        variables["lastDay"] = str(min(quarter.end - timedelta(days=1), today))
    document = PROJECT / "graphql" / "operations" / level.value.lower() / "quarter.graphql"
    return document.read_text(), variables


def quarter_page(level: Level, quarter: Quarter, answer: Mapping[str, Any], today: date) -> str:
    """The page, from the `data` that the graph answered. Raises NoSuchQuarter where the asker is not of that level."""
    own = answer["viewer"][level.value.lower()]
    if own is None:
        raise NoSuchQuarter(f"Who asks is no {level.value.lower()}: there is no page for it.")
    running = "" if quarter.end <= today else f", the quarter as it stands on {today}"
    subtitle = f"{level.value.capitalize()} · {quarter.start} to {quarter.end - timedelta(days=1)}{running}"
    made = (
        f"Made on {today} from what the graph answers to {own['name']}, and to nobody else. Quantities are base units."
    )
    last = min(quarter.end - timedelta(days=1), today)
    return page(f"{own['name']}, {quarter}", subtitle, _SECTIONS[level](own, str(last)), made)
