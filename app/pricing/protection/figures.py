"""What a price change comes to for the stock of one distributor: counted, rolled to the day, and credited by purchase."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from app.pricing.net_costs.layers import Owner, Stock, Turn, stock_before
from app.pricing.protection import queries
from app.pricing.stock_credits.figures import Figures, Line
from app.programme.claim_amounts import quantity_text
from app.programme.claim_terms import CreditOutcome, ReductionKind
from app.programme.price_protection import (
    Moved,
    PriceChange,
    ProtectionTerms,
    Purchase,
    on_hand_when_it_began,
    protected,
)
from app.programme.purchase_layers import Layer
from app.store.database import Reader, Row

_KIND = ReductionKind.PRICE_PROTECTION
_NO_COUNT = "No count covers all of the product's stock, so nobody knows what was on hand."


async def figures_of(db: Reader, change: Row, credit_id: UUID) -> Figures:
    """What a price change (a row of `queries.changes`) comes to, in the turn of the credit with this id."""
    owner = Owner(change["vendor_id"], change["agreement_id"], change["distributor_id"], change["currency"])
    day, product = change["effective_on"], change["product_id"]
    prices = {"price_before": change["price_before"], "price_after": change["price_after"]}
    count = await queries.nearest_count(db, owner.vendor_id, owner.agreement_id, product, day - timedelta(days=1))
    if count is None:
        outcome = {"outcome": CreditOutcome.NOT_COUNTED.value}
        return Figures(_KIND, owner.currency, (), (_NO_COUNT,), {**prices, **outcome})
    first, last = _days_between(count, change)
    flows = await queries.flowed(db, owner.vendor_id, owner.distributor_id, product, first, last)
    rows = await queries.counted(db, owner.vendor_id, owner.agreement_id, product, count["counted_on"])
    stock = (await stock_before(db, owner, [product], Turn(day, _KIND, credit_id)))[product]
    return _figures(change, count, flows, rows, stock, prices)


def _days_between(count: Row, change: Row) -> tuple[date, date]:
    """The days whose movements lie between a count and the beginning of the effective date, the first and the last."""
    day, counted_on = change["effective_on"], count["counted_on"]
    one = timedelta(days=1)
    return (day, counted_on) if counted_on >= day else (counted_on + one, day - one)


def _figures(
    change: Row, count: Row, flows: Sequence[Row], rows: Sequence[Row], stock: Stock, prices: dict[str, object]
) -> Figures:
    day, currency = change["effective_on"], change["currency"]
    moved = [Moved(row["day"], row["received"] - row["sold"] + row["moved"]) for row in flows]
    went_back = _rotated_since(stock, change)
    in_transit = int(count["in_transit"])
    everything = on_hand_when_it_began(day, int(count["on_hand"]) + in_transit, count["counted_on"], moved)
    on_hand = on_hand_when_it_began(day, int(count["on_hand"]), count["counted_on"], moved)
    on_hand, everything = max(0, on_hand - went_back), max(0, everything - went_back)
    terms = ProtectionTerms(change["look_back_days"], change["in_transit"], change["minimum_drop"], change["writes_up"])
    told = PriceChange(day, change["price_before"], change["price_after"], currency)
    held = everything if terms.in_transit else on_hand
    latest = _latest([layer for layer in stock.layers if layer.purchase.on < day], held)
    bought = [Purchase(layer.purchase.on, layer.quantity, layer.net) for layer in latest]
    credit = protected(terms, told, on_hand, everything - on_hand, bought)
    per_unit = {(part.on, part.net_price): int(per) for part, per in credit.parts}
    lines = tuple(
        _line(change["product_id"], layer, stock, per_unit[key])
        for layer in latest
        if per_unit.get(key := (layer.purchase.on, layer.net))
    )
    sums = {name: sum(row[name] for row in flows) for name in ("received", "sold", "moved")}
    facts: dict[str, object] = {
        **prices,
        **sums,
        "outcome": credit.outcome.value,
        "counted_on": count["counted_on"],
        "counted": int(count["on_hand"]),
        "in_transit": in_transit,
        "on_hand": on_hand,
        "counts": [_counted(row) for row in rows],
    }
    return Figures(_KIND, currency, lines, (*_steps(change, facts, went_back), *credit.steps), facts)


def _latest(stock: Sequence[Layer], units: int) -> list[Layer]:
    """The layers of the latest so many units, the latest first."""
    found = []
    for layer in reversed(stock):
        taken = min(units, layer.quantity)
        units -= taken
        if taken:
            found.append(Layer(layer.purchase, taken, layer.lowered))
    return found


def _rotated_since(stock: Stock, change: Row) -> int:
    """Units that rotation has sent back since the day, at what they had cost then: no drop is owed for them."""
    back = (each for each in stock.lowered if each.kind is ReductionKind.STOCK_ROTATION)
    return sum(each.quantity for each in back if each.on >= change["effective_on"])


def _line(product_id: UUID, layer: Layer, stock: Stock, per_unit: int) -> Line:
    submission_id, place = stock.place(layer.purchase.name)
    return Line(
        product_id,
        layer.purchase.name,
        submission_id,
        place,
        layer.purchase.on,
        layer.quantity,
        0,
        None,
        layer.purchase.price,
        layer.net,
        per_unit,
    )


def _counted(row: Row) -> dict[str, object]:
    return {
        "warehouse": row["warehouse"],
        "status": row["status"],
        "counted_on": row["counted_on"].isoformat(),
        "submission_id": str(row["submission_id"]),
        "quantity": row["quantity"],
    }


def _steps(change: Row, facts: dict[str, object], went_back: int) -> list[str]:
    """How what was on hand was found."""
    day, counted_on = change["effective_on"], facts["counted_on"]
    quantities = {
        name: quantity_text(int(str(facts[name])))
        for name in ("counted", "in_transit", "received", "sold", "moved", "on_hand")
    }
    steps = [f"{quantities['counted']} counted on {counted_on}, and {quantities['in_transit']} in transit."]
    flows = f"{quantities['received']} received, {quantities['sold']} sold, {quantities['moved']} moved otherwise"
    between = "From then" if str(counted_on) < str(day) else f"From {day} to the count"
    steps.append(f"{between}: {flows}; so {quantities['on_hand']} on hand when {day} began.")
    if went_back:
        steps.append(f"Without {quantity_text(went_back)} that rotation has sent back since.")
    return steps
