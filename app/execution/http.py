"""GraphQL over HTTP: one request, one JSON answer, by the book.

A request that fails before anything is executed has no `data` in its answer and a status of 400 (200 where the client only
understands application/json, as the book has it for requests that are well-formed GraphQL over HTTP but wrong GraphQL;
what is too dear is refused with 400 either way). What goes wrong inside is masked: the client gets an id that the log has
too. Each answer says in `extensions.cost` what it might have cost and did.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import uuid4

import msgspec
import strawberry
import structlog
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from strawberry.exceptions import StrawberryInputCoercionError

from app.execution.admission import UNMETERED, Account, RateLimited
from app.execution.breadth_first import OBJECTS, BreadthFirst, NotTaken
from app.execution.cost import objects_in
from app.execution.documents import Documents, Operation, Prepared
from app.execution.errors import ErrorCode, Fault, asked_too_much
from app.execution.limits import Limits
from app.execution.request import Request
from app.execution.trusted import Trusted
from app.store.database import Lane
from app.store.outage import FULL, Outage, outage
from graphql import DocumentNode, ExecutionResult, FieldNode, GraphQLError, GraphQLSchema, OperationType, execute

log = structlog.get_logger()
RESPONSE_TYPE = "application/graphql-response+json"
JSON_TYPE = "application/json"
STREAMED = (
    "A subscription is answered by a stream: send it over a WebSocket (graphql-transport-ws), or by POST with"
    " Accept: text/event-stream and no other type."
)
QUALITY = re.compile(r";?\s*q=([01](?:\.[0-9]{1,3})?)\s*(?:;|$)", re.IGNORECASE)
LONGEST_BODY_SECONDS = 20.0
"Seconds that a client has to send a request's body."


class Asked(msgspec.Struct):
    """A GraphQL request as it travels. One without a `query` names a trusted document."""

    query: str = ""
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815  as the protocol has it
    extensions: dict[str, Any] | None = None
    documentId: str | None = None  # noqa: N815


class BadRequest(Exception):
    """The HTTP request is no GraphQL request; `status` says how."""

    def __init__(
        self,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        code: ErrorCode = ErrorCode.BAD_USER_INPUT,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.headers, self.code = status, message, dict(headers or {}), code


async def read_request(http: HttpRequest, largest: int) -> Asked:
    """What is asked. Raises BadRequest."""
    asked = _from_query(http) if http.method == "GET" else _from_body(await _body(http, largest))
    if not asked.query and asked.documentId is None and "persistedQuery" not in (asked.extensions or {}):
        raise BadRequest(400, "Say what you ask in `query`, or name a trusted document in `documentId`.")
    return asked


async def _body(http: HttpRequest, largest: int) -> bytes:
    kind, _, parameters = http.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != JSON_TYPE:
        raise BadRequest(415, 'Send the request as application/json: {"query": "…", "variables": {…}}.')
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip(' "')
    if charset not in {"", "utf-8", "utf8"}:
        raise BadRequest(415, "Send JSON in UTF-8.")
    body = bytearray()
    try:
        async with asyncio.timeout(LONGEST_BODY_SECONDS):
            async for piece in http.stream():
                body += piece
                if len(body) > largest:
                    raise BadRequest(413, f"A GraphQL request has at most {largest:,} bytes. Upload reports as files.")
    except TimeoutError:
        raise BadRequest(408, "The body did not arrive in time. Send it again.") from None
    except ClientDisconnect:
        raise BadRequest(400, "The body ended early.") from None
    return bytes(body)


def _from_body(body: bytes) -> Asked:
    try:
        return msgspec.json.decode(body, type=Asked)
    except msgspec.ValidationError as reason:
        several = " One request holds one document; send several requests." if body.lstrip()[:1] == b"[" else ""
        raise BadRequest(400, f"The body is no GraphQL request: {reason}.{several}") from reason
    except (msgspec.DecodeError, UnicodeDecodeError) as reason:
        raise BadRequest(400, f"The body is no JSON: {reason}.") from reason
    except RecursionError:
        raise BadRequest(400, "The body's lists and objects stand too deep in one another.") from None


def _from_query(http: HttpRequest) -> Asked:
    given = http.query_params
    read: dict[str, dict[str, Any] | None] = {}
    for name in ("variables", "extensions"):
        try:
            read[name] = msgspec.json.decode(given[name], type=dict[str, Any] | None) if name in given else None
        except (msgspec.MsgspecError, RecursionError) as reason:
            raise BadRequest(400, f"`{name}` is no JSON object: {reason}.") from reason
    return Asked(
        query=given.get("query", ""),
        operationName=given.get("operationName"),
        documentId=given.get("documentId"),
        **read,
    )


@lru_cache(maxsize=256)
def media_type(accept: str) -> str:
    """The media type to answer in. Raises BadRequest with 406 where the client takes none that we have."""
    if not accept.strip():
        return JSON_TYPE
    wanted: dict[str, float] = {}
    for part in accept.split(","):
        kind, _, parameters = part.partition(";")
        quality = QUALITY.search(parameters)
        wanted[kind.strip().lower()] = float(quality[1]) if quality else 1.0
    either = wanted.get("application/*", wanted.get("*/*", 0.0))
    as_json = wanted.get(JSON_TYPE, either)
    as_response = wanted.get(RESPONSE_TYPE, 0.0)
    if max(as_json, as_response, either) <= 0:
        raise BadRequest(406, f"Answers are {RESPONSE_TYPE} or {JSON_TYPE}; accept one of them.")
    return RESPONSE_TYPE if as_response and as_response >= as_json else JSON_TYPE


@dataclass(frozen=True, slots=True)
class Chosen:
    """An operation that is within the limits, and the points it may cost."""

    asked: Asked
    prepared: Prepared
    operation: Operation
    points: int

    @property
    def document(self) -> DocumentNode:
        assert self.prepared.document is not None
        return self.prepared.document


class NotExecuted(Exception):
    """Why nothing of a request is executed, and how many points it would have taken."""

    def __init__(self, errors: Sequence[GraphQLError], points: int = 0) -> None:
        super().__init__(errors)
        self.errors, self.points = list(errors), points


class Endpoint:
    """Executes documents against one schema.

    Queries are executed breadth-first; mutations, introspection and whatever else the planner does not take by graphql-core.
    `accounts` says from whose points an asker's documents are paid.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        breadth_first: bool = True,
        limits: Limits | None = None,
        trusted: Trusted | None = None,
        accounts: Callable[[Any], Account] = lambda actor: UNMETERED,
    ) -> None:
        self._schema: GraphQLSchema = schema._schema
        self.definitions = schema
        self._config = schema.config
        self._breadth_first = breadth_first
        self._limits = limits or Limits()
        self._trusted = trusted or Trusted()
        self._accounts = accounts
        self.documents = Documents(self._schema, self._limits)

    def prepare(self, text: str, introspection: bool) -> Prepared:
        """The document made ready, or the reasons why it is not executed."""
        return self.documents.prepared(text, introspection)

    async def subscription(self, asked: Asked, actor: Any, *, introspection: bool) -> DocumentNode | None:
        """The document of a subscription, within the limits and paid; None where something else is asked for, or too much:
        `answer` has the answer to that. Raises RateLimited."""
        account = self._accounts(actor)
        try:
            chosen = self._choose(asked, account, introspection)
        except NotExecuted:
            return None
        if chosen.operation.node.operation is not OperationType.SUBSCRIPTION:
            return None
        await account.spend(chosen.points)
        return chosen.document

    async def answer(
        self, asked: Asked, request: Request[Any], *, introspection: bool, reading_only: bool
    ) -> ExecutionResult:
        """The result; `data` is None and `errors` is set where nothing was executed. Raises BadRequest, RateLimited."""
        account = self._accounts(request.actor)
        try:
            chosen = self._choose(asked, account, introspection)
        except NotExecuted as reason:
            return ExecutionResult(None, reason.errors, {"cost": await _cost(reason.points, account)})
        kind = chosen.operation.node.operation
        if kind is OperationType.SUBSCRIPTION:
            return ExecutionResult(None, [Fault(ErrorCode.BAD_USER_INPUT, STREAMED)])
        if reading_only and kind is not OperationType.QUERY:
            raise BadRequest(405, "A mutation is sent by POST.", {"Allow": "POST"})
        await account.spend(chosen.points)
        if chosen.operation.price.heavy(asked.variables or {}, chosen.points):
            request.lane = Lane.HEAVY
        result = await self._execute(chosen, request)
        cost = await _cost(chosen.points, account)
        if result.data is not None:
            met = (result.extensions or {}).get(OBJECTS)
            cost["actual"] = objects_in(result.data, chosen.operation.price.answers) if met is None else met
        return ExecutionResult(result.data, result.errors, {"cost": cost})

    def _choose(self, asked: Asked, account: Account, introspection: bool) -> Chosen:
        """The operation that is asked for. Raises NotExecuted where there is none, or it asks for too much."""
        try:
            text = self._trusted.text(asked.query, asked.documentId, asked.extensions, account.client)
        except Fault as reason:
            raise NotExecuted([reason]) from None
        prepared = self.prepare(text, introspection)
        if prepared.document is None:
            raise NotExecuted(prepared.errors)
        operation = prepared.operation(asked.operationName)
        if operation is None:
            raise NotExecuted([_no_operation(asked.operationName)])
        variables = asked.variables or {}
        points, troubles = operation.price.requested(variables)
        if troubles:
            raise NotExecuted(troubles, points)
        most = min(self._limits.cost, account.limit or self._limits.cost)
        if points > most:
            raise NotExecuted([operation.price.over(variables, points, most)], points)
        return Chosen(asked, prepared, operation, points)

    async def _execute(self, chosen: Chosen, request: Request[Any]) -> ExecutionResult:
        variables = chosen.asked.variables or {}
        plan = self._plan(chosen) if self._breadth_first else None
        if plan is not None:
            try:
                return await plan.execute(request, variables, self._config)
            except NotTaken:
                pass
        found = execute(
            self._schema,
            chosen.document,
            context_value=request,
            variable_values=variables,
            operation_name=chosen.asked.operationName,
        )
        result = found if isinstance(found, ExecutionResult) else await found
        return result

    def _plan(self, chosen: Chosen) -> BreadthFirst | None:
        """The plan, made when first asked for; None where graphql-core executes the operation."""
        plans, node = chosen.prepared.plans, chosen.operation.node
        name = node.name.value if node.name else ""
        if name not in plans:
            try:
                query = node.operation is OperationType.QUERY
                plans[name] = BreadthFirst(self._schema, chosen.document, node) if query else None
            except NotTaken:
                plans[name] = None
        found: BreadthFirst | None = plans[name]
        return found


