"""Fiscal calendars, exchange rates, past moments and purchases, as partners ask and set them over HTTP."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import GRANTS, Permission, Role
from app.execution.identifiers import Key, global_id
from app.network.calendars.actions import follow_calendar
from app.network.verify import differences
from app.programme.sales import SalesDimension as By
from app.programme.terms import Level
from app.store.database import Database, acting_as_worker
from tests.api.conftest import Api, Caller
from tests.sales_history import CHANGES, MOMENT, History, recorded
from tests.sales_reckoning import Asked, Reckoning, returned, total
from tests.world import World

YEAR = {"start": "2025-02-02", "end": "2026-02-01"}
RETAIL = {"pattern": "WEEKS_4_5_4", "closingMonth": 1, "yearName": "FIRST_MONTH"}
MANUFACTURER = {
    "pattern": "WEEKS_5_4_4",
    "closingMonth": 9,
    "yearName": "LAST_MONTH",
    "weekday": "SATURDAY",
    "yearEnd": "LAST",
}


@pytest.fixture(scope="module")
async def history(world: World, database: Database) -> History:
    return await recorded(world, database, seed=5)


async def sales(caller: Caller, document: str, *path: str, **variables: Any) -> dict[str, Any]:
    page: Any = await caller.ask(document, **({"period": YEAR, "first": 250} | variables))
    for name in path:
        page = page[name]
    found: dict[str, Any] = page
    return found


REVIEW = ("vendor/fiscal_review.graphql", "viewer", "vendor", "network", "sales")


async def review(caller: Caller, **variables: Any) -> dict[str, Any]:
    return await sales(caller, *REVIEW, **({"convertTo": "EUR"} | variables))


async def test_fiscal_quarters_in_one_currency_are_the_sums_of_the_facts(api: Api, history: History) -> None:
    by = (By.FISCAL_QUARTER, By.PRODUCT_FAMILY)
    asked = Asked(Level.VENDOR, "Acme", "Acme", date(2025, 2, 2), date(2026, 2, 1), by, convert_to="EUR")
    expected = Reckoning(history, asked).answer()
    page = await review(await api.vendor())
    told = {
        (row["node"]["periodStart"], row["node"]["productFamily"]): Fraction(row["node"]["sellThroughAmount"]["amount"])
        for row in page["edges"]
    }
    assert told == {(start.isoformat(), family): now["value"] for (start, family, _), (now, _, _) in expected.items()}
    assert {start for start, _ in told} == {"2025-02-02", "2025-05-04", "2025-08-03", "2025-11-02"}
    assert all(row["node"]["originals"] for row in page["edges"])
    (whole,) = page["totals"]
    assert whole["currency"] == "EUR"
    assert whole["sameSpanLastYear"]["period"] == {"start": "2024-02-02", "end": "2025-02-01"}
    assert Fraction(whole["sellThroughAmount"]["amount"]) == total((now for now, _, _ in expected.values()), "value")


async def test_the_same_past_moment_asked_again_gives_the_same_though_more_was_counted(
    api: Api, history: History
) -> None:
    vendor = await api.vendor()
    moment = (MOMENT + timedelta(hours=3, minutes=30)).isoformat()
    then = await review(vendor, asOf=moment)
    assert then != await review(vendor)
    write, acme = history.world.connection.execute, history.world.vendors["Acme"]
    number = CHANGES + 1
    await write(
        "INSERT INTO knowledge (vendor_id, id, agreement_id, cause, known_at) OVERRIDING SYSTEM VALUE"
        " SELECT vendor_id, $2, id, 'later', now() FROM agreement WHERE vendor_id = $1 LIMIT 1",
        acme,
        number,
    )
    ended = "recorded <= 3 AND superseded IS NULL AND vendor_id = $2"
    lines = await history.world.connection.fetch(
        f"UPDATE sell_through_line SET superseded = $1 WHERE {ended} RETURNING 1", number, acme
    )
    assert lines and await review(vendor, asOf=moment) == then
    await write("UPDATE sell_through_line SET superseded = NULL WHERE superseded = $1", number)
    await write("DELETE FROM knowledge WHERE id = $1", number)


@pytest.mark.parametrize(
    ("moment", "words"),
    [("2199-01-01T00:00:00+00:00", "in the future"), ("2026-01-01T00:00:00", "with its offset")],
)
async def test_a_moment_that_nobody_can_know_is_refused(api: Api, history: History, moment: str, words: str) -> None:
    answer = await (await api.vendor()).raw(
        "vendor/fiscal_review.graphql", period=YEAR, first=5, convertTo="EUR", asOf=moment
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert words in answer["errors"][0]["message"]


async def test_a_change_under_way_is_waited_for_before_its_moment_is_told(api: Api, history: History) -> None:
    """A counting transaction holds the vendor's lock from when its change is known until it is committed."""
    acme = history.world.vendors["Acme"]
    vendor = await api.vendor()
    answered = {"period": YEAR, "first": 5, "convertTo": "EUR"}
    recent = await history.world.connection.fetchval("SELECT (now() - interval '1 second')::text")
    recent = recent.replace(" ", "T") + ":00"
    async with history.database.writing(acting_as_worker(acme)) as session:
        await session.value("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))", str(acme))
        answer = await vendor.raw("vendor/fiscal_review.graphql", **answered, asOf=recent)
        assert "being counted at this moment" in answer["errors"][0]["message"]
        past = (MOMENT + timedelta(hours=3, minutes=30)).isoformat()
        assert "errors" not in await vendor.raw("vendor/fiscal_review.graphql", **answered, asOf=past)
    assert "errors" not in await vendor.raw("vendor/fiscal_review.graphql", **answered, asOf=recent)


