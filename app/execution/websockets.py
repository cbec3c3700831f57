"""Answers over a WebSocket, by the protocol graphql-transport-ws: many operations on one connection.

The protocol itself is strawberry's; here is what it says nothing of: who asks, until when, and how much. The client names
its token once, in the payload of `connection_init` or in the header of the handshake; when the token ends or the client is
revoked, the connection is closed (4403) and everything on it ends. Queries and mutations pass through the same door as
over HTTP. A client that takes nothing of what is sent to it is let go.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from json import JSONDecodeError
from time import perf_counter
from typing import Any, cast
from uuid import uuid4

import msgspec
import strawberry
import structlog
from starlette.datastructures import Headers
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)

from app.execution.errors import Fault
from app.execution.http import Asked
from app.execution.slots import Slots, too_many
from app.execution.subscriptions import (
    LONGEST_SEND,
    Answer,
    Ended,
    Identity,
    Leaving,
    Subscriptions,
    refusal,
)

log = structlog.get_logger()

MOST_OPERATIONS = 32
"Operations that may be under way on one connection."
MOST_CONNECTIONS = 20
"Connections that one client may have to one process."
INITIALISED_WITHIN = timedelta(seconds=10)
CLOSED_WITHIN = 5.0
"Seconds for which a closing connection waits until the client takes what is still to be sent."
UNAUTHORIZED, FORBIDDEN, DUPLICATE, LATER = 4401, 4403, 4409, 1013
FOREIGN = "Web pages of this origin may not connect."
LONGEST_REASON = 120
"Bytes; a close frame holds no more than three more."


class _Initialise(msgspec.Struct, tag="connection_init", tag_field="type"):
    payload: dict[str, Any] | None = None


class _Ping(msgspec.Struct, tag="ping", tag_field="type"):
    payload: dict[str, Any] | None = None


class _Pong(msgspec.Struct, tag="pong", tag_field="type"):
    payload: dict[str, Any] | None = None


class _Subscribe(msgspec.Struct, tag="subscribe", tag_field="type"):
    id: str
    payload: Asked


class _Complete(msgspec.Struct, tag="complete", tag_field="type"):
    id: str


@dataclass(slots=True)
class Connection:
    """What is known of a connection: the token of its handshake, and since `connection_init` who asks."""

    header: str | None
    origin: str | None
    request_id: str
    identity: Identity[Any] | None = None
    identified: asyncio.Event = field(default_factory=asyncio.Event)
    held: ExitStack = field(default_factory=ExitStack)
    operations: int = 0


class _Operation(Operation[Connection, None]):
    """An operation as it was asked."""

    __slots__ = ("asked",)

    def __init__(self, handler: "Handler", id: str, asked: Asked) -> None:
        super().__init__(handler, id, asked.query, asked.variables, asked.operationName)
        self.asked = asked


class Adapter(ASGIWebSocketAdapter):
    """A connection that waits for nobody for ever, and that may be closed more than once."""

    def __init__(self, view: "Sockets", request: WebSocket, response: WebSocket) -> None:
        super().__init__(cast(Any, view), request, response)
        self.stalled = asyncio.Event()
        self._longest_send = view.longest_send

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        async for message in super().iter_json(ignore_parsing_errors=ignore_parsing_errors):
            yield message
            await asyncio.sleep(0)  # however many messages came at once, the others have their turn

    async def send_json(self, message: Mapping[str, object]) -> None:
        if self.ws.application_state is not WebSocketState.CONNECTED:
            raise WebSocketDisconnected
        try:
            async with asyncio.timeout(self._longest_send):
                await super().send_json(message)
        except TimeoutError as reason:
            self.stalled.set()
            raise WebSocketDisconnected from reason

    async def close(self, code: int, reason: str) -> None:
        if self.ws.application_state is not WebSocketState.CONNECTED:
            return
        with suppress(TimeoutError, WebSocketDisconnect):
            async with asyncio.timeout(CLOSED_WITHIN):
                await self.ws.close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore").strip())


class Handler(BaseGraphQLTransportWSHandler[Connection, None]):
    """One connection."""

    view: "Sockets"
    websocket: Adapter

    async def handle(self) -> None:
        """Serve the connection until the client leaves, or has to."""
        began = perf_counter()
        serving = asyncio.create_task(super().handle())
        guarding = asyncio.create_task(self._guard())
        with self.context.held:
            try:
                await asyncio.wait({serving, guarding}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                serving.cancel()
                guarding.cancel()
                await asyncio.wait({serving, guarding})
        took, connection = round(perf_counter() - began, 1), self.context
        log.info("connection", id=connection.request_id, operations=connection.operations, seconds=took)
        for task in (serving, guarding):
            if not task.cancelled():
                task.result()

    async def _guard(self) -> None:
        """Close the connection when nobody can be said to ask any longer, or when nobody takes what is sent."""
        await self.context.identified.wait()
        identity = self.context.identity
        assert identity is not None
        while True:
            seconds = self.view.subscriptions.looked_up_every
            try:
                seconds = min(seconds, max(identity.remaining(await identity.now()), 0))
            except Ended as reason:
                return await self.websocket.close(FORBIDDEN, str(reason))
            except Exception:
                log.exception("who asks cannot be looked up; trying again", id=self.context.request_id)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.websocket.stalled.wait()
                return await self.websocket.close(LATER, "Nothing was taken of what was sent. Connect again.")

    async def handle_message(self, message: Message) -> None:
        try:
            read = msgspec.convert(message, type=_Initialise | _Ping | _Pong | _Subscribe | _Complete)
        except msgspec.ValidationError as reason:
            return await self.handle_invalid_message(f"No message of graphql-transport-ws: {reason}")
        if isinstance(read, _Initialise) and read.payload is None:
            message = {"type": "connection_init"}
        await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        if self.context.identity is None:
            try:
                await self._identify(message.get("payload") or {})
            except Ended as reason:
                return await self.websocket.close(FORBIDDEN, str(reason))
            except Fault as reason:
                return await self.websocket.close(LATER, reason.message)
        await super().handle_connection_init(message)

    async def _identify(self, payload: Mapping[str, object]) -> None:
        """Find out who asks. Raises Ended where nobody is proven, RATE_LIMITED where its connections are too many."""
        named = next((value for name, value in payload.items() if name.lower() == "authorization"), self.context.header)
        identity = self.view.identity_of(named if isinstance(named, str) else None)
        actor = await identity.now()
        if not self.view.may_call(actor, self.context.origin):
            raise Ended(FOREIGN)
        self.context.held.enter_context(self.view.connections.taken(actor.client_id or actor.user_id))
        self.context.identity = identity
        self.context.identified.set()

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        id = message["id"]
        if not self.connection_acknowledged:
            await self.websocket.close(UNAUTHORIZED, "Unauthorized: send connection_init and wait for connection_ack.")
        elif id in self.operations:
            await self.websocket.close(DUPLICATE, f"Subscriber for {id} already exists")
        elif len(self.operations) >= self.view.most_operations:
            await self.send_message(
                _sent(id, refusal(too_many(self.view.most_operations, "connection", "operations"), ""))
            )
        else:
            self.context.operations += 1
            operation = self.operations[id] = _Operation(self, id, msgspec.convert(message["payload"], Asked))
            operation.task = asyncio.create_task(self.run_operation(operation))

    async def run_operation(self, operation: Operation[Connection, None]) -> None:
        """Send every answer to an operation, and that there are no more."""
        assert isinstance(operation, _Operation) and self.context.identity is not None
        answers = self.view.subscriptions.answers(
            operation.asked, self.context.identity, self.context.request_id, admit=self.view.admit
        )
        try:
            async with aclosing(answers):
                async for answer in answers:
                    await operation.send_operation_message(_sent(operation.id, answer))
            await operation.send_operation_message({"id": operation.id, "type": "complete"})
        except Ended as reason:
            await self.websocket.close(FORBIDDEN, str(reason))
        except (Leaving, WebSocketDisconnected):
            return


def _sent(id: str, answer: Answer) -> Message:
    if answer.executed:
        return {"id": id, "type": "next", "payload": cast(Any, answer.body)}
    return {"id": id, "type": "error", "payload": answer.body["errors"]}


class Sockets(GraphQL[Connection, None]):
    """The WebSocket side of the endpoint.

    `identity_of` makes an identity of an Authorization header. `known_origin` says whether pages of an origin may connect at
    all, `may_call` whether they may for this actor. `admit` counts an operation of an actor. `longest_send` is in seconds.
    """

    websocket_adapter_class = Adapter  # type: ignore[assignment]
    graphql_transport_ws_handler_class = Handler

    def __init__(
        self,
        schema: strawberry.Schema,
        subscriptions: Subscriptions[Any],
        identity_of: Callable[[str | None], Identity[Any]],
        known_origin: Callable[[str], Awaitable[bool]],
        may_call: Callable[[Any, str | None], bool],
        admit: Callable[[Any], Awaitable[None]],
        *,
        most_operations: int = MOST_OPERATIONS,
        most_connections: int = MOST_CONNECTIONS,
        initialised_within: timedelta = INITIALISED_WITHIN,
        longest_send: float = LONGEST_SEND,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=initialised_within,
        )
        self.subscriptions, self.identity_of = subscriptions, identity_of
        self.connections = Slots(most_connections, "client", "connections")
        self.most_operations, self.longest_send = most_operations, longest_send
        self.may_call, self.admit = may_call, admit
        self._known_origin = known_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin")
        if origin is not None and not await self._known_origin(origin):
            await PlainTextResponse(f"{FOREIGN}\n", 403)(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    async def get_context(self, request: HttpRequest | WebSocket, response: Response | WebSocket) -> Connection:
        return Connection(request.headers.get("authorization"), request.headers.get("origin"), uuid4().hex)

    def is_websocket_origin_allowed(self, request: WebSocket, origin: str) -> bool:
        return True  # it was asked before

    def decode_json(self, data: str | bytes) -> object:
        try:
            return msgspec.json.decode(data)
        except (msgspec.DecodeError, RecursionError) as reason:
            raise JSONDecodeError(str(reason), "", 0) from reason

    def encode_json(self, data: object) -> str:
        return msgspec.json.encode(data).decode()
