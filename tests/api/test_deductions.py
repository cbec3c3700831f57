"""What distributors take themselves: recorded, matched, cleared in the ledger, and what ages without a match."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.ledger.deductions.actions import follow_deductions
from app.programme.claim_terms import AgeBucket
from app.programme.deductions import DebitMemo, DecidedClaim, matched
from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.api.ledger_kit import TODAY, Money, everybody, gid, key, money

RECORD, OWN_RECORD = "vendor/record_deduction.graphql", "distributor/record_deduction.graphql"
MATCH, QUEUE, OWN = "vendor/match_deduction.graphql", "vendor/deductions.graphql", "distributor/deductions.graphql"


@pytest.fixture(scope="module")
async def paid(api: Api) -> Money:
    return await money(api)


async def finance(of: Money) -> Caller:
    return await of.api.vendor("Acme", Role.VENDOR_FINANCE)


def memo(of: Money, number: str, amount: str, **changed: Any) -> dict[str, Any]:
    given = {"agreementId": of.agreement, "number": number, "kind": "INCENTIVE", "amount": amount, "currency": "EUR"}
    return {**given, "dated": TODAY.isoformat(), "idempotencyKey": key(), **changed}


async def taken(of: Money, number: str, amount: str, **changed: Any) -> dict[str, Any]:
    """A memo that the distributor records."""
    caller = await of.api.distributor(of.distributor, Role.DISTRIBUTOR_FINANCE)
    payload = await caller.act(OWN_RECORD, **memo(of, number, amount, **changed))
    assert payload["userErrors"] == []
    found: dict[str, Any] = payload["deduction"]
    return found


async def standing(of: Money, number: str) -> dict[str, Any]:
    """A memo as both sides read it."""
    caller = await of.api.distributor(of.distributor, Role.DISTRIBUTOR_FINANCE)
    told = (await caller.ask(OWN, agreement=of.agreement, first=250))["node"]["deductions"]["edges"]
    (own,) = (edge["node"] for edge in told if edge["node"]["number"] == number)
    queue = (await (await finance(of)).ask(QUEUE, first=250))["viewer"]["vendor"]["deductions"]["edges"]
    (theirs,) = (edge["node"] for edge in queue if edge["node"]["id"] == own["id"])
    assert {name: theirs[name] for name in own} == own
    assert theirs["distributor"]["name"] == of.distributor and theirs["agreement"]["id"] == of.agreement
    return dict(own)


async def balances(of: Money) -> dict[str, int]:
    """What the accounts of the agreement stand at, in cents."""
    rows = await of.api.world.connection.fetch(
        "SELECT account, sum(amount)::int AS minor FROM transfer CROSS JOIN LATERAL (VALUES (debit, amount_minor),"
        " (credit, -amount_minor)) AS s (account, amount) WHERE agreement_id = $1 GROUP BY 1",
        of.owner.agreement_id,
    )
    return {row["account"]: row["minor"] for row in rows if row["minor"]}


async def written(api: Api) -> tuple[int, ...]:
    tables = ("deduction", "transfer", "audit_event", "remembered_result")
    return tuple([await api.world.connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables])


async def test_a_memo_that_names_a_credit_belongs_to_it_and_is_cleared_at_once(paid: Money) -> None:
    before = await balances(paid)
    statement = await paid.statement(10_000, number="CR-100")
    found = await taken(paid, "D-1", "100.00", reference=" cr-100 ")
    assert found["claim"]["id"] == gid("Statement", paid.vendor_id, statement)
    assert (found["matchKind"], found["unmatchedReason"], found["age"]) == ("REFERENCE", None, None)
    assert found["cleared"] == {"amount": "100", "currency": "EUR"} and found["recordedAs"] == "DISTRIBUTOR"
    after = await balances(paid)
    assert {name: after.get(name, 0) - before.get(name, 0) for name in {*before, *after}} == {
        "EXPENSE": 10_000,
        "PARTNER": -10_000,
    }
    told = await standing(paid, "D-1")
    assert told["overDeducted"]["amount"] == "0" and told["proposals"] == []
    assert await paid.misposted() == []


async def test_a_memo_that_names_nothing_ages_until_a_person_confirms_what_is_proposed(paid: Money) -> None:
    statement = await paid.statement(7_700, "APPROVED", approved=TODAY - timedelta(days=12))
    dated = TODAY - timedelta(days=40)
    found = await taken(paid, "D-2", "77", dated=dated.isoformat())
    assert (found["claim"], found["unmatchedReason"], found["age"]) == (None, "NO_REFERENCE", "DAYS_31_60")
    told = await standing(paid, "D-2")
    (proposal,) = told["proposals"]
    id = gid("Statement", paid.vendor_id, statement)
    assert (proposal["claim"]["id"], proposal["daysApart"], told["ageDays"]) == (id, 28, 40)
    ageing = (await (await finance(paid)).ask(QUEUE, first=1))["viewer"]["vendor"]["deductionAgeing"]
    assert {"age": "DAYS_31_60", "amount": {"amount": "77", "currency": "EUR"}, "memos": 1} in ageing
    before = await balances(paid)
    confirmed = await (await finance(paid)).act(MATCH, deductionId=found["id"], claimId=id)
    assert confirmed["userErrors"] == [] and confirmed["deduction"]["matchKind"] == "CONFIRMED"
    assert confirmed["deduction"]["cleared"]["amount"] == "0"
    assert await balances(paid) == before
    await paid.credit(statement, 7_700, "CR-77")
    assert await follow_deductions(paid.api.database) == 1
    assert await follow_deductions(paid.api.database) == 0
    assert (await standing(paid, "D-2"))["cleared"]["amount"] == "77"
    assert "DEDUCTED" not in await balances(paid) and await paid.misposted() == []
    undone = await (await finance(paid)).act(MATCH, deductionId=found["id"])
    assert undone["deduction"]["claim"] is None and undone["deduction"]["cleared"]["amount"] == "0"
    assert (await balances(paid))["DEDUCTED"] == 7_700 and await paid.misposted() == []
    again = await (await finance(paid)).act(MATCH, deductionId=found["id"], claimId=id)
    assert again["userErrors"] == [] and await paid.misposted() == []


async def test_a_memo_finds_its_claim_when_that_is_credited_later(paid: Money) -> None:
    statement = await paid.statement(4_200, "APPROVED")
    found = await taken(paid, "D-3", "42", reference="CR-42")
    assert found["unmatchedReason"] == "UNKNOWN_REFERENCE" and found["age"] == "DAYS_0_30"
    by_id = await taken(paid, "D-3b", "1", reference=gid("Statement", paid.vendor_id, statement))
    assert by_id["matchKind"] == "REFERENCE" and by_id["cleared"]["amount"] == "0"
    await paid.credit(statement, 4_200, "CR-42")
    assert await follow_deductions(paid.api.database) == 2
    told = await standing(paid, "D-3")
    assert told["matchKind"] == "REFERENCE" and told["claim"]["id"] == gid("Statement", paid.vendor_id, statement)
    cleared = {each: (await standing(paid, each))["cleared"]["amount"] for each in ("D-3", "D-3b")}
    assert sorted(cleared.values()) in (["1", "41"], ["0", "42"]), cleared
    assert told["overDeducted"]["amount"] == "1"
    assert await follow_deductions(paid.api.database) == 0 and await paid.misposted() == []


async def test_what_is_taken_beyond_what_was_approved_is_shown_and_never_cleared(paid: Money) -> None:
    await paid.statement(5_000, number="CR-50")
    first = await taken(paid, "D-4", "30", reference="CR-50")
    second = await taken(paid, "D-5", "30", reference="CR-50")
    assert (first["cleared"]["amount"], second["cleared"]["amount"]) == ("30", "20")
    assert {(await standing(paid, each))["overDeducted"]["amount"] for each in ("D-4", "D-5")} == {"10"}
    assert (await balances(paid))["DEDUCTED"] >= 1_000 and await paid.misposted() == []


async def test_a_memo_in_another_currency_or_of_another_kind_is_not_matched(paid: Money) -> None:
    statement = gid("Statement", paid.vendor_id, await paid.statement(900, number="CR-9"))
    other = await taken(paid, "D-6", "9", currency="USD", reference="CR-9")
    assert (other["claim"], other["unmatchedReason"]) == (None, "WRONG_CURRENCY")
    kind = await taken(paid, "D-7", "9", kind="SPECIAL_PRICE", reference="CR-9")
    assert (kind["claim"], kind["unmatchedReason"]) == (None, "UNKNOWN_REFERENCE")
    before = await written(paid.api)
    for found in (other, kind):
        payload = await (await finance(paid)).act(MATCH, deductionId=found["id"], claimId=statement)
        assert [error["code"] for error in payload["userErrors"]] == ["INVALID"] and payload["deduction"] is None
    assert await written(paid.api) == before


async def test_every_problem_of_a_memo_is_told_at_once_and_nothing_is_written(paid: Money) -> None:
    vendor = await finance(paid)
    assert (await vendor.act(RECORD, **memo(paid, "V-1", "3")))["deduction"]["recordedAs"] == "VENDOR"
    given, before = memo(paid, "V-2", "3"), await written(paid.api)
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    bad = {"number": " ", "amount": "0.001", "dated": tomorrow, "reference": "", "agreementId": "nonsense"}
    payload = await vendor.act(RECORD, **{**given, **bad})
    told = {(error["field"][-1], error["code"]) for error in payload["userErrors"]}
    assert told == {
        ("number", "REQUIRED"),
        ("amount", "INVALID"),
        ("dated", "INVALID"),
        ("reference", "REQUIRED"),
        ("agreementId", "NOT_FOUND"),
    }
    theirs = paid.api.world.agreement_gid("Borealis", "Dist One")
    for changed, code in (
        ({"currency": "XXX"}, "INVALID"),
        ({"amount": "-3"}, "INVALID"),
        ({"amount": "3.001"}, "INVALID"),
        ({"number": "v-1"}, "TAKEN"),
        ({"agreementId": theirs}, "NOT_FOUND"),
    ):
        payload = await vendor.act(RECORD, **{**given, **changed})
        assert [error["code"] for error in payload["userErrors"]] == [code], changed
    nobody = gid("Deduction", paid.vendor_id, new_id())
    for id, claim, codes in ((nobody, None, ["NOT_FOUND"]), ("nonsense", None, ["NOT_FOUND"])):
        payload = await vendor.act(MATCH, deductionId=id, claimId=claim)
        assert [error["code"] for error in payload["userErrors"]] == codes
    assert await written(paid.api) == before
    found = (await standing(paid, "V-1"))["id"]
    accruing = gid("Statement", paid.vendor_id, await paid.statement(300, "ACCRUING"))
    before = await written(paid.api)
    for claim, code in ((None, "INVALID"), (accruing, "NOT_FOUND"), (nobody, "NOT_FOUND"), ("x", "NOT_FOUND")):
        payload = await vendor.act(MATCH, deductionId=found, claimId=claim)
        assert [error["code"] for error in payload["userErrors"]] == [code], claim
    assert await written(paid.api) == before


async def test_nobody_else_reads_records_or_matches_a_memo(paid: Money) -> None:
    statement = gid("Statement", paid.vendor_id, await paid.statement(200, number="CR-2"))
    id = (await taken(paid, "D-8", "2"))["id"]
    before = await written(paid.api)
    manager = await paid.api.vendor()
    own = await paid.api.distributor(role=Role.DISTRIBUTOR_FINANCE)
    for caller, may_record in ((manager, False), (own, True), *((each, False) for each in await everybody(paid.api))):
        answer = await caller.raw(MATCH, input={"deductionId": id, "claimId": statement})
        told = (answer.get("data") or {}).get("matchDeduction")
        assert not told or [error["code"] for error in told["userErrors"]] == ["NOT_FOUND"], answer
        if not may_record:
            answer = await caller.raw(OWN_RECORD, input=memo(paid, "D-9", "2"))
            told = (answer.get("data") or {}).get("recordDeduction")
            assert not told or [error["code"] for error in told["userErrors"]] == ["NOT_FOUND"], answer
    assert await written(paid.api) == before
    for caller in await everybody(paid.api):
        seen = await caller.raw("query($id: ID!) { node(id: $id) { id } }", id=id)
        assert (seen.get("data") or {}).get("node") is None
        page = await caller.raw(OWN, agreement=paid.agreement, first=9)
        told = (page.get("data") or {}).get("node")
        assert not told or not told.get("deductions"), page
    assert (await own.ask("query($id: ID!) { node(id: $id) { id } }", id=id))["node"] == {"id": id}
    vendor = gid("Vendor", paid.vendor_id, paid.vendor_id)
    both = "deductions(first: 1) { totalCount } deductionAgeing { memos }"
    asked = "query($id: ID!) { node(id: $id) { ... on Vendor { " + both + " } } }"
    assert (await own.ask(asked, id=vendor))["node"] == {"deductions": None, "deductionAgeing": None}


async def test_twenty_at_once_record_one_memo_and_clear_no_more_than_was_credited(paid: Money) -> None:
    caller, given = await paid.api.distributor(role=Role.DISTRIBUTOR_FINANCE), memo(paid, "T-0", "5")
    twins = await asyncio.gather(*(caller.act(OWN_RECORD, **given) for _ in range(20)))
    assert all(twin == twins[0] and twin["userErrors"] == [] for twin in twins)
    same = await asyncio.gather(*(caller.act(OWN_RECORD, **memo(paid, "T-S", "5")) for _ in range(20)))
    assert sum(each["userErrors"] == [] for each in same) == 1
    await paid.statement(5_500, number="CR-T")
    memos = [memo(paid, f"T-{place}", "10", reference="CR-T") for place in range(1, 21)]
    await asyncio.gather(*(caller.act(OWN_RECORD, **each) for each in memos))
    cleared = await paid.api.world.connection.fetchval(
        "SELECT sum(CASE credit WHEN 'DEDUCTED' THEN t.amount_minor ELSE -t.amount_minor END)"
        " FROM transfer t JOIN deduction d ON t.cause = 'deduction ' || d.id WHERE d.reference = 'CR-T' AND t.act = 'CLEAR'"
    )
    assert cleared == 5_500 and await paid.misposted() == []
    assert await follow_deductions(paid.api.database) == 0


async def test_ageing_and_proposals_are_those_of_the_rule(api: Api) -> None:
    of, chance = await money(api, "Dist Two"), random.Random(3)
    claims, memos = [], []
    for _ in range(8):
        approved, on = chance.choice([1_000, 2_000, 3_000]), TODAY - timedelta(days=chance.randrange(90))
        id = await of.statement(approved, "APPROVED", approved=on)
        claims.append(DecidedClaim(gid("Statement", of.vendor_id, id), approved, "EUR", on))
    for place in range(14):
        named = chance.choice([None, None, "nothing", chance.choice(claims).number])
        dated = TODAY - timedelta(days=chance.randrange(130))
        memos.append(DebitMemo(f"R-{place}", named, chance.choice([1_000, 2_000, 3_000]), "EUR", dated))
        given = {"reference": named, "dated": dated.isoformat()}
        await taken(of, f"R-{place}", str(memos[-1].amount // 100), **given)
    expected = matched(memos, claims, [], TODAY, 60)
    found = {each.number: await standing(of, each.number) for each in memos}
    assert {number for number, told in found.items() if told["claim"] is None} == {
        each.memo.number for each in expected.unmatched
    }
    proposed = {(each.memo.number, each.claim.number, each.days_apart) for each in expected.proposals}
    assert proposed == {
        (number, each["claim"]["id"], each["daysApart"]) for number, told in found.items() for each in told["proposals"]
    }
    assert proposed
    over = {each.claim.number: each.over_deducted for each in expected.balances}
    assert all(
        int(told["overDeducted"]["amount"]) * 100 == over[told["claim"]["id"]]
        for told in found.values()
        if told["claim"]
    )
    caller = await api.distributor("Dist Two", Role.DISTRIBUTOR_FINANCE)
    ageing = (await caller.ask(OWN, agreement=of.agreement, first=1))["node"]["deductionAgeing"]
    told = {each["age"]: int(each["amount"]["amount"]) * 100 for each in ageing}
    assert {age: told.get(age.value, 0) for age in AgeBucket} == expected.unmatched_by_age("EUR")
    assert await of.misposted() == []
