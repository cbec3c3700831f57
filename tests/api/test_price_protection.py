"""What a price change comes to for a distributor's stock: proposed by the engine, decided, answered and credited."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.identifiers import key_of
from app.pricing.protection.actions import watch_prices
from tests.api import claims_kit
from tests.api.conftest import Api, Caller
from tests.api.stock_credits_kit import NET_COST, STOCK_CREDITS, Desk, ago, codes, paid

DROP = ago(10)


@pytest.fixture(scope="module")
async def desk(api: Api) -> Desk:
    found = Desk(api)
    payload = await found.terms()
    assert payload["userErrors"] == [] and payload["terms"]["lookBackDays"] == 60
    return found


async def dropped(desk: Desk, price: str = "17", *, in_transit: bool = False) -> tuple[str, str]:
    """A product bought a hundred times at 20 whose price then dropped; sales, a purchase and a count after it."""
    sku, product = await desk.product()
    await desk.bought(sku, ago(30), "100")
    await desk.priced(product, price, DROP)
    await desk.sold(sku, ago(12), "15")
    await desk.sold(sku, ago(8), "25")
    await desk.bought(sku, ago(6), "10", price="17")
    await desk.counted(sku, ago(5), "70", *([f"A,{sku},{ago(5)},5,,IN_TRANSIT,,,,"] if in_transit else []))
    return sku, product


async def test_sold_units_are_in_it_once_and_what_came_since_is_not(desk: Desk) -> None:
    _, product = await dropped(desk)
    found = await desk.proposed(product, DROP)
    assert (found["status"], found["outcome"], found["units"]) == ("OPEN", "CREDITED", "85")
    assert found["amount"] == {"amount": "255", "currency": "EUR"}
    assert found["steps"] == [
        f"70 counted on {ago(5)}, and 0 in transit.",
        f"From {DROP} to the count: 10 received, 25 sold, 0 moved otherwise; so 85 on hand when {DROP} began.",
        f"85 held on {DROP}, 85 of them bought in the window.",
        f"85 × 3.00: bought on {ago(30)} at 20.00, now 17.00.",
        "Credited EUR 255.00, rounded once.",
    ]
    assert await desk.proposed(product, DROP) == found, "looked at again, nothing is otherwise"
    whole = (await (await desk.partner()).ask("distributor/stock_credit.graphql", id=found["id"]))["node"]
    of_vendor = (await (await desk.finance()).ask("vendor/stock_credit.graphql", id=found["id"]))["node"]
    assert whole == of_vendor
    names = ("counted", "inTransit", "received", "sold", "moved", "onHand")
    assert [whole[name] for name in names] == ["70", "0", "10", "25", "0", "85"]
    (count,) = whole["counts"]
    assert (count["warehouse"], count["status"], count["quantity"]) == ("A", "GOOD", "70") and count["submission"]["id"]
    (line,) = [edge["node"] for edge in whole["lines"]["edges"]]
    assert line["purchase"]["documentNumber"] and line["boughtOn"] == str(ago(30))
    assert [paid(line[name]) for name in ("paid", "unitCost", "perUnit")] == ["20", "20", "3"]


async def test_what_is_approved_lowers_the_net_cost_and_goes_to_the_ledger_until_it_is_credited(desk: Desk) -> None:
    _, product = await dropped(desk)
    found = await desk.proposed(product, DROP)
    assert paid((await desk.net_cost(product, ago(7)))["left"]) == "20"
    approved = await desk.done(await desk.decide(found))
    assert (approved["status"], paid(approved["approvedAmount"]), approved["approvedUnits"]) == (
        "APPROVED",
        "255",
        "85",
    )
    assert await desk.reduced(found) == [(85_000, 3_000_000, 255_000_000)]
    assert [row[0::3] for row in await desk.moved(found)] == [("ACCRUE", 25_500), ("RESERVE", 25_500)]
    chain = await desk.net_cost(product, ago(7))
    assert chain == await desk.net_cost(product, ago(7), side="vendor")
    assert (chain["quantity"], paid(chain["paid"]), paid(chain["left"])) == ("85", "20", "17")
    (step,) = chain["reductions"]
    assert [paid(step[name]) for name in ("before", "perUnit", "after")] == ["20", "3", "17"]
    assert (step["kind"], step["credit"]["id"]) == ("PRICE_PROTECTION", found["id"])
    assert (await desk.net_cost(product, ago(11)))["reductions"] == []
    assert (await desk.done(await desk.answer(approved, "ACCEPT")))["acceptedAt"]
    assert codes(await desk.answer(approved, "DISPUTE", reason="After all")) == [("act", "TOO_LATE")]
    credited = await desk.done(await desk.decide(approved, "CREDIT", creditNumber="CM-1"))
    assert (credited["status"], credited["creditNumber"]) == ("CREDITED", "CM-1")
    assert [row[0::3] for row in await desk.moved(found)][2:] == [("CREDIT", 25_500), ("POST", 25_500)]


async def test_a_part_is_approved_with_a_reason_contested_and_decided_again(desk: Desk) -> None:
    _, product = await dropped(desk)
    found = await desk.proposed(product, DROP)
    part = [{"position": 1, "quantity": "50"}]
    assert codes(await desk.decide(found, lines=part)) == [("reason", "REQUIRED")]
    approved = await desk.done(await desk.decide(found, lines=part, reason="35 were shipped to us."))
    assert (paid(approved["approvedAmount"]), approved["reason"]) == ("150", "35 were shipped to us.")
    assert codes(await desk.answer(approved, "DISPUTE")) == [("reason", "REQUIRED")]
    contested = await desk.done(await desk.answer(approved, "DISPUTE", reason="They were not."))
    assert contested["status"] == "DISPUTED"
    assert (await desk.net_cost(product, ago(7)))["quantity"] == "50", "what was approved stays so meanwhile"
    assert codes(await desk.decide(contested, "CREDIT", creditNumber="CM-2")) == [("act", "TOO_LATE")]
    again = await desk.done(await desk.decide(contested))
    assert paid(again["approvedAmount"]) == "255"
    assert [row[:2] for row in await desk.reduced(found)] == [(50_000, 3_000_000), (35_000, 3_000_000)]
    told = [("ACCRUE", 15_000), ("RESERVE", 15_000), ("ADJUST", 10_500), ("RESERVE", 25_500), ("VOID", 15_000)]
    assert [row[0::3] for row in await desk.moved(found)] == told
    contested = await desk.done(await desk.answer(again, "DISPUTE", reason="Still too little."))
    denied = await desk.done(await desk.decide(contested, "DENY", reason="Then nothing."))
    assert (denied["status"], paid(denied["approvedAmount"])) == ("DENIED", "0")
    assert sum(row[0] for row in await desk.reduced(found)) == 0
    balance = sum((row[2] == "ACCRUED") * row[3] - (row[1] == "ACCRUED") * row[3] for row in await desk.moved(found))
    assert balance == 0


async def test_the_next_drop_is_reckoned_on_what_the_one_before_left_and_decided_after_it(desk: Desk) -> None:
    _, product = await dropped(desk)
    await desk.priced(product, "15", ago(4))
    first, second = await desk.proposed(product, DROP), await desk.proposed(product, ago(4))
    assert paid(first["amount"]) == "255"
    assert (second["units"], paid(second["amount"])) == ("70", "140"), "17 − 15 each, not 20 − 15"
    assert codes(await desk.decide(second)) == [("stockCreditId", "STALE")]
    await desk.done(await desk.decide(first, "DENY", reason="Not announced to us."))
    assert codes(await desk.decide(second)) == [("stockCreditId", "STALE")], "it was reckoned on the first"
    anew = await desk.proposed(product, ago(4))
    assert (anew["revision"], paid(anew["amount"])) == (2, "320"), "10 × (17 − 15) + 60 × (20 − 15)"
    assert codes(await desk.decide(second)) == [("expectedRevision", "STALE")]
    await desk.done(await desk.decide(anew))
    assert codes(await desk.answer(first, "DISPUTE", reason="It was.")) == [("stockCreditId", "STALE")]


async def test_bought_at_20_protected_by_3_and_authorised_at_16_the_debit_is_1(desk: Desk) -> None:
    sku, product = await dropped(desk)
    await desk.done(await desk.decide(await desk.proposed(product, DROP)))
    shipping, key = claims_kit.Desk(desk.api), key_of("Product", product)
    assert key is not None
    sold = claims_kit.Product(sku, key.id, key.vendor_id)
    number = await claims_kit.sale(shipping, sold, 10, 2)
    special = await shipping.granted(sold.at("16"), costBasis="FIFO_LAYER")
    claim = await shipping.claimed(special, claims_kit.named(number))
    assert paid(claim["amount"]) == "10"
    (line,) = claims_kit.lines_of(claim)
    assert paid(line["perUnit"]) == "1" and "20.00 paid, less 3.00 price protection: 17.00" in line["explanation"]


async def test_what_no_count_tells_of_waits_for_one_and_the_clock_looks_again(desk: Desk) -> None:
    sku, product = await desk.product()
    await desk.bought(sku, ago(30), "100")
    await desk.priced(product, "17", DROP)
    now = datetime.now(UTC)
    assert await watch_prices(desk.api.database, now) >= 1
    found = await desk.proposed(product, DROP)
    assert (found["status"], found["outcome"], paid(found["amount"])) == ("NOTHING_DUE", "NOT_COUNTED", "0")
    await desk.counted(
        sku, ago(11), "40", f"A,{sku},{ago(11)},5,,IN_TRANSIT,,,,", f"A,{sku},{ago(11)},3,,DEFECTIVE,,,,"
    )
    assert await watch_prices(desk.api.database, now) == 0, "it was looked at today"
    assert await watch_prices(desk.api.database, now + timedelta(days=2)) == 1
    found = await desk.proposed(product, DROP)
    assert (found["units"], paid(found["amount"]), found["revision"]) == ("40", "120", 2), (
        "neither in transit nor defective"
    )
    assert await watch_prices(desk.api.database, now + timedelta(days=4)) == 0


@pytest.mark.parametrize(
    ("changed", "price", "outcome", "amount"),
    [
        ({"in_transit": True}, "17", "CREDITED", "270"),
        ({"minimum_drop": 150_001}, "17", "BELOW_MINIMUM_DROP", "0"),
        ({}, "22", "RISE_NOT_AGREED", "0"),
        ({"writes_up": True}, "22", "CHARGED", "-170"),
        ({"look_back_days": 10}, "17", "NOTHING_BOUGHT", "0"),
    ],
)
async def test_the_agreement_says_what_counts(
    desk: Desk, changed: dict[str, Any], price: str, outcome: str, amount: str
) -> None:
    _, product = await dropped(desk, price, in_transit="in_transit" in changed)
    db, own = desk.api.world.connection, desk.api.world.agreements["Acme", "Dist One"]
    before = dict(await db.fetchrow("SELECT * FROM agreement_money_terms WHERE agreement_id = $1", own))
    for name, value in changed.items():
        await db.execute(f"UPDATE agreement_money_terms SET {name} = $2 WHERE agreement_id = $1", own, value)
    found = await desk.proposed(product, DROP)
    approved = await desk.done(await desk.decide(found)) if found["status"] == "OPEN" else None
    for name in changed:
        await db.execute(f"UPDATE agreement_money_terms SET {name} = $2 WHERE agreement_id = $1", own, before[name])
    assert (found["outcome"], paid(found["amount"])) == (outcome, amount)
    assert approved is None or paid(approved["approvedAmount"]) == amount
    if outcome == "CHARGED":
        assert [row[1:] for row in await desk.moved(found)] == [
            ("ACCRUED", "EXPENSE", 17_000),
            ("RESERVED", "ACCRUED", 17_000),
        ]


async def test_twenty_who_decide_at_once_pay_once(desk: Desk) -> None:
    _, product = await dropped(desk)
    found = await desk.proposed(product, DROP)
    answers = await asyncio.gather(*(desk.decide(found) for _ in range(20)))
    assert sum(answer["userErrors"] == [] for answer in answers) == 1
    assert {code for answer in answers for _, code in codes(answer)} <= {"STALE", "TOO_LATE"}
    assert len(await desk.reduced(found)) == 1 and len(await desk.moved(found)) == 2
    credits = await asyncio.gather(*(desk.decide(found, "CREDIT", creditNumber=f"CM-{n}") for n in range(9)))
    assert sum(answer["userErrors"] == [] for answer in credits) == 1
    assert len(await desk.moved(found)) == 4


async def test_twenty_who_ask_at_once_have_one_credit(desk: Desk) -> None:
    _, product = await dropped(desk)
    answers = await asyncio.gather(*(desk.proposed(product, DROP) for _ in range(20)))
    assert len({answer["id"] for answer in answers}) == 1 and {answer["revision"] for answer in answers} == {1}


async def test_a_refusal_changes_nothing(desk: Desk) -> None:
    _, product = await dropped(desk)
    found = await desk.proposed(product, DROP)
    before = await desk.everything()
    assert codes(await desk.propose(product, on=ago(9))) == [("0", "INVALID")]
    assert codes(await desk.propose("nothing", product, on=DROP)) == [("0", "NOT_FOUND")]
    assert codes(await desk.propose(on=DROP)) == [("productIds", "REQUIRED")]
    assert codes(await desk.propose(product, on=ago(-3))) == [("effectiveOn", "NOT_OVER"), ("0", "INVALID")]
    assert codes(await desk.decide(found, "DISPUTE")) == [("act", "NOT_ALLOWED"), ("act", "TOO_LATE")]
    assert codes(await desk.decide(found, "CREDIT")) == [("creditNumber", "REQUIRED"), ("act", "TOO_LATE")]
    assert codes(await desk.decide(found, "DENY")) == [("reason", "REQUIRED")]
    assert codes(await desk.decide({**found, "revision": 7})) == [("expectedRevision", "STALE")]
    assert codes(await desk.decide({**found, "id": "x"})) == [("stockCreditId", "NOT_FOUND")]
    wrong = [{"position": 1, "quantity": "85.001"}, {"position": 2, "quantity": "1"}, {"position": 1, "quantity": "1"}]
    assert codes(await desk.decide(found, lines=wrong, reason="Some")) == [
        ("quantity", "INVALID"),
        ("position", "NOT_FOUND"),
        ("position", "INVALID"),
    ]
    none = [{"position": 1, "quantity": "0"}]
    assert codes(await desk.decide(found, lines=none, reason="None")) == [("lines", "INVALID")]
    assert codes(await desk.answer(found, "WITHDRAW")) == [("act", "TOO_LATE")]
    assert codes(await desk.answer(found, "APPROVE")) == [("act", "NOT_ALLOWED")]
    assert await desk.everything() == before


async def test_terms_are_set_once_and_others_begin_later(desk: Desk) -> None:
    before = await desk.everything()
    assert codes(await desk.terms()) == [("effectiveFrom", "OVERLAP")]
    assert codes(await desk.terms(effectiveFrom="2024-06-01")) == [("effectiveFrom", "TOO_LATE")]
    assert codes(await desk.terms(effectiveFrom="2031-01-01")) == [("effectiveFrom", "OUTSIDE_AGREEMENT")]
    wrong = {"priceProtection": {"lookBackDays": -1, "minimumDrop": "1.1"}, "stockRotation": {"share": "0"}}
    assert codes(await desk.terms(effectiveFrom="2029-01-01", **wrong)) == [
        ("minimumDrop", "INVALID"),
        ("lookBackDays", "INVALID"),
        ("share", "INVALID"),
    ]
    assert await desk.everything() == before
    for caller, side in ((await desk.partner(), "distributor"), (await desk.finance(), "vendor")):
        found = (await caller.ask(STOCK_CREDITS[side], agreement=desk.agreement))["node"]
        (terms,) = [edge["node"] for edge in found["moneyTerms"]["edges"]]
        assert (terms["lookBackDays"], terms["rotationShare"], terms["protectsPrices"]) == (60, "0.05", True)
        assert found["stockCredits"]["totalCount"] == len(found["stockCredits"]["edges"]) > 0


async def test_nobody_but_the_two_sees_a_credit(desk: Desk) -> None:
    _, product = await dropped(desk)
    found = await desk.proposed(product, DROP)
    api = desk.api
    others = [
        await api.distributor("Dist Two"),
        await api.vendor("Borealis", role=Role.VENDOR_FINANCE),
    ]
    for caller in others:
        side = "vendor" if caller is others[1] else "distributor"
        assert (await caller.ask(f"{side}/stock_credit.graphql", id=found["id"]))["node"] is None
        assert (await caller.ask(STOCK_CREDITS[side], agreement=desk.agreement))["node"] is None
        asked = {"agreement": desk.agreement, "product": product}
        assert (await caller.ask(NET_COST[side], **asked))["node"] is None
    assert codes(await desk.propose(product, on=DROP, caller=others[0])) == [("agreementId", "NOT_FOUND")]
    answer = {"stockCreditId": found["id"], "expectedRevision": 1, "act": "DENY", "reason": "No"}
    refused = await others[1].act("vendor/decide_stock_credit.graphql", **answer)
    assert codes(refused) == [("stockCreditId", "NOT_FOUND")]
    forbidden: list[Caller] = [
        await api.distributor(role=Role.DISTRIBUTOR_VIEWER),
        await api.distributor(role=Role.DISTRIBUTOR_OPERATOR),
        await api.reseller(),
    ]
    for caller in forbidden:
        seen = await caller.raw("query($id: ID!) { node(id: $id) { id } }", id=found["id"])
        assert seen["data"]["node"] is None
        terms = (
            "query($id: ID!) { node(id: $id) { ... on DistributionAgreement { moneyTerms(first: 1) { totalCount } } } }"
        )
        told = await caller.raw(terms, id=desk.agreement)
        assert told["data"]["node"] is None
        assert caller is forbidden[2] or told["errors"][0]["extensions"]["code"] == "FORBIDDEN"
