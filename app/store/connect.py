"""Which database to use: the one that the settings name, or the embedded server, which is set up on first use."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from app.settings import Settings
from app.store.embedded import Cluster, EmbeddedPostgres

LOGIN = "tailrace_app"
DATABASE = "tailrace"


@dataclass(frozen=True, slots=True)
class Urls:
    """How to reach a database: as the application's login, and as its owner."""

    app: str = field(repr=False)
    owner: str = field(repr=False)
    login: str


@contextmanager
def database(settings: Settings) -> Iterator[Urls]:
    """The database for as long as the block lasts; the embedded server is shared with other commands."""
    if settings.database_url is not None:
        app = settings.database_url.get_secret_value()
        owner = settings.migration_database_url
        yield Urls(app, owner.get_secret_value() if owner is not None else app, login_of(app))
        return
    with EmbeddedPostgres(settings.home) as cluster:
        yield asyncio.run(set_up(cluster, DATABASE, secret(settings.home / "application-password")))


def login_of(url: str) -> str:
    """The login in a database URL."""
    from sqlalchemy.engine import make_url

    return make_url(url).username or os.environ.get("PGUSER", "postgres")


def secret(path: Path) -> str:
    """A secret kept in a file that only its owner may read; made on first use."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = secrets.token_urlsafe(32)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made)
        return made


async def set_up(cluster: Cluster, name: str, password: str) -> Urls:
    """Make the application's login and the database where they are missing."""
    connection = await asyncpg.connect(cluster.url("postgres"))
    try:
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", LOGIN):
            await connection.execute(f"CREATE ROLE {LOGIN} LOGIN NOINHERIT")
        await connection.execute(f"ALTER ROLE {LOGIN} PASSWORD '{password}'")
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return Urls(cluster.url(name, LOGIN, password), cluster.url(name), LOGIN)
