"""What Tailrace is measured against, written by hand with as little as possible between the socket and the database.

`/portal` passes one statement's JSON through as it comes: no token, no row-level security, no cost, no log; this is the
floor. `/viewer` checks the same access token as Tailrace does, remembers as Tailrace does that it was checked, and reads the
roles of the client that it was given to. `/viewer/remembered` remembers these too, for as long as Tailrace does.
"""

import hashlib
import json
import os
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

BELIEVED_FOR = 15.0
"Seconds, as in Tailrace."

PORTAL = """
WITH sold AS (
  SELECT distributor_id, reseller_id, json_agg(json_build_object('currency', currency, 'book_currency', book_currency,
      'units', units, 'resale_amount', resale_amount, 'book_amount', book_amount)) AS totals
  FROM (
    SELECT distributor_id, reseller_id, currency, book_currency, sum(units) AS units,
           sum(disclosed_resale_amount) AS resale_amount, sum(book_amount) AS book_amount
    FROM sell_through_reseller_month WHERE vendor_id = $1 AND month >= $2 AND month < $3 GROUP BY 1, 2, 3, 4
  ) s GROUP BY 1, 2
), authorized AS (
  SELECT r.agreement_id, json_agg(json_build_object('id', r.id, 'status', r.status, 'accounts', r.accounts,
      'reseller', json_build_object('id', p.id, 'name', p.name, 'partnerType', p.partner_type, 'country', p.country),
      'sold', s.totals) ORDER BY r.reseller_name, r.id) AS list
  FROM reseller_authorization r
  JOIN party p ON p.vendor_id = r.vendor_id AND p.id = r.reseller_id
  LEFT JOIN sold s ON s.distributor_id = r.distributor_id AND s.reseller_id = r.reseller_id
  WHERE r.vendor_id = $1 GROUP BY r.agreement_id
)
SELECT json_build_object('id', v.id, 'name', v.name, 'agreements', (
  SELECT json_agg(json_build_object('id', a.id, 'status', a.status, 'authorizations', z.list)
      ORDER BY a.effective_start DESC, a.id)
  FROM agreement a LEFT JOIN authorized z ON z.agreement_id = a.id WHERE a.vendor_id = v.id
))::text FROM vendor v WHERE v.id = $1
"""
"Every agreement has as many authorisations as a page holds, so that no page has to be cut."

VIEWER = """
SELECT c.roles, c.scopes, c.level, c.revoked_at, o.name FROM oauth_client c
JOIN organization o ON o.id = c.organization_id WHERE c.id = $1
"""


class Plain:
    """The handlers, over a pool of connections."""

    def __init__(self, database_url: str, issuer: str) -> None:
        self._url, self._issuer = database_url, issuer
        self._keys: dict[str, ECKey] = {}
        self._verified: dict[bytes, dict[str, Any]] = {}
        self._roles: dict[UUID, tuple[float, list[str]]] = {}

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._pool = await asyncpg.create_pool(self._url, min_size=1, max_size=10)
        for row in await self._pool.fetch("SELECT kid, private_jwk FROM signing_key WHERE retired_at IS NULL"):
            self._keys[row["kid"]] = ECKey.import_key(json.loads(row["private_jwk"]))
        yield
        await self._pool.close()

    async def portal(self, http: Request) -> Response:
        asked = msgspec.json.decode(await http.body())
        start, end = date.fromisoformat(asked["start"]), date.fromisoformat(asked["end"])
        found: str = await self._pool.fetchval(PORTAL, UUID(asked["vendor"]), start, end)
        return Response(found, media_type="application/json")

    async def viewer(self, http: Request) -> Response:
        await http.body()
        client = self._client(http.headers["authorization"])
        return _answer(await self._read_roles(client))

    async def viewer_remembered(self, http: Request) -> Response:
        await http.body()
        client = self._client(http.headers["authorization"])
        known = self._roles.get(client)
        if known is None or time.monotonic() - known[0] >= BELIEVED_FOR:
            known = self._roles[client] = time.monotonic(), await self._read_roles(client)
        return _answer(known[1])

    def _client(self, authorization: str) -> UUID:
        """The client that the token was given to. Raises where the token proves none."""
        claims = self._claims(authorization)
        if claims["exp"] <= time.time():
            raise ValueError("The token has expired.")
        return UUID(claims["sub"])

    def _claims(self, authorization: str) -> dict[str, Any]:
        digest = hashlib.sha256(authorization.encode()).digest()
        claims = self._verified.get(digest)
        if claims is None:
            token = authorization.removeprefix("Bearer ")
            header = msgspec.json.decode(urlsafe_b64decode(token.partition(".")[0] + "=="))
            claims = jwt.decode(token, self._keys[header["kid"]], algorithms=["ES256"]).claims
            if (claims["iss"], claims["aud"]) != (self._issuer, self._issuer):
                raise ValueError(claims)
            self._verified[digest] = claims
        return claims

    async def _read_roles(self, client: UUID) -> list[str]:
        row = await self._pool.fetchrow(VIEWER, client)
        if row is None or row["revoked_at"] is not None:
            raise ValueError(client)
        return sorted(row["roles"])

    def application(self) -> Starlette:
        routes = [
            Route("/portal", self.portal, methods=["POST"]),
            Route("/viewer", self.viewer, methods=["POST"]),
            Route("/viewer/remembered", self.viewer_remembered, methods=["POST"]),
            Route("/livez", lambda _: PlainTextResponse("alive\n")),
        ]
        return Starlette(routes=routes, lifespan=self.lifespan)


def _answer(roles: list[str]) -> Response:
    return Response(msgspec.json.encode({"data": {"viewer": {"roles": roles}}}), media_type="application/json")


def main() -> None:
    """The database's URL and the issuer of tokens stand in the environment, where no list of processes shows them."""
    port, issuer = sys.argv[1:]
    app = Plain(os.environ["DATABASE_URL"], issuer).application()
    config = uvicorn.Config(
        app, port=int(port), loop="uvloop", http="httptools", log_config=None, access_log=False, server_header=False
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