OWN_PAST = """query OwnPast($id: ID!, $at: DateTime!) { node(id: $id) { ... on Distributor {
  sales(period: {start: "2025-01-01", end: "2026-01-01"}, by: [PRODUCT], asOf: $at, first: 50) {
    edges { node { product { sku } currency sellThroughUnits openingUnits sellThroughRateLacks previous { sellInUnits } } }
    totals { currency sellThroughUnits sameSpanLastYear { sellThroughUnits } }
  }
} } }"""


async def test_a_distributor_asks_what_was_known_of_its_own_sales(api: Api, history: History) -> None:
    text = OWN_PAST.replace("asOf: $at, ", "").replace(", $at: DateTime!", "")
    own, rival = await api.distributor(), await api.distributor("Dist Two")
    gid = global_id("Distributor", Key(history.world.vendors["Acme"], history.world.parties["Acme", "Dist One"]))
    then = (MOMENT + timedelta(hours=3, minutes=30)).isoformat()
    known = (await own.ask(OWN_PAST, id=gid, at=then))["node"]["sales"]
    asked = Asked(Level.DISTRIBUTOR, "Dist One", "Acme", date(2025, 1, 1), date(2026, 1, 1), (By.PRODUCT,), as_of=3)
    expected = Reckoning(history, asked).answer()
    units = [Fraction(each["node"]["sellThroughUnits"]) for each in known["edges"]]
    assert sorted(units) == sorted(now["units"] for now, _, _ in expected.values())
    assert known != (await own.ask(text, id=gid))["node"]["sales"]
    assert known == (await (await api.vendor()).ask(OWN_PAST, id=gid, at=then))["node"]["sales"], (
        "as its vendor knows it"
    )
    assert (await rival.ask(OWN_PAST, id=gid, at=then))["node"] is None
    long_ago = (await own.ask(OWN_PAST, id=gid, at="2020-01-01T00:00:00Z"))["node"]["sales"]
    assert long_ago == {"edges": [], "totals": []}


