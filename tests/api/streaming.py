"""The application on a real socket, with clocks that can be moved, and clients that follow what it streams."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from app.execution.configured import lanes
from app.main import RequestLog, Server
from app.server import StreamingServer, web_server
from app.settings import PROJECT, Settings
from app.store.changes import Changes
from app.store.connect import Urls
from app.store.database import Database
from tests.api.conftest import Api, Caller

PROTOCOL = Subprotocol("graphql-transport-ws")
PROGRESS = (PROJECT / "graphql" / "operations" / "distributor" / "submission_progress.graphql").read_text()
STATUS = "subscription($id: ID!) { submissionProgress(id: $id) { status counts { progress } } }"
HEADER = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency"
SOON = 10.0
"Seconds within which everything that is waited for happens."


@dataclass
class Clock:
    """How far a server's clocks are ahead."""

    ahead: float = 0.0

    def wall(self) -> float:
        return time.time() + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@dataclass
class Served:
    """One server process's worth of application, listening on the loopback."""

    port: int
    server: Server
    changes: Changes
    clock: Clock
    web: StreamingServer
    running: asyncio.Task[None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    @property
    def left(self) -> int:
        """How much there is of streams: what is followed, operations under way, and connections."""
        held = self.server.subscriptions.slots.held + self.server.sockets.connections.held
        return self.changes.followed + held

    async def settled(self, *, left: int = 0) -> None:
        """Wait until no more is left of streams than this."""
        for _ in range(round(SOON * 100)):
            if self.left <= left:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"of streams {self.left} are left")

    async def stop(self) -> None:
        """Stop as a signal would."""
        self.web.should_exit = True
        await asyncio.wait_for(self.running, SOON)

    @asynccontextmanager
    async def socket(self, token: str | None = None, **options: Any) -> AsyncIterator["Socket"]:
        """A connection; initialised where a token is given."""
        address = self.url.replace("http", "ws", 1)
        options = {"subprotocols": [PROTOCOL], "ping_interval": None, "compression": None, **options}
        async with connect(address, **options) as opened:
            made = Socket(opened)
            if token is not None:
                await made.send(type="connection_init", payload={"Authorization": f"Bearer {token}"})
                assert await made.receive() == {"type": "connection_ack"}
            yield made

    @asynccontextmanager
    async def events(
        self, token: str | None, query: str, *, accept: str = "text/event-stream", get: bool = False, **variables: Any
    ) -> AsyncIterator[httpx.Response]:
        """A request whose answer is streamed."""
        headers = {"Accept": accept, **({"Authorization": f"Bearer {token}"} if token else {})}
        asked = {"query": query, "variables": json.dumps(variables)} if get else None
        body = None if get else {"query": query, "variables": variables}
        async with (
            httpx.AsyncClient(timeout=SOON, headers=headers) as http,
            http.stream("GET" if get else "POST", self.url, params=asked, json=body) as response,
        ):
            yield response


@dataclass
class Socket:
    """A client's end of a WebSocket."""

    connection: ClientConnection
    sent: int = 0

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await asyncio.wait_for(self.connection.recv(), SOON))
        return message

    async def subscribe(self, query: str, **variables: Any) -> str:
        """Begin an operation, and say by which id."""
        self.sent += 1
        id = str(self.sent)
        await self.send(type="subscribe", id=id, payload={"query": query, "variables": variables})
        return id

    async def next(self, id: str) -> dict[str, Any]:
        """The payload of an operation's next answer."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("next", id), message
        payload: dict[str, Any] = message["payload"]
        return payload

    async def closed(self) -> tuple[int, str]:
        """The code and reason by which the server closes."""
        try:
            async with asyncio.timeout(SOON):
                while True:
                    await self.connection.recv()
        except ConnectionClosed:
            assert self.connection.close_code is not None
            return self.connection.close_code, self.connection.close_reason or ""


@asynccontextmanager
async def serving(urls: Urls, *, settings: Settings | None = None, **changed: Any) -> AsyncIterator[Served]:
    """The application on a free port. `changed` are attributes of its subscriptions or of its sockets."""
    chosen = settings or Settings(home=Path("/nowhere"))
    clock = Clock()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    database = await Database.open(urls.app, connections=lanes(chosen))
    async with Changes(urls.app).listening() as changes:
        server = Server(chosen, database, changes, wall=clock.wall, monotonic=clock.monotonic)
        for name, value in changed.items():
            owner = server.subscriptions if hasattr(server.subscriptions, name) else server.sockets
            assert hasattr(owner, name), name
            setattr(owner, name, value)
        app = Starlette(routes=server.routes(), middleware=[Middleware(RequestLog)])
        app.state.end_streams = changes.end
        started = asyncio.Event()
        web = web_server(chosen, app, started.set)
        running = asyncio.create_task(web.serve(sockets=[listener]))
        await asyncio.wait_for(started.wait(), SOON)
        served = Served(listener.getsockname()[1], server, changes, clock, web, running)
        try:
            yield served
        finally:
            await served.stop()
    await database.close()


async def handed_in(api: Api, caller: Caller, rows: int = 2, text: str | None = None) -> str:
    """A report that waits to be counted."""
    lines = [f"S-{uuid4().hex[:8]},1,2026-01-05,DRIVE-1,A-1,1,120,EUR" for _ in range(rows)]
    payload = await caller.act(
        "distributor/submit_sell_through.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period={"start": "2026-01-01", "end": "2026-02-01"},
        source={"uploadId": await caller.upload((text or "\n".join([HEADER, *lines, ""])).encode())},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    found: str = payload["submission"]["id"]
    return found


@dataclass
class Reading:
    """The events of a stream, in their order."""

    response: httpx.Response
    comments: int = 0
    seen: list[str] = field(default_factory=list)

    async def __aiter__(self) -> AsyncIterator[tuple[str, Any]]:
        kind = ""
        async for line in self.response.aiter_lines():
            if line.startswith(":"):
                self.comments += 1
            elif line.startswith("event: "):
                kind = line.removeprefix("event: ")
                self.seen.append(kind)
            elif line.startswith("data:"):
                data = line.removeprefix("data:").strip()
                yield kind, json.loads(data) if data else None
