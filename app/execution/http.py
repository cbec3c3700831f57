"""GraphQL over HTTP: one request, one JSON answer, by the book.

A request that fails before anything is executed has no `data` in its answer and a status of 400 (200 where the client only
understands application/json, as the book has it for requests that are well-formed GraphQL over HTTP but wrong GraphQL).
What goes wrong inside is masked: the client gets an id that the log has too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import strawberry
import structlog
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from app.execution.breadth_first import BreadthFirst, NotTaken
from app.execution.errors import ErrorCode, Fault
from app.execution.request import Request
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

log = structlog.get_logger()
RESPONSE_TYPE = "application/graphql-response+json"
MOST_TOKENS = 4_000
STREAMED = (
    "A subscription is answered by a stream: send it over a WebSocket (graphql-transport-ws), or by POST with"
    " Accept: text/event-stream and no other type."
)


class Asked(msgspec.Struct):
    """A GraphQL request as it travels."""

    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815  as the protocol has it
    extensions: dict[str, Any] | None = None


class BadRequest(Exception):
    """The HTTP request is no GraphQL request; `status` says how."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, dict(headers or {})


async def read_request(http: HttpRequest, largest: int) -> Asked:
    """What is asked. Raises BadRequest."""
    if http.method == "GET":
        return _from_query(http)
    kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise BadRequest(415, 'Send the request as application/json: {"query": "…", "variables": {…}}.')
    body = bytearray()
    async for piece in http.stream():
        body += piece
        if len(body) > largest:
            raise BadRequest(413, f"A GraphQL request has at most {largest:,} bytes. Upload reports as files.")
    try:
        return msgspec.json.decode(bytes(body), type=Asked)
    except msgspec.ValidationError as reason:
        raise BadRequest(400, f"The body is no GraphQL request: {reason}.") from reason
    except msgspec.DecodeError as reason:
        raise BadRequest(400, f"The body is no JSON: {reason}.") from reason


def _from_query(http: HttpRequest) -> Asked:
    given = http.query_params
    if "query" not in given:
        raise BadRequest(400, "Say what you ask in `query`, by POST as application/json.")
    try:
        variables = (
            msgspec.json.decode(given["variables"], type=dict[str, Any] | None) if "variables" in given else None
        )
    except msgspec.MsgspecError as reason:
        raise BadRequest(400, f"`variables` is no JSON object: {reason}.") from reason
    return Asked(query=given["query"], variables=variables, operationName=given.get("operationName"))


