"""Alerts as each level sees them: what is the matter, since when, on what it stands, who is to see to it, who settled it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.alerts import actions, queries
from app.alerts.raising import told_to
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection
from app.execution.errors import bad_input
from app.execution.identifiers import NO_NETWORK, Key, global_id, key_of
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import DateRange
from app.execution.subscriptions import told
from app.programme.alert_kinds import AlertKind, AlertSeverity, AlertState
from app.programme.alerts import sentence, severity
from app.programme.spans import Span
from app.programme.terms import Level
from app.store.changes import Topic
from app.store.identity import first_id_of

values(AlertKind)
values(AlertSeverity)
values(AlertState)


@visible("alert:read")
class Alert(Node):
    """Something that you should act on. Each side is told apart, and settles its own."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key | None]
    distributor_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    subject_id: strawberry.Private[str]
    kind: AlertKind
    "What is the matter."
    severity: AlertSeverity
    "How serious it is."
    state: AlertState
    "Whether it is open, was settled, or settled by itself."
    message: str
    "What is the matter and what would be right, in a sentence."
    period: DateRange | None
    "The days that it is about: those of the reporting period, or of the report; null where it is about neither."
    due_on: date | None
    "By when there is to act; of a period's report when it is due, or once that is over, what was the last day in time."
    rows: int | None
    "How many rows of the report are concerned; null where it is about something else."
    evidence: list[strawberry.ID]
    "Global ids of what it stands on: reports, or the first twenty lines, or of counts of stock products, concerned."
    facts: list[str]
    "Short facts about it, for people."
    assignee_id: strawberry.ID | None
    "The id of the user of your organisation who is to see to it."
    assignee: str | None
    "That user's name."
    raised_at: datetime
    "When it was raised."
    settled_at: datetime | None
    "When it was settled; null while it is open."
    settled_by: str | None
    "Who settled it; null while it is open, or where it settled by itself because it was true no longer."


@entered
class AlertFilter:
    """Which alerts."""

    kinds: list[AlertKind] | None = None
    "Only of these kinds."
    agreement_id: strawberry.ID | None = None
    "Only under this agreement."
    settled: bool | None = None
    "Only those that are settled, or only those that are open."
    state: AlertState | None = None
    "Only those that stand so."
    severities: list[AlertSeverity] | None = None
    "Only those that are so serious."
    assignee_id: strawberry.ID | None = None
    "Only those that this user is to see to."
    assigned: bool | None = None
    "Only those that somebody is to see to, or only those that nobody is."


async def alerts_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: AlertFilter | None = None,
) -> "list[Connection[Alert]]":
    """What you should act on, the newest first: a vendor in its network, a distributor or a reseller what is its own."""
    which = _which(filter)
    window = Window.of(queries.ORDER, first=first, after=after, last=last, before=before, of=which)
    db = await request.reader()
    rows = await queries.alerts_of(db, request.actor, window, which)
    total = await queries.count_alerts_of(db, request.actor, which) if counts(selection) else None
    return [window.connection(rows, _alert, total, selection)] * len(parents)


def _which(given: AlertFilter | None) -> queries.Which:
    """The filter; an id that is no agreement's finds nothing."""
    if given is None:
        return queries.Which()
    agreement = None
    if given.agreement_id is not None:
        agreement = (key_of("DistributionAgreement", given.agreement_id) or Key(NO_NETWORK, NO_NETWORK)).id
    settled = None if given.state is None else given.state is not AlertState.OPEN
    if given.settled is not None and settled not in {None, given.settled}:
        return queries.Which(kinds=[])
    by_itself = given.state is AlertState.CLEARED if settled else None
    kept = given.settled if settled is None else settled
    return queries.Which(_kinds(given), agreement, kept, by_itself, _user(given.assignee_id), given.assigned)


def _kinds(given: AlertFilter) -> list[str] | None:
    if not given.kinds and not given.severities:
        return None
    asked, serious = given.kinds or list(AlertKind), given.severities or list(AlertSeverity)
    return [kind.value for kind in asked if severity(kind) in serious]


def _user(id: str | None) -> UUID | None:
    if id is None:
        return None
    return actions.user_of(id) or NO_NETWORK


async def alerts_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Alert | None]:
    """Alerts in the order of their keys; None where the asker is not told."""
    rows = await queries.alerts_by_key(await request.reader(), keys, request.actor)
    found = {Key(row["vendor_id"], row["id"]): row for row in rows}
    return [_alert(found[key]) if key in found else None for key in keys]


