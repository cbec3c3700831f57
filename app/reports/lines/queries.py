"""What is asked of lines. Row-level security cuts every answer; each level reads the columns that it is granted."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.execution.listings.queries import Fields, told_money, told_number, told_text
from app.programme.line_places import place_of
from app.programme.terms import Level
from app.store.database import Reader, Row
from app.tables.queries import recorded_at, times_before

LINE_ORDER = Order(
    (
        SortKey("l.sold_on", "sold_on", date, "date"),
        SortKey("l.submission_id", "submission_id", UUID, "uuid"),
        SortKey("l.row_number", "row_number", int, "bigint"),
        SortKey("l.component", "component", int, "integer"),
        SortKey("l.recorded", "times", int, "bigint", recorded_at("sell_through_line")),
    )
)

_ORIGIN = (
    "l.product_code, l.reported_quantity, l.unit, l.source, l.corrects_submission_id, l.corrects_row, l.corrected_by"
)


_TIMES = times_before("sell_through_line")


def _named(column: str) -> str:
    """The field of a column, as the contract has it."""
    first, *others = column.split("_")
    return first + "".join(map(str.capitalize, others))


def _line_columns(level: Level) -> str:
    """The columns of a line that a level is granted, under the names that everybody reads."""
    shared = (
        f"l.recorded, {_TIMES} AS times,"
        " l.vendor_id, l.submission_id, l.row_number, l.component, l.distributor_id, l.counts_on, l.kit_id, l.document_kind,"
        " l.document_number, l.document_line, l.return_of, l.sold_on, l.product_id, l.quantity, l.currency, l.sale_type,"
        " l.ship_to_country, l.serial_numbers"
    )
    if level is Level.VENDOR:
        return (
            f"{shared}, l.disclosed_reseller_id AS reseller_id, l.disclosed_unit_price AS unit_price,"
            " l.disclosed_amount AS amount, l.book_currency, l.book_price, l.book_amount,"
            f" l.disclosed_end_customer AS end_customer, l.special_price_number, {_ORIGIN}"
        )
    if level is Level.DISTRIBUTOR:
        return (
            f"{shared}, l.reseller_id, l.unit_price, l.amount, l.book_currency, l.book_price, l.book_amount,"
            f" l.end_customer, l.special_price_number, {_ORIGIN}"
        )
    return (
        f"{shared}, l.reseller_id, l.unit_price, l.amount, NULL::text AS book_currency, NULL::bigint AS book_price,"
        " NULL::bigint AS book_amount, NULL::text AS end_customer, NULL::text AS special_price_number,"
        " NULL::text AS product_code, NULL::bigint AS reported_quantity, NULL::text AS unit, NULL::text AS source,"
        " NULL::uuid AS corrects_submission_id, NULL::bigint AS corrects_row, NULL::uuid AS corrected_by"
    )


_MONEY = {"unitPrice": ("unit_price", "currency"), "amount": ("amount", "currency")} | {
    "bookAmount": ("book_amount", "book_currency")
}
_TEXTS = ("document_number", "document_line", "return_of", "end_customer", "special_price_number", "product_code")
_PLAIN = ("document_kind", "sold_on", "counts_on", "sale_type")
LINE_TOLD: dict[Fields, str] = {
    **{(_named(name),): told_text(name) for name in (*_TEXTS, "ship_to_country", "source")},
    **{(_named(name),): name for name in _PLAIN},
    **{(of, *field): sql for of, columns in _MONEY.items() for field, sql in told_money(*columns).items()},
    ("row",): "row_number",
    ("quantity",): told_number("quantity", 3),
    ("reportedQuantity",): told_number("reported_quantity", 3),
    ("reportedUnit",): told_text("unit"),
    ("component",): "CASE WHEN component >= 0 THEN component ELSE -1 - component END",
    ("reversal",): "CASE WHEN component < 0 THEN 'true' ELSE 'false' END",
    ("__typename",): "'SellThroughLine'",
}
"The fields of a line that the database can tell by itself."


async def lines_by_key(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """The lines of these reports, rows, components and recordings that the asker may see, in no order."""
    places = [place_of(key.row) for key in keys]
    return await db.rows(
        f"SELECT {_line_columns(level)} FROM sell_through_line l"
        " JOIN unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[], $5::bigint[])"
        " AS k (vendor_id, submission_id, row_number, component, times) ON k.vendor_id = l.vendor_id"
        " AND k.submission_id = l.submission_id AND k.row_number = l.row_number AND k.component = l.component"
        f" WHERE l.vendor_id = ANY ($1::uuid[]) AND {_TIMES} = k.times",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
        [place.row for place in places],
        [place.component for place in places],
        [place.times for place in places],
    )


async def lines_last_recorded(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """The lines of these rows of reports that the asker may see, as recorded last; of a kit its first component."""
    return await db.rows(
        "SELECT DISTINCT ON (l.vendor_id, l.submission_id, l.row_number)"
        f" {_line_columns(level)} FROM sell_through_line l"
        " JOIN unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS k (vendor_id, submission_id, row_number)"
        " ON k.vendor_id = l.vendor_id AND k.submission_id = l.submission_id AND k.row_number = l.row_number"
        " WHERE l.vendor_id = ANY ($1::uuid[]) AND l.component IN (0, 1)"
        " ORDER BY l.vendor_id, l.submission_id, l.row_number, l.recorded DESC, l.component",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
        [key.row for key in keys],
    )


async def lines_recorded(db: Reader, level: Level, named: Sequence[Row]) -> list[Row]:
    """The very lines that are named, by vendor_id, submission_id, row_number, component and recorded, in no order."""
    return await db.rows(
        f"SELECT {_line_columns(level)} FROM sell_through_line l{NAMED_LINES}",
        *line_names(named),
    )


NAMED_LINES = (
    " JOIN unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[], $5::bigint[])"
    " AS k (vendor_id, submission_id, row_number, component, recorded) ON k.vendor_id = l.vendor_id"
    " AND k.submission_id = l.submission_id AND k.row_number = l.row_number AND k.component = l.component"
    " AND k.recorded = l.recorded WHERE l.vendor_id = ANY ($1::uuid[])"
)
"Lines `l` that are named; the arguments are those that `line_names` makes."
_NAME = ("vendor_id", "submission_id", "row_number", "component", "recorded")


def line_names(named: Sequence[Row]) -> list[list[object]]:
    """The columns of what names lines, each line once."""
    unique = dict.fromkeys(map(line_name, named))
    return [[name[place] for name in unique] for place in range(len(_NAME))]


def line_name(row: Row) -> tuple[object, ...]:
    """What tells a line from all others."""
    return tuple(row[name] for name in _NAME)


async def lines_returned(
    db: Reader, level: Level, distributors: Sequence[Key], invoices: Sequence[str], numbers: Sequence[str]
) -> list[Row]:
    """The lines that stand under these invoices and line numbers of these distributors, with the ordinal of who asks."""
    return await db.rows(
        f"SELECT k.ordinal, {_line_columns(level)} FROM sell_through_line l"
        " JOIN unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])"
        " WITH ORDINALITY AS k (vendor_id, distributor_id, document_number, document_line, ordinal)"
        " ON k.vendor_id = l.vendor_id AND k.distributor_id = l.distributor_id"
        " AND k.document_number = l.document_number AND k.document_line = l.document_line"
        " WHERE l.vendor_id = ANY ($1::uuid[]) AND l.document_kind = 'INVOICE' AND l.replaced IS NULL"
        " AND l.component >= 0 AND l.component <= 1",
        [key.vendor_id for key in distributors],
        [key.id for key in distributors],
        list(invoices),
        list(numbers),
    )


async def lines_of_submissions(db: Reader, level: Level, submissions: Sequence[Key], window: Window) -> list[Row]:
    """A page of each submission's lines that count."""
    arguments: list[object] = [[key.vendor_id for key in submissions], [key.id for key in submissions]]
    return await window.rows(
        db,
        lambda cut: (
            "SELECT p.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
            f" CROSS JOIN LATERAL (SELECT {_line_columns(level)} FROM sell_through_line l"
            " WHERE l.vendor_id = p.vendor_id AND l.submission_id = p.id AND l.superseded IS NULL"
            f"{cut}) x"
        ),
        arguments,
    )


