"""The terms of programmes: set, changed and taken away by their vendor alone; and how far programmes are taken up."""

import asyncio
from typing import Any

from app.access.roles import Role
from tests.api.conftest import Api
from tests.api.partners_kit import a_club, done, nodes, nothing_written, once, party_gid, program_gid, refused

PROGRAM = "vendor/create_program.graphql"
UPDATE = "vendor/update_program.graphql"
ENROLL = "vendor/enroll_reseller.graphql"
TERMS = {"months": [1, 7], "day": 1, "graceDays": 90}


async def a_program(api: Api, reviews: dict[str, Any] | None = TERMS, **changed: Any) -> str:
    made = await done(await api.vendor(), PROGRAM, **a_club(reviews=reviews, **changed))
    return str(made["id"])


async def test_a_vendor_sets_and_takes_away_the_terms_of_a_programme(api: Api) -> None:
    vendor, program = await api.vendor(), await a_program(api, reviews=None)
    made = await done(
        vendor,
        UPDATE,
        programId=program,
        expectedVersion=1,
        name=f"New {once()[:6]}",
        partnerTypes=["MSP", "AGENT"],
        countries=["DE"],
        reviews={**TERMS, "months": [10, 4]},
        autoApproval={"partnerTypes": ["AGENT"], "countries": []},
        fits=[
            {"kind": "SPIFF", "partnerTypes": ["MSP"]},
            {"kind": "COMMISSION", "partnerTypes": ["CONSULTANT", "AGENT"]},
        ],
    )
    assert made["reviews"] == {
        "months": [4, 10],
        "day": 1,
        "graceDays": 90,
        "promotion": "AT_ONCE",
        "demotion": "TO_ATTAINED",
    }
    assert made["autoApproval"] == {"partnerTypes": ["AGENT"], "countries": [], "status": "ACTIVE"}
    assert made["fits"] == [
        {"kind": "COMMISSION", "partnerTypes": ["AGENT", "CONSULTANT"]},
        {"kind": "SPIFF", "partnerTypes": ["MSP"]},
    ]
    assert (made["version"], made["partnerTypes"], made["countries"]) == (2, ["AGENT", "MSP"], ["DE"])
    gone = await done(vendor, UPDATE, programId=program, expectedVersion=2, reviews=None, autoApproval=None, fits=[])
    assert (gone["reviews"], gone["autoApproval"], gone["fits"]) == (None, None, [])
    assert (gone["name"], gone["partnerTypes"]) == (made["name"], ["AGENT", "MSP"]), "what is left out stays"


async def test_terms_that_cannot_be_are_refused_with_all_reasons(api: Api) -> None:
    vendor, program = await api.vendor(), await a_program(api)
    taken = (await done(vendor, PROGRAM, **a_club()))["name"]

    async def tried(of: str = program, **given: Any) -> list[tuple[list[str] | None, str]]:
        return await refused(api, vendor, UPDATE, **{"programId": of, "expectedVersion": 1, **given})

    reviews = ["input", "reviews"]
    assert await tried(
        name=" ",
        reviews={"months": [1, 13, 1], "day": 29, "graceDays": -1},
        autoApproval={"partnerTypes": ["VAR", "VAR"], "countries": ["XX"], "status": "ENDED"},
        fits=[{"kind": "SPIFF", "partnerTypes": []}, {"kind": "SPIFF", "partnerTypes": ["VAR"]}],
        expectedVersion=7,
    ) == [
        (["input", "name"], "REQUIRED"),
        ([*reviews, "months", "1"], "INVALID"),
        ([*reviews, "months"], "INVALID"),
        ([*reviews, "day"], "INVALID"),
        ([*reviews, "graceDays"], "INVALID"),
        (["input", "autoApproval", "status"], "INVALID"),
        (["input", "autoApproval", "partnerTypes"], "INVALID"),
        (["input", "autoApproval", "countries", "0"], "INVALID"),
        (["input", "fits"], "INVALID"),
        (["input", "fits", "0", "partnerTypes"], "REQUIRED"),
        (["input", "expectedVersion"], "STALE"),
    ]
    assert await tried() == [(["input"], "REQUIRED")]
    assert await tried(name=taken) == [(["input", "name"], "TAKEN")]
    assert await tried(reviews={**TERMS, "months": []}) == [([*reviews, "months"], "REQUIRED")]
    track = program_gid(api, "Acme", "DISTRIBUTOR")
    assert await tried(
        track,
        partnerTypes=["VAR"],
        reviews=TERMS,
        autoApproval={"partnerTypes": [], "countries": []},
        fits=[{"kind": "VOLUME_REBATE", "partnerTypes": ["VAR"]}],
    ) == [
        (["input", "partnerTypes"], "INVALID"),
        (reviews, "INVALID"),
        (["input", "autoApproval"], "INVALID"),
        (["input", "fits", "0", "partnerTypes"], "INVALID"),
    ]
    borealis = await refused(
        api, await api.vendor("Borealis"), UPDATE, programId=program, expectedVersion=1, description="Mine."
    )
    assert borealis == [(["input", "programId"], "NOT_FOUND")]
    for caller in (await api.distributor(), await api.reseller(), await api.vendor(role=Role.VENDOR_FINANCE)):
        async with nothing_written(api):
            answer = await caller.raw(UPDATE, input={"programId": program, "expectedVersion": 1, "name": "Mine"})
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_of_two_changes_of_one_version_one_counts(api: Api) -> None:
    vendor, program = await api.vendor(), await a_program(api)
    two = await asyncio.gather(
        *(vendor.act(UPDATE, programId=program, expectedVersion=1, description=each) for each in ("One.", "Two."))
    )
    assert sorted(len(answer["userErrors"]) for answer in two) == [0, 1]


async def test_adoption_counts_who_could_take_part_and_who_does(api: Api) -> None:
    program = await a_program(api, partnerTypes=["VAR"], countries=["DE"])
    given = {"programId": program, "tierRank": 2, "idempotencyKey": once()}
    await done(await api.vendor(), ENROLL, resellerId=party_gid(api, "Reseller", "Acme", "Reseller One"), **given)
    await done(
        await api.reseller("Reseller Two"),
        "reseller/apply_to_program.graphql",
        programId=program,
        idempotencyKey=once(),
    )
    programs = nodes(
        (await (await api.vendor()).ask("vendor/programs.graphql", first=100))["viewer"]["vendor"]["programs"]
    )
    found = next(each for each in programs if each["id"] == program)["adoption"]
    assert (found["eligible"], found["applied"], found["active"], found["earning"]) == (2, 1, 1, None)
    assert [each["active"] for each in found["byTier"]] == [0, 1, 0]
    track = next(each for each in programs if each["audience"] == "DISTRIBUTOR")["adoption"]
    assert (track["eligible"], track["applied"], track["active"], track["earning"]) == (2, 0, 2, 0)
