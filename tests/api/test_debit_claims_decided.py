"""Claims against special prices: what people decide, what is taken back when units come back, and who sees them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.http import Asked, Endpoint
from app.execution.identifiers import Key, global_id, key_of
from app.pricing.claims.settling.actions import deem_claims, settle_claim
from app.programme.terms import Level
from app.schema import schema
from app.settings import PROJECT
from tests.api.claims_kit import YEAR, Desk, day, lines_of, named, one, reasons, sale, told
from tests.api.conftest import Api
from tests.execution.counted import Counted


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api)


async def test_the_customer_is_checked_and_a_line_that_does_not_say_who_bought_waits_for_finance(desk: Desk) -> None:
    product = await desk.product(20)
    named_one = desk.api.world.parties["Acme", "Reseller Two"]
    reseller = global_id("Reseller", Key(product.vendor_id, named_one))
    only_two = await desk.granted(product.at("16"), customerIds=[reseller])
    assert [each["name"] for each in only_two["customers"]] == ["Reseller Two"]
    to_one, to_two = await sale(desk, product, 3), await sale(desk, product, 3, 5, "A-2")
    claim = await desk.claimed(only_two, named(to_one), named(to_two))
    assert reasons(claim) == [["WRONG_CUSTOMER"], []]
    hospital = await desk.granted(product.at("16", quantity="10"), endCustomer="Hospital ", daysToDecide=30)
    right = await sale(desk, product, 2, 5, "", "", "hospital")
    wrong = await sale(desk, product, 2, 5, "", "", "School")
    silent = await sale(desk, product, 4)
    claim = await desk.claimed(hospital, named(right), named(wrong), named(silent))
    assert (claim["status"], claim["amount"]["amount"]) == ("FILED", "8")
    assert claim["decideBy"] == day(-30).isoformat()
    assert [line["waitsFor"] for line in lines_of(claim)] == [None, None, "END_CUSTOMER"]
    assert [line["decision"] for line in lines_of(claim)] == ["APPROVED", "DENIED", None]
    assert await desk.left(hospital) == {"used": "2", "reserved": "4", "remaining": "4"}
    decided = await (await desk.finance()).act(
        "vendor/decide_debit_claim.graphql",
        claimId=claim["id"],
        reason="The invoice copy names it.",
        lines=[{"position": 3, "approve": True}, {"position": 2, "approve": True}],
    )
    assert decided["userErrors"] == []
    assert (decided["claim"]["status"], decided["claim"]["amount"]["amount"]) == ("DECIDED", "32")
    assert await desk.left(hospital) == {"used": "8", "reserved": "0", "remaining": "2"}
    assert await desk.balances(claim["id"]) == {"EXPENSE": 3200, "RESERVED": -3200}


async def test_a_line_above_the_limit_waits_and_is_deemed_approved_when_nobody_decides(desk: Desk) -> None:
    product = await desk.product(20)
    limits = {"approvesUpTo": "30", "daysToDecide": 10}
    approved = await desk.granted(product.at("16"), deemed="APPROVED", **limits)
    denied = await desk.granted(product.at("16"), deemed="DENIED", **limits)
    claims = []
    for special in (approved, denied):
        claim = await desk.claimed(special, named(await sale(desk, product, 10)), named(await sale(desk, product, 5)))
        assert [line["waitsFor"] for line in lines_of(claim)] == ["LARGE_AMOUNT", None]
        claims.append(claim["id"])
    now = datetime.now(UTC)
    assert await deem_claims(desk.api.database, now + timedelta(days=9)) == 0
    assert await deem_claims(desk.api.database, now + timedelta(days=12)) == 2
    assert await deem_claims(desk.api.database, now + timedelta(days=12)) == 0
    good, bad = [await desk.claim(id) for id in claims]
    assert (good["status"], good["deemed"], good["amount"]["amount"]) == ("DECIDED", "APPROVED", "60")
    assert (bad["status"], bad["deemed"], bad["amount"]["amount"]) == ("DECIDED", "DENIED", "20")
    assert "nobody had decided" in lines_of(bad)[0]["explanation"]


async def test_a_return_takes_the_debit_back_as_a_claim_that_names_the_one_it_adjusts(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16", quantity="10"))
    number = await sale(desk, product, 10)
    claim = await desk.claimed(special, named(number, quantity="8"))
    for expected, units in (([], 2), (["-12"], 3)):
        await desk.sold(f"{one()},1,{day(1)},{product.sku},-{units},,,,{number}:1")
        await desk.give_back()
        await desk.give_back()
        seen = await desk.claim(claim["id"])
        assert [edge["node"]["amount"]["amount"] for edge in seen["adjustments"]["edges"]] == expected
    (line,) = lines_of(seen)
    assert (seen["status"], seen["amount"]["amount"]) == ("DECIDED", "32")
    assert (line["takenBack"], line["takenBackAmount"]["amount"]) == ("3", "12")
    adjustment = await desk.claim(seen["adjustments"]["edges"][0]["node"]["id"])
    assert adjustment["adjusts"] == {"id": claim["id"]}
    assert lines_of(adjustment)[0]["claimed"] == "-3"
    assert await desk.paid_units(product) == 5_000
    assert await desk.left(special) == {"used": "5", "reserved": "0", "remaining": "5"}
    assert await desk.balances(adjustment["id"]) == {"EXPENSE": -1200, "RESERVED": 1200}
    finance = await desk.finance()
    for id, number in ((claim["id"], "CM-1"), (adjustment["id"], "CM-2")):
        credited = await finance.act("vendor/credit_debit_claim.graphql", claimId=id, creditNumber=number)
        assert credited["userErrors"] == []
        assert (credited["claim"]["status"], credited["claim"]["creditNumber"]) == ("CREDITED", number)
    assert await desk.balances(claim["id"]) == {"EXPENSE": 3200, "PARTNER": -3200}
    assert await desk.balances(adjustment["id"]) == {"EXPENSE": -1200, "PARTNER": 1200}


async def test_a_corrected_line_gives_its_debit_back_and_what_took_its_place_is_claimed_anew(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16", quantity="10"))
    number = await sale(desk, product, 10)
    claim = await desk.claimed(special, named(number))
    assert claim["amount"]["amount"] == "40"
    await desk.sold(f"{number},1,{day(5)},{product.sku},7", mode="CORRECT")
    anew = await desk.claimed(special, named(number))
    assert anew["amount"]["amount"] == "28"
    seen = await desk.claim(claim["id"])
    assert [edge["node"]["amount"]["amount"] for edge in seen["adjustments"]["edges"]] == ["-40"]
    assert await desk.paid_units(product) == 7_000
    assert await desk.left(special) == {"used": "7", "reserved": "0", "remaining": "3"}


async def test_one_key_files_one_claim_and_twenty_credits_credit_it_once(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16"))
    number, key = await sale(desk, product, 10), uuid4().hex
    partner = await desk.partner()
    given = {"specialPriceId": special["id"], "lines": [named(number)], "idempotencyKey": key}
    twins = await asyncio.gather(*(partner.act("distributor/submit_debit_claim.graphql", **given) for _ in range(5)))
    assert len({twin["claim"]["id"] for twin in twins}) == 1
    id = twins[0]["claim"]["id"]
    finance = await desk.finance()
    answers = await asyncio.gather(
        *(
            finance.act("vendor/credit_debit_claim.graphql", claimId=id, creditNumber=f"CM-{place}")
            for place in range(20)
        )
    )
    assert sorted(len(answer["userErrors"]) for answer in answers) == [0] + [1] * 19
    assert await desk.balances(id) == {"EXPENSE": 4000, "PARTNER": -4000}
    late = await partner.act("distributor/dispute_debit_claim.graphql", claimId=id, reason="Too little.")
    assert told(late) == {("claimId", "NOT_ACTIVE")}


async def test_a_dispute_stops_the_credit_and_finance_lets_pass_what_may_pass_but_no_unit_that_is_not_there(
    desk: Desk,
) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16", quantity="8"), daysToFile=10)
    late, over = await sale(desk, product, 5, 40), await sale(desk, product, 10, 5)
    claim = await desk.claimed(special, named(late), named(over))
    assert reasons(claim) == [["FILED_LATE"], ["OVER_QUANTITY"]]
    partner, finance = await desk.partner(), await desk.finance()
    disputed = await partner.act(
        "distributor/dispute_debit_claim.graphql", claimId=claim["id"], reason="Our invoice was late."
    )
    assert disputed["claim"]["status"] == "DISPUTED"
    credit = {"claimId": claim["id"], "creditNumber": "CM"}
    before = await desk.held()
    assert told(await finance.act("vendor/credit_debit_claim.graphql", **credit)) == {("claimId", "NOT_ACTIVE")}
    assert await desk.held() == before

    async def decides(place: int, approve: bool) -> dict[str, Any]:
        return await finance.act(
            "vendor/decide_debit_claim.graphql",
            claimId=claim["id"],
            reason="Seen.",
            lines=[{"position": place, "approve": approve}],
        )

    money = await desk.held("debit_claim", "debit_claim_line", "debited_line", "cost_reduction", "transfer")
    assert told(await decides(1, True)) == {("claimId", "NOT_ALLOWED")}, "no unit is left"
    assert told(await decides(2, True)) == {("claimId", "NOT_ALLOWED")}
    assert told(await decides(3, True)) == {("claimId", "NOT_ALLOWED")}
    assert await desk.held(*money) == money
    denied = await decides(2, False)
    assert (denied["claim"]["status"], denied["claim"]["amount"]["amount"]) == ("DECIDED", "0")
    approved = await decides(1, True)
    assert approved["claim"]["amount"]["amount"] == "20"
    assert await desk.balances(claim["id"]) == {"EXPENSE": 2000, "RESERVED": -2000}
    assert told(await finance.act("vendor/credit_debit_claim.graphql", **credit)) == {("claimId", "NOT_ALLOWED")}
    other = await desk.finance(other=True)
    assert (await other.act("vendor/credit_debit_claim.graphql", **credit))["claim"]["status"] == "CREDITED"
    history = (await desk.claim(claim["id"]))["decisions"]["edges"]
    assert [edge["node"]["act"] for edge in history] == ["DISPUTE", "DECIDE", "DECIDE", "CREDIT"]
    assert [edge["node"]["by"] for edge in history] == ["DISTRIBUTOR", "VENDOR", "VENDOR", "VENDOR"]


async def test_a_withdrawn_claim_frees_its_units_and_its_money(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16", quantity="10"), approvesUpTo="30")
    big, small = await sale(desk, product, 8), await sale(desk, product, 2)
    claim = await desk.claimed(special, named(big), named(small))
    assert await desk.left(special) == {"used": "2", "reserved": "8", "remaining": "0"}
    partner = await desk.partner()
    withdrawn = await partner.act("distributor/withdraw_debit_claim.graphql", claimId=claim["id"])
    assert (withdrawn["claim"]["status"], withdrawn["claim"]["amount"]["amount"]) == ("WITHDRAWN", "0")
    assert await desk.left(special) == {"used": "0", "reserved": "0", "remaining": "10"}
    assert await desk.balances(claim["id"]) == {}
    assert await desk.paid_units(product) == 0
    again = await desk.claimed(special, named(small))
    assert again["amount"]["amount"] == "8"
    twice = await partner.act("distributor/withdraw_debit_claim.graphql", claimId=claim["id"])
    assert told(twice) == {("claimId", "NOT_ACTIVE")}


async def test_a_report_that_counts_asks_for_debits_to_be_given_back(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16"))
    number = await sale(desk, product, 10)
    await desk.claimed(special, named(number))
    jobs = "SELECT count(*) FROM jobs.pgqueuer WHERE entrypoint = 'take_debits_back'"
    before = await desk.api.world.connection.fetchval(jobs)
    await desk.sold(f"{one()},1,{day(1)},{product.sku},-1,,,,{number}:1")
    assert await desk.api.world.connection.fetchval(jobs) == before + 1


async def test_nobody_but_the_two_sides_sees_a_claim_and_only_they_act_on_it(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16"))
    number = await sale(desk, product, 10)
    claim = await desk.claimed(special, named(number))
    line = lines_of(await desk.claim(claim["id"]))[0]["line"]["id"]
    node = "query($id: ID!) { node(id: $id) { id } }"
    api = desk.api
    for caller in (await api.distributor("Dist Two"), await api.vendor("Borealis"), await api.reseller()):
        for id in (special["id"], claim["id"]):
            assert (await caller.ask(node, id=id))["node"] is None
        for document, given in (
            ("distributor/matching_lines.graphql", {"id": special["id"], "period": YEAR}),
            ("vendor/debit_claim.graphql", {"id": claim["id"]}),
            ("vendor/special_prices.graphql", {"agreement": desk.agreement}),
            ("vendor/debit_claims.graphql", {"agreement": desk.agreement}),
        ):
            assert (await caller.raw(document, **given)).get("data") in ({"node": None}, None)
    stranger = await api.distributor("Dist Two")
    before = await desk.held()
    refused = await stranger.act(
        "distributor/submit_debit_claim.graphql",
        specialPriceId=special["id"],
        lines=[named(number)],
        idempotencyKey=uuid4().hex,
    )
    assert told(refused) == {("specialPriceId", "NOT_FOUND")}
    for document, more in (("dispute", {"reason": "x"}), ("withdraw", {})):
        refused = await stranger.act(f"distributor/{document}_debit_claim.graphql", claimId=claim["id"], **more)
        assert told(refused) == {("claimId", "NOT_FOUND")}
    viewer = await api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    for document, given in (
        ("vendor/debit_claims.graphql", {"agreement": desk.agreement}),
        ("vendor/special_prices.graphql", {"agreement": desk.agreement}),
    ):
        answer = await viewer.raw(document, **given)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    assert (await viewer.ask(node, id=claim["id"]))["node"] is None
    assert (await viewer.ask("distributor/line_costs.graphql", id=line))["node"] is None
    operator = await api.distributor(role=Role.DISTRIBUTOR_OPERATOR)
    answer = await operator.raw("distributor/line_costs.graphql", id=line)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    analyst = await api.vendor(role=Role.VENDOR_ANALYST)
    for document, given in (
        ("decide", {"reason": "x", "lines": []}),
        ("credit", {"creditNumber": "x"}),
    ):
        answer = await analyst.raw(f"vendor/{document}_debit_claim.graphql", input={"claimId": claim["id"], **given})
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    answer = await (await desk.manager()).raw("distributor/matching_lines.graphql", id=special["id"], period=YEAR)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    assert await desk.held() == before
    listed = await (await desk.partner()).ask(
        "distributor/debit_claims.graphql",
        agreement=desk.agreement,
        filter={"specialPriceId": special["id"], "age": "DAYS_0_30", "status": "DECIDED"},
    )
    assert [edge["node"]["id"] for edge in listed["node"]["debitClaims"]["edges"]] == [claim["id"]]
    old = {"specialPriceId": special["id"], "age": "OVER_90"}
    listed = await (await desk.partner()).ask("distributor/debit_claims.graphql", agreement=desk.agreement, filter=old)
    assert listed["node"]["debitClaims"]["totalCount"] == 0


async def test_documents_about_claims_are_answered_the_same_whichever_way_they_are_executed(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16"))
    claim = await desk.claimed(special, named(await sale(desk, product, 10)))
    await sale(desk, product, 3)
    line = lines_of(await desk.claim(claim["id"]))[0]["line"]["id"]
    actor = desk.api.world.actor(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN)
    for name, asked in (
        ("special_prices", {"agreement": desk.agreement}),
        ("debit_claims", {"agreement": desk.agreement}),
        ("debit_claim", {"id": claim["id"]}),
        ("matching_lines", {"id": special["id"], "period": YEAR}),
        ("line_costs", {"id": line}),
    ):
        text = (PROJECT / f"graphql/operations/distributor/{name}.graphql").read_text()
        answers = []
        for breadth_first in (True, False):
            async with Counted(actor, desk.api.database) as request:
                endpoint = Endpoint(schema, breadth_first=breadth_first)
                found = await endpoint.answer(Asked(text, asked), request, introspection=False, reading_only=True)
                assert not found.errors
                answers.append((found.data, request.statements))
        assert answers[0] == answers[1], name
        assert (answers[0][0] or {})["node"] is not None


async def test_a_claim_filed_while_a_report_is_counted_is_settled_by_the_worker_afterwards_and_only_once(
    desk: Desk,
) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16", quantity="10"))
    number = await sale(desk, product, 10)
    world = desk.api.world
    turn = world.connection.transaction()
    await turn.start()
    await world.connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", str(world.parties["Acme", "Dist One"])
    )
    claim = await desk.claimed(special, named(number))
    await turn.rollback()
    assert (claim["status"], claim["amount"]) == ("FILED", None)
    assert [(line["decision"], line["approved"]) for line in lines_of(claim)] == [(None, "0")]
    key = key_of("DebitClaim", claim["id"])
    assert key is not None
    jobs = await world.connection.fetch("SELECT payload FROM jobs.pgqueuer WHERE entrypoint = 'settle_claim'")
    assert any(str(key.id).encode() in row["payload"] for row in jobs)
    for _ in range(3):
        assert await settle_claim(desk.api.database, key.vendor_id, key.id)
    seen = await desk.claim(claim["id"])
    assert (seen["status"], seen["amount"]["amount"]) == ("DECIDED", "40")
    assert await desk.paid_units(product) == 10_000
    assert await desk.balances(claim["id"]) == {"EXPENSE": 4000, "RESERVED": -4000}
