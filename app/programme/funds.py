"""Market development and co-op funds: what a fund accrues, what is available, and what a claim pays.

A fund accrues a rate of what was bought or sold in a period (or in the one before it), or an amount for each unit; a period
in which more went back than was bought accrues nothing. An approved request keeps money in the fund, and is all that the
fund pays for: a claim pays the share of its cost that is reimbursed, but no more than is left of its request. So

    available = accruals + grants − reserved − paid − expired

and that is never below zero. An accrual that is taken back when too little is available leaves a shortfall; whatever comes
next into the fund (an accrual, a grant, what a request gives back) fills that first, and only the rest is available.

Amounts are int of minor units of the fund's one currency, rounded once, half away from zero. What was bought or sold is int
of 10⁻⁶ currency units, units int of 10⁻³, shares int of 10⁻⁶, an amount per unit int of 10⁻⁶ currency units.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from app.programme.fund_terms import FundBasis, FundEntryKind, FundPeriod
from app.programme.money import MICRO, MILLI, decimal, minor, rounded, spoken
from app.programme.spans import Span, days_later, month_of, months_after, months_earlier

_MONTHS = {FundPeriod.MONTH: 1, FundPeriod.QUARTER: 3}
K = FundEntryKind


@dataclass(frozen=True, slots=True)
class Accrual:
    """How a fund accrues in periods that begin on `since` or later, until the next terms do: a share (10⁻⁶) of the money, or
    an amount (10⁻⁶ currency units) for each unit, of that period or of the one before it."""

    since: date
    basis: FundBasis
    previous: bool
    share: int | None = None
    per_unit: int | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What was bought or sold in a period: money (10⁻⁶ currency units) and units (10⁻³)."""

    amount: int
    units: int


def period_of(kind: FundPeriod, day: date) -> Span:
    """The calendar month or quarter in which a day lies."""
    months = _MONTHS[kind]
    start = months_earlier(month_of(day), (day.month - 1) % months)
    return Span(start, months_after(start, months))


def periods_until(kind: FundPeriod, days: Span, today: date) -> list[Span]:
    """The periods that begin within these days and have begun by today, in order."""
    found = []
    period = period_of(kind, days.start)
    if period.start < days.start:
        period = period_of(kind, period.end)
    while period.start < days.end and period.start <= today:
        found.append(period)
        period = period_of(kind, period.end)
    return found


def accrual_of(terms: Sequence[Accrual], period: Span) -> Accrual | None:
    """The terms by which a period accrues: the latest that hold on its first day; None where there are none."""
    holding = [each for each in terms if each.since <= period.start]
    return max(holding, key=lambda each: each.since, default=None)


def measured_in(kind: FundPeriod, terms: Accrual, period: Span) -> Span:
    """Whose purchases or sales a period accrues on: its own, or those of the one before it."""
    return Span(months_earlier(period.start, _MONTHS[kind]), period.start) if terms.previous else period


def accrued(terms: Accrual, basis: Basis, currency: str) -> int:
    """What a period accrues, in minor units: never below zero."""
    if terms.share is not None:
        exact = minor(Fraction(basis.amount * terms.share, MICRO), currency)
    else:
        exact = minor(Fraction(basis.units * (terms.per_unit or 0), MILLI), currency)
    return max(0, rounded(exact))


def accrual_said(terms: Accrual, basis: Basis, days: Span, currency: str) -> str:
    """How an accrual was reckoned, in a sentence."""
    of = "purchases" if terms.basis is FundBasis.PURCHASES else "sell-through"
    when = f"from {days.start} until {days.end}"
    if terms.share is not None:
        share = decimal(Fraction(terms.share * 100, MICRO))
        return f"{share} % of {of} of {spoken(minor(basis.amount, currency), currency)} {when}."
    per_unit, units = spoken(minor(terms.per_unit or 0, currency), currency), decimal(Fraction(basis.units, MILLI))
    return f"{per_unit} for each of {units} units of {of} {when}."


@dataclass(frozen=True, slots=True)
class Balance:
    """What a fund holds. None of it is ever below zero, and there is a shortfall only where nothing is available."""

    accrued: int = 0
    granted: int = 0
    reserved: int = 0
    paid: int = 0
    expired: int = 0

    @property
    def net(self) -> int:
        return self.accrued + self.granted - self.reserved - self.paid - self.expired

    @property
    def available(self) -> int:
        """What can be asked for."""
        return max(0, self.net)

    @property
    def shortfall(self) -> int:
        """What has to come in before anything is available again."""
        return max(0, -self.net)


_PART = {
    K.ACCRUE: (("accrued", 1),),
    K.CLAW_BACK: (("accrued", -1),),
    K.GRANT: (("granted", 1),),
    K.RESERVE: (("reserved", 1),),
    K.RELEASE: (("reserved", -1),),
    K.PAY: (("reserved", -1), ("paid", 1)),
    K.EXPIRE: (("expired", 1),),
}


def moved(balance: Balance, kind: FundEntryKind, amount: int) -> Balance:
    """What a fund holds after something moved. Raises ValueError where that cannot be: see `problem_with`."""
    if problem := problem_with(balance, kind, amount):
        raise ValueError(problem)
    return replace(balance, **{part: getattr(balance, part) + sign * amount for part, sign in _PART[kind]})


def problem_with(balance: Balance, kind: FundEntryKind, amount: int) -> str | None:
    """Why something cannot move; None where it can. Nothing is kept or expires but what is available, nothing is released or
    paid but what is kept, and nothing clawed back but what accrued."""
    if amount <= 0:
        return f"What moves is above zero, not {amount:,}."
    most = {
        K.CLAW_BACK: balance.accrued,
        K.RESERVE: balance.available,
        K.RELEASE: balance.reserved,
        K.PAY: balance.reserved,
        K.EXPIRE: balance.available,
    }.get(kind)
    return f"{kind} of {amount:,} is more than the {most:,} there." if most is not None and amount > most else None


def recalculated(before: int, after: int) -> tuple[FundEntryKind, int] | None:
    """What brings the accrual of a period from what it was to what it is: the difference; None where there is none."""
    if before == after:
        return None
    return (K.ACCRUE, after - before) if after > before else (K.CLAW_BACK, before - after)


def reimbursed(cost: int, share: int, left: int) -> int:
    """What a claim pays: the share (10⁻⁶) of its cost, but no more than is left of the request."""
    return min(rounded(Fraction(cost * share, MICRO)), left)


def most_asked(planned: int, share: int) -> int:
    """What can be asked for towards a planned cost: the share of it that is reimbursed."""
    return rounded(Fraction(planned * share, MICRO))


def approves_itself(asked: int, up_to: int | None, in_month: int | None, before: int, balance: Balance) -> bool:
    """Whether a request is approved by the fund's terms: within the limit of one request, where there is one; together with
    what the terms approved `before` in the calendar month, within the limit of a month; and of what is available.

    A month's limit that is not said is that of one request, so that nobody gets more by asking in parts.
    """
    if up_to is None or asked > up_to or asked > balance.available:
        return False
    return before + asked <= (up_to if in_month is None else in_month)


def last_day_to_claim(ends: date, days: int) -> date:
    """The last day on which the costs of an activity can be claimed that ends before the day `ends`."""
    return days_later(ends, days - 1)
