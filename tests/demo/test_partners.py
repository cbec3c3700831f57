"""The demo's people at work: programmes, deals, funds and alerts in every state, also where they were broken off."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.demo.actions import seed
from app.demo.network import ALPHA, BETA, BRAZIL, SHARED, network
from app.demo.people import Person
from app.demo.portal import Portal, PortalTrouble, person
from app.demo.scenes.agents import AGENT
from app.demo.scenes.deals import HARBOUR
from app.demo.scenes.duplicates import INCENTIVE, MISTAKEN, TWICE
from app.demo.scenes.playing import SCENES
from app.funds.verify import unlike_funds
from app.network.verify import differences
from app.store.connect import Urls
from app.store.database import Database, acting_as_worker

NORDWIND = network()[0]
MANAGER = Person(NORDWIND.organization, Role.VENDOR_PROGRAM_MANAGER)
MOSEL, BETAS = person(SHARED, Role.RESELLER_ADMIN), person(BETA, Role.RESELLER_ADMIN)
BRAZILS = person(BRAZIL, Role.DISTRIBUTOR_ADMIN)
Node = dict[str, Any]


class BrokenOff(Exception):
    pass


@pytest.fixture(scope="module")
async def portal(urls: Urls, database: Database) -> Portal:
    """A small demo network, whose making was broken off in each of its scenes."""
    reached = []

    def stop_at_each(what: str, done: int, of: int) -> None:
        if what == "Letting people act" and done not in reached and done:
            reached.append(done)
            raise BrokenOff

    for _ in SCENES:
        with pytest.raises(BrokenOff):
            await seed(urls, until=datetime.now(UTC).date(), progress=stop_at_each, share=0.04)
    await seed(urls, until=datetime.now(UTC).date(), progress=lambda *_: None, share=0.04)
    return Portal(database)


def nodes(connection: Node) -> list[Node]:
    return [edge["node"] for edge in connection["edges"]]


async def deals(portal: Portal, by: Person) -> dict[str, Node]:
    level = by.role.level.lower()
    seen = await portal.ask(by, f"{level}/deals.graphql", first=50)
    return {node["name"]: node for node in nodes(seen["viewer"][level]["deals"])}


async def test_deals_stand_in_every_state(portal: Portal) -> None:
    found = await deals(portal, MANAGER)
    states = {"SUBMITTED", "APPROVED", "REJECTED", "EXPIRED", "WON", "LOST", "WITHDRAWN"}
    assert {deal["status"] for deal in found.values()} == states
    assert len(found) == 10
    assert (await deals(portal, MOSEL))["Video archive"]["extensionsLeft"] == 1


async def test_of_two_rivals_the_vendor_reads_and_neither_learns_of_the_other(portal: Portal) -> None:
    mine = await deals(portal, BETAS)
    assert [deal["status"] for deal in mine.values()] == ["SUBMITTED"]
    seen = await portal.ask(MANAGER, "vendor/deal.graphql", id=mine["Câmeras do porto"]["id"])
    (rival,) = [deal for deal in nodes(seen["node"]["conflicts"]) if deal["reseller"]["name"] == ALPHA]
    assert (rival["endCustomer"], rival["status"]) == (HARBOUR, "APPROVED")
    with pytest.raises(PortalTrouble, match="conflicts"):
        await portal.ask(BETAS, "vendor/deal.graphql", id=mine["Câmeras do porto"]["id"])


async def test_funds_are_asked_for_claimed_and_paid(portal: Portal) -> None:
    seen = await portal.ask(MOSEL, "reseller/funds.graphql")
    requests = {node["activity"]: node for node in nodes(seen["viewer"]["reseller"]["fundRequests"])}
    states = {"SUBMITTED", "APPROVED", "REJECTED", "WITHDRAWN", "CLOSED"}
    assert {request["status"] for request in requests.values()} == states
    claims = [claim for request in requests.values() for claim in nodes(request["claims"])]
    assert Counter(claim["status"] for claim in claims) == {"PAID": 1, "SUBMITTED": 1, "REJECTED": 1}
    (fund,) = nodes(seen["viewer"]["reseller"]["funds"])
    assert (fund["balance"]["granted"]["amount"], fund["balance"]["paid"]["amount"]) == ("12000", "2300")


async def test_a_distributor_has_agreed_to_a_group_another_has_not_answered(portal: Portal) -> None:
    seen = await portal.ask(MANAGER, "vendor/affiliations.graphql")
    groups = {node["name"]: node for node in nodes(seen["viewer"]["vendor"]["affiliations"])}
    assert {name: group["status"] for name, group in groups.items()} == {
        "Americas together": "PROPOSED",
        "Northern Europe together": "IN_FORCE",
    }


async def test_tiers_have_a_standing_and_a_review_ahead_and_one_reseller_is_suspended_from_a_day(
    portal: Portal,
) -> None:
    seen = await portal.ask(MANAGER, "vendor/enrollments.graphql", first=250)
    enrolled = nodes(seen["viewer"]["vendor"]["enrollments"])
    active = [node for node in enrolled if node["status"] == "ACTIVE" and node["reseller"]["name"] != AGENT]
    today = str(datetime.now(UTC).date())
    assert active and all(node["tierStanding"]["nextReview"] > today for node in active)
    (planned,) = [node for node in enrolled if node["plannedStatus"]]
    assert (planned["reseller"]["name"], planned["plannedStatus"]["status"]) == (BETA, "SUSPENDED")
    assert any(node["status"] == "APPLIED" for node in enrolled)


async def test_people_wait_to_join_and_firms_to_be_taken(portal: Portal) -> None:
    seen = await portal.ask(MOSEL, "reseller/invitations.graphql", first=10)
    assert [node["isOpen"] for node in nodes(seen["viewer"]["invitations"])] == [True]
    seen = await portal.ask(MANAGER, "vendor/applications.graphql", first=10)
    assert {node["status"] for node in nodes(seen["viewer"]["applications"])} == {"SUBMITTED", "APPROVED", "REFUSED"}


async def test_a_track_is_half_done_and_papers_and_certifications_are_about_to_expire(portal: Portal) -> None:
    seen = await portal.ask(MOSEL, "reseller/enablement.graphql", first=50)
    reseller = seen["viewer"]["reseller"]
    assert {node["status"] for node in nodes(reseller["documents"])} == {"SUBMITTED", "VERIFIED", "REJECTED"}
    soon = str(datetime.now(UTC).date() + timedelta(days=30))
    held = nodes(reseller["certifications"])
    assert sorted(node["validUntil"] < soon for node in held) == [False, True, True]
    tracks = [node["onboarding"] for node in nodes(reseller["enrollments"]) if node["onboarding"]]
    (states,) = [[step["state"] for step in track["steps"]] for track in tracks]
    assert states[:3] == ["DONE"] * 3 and "DONE" not in states[3:4]


async def test_spiffs_are_claimed_decided_and_gathered_in_a_payout(portal: Portal) -> None:
    seen = await portal.ask(MANAGER, "vendor/spiff_claims.graphql")
    assert {"CLAIMED", "DENIED"} <= {node["status"] for node in nodes(seen["viewer"]["vendor"]["spiffClaims"])}
    seen = await portal.ask(Person(NORDWIND.organization, Role.VENDOR_FINANCE), "vendor/payouts.graphql")
    (payout,) = nodes(seen["viewer"]["vendor"]["payouts"])
    assert payout["paidAt"] is None and payout["claims"] > 0


async def test_segments_are_drawn_and_lines_are_contested_and_answered(portal: Portal) -> None:
    seen = await portal.ask(MANAGER, "vendor/segments.graphql")
    assert len(nodes(seen["viewer"]["vendor"]["segments"])) == 3
    async with portal.database.reading(acting_as_worker(NORDWIND.id)) as db:
        rows = await db.rows("SELECT status FROM contested_line WHERE vendor_id = $1", NORDWIND.id)
    assert Counter(row["status"] for row in rows) == {"OPEN": 2, "UPHELD": 1}


@pytest.mark.parametrize("by", [MANAGER, BRAZILS, MOSEL], ids=lambda by: by.role.level)
async def test_each_level_has_alerts_and_somebody_sees_to_one(portal: Portal, by: Person) -> None:
    seen = await portal.ask(by, f"{by.role.level.lower()}/alerts.graphql", first=50)
    found = nodes(seen["viewer"]["alerts"])
    assert [alert["assignee"] for alert in found if alert["assignee"]] == [by.name]
    assert Counter(alert["state"] for alert in found)["OPEN"] > 0


async def test_all_that_people_did_is_what_the_facts_say(portal: Portal) -> None:
    for vendor in network():
        async with portal.database.reading(acting_as_worker(vendor.id)) as db:
            assert await differences(db, vendor.id) == []
            assert await unlike_funds(db, vendor.id) == []


async def test_an_agent_is_paid_for_what_its_reseller_bought(portal: Portal) -> None:
    seen = await portal.ask(MANAGER, "vendor/commission_statements.graphql", first=50)
    found = nodes(seen["viewer"]["vendor"]["commissionStatements"])
    states = Counter(each["status"] for each in found)
    assert states["PAID"] == 1 and states["APPROVED"] >= 1
    assert all(float(each["amount"]["amount"]) > 0 for each in found if each["status"] == "PAID")


async def test_a_record_is_merged_and_another_is_two_again(portal: Portal) -> None:
    seen = await portal.ask(MANAGER, "vendor/party_merges.graphql", first=50)
    found = {each["from"]["name"]: each["state"] for each in nodes(seen["viewer"]["vendor"]["partyMerges"])}
    assert found == {TWICE: "APPLIED", MISTAKEN: "UNDONE"}


async def test_an_incentive_for_a_segment_is_drafted(portal: Portal) -> None:
    seen = await portal.ask(MANAGER, "vendor/incentives.graphql", first=50)
    drafts = {each["name"] for each in nodes(seen["viewer"]["vendor"]["incentives"]) if each["status"] == "DRAFT"}
    assert INCENTIVE in drafts
