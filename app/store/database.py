"""The only door to the database: connections in lanes, and transactions that act as one role for one actor.

A transaction begins with one message that also takes on the role of the actor's level and says for whom it acts;
row-level security does the rest. Nothing is ever set for longer than a transaction, so a connection that goes back to
its lane knows nobody. Only this module begins and ends transactions.

A server keeps three lanes apart, so that who is quick waits for the quick alone: a slow question waits for slow ones, and
senders that dawdle stop nobody. Each lane has few connections: of requests half done at once there are then few as well,
which keeps caches warm; what waits for a connection has done nothing yet (docs/decisions/0008).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.exceptions import InterfaceError

from app.tables.metadata import DatabaseRole

Row = asyncpg.Record


@dataclass(frozen=True, slots=True)
class Context:
    """For whom a transaction acts. What is empty matches no row.

    `vendor_id` is the one network that a vendor or the worker works in; `vendor_ids` are the networks an actor belongs to;
    `party_ids` are its parties there. `actor_id` is the person or the integration that acts; nobody where the system does.
    """

    role: DatabaseRole
    organization_id: UUID | None = None
    vendor_id: UUID | None = None
    vendor_ids: frozenset[UUID] = frozenset()
    party_ids: frozenset[UUID] = frozenset()
    actor_id: UUID | None = None

    def opening(self) -> str:
        """The message that takes on the role and the context. Built from UUIDs and role names alone."""
        settings = (
            str(self.organization_id or ""),
            str(self.vendor_id or ""),
            ",".join(sorted(map(str, self.vendor_ids))),
            ",".join(sorted(map(str, self.party_ids))),
            str(self.actor_id or ""),
        )
        quoted = ", ".join(f"'{setting}'" for setting in settings)
        return f"SET LOCAL ROLE {self.role.value}; SELECT act_for({quoted})"


def acting_as_worker(vendor_id: UUID, organization_id: UUID | None = None) -> Context:
    """The worker's context: one vendor's network, and for reading a report's bytes the organisation that handed it in."""
    return Context(DatabaseRole.WORKER, organization_id=organization_id, vendor_id=vendor_id)


AUTHENTICATING = Context(DatabaseRole.AUTH)
"Before an actor exists: users, clients, links and keys may be read, nothing of any network."


@dataclass(slots=True)
class Session:
    """One open transaction. Statements run one after the other, whoever asks."""

    connection: asyncpg.Connection
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def rows(self, statement: str, *arguments: object) -> list[Row]:
        async with self._turn:
            found: list[Row] = await self.connection.fetch(statement, *arguments)
        return found

    async def row(self, statement: str, *arguments: object) -> Row | None:
        async with self._turn:
            found: Row | None = await self.connection.fetchrow(statement, *arguments)
        return found

    async def value(self, statement: str, *arguments: object) -> Any:
        async with self._turn:
            return await self.connection.fetchval(statement, *arguments)

    async def execute(self, statement: str, *arguments: object) -> int:
        """Run a statement and say how many rows it touched."""
        async with self._turn:
            status: str = await self.connection.execute(statement, *arguments)
        last = status.rpartition(" ")[2]
        return int(last) if last.isdigit() else 0

    async def execute_as(self, role: DatabaseRole, statement: str, *arguments: object) -> None:
        """Run one statement as another role, then go on as the role of the transaction.

        A statement that fails leaves the transaction with nothing to do but to roll back, and the role goes with it.
        """
        async with self._turn:
            own = await self.connection.fetchval("SELECT current_setting('role')")
            await self.connection.execute(f"SET LOCAL ROLE {role}")
            await self.connection.execute(statement, *arguments)
            await self.connection.execute(f"SET LOCAL ROLE {own}")

    async def open(self, statement: str, *arguments: object) -> None:
        """Find the rows of a statement, to be read a few at a time by `following`; one statement in a transaction."""
        async with self._turn:
            await self.connection.execute("SET LOCAL cursor_tuple_fraction = 1")
            await self.connection.fetch(f"DECLARE through NO SCROLL CURSOR FOR {statement}", *arguments)

    async def following(self, most: int) -> list[Row]:
        """The next rows of the statement that was opened; fewer where there are no more."""
        async with self._turn:
            found: list[Row] = await self.connection.fetch(f"FETCH {most} FROM through")
        return found

    async def copy_out(
        self, statement: str, arguments: Sequence[object], take: Callable[[bytes], Awaitable[None]], most: float
    ) -> None:
        """Hand the rows of a statement on as CSV, as they come, for so many seconds at most."""
        async with self._turn:
            await self.connection.execute(f"SET LOCAL statement_timeout = {round(most * 1000)}")
            await self.connection.copy_from_query(statement, *arguments, output=take, format="csv")

    async def execute_many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        async with self._turn:
            await self.connection.executemany(statement, rows)

    async def copy_csv(self, table: str, columns: Sequence[str], csv: bytes) -> None:
        """COPY rows in CSV form (empty is NULL, quoted empty is empty) into a table."""
        async with self._turn:
            await self.connection.copy_to_table(table, source=BytesIO(csv), columns=columns, format="csv")


