"""Which tier a reseller attains in a programme, when its tier changes, and why.

A tier is attained where all that it asks for is met; the attained tier is the highest of these. A better tier is given at
once, or on the next review date, as the programme's terms say. A tier is lost only after a review: on a review date at
which something that is asked for is not met, days of grace begin, and when they are over and it is still not met, the tier
is lost, down to the attained tier or by one tier. What cannot be measured gives no tier and takes none away. A tier that the
vendor has pinned stays until that day is over. A programme without review terms changes no tier by itself.

Amounts are 10⁻⁶ currency units, shares 10⁻⁶, counts whole. Days are UTC days; "until" names the last day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from app.programme.money import decimal
from app.programme.spans import days_later
from app.programme.terms import Requirement

LAST_REVIEW_DAY = 28
"The last day of a month on which tiers may be reviewed: every month has it."
_SHARE = 1_000_000


class Promotion(StrEnum):
    """When a better tier is given."""

    AT_ONCE = "AT_ONCE"
    "On the day on which all that it asks for is found met."
    AT_REVIEWS = "AT_REVIEWS"
    "On the next review date on which all that it asks for is met."


class Demotion(StrEnum):
    """How far down an enrolment goes that loses its tier."""

    ONE_TIER = "ONE_TIER"
    "To the next tier below, or to none below the lowest."
    TO_ATTAINED = "TO_ATTAINED"
    "To the highest tier below of which nothing is known to be missing, or to none."


class TierMove(StrEnum):
    """What a review does to a tier."""

    KEPT = "KEPT"
    "It stays as it is."
    PROMOTED = "PROMOTED"
    "A better one is given."
    AT_RISK = "AT_RISK"
    "Something is not met at a review: the tier is kept for the days of grace."
    DEMOTED = "DEMOTED"
    "It is lost."


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """On which day of which months tiers are reviewed, how many days of grace there are, and how tiers change."""

    months: tuple[int, ...]
    day: int
    grace_days: int
    promotion: Promotion
    demotion: Demotion


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a tier asks for."""

    kind: Requirement
    needed: int
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class RankedTier:
    """A tier by its rank from 1, with all that it asks for."""

    rank: int
    name: str
    asks: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a reseller: net purchases by currency over the trailing twelve months and over the twelve before
    them, valid certifications, and deals won; None where these are not counted."""

    purchases: Mapping[str, int]
    purchases_before: Mapping[str, int]
    certifications: int | None = None
    deals_won: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """How far one requirement of a tier is met: `achieved` and `met` are None where it is not measured, `told` says it."""

    tier: RankedTier
    asked: Asked
    achieved: int | None
    told: str

    @property
    def met(self) -> bool | None:
        return None if self.achieved is None else self.achieved >= self.asked.needed


@dataclass(frozen=True, slots=True)
class Held:
    """Where an enrolment stands before it is evaluated: the rank of its tier (None: in none), the day since which, the
    latest review it had in it, the last day of grace that runs, and the last day on which the vendor has pinned it."""

    rank: int | None
    since: date
    reviewed_on: date | None = None
    kept_until: date | None = None
    pinned_until: date | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What comes of it: the tier before and after (ranks), the last day of grace that runs, the latest and the next review,
    the rule in a sentence, and each requirement of each tier, the lowest tier first."""

    move: TierMove
    before: int | None
    after: int | None
    kept_until: date | None
    reviewed_on: date | None
    next_review: date
    rule: str
    findings: tuple[Finding, ...]


def next_review(terms: ReviewTerms, day: date) -> date:
    """The first review date after a day."""
    return min(each for each in _dates(terms, day.year, day.year + 1) if each > day)


def latest_review(terms: ReviewTerms, day: date) -> date:
    """The latest review date up to and including a day."""
    return max(each for each in _dates(terms, day.year - 1, day.year) if each <= day)


def findings(tiers: Sequence[RankedTier], facts: Facts) -> tuple[Finding, ...]:
    """How far each requirement of each tier is met, the lowest tier first."""
    return tuple(_found(tier, asked, facts) for tier in tiers for asked in tier.asks)


