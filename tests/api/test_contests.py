"""Lines that a reseller contests: who sees them, who answers, and that no figure moves until a report corrects them."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api, Caller
from tests.api.partners_kit import nodes, once, party_gid
from tests.api.test_corrections import HEADER as HEADER_OF_DESK
from tests.api.test_corrections import JANUARY, SUBMIT, Desk, row

CONTEST, WITHDRAW = "reseller/contest_line.graphql", "reseller/withdraw_contest.graphql"
ANSWER, LIST = "distributor/answer_contest.graphql", "distributor/contested_lines.graphql"
HELD = ("contested_line", "alert", "audit_event", "audit_notice", "remembered_result", "sell_through_line")
NODE = "query($id: ID!) { node(id: $id) { id ... on ContestedLine { reason contestedBy line { row } } } }"
CONTESTS = """
query($filter: AlertFilter) {
  viewer { alerts(first: 50, filter: $filter) { edges { node { kind state message subject { id } } } } }
}
"""


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api, await api.distributor())


async def told(api: Api) -> list[tuple[str, str]]:
    """What the database holds: it changes with every row that does."""
    held = []
    for table in HELD:
        found = await api.world.connection.fetchval(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
        )
        held.append((table, found))
    return held


def codes(payload: dict[str, Any]) -> set[tuple[str, str]]:
    return {(".".join(error["field"][1:]), error["code"]) for error in payload["userErrors"]}


def given(api: Api, document: str, **changed: Any) -> dict[str, Any]:
    return {
        "distributorId": party_gid(api, "Distributor", "Acme", "Dist One"),
        "documentKind": "INVOICE",
        "documentNumber": document,
        "documentLine": "1",
        "reason": "We never bought this.",
        "idempotencyKey": once(),
        **changed,
    }


async def contested(api: Api, desk: Desk) -> dict[str, Any]:
    """A line of a new invoice to Reseller One, which contests it."""
    document = f"C-{uuid4().hex[:8]}"
    await desk.send(row(document, quantity="3"))
    payload = await (await api.reseller()).act(CONTEST, **given(api, document))
    assert payload["userErrors"] == []
    found: dict[str, Any] = payload["contestedLine"]
    return found


async def listed(api: Api, caller: Caller, document: str = LIST, **variables: Any) -> dict[str, dict[str, Any]]:
    """The contested lines of an agreement by their ids."""
    agreement = api.world.agreement_gid("Acme", "Dist One")
    data = await caller.ask(document, agreementId=agreement, **variables)
    return {each["id"]: each for each in nodes(data["node"]["contestedLines"])}


async def alerts(caller: Caller, subject: str) -> list[tuple[str, str]]:
    data = await caller.ask(CONTESTS, filter={"kinds": ["LINE_CONTESTED"]})
    return [
        (each["state"], each["message"])
        for each in nodes(data["viewer"]["alerts"])
        if each["subject"] is not None and each["subject"]["id"] == subject
    ]


async def test_a_contested_line_is_seen_by_its_distributor_and_vendor_and_moves_no_figure(api: Api, desk: Desk) -> None:
    document = f"C-{uuid4().hex[:8]}"
    await desk.send(row(document, quantity="3"))
    units = await desk.units()
    reseller = await api.reseller()
    payload = await reseller.act(CONTEST, **given(api, document))
    assert payload["userErrors"] == []
    found = payload["contestedLine"]
    assert (found["status"], found["purchase"]["quantity"], found["corrected"]) == ("OPEN", "3", False)
    assert found["contestedBy"].startswith("Reseller One")
    assert found["distributor"]["name"] == "Dist One"
    distributor = await api.distributor()
    seen = (await listed(api, distributor))[found["id"]]
    assert (seen["reason"], seen["line"]["quantity"]) == ("We never bought this.", "3")
    assert seen["reseller"]["name"] == "Reseller One"
    vendor = await listed(api, await api.vendor(), "vendor/contested_lines.graphql", statuses=["OPEN"])
    assert vendor[found["id"]]["line"]["product"]["name"] == "Product DRIVE-1"
    told_of = await alerts(distributor, found["id"])
    assert [state for state, _ in told_of] == ["OPEN"]
    assert await desk.units() == units
    accepted = await distributor.act(ANSWER, contestedLineId=found["id"], expectedVersion=1, answer="ACCEPT")
    assert (accepted["userErrors"], accepted["contestedLine"]["status"]) == ([], "ACCEPTED")
    assert [state for state, _ in await alerts(distributor, found["id"])] == ["CLEARED"]
    assert await desk.units() == units
    await desk.send(row(document, quantity="3", reseller_account="A-2"), mode="CORRECT")
    own = nodes((await reseller.ask("reseller/contested_lines.graphql"))["viewer"]["reseller"]["contestedLines"])
    mine = next(each for each in own if each["id"] == found["id"])
    assert (mine["corrected"], mine["status"], mine["purchase"]["quantity"]) == (True, "ACCEPTED", "3")
    gone = await reseller.act(CONTEST, **given(api, document))
    assert codes(gone) == {("documentLine", "NOT_FOUND")}


async def test_an_upheld_line_can_be_contested_anew(api: Api, desk: Desk) -> None:
    found, distributor = await contested(api, desk), await api.distributor()
    before = await told(api)
    wanting = await distributor.act(ANSWER, contestedLineId=found["id"], expectedVersion=1, answer="UPHOLD")
    assert codes(wanting) == {("reason", "REQUIRED")}
    stale = {"contestedLineId": found["id"], "expectedVersion": 7, "answer": "UPHOLD", "reason": "It is signed for."}
    assert codes(await distributor.act(ANSWER, **stale)) == {("expectedVersion", "STALE")}
    assert await told(api) == before
    upheld = await distributor.act(ANSWER, **{**stale, "expectedVersion": 1})
    assert (upheld["contestedLine"]["status"], upheld["contestedLine"]["answer"]) == ("UPHELD", "It is signed for.")
    again = await distributor.act(ANSWER, **{**stale, "expectedVersion": 2})
    assert codes(again) == {("contestedLineId", "NOT_ACTIVE")}
    anew = await (await api.reseller()).act(CONTEST, **given(api, found["documentNumber"]))
    assert anew["userErrors"] == [] and anew["contestedLine"]["id"] != found["id"]


async def test_an_objection_is_taken_back_once_and_made_once(api: Api, desk: Desk) -> None:
    found, reseller = await contested(api, desk), await api.reseller()
    twice = await reseller.act(CONTEST, **given(api, found["documentNumber"]))
    assert codes(twice) == {("documentLine", "TAKEN")}
    taken = await reseller.act(WITHDRAW, contestedLineId=found["id"])
    assert (taken["userErrors"], taken["contestedLine"]["status"]) == ([], "WITHDRAWN")
    assert [state for state, _ in await alerts(await api.distributor(), found["id"])] == ["CLEARED"]
    before = await told(api)
    assert codes(await reseller.act(WITHDRAW, contestedLineId=found["id"])) == {("contestedLineId", "NOT_ACTIVE")}
    assert await told(api) == before
    same = given(api, found["documentNumber"])
    made = await asyncio.gather(*(reseller.act(CONTEST, **same) for _ in range(5)))
    assert len({each["contestedLine"]["id"] for each in made}) == 1
    other = await reseller.act(CONTEST, **{**same, "reason": "Another."})
    assert codes(other) == {("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")}


async def test_what_is_wrong_with_an_objection_is_told_and_nothing_is_written(api: Api, desk: Desk) -> None:
    document = f"C-{uuid4().hex[:8]}"
    await desk.send(row(document), row(document, line="2", reseller_account="A-2"))
    before, reseller = await told(api), await api.reseller()
    wrong = given(api, document, reason=" ", documentLine="9")
    assert codes(await reseller.act(CONTEST, **wrong)) == {("reason", "REQUIRED"), ("documentLine", "NOT_FOUND")}
    rival = await reseller.act(CONTEST, **given(api, document, documentLine="2"))
    never = await reseller.act(CONTEST, **given(api, "never"))
    assert rival["userErrors"] == never["userErrors"]
    nobody = global_id("Distributor", Key(api.world.vendors["Acme"], uuid4()))
    assert codes(await reseller.act(CONTEST, **given(api, document, distributorId=nobody))) == {
        ("distributorId", "NOT_FOUND")
    }
    assert codes(await reseller.act(CONTEST, **given(api, document, documentLine="1\0"))) == {
        ("documentLine", "INVALID")
    }
    for role in (Role.RESELLER_SALES, Role.RESELLER_VIEWER):
        answer = await (await api.reseller(role=role)).raw(CONTEST, input=given(api, document))
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await told(api) == before


async def test_nobody_else_sees_or_answers_it(api: Api, desk: Desk) -> None:
    found = await contested(api, desk)
    before = await told(api)
    strangers = [
        await api.reseller("Reseller Two"),
        await api.distributor("Dist Two"),
        await api.vendor("Borealis"),
    ]
    for stranger in strangers:
        assert (await stranger.ask(NODE, id=found["id"]))["node"] is None
    two = strangers[1]
    named = {"contestedLineId": found["id"], "expectedVersion": 1, "answer": "ACCEPT"}
    assert codes(await two.act(ANSWER, **named)) == {("contestedLineId", "NOT_FOUND")}
    assert codes(await strangers[0].act(WITHDRAW, contestedLineId=found["id"])) == {("contestedLineId", "NOT_FOUND")}
    assert (await two.ask(LIST, agreementId=api.world.agreement_gid("Acme", "Dist One")))["node"] is None
    assert await told(api) == before
    own = (await (await api.reseller()).ask(NODE, id=found["id"]))["node"]
    assert own["line"] is None and own["contestedBy"] is not None
    assert (await (await api.distributor()).ask(NODE, id=found["id"]))["node"]["contestedBy"] is None


async def test_the_vendor_does_not_learn_who_contests_where_resellers_are_not_disclosed(api: Api) -> None:
    desk = Desk(api, await api.distributor("Dist Two"))
    desk.agreement = api.world.agreement_gid("Acme", "Dist Two")
    document = f"H-{uuid4().hex[:8]}"
    upload = await desk.caller.upload(("\n".join([HEADER_OF_DESK, row(document, reseller_account="T-1")])).encode())
    sent = await desk.caller.act(
        SUBMIT,
        agreementId=desk.agreement,
        period=JANUARY,
        mode="APPEND",
        source={"uploadId": upload},
        idempotencyKey=once(),
    )
    assert sent["userErrors"] == []
    await api.count(distributor="Dist Two")
    by = party_gid(api, "Distributor", "Acme", "Dist Two")
    payload = await (await api.reseller()).act(CONTEST, **given(api, document, distributorId=by))
    assert payload["userErrors"] == []
    found = payload["contestedLine"]
    vendor = await api.vendor()
    assert (await vendor.ask(NODE, id=found["id"]))["node"] is None
    data = await vendor.ask("vendor/contested_lines.graphql", agreementId=desk.agreement)
    assert data["node"]["contestedLines"]["totalCount"] == 0
    seen = (await desk.caller.ask(LIST, agreementId=desk.agreement))["node"]["contestedLines"]
    assert [each["id"] for each in nodes(seen)] == [found["id"]]
    assert (await (await api.distributor()).ask(NODE, id=found["id"]))["node"] is None


async def test_a_purchase_line_leads_to_its_objection(api: Api, desk: Desk) -> None:
    found = await contested(api, desk)
    data = await (await api.reseller()).ask(
        """query($first: Int!) { viewer { reseller {
        purchases(period: {start: "2026-01-01", end: "2026-02-01"}, by: [], first: 1) {
        edges { node { lines(first: $first) { edges { node { documentNumber contest { id status } } } } } } } } } }""",
        first=100,
    )
    rows = nodes(data["viewer"]["reseller"]["purchases"])
    lines = [line for each in rows for line in nodes(each["lines"])]
    by_document = {line["documentNumber"]: line["contest"] for line in lines}
    assert by_document[found["documentNumber"]] == {"id": found["id"], "status": "OPEN"}
