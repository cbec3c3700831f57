"""What of a credit is used, by the terms."""

from datetime import date
from fractions import Fraction

import pytest

from app.programme.credit import Exposure, open_since


@pytest.mark.parametrize(
    ("open", "limit", "used", "left"),
    [
        (0, 100, Fraction(0), 100),
        (25, 100, Fraction(1, 4), 75),
        (150, 100, Fraction(3, 2), -50),
        (-20, 100, Fraction(0), 120),
        (10, 0, None, -10),
    ],
)
def test_what_is_open_uses_the_limit_and_may_exceed_it(open: int, limit: int, used: Fraction | None, left: int) -> None:
    found = Exposure(open, limit)
    assert (found.used, found.left) == (used, left)


def test_an_invoice_is_open_through_its_payment_days() -> None:
    assert open_since(date(2026, 3, 31), 30) == date(2026, 3, 1)
    assert open_since(date(2026, 3, 31), 0) == date(2026, 3, 31)
