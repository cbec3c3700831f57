"""What a second round of attacks found, and what answers them now: one person who acts as two, an invitation that outlives
its sender's right, and who is told of whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.alerts.watching.watch import watch_decisions
from tests.api.claims_kit import Desk as Claims
from tests.api.claims_kit import named, sale
from tests.api.conftest import Api, Caller, api, world
from tests.api.deals_kit import Counter
from tests.api.funds_kit import TODAY, Desk, uuid_of
from tests.api.funds_kit import done as made
from tests.api.people_kit import Person, admin, done, link_to, once, person, refused
from tests.api.statements_kit import Office, codes, rebate, sold
from tests.api.test_advances import decide as decide_advance
from tests.api.test_advances import record, recorded
from tests.api.test_alerts_decisions import D, R, V, told
from tests.api.test_audit import D as OF_DISTRIBUTORS
from tests.api.test_audit import R as OF_RESELLERS
from tests.api.test_audit import entries
from tests.api.test_money_in_ones_own_name import ME, SOMEBODY, Refused, as_vendor
from tests.api.test_partner_links import invited as invited_to_be
from tests.api.test_partner_links import unlinked

__all__ = ["api", "world"]

CREATE, ROTATE = "vendor/create_client.graphql", "vendor/rotate_client_secret.graphql"
DECIDE_CLAIM, PAY_CLAIM = "vendor/decide_fund_claim.graphql", "vendor/pay_fund_claim.graphql"
SCOPES = ["funds:write", "statements:write", "incentives:read", "claims:write", "spiffs:write"]


async def finance(api: Api, name: str = "Fin") -> Person:
    """A person who administers the vendor's people and is in its finance."""
    return await person(api, "Acme", Role.VENDOR_PROGRAM_MANAGER, Role.VENDOR_FINANCE, name=name)


async def integration(api: Api, by: Person) -> tuple[Caller, str]:
    """An integration of the vendor's finance that a person makes, as it acts, and its id."""
    given = {"name": "Robot", "roles": ["VENDOR_FINANCE"], "scopes": SCOPES, "idempotencyKey": once()}
    payload = await done(by.caller, CREATE, **given)
    return await acting(api, payload), payload["client"]["id"]


async def acting(api: Api, payload: dict[str, Any]) -> Caller:
    """An integration by the secret that an act has just said."""
    auth = (payload["client"]["clientId"], payload["secret"])
    answer = await api.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=auth)
    return Caller(api.http, answer.json()["access_token"])


async def test_what_a_funds_terms_approved_is_let_go_by_two_people(api: Api) -> None:
    desk, first = Desk(api), await finance(api)
    fund = await desk.fund(approvesUpTo="500")
    request = await desk.requested(fund)
    assert request["status"] == "APPROVED", "by the fund's terms"
    claim = await desk.claimed(request, "100")
    await made(first.caller, DECIDE_CLAIM, fundClaimId=claim["id"], decision="APPROVE")
    pays = {"fundClaimId": claim["id"], "paymentReference": "P-1"}
    assert await desk.refused(first.caller, PAY_CLAIM, **pays) == {("fundClaimId", "NOT_ALLOWED")}
    assert (await made(await desk.finance(), PAY_CLAIM, **pays))["status"] == "PAID"


async def test_a_person_and_his_integration_are_one_where_a_fund_needs_two(api: Api) -> None:
    desk, first, second = Desk(api), await finance(api), await finance(api, "Two")
    robot, id = await integration(api, first)
    fund = await desk.fund()
    request = await desk.requested(fund)
    await made(first.caller, "vendor/decide_funds.graphql", fundRequestId=request["id"], decision="APPROVE")
    claim = await desk.claimed(request, "100")
    decides = {"fundClaimId": claim["id"], "decision": "APPROVE"}
    assert await desk.refused(robot, DECIDE_CLAIM, **decides) == {("fundClaimId", "NOT_ALLOWED")}
    renewed = await acting(api, await done(second.caller, ROTATE, clientId=id))
    assert await desk.refused(renewed, DECIDE_CLAIM, **decides) == {("fundClaimId", "NOT_ALLOWED")}, "he knew it once"
    own, _ = await integration(api, second)
    await made(own, DECIDE_CLAIM, **decides)
    pays = {"fundClaimId": claim["id"], "paymentReference": "P-1"}
    assert await desk.refused(robot, PAY_CLAIM, **pays) == {("fundClaimId", "NOT_ALLOWED")}
    assert (await made(second.caller, PAY_CLAIM, **pays))["status"] == "PAID"


