"""How an integration gets a token at the token endpoint, and which keys prove it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from app.access.clients import NewClient, revoke_client
from app.access.oauth.keys import SigningKeys
from app.access.oauth.settings import TokenSettings
from app.access.scopes import Scope
from app.store.database import AUTHENTICATING

if TYPE_CHECKING:
    from tests.access.conftest import World

REPORTS = "resellers:read sell-through:write"


async def test_a_client_gets_a_token_that_says_who_it_is_for_whom_and_for_how_long(world: World) -> None:
    organization_id = await world.organization()
    client = await world.client(organization_id)
    answer = await world.ask(client)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    body = answer.json()
    assert set(body) == {"token_type", "access_token", "expires_in", "scope"}
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 900, REPORTS)
    header, claims = world.parts_of(body["access_token"])
    published = (await world.http.get("/oauth/jwks.json")).json()["keys"]
    assert header["alg"] == "ES256"
    assert header["typ"] == "at+jwt"
    assert header["kid"] in {key["kid"] for key in published}
    assert claims.pop("exp") == claims.pop("iat") + 900
    assert len(str(claims.pop("jti"))) >= 16
    assert claims == {
        "iss": world.settings.issuer,
        "sub": str(client.id),
        "aud": world.settings.audience,
        "client_id": str(client.id),
        "scope": REPORTS,
        "level": "DISTRIBUTOR",
        "organization": str(organization_id),
    }


async def test_the_secret_may_travel_in_the_body_instead(world: World) -> None:
    client = await world.client()
    form = {"grant_type": "client_credentials", "client_id": str(client.id), "client_secret": client.secret}
    assert (await world.http.post("/oauth/token", data=form)).status_code == 200


async def test_the_secret_sent_in_two_ways_is_refused(world: World) -> None:
    client = await world.client()
    answer = await world.ask(client, client_id=str(client.id), client_secret=client.secret)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_an_unknown_client_a_wrong_secret_and_a_revoked_client_get_the_same_answer(world: World) -> None:
    known, revoked = await world.client(), await world.client()
    async with world.operating() as session:
        await revoke_client(session, revoked.id)
    strangers = [
        replace(known, secret="wrong"),
        replace(known, secret=""),
        NewClient(uuid4(), known.secret),
        NewClient("no uuid", "x"),  # type: ignore[arg-type]
        revoked,
    ]
    for in_body in (False, True):
        answers = []
        for stranger in strangers:
            form = {"grant_type": "client_credentials"}
            secret = {"client_id": str(stranger.id), "client_secret": stranger.secret}
            auth = None if in_body else (str(stranger.id), stranger.secret)
            answers.append(await world.http.post("/oauth/token", data=form | (secret if in_body else {}), auth=auth))
        assert {(a.status_code, a.text, a.headers["www-authenticate"]) for a in answers} == {
            (401, answers[0].text, 'Basic realm="tailrace"')
        }
        assert answers[0].json()["error"] == "invalid_client"
        assert answers[0].headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "asked",
    ["analytics:read", "resellers:read analytics:read", "nonsense", 'quo"te', "übermut", "resellers:read\x00", " "],
)
async def test_a_scope_that_the_client_does_not_have_is_refused_and_never_left_out(world: World, asked: str) -> None:
    answer = await world.ask(await world.client(), scope=asked)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert "resellers:read, sell-through:write" in answer.json()["error_description"]
    assert "access_token" not in answer.json()


@pytest.mark.parametrize(
    ("content", "kind", "status", "error"),
    [
        (b"", "application/x-www-form-urlencoded", 400, "invalid_request"),
        (b"grant_type=password", "application/x-www-form-urlencoded", 400, "unsupported_grant_type"),
        (b"grant_type=%22%C3%BC", "application/x-www-form-urlencoded", 400, "unsupported_grant_type"),
        (b"grant_type=", "application/x-www-form-urlencoded", 400, "invalid_request"),
        (b"grant_type=a&grant_type=b", "application/x-www-form-urlencoded", 400, "invalid_request"),
        (b"grant_type=%ff", "application/x-www-form-urlencoded", 400, "invalid_request"),
        (b"grant_type=\xff", "application/x-www-form-urlencoded", 400, "invalid_request"),
        (b"&".join(b"p%d=1" % n for n in range(60)), "application/x-www-form-urlencoded", 400, "invalid_request"),
        (b"a=" + b"x" * 16_384, "application/x-www-form-urlencoded", 413, "invalid_request"),
        (b'{"grant_type": "client_credentials"}', "application/json", 400, "invalid_request"),
        (b"grant_type=client_credentials", "text/plain", 400, "invalid_request"),
        (b"grant_type=client_credentials", "application/x-www-form-urlencoded; charset=utf-8", 401, "invalid_client"),
    ],
)
async def test_a_malformed_request_gets_an_oauth_error(
    world: World, content: bytes, kind: str, status: int, error: str
) -> None:
    answer = await world.http.post("/oauth/token", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"].isascii()
    assert (answer.headers["cache-control"], answer.headers["content-type"]) == ("no-store", "application/json")


@pytest.mark.parametrize("value", [b"Basic", b"Basic ", b"Basic !!", b"Basic /w==", b"Basic YQ==", b"basic \xff", b"x"])
async def test_a_broken_authorization_header_is_an_unknown_client(world: World, value: bytes) -> None:
    form = {"grant_type": "client_credentials"}
    answer = await world.http.post("/oauth/token", data=form, headers=[(b"Authorization", value)])
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_credentials_in_the_address_count_for_nothing(world: World) -> None:
    client = await world.client()
    query = {"grant_type": "client_credentials", "client_id": str(client.id), "client_secret": client.secret}
    answer = await world.http.post("/oauth/token", params=query, data={"grant_type": "client_credentials"})
    assert answer.json()["error"] == "invalid_client"
    assert (await world.http.get("/oauth/token", params=query)).status_code == 405


async def test_the_metadata_say_what_there_is_and_nothing_more(world: World) -> None:
    told = (await world.http.get("/.well-known/oauth-authorization-server")).json()
    described = AuthorizationServerMetadata(told)
    described.validate()
    assert told["issuer"] == world.settings.issuer
    assert told["grant_types_supported"] == ["authorization_code", "client_credentials", "refresh_token"]
    assert (told["response_types_supported"], told["code_challenge_methods_supported"]) == (["code"], ["S256"])
    methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]
    assert told["token_endpoint_auth_methods_supported"] == methods
    assert told["authorization_response_iss_parameter_supported"] is True
    assert set(told["scopes_supported"]) == set(Scope)
    addresses = {name: told[name] for name in told if name.endswith(("_endpoint", "_uri"))}
    assert len(addresses) == 5
    for name, address in addresses.items():
        path = address.removeprefix(world.settings.issuer)
        asked = "GET" if name in {"jwks_uri", "authorization_endpoint"} else "POST"
        assert (await world.http.request(asked, path)).status_code not in {404, 405}


async def test_the_published_keys_have_no_private_half(world: World) -> None:
    published = (await world.http.get("/oauth/jwks.json")).json()["keys"]
    assert published
    assert all(set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"} for key in published)


async def test_servers_that_start_at_once_make_one_first_key(world: World) -> None:
    servers = [SigningKeys(world.database, world.settings.lifetime) for _ in range(4)]
    async with AsyncExitStack() as connected:
        for _ in servers:
            await connected.enter_async_context(world.database.reading(AUTHENTICATING))
    made = await asyncio.gather(*(server.current() for server in servers))
    assert len({key.kid for key in made}) == 1
    async with world.database.reading(AUTHENTICATING) as db:
        assert await db.value("SELECT count(*) FROM signing_key WHERE retired_at IS NULL") == 1


async def test_a_log_at_its_most_talkative_holds_no_token_and_no_secret(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = await world.client()
    header = await world.token(client)
    await world.actors.of(header)
    assert header.rpartition(".")[2] not in caplog.text
    assert client.secret not in caplog.text
    assert client.secret not in repr(client)


@pytest.mark.parametrize(
    "issuer", ["http://api.example.com", "api.example.com", "https://", "https://a.example?x=1", "ftp://127.0.0.1", ""]
)
def test_an_issuer_that_clients_could_not_trust_is_refused_at_the_start(issuer: str) -> None:
    with pytest.raises(ValueError, match="issuer"):
        TokenSettings(issuer, "api")
