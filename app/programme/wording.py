"""Words that partners enter: what can be kept at all, and what a name or code looks like.

A name or code is one line without control characters, trimmed. What the database cannot hold (a NUL, half a surrogate
pair) was never kept, so it matches nothing that is searched for.
"""

import re
import unicodedata

LONGEST_NAME = 200
"Characters of a name or code."


def can_be_kept(text: str) -> bool:
    """Whether the text could stand in the database at all."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def is_one_line(text: str) -> bool:
    """Whether the text has no line breaks, control characters or halves of characters."""
    return not any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in text)


_FORMULA = re.compile(r'((?:^|[;\t\r\n])(?:[^\S\t\r\n]|")*)(?=[=+\-@＝＋－＠])')


def disarmed(text: str) -> str:
    """The text as a spreadsheet shows it and does not run it: an apostrophe stands before what would be run."""
    return _FORMULA.sub(r"\1'", text)
