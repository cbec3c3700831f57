"""Worked examples: proposed by one side, answered by the other; nothing comes into force against them."""

import asyncio

import pytest

from tests.api.conftest import Api
from tests.api.incentives_desk import Incentives, answered, codes, example, rule, written


@pytest.fixture
def incentives(api: Api) -> Incentives:
    return Incentives(api)


async def test_an_incentive_comes_into_force_once_both_sides_and_the_engine_agree(incentives: Incentives) -> None:
    id, term = await incentives.proposed()
    right = (await example(incentives, term))["workedExample"]
    wrong = (await example(incentives, term, "distributor", "9000"))["workedExample"]
    assert right["engineSays"]["agrees"] and right["engineSays"]["payment"]["amount"] == "5500"
    assert not wrong["engineSays"]["agrees"] and wrong["engineSays"]["differsAt"]["kind"] == "RATE"
    assert codes(await answered(incentives, right["id"], "vendor")) == [("exampleId", "NOT_ALLOWED")]
    assert (await answered(incentives, right["id"], "distributor"))["workedExample"]["accepted"] is True
    assert codes(await answered(incentives, right["id"], "distributor")) == [("exampleId", "STALE")]
    before = await written(incentives.api)
    refused = await incentives.act("vendor/activate_incentive.graphql", id)
    told = [each["message"] for each in refused["userErrors"]]
    assert codes(refused) == [("incentiveId", "NOT_ELIGIBLE")] * 2 and "unanswered" in told[0]
    assert "expects EUR 9,000.00" in told[1] and "EUR 5,500.00" in told[1] and "RATE" in told[1]
    assert await written(incentives.api) == before
    await answered(incentives, wrong["id"], "vendor", accept=False)
    assert "rejected" in (await incentives.act("vendor/activate_incentive.graphql", id))["userErrors"][0]["message"]
    vendor, own = await incentives.api.vendor(), await incentives.api.distributor()
    assert codes(await vendor.act("vendor/withdraw_worked_example.graphql", exampleId=wrong["id"])) == [
        ("exampleId", "NOT_ALLOWED")
    ]
    withdrawn = await own.act("distributor/withdraw_worked_example.graphql", exampleId=wrong["id"])
    assert withdrawn["workedExample"]["withdrawnAt"] is not None
    assert (await incentives.act("vendor/activate_incentive.graphql", id))["incentive"]["status"] == "ACTIVE"
    assert codes(await example(incentives, term)) == [("termId", "NOT_ACTIVE")]
    shown = (await own.ask("distributor/incentive_term.graphql", id=term))["node"]["examples"]["edges"]
    assert [each["node"]["proposedAs"] for each in shown] == ["VENDOR", "DISTRIBUTOR"]
    assert shown[0]["node"]["figures"]["qualifying"] == "300000"
    steps = shown[0]["node"]["engineSays"]["steps"]
    assert (steps[0]["kind"], steps[0]["after"], steps[0]["afterExactly"]) == ("RATE", "5500", "550000")


async def test_the_step_is_named_from_which_an_example_and_the_engine_part(incentives: Incentives) -> None:
    gate = {"kind": "DATA_QUALITY", "name": "Clean", "needed": "0.95", "effect": "REDUCE", "pays": "0.5"}
    _, term = await incentives.proposed(rule=rule(gates=[gate], cap="1000"))
    figures = {"qualifying": "300000", "gates": [{"gate": "Clean", "measured": "0.9"}]}
    for expected, kind in (("5500", "GATE"), ("2750", "CAP"), ("1000", None)):
        found = (await example(incentives, term, expected=expected, figures=figures))["workedExample"]["engineSays"]
        assert (found["differsAt"] or {}).get("kind") == kind and found["agrees"] is (kind is None)
        assert found["payment"]["amount"] == "1000"


async def test_the_figures_of_an_example_belong_to_its_rule(incentives: Incentives) -> None:
    _, term = await incentives.proposed(rule=rule(tieringPer="INVOICE", advances=True))
    before = await written(incentives.api)
    assert codes(await example(incentives, term)) == [("figures.groups", "REQUIRED")]
    groups = [{"qualifying": "300000", "forBandOnly": "1"}]
    payload = await example(
        incentives, term, figures={"groups": groups, "gates": [{"gate": "None", "measured": "1"}]}, title=" "
    )
    assert set(codes(payload)) == {
        ("title", "REQUIRED"),
        ("figures.groups.0.forBandOnly", "INVALID"),
        ("figures.gates.0.gate", "NOT_FOUND"),
    }
    assert await written(incentives.api) == before
    invoices = [{"qualifying": "300000"}, {"qualifying": "1000", "times": 3}]
    found = await example(incentives, term, expected="5030", figures={"groups": invoices, "advances": "500"})
    assert found["workedExample"]["engineSays"]["agrees"] is True


async def test_an_answer_and_an_activation_at_once_leave_no_example_open(incentives: Incentives) -> None:
    id, term = await incentives.proposed()
    activated, added = await asyncio.gather(
        incentives.act("vendor/activate_incentive.graphql", id), example(incentives, term)
    )
    assert bool(activated["userErrors"]) is not bool(added["userErrors"])
    if not activated["userErrors"]:
        assert codes(added) == [("termId", "NOT_ACTIVE")]
