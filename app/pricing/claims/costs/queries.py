"""What is known of sell-through lines that are claimed: the sale, what of it came back, and what its units had cost.

Row-level security cuts every answer: the worker decides by these statements, and a distributor previews with them.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.store.database import Reader, Row
from app.tables.erasures import same_customer

SALES = "('SALE', 'DROP_SHIPMENT')"
"The sale types of what can be claimed. Of a credit-and-rebill the first sale is."
LINES_IN_ORDER = Order(
    (
        SortKey("l.sold_on", "sold_on", date, "date"),
        SortKey("l.submission_id", "submission_id", UUID, "uuid"),
        SortKey("l.row_number", "row_number", int, "bigint"),
        SortKey("l.component", "component", int, "integer"),
    )
)
_STANDS = "l.replaced IS NULL AND l.superseded IS NULL"
_RETURNED = (
    "coalesce((SELECT sum(-r.quantity) FROM sell_through_line r WHERE r.vendor_id = l.vendor_id"
    " AND r.distributor_id = l.distributor_id AND r.return_of = l.document_number || ':' || l.document_line"
    " AND r.product_id = l.product_id AND r.quantity < 0 AND r.component >= 0 AND r.sale_type = 'RETURN'"
    " AND r.replaced IS NULL AND r.superseded IS NULL AND l.document_kind = 'INVOICE'), 0)::bigint"
)
_TIMES = (
    "(SELECT count(*) FROM sell_through_line e WHERE e.vendor_id = l.vendor_id AND e.submission_id = l.submission_id"
    " AND e.row_number = l.row_number AND e.component = l.component AND e.recorded < l.recorded)"
)
_FACTS = (
    "l.vendor_id, l.submission_id, l.row_number, l.component, l.sold_on, l.counts_on, l.product_id, l.quantity,"
    " l.currency, l.unit_price, l.book_currency, l.book_price, l.document_number, l.document_line,"
    f" ({_STANDS} AND l.quantity > 0 AND l.sale_type IN {SALES}) AS counts, {_STANDS} AS stands,"
    f" {_RETURNED} AS returned, coalesce(u.consumed, 0) AS consumed, l.end_customer IS NOT NULL AS names_customer"
)
_ACCOUNT = (
    " LEFT JOIN debited_line u ON u.vendor_id = l.vendor_id AND u.submission_id = l.submission_id"
    " AND u.row_number = l.row_number AND u.component = l.component"
)
_TO_RESELLER = "(cardinality($3::uuid[]) = 0 OR l.reseller_id = ANY ($3::uuid[]))"
_TO_CUSTOMER = f"($4::text IS NULL OR {same_customer('l.end_customer', '$4::text', 'l.vendor_id')})"
_CUSTOMERS = f"{_TO_RESELLER} AS to_reseller, coalesce({_TO_CUSTOMER}, false) AS to_customer"

Ref = tuple[UUID, int, int]
"A line: its report, row and component."


def apart(refs: Sequence[Ref]) -> list[object]:
    """The reports, rows and components of lines."""
    return [[ref[place] for ref in refs] for place in range(3)]


async def facts(
    db: Reader,
    vendor_id: UUID,
    agreement_id: UUID,
    customer_ids: Sequence[UUID],
    end_customer: str | None,
    refs: Sequence[Ref],
) -> list[Row]:
    """What is known of these lines of an agreement as they were recorded last, with their ordinals."""
    return await db.rows(
        f"SELECT k.ordinal, {_FACTS}, {_CUSTOMERS} FROM unnest($5::uuid[], $6::bigint[], $7::int[]) WITH ORDINALITY"
        " AS k (submission_id, row_number, component, ordinal) CROSS JOIN LATERAL (SELECT l.* FROM sell_through_line l"
        " WHERE l.vendor_id = $1 AND l.submission_id = k.submission_id AND l.row_number = k.row_number"
        " AND l.component = k.component AND l.agreement_id = $2 ORDER BY l.recorded DESC LIMIT 1) l"
        f"{_ACCOUNT} ORDER BY k.ordinal",
        vendor_id,
        agreement_id,
        list(customer_ids),
        end_customer,
        *apart(refs),
    )


def _matching(window: str) -> str:
    return (
        f"SELECT {_FACTS}, {_CUSTOMERS}, {_TIMES} AS times FROM sell_through_line l{_ACCOUNT} WHERE l.vendor_id = $1"
        " AND l.agreement_id = $2 AND l.distributor_id = $9 AND l.product_id = ANY ($5::uuid[]) AND l.counts_on >= $6"
        f" AND l.sold_on >= $6 AND l.sold_on < $7 AND {_STANDS} AND l.component >= 0 AND l.quantity > 0"
        f" AND l.sale_type IN {SALES} AND coalesce(u.consumed, 0) + {_RETURNED} < l.quantity"
        " AND (l.special_price_number = $8 OR (l.special_price_number IS NULL AND"
        f" {_TO_RESELLER} AND {_TO_CUSTOMER})){window}"
    )


async def matching(
    db: Reader, vendor_id: UUID, agreement_id: UUID, terms: Sequence[object], window: Window
) -> list[Row]:
    """A page of the lines with units that no claim holds, which carry a special price's number or match it. The terms are
    customers, end customer, products, first day, day after the last, number and distributor."""
    arguments: list[object] = [vendor_id, agreement_id, *terms]
    return await db.rows(_matching(window.sql(arguments)), *arguments)


async def every_match(db: Reader, vendor_id: UUID, agreement_id: UUID, terms: Sequence[object], most: int) -> list[Row]:
    """All of them by the day of the sale, and one more than `most` at most."""
    ordered = f" ORDER BY l.sold_on, l.submission_id, l.row_number, l.component LIMIT {most + 1}"
    return await db.rows(_matching(ordered), vendor_id, agreement_id, *terms)


async def how_many_match(db: Reader, vendor_id: UUID, agreement_id: UUID, terms: Sequence[object]) -> int:
    """How many there are."""
    found: int = await db.value(f"SELECT count(*) FROM ({_matching('')}) m", vendor_id, agreement_id, *terms)
    return found


async def lines_named(
    db: Reader, vendor_id: UUID, agreement_id: UUID, documents: Sequence[str], numbers: Sequence[str]
) -> list[Row]:
    """The lines that stand under these invoices and line numbers, with the ordinal of who asks: of a kit all components."""
    return await db.rows(
        "SELECT k.ordinal, l.submission_id, l.row_number, l.component, l.product_id FROM unnest($3::text[], $4::text[])"
        " WITH ORDINALITY AS k (document_number, document_line, ordinal) JOIN agreement a ON a.vendor_id = $1 AND a.id = $2"
        " JOIN sell_through_line l ON l.vendor_id = $1 AND l.distributor_id = a.distributor_id AND l.agreement_id = a.id"
        " AND l.document_number = k.document_number AND l.document_line = k.document_line"
        " AND l.document_kind = 'INVOICE' AND l.replaced IS NULL AND l.component >= 0 ORDER BY k.ordinal, l.component",
        vendor_id,
        agreement_id,
        list(documents),
        list(numbers),
    )


async def issues(db: Reader, vendor_id: UUID, distributor_id: UUID, products: Sequence[UUID]) -> list[Row]:
    """What of these products left a distributor's stock and came back, as it stands, in order. A credit-and-rebill is
    neither."""
    return await db.rows(
        "SELECT l.submission_id, l.row_number, l.component, l.product_id, l.sold_on, l.quantity, l.return_of,"
        " l.document_kind, l.document_number, l.document_line FROM sell_through_line l WHERE l.vendor_id = $1"
        " AND l.distributor_id = $2 AND l.product_id = ANY ($3::uuid[]) AND l.replaced IS NULL AND l.component >= 0"
        " AND l.sale_type <> 'CREDIT_AND_REBILL'"
        " ORDER BY l.sold_on, l.submission_id, l.row_number, l.component",
        vendor_id,
        distributor_id,
        list(products),
    )
