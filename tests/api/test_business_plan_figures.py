"""How targets of plans stand, counted plainly from random facts, with returns, corrections and what does not count; the same
figure on a scorecard; and what each side reads of it."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest

from app.execution.identifiers import Key, global_id
from app.programme.fiscal import FiscalCalendar
from app.programme.plans import Content, PlanMeasure, PlanPhasing, Target, laid_out, months_within
from app.programme.spans import Span, months_earlier
from app.store.database import Database
from app.store.identity import new_id
from tests.api.conftest import Api
from tests.api.plans_kit import op
from tests.sales_channel import NOW, Channel, filled
from tests.world import World

YEAR = Span(date(2026, 1, 1), date(2027, 1, 1))
MONTHS = tuple(months_within(FiscalCalendar(), YEAR))
M = PlanMeasure
TARGETS = [
    (M.SELL_THROUGH_UNITS, None, 500_000),
    (M.SELL_THROUGH_UNITS, "Drives", 200_000),
    (M.SELL_THROUGH_AMOUNT, None, 10**9),
    (M.SELL_THROUGH_AMOUNT, "Switches", 10**8),
    (M.SELL_IN_UNITS, None, 400_000),
    (M.SELL_IN_AMOUNT, "Drives", 10**9),
    (M.ACTIVE_RESELLERS, None, 3),
    (M.NEW_RESELLERS, None, 2),
    (M.CERTIFICATIONS, None, 6),
    (M.FUND_SPEND, None, 5 * 10**9),
]
DAYS = [date(2026, 1, 1), date(2026, 2, 14), date(2026, 3, 31), date(2026, 6, 29)]


@pytest.fixture(scope="module")
async def channel(world: World, database: Database) -> Channel:
    channel = await filled(world, database, seed=41)
    chance = random.Random(5)
    for vendor, distributor in world.agreements:
        if vendor == "Acme":
            await _plan(world, distributor)
            await _certified(world, chance, distributor)
            await _paid(world, chance, distributor)
    return channel


def _content() -> Content:
    targets = [
        Target(measure, family, whole, tuple(laid_out(measure, whole, 12, [])[0]), PlanPhasing.EVEN)
        for measure, family, whole in TARGETS
    ]
    return Content(MONTHS, tuple(targets), (), None)


async def _plan(world: World, distributor: str) -> None:
    owner = {
        "vendor_id": world.vendors["Acme"],
        "agreement_id": world.agreements["Acme", distributor],
        "distributor_id": world.parties["Acme", distributor],
    }
    plan = new_id()
    await world.add(
        "business_plan",
        **owner,
        id=plan,
        length="YEAR",
        period_start=YEAR.start,
        period_end=YEAR.end,
        currency="EUR",
        status="AGREED",
        version=2,
        written=1,
        agreed=1,
        proposed_at=NOW,
    )
    await world.add(
        "business_plan_version",
        **owner,
        id=new_id(),
        plan_id=plan,
        number=1,
        side="VENDOR",
        status="AGREED",
        content=msgspec.json.encode(_content().stored()).decode(),
        written_at=NOW,
        answered_at=NOW,
    )


async def _certified(world: World, chance: random.Random, distributor: str) -> None:
    """Certifications: some revoked or not verified, some of other years, some recorded by resellers themselves."""
    for (vendor, seller, reseller), authorization in world.authorizations.items():
        for number in range(12):
            by_distributor = chance.random() < 0.7
            under = {
                "authorization_id": authorization,
                "agreement_id": world.agreements[vendor, seller],
                "distributor_id": world.parties[vendor, seller],
            }
            if (vendor, seller) != ("Acme", distributor):
                continue
            await world.add(
                "certification",
                vendor_id=world.vendors[vendor],
                id=new_id(),
                reseller_id=world.parties[vendor, reseller],
                **(under if by_distributor else {}),
                disclosed=True,
                name=f"Course {number}",
                name_key=f"course {number}",
                holder=f"Person {number}",
                holder_key=f"person {number} {reseller} {distributor}",
                issued_on=date(2025, 1, 1) + timedelta(days=chance.randrange(540)),
                status=(status := chance.choice(["VERIFIED", "VERIFIED", "RECORDED", "REVOKED"])),
                reason="No." if status == "REVOKED" else None,
                recorded_by="DISTRIBUTOR" if by_distributor else "RESELLER",
                recorded_at=NOW,
            )


async def _paid(world: World, chance: random.Random, distributor: str) -> None:
    owner = {
        "vendor_id": world.vendors["Acme"],
        "agreement_id": world.agreements["Acme", distributor],
        "distributor_id": world.parties["Acme", distributor],
    }
    for currency in ("EUR", "USD"):
        fund, request = new_id(), new_id()
        amounts = {"reimbursement_share": 500_000, "claim_days": 30, "currency": currency}
        await world.add(
            "fund",
            **owner,
            **amounts,
            id=fund,
            kind="MDF",
            name=f"Fund {currency}",
            starts_on=date(2025, 1, 1),
            created_by="a test",
            created_at=NOW,
        )
        await world.add(
            "fund_request",
            **owner,
            **amounts,
            id=request,
            fund_id=fund,
            activity="EVENT",
            starts_on=date(2025, 1, 1),
            ends_on=date(2026, 12, 31),
            planned_minor=10**9,
            asked_minor=10**8,
            status="APPROVED",
            approved_minor=10**8,
            filed_at=NOW,
            decided_at=NOW,
        )
        for _ in range(15):
            paid = chance.random() < 0.8
            when = datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(days=chance.randrange(540))
            await world.add(
                "fund_claim",
                **owner,
                id=new_id(),
                request_id=request,
                currency=currency,
                cost_minor=50_000,
                approved_cost_minor=50_000,
                approved_minor=chance.randrange(1, 50_000),
                status="PAID" if paid else "APPROVED",
                payment_reference="P" if paid else None,
                paid_at=when if paid else None,
                filed_at=NOW,
                decided_at=NOW,
            )


async def recounted(channel: Channel, distributor: str, measure: M, family: str | None, span: Span) -> int:
    """What was reached, row by row."""
    if span.start >= span.end:
        return 0
    world, mine = channel.world, ("Acme", distributor)
    if measure in {M.SELL_THROUGH_UNITS, M.SELL_THROUGH_AMOUNT}:
        sold = [
            each
            for each in channel.lines
            if each.counts
            and (each.vendor, each.distributor) == mine
            and span.start <= each.day < span.end
            and family in {None, channel.family(each.sku)}
        ]
        if measure is M.SELL_THROUGH_UNITS:
            return sum(each.quantity for each in sold)
        return sum(each.book_amount or 0 for each in sold if each.book_currency == "EUR")
    if measure in {M.SELL_IN_UNITS, M.SELL_IN_AMOUNT}:
        bought = [
            each
            for each in channel.bought
            if not each.superseded
            and (each.vendor, each.distributor) == mine
            and span.start <= each.day < span.end
            and family in {None, channel.family(each.sku)}
        ]
        if measure is M.SELL_IN_UNITS:
            return sum(each.quantity for each in bought)
        return sum(each.amount for each in bought if each.currency == "EUR")
    if measure in {M.ACTIVE_RESELLERS, M.NEW_RESELLERS}:
        return _resellers(channel, distributor, measure, span)
    table, column = ("certification", "1") if measure is M.CERTIFICATIONS else ("fund_claim", "approved_minor * 10000")
    day = "issued_on" if measure is M.CERTIFICATIONS else "(paid_at AT TIME ZONE 'UTC')::date"
    what = "status = 'VERIFIED'" if measure is M.CERTIFICATIONS else "status = 'PAID' AND currency = 'EUR'"
    return int(
        await world.connection.fetchval(
            f"SELECT coalesce(sum({column}), 0) FROM {table} WHERE vendor_id = $1 AND distributor_id = $2 AND {what}"
            f" AND {day} BETWEEN $3 AND $4",
            world.vendors["Acme"],
            world.parties[mine],
            span.start,
            span.end - timedelta(days=1),
        )
    )


def _resellers(channel: Channel, distributor: str, measure: M, span: Span) -> int:
    net: dict[str, int] = defaultdict(int)
    earlier: dict[str, int] = defaultdict(int)
    start = span.end - timedelta(days=90) if measure is M.ACTIVE_RESELLERS else span.start
    for line in channel.lines:
        if line.counts and (line.vendor, line.distributor) == ("Acme", distributor):
            if start <= line.day < span.end:
                net[line.reseller] += line.quantity
            elif months_earlier(span.start, 24) <= line.day < span.start:
                earlier[line.reseller] += max(line.quantity, 0)
    known = earlier if measure is M.NEW_RESELLERS else {}
    return sum(units > 0 and known.get(name, 0) <= 0 for name, units in net.items())


async def _plan_id(world: World, distributor: str) -> str:
    found = await world.connection.fetchval(
        "SELECT id FROM business_plan WHERE distributor_id = $1", world.parties["Acme", distributor]
    )
    return global_id("BusinessPlan", Key(world.vendors["Acme"], found))


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("distributor", ["Dist One", "Dist Two"])
async def test_each_figure_is_what_the_rows_say_and_both_sides_read_the_same(
    api: Api, channel: Channel, distributor: str, day: date
) -> None:
    plan = await _plan_id(channel.world, distributor)
    asked = {"planId": plan, "onDate": str(day)}
    data = (await (await api.vendor()).ask(op("vendor", "business_plan"), **asked))["node"]["attainment"]
    own = await (await api.distributor(distributor)).ask(op("distributor", "business_plan"), **asked)
    assert data == own["node"]["attainment"] and len(data) == len(TARGETS)
    until, elapsed = day + timedelta(days=1), Fraction()
    span, before = Span(YEAR.start, until), Span(date(2025, 1, 1), until.replace(year=2025))
    for month in MONTHS:
        gone = min(max((until - month.start).days, 0), (month.end - month.start).days)
        elapsed += Fraction(gone, (month.end - month.start).days * 12)
    for found, (measure, family, whole) in zip(data, TARGETS, strict=True):
        unit = 10**measure.places
        actual = await recounted(channel, distributor, measure, family, span)
        assert (found["measure"], found["family"]) == (measure.value, family)
        assert Decimal(found["actual"]) == Decimal(actual) / unit, (measure, family)
        last = await recounted(channel, distributor, measure, family, before)
        assert Decimal(found["lastYear"]) == Decimal(last) / unit, (measure, family)
        assert Decimal(found["missing"]) == Decimal(max(0, whole - actual)) / unit
        assert abs(Fraction(found["attainment"]) - Fraction(actual, whole)) <= Fraction(1, 2 * 10**6)
        wanted = Fraction(whole) if measure is M.ACTIVE_RESELLERS else whole * elapsed
        assert abs(Fraction(found["expected"]) * unit - wanted) <= (0 if measure is M.ACTIVE_RESELLERS else 13)
        if Decimal(found["expected"]):
            assert abs(Fraction(found["pace"]) - Fraction(actual) / (Fraction(found["expected"]) * unit)) < Fraction(
                1, 10**6
            )
        if measure is M.ACTIVE_RESELLERS:
            assert found["forecast"] == found["actual"]
        assert found["evidence"] and found["rows"]


async def test_amounts_say_what_has_no_price_in_the_currency(api: Api, channel: Channel) -> None:
    plan = await _plan_id(channel.world, "Dist One")
    data = await (await api.vendor()).ask(op("vendor", "business_plan"), planId=plan, onDate="2026-06-29")
    (found,) = [
        each
        for each in data["node"]["attainment"]
        if (each["measure"], each["family"]) == ("SELL_THROUGH_AMOUNT", None)
    ]
    missing = sum(
        line.quantity
        for line in channel.lines
        if line.counts
        and (line.vendor, line.distributor) == ("Acme", "Dist One")
        and date(2026, 1, 1) <= line.day <= date(2026, 6, 29)
        and line.book_currency != "EUR"
    )
    assert missing and f"{Decimal(missing) / 1000:,.1f}".removesuffix(".0") in found["evidence"]


async def test_before_its_first_day_a_plan_has_reached_and_expects_nothing(api: Api, channel: Channel) -> None:
    plan = await _plan_id(channel.world, "Dist One")
    data = await (await api.vendor()).ask(op("vendor", "business_plan"), planId=plan, onDate="2025-11-30")
    for each in data["node"]["attainment"]:
        assert (each["actual"], each["expected"], each["pace"], each["forecast"]) == ("0", "0", None, None)


async def test_the_scorecard_reads_the_same_plan(api: Api, channel: Channel) -> None:
    world = channel.world
    period = {"start": "2026-01-01", "end": "2026-04-01"}
    card = await (await api.distributor("Dist One")).ask(
        "distributor/agreement_compliance.graphql",
        agreementId=world.agreement_gid("Acme", "Dist One"),
        period=period,
        periods=1,
    )
    components = {each["component"]: each for each in card["node"]["compliance"]["distributorSide"]["components"]}
    plan = await _plan_id(world, "Dist One")
    data = await (await api.vendor()).ask(op("vendor", "business_plan"), planId=plan, onDate="2026-03-31")
    paces = [Fraction(each["pace"]) for each in data["node"]["attainment"] if each["pace"] is not None]
    wanted = sum(min(Fraction(1), max(Fraction(0), pace)) for pace in paces) / len(paces)
    assert abs(Fraction(components["PLAN_ATTAINMENT"]["measured"]) - wanted) < Fraction(2, 10**6)
    assert "business plan of 2026-01-01" in components["PLAN_ATTAINMENT"]["evidence"]


async def test_no_rivals_sales_change_a_figure(api: Api, channel: Channel) -> None:
    """What another distributor sold to the same reseller is in none of the figures."""
    world = channel.world
    plan = await _plan_id(world, "Dist One")
    asked = {"planId": plan, "onDate": "2026-06-29"}
    caller = await api.distributor("Dist One")
    before = await caller.ask(op("distributor", "business_plan"), **asked)
    other = world.parties["Acme", "Dist Two"]
    for table in ("sell_through_day", "sell_in_day", "sell_through_reseller_day", "sell_through_reseller_month"):
        await world.connection.execute(f"UPDATE {table} SET units = units * 3 WHERE distributor_id = $1", other)
    assert await caller.ask(op("distributor", "business_plan"), **asked) == before
