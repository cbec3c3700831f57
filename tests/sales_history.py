"""Random sales that were corrected afterwards: lines that ended, in open and in closed periods, as lines are corrected; with
fiscal months, exchange rates, and the moments at which each change became known. What counts stands in the facts alone.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.network.calendars.actions import follow_calendar
from app.network.calendars.queries import rebuild_month_rollup
from app.programme.fiscal import FiscalCalendar, FiscalMonth, FiscalPattern
from app.store.database import Database, acting_as_worker
from tests.sales_channel import FIRST, LAST, TYPES, Channel
from tests.sales_stock import Stock, write_stock
from tests.world import World

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
"The first change became known an hour later, the next ones an hour after one another."
CHANGES = 6
OF_OTHERS = 100
"The changes of Dist Two have numbers of their own: those of Dist One and so much more."
SEATS = {
    "Reseller One": ("DE", "Central"),
    "Reseller Two": ("FR", None),
    "Hidden Reseller": ("AT", "Central"),
}
"Where resellers have their seats as their vendor records it; what Dist Two records of Reseller One says otherwise."
RATES = {"USD": 920_000_000, "GBP": 1_170_000_000, "EUR": 1_000_000_000}
"Roughly what a currency is worth in euros, in 10⁻⁹."


@dataclass(frozen=True)
class Fact:
    """A line of sell-through or, without a reseller, of sell-in, as it stands in the database."""

    vendor: str
    distributor: str
    reseller: str | None
    disclosed_reseller: UUID | None
    sku: str
    sold_on: date
    counts_on: date
    quantity: int
    currency: str
    amount: int | None
    disclosed_amount: int | None
    book_currency: str | None
    book_amount: int | None
    unit_price: int | None
    sale_type: str
    document_kind: str
    document_number: str
    component: int
    recorded: int
    replaced: int | None
    superseded: int | None
    order: tuple[Any, ...]


class History(Channel):
    """A world whose sales were corrected."""

    facts: list[Fact]
    calendars: dict[str, FiscalCalendar]
    rates: dict[tuple[str, str, str], list[tuple[date, int]]]
    stock: Stock
    currencies: dict[tuple[str, str], str]
    "Those of the agreements."

    async def take_stock(self, seed: int) -> None:
        """Stock was counted, and moved beside purchases and sales."""
        self.stock = Stock()
        self.stock.fill(seed)
        await write_stock(self.world, self.stock)
        for table in ("sell_through_line", "sell_in_line", "inventory_count", "stock_movement"):
            ends = ("recorded", "superseded") + (("replaced",) if table.endswith("line") else ())
            for (_, distributor), agreement in self.world.agreements.items():
                if distributor != "Dist One":
                    moved = ", ".join(f"{name} = {name} + {OF_OTHERS}" for name in ends)
                    await self.world.connection.execute(
                        f"UPDATE {table} SET {moved} WHERE agreement_id = $1", agreement
                    )
        await self.world.connection.execute("UPDATE agreement SET currency = 'USD' WHERE id = $1", self.usd)

    @property
    def usd(self) -> UUID:
        """The agreement in another currency."""
        return self.world.agreements["Borealis", "Dist One"]

    async def correct(self, seed: int) -> None:
        chance = random.Random(seed)
        write = self.world.connection.execute
        for (vendor, distributor), agreement in self.world.agreements.items():
            for number in range(1, CHANGES + 1):
                await write(
                    "INSERT INTO knowledge (vendor_id, id, agreement_id, distributor_id, cause, known_at)"
                    " OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, 'a test', $5)",
                    self.world.vendors[vendor],
                    number + OF_OTHERS * (distributor != "Dist One"),
                    agreement,
                    self.world.parties[vendor, distributor],
                    MOMENT + timedelta(hours=number),
                )
        await write(
            "UPDATE sell_through_line SET document_number = 'D' || row_number / 3, document_line = row_number::text,"
            " document_kind = CASE WHEN quantity < 0 AND row_number % 2 = 0 THEN 'CREDIT_NOTE' ELSE 'INVOICE' END,"
            " sale_type = CASE WHEN row_number % 11 = 0 THEN 'CREDIT_AND_REBILL' ELSE sale_type END,"
            " recorded = CASE WHEN superseded IS NULL THEN 1 + row_number % 3 ELSE 1 END"
        )
        await write("UPDATE sell_in_line SET unit_price = 1000000 * (50 + row_number % 40)")
        for table in ("sell_through_line", "sell_in_line"):
            live = await self.world.connection.fetch(
                f"SELECT * FROM {table} WHERE superseded IS NULL ORDER BY row_number"
            )
            for number, row in enumerate(live):
                if chance.random() < 0.2:
                    await self._correct(chance, table, dict(row), 10_000 + number)

    async def _correct(self, chance: random.Random, table: str, row: dict[str, Any], number: int) -> None:
        """End a line: in an open period as if it had not been, in a closed one by its reversal in a later one. Mostly
        another one follows, sometimes from the same row, as of one that was held again and released."""
        when, closed = chance.randrange(4, CHANGES + 1), chance.random() < 0.6
        opened = min(row["counts_on"] + timedelta(days=chance.randrange(10, 120)), LAST)
        await self.world.connection.execute(
            f"UPDATE {table} SET replaced = $5, superseded = CASE WHEN $6 THEN NULL ELSE $5::bigint END"
            " WHERE vendor_id = $1 AND submission_id = $2 AND row_number = $3 AND component = $4",
            *(row[name] for name in ("vendor_id", "submission_id", "row_number", "component")),
            when,
            closed,
        )
        if closed:
            negated = {
                name: None if row[name] is None else -row[name]
                for name in ("quantity", "reported_quantity", "amount", "disclosed_amount", "book_amount")
                if name in row
            }
            gone = {"component": -1, "counts_on": opened, "recorded": when, "replaced": when}
            await self.world.add(table, **(row | negated | gone))
        if chance.random() < 0.7:
            factor = chance.choice([2, 3])
            more = {
                name: None if row[name] is None else row[name] * factor
                for name in ("quantity", "reported_quantity", "amount", "disclosed_amount", "book_amount")
                if name in row
            }
            again = row["row_number"] if number % 3 == 0 else number
            there = {"row_number": again, "recorded": when, "counts_on": opened if closed else row["counts_on"]}
            await self.world.add(table, **(row | more | there))

    async def seat(self) -> None:
        """Say where resellers have their seats; Dist Two knows Reseller One by another one."""
        write = self.world.connection.execute
        for name, (country, region) in SEATS.items():
            await write("UPDATE party SET country = $2, region = $3 WHERE name = $1", name, country, region)
            await write(
                "UPDATE reseller_authorization SET reseller_country = $2, reseller_region = $3 WHERE reseller_name = $1",
                name,
                country,
                region,
            )
        await write(
            "UPDATE reseller_authorization SET reseller_country = 'CH', reseller_region = 'Alps', partner_type = 'RETAILER'"
            " WHERE reseller_name = 'Reseller One' AND distributor_name = 'Dist Two'"
        )

    def record_of(self, fact: Fact, as_vendor: bool) -> tuple[str, str, str | None]:
        """The partner type, country and region by which the seller (or the vendor) knows the reseller."""
        assert fact.reseller is not None
        if not as_vendor and (fact.reseller, fact.distributor) == ("Reseller One", "Dist Two"):
            return "RETAILER", "CH", "Alps"
        return (str(TYPES[fact.reseller]), *SEATS[fact.reseller])

    async def lay_out(self) -> None:
        """Acme counts by 4-5-4 weeks, Borealis by the calendar; both have the rollups that counting would have made."""
        await self.world.add(
            "fiscal_calendar",
            vendor_id=self.world.vendors["Acme"],
            pattern=FiscalPattern.WEEKS_4_5_4.value,
            closing_month=1,
            year_name="FIRST_MONTH",
            weekday="SATURDAY",
            year_end="NEAREST",
            set_at=MOMENT,
            in_force=False,
        )
        await follow_calendar(self.database, self.world.vendors["Acme"])
        async with self.database.writing(acting_as_worker(self.world.vendors["Borealis"])) as session:
            await rebuild_month_rollup(session, self.world.vendors["Borealis"])
        write = self.world.connection.execute
        await write("DELETE FROM sell_through_day")
        await write("DELETE FROM sell_in_day")
        counted = "superseded IS NULL AND sale_type IN ('SALE', 'RETURN', 'DROP_SHIPMENT', 'CREDIT_AND_REBILL')"
        returned = (
            "CASE WHEN sale_type = 'CREDIT_AND_REBILL' THEN 0 WHEN component < 0 THEN -greatest(quantity, 0)"
            " ELSE greatest(-quantity, 0) END"
        )
        await write(
            "INSERT INTO sell_through_day (vendor_id, day, distributor_id, product_id, currency, book_currency, units,"
            " returned_units, lines, resale_amount, disclosed_resale_amount, book_amount)"
            " SELECT vendor_id, counts_on, distributor_id, product_id, currency, coalesce(book_currency, ''),"
            f" sum(quantity), sum({returned}), count(*), sum(coalesce(amount, 0)), sum(coalesce(disclosed_amount, 0)),"
            f" sum(coalesce(book_amount, 0)) FROM sell_through_line WHERE {counted} GROUP BY 1, 2, 3, 4, 5, 6"
        )
        await write(
            "INSERT INTO sell_in_day (vendor_id, day, distributor_id, product_id, currency, units, lines, amount)"
            " SELECT vendor_id, counts_on, distributor_id, product_id, currency, sum(quantity), count(*), sum(amount)"
            " FROM sell_in_line WHERE superseded IS NULL GROUP BY 1, 2, 3, 4, 5"
        )

    async def rate(self, seed: int) -> None:
        """Rates between all currencies, new ones every few weeks, others in each network."""
        chance = random.Random(seed)
        self.rates = {}
        for vendor, vendor_id in self.world.vendors.items():
            for base, in_euros in RATES.items():
                for quote, quote_in_euros in RATES.items():
                    day = date(2023, 1, 1)
                    while base != quote and day < date(2027, 1, 1):
                        rate = in_euros * 10**9 // quote_in_euros + chance.randrange(10**7)
                        self.rates.setdefault((vendor, base, quote), []).append((day, rate))
                        await self.world.add(
                            "exchange_rate", vendor_id=vendor_id, base=base, quote=quote, effective_from=day, rate=rate
                        )
                        day += timedelta(days=chance.randrange(20, 90))

    async def read(self) -> None:
        """Take the facts and calendars as they stand in the database."""
        fetch = self.world.connection.fetch
        vendors = {id: name for name, id in self.world.vendors.items()}
        parties = {id: name for (_, name), id in self.world.parties.items()}
        products = {id: sku for (_, sku), id in self.world.products.items()}
        self.facts = []
        for table in ("sell_through_line", "sell_in_line"):
            for row in await fetch(f"SELECT * FROM {table}"):
                given = {name: row.get(name) for name in Fact.__dataclass_fields__}
                given |= {
                    "vendor": vendors[row["vendor_id"]],
                    "distributor": parties[row["distributor_id"]],
                    "reseller": parties.get(row.get("reseller_id")),
                    "disclosed_reseller": row.get("disclosed_reseller_id"),
                    "sku": products[row["product_id"]],
                    "sale_type": row.get("sale_type") or "",
                    **{
                        name: None if given[name] is None else given[name] % OF_OTHERS
                        for name in ("recorded", "replaced", "superseded")
                    },
                    "order": (row["recorded"], row["submission_id"], row["row_number"], row["component"]),
                }
                self.facts.append(Fact(**given))
        self.currencies = {
            place: await self.world.connection.fetchval("SELECT currency FROM agreement WHERE id = $1", agreement)
            for place, agreement in self.world.agreements.items()
        }
        self.calendars = {}
        for vendor, vendor_id in self.world.vendors.items():
            months = await fetch("SELECT * FROM fiscal_month WHERE vendor_id = $1 ORDER BY start_day", vendor_id)
            self.calendars[vendor] = FiscalCalendar(
                [FiscalMonth(m["fiscal_year"], m["quarter"], m["month"], m["start_day"], m["end_day"]) for m in months]
            )


async def recorded(world: World, database: Database, seed: int) -> History:
    """The world with partner types and seats, and sales that were corrected."""
    for name, kind in TYPES.items():
        await world.connection.execute("UPDATE party SET partner_type = $2 WHERE name = $1", name, str(kind))
        await world.connection.execute(
            "UPDATE reseller_authorization SET partner_type = $2 WHERE reseller_name = $1", name, str(kind)
        )
    history = History(world, database)
    await history.fill(seed)
    await history.correct(seed)
    await history.seat()
    await history.lay_out()
    await history.rate(seed)
    await history.take_stock(seed)
    await history.read()
    return history


__all__ = ["CHANGES", "FIRST", "LAST", "MOMENT", "SEATS", "Fact", "History", "recorded"]
