"""Stock that lay there when its price dropped, under terms that protect against that, and for which nothing was proposed."""

from decimal import Decimal

import pytest

from app.access.roles import Role
from tests.api.conftest import Api
from tests.api.stock_credits_kit import Desk, ago
from tests.api.test_price_protection import DROP, dropped

OWN = "distributor/money_found.graphql"


@pytest.fixture(scope="module")
async def desk(api: Api) -> Desk:
    found = Desk(api)
    terms = {"lookBackDays": 60, "inTransit": True, "minimumDrop": "0.05"}
    assert (await found.terms(priceProtection=terms))["userErrors"] == []
    return found


async def drops(desk: Desk) -> dict[str, Decimal]:
    """What is found of price drops, by product."""
    answer = await (await desk.partner()).ask(OWN, agreement=desk.agreement, first=50)
    found = [each for each in answer["node"]["moneyFound"] if each["kind"] == "DROP_NOT_CLAIMED"]
    rows = [edge["node"] for each in found for edge in each["rows"]["edges"]]
    assert sum(Decimal(row["amount"]["amount"]) for row in rows) == sum(
        Decimal(each["amount"]["amount"]) for each in found
    )
    return {row["about"]["id"]: Decimal(row["amount"]["amount"]) for row in rows}


async def test_a_drop_for_which_nothing_is_proposed_is_found_at_what_the_engine_then_proposes(desk: Desk) -> None:
    _, product = await dropped(desk, in_transit=True)
    assert await drops(desk) == {product: Decimal(270)}
    proposed = await desk.proposed(product, DROP)
    assert Decimal(proposed["amount"]["amount"]) == 270
    assert await drops(desk) == {}


async def test_of_a_count_before_the_drop_what_came_and_went_since_is_reckoned(desk: Desk) -> None:
    sku, product = await desk.product()
    await desk.bought(sku, ago(40), "100")
    await desk.counted(sku, ago(20), "50")
    await desk.sold(sku, ago(15), "10")
    await desk.bought(sku, ago(14), "5")
    await desk.priced(product, "15", DROP)
    await desk.sold(sku, ago(9), "7")
    assert await drops(desk) == {product: Decimal(45 * 5)}
    assert Decimal((await desk.proposed(product, DROP))["amount"]["amount"]) == 45 * 5


async def test_no_more_is_found_than_the_terms_pay(desk: Desk) -> None:
    before = await drops(desk)
    sku, small = await desk.product()
    await desk.bought(sku, ago(30), "10")
    await desk.counted(sku, ago(11), "10")
    await desk.priced(small, "19.01", DROP)
    sku, risen = await desk.product()
    await desk.bought(sku, ago(30), "10")
    await desk.counted(sku, ago(11), "10")
    await desk.priced(risen, "25", DROP)
    sku, old = await desk.product()
    await desk.bought(sku, ago(80), "10")
    await desk.bought(sku, ago(30), "4")
    await desk.counted(sku, ago(11), "14")
    await desk.priced(old, "10", DROP)
    sku, never_counted = await desk.product()
    await desk.bought(sku, ago(30), "10")
    await desk.priced(never_counted, "10", DROP)
    assert await drops(desk) == before | {old: Decimal(40)}, "four of the fourteen were bought in the window"


async def test_a_competitor_and_a_viewer_find_nothing_of_it(desk: Desk) -> None:
    api = desk.api
    for caller in (
        await api.distributor("Dist Two", Role.DISTRIBUTOR_FINANCE),
        await api.vendor("Borealis", Role.VENDOR_FINANCE),
        await api.reseller(),
        await api.distributor(role=Role.DISTRIBUTOR_VIEWER),
    ):
        answer = await caller.raw(OWN, agreement=desk.agreement, first=5)
        node = (answer.get("data") or {}).get("node")
        assert not node or not node.get("moneyFound")
