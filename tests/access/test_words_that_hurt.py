"""Words and numbers that no honest client sends: each is the asker's fault, or names something that is not there."""

from uuid import uuid4

import pytest

from app.execution.identifiers import Key, global_id
from app.reports.formats.envelope import interchanges
from tests.api.conftest import Api, api, world
from tests.api.held_kit import Desk

__all__ = ["api", "world"]


@pytest.mark.parametrize("edge", ["heldCodes", "aliases"])
async def test_a_character_that_no_text_holds_is_the_askers_fault(api: Api, edge: str) -> None:
    one = await Desk.of(api)
    question = f"query($id: ID!, $code: String!) {{ node(id: $id) {{ ... on DistributionAgreement {{ {edge}(first: 1,"
    question += " filter: {codes: [$code]}) { edges { node { code } } } } } }"
    answer = await one.caller.raw(question, id=one.agreement, code="a\0b")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    decision = {"decision": "DISMISS", "hold": "UNKNOWN_PRODUCT", "held": {"code": "a\0b"}, "reason": "so"}
    answer = await one.caller.raw(
        "distributor/resolve_held_rows.graphql",
        input={"agreementId": one.agreement, **decision, "idempotencyKey": uuid4().hex},
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("row", [2**31, 2**62, 2**63, 2**64 - 1])
async def test_an_id_of_a_row_that_cannot_be_finds_nothing(api: Api, row: int) -> None:
    one, vendor = await Desk.of(api), await api.vendor()
    key = Key(api.world.vendors["Acme"], api.world.agreements["Acme", "Dist One"], row)
    for kind in ("SellThroughLine", "ReportProfile", "ReportingPeriod", "Submission"):
        answer = await one.caller.raw("query($id: ID!) { node(id: $id) { id } }", id=global_id(kind, key))
        assert answer["data"] == {"node": None} and "errors" not in answer, (kind, answer)
    retired = await one.caller.act(
        "distributor/retire_report_profile.graphql", profileId=global_id("ReportProfile", key)
    )
    closed = await vendor.act("vendor/close_reporting_period.graphql", periodId=global_id("ReportingPeriod", key))
    assert [each["code"] for payload in (retired, closed) for each in payload["userErrors"]] == ["NOT_FOUND"] * 2


def test_control_numbers_are_told_apart_among_many_transactions() -> None:
    isa = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*U*00401*000000001*0*P*>~"
    numbers = [f"{number:04}" for number in range(3000)] + ["0007"]
    sets = "".join(f"ST*867*{number}~BPT*00*1~SE*3*{number}~" for number in numbers)
    (found,) = interchanges(f"{isa}GS*PT*S*R*20260101*1200*1*X*004010~{sets}GE*{len(numbers)}*1~IEA*1*000000001~")
    transactions = found.groups[0].transactions
    assert len(transactions) == len(numbers)
    assert [each.control for each in transactions if each.problems] == ["0007"]
