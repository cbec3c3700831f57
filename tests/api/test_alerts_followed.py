"""Following alerts as they are raised: each is told once, to those whom it concerns, over events and sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from app.access.roles import Role
from app.alerts.actions import Cause, raise_alert
from app.alerts.raising import NewAlert, raise_alerts
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.spans import Span
from app.programme.terms import Level
from app.reports.periods.clock import watch_periods
from app.settings import PROJECT
from app.store.connect import Urls
from app.store.database import acting_as_worker
from tests.api.conftest import Api, Caller
from tests.api.periods_kit import TERMS, an_agreement, at, distributor_id, month, period_gid
from tests.api.streaming import Reading, Served, serving

OPERATIONS = PROJECT / "graphql" / "operations"
RAISED = (OPERATIONS / "vendor" / "alert_raised.graphql").read_text()
RAISED_FOR_ME = (OPERATIONS / "distributor" / "alert_raised.graphql").read_text()


@pytest.fixture(scope="module")
async def served(urls: Urls, api: Api) -> AsyncIterator[Served]:
    async with serving(urls, looked_up_every=0.05) as running:
        yield running
        await running.settled()


@asynccontextmanager
async def following(served: Served, caller: Caller, query: str = RAISED) -> AsyncIterator[AsyncIterator[Any]]:
    """What is told over server-sent events, from the moment that the follower is heard of."""
    before = served.changes.followed
    async with served.events(caller.token, query) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        await followed_by(served, before + 1)
        yield aiter(Reading(response))
    await followed_by(served, before)


async def followed_by(served: Served, number: int) -> None:
    """Wait until so many follow something."""
    for _ in range(1_000):
        if served.changes.followed == number:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{served.changes.followed} follow something, not {number}")


async def next_of(stream: AsyncIterator[Any]) -> dict[str, Any]:
    kind, body = await asyncio.wait_for(anext(stream), 10)
    assert kind == "next" and "errors" not in body, (kind, body)
    found: dict[str, Any] = body["data"]["alertRaised"]
    return found


async def raised(api: Api, agreement: Key, ago: int, kind: AlertKind = AlertKind.REPORT_MISSING) -> str:
    """Raise an alert about a period, as the clock does; its period's id."""
    subject = period_gid(agreement, month(ago))
    period = Span(month(ago), month(ago - 1))
    cause = Cause(agreement, await distributor_id(api, agreement), kind, subject, period, month(ago - 1))
    async with api.database.writing(acting_as_worker(agreement.vendor_id)) as session:
        assert await raise_alert(session, cause, datetime.now(UTC)) > 0
    return subject


async def test_each_alert_is_told_once_to_those_whom_it_concerns(api: Api, served: Served) -> None:
    name, agreement = await an_agreement(api)
    _, another = await an_agreement(api)
    await raised(api, agreement, 6)
    async with (
        following(served, await api.vendor()) as vendor,
        following(served, await api.distributor(name), RAISED_FOR_ME) as own,
    ):
        theirs = await raised(api, another, 5)
        both = await raised(api, agreement, 5)
        reminder = await raised(api, agreement, 4, AlertKind.REPORT_DUE)
        last = await raised(api, agreement, 3)
        assert [(await next_of(vendor))["subject"]["id"] for _ in range(3)] == [theirs, both, last]
        assert [(await next_of(own))["subject"]["id"] for _ in range(3)] == [both, reminder, last]


async def test_a_reseller_is_told_what_is_raised_for_it(api: Api, served: Served) -> None:
    acme, parties = api.world.vendors["Acme"], api.world.parties
    subject = global_id("Vendor", Key(acme, acme))
    document = (OPERATIONS / "reseller" / "alert_raised.graphql").read_text()
    async with following(served, await api.reseller(), document) as own:
        async with api.database.writing(acting_as_worker(acme)) as session:
            for name in ("Reseller Two", "Reseller One"):
                party = parties["Acme", name]
                await raise_alerts(
                    session, [NewAlert(acme, Level.RESELLER, AlertKind.TIER_CHANGED, subject, reseller_id=party)]
                )
        assert (await next_of(own))["kind"] == "TIER_CHANGED"
        told = await (await api.reseller()).ask("{ viewer { alerts(first: 5) { totalCount } } }")
        assert told["viewer"]["alerts"]["totalCount"] == 1


async def test_alerts_that_look_alike_are_told_each(api: Api, served: Served) -> None:
    _, agreement = await an_agreement(api)
    async with following(served, await api.vendor(), "subscription { alertRaised { kind } }") as vendor:
        for ago in (6, 5, 4):
            await raised(api, agreement, ago)
        assert [await next_of(vendor) for _ in range(3)] == [{"kind": "REPORT_MISSING"}] * 3


async def test_what_the_clock_raises_long_after_its_moment_is_told(api: Api, served: Served) -> None:
    """What counts is when it was written down, not of which moment it speaks."""
    _, agreement = await an_agreement(api, **TERMS)
    async with following(served, await api.vendor()) as vendor:
        await watch_periods(api.database, at(5, 16))
        told_of = set()
        while period_gid(agreement, month(6)) not in told_of:
            told_of.add((await next_of(vendor))["subject"]["id"])


async def test_nothing_is_lost_while_the_listening_connection_is(api: Api, served: Served) -> None:
    _, agreement = await an_agreement(api)
    async with following(served, await api.vendor()) as vendor:
        await api.world.connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'tailrace changes' AND datname = current_database()"
        )
        subject = await raised(api, agreement, 6)
        assert (await next_of(vendor))["subject"]["id"] == subject


async def test_alerts_are_told_over_a_socket_too(api: Api, served: Served) -> None:
    _, agreement = await an_agreement(api)
    vendor = await api.vendor()
    before = served.changes.followed
    async with served.socket(vendor.token) as socket:
        id = await socket.subscribe(RAISED)
        await followed_by(served, before + 1)
        subject = await raised(api, agreement, 6)
        assert (await socket.next(id))["data"]["alertRaised"]["subject"]["id"] == subject


async def test_who_may_not_read_alerts_is_told_none(api: Api, served: Served) -> None:
    async with served.socket((await api.reseller(role=Role.RESELLER_VIEWER)).token) as socket:
        await socket.subscribe(RAISED)
        message = await socket.receive()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"] == {"code": "FORBIDDEN", "requires": ["alert:read"]}


async def test_who_loses_the_permission_is_told_no_more(api: Api, served: Served) -> None:
    name, agreement = await an_agreement(api)
    caller = await api.distributor(name, Role.DISTRIBUTOR_OPERATOR)
    async with following(served, caller, RAISED_FOR_ME) as own:
        await api.world.connection.execute(
            "UPDATE oauth_client SET scopes = ARRAY['schema:read'] WHERE organization_id = $1",
            api.world.organizations[name],
        )
        served.clock.ahead += 16
        await raised(api, agreement, 6)
        kind, body = await asyncio.wait_for(anext(own), 10)
        assert kind == "next" and body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        kind, _ = await asyncio.wait_for(anext(own), 10)
        assert kind == "complete"
