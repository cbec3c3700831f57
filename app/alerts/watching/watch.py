"""What the clock looks for each minute in every network: decisions that are waited for, money that expires or that nobody
can place, tiers that have changed, firms that act for a reseller now, and reports that could not be read.

Each thing is raised once, for whoever has to act, and settles by itself when it is done: decided, withdrawn, or handed in
again; that a firm acts for a reseller now, after 31 days. A report that failed more than 31 days ago is no longer called
for.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from app.alerts import queries as alerts
from app.alerts.raising import NewAlert, raise_alerts
from app.alerts.watching import money, plans, queries, tiers
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level, SubmissionKind
from app.store.database import AUTHENTICATING, Database, Row, Session, acting_as_worker

log = structlog.get_logger(__name__)

CALLED_FOR: Final = timedelta(days=31)
"For how long somebody is told to hand a report in again that could not be read."
EXPIRES_SOON: Final = timedelta(days=30)
"How long before its last day somebody is told that a document or a certification is to be renewed."
Watching = Callable[[Session, UUID, datetime], Awaitable[list[NewAlert]]]


async def watch_decisions(database: Database, now: datetime) -> int:
    """Raise and clear what there is to decide or to hand in again, in all networks. How many alerts were raised.

    What goes wrong in one network is logged, and keeps no other from being looked after.
    """
    async with database.reading(AUTHENTICATING) as session:
        networks = await queries.vendors(session)
    raised = 0
    for vendor_id in networks:
        for kind, look in WATCHED.items():
            try:
                async with database.writing(acting_as_worker(vendor_id)) as session:
                    raised += await _bring_in_line(session, vendor_id, kind, await look(session, vendor_id, now), now)
            except Exception:
                log.exception("what there is to decide was not looked for", vendor=str(vendor_id), kind=kind.value)
    return raised


async def _bring_in_line(
    session: Session, vendor_id: UUID, kind: AlertKind, found: Sequence[NewAlert], now: datetime
) -> int:
    """Raise what is true and clear what is true no longer."""
    true = {each.subject for each in found}
    over = [each for each in await queries.open_subjects(session, vendor_id, kind.value) if each not in true]
    if over:
        await alerts.clear(session, vendor_id, kind.value, over, now)
    return await raise_alerts(session, found, now)


async def _statements(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    rows = await queries.statements_to_approve(session, vendor_id)
    return [
        _for_vendor(
            vendor_id,
            AlertKind.STATEMENT_TO_APPROVE,
            "Statement",
            row,
            (f"Pay period {row['period_start']} to {row['period_end'] - timedelta(days=1)}",),
        )
        for row in rows
    ]


async def _claims(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    rows = await queries.claims_to_decide(session, vendor_id)
    return [_for_vendor(vendor_id, AlertKind.CLAIM_TO_DECIDE, "DebitClaim", row) for row in rows]


async def _enrollments(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    return [
        NewAlert(
            vendor_id,
            Level.VENDOR,
            AlertKind.ENROLLMENT_TO_DECIDE,
            global_id("Enrollment", Key(vendor_id, row["id"])),
            reseller_id=row["reseller_id"],
        )
        for row in await queries.enrollments_to_decide(session, vendor_id)
    ]


async def _reports(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For whoever handed the report in: it alone can do so again."""
    found = []
    for row in await queries.failed_reports(session, vendor_id, now - CALLED_FOR):
        subject = global_id("Submission", Key(vendor_id, row["id"]))
        days = f"Report of {row['period_start']} to {row['period_end'] - timedelta(days=1)}"
        audience = _HANDED_IN_BY[SubmissionKind(row["kind"])]
        found.append(
            NewAlert(
                vendor_id,
                audience,
                AlertKind.SUBMISSION_FAILED,
                subject,
                agreement_id=row["agreement_id"],
                distributor_id=row["distributor_id"],
                reseller_id=row["reseller_id"],
                facts=(days,),
            )
        )
    return found


