"""What a distributor is credited for stock when its price drops.

The credit is min(units on hand on the effective date, units bought in the look-back window) × (old − new), where old is the
net price that was paid. On hand on the effective date is what the day begins with: whoever counts later adds what was sold
since that day began and takes off what came since, so that a unit which was sold meanwhile is in it once, and only once.

Of purchases at several prices the latest are still on hand, because the oldest stock leaves first. Each is credited at its
own price, and the sum is rounded once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from app.programme.claim_amounts import extended, price_text, quantity_text
from app.programme.claim_terms import CreditOutcome
from app.programme.money import MICRO, minor_units, spoken


@dataclass(frozen=True, slots=True)
class ProtectionTerms:
    """What an agreement says of price changes: how many days before the effective date a purchase may lie (None: any), if
    goods in transit count, what share of the price (10⁻⁶) it must drop by at least, and if a rise writes stock up."""

    look_back_days: int | None = None
    in_transit: bool = False
    minimum_drop: int = 0
    writes_up: bool = False


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price that changes on a day, from before to after, in 10⁻⁶ currency units."""

    effective_on: date
    before: int
    after: int
    currency: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """Units (10⁻³) bought on a day at a net price (10⁻⁶ currency units, after every earlier reduction). What went back to
    the vendor is negative, and goes off the latest purchases before it."""

    on: date
    quantity: int
    net_price: int | Fraction


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved stock of the product on a day, in 10⁻³ units: what came is above zero, what left below."""

    on: date
    quantity: int


@dataclass(frozen=True, slots=True)
class Credit:
    """What a price change comes to: the units credited (10⁻³), exactly (10⁻⁶ currency units) and in minor units, negative
    where the distributor is charged; which purchases are credited, and how it was computed."""

    outcome: CreditOutcome
    units: int
    exact: Fraction
    amount: int
    parts: tuple[tuple[Purchase, Fraction], ...]
    steps: tuple[str, ...]


def on_hand_at_effective_date(at_notice: int, sold_since: int, received_since: int) -> int:
    """What was on hand when the effective date began, from what was on hand at a later notice; never below zero.

    All in 10⁻³ units, of the days from the effective date to that of the notice. Source: domain.md, "Price protection".
    """
    return max(0, at_notice + sold_since - received_since)


def on_hand_when_it_began(day: date, counted: int, counted_on: date, moved: Iterable[Moved]) -> int:
    """What was on hand when a day began, from a count at the end of a day, before or after; never below zero.

    Movements of other days are passed over, so each counts once, and only once. In 10⁻³ units.
    """
    if counted_on >= day:
        since = [each.quantity for each in moved if day <= each.on <= counted_on]
        sold, received = -sum(q for q in since if q < 0), sum(q for q in since if q > 0)
        return on_hand_at_effective_date(counted, sold, received)
    return max(0, counted + sum(each.quantity for each in moved if counted_on < each.on < day))


def protected(
    terms: ProtectionTerms, change: PriceChange, on_hand: int, in_transit: int, purchases: Sequence[Purchase]
) -> Credit:
    """What the distributor is credited, or charged where a rise writes stock up.

    `on_hand` and `in_transit` (10⁻³ units) are those of the effective date, neither overlapping the other; purchases are of
    the product, in the currency of the change, in any order. A unit that had cost no more than the new price adds nothing
    to a credit, and one that had cost no less adds nothing to a charge. Raises ValueError for a negative quantity on hand.
    """
    if min(on_hand, in_transit) < 0:
        raise ValueError("What is on hand or in transit is not negative.")
    held = on_hand + (in_transit if terms.in_transit else 0)
    bought = _bought(terms, change, purchases)
    units = min(held, sum(each.quantity for each in bought))
    if refused := _refused(terms, change, held, units):
        return Credit(refused, 0, Fraction(0), 0, (), ())
    parts = tuple((each, _per_unit(change, each)) for each in _latest(bought, units))
    exact = sum((extended(each.quantity, per_unit) for each, per_unit in parts), Fraction(0))
    if not exact:
        return Credit(CreditOutcome.PAID_NO_MORE, 0, Fraction(0), 0, (), ())
    amount = minor_units(exact, change.currency)
    outcome = CreditOutcome.CREDITED if exact > 0 else CreditOutcome.CHARGED
    steps = _steps(held, units, change, parts, amount)
    return Credit(outcome, sum(each.quantity for each, per in parts if per), exact, amount, parts, steps)


def _refused(terms: ProtectionTerms, change: PriceChange, held: int, units: int) -> CreditOutcome | None:
    """Why nothing is credited or charged before any purchase is looked at."""
    if change.after >= change.before and not terms.writes_up:
        return CreditOutcome.RISE_NOT_AGREED
    if change.after <= change.before and not drops_enough(change, terms.minimum_drop):
        return CreditOutcome.BELOW_MINIMUM_DROP
    if not held:
        return CreditOutcome.NOTHING_ON_HAND
    return None if units > 0 else CreditOutcome.NOTHING_BOUGHT


def drops_enough(change: PriceChange, minimum: int) -> bool:
    """Whether a price drops, and by this share (10⁻⁶) of what it was, or more."""
    drop = change.before - change.after
    return drop > 0 and drop * MICRO >= minimum * change.before


def _bought(terms: ProtectionTerms, change: PriceChange, purchases: Sequence[Purchase]) -> list[Purchase]:
    """What was bought in the look-back window and did not go back, the earliest first. The window ends before the effective
    date: what is bought from then on is bought at the new price."""
    kept: list[Purchase] = []
    for each in sorted(purchases, key=lambda each: (each.on, each.quantity < 0, each.net_price)):
        if each.on >= change.effective_on:
            continue
        if each.quantity >= 0:
            kept.append(each)
            continue
        _take_off(kept, -each.quantity)
    if terms.look_back_days is None:
        return kept
    first = change.effective_on - timedelta(days=min(terms.look_back_days, (change.effective_on - date.min).days))
    return [each for each in kept if each.on >= first]


def _take_off(kept: list[Purchase], back: int) -> None:
    """Takes so many units off the latest purchases."""
    while back and kept:
        latest = kept.pop()
        if latest.quantity > back:
            kept.append(Purchase(latest.on, latest.quantity - back, latest.net_price))
        back -= min(back, latest.quantity)


def _latest(bought: Sequence[Purchase], units: int) -> list[Purchase]:
    """The latest so many units that were bought, the latest first."""
    found = []
    for each in reversed(bought):
        taken = min(units, each.quantity)
        units -= taken
        if taken:
            found.append(Purchase(each.on, taken, each.net_price))
    return found


def _per_unit(change: PriceChange, purchase: Purchase) -> Fraction:
    """Old less new: a credit is not negative, a charge not positive."""
    difference = Fraction(purchase.net_price) - change.after
    return max(Fraction(0), difference) if change.after < change.before else min(Fraction(0), difference)


def _steps(
    held: int, units: int, change: PriceChange, parts: Iterable[tuple[Purchase, Fraction]], amount: int
) -> tuple[str, ...]:
    return (
        f"{quantity_text(held)} held on {change.effective_on}, {quantity_text(units)} of them bought in the window.",
        *(
            f"{quantity_text(each.quantity)} × {price_text(per_unit)}: bought on {each.on} at"
            f" {price_text(each.net_price)}, now {price_text(change.after)}."
            for each, per_unit in parts
        ),
        f"{'Credited' if amount >= 0 else 'Charged'} {spoken(abs(amount), change.currency)}, rounded once.",
    )
