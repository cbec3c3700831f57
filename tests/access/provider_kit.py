"""An OpenID provider of some organisation, in this process: it signs in whomever a test says, and can misbehave."""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ISSUER = "https://login.firm.example"
CLIENT = "tailrace-at-firm"


@dataclass
class Provider:
    """Answers at ISSUER. `person` are the claims of whoever signs in; `changes` are made to every identity it signs."""

    issuer: str = ISSUER
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True))
    person: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    sign_with: ECKey | None = None
    signed: str | None = None
    answers: bool = True
    asked: list[str] = field(default_factory=list)
    given: dict[str, dict[str, str]] = field(default_factory=dict)
    token_requests: list[tuple[str | None, dict[str, str]]] = field(default_factory=list)

    def transport(self) -> httpx2.AsyncBaseTransport:
        routes = [
            Route("/.well-known/openid-configuration", self._description),
            Route("/keys", self._keys),
            Route("/token", self._token, methods=["POST"]),
        ]
        inner = httpx2.ASGITransport(Starlette(routes=routes))
        return _Watched(inner, self)

    def approve(self, location: str) -> str:
        """What a person's browser does here: sign in, and be sent back with a code; the address to go to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert location.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        code = f"code-{len(self.given)}"
        self.given[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    async def _description(self, _: Request) -> Response:
        described = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["none", "HS256", "ES256"],
            "verify": False,
            "proxy": "http://127.0.0.1:1",
        }
        return JSONResponse(described | self.described)

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        self.token_requests.append((request.headers.get("authorization"), form))
        asked = self.given.pop(form["code"], None)
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked is None or base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "subject-1",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 60,
            **self.person,
            **self.changes,
        }
        stated = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "ES256", "kid": self.key.kid, **self.header}
        signed = self.signed or jwt.encode(header, stated, self.sign_with or self.key)
        return JSONResponse({"access_token": "theirs", "token_type": "Bearer", "id_token": signed})


class _Watched(httpx2.AsyncBaseTransport):
    def __init__(self, inner: httpx2.AsyncBaseTransport, provider: Provider) -> None:
        self._inner = inner
        self._provider = provider

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._provider.asked.append(str(request.url))
        if not self._provider.answers:
            raise httpx2.ConnectError("nobody there")
        return await self._inner.handle_async_request(request)
