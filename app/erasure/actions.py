"""Erasing a name for good, in two steps: whoever holds it sees what is touched, then has it done.

The act stores that it is asked for; the worker carries it out: first the stored reports, one by one, then every table in one
transaction, in the turn of whoever counts the owner's reports, so that none comes in between. It can be begun again at any
place. What is small is done at once.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import zstandard

from app.access.actor import Actor
from app.access.acts import Concerns, acting
from app.erasure import queries
from app.erasure.inputs import EraseNameInput, PreviewErasureInput
from app.erasure.overwriting import queries as overwriting
from app.erasure.queries import Held, Touched
from app.erasure.redacting import Redacting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.programme.end_customers import customer_hash, customer_name
from app.programme.erasures import ErasedSubject, in_text, too_short
from app.programme.terms import Level, SubmissionFormat
from app.store.database import Database, Row, Session, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Again, Job, enqueue
from app.store.turns import Turn, try_take

C = UserErrorCode
AT_ONCE = 20
"Reports that are overwritten before the act answers; more are left to the worker."
LINES_AT_ONCE = 20_000
LEVELS = {"Vendor": Level.VENDOR, "Distributor": Level.DISTRIBUTOR, "Reseller": Level.RESELLER}
Given = PreviewErasureInput | EraseNameInput


async def preview(request: Request[Actor], given: Given) -> tuple[Touched, str]:
    """What an erasure would touch, and the token that shows that it was seen. Nothing is changed."""
    check = Checks()
    held = await _held(request, check, given)
    check.settle()
    assert held is not None
    return await _touched(request.database, held)


async def erase_name(request: Request[Actor], given: EraseNameInput) -> Key:
    """Have a name erased. It cannot be taken back."""
    async with acting(request, "eraseName") as act:
        done = await act.done_before(given.idempotency_key, given)
        check = Checks()
        held = await _held(request, check, given)
        if done is not None and held is not None:
            return Key(held.vendor_id, UUID(done))
        reason = check.prose(given.reason, "reason")
        if held is not None and in_text(held.name).search(reason):
            check.add(C.INVALID, "The reason stays when the name is gone: say it without the name.", "reason")
        check.settle()
        assert held is not None
        touched, token = await _touched(request.database, held)
        if token != given.previewed:
            wrong = "What this touches is not what was previewed. Look at a new preview, then decide."
            check.add(C.STALE, wrong, "previewed")
        elif touched == Touched():
            check.add(C.NOT_FOUND, "You hold no such name in this network.", "name")
        check.settle()
        key = Key(held.vendor_id, new_id())
        asked: dict[str, object] = {
            "reason": reason,
            "status": "RUNNING",
            "requested_by": act.actor.name,
            "requested_by_id": act.actor.acting_id,
            "requested_at": datetime.now(UTC),
        }
        await queries.insert(act.session, key, held, asked)
        counted = {name: getattr(touched, name) for name in ("lines", "rows", "reports", "records")}
        after = {"subject": held.subject, "reason": reason, **counted}
        await act.record(
            global_id("Erasure", key), vendor_id=key.vendor_id, after=after, concerns=Concerns(vendor=held.reports)
        )
        await act.remember(given.idempotency_key, given, str(key.id))
        await enqueue(act.session, Job.ERASE, vendor_id=key.vendor_id, erasure_id=key.id)
    if touched.reports <= AT_ONCE and touched.lines + touched.rows <= LINES_AT_ONCE:
        await carry_out(request.database, key.vendor_id, key.id)
        await request.look_again()
    return key


async def _held(request: Request[Actor], check: Checks, given: Given) -> Held | None:
    """The name and who holds it; a problem where that is not the asker."""
    actor = request.actor
    name = check.name(given.name, "name")
    if not check.problems and too_short(name):
        check.add(C.INVALID, "A name has at least three letters or digits: fewer stand in half of all texts.", "name")
    found = next(((level, key) for kind, level in LEVELS.items() if (key := key_of(kind, given.owner_id))), None)
    if found is None or found[0] is not actor.level or not await _is_own(request, *found):
        check.not_found("party of your own", "ownerId")
        return None
    level, key = found
    party = None if level is Level.VENDOR else key.id
    return Held(key.vendor_id, level, party, actor.organization_id, given.subject, name)


async def _is_own(request: Request[Actor], level: Level, key: Key) -> bool:
    if level is Level.VENDOR:
        return request.actor.vendor_id == key.vendor_id == key.id
    if key.id not in request.actor.party_ids or key.vendor_id not in request.actor.vendor_ids:
        return False
    async with request.database.reading(acting_as_worker(key.vendor_id)) as db:
        return await queries.own_party(db, key.vendor_id, key.id, level)


async def _touched(database: Database, held: Held) -> tuple[Touched, str]:
    async with database.reading(acting_as_worker(held.vendor_id, held.organization_id)) as db:
        found = await queries.touched(db, held)
    told = (held.vendor_id, held.level, held.party_id, held.subject, held.name, found)
    return found, hashlib.sha256(repr(told).encode()).hexdigest()[:32]


async def carry_out(database: Database, vendor_id: UUID, erasure_id: UUID) -> Again | None:
    """Carry an erasure out, as the worker. What is done already is not done again; again later while reports of the owner
    are being counted."""
    key, overwritten, unfound = Key(vendor_id, erasure_id), set[UUID](), 0
    async with database.reading(acting_as_worker(vendor_id)) as db:
        row = await queries.asked_for(db, key)
    if row is None:
        return None
    held, mark = _asked(vendor_id, row), f"ERASED-{erasure_id.hex[-8:]}"
    while True:
        async with database.writing(acting_as_worker(vendor_id, held.organization_id)) as session:
            if held.reports and not await _alone(session, held, row["requested_at"]):
                return Again(1.0)
            reports = await queries.reports(session, held) if held.reports else []
            files = {each["file_id"]: each for each in reports}
            if files.keys() <= overwritten:
                await _overwrite(session, key, held, mark, {"reports": len(reports), "unfound": unfound})
                return None
        for file_id in files.keys() - overwritten:
            found = await _redact(database, held, files[file_id], mark)
            overwritten.add(file_id)
            unfound += not found


def _asked(vendor_id: UUID, row: Row) -> Held:
    party = row["distributor_id"] or row["reseller_id"]
    subject, level = ErasedSubject(row["subject"]), Level(row["level"])
    return Held(vendor_id, level, party, row["organization_id"], subject, row["name"])


async def _alone(session: Session, held: Held, since: datetime) -> bool:
    """Whether nothing of the owner's is being counted, nor will be before the transaction ends."""
    assert held.party_id is not None
    return await try_take(session, Turn.COUNTING, held.party_id) and not await queries.waits(session, held, since)


