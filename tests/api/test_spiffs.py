"""SPIFFs: offered, claimed unit by unit, decided, taken back by returns, paid by two people; and what is refused."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.api.claims_kit import TODAY, day
from tests.api.conftest import Api
from tests.api.spiffs_kit import Till, nodes, told
from tests.execution.furnished import SELL_THROUGH

CREATE, END, DECIDE = "vendor/create_spiff.graphql", "vendor/end_spiff.graphql", "vendor/decide_spiff_claim.graphql"
GATHER, PAY, PAYOUTS = "vendor/create_payout.graphql", "vendor/pay_payout.graphql", "vendor/payouts.graphql"
ADD, CLAIM = "reseller/add_spiff_rep.graphql", "reseller/claim_spiff.graphql"
END_REP = "reseller/end_spiff_rep.graphql"


@pytest.fixture
async def till(api: Api) -> Till:
    return await Till.open(api)


def denials(claim: dict[str, Any]) -> dict[str, str]:
    return {each["reason"]: each["quantity"] for each in claim["denials"]}


async def test_a_reseller_claims_for_its_person_and_is_told_what_is_paid(till: Till) -> None:
    product = await till.desk.product()
    spiff = await till.spiff(product, capPerMonth="100", budget="1000", daysToClaim=90)
    assert (spiff["perUnit"]["amount"], spiff["budget"]["amount"], spiff["spent"]["amount"]) == ("25", "1000", "0")
    rep, number = await till.rep(), await till.sold(product, units=10)
    claim = await till.claimed(spiff, rep, number, "3")
    assert (claim["status"], claim["approved"], claim["amount"]["amount"]) == ("APPROVED", "3", "75")
    assert (claim["documentNumber"], claim["seller"]["name"], claim["rep"]["name"]) == (
        number,
        "Dist One",
        "Ida Krause",
    )
    over = await till.claimed(spiff, rep, number, "8")
    assert (over["approved"], over["amount"]["amount"]) == ("1", "25")
    assert denials(over) == {"ALREADY_CLAIMED": "1", "CAP_REACHED": "6"}
    caller = await till.partner()
    read = (await caller.ask("reseller/spiff.graphql", id=spiff["id"]))["node"]
    assert read["access"]["granted"] is True
    (line,) = nodes(read["claimable"])
    assert (line["documentNumber"], line["quantity"], line["seller"]["name"]) == (number, "6", "Dist One")
    own = (await caller.ask("reseller/spiff_claims.graphql"))["viewer"]["reseller"]
    assert {claim["id"], over["id"]} <= {each["id"] for each in nodes(own["spiffClaims"])}
    assert spiff["id"] in {each["id"] for each in nodes(own["spiffs"])}
    listed = (await caller.ask("reseller/spiffs.graphql", vendor=till.vendor_gid))["node"]
    assert {"amount": "100", "currency": "EUR"} in next(
        each for each in nodes(listed["spiffReps"]) if each["id"] == rep["id"]
    )["earned"]
    offered = nodes((await (await till.manager()).ask("vendor/spiffs.graphql"))["viewer"]["vendor"]["spiffs"])
    assert next(each for each in offered if each["id"] == spiff["id"])["spent"]["amount"] == "100"
    seen = next(each for each in await till.for_vendor() if each["id"] == claim["id"])
    assert (seen["reseller"]["name"], seen["documentNumber"], seen["seller"]["name"]) == (
        "Reseller One",
        number,
        "Dist One",
    )


async def test_inside_sales_of_a_distributor_claim_what_their_firm_sold(till: Till) -> None:
    product = await till.desk.product()
    spiff = await till.spiff(product, audience="DISTRIBUTOR", distributorIds=[till.distributor()])
    named = {"vendorId": till.vendor_gid, "name": "Jan Wolf", "payoutReference": "IBAN", "idempotencyKey": uuid4().hex}
    twins = [
        await till.done(await till.partner("Dist One"), "distributor/add_spiff_rep.graphql", **named) for _ in range(2)
    ]
    rep, number = twins[0], await till.sold(product, account="A-2")
    assert twins[0] == twins[1]
    claim = await till.claimed(spiff, rep, number, "2", "Dist One")
    assert (claim["status"], claim["amount"]["amount"]) == ("APPROVED", "50")
    partner = await till.partner("Dist One")
    found = (await partner.ask("distributor/spiffs.graphql", vendor=till.vendor_gid))["node"]
    assert spiff["id"] in {each["id"] for each in nodes(found["spiffs"])}
    assert claim["id"] in {each["id"] for each in nodes(found["spiffClaims"])}
    (line,) = nodes((await partner.ask("distributor/spiff.graphql", id=spiff["id"]))["node"]["claimable"])
    assert (line["documentNumber"], line["quantity"]) == (number, "8")
    ended = await till.done(partner, "distributor/end_spiff_rep.graphql", repId=rep["id"], erase=True)
    assert (ended["name"], ended["payoutReference"]) == (None, None)
    assert told(await partner.act("distributor/claim_spiff.graphql", **till.asked(spiff, rep, number))) == {
        ("repId", "NOT_ACTIVE")
    }
    other = await till.partner("Dist Two")
    assert (await other.ask("distributor/spiff.graphql", id=spiff["id"]))["node"] is None


async def test_of_twenty_claims_on_one_unit_one_is_paid(till: Till) -> None:
    product = await till.desk.product()
    spiff, rep, number = await till.spiff(product), await till.rep(), await till.sold(product, units=1)
    caller = await till.partner()
    claims = await asyncio.gather(*(till.done(caller, CLAIM, **till.asked(spiff, rep, number)) for _ in range(20)))
    paid = [claim for claim in claims if claim["status"] == "APPROVED"]
    assert [(claim["approved"], claim["amount"]["amount"]) for claim in paid] == [("1", "25")]
    assert all(denials(claim) == {"ALREADY_CLAIMED": "1"} for claim in claims if claim["status"] == "DENIED")
    assert len(claims) == 20 and len({claim["id"] for claim in claims}) == 20


async def test_one_key_claims_once_however_often_it_is_sent_at_once(till: Till) -> None:
    product = await till.desk.product()
    spiff, rep, number = await till.spiff(product), await till.rep(), await till.sold(product)
    caller, given = await till.partner(), till.asked(spiff, rep, number, "2")
    claims = await asyncio.gather(*(till.done(caller, CLAIM, **given) for _ in range(5)))
    assert len({claim["id"] for claim in claims}) == 1
    again = await caller.act(CLAIM, **{**given, "quantity": "3"})
    assert told(again) == {("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")}


async def test_serial_numbers_find_their_line_and_are_paid_once_each(till: Till) -> None:
    product, number = await till.desk.product(), uuid4().hex[:8]
    serials = [f"S-{uuid4().hex[:8]}" for _ in range(3)]
    header = f"{SELL_THROUGH},serial_numbers"
    row = f"{number},1,{day(2)},{product.sku},A-1,3,30,EUR,{'|'.join(serials)}"
    await till.desk._hand_in("submit_sell_through", f"{header}\n{row}", "Dist One")
    spiff, rep, caller = await till.spiff(product), await till.rep(), await till.partner()
    given = {"spiffId": spiff["id"], "repId": rep["id"]}
    first = await till.done(caller, CLAIM, **given, serialNumbers=serials[:2], idempotencyKey=uuid4().hex)
    assert (first["documentNumber"], first["approved"], first["serialNumbers"]) == (number, "2", serials[:2])
    both = await till.done(caller, CLAIM, **given, serialNumbers=serials[1:], idempotencyKey=uuid4().hex)
    assert (both["approved"], denials(both)) == ("1", {"ALREADY_CLAIMED": "1"})
    third = await till.done(caller, CLAIM, **given, serialNumbers=serials[:1], idempotencyKey=uuid4().hex)
    assert (third["status"], denials(third)) == ("DENIED", {"ALREADY_CLAIMED": "1"})
    unknown = await caller.act(CLAIM, **given, serialNumbers=["S-0"], idempotencyKey=uuid4().hex)
    assert told(unknown) == {("serialNumbers", "NOT_FOUND")}


async def test_what_comes_back_is_taken_back_the_latest_claim_first(till: Till) -> None:
    product = await till.desk.product()
    spiff, rep, number = await till.spiff(product), await till.rep(), await till.sold(product, units=10)
    first, second = await till.claimed(spiff, rep, number, "4"), await till.claimed(spiff, rep, number, "3")
    await till.returned(product, number, 2)
    assert not [each for each in await till.for_vendor() if each["adjusts"] is not None], (
        "3 units were claimed by nobody"
    )
    await till.returned(product, number, 5)
    back = {each["adjusts"]["id"]: each for each in await till.for_vendor() if each["adjusts"] is not None}
    assert {id: (each["quantity"], each["amount"]["amount"]) for id, each in back.items()} == {
        second["id"]: ("-3", "-75"),
        first["id"]: ("-1", "-25"),
    }
    await till.returned(product, number, 1)
    assert (
        sum(float(each["amount"]["amount"]) for each in await till.for_vendor() if each["spiff"]["id"] == spiff["id"])
        == 50
    )
    more = await till.claimed(spiff, rep, number, "1")
    assert denials(more) == {"ALREADY_CLAIMED": "1"}


async def test_a_person_decides_where_the_spiff_asks_for_one(till: Till) -> None:
    product = await till.desk.product()
    spiff, rep, number = await till.spiff(product, reviewed=True), await till.rep(), await till.sold(product, units=5)
    waits, late = await till.claimed(spiff, rep, number, "4"), await till.claimed(spiff, rep, number, "4")
    assert (waits["status"], waits["approved"], late["approved"]) == ("CLAIMED", "4", "1")
    manager = await till.manager()
    before = await till.held()
    assert told(await manager.act(DECIDE, claimId=waits["id"], verdict="DENY")) == {("reason", "REQUIRED")}
    assert await till.held() == before
    denied = await till.done(manager, DECIDE, claimId=waits["id"], verdict="DENY", reason="No proof.")
    assert (denied["status"], denied["reason"], denied["amount"]["amount"]) == ("DENIED", "No proof.", "0")
    paid = await till.done(manager, DECIDE, claimId=late["id"], verdict="APPROVE")
    assert (paid["status"], paid["approved"]) == ("APPROVED", "4"), "what the other kept is free by now"
    before = await till.held()
    again = await manager.act(DECIDE, claimId=late["id"], verdict="DENY", reason="Changed my mind.")
    assert told(again) == {("claimId", "TOO_LATE")}
    assert await till.held() == before


async def test_one_person_gathers_what_is_owed_and_another_pays_it(till: Till) -> None:
    product = await till.desk.product()
    spiff = await till.spiff(product, currency="CHF", perUnit="7.5")
    rep, evil = await till.rep(), await till.rep("=cmd|' /C calc'!A0")
    number = await till.sold(product, units=10)
    claim, other = await till.claimed(spiff, rep, number, "4"), await till.claimed(spiff, evil, number, "2")
    finance, second = await till.finance(), await till.finance(other=True)
    payout = await till.done(finance, GATHER, currency="CHF", idempotencyKey=uuid4().hex)
    assert (payout["status"], payout["amount"]["amount"], payout["claims"]) == ("OPEN", "45", 2)
    lines = {each["name"]: each for each in nodes(payout["lines"])}
    assert lines["Ida Krause"]["payoutReference"] == rep["payoutReference"]
    assert (lines["Ida Krause"]["amount"]["amount"], lines["Ida Krause"]["reseller"]["name"]) == ("30", "Reseller One")
    file = (await till.api.http.get(payout["csvUrl"])).text
    assert f"{rep['payoutReference']},Ida Krause,Reseller One,30,CHF,1" in file
    assert "'=cmd" in file and ",=cmd" not in file
    nothing = await finance.act(GATHER, currency="CHF", idempotencyKey=uuid4().hex)
    assert told(nothing) == {("currency", "NOT_FOUND")}
    before = await till.held()
    own = await finance.act(PAY, payoutId=payout["id"], paymentReference="SEPA 1")
    assert told(own) == {("payoutId", "NOT_ALLOWED")}
    assert await till.held() == before
    paid = await till.done(second, PAY, payoutId=payout["id"], paymentReference="SEPA 1")
    assert (paid["status"], paid["paymentReference"]) == ("PAID", "SEPA 1")
    assert told(await second.act(PAY, payoutId=payout["id"], paymentReference="SEPA 2")) == {("payoutId", "TOO_LATE")}
    found = {each["id"]: each["status"] for each in await till.for_vendor(status="PAID")}
    assert found[claim["id"]] == found[other["id"]] == "PAID"
    await till.returned(product, number, 5)
    assert told(await finance.act(GATHER, currency="CHF", idempotencyKey=uuid4().hex)) == {("currency", "NOT_FOUND")}
    await till.claimed(spiff, evil, await till.sold(product, units=4), "4")
    netted = await till.done(finance, GATHER, currency="CHF", idempotencyKey=uuid4().hex)
    assert (netted["amount"]["amount"], netted["claims"]) == ("22.5", 2), (
        "30 less the 7.5 that came back of that person"
    )
    listed = nodes((await finance.ask(PAYOUTS))["viewer"]["vendor"]["payouts"])
    assert [each["id"] for each in listed[:2]] == [netted["id"], payout["id"]]


async def test_everything_wrong_with_a_spiff_or_a_claim_is_told_at_once_and_nothing_is_written(till: Till) -> None:
    product, manager, caller = await till.desk.product(), await till.manager(), await till.partner()
    spiff, rep, number = await till.spiff(product), await till.rep(), await till.sold(product)
    world = till.api.world
    foreign = global_id("Product", Key(world.vendors["Borealis"], world.products["Borealis", "DRIVE-1"]))
    before = await till.held()
    wrong = till.terms(
        name=" ",
        audience="DISTRIBUTOR",
        currency="XXX",
        perUnit="0",
        productIds=[foreign],
        families=["Nothing"],
        partnerTypes=["VAR"],
        countries=["QQ"],
        distributorIds=[product.gid],
        daysToClaim=-1,
    )
    assert told(await manager.act(CREATE, **wrong)) == {
        ("name", "REQUIRED"),
        ("currency", "INVALID"),
        ("perUnit", "INVALID"),
        ("productIds.0", "NOT_FOUND"),
        ("families.0", "NOT_FOUND"),
        ("partnerTypes", "INVALID"),
        ("countries.0", "INVALID"),
        ("distributorIds.0", "NOT_FOUND"),
        ("daysToClaim", "INVALID"),
    }
    ends = {"spiffId": spiff["id"], "expectedVersion": 7, "endsOn": day(1).isoformat()}
    assert told(await manager.act(END, **ends)) == {("expectedVersion", "STALE"), ("endsOn", "INVALID")}
    nothing = till.asked({"id": product.gid}, {"id": product.gid}, number)
    assert told(await caller.act(CLAIM, **nothing)) == {("spiffId", "NOT_FOUND"), ("repId", "NOT_FOUND")}
    both = till.asked(spiff, rep, number, serialNumbers=[])
    assert told(await caller.act(CLAIM, **both)) == {("quantity", "REQUIRED"), ("serialNumbers", "REQUIRED")}
    elsewhere = till.asked(spiff, rep, "no such invoice")
    assert told(await caller.act(CLAIM, **elsewhere)) == {("documentLine", "NOT_FOUND")}
    assert await till.held() == before


async def test_an_ended_spiff_pays_for_what_was_sold_before(till: Till) -> None:
    product = await till.desk.product()
    spiff, rep = await till.spiff(product), await till.rep()
    given = {"spiffId": spiff["id"], "expectedVersion": 1, "endsOn": TODAY.isoformat()}
    ended = await till.done(await till.manager(), END, **given)
    assert (ended["sales"]["end"], ended["version"]) == (TODAY.isoformat(), 2)
    late = await till.claimed(spiff, rep, await till.sold(product, on=0))
    assert (late["status"], denials(late)) == ("DENIED", {"OUTSIDE_WINDOW": "1"})
    assert (await till.claimed(spiff, rep, await till.sold(product, on=1)))["status"] == "APPROVED"


async def test_who_is_not_enrolled_claims_nothing_and_a_line_of_somebody_else_is_not_there(till: Till) -> None:
    product = await till.desk.product()
    spiff, rep = await till.spiff(product), await till.rep()
    mine, theirs = await till.sold(product), await till.sold(product, account="A-2")
    caller, before = await till.partner(), await till.held()
    assert told(await caller.act(CLAIM, **till.asked(spiff, rep, theirs))) == {("documentLine", "NOT_FOUND")}
    rival, sales = await till.partner("Reseller Two"), await till.api.reseller(role=Role.RESELLER_SALES)
    for other in (rival, sales):
        assert told(await other.act(CLAIM, **till.asked(spiff, rep, mine))) == {("repId", "NOT_FOUND")}
    status = "UPDATE enrollment SET status = $2 WHERE reseller_id = $1"
    party = till.api.world.parties["Acme", "Reseller One"]
    await till.api.world.connection.execute(status, party, "SUSPENDED")
    try:
        assert told(await caller.act(CLAIM, **till.asked(spiff, rep, mine))) == {("spiffId", "NOT_ELIGIBLE")}
    finally:
        await till.api.world.connection.execute(status, party, "ACTIVE")
    assert await till.held() == before
    borealis = till.api.world.vendors["Borealis"]
    given = {"name": "Ida", "payoutReference": "1", "idempotencyKey": uuid4().hex}
    gid = global_id("Vendor", Key(borealis, borealis))
    assert told(await caller.act(ADD, vendorId=gid, **given)) == {("vendorId", "NOT_ELIGIBLE")}
    assert await till.held() == before


async def test_sales_people_name_themselves_and_see_their_own_claims_alone(till: Till) -> None:
    product = await till.desk.product()
    spiff, rep = await till.spiff(product), await till.rep()
    number = await till.sold(product)
    whole = await till.claimed(spiff, rep, number)
    sales = await till.api.reseller(role=Role.RESELLER_SALES)
    given = {"vendorId": till.vendor_gid, "name": "Max", "payoutReference": "C-1", "idempotencyKey": uuid4().hex}
    own = await till.done(sales, ADD, **given)
    claim = await till.done(sales, CLAIM, **till.asked(spiff, own, number))
    found = (await sales.ask("reseller/spiffs.graphql", vendor=till.vendor_gid))["node"]
    assert [each["id"] for each in nodes(found["spiffReps"])] == [own["id"]]
    assert {each["id"] for each in nodes(found["spiffClaims"])} == {claim["id"]}
    read = "query($id: ID!) { node(id: $id) { id } }"
    assert (await sales.ask(read, id=whole["id"]))["node"] is None
    assert told(await sales.act(END_REP, repId=rep["id"])) == {("repId", "NOT_FOUND")}
    ended = await till.done(sales, END_REP, repId=own["id"])
    assert ended["endedAt"] is not None and ended["name"] == "Max"
    assert (await (await till.partner()).ask(read, id=claim["id"]))["node"] == {"id": claim["id"]}


async def test_competitors_and_distributors_learn_nothing_of_a_claim(till: Till) -> None:
    product = await till.desk.product()
    spiff, rep, number = await till.spiff(product), await till.rep("Secret Person"), await till.sold(product)
    claim = await till.claimed(spiff, rep, number)
    read = "query($id: ID!) { node(id: $id) { id } }"
    inside = await till.spiff(product, audience="DISTRIBUTOR")
    for by in ("Reseller Two", "Dist One", "Dist Two"):
        caller = await till.partner(by)
        for id in (claim["id"], rep["id"], inside["id"] if by.startswith("Res") else spiff["id"]):
            assert (await caller.ask(read, id=id))["node"] is None, by
        found = (await caller.ask(till.of(by, "spiffs"), vendor=till.vendor_gid))["node"]
        assert claim["id"] not in {each["id"] for each in nodes(found["spiffClaims"])}
        assert not [each for each in nodes(found["spiffReps"]) if each["name"] == "Secret Person"]
    other = await till.api.vendor("Borealis")
    for id in (spiff["id"], claim["id"], rep["id"]):
        assert (await other.ask(read, id=id))["node"] is None
    assert (await (await till.manager()).ask(read, id=rep["id"]))["node"] is None, "it reads a name when it pays"
    viewer = await till.api.as_(Level.RESELLER, "Reseller One", Role.RESELLER_VIEWER)
    refused = await viewer.raw(read, id=claim["id"])
    assert refused.get("data", {}).get("node") is None


async def test_a_vendor_does_not_learn_where_a_reseller_buys_that_its_distributor_does_not_disclose(till: Till) -> None:
    product = await till.desk.product()
    spiff, rep = await till.spiff(product), await till.rep()
    number = await till.sold(product, distributor="Dist Two")
    claim = await till.claimed(spiff, rep, number, distributorId=till.distributor("Dist Two"))
    assert (claim["status"], claim["seller"]["name"]) == ("APPROVED", "Dist Two")
    seen = next(each for each in await till.for_vendor() if each["id"] == claim["id"])
    assert [seen[name] for name in ("seller", "documentNumber", "documentLine", "soldOn", "serialNumbers")] == [
        None
    ] * 5
    assert (seen["reseller"]["name"], seen["approved"], seen["product"]["id"]) == ("Reseller One", "1", product.gid)


async def test_only_who_may_pays_offers_and_claims(till: Till) -> None:
    product = await till.desk.product()
    before = await till.held()
    for caller, document, given in (
        (await till.api.vendor(role=Role.VENDOR_ANALYST), CREATE, till.terms(product)),
        (await till.manager(), GATHER, {"currency": "EUR", "idempotencyKey": uuid4().hex}),
        (await till.partner(), CREATE, till.terms(product)),
        (await till.api.distributor(role=Role.DISTRIBUTOR_VIEWER), "distributor/claim_spiff.graphql", {}),
    ):
        answer = await caller.raw(document, input=given or till.asked({"id": "x"}, {"id": "x"}, "1"))
        assert answer["errors"], document
    assert await till.held() == before
