"""What a special price pays: ship & debit.

The vendor authorises a price for some units, customers and days, and pays the distributor the difference to what each unit
cost: quantity × (cost − authorised price), never below zero. A claim line points at a counted sale. Units beyond what was
sold, came back, were paid before or are left in the authorisation are denied one by one, each with its reason; the rest of
the line is paid. What is paid is rounded once per claim line. When units come back, the debit is taken back at what they
were paid, and never more in all than was paid.

Units that were denied come back first: of ten sold and eight paid, the first two returns take nothing back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.programme.ageing import last_day
from app.programme.claim_amounts import extended, price_text, quantity_text, share_text
from app.programme.claim_terms import CostBasis, DenialReason, LineDecision, SpecialPriceKind
from app.programme.money import MICRO, MILLI, minor_units, spoken
from app.programme.spans import Span


@dataclass(frozen=True, slots=True)
class AuthorisedPrice:
    """What a unit may cost. `value` is a price or an amount in 10⁻⁶ currency units, or a share or margin in 10⁻⁶;
    `most_per_unit` (10⁻⁶ currency units) bounds the debit of a unit, and is there for every margin guarantee."""

    kind: SpecialPriceKind
    value: int
    most_per_unit: int | None = None


@dataclass(frozen=True, slots=True)
class CostPart:
    """What so many units (10⁻³) cost each, in 10⁻⁶ currency units, after every earlier reduction of their cost."""

    quantity: int
    cost: int | Fraction


@dataclass(frozen=True, slots=True)
class Debit:
    """What is paid for so many units: exactly per unit on average (10⁻⁶ currency units), and in minor units, with how it
    was computed."""

    quantity: int
    per_unit: Fraction
    amount: int
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A special price: for which products, customers (none named: any) and days, how long a sale may be claimed (None:
    always), and the day from which it was ended before its time. `end` of the window is the day after its last."""

    number: str
    price: AuthorisedPrice
    currency: str
    window: Span
    products: frozenset[str]
    customers: frozenset[str] = frozenset()
    days_to_file: int | None = None
    ended_on: date | None = None
    cost_basis: CostBasis = CostBasis.BOOK_AT_RESALE


