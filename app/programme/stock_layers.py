"""Which stock a sale took: first in, first out.

Every receipt is a layer of stock at its own cost. A sale takes the oldest layers first, a part of one where that is enough.
What comes back restores the layers that its sale took, the last one taken first; where a return names no sale, those that
were taken last of all. A sale of more than there was waits for the next receipt, and takes from it before any later sale:
until then it is not known what these units cost.

Within a day receipts come first, then sales, then returns, each by its name; so the order of a report's rows changes
nothing. Quantities are in 10⁻³ units, costs in 10⁻⁶ currency units.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Receipt:
    """A layer of stock: how much came, when, and what each unit cost."""

    id: str
    on: date
    quantity: int
    cost: int


@dataclass(frozen=True, slots=True)
class Issue:
    """What left stock (a quantity above zero) or came back (below zero), with the sale that it `returns` where known."""

    id: str
    on: date
    quantity: int
    returns: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """So many units of a layer, at its cost."""

    layer: str
    quantity: int
    cost: int


@dataclass(frozen=True, slots=True)
class Layers:
    """Where stock stands in the end: what each sale took and still has, in the order taken; what it waits for; what is left
    of each layer, the oldest first; and what came back beyond what had been sold."""

    taken: Mapping[str, tuple[Taken, ...]]
    waiting: Mapping[str, int]
    left: tuple[Taken, ...]
    unplaced: int


def fifo_layers(receipts: Sequence[Receipt], issues: Sequence[Issue]) -> Layers:
    """Which layers each sale took, after everything that came back.

    Raises ValueError for a receipt or issue of nothing, a negative receipt (what goes back to the vendor is an issue), and
    ids that occur twice.
    """
    _check(receipts, issues)
    stock = _Stock(sorted(receipts, key=lambda receipt: (receipt.on, receipt.id)))
    for issue in sorted(issues, key=lambda issue: (issue.on, issue.quantity < 0, issue.id)):
        stock.receive_until(issue.on)
        if issue.quantity > 0:
            stock.issue(issue.id, issue.quantity)
        else:
            stock.restore(-issue.quantity, issue.returns)
    stock.receive_until(date.max)
    return stock.layers()


def _check(receipts: Iterable[Receipt], issues: Iterable[Issue]) -> None:
    receipts, issues = list(receipts), list(issues)
    if any(receipt.quantity <= 0 for receipt in receipts) or any(issue.quantity == 0 for issue in issues):
        raise ValueError("A receipt is above zero, and an issue is not zero; what goes back to the vendor is an issue.")
    for things in (receipts, issues):
        if len({thing.id for thing in things}) < len(things):
            raise ValueError("Every receipt and every issue has an id of its own.")


@dataclass(slots=True)
class _Stock:
    """The layers while sales take from them: `on_shelf` is what is left of each that was received so far."""

    receipts: Sequence[Receipt]
    on_shelf: list[int] = field(default_factory=list)
    oldest: int = 0
    taken: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    unplaced: int = 0

    def receive_until(self, day: date) -> None:
        """Puts what came up to the day on the shelf; whoever waits takes from it first."""
        while len(self.on_shelf) < len(self.receipts) and self.receipts[len(self.on_shelf)].on <= day:
            self.on_shelf.append(self.receipts[len(self.on_shelf)].quantity)
            self._serve()

    def issue(self, sale: str, quantity: int) -> None:
        self.taken[sale] = []
        self.order.append(sale)
        self.waiting[sale] = quantity
        self._serve()

    def restore(self, quantity: int, sale: str | None) -> None:
        """Takes units back: those that wait for stock first, then those taken last."""
        for name in [sale] if sale is not None else reversed(self.order):
            if name in self.taken:
                quantity = self._restore(name, quantity)
        self.unplaced += quantity
        self._serve()

    def _restore(self, sale: str, quantity: int) -> int:
        """Takes back what a sale has; what is still to be placed."""
        waited = min(quantity, self.waiting.get(sale, 0))
        if waited:
            self._wait(sale, self.waiting[sale] - waited)
        quantity -= waited
        taken = self.taken[sale]
        while quantity and taken:
            layer, units = taken.pop()
            back = min(units, quantity)
            quantity -= back
            self.on_shelf[layer] += back
            self.oldest = min(self.oldest, layer)
            if units > back:
                taken.append((layer, units - back))
        return quantity

    def _serve(self) -> None:
        """Gives what is on the shelf to who waits, the first sale first."""
        while self.waiting and (layer := self._oldest()) is not None:
            sale, wanted = next(iter(self.waiting.items()))
            units = min(self.on_shelf[layer], wanted)
            self.on_shelf[layer] -= units
            self.taken[sale].append((layer, units))
            self._wait(sale, wanted - units)

    def _wait(self, sale: str, quantity: int) -> None:
        self.waiting[sale] = quantity
        if not quantity:
            del self.waiting[sale]

    def _oldest(self) -> int | None:
        while self.oldest < len(self.on_shelf) and not self.on_shelf[self.oldest]:
            self.oldest += 1
        return self.oldest if self.oldest < len(self.on_shelf) else None

    def layers(self) -> Layers:
        taken = {sale: tuple(self._as_taken(*part) for part in parts) for sale, parts in self.taken.items()}
        left = tuple(self._as_taken(layer, units) for layer, units in enumerate(self.on_shelf) if units)
        return Layers(taken, dict(self.waiting), left, self.unplaced)

    def _as_taken(self, layer: int, units: int) -> Taken:
        return Taken(self.receipts[layer].id, units, self.receipts[layer].cost)
