"""How people and integrations are signed in: sessions, what they granted, and what is remembered so that nothing is used
twice.

Everything here is the role `auth`'s alone, with what an operator needs to end things; a level role has nothing of it but
when its organisation's own people signed in for it.
Secrets (codes, tokens, cookies) are kept as hashes. What has expired is deleted by whoever writes the next row.
"""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.terms import Level
from app.tables.metadata import (
    EVERY_ROW,
    OWN_ORGANIZATION,
    Access,
    DatabaseRole,
    metadata,
    moment,
    one_of,
    protect,
    text,
    uuid_column,
)
from app.tables.organizations import LEVELS

sign_in_session = protect(
    Table(
        "sign_in_session",
        metadata,
        uuid_column("id"),
        text("token_hash"),
        uuid_column("user_id"),
        uuid_column("organization_id", nullable=True),
        moment("created_at"),
        moment("expires_at"),
        moment("ended_at", nullable=True),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("token_hash"),
        ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        Index(None, "user_id"),
        Index(None, "expires_at"),
        comment="A person in one browser. Opened by an organisation's own provider, it is good for that organisation only.",
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True, update=("ended_at",), delete=True),
    Access(DatabaseRole.OPERATOR, EVERY_ROW, columns=("id", "user_id", "ended_at"), update=("ended_at",)),
)

oauth_grant = protect(
    Table(
        "oauth_grant",
        metadata,
        uuid_column("id"),
        uuid_column("client_id"),
        uuid_column("user_id"),
        uuid_column("session_id"),
        uuid_column("organization_id"),
        text("level"),
        Column("scopes", ARRAY(Text), nullable=True),
        moment("created_at"),
        moment("expires_at"),
        moment("ended_at", nullable=True),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["client_id"], ["oauth_client.id"]),
        ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        ForeignKeyConstraint(["session_id"], ["sign_in_session.id"]),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        CheckConstraint(one_of("level", Level), name="level"),
        Index(None, "session_id"),
        Index(None, "expires_at"),
        Index(None, "organization_id", "user_id"),
        comment="What a person let a client do. Its code and its tokens end with it. Scopes null: all that the person may.",
    ),
    *(
        Access(role, f"{OWN_ORGANIZATION} AND level = '{level}'", ("organization_id", "user_id", "level", "created_at"))
        for role, level in zip(LEVELS, Level, strict=True)
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True, update=("ended_at",), delete=True),
)

authorization_code = protect(
    Table(
        "authorization_code",
        metadata,
        text("code_hash"),
        uuid_column("grant_id"),
        text("redirect_uri"),
        text("code_challenge"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        PrimaryKeyConstraint("code_hash"),
        ForeignKeyConstraint(["grant_id"], ["oauth_grant.id"]),
        Index(None, "grant_id"),
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True, update=("used_at",), delete=True),
)

refresh_token = protect(
    Table(
        "refresh_token",
        metadata,
        text("token_hash"),
        uuid_column("grant_id"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        PrimaryKeyConstraint("token_hash"),
        ForeignKeyConstraint(["grant_id"], ["oauth_grant.id"]),
        Index(None, "grant_id"),
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True, update=("used_at",), delete=True),
)

revoked_token = protect(
    Table(
        "revoked_token",
        metadata,
        uuid_column("holder_id"),
        text("token_id"),
        moment("expires_at"),
        PrimaryKeyConstraint("holder_id", "token_id"),
        Index(None, "expires_at"),
        comment="Access tokens taken back before they expire, by the client or grant that they were given to.",
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True, delete=True),
)

client_assertion = protect(
    Table(
        "client_assertion",
        metadata,
        uuid_column("client_id"),
        text("assertion_hash"),
        moment("expires_at"),
        PrimaryKeyConstraint("client_id", "assertion_hash"),
        ForeignKeyConstraint(["client_id"], ["oauth_client.id"]),
        Index(None, "expires_at"),
        comment="Assertions that a client has signed in with, until they expire: none is taken twice.",
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True, delete=True),
)

sign_in_attempt = protect(
    Table(
        "sign_in_attempt",
        metadata,
        text("subject_hash"),
        Column("failures", Integer, nullable=False),
        moment("last_at"),
        moment("locked_until", nullable=True),
        PrimaryKeyConstraint("subject_hash"),
        Index(None, "last_at"),
        comment="Wrong passwords in a row, for one e-mail address (known or not) and for one network address.",
    ),
    Access(
        DatabaseRole.AUTH,
        EVERY_ROW,
        insert=True,
        update=("failures", "last_at", "locked_until"),
        delete=True,
    ),
)

identity_provider = protect(
    Table(
        "identity_provider",
        metadata,
        uuid_column("id"),
        uuid_column("organization_id"),
        text("name"),
        text("issuer"),
        text("client_id"),
        text("secret_name", nullable=True),
        moment("created_at"),
        moment("ended_at", nullable=True),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        Index(None, "organization_id"),
        comment="An organisation's own OpenID provider. `secret_name` is where the deployment keeps the client's secret.",
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW),
    Access(DatabaseRole.OPERATOR, EVERY_ROW, insert=True, update=("ended_at",)),
)

user_identity = protect(
    Table(
        "user_identity",
        metadata,
        uuid_column("provider_id"),
        text("subject"),
        uuid_column("user_id"),
        moment("linked_at"),
        PrimaryKeyConstraint("provider_id", "subject"),
        ForeignKeyConstraint(["provider_id"], ["identity_provider.id"]),
        ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        comment="Which of our users a provider's subject is, from the first sign-in on.",
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True),
)

trusted_issuer = protect(
    Table(
        "trusted_issuer",
        metadata,
        uuid_column("id"),
        uuid_column("client_id"),
        text("issuer"),
        text("audience"),
        text("subject", nullable=True),
        Column("jwks", JSONB, nullable=True),
        text("jwks_uri", nullable=True),
        moment("created_at"),
        moment("ended_at", nullable=True),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["client_id"], ["oauth_client.id"]),
        CheckConstraint("(jwks IS NULL) <> (jwks_uri IS NULL)", name="one_source_of_keys"),
        Index(
            None,
            "issuer",
            "audience",
            unique=True,
            postgresql_where="ended_at IS NULL",
        ),
        comment="Whose access tokens count as those of one client, where an organisation's own server issues them.",
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW),
    Access(DatabaseRole.OPERATOR, EVERY_ROW, insert=True, update=("ended_at",)),
)
