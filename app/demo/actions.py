"""Making the demo network: firms and terms are set up, then two years of reports come in and are counted.

Everybody writes what they may write in earnest, and every figure is made by the same counting as anybody's. Each step can
be run again without doing anything twice, so a demo network that was broken off, by whatever, is continued; one that is
complete is left alone, also in a later month.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from uuid import UUID

import zstandard

from app.demo import queries, records
from app.demo.claims import is_settled, settle
from app.demo.contexts import as_distributor, as_reseller, as_vendor
from app.demo.credentials import OPERATOR, provision_clients
from app.demo.history import History, midnight
from app.demo.incentives import incentives
from app.demo.incentives import records as of_incentives
from app.demo.network import (
    NORDWIND,
    Agreement,
    Vendor,
    distributors,
    linked_resellers,
    network,
    organization_id,
)
from app.demo.programs import enrollments
from app.demo.reports import Report, report_keys, reports
from app.demo.sales import Month, sales
from app.demo.scenes.playing import is_played, play
from app.demo.sell_out import SellOutReport, sell_out_reports
from app.demo.statements import Decision, decisions, runs
from app.incentives.statements.calculating.actions import calculate
from app.incentives.statements.deciding.actions import carry_out
from app.programme.terms import SubmissionFormat, SubmissionKind, SubmissionMode
from app.reports import queries as handed_in
from app.reports.actions import CHUNK
from app.reports.counting.actions import count_reports
from app.store.connect import Urls
from app.store.database import Context, Database, Session, acting_as_worker

__all__ = ["DemoTrouble", "Progress", "provision_clients", "seed", "seeded_history"]

Progress = Callable[[str, int, int], None]
"Told what is being done, how many steps of it are done, and of how many."

COUNTED_AT_ONCE = 3
UPLOAD_LIFETIME = timedelta(hours=24)


class DemoTrouble(Exception):
    """The demo network could not be made; the message says why."""


async def seed(urls: Urls, *, until: date, progress: Progress, share: float = 1.0) -> None:
    """Make the demo network with the 24 whole months before `until`, or finish one that was begun.

    One that is complete is left as it is. `share` makes so much of the sales only, for tests. Raises DemoTrouble where a
    report of the demo could not be counted.
    """
    owner = await Database.open(urls.owner, connections=2, statement_timeout=600.0)
    app = await Database.open(urls.app, connections=COUNTED_AT_ONCE + 6, statement_timeout=600.0)
    try:
        async with _alone(owner):
            begun = await seeded_history(owner)
            history = begun or History.until(until)
            if begun is None or not await _is_complete(app, history):
                await _Making(owner, app, history, max(midnight(until), midnight(history.end)), progress, share).all()
            await _refuse_failed(app, history)
    finally:
        await app.close()
        await owner.close()


async def seeded_history(owner: Database) -> History | None:
    """The months of the demo network that was made or begun; None where there is none."""
    async with owner.reading(OPERATOR) as session:
        founded = await queries.founded_at(session, organization_id(NORDWIND))
    return None if founded is None else History.beginning(founded.date())


@asynccontextmanager
async def _alone(owner: Database) -> AsyncIterator[None]:
    """Of two that make the demo network at once, one waits for the other."""
    async with owner.connection() as connection:
        await queries.take_turn(connection)
        try:
            yield
        finally:
            await queries.end_turn(connection)


async def _is_complete(app: Database, history: History) -> bool:
    standing = await _standing(app, history)
    ids = [key.submission_id for key in report_keys(network(), history)]
    ids += [report.submission_id for report in sell_out_reports(network(), history, midnight(history.end))]
    if any(standing.get(id) not in {"PROCESSED", "FAILED"} for id in ids):
        return False
    for vendor in network():
        last = runs(vendor, history)[-1]
        async with app.reading(acting_as_worker(vendor.id)) as session:
            if not await queries.statements_decided(session, vendor.id, last["id"]):
                return False
    return await is_settled(app, history) and await is_played(app, network()[0])


async def _standing(app: Database, history: History) -> dict[UUID, str]:
    """Where each of the demo's reports stands, by its submission."""
    found: dict[UUID, str] = {}
    for vendor in network():
        ids = [key.submission_id for key in report_keys([vendor], history)]
        ids += [report.submission_id for report in sell_out_reports([vendor], history, midnight(history.end))]
        async with app.reading(acting_as_worker(vendor.id)) as session:
            found |= {row["id"]: row["status"] for row in await queries.reports_there(session, vendor.id, ids)}
    return found


async def _refuse_failed(app: Database, history: History) -> None:
    failed = [submission for submission, status in (await _standing(app, history)).items() if status == "FAILED"]
    if failed:
        raise DemoTrouble(
            f"{len(failed)} of the demo's reports could not be counted, first {failed[0]}; the log says why. "
            "Make the demo network in an empty database again."
        )


