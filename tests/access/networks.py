"""Random networks: vendors, distributors and resellers that several of them share, and what was told to whom.

A network is made from a seed, in memory alone. Every text and every price that belongs to somebody is a *secret*: a word
or a number that occurs nowhere else, written down together with everyone who may ever read it. So whatever an answer
contains can be traced to its owner, wherever in the answer it stands.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from app.execution.identifiers import Key
from app.programme.terms import Level

TODAY = datetime.now(UTC).date()
NOW = datetime.now(UTC)
START, END = date(TODAY.year - 2, 1, 1), date(TODAY.year + 3, 1, 1)
FUTURE = TODAY + timedelta(days=60)
UNKNOWN = UUID(int=0)
TYPES = ("VAR", "MSP", "AGENT", "CONSULTANT", "RETAILER", "SOLUTION_INTEGRATOR")


class Principal(NamedTuple):
    """A firm, acting at one level. A firm that is a distributor here and a reseller there is two principals."""

    level: Level
    firm: str

    @property
    def actor_id(self) -> UUID:
        """The one of its people who acts in it."""
        return uuid5(NAMESPACE_URL, f"{self.level} {self.firm}")


def vendor(firm: str) -> Principal:
    return Principal(Level.VENDOR, firm)


def distributor(firm: str) -> Principal:
    return Principal(Level.DISTRIBUTOR, firm)


def reseller(firm: str) -> Principal:
    return Principal(Level.RESELLER, firm)


class Secrets:
    """Every word and price that was made, and who may read it."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.readers: dict[str, set[Principal]] = {}

    def word(self, *readers: Principal) -> str:
        """A word of twelve letters that begins like all secrets do."""
        return self._new("cqz" + "".join(self._chance.choices("abdefghjkmnprstuvwxy", k=9)), readers)

    def price(self, *readers: Principal) -> str:
        """A price with six decimals, the last of which is not zero."""
        return self._new(
            f"{self._chance.randrange(1_000, 9_999)}.{self._chance.randrange(100_001, 999_999, 2)}", readers
        )

    def tell(self, secret: str, *readers: Principal) -> str:
        self.readers[secret].update(readers)
        return secret

    def _new(self, secret: str, readers: Iterable[Principal]) -> str:
        assert secret not in self.readers, "choose another seed"
        self.readers[secret] = set(readers)
        return secret


@dataclass(eq=False)
class Firm:
    name: str
    id: UUID
    own_name: str


@dataclass(eq=False)
class Vendor:
    firm: str
    id: UUID
    name: str

    @property
    def key(self) -> Key:
        return Key(self.id, self.id)


@dataclass(eq=False)
class Party:
    vendor: Vendor
    firm: str
    id: UUID
    kind: Level
    name: str
    region: str
    tax_number: str
    disclosed: bool = True
    partner_type: str | None = None
    customer: str = ""

    @property
    def key(self) -> Key:
        return Key(self.vendor.id, self.id)

    @property
    def principal(self) -> Principal:
        return Principal(self.kind, self.firm)


@dataclass(eq=False)
class Product:
    vendor: Vendor
    id: UUID
    sku: str
    gtin: str
    name: str
    family: str
    price: str
    next_price: str
    unit: str = ""

    @property
    def key(self) -> Key:
        return Key(self.vendor.id, self.id)


@dataclass(eq=False)
class Tier:
    id: UUID
    rank: int
    name: str
    needed: str | None


@dataclass(eq=False)
class Benefit:
    id: UUID
    name: str
    description: str
    from_rank: int
    where_to_use: str
    opens: str | None = None


@dataclass(eq=False)
class Program:
    vendor: Vendor
    id: UUID
    audience: Level
    name: str
    description: str
    tiers: list[Tier]
    benefits: list[Benefit]
    reviews: Any = None

    @property
    def key(self) -> Key:
        return Key(self.vendor.id, self.id)


@dataclass(eq=False)
class Agreement:
    vendor: Vendor
    distributor: Party
    program: Program
    id: UUID
    resale_price: bool
    end_customer: bool
    reseller: bool
    credit_terms: bool
    due_days: int
    tiers: list[tuple[str, str]]
    commitment: str

    @property
    def key(self) -> Key:
        return Key(self.vendor.id, self.id)