@dataclass(frozen=True, slots=True)
class ClaimedLine:
    """A line that is claimed, as it is known now: what it sold, what of it came back, and what earlier claims paid and did
    not take back (all 10⁻³ units, none negative). `counts`: it is accepted, live, and of a type that counts. `currency` is
    that of the costs, and `resale` (10⁻⁶, in `resale_currency`) what its customer paid."""

    product: str
    customer: str | None
    sold_on: date
    asked: int
    sold: int
    returned: int
    paid_before: int
    counts: bool
    currency: str
    resale: int | None = None
    resale_currency: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of a claim line. Approved and denied units add up to what was asked; `denials` says how many units
    each reason denied. Where a line is denied as a whole, every reason that it has stands there, with all of its units."""

    decision: LineDecision
    approved: int
    denied: int
    denials: tuple[tuple[DenialReason, int], ...]
    debit: Debit
    explanation: str

    @property
    def reasons(self) -> tuple[DenialReason, ...]:
        """Why units were denied."""
        return tuple(reason for reason, _ in self.denials)


def price_problems(price: AuthorisedPrice) -> tuple[str, ...]:
    """Everything that is wrong with an authorised price, in words; empty where it can be computed."""
    is_share = price.kind in {SpecialPriceKind.DOWN_BY_SHARE, SpecialPriceKind.MARGIN_GUARANTEE}
    found = []
    if price.value < 0:
        found.append("A special price, its amount or its share is not negative.")
    if is_share and price.value > MICRO:
        found.append(f"A share is at most the whole, not {share_text(price.value)}.")
    if price.kind is SpecialPriceKind.MARGIN_GUARANTEE and price.most_per_unit is None:
        found.append("A margin guarantee names the most that it pays per unit.")
    if price.most_per_unit is not None and price.most_per_unit < 0:
        found.append("The most that is paid per unit is not negative.")
    return tuple(found)


def debit_per_unit(price: AuthorisedPrice, cost: int | Fraction, resale: int | None = None) -> Fraction:
    """What the vendor pays for a unit of this cost: exact, in 10⁻⁶ currency units, never below zero, never above the cost.

    `resale` is what its customer paid (10⁻⁶, the same currency). Raises ValueError where the price cannot be computed or a
    guaranteed margin has no resale price. Source: domain.md, "Ship & debit".
    """
    if problems := price_problems(price):
        raise ValueError(" ".join(problems))
    wanted = Fraction(cost) - _cost_allowed(price, Fraction(cost), resale)
    most = Fraction(cost) if price.most_per_unit is None else min(Fraction(cost), Fraction(price.most_per_unit))
    return max(Fraction(0), min(wanted, most))


def _cost_allowed(price: AuthorisedPrice, cost: Fraction, resale: int | None) -> Fraction:
    """What the unit may cost the distributor in the end."""
    match price.kind:
        case SpecialPriceKind.DOWN_TO:
            return Fraction(price.value)
        case SpecialPriceKind.DOWN_BY_AMOUNT:
            return cost - price.value
        case SpecialPriceKind.DOWN_BY_SHARE:
            return cost - cost * price.value / MICRO
        case SpecialPriceKind.MARGIN_GUARANTEE:
            if resale is None:
                raise ValueError("A guaranteed margin needs the resale price of the unit.")
            return resale - Fraction(resale * price.value, MICRO)


def debit(price: AuthorisedPrice, costs: Sequence[CostPart], currency: str, resale: int | None = None) -> Debit:
    """What is paid for units of these costs: each part exactly, the sum rounded once to the currency's minor units.

    Negative quantities give exactly the negative. Raises ValueError as `debit_per_unit` does.
    """
    exact, steps = Fraction(0), []
    for part in costs:
        each = debit_per_unit(price, part.cost, resale)
        exact += extended(part.quantity, each)
        steps.append(_step(price, part, each, resale))
    quantity = sum(part.quantity for part in costs)
    amount = minor_units(exact, currency)
    if steps:
        steps.append(f"Paid {spoken(amount, currency)}, rounded once.")
    return Debit(quantity, exact * MILLI / quantity if quantity else Fraction(0), amount, tuple(steps))


def _step(price: AuthorisedPrice, part: CostPart, each: Fraction, resale: int | None) -> str:
    value = price.value
    match price.kind:
        case SpecialPriceKind.DOWN_TO:
            how = f"authorised down to {price_text(value)}"
        case SpecialPriceKind.DOWN_BY_AMOUNT:
            how = f"authorised down by {price_text(value)}"
        case SpecialPriceKind.DOWN_BY_SHARE:
            how = f"authorised down by {share_text(value)} of the cost"
        case SpecialPriceKind.MARGIN_GUARANTEE:
            how = f"a margin of {share_text(value)} guaranteed on a resale price of {price_text(resale or 0)}"
    most = "" if price.most_per_unit is None else f", at most {price_text(price.most_per_unit)} per unit"
    return (
        f"{quantity_text(part.quantity)} × {price_text(each)}: cost {price_text(part.cost)}, {how}{most}"
        f" = {price_text(extended(part.quantity, each))}."
    )


def decide_line(
    authorisation: Authorisation, line: ClaimedLine, remaining: int | None, filed_on: date, costs: Sequence[CostPart]
) -> Decision:
    """What the engine decides of a claim line filed on a day: approved as far as its units are good, every reason at once.

    `remaining` is what the authorisation has left (10⁻³ units; None: without limit). `costs` are those of the units that
    the line sold and that did not come back, in the order in which they left stock; units that are paid already are passed
    over from the front. Raises ValueError where a quantity is negative or nothing is asked.
    """
    if line.asked <= 0 or min(line.sold, line.returned, line.paid_before) < 0:
        raise ValueError("A claim line asks for a quantity above zero, and no quantity of its sale is negative.")
    if whole := _denied_as_a_whole(authorisation, line, filed_on):
        return _denied(authorisation, line, tuple((reason, line.asked) for reason in whole))
    approved, denials = _quantity_approved(line, remaining, sum(part.quantity for part in costs))
    if not approved:
        return _denied(authorisation, line, denials)
    owed = debit(authorisation.price, part_of(costs, line.paid_before, approved), authorisation.currency, line.resale)
    if owed.per_unit == 0:
        return _denied(authorisation, line, (*denials, (DenialReason.NOT_BELOW_COST, approved)))
    decision = LineDecision.PARTLY_APPROVED if denials else LineDecision.APPROVED
    return Decision(
        decision, approved, line.asked - approved, denials, owed, _explained(authorisation, line, denials, owed)
    )


def _denied_as_a_whole(authorisation: Authorisation, line: ClaimedLine, filed_on: date) -> list[DenialReason]:
    """Every reason that denies all units of a line."""
    days, currency = authorisation.days_to_file, authorisation.currency
    by_margin = authorisation.price.kind is SpecialPriceKind.MARGIN_GUARANTEE
    found = {
        DenialReason.LINE_NOT_COUNTED: not line.counts,
        DenialReason.EXPIRED: authorisation.ended_on is not None and line.sold_on >= authorisation.ended_on,
        DenialReason.OUTSIDE_WINDOW: not authorisation.window.start <= line.sold_on < authorisation.window.end,
        DenialReason.WRONG_PRODUCT: line.product not in authorisation.products,
        DenialReason.WRONG_CUSTOMER: bool(authorisation.customers) and line.customer not in authorisation.customers,
        DenialReason.WRONG_CURRENCY: line.currency != currency
        or (by_margin and line.resale is not None and line.resale_currency != currency),
        DenialReason.NO_RESALE_PRICE: by_margin and line.resale is None,
        DenialReason.FILED_LATE: days is not None and filed_on > last_day(line.sold_on, days),
    }
    return [reason for reason, holds in found.items() if holds]


def _quantity_approved(
    line: ClaimedLine, remaining: int | None, covered: int
) -> tuple[int, tuple[tuple[DenialReason, int], ...]]:
    """How many units of a line are good, and how many each limit denied, in the order of the limits."""
    limits = [
        (DenialReason.MORE_THAN_SOLD, line.sold),
        (DenialReason.RETURNED, line.sold - line.returned),
        (DenialReason.ALREADY_CLAIMED, line.sold - line.returned - line.paid_before),
        (DenialReason.NO_COST, covered - line.paid_before),
    ]
    if remaining is not None:
        limits.append((DenialReason.OVER_QUANTITY, remaining))
    approved, denials = line.asked, []
    for reason, most in limits:
        good = min(approved, max(0, most))
        if good < approved:
            denials.append((reason, approved - good))
        approved = good
    return approved, tuple(denials)


def part_of(costs: Sequence[CostPart], passed_over: int, quantity: int) -> tuple[CostPart, ...]:
    """The costs of so many units, after passing over so many from the front. Fewer where there are not so many."""
    parts, left = [], quantity
    for part in costs:
        skipped = min(passed_over, part.quantity)
        passed_over -= skipped
        taken = min(left, part.quantity - skipped)
        left -= taken
        if taken:
            parts.append(CostPart(taken, part.cost))
    return tuple(parts)


def _denied(authorisation: Authorisation, line: ClaimedLine, denials: tuple[tuple[DenialReason, int], ...]) -> Decision:
    nothing = Debit(0, Fraction(0), 0, ())
    told = _explained(authorisation, line, denials, nothing)
    return Decision(LineDecision.DENIED, 0, line.asked, denials, nothing, told)


_WHY = {
    DenialReason.EXPIRED: "the special price was ended from {ended} on, and the sale is of {sold_on}",
    DenialReason.OUTSIDE_WINDOW: "the sale is of {sold_on}, and the special price holds from {start} until before {end}",
    DenialReason.WRONG_PRODUCT: "the special price is not for this product",
    DenialReason.WRONG_CUSTOMER: "the special price is not for this customer",
    DenialReason.WRONG_CURRENCY: "the special price is in {currency}, and the line's cost or resale price is not",
    DenialReason.FILED_LATE: "the last day to file was {deadline}",
    DenialReason.LINE_NOT_COUNTED: "the line does not count as a sale",
    DenialReason.MORE_THAN_SOLD: "the line sold {sold}",
    DenialReason.RETURNED: "{returned} came back",
    DenialReason.ALREADY_CLAIMED: "{paid_before} were paid before",
    DenialReason.OVER_QUANTITY: "the special price has no more units left",
    DenialReason.NO_COST: "it is not known what they cost",
    DenialReason.NO_RESALE_PRICE: "a margin is guaranteed, and no resale price is known",
    DenialReason.NOT_BELOW_COST: "they cost no more than the special price",
}


def _explained(
    authorisation: Authorisation, line: ClaimedLine, denials: tuple[tuple[DenialReason, int], ...], owed: Debit
) -> str:
    facts = {
        "ended": authorisation.ended_on,
        "sold_on": line.sold_on,
        "start": authorisation.window.start,
        "end": authorisation.window.end,
        "currency": authorisation.currency,
        "deadline": last_day(line.sold_on, authorisation.days_to_file or 0),
        "sold": quantity_text(line.sold),
        "returned": quantity_text(line.returned),
        "paid_before": quantity_text(line.paid_before),
    }
    approved = f"{quantity_text(owed.quantity)} of {quantity_text(line.asked)} approved under {authorisation.number}."
    denied = [f"{quantity_text(units)} denied: {_WHY[reason].format(**facts)}." for reason, units in denials]
    return " ".join([approved, *owed.steps, *denied])


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A claim line that was paid: how many units its sale has, how many were paid (both 10⁻³), what was paid (minor units),
    how many came back since, and how much was taken back for them (minor units, not negative)."""

    sold: int
    paid: int
    amount: int
    returned: int = 0
    taken_back: int = 0


def take_back(line: PaidLine, returned: int, per_unit: Fraction, currency: str) -> Debit:
    """What is taken back when so many more units (10⁻³) of a paid line come back: none above zero, exactly what was paid
    once all are back. Units that were not paid come back first.

    `per_unit` is what was paid for each (the debit's). Each return takes back so much that all returns together are what
    their units were paid, rounded once. Raises ValueError where no unit or more than the line sold comes back.
    """
    if returned <= 0 or line.returned + returned > line.sold:
        raise ValueError("Between one unit and all that a line sold can come back.")
    before = min(line.paid, line.sold - line.returned)
    after = min(line.paid, line.sold - line.returned - returned)
    kept = minor_units(extended(after, per_unit), currency) if after else 0
    amount = -(line.amount - line.taken_back - kept)
    units = before - after
    if not units:
        return Debit(0, per_unit, 0, (f"{quantity_text(returned)} came back that had not been paid.",))
    step = (
        f"{quantity_text(units)} came back that were paid at {price_text(per_unit)} each: {spoken(amount, currency)}."
    )
    return Debit(-units, per_unit, amount, (step,))