Reader = Session
"A session of a read-only snapshot: every statement of a request sees the same moment."


class Lane(Enum):
    """What a transaction is for, and so for whom it may have to wait."""

    QUICK = "quick"
    "Ordinary questions and acts."
    HEAVY = "heavy"
    "Questions that scan, or that are large."
    LONG = "long"
    "Whatever lasts as long as somebody sends or fetches."


@dataclass(frozen=True, slots=True)
class Lanes:
    """How many connections each lane has at most."""

    quick: int = 4
    heavy: int = 4
    long: int = 8


class Database:
    """The connections of one process to one PostgreSQL database. What is asked goes by one lane; `on` gives another."""

    def __init__(self, pools: Mapping[Lane, asyncpg.Pool], lane: Lane = Lane.QUICK) -> None:
        self._pools, self._pool = pools, pools[lane]

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        connections: int | Lanes = 10,
        statement_timeout: float = 30.0,
        work_memory: str = "4MB",
        table_memory: str = "8MB",
    ) -> "Database":
        """Connect. A mere number of `connections` is one pool for all lanes. Lanes open a connection when they first need
        it, all but one of the quick.

        `statement_timeout` in seconds ends any statement that takes longer; `work_memory` is what each sort or hash of a
        statement may use of the database server's memory before it goes to disk, `table_memory` what the temporary tables
        of a connection may.
        """

        async def pool(least: int, most: int, **further: str) -> asyncpg.Pool:
            made: asyncpg.Pool = await asyncpg.create_pool(
                url,
                min_size=least,
                max_size=most,
                init=_prepare,
                reset=_forget,
                server_settings={
                    "application_name": "tailrace",
                    "statement_timeout": str(round(statement_timeout * 1000)),
                    "idle_in_transaction_session_timeout": "60000",
                    "jit": "off",
                    "work_mem": work_memory,
                    "temp_buffers": table_memory,
                    **further,
                },
            )
            return made

        if isinstance(connections, int):
            return cls(dict.fromkeys(Lane, await pool(1, connections)))
        # A page looks each object up once: remembering what was looked up costs it more than the look-ups.
        quick = await pool(1, connections.quick, enable_memoize="off")
        heavy, long = await pool(0, connections.heavy), await pool(0, connections.long)
        return cls({Lane.QUICK: quick, Lane.HEAVY: heavy, Lane.LONG: long})

    def on(self, lane: Lane) -> "Database":
        """The same database by way of this lane."""
        return Database(self._pools, lane)

    async def close(self) -> None:
        for pool in set(self._pools.values()):
            await pool.close()

    @asynccontextmanager
    async def reading(self, context: Context) -> AsyncIterator[Reader]:
        """One snapshot, read only."""
        async with self._acting(context, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as session:
            yield session

    @asynccontextmanager
    async def writing(self, context: Context) -> AsyncIterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        async with self._acting(context, "BEGIN") as session:
            yield session

    async def ping(self) -> None:
        """Raise unless the database answers."""
        await self._pool.fetchval("SELECT 1")

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A bare connection outside any context, for the job queue and for LISTEN."""
        async with self._pool.acquire() as connection:
            yield connection

    @asynccontextmanager
    async def _acting(self, context: Context, begin: str) -> AsyncIterator[Session]:
        async with self._pool.acquire() as connection:
            await connection.execute(f"{begin}; {context.opening()}")
            try:
                yield Session(connection)
            except BaseException:
                # A connection that was lost has rolled back; what cannot be rolled back here, the pool closes.
                with suppress(InterfaceError, asyncpg.PostgresConnectionError):
                    await asyncio.shield(_roll_back(connection))
                raise
            await connection.execute("COMMIT")


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda data: msgspec.json.decode(data[1:]),
    )


async def _roll_back(connection: asyncpg.Connection) -> None:
    if not connection.is_closed() and connection.is_in_transaction():
        await connection.execute("ROLLBACK")


_forget: Callable[[asyncpg.Connection], Awaitable[None]] = _roll_back
"Nothing outlives a transaction, so ending one that was left open is all there is to forget."
