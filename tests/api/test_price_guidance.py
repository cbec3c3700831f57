"""Recommended prices and floors of advertised prices: who sets them, and who sees them from when."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.api.partners_kit import nodes, once

PRICES, FLOORS = "vendor/set_recommended_prices.graphql", "vendor/set_advertised_price_floors.graphql"
READ = {
    "vendor": "vendor/price_guidance.graphql",
    "distributor": "distributor/price_guidance.graphql",
    "reseller": "reseller/price_guidance.graphql",
}
TODAY = datetime.now(UTC).date()


async def made(api: Api) -> str:
    """A new product's id."""
    sku = f"G-{once()[:8]}"
    await api.world.product("Acme", sku)
    return global_id("Product", Key(api.world.vendors["Acme"], api.world.products["Acme", sku]))


def price(product: str, amount: str, start: date, **changed: Any) -> dict[str, Any]:
    return {"productId": product, "currency": "EUR", "price": amount, "effectiveFrom": start.isoformat(), **changed}


def floor(product: str, amount: str | None, start: date, country: str = "US", **changed: Any) -> dict[str, Any]:
    return {**price(product, "0", start, currency="USD"), "price": amount, "country": country, **changed}


async def recommend(api: Api, *prices: dict[str, Any]) -> list[tuple[str, str]]:
    """What stood against it."""
    payload = await (await api.vendor()).act(PRICES, prices=list(prices), idempotencyKey=once())
    assert (payload["products"] is None) == bool(payload["userErrors"])
    return [(".".join(error["field"][1:]), error["code"]) for error in payload["userErrors"]]


async def restrict(api: Api, *floors: dict[str, Any]) -> list[tuple[str, str]]:
    """What stood against it."""
    payload = await (await api.vendor()).act(FLOORS, floors=list(floors), idempotencyKey=once())
    assert (payload["products"] is None) == bool(payload["userErrors"])
    return [(".".join(error["field"][1:]), error["code"]) for error in payload["userErrors"]]


async def seen(caller: Caller, level: str, product: str, **which: Any) -> tuple[list[Any], list[Any]]:
    """Recommended prices and floors, as somebody sees them."""
    node = (await caller.ask(READ[level], product=product, **which))["node"]
    for name in ("recommendedPrices", "advertisedPriceFloors"):
        assert node[name]["totalCount"] == len(node[name]["edges"])
    recommended = [
        (each["price"]["amount"], each["price"]["currency"], each["effective"]["start"], each["effective"]["end"])
        for each in nodes(node["recommendedPrices"])
    ]
    floors = [
        (each["country"], (each["price"] or {}).get("amount"), each["binding"], *each["effective"].values())
        for each in nodes(node["advertisedPriceFloors"])
    ]
    return recommended, floors


async def network(api: Api) -> list[tuple[Caller, str]]:
    return [
        (await api.distributor(), "distributor"),
        (await api.distributor("Dist Two", Role.DISTRIBUTOR_VIEWER), "distributor"),
        (await api.reseller(), "reseller"),
        (await api.reseller("Reseller Two", Role.RESELLER_VIEWER), "reseller"),
    ]


async def written(api: Api) -> list[int]:
    tables = ("recommended_price", "advertised_price_floor", "audit_event", "remembered_result")
    return [await api.world.connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]


async def test_every_level_of_the_network_sees_what_is_announced(api: Api) -> None:
    product = await made(api)
    assert (
        await recommend(
            api,
            price(product, "120.5", date(2025, 1, 1)),
            price(product, "130", date(2025, 6, 1)),
            price(product, "140", date(2025, 3, 1), currency="USD"),
        )
        == []
    )
    assert (
        await restrict(
            api,
            floor(product, "99", date(2025, 1, 1)),
            floor(product, None, date(2025, 6, 1)),
            floor(product, "88", date(2025, 1, 1), "DE", currency="EUR"),
            floor(product, "77", date(2025, 1, 1), "AT", currency="EUR", binding=True),
        )
        == []
    )
    recommended = [
        ("120.5", "EUR", "2025-01-01", "2025-06-01"),
        ("130", "EUR", "2025-06-01", None),
        ("140", "USD", "2025-03-01", None),
    ]
    floors = [
        ("AT", "77", True, "2025-01-01", None),
        ("DE", "88", False, "2025-01-01", None),
        ("US", "99", True, "2025-01-01", "2025-06-01"),
        ("US", None, False, "2025-06-01", None),
    ]
    for caller, level in [*await network(api), (await api.vendor(), "vendor")]:
        assert await seen(caller, level, product) == (recommended, floors)
        assert await seen(caller, level, product, currency="USD", country="DE") == (recommended[2:], floors[1:2])
        assert await seen(caller, level, product, currency="GBP", country="ZZ") == ([], [])


