"""How much stock a distributor should hold of each product, and how what lies there stands to it.

A standard has a minimum and a maximum, both within: in weeks (how long the stock lasts at the pace of the 13 weeks to its
count), in units, or in value (at the book price). An agreement says one for all products, and others for families and for
single products, which go first. Stock and demand are those of the newest count that covers the product: a count that is 13
weeks old or older says nothing of today, and stock that nobody buys lasts for no number of weeks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.programme.inventory import TRAILING_DAYS, weekly_demand, weeks_of_supply
from app.programme.terms import StandardBasis, SupplyState

JUDGED = frozenset({SupplyState.BELOW_MIN, SupplyState.WITHIN, SupplyState.ABOVE_MAX})
"The states that say how stock stands to a standard."


@dataclass(frozen=True, slots=True)
class Standard:
    """From how much to how much: hundredths of weeks, 10⁻³ base units, or 10⁻⁶ currency units; both ends are within."""

    least: int
    most: int
    basis: StandardBasis = StandardBasis.WEEKS


@dataclass(frozen=True, slots=True)
class Said:
    """A line of what an agreement says: of one product, of a family, or, naming neither, of all products. Without a
    standard nothing is asked of them."""

    standard: Standard | None
    product: str | None = None
    family: str | None = None


@dataclass(frozen=True, slots=True)
class CountedStock:
    """The newest count of a product: what could be sold then, and what `days` up to it had sold net, in 10⁻³ base units; and
    its book price, 10⁻⁶ currency units, where there is one."""

    counted_on: date
    on_hand: int
    sold: int
    days: int
    price: int | None = None


@dataclass(frozen=True, slots=True)
class InBand:
    """How many products stand how to their standards. `stale` were counted too long ago to say; `empty` are those of which
    there is neither stock nor demand, and they are no part of `of`, as those are not of which nothing is asked."""

    within: int = 0
    below: int = 0
    above: int = 0
    without_demand: int = 0
    stale: int = 0
    empty: int = 0
    unasked: int = 0

    @property
    def of(self) -> int:
        """How many products the share is of."""
        return self.within + self.below + self.above + self.without_demand + self.stale

    @property
    def share(self) -> Fraction | None:
        """The share of them that is within; None where there are none."""
        return Fraction(self.within, self.of) if self.of else None


def standard_of(said: Iterable[Said], product: str, family: str) -> Standard | None:
    """What is asked of a product: what is said of it, or else of its family, or else of all products."""
    fitting = [
        each
        for each in said
        if each.product == product
        or (each.product is None and each.family == family)
        or (each.product is None and each.family is None)
    ]
    nearest = max(fitting, key=lambda each: (each.product is not None, each.family is not None), default=None)
    return nearest.standard if nearest is not None else None


def held(stock: CountedStock, basis: StandardBasis) -> Fraction | None:
    """What was on hand in the unit of a standard; None for weeks without demand, and for value without a price."""
    there = max(0, stock.on_hand)
    if basis is StandardBasis.UNITS:
        return Fraction(there)
    if basis is StandardBasis.VALUE:
        return None if stock.price is None else Fraction(there * stock.price, 1000)
    weeks = weeks_of_supply(there, stock.sold, stock.days)
    return None if weeks is None else weeks * 100


def standing(stock: CountedStock, standard: Standard | None) -> SupplyState:
    """How stock stood to a standard when it was counted.

    Without a standard, or without the price that one in value needs, it is NO_STANDARD; NO_DEMAND where only demand could
    say: for weeks, and where nothing is asked.
    """
    basis = standard.basis if standard is not None else StandardBasis.WEEKS
    there = held(stock, basis)
    if there is None:
        return SupplyState.NO_STANDARD if basis is StandardBasis.VALUE else SupplyState.NO_DEMAND
    if standard is None:
        return SupplyState.NO_STANDARD
    if there < standard.least:
        return SupplyState.BELOW_MIN
    return SupplyState.ABOVE_MAX if there > standard.most else SupplyState.WITHIN


def state(stock: CountedStock, standard: Standard | None, on: date) -> SupplyState:
    """How stock stands to a standard at the end of a day: EMPTY where none is left of what nobody buys and no number of
    units is asked for, STALE where it was last counted 13 weeks before or earlier."""
    is_stale = (on - stock.counted_on).days >= TRAILING_DAYS
    found = standing(stock, standard)
    if stock.on_hand <= 0 and (is_stale or (stock.sold <= 0 and found not in JUDGED)):
        return SupplyState.EMPTY
    return SupplyState.STALE if is_stale else found


def since(history: Sequence[tuple[date, SupplyState]]) -> date | None:
    """Since which count stock has stood as it does by the newest: the first day of the last unbroken run, from the days of
    its counts in their order. None without any."""
    found = None
    for day, each in reversed(history):
        if each is not history[-1][1]:
            break
        found = day
    return found


def out_since(history: Sequence[tuple[date, int]]) -> date | None:
    """Since which count nothing has been on hand, from the days of the counts and what was on hand, in their order; None
    where the newest found some."""
    found = None
    for day, on_hand in reversed(history):
        if on_hand > 0:
            break
        found = day
    return found


def in_band(counted: Iterable[tuple[CountedStock, Standard | None]], on: date) -> InBand:
    """How products that were counted up to the end of a day stand, each to its own standard.

    A product of which nothing is left and nothing was sold is left out. What lies there without demand is not within. Nor is
    what was last counted 13 weeks before the day or earlier: it says nothing of that day, unless nothing lay there.
    """
    found: dict[str, int] = {}
    for stock, standard in counted:
        name = _PLACES[state(stock, standard, on)] if standard is not None else "unasked"
        found[name] = found.get(name, 0) + 1
    return InBand(**found)


def pace(stock: CountedStock) -> Fraction:
    """What a mean week sold up to the count, 10⁻³ base units; nothing where as much or more came back."""
    return max(Fraction(0), weekly_demand(stock.sold, stock.days))


_PLACES = {
    SupplyState.BELOW_MIN: "below",
    SupplyState.WITHIN: "within",
    SupplyState.ABOVE_MAX: "above",
    SupplyState.NO_DEMAND: "without_demand",
    SupplyState.STALE: "stale",
    SupplyState.EMPTY: "empty",
    SupplyState.NO_STANDARD: "unasked",
}
