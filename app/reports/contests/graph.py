"""Contested lines as reseller, distributor and vendor see them: the objection, the answer, and the line that it is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.programme import terms
from app.programme.contests import ContestStatus
from app.programme.terms import Level
from app.reports.contests import queries
from app.reports.contests.inputs import ContestedLineFilter
from app.reports.lines.graph import SellThroughLine, lines_recorded
from app.reports.lines.purchases import PurchaseLine, purchase_lines_recorded
from app.store.database import Row

values(terms.DocumentKind)


async def _line(
    request: Request[Actor], parents: "Sequence[ContestedLine]", selection: Selection
) -> list[SellThroughLine | None]:
    """The line as it was reported when it was contested; of a kit its first component. Null for a reseller, for whom it is
    `purchase`."""
    if request.actor.level is Level.RESELLER:
        return [None] * len(parents)
    return list(await lines_recorded(request, [parent.named for parent in parents]))


async def _purchase(
    request: Request[Actor], parents: "Sequence[ContestedLine]", selection: Selection
) -> list[PurchaseLine | None]:
    """The line as its reseller sees it, as it stood when it was contested; of a kit its first component. Null for the other
    levels, for whom it is `line`."""
    if request.actor.level is not Level.RESELLER:
        return [None] * len(parents)
    return list(await purchase_lines_recorded(request, [parent.named for parent in parents]))


@visible("submission:read")
class ContestedLine(Node):
    """A line of an invoice or credit note to which the reseller that it is booked to objects."""

    key: strawberry.Private[Key]
    named: strawberry.Private[Row]
    distributor_key: strawberry.Private[Key]
    reseller_key: strawberry.Private[Key]
    document_kind: terms.DocumentKind
    "Invoice or credit note."
    document_number: str
    "The document's number."
    document_line: str
    "The line on the document."
    status: ContestStatus
    "How it stands."
    version: int
    "Its version, which an answer names."
    reason: str
    "What the reseller says is wrong."
    contested_at: datetime
    "When it objected."
    contested_by: str | None
    "Who objected for the reseller. Only the reseller reads it."
    answer: str | None
    "What the distributor says; null where it said nothing."
    closed_at: datetime | None
    "When it was answered or taken back; null while it is open."
    corrected: bool
    "Whether a later report has changed or taken back the line as it was contested."
    line = edge(_line)
    purchase = edge(_purchase)

    @classmethod
    def of(cls, row: Row) -> "ContestedLine":
        key = Key(row["vendor_id"], row["id"])
        return cls(
            id=strawberry.ID(global_id("ContestedLine", key)),
            key=key,
            named=row,
            distributor_key=Key(key.vendor_id, row["distributor_id"]),
            reseller_key=Key(key.vendor_id, row["reseller_id"]),
            document_kind=terms.DocumentKind(row["document_kind"]),
            document_number=row["document_number"],
            document_line=row["document_line"],
            status=ContestStatus(row["status"]),
            version=row["version"],
            reason=row["reason"],
            contested_at=row["contested_at"],
            contested_by=row["contested_by"],
            answer=row["answer"],
            closed_at=row["closed_at"],
            corrected=row["corrected"],
        )


async def contested_lines_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[ContestedLine | None]:
    """Contested lines that the asker may see."""
    found: list[ContestedLine | None] = [None] * len(keys)
    for row in await queries.contested_lines(await request.reader(), request.actor.level, keys):
        found[row["ordinal"] - 1] = ContestedLine.of(row)
    return found


async def contested_lines_of_agreement(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: ContestedLineFilter | None = None,
) -> list[Connection[ContestedLine]]:
    """The lines under it that resellers contest, the newest first; for the vendor only where the agreement discloses who
    buys under it."""
    statuses = _statuses(filter)
    window = Window.of(
        queries.NEWEST, first=first, after=after, last=last, before=before, of=[str(statuses), "agreement"]
    )
    if request.actor.level is Level.RESELLER:
        return [window.connection([], ContestedLine.of, 0, selection) for _ in parents]
    keys, listed = [parent.key for parent in parents], queries.of_agreement(request.actor)
    return await pages(request, keys, listed, window, selection, ContestedLine.of, [statuses])


async def contested_lines_of_reseller(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: ContestedLineFilter | None = None,
) -> list[Connection[ContestedLine]]:
    """The lines that it contests, the newest first: all for the reseller itself, for a distributor those that it reported,
    for the vendor those under agreements that disclose who buys."""
    statuses = _statuses(filter)
    window = Window.of(
        queries.NEWEST, first=first, after=after, last=last, before=before, of=[str(statuses), "reseller"]
    )
    listed, further = queries.of_reseller(request.actor)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, listed, window, selection, ContestedLine.of, [statuses, *further])


def _statuses(filter: ContestedLineFilter | None) -> list[str] | None:
    if filter is None or filter.statuses is None:
        return None
    return sorted({each.value for each in filter.statuses})


async def contest_of_purchases(
    request: Request[Actor], parents: Sequence[PurchaseLine], selection: Selection
) -> list[ContestedLine | None]:
    """Your last objection to this line of the document; null where you never objected."""
    found: list[ContestedLine | None] = [None] * len(parents)
    rows = await queries.last_of_documents(
        await request.reader(),
        request.actor.level,
        [parent.distributor_key for parent in parents],
        [parent.document_kind.value for parent in parents],
        [parent.document_number for parent in parents],
        [parent.document_line for parent in parents],
    )
    for row in rows:
        found[row["ordinal"] - 1] = ContestedLine.of(row)
    return found
