"""What stands behind a token now: the client or person that it was given to, and where the firm takes part.

A token proves only that it was given. Whether its client still is one, whether the person still has a role in that
organisation, whether the sign-in was ended: that is the database's to say, and asked again every few seconds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.access.oauth import queries
from app.access.oauth.bearer import Verified
from app.access.oauth.grants import queries as grants
from app.access.roles import Role
from app.access.scopes import Scope
from app.programme.terms import Level, PartyKind
from app.store.database import AUTHENTICATING, Context, Database, Reader
from app.tables.metadata import DatabaseRole

ROLE_OF = {
    Level.VENDOR: DatabaseRole.VENDOR,
    Level.DISTRIBUTOR: DatabaseRole.DISTRIBUTOR,
    Level.RESELLER: DatabaseRole.RESELLER,
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token was given to: an integration, or a person by way of a client.

    `scopes` are what it may use at most; None is all that its roles hold. `origins` are those that the client registered.
    """

    client_id: UUID
    person_id: UUID | None
    name: str
    organization_id: UUID
    organization_name: str
    level: Level
    roles: frozenset[Role]
    scopes: frozenset[Scope] | None
    origins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database said at a moment of the monotonic clock. No holder: nothing stands behind the token any more."""

    read_at: float
    holder: Holder | None
    revoked: frozenset[str] = frozenset()
    vendor_id: UUID | None = None
    vendor_ids: frozenset[UUID] = frozenset()
    party_ids: frozenset[UUID] = frozenset()

    def stands_behind(self, token: Verified) -> bool:
        """Whether there is a holder, it is the one that the token names, and the token was not taken back."""
        if self.holder is None or (token.token_id and token.token_id in self.revoked):
            return False
        return token.subject == (self.holder.person_id or self.holder.client_id)


async def read_standing(database: Database, token: Verified, read_at: float) -> Standing:
    """Ask for it. `read_at` is from before the question, so that no answer is believed for longer than it may be."""
    parties: list[queries.Link] = []
    vendor_id = None
    async with database.reading(AUTHENTICATING) as db:
        holder = await (_person(db, token.grant_id) if token.grant_id is not None else _client(db, token.subject))
        if holder is None:
            return Standing(read_at, None)
        revoked = await grants.revoked_tokens(db, token.holder_id)
        if holder.level is Level.VENDOR:
            vendor_id = await queries.own_vendor(db, holder.organization_id)
        else:
            parties = await queries.links(db, holder.organization_id, datetime.now(UTC))
    if vendor_id is not None:
        return Standing(read_at, holder, revoked, vendor_id, frozenset({vendor_id}))
    if parties:
        parties = await _of_its_level(database, holder, parties)
    networks, own = frozenset(p.vendor_id for p in parties), frozenset(p.party_id for p in parties)
    return Standing(read_at, holder, revoked, None, networks, own)


async def _client(db: Reader, client_id: UUID) -> Holder | None:
    """Roles count where they are of the client's level."""
    client = await queries.client(db, client_id)
    if client is None or client.revoked_at is not None:
        return None
    roles = frozenset(role for role in client.roles if role.level is client.level)
    return Holder(
        client.id,
        None,
        client.name,
        client.organization_id,
        client.organization_name,
        client.level,
        roles,
        client.scopes,
        client.origins,
    )


async def _person(db: Reader, grant_id: UUID) -> Holder | None:
    """What was granted bounds the person's roles, and so does the client's registration as it is now."""
    live = await grants.live(db, grant_id, datetime.now(UTC))
    client = await queries.client(db, live.grant.client_id) if live is not None else None
    if live is None or client is None:
        return None
    return Holder(
        client.id,
        live.grant.user_id,
        live.person,
        live.grant.organization_id,
        live.organization_name,
        live.grant.level,
        live.roles,
        narrowed(live.grant.scopes, None if client.whole_person else client.scopes),
        client.origins,
    )


async def _of_its_level(database: Database, holder: Holder, parties: list[queries.Link]) -> list[queries.Link]:
    """Those parties in which the firm is what the holder acts as. Only a firm may read of which kind it is."""
    itself = Context(
        ROLE_OF[holder.level],
        organization_id=holder.organization_id,
        vendor_ids=frozenset(party.vendor_id for party in parties),
        party_ids=frozenset(party.party_id for party in parties),
    )
    async with database.reading(itself) as db:
        return await queries.of_kind(db, parties, PartyKind(holder.level.value))


def narrowed(asked: frozenset[Scope] | None, bound: frozenset[Scope] | None) -> frozenset[Scope] | None:
    """What is in both, where None is everything."""
    if asked is None or bound is None:
        return bound if asked is None else asked
    return asked & bound
