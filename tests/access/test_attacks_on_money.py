"""What somebody tries who wants more money than is earned, to approve what it prepared, or to read what is not its own."""

import asyncio
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from app.access.roles import Role
from app.accruals.reckoning.actions import reckon_incentive
from app.accruals.verify import unlike_accruals
from app.execution.identifiers import global_id, key_of
from app.incentives.statements.calculating.queries import take_turn
from app.ledger.verify import unlike_ledger
from app.programme.incentives import Gate
from app.programme.money import MICRO
from app.programme.money_terms import GateEffect, GateKind
from app.programme.terms import Level
from app.store.database import Session, acting_as_worker
from tests.api.conftest import Api, Caller, api, world
from tests.api.statements_kit import Month, Office, codes, rebate, sold

__all__ = ["api", "world"]

TWINS = 20
ADVANCE = "vendor/record_advance.graphql"
LINES = """query($id: ID!, $first: Int!, $after: String) { node(id: $id) { ... on Statement {
    lines(first: $first, after: $after) { edges { cursor node { share { amount } } }
    pageInfo { endCursor hasNextPage } } } } }"""


@pytest.fixture
async def office(api: Api) -> Office:
    """An office whose terms let ten times be paid in advance of what has accrued."""
    of = ("vendor_id", "agreement_id", "distributor_id")
    await api.world.connection.execute(
        f"INSERT INTO agreement_money_terms ({', '.join(of)}, effective_from, protects, in_transit, minimum_drop, writes_up,"
        " advance_share, set_at, set_by) VALUES ($1, $2, $3, '2025-01-01', false, false, 0, false, 10000000, now(), '')"
        " ON CONFLICT DO NOTHING",
        api.world.vendors["Acme"],
        api.world.agreements["Acme", "Dist One"],
        api.world.parties["Acme", "Dist One"],
    )
    return await Office.open(api)


async def sound(office: Office) -> None:
    async with office.api.database.reading(acting_as_worker(office.vendor_id)) as session:
        assert await unlike_ledger(session, office.vendor_id) == []
        assert await unlike_accruals(session, office.vendor_id) == []


async def advance(month: Month, amount: str) -> dict[str, Any]:
    (*_, last) = await month.statements()
    given = {"statementId": last["id"], "amount": amount, "paidOn": f"{month.start:%Y-%m}-02", "reference": "P"}
    return await month.office.finance.act(ADVANCE, **given, idempotencyKey=uuid4().hex)


async def until(month: Month, end: date) -> None:
    """Let the term of a month be in effect for longer."""
    for table, id in (("incentive_version", "incentive_id"), ("incentive_term", "incentive_id")):
        await month.office.api.world.connection.execute(
            f"UPDATE {table} SET effective_end = $2 WHERE {id} = $1", month.offer.incentive_id, end
        )


async def test_what_a_settled_period_leaves_to_take_back_grows_with_its_returns(office: Office) -> None:
    month = await office.month(4, rebate(advances=True), year=2025)
    await until(month, date(2025, 6, 1))
    await month.sell(sold("AM-1", 10))
    assert codes(await advance(month, "20")) == []
    await month.calculate()
    assert codes(await office.decide(await month.statement(), "APPROVE", office.finance)) == []
    await month.sell(sold("AM-2", -10))
    await month.calculate()
    first, second = await month.statements()
    assert (first["payable"]["amount"], first["status"]) == ("0", "APPROVED")
    assert (second["payable"]["amount"], second["status"]) == ("0", "CALCULATED")
    may = Month(office, date(2025, 5, 1), date(2025, 6, 1), month.offer)
    await may.sell(sold("AM-3", 30))
    await may.calculate()
    paid = {(each["period"]["start"], each["sequence"]): each["payable"]["amount"] for each in await may.statements()}
    assert paid == {("2025-04-01", 1): "0", ("2025-04-01", 2): "0", ("2025-05-01", 1): "35"}
    assert await month.balances() == {"EXPENSE": 5500, "ACCRUED": -3500, "PARTNER": -2000}
    await month.calculate()
    assert len(await month.statements()) == 3, "once said, it is not said again"
    await sound(office)


async def test_an_advance_that_a_calculation_does_not_know_is_not_paid_once_more(office: Office) -> None:
    month = await office.month(6, rebate(advances=True), year=2025)
    await month.sell(sold("AA-1", 10))
    await month.calculate()
    stale = await month.statement()
    assert codes(await advance(month, "6")) == []
    paid = await month.balances()
    assert codes(await office.decide(stale, "APPROVE", office.finance)) == ["STALE"]
    assert await month.balances() == paid and (await month.statement())["status"] == "CALCULATED"
    await month.calculate()
    fresh = await month.statement()
    assert (fresh["revision"], fresh["payable"]["amount"]) == (2, "4")
    assert codes(await office.decide(fresh, "APPROVE", office.finance)) == []
    await office.dispute(fresh)
    assert codes(await advance(month, "1")) == ["TOO_LATE"], "it would be credited as it was approved"
    await office.withdraw(fresh)
    assert codes(await office.decide(fresh, "CREDIT", office.finance, creditNumber="CM-A")) == []
    assert await month.balances() == {"EXPENSE": 1000, "PARTNER": -1000}
    await sound(office)


