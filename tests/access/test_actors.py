"""What a token proves, what it does not, and how it stops proving it."""

from __future__ import annotations

import base64
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import pytest
from joserfc.jwk import ECKey

from app.access.actor import Actors, Reason, Unauthenticated
from app.access.clients import ClientRefused, NewClient, revoke_client, rotate_client
from app.access.oauth.keys import SigningKeys
from app.access.roles import GRANTS, Permission, Role
from app.access.scopes import Scope
from app.programme.terms import Level
from app.store.database import AUTHENTICATING
from app.tables import sign_in
from app.tables.metadata import DatabaseRole, metadata

if TYPE_CHECKING:
    from tests.access.conftest import World


def signed_with_hmac(stated: dict[str, Any], claims: dict[str, Any], public: bytes) -> str:
    """The same token, signed with our public key as if it were a shared secret."""
    parts = [json.dumps(part).encode() for part in (stated | {"alg": "HS256"}, claims)]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.digest(public, signed, "sha256")).rstrip(b"=")
    return f"Bearer {signed.decode()}.{signature.decode()}"


async def test_a_client_may_ask_for_less_than_it_has(world: World) -> None:
    client = await world.client()
    answer = await world.ask(client, scope="resellers:read")
    assert answer.json()["scope"] == "resellers:read"
    actor = await world.actors.of(await world.token(client, scope="resellers:read"))
    assert actor.scopes == {Scope.RESELLERS_READ}
    assert Permission.SELL_THROUGH_SUBMIT not in actor.permissions
    assert Permission.RESELLER_READ in actor.permissions


async def test_a_key_made_elsewhere_is_found_and_a_retired_one_outlives_its_last_token_only(world: World) -> None:
    client = await world.client()
    await world.actors.of(await world.token(client))
    for retired_ago, accepted in ((timedelta(minutes=1), True), (timedelta(hours=1), False)):
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        async with world.database.writing(AUTHENTICATING) as db:
            await db.execute(
                "INSERT INTO signing_key (kid, private_jwk, created_at, retired_at) VALUES ($1, $2, $3, $4)",
                key.kid,
                key.as_dict(private=True),
                datetime.now(UTC),
                datetime.now(UTC) - retired_ago,
            )
        elsewhere = SigningKeys(world.database, world.settings.lifetime)
        assert (await elsewhere.current()).kid != key.kid
        actors = Actors(world.database, world.settings, elsewhere)
        header = await world.forged(client, key=key, kid=key.kid)
        if accepted:
            assert (await actors.of(header)).client_id == client.id
        else:
            with pytest.raises(Unauthenticated):
                await actors.of(header)


async def test_a_token_becomes_an_actor_with_its_organisation_and_permissions(world: World) -> None:
    organization_id = await world.organization("Nordlicht Distribution")
    client = await world.client(organization_id)
    header = await world.token(client)
    actor = await world.actors.of(header)
    assert (actor.level, actor.organization_id, actor.client_id) == (Level.DISTRIBUTOR, organization_id, client.id)
    assert (actor.organization_name, actor.name) == ("Nordlicht Distribution", "An integration")
    assert (actor.user_id, actor.roles, actor.scopes) == (
        None,
        {Role.DISTRIBUTOR_OPERATOR},
        {Scope.RESELLERS_READ, Scope.SELL_THROUGH_WRITE},
    )
    assert Permission.SELL_THROUGH_SUBMIT in actor.permissions
    assert Permission.ANALYTICS_READ not in actor.permissions
    assert actor.permissions <= GRANTS[Role.DISTRIBUTOR_OPERATOR]
    assert actor.expires_at == datetime.fromtimestamp(world.parts_of(header)[1]["exp"], UTC)
    assert (actor.vendor_id, actor.vendor_ids, actor.party_ids) == (None, frozenset(), frozenset())
    assert await world.actors.of(header) is actor


async def test_a_firm_is_in_each_network_what_it_is_there(world: World) -> None:
    firm = await world.organization()
    networks = [await world.vendor(await world.organization()) for _ in range(3)]
    here = await world.party(networks[0], firm, Level.DISTRIBUTOR)
    there = await world.party(networks[1], firm, Level.RESELLER)
    await world.party(networks[2], firm, Level.DISTRIBUTOR, until=datetime.now(UTC))
    distributes = await world.actors.of(await world.token(await world.client(firm)))
    assert (distributes.vendor_ids, distributes.party_ids) == ({networks[0]}, {here})
    assert distributes.context().role is DatabaseRole.DISTRIBUTOR
    buyer = await world.client(firm, Role.RESELLER_ADMIN, [Scope.PURCHASES_READ])
    buys = await world.actors.of(await world.token(buyer))
    assert (buys.vendor_ids, buys.party_ids) == ({networks[1]}, {there})
    async with world.database.reading(buys.context()) as db:
        assert [row["id"] for row in await db.rows("SELECT id FROM party")] == [there]


