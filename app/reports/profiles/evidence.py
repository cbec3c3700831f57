"""What speaks for a column being a field, and what speaks against it: its header, its values, and its neighbours.

Each reason has a weight from 0 to 1. A value that a field cannot have outweighs any header: a column called “Date” in
which no dates stand is no date.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import permutations
from typing import NamedTuple

from app.programme.terms import SubmissionKind
from app.reports.formats.profiles import COLUMN_FIELDS
from app.reports.formats.profiles import ColumnField as F
from app.reports.profiles.grids import Grid
from app.reports.profiles.names import likenesses
from app.reports.profiles.shapes import Known, Shape, number, shape_of

NEARLY_ALL = 0.95
MOST = 0.6
"Parts of the values."
_CENT = Decimal("0.011")
_MOST_NUMBERS = 10
_TRIED = 60
_ENOUGH = 2
_NUMERIC = {
    *(F.QUANTITY, F.RETURN_QUANTITY, F.QUANTITY_OUT),
    *(F.UNIT_PRICE, F.LINE_AMOUNT, F.BOOK_PRICE, F.DEBIT_PRICE),
}


class Reason(NamedTuple):
    """Why a column may be a field."""

    weight: float
    told: str


class Column(NamedTuple):
    """A column of the sample, and the reasons for each field that it may be."""

    at: int
    header: str
    shape: Shape
    reasons: dict[F, list[Reason]]


def columns_of_grid(grid: Grid, known: Known, mark: str, kind: SubmissionKind) -> list[Column]:
    """The columns of the table with everything that speaks for a field of such a report; `mark` is the decimal mark."""
    columns = [_column(at, name, shape_of(grid.column(at), known), grid, kind) for at, name in enumerate(grid.header)]
    _multiplied(columns, grid, mark)
    if grid.headerless:
        _by_what_is_left(columns, kind)
    _counted(columns, grid, kind)
    able = COLUMN_FIELDS[kind]
    for column in columns:
        for each in [each for each in column.reasons if each not in able or _impossible(each, column.shape)]:
            del column.reasons[each]
    return columns


def day_field(kind: SubmissionKind) -> F:
    """The field that holds the day of a row."""
    return F.COUNTED_ON if kind is SubmissionKind.INVENTORY else F.SOLD_ON


def _column(at: int, header: str, shape: Shape, grid: Grid, kind: SubmissionKind) -> Column:
    reasons: dict[F, list[Reason]] = {}
    for like in () if grid.headerless else likenesses(header, kind):
        reasons.setdefault(like.field, []).append(Reason(like.weight, f"its header is like “{like.name}”"))
    if shape.values:
        for field, weight, told in (*_by_values(shape, day_field(kind)), *_of_stock(shape, kind)):
            reasons.setdefault(field, []).append(Reason(round(weight, 2), told))
        if F.RESELLER_ACCOUNT in reasons and shape.words >= MOST:
            told = "names of firms stand under a header like that of an account"
            reasons.setdefault(F.RESELLER_NAME, []).append(Reason(0.6, told))
    return Column(at, header, shape, reasons)


def _of_stock(shape: Shape, kind: SubmissionKind) -> list[tuple[F, float, str]]:
    """What the values of an inventory report prove by themselves."""
    if kind is not SubmissionKind.INVENTORY:
        return []
    found: list[tuple[F, float, str]] = []
    if shape.statuses >= NEARLY_ALL and shape.statuses >= shape.movements:
        found.append((F.STATUS, 0.6, "its values name states of goods"))
    if shape.movements >= NEARLY_ALL and shape.movements > shape.statuses and not shape.whole_numbers:
        found.append((F.MOVEMENT, 0.6, "its values name movements of goods"))
    return found


def _by_values(shape: Shape, day: F) -> list[tuple[F, float, str]]:
    """What the values prove by themselves."""
    found: list[tuple[F, float, str]] = []

    def note(field: F, share: float, least: float, weight: float, told: str) -> None:
        if share >= least:
            found.append((field, weight * share, told))

    written = f", written as {shape.days.format}" if shape.days.format else ""
    note(day, shape.dates, NEARLY_ALL, 0.55, f"its values are dates{written}")
    note(F.CURRENCY, shape.currencies, NEARLY_ALL, 0.85, "its values are currencies of ISO 4217")
    if max(shape.currencies, shape.kinds) < NEARLY_ALL:  # RE, GS and CR are countries too
        note(F.SHIP_TO_COUNTRY, shape.countries, NEARLY_ALL, 0.6, "its values are countries of ISO 3166")
        note(F.UNIT, shape.units, NEARLY_ALL, 0.6, "its values are units of measure")
    note(F.PRODUCT_CODE, shape.products, 0.2, 0.95, "products of the vendor, by SKU, GTIN or a confirmed code")
    note(F.PRODUCT_CODE, shape.gtins, NEARLY_ALL, 0.6, "its values are GTINs: their check digits are right")
    note(F.RESELLER_ACCOUNT, shape.accounts, 0.2, 0.95, "accounts of resellers under this agreement")
    note(F.DOCUMENT_KIND, shape.kinds, NEARLY_ALL, 0.55, "its values name invoices and credit notes")
    note(F.SALE_TYPE, shape.sale_types, NEARLY_ALL, 0.5, "its values name kinds of movements")
    if shape.negative and shape.whole_numbers >= NEARLY_ALL:
        found.append((F.QUANTITY, 0.3, "whole numbers, some of them below zero"))
    return found


def _impossible(field: F, shape: Shape) -> bool:
    """Whether the values cannot be this field's. Where there are no values, nothing is impossible."""
    if not shape.values:
        return False
    needed: dict[F, Callable[[Shape], float]] = {
        F.SOLD_ON: lambda found: max(found.dates, found.days.share),
        F.COUNTED_ON: lambda found: max(found.dates, found.days.share),
        F.CURRENCY: lambda found: max(found.currencies, found.share(lambda value: len(value) == 1)),
        F.SHIP_TO_COUNTRY: lambda found: max(found.countries, found.words),
        **dict.fromkeys(_NUMERIC, _as_numbers),
    }
    if field in needed:
        return needed[field](shape) < MOST
    codes = {F.PRODUCT_CODE, F.RESELLER_ACCOUNT, F.DOCUMENT_NUMBER, F.END_CUSTOMER, F.RESELLER_NAME}
    codes |= {F.WAREHOUSE, F.REFERENCE, F.LOT}
    dated = shape.dates >= NEARLY_ALL and shape.numbers < NEARLY_ALL
    named = field in {F.PRODUCT_CODE, F.RESELLER_ACCOUNT} and shape.words >= NEARLY_ALL
    return field in codes and (dated or shape.currencies >= NEARLY_ALL or named)


