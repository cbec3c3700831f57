"""Subscriptions: whoever follows an object is sent it again whenever it has changed.

A subscription holds no transaction and no object. For every change the asker is looked up anew, and the object is read in
a snapshot of its own, under the permissions and the row-level security of that moment: what may no longer be seen ends
the stream. Between changes the asker is looked up every few seconds, so that an ended token or a revoked client is not
waited for. Which change is heard is `app/store/changes.py`'s affair; how answers travel is that of `websockets.py` and
`event_streams.py`.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Hashable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial, wraps
from inspect import isawaitable
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from app.execution.edges import Batch, Selection, edge
from app.execution.errors import ErrorCode, Fault, forbidden
from app.execution.http import Asked, BadRequest, Endpoint, body_of, was_executed
from app.execution.request import Asker, Request
from app.execution.slots import Slots
from app.store.changes import Changes, Topic, Watch
from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLResolveInfo,
    create_source_event_stream,
    execute_subscription_event,
    map_source_to_response_event,
)

LOOKED_UP_EVERY = 15.0
"Seconds after which who follows something is looked up again, though nothing has changed."
LONGEST_SEND = 30.0
"Seconds in which a client takes what is sent to it; a stream that nobody reads is ended."
MOST_PER_CLIENT = 100
"Operations that one client may have under way in one process, over all its streams."


class Follower(Asker, Protocol):
    """Who may follow something."""

    @property
    def client_id(self) -> UUID | None: ...

    @property
    def user_id(self) -> UUID | None: ...

    @property
    def expires_at(self) -> datetime: ...


F = TypeVar("F", bound=Follower)


class Ended(Exception):
    """Nobody can be said to ask, or to ask any longer; the message says why."""


class Leaving(Exception):
    """The server is about to stop. What was followed goes on at another one."""


TOKEN_ENDED = "The access token has ended. Get another one at /oauth/token, and connect again."  # noqa: S105


class Identity(Generic[F]):
    """Who asks, by one Authorization header. `wall` is the time in seconds since 1970."""

    def __init__(
        self,
        header: str | None,
        identify: Callable[[str | None], Awaitable[F]],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._header, self._identify, self._wall = header, identify, wall

    async def now(self) -> F:
        """The actor of this moment. Raises Ended."""
        actor = await self._identify(self._header)
        if self.remaining(actor) <= 0:
            raise Ended(TOKEN_ENDED)
        return actor

    def remaining(self, actor: F) -> float:
        """Seconds until the token ends."""
        return actor.expires_at.timestamp() - self._wall()


@dataclass(slots=True)
class Event(Generic[F]):
    """Something to be read, and by whom: the parent of a subscription's root field."""

    actor: F
    paid: bool = False
    "Whether reading it is paid for already: the first one is, by what admitted the operation."
    over: bool = False
    "Whether nothing more will come, told by what was read."
    subject: Any = None
    "What it is about, where a field tells many things one after the other."


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent. Where nothing was executed, it has errors alone, and nothing follows it."""

    body: dict[str, Any]
    executed: bool


def live(
    batch: Batch,
    *,
    topic: Callable[..., Topic | None],
    over: Callable[[Any], bool],
    permission: str,
) -> Any:
    """A root field of Subscription. `batch` reads what is followed, as of every edge; `topic(request, **arguments)` says
    whose changes are heard; `over` tells of what was read whether it can still change."""

    @wraps(batch)
    async def read(
        request: Request[Any], parents: Sequence[Event[Any]], selection: Selection, **arguments: Any
    ) -> Sequence[Any]:
        found = await batch(request, parents, selection, **arguments)
        for event, each in zip(parents, found, strict=True):
            event.over = over(each)
        return found

    field: StrawberryField = edge(read, permission=permission)
    field.metadata = MappingProxyType({**field.metadata, "topic": topic})
    return field


News = Callable[[Request[Any], datetime], Awaitable[Sequence[Hashable]]]
"""What an asker may know of that has come since a moment, and a while before, in its order. Something may become readable
a while after it was written down; what was told already is not told again."""


def told(batch: Batch, *, topics: Callable[[Any], Collection[Topic]], news: News, permission: str) -> Any:
    """A root field of Subscription that tells many things, each once and none of those that were there at the beginning.

    `topics(actor)` says whose changes are heard; then `news` is asked, and `batch` reads each new thing, as of every edge
    whose parents they are.
    """

    @wraps(batch)
    async def read(
        request: Request[Any], parents: Sequence[Event[Any]], selection: Selection, **arguments: Any
    ) -> Sequence[Any]:
        return await batch(request, [event.subject for event in parents], selection, **arguments)

    field: StrawberryField = edge(read, permission=permission)
    field.metadata = MappingProxyType({**field.metadata, "topic": topics, "news": news})
    return field


class Subscriptions(Generic[F]):
    """Answers operations of any kind, one after the other answer, over whatever carries them.

    `open_request` makes the request of an actor (its id is the second argument), `introspects` says whether an actor may
    introspect. `looked_up_every` is in seconds.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        changes: Changes,
        open_request: Callable[[F, str], Request[F]],
        introspects: Callable[[F], bool],
        *,
        most_per_client: int = MOST_PER_CLIENT,
        looked_up_every: float = LOOKED_UP_EVERY,
    ) -> None:
        self.looked_up_every = looked_up_every
        self._endpoint = endpoint
        self._schema = endpoint.definitions._schema
        self._changes = changes
        self._open_request = open_request
        self._introspects = introspects
        self.slots = Slots(most_per_client, "client", "operations")
        self._refuse_fields_without_topic()

    def _refuse_fields_without_topic(self) -> None:
        root = self._schema.subscription_type
        for name, field in root.fields.items() if root is not None else ():
            if "topic" not in field.extensions["strawberry-definition"].metadata:
                raise TypeError(f"Subscription.{name} does not say what it follows: make it with `live`")

    async def answers(
        self,
        asked: Asked,
        identity: Identity[F],
        request_id: str,
        *,
        reading_only: bool = False,
        admit: Callable[[F], Awaitable[None]] | None = None,
    ) -> AsyncGenerator[Answer, None]:
        """Everything there is to answer: one answer, or one for every change of what is subscribed to.

        `admit` counts the operation, and raises a Fault where it is one too many. Raises Ended where the asker's time is
        over, Leaving where the server's is.
        """
        try:
            actor = await identity.now()
            if admit is not None:
                await admit(actor)
            with self.slots.taken(actor.client_id or actor.user_id):
                async with aclosing(self._answered(asked, identity, actor, request_id, reading_only)) as results:
                    async for answer in results:
                        yield answer
        except (Ended, Leaving):
            raise
        except BadRequest as reason:
            yield refusal(Fault(ErrorCode.BAD_USER_INPUT, reason.message), request_id)
        except Fault as reason:
            yield refusal(reason, request_id)
        except Exception as fault:
            yield refusal(GraphQLError("", original_error=fault), request_id)

    async def _answered(
        self, asked: Asked, identity: Identity[F], actor: F, request_id: str, reading_only: bool
    ) -> AsyncGenerator[Answer, None]:
        introspection = self._introspects(actor)
        document = await self._endpoint.subscription(asked, actor, introspection=introspection)
        if document is not None:
            async with aclosing(self._follow(document, asked, identity, actor, request_id)) as results:
                async for answer in results:
                    yield answer
            return
        async with self._open_request(actor, request_id) as request:
            result = await self._endpoint.answer(asked, request, introspection=introspection, reading_only=reading_only)
        executed = was_executed(result)
        yield Answer(body_of(result, request_id, executed), executed)

    async def _follow(
        self, document: DocumentNode, asked: Asked, identity: Identity[F], actor: F, request_id: str
    ) -> AsyncGenerator[Answer, None]:
        """An answer for how things stand, and one for each change after which they stand otherwise."""
        executor = Executor.build(
            self._schema,
            document,
            context_value=self._open_request(actor, request_id),
            raw_variable_values=asked.variables or {},
            operation_name=asked.operationName,
            subscribe_field_resolver=partial(self._begin, identity),
        )
        if isinstance(executor, list):
            yield Answer(body_of(ExecutionResult(None, executor), request_id, False), False)
            return
        begun = create_source_event_stream(executor)
        events = await begun if isawaitable(begun) else begun
        if isinstance(events, ExecutionResult):
            yield Answer(body_of(events, request_id, False), False)
            return
        last: tuple[object, dict[str, Any]] | None = None
        about = _About()
        async with aclosing(
            map_source_to_response_event(executor, events, self._reading(asked, request_id, about))
        ) as results:
            async for result in results:
                executed = result.data is not None or last is not None
                body = body_of(result, request_id, executed)
                if (about.subject, body) != last:
                    yield Answer(body, executed)
                if result.data is None:
                    return
                last = about.subject, body

    def _begin(
        self, identity: Identity[F], _: object, info: GraphQLResolveInfo[Any], **given: Any
    ) -> AsyncGenerator[Event[F], None]:
        """The events of a root field, for somebody who may call it."""
        definition = info.parent_type.fields[info.field_name]
        needed = definition.extensions["requires"]
        if not needed <= info.context.actor.permissions:
            raise forbidden(needed, info.context.actor.permissions)
        own: StrawberryField = definition.extensions["strawberry-definition"]
        if "news" in own.metadata:
            return self._tidings(own, needed, identity, info.context)
        arguments = convert_arguments(
            given, own.arguments, scalar_registry=DEFAULT_SCALAR_REGISTRY, config=self._endpoint.definitions.config
        )
        return self._events(own.metadata["topic"](info.context, **arguments), identity, info.context.actor)

    async def _events(self, topic: Topic | None, identity: Identity[F], actor: F) -> AsyncGenerator[Event[F], None]:
        watch = self._changes.watch(topic)
        try:
            await anext(watch)
            event = Event(actor, paid=True)
            while True:
                yield event
                if event.over:
                    return
                event = Event(await self._next_reader(watch, identity, event.actor))
        except StopAsyncIteration:
            raise Leaving from None
        finally:
            watch.close()

    async def _tidings(
        self, own: StrawberryField, needed: frozenset[Any], identity: Identity[F], first: Request[F]
    ) -> AsyncGenerator[Event[F], None]:
        """An event for each thing that has come since the beginning. Its follower's rights are those of the moment.

        The first step of a watch waits for nothing, so what comes while following begins is told too.
        """
        actor, since = first.actor, datetime.now(UTC)
        known = frozenset(await self._news(own, actor, first.request_id, since))
        watch = self._changes.watch(*own.metadata["topic"](actor))
        try:
            while True:
                now = await self._next_reader(watch, identity, actor)
                if now.context() != actor.context():
                    watch.close()
                    watch = self._changes.watch(*own.metadata["topic"](now))
                actor, looked = now, datetime.now(UTC)
                if not needed <= actor.permissions:
                    yield Event(actor)
                found = await self._news(own, actor, first.request_id, since)
                for each in found:
                    if each not in known:
                        yield Event(actor, subject=each)
                known, since = frozenset(found), looked
        except StopAsyncIteration:
            raise Leaving from None
        finally:
            watch.close()

    async def _news(self, own: StrawberryField, actor: F, request_id: str, since: datetime) -> Sequence[Hashable]:
        """What there is to tell, read in a snapshot of its own."""
        async with self._open_request(actor, request_id) as request:
            found: Sequence[Hashable] = await own.metadata["news"](request, since)
        return found

    async def _next_reader(self, watch: Watch, identity: Identity[F], actor: F) -> F:
        """Wait until what is followed has changed, or what its follower may see; say who reads it then."""
        while True:
            heard = True
            try:
                async with asyncio.timeout(min(self.looked_up_every, max(identity.remaining(actor), 0))):
                    await anext(watch)
            except TimeoutError:
                heard = False
            now = await identity.now()
            if heard or (now.permissions, now.context()) != (actor.permissions, actor.context()):
                return now

    def _reading(
        self, asked: Asked, request_id: str, about: "_About"
    ) -> Callable[[Executor[Any]], Awaitable[ExecutionResult]]:
        """How one event is executed: for its actor, in a snapshot of its own, and paid for like a request."""

        async def read(executor: Executor[Any]) -> ExecutionResult:
            event: Event[F] = executor.root_value
            about.subject = event.subject
            if not event.paid:
                await self._endpoint.subscription(asked, event.actor, introspection=self._introspects(event.actor))
            async with self._open_request(event.actor, request_id) as request:
                executor.context_value = request
                result = execute_subscription_event(executor)
                return result if isinstance(result, ExecutionResult) else await result

        return read


@dataclass(slots=True)
class _About:
    """What the answer under way is about, where a field tells many things."""

    subject: Any = None


def refusal(reason: GraphQLError, request_id: str) -> Answer:
    """An answer to what was not executed."""
    return Answer(body_of(ExecutionResult(None, [reason]), request_id, False), False)
