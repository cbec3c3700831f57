"""Reporting periods over HTTP: what is owed, how it stands, and closing it."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api
from tests.api.periods_kit import an_agreement, came, gid, month, nodes, noon, owed, period_gid, refused, states

PERIODS = "vendor/reporting_periods.graphql"
CALENDAR = "vendor/set_reporting_calendar.graphql"
WHOLE = {"start": month(6).isoformat(), "end": month(-6).isoformat()}


async def test_periods_stand_as_reports_and_the_day_say(api: Api) -> None:
    name, agreement = await an_agreement(api, grace_days=20)
    await came(api, name, agreement, month(6), month(5), noon(month(5)))
    await came(api, name, agreement, month(5), month(4), noon(month(4) + timedelta(days=24)))
    await came(api, name, agreement, month(4), month(4) + timedelta(days=7), noon(month(3)))
    await came(api, name, agreement, month(4), month(4) + timedelta(days=10), noon(month(3) + timedelta(days=2)))
    page = await owed(api, name, agreement, first=12)
    found = nodes(page)
    assert [each["period"]["start"] for each in found] == [month(ago).isoformat() for ago in range(6, -6, -1)]
    assert page["totalCount"] == 12 and not page["pageInfo"]["hasNextPage"]
    first, second, third, fourth, *later = found
    assert (first["state"], first["late"], first["daysLate"], first["completeness"]) == ("SUBMITTED", False, 0, "1")
    assert (second["state"], second["late"], second["daysLate"]) == ("LATE", True, 4)
    days = (month(3) - month(4)).days
    assert third["state"] == "SUBMITTED" and third["completeness"] == f"{int(10 / days * 10_000) / 10_000:g}"
    assert third["submissions"]["totalCount"] == 2
    newest, older = nodes(third["submissions"])
    assert newest["receivedAt"] > older["receivedAt"]
    assert fourth["state"] == "MISSING" and fourth["daysLate"] > 0 and fourth["completeness"] == "0"
    assert [each["state"] for each in later[2:]] == ["UPCOMING"] * 6
    assert (first["dueOn"], first["graceUntil"]) == (month(5).isoformat(), (month(5) + timedelta(days=20)).isoformat())


async def test_a_report_is_due_until_grace_is_over(api: Api) -> None:
    name, agreement = await an_agreement(api, due_days=0, grace_days=60)
    assert (await states(api, name, agreement))[month(1)] == "DUE"


async def test_a_quarter_of_weeks_is_tiled_from_its_first_to_its_last_day(api: Api) -> None:
    name, agreement = await an_agreement(api, cadence="WEEKLY")
    found = nodes(await owed(api, name, agreement, first=250))
    spans = [(each["period"]["start"], each["period"]["end"]) for each in found]
    assert (spans[0][0], spans[-1][1]) == (month(6).isoformat(), month(-6).isoformat())
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert all(date.fromisoformat(start).weekday() == 0 for start, _ in spans[1:])


async def test_a_vendor_sees_the_calendar_and_the_record_of_its_distributor(api: Api) -> None:
    name, agreement = await an_agreement(api)
    await came(api, name, agreement, month(6), month(5), noon(month(5)))
    await came(api, name, agreement, month(5), month(4), noon(month(4) + timedelta(days=3)))
    await came(api, name, agreement, month(4), month(3), noon(month(3) + timedelta(days=4)))
    vendor = await api.vendor()
    data = await vendor.ask(PERIODS, agreementId=gid(agreement), period=WHOLE, first=1)
    calendar = data["node"]["reporting"]["calendar"]
    assert calendar == {"businessDays": False, "holidays": [], "remindDays": 3, "version": 0}
    record = data["node"]["reportingRecord"]
    assert (record["inTime"], record["late"], record["meanDaysLate"]) == (1, 2, "3.5")
    assert record["missing"] == record["due"] - 3 and record["missing"] in {2, 3}
    assert record["shareComplete"] == f"{int(3 / record['due'] * 10_000) / 10_000:g}"
    few = {"start": month(5).isoformat(), "end": month(4).isoformat()}
    data = await vendor.ask(PERIODS, agreementId=gid(agreement), period=few, first=1)
    assert data["node"]["reportingRecord"]["due"] == 1
    assert data["node"]["reportingRecord"]["shareComplete"] == "1"
    none = {"start": month(-1).isoformat(), "end": month(-2).isoformat()}
    data = await vendor.ask(PERIODS, agreementId=gid(agreement), period=none, first=1)
    assert data["node"]["reportingRecord"] == {
        "due": 0,
        "inTime": 0,
        "late": 0,
        "missing": 0,
        "meanDaysLate": None,
        "shareComplete": None,
    }


PAGE = """query($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: ReportingPeriodFilter) {
  node(id: $id) { ... on DistributionAgreement { reportingPeriods(first: $first, after: $after, last: $last,
    before: $before, filter: $filter) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { node { id period { start } state } } } } } }"""


@pytest.mark.parametrize("filtered", [None, {"states": ["UPCOMING", "MISSING", "SUBMITTED", "DUE"]}])
async def test_periods_come_in_pages_forwards_and_backwards(api: Api, filtered: dict[str, Any] | None) -> None:
    name, agreement = await an_agreement(api)
    caller = await api.distributor(name)
    every = [month(ago).isoformat() for ago in range(6, -6, -1)]
    for size, cursor, more, edge in (
        ("first", "after", "hasNextPage", "endCursor"),
        ("last", "before", "hasPreviousPage", "startCursor"),
    ):
        seen: list[str] = []
        position = None
        while True:
            asked = {size: 5, cursor: position, "filter": filtered}
            data = await caller.ask(PAGE, id=gid(agreement), **asked)
            page = data["node"]["reportingPeriods"]
            assert page["totalCount"] == 12
            own = [each["period"]["start"] for each in nodes(page)]
            seen = seen + own if size == "first" else own + seen
            if not page["pageInfo"][more]:
                break
            position = page["pageInfo"][edge]
        assert seen == every


async def test_periods_are_filtered_by_state_and_days(api: Api) -> None:
    name, agreement = await an_agreement(api)
    upcoming = await owed(api, name, agreement, filter={"states": ["UPCOMING"]}, first=2)
    assert upcoming["totalCount"] == 6 and len(nodes(upcoming)) == 2
    some = {"from": (month(4) + timedelta(days=3)).isoformat(), "until": month(2).isoformat()}
    assert [each["period"]["start"] for each in nodes(await owed(api, name, agreement, filter=some, first=9))] == [
        month(4).isoformat(),
        month(3).isoformat(),
    ]
    nothing = await owed(api, name, agreement, filter={"states": ["CLOSED"]}, first=9)
    assert nothing["totalCount"] == 0 and nodes(nothing) == []


async def test_a_period_is_found_by_its_id_by_its_own_two_sides_alone(api: Api) -> None:
    name, agreement = await an_agreement(api)
    document = "query($id: ID!) { node(id: $id) { id ... on ReportingPeriod { state agreement { id } } } }"
    own = period_gid(agreement, month(2))
    expected = {"id": own, "state": "MISSING", "agreement": {"id": gid(agreement)}}
    for caller in (await api.distributor(name), await api.vendor()):
        assert (await caller.ask(document, id=own))["node"] == expected
    for caller in (await api.distributor("Dist Two"), await api.vendor("Borealis"), await api.reseller()):
        assert (await caller.ask(document, id=own))["node"] is None
    vendor = await api.vendor()
    for start in (month(2) + timedelta(days=1), month(7), month(-6)):
        assert (await vendor.ask(document, id=period_gid(agreement, start)))["node"] is None
    beyond = global_id("ReportingPeriod", Key(*agreement[:2], 2**60))
    assert (await vendor.ask(document, id=beyond))["node"] is None


async def test_a_report_without_a_line_is_a_report(api: Api) -> None:
    name, agreement = await an_agreement(api)
    caller = await api.distributor(name)
    assert (await states(api, name, agreement))[month(2)] == "MISSING"
    payload = await caller.act(
        "distributor/submit_sell_through.graphql",
        agreementId=gid(agreement),
        period={"start": month(2).isoformat(), "end": month(1).isoformat()},
        source={"lines": []},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    assert (await states(api, name, agreement))[month(2)] == "LATE", "received means durable"
    await api.count("Acme", name)
    (found,) = nodes(await owed(api, name, agreement, filter={"states": ["LATE"]}))
    assert found["completeness"] == "1"
    (report,) = nodes(found["submissions"])
    assert report["status"] == "PROCESSED" and report["timeliness"]["late"]


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "FAILED"},
        {"status": "CANCELLED"},
        {"previewed_by": "DISTRIBUTOR"},
        {"mode": "CORRECT"},
        {"kind": "SELL_IN"},
    ],
    ids=str,
)
async def test_what_is_no_report_of_a_period_leaves_it_missing(api: Api, changed: dict[str, Any]) -> None:
    name, agreement = await an_agreement(api)
    await came(api, name, agreement, month(3), month(2), noon(month(2)), **changed)
    (found, *_) = nodes(await owed(api, name, agreement, filter={"from": month(3).isoformat()}))
    assert (found["state"], found["completeness"], found["submissions"]["totalCount"]) == ("MISSING", "0", 0)


async def test_a_report_is_late_exactly_where_its_period_is(api: Api) -> None:
    """By calendar days and by business days, to the day."""
    name, agreement = await an_agreement(api, due_days=3, grace_days=2)
    for ago, days in ((6, 4), (5, 5), (4, 6), (3, 7), (2, 8)):
        await came(api, name, agreement, month(ago), month(ago - 1), noon(month(ago - 1) + timedelta(days=days)))
    for calendar in (False, True):
        if calendar:
            given = {"businessDays": True, "holidays": [month(4).isoformat()], "expectedVersion": 0}
            payload = await (await api.vendor()).act(CALENDAR, agreementId=gid(agreement), **given)
            assert payload["userErrors"] == []
        for each in nodes(await owed(api, name, agreement, first=5)):
            (report,) = nodes(each["submissions"])
            assert report["timeliness"] == {"dueOn": each["graceUntil"], "late": each["state"] == "LATE"}
            assert not calendar or date.fromisoformat(each["graceUntil"]).weekday() < 5


async def test_the_calendar_of_an_agreement_is_set_once_for_each_version(api: Api) -> None:
    name, agreement = await an_agreement(api)
    vendor = await api.vendor()
    holidays = ["2026-12-26", "2026-12-25", "2026-12-26"]
    given = {"agreementId": gid(agreement), "businessDays": True, "holidays": holidays, "remindDays": 5}
    payload = await vendor.act(CALENDAR, **given, expectedVersion=0)
    expected = {"businessDays": True, "holidays": ["2026-12-25", "2026-12-26"], "remindDays": 5, "version": 1}
    assert payload == {"calendar": expected, "userErrors": []}
    assert await refused(api, vendor, CALENDAR, **given, expectedVersion=0) == [("expectedVersion", "STALE")]
    payload = await vendor.act(CALENDAR, **{**given, "holidays": []}, expectedVersion=1)
    assert payload["calendar"] == {**expected, "holidays": [], "version": 2}
    audited = await api.world.connection.fetchval(
        "SELECT count(*) FROM audit_event WHERE act = 'setReportingCalendar' AND subject = $1", gid(agreement)
    )
    assert audited == 2
    seen = await (await api.distributor(name)).ask(PERIODS, agreementId=gid(agreement), period=WHOLE)
    assert seen["node"]["reporting"]["calendar"]["version"] == 2, "the distributor reads what it is held to"


async def test_a_calendar_that_cannot_be_is_refused_with_every_reason(api: Api) -> None:
    _, agreement = await an_agreement(api)
    vendor = await api.vendor()
    many = [(date(2020, 1, 1) + timedelta(days=n)).isoformat() for n in range(1_001)]
    given = {"agreementId": gid(agreement), "businessDays": True, "holidays": many, "remindDays": 91}
    assert await refused(api, vendor, CALENDAR, **given, expectedVersion=7) == [
        ("expectedVersion", "STALE"),
        ("holidays", "INVALID"),
        ("remindDays", "INVALID"),
    ]
    foreign = {**given, "holidays": [], "remindDays": 1, "expectedVersion": 0}
    assert await refused(api, await api.vendor("Borealis"), CALENDAR, **foreign) == [("agreementId", "NOT_FOUND")]
