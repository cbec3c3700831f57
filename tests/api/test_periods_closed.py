"""Closing reporting periods and opening them again."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.errors import Refused
from app.execution.identifiers import Key, key_of
from app.execution.request import Request
from app.programme.terms import Level
from app.reports.periods.actions import close_period
from tests.api.conftest import Api
from tests.api.periods_kit import TODAY, an_agreement, came, month, noon, nothing_written, period_gid, refused, states
from tests.execution.counted import PlainLinks

CLOSE = "vendor/close_reporting_period.graphql"
REOPEN = "vendor/reopen_reporting_period.graphql"


async def test_periods_close_in_order_once_they_are_over(api: Api) -> None:
    name, agreement = await an_agreement(api)
    vendor = await api.vendor()
    first, second = period_gid(agreement, month(6)), period_gid(agreement, month(5))
    assert await refused(api, vendor, CLOSE, periodId=second) == [("periodId", "INVALID")]
    payload = await vendor.act(CLOSE, periodId=first)
    assert payload["userErrors"] == [] and payload["period"]["state"] == "CLOSED"
    assert await refused(api, vendor, CLOSE, periodId=first) == [("periodId", "STALE")]
    for ago in range(5, 0, -1):
        assert (await vendor.act(CLOSE, periodId=period_gid(agreement, month(ago))))["userErrors"] == []
    closed = await api.world.connection.fetchval("SELECT closed_before FROM agreement WHERE id = $1", agreement.id)
    assert closed == month(0)
    assert await refused(api, vendor, CLOSE, periodId=period_gid(agreement, month(0))) == [("periodId", "NOT_OVER")]
    assert await refused(api, vendor, CLOSE, periodId=period_gid(agreement, month(-3))) == [("periodId", "INVALID")]
    found = await states(api, name, agreement)
    assert [found[month(ago)] for ago in range(6, 0, -1)] == ["CLOSED"] * 6
    row = await api.world.connection.fetchrow("SELECT * FROM audit_event WHERE subject = $1", second)
    assert row["act"] == "closeReportingPeriod"
    assert month(4).isoformat() in row["after"] and month(5).isoformat() in row["before"]


async def test_the_last_closed_period_opens_again(api: Api) -> None:
    _, agreement = await an_agreement(api)
    vendor = await api.vendor()
    first, second = period_gid(agreement, month(6)), period_gid(agreement, month(5))
    assert await refused(api, vendor, REOPEN, periodId=first) == [("periodId", "INVALID")]
    for each in (first, second):
        await vendor.act(CLOSE, periodId=each)
    assert await refused(api, vendor, REOPEN, periodId=first) == [("periodId", "INVALID")]
    for each in (second, first):
        payload = await vendor.act(REOPEN, periodId=each)
        assert payload["userErrors"] == [] and payload["period"]["state"] == "MISSING"
    assert (
        await api.world.connection.fetchval("SELECT closed_before FROM agreement WHERE id = $1", agreement.id) is None
    )


async def test_a_period_of_which_something_was_corrected_stays_closed(api: Api) -> None:
    name, agreement = await an_agreement(api)
    vendor, world = await api.vendor(), api.world
    report = await came(api, name, agreement, month(6), month(5), noon(month(5)))
    key, first = key_of("Submission", report), period_gid(agreement, month(6))
    assert key is not None
    await vendor.act(CLOSE, periodId=first)
    distributor = await world.connection.fetchval("SELECT distributor_id FROM agreement WHERE id = $1", agreement.id)
    line = {
        "vendor_id": agreement.vendor_id,
        "submission_id": key.id,
        "row_number": 1,
        "agreement_id": agreement.id,
        "distributor_id": distributor,
        "document_kind": "INVOICE",
        "document_number": "C-1",
        "document_line": "1",
        "sold_on": month(6),
        "counts_on": month(0),
        "product_id": world.products["Acme", "DRIVE-1"],
        "product_code": "DRIVE-1",
        "quantity": 1_000,
        "reported_quantity": 1_000,
        "currency": "EUR",
        "unit_price": 1,
        "amount": 1,
        "component": 0,
        "content_hash": "",
        "recorded": 1,
    }
    await world.add("sell_in_line", **line)
    assert await refused(api, vendor, REOPEN, periodId=first) == [("periodId", "INVALID")]
    await world.connection.execute("DELETE FROM sell_in_line WHERE agreement_id = $1", agreement.id)
    assert (await vendor.act(REOPEN, periodId=first))["userErrors"] == []


async def test_a_period_closes_when_its_reports_are_counted(api: Api) -> None:
    name, agreement = await an_agreement(api)
    vendor, first = await api.vendor(), period_gid(agreement, month(6))
    await came(api, name, agreement, month(6), month(5), noon(month(5)), status="RECEIVED")
    assert await refused(api, vendor, CLOSE, periodId=first) == [("periodId", "BUSY")]
    await api.world.connection.execute(
        "UPDATE submission SET status = 'PROCESSED' WHERE agreement_id = $1", agreement.id
    )
    assert (await vendor.act(CLOSE, periodId=first))["userErrors"] == []


async def test_no_period_closes_while_a_report_of_the_distributor_is_counted(api: Api) -> None:
    """It waits its turn, and says so where that takes too long."""
    name, agreement = await an_agreement(api)
    actor = api.world.actor(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER)
    distributor = str(api.world.parties["Acme", name])
    first, now = period_gid(agreement, month(6)), datetime.now(UTC)
    async with api.world.connection.transaction():
        await api.world.connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", distributor)
        async with Request(actor, api.database, "test", PlainLinks()) as request:
            with pytest.raises(Refused) as refusal:
                await close_period(request, first, now, wait=0.1)
        assert [problem.code for problem in refusal.value.problems] == ["BUSY"]
        waiting = asyncio.create_task((await api.vendor()).act(CLOSE, periodId=first))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    assert (await waiting)["period"]["state"] == "CLOSED"


async def test_what_is_not_to_be_seen_is_not_closed(api: Api) -> None:
    _, agreement = await an_agreement(api)
    vendor, foreign = await api.vendor(), await api.vendor("Borealis")
    own = period_gid(agreement, month(6))
    never = [period_gid(Key(agreement.vendor_id, uuid4()), month(6)), period_gid(agreement, TODAY.replace(day=2)), "x"]
    for document in (CLOSE, REOPEN):
        assert await refused(api, foreign, document, periodId=own) == [("periodId", "NOT_FOUND")]
        for each in never:
            assert await refused(api, vendor, document, periodId=each) == [("periodId", "NOT_FOUND")]


@pytest.mark.parametrize("document", [CLOSE, REOPEN])
async def test_only_a_program_manager_closes(api: Api, document: str) -> None:
    name, agreement = await an_agreement(api)
    others = [
        await api.vendor("Acme", Role.VENDOR_ANALYST),
        await api.vendor("Acme", Role.VENDOR_FINANCE),
        await api.distributor(name),
    ]
    for caller in others:
        async with nothing_written(api):
            answer = await caller.raw(document, input={"periodId": period_gid(agreement, month(6))})
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
