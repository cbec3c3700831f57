"""A vendor ends a group of affiliates: for all of its firms, from the next pay period on, with a reason that they read."""

import asyncio

from app.access.roles import Role
from app.execution.identifiers import key_of
from tests.api.conftest import Api
from tests.api.incentives_desk import Incentives, codes, written
from tests.api.test_affiliations import BOTH, TOGETHER, answer, group, in_force, memberships, proposed

DISSOLVE = "vendor/dissolve_affiliation.graphql"
FROM_NOW = {"start": "2026-11-01", "end": "2027-01-01"}


async def test_a_vendor_dissolves_a_group_and_each_firm_reads_why(api: Api) -> None:
    id, vendor = await in_force(api), await api.vendor()
    agreements = [api.world.agreement_gid("Acme", each) for each in BOTH]
    incentives = Incentives(api)
    _, term = await incentives.active(rule=TOGETHER, agreementIds=agreements, affiliationId=id)
    payload = await vendor.act(DISSOLVE, affiliationId=id, reason=" The family was sold. ")
    assert codes(payload) == [] and payload["affiliation"]["status"] == "ENDED"
    assert payload["affiliation"]["endedBecause"] == "The family was sold." and payload["affiliation"]["dissolvedAt"]
    today = payload["affiliation"]["endedOn"]
    for name in BOTH:
        (own, *_) = await memberships(api, name)
        assert (own["status"], own["endedOn"], own["endedBecause"]) == ("ENDED", today, "The family was sold.")
        assert own["affiliation"] is None and own["leftAt"] is None
    key = key_of("Affiliation", id)
    assert key is not None
    left = await api.world.connection.fetch(
        "SELECT DISTINCT affiliates_left_on FROM incentive_term WHERE affiliation_id = $1", key.id
    )
    assert [row[0].isoformat() for row in left] == [today] and term
    assert codes(await vendor.act(DISSOLVE, affiliationId=id, reason="Again.")) == [("affiliationId", "NOT_ACTIVE")]


async def test_what_is_proposed_is_dissolved_before_anybody_answers(api: Api) -> None:
    id = await proposed(api)
    assert codes(await (await api.vendor()).act(DISSOLVE, affiliationId=id, reason="A mistake.")) == []
    assert ((await group(api, id))["status"], (await group(api, id))["inForceSince"]) == ("ENDED", None)
    for name in BOTH:
        assert codes(await answer(api, name)) == [("membershipId", "NOT_ACTIVE")]


async def test_a_firm_that_left_is_not_told_that_the_vendor_did_it(api: Api) -> None:
    id = await proposed(api)
    assert codes(await answer(api, "Dist Two", "leave")) == []
    refused = await (await api.vendor()).act(DISSOLVE, affiliationId=id, reason="x")
    assert codes(refused) == [("affiliationId", "NOT_ACTIVE")]
    (own, *_) = await memberships(api, "Dist One")
    assert (own["status"], own["endedBecause"]) == ("ENDED", None)


async def test_nobody_else_dissolves_a_group_and_a_refusal_changes_nothing(api: Api) -> None:
    id = await in_force(api)
    given = {"affiliationId": id, "reason": "x"}
    (own, *_) = await memberships(api, "Dist One")
    before = await written(api)
    stranger = await api.vendor("Borealis")
    assert codes(await stranger.act(DISSOLVE, **given)) == [("affiliationId", "NOT_FOUND")]
    vendor = await api.vendor()
    for wrong in ("nonsense", own["id"]):
        payload = await vendor.act(DISSOLVE, **(given | {"affiliationId": wrong}))
        assert codes(payload) == [("affiliationId", "NOT_FOUND")]
    assert codes(await vendor.act(DISSOLVE, **(given | {"reason": " "}))) == [("reason", "REQUIRED")]
    for caller in (await api.vendor(role=Role.VENDOR_ANALYST), await api.distributor(), await api.reseller()):
        answered = await caller.raw(DISSOLVE, input=given)
        assert answered["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await written(api) == before and (await group(api, id))["status"] == "IN_FORCE"


async def test_of_those_who_end_a_group_at_once_one_does(api: Api) -> None:
    id, vendor = await in_force(api), await api.vendor()
    payloads = await asyncio.gather(*(vendor.act(DISSOLVE, affiliationId=id, reason="x") for _ in range(6)))
    assert sorted(codes(each) for each in payloads) == [[], *[[("affiliationId", "NOT_ACTIVE")]] * 5]
    assert (await group(api, id))["status"] == "ENDED"
