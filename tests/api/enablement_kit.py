"""What the tests of certifications, documents and onboarding share: who acts, by which operations, and everything that these
acts may write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api, Caller
from tests.api.partners_kit import a_club, done, nodes, once, party_gid

TODAY = datetime.now(UTC).date()
READS = {"vendor": "vendor/partner_enablement.graphql", "distributor": "distributor/reseller_enablement.graphql"}
PDF = b"%PDF-1.7 a paper\n"
TABLES = (
    "certification",
    "required_certification",
    "compliance_document",
    "onboarding_step",
    "onboarding_completion",
    "enablement_activity",
    "program",
    "remembered_result",
    "audit_event",
)


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def told(payload: dict[str, Any]) -> set[tuple[str, str]]:
    """Where and with which codes an act was refused."""
    assert all(error["message"] for error in payload["userErrors"])
    return {(".".join((error["field"] or [])[1:]), error["code"]) for error in payload["userErrors"]}


@asynccontextmanager
async def nothing_written(api: Api) -> AsyncIterator[None]:
    before = await held(api)
    yield
    assert await held(api) == before


async def held(api: Api) -> dict[str, list[str]]:
    found = {}
    for table in TABLES:
        rows = await api.world.connection.fetch(f"SELECT t::text AS row FROM {table} t ORDER BY 1")
        found[table] = [row["row"] for row in rows]
    return found


async def refused(api: Api, caller: Caller, document: str, **given: Any) -> set[tuple[str, str]]:
    """Where and with which codes an act is refused. Nothing is written."""
    async with nothing_written(api):
        payload = await caller.act(document, **given)
    assert [value for name, value in payload.items() if name != "userErrors"] == [None]
    return told(payload)


async def forbidden(caller: Caller, document: str, **given: Any) -> bool:
    answer = await caller.raw(document, input=given)
    return [error["extensions"]["code"] for error in answer.get("errors", [])] == ["FORBIDDEN"]


def certified(api: Api, reseller: str = "Reseller One", **changed: Any) -> dict[str, Any]:
    return {
        "resellerId": party_gid(api, "Reseller", "Acme", reseller),
        "name": "Storage Professional",
        "holder": "Anna Koch",
        "issuedOn": day(-100),
        "validUntil": day(200),
        "idempotencyKey": once(),
        **changed,
    }


async def program(api: Api, **changed: Any) -> dict[str, Any]:
    """A club for all resellers, and its version."""
    return {"version": 1, **await done(await api.vendor(), "vendor/create_program.graphql", **a_club(**changed))}


async def enrolled(api: Api, club: str, reseller: str = "Reseller One", rank: int | None = 1) -> str:
    given = {"programId": club, "resellerId": party_gid(api, "Reseller", "Acme", reseller), "tierRank": rank}
    made = await done(await api.vendor(), "vendor/enroll_reseller.graphql", **given, idempotencyKey=once())
    return str(made["id"])


async def document(api: Api, caller: Caller, **given: Any) -> dict[str, Any]:
    """A document that a partner hands in."""
    kept = {"kind": "CERTIFICATE", "title": "Certificate", **given, "idempotencyKey": once()}
    kept["uploadId"] = await caller.upload(PDF + uuid4().bytes, "paper.pdf")
    return await done(caller, "reseller/add_document.graphql", **kept)


async def of_reseller(api: Api, caller: Caller, level: str, reseller: str = "Reseller One") -> list[dict[str, Any]]:
    """The certifications of a reseller as the vendor or a distributor reads them."""
    data = await caller.ask(READS[level], id=party_gid(api, "Reseller", "Acme", reseller))
    return nodes(data["node"]["certifications"])


async def own(caller: Caller) -> dict[str, Any]:
    """What a reseller reads of itself."""
    data = await caller.ask("reseller/enablement.graphql")
    found: dict[str, Any] = data["viewer"]["reseller"]
    return found


async def node(caller: Caller, id: str) -> Any:
    data = await caller.ask("query($id: ID!) { node(id: $id) { id } }", id=id)
    return data["node"]


def gid(api: Api, type_name: str, id: Any, vendor: str = "Acme") -> str:
    return global_id(type_name, Key(api.world.vendors[vendor], id))
