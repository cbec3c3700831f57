"""What an operator registers for an organisation that signs its own in: OpenID providers for people, issuers for machines.

A provider signs in members of its organisation only, and what it opens is good for that organisation only. An issuer's
tokens count as those of one client of the organisation. Both can be ended, and are not changed: end one and register
another.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.access.oauth import queries as clients
from app.access.oauth.federation import queries
from app.access.oauth.registration import key_problems
from app.outbound import is_https
from app.store.database import Session
from app.store.identity import new_id
from app.tables.organizations import GrantType

LONGEST_NAME = 200


class FederationRefused(ValueError):
    """Nothing was written; the message holds every reason at once."""


async def register_provider(
    session: Session, organization_id: UUID, name: str, issuer: str, client_id: str, secret_name: str | None = None
) -> UUID:
    """Let an organisation's OpenID provider sign its members in; the provider's id. Raises FederationRefused.

    `client_id` is what this server is called there; `secret_name` under which name the deployment keeps the secret of
    that client. The provider must send people back to `/oauth/callback/<id>`.
    """
    problems = list(_provider_problems(name, issuer, client_id, secret_name))
    if not await clients.organization_exists(session, organization_id):
        problems.append(f"There is no organisation {organization_id}.")
    _refuse(problems)
    made = queries.Provider(new_id(), organization_id, name.strip(), issuer, client_id, secret_name)
    await queries.add_provider(session, made, datetime.now(UTC))
    return made.id


async def end_provider(session: Session, provider_id: UUID) -> None:
    """Sign nobody in by it any more. Raises FederationRefused where nobody was."""
    if not await queries.end_provider(session, provider_id, datetime.now(UTC)):
        _refuse([f"There is no provider {provider_id}, or it has ended."])


async def trust_issuer(
    session: Session,
    client_id: UUID,
    issuer: str,
    audience: str,
    *,
    subject: str | None = None,
    jwks: Mapping[str, Any] | None = None,
    jwks_uri: str | None = None,
    own: str = "",
) -> UUID:
    """Take an issuer's access tokens for `audience` as those of a client; the trust's id. Raises FederationRefused.

    Its keys are given (`jwks`) or published at an https address (`jwks_uri`). With a `subject`, only that one's tokens
    count. `own` is the name of this server, which is nobody else's.
    """
    problems = list(_issuer_problems(issuer, audience, jwks, jwks_uri))
    client = await clients.client(session, client_id)
    if client is None or client.revoked_at is not None or GrantType.CLIENT_CREDENTIALS not in client.grant_types:
        problems.append(f"There is no client {client_id} that acts for itself.")
    if issuer == own:
        problems.append(f"{issuer} is this server.")
    _refuse(problems)
    made = queries.Issuer(new_id(), client_id, issuer, audience, subject, jwks, jwks_uri)
    if not await queries.add_issuer(session, made, datetime.now(UTC)):
        _refuse([f"An issuer {issuer} for the audience {audience} is trusted already. Agree on another audience."])
    return made.id


async def end_trust(session: Session, issuer_id: UUID) -> None:
    """Take its tokens no more, within 15 seconds. Raises FederationRefused where none were."""
    if not await queries.end_issuer(session, issuer_id, datetime.now(UTC)):
        _refuse([f"There is no issuer {issuer_id}, or it has ended."])


def _provider_problems(name: str, issuer: str, client_id: str, secret_name: str | None) -> Iterator[str]:
    if not 0 < len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        yield f"A provider's name has 1 to {LONGEST_NAME} printable characters."
    yield from _issuer_name_problems(issuer)
    if not client_id.strip():
        yield "Say what this server's client is called at the provider."
    if secret_name is not None and not secret_name.strip():
        yield "Say under which name the deployment keeps the client's secret, or leave it out."


def _issuer_problems(issuer: str, audience: str, jwks: Mapping[str, Any] | None, jwks_uri: str | None) -> Iterator[str]:
    yield from _issuer_name_problems(issuer)
    if not audience.strip():
        yield "Say which audience the tokens are for: what the issuer writes as `aud`."
    if (jwks is None) == (jwks_uri is None):
        yield "Give the issuer's keys, or the address that it publishes them at, and not both."
    if jwks is not None:
        yield from key_problems(jwks)
    if jwks_uri is not None and not is_https(jwks_uri):
        yield f"Keys are fetched from an https address, not {jwks_uri!r}."


def _issuer_name_problems(issuer: str) -> Iterator[str]:
    if not is_https(issuer) or "?" in issuer or "#" in issuer:
        yield f"An issuer is an https address without query or fragment, not {issuer!r}."


def _refuse(problems: list[str]) -> None:
    if problems:
        raise FederationRefused("\n".join(problems))
