"""The stock with which a row of the cube began: what lay in distributors' warehouses at the end of the day before its days.

A product of a distributor is rolled forward from the last day whose counts cover it (`covering_days`): what was counted,
plus sell-in, less sell-through, with what movements beside invoices brought or took since. What neither moved nor was
counted before, where the distributor had counted stock by then, was not there yet: nothing. Of anything else nobody knows.
Where a past moment is asked for, it is what was known then. Stock has no currency; it stands in that of the agreement.
"""

from collections.abc import Iterator

from app.network.cube import LINES_EVER, SELL_IN_LINES_EVER, Slice, Source, eras
from app.network.sales.parts.queries import Asking
from app.programme.sales import PERIODS
from app.programme.sales import SalesDimension as By
from app.tables.queries import BESIDE, covering_days

KEY = ("vendor_id", "distributor_id", "product_id")
_KEY = ", ".join(KEY)
_DAYS = Source("generate_series", "f.day", "", "", "")
"The days of an era, one by one."


def stock_lists(asking: Asking) -> Iterator[str]:
    """What the opening stock is worked out in, step by step; the last, `stock_opened`, has it for each row of days."""
    yield f"stock_marks AS MATERIALIZED ({_marks(asking)})"
    yield f"stock_counts AS MATERIALIZED ({_counts(asking)})"
    yield f"stock_covered AS MATERIALIZED {covering_days('SELECT * FROM stock_counts', per=KEY)}"
    yield f"stock_flows AS MATERIALIZED ({_flows(asking)})"
    yield (
        f"stock_places AS (SELECT {_KEY}, min(day) AS first_day, min(day) FILTER (WHERE flows) AS first_flow FROM ("
        f"SELECT {_KEY}, day, true AS flows FROM stock_flows UNION ALL SELECT {_KEY}, counted_on, false FROM stock_counts"
        f") known GROUP BY {_KEY})"
    )
    yield (
        f"stock_walked AS (SELECT *, max(counted - flowed) OVER (PARTITION BY {_KEY}, counts) AS base FROM ("
        " SELECT *, sum(delta) OVER walk AS flowed, count(counted) OVER walk AS counts FROM ("
        f" SELECT {_KEY}, day, 0 AS place, delta, NULL::bigint AS counted, NULL::bigint AS mark FROM stock_flows"
        f" UNION ALL SELECT {_KEY}, counted_on, 1, 0, units, NULL FROM stock_covered"
        " UNION ALL SELECT p.vendor_id, p.distributor_id, p.product_id, m.starts - 1, 2, 0, NULL, m.mark"
        " FROM stock_places p JOIN stock_marks m ON p.first_day < m.ends) event"
        f" WINDOW walk AS (PARTITION BY {_KEY} ORDER BY day, place ROWS UNBOUNDED PRECEDING)) walked)"
    )
    yield (
        "stock_opened AS (SELECT w.vendor_id, w.distributor_id, w.product_id, m.*, CASE WHEN w.counts > 0"
        " THEN w.base + w.flowed WHEN coalesce(p.first_flow >= m.starts, true) AND c.first_count < m.starts THEN 0"
        " END AS opening FROM stock_walked w JOIN stock_marks m ON m.mark = w.mark"
        f" JOIN stock_places p USING ({_KEY})"
        f" LEFT JOIN ({_first_counts(asking)}) c USING (vendor_id, distributor_id))"
    )


def opening_stock(asking: Asking, measured: str) -> str:
    """The facts of opening stock: one for each row of days, distributor and product that had any, or may have had."""
    told = asking.told_apart() | {name: f"f.{name}" for name in _periods(asking)}
    chosen = ["f.era", "a.ordinal", *(f"{told[key]} AS {key}" for key in asking.keys), "g.currency", measured]
    found = (
        f"{asking.scope} a JOIN stock_opened f ON {asking.cube.whose.value} JOIN (SELECT DISTINCT ON (vendor_id,"
        " distributor_id) vendor_id, distributor_id, currency FROM agreement"
        f" WHERE vendor_id = ANY ({asking.vendors}) ORDER BY vendor_id, distributor_id, effective_start DESC, id) g"
        " ON g.vendor_id = f.vendor_id AND g.distributor_id = f.distributor_id"
    )
    if By.PRODUCT_FAMILY in asking.cube.by or asking.cube.filters.families is not None:
        found += " LEFT JOIN product p ON p.vendor_id = f.vendor_id AND p.id = f.product_id"
    return f"SELECT {', '.join(chosen)} FROM {found} WHERE {' AND '.join(['true', *asking.filters()])}"


