"""What is asked of the database about uploads that are handed in as evidence."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import zstandard

from app.store.database import Context, Database, Reader, Row

_PAGE = 4
"Compressed pieces, of a mebibyte each, that are fetched at once."


@dataclass(frozen=True, slots=True)
class Download:
    """A file by its name, piece by piece, and what kind of file it is."""

    name: str
    pieces: AsyncIterator[bytes]
    media_type: str


async def upload(db: Reader, organization_id: UUID, file_id: UUID) -> Row | None:
    """An upload of the organisation: its name, size and hash, and until when it may be sent."""
    return await db.row(
        "SELECT id, filename, sha256, received_bytes, expires_at, completed_at FROM report_file"
        " WHERE organization_id = $1 AND id = $2",
        organization_id,
        file_id,
    )


async def pieces(db: Reader, organization_id: UUID, file_id: UUID, position: int, most: int) -> list[bytes]:
    """The pieces of an upload from a position on, so many at most, in order."""
    rows = await db.rows(
        "SELECT content FROM report_chunk WHERE organization_id = $1 AND file_id = $2 AND position >= $3"
        " ORDER BY position LIMIT $4",
        organization_id,
        file_id,
        position,
        most,
    )
    return [zstandard.decompress(row["content"]) for row in rows]


async def content_of(db: Reader, organization_id: UUID, file_id: UUID, most: int) -> bytes:
    """The bytes of an upload that has no more than `most`."""
    found = bytearray()
    position = 0
    while page := await pieces(db, organization_id, file_id, position, _PAGE):
        found += b"".join(page)
        position += len(page)
        if len(found) > most:
            raise ValueError(f"The file has more than {most:,} bytes.")
    return bytes(found)


async def streamed(database: Database, context: Context, organization_id: UUID, file_id: UUID) -> AsyncIterator[bytes]:
    """The bytes of an upload as they are handed on, in pieces, each from a snapshot of its own."""
    position = 0
    while True:
        async with database.reading(context) as db:
            page = await pieces(db, organization_id, file_id, position, _PAGE)
        for piece in page:
            yield piece
        position += len(page)
        if len(page) < _PAGE:
            return
