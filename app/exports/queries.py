"""What is asked of exports and their files. A level reads its asker's own; the worker writes results."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.store.database import AUTHENTICATING, Database, Reader, Row, Session

_SHOWN = ", ".join(
    f"e.{name}"
    for name in (
        *("organization_id", "id", "format", "list", "status", "requested_at", "started_at", "ended_at", "expires_at"),
        *("rows", "total", "bytes", "sha256", "error"),
    )
)
NEWEST = Order((SortKey("e.id", "id", UUID, "uuid"),), descending=True)


async def exports_of(db: Reader, actor: Actor, window: Window) -> list[Row]:
    """A page of the asker's own exports."""
    arguments: list[object] = [actor.organization_id, actor.acting_id]
    return await db.rows(
        f"SELECT {_SHOWN} FROM export e WHERE e.organization_id = $1 AND e.actor_id = $2{window.sql(arguments)}",
        *arguments,
    )


async def count_exports(db: Reader, actor: Actor) -> int:
    """How many exports the asker has."""
    found: int = await db.value(
        "SELECT count(*) FROM export e WHERE e.organization_id = $1 AND e.actor_id = $2",
        actor.organization_id,
        actor.acting_id,
    )
    return found


async def open_exports(db: Reader, actor: Actor) -> int:
    """How many exports of the asker wait or are under way."""
    found: int = await db.value(
        "SELECT count(*) FROM export e WHERE e.organization_id = $1 AND e.actor_id = $2"
        " AND e.status IN ('QUEUED', 'RUNNING')",
        actor.organization_id,
        actor.acting_id,
    )
    return found


