"""The authorization server's rules: which client gets which tokens, and who may take them back or ask about them.

Authlib decides (client authentication, the grants of RFC 6749 with PKCE, the RFC 9068 token, every error answer); here is
put together what is ours to say: who the clients are, that scopes are never silently narrowed, that tokens live minutes
and are for our API. Authlib is synchronous, so it runs in a worker thread and asks the event loop for what lies in the
database.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from anyio import from_thread
from authlib.common.urls import add_params_to_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    AuthorizationCodeGrant,
    AuthorizationServer,
    InvalidClientError,
    InvalidRequestError,
    OAuth2Error,
    UnsupportedGrantTypeError,
    UnsupportedResponseTypeError,
)
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.access.oauth import queries
from app.access.oauth.bearer import Verifier
from app.access.oauth.forms import Form, OAuthRequest
from app.access.oauth.grants import queries as grants
from app.access.oauth.grants.endpoints import Introspection, Revocation, Tokens
from app.access.oauth.grants.grants import AuthorizationCode, ClientCredentials, Refreshing, S256Challenge
from app.access.oauth.grants.ledger import Approval, Ledger
from app.access.oauth.grants.tokens import AccessTokens
from app.access.oauth.keys import SigningKeys
from app.access.oauth.registered import (
    AssertionRefused,
    KeyAssertion,
    RegisteredClient,
    UnknownClientError,
    by_basic,
    by_nothing,
    hash_of,
    proofs,
)
from app.access.oauth.settings import TokenSettings
from app.store.database import AUTHENTICATING, Database
from app.tables.organizations import GrantType

TOKEN_PATH = "/oauth/token"  # noqa: S105
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_USE_IS_NOTED_EVERY = timedelta(minutes=1)
_GRANTS = ", ".join(f"grant_type={grant}" for grant in GrantType)

# Authlib writes whole tokens to its log at DEBUG.
logging.getLogger("authlib").setLevel(logging.INFO)


class TokenServer(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server over our database. Everything but the constructor is to be called in a worker thread."""

    def __init__(
        self,
        database: Database,
        settings: TokenSettings,
        keys: SigningKeys,
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._database = database
        self.settings = settings
        self.ledger = Ledger(database, settings)
        self.tokens = Tokens(database, settings, Verifier(settings, keys, wall=wall))
        names = [settings.issuer, settings.address(TOKEN_PATH)]
        self.register_client_auth_method("client_secret_basic", by_basic)
        self.register_client_auth_method("private_key_jwt", KeyAssertion(names, self._remember_assertion, wall))
        self.register_client_auth_method("none", by_nothing)
        self.register_grant(ClientCredentials)
        self.register_grant(AuthorizationCode, [S256Challenge()])
        self.register_grant(Refreshing)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)
        self.register_token_generator("default", AccessTokens(settings, keys))

    def query_client(self, client_id: str) -> RegisteredClient:
        """The live client, or one that cannot prove itself: an unknown id takes the same way as a wrong secret."""
        return RegisteredClient(from_thread.run(self._find, client_id))

    async def _find(self, client_id: str) -> queries.Client | None:
        try:
            known_as = UUID(client_id)
        except ValueError:
            return None
        async with self._database.reading(AUTHENTICATING) as db:
            client = await queries.client(db, known_as)
        return client if client is not None and client.revoked_at is None else None

    def _remember_assertion(self, client_id: str, assertion_id: str, until: float) -> bool:
        moment = datetime.fromtimestamp(until, UTC)
        remembered: bool = from_thread.run(self._remember, UUID(client_id), hash_of(assertion_id), moment)
        return remembered

    async def _remember(self, client_id: UUID, assertion_hash: str, until: datetime) -> bool:
        async with self._database.writing(AUTHENTICATING) as db:
            return await grants.use_assertion(db, client_id, assertion_hash, until, datetime.now(UTC))

    def authenticate_client(
        self, request: OAuthRequest, methods: Iterable[str], endpoint: str = "token"
    ) -> RegisteredClient:
        sent = proofs(request)
        named = request.form.get("client_id")
        if len(sent) > 1:
            raise InvalidRequestError("Prove the client once: by the Authorization header, a secret, or an assertion.")
        try:
            client: RegisteredClient = super().authenticate_client(request, methods, endpoint)
        except AssertionRefused:
            raise
        except InvalidClientError:
            raise UnknownClientError from None
        if named is not None and named != client.get_client_id():
            raise InvalidRequestError("client_id names another client than the one that proved itself.")
        return client

    def get_token_grant(self, request: OAuthRequest) -> object:
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            error.description = f"This server knows {_GRANTS}."
            raise

    def get_authorization_grant(self, request: OAuthRequest) -> AuthorizationCodeGrant:
        """Authlib's own answer to another response type would quote it, whatever is in it."""
        try:
            return super().get_authorization_grant(request)
        except (UnsupportedResponseTypeError, ValueError):
            raise self._unsupported(request) from None

    def _unsupported(self, request: OAuthRequest) -> OAuth2Error:
        sent = request.payload
        client = self.query_client(sent.client_id or "")
        back = sent.redirect_uri if client.check_redirect_uri(sent.redirect_uri or "") else None
        if sent.response_type is None:
            return InvalidRequestError("response_type is missing. Send response_type=code.", redirect_uri=back)
        return _UnsupportedResponse("This server knows response_type=code.", redirect_uri=back)

    def check_authorization(self, asked: Form) -> AuthorizationCodeGrant:
        """The request of a client to sign somebody in, checked. Raises OAuth2Error; its `redirect_uri` is where the
        answer may be sent to, None where it may be sent nowhere."""
        return self.get_consent_grant(asked)

    def approve(self, grant: AuthorizationCodeGrant, approval: Approval) -> Response:
        """The redirect that brings the client its code."""
        response: Response = self.create_authorization_response(grant.request, approval, grant)
        return response

    def create_token_response(self, request: Form) -> Response:
        """The answer to a client that asks for a token. When it last got one is written down, once a minute at most."""
        asked = self.create_oauth2_request(request)
        response: Response = super().create_token_response(asked)
        if response.status_code == 200:
            from_thread.run(self._used, asked.client.known)
        return response

    async def _used(self, client: queries.Client) -> None:
        now = datetime.now(UTC)
        if client.last_used_at is None or client.last_used_at < now - _USE_IS_NOTED_EVERY:
            async with self._database.writing(AUTHENTICATING) as db:
                await queries.used(db, client.id, now, now - _USE_IS_NOTED_EVERY)

    def create_oauth2_request(self, request: Form) -> OAuthRequest:
        return request if isinstance(request, OAuthRequest) else OAuthRequest(request)

    def save_token(self, token: object, request: object) -> None:
        """Nothing is kept of an integration's token: its signature proves it."""

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: object, headers: Iterable[tuple[str, str]]) -> Response:
        """The answer. One that goes back through a browser says who it is from (RFC 9207), so that a client of several
        servers cannot be made to mix them up."""
        stated = {**dict(headers), **NEVER_KEPT}
        location = stated.pop("Location", None)
        if location is None:
            return JSONResponse(body, status_code=status, headers=stated)
        back = add_params_to_uri(location, [("iss", self.settings.issuer)])
        return RedirectResponse(back, 303, headers=stated | {"Referrer-Policy": "no-referrer"})


class _UnsupportedResponse(OAuth2Error):  # type: ignore[misc]
    error = "unsupported_response_type"
