"""The cube of sales: any question is what adding up the lines by hand gives, at every level."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.execution.errors import Fault
from app.execution.identifiers import Key, global_id
from app.execution.scalars import DateRangeInput
from app.network.filters import SalesFilter
from app.network.graph import sales_of_network
from app.programme.sales import RateLack, SalesOrder
from app.programme.sales import SalesDimension as By
from app.programme.spans import month_of, months_earlier
from app.programme.terms import Level
from app.store.database import Database
from tests.sales_asking import ask, key_of_row, measures_of, parent_of, selection
from tests.sales_channel import FIRST, LAST, TYPES, Channel, filled
from tests.sales_oracle import Oracle, Question
from tests.world import World

LARGE = 4 * 10**18


@pytest.fixture(scope="module")
async def channel(world: World, database: Database) -> Channel:
    return await filled(world, database, seed=7)


days = st.dates(FIRST - timedelta(days=40), LAST + timedelta(days=40))
borders = days.map(month_of)
names = st.lists(st.sampled_from(["Dist One", "Dist Two"]), max_size=2).map(tuple)
PLAIN = (By.MONTH, By.DISTRIBUTOR, By.RESELLER, By.PARTNER_TYPE, By.PRODUCT, By.PRODUCT_FAMILY)
PLAIN_ORDERS = (SalesOrder.DIMENSIONS, SalesOrder.SELL_THROUGH_AMOUNT, SalesOrder.SELL_THROUGH_UNITS)
"""What figures that were never corrected are asked by; `test_sales_questions` asks by everything."""
questions = st.builds(
    Question,
    level=st.just(Level.VENDOR),
    name=st.just("Acme"),
    vendor=st.just("Acme"),
    start=st.one_of(days, borders),
    end=st.one_of(days, borders),
    by=st.lists(st.sampled_from(PLAIN), max_size=4, unique=True).map(tuple),
    order=st.sampled_from([None, *PLAIN_ORDERS]),
    distributors=st.none() | names,
    resellers=st.none() | st.lists(st.sampled_from(list(TYPES)), max_size=2).map(tuple),
    skus=st.none() | st.lists(st.sampled_from(["DRIVE-1", "SWITCH-1"]), max_size=2).map(tuple),
    families=st.none() | st.lists(st.sampled_from(["Drives", "Switches", "None\0such"]), max_size=2).map(tuple),
)
viewers = st.sampled_from(
    [
        (Level.VENDOR, "Acme", "Acme"),
        (Level.VENDOR, "Borealis", "Borealis"),
        (Level.DISTRIBUTOR, "Dist One", "Acme"),
        (Level.DISTRIBUTOR, "Dist One", None),
        (Level.DISTRIBUTOR, "Dist Two", "Acme"),
    ]
)


def asked_by(asked: Question, viewer: tuple[Level, str, str | None]) -> Question:
    start, end = sorted((asked.start, asked.end))
    level, name, vendor = viewer
    return replace(asked, level=level, name=name, vendor=vendor, start=start, end=max(end, start + timedelta(days=1)))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=questions, viewer=viewers)
async def test_any_question_is_answered_with_what_adding_up_the_lines_gives(
    channel: Channel, asked: Question, viewer: tuple[Level, str, str | None]
) -> None:
    asked = asked_by(asked, viewer)
    expected = Oracle(channel, asked).answer()
    page = await ask(channel, asked)
    found = {key_of_row(edge.node, asked): edge.node for edge in page.edges}
    assert page.total_count == len(expected)
    if len(expected) <= 250:
        assert found.keys() == expected.keys()
    for key, row in found.items():
        now, then = expected[key]
        assert measures_of(row, asked) == now, key
        assert measures_of(row.previous, asked) == then, key


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=questions, viewer=viewers, size=st.integers(1, 7))
async def test_pages_forwards_and_backwards_give_every_row_once_in_the_order_asked_for(
    channel: Channel, asked: Question, viewer: tuple[Level, str, str | None], size: int
) -> None:
    asked = asked_by(asked, viewer)
    whole = [key_of_row(edge.node, asked) for edge in (await ask(channel, asked)).edges]
    for many, cursor, more, end in (
        ("first", "after", "has_next_page", "end_cursor"),
        ("last", "before", "has_previous_page", "start_cursor"),
    ):
        walked: list[Any] = []
        at: dict[str, Any] = {many: size}
        for _ in range(6):
            page = await ask(channel, asked, "edges { node { currency } } pageInfo { endCursor }", **at)
            keys = [key_of_row(edge.node, asked) for edge in page.edges]
            walked = [*walked, *keys] if many == "first" else [*keys, *walked]
            if not getattr(page.page_info, more):
                break
            at[cursor] = getattr(page.page_info, end)
        assert walked == (whole[: len(walked)] if many == "first" else whole[len(whole) - len(walked) :])
        assert len(walked) in {len(whole), 6 * size}


HALF_YEAR = Question(Level.VENDOR, "Acme", "Acme", date(2025, 7, 1), date(2026, 1, 1), (By.DISTRIBUTOR,))


async def test_rows_are_the_same_whichever_measures_are_selected(channel: Channel) -> None:
    asked = replace(HALF_YEAR, by=(By.MONTH, By.PRODUCT))
    whole = [key_of_row(edge.node, asked) for edge in (await ask(channel, asked)).edges]
    for fields in (
        "edges { node { currency } }",
        "edges { node { sellInUnits } }",
        "edges { node { averageSellingPrice { amount } } }",
    ):
        assert [key_of_row(edge.node, asked) for edge in (await ask(channel, asked, fields)).edges] == whole
    assert (await ask(channel, asked, "totalCount")).total_count == len(whole)


async def test_the_largest_amounts_or_the_most_units_stand_first_when_asked_for(channel: Channel) -> None:
    asked = replace(HALF_YEAR, by=(By.PRODUCT, By.MONTH), order=SalesOrder.SELL_THROUGH_AMOUNT)
    amounts = [edge.node.sell_through_amount.amount for edge in (await ask(channel, asked)).edges]
    assert len(amounts) > 5 and amounts == sorted(amounts, reverse=True)
    asked = replace(asked, order=SalesOrder.SELL_THROUGH_UNITS)
    units = [edge.node.sell_through_units for edge in (await ask(channel, asked)).edges]
    assert len(units) > 5 and units == sorted(units, reverse=True)


async def test_by_default_rows_ascend_by_what_they_are_grouped_by_in_the_order_named(channel: Channel) -> None:
    asked = replace(HALF_YEAR, by=(By.PRODUCT_FAMILY, By.MONTH))
    rows = [edge.node for edge in (await ask(channel, asked)).edges]
    keys = [(row.product_family, row.period_start, row.currency) for row in rows]
    assert len(keys) > 10 and keys == sorted(keys)


async def test_a_row_says_which_days_it_is_compared_with(channel: Channel) -> None:
    page = await ask(channel, HALF_YEAR, "edges { node { previous { sellThroughUnits } } }")
    assert {(row.node.previous.period.start, row.node.previous.period.end) for row in page.edges} == {
        (date(2025, 1, 1), date(2025, 7, 1))
    }
    monthly = replace(HALF_YEAR, by=(By.MONTH,), end=date(2025, 12, 20))
    page = await ask(channel, monthly, "edges { node { previous { sellThroughUnits } } }")
    spans = {row.node.period_start: row.node.previous.period for row in page.edges}
    assert spans[date(2025, 7, 1)].start == months_earlier(date(2025, 7, 1), 6) == date(2025, 1, 1)
    assert (spans[date(2025, 12, 1)].start, spans[date(2025, 12, 1)].end) == (date(2025, 6, 1), date(2025, 6, 20))


async def test_only_what_an_agreement_discloses_reaches_the_vendor(channel: Channel) -> None:
    asked = replace(HALF_YEAR, by=(By.DISTRIBUTOR, By.RESELLER))
    world = channel.world
    rows = [edge.node for edge in (await ask(channel, asked)).edges]
    hidden = [row for row in rows if row.distributor_key.id == world.parties["Acme", "Dist Two"]]
    known = [row for row in rows if row.distributor_key.id == world.parties["Acme", "Dist One"]]
    real = {party for (vendor, _), party in world.parties.items() if vendor == "Acme"}
    assert hidden and known
    assert all(row.reseller_key.id not in real for row in hidden)
    assert all(row.resale_amount.amount == 0 and row.average_selling_price is None for row in hidden)
    assert all(row.reseller_key.id in real for row in known)
    assert any(row.resale_amount.amount > 0 for row in known)


async def test_a_vendor_finds_an_undisclosed_reseller_by_no_filter(channel: Channel) -> None:
    asked = replace(HALF_YEAR, by=(By.DISTRIBUTOR,), resellers=("Hidden Reseller",))
    assert (await ask(channel, asked)).edges == []
    asked = replace(asked, resellers=("Reseller One",))
    dist_one = channel.world.parties["Acme", "Dist One"]
    assert {edge.node.distributor_key.id for edge in (await ask(channel, asked)).edges} == {dist_one}


async def test_ids_of_another_network_match_nothing(channel: Channel) -> None:
    borealis = channel.world.vendors["Borealis"]
    foreign = global_id("Distributor", Key(borealis, channel.world.parties["Borealis", "Dist One"]))
    async with channel.request(channel.actor(Level.VENDOR, "Acme")) as request:
        for given_ids in ([foreign], ["no id at all"], []):
            found = await sales_of_network(
                request,
                [parent_of(channel, HALF_YEAR)],
                selection("totalCount"),
                DateRangeInput(start=FIRST, end=LAST),
                [By.DISTRIBUTOR],
                SalesFilter(distributor_ids=given_ids),  # type: ignore[arg-type]
                first=5,
            )
            assert found[0].total_count == 0


async def test_a_vendor_s_token_reads_nothing_of_another_network(channel: Channel) -> None:
    asked = replace(HALF_YEAR, name="Borealis", vendor="Borealis")
    assert (await ask(channel, asked)).total_count > 0
    assert (await ask(channel, asked, actor=channel.actor(Level.VENDOR, "Acme"))).total_count == 0


async def test_a_distributor_reads_nothing_of_a_rival_whatever_it_asks_for(channel: Channel) -> None:
    rival = channel.actor(Level.DISTRIBUTOR, "Dist Two")
    asked = Question(Level.DISTRIBUTOR, "Dist One", "Acme", FIRST, LAST, (By.RESELLER,))
    assert (await ask(channel, asked)).total_count > 0
    assert (await ask(channel, asked, actor=rival)).total_count == 0
    through_the_network = replace(HALF_YEAR, by=(By.DISTRIBUTOR,), start=FIRST, end=LAST)
    rows = [edge.node for edge in (await ask(channel, through_the_network, actor=rival)).edges]
    assert {row.distributor_key.id for row in rows} == {channel.world.parties["Acme", "Dist Two"]}
    own = Oracle(channel, Question(Level.DISTRIBUTOR, "Dist Two", "Acme", FIRST, LAST, (By.DISTRIBUTOR,))).answer()
    assert {key_of_row(row, through_the_network): measures_of(row, asked)["active"] for row in rows} == {
        key: now["active"] for key, (now, _) in own.items()
    }


async def test_sell_in_asked_for_by_reseller_is_refused_because_it_has_none(channel: Channel) -> None:
    for asked in (replace(HALF_YEAR, by=(By.PARTNER_TYPE,)), replace(HALF_YEAR, resellers=("Reseller One",))):
        for fields, order in (
            ("edges { node { sellInUnits } }", None),
            ("edges { node { previous { sellInAmount { amount } } } }", None),
            ("edges { node { currency } }", SalesOrder.SELL_THROUGH_RATE),
        ):
            with pytest.raises(Fault, match="Sell-in has no reseller"):
                await ask(channel, replace(asked, order=order), fields)


async def test_sales_by_reseller_have_no_rate_and_no_stock_and_say_why(channel: Channel) -> None:
    fields = "edges { node { sellThroughRate openingUnits sellThroughRateLacks } }"
    for asked in (replace(HALF_YEAR, by=(By.PARTNER_TYPE,)), replace(HALF_YEAR, resellers=("Reseller One",))):
        rows = [edge.node for edge in (await ask(channel, asked, fields)).edges]
        assert rows and {(each.sell_through_rate, each.opening_units) for each in rows} == {(None, None)}
        assert {each.sell_through_rate_lacks for each in rows} == {RateLack.OF_RESELLERS}


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ({"first": 251}, "from 1 to 250"),
        ({"first": 0}, "from 1 to 250"),
        ({"first": 1, "last": 1}, "either `first` or `last`"),
        ({"first": None}, "either `first` or `last`"),
        ({"first": 1, "after": "nonsense"}, "not a cursor of this list"),
    ],
)
async def test_a_page_out_of_bounds_is_refused(channel: Channel, page: dict[str, Any], words: str) -> None:
    with pytest.raises(Fault, match=words):
        await ask(channel, HALF_YEAR, **page)


async def test_a_cursor_of_another_period_grouping_filter_or_order_is_refused(channel: Channel) -> None:
    cursor = (await ask(channel, HALF_YEAR, first=1)).page_info.end_cursor
    for other in (
        replace(HALF_YEAR, end=date(2025, 12, 1)),
        replace(HALF_YEAR, by=(By.MONTH,)),
        replace(HALF_YEAR, families=("Drives",)),
        replace(HALF_YEAR, order=SalesOrder.SELL_THROUGH_UNITS),
    ):
        with pytest.raises(Fault, match="not a cursor of this list"):
            await ask(channel, other, first=1, after=cursor)


async def test_a_period_that_ends_before_it_begins_and_a_list_too_long_are_refused(channel: Channel) -> None:
    with pytest.raises(Fault, match="end comes after its start"):
        await ask(channel, replace(HALF_YEAR, end=HALF_YEAR.start))
    with pytest.raises(Fault, match="at most 250 values; here are 251"):
        await ask(channel, replace(HALF_YEAR, families=tuple(map(str, range(251)))))


async def test_the_ends_of_the_calendar_are_only_empty(channel: Channel) -> None:
    for start, end in ((date.min, date(3, 1, 1)), (date(9995, 1, 1), date.max)):
        for by in ((By.MONTH,), ()):
            asked = replace(HALF_YEAR, start=start, end=end, by=by)
            assert (await ask(channel, asked)).total_count == 0


async def test_sums_beyond_any_integer_of_the_database_are_exact_and_do_not_stop_pages(channel: Channel) -> None:
    """Amounts of ten million million pounds: more than a bigint of millionths holds."""
    connection, world = channel.world.connection, channel.world
    days = [date(2024, 3, day) for day in (1, 2, 3)]
    for day in days:
        await connection.execute(
            "INSERT INTO sell_through_day VALUES ($1, $2, $3, $4, 'GBP', 'GBP', 1000, 0, 1, 0, 0, $5)",
            world.vendors["Acme"],
            day,
            world.parties["Acme", "Dist One"],
            world.products["Acme", "DRIVE-1"],
            LARGE,
        )
    try:
        fields = "edges { node { sellThroughAmount { amount } } }"
        asked = replace(HALF_YEAR, start=date(2024, 3, 1), end=date(2024, 3, 5), order=SalesOrder.SELL_THROUGH_AMOUNT)
        page = await ask(channel, asked, fields, first=1)
        assert page.edges[0].node.sell_through_amount.amount == Decimal(3 * LARGE).scaleb(-6)
        assert (await ask(channel, asked, fields, first=1, after=page.page_info.end_cursor)).edges == []
    finally:
        await connection.execute("DELETE FROM sell_through_day WHERE currency = 'GBP'")
