"""The demo network: who takes part in it and on what terms. Pure and the same every time.

Nordwind Storage sells through four distributors and Halyard Networks through two; Brightwater carries both. Every
distributor has many small resellers and few large ones. One reseller, Mosel IT-Systeme, buys from two distributors and
from both vendors. What an agreement discloses differs: Kestrel shares everything, Lindholm not even who its resellers are.
Whenever it is made, it is the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from uuid import UUID

from app.demo.catalogue import (
    FACTORS,
    FIRST_NAMES,
    LEGAL_FORMS,
    NETWORK_FAMILIES,
    NETWORK_ITEMS,
    REGIONS,
    STORAGE_FAMILIES,
    STORAGE_ITEMS,
    TRADES,
    Family,
    Item,
)
from app.demo.corners import LAPSES_AFTER, RETURNS_IN, away, is_new, lapses, left_out
from app.demo.history import MONTHS, NEW_PRODUCT_MONTH, PRICE_CHANGE_MONTH, chance, derived_id

LAPSED_MONTHS = 8
CONCENTRATION = 0.95
"A reseller's weight is its rank to the power of minus this: a fifth of the resellers make most of the sales."


@dataclass(frozen=True)
class Organization:
    """A legal party that signs in; `roles` are those of its people."""

    id: UUID
    name: str
    country: str
    roles: tuple[str, ...]

    @property
    def region(self) -> str:
        return REGIONS.get(self.country, "Europe")


@dataclass(frozen=True)
class Product:
    """A product and its price in US dollars at the beginning, in 10⁻⁶ dollars."""

    id: UUID
    sku: str
    gtin: str
    name: str
    family: Family
    opening_price: int
    new: bool

    @property
    def first_month(self) -> int:
        """In which month of the history it comes to market."""
        return NEW_PRODUCT_MONTH if self.new else 0

    def price(self, currency: str, month: int) -> int:
        """The distributor price in a month of the history, in 10⁻⁶ currency units, whole cents."""
        change = self.family.price_change if month >= PRICE_CHANGE_MONTH else 0.0
        return round(self.opening_price * FACTORS[currency] * (1 + change) / 10_000) * 10_000


@dataclass(frozen=True)
class Reseller:
    """A reseller as one vendor records it. It signs in where it is linked to an organisation."""

    id: UUID
    name: str
    partner_type: str
    country: str
    tax_number: str | None
    disclosed: bool
    organization_id: UUID | None

    @property
    def region(self) -> str:
        return REGIONS.get(self.country, "Europe")


@dataclass(frozen=True)
class Authorization:
    """A reseller under an agreement: its accounts, its weight among the distributor's resellers, in which months of the
    history it buys (from the first to the last, but not while it is `away`), and which family of products it never does."""

    id: UUID
    reseller: Reseller
    disclosed_reseller_id: UUID
    accounts: tuple[str, ...]
    weight: float
    first_month: int
    last_month: int
    suspended: bool
    credit_limit_minor: int | None
    payment_days: int
    away: range
    left_out: str | None

    def buys(self, number: int) -> bool:
        """Whether it buys in a month of the history."""
        return self.first_month <= number <= self.last_month and number not in self.away


@dataclass(frozen=True)
class Terms:
    """The terms of an agreement, as they are written down. `lines` are the rows of a usual report."""

    vendor: str
    distributor: str
    code: str
    currency: str
    territory: tuple[str, ...]
    time_zone: str
    volume_period: str
    due_days: int
    grace_days: int
    mandatory_fields: tuple[str, ...]
    discloses: frozenset[str]
    lines: int
    resellers: tuple[tuple[str, int], ...]
    """How many resellers there are in each country."""


@dataclass(frozen=True)
class Agreement:
    """A distribution agreement with everything that belongs to it."""

    id: UUID
    vendor_id: UUID
    distributor_id: UUID
    distributor: Organization
    terms: Terms
    products: tuple[Product, ...]
    authorizations: tuple[Authorization, ...]


@dataclass(frozen=True)
class Vendor:
    """A vendor's network."""

    id: UUID
    organization: Organization
    products: tuple[Product, ...]
    agreements: tuple[Agreement, ...]

    @property
    def resellers(self) -> list[Reseller]:
        """Every reseller of the network once."""
        return list(
            {a.reseller.id: a.reseller for agreement in self.agreements for a in agreement.authorizations}.values()
        )


