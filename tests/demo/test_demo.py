"""The demo network: the same every time, shaped like a channel, made by the counting that everybody uses, and made once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from app.demo.actions import provision_clients, seed
from app.demo.credentials import SELL_THROUGH_CSV, SELL_THROUGH_X12, demo_ids, samples_period
from app.demo.history import MONTHS, History
from app.demo.network import (
    BRAZIL,
    HALYARD,
    KESTREL,
    LINDHOLM,
    NORDWIND,
    SHARED,
    Agreement,
    Vendor,
    is_lapsed,
    network,
    organization_id,
    vendor_id,
)
from app.demo.programs import enrollments
from app.demo.reports import report_keys, reports
from app.demo.sales import MISSING_MONTH, OVERSTOCKED, OVERSTOCKED_FROM, UNKNOWN_PRODUCT_CODE, Line, Month, sales
from app.main import application
from app.network.verify import differences
from app.programme.gtin import is_gtin
from app.programme.terms import Level, Outcome, SaleType
from app.reports.counting.actions import count_reports, release_held
from app.settings import Settings
from app.store.connect import Urls
from app.store.database import Context, Database, acting_as_worker
from app.tables.metadata import DatabaseRole
from tests.api.conftest import Caller

UNTIL = date(2026, 11, 23)
HISTORY = History.until(UNTIL)
SHARE = 0.04
TABLES = (
    "submission", "sell_through_line", "sell_in_line", "report_row", "sell_through_month", "enrollment", "statement",
    "statement_decision", "special_price_product", "debit_claim", "debit_claim_line", "debit_claim_act", "deduction",
    "agreement_money_terms", "stock_credit", "stock_credit_line", "transfer", "affiliation_member", "deal", "deal_event",
    "fund_request", "fund_claim", "fund_entry", "tier_standing", "alert",
)  # fmt: skip


def agreement(vendor: str, distributor: str) -> Agreement:
    (found,) = (
        a for v in network() if v.organization.name == vendor for a in v.agreements if a.distributor.name == distributor
    )
    return found


def everything(share: float = 1.0) -> dict[UUID, list[Month]]:
    return {a.id: list(sales(a, HISTORY, share)) for vendor in network() for a in vendor.agreements}


@pytest.fixture(scope="module")
def sold() -> dict[UUID, list[Month]]:
    return everything()


def lines(months: list[Month]) -> Iterator[Line]:
    return chain.from_iterable(month.sold or () for month in months)


def test_the_same_month_gives_the_same_sales_to_the_last_line(sold: dict[UUID, list[Month]]) -> None:
    assert everything() == sold
    assert History.until(date(2026, 11, 1)) == HISTORY == History.beginning(date(2024, 11, 1))
    (vendor, *_) = network()
    first, *_ = vendor.agreements
    latest = datetime(2026, 11, 23, tzinfo=UTC)
    once, again = (reports(vendor, first, sold[first.id], latest) for _ in range(2))
    assert [report.sha256 for report in once] == [report.sha256 for report in again]


def test_the_history_is_the_two_years_of_whole_months_before(sold: dict[UUID, list[Month]]) -> None:
    assert (HISTORY.start, HISTORY.end, len(HISTORY.months)) == (date(2024, 11, 1), date(2026, 11, 1), MONTHS)
    counted = [line for months in sold.values() for line in lines(months) if line.counts]
    assert all(HISTORY.start <= line.sold_on < HISTORY.end for line in counted)
    rows = sum(len(month.sold or ()) + len(month.bought) for months in sold.values() for month in months)
    assert 60_000 < rows < 120_000


def test_few_resellers_make_most_of_the_sales_and_december_sells_more_than_august(
    sold: dict[UUID, list[Month]],
) -> None:
    for months in sold.values():
        by_reseller, by_month = Counter[str](), Counter[int]()
        for line in lines(months):
            if line.counts and line.authorization is not None:
                amount = line.quantity * (line.unit_price or 0)
                by_reseller[line.authorization.reseller.name] += amount
                by_month[line.sold_on.month] += amount
        top = by_reseller.most_common()
        fifth = sum(amount for _, amount in top[: len(top) // 5])
        assert fifth > 0.5 * sum(by_reseller.values())
        assert by_month[12] > 1.2 * by_month[8]


def test_about_three_lines_in_a_hundred_come_back_and_name_a_line_that_was_sold(sold: dict[UUID, list[Month]]) -> None:
    every = [line for months in sold.values() for line in lines(months) if line.outcome is Outcome.ACCEPTED]
    returned = [line for line in every if line.sale_type is SaleType.RETURN]
    assert 0.02 < len(returned) / len(every) < 0.04
    assert all(line.quantity < 0 and line.return_of for line in returned)
    bought = agreement(NORDWIND, KESTREL)
    invoiced = {f"{line.document_number}:{line.document_line}" for line in lines(sold[bought.id])}
    assert all(line.return_of in invoiced for line in lines(sold[bought.id]) if line.return_of)


def test_the_accidents_of_a_channel_are_all_there(sold: dict[UUID, list[Month]]) -> None:
    found = Counter(line.outcome for months in sold.values() for line in lines(months))
    assert all(found[outcome] for outcome in set(Outcome) - {Outcome.CONFLICT, Outcome.SUPERSEDED})
    assert found[Outcome.HELD] < 200 and found[Outcome.REJECTED] < 200
    brazil = sold[agreement(NORDWIND, BRAZIL).id]
    strange = {
        month.number for month in brazil for line in month.sold or () if line.product_code == UNKNOWN_PRODUCT_CODE
    }
    assert len(strange) >= 4
    missing = [month.number for month in sold[agreement(NORDWIND, LINDHOLM).id] if month.sold is None]
    assert missing == [MISSING_MONTH]
    kestrel = agreement(NORDWIND, KESTREL)
    (lapsed,) = (each for rank, each in enumerate(kestrel.authorizations, 1) if is_lapsed(kestrel.terms, rank))
    bought = [
        m.number
        for m in sold[kestrel.id]
        for line in m.sold or ()
        if line.authorization is lapsed and line.quantity > 0
    ]
    assert max(bought) == MONTHS - 9


def test_one_product_is_bought_far_ahead_of_its_sales(sold: dict[UUID, list[Month]]) -> None:
    months = [month for month in sold[agreement(NORDWIND, KESTREL).id] if month.number >= OVERSTOCKED_FROM]
    bought, through = Counter[str](), Counter[str]()
    for month in months:
        for delivery in month.bought:
            bought[delivery.product.sku] += delivery.quantity
        for line in month.sold or ():
            if line.counts:
                through[line.product.sku] += line.quantity
    assert bought[OVERSTOCKED] > 2.5 * through[OVERSTOCKED]
    assert sum(bought.values()) - bought[OVERSTOCKED] < 1.3 * (sum(through.values()) - through[OVERSTOCKED])


def test_one_reseller_buys_from_two_distributors_and_both_vendors() -> None:
    places = [
        (vendor.organization.name, each.distributor.name, found.reseller.organization_id)
        for vendor in network()
        for each in vendor.agreements
        for found in each.authorizations
        if found.reseller.name == SHARED
    ]
    assert Counter(vendor for vendor, _, _ in places) == {NORDWIND: 2, HALYARD: 1}
    assert {owner for _, _, owner in places} == {organization_id(SHARED)}
    carried = Counter(each.distributor.id for vendor in network() for each in vendor.agreements)
    assert sorted(carried.values()) == [1, 1, 1, 1, 2]


def test_ids_are_version_seven_and_agreements_differ_in_what_they_disclose() -> None:
    keys = report_keys(network(), HISTORY)
    submissions = {key.submission_id for key in keys}
    assert len(submissions) == len(keys) == 2 * MONTHS * 6 - 1 + 1
    assert {one.version for one in submissions} == {7} and {one.variant for one in submissions} == {
        "specified in RFC 4122"
    }
    assert all(is_gtin(product.gtin) for vendor in network() for product in vendor.products)
    disclosed = {each.terms.discloses for vendor in network() for each in vendor.agreements}
    assert frozenset() in disclosed and max(map(len, disclosed)) == 4
    hidden = [each for vendor in network() for each in vendor.resellers if not each.disclosed]
    assert 10 < len(hidden) < 40


def test_tiers_follow_purchases(sold: dict[UUID, list[Month]]) -> None:
    for vendor in network():
        ranks = Counter(each.events[-1].rank for each in enrollments(vendor, sold, HISTORY))
        assert ranks[1] > ranks[2] > ranks[3] > 3
        assert sum(ranks.values()) > 0.8 * sum(reseller.disclosed for reseller in vendor.resellers)


@dataclass(frozen=True)
class Seeded:
    """A small demo network that was broken off while it was made, and then finished, in a later month."""

    urls: Urls
    database: Database
    sold: dict[UUID, list[Month]]
    steps: list[tuple[str, int, int]]


class BrokenOff(Exception):
    pass


@pytest.fixture(scope="module")
async def seeded(urls: Urls, database: Database) -> Seeded:
    def stop_half_way(what: str, done: int, of: int) -> None:
        if what == "Counting reports" and done > of // 2:
            raise BrokenOff

    steps: list[tuple[str, int, int]] = []
    with pytest.raises(BrokenOff):
        await seed(urls, until=UNTIL, progress=stop_half_way, share=SHARE)
    await seed(urls, until=UNTIL + timedelta(days=40), progress=lambda *step: steps.append(step), share=SHARE)
    return Seeded(urls, database, everything(SHARE), steps)


async def everything_written(seeded: Seeded) -> dict[str, object]:
    found: dict[str, object] = {}
    for vendor in network():
        async with seeded.database.reading(acting_as_worker(vendor.id)) as db:
            for table in TABLES:
                statement = f"SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t"
                found[f"{vendor.organization.name} {table}"] = await db.row(statement)
    return found


async def test_a_network_that_was_broken_off_is_finished_as_it_was_begun(seeded: Seeded) -> None:
    for vendor in network():
        for each in vendor.agreements:
            async with seeded.database.reading(acting_as_worker(vendor.id)) as db:
                row = await db.row(
                    "SELECT sum(rows_accepted)::int AS accepted, sum(rows_held)::int AS held, sum(rows_rejected)::int AS"
                    " rejected, sum(rows_duplicate)::int AS duplicate, sum(rows_conflict)::int AS conflict,"
                    " sum(rows_superseded)::int AS superseded"
                    " FROM submission WHERE vendor_id = $1 AND agreement_id = $2 AND kind = 'SELL_THROUGH'",
                    vendor.id,
                    each.id,
                )
            expected = Counter(line.outcome for line in lines(seeded.sold[each.id]))
            assert row is not None
            assert dict(row) == {outcome.lower(): expected[outcome] for outcome in Outcome}


async def test_the_figures_are_what_was_sold(seeded: Seeded) -> None:
    for vendor in network():
        for each in vendor.agreements:
            months = seeded.sold[each.id]
            counted = [line for line in lines(months) if line.counts]
            async with seeded.database.reading(acting_as_worker(vendor.id)) as db:
                row = await db.row(
                    "SELECT (SELECT sum(units)::bigint FROM sell_through_month WHERE vendor_id = $1 AND distributor_id = $2)"
                    " AS units, (SELECT sum(resale_amount)::bigint FROM sell_through_month WHERE vendor_id = $1"
                    " AND distributor_id = $2) AS resale, (SELECT sum(book_amount)::bigint FROM sell_through_month"
                    " WHERE vendor_id = $1 AND distributor_id = $2) AS book, (SELECT sum(amount)::bigint FROM sell_in_day"
                    " WHERE vendor_id = $1 AND distributor_id = $2) AS sell_in",
                    vendor.id,
                    each.distributor_id,
                )
            assert row is not None
            assert dict(row) == {
                "units": sum(line.quantity * 1_000 for line in counted),
                "resale": sum(line.quantity * (line.unit_price or 0) * 10_000 for line in counted),
                "book": sum(_book_amount(each, line) for line in counted),
                "sell_in": sum(bought.quantity * bought.unit_price for month in months for bought in month.bought),
            }


def _book_amount(each: Agreement, line: Line) -> int:
    month = (line.sold_on.year - HISTORY.start.year) * 12 + line.sold_on.month - HISTORY.start.month
    return line.quantity * line.product.price(each.terms.currency, month)


async def test_every_figure_is_what_the_facts_say(seeded: Seeded) -> None:
    for vendor in network():
        async with seeded.database.reading(acting_as_worker(vendor.id)) as db:
            assert await differences(db, vendor.id) == []


async def test_seeding_again_changes_nothing_and_says_nothing(seeded: Seeded) -> None:
    before = await everything_written(seeded)
    again: list[tuple[str, int, int]] = []
    await seed(seeded.urls, until=date(2027, 3, 9), progress=lambda *step: again.append(step), share=SHARE)
    assert again == []
    assert await everything_written(seeded) == before


async def test_progress_ends_where_all_is_done(seeded: Seeded) -> None:
    ends = {what: (done, of) for what, done, of in seeded.steps}
    first, *others = ends
    assert first == "Making up two years of sales"
    assert others == ["Setting up the networks", "Counting reports", "Calculating statements", "Letting people act"]
    assert all(done == of for done, of in ends.values())
    assert len(seeded.steps) > 100


async def test_a_vendor_does_not_read_the_resellers_that_an_agreement_hides(seeded: Seeded) -> None:
    nordwind: Vendor = network()[0]
    context = Context(DatabaseRole.VENDOR, nordwind.organization.id, nordwind.id, frozenset({nordwind.id}))
    async with seeded.database.reading(context) as db:
        named = {row["name"] for row in await db.rows("SELECT name FROM party WHERE vendor_id = $1", nordwind.id)}
        shown = await db.value(
            "SELECT count(*) FROM reseller_authorization WHERE vendor_id = $1 AND agreement_id = $2",
            nordwind.id,
            agreement(NORDWIND, LINDHOLM).id,
        )
    assert not named & {each.name for each in nordwind.resellers if not each.disclosed}
    assert SHARED in named and shown == 0


@pytest.fixture(scope="module")
async def callers(seeded: Seeded) -> AsyncIterator[dict[Level, Caller]]:
    """The demo's three clients, signed in; those of an earlier call no longer are."""
    earlier = await provision_clients(seeded.urls)
    clients = await provision_clients(seeded.urls)
    settings = Settings(home=Path("/nowhere"), token_lifetime=timedelta(hours=1))
    app = application(settings, seeded.urls.app)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=settings.url) as http:

        async def sign_in(client_id: UUID, secret: str) -> httpx.Response:
            grant = {"grant_type": "client_credentials"}
            return await http.post("/oauth/token", data=grant, auth=(str(client_id), secret))

        assert {(await sign_in(old.id, old.secret)).status_code for old in earlier.values()} == {401}
        signed = {level: (await sign_in(made.id, made.secret)).json() for level, made in clients.items()}
        yield {level: Caller(http, answer["access_token"]) for level, answer in signed.items()}


