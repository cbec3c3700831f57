"""Who may merge records, and what keeps them apart: every refusal explained, and nothing changed; what others see of it."""

from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api, Caller
from tests.api.deals_kit import Counter
from tests.api.held_kit import standing
from tests.api.merging_kit import (
    FIGURES,
    IDENTITY,
    MERGE,
    PREVIEW,
    PREVIEW_UNDO,
    UNDO,
    Merging,
    unlinked,
)
from tests.api.partners_kit import a_club, done, nodes, once

WRITTEN = (
    *FIGURES,
    *IDENTITY,
    "sell_through_line",
    "party_merge",
    "party_merge_part",
    "party_merge_change",
    "knowledge",
)


@pytest.fixture
async def merging(api: Api) -> Merging:
    return await Merging.of(api)


async def refused(caller: Caller, api: Api, document: str, **given: Any) -> list[tuple[str, str, str]]:
    """Where, by which code and in which words an act was refused, or FORBIDDEN; nothing was written."""
    before = await standing(api, *WRITTEN)
    answer = await caller.raw(document, input=given)
    assert await standing(api, *WRITTEN) == before
    if "errors" in answer:
        return [("", answer["errors"][0]["extensions"]["code"], "")]
    (payload,) = answer["data"].values()
    assert [value for name, value in payload.items() if name != "userErrors"] == [None], payload
    return [(each["field"][-1], each["code"], each["message"]) for each in payload["userErrors"]]


def asked(merging: Merging, gone: str | None = None, kept: str | None = None) -> dict[str, Any]:
    pair = {"fromResellerId": gone or merging.gid(merging.gone), "intoResellerId": kept or merging.gid(merging.kept)}
    return {**pair, "reason": "One firm.", "idempotencyKey": once()}


async def both(merging: Merging, gone: str | None = None, kept: str | None = None) -> list[tuple[str, str, str]]:
    """How merging is refused; trying it out is refused in the same words."""
    given = asked(merging, gone, kept)
    found = await refused(merging.caller, merging.api, MERGE, **given)
    tried = {name: given[name] for name in ("fromResellerId", "intoResellerId")}
    assert await refused(merging.caller, merging.api, PREVIEW, **tried) == found
    return found


async def test_a_record_with_a_life_of_its_own_is_not_merged_away(api: Api, merging: Merging) -> None:
    one = merging.gid("Reseller One")
    await (await Counter.open(api)).registered()
    found = await both(merging, gone=one)
    assert [(field, code) for field, code, _ in found] == [("fromResellerId", "NOT_ALLOWED")] * 2
    assert "signs in as Reseller One" in found[0][2] and "Deals of Reseller One are open (1)" in found[1][2]
    assert [each[:2] for each in await both(merging, kept=merging.gid(merging.gone))] == [
        ("fromResellerId", "NOT_ALLOWED")
    ]
    given = {"resellerId": merging.gid(merging.gone), "email": "x@example.com", "idempotencyKey": once()}
    invited = await done(merging.caller, "vendor/invite_reseller.graphql", **given)
    await done(
        merging.caller,
        "vendor/create_fund.graphql",
        resellerId=merging.gid(merging.gone),
        kind="MDF",
        name="Fund",
        currency="EUR",
        startsOn="2026-01-01",
        reimbursementShare="0.5",
        claimDays=30,
        idempotencyKey=once(),
    )
    words = [message for _, _, message in await both(merging)]
    assert len(words) == 2 and "invited" in words[0] and "funds" in words[1]
    assert invited["isOpen"]


async def test_merges_make_no_chains(api: Api, merging: Merging) -> None:
    third = f"Third {merging.mark}"
    await unlinked(api.world, third)
    merge = await merging.merge()
    again = await both(merging)
    assert len(again) == 1 and "merged into another record already" in again[0][2]
    survivor = await both(merging, gone=merging.gid(third), kept=merging.gid(merging.gone))
    assert survivor[0][0] == "intoResellerId" and "itself merged" in survivor[0][2]
    chain = await both(merging, gone=merging.gid(merging.kept), kept=merging.gid(third))
    assert "has taken over other records (1)" in chain[0][2]
    circle = await both(merging, gone=merging.gid(merging.kept), kept=merging.gid(merging.gone))
    assert len(circle) == 2
    stale = {"mergeId": merge["id"], "expectedVersion": merge["version"] - 1}
    assert [each[1] for each in await refused(merging.caller, api, UNDO, **stale)] == ["STALE"]
    undone = await merging.undo(merge)
    assert (await merging.caller.act(UNDO, mergeId=merge["id"], expectedVersion=1))["merge"]["state"] == "UNDONE"
    nothing = await merging.caller.act(PREVIEW_UNDO, mergeId=merge["id"])
    assert nothing["effect"]["lines"] == 0 and undone["state"] == "UNDONE"
    assert (await merging.merge())["state"] == "APPLIED", "and once more"


