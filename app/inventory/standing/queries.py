"""How a position stands, as SQL: what it should come to, what it is worth, its state by what is agreed, and what is found.

It says in one statement for all positions what `app.programme` says of one in `stock_standards`, `excess` and
`accumulation`; the tests hold one against the other.
"""

from app.programme import accumulation
from app.programme.accumulation import LEAST_MONTHS_AHEAD, TOLERATED_PERCENT
from app.programme.excess import HORIZON_WEEKS
from app.programme.inventory import ON_HAND, TOLERATED, TRAILING_DAYS
from app.programme.positions import InventoryFinding
from app.programme.stock_standards import JUDGED
from app.programme.terms import StockStatus, SupplyState
from app.tables.stock_positions import BEFORE, COUNTS, FLOWS, MONTHS

KEY = ("vendor_id", "distributor_id", "product_id")
KEY_COLUMNS = ", ".join(KEY)
SAME = " AND ".join(f"{{0}}.{name} = {{1}}.{name}" for name in KEY)
DAY = "(SELECT day FROM on_day)"
"The day that is asked about."
APART = {
    "in_transit": StockStatus.IN_TRANSIT,
    "allocated": StockStatus.RESERVED,
    "returned": StockStatus.RETURNED,
    "defective": StockStatus.DEFECTIVE,
    "blocked": StockStatus.BLOCKED,
}
"The states that are told apart, by the name of their column; what is allocated is on hand too."
ON_HAND_NOW = f"s.status IN ({', '.join(repr(each.value) for each in sorted(ON_HAND))})"
STATES = {
    "on_hand": ON_HAND_NOW,
    **{name: f"s.status = '{status}'" for name, status in APART.items()},
}
_JUDGED = ", ".join(f"'{each}'" for each in sorted(JUDGED))
PAIR = (
    *("ordinal", "vendor_id", "distributor_id", "agreement_id", "currency", "distributor_name"),
    *("product_id", "sku", "family", "introduced_on"),
)
"What a position is of, and of whose parent it is told."


def of_facts() -> str:
    """Each of `pairs` with its `newest` count and what `flowed`: nothing of it kept ready.

    FULL joins are hashed, whatever the planner expects of the steps before: it expects a row or two, and loops of loops
    would be walked for each of a hundred thousand positions. What belongs to no position is left out after them.
    """
    flowed = ", ".join(f"coalesce(x.{name}, 0) AS {name}" for name in (*BEFORE, *FLOWS, *MONTHS))
    found = (
        f"SELECT {', '.join(f'p.{name}' for name in PAIR)}, n.counted_on, {', '.join(f'n.{name}' for name in COUNTS)},"
        f" n.before_units, {flowed} FROM pairs p FULL JOIN newest n ON {SAME.format('n', 'p')}"
        f" FULL JOIN flowed x ON {SAME.format('x', 'p')} OFFSET 0"
    )
    return f"SELECT * FROM ({found}) o WHERE o.ordinal IS NOT NULL AND o.counted_on IS NOT NULL"


def kept_ready(products: str) -> str:
    """The same of distributors whose positions are kept `ready`, of the products `q` that a condition chooses."""
    of_place, of_product = PAIR[:6], ("sku", "family", "introduced_on")
    kept = ("counted_on", *COUNTS, "before_units", *BEFORE, *FLOWS, *MONTHS)
    columns = ", ".join(
        [*(f"p.{name}" for name in of_place), "q.id", *(f"q.{n}" for n in of_product), *(f"k.{n}" for n in kept)]
    )
    return (
        f"SELECT {columns} FROM ready r JOIN places p ON p.vendor_id = r.vendor_id AND p.distributor_id = r.distributor_id"
        f" JOIN stock_position k ON k.vendor_id = r.vendor_id AND k.distributor_id = r.distributor_id AND k.day = {DAY}"
        f" JOIN product q ON q.vendor_id = k.vendor_id AND q.id = k.product_id{products}"
    )


def stood(positions: str) -> str:
    """Each position with what it is worth and how it stands: one step for what the next one is said in, each reckoned once
    (OFFSET 0)."""
    chosen = ", ".join(
        f"CASE WHEN sp.vendor_id IS NOT NULL THEN sp.{name} WHEN sf.vendor_id IS NOT NULL THEN sf.{name}"
        f" ELSE sa.{name} END AS {name}"
        for name in ("basis", "least", "most")
    )
    agreed = "{0}.vendor_id = p.vendor_id AND {0}.agreement_id = p.agreement_id"
    joins = (
        " FULL JOIN prices b ON b.vendor_id = p.vendor_id AND b.product_id = p.product_id AND b.currency = p.currency"
        f" FULL JOIN (SELECT * FROM said WHERE product_id IS NOT NULL) sp ON {agreed.format('sp')}"
        " AND sp.product_id = p.product_id"
        f" FULL JOIN (SELECT * FROM said WHERE family IS NOT NULL) sf ON {agreed.format('sf')}"
        " AND sf.family = p.family"
        f" FULL JOIN (SELECT * FROM said WHERE product_id IS NULL AND family IS NULL) sa ON {agreed.format('sa')}"
    )
    before = "(p.before_units + p.received_before - p.sold_before + p.moved_before)"
    position = (
        f"SELECT p.*, p.units - {before} AS variance, {before} AS expected_then, b.price, b.announced, {chosen},"
        f" least({TRAILING_DAYS}, greatest(1, p.counted_on - p.introduced_on + 1)) AS days"
        f" FROM ({positions}) p{joins} OFFSET 0"
    )
    return _concluded(_measured(f"SELECT * FROM ({position}) o WHERE o.ordinal IS NOT NULL"))


