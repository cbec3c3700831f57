"""Who takes part in a network, as each level sees it: what is its own, what is disclosed to it, and nothing else.

The networks: Acme with Dist One, which discloses everything, and Dist Two, which discloses nothing; Borealis with Dist One.
Reseller One buys from both distributors in Acme's network and from Dist One in Borealis'.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from app.access.roles import Role
from app.execution.identifiers import NO_NETWORK, Key, global_id
from app.partners.terms import ReportField
from app.programme.terms import Level
from app.reports.formats.frame import FIELDS
from app.store.database import Session
from app.store.identity import new_id
from tests.api.conftest import Api
from tests.api.partners_kit import authorization_gid, nodes, party_gid, program_gid

MILLION = 1_000_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = datetime.now(UTC).date()


@dataclass
class Network:
    """What was put into the world beside the parties: enrolments in a programme with two tiers."""

    program: UUID
    tiers: dict[int, UUID]
    one: str
    two: str


@pytest.fixture(scope="module")
async def network(api: Api) -> AsyncIterator[Network]:
    world = api.world
    acme = world.vendors["Acme"]
    made = Network(world.programs["Acme", "RESELLER"], {1: new_id(), 2: new_id()}, "", "")
    shared = {"vendor_id": acme, "program_id": made.program, "audience": "RESELLER"}
    for rank, name in ((1, "Silver"), (2, "Gold")):
        await world.add("program_tier", id=made.tiers[rank], rank=rank, name=name, **shared)
        asked = [("PURCHASES", rank * 1000 * MILLION, "EUR"), ("CERTIFICATIONS", rank, None)]
        for kind, needed, currency in asked:
            await world.add(
                "tier_requirement",
                id=new_id(),
                tier_id=made.tiers[rank],
                kind=kind,
                needed=needed,
                currency=currency,
                **shared,
            )
    for name, rank in (("Portal", 0), ("Training", 1), ("Funds", 2)):
        await world.add(
            "benefit",
            id=new_id(),
            name=name,
            description=f"{name}.",
            from_rank=rank,
            where_to_use=f"{name}.example",
            **shared,
        )
    made.one = await _enrol(api, made, "Reseller One", 1, ("Dist One", "Dist Two"))
    made.two = await _enrol(api, made, "Reseller Two", None, ("Dist One",))
    yield made


async def _enrol(api: Api, made: Network, reseller: str, rank: int | None, distributors: tuple[str, ...]) -> str:
    world = api.world
    acme, id = world.vendors["Acme"], new_id()
    enrolled = {
        "vendor_id": acme,
        "program_id": made.program,
        "reseller_id": world.parties["Acme", reseller],
        "status": "ACTIVE",
        "tier_id": made.tiers[rank] if rank else None,
    }
    await world.add("enrollment", id=id, since=date(2025, 1, 1), created_at=NOW, **enrolled)
    await world.add(
        "enrollment_event",
        vendor_id=acme,
        id=new_id(),
        enrollment_id=id,
        reseller_id=enrolled["reseller_id"],
        status="ACTIVE",
        tier_id=enrolled["tier_id"],
        reason="Welcome.",
        happened_at=NOW,
    )
    for distributor in distributors:
        await world.add(
            "distributor_enrollment",
            authorization_id=world.authorizations["Acme", distributor, reseller],
            enrollment_id=id,
            distributor_id=world.parties["Acme", distributor],
            agreement_id=world.agreements["Acme", distributor],
            **enrolled,
        )
    return global_id("Enrollment", Key(acme, id))


# ------------------------------------------------------------------------------------------------ the networks


async def test_a_vendor_sees_its_distributors_and_the_resellers_that_are_disclosed(api: Api) -> None:
    found = (await (await api.vendor()).ask("vendor/partners.graphql"))["viewer"]["vendor"]
    assert found["name"] == "Acme"
    assert [each["name"] for each in nodes(found["distributors"])] == ["Dist One", "Dist Two"]
    assert [each["name"] for each in nodes(found["resellers"])] == ["Reseller One", "Reseller Two"]
    assert found["resellers"]["totalCount"] == 2
    assert [each["audience"] for each in nodes(found["programs"])] == ["DISTRIBUTOR", "RESELLER"]
    other = (await (await api.vendor("Borealis")).ask("vendor/partners.graphql"))["viewer"]["vendor"]
    assert [each["name"] for each in nodes(other["distributors"])] == ["Dist One"]
    assert nodes(other["distributors"])[0]["id"] != nodes(found["distributors"])[0]["id"], "another id in each network"


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ('{search: "TWO"}', ["Reseller Two"]),
        ('{search: "%"}', []),
        ("{partnerType: VAR}", ["Reseller One", "Reseller Two"]),
        ("{partnerType: MSP}", []),
        ('{country: "DE", search: "one"}', ["Reseller One"]),
        ('{country: "AT"}', []),
    ],
)
async def test_resellers_are_found_by_name_kind_and_country(api: Api, filter: str, names: list[str]) -> None:
    listed = f"resellers(first: 9, filter: {filter}) {{ totalCount edges {{ node {{ name }} }} }}"
    document = f"{{ viewer {{ vendor {{ {listed} }} }} }}"
    found = (await (await api.vendor()).ask(document))["viewer"]["vendor"]["resellers"]
    assert [each["name"] for each in nodes(found)] == names
    assert found["totalCount"] == len(names)


async def test_a_search_that_is_no_text_is_refused(api: Api) -> None:
    document = "query($s: String) { viewer { vendor { resellers(first: 1, filter: {search: $s}) { totalCount } } } }"
    answer = await (await api.vendor()).raw(document, s="a\u0000")
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_vendor_sees_the_authorisations_that_its_agreements_disclose(api: Api) -> None:
    agreements = (await (await api.vendor()).ask("vendor/agreements.graphql"))["viewer"]["vendor"]["agreements"]
    shown = {each["distributor"]["name"]: each["authorizations"] for each in nodes(agreements)}
    assert [each["reseller"]["name"] for each in nodes(shown["Dist One"])] == ["Reseller One", "Reseller Two"]
    assert shown["Dist Two"] == {"totalCount": 0, "edges": []}, "not even how many"


async def test_a_distributor_sees_itself_over_all_its_networks_and_its_own_agreements(api: Api) -> None:
    one = (await (await api.distributor()).ask("distributor/agreements.graphql"))["viewer"]["distributor"]
    assert sorted(each["vendor"]["name"] for each in nodes(one["agreements"])) == ["Acme", "Borealis"]
    assert one["agreements"]["totalCount"] == 2
    two = (await (await api.distributor("Dist Two")).ask("distributor/agreements.graphql"))["viewer"]["distributor"]
    assert [each["vendor"]["name"] for each in nodes(two["agreements"])] == ["Acme"]
    again = await (await api.distributor()).ask(
        "query($id: ID!) { node(id: $id) { ... on Distributor { name } } }", id=one["id"]
    )
    assert again["node"] == {"name": "Dist One"}, "its own id can be asked for again"
    for stranger in (await api.distributor("Dist Two"), await api.vendor(), await api.reseller()):
        assert (await stranger.ask("query($id: ID!) { node(id: $id) { id } }", id=one["id"]))["node"] is None


async def test_a_firm_is_one_over_all_networks_only_at_its_own_level(api: Api) -> None:
    callers = {
        "Acme": await api.vendor(),
        "Dist One": await api.distributor(),
        "Reseller One": await api.reseller(),
    }
    seen = {}
    for name, caller in callers.items():
        own = Key(NO_NETWORK, api.world.organizations[name])
        ids = [global_id(type_name, own) for type_name in ("Vendor", "Distributor", "Reseller")]
        found = await caller.ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", ids=ids)
        seen[name] = [node and node["__typename"] for node in found["nodes"]]
    assert seen == {
        "Acme": [None, None, None],
        "Dist One": [None, "Distributor", None],
        "Reseller One": [None, None, "Reseller"],
    }


async def test_a_distributor_sees_the_resellers_it_is_authorised_for(api: Api, network: Network) -> None:
    document = "distributor/resellers.graphql"
    one = await (await api.distributor()).ask(document, agreementId=api.world.agreement_gid("Acme", "Dist One"))
    found = {each["reseller"]["name"]: each for each in nodes(one["node"]["authorizations"])}
    assert set(found) == {"Reseller One", "Reseller Two"}
    assert found["Reseller One"]["accounts"] == ["A-1"]
    assert found["Reseller One"]["enrollment"]["tier"] == {"rank": 1, "name": "Silver"}
    granted = {each["benefit"]["name"]: each["granted"] for each in found["Reseller Two"]["enrollment"]["benefits"]}
    assert granted == {"Portal": True, "Training": False, "Funds": False}
    rivals = await (await api.distributor()).ask(document, agreementId=api.world.agreement_gid("Acme", "Dist Two"))
    assert rivals["node"] is None


async def test_authorisations_are_narrowed_by_status_and_name(api: Api) -> None:
    caller, agreement = await api.distributor(), api.world.agreement_gid("Acme", "Dist One")
    document = "distributor/resellers.graphql"
    for filter, total in (
        ({"status": "ACTIVE"}, 2),
        ({"status": "SUSPENDED"}, 0),
        ({"search": "reseller T"}, 1),
        ({"search": "_"}, 0),
    ):
        found = await caller.ask(document, agreementId=agreement, filter=filter)
        assert found["node"]["authorizations"]["totalCount"] == total, filter


async def test_through_a_shared_reseller_a_distributor_sees_only_its_own_dealings(api: Api, network: Network) -> None:
    document = (
        "query($id: ID!) { node(id: $id) { ... on Reseller { name identifiers { value }"
        " authorizations(first: 9) { totalCount edges { node { accounts distributor { name } } } }"
        " enrollments(first: 9) { totalCount edges { node { status progress { kind } history { reason } since } } } } } }"
    )
    id = party_gid(api, "Reseller", "Acme", "Reseller One")
    seen = (await (await api.distributor("Dist Two")).ask(document, id=id))["node"]
    assert seen["authorizations"]["totalCount"] == 1
    assert nodes(seen["authorizations"]) == [{"accounts": ["T-1"], "distributor": {"name": "Dist Two"}}]
    assert seen["identifiers"] == []
    assert nodes(seen["enrollments"]) == [{"status": "ACTIVE", "progress": None, "history": [], "since": None}]
    by_vendor = (await (await api.vendor()).ask(document, id=id))["node"]
    assert nodes(by_vendor["authorizations"]) == [{"accounts": ["A-1"], "distributor": {"name": "Dist One"}}]
    elsewhere = (await (await api.vendor("Borealis")).ask(document, id=id))["node"]
    assert elsewhere is None


async def test_a_vendors_lists_are_cut_to_who_asks(api: Api, network: Network) -> None:
    document = (
        "query($id: ID!) { node(id: $id) { ... on Vendor { name programs(first: 9) { edges { node { audience } } }"
        " distributors(first: 9) { edges { node { name } } } resellers(first: 9) { edges { node { name } } }"
        " enrollments(first: 9) { totalCount edges { node { reseller { name } } } } } } }"
    )
    acme = global_id("Vendor", Key(api.world.vendors["Acme"], api.world.vendors["Acme"]))

    async def seen(caller: Any) -> list[list[str]]:
        found = (await caller.ask(document, id=acme))["node"]
        assert found["enrollments"]["totalCount"] == len(found["enrollments"]["edges"])
        return [
            [each["audience"] for each in nodes(found["programs"])],
            [each["name"] for each in nodes(found["distributors"])],
            [each["name"] for each in nodes(found["resellers"])],
            sorted(each["reseller"]["name"] for each in nodes(found["enrollments"])),
        ]

    both, one = ["Reseller One", "Reseller Two"], ["Reseller One"]
    tracks = ["DISTRIBUTOR", "RESELLER"]
    assert await seen(await api.vendor()) == [tracks, ["Dist One", "Dist Two"], both, both]
    assert await seen(await api.distributor()) == [tracks, ["Dist One"], both, both]
    assert await seen(await api.distributor("Dist Two")) == [tracks, ["Dist Two"], ["Hidden Reseller", *one], one]
    assert await seen(await api.reseller()) == [["RESELLER"], ["Dist One", "Dist Two"], one, one]
    assert await seen(await api.reseller("Reseller Two")) == [
        ["RESELLER"],
        ["Dist One"],
        ["Reseller Two"],
        ["Reseller Two"],
    ]
    outside = (await (await api.vendor("Borealis")).ask(document, id=acme))["node"]
    assert outside is None


async def test_a_reseller_sees_its_distributors_in_all_networks_and_no_agreement(api: Api) -> None:
    caller = await api.reseller()
    found = (await caller.ask("reseller/distributors.graphql"))["viewer"]["reseller"]["authorizations"]
    assert [(each["distributor"]["name"], each["accounts"]) for each in nodes(found)] in (
        [("Dist One", ["A-1"]), ("Dist One", ["B-1"]), ("Dist Two", ["T-1"])],
        [("Dist One", ["B-1"]), ("Dist One", ["A-1"]), ("Dist Two", ["T-1"])],
    )
    assert found["totalCount"] == 3
    answer = await caller.raw(
        "query($id: ID!) { node(id: $id) { ... on ResellerAuthorization { status agreement { id } } } }",
        id=authorization_gid(api, "Acme", "Dist One", "Reseller One"),
    )
    assert answer["data"]["node"] == {"status": "ACTIVE", "agreement": None} and "errors" not in answer


async def test_what_is_not_ones_own_does_not_exist(api: Api, network: Network) -> None:
    acme = api.world.vendors["Acme"]
    own = {
        "agreement": api.world.agreement_gid("Acme", "Dist Two"),
        "authorization": authorization_gid(api, "Acme", "Dist Two", "Hidden Reseller"),
        "reseller": party_gid(api, "Reseller", "Acme", "Hidden Reseller"),
        "distributor": party_gid(api, "Distributor", "Acme", "Dist Two"),
        "enrollment": network.two,
        "track": program_gid(api, "Acme", "DISTRIBUTOR"),
        "program": program_gid(api, "Acme", "RESELLER"),
        "disguised": global_id("Distributor", Key(acme, api.world.parties["Acme", "Reseller One"])),
        "organization": global_id("Distributor", Key(NO_NETWORK, api.world.organizations["Dist Two"])),
        "never": global_id("Enrollment", Key(acme, new_id())),
    }
    callers = {
        "Acme": await api.vendor(),
        "Borealis": await api.vendor("Borealis"),
        "Dist One": await api.distributor(),
        "Dist Two": await api.distributor("Dist Two"),
        "Reseller One": await api.reseller(),
        "Hidden Reseller": await api.reseller("Hidden Reseller"),
    }
    seen = {}
    for name, caller in callers.items():
        found = (await caller.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=list(own.values())))["nodes"]
        seen[name] = {what for what, node in zip(own, found, strict=True) if node is not None}
    assert seen == {
        "Acme": {"agreement", "distributor", "enrollment", "track", "program"},
        "Borealis": set(),
        "Dist One": {"enrollment", "track", "program"},
        "Dist Two": {"agreement", "authorization", "reseller", "distributor", "track", "program", "organization"},
        "Reseller One": {"distributor", "program"},
        "Hidden Reseller": {"authorization", "reseller", "distributor", "program"},
    }


# --------------------------------------------------------------------------------------------- programme access


async def test_a_reseller_sees_its_programme_access_and_why(api: Api, network: Network) -> None:
    found = (await (await api.reseller()).ask("reseller/program_access.graphql"))["viewer"]["reseller"]
    (enrolled,) = nodes(found["enrollments"])
    assert (enrolled["status"], enrolled["tier"], enrolled["since"]) == (
        "ACTIVE",
        {"rank": 1, "name": "Silver"},
        "2025-01-01",
    )
    assert enrolled["program"]["vendor"]["name"] == "Acme"
    access = {each["benefit"]["name"]: each for each in enrolled["benefits"]}
    assert [access[name]["granted"] for name in ("Portal", "Training", "Funds")] == [True, True, False]
    assert access["Training"]["whereToUse"] == "Training.example" and access["Funds"]["whereToUse"] is None
    assert access["Portal"]["tier"] is None and access["Funds"]["tier"] == {"rank": 2, "name": "Gold"}
    assert access["Funds"]["rule"] == (
        "Acme reseller programme grants “Funds” to tier Gold and above while the enrolment is ACTIVE; this one is ACTIVE"
        " and in tier Silver."
    )
    assert [(each["status"], each["tier"]["name"], each["reason"]) for each in enrolled["history"]] == [
        ("ACTIVE", "Silver", "Welcome.")
    ]


async def _bought(api: Api, distributor: str, month: date, amount: int, currency: str = "EUR") -> None:
    """Reseller One's purchases in a month, in whole units; Dist One's agreement discloses them, Dist Two's does not."""
    world = api.world
    discloses = distributor == "Dist One"
    reseller = world.parties["Acme", "Reseller One"]
    await world.add(
        "sell_through_reseller_month",
        vendor_id=world.vendors["Acme"],
        month=month,
        distributor_id=world.parties["Acme", distributor],
        reseller_id=reseller,
        currency=currency,
        book_currency="EUR",
        disclosed_reseller_id=reseller if discloses else new_id(),
        units=1000,
        returned_units=0,
        lines=1,
        resale_amount=amount * MILLION,
        disclosed_resale_amount=amount * MILLION if discloses else 0,
        book_amount=0,
    )


