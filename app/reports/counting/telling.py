"""Telling webhooks what became of a report: those of whoever handed it in, and of the vendor where it may read it."""

from uuid import UUID

from app.execution.identifiers import Key, global_id
from app.programme.terms import SubmissionKind
from app.programme.webhook_events import WebhookEvent
from app.reports.counting import queries
from app.store.database import Session
from app.webhooks.telling import Event, tell


async def tell_webhooks(session: Session, vendor_id: UUID, submission_id: UUID, event: WebhookEvent) -> None:
    """Write down, as the worker, that a report was counted or could not be read; of a preview nobody is told."""
    row = await queries.whose(session, vendor_id, submission_id)
    if row is None or row["previewed_by"] is not None:
        return
    kind = SubmissionKind(row["kind"])
    told = Event(
        vendor_id,
        event,
        global_id("Submission", Key(vendor_id, submission_id)),
        vendor=kind is not SubmissionKind.SELL_OUT,
        distributor_id=row["distributor_id"] if kind is not SubmissionKind.SELL_IN else None,
        reseller_id=row["reseller_id"] if kind is SubmissionKind.SELL_OUT else None,
        kind=kind.value,
    )
    await tell(session, [told])
