"""Stock positions of random channels: what the graph says is what the facts and the printed rules give, on any day and as of
any moment, however they are grouped, ordered and paged."""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import strawberry

from app.execution.connections import Connection
from app.execution.identifiers import Key, global_id
from app.inventory.graph import InventoryRow, InventoryRowFilter, inventory_of_networks
from app.network.graph import Network
from app.programme.money import rounded
from app.programme.positions import InventoryDimension as By
from app.programme.positions import InventoryFinding, InventoryOrder
from app.programme.terms import Level, SupplyState
from app.store.database import Database
from tests.inventory_oracle import Position, Reckoned, Terms, agreed_upon, of_position, some_days
from tests.sales_asking import selection
from tests.sales_history import CHANGES, LAST, MOMENT, History, recorded
from tests.sales_stock import Place
from tests.world import World

NODES = selection("totalCount edges { cursor node { expected } }")
ONE_BY_ONE = [By.DISTRIBUTOR, By.PRODUCT]


@pytest.fixture(scope="module")
async def history(world: World, database: Database) -> History:
    return await recorded(world, database, seed=71)


@pytest.fixture(scope="module")
async def terms(history: History) -> Terms:
    return await agreed_upon(history, seed=71)


async def ask(history: History, vendor: str, level: Level = Level.VENDOR, **asked: Any) -> Connection[InventoryRow]:
    name = vendor if level is Level.VENDOR else "Dist One"
    request = history.request(history.actor(level, name))
    moment: datetime | None = asked.pop("as_of", None)
    network = Network(key=Key(history.world.vendors[vendor], history.world.vendors[vendor]), as_of=moment)
    given: dict[str, Any] = {"by": ONE_BY_ONE, "first": 250} | asked
    (found,) = await inventory_of_networks(request, [network], NODES, **given)
    return found


def place_of(history: History, vendor: str, row: InventoryRow) -> Place:
    assert row.distributor_key is not None and row.product_key is not None
    (distributor,) = [n for (_, n), id in history.world.parties.items() if id == row.distributor_key.id]
    (sku,) = [n for (_, n), id in history.world.products.items() if id == row.product_key.id]
    return vendor, distributor, sku


def told(position: Position) -> dict[str, Any]:
    shown = {name: getattr(position, name) for name in Position.__dataclass_fields__}
    return {name: each for name, each in shown.items() if name not in {"place", "demand"}}


async def test_each_position_is_what_the_facts_say_on_any_day_and_as_of_any_moment(
    history: History, terms: Terms
) -> None:
    seen: set[SupplyState] = set()
    found_kinds: set[InventoryFinding] = set()
    chance = random.Random(5)
    for day in some_days(chance, 12):
        for change in (None, chance.randrange(1, CHANGES + 1)):
            moment = None if change is None else MOMENT + timedelta(hours=change, minutes=1)
            for vendor in ("Acme", "Borealis"):
                page = await ask(history, vendor, on_date=day, as_of=moment)
                found = {place_of(history, vendor, edge.node): edge.node for edge in page.edges}
                expected = {
                    each.place: each
                    for each in Reckoned(history, terms, day, change).positions()
                    if each.place[0] == vendor
                }
                assert page.total_count == len(found) == len(expected), (day, change)
                for place, each in expected.items():
                    assert of_position(found[place]) == told(each), (day, change, place)
                    _lasts(found[place], [each])
                    seen.add(each.state)
                    found_kinds |= each.findings
    assert len(seen) >= 5 and found_kinds == set(InventoryFinding), "the channels have something of everything"


def _lasts(row: InventoryRow, positions: list[Position]) -> None:
    demand = sum((each.demand for each in positions), Fraction(0))
    on_hand = sum(each.counted["on_hand"] for each in positions)
    assert int(Fraction(row.weekly_demand) * 1000) == rounded(demand)
    weeks = None if not demand else rounded(Fraction(on_hand * 100) / demand)
    assert (None if row.weeks_of_supply is None else int(Fraction(row.weeks_of_supply) * 100)) == weeks


