"""Products and the price book: who sets them, who sees which price from when, and what is refused."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.store.identity import new_id
from tests.api.conftest import Api, Caller

CREATE, SET = "vendor/create_products.graphql", "vendor/set_prices.graphql"
TODAY = datetime.now(UTC).date()


def product(sku: str, **changed: Any) -> dict[str, Any]:
    return {"sku": sku, "name": f"Product {sku}", "family": "Cables", "baseUnit": "EA", **changed}


async def made(api: Api, *skus: str, vendor: str = "Acme") -> list[str]:
    """New products' ids."""
    caller = await api.vendor(vendor)
    payload = await caller.act(CREATE, products=[product(sku) for sku in skus], idempotencyKey=uuid4().hex)
    assert payload["userErrors"] == []
    return [each["id"] for each in payload["products"]]


def price(product_id: str, amount: str, start: date, **changed: Any) -> dict[str, Any]:
    return {"productId": product_id, "currency": "EUR", "price": amount, "effectiveFrom": start.isoformat(), **changed}


async def set_prices(api: Api, *prices: dict[str, Any]) -> dict[str, Any]:
    return await (await api.vendor()).act(SET, prices=list(prices), idempotencyKey=uuid4().hex)


def told(payload: dict[str, Any]) -> set[tuple[str, str]]:
    """Where something is wrong, and with which code."""
    return {(".".join(error["field"]), error["code"]) for error in payload["userErrors"]}


async def written(api: Api) -> tuple[int, ...]:
    """How much of a catalogue there is, and of what is remembered of acts."""
    tables = ("product", "book_price", "audit_event", "remembered_result")
    return tuple([await api.world.connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables])


async def seen(caller: Caller, product_id: str, on: date) -> dict[str, Any]:
    """A product's prices and its price on a day, as somebody sees them."""
    found = await caller.ask(
        "query($id: ID!, $on: Date) { node(id: $id) { ... on Product { wholesalePrice(currency: EUR, onDate: $on) { amount }"
        " prices(first: 9) { totalCount edges { node { price { amount } effective { start end } } } } } } }".replace(
            "currency: EUR", 'currency: "EUR"'
        ),
        id=product_id,
        on=on.isoformat(),
    )
    node = found["node"]
    edges = [edge["node"] for edge in node["prices"]["edges"]]
    assert node["prices"]["totalCount"] == len(edges)
    return {
        "on": node["wholesalePrice"] and node["wholesalePrice"]["amount"],
        "prices": [(each["price"]["amount"], each["effective"]["start"], each["effective"]["end"]) for each in edges],
    }


async def test_a_vendor_adds_products_and_everybody_in_the_network_finds_them(api: Api) -> None:
    caller = await api.vendor()
    given = [
        product("CBL-1", gtin=" 4006381333931 ", introducedOn="2025-03-01"),
        product("CBL-2", name="  Ünder cable  "),
    ]
    payload = await caller.act(CREATE, products=given, idempotencyKey=uuid4().hex)
    assert payload["userErrors"] == []
    first, second = payload["products"]
    assert first == {
        "id": first["id"],
        "sku": "CBL-1",
        "gtin": "4006381333931",
        "name": "Product CBL-1",
        "family": "Cables",
        "baseUnit": "EA",
        "introducedOn": "2025-03-01",
    }
    assert (second["name"], second["gtin"], second["introducedOn"]) == ("Ünder cable", None, TODAY.isoformat())
    acme = global_id("Vendor", Key(api.world.vendors["Acme"], api.world.vendors["Acme"]))
    for reader in (await api.distributor(), await api.reseller()):
        for search, skus in (("cbl-", ["CBL-1", "CBL-2"]), ("ünd", ["CBL-2"]), ("BL-", []), ("%", []), ("\0", [])):
            found = await reader.ask(
                "reseller/products.graphql", vendorId=acme, filter={"search": search, "family": "Cables"}, first=1
            )
            products = found["node"]["products"]
            assert products["totalCount"] == len(skus)
            assert [edge["node"]["sku"] for edge in products["edges"]] == skus[:1]
            assert products["pageInfo"]["hasNextPage"] is (len(skus) > 1)


