"""Statements from calculation to credit: what is owed, who may say so, and what a change afterwards does."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.accruals.verify import unlike_accruals
from app.execution.identifiers import read_global_id
from app.incentives.statements.calculating.actions import calculate
from app.incentives.statements.deciding.actions import carry_out
from app.ledger.verify import unlike_ledger
from app.store.database import acting_as_worker
from app.store.identity import new_id
from tests.api.conftest import Api
from tests.api.statements_kit import Office, codes, sold


@pytest.fixture
async def office(api: Api) -> Office:
    return await Office.open(api)


async def stored(api: Api, statement: dict[str, Any]) -> tuple[Any, ...]:
    """All that the database says of a statement and what was decided about it."""
    named = read_global_id(statement["id"])
    assert named is not None
    kept = await api.world.connection.fetchrow("SELECT s::text FROM statement s WHERE id = $1", named.key.id)
    decided = await api.world.connection.fetch(
        "SELECT d::text FROM statement_decision d WHERE statement_id = $1 ORDER BY id", named.key.id
    )
    return kept, decided


async def test_a_month_is_calculated_approved_by_somebody_else_and_credited(office: Office) -> None:
    month = await office.month(1)
    await month.sell(sold("W-1", 25), sold("W-2", 5))
    (accruing,) = await month.statements()
    assert (accruing["status"], accruing["revision"], accruing["entitled"]) == ("ACCRUING", 0, None)
    assert accruing["accrued"]["amount"] == "55"
    payload = await month.calculate()
    assert payload["userErrors"] == [] and payload["run"]["finishedAt"] is not None
    assert (payload["run"]["calculated"], payload["run"]["unchanged"]) == (1, 0)
    run = (await office.manager.ask("vendor/statement_run.graphql", id=payload["run"]["id"]))["node"]
    assert run == payload["run"]
    statement = await month.statement()
    assert (statement["status"], statement["revision"], statement["approvalsNeeded"]) == ("CALCULATED", 1, 1)
    assert statement["entitled"]["amount"] == statement["payable"]["amount"] == "55"
    assert [each["payment"]["rounded"]["amount"] for each in statement["bands"]] == ["10", "30", "15"]
    assert [each["kind"] for each in statement["steps"]] == ["RATE", "ROUNDING"]
    assert await month.balances() == {"EXPENSE": 5500, "ACCRUED": -5500}
    approved = await office.decide(statement, "APPROVE", office.finance)
    assert approved["userErrors"] == [] and approved["statement"]["status"] == "APPROVED"
    assert await month.balances() == {"EXPENSE": 5500, "RESERVED": -5500}
    refused = await office.decide(statement, "CREDIT", office.finance)
    assert codes(refused) == ["REQUIRED"]
    credited = await office.decide(statement, "CREDIT", office.finance, creditNumber="CM-1")
    assert credited["statement"]["status"] == "CREDITED" and credited["statement"]["creditNumber"] == "CM-1"
    assert await month.balances() == {"EXPENSE": 5500, "PARTNER": -5500}
    as_partner = await office.read(statement["id"], office.partner)
    assert as_partner["status"] == "CREDITED" and as_partner["calculatedBy"] is None
    decisions = [each["node"] for each in as_partner["decisions"]["edges"]]
    assert [(each["decision"], each["decidedAs"], each["decidedBy"]) for each in decisions] == [
        ("APPROVE", "VENDOR", None),
        ("CREDIT", "VENDOR", None),
    ]


async def test_whoever_calculated_does_not_approve_and_nothing_is_changed_by_trying(office: Office, api: Api) -> None:
    month = await office.month(2)
    await month.sell(sold("S-1", 10))
    await month.calculate(office.finance)
    statement = await month.statement()
    before = await stored(api, statement)
    refused = await office.decide(statement, "APPROVE", office.finance)
    assert codes(refused) == ["NOT_ALLOWED"] and await stored(api, statement) == before
    assert codes(await office.decide(statement, "DISPUTE", office.second, reason="no")) == ["NOT_ALLOWED"]
    assert codes(await office.decide(statement, "REJECT", office.second)) == ["REQUIRED"]
    assert await stored(api, statement) == before
    answer = await office.manager.raw(
        "vendor/decide_statement.graphql", input={"statementId": statement["id"], "revision": 1, "decision": "APPROVE"}
    )
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert codes(await office.decide(statement, "APPROVE", office.second)) == []


async def test_above_the_threshold_two_people_approve(office: Office) -> None:
    payload = await office.manager.act("vendor/set_approval_threshold.graphql", currency="EUR", above="100")
    assert payload["approvalThreshold"]["above"] == {"amount": "100", "currency": "EUR"}
    month = await office.month(3)
    await month.sell(sold("T-1", 100))
    await month.calculate()
    statement = await month.statement()
    assert statement["approvalsNeeded"] == 2 and statement["payable"]["amount"] == "265"
    once = await office.decide(statement, "APPROVE", office.finance)
    assert (once["statement"]["status"], once["statement"]["approvals"]) == ("CALCULATED", 1)
    assert codes(await office.decide(statement, "APPROVE", office.finance)) == ["NOT_ALLOWED"]
    twice = await office.decide(statement, "APPROVE", office.second)
    assert (twice["statement"]["status"], twice["statement"]["approvals"]) == ("APPROVED", 2)
    assert await month.balances() == {"EXPENSE": 26500, "RESERVED": -26500}
    await office.manager.act("vendor/set_approval_threshold.graphql", currency="EUR", above="1000000")


async def test_a_period_that_is_not_over_is_not_calculated(office: Office, api: Api) -> None:
    month = await office.month(1, year=2029)
    payload = await month.calculate()
    assert codes(payload) == ["NOT_OVER"] and payload["run"] is None
    quiet = await office.month(4)
    assert codes(await quiet.calculate(period={"start": "2026-04-02", "end": "2026-04-20"})) == ["INVALID"]
    assert codes(await quiet.calculate(incentiveId=api.world.agreement_gid("Acme", "Dist One"))) == ["NOT_FOUND"]
    assert await api.world.connection.fetchval("SELECT count(*) FROM statement_run WHERE finished_at IS NULL") == 0


async def test_calculated_again_nothing_changes_unless_a_line_did(office: Office) -> None:
    month = await office.month(5)
    await month.sell(sold("R-1", 10), sold("R-2", 20))
    key = uuid4().hex
    first = await month.calculate(idempotencyKey=key)
    assert await month.calculate(idempotencyKey=key) == first
    again = await month.calculate()
    assert (again["run"]["calculated"], again["run"]["unchanged"]) == (0, 1)
    before = await month.statement()
    await office.decide(before, "REJECT", office.finance, reason="A correction is on its way.")
    await month.sell(sold("R-2", 30), mode="CORRECT")
    assert (await month.statement())["lines"] == before["lines"]
    payload = await month.calculate()
    assert payload["run"]["calculated"] == 1
    after = await month.statement()
    assert (after["revision"], after["status"], after["entitled"]["amount"]) == (2, "CALCULATED", "85")
    assert codes(await office.decide(before, "APPROVE", office.finance)) == ["STALE"]
    assert await month.balances() == {"EXPENSE": 8500, "ACCRUED": -8500}


async def test_a_rejected_statement_is_calculated_anew_even_if_nothing_changed(office: Office) -> None:
    month = await office.month(6)
    await month.sell(sold("J-1", 10))
    await month.calculate()
    statement = await month.statement()
    rejected = await office.decide(statement, "REJECT", office.finance, reason="Check the prices.")
    assert rejected["statement"]["status"] == "REJECTED"
    assert codes(await office.decide(statement, "APPROVE", office.finance)) == ["STALE"]
    await month.calculate()
    assert ((await month.statement())["status"], (await month.statement())["revision"]) == ("CALCULATED", 2)


async def test_a_dispute_stops_everything_until_it_is_withdrawn_upheld_or_calculated_anew(office: Office) -> None:
    month = await office.month(7)
    await month.sell(sold("D-1", 10))
    await month.calculate()
    statement = await month.statement()
    disputed = await office.dispute(statement)
    assert disputed["statement"]["status"] == "DISPUTED"
    assert codes(await office.decide(statement, "APPROVE", office.finance)) == ["STALE"]
    assert codes(await office.dispute(statement)) == ["STALE"]
    assert (await office.withdraw(statement))["statement"]["status"] == "CALCULATED"
    assert codes(await office.decide(statement, "APPROVE", office.finance)) == []
    await office.dispute(statement)
    upheld = await office.decide(statement, "UPHOLD", office.finance, reason="The line was reported in June.")
    assert upheld["statement"]["status"] == "APPROVED"
    await office.dispute(statement)
    await month.sell(sold("D-2", 2))
    await month.calculate()
    after = await month.statement()
    assert (after["status"], after["revision"], after["approvals"]) == ("CALCULATED", 2, 0)
    assert await month.balances() == {"EXPENSE": 1400, "ACCRUED": -1400}
    kinds = [each["node"]["decision"] for each in after["decisions"]["edges"]]
    assert kinds == ["DISPUTE", "WITHDRAW_DISPUTE", "APPROVE", "DISPUTE", "UPHOLD", "DISPUTE"]
    assert [each["node"]["decidedBy"] is None for each in after["decisions"]["edges"]] == [
        each not in {"APPROVE", "UPHOLD"} for each in kinds
    ]


async def test_the_clock_stands_still_while_a_statement_is_contested(office: Office, api: Api) -> None:
    month = await office.month(8)
    await month.sell(sold("C-1", 10))
    await month.calculate()
    statement = await month.statement()
    await office.dispute(statement)
    named = read_global_id(statement["id"])
    assert named is not None
    of, execute = named.key.id, api.world.connection.execute
    await execute("UPDATE statement SET calculated_at = now() - interval '10 days 1 hour' WHERE id = $1", of)
    await execute(
        "UPDATE statement_decision SET carried_out_at = now() - interval '6 days' WHERE statement_id = $1", of
    )
    assert (await month.statement())["daysOpen"] == 4
    await office.withdraw(statement)
    assert (await month.statement())["daysOpen"] == 4


async def test_what_is_found_after_the_approval_is_a_new_statement_that_owes_the_difference(office: Office) -> None:
    month = await office.month(9)
    await month.sell(sold("A-1", 10), sold("A-2", 10))
    await month.calculate()
    first = await month.statement()
    assert first["entitled"]["amount"] == "30"
    await office.decide(first, "APPROVE", office.finance)
    await office.decide(first, "CREDIT", office.finance, creditNumber="CM-9")
    await month.sell(sold("A-2", 4), mode="CORRECT")
    before = await month.balances()
    await month.calculate()
    second = await month.statement()
    assert (second["sequence"], second["entitled"]["amount"], second["settled"]["amount"]) == (2, "18", "30")
    assert second["payable"]["amount"] == "-12" and second["corrects"]["id"] == first["id"]
    assert await month.balances() == before == {"EXPENSE": 1800, "ACCRUED": 1200, "PARTNER": -3000}
    (unchanged, _) = await month.statements()
    assert unchanged["status"] == "CREDITED" and unchanged["entitled"]["amount"] == "30"
    await office.decide(second, "APPROVE", office.finance)
    assert await month.balances() == {"EXPENSE": 1800, "RESERVED": 1200, "PARTNER": -3000}
    await office.decide(second, "CREDIT", office.finance, creditNumber="CM-10")
    assert await month.balances() == {"EXPENSE": 1800, "PARTNER": -1800}
    again = await month.calculate()
    assert (again["run"]["calculated"], again["run"]["unchanged"]) == (0, 1)


async def test_twenty_approvals_at_once_are_one(office: Office) -> None:
    month = await office.month(10)
    await month.sell(sold("X-1", 10))
    await month.calculate()
    statement = await month.statement()
    answers = await asyncio.gather(
        *(office.decide(statement, "APPROVE", (office.finance, office.second)[n % 2]) for n in range(20))
    )
    assert sum(not codes(each) for each in answers) == 1
    after = await month.statement()
    assert (after["status"], after["approvals"]) == ("APPROVED", 1)
    assert await month.balances() == {"EXPENSE": 1000, "RESERVED": -1000}


async def test_nobody_else_learns_of_a_statement(office: Office, api: Api) -> None:
    month = await office.month(11, year=2025)
    await month.sell(sold("N-1", 10))
    run = (await month.calculate())["run"]
    statement = await month.statement()
    others = [
        await api.distributor("Dist Two"),
        await api.vendor("Borealis"),
        await api.reseller(),
    ]
    for other in others:
        for id in (statement["id"], run["id"]):
            assert (await other.ask("query($id: ID!) { node(id: $id) { id } }", id=id))["node"] is None
    assert (await office.partner.ask("query($id: ID!) { node(id: $id) { id } }", id=run["id"]))["node"] is None
    rival = others[0]
    about = {"statementId": statement["id"], "revision": 1, "reason": "not mine"}
    assert codes(await rival.act("distributor/dispute_statement.graphql", **about)) == ["NOT_FOUND"]
    agreement = api.world.agreement_gid("Acme", "Dist Two")
    data = await rival.ask("distributor/statements.graphql", agreement=agreement, first=10)
    assert data["node"]["statements"]["edges"] == []
    data = await office.partner.ask("distributor/statements.graphql", agreement=office.desk.agreement, first=100)
    assert statement["id"] in [each["node"]["id"] for each in data["node"]["statements"]["edges"]]
    assert all(each["node"]["calculatedBy"] is None for each in data["node"]["statements"]["edges"])
    viewer = await api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    for caller in (viewer, await api.reseller()):
        answer = await caller.raw("distributor/statements.graphql", agreement=office.desk.agreement, first=10)
        found = answer.get("data") or {}
        assert not (found.get("node") or {}).get("statements")
    answer = await viewer.raw("distributor/statement.graphql", id=statement["id"], first=10)
    assert not (answer.get("data") or {}).get("node")
    data = await office.partner.ask("{ viewer { vendor { id } } }")
    assert data["viewer"]["vendor"] is None


async def test_calculated_twenty_times_at_once_it_is_calculated_once(office: Office) -> None:
    month = await office.month(12, year=2025)
    await month.sell(sold("Y-1", 10))
    runs = await asyncio.gather(*(month.calculate() for _ in range(20)))
    assert all(codes(each) == [] for each in runs)
    for run in runs:
        named = read_global_id(run["run"]["id"])
        assert named is not None
        assert await calculate(office.api.database, office.vendor_id, named.key.id)
    told = await office.api.world.connection.fetch(
        "SELECT calculated, unchanged FROM statement_run WHERE incentive_id = $1 AND finished_at IS NOT NULL",
        month.offer.incentive_id,
    )
    assert len(told) == 20 and sum(each["calculated"] for each in told) == 1
    (statement,) = await month.statements()
    assert (statement["revision"], statement["entitled"]["amount"]) == (1, "10")
    assert await month.balances() == {"EXPENSE": 1000, "ACCRUED": -1000}


async def test_twenty_credits_at_once_are_one(office: Office) -> None:
    month = await office.month(10, year=2025)
    await month.sell(sold("Z-1", 10))
    await month.calculate()
    statement = await month.statement()
    await office.decide(statement, "APPROVE", office.finance)
    answers = await asyncio.gather(
        *(office.decide(statement, "CREDIT", office.finance, creditNumber=f"CM-{n}") for n in range(20))
    )
    assert sum(not codes(each) for each in answers) == 1
    assert await month.balances() == {"EXPENSE": 1000, "PARTNER": -1000}
    kept = await office.api.world.connection.fetchval(
        "SELECT count(*) FROM statement_decision d JOIN statement s ON s.id = d.statement_id WHERE s.incentive_id = $1"
        " AND d.carried_out_at IS NULL AND d.refused IS NULL",
        month.offer.incentive_id,
    )
    assert kept == 0


async def test_what_the_server_left_undone_the_worker_does_once(office: Office, api: Api) -> None:
    month = await office.month(9, year=2025)
    await month.sell(sold("U-1", 10))
    await month.calculate()
    statement = await month.statement()
    named = read_global_id(statement["id"])
    assert named is not None
    undone = new_id()
    await api.world.add(
        "statement_decision",
        vendor_id=office.vendor_id,
        id=undone,
        statement_id=named.key.id,
        agreement_id=api.world.agreements["Acme", "Dist One"],
        distributor_id=api.world.parties["Acme", "Dist One"],
        revision=1,
        decision="APPROVE",
        decided_by=str(new_id()),
        decided_by_name="Somebody",
        decided_as="VENDOR",
        decided_at=datetime.now(UTC),
    )
    for _ in range(2):
        await carry_out(api.database, office.vendor_id, undone)
    assert (await month.statement())["status"] == "APPROVED"
    assert await month.balances() == {"EXPENSE": 1000, "RESERVED": -1000}


async def test_the_ledger_and_the_accruals_are_what_the_statements_of_all_these_months_say(
    office: Office, api: Api
) -> None:
    async with api.database.reading(acting_as_worker(office.vendor_id)) as session:
        assert await unlike_ledger(session, office.vendor_id) == []
        assert await unlike_accruals(session, office.vendor_id) == []
    rows = await api.world.connection.fetch(
        "SELECT s.entitled_minor, s.accrued_minor, (SELECT coalesce(sum(CASE t.credit WHEN 'ACCRUED' THEN t.amount_minor"
        " ELSE -t.amount_minor END), 0) FROM transfer t JOIN statement o ON t.cause = 'statement ' || o.id"
        " WHERE o.term_id = s.term_id AND o.period_start = s.period_start AND t.act = 'ADJUST') AS adjusted,"
        " (SELECT coalesce(sum(a.amount_minor), 0) FROM advance a WHERE a.statement_id = s.id) AS advances"
        " FROM statement s WHERE s.revision > 0 AND NOT EXISTS (SELECT FROM statement n WHERE n.term_id = s.term_id"
        " AND n.period_start = s.period_start AND n.sequence > s.sequence)"
    )
    assert len(rows) > 10
    assert all(row["adjusted"] == row["entitled_minor"] + row["advances"] - row["accrued_minor"] for row in rows)
