"""A document, given back to the vendor and to the partner that handed it in: by a link bound to the asker."""

from app.access.actor import Actor
from app.enablement.documents import queries
from app.execution.identifiers import Key
from app.files.queries import Download, streamed
from app.store.database import Database, acting_as_worker


async def document(database: Database, actor: Actor, key: Key) -> Download | None:
    """A document's bytes; None where the asker sees no such document. Whether it does, its own eyes say; the bytes, which
    are the partner's upload, the worker reads."""
    async with database.reading(actor.context()) as db:
        found = await queries.name_of(db, key)
    if found is None:
        return None
    async with database.reading(acting_as_worker(key.vendor_id)) as db:
        file = await queries.file_of(db, key)
    if file is None:
        return None
    organization_id = file["organization_id"]
    as_owner = acting_as_worker(key.vendor_id, organization_id)
    pieces = streamed(database, as_owner, organization_id, file["file_id"])
    return Download(found["filename"], pieces, found["media_type"])
