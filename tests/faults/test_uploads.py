"""An upload that breaks off, whoever goes away: nothing of it is kept, and sending it again is all that it takes.

The client goes, the server is killed, the database crashes, the client falls silent, the disk is full.
"""

import asyncio
import hashlib
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.access.clients import create_client
from app.access.roles import Role
from app.main import application
from app.programme.terms import Level
from app.settings import PROJECT, Settings
from app.store.connect import Urls
from app.store.database import Context, Database, Session
from app.store.embedded import Cluster, EmbeddedPostgres
from app.tables.metadata import DatabaseRole
from tests.api.conftest import Caller, usable_scopes
from tests.faults.processes import (
    SMALL_DISKS,
    a_folder,
    another_database,
    crash,
    free_port,
    on_disk,
    reconnected,
    server,
    small_disk,
    until,
)
from tests.world import World, build

DATA = os.urandom(6 * 1024 * 1024)
"It does not compress, so that it takes its room."
ANNOUNCE = "distributor/create_upload.graphql"
SUBMIT = "distributor/submit_sell_through.graphql"
RECEIVING = "application_name = 'tailrace' AND state <> 'idle' AND query LIKE '%report_chunk%'"
"Between two pieces its transaction is idle, while it writes one it is not."


@pytest.fixture(scope="module")
async def own() -> AsyncIterator[tuple[Cluster, Urls]]:
    """A database server of this module, which may crash: a commit is a commit here."""
    with a_folder() as folder, EmbeddedPostgres(folder, settings={"fsync": "off"}) as running:
        yield running, await another_database(running, "uploads")


@dataclass
class Site:
    """A world in a database of its own, and who is sending."""

    world: World
    urls: Urls
    caller: Caller
    secret: tuple[str, str]

    async def announced(self, **given: Any) -> dict[str, Any]:
        payload = await self.caller.act(ANNOUNCE, filename="report.csv", idempotencyKey=uuid4().hex, **given)
        found: dict[str, Any] = payload["upload"]
        return found

    async def submit(self, upload: str, key: str) -> dict[str, Any]:
        return await self.caller.act(
            SUBMIT,
            agreementId=self.world.agreement_gid("Acme", "Dist One"),
            period={"start": "2026-01-01", "end": "2026-02-01"},
            source={"uploadId": upload},
            idempotencyKey=key,
        )

    async def kept(self) -> tuple[int, int, int]:
        """How many pieces there are of files that are not complete, how many complete files, and submissions."""
        row = await self.world.connection.fetchrow(
            "SELECT (SELECT count(*) FROM report_chunk c JOIN report_file f ON f.id = c.file_id"
            " WHERE f.completed_at IS NULL), (SELECT count(*) FROM report_file WHERE completed_at IS NOT NULL),"
            " (SELECT count(*) FROM submission)"
        )
        assert row is not None
        return tuple(row)


@asynccontextmanager
async def site_over(urls: Urls, http: httpx.AsyncClient) -> AsyncIterator[Site]:
    """Dist One, calling over this connection."""
    world = await build(urls.owner)
    database = await Database.open(urls.owner, connections=1)
    async with database.writing(Context(DatabaseRole.OPERATOR)) as session:
        made = await create_client(
            session,
            world.organizations["Dist One"],
            Level.DISTRIBUTOR,
            "Sender",
            [Role.DISTRIBUTOR_ADMIN],
            usable_scopes((Role.DISTRIBUTOR_ADMIN,)),
        )
    await database.close()
    secret = (str(made.id), made.secret)
    yield Site(world, urls, Caller(http, await _token(http, secret)), secret)
    await world.connection.close()


async def _token(http: httpx.AsyncClient, secret: tuple[str, str]) -> str:
    answer = await http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=secret)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


class Sending:
    """A body that stops half way until it is told to go on."""

    def __init__(self, data: bytes = DATA) -> None:
        self.data, self.on = data, asyncio.Event()
        self.half_sent = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        half = len(self.data) // 2
        for start in range(0, half, 65_536):
            yield self.data[start : min(start + 65_536, half)]
        self.half_sent.set()
        await self.on.wait()
        yield self.data[half:]


async def put(http: httpx.AsyncClient, place: dict[str, Any], body: Any) -> httpx.Response:
    return await http.put(httpx.URL(place["url"]).path, content=body, headers=place["headers"])


async def receiving(site: Site) -> object:
    """Whether pieces of a file are being written by somebody."""
    return await site.world.connection.fetchval(f"SELECT count(*) > 0 FROM pg_stat_activity WHERE {RECEIVING}")


