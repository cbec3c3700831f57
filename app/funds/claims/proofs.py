"""The files that prove a claim: the partner's own complete uploads, each of a kind that is taken, in bounds, free of harm.

What a file is, its bytes say. Where a scanner is set up, it looks at each file before anything is written; without one,
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
from app.files.scanning import Scan, ScanFailed, scan_at
from app.settings import settings
from app.store.database import Reader, Row

C = UserErrorCode
MOST_PROOFS = 10


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that proves something, as it is kept; `place` is where it stands in what was given."""

    place: int
    organization_id: UUID
    file_id: UUID
    filename: str
    media_type: str
    byte_size: int
    sha256: str


async def proofs_of(request: Request[Actor], check: Checks, upload_ids: list[str]) -> list[Proof]:
    """The proofs in these uploads; what is wrong with them is among the problems."""
    if not 1 <= len(upload_ids) <= MOST_PROOFS:
        check.add(C.REQUIRED, f"A claim is proved by 1 to {MOST_PROOFS} files.", "uploadIds")
        return []
    check.different(upload_ids, "uploadIds")
    actor, scan = request.actor, scan_at(settings().scan_address)
    found = []
    for place, id in enumerate(upload_ids):
        path = ("uploadIds", str(place))
        async with request.database.reading(actor.context()) as db:
            taken = await _taken(db, check, actor, id, path)
        if taken is not None and (proof := await _proof(check, scan, actor, *taken, path)) is not None:
            found.append(proof)
    return found


async def _taken(db: Reader, check: Checks, actor: Actor, id: str, path: tuple[str, ...]) -> tuple[Row, bytes] | None:
    """A complete upload of the asker's organisation, and its bytes."""
    key = key_of("Upload", id)
    own = key is not None and key.vendor_id == actor.organization_id
    row = await queries.upload(db, actor.organization_id, key.id) if key is not None and own else None
    if row is None:
        check.add(C.NOT_FOUND, "No upload by this id is yours.", *path)
        return None
    if row["completed_at"] is None:
        over = row["expires_at"] < datetime.now(UTC)
        message = "The upload's time is over. Create another." if over else "The upload has not got its bytes yet."
        check.add(C.UPLOAD_EXPIRED if over else C.UPLOAD_INCOMPLETE, message, *path)
        return None
    most = settings().largest_proof
    if row["received_bytes"] > most:
        check.add(C.INVALID, f"A proof has at most {most:,} bytes, not {row['received_bytes']:,}.", *path)
        return None
    return row, await queries.content_of(db, actor.organization_id, row["id"], most)


async def _proof(
    check: Checks, scan: Scan, actor: Actor, row: Row, content: bytes, path: tuple[str, ...]
) -> Proof | None:
    kind = await asyncio.to_thread(media_type, content)
    if kind is None:
        message = "This is none of the files that are taken: PDF, PNG, JPEG, CSV or XLSX."
        check.add(C.INVALID, message, *path)
        return None
    try:
        harm = await scan.check(content)
    except ScanFailed:
        check.add(C.BUSY, "The file could not be looked at for harm just now. Claim again in a moment.", *path)
        return None
    if harm is not None:
        check.add(C.INVALID, f"The file is harmful ({harm}) and is not taken.", *path)
        return None
    return Proof(
        int(path[-1]), actor.organization_id, row["id"], row["filename"], kind, row["received_bytes"], row["sha256"]
    )
