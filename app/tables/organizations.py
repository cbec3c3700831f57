"""Who signs in: legal parties, their users and roles, their integrations, and the keys that sign tokens.

Nobody but itself can look an organisation up. The role `auth` reads users and clients before an actor exists; the level
roles see of `organization` their own row and nothing of the rest.
"""

from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.terms import Level
from app.tables.metadata import (
    EVERY_ROW,
    OWN_ORGANIZATION,
    Access,
    DatabaseRole,
    by_actor_id,
    metadata,
    moment,
    one_of,
    protect,
    text,
    uuid_column,
)

LEVELS = (DatabaseRole.VENDOR, DatabaseRole.DISTRIBUTOR, DatabaseRole.RESELLER)


class Authentication(StrEnum):
    """How a client proves at the token endpoint that it is the one it says."""

    SECRET = "client_secret"  # noqa: S105
    "A secret, by HTTP Basic or in the body."
    KEY = "private_key_jwt"
    "An assertion, signed with a key whose public half is registered (RFC 7523)."
    NONE = "none"
    "Nothing: an app that can keep no secret. The code that it exchanges is bound to it by PKCE."


class GrantType(StrEnum):
    """By what a client gets tokens."""

    CLIENT_CREDENTIALS = "client_credentials"
    "For itself."
    AUTHORIZATION_CODE = "authorization_code"
    "For a person who signs in."
    REFRESH_TOKEN = "refresh_token"  # noqa: S105
    "Again for that person, without asking."


class Serves(StrEnum):
    """Whose people may sign in through a client."""

    OWN = "OWN"
    "Those of its organisation, at its level."
    EVERYONE = "EVERYONE"
    "Those of every organisation, as in a partner portal."


def _people_of(role: DatabaseRole, level: Level) -> Access:
    """Who belongs to the organisation at a level; nobody gives a role to himself."""
    own = f"{OWN_ORGANIZATION} AND starts_with(role, '{level}_')"
    return Access(role, own, insert=True, delete=True, inserting=f"{own} AND NOT ({by_actor_id('user_id')})")


def _acts_of(role: DatabaseRole, level: Level) -> Access:
    """What the organisation did at a level: a firm that is a distributor here and a reseller there is two."""
    return Access(role, f"{OWN_ORGANIZATION} AND (level IS NULL OR level = '{level}')", insert=True)


def _clients_of(role: DatabaseRole, level: Level) -> Access:
    """An organisation's own integrations at a level, without what proves them. What serves everybody, or asks about any
    token, an operator sets up: of these an organisation can only end its own."""
    own = f"{OWN_ORGANIZATION} AND level = '{level}'"
    ordinary = "serves = 'OWN' AND NOT whole_person AND NOT resource_server"
    return Access(
        role,
        own,
        columns=(
            *("id", "organization_id", "level", "name", "roles", "scopes", "authentication", "grant_types"),
            *("redirect_uris", "origins", "serves", "whole_person", "resource_server"),
            *("created_at", "rotated_at", "revoked_at", "last_used_at", "known_to"),
        ),
        insert=True,
        update=("secret_hash", "redirect_uris", "origins", "rotated_at", "revoked_at", "known_to"),
        writing=f"{own} AND (revoked_at IS NOT NULL OR ({ordinary}))",
        inserting=f"{own} AND {ordinary}",
    )


organization = protect(
    Table(
        "organization",
        metadata,
        uuid_column("id"),
        text("name"),
        text("country"),
        moment("created_at"),
        PrimaryKeyConstraint("id"),
    ),
    *(Access(role, OWN_ORGANIZATION.replace("organization_id =", "id =")) for role in LEVELS),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True),
    Access(DatabaseRole.OPERATOR, EVERY_ROW, insert=True),
)

user_account = protect(
    Table(
        "user_account",
        metadata,
        uuid_column("id"),
        text("email"),
        text("name"),
        text("password_hash", nullable=True),
        moment("created_at"),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("email"),
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True),
    Access(DatabaseRole.OPERATOR, EVERY_ROW, insert=True, update=("password_hash",)),
)