def _alert(row: Any) -> Alert:
    vendor = row["vendor_id"]
    key, kind = Key(vendor, row["id"]), AlertKind(row["kind"])
    span = Span(row["period_start"], row["period_end"]) if row["period_start"] is not None else None
    cleared = row["settled_at"] is not None and row["settled_by"] is None
    closed = AlertState.CLEARED if cleared else AlertState.SETTLED
    return Alert(
        id=strawberry.ID(global_id("Alert", key)),
        key=key,
        agreement_key=_key(vendor, row["agreement_id"]),
        distributor_key=_key(vendor, row["distributor_id"]),
        reseller_key=_key(vendor, row["reseller_id"]),
        subject_id=row["subject"],
        kind=kind,
        severity=severity(kind),
        state=AlertState.OPEN if row["settled_at"] is None else closed,
        message=sentence(kind, span, row["due_on"], row["rows"]),
        period=DateRange(start=span.start, end=span.end) if span is not None else None,
        due_on=row["due_on"],
        rows=row["rows"],
        evidence=[strawberry.ID(each) for each in row["evidence"]],
        facts=row["facts"],
        assignee_id=strawberry.ID(str(row["assignee_id"])) if row["assignee_id"] is not None else None,
        assignee=row["assignee"],
        raised_at=row["raised_at"],
        settled_at=row["settled_at"],
        settled_by=row["settled_by"],
    )


def _key(vendor_id: UUID, id: UUID | None) -> Key | None:
    return Key(vendor_id, id) if id is not None else None


@entered
class SettleAlertInput:
    """An alert that was seen, and about which there is nothing more to do."""

    alert_id: strawberry.ID
    "The alert."


@visible("viewer:read")
class SettleAlertPayload:
    """The answer to `settleAlert`."""

    alert: Alert | None
    "The alert, settled; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@entered
class AssignAlertInput:
    """Who is to see to an alert."""

    alert_id: strawberry.ID
    "The alert, open."
    user_id: strawberry.ID | None = None
    "A user of your organisation; null to take it from whoever has it."


@visible("viewer:read")
class AssignAlertPayload:
    """The answer to `assignAlert`."""

    alert: Alert | None
    "The alert; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@strawberry.type
class AlertsMutation:
    @mutation(Permission.ALERT_SETTLE)
    async def assign_alert(self, info: strawberry.Info, input: AssignAlertInput) -> AssignAlertPayload:
        """Say which user of your organisation is to see to an alert that you are told, or that nobody is."""
        key = await actions.assign_alert(info.context, input.alert_id, input.user_id)
        return AssignAlertPayload(alert=(await alerts_by_key(info.context, [key]))[0])

    @mutation(Permission.ALERT_SETTLE)
    async def settle_alert(self, info: strawberry.Info, input: SettleAlertInput) -> SettleAlertPayload:
        """Settle an alert that you are told. The other side's alert about the same thing stays as it is."""
        key = await actions.settle_alert(info.context, input.alert_id, datetime.now(UTC))
        return SettleAlertPayload(alert=(await alerts_by_key(info.context, [key]))[0])


LONGEST_RAISING = timedelta(minutes=10)
"How long a transaction that raises an alert may take to commit, so that who follows alerts is still told of it."


async def _raised(request: Request[Actor], keys: Sequence[Key], selection: Selection) -> list[Alert]:
    """Each alert that is raised for you from now on, once. Those that are there already `viewer.alerts` lists."""
    found = await alerts_by_key(request, keys)
    if None in found:
        raise bad_input("You may not see this alert any longer.")
    return [each for each in found if each is not None]


async def _news(request: Request[Actor], since: datetime) -> list[Key]:
    rows = await queries.alerts_made_since(await request.reader(), request.actor, first_id_of(since - LONGEST_RAISING))
    return [Key(row["vendor_id"], row["id"]) for row in rows]


def _topics(actor: Actor) -> list[Topic]:
    """What is heard: of a vendor its network, of a distributor or a reseller each of its parties."""
    owners = actor.vendor_ids if actor.level is Level.VENDOR else actor.party_ids
    return [told_to(owner) for owner in owners]


@strawberry.type
class AlertsSubscription:
    alert_raised = told(_raised, topics=_topics, news=_news, permission=Permission.ALERT_READ)
