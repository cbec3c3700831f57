"""Units and kits: who sets them, who sees them, and what stays because lines were counted with it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.world import NOW

UNITS, BILL = "vendor/set_product_units.graphql", "vendor/set_bill_of_material.graphql"
TODAY = datetime.now(UTC).date()
SEEN = (
    "query($id: ID!, $on: Date) { node(id: $id) { ... on Product { units { unit factor }"
    " components(onDate: $on) { product { sku } quantity effective { start end } } } } }"
)


async def product(api: Api, sku: str, vendor: str = "Acme") -> str:
    """A new product's id."""
    id = await api.world.product(vendor, sku)
    return global_id("Product", Key(api.world.vendors[vendor], id))


async def counted(api: Api, sku: str, sold_on: date, table: str = "sell_through_line", **changed: Any) -> None:
    """A line of a product as the worker leaves it."""
    world = api.world
    names = ("Acme", "Dist One")
    reseller = world.parties["Acme", "Reseller One"]
    through = {
        "reseller_id": reseller,
        "disclosed_reseller_id": reseller,
        "sale_type": "SALE",
        "reseller_account": "A-1",
    }
    priced = {"unit_price": 1, "amount": 1}
    values = {
        "vendor_id": world.vendors["Acme"],
        "submission_id": new_id(),
        "row_number": 1,
        "agreement_id": world.agreements[names],
        "distributor_id": world.parties[names],
        "document_kind": "INVOICE",
        "document_number": uuid4().hex,
        "document_line": "1",
        "sold_on": sold_on,
        "counts_on": sold_on,
        "product_id": world.products["Acme", sku],
        "product_code": sku,
        "quantity": 1000,
        "reported_quantity": 1000,
        "currency": "EUR",
        "component": 0,
        "content_hash": "",
        "recorded": 1,
        **(through if table == "sell_through_line" else priced),
        **changed,
    }
    await world.add(table, **values)


async def set_units(api: Api, product_id: str, **factors: str) -> dict[str, Any]:
    given = [{"unit": unit, "factor": factor} for unit, factor in factors.items()]
    return await (await api.vendor()).act(UNITS, productId=product_id, units=given, idempotencyKey=uuid4().hex)


async def set_bill(api: Api, kit: str, start: date, parts: dict[str, str]) -> dict[str, Any]:
    given = [{"productId": id, "quantity": quantity} for id, quantity in parts.items()]
    return await (await api.vendor()).act(
        BILL, productId=kit, effectiveFrom=start.isoformat(), components=given, idempotencyKey=uuid4().hex
    )


def told(payload: dict[str, Any]) -> set[tuple[str, str]]:
    """Where something is wrong, and with which code."""
    return {(".".join(error["field"]), error["code"]) for error in payload["userErrors"]}


async def written(api: Api) -> tuple[int, ...]:
    """How much there is of units, kits, and of what is remembered of acts."""
    tables = ("product_unit", "kit_component", "audit_event", "remembered_result")
    return tuple([await api.world.connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables])


async def units(caller: Caller, product_id: str) -> dict[str, str]:
    node = (await caller.ask(SEEN, id=product_id))["node"]
    return {each["unit"]: each["factor"] for each in node["units"]}


async def parts(caller: Caller, kit: str, on: date | None = None) -> list[tuple[str, str]]:
    node = (await caller.ask(SEEN, id=kit, on=on and on.isoformat()))["node"]
    return [(each["product"]["sku"], each["quantity"]) for each in node["components"]]


async def test_units_are_set_by_the_vendor_and_seen_by_everybody_in_the_network(api: Api) -> None:
    cable = await product(api, "U-1")
    payload = await set_units(api, cable, CS="12", **{" PAL ": "480.5"})
    assert payload["userErrors"] == []
    assert payload["product"]["units"] == [{"unit": "CS", "factor": "12"}, {"unit": "PAL", "factor": "480.5"}]
    await set_units(api, cable, PAL="481", M="0.001")
    for caller in (
        await api.vendor(),
        await api.distributor(),
        await api.distributor("Dist Two"),
        await api.reseller(),
    ):
        assert await units(caller, cable) == {"CS": "12", "PAL": "481", "M": "0.001"}
    assert (await (await api.vendor("Borealis")).ask(SEEN, id=cable))["node"] is None


