"""The queue of what is held, worked by code, and what people may decide about held rows."""

from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.programme.terms import Level
from tests.api.conftest import Api
from tests.api.held_kit import FIGURES, Desk, in_order, product, standing, units

DECIDED = (*FIGURES, "sell_through_line", "report_row", "submission_issue", "held_decision", "audit_event")


@pytest.fixture
async def desk(api: Api) -> Desk:
    return await Desk.of(api)


def code_of(payload: dict[str, Any]) -> tuple[list[str], str]:
    assert payload["decision"] is None
    (error,) = payload["userErrors"]
    return error["field"], error["code"]


async def test_the_queue_holds_one_entry_for_a_code_across_reports_most_rows_first(api: Api, desk: Desk) -> None:
    await desk.report(
        "H-100,1,2026-01-05,Q-1,A-1,3,100,EUR,DE",
        "H-100,2,2026-01-06,Q-2,A-1,1,100,EUR,DE",
        "H-100,3,2026-01-06,Q-1,Q-ACC,1,100,EUR,DE",
    )
    second = await desk.report(
        "H-101,1,2026-01-09,Q-1,A-1,-1,100,EUR,DE",
        "H-101,2,2026-01-03,Q-2,A-1,2.5,100,EUR,DE",
        "H-101,3,2026-01-04,Q-3,A-1,1,100,EUR,FR",
    )
    queue = [each for each in await desk.queue() if (each["code"] or "").startswith("Q-")]
    assert [(each["hold"], each["code"], each["heldRows"], each["units"], each["reports"]) for each in queue] == [
        ("UNKNOWN_PRODUCT", "Q-1", 3, "3", 2),
        ("UNKNOWN_PRODUCT", "Q-2", 2, "3.5", 2),
        ("UNKNOWN_RESELLER_ACCOUNT", "Q-ACC", 1, "1", 1),
        ("UNKNOWN_PRODUCT", "Q-3", 1, "1", 1),
    ]
    assert (queue[0]["firstSoldOn"], queue[0]["lastSoldOn"]) == ("2026-01-05", "2026-01-09")
    assert queue[0]["since"] and "Q-1" in queue[0]["message"]
    rows = [edge["node"] for edge in queue[0]["rows"]["edges"]]
    assert queue[0]["rows"]["totalCount"] == 3
    assert [(row["documentNumber"], row["documentLine"], row["waitsFor"]) for row in rows] == [
        ("H-100", "1", ["UNKNOWN_PRODUCT"]),
        ("H-100", "3", ["UNKNOWN_PRODUCT", "UNKNOWN_RESELLER_ACCOUNT"]),
        ("H-101", "1", ["UNKNOWN_PRODUCT"]),
    ]
    assert rows[2]["submission"]["id"] == second
    territory = await desk.queue(holds=["OUTSIDE_TERRITORY"])
    assert [(each["code"], each["heldRows"]) for each in territory] == [("FR", 1)]


