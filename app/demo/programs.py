"""The demo's programmes: tiers, what each asks for and gives, and where every distributor and reseller stands.

A vendor has one track for distributors and, since purchases are counted in one currency, one for resellers in each
market. Every half year resellers are put into the tier whose purchases they reached in the twelve months before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from app.demo.history import MONTHS, History, chance, derived_id
from app.demo.network import ALPHA, BETA, BRAZIL, HALYARD, NORDWIND, SHARED, Agreement, Reseller, Vendor
from app.demo.sales import Month
from app.programme.program_access import Opening
from app.programme.terms import Audience, EnrollmentStatus, PartnerType, Requirement

REVIEWS = (12, 18, 24)
"After how many months resellers' tiers were looked at."
VOLUME_TIERS = (("Base", 0.45, 0), ("Growth", 0.85, 10_000), ("Peak", 1.15, 20_000))
"A volume tier's threshold as a share of the last year's sell-in, for a period, and its discount in 10⁻⁶ off the price book."
COMMITMENT = 0.8


@dataclass(frozen=True)
class Tier:
    """A tier and what it asks for: amounts in 10⁻⁶ currency units, growth in 10⁻⁶, else counts."""

    id: UUID
    rank: int
    name: str
    requirements: Mapping[Requirement, int]


class Benefit(NamedTuple):
    name: str
    description: str
    from_rank: int
    where_to_use: str
    opens: Opening | None = None


BY_HAND = "By hand: a partner of strategic weight."
LEAST_RANKS = {SHARED: 3, ALPHA: 2, BETA: 2}
"In which tier, at least, the vendors keep these resellers by hand."


@dataclass(frozen=True)
class Program:
    """A programme for distributors, or for resellers of some countries whose purchases count in one currency."""

    id: UUID
    name: str
    description: str
    audience: Audience
    countries: tuple[str, ...]
    partner_types: tuple[str, ...]
    currency: str | None
    tiers: tuple[Tier, ...]
    benefits: tuple[Benefit, ...]


class Event(NamedTuple):
    """A step of an enrolment; `rank` of the tier, none before the first."""

    day: date
    status: EnrollmentStatus
    rank: int | None
    reason: str | None


@dataclass(frozen=True)
class Enrollment:
    """A reseller in a programme, with its history; the last event is how it stands."""

    id: UUID
    program: Program
    reseller: Reseller
    events: tuple[Event, ...]

    @property
    def by_hand(self) -> bool:
        """Whether the vendor keeps it in its tier, whatever reviews find."""
        return self.reseller.name in LEAST_RANKS


class VolumeTier(NamedTuple):
    rank: int
    name: str
    threshold: int
    """In 10⁻⁶ currency units."""
    discount: int | None
    """In 10⁻⁶ off the price book, where the agreement sets prices by tier."""


class _Market(NamedTuple):
    vendor: str
    name: str
    currency: str
    countries: tuple[str, ...]
    purchases: tuple[int, int, int]
    """What each tier asks for in twelve months, in currency units."""


_EUROPE = ("AT", "BE", "DE", "DK", "ES", "FI", "FR", "IT", "NL", "NO", "SE")
_MARKETS = (
    _Market(NORDWIND, "Nordwind Partner Circle Europe", "EUR", _EUROPE, (10_000, 90_000, 400_000)),
    _Market(NORDWIND, "Nordwind Partner Circle Americas", "USD", ("CA", "US"), (10_000, 100_000, 450_000)),
    _Market(NORDWIND, "Nordwind Círculo de Parceiros", "BRL", ("BR",), (50_000, 400_000, 2_000_000)),
    _Market(HALYARD, "Halyard Crew Europe", "EUR", _EUROPE, (8_000, 80_000, 400_000)),
    _Market(HALYARD, "Halyard Crew Asia Pacific", "USD", ("ID", "MY", "PH", "SG", "TH"), (8_000, 80_000, 300_000)),
)
_RESELLER_TIERS = {NORDWIND: ("Registered", "Advanced", "Premier"), HALYARD: ("Deckhand", "Mate", "Captain")}
_DISTRIBUTOR_TIERS = ("Authorised", "Strategic", "Elite")
_BUYING = tuple(kind.value for kind in PartnerType if kind is not PartnerType.AGENT)
_RESELLER_BENEFITS = (
    Benefit("Partner portal", "Price lists, product data and order status in one place.", 0, "Sign in at the portal."),
    Benefit(
        "Pre-sales advice", "An engineer answers within one working day.", 1, "Name your partner number when you call."
    ),
    Benefit(
        "Deal registration",
        "A registered opportunity is protected for ninety days.",
        2,
        "Register it in the portal.",
        Opening.DEAL_REGISTRATION,
    ),
    Benefit("Demo equipment", "Loan units for sixty days, two at a time.", 2, "Ask your distributor."),
    Benefit(
        "Marketing funds",
        "Campaigns are reimbursed after approval, up to half their cost.",
        3,
        "Apply before you spend.",
        Opening.MARKET_DEVELOPMENT_FUNDS,
    ),
    Benefit(
        "Sales incentives", "Your sales people earn for each unit they sell.", 2, "Claim in the portal.", Opening.SPIFFS
    ),
    Benefit("Named account manager", "One person who knows your pipeline.", 3, "You will be called."),
)
_DISTRIBUTOR_BENEFITS = (
    Benefit(
        "Stock rotation", "A share of last quarter's purchases may come back each quarter.", 1, "Request it by e-mail."
    ),
    Benefit(
        "Price protection", "Credit for stock on hand when a price falls.", 1, "Claim within thirty days of the change."
    ),
    Benefit(
        "Growth workshops",
        "Two days a year with the vendor's channel team.",
        2,
        "Agree dates with your channel manager.",
    ),
    Benefit("Early product access", "Products thirty days before the market.", 3, "Listed in the monthly briefing."),
)


def programs(vendor: Vendor) -> list[Program]:
    """A vendor's programmes; the one for distributors first."""
    name = vendor.organization.name
    found = [_for_distributors(name)]
    return found + [_for_resellers(market) for market in _MARKETS if market.vendor == name]


