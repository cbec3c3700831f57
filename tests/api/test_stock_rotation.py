"""What a distributor may send back in a quarter: asked for within the allowance, at net cost, decided and credited."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.execution.identifiers import Key, global_id
from app.pricing.rotation import actions as rotation
from app.pricing.stock_credits.deciding.actions import catch_up
from tests.api.conftest import Api
from tests.api.stock_credits_kit import STOCK_CREDITS, TODAY, Desk, ago, codes, paid, quarter_before


class Rotation(Desk):
    """A desk with a hundred units of one product and four hundred of another, bought at 20 in the quarter before."""

    some: tuple[str, str]
    many: tuple[str, str]


@pytest.fixture(scope="module")
async def bought(api: Api) -> Rotation:
    found = Rotation(api)
    payload = await found.terms(priceProtection={})
    assert payload["userErrors"] == []
    found.some, found.many = await found.product(), await found.product()
    day = quarter_before(TODAY)
    await found.bought(found.some[0], day, "100")
    await found.bought(found.many[0], day, "400")
    return found


@pytest.fixture
async def desk(bought: Rotation) -> Rotation:
    """Nothing is used of the allowance."""
    await bought.api.world.connection.execute(
        "UPDATE stock_credit SET status = 'WITHDRAWN' WHERE kind = 'STOCK_ROTATION'"
    )
    return bought


async def allowance(desk: Desk) -> tuple[str | None, ...]:
    """Bought in the quarter before, granted, used and left, the same for both sides."""
    found = []
    for caller, side in ((await desk.partner(), "distributor"), (await desk.finance(), "vendor")):
        answer = await caller.ask(STOCK_CREDITS[side], agreement=desk.agreement)
        found.append(answer["node"]["rotationAllowance"])
    assert found[0] == found[1] and found[0]["share"] == "0.05"
    return tuple(paid(found[0][name]) for name in ("netSellIn", "granted", "used", "left"))


def lines(credit: dict[str, Any]) -> list[tuple[str, str, str | None, str | None]]:
    """Units taken, units refused, why, and what a unit is credited."""
    nodes = [edge["node"] for edge in credit["lines"]["edges"]]
    return [(line["quantity"], line["refused"], line["refusal"], paid(line["perUnit"])) for line in nodes]


async def test_five_percent_of_what_was_bought_in_the_quarter_before_may_go_back(desk: Rotation) -> None:
    assert await allowance(desk) == ("10000", "500", "0", "500")
    found = await desk.rotated((desk.many[1], "30"))
    assert (found["status"], found["units"], paid(found["amount"])) == ("OPEN", "25", "500")
    assert lines(found) == [("25", "5", "OVER_ALLOWANCE", "20")]
    assert found["steps"][0].startswith("EUR 10,000.00 bought net in the quarter before allow EUR 500.00")
    assert "the allowance of 5 % of the previous quarter's net sell-in covers no more" in found["steps"][1]
    assert await allowance(desk) == ("10000", "500", "500", "0")
    more = await desk.rotated((desk.some[1], "1"))
    assert (more["status"], more["units"], lines(more)) == ("NOTHING_DUE", "0", [("0", "1", "OVER_ALLOWANCE", "20")])


async def test_what_is_approved_is_used_lowers_the_cost_and_is_credited(desk: Rotation) -> None:
    found = await desk.rotated((desk.many[1], "20"))
    part = [{"position": 1, "quantity": "12"}]
    approved = await desk.done(await desk.decide(found, lines=part, reason="8 are opened."))
    assert (approved["status"], paid(approved["approvedAmount"])) == ("APPROVED", "240")
    assert await allowance(desk) == ("10000", "500", "240", "260")
    assert await desk.reduced(found) == [(12_000, 20_000_000, 240_000_000)]
    assert [row[0::3] for row in await desk.moved(found)] == [("ACCRUE", 24_000), ("RESERVE", 24_000)]
    chain = await desk.net_cost(desk.many[1])
    assert (chain["quantity"], paid(chain["left"]), chain["reductions"]) == ("388", "20", [])
    credited = await desk.done(await desk.decide(approved, "CREDIT", creditNumber="R-1"))
    assert credited["status"] == "CREDITED"
    assert [row[0::3] for row in await desk.moved(found)][2:] == [("CREDIT", 24_000), ("POST", 24_000)]


async def test_a_unit_goes_back_at_its_net_cost_after_price_protection(desk: Rotation) -> None:
    sku, product = desk.some
    await desk.priced(product, "17", ago(2))
    await desk.counted(sku, ago(3), "100")
    drop = await desk.proposed(product, ago(2))
    assert paid(drop["amount"]) == "300"
    early = await desk.rotated((product, "10"))
    assert lines(early) == [("10", "0", None, "17")], "the drop that waits is reckoned with"
    assert codes(await desk.decide(early)) == [("stockCreditId", "STALE")], "and is decided first"
    await desk.done(await desk.decide(drop))
    approved = await desk.done(await desk.decide(early))
    assert paid(approved["approvedAmount"]) == "170"
    left = await desk.net_cost(product)
    assert (left["quantity"], paid(left["paid"]), paid(left["left"])) == ("90", "20", "17")
    assert (await allowance(desk))[2:] == ("170", "330")


async def test_a_request_that_is_taken_back_uses_nothing(desk: Rotation) -> None:
    found = await desk.rotated((desk.many[1], "25"))
    assert (await allowance(desk))[3] == "0"
    withdrawn = await desk.done(await desk.answer(found, "WITHDRAW"))
    assert withdrawn["status"] == "WITHDRAWN" and (await allowance(desk))[3] == "500"
    assert codes(await desk.decide(found)) == [("act", "TOO_LATE")]
    assert await desk.moved(found) == [] and await desk.reduced(found) == []


async def test_twelve_requests_at_once_get_no_more_than_the_allowance(desk: Rotation) -> None:
    answers = await asyncio.gather(*(desk.rotated((desk.many[1], "4")) for _ in range(12)))
    assert sum(int(answer["units"]) for answer in answers) == 25
    assert (await allowance(desk))[2:] == ("500", "0")
    statuses = sorted(answer["status"] for answer in answers)
    assert statuses == ["NOTHING_DUE"] * 5 + ["OPEN"] * 7


async def test_an_offsetting_order_bounds_what_goes_back_where_it_is_agreed(desk: Rotation) -> None:
    db, own = desk.api.world.connection, desk.api.world.agreements["Acme", "Dist One"]
    setting = "UPDATE agreement_money_terms SET offsetting_share = $2 WHERE agreement_id = $1"
    await db.execute(setting, own, 1_000_000)
    before = await desk.everything()
    assert codes(await desk.rotate((desk.many[1], "20"))) == [("orderAmount", "REQUIRED")]
    assert codes(await desk.rotate((desk.many[1], "20"), orderAmount="200")) == [("orderNumber", "REQUIRED")]
    assert await desk.everything() == before
    found = await desk.rotated((desk.many[1], "20"), orderAmount="200", orderNumber="PO-1")
    await db.execute(setting, own, None)
    assert lines(found) == [("10", "10", "OFFSETTING_ORDER", "20")]


async def test_the_same_key_is_the_same_request_and_a_refusal_changes_nothing(desk: Rotation) -> None:
    key = uuid4().hex
    first = await desk.rotated((desk.many[1], "2"), idempotencyKey=key)
    before = await desk.everything()
    assert (await desk.rotated((desk.many[1], "2"), idempotencyKey=key))["id"] == first["id"]
    assert codes(await desk.rotate((desk.many[1], "3"), idempotencyKey=key)) == [
        ("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")
    ]
    wrong = [(desk.many[1], "1000"), (desk.many[1], "1"), ("nothing", "1"), (desk.some[1], "0")]
    assert codes(await desk.rotate(*wrong)) == [
        ("productId", "NOT_FOUND"),
        ("quantity", "INVALID"),
        ("productId", "INVALID"),
        ("quantity", "INVALID"),
    ]
    assert codes(await desk.rotate()) == [("lines", "REQUIRED")]
    _, never = await desk.product()
    assert codes(await desk.rotate((never, "1"))) == [("quantity", "INVALID")]
    assert codes(await desk.rotate((desk.many[1], "1"), agreementId="x")) == [("agreementId", "NOT_FOUND")]
    other = desk.api.world.agreement_gid("Acme", "Dist Two")
    assert codes(await desk.rotate((desk.many[1], "1"), agreementId=other)) == [("agreementId", "NOT_FOUND")]
    borealis = desk.api.world.agreement_gid("Borealis", "Dist One")
    assert codes(await desk.rotate((desk.many[1], "1"), agreementId=borealis)) == [("agreementId", "NOT_ELIGIBLE")]
    assert await desk.everything() == before


async def test_what_a_server_that_died_left_undone_the_worker_does(
    desk: Rotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def died(*_: object) -> None:
        """The server is gone."""

    monkeypatch.setattr(rotation, "catch_up", died)
    found = await desk.rotated((desk.many[1], "2"))
    assert (found["revision"], found["units"]) == (0, "0")
    waiting = "SELECT count(*) FROM jobs.pgqueuer WHERE entrypoint = 'settle_stock_credits'"
    assert await desk.api.world.connection.fetchval(waiting) > 0
    of: tuple[UUID, UUID] = (desk.api.world.vendors["Acme"], desk.api.world.agreements["Acme", "Dist One"])
    for _ in range(2):
        await catch_up(desk.api.database, *of)
    whole = (await (await desk.partner()).ask("distributor/stock_credit.graphql", id=found["id"]))["node"]
    assert (whole["status"], whole["revision"], paid(whole["amount"])) == ("OPEN", 1, "40")


async def test_products_and_families_that_the_terms_exclude_do_not_go_back(desk: Rotation) -> None:
    foreign = global_id("Product", Key(desk.api.world.vendors["Borealis"], uuid4()))
    given = {"effectiveFrom": str(TODAY), "priceProtection": {}}
    before = await desk.everything()
    wrong = {"share": "0.05", "excludedProductIds": [foreign, "nonsense"], "excludedFamilies": ["Nothing"]}
    assert codes(await desk.terms(**given, stockRotation=wrong)) == [
        ("1", "NOT_FOUND"),
        ("0", "NOT_FOUND"),
        ("0", "NOT_FOUND"),
    ]
    assert await desk.everything() == before
    share = {"share": "0.05", "excludedProductIds": [desk.some[1]]}
    payload = await desk.terms(**given, stockRotation=share)
    assert payload["userErrors"] == [] and payload["terms"]["excludedProductIds"] == [desk.some[1]]
    before = await desk.everything()
    assert codes(await desk.rotate((desk.some[1], "1"), (desk.many[1], "1"))) == [("productId", "NOT_ELIGIBLE")]
    assert await desk.everything() == before
    assert (await desk.rotated((desk.many[1], "1")))["units"] == "1"
    family = await desk.api.world.connection.fetchval("SELECT family FROM product WHERE sku = $1", desk.many[0])
    await desk.api.world.connection.execute(
        "UPDATE agreement_money_terms SET rotation_excludes = jsonb_build_object('products', '[]'::jsonb, 'families',"
        " jsonb_build_array($1::text)) WHERE effective_from = $2",
        family,
        TODAY,
    )
    assert codes(await desk.rotate((desk.many[1], "1"))) == [("productId", "NOT_ELIGIBLE")]
