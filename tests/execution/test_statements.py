"""How often a document asks the database: as often whichever way it is executed, and however many rows there are."""

from pathlib import Path
from typing import Any

import pytest

from app.access.actor import Actor
from app.access.roles import Role
from app.execution.http import Asked, Endpoint
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.schema import schema
from app.settings import PROJECT
from graphql import ExecutionResult, OperationDefinitionNode, OperationType, parse
from tests.api.conftest import Api
from tests.execution.counted import Counted
from tests.execution.furnished import PERIOD, furnish
from tests.execution.furnished_back_tests import back_test_values
from tests.execution.portal import DOCUMENT, LAST_QUARTER, VENDOR, add_portal

BREADTH_FIRST, GRAPHQL_CORE = Endpoint(schema), Endpoint(schema, breadth_first=False)
WHO = {
    "vendor": (Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER),
    "distributor": (Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN),
    "reseller": (Level.RESELLER, "Reseller One", Role.RESELLER_ADMIN),
}


def text_of(path: Path) -> str:
    return path.read_text()


def operation_of(path: Path) -> OperationDefinitionNode:
    (operation,) = (each for each in parse(text_of(path)).definitions if isinstance(each, OperationDefinitionNode))
    return operation


QUERIES = [
    path
    for path in sorted((PROJECT / "graphql" / "operations").rglob("*.graphql"))
    if operation_of(path).operation is OperationType.QUERY
]


@pytest.fixture(scope="module")
async def furnished(api: Api) -> Api:
    await furnish(api)
    await add_portal(api.world, 20, 25)
    return api


async def asked(
    api: Api, endpoint: Endpoint, actor: Actor, text: str, variables: dict[str, Any]
) -> tuple[ExecutionResult, int]:
    """The answer, and how many statements it took."""
    async with Counted(actor, api.database) as request:
        result = await endpoint.answer(Asked(text, variables), request, introspection=False, reading_only=False)
    assert not result.errors, result.errors
    return result, request.statements


async def values(api: Api) -> dict[str, Any]:
    """Values for the variables of the operations, by name."""
    vendor_id = api.world.vendors["Acme"]
    submission = await api.world.connection.fetchval("SELECT id FROM submission ORDER BY id LIMIT 1")
    segment = await api.world.connection.fetchval("SELECT id FROM segment ORDER BY id LIMIT 1")
    own = "WHERE agreement_id = $1 ORDER BY id LIMIT 1"
    plan = await api.world.connection.fetchval("SELECT id FROM business_plan ORDER BY id DESC LIMIT 1")
    term, statement = [
        await api.world.connection.fetchval(f"SELECT id FROM {table} {own}", api.world.agreements["Acme", "Dist One"])
        for table in ("incentive_term", "statement")
    ]
    return {
        **await back_test_values(api),
        "first": 5,
        "period": PERIOD,
        "quarter": PERIOD,
        "year": PERIOD,
        "lastDay": "2026-08-01",
        "currency": "EUR",
        "convertTo": "EUR",
        "calendar": {"pattern": "WEEKS_4_4_5", "closingMonth": 12, "yearName": "LAST_MONTH"},
        "fiscalYear": 2026,
        "periods": 2,
        "by": ["DISTRIBUTOR"],
        "onDate": "2026-08-01",
        "asOf": "2026-08-01T00:00:00Z",
        "since": "2020-01-01T00:00:00Z",
        "term": global_id("IncentiveTerm", Key(vendor_id, term)),
        "statement": global_id("Statement", Key(vendor_id, statement)),
        "of": "UNITS",
        "vendorId": global_id("Vendor", Key(vendor_id, vendor_id)),
        "vendor": global_id("Vendor", Key(vendor_id, vendor_id)),
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "authorizationId": global_id(
            "ResellerAuthorization", Key(vendor_id, api.world.authorizations["Acme", "Dist One", "Reseller One"])
        ),
        "agreement": api.world.agreement_gid("Acme", "Dist One"),
        "programId": global_id("Program", Key(vendor_id, api.world.programs["Acme", "RESELLER"])),
        "product": global_id("Product", Key(vendor_id, api.world.products["Acme", "DRIVE-1"])),
        "planId": global_id("BusinessPlan", Key(vendor_id, plan)),
        "segmentId": global_id("Segment", Key(vendor_id, segment)),
        "id": global_id("Submission", Key(vendor_id, submission)),
    }


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_an_operation_is_answered_the_same_both_ways_with_as_many_statements(furnished: Api, path: Path) -> None:
    known, actor = await values(furnished), furnished.world.actor(*WHO[path.parent.name])
    declared = {each.variable.name.value for each in operation_of(path).variable_definitions or ()}
    variables = {name: value for name, value in known.items() if name in declared}
    ours, statements = await asked(furnished, BREADTH_FIRST, actor, text_of(path), variables)
    theirs, others = await asked(furnished, GRAPHQL_CORE, actor, text_of(path), variables)
    assert ours.data == theirs.data
    assert ours.extensions == theirs.extensions
    assert statements == others > 0


async def test_the_portal_asks_the_database_as_often_for_five_hundred_resellers_as_for_one(furnished: Api) -> None:
    actor = furnished.world.actor(Level.VENDOR, VENDOR, Role.VENDOR_PROGRAM_MANAGER)
    counted = set()
    for agreements, authorizations in ((1, 1), (20, 1), (20, 25)):
        variables = {"agreements": agreements, "authorizations": authorizations, "period": LAST_QUARTER}
        for endpoint in (BREADTH_FIRST, GRAPHQL_CORE):
            result, statements = await asked(furnished, endpoint, actor, DOCUMENT, variables)
            counted.add(statements)
            assert result.data is not None
            pages = [each["node"]["authorizations"] for each in result.data["viewer"]["vendor"]["agreements"]["edges"]]
            assert [len(page["edges"]) for page in pages] == [authorizations] * agreements
            assert all(edge["node"]["reseller"]["name"] for page in pages for edge in page["edges"])
    assert counted == {5}
