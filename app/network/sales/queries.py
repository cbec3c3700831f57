"""The cube's one statement: cells of the sources, the facts that rows are made of, the rows, and the page of them.

Every piece of the statement is written down here and in `sales/parts/queries.py`; what a partner sends travels as an
argument. Row-level security cuts the rows to what the asker's level may see, and every source is also asked for its
vendor by name.
"""

from collections.abc import Iterator
from dataclasses import replace

from app.execution.connections import Window
from app.network.cube import Cube, Slice, counts_buyers, eras, lines_of, sell_in_of, sell_out_slices, slices
from app.network.sales.parts.queries import Asking
from app.network.sales.stock.queries import opening_stock, stock_lists
from app.programme.sales import RateBasis
from app.programme.sales import SalesDimension as By
from app.store.database import Reader, Row

AMOUNTS = ("in_amount", "amount", "resale_amount", "priced_amount")
MEASURES = (
    "in_units",
    "units",
    "returned_units",
    "unvalued_units",
    "active_resellers",
    "invoices",
    "priced_units",
    "opening_units",
    "unopened",
    "out_units",
    "out_returned_units",
    "reporters",
    *AMOUNTS,
)
"""What a row can carry: quantities in 10⁻³, amounts in 10⁻⁶; for what it is compared with under the same name with
`_before` or `_last_year`."""
_OF_CELLS = ("units", "returned_units", "unvalued_units", "amount")
RANKS = {
    "priced_amount": "CASE WHEN g.priced_units > 0 THEN round(g.priced_amount * 1000 / g.priced_units) ELSE {last} END",
    "rate": "CASE WHEN {base} > 0 THEN round(g.units * 1000000.0 / {base}) ELSE {last} END",
}
"What rows are ranked by that is no measure itself; every other rank is the measure of that name."
_OPENING = "CASE WHEN g.unopened = 0 THEN g.opening_units END"
RATE_BASES = {
    RateBasis.RECEIPTS: "g.in_units",
    RateBasis.OPENING_STOCK: f"({_OPENING})",
    RateBasis.AVAILABLE: f"({_OPENING} + g.in_units)",
}
"Of what units sold through are a share."
_LAST = "-9223372036854775808"


async def sales(db: Reader, cube: Cube, window: Window, rank: str | None = None) -> list[Row]:
    """The page of rows for each parent: keys, names, measures, and those of what they are compared with.

    `rank` is what rows are ordered by, if not by their keys. Where amounts are converted, `missing_rate` names the first
    day and currency without a rate, if there is any.
    """
    asking = Asking(cube)
    groups = _groups(asking)
    page = window.sql(asking.write.arguments)
    return await db.rows(
        f"{groups}, named AS MATERIALIZED ({_named(cube, rank)})"
        f" SELECT page.* FROM (SELECT DISTINCT ordinal FROM named) parent"
        f" CROSS JOIN LATERAL (SELECT n.* FROM named n WHERE n.ordinal = parent.ordinal{page}) page",
        *asking.write.arguments,
    )


async def sales_totals(db: Reader, cube: Cube) -> list[Row]:
    """The sums of a cube that is grouped by nothing, for each parent, one row for each currency, in the order of these."""
    asking = Asking(cube)
    statement = f"{_groups(asking)} SELECT g.*{_missing(cube)} FROM groups g ORDER BY ordinal, currency"
    return await db.rows(statement, *asking.write.arguments)


async def sales_counts(db: Reader, cube: Cube) -> dict[int, int]:
    """How many rows there are for each parent that has any, by its ordinal. They stand whatever is measured."""
    asking = Asking(replace(cube, measures=frozenset(), against=frozenset()))
    statement = f"{_groups(asking)} SELECT ordinal, count(*) AS total FROM groups GROUP BY ordinal"
    return {row["ordinal"]: row["total"] for row in await db.rows(statement, *asking.write.arguments)}


def _groups(asking: Asking) -> str:
    """WITH …: one row of `groups` for each parent, keys and currency in which the span asked for has something."""
    converts = asking.cube.convert_to is not None
    parts = [
        *asking.lists(),
        *(stock_lists(asking) if "opening_units" in asking.cube.measures else ()),
        f"cells AS MATERIALIZED ({_cells(asking)})",
        f"facts AS ({' UNION ALL '.join(_facts(asking))})",
        f"sums AS ({_sums(asking)})",
        f"groups AS ({_in_one_currency(asking) if converts else 'SELECT * FROM sums WHERE stands'})",
    ]
    return "WITH " + ", ".join(parts)


