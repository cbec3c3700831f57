"""Volume agreements: projection, carried tier and tier in force, commitments and their cost, and who sees it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from app.access.roles import Role
from app.ledger.verify import Misposted, unlike_ledger
from app.partners.agreements.commitments.actions import carry_out
from app.programme.money import rounded
from app.programme.spans import Span
from app.programme.terms import VolumePeriod
from app.programme.tiers import volume_period
from app.programme.volume import projection
from app.store.database import acting_as_worker
from app.store.identity import new_id
from tests.api.conftest import Api
from tests.api.partners_kit import done, nodes, once, refused
from tests.api.test_partners_acts import a_distributor, an_agreement
from tests.api.volume_kit import (
    DEVIATIONS,
    PRICES,
    Q1,
    Q2,
    Q3,
    Q4,
    TODAY,
    VOLUME,
    bought,
    committed,
    forget,
    owed,
    period,
    price,
    problems,
    product,
    settled,
    standing,
    tiered,
    volume,
)
from tests.world import END, START


@pytest.fixture
async def agreement(api: Api) -> str:
    found = await tiered(api)
    await forget(api)
    return found


# ---------------------------------------------------------------------------------------- standing and commitment


async def test_the_standing_tells_projection_carried_tier_and_the_tier_in_force(api: Api, agreement: str) -> None:
    now = volume_period(VolumePeriod.QUARTER, TODAY, Span(START, END))
    before = now.start - timedelta(days=3)
    await bought(api, f"S-1,1,{before},DRIVE-1,12,100,EUR", f"S-1,2,{TODAY},DRIVE-2,10,250,EUR")
    found = (await volume(await api.distributor(), agreement))["volume"]
    projected = projection(2_500 * 10**6, now, TODAY)
    assert projected is not None and Fraction(found["projected"]["amount"]) == Fraction(projected, 10**6)
    assert (found["attained"]["name"], found["next"]["name"]) == ("Gold", "Platinum")
    assert (found["carried"]["name"], found["inForce"]) == ("Silver", {"rank": 1, "name": "Silver", "discount": "0.05"})
    assert found["rebateEligible"] is True
    assert [(each["discount"], each["rebateEligible"]) for each in found["tiers"]] == [
        ("0.05", False),
        (None, True),
        ("0.123456", True),
    ]


async def test_periods_are_paged_the_latest_first_and_tell_what_came_of_each(api: Api, agreement: str) -> None:
    await committed(api, "TIER_DROP", amount=3_000)
    await bought(api, "H-1,1,2025-01-10,DRIVE-2,10,250,EUR", "H-1,2,2025-04-10,DRIVE-1,30,95,EUR")
    caller = await api.distributor()
    every = (await volume(caller, agreement))["volumePeriods"]
    starts = [each["period"]["start"] for each in nodes(every)]
    assert starts == sorted(starts, reverse=True) and starts[-1] == START.isoformat()
    assert every["totalCount"] == len(starts)
    first, second, third = [await period(caller, agreement, start) for start in (Q1, Q2, Q3)]
    assert (first["attained"]["name"], first["shortfall"]["amount"], first["consequence"]) == (
        "Gold",
        "500",
        "TIER_DROP",
    )
    assert second["carried"]["name"] == "Silver", "one lower, because the commitment was missed"
    assert (second["attained"]["name"], third["carried"]["name"]) == ("Gold", "Silver")
    assert (await price(caller, agreement, Q2, product(api)))["tier"]["name"] == "Silver"
    after: str | None = None
    paged: list[Any] = []
    while True:
        page = (await caller.ask("distributor/volume.graphql", agreement=agreement, first=3, after=after))["node"]
        paged += nodes(page["volumePeriods"])
        after = page["volumePeriods"]["pageInfo"]["endCursor"]
        if not page["volumePeriods"]["pageInfo"]["hasNextPage"]:
            break
    assert paged == nodes(every)
    document = (
        "query($a: ID!, $b: String) { node(id: $a) { ... on DistributionAgreement { volumePeriods(last: 2, before: $b) {"
        " pageInfo { startCursor hasPreviousPage } edges { node { period { start } } } } } } }"
    )
    tail = (await caller.ask(document, a=agreement, b=None))["node"]["volumePeriods"]
    assert [each["period"]["start"] for each in nodes(tail)] == starts[-2:]
    earlier = await caller.ask(document, a=agreement, b=tail["pageInfo"]["startCursor"])
    assert [each["period"]["start"] for each in nodes(earlier["node"]["volumePeriods"])] == starts[-4:-2]


async def misposted(api: Api) -> list[Misposted]:
    vendor_id = api.world.vendors["Acme"]
    async with api.database.reading(acting_as_worker(vendor_id)) as session:
        return await unlike_ledger(session, vendor_id)


async def test_verifying_finds_a_fee_that_the_ledger_does_not_know(api: Api, agreement: str) -> None:
    await committed(api, "SHORTFALL_FEE", 100_000)
    assert (await settled(api, agreement, Q1))["userErrors"] == [] and await misposted(api) == []
    await api.world.connection.execute("UPDATE commitment_settlement SET posted_minor = posted_minor + 1")
    assert [each.name for each in await misposted(api)] == ["accrued", "posted"]
    await forget(api)


async def test_a_fee_is_posted_once_and_settled_again_by_the_difference(api: Api, agreement: str) -> None:
    await committed(api, "SHORTFALL_FEE", 33_333)
    await bought(api, "F-1,1,2025-01-10,DRIVE-1,12,100,EUR")
    caller = await api.distributor()
    threatened = await period(caller, agreement, Q1)
    fee = rounded(Fraction(880_000 * 33_333, 10**6))
    assert (threatened["consequence"], threatened["fee"]["amount"]) == ("SHORTFALL_FEE", "293.33")
    assert threatened["settlement"] is None and await owed(api) == 0
    payload = await settled(api, agreement, Q1, note="As agreed.")
    assert payload["userErrors"] == []
    found = (await period(caller, agreement, Q1))["settlement"]
    assert (found["consequence"], found["note"], found["waived"]) == ("SHORTFALL_FEE", "As agreed.", False)
    assert found["shortfall"]["amount"] == "8800" and await owed(api) == fee == 29_333
    assert await misposted(api) == []
    before = await standing(api)
    assert problems(await settled(api, agreement, Q1)) == [("periodStart", "INVALID")]
    assert await standing(api) == before
    row = await api.world.connection.fetchrow("SELECT vendor_id, id FROM commitment_settlement")
    await carry_out(api.database, row["vendor_id"], row["id"])
    assert await owed(api) == fee, "carried out again, nothing is done"
    await bought(api, "F-2,1,2025-02-10,DRIVE-1,10,95,EUR")
    assert (await settled(api, agreement, Q1))["userErrors"] == []
    assert await owed(api) == rounded(Fraction(785_000 * 33_333, 10**6))
    await bought(api, "F-3,1,2025-02-11,DRIVE-2,100,250,EUR")
    assert (await settled(api, agreement, Q1))["userErrors"] == []
    found = (await period(caller, agreement, Q1))["settlement"]
    assert (found["consequence"], found["fee"]["amount"], await owed(api)) == ("NONE", "0", 0)


async def test_a_vendor_may_forgo_what_was_agreed(api: Api, agreement: str) -> None:
    await committed(api, "SHORTFALL_FEE", 1_000_000)
    assert (await settled(api, agreement, Q1))["userErrors"] == []
    assert await owed(api) == 1_000_000
    assert (await settled(api, agreement, Q1, waive=True))["userErrors"] == []
    found = (await period(await api.distributor(), agreement, Q1))["settlement"]
    assert (found["waived"], found["consequence"], await owed(api)) == (True, "NONE", 0)


async def test_void_rebates_are_written_down_for_statements_and_post_nothing(api: Api, agreement: str) -> None:
    await committed(api, "REBATE_VOID")
    assert (await settled(api, agreement, Q2))["userErrors"] == []
    row = await api.world.connection.fetchrow("SELECT period_start, period_end, consequence FROM commitment_settlement")
    assert tuple(row.values()) == (Q2, Q3, "REBATE_VOID") and await owed(api) == 0


async def test_of_twenty_decisions_at_once_one_takes_effect(api: Api, agreement: str) -> None:
    await committed(api, "SHORTFALL_FEE", 100_000)
    payloads = await asyncio.gather(*(settled(api, agreement, Q3) for _ in range(20)))
    assert sorted(len(each["userErrors"]) for each in payloads) == [0] + [1] * 19
    assert {code for each in payloads for _, code in problems(each)} <= {"INVALID", "STALE"}
    assert await owed(api) == 100_000
    twins = await asyncio.gather(*(settled(api, agreement, Q4, idempotencyKey="one key") for _ in range(5)))
    assert all(each["userErrors"] == [] for each in twins) and await owed(api) == 200_000


async def test_what_cannot_be_settled_is_refused_and_nothing_changes(api: Api, agreement: str) -> None:
    await committed(api, "SHORTFALL_FEE", 100_000, amount=1)
    await bought(api, "R-1,1,2025-04-10,DRIVE-1,1,100,EUR")
    now = volume_period(VolumePeriod.QUARTER, TODAY, Span(START, END))
    foreign = api.world.agreement_gid("Borealis", "Dist One")
    other = api.world.agreement_gid("Acme", "Dist Two")
    before = await standing(api)
    for given, start, expected in (
        (agreement, now.start, ("periodStart", "NOT_OVER")),
        (agreement, date(2025, 1, 2), ("periodStart", "INVALID")),
        (agreement, Q2, ("periodStart", "INVALID")),
        (foreign, Q1, ("agreementId", "NOT_FOUND")),
        ("nonsense", Q1, ("agreementId", "NOT_FOUND")),
        (other, Q1, ("agreementId", "INVALID")),
    ):
        assert problems(await settled(api, given, start)) == [expected]
    await committed(api, "TIER_DROP")
    assert problems(await settled(api, agreement, Q1)) == [("agreementId", "INVALID")]
    assert await standing(api) == before
    input = {"agreementId": agreement, "periodStart": "2025-01-01", "idempotencyKey": once()}
    for caller in (await api.vendor(), await api.vendor(role=Role.VENDOR_ANALYST), await api.distributor()):
        answer = await caller.raw("vendor/settle_commitment.graphql", input=input)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    assert await standing(api) == before


# ------------------------------------------------------------------------------------------------- who sees it


async def test_no_rival_no_reseller_and_no_other_vendor_sees_any_of_it(api: Api, agreement: str) -> None:
    await committed(api, "SHORTFALL_FEE", 100_000)
    await bought(api, "O-1,1,2025-01-10,DRIVE-1,12,90,EUR")
    assert (await settled(api, agreement, Q1))["userErrors"] == []
    drive, days = product(api), {"start": "2025-01-01", "end": "2025-04-01"}
    rival, stranger = await api.distributor("Dist Two"), await api.vendor("Borealis")
    for caller in (rival, stranger):
        level = "distributor" if caller is rival else "vendor"
        assert (await caller.ask(VOLUME[level], agreement=agreement))["node"] is None
        asked = await caller.ask(PRICES[level], agreement=agreement, first=5)
        assert asked["node"] is None
        asked = await caller.ask(DEVIATIONS[level], agreement=agreement, period=days, first=5)
        assert asked["node"] is None
    assert await price(rival, agreement, date(2025, 2, 1), drive) is None
    foreign = product(api, vendor="Borealis")
    assert await price(await api.distributor(), agreement, date(2025, 2, 1), foreign) is None
    for caller in (await api.distributor(role=Role.DISTRIBUTOR_VIEWER), await api.reseller()):
        for document, given in (
            ("distributor/volume.graphql", {"agreement": agreement}),
            ("distributor/price_deviations.graphql", {"agreement": agreement, "period": days, "first": 5}),
        ):
            answer = await caller.raw(document, **given)
            told = {error["extensions"]["code"] for error in answer.get("errors", [])}
            assert told == {"FORBIDDEN"} or answer["data"] == {"node": None}, "a reseller reads no agreement at all"
            assert "Silver" not in str(answer.get("data")) and "-1" not in str(answer.get("data"))
    answer = await (await api.reseller()).raw("distributor/price_in_force.graphql", product=drive, agreement=agreement)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}, answer


async def test_a_distributor_learns_no_name_of_who_decided(api: Api, agreement: str) -> None:
    await committed(api, "REBATE_VOID")
    assert (await settled(api, agreement, Q1))["userErrors"] == []
    held = await api.world.connection.fetchval(
        "SELECT has_column_privilege('tailrace_distributor', 'commitment_settlement', 'decided_by', 'SELECT')"
    )
    assert held is False


# ------------------------------------------------------------------------------------------- what is agreed


async def test_an_agreement_says_discounts_eligibility_and_what_a_missed_commitment_costs(api: Api) -> None:
    tiers = [
        {"name": "Base", "threshold": "0", "discount": "0", "rebateEligible": False},
        {"name": "Plus", "threshold": "1000", "discount": "0.125"},
        {"name": "Top", "threshold": "2000"},
    ]
    given = an_agreement(
        api,
        await a_distributor(api, "Volume Distribution"),
        volumeTiers=tiers,
        shortfallConsequence="SHORTFALL_FEE",
        shortfallShare="0.02",
    )
    made = await done(await api.vendor(), "vendor/create_agreement.graphql", **given)
    assert [(each["discount"], each["rebateEligible"]) for each in made["volume"]["tiers"]] == [
        ("0", False),
        ("0.125", True),
        (None, True),
    ]
    assert (made["volume"]["consequence"], made["volume"]["shortfallShare"]) == ("SHORTFALL_FEE", "0.02")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"shortfallConsequence": "SHORTFALL_FEE"}, ["shortfallShare"]),
        ({"shortfallConsequence": "TIER_DROP", "shortfallShare": "0.1"}, ["shortfallShare"]),
        ({"shortfallConsequence": "SHORTFALL_FEE", "shortfallShare": "0"}, ["shortfallShare"]),
        ({"shortfallConsequence": "SHORTFALL_FEE", "shortfallShare": "1.1"}, ["shortfallShare"]),
        ({"shortfallConsequence": "REBATE_VOID", "volumeCommitment": None}, ["volumeCommitment"]),
        ({"volumeTiers": [{"name": "A", "threshold": "1", "discount": "1.01"}]}, ["volumeTiers.0.discount"]),
        ({"volumeTiers": [{"name": "A", "threshold": "1", "discount": "0.0000001"}]}, ["volumeTiers.0.discount"]),
        (
            {
                "volumeTiers": [
                    {"name": "A", "threshold": "1", "discount": "-0.1"},
                    {"name": "B", "threshold": "2", "rebateEligible": False},
                ]
            },
            ["volumeTiers.1.rebateEligible", "volumeTiers.0.discount"],
        ),
    ],
)
async def test_what_does_not_fit_together_is_refused(api: Api, changed: dict[str, Any], expected: list[str]) -> None:
    distributor = await a_distributor(api, f"Refused {once()[:6]}")
    found = await refused(
        api, await api.vendor(), "vendor/create_agreement.graphql", **an_agreement(api, distributor, **changed)
    )
    assert [".".join(field[1:]) for field, _ in found if field is not None] == expected


async def test_a_decision_that_a_dying_server_left_is_carried_out_by_the_job(api: Api, agreement: str) -> None:
    await committed(api, "SHORTFALL_FEE", 100_000)
    world, id = api.world, new_id()
    await world.add(
        "commitment_settlement",
        vendor_id=world.vendors["Acme"],
        id=id,
        agreement_id=world.agreements["Acme", "Dist One"],
        distributor_id=world.parties["Acme", "Dist One"],
        period_start=Q1,
        period_end=Q2,
        sequence=1,
        currency="EUR",
        waived=False,
        decided_by="client x",
        decided_at=datetime.now(UTC),
    )
    before = await standing(api)
    assert problems(await settled(api, agreement, Q1)) == [("periodStart", "STALE")]
    assert await standing(api) == before
    for _ in range(2):
        await carry_out(api.database, world.vendors["Acme"], id)
        assert await owed(api) == 100_000
