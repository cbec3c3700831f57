"""Grants in the database: a person's yes to a client, with its one code and the chain of its refresh tokens.

Codes and refresh tokens are kept as hashes and used once: the statement that uses one is the check that it was unused.
All of it is asked as the role `auth`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.access.oauth.queries import known
from app.access.roles import Role
from app.access.scopes import Scope
from app.programme.terms import Level
from app.store.database import Reader, Session

_KEPT_AFTER_ITS_END = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person let a client do, for one organisation at one level. No scopes: all that the person may do."""

    id: UUID
    client_id: UUID
    user_id: UUID
    session_id: UUID
    organization_id: UUID
    level: Level
    scopes: frozenset[Scope] | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LiveGrant:
    """A grant that has not ended, with who the person is and which roles it has there now."""

    grant: Grant
    person: str
    organization_name: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is kept."""

    grant_id: UUID
    client_id: UUID
    redirect_uri: str
    code_challenge: str
    expires_at: datetime
    used: bool


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as it is kept."""

    grant_id: UUID
    client_id: UUID
    expires_at: datetime
    used: bool


async def live(db: Reader, grant_id: UUID, now: datetime) -> LiveGrant | None:
    """The grant, unless it, its session or its client has ended, or the person has no role there any more."""
    row = await db.row(
        "SELECT g.client_id, g.user_id, g.session_id, g.organization_id, g.level, g.scopes, g.expires_at,"
        " u.name AS person, o.name AS organization_name,"
        " ARRAY(SELECT role FROM membership WHERE organization_id = g.organization_id AND user_id = g.user_id) AS roles"
        " FROM oauth_grant g"
        " JOIN sign_in_session s ON s.id = g.session_id AND s.ended_at IS NULL"
        " JOIN oauth_client c ON c.id = g.client_id AND c.revoked_at IS NULL"
        " JOIN user_account u ON u.id = g.user_id"
        " JOIN organization o ON o.id = g.organization_id"
        " WHERE g.id = $1 AND g.ended_at IS NULL AND g.expires_at > $2",
        grant_id,
        now,
    )
    if row is None:
        return None
    level = Level(row["level"])
    roles = frozenset(role for role in known(Role, row["roles"]) if role.level is level)
    scopes = known(Scope, row["scopes"]) if row["scopes"] is not None else None
    found = Grant(
        grant_id,
        row["client_id"],
        row["user_id"],
        row["session_id"],
        row["organization_id"],
        level,
        scopes,
        row["expires_at"],
    )
    return LiveGrant(found, row["person"], row["organization_name"], roles) if roles else None


async def add(
    db: Session,
    grant: Grant,
    code_hash: str,
    redirect_uri: str,
    code_challenge: str,
    code_expires_at: datetime,
    now: datetime,
) -> None:
    """Write a grant down with its code. Grants that expired a day ago go, with all that hangs on them."""
    await _forget(db, now - _KEPT_AFTER_ITS_END)
    await db.execute(
        "INSERT INTO oauth_grant"
        " (id, client_id, user_id, session_id, organization_id, level, scopes, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        grant.id,
        grant.client_id,
        grant.user_id,
        grant.session_id,
        grant.organization_id,
        grant.level.value,
        _names(grant.scopes),
        now,
        grant.expires_at,
    )
    await db.execute(
        "INSERT INTO authorization_code (code_hash, grant_id, redirect_uri, code_challenge, expires_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        code_hash,
        grant.id,
        redirect_uri,
        code_challenge,
        code_expires_at,
    )


async def _forget(db: Session, before: datetime) -> None:
    expired = "(SELECT id FROM oauth_grant WHERE expires_at < $1)"
    await db.execute(f"DELETE FROM authorization_code WHERE grant_id IN {expired}", before)
    await db.execute(f"DELETE FROM refresh_token WHERE grant_id IN {expired}", before)
    await db.execute("DELETE FROM oauth_grant WHERE expires_at < $1", before)


async def code(db: Reader, code_hash: str) -> Code | None:
    """A code, used or not."""
    row = await db.row(
        "SELECT c.grant_id, g.client_id, c.redirect_uri, c.code_challenge, c.expires_at, c.used_at"
        " FROM authorization_code c JOIN oauth_grant g ON g.id = c.grant_id WHERE c.code_hash = $1",
        code_hash,
    )
    if row is None:
        return None
    used = row["used_at"] is not None
    return Code(row["grant_id"], row["client_id"], row["redirect_uri"], row["code_challenge"], row["expires_at"], used)


async def use_code(db: Session, code_hash: str, now: datetime) -> bool:
    """Use a code up. False where somebody else did."""
    statement = "UPDATE authorization_code SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL"
    return await db.execute(statement, code_hash, now) == 1


async def refresh_token(db: Reader, token_hash: str) -> RefreshToken | None:
    """A refresh token, used or not."""
    row = await db.row(
        "SELECT t.grant_id, g.client_id, t.expires_at, t.used_at"
        " FROM refresh_token t JOIN oauth_grant g ON g.id = t.grant_id WHERE t.token_hash = $1",
        token_hash,
    )
    if row is None:
        return None
    return RefreshToken(row["grant_id"], row["client_id"], row["expires_at"], row["used_at"] is not None)


async def use_refresh_token(db: Session, token_hash: str, now: datetime) -> bool:
    """Use a refresh token up. False where somebody else did."""
    statement = "UPDATE refresh_token SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL"
    return await db.execute(statement, token_hash, now) == 1


async def add_refresh_token(db: Session, token_hash: str, grant_id: UUID, expires_at: datetime) -> None:
    """Write a refresh token down."""
    await db.execute(
        "INSERT INTO refresh_token (token_hash, grant_id, expires_at) VALUES ($1, $2, $3)",
        token_hash,
        grant_id,
        expires_at,
    )


async def end(db: Session, grant_id: UUID, now: datetime) -> None:
    """End a grant; its code, its refresh tokens and its access tokens end with it."""
    await db.execute("UPDATE oauth_grant SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", grant_id, now)


async def revoke_access_token(db: Session, holder_id: UUID, token_id: str, until: datetime, now: datetime) -> None:
    """Take one access token back, of a client or of a grant, for as long as it would have lived."""
    await db.execute("DELETE FROM revoked_token WHERE expires_at < $1", now - _KEPT_AFTER_ITS_END)
    await db.execute(
        "INSERT INTO revoked_token (holder_id, token_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        holder_id,
        token_id,
        until,
    )


async def revoked_tokens(db: Reader, holder_id: UUID) -> frozenset[str]:
    """The access tokens of a client or a grant that were taken back."""
    rows = await db.rows("SELECT token_id FROM revoked_token WHERE holder_id = $1", holder_id)
    return frozenset(row["token_id"] for row in rows)


async def use_assertion(db: Session, client_id: UUID, assertion_hash: str, until: datetime, now: datetime) -> bool:
    """Remember an assertion for as long as it is good. False where it was used before."""
    await db.execute("DELETE FROM client_assertion WHERE expires_at < $1", now)
    statement = (
        "INSERT INTO client_assertion (client_id, assertion_hash, expires_at) VALUES ($1, $2, $3)"
        " ON CONFLICT DO NOTHING"
    )
    return await db.execute(statement, client_id, assertion_hash, until) == 1


def _names(scopes: Iterable[Scope] | None) -> list[str] | None:
    return sorted(scope.value for scope in scopes) if scopes is not None else None
