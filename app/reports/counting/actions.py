"""Counting: a report's rows are placed and become figures in one transaction, or not at all.

Reports of one agreement count in the order in which they were received; another distributor's are not held up. A killed
worker leaves the report as it was, and whoever picks the job up begins it again. A confirmed alias releases held rows by
the same statements under the same lock.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import polars as pl
import structlog
import zstandard
from asyncpg.exceptions import InterfaceError

from app.programme.terms import AliasKind, SubmissionFormat, SubmissionKind
from app.reports.calendar import due_on, received_on
from app.reports.counting import queries
from app.reports.counting.placing import queries as placing
from app.reports.formats import ReadingRules, ReportFrame, read_csv, read_inline, read_slsrpt, read_x12_867, read_xlsx
from app.reports.formats.frame import issue_frame
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport
from app.store.changes import Topic, publish
from app.store.database import Database, Row, Session, acting_as_worker

log = structlog.get_logger()
Said = Row | Mapping[str, Any]
"What is known of a submission and its agreement."
ATTEMPTS = 3
DISCLOSED_ALWAYS = frozenset(
    {
        "document_kind",
        "document_number",
        "document_line",
        "return_of",
        "sold_on",
        "invoiced_on",
        "product_code",
        "quantity",
        "unit",
        "currency",
        "sale_type",
        "ship_to_country",
        "special_price_number",
        "serial_numbers",
    }
)


@dataclass(frozen=True, slots=True)
class Busy:
    """Another report of the same distributor is being counted; come back in so many seconds."""

    seconds: float = 0.2


def progress_of(vendor_id: UUID, submission_id: UUID) -> Topic:
    """What is published whenever a report stands otherwise than before."""
    return Topic("submission", vendor_id, submission_id)


async def count_reports(database: Database, vendor_id: UUID, agreement_id: UUID) -> Busy | None:
    """Count every waiting report of an agreement, oldest first."""
    while True:
        waiting = await _begin_next(database, vendor_id, agreement_id)
        if not isinstance(waiting, Row):
            return waiting
        counted = await _count_or_fail(database, vendor_id, agreement_id, waiting)
        if counted is not None:
            return counted


async def _begin_next(database: Database, vendor_id: UUID, agreement_id: UUID) -> Row | Busy | None:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        waiting = await queries.next_waiting(session, vendor_id, agreement_id)
        if waiting is None:
            return None
        if not await queries.take_turn(session, waiting["distributor_id"]):
            return Busy()
        await queries.begin(session, vendor_id, waiting["id"], datetime.now(UTC))
        await publish(session, progress_of(vendor_id, waiting["id"]))
        return waiting


async def _count_or_fail(database: Database, vendor_id: UUID, agreement_id: UUID, waiting: Row) -> Busy | None:
    """Count one report. What cannot be read fails with its reason; a fault of ours is tried again, then says so."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            frame = await read_report(database, vendor_id, waiting)
            return await _count(database, vendor_id, agreement_id, waiting["id"], frame)
        except UnreadableReport as reason:
            own = waiting["kind"] == SubmissionKind.SELL_IN
            disclosed = reason.message if own else reason.disclosed
            await _fail(database, vendor_id, waiting["id"], reason.code, reason.message, disclosed)
            return None
        except (asyncpg.PostgresConnectionError, InterfaceError, OSError):
            raise
        except Exception:
            log.exception("counting failed", submission=str(waiting["id"]), attempt=attempt)
            if attempt < ATTEMPTS:
                await asyncio.sleep(0.1 * attempt)
    message = (
        "The report could not be counted because of a fault of the server; nothing of it counts. Submit it again with a "
        "new idempotency key, and tell us the submission's id if it fails again."
    )
    await _fail(database, vendor_id, waiting["id"], FailureCode.SERVER_FAULT, message, message)
    return None