def growth(now: Mapping[str, int], before: Mapping[str, int]) -> tuple[int | None, str]:
    """By what share purchases grew on the year before (10⁻⁶, rounded down), and why it is None where it is not measured:
    there was nothing to grow from, or the purchases are in more than one currency."""
    currencies = {currency for of in (now, before) for currency, amount in of.items() if amount}
    if len(currencies) > 1:
        return None, f"purchases are in {', '.join(sorted(currencies))}, which are not added up"
    base = sum(before.values())
    if base <= 0:
        return None, "there were no purchases in the year before"
    return (sum(now.values()) - base) * _SHARE // base, ""


def measured(asked: Asked, facts: Facts) -> tuple[int | None, str]:
    """How much is achieved of what is asked for, and why it is None where it is not measured."""
    if asked.kind is Requirement.PURCHASES:
        return facts.purchases.get(asked.currency or "", 0), ""
    if asked.kind is Requirement.GROWTH:
        return growth(facts.purchases, facts.purchases_before)
    if asked.kind is Requirement.CERTIFICATIONS:
        return facts.certifications, "certifications are not counted"
    return facts.deals_won, "deals are not counted"


def evaluate(
    tiers: Sequence[RankedTier],
    facts: Facts,
    held: Held,
    terms: ReviewTerms,
    today: date,
    *,
    terms_since: date = date.min,
    review_now: bool = False,
) -> Evaluation:
    """What becomes of an enrolment's tier today, and why. `tiers` ascend by rank.

    A review is due where a review date has passed since the latest one, since the tier was given, and since the terms were
    set; or now, where somebody asks for it. Evaluated again on the same day, nothing more happens. Raises ValueError where
    the ranks do not ascend.
    """
    if not all(lower.rank < upper.rank for lower, upper in pairwise(tiers)):
        raise ValueError("The ranks of tiers ascend.")
    found = findings(tiers, facts)
    return _Review(tiers, found, held, terms, today, _due(held, terms, today, terms_since, review_now)).decided()


