"""The token endpoint's rules: which client gets a token, with which scopes, and what stands in it.

Authlib decides (client authentication, the client-credentials grant of RFC 6749, the RFC 9068 token, every error
answer); here stands what is ours to say: who the clients are, that scopes are never silently narrowed, that tokens live
minutes and are for our API. Authlib is synchronous, so it runs in a worker thread and asks the event loop for what lies
in the database.

A client's secret is 256 random bits, so its plain SHA-256 is kept: argon2 makes guessing slow where a person chose the
password, and nobody guesses 2^256. An unknown client, a wrong secret and a revoked client get the same answer.
"""

import base64
import hashlib
import hmac
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from uuid import UUID

from anyio import from_thread
from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    AuthorizationServer,
    ClientCredentialsGrant,
    ClientMixin,
    InvalidClientError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Request,
    UnsupportedGrantTypeError,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload  # type: ignore[import-untyped]
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator  # type: ignore[import-untyped]
from joserfc.jwk import KeySet
from starlette.responses import JSONResponse, Response

from app.access.oauth import queries
from app.access.oauth.keys import ALGORITHM, SigningKeys
from app.access.oauth.settings import REALM, TokenSettings
from app.access.roles import Scope
from app.store.database import AUTHENTICATING, Database

GRANT = "client_credentials"
AUTHENTICATION_METHODS = ["client_secret_basic", "client_secret_post"]
ENDPOINT = "/oauth/token"
_NOBODYS_HASH = hashlib.sha256(b"").hexdigest()
_UNPRINTABLE = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")

# Authlib writes whole tokens to its log at DEBUG.
logging.getLogger("authlib").setLevel(logging.INFO)


def hash_of(secret: str) -> str:
    """What is kept of a client's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TokenForm:
    """A request to the token endpoint, as it was read: its headers and its form, each name once."""

    authorization: str | None
    form: Mapping[str, str]


class TokenServer(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server over our database. `create_token_response(TokenForm)` is to be called in a worker thread."""

    def __init__(self, database: Database, settings: TokenSettings, keys: SigningKeys) -> None:
        super().__init__()
        self._database = database
        self._settings = settings
        self.register_client_auth_method("client_secret_basic", _by_basic)
        self.register_grant(_ClientCredentials)
        self.register_token_generator("default", _AccessTokens(settings, keys))

    def query_client(self, client_id: str) -> "_RegisteredClient":
        """The client, or one whose secret nobody knows: an unknown id takes the same way as a wrong secret."""
        return _RegisteredClient(from_thread.run(self._find, client_id))

    async def _find(self, client_id: str) -> queries.Client | None:
        try:
            known_as = UUID(client_id)
        except ValueError:
            return None
        async with self._database.reading(AUTHENTICATING) as db:
            return await queries.client(db, known_as)

    def authenticate_client(
        self, request: "_TokenRequest", methods: list[str], endpoint: str = "token"
    ) -> "_RegisteredClient":
        by_header = _basic_credentials(request.headers.get("Authorization")) is not None
        if by_header and "client_secret" in request.form:
            raise InvalidRequestError("Send the client secret once: in the Authorization header or in the body.")
        try:
            client: _RegisteredClient = super().authenticate_client(request, methods, endpoint)
        except InvalidClientError:
            raise _UnknownClientError from None
        return client

    def get_token_grant(self, request: "_TokenRequest") -> ClientCredentialsGrant:
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            error.description = f"This server knows grant_type={GRANT} only."
            raise

    def create_oauth2_request(self, request: TokenForm) -> "_TokenRequest":
        return _TokenRequest(request, self._settings.address(ENDPOINT))

    def save_token(self, token: object, request: object) -> None:
        """Nothing is kept of a token: its signature proves it."""

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: object, headers: list[tuple[str, str]]) -> Response:
        return JSONResponse(body, status_code=status, headers=dict(headers))


