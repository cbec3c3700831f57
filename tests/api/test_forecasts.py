"""Forecasts over HTTP: what they go by is what the cube answers, and nobody learns of a rival by them."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.programme.forecasts import month_after
from tests.api.conftest import Api, Caller
from tests.api.stock_reports import product, sold

NETWORK, OWN = "vendor/sales_forecast.graphql", "distributor/own_forecast.graphql"
THIS_MONTH = datetime.now(UTC).date().replace(day=1)
CUBE = """query Monthly($period: DateRangeInput!, $filter: SalesFilter) { viewer { vendor { network {
  sales(period: $period, by: [MONTH], filter: $filter, first: 250) {
    edges { node { periodStart sellThroughUnits sellThroughAmount { amount } } } } } } } }"""


async def network(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    found = (await caller.ask(NETWORK, **asked))["viewer"]["vendor"]["network"]["forecast"]
    assert found["totalCount"] >= len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def own(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    found = (await caller.ask(OWN, **asked))["viewer"]["distributor"]["forecast"]
    return [edge["node"] for edge in found["edges"]]


async def a_history(api: Api, months: int) -> tuple[str, str, list[int]]:
    """A product sold in each of so many months before this one: its id, its SKU and the units, the oldest month first."""
    sku = f"FC-{uuid4().hex[:6].upper()}"
    id = await product(api, sku)
    sizes = [20 + (place * 7) % 13 for place in range(months)]
    lines = [
        f"{sku}-{place},1,{month_after(THIS_MONTH, place - months).replace(day=5)},{sku},{units}"
        for place, units in enumerate(sizes)
    ]
    # Days before the agreement began are held, so that the whole history must lie in it.
    await sold(api, *lines, period={"start": str(month_after(THIS_MONTH, -months)), "end": str(THIS_MONTH)})
    return id, sku, sizes


@pytest.fixture(scope="module")
async def known(api: Api) -> tuple[str, str, list[int]]:
    await api.world.connection.execute("UPDATE agreement SET effective_start = '2020-01-01'")
    await api.world.connection.execute("UPDATE reseller_authorization SET effective_start = '2020-01-01'")
    return await a_history(api, 20)


async def test_a_forecast_goes_by_the_cube_and_has_its_error_beside_it(
    api: Api, known: tuple[str, str, list[int]]
) -> None:
    id, sku, sizes = known
    vendor = await api.vendor(role=Role.VENDOR_ANALYST)
    (found,) = await network(vendor, by=["PRODUCT"], filter={"productIds": [id]}, months=3)
    assert found["product"]["sku"] == sku
    assert [Decimal(each["value"]) for each in found["history"]] == sizes
    period = {"start": str(month_after(THIS_MONTH, -36)), "end": str(THIS_MONTH)}
    cube = (await vendor.ask(CUBE, period=period, filter={"productIds": [id]}))["viewer"]["vendor"]["network"]["sales"]
    by_month = {edge["node"]["periodStart"]: edge["node"]["sellThroughUnits"] for edge in cube["edges"]}
    assert {each["month"]: each["value"] for each in found["history"]} == by_month
    assert [each["month"] for each in found["months"]] == [str(month_after(THIS_MONTH, n)) for n in range(3)]
    errors = {each["method"]: each for each in found["errors"]}
    assert set(errors) == {"SEASONAL_NAIVE", "EXPONENTIAL_SMOOTHING"}
    assert errors["SEASONAL_NAIVE"]["starts"] == 8
    tried = [start + ahead for start in range(12, 20) for ahead in range(min(3, 20 - start))]
    misses, came = [abs(sizes[at] - sizes[at - 12]) for at in tried], [sizes[at] for at in tried]
    assert errors["SEASONAL_NAIVE"]["forecasts"] == len(misses)
    assert float(errors["SEASONAL_NAIVE"]["wape"]) == pytest.approx(sum(misses) / sum(came), abs=1e-4)
    changes = [abs(b - a) for a, b in pairwise(sizes[:12])]
    scaled = (sum(misses) / len(misses)) / (sum(changes) / len(changes))
    assert float(errors["SEASONAL_NAIVE"]["mase"]) == pytest.approx(scaled, abs=1e-4)
    assert found["method"] == min(errors.values(), key=lambda each: float(each["wape"]))["method"]
    assert await network(vendor, by=["PRODUCT"], filter={"productIds": [id]}, months=3) == [found]


async def test_the_distributor_is_told_the_same_of_its_own(api: Api, known: tuple[str, str, list[int]]) -> None:
    id, sku, sizes = known
    caller = await api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    (found,) = await own(caller, by=["PRODUCT", "RESELLER"], filter={"productIds": [id]}, figure="AMOUNT", months=12)
    assert (found["product"]["sku"], found["reseller"]["name"], found["figure"]) == (sku, "Reseller One", "AMOUNT")
    assert len(found["months"]) == 12 and len(found["history"]) == len(sizes)


async def test_of_too_short_a_history_nothing_is_invented(api: Api) -> None:
    id, _, _ = await a_history(api, 4)
    (found,) = await network(await api.vendor(), by=[], filter={"productIds": [id]})
    assert (found["method"], found["months"], found["errors"]) == (None, [], [])
    assert found["reason"].startswith("4 months are known")


async def test_parts_by_what_is_recorded_of_resellers_are_forecast_like_the_whole(
    api: Api, known: tuple[str, str, list[int]]
) -> None:
    id, sku, sizes = known
    asked = {"by": ["PARTNER_TYPE", "COUNTRY", "PRODUCT"], "filter": {"productIds": [id]}}
    (found,) = await network(await api.vendor(), **asked)
    assert found["product"]["sku"] == sku and found["partnerType"] and found["country"]
    assert [Decimal(each["value"]) for each in found["history"]] == sizes


async def test_a_forecast_can_be_asked_from_an_earlier_month_on(api: Api, known: tuple[str, str, list[int]]) -> None:
    id, _, sizes = known
    start = str(month_after(THIS_MONTH, -2))
    (found,) = await network(await api.vendor(), by=["PRODUCT"], filter={"productIds": [id]}, starting=start)
    assert [Decimal(each["value"]) for each in found["history"]] == sizes[:-2]
    assert found["months"][0]["month"] == start


async def test_a_forecast_as_of_a_moment_before_the_report_knows_nothing_of_it(
    api: Api, known: tuple[str, str, list[int]]
) -> None:
    given = {"by": ["PRODUCT"], "filter": {"productIds": [known[0]]}, "asOf": "2020-01-01T00:00:00Z"}
    assert await network(await api.vendor(), **given) == []


async def test_rivals_and_other_networks_are_told_nothing(api: Api, known: tuple[str, str, list[int]]) -> None:
    asked = {"by": ["PRODUCT"], "filter": {"productIds": [known[0]]}}
    assert await own(await api.distributor("Dist Two"), **asked) == []
    assert await network(await api.vendor("Borealis"), **asked) == []
    answer = await (await api.reseller()).raw(OWN, **asked)
    assert answer.get("errors") or answer["data"]["viewer"]["distributor"] is None


async def test_what_cannot_be_forecast_is_refused(api: Api) -> None:
    vendor = await api.vendor()
    later = str(month_after(THIS_MONTH, 1))
    for wrong, told in (
        ({"months": 13}, "1 to 12"),
        ({"starting": later}, "first day of a month"),
        ({"starting": "2026-01-02"}, "first day of a month"),
        ({"by": ["PRODUCT", "RESELLER", "DISTRIBUTOR", "COUNTRY"]}, "3 dimensions"),
        ({"first": 11}, "10 at most"),
    ):
        answer = await vendor.raw(NETWORK, **{"by": [], **wrong})
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT" and told in error["message"], wrong