async def test_the_same_key_gives_the_same_products_and_another_input_under_it_is_refused(api: Api) -> None:
    caller, key = await api.vendor(), uuid4().hex
    given = {"products": [product("KEY-1")], "idempotencyKey": key}
    twins = await asyncio.gather(*(caller.act(CREATE, **given) for _ in range(4)))
    assert all(twin == twins[0] and twin["userErrors"] == [] for twin in twins)
    before = await written(api)
    other = await caller.act(CREATE, products=[product("KEY-2")], idempotencyKey=key)
    assert told(other) == {("input.idempotencyKey", "IDEMPOTENCY_KEY_REUSED")}
    assert other["products"] is None
    assert await written(api) == before


async def test_every_problem_of_every_product_is_told_at_once_and_nothing_is_written(api: Api) -> None:
    await made(api, "HELD-1")
    before = await written(api)
    payload = await (await api.vendor()).act(
        CREATE,
        products=[
            product("GOOD-1"),
            product(" ", name="two\nlines", family="x" * 201, baseUnit=""),
            product("HELD-1", gtin="4006381333930"),
            product("TWICE", gtin="96385074"),
            product("TWICE", gtin="96385074"),
            product("nul\0", name="Nul"),
        ],
        idempotencyKey=uuid4().hex,
    )
    assert told(payload) == {
        ("input.products.1.sku", "REQUIRED"),
        ("input.products.1.name", "INVALID"),
        ("input.products.1.family", "INVALID"),
        ("input.products.1.baseUnit", "REQUIRED"),
        ("input.products.2.sku", "TAKEN"),
        ("input.products.2.gtin", "INVALID"),
        ("input.products.4.sku", "TAKEN"),
        ("input.products.4.gtin", "TAKEN"),
        ("input.products.5.sku", "INVALID"),
    }
    assert payload["products"] is None
    assert await written(api) == before


async def test_two_acts_at_once_never_give_one_sku_twice(api: Api) -> None:
    caller = await api.vendor()
    answers = await asyncio.gather(
        *(caller.act(CREATE, products=[product("RACE-1")], idempotencyKey=uuid4().hex) for _ in range(4))
    )
    assert sorted(len(answer["userErrors"]) for answer in answers) == [0, 1, 1, 1]
    assert {code for answer in answers for _, code in told(answer)} == {"TAKEN"}


@pytest.mark.parametrize("vendor", ["Acme", "Borealis"])
async def test_another_vendor_s_skus_are_nobody_s_business(api: Api, vendor: str) -> None:
    assert len(await made(api, "SAME-SKU", vendor=vendor)) == 1


async def test_1_to_250_rows_fit_in_one_act(api: Api) -> None:
    caller = await api.vendor()
    (held,) = await made(api, "MANY")
    before = await written(api)
    for document, name, row in ((CREATE, "products", product("X")), (SET, "prices", price(held, "1", TODAY))):
        for number, code in ((0, "REQUIRED"), (251, "INVALID")):
            payload = await caller.act(document, **{name: [row] * number, "idempotencyKey": uuid4().hex})
            assert told(payload) == {(f"input.{name}", code)}
    assert await written(api) == before
    payload = await caller.act(CREATE, products=[product(f"MANY-{n}") for n in range(250)], idempotencyKey=uuid4().hex)
    assert [each["sku"] for each in payload["products"]] == [f"MANY-{n}" for n in range(250)]


async def test_a_new_price_ends_the_one_before_it(api: Api) -> None:
    (held,) = await made(api, "PRICED-1")
    assert (await set_prices(api, price(held, "100", date(2025, 1, 1))))["userErrors"] == []
    payload = await set_prices(
        api,
        price(held, "89.123456", date(2025, 9, 1)),
        price(held, "90", date(2025, 6, 1)),
        price(held, "7", date(2025, 6, 1), currency="USD"),
    )
    assert payload["userErrors"] == []
    assert [each["sku"] for each in payload["products"]] == ["PRICED-1"]
    found = await seen(await api.distributor(), held, date(2025, 8, 31))
    assert found == {
        "on": "90",
        "prices": [
            ("100", "2025-01-01", "2025-06-01"),
            ("90", "2025-06-01", "2025-09-01"),
            ("89.123456", "2025-09-01", None),
            ("7", "2025-06-01", None),
        ],
    }
    for day, amount in ((date(2024, 12, 31), None), (date(2025, 1, 1), "100"), (date(2025, 9, 1), "89.123456")):
        assert (await seen(await api.distributor(), held, day))["on"] == amount
    events = await api.world.connection.fetch(
        "SELECT act, before, after FROM audit_event WHERE subject = $1 AND act = 'setPrices' ORDER BY id", held
    )
    befores = [event["before"] for event in events if event["before"] is not None]
    assert len(events) == 3, "one for each product and currency of each act"
    assert len(befores) == 1 and '"effectiveFrom": "2025-01-01"' in befores[0]


