"""From the stored bytes of a report to rows that are staged, ready to be placed: a batch at a time.

The bytes come from the database in pages, are compared with the hash of what was received before anything is made of
them, and are read in a thread while the rows that were read before are copied. A long report is never held as a whole,
whatever it is written in. What holds for all of a report (its notation, how many rows it has, whether its envelope closes)
is known before its first row is staged.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from concurrent.futures import Future
from time import monotonic
from typing import Any, Protocol
from uuid import UUID

import msgspec
import polars as pl
import zstandard

from app.programme.currencies import CURRENCIES, NO_CURRENCY
from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.calendar import received_on
from app.reports.counting.naming import Names
from app.reports.counting.placing import queries as placing
from app.reports.formats import ReadingRules, ReportFrame, read_inline
from app.reports.formats.csv import BATCH, KEPT, CsvReading
from app.reports.formats.frame import issue_frame
from app.reports.formats.profiles import Profile
from app.reports.formats.sales import laid_out, open_sales
from app.reports.formats.script import Pieces
from app.reports.formats.stock_files import open_stock
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport
from app.reports.profiles.received import profile_of_submission
from app.reports.queries import chunk_page, kept_hash
from app.reports.stock.placing import queries as stock
from app.reports.stock.staging import staged_rows as staged_stock
from app.store.database import Database, Row, Session, acting_as_worker

Said = Row | Mapping[str, Any]
"What is known of a submission and its agreement."
Tell = Callable[[float], Awaitable[None]]
"Told how far a report is, from 0 to 1."
SALES = ("staging_row", placing.STAGED_COLUMNS)
STOCK = ("staged_stock", stock.STAGED_COLUMNS)
"Where the rows of a report are copied to."
HELD = 16 * 1024 * 1024
"Bytes of a report up to which they are held; those of a larger one are fetched again as often as they are read."
MOST_ROWS = 5_000_000
"Rows of one report. Of lines of a hundred bytes, 256 MiB hold half as many."
PAGE = 4
"Compressed chunks, of a mebibyte each, that are fetched at once."
PAUSE = 1.0
"Seconds between two words about how far a report is."


class Reading(Protocol):
    """A report about which everything is known but its rows, of which there are `rows`."""

    rows: int
    detected: dict[str, object]
    acknowledgement: str | None

    def batches(self) -> Iterator[ReportFrame]:
        """The rows in their order, at least one frame; the first has the issues of the report as a whole."""


class WholeReading:
    """A report that was read at once: lines that were sent inside a request are few."""

    def __init__(self, frame: ReportFrame) -> None:
        self._frame = frame
        self.rows, self.detected, self.acknowledgement = frame.rows.height, frame.detected, frame.acknowledgement

    def batches(self) -> Iterator[ReportFrame]:
        rows, issues = self._frame.rows, self._frame.issues
        for start in range(0, max(rows.height, 1), BATCH):
            part = rows.slice(start, BATCH)
            first = 0 if start == 0 else start + 1
            of_part = issues.filter(pl.col("row").is_between(first, start + part.height))
            yield ReportFrame(part, of_part, self.detected, self.acknowledgement)


async def opened(database: Database, vendor_id: UUID, submission: Said) -> Reading:
    """A stored report, ready to be read.

    Raises UnreadableReport where it cannot be, and RuntimeError where the stored bytes are not those that were received.
    """
    pieces = stored_pieces(database, vendor_id, submission["organization_id"], submission["file_id"])
    profile = await profile_of_submission(database, vendor_id, submission["id"])
    async with database.reading(acting_as_worker(vendor_id, submission["organization_id"])) as session:
        kept = await kept_hash(session, submission["organization_id"], submission["file_id"])
    reading = await asyncio.to_thread(_opened, pieces, submission, profile, kept or submission["sha256"])
    if reading.rows > MOST_ROWS:
        message = f"The report has {reading.rows:,} rows; one report has at most {MOST_ROWS:,}. Split it by period."
        raise UnreadableReport(FailureCode.TOO_MANY_ROWS, message)
    return reading


def _opened(pieces: Pieces, submission: Said, profile: Profile | None, sha256: str) -> Reading:
    if submission["byte_size"] <= HELD:
        pieces = _held(pieces)
    _verify(pieces, submission, sha256)
    rules = rules_of(submission)
    written = SubmissionFormat(submission["format"])
    if written is SubmissionFormat.CSV:
        return CsvReading(pieces, laid_out(rules, profile), kept=KEPT if submission["byte_size"] <= HELD else 0)
    if written is SubmissionFormat.INLINE:
        lines = msgspec.json.decode(b"".join(pieces()), type=list[dict[str, object]])
        return WholeReading(read_inline(lines, rules))
    read = open_stock if rules.kind is SubmissionKind.INVENTORY else open_sales
    return read(pieces, written, rules, profile)


def _held(pieces: Pieces) -> Pieces:
    found = list(pieces())
    return lambda: found


def stored_pieces(database: Database, vendor_id: UUID, organization_id: UUID, file_id: UUID) -> Pieces:
    """The bytes of a stored report, for a reader that runs in a thread: it waits there for each page of them.

    To be called where the event loop runs.
    """
    loop = asyncio.get_running_loop()

    async def page(position: int) -> list[bytes]:
        async with database.reading(acting_as_worker(vendor_id, organization_id)) as session:
            return await chunk_page(session, organization_id, file_id, position, PAGE)

    def pieces() -> Iterator[bytes]:
        position = 0
        while True:
            asked: Future[list[bytes]] = asyncio.run_coroutine_threadsafe(page(position), loop)
            found = asked.result()
            yield from (zstandard.decompress(chunk) for chunk in found)
            position += len(found)
            if len(found) < PAGE:
                return

    return pieces


def _verify(pieces: Pieces, submission: Said, sha256: str) -> None:
    digest = hashlib.sha256()
    for piece in pieces():
        digest.update(piece)
    if digest.hexdigest() != sha256:
        raise RuntimeError(f"the stored bytes of report file {submission['file_id']} are not those received")


def rules_of(submission: Said) -> ReadingRules:
    """How the agreement and the day of receipt have a report read. The vendor's own report owes the agreement nothing."""
    kind = SubmissionKind(submission["kind"])
    unpriced = frozenset({NO_CURRENCY} if kind is SubmissionKind.SELL_OUT else ())
    return ReadingRules(
        kind=kind,
        today=received_on(submission),
        mandatory=frozenset(submission["mandatory_fields"] if kind is SubmissionKind.SELL_THROUGH else ()),
        default_currency=submission["currency"],
        currencies=CURRENCIES | unpriced,
        received_at=submission["received_at"],
    )


