"""Taking a complete upload of the asker's organisation as a document: of a kind that is taken, in bounds, free of harm.

What a file is, its bytes say. Where a scanner is set up, it looks at the file before anything is written; without one,
nobody does.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import key_of
from app.execution.request import Request
from app.files import queries
from app.files.contents import media_type
from app.files.scanning import ScanFailed, scan_at
from app.settings import settings
from app.store.database import Row

C = UserErrorCode


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is kept: whose upload it is, its name, kind, size in bytes and SHA-256."""

    organization_id: UUID
    file_id: UUID
    filename: str
    media_type: str
    byte_size: int
    sha256: str


async def file_of(request: Request[Actor], check: Checks, upload_id: str, *path: str) -> File | None:
    """The file in an upload; what is wrong with it is among the problems."""
    row, content = await _taken(request, check, upload_id, path)
    if row is None:
        return None
    kind = await asyncio.to_thread(media_type, content)
    if kind is None:
        check.add(C.INVALID, "This is none of the files that are taken: PDF, PNG, JPEG, CSV or XLSX.", *path)
        return None
    try:
        harm = await scan_at(settings().scan_address).check(content)
    except ScanFailed:
        check.add(C.BUSY, "The file could not be looked at for harm just now. Try again in a moment.", *path)
        return None
    if harm is not None:
        check.add(C.INVALID, f"The file is harmful ({harm}) and is not taken.", *path)
        return None
    own = request.actor.organization_id
    return File(own, row["id"], row["filename"], kind, row["received_bytes"], row["sha256"])


async def _taken(
    request: Request[Actor], check: Checks, upload_id: str, path: tuple[str, ...]
) -> tuple[Row | None, bytes]:
    """A complete upload of the asker's organisation, and its bytes."""
    own, key, most = request.actor.organization_id, key_of("Upload", upload_id), settings().largest_proof
    async with request.database.reading(request.actor.context()) as db:
        row = await queries.upload(db, own, key.id) if key is not None and key.vendor_id == own else None
        if row is None:
            check.add(C.NOT_FOUND, "No upload by this id is yours.", *path)
        elif row["completed_at"] is None:
            over = row["expires_at"] < datetime.now(UTC)
            message = "The upload's time is over. Create another." if over else "The upload has not got its bytes yet."
            check.add(C.UPLOAD_EXPIRED if over else C.UPLOAD_INCOMPLETE, message, *path)
        elif row["received_bytes"] > most:
            check.add(C.INVALID, f"A document has at most {most:,} bytes, not {row['received_bytes']:,}.", *path)
        else:
            return row, await queries.content_of(db, own, row["id"], most)
    return None, b""
