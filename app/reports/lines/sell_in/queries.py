"""What is asked of lines of sell-in. Row-level security cuts every answer to the vendor's own and the distributor's own."""

from collections.abc import Sequence

from app.execution.identifiers import Key
from app.programme.line_places import place_of
from app.reports.lines.queries import NAMED_LINES, line_names
from app.store.database import Reader, Row
from app.tables.queries import times_before

_TIMES = times_before("sell_in_line")
_COLUMNS = (
    f"l.vendor_id, l.submission_id, l.row_number, l.component, l.recorded, {_TIMES} AS times, l.distributor_id,"
    " l.document_kind, l.document_number, l.document_line, l.sold_on, l.product_id, l.quantity, l.currency,"
    " l.unit_price, l.amount, l.counts_on, l.product_code, l.reported_quantity, l.unit, l.source, l.kit_id,"
    " l.corrects_submission_id, l.corrects_row, l.corrected_by"
)


async def lines_recorded(db: Reader, named: Sequence[Row]) -> list[Row]:
    """The very lines that are named, by vendor_id, submission_id, row_number, component and recorded, in no order."""
    return await db.rows(f"SELECT {_COLUMNS} FROM sell_in_line l{NAMED_LINES}", *line_names(named))


async def lines_by_key(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The lines of these reports, rows, components and recordings that the asker may see, in no order."""
    places = [place_of(key.row) for key in keys]
    return await db.rows(
        f"SELECT {_COLUMNS} FROM sell_in_line l JOIN unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[], $5::bigint[])"
        " AS k (vendor_id, submission_id, row_number, component, times) ON k.vendor_id = l.vendor_id"
        " AND k.submission_id = l.submission_id AND k.row_number = l.row_number AND k.component = l.component"
        f" WHERE l.vendor_id = ANY ($1::uuid[]) AND {_TIMES} = k.times",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
        [place.row for place in places],
        [place.component for place in places],
        [place.times for place in places],
    )


async def lines_last_recorded(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The lines of these rows of reports that the asker may see, as recorded last; of a kit its first component."""
    return await db.rows(
        f"SELECT DISTINCT ON (l.vendor_id, l.submission_id, l.row_number) {_COLUMNS} FROM sell_in_line l"
        " JOIN unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS k (vendor_id, submission_id, row_number)"
        " ON k.vendor_id = l.vendor_id AND k.submission_id = l.submission_id AND k.row_number = l.row_number"
        " WHERE l.vendor_id = ANY ($1::uuid[]) AND l.component IN (0, 1)"
        " ORDER BY l.vendor_id, l.submission_id, l.row_number, l.recorded DESC, l.component",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
        [key.row for key in keys],
    )
