"""The price book's rules, and what an entered code looks like."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.programme.gtin import is_gtin
from app.programme.prices import BookPrice, Placing, announced_in_time, placing
from app.programme.wording import can_be_kept, is_one_line

JANUARY, MARCH, MAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1)
BOOK = (BookPrice(JANUARY, MARCH, 100), BookPrice(MARCH, None, 90))


@pytest.mark.parametrize(
    ("prices", "start", "price", "last_counted", "found"),
    [
        ((), JANUARY, 100, None, Placing.SET),
        ((), JANUARY, 100, MAY, Placing.SET),
        (BOOK, MAY, 80, None, Placing.SET),
        (BOOK, MAY, 80, date(2026, 4, 30), Placing.SET),
        (BOOK, MAY, 80, MAY, Placing.TOO_LATE),
        (BOOK, MARCH, 90, MAY, Placing.STANDS),
        (BOOK, JANUARY, 100, MAY, Placing.STANDS),
        (BOOK, MARCH, 80, None, Placing.OVERLAPS),
        (BOOK, date(2026, 2, 1), 80, None, Placing.OVERLAPS),
        (BOOK, date(2025, 12, 1), 80, None, Placing.OVERLAPS),
    ],
)
def test_a_price_follows_all_others_and_reaches_back_behind_no_counted_line(
    prices: tuple[BookPrice, ...], start: date, price: int, last_counted: date | None, found: Placing
) -> None:
    assert placing(prices, start, price, last_counted) is found
    assert placing(prices[::-1], start, price, last_counted) is found


def test_a_price_is_announced_before_it_begins_or_at_once() -> None:
    now = datetime(2026, 2, 10, 12, tzinfo=UTC)
    assert announced_in_time(now, JANUARY, now)
    assert announced_in_time(datetime(2026, 3, 1, tzinfo=UTC), MARCH, now)
    assert not announced_in_time(datetime(2026, 3, 1, 0, 0, 1, tzinfo=UTC), MARCH, now)
    assert not announced_in_time(now + timedelta(seconds=1), JANUARY, now)


@pytest.mark.parametrize("text", ["96385074", "614141007349", "4006381333931", "10614141007346"])
def test_a_gtin_has_8_12_13_or_14_digits_and_its_check_digit(text: str) -> None:
    assert is_gtin(text)
    assert not is_gtin(text[:-1] + str((int(text[-1]) + 1) % 10))
    assert not is_gtin(text[:-1])
    assert not is_gtin(text.replace(text[0], "٣", 1))


def test_a_name_is_one_line_and_what_the_database_cannot_hold_is_known() -> None:
    assert is_one_line("Größe 3½ “Zoll” 日本")
    assert not any(map(is_one_line, ("a\nb", "a\0b", "a\u2028b", "a\ud800", "a\x85b")))
    assert can_be_kept("Größe\n日本")
    assert not can_be_kept("a\0")
    assert not can_be_kept("a\udfff")
