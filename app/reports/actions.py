"""What partners do with reports: announce and send a file, hand a report in, confirm what a code stands for.

Received means durable: the bytes, their hash and the report's place in the queue are committed before the answer. What
becomes of the rows is the worker's work (counting).
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import zstandard

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.access.roles import Permission
from app.execution.errors import Problem, Refused, UserErrorCode, refuse_if
from app.execution.identifiers import Key, global_id, key_of, read_global_id
from app.execution.request import Request
from app.programme.terms import SubmissionFormat, SubmissionKind, SubmissionMode, SubmissionStatus
from app.reports import queries
from app.reports.counting.actions import progress_of
from app.reports.formats import format_of
from app.reports.profiles import queries as profiles
from app.store.changes import publish
from app.store.database import Database, Row, Session
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

CHUNK = 1024 * 1024
MOST_INLINE_LINES = 1_000
SUBMITTING = {
    SubmissionKind.SELL_THROUGH: Permission.SELL_THROUGH_SUBMIT,
    SubmissionKind.SELL_IN: Permission.SELL_IN_SUBMIT,
    SubmissionKind.INVENTORY: Permission.INVENTORY_SUBMIT,
    SubmissionKind.SELL_OUT: Permission.SELL_OUT_SUBMIT,
}
"Whoever may hand a report in may withdraw it."
TAKING_PART = frozenset({"APPROVED", "ACTIVE", "SUSPENDED"})
"In which enrolments sell-out is reported: it says what was sold, whether or not benefits are granted."
OWNERS = ("agreement_id", "distributor_id", "reseller_id", "enrollment_id")
C = UserErrorCode


@dataclass(frozen=True, slots=True)
class Report:
    """A report to be handed in: for which agreement (of sell-out: which enrolment) and days, either its lines or the upload
    that holds it, what it does to what was reported before, and whether it is only tried out."""

    kind: SubmissionKind
    agreement_id: str | None
    start: date
    end: date
    lines: Sequence[dict[str, object]] | None
    upload_id: str | None
    mode: SubmissionMode = SubmissionMode.APPEND
    preview: bool = False
    enrollment_id: str | None = None

    @property
    def owed(self) -> str:
        """The field that says for what it is."""
        return "agreementId" if self.enrollment_id is None else "enrollmentId"


async def announce_upload(
    request: Request[Actor],
    *,
    filename: str,
    byte_size: int | None,
    sha256: str | None,
    key: str,
    lifetime: timedelta,
    largest: int,
) -> UUID:
    """Make a place for a file that is about to be sent."""
    given = {"filename": filename, "byteSize": byte_size, "sha256": sha256}
    async with acting(request, "createUpload") as act:
        if done := await act.done_before(key, given):
            return UUID(done)
        refuse_if(_upload_problems(filename, byte_size, sha256, largest))
        file_id, now = new_id(), datetime.now(UTC)
        await queries.add_file(
            act.session,
            act.actor.organization_id,
            file_id,
            filename.strip(),
            byte_size,
            sha256.lower() if sha256 else None,
            now,
            now + lifetime,
        )
        await act.remember(key, given, str(file_id))
        await act.record(_upload_id(act.actor, file_id), vendor_id=None, after=given)
        return file_id


def _upload_problems(filename: str, byte_size: int | None, sha256: str | None, largest: int) -> list[Problem]:
    problems = []
    if not filename.strip() or len(filename) > 200 or not filename.isprintable():
        problems.append(Problem(("filename",), C.INVALID, "A file's name has 1 to 200 printable characters."))
    if byte_size is not None and not 0 < byte_size <= largest:
        problems.append(
            Problem(("byteSize",), C.INVALID, f"A report has 1 to {largest:,} bytes; split a larger one by period.")
        )
    if sha256 is not None and (len(sha256) != 64 or not set(sha256.lower()) <= set("0123456789abcdef")):
        problems.append(Problem(("sha256",), C.INVALID, "A SHA-256 is written as 64 hexadecimal digits."))
    return problems


def _upload_id(actor: Actor, file_id: UUID) -> str:
    return global_id("Upload", Key(actor.organization_id, file_id))


class UploadRefused(Exception):
    """The bytes were not taken, and nothing of them was kept. `status` is the HTTP status, `code` for programs."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


