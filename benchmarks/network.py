"""The network that the portal shows: a vendor, twenty distributors, twenty-five authorised resellers each, a year of sales.

A second vendor of the same size stands beside it, so that row-level security has something to leave out. Everything is
made up and the same in every run. Sales are written as lines, and the rollups as the sums of these lines, past every
policy, as the database's owner; `tailrace verify` would find them exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from uuid import UUID, uuid5

import asyncpg

from app.access.clients import NewClient, create_client
from app.access.roles import Role
from app.access.scopes import Scope
from app.programme.terms import Level
from app.store.connect import Urls
from app.store.database import Context, Database
from app.tables.metadata import DatabaseRole

FIRST_MONTH, MONTHS = date(2025, 7, 1), 12
LAST_QUARTER = date(2026, 4, 1), date(2026, 7, 1)
WRITTEN = datetime(2025, 1, 1, tzinfo=UTC)
START, END = date(2024, 1, 1), date(2030, 1, 1)
PARTNER_TYPES = ("VAR", "MSP", "RETAILER", "SOLUTION_INTEGRATOR", "CONSULTANT")
COUNTRIES = ("DE", "AT", "FR", "NL", "ES")
Record = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is; `lines` are those of a product, reseller and month."""

    agreements: int
    authorizations: int
    products: int
    lines: int
    first_month: date = FIRST_MONTH
    months: int = MONTHS


PORTAL = Size(agreements=20, authorizations=25, products=24, lines=4)


@dataclass(frozen=True)
class Network:
    """One vendor's network, by its ids; authorisations are (id, agreement, distributor, reseller)."""

    size: Size
    vendor_id: UUID
    organization_id: UUID
    name: str
    program_id: UUID
    agreements: list[tuple[UUID, UUID]]
    authorizations: list[tuple[UUID, UUID, UUID, UUID]]
    products: list[UUID]


def network(name: str, size: Size = PORTAL) -> Network:
    """The ids of a network; the same name and size have the same ones."""
    dice = Random(name)

    def identity() -> UUID:
        number = dice.getrandbits(128)
        return UUID(int=number & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62)

    agreements = [(identity(), identity()) for _ in range(size.agreements)]
    authorizations = [
        (identity(), *agreement, identity()) for agreement in agreements for _ in range(size.authorizations)
    ]
    products = [identity() for _ in range(size.products)]
    return Network(size, identity(), identity(), name, identity(), agreements, authorizations, products)


async def write(urls: Urls, *networks: Network) -> None:
    """Fill an empty database with these networks."""
    connection = await asyncpg.connect(urls.owner)
    try:
        for each in networks:
            for table, columns, records in _tables(each):
                await connection.copy_records_to_table(table, records=records, columns=columns.split())
            size = each.size
            await connection.execute(_LINES, each.vendor_id, size.first_month, size.months, size.lines)
        for statement in _ROLLUPS:
            await connection.execute(statement)
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def _tables(net: Network) -> Iterator[tuple[str, str, list[Record]]]:
    """Every table with its columns and rows, in the order in which they refer to one another."""
    vendor = net.vendor_id
    yield (
        "organization",
        "id name country created_at",
        [
            (net.organization_id, net.name, "DE", WRITTEN),
        ],
    )
    yield "vendor", "id organization_id name country region", [(vendor, net.organization_id, net.name, "DE", "EMEA")]
    yield (
        "program",
        "vendor_id id name description audience status partner_types countries created_at",
        [(vendor, net.program_id, "Distributors", "For measuring.", "DISTRIBUTOR", "ACTIVE", [], [], WRITTEN)],
    )
    yield "party", "vendor_id id kind name partner_type country region disclosed created_at", list(_parties(net))
    yield (
        "product",
        "vendor_id id sku name family base_unit introduced_on created_at",
        [
            (vendor, product, f"P-{number:02}", f"Product {number}", f"Family {number % 4}", "EA", START, WRITTEN)
            for number, product in enumerate(net.products)
        ],
    )
    yield (
        "book_price",
        "vendor_id product_id currency effective_from price announced_at",
        [(vendor, product, "EUR", START, usual_price(n), WRITTEN) for n, product in enumerate(net.products)],
    )
    yield "agreement", _AGREEMENT, [_agreement(net, *each) for each in net.agreements]
    yield "reseller_authorization", _AUTHORIZATION, list(_authorizations(net))
    yield (
        "account",
        "vendor_id agreement_id number authorization_id distributor_id reseller_id",
        [
            (vendor, agreement, account, id, distributor, reseller)
            for n, (id, agreement, distributor, reseller) in enumerate(net.authorizations)
            for account in accounts(n)
        ],
    )