async def test_progress_is_all_purchases_for_the_reseller_and_what_is_disclosed_for_the_vendor(
    api: Api, network: Network
) -> None:
    this_month = TODAY.replace(day=1)
    last_counted = (
        this_month.replace(year=this_month.year - 1)
        if this_month.month == 12
        else this_month.replace(year=this_month.year - 1, month=this_month.month + 1)
    )
    too_old = (
        last_counted.replace(month=last_counted.month - 1)
        if last_counted.month > 1
        else last_counted.replace(year=last_counted.year - 1, month=12)
    )
    await _bought(api, "Dist One", this_month, 700)
    await _bought(api, "Dist Two", last_counted, 600)
    await _bought(api, "Dist One", this_month, 10_000, currency="USD")
    await _bought(api, "Dist One", too_old, 50_000)
    (own,) = nodes(
        (await (await api.reseller()).ask("reseller/program_access.graphql"))["viewer"]["reseller"]["enrollments"]
    )
    steps = {(each["tier"]["rank"], each["kind"]): each for each in own["progress"]}
    silver, gold = steps[1, "PURCHASES"], steps[2, "PURCHASES"]
    assert (silver["needed"], silver["achieved"], silver["missing"]) == ("1000", "1300", "0")
    assert (gold["needed"], gold["achieved"], gold["missing"], gold["basis"]) == (
        "2000",
        "1300",
        "700",
        "ALL_PURCHASES",
    )
    assert gold["period"]["start"] == last_counted.isoformat()
    counted = steps[2, "CERTIFICATIONS"]
    assert (counted["needed"], counted["achieved"], counted["missing"], counted["basis"]) == (
        "2",
        "0",
        "2",
        "RECORDED_CERTIFICATIONS",
    )

    seen = nodes((await (await api.vendor()).ask("vendor/enrollments.graphql"))["viewer"]["vendor"]["enrollments"])
    by_name = {each["reseller"]["name"]: each for each in seen}
    disclosed = {(each["tier"]["name"], each["kind"]): each for each in by_name["Reseller One"]["progress"]}
    gold = disclosed["Gold", "PURCHASES"]
    assert (gold["achieved"], gold["missing"], gold["basis"]) == ("700", "1300", "DISCLOSED_PURCHASES")
    none = {(each["tier"]["name"], each["kind"]): each for each in by_name["Reseller Two"]["progress"]}
    assert none["Gold", "PURCHASES"]["achieved"] == "0"


