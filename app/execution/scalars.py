"""The values that travel in the graph: dates, exact decimals, currencies, money, and spans of days."""

from datetime import date, datetime
from decimal import Context, Decimal, InvalidOperation
from typing import NewType, Self

import strawberry
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from app.execution.described import entered, visible
from app.execution.errors import bad_input
from graphql import GraphQLError

CurrencyCode = NewType("CurrencyCode", str)
_EXACT = Context(prec=100)
"Room for any sum of amounts, so that nothing is ever rounded."


def _plain(value: Decimal) -> str:
    written = str(value)
    return written if "E" not in written else format(value, "f")


def _read_decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise GraphQLError(f'A Decimal travels as a string such as "12.50"; {value!r} is not one.')
    try:
        read = Decimal(value)
    except InvalidOperation as reason:
        raise GraphQLError(f"A Decimal is written like 1234.50; {value!r} is not one.") from reason
    if not read.is_finite() or len(read.as_tuple().digits) > 40 or abs(read.adjusted()) > 40:
        raise GraphQLError(f"{str(value)[:50]!r} is beyond what a Decimal holds.")
    return read


def _read_date(value: object) -> date:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _no_date(value)
    except ValueError:
        return _no_date(value)


def _no_date(value: object) -> date:
    raise GraphQLError(f"A Date is written YYYY-MM-DD; {str(value)[:50]!r} is not one.")


def _read_currency(value: object) -> CurrencyCode:
    if not isinstance(value, str) or len(value) != 3 or not value.isascii() or not value.isupper():
        raise GraphQLError(f"A CurrencyCode is three letters of ISO 4217, such as EUR; {str(value)[:50]!r} is not one.")
    return CurrencyCode(value)


def _scalar(name: str, description: str, write: object, read: object) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=description, serialize=write, parse_value=read)  # type: ignore


SCALARS: dict[object, ScalarDefinition] = {
    Decimal: _scalar("Decimal", "An exact decimal number, as a string.", _plain, _read_decimal),
    date: _scalar("Date", "A day, ISO 8601: 2026-01-31.", date.isoformat, _read_date),
    datetime: _scalar("DateTime", "A moment with its offset, ISO 8601.", datetime.isoformat, datetime.fromisoformat),
    CurrencyCode: _scalar("CurrencyCode", "A currency, ISO 4217: EUR.", str, _read_currency),
}
__all__ = ["JSON", "SCALARS", "CurrencyCode", "DateRange", "DateRangeInput", "Money", "money", "quantity"]


@visible("viewer:read")
class Money:
    """An exact amount of one currency."""

    amount: Decimal
    "The amount in currency units, exact."
    currency: CurrencyCode
    "Its currency, ISO 4217."


def money(micros: int | None, currency: str | None) -> Money | None:
    """Money from 10⁻⁶ currency units; None where there is no amount or no currency."""
    if micros is None or not currency:
        return None
    return Money(amount=exact(micros, 6), currency=CurrencyCode(currency))


def quantity(milli: int) -> Decimal:
    """A quantity from 10⁻³ base units."""
    return exact(milli, 3)


def exact(scaled: int, places: int) -> Decimal:
    """The decimal without needless zeros: 12500000 at six places is 12.5."""
    if scaled % 10**places == 0:
        return Decimal(scaled // 10**places)
    return Decimal(scaled).scaleb(-places, _EXACT).normalize(_EXACT)


@visible("viewer:read")
class DateRange:
    """A half-open span of days: its end is the first day that is no longer in it."""

    start: date
    "The first day."
    end: date
    "The day after the last one."


@entered
class DateRangeInput:
    """A half-open span of days: [start, end)."""

    start: date
    "The first day."
    end: date
    "The day after the last one."

    def checked(self) -> Self:
        """Itself. Raises BAD_USER_INPUT where it is empty or longer than ten years."""
        if not self.start < self.end:
            raise bad_input(f"A period's end comes after its start; this one runs from {self.start} to {self.end}.")
        if (self.end - self.start).days > 3_660:
            raise bad_input("A period spans at most ten years.")
        return self
