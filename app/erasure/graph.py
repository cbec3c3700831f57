"""Erasures as whoever asked for them sees them: what was touched, and how far it is. Never the name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import strawberry

from app.access.actor import Actor
from app.erasure import queries
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.programme.erasures import ErasedSubject, ErasureStatus
from app.store.database import Row

values(ErasedSubject)
values(ErasureStatus)


class HasKey(Protocol):
    """A vendor."""

    @property
    def key(self) -> Key: ...


@visible("personal-data:erase")
class ErasurePreview:
    """What erasing a name would touch. Nothing was changed."""

    lines: int
    "Lines of reports that name it, those that no longer count as well. They keep every figure."
    rows: int
    "Rows of reports that did not count, whose texts name it."
    reports: int
    "Stored reports that would be overwritten where the name stands."
    records: int
    "Deals, special prices, assignments of agents or certifications that name it."
    token: str
    "Hand this in with `eraseName`, to show that you saw what is touched."


@visible("personal-data:erase")
class Erasure(Node):
    """A name that was erased for good. What was reported anew afterwards is not covered."""

    subject: ErasedSubject
    "Whose name it was."
    status: ErasureStatus
    "How far it is."
    reason: str
    "Why it was erased."
    lines: int
    "Lines of reports that no longer name it; 0 until it is done."
    rows: int
    "Rows that did not count, whose texts no longer name it."
    reports: int
    "Stored reports that named it."
    unfound: int
    """
    Of these, reports in whose bytes the name was not found as it was read from them, such as broken over several cells: they
    are as they were received, and whoever runs the system has to see to them.
    """
    records: int
    "Deals, special prices, assignments of agents or certifications that no longer name it."
    requested_by: str
    "Who asked for it."
    requested_at: datetime
    "When it was asked for."
    carried_out_at: datetime | None
    "When it was done; null before."

    @classmethod
    def of(cls, row: Row) -> "Erasure":
        counted = {name: row[name] for name in ("lines", "rows", "reports", "unfound", "records")}
        return cls(
            id=strawberry.ID(global_id("Erasure", Key(row["vendor_id"], row["id"]))),
            subject=ErasedSubject(row["subject"]),
            status=ErasureStatus(row["status"]),
            reason=row["reason"],
            requested_by=row["requested_by"],
            requested_at=row["requested_at"],
            carried_out_at=row["carried_out_at"],
            **counted,
        )


async def erasures_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Erasure | None]:
    """Erasures of the asker's own, in the order of their keys."""
    found: list[Erasure | None] = [None] * len(keys)
    for row in await queries.erasures(await request.reader(), keys):
        found[row["ordinal"] - 1] = Erasure.of(row)
    return found


async def erasures_of_vendors(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Erasure]]":
    """The names that you had erased in this network, the newest first; never the names."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before)
    return await pages(request, [parent.key for parent in parents], queries.OF_VENDOR, window, selection, Erasure.of)
