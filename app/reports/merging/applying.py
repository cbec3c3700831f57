"""Making two records of one reseller one, and two again: everything in one transaction, in the turns of all distributors
under whose agreements something moves, by the paths by which reports count. Begun again after a kill, it finds what is to
do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from app.programme.party_merges import MergeRow, MergeState, hindrances, said
from app.reports.counting.actions import Busy
from app.reports.counting.placing.queries import agreement_terms, keep_catalogue
from app.reports.counting.queries import take_turn
from app.reports.merging import queries
from app.reports.merging.assigned import queries as assigned
from app.reports.merging.enrolling import Changed, enrolling
from app.reports.merging.lines import queries as lines
from app.reports.merging.lines.actions import Placed, known, place_anew
from app.reports.merging.listed import actions as listed
from app.reports.merging.moving import queries as moving
from app.store.database import Database, Row, Session, acting_as_worker
from app.store.identity import new_id

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: under each agreement, and to which enrolments; or why nothing was."""

    placed: Sequence[Placed] = ()
    enrollments: Sequence[Changed] = ()
    refusal: str | None = None


async def carry_out_merge(database: Database, vendor_id: UUID, merge_id: UUID) -> Busy | None:
    """Apply a merge that was asked for, or undo one; Busy while reports are being counted that it would change."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        merge = await queries.merge_for_act(session, vendor_id, merge_id)
        if merge is None or merge["state"] not in (MergeState.APPLYING, MergeState.UNDOING):
            return None
        forward = merge["state"] == MergeState.APPLYING
        found = await (apply if forward else take_back)(session, vendor_id, merge)
        if isinstance(found, Busy):
            return found
        await _settle(session, vendor_id, merge_id, forward, found.refusal)
        await known(session, vendor_id, found.placed)
    rows = sum(each.rows for each in found.placed)
    log.info(
        "records merged" if forward else "merge undone", merge=str(merge_id), rows=rows, refused=bool(found.refusal)
    )
    return None


async def _settle(session: Session, vendor_id: UUID, merge_id: UUID, forward: bool, refusal: str | None) -> None:
    done, not_done = (MergeState.APPLIED, MergeState.REFUSED) if forward else (MergeState.UNDONE, MergeState.APPLIED)
    state = done if refusal is None else not_done
    await queries.settle(session, vendor_id, merge_id, state, datetime.now(UTC), refusal)


async def refusal_of(session: Session, vendor_id: UUID, gone: Row, kept: Row, merge: Row) -> list[str]:
    """Everything that keeps two records from becoming one now, for a person."""
    since = merge["effective_from"]
    standing = await queries.standing_of(session, vendor_id, gone["id"], kept["id"], since, merge["id"])
    return [said(each, standing, gone["name"], kept["name"]) for each in hindrances(standing)]


async def apply(session: Session, vendor_id: UUID, merge: Row) -> Applied | Busy:
    """Make two records one; nothing is known of it until the caller says so."""
    gone, kept, since = merge["from_id"], merge["into_id"], queries.day_of(merge["effective_from"])
    places = await _in_turn(session, vendor_id, gone, kept)
    if isinstance(places, Busy):
        return places
    of, into = await _named(session, vendor_id, gone, kept)
    wrong = await refusal_of(session, vendor_id, of, into, merge)
    if wrong:
        return Applied(refusal=" ".join(wrong))
    await moving.move(session, vendor_id, merge["id"], gone, kept, places)
    await assigned.move(session, vendor_id, merge)
    await queries.stand_for(session, vendor_id, gone, kept)
    enrollments = await _take_over(session, vendor_id, merge)
    placed = []
    for place in places:
        agreement = await agreement_terms(session, vendor_id, place["agreement_id"])
        assert agreement is not None, "an authorisation is of an agreement"
        await lines.begin_moving(session)
        rows = await lines.name_lines_of(session, vendor_id, agreement["id"], gone, since)
        counted = await listed.let_count(session, vendor_id, agreement["id"], merge)
        cause = f"merge {merge['id']}"
        done = await place_anew(session, vendor_id, agreement, rows, kept, cause, counted.change)
        done = await listed.reckoned(session, vendor_id, counted, done, cause)
        await queries.keep_part(session, vendor_id, merge["id"], agreement["id"], done.knowledge, done.rows)
        placed.append(done)
    return Applied(placed, enrollments)


async def _in_turn(session: Session, vendor_id: UUID, gone: UUID, kept: UUID) -> list[Row] | Busy:
    """The authorisations that move, once every distributor's turn is ours."""
    await keep_catalogue(session, vendor_id)
    concerned = await queries.concerned(session, vendor_id, [gone])
    if not await _take_turns(session, {row["distributor_id"] for row in concerned}):
        return Busy()
    places = await moving.shared_places(session, vendor_id, gone, kept)
    # One may have been added before its rows were held.
    if {row["distributor_id"] for row in places} - {row["distributor_id"] for row in concerned}:
        return Busy()
    return places