async def _fail(
    database: Database, vendor_id: UUID, submission_id: UUID, code: FailureCode, message: str, disclosed: str
) -> None:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await queries.fail(session, vendor_id, submission_id, code.value, message, disclosed, datetime.now(UTC))
        await publish(session, progress_of(vendor_id, submission_id))


async def read_report(database: Database, vendor_id: UUID, submission: Said) -> ReportFrame:
    """The rows of a stored report. Its bytes are those that were received: the hash is compared."""
    async with database.reading(acting_as_worker(vendor_id, submission["organization_id"])) as session:
        chunks = await queries.chunks(session, submission["organization_id"], submission["file_id"])
    data = await asyncio.to_thread(unpacked, chunks)
    if hashlib.sha256(data).hexdigest() != submission["sha256"]:
        raise RuntimeError(f"the stored bytes of report file {submission['file_id']} are not those received")
    rules = ReadingRules(
        kind=SubmissionKind(submission["kind"]),
        today=received_on(submission),
        mandatory=_mandatory(submission),
        default_currency=submission["currency"],
        received_at=submission["received_at"],
    )
    return await asyncio.to_thread(_read, data, SubmissionFormat(submission["format"]), rules)


def _read(data: bytes, written: SubmissionFormat, rules: ReadingRules) -> ReportFrame:
    match written:
        case SubmissionFormat.INLINE:
            return read_inline(msgspec.json.decode(data, type=list[dict[str, object]]), rules)
        case SubmissionFormat.CSV:
            return read_csv(data, rules)
        case SubmissionFormat.XLSX:
            return read_xlsx(data, rules)
        case SubmissionFormat.X12:
            return read_x12_867(data, rules)
        case SubmissionFormat.EDIFACT:
            return read_slsrpt(data, rules)


def _mandatory(submission: Said) -> frozenset[str]:
    """What the agreement asks of the distributor; the vendor's own sell-in report owes it nothing."""
    own = submission["kind"] == SubmissionKind.SELL_IN
    return frozenset() if own else frozenset(submission["mandatory_fields"])


def unpacked(chunks: Sequence[bytes]) -> bytes:
    """The bytes of a report from its compressed chunks."""
    return b"".join(zstandard.decompress(chunk) for chunk in chunks)


async def _count(
    database: Database, vendor_id: UUID, agreement_id: UUID, submission_id: UUID, frame: ReportFrame
) -> Busy | None:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        waiting = await queries.next_waiting(session, vendor_id, agreement_id)
        agreement = await placing.agreement_terms(session, vendor_id, agreement_id)
        if waiting is None or agreement is None or waiting["id"] != submission_id:
            return None
        if not await queries.take_turn(session, agreement["distributor_id"]):
            return Busy()
        kind = SubmissionKind(waiting["kind"])
        issues = pl.concat([frame.issues, issue_frame(_lateness(waiting))])
        await session.copy_csv("staging_row", placing.STAGED_COLUMNS, _staged(frame, vendor_id, submission_id))
        await session.copy_csv(
            "staging_issue", placing.STAGED_ISSUE_COLUMNS, _issues(issues, vendor_id, submission_id, agreement, kind)
        )
        await placing.keep_read_issues(session, vendor_id, submission_id, agreement)
        await placing.place(session, kind, vendor_id, agreement)
        await _write(session, kind, vendor_id, agreement, f"submission {submission_id}")
        await queries.keep_other_rows(session, kind, vendor_id, agreement, disclosed_fields(agreement, kind))
        await placing.write_placing_issues(session, vendor_id, agreement)
        found = await queries.outcomes(session)
        await queries.finish(
            session, vendor_id, submission_id, found, frame.detected, frame.acknowledgement, datetime.now(UTC)
        )
        await publish(session, progress_of(vendor_id, submission_id))
        await placing.clear_staging(session, vendor_id)
    log.info("report counted", submission=str(submission_id), kind=kind.value, **found)
    return None


