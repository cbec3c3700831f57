"""What the tests of partners share: their world's ids, its tables as they stand, and the worker's part."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from app.execution.identifiers import Key, global_id
from app.partners.actions import align_enrollments
from tests.api.conftest import Api, Caller

TABLES = (
    "party",
    "program",
    "program_fit",
    "program_application",
    "tier_standing",
    "program_tier",
    "tier_requirement",
    "benefit",
    "agreement",
    "volume_tier",
    "reseller_authorization",
    "account",
    "credit_terms",
    "enrollment",
    "enrollment_event",
    "distributor_enrollment",
    "remembered_result",
    "audit_event",
    "jobs.pgqueuer",
)


async def contents(api: Api) -> dict[str, list[str]]:
    """Every row of every table that these acts may touch."""
    found = {}
    for table in TABLES:
        rows = await api.world.connection.fetch(f"SELECT t::text AS row FROM {table} t ORDER BY 1")
        found[table] = [row["row"] for row in rows]
    return found


@asynccontextmanager
async def nothing_written(api: Api) -> AsyncIterator[None]:
    """Fails where the block changed anything."""
    before = await contents(api)
    yield
    assert await contents(api) == before


async def refused(api: Api, caller: Caller, document: str, **given: Any) -> list[tuple[list[str] | None, str]]:
    """Where and with which codes an act was refused. Nothing was done, nothing was written."""
    async with nothing_written(api):
        payload = await caller.act(document, **given)
    assert [value for name, value in payload.items() if name != "userErrors"] == [None]
    assert all(error["message"] for error in payload["userErrors"])
    return [(error["field"], error["code"]) for error in payload["userErrors"]]


async def done(caller: Caller, document: str, **given: Any) -> dict[str, Any]:
    """The object that an act answered."""
    payload = await caller.act(document, **given)
    assert payload["userErrors"] == []
    (found,) = (value for name, value in payload.items() if name != "userErrors")
    assert isinstance(found, dict)
    return found


async def work(api: Api) -> int:
    """Do what the worker does with the alignments that were asked for."""
    jobs = await api.world.connection.fetch(
        "DELETE FROM jobs.pgqueuer WHERE entrypoint = 'align_enrollments' RETURNING payload"
    )
    for job in jobs:
        ids = {name: UUID(value) for name, value in json.loads(job["payload"]).items()}
        await align_enrollments(api.database, ids["vendor_id"], ids["authorization_id"])
    return len(jobs)


def party_gid(api: Api, type_name: str, vendor: str, name: str) -> str:
    return global_id(type_name, Key(api.world.vendors[vendor], api.world.parties[vendor, name]))


def program_gid(api: Api, vendor: str, audience: str) -> str:
    return global_id("Program", Key(api.world.vendors[vendor], api.world.programs[vendor, audience]))


def authorization_gid(api: Api, vendor: str, distributor: str, reseller: str) -> str:
    world = api.world
    return global_id(
        "ResellerAuthorization", Key(world.vendors[vendor], world.authorizations[vendor, distributor, reseller])
    )


def nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]


def once() -> str:
    """A new idempotency key."""
    return uuid4().hex


def a_club(**changed: Any) -> dict[str, Any]:
    """A programme for all resellers, of which everybody may be a member, Silver takes 1,000 EUR and Gold 2,000."""
    return {
        "name": f"Club {once()[:8]}",
        "description": "For resellers that grow.",
        "audience": "RESELLER",
        "partnerTypes": [],
        "countries": [],
        "tiers": [
            {"name": "Member", "requirements": []},
            {"name": "Silver", "requirements": [{"kind": "PURCHASES", "needed": "1000", "currency": "EUR"}]},
            {"name": "Gold", "requirements": [{"kind": "PURCHASES", "needed": "2000", "currency": "EUR"}]},
        ],
        "benefits": [{"name": "Portal", "description": "Sales tools.", "fromRank": 2}],
        "idempotencyKey": once(),
        **changed,
    }
