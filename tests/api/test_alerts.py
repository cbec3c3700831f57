"""Alerts: what the clock and counting raise, who is told, settling them, and following them as they are raised."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.access.roles import Role
from app.alerts.actions import raise_for_warnings
from app.execution.identifiers import Key, global_id, key_of
from app.programme.line_places import line_place
from app.reports.periods.clock import watch_periods
from app.settings import Settings
from app.store.connect import Urls
from app.store.database import acting_as_worker
from app.worker import work
from tests.api.conftest import Api, Caller
from tests.api.periods_kit import (
    TERMS,
    an_agreement,
    at,
    came,
    gid,
    month,
    nodes,
    noon,
    period_gid,
    rows_of,
)

OWN = "distributor/alerts.graphql"
ALL = "vendor/alerts.graphql"
SETTLE = "distributor/settle_alert.graphql"


async def told(caller: Caller, document: str = ALL, **filter: Any) -> list[dict[str, Any]]:
    """What a caller is told, the newest first."""
    page = (await caller.ask(document, filter=filter, first=250))["viewer"]["alerts"]
    assert page["totalCount"] == len(page["edges"])
    return nodes(page)


async def about(api: Api, agreement: Key, document: str = ALL, name: str = "", **filter: Any) -> list[tuple[str, str]]:
    """The kinds and first days of what one side is told about an agreement, in order of the days."""
    caller = await (api.distributor(name) if name else api.vendor())
    found = await told(caller, OWN if name else ALL, agreementId=gid(agreement), **filter)
    return sorted((each["period"]["start"], each["kind"]) for each in found)


async def test_a_distributor_is_reminded_and_then_both_sides_are_told(api: Api) -> None:
    name, agreement = await an_agreement(api, **TERMS)
    start, before = month(6).isoformat(), month(5)
    await watch_periods(api.database, at(5, 6))
    assert await about(api, agreement, name=name) == [], "four days before it is due"
    await watch_periods(api.database, at(5, 7))
    assert await about(api, agreement, name=name) == [(start, "REPORT_DUE")]
    assert await about(api, agreement) == [], "a reminder is for who owes the report"
    await watch_periods(api.database, at(5, 15))
    assert await about(api, agreement) == [], "it is still in time"
    await watch_periods(api.database, at(5, 16))
    assert await about(api, agreement) == [(start, "REPORT_MISSING")]
    assert await about(api, agreement, name=name, settled=False) == [(start, "REPORT_MISSING")]
    assert await about(api, agreement, name=name, settled=True) == [(start, "REPORT_DUE")]
    (alert,) = await told(await api.vendor(), agreementId=gid(agreement))
    assert alert["subject"] == {"__typename": "ReportingPeriod", "id": period_gid(agreement, month(6))}
    assert alert["dueOn"] == (before + timedelta(days=15)).isoformat() and alert["dueOn"] in alert["message"]
    assert (alert["agreement"]["id"], alert["distributor"]["name"]) == (gid(agreement), name)
    assert (alert["rows"], alert["evidence"], alert["settledAt"]) == (None, [], None)


async def test_a_report_that_comes_at_last_settles_what_was_missing_and_is_late(api: Api) -> None:
    name, agreement = await an_agreement(api, **TERMS)
    start = month(6).isoformat()
    await watch_periods(api.database, at(5, 16))
    report = await came(api, name, agreement, month(6), month(5), at(5, 18))
    await came(api, name, agreement, month(6), month(5), at(5, 19))
    await watch_periods(api.database, at(5, 20))
    assert await about(api, agreement, settled=False) == [(start, "REPORT_LATE")]
    (late,) = await told(await api.vendor(), agreementId=gid(agreement), kinds=["REPORT_LATE"])
    assert late["evidence"] == [report], "the first report that came"
    (missing,) = await told(await api.vendor(), agreementId=gid(agreement), settled=True)
    assert missing["kind"] == "REPORT_MISSING" and missing["settledBy"] is None


async def test_a_report_in_time_leaves_nothing_to_act_on(api: Api) -> None:
    name, agreement = await an_agreement(api, **TERMS)
    await watch_periods(api.database, at(5, 8))
    await came(api, name, agreement, month(6), month(5), at(5, 9))
    await watch_periods(api.database, at(5, 12))
    assert await about(api, agreement, name=name, settled=False) == []
    await watch_periods(api.database, at(5, 20))
    assert await about(api, agreement) == []


async def test_the_same_thing_is_raised_once_however_often_and_by_whomever_it_is_looked_at(api: Api) -> None:
    _, agreement = await an_agreement(api, **TERMS)
    for _ in range(3):
        await asyncio.gather(*(watch_periods(api.database, at(4, 17)) for _ in range(4)))
    before = await rows_of(api, "alert")
    assert await watch_periods(api.database, at(4, 17)) == 0
    assert await rows_of(api, "alert") == before
    expected = [(month(ago).isoformat(), "REPORT_MISSING") for ago in (6, 5)]
    assert await about(api, agreement) == expected


async def test_what_somebody_settled_is_not_raised_again(api: Api) -> None:
    name, agreement = await an_agreement(api, **TERMS)
    await watch_periods(api.database, at(5, 16))
    caller = await api.distributor(name)
    (alert,) = await told(caller, OWN, agreementId=gid(agreement))
    payload = await caller.act(SETTLE, alertId=alert["id"])
    assert payload["userErrors"] == [] and payload["alert"]["settledBy"].startswith(name)
    await watch_periods(api.database, at(5, 25))
    assert await about(api, agreement, name=name, settled=False) == []
    assert await about(api, agreement, settled=False) == [(month(6).isoformat(), "REPORT_MISSING")], (
        "the vendor's stays"
    )


async def test_what_is_true_again_is_open_again(api: Api) -> None:
    """The deadline is moved by a holiday, and moved back."""
    _, agreement = await an_agreement(api, **TERMS)
    vendor, last = await api.vendor(), month(5) + timedelta(days=15)
    await watch_periods(api.database, at(5, 16))
    holidays = [(last + timedelta(days=n)).isoformat() for n in range(3)]
    given = {"agreementId": gid(agreement), "holidays": holidays, "remindDays": 0}
    await vendor.act("vendor/set_reporting_calendar.graphql", **given, businessDays=True, expectedVersion=0)
    await watch_periods(api.database, at(5, 16))
    assert await about(api, agreement, settled=False) == []
    await vendor.act("vendor/set_reporting_calendar.graphql", **given, businessDays=False, expectedVersion=1)
    await watch_periods(api.database, at(5, 16))
    assert await about(api, agreement, settled=False) == [(month(6).isoformat(), "REPORT_MISSING")]


async def test_closing_a_period_settles_what_was_to_be_done_about_it(api: Api) -> None:
    _, agreement = await an_agreement(api, **TERMS)
    await watch_periods(api.database, at(5, 16))
    await (await api.vendor()).act("vendor/close_reporting_period.graphql", periodId=period_gid(agreement, month(6)))
    await watch_periods(api.database, at(5, 17))
    assert await about(api, agreement, settled=False) == []


async def test_what_fell_due_long_ago_or_before_the_agreement_was_entered_raises_nothing(api: Api) -> None:
    _, entered = await an_agreement(api, **TERMS, created_at=at(4, 20))
    _, known = await an_agreement(api, **TERMS)
    await watch_periods(api.database, at(3, 17))
    assert await about(api, entered) == [(month(4).isoformat(), "REPORT_MISSING")]
    assert await about(api, known) == [(month(ago).isoformat(), "REPORT_MISSING") for ago in (6, 5, 4)]
    _, unwatched = await an_agreement(api, **TERMS)
    await watch_periods(api.database, at(0, 17))
    starts = [start for start, _ in await about(api, unwatched)]
    assert starts[0] > month(6).isoformat() and starts[-1] == month(1).isoformat()


async def test_an_agreement_that_has_ended_is_not_called_for(api: Api) -> None:
    _, agreement = await an_agreement(api, **TERMS)
    await watch_periods(api.database, at(5, 16))
    await api.world.connection.execute("UPDATE agreement SET status = 'ENDED' WHERE id = $1", agreement.id)
    await watch_periods(api.database, at(4, 16))
    assert await about(api, agreement, settled=False) == []
    assert len(await about(api, agreement)) == 1


async def test_a_network_that_fails_keeps_no_other_from_being_looked_after(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.reports.periods import clock

    _, ours = await an_agreement(api, **TERMS)
    _, theirs = await an_agreement(api, "Borealis", **TERMS)
    healthy = clock._watch_network

    async def failing(session: Any, vendor_id: UUID, now: datetime) -> int:
        if vendor_id == ours.vendor_id:
            raise RuntimeError("broken")
        return await healthy(session, vendor_id, now)

    monkeypatch.setattr(clock, "_watch_network", failing)
    await watch_periods(api.database, at(5, 16))
    assert await about(api, ours) == []
    assert [each["kind"] for each in await told(await api.vendor("Borealis"), agreementId=gid(theirs))] == [
        "REPORT_MISSING"
    ]


async def test_nobody_is_told_what_is_anothers(api: Api) -> None:
    name, agreement = await an_agreement(api, **TERMS)
    await watch_periods(api.database, at(5, 16))
    (own,) = await told(await api.distributor(name), OWN, agreementId=gid(agreement))
    (vendors,) = await told(await api.vendor(), agreementId=gid(agreement))
    for caller, document in ((await api.distributor("Dist Two"), OWN), (await api.vendor("Borealis"), ALL)):
        assert await told(caller, document, agreementId=gid(agreement)) == []
    find = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for caller, seen in (
        (await api.vendor(), [None, {"id": vendors["id"]}]),
        (await api.distributor(name), [{"id": own["id"]}, None]),
        (await api.distributor("Dist Two"), [None, None]),
        (await api.vendor("Borealis"), [None, None]),
        (await api.reseller(), [None, None]),
    ):
        assert (await caller.ask(find, ids=[own["id"], vendors["id"]]))["nodes"] == seen
    assert await told(await api.reseller(), "reseller/alerts.graphql") == []
    viewer = await api.reseller(role=Role.RESELLER_VIEWER)
    answer = await viewer.raw("{ viewer { alerts(first: 1) { totalCount } } }")
    assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN", "requires": ["alert:read"]}


async def test_alerts_come_in_pages_the_newest_first(api: Api) -> None:
    _, agreement = await an_agreement(api, **TERMS)
    for ago in (5, 4, 3):
        await watch_periods(api.database, at(ago, 17))
    vendor, seen, after = await api.vendor(), [], None
    while True:
        asked = {"filter": {"agreementId": gid(agreement)}, "first": 2, "after": after}
        page = (await vendor.ask(ALL, **asked))["viewer"]["alerts"]
        assert page["totalCount"] == 3
        seen += [each["raisedAt"] for each in nodes(page)]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len(seen) == 3 and seen == sorted(seen, reverse=True)


async def refused(api: Api, caller: Caller, alert_id: str) -> list[str]:
    before = await rows_of(api, "alert")
    payload = await caller.act(SETTLE, alertId=alert_id)
    assert payload["alert"] is None and all(each["field"] == ["input", "alertId"] for each in payload["userErrors"])
    assert await rows_of(api, "alert") == before
    return [each["code"] for each in payload["userErrors"]]


async def test_an_alert_is_settled_once_and_by_its_own_side(api: Api) -> None:
    name, agreement = await an_agreement(api, **TERMS)
    await watch_periods(api.database, at(5, 16))
    vendor, distributor = await api.vendor(), await api.distributor(name)
    (own,) = await told(distributor, OWN, agreementId=gid(agreement))
    (theirs,) = await told(vendor, agreementId=gid(agreement))
    never = global_id("Alert", Key(agreement.vendor_id, uuid4()))
    for foreign in (theirs["id"], never, gid(agreement), "nonsense"):
        assert await refused(api, distributor, foreign) == ["NOT_FOUND"]
    payload = await vendor.act("vendor/settle_alert.graphql", alertId=theirs["id"])
    assert payload["alert"]["settledAt"] is not None
    assert await refused(api, vendor, theirs["id"]) == ["STALE"]
    assert await about(api, agreement, name=name, settled=False) == [(month(6).isoformat(), "REPORT_MISSING")]
    row = await api.world.connection.fetchrow("SELECT * FROM audit_event WHERE subject = $1", theirs["id"])
    assert row["act"] == "settleAlert" and row["organization_id"] == api.world.organizations["Acme"]
    for reader in (await api.distributor(name, Role.DISTRIBUTOR_VIEWER), await api.vendor("Acme", Role.VENDOR_ANALYST)):
        answer = await reader.raw(SETTLE, input={"alertId": own["id"]})
        assert answer["errors"][0]["extensions"]["requires"][0] == "alert:settle"


async def warned(api: Api, report: str, code: str, *rows: int) -> None:
    """Say that rows of a report have a warning."""
    key = key_of("Submission", report)
    assert key is not None
    owner = await api.world.connection.fetchrow("SELECT * FROM submission WHERE id = $1", key.id)
    for row in rows:
        await api.world.add(
            "submission_issue",
            vendor_id=key.vendor_id,
            submission_id=key.id,
            row_number=row,
            position=0,
            agreement_id=owner["agreement_id"],
            distributor_id=owner["distributor_id"],
            code=code,
            severity="WARNING",
            disclosed=True,
        )


async def looked_through(api: Api, report: str) -> int:
    """What counting does about a report's warnings."""
    key = key_of("Submission", report)
    assert key is not None
    async with api.database.writing(acting_as_worker(key.vendor_id)) as session:
        return await raise_for_warnings(session, key.vendor_id, [key.id], datetime.now(UTC), line_place)


