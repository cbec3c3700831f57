"""What became of a list of resellers, row by row."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Order, SortKey, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge, reference
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key
from app.execution.request import Request
from app.partners.authorizations.graph import ResellerAuthorization, authorizations_by_key
from app.partners.importing.actions import Judged
from app.partners.importing.inputs import ImportedRowFilter
from app.partners.pages import page_of
from app.programme.onboarding_rows import ImportOutcome

BY_ROW = Order((SortKey("x.number", "number", int, "bigint"),))


@visible("reseller:read")
class ImportedRowIssue:
    """Something that has to be put right in a row."""

    field: str | None
    "Which value of the row; null where it is the whole."
    code: UserErrorCode
    "What kind of thing it is."
    message: str
    "What is wrong, and what would be right."


@visible("reseller:read")
class ImportedRow:
    """A row of a list of resellers."""

    authorization_key: strawberry.Private[Key | None]
    row: int
    "On which line or row of the file it stands, from 1; of rows that were sent themselves, its place."
    name: str
    "The reseller that it names."
    outcome: ImportOutcome
    "What became of it, or would."
    issues: list[ImportedRowIssue]
    "All that has to be put right; empty unless it is rejected."
    authorization = reference(
        authorizations_by_key,
        ResellerAuthorization | None,
        key=lambda row: row.authorization_key,
        description="The authorisation that it made; null where it made none, and in a preview.",
    )


async def _rows(
    request: Request[Actor],
    parents: "Sequence[ResellerImport]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: ImportedRowFilter | None = None,
) -> list[Connection[ImportedRow]]:
    """Its rows, in their order."""
    kept = None if filter is None or filter.outcomes is None else sorted({each.value for each in filter.outcomes})
    window = Window.of(BY_ROW, first=first, after=after, last=last, before=before, of=kept)
    found = []
    for parent in parents:
        rows = [{"number": row.number, "row": row} for row in parent.judged if kept is None or row.outcome in kept]
        shown = page_of(rows, window, "number")  # type: ignore[arg-type]
        made = parent.row_of
        found.append(window.connection(shown, lambda row, made=made: made(row["row"]), len(rows), selection))  # type: ignore[misc]
    return found


@visible("reseller:read")
class ResellerImport:
    """What became of a list of resellers, or would."""

    judged: strawberry.Private[list[Judged]]
    vendor_id: strawberry.Private[UUID]
    written: strawberry.Private[bool]
    accepted: int
    "How many rows are right: their resellers are authorised, or would be."
    rejected: int
    "How many rows have something to be put right."
    duplicates: int
    "How many rows say what is so already."
    rows = edge(_rows)

    @classmethod
    def of(cls, key: Key, judged: list[Judged], written: bool) -> "ResellerImport":
        counts = [sum(row.outcome == each for row in judged) for each in ImportOutcome]
        accepted, rejected, duplicates = counts
        return cls(
            judged=judged,
            vendor_id=key.vendor_id,
            written=written,
            accepted=accepted,
            rejected=rejected,
            duplicates=duplicates,
        )

    def row_of(self, row: Judged) -> ImportedRow:
        """A row as it is shown."""
        made = row.authorization_id if self.written else None
        return ImportedRow(
            authorization_key=None if made is None else Key(self.vendor_id, made),
            row=row.number,
            name=row.name,
            outcome=ImportOutcome(row.outcome),
            issues=[
                ImportedRowIssue(field=each.field, code=UserErrorCode(each.code), message=each.message)
                for each in row.issues
            ],
        )
