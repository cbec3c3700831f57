"""Two years of random sales in the test world: the facts, the rollups that counting would make of them, and their sums."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.access.actor import Actor
from app.access.roles import Role
from app.execution.request import Request
from app.programme.sale_types import COUNTED
from app.programme.spans import month_of
from app.programme.terms import Level, PartnerType, SaleType
from app.store.database import Database
from app.store.identity import new_id
from tests.world import World

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST, LAST = date(2025, 1, 1), date(2026, 6, 30)
TYPES = {"Reseller One": PartnerType.VAR, "Reseller Two": PartnerType.MSP, "Hidden Reseller": PartnerType.AGENT}

RESELLER_DAYS = (
    "INSERT INTO sell_through_reseller_day (vendor_id, day, distributor_id, reseller_id, agreement_id,"
    " disclosed_reseller_id, units, returned_units, lines) SELECT vendor_id, counts_on, distributor_id, reseller_id,"
    " agreement_id, disclosed_reseller_id, sum(quantity), sum(CASE WHEN sale_type = 'CREDIT_AND_REBILL' THEN 0"
    " WHEN component < 0 THEN -greatest(quantity, 0) ELSE greatest(-quantity, 0) END), count(*) FROM sell_through_line"
    " WHERE superseded IS NULL AND sale_type IN ('SALE', 'RETURN', 'DROP_SHIPMENT', 'CREDIT_AND_REBILL')"
    " GROUP BY 1, 2, 3, 4, 5, 6"
)
"What one distributor sold to one reseller on a day, added up from the lines."


@dataclass(frozen=True)
class Line:
    """A fact, as a person would read it."""

    vendor: str
    distributor: str
    reseller: str
    disclosed_reseller: UUID
    sku: str
    day: date
    quantity: int
    currency: str
    amount: int | None
    disclosed_amount: int | None
    book_currency: str | None
    book_amount: int | None
    sale_type: SaleType
    superseded: bool

    @property
    def counts(self) -> bool:
        return not self.superseded and self.sale_type in COUNTED


@dataclass(frozen=True)
class Bought:
    """A line of sell-in."""

    vendor: str
    distributor: str
    sku: str
    day: date
    quantity: int
    currency: str
    amount: int
    superseded: bool


class Channel:
    """A world with two years of random facts in it, and what they add up to."""

    def __init__(self, world: World, database: Database) -> None:
        self.world, self.database = world, database
        self.lines: list[Line] = []
        self.bought: list[Bought] = []

    def actor(self, level: Level, name: str) -> Actor:
        role = {
            Level.VENDOR: Role.VENDOR_ANALYST,
            Level.DISTRIBUTOR: Role.DISTRIBUTOR_VIEWER,
            Level.RESELLER: Role.RESELLER_VIEWER,
        }[level]
        return self.world.actor(level, name, role)

    def request(self, actor: Actor) -> Request[Actor]:
        return Request(actor, self.database, "test", None)  # type: ignore[arg-type]

    def family(self, sku: str) -> str:
        return "Switches" if sku.startswith("SWITCH") else "Drives"

    async def fill(self, seed: int) -> None:
        chance = random.Random(seed)
        submissions = {place: await self._submission(*place) for place in self.world.agreements}
        for number in range(600):
            vendor, distributor, reseller = chance.choice(list(self.world.authorizations))
            await self._sell(chance, submissions[vendor, distributor], number, vendor, distributor, reseller)
        for number in range(150):
            vendor, distributor = chance.choice(list(self.world.agreements))
            await self._buy(chance, submissions[vendor, distributor], number, vendor, distributor)
        await self._roll_up()

    async def _submission(self, vendor: str, distributor: str) -> UUID:
        organization, file_id, submission = self.world.organizations[distributor], new_id(), new_id()
        await self.world.add(
            "report_file",
            organization_id=organization,
            id=file_id,
            filename="facts.csv",
            received_bytes=0,
            created_at=NOW,
            expires_at=NOW,
        )
        numbers = {f"rows_{each}": 0 for each in ("received", "accepted", "held", "rejected", "duplicate", "conflict")}
        await self.world.add(
            "submission",
            vendor_id=self.world.vendors[vendor],
            id=submission,
            agreement_id=self.world.agreements[vendor, distributor],
            distributor_id=self.world.parties[vendor, distributor],
            kind="SELL_THROUGH",
            mode="APPEND",
            format="CSV",
            status="RECEIVED",
            period_start=FIRST,
            period_end=LAST,
            organization_id=organization,
            file_id=file_id,
            filename="facts.csv",
            sha256="",
            byte_size=0,
            submitted_by="a test",
            received_at=NOW,
            **numbers,
        )
        return submission

    async def _sell(
        self, chance: random.Random, submission: UUID, number: int, vendor: str, distributor: str, reseller: str
    ) -> None:
        connection = self.world.connection
        disclosed_reseller = await connection.fetchval(
            "SELECT disclosed_reseller_id FROM reseller_authorization WHERE id = $1",
            self.world.authorizations[vendor, distributor, reseller],
        )
        quantity = chance.choice([-2_000, -1_500, 500, 1_000, 3_000, 10_000])
        amount = None if chance.random() < 0.2 else quantity * chance.randrange(0, 3 * 10**6)
        book = None if chance.random() < 0.2 else chance.choice(["EUR", "EUR", "USD"])
        line = Line(
            vendor=vendor,
            distributor=distributor,
            reseller=reseller,
            disclosed_reseller=disclosed_reseller,
            sku=chance.choice(["DRIVE-1", "DRIVE-2", "SWITCH-1"]),
            day=FIRST + timedelta(days=chance.randrange((LAST - FIRST).days)),
            quantity=quantity,
            currency=chance.choice(["EUR", "EUR", "EUR", "USD"]),
            amount=amount,
            disclosed_amount=amount if distributor == "Dist One" else None,
            book_currency=book,
            book_amount=None if book is None else quantity * 10**5,
            sale_type=chance.choice([SaleType.SALE, SaleType.SALE, SaleType.DROP_SHIPMENT, SaleType.SAMPLE]),
            superseded=chance.random() < 0.05,
        )
        self.lines.append(line)
        await self.world.add(
            "sell_through_line",
            vendor_id=self.world.vendors[vendor],
            submission_id=submission,
            row_number=number,
            agreement_id=self.world.agreements[vendor, distributor],
            distributor_id=self.world.parties[vendor, distributor],
            reseller_id=self.world.parties[vendor, reseller],
            reseller_account="",
            disclosed_reseller_id=disclosed_reseller,
            document_kind="INVOICE",
            document_number=f"D{number}",
            document_line="1",
            sold_on=line.day,
            counts_on=line.day,
            component=0,
            product_id=self.world.products[vendor, line.sku],
            product_code=line.sku,
            quantity=quantity,
            reported_quantity=quantity,
            currency=line.currency,
            amount=amount,
            disclosed_amount=line.disclosed_amount,
            book_currency=book,
            book_amount=line.book_amount,
            sale_type=str(line.sale_type),
            content_hash="",
            recorded=1,
            superseded=2 if line.superseded else None,
        )

    async def _buy(self, chance: random.Random, submission: UUID, number: int, vendor: str, distributor: str) -> None:
        quantity = chance.choice([-1_000, 2_000, 20_000])
        line = Bought(
            vendor=vendor,
            distributor=distributor,
            sku=chance.choice(["DRIVE-1", "DRIVE-2", "SWITCH-1"]),
            day=FIRST + timedelta(days=chance.randrange((LAST - FIRST).days)),
            quantity=quantity,
            currency=chance.choice(["EUR", "EUR", "GBP"]),
            amount=quantity * 10**5,
            superseded=chance.random() < 0.05,
        )
        self.bought.append(line)
        await self.world.add(
            "sell_in_line",
            vendor_id=self.world.vendors[vendor],
            submission_id=submission,
            row_number=number,
            agreement_id=self.world.agreements[vendor, distributor],
            distributor_id=self.world.parties[vendor, distributor],
            document_kind="INVOICE",
            document_number=f"S{number}",
            document_line="1",
            sold_on=line.day,
            counts_on=line.day,
            component=0,
            product_id=self.world.products[vendor, line.sku],
            product_code=line.sku,
            quantity=quantity,
            reported_quantity=quantity,
            currency=line.currency,
            unit_price=10**8,
            amount=line.amount,
            content_hash="",
            recorded=1,
            superseded=2 if line.superseded else None,
        )

    async def _roll_up(self) -> None:
        """Fill the rollups as counting would, one line after the other."""
        months: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 6)
        resellers: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 6)
        days: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 6)
        for line in self.lines:
            if line.counts:
                vendor, parties = self.world.vendors[line.vendor], self.world.parties
                distributor, reseller = parties[line.vendor, line.distributor], parties[line.vendor, line.reseller]
                product = self.world.products[line.vendor, line.sku]
                tail = (product, line.currency, line.book_currency or "")
                first = month_of(line.day)
                month = (vendor, first, distributor, reseller, *tail, line.disclosed_reseller, first)
                whole = (vendor, first, distributor, reseller, *tail[1:], line.disclosed_reseller)
                returned = max(-line.quantity, 0)
                added = (line.quantity, returned, 1, line.amount, line.disclosed_amount, line.book_amount)
                for sums in (months[month], resellers[whole], days[vendor, line.day, distributor, *tail]):
                    sums[:] = [total + (value or 0) for total, value in zip(sums, added, strict=True)]
        measures = "units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount"
        await self._insert(
            "sell_through_month (vendor_id, month, distributor_id, reseller_id, product_id, currency, book_currency,"
            f" disclosed_reseller_id, fiscal_month, {measures})",
            months,
        )
        await self._insert(
            "sell_through_reseller_month (vendor_id, month, distributor_id, reseller_id, currency, book_currency,"
            f" disclosed_reseller_id, {measures})",
            resellers,
        )
        await self._insert(
            f"sell_through_day (vendor_id, day, distributor_id, product_id, currency, book_currency, {measures})", days
        )
        await self.world.connection.execute(RESELLER_DAYS)
        bought: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 3)
        for each in self.bought:
            if not each.superseded:
                vendor, distributor = self.world.vendors[each.vendor], self.world.parties[each.vendor, each.distributor]
                sums = bought[vendor, each.day, distributor, self.world.products[each.vendor, each.sku], each.currency]
                sums[:] = [sums[0] + each.quantity, sums[1] + 1, sums[2] + each.amount]
        await self._insert(
            "sell_in_day (vendor_id, day, distributor_id, product_id, currency, units, lines, amount)", bought
        )
        await self.world.connection.execute(
            "INSERT INTO submission_effect (vendor_id, submission_id, agreement_id, distributor_id, month, product_id,"
            " currency, book_currency, units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount)"
            " SELECT vendor_id, submission_id, agreement_id, distributor_id, date_trunc('month', counts_on), product_id,"
            " currency, book, sum(quantity), 0, count(*), sum(amount), 0, sum(book_amount) FROM ("
            " SELECT vendor_id, submission_id, agreement_id, distributor_id, counts_on, product_id, currency,"
            " coalesce(book_currency, '') AS book, quantity, coalesce(amount, 0) AS amount,"
            " coalesce(book_amount, 0) AS book_amount FROM sell_through_line"
            " WHERE superseded IS NULL AND sale_type IN ('SALE', 'DROP_SHIPMENT')"
            " UNION ALL SELECT vendor_id, submission_id, agreement_id, distributor_id, counts_on, product_id, currency,"
            " '', quantity, amount, 0 FROM sell_in_line WHERE superseded IS NULL) l GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
        )
        await self.world.connection.execute(
            "UPDATE submission s SET status = 'PROCESSED', rows_received = n.rows, rows_accepted = n.rows FROM ("
            " SELECT submission_id, count(*) AS rows FROM (SELECT submission_id FROM sell_through_line"
            " UNION ALL SELECT submission_id FROM sell_in_line) l GROUP BY 1) n WHERE n.submission_id = s.id"
        )

    async def _insert(self, into: str, rows: dict[tuple[Any, ...], list[int]]) -> None:
        width = len(next(iter(rows))) + len(next(iter(rows.values())))
        holders = ", ".join(f"${n}" for n in range(1, width + 1))
        await self.world.connection.executemany(
            f"INSERT INTO {into} VALUES ({holders})", [(*key, *sums) for key, sums in rows.items()]
        )


async def filled(world: World, database: Database, seed: int) -> Channel:
    """The world with partner types of all kinds and random sales."""
    for name, kind in TYPES.items():
        await world.connection.execute("UPDATE party SET partner_type = $2 WHERE name = $1", name, str(kind))
        await world.connection.execute(
            "UPDATE reseller_authorization SET partner_type = $2 WHERE reseller_name = $1", name, str(kind)
        )
    channel = Channel(world, database)
    await channel.fill(seed)
    return channel
