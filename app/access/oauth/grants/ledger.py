"""Where grants, codes and refresh tokens are written down and looked up, each step one transaction.

Authlib is synchronous and runs in a worker thread; every step here asks the event loop for what lies in the database.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from anyio import from_thread

from app.access.oauth.forms import OAuthRequest
from app.access.oauth.grants import queries
from app.access.oauth.grants.tokens import GrantedBy
from app.access.oauth.registered import RegisteredClient, hash_of
from app.access.oauth.settings import TokenSettings
from app.access.scopes import Scope
from app.programme.terms import Level
from app.store.database import AUTHENTICATING, Database
from app.store.identity import new_id


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's yes: who it is, in which session, and for which organisation and level the client is to act."""

    user_id: UUID
    session_id: UUID
    organization_id: UUID
    level: Level


class Ledger:
    """What the grants write down and look up, each step one transaction. To be called in a worker thread."""

    def __init__(self, database: Database, settings: TokenSettings) -> None:
        self._database = database
        self._settings = settings

    def open(self, approval: Approval, client: RegisteredClient, request: OAuthRequest, code: str) -> None:
        """Write a grant down with its code."""
        from_thread.run(self._open, approval, client, request, code)

    async def _open(self, approval: Approval, client: RegisteredClient, request: OAuthRequest, code: str) -> None:
        now = datetime.now(UTC)
        named = set(request.scope.split())
        grant = queries.Grant(
            new_id(),
            client.known.id,
            approval.user_id,
            approval.session_id,
            approval.organization_id,
            approval.level,
            frozenset(scope for scope in Scope if scope in named) if named else None,
            now + self._settings.grant_lifetime,
        )
        async with self._database.writing(AUTHENTICATING) as db:
            await queries.add(
                db,
                grant,
                hash_of(code),
                request.payload.redirect_uri,
                request.payload.data["code_challenge"],
                now + self._settings.code_lifetime,
                now,
            )

    def code(self, code: str, client: RegisteredClient) -> "StoredCode | None":
        """A code that may still be used by that client. One that was used ends what came of it."""
        found = from_thread.run(self._code, code)
        if found is None or found.client_id != client.known.id:
            return None
        if found.used:
            from_thread.run(self._end, found.grant_id)
            return None
        return StoredCode(code, found) if found.expires_at > datetime.now(UTC) else None

    async def _code(self, code: str) -> queries.Code | None:
        async with self._database.reading(AUTHENTICATING) as db:
            return await queries.code(db, hash_of(code))

    def refresh_token(self, token: str, client: RegisteredClient) -> "StoredRefreshToken | None":
        """A refresh token that may still be used by that client. One that was used ends what came of it."""
        found = from_thread.run(self._refresh_token, token)
        if found is None or found.client_id != client.known.id:
            return None
        if found.used:
            from_thread.run(self._end, found.grant_id)
            return None
        return StoredRefreshToken(token, found) if found.expires_at > datetime.now(UTC) else None

    async def _refresh_token(self, token: str) -> queries.RefreshToken | None:
        async with self._database.reading(AUTHENTICATING) as db:
            return await queries.refresh_token(db, hash_of(token))

    def granted_by(self, grant_id: UUID) -> GrantedBy | None:
        """The person who granted, where all that it stands on is still there."""
        live = from_thread.run(self._live, grant_id)
        return GrantedBy(live) if live is not None else None

    async def _live(self, grant_id: UUID) -> queries.LiveGrant | None:
        async with self._database.reading(AUTHENTICATING) as db:
            return await queries.live(db, grant_id, datetime.now(UTC))

    def exchange(self, used: "StoredCode | StoredRefreshToken", token: dict[str, Any]) -> bool:
        """Use up what was brought and write the next refresh token down, both or neither.

        False where somebody else used it in the meantime; what was granted has ended then.
        """
        fresh: str | None = token.get("refresh_token")
        if from_thread.run(self._exchange, used, fresh):
            return True
        from_thread.run(self._end, used.stored.grant_id)
        return False

    async def _exchange(self, used: "StoredCode | StoredRefreshToken", fresh: str | None) -> bool:
        now = datetime.now(UTC)
        use = queries.use_code if isinstance(used, StoredCode) else queries.use_refresh_token
        async with self._database.writing(AUTHENTICATING) as db:
            if not await use(db, hash_of(used.text), now):
                return False
            if fresh is not None:
                until = now + self._settings.refresh_lifetime
                await queries.add_refresh_token(db, hash_of(fresh), used.stored.grant_id, until)
            return True

    async def _end(self, grant_id: UUID) -> None:
        async with self._database.writing(AUTHENTICATING) as db:
            await queries.end(db, grant_id, datetime.now(UTC))


class StoredCode:
    """A code in Authlib's terms."""

    code_challenge_method = "S256"

    def __init__(self, text: str, stored: queries.Code) -> None:
        self.text = text
        self.stored = stored
        self.code_challenge = stored.code_challenge
        self.granted: GrantedBy | None = None

    def get_redirect_uri(self) -> str:
        return self.stored.redirect_uri

    def get_scope(self) -> str:
        return scope_of(self.granted)


class StoredRefreshToken:
    """A refresh token in Authlib's terms."""

    def __init__(self, text: str, stored: queries.RefreshToken) -> None:
        self.text = text
        self.stored = stored
        self.granted: GrantedBy | None = None

    def check_client(self, client: RegisteredClient) -> bool:
        return self.stored.client_id == client.known.id

    def get_scope(self) -> str:
        return scope_of(self.granted)


def scope_of(granted: GrantedBy | None) -> str:
    """The scopes of a grant; empty where it is for all that the person may do."""
    assert granted is not None, "the grant is looked up before its scopes are"
    return " ".join(sorted(granted.live.grant.scopes or ()))
