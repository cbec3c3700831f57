"""What a unit costs a distributor after everything that lowers its cost.

Price protection, special prices and stock rotation lower the cost of a unit in turn, by the day on which each takes effect,
and the next one is computed on what is left: bought at 20, protected by 3 and authorised at 16, the debit is 1. So no part
of a cost is paid for twice, and no cost goes below zero. How much each took is kept, for the unit and for what was sold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.programme.claim_amounts import extended, price_text
from app.programme.claim_terms import ReductionKind
from app.programme.money import allocate, rounded
from app.programme.ship_and_debit import AuthorisedPrice, debit_per_unit

_IN_TURN = {kind: place for place, kind in enumerate(ReductionKind)}


@dataclass(frozen=True, slots=True)
class Reduction:
    """Something that lowers the cost of a unit from a day on: down to a price, by an amount or by a share of what is left.
    `resale` (10⁻⁶ currency units) is there for a guaranteed margin."""

    id: str
    kind: ReductionKind
    on: date
    price: AuthorisedPrice
    resale: int | None = None


@dataclass(frozen=True, slots=True)
class Reduced:
    """How much a reduction took of a unit's cost, and what the cost was before and after; exact, in 10⁻⁶ currency units."""

    reduction: Reduction
    before: Fraction
    per_unit: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True)
class NetCost:
    """What was paid for a unit, what each reduction took of it in turn, and what is left; in 10⁻⁶ currency units."""

    paid: int
    reduced: tuple[Reduced, ...]

    @property
    def left(self) -> Fraction:
        """What the unit costs in the end; never below zero."""
        return self.reduced[-1].after if self.reduced else Fraction(self.paid)

    def before(self, reduction_id: str) -> Fraction:
        """What a reduction is computed on. Raises KeyError where there is no such reduction."""
        return self._of(reduction_id).before

    def taken_by(self, reduction_id: str) -> Fraction:
        """What a reduction takes per unit. Raises KeyError where there is no such reduction."""
        return self._of(reduction_id).per_unit

    def _of(self, reduction_id: str) -> Reduced:
        return {each.reduction.id: each for each in self.reduced}[reduction_id]

    def explained(self) -> str:
        """The chain as a sentence: "20.00 paid, less 3.00 price protection, less 1.00 special price: 16.00."."""
        parts = [f"{price_text(self.paid)} paid"]
        for each in self.reduced:
            parts.append(f"less {price_text(each.per_unit)} {each.reduction.kind.replace('_', ' ').lower()}")
        return f"{', '.join(parts)}: {price_text(self.left)}."


def net_cost(paid: int, reductions: Sequence[Reduction]) -> NetCost:
    """What a unit costs after its reductions, each computed on what the one before left, by day, kind and id.

    `paid` in 10⁻⁶ currency units, one currency for all. The order in which reductions are given changes nothing. Raises
    ValueError for a negative price and two reductions of one id. Source: domain.md, "Stacking".
    """
    if paid < 0:
        raise ValueError("What was paid for a unit is not negative.")
    if len({each.id for each in reductions}) < len(reductions):
        raise ValueError("Every reduction of a unit's cost has an id of its own.")
    left, found = Fraction(paid), []
    for reduction in sorted(reductions, key=lambda each: (each.on, _IN_TURN[each.kind], each.id)):
        taken = debit_per_unit(reduction.price, left, reduction.resale)
        found.append(Reduced(reduction, left, taken, left - taken))
        left -= taken
    return NetCost(paid, tuple(found))


def allocation(cost: NetCost, quantity: int) -> list[int]:
    """How much each reduction took of what so many units (10⁻³) cost, in its order: 10⁻⁶ currency units that add up to all
    that was taken, rounded once there (largest remainder). A negative quantity gives exactly the negative."""
    taken = sum((each.per_unit for each in cost.reduced), Fraction(0))
    shares = [each.per_unit / taken if taken else Fraction(0) for each in cost.reduced]
    whole = _common_denominator(shares)
    return allocate(rounded(extended(quantity, taken)), [int(share * whole) for share in shares])


def _common_denominator(shares: Sequence[Fraction]) -> int:
    """By what the shares become whole numbers."""
    whole = 1
    for share in shares:
        whole *= (share * whole).denominator
    return whole