async def test_a_price_before_another_is_refused_unless_it_stands_there_already(api: Api) -> None:
    (held,) = await made(api, "PRICED-2")
    standing = price(held, "100", date(2025, 6, 1))
    assert (await set_prices(api, standing))["userErrors"] == []
    before = await written(api)
    payload = await set_prices(
        api,
        price(held, "90", date(2025, 5, 31)),
        price(held, "90", date(2025, 6, 1)),
        price(held, "80", date(2025, 7, 1)),
        price(held, "80.1", date(2025, 7, 1)),
    )
    assert told(payload) == {(f"input.prices.{place}.effectiveFrom", "OVERLAP") for place in (0, 1, 3)}
    assert await written(api) == before
    again = await set_prices(api, standing)
    assert again["userErrors"] == []
    assert (await written(api))[:3] == before[:3], "nothing was changed, and no change was recorded"


async def test_a_price_that_would_reach_back_behind_counted_sales_is_refused(api: Api) -> None:
    old, new = await made(api, "COUNTED-1", "COUNTED-2")
    assert (await set_prices(api, price(old, "100", date(2025, 1, 1))))["userErrors"] == []
    world = api.world
    for sku, currency in (("COUNTED-1", "EUR"), ("COUNTED-2", "")):
        await world.add(
            "sell_through_day",
            vendor_id=world.vendors["Acme"],
            day=date(2025, 5, 20),
            distributor_id=world.parties["Acme", "Dist One"],
            product_id=await world.connection.fetchval("SELECT id FROM product WHERE sku = $1", sku),
            currency="EUR",
            book_currency=currency,
            units=1000,
            returned_units=0,
            lines=1,
            resale_amount=0,
            disclosed_resale_amount=0,
            book_amount=0,
        )
    before = await written(api)
    payload = await set_prices(api, price(old, "90", date(2025, 5, 20)), price(new, "90", date(2025, 5, 1)))
    assert told(payload) == {("input.prices.0.effectiveFrom", "INVALID")}
    assert "book values of counted lines stay" in payload["userErrors"][0]["message"]
    assert "after 2025-05-20" in payload["userErrors"][0]["message"]
    assert await written(api) == before
    payload = await set_prices(
        api,
        price(old, "90", date(2025, 5, 21)),
        price(old, "5", date(2025, 1, 1), currency="USD"),
        price(new, "90", date(2025, 5, 1)),
    )
    assert payload["userErrors"] == [], "a later day, another currency, and a first price are free"


async def test_every_problem_of_every_price_is_told_at_once_and_nothing_is_written(api: Api) -> None:
    (held,) = await made(api, "PRICED-3")
    foreign = global_id("Product", Key(api.world.vendors["Borealis"], api.world.products["Borealis", "DRIVE-1"]))
    claimed = global_id("Product", Key(api.world.vendors["Acme"], api.world.products["Borealis", "DRIVE-1"]))
    unknown = global_id("Product", Key(api.world.vendors["Acme"], new_id()))
    tomorrow = TODAY + timedelta(days=1)
    before = await written(api)
    payload = await set_prices(
        api,
        *(price(each, "1", tomorrow) for each in (foreign, claimed, unknown, "no id")),
        price(held, "1.0000001", tomorrow),
        price(held, "1.000000000000000000000000000000000001", tomorrow),
        price(held, "-0.01", tomorrow),
        price(held, "100000000000.000001", tomorrow),
        price(held, "1", tomorrow, currency="XXX"),
        price(held, "1", tomorrow, announcedAt=(datetime.now(UTC) + timedelta(days=3)).isoformat()),
        price(held, "1", tomorrow, announcedAt="0001-01-01T00:00:00+14:00"),
        price(held, "1", tomorrow),
    )
    not_found = [error["message"] for error in payload["userErrors"] if error["code"] == "NOT_FOUND"]
    assert len(not_found) == 4 and len(set(not_found)) == 1, "the same answer as for an id that never was"
    assert told(payload) == {
        *((f"input.prices.{place}.productId", "NOT_FOUND") for place in range(4)),
        *((f"input.prices.{place}.price", "INVALID") for place in range(4, 8)),
        ("input.prices.8.currency", "INVALID"),
        *((f"input.prices.{place}.announcedAt", "INVALID") for place in (9, 10)),
    }
    assert await written(api) == before