async def test_a_person_and_his_integration_are_one_where_a_statement_needs_two(api: Api) -> None:
    office, first = await Office.open(api), await finance(api)
    robot, _ = await integration(api, first)
    month = await office.month(2, rebate(), year=2025)
    await month.sell(sold("M-2", 10))
    await month.calculate(first.caller)
    statement = await month.statement()
    assert codes(await office.decide(statement, "APPROVE", robot)) == ["NOT_ALLOWED"]
    assert codes(await office.decide(statement, "APPROVE", office.finance)) == []
    await office.manager.act("vendor/set_approval_threshold.graphql", currency="EUR", above="5")
    month = await office.month(3, rebate(), year=2025)
    await month.sell(sold("M-3", 10))
    await month.calculate()
    statement = await month.statement()
    assert codes(await office.decide(statement, "APPROVE", robot)) == []
    assert codes(await office.decide(statement, "APPROVE", first.caller)) == ["NOT_ALLOWED"]
    assert codes(await office.decide(statement, "APPROVE", office.second)) == []
    assert (await month.statement())["status"] == "APPROVED"


async def test_a_person_and_his_integration_are_one_where_an_advance_needs_two(api: Api) -> None:
    office, first = await Office.open(api), await finance(api)
    robot, _ = await integration(api, first)
    await office.manager.act("vendor/set_approval_threshold.graphql", currency="EUR", above="5")
    month = await office.month(4, rebate(advances=True), year=2025)
    await month.sell(sold("M-4", 10))
    (statement,) = await month.statements()
    assert codes(await record(robot, statement["id"], "8")) == []
    (advance,) = await recorded(office, statement["id"])
    assert codes(await decide_advance(first.caller, advance["id"])) == ["NOT_ALLOWED"]
    assert codes(await decide_advance(office.second, advance["id"])) == []


async def test_a_person_and_his_integration_are_one_where_a_claim_needs_two(api: Api) -> None:
    desk, first = Claims(api), await finance(api)
    robot, _ = await integration(api, first)
    product = await desk.product()
    special = await desk.granted(product.at("16"), approvesUpTo="30", daysToDecide=10, deemed="DENIED")
    claim = await desk.claimed(special, named(await sale(desk, product)))
    given = {"claimId": claim["id"], "lines": [{"position": 1, "approve": True}], "reason": "Right."}
    assert codes(await first.caller.act("vendor/decide_debit_claim.graphql", **given)) == []
    credits = {"claimId": claim["id"], "creditNumber": "CR-1"}
    assert codes(await robot.act("vendor/credit_debit_claim.graphql", **credits)) == ["NOT_ALLOWED"]
    assert codes(await (await desk.finance()).act("vendor/credit_debit_claim.graphql", **credits)) == []


async def test_an_invitation_of_a_partner_lapses_with_its_senders_right_unless_another_sends_it_again(api: Api) -> None:
    ada, dora, rita = await admin(api), await admin(api), await person(api, "Reseller Two", Role.RESELLER_ADMIN)
    reseller = await unlinked(api, "Lapsing")
    sent = await invited_to_be(dora, reseller, rita.email)
    await done(ada.caller, "distributor/remove_user.graphql", userId=dora.gid)
    accept, token = "reseller/accept_partner_invitation.graphql", await token_of(api, rita)
    assert await refused(api, rita.caller, accept, token=token) == [(["input", "token"], "TOO_LATE")]
    await api.world.connection.execute("UPDATE partner_invitation SET sent_at = sent_at - interval '2 hours'")
    await done(ada.caller, "distributor/resend_partner_invitation.graphql", invitationId=sent["id"])
    await done(rita.caller, accept, token=await token_of(api, rita))