async def test_every_problem_of_units_is_told_at_once_and_nothing_is_written(api: Api) -> None:
    cable, before = await product(api, "U-2"), await written(api)
    given = [
        {"unit": "GOOD", "factor": "1"},
        {"unit": " ", "factor": "0"},
        {"unit": "EA", "factor": "1.0001"},
        {"unit": "CS", "factor": "-12"},
        {"unit": " CS", "factor": "1000000000.001"},
        {"unit": "a\nb", "factor": "1"},
        {"unit": "x" * 201, "factor": "1"},
    ]
    payload = await (await api.vendor()).act(UNITS, productId=cable, units=given, idempotencyKey=uuid4().hex)
    assert told(payload) == {
        ("input.units.1.unit", "REQUIRED"),
        ("input.units.1.factor", "INVALID"),
        ("input.units.2.unit", "INVALID"),
        ("input.units.2.factor", "INVALID"),
        ("input.units.3.factor", "INVALID"),
        ("input.units.4.unit", "INVALID"),
        ("input.units.4.factor", "INVALID"),
        ("input.units.5.unit", "INVALID"),
        ("input.units.6.unit", "INVALID"),
    }
    assert payload["product"] is None
    assert told(await set_units(api, cable)) == {("input.units", "REQUIRED")}
    many = {f"U{n}": "1" for n in range(51)}
    assert told(await set_units(api, cable, **many)) == {("input.units", "INVALID")}
    assert await written(api) == before


async def test_a_product_never_has_more_than_fifty_units(api: Api) -> None:
    cable = await product(api, "U-3")
    assert told(await set_units(api, cable, **{f"U{n}": "1" for n in range(50)})) == set()
    before = await written(api)
    payload = await set_units(api, cable, ONE="1")
    assert told(payload) == {("input.units", "INVALID")}
    assert "51" in payload["userErrors"][0]["message"]
    assert await written(api) == before
    assert told(await set_units(api, cable, U7="2")) == set()


@pytest.mark.parametrize("table", ["sell_through_line", "sell_in_line"])
async def test_a_factor_that_lines_were_counted_with_is_not_changed(api: Api, table: str) -> None:
    sku = f"U-COUNTED-{table}"
    cable = await product(api, sku)
    await set_units(api, cable, CS="12", BX="6")
    await counted(api, sku, TODAY, table, unit="CS", quantity=12_000)
    before = await written(api)
    payload = await set_units(api, cable, BX="7", CS="10")
    assert told(payload) == {("input.units.1.factor", "ALREADY_COUNTED")}
    assert "at 12 base units" in payload["userErrors"][0]["message"]
    assert await written(api) == before
    assert await units(await api.vendor(), cable) == {"CS": "12", "BX": "6"}
    assert told(await set_units(api, cable, CS="12.000", BX="7", TIN="3")) == set()
    assert await units(await api.vendor(), cable) == {"CS": "12", "BX": "7", "TIN": "3"}


