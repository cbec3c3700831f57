"""The line of the demo that was typed wrong: Kestrel reported a digit too many of what it sold last.

It puts the line right later, and what it counts in stock is what is really there.
"""

from collections.abc import Sequence

from app.demo.history import MONTHS
from app.demo.sales import Line, Month, is_plain

LEAST_UNITS = 10


def wrong_line(months: Sequence[Month]) -> Line | None:
    """The largest sale of the last month of which nothing came back; None where all are small."""
    sold = months[MONTHS - 1].sold or []
    back = {line.return_of for line in sold}
    whole = [line for line in sold if is_plain(line) and f"{line.document_number}:{line.document_line}" not in back]
    large = [line for line in whole if line.quantity >= LEAST_UNITS]
    return max(large, key=lambda line: (line.quantity, line.document_number, line.document_line), default=None)


def right_quantity(wrong: Line) -> int:
    """What was really sold on it, in whole units."""
    return wrong.quantity // 10