async def test_a_past_moment_tells_a_distributor_nothing_of_what_others_do(api: Api, history: History) -> None:
    """It is answered and refused alike while others' changes are under way, by the clock alone, and no moment is named."""
    acme, own = history.world.vendors["Acme"], await api.distributor()
    gid = global_id("Distributor", Key(acme, history.world.parties["Acme", "Dist One"]))
    now = datetime.now(UTC)
    recent = [(now - timedelta(minutes=minutes)).isoformat() for minutes in (-60, 0, 1, 29)]
    settled = [(now - timedelta(minutes=minutes)).isoformat() for minutes in (31, 600)]

    async def answers() -> list[str]:
        found = [await own.raw(OWN_PAST, id=gid, at=at) for at in (*recent, *settled)]
        return [json.dumps({name: each.get(name) for name in ("data", "errors")}) for each in found]

    quiet = await answers()
    assert len(set(quiet[:4])) == 1 and "less than 30 minutes back" in quiet[0] and '"BAD_USER_INPUT"' in quiet[0]
    assert not re.search(r"20\d\d-|:\d\d", json.loads(quiet[0])["errors"][0]["message"])
    assert all(json.loads(each)["errors"] is None for each in quiet[4:])
    write = history.world.connection.execute
    async with history.database.writing(acting_as_worker(acme)) as session:
        await session.value("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))", str(acme))
        assert await answers() == quiet
    await write(
        "INSERT INTO knowledge (vendor_id, id, agreement_id, distributor_id, cause, known_at)"
        " OVERRIDING SYSTEM VALUE VALUES ($1, 900, $2, $3, 'a report of a rival', now() - interval '2 hours')",
        acme,
        history.world.agreements["Acme", "Dist Two"],
        history.world.parties["Acme", "Dist Two"],
    )
    assert await answers() == quiet
    await write("DELETE FROM knowledge WHERE cause = 'a report of a rival'")


async def test_a_network_of_a_past_moment_is_a_distributors_own_sales_in_it(api: Api, history: History) -> None:
    text = '{ viewer { distributor { agreements(first: 9) { edges { node { vendor { network(asOf: "2026-01-01T03:30:00Z") {'
    text += ' sales(period: {start: "2025-01-01", end: "2026-01-01"}, by: [], first: 9) { edges { node { currency'
    text += " sellThroughUnits } } } } } } } } } } }"
    found = (await (await api.distributor("Dist Two")).ask(text))["viewer"]["distributor"]["agreements"]["edges"]
    (told,) = [each["node"]["vendor"]["network"]["sales"]["edges"] for each in found]
    asked = Asked(Level.DISTRIBUTOR, "Dist Two", "Acme", date(2025, 1, 1), date(2026, 1, 1), (), as_of=3)
    expected = {currency: now["units"] for (currency,), (now, _, _) in Reckoning(history, asked).answer().items()}
    assert {each["node"]["currency"]: Fraction(each["node"]["sellThroughUnits"]) for each in told} == expected


async def test_weeks_by_country_at_purchase_cost_are_the_sums_of_the_facts(api: Api, history: History) -> None:
    page = await sales(
        await api.distributor("Dist Two"),
        "distributor/weekly_sales.graphql",
        "viewer",
        "distributor",
        "sales",
        countries=["AT", "CH"],
    )
    rows = [edge["node"] for edge in page["edges"]]
    assert {row["country"] for row in rows} == {"AT", "CH"}
    lines = [
        fact
        for fact in history.facts
        if fact.distributor == "Dist Two" and fact.reseller and date(2025, 2, 2) <= fact.counts_on < date(2026, 2, 1)
    ]
    counted = [fact for fact in lines if fact.superseded is None and fact.sale_type != "SAMPLE"]
    assert sum(Fraction(row["sellThroughUnits"]) for row in rows) == Fraction(sum(f.quantity for f in counted), 1_000)
    assert all(date.fromisoformat(row["periodStart"]).weekday() == 0 for row in rows)