async def test_whoever_confirmed_a_gate_does_not_approve_what_it_lets_through(office: Office, api: Api) -> None:
    both = await api.as_(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER, Role.VENDOR_FINANCE)
    gate = Gate(GateKind.PROVEN, "display", MICRO, GateEffect.VOID)
    month = await office.month(7, rebate(gates=(gate,)), year=2025)
    await month.sell(sold("AG-1", 10))
    (accruing,) = await month.statements()
    said = {"statementId": accruing["id"], "gate": "display", "isMet": True, "note": "Seen."}
    assert codes(await both.act("vendor/confirm_gate.graphql", **said)) == []
    await month.calculate()
    statement = await month.statement()
    before = await month.balances()
    assert codes(await office.decide(statement, "APPROVE", both)) == ["NOT_ALLOWED"]
    assert (await month.statement())["status"] == "CALCULATED" and await month.balances() == before
    assert codes(await office.decide(statement, "APPROVE", office.finance)) == []


async def test_a_run_does_not_pay_for_days_on_which_a_term_has_ended_meanwhile(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = await office.month(8, year=2025)
    await month.sell(sold("AE-1", 10), sold("AE-2", 10, sold_on="2025-08-20"))

    async def ended_first(session: Session, distributor_ids: Sequence[UUID]) -> bool:
        await until(month, date(2025, 8, 11))
        return await take_turn(session, distributor_ids)

    monkeypatch.setattr("app.incentives.statements.calculating.queries.take_turn", ended_first)
    assert codes(await month.calculate()) == []
    (statement,) = await month.statements()
    assert statement["status"] == "CALCULATED" and statement["payable"]["amount"] == "10"
    assert await month.balances() == {"EXPENSE": 1000, "ACCRUED": -1000}
    await reckon_incentive(office.api.database, office.vendor_id, month.offer.incentive_id)
    assert await month.balances() == {"EXPENSE": 1000, "ACCRUED": -1000}, "whoever reckons it later posts nothing more"
    await sound(office)


async def test_a_cursor_of_a_statements_lines_says_nothing_of_what_others_do(office: Office) -> None:
    month = await office.month(9, year=2025)
    await month.sell(*(sold(f"AC-{number}", 1) for number in range(5)))
    await month.calculate()
    statement = await month.statement()
    shares, cursors, after = list[str](), list[list[Any]](), None
    while True:
        page = (await office.partner.ask(LINES, id=statement["id"], first=2, after=after))["node"]["lines"]
        shares += [each["node"]["share"]["amount"] for each in page["edges"]]
        for each in page["edges"]:
            told = urlsafe_b64decode(each["cursor"] + "=" * (-len(each["cursor"]) % 4))
            cursors.append(msgspec.msgpack.decode(told)[1:])
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert shares == ["1"] * 5
    assert [each[-1] for each in cursors] == [0] * 5, "how often a row was recorded before"


async def test_nobody_else_reaches_a_statement_by_any_act(office: Office, api: Api) -> None:
    month = await office.month(10, year=2025)
    await month.sell(sold("AN-1", 10))
    await month.calculate()
    statement = await month.statement()
    key = key_of("Statement", statement["id"])
    assert key is not None
    never = global_id("Statement", key._replace(id=uuid4()))
    document = "distributor/dispute_statement.graphql"
    rival = await api.distributor("Dist Two")
    answers = [
        await rival.raw(document, input={"statementId": id, "revision": 1, "reason": "Mine."})
        for id in (statement["id"], never)
    ]
    assert answers[0]["data"] == answers[1]["data"]
    assert codes(answers[0]["data"]["disputeStatement"]) == ["NOT_FOUND"]
    borealis = await api.vendor("Borealis", Role.VENDOR_FINANCE)
    assert codes(await office.decide(statement, "APPROVE", borealis)) == ["NOT_FOUND"]
    for caller in (rival, borealis, await api.vendor("Borealis")):
        assert (await caller.ask(LINES, id=statement["id"], first=1, after=None))["node"] is None
    for caller in (await api.distributor("Dist One", Role.DISTRIBUTOR_VIEWER), await api.reseller()):
        answer = await caller.raw(LINES, id=statement["id"], first=1, after=None)
        assert not ((answer.get("data") or {}).get("node") or {}).get("lines")
    assert (await month.statement())["status"] == "CALCULATED"


async def test_twenty_who_calculate_and_approve_at_once_pay_once(office: Office) -> None:
    month = await office.month(11, year=2025)
    await month.sell(sold("AT-1", 10))
    payloads = await asyncio.gather(*(month.calculate() for _ in range(TWINS)))
    assert all(codes(payload) == [] for payload in payloads)
    await month.calculate()
    (statement,) = await month.statements()
    assert (statement["status"], statement["revision"]) == ("CALCULATED", 1)
    callers: list[Caller] = [office.finance, office.second] * (TWINS // 2)
    await asyncio.gather(
        *(office.decide(statement, "APPROVE", caller) for caller in callers), *(month.calculate() for _ in range(4))
    )
    credits = [office.decide(statement, "CREDIT", caller, creditNumber="CM-T") for caller in callers]
    answers = await asyncio.gather(*credits)
    assert sorted(codes(answer) == [] for answer in answers) == [False] * (TWINS - 1) + [True]
    assert await month.balances() == {"EXPENSE": 1000, "PARTNER": -1000}
    await sound(office)


async def test_a_memo_too_large_to_be_added_up_does_not_blind_the_other_side(office: Office, api: Api) -> None:
    huge = {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "number": "HUGE-1",
        "kind": "INCENTIVE",
        "amount": "1000000000000.01",
        "currency": "EUR",
        "dated": "2026-01-05",
        "idempotencyKey": uuid4().hex,
    }
    assert codes(await office.partner.act("distributor/record_deduction.graphql", **huge)) == ["INVALID"]
    assert await api.world.connection.fetchval("SELECT count(*) FROM deduction WHERE number = 'HUGE-1'") == 0