async def test_nothing_tells_anybody_of_what_is_not_announced(api: Api) -> None:
    product = await made(api)
    begins, announced = TODAY + timedelta(days=60), (datetime.now(UTC) + timedelta(days=30)).isoformat()
    assert await recommend(api, price(product, "100", date(2025, 1, 1))) == []
    assert await recommend(api, price(product, "50", begins, announcedAt=announced)) == []
    assert await restrict(api, floor(product, "90", date(2025, 1, 1))) == []
    assert await restrict(api, floor(product, "45", begins, announcedAt=announced)) == []
    now = ([("100", "EUR", "2025-01-01", None)], [("US", "90", True, "2025-01-01", None)])
    ends = begins.isoformat()
    later = (
        [("100", "EUR", "2025-01-01", ends), ("50", "EUR", ends, None)],
        [("US", "90", True, "2025-01-01", ends), ("US", "45", True, ends, None)],
    )
    for caller, level in await network(api):
        assert await seen(caller, level, product) == now
    assert await seen(await api.vendor(), "vendor", product) == later
    for table in ("recommended_price", "advertised_price_floor"):
        await api.world.connection.execute(f"UPDATE {table} SET announced_at = now() WHERE announced_at > now()")
    for caller, level in await network(api):
        assert await seen(caller, level, product) == later


async def test_another_network_sees_none_of_it(api: Api) -> None:
    product = await made(api)
    assert await recommend(api, price(product, "100", date(2025, 1, 1))) == []
    stranger = await api.vendor("Borealis")
    assert (await stranger.ask("vendor/price_guidance.graphql", product=product))["node"] is None


async def test_every_problem_is_told_at_once_and_nothing_is_written(api: Api) -> None:
    product = await made(api)
    foreign = global_id("Product", Key(api.world.vendors["Borealis"], api.world.products["Borealis", "DRIVE-1"]))
    unknown = global_id("Product", Key(api.world.vendors["Acme"], new_id()))
    tomorrow = TODAY + timedelta(days=1)
    late = {"announcedAt": (datetime.now(UTC) + timedelta(days=3)).isoformat()}
    before = await written(api)
    assert await recommend(
        api,
        *(price(each, "1", tomorrow) for each in (foreign, unknown, "no id")),
        price(product, "1.0000001", tomorrow),
        price(product, "-1", tomorrow),
        price(product, "1", tomorrow, currency="XXX"),
        price(product, "1", tomorrow, **late),
    ) == [
        ("prices.2.productId", "NOT_FOUND"),
        ("prices.0.productId", "NOT_FOUND"),
        ("prices.1.productId", "NOT_FOUND"),
        ("prices.3.price", "INVALID"),
        ("prices.4.price", "INVALID"),
        ("prices.5.currency", "INVALID"),
        ("prices.6.announcedAt", "INVALID"),
    ]
    assert await restrict(api, floor(product, "1", tomorrow, "XX"), floor(foreign, None, tomorrow)) == [
        ("floors.1.productId", "NOT_FOUND"),
        ("floors.0.country", "INVALID"),
    ]
    assert await recommend(api) == [("prices", "REQUIRED")]
    assert await restrict(api, *[floor(product, "1", tomorrow)] * 251) == [("floors", "INVALID")]
    assert await written(api) == before


async def test_each_comes_after_all_others_and_what_stands_is_left_as_it_is(api: Api) -> None:
    product = await made(api)
    standing, own = price(product, "100", date(2025, 6, 1)), floor(product, "80", date(2025, 6, 1))
    assert await recommend(api, standing) == await restrict(api, own) == []
    before = await written(api)
    assert await recommend(api, price(product, "90", date(2025, 5, 1)), price(product, "90", date(2025, 6, 1))) == [
        ("prices.0.effectiveFrom", "OVERLAP"),
        ("prices.1.effectiveFrom", "OVERLAP"),
    ]
    assert await restrict(api, floor(product, "70", date(2025, 6, 1))) == [("floors.0.effectiveFrom", "OVERLAP")]
    assert await written(api) == before
    assert await recommend(api, standing) == await restrict(api, own) == []
    assert (await written(api))[:3] == before[:3]


async def test_the_same_key_has_one_effect_and_of_twins_one_is_written(api: Api) -> None:
    product, vendor = await made(api), await api.vendor()
    given = {"prices": [price(product, "10", date(2025, 1, 1))], "idempotencyKey": once()}
    twins = await asyncio.gather(*(vendor.act(PRICES, **given) for _ in range(4)))
    assert all(each == twins[0] and each["userErrors"] == [] for each in twins)
    rivals = await asyncio.gather(*(restrict(api, floor(product, str(n), date(2025, 1, 1))) for n in range(4)))
    assert sorted(len(each) for each in rivals) == [0, 1, 1, 1]


@pytest.mark.parametrize("document", [PRICES, FLOORS])
async def test_only_who_may_manage_prices_sets_them(api: Api, document: str) -> None:
    product = await made(api)
    name, row = ("prices", price(product, "1", TODAY)) if document == PRICES else ("floors", floor(product, "1", TODAY))
    before = await written(api)
    for caller in (await api.vendor(role=Role.VENDOR_ANALYST), await api.distributor(), await api.reseller()):
        answer = await caller.raw(document, input={name: [row], "idempotencyKey": once()})
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    assert await written(api) == before