async def _write(session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, cause: str) -> None:
    """Write the accepted rows as facts, add them to the rollups, and say when they became known."""
    knowledge = await queries.new_knowledge(session, vendor_id, agreement["id"], cause)
    if kind is SubmissionKind.SELL_THROUGH:
        await queries.count_sell_through(session, vendor_id, agreement, knowledge)
    else:
        await queries.count_sell_in(session, vendor_id, agreement, knowledge)
    await queries.knowledge_is_known(session, vendor_id, knowledge)


async def release_held(database: Database, vendor_id: UUID, alias_id: UUID) -> Busy | None:
    """Let the held rows count that waited for a code which an alias now explains; past ones too."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        alias = await queries.alias(session, vendor_id, alias_id)
        if alias is None:
            return None
        agreement = await placing.agreement_terms(session, vendor_id, alias["agreement_id"])
        if agreement is None:
            return None
        if not await queries.take_turn(session, agreement["distributor_id"]):
            return Busy()
        column = "product_code" if alias["kind"] == AliasKind.PRODUCT else "reseller_account"
        total = 0
        for kind in SubmissionKind:
            if not await placing.stage_held(session, kind, vendor_id, agreement["id"], column, alias["code"]):
                continue
            await placing.place(session, kind, vendor_id, agreement)
            await _write(session, kind, vendor_id, agreement, f"alias {alias_id}")
            total += await queries.settle_released(session, vendor_id, datetime.now(UTC))
            changed = await queries.released_submissions(session)
            await publish(session, *(progress_of(vendor_id, each) for each in changed))
            await placing.clear_staging(session, vendor_id)
        await queries.alias_released(session, vendor_id, alias_id, total)
    log.info("held rows released", alias=str(alias_id), rows=total)
    return None


def disclosed_fields(agreement: Row, kind: SubmissionKind) -> frozenset[str]:
    """The fields of a row that the vendor may read: its own report whole, else what the agreement discloses."""
    own = kind is SubmissionKind.SELL_IN
    found = set(DISCLOSED_ALWAYS)
    if own or agreement["discloses_resale_price"]:
        found |= {"unit_price", "amount"}
    if own or agreement["discloses_end_customer"]:
        found.add("end_customer")
    if own or agreement["discloses_reseller"]:
        found.add("reseller_account")
    return frozenset(found)


def _lateness(submission: Said) -> list[Issue]:
    due = due_on(submission)
    return [Issue(0, "period", IssueCode.REPORTED_LATE, due.isoformat())] if received_on(submission) > due else []


def _staged(report: ReportFrame, vendor_id: UUID, submission_id: UUID) -> bytes:
    """The rows as COPY takes them. Lists become PostgreSQL arrays; empty text stays apart from nothing."""
    frame = report.rows.with_columns(report.received_as_json().alias("received")).select(
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


def array_text(column: str) -> pl.Expr:
    """A list of texts as PostgreSQL writes an array; null where there is none."""
    quoted = pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    joined = pl.lit("{") + pl.col(column).list.eval(pl.lit('"') + quoted + pl.lit('"')).list.join(",") + pl.lit("}")
    return pl.when(pl.col(column).list.len() > 0).then(joined).otherwise(None).alias(column)


_SEVERITY = {code.value: code.severity.value for code in IssueCode}


def _issues(issues: pl.DataFrame, vendor_id: UUID, submission_id: UUID, agreement: Row, kind: SubmissionKind) -> bytes:
    """The readers' findings as COPY takes them, each row's in order. What a column that is not read is called is its
    sender's business."""
    unread_column = (pl.col("code") == IssueCode.UNKNOWN_COLUMN) & (kind is not SubmissionKind.SELL_IN)
    of_whole_report = (pl.col("row") == 0) & ~unread_column
    open_to_vendor = pl.col("field").is_in(sorted(disclosed_fields(agreement, kind))) | of_whole_report
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