async def test_an_invitation_of_an_integration_lapses_with_it_and_with_the_authorisation(api: Api) -> None:
    ada, rita = await admin(api), await person(api, "Reseller Two", Role.RESELLER_ADMIN)
    accept = "reseller/accept_partner_invitation.graphql"
    given = {"name": "I", "roles": ["DISTRIBUTOR_ADMIN"], "scopes": ["partners:write"], "idempotencyKey": once()}
    payload = await done(ada.caller, "distributor/create_client.graphql", **given)
    robot = Person(rita.id, rita.email, await acting(api, payload), ada.organization_id)
    await invited_to_be(robot, await unlinked(api, "By Robot"), rita.email)
    await done(ada.caller, "distributor/revoke_client.graphql", clientId=payload["client"]["id"])
    refusal = await refused(api, rita.caller, accept, token=await token_of(api, rita))
    assert refusal == [(["input", "token"], "TOO_LATE")]
    await invited_to_be(ada, await unlinked(api, "Ended"), rita.email)
    await api.world.connection.execute(
        "UPDATE reseller_authorization SET status = 'ENDED' WHERE reseller_id = $1", api.world.parties["Acme", "Ended"]
    )
    refusal = await refused(api, rita.caller, accept, token=await token_of(api, rita))
    assert refusal == [(["input", "token"], "NOT_ALLOWED")]


async def test_a_firm_that_is_two_reads_the_acts_of_each_level_at_that_level(api: Api) -> None:
    ada, rita = await admin(api), await person(api, "Dist One", Role.RESELLER_ADMIN, name="Rita")
    given = {"name": "I", "roles": ["DISTRIBUTOR_ADMIN"], "scopes": ["partners:write"], "idempotencyKey": once()}
    client = (await done(ada.caller, "distributor/create_client.graphql", **given))["client"]["id"]
    assert [each["act"] for each in await entries(ada.caller, OF_DISTRIBUTORS, subjectId=client)] == ["createClient"]
    assert await entries(rita.caller, OF_RESELLERS, subjectId=client) == []
    await api.world.connection.execute("UPDATE audit_event SET level = NULL WHERE subject = $1", client)
    assert len(await entries(rita.caller, OF_RESELLERS, subjectId=client)) == 1, (
        "of what is older nobody knows the level"
    )


async def test_a_firm_that_takes_a_resellers_place_is_noticed_by_everybody_who_sells_to_it(api: Api) -> None:
    dora, eve = await admin(api), await person(api, "Reseller Two", Role.RESELLER_ADMIN)
    vera, rival = await api.vendor(), await api.distributor("Dist Two")
    reseller = await unlinked(api, "Impersonated")
    await invited_to_be(dora, reseller, eve.email)
    now = datetime.now(UTC)
    await watch_decisions(api.database, now)
    assert await told_of(vera, V, reseller) == []
    await done(eve.caller, "reseller/accept_partner_invitation.graphql", token=await token_of(api, eve))
    for _ in range(2):
        await watch_decisions(api.database, now)
    for caller, level in ((vera, V), (dora.caller, D)):
        (alert,) = await told_of(caller, level, reseller)
        assert alert["state"] == "OPEN" and alert["facts"][0].startswith(f"Since {now:%Y-%m-%d}")
    assert await told_of(rival, D, reseller) == [], "which sells nothing to it"
    await api.world.authorize("Acme", "Dist Two", "Impersonated", "T-77")
    await watch_decisions(api.database, now)
    (alert,) = await told_of(rival, D, reseller)
    assert "Dist One" not in str(alert)
    assert [each["kind"] for each in await told(eve.caller, R) if each["kind"] == "PARTNER_LINKED"] == []
    await watch_decisions(api.database, now + timedelta(days=32))
    assert [each["state"] for each in await told_of(vera, V, reseller)] == ["CLEARED"]


async def told_of(caller: Caller, level: str, subject: str) -> list[dict[str, Any]]:
    """That somebody acts for a reseller now, as a caller is told it."""
    found = await told(caller, level, kinds=["PARTNER_LINKED"])
    return [each for each in found if each["subject"]["id"] == subject]


async def test_a_reseller_that_is_not_disclosed_is_told_to_its_distributor_alone(api: Api) -> None:
    dora = await person(api, "Dist Two", Role.DISTRIBUTOR_ADMIN)
    eve = await person(api, "Reseller Two", Role.RESELLER_ADMIN)
    await invited_to_be(dora, reseller := await unlinked(api, "Unseen", disclosed=False), eve.email)
    await done(eve.caller, "reseller/accept_partner_invitation.graphql", token=await token_of(api, eve))
    await watch_decisions(api.database, datetime.now(UTC))
    assert len(await told_of(dora.caller, D, reseller)) == 1
    rows = await api.world.connection.fetch("SELECT audience FROM alert WHERE subject = $1", reseller)
    assert [row["audience"] for row in rows] == ["DISTRIBUTOR"]


