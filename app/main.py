"""The ASGI application: its routes, what every request passes through, and what lives as long as the process."""

import gc
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import structlog
from asyncpg.exceptions import InterfaceError, PostgresError
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access.actor import Actor, Actors, Unauthenticated
from app.access.invitations.views import INVITATIONS
from app.access.links import SCHEME, TicketLinks
from app.access.oauth.federation.issuers import TrustedIssuers
from app.access.oauth.keys import SigningKeys
from app.access.oauth.routes import routes as oauth_routes
from app.access.oauth.settings import TokenSettings
from app.access.origins import Origins as RegisteredOrigins
from app.access.roles import Permission
from app.enablement.documents import downloads as documents
from app.execution import configured
from app.execution.admission import Account, Metered, RateLimited
from app.execution.errors import ErrorCode
from app.execution.event_streams import EventStream, wants_events
from app.execution.http import (
    BadRequest,
    Endpoint,
    failure,
    media_type,
    read_request,
    render,
    status_in,
    too_many,
    was_executed,
)
from app.execution.identifiers import Key
from app.execution.origins import own_origin, permitted
from app.execution.request import Request
from app.execution.subscriptions import Ended, Identity, Subscriptions
from app.execution.websockets import Sockets
from app.exports import downloads as exports
from app.files.queries import Download as FileDownload
from app.funds import downloads as proofs
from app.incentives.statements.exporting import downloads as explanations
from app.outbound import Outbound
from app.reports import downloads
from app.reports.actions import UploadRefused, receive_bytes
from app.rewards.commissions.paying import downloads as commissions
from app.rewards.payouts import downloads as payouts
from app.schema import schema
from app.settings import Settings
from app.store.changes import Changes
from app.store.database import Database, Lane
from app.store.outage import outage

