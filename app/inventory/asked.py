"""A question about stock positions: whose, at the end of which day, known when, grouped and ordered how."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.programme.positions import InventoryDimension as By
from app.programme.positions import InventoryFinding, InventoryOrder
from app.programme.terms import SupplyState


class Scope(NamedTuple):
    """A parent by its place from 1, and whose stock it asks for: a network's, or one distributor's in it."""

    ordinal: int
    vendor_id: UUID
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What positions have to be of, and how they have to stand. None lets everything pass."""

    distributors: tuple[UUID, ...] | None = None
    products: tuple[UUID, ...] | None = None
    families: tuple[str, ...] | None = None
    states: tuple[SupplyState, ...] | None = None
    findings: tuple[InventoryFinding, ...] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about stock positions. Without `as_of` it is about what is known now."""

    scopes: tuple[Scope, ...]
    day: date
    by: tuple[By, ...] = (By.DISTRIBUTOR, By.PRODUCT)
    filters: Filters = Filters()
    ordered: InventoryOrder = InventoryOrder.DIMENSIONS
    as_of: datetime | None = None
    from_facts: bool = False
    "Whether positions that are kept ready are passed by."

    @property
    def of_positions(self) -> bool:
        """Whether each row is one position."""
        return {By.DISTRIBUTOR, By.PRODUCT} <= set(self.by)

    @property
    def page_first(self) -> bool:
        """Whether a page can be cut before anything is reckoned: rows are positions, and stand by what they are of."""
        stands = self.filters.states is None and self.filters.findings is None
        return self.of_positions and stands and self.ordered is InventoryOrder.DIMENSIONS

    @property
    def may_be_kept(self) -> bool:
        """Whether positions that are kept ready are read, where they still are what the facts say: of what is known now, and
        more than a page of them."""
        return self.as_of is None and not self.page_first and not self.from_facts

    @property
    def order(self) -> Order:
        """The sort keys of the rows: the rank where they are ordered by a measure, then the keys, then the currency."""
        keys = dict.fromkeys([*(key for each in self.by for key in _KEYS[each]), _text("currency")])
        if self.ordered is InventoryOrder.DIMENSIONS:
            return Order(tuple(keys))
        return Order((SortKey("n.rank", "rank", int, "bigint"), *keys))


def dimensions(by: Sequence[By]) -> tuple[By, ...]:
    """The dimensions in the order named, each once."""
    return tuple(dict.fromkeys(by))


def in_positions(asked: Asked) -> Asked:
    """The same question, each position for itself."""
    return replace(asked, by=(By.DISTRIBUTOR, By.PRODUCT))


def _text(name: str) -> SortKey:
    return SortKey(f"n.{name}", name, str, "text")


def _uuid(name: str) -> SortKey:
    return SortKey(f"n.{name}", name, UUID, "uuid")


_KEYS = {
    By.DISTRIBUTOR: (_text("distributor_name"), _uuid("vendor_id"), _uuid("distributor_id")),
    By.FAMILY: (_text("family"),),
    By.PRODUCT: (_text("sku"), _uuid("vendor_id"), _uuid("product_id")),
}
