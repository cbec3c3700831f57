"""How much stock a distributor may send back: stock rotation.

The allowance of a quarter is a share of the net sell-in of the quarter before, less what was sent back against it already;
what is not used does not carry over. A unit goes back at its net cost, after price protection and special prices. Where the
agreement asks for an offsetting order, no more is credited than the order covers. Lines are taken in the order offered; of a
line that the allowance covers in part, whole base units are taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.programme.claim_amounts import extended, price_text, quantity_text, share_text
from app.programme.claim_terms import RotationLimit
from app.programme.money import MICRO, MILLI, minor_units, rounded, spoken


@dataclass(frozen=True, slots=True)
class RotationTerms:
    """What an agreement says of rotation: which share (10⁻⁶) of the previous quarter's net sell-in may go back, and what
    share of the credit (10⁻⁶) an offsetting order covers at least (None: no order is asked for). Some products and
    families do not go back at all."""

    share: int
    offsetting_share: int | None = None
    excluded_products: frozenset[str] = frozenset()
    excluded_families: frozenset[str] = frozenset()

    def takes_back(self, product: str, family: str) -> bool:
        """Whether stock of a product of this family may go back."""
        return product not in self.excluded_products and family not in self.excluded_families


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may go back in a quarter, what went back and what is left, in 10⁻⁶ currency units at net cost; none negative."""

    granted: int
    used: int

    @property
    def left(self) -> int:
        """What may still go back."""
        return max(0, self.granted - self.used)


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """Units (10⁻³) of a product offered back, what each cost net (10⁻⁶ currency units), and whether it may be rotated."""

    product: str
    quantity: int
    net_cost: int | Fraction
    eligible: bool = True


@dataclass(frozen=True, slots=True)
class RotatedLine:
    """What is taken back of an offered line: units (10⁻³), what they cost exactly (10⁻⁶ currency units), the credit (minor
    units, rounded once), and what kept the others back."""

    line: OfferedLine
    taken: int
    exact: Fraction
    credit: int
    limit: RotationLimit | None
    explanation: str


def allowance(terms: RotationTerms, net_sell_in: int, used: int) -> Allowance:
    """What may go back in a quarter, from the net sell-in of the quarter before and what was used in this one.

    All in 10⁻⁶ currency units, the grant rounded there, half away from zero; a negative sell-in grants nothing. Raises
    ValueError for a share below zero or above the whole, or a negative use. Source: domain.md, "Stock rotation".
    """
    if not 0 <= terms.share <= MICRO or used < 0:
        raise ValueError("The share is from 0 to the whole, and what was used is not negative.")
    return Allowance(rounded(Fraction(max(0, net_sell_in) * terms.share, MICRO)), used)


def rotated(
    terms: RotationTerms, allowed: Allowance, lines: Sequence[OfferedLine], currency: str, order: int = 0
) -> tuple[RotatedLine, ...]:
    """What is taken back of the lines, in the order offered.

    `order` is the amount of the offsetting order in 10⁻⁶ currency units. Raises ValueError for a quantity or cost below
    zero, a quantity of nothing, or an offsetting share that is not above zero.
    """
    if any(line.quantity <= 0 or line.net_cost < 0 for line in lines):
        raise ValueError("A line offers a quantity above zero, and its cost is not negative.")
    allowance_left, order_left = Fraction(allowed.left), _covered(terms, order)
    found = []
    for line in lines:
        taken, limit = _taken(line, allowance_left, order_left)
        exact = extended(taken, line.net_cost)
        allowance_left -= exact
        order_left = None if order_left is None else order_left - exact
        credit = minor_units(exact, currency)
        found.append(
            RotatedLine(line, taken, exact, credit, limit, _explained(terms, line, taken, credit, limit, currency))
        )
    return tuple(found)


def _covered(terms: RotationTerms, order: int) -> Fraction | None:
    """What an order covers; None where none is asked for."""
    if terms.offsetting_share is None:
        return None
    if terms.offsetting_share <= 0:
        raise ValueError("The share of the credit that an offsetting order covers is above zero.")
    return Fraction(max(0, order) * MICRO, terms.offsetting_share)


def _taken(line: OfferedLine, allowed: Fraction, ordered: Fraction | None) -> tuple[int, RotationLimit | None]:
    """How many units are taken back, and what keeps the others back; the narrower limit, the allowance of two alike."""
    if not line.eligible:
        return 0, RotationLimit.NOT_ELIGIBLE
    by_order = ordered is not None and ordered < allowed
    within = ordered if by_order and ordered is not None else allowed
    if extended(line.quantity, line.net_cost) <= within:
        return line.quantity, None
    whole_units = int(within // Fraction(line.net_cost))
    return whole_units * MILLI, RotationLimit.OFFSETTING_ORDER if by_order else RotationLimit.OVER_ALLOWANCE


_WHY = {
    RotationLimit.NOT_ELIGIBLE: "the agreement takes no stock of this product back",
    RotationLimit.OVER_ALLOWANCE: "the allowance of {share} of the previous quarter's net sell-in covers no more",
    RotationLimit.OFFSETTING_ORDER: "the offsetting order covers no more",
}


def _explained(
    terms: RotationTerms, line: OfferedLine, taken: int, credit: int, limit: RotationLimit | None, currency: str
) -> str:
    told = (
        f"{quantity_text(taken)} of {quantity_text(line.quantity)} taken back at a net cost of"
        f" {price_text(line.net_cost)}: {spoken(credit, currency)}."
    )
    if limit is None:
        return told
    kept = quantity_text(line.quantity - taken)
    return f"{told} {kept} not taken: {_WHY[limit].format(share=share_text(terms.share))}."
