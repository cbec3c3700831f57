"""Clients that sign assertions with a key, what a client may register, and who people are to an operator."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx2
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from app.access.clients import (
    Authentication,
    ClientRefused,
    GrantType,
    NewClient,
    Registration,
    Serves,
    create_client,
    list_clients,
    move_client,
    replace_client_keys,
    revoke_client,
    rotate_client,
)
from app.access.oauth.registration import problems
from app.access.oauth.settings import TokenSettings
from app.access.origins import Origins
from app.access.roles import Role
from app.access.scopes import Scope
from app.access.users import UserRefused, create_user, end_sessions, find_user, grant, remove, set_password
from app.outbound import Outbound
from app.programme.terms import Level
from tests.access.oauth_kit import BACK, CONFIDENTIAL, PASSWORD, PORTAL, PUBLIC, SIGNS_IN, Site, refused

if TYPE_CHECKING:
    import httpx
    from joserfc.jwk import Key

    from app.store.database import Database
    from tests.access.oauth_kit import Operating

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = ECKey.generate_key("P-256", auto_kid=True)
ISSUER = "http://127.0.0.1:8000"


def public(*keys: Key) -> dict[str, Any]:
    return {"keys": [dict(key.as_dict(private=False)) for key in keys]}


SIGNS = Registration(Authentication.KEY, jwks=public(KEY))


@pytest.fixture
async def site(database: Database, operator_session: Operating) -> AsyncIterator[Site]:
    yield Site(database, operator_session, TokenSettings(ISSUER, "https://api.example"), Outbound())


@pytest.fixture
async def client(site: Site) -> NewClient:
    return await site.client(await site.organization(), SIGNS, roles=[Role.DISTRIBUTOR_OPERATOR])


def assertion(client: NewClient, key: Key = KEY, alg: str = "ES256", **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": str(client.id), "sub": str(client.id), "aud": ISSUER, "exp": now + 60, "jti": uuid4().hex}
    header = {"alg": alg, "kid": key.kid}
    stated = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(header, stated, key, algorithms=[alg])


async def ask(site: Site, signed: str, **form: str) -> httpx.Response:
    sent = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": signed, **form}
    return await site.post("/oauth/token", {name: value for name, value in sent.items() if value})


async def test_a_client_signs_in_with_its_key(site: Site, client: NewClient) -> None:
    assert client.secret == ""
    answer = await ask(site, assertion(client))
    assert answer.status_code == 200
    assert (await site.actor(answer.json())).client_id == client.id
    for more in ({"aud": f"{ISSUER}/oauth/token"}, {"aud": [ISSUER]}):
        assert (await ask(site, assertion(client, **more), client_id=str(client.id))).status_code == 200


async def test_a_client_library_signs_in_with_its_key(site: Site, client: NewClient) -> None:
    address = f"{ISSUER}/oauth/token"
    library = AsyncOAuth2Client(
        str(client.id), KEY, token_endpoint_auth_method="private_key_jwt", transport=httpx2.ASGITransport(site.app)
    )
    library.register_client_auth_method(PrivateKeyJWT(address, alg="ES256", headers={"kid": KEY.kid}))
    async with library:
        assert (await site.actor(await library.fetch_token(address))).client_id == client.id


async def test_every_kind_of_key_that_the_metadata_name_signs(site: Site) -> None:
    keys: dict[str, Key] = {
        "ES256": KEY,
        "ES384": ECKey.generate_key("P-384", auto_kid=True),
        "RS256": RSAKey.generate_key(2048, auto_kid=True),
        "PS256": RSAKey.generate_key(2048, auto_kid=True),
        "Ed25519": OKPKey.generate_key("Ed25519", auto_kid=True),
    }
    async with site.browser() as browser:
        told = (await browser.http.get("/.well-known/oauth-authorization-server")).json()
    assert sorted(told["token_endpoint_auth_signing_alg_values_supported"]) == sorted(keys)
    registered = replace(SIGNS, jwks=public(*keys.values()))
    client = await site.client(await site.organization(), registered, roles=[Role.DISTRIBUTOR_OPERATOR])
    for alg, key in keys.items():
        assert (await ask(site, assertion(client, key, alg))).status_code == 200, alg


async def test_an_assertion_is_taken_once(site: Site, client: NewClient) -> None:
    signed = assertion(client)
    answers = await asyncio.gather(*(ask(site, signed) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    again = await ask(site, signed)
    assert refused(again) == (401, "invalid_client")
    assert "used before" in again.json()["error_description"]
    other = await site.client(await site.organization(), SIGNS, roles=[Role.DISTRIBUTOR_OPERATOR])
    assert (await ask(site, assertion(client, jti="same"))).status_code == 200
    assert (await ask(site, assertion(other, jti="same"))).status_code == 200


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"aud": "https://elsewhere.example"}, "for this server alone"),
        ({"aud": ["https://elsewhere.example", ISSUER]}, "for this server alone"),
        ({"aud": None}, "not good"),
        ({"iss": "somebody"}, "not good"),
        ({"exp": 1}, "not good"),
        ({"exp": None}, "not good"),
        ({"exp": 99_999_999_999}, "seconds at most"),
        ({"nbf": 99_999_999_999}, "not good"),
        ({"jti": None}, "not good"),
        ({"jti": ""}, "not good"),
        ({"jti": 7}, "not good"),
    ],
)
async def test_who_signed_is_told_what_is_wrong_with_its_assertion(
    site: Site, client: NewClient, changes: dict[str, Any], says: str
) -> None:
    answer = await ask(site, assertion(client, **changes))
    assert refused(answer) == (401, "invalid_client")
    assert says in answer.json()["error_description"]


async def test_whoever_cannot_prove_itself_gets_one_answer(site: Site, client: NewClient) -> None:
    with_secret = await site.client(
        await site.organization(), Registration(), roles=[Role.DISTRIBUTOR_OPERATOR], scopes=[Scope.RESELLERS_READ]
    )
    revoked = await site.client(await site.organization(), SIGNS, roles=[Role.DISTRIBUTOR_OPERATOR])
    async with site.operating() as session:
        await revoke_client(session, revoked.id)
    other = ECKey.generate_key("P-256", parameters={"kid": KEY.kid or ""})
    hmac_key = OctKey.import_key({"kty": "oct", "k": str(KEY.as_dict()["x"]), "kid": KEY.kid or ""})
    forged = [
        assertion(client, other),
        jwt.encode({"alg": "HS256", "kid": KEY.kid}, {"sub": str(client.id), "iss": str(client.id)}, hmac_key),
        assertion(replace(client, id=uuid4())),
        assertion(with_secret),
        assertion(revoked),
        assertion(client, sub="nobody"),
        assertion(client, sub=None),
        assertion(client, sub=7),
        "e30.e30.",
        "nonsense",
        "a.b.c",
        "ü.ü.ü",
    ]
    answers = [await ask(site, signed) for signed in forged]
    answers.append(await ask(site, assertion(client), client_assertion_type="urn:other"))
    answers.append(await ask(site, assertion(client), client_assertion_type=""))
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}


async def test_a_client_proves_itself_as_it_registered_and_once(site: Site, client: NewClient) -> None:
    firm = await site.organization()
    with_secret = await site.client(firm, Registration(), roles=[Role.DISTRIBUTOR_OPERATOR])
    form = {"grant_type": "client_credentials"}
    for name, secret in ((client, ""), (client, "x")):
        assert refused(await site.post("/oauth/token", form, (str(name.id), secret))) == (401, "invalid_client")
    by_name = await site.post("/oauth/token", {**form, "client_id": str(client.id)})
    assert refused(by_name) == (401, "invalid_client")
    both = await ask(site, assertion(client), client_secret="x", client_id=str(client.id))
    assert refused(both) == (400, "invalid_request")
    mixed = await site.post(
        "/oauth/token", {**form, "client_id": str(client.id)}, (str(with_secret.id), with_secret.secret)
    )
    assert refused(mixed) == (400, "invalid_request")
    wrong_name = await ask(site, assertion(client), client_id=str(with_secret.id))
    assert refused(wrong_name) == (400, "invalid_request")


async def test_new_keys_end_the_old_ones(site: Site, client: NewClient) -> None:
    new = ECKey.generate_key("P-256", auto_kid=True)
    async with site.operating() as session:
        await replace_client_keys(session, client.id, public(new))
        with pytest.raises(ClientRefused, match="private half"):
            await replace_client_keys(session, client.id, {"keys": [new.as_dict(private=True)]})
        with pytest.raises(ClientRefused, match="no client"):
            await replace_client_keys(session, uuid4(), public(new))
        with pytest.raises(ClientRefused, match="with a secret"):
            await rotate_client(session, client.id)
    assert refused(await ask(site, assertion(client))) == (401, "invalid_client")
    assert (await ask(site, assertion(client, new))).status_code == 200


async def test_a_client_that_moves_gets_codes_at_its_new_address_alone(site: Site) -> None:
    portal = await site.client(await site.organization(), replace(PUBLIC, origins=frozenset({"https://old.example"})))
    async with site.operating() as session:
        with pytest.raises(ClientRefused) as wrong:
            await move_client(session, portal.id, ["http://new.example/cb"], ["https://new.example/"])
        assert len(wrong.value.problems) == 2
        with pytest.raises(ClientRefused, match="at least one"):
            await move_client(session, portal.id, [], [])
        with pytest.raises(ClientRefused, match="no client"):
            await move_client(session, uuid4(), ["https://new.example/cb"], [])
        await move_client(session, portal.id, ["https://new.example/cb"], ["https://new.example"])
        (listed,) = [each for each in await list_clients(session) if each.id == portal.id]
    assert listed.redirect_uris == {"https://new.example/cb"}
    assert listed.origins == {"https://new.example"}
    async with site.browser() as browser:
        assert (await browser.ask(portal, redirect_uri="https://new.example/cb")).status_code == 200
        assert (await browser.ask(portal)).status_code == 400


@pytest.mark.parametrize(
    ("registered", "says"),
    [
        (replace(PUBLIC, redirect_uris=frozenset()), "at least one"),
        (Registration(redirect_uris=frozenset({BACK})), "by no other"),
        (replace(PUBLIC, grant_types=SIGNS_IN | {GrantType.CLIENT_CREDENTIALS}), "no tokens for itself"),
        (replace(PUBLIC, resource_server=True), "no tokens but its own"),
        (replace(PORTAL, grant_types=frozenset({GrantType.CLIENT_CREDENTIALS})), "acts with all"),
        (Registration(grant_types=frozenset()), "client_credentials, authorization_code, or both"),
        (Registration(grant_types=frozenset({GrantType.REFRESH_TOKEN})), "goes with authorization_code"),
        (Registration(Authentication.KEY), "Keys are registered"),
        (Registration(jwks=public(KEY)), "Keys are registered"),
        (replace(SIGNS, jwks={"keys": []}), "JWK Set"),
        (replace(SIGNS, jwks={}), "JWK Set"),
        (replace(SIGNS, jwks={"keys": [KEY.as_dict(private=True)]}), "private half"),
        (replace(SIGNS, jwks={"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}), "private half"),
        (replace(SIGNS, jwks={"keys": [{"kty": "EC"}]}), "cannot be read"),
        (replace(SIGNS, jwks={"keys": [public(KEY)["keys"][0]] * 2}), "kid"),
        (Registration(origins=frozenset({"https://a.example/"})), "origin"),
        (Registration(origins=frozenset({"https://*.a.example"})), "origin"),
        (Registration(origins=frozenset({"http://a.example"})), "origin"),
        (Registration(origins=frozenset({"null"})), "origin"),
        (Registration(origins=frozenset({"https://A.example"})), "origin"),
    ],
)
def test_what_a_client_cannot_register_is_said_in_a_sentence(registered: Registration, says: str) -> None:
    assert any(says in said for said in problems(registered)), list(problems(registered))


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://a.example/cb", True),
        ("https://a.example/cb?tenant=1", True),
        ("http://127.0.0.1:8123/cb", True),
        ("http://localhost/cb", True),
        ("com.example.app:/cb", True),
        ("http://a.example/cb", False),
        ("https://a.example/cb#x", False),
        ("https://a.example/cb#", False),
        ("https://user@a.example/cb", False),
        ("https://*.a.example/cb", False),
        ("https:///cb", False),
        ("https://a.example:x/cb", False),
        ("https://a.example/ü", False),
        ("https://a.example/\n", False),
        ("https://a.example\\@b.example", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("app:/cb", False),
        ("/cb", False),
        ("", False),
    ],
)
def test_codes_are_sent_to_complete_and_safe_addresses_only(address: str, may: bool) -> None:
    said = list(problems(replace(PUBLIC, redirect_uris=frozenset({address}))))
    assert (not said) is may, said
    own_scheme = address.startswith("com.")
    assert bool(list(problems(replace(CONFIDENTIAL, redirect_uris=frozenset({address}))))) is (not may or own_scheme)


async def test_a_client_is_listed_with_what_it_registered(site: Site) -> None:
    firm = await site.organization()
    registered = replace(PUBLIC, origins=frozenset({"https://portal.example"}), serves=Serves.EVERYONE)
    made = await site.client(firm, registered)
    async with site.operating() as session:
        (listed,) = await list_clients(session, firm)
        with pytest.raises(ClientRefused) as wrong:
            await create_client(
                session,
                firm,
                Level.RESELLER,
                "x",
                [],
                [Scope.SELL_IN_WRITE],
                replace(PUBLIC, redirect_uris=frozenset()),
            )
    assert [problem.code for problem in wrong.value.problems] == ["REGISTRATION_INVALID", "SCOPE_UNUSABLE"]
    assert (listed.id, listed.redirect_uris, listed.origins) == (made.id, {BACK}, {"https://portal.example"})
    assert (listed.authentication, listed.grant_types) == (Authentication.NONE, SIGNS_IN)
    assert (listed.serves, listed.whole_person, listed.secret_hash) == (Serves.EVERYONE, False, None)


async def test_pages_of_registered_origins_may_ask_while_their_client_lives(site: Site) -> None:
    origins = Origins(site.database, monotonic=site.monotonic)
    assert not await origins.allowed_origin("https://app.example")
    client = await site.client(await site.organization(), replace(PUBLIC, origins=frozenset({"https://app.example"})))
    site.elapsed = 15.1
    assert await origins.allowed_origin("https://app.example")
    for other in ("https://APP.example", "https://app.example.evil.example", "https://app.example/", "null", ""):
        assert not await origins.allowed_origin(other)
    async with site.operating() as session:
        await revoke_client(session, client.id)
    assert await origins.allowed_origin("https://app.example")
    site.elapsed = 30.2
    assert not await origins.allowed_origin("https://app.example")


async def test_an_operator_makes_people_and_gives_and_takes_roles(site: Site) -> None:
    firm = await site.organization()
    async with site.operating() as session:
        user_id = await create_user(session, "Someone@Firm.example", "Someone", None)
        assert await find_user(session, "someone@firm.EXAMPLE") == user_id
        assert await grant(session, firm, user_id, Role.DISTRIBUTOR_ADMIN)
        assert not await grant(session, firm, user_id, Role.DISTRIBUTOR_ADMIN)
        assert await grant(session, firm, user_id, Role.DISTRIBUTOR_FINANCE)
        assert await remove(session, firm, user_id, Role.DISTRIBUTOR_ADMIN) == 1
        assert await remove(session, firm, user_id) == 1
        assert await remove(session, firm, user_id) == 0
        assert await end_sessions(session, user_id) == 0
        with pytest.raises(UserRefused, match="somebody already"):
            await create_user(session, "SOMEONE@firm.example", "Twin", None)
        with pytest.raises(UserRefused) as wrong:
            await create_user(session, "no address", " ", "short")
        assert len(str(wrong.value).splitlines()) == 3
        for nobody, nowhere in ((uuid4(), firm), (user_id, uuid4())):
            with pytest.raises(UserRefused, match="There is no"):
                await grant(session, nowhere, nobody, Role.DISTRIBUTOR_ADMIN)
        with pytest.raises(UserRefused, match="There is no user"):
            await set_password(session, uuid4(), PASSWORD)
        assert await find_user(session, "nobody@firm.example") is None