async def test_nothing_tells_a_distributor_of_a_price_before_it_is_announced(api: Api) -> None:
    (held,) = await made(api, "SECRET-1")
    begins, announced = TODAY + timedelta(days=60), datetime.now(UTC) + timedelta(days=30)
    now_known = [("100", "2025-01-01", None)]
    await set_prices(api, price(held, "100", date(2025, 1, 1)))
    assert (await set_prices(api, price(held, "50", begins, announcedAt=announced.isoformat())))["userErrors"] == []
    for caller in (await api.distributor(), await api.distributor("Dist Two", Role.DISTRIBUTOR_VIEWER)):
        assert await seen(caller, held, begins) == {"on": "100", "prices": now_known}
    vendor_sees = [("100", "2025-01-01", begins.isoformat()), ("50", begins.isoformat(), None)]
    assert await seen(await api.vendor(), held, begins) == {"on": "50", "prices": vendor_sees}
    await api.world.connection.execute("UPDATE book_price SET announced_at = now() WHERE announced_at > now()")
    assert await seen(await api.distributor(), held, begins) == {"on": "50", "prices": vendor_sees}


async def test_prices_never_reach_a_reseller(api: Api) -> None:
    drive = global_id("Product", Key(api.world.vendors["Acme"], api.world.products["Acme", "DRIVE-1"]))
    caller = await api.reseller()
    assert (await caller.ask("query($id: ID!) { node(id: $id) { ... on Product { sku } } }", id=drive))["node"] == {
        "sku": "DRIVE-1"
    }
    for field in ('wholesalePrice(currency: "EUR") { amount }', "prices(first: 1) { totalCount }"):
        answer = await caller.raw(f"query($id: ID!) {{ node(id: $id) {{ ... on Product {{ {field} }} }} }}", id=drive)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
        assert "100" not in str(answer.get("data"))


@pytest.mark.parametrize("document", [CREATE, SET])
async def test_only_who_may_manage_a_catalogue_changes_it(api: Api, document: str) -> None:
    drive = global_id("Product", Key(api.world.vendors["Acme"], api.world.products["Acme", "DRIVE-1"]))
    rows = {"products": [product("NO")]} if document == CREATE else {"prices": [price(drive, "1", TODAY)]}
    before = await written(api)
    for caller in (await api.vendor(role=Role.VENDOR_ANALYST), await api.distributor(), await api.reseller()):
        answer = await caller.raw(document, input={**rows, "idempotencyKey": uuid4().hex})
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    assert await written(api) == before


async def test_a_network_s_catalogue_does_not_exist_for_others(api: Api) -> None:
    borealis = api.world.vendors["Borealis"]
    drive = global_id("Product", Key(borealis, api.world.products["Borealis", "DRIVE-1"]))
    document = "query($id: ID!) { node(id: $id) { ... on Product { sku } } }"
    assert (await (await api.distributor("Dist One")).ask(document, id=drive))["node"] == {"sku": "DRIVE-1"}
    for caller in (await api.vendor("Acme"), await api.distributor("Dist Two"), await api.reseller("Reseller Two")):
        assert (await caller.ask(document, id=drive))["node"] is None


async def test_a_price_list_is_read_as_the_portal_reads_it(api: Api) -> None:
    acme = global_id("Vendor", Key(api.world.vendors["Acme"], api.world.vendors["Acme"]))
    found = await (await api.distributor()).ask(
        "distributor/price_list.graphql", vendorId=acme, currency="EUR", filter={"family": "Drives"}, first=2
    )
    products = [edge["node"] for edge in found["node"]["products"]["edges"]]
    assert [(each["sku"], each["wholesalePrice"]["amount"]) for each in products] == [
        ("DRIVE-1", "100"),
        ("DRIVE-2", "250"),
    ]
    whole = await (await api.vendor()).ask(
        "vendor/products.graphql", currency="EUR", onDate="2026-02-01", filter={"family": "Switches"}, first=250
    )
    (edge,) = whole["viewer"]["vendor"]["products"]["edges"]
    assert (edge["node"]["sku"], edge["node"]["wholesalePrice"]["amount"]) == ("SWITCH-1", "40")
    assert edge["node"]["prices"]["edges"][0]["node"]["effective"] == {"start": "2024-01-01", "end": None}
