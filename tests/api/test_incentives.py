"""Incentives: drafted, proposed, brought into force; what they have earned; and who learns of it."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api
from tests.api.incentives_desk import (
    BOOK,
    SELL_IN,
    UNITS,
    Incentives,
    codes,
    example,
    named_id,
    problems,
    rule,
    written,
)
from tests.api.test_corrections import Desk, row


@pytest.fixture
def incentives(api: Api) -> Incentives:
    return Incentives(api)


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api, await api.distributor())


async def portal(api: Api, role: Role = Role.DISTRIBUTOR_ADMIN, name: str = "Dist One") -> dict[str, Any]:
    agreement = api.world.agreement_gid("Acme", name)
    caller = await api.distributor(name, role)
    found = await caller.ask("distributor/incentives.graphql", agreement=agreement, first=50)
    assert isinstance(found["node"], dict)
    return found["node"]


async def test_a_draft_is_the_vendors_alone_and_a_proposal_is_its_distributors_too(incentives: Incentives) -> None:
    api = incentives.api
    before = (await portal(api))["incentives"]["totalCount"]
    id = await incentives.draft(budget="25000.50")
    assert (await portal(api))["incentives"]["totalCount"] == before
    listed = await (await api.vendor()).ask("vendor/incentives.graphql", first=1, filter={"statuses": ["DRAFT"]})
    (edge,) = listed["viewer"]["vendor"]["incentives"]["edges"]
    assert edge["node"]["id"] == id and edge["node"]["budget"] == {"amount": "25000.5", "currency": "EUR"}
    payload = await incentives.act("vendor/propose_incentive.graphql", id)
    assert payload["userErrors"] == [] and payload["incentive"]["status"] == "PROPOSED"
    seen = (await portal(api))["incentives"]
    assert seen["totalCount"] == before + 1
    term = seen["edges"][0]["node"]
    assert (term["status"], term["version"], term["currency"]) == ("PROPOSED", 1, "EUR")
    assert "1 %" in term["summary"] and "300,000" not in term["summary"]


async def test_a_rule_is_shown_in_the_numbers_in_which_it_was_entered(incentives: Incentives) -> None:
    world = incentives.api.world
    drive = global_id("Product", Key(world.vendors["Acme"], world.products["Acme", "DRIVE-1"]))
    entered = rule(
        qualifying=BOOK | {"minimum": "500.5", "scope": {"productIds": [drive], "excludedCountries": ["AT"]}},
        paying=UNITS,
        structure="PER_UNIT",
        bands=[{"threshold": "0", "rate": "1.25"}, {"threshold": "1000.000001", "rate": "1.5"}],
        proration={"prorates": "PAYMENT"},
        gates=[
            {"kind": "DATA_QUALITY", "name": "Clean", "needed": "0.95", "effect": "REDUCE", "pays": "0.5"},
            {"kind": "ACTIVE_RESELLERS", "name": "Breadth", "needed": "12", "effect": "VOID"},
        ],
        cap="1000.10",
        minimumGuarantee="5",
        stackingGroup="A group",
        thresholdRule="EXCEEDED",
    )
    _, term = await incentives.proposed(rule=entered)
    for caller, document in (
        (await incentives.api.vendor(), "vendor/incentive_term.graphql"),
        (await incentives.api.distributor(), "distributor/incentive_term.graphql"),
    ):
        shown = (await caller.ask(document, id=term))["node"]["rule"]
        assert shown["qualifying"]["minimum"] == "500.5" and shown["qualifying"]["valuation"] == "BOOK"
        scope = shown["qualifying"]["scope"]
        assert [each["node"]["sku"] for each in scope["products"]["edges"]] == ["DRIVE-1"]
        assert scope["excludedCountries"] == ["AT"] and scope["excludedProducts"]["edges"] == []
        assert shown["paying"]["unit"] == "UNITS" and shown["paying"]["scope"]["products"]["edges"] == []
        assert shown["bands"] == [
            {"threshold": "0", "rate": "1.25"},
            {"threshold": "1000.000001", "rate": "1.5"},
        ]
        assert [(each["needed"], each["pays"]) for each in shown["gates"]] == [("0.95", "0.5"), ("12", "0")]
        assert shown["cap"] == {"amount": "1000.1", "currency": "EUR"}
        assert shown["minimumGuarantee"] == {"amount": "5", "currency": "EUR"}
        assert (shown["stackingGroup"], shown["thresholdRule"]) == ("A group", "EXCEEDED")
        assert shown["proration"] == {"prorates": "PAYMENT", "share": None}


async def test_every_problem_of_a_rule_is_told_at_once_where_it_was_entered(incentives: Incentives) -> None:
    before = await written(incentives.api)
    wrong = rule(
        qualifying=BOOK | {"valuation": "REPORTED_RESALE", "scope": {"families": ["Nothing"], "countries": ["XX"]}},
        paying=UNITS | {"basis": "SELL_IN", "minimum": "1.0001"},
        bands=[{"threshold": "10", "rate": "0.0000001"}, {"threshold": "5", "rate": "2"}],
        gates=[{"kind": "PROVEN", "name": " ", "needed": "0.5", "effect": "VOID", "pays": "0.5"}],
        cap="1",
        minimumGuarantee="2",
        returns="ORIGINAL_RATE",
        aggregate="AFFILIATES",
        stackingGroup="A",
    )
    foreign = incentives.api.world.agreement_gid("Borealis", "Dist One")
    payload = await incentives.create(
        name="",
        rule=wrong,
        effective={"start": "2023-01-01", "end": "2031-01-01"},
        agreementIds=[incentives.agreement, foreign],
    )
    assert payload["incentive"] is None
    found = problems(payload)
    assert {path: code for path, (code, _) in found.items()} == {
        "name": "REQUIRED",
        "rule.qualifying.valuation": "INVALID",
        "rule.qualifying.scope.families.0": "NOT_FOUND",
        "rule.qualifying.scope.countries.0": "INVALID",
        "rule.paying.minimum": "INVALID",
        "rule.paying.unit": "INVALID",
        "rule.bands.0.rate": "INVALID",
        "rule.gates.0.name": "REQUIRED",
        "rule.gates.0.needed": "INVALID",
        "rule.gates.0.pays": "INVALID",
        "rule.cap": "INVALID",
        "rule.returns": "INVALID",
        "rule.stackingGroup": "INVALID",
        "affiliationId": "REQUIRED",
        "agreementIds.0": "OUTSIDE_AGREEMENT",
        "agreementIds.1": "NOT_FOUND",
    } | {path: "INVALID" for path in ("rule.bands.1.rate",) if path in found}
    assert "resale" in found["rule.qualifying.valuation"][1]
    assert await written(incentives.api) == before


async def test_an_incentive_pays_in_the_currency_of_its_agreements(incentives: Incentives) -> None:
    before = await written(incentives.api)
    payload = await incentives.create(rule=rule(currency="USD"))
    assert codes(payload) == [("agreementIds.0", "INVALID")] and "EUR" in payload["userErrors"][0]["message"]
    assert await written(incentives.api) == before


async def test_the_same_key_gives_the_same_incentive_and_another_input_is_refused(incentives: Incentives) -> None:
    first = await incentives.create(idempotencyKey="once")
    again = await incentives.create(idempotencyKey="once")
    other = await incentives.create(idempotencyKey="once", name="Another")
    assert first["incentive"]["id"] == again["incentive"]["id"]
    assert codes(other) == [("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "SPIFF", "paying": UNITS, "structure": "PER_UNIT"}, "representatives of resellers"),
        ({"kind": "COMMISSION"}, "agents"),
        ({"kind": "MDF_ACCRUAL"}, "development fund"),
        ({"qualifying": BOOK | {"basis": "SELL_OUT"}}, "resellers sold"),
    ],
)
async def test_what_pays_resellers_agents_or_funds_is_proposed_to_no_distributor(
    incentives: Incentives, changed: dict[str, Any], words: str
) -> None:
    id = await incentives.draft(rule=rule(**changed))
    before = await written(incentives.api)
    payload = await incentives.act("vendor/propose_incentive.graphql", id)
    assert set(codes(payload)) == {("incentiveId", "NOT_ELIGIBLE")} and words in payload["userErrors"][0]["message"]
    assert await written(incentives.api) == before


async def test_acts_are_refused_out_of_their_order_and_on_another_version(incentives: Incentives) -> None:
    id = await incentives.draft()
    before = await written(incentives.api)
    assert codes(await incentives.act("vendor/activate_incentive.graphql", id)) == [("incentiveId", "NOT_ACTIVE")]
    assert codes(await incentives.act("vendor/propose_incentive.graphql", id, 2)) == [("expectedVersion", "STALE")]
    assert codes(await incentives.act("vendor/end_incentive.graphql", id, endsOn="2026-01-01")) == [
        ("incentiveId", "NOT_ACTIVE")
    ]
    foreign = global_id("Incentive", Key(incentives.api.world.vendors["Borealis"], named_id(id)))
    for wrong in (foreign, incentives.agreement, "nonsense"):
        assert codes(await incentives.act("vendor/propose_incentive.graphql", wrong)) == [("incentiveId", "NOT_FOUND")]
    assert await written(incentives.api) == before
    assert (await incentives.act("vendor/discard_incentive_draft.graphql", id))["incentive"]["status"] == "ENDED"
    assert codes(await incentives.act("vendor/propose_incentive.graphql", id)) == [("incentiveId", "NOT_ACTIVE")]


async def test_300_000_in_a_quarter_have_accrued_5_500_and_with_each_report_more(
    incentives: Incentives, desk: Desk
) -> None:
    await desk.send(
        row("INC-1", quantity="3000", sold_on="2025-04-10"), period={"start": "2025-04-01", "end": "2025-05-01"}
    )
    id, term = await incentives.active()
    assert (await incentives.accruals(term))["2025-04-01"] == ("2025-07-01", "5500")
    await desk.send(
        row("INC-2", quantity="100", sold_on="2025-06-30"), period={"start": "2025-06-01", "end": "2025-07-01"}
    )
    assert (await incentives.accruals(term))["2025-04-01"] == ("2025-07-01", "5800")
    await desk.send(
        row("INC-2", quantity="-3100", sold_on="2025-05-03", document_kind="CREDIT_NOTE", sale_type="RETURN")
    )
    assert (await incentives.accruals(term))["2025-04-01"][1] == "0"
    assert await incentives.accrued(id) == sum_of(await incentives.accruals(term))
    assert await incentives.unlike() == []
    page = (await portal(incentives.api))["accruals"]
    own = [each["node"] for each in page["edges"] if each["node"]["term"]["id"] == term]
    second = next(each for each in own if each["period"]["start"] == "2025-04-01")
    assert second["qualifying"] == {"unit": "AMOUNT", "amount": {"amount": "0", "currency": "EUR"}, "units": None}
    assert second["lines"] == 3


def sum_of(accruals: dict[str, tuple[str, str]]) -> int:
    return int(sum(Decimal(earned) * 100 for _, earned in accruals.values()))


async def test_no_competitor_reseller_other_vendor_or_viewer_learns_of_an_incentive(incentives: Incentives) -> None:
    api = incentives.api
    id, term = await incentives.proposed()
    given = await example(incentives, term)
    assert given["userErrors"] == []
    ids = [id, term, given["workedExample"]["id"]]
    own = await api.distributor()
    found = await own.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }", ids=ids)
    assert [each and each["id"] for each in found["nodes"]] == [None, *ids[1:]]
    assert (await own.ask("distributor/incentive_term.graphql", id=term))["node"]["incentive"] is None
    strangers = [
        await api.distributor("Dist Two"),
        await api.vendor("Borealis"),
        await api.reseller(),
        await api.distributor(role=Role.DISTRIBUTOR_VIEWER),
        await api.distributor(role=Role.DISTRIBUTOR_OPERATOR),
    ]
    for stranger in strangers:
        found = await stranger.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
        assert found["nodes"] == [None] * 3
    assert (await portal(api, name="Dist Two"))["incentives"]["totalCount"] == 0
    assert (await portal(api, name="Dist Two"))["accruals"]["totalCount"] == 0
    for stranger in strangers[3:]:
        answer = await stranger.raw("distributor/incentives.graphql", agreement=incentives.agreement, first=5)
        assert {each["extensions"]["code"] for each in answer["errors"]} == {"FORBIDDEN"}
    acts = {
        "vendor/propose_incentive.graphql": {"incentiveId": id, "expectedVersion": 1},
        "vendor/activate_incentive.graphql": {"incentiveId": id, "expectedVersion": 1},
        "distributor/answer_worked_example.graphql": {"exampleId": ids[2], "accept": True},
        "distributor/withdraw_worked_example.graphql": {"exampleId": ids[2]},
    }
    before = await written(api)
    for stranger in strangers:
        for document, said in acts.items():
            answer = await stranger.raw(document, input=said)
            if "errors" in answer:
                assert {each["extensions"]["code"] for each in answer["errors"]} == {"FORBIDDEN"}
            else:
                (payload,) = answer["data"].values()
                assert [each["code"] for each in payload["userErrors"]] == ["NOT_FOUND"]
    assert await written(api) == before


async def test_a_new_version_begins_where_the_one_in_force_ends(incentives: Incentives, desk: Desk) -> None:
    for month, document in (("2025-08-10", "REV-1"), ("2025-11-10", "REV-2")):
        await desk.send(row(document, quantity="3000", sold_on=month))
    id, term = await incentives.active()
    old = await incentives.accruals(term)
    assert old["2025-07-01"] == ("2025-10-01", "5500") and old["2025-10-01"][1] == "5500"
    assert codes(await incentives.revise(id, 1)) == [("effective.start", "OVERLAP")]
    later = {"start": "2025-10-01", "end": "2027-01-01"}
    wrong = await incentives.revise(id, 1, rule=rule(kind="TARGET_BONUS", currency="USD"), effective=later)
    assert {"rule.kind", "rule.currency"} <= set(problems(wrong))
    flat = rule(bands=[{"threshold": "0", "rate": "0.1"}])
    assert (await incentives.revise(id, 1, rule=flat, effective=later))["userErrors"] == []
    assert codes(await incentives.revise(id, 1, rule=flat, effective=later)) == [("expectedVersion", "STALE")]
    assert await incentives.accruals(term) == old
    assert codes(await incentives.act("vendor/end_incentive.graphql", id, 2, endsOn="2025-09-01")) == [
        ("incentiveId", "INVALID")
    ]
    for act in ("vendor/propose_incentive.graphql", "vendor/activate_incentive.graphql"):
        assert (await incentives.act(act, id, 2))["userErrors"] == []
    assert [*await incentives.accruals(term)] == [each for each in old if each < "2025-10-01"]
    new = await incentives.accruals(await incentives.term(id, 2))
    assert new["2025-10-01"] == ("2026-01-01", "30000")
    both = sum_of(new) + sum_of(await incentives.accruals(term))
    assert await incentives.accrued(id) == both and await incentives.unlike() == []


async def test_what_was_accrued_after_the_end_is_taken_back(incentives: Incentives, desk: Desk) -> None:
    await desk.send(
        row("END-1", quantity="100", sold_on="2025-02-03"), row("END-2", quantity="100", sold_on="2025-03-03")
    )
    id, term = await incentives.active(rule=rule(bands=[{"threshold": "0", "rate": "0.1"}]))
    assert (await incentives.accruals(term))["2025-01-01"] == ("2025-04-01", "2000")
    assert codes(await incentives.act("vendor/end_incentive.graphql", id, endsOn="2028-01-01")) == [
        ("endsOn", "INVALID")
    ]
    ended = await incentives.act("vendor/end_incentive.graphql", id, endsOn="2025-03-01")
    assert ended["userErrors"] == [] and ended["incentive"]["status"] == "ENDED"
    assert await incentives.accruals(term) == {"2025-01-01": ("2025-03-01", "1000")}
    assert await incentives.accrued(id) == 100_000 and await incentives.unlike() == []
    statements = await incentives.api.world.connection.fetch(
        "SELECT period_start::text, period_end::text FROM statement WHERE incentive_id = $1", named_id(id)
    )
    assert [(each["period_start"], each["period_end"]) for each in statements] == [("2025-01-01", "2025-03-01")]
    transfers = "SELECT count(*) FROM transfer WHERE subject_id = $1"
    before = await incentives.api.world.connection.fetchval(transfers, named_id(id))
    await incentives.reckon(id)
    assert await incentives.api.world.connection.fetchval(transfers, named_id(id)) == before
    assert codes(await incentives.revise(id, 1)) == [("incentiveId", "NOT_ACTIVE")]


async def test_a_draft_that_is_revised_or_discarded_gives_way(incentives: Incentives) -> None:
    id, term = await incentives.proposed()
    assert (await incentives.revise(id, 1, name="Renamed", budget="5"))["incentive"]["status"] == "DRAFT"
    own = await incentives.api.distributor()
    assert (await own.ask("distributor/incentive_term.graphql", id=term))["node"]["status"] == "ENDED"
    assert codes(await example(incentives, term)) == [("termId", "NOT_ACTIVE")]
    for act in ("vendor/propose_incentive.graphql", "vendor/activate_incentive.graphql"):
        assert (await incentives.act(act, id, 2))["userErrors"] == []
    later = {"start": "2026-01-01", "end": "2027-01-01"}
    assert (await incentives.revise(id, 2, effective=later))["incentive"]["status"] == "ACTIVE"
    discarded = await incentives.act("vendor/discard_incentive_draft.graphql", id, 3)
    assert discarded["incentive"]["status"] == "ACTIVE" and discarded["incentive"]["name"] == "Renamed"
    found = await (await incentives.api.vendor()).ask("vendor/incentive.graphql", id=id)
    versions = [each["node"]["status"] for each in found["node"]["versions"]["edges"]]
    assert versions == ["ENDED", "ACTIVE", "ENDED"]


async def test_sell_in_accrues_too(incentives: Incentives) -> None:
    id, term = await incentives.active(rule=rule(qualifying=SELL_IN, bands=[{"threshold": "0", "rate": "0.5"}]))
    vendor = await incentives.api.vendor()
    header = "document_number,document_line,sold_on,product_code,quantity,unit_price,currency"
    lines = f"{header}\nSI-I1,1,2026-01-12,DRIVE-1,5,90,EUR"
    payload = await vendor.act(
        "vendor/submit_sell_in.graphql",
        agreementId=incentives.agreement,
        period={"start": "2026-01-01", "end": "2026-02-01"},
        uploadId=await vendor.upload(lines.encode()),
        idempotencyKey="SI-I1",
    )
    assert payload["userErrors"] == []
    await incentives.api.count()
    assert (await incentives.accruals(term))["2026-01-01"] == ("2026-04-01", "225")
    assert await incentives.unlike() == []
    assert await incentives.accrued(id) == 22_500


async def test_of_twenty_activations_at_once_one_takes_effect(incentives: Incentives) -> None:
    id, _ = await incentives.proposed()
    vendor = await incentives.api.vendor()
    document, given = "vendor/activate_incentive.graphql", {"incentiveId": id, "expectedVersion": 1}
    payloads = await asyncio.gather(*(vendor.act(document, **given) for _ in range(20)))
    told = [codes(each) for each in payloads]
    assert told.count([]) == 1 and told.count([("incentiveId", "NOT_ACTIVE")]) == 19
    jobs = "SELECT count(*) FROM jobs.pgqueuer WHERE convert_from(payload, 'UTF8') LIKE '%' || $1 || '%'"
    assert await incentives.api.world.connection.fetchval(jobs, str(named_id(id))) == 1
    await incentives.reckon(id)
    assert await incentives.unlike() == []
