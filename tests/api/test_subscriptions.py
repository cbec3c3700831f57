"""Following a report: what is seen of it, by whom, and until when."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.access.clients import revoke_client
from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.http import Asked
from app.execution.identifiers import Key, global_id, key_of
from app.programme.terms import Level
from app.settings import Settings
from app.store.changes import Topic, publish
from app.store.connect import Urls
from app.store.database import acting_as_worker
from tests.api.conftest import Api, Caller
from tests.api.streaming import PROGRESS, STATUS, Served, Socket, handed_in, serving


@pytest.fixture(scope="module")
async def served(urls: Urls, api: Api) -> AsyncIterator[Served]:
    async with serving(urls, looked_up_every=0.05) as running:
        yield running
        await running.settled()


@asynccontextmanager
async def waiting(api: Api, served: Served, caller: Caller) -> AsyncIterator[tuple[str, Socket, str]]:
    """A report that waits, and somebody who follows it."""
    report = await handed_in(api, await api.distributor())
    try:
        async with served.socket(caller.token) as socket:
            id = await socket.subscribe(STATUS, id=report)
            assert status(await socket.next(id)) == "RECEIVED"
            yield report, socket, id
    finally:
        await api.count()


def status(payload: dict[str, Any]) -> str:
    assert "errors" not in payload, payload
    found: str = payload["data"]["submissionProgress"]["status"]
    return found


async def a_caller(api: Api, *roles: Role) -> tuple[Caller, UUID]:
    """An integration of its own, which a test may take things from, and its client's id."""
    scopes = frozenset({Scope.SELL_THROUGH_WRITE, Scope(f"resellers:{'read' if len(api.callers) % 2 else 'write'}")})
    made = await api.as_(Level.DISTRIBUTOR, "Dist One", *roles, scopes=scopes)
    api.callers.popitem()
    client_id = await api.world.connection.fetchval("SELECT id FROM oauth_client ORDER BY created_at DESC LIMIT 1")
    return made, client_id


async def test_a_report_is_followed_from_received_to_processed(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller, rows=3)
    async with served.socket(caller.token) as socket:
        id = await socket.subscribe(PROGRESS, id=report)
        first = (await socket.next(id))["data"]["submissionProgress"]
        assert (first["id"], first["status"], first["counts"]["progress"]) == (report, "RECEIVED", 0.0)
        await api.count()
        seen = []
        while (message := await socket.receive())["type"] == "next":
            seen.append(message["payload"]["data"]["submissionProgress"])
        assert message == {"type": "complete", "id": id}
        assert [each["status"] for each in seen] in (["PROCESSING", "PROCESSED"], ["PROCESSED"])
        assert seen[-1]["counts"]["accepted"] == 3 and seen[-1]["counts"]["progress"] == 1.0


async def test_every_step_that_is_waited_for_is_seen(api: Api, served: Served) -> None:
    async with waiting(api, served, await api.vendor()) as (report, socket, id):
        key = key_of("Submission", report)
        assert key is not None
        for number, step in enumerate(("PROCESSING", "RECEIVED", "PROCESSING", "RECEIVED")):
            async with served.server.database.writing(acting_as_worker(key.vendor_id)) as session:
                await session.execute("UPDATE submission SET status = $2 WHERE id = $1", key.id, step)
                await publish(session, Topic("submission", key.vendor_id, key.id))
            assert status(await socket.next(id)) == step, f"step {number}, as its vendor sees it"


async def test_a_report_that_cannot_be_read_ends_with_its_reason(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller, text="this is\nno report\n")
    async with served.socket(caller.token) as socket:
        id = await socket.subscribe(PROGRESS, id=report)
        await socket.next(id)
        await api.count()
        seen = []
        while (message := await socket.receive())["type"] == "next":
            seen.append(message["payload"]["data"]["submissionProgress"])
        assert seen[-1]["status"] == "FAILED" and seen[-1]["failure"]["message"]