class _TokenRequest(OAuth2Request):  # type: ignore[misc]
    """The form in Authlib's terms. Its address is the issuer's, whatever a proxy made of the Host header and scheme:
    that the issuer is https was checked when the server started."""

    def __init__(self, request: TokenForm, address: str) -> None:
        authorization = {"Authorization": request.authorization} if request.authorization else {}
        super().__init__("POST", address, headers=authorization)
        self._form = dict(request.form)
        self.payload = BasicOAuth2Payload(self._form)

    @property
    def form(self) -> dict[str, str]:
        return self._form


class _RegisteredClient(ClientMixin):  # type: ignore[misc]
    """One of our clients in Authlib's terms, or nobody."""

    def __init__(self, known: queries.Client | None) -> None:
        self._known = known

    @property
    def known(self) -> queries.Client:
        assert self._known is not None, "only a client whose secret was right gets this far"
        return self._known

    def get_client_id(self) -> str:
        return str(self.known.id)

    def check_client_secret(self, client_secret: str) -> bool:
        kept = self._known.secret_hash if self._known is not None else _NOBODYS_HASH
        equal = hmac.compare_digest(kept, hash_of(client_secret))
        return equal and self._known is not None and self._known.revoked_at is None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in AUTHENTICATION_METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == GRANT

    def get_allowed_scope(self, scope: str | None) -> str:
        """What was asked, or all that the client has where nothing was. Raises InvalidScopeError for anything more."""
        held = self.known.scopes
        asked = frozenset(scope.split()) if scope else frozenset(held)
        beyond = asked - held
        if beyond or not asked:
            raise InvalidScopeError(_beyond(beyond, held))
        return " ".join(sorted(asked))


class _ClientCredentials(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = AUTHENTICATION_METHODS


class _AccessTokens(JWTBearerTokenGenerator):  # type: ignore[misc]
    """Access tokens by RFC 9068 for one API, with the level and organisation they were given to."""

    def __init__(self, settings: TokenSettings, keys: SigningKeys) -> None:
        super().__init__(issuer=settings.issuer, alg=ALGORITHM, expires_generator=settings.seconds)
        self._audience = settings.audience
        self._keys = keys

    def get_jwks(self) -> KeySet:
        """The one key that signs now. As a set, because Authlib writes `kid` into the header for sets alone."""
        return KeySet([from_thread.run(self._keys.current)])

    def get_audiences(self, client: _RegisteredClient, user: object, scope: str) -> str:
        return self._audience

    def get_extra_claims(self, client: _RegisteredClient, grant_type: str, user: object, scope: str) -> dict[str, str]:
        return {"level": client.known.level.value, "organization": str(client.known.organization_id)}


class _UnknownClientError(InvalidClientError):  # type: ignore[misc]
    status_code = 401
    description = (
        "The client is unknown or revoked, its secret is wrong, or none was sent. Send client_id and client_secret "
        "by HTTP Basic or in the body."
    )

    def get_headers(self) -> list[tuple[str, str]]:
        """Authlib's challenge names no realm, which RFC 7617 wants."""
        headers: list[tuple[str, str]] = [h for h in super().get_headers() if h[0] != "WWW-Authenticate"]
        return [*headers, ("WWW-Authenticate", f'Basic realm="{REALM}"')]


def _by_basic(query_client: object, request: _TokenRequest) -> _RegisteredClient | None:
    """HTTP Basic. Authlib's own reading fails with a fault on an empty header or one that is not UTF-8."""
    credentials = _basic_credentials(request.headers.get("Authorization"))
    if credentials is None or not callable(query_client):
        return None
    client: _RegisteredClient = query_client(credentials[0])
    return client if client.check_client_secret(credentials[1]) else None


def _basic_credentials(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (unquote(client_id), unquote(secret)) if colon else None


def _beyond(beyond: frozenset[str], held: frozenset[Scope]) -> str:
    """What an error may say: printable ASCII without quotes (RFC 6749, 5.2)."""
    wrong = _UNPRINTABLE.sub("?", ", ".join(sorted(beyond)))
    mine = ", ".join(sorted(scope.value for scope in held)) or "none"
    return f"Not among the scopes of this client: {wrong or 'anything'}. Ask for some of: {mine}."
