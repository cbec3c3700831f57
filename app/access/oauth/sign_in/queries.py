"""People, their roles, sessions and wrong passwords in the database.

Sign-in asks as the role `auth`; operators create people, give them roles and take those away.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.access.oauth.queries import known
from app.access.roles import Role
from app.programme.terms import Level
from app.store.database import Reader, Session

_KEPT_AFTER_ITS_END = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """A user who can sign in with a password, if there is one."""

    id: UUID
    name: str
    password_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: who it is. One that an organisation's own provider opened is good for that organisation only."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    organization_id: UUID | None


@dataclass(frozen=True, slots=True, order=True)
class Membership:
    """What a person can act as: an organisation, at a level in which the person has a role there."""

    organization_name: str
    level: Level
    organization_id: UUID


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong passwords in a row."""

    failures: int
    last_at: datetime
    locked_until: datetime | None


async def person(db: Reader, email: str) -> Person | None:
    """The user of an e-mail address, which is kept in small letters."""
    row = await db.row("SELECT id, name, password_hash FROM user_account WHERE email = $1", email)
    return Person(row["id"], row["name"], row["password_hash"]) if row is not None else None


async def add_person(
    db: Session, user_id: UUID, email: str, name: str, password_hash: str | None, now: datetime
) -> bool:
    """Write a user down. False where the e-mail address is somebody's."""
    statement = (
        "INSERT INTO user_account (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING"
    )
    return await db.execute(statement, user_id, email, name, password_hash, now) == 1


async def replace_password(db: Session, user_id: UUID, password_hash: str) -> bool:
    """Give a user another password. False where there is no such user."""
    return await db.execute("UPDATE user_account SET password_hash = $2 WHERE id = $1", user_id, password_hash) == 1


async def person_exists(db: Reader, user_id: UUID) -> bool:
    """Whether there is such a user."""
    return await db.value("SELECT 1 FROM user_account WHERE id = $1", user_id) is not None


async def add_role(db: Session, organization_id: UUID, user_id: UUID, role: Role, now: datetime) -> bool:
    """Give a person a role in an organisation. False where it has it already."""
    statement = (
        "INSERT INTO membership (organization_id, user_id, role, name, email, granted_at)"
        " SELECT $1, u.id, $3, u.name, u.email, $4 FROM user_account u WHERE u.id = $2 ON CONFLICT DO NOTHING"
    )
    return await db.execute(statement, organization_id, user_id, role.value, now) == 1


async def remove_roles(db: Session, organization_id: UUID, user_id: UUID, role: Role | None) -> int:
    """Take a role, or all, from a person in an organisation; how many there were."""
    return await db.execute(
        "DELETE FROM membership WHERE organization_id = $1 AND user_id = $2 AND ($3::text IS NULL OR role = $3)",
        organization_id,
        user_id,
        role.value if role is not None else None,
    )


async def memberships(db: Reader, user_id: UUID) -> list[Membership]:
    """What a person can act as, by the organisation's name."""
    rows = await db.rows(
        "SELECT m.organization_id, o.name, m.role FROM membership m JOIN organization o ON o.id = m.organization_id"
        " WHERE m.user_id = $1",
        user_id,
    )
    found = {
        Membership(row["name"], role.level, row["organization_id"])
        for row in rows
        for role in known(Role, [row["role"]])
    }
    return sorted(found)


async def add_session(
    db: Session,
    session_id: UUID,
    token_hash: str,
    user_id: UUID,
    organization_id: UUID | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Write a session down. Those that expired a day ago go, where no grant hangs on them."""
    await db.execute(
        "DELETE FROM sign_in_session s WHERE s.expires_at < $1"
        " AND NOT EXISTS (SELECT FROM oauth_grant g WHERE g.session_id = s.id)",
        now - _KEPT_AFTER_ITS_END,
    )
    await db.execute(
        "INSERT INTO sign_in_session (id, token_hash, user_id, organization_id, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        session_id,
        token_hash,
        user_id,
        organization_id,
        now,
        expires_at,
    )


async def session(db: Reader, token_hash: str, now: datetime) -> SignedIn | None:
    """The live session of a cookie."""
    row = await db.row(
        "SELECT s.id, s.user_id, u.name, u.email, s.organization_id"
        " FROM sign_in_session s JOIN user_account u ON u.id = s.user_id"
        " WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2",
        token_hash,
        now,
    )
    if row is None:
        return None
    return SignedIn(row["id"], row["user_id"], row["name"], row["email"], row["organization_id"])


async def end_session(db: Session, session_id: UUID, now: datetime) -> None:
    """End a session; what was granted in it ends with it."""
    await db.execute("UPDATE sign_in_session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", session_id, now)


async def end_sessions(db: Session, user_id: UUID, now: datetime) -> int:
    """End all sessions of a person; how many there were."""
    return await db.execute(
        "UPDATE sign_in_session SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL", user_id, now
    )


async def attempts(db: Session, subject_hash: str, now: datetime) -> Attempts:
    """The wrong passwords of one subject so far. It is held to the end of the transaction, so that no two count as one."""
    await db.execute(
        "INSERT INTO sign_in_attempt (subject_hash, failures, last_at) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING",
        subject_hash,
        now,
    )
    row = await db.row(
        "SELECT failures, last_at, locked_until FROM sign_in_attempt WHERE subject_hash = $1 FOR UPDATE", subject_hash
    )
    assert row is not None, "it was just written"
    return Attempts(row["failures"], row["last_at"], row["locked_until"])


async def set_attempts(db: Session, subject_hash: str, counted: Attempts) -> None:
    """Write the wrong passwords of one subject down."""
    await db.execute(
        "UPDATE sign_in_attempt SET failures = $2, last_at = $3, locked_until = $4 WHERE subject_hash = $1",
        subject_hash,
        counted.failures,
        counted.last_at,
        counted.locked_until,
    )


async def forget_attempts(db: Session, subject_hash: str) -> None:
    """Forget one subject's wrong passwords."""
    await db.execute("DELETE FROM sign_in_attempt WHERE subject_hash = $1", subject_hash)


async def forget_old_attempts(db: Session, before: datetime) -> None:
    """Forget everybody's wrong passwords from before that moment, but for those just being counted."""
    await db.execute(
        "DELETE FROM sign_in_attempt WHERE subject_hash IN"
        " (SELECT subject_hash FROM sign_in_attempt WHERE last_at < $1 FOR UPDATE SKIP LOCKED)",
        before,
    )
