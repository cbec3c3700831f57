"""What a vendor does with two of its records that are one reseller: tries out making them one, does it, and undoes it.

An act writes down what is asked for; it is carried out in the background, as soon as no report is being counted that it
would change. What keeps it from being done is told at once, all of it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.execution.checks import Checks, refused
from app.execution.errors import ErrorCode, Fault, Problem, Refused, UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.programme.party_merges import MergeState, hindrances, said
from app.programme.terms import Level
from app.reports.aliases.actions import in_turn
from app.reports.counting.actions import Busy
from app.reports.merging import queries
from app.reports.merging.inputs import (
    MergePartiesInput,
    PreviewPartyMergeInput,
    PreviewPartyMergeUndoInput,
    UndoPartyMergeInput,
)
from app.reports.merging.trying.actions import Effect, try_merge, try_undoing
from app.store import memory
from app.store.database import Lane, Row, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue
from app.store.turns import Turn, take

C = UserErrorCode
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one network: the one that goes, and the one that goes on."""

    gone: Row
    kept: Row


async def merge_parties(request: Request[Actor], given: MergePartiesInput) -> Key:
    """Ask for two records to become one."""
    vendor_id = _network(request)
    async with acting(request, "mergeParties") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(vendor_id, UUID(done))
        await take(act.session, Turn.MERGES, vendor_id)
        check = Checks()
        reason = check.prose(given.reason, "reason")
        pair = await _pair(act, check, vendor_id, given.from_reseller_id, given.into_reseller_id)
        if pair is not None:
            await _hindered(request, check, vendor_id, pair, given.effective_from)
        check.settle()
        assert pair is not None, "a record that is missing is a problem"
        key = Key(vendor_id, new_id())
        await queries.add(
            act.session,
            vendor_id=vendor_id,
            id=key.id,
            from_id=pair.gone["id"],
            into_id=pair.kept["id"],
            effective_from=given.effective_from,
            state=MergeState.APPLYING,
            reason=reason,
            asked_by=act.actor.name,
            asked_by_id=act.actor.acting_id,
            asked_at=datetime.now(UTC),
        )
        after = {"from": pair.gone["name"], "into": pair.kept["name"], "effectiveFrom": given.effective_from}
        told = await queries.concerned(act.session, vendor_id, [pair.gone["id"]])
        await _record(act, key, pair.kept["id"], told, None, after)
        await enqueue(act.session, Job.MERGE_PARTIES, vendor_id=vendor_id, merge_id=key.id)
        await act.remember(given.idempotency_key, given, str(key.id))
        return key


async def undo_party_merge(request: Request[Actor], given: UndoPartyMergeInput) -> Key:
    """Ask for a merge to be undone. One that is being undone, or is, stays so."""
    vendor_id = _network(request)
    async with acting(request, "undoPartyMerge") as act:
        await take(act.session, Turn.MERGES, vendor_id)
        check = Checks()
        key, merge = await _merge(act, check, vendor_id, given.merge_id)
        if merge["state"] in (MergeState.UNDOING, MergeState.UNDONE):
            return key
        _undoable(check, merge)
        check.version(merge["version"], given.expected_version)
        check.settle()
        if not await queries.ask_to_undo(act.session, key, act.actor.name):
            raise refused(C.STALE, "The merge has just changed. Look at it again, then decide.", "mergeId")
        told = await queries.concerned(act.session, vendor_id, [merge["from_id"], merge["into_id"]], key.id)
        before, after = {"state": merge["state"]}, {"state": MergeState.UNDOING}
        await _record(act, key, merge["into_id"], told, before, after)
        await enqueue(act.session, Job.MERGE_PARTIES, vendor_id=vendor_id, merge_id=key.id)
        return key


async def preview_merge(request: Request[Actor], given: PreviewPartyMergeInput) -> Effect:
    """What merging would do, with its refusals; changes nothing."""
    vendor_id = _network(request)
    async with acting(request, "previewPartyMerge") as act:
        check = Checks()
        pair = await _pair(act, check, vendor_id, given.from_reseller_id, given.into_reseller_id)
        if pair is not None:
            await _hindered(request, check, vendor_id, pair, given.effective_from)
        check.settle()
        assert pair is not None, "a record that is missing is a problem"
    gone, kept, since = pair.gone["id"], pair.kept["id"], given.effective_from
    return await _tried(lambda: _try(request, vendor_id, gone, kept, since), "fromResellerId")


