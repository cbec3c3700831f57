"""Clients in Authlib's terms, and how each proves that it is the one it says.

A client proves itself in the one way that it registered: by a secret, by an assertion signed with its key (RFC 7523), or,
where it can keep no secret, by nothing but its name. A client's secret is 256 random bits, so its plain SHA-256 is kept:
argon2 makes guessing slow where a person chose the password, and nobody guesses 2^256. An assertion lives an hour at
most, is for this server alone and is taken once.
"""

import base64
import hashlib
import hmac
import re
from typing import Any
from urllib.parse import unquote

from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, InvalidScopeError  # type: ignore[import-untyped]
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.access.oauth import queries
from app.access.oauth.forms import OAuthRequest
from app.access.oauth.registration import ASSERTION_ALGORITHMS
from app.access.oauth.settings import REALM
from app.access.scopes import Scope
from app.tables.organizations import Authentication, GrantType

AUTHENTICATION_METHODS = {
    "client_secret_basic": Authentication.SECRET,
    "client_secret_post": Authentication.SECRET,
    "private_key_jwt": Authentication.KEY,
    "none": Authentication.NONE,
}
CONFIDENTIAL = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
ANY = [*CONFIDENTIAL, "none"]
LONGEST_ASSERTION = 3600
"Seconds that an assertion may be good for: it is remembered that long, so that nobody uses it again."
ASSERTION_LEEWAY = 30
_NOBODYS_HASH = hashlib.sha256(b"").hexdigest()
_UNPRINTABLE = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")


def hash_of(secret: str) -> str:
    """What is kept of a secret that is random: a client's, a code, a token, a cookie."""
    return hashlib.sha256(secret.encode()).hexdigest()


def printable(text: str) -> str:
    """What an error may say: printable ASCII without quotes (RFC 6749, 5.2)."""
    return _UNPRINTABLE.sub("?", text)


class RegisteredClient(ClientMixin):  # type: ignore[misc]
    """One of our live clients, or nobody: an unknown one takes the same way as a wrong secret."""

    def __init__(self, known: queries.Client | None) -> None:
        self._known = known

    @property
    def known(self) -> queries.Client:
        assert self._known is not None, "only a client that proved itself gets this far"
        return self._known

    @property
    def is_known(self) -> bool:
        return self._known is not None

    @property
    def keys(self) -> KeySet:
        """The keys that its assertions are signed with."""
        stored = self._known.jwks if self._known is not None else None
        return KeySet.import_key_set(stored) if stored else KeySet([])  # type: ignore[arg-type]

    def get_client_id(self) -> str:
        return str(self.known.id)

    def get_default_redirect_uri(self) -> None:
        """None: every request says where its answer goes."""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Letter by letter."""
        return self._known is not None and redirect_uri in self._known.redirect_uris

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and self.check_grant_type(GrantType.AUTHORIZATION_CODE.value)

    def check_client_secret(self, client_secret: str) -> bool:
        kept = self._known.secret_hash if self._known is not None else None
        equal = hmac.compare_digest(kept or _NOBODYS_HASH, hash_of(client_secret))
        return equal and kept is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return self._known is not None and self._known.authentication is AUTHENTICATION_METHODS.get(method)

    def check_grant_type(self, grant_type: str) -> bool:
        return self._known is not None and grant_type in {grant.value for grant in self._known.grant_types}

    def get_allowed_scope(self, scope: str | None) -> str:
        """What was asked, or all that the client has where nothing was: nothing named, where it acts as the whole person.

        Raises InvalidScopeError for anything more.
        """
        held = frozenset(Scope) if self.known.whole_person else self.known.scopes
        if not scope and self.known.whole_person:
            return ""
        asked = frozenset(scope.split()) if scope else frozenset(held)
        beyond = asked - held
        if beyond or not asked:
            raise InvalidScopeError(beyond_scope(beyond, held))
        return " ".join(sorted(asked))


def beyond_scope(beyond: frozenset[str], held: frozenset[Scope]) -> str:
    """The sentence about scopes that were asked for and are not there to be had."""
    wrong = printable(", ".join(sorted(beyond)))
    mine = ", ".join(sorted(scope.value for scope in held)) or "none"
    return f"Not among the scopes of this client: {wrong or 'anything'}. Ask for some of: {mine}."


class UnknownClientError(InvalidClientError):  # type: ignore[misc]
    """Nobody that we know. `description` is the same whatever was wrong, unless a signature has proved who asks."""

    status_code = 401
    description = (
        "The client is unknown or revoked, its secret or assertion is wrong, or none was sent. Send client_id and "
        "client_secret by HTTP Basic or in the body, or a client_assertion, as the client is registered for."
    )

    def get_headers(self) -> list[tuple[str, str]]:
        """Authlib's challenge names no realm, which RFC 7617 wants."""
        headers: list[tuple[str, str]] = [h for h in super().get_headers() if h[0] != "WWW-Authenticate"]
        return [*headers, ("WWW-Authenticate", f'Basic realm="{REALM}"')]