async def test_what_comes_in_between_refuses_the_merge_itself(api: Api, merging: Merging) -> None:
    payload = await merging.caller.act(MERGE, **asked(merging))
    key = uuid4().hex
    given = {"fromResellerId": merging.gid(merging.gone), "intoResellerId": merging.gid(merging.kept)}
    repeated = {**given, "reason": "Twice.", "idempotencyKey": key}
    assert "already" in (await refused(merging.caller, api, MERGE, **repeated))[0][2]
    organization = api.world.organizations["Reseller Two"]
    vendor_id, party = api.world.vendors["Acme"], api.world.parties["Acme", merging.gone]
    now = "INSERT INTO party_link (vendor_id, party_id, organization_id, linked_from) VALUES ($1, $2, $3, now())"
    await api.world.connection.execute(now, vendor_id, party, organization)
    merge = await merging.carried_out(payload["merge"])
    assert merge["state"] == "REFUSED" and "signs in" in merge["refusal"] and merge["lines"] == 0
    late = {"mergeId": merge["id"], "expectedVersion": merge["version"]}
    assert [each[1] for each in await refused(merging.caller, api, UNDO, **late)] == ["TOO_LATE"]
    assert [each[1] for each in await refused(merging.caller, api, PREVIEW_UNDO, mergeId=merge["id"])] == ["TOO_LATE"]


async def test_what_somebody_decided_since_keeps_a_merge_from_being_undone(api: Api, merging: Merging) -> None:
    program = await done(merging.caller, "vendor/create_program.graphql", **a_club())
    given = {"programId": program["id"], "resellerId": merging.gid(merging.gone), "tierRank": 2}
    await done(merging.caller, "vendor/enroll_reseller.graphql", **given, idempotencyKey=once())
    merge = await merging.merge()
    taken = await api.world.connection.fetchrow(
        "SELECT id, version FROM enrollment WHERE reseller_id = $1", api.world.parties["Acme", merging.kept]
    )
    await done(
        merging.caller,
        "vendor/decide_enrollment.graphql",
        enrollmentId=global_id("Enrollment", Key(api.world.vendors["Acme"], taken["id"])),
        expectedVersion=taken["version"],
        tierRank=3,
        reason="Grown.",
    )
    words = await refused(merging.caller, api, PREVIEW_UNDO, mergeId=merge["id"])
    assert words[0][1] == "NOT_ALLOWED" and f"the enrolment of {merging.kept} in {program['name']}" in words[0][2]
    undone = await merging.undo(merge)
    assert undone["state"] == "APPLIED" and "the enrolment of" in undone["refusal"]
    assert undone["lines"] == merge["lines"] and undone["into"]["id"] == merging.gid(merging.kept)