def _wanted(cube: Cube) -> list[str]:
    """The measures asked for, in their one order; of amounts also the converted ones where they are."""
    wanted = [measure for measure in MEASURES if measure in cube.measures]
    if cube.convert_to is None:
        return wanted
    return [*wanted, *(f"{measure}_converted" for measure in wanted if measure in AMOUNTS)]


def _sums(asking: Asking) -> str:
    """What facts add up to, for each parent, keys and currency."""
    cube = asking.cube
    grouped = ", ".join(["ordinal", *asking.keys, "currency"])
    sums = "".join(
        f", coalesce(sum({measure}) FILTER (WHERE era = {era.number}), 0) AS {measure}{era.suffix}"
        for era in eras(cube)
        for measure in _wanted(cube)
    )
    missing = ", min(missing) AS missing" if cube.convert_to else ""
    return f"SELECT {grouped}{sums}{missing}, bool_or(stands AND era = 0) AS stands FROM facts GROUP BY {grouped}"


def _in_one_currency(asking: Asking) -> str:
    """The sums of all currencies in the one asked for, and beside them the amounts as they were."""
    cube = asking.cube
    grouped = ", ".join(["ordinal", *asking.keys])
    own = "ORDER BY currency) FILTER (WHERE currency <> '')"
    chosen = [f"{asking.target} AS currency", "min(missing) AS missing", f"array_agg(currency {own} AS currencies"]
    for era in eras(cube):
        for measure in MEASURES:
            if measure in cube.measures and measure in AMOUNTS:
                chosen.append(f"sum({measure}_converted{era.suffix}) AS {measure}{era.suffix}")
                chosen.append(f"array_agg({measure}{era.suffix} {own} AS {measure}{era.suffix}_original")
            elif measure in cube.measures:
                chosen.append(f"sum({measure}{era.suffix}) AS {measure}{era.suffix}")
    return f"SELECT {grouped}, {', '.join(chosen)} FROM sums GROUP BY {grouped} HAVING bool_or(stands)"


def _cells(asking: Asking) -> str:
    """Sell-through, cut as finely as the answer needs: by the keys, both currencies and, to count buyers, reseller."""
    cube = asking.cube
    selects = [_cells_of(asking, part) for part in slices(cube)]
    buyers = ["buyer_vendor_id", "buyer_id"] if counts_buyers(cube) else []
    grouped = ", ".join(["era", "ordinal", *asking.keys, *buyers, "currency", "resale_currency"])
    summed, missing = _summed(cube), ""
    if cube.convert_to:
        summed += ["amount_converted", "resale_amount_converted"]
        missing = "".join(f", min({name}) AS {name}" for name in ("amount_missing", "resale_amount_missing"))
    sums = ", ".join(f"coalesce(sum({measure}), 0) AS {measure}" for measure in summed)
    return f"SELECT {grouped}, {sums}{missing} FROM ({' UNION ALL '.join(selects)}) piece GROUP BY {grouped}"


def _summed(cube: Cube) -> list[str]:
    """What cells hold: the measures asked for, what buyers are counted by, and the resale amounts that rows stand on."""
    wanted = cube.measures | ({"units"} if counts_buyers(cube) else set())
    return [*(measure for measure in _OF_CELLS if measure in wanted), "resale_amount"]


def _cells_of(asking: Asking, part: Slice) -> str:
    source, value, resale = part.source, asking.value(part.source), asking.resale(part.source)
    chosen = asking.cut(part)
    if counts_buyers(asking.cube):
        chosen += ["f.vendor_id AS buyer_vendor_id", f"{asking.columns.reseller} AS buyer_id"]
    chosen += [
        f"{value.currency} AS currency",
        "f.currency AS resale_currency",
        f"{source.units} AS units",
        f"{source.returned} AS returned_units",
        f"CASE WHEN {value.lacking} THEN {source.units} ELSE 0 END AS unvalued_units",
        f"{value.amount} AS amount",
        f"{resale} AS resale_amount",
    ]
    if asking.cube.convert_to:
        for name, amount, currency, rate in (
            ("amount", value.amount, value.currency, "v"),
            ("resale_amount", resale, "f.currency", "w"),
        ):
            converted = asking.converted(amount, currency, rate)
            chosen += [f"{expression} AS {name}_{what}" for what, expression in converted.items()]
    joins = asking.priced_by(source) + asking.rated_by(value.currency, "v") + asking.rated_by("f.currency", "w")
    return asking.facts(part, chosen, joins)


