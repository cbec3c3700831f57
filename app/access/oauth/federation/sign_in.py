"""Signing people in by their organisation's own OpenID provider, with Authlib's client for Starlette.

The browser is sent to the provider with a state, a nonce and a PKCE challenge of its own, which wait in a signed cookie of
ten minutes until it comes back. Only then is anything believed: the answer must be for this browser, from the provider
that it was sent to, with a signed identity that names this server and that nonce. Whom it names must be one of the
organisation's own people: known by the subject from an earlier sign-in, or at the first by an e-mail address that the
provider has verified. What is opened so is good for that organisation only, whatever else the person is.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time
from typing import Any
from uuid import UUID

import httpx2
import msgspec
import structlog
from authlib.integrations.base_client.errors import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.starlette_client import (  # type: ignore[import-untyped]
    StarletteIntegration,
    StarletteOAuth2App,
)
from joserfc import jwt
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from app.access.oauth.federation import queries
from app.access.oauth.federation.queries import Provider
from app.access.oauth.keys import ALGORITHM, SigningKeys
from app.access.oauth.registration import ASSERTION_ALGORITHMS
from app.access.oauth.settings import TokenSettings
from app.access.oauth.sign_in.people import normal_email
from app.outbound import Outbound, Unreachable, is_https
from app.store.database import AUTHENTICATING, Database

COOKIE = "tailrace_provider"
COOKIE_TYPE = "sign-in+jwt"
PATIENCE = 600
"Seconds that a person may take at the provider."
LONGEST_QUERY = 2000
"Bytes of a client's request that fit into the cookie."
DISCOVERY = "/.well-known/openid-configuration"
METADATA_BELIEVED_FOR = 600.0
LONGEST_SUBJECT = 255
_UNKNOWN = "Your organisation knows you, but there is no account for you here. Ask your administrator for one."
_FAILED = "Your organisation's sign-in did not work. Please try again, and tell your administrator if it fails again."
log = structlog.get_logger()


class ExternalRefused(Exception):
    """Nobody was signed in. `said` is for the person; `query` is the client's request, where it is known."""

    def __init__(self, said: str, status: int = 400, query: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.status = status
        self.query = query


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a provider named: one of its organisation's people, who came with a client's request."""

    user_id: UUID
    organization_id: UUID
    query: str


class _Waiting(msgspec.Struct):
    """What waits in the cookie until the browser comes back."""

    provider: UUID
    query: str
    states: dict[str, Any]
    exp: int


class ExternalSignIn:
    """Sends browsers to providers, and understands what they bring back. `secret_named` looks up our secret at one."""

    def __init__(
        self,
        database: Database,
        settings: TokenSettings,
        keys: SigningKeys,
        outbound: Outbound,
        secret_named: Callable[[str], str | None],
    ) -> None:
        self._database = database
        self._settings = settings
        self._keys = keys
        self._outbound = outbound
        self._secret_named = secret_named
        self._metadata: dict[str, tuple[float, dict[str, Any]]] = {}

    async def of_organization(self, organization_id: UUID) -> list[Provider]:
        """The ways that an organisation's people can sign in by."""
        async with self._database.reading(AUTHENTICATING) as db:
            return await queries.providers(db, organization_id)

    async def start(self, request: Request, named: str, own: UUID | None, query: str, callback: str) -> Response:
        """Send the browser to a provider; of the organisation `own`, where that is given. Raises ExternalRefused."""
        provider = await self._provider(named)
        if provider is None or (own is not None and provider.organization_id != own):
            raise ExternalRefused("There is no such way to sign in here.")
        if len(query) > LONGEST_QUERY:
            raise ExternalRefused("The app sent too much along to sign in this way. Use your password instead.")
        states: dict[str, Any] = {}
        request.scope["session"] = states
        try:
            app = self._app(provider, await self._described(provider))
            response: Response = await app.authorize_redirect(request, callback)
        except Unreachable as reason:
            log.warning("a provider does not answer", provider=str(provider.id), reason=str(reason))
            raise ExternalRefused(
                "Your organisation's sign-in does not answer. Please try again later.", 502
            ) from reason
        response.headers["Cache-Control"] = "no-store"
        for state in states.values():
            state["data"].pop("url", None)
        await self._remember(response, _Waiting(provider.id, query, states, int(time()) + PATIENCE))
        return response

    async def finish(self, request: Request, provider_id: UUID) -> Found:
        """Whom the provider named. Raises ExternalRefused."""
        waiting = await self._waiting(request)
        provider = await self._provider(str(provider_id))
        if waiting is None or provider is None or waiting.provider != provider_id:
            raise ExternalRefused("This browser was not sent there from here, or too long ago. Please start again.")
        try:
            claims = await self._identity(request, waiting, provider)
        except (
            OAuthError,
            JoseError,
            Unreachable,
            httpx2.HTTPError,
            OSError,
            ValueError,
            TypeError,
            KeyError,
        ) as reason:
            log.warning("a provider's answer is refused", provider=str(provider_id), reason=type(reason).__name__)
            raise ExternalRefused(_FAILED, 400, waiting.query) from reason
        user_id = await self._user(provider, claims)
        if user_id is None:
            log.warning("a provider named nobody of its organisation", provider=str(provider_id))
            raise ExternalRefused(_UNKNOWN, 403, waiting.query)
        return Found(user_id, provider.organization_id, waiting.query)

    async def _identity(self, request: Request, waiting: _Waiting, provider: Provider) -> dict[str, Any]:
        """The claims of the signed identity that the provider gives for the code."""
        described = await self._described(provider)
        if request.query_params.get("iss", provider.issuer) != provider.issuer:
            raise ValueError("the answer is from another issuer")
        if described.get("authorization_response_iss_parameter_supported") and "iss" not in request.query_params:
            raise ValueError("the answer does not say who it is from")
        request.scope["session"] = waiting.states
        token = await self._app(provider, described).authorize_access_token(
            request,
            claims_options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "sub": {"essential": True},
            },
            leeway=30,
        )
        claims: dict[str, Any] = token["userinfo"]
        return claims

    async def _user(self, provider: Provider, claims: dict[str, Any]) -> UUID | None:
        subject, email = str(claims["sub"]), normal_email(str(claims.get("email")))
        if not subject.isprintable() or len(subject) > LONGEST_SUBJECT:
            return None
        async with self._database.writing(AUTHENTICATING) as db:
            known = await queries.user_of_subject(db, provider.id, subject)
            if known is not None or claims.get("email_verified") is not True:
                return known
            member = await queries.member_by_email(db, provider.organization_id, email)
            if member is None:
                return None
            return await queries.link_subject(db, provider.id, subject, member, datetime.now(UTC))

    def _app(self, provider: Provider, described: dict[str, Any]) -> Any:
        """Authlib's client for one provider. It is told what it needs of the provider's description, and reads none
        itself: whatever stands in there would become an argument of its HTTP client."""
        secret = self._secret_named(provider.secret_name) if provider.secret_name is not None else None
        if provider.secret_name is not None and secret is None:
            raise Unreachable(f"the deployment has no secret named {provider.secret_name}")
        return StarletteOAuth2App(
            StarletteIntegration(provider.id.hex),
            provider.id.hex,
            client_id=provider.client_id,
            client_secret=secret,
            authorize_url=described["authorization_endpoint"],
            access_token_url=described["token_endpoint"],
            jwks_uri=described["jwks_uri"],
            id_token_signing_alg_values_supported=ASSERTION_ALGORITHMS,
            client_kwargs={
                **self._outbound.client_arguments,
                "scope": "openid email",
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "none" if secret is None else "client_secret_basic",
            },
        )

    async def _described(self, provider: Provider) -> dict[str, Any]:
        """What the provider publishes of itself, checked: it is the one, and every address in it is https."""
        known = self._metadata.get(provider.issuer)
        if known is not None and time() - known[0] < METADATA_BELIEVED_FOR:
            return known[1]
        described = await self._outbound.json(provider.issuer.rstrip("/") + DISCOVERY)
        if described.get("issuer") != provider.issuer:
            raise Unreachable(f"{provider.issuer} describes another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(described.get(name), str) or not is_https(described[name]):
                raise Unreachable(f"{provider.issuer} names no https address as {name}")
        self._metadata[provider.issuer] = (time(), described)
        return described

    async def _provider(self, named: str) -> Provider | None:
        try:
            provider_id = UUID(named)
        except ValueError:
            return None
        async with self._database.reading(AUTHENTICATING) as db:
            return await queries.provider(db, provider_id)

    async def _remember(self, response: Response, waiting: _Waiting) -> None:
        key = await self._keys.current()
        header = {"alg": ALGORITHM, "typ": COOKIE_TYPE, "kid": key.kid}
        signed = jwt.encode(header, msgspec.to_builtins(waiting), key, algorithms=[ALGORITHM])
        response.set_cookie(self._cookie, signed, max_age=PATIENCE, **self._cookie_attributes)

    async def _waiting(self, request: Request) -> _Waiting | None:
        """What the cookie holds, where this server signed it, for this purpose, and not too long ago."""
        cookie = request.cookies.get(self._cookie, "")
        try:
            head = cookie.partition(".")[0]
            header = msgspec.json.decode(urlsafe_b64decode(head + "=" * (-len(head) % 4)), type=dict[str, str])
            key = await self._keys.verifying(header.get("kid", ""))
            if key is None or header.get("typ") != COOKIE_TYPE:
                return None
            signed = jwt.decode(cookie, key, algorithms=[ALGORITHM])
            waiting = msgspec.convert(signed.claims, _Waiting)
        except (JoseError, msgspec.MsgspecError, ValueError):
            return None
        return waiting if waiting.exp > time() else None

    def forget(self, response: Response) -> None:
        """Take the cookie back: an answer is understood once."""
        response.delete_cookie(self._cookie, **self._cookie_attributes)

    @property
    def _cookie(self) -> str:
        return f"__Host-{COOKIE}" if self._settings.is_https else COOKIE

    @property
    def _cookie_attributes(self) -> dict[str, Any]:
        return {"path": "/", "secure": self._settings.is_https, "httponly": True, "samesite": "lax"}