async def _take_turns(session: Session, distributors: set[UUID]) -> bool:
    return all([await take_turn(session, each) for each in sorted(distributors)])


async def _named(session: Session, vendor_id: UUID, *ids: UUID) -> list[Row]:
    found = await queries.resellers(session, vendor_id, ids)
    return [found[each] for each in ids]


async def _take_over(session: Session, vendor_id: UUID, merge: Row) -> Sequence[Changed]:
    gone, kept = await _named(session, vendor_id, merge["from_id"], merge["into_id"])
    reason = f"Its record is merged: {gone['name']} is {kept['name']}."
    changed = await enrolling().take_over(session, vendor_id, gone["id"], kept["id"], reason)
    for each in changed:
        await moving.keep_change(
            session, vendor_id, merge["id"], MergeRow.ENROLLMENT, str(each.id), each.before or {}, each.after
        )
    return changed


async def take_back(session: Session, vendor_id: UUID, merge: Row) -> Applied | Busy:
    """Make two records of the one again, unless somebody changed since what would go back."""
    parts = await queries.parts_of(session, vendor_id, merge["id"])
    await keep_catalogue(session, vendor_id)
    if not await _take_turns(session, {part["distributor_id"] for part in parts}):
        return Busy()
    continued = [row["id"] for row in await moving.hold_places(session, vendor_id, merge["id"])]
    enrolled = await _enrolled(session, vendor_id, merge)
    wrong = [
        *await moving.changed_since(session, vendor_id, merge),
        *await assigned.changed_since(session, vendor_id, merge["id"]),
        *await enrolling().changed_since(session, vendor_id, [(id, after) for id, _, after in enrolled]),
    ]
    if wrong:
        return Applied(refusal=changed_meanwhile(wrong))
    placed = []
    for part in parts:
        placed.append(await _lines_back(session, vendor_id, merge, part))
    await _rows_back(session, vendor_id, merge, continued)
    await queries.stand_for(session, vendor_id, merge["from_id"], None)
    reason = "Its record is no longer merged with another."
    await enrolling().give_back(session, vendor_id, merge["from_id"], merge["into_id"], enrolled, reason)
    return Applied(placed)


def changed_meanwhile(named: Sequence[str]) -> str:
    """Why a merge cannot be undone: what was changed since, each by its name."""
    shown, more = list(named[:10]), len(named) - 10
    rest = f" and {more:,} more" if more > 0 else ""
    return f"Changed since the records were merged: {'; '.join(shown)}{rest}. What somebody decided since is not taken back."


async def _enrolled(
    session: Session, vendor_id: UUID, merge: Row
) -> list[tuple[UUID, dict[str, Any] | None, dict[str, Any]]]:
    rows = await moving.changes_of(session, vendor_id, merge["id"], MergeRow.ENROLLMENT)
    return [(UUID(row["row_key"]), row["before"] or None, row["after"]) for row in rows]


async def _lines_back(session: Session, vendor_id: UUID, merge: Row, part: Row) -> Placed:
    agreement = await agreement_terms(session, vendor_id, part["agreement_id"])
    assert agreement is not None, "a part is of an agreement"
    since = queries.day_of(merge["effective_from"])
    await lines.begin_moving(session)
    rows = await lines.name_lines_moved(session, vendor_id, agreement["id"], merge, part["knowledge"], since)
    counted = await listed.let_go(session, vendor_id, agreement["id"], merge)
    cause = f"merge {merge['id']} undone"
    done = await place_anew(session, vendor_id, agreement, rows, merge["from_id"], cause, counted.change)
    done = await listed.reckoned(session, vendor_id, counted, done, cause)
    if done.knowledge is not None:
        await queries.keep_undone_part(session, vendor_id, merge["id"], agreement["id"], done.knowledge)
    return done


async def _rows_back(session: Session, vendor_id: UUID, merge: Row, continued: Sequence[UUID]) -> None:
    await moving.move_back(session, vendor_id, merge, continued)
    await assigned.move_back(session, vendor_id, merge["id"])
    for each in continued:
        come = await moving.come_since(session, vendor_id, merge["id"], each)
        if come:
            await moving.split(session, vendor_id, each, new_id(), merge["into_id"], come)
