"""How a reseller's deal is protected: registered, looked at, approved for some days, extended, won, lost or run out.

Two registrations are in conflict where they are for the same end customer (by its normalised name, or its domain) and for
a family of products that both name, while both are live. Who registered first stands first. A person of the vendor decides
about a conflict; what is in none may be approved by itself, within the vendor's limit, a while after it was registered. The
reseller reads the same while it waits, whatever it waits for: that somebody else is after the same customer, it is never
told.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

LONGEST_PROTECTION = 730
"Days that a deal is protected at most, and that an extension adds at most."
MOST_EXTENSIONS = 12
LONGEST_REVIEW = 720
"Hours after which the engine looks at a deal at the latest: thirty days."
LONGEST_REMINDER = 60
"Days before a protection ends on which its reseller is reminded at the earliest."


class DealStatus(StrEnum):
    """Where a deal stands."""

    SUBMITTED = "SUBMITTED"
    "It is under review."
    APPROVED = "APPROVED"
    "It is protected until its protection ends."
    REJECTED = "REJECTED"
    "The vendor does not protect it."
    WITHDRAWN = "WITHDRAWN"
    "The reseller took it back."
    WON = "WON"
    "The reseller won it."
    LOST = "LOST"
    "The reseller lost it."
    EXPIRED = "EXPIRED"
    "Its protection ended before it was won or lost."


class DealAct(StrEnum):
    """What happened to a deal."""

    REGISTERED = "REGISTERED"
    "The reseller registered it."
    CHANGED = "CHANGED"
    "The reseller changed it while it was under review."
    APPROVED = "APPROVED"
    "It was approved."
    REJECTED = "REJECTED"
    "It was rejected."
    EXTENDED = "EXTENDED"
    "Its protection was extended."
    WON = "WON"
    "The reseller won it."
    LOST = "LOST"
    "The reseller lost it."
    WITHDRAWN = "WITHDRAWN"
    "The reseller took it back."
    REMINDED = "REMINDED"
    "Its protection was about to end."
    EXPIRED = "EXPIRED"
    "Its protection ended."


class DealWaits(StrEnum):
    """Why the engine leaves a deal to a person of the vendor."""

    CONFLICT = "CONFLICT"
    "Another live registration, or an earlier one, is for the same customer and family."
    ABOVE_LIMIT = "ABOVE_LIMIT"
    "It is expected to be worth more than what is approved without a person."
    NO_LIMIT = "NO_LIMIT"
    "Nothing is approved without a person, or nothing in this currency."
    SPOT_CHECK = "SPOT_CHECK"
    "It was drawn by lot for a person to look at."


class DealOutcome(StrEnum):
    """How a deal ended for the reseller."""

    WON = "WON"
    "It won the deal."
    LOST = "LOST"
    "It lost the deal."


@dataclass(frozen=True, slots=True)
class DealTerms:
    """A vendor's terms of deal registration.

    `days` are counted from the day of approval; `extensions` of `extension_days` each follow. `approves_up_to_minor` of
    `currency` is the most that is approved without a person, None: nothing is. The engine looks at a deal `review_hours`
    after it was registered, and leaves one in `checks_one_in` to a person by lot (0: none), so that neither how long an
    answer takes nor that it is left to a person tells a reseller of a rival.
    """

    days: int = 90
    extensions: int = 1
    extension_days: int = 30
    remind_days: int = 14
    currency: str | None = None
    approves_up_to_minor: int | None = None
    review_hours: int = 24
    checks_one_in: int = 5


STANDARD = DealTerms()
"The terms of a vendor that has set none: a person decides about every deal."

_FROM: dict[DealAct, frozenset[DealStatus]] = {
    DealAct.CHANGED: frozenset({DealStatus.SUBMITTED}),
    DealAct.APPROVED: frozenset({DealStatus.SUBMITTED}),
    DealAct.REJECTED: frozenset({DealStatus.SUBMITTED}),
    DealAct.EXTENDED: frozenset({DealStatus.APPROVED}),
    DealAct.REMINDED: frozenset({DealStatus.APPROVED}),
    DealAct.EXPIRED: frozenset({DealStatus.APPROVED}),
    DealAct.WON: frozenset({DealStatus.APPROVED}),
    DealAct.LOST: frozenset({DealStatus.APPROVED, DealStatus.EXPIRED}),
    DealAct.WITHDRAWN: frozenset({DealStatus.SUBMITTED, DealStatus.APPROVED}),
}


def not_now(status: DealStatus, act: DealAct) -> str | None:
    """Why something cannot be done about a deal as it stands; None where it can."""
    allowed = _FROM.get(act, frozenset())
    if status in allowed:
        return None
    wanted = " or ".join(sorted(allowed))
    return f"The deal is {status}; this can be done while it is {wanted}."


@dataclass(frozen=True, slots=True)
class Registration:
    """What of a registration tells whether another is in conflict with it. `id` and `entered_at` give its place: where two
    were entered in one moment, the lesser id stands first. A protection ends with the day before `protected_until`."""

    id: str
    entered_at: datetime
    status: DealStatus
    protected_until: date | None
    name_hash: str | None
    domain_hash: str | None
    families: Set[str]

    def live(self, today: date) -> bool:
        """Whether it may still be protected, or is."""
        if self.status is DealStatus.APPROVED:
            return self.protected_until is not None and today < self.protected_until
        return self.status is DealStatus.SUBMITTED


def same_customer(one: Registration, other: Registration) -> bool:
    """Whether both are for one end customer: by its name, or by its domain."""
    by_name = one.name_hash is not None and one.name_hash == other.name_hash
    return by_name or (one.domain_hash is not None and one.domain_hash == other.domain_hash)


def in_conflict(one: Registration, other: Registration, today: date) -> bool:
    """Whether two registrations are in each other's way on a day. The same in both directions."""
    live = one.id != other.id and one.live(today) and other.live(today)
    return live and same_customer(one, other) and not one.families.isdisjoint(other.families)


def stands_before(one: Registration, other: Registration) -> bool:
    """Whether the one goes before the other: it is approved, or was entered earlier."""
    if one.status is DealStatus.APPROVED:
        return True
    return other.status is not DealStatus.APPROVED and (one.entered_at, one.id) < (other.entered_at, other.id)


def waits_for(
    deal: Registration,
    others: Iterable[Registration],
    amount_minor: int,
    currency: str,
    terms: DealTerms,
    today: date,
    drawn: bool,
) -> DealWaits | None:
    """Why a deal is left to a person; None where it is approved by itself. `drawn` is whether the lot fell on it."""
    if any(in_conflict(deal, other, today) and stands_before(other, deal) for other in others):
        return DealWaits.CONFLICT
    if terms.approves_up_to_minor is None or currency != terms.currency:
        return DealWaits.NO_LIMIT
    if amount_minor > terms.approves_up_to_minor:
        return DealWaits.ABOVE_LIMIT
    return DealWaits.SPOT_CHECK if drawn else None


def protected_until(approved_on: date, terms: DealTerms) -> date:
    """The first day on which a deal that was approved on a day is no longer protected, unless it is extended."""
    return approved_on + timedelta(days=terms.days)


def win_rate(won: int, lost: int) -> tuple[int, int] | None:
    """Deals won, of those won or lost; None while none is decided."""
    return (won, won + lost) if won + lost else None
