"""What the tests of reporting periods and alerts share: agreements of their own, reports that came on a day of choice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.execution.identifiers import Key, global_id
from app.programme.spans import month_of, months_earlier
from app.store.identity import new_id
from tests.api.conftest import Api, Caller

TODAY = datetime.now(UTC).date()


def month(ago: int) -> date:
    """The first day of the month so many months ago; of one to come where it is negative."""
    first = month_of(TODAY)
    return (
        months_earlier(first, ago)
        if ago >= 0
        else date(first.year + (first.month - 1 - ago) // 12, (first.month - 1 - ago) % 12 + 1, 1)
    )


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def at(ago: int, days: int = 0) -> datetime:
    """A moment so many days after the first of a month."""
    return noon(month(ago) + timedelta(days=days))


TERMS = {"due_days": 10, "grace_days": 5}
"A month is due on the 11th of the next one, and in time until the 16th."


async def an_agreement(api: Api, vendor: str = "Acme", **changed: Any) -> tuple[str, Key]:
    """A new distributor with an agreement by calendar months over half a year before this month and half a year after it.

    Its name, and the agreement's key.
    """
    name = f"Dist {uuid4().hex[:8]}"
    await api.world.party(vendor, name, "DISTRIBUTOR")
    terms = {"effective_start": month(6), "effective_end": month(-6), "due_days": 0, "grace_days": 0}
    terms["created_at"] = noon(month(6))
    agreement = await api.world.agreement(vendor, name, **{**terms, **changed})
    return name, Key(api.world.vendors[vendor], agreement)


def gid(agreement: Key) -> str:
    return global_id("DistributionAgreement", agreement)


def period_gid(agreement: Key, start: date) -> str:
    return global_id("ReportingPeriod", Key(*agreement[:2], start.toordinal()))


async def came(api: Api, name: str, agreement: Key, start: date, end: date, at: datetime, **changed: Any) -> str:
    """A report of these days that was received at a moment and counted; its id."""
    file_id, id, organization = new_id(), new_id(), api.world.organizations[name]
    await api.world.add(
        "report_file",
        organization_id=organization,
        id=file_id,
        filename="report.csv",
        sha256="0" * 64,
        received_bytes=0,
        created_at=at,
        expires_at=at + timedelta(days=1),
        completed_at=at,
    )
    counts = {f"rows_{each}": 0 for each in ("received", "accepted", "held", "rejected", "duplicate", "conflict")}
    values = {
        "vendor_id": agreement.vendor_id,
        "id": id,
        "agreement_id": agreement.id,
        "distributor_id": await distributor_id(api, agreement),
        "kind": "SELL_THROUGH",
        "mode": "APPEND",
        "format": "CSV",
        "status": "PROCESSED",
        "period_start": start,
        "period_end": end,
        "organization_id": organization,
        "file_id": file_id,
        "filename": "report.csv",
        "sha256": "0" * 64,
        "byte_size": 0,
        "submitted_by": name,
        "received_at": at,
        **counts,
    }
    await api.world.add("submission", **{**values, **changed})
    return global_id("Submission", Key(agreement.vendor_id, id))


async def distributor_id(api: Api, agreement: Key) -> UUID:
    found: UUID = await api.world.connection.fetchval(
        "SELECT distributor_id FROM agreement WHERE id = $1", agreement.id
    )
    return found


async def rows_of(api: Api, *tables: str) -> dict[str, list[str]]:
    """Every row of some tables."""
    found = {}
    for table in (*tables, "audit_event", "jobs.pgqueuer"):
        rows = await api.world.connection.fetch(f"SELECT t::text AS row FROM {table} t ORDER BY 1")
        found[table] = [row["row"] for row in rows]
    return found


def nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]


@asynccontextmanager
async def nothing_written(api: Api) -> AsyncIterator[None]:
    """Fails where the block changed what is agreed about reporting."""
    before = await rows_of(api, "agreement", "reporting_calendar")
    yield
    assert await rows_of(api, "agreement", "reporting_calendar") == before


async def refused(api: Api, caller: Caller, document: str, **given: Any) -> list[tuple[str, str]]:
    """Where and with which codes; nothing was written."""
    async with nothing_written(api):
        payload = await caller.act(document, **given)
    assert [value for name, value in payload.items() if name != "userErrors"] == [None]
    assert all(error["message"] for error in payload["userErrors"])
    return [(error["field"][-1], error["code"]) for error in payload["userErrors"]]


async def owed(api: Api, name: str, agreement: Key, **asked: Any) -> dict[str, Any]:
    """The page of periods that a distributor sees."""
    caller = await api.distributor(name)
    data = await caller.ask("distributor/reporting_periods.graphql", agreementId=gid(agreement), **asked)
    found: dict[str, Any] = data["node"]["reportingPeriods"]
    return found


async def states(api: Api, name: str, agreement: Key) -> dict[date, str]:
    """How each period stands, by its first day."""
    found = nodes(await owed(api, name, agreement, first=50))
    return {date.fromisoformat(each["period"]["start"]): each["state"] for each in found}
