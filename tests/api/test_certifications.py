"""Certifications: who records, verifies and revokes them, who reads them, what they count for, and when they are renewed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.access.roles import Role
from app.alerts.watching.watch import watch_decisions
from app.programme.incentives import Gate
from app.programme.money_terms import GateEffect, GateKind
from tests.api.conftest import Api, Caller
from tests.api.enablement_kit import (
    READS,
    TODAY,
    certified,
    day,
    document,
    enrolled,
    forbidden,
    node,
    nothing_written,
    of_reseller,
    own,
    program,
    refused,
)
from tests.api.partners_kit import authorization_gid, done, nodes, once, party_gid, program_gid
from tests.api.statements_kit import Office, rebate, sold

RECORD = "vendor/record_certification.graphql"
VERIFY = "vendor/verify_certification.graphql"
REVOKE = "vendor/revoke_certification.graphql"
REQUIRE = "vendor/require_certifications.graphql"
ACTIVITY = "distributor/record_enablement_activity.graphql"


def named(found: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    return next((each for each in found if each["name"] == name), None)


async def counted(reseller: Caller, enrollment: str) -> str | None:
    """How many certifications the reseller reads as achieved."""
    data = await reseller.ask(
        "query($id: ID!) { node(id: $id) { ... on Enrollment { progress { kind achieved basis } } } }", id=enrollment
    )
    (found,) = [each for each in data["node"]["progress"] if each["kind"] == "CERTIFICATIONS"]
    assert found["basis"] == "RECORDED_CERTIFICATIONS"
    achieved: str | None = found["achieved"]
    return achieved


async def test_a_reseller_records_with_a_paper_and_it_counts_once_verified_and_until_revoked(api: Api) -> None:
    vendor, reseller = await api.vendor(), await api.reseller()
    asks = [{"name": "Pro", "requirements": [{"kind": "CERTIFICATIONS", "needed": "2"}]}]
    enrollment = await enrolled(api, (await program(api, tiers=asks, benefits=[]))["id"])
    paper = await document(api, reseller, resellerId=party_gid(api, "Reseller", "Acme", "Reseller One"))
    given = certified(api, name="Backup Expert")
    document_name = "reseller/record_certification.graphql"
    assert await refused(api, reseller, document_name, **given) == {("documentId", "REQUIRED")}
    made = await done(reseller, document_name, **given, documentId=paper["id"])
    assert (made["state"], made["recordedBy"], made["document"]["title"]) == ("UNVERIFIED", "RESELLER", "Certificate")
    assert (await done(reseller, document_name, **given, documentId=paper["id"]))["id"] == made["id"]
    assert await counted(reseller, enrollment) == "0"
    verified = await done(vendor, VERIFY, certificationId=made["id"])
    assert (verified["state"], verified["holder"]) == ("VALID", "Anna Koch")
    assert await counted(reseller, enrollment) == "1" == await counted(vendor, enrollment)
    assert await refused(api, vendor, VERIFY, certificationId=made["id"]) == {("certificationId", "TOO_LATE")}
    again = certified(api, name="backup  EXPERT", holder="anna koch", validUntil=None)
    await done(vendor, RECORD, **again)
    assert await counted(reseller, enrollment) == "1", "of one person the same certification counts once"
    firm = await done(vendor, RECORD, **certified(api, name="Backup Expert", holder=None))
    assert await counted(reseller, enrollment) == "2"
    revoked = await done(vendor, REVOKE, certificationId=firm["id"], reason="Withdrawn by the examiner.")
    assert (revoked["state"], revoked["reason"]) == ("REVOKED", "Withdrawn by the examiner.")
    given = {"certificationId": firm["id"], "reason": "x"}
    assert await refused(api, vendor, REVOKE, **given) == {("certificationId", "TOO_LATE")}
    assert await counted(reseller, enrollment) == "1"
    found = nodes((await own(reseller))["certifications"])
    assert [each["state"] for each in found] == ["REVOKED", "VALID", "VALID"]
    data = await reseller.ask("reseller/enablement.graphql", certifications={"state": "REVOKED"})
    assert [each["id"] for each in nodes(data["viewer"]["reseller"]["certifications"])] == [firm["id"]]


async def test_all_that_is_wrong_is_told_at_once_and_nothing_is_written(api: Api) -> None:
    vendor = await api.vendor()
    wrong = certified(api, name=" ", holder="\0", issuedOn=day(1), validUntil=day(-1), documentId="nothing")
    assert await refused(api, vendor, RECORD, **wrong) == {
        ("name", "REQUIRED"),
        ("holder", "INVALID"),
        ("issuedOn", "INVALID"),
        ("validUntil", "INVALID"),
        ("documentId", "NOT_FOUND"),
    }
    hidden = certified(api, "Hidden Reseller")
    assert await refused(api, vendor, RECORD, **hidden) == {("resellerId", "NOT_FOUND")}
    theirs = {"resellerId": party_gid(api, "Reseller", "Borealis", "Reseller One")}
    assert await refused(api, vendor, RECORD, **certified(api, **theirs)) == {("resellerId", "NOT_FOUND")}
    assert await refused(api, await api.distributor(), RECORD, **certified(api, "Hidden Reseller")) == {
        ("resellerId", "NOT_FOUND")
    }
    for role in (Role.VENDOR_ANALYST, Role.VENDOR_FINANCE):
        assert await forbidden(await api.vendor(role=role), RECORD, **certified(api))
    assert await forbidden(await api.reseller(role=Role.RESELLER_SALES), RECORD, **certified(api))
    for caller in (await api.distributor(), await api.reseller()):
        assert await forbidden(caller, VERIFY, certificationId="x")
        assert await forbidden(caller, REQUIRE, programId="x", expectedVersion=1, certifications=[])


async def test_each_distributor_reads_what_it_recorded_and_the_vendor_nothing_that_is_kept_from_it(api: Api) -> None:
    vendor, one, two = await api.vendor(), await api.distributor(), await api.distributor("Dist Two")
    reseller, borealis = await api.reseller(), await api.vendor("Borealis")
    record = "distributor/record_certification.graphql"
    open_ = await done(one, record, **certified(api, name="By One"))
    kept = await done(two, record, **certified(api, name="By Two"))
    assert (open_["state"], open_["recordedBy"], kept["state"]) == ("VALID", "DISTRIBUTOR", "VALID")
    by_vendor = await done(vendor, RECORD, **certified(api, name="By Acme"))
    for caller, level, seen in ((one, "distributor", ["By One"]), (two, "distributor", ["By Two"])):
        assert [each["name"] for each in await of_reseller(api, caller, level)] == seen
    known = await of_reseller(api, vendor, "vendor")
    assert named(known, "By One") and named(known, "By Acme") and not named(known, "By Two")
    mine = nodes((await own(reseller))["certifications"])
    assert all(named(mine, name) for name in ("By One", "By Two", "By Acme"))
    strangers = [borealis, await api.reseller("Reseller Two"), await api.reseller("Hidden Reseller")]
    for caller, ids in (
        (one, [kept, by_vendor]),
        (two, [open_, by_vendor]),
        (vendor, [kept]),
        *((each, [open_, kept, by_vendor]) for each in strangers),
    ):
        for each in ids:
            assert await node(caller, each["id"]) is None
    for caller, foreign in ((one, kept), (two, open_), (vendor, kept), (borealis, open_)):
        given = {"certificationId": foreign["id"], "reason": "Not mine."}
        assert await refused(api, caller, REVOKE, **given) == {("certificationId", "NOT_FOUND")}
    given = {"certificationId": open_["id"], "reason": "Not mine."}
    assert await refused(api, reseller, "reseller/revoke_certification.graphql", **given) == {
        ("certificationId", "NOT_ALLOWED")
    }
    given["reason"] = "The course was not finished."
    assert (await done(one, "distributor/revoke_certification.graphql", **given))["state"] == "REVOKED"
    notices = await api.world.connection.fetch("SELECT * FROM audit_notice WHERE subject = $1", kept["id"])
    assert notices and all("VENDOR" not in str(dict(each)) for each in notices), "the vendor is not told of it"


async def test_a_distributor_records_for_resellers_that_are_authorised_now(api: Api) -> None:
    distributor = await api.distributor()
    write = api.world.connection.execute
    id = api.world.authorizations["Acme", "Dist One", "Reseller Two"]
    await write("UPDATE reseller_authorization SET status = 'SUSPENDED' WHERE id = $1", id)
    given = certified(api, "Reseller Two")
    assert await refused(api, distributor, RECORD, **given) == {("resellerId", "NOT_ACTIVE")}
    await write("UPDATE reseller_authorization SET status = 'ACTIVE' WHERE id = $1", id)


async def test_what_was_done_for_a_reseller_is_read_by_it_its_distributor_and_where_disclosed_the_vendor(
    api: Api,
) -> None:
    one, two, vendor = await api.distributor(), await api.distributor("Dist Two"), await api.vendor()
    first = authorization_gid(api, "Acme", "Dist One", "Reseller One")
    second = authorization_gid(api, "Acme", "Dist Two", "Reseller One")

    def given(id: str, **changed: Any) -> dict[str, Any]:
        what = {"authorizationId": id, "kind": "TRAINING", "title": "Storage day", "heldOn": day(-1), "participants": 4}
        return {**what, "note": "Lab included.", "idempotencyKey": once(), **changed}

    wrong = given(first, title="", heldOn=day(1), participants=0)
    assert await refused(api, one, ACTIVITY, **wrong) == {
        ("title", "REQUIRED"),
        ("heldOn", "INVALID"),
        ("participants", "INVALID"),
    }
    assert await refused(api, one, ACTIVITY, **given(second)) == {("authorizationId", "NOT_FOUND")}
    assert await refused(api, vendor, ACTIVITY, **given(first)) == {("", "NOT_ALLOWED")}
    twice = given(first)
    made = await done(one, ACTIVITY, **twice)
    assert made == await done(one, ACTIVITY, **twice) and made["participants"] == 4
    await done(two, ACTIVITY, **given(second, title="Hidden day"))
    for caller, level in ((one, "distributor"), (vendor, "vendor")):
        data = await caller.ask(READS[level], id=first)
        assert [each["title"] for each in nodes(data["node"]["enablement"])] == ["Storage day"]
        data = await caller.ask(READS[level], id=second)
        assert data["node"] is None
    done_for = nodes((await own(await api.reseller()))["authorizations"])
    assert sorted(each["title"] for a in done_for for each in nodes(a["enablement"])) == ["Hidden day", "Storage day"]


async def test_a_programme_says_which_certifications_its_partners_need(api: Api) -> None:
    vendor, reseller = await api.vendor(), await api.reseller()
    club = await program(api)
    needs = [{"name": "Sales", "needed": 2}, {"name": "Engineer", "fromRank": 3}]
    given = {"programId": club["id"], "expectedVersion": 1, "certifications": needs}
    found = await done_list(vendor, given)
    assert found == [
        {"name": "Sales", "needed": 2, "fromRank": 0},
        {"name": "Engineer", "needed": 1, "fromRank": 3},
    ]
    assert await refused(api, vendor, REQUIRE, **given) == {("expectedVersion", "STALE")}
    given["expectedVersion"] = 2
    wrong = [{"name": "Sales"}, {"name": "sales "}, {"name": "X", "fromRank": 9, "needed": 0}]
    assert await refused(api, vendor, REQUIRE, **{**given, "certifications": wrong}) == {
        ("certifications", "INVALID"),
        ("certifications.2.needed", "INVALID"),
        ("certifications.2.fromRank", "INVALID"),
    }
    distributors = program_gid(api, "Acme", "DISTRIBUTOR")
    assert ("programId", "INVALID") in await refused(api, vendor, REQUIRE, **{**given, "programId": distributors})
    foreign = {**given, "programId": program_gid(api, "Borealis", "RESELLER"), "certifications": []}
    assert await refused(api, vendor, REQUIRE, **foreign) == {("programId", "NOT_FOUND")}
    await enrolled(api, club["id"])
    (seen,) = [
        each["program"]["requiredCertifications"]
        for each in nodes((await own(reseller))["enrollments"])
        if each["program"]["name"] == club["name"]
    ]
    assert seen == found
    data = await vendor.ask("vendor/partner_enablement.graphql", id=club["id"])
    assert (data["node"]["version"], data["node"]["requiredCertifications"]) == (2, found)
    assert await done_list(vendor, {**given, "certifications": []}) == []


async def done_list(vendor: Caller, given: dict[str, Any]) -> list[dict[str, Any]]:
    payload = await vendor.act(REQUIRE, **given)
    assert payload["userErrors"] == []
    found: list[dict[str, Any]] = payload["certifications"]
    return found


async def test_both_sides_read_how_many_active_resellers_hold_what_is_required_and_a_gate_measures_it(
    api: Api,
) -> None:
    office = await Office.open(api)
    gate = Gate(GateKind.CERTIFIED, "certified", 500_000, GateEffect.REDUCE, 900_000)
    month = await office.month(6, rebate(gates=(gate,)), year=2025)
    await month.sell(sold("C-1", 10), sold("C-2", 10, reseller_account="A-2"))
    club = await program(api)
    needs = [{"name": "Certified then", "needed": 1}]
    await done_list(await api.vendor(), {"programId": club["id"], "expectedVersion": 1, "certifications": needs})
    for name in ("Reseller One", "Reseller Two"):
        await enrolled(api, club["id"], name)
    given = certified(api, name="certified THEN", issuedOn="2025-01-01", validUntil=None)
    await done(await api.vendor(), RECORD, **given)
    await month.calculate()
    statement = await month.statement(office.partner)
    (found,) = [each["evidence"] for each in statement["steps"] if each["evidence"]]
    assert found["measured"] == "0.5" and "1 of 2 resellers" in found["found"], found
    write = api.world.connection.execute
    for changed in ("sell_through_line SET counts_on = $1", "sell_through_reseller_day SET day = $1"):
        await write(f"UPDATE {changed}", TODAY - timedelta(days=1))
    for caller, level in ((await api.vendor(), "vendor"), (await api.distributor(), "distributor")):
        data = await caller.ask(READS[level], id=api.world.agreement_gid("Acme", "Dist One"))
        assert data["node"]["resellerEnablement"] == {"active": 2, "certified": 1, "share": "0.5"}
    data = await (await api.vendor()).ask(
        "vendor/partner_enablement.graphql", id=api.world.agreement_gid("Acme", "Dist Two")
    )
    assert data["node"]["resellerEnablement"] == {"active": 0, "certified": 0, "share": None}


async def test_who_has_to_renew_a_certification_is_told_once_a_month_ahead_until_it_is_renewed(api: Api) -> None:
    distributor, reseller = await api.distributor(), await api.reseller()
    given = certified(api, name="Soon over", validUntil=day(20))
    made = await done(distributor, "distributor/record_certification.graphql", **given)
    await done(
        distributor, "distributor/record_certification.graphql", **certified(api, name="Later", validUntil=day(40))
    )
    now = datetime.now(UTC)

    async def alerts(caller: Caller) -> list[dict[str, Any]]:
        data = await caller.ask(
            "{ viewer { alerts(first: 50) { edges { node { kind dueOn state subject { id } } } } } }"
        )
        found = [each for each in nodes(data["viewer"]["alerts"]) if each["kind"] == "CERTIFICATION_EXPIRING"]
        return [each for each in found if each["subject"]["id"] == made["id"]]

    for _ in range(2):
        await watch_decisions(api.database, now)
        for caller in (distributor, reseller):
            (found,) = await alerts(caller)
            assert (found["dueOn"], found["state"]) == (day(20), "OPEN")
    assert await alerts(await api.distributor("Dist Two")) == [] == await alerts(await api.reseller("Reseller Two"))
    await done(await api.vendor(), RECORD, **certified(api, name="SOON over", validUntil=day(500)))
    await watch_decisions(api.database, now)
    assert [each["state"] for each in await alerts(reseller)] in ([], ["CLEARED"])
    async with nothing_written(api):
        await watch_decisions(api.database, now)