@dataclass(frozen=True, slots=True)
class _Review:
    """One evaluation under way. `due` is the date of the review that is due, if any."""

    tiers: Sequence[RankedTier]
    found: tuple[Finding, ...]
    held: Held
    terms: ReviewTerms
    today: date
    due: date | None

    def decided(self) -> Evaluation:
        held, rank = self.held, self.held.rank or 0
        if held.pinned_until is not None and held.pinned_until >= self.today:
            return self._stays(TierMove.KEPT, None, f"until {held.pinned_until}, as the vendor decided", ())
        attained = max((tier.rank for tier in self.tiers if all(each.met for each in self._of(tier))), default=0)
        lacking = [each for tier in self.tiers if tier.rank == rank for each in self._of(tier) if each.met is False]
        if attained > rank and (self.terms.promotion is Promotion.AT_ONCE or self.due is not None):
            return self._moves(TierMove.PROMOTED, attained, self._of(self._tier(attained)))
        if lacking:
            return self._lacking(lacking)
        if attained > rank:
            better = self._tier(attained)
            told = f"; {better.name} is attained and given at the review on {self._next}"
            return self._stays(TierMove.KEPT, None, "", self._of(better), told)
        return self._stays(TierMove.KEPT, None, "", self._met_of(rank))

    def _lacking(self, lacking: Sequence[Finding]) -> Evaluation:
        """The tier asks for something that is not met: grace begins, runs, or is over; or the next review will see."""
        running = self.held.kept_until
        until = running
        if until is None and self.due is not None:
            until = days_later(self.due, self.terms.grace_days) - timedelta(days=1)
        if until is None:
            last = days_later(self._next, self.terms.grace_days) - timedelta(days=1)
            told = f"; it is lost after that day if that is so at the review on {self._next}"
            return self._stays(TierMove.KEPT, None, f"until {last}", lacking, told)
        if self.today > until:
            return self._moves(TierMove.DEMOTED, self._below(), lacking)
        move = TierMove.KEPT if running is not None else TierMove.AT_RISK
        return self._stays(move, until, f"until {until}", lacking, "; it is lost after that day if that is still so")

    def _below(self) -> int:
        """The rank to which an enrolment falls; 0 is none."""
        lower = [tier for tier in self.tiers if tier.rank < (self.held.rank or 0)]
        if self.terms.demotion is Demotion.TO_ATTAINED:
            lower = [tier for tier in lower if not any(each.met is False for each in self._of(tier))]
        return max((tier.rank for tier in lower), default=0)

    def _stays(
        self, move: TierMove, until: date | None, how_long: str, why: Sequence[Finding], told: str = ""
    ) -> Evaluation:
        name = self._name(self.held.rank or 0)
        keeps = f"Keeps {name}" if self.held.rank else "Stays in no tier"
        return self._made(move, self.held.rank, until, f"{keeps}{' ' * bool(how_long)}{how_long}{_because(why)}{told}.")

    def _moves(self, move: TierMove, rank: int, why: Sequence[Finding]) -> Evaluation:
        verb = "Promoted" if move is TierMove.PROMOTED else "Demoted"
        told = f"{verb} from {self._name(self.held.rank or 0)} to {self._name(rank)}{_because(why)}."
        return self._made(move, rank or None, None, told)

    def _made(self, move: TierMove, after: int | None, until: date | None, told: str) -> Evaluation:
        reviewed = self.due or self.held.reviewed_on
        return Evaluation(move, self.held.rank, after, until, reviewed, self._next, told, self.found)

    @property
    def _next(self) -> date:
        return next_review(self.terms, self.today)

    def _of(self, tier: RankedTier) -> list[Finding]:
        return [each for each in self.found if each.tier is tier]

    def _met_of(self, rank: int) -> list[Finding]:
        """What the own tier asks for; without one, what the lowest does."""
        tier = next((tier for tier in self.tiers if tier.rank == rank), self.tiers[0] if self.tiers else None)
        return self._of(tier) if tier is not None else []

    def _tier(self, rank: int) -> RankedTier:
        return next(tier for tier in self.tiers if tier.rank == rank)

    def _name(self, rank: int) -> str:
        return self._tier(rank).name if rank else "no tier"


def _due(held: Held, terms: ReviewTerms, today: date, terms_since: date, review_now: bool) -> date | None:
    if review_now:
        return today if held.reviewed_on != today else None
    latest = latest_review(terms, today)
    return latest if latest > max(held.reviewed_on or held.since, held.since, terms_since) else None


def _dates(terms: ReviewTerms, first_year: int, last_year: int) -> Iterator[date]:
    for year in range(max(first_year, date.min.year), min(last_year, date.max.year) + 1):
        yield from (date(year, month, terms.day) for month in terms.months)


def _found(tier: RankedTier, asked: Asked, facts: Facts) -> Finding:
    achieved, why_not = measured(asked, facts)
    what, needed = _WORDS[asked.kind], _said(asked, asked.needed)
    if achieved is None:
        return Finding(tier, asked, None, f"{what} not measured, {needed} needed ({why_not})")
    return Finding(tier, asked, achieved, f"{what} {_said(asked, achieved, bare=True)} of {needed}")


_WORDS: Mapping[Requirement, str] = {
    Requirement.PURCHASES: "purchases",
    Requirement.GROWTH: "growth",
    Requirement.CERTIFICATIONS: "certifications",
    Requirement.DEALS_WON: "deals won",
}


def _said(asked: Asked, amount: int, *, bare: bool = False) -> str:
    if asked.kind is Requirement.PURCHASES:
        return decimal(Fraction(amount, _SHARE)) + ("" if bare else f" {asked.currency}")
    if asked.kind is Requirement.GROWTH:
        return f"{decimal(Fraction(amount * 100, _SHARE))} %"
    return f"{amount:,}"


def _because(why: Sequence[Finding]) -> str:
    return f": {', '.join(each.told for each in why)}" if why else ""
