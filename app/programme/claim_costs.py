"""What the units of a sale had cost the distributor when they left stock, after every earlier credit.

A credit for stock on hand has lowered the cost of the units that it was for. So a unit bought at 20 and protected by 3 costs
17 when it is sold, and authorised at 16 its debit is 1; where a rise was charged, the unit costs more. Where it is known
which stock was sold, the credits of that very stock count. Where it is only known what was last paid, the first units sold
since the credit are those that it was for. A price of the price book on the day of the sale says what a unit costs now: a
drop is in it already, and nothing is taken off it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.programme.claim_amounts import price_text
from app.programme.ship_and_debit import CostPart


@dataclass(frozen=True, slots=True)
class Credit:
    """What was credited for units on hand from a day on, so much each (10⁻⁶ currency units; below zero where a rise was
    charged): the first `units` (10⁻³) of those that a sale has of the stock; all of them where None."""

    on: date
    per_unit: int
    units: int | None = None


@dataclass(frozen=True, slots=True)
class Bought:
    """So many units (10⁻³) of a sale that were bought at so much each (10⁻⁶), and what was credited for them, in turn."""

    quantity: int
    price: int
    credits: tuple[Credit, ...] = ()


def costs_left(bought: Sequence[Bought], sold_on: date) -> tuple[tuple[CostPart, ...], tuple[str, ...]]:
    """What the units of a sale cost each after the credits until its day, in the order in which they left stock; and for
    those that were credited, how that came about. No cost is below zero."""
    parts, told = [], []
    for each in bought:
        for units, credits in _pieces(each, sold_on):
            left = each.price
            for credit in credits:
                left = max(0, left - credit.per_unit)
            parts.append(CostPart(units, left))
            if credits:
                told.append(_chain(each.price, credits, left))
    return tuple(parts), tuple(told)


def _pieces(bought: Bought, sold_on: date) -> Iterator[tuple[int, list[Credit]]]:
    """The units that have the same credits."""
    over = [each for each in bought.credits if each.on <= sold_on]
    ends = {each.units for each in over if each.units is not None and 0 < each.units < bought.quantity}
    for start, end in pairwise([0, *sorted(ends), bought.quantity]):
        yield end - start, [each for each in over if each.units is None or each.units > start]


def _chain(price: int, credits: Sequence[Credit], left: int) -> str:
    """ "20.00 paid, less 3.00 price protection: 17.00." """
    steps = [
        f"{'less' if each.per_unit >= 0 else 'plus'} {price_text(abs(each.per_unit))} price protection"
        for each in credits
    ]
    return f"{', '.join([f'{price_text(price)} paid', *steps])}: {price_text(left)}."