async def test_a_reports_warnings_are_one_alert_for_each_kind_with_the_number_of_rows(api: Api) -> None:
    name, agreement = await an_agreement(api)
    report = await came(api, name, agreement, month(6), month(5), noon(month(5)))
    await warned(api, report, "RESELLER_NOT_AUTHORIZED", 1, 2, 5)
    await warned(api, report, "SERIAL_SOLD_TWICE", 3)
    await warned(api, report, "UNKNOWN_COLUMN", 0)
    assert await looked_through(api, report) == 4, "two kinds, for two sides"
    assert await looked_through(api, report) == 0
    for caller, document in ((await api.vendor(), ALL), (await api.distributor(name), OWN)):
        found = {each["kind"]: each for each in await told(caller, document, agreementId=gid(agreement))}
        assert {kind: each["rows"] for kind, each in found.items()} == {
            "RESELLER_NOT_AUTHORIZED": 3,
            "SERIAL_SOLD_TWICE": 1,
        }
        assert found["SERIAL_SOLD_TWICE"]["subject"] == {"__typename": "Submission", "id": report}
        assert found["SERIAL_SOLD_TWICE"]["message"].startswith("1 row of the report of ")
        assert found["RESELLER_NOT_AUTHORIZED"]["message"].startswith("3 rows of the report of ")