async def test_a_vendor_works_in_its_own_network(world: World) -> None:
    organization_id = await world.organization()
    vendor_id = await world.vendor(organization_id)
    await world.vendor(await world.organization())
    client = await world.client(organization_id, Role.VENDOR_ANALYST, [Scope.ANALYTICS_READ])
    actor = await world.actors.of(await world.token(client))
    assert (actor.vendor_id, actor.vendor_ids, actor.party_ids) == (vendor_id, {vendor_id}, frozenset())
    async with world.database.reading(actor.context()) as db:
        assert [row["id"] for row in await db.rows("SELECT id FROM vendor")] == [vendor_id]


async def test_a_revoked_client_stops_within_fifteen_seconds_and_gets_no_more_tokens(world: World) -> None:
    client = await world.client()
    header = await world.token(client)
    await world.actors.of(header)
    async with world.operating() as session:
        since = await revoke_client(session, client.id)
    assert (await world.ask(client)).json()["error"] == "invalid_client"
    world.elapsed = 15.1
    refused = await world.refusal(header)
    assert (refused.reason, refused.code) == (Reason.REVOKED, "UNAUTHENTICATED")
    async with world.operating() as session:
        assert await revoke_client(session, client.id) == since
        with pytest.raises(ClientRefused, match="revoked"):
            await rotate_client(session, client.id)
        with pytest.raises(ClientRefused, match="no client"):
            await revoke_client(session, uuid4())


async def test_a_token_seen_before_expires_like_any_other(world: World) -> None:
    header = await world.token(await world.client())
    await world.actors.of(header)
    world.elapsed = 900 + 7
    assert (await world.refusal(header)).reason is Reason.EXPIRED
    assert (await world.refusal(header)).reason is Reason.EXPIRED


async def test_a_token_never_holds_more_than_its_client(world: World) -> None:
    client = await world.client()
    actor = await world.actors.of(await world.forged(client, scope="resellers:read programs:write nonsense"))
    assert actor.scopes == {Scope.RESELLERS_READ}
    assert Permission.PROGRAM_MANAGE not in actor.permissions
    assert Permission.SELL_THROUGH_SUBMIT not in actor.permissions


async def test_a_role_of_another_level_or_of_another_time_counts_for_nothing(world: World) -> None:
    client = NewClient(uuid4(), "")
    await world.written(
        "INSERT INTO oauth_client (id, organization_id, level, name, secret_hash, roles, scopes, created_at)"
        " VALUES ($1, $2, 'RESELLER', 'Old', '', $3, $4, $5)",
        client.id,
        await world.organization(),
        ["RESELLER_VIEWER", "VENDOR_FINANCE", "RESELLER_GUEST"],
        ["sell-in:write", "resellers:read", "gone:read"],
        datetime.now(UTC),
    )
    actor = await world.actors.of(await world.forged(client, scope="sell-in:write resellers:read gone:read"))
    assert (actor.roles, actor.scopes) == ({Role.RESELLER_VIEWER}, {Scope.SELL_IN_WRITE, Scope.RESELLERS_READ})
    assert actor.permissions <= GRANTS[Role.RESELLER_VIEWER]


async def test_a_token_seen_before_ends_with_the_key_that_signed_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = await world.token(await world.client())
    await world.actors.of(header)

    async def removed(kid: str) -> None:
        return None

    monkeypatch.setattr(world.keys, "verifying", removed)
    assert (await world.refusal(header)).reason is Reason.UNKNOWN_SIGNATURE


