"""Stock positions that are kept ready: they say what the facts say, are read while that holds, and pass for nothing else."""

import random
from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.execution.identifiers import Key
from app.inventory import queries
from app.inventory.asked import Asked, Scope
from app.inventory.graph import inventory_of_networks
from app.inventory.keeping import queries as keeping
from app.inventory.verify import unlike_positions
from app.network.graph import Network
from app.programme.positions import InventoryDimension as By
from app.programme.positions import InventoryOrder, kept_days
from app.programme.terms import Level
from app.store.database import Database, acting_as_worker
from tests.inventory_oracle import Position, Reckoned, Terms, agreed_upon, of_position, some_days
from tests.sales_asking import selection
from tests.sales_history import History, recorded
from tests.world import World

NODES = selection("totalCount edges { cursor node { expected } }")
SUMS = ("expected", "sell_in", "sell_through", "value", "excess", "excess_value", "erosion")
DAYS = some_days(random.Random(23), 4)


@pytest.fixture(scope="module")
async def history(world: World, database: Database) -> History:
    return await recorded(world, database, seed=29)


@pytest.fixture(scope="module")
async def terms(history: History) -> Terms:
    return await agreed_upon(history, seed=29)


@pytest.fixture(scope="module")
async def kept(history: History, terms: Terms, database: Database) -> int:
    """How many distributors and days are kept ready."""
    number = 0
    for vendor_id in history.world.vendors.values():
        async with database.writing(acting_as_worker(vendor_id)) as session:
            places = await keeping.due(session, vendor_id, DAYS, 1_000)
            for place in places:
                await keeping.keep(session, vendor_id, place)
            assert await keeping.due(session, vendor_id, DAYS, 1_000) == []
            assert set(await keeping.kept_places(session, vendor_id)) == set(places)
        number += len(places)
    return number


async def ask(history: History, level: Level = Level.VENDOR, name: str = "Acme", **asked: Any) -> list[Any]:
    request = history.request(history.actor(level, name))
    network = Network(key=Key(history.world.vendors["Acme"], history.world.vendors["Acme"]), as_of=None)
    (found,) = await inventory_of_networks(request, [network], NODES, **{"first": 250, **asked})
    return [edge.node for edge in found.edges]


def party(history: History, id: UUID) -> str:
    (name,) = [name for (_, name), each in history.world.parties.items() if each == id]
    return name


def of_acme(history: History, terms: Terms, day: date) -> list[Position]:
    return [each for each in Reckoned(history, terms, day).positions() if each.place[0] == "Acme"]


async def test_what_is_kept_says_what_the_facts_say(history: History, terms: Terms, kept: int) -> None:
    assert kept > len(DAYS)
    for day in DAYS:
        own: dict[tuple[str, str], list[Position]] = defaultdict(list)
        for each in of_acme(history, terms, day):
            own[each.place[1], history.currencies["Acme", each.place[1]]].append(each)
        rows = await ask(history, by=[By.DISTRIBUTOR], on_date=day)
        assert len(rows) == len(own)
        for row in rows:
            positions = own[party(history, row.distributor_key.id), row.currency]
            assert row.positions == len(positions)
            shown = of_position(row)
            for name in SUMS:
                assert shown[name] == sum(getattr(each, name) for each in positions), (day, name)
        ordered = await ask(history, by=[By.DISTRIBUTOR, By.PRODUCT], on_date=day, order_by=InventoryOrder.VALUE)
        named = await ask(history, by=[By.DISTRIBUTOR, By.PRODUCT], on_date=day)
        assert sorted(map(str, map(of_position, ordered))) == sorted(map(str, map(of_position, named)))


async def test_every_figure_is_the_same_kept_or_not(history: History, kept: int, database: Database) -> None:
    vendor_id = history.world.vendors["Acme"]
    for day in DAYS:
        for by in ((), (By.FAMILY,), (By.PRODUCT,), (By.DISTRIBUTOR, By.PRODUCT)):
            async with database.reading(acting_as_worker(vendor_id)) as db:
                read, reckoned = [
                    sorted(
                        tuple(sorted((name, str(value)) for name, value in row.items()))
                        for row in await queries.every(
                            db,
                            Asked((Scope(1, vendor_id),), day, by, ordered=InventoryOrder.VALUE, from_facts=facts),
                        )
                    )
                    for facts in (False, True)
                ]
            assert read == reckoned and read, (day, by)


