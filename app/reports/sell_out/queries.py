"""What is asked of sell-out: a reseller's own reports and lines. Row-level security cuts every answer to the asker's own."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import NO_NETWORK, Key
from app.store.database import Reader, Row

LINE_ORDER = Order(
    (
        SortKey("l.sold_on", "sold_on", date, "date"),
        SortKey("l.submission_id", "submission_id", UUID, "uuid"),
        SortKey("l.row_number", "row_number", int, "bigint"),
        SortKey("l.component", "component", int, "integer"),
    )
)
PLACES = (
    "(SELECT ordinal, string_to_array(vendors, ',')::uuid[] AS vendors, string_to_array(parties, ',')::uuid[] AS parties"
    " FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS given (vendors, parties, ordinal)) p"
)
"Resellers that may stand in several networks, as several parties; the arguments are those that `places` makes."
_LINE = (
    "l.vendor_id, l.submission_id, l.row_number, l.component, l.document_kind, l.document_number, l.document_line,"
    " l.return_of, l.sold_on, l.product_id, l.kit_id, l.quantity, l.currency, l.unit_price, l.amount, l.sale_type,"
    " l.ship_to_country, l.end_customer, l.serial_numbers, l.product_code, l.reported_quantity, l.unit, l.source"
)
_COUNTING = (
    "l.vendor_id = ANY (p.vendors) AND l.reseller_id = ANY (p.parties) AND l.superseded IS NULL"
    " AND ($3::date IS NULL OR l.sold_on >= $3) AND ($4::date IS NULL OR l.sold_on < $4)"
)


def places(actor: Actor, keys: Sequence[Key]) -> tuple[list[str], list[str]]:
    """In which networks and as which parties resellers stand; the asker's own firm everywhere that it takes part."""
    everywhere = ",".join(map(str, actor.vendor_ids)), ",".join(map(str, actor.party_ids))
    found = [
        (str(key.vendor_id), str(key.id))
        if key.vendor_id != NO_NETWORK
        else everywhere
        if key.id == actor.organization_id
        else ("", "")
        for key in keys
    ]
    return [vendors for vendors, _ in found], [parties for _, parties in found]


async def lines_of(
    db: Reader, whose: tuple[list[str], list[str]], window: Window, start: date | None, end: date | None
) -> list[Row]:
    """A page of each reseller's lines that count, by the day of the sale."""
    arguments: list[object] = [*whose, start, end]
    return await db.rows(
        f"SELECT p.ordinal, x.* FROM {PLACES} CROSS JOIN LATERAL (SELECT {_LINE} FROM sell_out_line l"
        f" WHERE {_COUNTING}{window.sql(arguments)}) x",
        *arguments,
    )


async def count_lines_of(
    db: Reader, whose: tuple[list[str], list[str]], start: date | None, end: date | None
) -> dict[int, int]:
    """How many lines of each reseller count, by its ordinal from 1."""
    rows = await db.rows(
        f"SELECT p.ordinal, count(*) AS total FROM {PLACES} JOIN sell_out_line l ON {_COUNTING} GROUP BY p.ordinal",
        *whose,
        start,
        end,
    )
    return {row["ordinal"]: row["total"] for row in rows}


_OWN_REPORTS = (
    "s.vendor_id = ANY (p.vendors) AND s.reseller_id = ANY (p.parties)"
    " AND ($3::text[] IS NULL OR s.kind = ANY ($3)) AND ($4::text[] IS NULL OR s.status = ANY ($4))"
)


async def submissions_of(
    db: Reader,
    whose: tuple[list[str], list[str]],
    window: Window,
    kinds: list[str] | None,
    statuses: list[str] | None,
) -> list[Row]:
    """A page of each reseller's reports, the newest first: when they came, and their ids."""
    arguments: list[object] = [*whose, kinds, statuses]
    return await db.rows(
        f"SELECT p.ordinal, x.* FROM {PLACES} CROSS JOIN LATERAL (SELECT s.vendor_id, s.id, s.received_at"
        f" FROM submission s WHERE {_OWN_REPORTS}{window.sql(arguments)}) x",
        *arguments,
    )


async def count_submissions_of(
    db: Reader, whose: tuple[list[str], list[str]], kinds: list[str] | None, statuses: list[str] | None
) -> dict[int, int]:
    """How many reports each reseller has, by its ordinal from 1."""
    rows = await db.rows(
        f"SELECT p.ordinal, count(*) AS total FROM {PLACES} JOIN submission s ON {_OWN_REPORTS} GROUP BY p.ordinal",
        *whose,
        kinds,
        statuses,
    )
    return {row["ordinal"]: row["total"] for row in rows}
