"""Onboarding tracks: who does which step, what waits for what, what opens a step again, and what each level sees."""

import asyncio
from datetime import date
from typing import Any

from app.access.roles import Role
from tests.api.conftest import Api, Caller
from tests.api.enablement_kit import (
    READS,
    certified,
    day,
    document,
    enrolled,
    forbidden,
    own,
    program,
    refused,
)
from tests.api.partners_kit import done, nodes, once, party_gid, program_gid, work

DEFINE = "vendor/define_onboarding.graphql"
COMPLETE = "reseller/complete_onboarding_step.graphql"
ACCEPT = "reseller/accept_terms.graphql"
TRACK: list[dict[str, Any]] = [
    {"title": "Terms", "kind": "TERMS_ACCEPTED", "by": "RESELLER", "version": "2026-1"},
    {"title": "Flow-down", "kind": "FLOW_DOWN_TERMS", "by": "DISTRIBUTOR", "version": "F1", "required": False},
    {"title": "Tax", "kind": "TAX_REFERENCE", "by": "RESELLER"},
    {"title": "Diligence", "kind": "DUE_DILIGENCE_DOCUMENT", "by": "RESELLER"},
    {"title": "Approved", "kind": "PROFILE", "by": "VENDOR"},
    {"title": "Trained", "kind": "TRAINING", "by": "RESELLER", "certification": "Onboarded Expert"},
    {"title": "First order", "kind": "FIRST_ORDER", "by": "RESELLER"},
]


