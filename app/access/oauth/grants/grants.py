"""By what a client gets tokens: for itself, for a code that a person's browser brought it, or for a refresh token.

Authlib checks the steps of RFC 6749 and RFC 7636; here stands what is ours to say. PKCE with S256 is required of every
client. A code is used once, within a minute, by the client it was given to, and so is a refresh token: another one comes
in its place. Whoever brings a used one again may be a thief, or the client that was stolen from: nobody can tell, so the
whole grant ends, with every token that came of it.
"""

import secrets
from typing import Any, ClassVar
from uuid import UUID

from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    RefreshTokenGrant,
)
from authlib.oauth2.rfc7636 import CodeChallenge  # type: ignore[import-untyped]

from app.access.oauth.forms import OAuthRequest
from app.access.oauth.grants.ledger import Ledger, StoredCode, StoredRefreshToken
from app.access.oauth.grants.tokens import GrantedBy
from app.access.oauth.registered import ANY, CONFIDENTIAL, RegisteredClient, beyond_scope
from app.access.oauth.registration import LONGEST_ADDRESS
from app.access.scopes import Scope

S256 = "S256"
_CODE_GONE = "The code is unknown, expired or used, or was given to somebody else. Send the person to sign in again."
_REFRESH_GONE = (
    "The refresh token is unknown, expired or used, or was given to somebody else. Send the person to sign in again."
)
_GRANT_GONE = "What the person granted has ended. Send the person to sign in again."


class ClientCredentials(ClientCredentialsGrant):  # type: ignore[misc]
    """Tokens for the client itself."""

    TOKEN_ENDPOINT_AUTH_METHODS = CONFIDENTIAL


class AuthorizationCode(AuthorizationCodeGrant):  # type: ignore[misc]
    """Tokens for a person who signed in. `server.ledger` is where it is written down."""

    TOKEN_ENDPOINT_AUTH_METHODS = ANY

    @staticmethod
    def validate_authorization_redirect_uri(request: OAuthRequest, client: RegisteredClient) -> str:
        """The registered address that the answer goes to. Authlib's own message would quote what was sent."""
        address: str | None = request.payload.redirect_uri
        if address is None or len(address) > LONGEST_ADDRESS or not client.check_redirect_uri(address):
            raise InvalidRequestError(
                "client_id or redirect_uri is missing, or this client has not registered this address, letter by letter."
            )
        return address

    def generate_authorization_code(self) -> str:
        return secrets.token_urlsafe(32)

    def save_authorization_code(self, code: str, request: OAuthRequest) -> None:
        self.server.ledger.open(request.user, request.client, request, code)

    def query_authorization_code(self, code: str, client: RegisteredClient) -> StoredCode:
        found: StoredCode | None = self.server.ledger.code(code, client)
        if found is None:
            raise InvalidGrantError(_CODE_GONE)
        return found

    def authenticate_user(self, authorization_code: StoredCode) -> GrantedBy:
        authorization_code.granted = _granted(self.server.ledger, authorization_code.stored.grant_id)
        return authorization_code.granted

    def save_token(self, token: dict[str, Any]) -> None:
        if not self.server.ledger.exchange(self.request.authorization_code, token):
            raise InvalidGrantError(_CODE_GONE)

    def delete_authorization_code(self, authorization_code: StoredCode) -> None:
        """Nothing: it was used up when the token was written down, and is kept to know it again."""


class Refreshing(RefreshTokenGrant):  # type: ignore[misc]
    """The next tokens for the same person. The scopes may be fewer than were granted, for this once."""

    TOKEN_ENDPOINT_AUTH_METHODS = ANY
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> StoredRefreshToken:
        found: StoredRefreshToken | None = self.server.ledger.refresh_token(refresh_token, self.request.client)
        if found is None:
            raise InvalidGrantError(_REFRESH_GONE)
        found.granted = _granted(self.server.ledger, found.stored.grant_id)
        return found

    def _validate_token_scope(self, token: StoredRefreshToken) -> None:
        """What was granted bounds what is asked; where all was granted, the client's registration does."""
        asked = frozenset((self.request.payload.scope or "").split())
        granted = token.granted.live.grant.scopes if token.granted is not None else None
        if granted is not None and asked - granted:
            raise _scope_error(asked - granted, granted)

    def authenticate_user(self, refresh_token: StoredRefreshToken) -> GrantedBy:
        assert refresh_token.granted is not None
        return refresh_token.granted

    def save_token(self, token: dict[str, Any]) -> None:
        if not self.server.ledger.exchange(self.request.refresh_token, token):
            raise InvalidGrantError(_REFRESH_GONE)

    def revoke_old_credential(self, refresh_token: StoredRefreshToken) -> None:
        """Nothing: it was used up when its successor was written down."""


class S256Challenge(CodeChallenge):  # type: ignore[misc]
    """PKCE for every client, by S256 alone: `plain` protects from nobody who sees the request."""

    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar = [S256]
    LENGTH = 43

    def validate_code_challenge(self, grant: AuthorizationCode, redirect_uri: object) -> None:
        sent = grant.request.payload.data
        if sent.get("code_challenge_method") != S256 or len(sent.get("code_challenge", "")) != self.LENGTH:
            raise InvalidRequestError(
                "PKCE is required: send code_challenge, and code_challenge_method=S256 (RFC 7636)."
            )
        super().validate_code_challenge(grant, redirect_uri)


def _granted(ledger: Ledger, grant_id: UUID) -> GrantedBy:
    found = ledger.granted_by(grant_id)
    if found is None:
        raise InvalidGrantError(_GRANT_GONE)
    return found


def _scope_error(beyond: frozenset[str], held: frozenset[Scope]) -> Exception:
    error: Exception = InvalidScopeError(beyond_scope(beyond, held))
    return error
