"""Access tokens of an organisation's own issuer, and what this server lets itself be sent to ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.access.actor import Reason, Unauthenticated
from app.access.clients import Registration, revoke_client
from app.access.oauth.federation.registration import FederationRefused, end_trust, trust_issuer
from app.access.oauth.settings import TokenSettings
from app.access.roles import Role
from app.access.scopes import Scope
from app.outbound import (
    LONGEST_ANSWER,
    NotAllowed,
    Outbound,
    PublicHttps,
    Unreachable,
    is_https,
    is_public,
)
from tests.access.oauth_kit import PUBLIC, Site

if TYPE_CHECKING:
    from joserfc.jwk import Key

    from app.access.actor import Actor
    from app.access.clients import NewClient
    from app.store.database import Database
    from tests.access.oauth_kit import Operating

SETTINGS = TokenSettings("http://127.0.0.1:8000", "https://api.example/graphql")
AUDIENCE = "api://tailrace"
KEY = ECKey.generate_key("P-256", auto_kid=True)
OTHER = ECKey.generate_key("P-256", auto_kid=True)


@dataclass
class Publisher:
    """Publishes an issuer's keys at https://keys.example/jwks."""

    keys: list[Key] = field(default_factory=lambda: [KEY])
    answers: bool = True
    asked: int = 0

    def transport(self) -> httpx2.AsyncBaseTransport:
        return httpx2.ASGITransport(Starlette(routes=[Route("/jwks", self._jwks)]))

    async def _jwks(self, _: Request) -> Response:
        self.asked += 1
        if not self.answers:
            return Response("down", 503)
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.keys]})


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
async def site(database: Database, operator_session: Operating, publisher: Publisher) -> AsyncIterator[Site]:
    yield Site(database, operator_session, SETTINGS, Outbound(publisher.transport()))


@pytest.fixture
async def client(site: Site) -> NewClient:
    return await site.client(await site.organization(), Registration(), roles=[Role.DISTRIBUTOR_OPERATOR])


@pytest.fixture
def issuer() -> str:
    return f"https://{uuid4().hex}.example"


async def trusted(site: Site, client: NewClient, issuer: str, audience: str = AUDIENCE, **more: Any) -> UUID:
    keys = more or {"jwks": {"keys": [dict(KEY.as_dict(private=False))]}}
    async with site.operating() as session:
        return await trust_issuer(session, client.id, issuer, audience, own=SETTINGS.issuer, **keys)


def signed(
    issuer: str, key: Key = KEY, alg: str = "ES256", header: dict[str, Any] | None = None, **changes: Any
) -> str:
    now = int(time.time())
    claims = {"iss": issuer, "aud": AUDIENCE, "sub": "robot", "exp": now + 600, "iat": now} | changes
    stated = {name: value for name, value in claims.items() if value is not None}
    made = {"alg": alg, "kid": key.kid, "typ": "at+jwt"} | (header or {})
    kept = {name: value for name, value in made.items() if value is not None}
    return f"Bearer {jwt.encode(kept, stated, key, algorithms=[alg], default_type=None)}"


async def reason(site: Site, header: str) -> Reason:
    with pytest.raises(Unauthenticated) as refused:
        await site.actors.of(header)
    return refused.value.reason


async def test_an_issuers_token_counts_as_its_client_and_no_more(site: Site, client: NewClient, issuer: str) -> None:
    await trusted(site, client, issuer)
    actor = await site.actors.of(signed(issuer))
    assert (actor.client_id, actor.user_id) == (client.id, None)
    assert actor.scopes == {Scope.RESELLERS_READ, Scope.SELL_THROUGH_WRITE}
    narrow = await site.actors.of(signed(issuer, scope="openid resellers:read programs:write"))
    assert narrow.scopes == {Scope.RESELLERS_READ}
    nothing = await site.actors.of(signed(issuer, scope="openid"))
    assert (nothing.scopes, nothing.permissions) == (frozenset(), frozenset())
    for typ in (None, "JWT", "application/at+jwt"):
        assert (await site.actors.of(signed(issuer, header={"typ": typ, "x5t": "x"}))).client_id == client.id
    assert (await site.actors.of(signed(issuer, aud=["other", AUDIENCE]))).client_id == client.id


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"aud": "https://elsewhere.example"}, Reason.NOT_FOR_THIS_API),
        ({"aud": SETTINGS.audience}, Reason.NOT_FOR_THIS_API),
        ({"aud": None}, Reason.NOT_FOR_THIS_API),
        ({"aud": []}, Reason.NOT_FOR_THIS_API),
        ({"exp": 1}, Reason.EXPIRED),
        ({"exp": None}, Reason.NOT_FOR_THIS_API),
        ({"nbf": 99_999_999_999}, Reason.NOT_FOR_THIS_API),
        ({"iat": 99_999_999_999}, Reason.NOT_FOR_THIS_API),
        ({"header": {"typ": "secevent+jwt"}}, Reason.MALFORMED),
        ({"key": OTHER}, Reason.UNKNOWN_SIGNATURE),
        ({"key": OTHER, "header": {"kid": KEY.kid}}, Reason.UNKNOWN_SIGNATURE),
        ({"key": OctKey.import_key("k" * 40), "alg": "HS256", "header": {"kid": KEY.kid}}, Reason.UNKNOWN_SIGNATURE),
        ({"key": RSAKey.generate_key(2048), "alg": "RS256", "header": {"kid": KEY.kid}}, Reason.UNKNOWN_SIGNATURE),
    ],
)
async def test_what_an_issuer_did_not_sign_for_us_proves_nothing(
    site: Site, client: NewClient, issuer: str, changes: dict[str, Any], expected: Reason
) -> None:
    await trusted(site, client, issuer)
    assert await reason(site, signed(issuer, **changes)) is expected