async def test_a_distributor_reads_its_own_alone_and_a_rival_nothing_of_it(
    history: History, kept: int, database: Database
) -> None:
    own = await ask(history, Level.DISTRIBUTOR, "Dist One", by=[By.DISTRIBUTOR], on_date=DAYS[0])
    assert {party(history, row.distributor_key.id) for row in own} == {"Dist One"}
    rival = await ask(history, Level.DISTRIBUTOR, "Dist Two", by=[By.DISTRIBUTOR], on_date=DAYS[0])
    assert {party(history, row.distributor_key.id) for row in rival} <= {"Dist Two"}
    for name in ("Dist One", "Dist Two"):
        async with database.reading(history.actor(Level.DISTRIBUTOR, name).context()) as db:
            for table in ("stock_position_day", "stock_position"):
                rows = await db.rows(f"SELECT DISTINCT distributor_id FROM {table}")
                assert {party(history, row["distributor_id"]) for row in rows} <= {name}
    async with database.reading(history.actor(Level.RESELLER, "Reseller One").context()) as db:
        for table in ("stock_position_day", "stock_position"):
            assert not await db.value("SELECT has_table_privilege(current_user, $1, 'SELECT')", table)


async def test_what_became_known_since_is_never_passed_over(history: History, kept: int, database: Database) -> None:
    world, day = history.world, DAYS[0]
    vendor_id, one = world.vendors["Acme"], world.parties["Acme", "Dist One"]
    asked: dict[str, Any] = {"by": [By.DISTRIBUTOR], "on_date": day}
    before = {party(history, row.distributor_key.id): row.on_hand for row in await ask(history, **asked)}
    spoil = (
        "UPDATE stock_position SET on_hand = on_hand + 1000 WHERE vendor_id = $1 AND distributor_id = $2 AND day = $3"
    )
    await world.connection.execute(spoil, vendor_id, one, day)
    spoilt = {party(history, row.distributor_key.id): row.on_hand for row in await ask(history, **asked)}
    assert spoilt["Dist One"] > before["Dist One"], "what is kept is what is read"
    async with database.reading(acting_as_worker(vendor_id)) as db:
        told = await unlike_positions(db, vendor_id)
    assert {(each.distributor_id, each.day) for each in told} == {(one, day)}, "and verify tells of it"
    await world.connection.execute(
        "INSERT INTO knowledge (vendor_id, id, agreement_id, distributor_id, cause, known_at) OVERRIDING SYSTEM VALUE"
        " SELECT vendor_id, (SELECT max(id) + 1 FROM knowledge), id, distributor_id, 'submission ' || id, now()"
        " FROM agreement WHERE vendor_id = $1 AND distributor_id = $2 LIMIT 1",
        vendor_id,
        one,
    )
    after = {party(history, row.distributor_key.id): row.on_hand for row in await ask(history, **asked)}
    assert after == before, "facts are read where something has become known"
    async with database.writing(acting_as_worker(vendor_id)) as session:
        due = await keeping.due(session, vendor_id, DAYS, 1_000)
        assert {place.distributor_id for place in due} == {one} and len(due) == len(set(DAYS))
        for place in due:
            await keeping.keep(session, vendor_id, place)
        assert await unlike_positions(session, vendor_id) == []
        await keeping.forget(session, vendor_id, DAYS[1:])
        assert {place.day for place in await keeping.kept_places(session, vendor_id)} == set(DAYS[1:]) - {day}


def test_today_and_the_ends_of_three_months_are_kept() -> None:
    assert kept_days(date(2026, 3, 31)) == (
        date(2026, 3, 31),
        date(2026, 2, 28),
        date(2026, 1, 31),
        date(2025, 12, 31),
    )
