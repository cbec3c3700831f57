"""A vendor's own segments of resellers, by a rule, by hand, or both. The other levels do not know that there are any."""

from collections.abc import Sequence

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge, reference
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.partners.organizations.graph import Reseller, Vendor
from app.partners.programs.graph import Program, programs_by_key
from app.partners.queries import one_each
from app.partners.segments import queries
from app.partners.terms import PartnerType
from app.store.database import Row


@visible("segment:read")
class SegmentRule:
    """Who belongs to a segment by itself: whoever meets everything that is named here."""

    program_key: strawberry.Private[Key | None]
    partner_types: list[PartnerType]
    "One of these kinds of firm; empty: any."
    countries: list[str]
    "With its seat in one of these countries, ISO 3166 (two letters); empty: any."
    from_rank: int | None
    "In this tier of the programme or a higher one; null: in any, or in none."
    program = reference(
        programs_by_key,
        Program | None,
        key=lambda rule: rule.program_key,
        description="With an active enrolment in this programme; null: whatever it is enrolled in.",
    )


async def _chosen(
    request: Request[Actor],
    parents: "Sequence[Segment]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Reseller]]":
    """The resellers that were put into it by hand, by name. Everybody who belongs to it: `Vendor.resellers`, filtered by
    the segment."""
    window = Window.of(queries.CHOSEN_BY_NAME, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.CHOSEN, window, selection, Reseller.of)


@visible("segment:read")
class Segment(Node):
    """Resellers that the vendor counts together: those that meet a rule today, and those that were put in by hand."""

    key: strawberry.Private[Key]
    name: str
    "Its name."
    description: str | None
    "What it is for, where that was said."
    rule: SegmentRule | None
    "Who belongs to it by itself; null where everybody is put into it by hand."
    version: int
    "Counts its changes."
    chosen = edge(_chosen)

    @classmethod
    def of(cls, row: Row) -> "Segment":
        key = Key(row["vendor_id"], row["id"])
        return cls(
            id=strawberry.ID(global_id("Segment", key)),
            key=key,
            name=row["name"],
            description=row["description"],
            rule=_rule(row),
            version=row["version"],
        )


def _rule(row: Row) -> SegmentRule | None:
    if not (row["partner_types"] or row["countries"] or row["program_id"]):
        return None
    return SegmentRule(
        program_key=None if row["program_id"] is None else Key(row["vendor_id"], row["program_id"]),
        partner_types=[PartnerType(each) for each in row["partner_types"]],
        countries=row["countries"],
        from_rank=row["from_rank"],
    )


async def segments_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Segment | None]:
    """Segments of the asking vendor."""
    return one_each(await queries.segments(await request.reader(), keys), len(keys), Segment.of)


async def segments_of_vendors(
    request: Request[Actor],
    parents: Sequence[Vendor],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Segment]]":
    """Your own segments of resellers, by name."""
    window = Window.of(queries.BY_NAME, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.OF_VENDOR, window, selection, Segment.of)


async def segments_of_resellers(
    request: Request[Actor], parents: Sequence[Reseller], selection: Selection
) -> list[list[Segment]]:
    """Your own segments to which it belongs today, by rule or by hand, by name."""
    found: list[list[Segment]] = [[] for _ in parents]
    for row in await queries.segments_of_resellers(await request.reader(), [parent.key for parent in parents]):
        found[row["ordinal"] - 1].append(Segment.of(row))
    return found
