"""Whose funds are nobody else's business: what others ask for is not there, and who may not act is told so."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.programme.terms import Level
from tests.api.conftest import Api
from tests.api.funds_kit import Desk, done, uuid_of

CREATE, GRANT = "vendor/create_fund.graphql", "vendor/grant_funds.graphql"
REQUEST, WITHDRAW = "distributor/request_funds.graphql", "distributor/withdraw_fund_request.graphql"
DECIDE, CLOSE = "vendor/decide_funds.graphql", "vendor/close_fund_request.graphql"
RESELLER_ASKS = "reseller/request_funds.graphql"


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api)


async def test_nobody_but_the_vendor_and_the_one_partner_learns_of_a_fund(desk: Desk) -> None:
    await desk.opened()
    of_distributor, of_reseller = await desk.fund(), await desk.fund(resellerId=desk.reseller_id())
    request = await desk.approved(of_distributor)
    claim = await desk.claimed(request, "10")
    asked = await done(await desk.api.reseller(), RESELLER_ASKS, **desk.asked(of_reseller))
    everything = (of_distributor, of_reseller, request, claim, asked)
    strangers = (
        (await desk.api.distributor("Dist Two"), everything),
        (await desk.api.vendor("Borealis"), everything),
        (await desk.api.reseller("Reseller Two"), everything),
        (await desk.api.reseller(), (of_distributor, request, claim)),
        (await desk.api.distributor(), (of_reseller, asked)),
    )
    for stranger, hidden in strangers:
        ids = [each["id"] for each in hidden]
        found = await stranger.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
        assert found["nodes"] == [None] * len(ids)
    distributor = await desk.api.distributor()
    seen = await distributor.ask(
        "query($id: ID!) { node(id: $id) { ... on Reseller { name funds(first: 5) { totalCount }"
        " fundRequests(first: 5) { totalCount } } } }",
        id=desk.reseller_id(),
    )
    assert seen["node"] == {"name": "Reseller One", "funds": {"totalCount": 0}, "fundRequests": {"totalCount": 0}}


async def test_foreign_ids_are_to_an_act_as_if_there_were_nothing(desk: Desk) -> None:
    fund = await desk.fund()
    request, other = await desk.approved(fund), await desk.requested(fund)
    claim = await desk.claimed(request, "10")
    two, borealis = await desk.api.distributor("Dist Two"), await desk.api.vendor("Borealis")
    finance = await desk.api.vendor("Borealis", Role.VENDOR_FINANCE)
    reseller = await desk.api.reseller("Reseller Two")
    upload = await two.upload(b"%PDF-1.7")
    claims = {"fundRequestId": request["id"], "cost": "1", "uploadIds": [upload], "idempotencyKey": uuid4().hex}
    grant = {"fundId": fund["id"], "amount": "1", "reason": "x", "idempotencyKey": uuid4().hex}
    by_request, by_claim = {"fundRequestId": other["id"]}, {"fundClaimId": claim["id"]}
    refusals: list[tuple[Any, str, dict[str, Any], str]] = [
        (two, REQUEST, desk.asked(fund), "fundId"),
        (reseller, RESELLER_ASKS, desk.asked(fund), "fundId"),
        (two, WITHDRAW, by_request, "fundRequestId"),
        (two, "distributor/claim_funds.graphql", claims, "fundRequestId"),
        (borealis, GRANT, grant, "fundId"),
        (borealis, DECIDE, {**by_request, "decision": "APPROVE"}, "fundRequestId"),
        (borealis, CLOSE, {"fundRequestId": request["id"]}, "fundRequestId"),
        (finance, "vendor/decide_fund_claim.graphql", {**by_claim, "decision": "APPROVE"}, "fundClaimId"),
        (finance, "vendor/pay_fund_claim.graphql", {**by_claim, "paymentReference": "P"}, "fundClaimId"),
    ]
    for caller, document, given, field in refusals:
        assert await desk.refused(caller, document, **given) == {(field, "NOT_FOUND")}


async def test_who_may_not_is_told_so(desk: Desk) -> None:
    fund = await desk.fund()
    viewer = await desk.api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    sales = await desk.api.reseller(role=Role.RESELLER_SALES)
    analyst = await desk.api.vendor(role=Role.VENDOR_ANALYST)
    operator = await desk.api.distributor(role=Role.DISTRIBUTOR_OPERATOR)
    codes = []
    for caller, document, given in (
        (viewer, "distributor/funds.graphql", {"agreement": desk.agreement}),
        (sales, "reseller/funds.graphql", {}),
        (analyst, CREATE, {"input": desk.terms()}),
        (
            await desk.finance(),
            GRANT,
            {"input": {"fundId": fund["id"], "amount": "1", "reason": "x", "idempotencyKey": "k"}},
        ),
        (operator, REQUEST, {"input": desk.asked(fund)}),
        (await desk.partner(), DECIDE, {"input": {"fundRequestId": "x", "decision": "APPROVE"}}),
    ):
        async with desk.nothing_written():
            answer = await caller.raw(document, **given)
        codes.append(answer["errors"][0]["extensions"]["code"])
    assert codes == ["FORBIDDEN"] * 6
    assert (await analyst.ask("vendor/fund.graphql", id=fund["id"]))["node"]["id"] == fund["id"]


async def test_an_integration_with_the_scope_asks_and_one_without_does_not(desk: Desk) -> None:
    fund = await desk.fund()
    scoped = await desk.api.as_(
        Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN, scopes=frozenset({Scope.FUNDS_WRITE})
    )
    other = await desk.api.as_(
        Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN, scopes=frozenset({Scope.ANALYTICS_READ})
    )
    assert (await done(scoped, REQUEST, **desk.asked(fund)))["status"] == "SUBMITTED"
    answer = await other.raw(REQUEST, input=desk.asked(fund))
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_the_database_lets_a_partner_write_no_more_than_its_own_asking(desk: Desk) -> None:
    fund = await desk.fund()
    approved, waits = await desk.approved(fund), await desk.requested(fund)
    actor = desk.api.world.actor(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN)
    own = uuid_of("Fund", fund)
    refused = (
        ("UPDATE fund SET granted_minor = 10 WHERE id = $1", own),
        ("UPDATE fund_request SET status = 'APPROVED' WHERE id = $1", uuid_of("FundRequest", waits)),
        ("UPDATE fund_request SET approved_minor = 1 WHERE id = $1", uuid_of("FundRequest", waits)),
        ("SELECT decided_by FROM fund_request WHERE id = $1", uuid_of("FundRequest", approved)),
        ("SELECT recorded_by FROM fund_entry WHERE fund_id = $1", own),
        ("DELETE FROM fund_entry WHERE fund_id = $1", own),
    )
    for statement, id in refused:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with desk.api.database.writing(actor.context()) as session:
                await session.rows(statement, id)
    async with desk.api.database.writing(actor.context()) as session:
        taken = "UPDATE fund_request SET status = 'WITHDRAWN' WHERE id = $1"
        assert await session.execute(taken, uuid_of("FundRequest", approved)) == 0
    two = desk.api.world.actor(Level.DISTRIBUTOR, "Dist Two", Role.DISTRIBUTOR_ADMIN)
    async with desk.api.database.writing(two.context()) as session:
        assert await session.execute(taken, uuid_of("FundRequest", waits)) == 0
        for table in ("fund", "fund_entry", "fund_request", "fund_claim", "fund_proof"):
            assert await session.value(f"SELECT count(*) FROM {table}") == 0
