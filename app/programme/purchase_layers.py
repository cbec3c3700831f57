"""What the units of each purchase have come to cost, after the credits that lowered the cost of some of them.

Credits for stock on hand, and for stock sent back, are for the latest units of a purchase, because the oldest leave first.
So the units of one purchase may lie in layers: its last ten cost 17, the others 20. A unit that was sent back under stock
rotation is gone. What the vendor credited beside that takes first the units that rotation sent back, and then the latest
that had been bought by then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.programme.claim_terms import ReductionKind


@dataclass(frozen=True, slots=True)
class Bought:
    """Units (10⁻³) of a product bought by one line of an invoice, at a price (10⁻⁶ currency units). A quantity below zero
    went back to the vendor."""

    name: str
    on: date
    quantity: int
    price: int


@dataclass(frozen=True, slots=True)
class Lowered:
    """A credit that lowered the cost of the latest so many units (10⁻³) of a purchase by so much each (10⁻⁶ currency units;
    below zero where a rise was charged)."""

    purchase: str
    cause: str
    kind: ReductionKind
    on: date
    quantity: int
    per_unit: int


@dataclass(frozen=True, slots=True)
class Layer:
    """Units (10⁻³) of a purchase that cost the same, what was paid for each and what lowered that, in turn."""

    purchase: Bought
    quantity: int
    lowered: tuple[Lowered, ...] = ()

    @property
    def net(self) -> int:
        """What a unit costs after all of it, in 10⁻⁶ currency units."""
        return self.purchase.price - sum(each.per_unit for each in self.lowered)

    @property
    def went_back(self) -> bool:
        """Whether rotation sent it back."""
        return any(each.kind is ReductionKind.STOCK_ROTATION for each in self.lowered)


def layers(bought: Iterable[Bought], lowered: Iterable[Lowered]) -> list[Layer]:
    """The layers of all purchases that did not go back, the earliest first.

    `lowered` stands in the order in which it was decided. What lowered a purchase that is not among these is passed over:
    the purchase does not stand any more.
    """
    rows = sorted(bought, key=lambda each: (each.on, each.name))
    kept: dict[str, list[Layer]] = {each.name: [Layer(each, each.quantity)] for each in rows if each.quantity > 0}
    for credit in lowered:
        if credit.purchase in kept:
            kept[credit.purchase] = _lowered(kept[credit.purchase], credit)
    stock = [layer for own in kept.values() for layer in own]
    for each in rows:
        if each.quantity < 0:
            stock = _given_back(stock, each)
    return [layer for layer in stock if not layer.went_back]


def _lowered(own: list[Layer], credit: Lowered) -> list[Layer]:
    """The layers of a purchase once the latest units that are still there cost less."""
    left, found = credit.quantity, list[Layer]()
    for layer in reversed(own):
        units = 0 if layer.went_back else min(left, layer.quantity)
        left -= units
        if units:
            found.append(replace(layer, quantity=units, lowered=(*layer.lowered, credit)))
        if layer.quantity > units:
            found.append(replace(layer, quantity=layer.quantity - units))
    return found[::-1]


def _given_back(stock: list[Layer], back: Bought) -> list[Layer]:
    """What is left of the stock when units go back to the vendor: those that rotation sent back first, then the latest."""
    left = -back.quantity
    taken = [0] * len(stock)
    before = [place for place, layer in enumerate(stock) if layer.purchase.on <= back.on]
    rotated = [place for place in before if _rotated_by(stock[place], back.on)]
    others = [place for place in before if not stock[place].went_back]
    for place in (*reversed(rotated), *reversed(others)):
        taken[place] = min(left, stock[place].quantity)
        left -= taken[place]
    return [
        replace(layer, quantity=layer.quantity - units)
        for layer, units in zip(stock, taken, strict=True)
        if layer.quantity > units
    ]


def _rotated_by(layer: Layer, on: date) -> bool:
    return any(each.kind is ReductionKind.STOCK_ROTATION and each.on <= on for each in layer.lowered)