async def test_a_reseller_reads_its_purchases_by_quarter_with_their_totals(api: Api, history: History) -> None:
    page = await sales(await api.reseller(), "reseller/purchases_by_quarter.graphql", "viewer", "reseller", "purchases")
    own = [
        fact
        for fact in history.facts
        if fact.reseller == "Reseller One" and fact.superseded is None and fact.sale_type != "SAMPLE"
    ]
    bought = [fact for fact in own if date(2025, 2, 2) <= fact.counts_on < date(2026, 2, 1)]
    rows, totals = [edge["node"] for edge in page["edges"]], page["totals"]
    for name, value in (
        ("units", Fraction(sum(fact.quantity for fact in bought), 1_000)),
        ("returnsUnits", Fraction(sum(map(returned, bought)), 1_000)),
    ):
        assert sum(Fraction(row[name]) for row in rows) == value
    assert sum(Fraction(row["amount"]["amount"]) for row in rows) == Fraction(sum(f.amount or 0 for f in bought), 10**6)
    assert sum(Fraction(each["units"]) for each in totals) == sum(Fraction(row["units"]) for row in rows)
    invoices = {
        (f.currency, f.vendor, f.distributor, f.document_number)
        for f in bought
        if f.document_kind == "INVOICE" and f.component >= 0
    }
    assert sum(each["invoices"] for each in totals) == len(invoices)
    amounts = [Fraction(row["amount"]["amount"]) for row in rows]
    assert amounts == sorted(amounts, reverse=True)
    one = await sales(
        await api.reseller(),
        "reseller/purchases_by_quarter.graphql",
        "viewer",
        "reseller",
        "purchases",
        filter={"productFamilies": ["Switches"]},
    )
    assert one["edges"] and one["totals"] != totals


CALENDAR = "vendor/fiscal_calendar.graphql"


async def test_a_calendar_is_previewed_then_set_and_every_figure_follows_it(api: Api, history: History) -> None:
    vendor, acme = await api.vendor(), history.world.vendors["Acme"]
    looked: Any = (await vendor.ask(CALENDAR, calendar=MANUFACTURER, fiscalYear=2023))["viewer"]["vendor"]
    assert looked["fiscalCalendar"]["pattern"] == "WEEKS_4_5_4" and looked["fiscalCalendar"]["inForce"] is True
    months = looked["fiscalCalendarPreview"]
    assert [month["weeks"] for month in months] == [5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 5]
    assert (months[0]["period"]["start"], months[-1]["period"]["end"]) == ("2022-09-25", "2023-10-01")
    before = await history.world.connection.fetch("SELECT * FROM fiscal_month WHERE vendor_id = $1", acme)
    payload = await vendor.act("vendor/set_fiscal_calendar.graphql", **MANUFACTURER)
    assert payload == {
        "fiscalCalendar": {"pattern": "WEEKS_5_4_4", "closingMonth": 9, "inForce": False},
        "userErrors": [],
    }
    assert await history.world.connection.fetch("SELECT * FROM fiscal_month WHERE vendor_id = $1", acme) == before
    jobs = "SELECT count(*) FROM jobs.pgqueuer WHERE entrypoint = 'follow_calendar'"
    assert await history.world.connection.fetchval(jobs) == 1
    await follow_calendar(history.database, acme)
    page = await review(vendor, period={"start": "2024-09-29", "end": "2025-09-28"})
    assert {row["node"]["periodStart"] for row in page["edges"]} <= {
        "2024-09-29",
        "2024-12-29",
        "2025-03-30",
        "2025-06-29",
    }
    async with history.database.reading(acting_as_worker(acme)) as session:
        found = [each for each in await differences(session, acme) if each.where == "sell_through_month"]
    assert found == []
    assert (await vendor.act("vendor/set_fiscal_calendar.graphql", **MANUFACTURER))["fiscalCalendar"]["inForce"] is True
    assert await history.world.connection.fetchval(jobs) == 1
    await vendor.act("vendor/set_fiscal_calendar.graphql", **RETAIL)
    await follow_calendar(history.database, acme)