async def lines_of_agreements(
    db: Reader,
    level: Level,
    agreements: Sequence[Key],
    distributors: Sequence[UUID],
    window: Window,
    start: date | None,
    end: date | None,
    as_of: datetime | None,
) -> list[Row]:
    """A page of each agreement's lines that count, or counted at the moment asked for, by the day of the sale."""
    arguments: list[object] = [
        [key.vendor_id for key in agreements],
        [key.id for key in agreements],
        start,
        end,
        list(distributors),
    ]
    known, counts = _counting(as_of, arguments)
    return await window.rows(
        db,
        lambda cut: (
            f"{known}SELECT p.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[], $5::uuid[])"
            " WITH ORDINALITY AS p (vendor_id, id, distributor_id, ordinal)"
            f" CROSS JOIN LATERAL (SELECT {_line_columns(level)} FROM sell_through_line l"
            " WHERE l.vendor_id = p.vendor_id AND l.distributor_id = p.distributor_id AND l.agreement_id = p.id"
            f" AND {counts} AND ($3::date IS NULL OR l.sold_on >= $3) AND ($4::date IS NULL OR l.sold_on < $4)"
            f"{cut}) x"
        ),
        arguments,
    )


def _counting(as_of: datetime | None, arguments: list[object]) -> tuple[str, str]:
    """The knowledge asked for (of the vendors in the first argument), and the condition on lines that count by it."""
    if as_of is None:
        return "", "l.superseded IS NULL"
    arguments.append(as_of)
    known = (
        "WITH known AS MATERIALIZED (SELECT id FROM knowledge WHERE vendor_id = ANY ($1::uuid[])"
        f" AND known_at <= ${len(arguments)}::timestamptz) "
    )
    ended = "l.superseded IS NULL OR l.superseded NOT IN (SELECT id FROM known)"
    return known, f"l.recorded IN (SELECT id FROM known) AND ({ended})"


async def count_lines(
    db: Reader,
    column: str,
    parents: Sequence[Key],
    start: date | None = None,
    end: date | None = None,
    as_of: datetime | None = None,
) -> dict[int, int]:
    """How many lines count under each submission or agreement (`column` names which), by its ordinal from 1."""
    if column not in {"submission_id", "agreement_id"}:
        raise ValueError(column)
    arguments: list[object] = [[key.vendor_id for key in parents], [key.id for key in parents], start, end]
    known, counts = _counting(as_of, arguments)
    rows = await db.rows(
        f"{known}SELECT p.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" JOIN sell_through_line l ON l.vendor_id = p.vendor_id AND l.{column} = p.id AND {counts}"
        " WHERE ($3::date IS NULL OR l.sold_on >= $3) AND ($4::date IS NULL OR l.sold_on < $4) GROUP BY p.ordinal",
        *arguments,
    )
    return {row["ordinal"]: row["total"] for row in rows}
