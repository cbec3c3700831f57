"""A report that is withdrawn before it is counted: nothing of it counts, and nobody else's is touched."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import read_global_id
from app.programme.terms import Level
from app.reports.counting import queries
from app.store.database import Context, Database, acting_as_worker
from app.tables.metadata import DatabaseRole
from tests.api.conftest import Api, Caller

AS_VENDOR = "vendor/cancel_submission.graphql"
PERIOD = {"start": "2026-01-01", "end": "2026-02-01"}
LINE = {"soldOn": "2026-01-05", "productCode": "DRIVE-1", "resellerAccount": "A-1", "quantity": "1", "unitPrice": "120"}
SELL_IN = b"document_number,document_line,invoiced_on,product_code,quantity,unit_price\nV-1,1,2026-01-05,DRIVE-1,1,90\n"


async def handed_in(api: Api, caller: Caller, document: str) -> str:
    """A distributor's report of one line."""
    payload = await caller.act(
        "distributor/submit_sell_through.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period=PERIOD,
        source={"lines": [{**LINE, "documentNumber": document}]},
        idempotencyKey=uuid4().hex,
    )
    found: str = payload["submission"]["id"]
    return found


async def cancelled(
    caller: Caller, submission: str, document: str = "distributor/cancel_submission.graphql"
) -> dict[str, Any]:
    return await caller.act(document, submissionId=submission)


def id_of(submission: str) -> UUID:
    found = read_global_id(submission)
    assert found is not None
    return found.key.id


async def status_of(api: Api, submission: str) -> str:
    found: str = await api.world.connection.fetchval("SELECT status FROM submission WHERE id = $1", id_of(submission))
    return found


async def lines_of(api: Api, document: str) -> int:
    found: int = await api.world.connection.fetchval(
        "SELECT count(*) FROM sell_through_line WHERE document_number = $1", document
    )
    return found


async def test_a_withdrawn_report_never_counts_and_the_next_one_does(api: Api) -> None:
    caller = await api.distributor()
    first, second = await handed_in(api, caller, "C-1"), await handed_in(api, caller, "C-2")
    payload = await cancelled(caller, first)
    assert payload == {
        "submission": {"id": first, "status": "CANCELLED", "counts": {"received": 0, "progress": 1.0}},
        "userErrors": [],
    }
    await api.count()
    assert [await status_of(api, each) for each in (first, second)] == ["CANCELLED", "PROCESSED"]
    assert [await lines_of(api, each) for each in ("C-1", "C-2")] == [0, 1]
    audited = await api.world.connection.fetch("SELECT act FROM audit_event WHERE subject = $1 ORDER BY id", first)
    assert [row["act"] for row in audited] == ["submitSellThrough", "cancelSubmission"]


async def test_withdrawing_twice_is_withdrawing_once(api: Api) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller, "C-3")
    assert await cancelled(caller, report) == await cancelled(caller, report)
    count = "SELECT count(*) FROM audit_event WHERE subject = $1 AND act = 'cancelSubmission'"
    assert await api.world.connection.fetchval(count, report) == 1


@pytest.mark.parametrize("status", ["PROCESSING", "PROCESSED"])
async def test_a_report_that_is_being_counted_is_not_withdrawn(api: Api, status: str) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller, f"C-4-{status}")
    if status == "PROCESSED":
        await api.count()
    else:
        await api.world.connection.execute("UPDATE submission SET status = $2 WHERE id = $1", id_of(report), status)
    payload = await cancelled(caller, report)
    assert payload["submission"] is None
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("TOO_LATE", ["input", "submissionId"])
    ]
    assert await status_of(api, report) == status
    await api.count()
    assert await lines_of(api, f"C-4-{status}") == 1


async def test_only_who_handed_it_in_withdraws_a_report(api: Api) -> None:
    caller, vendor = await api.distributor(), await api.vendor()
    report = await handed_in(api, caller, "C-5")
    reader = await api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    stock = await api.as_(
        Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN, scopes=frozenset({Scope.INVENTORY_WRITE})
    )
    assert [each["code"] for each in (await cancelled(vendor, report, AS_VENDOR))["userErrors"]] == ["NOT_ALLOWED"]
    assert [each["code"] for each in (await cancelled(stock, report))["userErrors"]] == ["NOT_ALLOWED"]
    rival = await api.distributor("Dist Two")
    assert [each["code"] for each in (await cancelled(rival, report))["userErrors"]] == ["NOT_FOUND"]
    assert [each["code"] for each in (await cancelled(rival, "nonsense"))["userErrors"]] == ["NOT_FOUND"]
    answer = await reader.raw("distributor/cancel_submission.graphql", input={"submissionId": report})
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await status_of(api, report) == "RECEIVED"
    await cancelled(caller, report)


async def test_a_vendor_withdraws_its_own_sell_in(api: Api) -> None:
    vendor = await api.vendor()
    payload = await vendor.act(
        "vendor/submit_sell_in.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period=PERIOD,
        uploadId=await vendor.upload(SELL_IN),
        idempotencyKey=uuid4().hex,
    )
    report: str = payload["submission"]["id"]
    assert (await cancelled(vendor, report, AS_VENDOR))["submission"]["status"] == "CANCELLED"
    await api.count()
    assert await api.world.connection.fetchval("SELECT count(*) FROM sell_in_line WHERE document_number = 'V-1'") == 0


@pytest.mark.parametrize(
    "change",
    ["status = 'PROCESSED'", "status = 'RECEIVED'", "status = 'CANCELLED', progress = 1", "period_end = '2027-01-01'"],
)
async def test_the_database_lets_a_level_do_nothing_to_a_report_but_withdraw_it(
    api: Api, database: Database, change: str
) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller, f"C-6 {change}")
    actor = api.world.actor(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.writing(actor.context()) as session:
            await session.execute(f"UPDATE submission SET {change} WHERE id = $1", id_of(report))
    assert await status_of(api, report) == "RECEIVED"
    await cancelled(caller, report)


async def test_another_organisation_of_the_network_withdraws_nothing(api: Api, database: Database) -> None:
    report = await handed_in(api, await api.distributor(), "C-7")
    vendor = Context(
        DatabaseRole.VENDOR,
        organization_id=api.world.organizations["Acme"],
        vendor_id=api.world.vendors["Acme"],
        vendor_ids=frozenset({api.world.vendors["Acme"]}),
    )
    rival = api.world.actor(Level.DISTRIBUTOR, "Dist Two", Role.DISTRIBUTOR_ADMIN).context()
    for context in (vendor, rival):
        async with database.writing(context) as session:
            changed = await session.execute("UPDATE submission SET status = 'CANCELLED' WHERE id = $1", id_of(report))
        assert changed == 0
    assert await status_of(api, report) == "RECEIVED"
    await cancelled(await api.distributor(), report)


async def test_a_report_withdrawn_just_before_its_turn_is_left_alone(api: Api, database: Database) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller, "C-8")
    vendor_id = api.world.vendors["Acme"]
    await cancelled(caller, report)
    async with database.writing(acting_as_worker(vendor_id)) as session:
        assert not await queries.begin(session, vendor_id, id_of(report), datetime.now(UTC))
    assert await status_of(api, report) == "CANCELLED"