async def preview_undoing(request: Request[Actor], given: PreviewPartyMergeUndoInput) -> Effect:
    """What undoing a merge would do, with its refusals; changes nothing. Of one that is undone already, nothing."""
    vendor_id = _network(request)
    async with acting(request, "previewPartyMergeUndo") as act:
        check = Checks()
        key, merge = await _merge(act, check, vendor_id, given.merge_id)
        if merge["state"] == MergeState.UNDONE:
            return Effect()
        _undoable(check, merge)
        check.settle()
    return await _tried(lambda: try_undoing(request.database.on(Lane.HEAVY), vendor_id, key.id), "mergeId")


def _network(request: Request[Actor]) -> UUID:
    if request.actor.vendor_id is None:
        raise Fault(ErrorCode.FORBIDDEN, "Only a vendor merges records, in its own network.")
    return request.actor.vendor_id


async def _try(request: Request[Actor], vendor_id: UUID, gone: UUID, kept: UUID, since: date | None) -> Effect | Busy:
    return await try_merge(request.database.on(Lane.HEAVY), vendor_id, gone, kept, since)


async def _tried(trial: Callable[[], Awaitable[Effect | Busy]], field: str) -> Effect:
    found = await in_turn(trial)
    if found.refusal is not None:
        raise Refused(Problem((field,), C.NOT_ALLOWED, found.refusal))
    return found


async def _pair(act: Act, check: Checks, vendor_id: UUID, gone_id: str, kept_id: str) -> Pair | None:
    """Both records, of this network and visible; of any other the answer is that there is none."""
    found = []
    for id, path in ((gone_id, "fromResellerId"), (kept_id, "intoResellerId")):
        key = check.key("Reseller", "reseller", id, path)
        row = await queries.reseller(act.session, key) if key is not None and key.vendor_id == vendor_id else None
        if key is not None and row is None:
            check.not_found("reseller", path)
        found.append(row)
    gone, kept = found
    return Pair(gone, kept) if gone is not None and kept is not None else None


async def _hindered(request: Request[Actor], check: Checks, vendor_id: UUID, pair: Pair, since: date | None) -> None:
    """Everything that keeps two records from becoming one. It rests on what the vendor may not read row by row."""
    async with request.database.reading(acting_as_worker(vendor_id)) as session:
        standing = await queries.standing_of(session, vendor_id, pair.gone["id"], pair.kept["id"], since, None)
    for each in hindrances(standing):
        path = "intoResellerId" if each.concerns_survivor else "fromResellerId"
        check.add(C.NOT_ALLOWED, said(each, standing, pair.gone["name"], pair.kept["name"]), path)


async def _merge(act: Act, check: Checks, vendor_id: UUID, id: str) -> tuple[Key, Row]:
    key = check.key("PartyMerge", "merge", id, "mergeId")
    merge = (
        await queries.merge(act.session, vendor_id, key.id) if key is not None and key.vendor_id == vendor_id else None
    )
    if key is None or merge is None:
        raise refused(C.NOT_FOUND, "There is no merge with this id that you can see.", "mergeId")
    return key, merge


def _undoable(check: Checks, merge: Row) -> None:
    if merge["state"] == MergeState.APPLYING:
        check.add(C.BUSY, "The merge is still being applied. Ask again in a moment.", "mergeId")
    elif merge["state"] == MergeState.REFUSED:
        check.add(C.TOO_LATE, "Nothing was merged: there is nothing to undo.", "mergeId")


async def _record(act: Act, key: Key, kept: UUID, told: Sequence[Row], before: object, after: object) -> None:
    """The trail of the act, and notice of it to whom it concerns: the survivor, and distributors by their own authorisation.
    Each is told of what it may read itself."""
    subject, concerns = global_id("PartyMerge", key), Concerns(reseller_id=kept)
    await act.record(subject, vendor_id=key.vendor_id, before=before, after=after, concerns=concerns)
    level = act.actor.level.value
    for each in told:
        own = global_id("ResellerAuthorization", Key(key.vendor_id, each["id"]))
        levels = [(Level.DISTRIBUTOR, each["distributor_id"])]
        await memory.give_notice(act.session, key.vendor_id, levels, act.name, own, level, [])
