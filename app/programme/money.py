"""Money without loss: how an exact figure becomes a payment, and how a payment is shared out.

Figures stay exact, in whole numbers and fractions, until money is paid. A payment is then rounded once, to the minor unit
of its currency, half away from zero, so that a reversal is exactly the negative of what it reverses. A payment is shared
out in whole minor units that add up to it: each share is rounded down, and what is left goes, one by one, to those that
were cut the most.
"""

from collections.abc import Sequence
from fractions import Fraction

from app.programme.currencies import MINOR_UNITS

MICRO = 10**6
"So many parts has a unit of currency in a price or an amount, and 1 in a rate."
MILLI = 10**3
"So many parts has a unit of a product in a quantity."
RATE_OF_EXCHANGE = 10**9
"So many parts has 1 in a rate of exchange."


def rounded(value: Fraction, places: int = 0) -> int:
    """The nearest number of 10⁻ᵖˡᵃᶜᵉˢ, half away from zero: 2.345 at two places is 235."""
    scaled = value * _power(places)
    return divided(scaled.numerator, scaled.denominator)


def divided(number: int, by: int) -> int:
    """The quotient, half away from zero.

    Raises ValueError unless `by` is positive.
    """
    if by <= 0:
        raise ValueError(f"Something is divided by a number above 0, not by {by}.")
    nearest = (2 * abs(number) + by) // (2 * by)
    return nearest if number >= 0 else -nearest


def minor(micros: int | Fraction, currency: str) -> Fraction:
    """An amount of 10⁻⁶ currency units in minor units of the currency, exactly: 12,345,000 of EUR are 1234.5 cents.

    Raises ValueError for a currency that is not listed.
    """
    return Fraction(micros * _power(places_of(currency)), MICRO)


def minor_units(micros: int | Fraction, currency: str) -> int:
    """What is paid for an amount of 10⁻⁶ currency units: minor units, half away from zero.

    Raises ValueError for a currency that is not listed.
    """
    return rounded(minor(micros, currency))


def micros(minor_units: int, currency: str) -> int:
    """An amount of minor units in 10⁻⁶ currency units: exact, because no currency has more than six decimals.

    Raises ValueError for a currency that is not listed.
    """
    return minor_units * _power(6 - places_of(currency))


def places_of(currency: str) -> int:
    """How many decimals a payment in the currency has.

    Raises ValueError for a currency that is not listed.
    """
    if currency not in MINOR_UNITS:
        raise ValueError(f"{currency!r} is no currency of ISO 4217 in which a payment can be made.")
    return MINOR_UNITS[currency]


def converted(micros: int, rate: int) -> int:
    """An amount in another currency, both of 10⁻⁶, at a rate of 10⁻⁹ of the other for one of this; half away from zero.

    Raises ValueError unless the rate is positive.
    """
    if rate <= 0:
        raise ValueError(f"A rate of exchange is above 0, not {rate}.")
    return divided(micros * rate, RATE_OF_EXCHANGE)


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """A total shared out by weights, in whole parts that add up to it, by largest remainder; ties by position.

    A share is total × its weight ÷ the sum of all. A negative weight (a return) has a negative share; a negative total is
    shared exactly as the positive one, reversed. Where the weights add up to nothing or less, nobody has a share: all are
    0. Source: domain.md, "Returns" (a line's share of a payment).
    """
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    if total < 0:
        return [-share for share in allocate(-total, weights)]
    products = [total * weight for weight in weights]
    shares = [product // whole for product in products]
    cut = [product % whole for product in products]
    most_cut = sorted(range(len(cut)), key=cut.__getitem__, reverse=True)
    for place in most_cut[: total - sum(shares)]:
        shares[place] += 1
    return shares


def spoken(amount: int | Fraction, currency: str) -> str:
    """An amount of minor units as people read it: "EUR 5,500.00"; with up to six decimals where it is no whole number of
    them, and "about" before it where even these do not tell all of it."""
    places = places_of(currency)
    exact = Fraction(amount) / _power(places)
    return f"{'' if _ends(exact, 6) else 'about '}{currency} {decimal(exact, places)}"


def decimal(value: Fraction, least: int = 0, most: int = 6) -> str:
    """A number in decimals, thousands apart, with at least and at most so many of them; half away from zero."""
    parts = rounded(abs(value), most)
    whole, after = divmod(parts, _power(most))
    decimals = f"{after:0{most}d}".rstrip("0").ljust(least, "0") if most else ""
    sign = "-" if value < 0 and parts else ""
    return f"{sign}{whole:,}{'.' if decimals else ''}{decimals}"


def _ends(value: Fraction, places: int) -> bool:
    """Whether so many decimals tell the whole value."""
    return (value * _power(places)).denominator == 1


def _power(places: int) -> int:
    """So many parts has a whole that is told with so many decimals."""
    parts: int = 10**places
    return parts
