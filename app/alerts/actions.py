"""Raising alerts about reporting, settling alerts, and saying who is to see to one.

The worker raises: the clock about reporting periods, counting about warnings in a report. The same thing is raised once,
however often it is looked at. Each level that is told has an alert of its own, which it settles; what is true no longer
settles by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.alerts import queries
from app.alerts.raising import NewAlert, raise_alerts
from app.execution.errors import Problem, Refused, UserErrorCode
from app.execution.identifiers import Key, global_id, key_of, read_global_id
from app.execution.request import Request
from app.programme.alert_kinds import AlertKind
from app.programme.alerts import OF_REPORTS, audiences
from app.programme.spans import Span
from app.programme.terms import Level
from app.store.database import AUTHENTICATING, Row, Session

MOST_EVIDENCE = 20
"How many lines an alert names at most; the report has them all."
OF_PEOPLE = "OrganizationUser"
"The type whose global ids name a person."


@dataclass(frozen=True, slots=True)
class Cause:
    """What is the matter. `agreement` is the agreement's key; `subject` the global id of the reporting period or report;
    `evidence` the ids of what it stands on; `rows` how many rows of the report are concerned. None as `audience` is
    everybody whom the kind is for."""

    agreement: Key
    distributor_id: UUID
    kind: AlertKind
    subject: str
    period: Span
    due_on: date | None = None
    rows: int | None = None
    evidence: Sequence[str] = ()
    audience: Level | None = None


async def raise_alert(session: Session, cause: Cause, at: datetime) -> int:
    """Raise one alert, as the worker; see `raise_causes`."""
    return await raise_causes(session, [cause], at)


async def raise_causes(session: Session, causes: Sequence[Cause], at: datetime) -> int:
    """Raise alerts about agreements of one network, as the worker, for every level that is to be told. How many are new, or
    open again."""
    alerts = [
        _alert(cause, level)
        for cause in causes
        for level in audiences(cause.kind)
        if cause.audience is None or cause.audience is level
    ]
    return await raise_alerts(session, alerts, at)


def _alert(cause: Cause, level: Level) -> NewAlert:
    return NewAlert(
        cause.agreement.vendor_id,
        level,
        cause.kind,
        cause.subject,
        agreement_id=cause.agreement.id,
        distributor_id=cause.distributor_id,
        evidence=cause.evidence,
        due_on=cause.due_on,
        period=cause.period,
        rows=cause.rows,
    )


LinePlace = Callable[[int, int], int]
"The number by which a line's id names its row and component."


async def raise_for_warnings(
    session: Session, vendor_id: UUID, submissions: Sequence[UUID], at: datetime, line_place: LinePlace
) -> int:
    """Raise an alert for each kind of warning that the rows of counted reports have, as the worker: one for each report and
    kind, with the number of rows, held ones included. The vendor is told of the rows whose warning it may read, and of no
    other. A preview raises nothing.
    """
    codes = [kind.value for kind in OF_REPORTS]
    found = await queries.warned_rows(session, vendor_id, submissions, codes, MOST_EVIDENCE)
    causes = [
        _of_report(
            vendor_id,
            row,
            AlertKind(row["code"]),
            [
                _line(vendor_id, row["submission_id"], line_place(number, component))
                for number, component in zip(row["row_numbers"], row["components"], strict=True)
            ],
            Level(row["audience"]),
        )
        for row in found
    ]
    return await raise_causes(session, causes, at)


async def raise_for_pairs(
    session: Session, vendor_id: UUID, pairs: Sequence[Row], at: datetime, line_place: LinePlace
) -> int:
    """Tell the vendor, as the worker, which lines of a report sell a unit that another distributor has sold as well: one
    alert for each report, whose evidence is each line with the other's beside it. Neither distributor is told.

    A pair names a report's span, row and component, how many `rows` of the report are concerned, and the other's line.
    """
    by_report: dict[UUID, list[Row]] = {}
    for pair in pairs:
        by_report.setdefault(pair["submission_id"], []).append(pair)
    causes = []
    for own in by_report.values():
        evidence = dict.fromkeys(
            _line(vendor_id, pair[f"{side}submission_id"], line_place(pair[f"{side}row"], pair[f"{side}component"]))
            for pair in own[: MOST_EVIDENCE // 2]
            for side in ("", "other_")
        )
        causes.append(_of_report(vendor_id, own[0], AlertKind.SERIAL_SOLD_BY_TWO, list(evidence)))
    return await raise_causes(session, causes, at)


def _line(vendor_id: UUID, submission_id: UUID, place: int) -> str:
    return global_id("SellThroughLine", Key(vendor_id, submission_id, place))


def _of_report(
    vendor_id: UUID, report: Row, kind: AlertKind, evidence: Sequence[str], audience: Level | None = None
) -> Cause:
    return Cause(
        Key(vendor_id, report["agreement_id"]),
        report["distributor_id"],
        kind,
        global_id("Submission", Key(vendor_id, report["submission_id"])),
        Span(report["period_start"], report["period_end"]),
        rows=report["rows"],
        evidence=evidence,
        audience=audience,
    )


async def settle_alert(request: Request[Actor], alert_id: str, at: datetime) -> Key:
    """Settle an alert that one is told: it was seen, and what there was to do is done. The other side's stays."""
    async with acting(request, "settleAlert") as act:
        key, found = await _open(act, alert_id)
        await queries.settle(act.session, key.vendor_id, [key.id], act.actor.name, at)
        after = {"kind": found["kind"], "subject": found["subject"]}
        await act.record(global_id("Alert", key), vendor_id=key.vendor_id, after=after)
        return key


async def assign_alert(request: Request[Actor], alert_id: str, user_id: str | None) -> Key:
    """Say who of one's own organisation is to see to an alert, or, with None, that nobody is."""
    named = await _colleague(request, user_id) if user_id is not None else None
    async with acting(request, "assignAlert") as act:
        key, found = await _open(act, alert_id)
        if user_id is not None and named is None:
            message = "There is no user with this id in your organisation who has a role at your level."
            raise Refused(Problem(("userId",), UserErrorCode.NOT_FOUND, message))
        await queries.assign(act.session, key, named["id"] if named else None, named["name"] if named else None)
        before, after = {"assignee": found["assignee"]}, {"assignee": named["name"] if named else None}
        await act.record(global_id("Alert", key), vendor_id=key.vendor_id, before=before, after=after)
        return key


async def _colleague(request: Request[Actor], user_id: str) -> Row | None:
    """A user of the actor's organisation at its level, by the id as such or as a global id."""
    id = user_of(user_id)
    if id is None:
        return None
    async with request.database.reading(AUTHENTICATING) as db:
        return await queries.colleague(db, request.actor.organization_id, request.actor.level, id)


def user_of(text: str) -> UUID | None:
    """The id of a user, as such or as a global id."""
    read = read_global_id(text)
    if read is not None and read.type_name == OF_PEOPLE:
        return read.key.id
    try:
        return UUID(text)
    except ValueError:
        return None


async def _open(act: Act, alert_id: str) -> tuple[Key, Row]:
    """An alert that one is told and that is open, held to the end of the transaction."""
    key = key_of("Alert", alert_id)
    found = await queries.alert_to_settle(act.session, key, act.actor) if key is not None else None
    if key is None or found is None:
        message = "There is no alert with this id that you can see."
        raise Refused(Problem(("alertId",), UserErrorCode.NOT_FOUND, message))
    if found["settled_at"] is not None:
        message = f"This alert was settled by {found['settled_by'] or 'itself'} already. Read it again."
        raise Refused(Problem(("alertId",), UserErrorCode.STALE, message))
    return key, found