def _for_distributors(vendor: str) -> Program:
    title = f"{vendor.partition(' ')[0]} Distribution Alliance"
    asked = ((20_000, 2), (50_000, 4), (80_000, 8))
    tiers = tuple(
        Tier(
            derived_id("tier", title, str(rank)),
            rank,
            _DISTRIBUTOR_TIERS[rank - 1],
            {Requirement.GROWTH: growth, Requirement.CERTIFICATIONS: certified},
        )
        for rank, (growth, certified) in enumerate(asked, 1)
    )
    return Program(
        id=derived_id("program", title),
        name=title,
        description=f"For distributors of {vendor}: what they commit to, and what they get for it.",
        audience=Audience.DISTRIBUTOR,
        countries=(),
        partner_types=(),
        currency=None,
        tiers=tiers,
        benefits=_DISTRIBUTOR_BENEFITS,
    )


def _for_resellers(market: _Market) -> Program:
    tiers = []
    for rank, purchases in enumerate(market.purchases, 1):
        asked = {Requirement.PURCHASES: purchases * 1_000_000}
        if rank > 1:
            asked[Requirement.CERTIFICATIONS] = rank - 1
        name = _RESELLER_TIERS[market.vendor][rank - 1]
        tiers.append(Tier(derived_id("tier", market.name, str(rank)), rank, name, asked))
    return Program(
        id=derived_id("program", market.name),
        name=market.name,
        description=f"For resellers of {market.vendor}: three tiers by purchases in twelve months.",
        audience=Audience.RESELLER,
        countries=market.countries,
        partner_types=_BUYING,
        currency=market.currency,
        tiers=tuple(tiers),
        benefits=_RESELLER_BENEFITS,
    )


