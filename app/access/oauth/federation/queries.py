"""Organisations' own issuers and providers in the database. Operators register and end them; `auth` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.store.database import Reader, Row, Session

_PROVIDER = "SELECT id, organization_id, name, issuer, client_id, secret_name FROM identity_provider"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues access tokens that count as those of one client. Its keys are here, or where it publishes them.

    Where there is a `subject`, only its tokens do.
    """

    id: UUID
    client_id: UUID
    issuer: str
    audience: str
    subject: str | None
    jwks: Mapping[str, Any] | None
    jwks_uri: str | None


@dataclass(frozen=True, slots=True)
class Provider:
    """An organisation's OpenID provider. The deployment keeps its client secret under `secret_name`, if it has one."""

    id: UUID
    organization_id: UUID
    name: str
    issuer: str
    client_id: str
    secret_name: str | None


async def issuers(db: Reader) -> list[Issuer]:
    """Every trusted issuer whose client is live."""
    rows = await db.rows(
        "SELECT t.id, t.client_id, t.issuer, t.audience, t.subject, t.jwks, t.jwks_uri"
        " FROM trusted_issuer t JOIN oauth_client c ON c.id = t.client_id AND c.revoked_at IS NULL"
        " WHERE t.ended_at IS NULL"
    )
    return [
        Issuer(
            row["id"],
            row["client_id"],
            row["issuer"],
            row["audience"],
            row["subject"],
            row["jwks"],
            row["jwks_uri"],
        )
        for row in rows
    ]


async def add_issuer(db: Session, issuer: Issuer, now: datetime) -> bool:
    """Write an issuer down. False where somebody is trusted under that issuer and audience."""
    statement = (
        "INSERT INTO trusted_issuer (id, client_id, issuer, audience, subject, jwks, jwks_uri, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
    )
    return (
        await db.execute(
            statement,
            issuer.id,
            issuer.client_id,
            issuer.issuer,
            issuer.audience,
            issuer.subject,
            issuer.jwks,
            issuer.jwks_uri,
            now,
        )
        == 1
    )


async def end_issuer(db: Session, issuer_id: UUID, now: datetime) -> bool:
    """Trust an issuer no longer. False where none was trusted."""
    statement = "UPDATE trusted_issuer SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL"
    return await db.execute(statement, issuer_id, now) == 1


async def provider(db: Reader, provider_id: UUID) -> Provider | None:
    """One live provider."""
    row = await db.row(f"{_PROVIDER} WHERE id = $1 AND ended_at IS NULL", provider_id)
    return _provider(row) if row is not None else None


async def providers(db: Reader, organization_id: UUID) -> list[Provider]:
    """The live providers of an organisation, by name."""
    rows = await db.rows(f"{_PROVIDER} WHERE organization_id = $1 AND ended_at IS NULL ORDER BY name", organization_id)
    return [_provider(row) for row in rows]


async def add_provider(db: Session, provider: Provider, now: datetime) -> None:
    """Write a provider down."""
    await db.execute(
        "INSERT INTO identity_provider (id, organization_id, name, issuer, client_id, secret_name, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        provider.id,
        provider.organization_id,
        provider.name,
        provider.issuer,
        provider.client_id,
        provider.secret_name,
        now,
    )


async def end_provider(db: Session, provider_id: UUID, now: datetime) -> bool:
    """Sign nobody in by a provider any more. False where nobody was."""
    statement = "UPDATE identity_provider SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL"
    return await db.execute(statement, provider_id, now) == 1


async def user_of_subject(db: Reader, provider_id: UUID, subject: str) -> UUID | None:
    """Which user a provider's subject is."""
    found: UUID | None = await db.value(
        "SELECT user_id FROM user_identity WHERE provider_id = $1 AND subject = $2", provider_id, subject
    )
    return found


async def member_by_email(db: Reader, organization_id: UUID, email: str) -> UUID | None:
    """The user of that address who has a role in the organisation."""
    found: UUID | None = await db.value(
        "SELECT u.id FROM user_account u WHERE u.email = $2"
        " AND EXISTS (SELECT FROM membership m WHERE m.user_id = u.id AND m.organization_id = $1)",
        organization_id,
        email,
    )
    return found


async def link_subject(db: Session, provider_id: UUID, subject: str, user_id: UUID, now: datetime) -> UUID | None:
    """Write down which user a subject is, unless it is written already; the user that it is."""
    await db.execute(
        "INSERT INTO user_identity (provider_id, subject, user_id, linked_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT DO NOTHING",
        provider_id,
        subject,
        user_id,
        now,
    )
    return await user_of_subject(db, provider_id, subject)


def _provider(row: Row) -> Provider:
    return Provider(row["id"], row["organization_id"], row["name"], row["issuer"], row["client_id"], row["secret_name"])
