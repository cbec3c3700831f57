"""What tests of business plans share: a plan of the year that runs, and what the two sides do about it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

from app.access.roles import Role
from tests.api.conftest import Api, Caller
from tests.api.partners_kit import done, nodes, once

TABLES = ("business_plan", "business_plan_version", "plan_activity", "plan_review", "audit_event", "remembered_result")
TODAY = datetime.now(UTC).date()
YEAR = date(TODAY.year, 1, 1)


DOCUMENTS = (
    "vendor/propose_business_plan.graphql",
    "vendor/revise_business_plan.graphql",
    "vendor/agree_business_plan.graphql",
    "vendor/end_business_plan.graphql",
    "vendor/update_plan_activity.graphql",
    "vendor/record_plan_review.graphql",
    "vendor/acknowledge_plan_review.graphql",
    "vendor/business_plans.graphql",
    "vendor/business_plan.graphql",
    "vendor/business_plan_versions.graphql",
    "vendor/business_plan_reviews.graphql",
    "distributor/propose_business_plan.graphql",
    "distributor/revise_business_plan.graphql",
    "distributor/agree_business_plan.graphql",
    "distributor/end_business_plan.graphql",
    "distributor/update_plan_activity.graphql",
    "distributor/record_plan_review.graphql",
    "distributor/acknowledge_plan_review.graphql",
    "distributor/business_plans.graphql",
    "distributor/business_plan.graphql",
    "distributor/business_plan_versions.graphql",
    "distributor/business_plan_reviews.graphql",
)
"What both sides send."


def op(side: str, name: str) -> str:
    (found,) = (each for each in DOCUMENTS if each == f"{side}/{name}.graphql")
    return found


def units(target: str, **more: Any) -> dict[str, Any]:
    return {"measure": "SELL_THROUGH_UNITS", "target": target, **more}


def act_of(side: str, title: str = "Train resellers", due: date = date(2029, 1, 1)) -> dict[str, Any]:
    return {"title": title, "side": side, "person": "Ada", "dueOn": str(due)}


def entered(*targets: dict[str, Any], activities: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """What a version says."""
    found = {"targets": list(targets) or [units("1200")], "activities": activities or []}
    return {**found, "notes": "As talked about.", **more}


async def propose(api: Api, caller: Caller, side: str, *, distributor: str = "Dist One", **more: Any) -> dict[str, Any]:
    given = {
        "agreementId": api.world.agreement_gid("Acme", distributor),
        "length": "YEAR",
        "periodStart": str(YEAR),
        "currency": "EUR",
        "idempotencyKey": once(),
        **entered(),
    }
    return await done(caller, op(side, "propose_business_plan"), **{**given, **more})


async def agreed(api: Api, *targets: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A plan of this year that the vendor proposed and Dist One agreed to."""
    plan = await propose(api, await api.vendor(), "vendor", **{**entered(*targets), **more})
    given = {"planId": plan["id"], "expectedVersion": plan["version"]}
    return await done(await api.distributor(), op("distributor", "agree_business_plan"), **given)


async def emptied(api: Api) -> None:
    """No plan is there any more."""
    for table in ("plan_activity", "plan_review", "business_plan_version", "business_plan"):
        await api.world.connection.execute(f"DELETE FROM {table}")


async def asked(caller: Caller, side: str, name: str, plan: dict[str, Any], **more: Any) -> Any:
    return (await caller.ask(op(side, name), planId=plan["id"], **more))["node"]


async def contents(api: Api) -> dict[str, list[str]]:
    found = {}
    for table in TABLES:
        rows = await api.world.connection.fetch(f"SELECT t::text AS row FROM {table} t ORDER BY 1")
        found[table] = [row["row"] for row in rows]
    return found


@asynccontextmanager
async def nothing_changed(api: Api) -> AsyncIterator[None]:
    before = await contents(api)
    yield
    assert await contents(api) == before


async def refused(api: Api, caller: Caller, document: str, **given: Any) -> list[tuple[str, str]]:
    """Which field and code; nothing was written."""
    async with nothing_changed(api):
        payload = await caller.act(document, **given)
    assert [value for name, value in payload.items() if name != "userErrors"] == [None]
    assert all(error["message"] for error in payload["userErrors"])
    return [(".".join(error["field"][1:]), error["code"]) for error in payload["userErrors"]]


async def operator(api: Api, name: str = "Dist One") -> Caller:
    return await api.distributor(name, Role.DISTRIBUTOR_OPERATOR)


async def revise(caller: Caller, side: str, plan: dict[str, Any], *targets: dict[str, Any], **more: Any) -> Any:
    given = {"planId": plan["id"], "expectedVersion": plan["version"], **entered(*targets), **more}
    return await done(caller, op(side, "revise_business_plan"), **given)


def at(plan: dict[str, Any]) -> dict[str, Any]:
    return {"planId": plan["id"], "expectedVersion": plan["version"]}


async def planned_activities(caller: Caller, plan: dict[str, Any]) -> list[dict[str, Any]]:
    """What is to be done by a plan."""
    return nodes((await asked(caller, "vendor", "business_plan", plan))["activities"])