async def stage(
    session: Session,
    reading: Reading,
    vendor_id: UUID,
    submission_id: UUID,
    kind: SubmissionKind,
    *,
    disclosed: Collection[str],
    further: Collection[Issue] = (),
    tell: Tell | None = None,
) -> placing.Named | None:
    """Copy all rows and issues of a report into the staging tables, while the next of them are read. What rows of sales
    name, unless that is too much to keep in mind.

    `disclosed` are the fields whose values the vendor may read; `further` is what else there is to say of the report as a
    whole. `tell` hears how far this is while rows are left, at once and then once a second at most.
    """
    await placing.begin_staging(session)
    if kind is SubmissionKind.INVENTORY:
        await stock.begin_staging(session)
    batches = reading.batches()
    said, names = issue_frame(further), Names()
    told, staged = monotonic(), 0
    upcoming = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while frame := await upcoming:
            upcoming = asyncio.create_task(asyncio.to_thread(next, batches, None))
            rows, issues, height = await asyncio.to_thread(
                _staged, frame, vendor_id, submission_id, kind, disclosed, said, names
            )
            said = issue_frame([])
            await session.copy_csv(*(STOCK if kind is SubmissionKind.INVENTORY else SALES), rows)
            if issues:
                await session.copy_csv("staging_issue", placing.STAGED_ISSUE_COLUMNS, issues)
            staged += height
            if tell is not None and staged < reading.rows and (staged == height or monotonic() - told >= PAUSE):
                told = monotonic()
                await tell(staged / reading.rows)
    finally:
        upcoming.cancel()
    return names.found()


def _staged(
    frame: ReportFrame,
    vendor_id: UUID,
    submission_id: UUID,
    kind: SubmissionKind,
    disclosed: Collection[str],
    further: pl.DataFrame,
    names: Names,
) -> tuple[bytes, bytes, int]:
    """The rows and issues of a batch as COPY takes them, and how many rows they are. What they name is added to `names`."""
    issues = pl.concat([frame.issues, further]) if further.height else frame.issues
    of_stock = kind is SubmissionKind.INVENTORY
    if not of_stock:
        names.add(frame.rows)
    return (
        staged_stock(frame, submission_id) if of_stock else staged_rows(frame, vendor_id, submission_id),
        staged_issues(issues, vendor_id, submission_id, kind, disclosed) if issues.height else b"",
        frame.rows.height,
    )


