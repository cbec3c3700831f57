"""The queue of applications, decided in one go: each enrolment is decided, or says why it is not."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

from app.execution.identifiers import Key, global_id, key_of
from app.store.identity import new_id
from tests.api.conftest import Api
from tests.api.partners_kit import nothing_written
from tests.api.test_tier_reviews import a_program, enrolled

DECIDE = "vendor/decide_enrollments.graphql"


async def applied(api: Api, vendor: str = "Acme") -> str:
    """An application of a reseller of its own."""
    world, vendor_id = api.world, api.world.vendors[vendor]
    reseller, enrollment = new_id(), new_id()
    columns = await world.connection.fetchrow(
        "SELECT * FROM party WHERE id = $1", world.parties[vendor, "Reseller One"]
    )
    own = {name: value for name, value in dict(columns).items() if not name.startswith("folded")}
    await world.add("party", **{**own, "id": reseller, "name": f"R {reseller.hex[-8:]}"})
    await world.add(
        "enrollment",
        vendor_id=vendor_id,
        id=enrollment,
        program_id=world.programs[vendor, "RESELLER"],
        reseller_id=reseller,
        status="APPLIED",
        since=date(2026, 1, 1),
        created_at=datetime.now(UTC),
    )
    return global_id("Enrollment", Key(vendor_id, enrollment))


def decision(id: str, status: str | None = "ACTIVE", **changed: Any) -> dict[str, Any]:
    return {"enrollmentId": id, "expectedVersion": 1, "status": status, **changed}


def outcomes(payload: dict[str, Any]) -> list[tuple[str | None, list[str]]]:
    """The status of each enrolment that was decided, or the codes of why it was not."""
    return [
        ((each["enrollment"] or {}).get("status"), [error["code"] for error in each["userErrors"]])
        for each in payload["decisions"]
    ]


async def test_each_application_is_decided_or_says_why_it_is_not(api: Api) -> None:
    good, bad, stale, twice = [await applied(api) for _ in range(4)]
    foreign, vendor = await applied(api, "Borealis"), await api.vendor()
    before = await api.world.connection.fetchval("SELECT count(*) FROM audit_event")
    given = [
        decision(good),
        decision(bad, "ENDED"),
        decision(stale, expectedVersion=7),
        decision(foreign),
        decision("nonsense"),
        decision(twice, "APPROVED"),
        decision(twice),
        decision(stale, "SUSPENDED", tierRank=99),
    ]
    payload = await vendor.act(DECIDE, decisions=given, reason="The queue of Monday.")
    assert payload["userErrors"] == [] and payload["decided"] == 3
    assert outcomes(payload) == [
        ("ACTIVE", []),
        ("ENDED", []),
        (None, ["STALE"]),
        (None, ["NOT_FOUND"]),
        (None, ["NOT_FOUND"]),
        ("APPROVED", []),
        (None, ["INVALID"]),
        (None, ["INVALID"]),
    ]
    assert payload["decisions"][2]["userErrors"][0]["field"] == ["input", "decisions", "2", "expectedVersion"]
    assert payload["decisions"][3]["userErrors"][0]["message"] == payload["decisions"][4]["userErrors"][0]["message"]
    rows = await api.world.connection.fetch("SELECT status, version FROM enrollment WHERE status = 'APPLIED'")
    assert [tuple(row) for row in rows] == [("APPLIED", 1)] * 2, "the stale one and the other vendor's are as they were"
    told = "SELECT count(*) FROM enrollment_event WHERE reason = 'The queue of Monday.'"
    assert await api.world.connection.fetchval(told) == 3
    assert await api.world.connection.fetchval("SELECT count(*) FROM audit_event") == before + 3
    again = await vendor.act(DECIDE, decisions=given[:2], reason="The queue of Monday.")
    assert outcomes(again) == [(None, ["STALE"]), (None, ["STALE"])]


async def test_what_cannot_be_looked_at_at_all_is_refused_as_a_whole(api: Api) -> None:
    id, vendor = await applied(api), await api.vendor()
    for given, field in (
        ({"decisions": [], "reason": "x"}, "decisions"),
        ({"decisions": [decision(id)] * 251, "reason": "x"}, "decisions"),
        ({"decisions": [decision(id)], "reason": " "}, "reason"),
    ):
        async with nothing_written(api):
            payload = await vendor.act(DECIDE, **given)
        assert (payload["decisions"], payload["decided"]) == (None, None)
        assert [error["field"] for error in payload["userErrors"]] == [["input", field]]
    given = {"decisions": [decision(id)], "reason": "x"}
    stranger = await (await api.vendor("Borealis")).act(DECIDE, **given)
    assert outcomes(stranger) == [(None, ["NOT_FOUND"])]
    async with nothing_written(api):
        for caller in (await api.distributor(), await api.reseller()):
            answer = await caller.raw(DECIDE, input=given)
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_two_who_decide_the_same_queue_in_another_order_decide_each_once(api: Api) -> None:
    ids, vendor = [await applied(api) for _ in range(12)], await api.vendor()
    queues = [ids, ids[::-1], ids[6:] + ids[:6]]
    payloads = await asyncio.gather(
        *(vendor.act(DECIDE, decisions=[decision(id) for id in queue], reason="Welcome.") for queue in queues)
    )
    assert sum(payload["decided"] for payload in payloads) == 12
    assert {code for each in payloads for _, codes in outcomes(each) for code in codes} <= {"STALE"}


async def test_a_queue_of_250_is_decided_at_once(api: Api) -> None:
    ids = [await applied(api) for _ in range(250)]
    payload = await (await api.vendor()).act(DECIDE, decisions=[decision(id) for id in ids], reason="Welcome.")
    assert payload["decided"] == 250


async def test_a_distributor_sees_what_was_decided_of_its_reseller(api: Api) -> None:
    program = await a_program(api)
    id = await enrolled(api, program, 1)
    given = [decision(id, None, tierRank=2)]
    payload = await (await api.vendor()).act(DECIDE, decisions=given, reason="Grown.")
    assert payload["decisions"][0]["enrollment"]["tier"] == {"rank": 2}
    key = key_of("Enrollment", id)
    assert key is not None
    seen = await api.world.connection.fetch(
        "SELECT t.rank FROM distributor_enrollment d JOIN program_tier t ON t.id = d.tier_id WHERE d.enrollment_id = $1",
        key.id,
    )
    assert {row["rank"] for row in seen} == {2}
