"""The file of an export, given to who asked for it, and only while it is still what it was when it asked."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import zstandard

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.exports import queries
from app.exports.making import holds, writing_of
from app.files.queries import Download
from app.programme.exports import ExportFormat
from app.store.database import Database

_PAGE = 4
"Pieces, of a mebibyte each, that are fetched at once."


async def file(database: Database, actor: Actor, key: Key) -> Download | None:
    """The file; None unless the actor asked for it, may still read what is in it, and its time is not over."""
    async with database.reading(actor.context()) as db:
        found = await queries.file_of(db, key)
    if found is None or found["expires_at"] <= datetime.now(UTC) or not holds(actor, found):
        return None

    async def pieces() -> AsyncIterator[bytes]:
        position = 0
        while True:
            async with database.reading(actor.context()) as db:
                page = await queries.chunks(db, key, position, _PAGE)
            for chunk in page:
                yield await asyncio.to_thread(zstandard.decompress, chunk)
            position += len(page)
            if len(page) < _PAGE:
                return

    suffix, media_type = _kind(ExportFormat(found["format"]))
    named = f"{found['list'].replace('.', '-')}-{found['requested_at']:%Y%m%d-%H%M%S}.{suffix}"
    return Download(named, pieces(), media_type)


def _kind(format: ExportFormat) -> tuple[str, str]:
    writing = writing_of(format, marked=False)
    try:
        return writing.suffix, writing.media_type
    finally:
        writing.close()
