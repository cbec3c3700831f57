"""Exports as who asked for them sees them: how far each is, and a link to its file."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import JSON
from app.exports import actions, queries
from app.programme.exports import ExportFormat, ExportStatus, progress, standing
from app.store.database import Row

values(ExportFormat)
values(ExportStatus)
FILE = "export"
"What a link leads to."


async def _download_url(
    request: Request[Actor], parents: "Sequence[Export]", selection: Selection
) -> "list[str | None]":
    """A link to its file, for minutes and for you alone; null unless it is done. It is dead once you may no longer read
    what is in the file."""
    return [
        await request.links.download(request.actor, FILE, parent.key) if parent.status is ExportStatus.DONE else None
        for parent in parents
    ]


@visible("viewer:read")
class Export(Node):
    """A list as a file: asked for by you, made in the background with what you may see, kept for a day."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    list: str
    "The list, by the answer keys that lead to it: viewer.vendor.network.sales."
    format: ExportFormat
    "What kind of file it is."
    status: ExportStatus
    "How it stands."
    rows: int
    "How many rows are written so far."
    progress: float | None
    "Which share of its rows is written, from 0 to 1; null where nobody counted them beforehand."
    byte_size: Decimal | None
    "How many bytes its file has; null until it is done."
    sha256: str | None
    "The SHA-256 of its file, in hexadecimal; null until it is done."
    error: str | None
    "Why it was ended; null unless it was."
    requested_at: datetime
    "When it was asked for."
    started_at: datetime | None
    "When it was begun first."
    ended_at: datetime | None
    "When it was done, or came to nothing."
    expires_at: datetime | None
    "When its file is deleted; null until it is done."
    download_url = edge(_download_url)


async def exports_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Export]]":
    """What you asked to have as files in the last 30 days, the newest first. Nobody else sees it."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of="exports")
    db = await request.reader()
    rows = await queries.exports_of(db, request.actor, window)
    total = await queries.count_exports(db, request.actor) if counts(selection) else None
    return [window.connection(rows, _export, total, selection)] * len(parents)


async def exports_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Export | None]:
    """Exports in the order of their keys; None where they are another's."""
    rows = await queries.exports_by_key(await request.reader(), keys)
    found = {Key(row["organization_id"], row["id"]): row for row in rows}
    return [_export(found[key]) if key in found else None for key in keys]


def _export(row: Row) -> Export:
    key, stored = Key(row["organization_id"], row["id"]), ExportStatus(row["status"])
    return Export(
        id=strawberry.ID(global_id("Export", key)),
        key=key,
        list=row["list"],
        format=ExportFormat(row["format"]),
        status=standing(stored, row["expires_at"], datetime.now(UTC)),
        rows=row["rows"],
        progress=progress(row["rows"], row["total"], stored),
        byte_size=None if row["bytes"] is None else Decimal(row["bytes"]),
        sha256=row["sha256"],
        error=row["error"],
        requested_at=row["requested_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        expires_at=row["expires_at"],
    )


@entered
class StartExportInput:
    """Which list, and as what kind of file."""

    document: str
    """A query that leads through single objects to exactly one list; what is asked of its nodes are the columns, named by
    answer keys: `product.sku`. `first` and its like are not needed: the list is read whole."""
    operation_name: str | None = None
    "Which operation of the document, where it has several."
    variables: JSON | None = None
    "Its variables: an object."
    format: ExportFormat
    "What kind of file."
    byte_order_mark: bool = False
    "Whether a CSV begins with the mark by which some spreadsheets know UTF-8."
    idempotency_key: str
    "Your own key of this act: sent again with the same input, nothing happens twice."


@entered
class CancelExportInput:
    """One of your exports."""

    export_id: strawberry.ID
    "The export."


@visible("viewer:read")
class StartExportPayload:
    """The answer to `startExport`."""

    export: Export | None
    "The export, which waits for its turn; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@visible("viewer:read")
class CancelExportPayload:
    """The answer to `cancelExport`."""

    export: Export | None
    "The export as it is now; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@strawberry.type
class ExportsMutation:
    @mutation(Permission.VIEWER_READ)
    async def start_export(self, info: strawberry.Info, input: StartExportInput) -> StartExportPayload:
        """Have a list as a file: any list that you may read, as a whole, as it is at one moment. It takes the permissions
        that the list takes."""
        key = await actions.start_export(
            info.context,
            info.schema._schema,
            input.document,
            input.operation_name,
            input.variables,
            input.format,
            input.byte_order_mark,
            input.idempotency_key,
        )
        return StartExportPayload(export=(await exports_by_key(info.context, [key]))[0])

    @mutation(Permission.VIEWER_READ)
    async def cancel_export(self, info: strawberry.Info, input: CancelExportInput) -> CancelExportPayload:
        """Take back what you asked for. Nothing is kept of its file."""
        key = await actions.cancel_export(info.context, input.export_id)
        return CancelExportPayload(export=(await exports_by_key(info.context, [key]))[0])
