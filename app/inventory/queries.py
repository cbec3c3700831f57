"""The one statement of stock positions: the newest count of each product that covers all of a distributor's warehouses, the
count before it, what came and went since by the day, what is agreed and what it costs; and how it stands.

It reads counts and the sums kept by the day, not lines; lines only where a past moment is asked for. Of a day that is kept
ready, and of distributors of whom nothing has become known since, it reads the positions as they were reckoned. A page of
positions in the order of their names is cut before anything is reckoned. Quantities are 10⁻³ base units, amounts 10⁻⁶
currency units. Row-level security cuts every answer, and every source is also asked for its vendor by name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.execution.connections import Window
from app.inventory.asked import Asked
from app.inventory.standing.queries import (
    DAY,
    KEY,
    KEY_COLUMNS,
    SAME,
    STATES,
    kept_ready,
    of_facts,
    stood,
)
from app.programme.accumulation import MONTH_DAYS, MONTHS
from app.programme.inventory import TRAILING_DAYS
from app.programme.positions import InventoryDimension as By
from app.programme.positions import InventoryFinding, InventoryOrder
from app.programme.sale_types import COUNTED
from app.programme.terms import SupplyState
from app.store.database import Reader, Row
from app.tables.queries import BESIDE, covering_days, standards_said, standing_on
from app.tables.stock_positions import COUNTS
from app.tables.stock_positions import MONTHS as MONTH_NAMES

_SALES = ", ".join(f"'{each}'" for each in sorted(COUNTED))
_KNOWN = "SELECT id FROM known"
_VENDORS = "$2::uuid[]"
"The networks that are asked about: `_places` gives them as the second argument."
_READY = f"""SELECT h.vendor_id, h.distributor_id FROM stock_position_day h
    WHERE h.vendor_id = ANY ({_VENDORS}) AND h.day = {DAY} AND h.distributor_id IN (SELECT distributor_id FROM places)
        AND h.known_at IS NOT DISTINCT FROM (SELECT max(k.known_at) FROM knowledge k
            WHERE k.vendor_id = h.vendor_id AND k.distributor_id = h.distributor_id)"""
"Whose positions of the day are kept, and of whom nothing has become known since."
SUMS = (
    *COUNTS,
    "expected",
    "oversold",
    "value",
    "unvalued",
    "variance",
    "sell_in",
    "sell_through",
    "excess",
    "excess_value",
    "erosion",
    *MONTH_NAMES,
)
"What is added up over the positions of a row."


@dataclass(slots=True)
class _Write:
    """A statement being written, and its arguments."""

    asked: Asked
    arguments: list[object] = field(default_factory=list)

    def argument(self, value: object, cast: str) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}::{cast}"


async def rows(db: Reader, asked: Asked, window: Window) -> list[Row]:
    """The page of rows for each parent: its ordinal, keys, names and figures, and their rank where one is asked for."""
    write = _Write(asked)
    lists = _lists(write, window if asked.page_first else None)
    page = window.sql(write.arguments)
    return await db.rows(
        f"WITH {lists}, named AS MATERIALIZED ({_rows(write)})"
        " SELECT page.* FROM (SELECT DISTINCT ordinal FROM named) parent"
        f" CROSS JOIN LATERAL (SELECT n.* FROM named n WHERE n.ordinal = parent.ordinal{page}) page",
        *write.arguments,
    )


async def every(db: Reader, asked: Asked) -> list[Row]:
    """All rows of a question at once, for who looks after a network."""
    write = _Write(asked)
    lists = _lists(write)
    return await db.rows(f"WITH {lists} {_rows(write)}", *write.arguments)


def reckoned(asked: Asked) -> tuple[str, list[object]]:
    """The statement of positions as facts say, by product, and its arguments: what is kept ready of them."""
    write = _Write(asked)
    lists = ", ".join([*_places(write), *_facts(write, None)])
    return f"WITH {lists} {of_facts()}", write.arguments


async def how_many(db: Reader, asked: Asked) -> dict[int, int]:
    """How many rows there are for each parent that has any, by its ordinal."""
    write = _Write(asked)
    if asked.page_first:
        lists = ", ".join([*_places(write), f"pairs AS ({_pairs(write)})"])
        statement = f"WITH {lists} SELECT ordinal, count(*) AS total FROM pairs GROUP BY ordinal"
    else:
        statement = f"WITH {_lists(write)} SELECT ordinal, count(*) AS total FROM ({_rows(write)}) n GROUP BY ordinal"
    return {row["ordinal"]: row["total"] for row in await db.rows(statement, *write.arguments)}


def _lists(write: _Write, window: Window | None = None) -> str:
    """What positions are worked out in, step by step; the last, `stood`, has each with how it stands."""
    return ", ".join([*_places(write), *_positions(write, window)])


def _places(write: _Write) -> Iterator[str]:
    """Who asks for whose stock, and under which agreement it is on the day: the newest that began by then."""
    asked, scopes = write.asked, write.asked.scopes
    columns = (("ordinal", "bigint[]"), ("vendor_id", "uuid[]"), ("party_id", "uuid[]"))
    given = ", ".join(write.argument([getattr(each, name) for each in scopes], cast) for name, cast in columns)
    yield f"asked AS MATERIALIZED (SELECT * FROM unnest({given}) AS asked (ordinal, vendor_id, party_id))"
    yield f"on_day AS MATERIALIZED (SELECT {write.argument(asked.day, 'date')} AS day)"
    if asked.as_of is not None:
        moment = write.argument(asked.as_of, "timestamptz")
        yield (
            f"known AS MATERIALIZED (SELECT id FROM knowledge WHERE vendor_id = ANY ({_VENDORS})"
            f" AND known_at <= {moment})"
        )
    chosen = ""
    if asked.filters.distributors is not None:
        chosen = f" AND g.distributor_id = ANY ({write.argument(list(asked.filters.distributors), 'uuid[]')})"
    yield (
        "places AS MATERIALIZED (SELECT DISTINCT ON (a.ordinal, g.distributor_id) a.ordinal, g.vendor_id,"
        " g.distributor_id, g.id AS agreement_id, g.currency, d.name AS distributor_name"
        " FROM asked a JOIN agreement g ON g.vendor_id = a.vendor_id"
        " AND (a.party_id IS NULL OR g.distributor_id = a.party_id)"
        " JOIN party d ON d.vendor_id = g.vendor_id AND d.id = g.distributor_id"
        f" WHERE true{chosen} ORDER BY a.ordinal, g.distributor_id, g.effective_start <= {DAY} DESC,"
        " g.effective_start DESC, g.id)"
    )
    yield f"ready AS MATERIALIZED ({_READY}{'' if asked.may_be_kept else ' AND false'})"
    yield (
        "open_places AS MATERIALIZED (SELECT * FROM places"
        " WHERE (vendor_id, distributor_id) NOT IN (SELECT vendor_id, distributor_id FROM ready))"
    )


def _products(write: _Write) -> str:
    """Which products `q` are asked for."""
    filters, conditions = write.asked.filters, ""
    if filters.products is not None:
        conditions += f" AND q.id = ANY ({write.argument(list(filters.products), 'uuid[]')})"
    if filters.families is not None:
        conditions += f" AND q.family = ANY ({write.argument(list(filters.families), 'text[]')})"
    return conditions


def _pairs(write: _Write, window: Window | None = None) -> str:
    """The counted products of each place; of a window that may be read, no more of them than it holds."""
    cut = window.sql(write.arguments) if window is not None else ""
    of = "i.vendor_id = p.vendor_id AND i.distributor_id = p.distributor_id AND i.product_id = q.id"
    of += f" AND i.counted_on <= {DAY}"
    found = (
        "SELECT n.* FROM (SELECT p.ordinal, p.vendor_id, p.distributor_id, p.agreement_id, p.currency,"
        " p.distributor_name, q.id AS product_id, q.sku, q.family, q.introduced_on FROM product q"
        f" WHERE q.vendor_id = p.vendor_id{_products(write)} AND EXISTS ({_counting(write, '1', of)})) n"
    )
    each = f"SELECT n.* FROM open_places p CROSS JOIN LATERAL ({found} WHERE true{cut}) n"
    if window is None:
        return each
    again = window.sql(write.arguments)
    return (
        "SELECT n.* FROM (SELECT DISTINCT ordinal FROM asked) a"
        f" CROSS JOIN LATERAL (SELECT n.* FROM ({each}) n WHERE n.ordinal = a.ordinal{again}) n"
    )


def _counting(write: _Write, columns: str, where: str) -> str:
    """The counts `i` that count on the day, as they are known now or were at the moment asked for."""
    return _standing(write, "inventory_count", columns, where)


def _standing(write: _Write, table: str, columns: str, where: str) -> str:
    if write.asked.as_of is None:
        return standing_on(table, columns, where, DAY)
    return (
        f"SELECT {columns} FROM {table} i WHERE {where} AND i.recorded IN ({_KNOWN}) AND (i.counts_on IS NULL"
        f" OR i.counts_on <= {DAY}) AND (i.superseded IS NULL OR i.superseded NOT IN ({_KNOWN})"
        f" OR i.counts_until > {DAY})"
    )


def _facts(write: _Write, window: Window | None) -> Iterator[str]:
    """What the facts say of each position: its newest count, and what came and went."""
    yield f"pairs AS MATERIALIZED ({_pairs(write, window)})"
    yield f"keys AS MATERIALIZED (SELECT DISTINCT {KEY_COLUMNS}, introduced_on FROM pairs)"
    columns = f"i.{', i.'.join(KEY)}, i.warehouse, i.status, i.counted_on, i.quantity"
    among = f"i.vendor_id = ANY ({_VENDORS}) AND i.counted_on <= {DAY}"
    if window is not None:
        among += f" AND (i.{', i.'.join(KEY)}) IN (SELECT {KEY_COLUMNS} FROM keys)"
    else:
        among += " AND i.distributor_id IN (SELECT distributor_id FROM open_places)"
        if write.asked.filters.products is not None or write.asked.filters.families is not None:
            among += " AND i.product_id IN (SELECT product_id FROM keys)"
    yield f"counted AS MATERIALIZED ({_counting(write, columns, among)})"
    yield (
        f"newest AS MATERIALIZED (SELECT {KEY_COLUMNS}, max(n.counted_on) FILTER (WHERE n.nth = 1) AS counted_on,"
        f" {', '.join(f'max(n.{name}) FILTER (WHERE n.nth = 1) AS {name}' for name in COUNTS)},"
        " max(n.counted_on) FILTER (WHERE n.nth = 2) AS before_on, max(n.units) FILTER (WHERE n.nth = 2) AS before_units"
        f" FROM (SELECT d.*, row_number() OVER (PARTITION BY {KEY_COLUMNS} ORDER BY d.counted_on DESC) AS nth"
        f" FROM {covering_days('SELECT * FROM counted', apart=STATES, per=KEY)} d) n WHERE n.nth <= 2"
        f" GROUP BY {KEY_COLUMNS})"
    )
    since = (
        f"least(coalesce(w.before_on, w.counted_on), w.counted_on - {TRAILING_DAYS}, {DAY} - {MONTHS * MONTH_DAYS + 1})"
    )
    yield f"wanted AS MATERIALIZED (SELECT w.*, {since} AS since FROM newest w)"
    yield f"flowed AS MATERIALIZED ({_flows(write)})"


def _positions(write: _Write, window: Window | None) -> Iterator[str]:
    """Positions with what is agreed of them and what they cost."""
    yield from _facts(write, window)
    yield (
        "said AS MATERIALIZED (SELECT p.vendor_id, p.agreement_id, s.* FROM"
        " (SELECT DISTINCT vendor_id, agreement_id FROM places) p"
        f" CROSS JOIN LATERAL {standards_said('p.vendor_id', 'p.agreement_id', DAY)} s)"
    )
    yield f"prices AS MATERIALIZED ({_prices(write, window)})"
    positions = of_facts()
    if write.asked.may_be_kept:
        positions += f" UNION ALL {kept_ready(_products(write))}"
    yield f"stood AS NOT MATERIALIZED ({stood(positions)})"


def _flows(write: _Write) -> str:
    """What came, what was sold and what moved beside it of each product: since its count and before, in the 13 weeks to the
    count and to the day, and in each of the last months."""
    sums = {
        "received": "f.received, f.day > w.counted_on",
        "sold": "f.sold, f.day > w.counted_on",
        "moved": "f.moved, f.day > w.counted_on",
        "received_before": "f.received, f.day > w.before_on AND f.day <= w.counted_on",
        "sold_before": "f.sold, f.day > w.before_on AND f.day <= w.counted_on",
        "moved_before": "f.moved, f.day > w.before_on AND f.day <= w.counted_on",
        "demanded": f"f.sold, f.day > w.counted_on - {TRAILING_DAYS} AND f.day <= w.counted_on",
        "sell_in": f"f.received, f.day > {DAY} - {TRAILING_DAYS}",
        "sell_through": f"f.sold, f.day > {DAY} - {TRAILING_DAYS}",
    }
    for number in range(MONTHS):
        ago = (MONTHS - number) * MONTH_DAYS
        days = f"f.day > {DAY} - {ago} AND f.day <= {DAY} - {ago - MONTH_DAYS}"
        sums |= {f"came_{number}": f"f.received, {days}", f"went_{number}": f"f.sold, {days}"}
    added = ", ".join(
        "coalesce(sum({}) FILTER (WHERE {}), 0)::bigint AS {}".format(*given.split(", ", 1), name)
        for name, given in sums.items()
    )
    named = ", ".join(f"w.{name}" for name in KEY)
    return (
        f"SELECT {named}, {added} FROM wanted w JOIN ({' UNION ALL '.join(_days(write))}) f ON {SAME.format('f', 'w')}"
        f" AND f.day > w.since GROUP BY {named}"
    )


def _days(write: _Write) -> Iterator[str]:
    """Days of what came and went, from the sums by the day or, of a past moment, from the lines."""
    known = write.asked.as_of is not None
    key = ", ".join(f"f.{name}" for name in KEY)
    of = (
        f"f.vendor_id = ANY ({_VENDORS}) AND f.distributor_id IN (SELECT distributor_id FROM wanted)"
        f" AND f.{{0}} > (SELECT min(since) FROM wanted) AND f.{{0}} <= {DAY}"
    )
    was = f" AND f.recorded IN ({_KNOWN}) AND (f.superseded IS NULL OR f.superseded NOT IN ({_KNOWN}))"
    if known:
        yield (
            f"SELECT {key}, f.counts_on AS day, f.quantity AS received, 0::bigint AS sold, 0::bigint AS moved"
            f" FROM sell_in_line f WHERE {of.format('counts_on')}{was}"
        )
        yield (
            f"SELECT {key}, f.counts_on, 0, f.quantity, 0 FROM sell_through_line f WHERE {of.format('counts_on')}{was}"
            f" AND f.sale_type IN ({_SALES})"
        )
    else:
        yield (
            f"SELECT {key}, f.day, f.units AS received, 0::bigint AS sold, 0::bigint AS moved FROM sell_in_day f"
            f" WHERE {of.format('day')}"
        )
        yield f"SELECT {key}, f.day, 0, f.units, 0 FROM sell_through_day f WHERE {of.format('day')}"
    moves = of.format("moved_on").replace("f.", "i.") + f" AND i.movement IN ({BESIDE})"
    yield _standing(write, "stock_movement", f"{key.replace('f.', 'i.')}, i.moved_on, 0, 0, i.quantity", moves)


def _prices(write: _Write, window: Window | None) -> str:
    """The book price of the day of each product and currency, and the lowest that is announced by then for later."""
    of = f"b.vendor_id = ANY ({_VENDORS})"
    if window is not None:
        of = "(b.vendor_id, b.product_id) IN (SELECT vendor_id, product_id FROM keys)"
    elif write.asked.filters.products is not None:
        of += f" AND b.product_id = ANY ({write.argument(list(write.asked.filters.products), 'uuid[]')})"
    book = "b.vendor_id, b.product_id, b.currency"
    return (
        f"SELECT {book}, (array_agg(b.price ORDER BY b.effective_from DESC) FILTER (WHERE b.effective_from <= {DAY}"
        f" AND (b.effective_until IS NULL OR b.effective_until > {DAY})))[1] AS price,"
        f" min(b.price) FILTER (WHERE b.effective_from > {DAY} AND b.announced_at < {DAY} + 1) AS announced"
        f" FROM book_price b WHERE {of} AND b.currency IN (SELECT currency FROM places) GROUP BY {book}"
    )


_NAMES = {
    By.DISTRIBUTOR: ("vendor_id", "distributor_id", "distributor_name"),
    By.FAMILY: ("family",),
    By.PRODUCT: ("vendor_id", "product_id", "sku"),
}
_WEEKS = "(CASE WHEN sum(s.pace) > 0 THEN round(sum(s.on_hand) * 100 / sum(s.pace)) END)::bigint"
_RANKS = {
    InventoryOrder.ON_HAND_UNITS: "-sum(s.on_hand)",
    InventoryOrder.VALUE: "-sum(s.value)",
    InventoryOrder.EXCESS_VALUE: "-sum(s.excess_value)",
    InventoryOrder.WEEKS_OF_SUPPLY: f"-coalesce({_WEEKS}, CASE WHEN sum(s.on_hand) > 0"
    " THEN 9000000000000000000 ELSE 0 END)",
}


def _rows(write: _Write) -> str:
    """What positions add up to, for each parent, keys and currency."""
    asked = write.asked
    keys = dict.fromkeys(["ordinal", *(name for each in asked.by for name in _NAMES[each]), "currency"])
    grouped = ", ".join(f"s.{name}" for name in keys)
    sums = ", ".join(f"sum(s.{name})::bigint AS {name}" for name in SUMS)
    states = ", ".join(f"count(*) FILTER (WHERE s.state = '{each}') AS {each.lower()}" for each in SupplyState)
    found = ", ".join(f"bool_or('{each}' = ANY (s.findings)) AS has_{each.lower()}" for each in InventoryFinding)
    one = ", min(s.state) AS state, min(s.agreement_id::text)::uuid AS agreement_id" if asked.of_positions else ""
    rank = f", ({_RANKS[asked.ordered]})::bigint AS rank" if asked.ordered in _RANKS else ""
    where = "true"
    for column, allowed in (("ARRAY[s.state]", asked.filters.states), ("s.findings", asked.filters.findings)):
        if allowed is not None:
            where += f" AND {column} && {write.argument([each.value for each in allowed], 'text[]')}"
    return (
        f"SELECT {grouped}, count(*) AS positions, min(s.counted_on) AS counted_from, max(s.counted_on) AS counted_until,"
        f" {sums}, round(sum(s.pace))::bigint AS pace, {_WEEKS} AS weeks, {states}, {found},"
        " count(*) FILTER (WHERE 'VARIANCE' = ANY (s.findings)) AS beyond_tolerance"
        f"{one}{rank} FROM stood s WHERE {where} GROUP BY {grouped}"
    )
