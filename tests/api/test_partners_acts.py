"""What vendors and distributors do about who takes part: done once, entirely, by whom it may be done; or refused, with every
reason at once and nothing written."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id, read_global_id
from app.partners.actions import align_enrollments
from app.programme.terms import Level
from tests.api.conftest import Api
from tests.api.partners_kit import (
    authorization_gid,
    contents,
    done,
    nodes,
    nothing_written,
    once,
    party_gid,
    program_gid,
    refused,
    work,
)

PROGRAM = "vendor/create_program.graphql"
DISTRIBUTOR = "vendor/create_distributor.graphql"
RESELLER = "vendor/create_reseller.graphql"
AGREEMENT = "vendor/create_agreement.graphql"
ENROLL = "vendor/enroll_reseller.graphql"
DECIDE = "vendor/decide_enrollment.graphql"
AUTHORIZE = "distributor/authorize_reseller.graphql"
UPDATE = "distributor/update_reseller.graphql"
SUSPEND = "distributor/suspend_reseller.graphql"
REINSTATE = "distributor/reinstate_reseller.graphql"


def a_program(**changed: Any) -> dict[str, Any]:
    return {
        "name": f"Partner Club {once()[:6]}",
        "description": "For resellers\nthat grow.",
        "audience": "RESELLER",
        "partnerTypes": ["VAR", "MSP"],
        "countries": ["DE", "AT"],
        "tiers": [
            {"name": "Member", "requirements": []},
            {
                "name": "Gold",
                "requirements": [
                    {"kind": "PURCHASES", "needed": "100000.50", "currency": "EUR"},
                    {"kind": "GROWTH", "needed": "0.125"},
                    {"kind": "CERTIFICATIONS", "needed": "3"},
                ],
            },
        ],
        "benefits": [
            {"name": "Portal", "description": "Sales tools.", "fromRank": 0, "whereToUse": "portal.example"},
            {"name": "Funds", "description": "Market funds.", "fromRank": 2},
        ],
        "idempotencyKey": once(),
        **changed,
    }


def an_agreement(api: Api, distributor_id: str, **changed: Any) -> dict[str, Any]:
    return {
        "distributorId": distributor_id,
        "programId": program_gid(api, "Acme", "DISTRIBUTOR"),
        "effective": {"start": "2026-01-01", "end": "2029-01-01"},
        "territory": ["PL", "CZ"],
        "currency": "EUR",
        "timeZone": "Europe/Warsaw",
        "volumePeriod": "YEAR",
        "volumeCommitment": "500000",
        "thresholdRule": "EXCEEDED",
        "volumeTiers": [{"name": "Base", "threshold": "0"}, {"name": "Plus", "threshold": "250000.25"}],
        "reporting": {
            "cadence": "WEEKLY",
            "dueDays": 3,
            "graceDays": 2,
            "mandatoryFields": ["UNIT_PRICE", "CURRENCY"],
            "formats": ["X12", "CSV"],
            "discloses": {"resalePrice": True, "endCustomer": False, "reseller": True, "creditTerms": False},
        },
        "idempotencyKey": once(),
        **changed,
    }


async def a_distributor(api: Api, name: str = "Fresh Distribution") -> str:
    made = await done(await api.vendor(), DISTRIBUTOR, name=name, country="PL", idempotencyKey=once())
    return str(made["id"])


async def a_reseller(api: Api, **changed: Any) -> str:
    given = {"name": "Fresh Reseller", "country": "DE", "partnerType": "VAR", "idempotencyKey": once(), **changed}
    return str((await done(await api.vendor(), RESELLER, **given))["id"])


def a_new_reseller(api: Api, **changed: Any) -> dict[str, Any]:
    return {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "reseller": {"new": {"name": "Corner Shop", "country": "AT", "partnerType": "RETAILER", "taxNumber": "ATU1"}},
        "accounts": [f"N-{once()[:8]}"],
        "creditTerms": {"limit": "25000.50", "currency": "EUR", "paymentDays": 30},
        "idempotencyKey": once(),
        **changed,
    }


# ------------------------------------------------------------------------------------------------- programmes


async def test_a_vendor_sets_up_a_programme_with_all_that_belongs_to_it(api: Api) -> None:
    given = a_program()
    made = await done(await api.vendor(), PROGRAM, **given)
    assert (made["name"], made["audience"], made["status"]) == (given["name"], "RESELLER", "ACTIVE")
    assert (made["partnerTypes"], made["countries"]) == (["MSP", "VAR"], ["AT", "DE"])
    assert [(tier["rank"], tier["name"]) for tier in made["tiers"]] == [(1, "Member"), (2, "Gold")]
    assert made["tiers"][1]["requirements"] == [
        {"kind": "CERTIFICATIONS", "needed": "3", "currency": None},
        {"kind": "GROWTH", "needed": "0.125", "currency": None},
        {"kind": "PURCHASES", "needed": "100000.5", "currency": "EUR"},
    ]
    assert [(b["name"], b["fromRank"]) for b in made["benefits"]] == [("Portal", 0), ("Funds", 2)]


async def test_a_programme_is_refused_with_all_reasons_at_once(api: Api) -> None:
    found = await refused(
        api,
        await api.vendor(),
        PROGRAM,
        **a_program(
            name="  ",
            description="x" * 2001,
            countries=["DE", "DE", "XX"],
            tiers=[
                {"name": "Gold", "requirements": [{"kind": "PURCHASES", "needed": "5"}]},
                {
                    "name": " gold ",
                    "requirements": [
                        {"kind": "DEALS_WON", "needed": "1.5"},
                        {"kind": "DEALS_WON", "needed": "2", "currency": "EUR"},
                        {"kind": "PURCHASES", "needed": "0", "currency": "XYZ"},
                    ],
                },
            ],
            benefits=[{"name": "A\u0007", "description": "b", "fromRank": 3}],
        ),
    )
    at = ["input", "tiers", "1", "requirements"]
    assert sorted(found, key=str) == sorted(
        [
            (["input", "name"], "REQUIRED"),
            (["input", "description"], "INVALID"),
            (["input", "countries"], "INVALID"),
            (["input", "countries", "2"], "INVALID"),
            (["input", "tiers"], "INVALID"),
            (["input", "tiers", "0", "requirements", "0", "currency"], "REQUIRED"),
            (at, "INVALID"),
            ([*at, "0", "needed"], "INVALID"),
            ([*at, "1", "currency"], "INVALID"),
            ([*at, "2", "currency"], "INVALID"),
            ([*at, "2", "needed"], "INVALID"),
            (["input", "benefits", "0", "name"], "INVALID"),
            (["input", "benefits", "0", "fromRank"], "INVALID"),
        ],
        key=str,
    )


async def test_two_programmes_of_a_vendor_share_no_name_even_when_created_at_once(api: Api) -> None:
    caller = await api.vendor()
    given = a_program()
    answers = await asyncio.gather(*(caller.act(PROGRAM, **{**given, "idempotencyKey": once()}) for _ in range(4)))
    assert sorted(bool(answer["program"]) for answer in answers) == [False, False, False, True]
    codes = [error["code"] for answer in answers for error in answer["userErrors"]]
    assert codes == ["TAKEN"] * 3
    again = await refused(api, caller, PROGRAM, **{**given, "idempotencyKey": once()})
    assert again == [(["input", "name"], "TAKEN")]


async def test_another_vendor_may_use_the_same_programme_name(api: Api) -> None:
    given = a_program()
    await done(await api.vendor(), PROGRAM, **given)
    await done(await api.vendor("Borealis"), PROGRAM, **given)


async def test_the_same_key_and_input_give_the_same_programme_and_another_input_is_refused(api: Api) -> None:
    caller, given = await api.vendor(), a_program()
    first = await done(caller, PROGRAM, **given)
    async with nothing_written(api):
        assert await done(caller, PROGRAM, **given) == first
    other = await refused(api, caller, PROGRAM, **{**given, "description": "Another."})
    assert other == [(["input", "idempotencyKey"], "IDEMPOTENCY_KEY_REUSED")]


async def test_a_programme_for_distributors_names_no_kinds_of_resellers(api: Api) -> None:
    found = await refused(api, await api.vendor(), PROGRAM, **a_program(audience="DISTRIBUTOR"))
    assert found == [(["input", "partnerTypes"], "INVALID")]


# --------------------------------------------------------------------------------------------------- parties


async def test_a_vendor_records_parties_of_its_network(api: Api) -> None:
    caller = await api.vendor()
    distributor = await done(
        caller, DISTRIBUTOR, name=" Nord ", country="PL", region="East", taxNumber="PL1", idempotencyKey=once()
    )
    assert (distributor["name"], distributor["country"], distributor["region"]) == ("Nord", "PL", "East")
    assert distributor["identifiers"] == [{"kind": "TAX_NUMBER", "value": "PL1"}]
    reseller = await done(caller, RESELLER, name="Shop", country="DE", partnerType="RETAILER", idempotencyKey=once())
    assert (reseller["partnerType"], reseller["identifiers"]) == ("RETAILER", [])


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"name": "x" * 201}, "name", "INVALID"),
        ({"name": "a\u0000b"}, "name", "INVALID"),
        ({"name": "\t "}, "name", "REQUIRED"),
        ({"country": "Germany"}, "country", "INVALID"),
        ({"country": "de"}, "country", "INVALID"),
        ({"taxNumber": ""}, "taxNumber", "REQUIRED"),
        ({"region": "a\nb"}, "region", "INVALID"),
    ],
)
async def test_a_party_that_cannot_be_is_refused(api: Api, changed: dict[str, str], field: str, code: str) -> None:
    given = {"name": "Nord", "country": "PL", "idempotencyKey": once(), **changed}
    assert await refused(api, await api.vendor(), DISTRIBUTOR, **given) == [(["input", field], code)]


# ------------------------------------------------------------------------------------------------- agreements


async def test_a_vendor_agrees_with_a_distributor(api: Api) -> None:
    made = await done(await api.vendor(), AGREEMENT, **an_agreement(api, await a_distributor(api, "Agreed")))
    assert made["distributor"]["name"] == "Agreed"
    assert (made["territory"], made["timeZone"]) == (["CZ", "PL"], "Europe/Warsaw")
    assert made["effective"] == {"start": "2026-01-01", "end": "2029-01-01"}
    volume = made["volume"]
    assert (volume["volumePeriod"], volume["thresholdRule"]) == ("YEAR", "EXCEEDED")
    assert [(t["rank"], t["name"], t["threshold"]["amount"]) for t in volume["tiers"]] == [
        (1, "Base", "0"),
        (2, "Plus", "250000.25"),
    ]
    assert volume["commitment"] == {"amount": "500000", "currency": "EUR"}
    reporting = made["reporting"]
    assert (reporting["mandatoryFields"], reporting["formats"]) == (["UNIT_PRICE", "CURRENCY"], ["CSV", "X12"])
    assert reporting["discloses"] == {
        "resalePrice": True,
        "endCustomer": False,
        "reseller": True,
        "creditTerms": False,
    }


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"effective": {"start": "2026-01-01", "end": "2026-01-01"}}, ["effective", "end"], "INVALID"),
        ({"effective": {"start": "2026-01-01", "end": "2037-01-01"}}, ["effective", "end"], "INVALID"),
        ({"territory": []}, ["territory"], "REQUIRED"),
        ({"territory": ["PL", "ZZ"]}, ["territory", "1"], "INVALID"),
        ({"currency": "XAU"}, ["currency"], "INVALID"),
        ({"timeZone": "Mars/Base"}, ["timeZone"], "INVALID"),
        ({"timeZone": "../UTC"}, ["timeZone"], "INVALID"),
        ({"volumeCommitment": "0"}, ["volumeCommitment"], "INVALID"),
        ({"volumeCommitment": "1e30"}, ["volumeCommitment"], "INVALID"),
        ({"volumeTiers": [{"name": "A", "threshold": "-1"}]}, ["volumeTiers", "0", "threshold"], "INVALID"),
        ({"volumeTiers": [{"name": "A", "threshold": "0.0000001"}]}, ["volumeTiers", "0", "threshold"], "INVALID"),
        (
            {"volumeTiers": [{"name": "A", "threshold": "5"}, {"name": "B", "threshold": "5.0"}]},
            ["volumeTiers"],
            "OVERLAP",
        ),
        (
            {"volumeTiers": [{"name": "A", "threshold": "5"}, {"name": "B", "threshold": "4"}]},
            ["volumeTiers"],
            "OVERLAP",
        ),
        ({"volumeTiers": [{"name": f"T{n}", "threshold": str(n)} for n in range(21)]}, ["volumeTiers"], "INVALID"),
    ],
)
async def test_an_agreement_that_cannot_be_is_refused(
    api: Api, changed: dict[str, Any], field: list[str], code: str
) -> None:
    distributor = party_gid(api, "Distributor", "Acme", "Dist Two")
    found = await refused(api, await api.vendor(), AGREEMENT, **an_agreement(api, distributor, **changed))
    assert found == [(["input", *field], code)]


@pytest.mark.parametrize(
    ("part", "value", "field"),
    [
        ("dueDays", -1, "dueDays"),
        ("graceDays", 366, "graceDays"),
        ("formats", ["CSV", "CSV"], "formats"),
        ("mandatoryFields", ["UNIT", "UNIT"], "mandatoryFields"),
    ],
)
async def test_a_reporting_requirement_that_cannot_be_is_refused(api: Api, part: str, value: Any, field: str) -> None:
    given = an_agreement(api, party_gid(api, "Distributor", "Acme", "Dist Two"))
    given["reporting"][part] = value
    assert await refused(api, await api.vendor(), AGREEMENT, **given) == [(["input", "reporting", field], "INVALID")]


async def test_an_agreement_names_a_distributor_and_a_programme_of_the_own_network(api: Api) -> None:
    caller = await api.vendor()
    foreign = an_agreement(
        api,
        party_gid(api, "Distributor", "Borealis", "Dist One"),
        programId=program_gid(api, "Borealis", "DISTRIBUTOR"),
    )
    never = an_agreement(api, "bm9uc2Vuc2U", programId=program_gid(api, "Acme", "DISTRIBUTOR")[:-4])
    reseller = an_agreement(api, party_gid(api, "Distributor", "Acme", "Reseller One"))
    both = [(["input", "distributorId"], "NOT_FOUND"), (["input", "programId"], "NOT_FOUND")]
    assert await refused(api, caller, AGREEMENT, **foreign) == both
    assert await refused(api, caller, AGREEMENT, **never) == both
    assert await refused(api, caller, AGREEMENT, **reseller) == both[:1]
    wrong = an_agreement(
        api, party_gid(api, "Distributor", "Acme", "Dist Two"), programId=program_gid(api, "Acme", "RESELLER")
    )
    assert await refused(api, caller, AGREEMENT, **wrong) == [(["input", "programId"], "INVALID")]


async def test_two_live_agreements_of_one_programme_do_not_meet_in_a_country_on_a_day(api: Api) -> None:
    caller, distributor = await api.vendor(), await a_distributor(api, "Overlapping")
    await done(caller, AGREEMENT, **an_agreement(api, distributor))
    same = an_agreement(api, distributor, territory=["PL"], effective={"start": "2028-12-31", "end": "2030-01-01"})
    assert await refused(api, caller, AGREEMENT, **same) == [(["input", "effective"], "OVERLAP")]
    after = an_agreement(api, distributor, effective={"start": "2029-01-01", "end": "2030-01-01"})
    elsewhere = an_agreement(api, distributor, territory=["SK"])
    for beside in (after, elsewhere):
        await done(caller, AGREEMENT, **beside)


async def test_a_distributor_outside_a_programmes_countries_is_not_eligible(api: Api) -> None:
    caller = await api.vendor()
    program = await done(
        caller, PROGRAM, **a_program(audience="DISTRIBUTOR", partnerTypes=[], countries=["FR"], tiers=[], benefits=[])
    )
    given = an_agreement(api, await a_distributor(api), programId=program["id"])
    assert await refused(api, caller, AGREEMENT, **given) == [(["input", "programId"], "NOT_ELIGIBLE")]


# -------------------------------------------------------------------------------------------------- enrolments


async def test_a_vendor_enrols_a_reseller_and_its_distributors_see_status_and_tier(api: Api) -> None:
    caller = await api.vendor()
    program = await done(caller, PROGRAM, **a_program())
    reseller = party_gid(api, "Reseller", "Acme", "Reseller One")
    made = await done(caller, ENROLL, programId=program["id"], resellerId=reseller, tierRank=2, idempotencyKey=once())
    assert (made["status"], made["version"], made["tier"]) == ("ACTIVE", 1, {"rank": 2, "name": "Gold"})
    query = (
        "query($id: ID!) { node(id: $id) { ... on Enrollment { status tier { rank } since version"
        " progress { kind } history { status } benefits { benefit { name } granted whereToUse } } } }"
    )
    at_once = (await (await api.distributor()).ask(query, id=made["id"]))["node"]
    assert at_once == {
        "status": "ACTIVE",
        "tier": {"rank": 2},
        "since": None,
        "version": None,
        "progress": None,
        "history": [],
        "benefits": [
            {"benefit": {"name": "Portal"}, "granted": True, "whereToUse": "portal.example"},
            {"benefit": {"name": "Funds"}, "granted": True, "whereToUse": None},
        ],
    }
    undisclosed = await api.distributor("Dist Two")
    assert (await undisclosed.ask(query, id=made["id"]))["node"] is None, "its authorisation is hidden from the vendor"
    assert await work(api) >= 1
    assert (await undisclosed.ask(query, id=made["id"]))["node"] == at_once, "the worker reaches it"

    decided = await done(
        caller,
        DECIDE,
        enrollmentId=made["id"],
        expectedVersion=1,
        status="SUSPENDED",
        tierRank=1,
        reason="Invoices unpaid.",
    )
    assert (decided["status"], decided["tier"]["rank"], decided["version"]) == ("SUSPENDED", 1, 2)
    assert [(e["status"], e["tier"]["rank"], e["reason"]) for e in decided["history"]] == [
        ("SUSPENDED", 1, "Invoices unpaid."),
        ("ACTIVE", 2, None),
    ]
    for name in ("Dist One", "Dist Two"):
        seen = (await (await api.distributor(name)).ask(query, id=made["id"]))["node"]
        assert (seen["status"], seen["tier"]["rank"]) == ("SUSPENDED", 1), "aligned at once"
        assert [benefit["granted"] for benefit in seen["benefits"]] == [False, False]
    await work(api)


async def test_an_enrolment_is_refused_where_it_cannot_be(api: Api) -> None:
    caller = await api.vendor()
    program = await done(caller, PROGRAM, **a_program())
    agent = await a_reseller(api, partnerType="AGENT", country="FR")
    eligible = await a_reseller(api)

    def given(**changed: Any) -> dict[str, Any]:
        return {"programId": program["id"], "resellerId": eligible, "idempotencyKey": once(), **changed}

    at = ["input", "resellerId"]
    assert await refused(api, caller, ENROLL, **given(resellerId=agent)) == [(at, "NOT_ELIGIBLE"), (at, "NOT_ELIGIBLE")]
    hidden = party_gid(api, "Reseller", "Acme", "Hidden Reseller")
    assert await refused(api, caller, ENROLL, **given(resellerId=hidden)) == [(at, "NOT_FOUND")]
    foreign = party_gid(api, "Reseller", "Borealis", "Reseller One")
    assert await refused(api, caller, ENROLL, **given(resellerId=foreign)) == [(at, "NOT_FOUND")]
    track = program_gid(api, "Acme", "DISTRIBUTOR")
    assert await refused(api, caller, ENROLL, **given(programId=track)) == [(["input", "programId"], "INVALID")]
    both = await refused(api, caller, ENROLL, **given(status="ENDED", tierRank=3))
    assert both == [(["input", "status"], "INVALID"), (["input", "tierRank"], "INVALID")]
    await done(caller, ENROLL, **given())
    assert await refused(api, caller, ENROLL, **given()) == [(at, "TAKEN")]


async def test_a_decision_upon_a_stale_version_or_an_impossible_one_is_refused(api: Api) -> None:
    caller = await api.vendor()
    program = await done(caller, PROGRAM, **a_program())
    made = await done(caller, ENROLL, programId=program["id"], resellerId=await a_reseller(api), idempotencyKey=once())

    def given(**changed: Any) -> dict[str, Any]:
        return {"enrollmentId": made["id"], "expectedVersion": 1, "reason": "Because.", **changed}

    stale = await refused(api, caller, DECIDE, **given(expectedVersion=7, status="ENDED"))
    assert stale == [(["input", "expectedVersion"], "STALE")]
    assert await refused(api, caller, DECIDE, **given(status="APPLIED")) == [(["input", "status"], "INVALID")]
    assert await refused(api, caller, DECIDE, **given()) == [(["input"], "INVALID")]
    assert await refused(api, caller, DECIDE, **given(reason=" ", status="ENDED")) == [
        (["input", "reason"], "REQUIRED")
    ]
    assert await refused(api, caller, DECIDE, **given(tierRank=9)) == [(["input", "tierRank"], "INVALID")]
    borealis = await api.vendor("Borealis")
    assert await refused(api, borealis, DECIDE, **given(status="ENDED")) == [(["input", "enrollmentId"], "NOT_FOUND")]
    two = await asyncio.gather(
        *(caller.act(DECIDE, **given(status=status)) for status in ("SUSPENDED", "ENDED")),
    )
    assert sorted(len(answer["userErrors"]) for answer in two) == [0, 1], "of two decisions on one version one counts"


# ---------------------------------------------------------------------------------------------- authorisations


async def test_a_distributor_authorises_a_new_reseller_with_accounts_and_credit(api: Api) -> None:
    made = await done(await api.distributor(), AUTHORIZE, **a_new_reseller(api, accounts=[" N-1 ", "N-2"]))
    assert (made["status"], made["accounts"], made["version"]) == ("ACTIVE", ["N-1", "N-2"], 1)
    assert made["reseller"]["name"] == "Corner Shop" and made["reseller"]["partnerType"] == "RETAILER"
    assert made["creditTerms"] == {"limit": {"amount": "25000.5", "currency": "EUR"}, "paymentDays": 30}
    assert made["effective"]["end"] == "2030-01-01", "to the agreement's end where nothing is said"
    query = "query($id: ID!) { node(id: $id) { ... on Reseller { name identifiers { value } } } }"
    seen = (await (await api.vendor()).ask(query, id=made["reseller"]["id"]))["node"]
    assert seen == {"name": "Corner Shop", "identifiers": [{"value": "ATU1"}]}, "the agreement discloses resellers"
    for stranger in (await api.distributor("Dist Two"), await api.vendor("Borealis"), await api.reseller()):
        assert (await stranger.ask(query, id=made["reseller"]["id"]))["node"] is None


async def test_a_reseller_under_an_agreement_that_does_not_disclose_stays_hidden_from_the_vendor(api: Api) -> None:
    given = a_new_reseller(api, agreementId=api.world.agreement_gid("Acme", "Dist Two"))
    made = await done(await api.distributor("Dist Two"), AUTHORIZE, **given)
    vendor = await api.vendor()
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert (await vendor.ask(query, ids=[made["id"], made["reseller"]["id"]]))["nodes"] == [None, None]
    listed = await vendor.ask("{ viewer { vendor { resellers(first: 250) { edges { node { id } } } } } }")
    assert made["reseller"]["id"] not in {node["id"] for node in nodes(listed["viewer"]["vendor"]["resellers"])}
    key = read_global_id(made["reseller"]["id"])
    assert key is not None
    row = await api.world.connection.fetchrow(
        "SELECT p.disclosed, a.disclosed_reseller_id FROM party p JOIN reseller_authorization a"
        " ON a.vendor_id = p.vendor_id AND a.reseller_id = p.id WHERE p.id = $1",
        key.key.id,
    )
    assert not row["disclosed"] and row["disclosed_reseller_id"] != key.key.id


async def test_credit_terms_are_between_distributor_and_reseller_unless_disclosed(api: Api) -> None:
    query = "query($id: ID!) { node(id: $id) { ... on ResellerAuthorization { creditTerms { paymentDays } } } }"
    disclosed = await done(await api.distributor(), AUTHORIZE, **a_new_reseller(api))
    vendor = await api.vendor()
    assert (await vendor.ask(query, id=disclosed["id"]))["node"] == {"creditTerms": {"paymentDays": 30}}
    distributor = await a_distributor(api, "Discreet")
    agreement = await done(vendor, AGREEMENT, **an_agreement(api, distributor))
    own = Key(*read_global_id(agreement["id"]).key)  # type: ignore[union-attr]
    party = read_global_id(distributor)
    assert party is not None
    api.world.parties["Acme", "Discreet"] = party.key.id
    await api.world.organization("Discreet")
    await api.world.add(
        "party_link",
        vendor_id=own.vendor_id,
        party_id=party.key.id,
        organization_id=api.world.organizations["Discreet"],
        linked_from=await api.world.connection.fetchval("SELECT now() - interval '1 day'"),
    )
    caller = await api.distributor("Discreet")
    kept = await done(caller, AUTHORIZE, **a_new_reseller(api, agreementId=agreement["id"]))
    assert kept["creditTerms"]["paymentDays"] == 30
    assert (await vendor.ask(query, id=kept["id"]))["node"] == {"creditTerms": None}


async def test_a_distributor_authorises_only_whom_it_knows_in_that_network(api: Api) -> None:
    caller = await api.distributor()
    agreement = api.world.agreement_gid("Acme", "Dist One")

    async def tried(reseller_id: str, agreement_id: str = agreement) -> list[tuple[list[str] | None, str]]:
        given = a_new_reseller(api, agreementId=agreement_id, reseller={"resellerId": reseller_id})
        return await refused(api, caller, AUTHORIZE, **given)

    at = ["input", "reseller", "resellerId"]
    stranger = party_gid(api, "Reseller", "Acme", "Hidden Reseller")
    assert await tried(stranger) == [(at, "NOT_FOUND")], "a rival's reseller does not exist"
    assert await tried("bm9uc2Vuc2U") == [(at, "NOT_FOUND")]
    elsewhere = party_gid(api, "Reseller", "Borealis", "Reseller One")
    assert await tried(elsewhere) == [(at, "NOT_FOUND")], "known in another network only"
    known = party_gid(api, "Reseller", "Acme", "Reseller One")
    assert await tried(known) == [(at, "TAKEN")], "authorised under this agreement already"
    rivals = api.world.agreement_gid("Acme", "Dist Two")
    assert await tried(known, rivals) == [(["input", "agreementId"], "NOT_FOUND")]


async def test_a_known_reseller_is_authorised_under_another_agreement_and_its_enrolments_follow(api: Api) -> None:
    vendor, caller = await api.vendor(), await api.distributor()
    second = await done(
        vendor, AGREEMENT, **an_agreement(api, party_gid(api, "Distributor", "Acme", "Dist One"), territory=["HU"])
    )
    program = await done(vendor, PROGRAM, **a_program())
    reseller = party_gid(api, "Reseller", "Acme", "Reseller Two")
    enrolled = await done(
        vendor, ENROLL, programId=program["id"], resellerId=reseller, tierRank=1, idempotencyKey=once()
    )
    made = await done(
        caller, AUTHORIZE, **a_new_reseller(api, agreementId=second["id"], reseller={"resellerId": reseller})
    )
    assert await work(api) >= 1
    query = (
        "query($id: ID!) { node(id: $id) { ... on ResellerAuthorization { reseller { name }"
        f' enrollment(programId: "{program["id"]}") {{ id status tier {{ rank }} }} }} }} }}'
    )
    seen = (await caller.ask(query, id=made["id"]))["node"]
    assert seen["reseller"] == {"name": "Reseller Two"}
    assert seen["enrollment"] == {"id": enrolled["id"], "status": "ACTIVE", "tier": {"rank": 1}}
    rows = await api.world.connection.fetchval(
        "SELECT count(*) FROM distributor_enrollment WHERE enrollment_id = $1", read_global_id(enrolled["id"]).key.id
    )
    assert rows == 2, "one for each of its authorisations"
    listed = await caller.ask(
        "query($id: ID!) { node(id: $id) { ... on Reseller { enrollments(first: 50) { totalCount edges { node { id } } }"
        " authorizations(first: 50) { totalCount } } } }",
        id=reseller,
    )
    ids = [node["id"] for node in nodes(listed["node"]["enrollments"])]
    assert ids.count(enrolled["id"]) == 1, "one enrolment, however many authorisations"
    assert listed["node"]["enrollments"]["totalCount"] == len(ids)
    assert listed["node"]["authorizations"]["totalCount"] == 2


async def test_aligning_again_changes_nothing_and_a_job_for_nobody_does_nothing(api: Api) -> None:
    await work(api)
    vendor_id = api.world.vendors["Acme"]
    authorization = api.world.authorizations["Acme", "Dist One", "Reseller One"]
    await align_enrollments(api.database, vendor_id, authorization)
    async with nothing_written(api):
        await align_enrollments(api.database, vendor_id, authorization)
        await align_enrollments(api.database, vendor_id, UUID(int=7))
        await align_enrollments(api.database, api.world.vendors["Borealis"], authorization)


async def test_a_hidden_reseller_that_is_authorised_under_a_disclosing_agreement_becomes_known_to_the_vendor(
    api: Api,
) -> None:
    vendor, caller = await api.vendor(), await api.distributor("Dist Two")
    open_terms = await done(
        vendor, AGREEMENT, **an_agreement(api, party_gid(api, "Distributor", "Acme", "Dist Two"), territory=["RO"])
    )
    made = await done(caller, AUTHORIZE, **a_new_reseller(api, agreementId=api.world.agreement_gid("Acme", "Dist Two")))
    reseller = made["reseller"]["id"]
    query = "query($id: ID!) { node(id: $id) { ... on Reseller { name } } }"
    assert (await vendor.ask(query, id=reseller))["node"] is None
    shared = await done(
        caller, AUTHORIZE, **a_new_reseller(api, agreementId=open_terms["id"], reseller={"resellerId": reseller})
    )
    through = "query($id: ID!) { node(id: $id) { ... on ResellerAuthorization { reseller { name } } } }"
    expected = {"name": "Corner Shop"}
    assert (await vendor.ask(through, id=shared["id"]))["node"]["reseller"] == expected, "by its authorisation at once"
    await work(api)
    listed = await vendor.ask(
        '{ viewer { vendor { resellers(first: 250, filter: {search: "corner"}) { edges { node { id } } } } } }'
    )
    assert reseller in {node["id"] for node in nodes(listed["viewer"]["vendor"]["resellers"])}
    assert (await vendor.ask(through, id=made["id"]))["node"] is None, "the other agreement stays undisclosed"


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"accounts": ["A-1"]}, ["accounts", "0"], "TAKEN"),
        ({"accounts": ["Z", "Z"]}, ["accounts"], "INVALID"),
        ({"accounts": [""]}, ["accounts", "0"], "REQUIRED"),
        ({"accounts": ["x" * 51]}, ["accounts", "0"], "INVALID"),
        ({"accounts": [str(n) for n in range(51)]}, ["accounts"], "INVALID"),
        ({"effective": {"start": "2023-12-31", "end": "2026-01-01"}}, ["effective"], "OUTSIDE_AGREEMENT"),
        ({"effective": {"start": "2026-01-01", "end": "2030-01-02"}}, ["effective"], "OUTSIDE_AGREEMENT"),
        (
            {"creditTerms": {"limit": "1.005", "currency": "EUR", "paymentDays": 30}},
            ["creditTerms", "limit"],
            "INVALID",
        ),
        ({"creditTerms": {"limit": "-1", "currency": "EUR", "paymentDays": 30}}, ["creditTerms", "limit"], "INVALID"),
        (
            {"creditTerms": {"limit": "1", "currency": "EUR", "paymentDays": 999}},
            ["creditTerms", "paymentDays"],
            "INVALID",
        ),
        ({"idempotencyKey": " "}, ["idempotencyKey"], "INVALID"),
    ],
)
async def test_an_authorisation_that_cannot_be_is_refused(
    api: Api, changed: dict[str, Any], field: list[str], code: str
) -> None:
    found = await refused(api, await api.distributor(), AUTHORIZE, **a_new_reseller(api, **changed))
    assert found == [(["input", *field], code)]


async def test_an_account_number_taken_twice_at_once_belongs_to_one_reseller(api: Api) -> None:
    caller, number = await api.distributor(), f"R-{once()[:8]}"
    answers = await asyncio.gather(
        *(caller.act(AUTHORIZE, **a_new_reseller(api, accounts=[f"{place}-{once()}", number])) for place in range(4))
    )
    assert sorted(bool(answer["authorization"]) for answer in answers) == [False, False, False, True]
    assert {error["code"] for answer in answers for error in answer["userErrors"]} == {"TAKEN"}


async def test_the_same_account_number_is_free_under_another_agreement(api: Api) -> None:
    given = a_new_reseller(api, agreementId=api.world.agreement_gid("Acme", "Dist Two"), accounts=["A-1"])
    await done(await api.distributor("Dist Two"), AUTHORIZE, **given)


async def test_a_vendor_authorises_where_resellers_are_disclosed_and_gives_no_credit(api: Api) -> None:
    vendor, reseller = await api.vendor(), await a_reseller(api, name="Assigned")
    given = a_new_reseller(api, reseller={"resellerId": reseller}, creditTerms=None)
    made = await done(vendor, AUTHORIZE, **given)
    assert made["reseller"] == {"id": reseller, "name": "Assigned", "country": "DE", "partnerType": "VAR"}
    seen = await (await api.distributor()).ask(
        "query($id: ID!) { node(id: $id) { ... on Reseller { name identifiers { value } } } }", id=reseller
    )
    assert seen["node"] == {"name": "Assigned", "identifiers": []}
    closed = a_new_reseller(api, agreementId=api.world.agreement_gid("Acme", "Dist Two"))
    assert await refused(api, vendor, AUTHORIZE, **closed) == [
        (["input", "creditTerms"], "INVALID"),
        (["input", "agreementId"], "INVALID"),
    ]
    hidden = a_new_reseller(
        api, reseller={"resellerId": party_gid(api, "Reseller", "Acme", "Hidden Reseller")}, creditTerms=None
    )
    assert await refused(api, vendor, AUTHORIZE, **hidden) == [(["input", "reseller", "resellerId"], "NOT_FOUND")]


async def test_an_ended_agreement_authorises_nobody(api: Api) -> None:
    vendor = await api.vendor()
    distributor = party_gid(api, "Distributor", "Acme", "Dist One")
    past = await done(
        vendor,
        AGREEMENT,
        **an_agreement(api, distributor, territory=["BG"], effective={"start": "2020-01-01", "end": "2021-01-01"}),
    )
    given = a_new_reseller(api, agreementId=past["id"])
    assert await refused(api, await api.distributor(), AUTHORIZE, **given) == [(["input", "agreementId"], "NOT_ACTIVE")]


async def test_an_authorisation_that_is_sent_twice_is_done_once(api: Api) -> None:
    caller, given = await api.distributor(), a_new_reseller(api)
    first, second = await asyncio.gather(*(done(caller, AUTHORIZE, **given) for _ in range(2)))
    assert first == second


async def test_a_distributor_adds_accounts_and_replaces_credit_terms(api: Api) -> None:
    caller, number = await api.distributor(), f"U-{once()[:8]}"
    made = await done(caller, AUTHORIZE, **a_new_reseller(api, accounts=[number]))
    credit = {"limit": "10", "currency": "JPY", "paymentDays": 0}
    changed = await done(
        caller, UPDATE, authorizationId=made["id"], expectedVersion=1, addAccounts=[f"{number}b"], creditTerms=credit
    )
    assert (changed["accounts"], changed["version"]) == ([number, f"{number}b"], 2)
    assert changed["creditTerms"] == {"limit": {"amount": "10", "currency": "JPY"}, "paymentDays": 0}

    async def tried(who: str = "Dist One", **given: Any) -> list[tuple[list[str] | None, str]]:
        given = {"authorizationId": made["id"], "expectedVersion": 2, **given}
        return await refused(api, await api.distributor(who), UPDATE, **given)

    assert await tried(addAccounts=["new", number]) == [(["input", "addAccounts", "1"], "TAKEN")]
    assert await tried(addAccounts=["new"], expectedVersion=1) == [(["input", "expectedVersion"], "STALE")]
    assert await tried() == [(["input"], "REQUIRED")]
    assert await tried(addAccounts=[f"x{n}" for n in range(49)]) == [(["input", "addAccounts"], "INVALID")]
    assert await tried("Dist Two", addAccounts=["new"]) == [(["input", "authorizationId"], "NOT_FOUND")]
    yen = {"limit": "10.5", "currency": "JPY", "paymentDays": 0}
    assert await tried(creditTerms=yen) == [(["input", "creditTerms", "limit"], "INVALID")]


async def test_who_suspends_reinstates_and_a_vendors_suspension_prevails(api: Api) -> None:
    vendor, caller = await api.vendor(), await api.distributor()
    made = await done(caller, AUTHORIZE, **a_new_reseller(api))
    given = {"authorizationId": made["id"], "reason": "Unpaid invoices."}
    suspended = await done(caller, SUSPEND, **given)
    assert (suspended["status"], suspended["suspendedBy"]) == ("SUSPENDED", "DISTRIBUTOR")
    assert suspended["suspensionReason"] == "Unpaid invoices."
    assert await refused(api, caller, SUSPEND, **given) == [(["input", "authorizationId"], "NOT_ACTIVE")]
    assert await refused(api, vendor, REINSTATE, **given) == [(["input", "authorizationId"], "INVALID")]
    assert (await done(vendor, "vendor/suspend_reseller.graphql", **given))["suspendedBy"] == "VENDOR"
    assert await refused(api, caller, REINSTATE, **given) == [(["input", "authorizationId"], "INVALID")]
    back = await done(vendor, REINSTATE, **given)
    assert (back["status"], back["suspendedBy"], back["suspensionReason"]) == ("ACTIVE", None, None)
    assert await refused(api, vendor, REINSTATE, **given) == [(["input", "authorizationId"], "INVALID")]
    stranger = await api.distributor("Dist Two")
    assert await refused(api, stranger, SUSPEND, **given) == [(["input", "authorizationId"], "NOT_FOUND")]
    blank = await refused(api, caller, SUSPEND, authorizationId=made["id"], reason="")
    assert blank == [(["input", "reason"], "REQUIRED")]
    hidden = authorization_gid(api, "Acme", "Dist Two", "Hidden Reseller")
    unseen = await refused(api, vendor, SUSPEND, authorizationId=hidden, reason="Because.")
    assert unseen == [(["input", "authorizationId"], "NOT_FOUND")], "what is not disclosed cannot be suspended"


# ------------------------------------------------------------------------------------------------- who may what

ACTS = {
    PROGRAM: a_program(),
    DISTRIBUTOR: {"name": "N", "country": "DE", "idempotencyKey": "k"},
    RESELLER: {"name": "N", "country": "DE", "partnerType": "VAR", "idempotencyKey": "k"},
    ENROLL: {"programId": "x", "resellerId": "x", "idempotencyKey": "k"},
    DECIDE: {"enrollmentId": "x", "expectedVersion": 1, "reason": "r"},
    AUTHORIZE: {"agreementId": "x", "reseller": {"resellerId": "x"}, "accounts": [], "idempotencyKey": "k"},
    UPDATE: {"authorizationId": "x", "expectedVersion": 1},
    SUSPEND: {"authorizationId": "x", "reason": "r"},
    REINSTATE: {"authorizationId": "x", "reason": "r"},
}
OF_VENDORS = {PROGRAM, DISTRIBUTOR, RESELLER, ENROLL, DECIDE}
MAY = {
    Role.VENDOR_PROGRAM_MANAGER: set(ACTS),
    Role.DISTRIBUTOR_ADMIN: set(ACTS) - OF_VENDORS,
    Role.DISTRIBUTOR_OPERATOR: set(ACTS) - OF_VENDORS,
}
FIRM = {Level.VENDOR: "Acme", Level.DISTRIBUTOR: "Dist One", Level.RESELLER: "Reseller One"}


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_does_only_what_the_matrix_says(api: Api, role: Role) -> None:
    caller = await api.as_(role.level, FIRM[role.level], role)
    for document, given in ACTS.items():
        if document in MAY.get(role, set()):
            continue
        async with nothing_written(api):
            answer = await caller.raw(document, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", document


async def test_an_integration_does_only_what_its_scopes_say(api: Api) -> None:
    reads = frozenset({Scope.RESELLERS_READ})
    caller = await api.as_(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN, scopes=reads)
    async with nothing_written(api):
        answer = await caller.raw(AUTHORIZE, input=a_new_reseller(api))
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_every_act_leaves_one_trace_of_who_did_what(api: Api) -> None:
    caller = await api.distributor()
    before = len((await contents(api))["audit_event"])
    made = await done(caller, AUTHORIZE, **a_new_reseller(api))
    await done(caller, SUSPEND, authorizationId=made["id"], reason="Because.")
    rows = await api.world.connection.fetch(
        "SELECT act, subject, before, after, organization_id FROM audit_event WHERE subject = $1 ORDER BY id",
        made["id"],
    )
    assert [row["act"] for row in rows] == ["authorizeReseller", "suspendReseller"]
    assert {row["organization_id"] for row in rows} == {api.world.organizations["Dist One"]}
    assert "25000" not in rows[0]["after"], "credit is not for everybody who reads the trace"
    assert len((await contents(api))["audit_event"]) == before + 2


async def test_ids_of_another_type_are_answered_like_ids_that_never_were(api: Api) -> None:
    world = api.world
    agreement = Key(world.vendors["Acme"], world.agreements["Acme", "Dist One"])
    disguised = global_id("ResellerAuthorization", agreement)
    for id in (disguised, world.agreement_gid("Acme", "Dist One"), "", "é"):
        found = await refused(api, await api.distributor(), SUSPEND, authorizationId=id, reason="r")
        assert found == [(["input", "authorizationId"], "NOT_FOUND")]