@pytest.mark.parametrize("table", ["inventory_count", "stock_movement"])
async def test_a_factor_that_stock_was_counted_with_is_not_changed(api: Api, table: str) -> None:
    sku, names = f"U-{table}", ("Acme", "Dist One")
    cable, world = await product(api, sku), api.world
    await set_units(api, cable, CS="12")
    moved = {"moved_on": TODAY, "movement": "RECEIPT", "reference": "R-1", "reference_line": "1"}
    await world.add(
        table,
        vendor_id=world.vendors["Acme"],
        submission_id=new_id(),
        row_number=1,
        agreement_id=world.agreements[names],
        distributor_id=world.parties[names],
        warehouse="BER",
        product_id=world.products["Acme", sku],
        status="GOOD",
        lot="",
        quantity=12_000,
        product_code=sku,
        reported_quantity=1_000,
        unit="CS",
        content_hash="",
        recorded=1,
        **(moved if table == "stock_movement" else {"counted_on": TODAY}),
    )
    before = await written(api)
    assert told(await set_units(api, cable, CS="10")) == {("input.units.0.factor", "ALREADY_COUNTED")}
    assert await written(api) == before


async def test_a_factor_changes_once_no_line_counts_with_it_any_more(api: Api) -> None:
    cable = await product(api, "U-CORRECTED")
    await set_units(api, cable, CS="12")
    await counted(api, "U-CORRECTED", TODAY, unit="CS", replaced=2, superseded=2)
    assert told(await set_units(api, cable, CS="10")) == set()
    assert await units(await api.reseller(), cable) == {"CS": "10"}


async def test_a_unit_of_a_kit_counts_as_used_where_its_parts_were_counted(api: Api) -> None:
    kit = await product(api, "U-KIT")
    await product(api, "U-PART")
    await set_units(api, kit, CS="4", BX="2")
    await counted(api, "U-PART", TODAY, component=1, product_code="U-KIT", unit="CS")
    alias = new_id()
    world, names = api.world, ("Acme", "Dist One")
    await world.add(
        "alias",
        vendor_id=world.vendors["Acme"],
        id=alias,
        agreement_id=world.agreements[names],
        distributor_id=world.parties[names],
        kind="PRODUCT",
        code="THEIR-KIT",
        product_id=world.products["Acme", "U-KIT"],
        confirmed_by="Ada",
        confirmed_at=NOW,
    )
    await counted(api, "U-PART", TODAY, component=1, product_code="THEIR-KIT", product_alias_id=alias, unit="BX")
    assert told(await set_units(api, kit, CS="5", BX="3", PAL="9")) == {
        ("input.units.0.factor", "ALREADY_COUNTED"),
        ("input.units.1.factor", "ALREADY_COUNTED"),
    }


async def test_the_same_key_sets_units_once_and_another_input_under_it_is_refused(api: Api) -> None:
    cable, other, caller = await product(api, "U-KEY"), await product(api, "U-KEY-2"), await api.vendor()
    given = {"productId": cable, "units": [{"unit": "CS", "factor": "12"}], "idempotencyKey": uuid4().hex}
    twins = await asyncio.gather(*(caller.act(UNITS, **given) for _ in range(4)))
    assert all(twin == twins[0] and twin["userErrors"] == [] for twin in twins)
    await set_units(api, cable, CS="10")
    before = await written(api)
    assert (await caller.act(UNITS, **given))["product"]["units"] == [{"unit": "CS", "factor": "10"}]
    assert told(await caller.act(UNITS, **{**given, "productId": other})) == {
        ("input.idempotencyKey", "IDEMPOTENCY_KEY_REUSED")
    }
    assert await written(api) == before