def _measured(position: str) -> str:
    """Positions with what they come to: expected, worth, and the excess."""
    demand = "greatest(m.demanded, 0)::numeric * 7"
    weeks = f"coalesce(m.most, {HORIZON_WEEKS * 100})"
    halves = {
        "WEEKS": f"div(2 * {demand} * {weeks} + m.days * 100, 2 * m.days * 100)",
        "VALUE": "CASE WHEN m.price > 0 THEN div(2 * m.most::numeric * 1000 + m.price, 2 * m.price) END",
    }
    needed = (
        f"CASE coalesce(m.basis, 'WEEKS') WHEN 'WEEKS' THEN {halves['WEEKS']} WHEN 'UNITS' THEN m.most"
        f" ELSE {halves['VALUE']} END"
    )
    there = (
        "CASE m.basis WHEN 'WEEKS' THEN m.on_hand::numeric * m.days * 100 WHEN 'UNITS' THEN m.on_hand"
        " ELSE m.on_hand::numeric * m.price END"
    )
    unit = f"CASE m.basis WHEN 'WEEKS' THEN {demand} WHEN 'UNITS' THEN 1 ELSE 1000 END"
    standing = (
        f"CASE WHEN coalesce(m.basis, 'WEEKS') = 'WEEKS' AND m.demanded <= 0 THEN '{SupplyState.NO_DEMAND}'"
        f" WHEN m.basis IS NULL OR (m.basis = 'VALUE' AND m.price IS NULL) THEN '{SupplyState.NO_STANDARD}'"
        f" WHEN {there} < m.least * {unit} THEN '{SupplyState.BELOW_MIN}'"
        f" WHEN {there} > m.most * {unit} THEN '{SupplyState.ABOVE_MAX}' ELSE '{SupplyState.WITHIN}' END"
    )
    return (
        f"SELECT m.*, m.units + m.received - m.sold + m.moved AS expected, {demand} / m.days AS pace,"
        f" {standing} AS standing, {DAY} - m.counted_on >= {TRAILING_DAYS} AS is_stale,"
        f" coalesce(greatest(0, m.on_hand - {needed}), 0)::bigint AS excess FROM ({position}) m OFFSET 0"
    )


def _concluded(measured: str) -> str:
    """Positions with their state and what is found about them."""
    state = (
        f"CASE WHEN e.on_hand <= 0 AND (e.is_stale OR (e.demanded <= 0 AND e.standing NOT IN ({_JUDGED})))"
        f" THEN '{SupplyState.EMPTY}' WHEN e.is_stale THEN '{SupplyState.STALE}' ELSE e.standing END"
    )
    came, went = (
        " + ".join(f"e.{what}_{number}" for number in range(accumulation.MONTHS)) for what in ("came", "went")
    )
    ahead = " + ".join(f"(e.came_{number} > e.went_{number})::int" for number in range(accumulation.MONTHS))
    last = accumulation.MONTHS - 1
    found = {
        InventoryFinding.STOCK_OUT: "e.demanded > 0 AND NOT e.is_stale AND (e.on_hand <= 0 OR e.expected <= 0)",
        InventoryFinding.OVERSOLD: "e.expected < 0",
        InventoryFinding.EXCESS: "e.excess > 0",
        InventoryFinding.ACCUMULATION: f"e.came_{last} > e.went_{last} AND {ahead} >= {LEAST_MONTHS_AHEAD}"
        f" AND ({came}) * 100 > greatest({went}, 0) * {100 + TOLERATED_PERCENT}",
        InventoryFinding.VARIANCE: f"abs(e.variance) > {TOLERATED} * abs(e.expected_then)",
    }
    findings = ", ".join(f"CASE WHEN {which} THEN '{kind}' END" for kind, which in found.items())
    worth = {"value": "e.on_hand", "excess_value": "e.excess"}
    valued = ", ".join(f"round({of} * coalesce(e.price, 0)::numeric / 1000) AS {name}" for name, of in worth.items())
    drop = "greatest(0, e.price - e.announced)"
    return (
        f"SELECT e.*, {state} AS state, array_remove(ARRAY[{findings}], NULL) AS findings, {valued},"
        " greatest(0, -e.expected) AS oversold, CASE WHEN e.price IS NULL THEN e.on_hand ELSE 0 END AS unvalued,"
        f" round(e.excess * coalesce({drop}, 0)::numeric / 1000) AS erosion FROM ({measured}) e"
        " OFFSET 0"
    )
