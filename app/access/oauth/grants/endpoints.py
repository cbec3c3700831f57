"""Taking tokens back (RFC 7009) and asking about them (RFC 7662).

A client takes back what it was given and nobody else's. A refresh token taken back ends the whole grant with all its
access tokens; an access token taken back ends alone, within 15 seconds. A client may ask about its own tokens, and one
that is registered as a resource server about any. Of a token that does not stand any more, or that one may not ask about,
the answer is only that it is not active.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from anyio import from_thread
from authlib.oauth2.rfc6749 import InvalidRequestError  # type: ignore[import-untyped]
from authlib.oauth2.rfc7009 import RevocationEndpoint  # type: ignore[import-untyped]
from authlib.oauth2.rfc7662 import IntrospectionEndpoint  # type: ignore[import-untyped]

from app.access.oauth.bearer import LONGEST_TOKEN, Unauthenticated, Verified, Verifier
from app.access.oauth.forms import OAuthRequest
from app.access.oauth.grants import queries
from app.access.oauth.registered import ANY, CONFIDENTIAL, RegisteredClient, hash_of
from app.access.oauth.settings import TokenSettings
from app.access.oauth.standing import Standing, narrowed, read_standing
from app.store.database import AUTHENTICATING, Database

REVOCATION = "revocation"
INTROSPECTION = "introspection"


@dataclass(frozen=True, slots=True)
class PresentedAccessToken:
    """An access token of ours that somebody sent, with what stands behind it now."""

    verified: Verified
    standing: Standing

    def check_client(self, client: RegisteredClient) -> bool:
        return self.verified.client_id == client.known.id

    def is_expired(self) -> bool:
        return self.verified.expires_at <= time.time()

    def is_revoked(self) -> bool:
        return not self.standing.stands_behind(self.verified)


@dataclass(frozen=True, slots=True)
class PresentedRefreshToken:
    """A refresh token that somebody sent, with the grant where that lives."""

    stored: queries.RefreshToken
    live: queries.LiveGrant | None

    def check_client(self, client: RegisteredClient) -> bool:
        return self.stored.client_id == client.known.id

    def is_expired(self) -> bool:
        return self.stored.expires_at <= datetime.now(UTC)

    def is_revoked(self) -> bool:
        return self.stored.used or self.live is None


Presented = PresentedAccessToken | PresentedRefreshToken


class Tokens:
    """Finds what was sent, whatever it is. To be called in a worker thread."""

    def __init__(self, database: Database, settings: TokenSettings, verifier: Verifier) -> None:
        self._database = database
        self._verifier = verifier
        self.settings = settings

    def find(self, text: str) -> Presented | None:
        """A hint at the kind of token is not needed: an access token has dots in it, and a refresh token has none."""
        if len(text) > LONGEST_TOKEN:
            return None
        found: Presented | None = from_thread.run(self._access if "." in text else self._refresh, text)
        return found

    async def _access(self, text: str) -> PresentedAccessToken | None:
        try:
            verified = await self._verifier.verify(text)
        except Unauthenticated:
            return None
        return PresentedAccessToken(verified, await read_standing(self._database, verified, 0.0))

    async def _refresh(self, text: str) -> PresentedRefreshToken | None:
        async with self._database.reading(AUTHENTICATING) as db:
            stored = await queries.refresh_token(db, hash_of(text))
            if stored is None:
                return None
            return PresentedRefreshToken(stored, await queries.live(db, stored.grant_id, datetime.now(UTC)))

    def take_back(self, token: Presented) -> None:
        """End it, and with a refresh token all that came of its grant."""
        from_thread.run(self._take_back, token)

    async def _take_back(self, token: Presented) -> None:
        now = datetime.now(UTC)
        async with self._database.writing(AUTHENTICATING) as db:
            if isinstance(token, PresentedRefreshToken):
                await queries.end(db, token.stored.grant_id, now)
                return
            until = datetime.fromtimestamp(token.verified.expires_at, UTC)
            await queries.revoke_access_token(db, token.verified.holder_id, token.verified.token_id, until, now)


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """`POST /oauth/revoke`. A token that is unknown, or ended already, counts as taken back."""

    ENDPOINT_NAME = REVOCATION
    CLIENT_AUTH_METHODS = ANY

    def check_params(self, request: OAuthRequest, client: RegisteredClient) -> None:
        _require_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> Presented | None:
        found: Presented | None = self.server.tokens.find(token_string)
        return found

    def revoke_token(self, token: Presented, request: OAuthRequest) -> None:
        self.server.tokens.take_back(token)


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """`POST /oauth/introspect`."""

    ENDPOINT_NAME = INTROSPECTION
    CLIENT_AUTH_METHODS = CONFIDENTIAL

    def check_params(self, request: OAuthRequest, client: RegisteredClient) -> None:
        _require_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> Presented | None:
        found: Presented | None = self.server.tokens.find(token_string)
        return found

    def check_permission(self, token: Presented, client: RegisteredClient, request: OAuthRequest) -> bool:
        return client.known.resource_server or token.check_client(client)

    def introspect_token(self, token: Presented) -> dict[str, Any]:
        if isinstance(token, PresentedAccessToken):
            return _about_access(token, self.server.tokens.settings)
        return _about_refresh(token, self.server.tokens.settings)


def _about_access(token: PresentedAccessToken, settings: TokenSettings) -> dict[str, Any]:
    holder = token.standing.holder
    assert holder is not None, "a token without a holder is not active"
    verified = token.verified
    return _about(
        settings,
        verified.client_id,
        verified.subject,
        narrowed(verified.scopes, holder.scopes),
        verified.expires_at,
        token_type="Bearer",  # noqa: S106
        aud=settings.audience,
        jti=verified.token_id,
        organization=str(holder.organization_id),
        level=holder.level.value,
    )


def _about_refresh(token: PresentedRefreshToken, settings: TokenSettings) -> dict[str, Any]:
    assert token.live is not None, "a token without a grant is not active"
    grant = token.live.grant
    expires_at = int(min(token.stored.expires_at, grant.expires_at).timestamp())
    return _about(
        settings,
        grant.client_id,
        grant.user_id,
        grant.scopes,
        expires_at,
        organization=str(grant.organization_id),
        level=grant.level.value,
    )


def _about(
    settings: TokenSettings,
    client_id: UUID | None,
    subject: UUID,
    scopes: frozenset[Any] | None,
    expires_at: int,
    **more: str,
) -> dict[str, Any]:
    """What RFC 7662 calls it. No `scope`: all that the person may do."""
    told: dict[str, Any] = {
        "active": True,
        "client_id": str(client_id),
        "sub": str(subject),
        "iss": settings.issuer,
        "exp": expires_at,
        **more,
    }
    return told if scopes is None else told | {"scope": " ".join(sorted(scopes))}


def _require_token(request: OAuthRequest) -> None:
    """Raises InvalidRequestError where no token was sent. A hint that is not known counts for nothing (RFC 7009, 2.1)."""
    if "token" not in request.form:
        raise InvalidRequestError("token is missing. Send the token in the body.")
