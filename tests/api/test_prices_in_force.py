"""Prices by tier: what a unit costs a distributor on a day, and what the vendor invoiced otherwise."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from app.access.roles import Role
from app.programme.spans import Span
from app.programme.terms import VolumePeriod
from app.programme.tiers import volume_period
from tests.api.conftest import Api
from tests.api.partners_kit import nodes, once
from tests.api.volume_kit import (
    ISSUES,
    Q1,
    Q2,
    Q3,
    TIERS,
    TODAY,
    bought,
    deviations,
    forget,
    price,
    product,
    tiered,
)
from tests.world import END, START


@pytest.fixture
async def agreement(api: Api) -> str:
    found = await tiered(api)
    await forget(api)
    return found


# ----------------------------------------------------------------------------------------------------- prices


async def test_the_attained_tier_sets_the_price_from_the_next_day_and_carries_into_the_next_period(
    api: Api, agreement: str
) -> None:
    await bought(api, "V-1,1,2025-01-10,DRIVE-1,12,100,EUR", "V-1,2,2025-03-01,SWITCH-1,25,40,EUR")
    caller, drive = await api.distributor(), product(api)
    for day, amount, tier in (
        (date(2025, 1, 10), "100", None),
        (date(2025, 1, 11), "95", "Silver"),
        (date(2025, 3, 2), "95", "Gold"),
        (date(2025, 4, 1), "95", "Gold"),
        (date(2025, 6, 30), "95", "Gold"),
        (date(2025, 7, 1), "100", None),
    ):
        found = await price(caller, agreement, day, drive)
        assert (found["price"]["amount"], (found["tier"] or {}).get("name")) == (amount, tier), day
        assert found == await price(await api.vendor(), agreement, day, drive, "vendor")
    await bought(api, "V-2,1,2025-02-01,DRIVE-2,12,250,EUR")
    found = await price(caller, agreement, date(2025, 3, 2), drive)
    assert (found["tier"]["name"], found["discount"], found["price"]["amount"]) == ("Platinum", "0.123456", "87.6544")
    returned = await bought(api, "V-3,1,2025-03-05,DRIVE-2,-20,250,EUR")
    assert (await price(caller, agreement, date(2025, 3, 5), drive))["tier"]["name"] == "Platinum"
    assert (await price(caller, agreement, date(2025, 3, 6), drive))["tier"] is None, returned


async def test_a_price_in_force_has_six_decimals_half_away_from_zero(api: Api, agreement: str) -> None:
    world = api.world
    await world.connection.execute("UPDATE volume_tier SET discount = 100000 WHERE rank = 1 AND name = 'Silver'")
    made = await world.product("Acme", "TINY-1", 0)
    await world.connection.execute("UPDATE book_price SET price = 5 WHERE product_id = $1", made)
    await bought(api, "V-4,1,2025-01-10,DRIVE-1,12,100,EUR")
    found = await price(await api.distributor(), agreement, date(2025, 1, 11), product(api, "TINY-1"))
    assert (found["bookPrice"]["amount"], found["price"]["amount"]) == ("0.000005", "0.000005"), "0.0000045"
    await world.connection.execute("UPDATE volume_tier SET discount = 50000 WHERE rank = 1 AND name = 'Silver'")


async def test_the_price_list_is_paged_and_says_the_same_as_each_product(api: Api, agreement: str) -> None:
    await bought(api, "V-5,1,2025-01-10,DRIVE-1,12,100,EUR")
    caller, day = await api.distributor(), "2025-02-01"
    first = (await caller.ask("distributor/prices_in_force.graphql", agreement=agreement, onDay=day, first=2))["node"][
        "prices"
    ]
    rest = (
        await caller.ask(
            "distributor/prices_in_force.graphql",
            agreement=agreement,
            onDay=day,
            first=50,
            after=first["pageInfo"]["endCursor"],
        )
    )["node"]["prices"]
    every = nodes(first) + nodes(rest)
    assert first["totalCount"] == len(every) and first["pageInfo"]["hasNextPage"]
    assert [each["product"]["sku"] for each in every] == sorted(each["product"]["sku"] for each in every)
    for each in every:
        own = await price(caller, agreement, date(2025, 2, 1), each["product"]["id"])
        assert {**own} == {name: value for name, value in each.items() if name != "product"}
    outside = await caller.ask("distributor/prices_in_force.graphql", agreement=agreement, onDay="2023-12-31", first=5)
    assert outside["node"]["prices"]["totalCount"] == 0
    assert await price(caller, agreement, date(2023, 12, 31), product(api)) is None


async def test_a_book_price_that_is_not_announced_sets_no_price_in_force_for_the_distributor(
    api: Api, agreement: str
) -> None:
    world, begins = api.world, TODAY + timedelta(days=20)
    await world.product("Acme", "LATER-1", 50)
    later = product(api, "LATER-1")
    given = {"productId": later, "currency": "EUR", "price": "40", "effectiveFrom": begins.isoformat()}
    given["announcedAt"] = (datetime.now(UTC) + timedelta(days=10)).isoformat()
    payload = await (await api.vendor()).act("vendor/set_prices.graphql", prices=[given], idempotencyKey=once())
    assert payload["userErrors"] == []
    assert (await price(await api.vendor(), agreement, begins, later, "vendor"))["bookPrice"]["amount"] == "40"
    caller = await api.distributor()
    assert (await price(caller, agreement, begins, later))["bookPrice"]["amount"] == "50"
    listed = await caller.ask(
        "distributor/prices_in_force.graphql", agreement=agreement, onDay=begins.isoformat(), first=50
    )
    (own,) = [each for each in nodes(listed["node"]["prices"]) if each["product"]["id"] == later]
    assert own["price"]["amount"] == "50"


async def test_lines_priced_otherwise_are_warned_of_and_listed_and_a_minor_unit_is_not(
    api: Api, agreement: str
) -> None:
    report = await bought(
        api,
        "W-1,1,2025-01-10,DRIVE-1,12,100,EUR",
        "W-1,2,2025-01-10,DRIVE-1,1,95,EUR",
        "W-1,3,2025-01-11,DRIVE-1,1,95,EUR",
        "W-1,4,2025-02-01,DRIVE-1,3,100,EUR",
        "W-1,5,2025-02-01,DRIVE-1,1,95.01,EUR",
        "W-1,6,2025-02-01,DRIVE-1,2,95.01,EUR",
        "W-1,7,2025-02-01,DRIVE-1,-3,100,EUR",
        "W-1,8,2025-02-02,DRIVE-1,5,80,USD",
    )
    found = (await (await api.vendor()).ask(ISSUES, id=report))["node"]["issues"]
    told = [
        (each["row"], each["field"], each["value"]) for each in nodes(found) if each["code"] == "PRICE_NOT_IN_FORCE"
    ]
    assert told == [(2, "unit_price", "95"), (4, "unit_price", "100"), (6, "unit_price", "95.01")]
    finance = await api.vendor(role=Role.VENDOR_FINANCE)
    listed = await deviations(finance, agreement, Q1, Q2)
    assert [
        (each["line"]["documentLine"], each["price"]["amount"], each["discount"], each["difference"]["amount"])
        for each in sorted(listed, key=lambda each: str(each["line"]["documentLine"]))
    ] == [("2", "100", "0", "-5"), ("4", "95", "0.05", "15"), ("6", "95", "0.05", "0.02")]
    assert listed == await deviations(await api.distributor(), agreement, Q1, Q2, "distributor")
    assert await deviations(finance, agreement, Q2, Q3) == []
    page = await finance.ask(
        "vendor/price_deviations.graphql",
        agreement=agreement,
        period={"start": "2025-01-01", "end": "2025-04-01"},
        first=2,
    )
    after = page["node"]["priceDeviations"]["pageInfo"]["endCursor"]
    rest = await finance.ask(
        "vendor/price_deviations.graphql",
        agreement=agreement,
        period={"start": "2025-01-01", "end": "2025-04-01"},
        first=2,
        after=after,
    )
    assert nodes(page["node"]["priceDeviations"]) + nodes(rest["node"]["priceDeviations"]) == listed


async def test_where_no_tier_has_a_discount_no_price_is_checked(api: Api, agreement: str) -> None:
    report = await bought(api, "N-1,1,2025-01-10,DRIVE-1,1,1,EUR", distributor="Dist Two")
    found = (await (await api.vendor()).ask(ISSUES, id=report))["node"]["issues"]
    assert "PRICE_NOT_IN_FORCE" not in {each["code"] for each in nodes(found)}
    other = api.world.agreement_gid("Acme", "Dist Two")
    assert await deviations(await api.vendor(role=Role.VENDOR_FINANCE), other, Q1, Q2) == []


async def test_deviations_are_those_that_a_plain_walk_through_the_days_finds(api: Api, agreement: str) -> None:
    days = [date(2025, 1, 1) + timedelta(days=7 * n) for n in range(39)]
    lines = [(day, (n * 7) % 13 + 1, (10_000, 9_500, 8_765, 9_501)[n % 4]) for n, day in enumerate(days)]
    await bought(api, *(f"P-{n},1,{day},DRIVE-1,{q},{p / 100},EUR" for n, (day, q, p) in enumerate(lines)))
    amounts: dict[date, int] = {day: q * p for day, q, p in lines}

    def attained(start: date, until: date) -> int:
        total = sum(amount for day, amount in amounts.items() if start <= day < until)
        return sum(total >= threshold * 100 for _, threshold, _ in TIERS)

    expected = set()
    for n, (day, quantity, cents) in enumerate(lines):
        now = volume_period(VolumePeriod.QUARTER, day, Span(START, END))
        before = volume_period(VolumePeriod.QUARTER, now.start - timedelta(days=1), Span(START, END))
        rank = max(attained(now.start, day), attained(before.start, before.end))
        discount = (0, 50_000, 50_000, 123_456)[rank]
        if abs(quantity * (Fraction(cents) - Fraction(10_000 * (10**6 - discount), 10**6))) > 1:
            expected.add(f"P-{n}")
    found = await deviations(await api.vendor(role=Role.VENDOR_FINANCE), agreement, Q1, date(2026, 1, 1))
    assert {each["line"]["documentNumber"] for each in found} == expected and 10 < len(expected) < 39
