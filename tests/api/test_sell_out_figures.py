"""The sell-out of the cube is plain aggregation of what resellers reported: over random reports, corrections and restated
periods, by any grouping, in any span, as known now and as known then."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.execution.identifiers import Key, global_id
from app.network.verify import differences
from app.store.database import acting_as_worker
from tests.api.conftest import Api, Caller
from tests.api.sell_out_kit import Shop, enrolled

PRODUCTS = {"DRIVE-1": "Drives", "DRIVE-2": "Drives", "SWITCH-1": "Switches"}
RESELLERS = ("Reseller One", "Reseller Two")
FIRST = date(2026, 1, 1)
FIELDS = "currency periodStart reseller { name } product { sku } productFamily country partnerType"
CUBE = (
    "query($period: DateRangeInput!, $by: [SalesDimension!]!, $filter: SalesFilter, $asOf: DateTime)"
    " { viewer { vendor { network(asOf: $asOf) { sales(period: $period, by: $by, filter: $filter, first: 250) {"
    f" edges {{ node {{ {FIELDS} sellOutUnits sellOutReturnsUnits sellOutReporters sellThroughUnits"
    " previous { sellOutUnits sellOutReporters } } } totals { currency sellOutUnits sellOutReporters } } } } } }"
)


@dataclass(frozen=True)
class Sold:
    """A line that counts, as the test itself keeps it."""

    reseller: str
    day: date
    sku: str
    quantity: int
    currency: str
    sale_type: str = "SALE"


@dataclass
class Ledger:
    """What was reported, and what of it counts."""

    dice: random.Random
    shops: dict[str, Shop]
    live: dict[tuple[str, str, str], Sold] = field(default_factory=dict)

    def line(self, reseller: str, number: str) -> tuple[dict[str, object], Sold]:
        dice = self.dice
        sold = Sold(
            reseller,
            FIRST + timedelta(days=dice.randrange(100)),
            dice.choice(list(PRODUCTS)),
            dice.choice((-3, -1, 1, 2, 5)),
            dice.choice(("EUR", "USD", "XXX")),
            dice.choice(("SALE", "SALE", "SALE", "SAMPLE", "CREDIT_AND_REBILL")),
        )
        said: dict[str, object] = {
            **{"documentNumber": number, "documentLine": "1", "soldOn": sold.day.isoformat(), "productCode": sold.sku},
            **{"quantity": str(sold.quantity), "saleType": sold.sale_type, "shipToCountry": dice.choice(("DE", "AT"))},
            **({} if sold.currency == "XXX" else {"unitPrice": "9.5", "currency": sold.currency}),
        }
        return said, sold

    async def report(self, reseller: str, mode: str, numbers: Iterable[str]) -> None:
        lines = [(number, *self.line(reseller, number)) for number in numbers]
        start, end = FIRST, FIRST + timedelta(days=200)
        if mode == "REPLACE_PERIOD":
            self.live = {key: sold for key, sold in self.live.items() if key[0] != reseller}
        self.live |= {(reseller, "INVOICE", number): sold for number, _, sold in lines}
        period = {"start": start.isoformat(), "end": end.isoformat()}
        report = await self.shops[reseller].report(*(said for _, said, _ in lines), mode=mode, period=period)
        assert report["counts"]["accepted"] == len(lines), report

    def counting(self) -> list[Sold]:
        """Samples are given, not sold."""
        return [sold for sold in self.live.values() if sold.sale_type != "SAMPLE"]


KEYS: dict[str, Callable[[Sold], object]] = {
    "DAY": lambda sold: sold.day.isoformat(),
    "WEEK": lambda sold: (sold.day - timedelta(days=sold.day.weekday())).isoformat(),
    "MONTH": lambda sold: sold.day.replace(day=1).isoformat(),
    "FISCAL_MONTH": lambda sold: sold.day.replace(day=1).isoformat(),
    "QUARTER": lambda sold: date(sold.day.year, (sold.day.month - 1) // 3 * 3 + 1, 1).isoformat(),
    "RESELLER": lambda sold: sold.reseller,
    "PRODUCT": lambda sold: sold.sku,
    "PRODUCT_FAMILY": lambda sold: PRODUCTS[sold.sku],
    "COUNTRY": lambda sold: "DE",
    "PARTNER_TYPE": lambda sold: "VAR",
}
SHOWN: dict[str, Callable[[dict[str, Any]], object]] = {
    **{name: lambda row: row["periodStart"] for name in ("DAY", "WEEK", "MONTH", "FISCAL_MONTH", "QUARTER")},
    "RESELLER": lambda row: row["reseller"]["name"],
    "PRODUCT": lambda row: row["product"]["sku"],
    "PRODUCT_FAMILY": lambda row: row["productFamily"],
    "COUNTRY": lambda row: row["country"],
    "PARTNER_TYPE": lambda row: row["partnerType"],
}
Rows = dict[tuple[object, ...], tuple[Decimal, Decimal, int]]


def reckoned(facts: Iterable[Sold], by: list[str], start: date, end: date) -> Rows:
    """By plain aggregation: units, returns, and how many resellers reported, by the groups and the currency."""
    groups: dict[tuple[object, ...], list[Sold]] = defaultdict(list)
    for sold in facts:
        if start <= sold.day < end:
            groups[(*(KEYS[name](sold) for name in by), sold.currency)].append(sold)
    return {
        key: (
            Decimal(sum(each.quantity for each in own)),
            Decimal(sum(-each.quantity for each in own if each.quantity < 0 and each.sale_type != "CREDIT_AND_REBILL")),
            len({each.reseller for each in own}),
        )
        for key, own in groups.items()
    }


def shown(answer: dict[str, Any], by: list[str]) -> Rows:
    rows = [edge["node"] for edge in answer["viewer"]["vendor"]["network"]["sales"]["edges"]]
    return {
        (*(SHOWN[name](row) for name in by), row["currency"]): (
            *(Decimal(row["sellOutUnits"]), Decimal(row["sellOutReturnsUnits"])),
            row["sellOutReporters"],
        )
        for row in rows
        if row["sellOutReporters"]
    }


@pytest.fixture(scope="module")
async def vendor(api: Api) -> Caller:
    return await api.vendor()


@pytest.fixture(scope="module")
async def shops(api: Api) -> dict[str, Shop]:
    return {
        name: Shop(api, await api.reseller(name), await enrolled(api, "Acme", name), reseller=name)
        for name in RESELLERS
    }


async def asked(caller: Caller, by: list[str], start: date, end: date, **given: Any) -> dict[str, Any]:
    return await caller.ask(CUBE, period={"start": start.isoformat(), "end": end.isoformat()}, by=by, **given)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_cube_is_plain_aggregation_of_what_was_reported(
    seed: int, api: Api, vendor: Caller, shops: dict[str, Shop]
) -> None:
    for table in (
        "sell_out_line",
        "sell_out_month",
        "submission_issue",
        "submission_effect",
        "report_row",
        "submission",
    ):
        await api.world.connection.execute(f"DELETE FROM {table}")
    ledger = Ledger(random.Random(seed), shops)
    for turn in range(5):
        reseller = ledger.dice.choice(RESELLERS)
        own = [number for who, _, number in ledger.live if who == reseller]
        mode = ledger.dice.choice(("APPEND", "CORRECT", "REPLACE_PERIOD")) if own else "APPEND"
        again = ledger.dice.sample(own, len(own) // 2) if mode != "APPEND" else []
        await ledger.report(reseller, mode, [*again, *(f"{seed}-{turn}-{place}" for place in range(6))])
        if turn == 2:
            then = await api.world.connection.fetchval("SELECT clock_timestamp()")
            known = ledger.counting()
    facts = ledger.counting()
    whole, broken = (FIRST, date(2026, 5, 1)), (date(2026, 1, 9), date(2026, 3, 20))
    for by in (
        [],
        ["MONTH", "RESELLER"],
        ["DAY", "PRODUCT"],
        ["WEEK"],
        ["FISCAL_MONTH", "PRODUCT_FAMILY"],
        ["QUARTER"],
        ["RESELLER", "COUNTRY", "PARTNER_TYPE"],
        ["MONTH", "PRODUCT", "RESELLER"],
    ):
        for span in (whole, broken):
            assert shown(await asked(vendor, by, *span), by) == reckoned(facts, by, *span), (by, span)
            past = await asked(vendor, by, *span, asOf=then.isoformat())
            assert shown(past, by) == reckoned(known, by, *span), (by, span, "asOf")
    only = global_id("Reseller", Key(api.world.vendors["Acme"], api.world.parties["Acme", "Reseller One"]))
    narrow = await asked(vendor, ["MONTH"], *whole, filter={"resellerIds": [only], "productFamilies": ["Drives"]})
    kept = [each for each in facts if each.reseller == "Reseller One" and PRODUCTS[each.sku] == "Drives"]
    assert shown(narrow, ["MONTH"]) == reckoned(kept, ["MONTH"], *whole)
    async with api.database.reading(acting_as_worker(api.world.vendors["Acme"])) as session:
        assert await differences(session, api.world.vendors["Acme"]) == []


async def test_what_nobody_reported_is_unknown_and_what_has_no_distributor_stands_by_none(
    api: Api, vendor: Caller, shops: dict[str, Shop]
) -> None:
    ledger = Ledger(random.Random(4), shops)
    for number, reseller in enumerate(shops):
        await ledger.report(reseller, "REPLACE_PERIOD", [f"N-{number}-1", f"N-{number}-2"])
    distributor = await api.distributor()
    await distributor.act(
        "distributor/submit_sell_through.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period={"start": "2026-01-01", "end": "2026-02-01"},
        source={
            "lines": [
                {
                    "documentNumber": "D-1",
                    "documentLine": "1",
                    "soldOn": "2025-12-05",
                    "productCode": "SWITCH-1",
                    "resellerAccount": "A-1",
                    "quantity": "4",
                    "unitPrice": "50",
                }
            ]
        },
        idempotencyKey="beside-sell-out",
    )
    await api.count()
    answer = await asked(vendor, [], date(2025, 12, 1), date(2026, 1, 1))
    (row,) = [edge["node"] for edge in answer["viewer"]["vendor"]["network"]["sales"]["edges"]]
    assert (row["sellThroughUnits"], row["sellOutUnits"], row["sellOutReporters"]) == ("4", None, 0)
    by_distributor = await asked(vendor, ["DISTRIBUTOR"], date(2025, 12, 1), date(2026, 6, 1))
    rows = [edge["node"] for edge in by_distributor["viewer"]["vendor"]["network"]["sales"]["edges"]]
    assert rows and all(each["sellOutUnits"] is None and each["sellOutReporters"] is None for each in rows)
    own = await distributor.ask(
        '{ viewer { distributor { sales(period: {start: "2025-12-01", end: "2026-06-01"}, by: [], first: 5) {'
        " edges { node {"
        " currency sellThroughUnits sellOutUnits sellOutReturnsUnits sellOutReporters } } } } } }"
    )
    (row,) = [edge["node"] for edge in own["viewer"]["distributor"]["sales"]["edges"]]
    assert (row["sellThroughUnits"], row["sellOutUnits"], row["sellOutReturnsUnits"], row["sellOutReporters"]) == (
        *("4", None, None, None),
    )
    beside = await vendor.ask(
        "vendor/sell_out.graphql", period={"start": "2025-12-01", "end": "2026-06-01"}, convertTo="EUR", first=50
    )
    told = [edge["node"] for edge in beside["viewer"]["vendor"]["network"]["sales"]["edges"]]
    assert {each["currency"] for each in told} == {"EUR"}
    sold = sum(Decimal(each["sellOutUnits"]) for each in told if each["sellOutUnits"] is not None)
    assert sold == sum(each.quantity for each in ledger.counting())


async def test_a_reseller_finds_what_it_sold_beside_what_it_bought(shops: dict[str, Shop]) -> None:
    ledger = Ledger(random.Random(5), shops)
    await ledger.report("Reseller One", "REPLACE_PERIOD", ["P-1", "P-2", "P-3", "P-4"])
    answer = await shops["Reseller One"].caller.ask(
        "reseller/purchases_and_sell_out.graphql", period={"start": "2026-01-01", "end": "2026-06-01"}, first=250
    )
    rows = [edge["node"] for edge in answer["viewer"]["reseller"]["purchases"]["edges"]]
    found = {
        (row["periodStart"], row["product"]["sku"], row["currency"]): Decimal(row["soldOutUnits"])
        for row in rows
        if row["soldOutUnits"] is not None
    }
    own = reckoned(ledger.counting(), ["MONTH", "PRODUCT"], FIRST, date(2026, 6, 1))
    assert found == {key: units for key, (units, _, _) in own.items()}
