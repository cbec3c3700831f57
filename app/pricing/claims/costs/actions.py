"""What the units of claimed lines had cost, by the cost basis of the special price, after price protection.

Purchases and what was credited for them are those of the agreement, in its currency (`app.pricing.net_costs`): what went
back to the vendor is no stock. A drop shipment is bought and sold at once; both stand in the reports, so it takes part in
first in, first out like any other sale.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID

from app.pricing.claims.costs import queries
from app.pricing.claims.offers import Costs, Fact, Offer
from app.pricing.net_costs import queries as net_costs
from app.pricing.net_costs.layers import Stock, stock_of
from app.programme.claim_costs import Bought, Credit, costs_left
from app.programme.claim_terms import CostBasis, ReductionKind
from app.programme.purchase_layers import Layer, Lowered
from app.programme.ship_and_debit import CostPart
from app.programme.stock_layers import Issue, Receipt, Taken, fifo_layers
from app.store.database import Reader, Row


async def costs_of(db: Reader, vendor_id: UUID, offer: Offer, facts: Sequence[Fact]) -> list[Costs]:
    """What the units of each line had cost; nothing where that is not known."""
    basis = CostBasis(offer.row["cost_basis"])
    if basis is CostBasis.BOOK_AT_RESALE:
        return [_at_book(fact) for fact in facts]
    products = sorted({fact["product_id"] for fact in facts} & set(offer.prices))
    agreement_id, distributor_id = offer.row["agreement_id"], offer.row["distributor_id"]
    of = (vendor_id, agreement_id)
    bought = await net_costs.purchases(db, *of, distributor_id, offer.row["currency"], products)
    stocks = stock_of(products, bought, await net_costs.decided(db, *of, products))
    credited = [product for product in products if stocks[product].lowered]
    wanted = products if basis is CostBasis.FIFO_LAYER else credited
    issues: dict[UUID, list[Row]] = {product: [] for product in products}
    for row in await queries.issues(db, vendor_id, distributor_id, wanted) if wanted else ():
        issues[row["product_id"]].append(row)
    shelves = {product: _Shelf(stocks[product], issues[product]) for product in products}
    if basis is CostBasis.AT_PURCHASE:
        return [_costs(offer, fact, shelves, _Shelf.last_paid) for fact in facts]
    taken = {product: shelf.taken() for product, shelf in shelves.items()}
    return [
        _costs(offer, fact, shelves, lambda shelf, fact: shelf.of_sale(taken[fact["product_id"]], fact))
        for fact in facts
    ]


def _costs(offer: Offer, fact: Fact, shelves: "Mapping[UUID, _Shelf]", found: "Finding") -> Costs:
    shelf = shelves.get(fact["product_id"])
    bought = found(shelf, fact) if shelf is not None else []
    return Costs(*costs_left(bought, fact["sold_on"]), offer.row["currency"]) if bought else Costs()


def _kept(fact: Fact) -> int:
    """What a line sold and that did not come back."""
    return max(0, int(fact["quantity"]) - int(fact["returned"]))


def _at_book(fact: Fact) -> Costs:
    price = fact["book_price"]
    if price is None or not _kept(fact):
        return Costs(currency=fact["book_currency"])
    return Costs((CostPart(_kept(fact), price),), (), fact["book_currency"])


def _name(row: Fact) -> str:
    return f"{row['submission_id']}/{row['row_number']:012}/{row['component']:04}"


class _Shelf:
    """What a distributor bought of a product, in layers of equal cost, and what it sold."""

    def __init__(self, stock: Stock, issues: Sequence[Row]) -> None:
        self.stock, self.issues = stock, issues
        self.layers = {f"{place:09}": layer for place, layer in enumerate(stock.layers)}
        self.paid = sorted(
            (row for row in stock.purchases.values() if row["quantity"] > 0), key=lambda row: row["sold_on"]
        )

    def last_paid(self, fact: Fact) -> list[Bought]:
        """The price of the last purchase on or before the day of the sale, less what was credited for it: the first units
        sold since are those that the credit was for."""
        place = bisect_right(self.paid, fact["sold_on"], key=lambda row: row["sold_on"])
        if not place or not _kept(fact):
            return []
        purchase = self.paid[place - 1]
        credits: dict[str, list[Lowered]] = {}
        for each in self.stock.lowered:
            if each.purchase == purchase["name"] and each.kind is ReductionKind.PRICE_PROTECTION:
                credits.setdefault(each.cause, []).append(each)
        found = sorted((self._credit(fact, own) for own in credits.values()), key=lambda credit: credit.on)
        return [Bought(_kept(fact), purchase["unit_price"], tuple(each for each in found if each.units))]

    def _credit(self, fact: Fact, own: Sequence[Lowered]) -> Credit:
        units = sum(each.quantity for each in own) - self._gone(fact, own[0].on)
        return Credit(own[0].on, max(each.per_unit for each in own), max(0, units))

    def _gone(self, fact: Fact, since: date) -> int:
        """How many units were sold, net of returns, from a day to this sale."""
        place = (fact["sold_on"], _name(fact))
        before: list[int] = [
            row["quantity"] for row in self.issues if row["sold_on"] >= since and (row["sold_on"], _name(row)) < place
        ]
        return max(0, sum(before))

    def taken(self) -> Mapping[str, tuple[Taken, ...]]:
        """Which layers each sale took, the oldest first."""
        receipts = [
            Receipt(name, layer.purchase.on, layer.quantity, layer.purchase.price)
            for name, layer in self.layers.items()
        ]
        sales = {
            f"{row['document_number']}:{row['document_line']}": _name(row)
            for row in self.issues
            if row["quantity"] > 0 and row["document_kind"] == "INVOICE"
        }
        issues = [
            Issue(_name(row), row["sold_on"], row["quantity"], sales.get(row["return_of"] or ""))
            for row in self.issues
            if row["quantity"]
        ]
        return fifo_layers(receipts, issues).taken

    def of_sale(self, taken: Mapping[str, tuple[Taken, ...]], fact: Fact) -> list[Bought]:
        """The very stock that a sale took and that did not come back."""
        return [
            Bought(each.quantity, each.cost, _credits(self.layers[each.layer])) for each in taken.get(_name(fact), ())
        ]


def _credits(layer: Layer) -> tuple[Credit, ...]:
    return tuple(
        Credit(each.on, each.per_unit) for each in layer.lowered if each.kind is ReductionKind.PRICE_PROTECTION
    )


Finding = Callable[[_Shelf, Fact], list[Bought]]
"How it is found what units of a sale were bought at."
