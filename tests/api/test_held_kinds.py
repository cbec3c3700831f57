"""An integration decides about held rows of the kinds of reports that it may hand in, and about no others."""

from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.programme.terms import Level
from tests.api.conftest import Api, Caller
from tests.api.held_kit import Desk, in_order, standing

DECIDED = ("held_decision", "report_row", "submission_issue", "audit_event")


@pytest.fixture
async def desk(api: Api) -> Desk:
    return await Desk.of(api)


async def integration(api: Api, *scopes: Scope) -> Caller:
    return await api.as_(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN, scopes=frozenset(scopes))


async def counted(desk: Desk, code: str) -> str:
    """A count of stock under a code that nobody knows."""
    payload = await desk.caller.act(
        "distributor/submit_inventory.graphql",
        agreementId=desk.agreement,
        period={"start": "2026-01-01", "end": "2026-02-01"},
        source={"lines": [{"warehouse": "W1", "productCode": code, "countedOn": "2026-01-05", "quantity": "10"}]},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    await desk.count()
    found: str = payload["submission"]["id"]
    return found


async def decide(desk: Desk, caller: Caller, **held: Any) -> dict[str, Any]:
    payload = await caller.act(
        "distributor/resolve_held_rows.graphql",
        agreementId=desk.agreement,
        decision="DISMISS",
        hold="UNKNOWN_PRODUCT",
        held=held,
        reason="Looked at it.",
        idempotencyKey=uuid4().hex,
    )
    await desk.count()
    return payload


async def test_who_hands_in_sales_decides_about_sales_and_who_hands_in_stock_about_stock(api: Api, desk: Desk) -> None:
    sold = await desk.report("HK-1,1,2026-01-05,HK-CODE,A-1,3,100,EUR,DE")
    stocked = await counted(desk, "HK-CODE")
    sales = await integration(api, Scope.SELL_THROUGH_WRITE)
    payload = await decide(desk, sales, code="HK-CODE")
    assert payload["userErrors"] == []
    assert (await desk.outcomes(sold), await desk.outcomes(stocked)) == (["REJECTED"], ["HELD"])
    before = await standing(api, *DECIDED)
    for held in ({"code": "HK-CODE"}, {"rows": [{"submissionId": stocked, "row": 1}]}):
        payload = await decide(desk, sales, **held)
        assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"] and payload["decision"] is None
    assert await standing(api, *DECIDED) == before
    stock = await integration(api, Scope.INVENTORY_WRITE)
    payload = await decide(desk, stock, rows=[{"submissionId": stocked, "row": 1}])
    assert payload["userErrors"] == [] and await desk.outcomes(stocked) == ["REJECTED"]
    await in_order(api)


async def test_who_may_hand_in_both_decides_about_both(api: Api, desk: Desk) -> None:
    sold, stocked = await desk.report("HB-1,1,2026-01-05,HB-CODE,A-1,3,100,EUR,DE"), await counted(desk, "HB-CODE")
    both = await integration(api, Scope.SELL_THROUGH_WRITE, Scope.INVENTORY_WRITE)
    assert (await decide(desk, both, code="HB-CODE"))["userErrors"] == []
    assert (await desk.outcomes(sold), await desk.outcomes(stocked)) == (["REJECTED"], ["REJECTED"])


async def test_a_vendors_manager_decides_for_the_agreement_about_every_kind(api: Api, desk: Desk) -> None:
    vendor = await api.as_(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER, scopes=frozenset({Scope.PROGRAMS_WRITE}))
    sold = await desk.report("HV-1,1,2026-01-05,DRIVE-1,A-1,3,100,EUR,FR")
    payload = await desk.decide("RELEASE", "OUTSIDE_TERRITORY", vendor, code="FR")
    assert payload["userErrors"] == [] and await desk.outcomes(sold) == ["ACCEPTED"]
