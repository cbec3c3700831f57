"""A closed period is exported again after corrections, decisions, new rates and names, and is the same to the byte; and a
statement is asked where it stood at a past moment.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api
from tests.api.statements_kit import Month, Office, sold
from tests.api.test_corrections import close, row

REPORT = "query($id: ID!) { node(id: $id) { ... on Submission { reportUrl rawUrl } } }"
CUBE = (
    "query($p: DateRangeInput!, $at: DateTime) { viewer { vendor { network(asOf: $at) { sales(period: $p,"
    " by: [MONTH, DISTRIBUTOR, PRODUCT], convertTo: %s, first: 250) { totalCount edges { node { periodStart currency"
    " product { id } distributor { id } sellInUnits sellInAmount { amount } sellThroughUnits sellThroughAmount { amount }"
    " resaleAmount { amount } returnsUnits activeResellers invoices } } totals { currency sellThroughUnits } } } } } }"
)


@pytest.fixture
async def office(api: Api) -> Office:
    return await Office.open(api)


async def exported(office: Office, month: Month, reports: list[str], at: str) -> dict[str, bytes]:
    """What an auditor takes home of a month that is closed, file by file."""
    api = office.api
    found: dict[str, bytes] = {}
    statement = await month.statement()
    own = await office.read(statement["id"], office.partner)
    for name, about in (("vendor", statement), ("distributor", own)):
        for kind in ("csv", "workbook"):
            answer = await api.http.get(about[kind])
            assert answer.status_code == 200
            found[f"statement {kind} of {name}"] = answer.content
    for place, report in enumerate(reports):
        for caller, name in ((office.manager, "vendor"), (office.partner, "distributor")):
            url = (await caller.ask(REPORT, id=report))["node"]["reportUrl"]
            found[f"report {place} of {name}"] = (await api.http.get(url)).content
    for target, money in (("null", "as it is"), ('"USD"', "in one currency")):
        for moment, name in ((None, "now"), (at, "as of closing")):
            if moment is None and target != "null":
                continue
            answer = await api.http.post(
                "/graphql",
                json={"query": CUBE % target, "variables": {"p": month.days, "at": moment}},
                headers={"Authorization": f"Bearer {office.manager.token}"},
            )
            body = answer.json()
            assert "errors" not in body, body
            found[f"cube {money} {name}"] = repr(body["data"]).encode()
    return found


async def test_a_closed_period_is_the_same_to_the_byte_whatever_comes_later(office: Office, api: Api) -> None:
    world = api.world
    month = await office.month(2)
    await _rate(office, "1.10")
    first = await month.sell(
        sold("CP-1", 20), sold("CP-2", 4), sold("CP-3", 2, "OWN-CP"), sold("CP-4", 1, sold_on="bad")
    )
    second = await month.sell(sold("CP-1", 18), mode="CORRECT")
    await month.calculate()
    statement = await month.statement()
    await office.decide(statement, "APPROVE", office.finance)
    await close(office.desk, "2026-03-01")
    try:
        closing = datetime.now(UTC).isoformat()
        reports = [first["id"], second["id"]]
        before = await exported(office, month, reports, closing)
        assert len(before) >= 11 and all(before.values())

        days = {"start": "2026-02-01", "end": "2026-03-01"}
        corrected = await office.desk.send(
            row("CP-1", quantity="3", sold_on="2026-02-01"),
            row("CP-9", quantity="7", sold_on="2026-02-02"),
            mode="CORRECT",
            period=days,
        )
        assert corrected["correctedLines"] == 1
        alias = await office.partner.act(
            "distributor/confirm_alias.graphql",
            agreementId=office.desk.agreement,
            code="OWN-CP",
            meaning={"productId": global_id("Product", Key(office.vendor_id, world.products["Acme", "DRIVE-2"]))},
        )
        assert alias["userErrors"] == []
        await api.count()
        await _rate(office, "1.30")
        await world.connection.execute("UPDATE party SET name = 'Renamed ' || name WHERE kind = 'RESELLER'")
        await month.calculate()
        after = await exported(office, month, reports, closing)
        told = {name for name, each in before.items() if after[name] != each}
        assert told == {"report 0 of vendor", "report 0 of distributor"}, "of the row alone that was decided afterwards"
        for name in told:
            now, then = (set(each[name].decode().splitlines()) for each in (after, before))
            assert [("ACCEPTED" in one, "OWN-CP" in one) for one in now - then] == [(True, True)]
            assert [("HELD" in one, "OWN-CP" in one) for one in then - now] == [(True, True)]
        march = {"start": "2026-03-01", "end": "2026-04-01"}
        data = await office.manager.ask(CUBE % "null", p=march, at=None)
        assert data["viewer"]["vendor"]["network"]["sales"]["edges"], "what was corrected counts in the open period"
    finally:
        await close(office.desk, None)


async def _rate(office: Office, rate: str) -> None:
    payload = await office.manager.act(
        "vendor/set_exchange_rates.graphql",
        rates=[{"base": "EUR", "quote": "USD", "effectiveFrom": "2025-01-01", "rate": rate}],
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []


async def test_a_statement_is_asked_where_it_stood_at_a_past_moment(office: Office, api: Api) -> None:
    month = await office.month(4)
    await month.sell(sold("ST-1", 10))
    moments = [datetime.now(UTC)]

    async def moment() -> None:
        moments.append(datetime.now(UTC))

    await month.calculate()
    await moment()
    await month.sell(sold("ST-2", 5))
    await month.calculate()
    await moment()
    statement = await month.statement()
    await office.decide(statement, "APPROVE", office.finance)
    await moment()
    await office.decide(statement, "CREDIT", office.finance, creditNumber="ST-CM")
    await api.world.connection.execute("UPDATE statement_standing SET known_at = known_at - interval '2 hours'")

    async def stood(at: datetime, document: str = "vendor", caller: Any = office.manager) -> Any:
        asked = {"statement": statement["id"], "asOf": (at - timedelta(hours=2)).isoformat()}
        node = (await caller.ask(f"{document}/statement_as_known.graphql", **asked))["node"]
        found = node["standing"]
        return found and (found["status"], found["revision"], found["payable"]["amount"])

    expected = [None, ("CALCULATED", 1, "10"), ("CALCULATED", 2, "20"), ("APPROVED", 2, "20")]
    assert [await stood(at) for at in moments] == expected
    assert await stood(datetime.now(UTC)) == ("CREDITED", 2, "20")
    assert [await stood(at, "distributor", office.partner) for at in moments] == expected
    asked = {"statement": statement["id"], "asOf": datetime.now(UTC).isoformat()}
    refused = await office.manager.raw("vendor/statement_as_known.graphql", **asked)
    assert "30 minutes" in refused["errors"][0]["message"]
    long_ago = {"statement": statement["id"], "asOf": "2026-01-01T00:00:00+00:00"}
    for caller in (await api.distributor("Dist Two"), await api.vendor("Borealis"), await api.reseller()):
        answer = await caller.raw("distributor/statement_as_known.graphql", **long_ago)
        assert ((answer.get("data") or {}).get("node") or {}).get("standing") is None
