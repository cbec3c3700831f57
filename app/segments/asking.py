"""Who may divide anything by segments: whoever may read them. The other levels do not know that there are any."""

from collections.abc import Sequence
from uuid import UUID

from app.access.actor import Actor
from app.access.roles import Permission
from app.execution.errors import forbidden
from app.execution.identifiers import key_of


def may_divide(actor: Actor) -> None:
    """Raise FORBIDDEN for whoever may read no segments."""
    needed = frozenset({Permission.SEGMENT_READ})
    if not needed <= actor.permissions:
        raise forbidden(needed, frozenset(actor.permissions))


def segments_named(actor: Actor, given: Sequence[str] | None) -> tuple[UUID, ...] | None:
    """The segments of the asking vendor's own among these ids, each once; None where nothing was named. Raises FORBIDDEN
    for whoever may read no segments, whatever they name."""
    if given is None:
        return None
    may_divide(actor)
    keys = (key_of("Segment", each) for each in given)
    return tuple(sorted({key.id for key in keys if key is not None and key.vendor_id == actor.vendor_id}))
