"""The cookies of a browser: who is signed in, and that a form came from our own page.

A session's cookie is 256 random bits, of which the database keeps a hash; scripts cannot read it, other sites cannot send
it along with a form, and over https it stays with this very host. A visitor who is not signed in has a cookie too, so that
the login form is bound to the browser it was shown in. Every form carries a token that is derived from the cookie:
whoever cannot read our pages cannot make one.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.access.oauth.registered import hash_of
from app.access.oauth.settings import TokenSettings
from app.access.oauth.sign_in import queries
from app.access.oauth.sign_in.queries import SignedIn
from app.store.database import AUTHENTICATING, Database
from app.store.identity import new_id

SESSION, VISITOR = "tailrace_session", "tailrace_visitor"
_LONGEST_COOKIE = 200
_SAME_SITE = frozenset({"same-origin", "none"})
"What a browser says of a form sent from our own page, or of one that a person typed or opened."


class Sessions:
    """Opens, finds and ends the sessions of browsers."""

    def __init__(self, database: Database, settings: TokenSettings) -> None:
        self._database = database
        self._settings = settings

    async def of(self, request: Request) -> SignedIn | None:
        """Who is signed in, in this browser."""
        cookie = self.cookie(request, SESSION)
        if cookie is None:
            return None
        async with self._database.reading(AUTHENTICATING) as db:
            return await queries.session(db, hash_of(cookie), datetime.now(UTC))

    async def open(self, response: Response, user_id: UUID, organization_id: UUID | None = None) -> None:
        """Sign a person in. The cookie is always a new one: one that was there before proves nothing."""
        cookie, now = secrets.token_urlsafe(32), datetime.now(UTC)
        expires_at = now + self._settings.session_lifetime
        async with self._database.writing(AUTHENTICATING) as db:
            await queries.add_session(db, new_id(), hash_of(cookie), user_id, organization_id, now, expires_at)
        self.set_cookie(response, SESSION, cookie, int(self._settings.session_lifetime.total_seconds()))
        self.drop_cookie(response, VISITOR)

    async def end(self, response: Response, signed_in: SignedIn) -> None:
        """Sign out. What clients were granted in this session ends with it."""
        async with self._database.writing(AUTHENTICATING) as db:
            await queries.end_session(db, signed_in.id, datetime.now(UTC))
        self.drop_cookie(response, SESSION)

    def form_token(self, request: Request, response: Response | None = None) -> str:
        """What a form must bring back. A visitor without a cookie gets one, by way of the response."""
        cookie = self.cookie(request, SESSION) or self.cookie(request, VISITOR)
        if cookie is None:
            cookie = request.scope.setdefault("state", {}).setdefault(VISITOR, secrets.token_urlsafe(32))
        if response is not None and VISITOR in request.scope.get("state", {}):
            self.set_cookie(response, VISITOR, cookie, None)
        return _derived(cookie)

    def is_own_form(self, request: Request, token: str | None) -> bool:
        """Whether a form was sent from a page that this server showed in this browser."""
        cookie = self.cookie(request, SESSION) or self.cookie(request, VISITOR)
        origin = request.headers.get("Origin")
        if cookie is None or token is None or (origin is not None and origin != self._settings.origin):
            return False
        if request.headers.get("Sec-Fetch-Site", "none") not in _SAME_SITE:
            return False
        return hmac.compare_digest(_derived(cookie).encode(), token.encode())

    def cookie(self, request: Request, name: str) -> str | None:
        """A cookie of ours, where it is one."""
        found: str | None = request.cookies.get(self._named(name))
        return found if found and len(found) <= _LONGEST_COOKIE else None

    def set_cookie(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        """Set a cookie for so many seconds, or until the browser closes."""
        response.set_cookie(
            self._named(name),
            value,
            max_age=seconds,
            path="/",
            secure=self._settings.is_https,
            httponly=True,
            samesite="lax",
        )

    def drop_cookie(self, response: Response, name: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(
            self._named(name), path="/", secure=self._settings.is_https, httponly=True, samesite="lax"
        )

    def _named(self, name: str) -> str:
        """Over https the name itself keeps other hosts of the domain from setting it."""
        return f"__Host-{name}" if self._settings.is_https else name


def _derived(cookie: str) -> str:
    return hmac.digest(cookie.encode(), b"form", hashlib.sha256).hex()
