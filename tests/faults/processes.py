"""Servers and workers in processes of their own, which can be killed; a database of their own, which can be too; and locks
that hold a worker where it is, so that it is killed there and nowhere else.

Run as a program, this file is a web server without a worker over the database that it is told.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from uuid import UUID

import asyncpg
from asyncpg.exceptions import InterfaceError, PostgresError

from app.network.verify import differences
from app.settings import PROJECT
from app.store.connect import LOGIN, Urls, set_up
from app.store.database import Database, acting_as_worker
from app.store.embedded import Cluster
from app.store.schema import create
from tests.world import World

PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def process(*command: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python program of ours, ended when the block is over unless it was killed before."""
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "TAILRACE_LOG_LEVEL": "ERROR", **environment},
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield started
    finally:
        await kill(started)


async def kill(running: asyncio.subprocess.Process) -> None:
    """kill -9, and wait until it is gone."""
    with suppress(ProcessLookupError):
        running.send_signal(signal.SIGKILL)
    await running.wait()


@asynccontextmanager
async def worker(urls: Urls) -> AsyncIterator[asyncio.subprocess.Process]:
    """`tailrace worker`."""
    async with process("-m", "app.cli", "worker", DATABASE_URL=urls.app) as running:
        yield running


@asynccontextmanager
async def server(urls: Urls, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """The web server, once it takes requests."""
    async with process(str(Path(__file__)), DATABASE_URL=urls.app, TAILRACE_PORT=str(port)) as running:
        assert running.stdout is not None
        said = await asyncio.wait_for(running.stdout.readline(), PATIENCE)
        assert said == b"serving\n"
        yield running


async def until(true: Callable[[], Awaitable[object]], patience: float = PATIENCE) -> None:
    """Wait until it is true."""
    began = time.monotonic()
    while not await true():
        assert time.monotonic() - began < patience, "it did not become true"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def held(
    owner_url: str, table: str, mode: str = "ACCESS EXCLUSIVE"
) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    """Nobody else touches a table meanwhile. Gives a question: whether somebody waits for it."""
    holder, watcher = await asyncpg.connect(owner_url), await asyncpg.connect(owner_url)
    await holder.execute(f"BEGIN; LOCK TABLE {table} IN {mode} MODE")

    async def waited_for() -> object:
        return await watcher.fetchval(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = $1::regclass AND NOT granted)", table
        )

    try:
        yield waited_for
    finally:
        for connection in (holder, watcher):
            with suppress(PostgresError, InterfaceError, OSError):
                await connection.close(timeout=2)


async def crash(owner_url: str) -> None:
    """kill -9 of one process of the database server: it throws all others out and repairs itself."""
    victim, other = await asyncpg.connect(owner_url), await asyncpg.connect(owner_url)
    pid = await victim.fetchval("SELECT pg_backend_pid()")
    os.kill(pid, signal.SIGKILL)
    await until(lambda: _answer(other.is_closed()), 10)
    for connection in (victim, other):
        connection.terminate()
    await until(lambda: _answers(owner_url))


async def _answer(value: object) -> object:
    return value


async def _answers(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (PostgresError, OSError):
        return False
    await connection.close()
    return True


async def reconnected(world: World, urls: Urls) -> None:
    """The world's own connection, anew where it was lost, as soon as the server takes any."""
    world.connection.terminate()
    for _ in range(300):
        try:
            world.connection = await asyncpg.connect(urls.owner)
        except (OSError, asyncpg.CannotConnectNowError):
            await asyncio.sleep(0.1)
        else:
            return
    raise AssertionError("the server takes no connection within half a minute")


async def nothing_differs(urls: Urls, vendor_id: UUID) -> None:
    """What `tailrace verify` looks at."""
    database = await Database.open(urls.app, connections=2)
    try:
        async with database.reading(acting_as_worker(vendor_id)) as db:
            assert await differences(db, vendor_id) == []
    finally:
        await database.close()


@contextmanager
def a_folder() -> Iterator[Path]:
    """A folder that the database server's own user can reach."""
    with tempfile.TemporaryDirectory(prefix="tailrace-faults-", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        yield Path(made)


async def another_database(cluster: Cluster, name: str) -> Urls:
    """A database with our schema, on a server whose commits are commits."""
    urls = await set_up(cluster, name, "for-tests-only")
    await create(urls.owner, urls.login)
    return urls


def _can_mount() -> bool:
    """Whether this machine lets us make small disks: root does, in most containers."""
    if os.geteuid() != 0:
        return False
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs"]
    with a_folder() as place:
        mounted = subprocess.run([*mount, place], check=False, capture_output=True).returncode == 0
        if mounted:
            subprocess.run(["umount", place], check=True)
        return mounted


SMALL_DISKS = [1] if _can_mount() else []
"The sizes of disks, in megabytes, that can be made to be full. Where there are none, a fault is put into the session."


@contextmanager
def small_disk(cluster: Cluster, megabytes: int) -> Iterator[Path]:
    """A disk that the database server may write to, and that is soon full."""
    owner = cluster.data.stat()
    with a_folder() as place:
        options = f"size={megabytes}m,mode=700,uid={owner.st_uid},gid={owner.st_gid}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=True)
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", place], check=True)


async def on_disk(urls: Urls, table: str, folder: Path | None) -> None:
    """Move a table to another disk, or back: then there is room again."""
    connection = await asyncpg.connect(urls.owner)
    try:
        if folder is not None:
            await connection.execute(f"CREATE TABLESPACE small_{table} LOCATION '{folder}'")
        await connection.execute(f"ALTER TABLE {table} SET TABLESPACE {f'small_{table}' if folder else 'pg_default'}")
        if folder is None:
            await connection.execute(f"DROP TABLESPACE small_{table}")
    finally:
        await connection.close()


if __name__ == "__main__":
    from app.logs import configure
    from app.server import listen, serve
    from app.settings import settings

    chosen = settings().model_copy(update={"worker_in_process": False})
    configure(chosen.log_level)
    url = os.environ["DATABASE_URL"]
    serve(chosen, Urls(url, url, LOGIN), listen(chosen), lambda: print("serving", flush=True))