def volume_tiers(agreement: Agreement, months: Sequence[Month]) -> tuple[list[VolumeTier], int]:
    """The tiers of an agreement and its commitment for a period, in 10⁻⁶ currency units, two digits and zeros. Under one of
    them the tier sets the price."""
    year = sum(line.quantity * line.unit_price for month in months[-12:] for line in month.bought)
    usual = year // 4 if agreement.terms.volume_period == "QUARTER" else year
    by_tier = agreement.terms.distributor == BRAZIL
    tiers = [
        VolumeTier(rank, name, _rounded(round(usual * share)), discount if by_tier else None)
        for rank, (name, share, discount) in enumerate(VOLUME_TIERS, 1)
    ]
    return tiers, _rounded(round(usual * COMMITMENT))


def _rounded(amount: int) -> int:
    unit = int(10 ** max(6, len(str(amount)) - 2))
    return max(unit, amount // unit * unit)


def enrollments(vendor: Vendor, sold: Mapping[UUID, Sequence[Month]], history: History) -> list[Enrollment]:
    """Where the resellers stand that the vendor may know; `sold` are the months of each agreement by its id."""
    purchases = _purchases(vendor, sold)
    joined = _joined(vendor)
    found = []
    for reseller in vendor.resellers:
        throw = chance("enrolment", vendor.organization.name, reseller.name)
        if not reseller.disclosed or (reseller.organization_id is None and throw % 8 == 0):
            continue
        program = next(each for each in programs(vendor)[1:] if reseller.country in each.countries)
        least = LEAST_RANKS.get(reseller.name, 1)
        events = _events(program, purchases[reseller.id], joined[reseller.id], history, throw, least)
        identity = derived_id("enrollment", vendor.organization.name, reseller.name)
        found.append(Enrollment(identity, program, reseller, tuple(events)))
    return found


def _purchases(vendor: Vendor, sold: Mapping[UUID, Sequence[Month]]) -> dict[UUID, list[int]]:
    """What each reseller bought in each month, net, in 10⁻⁶ currency units."""
    found: dict[UUID, list[int]] = defaultdict(lambda: [0] * MONTHS)
    for agreement in vendor.agreements:
        for month in sold[agreement.id]:
            for line in month.sold or ():
                if line.counts and line.authorization is not None and line.unit_price is not None:
                    found[line.authorization.reseller.id][month.number] += line.quantity * line.unit_price * 10_000
    return found


def _joined(vendor: Vendor) -> dict[UUID, int]:
    """In which month each reseller began to buy."""
    found: dict[UUID, int] = {}
    for agreement in vendor.agreements:
        for each in agreement.authorizations:
            found[each.reseller.id] = min(each.first_month, found.get(each.reseller.id, MONTHS))
    return found


def _events(
    program: Program, purchases: Sequence[int], joined: int, history: History, throw: int, least: int
) -> Iterable[Event]:
    applied = history.months[joined] + timedelta(days=throw % 9)
    yield Event(applied, EnrollmentStatus.APPLIED, None, None)
    if throw % 29 == 1:
        return
    yield Event(applied + timedelta(days=5), EnrollmentStatus.APPROVED, None, None)
    rank = least
    yield Event(applied + timedelta(days=12), EnrollmentStatus.ACTIVE, rank, BY_HAND if least > 1 else None)
    for review in (number for number in REVIEWS if number > joined + 3):
        reached = sum(purchases[review - 12 : review])
        now = max((t.rank for t in program.tiers if t.requirements[Requirement.PURCHASES] <= reached), default=1)
        now = max(now, least)
        if now != rank:
            up = "reached" if now > rank else "no longer reached"
            rank, day = now, history.months[review - 1] + timedelta(days=25)
            yield Event(day, EnrollmentStatus.ACTIVE, rank, f"Half-year review: purchases of its tier {up}.")
