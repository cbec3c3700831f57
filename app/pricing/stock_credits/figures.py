"""What a credit for stock comes to, line by line, as the worker writes it."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.programme.claim_terms import ReductionKind
from app.programme.stock_credits import worth


@dataclass(frozen=True, slots=True)
class Line:
    """Units (10⁻³) of one layer of a purchase: how many are credited and how many not, and why; what each was bought for,
    had come to cost, and is credited (10⁻⁶ currency units; below zero where a rise is charged)."""

    product_id: UUID
    purchase: str
    submission_id: UUID
    place: int
    bought_on: date
    quantity: int
    refused: int
    refusal: str | None
    paid: int
    unit_cost: int
    per_unit: int

    @property
    def values(self) -> tuple[object, ...]:
        """Its columns, in the order of `queries.LINE`."""
        return (
            self.product_id,
            self.purchase,
            self.submission_id,
            self.place,
            self.bought_on,
            self.quantity,
            self.refused,
            self.refusal,
            self.paid,
            self.unit_cost,
            self.per_unit,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What a credit rests on (`facts`, by column), its lines, and how it was reckoned."""

    kind: ReductionKind
    currency: str
    lines: tuple[Line, ...]
    steps: tuple[str, ...]
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def units(self) -> int:
        """How many units are credited, in 10⁻³."""
        return sum(line.quantity for line in self.lines)

    @property
    def amount(self) -> int:
        """What is credited, in minor units; below zero where it is charged."""
        return worth(self.kind, [(line.quantity, line.per_unit) for line in self.lines], self.currency)

    @property
    def is_due(self) -> bool:
        """Whether anything is owed."""
        return self.amount != 0
