"""Forgetting previews: after thirty days nothing of one is kept but that it was, its bytes and its counts."""

from datetime import datetime, timedelta

import structlog

from app.reports.periods.queries import vendors
from app.reports.previews import queries
from app.store.database import AUTHENTICATING, Database, acting_as_worker

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=30)
"How long the rows, issues and effects of a preview can be read."
AT_ONCE = 20
"Previews of one network that are forgotten at one look: the others wait for the next."


async def forget_previews(database: Database, now: datetime) -> int:
    """Forget the previews of all networks that are older than that, as of a moment. How many rows went."""
    async with database.reading(AUTHENTICATING) as session:
        networks = await vendors(session)
    gone = 0
    for vendor_id in networks:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            for submission_id in await queries.old_previews(session, vendor_id, now - KEPT_FOR, AT_ONCE):
                gone += await queries.forget(session, vendor_id, submission_id)
    if gone:
        log.info("previews forgotten", rows=gone)
    return gone
