"""The inventory standard of an agreement: how many weeks stock should last, how it stands, and what a gate reads of it."""

from typing import Any
from uuid import uuid4

import pytest

from app.programme.incentives import Gate
from app.programme.money_terms import GateEffect, GateKind
from tests.api.conftest import Api
from tests.api.statements_kit import Office, codes, rebate, sold
from tests.api.stock_kit import counted
from tests.api.stock_reports import product, stock
from tests.api.stock_reports import sold as sold_through

SET = "vendor/set_agreement_money_terms.graphql"
YEAR = {"start": "2025-01-01", "end": "2026-01-01"}


def standard(api: Api, day: str, **weeks: str) -> dict[str, Any]:
    given = {"minWeeks": "2", "maxWeeks": "8"} | weeks
    return {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "effectiveFrom": day,
        "inventoryStandard": given,
        "idempotencyKey": uuid4().hex,
    }


@pytest.mark.parametrize(
    ("weeks", "where"),
    [
        ({"minWeeks": "9"}, "maxWeeks"),
        ({"minWeeks": "-1"}, "minWeeks"),
        ({"maxWeeks": "520.01"}, "maxWeeks"),
        ({"minWeeks": "1.001"}, "minWeeks"),
    ],
)
async def test_a_standard_that_says_no_number_of_weeks_is_refused(api: Api, weeks: dict[str, str], where: str) -> None:
    payload = await (await api.vendor()).act(SET, **standard(api, "2024-01-01", **weeks))
    assert codes(payload) == ["INVALID"] and payload["terms"] is None
    assert payload["userErrors"][0]["field"] == ["input", "inventoryStandard", where]
    assert await api.world.connection.fetchval("SELECT count(*) FROM agreement_money_terms") == 0


async def test_stock_stands_to_the_standard_of_the_day_and_a_gate_reads_its_share(api: Api) -> None:
    """13 weeks to 31 October sell 130 of each, 10 a week; the gate asks for half of the products within 2 to 8 weeks."""
    office = await Office.open(api)
    names = ("LOW-1", "IN-1", "IN-2", "HIGH-1", "IDLE-1", "GONE-1", "OLD-1")
    ids = {name: await product(api, name) for name in names}
    lying = {"LOW-1": "19", "IN-1": "20", "IN-2": "80", "HIGH-1": "80.1", "IDLE-1": "5", "GONE-1": "0"}
    lines = [f"W,{name},2025-10-31,{number},,,,,," for name, number in lying.items()]
    await counted(api, *lines, "W,OLD-1,2025-07-01,40,,,,,,", period=YEAR)
    sales = [f"SD-1,{n},2025-10-15,{name},130" for n, name in enumerate(("LOW-1", "IN-1", "IN-2", "HIGH-1"), 1)]
    await sold_through(api, *sales, period=YEAR)
    gates = (Gate(GateKind.STOCK_IN_BAND, "stock", 500_000, GateEffect.REDUCE, 900_000),)
    month = await office.month(10, rebate(gates=gates), year=2025)
    await month.sell(sold("SG-1", 10))
    await month.calculate()

    async def evidence() -> dict[str, Any]:
        statement = await month.statement(office.partner)
        (found,) = [each["evidence"] for each in statement["steps"] if each["evidence"]]
        told: dict[str, Any] = found
        return told

    before = await evidence()
    assert before["measured"] is None and "No inventory standard" in before["found"]
    set_from = await office.manager.act(SET, **standard(api, "2025-01-01"))
    assert codes(set_from) == []
    assert (set_from["terms"]["stockMinWeeks"], set_from["terms"]["stockMaxWeeks"]) == ("2", "8")
    states = {}
    for name in names:
        (found,) = await stock(api, ids[name], onDate="2025-10-31")
        states[name] = found["supply"]["state"]
    assert list(states.values()) == ["BELOW_MIN", "WITHIN", "WITHIN", "ABOVE_MAX", *["NO_DEMAND"] * 3]
    await month.calculate()
    after = await evidence()
    assert after["measured"] == "0.333333", "two of six: nothing lies there of GONE-1, and it had no demand"
    assert after["found"] == (
        "2 of 6 products that were counted up to 2025-10-31 last for 2.00 to 8.00 weeks, as agreed; 1 for fewer, 1 for"
        " more, 1 have no demand, and 1 were last counted more than 13 weeks before."
    )


async def test_a_standard_is_read_by_both_sides_alone_and_the_partner_sets_none(api: Api) -> None:
    count = "SELECT count(*) FROM agreement_money_terms"
    before = await api.world.connection.fetchval(count)
    given = standard(api, "2025-06-01")
    for caller in (await api.vendor("Borealis"), await api.distributor(), await api.distributor("Dist Two")):
        answer = await caller.raw(SET, input=given)
        assert answer.get("errors") or codes(answer["data"]["setAgreementMoneyTerms"]) == ["NOT_FOUND"]
    assert await api.world.connection.fetchval(count) == before
    rival = await (await api.distributor("Dist Two")).raw("distributor/stock_credits.graphql", id=given["agreementId"])
    assert (rival.get("data") or {}).get("node") is None
