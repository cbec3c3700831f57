"""What has changed, said to whoever follows it: ids alone, at the moment when the change can be read.

A change is published in the transaction that makes it: it is heard when that transaction is committed, and never when it
is rolled back. A server process listens on one connection and wakes those who follow what changed; each of them reads
again, as itself, what it may see. Who is slow hears once of any number of changes and reads the newest state, so nothing
ever piles up. When the connection was lost, another is opened and all who follow anything read again.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from typing import Final, NamedTuple, Self
from uuid import UUID

import asyncpg
import structlog

from app.store.database import Session
from app.store.jobs import FIRST_PAUSE, LAST_WORD, LONGEST_PAUSE, PASSING

log = structlog.get_logger(__name__)

CHANNEL: Final = "tailrace_changes"
PULSE: Final = 20.0
"How often, in seconds, the listening connection is asked whether it still lives."


class Topic(NamedTuple):
    """What may change and be followed: one object of one network. `kind` is a word without spaces."""

    kind: str
    vendor_id: UUID
    id: UUID


async def publish(session: Session, *topics: Topic) -> None:
    """Say that these have changed, as part of the session's transaction."""
    said = [f"{topic.kind} {topic.vendor_id} {topic.id}" for topic in topics]
    await session.execute("SELECT pg_notify($1, said) FROM unnest($2::text[]) AS said", CHANNEL, said)


class Watch:
    """Follows one topic or several: each step of the iteration waits until one has changed since the step before.

    The first step waits for nothing: what follows a topic first reads where it stands. The iteration ends when the
    process stops listening for good. `close` ends the following.
    """

    def __init__(self, changes: "Changes", topics: Collection[Topic | None]) -> None:
        self._changes, self._topics = changes, topics
        self._changed = asyncio.Event()
        self._changed.set()

    def wake(self) -> None:
        """Let the next step of the iteration be taken."""
        self._changed.set()

    def close(self) -> None:
        """Follow no longer."""
        self._changes.forget(self, *self._topics)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> None:
        await self._changed.wait()
        if self._changes.closed:
            raise StopAsyncIteration
        self._changed.clear()


class Changes:
    """Listens to one database on one connection, for all who follow something in this process.

    `url` is the database as the application's login reaches it.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._watches: dict[Topic | None, set[Watch]] = {}
        self.closed = False

    def watch(self, *topics: Topic | None) -> Watch:
        """Follow topics; where there is None, or no topic, nothing changes but the connection."""
        watch = Watch(self, topics or (None,))
        for topic in topics or (None,):
            self._watches.setdefault(topic, set()).add(watch)
        return watch

    def forget(self, watch: Watch, *topics: Topic | None) -> None:
        """Let a watch go."""
        for topic in topics:
            following = self._watches.get(topic, set())
            following.discard(watch)
            if not following:
                self._watches.pop(topic, None)

    @property
    def followed(self) -> int:
        """How many watches there are."""
        return len({watch for watches in self._watches.values() for watch in watches})

    def end(self) -> None:
        """End every iteration: the process is about to stop."""
        self.closed = True
        self._wake_all()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Self]:
        """Listen while the block runs, on a new connection whenever one was lost."""
        listener = asyncio.create_task(self._listen_for_ever())
        try:
            yield self
        finally:
            self.end()
            listener.cancel()
            await asyncio.wait({listener})

    async def _listen_for_ever(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                async with self._connected() as connection:
                    pause = FIRST_PAUSE
                    await self._listen(connection)
            except PASSING as fault:
                log.warning("changes are not heard; trying again", seconds=pause, error=str(fault))
            except Exception:
                log.exception("changes are not heard; trying again", seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _listen(self, connection: asyncpg.Connection) -> None:
        """Listen until the connection is lost. What happened before anyone listened is made good by reading again."""
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(CHANNEL, self._hear)
        self._wake_all()
        while not lost.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), PULSE)
            if not lost.is_set():
                await connection.fetchval("SELECT 1", timeout=PULSE)
        raise ConnectionError("the database ended the connection")

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        connection: asyncpg.Connection = await asyncpg.connect(
            self._url, timeout=10, server_settings={"application_name": "tailrace changes", "jit": "off"}
        )
        try:
            yield connection
        finally:
            with suppress(*PASSING):
                await connection.close(timeout=LAST_WORD)

    def _hear(self, _: asyncpg.Connection, sender: int, channel: str, said: str) -> None:
        try:
            kind, vendor, id = said.split(" ")
            topic = Topic(kind, UUID(vendor), UUID(id))
        except ValueError:
            log.warning("something was published that is no change", by=sender, channel=channel)
            return
        for watch in self._watches.get(topic, ()):
            watch.wake()

    def _wake_all(self) -> None:
        for watches in self._watches.values():
            for watch in watches:
                watch.wake()
