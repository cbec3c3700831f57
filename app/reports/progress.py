"""Following a report: who handed it in, and its vendor, are told whenever it stands otherwise, until it is settled."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from app.access.actor import Actor as Asker
from app.access.roles import Permission
from app.execution.edges import Selection
from app.execution.errors import bad_input
from app.execution.identifiers import key_of
from app.execution.request import Request
from app.execution.subscriptions import live
from app.programme.terms import SubmissionStatus
from app.reports.counting.actions import progress_of
from app.reports.graph import Submission, submissions_by_key
from app.store.changes import Topic

SETTLED = frozenset({SubmissionStatus.PROCESSED, SubmissionStatus.FAILED, SubmissionStatus.CANCELLED})


async def _submission_progress(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    id: Annotated[strawberry.ID, strawberry.argument(description="The report's global id.")],
) -> list[Submission]:
    """A report as it stands, and again whenever that has changed. Ends when it is processed, has failed, or is cancelled."""
    key = key_of("Submission", id)
    (found,) = await submissions_by_key(request, [key]) if key is not None else [None]
    if found is None:
        raise bad_input("There is no report by this id that you may see. Give the `id` of a Submission.")
    return [found] * len(parents)


def _changes_of(request: Request[Asker], id: str) -> Topic | None:
    """What is heard of; nothing where the id is none of a report."""
    key = key_of("Submission", id)
    return progress_of(key.vendor_id, key.id) if key is not None else None


@strawberry.type
class ReportsSubscription:
    submission_progress = live(
        _submission_progress,
        topic=_changes_of,
        over=lambda report: report.status in SETTLED,
        permission=Permission.SUBMISSION_READ,
    )
