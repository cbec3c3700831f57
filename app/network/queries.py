"""What each level reads of a fact, and what was sold to one reseller.

Row-level security cuts the rows to what the asker's level may see, and every source is also asked for its vendor by name.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.network.cube import LINES, MONTHS, Slice, month_slices
from app.programme.spans import Span, month_after
from app.programme.terms import Level
from app.store.database import Reader, Row


@dataclass(frozen=True, slots=True)
class Columns:
    """What one level reads of a fact, and where it finds the names of others."""

    reseller: str
    resale_amount: str
    line_amount: str
    book_currency: str
    book_amount: str
    resellers: str
    distributors: str


_OWN_PARTIES = "SELECT vendor_id, id AS distributor_id, name FROM party WHERE vendor_id = ANY ({vendors})"
COLUMNS = {
    Level.VENDOR: Columns(
        reseller="f.disclosed_reseller_id",
        resale_amount="f.disclosed_resale_amount",
        line_amount="f.disclosed_amount",
        book_currency="f.book_currency",
        book_amount="f.book_amount",
        resellers="SELECT vendor_id, id AS reseller_id, name, partner_type, country, region FROM party"
        " WHERE vendor_id = ANY ({vendors}) AND kind = 'RESELLER'",
        distributors=_OWN_PARTIES,
    ),
    Level.DISTRIBUTOR: Columns(
        reseller="f.reseller_id",
        resale_amount="f.resale_amount",
        line_amount="f.amount",
        book_currency="f.book_currency",
        book_amount="f.book_amount",
        resellers="SELECT DISTINCT ON (vendor_id, reseller_id) vendor_id, reseller_id, reseller_name AS name,"
        " partner_type, reseller_country AS country, reseller_region AS region FROM reseller_authorization"
        " WHERE vendor_id = ANY ({vendors})"
        " ORDER BY vendor_id, reseller_id, created_at DESC, id",
        distributors=_OWN_PARTIES,
    ),
    Level.RESELLER: Columns(
        reseller="f.reseller_id",
        resale_amount="f.resale_amount",
        line_amount="f.amount",
        book_currency="''",
        book_amount="0::bigint",
        resellers="SELECT NULL::uuid AS vendor_id, NULL::uuid AS reseller_id, '' AS name, '' AS partner_type,"
        " '' AS country, '' AS region WHERE false",
        distributors="SELECT DISTINCT ON (vendor_id, distributor_id) vendor_id, distributor_id,"
        " distributor_name AS name FROM reseller_authorization WHERE vendor_id = ANY ({vendors})"
        " ORDER BY vendor_id, distributor_id, created_at DESC, id",
    ),
}
"The vendor reads disclosed copies alone, a distributor its own rows, a reseller neither book values nor day rollup."


@dataclass(slots=True)
class Statement:
    """A statement being written, and its arguments."""

    arguments: list[object] = field(default_factory=list)

    def argument(self, value: object, cast: str) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}::{cast}"


SOLD = {"units": 3, "returned_units": 3, "resale_amount": 6, "book_amount": 6}
"What is summed of a pair, and the decimal places in which it is stored."
RESELLER_MONTHS = "sell_through_reseller_month"
"The rollup of whole months that knows no products: mostly one row for each pair and month."


class Places(NamedTuple):
    """The networks, distributors and resellers that occur in pairs of distributor and reseller, each once."""

    vendors: Collection[UUID]
    distributors: Collection[UUID]
    resellers: Collection[UUID]


async def sold_to(db: Reader, level: Level, places: Places, span: Span, measures: Collection[str]) -> list[Row]:
    """What was sold in a span to these resellers: the ids of vendor, distributor and reseller, the two currencies, and the
    measures of SOLD in these, in whole units, exact, as text without needless zeros.

    Measures that are not asked for are '0'. What other distributors sold to these resellers may stand among the rows.
    Whole months are read from their rollup, the broken ends of the span from the lines: each once, however many pairs.
    """
    columns, write = COLUMNS[level], Statement()
    vendors, resellers = (write.argument([*each], "uuid[]") for each in (places.vendors, places.resellers))
    selects = []
    for part in month_slices(span):
        resale = columns.line_amount if part.source is LINES else columns.resale_amount
        table = RESELLER_MONTHS if part.source is MONTHS else part.source.table
        selects.append(
            f"SELECT f.vendor_id, f.distributor_id, {columns.reseller} AS reseller_id, f.currency,"
            f" coalesce({columns.book_currency}, '') AS book_currency, {part.source.units} AS units,"
            f" {part.source.returned} AS returned_units, {resale} AS resale_amount, {columns.book_amount} AS book_amount"
            f" FROM {table} f WHERE f.vendor_id = ANY ({vendors}) AND {columns.reseller} = ANY ({resellers})"
            f" AND {_days_of_pairs(part, places, write)} AND {part.source.counts}"
        )
    sums = (_exact(name, n) + f" AS {name}" if name in measures else f"'0' AS {name}" for name, n in SOLD.items())
    return await db.rows(
        "SELECT vendor_id, distributor_id, reseller_id, currency, book_currency,"
        f" {', '.join(sums)} FROM ({' UNION ALL '.join(selects)}) f"
        " GROUP BY vendor_id, distributor_id, reseller_id, currency, book_currency",
        *write.arguments,
    )


def _days_of_pairs(part: Slice, places: Places, write: Statement) -> str:
    """The condition on the days of a slice. Lines are found by the days of their distributor.

    Months are named one by one: in a range whose ends it does not know, PostgreSQL expects hardly a row, and then sorts
    thousands where it should hash them.
    """
    if part.source is MONTHS:
        return f"f.month = ANY ({write.argument(months_of(part.span), 'date[]')})"
    distributors = write.argument([*places.distributors], "uuid[]")
    start, end = write.argument(part.span.start, "date"), write.argument(part.span.end, "date")
    return f"f.distributor_id = ANY ({distributors}) AND {part.source.day} >= {start} AND {part.source.day} < {end}"


def months_of(span: Span) -> list[date]:
    """The first day of each month of a span of whole months."""
    months = [span.start]
    while (following := month_after(months[-1])) < span.end:
        months.append(following)
    return months


def _exact(measure: str, places: int) -> str:
    """The sum of a measure as it is written: 12500000 at six places is 12.5."""
    return f"trim_scale(sum(coalesce({measure}, 0)) * {10**-places:.{places}f})::text"
