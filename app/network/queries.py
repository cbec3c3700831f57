"""The cube's one statement: cells of the rollups, the facts that rows are made of, the rows, and the page of them.

Every piece of the statement is written down here; what a partner sends travels as an argument. Row-level security cuts
the rows to what the asker's level may see, and every source is also asked for its vendor by name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.execution.connections import Window
from app.network.cube import DAYS, LINES, Cube, Slice, Source, counts_buyers, eras, keys, month_slices, slices
from app.programme.sales import SalesDimension as By
from app.programme.spans import Span
from app.programme.terms import Level
from app.store.database import Reader, Row

MEASURES = (
    "in_units",
    "in_amount",
    "units",
    "returned_units",
    "book_amount",
    "resale_amount",
    "active_resellers",
    "priced_units",
    "priced_amount",
)
"What a row can carry: quantities in 10⁻³, amounts in 10⁻⁶; for the span before under the same name with `_before`."
_OF_LINES = frozenset({"priced_units", "priced_amount"})
_OF_CELLS = ("units", "returned_units", "book_amount")


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
        resellers="SELECT vendor_id, id AS reseller_id, name, partner_type FROM party"
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
        " partner_type FROM reseller_authorization WHERE vendor_id = ANY ({vendors})"
        " ORDER BY vendor_id, reseller_id, created_at DESC, id",
        distributors=_OWN_PARTIES,
    ),
    Level.RESELLER: Columns(
        reseller="f.reseller_id",
        resale_amount="f.resale_amount",
        line_amount="f.amount",
        book_currency="''",
        book_amount="0::bigint",
        resellers="SELECT NULL::uuid AS vendor_id, NULL::uuid AS reseller_id, '' AS name, '' AS partner_type"
        " WHERE false",
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


async def sales(db: Reader, cube: Cube, window: Window) -> list[Row]:
    """The page of rows for each parent: its keys, names, measures, and those of the span before."""
    write = Statement()
    groups = _groups(cube, write)
    page = window.sql(write.arguments)
    return await db.rows(
        f"{groups}, named AS MATERIALIZED ({_named(cube)})"
        f" SELECT page.* FROM (SELECT DISTINCT ordinal FROM named) parent"
        f" CROSS JOIN LATERAL (SELECT n.* FROM named n WHERE n.ordinal = parent.ordinal{page}) page",
        *write.arguments,
    )


async def sales_counts(db: Reader, cube: Cube) -> dict[int, int]:
    """How many rows there are for each parent that has any, by its ordinal."""
    write = Statement()
    statement = f"{_groups(cube, write)} SELECT ordinal, count(*) AS total FROM groups GROUP BY ordinal"
    return {row["ordinal"]: row["total"] for row in await db.rows(statement, *write.arguments)}


def _groups(cube: Cube, write: Statement) -> str:
    """WITH …: one row of `groups` for each parent, keys and currency in which the span asked for has something."""
    vendors = write.argument([scope.vendor_id for scope in cube.scopes], "uuid[]")
    ordinals = write.argument([scope.ordinal for scope in cube.scopes], "bigint[]")
    parties = write.argument([scope.party_id for scope in cube.scopes], "uuid[]")
    columns = COLUMNS[cube.level]
    parts = [
        f"asked AS (SELECT * FROM unnest({ordinals}, {vendors}, {parties}) AS asked (ordinal, vendor_id, party_id))",
        f"resellers AS ({columns.resellers.format(vendors=vendors)})",
        f"distributors AS ({columns.distributors.format(vendors=vendors)})",
        f"cells AS MATERIALIZED ({_cells(cube, vendors, write)})",
        f"facts AS ({' UNION ALL '.join(_facts(cube, vendors, write))})",
    ]
    wanted = [measure for measure in MEASURES if measure in cube.measures]
    sums = "".join(f", coalesce(sum({m}) FILTER (WHERE era = 0), 0) AS {m}" for m in wanted)
    if cube.with_before:
        sums += "".join(f", coalesce(sum({m}) FILTER (WHERE era = 1), 0) AS {m}_before" for m in wanted)
    grouped = ", ".join(["ordinal", *keys(cube), "currency"])
    parts.append(f"groups AS (SELECT {grouped}{sums} FROM facts GROUP BY {grouped} HAVING bool_or(stands AND era = 0))")
    return "WITH " + ", ".join(parts)


def _cells(cube: Cube, vendors: str, write: Statement) -> str:
    """Sell-through, cut as finely as the answer needs: by the keys, both currencies and, to count buyers, reseller."""
    columns = COLUMNS[cube.level]
    extra = ["f.vendor_id AS buyer_vendor_id", f"{columns.reseller} AS buyer_id"] if counts_buyers(cube) else []
    selects = []
    for part in slices(cube):
        chosen = [
            *_cut(cube, part),
            *extra,
            f"coalesce(nullif({columns.book_currency}, ''), f.currency) AS currency",
            "f.currency AS resale_currency",
            f"{part.source.units} AS units",
            f"{part.source.returned} AS returned_units",
            f"{columns.book_amount} AS book_amount",
            f"{columns.line_amount if part.source is LINES else columns.resale_amount} AS resale_amount",
        ]
        selects.append(_select(cube, part, chosen, vendors, write))
    buyers = ["buyer_vendor_id", "buyer_id"] if extra else []
    grouped = ", ".join(["era", "ordinal", *keys(cube), *buyers, "currency", "resale_currency"])
    sums = ", ".join(f"coalesce(sum({measure}), 0) AS {measure}" for measure in (*_OF_CELLS, "resale_amount"))
    return f"SELECT {grouped}, {sums} FROM ({' UNION ALL '.join(selects)}) piece GROUP BY {grouped}"


def _facts(cube: Cube, vendors: str, write: Statement) -> Iterator[str]:
    """What rows are made of: a branch for each source, which says how much of its measures, and whether rows stand on it."""
    named = ", ".join(["era", "ordinal", *keys(cube)])
    yield f"SELECT {named}, currency, {_measured(cube, True, {m: m for m in _OF_CELLS})} FROM cells"
    resale = {"resale_amount": "sum(resale_amount)"}
    yield (
        f"SELECT {named}, resale_currency, {_measured(cube, True, resale)} FROM cells"
        f" GROUP BY {named}, resale_currency HAVING sum(resale_amount) <> 0"
    )
    if counts_buyers(cube):
        buyers = f"{named}, currency, buyer_vendor_id, buyer_id"
        yield (
            f"SELECT {named}, currency, {_measured(cube, False, {'active_resellers': 'count(*)'})}"
            f" FROM (SELECT {buyers} FROM cells GROUP BY {buyers} HAVING sum(units) > 0) buying"
            f" GROUP BY {named}, currency"
        )
    if cube.has_sell_in:
        bought = {"in_units": "f.units", "in_amount": "f.amount"}
        days = Source("sell_in_day", "f.day", DAYS.month, "f.units", "", "f.lines > 0")
        yield from _branches(cube, days, _measured(cube, True, bought), vendors, write)
    if _OF_LINES & cube.measures:
        amount = COLUMNS[cube.level].line_amount
        priced = {"priced_units": f"CASE WHEN {amount} IS NOT NULL THEN f.quantity ELSE 0 END"}
        measured = _measured(cube, False, {**priced, "priced_amount": f"coalesce({amount}, 0)"})
        yield from _branches(cube, LINES, measured, vendors, write)


def _branches(cube: Cube, source: Source, measured: str, vendors: str, write: Statement) -> Iterator[str]:
    """One fact a row of the source, for each era."""
    for era in eras(cube):
        part = Slice(source, era.span, era)
        yield _select(cube, part, [*_cut(cube, part), "f.currency", measured], vendors, write)


def _measured(cube: Cube, stands: bool, given: dict[str, str]) -> str:
    """The measures that the cube asks for, in their one order: those given, 0 for all others."""
    wanted = [measure for measure in MEASURES if measure in cube.measures]
    return ", ".join([f"{stands} AS stands", *(f"{given.get(measure, '0')} AS {measure}" for measure in wanted)])


def _cut(cube: Cube, part: Slice) -> list[str]:
    """The era, parent and keys of a fact."""
    month = part.source.month
    if part.era.months_later:
        month = f"({month} + make_interval(months => {part.era.months_later}))::date"
    by = {
        "month": month,
        "vendor_id": "f.vendor_id",
        "distributor_id": "f.distributor_id",
        "reseller_id": COLUMNS[cube.level].reseller,
        "partner_type": "coalesce(r.partner_type, '')",
        "product_id": "f.product_id",
        "product_family": "coalesce(p.family, '')",
    }
    return [f"{part.era.number} AS era", "a.ordinal", *(f"{by[key]} AS {key}" for key in keys(cube))]


def _select(cube: Cube, part: Slice, chosen: list[str], vendors: str, write: Statement) -> str:
    """The facts of one slice that belong to the parents and pass the filters."""
    filters, columns = cube.filters, COLUMNS[cube.level]
    start, end = write.argument(part.span.start, "date"), write.argument(part.span.end, "date")
    where = [f"f.vendor_id = ANY ({vendors})", f"{part.source.day} >= {start} AND {part.source.day} < {end}"]
    where.append(part.source.counts)
    for column, allowed, cast in (
        ("f.distributor_id", filters.distributors, "uuid[]"),
        (columns.reseller, filters.resellers, "uuid[]"),
        ("f.product_id", filters.products, "uuid[]"),
        ("p.family", filters.families, "text[]"),
    ):
        if allowed is not None:
            where.append(f"{column} = ANY ({write.argument(list(allowed), cast)})")
    joins = f"asked a JOIN {part.source.table} f ON {cube.whose.value}"
    if By.PRODUCT_FAMILY in cube.by or filters.families is not None:
        joins += " LEFT JOIN product p ON p.vendor_id = f.vendor_id AND p.id = f.product_id"
    if By.PARTNER_TYPE in cube.by:
        joins += f" LEFT JOIN resellers r ON r.vendor_id = f.vendor_id AND r.reseller_id = {columns.reseller}"
    return f"SELECT {', '.join(chosen)} FROM {joins} WHERE {' AND '.join(where)}"


def _named(cube: Cube) -> str:
    """The groups with the names that they are ordered by."""
    chosen, joins = ["g.*"], ""
    for dimension, table, name, key in (
        (By.DISTRIBUTOR, "distributors", "name", "distributor"),
        (By.RESELLER, "resellers", "name", "reseller"),
    ):
        if dimension in cube.by:
            chosen.append(f"coalesce({key}.{name}, '') AS {key}_name")
            joins += f" LEFT JOIN {table} {key} ON {key}.vendor_id = g.vendor_id AND {key}.{key}_id = g.{key}_id"
    if By.PRODUCT in cube.by:
        chosen.append("coalesce(product.sku, '') AS product_sku")
        joins += " LEFT JOIN product ON product.vendor_id = g.vendor_id AND product.id = g.product_id"
    for measure in ("units", "book_amount"):
        if measure in cube.measures:
            chosen.append(f"{_within_bigint(f'g.{measure}')} AS {measure}_rank")
    return f"SELECT {', '.join(chosen)} FROM groups g{joins}"


def _within_bigint(expression: str) -> str:
    """A sum as a sort key: sums beyond a bigint stand together at its end, told apart by the keys that follow."""
    return f"least(greatest({expression}, -9223372036854775808), 9223372036854775807)::bigint"


async def sold_to(db: Reader, level: Level, pairs: Sequence[tuple[UUID, UUID, UUID]], span: Span) -> list[Row]:
    """What each distributor sold to a reseller in a span: the pair's ordinal, the two currencies, units, returns, and the
    amounts in these, all in whole units, exact, as text without needless zeros.

    Whole months are read from their rollup, the broken ends of the span from the lines.
    """
    columns = COLUMNS[level]
    write = Statement()
    asked = ", ".join(write.argument([pair[place] for pair in pairs], "uuid[]") for place in range(3))
    selects = []
    for part in month_slices(span):
        resale = columns.line_amount if part.source is LINES else columns.resale_amount
        start, end = write.argument(part.span.start, "date"), write.argument(part.span.end, "date")
        selects.append(
            f"SELECT a.ordinal, f.currency, {columns.book_currency} AS book_currency, {part.source.units} AS units,"
            f" {part.source.returned} AS returned_units, {resale} AS resale_amount, {columns.book_amount} AS book_amount"
            f" FROM asked a JOIN {part.source.table} f ON f.vendor_id = a.vendor_id"
            f" AND f.distributor_id = a.distributor_id AND {columns.reseller} = a.reseller_id"
            f" WHERE {part.source.day} >= {start} AND {part.source.day} < {end} AND {part.source.counts}"
        )
    return await db.rows(
        f"WITH asked AS (SELECT * FROM unnest({asked})"
        " WITH ORDINALITY AS asked (vendor_id, distributor_id, reseller_id, ordinal))"
        " SELECT ordinal, currency, coalesce(book_currency, '') AS book_currency,"
        f" {_exact('units', 3)} AS units, {_exact('returned_units', 3)} AS returned_units,"
        f" {_exact('resale_amount', 6)} AS resale_amount, {_exact('book_amount', 6)} AS book_amount"
        f" FROM ({' UNION ALL '.join(selects)}) f"
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        *write.arguments,
    )


def _exact(measure: str, places: int) -> str:
    """The sum of a measure as it is written: 12500000 at six places is 12.5."""
    return f"trim_scale(sum(coalesce({measure}, 0)) * {10**-places:.{places}f})::text"
