"""Profiles as whoever sends such reports sees them: what columns, segments and positions mean, in every version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from app.access.actor import Actor as Asker
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.programme import terms
from app.programme.terms import Level
from app.reports.profiles import queries
from app.reports.profiles.settings import settings_schema

for enum in (terms.SubmissionKind, terms.SubmissionFormat):
    values(enum)


@visible("submission:read")
class ReportProfile(Node):
    """One version of what the columns, segments, qualifiers and positions of a sender's reports mean. It never changes;
    saving makes another version. There is one for each agreement, kind and format. Only the sender itself sees it: the
    distributor of its SELL_THROUGH and INVENTORY reports, the vendor of its SELL_IN reports."""

    id: strawberry.ID
    "Its global id, of this version."
    key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key]
    kind: terms.SubmissionKind
    "What the reports are about."
    format: terms.SubmissionFormat
    "How the reports are written."
    name: str
    "Its name, for people."
    version: int
    "Which version it is, from 1; each kind and format under an agreement counts by itself."
    live: bool
    "Whether reports that are received now are read by it."
    settings: JSON
    "What it says, defaults included."
    settings_schema: JSON
    "The JSON Schema of such settings."
    created_at: datetime
    "When it was saved."
    created_by: str
    "Who saved it."
    retired_at: datetime | None
    "When it was retired; null while nobody retired it."


@entered
class ReportProfileFilter:
    """Which profiles."""

    kinds: list[terms.SubmissionKind] | None = None
    "Only for reports of these kinds."
    formats: list[terms.SubmissionFormat] | None = None
    "Only for reports in these formats."
    history: bool = False
    "Also the versions that are live no more."


async def profiles_by_key(request: Request[Asker], keys: Sequence[Key]) -> list[ReportProfile | None]:
    """Versions of profiles in the order of their keys; None where the asker sees none."""
    if request.actor.level is Level.RESELLER:
        return [None] * len(keys)
    rows = await queries.profiles_by_key(await request.reader(), keys)
    found = {Key(row["vendor_id"], row["id"], row["version"]): row for row in rows}
    return [_profile(found[key]) if key in found else None for key in keys]


async def profiles_of_agreement(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: ReportProfileFilter | None = None,
) -> list[Connection[ReportProfile]]:
    """What your columns, segments and positions mean in reports under this agreement, by kind and format. A distributor
    sees those of its sales and inventory reports, the vendor those of its sell-in reports."""
    given = filter or ReportProfileFilter()
    kinds = [each.value for each in given.kinds] if given.kinds else None
    formats = [each.value for each in given.formats] if given.formats else None
    window = Window.of(
        queries.PROFILE_ORDER,
        first=first,
        after=after,
        last=last,
        before=before,
        of=("profiles", kinds, formats, given.history),
    )
    if request.actor.level is Level.RESELLER:
        return window.pages([], len(parents), _profile, selection, {} if counts(selection) else None)
    db, keys = await request.reader(), [parent.key for parent in parents]
    found = await queries.profiles_of(db, keys, window, kinds, formats, given.history)
    totals = await queries.count_profiles_of(db, keys, kinds, formats, given.history) if counts(selection) else None
    return window.pages(found, len(keys), _profile, selection, totals)


def _profile(row: Any) -> ReportProfile:
    key = Key(row["vendor_id"], row["id"], row["version"])
    kind, written = terms.SubmissionKind(row["kind"]), terms.SubmissionFormat(row["format"])
    return ReportProfile(
        id=strawberry.ID(global_id("ReportProfile", key)),
        key=key,
        agreement_key=Key(row["vendor_id"], row["agreement_id"]),
        kind=kind,
        format=written,
        name=row["name"],
        version=row["version"],
        live=row["live"],
        settings=row["settings"],
        settings_schema=JSON(settings_schema(written, kind)),
        created_at=row["created_at"],
        created_by=row["created_by"],
        retired_at=row["retired_at"],
    )
