"""A report that is counted in batches: as if it were counted at once, and heard of while it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest

from app.programme.terms import SubmissionKind
from app.reports.counting import actions, queries, reading
from app.reports.formats import ReadingRules, read_csv, script
from app.reports.formats.csv import CsvReading
from app.store.connect import Urls
from app.store.database import Database, acting_as_worker
from tests.api.test_counting import HEADER, Desk
from tests.world import World, build

RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "EUR")


@pytest.fixture(scope="module")
async def world(urls: Urls) -> AsyncIterator[World]:
    built = await build(urls.owner)
    yield built
    await built.connection.close()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of seven lines, pages of one chunk, and a word about every batch."""

    def read(pieces: object, rules: ReadingRules, **_: int) -> CsvReading:
        return CsvReading(pieces, rules, most=7, kept=0)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "CsvReading", read)
    monkeypatch.setattr(script, "_AT_ONCE", 100)
    monkeypatch.setattr(reading, "PAGE", 1)
    monkeypatch.setattr(reading, "PAUSE", 0.0)


def rows(name: str, number: int) -> list[str]:
    """Lines of which every eleventh names an unknown product and every thirteenth has no quantity."""
    return [
        f"{name}-{n // 5},{n % 5},2026-01-05,{'WHAT' if n % 11 == 0 else 'DRIVE-1'},A-1,{'' if n % 13 == 0 else 2},120,EUR"
        for n in range(number)
    ]


async def test_a_report_in_batches_has_the_outcomes_and_issues_of_the_report_at_once(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch, small_batches: None
) -> None:
    desk = Desk(world, database)
    in_batches = await desk.submit(csv="\n".join([HEADER, *rows("B", 100), "", "too,short"]))
    await desk.count()
    monkeypatch.undo()
    at_once = await desk.submit(csv="\n".join([HEADER, *rows("O", 100), "", "too,short"]))
    await desk.count()
    assert await desk.outcomes(in_batches) == await desk.outcomes(at_once)
    assert await desk.issues(in_batches) == await desk.issues(at_once)
    found = await world.connection.fetch(
        "SELECT detected, rows_received, rows_accepted, rows_held, rows_rejected FROM submission"
        " WHERE id = ANY ($1::uuid[])",
        [in_batches, at_once],
    )
    assert found[0] == found[1]
    assert found[0]["rows_received"] == 101


async def test_how_far_a_report_is_can_be_read_while_it_is_counted(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch, small_batches: None
) -> None:
    desk = Desk(world, database)
    seen: list[float] = []
    told = actions._tell

    async def tell(database: Database, vendor_id: UUID, submission_id: UUID, staged: float) -> None:
        await told(database, vendor_id, submission_id, staged)
        row = await world.connection.fetchrow("SELECT status, progress FROM submission WHERE id = $1", submission_id)
        assert row is not None
        assert row["status"] == "PROCESSING"
        seen.append(row["progress"])

    monkeypatch.setattr(actions, "_tell", tell)
    await desk.submit(csv="\n".join([HEADER, *rows("P", 50)]))
    await desk.count()
    assert len(seen) > 4
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] < 1


async def test_bytes_that_are_not_those_received_are_never_counted(
    world: World, database: Database, small_batches: None
) -> None:
    desk = Desk(world, database)
    submission = await desk.submit(csv="\n".join([HEADER, *rows("X", 20)]))
    await world.connection.execute("UPDATE submission SET sha256 = repeat('0', 64) WHERE id = $1", submission)
    await desk.count()
    found = await world.connection.fetchrow("SELECT status, failure_code FROM submission WHERE id = $1", submission)
    assert dict(found or {}) == {"status": "FAILED", "failure_code": "SERVER_FAULT"}
    assert await desk.outcomes(submission) == {}


async def test_single_rows_of_a_stored_report_are_read_again(
    world: World, database: Database, small_batches: None
) -> None:
    desk = Desk(world, database)
    text = "\n".join([HEADER, *rows("A", 40)])
    submission = await desk.submit(csv=text)
    async with database.reading(acting_as_worker(desk.vendor_id)) as session:
        stored = await queries.next_waiting(session, desk.vendor_id, desk.agreement_id)
    assert stored is not None
    again = await reading.rows_again(database, desk.vendor_id, stored, [1, 14, 33])
    whole = read_csv(text.encode(), RULES)
    assert again.rows["row"].to_list() == [1, 14, 33]
    assert again.rows["content_hash"].to_list() == [whole.rows["content_hash"][n - 1] for n in (1, 14, 33)]
    assert {issue.row for issue in again.found()} == {1, 14}
    await desk.count()
    assert len(await desk.outcomes(submission)) == 40


async def test_a_long_upload_is_fetched_page_by_page(world: World, database: Database, small_batches: None) -> None:
    desk = Desk(world, database)
    data = ("\n".join([HEADER, *rows("L", 3)]) + "\n" + " " * 3_000_000).encode()
    await desk.submit(csv=data)
    async with database.reading(acting_as_worker(desk.vendor_id)) as session:
        stored = await queries.next_waiting(session, desk.vendor_id, desk.agreement_id)
    assert stored is not None
    pieces = reading.stored_pieces(database, desk.vendor_id, stored["organization_id"], stored["file_id"])
    found = await asyncio.to_thread(lambda: list(pieces()))
    assert [len(piece) for piece in found[:2]] == [1024 * 1024] * 2
    assert b"".join(found) == data
    await desk.count()