def _facts(asking: Asking) -> Iterator[str]:
    """What rows are made of: a branch for each source, which says how much of its measures, and whether rows stand on it."""
    cube, named = asking.cube, _named_keys(asking)
    own = {**{m: m for m in _summed(cube)[:-1]}, "amount_converted": "amount_converted", "missing": "amount_missing"}
    yield f"SELECT {named}, currency, {_measured(cube, True, own)} FROM cells"
    resale = {
        "resale_amount": "sum(resale_amount)",
        "resale_amount_converted": "sum(resale_amount_converted)",
        "missing": "min(resale_amount_missing)",
    }
    yield (
        f"SELECT {named}, resale_currency, {_measured(cube, True, resale)} FROM cells"
        f" GROUP BY {named}, resale_currency HAVING sum(resale_amount) <> 0"
    )
    if counts_buyers(cube):
        yield _buyers(asking)
    if cube.has_sell_in:
        yield from _sold_in(asking)
    if "opening_units" in cube.measures:
        given = {"opening_units": "f.opening", "unopened": "CASE WHEN f.opening IS NULL THEN 1 ELSE 0 END"}
        yield opening_stock(asking, _measured(cube, False, given))
    if cube.has_sell_out:
        yield from _sold_out(asking)
    if {"priced_units", "priced_amount"} & cube.measures:
        yield from _priced(asking)
    if "invoices" in cube.measures:
        yield _invoices(asking)


def _named_keys(asking: Asking) -> str:
    return ", ".join(["era", "ordinal", *asking.keys])


def _apart(asking: Asking) -> str:
    """The currency by which things are told apart; none where amounts come to stand in one, so that each counts once."""
    return "''" if asking.cube.convert_to else "currency"


def _buyers(asking: Asking) -> str:
    """The resellers that bought more than they returned."""
    named = _named_keys(asking)
    sold = f"SELECT {named}, {_apart(asking)} AS currency, buyer_vendor_id, buyer_id, units FROM cells"
    return (
        f"SELECT {named}, currency, {_measured(asking.cube, False, {'active_resellers': 'count(*)'})}"
        f" FROM (SELECT {named}, currency FROM ({sold}) sold GROUP BY {named}, currency, buyer_vendor_id, buyer_id"
        f" HAVING sum(units) > 0) buying GROUP BY {named}, currency"
    )


def _sold_in(asking: Asking) -> Iterator[str]:
    """What the vendor invoiced to distributors, one fact a row of its source, for each era."""
    cube, source = asking.cube, sell_in_of(asking.cube)
    given = {"in_units": source.units, "in_amount": "f.amount"}
    if cube.convert_to:
        converted = asking.converted("f.amount", "f.currency", "w")
        given |= {"in_amount_converted": converted["converted"], "missing": converted["missing"]}
    measured = _measured(cube, True, given)
    for era in eras(cube):
        part = Slice(source, era.span, era)
        yield asking.facts(part, [*asking.cut(part), "f.currency", measured], asking.rated_by("f.currency", "w"))


def _sold_out(asking: Asking) -> Iterator[str]:
    """What resellers sold to end customers, one fact a row of its source, and how many of them reported it."""
    cube, named, reported = asking.cube, _named_keys(asking), []
    for part in sell_out_slices(cube):
        measured = _measured(cube, True, {"out_units": part.source.units, "out_returned_units": part.source.returned})
        yield asking.facts(part, [*asking.cut(part), "f.currency", measured])
        by = ["f.currency AS currency", "f.vendor_id AS by_vendor_id", "f.reseller_id AS by_reseller_id"]
        if "reporters" in cube.measures:
            reported.append(asking.facts(part, [*asking.cut(part), *by]))
    if reported:
        yield (
            f"SELECT {named}, currency, {_measured(cube, False, {'reporters': 'count(*)'})} FROM (SELECT DISTINCT {named},"
            f" {_apart(asking)} AS currency, by_vendor_id, by_reseller_id FROM ({' UNION ALL '.join(reported)}) line"
            f") reporter GROUP BY {named}, currency"
        )