def _periods(asking: Asking) -> list[str]:
    return [period.value.lower() for period in PERIODS if period in asking.cube.by]


def _marks(asking: Asking) -> str:
    """The rows of days, each numbered, with its era, its periods as they stand in the answer, and the days themselves."""
    selects, named = [], _periods(asking)
    for era in eras(asking.cube):
        start, end = (asking.write.argument(day, "date") for day in (era.span.start, era.span.end))
        found = asking.periods(Slice(_DAYS, era.span, era))
        fiscal = f" JOIN fiscal y ON y.era = {era.number} AND y.day = f.day" if asking.cube.is_fiscal else ""
        own = "".join(f"{found[name]} AS {name}, " for name in named)
        grouped = f" GROUP BY {', '.join(str(2 + n) for n in range(len(named)))}" if named else ""
        selects.append(
            f"SELECT {era.number} AS era, {own}min(f.day) AS starts, max(f.day) + 1 AS ends"
            f" FROM (SELECT {start} + n AS day FROM generate_series(0, {end} - {start} - 1) n) f{fiscal}{grouped}"
        )
    return f"SELECT row_number() OVER () AS mark, r.* FROM ({' UNION ALL '.join(selects)}) r"


def _counts(asking: Asking) -> str:
    """The counts of stock before the last row of days."""
    return (
        f"SELECT {_KEY}, f.warehouse, f.status, f.counted_on, f.quantity FROM inventory_count f"
        f" WHERE {_of(asking)} AND f.counted_on < {_LAST_DAY} AND {_counting(asking)}"
    )


def _first_counts(asking: Asking) -> str:
    """Since when each distributor counts its stock, whatever products are asked for."""
    return (
        "SELECT f.vendor_id, f.distributor_id, min(f.counted_on) AS first_count FROM inventory_count f"
        f" WHERE {_of(asking, products=False)} AND {_counting(asking)} GROUP BY f.vendor_id, f.distributor_id"
    )


def _counting(asking: Asking) -> str:
    """What a fact of stock has to be to count, or to have counted at the moment asked for."""
    return "f.superseded IS NULL" if asking.cube.as_of is None else asking.standing("superseded")


def _flows(asking: Asking) -> str:
    """What came and went by day before the last row of days."""
    known, ended = asking.cube.as_of is not None, _counting(asking)
    sources = [
        ("sell_in_line", SELL_IN_LINES_EVER.day, "f.quantity", ended)
        if known
        else ("sell_in_day", "f.day", "f.units", "true"),
        ("sell_through_line", LINES_EVER.day, "-f.quantity", f"{ended} AND {LINES_EVER.counts}")
        if known
        else ("sell_through_day", "f.day", "-f.units", "true"),
        ("stock_movement", "f.moved_on", "f.quantity", f"{ended} AND f.movement IN ({BESIDE})"),
    ]
    selects = (
        f"SELECT {_KEY}, {day} AS day, {units} AS delta FROM {table} f"
        f" WHERE {_of(asking)} AND {day} < {_LAST_DAY} AND {which}"
        for table, day, units, which in sources
    )
    return f"SELECT {_KEY}, day, sum(delta)::bigint AS delta FROM ({' UNION ALL '.join(selects)}) flow GROUP BY {_KEY}, day"


_LAST_DAY = "(SELECT max(ends) FROM stock_marks)"


def _of(asking: Asking, *, products: bool = True) -> str:
    """In the networks, of the distributors and products that are asked for."""
    cube, filters = asking.cube, asking.cube.filters
    conditions = [f"f.vendor_id = ANY ({asking.vendors})"]
    parties = [scope.party_id for scope in cube.scopes]
    if None not in parties:
        conditions.append(f"f.distributor_id = ANY ({asking.write.argument(parties, 'uuid[]')})")
    for column, allowed in (
        ("f.distributor_id", filters.distributors),
        ("f.product_id", filters.products if products else None),
    ):
        if allowed is not None:
            conditions.append(f"{column} = ANY ({asking.write.argument(list(allowed), 'uuid[]')})")
    return " AND ".join(conditions)
