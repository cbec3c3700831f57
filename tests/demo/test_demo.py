"""The demo network: the same every time, shaped like a channel, made by the counting that everybody uses, and made once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from app.demo.actions import provision_clients, seed
from app.demo.credentials import SELL_THROUGH_CSV, SELL_THROUGH_X12, demo_ids, samples_period
from app.demo.history import History
from app.demo.mistyped import right_quantity, wrong_line
from app.demo.network import (
    BRAZIL,
    KESTREL,
    LINDHOLM,
    NORDWIND,
    SHARED,
    Agreement,
    Vendor,
    network,
    vendor_id,
)
from app.demo.sales import Line, Month, sales
from app.main import application
from app.network.verify import differences
from app.programme.terms import Level, Outcome
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
                    " FROM submission WHERE vendor_id = $1 AND agreement_id = $2 AND kind = 'SELL_THROUGH'"
                    " AND mode = 'APPEND'",
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
            counted = [*_as_corrected(each, months)]
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


def _as_corrected(each: Agreement, months: list[Month]) -> Iterator[Line]:
    wrong = wrong_line(months) if each.terms.distributor == KESTREL else None
    for line in lines(months):
        if line.counts:
            yield line._replace(quantity=right_quantity(line)) if line is wrong else line


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
