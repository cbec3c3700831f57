"""What changes a payment after its rates: gates with their evidence, and advances; and days that would be paid twice."""

from datetime import date
from uuid import uuid4

import pytest

from app.accruals.verify import unlike_accruals
from app.ledger.verify import unlike_ledger
from app.programme.incentives import Gate
from app.programme.money_terms import GateEffect, GateKind
from app.store.database import acting_as_worker
from tests.api.conftest import Api
from tests.api.statements_kit import Month, Office, codes, rebate, sold


@pytest.fixture
async def office(api: Api) -> Office:
    return await Office.open(api)


async def test_gates_are_judged_by_what_was_found_and_told_with_it(office: Office) -> None:
    gates = (
        Gate(GateKind.MINIMUM_VOLUME, "volume", 500 * 10**6, GateEffect.VOID),
        Gate(GateKind.ACTIVE_RESELLERS, "resellers", 2 * 10**6, GateEffect.REDUCE, 500_000),
        Gate(GateKind.DATA_QUALITY, "quality", 400_000, GateEffect.VOID),
        Gate(GateKind.REPORTING_IN_TIME, "in time", 900_000, GateEffect.REDUCE, 900_000),
        Gate(GateKind.VOLUME_TIER, "tier", 10**6, GateEffect.REDUCE, 900_000),
        Gate(GateKind.STOCK_IN_BAND, "stock", 500_000, GateEffect.REDUCE, 900_000),
        Gate(GateKind.CERTIFIED, "certified", 500_000, GateEffect.REDUCE, 900_000),
        Gate(GateKind.PROVEN, "display", 10**6, GateEffect.REDUCE, 800_000),
    )
    month = await office.month(6, rebate(gates=gates), year=2025)
    await month.sell(sold("G-1", 10), sold("G-2", 10, reseller_account="A-2"), sold("G-3", 1, "NOBODY"))
    await month.calculate()
    statement = await month.statement(office.partner)
    found = {each["evidence"]["gate"]: each["evidence"] for each in statement["steps"] if each["evidence"]}
    assert found["volume"]["measured"] == "2000" and found["resellers"]["measured"] == "2"
    assert found["quality"]["measured"] == "0.666666" and found["in time"]["measured"] == "0"
    assert [found[name]["measured"] for name in ("tier", "stock", "certified", "display")] == [None] * 4
    assert all(each["found"] for each in found.values())
    assert statement["accrued"]["amount"] == "30" and statement["entitled"]["amount"] == "15.75"
    assert await month.balances() == {"EXPENSE": 1575, "ACCRUED": -1575}
    about = {"statementId": statement["id"], "gate": "display", "isMet": True, "note": "A photograph of the display."}
    confirmed = await office.manager.act("vendor/confirm_gate.graphql", **about)
    assert codes(confirmed) == []
    assert codes(await office.manager.act("vendor/confirm_gate.graphql", **(about | {"gate": "tier"}))) == ["INVALID"]
    await month.calculate()
    after = await month.statement(office.partner)
    assert (after["revision"], after["entitled"]["amount"]) == (2, "19.68")
    proof = [each["evidence"] for each in after["steps"] if each["evidence"] and each["evidence"]["gate"] == "display"]
    assert proof[0]["measured"] == "1" and "A photograph of the display." in proof[0]["found"]


async def test_a_missed_commitment_voids_the_rebate_once_finance_has_settled_it(office: Office, api: Api) -> None:
    month = await office.month(8, rebate(minimum_guarantee=100), year=2025)
    await month.sell(sold("VC-1", 10))
    await month.calculate()
    (statement,) = await month.statements()
    assert statement["payable"]["amount"] == "10"
    await api.world.connection.execute("UPDATE agreement SET shortfall_consequence = 'REBATE_VOID'")
    given = {"agreementId": api.world.agreement_gid("Acme", "Dist One"), "periodStart": "2025-07-01"}
    document = "vendor/settle_commitment.graphql"
    for waive, expected in ((False, "0"), (True, "10")):
        settled = await office.finance.act(document, **given, waive=waive, idempotencyKey=uuid4().hex)
        assert codes(settled) == []
        await month.calculate()
        (statement,) = await month.statements()
        assert statement["payable"]["amount"] == expected
        explained = await office.read(statement["id"], office.partner)
        told = [each["evidence"]["found"] for each in explained["steps"] if each["evidence"]]
        assert any("no rebate is paid" in each for each in told) is not waive
    await api.world.connection.execute("UPDATE agreement SET shortfall_consequence = 'NONE'")


