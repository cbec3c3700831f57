"""The worker: runs the jobs that acts have enqueued, until it is told to stop."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from app.partners.actions import align_enrollments
from app.reports.counting.actions import Busy, count_reports, release_held
from app.settings import Settings
from app.store.database import Database
from app.store.jobs import Again, Job, JobRunner


async def work(settings: Settings, database_url: str, stop: asyncio.Event) -> None:
    """Run jobs until `stop` is set; those under way are finished."""
    database = await Database.open(database_url, connections=settings.worker_concurrency + 2, statement_timeout=600.0)

    async def counting(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await count_reports(database, ids["vendor_id"], ids["agreement_id"]))

    async def releasing(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await release_held(database, ids["vendor_id"], ids["alias_id"]))

    async def aligning(ids: Mapping[str, UUID]) -> None:
        await align_enrollments(database, ids["vendor_id"], ids["authorization_id"])

    handlers = {Job.COUNT_REPORTS: counting, Job.RELEASE_HELD: releasing, Job.ALIGN_ENROLLMENTS: aligning}
    try:
        await JobRunner().run(database_url, handlers, concurrency=settings.worker_concurrency, stop=stop)
    finally:
        await database.close()


def _again(busy: Busy | None) -> Again | None:
    return Again(busy.seconds) if busy is not None else None