async def test_a_calendar_that_cannot_be_is_refused_and_nothing_written(api: Api, history: History) -> None:
    vendor, fetch = await api.vendor(), history.world.connection.fetch
    before = await fetch("SELECT * FROM fiscal_calendar")
    payload = await vendor.act("vendor/set_fiscal_calendar.graphql", **(RETAIL | {"closingMonth": 13}))
    (error,) = payload["userErrors"]
    assert (error["field"], error["code"]) == (["input", "closingMonth"], "INVALID")
    assert payload["fiscalCalendar"] is None and await fetch("SELECT * FROM fiscal_calendar") == before
    for calendar, year in ((RETAIL | {"closingMonth": 0}, 2025), (RETAIL, 1200)):
        answer = await vendor.raw(CALENDAR, calendar=calendar, fiscalYear=year)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    analyst = await api.vendor(role=Role.VENDOR_ANALYST)
    answer = await analyst.raw("vendor/set_fiscal_calendar.graphql", input=RETAIL)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


RATES = "vendor/set_exchange_rates.graphql"
RATE = {"base": "CHF", "quote": "EUR", "effectiveFrom": "2026-03-01", "rate": "1.066098765"}


async def test_rates_are_set_once_and_put_right_by_setting_them_again(api: Api, history: History) -> None:
    finance, key = await api.vendor(), uuid4().hex
    assert Permission.PRICE_MANAGE in GRANTS[Role.VENDOR_FINANCE]
    payload = await finance.act(RATES, rates=[RATE], idempotencyKey=key)
    assert payload == {"rates": [RATE], "userErrors": []}
    assert (await finance.act(RATES, rates=[RATE], idempotencyKey=key))["rates"] == [RATE]
    reused = await finance.act(RATES, rates=[RATE | {"rate": "1"}], idempotencyKey=key)
    assert [error["code"] for error in reused["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    again = RATE | {"rate": "1.07"}
    await finance.act(RATES, rates=[again], idempotencyKey=uuid4().hex)
    listed: Any = await finance.ask("vendor/exchange_rates.graphql", base="CHF", first=5)
    page = listed["viewer"]["vendor"]["exchangeRates"]
    assert page["totalCount"] == 1 and [edge["node"] for edge in page["edges"]] == [again]
    kept = await history.world.connection.fetchval(
        "SELECT before FROM audit_event WHERE act = 'setExchangeRates' ORDER BY happened_at DESC LIMIT 1"
    )
    assert "1066098765" in str(kept)


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"rate": "0"}, "rate", "INVALID"),
        ({"rate": "-1"}, "rate", "INVALID"),
        ({"rate": "1.0000000001"}, "rate", "INVALID"),
        ({"rate": "10000000000"}, "rate", "INVALID"),
        ({"quote": "CHF"}, "quote", "INVALID"),
        ({"base": "ZZZ"}, "base", "INVALID"),
        ({"effectiveFrom": "0099-01-01"}, "effectiveFrom", "INVALID"),
    ],
)
async def test_a_rate_that_cannot_be_is_refused_and_none_is_written(
    api: Api, history: History, changed: dict[str, str], field: str, code: str
) -> None:
    vendor, fetch = await api.vendor(), history.world.connection.fetch
    before = await fetch("SELECT * FROM exchange_rate ORDER BY 1, 2, 3, 4")
    other = RATE | {"effectiveFrom": "2026-05-01"}
    payload = await vendor.act(RATES, rates=[other, RATE | changed], idempotencyKey=uuid4().hex)
    assert [(error["field"], error["code"]) for error in payload["userErrors"]] == [
        (["input", "rates", "1", field], code)
    ]
    assert await fetch("SELECT * FROM exchange_rate ORDER BY 1, 2, 3, 4") == before


async def test_no_rates_too_many_and_one_twice_are_refused(api: Api, history: History) -> None:
    vendor = await api.vendor()
    for rates, code in (([], "REQUIRED"), ([RATE] * 251, "INVALID"), ([RATE, RATE], "OVERLAP")):
        payload = await vendor.act(RATES, rates=rates, idempotencyKey=uuid4().hex)
        assert [error["code"] for error in payload["userErrors"]] == [code]
    answer = await (await api.vendor(role=Role.VENDOR_ANALYST)).raw(
        RATES, input={"rates": [RATE], "idempotencyKey": "x"}
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
