"""Raising an alert about one object, and clearing it, from wherever there is something to act on.

Whoever raises says for whom: the vendor, one distributor's party or one reseller's. The same thing is raised once for each
of them, however often it is said; what was cleared is open again when it is true again, and what somebody settled stays
settled, until it happens anew. In the same transaction the webhooks of who is told get their event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from app.alerts import queries
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.spans import Span
from app.programme.terms import Level
from app.programme.webhook_events import WebhookEvent
from app.store.changes import Topic, publish
from app.store.database import Row, Session
from app.store.identity import new_id
from app.webhooks.telling import Event, tell


@dataclass(frozen=True, slots=True)
class NewAlert:
    """Something to act on. `subject` is the global id of what it is about, `evidence` global ids of what it stands on,
    `facts` short texts that the audience may read, `due_on` by when.

    `audience` is who is told: DISTRIBUTOR with its party as `distributor_id`, RESELLER with its party as `reseller_id`. For
    the vendor these say whom it is about, where the vendor may know them. An `agreement_id` goes with a `distributor_id`.
    """

    vendor_id: UUID
    audience: Level
    kind: AlertKind
    subject: str
    agreement_id: UUID | None = None
    distributor_id: UUID | None = None
    reseller_id: UUID | None = None
    evidence: Sequence[str] = ()
    facts: Sequence[str] = ()
    due_on: date | None = None
    period: Span | None = None
    rows: int | None = None
    person_id: UUID | None = None
    "Whose affair it is: colleagues who see their own alone are not told."

    @property
    def owner(self) -> UUID:
        """Who is told: the vendor or the party."""
        owners = {Level.DISTRIBUTOR: self.distributor_id, Level.RESELLER: self.reseller_id}
        found = owners.get(self.audience, self.vendor_id)
        if found is None:
            raise ValueError(f"An alert for a {self.audience.lower()} says for which.")
        return found


def told_to(owner: UUID) -> Topic:
    """What is published whenever a vendor, or a distributor's or a reseller's party, is told something."""
    return Topic("alerts", owner, owner)


async def raise_alerts(session: Session, alerts: Sequence[NewAlert], at: datetime | None = None) -> int:
    """Raise alerts of one network, as the worker; those raised before stay as they are. How many are new, or open again.

    Whoever follows them hears of it when the session's transaction is committed.
    """
    if not alerts:
        return 0
    (vendor_id,) = {alert.vendor_id for alert in alerts}
    once = {(alert.subject, alert.kind, alert.audience, alert.owner): alert for alert in alerts}
    moment = at or datetime.now(UTC)
    raised = await queries.write(session, vendor_id, list(map(_entry, once.values())), moment)
    await publish(session, *map(told_to, sorted({row["owner_id"] for row in raised})))
    now = datetime.now(UTC)
    await tell(session, [_event(vendor_id, row, now) for row in raised if row["fresh"]])
    return len(raised)


async def clear(session: Session, vendor_id: UUID, kind: AlertKind, subject: str) -> None:
    """Let the alerts of a kind about an object settle by themselves, as the worker: what they say is true no longer."""
    await queries.clear(session, vendor_id, kind.value, [subject], datetime.now(UTC))


def _entry(alert: NewAlert) -> queries.Entry:
    return queries.Entry(
        id=new_id(),
        agreement_id=alert.agreement_id,
        distributor_id=alert.distributor_id,
        reseller_id=alert.reseller_id,
        audience=alert.audience.value,
        kind=alert.kind.value,
        subject=alert.subject,
        evidence=list(alert.evidence),
        facts=list(alert.facts),
        period_start=alert.period.start if alert.period is not None else None,
        period_end=alert.period.end if alert.period is not None else None,
        due_on=alert.due_on,
        rows=alert.rows,
        person_id=alert.person_id,
    )


def _event(vendor_id: UUID, row: Row, at: datetime) -> Event:
    audience = Level(row["audience"])
    return Event(
        vendor_id,
        WebhookEvent.ALERT_RAISED,
        global_id("Alert", Key(vendor_id, row["id"])),
        vendor=audience is Level.VENDOR,
        distributor_id=row["owner_id"] if audience is Level.DISTRIBUTOR else None,
        reseller_id=row["owner_id"] if audience is Level.RESELLER else None,
        kind=row["kind"],
        at=at,
    )