@dataclass
class _Making:
    """The demo network while it is made."""

    owner: Database
    app: Database
    history: History
    latest: datetime
    progress: Progress
    share: float
    vendors: tuple[Vendor, ...] = field(default_factory=network)
    sold: dict[UUID, list[Month]] = field(default_factory=dict)
    reports: dict[UUID, list[Report]] = field(default_factory=dict)
    counted: int = 0

    async def all(self) -> None:
        """Make all that is not there yet."""
        await self._make_up()
        await self._set_up()
        await self._report()
        await self._report_sell_out()
        await self._state()
        await settle(self.app, self.vendors[0], self.history, self.sold, self.latest)
        told = partial(self.progress, "Letting people act")
        await play(self.app, self.vendors[0], self.history, self.sold, told)

    async def _make_up(self) -> None:
        """Think out two years of sales."""
        agreements = [(vendor, agreement) for vendor in self.vendors for agreement in vendor.agreements]
        for done, (vendor, agreement) in enumerate(agreements):
            self.progress("Making up two years of sales", done, len(agreements))
            await asyncio.to_thread(self._make_up_agreement, vendor, agreement)
        self.progress("Making up two years of sales", len(agreements), len(agreements))

    def _make_up_agreement(self, vendor: Vendor, agreement: Agreement) -> None:
        months = list(sales(agreement, self.history, self.share))
        self.sold[agreement.id] = months
        self.reports[agreement.id] = reports(vendor, agreement, months, self.latest)

    async def _set_up(self) -> None:
        """Write down firms and terms, each part by whoever may."""
        steps = list(self._steps())
        for done, (database, context, rows) in enumerate(steps):
            self.progress("Setting up the networks", done, len(steps))
            async with database.writing(context) as session:
                for table, of_table in rows.items():
                    await queries.add(session, table, of_table)
        self.progress("Setting up the networks", len(steps), len(steps))

    def _steps(self) -> Iterator[tuple[Database, Context, records.Records]]:
        firms = [*distributors(), *linked_resellers()]
        yield self.owner, OPERATOR, records.of_operator(self.vendors, firms, self.history)
        for vendor in self.vendors:
            yield self.app, as_vendor(vendor), records.of_vendor(vendor, self.history, self.sold)
            offered = incentives(vendor, self.history, self.sold)
            yield self.app, as_vendor(vendor), of_incentives(vendor, offered)
        agreements = [agreement for vendor in self.vendors for agreement in vendor.agreements]
        for firm in distributors():
            own = [agreement for agreement in agreements if agreement.distributor.id == firm.id]
            yield self.app, as_distributor(firm, own), records.of_distributor(own, self.history)
        for vendor in self.vendors:
            yield self.app, acting_as_worker(vendor.id), records.of_worker(vendor, self.history, self.sold)

    async def _report(self) -> None:
        """Hand all reports in as they came, and count them; agreements side by side."""
        standing = await _standing(self.app, self.history)
        turn = asyncio.Semaphore(COUNTED_AT_ONCE)
        self._tell_counted(0)
        try:
            async with asyncio.TaskGroup() as group:
                for vendor in self.vendors:
                    for agreement in vendor.agreements:
                        group.create_task(self._report_agreement(vendor, agreement, standing, turn))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed

    async def _report_sell_out(self) -> None:
        """Hand in what a reseller sold to end customers, as that reseller, and count it."""
        standing = await _standing(self.app, self.history)
        for vendor in self.vendors:
            enrolled = {each.reseller.id: each.id for each in enrollments(vendor, self.sold, self.history)}
            for report in sell_out_reports([vendor], self.history, self.latest):
                if report.submission_id not in standing:
                    async with self.app.writing(as_reseller(report)) as session:
                        await _store_sell_out(session, report, enrolled[report.reseller.id])
                await self._count(vendor, report.reseller.id)

    async def _state(self) -> None:
        """Calculate the statements of the quarters that are over, and decide about them."""
        asked = [(vendor, run) for vendor in self.vendors for run in runs(vendor, self.history)]
        for done, (vendor, run) in enumerate(asked):
            self.progress("Calculating statements", done, len(asked))
            async with self.app.writing(as_vendor(vendor, UUID(run["asked_by"]))) as session:
                await queries.add(session, "statement_run", [run])
            await self._calculate(vendor, run["id"])
        self.progress("Calculating statements", len(asked), len(asked))
        for vendor in self.vendors:
            for decision in decisions(incentives(vendor, self.history, self.sold), self.history):
                await self._decide(vendor, decision)

    async def _calculate(self, vendor: Vendor, run_id: UUID) -> None:
        """Calculate what a run asks for; while a worker counts for one of the distributors, come back."""
        done = await calculate(self.app, vendor.id, run_id)
        while not done:
            await asyncio.sleep(0.2)
            done = await calculate(self.app, vendor.id, run_id)

    async def _decide(self, vendor: Vendor, decision: Decision) -> None:
        """Write a decision down as whoever takes it, and carry it out."""
        agreement, quarter = decision.incentive.agreement, decision.quarter
        by = decision.by(vendor).id
        if decision.by_distributor:
            context = as_distributor(agreement.distributor, [agreement], by)
        else:
            context = as_vendor(vendor, by)
        async with self.app.writing(context) as session:
            found = await queries.statement_of(session, vendor.id, decision.incentive.term_id, quarter.start)
            if found is None:
                return
            await queries.add(session, "statement_decision", [decision.record(vendor, found["id"], found["revision"])])
        await carry_out(self.app, vendor.id, decision.id)

    async def _report_agreement(
        self, vendor: Vendor, agreement: Agreement, standing: dict[UUID, str], turn: asyncio.Semaphore
    ) -> None:
        received = self.reports[agreement.id]
        for _, together in groupby(received, key=lambda report: (report.received_at.year, report.received_at.month)):
            arrived = list(together)
            async with turn:
                new = [report for report in arrived if report.key.submission_id not in standing]
                await self._hand_in(vendor, agreement, new)
                await self._count(vendor, agreement.id)
            self._tell_counted(len(arrived))

    async def _count(self, vendor: Vendor, owner_id: UUID) -> None:
        """Count what waits under an agreement, or of a reseller; while a worker counts for the same firm, come back."""
        busy = await count_reports(self.app, vendor.id, owner_id)
        while busy is not None:
            await asyncio.sleep(busy.seconds)
            busy = await count_reports(self.app, vendor.id, owner_id)

    def _tell_counted(self, more: int) -> None:
        self.counted += more
        self.progress("Counting reports", self.counted, sum(map(len, self.reports.values())))

    async def _hand_in(self, vendor: Vendor, agreement: Agreement, arrived: Sequence[Report]) -> None:
        """Store reports as those who sent them, in the order of their arrival."""
        for kind, sent in groupby(arrived, key=lambda report: report.key.kind):
            own = kind is SubmissionKind.SELL_IN
            context = as_vendor(vendor) if own else as_distributor(agreement.distributor, [agreement])
            async with self.app.writing(context) as session:
                for report in sent:
                    await _store(session, report)


