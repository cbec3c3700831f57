"""The audit: an organisation reads its own acts whole, and of others' what concerns it, without persons and contents."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.api.conftest import Api, Caller

V, D, R = "vendor/audit.graphql", "distributor/audit.graphql", "reseller/audit.graphql"
"How each level asks."


async def entries(caller: Caller, document: str, first: int = 50, **filter: Any) -> list[dict[str, Any]]:
    """What a caller reads, the newest first."""
    page = (await caller.ask(document, filter=filter, first=first))["viewer"]["audit"]
    assert page["totalCount"] >= len(page["edges"])
    return [edge["node"] for edge in page["edges"]]


def authorization(api: Api, distributor: str = "Dist One", reseller: str = "Reseller One") -> str:
    key = Key(api.world.vendors["Acme"], api.world.authorizations["Acme", distributor, reseller])
    return global_id("ResellerAuthorization", key)


async def suspended(caller: Caller, id: str, reason: str) -> None:
    """Suspend a reseller, and reinstate it."""
    for name in ("suspend_reseller", "reinstate_reseller"):
        payload = await caller.act(f"distributor/{name}.graphql", authorizationId=id, reason=reason)
        assert payload["userErrors"] == [], payload


async def credit_changed(api: Api, caller: Caller, id: str) -> None:
    version = await api.world.connection.fetchval(
        "SELECT version FROM reseller_authorization WHERE id = $1",
        api.world.authorizations["Acme", "Dist One", "Reseller One"],
    )
    terms = {"currency": "EUR", "limit": "5000", "paymentDays": 30}
    payload = await caller.act(
        "distributor/update_reseller.graphql", authorizationId=id, expectedVersion=version, creditTerms=terms
    )
    assert payload["userErrors"] == [], payload


async def test_an_act_is_read_whole_by_who_did_it_and_as_a_notice_by_whom_it_concerns(api: Api) -> None:
    vendor, id, why = await api.vendor(), authorization(api), f"Because {uuid4().hex}"
    await suspended(vendor, id, why)
    own = await entries(vendor, V, subjectId=id, acts=["suspendReseller"])
    assert len(own) == 1 and own[0]["isOwn"] and own[0]["actor"].startswith("Acme ")
    changes = {each["name"]: (each["before"], each["after"]) for each in own[0]["changes"]}
    assert changes == {
        "status": ('"ACTIVE"', '"SUSPENDED"'),
        "reason": (None, json.dumps(why)),
        "effectiveOn": (None, "null"),
    }
    assert own[0]["subject"] == {"__typename": "ResellerAuthorization", "id": id}
    for caller, document in ((await api.distributor(), D), (await api.reseller(), R)):
        told = await entries(caller, document, subjectId=id, isOwn=False)
        assert [each["act"] for each in told] == ["reinstateReseller", "suspendReseller"]
        for each in told:
            assert (each["level"], each["organization"], each["actor"]) == ("VENDOR", "Acme", None)
            assert each["changes"] == [] and each["subject"]["id"] == id
        assert why not in json.dumps(told)


async def test_a_reseller_reads_that_its_distributor_edited_its_credit_terms(api: Api) -> None:
    distributor, id = await api.distributor(), authorization(api)
    await credit_changed(api, distributor, id)
    (told, *_) = await entries(await api.reseller(), R, acts=["updateReseller"])
    assert (told["isOwn"], told["level"], told["organization"]) == (False, "DISTRIBUTOR", "Dist One")
    assert told["subjectId"] == id and told["changes"] == []
    (own, *_) = await entries(distributor, D, acts=["updateReseller"])
    assert own["isOwn"] and {each["name"] for each in own["changes"]} == {"addedAccounts", "creditTerms"}
    assert await entries(await api.vendor(), V, subjectId=id, acts=["updateReseller"]) == [], (
        "credit is not its business"
    )


async def test_a_rival_reads_nothing_of_it(api: Api) -> None:
    """Another distributor of the same reseller, another reseller, another vendor, and the reseller in another network."""
    distributor, id = await api.distributor(), authorization(api)
    await credit_changed(api, distributor, id)
    await suspended(await api.vendor(), id, "Unpaid")
    for rival, document in (
        (await api.distributor("Dist Two"), D),
        (await api.reseller("Reseller Two"), R),
        (await api.vendor("Borealis"), V),
    ):
        assert await entries(rival, document, subjectId=id) == []
        said = json.dumps(await entries(rival, document))
        assert id not in said and "Dist One" not in said and "Unpaid" not in said


async def test_a_distributor_knows_a_reseller_by_its_own_name_for_it(api: Api) -> None:
    """And who is unknown to the asker has no name."""
    connection, acme = api.world.connection, api.world.vendors["Acme"]
    subject = f"made-{uuid4().hex}"
    for audience, owner in (("DISTRIBUTOR", "Dist One"), ("DISTRIBUTOR", "Dist Two"), ("VENDOR", None)):
        await api.world.add(
            "audit_notice",
            vendor_id=acme,
            id=uuid4(),
            audience=audience,
            distributor_id=api.world.parties["Acme", owner] if owner else None,
            reseller_id=None,
            act="didSomething",
            subject=subject,
            actor_level="RESELLER",
            actor_party_id=api.world.parties["Acme", "Hidden Reseller"],
            happened_at=datetime.now(UTC),
        )
    await connection.execute(
        "UPDATE reseller_authorization SET reseller_name = 'Our name for it' WHERE id = $1",
        api.world.authorizations["Acme", "Dist Two", "Hidden Reseller"],
    )
    names = {}
    for name in ("Dist One", "Dist Two"):
        (told,) = await entries(await api.distributor(name), D, subjectId=subject)
        names[name] = told["organization"]
    (told,) = await entries(await api.vendor(), V, subjectId=subject)
    assert (names, told["organization"]) == ({"Dist One": None, "Dist Two": "Our name for it"}, None)


async def test_what_is_asked_for_is_narrowed_and_comes_in_pages(api: Api) -> None:
    vendor = await api.vendor()
    begun = datetime.now(UTC)
    for n in range(5):
        await suspended(vendor, authorization(api, reseller="Reseller Two"), f"Reason {n}")
    since = begun.isoformat()
    every = await entries(vendor, V, since=since)
    assert len(every) == 10 and [e["happenedAt"] for e in every] == sorted(
        (e["happenedAt"] for e in every), reverse=True
    )
    assert {each["act"] for each in await entries(vendor, V, since=since, acts=["suspendReseller"])} == {
        "suspendReseller"
    }
    assert len(await entries(vendor, V, since=since, actor=every[0]["actor"])) == 10
    assert await entries(vendor, V, since=since, actor="Nobody") == []
    assert await entries(vendor, V, until=(begun - timedelta(days=1)).isoformat()) == []
    assert await entries(vendor, V, since=since, isOwn=False) == []
    seen: list[str] = []
    after = None
    while True:
        asked = {"filter": {"since": since}, "first": 3, "after": after}
        page = (await vendor.ask(V, **asked))["viewer"]["audit"]
        assert page["totalCount"] == 10
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert seen == [each["id"] for each in every]


async def test_only_who_may_read_the_audit_does(api: Api) -> None:
    for caller in (
        await api.vendor(role=Role.VENDOR_ANALYST),
        await api.distributor(role=Role.DISTRIBUTOR_OPERATOR),
        await api.reseller(role=Role.RESELLER_SALES),
        await api.as_(
            Level.VENDOR,
            "Acme",
            Role.VENDOR_PROGRAM_MANAGER,
            scopes=frozenset({Scope.PROGRAMS_WRITE, Scope.PRICES_READ}),
        ),
    ):
        answer = await caller.raw("{ viewer { audit(first: 1) { totalCount } } }")
        assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN", "requires": ["audit:read"]}


async def test_what_is_refused_leaves_no_notice(api: Api) -> None:
    count = "SELECT (SELECT count(*) FROM audit_event) + (SELECT count(*) FROM audit_notice)"
    before = await api.world.connection.fetchval(count)
    rival = await api.distributor("Dist Two")
    payload = await rival.act("distributor/suspend_reseller.graphql", authorizationId=authorization(api), reason="x")
    assert [each["code"] for each in payload["userErrors"]] == ["NOT_FOUND"]
    assert await api.world.connection.fetchval(count) == before


async def test_nobody_gives_notice_in_anothers_name(api: Api) -> None:
    """Past the application: what the database lets a level write."""
    world, acme = api.world, api.world.vendors["Acme"]
    distributor = world.actor(Level.DISTRIBUTOR, "Dist Two", Role.DISTRIBUTOR_ADMIN)
    insert = (
        "INSERT INTO audit_notice (vendor_id, id, audience, reseller_id, act, subject, actor_level, actor_party_id,"
        " happened_at) VALUES ($1, $2, 'RESELLER', $3, 'x', 'x', $4, $5, now())"
    )
    reseller, other = world.parties["Acme", "Reseller One"], world.parties["Acme", "Dist One"]
    for level, party in (("DISTRIBUTOR", other), ("VENDOR", None), ("RESELLER", reseller)):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with api.database.writing(distributor.context()) as session:
                await session.execute(insert, acme, uuid4(), reseller, level, party)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with api.database.writing(distributor.context()) as session:
            await session.execute("UPDATE audit_notice SET act = 'y'")