async def receive_bytes(
    database: Database, actor: Actor, file_id: UUID, body: AsyncIterator[bytes], largest: int
) -> Row:
    """Store a file as it streams in, compressed, in one transaction: all of it or nothing.

    Sent again with the same bytes it answers the same; a complete file never changes. Raises UploadRefused.
    """
    organization = actor.organization_id
    async with database.writing(actor.context()) as session:
        announced = await queries.file_locked(session, organization, file_id)
        _may_receive(announced)
        assert announced is not None
        if announced["completed_at"] is None:
            await queries.forget_chunks(session, organization, file_id)
        sha256, size = await _store(session, announced, body, largest)
        _as_announced(announced, sha256, size)
        await queries.complete_file(session, organization, file_id, sha256, size, datetime.now(UTC))
        stored = await queries.file(session, organization, file_id)
        assert stored is not None
        return stored


def _may_receive(announced: Row | None) -> None:
    if announced is None:
        raise UploadRefused(404, "NOT_FOUND", "There is no such upload. Create one with createUpload.")
    if announced["completed_at"] is None and announced["expires_at"] < datetime.now(UTC):
        raise UploadRefused(410, "UPLOAD_EXPIRED", "This upload's time is over. Create another one with createUpload.")


async def _store(session: Session, announced: Row, body: AsyncIterator[bytes], largest: int) -> tuple[str, int]:
    """Store the pieces of an upload (or only hash them, where it is complete already). Its SHA-256 and size."""
    digest, size, position, buffer = hashlib.sha256(), 0, 0, bytearray()
    compressor = zstandard.ZstdCompressor(level=3)

    async def put(piece: bytes) -> None:
        nonlocal position
        if announced["completed_at"] is None:
            owner, file_id = announced["organization_id"], announced["id"]
            await queries.add_chunk(session, owner, file_id, position, compressor.compress(piece))
        position += 1

    async for piece in body:
        digest.update(piece)
        size += len(piece)
        if size > largest:
            raise UploadRefused(413, "TOO_LARGE", f"A report has at most {largest:,} bytes; split it by period.")
        buffer += piece
        while len(buffer) >= CHUNK:
            await put(bytes(buffer[:CHUNK]))
            del buffer[:CHUNK]
    if buffer:
        await put(bytes(buffer))
    return digest.hexdigest(), size


def _as_announced(announced: Row, sha256: str, size: int) -> None:
    if size == 0:
        raise UploadRefused(422, "EMPTY", "No bytes were received. Send the file as the body of the PUT.")
    if announced["completed_at"] is not None and announced["sha256"] != sha256:
        raise UploadRefused(409, "UPLOAD_COMPLETE", "This upload is complete with other bytes. Create another one.")
    if announced["byte_size"] not in {None, size}:
        message = f"{announced['byte_size']:,} bytes were announced and {size:,} received. Send all of the file again."
        raise UploadRefused(422, "SIZE_DIFFERS", message)
    if announced["sha256"] not in {None, sha256}:
        message = f"The bytes received have SHA-256 {sha256}, not the one announced. Send the file again."
        raise UploadRefused(422, "HASH_DIFFERS", message)


async def receive(request: Request[Actor], report: Report, key: str, *, act_name: str, lifetime: timedelta) -> Key:
    """Hand a report in: store it, put it in the queue, answer. The same key and input answer the same submission."""
    given = _as_given(report)
    async with acting(request, act_name) as act:
        if done := await act.done_before(key, given):
            found = read_global_id(done)
            assert found is not None
            return found.key
        agreement = await _agreement(act.session, report)
        problems = _report_problems(report, agreement)
        stored = await _stored(act, report, agreement, problems, lifetime)
        refuse_if(problems)
        assert agreement is not None and stored is not None
        submission = Key(agreement["vendor_id"], new_id())
        await _write_down(act, report, agreement, submission, stored)
        await act.remember(key, given, global_id("Submission", submission))
        await act.record(
            global_id("Submission", submission),
            vendor_id=submission.vendor_id,
            after={
                "kind": report.kind,
                "mode": report.mode,
                "preview": report.preview,
                "start": report.start,
                "end": report.end,
                "sha256": stored.sha256,
            },
        )
        turn = "agreement_id" if agreement["reseller_id"] is None else "reseller_id"
        ids = {"vendor_id": submission.vendor_id, turn: agreement[turn]}
        await enqueue(act.session, Job.COUNT_REPORTS, byte_size=stored.byte_size, **ids)
        return submission