@pytest.mark.parametrize("by", [[], [By.DISTRIBUTOR], [By.FAMILY], [By.PRODUCT], [By.FAMILY, By.DISTRIBUTOR]])
async def test_rows_of_several_positions_are_their_sums(history: History, terms: Terms, by: list[By]) -> None:
    for day in some_days(random.Random(9), 4):
        page = await ask(history, "Acme", by=by, on_date=day)
        groups: dict[tuple[Any, ...], list[Position]] = defaultdict(list)
        for each in Reckoned(history, terms, day).positions():
            vendor, distributor, sku = each.place
            named = {By.DISTRIBUTOR: distributor, By.FAMILY: history.family(sku), By.PRODUCT: sku}
            if vendor == "Acme":
                groups[*(named[one] for one in by), history.currencies[vendor, distributor]].append(each)
        assert len(page.edges) == page.total_count == len(groups)
        for row in (edge.node for edge in page.edges):
            parties = {id: name for (_, name), id in history.world.parties.items()}
            products = {id: sku for (_, sku), id in history.world.products.items()}
            shown_as: dict[By, str | None] = {
                By.DISTRIBUTOR: parties[row.distributor_key.id] if row.distributor_key else None,
                By.FAMILY: row.product_family,
                By.PRODUCT: products[row.product_key.id] if row.product_key else None,
            }
            own = groups[*(shown_as[one] for one in by), row.currency]
            shown = of_position(row)
            for name in ("expected", "sell_in", "sell_through", "value", "excess", "excess_value", "erosion"):
                assert shown[name] == sum(getattr(each, name) for each in own), name
            assert shown["counted"] == {n: sum(each.counted[n] for each in own) for n in shown["counted"]}
            assert shown["findings"] == frozenset().union(*(each.findings for each in own))
            assert (row.positions, row.state) == (len(own), None)
            assert {each.state: each.positions for each in row.states} == {
                one: number for one in SupplyState if (number := sum(each.state is one for each in own))
            }
            assert (row.counted_from, row.counted_until) == (
                min(each.counted_on for each in own),
                max(each.counted_on for each in own),
            )
            _lasts(row, own)


@pytest.mark.parametrize("order", list(InventoryOrder))
async def test_pages_put_together_are_the_whole_in_its_order_both_ways(
    history: History, terms: Terms, order: InventoryOrder
) -> None:
    whole = [edge.node for edge in (await ask(history, "Acme", on_date=LAST, order_by=order)).edges]
    forward: list[InventoryRow] = []
    backward: list[InventoryRow] = []
    after = before = None
    while True:
        page = await ask(history, "Acme", on_date=LAST, order_by=order, first=2, after=after)
        forward += [edge.node for edge in page.edges]
        if not page.page_info.has_next_page:
            break
        after = page.page_info.end_cursor
    while True:
        page = await ask(history, "Acme", on_date=LAST, order_by=order, first=None, last=2, before=before)
        backward = [*(edge.node for edge in page.edges), *backward]
        if not page.page_info.has_previous_page:
            break
        before = page.page_info.start_cursor
    assert len(whole) > 2
    for got in (forward, backward):
        assert [each.product_key for each in got] == [each.product_key for each in whole]
    ranks: dict[InventoryOrder, list[Any]] = {
        InventoryOrder.ON_HAND_UNITS: [each.on_hand for each in whole],
        InventoryOrder.VALUE: [each.value.amount for each in whole],
        InventoryOrder.EXCESS_VALUE: [each.excess_value.amount for each in whole],
        InventoryOrder.WEEKS_OF_SUPPLY: [
            10**9 if e.weeks_of_supply is None and e.on_hand else e.weeks_of_supply or 0 for e in whole
        ],
    }
    if order in ranks:
        assert ranks[order] == sorted(ranks[order], reverse=True)


async def test_a_filter_takes_the_positions_that_match_all_of_it(history: History, terms: Terms) -> None:
    day = date(2026, 3, 1)
    expected = [each for each in Reckoned(history, terms, day).positions() if each.place[0] == "Acme"]
    world = history.world
    for state in SupplyState:
        page = await ask(history, "Acme", on_date=day, filter=InventoryRowFilter(states=[state]))
        assert page.total_count == sum(each.state is state for each in expected)
    for finding in InventoryFinding:
        page = await ask(history, "Acme", on_date=day, filter=InventoryRowFilter(findings=[finding]))
        assert page.total_count == sum(finding in each.findings for each in expected)
    drive = strawberry.ID(global_id("Product", Key(world.vendors["Acme"], world.products["Acme", "DRIVE-1"])))
    one = strawberry.ID(global_id("Distributor", Key(world.vendors["Acme"], world.parties["Acme", "Dist One"])))
    for given, number in (
        (InventoryRowFilter(product_ids=[drive]), 1),
        (InventoryRowFilter(distributor_ids=[one]), 3),
        (InventoryRowFilter(product_families=["Switches"]), 1),
        (InventoryRowFilter(product_ids=[drive], product_families=["Switches"]), 0),
        (InventoryRowFilter(states=[]), 0),
    ):
        page = await ask(history, "Acme", on_date=day, filter=given)
        assert (page.total_count, len(page.edges)) == (number, number)


async def test_a_distributor_finds_its_own_stock_alone(history: History, terms: Terms) -> None:
    await history.world.connection.execute(
        "UPDATE inventory_count SET agreement_id = $1, distributor_id = $2 WHERE warehouse = 'Side' AND vendor_id = $3",
        history.world.agreements["Acme", "Dist Two"],
        history.world.parties["Acme", "Dist Two"],
        history.world.vendors["Acme"],
    )
    both = await ask(history, "Acme", on_date=LAST)
    own = await ask(history, "Acme", Level.DISTRIBUTOR, on_date=LAST)
    names = {place_of(history, "Acme", edge.node)[1] for edge in both.edges}
    assert names == {"Dist One", "Dist Two"}
    assert {place_of(history, "Acme", edge.node)[1] for edge in own.edges} == {"Dist One"}
    assert own.total_count == len(own.edges) < len(both.edges)