async def _cost(requested: int, account: Account) -> dict[str, int | None]:
    """`extensions.cost`: points that this request might cost and did, points of a minute, and those that are left."""
    return {"requested": requested, "actual": 0, "limit": account.limit, "remaining": await account.left()}


def _no_operation(name: str | None) -> GraphQLError:
    message = f"The document has no operation {name!r}." if name else "Say in `operationName` which operation is meant."
    return Fault(ErrorCode.BAD_USER_INPUT, message)


def render(result: ExecutionResult, kind: str, request_id: str, executed: bool) -> Response:
    """The HTTP answer to a result."""
    body = body_of(result, request_id, executed)
    too_dear = any(_code(error) == ErrorCode.COST_LIMIT for error in result.errors or ())
    away = _outage_of(result)
    if away is not None:
        return _response(body, status_in(away), kind, {"Retry-After": str(away.seconds)})
    status = 200 if executed or (kind == JSON_TYPE and not too_dear) else 400
    return _response(body, status, kind)


def status_in(away: Outage) -> int:
    """507 where the server has no room left, else 503."""
    return 507 if away is FULL else 503


def _outage_of(result: ExecutionResult) -> Outage | None:
    """The outage because of which there is nothing to answer at all."""
    if result.data is not None:
        return None
    return next((away for error in result.errors or () if (away := outage(error.original_error)) is not None), None)


