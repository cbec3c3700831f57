"""Reading an access token: whether it is ours, for us, unbroken and not yet expired.

Tokens are JWTs by RFC 9068, given to an integration for itself or to a client for a person. Nothing that a token says of
itself chooses how it is checked: the algorithm is fixed, the header holds exactly `alg`, `typ` and `kid`, and the key must
be one of ours. Why a token was refused is said to whoever sent it, as far as the token proves it.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.util import urlsafe_b64decode

from app.access.oauth.keys import ALGORITHM, SigningKeys
from app.access.oauth.settings import REALM, TokenSettings
from app.access.scopes import Scope

LONGEST_TOKEN = 8 * 1024
LEEWAY = 5
"Seconds by which the clocks of two servers may differ."
_LONGEST_HEADER = 512
_BEARER = re.compile(r"bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+) *", re.IGNORECASE | re.ASCII)


class Reason(StrEnum):
    """Why a request is nobody's."""

    MISSING = "MISSING"
    MALFORMED = "MALFORMED"
    UNKNOWN_SIGNATURE = "UNKNOWN_SIGNATURE"
    NOT_FOR_THIS_API = "NOT_FOR_THIS_API"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


_MESSAGES = {
    Reason.MISSING: "Send an access token: Authorization: Bearer <token>. Get one at /oauth/token.",
    Reason.MALFORMED: "The Authorization header holds no access token of this server."
    " Send what /oauth/token gave as access_token: Authorization: Bearer <token>.",
    Reason.UNKNOWN_SIGNATURE: "The access token was not signed by a key of this server. Get one at /oauth/token.",
    Reason.NOT_FOR_THIS_API: "The access token was issued by or for somebody else. Get one at /oauth/token.",
    Reason.EXPIRED: "The access token has expired. Get another one at /oauth/token.",
    Reason.REVOKED: "What this access token was given for has ended: the client, the sign-in or the role in the"
    " organisation was taken back. Sign in again, or ask your administrator.",
}


class Unauthenticated(Exception):
    """Nobody can be said to ask. `challenge` is the WWW-Authenticate header that belongs to the answer (RFC 6750)."""

    code = "UNAUTHENTICATED"

    def __init__(self, reason: Reason) -> None:
        super().__init__(_MESSAGES[reason])
        self.reason = reason
        self.message = _MESSAGES[reason]

    @property
    def challenge(self) -> str:
        if self.reason is Reason.MISSING:
            return f'Bearer realm="{REALM}"'
        return f'Bearer realm="{REALM}", error="invalid_token", error_description="{self.message}"'


@dataclass(frozen=True, slots=True)
class Verified:
    """What a token proves. `expires_at` is in seconds since 1970; `kid` is the key that signed it.

    `subject` is an integration's client, or where there is a `grant_id` the person who granted. No scopes: all that the
    holder has. `issuer_id` names the organisation's own issuer that a token is from, None where it is ours.
    """

    subject: UUID
    scopes: frozenset[Scope] | None
    expires_at: int
    kid: str
    grant_id: UUID | None = None
    token_id: str = ""
    issuer_id: UUID | None = None
    client_id: UUID | None = None

    @property
    def holder_id(self) -> UUID:
        """The grant or client that the token was given to."""
        return self.grant_id or self.subject

    def has_expired(self, now: float) -> bool:
        return self.expires_at <= now - LEEWAY


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    alg: Literal["ES256"]
    typ: Literal["at+jwt"]
    kid: str


class _Claims(msgspec.Struct):
    iss: str
    sub: UUID
    aud: str
    exp: int
    iat: int
    jti: str
    client_id: UUID
    scope: str
    grant: UUID | None = None


class Verifier:
    """Checks tokens of one issuer for one audience. `wall` is the time in seconds since 1970."""

    def __init__(self, settings: TokenSettings, keys: SigningKeys, *, wall: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._settings = settings
        self._times = jwt.JWTClaimsRegistry(now=lambda: int(wall()), leeway=LEEWAY)

    async def verify(self, token: str) -> Verified:
        """What the token proves. Raises Unauthenticated. The key is looked up before anything of the claims is read."""
        kid = _header(token).kid
        key = await self._keys.verifying(kid)
        if key is None:
            raise Unauthenticated(Reason.UNKNOWN_SIGNATURE)
        try:
            signed = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError) as broken:
            raise Unauthenticated(Reason.UNKNOWN_SIGNATURE) from broken
        claims = self._checked(signed)
        return Verified(
            claims.sub, _scopes(claims), claims.exp, kid, claims.grant, claims.jti, client_id=claims.client_id
        )

    def _checked(self, signed: dict[str, object]) -> _Claims:
        try:
            claims = msgspec.convert(signed, _Claims)
            self._times.validate(signed)
        except ExpiredTokenError as expired:
            raise Unauthenticated(Reason.EXPIRED) from expired
        except (JoseError, msgspec.ValidationError) as broken:
            raise Unauthenticated(Reason.MALFORMED) from broken
        if (claims.iss, claims.aud) != (self._settings.issuer, self._settings.audience):
            raise Unauthenticated(Reason.NOT_FOR_THIS_API)
        if (claims.sub == claims.client_id) == (claims.grant is not None) or not claims.jti:
            raise Unauthenticated(Reason.MALFORMED)
        return claims


def _scopes(claims: _Claims) -> frozenset[Scope] | None:
    """An empty scope in a person's token is all that was granted; in an integration's it is nothing."""
    if claims.grant is not None and not claims.scope:
        return None
    named = set(claims.scope.split())
    return frozenset(scope for scope in Scope if scope in named)


def bearer_token(authorization: str | None) -> str:
    """The token of an Authorization header. Raises Unauthenticated where there is none, or one of more than 8 KiB."""
    if not authorization or not authorization.strip():
        raise Unauthenticated(Reason.MISSING)
    if len(authorization) > LONGEST_TOKEN + len("Bearer "):
        raise Unauthenticated(Reason.MALFORMED)
    found = _BEARER.fullmatch(authorization)
    if found is None:
        raise Unauthenticated(Reason.MALFORMED)
    return found[1]


def _header(token: str) -> _Header:
    """The token's header, where it is one of ours: nothing else is ever handed on to a key."""
    segment = token.partition(".")[0]
    if len(segment) > _LONGEST_HEADER:
        raise Unauthenticated(Reason.MALFORMED)
    try:
        return msgspec.json.decode(urlsafe_b64decode(segment.encode()), type=_Header)
    except (ValueError, msgspec.MsgspecError) as broken:
        raise Unauthenticated(Reason.MALFORMED) from broken