log = structlog.get_logger()
Find = Callable[[Database, Actor, Key], Awaitable[downloads.Download | explanations.Download | FileDownload | None]]
DOWNLOADS: Mapping[str, tuple[Find, Permission]] = {
    "raw": (downloads.raw, Permission.SUBMISSION_READ),
    "rows": (downloads.rows, Permission.SUBMISSION_READ),
    "payout-csv": (payouts.as_csv, Permission.SPIFF_PAY),
    "commission-csv": (commissions.as_csv, Permission.SPIFF_PAY),
    "fund-proof": (proofs.proof, Permission.FUND_READ),
    "export": (exports.file, Permission.VIEWER_READ),
    "document": (documents.document, Permission.DOCUMENT_READ),
    "statement-csv": (explanations.as_csv, Permission.STATEMENT_READ),
    "statement-xlsx": (explanations.as_workbook, Permission.STATEMENT_READ),
}
"What a link leads to, how it is found, and what who holds the link must be permitted."
SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Server:
    """What one process serves with: its database, keys, actors, links and the graph."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        changes: Changes,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        tokens = TokenSettings(issuer=settings.url, audience=settings.url, lifetime=settings.token_lifetime)
        self.settings = settings
        self.database, self.streamed = database, database.on(Lane.LONG)
        signed_for = max(settings.token_lifetime, settings.upload_lifetime, settings.download_lifetime)
        self.keys = SigningKeys(database, signed_for)
        outbound = Outbound()
        issuers = TrustedIssuers(database, outbound, settings.url)
        self.actors = Actors(database, tokens, self.keys, wall=wall, monotonic=monotonic, issuers=issuers)
        self.registered = RegisteredOrigins(database, monotonic=monotonic)
        self.wall = wall
        self.links = TicketLinks(self.keys, self.actors, settings.url, settings.download_lifetime)
        self.admission = configured.admission(settings)
        self.endpoint = Endpoint(
            schema, limits=configured.limits(settings), trusted=configured.trusted(settings), accounts=self._account
        )
        self.subscriptions = Subscriptions(self.endpoint, changes, self._request, _may_introspect)
        self.sockets = Sockets(
            schema,
            self.subscriptions,
            self._identity,
            known_origin=self._known_origin,
            may_call=self._may_call,
            admit=lambda actor: self.admission.requests.take(_name(actor)),
        )
        self.oauth = oauth_routes(database, tokens, self.keys, outbound=outbound, secret_named=settings.provider_secret)

    async def graphql(self, http: HttpRequest) -> Response:
        """The one endpoint of the graph."""
        request_id: str = http.state.request_id
        if wants_events(http.headers.get("accept", "")):
            return await self.events(http)
        kind = "application/json"
        try:
            kind = media_type(http.headers.get("accept", ""))
            actor = await self._admitted(http)
            asked = await read_request(http, self.settings.largest_request)
            async with self._request(actor, request_id) as request:
                introspection = _may_introspect(actor)
                result = await self.endpoint.answer(
                    asked, request, introspection=introspection, reading_only=http.method == "GET"
                )
        except BadRequest as reason:
            return failure(reason.status, reason.code, reason.message, reason.headers, kind=kind)
        except RateLimited as reason:
            return too_many(reason, kind)
        except Unauthenticated as reason:
            return _unauthenticated(reason)
        return render(result, kind, request_id, was_executed(result))

    async def events(self, http: HttpRequest) -> Response:
        """The same, answered by server-sent events."""
        authorization = http.headers.get("authorization")
        try:
            await self._admitted(http)
            asked = await read_request(http, self.settings.largest_request)
        except BadRequest as reason:
            return failure(reason.status, reason.code, reason.message, reason.headers)
        except RateLimited as reason:
            return too_many(reason)
        except Unauthenticated as reason:
            return _unauthenticated(reason)
        identity, reading_only = self._identity(authorization), http.method == "GET"
        return EventStream(
            self.subscriptions.answers(asked, identity, http.state.request_id, reading_only=reading_only)
        )

    async def _admitted(self, http: HttpRequest) -> Actor:
        """Who asks, from a page that may, and not too often. Raises Unauthenticated, BadRequest, RateLimited."""
        actor = await self.actors.of(http.headers.get("authorization"))
        if not self._may_call(actor, http.headers.get("origin")):
            raise BadRequest(403, "Web pages of this origin may not call for this client.", code=ErrorCode.FORBIDDEN)
        await self.admission.requests.take(_name(actor))
        return actor

    def origins_of(self, actor: Actor) -> Collection[str]:
        """The origins whose web pages may call for this actor: those of the deployment, and those of its client."""
        return {*self.settings.origins, *actor.origins}

    async def known_origins(self) -> Collection[str]:
        """The origins of all clients and of the deployment, and the server's own."""
        return {*self.settings.origins, *await self.registered.known(), own_origin(self.settings.url)}

    def _may_call(self, actor: Actor, origin: str | None) -> bool:
        return permitted(origin, self.settings.url, self.origins_of(actor))

    async def _known_origin(self, origin: str) -> bool:
        return origin in await self.known_origins()

    def _account(self, actor: Actor) -> Account:
        return self.admission.account(_name(actor))

    def _request(self, actor: Actor, request_id: str) -> Request[Actor]:
        return Request(actor, self.database, request_id, self.links)

    def _identity(self, authorization: str | None) -> Identity[Actor]:
        return Identity(authorization, self._identify, self.wall)

    async def _identify(self, authorization: str | None) -> Actor:
        try:
            return await self.actors.of(authorization)
        except Unauthenticated as reason:
            raise Ended(str(reason)) from reason

    async def upload(self, http: HttpRequest) -> Response:
        """`PUT /uploads/{id}`: the bytes of a report, with the headers that createUpload gave, or an access token."""
        file_id: UUID = http.path_params["file_id"]
        authorization = http.headers.get("authorization", "")
        try:
            if authorization.startswith(f"{SCHEME} "):
                ticket = await self.links.check(authorization.removeprefix(f"{SCHEME} "), "upload")
                actor = ticket.actor
                if ticket.key.id != file_id:
                    raise UploadRefused(404, "NOT_FOUND", "These headers are for another upload.")
            else:
                actor = await self.actors.of(authorization)
            await self.admission.uploads.take(_name(actor))
            if Permission.UPLOAD_CREATE not in actor.permissions:
                raise UploadRefused(403, "FORBIDDEN", "This needs the permission upload:create.")
            stored = await receive_bytes(self.streamed, actor, file_id, http.stream(), self.settings.largest_upload)
        except Unauthenticated as reason:
            return _unauthenticated(reason)
        except RateLimited as reason:
            return too_many(reason)
        except UploadRefused as reason:
            return JSONResponse({"code": reason.code, "message": reason.message}, reason.status)
        return JSONResponse({"receivedBytes": stored["received_bytes"], "sha256": stored["sha256"]})

    async def download(self, http: HttpRequest) -> Response:
        """`GET /downloads/{what}?ticket=…`: bytes or rows of a report, or a statement explained, by a link."""
        what: str = http.path_params["what"]
        find, needed = DOWNLOADS.get(what, (None, Permission.SUBMISSION_READ))
        try:
            ticket = await self.links.check(http.query_params.get("ticket", ""), what)
            await self.admission.requests.take(_name(ticket.actor))
        except Unauthenticated as reason:
            return _unauthenticated(reason)
        except RateLimited as reason:
            return too_many(reason)
        permitted = needed in ticket.actor.permissions
        found = await find(self.streamed, ticket.actor, ticket.key) if find is not None and permitted else None
        if found is None:
            return JSONResponse({"code": "NOT_FOUND", "message": "There is no such file."}, 404)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return StreamingResponse(found.pieces, headers=headers, media_type=found.media_type)

    async def ready(self, _: HttpRequest) -> Response:
        """Whether requests can be answered: the database is there."""
        try:
            await self.database.ping()
        except Exception:
            log.exception("not ready")
            return PlainTextResponse("The database does not answer.\n", 503, {"Retry-After": "5"})
        return PlainTextResponse("ready\n")

    def routes(self) -> list[BaseRoute]:
        for route in self.oauth:
            route.app = Metered(route.app, self.admission)
        return [
            Route("/graphql", self.graphql, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", self.sockets),
            Route("/uploads/{file_id:uuid}", self.upload, methods=["PUT"]),
            Route("/downloads/{what}", self.download, methods=["GET"]),
            Route("/livez", lambda _: PlainTextResponse("alive\n"), methods=["GET"]),
            Route("/readyz", self.ready, methods=["GET"]),
            *self.oauth,
        ]


def _name(actor: Actor) -> str:
    """Under what an actor's requests are counted."""
    return str(actor.client_id or actor.user_id or actor.organization_id)


def _may_introspect(actor: Actor) -> bool:
    return Permission.SCHEMA_INTROSPECT in actor.permissions


def _unauthenticated(reason: Unauthenticated) -> Response:
    return failure(401, ErrorCode.UNAUTHENTICATED, str(reason), {"WWW-Authenticate": reason.challenge})


async def _broken_off(http: HttpRequest, _: Exception) -> Response:
    """The client went away before it had sent everything. Nobody reads this; nothing was kept."""
    log.info("the client went away", id=http.state.request_id, path=http.url.path)
    return JSONResponse({"code": "BROKEN_OFF", "message": "The request broke off; nothing of it was kept."}, 400)


async def _in_an_outage(http: HttpRequest, fault: Exception) -> Response:
    """A fault that passes is told with when to come back; any other stays one."""
    found = outage(fault)
    if found is None:
        raise fault
    log.warning("request failed in an outage", id=http.state.request_id, code=found.code, error=str(fault))
    headers = {"Retry-After": str(found.seconds)}
    if http.url.path == "/graphql":
        return failure(status_in(found), ErrorCode(found.code), found.message, headers, {"retryAfter": found.seconds})
    return JSONResponse({"code": found.code, "message": found.message}, status_in(found), headers)


def _told(path: str) -> str:
    """The path of a request without the token of an invitation, which lets somebody in."""
    return f"{INVITATIONS}/…" if path.startswith(f"{INVITATIONS}/") else path


class RequestLog:
    """Gives every request an id, and one line in the log: never a header, a query string or a body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
        request_id = given if SAFE_REQUEST_ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            took = round((time.perf_counter() - began) * 1000, 1)
            log.info(
                "request", id=request_id, method=scope["method"], path=_told(scope["path"]), status=status, ms=took
            )


def application(settings: Settings, database_url: str) -> Starlette:
    """The application over one database."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        database = await Database.open(
            database_url, connections=configured.lanes(settings), statement_timeout=settings.statement_timeout
        )
        async with Changes(database_url).listening() as changes:
            app.state.end_streams = changes.end
            server = Server(settings, database, changes)
            app.state.known_origins = server.known_origins
            app.router.routes.extend(server.routes())
            gc.collect()
            gc.freeze()
            gc.set_threshold(200_000, 50, 1_000)
            yield
        await database.close()

    async def known() -> Collection[str]:
        found: Collection[str] = await made.state.known_origins()
        return found

    middleware = [Middleware(RequestLog), *configured.passed_through(settings, known)]
    outages = dict.fromkeys((PostgresError, InterfaceError, OSError), _in_an_outage)
    handlers: Any = {ClientDisconnect: _broken_off, **outages}
    made = Starlette(lifespan=lifespan, middleware=middleware, exception_handlers=handlers)
    return made