async def _store(session: Session, report: Report) -> None:
    """Store a report's bytes and write it down as received, as handing it in does."""
    await _store_file(session, report.organization_id, report.key.file_id, report)
    await handed_in.add_submission(
        session,
        vendor_id=report.key.agreement.vendor_id,
        id=report.key.submission_id,
        agreement_id=report.key.agreement.id,
        distributor_id=report.key.agreement.distributor_id,
        kind=report.key.kind.value,
        period_start=report.key.period.start,
        period_end=report.key.period.end,
        organization_id=report.organization_id,
        file_id=report.key.file_id,
        submitted_by=report.submitted_by,
        **_as_received(report),
    )


async def _store_sell_out(session: Session, report: SellOutReport, enrollment_id: UUID) -> None:
    """The same for a report of sell-out."""
    owner = report.reseller.organization_id
    assert owner is not None
    await _store_file(session, owner, report.file_id, report)
    await handed_in.add_submission(
        session,
        vendor_id=report.vendor_id,
        id=report.submission_id,
        reseller_id=report.reseller.id,
        enrollment_id=enrollment_id,
        kind=SubmissionKind.SELL_OUT.value,
        period_start=report.period.start,
        period_end=report.period.end,
        organization_id=owner,
        file_id=report.file_id,
        submitted_by=f"{report.reseller.name} shop",
        **_as_received(report),
    )


def _as_received(report: Report | SellOutReport) -> dict[str, object]:
    return {
        "mode": SubmissionMode.APPEND.value,
        "format": SubmissionFormat.CSV.value,
        "filename": report.filename,
        "sha256": report.sha256,
        "byte_size": len(report.content),
        "received_at": report.received_at,
    }


async def _store_file(session: Session, owner: UUID, file_id: UUID, report: Report | SellOutReport) -> None:
    size, at, sha256 = len(report.content), report.received_at, report.sha256
    await handed_in.add_file(session, owner, file_id, report.filename, size, sha256, at, at + UPLOAD_LIFETIME)
    for position, start in enumerate(range(0, size, CHUNK)):
        piece = zstandard.compress(report.content[start : start + CHUNK])
        await handed_in.add_chunk(session, owner, file_id, position, piece)
    await handed_in.complete_file(session, owner, file_id, sha256, size, at)
