"""What a preview says of claims is what committing it then does: debits taken back, debits to claim, credits for stock."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.reports.previews.actions import forget_previews
from tests.api import stock_credits_kit as stock
from tests.api.claims_kit import YEAR, Desk, Product, day, lines_of, named, one, sale
from tests.api.conftest import Api
from tests.api.stock_kit import counted
from tests.execution.furnished import SELL_IN

PREVIEW, CORRECT = "preview_sell_through", "CORRECT"
EFFECTS = {"distributor": "distributor/claim_effects.graphql", "vendor": "vendor/claim_effects.graphql"}
UNTOUCHED = (
    *("debit_claim", "debit_claim_line", "special_price_product", "debited_line", "cost_reduction", "transfer"),
    *("stock_credit", "stock_credit_line", "sell_through_line", "sell_in_line", "inventory_count", "accrual"),
    *("knowledge", "alias", "report_row", "alert", "submission_effect"),
)


@pytest.fixture(scope="module")
async def desk(api: Api) -> Desk:
    return Desk(api)


@pytest.fixture(scope="module")
async def shelf(api: Api) -> stock.Desk:
    found = stock.Desk(api)
    assert (await found.terms())["userErrors"] == []
    return found


async def shown(api: Api, submission: str, level: str = "distributor") -> list[dict[str, Any]]:
    caller = await (api.vendor() if level == "vendor" else api.distributor())
    found = (await caller.ask(EFFECTS[level], id=submission))["node"]["claimEffects"]
    assert found["totalCount"] == len(found["edges"]) and not found["pageInfo"]["hasNextPage"]
    return [each["node"] for each in found["edges"]]


def of(effects: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    """The one effect of a kind."""
    found = [each for each in effects if each["kind"] == kind]
    assert len(found) <= 1, found
    return found[0] if found else None


def amounts(effect: dict[str, Any] | None) -> tuple[str, str, str]:
    assert effect is not None
    found = tuple(effect[name]["amount"] for name in ("amountBefore", "amountAfter", "difference"))
    return found[0], found[1], found[2]


async def tried(desk: Desk, *rows: str, **given: Any) -> list[dict[str, Any]]:
    """What a preview of these sales says of claims; it changes nothing."""
    before = await desk.held(*UNTOUCHED[:-5])
    found = await shown(desk.api, await desk.sold(*rows, document=PREVIEW, **given))
    assert await desk.held(*UNTOUCHED[:-5]) == before, "a preview changes nothing"
    return found


async def taken(desk: Desk, product: Product) -> int:
    """What has been taken back of debits for a product, in minor units."""
    found: int = await desk.api.world.connection.fetchval(
        "SELECT coalesce(sum(l.amount_minor), 0)::bigint FROM debit_claim_line l JOIN debit_claim c"
        " ON c.vendor_id = l.vendor_id AND c.id = l.claim_id WHERE c.adjusts_id IS NOT NULL AND l.product_id = $1",
        product.id,
    )
    return found


async def test_a_return_says_which_debits_it_takes_back_and_committing_takes_these(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16"))
    number = await sale(desk, product, 10)
    assert (await desk.claimed(special, named(number)))["status"] == "DECIDED"
    back = f"{one()},1,{day(2)},{product.sku},-4,,,,{number}:1"
    effects = await tried(desk, back)
    effect = of(effects, "DEBIT_TAKEN_BACK")
    assert effect is not None and amounts(effect) == ("0", "-16", "-16")
    assert (effect["unitsBefore"], effect["unitsAfter"]) == ("0", "-4")
    assert (effect["specialPrice"]["id"], effect["product"]["sku"]) == (special["id"], product.sku)
    committed = await desk.sold(back)
    assert await shown(desk.api, committed) == [], "what it changed stands in claims"
    await desk.give_back()
    assert await taken(desk, product) == -1_600


async def test_a_sale_says_what_could_be_claimed_for_it_and_claiming_pays_that(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16", quantity="10"))
    await sale(desk, product, 4)
    rows = [f"{one()},{line},{day(5)},{product.sku},{units}" for line, units in ((1, 5), (2, 3))]
    effect = of(await tried(desk, *rows), "DEBIT_CLAIMABLE")
    assert effect is not None and amounts(effect) == ("16", "40", "24"), "ten units are authorised"
    assert (effect["unitsBefore"], effect["unitsAfter"]) == ("4", "10")
    await desk.sold(*rows)
    claim = await desk.claimed(special, period=YEAR)
    assert claim["amount"]["amount"] == "40"


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_tried_out_committing_it_takes_back_and_pays_what_was_said(desk: Desk, seed: int) -> None:
    chance, product = random.Random(seed), await desk.product(20)
    special = await desk.granted(product.at(chance.choice(["16", "13.337"]), quantity=chance.choice(["12", "60"])))
    numbers = [one() for _ in range(4)]
    await desk.sold(*(f"{number},1,{day(20)},{product.sku},{chance.randrange(3, 9)}" for number in numbers))
    await desk.claimed(special, named(numbers[0]), named(numbers[1]))
    for step in range(5):
        number = chance.choice(numbers)
        match chance.randrange(3):
            case 0:
                rows, mode = [f"{one()},1,{day(3)},{product.sku},-{chance.randrange(1, 4)},,,,{number}:1"], "APPEND"
            case 1:
                rows, mode = [f"{number},1,{day(20)},{product.sku},{chance.randrange(1, 9)}"], CORRECT
            case _:
                rows, mode = [f"{one()},1,{day(4)},{product.sku},{chance.randrange(1, 9)}"], "APPEND"
        effects = await tried(desk, *rows, mode=mode, held=True)
        before = await taken(desk, product)
        await desk.sold(*rows, mode=mode, held=True)
        await desk.give_back()
        back = of(effects, "DEBIT_TAKEN_BACK")
        told = 0 if back is None else round(float(back["difference"]["amount"]) * 100)
        assert await taken(desk, product) - before == told, (seed, step)
        effect = of(effects, "DEBIT_CLAIMABLE")
        if effect is not None:
            payload = await desk.filed(special, period=YEAR)
            paid = payload["claim"]["amount"]["amount"] if payload["claim"] else "0"
            assert paid == effect["amountAfter"]["amount"], (seed, step, payload)


async def test_stock_and_purchases_say_what_a_price_change_then_comes_to(shelf: stock.Desk) -> None:
    drop, on = stock.ago(10), stock.ago(5)
    sku, product = await shelf.product()
    await shelf.bought(sku, stock.ago(30), "100")
    await shelf.priced(product, "17", drop)
    await shelf.counted(sku, on, "70")
    first = await shelf.proposed(product, drop)
    assert first["amount"]["amount"] == "210"
    line = f"A,{sku},{on},50,,,,,,"
    said = await counted(shelf.api, line, document="distributor/preview_inventory.graphql", mode=CORRECT)
    effect = of(await shown(shelf.api, said["id"]), "PRICE_PROTECTION")
    assert effect is not None and amounts(effect) == ("210", "150", "-60") and effect["day"] == str(drop)
    assert (effect["unitsBefore"], effect["unitsAfter"], effect["product"]["sku"]) == ("70", "50", sku)
    await counted(shelf.api, line, mode=CORRECT)
    assert (await shelf.proposed(product, drop))["amount"]["amount"] == "150"


async def test_a_vendor_who_tries_an_invoice_out_reads_what_rotation_then_allows_and_nothing_unclaimed(
    desk: Desk, shelf: stock.Desk
) -> None:
    product = await desk.product(20)
    await desk.granted(product.at("16"))
    await sale(desk, product, 4)
    vendor = await desk.api.vendor()
    given = {"agreementId": desk.agreement, "period": YEAR}
    on = stock.quarter_before(stock.TODAY)

    async def handed(document: str) -> str:
        file = await vendor.upload(f"{SELL_IN}\nROT-1,1,{on},{product.sku},100,20,EUR".encode())
        payload = await vendor.act(document, **given, uploadId=file, idempotencyKey=uuid4().hex)
        assert payload["userErrors"] == [], payload
        await desk.api.count()
        id: str = payload["submission"]["id"]
        return id

    tried = await handed("vendor/preview_sell_in.graphql")
    effects = await shown(desk.api, tried, "vendor")
    effect = of(effects, "ROTATION_ALLOWANCE")
    before, after, difference = amounts(effect)
    assert difference == "100" and {each["kind"] for each in effects} == {"ROTATION_ALLOWANCE"}
    assert (await (await desk.partner()).ask(EFFECTS["distributor"], id=tried))["node"] is None
    await handed("vendor/submit_sell_in.graphql")
    allowance = "... on DistributionAgreement { rotationAllowance { granted { amount } } }"
    document = f"query($id: ID!) {{ node(id: $id) {{ {allowance} }} }}"
    found = (await vendor.ask(document, id=desk.agreement))["node"]["rotationAllowance"]
    assert found["granted"]["amount"] == after and float(before) + 100 == float(after)


async def test_what_a_preview_says_of_claims_is_its_askers_alone_and_forgotten_with_it(desk: Desk) -> None:
    product = await desk.product(20)
    await desk.granted(product.at("16"))
    tried = await desk.sold(f"{one()},1,{day(5)},{product.sku},4", document=PREVIEW)
    assert of(await shown(desk.api, tried), "DEBIT_CLAIMABLE")
    for other in (await desk.api.vendor(), await desk.api.vendor("Borealis")):
        assert (await other.ask(EFFECTS["vendor"], id=tried))["node"] is None
    rival = await desk.api.distributor("Dist Two")
    assert (await rival.ask(EFFECTS["distributor"], id=tried))["node"] is None
    reseller = await desk.api.reseller()
    assert (await reseller.raw(EFFECTS["distributor"], id=tried))["data"]["node"] is None
    operator = await desk.api.distributor(role=Role.DISTRIBUTOR_OPERATOR)
    answer = await operator.raw(EFFECTS["distributor"], id=tried)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    later = datetime.now(UTC) + timedelta(days=31)
    while await forget_previews(desk.api.database, later):
        pass
    assert await shown(desk.api, tried) == []


async def test_an_alias_says_what_confirming_and_undoing_it_change_of_claims(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16"))
    code, number, partner = f"OWN-{uuid4().hex[:6]}", one(), await desk.partner()
    await desk.sold(f"{number},1,{day(5)},{code},5", held=True)
    before = await desk.held(*UNTOUCHED)
    given = {"agreementId": desk.agreement, "code": code, "meaning": {"productId": product.gid}}
    payload = await partner.act("distributor/preview_alias_claims.graphql", **given)
    assert payload["userErrors"] == [] and await desk.held(*UNTOUCHED) == before
    assert payload["effect"]["releasedRows"] == 1 and payload["effect"]["stillHeldRows"] == 0
    assert amounts(of(payload["effect"]["claimEffects"], "DEBIT_CLAIMABLE")) == ("0", "20", "20")
    alias = (await partner.act("distributor/confirm_alias.graphql", **given))["alias"]["id"]
    await desk.api.count()
    claim = await desk.claimed(special, period=YEAR)
    assert claim["amount"]["amount"] == "20" and len(lines_of(claim)) == 1
    before = await desk.held(*UNTOUCHED)
    payload = await partner.act("distributor/preview_alias_undo.graphql", aliasId=alias)
    assert payload["userErrors"] == [] and await desk.held(*UNTOUCHED) == before
    assert amounts(of(payload["effect"]["claimEffects"], "DEBIT_TAKEN_BACK")) == ("0", "-20", "-20")
    undone = (await partner.act("distributor/undo_alias.graphql", aliasId=alias))["userErrors"]
    await desk.api.count()
    await desk.give_back()
    assert undone == [] and await taken(desk, product) == -2_000


async def test_more_than_can_be_reckoned_is_said_and_not_cut(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pricing.previews.actions.MOST_LINES", 2)
    product = await desk.product(20)
    await desk.granted(product.at("16"))
    await desk.sold(*(f"{one()},1,{day(5)},{product.sku},1" for _ in range(2)))
    effect = of(await tried(desk, f"{one()},1,{day(5)},{product.sku},1"), "DEBIT_CLAIMABLE")
    assert effect is not None and effect["amountBefore"]["amount"] == "8"
    assert effect["amountAfter"] is None and effect["unitsAfter"] is None and effect["difference"] is None


async def test_a_restated_period_says_what_it_takes_back_of_lines_that_it_leaves_out(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16"))
    number = await sale(desk, product, 6, 33)
    await desk.claimed(special, named(number))
    on = day(33)
    period = {"start": str(on), "end": str(on + timedelta(days=1))}
    rows = f"{one()},1,{on},{product.sku},2"
    effects = await tried(desk, rows, mode="REPLACE_PERIOD", period=period)
    assert amounts(of(effects, "DEBIT_TAKEN_BACK")) == ("0", "-24", "-24")
    assert amounts(of(effects, "DEBIT_CLAIMABLE")) == ("0", "8", "8")
    await desk.sold(rows, mode="REPLACE_PERIOD", period=period)
    await desk.give_back()
    assert await taken(desk, product) == -2_400
