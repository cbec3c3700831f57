"""Signing people in for a client: the authorization endpoint, with its login page.

A client sends a browser here; whoever signs in is sent back with a code, to the address that the client registered and
nowhere else. Every step checks the client's request again, which travels in the address, so nothing is kept between them
but who is signed in. Who has one role goes straight through; who has several chooses. Whatever was wrong with an e-mail
address or a password, the answer and the work are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import structlog
from anyio import to_thread
from authlib.oauth2.rfc6749 import OAuth2Error  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.access.oauth.federation.sign_in import ExternalRefused, ExternalSignIn
from app.access.oauth.forms import Form, read_form, read_query
from app.access.oauth.grants.ledger import Approval
from app.access.oauth.queries import Client
from app.access.oauth.server import TokenServer
from app.access.oauth.settings import TokenSettings
from app.access.oauth.sign_in import attempts, pages, queries
from app.access.oauth.sign_in.pages import Place
from app.access.oauth.sign_in.passwords import PasswordCheck
from app.access.oauth.sign_in.people import normal_email
from app.access.oauth.sign_in.queries import Membership, SignedIn
from app.access.oauth.sign_in.sessions import Sessions
from app.store.database import AUTHENTICATING, Database
from app.tables.organizations import Serves

AUTHORIZE_PATH = "/oauth/authorize"
SIGN_OUT_PATH = "/oauth/sign-out"
CALLBACK_PATH = "/oauth/callback"
_WRONG = "The e-mail address or the password is wrong."
_TOO_OLD = "This page was too old, or your browser keeps no cookies. Please try again."
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that a client sent, with the client's request, checked. `query` is that request as it came."""

    request: Request
    grant: Any
    query: str

    @property
    def client(self) -> Client:
        known: Client = self.grant.request.client.known
        return known

    @property
    def back(self) -> str:
        address: str = self.grant.redirect_uri
        return address