def body_of(result: ExecutionResult, request_id: str, executed: bool) -> dict[str, Any]:
    """A result as it travels: with `data` where it was executed, and what went wrong inside masked."""
    body: dict[str, Any] = {}
    if result.errors:
        body["errors"] = [_error(error, request_id, executed) for error in result.errors]
    if executed:
        body["data"] = result.data
    if result.extensions:
        body["extensions"] = result.extensions
    return body


def was_executed(result: ExecutionResult) -> bool:
    """Whether the request got as far as being executed; otherwise its answer has no `data`."""
    return result.data is not None or any(error.path for error in result.errors or ())


def _code(error: GraphQLError) -> str | None:
    code: str | None = (error.extensions or {}).get("code")
    return code


def _error(error: GraphQLError, request_id: str, executed: bool) -> dict[str, Any]:
    shown = error.formatted
    original = error.original_error
    if isinstance(original, Fault):
        shown = {**shown, "extensions": original.extensions or {}}
    elif _code(error) is not None:
        pass
    elif (original is None or isinstance(original, GraphQLError)) and not _of_the_server(error, original):
        shown = {**shown, "extensions": {"code": ErrorCode.BAD_USER_INPUT.value}}
    elif (fault := asked_too_much(original)) is not None:
        shown = {**shown, "message": fault.message, "extensions": fault.extensions or {}}
    elif (away := outage(original)) is not None:
        log.warning("request failed in an outage", request=request_id, code=away.code, error=str(original))
        shown = {**shown, "message": away.message, "extensions": {"code": away.code, "retryAfter": away.seconds}}
    else:
        incident = uuid4().hex
        log.error("request failed", incident=incident, request=request_id, path=error.path, exc_info=original)
        message = f"Something went wrong on our side. Tell us the incident {incident}."
        shown = {**shown, "message": message, "extensions": {"code": ErrorCode.INTERNAL.value, "incident": incident}}
    return dict(shown)