async def test_enrolments_are_narrowed_by_status_and_programme(api: Api, network: Network) -> None:
    caller = await api.vendor()
    for filter, total in (
        ({"status": "ACTIVE"}, 2),
        ({"status": "ENDED"}, 0),
        ({"programId": program_gid(api, "Acme", "RESELLER")}, 2),
        ({"programId": program_gid(api, "Borealis", "RESELLER")}, 0),
        ({"programId": "nonsense"}, 0),
    ):
        found = await caller.ask("vendor/enrollments.graphql", filter=filter)
        assert found["viewer"]["vendor"]["enrollments"]["totalCount"] == total, filter


# ---------------------------------------------------------------------------------------------- volume standing


async def _sold_in(api: Api, agreement: UUID, on: date, amount: int, **changed: Any) -> None:
    world = api.world
    values: dict[str, Any] = {
        "vendor_id": world.vendors["Acme"],
        "submission_id": new_id(),
        "row_number": 1,
        "agreement_id": agreement,
        "distributor_id": world.parties["Acme", "Dist One"],
        "document_kind": "INVOICE" if amount > 0 else "CREDIT_NOTE",
        "document_number": new_id().hex,
        "document_line": "1",
        "sold_on": on,
        "counts_on": on,
        "component": 0,
        "product_id": world.products["Acme", "DRIVE-1"],
        "product_code": "DRIVE-1",
        "reported_quantity": 1000 if amount > 0 else -1000,
        "quantity": 1000 if amount > 0 else -1000,
        "currency": "EUR",
        "unit_price": abs(amount),
        "amount": amount,
        "content_hash": "",
        "recorded": 1,
        **changed,
    }
    await world.add("sell_in_line", **values)


