"""The layers of what a distributor bought of a product: which units cost what, by purchase, and what lowered it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.pricing.net_costs import queries
from app.programme.claim_terms import ReductionKind
from app.programme.line_places import line_place
from app.programme.purchase_layers import Bought, Layer, Lowered, layers
from app.store.database import Reader, Row


@dataclass(frozen=True, slots=True)
class Owner:
    """An agreement, whose it is, and its currency."""

    vendor_id: UUID
    agreement_id: UUID
    distributor_id: UUID
    currency: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a credit stands among others that wait: those of an earlier day go before it, and protection before rotation."""

    effective_on: date
    kind: ReductionKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Stock:
    """What was bought of a product: its layers, the earliest first, the purchases by name, and what lowered their cost."""

    layers: list[Layer]
    purchases: dict[str, Row]
    lowered: list[Lowered]

    def place(self, name: str) -> tuple[UUID, int]:
        """The report that a purchase stands in, and where."""
        row = self.purchases[name]
        return row["submission_id"], line_place(row["row_number"], row["component"], row["times"])


async def stock_before(db: Reader, owner: Owner, products: Sequence[UUID], turn: Turn) -> dict[UUID, Stock]:
    """The stock of products as a credit finds it: after all that was approved, and what waits before it."""
    of = (owner.vendor_id, owner.agreement_id)
    bought = await queries.purchases(db, *of, owner.distributor_id, owner.currency, products)
    decided = await queries.decided(db, *of, products, turn.id)
    waiting = await queries.pending(db, *of, products, turn.effective_on, turn.kind.value, turn.id)
    contested = {row["stock_credit_id"] for row in waiting}
    return stock_of(products, bought, [*(row for row in decided if row["stock_credit_id"] not in contested), *waiting])


def stock_of(products: Iterable[UUID], bought: Iterable[Row], lowered: Iterable[Row]) -> dict[UUID, Stock]:
    """The stock of each product, from the rows of purchases and credits."""
    purchases: dict[UUID, dict[str, Row]] = {product: {} for product in products}
    credits: dict[UUID, list[Lowered]] = {product: [] for product in purchases}
    for row in bought:
        purchases[row["product_id"]][row["name"]] = row
    for row in lowered:
        credits[row["product_id"]].append(_lowered(row))
    return {
        product: Stock(layers([_bought(row) for row in rows.values()], credits[product]), rows, credits[product])
        for product, rows in purchases.items()
    }


def _bought(row: Row) -> Bought:
    return Bought(row["name"], row["sold_on"], row["quantity"], row["unit_price"])


def _lowered(row: Row) -> Lowered:
    kind, cause = ReductionKind(row["kind"]), str(row["stock_credit_id"])
    return Lowered(row["purchase"], cause, kind, row["effective_on"], row["quantity"], row["per_unit"])