def _as_numbers(shape: Shape) -> float:
    return 0.0 if shape.dates >= NEARLY_ALL and shape.whole_numbers >= NEARLY_ALL else shape.numbers


def _by_what_is_left(columns: Sequence[Column], kind: SubmissionKind) -> None:
    """Where no header helps: the kind of values that a field has, in a column that nothing else explains."""
    of_stock = kind is SubmissionKind.INVENTORY
    for column in columns:
        shape, explained = column.shape, any(each is not F.QUANTITY for each in column.reasons)
        if not shape.values or explained:
            continue
        if _as_numbers(shape) >= NEARLY_ALL:
            whole = shape.whole_numbers >= NEARLY_ALL
            field, told = (F.QUANTITY, "whole numbers") if whole else (F.UNIT_PRICE, "numbers with decimals")
            field = F.QUANTITY if of_stock else field
        elif shape.words < MOST and len(shape.distinct) * 2 <= len(shape.values) and of_stock:
            field, told = F.WAREHOUSE, "few codes, each in several rows"
        elif shape.words < MOST and shape.share(lambda value: any(map(str.isdigit, value))) >= NEARLY_ALL:
            field, told = (F.LOT if of_stock else F.DOCUMENT_NUMBER), "codes with digits in them"
        else:
            continue
        column.reasons.setdefault(field, []).append(Reason(0.5, f"{told}, which nothing else explains"))


def _multiplied(columns: Sequence[Column], grid: Grid, mark: str) -> None:
    """Quantity × price = amount, where that holds in nearly every row."""
    numeric = [each for each in columns if each.shape.values and _as_numbers(each.shape) >= NEARLY_ALL][:_MOST_NUMBERS]
    read = {each.at: [number(text, mark) for text in grid.column(each.at)[:_TRIED]] for each in numeric}
    for quantity, price, amount in permutations(numeric, 3):
        if not _holds(read[quantity.at], read[price.at], read[amount.at]) or not _like(quantity, F.QUANTITY, price):
            continue
        told = f"“{quantity.header}” × “{price.header}” = “{amount.header}”"
        for column, field in ((quantity, F.QUANTITY), (price, F.UNIT_PRICE), (amount, F.LINE_AMOUNT)):
            if not any(reason.told == told for reason in column.reasons.get(field, [])):
                column.reasons.setdefault(field, []).append(Reason(0.6, told))


def _like(one: Column, field: F, other: Column) -> bool:
    """Whether the first of two columns is the likelier quantity: by its header, else by its whole numbers."""
    mine, others = (max((r.weight for r in each.reasons.get(field, [])), default=0.0) for each in (one, other))
    return mine > others or (mine == others and one.shape.whole_numbers >= other.shape.whole_numbers)


def _holds(ones: list[Decimal | None], others: list[Decimal | None], products: list[Decimal | None]) -> bool:
    rows = [row for row in zip(ones, others, products, strict=True) if None not in row]
    telling = right = 0
    for a, b, c in rows:
        if a is None or b is None or c is None or abs(a) == 1 or abs(b) == 1 or not c:
            continue
        telling += 1
        right += abs(abs(a * b) - abs(c)) <= _CENT
    return telling >= _ENOUGH and right >= telling * 0.9


def _counted(columns: Sequence[Column], grid: Grid, kind: SubmissionKind) -> None:
    """Numbers that begin again with each document and rise within it are line numbers."""
    of_stock = kind is SubmissionKind.INVENTORY
    number, line = (F.REFERENCE, F.REFERENCE_LINE) if of_stock else (F.DOCUMENT_NUMBER, F.DOCUMENT_LINE)
    named = [each for each in columns if number in each.reasons]
    documents = sorted(named, key=lambda each: -each.reasons[number][0].weight)
    for column in columns:
        if not column.shape.values or column.shape.whole_numbers < NEARLY_ALL:
            continue
        for document in documents:
            if document.at != column.at and _rises(grid.column(document.at), grid.column(column.at)):
                told = f"it rises within each “{document.header}” and begins again with the next"
                column.reasons.setdefault(line, []).append(Reason(0.6, told))
                document.reasons[number].append(Reason(0.3, f"“{column.header}” counts within it"))
                break


def _rises(documents: list[str], lines: list[str]) -> bool:
    begins: set[int] = set()
    rose = 0
    before, last = "", 0
    for document, line in zip(documents, lines, strict=True):
        if not line.isdecimal():
            return False
        value = int(line)
        if document != before:
            begins.add(value)
        elif value <= last:
            return False
        else:
            rose += 1
        before, last = document, value
    return rose > 0 and len(begins) == 1