def _as_given(report: Report) -> dict[str, object]:
    """What an idempotency key stands for. What was not always asked is left out where it says nothing new."""
    given: dict[str, object] = msgspec.to_builtins(report, enc_hook=str)
    for name, usual in (("mode", SubmissionMode.APPEND.value), ("preview", False), ("enrollment_id", None)):
        if given[name] == usual:
            del given[name]
    return given


async def _agreement(session: Session, report: Report) -> Row | None:
    if report.enrollment_id is not None:
        key = key_of("Enrollment", report.enrollment_id)
        return await queries.enrollment(session, key) if key is not None else None
    key = key_of("DistributionAgreement", report.agreement_id or "")
    return await queries.agreement(session, key) if key is not None else None


def _report_problems(report: Report, agreement: Row | None) -> list[Problem]:
    of_sell_out = report.enrollment_id is not None
    what = "enrolment" if of_sell_out else "agreement"
    if agreement is None:
        return [Problem((report.owed,), C.NOT_FOUND, f"No {what} by this id is visible to you.")]
    problems = []
    if of_sell_out and agreement["status"] not in TAKING_PART:
        message = f"The enrolment is {agreement['status']}; sell-out is taken once it is approved, and until it ends."
        problems.append(Problem((report.owed,), C.NOT_ACTIVE, message))
    elif not of_sell_out and agreement["status"] != "ACTIVE":
        problems.append(Problem((report.owed,), C.NOT_ACTIVE, "The agreement has ended; it takes no more reports."))
    if not report.start < report.end:
        problems.append(
            Problem(
                ("period",), C.INVALID, "A period's end comes after its start: it is the first day no longer in it."
            )
        )
    elif report.end <= agreement["effective_start"] or report.start >= agreement["effective_end"]:
        message = (
            f"The agreement runs from {agreement['effective_start']} to {agreement['effective_end']}; "
            "the report's period lies outside it."
        )
        problems.append(Problem(("period",), C.OUTSIDE_AGREEMENT, message))
    elif report.start > datetime.now(UTC).date() + timedelta(days=1):
        problems.append(Problem(("period",), C.INVALID, "The report's period has not begun yet."))
    return problems


@dataclass(frozen=True, slots=True)
class _Stored:
    """Where a report's bytes are, and how they are written."""

    file_id: UUID
    filename: str
    sha256: str
    byte_size: int
    format: SubmissionFormat


async def _stored(
    act: Act, report: Report, agreement: Row | None, problems: list[Problem], lifetime: timedelta
) -> _Stored | None:
    if report.lines is not None:
        return await _store_lines(act, report.lines, problems, lifetime)
    key = key_of("Upload", report.upload_id or "")
    own = key is not None and key.vendor_id == act.actor.organization_id
    found = await queries.file(act.session, act.actor.organization_id, key.id) if key is not None and own else None
    where = ("uploadId",) if report.kind is SubmissionKind.SELL_IN else ("source", "uploadId")
    if found is None:
        problems.append(Problem(where, C.NOT_FOUND, "No upload by this id is yours."))
        return None
    if found["completed_at"] is None:
        expired = found["expires_at"] < datetime.now(UTC)
        message = "The upload's time is over. Create another." if expired else "The upload has not got its bytes yet."
        problems.append(Problem(where, C.UPLOAD_EXPIRED if expired else C.UPLOAD_INCOMPLETE, message))
        return None
    (first,) = await queries.chunk_page(act.session, act.actor.organization_id, found["id"], 0, 1)
    written = format_of(zstandard.decompress(first))
    if agreement is not None and written.value not in agreement["formats"]:
        takes = "Sell-out is taken" if report.enrollment_id is not None else "The agreement takes reports"
        message = f"{takes} as {', '.join(agreement['formats'])}; this file is {written.value}."
        problems.append(Problem(where, C.FORMAT_NOT_AGREED, message))
        return None
    return _Stored(found["id"], found["filename"], found["sha256"], found["received_bytes"], written)