def media_type(accept: str) -> str:
    """The media type to answer in. Raises BadRequest with 406 where the client takes none that we have."""
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",") if part.strip()]
    if not wanted or RESPONSE_TYPE in wanted:
        return RESPONSE_TYPE if wanted else "application/json"
    if any(each in {"application/json", "application/*", "*/*"} for each in wanted):
        return "application/json"
    raise BadRequest(406, f"Answers are {RESPONSE_TYPE} or application/json; accept one of them.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be executed, or the reasons why not."""

    document: DocumentNode | None
    errors: Sequence[GraphQLError]
    plans: dict[str | None, BreadthFirst] = field(default_factory=dict)
    "By operation name, made when first asked."


class Endpoint:
    """Executes documents against one schema. Documents that were validated and planned are kept, the last thousand.

    Queries are executed breadth-first; mutations, introspection and whatever else the planner does not take by graphql-core.
    """

    def __init__(self, schema: strawberry.Schema, *, breadth_first: bool = True) -> None:
        self._schema: GraphQLSchema = schema._schema
        self.definitions = schema
        self._config = schema.config
        self._breadth_first = breadth_first
        self.prepare = lru_cache(maxsize=1_000)(self._prepare)

    def _prepare(self, query: str, introspection: bool) -> Prepared:
        try:
            document = parse(query, max_tokens=MOST_TOKENS)
        except GraphQLError as error:
            return Prepared(None, [error])
        rules = specified_rules if introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
        errors = validate(self._schema, document, rules, max_errors=20)
        return Prepared(None if errors else document, errors)

    async def answer(
        self, asked: Asked, request: Request[Any], *, introspection: bool, reading_only: bool
    ) -> ExecutionResult:
        """The result; `data` is None and `errors` is set where nothing was executed."""
        prepared = self.prepare(asked.query, introspection)
        if prepared.document is None:
            return ExecutionResult(None, list(prepared.errors))
        operation = get_operation_ast(prepared.document, asked.operationName)
        if operation is None:
            return ExecutionResult(None, [_no_operation(asked.operationName)])
        if operation.operation is OperationType.SUBSCRIPTION:
            return ExecutionResult(None, [Fault(ErrorCode.BAD_USER_INPUT, STREAMED)])
        if reading_only and operation.operation is not OperationType.QUERY:
            raise BadRequest(405, "A mutation is sent by POST.", {"Allow": "POST"})
        if self._breadth_first and operation.operation is OperationType.QUERY:
            try:
                return await self._plan(prepared, asked.operationName, operation).execute(
                    request, asked.variables or {}, self._config
                )
            except NotTaken:
                pass
        found = execute(
            self._schema,
            prepared.document,
            context_value=request,
            variable_values=asked.variables or {},
            operation_name=asked.operationName,
        )
        result = found if isinstance(found, ExecutionResult) else await found
        return result  # type: ignore[return-value]

    def _plan(self, prepared: Prepared, name: str | None, operation: OperationDefinitionNode) -> BreadthFirst:
        plan = prepared.plans.get(name)
        if plan is None:
            assert prepared.document is not None
            plan = prepared.plans[name] = BreadthFirst(self._schema, prepared.document, operation)
        return plan


def _no_operation(name: str | None) -> GraphQLError:
    message = f"The document has no operation {name!r}." if name else "Say in `operationName` which operation is meant."
    return Fault(ErrorCode.BAD_USER_INPUT, message)


def render(result: ExecutionResult, kind: str, request_id: str, executed: bool) -> Response:
    """The HTTP answer to a result."""
    body = body_of(result, request_id, executed)
    status = 200 if executed or kind == "application/json" else 400
    return Response(msgspec.json.encode(body), status, media_type=f"{kind}; charset=utf-8")


def body_of(result: ExecutionResult, request_id: str, executed: bool) -> dict[str, Any]:
    """A result as it travels: with `data` where it was executed, and what went wrong inside masked."""
    body: dict[str, Any] = {}
    if result.errors:
        body["errors"] = [_error(error, request_id, executed) for error in result.errors]
    if executed:
        body["data"] = result.data
    return body


def was_executed(result: ExecutionResult) -> bool:
    """Whether the request got as far as being executed; otherwise its answer has no `data`."""
    return result.data is not None or any(error.path for error in result.errors or ())


def _error(error: GraphQLError, request_id: str, executed: bool) -> dict[str, Any]:
    shown = error.formatted
    original = error.original_error
    if isinstance(original, Fault):
        shown = {**shown, "extensions": original.extensions or {}}
    elif isinstance(error, Fault):
        pass
    elif original is None or isinstance(original, GraphQLError):
        shown = {**shown, "extensions": {"code": ErrorCode.BAD_USER_INPUT.value}}
    elif isinstance(original, asyncpg.QueryCanceledError):
        message = "This took too long and was ended. Ask for fewer objects, a shorter period, or fewer dimensions."
        shown = {**shown, "message": message, "extensions": {"code": ErrorCode.COST_LIMIT.value}}
    else:
        incident = uuid4().hex
        log.error("request failed", incident=incident, request=request_id, path=error.path, exc_info=original)
        message = f"Something went wrong on our side. Tell us the incident {incident}."
        shown = {**shown, "message": message, "extensions": {"code": ErrorCode.INTERNAL.value, "incident": incident}}
    return dict(shown)


def failure(status: int, code: ErrorCode, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer to a request that was not executed at all."""
    body = {"errors": [{"message": message, "extensions": {"code": code.value}}]}
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json; charset=utf-8")