class SignIn:
    """The pages for people, over one authorization server."""

    def __init__(
        self,
        database: Database,
        settings: TokenSettings,
        server: TokenServer,
        sessions: Sessions,
        external: ExternalSignIn,
    ) -> None:
        self._database = database
        self._settings = settings
        self._server = server
        self._sessions = sessions
        self._external = external
        self._passwords = PasswordCheck()

    async def authorize(self, request: Request) -> Response:
        """`/oauth/authorize`: sends a browser back with a code, or shows what has to be done before."""
        try:
            asked = Form("GET", self._settings.address(AUTHORIZE_PATH), None, read_query(request))
            grant = await to_thread.run_sync(self._server.check_authorization, asked)
            visit = Visit(request, grant, request.url.query)
            return await (self._act(visit) if request.method == "POST" else self._proceed(visit))
        except OAuth2Error as error:
            return self._refusal(error)

    def _refusal(self, error: OAuth2Error) -> Response:
        """To the client by its registered address; to the person where there is none that could be trusted."""
        if error.redirect_uri:
            response: Response = self._server.handle_error_response(None, error)
            return response
        said = error.get_error_description() or "The request cannot be understood."
        title = "This sign-in link does not work"
        return pages.message(title, f"{said} ({error.error}) Go back to where you came from.", error.status_code or 400)

    async def _proceed(self, visit: Visit, trouble: str = "") -> Response:
        signed_in = await self._sessions.of(visit.request)
        if signed_in is None:
            onward = await self._to_provider(visit) if not trouble else None
            return onward or await self._login(visit, trouble=trouble)
        options = await self._options(visit.client, signed_in)
        if len(options) == 1 and not trouble:
            return await self._approve(visit, signed_in, options[0])
        if not options:
            return pages.no_role(self._place(visit), visit.client.name, signed_in.email)
        return pages.choose(self._place(visit), visit.client.name, signed_in.email, options, trouble)

    async def _act(self, visit: Visit) -> Response:
        form = await read_form(visit.request)
        if not self._sessions.is_own_form(visit.request, form.get("form_token")):
            page = await self._proceed(visit, _TOO_OLD)
            page.status_code = 403
            return page
        signed_in = await self._sessions.of(visit.request)
        match form.get("act"):
            case "sign-in":
                return await self._sign_in(visit, form.get("email", ""), form.get("password", ""))
            case "choose" if signed_in is not None:
                return await self._choose(visit, signed_in, form.get("membership", ""))
            case "leave" if signed_in is not None:
                response = self._again(visit.query)
                await self._sessions.end(response, signed_in)
                return response
        return await self._proceed(visit)

    async def _sign_in(self, visit: Visit, typed: str, password: str) -> Response:
        email = normal_email(typed)
        tried = attempts.subjects(email, visit.request.client.host if visit.request.client else None)
        wait = await attempts.wait_before(self._database, tried, datetime.now(UTC))
        if wait is not None:
            log.warning("sign-in refused", reason="too many attempts")
            return await self._locked(visit, typed, wait)
        async with self._database.reading(AUTHENTICATING) as db:
            person = await queries.person(db, email)
        kept = person.password_hash if person is not None else None
        if not await self._passwords.is_right(password, kept) or person is None:
            log.warning("sign-in refused", reason="wrong e-mail address or password")
            return await self._login(visit, typed, _WRONG, 403)
        await attempts.succeeded(self._database, tried, datetime.now(UTC))
        response = self._again(visit.query)
        await self._sessions.open(response, person.id)
        log.info("signed in", user=str(person.id), by="password")
        return response

    async def _locked(self, visit: Visit, email: str, wait: timedelta) -> Response:
        minutes = ceil(wait.total_seconds() / 60)
        said = f"Too many attempts. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
        page = await self._login(visit, email, said, 429)
        page.headers["Retry-After"] = str(ceil(wait.total_seconds()))
        return page

    async def _choose(self, visit: Visit, signed_in: SignedIn, chosen: str) -> Response:
        for option in await self._options(visit.client, signed_in):
            if pages.value_of(option) == chosen:
                return await self._approve(visit, signed_in, option)
        return await self._proceed(visit, "Choose one of these.")

    async def _approve(self, visit: Visit, signed_in: SignedIn, option: Membership) -> Response:
        approval = Approval(signed_in.user_id, signed_in.id, option.organization_id, option.level)
        return await to_thread.run_sync(self._server.approve, visit.grant, approval)

    async def _options(self, client: Client, signed_in: SignedIn) -> list[Membership]:
        """What this person can act as through this client."""
        async with self._database.reading(AUTHENTICATING) as db:
            found = await queries.memberships(db, signed_in.user_id)
        if signed_in.organization_id is not None:
            found = [option for option in found if option.organization_id == signed_in.organization_id]
        if client.serves is Serves.EVERYONE:
            return found
        own = (client.organization_id, client.level)
        return [option for option in found if (option.organization_id, option.level) == own]

    async def _login(self, visit: Visit, email: str = "", trouble: str = "", status: int = 200) -> HTMLResponse:
        place = self._place(visit)
        page = pages.sign_in(place, visit.client.name, await self._providers(visit), email, trouble, status)
        self._sessions.form_token(visit.request, page)
        return page

    async def _providers(self, visit: Visit) -> Sequence[tuple[str, str]]:
        """The organisation's own ways to sign in, where the client is for one organisation."""
        if visit.client.serves is not Serves.OWN:
            return []
        found = await self._external.of_organization(visit.client.organization_id)
        kept = [(name, value) for name, value in parse_qsl(visit.query) if name != "provider"]
        address = self._settings.address(AUTHORIZE_PATH)
        return [(each.name, f"{address}?{urlencode([*kept, ('provider', str(each.id))])}") for each in found]

    async def _to_provider(self, visit: Visit) -> Response | None:
        """On to the provider that the address names, where it may sign in people for this client."""
        named = visit.grant.request.payload.data.get("provider")
        if named is None:
            return None
        own = visit.client.organization_id if visit.client.serves is Serves.OWN else None
        try:
            return await self._external.start(visit.request, named, own, visit.query, self._callback(named))
        except ExternalRefused as reason:
            return await self._login(visit, trouble=reason.said, status=reason.status)

    async def callback(self, request: Request) -> Response:
        """`/oauth/callback/<provider>`: what an organisation's provider says of the person whom we sent there."""
        provider_id: UUID = request.path_params["provider"]
        try:
            found = await self._external.finish(request, provider_id)
        except ExternalRefused as reason:
            again = f"{self._settings.address(AUTHORIZE_PATH)}?{reason.query}" if reason.query else None
            response: Response = pages.message("That did not work", reason.said, reason.status, again)
        else:
            response = self._again(found.query)
            await self._sessions.open(response, found.user_id, found.organization_id)
            log.info("signed in", user=str(found.user_id), by="provider", provider=str(provider_id))
        self._external.forget(response)
        return response

    async def sign_out(self, request: Request) -> Response:
        """`/oauth/sign-out`: asks, and ends the session with all that was granted in it."""
        signed_in = await self._sessions.of(request)
        place = Place(self._settings.address(SIGN_OUT_PATH), self._sessions.form_token(request))
        if request.method != "POST" or signed_in is None:
            return pages.sign_out(place, signed_in.email if signed_in is not None else None)
        try:
            form = await read_form(request)
        except OAuth2Error as error:
            return self._refusal(error)
        if not self._sessions.is_own_form(request, form.get("form_token")):
            return pages.message("Not signed out", _TOO_OLD, 403, self._settings.address(SIGN_OUT_PATH))
        response = pages.sign_out(place, None)
        await self._sessions.end(response, signed_in)
        return response

    def _place(self, visit: Visit) -> Place:
        action = f"{self._settings.address(AUTHORIZE_PATH)}?{visit.query}"
        return Place(action, self._sessions.form_token(visit.request), visit.back)

    def _again(self, query: str) -> Response:
        """Back to the authorization endpoint, which sees then who is signed in."""
        address = f"{self._settings.address(AUTHORIZE_PATH)}?{query}"
        return RedirectResponse(address, 303, {"Cache-Control": "no-store"})

    def _callback(self, provider: str) -> str:
        return self._settings.address(f"{CALLBACK_PATH}/{provider}")
