"""Access tokens by RFC 9068 for one API: for an integration itself, or for a person by way of a client."""

import secrets
from typing import Any
from uuid import UUID

from anyio import from_thread
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator  # type: ignore[import-untyped]
from joserfc.jwk import KeySet

from app.access.oauth.grants.queries import LiveGrant
from app.access.oauth.keys import ALGORITHM, SigningKeys
from app.access.oauth.registered import RegisteredClient
from app.access.oauth.settings import TokenSettings


class GrantedBy:
    """The person who granted, in Authlib's terms."""

    def __init__(self, live: LiveGrant) -> None:
        self.live = live

    def get_user_id(self) -> UUID:
        return self.live.grant.user_id


class AccessTokens(JWTBearerTokenGenerator):  # type: ignore[misc]
    """Signs access tokens, and makes the refresh tokens that go with them: 256 random bits each."""

    def __init__(self, settings: TokenSettings, keys: SigningKeys) -> None:
        super().__init__(settings.issuer, ALGORITHM, _refresh_token, settings.seconds)
        self._audience = settings.audience
        self._keys = keys

    def get_jwks(self) -> KeySet:
        """The one key that signs now. As a set, because Authlib writes `kid` into the header for sets alone."""
        return KeySet([from_thread.run(self._keys.current)])

    def get_audiences(self, client: RegisteredClient, user: GrantedBy | None, scope: str) -> str:
        return self._audience

    def get_extra_claims(
        self, client: RegisteredClient, grant_type: str, user: GrantedBy | None, scope: str
    ) -> dict[str, str]:
        """For which level of which organisation it is, and what was granted."""
        if user is None:
            return {"level": client.known.level.value, "organization": str(client.known.organization_id)}
        grant = user.live.grant
        return {
            "level": grant.level.value,
            "organization": str(grant.organization_id),
            "grant": str(grant.id),
        }


def _refresh_token(**_: Any) -> str:
    return secrets.token_urlsafe(32)
