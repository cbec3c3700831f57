"""Two records of one reseller are made one, tried out before, and two again: in every figure, and for nobody else to see."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.conftest import Api
from tests.api.held_kit import in_order
from tests.api.merging_kit import Merging, figures, identity, sold_to
from tests.api.partners_kit import a_club, authorization_gid, done, nodes, once


@pytest.fixture
async def merging(api: Api) -> Merging:
    return await Merging.of(api)


async def sold(merging: Merging) -> None:
    """Sales to both records at all distributors."""
    for distributor, account, units in (
        ("Dist One", "G1", 3),
        ("Dist One", "K1", 5),
        ("Dist Three", "G3", 7),
        ("Dist Two", "G2", 11),
        ("Dist Two", "K2", 13),
    ):
        number = f"{account}-{merging.mark}"
        await merging.report(
            distributor,
            f"{number},1,2026-01-05,DRIVE-1,{number},{units},120,EUR,DE",
            f"{number},2,2026-01-20,DRIVE-2,{number},1,240,EUR,DE",
            f"R-{number},1,2026-01-22,DRIVE-1,{number},-1,120,EUR,DE",
        )


async def enrolled(merging: Merging) -> dict[str, str]:
    """Programmes: in the first the record that goes is enrolled, in the second both are."""
    names = {}
    for which, who in (("own", [merging.gone]), ("both", [merging.gone, merging.kept])):
        program = await done(merging.caller, "vendor/create_program.graphql", **a_club(name=f"{which} {once()[:6]}"))
        for name in who:
            await done(
                merging.caller,
                "vendor/enroll_reseller.graphql",
                programId=program["id"],
                resellerId=merging.gid(name),
                tierRank=2 if name == merging.gone else 1,
                idempotencyKey=once(),
            )
        names[which] = program["id"]
    return names


async def test_merging_and_undoing_leave_every_figure_and_every_row_as_before(api: Api, merging: Merging) -> None:
    world = api.world
    await sold(merging)
    await enrolled(merging)
    segment = await done(merging.caller, "vendor/create_segment.graphql", name=once(), idempotencyKey=once())
    await done(
        merging.caller,
        "vendor/update_segment.graphql",
        segmentId=segment["id"],
        expectedVersion=1,
        addResellerIds=[merging.gid(merging.gone)],
    )
    await merging.desks["Dist One"].confirm(f"X-{merging.mark}", resellerId=merging.gid(merging.gone))
    before, stood = await figures(world), await identity(world)
    both = await sold_to(world, merging.gone, merging.kept)
    moved = await sold_to(world, merging.gone)
    effect = await merging.preview()
    assert (await figures(world), await identity(world)) == (before, stood), "trying it out changes nothing"
    merge = await merging.merge()
    assert (merge["state"], merge["lines"], merge["refusal"]) == ("APPLIED", 6, None), merge
    assert await sold_to(world, merging.gone) == []
    assert await sold_to(world, merging.kept) == both
    assert effect["lines"] == 6 and said(effect) == moved, "the preview said just that"
    assert effect["parts"] == merge["parts"] and rows_of(effect) == rows_of(merge)
    assert rows_of(merge) == {"AUTHORIZATION": 3, "ACCOUNT": 2, "ALIAS": 1, "ENROLLMENT": 3, "SEGMENT": 1}
    await in_order(api)
    back = await merging.undo(merge)
    assert (back["state"], back["refusal"]) == ("UNDONE", None)
    await in_order(api)
    assert await figures(world) == before
    now = await identity(world)
    ended = [each for each in now["enrollment"] if each not in stood["enrollment"]]
    assert len(ended) == 1 and "ENDED" in ended[0], "what the survivor had taken over ends"
    now["enrollment"] = [each for each in now["enrollment"] if each not in ended]
    now["distributor_enrollment"] = [
        each for each in now["distributor_enrollment"] if each in stood["distributor_enrollment"]
    ]
    assert now == stood


def said(effect: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (
            each["month"],
            int(Decimal(each["units"]) * 1_000),
            each["lines"],
            int(Decimal(each["amount"]["amount"]) * 1_000_000),
            int(Decimal(each["bookAmount"]["amount"]) * 1_000_000),
        )
        for each in effect["months"]
    ]


def rows_of(found: dict[str, Any]) -> dict[str, int]:
    return {each["kind"]: each["rows"] for each in found["rows"]}


async def test_what_distributors_and_the_vendor_know_of_a_record_goes_with_it_and_back(
    api: Api, merging: Merging
) -> None:
    """Certifications, enablement, onboarding steps, credit terms; where both are authorised they join, else they go on."""
    world = api.world
    program = await done(merging.caller, "vendor/create_program.graphql", **a_club())
    steps = [
        {"kind": "PROFILE", "title": "Profile", "by": "DISTRIBUTOR"},
        {"kind": "BANK_REFERENCE", "title": "Bank", "by": "VENDOR"},
    ]
    track = {"programId": program["id"], "expectedVersion": 1, "steps": steps}
    assert (await merging.caller.act("vendor/define_onboarding.graphql", **track))["userErrors"] == []
    given = {"programId": program["id"], "resellerId": merging.gid(merging.gone), "tierRank": 1}
    own = await done(merging.caller, "vendor/enroll_reseller.graphql", **given, idempotencyKey=once())
    for caller, document, title in (
        (merging.desks["Dist Three"].caller, "distributor", "Profile"),
        (merging.caller, "vendor", "Bank"),
    ):
        step = {"enrollmentId": own["id"], "step": title, "idempotencyKey": once()}
        step |= {"reference": "DE123"} if title == "Bank" else {}
        assert (await caller.act(f"{document}/complete_onboarding_step.graphql", **step))["userErrors"] == []
    held = {"resellerId": merging.gid(merging.gone), "issuedOn": "2026-01-01"}
    await done(merging.caller, "vendor/record_certification.graphql", **held, name="Expert", idempotencyKey=once())
    for name in ("Dist One", "Dist Three", "Dist Two"):
        caller = merging.desks[name].caller
        await done(caller, "distributor/record_certification.graphql", **held, name="Sales", idempotencyKey=once())
        authorization = authorization_gid(api, "Acme", name, merging.gone)
        activity = {"kind": "TRAINING", "title": "A day", "heldOn": "2026-01-02", "participants": 3}
        act = "distributor/record_enablement_activity.graphql"
        await done(caller, act, authorizationId=authorization, **activity, idempotencyKey=once())
        terms = {"currency": "EUR", "limit": "5000", "paymentDays": 30}
        await done(
            caller,
            "distributor/update_reseller.graphql",
            authorizationId=authorization,
            expectedVersion=1,
            creditTerms=terms,
        )
    stood = await identity(world)
    effect = await merging.preview()
    assert await identity(world) == stood
    merge = await merging.merge()
    assert rows_of(merge) == rows_of(effect)
    counted = {
        "CERTIFICATION": 3,
        "ACTIVITY": 2,
        "ONBOARDING_STEP": 2,
        "ACCOUNT": 2,
        "AUTHORIZATION": 3,
        "ENROLLMENT": 2,
    }
    assert rows_of(merge) == counted
    kept, gone = world.parties["Acme", merging.kept], world.parties["Acme", merging.gone]
    left = await world.connection.fetch("SELECT name, distributor_id FROM certification WHERE reseller_id = $1", gone)
    assert [tuple(each.values()) for each in left] == [("Sales", world.parties["Acme", "Dist Two"])], "undisclosed"
    continued = await world.connection.fetchrow(
        "SELECT r.id, r.accounts, r.partner_type, c.credit_limit_minor FROM reseller_authorization r"
        " JOIN credit_terms c ON c.authorization_id = r.id AND c.reseller_id = r.reseller_id"
        " WHERE r.reseller_id = $1 AND r.distributor_id = $2",
        kept,
        world.parties["Acme", "Dist Three"],
    )
    assert continued["id"] == world.authorizations["Acme", "Dist Three", merging.gone], "the same authorisation goes on"
    assert (continued["accounts"], continued["credit_limit_minor"]) == ([merging.account("G3")], 500_000)
    joined = await world.connection.fetchrow(
        "SELECT k.accounts, g.status, g.accounts AS left FROM reseller_authorization k JOIN reseller_authorization g"
        " ON g.agreement_id = k.agreement_id AND g.reseller_id = $2 WHERE k.reseller_id = $1 AND k.distributor_id = $3",
        kept,
        gone,
        world.parties["Acme", "Dist One"],
    )
    assert tuple(joined.values()) == ([merging.account("K1"), merging.account("G1")], "ENDED", [])
    seen = (await merging.desks["Dist Three"].caller.ask(AUTHORIZATIONS, id=merging.desks["Dist Three"].agreement))[
        "node"
    ]
    mine = [each for each in nodes(seen["authorizations"]) if each["reseller"]["id"] == merging.gid(merging.kept)]
    assert [(each["accounts"], each["reseller"]["name"]) for each in mine] == [([merging.account("G3")], merging.gone)]
    undone = await merging.undo(merge)
    assert undone["state"] == "UNDONE", undone
    now = await identity(world)
    for table in ("enrollment", "distributor_enrollment"):
        now[table] = [each for each in now[table] if each in stood[table]]
    assert now == stood


AUTHORIZATIONS = """query($id: ID!) { node(id: $id) { ... on DistributionAgreement {
  authorizations(first: 100) { edges { node { accounts reseller { id name } } } } } } }"""


async def test_tier_and_status_go_over_with_the_enrolment(api: Api, merging: Merging) -> None:
    programs = await enrolled(merging)
    effect = await merging.preview()
    told = {
        (each["program"]["id"], each["reseller"]["name"]): (each["statusBefore"], each["statusAfter"])
        for each in effect["enrollments"]
    }
    assert told == {
        (programs["own"], merging.kept): (None, "ACTIVE"),
        (programs["own"], merging.gone): ("ACTIVE", "ENDED"),
        (programs["both"], merging.gone): ("ACTIVE", "ENDED"),
    }
    await merging.merge()
    rows = await api.world.connection.fetch(
        "SELECT e.status, t.rank, (SELECT v.reason FROM enrollment_event v WHERE v.enrollment_id = e.id"
        " ORDER BY v.happened_at DESC LIMIT 1) AS reason FROM enrollment e LEFT JOIN program_tier t ON t.id = e.tier_id"
        " WHERE e.reseller_id = $1 ORDER BY t.rank",
        api.world.parties["Acme", merging.kept],
    )
    reason = f"Its record is merged: {merging.gone} is {merging.kept}."
    assert [tuple(each.values()) for each in rows] == [("ACTIVE", 1, None), ("ACTIVE", 2, reason)]
