"""What a distributor did for a reseller, as both and, where the agreement discloses its resellers, the vendor see it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import strawberry

from app.access.actor import Actor
from app.enablement.activities import queries
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.listings.queries import pages
from app.execution.request import Request
from app.programme.certifications import EnablementKind
from app.store.database import Row

values(EnablementKind)


class HasKey(Protocol):
    """An authorisation."""

    @property
    def key(self) -> Key: ...


@visible("certification:read")
class EnablementActivity:
    """Something that a distributor did to enable a reseller."""

    key: strawberry.Private[Key]
    kind: EnablementKind
    "What kind of thing."
    title: str
    "What it was."
    held_on: date
    "On which day."
    participants: int
    "How many people of the reseller took part."
    note: str | None
    "What is worth knowing about it."
    recorded_at: datetime
    "When it was recorded."

    @classmethod
    def of(cls, row: Row) -> "EnablementActivity":
        names = ("title", "held_on", "participants", "note", "recorded_at")
        key = Key(row["vendor_id"], row["id"])
        return cls(key=key, kind=EnablementKind(row["kind"]), **{name: row[name] for name in names})


async def activities_of_authorizations(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[EnablementActivity]]:
    """What the distributor did for the reseller, the latest first."""
    window = Window.of(queries.LATEST, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.OF_AUTHORIZATION, window, selection, EnablementActivity.of)


async def activity_by_key(request: Request[Actor], key: Key) -> EnablementActivity | None:
    """One activity that the asker may see."""
    row = await queries.activity(await request.reader(), key)
    return None if row is None else EnablementActivity.of(row)
