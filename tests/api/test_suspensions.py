"""Resellers suspended and reinstated on a day to come: who reads it, who may, and what the clock makes of it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.partners.actions import carry_out_planned
from tests.api.conftest import Api
from tests.api.partners_kit import authorization_gid, done, refused

TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=7)
SUSPEND, REINSTATE = "distributor/suspend_reseller.graphql", "distributor/reinstate_reseller.graphql"
BY_VENDOR = "vendor/suspend_reseller.graphql"
SEEN = (
    "query($id: ID!) { node(id: $id) { ... on ResellerAuthorization"
    " { status suspendedBy suspensionReason planned { status on by reason } } } }"
)


@pytest.fixture(autouse=True)
async def as_before(api: Api) -> AsyncIterator[None]:
    """Afterwards every authorisation is active, with nothing planned."""
    yield
    await api.world.connection.execute(
        "UPDATE reseller_authorization SET status = 'ACTIVE', suspended_by = NULL, suspension_reason = NULL,"
        " planned_status = NULL, planned_on = NULL, planned_by = NULL, planned_reason = NULL"
    )


def one(api: Api) -> str:
    return authorization_gid(api, "Acme", "Dist One", "Reseller One")


def named(api: Api, on: date | None = SOON, reason: str = "Invoices are overdue.") -> dict[str, Any]:
    given = {"authorizationId": one(api), "reason": reason}
    return given if on is None else {**given, "effectiveOn": on.isoformat()}


async def clock(api: Api, day: date) -> int:
    return await carry_out_planned(api.database, datetime(day.year, day.month, day.day, 0, 1, tzinfo=UTC))


async def test_a_suspension_on_a_day_to_come_is_read_by_both_sides_and_carried_out_that_day(api: Api) -> None:
    distributor = await api.distributor()
    planned = await done(distributor, SUSPEND, **named(api))
    expected = {"status": "SUSPENDED", "on": str(SOON), "by": "DISTRIBUTOR", "reason": "Invoices are overdue."}
    assert (planned["status"], planned["planned"]) == ("ACTIVE", expected)
    for caller in (await api.reseller(), await api.vendor()):
        assert (await caller.ask(SEEN, id=one(api)))["node"]["planned"] == expected
    assert await clock(api, SOON - timedelta(days=1)) == 0
    assert await clock(api, SOON) == 1
    assert await clock(api, SOON) == 0
    seen = (await distributor.ask(SEEN, id=one(api)))["node"]
    assert (seen["status"], seen["suspendedBy"], seen["planned"]) == ("SUSPENDED", "DISTRIBUTOR", None)
    assert seen["suspensionReason"] == "Invoices are overdue."
    back = await done(distributor, REINSTATE, **named(api, SOON, "Paid."))
    assert (back["status"], back["planned"]["status"]) == ("SUSPENDED", "ACTIVE")
    assert await clock(api, SOON + timedelta(days=3)) == 1, "a day that was missed is made up for"
    seen = (await distributor.ask(SEEN, id=one(api)))["node"]
    assert (seen["status"], seen["suspendedBy"], seen["suspensionReason"]) == ("ACTIVE", None, None)


async def test_a_suspension_that_lies_ahead_is_called_off(api: Api) -> None:
    distributor = await api.distributor()
    await done(distributor, SUSPEND, **named(api))
    assert await refused(api, distributor, REINSTATE, **named(api)) == [(["input", "effectiveOn"], "INVALID")]
    off = await done(distributor, REINSTATE, **named(api, None, "Paid."))
    assert (off["status"], off["planned"]) == ("ACTIVE", None)
    assert await clock(api, SOON) == 0
    assert await refused(api, distributor, REINSTATE, **named(api, None)) == [(["input", "authorizationId"], "INVALID")]


async def test_the_vendor_s_plan_stands_whatever_the_distributor_does(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    planned = await done(vendor, BY_VENDOR, **named(api, reason="Out of programme."))
    assert planned["planned"]["by"] == "VENDOR"
    assert await refused(api, distributor, SUSPEND, **named(api)) == [(["input", "authorizationId"], "NOT_ALLOWED")]
    at_once = await done(distributor, SUSPEND, **named(api, None))
    assert (at_once["suspendedBy"], at_once["planned"]["by"]) == ("DISTRIBUTOR", "VENDOR")
    assert await clock(api, SOON) == 1
    seen = (await distributor.ask(SEEN, id=one(api)))["node"]
    assert (seen["suspendedBy"], seen["suspensionReason"]) == ("VENDOR", "Out of programme.")
    assert await refused(api, distributor, REINSTATE, **named(api, None)) == [(["input", "authorizationId"], "INVALID")]


async def test_an_act_of_the_vendor_drops_what_a_distributor_planned(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    await done(distributor, SUSPEND, **named(api))
    suspended = await done(vendor, BY_VENDOR, **named(api, None))
    assert (suspended["suspendedBy"], suspended["planned"]) == ("VENDOR", None)
    assert await clock(api, SOON) == 0


async def test_what_is_wrong_with_a_day_is_told_and_nothing_is_written(api: Api) -> None:
    distributor = await api.distributor()
    wrong = named(api, TODAY - timedelta(days=1), " ")
    assert await refused(api, distributor, SUSPEND, **wrong) == [
        (["input", "reason"], "REQUIRED"),
        (["input", "effectiveOn"], "INVALID"),
    ]
    foreign = {**named(api), "authorizationId": authorization_gid(api, "Acme", "Dist Two", "Hidden Reseller")}
    missing = [(["input", "authorizationId"], "NOT_FOUND")]
    assert await refused(api, distributor, SUSPEND, **foreign) == missing
    assert await refused(api, await api.vendor(), BY_VENDOR, **foreign) == missing
    viewer = await api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    answer = await viewer.raw(SUSPEND, input=named(api))
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    rival = await api.distributor("Dist Two")
    assert (await rival.ask(SEEN, id=one(api)))["node"] is None
    assert (await (await api.reseller("Reseller Two")).ask(SEEN, id=one(api)))["node"] is None


async def test_today_is_at_once(api: Api) -> None:
    suspended = await done(await api.distributor(), SUSPEND, **named(api, TODAY))
    assert (suspended["status"], suspended["planned"]) == ("SUSPENDED", None)
