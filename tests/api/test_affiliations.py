"""Volumes are added up only of firms that have agreed to it: a group is proposed, accepted by each, and ended by any."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from app.access.roles import Role
from app.accruals.reckoning.actions import reckon_all
from app.execution.identifiers import Key, global_id, key_of
from app.incentives.affiliations.actions import settle_affiliation
from app.store.database import Context
from app.tables.metadata import DatabaseRole
from tests.api.conftest import Api
from tests.api.incentives_desk import Incentives, codes, problems, rule, written
from tests.api.test_corrections import HEADER, SUBMIT, Desk, row

TOGETHER = rule(
    aggregate="AFFILIATES",
    payPeriod="MONTH",
    bands=[{"threshold": "0", "rate": "0.01"}, {"threshold": "1500", "rate": "0.02"}],
)
FROM_NOW = {"start": "2026-11-01", "end": "2027-01-01"}
BOTH = ("Dist One", "Dist Two")
ANSWERS = {"accept": "distributor/accept_affiliation.graphql", "leave": "distributor/leave_affiliation.graphql"}


@pytest.fixture
async def incentives(api: Api) -> Incentives:
    return Incentives(api)


def distributor_id(api: Api, name: str, vendor: str = "Acme") -> str:
    return global_id("Distributor", Key(api.world.vendors[vendor], api.world.parties[vendor, name]))


async def propose(api: Api, **changed: Any) -> dict[str, Any]:
    given = {
        "name": "The Dist family",
        "purpose": "Dist One and Dist Two: what both sell, for the yearly rebate.",
        "distributorIds": [distributor_id(api, each) for each in BOTH],
        "idempotencyKey": uuid4().hex,
    } | changed
    return await (await api.vendor()).act("vendor/propose_affiliation.graphql", **given)


async def proposed(api: Api) -> str:
    payload = await propose(api)
    assert payload["userErrors"] == [] and payload["affiliation"]["status"] == "PROPOSED"
    return str(payload["affiliation"]["id"])


async def memberships(api: Api, name: str) -> list[dict[str, Any]]:
    """What a distributor reads of the groups it was proposed for, the newest first."""
    agreement = api.world.agreement_gid("Acme", name)
    found = await (await api.distributor(name)).ask("distributor/affiliate_memberships.graphql", agreement=agreement)
    return [each["node"] for each in found["node"]["affiliateMemberships"]["edges"]]


async def answer(api: Api, name: str, act: str = "accept", **given: Any) -> dict[str, Any]:
    (latest, *_) = await memberships(api, name)
    given = {"membershipId": latest["id"]} | given
    return await (await api.distributor(name)).act(ANSWERS[act], **given)


async def group(api: Api, id: str) -> dict[str, Any]:
    found = await (await api.vendor()).ask("vendor/affiliations.graphql")
    (own,) = [each["node"] for each in found["viewer"]["vendor"]["affiliations"]["edges"] if each["node"]["id"] == id]
    assert isinstance(own, dict)
    return own


async def in_force(api: Api, since: str = "2025-01-01") -> str:
    """A group that both have accepted; as if that had been on a day in the past."""
    id = await proposed(api)
    for name in BOTH:
        assert codes(await answer(api, name)) == []
    key = key_of("Affiliation", id)
    assert key is not None
    await api.world.connection.execute(
        "UPDATE affiliation_member SET accepted_at = $2::text::timestamptz WHERE affiliation_id = $1", key.id, since
    )
    await settle_affiliation(api.database, key.vendor_id, key.id)
    return id


async def test_a_group_is_in_force_once_each_of_its_firms_has_accepted(api: Api) -> None:
    id = await proposed(api)
    assert (await memberships(api, "Dist One"))[0]["status"] == "PROPOSED"
    accepted = await answer(api, "Dist One")
    assert codes(accepted) == [] and accepted["membership"]["status"] == "ACCEPTED"
    found = await group(api, id)
    told = {each["node"]["distributor"]["name"]: each["node"]["status"] for each in found["members"]["edges"]}
    assert (found["status"], told) == ("PROPOSED", {"Dist One": "ACCEPTED", "Dist Two": "PROPOSED"})
    assert codes(await answer(api, "Dist One")) == [("membershipId", "STALE")]
    (own, *_) = await memberships(api, "Dist One")
    assert own["inForceSince"] is None and own["affiliation"] is None
    assert (await answer(api, "Dist Two"))["membership"]["status"] == "IN_FORCE"
    assert (await memberships(api, "Dist One"))[0]["status"] == "IN_FORCE"
    assert (await group(api, id))["status"] == "IN_FORCE"


async def test_a_rule_adds_up_only_a_group_that_all_have_accepted(api: Api, incentives: Incentives) -> None:
    agreements = [api.world.agreement_gid("Acme", each) for each in BOTH]
    given: dict[str, Any] = {"rule": TOGETHER, "agreementIds": agreements, "effective": FROM_NOW}
    id = await proposed(api)
    before = await written(api)
    assert codes(await incentives.create(**given)) == [("affiliationId", "REQUIRED")]
    told = problems(await incentives.create(**given, affiliationId=id))["affiliationId"]
    assert told == ("NOT_ELIGIBLE", "Not all of the group have accepted: Dist One, Dist Two have not.")
    assert codes(await answer(api, "Dist Two")) == []
    told = problems(await incentives.create(**given, affiliationId=id))["affiliationId"]
    assert told == ("NOT_ELIGIBLE", "Not all of the group have accepted: Dist One has not.")
    assert codes(await answer(api, "Dist One")) == []
    early = await incentives.create(
        **(given | {"affiliationId": id, "effective": {"start": "2026-01-01", "end": "2027-01-01"}})
    )
    assert (
        codes(early) == [("affiliationId", "NOT_ELIGIBLE")] and "is in force from" in early["userErrors"][0]["message"]
    )
    other = await incentives.create(**(given | {"rule": rule(), "affiliationId": id}))
    assert codes(other) == [("affiliationId", "INVALID")]
    for unknown in ("nonsense", global_id("Affiliation", Key(api.world.vendors["Borealis"], uuid4()))):
        assert codes(await incentives.create(**given, affiliationId=unknown)) == [("affiliationId", "NOT_FOUND")]
    assert await written(api) == before


async def test_what_is_proposed_comes_into_force_only_while_all_are_of_the_group(
    api: Api, incentives: Incentives
) -> None:
    id, agreements = await in_force(api), [api.world.agreement_gid("Acme", each) for each in BOTH]
    draft = await incentives.draft(rule=TOGETHER, agreementIds=agreements, affiliationId=id, effective=FROM_NOW)
    assert codes(await incentives.act("vendor/propose_incentive.graphql", draft)) == []
    assert codes(await answer(api, "Dist Two", "leave", reason="We are sold.")) == []
    before = await written(api)
    refused = await incentives.act("vendor/activate_incentive.graphql", draft)
    assert (
        codes(refused) == [("incentiveId", "NOT_ELIGIBLE")]
        and "Dist Two left it" in refused["userErrors"][0]["message"]
    )
    assert await written(api) == before
    assert (await group(api, id))["status"] == "ENDED"
    assert (await memberships(api, "Dist One"))[0]["status"] == "ENDED"
    assert codes(await answer(api, "Dist Two", "leave")) == [("membershipId", "NOT_ACTIVE")]
    assert codes(await answer(api, "Dist Two")) == [("membershipId", "NOT_ACTIVE")]


async def test_who_leaves_ends_the_sum_from_the_next_pay_period_on(api: Api, incentives: Incentives) -> None:
    id = await in_force(api)
    agreements = [api.world.agreement_gid("Acme", each) for each in BOTH]
    _, term = await incentives.active(rule=TOGETHER, agreementIds=agreements, affiliationId=id)
    for place, (name, account) in enumerate(zip(BOTH, ("A-1", "T-1"), strict=True)):
        desk = Desk(api, await api.distributor(name))
        desk.agreement = agreements[place]
        rows = [
            row(f"G-{place}-{month}", quantity="10", reseller_account=account, sold_on=f"2025-{month}-10")
            for month in ("06", "07")
        ]
        await submitted(desk, rows, name)
    assert await earned(incentives, term) == {"2025-06-01": "12.5", "2025-07-01": "12.5"}
    assert codes(await answer(api, "Dist Two", "leave")) == []
    key = key_of("Affiliation", id)
    assert key is not None
    await api.world.connection.execute(
        "UPDATE affiliation_member SET left_at = '2025-06-20T12:00Z' WHERE affiliation_id = $1 AND left_at IS NOT NULL",
        key.id,
    )
    await settle_affiliation(api.database, key.vendor_id, key.id)
    assert len(await incentives.unlike()) == 2, "the past was moved, and nobody has reckoned that"
    await reckon_all(api.database, incentives.vendor_id)
    assert await earned(incentives, term) == {"2025-06-01": "12.5", "2025-07-01": "10"}
    assert await incentives.unlike() == []


async def submitted(desk: Desk, rows: list[str], name: str) -> None:
    payload = await desk.caller.act(
        SUBMIT,
        agreementId=desk.agreement,
        period={"start": "2025-06-01", "end": "2025-08-01"},
        mode="APPEND",
        source={"uploadId": await desk.caller.upload("\n".join([HEADER, *rows]).encode())},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    await desk.api.count(distributor=name)


async def earned(incentives: Incentives, term: str) -> dict[str, str]:
    return {start: amount for start, (_, amount) in (await incentives.accruals(term)).items()}


async def test_who_refuses_ends_the_group_before_it_is_in_force(api: Api) -> None:
    id = await proposed(api)
    assert codes(await answer(api, "Dist Two", "leave")) == []
    assert ((await group(api, id))["status"], (await group(api, id))["inForceSince"]) == ("ENDED", None)
    assert codes(await answer(api, "Dist One")) == [("membershipId", "NOT_ACTIVE")]


async def test_what_cannot_be_proposed_is_refused_and_nothing_is_written(api: Api) -> None:
    before = await api.world.connection.fetch("SELECT * FROM affiliation ORDER BY id")
    one, foreign = distributor_id(api, "Dist One"), distributor_id(api, "Dist One", "Borealis")
    for ids, expected in (
        ([one], ("distributorIds", "REQUIRED")),
        ([one, one], ("distributorIds", "INVALID")),
        ([one, foreign], ("distributorIds.1", "NOT_FOUND")),
        ([one, "nonsense"], ("distributorIds.1", "NOT_FOUND")),
    ):
        assert codes(await propose(api, distributorIds=ids)) == [expected]
    assert codes(await propose(api, name="", purpose=" ")) == [("name", "REQUIRED"), ("purpose", "REQUIRED")]
    assert await api.world.connection.fetch("SELECT * FROM affiliation ORDER BY id") == before
    twins = await asyncio.gather(*(propose(api, idempotencyKey="one group") for _ in range(5)))
    assert len({each["affiliation"]["id"] for each in twins}) == 1


async def test_of_answers_at_once_each_takes_effect_once(api: Api) -> None:
    id = await proposed(api)
    answers = await asyncio.gather(*(answer(api, name) for name in BOTH * 5))
    assert sorted(len(each["userErrors"]) for each in answers) == [0] * 2 + [1] * 8
    assert (await group(api, id))["status"] == "IN_FORCE"


async def test_nobody_else_reads_or_answers_for_a_firm(api: Api) -> None:
    id = await proposed(api)
    (own, *_) = await memberships(api, "Dist One")
    rows = await api.world.connection.fetch("SELECT * FROM affiliation_member ORDER BY id")
    read = "query($id: ID!) { node(id: $id) { __typename id } }"
    for caller in (await api.distributor("Dist Two"), await api.vendor("Borealis"), await api.reseller()):
        assert (await caller.raw(read, id=own["id"]))["data"]["node"] is None
    for caller in (await api.distributor("Dist One"), await api.vendor("Borealis"), await api.reseller()):
        assert (await caller.raw(read, id=id))["data"]["node"] is None
    rival = await api.distributor("Dist Two")
    for document in ANSWERS.values():
        payload = await rival.act(document, membershipId=own["id"])
        assert codes(payload) == [("membershipId", "NOT_FOUND")]
    document = "mutation($input: AcceptAffiliationInput!) { acceptAffiliation(input: $input) { userErrors { code } } }"
    for caller in (
        await api.distributor("Dist One", Role.DISTRIBUTOR_FINANCE),
        await api.distributor("Dist One", Role.DISTRIBUTOR_OPERATOR),
        await api.vendor(),
        await api.reseller(),
    ):
        answered = await caller.raw(document, input={"membershipId": own["id"]})
        assert answered["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    own_agreement = api.world.agreement_gid("Acme", "Dist One")
    viewer = await api.distributor("Dist One", Role.DISTRIBUTOR_VIEWER)
    seen = await viewer.raw("distributor/affiliate_memberships.graphql", agreement=own_agreement)
    assert seen["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    other = await rival.ask("distributor/affiliate_memberships.graphql", agreement=own_agreement)
    assert other["node"] is None
    assert await api.world.connection.fetch("SELECT * FROM affiliation_member ORDER BY id") == rows


async def test_the_database_lets_no_firm_answer_for_another_or_say_that_all_have_accepted(api: Api) -> None:
    await proposed(api)
    world, actor = api.world, uuid4()
    vendor_id, two = world.vendors["Acme"], world.parties["Acme", "Dist Two"]
    context = Context(
        DatabaseRole.DISTRIBUTOR,
        vendor_ids=frozenset({vendor_id}),
        party_ids=frozenset({world.parties["Acme", "Dist One"]}),
        actor_id=actor,
    )
    others = "SELECT * FROM affiliation_member WHERE distributor_id = $1 ORDER BY id"
    before = await world.connection.fetch(others, two)
    async with api.database.writing(context) as session:
        assert (
            await session.execute(
                "UPDATE affiliation_member SET accepted_at = now(), accepted_by = $1 WHERE distributor_id = $2",
                str(actor),
                two,
            )
            == 0
        )
    for statement in (
        "UPDATE affiliation_member SET accepted_at = now(), accepted_by = 'somebody else'",
        "UPDATE affiliation_member SET in_force_since = current_date",
        "UPDATE affiliation SET in_force_since = current_date",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with api.database.writing(context) as session:
                await session.execute(statement)
    assert await world.connection.fetch(others, two) == before