async def test_a_kit_is_made_of_its_parts_from_a_day_on_and_everybody_in_the_network_sees_it(api: Api) -> None:
    kit, one, two = [await product(api, sku) for sku in ("K-1", "K-1-A", "K-1-B")]
    first, second, third = date(2026, 1, 1), date(2026, 4, 1), TODAY + timedelta(days=90)
    assert told(await set_bill(api, kit, first, {two: "2", one: "0.5"})) == set()
    assert told(await set_bill(api, kit, second, {one: "3"})) == set()
    payload = await set_bill(api, kit, third, {})
    assert payload["userErrors"] == []
    assert payload["product"]["components"] == [
        {
            "product": {"id": one, "sku": "K-1-A"},
            "quantity": "3",
            "effective": {"start": "2026-04-01", "end": third.isoformat()},
        }
    ]
    before_first, day = first - timedelta(days=1), timedelta(days=1)
    for caller in (await api.vendor(), await api.distributor("Dist Two"), await api.reseller()):
        assert await parts(caller, kit, before_first) == []
        assert await parts(caller, kit, first) == [("K-1-B", "2"), ("K-1-A", "0.5")]
        assert await parts(caller, kit, second - day) == [("K-1-B", "2"), ("K-1-A", "0.5")]
        assert await parts(caller, kit, second) == await parts(caller, kit) == [("K-1-A", "3")]
        assert await parts(caller, kit, third - day) == [("K-1-A", "3")]
        assert await parts(caller, kit, third) == []
    assert (await (await api.vendor("Borealis")).ask(SEEN, id=kit))["node"] is None
    assert told(await set_bill(api, kit, third + day, {two: "1"})) == set()
    assert await parts(await api.vendor(), kit, third) == []


async def test_a_list_that_stands_is_left_and_one_before_it_overlaps(api: Api) -> None:
    kit, one = await product(api, "K-2"), await product(api, "K-2-A")
    assert told(await set_bill(api, kit, TODAY, {one: "1"})) == set()
    events = await api.world.connection.fetchval("SELECT count(*) FROM audit_event")
    assert told(await set_bill(api, kit, TODAY, {one: "1.000"})) == set()
    assert await api.world.connection.fetchval("SELECT count(*) FROM audit_event") == events
    before = await written(api)
    for start, given in ((TODAY, {one: "2"}), (TODAY, {}), (TODAY - timedelta(days=1), {one: "1"})):
        payload = await set_bill(api, kit, start, given)
        assert told(payload) == {("input.effectiveFrom", "OVERLAP")}
        assert str(TODAY) in payload["userErrors"][0]["message"]
    assert await written(api) == before


async def test_every_problem_of_components_is_told_at_once_and_nothing_is_written(api: Api) -> None:
    kit, inner, one, foreign = (
        await product(api, "K-3"),
        await product(api, "K-3-KIT"),
        await product(api, "K-3-A"),
        await product(api, "K-3", "Borealis"),
    )
    await set_bill(api, inner, TODAY, {one: "1"})
    before = await written(api)
    nobody = global_id("Product", Key(api.world.vendors["Acme"], new_id()))
    given = [
        {"productId": one, "quantity": "0"},
        {"productId": one, "quantity": "1.0005"},
        {"productId": kit, "quantity": "1"},
        {"productId": inner, "quantity": "-1"},
        {"productId": foreign, "quantity": "1"},
        {"productId": nobody, "quantity": "1"},
        {"productId": "nonsense", "quantity": "1"},
    ]
    payload = await (await api.vendor()).act(
        BILL, productId=kit, effectiveFrom="2026-01-01", components=given, idempotencyKey=uuid4().hex
    )
    assert told(payload) == {
        ("input.components.0.quantity", "INVALID"),
        ("input.components.1.productId", "INVALID"),
        ("input.components.1.quantity", "INVALID"),
        ("input.components.2.productId", "INVALID"),
        ("input.components.3.productId", "INVALID"),
        ("input.components.3.quantity", "INVALID"),
        ("input.components.4.productId", "NOT_FOUND"),
        ("input.components.5.productId", "NOT_FOUND"),
        ("input.components.6.productId", "NOT_FOUND"),
    }
    assert payload["product"] is None
    assert told(await set_bill(api, kit, TODAY, {})) == {("input.components", "REQUIRED")}
    many = [{"productId": one, "quantity": "1"}] * 101
    payload = await (await api.vendor()).act(
        BILL, productId=kit, effectiveFrom="2026-01-01", components=many, idempotencyKey=uuid4().hex
    )
    assert told(payload) == {("input.components", "INVALID")}
    assert await written(api) == before


