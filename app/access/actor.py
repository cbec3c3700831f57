"""Who asks: from the token of a request to an actor, with what it may do and where it takes part.

A token proves a client and the scopes it was given for. Everything else (roles, the client's own scopes, the vendor's
network or the parties that the organisation is, whether the client was revoked) is read from the database and believed
for at most 15 seconds, so a revoked client stops within that time. A firm's role is per network: what a distributor's
client sees are the networks where the firm is a distributor, though it may be a reseller elsewhere.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from app.access.oauth import queries
from app.access.oauth.bearer import LONGEST_TOKEN, Reason, Unauthenticated, Verified, Verifier, bearer_token
from app.access.oauth.keys import SigningKeys
from app.access.oauth.settings import TokenSettings
from app.access.roles import Permission, Role, Scope, permissions_of
from app.programme.terms import Level, PartyKind
from app.store.database import AUTHENTICATING, Context, Database
from app.tables.metadata import DatabaseRole

__all__ = ["Actor", "Actors", "Reason", "Unauthenticated"]

BELIEVED_FOR = 15.0
"Seconds for which what the database says of a client is not asked again."
_MOST_TOKENS = 4096
_MOST_CLIENTS = 1024
_ROLE_OF = {
    Level.VENDOR: DatabaseRole.VENDOR,
    Level.DISTRIBUTOR: DatabaseRole.DISTRIBUTOR,
    Level.RESELLER: DatabaseRole.RESELLER,
}
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. An integration has a `client_id` and scopes; a person a `user_id`, and None for scopes.

    `vendor_id` is the own network of a vendor. `vendor_ids` are the networks the organisation takes part in at this
    level, `party_ids` its parties there. Without a network both are empty, and no row is visible.
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

    def context(self) -> Context:
        """For whom the database is asked: as the role of the actor's level, with its own ids."""
        return Context(
            _ROLE_OF[self.level],
            organization_id=self.organization_id,
            vendor_id=self.vendor_id,
            vendor_ids=self.vendor_ids,
            party_ids=self.party_ids,
        )


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the database says of a client, read at a moment of the monotonic clock. No client: unknown or revoked."""

    read_at: float
    client: queries.Client | None
    vendor_id: UUID | None = None
    vendor_ids: frozenset[UUID] = frozenset()
    party_ids: frozenset[UUID] = frozenset()


@dataclass(slots=True)
class _Known:
    """A token that was verified, and the actor it last made."""

    token: Verified
    standing: _Standing | None = None
    actor: Actor | None = None


class Actors:
    """Turns Authorization headers into actors. One for a process: a token seen before costs microseconds.

    `wall` is the time in seconds since 1970, by which tokens expire; `monotonic` the one by which memory grows old.
    """

    def __init__(
        self,
        database: Database,
        settings: TokenSettings,
        keys: SigningKeys,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._keys = keys
        self._verifier = Verifier(settings, keys, wall=wall)
        self._wall = wall
        self._monotonic = monotonic
        self._tokens = _Recent[bytes, _Known](_MOST_TOKENS)
        self._standings = _Recent[UUID, _Standing](_MOST_CLIENTS)

    async def of(self, authorization_header: str | None) -> Actor:
        """The actor that the header proves. Raises Unauthenticated, which says why it proves none."""
        known = await self._known(authorization_header)
        standing = await self._standing(known.token.client_id)
        if standing.client is None:
            raise Unauthenticated(Reason.REVOKED)
        if known.actor is None or known.standing is not standing:
            known.actor, known.standing = _actor(known.token, standing.client, standing), standing
        return known.actor

    async def of_verified(self, token: Verified) -> Actor:
        """The actor of a client and scopes that were proven otherwise than by an access token. Raises Unauthenticated."""
        standing = await self._standing(token.client_id)
        if standing.client is None:
            raise Unauthenticated(Reason.REVOKED)
        return _actor(token, standing.client, standing)

    async def _known(self, authorization: str | None) -> _Known:
        """The verified token. Remembered by the header's hash, so that no token lies about in memory for long."""
        if authorization is None or len(authorization) > LONGEST_TOKEN:
            return _Known(await self._verifier.verify(bearer_token(authorization)))
        digest = hashlib.sha256(authorization.encode()).digest()
        known = self._tokens.get(digest)
        if known is None:
            known = _Known(await self._verifier.verify(bearer_token(authorization)))
            self._tokens.put(digest, known)
        elif known.token.has_expired(self._wall()):
            self._tokens.drop(digest)
            raise Unauthenticated(Reason.EXPIRED)
        elif await self._keys.verifying(known.token.kid) is None:
            self._tokens.drop(digest)
            raise Unauthenticated(Reason.UNKNOWN_SIGNATURE)
        return known

    async def _standing(self, client_id: UUID) -> _Standing:
        now = self._monotonic()
        standing = self._standings.get(client_id)
        if standing is None or now - standing.read_at >= BELIEVED_FOR:
            standing = await self._read(client_id, now)
            self._standings.put(client_id, standing)
        return standing

    async def _read(self, client_id: UUID, now: float) -> _Standing:
        """`now` is from before the question was asked, so that no answer is believed for longer than it may be."""
        parties: list[queries.Link] = []
        vendor_id = None
        async with self._database.reading(AUTHENTICATING) as db:
            client = await queries.client(db, client_id)
            if client is None or client.revoked_at is not None:
                return _Standing(now, None)
            if client.level is Level.VENDOR:
                vendor_id = await queries.own_vendor(db, client.organization_id)
            else:
                parties = await queries.links(db, client.organization_id, datetime.now(UTC))
        if vendor_id is not None:
            return _Standing(now, client, vendor_id, frozenset({vendor_id}))
        if parties:
            parties = await self._of_its_level(client, parties)
        return _Standing(
            now, client, None, frozenset(p.vendor_id for p in parties), frozenset(p.party_id for p in parties)
        )

    async def _of_its_level(self, client: queries.Client, parties: list[queries.Link]) -> list[queries.Link]:
        """Those parties in which the firm is what the client is for. Only a firm may read of which kind it is."""
        itself = Context(
            _ROLE_OF[client.level],
            organization_id=client.organization_id,
            vendor_ids=frozenset(party.vendor_id for party in parties),
            party_ids=frozenset(party.party_id for party in parties),
        )
        async with self._database.reading(itself) as db:
            return await queries.of_kind(db, parties, PartyKind(client.level.value))


def _actor(token: Verified, client: queries.Client, standing: _Standing) -> Actor:
    """Roles count where they are of the client's level; scopes where the token and, still, the client have them."""
    roles = frozenset(role for role in client.roles if role.level is client.level)
    scopes = token.scopes & client.scopes
    return Actor(
        level=client.level,
        organization_id=client.organization_id,
        organization_name=client.organization_name,
        client_id=client.id,
        user_id=None,
        name=client.name,
        roles=roles,
        scopes=scopes,
        permissions=permissions_of(roles, scopes),
        vendor_id=standing.vendor_id,
        vendor_ids=standing.vendor_ids,
        party_ids=standing.party_ids,
        expires_at=datetime.fromtimestamp(token.expires_at, UTC),
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
