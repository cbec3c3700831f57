"""What becomes of enrolments where the vendor makes two records of one reseller one: those of the record that goes end, with
the reason, and the survivor takes over those that it lacks, in the same status and tier. Where it has one of its own, that
goes on. Undone, each enrolment is again what it was, unless somebody changed it since. All run as `worker`, in the turns of
both records' enrolments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.execution.identifiers import Key
from app.partners.enrollments.merging import queries
from app.partners.enrollments.writing.actions import Change, align, become, begin
from app.programme.party_merges import Place, taken_over
from app.programme.terms import EnrollmentStatus
from app.store.database import Row, Session
from app.store.identity import new_id
from app.store.turns import Turn, named, take

_ENDED = EnrollmentStatus.ENDED


@dataclass(frozen=True, slots=True)
class Changed:
    """An enrolment that was changed: its programme and whose it is; its status, tier and first day before (None where it did
    not exist), and status, tier and version now."""

    id: UUID
    program_id: UUID
    reseller_id: UUID
    before: dict[str, Any] | None
    after: dict[str, Any]


async def take_over(session: Session, vendor_id: UUID, gone: UUID, kept: UUID, reason: str) -> list[Changed]:
    """Let the survivor have what the other record's enrolments give, and end those; each enrolment that was changed."""
    await _line_up(session, vendor_id, gone, kept)
    own = {row["program_id"]: row for row in await queries.enrollments_of(session, vendor_id, kept)}
    changed = list[Changed]()
    for row in await queries.enrollments_of(session, vendor_id, gone):
        if row["status"] == _ENDED:
            continue
        standing = own.get(row["program_id"])
        place = taken_over(_place(row), None if standing is None else _place(standing))
        if place is not None:
            change = Change(EnrollmentStatus(place.status), row["tier_id"], reason)
            changed.append(await _taken(session, vendor_id, kept, row["program_id"], standing, change))
        await become(session, Key(vendor_id, row["id"]), gone, Change(_ENDED, row["tier_id"], reason))
        changed.append(await _as_changed(session, vendor_id, row["id"], gone, row))
    await align(session, vendor_id, kept)
    return changed


async def _taken(
    session: Session, vendor_id: UUID, kept: UUID, program_id: UUID, standing: Row | None, change: Change
) -> Changed:
    key = Key(vendor_id, new_id() if standing is None else standing["id"])
    if standing is None:
        await begin(session, key, program_id, kept, change)
    else:
        await become(session, key, kept, change)
    return await _as_changed(session, vendor_id, key.id, kept, standing)


async def _as_changed(session: Session, vendor_id: UUID, id: UUID, reseller_id: UUID, before: Row | None) -> Changed:
    now = await queries.enrollment(session, vendor_id, id)
    said = None if before is None else _said(before)
    return Changed(id, now["program_id"], reseller_id, said, _said(now))


async def changed_since(session: Session, vendor_id: UUID, changes: Sequence[tuple[UUID, dict[str, Any]]]) -> list[str]:
    """Which of these enrolments are no longer as they became, each named for a person."""
    found = []
    for id, after in changes:
        now = await queries.enrollment(session, vendor_id, id)
        if now["version"] != after["version"]:
            found.append(f"the enrolment of {now['reseller']} in {now['program']}")
    return found


async def give_back(
    session: Session,
    vendor_id: UUID,
    gone: UUID,
    kept: UUID,
    changes: Sequence[tuple[UUID, dict[str, Any] | None, dict[str, Any]]],
    reason: str,
) -> None:
    """Let each of these enrolments be what it was before; one that had not been there ends."""
    await _line_up(session, vendor_id, gone, kept)
    for id, before, after in changes:
        status = _ENDED if before is None else EnrollmentStatus(before["status"])
        tier = after["tier_id"] if before is None else before["tier_id"]
        owner = (await queries.enrollment(session, vendor_id, id))["reseller_id"]
        await become(session, Key(vendor_id, id), owner, Change(status, UUID(tier) if tier else None, reason))
        if before is not None:
            await queries.put_back(session, vendor_id, id, before)
    for each in (gone, kept):
        await align(session, vendor_id, each)


async def _line_up(session: Session, vendor_id: UUID, *resellers: UUID) -> None:
    for each in sorted(named(vendor_id, reseller) for reseller in resellers):
        await take(session, Turn.ENROLLMENTS, each)


def _place(row: Row) -> Place:
    return Place(row["status"], row["tier_id"])


def _said(row: Row) -> dict[str, Any]:
    return {name: None if row[name] is None else str(row[name]) for name in queries.KEPT} | {"version": row["version"]}