async def test_a_settled_report_is_sent_once(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    await api.count()
    async with served.socket(caller.token) as socket:
        id = await socket.subscribe(STATUS, id=report)
        assert status(await socket.next(id)) == "PROCESSED"
        assert await socket.receive() == {"type": "complete", "id": id}


async def test_a_foreign_report_is_like_one_that_never_was(api: Api, served: Served) -> None:
    report = await handed_in(api, await api.distributor())
    key = key_of("Submission", report)
    assert key is not None
    foreign = await api.distributor("Dist Two")
    never = [
        global_id("Submission", Key(key.vendor_id, uuid4())),
        global_id("Submission", Key(uuid4(), key.id)),
        global_id("Alias", key),
        "nonsense",
    ]
    async with served.socket(foreign.token) as socket:
        answers = []
        for asked in (report, *never):
            id = await socket.subscribe(STATUS, id=asked)
            message = await socket.receive()
            assert (message["type"], message["id"]) == ("error", id)
            answers.append(message["payload"])
        assert all(answer == answers[0] for answer in answers)
        assert answers[0][0]["extensions"] == {"code": "BAD_USER_INPUT"}
        await served.settled(left=1)
    await api.count()


async def test_a_reseller_follows_no_report_of_a_distributor(api: Api, served: Served) -> None:
    report = await handed_in(api, await api.distributor())
    reseller = await api.reseller()
    async with served.socket(reseller.token) as socket:
        await socket.subscribe(STATUS, id=report)
        message = await socket.receive()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"] == {"code": "BAD_USER_INPUT"}, "as one that was never there"
    await api.count()


async def test_a_revoked_client_is_let_go(api: Api, served: Served, operator_session: Any) -> None:
    caller, client_id = await a_caller(api, Role.DISTRIBUTOR_OPERATOR)
    async with waiting(api, served, caller) as (_, socket, _):
        opening: AbstractAsyncContextManager[Any] = operator_session()
        async with opening as session:
            await revoke_client(session, client_id)
        served.clock.ahead += 16
        code, reason = await socket.closed()
        assert code == 4403 and reason, "and is told why"


async def test_a_client_without_the_permission_is_told_and_follows_no_longer(api: Api, served: Served) -> None:
    caller, client_id = await a_caller(api, Role.DISTRIBUTOR_OPERATOR)
    async with waiting(api, served, caller) as (_, socket, id):
        await api.world.connection.execute(
            "UPDATE oauth_client SET scopes = ARRAY['schema:read'] WHERE id = $1", client_id
        )
        served.clock.ahead += 16
        payload = await socket.next(id)
        assert payload["data"] is None and payload["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert await socket.receive() == {"type": "complete", "id": id}


async def test_who_leaves_the_network_sees_its_reports_no_longer(api: Api, served: Served) -> None:
    caller, _ = await a_caller(api, Role.DISTRIBUTOR_OPERATOR)
    change = "UPDATE party_link SET linked_until = $1 WHERE organization_id = $2"
    own = api.world.organizations["Dist One"]
    async with waiting(api, served, caller) as (_, socket, id):
        await api.world.connection.execute(change, datetime.now(UTC), own)
        served.clock.ahead += 16
        try:
            payload = await socket.next(id)
            assert payload["data"] is None and payload["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        finally:
            await api.world.connection.execute(change, None, own)
            served.clock.ahead += 16


async def test_a_connection_ends_with_its_token(api: Api, urls: Urls) -> None:
    caller = await api.distributor()
    async with serving(urls, looked_up_every=0.05) as served, waiting(api, served, caller) as (_, socket, _):
        served.clock.ahead = 3601
        code, reason = await socket.closed()
        assert code == 4403 and "token has ended" in reason


async def test_who_is_slow_gets_the_newest_state(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    key = key_of("Submission", report)
    assert key is not None
    identity = served.server._identity(f"Bearer {caller.token}")
    query = "subscription($id: ID!) { submissionProgress(id: $id) { counts { received } } }"
    asked = Asked(query=query, variables={"id": report})
    async with aclosing(served.server.subscriptions.answers(asked, identity, "slow")) as answers:
        assert (await anext(answers)).body["data"]["submissionProgress"]["counts"]["received"] == 0
        for number in range(1, 201):
            async with served.server.database.writing(acting_as_worker(key.vendor_id)) as session:
                await session.execute("UPDATE submission SET rows_received = $2 WHERE id = $1", key.id, number)
                await publish(session, Topic("submission", key.vendor_id, key.id))
        await asyncio.sleep(0.2)
        assert (await anext(answers)).body["data"]["submissionProgress"]["counts"]["received"] == 200
    await api.count()


async def test_two_servers_see_the_same_change(api: Api, served: Served, urls: Urls) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    async with (
        serving(urls) as other,
        served.socket(caller.token) as here,
        other.socket(caller.token) as there,
    ):
        followed = [(socket, await socket.subscribe(STATUS, id=report)) for socket in (here, there)]
        for socket, id in followed:
            assert status(await socket.next(id)) == "RECEIVED"
        await api.count()
        for socket, _ in followed:
            last = {}
            while (message := await socket.receive())["type"] == "next":
                last = message["payload"]
            assert status(last) == "PROCESSED"


async def test_following_goes_on_when_the_listening_connection_was_lost(api: Api, served: Served) -> None:
    caller = await api.distributor()
    async with waiting(api, served, caller) as (report, socket, id):
        await api.world.connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'tailrace changes' AND datname = current_database()"
        )
        await api.count()
        async with asyncio.timeout(10):
            while status(await socket.next(id)) != "PROCESSED":
                pass
        assert await socket.receive() == {"type": "complete", "id": id}
        assert key_of("Submission", report) is not None


async def test_who_waits_holds_no_connection_of_the_database(api: Api, urls: Urls) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    few = Settings(home=Path("/nowhere"), quick_connections=2, heavy_connections=1, long_connections=2)
    async with serving(urls, settings=few) as served, served.socket(caller.token) as socket:
        for _ in range(20):
            assert status(await socket.next(await socket.subscribe(STATUS, id=report))) == "RECEIVED"
        assert served.changes.followed == 20
        idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state ~ 'in transaction'"
        assert await api.world.connection.fetchval(idle) == 0
        assert "data" in await socket.next(await socket.subscribe("{ viewer { roles } }"))
    await api.count()
