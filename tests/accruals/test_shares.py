"""A line's share of a payment: by largest remainder over the lines that the statement stands on, page by page."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from app.accruals.measures.queries import Asking, Slot
from app.accruals.shares import queries as shares
from app.execution.connections import Window
from app.programme.incentives import Rule, Scope
from app.programme.money import allocate
from app.programme.money_terms import SpeciallyPriced
from app.programme.spans import Span
from app.programme.terms import Level, PartnerType
from app.store.database import Context, Database, Row, acting_as_worker
from app.tables.metadata import DatabaseRole
from tests.accruals.test_measures import BOOK, SELL_IN, UNITS, rule
from tests.sales_channel import Channel, filled
from tests.world import World

SPAN = Span(date(2025, 1, 1), date(2026, 7, 1))
RULES = [
    rule(BOOK),
    rule(UNITS),
    rule(SELL_IN),
    rule(BOOK, specially_priced=SpeciallyPriced.TIER_ONLY),
    rule(BOOK, specially_priced=SpeciallyPriced.EXCLUDED),
]


@pytest.fixture(scope="module")
async def channel(world: World, database: Database) -> Channel:
    found = await filled(world, database, seed=5)
    for number in range(1, 4):
        await world.connection.execute(
            "INSERT INTO knowledge (vendor_id, id, cause, agreement_id, distributor_id, known_at)"
            " OVERRIDING SYSTEM VALUE VALUES ($1, $2, 'a test', $3, $4, $5)",
            world.vendors["Acme"],
            number,
            world.agreements["Acme", "Dist One"],
            world.parties["Acme", "Dist One"],
            datetime(2026, 7, 1, tzinfo=UTC),
        )
    return found


def behind(channel: Channel, of: Rule, level: Level | None = None, **further: Any) -> shares.Behind:
    world = channel.world
    slot = Slot(world.agreements["Acme", "Dist One"], world.parties["Acme", "Dist One"], SPAN, False)
    rates = [shares.Rate("USD", 900_000_000, date(2020, 1, 1))]
    asking = Asking(world.vendors["Acme"], level, datetime.now(UTC))
    return shares.Behind(asking, of, slot, rates=rates, **further)


async def every_line(channel: Channel, of: shares.Behind, cut: shares.Cut, context: Context, size: int) -> list[Row]:
    """All lines, by pages of so many."""
    found: list[Row] = []
    order = shares.order_of(of.rule)
    window = Window(size, False, None, order, "")
    async with channel.database.reading(context) as db:
        while True:
            rows = await shares.page(db, of, cut, window)
            found += rows[:size]
            if len(rows) <= size:
                return found
            position = tuple(found[-1][each.name] for each in order.keys)
            window = Window(size, False, position, order, "")


def key(row: Row) -> tuple[UUID, int, int, int]:
    return row["submission_id"], row["row_number"], row["component"], row["recorded"]


@pytest.mark.parametrize("of", RULES, ids=lambda of: f"{of.paying.basis}-{of.paying.unit}-{of.specially_priced}")
async def test_the_shares_of_all_lines_add_up_to_the_payment(channel: Channel, of: Rule) -> None:
    worker = acting_as_worker(channel.world.vendors["Acme"])
    by, context = behind(channel, of), worker
    for payment in (0, 1, 2, 7, 999, 12_345, 10**18):
        async with channel.database.reading(context) as db:
            cut = await shares.cut_of(db, by, payment)
        data = shares.kept(cut, (), by.rates)
        assert shares.read_again(data)[0] == cut
        lines = await every_line(channel, by, cut, context, 1_000)
        in_order = sorted(lines, key=key)
        weights = [int(row["weight"]) for row in in_order]
        assert cut.measure == sum(weights) > 0 and any(weight < 0 for weight in weights)
        assert [int(row["share"]) for row in in_order] == allocate(payment, weights)
        assert sum(int(row["share"]) for row in lines) == payment


async def test_a_page_of_three_has_the_same_shares_as_all_lines_at_once(channel: Channel) -> None:
    context = acting_as_worker(channel.world.vendors["Acme"])
    by = behind(channel, rule(UNITS))
    async with channel.database.reading(context) as db:
        cut = await shares.cut_of(db, by, 1_001)
        total = await shares.count(db, by)
    at_once, paged = [await every_line(channel, by, cut, context, size) for size in (10_000, 7)]
    assert [(*key(row), row["share"]) for row in paged] == [(*key(row), row["share"]) for row in at_once]
    assert len(paged) == total and [row["counts_on"] for row in paged] == sorted(row["counts_on"] for row in paged)


async def test_vendor_and_distributor_read_the_same_shares(channel: Channel) -> None:
    world, vendor_id = channel.world, channel.world.vendors["Acme"]
    scope = Scope(partner_types=frozenset({PartnerType.VAR.value}), excluded_families=frozenset({"Switches"}))
    of = rule(type(BOOK)(BOOK.basis, BOOK.unit, BOOK.valuation, scope))
    async with channel.database.reading(acting_as_worker(vendor_id)) as db:
        cut = await shares.cut_of(db, behind(channel, of), 54_321)
    as_vendor = Context(DatabaseRole.VENDOR, vendor_id=vendor_id, vendor_ids=frozenset({vendor_id}))
    party = world.parties["Acme", "Dist One"]
    as_partner = Context(DatabaseRole.DISTRIBUTOR, vendor_ids=frozenset({vendor_id}), party_ids=frozenset({party}))
    told = [
        [(key(row), row["share"]) for row in await every_line(channel, behind(channel, of, level), cut, context, 100)]
        for level, context in ((Level.VENDOR, as_vendor), (Level.DISTRIBUTOR, as_partner))
    ]
    assert told[0] == told[1] and sum(share for _, share in told[0]) == 54_321


async def test_where_lines_come_to_nothing_none_has_a_share(channel: Channel) -> None:
    context = acting_as_worker(channel.world.vendors["Acme"])
    by = behind(channel, rule(BOOK), above=[Scope()])
    async with channel.database.reading(context) as db:
        cut = await shares.cut_of(db, by, 500)
        assert cut == shares.Cut(500, 0) and await shares.count(db, by) == 0
    measured = shares.Cut(500, -3)
    lines = await every_line(channel, behind(channel, rule(BOOK)), measured, context, 100)
    assert lines and all(row["share"] is None for row in lines)