def usual_price(number: int) -> int:
    """The wholesale price of a network's product by its place, in 10⁻⁶ EUR."""
    return 40_000_000 + number * 7_000_000


def _parties(net: Network) -> Iterator[Record]:
    for number, (_, distributor) in enumerate(net.agreements):
        name, country = f"Distributor {number:02}", COUNTRIES[number % len(COUNTRIES)]
        yield net.vendor_id, distributor, "DISTRIBUTOR", name, None, country, "EMEA", True, WRITTEN
    for number, (*_, reseller) in enumerate(net.authorizations):
        name, kind, country = _reseller(number)
        yield net.vendor_id, reseller, "RESELLER", name, kind, country, "EMEA", True, WRITTEN


def _reseller(number: int) -> tuple[str, str, str]:
    kind, country = PARTNER_TYPES[number % len(PARTNER_TYPES)], COUNTRIES[number // 3 % len(COUNTRIES)]
    return f"Reseller {number:03} Systems", kind, country


def accounts(number: int) -> list[str]:
    """The account numbers of a network's authorisations, by their place."""
    return [f"A-{number:03}", f"A-{number:03}-2"][: 1 + number % 2]


_AGREEMENT = (
    "vendor_id id distributor_id program_id status effective_start effective_end territory currency time_zone"
    " volume_period threshold_rule cadence due_days grace_days mandatory_fields formats discloses_resale_price"
    " discloses_end_customer discloses_reseller discloses_credit_terms created_at"
)
_AUTHORIZATION = (
    "vendor_id id agreement_id distributor_id reseller_id disclosed_reseller_id status reseller_name reseller_country"
    " reseller_region partner_type distributor_name distributor_country accounts effective_start effective_end created_at"
)


def _agreement(net: Network, agreement: UUID, distributor: UUID) -> Record:
    ids = (net.vendor_id, agreement, distributor, net.program_id)
    terms = ("ACTIVE", START, END, list(COUNTRIES), "EUR", "Europe/Berlin", "QUARTER", "REACHED", "MONTHLY", 10, 5)
    return *ids, *terms, [], ["INLINE", "CSV", "X12"], True, True, True, True, WRITTEN


def _authorizations(net: Network) -> Iterator[Record]:
    for number, (id, agreement, distributor, reseller) in enumerate(net.authorizations):
        place = number // net.size.authorizations
        yield (
            *(net.vendor_id, id, agreement, distributor, reseller, reseller),
            "SUSPENDED" if number % 50 == 49 else "ACTIVE",
            *(_reseller(number)[0], _reseller(number)[2], "EMEA", _reseller(number)[1]),
            *(f"Distributor {place:02}", COUNTRIES[place % len(COUNTRIES)], accounts(number), START, END, WRITTEN),
        )


_LINES = """
INSERT INTO sell_through_line (vendor_id, submission_id, row_number, agreement_id, distributor_id, reseller_id,
    disclosed_reseller_id, document_kind, document_number, document_line, sold_on, product_id, quantity, currency,
    unit_price, amount, disclosed_unit_price, disclosed_amount, book_currency, book_price, book_amount, sale_type,
    ship_to_country, content_hash, recorded, component, counts_on, product_code, reseller_account, reported_quantity)
SELECT $1, uuidv7(), n, agreement_id, distributor_id, reseller_id, reseller_id, kind, 'D' || n / 5, n % 5, sold_on,
    product_id, quantity * 1000, 'EUR', price, quantity * price, price, quantity * price, 'EUR', book, quantity * book,
    sale_type, country, md5(n::text), 1, 0, sold_on, sku, account, quantity * 1000
FROM (
    SELECT s.*, a.agreement_id, a.distributor_id, a.reseller_id, a.reseller_country AS country, p.id AS product_id,
        p.sku, a.accounts[1] AS account,
        ($2::date + make_interval(months => s.month, days => (dice / 7 % 28)::int))::date AS sold_on,
        CASE WHEN dice % 33 = 0 THEN -1 ELSE 1 END * (1 + dice / 11 % 9) AS quantity,
        CASE WHEN dice % 33 = 0 THEN 'CREDIT_NOTE' ELSE 'INVOICE' END AS kind,
        CASE WHEN dice % 33 = 0 THEN 'RETURN' ELSE 'SALE' END AS sale_type,
        b.price AS book, b.price + 10000 * (100 + dice / 13 % 400) AS price
    FROM (
        SELECT row_number() OVER (ORDER BY month, buyer, product, line) AS n, month, buyer, product,
            hashint8extended(row_number() OVER (ORDER BY month, buyer, product, line), 7) & 1073741823 AS dice
        FROM generate_series(0, $3::int - 1) month, generate_series(1, (SELECT count(*) FROM reseller_authorization
            WHERE vendor_id = $1)) buyer, generate_series(0, 5) product, generate_series(1, $4::int) line
    ) s
    JOIN (SELECT r.*, row_number() OVER (ORDER BY agreement_id, reseller_name) AS buyer
        FROM reseller_authorization r WHERE vendor_id = $1) a USING (buyer)
    JOIN (SELECT p.*, row_number() OVER (ORDER BY sku) - 1 AS place FROM product p WHERE vendor_id = $1) p
        ON p.place = (s.product * 5 + s.buyer) % (SELECT count(*) FROM product WHERE vendor_id = $1)
    JOIN book_price b ON b.vendor_id = $1 AND b.product_id = p.id
) sold
"""
"Six products a reseller, some lines of each in every month; three lines in a hundred are returns."

_KEYS = "distributor_id, {}product_id, currency, book_currency"
_SUMS = (
    "units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount",
    "sum(quantity), sum(greatest(-quantity, 0)), count(*), sum(amount), sum(disclosed_amount), sum(book_amount)",
)
_ROLLUPS = (
    "INSERT INTO sell_through_month (vendor_id, month, fiscal_month, disclosed_reseller_id,"
    f" {_KEYS.format('reseller_id, ')}, {_SUMS[0]}) SELECT vendor_id, date_trunc('month', sold_on)::date,"
    f" date_trunc('month', sold_on)::date, disclosed_reseller_id, {_KEYS.format('reseller_id, ')}, {_SUMS[1]}"
    " FROM sell_through_line GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 2, 5, 6, 7",
    "INSERT INTO sell_through_reseller_month (vendor_id, month, distributor_id, reseller_id, disclosed_reseller_id,"
    f" currency, book_currency, {_SUMS[0]}) SELECT vendor_id, date_trunc('month', sold_on)::date, distributor_id,"
    f" reseller_id, disclosed_reseller_id, currency, book_currency, {_SUMS[1]} FROM sell_through_line"
    " GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 2, 3, 4",
    "INSERT INTO sell_through_reseller_day (vendor_id, distributor_id, day, reseller_id, agreement_id,"
    " disclosed_reseller_id, units, returned_units, lines) SELECT vendor_id, distributor_id, sold_on, reseller_id,"
    " agreement_id, disclosed_reseller_id, sum(quantity), sum(greatest(-quantity, 0)), count(*) FROM sell_through_line"
    " GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2, 3, 4",
    f"INSERT INTO sell_through_day (vendor_id, day, {_KEYS.format('')}, {_SUMS[0]}) SELECT vendor_id, sold_on,"
    f" {_KEYS.format('')}, {_SUMS[1]} FROM sell_through_line GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2, 3, 4",
)


async def link(urls: Urls, net: Network, distributor_id: UUID, name: str) -> UUID:
    """Give a distributor an organisation, so that it can sign in; the organisation's id."""
    organization_id = uuid5(net.vendor_id, name)
    connection = await asyncpg.connect(urls.owner)
    try:
        await connection.execute(
            "INSERT INTO organization (id, name, country, created_at) VALUES ($1, $2, 'DE', $3)",
            *(organization_id, name, WRITTEN),
        )
        await connection.execute(
            "INSERT INTO party_link (vendor_id, party_id, organization_id, linked_from) VALUES ($1, $2, $3, $4)",
            *(net.vendor_id, distributor_id, organization_id, WRITTEN),
        )
    finally:
        await connection.close()
    return organization_id


async def client(urls: Urls, organization_id: UUID, level: Level, role: Role, *scopes: Scope) -> NewClient:
    """An integration of an organisation."""
    opened = await Database.open(urls.owner, connections=2)
    try:
        async with opened.writing(Context(DatabaseRole.OPERATOR)) as session:
            return await create_client(session, organization_id, level, "For measuring", [role], scopes)
    finally:
        await opened.close()