async def define(api: Api, id: str, version: int, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    payload = await (await api.vendor()).act(DEFINE, programId=id, expectedVersion=version, steps=steps)
    assert payload["userErrors"] == [], payload["userErrors"]
    found: list[dict[str, Any]] = payload["steps"]
    return found


async def tracked(api: Api, steps: list[dict[str, Any]] | None = None) -> tuple[str, str]:
    """A club with a track, and Reseller One's enrolment in it, passed on to its distributors."""
    club = await program(api)
    await define(api, club["id"], 1, steps or TRACK)
    enrollment = await enrolled(api, club["id"])
    await work(api)
    return str(club["id"]), enrollment


async def seen(caller: Caller, level: str, id: str) -> Any:
    data = await caller.ask(READS[level], id=id)
    return data["node"]["onboarding"]


def states(onboarding: dict[str, Any]) -> dict[str, str]:
    return {step["terms"]["title"]: step["state"] for step in onboarding["steps"]}


def step(onboarding: dict[str, Any], title: str) -> dict[str, Any]:
    (found,) = [each for each in onboarding["steps"] if each["terms"]["title"] == title]
    assert isinstance(found, dict)
    return found


def do(enrollment: str, title: str, **given: Any) -> dict[str, Any]:
    return {"enrollmentId": enrollment, "step": title, **given, "idempotencyKey": once()}


def sign(enrollment: str, title: str, version: str = "2026-1", signer: str = "Eva Lang") -> dict[str, Any]:
    return do(enrollment, title, version=version, signer=signer)


async def test_a_reseller_comes_on_board_step_by_step(api: Api) -> None:
    vendor, reseller = await api.vendor(), await api.reseller()
    club, enrollment = await tracked(api)
    first = await seen(vendor, "vendor", enrollment)
    assert states(first) == {
        "Terms": "OPEN",
        "Flow-down": "WAITING",
        "Tax": "WAITING",
        "Diligence": "WAITING",
        "Approved": "WAITING",
        "Trained": "WAITING",
        "First order": "WAITING",
    }
    assert first["complete"] is False
    tax = do(enrollment, "Tax", reference="DE 123")
    assert await refused(api, reseller, COMPLETE, **tax) == {("step", "NOT_ELIGIBLE")}
    assert await refused(api, reseller, ACCEPT, **sign(enrollment, "Terms", "2025-9")) == {("version", "STALE")}
    assert await refused(api, reseller, COMPLETE, **do(enrollment, "Terms")) == {("step", "INVALID")}
    given = sign(enrollment, "Terms")
    accepted = await done(reseller, ACCEPT, **given)
    assert accepted == await done(reseller, ACCEPT, **given), "the same key accepts once"
    assert (step(accepted, "Terms")["acceptedVersion"], step(accepted, "Terms")["signer"]) == ("2026-1", "Eva Lang")
    assert states(accepted)["Tax"] == "OPEN"
    assert await refused(api, reseller, ACCEPT, **sign(enrollment, "Terms")) == {("step", "TOO_LATE")}
    assert await refused(api, reseller, COMPLETE, **do(enrollment, "Tax")) == {("reference", "REQUIRED")}
    assert await refused(api, vendor, COMPLETE, **tax) == {("step", "NOT_ALLOWED")}
    assert step(await done(reseller, COMPLETE, **tax), "Tax")["reference"] == "DE 123"
    itself = {"resellerId": party_gid(api, "Reseller", "Acme", "Reseller One")}
    paper = await document(api, reseller, **itself, kind="DUE_DILIGENCE", title="Answers", validUntil=day(60))
    assert await refused(api, reseller, COMPLETE, **do(enrollment, "Diligence")) == {("documentId", "REQUIRED")}
    found = await done(reseller, COMPLETE, **do(enrollment, "Diligence", documentId=paper["id"]))
    assert (found["expires"], step(found, "Diligence")["document"]["title"]) == (day(60), "Answers")
    assert await refused(api, reseller, COMPLETE, **do(enrollment, "Approved")) == {("step", "NOT_ALLOWED")}
    await done(vendor, "vendor/complete_onboarding_step.graphql", **do(enrollment, "Approved"))
    assert await refused(api, reseller, COMPLETE, **do(enrollment, "Trained")) == {("step", "NOT_ALLOWED")}
    given = certified(api, name="onboarded expert", validUntil=day(90))
    await done(vendor, "vendor/record_certification.graphql", **given)
    await _bought(api)
    last = await seen(vendor, "vendor", enrollment)
    assert last["complete"] is True and set(states(last).values()) == {"DONE", "OPEN"}
    assert (step(last, "Trained")["validUntil"], step(last, "Tax")["reference"]) == (day(90), "DE 123")
    assert step(last, "First order")["completedOn"] == "2026-03-01"
    (mine,) = [each["onboarding"] for each in nodes((await own(reseller))["enrollments"]) if each["id"] == enrollment]
    assert mine == last
    await done(reseller, "reseller/withdraw_document.graphql", documentId=paper["id"])
    again = await seen(vendor, "vendor", enrollment)
    assert (again["complete"], states(again)["Diligence"]) == (False, "OPEN")
    renewed = [{**TRACK[0], "version": "2026-2"}, *TRACK[1:]]
    await define(api, club, 2, renewed)
    assert states(await seen(vendor, "vendor", enrollment))["Terms"] == "EXPIRED"
    newer = await done(reseller, ACCEPT, **sign(enrollment, "Terms", "2026-2"))
    assert states(newer)["Terms"] == "DONE" == states(newer)["Tax"]


async def _bought(api: Api) -> None:
    reseller_id = api.world.parties["Acme", "Reseller One"]
    await api.world.add(
        "sell_through_reseller_month",
        vendor_id=api.world.vendors["Acme"],
        month=date(2026, 3, 1),
        distributor_id=api.world.parties["Acme", "Dist One"],
        reseller_id=reseller_id,
        disclosed_reseller_id=reseller_id,
        currency="EUR",
        book_currency="EUR",
        units=1000,
        returned_units=0,
        lines=1,
        resale_amount=1,
        disclosed_resale_amount=1,
        book_amount=1,
    )


async def test_a_distributor_sees_and_does_its_own_steps_and_nothing_of_another_one(api: Api) -> None:
    one, two, vendor = await api.distributor(), await api.distributor("Dist Two"), await api.vendor()
    _, enrollment = await tracked(api)
    reseller = await api.reseller()
    await done(reseller, ACCEPT, **sign(enrollment, "Terms"))
    flow = sign(enrollment, "Flow-down", "F1", "Paul Ode")
    document_name = "distributor/accept_terms.graphql"
    found = await done(two, document_name, **flow)
    assert (states(found), found["complete"]) == ({"Flow-down": "DONE"}, None)
    for caller, state, signer in ((one, "OPEN", None), (two, "DONE", "Paul Ode")):
        theirs = await seen(caller, "distributor", enrollment)
        assert (states(theirs), theirs["complete"]) == ({"Flow-down": state}, None)
        assert step(theirs, "Flow-down")["signer"] == signer
    whole = await seen(vendor, "vendor", enrollment)
    assert step(whole, "Flow-down")["state"] == "DONE" and "Dist Two" not in str(whole)
    assert (await done(one, document_name, **sign(enrollment, "Flow-down", "F1")))["steps"][0]["state"] == "DONE"
    for title in ("Terms", "Tax", "Diligence"):
        given = do(enrollment, title)
        wrong = await refused(api, one, "distributor/complete_onboarding_step.graphql", **given)
        assert wrong == {("step", "NOT_FOUND")}
    notices = await api.world.connection.fetch(
        "SELECT t::text AS told FROM audit_notice t WHERE act = 'acceptTerms' AND subject = $1", enrollment
    )
    assert all(
        str(api.world.parties["Acme", "Dist Two"]) not in each["told"] for each in notices if "VENDOR" in each["told"]
    )


async def test_nobody_else_comes_near_a_track(api: Api) -> None:
    _, enrollment = await tracked(api)
    for caller in (
        await api.reseller("Reseller Two"),
        await api.reseller("Hidden Reseller"),
        await api.vendor("Borealis"),
    ):
        data = await caller.ask("query($id: ID!) { node(id: $id) { id } }", id=enrollment)
        assert data["node"] is None
        for name, given in ((COMPLETE, do(enrollment, "Tax", reference="1")), (ACCEPT, sign(enrollment, "Terms"))):
            assert await refused(api, caller, name, **given) == {("enrollmentId", "NOT_FOUND")}
    agreement = {"agreementId": api.world.agreement_gid("Acme", "Dist One"), "step": "Tax", "idempotencyKey": once()}
    for caller in (await api.distributor("Dist Two"), await api.reseller(), await api.vendor("Borealis")):
        assert await refused(api, caller, COMPLETE, **agreement) == {("agreementId", "NOT_FOUND")}
    both = {**agreement, "enrollmentId": enrollment}
    assert await refused(api, await api.vendor(), COMPLETE, **both) == {("enrollmentId", "REQUIRED")}
    for role in (Role.RESELLER_SALES, Role.RESELLER_VIEWER):
        assert await forbidden(await api.reseller(role=role), COMPLETE, **do(enrollment, "Tax"))
    foreign = {"programId": program_gid(api, "Borealis", "RESELLER"), "expectedVersion": 1, "steps": []}
    assert await refused(api, await api.vendor(), DEFINE, **foreign) == {("programId", "NOT_FOUND")}
    for caller in (await api.distributor(), await api.reseller()):
        assert await forbidden(caller, DEFINE, **foreign)


async def test_a_distributor_comes_on_board_in_its_own_programme(api: Api) -> None:
    one, vendor = await api.distributor(), await api.vendor()
    steps = [
        {"title": "Agreement", "kind": "TERMS_ACCEPTED", "by": "DISTRIBUTOR", "version": "1"},
        {"title": "Bank", "kind": "BANK_REFERENCE", "by": "DISTRIBUTOR"},
        {"title": "Papers", "kind": "DUE_DILIGENCE_DOCUMENT", "by": "DISTRIBUTOR"},
        {"title": "First order", "kind": "FIRST_ORDER", "by": "DISTRIBUTOR"},
    ]
    await define(api, program_gid(api, "Acme", "DISTRIBUTOR"), 1, steps)
    agreement = api.world.agreement_gid("Acme", "Dist One")

    def of(title: str, **given: Any) -> dict[str, Any]:
        return {"agreementId": agreement, "step": title, **given, "idempotencyKey": once()}

    complete = "distributor/complete_onboarding_step.graphql"
    await done(one, "distributor/accept_terms.graphql", **of("Agreement", version="1", signer="Ida"))
    await done(one, complete, **of("Bank", reference="Account 7 at DE-Bank"))
    paper = await document(api, one, agreementId=agreement, kind="DUE_DILIGENCE", title="Owners", validUntil=day(9))
    two = await api.distributor("Dist Two")
    theirs = await document(api, two, agreementId=api.world.agreement_gid("Acme", "Dist Two"), title="Theirs")
    wrong = of("Papers", documentId=theirs["id"])
    assert await refused(api, one, complete, **wrong) == {("documentId", "NOT_FOUND")}
    await done(one, complete, **of("Papers", documentId=paper["id"]))
    for caller, level in ((one, "distributor"), (vendor, "vendor")):
        found = await seen(caller, level, agreement)
        assert list(states(found).values()) == ["DONE", "DONE", "DONE", "OPEN"] and found["expires"] == day(9)
        assert step(found, "Bank")["reference"] == "Account 7 at DE-Bank"
    other = await seen(two, "distributor", api.world.agreement_gid("Acme", "Dist Two"))
    assert list(states(other).values()) == ["OPEN", "WAITING", "WAITING", "WAITING"] and other["expires"] is None
    assert "DE-Bank" not in str(other)
    await api.world.connection.execute("UPDATE compliance_document SET valid_until = current_date - 1")
    assert states(await seen(vendor, "vendor", agreement))["Papers"] == "EXPIRED"


async def test_all_that_is_wrong_with_a_track_is_told_at_once(api: Api) -> None:
    vendor, club = await api.vendor(), await program(api)
    steps = [
        {"title": "A", "kind": "TERMS_ACCEPTED", "by": "RESELLER"},
        {"title": "a ", "kind": "PROFILE", "by": "RESELLER", "version": "1", "certification": "x"},
        {"title": " ", "kind": "BANK_REFERENCE", "by": "DISTRIBUTOR"},
    ]
    given = {"programId": club["id"], "expectedVersion": 7, "steps": steps}
    assert await refused(api, vendor, DEFINE, **given) == {
        ("expectedVersion", "STALE"),
        ("steps", "INVALID"),
        ("steps.0.version", "REQUIRED"),
        ("steps.1.version", "INVALID"),
        ("steps.1.certification", "INVALID"),
        ("steps.2.title", "REQUIRED"),
        ("steps.2", "INVALID"),
    }
    of_distributors = [
        {"title": "A", "kind": "TRAINING", "by": "DISTRIBUTOR"},
        {"title": "B", "kind": "PROFILE", "by": "RESELLER"},
    ]
    given = {"programId": program_gid(api, "Borealis", "DISTRIBUTOR"), "expectedVersion": 1, "steps": of_distributors}
    assert await refused(api, await api.vendor("Borealis"), DEFINE, **given) == {
        ("steps.0", "INVALID"),
        ("steps.1", "INVALID"),
    }


async def test_twenty_who_do_one_step_do_it_once(api: Api) -> None:
    _, enrollment = await tracked(api)
    reseller = await api.reseller()
    payloads = await asyncio.gather(*(reseller.act(ACCEPT, **sign(enrollment, "Terms")) for _ in range(20)))
    assert sorted(str(each["userErrors"][:1] and each["userErrors"][0]["code"]) for each in payloads) == [
        *["TOO_LATE"] * 19,
        "[]",
    ]


async def test_an_enrolment_without_a_track_has_no_onboarding(api: Api) -> None:
    enrollment = await enrolled(api, (await program(api))["id"])
    assert await seen(await api.vendor(), "vendor", enrollment) is None
