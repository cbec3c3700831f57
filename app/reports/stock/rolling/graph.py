"""A product's stock over all warehouses as partners see it: what was counted, what should be there, how long it lasts.

Expected is the last count, plus what the vendor invoiced, less what was sold through net of returns, with what movements
beside invoices brought or took. Goods in every state are rolled forward together; what can be sold, good or reserved, is on
hand, and the other states are told apart.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

import strawberry

from app.access.actor import Actor as Asker
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection
from app.execution.errors import bad_input
from app.execution.identifiers import Key, key_of
from app.execution.request import Request
from app.execution.scalars import exact, quantity
from app.programme import inventory, money, terms
from app.programme.periods import today_in
from app.programme.stock_standards import CountedStock, Standard, standing
from app.reports.stock.rolling import queries

values(terms.SupplyState)


@visible("submission:read")
class StockCount:
    """What was counted of a product in all warehouses together, in base units."""

    counted_on: date
    """At the end of which day: the newest on which every warehouse was counted where some lay by its last count. One that
    was given up is counted with 0."""
    units: Decimal
    "In every state together."
    on_hand: Decimal
    "What can be sold: good, and reserved."
    in_transit: Decimal
    "On its way to a warehouse."
    returned: Decimal
    "Came back from customers and is still to be judged."
    defective: Decimal
    "Not fit to be sold."
    blocked: Decimal
    "Held back."


@visible("submission:read")
class StockRollForward:
    """From a count to the end of a later day, in base units, goods in every state together."""

    opened_on: date
    "The day of the count from which it is reckoned, at its end."
    opening: Decimal
    "What was counted then."
    received: Decimal
    "What the vendor invoiced in the days after, net of returns: sell-in."
    sold_through: Decimal
    "What was sold through in these days, net of returns."
    moved: Decimal
    """What else came, less what went: transfers, adjustments, scrapped goods, goods sent back to the vendor. Samples and own
    use are in it where a movement reports them; receipts and deliveries are not, for invoices tell of them."""
    until: date
    "The day at whose end it stops."
    expected: Decimal
    "What should be there: opening + received − soldThrough + moved. Below zero, more was sold than there was."
    reported: Decimal | None
    "What was counted that day; null where it is only reckoned."
    variance: Decimal | None
    "How much more was counted than expected; below zero, goods are missing."
    beyond_tolerance: bool | None
    "Whether the variance is a larger share of what was expected than tolerated; where nothing was expected, any is."


@visible("submission:read")
class StockSupply:
    """How long what was on hand at a count lasts, at the pace of the 13 weeks up to that day, in units."""

    state: terms.SupplyState
    "How the stock stands to demand, and to the inventory standard that is agreed on the day that was asked for."
    weeks: Decimal | None
    "On hand ÷ mean weekly sell-through, rounded to hundredths; null without demand."
    weekly_demand: Decimal
    "Mean weekly sell-through, net of returns, rounded to thousandths."
    measured_days: int
    "Over how many days: 91, or the age of a younger product."


@visible("submission:read")
class StockPosition:
    """A product's stock in all warehouses of a distributor, at the end of the day that was asked for. `inventory` says what
    was counted where, also on days whose counts do not cover all warehouses."""

    counted: StockCount
    "The newest count on or before the day."
    reconciliation: StockRollForward | None
    "From the count before up to that count, and how far it is off; null where there is no earlier one."
    since_count: StockRollForward
    "From that count to the end of the day that was asked for, by what was reported since."
    supply: StockSupply
    "How long what was on hand at that count lasts."
    product_key: strawberry.Private[Key]


@entered
class StockFilter:
    """Of which products."""

    product_ids: list[strawberry.ID] | None = None
    "Only these products."
    families: list[str] | None = None
    "Only of these families."


async def stock_of_agreement(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    on_date: Annotated[
        date | None,
        strawberry.argument(description="At the end of which day; today, where the agreement is, unless said."),
    ] = None,
    tolerance: Annotated[
        Decimal,
        strawberry.argument(description="Which share of what was expected a variance may be, from 0 upwards."),
    ] = inventory.TOLERATED,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: StockFilter | None = None,
) -> list[Connection[StockPosition]]:
    """The distributor's stock under this agreement product by product, over all warehouses, by SKU: what was counted, what
    should be there by what was bought, sold and moved, and how many weeks it lasts."""
    if tolerance < 0:
        raise bad_input(f"`tolerance` is a share of what is expected, from 0 upwards, not {tolerance}.")
    now, asked = datetime.now(UTC), filter or StockFilter()
    named = [key_of("Product", each) for each in asked.product_ids] if asked.product_ids is not None else None
    products = [key.id for key in named if key is not None] if named is not None else None
    window = Window.of(
        queries.PRODUCT_ORDER,
        first=first,
        after=after,
        last=last,
        before=before,
        of=("stock of products", on_date, products, asked.families),
    )
    db, keys = await request.reader(), [parent.key for parent in parents]
    days = [on_date or today_in(parent.time_zone, now) for parent in parents]
    found = await queries.stock_of(db, keys, days, window, products, asked.families)
    totals = await queries.count_stock_of(db, keys, days, products, asked.families) if counts(selection) else None
    return window.pages(found, len(keys), lambda row: _position(row, Fraction(tolerance)), selection, totals)


def _position(row: Any, tolerance: Fraction) -> StockPosition:
    return StockPosition(
        counted=_count(row),
        reconciliation=_reconciled(row, tolerance),
        since_count=rolled(
            inventory.RollForward(row["units"], row["received"], row["sold"], row["moved"]),
            row["counted_on"],
            row["until"],
        ),
        supply=_supply(row),
        product_key=Key(row["vendor_id"], row["product_id"]),
    )


def _count(row: Any) -> StockCount:
    return StockCount(
        counted_on=row["counted_on"],
        units=quantity(row["units"]),
        on_hand=quantity(row["on_hand"]),
        in_transit=quantity(row["in_transit"]),
        returned=quantity(row["returned"]),
        defective=quantity(row["defective"]),
        blocked=quantity(row["blocked"]),
    )


def _reconciled(row: Any, tolerance: Fraction) -> StockRollForward | None:
    if row["before_on"] is None:
        return None
    told = inventory.RollForward(row["before_units"], row["received_before"], row["sold_before"], row["moved_before"])
    return rolled(told, row["before_on"], row["counted_on"], row["units"], tolerance)


def rolled(
    told: inventory.RollForward,
    opened_on: date,
    until: date,
    reported: int | None = None,
    tolerance: Fraction = Fraction(0),
) -> StockRollForward:
    """A roll-forward in 10⁻³ base units as it is shown, against what was `reported` at its end."""
    off = None if reported is None else inventory.variance(reported, told.expected)
    return StockRollForward(
        opened_on=opened_on,
        opening=quantity(told.opening),
        received=quantity(told.received),
        sold_through=quantity(told.sold),
        moved=quantity(told.moved),
        until=until,
        expected=quantity(told.expected),
        reported=None if reported is None else quantity(reported),
        variance=None if off is None else quantity(off),
        beyond_tolerance=None if off is None else inventory.is_beyond(off, told.expected, tolerance),
    )


def _supply(row: Any) -> StockSupply:
    days = inventory.demand_days(row["counted_on"], row["introduced_on"])
    weeks = inventory.weeks_of_supply(row["on_hand"], row["demanded"], days)
    stock = CountedStock(row["counted_on"], row["on_hand"], row["demanded"], days, row["price"])
    basis = row["basis"]
    agreed = None if basis is None else Standard(row["least"], row["most"], terms.StandardBasis(basis))
    return StockSupply(
        state=standing(stock, agreed),
        weeks=None if weeks is None else exact(money.rounded(weeks, 2), 2),
        weekly_demand=quantity(money.rounded(inventory.weekly_demand(row["demanded"], days))),
        measured_days=days,
    )
