"""Access tokens of an issuer that an organisation registered: they count as those of one of its clients, and no more.

Which issuer is to be asked is read from the token itself, and only then is the token checked, with the keys of just that
issuer, for the audience that was agreed. What the token may do is bounded by the client that it stands for. The list of
issuers is believed for 15 seconds, published keys for ten minutes, and for an hour while their server does not answer.
"""

import asyncio
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import structlog
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from app.access.oauth.bearer import LEEWAY, Reason, Unauthenticated, Verified
from app.access.oauth.federation import queries
from app.access.oauth.federation.queries import Issuer
from app.access.oauth.registration import ASSERTION_ALGORITHMS
from app.access.scopes import Scope
from app.outbound import Outbound, Unreachable
from app.store.database import AUTHENTICATING, Database

LIST_BELIEVED_FOR = 15.0
KEYS_BELIEVED_FOR = 600.0
KEYS_BELIEVED_UNANSWERED = 3600.0
KEYS_ASKED_AT_MOST_EVERY = 30.0
"Seconds."
_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt", None})
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Keys:
    asked_at: float
    answered_at: float
    keys: KeySet | None


class _Named(msgspec.Struct):
    iss: str
    aud: str | list[str] = ""


class TrustedIssuers:
    """The issuers as one process knows them. `own` is this server's name, which nobody else's tokens may bear."""

    def __init__(
        self,
        database: Database,
        outbound: Outbound,
        own: str,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._outbound = outbound
        self._own = own
        self._wall = wall
        self._monotonic = monotonic
        self._read_at = float("-inf")
        self._issuers: list[Issuer] = []
        self._keys: dict[UUID, _Keys] = {}
        self._turn = asyncio.Lock()
        self._asking: dict[UUID, asyncio.Lock] = {}

    async def named_by(self, token: str) -> Sequence[Issuer]:
        """The registered issuers of the name that the token bears, whatever that is worth."""
        named = _named(token)
        if named is None or named.iss == self._own:
            return ()
        return [issuer for issuer in await self._all() if issuer.issuer == named.iss]

    async def verify(self, token: str, issuers: Sequence[Issuer]) -> Verified:
        """What a token of one of these issuers proves. Raises Unauthenticated."""
        named = _named(token)
        audiences = [named.aud] if named is not None and isinstance(named.aud, str) else named.aud if named else []
        meant = [issuer for issuer in issuers if issuer.audience in audiences]
        if len(meant) != 1:
            raise Unauthenticated(Reason.NOT_FOR_THIS_API)
        (issuer,) = meant
        decoded, keys = await self._decoded(token, issuer)
        if decoded.header.get("typ") is not None and str(decoded.header["typ"]).lower() not in _TYPES:
            raise Unauthenticated(Reason.MALFORMED)
        self._check(decoded.claims, issuer)
        kid = decoded.header.get("kid") or keys.keys[0].kid
        scopes = _scopes(decoded.claims)
        return Verified(issuer.client_id, scopes, int(decoded.claims["exp"]), str(kid), issuer_id=issuer.id)

    async def still_signs(self, issuer_id: UUID, kid: str) -> bool:
        """Whether the issuer is trusted still, and signs with that key still."""
        issuer = next((each for each in await self._all() if each.id == issuer_id), None)
        keys = await self._keys_of(issuer) if issuer is not None else None
        return keys is not None and any(key.kid == kid for key in keys)

    async def _decoded(self, token: str, issuer: Issuer) -> tuple[jwt.Token, KeySet]:
        registry = JWSRegistry(algorithms=ASSERTION_ALGORITHMS, strict_check_header=False)
        for older_than in (KEYS_BELIEVED_FOR, KEYS_ASKED_AT_MOST_EVERY):
            keys = await self._keys_of(issuer, older_than)
            if keys is None:
                break
            try:
                return jwt.decode(token, keys, registry=registry), keys
            except InvalidKeyIdError:
                continue
            except (JoseError, ValueError, TypeError) as broken:
                raise Unauthenticated(Reason.UNKNOWN_SIGNATURE) from broken
        raise Unauthenticated(Reason.UNKNOWN_SIGNATURE)

    def _check(self, claims: dict[str, Any], issuer: Issuer) -> None:
        subject = {"sub": {"essential": True, "value": issuer.subject}} if issuer.subject is not None else {}
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._wall()),
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer.issuer},
            aud={"essential": True, "value": issuer.audience},
            exp={"essential": True},
            **subject,  # type: ignore[arg-type]
        )
        try:
            registry.validate(claims)
        except ExpiredTokenError as expired:
            raise Unauthenticated(Reason.EXPIRED) from expired
        except JoseError as broken:
            raise Unauthenticated(Reason.NOT_FOR_THIS_API) from broken

    async def _all(self) -> list[Issuer]:
        if self._monotonic() - self._read_at >= LIST_BELIEVED_FOR:
            async with self._turn:
                now = self._monotonic()
                if now - self._read_at >= LIST_BELIEVED_FOR:
                    async with self._database.reading(AUTHENTICATING) as db:
                        self._issuers = await queries.issuers(db)
                    self._read_at = now
                    self._keys = {
                        issuer.id: self._keys[issuer.id] for issuer in self._issuers if issuer.id in self._keys
                    }
        return self._issuers

    async def _keys_of(self, issuer: Issuer, older_than: float = KEYS_BELIEVED_FOR) -> KeySet | None:
        """The issuer's keys, asked for again where they were asked for longer ago than that many seconds."""
        if self._is_due(issuer.id, older_than):
            async with self._asking.setdefault(issuer.id, asyncio.Lock()):
                if self._is_due(issuer.id, older_than):
                    self._keys[issuer.id] = await self._ask(issuer, self._keys.get(issuer.id))
        return self._keys[issuer.id].keys

    def _is_due(self, issuer_id: UUID, older_than: float) -> bool:
        known = self._keys.get(issuer_id)
        return known is None or self._monotonic() - known.asked_at >= older_than

    async def _ask(self, issuer: Issuer, before: _Keys | None) -> _Keys:
        now = self._monotonic()
        try:
            stored = issuer.jwks if issuer.jwks is not None else await self._outbound.json(issuer.jwks_uri or "")
            return _Keys(now, now, KeySet.import_key_set(stored))  # type: ignore[arg-type]
        except (Unreachable, JoseError, ValueError, TypeError, KeyError) as reason:
            log.warning("an issuer's keys cannot be had", issuer=issuer.issuer, reason=str(reason))
        if before is not None and now - before.answered_at < KEYS_BELIEVED_UNANSWERED:
            return _Keys(now, before.answered_at, before.keys)
        return _Keys(now, float("-inf"), None)


def _named(token: str) -> _Named | None:
    """Whom the token names as its issuer and audience, unchecked."""
    try:
        payload = token.split(".")[1]
        return msgspec.json.decode(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=_Named)
    except (IndexError, ValueError, msgspec.MsgspecError):
        return None


def _scopes(claims: dict[str, Any]) -> frozenset[Scope] | None:
    """Those of our scopes that the token names; None, which is all of its client's, where it names no scope at all."""
    if "scope" not in claims:
        return None
    named = set(str(claims["scope"]).split())
    return frozenset(scope for scope in Scope if scope in named)
