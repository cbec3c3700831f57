"""Serving: the web server, and beside it the worker as a child process that never outlives it."""

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog
import uvicorn
from starlette.applications import Starlette

from app.settings import Settings
from app.store.connect import Urls

log = structlog.get_logger()
LONGEST_DRAIN = 20
WORKER_NICENESS = 5
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"As in malloc.h."


class PortTaken(Exception):
    """The address cannot be listened on; the message says what would help."""


def listen(settings: Settings) -> socket.socket:
    """A listening socket. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as reason:
        listener.close()
        raise PortTaken(
            f"Cannot listen on {settings.host}:{settings.port} ({reason.strerror}). Another server may be running there; "
            f"stop it, or choose another port: TAILRACE_PORT={settings.port + 1}."
        ) from reason
    return listener


def serve(settings: Settings, urls: Urls, listener: socket.socket, started: Callable[[], None]) -> None:
    """Serve until told to stop; requests under way are finished, at most twenty seconds long."""
    from app.main import application  # what most commands need nothing of

    server = web_server(settings, application(settings, urls.app), started)
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(_serve(server, settings, urls, listener))


def web_server(settings: Settings, app: Starlette, started: Callable[[], None]) -> "StreamingServer":
    """The web server for an application, which is not running yet."""
    config = uvicorn.Config(
        app,
        lifespan="on",  # a server that cannot open its database ends, and says why
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LONGEST_DRAIN,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=settings.largest_request,
        ws_per_message_deflate=False,
    )
    return StreamingServer(config, started, app)


class StreamingServer(uvicorn.Server):
    """A web server that says when it takes requests, and ends its streams before it waits for what is under way."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None], app: Starlette) -> None:
        super().__init__(config)
        self._tell, self._app = started, app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self.started:
            self._app.state.end_streams()
        await super().shutdown(sockets)


async def _serve(server: uvicorn.Server, settings: Settings, urls: Urls, listener: socket.socket) -> None:
    worker = asyncio.create_task(_keep_worker(urls)) if settings.worker_in_process else None
    try:
        await server.serve(sockets=[listener])
    finally:
        if worker is not None:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)


async def _keep_worker(urls: Urls) -> None:
    """Run the worker as a child; start it again when it dies. It ends when its standard input does."""
    environment = {**os.environ, "DATABASE_URL": urls.app, "TAILRACE_MIGRATION_DATABASE_URL": ""}
    command = [sys.executable, "-m", "app.cli", "worker", "--leave-with-parent"]
    while True:
        child = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, env=environment)
        try:
            code = await child.wait()
        except asyncio.CancelledError:
            assert child.stdin is not None
            child.stdin.close()
            try:
                await asyncio.wait_for(child.wait(), LONGEST_DRAIN)
            except TimeoutError:
                child.kill()
            raise
        log.error("the worker ended and is started again", code=code)
        await asyncio.sleep(1)


def run_worker(settings: Settings, database_url: str, *, leave_with_parent: bool) -> None:
    """Work until told to stop, by a signal or by the end of standard input.

    The worker gives way to the server: it is nice to others, and reads a report in one thread unless told otherwise.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:0,muzzy_decay_ms:0")
    if hasattr(os, "nice"):
        os.nice(WORKER_NICENESS)
    _give_memory_back()
    asyncio.run(_work(settings, database_url, leave_with_parent))


def _give_memory_back() -> None:
    """Have the C library return what a batch of a report took as soon as it is free, and share it among threads."""
    with suppress(AttributeError, OSError):
        allocator = ctypes.CDLL(None)
        allocator.mallopt(M_ARENA_MAX, 2)
        allocator.mallopt(M_MMAP_THRESHOLD, 128 * 1024)
        allocator.mallopt(M_TRIM_THRESHOLD, 128 * 1024)


async def _work(settings: Settings, database_url: str, leave_with_parent: bool) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if leave_with_parent:

        def wait_for_parent() -> None:
            sys.stdin.buffer.read()
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=wait_for_parent, daemon=True).start()
    from app.worker import work

    await work(settings, database_url, stop)