@dataclass(eq=False)
class Authorization:
    agreement: Agreement
    reseller: Party
    id: UUID
    disclosed_reseller_id: UUID
    reseller_name: str
    reseller_region: str
    account: str
    credit: str | None
    suspended: str | None

    @property
    def key(self) -> Key:
        return Key(self.agreement.vendor.id, self.id)


@dataclass(eq=False)
class Event:
    id: UUID
    status: str
    tier: Tier | None
    reason: str | None


@dataclass(eq=False)
class Enrollment:
    program: Program
    reseller: Party
    id: UUID
    status: str
    tier: Tier | None
    events: list[Event]
    found: Any = None
    pinned_until: date | None = None

    @property
    def key(self) -> Key:
        return Key(self.program.vendor.id, self.id)


@dataclass(eq=False)
class Row:
    """A row of a report. `waits` names the codes that hold it; `settled` says that an alias or a decision has
    released it since; `dismissed` is the decision that rejected it."""

    number: int
    document: str
    line: str
    sold_on: date
    code: str
    account: str
    quantity: str
    price: str
    ship_to: str
    end_customer: str
    special_price: str
    serial: str
    note: str
    outcome: str
    product: Product | None = None
    sold_under: Authorization | None = None
    waits: str | None = None
    settled: bool = False
    dismissed: Any = None

    @property
    def told_to_buyer(self) -> list[str]:
        """What the reseller that bought learns of it once it counts: what stands on its invoice."""
        return [each for each in (self.price, self.document, self.serial) if each]


@dataclass(eq=False)
class Report:
    """`unreadable` is the code of why it cannot be read; a report that can has none."""

    agreement: Agreement
    sell_in: bool
    filename: str
    rows: list[Row]
    start: date
    end: date
    unread_column: str
    unreadable: str = ""
    id: UUID = UNKNOWN
    sha256: str = ""
    byte_size: int = 0

    @property
    def key(self) -> Key:
        return Key(self.agreement.vendor.id, self.id)

    @property
    def kind(self) -> str:
        return "SELL_IN" if self.sell_in else "SELL_THROUGH"

    @property
    def submitter(self) -> Principal:
        return vendor(self.agreement.vendor.firm) if self.sell_in else self.agreement.distributor.principal


@dataclass(eq=False)
class Alias:
    agreement: Agreement
    code: str
    product: Product | None
    authorization: Authorization | None
    id: UUID = UNKNOWN

    @property
    def key(self) -> Key:
        return Key(self.agreement.vendor.id, self.id)


@dataclass(eq=False)
class Networks:
    """Everything there is."""

    secrets: Secrets
    firms: dict[str, Firm] = field(default_factory=dict)
    vendors: list[Vendor] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    authorizations: list[Authorization] = field(default_factory=list)
    enrollments: list[Enrollment] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    decisions: list[Any] = field(default_factory=list)
    stock: list[Any] = field(default_factory=list)
    sell_out: list[Any] = field(default_factory=list)
    profiles: list[Any] = field(default_factory=list)
    alerts: list[Any] = field(default_factory=list)
    merged: list[tuple[Party, Party]] = field(default_factory=list)
    redacted: set[UUID] = field(default_factory=set)
    clients: dict[Principal, str] = field(default_factory=dict)
    acting: dict[Principal, UUID] = field(default_factory=dict)
    money: Any = None
    partners: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def handed_in(self) -> list[Any]:
        """Every report, of sales and of stock."""
        return [*self.reports, *self.stock]

    def members(self, of: Vendor) -> list[Principal]:
        """Everyone who takes part in a network."""
        return [vendor(of.firm), *dict.fromkeys(p.principal for p in self.parties if p.vendor is of)]

    @property
    def gone(self) -> list[Party]:
        """Records of resellers that went into others."""
        return [party for party, _ in self.merged]

    def principals(self) -> list[Principal]:
        return list(dict.fromkeys(principal for each in self.vendors for principal in self.members(each)))

    def parties_of(self, who: Principal) -> list[Party]:
        return [party for party in self.parties if party.principal == who]

    def lines(self) -> Iterator[tuple[Report, Row]]:
        """The rows that count, sell-in and sell-through."""
        for report in self.reports:
            yield from ((report, row) for row in report.rows if row.outcome == "ACCEPTED")


def parties(made: Networks, kind: Level) -> list[Party]:
    """All partners of a kind."""
    return [party for party in made.parties if party.kind is kind]
