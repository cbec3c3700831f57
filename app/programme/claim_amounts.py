"""A claim's figures: what a quantity comes to at a price, and how prices, quantities and shares stand in an explanation.

Prices are in 10⁻⁶ currency units, quantities in 10⁻³ base units and shares in 10⁻⁶. Nothing is rounded here but what a
reader sees: a price with six decimals at most.
"""

from fractions import Fraction

from app.programme.money import MICRO, MILLI, decimal


def extended(quantity: int, per_unit: Fraction | int) -> Fraction:
    """A quantity (10⁻³) at a price (10⁻⁶): exact, in 10⁻⁶ currency units."""
    return Fraction(per_unit) * quantity / MILLI


def price_text(price: Fraction | int) -> str:
    """A price in 10⁻⁶ as a reader writes it, with two decimals at least: 1.00, 0.333333."""
    return decimal(Fraction(price) / MICRO, 2, 6)


def quantity_text(quantity: int) -> str:
    """A quantity in 10⁻³ as a reader writes it: 12, 0.5."""
    return decimal(Fraction(quantity, MILLI), 0, 3)


def share_text(share: int) -> str:
    """A share in 10⁻⁶ as a percentage: 12.5 %."""
    return f"{decimal(Fraction(share * 100, MICRO), 0, 4)} %"
