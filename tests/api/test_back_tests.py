"""A back-test pays what the rule pays on the sums of the lines; it says what was paid, sees steering; the vendor's alone."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.access.roles import Role
from app.accruals.actions import network_of
from app.accruals.figures import Found, Offer, Period
from app.accruals.measures.queries import Asking, Slot, measured
from app.execution.identifiers import Key, global_id
from app.incentives.back_tests.reckoning import Paid, Partner, Trial
from app.incentives.back_tests.signs import signs_of
from app.programme.back_tests import Bunching
from app.programme.claim_terms import GamingSign
from app.programme.figures import DaysInEffect, Figures
from app.programme.incentives import Band, Measure, Rule, Scope
from app.programme.money import rounded
from app.programme.money_terms import (
    Basis,
    IncentiveKind,
    MeasureUnit,
    PayPeriod,
    Structure,
)
from app.programme.rebates import earned
from app.programme.sales import Valuation
from app.programme.spans import Span
from app.store.database import Database, acting_as_worker
from app.store.identity import new_id
from tests.api.conftest import Api
from tests.api.incentives_desk import UNITS, Incentives, rule
from tests.incentives_kit import offered
from tests.sales_channel import Channel, Line, filled

YEARS = {"start": "2025-01-01", "end": "2026-07-01"}
DOCUMENT, PREVIEW = "vendor/backtest.graphql", "vendor/preview_incentive.graphql"
LADDER = [{"threshold": "0", "rate": "0.01"}, {"threshold": "2000", "rate": "0.02"}]


@pytest.fixture(scope="module")
async def channel(api: Api, database: Database) -> Channel:
    found = await filled(api.world, database, seed=11)
    await api.world.add(
        "exchange_rate",
        vendor_id=api.world.vendors["Acme"],
        base="USD",
        quote="EUR",
        effective_from=date(2020, 1, 1),
        rate=900_000_000,
    )
    return found


def vendor_id(api: Api) -> str:
    vendor = api.world.vendors["Acme"]
    return global_id("Vendor", Key(vendor, vendor))


async def result_of(api: Api, first: int = 250, **given: Any) -> dict[str, Any]:
    """The result of a back-test; its payouts as a list."""
    caller = await api.vendor(role=Role.VENDOR_ANALYST)
    data = await caller.ask(DOCUMENT, vendorId=vendor_id(api), backtest={"period": YEARS} | given, first=first)
    found: dict[str, Any] = data["node"]["network"]["backtest"]
    found["payouts"] = [each["node"] for each in found["payouts"]["edges"]]
    return found


def lines_of(channel: Channel, distributor: str, start: str, end: str) -> Sequence[Line]:
    return [
        each
        for each in channel.lines
        if (each.vendor, each.distributor) == ("Acme", distributor)
        and each.counts
        and start <= each.day.isoformat() < end
    ]


def worth(line: Line) -> int:
    if line.book_amount is None:
        return 0
    return line.book_amount if line.book_currency == "EUR" else rounded(Fraction(line.book_amount * 9, 10))


def paid_on(measure: int, of: Rule) -> Decimal:
    """What a measure pays by itself."""
    found = earned(of, Figures(of.currency, measure, measure), [], DaysInEffect(1, 1))
    return Decimal(found.payment) / 100


OF_BOOK = Rule(
    kind=IncentiveKind.VOLUME_REBATE,
    currency="EUR",
    qualifying=Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK),
    paying=Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK),
    structure=Structure.RETROACTIVE,
    bands=(Band(0, 10_000), Band(2_000_000_000, 20_000)),
    pay_period=PayPeriod.QUARTER,
    carries_forward=False,
)


async def test_it_pays_each_partner_and_period_what_the_rule_pays_on_the_sum_of_the_lines(
    api: Api, channel: Channel
) -> None:
    found = await result_of(api, by={"rule": rule(bands=LADDER, structure="RETROACTIVE", carriesForward=False)})
    assert [(each["period"]["start"], each["distributor"]["name"]) for each in found["payouts"]] == sorted(
        (each["period"]["start"], each["distributor"]["name"]) for each in found["payouts"]
    )
    assert len(found["payouts"]) == 2 * 6
    total, unvalued = Decimal(0), 0
    for each in found["payouts"]:
        lines = lines_of(channel, each["distributor"]["name"], each["period"]["start"], each["period"]["end"])
        measure = sum(worth(line) for line in lines)
        assert Decimal(each["qualifying"]["amount"]["amount"]) * 10**6 == measure
        assert Decimal(each["payment"]["amount"]) == paid_on(measure, OF_BOOK)
        assert each["lines"] == len(lines)
        assert each["unvaluedLines"] == sum(line.book_amount is None for line in lines)
        total, unvalued = total + paid_on(measure, OF_BOOK), unvalued + each["unvaluedLines"]
    assert Decimal(found["payment"]["amount"]) == total > 0
    assert found["unvaluedLines"] == unvalued > 0
    by_period = [Decimal(each["payment"]["amount"]) for each in found["periods"]]
    assert sum(by_period) == total and len(by_period) == 6


async def test_units_of_one_family_to_disclosed_resellers_are_read_with_the_vendors_eyes(
    api: Api, channel: Channel
) -> None:
    scope = {"partnerTypes": ["VAR"], "families": ["Drives"]}
    by = {"rule": rule(qualifying={**UNITS, "scope": scope}, bands=LADDER, structure="PER_UNIT", payPeriod="YEAR")}
    found = await result_of(api, by=by)
    for each in found["payouts"]:
        lines = lines_of(channel, each["distributor"]["name"], each["period"]["start"], each["period"]["end"])
        known = {"Dist One": [line for line in lines if line.reseller == "Reseller One"], "Dist Two": []}
        own = [line for line in known[each["distributor"]["name"]] if not line.sku.startswith("SWITCH")]
        assert Decimal(each["qualifying"]["units"]) * 1000 == sum(line.quantity for line in own)
    assert any(Decimal(each["qualifying"]["units"]) for each in found["payouts"])


async def test_what_statements_paid_and_the_budget_stand_beside_it(api: Api, channel: Channel) -> None:
    term = await offered(api.world, OF_BOOK)
    await api.world.connection.execute("UPDATE incentive SET budget_minor = 10000 WHERE id = $1", term.incentive_id)
    for sequence, (status, payable) in enumerate((("APPROVED", 700), ("CREDITED", -50), ("CALCULATED", 9_999)), 1):
        await api.world.add(
            "statement",
            vendor_id=api.world.vendors["Acme"],
            id=new_id(),
            term_id=term.id,
            incentive_id=term.incentive_id,
            agreement_id=api.world.agreements["Acme", "Dist One"],
            distributor_id=api.world.parties["Acme", "Dist One"],
            period_start=date(2025, 4, 1),
            period_end=date(2025, 7, 1),
            sequence=sequence,
            currency="EUR",
            status=status,
            revision=1,
            entitled_minor=payable,
            settled_minor=0,
            payable_minor=payable,
        )
    id = global_id("Incentive", Key(api.world.vendors["Acme"], term.incentive_id))
    found = await result_of(api, by={"incentive": {"incentiveId": id}})
    assert {each["distributor"]["name"] for each in found["payouts"]} == {"Dist One"}, "those of the version"
    paid = {each["period"]["start"]: each["paid"]["amount"] for each in found["payouts"]}
    assert paid == {start: "6.5" if start == "2025-04-01" else "0" for start in paid}
    assert found["paid"]["amount"] == "6.5"
    for each in found["periods"]:
        assert each["budget"]["amount"] == "100"
        assert Decimal(each["budgetUse"]) == Decimal(each["payment"]["amount"]) / 100
    elsewhere = await result_of(api, by={"rule": rule(bands=LADDER)}, budget="1")
    assert elsewhere["paid"]["amount"] == "6.5" and elsewhere["periods"][0]["budget"]["amount"] == "1"
    await api.world.connection.execute("DELETE FROM statement WHERE term_id = $1", term.id)


async def test_gates_are_met_unless_something_else_is_said_of_them(api: Api, channel: Channel) -> None:
    gate = {"kind": "REPORTING_IN_TIME", "name": "in time", "needed": "0.95", "effect": "REDUCE", "pays": "0.5"}
    by = {"rule": rule(bands=LADDER, gates=[gate])}
    met = await result_of(api, by=by)
    missed = await result_of(api, by=by, gates=[{"name": "in time", "measured": "0.9"}])
    for full, half in zip(met["payouts"], missed["payouts"], strict=True):
        assert abs(Decimal(full["payment"]["amount"]) / 2 - Decimal(half["payment"]["amount"])) <= Decimal("0.005")
    assert Decimal(met["payment"]["amount"]) > Decimal(missed["payment"]["amount"]) > 0


async def test_a_cliff_and_a_loaded_end_are_seen(api: Api, channel: Channel) -> None:
    bands = [{"threshold": "0", "rate": "0.01"}, {"threshold": "1000", "rate": "0.03"}]
    found = await result_of(api, by={"rule": rule(bands=bands, payPeriod="MONTH", structure="RETROACTIVE")})
    (cliff,) = [each for each in found["signs"] if each["sign"] == "CLIFF"]
    assert Decimal(cliff["strength"]) == Decimal("0.02") and cliff["amount"] == {"amount": "20", "currency": "EUR"}
    assert cliff["threshold"]["amount"]["amount"] == "1000"
    loaded = [each for each in found["signs"] if each["sign"] == "PERIOD_END_LOADING"]
    assert loaded and found["signCount"] == len(found["signs"])
    for each in loaded:
        start, end = each["period"]["start"], each["period"]["end"]
        lines = lines_of(channel, each["distributor"]["name"], start, end)
        days = (date.fromisoformat(end) - date.fromisoformat(start)).days
        total = sum(worth(line) for line in lines)
        last = sum(worth(line) for line in lines if (date.fromisoformat(end) - line.day).days <= 7)
        assert abs(Decimal(each["strength"]) - Decimal(last) * days / total / 7) < Decimal("0.00001")
        assert Decimal(each["strength"]) >= 2
    marginal = await result_of(api, by={"rule": rule(bands=bands, payPeriod="MONTH")})
    assert not [each for each in marginal["signs"] if each["sign"] == "CLIFF"]


async def test_a_crowd_just_above_a_threshold_is_seen(api: Api) -> None:
    threshold = OF_BOOK.bands[1].threshold
    measures = [threshold + step for step in (0, 1, 50_000_000, 100_000_000)] + [threshold - 1, threshold - 200_000_000]
    partner = Partner(new_id(), new_id(), "Dist One", Span(date(2025, 1, 1), date(2026, 1, 1)))
    offer = Offer(partner.agreement_id, partner.distributor_id, partner.effective)
    span = Span(date(2025, 1, 1), date(2025, 1, 11))
    payouts = [
        Paid(
            OF_BOOK,
            partner,
            Period(offer, span, span),
            Slot(partner.agreement_id, partner.distributor_id, span, False),
            Found(Figures("EUR", measure, measure), 1, 0),
            100,
            0,
        )
        for measure in measures
    ]
    trial = Trial(OF_BOOK, span, [partner], {}, None, None)
    vendor = api.world.vendors["Acme"]
    async with api.database.reading(acting_as_worker(vendor)) as session:
        signs = await signs_of(session, Asking(vendor), trial, payouts)
    (crowd,) = [each.evidence for each in signs if each.sign is GamingSign.BUNCHING]
    assert isinstance(crowd, Bunching) and crowd.share_above == Fraction(4, 5) and crowd.paid_above == 400


async def test_pages_of_payouts_are_the_whole_list(api: Api, channel: Channel) -> None:
    given: dict[str, Any] = {"by": {"rule": rule(bands=LADDER, payPeriod="MONTH")}, "period": YEARS}
    caller = await api.vendor()
    whole = (await result_of(api, **given))["payouts"]
    found: list[Any] = []
    after = None
    while True:
        data = await caller.ask(DOCUMENT, vendorId=vendor_id(api), backtest=given, first=7, after=after)
        page = data["node"]["network"]["backtest"]["payouts"]
        found += [each["node"] for each in page["edges"]]
        assert page["totalCount"] == len(whole) == 36
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert found == whole


async def test_a_draft_is_compared_with_the_version_in_force(api: Api, channel: Channel) -> None:
    incentives = Incentives(api)
    id, _ = await incentives.active(rule=rule(bands=LADDER), name="Compared")
    two = api.world.agreement_gid("Acme", "Dist Two")
    revised = await incentives.revise(
        id,
        1,
        rule=rule(bands=[{"threshold": "0", "rate": "0.03"}]),
        effective={"start": "2026-01-01", "end": "2027-01-01"},
        agreementIds=[incentives.agreement, two],
    )
    assert revised["userErrors"] == []
    caller = await api.vendor()
    data = await caller.ask(PREVIEW, vendorId=vendor_id(api), comparison={"incentiveId": id, "period": YEARS})
    found = data["node"]["network"]["previewIncentive"]
    before = await result_of(api, by={"incentive": {"incentiveId": id, "version": 1}})
    after = await result_of(api, by={"incentive": {"incentiveId": id, "version": 2}})
    assert before == await result_of(api, by={"incentive": {"incentiveId": id}}), "the one in force"
    assert found["inForce"]["payment"] == before["payment"] and found["draft"]["payment"] == after["payment"]

    def of(result: dict[str, Any], name: str) -> Decimal:
        own = [each for each in result["payouts"] if each["distributor"]["name"] == name]
        return sum((Decimal(each["payment"]["amount"]) for each in own), Decimal(0))

    rows = [each["node"] for each in found["differences"]["edges"]]
    assert [each["distributor"]["name"] for each in rows] == ["Dist One", "Dist Two"]
    for each in rows:
        name = each["distributor"]["name"]
        assert Decimal(each["draft"]["amount"]) == of(after, name)
        assert Decimal(each["inForce"]["amount"]) == of(before, name)
        assert Decimal(each["difference"]["amount"]) == of(after, name) - of(before, name)
    assert rows[1]["inForce"]["amount"] == "0"
    total = sum(Decimal(each["difference"]["amount"]) for each in rows)
    assert Decimal(found["difference"]["amount"]) == total
    given = {"incentiveId": id, "expectedVersion": 2}
    assert (await caller.act("vendor/discard_incentive_draft.graphql", **given))["userErrors"] == []
    answer = await caller.raw(PREVIEW, vendorId=vendor_id(api), comparison={"incentiveId": id, "period": YEARS})
    assert "no draft" in answer["errors"][0]["message"]


async def test_everything_that_is_wrong_is_told_at_once(api: Api, channel: Channel) -> None:
    caller = await api.vendor()
    borealis = api.world.agreement_gid("Borealis", "Dist One")
    given = {
        "by": {"rule": rule(bands=LADDER)},
        "period": YEARS,
        "agreementIds": [borealis],
        "gates": [{"name": "nobody", "measured": "1"}],
        "budget": "0",
    }
    answer = await caller.raw(DOCUMENT, vendorId=vendor_id(api), backtest=given)
    message = answer["errors"][0]["message"]
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert all(part in message for part in ("`agreementIds`", "`gates.0.name`", "`budget`"))
    wrong = rule(bands=[LADDER[1], LADDER[0]], currency="EUR")
    answer = await caller.raw(DOCUMENT, vendorId=vendor_id(api), backtest={"by": {"rule": wrong}, "period": YEARS})
    assert "`by.rule.bands" in answer["errors"][0]["message"]
    nobody = {"by": {"incentive": {"incentiveId": vendor_id(api)}}, "period": YEARS}
    answer = await caller.raw(DOCUMENT, vendorId=vendor_id(api), backtest=nobody)
    assert "`by.incentive.incentiveId`" in answer["errors"][0]["message"]


async def test_nobody_but_the_vendor_tries_rules_on_its_network(api: Api, channel: Channel) -> None:
    term = await offered(api.world, OF_BOOK)
    id = global_id("Incentive", Key(api.world.vendors["Acme"], term.incentive_id))
    given = {"by": {"incentive": {"incentiveId": id}}, "period": YEARS}
    for distributor in (await api.distributor(), await api.distributor("Dist Two")):
        answer = await distributor.raw(DOCUMENT, vendorId=vendor_id(api), backtest=given)
        assert {each["extensions"]["code"] for each in answer["errors"]} == {"FORBIDDEN"}
        answer = await distributor.raw(
            PREVIEW, vendorId=vendor_id(api), comparison={"incentiveId": id, "period": YEARS}
        )
        assert {each["extensions"]["code"] for each in answer["errors"]} == {"FORBIDDEN"}
    reseller = await (await api.reseller()).raw(DOCUMENT, vendorId=vendor_id(api), backtest=given)
    assert "errors" in reseller or (reseller["data"]["node"] or {}).get("network") is None
    rival = await api.vendor("Borealis")
    assert (await rival.ask(DOCUMENT, vendorId=vendor_id(api), backtest=given))["node"] is None
    own = global_id("Vendor", Key(api.world.vendors["Borealis"], api.world.vendors["Borealis"]))
    answer = await rival.raw(DOCUMENT, vendorId=own, backtest=given)
    assert "`by.incentive.incentiveId`" in answer["errors"][0]["message"]


@pytest.mark.parametrize("measure", [OF_BOOK.qualifying, Measure(Basis.SELL_THROUGH, MeasureUnit.UNITS)])
async def test_days_of_sell_through_say_what_the_lines_say(api: Api, channel: Channel, measure: Measure) -> None:
    world, vendor = api.world, api.world.vendors["Acme"]
    slots = [
        Slot(world.agreements["Acme", name], world.parties["Acme", name], Span(start, end), False, True)
        for name in ("Dist One", "Dist Two")
        for start, end in (
            (date(2025, 3, 25), date(2025, 4, 1)),
            (date(2025, 1, 5), date(2026, 2, 3)),
            (date(2026, 6, 1), date(2026, 6, 2)),
        )
    ]
    for scope in (Scope(), Scope(families=frozenset({"Drives"})), Scope(partner_types=frozenset({"VAR"}))):
        of = Measure(measure.basis, measure.unit, measure.valuation, scope)
        async with api.database.reading(acting_as_worker(vendor)) as session:
            await network_of(session, vendor, [slot.agreement_id for slot in slots])
            by_day = await measured(session, Asking(vendor), OF_BOOK, of, slots)
            by_line = await measured(session, Asking(vendor, sums=False), OF_BOOK, of, slots)
        assert by_day == by_line and by_day[1].lines > 20
