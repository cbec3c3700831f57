"""What resellers do about lines that are booked to them and not theirs, and what their distributors answer.

Nothing of a figure changes here: a distributor that accepts an objection corrects its report. Whether a line exists that is
not the asking reseller's own, is answered as for one that never was.
"""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.alerts.raising import NewAlert, clear, raise_alerts
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.programme.alert_kinds import AlertKind
from app.programme.contests import STANDS_AFTER, ContestStatus, not_now, says_why
from app.programme.terms import Level
from app.reports.contests import queries
from app.reports.contests.inputs import AnswerContestInput, ContestLineInput, WithdrawContestInput
from app.store.database import Database, Row, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

C = UserErrorCode
LONGEST_NUMBER = 200


async def contest_line(request: Request[Actor], given: ContestLineInput) -> Key:
    """Object to a line that is booked to the asking reseller."""
    async with acting(request, "contestLine") as act:
        done = await act.done_before(given.idempotency_key, given)
        check = Checks()
        reason = check.prose(given.reason, "reason")
        distributor = check.key("Distributor", "distributor", given.distributor_id, "distributorId")
        if distributor is not None and done is not None:
            return Key(distributor.vendor_id, UUID(done))
        line = await _line(act, check, distributor, given)
        check.settle()
        assert distributor is not None and line is not None
        key = Key(distributor.vendor_id, new_id())
        if not await _insert(act, key, distributor, line, given, reason):
            wrong = "You contest this line already; wait for the distributor's answer, or take your objection back."
            raise refused(C.TAKEN, wrong, "documentLine")
        await act.record(
            _gid(key),
            vendor_id=key.vendor_id,
            after={"document": given.document_number, "line": given.document_line, "reason": reason},
            concerns=Concerns(distributor_id=distributor.id),
        )
        await act.remember(given.idempotency_key, given, str(key.id))
        await enqueue(act.session, Job.FOLLOW_CONTEST, vendor_id=key.vendor_id, contested_line_id=key.id)
    return await _followed(request, key)


async def _line(act: Act, check: Checks, distributor: Key | None, given: ContestLineInput) -> Row | None:
    """The line that is meant. A distributor that the reseller does not know has none."""
    number, line = given.document_number.strip(), given.document_line.strip()
    if "\0" in number + line or max(len(number), len(line)) > LONGEST_NUMBER:
        check.add(
            C.INVALID, f"A document and its line have up to {LONGEST_NUMBER} printable characters.", "documentLine"
        )
        return None
    if distributor is None:
        return None
    found = await queries.booked_line(act.session, distributor, given.document_kind.value, number, line)
    if found is None and not await queries.buys_from(act.session, distributor):
        check.not_found("distributor", "distributorId")
    elif found is None:
        wrong = "There is no such line of this distributor that is booked to you now. See `purchases { lines }`."
        check.add(C.NOT_FOUND, wrong, "documentLine")
    return found


async def _insert(act: Act, key: Key, distributor: Key, line: Row, given: ContestLineInput, reason: str) -> bool:
    written = await act.session.execute(
        "INSERT INTO contested_line (vendor_id, id, reseller_id, distributor_id, document_kind, document_number,"
        " document_line, submission_id, row_number, component, recorded, reason, contested_by, contested_by_id,"
        " contested_at, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'OPEN')"
        " ON CONFLICT DO NOTHING",
        key.vendor_id,
        key.id,
        line["reseller_id"],
        distributor.id,
        given.document_kind.value,
        given.document_number.strip(),
        given.document_line.strip(),
        line["submission_id"],
        line["row_number"],
        line["component"],
        line["recorded"],
        reason,
        act.actor.name,
        act.actor.acting_id,
        datetime.now(UTC),
    )
    return written == 1


async def withdraw_contest(request: Request[Actor], given: WithdrawContestInput) -> Key:
    """Take an objection back that nobody has answered."""
    async with acting(request, "withdrawContest") as act:
        check = Checks()
        key, found = await _found(act, check, given.contested_line_id)
        check.settle()
        await _close(act, key, found, ContestStatus.WITHDRAWN, None, Concerns(distributor_id=found["distributor_id"]))
    return await _followed(request, key)


async def answer_contest(request: Request[Actor], given: AnswerContestInput) -> Key:
    """Say that a contested line is right, and why; or that it is wrong, and will be corrected."""
    async with acting(request, "answerContest") as act:
        check = Checks()
        reason = check.optional_prose(given.reason, "reason")
        if reason is None and says_why(given.answer):
            check.add(C.REQUIRED, "Say why the line is right, for the reseller to read.", "reason")
        key, found = await _found(act, check, given.contested_line_id)
        if not_now(ContestStatus(found["status"])) is None:
            check.version(found["version"], given.expected_version)
        check.settle()
        whom = Concerns(reseller_id=found["reseller_id"])
        await _close(act, key, found, STANDS_AFTER[given.answer], reason, whom)
    return await _followed(request, key)


async def _found(act: Act, check: Checks, id: str) -> tuple[Key, Row]:
    """What is answered or taken back. Refuses with every problem found so far where there is none that the asker sees."""
    key = check.key("ContestedLine", "contested line", id, "contestedLineId")
    rows = await queries.contested_lines(act.session, act.actor.level, [key]) if key is not None else []
    if key is not None and not rows:
        check.not_found("contested line", "contestedLineId")
    if key is None or not rows:
        check.settle()
    assert key is not None
    if (wrong := not_now(ContestStatus(rows[0]["status"]))) is not None:
        check.add(C.NOT_ACTIVE, wrong, "contestedLineId")
    return key, rows[0]


async def _close(act: Act, key: Key, found: Row, status: ContestStatus, answer: str | None, concerns: Concerns) -> None:
    if not await queries.close(act.session, key, found["version"], status, datetime.now(UTC), answer):
        wrong = "Somebody changed this just now. Look at it again, then decide."
        raise refused(C.STALE, wrong, "contestedLineId")
    before, after = {"status": found["status"]}, {"status": status, "reason": answer}
    await act.record(_gid(key), vendor_id=key.vendor_id, before=before, after=after, concerns=concerns)
    await enqueue(act.session, Job.FOLLOW_CONTEST, vendor_id=key.vendor_id, contested_line_id=key.id)


async def _followed(request: Request[Actor], key: Key) -> Key:
    await follow_contest(request.database, key.vendor_id, key.id)
    await request.look_again()
    return key


async def follow_contest(database: Database, vendor_id: UUID, contested_line_id: UUID) -> None:
    """As the worker: place a contested line under its agreement, and tell the distributor while it has to answer. Doing it
    again changes nothing."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        found = await queries.place(session, vendor_id, contested_line_id)
        if found is None:
            return
        subject = _gid(Key(vendor_id, contested_line_id))
        if found["status"] != ContestStatus.OPEN:
            await clear(session, vendor_id, AlertKind.LINE_CONTESTED, subject)
            return
        alert = NewAlert(
            vendor_id,
            Level.DISTRIBUTOR,
            AlertKind.LINE_CONTESTED,
            subject,
            agreement_id=found["agreement_id"],
            distributor_id=found["distributor_id"],
            facts=[f"{found['document_number']}, line {found['document_line']}"],
        )
        await raise_alerts(session, [alert])


def _gid(key: Key) -> str:
    return global_id("ContestedLine", key)