async def _store_lines(
    act: Act, lines: Sequence[dict[str, object]], problems: list[Problem], lifetime: timedelta
) -> _Stored | None:
    if len(lines) > MOST_INLINE_LINES:
        message = f"One call takes at most {MOST_INLINE_LINES:,} lines, not {len(lines):,}. Upload them as a file."
        problems.append(Problem(("source", "lines"), C.TOO_MANY_LINES, message))
        return None
    data = msgspec.json.encode(lines)
    file_id, now, sha256 = new_id(), datetime.now(UTC), hashlib.sha256(data).hexdigest()
    owner = act.actor.organization_id
    await queries.add_file(act.session, owner, file_id, "lines.json", len(data), sha256, now, now + lifetime)
    pieces = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)]
    for position, piece in enumerate(pieces):
        await queries.add_chunk(act.session, owner, file_id, position, zstandard.compress(piece))
    await queries.complete_file(act.session, owner, file_id, sha256, len(data), now)
    return _Stored(file_id, "lines.json", sha256, len(data), SubmissionFormat.INLINE)


async def _live_profile(act: Act, report: Report, agreement: Row, written: SubmissionFormat) -> Row | None:
    """The sender's profile that is live now: the report is read by it, whatever is saved later."""
    if report.kind is SubmissionKind.SELL_OUT or written is SubmissionFormat.INLINE:
        return None
    newest = await profiles.newest(act.session, Key(agreement["vendor_id"], agreement["id"]), report.kind, written)
    return newest if newest is not None and newest["live"] else None


async def _write_down(act: Act, report: Report, agreement: Row, submission: Key, stored: _Stored) -> None:
    profile = await _live_profile(act, report, agreement, stored.format)
    await queries.add_submission(
        act.session,
        vendor_id=submission.vendor_id,
        id=submission.id,
        **{name: agreement[name] for name in OWNERS if agreement[name] is not None},
        kind=report.kind.value,
        mode=report.mode.value,
        previewed_by=act.actor.level.value if report.preview else None,
        format=stored.format.value,
        profile_id=profile["id"] if profile else None,
        profile_version=profile["version"] if profile else None,
        period_start=report.start,
        period_end=report.end,
        organization_id=act.actor.organization_id,
        file_id=stored.file_id,
        filename=stored.filename,
        sha256=stored.sha256,
        byte_size=stored.byte_size,
        submitted_by=act.actor.name,
        received_at=datetime.now(UTC),
    )


async def cancel(request: Request[Actor], submission_id: str) -> Key:
    """Withdraw a report of one's own organisation that nobody has begun to count: nothing of it ever counts.

    Withdrawing it once more changes nothing. Refused with NOT_FOUND, NOT_ALLOWED, or TOO_LATE.
    """
    async with acting(request, "cancelSubmission") as act:
        key = key_of("Submission", submission_id)
        found = await queries.own_submission(act.session, key) if key is not None else None
        if key is None or found is None:
            raise Refused(Problem(("submissionId",), C.NOT_FOUND, "No report by this id is visible to you."))
        refuse_if(_withdrawal_problems(act.actor, found))
        if found["status"] == SubmissionStatus.CANCELLED:
            return key
        if not await queries.cancel(act.session, key):
            now = await queries.own_submission(act.session, key)
            if now is not None and now["status"] == SubmissionStatus.CANCELLED:
                return key
            raise Refused(Problem(("submissionId",), C.TOO_LATE, _TOO_LATE))
        await publish(act.session, progress_of(key.vendor_id, key.id))
        await act.record(submission_id, vendor_id=key.vendor_id, after={"status": "CANCELLED"})
        return key


_TOO_LATE = "The report is being counted, or has been. Correct what it said with a report of mode CORRECT."


def _withdrawal_problems(actor: Actor, submission: Row) -> list[Problem]:
    own = submission["organization_id"] == actor.organization_id
    if own and SUBMITTING[SubmissionKind(submission["kind"])] in actor.permissions:
        return []
    message = "Only who may hand such reports in for the organisation that handed this one in withdraws it."
    return [Problem(("submissionId",), C.NOT_ALLOWED, message)]
