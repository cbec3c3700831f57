"""A report's way from its bytes to the figures, below the graph: what becomes of each row, and that nothing is lost."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.access.roles import Role
from app.execution.errors import Refused, UserErrorCode
from app.execution.request import Request
from app.programme.terms import Level, SubmissionKind
from app.reports import actions
from app.reports.aliases import actions as aliases
from app.reports.counting.actions import Busy, count_reports, release_held
from app.store.connect import Urls
from app.store.database import Database
from tests.world import World, build

SAMPLES = Path(__file__).parent.parent / "samples"
HEADER = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency"
JANUARY = (date(2026, 1, 1), date(2026, 2, 1))


@pytest.fixture(scope="module")
async def world(urls: Urls) -> AsyncIterator[World]:
    built = await build(urls.owner)
    yield built
    await built.connection.close()


class Desk:
    """Somebody who hands reports in and has them counted at once."""

    def __init__(self, world: World, database: Database, distributor: str = "Dist One", vendor: str = "Acme") -> None:
        self.world, self.database, self.vendor, self.distributor = world, database, vendor, distributor
        self.actor = world.actor(Level.DISTRIBUTOR, distributor, Role.DISTRIBUTOR_ADMIN)

    @property
    def vendor_id(self) -> UUID:
        return self.world.vendors[self.vendor]

    @property
    def agreement_id(self) -> UUID:
        return self.world.agreements[self.vendor, self.distributor]

    async def upload(self, data: bytes, name: str = "report.csv") -> str:
        from app.execution.identifiers import Key, global_id

        async def body() -> AsyncIterator[bytes]:
            yield data

        async with self.request() as request:
            file_id = await actions.announce_upload(
                request,
                filename=name,
                byte_size=None,
                sha256=None,
                key=uuid4().hex,
                lifetime=timedelta(hours=1),
                largest=10**9,
            )
        await actions.receive_bytes(self.database, self.actor, file_id, body(), 10**9)
        return global_id("Upload", Key(self.actor.organization_id, file_id))

    def request(self) -> Request[Any]:
        return Request(self.actor, self.database, "test", None)  # type: ignore[arg-type]

    async def submit(
        self,
        *,
        csv: str | bytes | None = None,
        lines: list[dict[str, object]] | None = None,
        key: str | None = None,
        kind: SubmissionKind = SubmissionKind.SELL_THROUGH,
        period: tuple[date, date] = JANUARY,
    ) -> UUID:
        data = csv.encode() if isinstance(csv, str) else csv
        upload = await self.upload(data) if data is not None else None
        agreement = self.world.agreement_gid(self.vendor, self.distributor)
        report = actions.Report(kind, agreement, *period, lines, upload)
        async with self.request() as request:
            found = await actions.receive(
                request, report, key or uuid4().hex, act_name="submitSellThrough", lifetime=timedelta(hours=1)
            )
        return found.id

    async def count(self) -> None:
        answer = await count_reports(self.database, self.vendor_id, self.agreement_id)
        assert not isinstance(answer, Busy)

    async def outcomes(self, submission: UUID) -> dict[int, str]:
        rows = await self.world.connection.fetch(
            "SELECT row_number, outcome FROM report_row WHERE submission_id = $1 AND outcome <> 'ACCEPTED'"
            " UNION ALL SELECT row_number, 'ACCEPTED' FROM sell_through_line WHERE submission_id = $1"
            " UNION ALL SELECT row_number, 'ACCEPTED' FROM sell_in_line WHERE submission_id = $1 ORDER BY 1",
            submission,
        )
        return {row["row_number"]: row["outcome"] for row in rows}

    async def issues(self, submission: UUID) -> list[tuple[int, str]]:
        rows = await self.world.connection.fetch(
            "SELECT row_number, code FROM submission_issue WHERE submission_id = $1 ORDER BY 1, position", submission
        )
        return [(row["row_number"], row["code"]) for row in rows]

    async def submission(self, submission: UUID) -> asyncpg.Record:
        row = await self.world.connection.fetchrow("SELECT * FROM submission WHERE id = $1", submission)
        assert row is not None
        return row

    async def report(self, *rows: str) -> dict[int, str]:
        submission = await self.submit(csv="\n".join([HEADER, *rows]))
        await self.count()
        return await self.outcomes(submission)


@pytest.fixture
def desk(world: World, database: Database) -> Desk:
    return Desk(world, database)


async def month_units(world: World) -> int:
    return await world.connection.fetchval("SELECT coalesce(sum(units), 0)::bigint FROM sell_through_month")


async def test_every_outcome_is_told_apart_and_counted_once(desk: Desk, world: World) -> None:
    before = await month_units(world)
    found = await desk.report(
        "I-100,1,2026-01-05,DRIVE-1,A-1,3,120.00,EUR",
        "I-100,2,2026-01-05,DRIVE-2,A-1,1,300.00,EUR",
        "I-100,1,2026-01-05,DRIVE-1,A-1,3,120.00,EUR",
        "I-100,2,2026-01-05,DRIVE-2,A-1,9,300.00,EUR",
        "I-101,1,2026-01-06,NO-SUCH,A-1,5,10.00,EUR",
        "I-102,1,2026-01-06,DRIVE-1,NOBODY,5,10.00,EUR",
        "I-103,1,2199-01-06,DRIVE-1,A-1,5,10.00,EUR",
        "I-104,1,2026-01-07,DRIVE-1,A-1,0,10.00,EUR",
        "I-105,1,2026-01-07,DRIVE-1,A-1,-1,120.00,EUR",
    )
    assert found == {
        1: "ACCEPTED",
        2: "ACCEPTED",
        3: "DUPLICATE",
        4: "CONFLICT",
        5: "HELD",
        6: "HELD",
        7: "REJECTED",
        8: "REJECTED",
        9: "ACCEPTED",
    }
    assert await month_units(world) - before == 3_000 + 1_000 - 1_000


async def test_a_second_report_meets_the_first_ones_lines(desk: Desk, world: World) -> None:
    await desk.report("I-200,1,2026-01-05,DRIVE-1,A-1,3,120.00,EUR", "I-201,1,2026-01-05,LATER,A-1,3,120.00,EUR")
    before = await month_units(world)
    found = await desk.report(
        "I-200,1,2026-01-05,DRIVE-1,A-1,3,120.00,EUR",
        "I-201,1,2026-01-05,LATER,A-1,3,120.00,EUR",
        "I-200,1,2026-01-05,DRIVE-1,A-1,4,120.00,EUR",
        "I-200,10.1,2026-01-05,DRIVE-1,A-1,3,120.00,EUR",
    )
    assert found == {1: "DUPLICATE", 2: "DUPLICATE", 3: "CONFLICT", 4: "ACCEPTED"}
    assert await month_units(world) - before == 3_000


async def test_book_value_and_money_are_exact(desk: Desk, world: World) -> None:
    await desk.report("I-300,1,2026-01-05,DRIVE-1,A-2,2.5,119.999999,EUR")
    line = await world.connection.fetchrow("SELECT * FROM sell_through_line WHERE document_number = 'I-300'")
    assert line is not None
    assert (line["quantity"], line["amount"], line["book_amount"]) == (2_500, 299_999_998, 250_000_000)


async def test_what_an_agreement_does_not_disclose_stays_out_of_the_vendors_columns(
    world: World, database: Database
) -> None:
    desk = Desk(world, database, "Dist Two")
    submission = await desk.submit(
        csv=f"{HEADER},end_customer\nT-1,1,2026-01-05,DRIVE-1,T-2,1,130,EUR,Secret Ltd\n"
        "T-2,1,2026-01-05,UNKNOWN,T-2,1,130,EUR,Secret Ltd\n"
    )
    await desk.count()
    line = await world.connection.fetchrow("SELECT * FROM sell_through_line WHERE submission_id = $1", submission)
    held = await world.connection.fetchrow("SELECT * FROM report_row WHERE submission_id = $1", submission)
    assert line is not None and held is not None
    assert line["amount"] == 130_000_000 and line["disclosed_amount"] is None and line["disclosed_end_customer"] is None
    assert line["disclosed_reseller_id"] != line["reseller_id"]
    assert (
        "Secret" not in held["disclosed_received"] and "T-2" not in json.loads(held["disclosed_received"]).values()
    ) or (json.loads(held["disclosed_received"]).get("reseller_account") is None)


async def test_the_storage_vendors_x12_is_read_whole(world: World, database: Database) -> None:
    desk = Desk(world, database)
    await world.product("Acme", "WD10PURZ", 50)
    await world.authorize_account("Acme", "Dist One", "Reseller One", "10045")
    await world.authorize_account("Acme", "Dist One", "Reseller Two", "10077")
    await world.connection.execute("UPDATE agreement SET territory = '{DE,BR}' WHERE id = $1", desk.agreement_id)
    data = (SAMPLES / "storage-vendor-867.x12").read_bytes()
    first = await desk.submit(csv=data)
    await desk.count()
    assert await desk.outcomes(first) == {1: "ACCEPTED", 2: "ACCEPTED"}
    row = await desk.submission(first)
    assert row["format"] == "X12" and row["acknowledgement"] is not None
    again = await desk.submit(csv=data)
    await desk.count()
    assert await desk.outcomes(again) == {1: "DUPLICATE", 2: "DUPLICATE"}


async def test_an_alias_releases_held_rows_of_past_reports(desk: Desk, world: World) -> None:
    await desk.report("I-400,1,2026-01-05,MY-CODE,A-1,3,120.00,EUR", "I-401,1,2026-01-05,MY-CODE,NOBODY-2,1,120,EUR")
    before = await month_units(world)
    from app.execution.identifiers import Key, global_id

    product = global_id("Product", Key(desk.vendor_id, world.products["Acme", "DRIVE-1"]))
    async with desk.request() as request:
        meaning = aliases.Meaning(product_id=product)
        alias = await aliases.confirm_alias(request, world.agreement_gid("Acme", "Dist One"), "MY-CODE", meaning)
        assert alias == await aliases.confirm_alias(
            request, world.agreement_gid("Acme", "Dist One"), "MY-CODE", meaning
        )
    assert await release_held(desk.database, desk.vendor_id, alias.id) is None
    assert await month_units(world) - before == 3_000
    held = await world.connection.fetch(
        "SELECT document_number, outcome, waits_for FROM report_row WHERE product_code = 'MY-CODE' ORDER BY 1"
    )
    assert [(row["document_number"], row["outcome"], row["waits_for"]) for row in held] == [
        ("I-400", "ACCEPTED", []),
        ("I-401", "HELD", ["UNKNOWN_RESELLER_ACCOUNT"]),
    ]
    assert await release_held(desk.database, desk.vendor_id, alias.id) is None
    assert await month_units(world) - before == 3_000, "released rows count once"


async def test_the_same_key_has_one_effect(desk: Desk, world: World) -> None:
    key = uuid4().hex
    lines: list[dict[str, object]] = [
        {
            "document_number": "I-500",
            "sold_on": "2026-01-09",
            "product_code": "DRIVE-1",
            "reseller_account": "A-1",
            "quantity": "1",
        }
    ]
    first = await desk.submit(lines=lines, key=key)
    assert await desk.submit(lines=lines, key=key) == first
    with pytest.raises(Refused) as refusal:
        await desk.submit(lines=[{**lines[0], "quantity": "2"}], key=key)
    assert refusal.value.problems[0].code is UserErrorCode.IDEMPOTENCY_KEY_REUSED
    await desk.count()
    assert await desk.outcomes(first) == {1: "ACCEPTED"}
    total = await world.connection.fetchval("SELECT count(*) FROM sell_through_line WHERE document_number = 'I-500'")
    assert total == 1


async def test_a_document_touched_twice_without_line_numbers_is_held(desk: Desk) -> None:
    header = "document_number,sold_on,product_code,reseller_account,quantity,unit_price,currency,serial_numbers"
    first = await desk.submit(
        csv=f"{header}\nI-600,2026-01-05,DRIVE-1,A-1,1,120,EUR,\nI-601,2026-01-05,DRIVE-1,A-1,1,120,EUR,S1\n"
    )
    await desk.count()
    assert await desk.outcomes(first) == {1: "ACCEPTED", 2: "ACCEPTED"}
    second = await desk.submit(
        csv=f"{header}\nI-600,2026-01-05,DRIVE-2,A-1,1,120,EUR,\nI-601,2026-01-05,DRIVE-1,A-1,1,120,EUR,S2\n"
    )
    await desk.count()
    assert await desk.outcomes(second) == {1: "HELD", 2: "ACCEPTED"}
    assert (1, "POSSIBLE_DUPLICATE") in await desk.issues(second)


async def test_an_unreadable_file_fails_with_a_reason_and_counts_nothing(desk: Desk, world: World) -> None:
    before = await month_units(world)
    submission = await desk.submit(csv="just some text\nwithout any header\n")
    await desk.count()
    row = await desk.submission(submission)
    assert row["status"] == "FAILED" and row["failure_code"] and row["failure_message"]
    assert await month_units(world) == before