async def test_a_token_that_is_not_ours_proves_nothing(world: World) -> None:
    client = await world.client()
    ours = await world.keys.current()
    public = ours.as_pem(private=False)
    other = ECKey.generate_key("P-256", auto_kid=True)
    now = int(time.time())
    assert (await world.actors.of(await world.forged(client))).client_id == client.id
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt","kid":"%s"}' % str(ours.kid).encode()).decode()
    honest = (await world.token(client)).removeprefix("Bearer ").split(".")
    altered = base64.urlsafe_b64encode(b'{"scope":"programs:write"}').decode().rstrip("=")
    attempts = {
        f"Bearer {unsigned.rstrip('=')}.{honest[1]}.": Reason.MALFORMED,
        f"Bearer {unsigned.rstrip('=')}.{honest[1]}.{honest[2]}": Reason.MALFORMED,
        signed_with_hmac(*world.parts_of(await world.forged(client)), public): Reason.MALFORMED,
        await world.forged(client, key=other): Reason.UNKNOWN_SIGNATURE,
        await world.forged(client, key=other, kid=other.kid): Reason.UNKNOWN_SIGNATURE,
        await world.forged(client, kid=None): Reason.MALFORMED,
        await world.forged(client, typ=None): Reason.MALFORMED,
        await world.forged(client, typ="JWT"): Reason.MALFORMED,
        await world.forged(client, extra_header={"jwk": other.as_dict(private=False)}): Reason.MALFORMED,
        await world.forged(client, extra_header={"crit": ["b64"], "b64": True}): Reason.MALFORMED,
        await world.forged(client, aud="https://elsewhere.example"): Reason.NOT_FOR_THIS_API,
        await world.forged(client, aud=str(client.id)): Reason.NOT_FOR_THIS_API,
        await world.forged(client, iss="https://elsewhere.example"): Reason.NOT_FOR_THIS_API,
        await world.forged(client, exp=now - 6): Reason.EXPIRED,
        await world.forged(client, exp=None): Reason.MALFORMED,
        await world.forged(client, iat=now + 60): Reason.MALFORMED,
        await world.forged(client, jti=None): Reason.MALFORMED,
        await world.forged(client, jti=""): Reason.MALFORMED,
        await world.forged(client, sub=str(uuid4())): Reason.MALFORMED,
        await world.forged(client, client_id="nobody"): Reason.MALFORMED,
        f"Bearer {honest[0]}.{altered}.{honest[2]}": Reason.UNKNOWN_SIGNATURE,
        f"Bearer {honest[0]}.{honest[1]}.{honest[2][:-8]}AAAAAAAA": Reason.UNKNOWN_SIGNATURE,
        f"Bearer {honest[0]}.{honest[1]}.": Reason.MALFORMED,
        await world.forged(NewClient(uuid4(), "")): Reason.REVOKED,
    }
    for header, reason in attempts.items():
        assert (await world.refusal(header)).reason is reason, header


@pytest.mark.parametrize(
    "header",
    [
        "Basic YTpi",
        "Bearer",
        "Bearer ",
        "Bearer a.b",
        "Bearer a.b.c.d",
        "Bearer W10.e30.AA",
        "Bearer a b.c.d",
        "Bearer é.é.é",
        f"Bearer {'W' * 600}.e30.AA",
        f"Bearer {'a' * 4000}.{'a' * 4000}.{'a' * 4000}",
    ],
)
async def test_what_is_no_token_is_said_to_be_none(world: World, header: str) -> None:
    refused = await world.refusal(header)
    assert refused.reason is Reason.MALFORMED
    assert refused.challenge.startswith('Bearer realm="tailrace", error="invalid_token", error_description="')


@pytest.mark.parametrize("header", [None, "", "  "])
async def test_a_request_without_a_token_is_told_how_to_get_one(world: World, header: str | None) -> None:
    refused = await world.refusal(header)
    assert (refused.reason, refused.challenge) == (Reason.MISSING, 'Bearer realm="tailrace"')
    assert "/oauth/token" in refused.message


async def test_before_there_is_an_actor_no_business_fact_can_be_read(world: World) -> None:
    signing_in = set(metadata.tables) & set(vars(sign_in))
    known = {"organization", "user_account", "membership", "oauth_client", "signing_key", "vendor", "party_link"}
    known |= {"invitation", "partner_invitation", "mail_message", "application_link", "application"}
    known |= {"digest_subscription", "export", "export_chunk"}
    readable = known | signing_in
    assert len(signing_in) == 10
    refused = set()
    for table in metadata.tables:
        try:
            async with world.database.reading(AUTHENTICATING) as db:
                await db.rows(f"SELECT 1 FROM {table} LIMIT 1")
        except asyncpg.InsufficientPrivilegeError:
            refused.add(table)
    assert refused == set(metadata.tables) - readable