NORDWIND, HALYARD = "Nordwind Storage", "Halyard Networks"
BRAZIL, KESTREL, BRIGHTWATER = "Example Distributor Brazil", "Kestrel Distribution", "Brightwater Channel Europe"
LINDHOLM, PACIFIC = "Lindholm Nordic Distribution", "Pacific Gate Trading"
SHARED = "Mosel IT-Systeme GmbH"
ALPHA, BETA = "Reseller Alpha Ltda", "Reseller Beta SA"
SHARED_RANK, LAPSED_RANK = 3, 4

_KINDS = ("VAR", "SOLUTION_INTEGRATOR", "MSP", "VAR", "RETAILER", "MSP", "VAR", "CONSULTANT", "MSP")
_VENDORS = {NORDWIND: "DE", HALYARD: "US"}
_DISTRIBUTORS = {BRAZIL: "BR", KESTREL: "US", BRIGHTWATER: "NL", LINDHOLM: "SE", PACIFIC: "SG"}
_ALL = frozenset({"resale_price", "end_customer", "reseller", "credit_terms"})
_EUROPE = ("DE", "AT", "FR", "ES", "IT", "NL", "BE")
TERMS = (
    Terms(
        NORDWIND, BRAZIL, "BR", "BRL", ("BR",), "America/Sao_Paulo", "QUARTER", 10, 3,
        ("ship_to_country",), _ALL - {"credit_terms"}, 420, (("BR", 24),),
    ),
    Terms(
        NORDWIND, KESTREL, "KD", "USD", ("US", "CA"), "America/Chicago", "QUARTER", 8, 2,
        ("document_line", "unit_price", "ship_to_country"), _ALL, 980, (("US", 26), ("CA", 8)),
    ),
    Terms(
        NORDWIND, BRIGHTWATER, "BW", "EUR", _EUROPE, "Europe/Amsterdam", "YEAR", 10, 5,
        ("unit_price",), frozenset({"resale_price", "reseller"}), 760,
        (("DE", 12), ("FR", 7), ("ES", 5), ("IT", 5), ("NL", 5)),
    ),
    Terms(
        NORDWIND, LINDHOLM, "LN", "EUR", ("SE", "NO", "DK", "FI", "DE"), "Europe/Stockholm", "QUARTER", 12, 3,
        (), frozenset(), 430, (("SE", 8), ("NO", 5), ("DK", 5), ("FI", 4)),
    ),
    Terms(
        HALYARD, BRIGHTWATER, "BH", "EUR", _EUROPE, "Europe/Amsterdam", "YEAR", 10, 5,
        ("unit_price",), frozenset({"resale_price", "reseller", "credit_terms"}), 560,
        (("DE", 12), ("FR", 7), ("ES", 5), ("IT", 5), ("NL", 4)),
    ),
    Terms(
        HALYARD, PACIFIC, "PG", "USD", ("SG", "MY", "TH", "ID", "PH"), "Asia/Singapore", "QUARTER", 15, 5,
        ("unit_price", "ship_to_country"), frozenset({"reseller", "end_customer"}), 480,
        (("SG", 10), ("MY", 6), ("TH", 6), ("ID", 6), ("PH", 5)),
    ),
)  # fmt: skip


def organization_id(name: str) -> UUID:
    """The id of a firm's organisation."""
    return derived_id("organization", name)


def vendor_id(name: str) -> UUID:
    """The id of a vendor and of its network."""
    return derived_id("vendor", name)


def agreement_id(terms: Terms) -> UUID:
    """The id of the agreement between a vendor and a distributor."""
    return derived_id("agreement", terms.vendor, terms.distributor)