def _of_the_server(error: GraphQLError, original: GraphQLError | None) -> bool:
    """Whether an answer was one that its type does not allow. What is wrong with a document points inside a field."""
    told = original or error
    if error.path is None or isinstance(told, StrawberryInputCoercionError):
        return False
    return not told.nodes or isinstance(told.nodes[0], FieldNode)


def failure(
    status: int,
    code: ErrorCode,
    message: str,
    headers: Mapping[str, str] | None = None,
    details: Mapping[str, object] | None = None,
    kind: str = JSON_TYPE,
) -> Response:
    """An answer to a request that was not executed at all."""
    body = {"errors": [{"message": message, "extensions": {"code": code.value, **(details or {})}}]}
    return _response(body, status, kind, headers)


def too_many(reason: RateLimited, kind: str = JSON_TYPE) -> Response:
    """The answer to a client whose bucket is empty."""
    headers, details = {"Retry-After": str(reason.retry_after)}, {"retryAfter": reason.retry_after}
    return failure(429, ErrorCode.RATE_LIMITED, reason.message, headers, details, kind)


def _response(body: dict[str, Any], status: int, kind: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that no cache keeps."""
    own = {"Cache-Control": "no-store", "Vary": "Accept", **(headers or {})}
    return Response(msgspec.json.encode(body), status, own, media_type=f"{kind}; charset=utf-8")
