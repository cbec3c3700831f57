"""What a rule measures is the plain sum of the lines in its scope, whichever source answers: months, days or lines."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from app.accruals.actions import keep, network_of, rule_of
from app.accruals.figures import Offer, figures_of, periods_of, slots_of
from app.accruals.measures import queries as measures
from app.accruals.measures.queries import Asking, Slot, Volume
from app.accruals.queries import accruals_of, terms_of
from app.programme.incentives import Band, Measure, Rule, Scope
from app.programme.money import rounded
from app.programme.money_terms import (
    Basis,
    IncentiveKind,
    MeasureUnit,
    PayPeriod,
    SpeciallyPriced,
    Structure,
    TieringPer,
)
from app.programme.sales import Valuation
from app.programme.spans import Span
from app.store.database import Database, acting_as_worker
from tests.incentives_kit import offered
from tests.sales_channel import Bought, Channel, Line, filled
from tests.world import World

EUR_PER_USD = 900_000_000
SPAN = Span(date(2025, 1, 1), date(2026, 7, 1))
BOOK = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)
UNITS = Measure(Basis.SELL_THROUGH, MeasureUnit.UNITS)
SELL_IN = Measure(Basis.SELL_IN, MeasureUnit.AMOUNT)


@pytest.fixture(scope="module")
async def channel(world: World, database: Database) -> Channel:
    found = await filled(world, database, seed=5)
    for vendor in world.vendors.values():
        await world.add(
            "exchange_rate",
            vendor_id=vendor,
            base="USD",
            quote="EUR",
            effective_from=date(2020, 1, 1),
            rate=EUR_PER_USD,
        )
    return found


def rule(qualifying: Measure, paying: Measure | None = None, **changed: Any) -> Rule:
    bands = changed.pop("bands", (Band(0, 10_000), Band(1_000_000, 20_000)))
    values = {"kind": IncentiveKind.VOLUME_REBATE, "currency": "EUR", "structure": Structure.MARGINAL, **changed}
    values.setdefault("pay_period", PayPeriod.QUARTER)
    return Rule(qualifying=qualifying, paying=paying or qualifying, bands=bands, **values)


def worth(line: Line) -> int | None:
    if line.book_amount is None:
        return None
    return line.book_amount if line.book_currency == "EUR" else rounded(Fraction(line.book_amount * 9, 10))


def lines_of(channel: Channel, span: Span, distributor: str = "Dist One") -> list[Line]:
    of = ("Acme", distributor)
    return [
        each
        for each in channel.lines
        if (each.vendor, each.distributor) == of and each.counts and span.start <= each.day < span.end
    ]


def bought(channel: Channel, span: Span) -> list[Bought]:
    return [
        each
        for each in channel.bought
        if (each.vendor, each.distributor) == ("Acme", "Dist One")
        and not each.superseded
        and span.start <= each.day < span.end
    ]


async def volumes(
    channel: Channel, of: Rule, measure: Measure, spans: list[Span], *, whole: bool = True
) -> list[Volume]:
    world = channel.world
    vendor_id = world.vendors["Acme"]
    slots = [
        Slot(world.agreements["Acme", "Dist One"], world.parties["Acme", "Dist One"], span, whole) for span in spans
    ]
    async with channel.database.reading(acting_as_worker(vendor_id)) as session:
        return await measures.measured(session, Asking(vendor_id), of, measure, slots)


QUARTERS = [
    Span(date(2025, 1, 1), date(2025, 4, 1)),
    Span(date(2025, 4, 1), date(2025, 7, 1)),
    Span(date(2026, 1, 1), date(2026, 4, 1)),
]


async def test_units_are_the_same_from_months_and_from_lines(channel: Channel) -> None:
    expected = [sum(each.quantity for each in lines_of(channel, span)) for span in QUARTERS]
    assert any(expected)
    from_months = await volumes(channel, rule(UNITS), UNITS, QUARTERS)
    from_lines = await volumes(channel, rule(UNITS), UNITS, QUARTERS, whole=False)
    assert [each.total for each in from_months] == [each.total for each in from_lines] == expected
    assert [each.lines for each in from_months] == [each.lines for each in from_lines]


async def test_what_is_in_another_currency_is_converted_line_by_line_and_what_has_no_price_is_told(
    channel: Channel,
) -> None:
    found = await volumes(channel, rule(BOOK), BOOK, QUARTERS)
    for span, volume in zip(QUARTERS, found, strict=True):
        lines = lines_of(channel, span)
        assert {each.book_currency for each in lines} == {None, "EUR", "USD"}
        assert volume.total == sum(worth(each) or 0 for each in lines)
        assert volume.unvalued == sum(worth(each) is None for each in lines)


async def test_a_purchase_in_a_currency_without_a_rate_counts_for_nothing_and_is_told(channel: Channel) -> None:
    found = await volumes(channel, rule(SELL_IN), SELL_IN, QUARTERS)
    for span, volume in zip(QUARTERS, found, strict=True):
        lines = bought(channel, span)
        assert volume.total == sum(each.amount for each in lines if each.currency == "EUR")
        assert volume.unvalued == sum(each.currency != "EUR" for each in lines)


async def test_a_scope_takes_products_families_and_partner_types_and_leaves_out_what_is_excluded(
    channel: Channel,
) -> None:
    drive = str(channel.world.products["Acme", "DRIVE-1"])
    families = await channel.world.connection.fetch(
        "SELECT sku, family FROM product WHERE vendor_id = $1", channel.world.vendors["Acme"]
    )
    family = {row["sku"]: row["family"] for row in families}
    for scope, takes in (
        (Scope(products=frozenset({drive})), lambda each: each.sku == "DRIVE-1"),
        (Scope(excluded_products=frozenset({drive})), lambda each: each.sku != "DRIVE-1"),
        (Scope(families=frozenset({family["DRIVE-1"]})), lambda each: family[each.sku] == family["DRIVE-1"]),
        (Scope(partner_types=frozenset({"VAR"})), lambda each: each.reseller == "Reseller One"),
        (Scope(excluded_partner_types=frozenset({"VAR"})), lambda each: each.reseller != "Reseller One"),
        (Scope(excluded_sale_types=frozenset({"DROP_SHIPMENT"})), lambda each: each.sale_type == "SALE"),
    ):
        measure = Measure(Basis.SELL_THROUGH, MeasureUnit.UNITS, scope=scope)
        (volume,) = await volumes(channel, rule(measure), measure, [SPAN], whole=False)
        assert volume.total == sum(each.quantity for each in lines_of(channel, SPAN) if takes(each)), scope


async def test_lines_that_an_incentive_above_uses_are_left_out(channel: Channel) -> None:
    world, vendor_id = channel.world, channel.world.vendors["Acme"]
    slot = Slot(world.agreements["Acme", "Dist One"], world.parties["Acme", "Dist One"], QUARTERS[0], True)
    above = [Scope(products=frozenset({str(world.products["Acme", "DRIVE-1"])}))]
    async with channel.database.reading(acting_as_worker(vendor_id)) as session:
        (found,) = await measures.measured(session, Asking(vendor_id), rule(UNITS), UNITS, [slot], above)
        (nothing,) = await measures.measured(session, Asking(vendor_id), rule(UNITS), UNITS, [slot], [Scope()])
    left = [each for each in lines_of(channel, QUARTERS[0]) if each.sku != "DRIVE-1"]
    assert found.total == sum(each.quantity for each in left)
    assert nothing.total == 0


@pytest.mark.parametrize("per", [TieringPer.INVOICE, TieringPer.LINE])
async def test_invoices_that_attain_bands_by_themselves_add_up_to_the_measure(
    channel: Channel, per: TieringPer
) -> None:
    world, vendor_id = channel.world, channel.world.vendors["Acme"]
    of = rule(UNITS, tiering_per=per, bands=(Band(1_000, 10), Band(3_000, 20)), structure=Structure.PER_UNIT)
    offer = Offer(world.agreements["Acme", "Dist One"], world.parties["Acme", "Dist One"], SPAN)
    async with channel.database.reading(acting_as_worker(vendor_id)) as session:
        network = await network_of(session, vendor_id, [offer.agreement_id])
        periods = periods_of(of, network.calendar, offer, SPAN)
        slots = slots_of(network.calendar, periods, network.others)
        found = await figures_of(session, Asking(vendor_id), of, periods, slots)
    for period, each in zip(periods, found, strict=True):
        lines = lines_of(channel, period.span)
        attained = [0 if q <= 0 else (q >= 1_000) + (q >= 3_000) for q in (line.quantity for line in lines)]
        assert each.figures.qualifying == sum(line.quantity for line in lines)
        times = sorted(group.times for group in each.figures.groups)
        returned = sum(line.quantity <= 0 for line in lines)
        sold = [band for band, line in zip(attained, lines, strict=True) if line.quantity > 0]
        assert times == sorted(n for n in (returned, *(sold.count(band) for band in range(3))) if n)


async def test_accruals_kept_beside_the_lines_are_what_the_rule_pays_on_their_sums(channel: Channel) -> None:
    world, vendor_id = channel.world, channel.world.vendors["Acme"]
    bands = (Band(0, 20_000), Band(10 * 10**9, 50_000))
    for of in (rule(BOOK, bands=bands), rule(BOOK, bands=bands, specially_priced=SpeciallyPriced.EXCLUDED)):
        term = await offered(world, of)
        async with channel.database.writing(acting_as_worker(vendor_id)) as session:
            terms = await terms_of(session, vendor_id, term.incentive_id)
            changes = await keep(session, vendor_id, terms, SPAN, "a test")
            again = await keep(session, vendor_id, terms, SPAN, "a test")
            kept = await accruals_of(session, vendor_id, [term.id])
        assert len(changes) == len(kept) == 6 and again == []
        for row in kept:
            lines = lines_of(channel, Span(row["period_start"], row["period_end"]))
            assert row["paying"] == row["qualifying"] == sum(worth(each) or 0 for each in lines)
            assert row["earned_minor"] == rounded(marginal(row["paying"], rule_of(terms[0]["rule"])))
        assert sum(row["earned_minor"] for row in kept) == await world.connection.fetchval(
            "SELECT sum(CASE credit WHEN 'ACCRUED' THEN amount_minor ELSE -amount_minor END) FROM transfer"
            " WHERE subject_id = $1",
            term.incentive_id,
        )
        statuses = await world.connection.fetch("SELECT status FROM statement WHERE term_id = $1", term.id)
        assert [row["status"] for row in statuses] == ["ACCRUING"] * 6


def marginal(volume: int, of: Rule) -> Fraction:
    """Minor units, by hand."""
    low, high = of.bands
    first = min(volume, high.threshold) * low.rate
    rest = max(volume - high.threshold, 0) * high.rate
    return Fraction(max(first, 0) + rest, 10**10)