def party_id(vendor: str, name: str) -> UUID:
    """The id of a distributor or reseller in one vendor's network."""
    return derived_id("party", vendor, name)


def product_id(vendor: str, sku: str) -> UUID:
    """The id of a product in its vendor's catalogue."""
    return derived_id("product", vendor, sku)


@cache
def network() -> tuple[Vendor, ...]:
    """The two vendors' networks."""
    return tuple(_vendor(name) for name in _VENDORS)


def linked_resellers() -> list[Organization]:
    """The organisations of resellers that sign in."""
    roles = ("RESELLER_ADMIN", "RESELLER_SALES")
    firms = ((SHARED, "DE"), (ALPHA, "BR"), (BETA, "BR"))
    return [Organization(organization_id(name), name, country, roles) for name, country in firms]


def distributors() -> list[Organization]:
    """The distributors' organisations."""
    roles = ("DISTRIBUTOR_ADMIN", "DISTRIBUTOR_OPERATOR", "DISTRIBUTOR_FINANCE")
    return [Organization(organization_id(name), name, country, roles) for name, country in _DISTRIBUTORS.items()]


def _vendor(name: str) -> Vendor:
    roles = ("VENDOR_PROGRAM_MANAGER", "VENDOR_ANALYST", "VENDOR_FINANCE")
    items, families = (STORAGE_ITEMS, STORAGE_FAMILIES) if name == NORDWIND else (NETWORK_ITEMS, NETWORK_FAMILIES)
    products = tuple(_product(name, number, item, families) for number, item in enumerate(items))
    firms = {firm.name: firm for firm in distributors()}
    agreements = tuple(_agreement(terms, firms[terms.distributor], products) for terms in TERMS if terms.vendor == name)
    return Vendor(
        vendor_id(name), Organization(organization_id(name), name, _VENDORS[name], roles), products, agreements
    )


def _product(vendor: str, number: int, item: Item, families: tuple[Family, ...]) -> Product:
    family = next(each for each in families if each.name == item.family)
    digits = f"40{'12345' if vendor == NORDWIND else '54321'}{number:05}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    price = round(item.opening_price * 1_000_000)
    return Product(product_id(vendor, item.sku), item.sku, f"{digits}{check}", item.name, family, price, item.new)


def _agreement(terms: Terms, distributor: Organization, products: tuple[Product, ...]) -> Agreement:
    firms = list(_firms(terms))
    authorizations = tuple(_authorization(terms, rank, *firm) for rank, firm in enumerate(firms, 1))
    return Agreement(
        id=agreement_id(terms),
        vendor_id=vendor_id(terms.vendor),
        distributor_id=party_id(terms.vendor, terms.distributor),
        distributor=distributor,
        terms=terms,
        products=products,
        authorizations=authorizations,
    )


def _firms(terms: Terms) -> Iterator[tuple[str, str, str]]:
    """Name, country and partner type of an agreement's resellers, the largest first."""
    named = {
        BRAZIL: [(ALPHA, "BR", "VAR"), (BETA, "BR", "RETAILER")],
        BRIGHTWATER: [(SHARED, "DE", "SOLUTION_INTEGRATOR")],
        LINDHOLM: [(SHARED, "DE", "SOLUTION_INTEGRATOR"), *islice(_made_up((("DE", 12),)), 3)],
    }.get(terms.distributor, [])
    made_up = list(_made_up(terms.resellers))
    if terms.distributor == BRAZIL:
        return iter([*named, *made_up])
    return iter([*made_up[: SHARED_RANK - 1], *named[:1], *made_up[SHARED_RANK - 1 :], *named[1:]])


def _made_up(resellers: tuple[tuple[str, int], ...]) -> Iterator[tuple[str, str, str]]:
    """Resellers of several countries in turn: large ones everywhere. A firm is the same in every network."""
    left = {country: iter(_names(country, number)) for country, number in resellers}
    while left:
        for country in list(left):
            name = next(left[country], None)
            if name is None:
                del left[country]
                continue
            kind = _kind(name, country)
            trade = TRADES[kind][chance(name, kind) % len(TRADES[kind])]
            yield f"{name} {trade} {LEGAL_FORMS[country]}", country, kind