async def test_who_was_let_go_makes_and_changes_no_webhook(api: Api) -> None:
    ada, ben = await admin(api), await admin(api)
    given = {"url": "https://hooks.example/x", "events": ["ALERT_RAISED"]}
    create = "distributor/create_webhook.graphql"
    webhook = (await done(ben.caller, create, **given, idempotencyKey=once()))["webhook"]
    await done(ada.caller, "distributor/remove_user.graphql", userId=ben.gid)
    changed = {"url": "https://evil.example/x", "expectedVersion": webhook["version"]}
    for document, more in (
        (create, {**given, "idempotencyKey": once()}),
        ("distributor/update_webhook.graphql", {"webhookId": webhook["id"], **changed}),
        ("distributor/rotate_webhook_secret.graphql", {"webhookId": webhook["id"]}),
        ("distributor/delete_webhook.graphql", {"webhookId": webhook["id"]}),
        ("distributor/send_test_event.graphql", {"webhookId": webhook["id"]}),
    ):
        payload = await ben.caller.act(document, **more)
        assert codes(payload) == ["NOT_ALLOWED"], document
    rows = await api.world.connection.fetch("SELECT url FROM webhook WHERE url LIKE 'https://%.example/x'")
    assert [row["url"] for row in rows] == [given["url"]]
    await done(ada.caller, "distributor/delete_webhook.graphql", webhookId=webhook["id"])


async def test_sales_people_are_not_told_of_their_colleagues_deals(api: Api) -> None:
    counter = await Counter.open(api)
    await counter.terms(remindDays=14)
    deal = await counter.approved()
    await counter.put_back(deal, TODAY + timedelta(days=3))
    await counter.clock()
    everybody, sales = await counter.reseller(), await counter.reseller(role=Role.RESELLER_SALES)
    kinds = ["DEAL_EXPIRING"]
    (alert,) = [each for each in await told(everybody, R, kinds=kinds) if each["subject"]["id"] == deal["id"]]
    assert await told(sales, R, kinds=kinds) == []
    assert (await sales.ask("query($id: ID!) { node(id: $id) { id } }", id=alert["id"]))["node"] is None
    assert codes(await sales.act("reseller/settle_alert.graphql", alertId=alert["id"])) == ["NOT_FOUND"]
    registered = (await sales.act("reseller/register_deal.graphql", **counter.given()))["deal"]
    own = (await counter.decided(registered))["deal"]
    await counter.put_back(own, TODAY + timedelta(days=3))
    await counter.clock()
    assert [each["subject"]["id"] for each in await told(sales, R, kinds=kinds)] == [own["id"]]


async def test_the_database_lets_nobody_decide_about_money_of_a_fund_in_anothers_name_or_twice(api: Api) -> None:
    desk = Desk(api)
    request = await desk.requested(await desk.fund())
    claim = await desk.claimed(await desk.approved(await desk.fund()), "100")
    id, other = uuid_of("FundRequest", request), uuid_of("FundClaim", claim)
    ways = (
        ("fund_request", id, "approved_minor = 1"),
        ("fund_claim", other, "approved_cost_minor = 1, approved_minor = 1"),
    )
    for table, row, amounts in ways:
        decides = f"UPDATE {table} SET status = 'APPROVED', {amounts}, decided_by_id = $2 WHERE id = $1"
        async with api.database.writing(as_vendor(api)) as session:
            with pytest.raises(Refused):
                await session.execute(decides, row, SOMEBODY)
        async with api.database.writing(as_vendor(api)) as session:
            assert await session.execute(decides, row, ME) == 1
        async with api.database.writing(as_vendor(api, SOMEBODY)) as session:
            assert await session.execute(decides, row, SOMEBODY) == 0, "it is decided"
        async with api.database.writing(as_vendor(api)) as session:
            with pytest.raises(Refused):
                await session.execute("UPDATE fund_claim SET payment_reference = 'P' WHERE id = $1", other)


async def token_of(api: Api, who: Person) -> str:
    return (await link_to(api, who.email)).rpartition("/")[2]
