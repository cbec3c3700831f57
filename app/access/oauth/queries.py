"""What sign-in asks of the database: clients, the links that say where a firm takes part, and signing keys.

All of it is asked before an actor exists, as the role `auth`, but for two things: the operator's commands create and
revoke clients, and which of its parties is a distributor and which a reseller a firm asks as itself.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from app.access.oauth.registration import Registration
from app.access.roles import Role
from app.access.scopes import Scope
from app.programme.terms import Level, PartyKind
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take
from app.tables.organizations import Authentication, GrantType, Serves

_FIRST_KEY = "the first signing key"
_CLIENT = """
SELECT c.id, c.organization_id, o.name AS organization_name, c.level, c.name, c.secret_hash, c.roles, c.scopes,
       c.authentication, c.grant_types, c.redirect_uris, c.origins, c.jwks, c.serves, c.whole_person, c.resource_server,
       c.created_at, c.rotated_at, c.revoked_at, c.last_used_at
  FROM oauth_client c JOIN organization o ON o.id = c.organization_id
"""
Named = TypeVar("Named", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Client:
    """An integration of an organisation, as it stands. A role or scope that no longer exists is left out.

    `scopes` are what it may be given at most; a `whole_person` client may do all that a person may who signs in through
    it. A `resource_server` may ask about any token.
    """

    id: UUID
    organization_id: UUID
    organization_name: str
    level: Level
    name: str
    secret_hash: str | None = field(repr=False)
    roles: frozenset[Role]
    scopes: frozenset[Scope]
    authentication: Authentication
    grant_types: frozenset[GrantType]
    redirect_uris: frozenset[str]
    origins: frozenset[str]
    jwks: dict[str, Any] | None
    serves: Serves
    whole_person: bool
    resource_server: bool
    created_at: datetime
    rotated_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Link:
    """One party that an organisation is, in one vendor's network."""

    vendor_id: UUID
    party_id: UUID


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A private key as it is kept. A retired one signs no more."""

    kid: str
    private_jwk: Mapping[str, str] = field(repr=False)
    retired_at: datetime | None


async def client(db: Reader, client_id: UUID) -> Client | None:
    """One client with its organisation, revoked or not."""
    row = await db.row(f"{_CLIENT} WHERE c.id = $1", client_id)
    return _client(row) if row is not None else None


async def clients(db: Reader, organization_id: UUID | None) -> list[Client]:
    """Every client of one organisation, or of all; by organisation and name, then age."""
    rows = await db.rows(
        f"{_CLIENT} WHERE $1::uuid IS NULL OR c.organization_id = $1 ORDER BY o.name, c.name, c.created_at",
        organization_id,
    )
    return [_client(row) for row in rows]


async def organization_exists(db: Reader, organization_id: UUID) -> bool:
    """Whether there is such an organisation."""
    return await db.value("SELECT 1 FROM organization WHERE id = $1", organization_id) is not None


async def add_client(
    db: Session,
    *,
    client_id: UUID,
    organization_id: UUID,
    level: Level,
    name: str,
    secret_hash: str | None,
    roles: Iterable[Role],
    scopes: Iterable[Scope],
    registered: Registration,
    now: datetime,
    known_to: UUID | None,
) -> None:
    """Write a new client down, and which person is told its secret; None for an operator."""
    await db.execute(
        "INSERT INTO oauth_client (id, organization_id, level, name, secret_hash, roles, scopes, authentication,"
        " grant_types, redirect_uris, origins, jwks, serves, whole_person, resource_server, created_at, known_to)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        client_id,
        organization_id,
        level.value,
        name,
        secret_hash,
        sorted(role.value for role in roles),
        sorted(scope.value for scope in scopes),
        registered.authentication.value,
        sorted(grant.value for grant in registered.grant_types),
        sorted(registered.redirect_uris),
        sorted(registered.origins),
        registered.jwks,
        registered.serves.value,
        registered.whole_person,
        registered.resource_server,
        now,
        [known_to] if known_to is not None else [],
    )


async def replace_secret(db: Session, client_id: UUID, secret_hash: str, now: datetime, known_to: UUID | None) -> bool:
    """Give a live client that has a secret another one, and keep who is told it. False where there is none or it is
    revoked."""
    statement = (
        "UPDATE oauth_client SET secret_hash = $2, rotated_at = $3,"
        " known_to = CASE WHEN $4::uuid IS NULL OR $4 = ANY (known_to) THEN known_to ELSE known_to || $4::uuid END"
        " WHERE id = $1 AND revoked_at IS NULL AND authentication = 'client_secret'"
    )
    return await db.execute(statement, client_id, secret_hash, now, known_to) == 1


async def replace_jwks(db: Session, client_id: UUID, jwks: Mapping[str, Any], now: datetime) -> bool:
    """Give a live client that signs in with keys others. False where there is none or it is revoked."""
    statement = (
        "UPDATE oauth_client SET jwks = $2, rotated_at = $3 WHERE id = $1 AND revoked_at IS NULL AND jwks IS NOT NULL"
    )
    return await db.execute(statement, client_id, jwks, now) == 1


async def standing(db: Reader, client_id: UUID) -> Row | None:
    """How a live client proves itself and gets tokens; None where there is none or it is revoked."""
    return await db.row(
        "SELECT authentication, grant_types FROM oauth_client WHERE id = $1 AND revoked_at IS NULL", client_id
    )


async def replace_addresses(
    db: Session, client_id: UUID, redirect_uris: Collection[str], origins: Collection[str]
) -> None:
    """Give a client other addresses and origins."""
    statement = "UPDATE oauth_client SET redirect_uris = $2, origins = $3 WHERE id = $1"
    await db.execute(statement, client_id, sorted(redirect_uris), sorted(origins))


async def origins(db: Reader) -> frozenset[str]:
    """Every origin that a live client registered."""
    rows = await db.rows("SELECT DISTINCT unnest(origins) AS origin FROM oauth_client WHERE revoked_at IS NULL")
    return frozenset(row["origin"] for row in rows)


async def revoke(db: Session, client_id: UUID, now: datetime) -> datetime | None:
    """Revoke a client and say since when it is; the first moment stands. None where there is no such client."""
    await db.execute("UPDATE oauth_client SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", client_id, now)
    since: datetime | None = await db.value("SELECT revoked_at FROM oauth_client WHERE id = $1", client_id)
    return since


async def used(db: Session, client_id: UUID, now: datetime, before: datetime) -> None:
    """Write down that a client got a token, unless that was written down after `before`."""
    await db.execute(
        "UPDATE oauth_client SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $3)",
        client_id,
        now,
        before,
    )


async def own_vendor(db: Reader, organization_id: UUID) -> UUID | None:
    """The network that the organisation owns."""
    found: UUID | None = await db.value("SELECT id FROM vendor WHERE organization_id = $1", organization_id)
    return found


async def links(db: Reader, organization_id: UUID, now: datetime) -> list[Link]:
    """The parties that the organisation is now, in every network, of whatever kind."""
    rows = await db.rows(
        "SELECT vendor_id, party_id FROM party_link"
        " WHERE organization_id = $1 AND linked_from <= $2 AND linked_until IS NULL",
        organization_id,
        now,
    )
    return [Link(row["vendor_id"], row["party_id"]) for row in rows]


async def of_kind(db: Reader, parties: Sequence[Link], kind: PartyKind) -> list[Link]:
    """Those of one's own parties that are of this kind. Asked as the firm itself: `auth` reads no party."""
    rows = await db.rows(
        "SELECT vendor_id, id FROM party WHERE vendor_id = ANY($1::uuid[]) AND id = ANY($2::uuid[]) AND kind = $3",
        [party.vendor_id for party in parties],
        [party.party_id for party in parties],
        kind.value,
    )
    return [Link(row["vendor_id"], row["id"]) for row in rows]