async def completes(site: Site, place: dict[str, Any], http: httpx.AsyncClient) -> None:
    """Sending it again is all that it takes: the bytes are there, whole, and can be handed in."""
    answer = await put(http, place, DATA)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"receivedBytes": len(DATA), "sha256": hashlib.sha256(DATA).hexdigest()}
    payload = await site.submit(place["id"], uuid4().hex)
    assert payload["userErrors"] == []
    assert payload["submission"]["status"] == "RECEIVED"


@pytest.fixture(scope="module")
async def served(own: tuple[Cluster, Urls]) -> AsyncIterator[Site]:
    """The site behind a server process. Tests that kill it start it again on the same port."""
    port = free_port()
    async with (
        server(own[1], port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http,
        site_over(own[1], http) as site,
    ):
        yield site


async def test_a_client_that_goes_in_the_middle_leaves_nothing_and_may_send_again(served: Site) -> None:
    place, body, before = await served.announced(byteSize=len(DATA)), Sending(), await served.kept()
    async with httpx.AsyncClient(base_url=served.caller.http.base_url) as other:
        sending = asyncio.create_task(put(other, place, body))
        await body.half_sent.wait()
        await until(lambda: receiving(served))
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    await until(lambda: _not(receiving(served)))
    assert await served.kept() == before
    payload = await served.submit(place["id"], uuid4().hex)
    assert [error["code"] for error in payload["userErrors"]] == ["UPLOAD_INCOMPLETE"]
    await completes(served, place, served.caller.http)


async def _not(answer: Any) -> bool:
    return not await answer


async def test_two_clients_that_send_one_upload_at_once_leave_it_whole(served: Site) -> None:
    place = await served.announced(byteSize=len(DATA))
    http = served.caller.http
    answers = await asyncio.gather(put(http, place, DATA), put(http, place, DATA), put(http, place, DATA[:-1] + b"\0"))
    codes = sorted(answer.status_code for answer in answers)
    assert codes in ([200, 200, 409], [200, 409, 409])
    found = {answer.json().get("sha256") for answer in answers if answer.status_code == 200}
    assert len(found) == 1


async def test_a_server_that_is_killed_in_the_middle_leaves_nothing(own: tuple[Cluster, Urls], served: Site) -> None:
    place, body, before = await served.announced(), Sending(), await served.kept()
    port = free_port()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        async with server(own[1], port) as running:
            sending = asyncio.create_task(put(http, place, body))
            await body.half_sent.wait()
            await until(lambda: receiving(served))
            running.kill()
            await running.wait()
            body.on.set()
            [answer] = await asyncio.gather(sending, return_exceptions=True)
            assert isinstance(answer, httpx.TransportError)
        await until(lambda: _not(receiving(served)))
        assert await served.kept() == before
        async with server(own[1], port):
            await completes(served, place, http)


async def test_a_database_that_crashes_in_the_middle_is_told_with_when_to_come_back(
    own: tuple[Cluster, Urls], served: Site
) -> None:
    place, body, before = await served.announced(), Sending(), await served.kept()
    http = served.caller.http
    sending = asyncio.create_task(put(http, place, body))
    await body.half_sent.wait()
    await until(lambda: receiving(served))
    await crash(own[1].owner)
    await reconnected(served.world, own[1])
    body.on.set()
    answer = await sending
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) > 0
    assert await served.kept() == before
    await completes(served, place, http)