async def test_one_organisations_issuer_says_nothing_of_anothers(site: Site, client: NewClient, issuer: str) -> None:
    other = await site.client(await site.organization(), Registration(), roles=[Role.DISTRIBUTOR_OPERATOR])
    theirs = f"{issuer}/theirs"
    await trusted(site, client, issuer)
    await trusted(site, other, theirs, jwks={"keys": [dict(OTHER.as_dict(private=False))]})
    assert (await site.actors.of(signed(issuer))).client_id == client.id
    assert (await site.actors.of(signed(theirs, OTHER))).client_id == other.id
    assert await reason(site, signed(theirs, KEY)) is Reason.UNKNOWN_SIGNATURE
    assert await reason(site, signed(issuer, OTHER)) is Reason.UNKNOWN_SIGNATURE
    assert await reason(site, signed(f"{issuer}/", KEY)) is Reason.UNKNOWN_SIGNATURE
    forged = signed(SETTINGS.issuer, KEY, client_id=str(other.id), sub=str(other.id), jti="j", scope="")
    assert await reason(site, forged) is Reason.UNKNOWN_SIGNATURE
    claimed = signed(issuer, KEY, client_id=str(other.id), sub=str(other.id), grant=str(uuid4()))
    assert (await site.actors.of(claimed)).client_id == client.id


async def test_two_audiences_of_one_issuer_are_two_clients_and_a_token_for_both_is_for_none(
    site: Site, client: NewClient, issuer: str
) -> None:
    other = await site.client(await site.organization(), Registration(), roles=[Role.DISTRIBUTOR_OPERATOR])
    await trusted(site, client, issuer)
    await trusted(site, other, issuer, "api://other")
    assert (await site.actors.of(signed(issuer))).client_id == client.id
    assert (await site.actors.of(signed(issuer, aud="api://other"))).client_id == other.id
    assert await reason(site, signed(issuer, aud=[AUDIENCE, "api://other"])) is Reason.NOT_FOR_THIS_API
    with pytest.raises(FederationRefused, match="trusted already"):
        await trusted(site, other, issuer)


async def test_only_the_named_subject_counts_where_one_is_named(site: Site, client: NewClient, issuer: str) -> None:
    await trusted(site, client, issuer, jwks={"keys": [dict(KEY.as_dict(private=False))]}, subject="robot")
    assert (await site.actors.of(signed(issuer))).client_id == client.id
    for subject in ("intern", None):
        assert await reason(site, signed(issuer, sub=subject)) is Reason.NOT_FOR_THIS_API


@pytest.mark.parametrize("ended", ["trust", "client"])
async def test_an_issuer_or_client_that_ended_stops_within_fifteen_seconds(
    site: Site, client: NewClient, issuer: str, ended: str
) -> None:
    trust, header = await trusted(site, client, issuer), signed(issuer)
    await site.actors.of(header)
    async with site.operating() as session:
        if ended == "trust":
            await end_trust(session, trust)
            with pytest.raises(FederationRefused):
                await end_trust(session, trust)
        else:
            await revoke_client(session, client.id)
    site.elapsed = 15.1
    assert await reason(site, header) is Reason.UNKNOWN_SIGNATURE
    assert await reason(site, signed(issuer, jti="another")) is Reason.UNKNOWN_SIGNATURE


async def test_published_keys_are_asked_for_seldom_and_a_withdrawn_one_stops(
    site: Site, publisher: Publisher, client: NewClient, issuer: str
) -> None:
    await trusted(site, client, issuer, jwks_uri="https://keys.example/jwks")
    header = signed(issuer)
    await asyncio.gather(*(site.actors.of(signed(issuer, jti=str(n))) for n in range(8)))
    await site.actors.of(header)
    assert publisher.asked == 1
    for _ in range(5):
        assert await reason(site, signed(issuer, OTHER)) is Reason.UNKNOWN_SIGNATURE
    assert publisher.asked == 1
    publisher.keys = [OTHER]
    site.elapsed = 31
    assert (await site.actors.of(signed(issuer, OTHER))).client_id == client.id
    assert publisher.asked == 2
    assert await reason(site, header) is Reason.UNKNOWN_SIGNATURE