async def signing_keys(db: Reader, retired_after: datetime) -> list[StoredKey]:
    """The keys that sign, and those retired after that moment, whose tokens may still be about; oldest first."""
    rows = await db.rows(
        "SELECT kid, private_jwk, retired_at FROM signing_key WHERE retired_at IS NULL OR retired_at > $1"
        " ORDER BY created_at, kid",
        retired_after,
    )
    return [StoredKey(row["kid"], row["private_jwk"], row["retired_at"]) for row in rows]


async def add_first_key(db: Session, kid: str, private_jwk: Mapping[str, str], now: datetime) -> None:
    """Write a signing key down unless there is one. Of two servers that start at once, one waits for the other."""
    await take(db, Turn.SIGNING_KEYS, _FIRST_KEY)
    if await db.value("SELECT 1 FROM signing_key WHERE retired_at IS NULL LIMIT 1") is None:
        await db.execute(
            "INSERT INTO signing_key (kid, private_jwk, created_at) VALUES ($1, $2, $3)", kid, private_jwk, now
        )


async def replace_signing_keys(db: Session, kid: str, private_jwk: Mapping[str, str], now: datetime) -> int:
    """Retire the keys that sign and write down the one that signs from now on. Says how many were retired."""
    await take(db, Turn.SIGNING_KEYS, _FIRST_KEY)
    retired = await db.execute("UPDATE signing_key SET retired_at = $1 WHERE retired_at IS NULL", now)
    await db.execute(
        "INSERT INTO signing_key (kid, private_jwk, created_at) VALUES ($1, $2, $3)", kid, private_jwk, now
    )
    return retired


def _client(row: Row) -> Client:
    return Client(
        id=row["id"],
        organization_id=row["organization_id"],
        organization_name=row["organization_name"],
        level=Level(row["level"]),
        name=row["name"],
        secret_hash=row["secret_hash"],
        roles=known(Role, row["roles"]),
        scopes=known(Scope, row["scopes"]),
        authentication=Authentication(row["authentication"]),
        grant_types=known(GrantType, row["grant_types"]),
        redirect_uris=frozenset(row["redirect_uris"]),
        origins=frozenset(row["origins"]),
        jwks=row["jwks"],
        serves=Serves(row["serves"]),
        whole_person=row["whole_person"],
        resource_server=row["resource_server"],
        created_at=row["created_at"],
        rotated_at=row["rotated_at"],
        revoked_at=row["revoked_at"],
        last_used_at=row["last_used_at"],
    )


def known(kind: type[Named], values: Iterable[str]) -> frozenset[Named]:
    """Those of the stored names that there are."""
    named = set(values)
    return frozenset(member for member in kind if member in named)
