"""Who asks: from the token of a request to an actor, with what it may do and where it takes part.

A token proves a client, or a person by way of a client, and the scopes it was given for. Everything else (roles, the
client's own scopes, the vendor's network or the parties that the organisation is, whether anything was taken back) is
read from the database and believed for at most 15 seconds, so a revoked client, an ended sign-in or a removed role stops
within that time. A firm's role is per network: what a distributor's client sees are the networks where the firm is a
distributor, though it may be a reseller elsewhere.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from app.access.oauth.bearer import LONGEST_TOKEN, Reason, Unauthenticated, Verified, Verifier, bearer_token
from app.access.oauth.federation.issuers import TrustedIssuers
from app.access.oauth.keys import SigningKeys
from app.access.oauth.settings import TokenSettings
from app.access.oauth.standing import ROLE_OF, Standing, narrowed, read_standing
from app.access.roles import Permission, Role
from app.access.scopes import Scope, permissions_of
from app.programme.terms import Level
from app.store.database import Context, Database

__all__ = ["Actor", "Actors", "Reason", "Unauthenticated", "actor_now"]

BELIEVED_FOR = 15.0
"Seconds for which what the database says of a client or a person is not asked again."
_MOST_TOKENS = 4096
_MOST_HOLDERS = 1024
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. An integration has a `client_id` and scopes. A person has a `user_id`, the `grant_id` of what it let a
    client do, and the scopes of that, None for all.

    `vendor_id` is the own network of a vendor. `vendor_ids` are the networks the organisation takes part in at this
    level, `party_ids` its parties there. Without a network both are empty, and no row is visible. `origins` are those of
    web pages that may call for it: what its client registered.
    """

    level: Level
    organization_id: UUID
    organization_name: str
    client_id: UUID | None
    user_id: UUID | None
    name: str
    roles: frozenset[Role]
    scopes: frozenset[Scope] | None
    permissions: frozenset[Permission]
    vendor_id: UUID | None
    vendor_ids: frozenset[UUID]
    party_ids: frozenset[UUID]
    expires_at: datetime
    grant_id: UUID | None = None
    origins: frozenset[str] = frozenset()

    @property
    def acting_id(self) -> UUID:
        """Which person or integration acts: names can be shared, ids cannot."""
        found = self.user_id or self.client_id
        assert found is not None, "somebody acts, or something"
        return found

    def context(self) -> Context:
        """For whom the database is asked: as the role of the actor's level, with its own ids."""
        return Context(
            ROLE_OF[self.level],
            organization_id=self.organization_id,
            vendor_id=self.vendor_id,
            vendor_ids=self.vendor_ids,
            party_ids=self.party_ids,
            actor_id=self.acting_id,
        )


@dataclass(slots=True)
class _Known:
    """A token that was verified, and the actor it last made."""

    token: Verified
    standing: Standing | None = None
    actor: Actor | None = None


class Actors:
    """Turns Authorization headers into actors. One for a process: a token seen before costs microseconds.

    `wall` is the time in seconds since 1970, by which tokens expire; `monotonic` the one by which memory grows old.
    `issuers` check the tokens of organisations' own issuers; without, there are none.
    """

    def __init__(
        self,
        database: Database,
        settings: TokenSettings,
        keys: SigningKeys,
        *,
        issuers: TrustedIssuers | None = None,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._keys = keys
        self._issuers = issuers
        self._verifier = Verifier(settings, keys, wall=wall)
        self._wall = wall
        self._monotonic = monotonic
        self._tokens = _Recent[bytes, _Known](_MOST_TOKENS)
        self._standings = _Recent[UUID, Standing](_MOST_HOLDERS)

    async def of(self, authorization_header: str | None) -> Actor:
        """The actor that the header proves. Raises Unauthenticated, which says why it proves none."""
        known = await self._known(authorization_header)
        standing = await self._standing(known.token)
        if known.actor is None or known.standing is not standing:
            known.actor, known.standing = _actor(known.token, standing), standing
        return known.actor

    async def of_verified(self, token: Verified) -> Actor:
        """The actor of a holder and scopes that were proven otherwise than by an access token. Raises Unauthenticated."""
        return _actor(token, await self._standing(token))

    async def _known(self, authorization: str | None) -> _Known:
        """The verified token. Remembered by the header's hash, so that no token lies about in memory for long."""
        if authorization is None or len(authorization) > LONGEST_TOKEN:
            return _Known(await self._verify(bearer_token(authorization)))
        digest = hashlib.sha256(authorization.encode()).digest()
        known = self._tokens.get(digest)
        if known is None:
            known = _Known(await self._verify(bearer_token(authorization)))
            self._tokens.put(digest, known)
        elif known.token.has_expired(self._wall()):
            self._tokens.drop(digest)
            raise Unauthenticated(Reason.EXPIRED)
        elif not await self._still_signed(known.token):
            self._tokens.drop(digest)
            raise Unauthenticated(Reason.UNKNOWN_SIGNATURE)
        return known

    async def _verify(self, token: str) -> Verified:
        """By the organisation's issuer that the token names, where there is such a one; otherwise it must be ours."""
        issuers = await self._issuers.named_by(token) if self._issuers is not None else ()
        if self._issuers is not None and issuers:
            return await self._issuers.verify(token, issuers)
        return await self._verifier.verify(token)

    async def _still_signed(self, token: Verified) -> bool:
        if token.issuer_id is None:
            return await self._keys.verifying(token.kid) is not None
        return self._issuers is not None and await self._issuers.still_signs(token.issuer_id, token.kid)

    async def _standing(self, token: Verified) -> Standing:
        now = self._monotonic()
        standing = self._standings.get(token.holder_id)
        if standing is None or now - standing.read_at >= BELIEVED_FOR:
            standing = await read_standing(self._database, token, now)
            self._standings.put(token.holder_id, standing)
        if not standing.stands_behind(token):
            raise Unauthenticated(Reason.REVOKED)
        return standing


async def actor_now(database: Database, token: Verified) -> Actor:
    """The actor of a holder and scopes as the database has it at this moment. Raises Unauthenticated where nobody stands
    behind them any more."""
    standing = await read_standing(database, token, time.monotonic())
    if not standing.stands_behind(token):
        raise Unauthenticated(Reason.REVOKED)
    return _actor(token, standing)


def _actor(token: Verified, standing: Standing) -> Actor:
    """Scopes count where the token and, still, its holder have them."""
    holder = standing.holder
    assert holder is not None, "a standing without a holder stands behind no token"
    scopes = narrowed(token.scopes, holder.scopes)
    return Actor(
        level=holder.level,
        organization_id=holder.organization_id,
        organization_name=holder.organization_name,
        client_id=holder.client_id if holder.person_id is None else None,
        user_id=holder.person_id,
        name=holder.name,
        roles=holder.roles,
        scopes=scopes,
        permissions=permissions_of(holder.roles, scopes),
        vendor_id=standing.vendor_id,
        vendor_ids=standing.vendor_ids,
        party_ids=standing.party_ids,
        expires_at=datetime.fromtimestamp(token.expires_at, UTC),
        grant_id=token.grant_id,
        origins=holder.origins,
    )


class _Recent(Generic[K, V]):
    """What was used most recently, up to a number of things."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> None:
        self._kept[key] = value
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, key: K) -> None:
        self._kept.pop(key, None)