async def _overwrite(session: Session, key: Key, held: Held, mark: str, counted: dict[str, int]) -> None:
    hashed = customer_hash(str(held.vendor_id), customer_name(held.name))
    if held.reports:
        counted["lines"] = await overwriting.lines(session, held, hashed)
        counted["rows"] = await overwriting.rows(session, held, hashed, mark)
    counted["records"] = await overwriting.records(session, held, hashed, mark)
    await overwriting.alerts(session, held, mark)
    await overwriting.trail(session, held, mark)
    await queries.done(session, key, counted, datetime.now(UTC))


async def _redact(database: Database, held: Held, report: Row, mark: str) -> bool:
    """Overwrite a stored report; False where the name does not stand in it as it was read from it."""
    owner, file_id = held.organization_id, report["file_id"]
    redacting = Redacting(held.name, mark, SubmissionFormat(report["format"]))
    async with database.writing(acting_as_worker(held.vendor_id, owner)) as session:
        size = await queries.chunks(session, owner, file_id)
        loop = asyncio.get_running_loop()

        def received() -> Iterator[bytes]:
            for position in range(size):
                piece = asyncio.run_coroutine_threadsafe(queries.chunk(session, owner, file_id, position), loop)
                yield zstandard.decompress(piece.result())

        pieces, digest = redacting.pieces(received()), hashlib.sha256()
        for position in range(size):
            piece = await asyncio.to_thread(next, pieces)
            digest.update(piece)
            packed = zstandard.compress(piece)
            await queries.overwrite_chunk(session, owner, file_id, position, packed)
        if redacting.found:
            await queries.overwritten(session, held, file_id, digest.hexdigest(), datetime.now(UTC))
    return redacting.found > 0 or redacting.marked