async def test_volume_standing_is_the_net_sell_in_of_this_agreement_in_this_period(api: Api) -> None:
    world = api.world
    agreement, other = world.agreements["Acme", "Dist One"], world.agreements["Acme", "Dist Two"]
    for rank, (name, threshold) in enumerate((("Base", 0), ("Plus", 5_000), ("Top", 9_000)), 1):
        await world.add(
            "volume_tier",
            vendor_id=world.vendors["Acme"],
            agreement_id=agreement,
            distributor_id=world.parties["Acme", "Dist One"],
            rank=rank,
            name=name,
            threshold=threshold * MILLION,
        )
    quarter = TODAY.replace(month=(TODAY.month - 1) // 3 * 3 + 1, day=1)
    await _sold_in(api, agreement, quarter, 6_000_250_000)
    await _sold_in(api, agreement, TODAY, -1_000_000_000)
    await _sold_in(api, agreement, TODAY, 7_000 * MILLION, superseded=2)
    await _sold_in(api, agreement, TODAY, 7_000 * MILLION, currency="USD")
    await _sold_in(api, other, TODAY, 7_000 * MILLION)
    await _sold_in(api, agreement, quarter.replace(year=quarter.year - 1), 7_000 * MILLION)
    for caller, document in (
        (await api.distributor(), "distributor/agreements.graphql"),
        (await api.vendor(), "vendor/agreements.graphql"),
    ):
        viewer = (await caller.ask(document))["viewer"]
        place = viewer.get("vendor") or viewer["distributor"]
        volume = next(
            e["volume"] for e in nodes(place["agreements"]) if e["id"] == world.agreement_gid("Acme", "Dist One")
        )
        assert volume["period"]["start"] == quarter.isoformat()
        assert volume["actual"] == {"amount": "5000.25", "currency": "EUR"}
        assert (volume["attained"]["name"], volume["next"]["name"]) == ("Plus", "Top")
        assert volume["missingToNext"]["amount"] == "3999.75"
        assert volume["shortfall"]["amount"] == "4999.75", "of a commitment of 10,000"
        if "otherCurrencies" in volume:
            assert volume["otherCurrencies"] == ["USD"]


async def test_agreements_are_narrowed_by_status_distributor_and_day(api: Api) -> None:
    caller = await api.vendor()
    for filter, total in (
        ({"status": "ACTIVE"}, 2),
        ({"status": "ENDED"}, 0),
        ({"distributorId": party_gid(api, "Distributor", "Acme", "Dist Two")}, 1),
        ({"distributorId": party_gid(api, "Distributor", "Borealis", "Dist One")}, 0),
        ({"distributorId": "nonsense"}, 0),
        ({"effectiveOn": "2024-01-01"}, 2),
        ({"effectiveOn": "2030-01-01"}, 0),
    ):
        found = await caller.ask("vendor/agreements.graphql", filter=filter)
        assert found["viewer"]["vendor"]["agreements"]["totalCount"] == total, filter


def test_the_fields_that_an_agreement_may_ask_for_are_those_of_the_canonical_header() -> None:
    assert tuple(ReportField) == FIELDS


# ---------------------------------------------------------------------------------------------------- the pages

PAGES = """query($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $order: AuthorizationOrder! = NAME_ASC,
  $filter: AuthorizationFilter) { node(id: $id) { ... on DistributionAgreement {
  authorizations(first: $first, after: $after, last: $last, before: $before, orderBy: $order, filter: $filter) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { reseller { name } } } } } } }"""


async def test_pages_follow_one_another_in_both_directions(api: Api) -> None:
    caller, id = await api.distributor(), api.world.agreement_gid("Acme", "Dist One")

    async def page(**asked: Any) -> tuple[list[str], dict[str, Any]]:
        found = (await caller.ask(PAGES, id=id, **asked))["node"]["authorizations"]
        assert found["totalCount"] == 2
        return [each["reseller"]["name"] for each in nodes(found)], found["pageInfo"]

    first, info = await page(first=1)
    assert first == ["Reseller One"] and info["hasNextPage"] and not info["hasPreviousPage"]
    second, after = await page(first=1, after=info["endCursor"])
    assert second == ["Reseller Two"] and not after["hasNextPage"] and after["hasPreviousPage"]
    back, _ = await page(last=1, before=after["startCursor"])
    assert back == ["Reseller One"]
    assert (await page(last=1))[0] == ["Reseller Two"]
    for order, expected in (
        ("NAME_DESC", ["Reseller Two", "Reseller One"]),
        ("NAME_ASC", ["Reseller One", "Reseller Two"]),
    ):
        assert (await page(first=250, order=order))[0] == expected


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"first": 0},
        {"first": 251},
        {"first": 1, "last": 1},
        {"first": 1, "after": "nonsense"},
        {"first": 1, "before": "x"},
    ],
)
async def test_a_page_that_cannot_be_is_refused(api: Api, asked: dict[str, Any]) -> None:
    answer = await (await api.distributor()).raw(PAGES, id=api.world.agreement_gid("Acme", "Dist One"), **asked)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_cursor_of_another_order_or_filter_is_refused(api: Api) -> None:
    caller, id = await api.distributor(), api.world.agreement_gid("Acme", "Dist One")
    found = (await caller.ask(PAGES, id=id, first=1))["node"]["authorizations"]["pageInfo"]["endCursor"]
    for changed in ({"order": "NAME_DESC"}, {"filter": {"status": "ACTIVE"}}):
        answer = await caller.raw(PAGES, id=id, first=1, after=found, **changed)
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_document_costs_as_many_statements_for_many_parents_as_for_one(
    api: Api, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = Session.rows

    async def counted(self: Session, statement: str, *arguments: object) -> Any:
        asked.append(statement)
        return await rows(self, statement, *arguments)

    monkeypatch.setattr(Session, "rows", counted)
    vendor = await api.vendor()
    costs = []
    for first in (1, 50):
        asked.clear()
        await vendor.ask("vendor/enrollments.graphql", first=first)
        costs.append(len(asked))
    told = (
        "vendor, page, resellers, programmes, standings, four for progress; and the total of more than a page, or tiers"
    )
    assert costs == [10, 10], told


@pytest.mark.parametrize("role", list(Role))
async def test_credit_terms_are_for_the_roles_that_may_read_them(api: Api, role: Role) -> None:
    firm = {Level.VENDOR: "Acme", Level.DISTRIBUTOR: "Dist One", Level.RESELLER: "Reseller One"}[role.level]
    answer = await (await api.as_(role.level, firm, role)).raw(
        "query($id: ID!) { node(id: $id) { ... on ResellerAuthorization { status creditTerms { paymentDays } } } }",
        id=authorization_gid(api, "Acme", "Dist One", "Reseller One"),
    )
    assert answer["data"]["node"] == {"status": "ACTIVE", "creditTerms": None}
    hidden = {Role.DISTRIBUTOR_VIEWER, Role.RESELLER_SALES, Role.RESELLER_VIEWER}
    assert [error["extensions"]["code"] for error in answer.get("errors", [])] == ["FORBIDDEN"] * (role in hidden)
