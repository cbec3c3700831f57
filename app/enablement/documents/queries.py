"""What is asked of the database about documents. Row-level security cuts every answer to the vendor and the one partner."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from app.enablement.queries import AS_RESELLER
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.terms import Level
from app.store.database import Reader, Row, Session

_DOCUMENT: Final = (
    "x.vendor_id, x.id, x.agreement_id, x.reseller_id, x.kind, x.title, x.valid_until, x.status, x.reason, x.filename,"
    " x.media_type, x.byte_size, x.sha256, x.added_at, x.decided_at"
)


def _known(level: Level) -> str:
    """The columns that a level reads: what a screening found, and who decided, is the vendor's affair."""
    if level is Level.VENDOR:
        return f"{_DOCUMENT}, x.screening, x.decided_by"
    return f"{_DOCUMENT}, NULL::text AS screening, NULL::text AS decided_by"


def _kept(place: int) -> str:
    """Narrows by status and kind, the arguments at a place and the next."""
    return (
        f" AND (${place}::text IS NULL OR x.status = ${place})"
        f" AND (${place + 1}::text IS NULL OR x.kind = ${place + 1})"
    )


def of_vendor(level: Level) -> List:
    """The documents in a network."""
    return List(f"compliance_document x WHERE x.vendor_id = k.vendor_id{_kept(3)}", _known(level))


def of_agreement(level: Level) -> List:
    """The documents of the distributor under an agreement."""
    own = "x.vendor_id = k.vendor_id AND x.agreement_id = k.id"
    return List(f"compliance_document x WHERE {own}{_kept(3)}", _known(level))


def of_reseller(level: Level) -> List:
    """The documents of a reseller."""
    return List(f"compliance_document x WHERE {AS_RESELLER}{_kept(6)}", _known(level))


async def documents(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """Documents by their ids, with their ordinal."""
    return await db.rows(
        f"SELECT k.ordinal, {_known(level)} FROM {KEYS}"
        " JOIN compliance_document x ON x.vendor_id = k.vendor_id AND x.id = k.id",
        *keys_apart(keys),
    )


async def document_to_rest_on(db: Reader, key: Key) -> Row | None:
    """Whose a document is, what was decided about it, and its last day."""
    return await db.row(
        "SELECT x.reseller_id, x.agreement_id, x.distributor_id, x.kind, x.status, x.valid_until"
        " FROM compliance_document x WHERE x.vendor_id = $1 AND x.id = $2",
        key.vendor_id,
        key.id,
    )


async def agreement_of(session: Session, key: Key) -> Row | None:
    """An agreement of the asking distributor."""
    return await session.row(
        "SELECT a.id AS agreement_id, a.distributor_id, NULL::uuid AS reseller_id FROM agreement a"
        " WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
    )


async def reseller_of(session: Session, key: Key) -> Row | None:
    """The asking reseller, as a network has it."""
    return await session.row(
        "SELECT NULL::uuid AS agreement_id, NULL::uuid AS distributor_id, p.id AS reseller_id FROM party p"
        " WHERE p.vendor_id = $1 AND p.id = $2 AND p.kind = 'RESELLER'",
        key.vendor_id,
        key.id,
    )


async def insert(session: Session, vendor_id: UUID, owner: Row, values: Sequence[object]) -> None:
    """Keep a document: id, kind, title, valid until, organisation, file, name, media type, size, hash, when."""
    await session.execute(
        "INSERT INTO compliance_document (vendor_id, agreement_id, distributor_id, reseller_id, id, kind, title,"
        " valid_until, organization_id, file_id, filename, media_type, byte_size, sha256, added_at, status)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'SUBMITTED')",
        vendor_id,
        owner["agreement_id"],
        owner["distributor_id"],
        owner["reseller_id"],
        *values,
    )


async def decide(
    session: Session, key: Key, status: str, screening: str | None, reason: str | None, at: datetime, by: str
) -> bool:
    """Write the vendor's decision; False where the document was withdrawn by now."""
    changed = await session.execute(
        "UPDATE compliance_document SET status = $3, screening = coalesce($4, screening), reason = $5, decided_at = $6,"
        " decided_by = $7 WHERE vendor_id = $1 AND id = $2 AND status <> 'WITHDRAWN'",
        key.vendor_id,
        key.id,
        status,
        screening,
        reason,
        at,
        by,
    )
    return changed == 1


async def withdraw(session: Session, key: Key) -> bool:
    """Take a document back; False where it was taken back before."""
    changed = await session.execute(
        "UPDATE compliance_document SET status = 'WITHDRAWN' WHERE vendor_id = $1 AND id = $2 AND status <> 'WITHDRAWN'",
        key.vendor_id,
        key.id,
    )
    return changed == 1


async def name_of(db: Reader, key: Key) -> Row | None:
    """The name and kind of a document that the asker may see."""
    return await db.row(
        "SELECT x.filename, x.media_type FROM compliance_document x WHERE x.vendor_id = $1 AND x.id = $2",
        key.vendor_id,
        key.id,
    )


async def file_of(db: Reader, key: Key) -> Row | None:
    """Which upload of which organisation a document is, as the worker."""
    return await db.row(
        "SELECT x.organization_id, x.file_id FROM compliance_document x WHERE x.vendor_id = $1 AND x.id = $2",
        key.vendor_id,
        key.id,
    )