async def test_keys_are_believed_for_an_hour_while_their_server_is_down(
    site: Site, publisher: Publisher, client: NewClient, issuer: str
) -> None:
    await trusted(site, client, issuer, jwks_uri="https://keys.example/jwks")

    async def later(seconds: float) -> Actor:
        site.elapsed = seconds
        return await site.actors.of(signed(issuer, exp=int(time.time()) + 90_000))

    assert (await later(0)).client_id == client.id
    publisher.answers = False
    assert (await later(601)).client_id == client.id
    assert (await later(3000)).client_id == client.id
    with pytest.raises(Unauthenticated):
        await later(3700)
    publisher.answers = True
    assert (await later(4400)).client_id == client.id


async def test_everything_wrong_with_an_issuer_is_said_at_once(site: Site, client: NewClient) -> None:
    people = await site.client(await site.organization(), PUBLIC)
    async with site.operating() as session:
        with pytest.raises(FederationRefused) as refused:
            await trust_issuer(session, people.id, "http://a.example?x", " ", jwks_uri="http://10.0.0.1/keys")
        assert len(str(refused.value).splitlines()) == 4
        for keys in (
            {},
            {"jwks": {"keys": [dict(KEY.as_dict(private=True))]}},
            {"jwks": {}, "jwks_uri": "https://a.b"},
        ):
            with pytest.raises(FederationRefused):
                await trust_issuer(session, client.id, "https://a.example", "x", **keys)  # type: ignore[arg-type]
        with pytest.raises(FederationRefused, match="is this server"):
            ours = "https://tailrace.example"
            await trust_issuer(session, client.id, ours, "x", jwks_uri="https://a.example/k", own=ours)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("ff02::1", False),
        ("nonsense", False),
    ],
)
def test_only_public_addresses_are_asked(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], [], ["::ffff:169.254.169.254"], ["fd00::1"]]
)
async def test_a_name_that_leads_inside_is_not_asked(addresses: list[str]) -> None:
    async def resolver(host: str, port: int) -> list[str]:
        return addresses

    with pytest.raises(NotAllowed, match="no public address"):
        await Outbound(PublicHttps(resolver)).json("https://innocent.example/keys")


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example/k",
        "ftp://a.example",
        "https://",
        "https://u:p@a.example/k",
        "file:///etc/passwd",
        "/k",
        "",
        "https://[",
    ],
)
async def test_only_complete_https_addresses_are_asked(address: str) -> None:
    assert not is_https(address)
    with pytest.raises(NotAllowed):
        await Outbound().json(address)


async def test_a_numeric_address_in_any_notation_is_resolved_before_it_is_believed() -> None:
    for host in ("127.0.0.1", "[::1]", "localhost", "2130706433", "0x7f.1"):
        with pytest.raises(Unreachable):
            await Outbound().json(f"https://{host}/keys")


async def test_an_answer_is_json_small_complete_and_from_where_it_was_asked() -> None:
    async def answers(request: Request) -> Response:
        match request.url.path:
            case "/away":
                return RedirectResponse("https://keys.example/fine", 302)
            case "/list":
                return JSONResponse([])
            case "/fine":
                return JSONResponse({"keys": []})
        return Response("<html>")

    outbound = Outbound(httpx2.ASGITransport(Starlette(routes=[Route("/{path}", answers)])))
    assert await outbound.json("https://keys.example/fine") == {"keys": []}
    for path in ("away", "list", "page"):
        with pytest.raises(Unreachable):
            await outbound.json(f"https://keys.example/{path}")


async def test_what_a_connection_brings_is_bounded_and_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, str, str]] = []
    size, encoding = 0, "identity"

    class Body(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for part in (b'{"a": "', b"x" * size, b'"}'):
                yield part

    class Wire(httpx2.AsyncBaseTransport):
        def __init__(self, **options: Any) -> None:
            assert options == {"trust_env": False, "verify": True}

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            asked.append((request.url.host, request.headers["host"], request.extensions["sni_hostname"]))
            assert request.headers["accept-encoding"] == "identity"
            return httpx2.Response(200, headers=[("Content-Encoding", encoding)], stream=Body())

    async def resolver(host: str, port: int) -> list[str]:
        return ["93.184.216.34"]

    monkeypatch.setattr("app.outbound.httpx2.AsyncHTTPTransport", Wire)
    outbound = Outbound(PublicHttps(resolver))
    assert await outbound.json("https://keys.example/k") == {"a": ""}
    assert asked == [("93.184.216.34", "keys.example", "keys.example")]
    size = LONGEST_ANSWER
    with pytest.raises(Unreachable, match="more than"):
        await outbound.json("https://keys.example/k")
    encoding = "gzip"
    with pytest.raises(Unreachable, match="compressed"):
        await outbound.json("https://keys.example/k")