async def test_what_was_paid_in_advance_is_taken_off_once_and_what_is_too_much_the_next_month(
    office: Office, api: Api
) -> None:
    rule = rebate(advances=True)
    month = await office.month(4, rule, year=2025)
    await api.world.connection.execute(
        "UPDATE incentive_term SET effective_end = '2025-06-01' WHERE id = $1", month.offer.id
    )
    await month.sell(sold("V-1", 10))
    (accruing,) = await month.statements()
    given = {
        "statementId": accruing["id"],
        "amount": "12.50",
        "paidOn": "2025-04-20",
        "reference": "P-1",
        "idempotencyKey": uuid4().hex,
    }
    document = "vendor/record_advance.graphql"
    too_much = await office.finance.act(document, **(given | {"idempotencyKey": "too much"}))
    assert codes(too_much) == ["NOT_ELIGIBLE"] and "EUR 10.00 is left" in too_much["userErrors"][0]["message"]
    assert await month.balances() == {"EXPENSE": 1000, "ACCRUED": -1000}
    terms = {"agreementId": api.world.agreement_gid("Acme", "Dist One"), "effectiveFrom": "2025-01-01"}
    agreed = {**terms, "advanceShare": "1.25", "idempotencyKey": uuid4().hex}
    assert codes(await office.manager.act("vendor/set_agreement_money_terms.graphql", **agreed)) == []
    for _ in range(2):
        assert codes(await office.finance.act(document, **given)) == []
    assert await month.balances() == {"EXPENSE": 1000, "ACCRUED": 250, "PARTNER": -1250}
    await month.calculate()
    (statement,) = await month.statements()
    assert statement["payable"]["amount"] == "0"
    assert await month.balances() == {"EXPENSE": 1250, "PARTNER": -1250}
    explained = await office.read(statement["id"], office.partner)
    assert "EUR 12.50 was paid in advance." in [each["description"] for each in explained["steps"]]
    assert codes(await office.finance.act(document, **(given | {"idempotencyKey": "late", "amount": "0"}))) == [
        "INVALID"
    ]
    await office.decide(await month.statement(), "APPROVE", office.finance)
    wrong = await office.finance.act(document, **(given | {"idempotencyKey": "late"}))
    assert codes(wrong) == ["TOO_LATE"]
    may = Month(office, date(2025, 5, 1), date(2025, 6, 1), month.offer)
    await may.sell(sold("V-2", 10))
    await may.calculate()
    paid = {each["period"]["start"]: each["payable"]["amount"] for each in await may.statements()}
    assert paid == {"2025-04-01": "0", "2025-05-01": "7.5"}
    assert await month.balances() == {"EXPENSE": 2000, "ACCRUED": -750, "PARTNER": -1250}
    other = await office.month(3, year=2025)
    await other.sell(sold("V-3", 1))
    (own,) = await other.statements()
    refused = await office.finance.act(document, **(given | {"idempotencyKey": "x", "statementId": own["id"]}))
    assert codes(refused) == ["INVALID"] and await other.balances() == {"EXPENSE": 100, "ACCRUED": -100}


async def test_after_gates_and_advances_the_ledger_is_what_the_statements_say(office: Office, api: Api) -> None:
    async with api.database.reading(acting_as_worker(office.vendor_id)) as session:
        assert await unlike_ledger(session, office.vendor_id) == []
        assert await unlike_accruals(session, office.vendor_id) == []


async def test_no_day_is_paid_twice_where_the_calendar_was_changed(office: Office, api: Api) -> None:
    month = await office.month(2, year=2025)
    await month.sell(sold("B-1", 10))
    await month.calculate()
    await api.world.connection.execute(
        "UPDATE statement SET period_start = '2025-01-20', period_end = '2025-02-17' WHERE term_id = $1", month.offer.id
    )
    before = await month.balances()
    run = (await month.calculate())["run"]
    assert (run["calculated"], run["unchanged"]) == (0, 0) and "no day is paid twice" in run["failed"]
    assert await month.balances() == before
    (statement,) = await month.statements()
    assert (statement["period"]["start"], statement["revision"]) == ("2025-01-20", 1)