membership = protect(
    Table(
        "membership",
        metadata,
        uuid_column("organization_id"),
        uuid_column("user_id"),
        text("role"),
        text("name", server_default=""),
        text("email", server_default=""),
        uuid_column("invitation_id", nullable=True),
        moment("granted_at"),
        PrimaryKeyConstraint("organization_id", "user_id", "role"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        ForeignKeyConstraint(["organization_id", "invitation_id"], ["invitation.organization_id", "invitation.id"]),
        comment="Name and e-mail address are the user's: an organisation reads them here, and no user of another.",
    ),
    *(_people_of(role, level) for role, level in zip(LEVELS, Level, strict=True)),
    Access(
        DatabaseRole.AUTH,
        EVERY_ROW,
        insert=True,
        writing="invitation_id IS NOT NULL OR role IN ('DISTRIBUTOR_ADMIN', 'RESELLER_ADMIN')",
    ),
    Access(DatabaseRole.OPERATOR, EVERY_ROW, insert=True, delete=True),
)

oauth_client = protect(
    Table(
        "oauth_client",
        metadata,
        uuid_column("id"),
        uuid_column("organization_id"),
        text("level"),
        text("name"),
        text("secret_hash", nullable=True),
        Column("roles", ARRAY(Text), nullable=False),
        Column("scopes", ARRAY(Text), nullable=False),
        text("authentication", server_default=Authentication.SECRET.value),
        Column("grant_types", ARRAY(Text), nullable=False, server_default="{client_credentials}"),
        Column("redirect_uris", ARRAY(Text), nullable=False, server_default="{}"),
        Column("origins", ARRAY(Text), nullable=False, server_default="{}"),
        Column("jwks", JSONB, nullable=True),
        text("serves", server_default=Serves.OWN.value),
        Column("whole_person", Boolean, nullable=False, server_default="false"),
        Column("resource_server", Boolean, nullable=False, server_default="false"),
        moment("created_at"),
        moment("rotated_at", nullable=True),
        moment("revoked_at", nullable=True),
        moment("last_used_at", nullable=True),
        Column("known_to", ARRAY(Uuid), nullable=False, server_default="{}"),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint(one_of("authentication", Authentication), name="authentication"),
        CheckConstraint(one_of("serves", Serves), name="serves"),
        CheckConstraint("(authentication = 'client_secret') = (secret_hash IS NOT NULL)", name="secret"),
        CheckConstraint("(authentication = 'private_key_jwt') = (jwks IS NOT NULL)", name="keys"),
        Index(None, "organization_id"),
        comment="`known_to` are the people who were ever told a secret of it: what it does, one of them may have done",
    ),
    *(_clients_of(role, level) for role, level in zip(LEVELS, Level, strict=True)),
    Access(DatabaseRole.AUTH, EVERY_ROW, update=("last_used_at",)),
    Access(
        DatabaseRole.OPERATOR,
        EVERY_ROW,
        insert=True,
        update=("secret_hash", "jwks", "redirect_uris", "origins", "rotated_at", "revoked_at", "known_to"),
    ),
)

signing_key = protect(
    Table(
        "signing_key",
        metadata,
        text("kid"),
        Column("private_jwk", JSONB, nullable=False),
        moment("created_at"),
        moment("retired_at", nullable=True),
        PrimaryKeyConstraint("kid"),
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True),
    Access(
        DatabaseRole.OPERATOR,
        EVERY_ROW,
        columns=("kid", "created_at", "retired_at"),
        insert=True,
        update=("retired_at",),
    ),
)

report_file = protect(
    Table(
        "report_file",
        metadata,
        uuid_column("organization_id"),
        uuid_column("id"),
        text("filename"),
        Column("byte_size", BigInteger, nullable=True),
        text("sha256", nullable=True),
        Column("received_bytes", BigInteger, nullable=False),
        text("ticket_hash", nullable=True),
        moment("created_at"),
        moment("expires_at"),
        moment("completed_at", nullable=True),
        moment("redacted_at", nullable=True),
        text("redacted_sha256", nullable=True),
        PrimaryKeyConstraint("organization_id", "id"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        CheckConstraint("(redacted_at IS NULL) = (redacted_sha256 IS NULL)", name="redacted"),
        comment="Its bytes are those received (`sha256`), but for names that were erased since (`redacted_sha256`)",
    ),
    *(
        Access(role, OWN_ORGANIZATION, insert=True, update=("sha256", "received_bytes", "completed_at"))
        for role in LEVELS
    ),
    Access(DatabaseRole.WORKER, OWN_ORGANIZATION, update=("redacted_at", "redacted_sha256")),
)

report_chunk = protect(
    Table(
        "report_chunk",
        metadata,
        uuid_column("organization_id"),
        uuid_column("file_id"),
        Column("position", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
        PrimaryKeyConstraint("organization_id", "file_id", "position"),
        ForeignKeyConstraint(["organization_id", "file_id"], ["report_file.organization_id", "report_file.id"]),
    ),
    *(Access(role, OWN_ORGANIZATION, insert=True, delete=True) for role in LEVELS),
    Access(DatabaseRole.WORKER, OWN_ORGANIZATION, update=("content",)),
)

remembered_result = protect(
    Table(
        "remembered_result",
        metadata,
        uuid_column("organization_id"),
        text("act"),
        text("idempotency_key"),
        text("input_hash"),
        text("result"),
        moment("created_at"),
        PrimaryKeyConstraint("organization_id", "act", "idempotency_key"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
    ),
    *(Access(role, OWN_ORGANIZATION, insert=True) for role in LEVELS),
)

audit_event = protect(
    Table(
        "audit_event",
        metadata,
        uuid_column("organization_id"),
        uuid_column("id"),
        uuid_column("vendor_id", nullable=True),
        text("level", nullable=True),
        text("actor"),
        text("act"),
        text("subject"),
        Column("before", JSONB, nullable=True),
        Column("after", JSONB, nullable=True),
        text("request_id"),
        moment("happened_at"),
        PrimaryKeyConstraint("organization_id", "id"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        CheckConstraint(one_of("level", Level), name="level"),
        Index(None, "organization_id", "happened_at", "id"),
        Index(None, "organization_id", "subject", "happened_at", "id"),
        comment="An act is read at the level at which it was done; `level` is NULL of what was done before it was kept,"
        " which every level of the organisation reads",
    ),
    *(_acts_of(role, level) for role, level in zip(LEVELS, Level, strict=True)),
    # It writes what the clock did, and takes a name out that was erased: nothing else of the trail ever changes.
    Access(
        DatabaseRole.WORKER,
        OWN_ORGANIZATION,
        columns=("organization_id", "id", "vendor_id", "level", "before", "after"),
        insert=True,
        update=("before", "after"),
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, read=False, insert=True),
)
