"""A reseller's own purchases, and the documents that partners send to see their sales, over HTTP."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.access.actor import Actor
from app.execution.identifiers import NO_NETWORK, Key, global_id
from app.execution.scalars import DateRangeInput
from app.network.purchases.graph import PurchaseRow, purchases_of_reseller
from app.programme.sales import PurchaseDimension
from app.programme.sales import SalesDimension as By
from app.programme.spans import month_of
from app.programme.terms import Level
from app.store.database import Database
from tests.api.conftest import Api, Caller
from tests.sales_asking import Parent, selection
from tests.sales_channel import Channel, filled
from tests.sales_oracle import Oracle, Question
from tests.world import World

HALF_YEAR = {"start": "2025-07-01", "end": "2026-01-01"}


@pytest.fixture(scope="module")
async def channel(world: World, database: Database) -> Channel:
    return await filled(world, database, seed=3)


async def purchases(
    channel: Channel,
    name: str,
    vendor: str | None,
    by: Sequence[PurchaseDimension],
    actor: Actor | None = None,
    **at: Any,
) -> list[PurchaseRow]:
    world = channel.world
    key = Key(NO_NETWORK, world.organizations[name])
    if vendor is not None:
        key = Key(world.vendors[vendor], world.parties[vendor, name])
    async with channel.request(actor or channel.actor(Level.RESELLER, name)) as request:
        found = await purchases_of_reseller(
            request,
            [Parent(key)],
            selection("totalCount edges { node { units amount { amount } returnsUnits } }"),
            DateRangeInput(**{"start": date(2025, 2, 10), "end": date(2026, 3, 15), **at}),
            list(by),
            first=250,
        )
    assert found[0].total_count == len(found[0].edges)
    return [edge.node for edge in found[0].edges]


@pytest.mark.parametrize("name", ["Reseller One", "Reseller Two", "Hidden Reseller"])
@pytest.mark.parametrize("vendor", ["Acme", None])
async def test_a_reseller_reads_what_it_bought_and_paid_and_nothing_of_others(
    channel: Channel, name: str, vendor: str | None
) -> None:
    world = channel.world
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in channel.lines:
        asked = date(2025, 2, 10) <= line.day < date(2026, 3, 15) and vendor in {line.vendor, None}
        if line.counts and line.reseller == name and asked:
            vendor_id = world.vendors[line.vendor]
            distributor = Key(vendor_id, world.parties[line.vendor, line.distributor])
            key = (month_of(line.day), distributor, channel.family(line.sku), line.currency)
            for place, value in enumerate((line.quantity, line.amount or 0, max(-line.quantity, 0))):
                sums[key][place] += value
    by = (PurchaseDimension.MONTH, PurchaseDimension.DISTRIBUTOR, PurchaseDimension.PRODUCT_FAMILY)
    rows = await purchases(channel, name, vendor, by)
    assert len(rows) > 5
    assert {
        (row.period_start, row.distributor_key, row.product_family, row.currency): [
            int(row.units.scaleb(3)),
            int(row.amount.amount.scaleb(6)),
            int(row.returns_units.scaleb(3)),
        ]
        for row in rows
    } == dict(sums)


async def test_another_reseller_s_purchases_are_empty(channel: Channel) -> None:
    stranger = channel.actor(Level.RESELLER, "Reseller Two")
    assert await purchases(channel, "Reseller One", "Acme", (PurchaseDimension.PRODUCT,)) != []
    assert await purchases(channel, "Reseller One", "Acme", (PurchaseDimension.PRODUCT,), stranger) == []
    assert await purchases(channel, "Reseller One", None, (PurchaseDimension.PRODUCT,), stranger) == []


async def rows(caller: Caller, document: str, *path: str) -> list[dict[str, Any]]:
    """Every row of a document's cube, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page: Any = await caller.ask(document, period=HALF_YEAR, first=17, after=after)
        for name in path:
            page = page[name]
        found += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


async def test_a_vendor_sees_how_its_network_s_sell_through_changes(api: Api, channel: Channel) -> None:
    by = (By.MONTH, By.DISTRIBUTOR, By.PRODUCT_FAMILY)
    expected = Oracle(channel, Question(Level.VENDOR, "Acme", "Acme", date(2025, 7, 1), date(2026, 1, 1), by)).answer()
    found = await rows(await api.vendor(), "vendor/network_sales.graphql", "viewer", "vendor", "network", "sales")
    assert len(found) == len(expected) > 20
    ids = {key: global_id("Distributor", key) for _, key, *_ in expected}
    told = {
        (row["periodStart"], row["distributor"]["id"], row["productFamily"], row["currency"]): (
            Fraction(row["sellThroughUnits"]),
            Fraction(row["sellThroughAmount"]["amount"]),
            row["activeResellers"],
            Fraction(row["previous"]["sellThroughUnits"]),
            row["previous"]["activeResellers"],
        )
        for row in found
    }
    assert told == {
        (month.isoformat(), ids[key], family, currency): (
            now["units"],
            now["book"],
            now["active"],
            then["units"],
            then["active"],
        )
        for (month, key, family, currency), (now, then) in expected.items()
    }
    assert {row["distributor"]["name"] for row in found} == {"Dist One", "Dist Two"}
    assert {row["valuation"] for row in found} == {"BOOK"}


