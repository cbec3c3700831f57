"""What is done with exports: asked for, taken back, swept away when their time is over."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.access.actor import Actor
from app.access.acts import acting
from app.execution import configured
from app.execution.errors import Problem, Refused, UserErrorCode
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.exports import queries
from app.exports.asking import Question, question
from app.exports.columns import NoTable
from app.programme.exports import MOST_WAITING, REMEMBERED, ExportFormat
from app.settings import settings
from app.store.database import Database
from app.store.identity import new_id
from app.store.job_queue import LARGE
from app.store.jobs import Job, enqueue
from app.store.turns import Turn, take
from graphql import GraphQLError, GraphQLSchema

MOST_VARIABLES = 64 * 1024
"Bytes that the variables may have, as JSON."


async def start_export(
    request: Request[Actor],
    schema: GraphQLSchema,
    document: str,
    operation_name: str | None,
    variables: object,
    format: ExportFormat,
    marked: bool,
    key: str,
) -> Key:
    """Ask for a list as a file. The document is checked now; it is read when its turn has come, as who asks is then."""
    actor, variables = request.actor, {} if variables is None else variables
    if not isinstance(variables, dict):
        raise _refused("variables", UserErrorCode.INVALID, 'Variables are an object: {"id": "…"}.')
    given = {
        "asker": str(actor.acting_id),
        "document": document,
        "operationName": operation_name,
        "variables": variables,
        "format": format.value,
        "byteOrderMark": marked,
    }
    async with acting(request, "startExport") as act:
        done = await act.done_before(key, given)
        if done is not None:
            return Key(actor.organization_id, UUID(done))
        asked = _asked(request, schema, document, operation_name, variables)
        await take(act.session, Turn.EXPORTS, actor.acting_id)
        if await queries.open_exports(act.session, actor) >= MOST_WAITING:
            message = f"{MOST_WAITING} exports of yours wait or are under way. Let one end, or cancel one."
            raise Refused(Problem((), UserErrorCode.NOT_ALLOWED, message))
        made, name = Key(actor.organization_id, new_id()), ".".join(asked.table.path)
        await queries.insert(
            act.session,
            actor,
            made.id,
            format=format.value,
            marked=marked and format is ExportFormat.CSV,
            document=document,
            operation_name=operation_name,
            variables=variables,
            list_name=name,
            needs=sorted(permission.value for permission in asked.table.needs),
            at=datetime.now(UTC),
        )
        await enqueue(
            act.session,
            Job.EXPORT,
            byte_size=LARGE,
            exporter_id=actor.organization_id,
            export_id=made.id,
        )
        await act.record(global_id("Export", made), vendor_id=None, after={"list": name, "format": format.value})
        await act.remember(key, given, str(made.id))
        return made


def _asked(
    request: Request[Actor], schema: GraphQLSchema, document: str, name: str | None, variables: Mapping[str, Any]
) -> Question:
    """What the document asks. Raises Refused where it is nothing that can be exported, or not by this asker."""
    if len(msgspec.json.encode(variables)) > MOST_VARIABLES:
        raise _refused("variables", UserErrorCode.INVALID, f"Variables have at most {MOST_VARIABLES:,} bytes.")
    try:
        asked = question(schema, configured.limits(settings()), document, name, variables, request.actor.level)
    except (NoTable, GraphQLError) as reason:
        told = reason.message if isinstance(reason, GraphQLError) else str(reason)
        raise _refused("document", UserErrorCode.INVALID, told) from None
    lacking = sorted(permission.value for permission in asked.table.needs - request.actor.permissions)
    if lacking:
        message = f"This needs the permission {', '.join(lacking)}, which your roles and scopes do not include."
        raise _refused("document", UserErrorCode.NOT_ALLOWED, message)
    return asked


def _refused(field: str, code: UserErrorCode, message: str) -> Refused:
    return Refused(Problem((field,), code, message))


async def cancel_export(request: Request[Actor], export_id: str) -> Key:
    """Take an export back that waits or is under way; nothing is kept of its file."""
    async with acting(request, "cancelExport") as act:
        key = key_of("Export", export_id)
        if key is None or not await queries.exports_by_key(act.session, [key]):
            raise _refused("exportId", UserErrorCode.NOT_FOUND, "No export of yours has this id.")
        if not await queries.cancel(act.session, key, datetime.now(UTC)):
            raise _refused("exportId", UserErrorCode.TOO_LATE, "It has ended already.")
        await act.record(global_id("Export", key), vendor_id=None, after={"status": "CANCELLED"})
        return key


async def forget_exports(database: Database, now: datetime) -> None:
    """Delete files whose time is over, and what is left of exports that came to nothing; later that they were asked for."""
    await queries.sweep(database, now, now - REMEMBERED)