def _kind(name: str, country: str) -> str:
    """What kind of firm it is; the largest of a country are no consultants."""
    kinds = _KINDS[:7] if name in FIRST_NAMES[country][:3] else _KINDS
    return kinds[chance(name, country) % len(kinds)]


def _names(country: str, number: int) -> list[str]:
    names = (
        f"{name} {second}".strip() for second in ("", "North", "Digital", "Delta") for name in FIRST_NAMES[country]
    )
    return list(islice(names, number))


def _authorization(terms: Terms, rank: int, name: str, country: str, kind: str) -> Authorization:
    throw = chance(terms.code, name)
    reseller = _reseller(terms, name, country, kind)
    hidden = derived_id("undisclosed", terms.vendor, terms.distributor, name)
    known = name in {SHARED, ALPHA, BETA}
    return Authorization(
        id=derived_id("authorization", terms.vendor, terms.distributor, name),
        reseller=reseller,
        disclosed_reseller_id=reseller.id if "reseller" in terms.discloses else hidden,
        accounts=_accounts(terms, rank, name),
        weight=rank**-CONCENTRATION * (0.15 if kind == "CONSULTANT" else 1.0),
        first_month=_first_month(terms, rank, throw, known),
        last_month=_last_month(terms, rank, country),
        suspended=terms.distributor == KESTREL and rank == sum(number for _, number in terms.resellers),
        credit_limit_minor=None
        if not known and throw % 3 == 2
        else round(40_000_000 * FACTORS[terms.currency]) // rank // 100_000 * 100_000 + 500_000,
        payment_days=(30, 30, 45, 60)[throw % 4],
        away=away(terms.code, rank),
        left_out=left_out(terms.code, rank),
    )


def _first_month(terms: Terms, rank: int, throw: int, known: bool) -> int:
    if is_new(terms.code, rank):
        return RETURNS_IN
    return 0 if known or rank <= 6 or throw % 6 else 7 + throw // 7 % 11


def _last_month(terms: Terms, rank: int, country: str) -> int:
    if is_lapsed(terms, rank):
        return MONTHS - LAPSED_MONTHS - 1
    return LAPSES_AFTER if lapses(terms.code, country, rank) else MONTHS - 1


def is_lapsed(terms: Terms, rank: int) -> bool:
    """Whether this is the reseller that stopped buying eight months before the end."""
    return terms.distributor == KESTREL and rank == LAPSED_RANK


def _reseller(terms: Terms, name: str, country: str, kind: str) -> Reseller:
    disclosing = [each for each in TERMS if each.vendor == terms.vendor and "reseller" in each.discloses]
    linked = {firm.name: firm.id for firm in linked_resellers()}
    return Reseller(
        id=party_id(terms.vendor, name),
        name=name,
        partner_type=kind,
        country=country,
        tax_number=f"{country}{chance(name) % 10**9:09}" if country in {*_EUROPE, "BR"} else None,
        disclosed=any((name, country, kind) in _firms(each) for each in disclosing),
        organization_id=linked.get(name),
    )


def _accounts(terms: Terms, rank: int, name: str) -> tuple[str, ...]:
    """The reseller's numbers at the distributor: one, and for every tenth a branch's too."""
    if name in {ALPHA, BETA}:
        return ("10045",) if name == ALPHA else ("10077",)
    number = {
        BRAZIL: f"{10_100 + rank * 3}",
        KESTREL: f"K-{90_500 + rank * 7}",
        BRIGHTWATER: f"B-{20_000 + rank * 11}",
        LINDHOLM: f"{70_000 + rank * 13}",
        PACIFIC: f"PG{rank:03}{chance(name) % 1000:03}",
    }[terms.distributor]
    return (number, f"{number}-2") if rank % 10 == 1 else (number,)
