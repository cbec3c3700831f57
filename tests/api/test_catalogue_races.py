"""Prices, units and kits that change while reports are counted: a report counts by one catalogue, whole, and whoever changes
it knows of every line that was counted by the one before."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.pricing.composition.queries import write_units
from app.pricing.queries import await_counting
from app.reports.counting.actions import count_reports
from app.reports.counting.placing.queries import agreement_terms
from app.reports.held.releasing.actions import release_units
from app.reports.stock.placing.queries import begin_staging, place
from app.store.database import Context, acting_as_worker
from app.tables.metadata import DatabaseRole
from tests.api.conftest import Api
from tests.api.held_kit import HEADER, Desk, in_order, product

UNITS = f"{HEADER},unit"
SUBMIT = "distributor/submit_sell_through.graphql"


@pytest.fixture
async def desk(api: Api) -> Desk:
    return await Desk.of(api)


async def received(desk: Desk, *rows: str, header: str = HEADER) -> str:
    """A report that was handed in and is not counted yet."""
    payload = await desk.caller.act(
        SUBMIT,
        agreementId=desk.agreement,
        period={"start": "2026-01-01", "end": "2026-02-01"},
        source={"uploadId": await desk.caller.upload("\n".join([header, *rows]).encode())},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    found: str = payload["submission"]["id"]
    return found


@asynccontextmanager
async def counting_stops(api: Api) -> AsyncIterator[None]:
    """Whatever is counted stops at its last step, when everything is written and nothing can be seen yet."""
    vendor_id = str(api.world.vendors["Acme"])
    hold = "SELECT pg_advisory_lock(hashtextextended($1, 2))"
    await api.world.connection.execute(hold, vendor_id)
    try:
        yield
    finally:
        await api.world.connection.execute(hold.replace("_lock", "_unlock"), vendor_id)


async def waiting(act: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """An act that has begun and does not end by itself."""
    task = asyncio.create_task(act)
    await asyncio.sleep(0.5)
    return task


def changing(vendor_id: UUID) -> Context:
    """Of a vendor who changes its catalogue."""
    return Context(DatabaseRole.VENDOR, vendor_id=vendor_id, vendor_ids=frozenset({vendor_id}))


def count(api: Api) -> Coroutine[Any, Any, object]:
    return count_reports(api.database, api.world.vendors["Acme"], api.world.agreements["Acme", "Dist One"])


async def test_a_price_never_reaches_back_behind_a_line_that_is_being_counted(api: Api, desk: Desk) -> None:
    vendor = await api.vendor()
    await received(desk, "CR-1,1,2026-01-20,DRIVE-1,A-1,1,100,EUR,DE")
    price = {"productId": product(api, "DRIVE-1"), "currency": "EUR", "price": "77", "effectiveFrom": "2026-01-15"}
    async with counting_stops(api):
        counted = await waiting(count(api))
        act = vendor.act("vendor/set_prices.graphql", prices=[price], idempotencyKey=uuid4().hex)
        changed = await waiting(act)
        assert not changed.done(), "it does not know yet what is counted"
    assert await counted is None
    (error,) = (await changed)["userErrors"]
    assert error["code"] == "INVALID"
    await in_order(api)


async def test_a_row_that_was_being_held_for_its_unit_when_the_unit_was_set_is_released(api: Api, desk: Desk) -> None:
    vendor = await api.vendor()
    report = await received(desk, "CR-2,1,2026-01-20,DRIVE-1,A-1,2,100,EUR,DE,BOX", header=UNITS)
    units = {"productId": product(api, "DRIVE-1"), "units": [{"unit": "BOX", "factor": "12"}]}
    async with counting_stops(api):
        counted = await waiting(count(api))
        act = vendor.act("vendor/set_product_units.graphql", **units, idempotencyKey=uuid4().hex)
        changed = await waiting(act)
        assert not changed.done()
    assert await counted is None and (await changed)["userErrors"] == []
    assert await desk.outcomes(report) == ["HELD"], "it was placed by the units of before, whole"
    await release_units(api.database, api.world.vendors["Acme"], api.world.products["Acme", "DRIVE-1"])
    assert await desk.outcomes(report) == ["ACCEPTED"]
    await in_order(api)


async def test_a_report_that_comes_while_units_are_being_set_waits_and_counts_by_them(api: Api, desk: Desk) -> None:
    vendor_id, drive = api.world.vendors["Acme"], api.world.products["Acme", "DRIVE-2"]
    report = await received(desk, "CR-3,1,2026-01-20,DRIVE-2,A-1,2,100,EUR,DE,PAL", header=UNITS)
    async with api.database.writing(changing(vendor_id)) as session:
        await await_counting(session, vendor_id)
        counted = await waiting(count(api))
        assert not counted.done()
        await write_units(session, vendor_id, drive, {"PAL": 480_000})
    assert await counted is None
    assert await desk.outcomes(report) == ["ACCEPTED"]
    quantity = "SELECT quantity FROM sell_through_line WHERE document_number = 'CR-3'"
    assert await api.world.connection.fetchval(quantity) == 960_000
    await in_order(api)


async def test_stock_counts_by_one_catalogue_too(api: Api) -> None:
    vendor_id = api.world.vendors["Acme"]
    agreement = api.world.agreements["Acme", "Dist One"]
    async with api.database.writing(acting_as_worker(vendor_id)) as counting:
        terms = await agreement_terms(counting, vendor_id, agreement)
        assert terms is not None
        await begin_staging(counting)
        async with api.database.writing(changing(vendor_id)) as session:
            await await_counting(session, vendor_id)
            placed = await waiting(place(counting, vendor_id, terms))
            assert not placed.done()
        await placed
