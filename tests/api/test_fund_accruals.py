"""What funds accrue by the clock, from reports as they are counted: on purchases, on sell-through, and taken back again."""

from datetime import date
from typing import Any

import pytest

from app.funds.accruing import actions as accruing
from tests.api import claims_kit
from tests.api.conftest import Api
from tests.api.funds_kit import Desk, amounts, later, nodes
from tests.api.test_funds import clock

NOVEMBER = date(2026, 11, 23)


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api)


@pytest.fixture
async def channel(api: Api) -> claims_kit.Desk:
    return claims_kit.Desk(api)


def row(on: str, product: claims_kit.Product, units: int, *more: str) -> str:
    return ",".join([claims_kit.one(), "1", on, product.sku, str(units), *more])


async def entries(desk: Desk, fund: dict[str, Any]) -> list[tuple[str, str, str | None, str]]:
    found = nodes((await desk.read(fund))["entries"])
    return [(each["kind"], each["amount"]["amount"], each["periodStart"], each["reason"]) for each in found]


async def test_a_reseller_s_fund_accrues_on_the_purchases_that_agreements_disclose(
    desk: Desk, channel: claims_kit.Desk
) -> None:
    terms = {"accruesPer": "MONTH", "accrual": {"basis": "PURCHASES", "share": "0.1"}, "startsOn": "2026-09-01"}
    fund = await desk.fund(None, resellerId=desk.reseller_id(), **terms)
    product = await channel.product()
    await channel.sold(row("2026-10-05", product, 10), row("2026-08-31", product, 99))
    await channel.sold(row("2026-10-05", product, 50), distributor="Dist Two")
    for _ in range(2):
        await clock(desk, NOVEMBER)
    assert amounts(await desk.read(fund)) == {"accrued": "30", "available": "30"}
    said = "10 % of purchases of EUR 300.00 from 2026-10-01 until 2026-11-01."
    assert await entries(desk, fund) == [("ACCRUE", "30", "2026-10-01", said)]
    (seen,) = nodes((await desk.read(fund, await desk.api.reseller(), "reseller"))["entries"])
    assert seen["reason"] == said


async def test_a_distributor_s_fund_accrues_on_sell_in_of_the_quarter_before(
    desk: Desk, channel: claims_kit.Desk
) -> None:
    accrual = {"basis": "PURCHASES", "share": "0.05", "ofPreviousPeriod": True}
    fund = await desk.fund(None, accruesPer="QUARTER", accrual=accrual, startsOn="2026-10-01")
    product = await channel.product()
    await channel.bought(row("2026-08-10", product, 10), row("2026-10-10", product, 500))
    await clock(desk, NOVEMBER)
    said = "5 % of purchases of EUR 200.00 from 2026-07-01 until 2026-10-01."
    assert await entries(desk, fund) == [("ACCRUE", "10", "2026-10-01", said)]


async def test_a_fund_accrues_an_amount_for_each_unit_sold_and_new_terms_for_later_periods_alone(
    desk: Desk, channel: claims_kit.Desk
) -> None:
    accrual = {"basis": "SELL_THROUGH", "perUnit": "1.255"}
    fund = await desk.fund(None, accruesPer="MONTH", accrual=accrual, startsOn="2026-06-01")
    product = await channel.product()
    await channel.sold(row("2026-06-07", product, 3), row("2026-05-31", product, 99))
    await clock(desk, NOVEMBER)
    said = "EUR 1.255 for each of 3 units of sell-through from 2026-06-01 until 2026-07-01."
    assert ("ACCRUE", "3.77", "2026-06-01", said) in await entries(desk, fund)


async def test_what_is_taken_back_of_what_was_promised_is_a_shortfall_that_later_accruals_fill(
    desk: Desk, channel: claims_kit.Desk
) -> None:
    accrual = {"basis": "SELL_THROUGH", "share": "1"}
    fund = await desk.fund(None, accruesPer="MONTH", accrual=accrual, startsOn="2026-03-01")
    product = await channel.product(20)
    number = claims_kit.one()
    await channel.sold(f"{number},1,2026-03-03,{product.sku},10")
    await clock(desk, date(2026, 4, 1))
    assert amounts(await desk.read(fund)) == {"accrued": "200", "available": "200"}
    await desk.approved(fund, "150")
    await channel.sold(f"{claims_kit.one()},1,2026-03-20,{product.sku},-8,,,,{number}")
    await clock(desk, date(2026, 4, 1))
    assert amounts(await desk.read(fund)) == {"accrued": "40", "reserved": "150", "shortfall": "110"}
    assert (await entries(desk, fund))[0][:3] == ("CLAW_BACK", "160", "2026-03-01")
    request = await desk.requested(fund, "1")
    payload = await (await desk.manager()).act(
        "vendor/decide_funds.graphql", fundRequestId=request["id"], decision="APPROVE"
    )
    assert [error["code"] for error in payload["userErrors"]] == ["INVALID"]
    await channel.sold(row("2026-04-03", product, 6))
    await clock(desk, date(2026, 4, 30))
    held = amounts(await desk.read(fund))
    assert (held["accrued"], held["reserved"], held["available"]) == ("160", "150", "10")
    assert "shortfall" not in held


async def test_a_fund_that_expired_accrues_no_more(desk: Desk, channel: claims_kit.Desk) -> None:
    accrual = {"basis": "SELL_THROUGH", "share": "1"}
    fund = await desk.fund(None, accruesPer="MONTH", accrual=accrual, startsOn="2026-02-01", expiresOn=later(30))
    product = await channel.product(20)
    await channel.sold(row("2026-02-02", product, 1))
    await clock(desk, date.fromisoformat(later(30)))
    assert amounts(await desk.read(fund)) == {}
    await clock(desk, date.fromisoformat(later(29)))
    assert ("ACCRUE", "20", "2026-02-01") in [each[:3] for each in await entries(desk, fund)]


async def test_in_a_month_in_which_more_went_back_than_was_bought_nothing_accrues(
    desk: Desk, channel: claims_kit.Desk
) -> None:
    terms = {"accruesPer": "MONTH", "accrual": {"basis": "PURCHASES", "share": "0.1"}, "startsOn": "2026-01-01"}
    fund = await desk.fund(None, resellerId=desk.reseller_id("Reseller Two"), **terms)
    product, number = await channel.product(), claims_kit.one()
    await channel.sold(f"{number},1,2026-01-03,{product.sku},10,A-2")
    await channel.sold(f"{claims_kit.one()},1,2026-02-03,{product.sku},-10,A-2,,,{number}")
    await clock(desk, date(2026, 3, 15))
    assert [each[:3] for each in await entries(desk, fund)] == [("ACCRUE", "30", "2026-01-01")]


async def test_what_is_too_much_for_one_look_is_reckoned_by_the_next(
    desk: Desk, channel: claims_kit.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = {"accruesPer": "MONTH", "accrual": {"basis": "SELL_THROUGH", "share": "1"}, "startsOn": "2026-05-01"}
    product = await channel.product(20)
    await channel.sold(row("2026-05-02", product, 1))
    await clock(desk, NOVEMBER)
    funds = [await desk.fund(None, **terms) for _ in range(3)]
    monkeypatch.setattr(accruing, "AT_ONCE", 2)
    reckoned = []
    for _ in range(2):
        await clock(desk, NOVEMBER)
        reckoned.append(sum([bool(amounts(await desk.read(fund))) for fund in funds]))
    assert reckoned == [2, 3]
