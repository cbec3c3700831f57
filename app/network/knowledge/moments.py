"""Which past moments can be asked for: those of which everything that was known is settled."""

from datetime import datetime
from uuid import UUID

from app.access.actor import Actor
from app.execution.errors import bad_input
from app.execution.request import Request
from app.network.knowledge import queries
from app.programme.terms import Level


async def knowable(request: Request[Actor], vendor_id: UUID, as_of: datetime) -> None:
    """Raise BAD_USER_INPUT unless the moment can be asked for: it lies in the past, the asker is the vendor, and no change
    under way may still turn out to have been known by then."""
    if request.actor.level is not Level.VENDOR:
        raise bad_input("`asOf` is the vendor's to ask: when each change became known, others do not read.")
    if as_of.tzinfo is None:
        raise bad_input("`asOf` is a moment with its offset, such as 2026-01-31T12:00:00Z.")
    found = await queries.moment(await request.reader(), vendor_id, as_of)
    if found is None or found["ahead"]:
        raise bad_input("`asOf` lies in the future: what will be known then, nobody knows yet. Ask for a past moment.")
    if found["unsettled"]:
        last = found["last_known"]
        until = f" up to {last.isoformat()}" if last is not None else ""
        raise bad_input(
            f"Reports are being counted at this moment. Ask for a moment{until}, or again in a few seconds."
        )
