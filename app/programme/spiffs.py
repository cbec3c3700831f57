"""What a SPIFF pays: an amount per unit to a named person for a line of that person's firm.

A unit is paid once, whoever claims it. What a claim asks for beyond what its line sold, came back or was claimed before is
denied, and so is what a cap per person and period, or the budget of all, no longer covers: units are then approved as far
as their whole amount fits. What is paid is rounded once per claim. When units come back, those that were not claimed come
back first; of the others the SPIFF is taken back, never more in all than was paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from app.programme.money import MILLI, divided, micros, minor_units
from app.programme.spans import Span


class SpiffDenial(StrEnum):
    """Why units of a SPIFF claim are not paid."""

    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    "The line was sold before the SPIFF began, or after it ended."
    PRODUCT_NOT_COVERED = "PRODUCT_NOT_COVERED"
    "The SPIFF does not pay for this product."
    PARTNER_NOT_COVERED = "PARTNER_NOT_COVERED"
    "The SPIFF is not for this partner."
    NOT_A_SALE = "NOT_A_SALE"
    "The line does not count, or is no sale: a return, a sample, a transfer."
    PAST_DEADLINE = "PAST_DEADLINE"
    "The claim came later than the SPIFF allows after the sale."
    ALREADY_CLAIMED = "ALREADY_CLAIMED"
    "These units were claimed before, or came back."
    OVER_QUANTITY = "OVER_QUANTITY"
    "The line sold fewer units than were asked for."
    CAP_REACHED = "CAP_REACHED"
    "The person has earned all that the SPIFF pays to one person in this period."
    BUDGET_SPENT = "BUDGET_SPENT"
    "The budget of the SPIFF does not cover them."


@dataclass(frozen=True, slots=True)
class SpiffTerms:
    """A SPIFF: what it pays per unit (10⁻⁶ currency units), for which products (none named: all) sold on which days, within
    how many days of the sale it is to be claimed (None: always), at most how much per person and period (minor units)."""

    per_unit: int
    currency: str
    window: Span
    products: frozenset[str] = frozenset()
    days_to_claim: int | None = None
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class SpiffLine:
    """A claimed line as it is known now: what it sold, what of it came back, and what was claimed of it and not taken back
    (10⁻³ units, none negative). `is_sale`: it is accepted, live, and a sale; `covered`: the SPIFF is for its partner."""

    product: str
    sold_on: date
    sold: int
    returned: int
    claimed_before: int
    is_sale: bool = True
    covered: bool = True


@dataclass(frozen=True, slots=True)
class SpiffDecision:
    """How many units (10⁻³) are paid and how much (minor units), and how many each reason denied; a line that is denied as
    a whole has every reason, each with all of its units."""

    approved: int
    amount: int
    denials: tuple[tuple[SpiffDenial, int], ...]


def decided(
    terms: SpiffTerms, line: SpiffLine, asked: int, claimed_on: date, earned: int = 0, budget_left: int | None = None
) -> SpiffDecision:
    """What is paid of a claim for `asked` units. `earned` is what the person has of the SPIFF in the period of the sale,
    `budget_left` what the budget still holds (None: no budget); minor units.

    Raises ValueError unless something above 0 is asked for.
    """
    if asked <= 0:
        raise ValueError(f"A claim asks for units above 0, not for {asked}.")
    if refused := _refusals(terms, line, claimed_on):
        return SpiffDecision(0, 0, tuple((reason, asked) for reason in refused))
    denials: list[tuple[SpiffDenial, int]] = []
    units = asked
    limits = [
        (SpiffDenial.OVER_QUANTITY, max(0, line.sold)),
        (SpiffDenial.ALREADY_CLAIMED, max(0, line.sold - line.returned - line.claimed_before)),
    ]
    if terms.cap is not None:
        limits.append((SpiffDenial.CAP_REACHED, _units_within(terms, terms.cap - earned)))
    if budget_left is not None:
        limits.append((SpiffDenial.BUDGET_SPENT, _units_within(terms, budget_left)))
    for reason, most in limits:
        if units > most:
            denials.append((reason, units - most))
            units = most
    return SpiffDecision(units, amount_of(terms, units), tuple(denials))


def amount_of(terms: SpiffTerms, units: int) -> int:
    """What so many units (10⁻³) are paid, in minor units, rounded once, half away from zero."""
    return minor_units(Fraction(units * terms.per_unit, MILLI), terms.currency)


def taken_back(line: SpiffLine, paid_units: int, paid_amount: int) -> tuple[int, int]:
    """Units (10⁻³) and minor units that are taken back of one claim on a line, now that units of it have come back: what was
    claimed beyond what is still sold, at what it was paid on average; the whole amount with the last unit.

    `claimed_before` of the line includes this claim.
    """
    kept = max(0, min(paid_units, line.sold - line.returned - (line.claimed_before - paid_units)))
    if not line.is_sale:
        kept = 0
    if kept >= paid_units:
        return 0, 0
    stays = divided(paid_amount * kept, paid_units)
    return paid_units - kept, paid_amount - stays


def period_of(sold_on: date) -> Span:
    """The calendar month in which a person's cap counts a sale."""
    start = sold_on.replace(day=1)
    return Span(start, (start + timedelta(days=32)).replace(day=1))


def serial_units(serials: Sequence[str], of_line: Sequence[str]) -> int:
    """How many units (10⁻³) serial numbers stand for: one for each that the line names, said twice or not."""
    return MILLI * len(set(serials) & set(of_line))


def _refusals(terms: SpiffTerms, line: SpiffLine, claimed_on: date) -> list[SpiffDenial]:
    found = []
    if not terms.window.start <= line.sold_on < terms.window.end:
        found.append(SpiffDenial.OUTSIDE_WINDOW)
    if terms.products and line.product not in terms.products:
        found.append(SpiffDenial.PRODUCT_NOT_COVERED)
    if not line.covered:
        found.append(SpiffDenial.PARTNER_NOT_COVERED)
    if not line.is_sale:
        found.append(SpiffDenial.NOT_A_SALE)
    if terms.days_to_claim is not None and claimed_on > line.sold_on + timedelta(days=terms.days_to_claim):
        found.append(SpiffDenial.PAST_DEADLINE)
    return found


def _units_within(terms: SpiffTerms, left: int) -> int:
    """The most whole units (10⁻³) whose amount fits into what is left (minor units)."""
    if left <= 0:
        return 0
    return micros(left, terms.currency) // terms.per_unit * MILLI