async def test_the_queue_is_paged_by_cursor(api: Api, desk: Desk) -> None:
    await desk.report(*(f"H-110,{n},2026-01-05,P-{n % 3},A-1,1,100,EUR,DE" for n in range(1, 8)))
    codes = ["P-0", "P-1", "P-2"]
    found: list[str] = []
    after = None
    for _ in codes:
        data = await desk.caller.ask(
            "distributor/held_codes.graphql", agreementId=desk.agreement, filter={"codes": codes}, first=1, after=after
        )
        page = data["node"]["heldCodes"]
        assert page["totalCount"] == 3
        found += [edge["node"]["code"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert found == ["P-1", "P-2", "P-0"] and not page["pageInfo"]["hasNextPage"]


async def test_a_vendor_reads_in_the_queue_what_the_agreement_discloses(api: Api) -> None:
    vendor = await api.vendor()
    open_, closed = await Desk.of(api), await Desk.of(api, "Dist Two")
    for desk in (open_, closed):
        await desk.report(
            "H-120,1,2026-01-05,V-1,SECRET-1,1,100,EUR,DE", "H-120,2,2026-01-05,V-1,SECRET-2,1,100,EUR,DE"
        )
    told = await open_.queue(vendor, holds=["UNKNOWN_RESELLER_ACCOUNT"])
    assert {"SECRET-1", "SECRET-2"} <= {each["code"] for each in told}
    hidden = await closed.queue(vendor)
    assert [(each["hold"], each["code"], each["heldRows"]) for each in hidden] == [
        ("UNKNOWN_RESELLER_ACCOUNT", None, 2),
        ("UNKNOWN_PRODUCT", "V-1", 2),
    ]
    assert "SECRET" not in str(hidden) and len(hidden[0]["rows"]["edges"]) == 2
    assert hidden[0]["suggestions"] == []
    data = await vendor.ask("vendor/held_codes.graphql", holds=["UNKNOWN_RESELLER_ACCOUNT"])
    shown = [edge["node"] for edge in data["viewer"]["vendor"]["agreements"]["edges"]]
    assert "SECRET-1" in str(shown) and len(shown) == 2


async def test_a_distributor_sees_no_queue_of_another(api: Api) -> None:
    rival = await Desk.of(api, "Dist Two")
    data = await rival.caller.ask(
        "distributor/held_codes.graphql", agreementId=api.world.agreement_gid("Acme", "Dist One")
    )
    assert data["node"] is None


async def test_the_vendors_programme_manager_lets_rows_outside_the_territory_count(api: Api, desk: Desk) -> None:
    submission = await desk.report(
        "H-200,1,2026-01-05,DRIVE-1,A-1,3,100,EUR,SE", "H-200,2,2026-01-05,LATER-1,A-1,2,100,EUR,SE"
    )
    before = await units(api, "DRIVE-1")
    payload = await desk.decide("RELEASE", "OUTSIDE_TERRITORY", await api.vendor(), code="SE")
    assert payload["userErrors"] == [] and payload["decision"]["decidedAs"] == "VENDOR"
    assert await units(api, "DRIVE-1") == before + 3_000
    assert await desk.outcomes(submission) == ["ACCEPTED", "HELD"]
    assert await desk.open_issues(submission) == [[], ["UNKNOWN_PRODUCT"]]
    data = await (await api.vendor()).ask(
        "query($id: ID!) { node(id: $id) { ... on HeldDecision { carriedOutAt releasedRows stillHeldRows code } } }",
        id=payload["decision"]["id"],
    )
    assert data["node"]["carriedOutAt"] is not None
    assert (data["node"]["releasedRows"], data["node"]["stillHeldRows"], data["node"]["code"]) == (1, 1, "SE")
    await desk.confirm("LATER-1", productId=product(api, "DRIVE-1"))
    assert await desk.outcomes(submission) == ["ACCEPTED", "ACCEPTED"], "what was let pass stays let pass"
    await in_order(api)


@pytest.mark.parametrize(
    ("hold", "decision"),
    [
        ("OUTSIDE_TERRITORY", "RELEASE"),
        ("OUTSIDE_AGREEMENT_DATES", "RELEASE"),
        ("UNKNOWN_PRODUCT", "RELEASE"),
        ("UNKNOWN_RESELLER_ACCOUNT", "RELEASE"),
        ("QUANTITY_FAR_OUT", "RELEASE"),
    ],
)
async def test_a_distributor_does_not_waive_what_is_not_its_to_waive(
    api: Api, desk: Desk, hold: str, decision: str
) -> None:
    await desk.report(f"H-210-{hold},1,2026-01-05,DRIVE-1,A-1,3,100,EUR,NO")
    before = await standing(api, *DECIDED)
    assert code_of(await desk.decide(decision, hold, code="NO")) == (["input", "hold"], "NOT_ALLOWED")
    assert await standing(api, *DECIDED) == before


async def test_a_vendor_decides_nothing_about_codes_in_a_distributors_report(api: Api, desk: Desk) -> None:
    await desk.report("H-220,1,2026-01-05,THEIRS-1,THEIRS-A,3,100,EUR,DE")
    before = await standing(api, *DECIDED)
    vendor = await api.vendor()
    payload = await desk.decide("DISMISS", "UNKNOWN_PRODUCT", vendor, code="THEIRS-1")
    assert code_of(payload) == (["input", "held", "code"], "NOT_FOUND")
    payload = await desk.decide("DISMISS", "UNKNOWN_RESELLER_ACCOUNT", vendor, code="THEIRS-A")
    assert code_of(payload) == (["input", "hold"], "NOT_ALLOWED")
    assert await standing(api, *DECIDED) == before


async def test_who_may_not_decide_is_told_so(api: Api, desk: Desk) -> None:
    await desk.report("H-230,1,2026-01-05,DRIVE-1,A-1,3,100,EUR,PL")
    for caller in (
        await api.vendor(role=Role.VENDOR_ANALYST),
        await api.as_(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_VIEWER),
    ):
        answer = await caller.raw(
            "vendor/waive_held_rows.graphql",
            input={
                "agreementId": desk.agreement,
                "decision": "RELEASE",
                "hold": "OUTSIDE_TERRITORY",
                "held": {"code": "PL"},
                "reason": "x",
                "idempotencyKey": uuid4().hex,
            },
        )
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    finance = await api.vendor(role=Role.VENDOR_FINANCE)
    before = await standing(api, *DECIDED)
    for decision in ("RELEASE", "DISMISS"):
        payload = await desk.decide(decision, "OUTSIDE_TERRITORY", finance, code="PL")
        assert code_of(payload) == (["input", "hold"], "NOT_ALLOWED"), "finance decides about its sell-in reports alone"
    assert await standing(api, *DECIDED) == before


async def test_a_distributor_dismisses_rows_and_may_send_them_again(api: Api, desk: Desk) -> None:
    submission = await desk.report(
        "H-300,1,2026-01-05,BAD-1,A-1,3,100,EUR,DE",
        "H-300,2,2026-01-05,BAD-1,NOBODY,3,100,EUR,DE",
        "H-300,3,2026-01-05,DRIVE-1,A-1,1,100,EUR,DE",
    )
    payload = await desk.decide("DISMISS", "UNKNOWN_PRODUCT", code="BAD-1")
    assert payload["userErrors"] == []
    assert await desk.outcomes(submission) == ["REJECTED", "REJECTED", "ACCEPTED"]
    assert await desk.open_issues(submission) == [["DISMISSED"], ["DISMISSED"], []]
    rows = (await desk.followed(submission))["rows"]["edges"]
    (said,) = [each["message"] for each in rows[0]["node"]["issues"] if each["code"] == "DISMISSED"]
    assert "Looked at it." in said and "Dist One" in said
    assert await desk.queue(codes=["BAD-1"]) == []
    await desk.confirm("BAD-1", productId=product(api, "DRIVE-2"))
    assert await desk.outcomes(submission) == ["REJECTED", "REJECTED", "ACCEPTED"], "dismissed is dismissed"
    again = await desk.report("H-300,1,2026-01-05,DRIVE-1,A-1,3,100,EUR,DE")
    assert await desk.outcomes(again) == ["ACCEPTED"]
    await in_order(api)


async def test_rows_are_decided_one_by_one(api: Api, desk: Desk) -> None:
    submission = await desk.report(
        *(f"H-310,{n},2026-01-05,ONE-1,A-1,{n},100,EUR,DE" for n in (1, 2, 3)),
    )
    rows = [{"submissionId": submission, "row": number} for number in (1, 3)]
    payload = await desk.decide("DISMISS", "UNKNOWN_PRODUCT", rows=rows)
    assert payload["userErrors"] == [] and payload["decision"]["namedRows"] == 2 and payload["decision"]["code"] is None
    assert await desk.outcomes(submission) == ["REJECTED", "HELD", "REJECTED"]
    before = await standing(api, *DECIDED)
    payload = await desk.decide("DISMISS", "UNKNOWN_PRODUCT", rows=[{"submissionId": submission, "row": 2}, rows[0]])
    assert code_of(payload) == (["input", "held", "rows", "1"], "NOT_FOUND")
    assert await standing(api, *DECIDED) == before


async def test_possible_duplicates_are_let_pass_by_who_reported_them(api: Api, desk: Desk) -> None:
    await desk.report("H-400,,2026-01-05,DRIVE-1,A-1,3,100,EUR,DE")
    second = await desk.report("H-400,,2026-01-06,DRIVE-2,A-1,1,250,EUR,DE")
    assert await desk.outcomes(second) == ["HELD"]
    before = await units(api, "DRIVE-2")
    payload = await desk.decide("RELEASE", "POSSIBLE_DUPLICATE", code="H-400")
    assert payload["userErrors"] == []
    assert await desk.outcomes(second) == ["ACCEPTED"] and await units(api, "DRIVE-2") == before + 1_000
    await in_order(api)


async def test_the_same_key_decides_once(api: Api, desk: Desk) -> None:
    await desk.report("H-410,1,2026-01-05,ONCE-1,A-1,3,100,EUR,DE")
    key = uuid4().hex
    first = await desk.decide("DISMISS", "UNKNOWN_PRODUCT", key=key, code="ONCE-1")
    again = await desk.decide("DISMISS", "UNKNOWN_PRODUCT", key=key, code="ONCE-1")
    assert again["decision"]["id"] == first["decision"]["id"]
    assert again["decision"]["dismissedRows"] == 1
    other = await desk.decide("DISMISS", "UNKNOWN_PRODUCT", key=key, code="ONCE-2")
    assert other["userErrors"][0]["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_what_is_wrong_with_a_decision_is_said_all_at_once(api: Api, desk: Desk) -> None:
    before = await standing(api, *DECIDED)
    payload = await desk.caller.act(
        "distributor/resolve_held_rows.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist Two"),
        decision="DISMISS",
        hold="QUANTITY_ZERO",
        held={"rows": []},
        reason=" ",
        idempotencyKey=uuid4().hex,
    )
    fields = {(tuple(each["field"][1:]), each["code"]) for each in payload["userErrors"]}
    assert fields == {
        (("reason",), "INVALID"),
        (("hold",), "INVALID"),
        (("held",), "REQUIRED"),
        (("agreementId",), "NOT_FOUND"),
    }
    assert await standing(api, *DECIDED) == before
