"""What is asked of stock: rows of inventory reports, and what lay where on a day. Row-level security cuts every answer."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.store.database import Reader, Row
from app.tables.facts import NOT_TAKEN_BACK
from app.tables.queries import standing_on

ROW_ORDER = Order((SortKey("r.row_number", "row_number", int, "bigint"),))
POSITION_ORDER = Order(
    (
        SortKey("c.warehouse", "warehouse", str, "text"),
        SortKey("c.product_id", "product_id", UUID, "uuid"),
        SortKey("c.status", "status", str, "text"),
    )
)

_ROWS = f"""(
    SELECT c.vendor_id, c.submission_id, c.row_number, 'ACCEPTED' AS outcome, c.warehouse, c.product_code,
        c.counted_on AS day, c.reported_quantity AS quantity, c.unit, c.status, NULL AS movement, c.reference,
        NULL AS reference_line, nullif(c.lot, '') AS lot, c.product_id, c.superseded IS NULL AS counts,
        coalesce(c.counts_on, c.counted_on) AS counts_on, c.counts_until, c.recorded
    FROM inventory_count c WHERE {NOT_TAKEN_BACK}
    UNION ALL
    SELECT m.vendor_id, m.submission_id, m.row_number, 'ACCEPTED', m.warehouse, m.product_code, m.moved_on,
        m.reported_quantity, m.unit, m.status, m.movement, m.reference, m.reference_line, nullif(m.lot, ''), m.product_id,
        m.superseded IS NULL, coalesce(m.counts_on, m.moved_on), m.counts_until, m.recorded
    FROM stock_movement m WHERE {NOT_TAKEN_BACK}
    UNION ALL
    SELECT o.vendor_id, o.submission_id, o.row_number, o.outcome, t.warehouse, o.product_code, o.sold_on, o.quantity, t.unit,
        t.status, t.movement, o.document_number, o.document_line, t.lot, NULL, false,
        NULL, NULL, NULL
    FROM report_row o JOIN stock_row t ON t.vendor_id = o.vendor_id AND t.submission_id = o.submission_id
        AND t.row_number = o.row_number
    WHERE o.outcome <> 'ACCEPTED' OR o.previewed_by IS NOT NULL
) r"""


_CORRECTED = """
    SELECT c.submission_id, c.row_number, c.reported_quantity AS quantity FROM inventory_count c
    WHERE x.movement IS NULL AND c.vendor_id = x.vendor_id AND c.corrected_by = x.submission_id
        AND c.submission_id <> x.submission_id AND c.superseded = x.recorded AND c.warehouse = x.warehouse
        AND c.product_id = x.product_id AND c.status = x.status AND c.counted_on = x.day AND c.lot = coalesce(x.lot, '')
    UNION ALL
    SELECT m.submission_id, m.row_number, m.reported_quantity FROM stock_movement m
    WHERE x.movement IS NOT NULL AND m.vendor_id = x.vendor_id AND m.corrected_by = x.submission_id
        AND m.submission_id <> x.submission_id AND m.superseded = x.recorded AND m.reference = x.reference
        AND m.reference_line = x.reference_line
    LIMIT 1"""
"""The fact that a row took the place of."""


async def rows_of(db: Reader, submissions: Sequence[Key], window: Window, outcomes: list[str] | None) -> list[Row]:
    """A page of each inventory report's rows in their order, each with what it says and what became of it."""
    arguments: list[object] = [[key.vendor_id for key in submissions], [key.id for key in submissions], outcomes]
    return await db.rows(
        "SELECT p.ordinal, x.*, e.submission_id AS corrects_submission, e.row_number AS corrects_row,"
        " e.quantity AS corrects_quantity"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL (SELECT r.* FROM {_ROWS} WHERE r.vendor_id = p.vendor_id AND r.submission_id = p.id"
        f" AND ($3::text[] IS NULL OR r.outcome = ANY ($3)){window.sql(arguments)}) x"
        f" LEFT JOIN LATERAL ({_CORRECTED}) e ON true ORDER BY p.ordinal, x.row_number{' DESC' if window.backward else ''}",
        *arguments,
    )


async def count_rows_of(db: Reader, submissions: Sequence[Key], outcomes: list[str] | None) -> dict[int, int]:
    """How many rows each inventory report has, by its ordinal from 1."""
    rows = await db.rows(
        "SELECT p.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" JOIN {_ROWS} ON r.vendor_id = p.vendor_id AND r.submission_id = p.id"
        " WHERE $3::text[] IS NULL OR r.outcome = ANY ($3) GROUP BY p.ordinal",
        [key.vendor_id for key in submissions],
        [key.id for key in submissions],
        outcomes,
    )
    return {row["ordinal"]: row["total"] for row in rows}


_OF_AGREEMENT = """i.vendor_id = p.vendor_id AND i.agreement_id = p.id
        AND ($3::date IS NULL OR i.counted_on <= $3) AND ($4::text[] IS NULL OR i.warehouse = ANY ($4))
        AND ($5::text[] IS NULL OR i.status = ANY ($5)) AND ($6::uuid[] IS NULL OR i.product_id = ANY ($6))"""
_COUNTS = standing_on("inventory_count", "i.*", _OF_AGREEMENT, "coalesce($3::date, 'infinity')")
_LAST = f"""(
    SELECT DISTINCT ON (i.warehouse, i.product_id, i.status) i.vendor_id, i.warehouse, i.product_id, i.status, i.counted_on,
        i.submission_id, i.row_number,
        (sum(i.quantity) OVER (PARTITION BY i.warehouse, i.product_id, i.status, i.counted_on))::bigint AS on_hand
    FROM ({_COUNTS}) i
    ORDER BY i.warehouse, i.product_id, i.status, i.counted_on DESC, i.submission_id, i.row_number
) c"""


async def positions_of(
    db: Reader,
    agreements: Sequence[Key],
    window: Window,
    on: date | None,
    warehouses: list[str] | None,
    statuses: list[str] | None,
    products: list[UUID] | None,
) -> list[Row]:
    """A page of what lay where under each agreement: the last count on or before a day, its lots together."""
    arguments = _asked(agreements, on, warehouses, statuses, products)
    return await db.rows(
        "SELECT p.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL (SELECT c.* FROM {_LAST} WHERE true{window.sql(arguments)}) x",
        *arguments,
    )


async def count_positions_of(
    db: Reader,
    agreements: Sequence[Key],
    on: date | None,
    warehouses: list[str] | None,
    statuses: list[str] | None,
    products: list[UUID] | None,
) -> dict[int, int]:
    """How many positions each agreement has, by its ordinal from 1."""
    rows = await db.rows(
        "SELECT p.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL {_LAST} GROUP BY p.ordinal",
        *_asked(agreements, on, warehouses, statuses, products),
    )
    return {row["ordinal"]: row["total"] for row in rows}


def _asked(
    agreements: Sequence[Key],
    on: date | None,
    warehouses: list[str] | None,
    statuses: list[str] | None,
    products: list[UUID] | None,
) -> list[object]:
    return [[key.vendor_id for key in agreements], [key.id for key in agreements], on, warehouses, statuses, products]