class AssertionRefused(UnknownClientError):
    """The assertion is the client's own, and its content is wrong: the client is told what."""


class KeyAssertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """private_key_jwt. `addresses` are the names that an assertion may be for; `remember` takes one once."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, addresses: list[str], remember: Any, wall: Any) -> None:
        super().__init__(leeway=ASSERTION_LEEWAY)
        self._addresses = addresses
        self._remember = remember
        self._wall = wall

    def resolve_client_public_key(self, client: RegisteredClient) -> KeySet:
        return client.keys

    def get_audiences(self) -> list[str]:
        return self._addresses

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(assertion, resolve_key, algorithms=ASSERTION_ALGORITHMS).claims
        except (JoseError, ValueError, TypeError) as broken:
            raise InvalidClientError from broken
        self.verify_claims(claims)
        return claims

    def verify_claims(self, claims: dict[str, Any]) -> None:
        """Who signed is proved when this is asked. Raises AssertionRefused."""
        now = int(self._wall())
        essential: Any = {name: {"essential": True} for name in ("iss", "sub", "aud", "exp", "jti")}
        essential["iss"]["value"] = claims.get("sub")
        try:
            jwt.JWTClaimsRegistry(now=now, leeway=self.leeway, **essential).validate(claims)
        except JoseError as broken:
            raise AssertionRefused(printable(f"The assertion is not good: {broken.description}")) from broken
        audience = claims["aud"][0] if isinstance(claims["aud"], list) and len(claims["aud"]) == 1 else claims["aud"]
        if audience not in self._addresses:
            raise AssertionRefused(f"The assertion must be for this server alone: aud is {self._addresses[0]}.")
        if claims["exp"] > now + LONGEST_ASSERTION + self.leeway:
            raise AssertionRefused(f"An assertion is good for {LONGEST_ASSERTION} seconds at most.")
        if not self._remember(claims["sub"], claims["jti"], claims["exp"] + self.leeway):
            raise AssertionRefused("The assertion was used before. Sign another one, with a jti of its own.")


def by_basic(query_client: Any, request: OAuthRequest) -> RegisteredClient | None:
    """HTTP Basic. Authlib's own reading fails with a fault on an empty header or one that is not UTF-8."""
    credentials = basic_credentials(request.headers.get("Authorization"))
    if credentials is None:
        return None
    client: RegisteredClient = query_client(credentials[0])
    return client if client.check_client_secret(credentials[1]) else None


def by_nothing(query_client: Any, request: OAuthRequest) -> RegisteredClient | None:
    """A client without a secret: its name is all it says, and its code or token is what proves it."""
    client_id = request.form.get("client_id")
    if client_id is None or proofs(request):
        return None
    client: RegisteredClient = query_client(client_id)
    return client if client.is_known else None


def proofs(request: OAuthRequest) -> list[str | None]:
    """By which means the client wants to prove itself: for each, the client that it names, None where it names none.

    More than one is refused by RFC 6749, 2.3.
    """
    credentials = basic_credentials(request.headers.get("Authorization"))
    named = request.form.get("client_id")
    found = [credentials[0]] if credentials is not None else []
    return found + [named for sent in ("client_secret", "client_assertion") if sent in request.form]


def basic_credentials(authorization: str | None) -> tuple[str, str] | None:
    """The client and its secret in an Authorization header, form-decoded as RFC 6749, 2.3.1 has it."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (unquote(client_id), unquote(secret)) if colon else None
