"""What is asked of the database about prices by tier: the book prices of a day, and the lines invoiced at another price.

A distributor reads a book price from its announcement, so a day to come shows it what is announced to it and no more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.execution.connections import Window
from app.execution.identifiers import Key
from app.programme.spans import Span
from app.store.database import Reader, Row
from app.volume.queries import discount_arguments, otherwise_priced
from app.volume.standing import Discount

_PRICE = """
    SELECT b.price FROM book_price b
    WHERE b.vendor_id = p.vendor_id AND b.product_id = p.id AND b.currency = k.currency AND b.effective_from <= k.day
      AND (b.effective_until IS NULL OR b.effective_until > k.day OR b.effective_until > k.today)
    ORDER BY b.effective_from DESC LIMIT 1"""


async def book_prices(db: Reader, products: Sequence[Key], currency: str, day: date, today: date) -> dict[int, int]:
    """The book price of each product on a day, as far as it is announced to the asker, in 10⁻⁶, by ordinal."""
    rows = await db.rows(
        "SELECT k.ordinal, x.price FROM (SELECT ordinal, vendor_id, id, $3::text AS currency, $4::date AS day,"
        " $5::date AS today FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS u (vendor_id, id, ordinal)) k"
        " JOIN product p ON p.vendor_id = k.vendor_id AND p.id = k.id"
        f" CROSS JOIN LATERAL ({_PRICE}) x WHERE p.vendor_id = ANY ($1::uuid[])",
        [key.vendor_id for key in products],
        [key.id for key in products],
        currency,
        day,
        today,
    )
    return {row["ordinal"]: row["price"] for row in rows}


_PRICED = f"""
FROM unnest($1::uuid[], $2::text[], $3::date[], $4::date[])
  WITH ORDINALITY AS k (vendor_id, currency, day, today, ordinal)
CROSS JOIN LATERAL (
  SELECT {{columns}} FROM product p CROSS JOIN LATERAL ({_PRICE}) x
  WHERE p.vendor_id = k.vendor_id AND p.vendor_id = ANY ($1::uuid[]){{window}}
) y"""


async def price_list(
    db: Reader,
    vendors: Sequence[UUID],
    currencies: Sequence[str],
    days: Sequence[date],
    todays: Sequence[date],
    window: Window,
) -> list[Row]:
    """The page of each agreement's products that have a book price on its day, by SKU."""
    arguments: list[object] = [vendors, currencies, days, todays]
    page = window.sql(arguments)
    text = _PRICED.format(columns="p.vendor_id, p.id, p.sku, x.price", window=page)
    return await db.rows(f"SELECT k.ordinal, y.*{text}", *arguments)


async def price_list_counts(
    db: Reader, vendors: Sequence[UUID], currencies: Sequence[str], days: Sequence[date], todays: Sequence[date]
) -> dict[int, int]:
    """How many such products there are for each agreement, by ordinal."""
    text = _PRICED.format(columns="count(*) AS total", window="")
    rows = await db.rows(f"SELECT k.ordinal, y.total{text}", vendors, currencies, days, todays)
    return {row["ordinal"]: row["total"] for row in rows}


_OF_AGREEMENTS = (
    " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::date[])"
    " WITH ORDINALITY AS k (vendor_id, distributor_id, agreement_id, start, finish, ordinal)"
    f" CROSS JOIN LATERAL (SELECT {{columns}}{otherwise_priced(6)} AND l.vendor_id = k.vendor_id"
    " AND l.distributor_id = k.distributor_id AND l.agreement_id = k.agreement_id"
    " AND l.sold_on >= k.start AND l.sold_on < k.finish{window}) x"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """An agreement, and the days of invoices that are asked about."""

    key: Key
    distributor_id: UUID
    days: Span


def _arguments(asked: Sequence[Asked], discounts: Mapping[UUID, Sequence[Discount]]) -> list[object]:
    return [
        [each.key.vendor_id for each in asked],
        [each.distributor_id for each in asked],
        [each.key.id for each in asked],
        [each.days.start for each in asked],
        [each.days.end for each in asked],
        *discount_arguments(discounts),
    ]


async def deviations(
    db: Reader, asked: Sequence[Asked], discounts: Mapping[UUID, Sequence[Discount]], window: Window
) -> list[Row]:
    """The page of each agreement's lines of sell-in that were invoiced at another price than the one in force."""
    arguments = _arguments(asked, discounts)
    page = window.sql(arguments)
    columns = (
        "l.vendor_id, l.submission_id, l.row_number, l.component, l.recorded, l.sold_on, l.currency, l.unit_price,"
        " l.amount, l.quantity, b.price AS book_price, f.share, p.price"
    )
    return await db.rows(f"SELECT k.ordinal, x.*{_OF_AGREEMENTS.format(columns=columns, window=page)}", *arguments)


async def deviation_counts(
    db: Reader, asked: Sequence[Asked], discounts: Mapping[UUID, Sequence[Discount]]
) -> dict[int, int]:
    """How many such lines there are under each agreement, by ordinal."""
    text = _OF_AGREEMENTS.format(columns="count(*) AS total", window="")
    rows = await db.rows(f"SELECT k.ordinal, x.total{text}", *_arguments(asked, discounts))
    return {row["ordinal"]: row["total"] for row in rows}