async def test_a_report_that_was_answered_is_there_after_a_crash(own: tuple[Cluster, Urls], served: Site) -> None:
    place, key = await served.announced(), uuid4().hex
    assert (await put(served.caller.http, place, DATA)).status_code == 200
    given = await served.submit(place["id"], key)
    await crash(own[1].owner)
    await reconnected(served.world, own[1])

    async def again() -> bool:
        answer = await served.caller.raw(SUBMIT, input={})
        return bool(answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT")

    await until(again)
    assert await served.submit(place["id"], key) == given
    stored = await served.world.connection.fetchval(
        "SELECT count(*) FROM submission s JOIN report_file f ON f.id = s.file_id JOIN report_chunk c ON c.file_id = f.id"
        " WHERE s.sha256 = $1",
        hashlib.sha256(DATA).hexdigest(),
    )
    assert stored >= len(DATA) // 2**20


# --- a client that is silent, an upload whose time is over ----------------------------------------------------------


async def test_a_client_that_falls_silent_loses_its_turn_and_is_told(own: tuple[Cluster, Urls], served: Site) -> None:
    """The database ends a transaction in which nothing happens for a minute; here it is told to do so at once."""
    place, before, http = await served.announced(), await served.kept(), served.caller.http
    body = Sending()
    sending = asyncio.create_task(put(http, place, body))
    await body.half_sent.wait()
    await until(lambda: receiving(served))
    ended = await served.world.connection.fetch(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {RECEIVING}"
    )
    assert len(ended) == 1
    await until(lambda: _not(receiving(served)))
    body.on.set()
    answer = await sending
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert await served.kept() == before
    await completes(served, place, http)


async def test_an_upload_whose_time_is_over_takes_no_bytes_and_is_handed_in_by_nobody(served: Site) -> None:
    late, complete, http = await served.announced(), await served.announced(), served.caller.http
    assert (await put(http, complete, DATA)).status_code == 200
    before = await served.kept()
    await served.world.connection.execute("UPDATE report_file SET expires_at = now() - interval '1 second'")
    answer = await put(http, late, DATA)
    assert (answer.status_code, answer.json()["code"]) == (410, "UPLOAD_EXPIRED")
    assert "createUpload" in answer.json()["message"]
    payload = await served.submit(late["id"], uuid4().hex)
    assert [error["code"] for error in payload["userErrors"]] == ["UPLOAD_EXPIRED"]
    assert await served.kept() == before
    assert (await served.submit(complete["id"], uuid4().hex))["userErrors"] == [], "what was received stays"


# --- a full disk ----------------------------------------------------------------------------------------------------

LINES = [
    {
        "documentNumber": f"F-{n}",
        "soldOn": "2026-01-05",
        "productCode": "DRIVE-1",
        "resellerAccount": "A-1",
        "quantity": "1",
    }
    for n in range(1_000)
]


async def test_a_full_disk_is_told_and_nothing_is_kept_half(monkeypatch: pytest.MonkeyPatch, urls: Urls) -> None:
    """The database says that it has no room, at the second piece of a file: to an upload, and to an act."""
    room = asyncio.Event()
    execute = Session.execute

    async def full(self: Session, statement: str, *arguments: object) -> int:
        if "report_chunk" in statement and "INSERT" in statement and not room.is_set():
            raise asyncpg.DiskFullError("could not extend file: No space left on device")
        return await execute(self, statement, *arguments)

    monkeypatch.setattr(Session, "execute", full)
    app = application(Settings(home=Path("/nowhere")), urls.app)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http,
        site_over(urls, http) as site,
    ):
        await finds_no_room(site, http, room.set)


@pytest.mark.parametrize("megabytes", SMALL_DISKS)
async def test_a_disk_that_is_really_full_is_told_the_same(own: tuple[Cluster, Urls], megabytes: int) -> None:
    urls = await another_database(own[0], "full")
    port = free_port()
    with small_disk(own[0], megabytes) as folder:
        await on_disk(urls, "report_chunk", folder)
        async with (
            server(urls, port),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http,
            site_over(urls, http) as site,
        ):
            await finds_no_room(site, http, lambda: None, on_disk(urls, "report_chunk", None))


async def finds_no_room(
    site: Site, http: httpx.AsyncClient, make_room: Callable[[], None], moving: Awaitable[None] | None = None
) -> None:
    """An upload and an act are told that there is no room, and are done once there is: the act once."""
    place, before, key = await site.announced(), await site.kept(), uuid4().hex
    answer = await put(http, place, DATA)
    assert (answer.status_code, answer.json()["code"]) == (507, "NO_SPACE")
    assert int(answer.headers["Retry-After"]) > 0 and "no room" in answer.json()["message"]
    refused = await by_lines(site, key)
    assert (refused.status_code, refused.headers["Retry-After"]) == (507, "60")
    [error] = refused.json()["errors"]
    assert error["extensions"] == {"code": "NO_SPACE", "retryAfter": 60}
    assert refused.json()["data"] is None
    assert await site.kept() == before
    make_room()
    if moving is not None:
        await moving
    done = [(await by_lines(site, key)).json()["data"]["submitSellThrough"] for _ in range(2)]
    assert done[0] == done[1] and done[0]["userErrors"] == []
    await completes(site, place, http)
    assert (await site.kept())[2] == before[2] + 2


async def by_lines(site: Site, key: str) -> httpx.Response:
    """A thousand lines, half of which does not compress, handed in by one act."""
    lines = [{**line, "endCustomer": random.Random(n).randbytes(400).hex()} for n, line in enumerate(LINES)]
    given = {
        "agreementId": site.world.agreement_gid("Acme", "Dist One"),
        "period": {"start": "2026-01-01", "end": "2026-02-01"},
        "source": {"lines": lines},
        "idempotencyKey": key,
    }
    return await site.caller.http.post(
        "/graphql",
        json={"query": (PROJECT / "graphql" / "operations" / SUBMIT).read_text(), "variables": {"input": given}},
        headers={"Authorization": f"Bearer {site.caller.token}"},
    )