async def test_nobody_else_merges_or_learns_of_it(api: Api, merging: Merging) -> None:
    merge = await merging.merge()
    other = await api.vendor("Borealis")
    foreign = global_id("Reseller", Key(api.world.vendors["Borealis"], api.world.parties["Borealis", "Reseller One"]))
    hidden, distributor = merging.gid("Hidden Reseller"), merging.gid("Dist One")
    for given in (
        asked(merging, gone=foreign),
        asked(merging, kept=foreign),
        asked(merging, gone=hidden),
        asked(merging, kept=distributor),
        asked(merging, gone="nonsense"),
    ):
        assert [each[1] for each in await refused(merging.caller, api, MERGE, **given)] == ["NOT_FOUND"]
        tried = {name: given[name] for name in ("fromResellerId", "intoResellerId")}
        assert [each[1] for each in await refused(merging.caller, api, PREVIEW, **tried)] == ["NOT_FOUND"]
    assert {each[1] for each in await refused(other, api, MERGE, **asked(merging))} == {"NOT_FOUND"}
    undo = {"mergeId": merge["id"], "expectedVersion": merge["version"]}
    assert [each[1] for each in await refused(other, api, UNDO, **undo)] == ["NOT_FOUND"]
    assert [each[1] for each in await refused(other, api, PREVIEW_UNDO, mergeId=merge["id"])] == ["NOT_FOUND"]
    competitors = [
        await api.vendor("Acme", Role.VENDOR_ANALYST),
        await api.vendor("Acme", Role.VENDOR_FINANCE),
        await api.distributor("Dist One"),
        await api.distributor("Dist Two"),
        await api.reseller("Reseller One"),
    ]
    for caller in competitors:
        assert [each[1] for each in await refused(caller, api, MERGE, **asked(merging))] == ["FORBIDDEN"]
        assert [each[1] for each in await refused(caller, api, UNDO, **undo)] == ["FORBIDDEN"]
        assert [each[1] for each in await refused(caller, api, PREVIEW_UNDO, mergeId=merge["id"])] == ["FORBIDDEN"]
    for caller in (*competitors[2:], other):
        node = await caller.raw("query($id: ID!) { node(id: $id) { id } }", id=merge["id"])
        assert node["data"]["node"] is None
        into = "query($id: ID!) { node(id: $id) { ... on Reseller { name mergedInto { id name } } } }"
        found = (await caller.raw(into, id=merging.gid(merging.gone)))["data"]["node"]
        assert found is None or found["mergedInto"] is None


async def test_each_sees_of_merged_records_what_it_saw_of_them_before(api: Api, merging: Merging) -> None:
    vendor, one, three, two = (
        merging.caller,
        *(merging.desks[name].caller for name in ("Dist One", "Dist Three", "Dist Two")),
    )
    await merging.report("Dist Two", f"T-{merging.mark},1,2026-01-05,DRIVE-1,{merging.account('G2')},3,120,EUR,DE")
    seen_by_two = await resellers_of(two)
    merge = await merging.merge()
    own = {each["name"] for each in await listed(vendor)}
    assert merging.kept in own and merging.gone not in own
    assert merging.gone in {each["name"] for each in await listed(vendor, includeMerged=True)}
    assert merge["from"] == {
        "id": merging.gid(merging.gone),
        "name": merging.gone,
        "mergedInto": {"id": merging.gid(merging.kept), "name": merging.kept},
    }
    assert merging.gone in await resellers_of(three), "by the name that it knows"
    assert merging.kept not in await resellers_of(three), "which others may have written"
    assert merging.kept in await resellers_of(one)
    assert await resellers_of(two) == seen_by_two, "what it does not disclose stays as it is"
    kept = await api.world.connection.fetchval(
        "SELECT count(*) FROM sell_through_month WHERE reseller_id = $1 AND units > 0",
        api.world.parties["Acme", merging.gone],
    )
    assert kept == 1
    assert [each["distributor"]["name"] for each in (part["agreement"] for part in merge["parts"])] == [
        "Dist One",
        "Dist Three",
    ]
    told = {name: await notices(desk.caller) for name, desk in merging.desks.items()}
    assert {name: len(found) for name, found in told.items()} == {"Dist One": 1, "Dist Three": 1, "Dist Two": 0}
    for act in (
        (
            "vendor/enroll_reseller.graphql",
            {"programId": global_id("Program", Key(api.world.vendors["Acme"], api.world.programs["Acme", "RESELLER"]))},
        ),
        ("vendor/invite_reseller.graphql", {"email": "x@example.com"}),
    ):
        given = {"resellerId": merging.gid(merging.gone), **act[1], "idempotencyKey": once()}
        assert [each[1] for each in await refused(vendor, api, act[0], **given)] == ["NOT_FOUND"]


async def listed(caller: Caller, **filter: Any) -> list[dict[str, Any]]:
    data = await caller.ask("vendor/resellers.graphql", first=250, filter=filter)
    return nodes(data["viewer"]["vendor"]["resellers"])


async def resellers_of(caller: Caller) -> list[str]:
    data = await caller.ask("distributor/network_resellers.graphql", first=250)
    agreements = nodes(data["viewer"]["distributor"]["agreements"])
    return [each["name"] for own in agreements for each in nodes(own["vendor"]["resellers"])]


async def notices(caller: Caller) -> list[str]:
    data = await caller.ask("distributor/audit.graphql", first=250)
    found = nodes(data["viewer"]["audit"])
    ids = [each["subject"]["id"] for each in found if each["act"] == "mergeParties" and each["subject"]]
    return ids[:1]
