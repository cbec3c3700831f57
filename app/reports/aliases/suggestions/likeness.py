"""How alike a distributor's code is to something that is known, and why a person would say so.

Codes are compared by their letters and digits alone: DRIVE-1, drive.1 and DRIVE 1 are one code, and so are 10045 and
0010045. Next best is a code that holds the whole of what is known (a prefix of the distributor's before a SKU), then one
that is a slip or two away (a letter wrong, missing, doubled, or two of them exchanged), then words in common with a name.
A score is from 0 to 1; below `LEAST` nothing is suggested, for a wrong suggestion costs more than none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAST = 0.5
"The lowest score that is suggested."
MOST_SLIPS = 2
"More differences than these are no slip."
SHORTEST_HELD = 4
"So many letters and digits a code has at least, to be recognised inside a longer one."
SHORTEST_WORD = 3
"Shorter words tell nothing about a name."
MOST_WORDS = 8
"So many words of a code are looked at."
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d")


class Source(StrEnum):
    """What a code was compared with."""

    SKU = "SKU"
    GTIN = "GTIN"
    ALIAS = "ALIAS"
    ACCOUNT = "ACCOUNT"
    NAME = "NAME"

    def naming(self, text: str) -> str:
        """How the text is called in a reason."""
        return {
            Source.SKU: f"SKU {text}",
            Source.GTIN: f"GTIN {text}",
            Source.ALIAS: f"the code {text}, which is confirmed under another agreement",
            Source.ACCOUNT: f"account {text}",
            Source.NAME: f"the name {text}",
        }[self]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike, from 0 to 1, and why, as a sentence without its subject."""

    score: float
    reason: str


def likeness(code: str, source: Source, text: str) -> Likeness | None:
    """How alike a code is to a known text by its letters and digits; None where it is not."""
    left, right, named = letters(code), letters(text), source.naming(text)
    if not left or not right:
        return None
    if left.lstrip("0") == right.lstrip("0"):
        return _same(code, text, named)
    return _alike(left, right, named)


def _alike(left: str, right: str, named: str) -> Likeness | None:
    """How alike two different codes are by their letters and digits."""
    if len(right) >= SHORTEST_HELD and right in left:
        return Likeness(_share(right, left, 0.5, 0.4), f"contains {named}")
    slips = differences(left, right, MOST_SLIPS)
    if slips is not None and 3 * slips <= min(len(left), len(right)):
        return _slip(left, right, slips, named)
    if len(left) >= SHORTEST_HELD and left in right:
        return Likeness(_share(left, right, 0.4, 0.4), f"is part of {named}")
    return None


def _same(code: str, text: str, named: str) -> Likeness:
    if code == text:
        return Likeness(1.0, f"is {named}")
    if code.casefold() == text.casefold():
        return Likeness(0.98, f"differs from {named} only in capital letters")
    if letters(code) == letters(text):
        return Likeness(0.97, f"differs from {named} only in punctuation")
    return Likeness(0.94, f"differs from {named} only in leading zeros")


def _slip(left: str, right: str, slips: int, named: str) -> Likeness:
    """A wrong digit is more often another product than a slip."""
    what = "one character" if slips == 1 else f"{slips} characters"
    numbers = 0.15 if _DIGITS.findall(left) != _DIGITS.findall(right) else 0.0
    score = 0.95 - 1.5 * slips / max(len(left), len(right)) - numbers
    return Likeness(round(score, 2), f"differs from {named} in {what}")


def _share(part: str, whole: str, least: float, more: float) -> float:
    return round(least + more * len(part) / len(whole), 2)


def letters(text: str) -> str:
    """The letters and digits of a text, in capitals."""
    return "".join(_WORD.findall(text)).upper()


def words(text: str) -> list[str]:
    """The words of a text, in capitals, in their order."""
    return [word.upper() for word in _WORD.findall(text)]


def runs(text: str) -> list[str]:
    """What of a code may be a known one: every run of its words, without those too short to mean anything."""
    found = words(text)[:MOST_WORDS]
    joined = {"".join(found[start:end]) for start in range(len(found)) for end in range(start + 1, len(found) + 1)}
    return sorted(run for run in joined if len(run) >= SHORTEST_HELD and run != letters(text))


def shared_words(code: str, name: str, telling: Mapping[str, int]) -> Likeness | None:
    """How much of what a code says stands in a name by whole words, each with the number of names that it stands in: the
    more of them, the less it tells."""
    said = words(code)
    there = [word for word in dict.fromkeys(said) if word in telling]
    if not there:
        return None
    weight = sum(len(word) / telling[word] for word in there) / sum(map(len, said))
    told = there[0] if len(there) == 1 else f"{', '.join(there[:-1])} and {there[-1]}"
    return Likeness(round(0.35 + 0.45 * weight, 2), f"shares {told} with {Source.NAME.naming(name)}")


def telling_words(code: str) -> list[str]:
    """The words of a code by which a name may be found: three characters and more, and not a number alone."""
    found = dict.fromkeys(words(code)[:MOST_WORDS])
    return [word for word in found if len(word) >= SHORTEST_WORD and not word.isdigit()]


def differences(left: str, right: str, most: int) -> int | None:
    """How many characters are wrong, missing, extra or exchanged with their neighbour; None where more than `most`."""
    while left and right and left[0] == right[0]:
        left, right = left[1:], right[1:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    if max(len(left), len(right)) > 2 * most + 2 or abs(len(left) - len(right)) > most:
        return None
    found = _distance(left, right)
    return found if found <= most else None


def _distance(left: str, right: str) -> int:
    before: Sequence[int] = []
    last: Sequence[int] = range(len(right) + 1)
    for i, one in enumerate(left, 1):
        row = [i]
        for j, other in enumerate(right, 1):
            least = min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (one != other))
            if i > 1 and j > 1 and one == right[j - 2] and left[i - 2] == other:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]