def _priced(asking: Asking) -> Iterator[str]:
    """The lines that have a resale price, with the units of the same lines."""
    cube, amount = asking.cube, asking.columns.line_amount
    given = {
        "priced_units": f"CASE WHEN {amount} IS NOT NULL THEN f.quantity ELSE 0 END",
        "priced_amount": f"coalesce({amount}, 0)",
    }
    if cube.convert_to:
        converted = asking.converted(amount, "f.currency", "w")
        given |= {"priced_amount_converted": converted["converted"], "missing": converted["missing"]}
    measured = _measured(cube, False, given)
    for part in _lines(cube):
        yield asking.facts(part, [*asking.cut(part), "f.currency", measured], asking.rated_by("f.currency", "w"))


def _invoices(asking: Asking) -> str:
    """The invoices on which lines stand, each under the currency of their units. A reversal is no invoice."""
    named, selects = _named_keys(asking), []
    for part in _lines(asking.cube):
        chosen = [
            *asking.cut(part),
            f"{asking.value(part.source).currency} AS currency",
            "f.vendor_id AS by_vendor_id",
            "f.distributor_id AS by_distributor_id",
            "f.document_number",
        ]
        own = ("f.document_kind = 'INVOICE'", "f.component >= 0")
        selects.append(asking.facts(part, chosen, asking.priced_by(part.source), *own))
    return (
        f"SELECT {named}, currency, {_measured(asking.cube, False, {'invoices': 'count(*)'})} FROM (SELECT DISTINCT {named},"
        f" {_apart(asking)} AS currency, by_vendor_id, by_distributor_id, document_number"
        f" FROM ({' UNION ALL '.join(selects)}) line) document GROUP BY {named}, currency"
    )


def _lines(cube: Cube) -> list[Slice]:
    return [Slice(lines_of(cube), era.span, era) for era in eras(cube)]


def _measured(cube: Cube, stands: bool, given: dict[str, str]) -> str:
    """The measures that the cube asks for, in their one order: those given, 0 for all others."""
    columns = [f"{stands} AS stands", *(f"{given.get(measure, '0')} AS {measure}" for measure in _wanted(cube))]
    if cube.convert_to:
        columns.append(f"{given.get('missing', 'NULL::text')} AS missing")
    return ", ".join(columns)


def _named(cube: Cube, rank: str | None) -> str:
    """The groups with the names that they are ordered by."""
    chosen, joins = ["g.*"], ""
    for dimension, table, name, key in (
        (By.DISTRIBUTOR, "distributors", "name", "distributor"),
        (By.RESELLER, "resellers", "name", "reseller"),
    ):
        if dimension in cube.by:
            chosen.append(f"coalesce({key}.{name}, '') AS {key}_name")
            joins += f" LEFT JOIN {table} {key} ON {key}.vendor_id = g.vendor_id AND {key}.{key}_id = g.{key}_id"
    if By.SEGMENT in cube.by:
        chosen.append("coalesce(segment.name, '') AS segment_name")
        joins += " LEFT JOIN segment ON segment.vendor_id = g.vendor_id AND segment.id = g.segment_id"
    if By.PRODUCT in cube.by:
        chosen.append("coalesce(product.sku, '') AS product_sku")
        joins += " LEFT JOIN product ON product.vendor_id = g.vendor_id AND product.id = g.product_id"
    if rank is not None:
        chosen.append(f"{_within_bigint(_ranked(cube, rank))} AS rank")
    return f"SELECT {', '.join(chosen)}{_missing(cube)} FROM groups g{joins}"


def _ranked(cube: Cube, rank: str) -> str:
    return RANKS.get(rank, f"g.{rank}").format(last=_LAST, base=RATE_BASES[cube.rate_basis])


def _missing(cube: Cube) -> str:
    return ", (SELECT min(missing) FROM groups) AS missing_rate" if cube.convert_to else ""


def _within_bigint(expression: str) -> str:
    """A sum as a sort key: sums beyond a bigint stand together at its end, told apart by the keys that follow."""
    return f"least(greatest({expression}, {_LAST}), 9223372036854775807)::bigint"
