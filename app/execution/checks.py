"""What partners enter, checked: each value trimmed and in bounds, or a problem that says where, what, and what would be
right. All problems of an input are found before any is told.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from zoneinfo import available_timezones

from app.execution.errors import Problem, Refused, UserErrorCode, bad_input, refuse_if
from app.execution.identifiers import Key, key_of
from app.execution.scalars import exact
from app.programme.countries import COUNTRIES
from app.programme.currencies import CURRENCIES
from app.programme.erasures import ERASED

LONGEST_NAME = 200
LONGEST_TEXT = 2_000
LARGEST_AMOUNT = 10**17
"In 10⁻⁶ currency units: a hundred thousand million."


@dataclass(slots=True)
class Checks:
    """The problems of one input, as they are found."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: UserErrorCode, message: str, *path: str) -> None:
        self.problems.append(Problem(path, code, message))

    def settle(self) -> None:
        """Refuse the act with every problem found so far, if any."""
        refuse_if(self.problems)

    def name(self, value: str, *path: str) -> str:
        """One line of 1 to 200 characters, trimmed."""
        return self._text(value, LONGEST_NAME, "", path)

    def prose(self, value: str, *path: str) -> str:
        """Text of 1 to 2,000 characters, trimmed, in which lines may break."""
        return self._text(value, LONGEST_TEXT, "\n\t", path)

    def optional_name(self, value: str | None, *path: str) -> str | None:
        return None if value is None else self.name(value, *path)

    def optional_prose(self, value: str | None, *path: str) -> str | None:
        return None if value is None else self.prose(value, *path)

    def _text(self, value: str, longest: int, allowed: str, path: tuple[str, ...]) -> str:
        kept = trimmed(value)
        if not kept:
            self.add(UserErrorCode.REQUIRED, "This may not be empty.", *path)
        elif len(kept) > longest:
            self.add(UserErrorCode.INVALID, f"This has {len(kept):,} characters; at most {longest:,} fit.", *path)
        elif kept.lower().startswith(ERASED):
            wrong = f"“{ERASED}” begins what stands where a name was erased. Write the name, or leave it out."
            self.add(UserErrorCode.INVALID, wrong, *path)
        elif not _printable(kept, allowed):
            self.add(UserErrorCode.INVALID, "This contains control characters; leave them out.", *path)
        return kept

    def country(self, code: str, *path: str) -> str:
        if code not in COUNTRIES:
            wrong = f"{code[:20]!r} is no country; use two capital letters of ISO 3166, such as DE."
            self.add(UserErrorCode.INVALID, wrong, *path)
        return code

    def countries(self, codes: Sequence[str], *path: str) -> list[str]:
        """Different countries, in alphabetical order."""
        for position, code in enumerate(codes[: len(COUNTRIES) + 1]):
            self.country(code, *path, str(position))
        self.different(codes, *path)
        return sorted(set(codes))

    def currency(self, code: str, *path: str) -> str:
        if code not in CURRENCIES:
            self.add(UserErrorCode.INVALID, f"{code[:20]!r} is no currency of ISO 4217 that can be invoiced.", *path)
        return code

    def time_zone(self, name: str, *path: str) -> str:
        if name not in _time_zones():
            wrong = f"{name[:50]!r} is no time zone; use a name such as Europe/Berlin."
            self.add(UserErrorCode.INVALID, wrong, *path)
        return name

    def number(self, value: int, least: int, most: int, *path: str) -> int:
        if not least <= value <= most:
            self.add(UserErrorCode.INVALID, f"This is from {least:,} to {most:,}, not {value:,}.", *path)
        return value

    def scaled(self, value: Decimal, places: int, *path: str, least: int = 0) -> int:
        """A decimal number as an integer of 10⁻ᵖˡᵃᶜᵉˢ, at least `least` of these and at most 10¹⁷."""
        scaled = Fraction(value) * 10**places
        if not least <= scaled <= LARGEST_AMOUNT:
            bounds = f"from {exact(least, places)} to {exact(LARGEST_AMOUNT, places)}"
            self.add(UserErrorCode.INVALID, f"This is {bounds}, not {value:f}.", *path)
            return least
        if scaled.denominator != 1:
            self.add(UserErrorCode.INVALID, f"{value:f} has more than {places} decimals.", *path)
        return int(scaled)

    def at_most(self, most: int, given: Sequence[object], *path: str) -> None:
        if len(given) > most:
            self.add(UserErrorCode.INVALID, f"These are {len(given):,}; at most {most:,} fit.", *path)

    def different(self, names: Sequence[str], *path: str) -> None:
        """No two are the same, in small or capital letters."""
        seen: set[str] = set()
        for name in names:
            folded = trimmed(name).casefold()
            if folded in seen:
                self.add(UserErrorCode.INVALID, f"{trimmed(name)[:50]!r} stands here twice.", *path)
                return
            seen.add(folded)

    def key(self, type_name: str, what: str, id: str, *path: str) -> Key | None:
        """The key in an id of the type; for any other text the same answer as for an id that never was."""
        key = key_of(type_name, id)
        if key is None:
            self.not_found(what, *path)
        return key

    def version(self, now: int, expected: int) -> None:
        """It is still at the version that was decided upon."""
        if now != expected:
            wrong = f"Somebody changed this meanwhile: it is at version {now}. Look at it again, then decide."
            self.add(UserErrorCode.STALE, wrong, "expectedVersion")

    def not_found(self, what: str, *path: str) -> None:
        self.add(UserErrorCode.NOT_FOUND, f"There is no {what} with this id that you can see.", *path)


def refused(code: UserErrorCode, message: str, *path: str) -> Refused:
    """A refusal for one reason."""
    return Refused(Problem(path, code, message))


def trimmed(text: str) -> str:
    """The text without space around it, and with one kind of line end."""
    return text.replace("\r\n", "\n").strip()


def searched(text: str | None) -> str | None:
    """A text to search for. Raises BAD_USER_INPUT where it could stand in no name."""
    if text is not None and (len(text) > LONGEST_NAME or not _printable(text)):
        raise bad_input(f"What is searched for has up to {LONGEST_NAME} characters, and no control characters.")
    return text


def _printable(text: str, allowed: str = "") -> bool:
    return all(sign in allowed or unicodedata.category(sign) not in {"Cc", "Cs"} for sign in text)


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if name not in {"localtime", "Factory"})
