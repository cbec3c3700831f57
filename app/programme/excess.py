"""How much more stock lies at a distributor than it needs, and what is at risk while it does.

Excess is what is on hand beyond the maximum of the product's standard: in units, in value at the book price, or as many
units as so many weeks of demand take. Where no standard says otherwise it is what 13 weeks of forward demand, at the pace
of the 13 weeks to the count, do not take. At risk is what that excess loses by the lowest price that is announced.
"""

from fractions import Fraction

from app.programme.money import rounded
from app.programme.stock_standards import CountedStock, Standard, pace
from app.programme.terms import StandardBasis

HORIZON_WEEKS = 13
"For how many weeks of demand stock may lie there where no standard says."


def most_needed(stock: CountedStock, standard: Standard | None) -> int | None:
    """How many 10⁻³ base units may lie there, rounded half away from zero; None where the standard is in value and the
    product has no price, or costs nothing: then no number of them is too large."""
    if standard is None:
        return rounded(pace(stock) * HORIZON_WEEKS)
    if standard.basis is StandardBasis.WEEKS:
        return rounded(pace(stock) * standard.most / 100)
    if standard.basis is StandardBasis.UNITS:
        return standard.most
    return rounded(Fraction(standard.most * 1000, stock.price)) if stock.price else None


def excess(stock: CountedStock, standard: Standard | None) -> int:
    """How many 10⁻³ base units lie there beyond what is needed; never below zero."""
    most = most_needed(stock, standard)
    return 0 if most is None else max(0, stock.on_hand - most)


def value(units: int, price: int | None) -> int:
    """What units (10⁻³) are worth at a price (10⁻⁶ currency units), in 10⁻⁶, rounded half away from zero; nothing without
    a price."""
    return 0 if price is None else rounded(Fraction(units * price, 1000))


def erosion(units: int, price: int | None, announced: int | None) -> int:
    """What units lose by the lowest price that is announced for later; nothing where it is not below the price of now."""
    return 0 if price is None or announced is None else value(units, max(0, price - announced))
