"""The audit as an organisation sees it: its own acts whole, and what others did that concerns it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import strawberry

from app.access.actor import Actor
from app.audit import queries
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.programme.terms import Level

values(Level)


@visible("audit:read")
class AuditChange:
    """One thing that an act changed."""

    name: str
    "What it is called."
    before: str | None
    "What it was, as JSON; null where it was not there."
    after: str | None
    "What it is since, as JSON; null where it is not there any more."


@visible("audit:read")
class AuditEntry:
    """Something that was done: by your organisation, or by somebody else where it concerns you."""

    id: strawberry.ID
    "Its id."
    act: str
    "What was done: the mutation's name."
    subject_id: strawberry.ID
    "The global id of what it was done to."
    happened_at: datetime
    "When it was done."
    is_own: bool
    "Whether your organisation did it."
    actor: str | None
    "Which person or integration of your organisation did it; null where somebody else did."
    level: Level
    "On which side it was done."
    organization: str | None
    "Who did it, as you know that organisation; null where you do not."
    changes: list[AuditChange]
    "What your organisation changed; empty where somebody else did it."


@entered
class AuditFilter:
    """Which acts."""

    acts: list[str] | None = None
    "Only these mutations."
    subject_id: strawberry.ID | None = None
    "Only what was done to this object."
    actor: str | None = None
    "Only what this person or integration of your organisation did."
    since: datetime | None = None
    "Only what was done at this moment or later."
    until: datetime | None = None
    "Only what was done before this moment."
    is_own: bool | None = None
    "Only what your organisation did, or only what others did."


async def audit_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: AuditFilter | None = None,
) -> "list[Connection[AuditEntry]]":
    """What your organisation did at the level at which you act, and what others did that concerns it, the newest first."""
    which = _which(filter)
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=which)
    db = await request.reader()
    rows = await queries.entries_of(db, request.actor, window, which)
    total = await queries.count_entries_of(db, request.actor, which) if counts(selection) else None

    def entry(row: Any) -> AuditEntry:
        return _entry(request.actor, row)

    return [window.connection(rows, entry, total, selection)] * len(parents)


def _which(given: AuditFilter | None) -> queries.Which:
    if given is None:
        return queries.Which()
    acts = list(given.acts) if given.acts is not None else None
    return queries.Which(acts, given.subject_id, given.actor, given.since, given.until, given.is_own)


def _entry(actor: Actor, row: Any) -> AuditEntry:
    own = row["own"]
    network = row["vendor_id"] or actor.organization_id
    return AuditEntry(
        id=strawberry.ID(global_id("AuditEntry", Key(network, row["id"]))),
        act=row["act"],
        subject_id=strawberry.ID(row["subject"]),
        happened_at=row["happened_at"],
        is_own=own,
        actor=row["actor"],
        level=actor.level if own else Level(row["actor_level"]),
        organization=actor.organization_name if own else row["known_as"],
        changes=_changes(row["before"], row["after"]) if own else [],
    )


def _changes(before: Any, after: Any) -> list[AuditChange]:
    """Name by name where both are objects; otherwise the whole, named `value`."""
    was = before if isinstance(before, dict) else {} if before is None else {"value": before}
    now = after if isinstance(after, dict) else {} if after is None else {"value": after}
    names = list(dict.fromkeys([*was, *now]))
    return [AuditChange(name=name, before=_json(was, name), after=_json(now, name)) for name in names]


def _json(held: dict[str, Any], name: str) -> str | None:
    return msgspec.json.encode(held[name]).decode() if name in held else None