async def test_no_kit_stands_inside_a_kit_on_any_day(api: Api) -> None:
    outer, kit, one = [await product(api, sku) for sku in ("K-4-OUTER", "K-4", "K-4-A")]
    later = TODAY + timedelta(days=10)
    await set_bill(api, outer, TODAY, {kit: "1"})
    payload = await set_bill(api, kit, later, {one: "1"})
    assert told(payload) == {("input.productId", "INVALID")}
    assert "K-4-OUTER" in payload["userErrors"][0]["message"]
    assert told(await set_bill(api, outer, later, {})) == set()
    assert told(await set_bill(api, kit, later - timedelta(days=1), {one: "1"})) == {("input.productId", "INVALID")}
    assert told(await set_bill(api, kit, later, {one: "1"})) == set()
    assert told(await set_bill(api, outer, later + timedelta(days=1), {kit: "1"})) == {
        ("input.components.0.productId", "INVALID")
    }


async def test_what_a_kit_is_made_of_never_changes_under_lines_that_were_counted(api: Api) -> None:
    kit, one, two = [await product(api, sku) for sku in ("K-5", "K-5-A", "K-5-B")]
    day = timedelta(days=1)
    await counted(api, "K-5", TODAY - 20 * day)
    payload = await set_bill(api, kit, TODAY - 20 * day, {one: "1"})
    assert told(payload) == {("input.effectiveFrom", "ALREADY_COUNTED")}
    assert str(TODAY - 20 * day) in payload["userErrors"][0]["message"]
    assert told(await set_bill(api, kit, TODAY - 19 * day, {one: "1"})) == set()
    await counted(api, "K-5-A", TODAY - 10 * day, component=1, product_code="K-5", counts_on=TODAY)
    await counted(api, "K-5-A", TODAY - 5 * day)
    await counted(api, "K-5-A", TODAY - 4 * day, component=1, product_code="K-5", replaced=3, superseded=3)
    before = await written(api)
    for given in ({two: "1"}, {}):
        assert told(await set_bill(api, kit, TODAY - 10 * day, given)) == {("input.effectiveFrom", "ALREADY_COUNTED")}
    assert await written(api) == before
    assert told(await set_bill(api, kit, TODAY - 9 * day, {two: "1"})) == set()
    assert await parts(await api.vendor(), kit, TODAY - 10 * day) == [("K-5-A", "1")]


async def test_two_acts_at_once_never_give_a_kit_two_lists_for_one_day(api: Api) -> None:
    kit, one, two = [await product(api, sku) for sku in ("K-6", "K-6-A", "K-6-B")]
    answers = await asyncio.gather(*(set_bill(api, kit, TODAY, {each: "1"}) for each in (one, two, one, two)))
    codes = sorted(code for answer in answers for _, code in told(answer))
    assert codes == ["OVERLAP", "OVERLAP"]
    assert len(await parts(await api.vendor(), kit)) == 1


async def test_only_those_who_manage_products_of_their_own_network_set_units_and_kits(api: Api) -> None:
    mine, foreign = await product(api, "W-1"), await product(api, "W-1", "Borealis")
    before = await written(api)
    for document, changed in (
        (UNITS, {"units": [{"unit": "CS", "factor": "1"}]}),
        (BILL, {"effectiveFrom": "2026-01-01", "components": []}),
    ):
        for caller in (
            await api.vendor(role=Role.VENDOR_ANALYST),
            await api.vendor(role=Role.VENDOR_FINANCE),
            await api.distributor(),
            await api.reseller(),
        ):
            answer = await caller.raw(document, input={"productId": mine, "idempotencyKey": "k", **changed})
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        for unknown in (foreign, global_id("Product", Key(api.world.vendors["Acme"], new_id())), "nonsense", ""):
            payload = await (await api.vendor()).act(document, productId=unknown, idempotencyKey=uuid4().hex, **changed)
            assert told(payload) == {("input.productId", "NOT_FOUND")}
    assert await written(api) == before
