"""Resellers apply to programmes: they see to which they may and why not, apply once, are decided about by the vendor or by
the programme's rule, withdraw; and nobody else's resellers or programmes are ever touched."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id, read_global_id
from app.partners.actions import carry_out_planned
from app.partners.applications.actions import carry_out_application
from tests.api.conftest import Api
from tests.api.partners_kit import a_club, done, nodes, nothing_written, once, party_gid, program_gid, refused

PROGRAM = "vendor/create_program.graphql"
UPDATE = "vendor/update_program.graphql"
DECIDE = "vendor/decide_enrollment.graphql"
SUSPEND = "vendor/suspend_enrollment.graphql"
REINSTATE = "vendor/reinstate_enrollment.graphql"
APPLY = "reseller/apply_to_program.graphql"
WITHDRAW = "reseller/withdraw_application.graphql"
OFFERS = "reseller/program_offers.graphql"
STATUS = "query($id: ID!) { node(id: $id) { ... on Enrollment { status benefits { granted } } } }"
SEEN = "query($id: ID!) { node(id: $id) { id } }"


async def a_program(api: Api, vendor: str = "Acme", **changed: Any) -> dict[str, Any]:
    return await done(await api.vendor(vendor), PROGRAM, **a_club(**changed))


async def applied(api: Api, program: dict[str, Any], reseller: str = "Reseller One", **changed: Any) -> dict[str, Any]:
    caller = await api.reseller(reseller)
    return await done(caller, APPLY, programId=program["id"], idempotencyKey=once(), **changed)


async def version(api: Api, id: str) -> int:
    query = "query($id: ID!) { node(id: $id) { ... on Enrollment { version } } }"
    return int((await (await api.vendor()).ask(query, id=id))["node"]["version"])


@pytest.fixture(autouse=True)
async def no_job_is_left(api: Api) -> AsyncIterator[None]:
    yield
    await api.world.connection.execute("DELETE FROM jobs.pgqueuer")


# ------------------------------------------------------------------------------------------------- what there is


async def test_a_reseller_sees_every_programme_of_its_vendors_and_every_reason_why_not(api: Api) -> None:
    open_to_all = await a_program(api)
    narrow = await a_program(api, partnerTypes=["MSP"], countries=["FR"])
    caller = await api.reseller()
    offers = nodes((await caller.ask(OFFERS, first=200))["viewer"]["reseller"]["programOffers"])
    found = {each["program"]["id"]: each for each in offers}
    assert found[open_to_all["id"]]["eligibility"] == {"eligible": True, "reasons": []}
    assert found[narrow["id"]]["eligibility"] == {
        "eligible": False,
        "reasons": [
            f"{narrow['name']} is for MSP; Reseller One is VAR.",
            f"{narrow['name']} is for FR; Reseller One is in DE.",
        ],
    }
    assert {each["program"]["vendor"]["name"] for each in offers} == {"Acme", "Borealis"}
    enrolled = await applied(api, open_to_all)
    offers = nodes((await caller.ask(OFFERS, first=200))["viewer"]["reseller"]["programOffers"])
    now = next(each for each in offers if each["program"]["id"] == open_to_all["id"])
    assert now["enrollment"] == {"id": enrolled["id"], "status": "APPLIED"}
    assert now["eligibility"]["reasons"] == ["Reseller One is enrolled in it already; the enrolment is APPLIED."]


async def test_offers_are_paged_and_end_with_the_programmes_of_the_own_networks(api: Api) -> None:
    await a_program(api, "Borealis")
    caller = await api.reseller("Reseller Two")
    whole = (await caller.ask(OFFERS, first=200))["viewer"]["reseller"]["programOffers"]
    assert {each["program"]["vendor"]["name"] for each in nodes(whole)} == {"Acme"}
    paged, after = [], None
    while True:
        page = (await caller.ask(OFFERS, first=1, after=after))["viewer"]["reseller"]["programOffers"]
        paged += nodes(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert paged == nodes(whole) and whole["totalCount"] == len(paged)


async def test_a_distributor_reads_of_its_reseller_what_its_own_enrolments_tell(api: Api) -> None:
    program = await a_program(api)
    made = await applied(api, program)
    query = (
        "query($id: ID!) { node(id: $id) { ... on Reseller { programOffers(first: 200) {"
        " edges { node { program { id } enrollment { id } eligibility { eligible } } } } } } }"
    )
    id = party_gid(api, "Reseller", "Acme", "Reseller One")
    for name in ("Dist One", "Dist Two"):
        found = nodes((await (await api.distributor(name)).ask(query, id=id))["node"]["programOffers"])
        assert [each["enrollment"] for each in found if each["program"]["id"] == program["id"]] == [{"id": made["id"]}]
    hidden = party_gid(api, "Reseller", "Acme", "Hidden Reseller")
    assert (await (await api.distributor("Dist One")).ask(query, id=hidden))["node"] is None
    assert (await (await api.reseller("Reseller Two")).ask(query, id=id))["node"] is None
    assert (await (await api.vendor("Borealis")).ask(query, id=id))["node"] is None


# ------------------------------------------------------------------------------------------------------ applying


async def test_a_reseller_applies_and_the_vendor_decides(api: Api) -> None:
    program = await a_program(api)
    made = await applied(api, program, note="We sell drives.")
    assert (made["status"], made["program"]["id"]) == ("APPLIED", program["id"])
    assert [(e["status"], e["by"], e["reason"]) for e in made["history"]] == [
        ("APPLIED", "RESELLER", "We sell drives.")
    ]
    for name in ("Dist One", "Dist Two"):
        seen = (await (await api.distributor(name)).ask(STATUS, id=made["id"]))["node"]
        assert seen == {"status": "APPLIED", "benefits": [{"granted": False}]}, "whoever serves it knows at once"
    decided = await done(
        await api.vendor(),
        DECIDE,
        enrollmentId=made["id"],
        expectedVersion=1,
        status="ACTIVE",
        tierRank=1,
        reason="Yes.",
    )
    assert decided["status"] == "ACTIVE"
    trace = await api.world.connection.fetch(
        "SELECT act, organization_id FROM audit_event WHERE subject = $1 ORDER BY id", made["id"]
    )
    organizations = api.world.organizations
    assert [tuple(row) for row in trace] == [
        ("applyToProgram", organizations["Reseller One"]),
        ("decideEnrollment", organizations["Acme"]),
    ]


async def test_an_application_that_cannot_be_is_refused_with_all_reasons(api: Api) -> None:
    caller = await api.reseller()
    narrow = await a_program(api, partnerTypes=["MSP"], countries=["FR"])

    async def tried(**given: Any) -> list[tuple[list[str] | None, str]]:
        return await refused(api, caller, APPLY, **{"idempotencyKey": once(), **given})

    at = ["input", "programId"]
    both = await tried(programId=narrow["id"], note=" ")
    assert both == [(["input", "note"], "REQUIRED"), (at, "NOT_ELIGIBLE"), (at, "NOT_ELIGIBLE")]
    assert await tried(programId=program_gid(api, "Acme", "DISTRIBUTOR")) == [(at, "NOT_FOUND")]
    assert await tried(programId="nonsense") == [(at, "NOT_FOUND")]
    program = await a_program(api)
    await applied(api, program)
    assert await tried(programId=program["id"]) == [(at, "TAKEN")]
    closed = await a_program(api)
    await done(await api.vendor(), UPDATE, programId=closed["id"], expectedVersion=1, status="ENDED")
    assert await tried(programId=closed["id"]) == [(at, "NOT_ACTIVE")]


async def test_nobody_applies_in_a_foreign_network_or_for_another_reseller(api: Api) -> None:
    borealis = await a_program(api, "Borealis")
    two = await api.reseller("Reseller Two")
    given = {"programId": borealis["id"], "idempotencyKey": once()}
    assert await refused(api, two, APPLY, **given) == [(["input", "programId"], "NOT_FOUND")]
    acme = await a_program(api)
    for rival in (
        party_gid(api, "Reseller", "Acme", "Reseller One"),
        party_gid(api, "Reseller", "Borealis", "Reseller One"),
    ):
        found = await refused(api, two, APPLY, programId=acme["id"], resellerId=rival, idempotencyKey=once())
        assert found == [(["input", "resellerId"], "NOT_FOUND")]
    made = await applied(api, acme)
    assert await refused(api, two, WITHDRAW, enrollmentId=made["id"]) == [(["input", "enrollmentId"], "NOT_FOUND")]
    never = global_id("Enrollment", Key(api.world.vendors["Acme"], api.world.vendors["Acme"]))
    assert await refused(api, two, WITHDRAW, enrollmentId=never) == [(["input", "enrollmentId"], "NOT_FOUND")]
    for stranger in (two, await api.vendor("Borealis")):
        assert (await stranger.ask(SEEN, id=made["id"]))["node"] is None


async def test_only_a_resellers_admin_applies(api: Api) -> None:
    program = await a_program(api)
    given = {"programId": program["id"], "idempotencyKey": once()}
    for role in (Role.RESELLER_SALES, Role.RESELLER_VIEWER):
        async with nothing_written(api):
            answer = await (await api.reseller(role=role)).raw(APPLY, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    for caller in (await api.vendor(), await api.distributor()):
        async with nothing_written(api):
            answer = await caller.raw(APPLY, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_of_applications_at_once_one_counts_and_the_same_key_gives_the_same(api: Api) -> None:
    program, caller = await a_program(api), await api.reseller()
    answers = await asyncio.gather(
        *(caller.act(APPLY, programId=program["id"], idempotencyKey=once()) for _ in range(4))
    )
    assert sorted(bool(answer["enrollment"]) for answer in answers) == [False, False, False, True]
    assert {error["code"] for answer in answers for error in answer["userErrors"]} == {"TAKEN"}
    other = await a_program(api)
    given = {"programId": other["id"], "idempotencyKey": once()}
    first = await done(caller, APPLY, **given)
    async with nothing_written(api):
        assert await done(caller, APPLY, **given) == first
    changed = await refused(api, caller, APPLY, **{**given, "note": "More."})
    assert changed == [(["input", "idempotencyKey"], "IDEMPOTENCY_KEY_REUSED")]


async def test_a_reseller_that_applies_becomes_known_to_the_vendor(api: Api) -> None:
    program, hidden = await a_program(api), party_gid(api, "Reseller", "Acme", "Hidden Reseller")
    vendor = await api.vendor()
    assert (await vendor.ask(SEEN, id=hidden))["node"] is None
    made = await applied(api, program, "Hidden Reseller")
    query = "query($id: ID!) { node(id: $id) { ... on Enrollment { status reseller { name } } } }"
    assert (await vendor.ask(query, id=made["id"]))["node"] == {
        "status": "APPLIED",
        "reseller": {"name": "Hidden Reseller"},
    }
    assert (await (await api.distributor("Dist One")).ask(SEEN, id=hidden))["node"] is None, "no other learns of it"


async def test_what_was_asked_for_and_not_carried_out_the_worker_does_once(api: Api) -> None:
    program = await a_program(api)
    made = await applied(api, program)
    found = read_global_id(made["id"])
    assert found is not None
    key = found.key
    (asked,) = await api.world.connection.fetch("SELECT id FROM program_application WHERE enrollment_id = $1", key.id)
    async with nothing_written(api):
        await carry_out_application(api.database, key.vendor_id, asked["id"])
        await carry_out_application(api.database, key.vendor_id, key.id)


# --------------------------------------------------------------------------------------------- withdrawn, by rule


async def test_an_application_is_withdrawn_while_nobody_has_decided_and_may_be_made_again(api: Api) -> None:
    program, caller = await a_program(api), await api.reseller()
    made = await applied(api, program)
    assert (await done(caller, WITHDRAW, enrollmentId=made["id"], reason="Not now."))["status"] == "ENDED"
    assert await refused(api, caller, WITHDRAW, enrollmentId=made["id"]) == [(["input", "enrollmentId"], "TOO_LATE")]
    again = await applied(api, program)
    assert again["id"] == made["id"] and [(e["status"], e["by"]) for e in again["history"]] == [
        ("APPLIED", "RESELLER"),
        ("ENDED", "RESELLER"),
        ("APPLIED", "RESELLER"),
    ]
    decision = {"enrollmentId": made["id"], "status": "ACTIVE", "reason": "Yes."}
    await done(await api.vendor(), DECIDE, expectedVersion=await version(api, made["id"]), **decision)
    assert await refused(api, caller, WITHDRAW, enrollmentId=made["id"]) == [(["input", "enrollmentId"], "TOO_LATE")]


async def test_a_programmes_rule_approves_whom_it_names_at_once_and_says_so(api: Api) -> None:
    rule = {"partnerTypes": ["VAR"], "countries": ["DE"]}
    program = await a_program(api, autoApproval=rule)
    assert program["autoApproval"] == {**rule, "status": "ACTIVE"}
    made = await applied(api, program)
    assert [(e["status"], e["by"], e["reason"]) for e in made["history"]] == [
        ("ACTIVE", "RULE", "Approved by the programme's rule: VAR, from DE."),
        ("APPLIED", "RESELLER", None),
    ]
    later = await a_program(api, autoApproval={"partnerTypes": [], "countries": [], "status": "APPROVED"})
    assert (await applied(api, later))["status"] == "APPROVED"
    others = await a_program(api, autoApproval={"partnerTypes": ["MSP"], "countries": []})
    assert (await applied(api, others))["status"] == "APPLIED"


async def test_whom_the_vendor_has_turned_away_no_rule_takes_in_again(api: Api) -> None:
    program = await a_program(api, autoApproval={"partnerTypes": [], "countries": []})
    made = await applied(api, program)
    given = {"enrollmentId": made["id"], "expectedVersion": await version(api, made["id"])}
    await done(await api.vendor(), DECIDE, **given, status="ENDED", reason="Fraud.")
    assert (await applied(api, program))["status"] == "APPLIED"


# ------------------------------------------------------------------------------------- suspended and reinstated


async def test_a_suspension_begins_now_or_on_its_day_and_ends_on_its_day(api: Api) -> None:
    program = await a_program(api, autoApproval={"partnerTypes": [], "countries": []})
    made = await applied(api, program)
    id, vendor = made["id"], await api.vendor()
    day = datetime.now(UTC).date() + timedelta(days=10)
    version_now = await version(api, id)
    planned = await done(
        vendor, SUSPEND, enrollmentId=id, expectedVersion=version_now, reason="Audit.", effectiveOn=day.isoformat()
    )
    assert planned["status"] == "ACTIVE" and planned["version"] == version_now + 1
    assert planned["plannedStatus"] == {"status": "SUSPENDED", "on": day.isoformat(), "reason": "Audit."}
    seen = "query($id: ID!) { node(id: $id) { ... on Enrollment { status plannedStatus { on } } } }"
    assert (await (await api.reseller()).ask(seen, id=id))["node"]["plannedStatus"] == {"on": day.isoformat()}
    assert (await (await api.distributor()).ask(seen, id=id))["node"] == {"status": "ACTIVE", "plannedStatus": None}

    async with nothing_written(api):
        assert await carry_out_planned(api.database, at(day - timedelta(days=1))) == 0
    assert await carry_out_planned(api.database, at(day)) == 1
    assert await carry_out_planned(api.database, at(day)) == 0
    for caller in (await api.distributor(), await api.distributor("Dist Two"), await api.reseller()):
        assert (await caller.ask(seen, id=id))["node"] == {"status": "SUSPENDED", "plannedStatus": None}
    back = await done(vendor, REINSTATE, enrollmentId=id, expectedVersion=await version(api, id), reason="Clean.")
    assert (back["status"], back["plannedStatus"]) == ("ACTIVE", None)
    history = "query($id: ID!) { node(id: $id) { ... on Enrollment { history { status by reason } } } }"
    events = (await (await api.reseller()).ask(history, id=id))["node"]["history"]
    assert [(e["status"], e["by"], e["reason"]) for e in events[:2]] == [
        ("ACTIVE", "VENDOR", "Clean."),
        ("SUSPENDED", "RULE", "Audit."),
    ]


async def test_a_suspension_that_lies_ahead_is_called_off_and_another_decision_drops_it(api: Api) -> None:
    program = await a_program(api, autoApproval={"partnerTypes": [], "countries": []})
    id, vendor = (await applied(api, program))["id"], await api.vendor()
    day = (datetime.now(UTC).date() + timedelta(days=10)).isoformat()

    async def given(**changed: Any) -> dict[str, Any]:
        return {"enrollmentId": id, "expectedVersion": await version(api, id), "reason": "Because.", **changed}

    await done(vendor, SUSPEND, **await given(effectiveOn=day))
    off = await done(vendor, REINSTATE, **await given())
    assert (off["status"], off["plannedStatus"]) == ("ACTIVE", None)
    await done(vendor, SUSPEND, **await given(effectiveOn=day))
    await done(vendor, SUSPEND, **await given())
    assert await carry_out_planned(api.database, at(date.fromisoformat(day))) == 0, "it is suspended already"
    await done(vendor, REINSTATE, **await given(effectiveOn=day))
    assert await carry_out_planned(api.database, at(date.fromisoformat(day))) == 1


async def test_suspensions_are_refused_where_they_cannot_be(api: Api) -> None:
    program = await a_program(api)
    id, vendor = (await applied(api, program))["id"], await api.vendor()
    given = {"enrollmentId": id, "expectedVersion": 1, "reason": "Because."}
    assert await refused(api, vendor, SUSPEND, **given) == [(["input", "enrollmentId"], "NOT_ACTIVE")]
    assert await refused(api, vendor, REINSTATE, **given) == [(["input", "enrollmentId"], "NOT_ACTIVE")]
    yesterday = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    wrong = {**given, "expectedVersion": 9, "reason": " ", "effectiveOn": yesterday}
    assert await refused(api, vendor, SUSPEND, **wrong) == [
        (["input", "reason"], "REQUIRED"),
        (["input", "expectedVersion"], "STALE"),
        (["input", "effectiveOn"], "INVALID"),
        (["input", "enrollmentId"], "NOT_ACTIVE"),
    ]
    borealis = await api.vendor("Borealis")
    for document in (SUSPEND, REINSTATE):
        assert await refused(api, borealis, document, **given) == [(["input", "enrollmentId"], "NOT_FOUND")]
        for caller in (await api.distributor(), await api.reseller(), await api.vendor(role=Role.VENDOR_ANALYST)):
            async with nothing_written(api):
                answer = await caller.raw(document, input=given)
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 0, 1, tzinfo=UTC)
