"""A survivor counts wherever the record that went into it was counted: an incentive that names resellers names firms, and
the two are one. It counts with all of its purchases in the days of the incentive, until the merge is undone.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from app.accruals.reckoning.actions import reckon_lists
from app.reports.counting.queries import new_knowledge
from app.reports.merging.lines.actions import Placed
from app.reports.merging.listed import queries
from app.store.database import Row, Session


@dataclass(frozen=True, slots=True)
class Counted:
    """The lists of an agreement that changed, and by which change of the facts; None where none did."""

    lists: tuple[UUID, ...] = ()
    change: int | None = None


async def let_count(session: Session, vendor_id: UUID, agreement_id: UUID, merge: Row) -> Counted:
    """Bring the survivor into the lists of an agreement in which the other record stands."""
    lists = await queries.lists_to_join(session, vendor_id, agreement_id, merge["from_id"], merge["into_id"])
    if not lists:
        return Counted()
    change = await new_knowledge(session, vendor_id, agreement_id, f"merge {merge['id']}")
    await queries.join(session, vendor_id, agreement_id, merge, lists, change)
    return Counted(tuple(lists), change)


async def let_go(session: Session, vendor_id: UUID, agreement_id: UUID, merge: Row) -> Counted:
    """Take the survivor out of the lists of an agreement into which a merge brought it."""
    lists = await queries.lists_to_leave(session, vendor_id, agreement_id, merge["id"])
    if not lists:
        return Counted()
    change = await new_knowledge(session, vendor_id, agreement_id, f"merge {merge['id']} undone")
    await queries.leave(session, vendor_id, agreement_id, merge["id"], change)
    return Counted(tuple(lists), change)


async def reckoned(session: Session, vendor_id: UUID, counted: Counted, placed: Placed, cause: str) -> Placed:
    """What was done, with the accruals of periods in which no line moved and more, or less, counts now."""
    if not counted.lists:
        return placed
    changes = await reckon_lists(session, vendor_id, placed.agreement_id, counted.lists, cause)
    return replace(placed, accrued=[*placed.accrued, *changes])