async def read_report(database: Database, vendor_id: UUID, submission: Said) -> ReportFrame:
    """All rows of a stored report at once; see `opened`."""
    reading = await opened(database, vendor_id, submission)
    frames = await asyncio.to_thread(list, reading.batches())
    rows, issues = pl.concat([each.rows for each in frames]), pl.concat([each.issues for each in frames])
    return ReportFrame(rows, issues, reading.detected, reading.acknowledgement)


async def rows_again(
    database: Database, vendor_id: UUID, submission: Said, row_numbers: Collection[int]
) -> ReportFrame:
    """Single rows of a stored report with their issues, as they were read when it was counted: no others are held."""
    reading = await opened(database, vendor_id, submission)
    return await asyncio.to_thread(_only, reading, sorted(row_numbers))


def _only(reading: Reading, row_numbers: list[int]) -> ReportFrame:
    wanted = pl.col("row").is_in(row_numbers)
    found = [(each.rows.filter(wanted), each.issues.filter(wanted)) for each in reading.batches()]
    rows, issues = (pl.concat(part) for part in zip(*found, strict=True))
    return ReportFrame(rows, issues, reading.detected, reading.acknowledgement)


def staged_rows(report: ReportFrame, vendor_id: UUID, submission_id: UUID) -> bytes:
    """The rows as COPY takes them. Lists become PostgreSQL arrays; empty text stays apart from nothing."""
    frame = report.rows.with_columns(_received(report.rows).alias("received")).select(
        pl.lit(str(vendor_id)).alias("vendor_id"),
        pl.lit(str(submission_id)).alias("submission_id"),
        pl.col("row").alias("row_number"),
        "source",
        "document_kind",
        "document_number",
        "document_line",
        "line_given",
        "return_of",
        "sold_on",
        "product_code",
        "reseller_account",
        pl.col("quantity_milli").alias("quantity"),
        "unit",
        pl.col("unit_price_micros").alias("unit_price"),
        pl.col("amount_micros").alias("amount"),
        "currency",
        "sale_type",
        "ship_to_country",
        "end_customer",
        "special_price_number",
        array_text("serial_numbers"),
        "content_hash",
        "received",
        "rejected",
    )
    return frame.write_csv(include_header=False, quote_style="non_numeric", null_value="").encode()


def _received(rows: pl.DataFrame) -> pl.Series:
    """What was received of every row as a JSON object of texts, without the fields that no row of the batch says."""
    received = rows.get_column("received").struct.unnest()
    said = [name for name in received.columns if received.get_column(name).null_count() < received.height]
    objects = received.select(pl.struct(said or received.columns[:1])).to_series()
    return objects.struct.json_encode()


def array_text(column: str) -> pl.Expr:
    """A list of texts as PostgreSQL writes an array; null where there is none."""
    quoted = pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    joined = pl.lit("{") + pl.col(column).list.eval(pl.lit('"') + quoted + pl.lit('"')).list.join(",") + pl.lit("}")
    return pl.when(pl.col(column).list.len() > 0).then(joined).otherwise(None).alias(column)


_SEVERITY = {code.value: code.severity.value for code in IssueCode}


def staged_issues(
    issues: pl.DataFrame, vendor_id: UUID, submission_id: UUID, kind: SubmissionKind, disclosed: Collection[str]
) -> bytes:
    """The reader's findings as COPY takes them, each row's in order; of those of a row all are given together.

    The vendor reads the values of `disclosed` fields alone; what a column that is not read is called is its sender's
    business.
    """
    unread_column = (pl.col("code") == IssueCode.UNKNOWN_COLUMN) & (kind is not SubmissionKind.SELL_IN)
    of_whole_report = (pl.col("row") == 0) & ~unread_column
    open_to_vendor = pl.col("field").is_in(sorted(disclosed)) | of_whole_report
    ready = issues.select(
        pl.lit(str(vendor_id)).alias("vendor_id"),
        pl.lit(str(submission_id)).alias("submission_id"),
        pl.col("row").alias("row_number"),
        pl.int_range(pl.len()).over("row").alias("position"),
        "field",
        "code",
        pl.col("code").replace_strict(_SEVERITY, return_dtype=pl.String).alias("severity"),
        "value",
        pl.when(open_to_vendor).then(pl.col("value")).alias("disclosed_value"),
    )
    return ready.write_csv(include_header=False, quote_style="non_numeric", null_value="").encode()
