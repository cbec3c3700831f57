"""Writing down of what webhooks are to be told, in the transaction that gives rise to it, whoever's it is.

An event names ids and kinds alone: who receives it asks the graph, with its own rights. It goes to the webhooks of those
whom it concerns: the vendor, and the parties that are named, each where it is linked now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from app.programme.terms import Level
from app.programme.webhook_events import WebhookEvent
from app.store.database import Session
from app.tables.metadata import DatabaseRole
from app.webhooks import queries


@dataclass(frozen=True, slots=True)
class Event:
    """What has happened in a vendor's network to the object with the global id `subject`, and whom it concerns: the vendor,
    a distributor's party, a reseller's. `kind` is a word about it that all of them may read."""

    vendor_id: UUID
    event: WebhookEvent
    subject: str
    vendor: bool = False
    distributor_id: UUID | None = None
    reseller_id: UUID | None = None
    kind: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def told(self) -> list[dict[str, object]]:
        """A row for each that is told."""
        parties: tuple[tuple[Level, UUID | None], ...] = (
            (Level.DISTRIBUTOR, self.distributor_id),
            (Level.RESELLER, self.reseller_id),
        )
        levels = [each for each in parties if each[1] is not None]
        levels += [(Level.VENDOR, None)] if self.vendor else []
        return [
            {
                "vendor_id": self.vendor_id,
                "level": level.value,
                "party_id": party,
                "event": self.event.value,
                "subject": self.subject,
                "kind": self.kind,
                "happened_at": self.at,
            }
            for level, party in levels
        ]


async def tell(session: Session, events: Sequence[Event]) -> None:
    """Write down what is to be sent of these events, as part of the session's transaction."""
    rows = [row for event in events for row in event.told()]
    if rows:
        await session.execute_as(DatabaseRole.WEBHOOKS, queries.TELL, rows)