async def _documents(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For whoever handed the document in: it alone can renew it."""
    return [
        NewAlert(
            vendor_id,
            Level.RESELLER if row["reseller_id"] is not None else Level.DISTRIBUTOR,
            AlertKind.DOCUMENT_EXPIRING,
            global_id("ComplianceDocument", Key(vendor_id, row["id"])),
            agreement_id=row["agreement_id"],
            distributor_id=row["distributor_id"],
            reseller_id=row["reseller_id"],
            facts=(row["title"],),
            due_on=row["valid_until"],
        )
        for row in await queries.documents_expiring(session, vendor_id, now.date(), now.date() + EXPIRES_SOON)
    ]


async def _certifications(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For the reseller, and for the distributor where one recorded it."""
    found = []
    for row in await queries.certifications_expiring(session, vendor_id, now.date(), now.date() + EXPIRES_SOON):
        subject, facts = global_id("Certification", Key(vendor_id, row["id"])), (row["name"],)
        kind, due = AlertKind.CERTIFICATION_EXPIRING, row["valid_until"]
        whom = row["reseller_id"]
        found.append(NewAlert(vendor_id, Level.RESELLER, kind, subject, reseller_id=whom, facts=facts, due_on=due))
        if row["distributor_id"] is not None:
            under = {"agreement_id": row["agreement_id"], "distributor_id": row["distributor_id"]}
            found.append(NewAlert(vendor_id, Level.DISTRIBUTOR, kind, subject, **under, facts=facts, due_on=due))
    return found


async def _links(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For the vendor and each distributor that sells to the reseller: whoever took the reseller's place is noticed. It is
    said of every invitation alike, so that nobody reads from it whose the invitation was."""
    found = []
    for row in await queries.partners_linked(session, vendor_id, now - CALLED_FOR):
        subject = global_id("Reseller", Key(vendor_id, row["reseller_id"]))
        facts = (f"Since {row['linked_from']:%Y-%m-%d %H:%M} UTC",)
        kind, seller = AlertKind.PARTNER_LINKED, row["distributor_id"]
        if seller is None:
            whom = row["reseller_id"]
            found.append(NewAlert(vendor_id, Level.VENDOR, kind, subject, reseller_id=whom, facts=facts))
        else:
            found.append(NewAlert(vendor_id, Level.DISTRIBUTOR, kind, subject, distributor_id=seller, facts=facts))
    return found


async def _invitations(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    return [
        NewAlert(
            vendor_id,
            Level.VENDOR,
            AlertKind.INVITATION_TO_CONFIRM,
            global_id("PartnerInvitation", Key(vendor_id, row["id"])),
            reseller_id=row["reseller_id"],
            facts=(row["email"],),
            due_on=row["expires_at"].date(),
        )
        for row in await queries.invitations_to_confirm(session, vendor_id, now)
    ]


def _for_vendor(vendor_id: UUID, kind: AlertKind, type_name: str, row: Row, facts: Sequence[str] = ()) -> NewAlert:
    return NewAlert(
        vendor_id,
        Level.VENDOR,
        kind,
        global_id(type_name, Key(vendor_id, row["id"])),
        agreement_id=row["agreement_id"],
        distributor_id=row["distributor_id"],
        due_on=row["due_on"],
        facts=facts,
    )


_HANDED_IN_BY: Final = {
    SubmissionKind.SELL_THROUGH: Level.DISTRIBUTOR,
    SubmissionKind.INVENTORY: Level.DISTRIBUTOR,
    SubmissionKind.SELL_IN: Level.VENDOR,
    SubmissionKind.SELL_OUT: Level.RESELLER,
}
WATCHED: Final[dict[AlertKind, Watching]] = {
    AlertKind.STATEMENT_TO_APPROVE: _statements,
    AlertKind.CLAIM_TO_DECIDE: _claims,
    AlertKind.ENROLLMENT_TO_DECIDE: _enrollments,
    AlertKind.SUBMISSION_FAILED: _reports,
    AlertKind.DOCUMENT_EXPIRING: _documents,
    AlertKind.CERTIFICATION_EXPIRING: _certifications,
    AlertKind.FUND_TO_DECIDE: money.funds_to_decide,
    AlertKind.FUND_EXPIRING: money.funds_expiring,
    AlertKind.DEDUCTION_UNMATCHED: money.deductions_unmatched,
    AlertKind.AFFILIATION_PROPOSED: money.affiliations_proposed,
    AlertKind.TIER_CHANGED: tiers.tiers_changed,
    AlertKind.PARTNER_LINKED: _links,
    AlertKind.INVITATION_TO_CONFIRM: _invitations,
    AlertKind.SPIFF_CLAIM_TO_DECIDE: money.spiff_claims_to_decide,
    AlertKind.COMMISSION_TO_APPROVE: money.commissions_to_approve,
    AlertKind.PLAN_TO_ANSWER: plans.to_answer,
    AlertKind.PLAN_ACTIVITY_OVERDUE: plans.activities_overdue,
}
"How each kind is looked for. What others raise themselves is theirs to clear."
