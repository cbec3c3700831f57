"""What was sold of a deal, special prices that are granted for one, and what came of deals by reseller."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.programme.terms import Level
from tests.api.claims_kit import Desk, Product, day
from tests.api.conftest import Api
from tests.api.deals_kit import RIVALS, TODAY, Counter, in_days, told

GRANT = "vendor/grant_special_price.graphql"


@pytest.fixture
async def counter(api: Api) -> Counter:
    return await Counter.open(api)


async def deal_on(counter: Counter, product: Product, customer: str, **changed: Any) -> dict[str, Any]:
    """A deal of Reseller One on a product, supplied by Dist One, protected for ninety days until in thirty."""
    content = {"products": [{"productId": product.gid}], "supplierId": counter.distributor(), **changed}
    deal = await counter.approved(customer, RIVALS[0], **content)
    await counter.put_back(deal, TODAY + timedelta(days=30))
    return deal


async def test_what_was_sold_is_found_by_customer_or_special_price_inside_the_protection(counter: Counter) -> None:
    desk, customer = Desk(counter.api), f"Reederei {uuid4().hex[:8]}"
    product, other = await desk.product(20), await desk.product(20)
    deal = await deal_on(counter, product, f"{customer} AG")
    special = await desk.granted(product.at("16"), customerIds=[deal["reseller"]["id"]], dealId=deal["id"])
    number = uuid4().hex[:8]
    rows = [
        f"{number},1,{day(3)},{product.sku},2,,,{customer.upper()}",
        f"{number},2,{day(2)},{product.sku},3,,{special['number']},",
        f"{number},3,{day(2)},{product.sku},5,,,Somebody else",
        f"{number},4,{day(2)},{other.sku},7,,,{customer}",
        f"{number},5,{day(100)},{product.sku},11,,,{customer}",
        f"{number},6,{day(1)},{product.sku},13,A-2,,{customer}",
    ]
    await desk.sold(*rows)
    seen = await counter.for_vendor(deal)
    assert seen["fulfilment"] == {"lines": 2, "units": "5", "amounts": [{"amount": "150", "currency": "EUR"}]}
    lines = [edge["node"] for edge in seen["fulfilmentLines"]["edges"]]
    assert seen["fulfilmentLines"]["totalCount"] == 2
    assert [(line["soldOn"], line["quantity"], line["amount"]["amount"]) for line in lines] == [
        (str(day(3)), "2", "60"),
        (str(day(2)), "3", "90"),
    ]
    assert {line["line"]["documentNumber"] for line in lines} == {number}
    partner = (await (await desk.partner()).ask("distributor/deal.graphql", id=deal["id"]))["node"]
    assert partner["fulfilment"] == seen["fulfilment"]
    assert partner["fulfilmentLines"] == seen["fulfilmentLines"]
    own = (
        "query($id: ID!) { node(id: $id) { ... on DealRegistration { fulfilment { lines }"
        " fulfilmentLines(first: 5) { totalCount } } } }"
    )
    reseller = await counter.reseller(RIVALS[0])
    assert (await reseller.ask(own, id=deal["id"]))["node"] == {
        "fulfilment": None,
        "fulfilmentLines": {"totalCount": 0},
    }


async def test_a_special_price_names_its_deal_to_whoever_may_read_it(counter: Counter) -> None:
    desk, customer = Desk(counter.api), f"Brauerei {uuid4().hex[:8]}"
    product = await desk.product(20)
    supplied = await deal_on(counter, product, customer)
    unnamed = await deal_on(counter, product, f"{customer} Zwei", supplierId=None)
    read = "query($id: ID!) { node(id: $id) { ... on SpecialPrice { deal { id } } } }"
    manager, partner = await desk.manager(), await desk.partner()
    for deal, for_partner in ((supplied, {"id": supplied["id"]}), (unnamed, None)):
        special = await desk.granted(
            product.at("16"), customerIds=[deal["reseller"]["id"]], dealId=deal["id"], endCustomer=deal["endCustomer"]
        )
        assert (await manager.ask(read, id=special["id"]))["node"]["deal"] == {"id": deal["id"]}
        assert (await partner.ask(read, id=special["id"]))["node"]["deal"] == for_partner


async def test_a_special_price_that_does_not_fit_its_deal_is_refused(counter: Counter) -> None:
    desk, manager = Desk(counter.api), await counter.manager()
    product = await desk.product(20)
    deal = await deal_on(counter, product, f"Molkerei {uuid4().hex[:8]}", supplierId=counter.distributor("Dist Two"))
    elsewhere = await counter.approved(None, RIVALS[0], products=[{"family": "Switches"}])
    waiting = await counter.registered(None, RIVALS[1])
    named = await deal_on(counter, product, f"Käserei {uuid4().hex[:8]}")
    before = await desk.held()
    whom = deal["reseller"]["id"]

    async def refused(**given: Any) -> set[tuple[str, str]]:
        return told(await manager.act(GRANT, **desk.terms(product.at("16"), **given)))

    assert await refused(dealId=deal["id"]) == {("customerIds", "INVALID")}
    assert await refused(dealId=deal["id"], customerIds=[whom], endCustomer="Other") == {("endCustomer", "INVALID")}
    assert await refused(dealId=elsewhere["id"], customerIds=[whom]) == {("products.0.productId", "INVALID")}
    assert await refused(dealId=waiting["id"], customerIds=[whom]) == {
        ("dealId", "NOT_ACTIVE"),
        ("customerIds", "INVALID"),
    }
    assert await refused(dealId=product.gid, customerIds=[whom]) == {("dealId", "NOT_FOUND")}
    hidden = counter.api.world.agreement_gid("Acme", "Dist Two")
    assert ("agreementId", "INVALID") in await refused(dealId=named["id"], agreementId=hidden)
    assert await desk.held() == before


async def test_the_vendor_reads_by_reseller_what_came_of_deals(counter: Counter) -> None:
    desk, customer = Desk(counter.api), f"Mühle {uuid4().hex[:8]}"
    product = await desk.product(20)
    manager = await counter.manager()
    period = {"start": in_days(0), "end": in_days(1)}

    async def rows() -> dict[str, Any]:
        found = await manager.ask("vendor/deal_attribution.graphql", period=period)
        edges = found["viewer"]["vendor"]["dealAttribution"]["edges"]
        return {edge["node"]["reseller"]["name"]: edge["node"] for edge in edges}

    def amounts(row: dict[str, Any]) -> list[float]:
        (euros,) = row["amounts"]
        return [float(euros[name]["amount"]) for name in ("registered", "won", "fulfilled")]

    before = amounts((await rows())[RIVALS[0]])
    deal = await deal_on(counter, product, customer)
    await desk.sold(f"{uuid4().hex[:8]},1,{day(3)},{product.sku},2,,,{customer}")
    caller = await counter.reseller(RIVALS[0])
    closed = {"dealId": deal["id"], "expectedVersion": deal["version"], "outcome": "WON", "wonAmount": "800"}
    assert (await caller.act("reseller/close_deal.graphql", **closed))["userErrors"] == []
    row = (await rows())[RIVALS[0]]
    assert [now - then for now, then in zip(amounts(row), before, strict=True)] == [900, 800, 60]
    assert sum(each["count"] for each in row["byStatus"]) == row["registered"]
    assert row["wonOfDecided"] == "1.000000"
    empty = "{ viewer { vendor { id } } }"
    assert (await caller.ask(empty))["viewer"]["vendor"] is None
    text = (
        "query($id: ID!, $period: DateRangeInput!) { node(id: $id) { ... on Vendor {"
        " dealAttribution(period: $period, first: 5) { totalCount edges { node { registered } } } } } }"
    )
    for stranger in (caller, await counter.api.distributor(), await counter.reseller(RIVALS[1], Role.RESELLER_SALES)):
        found = await stranger.ask(text, id=counter.vendor_gid, period=period)
        assert found["node"]["dealAttribution"] == {"totalCount": 0, "edges": []}
    other = await counter.api.as_(Level.VENDOR, "Borealis", Role.VENDOR_ANALYST)
    assert (await other.ask(text, id=counter.vendor_gid, period=period))["node"] is None