async def test_rows_that_are_released_later_open_the_alert_again(api: Api) -> None:
    name, agreement = await an_agreement(api)
    report = await came(api, name, agreement, month(6), month(5), noon(month(5)))
    await warned(api, report, "PRICE_MISSING", 1)
    await looked_through(api, report)
    vendor = await api.vendor()
    (alert,) = await told(vendor, agreementId=gid(agreement))
    await vendor.act("vendor/settle_alert.graphql", alertId=alert["id"])
    assert await looked_through(api, report) == 0
    await warned(api, report, "PRICE_MISSING", 2)
    assert await looked_through(api, report) == 2
    (again,) = await told(vendor, agreementId=gid(agreement))
    assert (again["id"], again["rows"], again["settledAt"]) == (alert["id"], 2, None)


async def test_a_preview_raises_nothing(api: Api) -> None:
    name, agreement = await an_agreement(api)
    report = await came(api, name, agreement, month(6), month(5), noon(month(5)), previewed_by="DISTRIBUTOR")
    await warned(api, report, "PRICE_MISSING", 1)
    assert await looked_through(api, report) == 0


async def test_counting_a_report_raises_what_its_rows_warn_of(api: Api) -> None:
    caller, agreement = await api.distributor(), api.world.agreement_gid("Acme", "Dist One")
    line = {"documentNumber": f"W-{uuid4().hex[:8]}", "soldOn": "2026-01-05", "productCode": "DRIVE-1"}
    payload = await caller.act(
        "distributor/submit_sell_through.graphql",
        agreementId=agreement,
        period={"start": "2026-01-01", "end": "2026-02-01"},
        source={"lines": [{**line, "resellerAccount": "A-1", "quantity": "1"}]},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    await api.count()
    found = await told(caller, OWN, agreementId=agreement, kinds=["PRICE_MISSING"])
    (alert,) = [each for each in found if each["subject"]["id"] == payload["submission"]["id"]]
    assert (alert["rows"], alert["period"]["start"]) == (1, "2026-01-01")
    for reader in (caller, await api.vendor()):
        data = await reader.ask(
            "query($ids: [ID!]!) { nodes(ids: $ids) { ... on SellThroughLine { documentNumber } } }",
            ids=alert["evidence"],
        )
        assert data["nodes"] == [{"documentNumber": line["documentNumber"]}]


async def test_every_worker_looks_at_the_clock_from_its_beginning_to_its_end(api: Api, urls: Urls) -> None:
    _, agreement = await an_agreement(api, **TERMS, created_at=at(6))
    stop = asyncio.Event()
    workers = [asyncio.create_task(work(Settings(home=Path("/nowhere")), urls.app, stop)) for _ in range(2)]
    try:
        for _ in range(200):
            found = await about(api, agreement, settled=False)
            if found:
                break
            await asyncio.sleep(0.05)
        assert (month(2).isoformat(), "REPORT_MISSING") in found
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*workers), 30)
    assert len(await about(api, agreement)) == len(found)