async def test_an_undisclosed_reseller_has_a_row_and_no_name(api: Api, channel: Channel) -> None:
    found = await rows(await api.vendor(), "vendor/top_resellers.graphql", "viewer", "vendor", "network", "sales")
    assert {row["reseller"]["name"] for row in found if row["reseller"]} == {"Reseller One", "Reseller Two"}
    hidden = [row for row in found if row["reseller"] is None]
    assert hidden and all(row["resaleAmount"]["amount"] == "0" for row in hidden)
    amounts = [Decimal(row["sellThroughAmount"]["amount"]) for row in found]
    assert amounts == sorted(amounts, reverse=True)


async def test_a_distributor_reads_its_own_sales_of_all_its_networks(api: Api, channel: Channel) -> None:
    asked = Question(Level.DISTRIBUTOR, "Dist One", None, date(2025, 7, 1), date(2026, 1, 1), (By.MONTH, By.PRODUCT))
    expected = Oracle(channel, asked).answer()
    found = await rows(await api.distributor(), "distributor/sales.graphql", "viewer", "distributor", "sales")
    assert len(found) == len(expected)
    for name, field in (("units", "sellThroughUnits"), ("in", "sellInUnits"), ("returned", "returnsUnits")):
        assert sum(Fraction(row[field]) for row in found) == sum(now[name] for now, _ in expected.values())
    assert sum(Fraction(row["resaleAmount"]["amount"]) for row in found) == sum(
        n["resale"] for n, _ in expected.values()
    )
    assert sum(row["activeResellers"] for row in found) == sum(now["active"] for now, _ in expected.values())
    rival = Oracle(channel, replace(asked, name="Dist Two")).answer()
    other = await rows(await api.distributor("Dist Two"), "distributor/sales.graphql", "viewer", "distributor", "sales")
    assert sum(Fraction(row["sellThroughUnits"]) for row in other) == sum(now["units"] for now, _ in rival.values())


async def test_a_reseller_reads_its_purchases_with_its_distributors_names(api: Api, channel: Channel) -> None:
    found = await rows(await api.reseller(), "reseller/purchases.graphql", "viewer", "reseller", "purchases")
    assert {row["distributor"]["name"] for row in found} == {"Dist One", "Dist Two"}
    bought = [
        line
        for line in channel.lines
        if line.counts and line.reseller == "Reseller One" and date(2025, 7, 1) <= line.day < date(2026, 1, 1)
    ]
    assert sum(Fraction(row["units"]) for row in found) == Fraction(sum(line.quantity for line in bought), 1_000)
    assert sum(Fraction(row["amount"]["amount"]) for row in found) == Fraction(
        sum(line.amount or 0 for line in bought), 10**6
    )


SALES = 'sales(period: {start: "2025-07-01", end: "2026-01-01"}, by: [MONTH], first: 1) { totalCount }'
PURCHASES = SALES.replace("sales", "purchases")


async def test_each_level_is_refused_the_other_s_figures(api: Api, channel: Channel) -> None:
    acme, one = api.world.vendors["Acme"], api.world.parties["Acme", "Reseller One"]
    network = f"query($id: ID!) {{ node(id: $id) {{ ... on Vendor {{ network {{ {SALES} }} }} }} }}"
    bought = f"query($id: ID!) {{ node(id: $id) {{ ... on Reseller {{ {PURCHASES} }} }} }}"
    sold = f"query($id: ID!) {{ node(id: $id) {{ ... on Distributor {{ {SALES} }} }} }}"
    distributor = global_id("Distributor", Key(acme, api.world.parties["Acme", "Dist One"]))
    for caller, document, id in (
        (await api.reseller(), network, global_id("Vendor", Key(acme, acme))),
        (await api.reseller(), sold, distributor),
        (await api.vendor(), bought, global_id("Reseller", Key(acme, one))),
        (await api.distributor(), bought, global_id("Reseller", Key(acme, one))),
    ):
        answer = await caller.raw(document, id=id)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
        assert "totalCount" not in str(answer.get("data"))
    rival = await (await api.distributor("Dist Two")).ask(sold, id=distributor)
    assert rival["node"] is None
    everything = await (await api.vendor()).ask(sold, id=distributor)
    assert everything["node"]["sales"]["totalCount"] > 0


async def test_a_question_that_cannot_be_asked_is_bad_input(api: Api, channel: Channel) -> None:
    answer = await (await api.vendor()).raw(
        "vendor/network_sales.graphql", period={"start": "2026-01-01", "end": "2025-01-01"}, first=5
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
