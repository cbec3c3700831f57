"""The schema of a database: brought up to date by migrations, or created whole from the tables as they are declared.

Both ways give the same catalog, which a test compares. Migrations run one at a time under an advisory lock, and wait for
a table's lock a few seconds at most, so that a migration never queues the readers of a running server behind it.
"""

from collections.abc import Iterator

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable, SetTableComment

from app.settings import PROJECT
from app.store import jobs
from app.tables.metadata import metadata
from app.tables.protection import login_statements, owner_statements, protection_statements, role_statements

MIGRATION_LOCK = 7_241_880_113
LOCK_TIMEOUT = "5s"


class SchemaTrouble(Exception):
    """The database cannot be used as it is; the message says why and what would help."""


def creation_statements() -> Iterator[str]:
    """Everything that a new database needs, from the declared tables."""
    yield from role_statements()
    for table in metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=postgresql.dialect())).strip()
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            yield str(CreateIndex(index).compile(dialect=postgresql.dialect())).strip()
        if table.comment:
            yield str(SetTableComment(table).compile(dialect=postgresql.dialect())).strip()
    yield from protection_statements()
    yield from jobs.installation_statements()


async def migrate(owner_url: str, login: str) -> None:
    """Bring the database up to date as its owner, and let `login` become the runtime roles."""
    await _as_owner(owner_url, lambda connection: _upgrade(connection, login))


async def create(owner_url: str, login: str) -> None:
    """Create the schema from the declared tables, without migrations: what tests compare migrations with."""
    await _as_owner(
        owner_url,
        lambda connection: _run(connection, [*creation_statements(), *login_statements(login), *owner_statements()]),
    )


async def revision(owner_url: str) -> tuple[str | None, str]:
    """The revision that the database is at, and the one that this code needs."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    heads: list[str | None] = []
    await _as_owner(owner_url, lambda conn: heads.append(MigrationContext.configure(conn).get_current_revision()))
    return heads[0], ScriptDirectory.from_config(_config()).get_current_head() or ""


async def require_current(owner_url: str) -> None:
    """Raise SchemaTrouble unless the database is at the revision that this code needs."""
    current, needed = await revision(owner_url)
    if current != needed:
        raise SchemaTrouble(f"The database is at revision {current}; this code needs {needed}. Run `tailrace migrate`.")


def _config() -> Config:
    return Config(str(PROJECT / "alembic.ini"))


def _upgrade(connection: Connection, login: str) -> None:
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.commit()
    try:
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.commit()
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _run(connection, [*login_statements(login), *owner_statements()])
        connection.commit()
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()


def _run(connection: Connection, statements: Iterator[str] | list[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.commit()


async def _as_owner(owner_url: str, work: object) -> None:
    engine = _engine(owner_url)
    try:
        async with engine.connect() as connection:
            version = (await connection.execute(text("SHOW server_version_num"))).scalar_one()
            if int(version) < 180000:
                raise SchemaTrouble(
                    f"The server is PostgreSQL {int(version) // 10000}; Tailrace needs 18 or newer. "
                    "Point DATABASE_URL at such a server, or unset it to use the embedded one."
                )
            await connection.rollback()
            await connection.run_sync(work)  # type: ignore[arg-type]
    finally:
        await engine.dispose()


def _engine(owner_url: str) -> AsyncEngine:
    url = make_url(owner_url).set(drivername="postgresql+asyncpg")
    return create_async_engine(url, poolclass=NullPool)


__all__ = ["SchemaTrouble", "create", "creation_statements", "migrate", "revision"]
