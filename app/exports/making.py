"""Exports being made, by the worker and as who asked for them.

The whole list is read in one snapshot, page after page, with the asker's own eyes: its role in the database, its networks
and parties, its permissions. Whether it is still all of that is asked anew before each page; a client that is revoked or a
role that is taken away ends the export. Of the rows no more than a few pages are in memory. The file goes into the database
in compressed pieces as it grows; a worker that dies leaves pieces behind, and the next one begins anew without them.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final
from uuid import UUID, uuid4

import strawberry
import structlog
import zstandard

from app.access.actor import Actor, Unauthenticated, actor_now
from app.access.oauth.bearer import Verified
from app.access.scopes import Scope
from app.execution.connections import Through
from app.execution.errors import asked_too_much, bad_input
from app.execution.identifiers import Key
from app.execution.limits import Limits
from app.execution.request import Request
from app.exports import queries
from app.exports.asking import COUNT, PAGE, Question, question
from app.exports.columns import NoTable
from app.exports.parquet import Parquet
from app.exports.telling import CsvLines, Told, statement_of
from app.exports.writing import PIECE, CsvWriting, JsonLines, Node, Workbook, Writing
from app.programme.exports import KEPT, ExportFormat
from app.store.database import Context, Database, Row
from app.store.outage import outage
from app.tables.metadata import DatabaseRole
from graphql import ExecutionResult, GraphQLError

log = structlog.get_logger(__name__)
GoOn = Callable[[bytes], Awaitable[None]]
"Takes the next bytes, where the export may still go on."

ROWS: Final = 2_000
"Rows of a page."
SCANNED_ROWS: Final = 20_000
"Rows of a page where each page adds up anew what it is made of."
ATTEMPTS: Final = 5
"How often an export is begun before it is given up."
TOLD_EVERY: Final = 0.5
"Seconds after which it is told anew how far an export is, and looked whether it was taken back."


class Ended(Exception):
    """The export ends here; the message says why, to who asked for it."""


class TakenBack(Exception):
    """Who asked for it cancelled it, or another worker has begun it anew: there is nothing more to do."""


@dataclass(frozen=True, slots=True)
class Press:
    """What exports are made with: the graph, and what one export may take."""

    schema: strawberry.Schema
    limits: Limits = field(default_factory=Limits)
    longest: float = 3600.0
    "Seconds."
    largest: int = 8 * 1024**3
    "Bytes of a file."
    rows: int = ROWS
    copied: int = PIECE
    "Bytes that are taken at once of what the database tells by itself."
    short: bool = True
    "Whether it may."
    told_every: float = TOLD_EVERY


class NoLinks:
    """Links are for who asks at the moment: none stands in a file."""

    def upload(self, file_id: UUID) -> str:
        raise bad_input("Links last some minutes and stand in no export. Leave the field out.")

    def page(self, path: str) -> str:
        raise bad_input("Links stand in no export. Leave the field out.")

    async def upload_headers(self, actor: Actor, file_id: UUID, until: datetime) -> dict[str, str]:
        raise bad_input("Links last some minutes and stand in no export. Leave the field out.")

    async def download(self, actor: Actor, what: str, key: Key) -> str:
        raise bad_input("Links last some minutes and stand in no export. Leave the field out.")


def writing_of(format: ExportFormat, marked: bool) -> Writing:
    """What writes files of a format."""
    match format:
        case ExportFormat.CSV:
            return CsvWriting(marked)
        case ExportFormat.JSONL:
            return JsonLines()
        case ExportFormat.XLSX:
            return Workbook()
        case ExportFormat.PARQUET:
            return Parquet()


async def make(database: Database, press: Press, key: Key) -> None:
    """Make an export that waits, or was left half made. Its own faults end it; those that pass are raised, to try again."""
    async with database.writing(_worker(key)) as session:
        asked = await queries.begin(session, key, datetime.now(UTC))
    if asked is None:
        return
    try:
        if asked["attempt"] > ATTEMPTS:
            raise Ended(f"It was begun {ATTEMPTS} times and never came to its end. Ask for less at once.")
        await _made(database, press, key, asked)
    except TakenBack:
        await _cleared(database, key, asked["attempt"])
    except Ended as reason:
        await _failed(database, key, asked, str(reason))
    except Exception as fault:
        if outage(fault) is not None:
            raise
        await _failed(database, key, asked, _said(fault))


async def _made(database: Database, press: Press, key: Key, asked: Row) -> None:
    begun, file = monotonic(), _File(database, key, asked, press)
    token = _token(asked)
    actor = await _still(database, token, asked)
    asking = _question(press, asked, actor)
    if not asking.table.needs <= actor.permissions:
        raise Ended("What it reads you may read no more: your roles or scopes have changed.")
    writing = writing_of(ExportFormat(asked["format"]), asked["marked"])

    async def go_on(data: bytes) -> None:
        _within(press, begun, file.size)
        await _still(database, token, asked)
        await file.add(data)

    try:
        await file.add(writing.begin(asking.table.columns))
        async with Request(actor, database, f"export-{key.id.hex}", NoLinks()) as request:
            told = (
                await statement_of(request, press.schema, asking)
                if press.short and isinstance(writing, CsvWriting)
                else None
            )
            if told is not None:
                await _copied(press, request, told, file, go_on)
            else:
                await _paged(press, request, asking, writing, file, go_on)
        last = await asyncio.to_thread(writing.end)
        while (piece := await asyncio.to_thread(next, last, None)) is not None:
            await go_on(piece)
    finally:
        await asyncio.to_thread(writing.close)
    await file.finish()


async def _paged(
    press: Press, request: Request[Actor], asking: Question, writing: Writing, file: "_File", go_on: GoOn
) -> None:
    """Page by page through the graph."""
    async with aclosing(_pages(press, request, asking)) as pages:
        async for page in pages:
            file.rows, file.total = file.rows + len(page.nodes), page.total
            await go_on(await asyncio.to_thread(writing.rows, page.nodes))


async def _copied(press: Press, request: Request[Actor], told: Told, file: "_File", go_on: GoOn) -> None:
    """As the database tells the rows by itself, a mebibyte at a time."""
    lines, waiting = CsvLines(), bytearray()

    async def take(data: bytes) -> None:
        waiting.extend(data)
        if len(waiting) >= press.copied:
            await hand_on()

    async def hand_on() -> None:
        turned = lines.turned(bytes(waiting))
        waiting.clear()
        file.rows = lines.rows
        await go_on(turned)

    await (await request.reader()).copy_out(told.statement, told.arguments, take, press.longest)
    await hand_on()


def _question(press: Press, asked: Row, actor: Actor) -> Question:
    text, name, variables = asked["document"], asked["operation_name"], asked["variables"]
    try:
        return question(press.schema._schema, press.limits, text, name, variables, actor.level)
    except (NoTable, GraphQLError) as reason:
        raise Ended(str(reason)) from reason


# ------------------------------------------------------------------------------------------------ who asks


def _token(asked: Row) -> Verified:
    """Whom the export is for, as a token would prove it."""
    scopes = None if asked["scopes"] is None else frozenset(s for s in Scope if s.value in asked["scopes"])
    return Verified(asked["actor_id"], scopes, 0, "", asked["grant_id"])


async def _still(database: Database, token: Verified, asked: Row) -> Actor:
    """Who asked, as it is now. Raises Ended where it is no more what it was when it asked."""
    try:
        actor = await actor_now(database, token)
    except Unauthenticated:
        raise Ended("Who asked for it may not ask any more: the sign-in ended, or the client was revoked.") from None
    if not holds(actor, asked):
        raise Ended("What you may see has changed since you asked for it. Ask anew.")
    return actor


def holds(actor: Actor, asked: Row) -> bool:
    """Whether somebody still has the permissions, networks and parties that were needed, or there, when it was asked."""
    permissions = {permission.value for permission in actor.permissions}
    return (
        permissions.issuperset(asked["needs"])
        and actor.vendor_ids.issuperset(asked["vendor_ids"])
        and actor.party_ids.issuperset(asked["party_ids"])
    )


def _within(press: Press, begun: float, size: int) -> None:
    if monotonic() - begun > press.longest:
        raise Ended(f"It took longer than {press.longest / 60:,.0f} minutes. Narrow it, and export in parts.")
    if size > press.largest:
        raise Ended(f"Its file became larger than {press.largest:,} bytes. Narrow it, and export in parts.")


# ------------------------------------------------------------------------------------------------ pages


@dataclass(frozen=True, slots=True)
class _Page:
    nodes: Sequence[Node]
    after: str | None
    "Where the next page begins; None where this is the last."
    total: int | None


async def _pages(press: Press, request: Request[Actor], asking: Question) -> AsyncGenerator[_Page, None]:
    """The pages of a list; the next one is asked for while the last one is written."""
    through = Through(SCANNED_ROWS if asking.scans else press.rows)
    coming = asyncio.create_task(_page(press, request, asking, through, None, None))
    try:
        while True:
            page = await coming
            if page.after is None:
                yield page
                return
            coming = asyncio.create_task(_page(press, request, asking, through, page.after, page.total))
            yield page
    finally:
        coming.cancel()
        await asyncio.wait({coming})
        if not coming.cancelled():
            coming.exception()


async def _page(
    press: Press, request: Request[Actor], asking: Question, through: Through, after: str | None, total: int | None
) -> _Page:
    query = asking.counting if after is None and not asking.scans else asking.query
    with through.reading():
        result = await query.execute(request, asking.page(through.size, after), press.schema.config)
    found = _list(result, asking.table.path)
    page = found[PAGE]
    nodes = [edge["node"] for edge in found["edges"]]
    return _Page(nodes, page["endCursor"] if page["hasNextPage"] else None, found.get(COUNT, total))


def _list(result: ExecutionResult, path: Sequence[str]) -> Any:
    """The page that an answer leads to. Raises what went wrong, and Ended where there is no such list."""
    if result.errors:
        raise result.errors[0]
    found: Any = result.data
    for depth, name in enumerate(path, 1):
        found = found.get(name)
        if found is None:
            raise Ended(f"There is nothing at `{'.'.join(path[:depth])}` that you may see.")
    return found


# ------------------------------------------------------------------------------------------------ the file


class _File:
    """The file of an export in the database: its bytes collected, compressed and stored a mebibyte at a time."""

    def __init__(self, database: Database, key: Key, asked: Row, press: Press) -> None:
        self._database, self._key, self._asked, self._told_every = database, key, asked, press.told_every
        self._hash, self._waiting, self._position, self._told_at = hashlib.sha256(), bytearray(), 0, monotonic()
        self.size, self.rows = 0, 0
        self.total: int | None = None

    async def add(self, data: bytes) -> None:
        """The next bytes. Raises TakenBack."""
        self.size += len(data)
        self._waiting += data
        if len(self._waiting) >= PIECE or monotonic() - self._told_at >= self._told_every:
            await self._store(len(self._waiting) // PIECE * PIECE)

    async def _store(self, length: int) -> None:
        pieces = [bytes(self._waiting[at : min(at + PIECE, length)]) for at in range(0, length, PIECE)]
        del self._waiting[:length]
        chunks = await asyncio.to_thread(self._compressed, pieces) if pieces else []
        attempt: int = self._asked["attempt"]
        async with self._database.writing(_worker(self._key)) as session:
            if not await queries.advance(session, self._key, attempt, self.rows, self.total):
                raise TakenBack
            if chunks:
                await queries.add_chunks(session, self._key, self._asked["actor_id"], self._position, chunks)
        self._position += len(chunks)
        self._told_at = monotonic()

    def _compressed(self, pieces: Sequence[bytes]) -> list[bytes]:
        packing = zstandard.ZstdCompressor(level=1)
        for piece in pieces:
            self._hash.update(piece)
        return [packing.compress(piece) for piece in pieces]

    async def finish(self) -> None:
        """The last bytes, and that it is done. Raises TakenBack."""
        await self._store(len(self._waiting))
        now, attempt = datetime.now(UTC), self._asked["attempt"]
        async with self._database.writing(_worker(self._key)) as session:
            done = await queries.finish(
                session,
                self._key,
                attempt,
                rows=self.rows,
                size=self.size,
                sha256=self._hash.hexdigest(),
                at=now,
                until=now + KEPT,
            )
        if not done:
            raise TakenBack


async def _cleared(database: Database, key: Key, attempt: int) -> None:
    """Delete what was written of an export that was taken back, unless somebody else is at it."""
    async with database.writing(_worker(key)) as session:
        await queries.forget_cancelled(session, key, attempt)


async def _failed(database: Database, key: Key, asked: Row, reason: str) -> None:
    async with database.writing(_worker(key)) as session:
        await queries.fail(session, key, asked["attempt"], reason, datetime.now(UTC))


def _said(fault: Exception) -> str:
    """What went wrong, to who asked: what it did itself in words, what we did by the number under which our log has it."""
    original = fault.original_error if isinstance(fault, GraphQLError) else fault
    told = asked_too_much(original) or fault
    if isinstance(told, GraphQLError) and (told.extensions or {}).get("code"):
        return told.message
    incident = uuid4().hex
    log.error("an export failed", incident=incident, exc_info=original or fault)
    return f"Something went wrong on our side. Tell us the incident {incident}."


def _worker(key: Key) -> Context:
    return Context(DatabaseRole.WORKER, organization_id=key.vendor_id)