async def exports_by_key(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The asker's exports of these keys."""
    return await db.rows(
        f"SELECT {_SHOWN} FROM {KEYS} JOIN export e ON e.organization_id = k.vendor_id AND e.id = k.id",
        *keys_apart(keys),
    )


async def insert(
    session: Session,
    actor: Actor,
    id: UUID,
    *,
    format: str,
    marked: bool,
    document: str,
    operation_name: str | None,
    variables: Mapping[str, Any],
    list_name: str,
    needs: Sequence[str],
    at: datetime,
) -> None:
    """Write down what the actor asked for, and what it was when it asked."""
    await session.execute(
        "INSERT INTO export (organization_id, id, level, actor_id, grant_id, scopes, needs, vendor_ids, party_ids, format,"
        " marked, document, operation_name, variables, list, status, requested_at, rows, attempt)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'QUEUED', $16, 0, 0)",
        actor.organization_id,
        id,
        actor.level.value,
        actor.acting_id,
        actor.grant_id,
        None if actor.scopes is None else sorted(scope.value for scope in actor.scopes),
        list(needs),
        sorted(actor.vendor_ids),
        sorted(actor.party_ids),
        format,
        marked,
        document,
        operation_name,
        variables,
        list_name,
        at,
    )


async def cancel(session: Session, key: Key, at: datetime) -> int:
    """Take an export of the asker back that is not done yet; 0 where there is none such."""
    return await session.execute(
        "UPDATE export SET status = 'CANCELLED', ended_at = $3 WHERE organization_id = $1 AND id = $2"
        " AND status IN ('QUEUED', 'RUNNING')",
        key.vendor_id,
        key.id,
        at,
    )


def told_by(cells: Sequence[str], statement: str) -> str:
    """The rows of a list's statement as these cells, in the list's order."""
    return f"SELECT {', '.join(cells)} FROM ({statement}) told"


# ------------------------------------------------------------------------------------------------ as the worker


async def begin(session: Session, key: Key, at: datetime) -> Row | None:
    """What is asked for, begun: whatever a run before it left of a file is gone. None where nothing is to be done."""
    found = await session.row(
        "UPDATE export SET status = 'RUNNING', started_at = coalesce(started_at, $3), rows = 0, total = NULL,"
        " attempt = attempt + 1 WHERE organization_id = $1 AND id = $2 AND status IN ('QUEUED', 'RUNNING')"
        " RETURNING level, actor_id, grant_id, scopes, needs, vendor_ids, party_ids, format, marked, document,"
        " operation_name, variables, attempt",
        key.vendor_id,
        key.id,
        at,
    )
    if found is not None:
        await forget(session, key)
    return found


async def advance(session: Session, key: Key, attempt: int, rows: int, total: int | None) -> bool:
    """Tell how far it is; False where it was taken back, or somebody else has begun it anew."""
    return bool(
        await session.execute(
            "UPDATE export SET rows = $4, total = $5 WHERE organization_id = $1 AND id = $2 AND attempt = $3"
            " AND status = 'RUNNING'",
            key.vendor_id,
            key.id,
            attempt,
            rows,
            total,
        )
    )


async def add_chunks(session: Session, key: Key, actor_id: UUID, position: int, chunks: Sequence[bytes]) -> None:
    """The next pieces of the file, compressed."""
    await session.execute(
        "INSERT INTO export_chunk (organization_id, export_id, position, actor_id, content)"
        " SELECT $1, $2, $3 + place - 1, $4, content FROM unnest($5::bytea[]) WITH ORDINALITY AS c (content, place)",
        key.vendor_id,
        key.id,
        position,
        actor_id,
        list(chunks),
    )


async def finish(
    session: Session, key: Key, attempt: int, *, rows: int, size: int, sha256: str, at: datetime, until: datetime
) -> bool:
    """The file is whole; False where the export was taken back, or begun anew by somebody else."""
    return bool(
        await session.execute(
            "UPDATE export SET status = 'DONE', rows = $4, total = $4, bytes = $5, sha256 = $6, ended_at = $7,"
            " expires_at = $8 WHERE organization_id = $1 AND id = $2 AND attempt = $3 AND status = 'RUNNING'",
            key.vendor_id,
            key.id,
            attempt,
            rows,
            size,
            sha256,
            at,
            until,
        )
    )


async def fail(session: Session, key: Key, attempt: int, error: str, at: datetime) -> None:
    """The export is ended, and nothing is kept of its file."""
    touched = await session.execute(
        "UPDATE export SET status = 'FAILED', error = $4, ended_at = $5 WHERE organization_id = $1 AND id = $2"
        " AND attempt = $3 AND status = 'RUNNING'",
        key.vendor_id,
        key.id,
        attempt,
        error,
        at,
    )
    if touched:
        await forget(session, key)


async def forget(session: Session, key: Key) -> None:
    """Delete what there is of a file."""
    await session.execute(
        "DELETE FROM export_chunk WHERE organization_id = $1 AND export_id = $2", key.vendor_id, key.id
    )


async def forget_cancelled(session: Session, key: Key, attempt: int) -> None:
    """Delete what one attempt left of a file, where the export was taken back; a later attempt keeps what is its own."""
    await session.execute(
        "DELETE FROM export_chunk c USING export e WHERE c.organization_id = $1 AND c.export_id = $2"
        " AND e.organization_id = c.organization_id AND e.id = c.export_id AND e.attempt = $3 AND e.status = 'CANCELLED'",
        key.vendor_id,
        key.id,
        attempt,
    )


# ------------------------------------------------------------------------------------------------ fetched, swept away


async def file_of(db: Reader, key: Key) -> Row | None:
    """The file of an export of the asker that is done, and what reading it takes."""
    return await db.row(
        "SELECT format, list, needs, vendor_ids, party_ids, requested_at, expires_at FROM export"
        " WHERE organization_id = $1 AND id = $2 AND status = 'DONE'",
        key.vendor_id,
        key.id,
    )


async def chunks(db: Reader, key: Key, position: int, most: int) -> list[bytes]:
    """Pieces of the file from a position on, compressed."""
    rows = await db.rows(
        "SELECT content FROM export_chunk WHERE organization_id = $1 AND export_id = $2 AND position >= $3"
        " ORDER BY position LIMIT $4",
        key.vendor_id,
        key.id,
        position,
        most,
    )
    return [row["content"] for row in rows]


async def sweep(database: Database, now: datetime, remembered_since: datetime) -> int:
    """Delete the files that nobody may fetch any more, and exports that ended before a moment. Says how many files went."""
    async with database.writing(AUTHENTICATING) as session:
        found: int = await session.value(
            "WITH over AS (SELECT organization_id, id FROM export WHERE ended_at IS NOT NULL"
            " AND (expires_at IS NULL OR expires_at <= $1)),"
            " gone AS (DELETE FROM export_chunk c USING over o WHERE c.organization_id = o.organization_id"
            " AND c.export_id = o.id RETURNING c.export_id)"
            " SELECT count(DISTINCT export_id) FROM gone",
            now,
        )
        await session.execute("DELETE FROM export WHERE ended_at < $1", remembered_since)
    return found