async def submit(caller: Caller, seeded: Seeded, file: Path) -> dict[str, int]:
    """Hand a sample report in as the demo's distributor and have it counted: the number of rows by outcome."""
    upload = await caller.upload(await asyncio.to_thread(file.read_bytes), file.name)
    period = samples_period()
    payload = await caller.act(
        "distributor/submit_sell_through.graphql",
        agreementId=demo_ids()["agreement"],
        period={"start": str(period.start), "end": str(period.end)},
        source={"uploadId": upload},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    assert await count_reports(seeded.database, vendor_id(NORDWIND), agreement(NORDWIND, BRAZIL).id) is None
    followed = await caller.ask("distributor/follow_submission.graphql", id=payload["submission"]["id"])
    counts: dict[str, int] = followed["node"]["counts"]
    return {name: counts[name] for name in ("accepted", "held", "rejected", "duplicate", "conflict")}


async def test_the_sample_reports_meet_every_outcome_and_a_confirmed_code_releases_what_waited(
    seeded: Seeded, callers: dict[Level, Caller]
) -> None:
    distributor = callers[Level.DISTRIBUTOR]
    counts = await submit(distributor, seeded, SELL_THROUGH_X12)
    assert counts == {"accepted": 2, "held": 0, "rejected": 0, "duplicate": 0, "conflict": 0}
    counts = await submit(distributor, seeded, SELL_THROUGH_CSV)
    assert counts == {"accepted": 5, "held": 1, "rejected": 1, "duplicate": 1, "conflict": 0}
    ids = demo_ids()
    meaning = {"productId": ids["product_of_unknown_code"]}
    payload = await distributor.act(
        "distributor/confirm_alias.graphql", agreementId=ids["agreement"], code=ids["unknown_code"], meaning=meaning
    )
    assert payload["userErrors"] == []
    async with seeded.database.reading(acting_as_worker(vendor_id(NORDWIND))) as db:
        waiting = await db.value(
            "SELECT count(*) FROM report_row WHERE outcome = 'HELD' AND product_code = $1", ids["unknown_code"]
        )
        alias = await db.value("SELECT id FROM alias WHERE code = $1", ids["unknown_code"])
    assert await release_held(seeded.database, vendor_id(NORDWIND), alias) is None
    async with seeded.database.reading(acting_as_worker(vendor_id(NORDWIND))) as db:
        assert await db.value("SELECT released_rows FROM alias WHERE id = $1", alias) == waiting > 1
        assert await differences(db, vendor_id(NORDWIND)) == []


async def test_each_level_sees_what_it_is_there_for(callers: dict[Level, Caller]) -> None:
    period = {"start": str(HISTORY.start), "end": str(HISTORY.end)}
    cube = await callers[Level.VENDOR].ask("vendor/network_sales.graphql", period=period, first=100)
    rows = cube["viewer"]["vendor"]["network"]["sales"]["edges"]
    assert len(rows) == 100
    access = await callers[Level.RESELLER].ask("reseller/program_access.graphql")
    programs = {edge["node"]["program"]["name"] for edge in access["viewer"]["reseller"]["enrollments"]["edges"]}
    assert programs == {"Nordwind Partner Circle Europe", "Halyard Crew Europe"}
    mine = await callers[Level.RESELLER].ask("reseller/distributors.graphql")
    sellers = Counter(
        edge["node"]["distributor"]["name"] for edge in mine["viewer"]["reseller"]["authorizations"]["edges"]
    )
    assert sellers == {"Brightwater Channel Europe": 2, "Lindholm Nordic Distribution": 1}
    bought = await callers[Level.RESELLER].ask("reseller/purchases.graphql", period=period, first=250)
    assert len(bought["viewer"]["reseller"]["purchases"]["edges"]) > 20
