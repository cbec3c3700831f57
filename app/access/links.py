"""Links outside the graph: where to send a file's bytes, and where to fetch a report's.

A link carries a ticket, signed with the keys that sign tokens but of another type, so that neither passes for the other.
It names one act on one object, who asked for it and until when. Whoever follows it acts as that client or person does at
that moment: the links of a revoked client or an ended sign-in are dead, and row-level security stands behind every one.
"""

import time
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError

from app.access.actor import Actor, Actors
from app.access.oauth.bearer import Reason, Unauthenticated, Verified
from app.access.oauth.keys import ALGORITHM, SigningKeys
from app.access.scopes import Scope
from app.execution.identifiers import Key

TICKET_TYPE = "ticket+jwt"
SCHEME = "Ticket"


class _Claims(msgspec.Struct):
    sub: UUID
    act: str
    on: str
    scope: str
    exp: int
    grant: UUID | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who may do what to which object, by a link."""

    actor: Actor
    key: Key


class TicketLinks:
    """Makes and checks links. `url` is how clients reach the server."""

    def __init__(self, keys: SigningKeys, actors: Actors, url: str, download_lifetime: timedelta) -> None:
        self._keys = keys
        self._actors = actors
        self._url = url
        self._lifetime = download_lifetime

    def upload(self, file_id: UUID) -> str:
        """Where a file's bytes are sent."""
        return f"{self._url}/uploads/{file_id}"

    def page(self, path: str) -> str:
        """Where a page for people stands."""
        return f"{self._url}{path}"

    async def upload_headers(self, actor: Actor, file_id: UUID, until: datetime) -> dict[str, str]:
        """The headers that let one file be sent until a moment."""
        key = Key(actor.organization_id, file_id)
        return {"Authorization": f"{SCHEME} {await self._ticket(actor, 'upload', key, int(until.timestamp()))}"}

    async def download(self, actor: Actor, what: str, key: Key) -> str:
        """A link to fetch `what` of an object, for some minutes."""
        ticket = await self._ticket(actor, what, key, int(time.time() + self._lifetime.total_seconds()))
        return f"{self._url}/downloads/{what}?ticket={ticket}"

    async def _ticket(self, actor: Actor, act: str, key: Key, until: int) -> str:
        signing = await self._keys.current()
        header = {"alg": ALGORITHM, "typ": TICKET_TYPE, "kid": signing.kid}
        claims = {
            "sub": str(actor.user_id or actor.client_id),
            "act": act,
            "on": f"{key.vendor_id}/{key.id}",
            "scope": " ".join(sorted(actor.scopes or ())),
            "exp": until,
            "grant": str(actor.grant_id) if actor.grant_id is not None else None,
            "whole": actor.scopes is None,
        }
        return jwt.encode(header, claims, signing, algorithms=[ALGORITHM])

    async def check(self, ticket: str, act: str) -> Ticket:
        """Whom and what a ticket is for. Raises Unauthenticated where it is none, another act's, or its time is over."""
        claims = await self._claims(ticket)
        if claims.act != act:
            raise Unauthenticated(Reason.NOT_FOR_THIS_API)
        if claims.exp < time.time():
            raise Unauthenticated(Reason.EXPIRED)
        named = frozenset(scope for scope in Scope if scope in claims.scope.split())
        verified = Verified(claims.sub, None if claims.whole else named, claims.exp, "", claims.grant)
        actor = await self._actors.of_verified(verified)
        vendor, _, found = claims.on.partition("/")
        return Ticket(actor, Key(UUID(vendor), UUID(found)))

    async def _claims(self, ticket: str) -> _Claims:
        if len(ticket) > 4096:
            raise Unauthenticated(Reason.MALFORMED)
        try:
            key = await self._keys.verifying(_kid(ticket))
            if key is None:
                raise Unauthenticated(Reason.UNKNOWN_SIGNATURE)
            token = jwt.decode(ticket, key, algorithms=[ALGORITHM])
            if token.header.get("typ") != TICKET_TYPE:
                raise Unauthenticated(Reason.MALFORMED)
            return msgspec.convert(token.claims, _Claims)
        except (JoseError, msgspec.MsgspecError, ValueError) as broken:
            raise Unauthenticated(Reason.MALFORMED) from broken


class _Header(msgspec.Struct):
    kid: str


def _kid(ticket: str) -> str:
    segment = ticket.partition(".")[0]
    return msgspec.json.decode(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)), type=_Header).kid
