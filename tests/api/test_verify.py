"""`verify` finds whatever is not as the facts say, and nothing where all is well."""

import pytest

from app.network.verify import differences
from app.store.database import Database, acting_as_worker
from app.store.identity import new_id
from tests.sales_channel import Channel, filled
from tests.world import World


@pytest.fixture(scope="module")
async def channel(world: World, database: Database) -> Channel:
    return await filled(world, database, seed=11)


async def found_differences(channel: Channel) -> list[str]:
    vendor_id = channel.world.vendors["Acme"]
    async with channel.database.reading(acting_as_worker(vendor_id)) as session:
        return [str(each) for each in await differences(session, vendor_id)]


async def test_rollups_that_are_the_sum_of_their_facts_show_no_difference(channel: Channel) -> None:
    assert await found_differences(channel) == []


@pytest.mark.parametrize(
    ("change", "undo", "words"),
    [
        (
            "UPDATE sell_through_month SET units = units + 1 WHERE ctid = (SELECT min(ctid) FROM sell_through_month {of})",
            "UPDATE sell_through_month SET units = units - 1"
            " WHERE ctid = (SELECT ctid FROM sell_through_month {of} ORDER BY xmin::text::bigint DESC LIMIT 1)",
            "sell_through_month: month",
        ),
        (
            "UPDATE sell_in_day SET amount = amount + 1 WHERE ctid = (SELECT min(ctid) FROM sell_in_day {of})",
            "UPDATE sell_in_day SET amount = amount - 1"
            " WHERE ctid = (SELECT ctid FROM sell_in_day {of} ORDER BY xmin::text::bigint DESC LIMIT 1)",
            "sell_in_day: day",
        ),
        (
            "UPDATE submission SET rows_held = 1, rows_received = rows_received + 1 {of}",
            "UPDATE submission SET rows_held = 0, rows_received = rows_received - 1 {of}",
            "held 1 instead of 0",
        ),
        (
            "UPDATE sell_through_month SET disclosed_reseller_id = uuidv7()"
            " WHERE ctid = (SELECT min(ctid) FROM sell_through_month {of})",
            "UPDATE sell_through_month m SET disclosed_reseller_id = l.disclosed_reseller_id FROM sell_through_line l"
            " WHERE l.distributor_id = m.distributor_id AND l.reseller_id = m.reseller_id",
            "disclosed_reseller_id",
        ),
    ],
)
async def test_whatever_is_not_as_the_facts_say_is_named(channel: Channel, change: str, undo: str, words: str) -> None:
    of = f"WHERE vendor_id = '{channel.world.vendors['Acme']}'"
    await channel.world.connection.execute(change.format(of=of))
    try:
        found = await found_differences(channel)
        assert found and all(words in each for each in found), found
    finally:
        await channel.world.connection.execute(undo.format(of=of))
    assert await found_differences(channel) == []


async def test_a_rollup_row_lost_and_a_fact_that_refers_to_nothing_are_named(channel: Channel) -> None:
    connection, vendor_id = channel.world.connection, channel.world.vendors["Acme"]
    async with connection.transaction():
        day = await connection.fetchrow(
            "DELETE FROM sell_through_day WHERE ctid = (SELECT min(ctid) FROM sell_through_day"
            " WHERE vendor_id = $1) RETURNING *",
            vendor_id,
        )
    line = await connection.fetchval("SELECT row_number FROM sell_through_line WHERE vendor_id = $1 LIMIT 1", vendor_id)
    of = "WHERE vendor_id = $1 AND row_number = $2"
    product = await connection.fetchval(f"SELECT product_id FROM sell_through_line {of}", vendor_id, line)
    stranger = new_id()
    await connection.execute(f"UPDATE sell_through_line SET product_id = $3 {of}", vendor_id, line, stranger)
    try:
        found = await found_differences(channel)
        assert any(each.startswith(f"sell_through_day: day {day['day']}") and "missing" in each for each in found)
        assert f"sell_through_line refers to what is not there: product {stranger}: lines 1 instead of 0" in found
    finally:
        await connection.execute(f"UPDATE sell_through_line SET product_id = $3 {of}", vendor_id, line, product)
        holders = ", ".join(f"${n}" for n in range(1, len(day) + 1))
        await connection.execute(f"INSERT INTO sell_through_day VALUES ({holders})", *day.values())
    assert await found_differences(channel) == []
