"""What is published is heard when it is committed; who is slow misses nothing, and piles nothing up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import asyncpg
import pytest

from app.store.changes import CHANNEL, Changes, Topic, Watch, publish
from app.store.connect import Urls
from app.store.database import Database, acting_as_worker


@pytest.fixture(scope="module")
async def changes(urls: Urls) -> AsyncIterator[Changes]:
    async with Changes(urls.app).listening() as listening:
        yield listening


def a_topic() -> Topic:
    return Topic("submission", uuid4(), uuid4())


async def heard(watch: Watch, within: float = 5.0) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await anext(watch)
            return True
    return False


async def following(changes: Changes, topic: Topic) -> Watch:
    """A watch that has read where its topic stands, while the connection is up."""
    watch = changes.watch(topic)
    assert await heard(watch), "the first step waits for nothing"
    await heard(watch, 0.3)
    return watch


async def test_a_change_is_heard_when_it_is_committed(database: Database, changes: Changes) -> None:
    topic = a_topic()
    watch, other = await following(changes, topic), await following(changes, a_topic())
    async with database.writing(acting_as_worker(topic.vendor_id)) as session:
        await publish(session, topic)
        assert not await heard(watch, 0.3), "it cannot be read yet"
    assert await heard(watch)
    assert not await heard(other, 0.3), "it is another topic's"
    watch.close()
    other.close()
    assert changes.followed == 0


async def test_what_was_rolled_back_is_never_heard(database: Database, changes: Changes) -> None:
    topic = a_topic()
    watch = await following(changes, topic)
    with pytest.raises(RuntimeError):
        async with database.writing(acting_as_worker(topic.vendor_id)) as session:
            await publish(session, topic)
            raise RuntimeError
    assert not await heard(watch, 0.3)
    watch.close()


async def test_who_is_slow_hears_once_of_many_changes(database: Database, changes: Changes) -> None:
    topic = a_topic()
    watch = await following(changes, topic)
    for _ in range(50):
        async with database.writing(acting_as_worker(topic.vendor_id)) as session:
            await publish(session, topic)
    await asyncio.sleep(0.3)
    assert await heard(watch) and not await heard(watch, 0.3)
    watch.close()


async def test_all_read_again_when_the_connection_was_lost(urls: Urls, database: Database, changes: Changes) -> None:
    topic = a_topic()
    watch = await following(changes, topic)
    owner = await asyncpg.connect(urls.owner)
    ended = await owner.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE application_name = 'tailrace changes' AND datname = current_database()"
    )
    assert ended == 1
    assert await heard(watch), "who follows something reads again"
    async with database.writing(acting_as_worker(topic.vendor_id)) as session:
        await publish(session, topic)
    assert await heard(watch), "and hears on the new connection"
    await owner.execute("SELECT pg_notify($1, 'nonsense')", CHANNEL)
    await owner.close()
    assert not await heard(watch, 0.3)
    watch.close()


async def test_a_process_that_stops_ends_what_is_followed(urls: Urls) -> None:
    async with Changes(urls.app).listening() as listening:
        watch = await following(listening, a_topic())
        waiting = asyncio.create_task(heard(watch))
        await asyncio.sleep(0)
    with pytest.raises(StopAsyncIteration):
        await waiting
