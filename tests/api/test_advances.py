"""What is paid in advance: never more than has accrued, and above the threshold only once a second person approves it."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from app.execution.identifiers import key_of
from app.incentives.statements.advancing.actions import post_advance
from app.store.database import Context
from app.tables.metadata import DatabaseRole
from tests.api.conftest import Api, Caller
from tests.api.statements_kit import Month, Office, codes, rebate, sold

RECORD, DECIDE = "vendor/record_advance.graphql", "vendor/decide_advance.graphql"


@pytest.fixture
async def office(api: Api) -> Office:
    found = await Office.open(api)
    threshold = {"currency": "EUR", "above": "5"}
    assert codes(await found.manager.act("vendor/set_approval_threshold.graphql", **threshold)) == []
    return found


async def accruing(office: Office, number: int) -> tuple[Month, str]:
    """A month in which 10.00 has accrued, and its statement."""
    month = await office.month(number, rebate(advances=True), year=2025)
    await month.sell(sold(f"A-{number}", 10))
    (statement,) = await month.statements()
    return month, str(statement["id"])


async def record(by: Caller, statement: str, amount: str, **said: Any) -> dict[str, Any]:
    given = {"statementId": statement, "amount": amount, "paidOn": "2025-06-20", "reference": "P-1"}
    return await by.act(RECORD, **(given | {"idempotencyKey": uuid4().hex} | said))


async def recorded(office: Office, statement: str) -> list[dict[str, Any]]:
    found = await office.finance.ask("vendor/advances.graphql", id=statement)
    return [each["node"] for each in found["node"]["advances"]["edges"]]


async def decide(by: Caller, advance: str, approve: bool = True, reason: str | None = None) -> dict[str, Any]:
    return await by.act(DECIDE, advanceId=advance, approve=approve, reason=reason)


async def test_an_advance_above_the_threshold_is_paid_once_somebody_else_has_approved_it(office: Office) -> None:
    month, statement = await accruing(office, 3)
    before = await month.balances()
    assert codes(await record(office.finance, statement, "8")) == []
    (waiting,) = await recorded(office, statement)
    assert (waiting["status"], waiting["decidedBy"]) == ("WAITING", None) and await month.balances() == before
    assert codes(await decide(office.finance, waiting["id"])) == ["NOT_ALLOWED"]
    assert codes(await decide(office.second, waiting["id"], approve=False)) == ["REQUIRED"]
    assert await recorded(office, statement) == [waiting] and await month.balances() == before
    decided = await decide(office.second, waiting["id"])
    assert codes(decided) == [] and decided["advance"]["status"] == "PAID" and decided["advance"]["decidedBy"]
    assert await month.balances() == {"EXPENSE": 1000, "ACCRUED": -200, "PARTNER": -800}
    assert codes(await decide(office.second, waiting["id"])) == ["STALE"]
    key = key_of("Advance", waiting["id"])
    assert key is not None
    await post_advance(office.api.database, key.vendor_id, key.id)
    assert await month.balances() == {"EXPENSE": 1000, "ACCRUED": -200, "PARTNER": -800}
    assert codes(await record(office.finance, statement, "2.01")) == ["NOT_ELIGIBLE"]
    assert codes(await record(office.finance, statement, "2")) == [], "at the threshold or below, one person is enough"
    assert [each["status"] for each in await recorded(office, statement)] == ["PAID", "PAID"]


async def test_a_rejected_advance_takes_nothing_and_a_waiting_one_holds_the_approval_up(office: Office) -> None:
    month, statement = await accruing(office, 4)
    assert codes(await record(office.finance, statement, "9")) == []
    (first,) = await recorded(office, statement)
    await month.calculate()
    held = await office.decide(await month.statement(), "APPROVE", office.finance)
    assert "waits for a second person" in held["userErrors"][0]["message"]
    assert codes(await record(office.finance, statement, "2")) == ["NOT_ELIGIBLE"], "what waits is taken too"
    rejected = await decide(office.second, first["id"], approve=False, reason="No such payment.")
    assert rejected["advance"]["status"] == "REJECTED" and rejected["advance"]["reason"] == "No such payment."
    balances = await month.balances()
    assert balances == {"EXPENSE": 1000, "ACCRUED": -1000}
    assert codes(await record(office.finance, statement, "10")) == []
    waiting = (await recorded(office, statement))[-1]
    await office.api.world.connection.execute(
        "UPDATE accrual SET earned_minor = 900 WHERE term_id = $1", month.offer.id
    )
    assert codes(await decide(office.second, waiting["id"])) == ["NOT_ELIGIBLE"], "less has accrued by now"
    await office.api.world.connection.execute(
        "UPDATE accrual SET earned_minor = 1000 WHERE term_id = $1", month.offer.id
    )
    assert await month.balances() == balances
    assert codes(await decide(office.second, waiting["id"], approve=False, reason="Later.")) == []
    for approving in (office.finance, office.second):
        assert codes(await office.decide(await month.statement(), "APPROVE", approving)) == []
    assert codes(await record(office.finance, statement, "1")) == ["TOO_LATE"]


async def test_of_many_advances_at_once_no_more_is_paid_than_has_accrued(office: Office) -> None:
    month, statement = await accruing(office, 5)
    payloads = await asyncio.gather(*(record(office.finance, statement, "3") for _ in range(12)))
    assert sorted(codes(each) for each in payloads) == [[]] * 3 + [["NOT_ELIGIBLE"]] * 9
    assert await month.balances() == {"EXPENSE": 1000, "ACCRUED": -100, "PARTNER": -900}


async def test_nobody_but_the_vendors_finance_records_decides_or_reads_advances(office: Office, api: Api) -> None:
    month, statement = await accruing(office, 6)
    assert codes(await record(office.finance, statement, "8")) == []
    (waiting,) = await recorded(office, statement)
    before = await month.balances()
    document = "mutation($input: DecideAdvanceInput!) { decideAdvance(input: $input) { userErrors { code } } }"
    given = {"advanceId": waiting["id"], "approve": True}
    for caller in (office.manager, office.partner, await api.reseller()):
        answer = await caller.raw(document, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    rival = await api.vendor("Borealis")
    read = "query($id: ID!) { node(id: $id) { __typename id } }"
    for caller in (office.partner, rival, await api.distributor("Dist Two"), await api.reseller()):
        assert (await caller.raw(read, id=waiting["id"]))["data"]["node"] is None
    own = "query($id: ID!) { node(id: $id) { ... on Statement { id advances(first: 5) { totalCount } } } }"
    assert (await office.partner.ask(own, id=statement))["node"]["advances"] is None
    assert await recorded(office, statement) == [waiting] and await month.balances() == before


async def test_not_even_the_vendors_role_approves_its_own_advance_or_in_anothers_name(office: Office) -> None:
    _, statement = await accruing(office, 7)
    assert codes(await record(office.finance, statement, "8")) == []
    key = key_of("Statement", statement)
    assert key is not None
    row = await office.api.world.connection.fetchrow("SELECT * FROM advance WHERE statement_id = $1", key.id)
    assert row is not None
    update = (
        "UPDATE advance SET approved = true, decided_by = $2, decided_by_name = 'Me', decided_at = now() WHERE id = $1"
    )
    for actor, by, fault in (
        (row["recorded_by"], row["recorded_by"], asyncpg.CheckViolationError),
        (row["recorded_by"], str(uuid4()), asyncpg.InsufficientPrivilegeError),
        (None, str(uuid4()), asyncpg.InsufficientPrivilegeError),
    ):
        context = Context(DatabaseRole.VENDOR, None, key.vendor_id, frozenset({key.vendor_id}), actor_id=actor)
        with pytest.raises(fault):
            async with office.api.database.writing(context) as session:
                await session.execute(update, row["id"], by)
    assert await office.api.world.connection.fetchrow("SELECT * FROM advance WHERE id = $1", row["id"]) == row
