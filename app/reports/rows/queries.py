"""What is asked of the rows of reports and of what there is to say about them. Row-level security cuts every answer."""

from collections.abc import Sequence

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.programme.terms import Level
from app.store.database import Reader, Row
from app.tables.facts import NOT_TAKEN_BACK, STANDS_FOR_ROW

ISSUE_ORDER = Order(
    (SortKey("i.row_number", "row_number", int, "bigint"), SortKey("i.position", "position", int, "integer"))
)
ROW_ORDER = Order((SortKey("r.row_number", "row_number", int, "bigint"),))


async def issues_of(
    db: Reader, level: Level, submissions: Sequence[Key], window: Window, severities: list[str] | None, row: int | None
) -> list[Row]:
    """A page of each submission's issues by row; settled ones stay, and say since when."""
    value = "i.disclosed_value" if level is Level.VENDOR else "i.value"
    arguments: list[object] = [[key.vendor_id for key in submissions], [key.id for key in submissions], severities, row]
    return await db.rows(
        "SELECT p.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL (SELECT i.vendor_id, i.agreement_id, i.row_number, i.position, i.field, i.code, i.severity,"
        f" {value} AS value,"
        " i.settled_at FROM submission_issue i WHERE i.vendor_id = p.vendor_id AND i.submission_id = p.id"
        " AND ($3::text[] IS NULL OR i.severity = ANY ($3)) AND ($4::bigint IS NULL OR i.row_number = $4)"
        f"{window.sql(arguments)}) x",
        *arguments,
    )


async def count_issues_of(
    db: Reader, submissions: Sequence[Key], severities: list[str] | None, row: int | None
) -> dict[int, int]:
    """How many issues each submission has, by its ordinal from 1."""
    rows = await db.rows(
        "SELECT p.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        " JOIN submission_issue i ON i.vendor_id = p.vendor_id AND i.submission_id = p.id"
        " WHERE ($3::text[] IS NULL OR i.severity = ANY ($3)) AND ($4::bigint IS NULL OR i.row_number = $4)"
        " GROUP BY p.ordinal",
        [key.vendor_id for key in submissions],
        [key.id for key in submissions],
        severities,
        row,
    )
    return {found["ordinal"]: found["total"] for found in rows}


_OF_LINES = f"""SELECT l.vendor_id, l.submission_id, l.row_number, 'ACCEPTED' AS outcome, l.document_number,
        l.document_line, l.sold_on, l.reported_quantity AS quantity FROM {{table}} l WHERE {STANDS_FOR_ROW}"""
_OF_STOCK = f"""SELECT c.vendor_id, c.submission_id, c.row_number, 'ACCEPTED', c.reference, NULL, c.counted_on,
        c.reported_quantity FROM inventory_count c WHERE {NOT_TAKEN_BACK}
    UNION ALL
    SELECT m.vendor_id, m.submission_id, m.row_number, 'ACCEPTED', m.reference, m.reference_line, m.moved_on,
        m.reported_quantity FROM stock_movement m WHERE {NOT_TAKEN_BACK}"""
_OF_OTHERS = """SELECT l.vendor_id, l.submission_id, l.row_number, l.outcome, l.document_number, l.document_line, l.sold_on,
        l.quantity FROM report_row l WHERE l.outcome <> 'ACCEPTED' OR l.previewed_by IS NOT NULL"""
_UNDER_AGREEMENTS = (
    _OF_LINES.format(table="sell_through_line"),
    _OF_LINES.format(table="sell_in_line"),
    _OF_STOCK,
    _OF_OTHERS,
)
_ROWS = {
    level: f"({' UNION ALL '.join(parts)}) r"
    for level, parts in (
        (Level.VENDOR, _UNDER_AGREEMENTS),
        (Level.DISTRIBUTOR, _UNDER_AGREEMENTS),
        (Level.RESELLER, (_OF_LINES.format(table="sell_out_line"), _OF_OTHERS)),
    )
}
"The rows of the reports that a level sees: a reseller those of sell-out, the others those under agreements."


async def rows_of(
    db: Reader, level: Level, submissions: Sequence[Key], window: Window, outcomes: list[str] | None
) -> list[Row]:
    """A page of each submission's rows in the order of the report, each with what became of it."""
    arguments: list[object] = [[key.vendor_id for key in submissions], [key.id for key in submissions], outcomes]
    return await db.rows(
        "SELECT p.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL (SELECT r.* FROM {_ROWS[level]} WHERE r.vendor_id = p.vendor_id AND r.submission_id = p.id"
        f" AND ($3::text[] IS NULL OR r.outcome = ANY ($3)){window.sql(arguments)}) x",
        *arguments,
    )


async def count_rows_of(
    db: Reader, level: Level, submissions: Sequence[Key], outcomes: list[str] | None
) -> dict[int, int]:
    """How many rows each submission has, by its ordinal from 1."""
    rows = await db.rows(
        "SELECT p.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" JOIN {_ROWS[level]} ON r.vendor_id = p.vendor_id AND r.submission_id = p.id"
        " WHERE $3::text[] IS NULL OR r.outcome = ANY ($3) GROUP BY p.ordinal",
        [key.vendor_id for key in submissions],
        [key.id for key in submissions],
        outcomes,
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def row_outcomes(db: Reader, level: Level, key: Key, first: int, last: int) -> list[Row]:
    """What became of some rows of one report, with the codes of their open issues, in the order of the report."""
    return await db.rows(
        "SELECT r.row_number, r.outcome, i.codes FROM "
        f"{_ROWS[level]} LEFT JOIN (SELECT row_number, array_agg(code ORDER BY position) AS codes FROM submission_issue"
        " WHERE vendor_id = $1 AND submission_id = $2 AND row_number BETWEEN $3 AND $4 AND settled_at IS NULL"
        " GROUP BY row_number) i ON i.row_number = r.row_number"
        " WHERE r.vendor_id = $1 AND r.submission_id = $2 AND r.row_number BETWEEN $3 AND $4 ORDER BY r.row_number",
        key.vendor_id,
        key.id,
        first,
        last,
    )


async def issue_texts(db: Reader, level: Level, key: Key, first: int, last: int) -> list[Row]:
    """The open issues of some rows of one report with their values, by row."""
    value = "disclosed_value" if level is Level.VENDOR else "value"
    return await db.rows(
        f"SELECT row_number, field, code, {value} AS value FROM submission_issue"
        " WHERE vendor_id = $1 AND submission_id = $2 AND row_number BETWEEN $3 AND $4 AND settled_at IS NULL"
        " ORDER BY row_number, position",
        key.vendor_id,
        key.id,
        first,
        last,
    )


async def issues_of_rows(db: Reader, level: Level, submissions: Sequence[Key], rows: Sequence[int]) -> list[Row]:
    """The issues of single rows of reports, fifty of each at most."""
    value = "i.disclosed_value" if level is Level.VENDOR else "i.value"
    return await db.rows(
        "SELECT p.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[], $3::bigint[])"
        " WITH ORDINALITY AS p (vendor_id, id, row_number, ordinal)"
        f" CROSS JOIN LATERAL (SELECT i.vendor_id, i.agreement_id, i.row_number, i.position, i.field, i.code, i.severity,"
        f" {value} AS value,"
        " i.settled_at FROM submission_issue i WHERE i.vendor_id = p.vendor_id AND i.submission_id = p.id"
        " AND i.row_number = p.row_number ORDER BY i.position LIMIT 50) x",
        [key.vendor_id for key in submissions],
        [key.id for key in submissions],
        list(rows),
    )
