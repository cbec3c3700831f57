"""What there is to act on about money: funds and SPIFF claims to decide, commissions to approve, funds to use before they
expire, deductions that nothing justifies, and groups of affiliates to answer to.

Who decides is told by the vendor's own alert; who loses money is told itself, from 30 days before. A deduction is called for
once it is 30 days old: until then its claim may still be decided.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.alerts.raising import NewAlert
from app.alerts.watching import queries
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.money import spoken
from app.programme.terms import Level
from app.store.database import Row, Session

EXPIRES_SOON: Final = timedelta(days=30)
"How long before the last day an owner is told that money expires."
AGED: Final = timedelta(days=30)
"How old a deduction is that nothing matches, before the vendor is told."


async def funds_to_decide(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For the vendor: requests and claims that wait."""
    return [
        _of_fund(vendor_id, Level.VENDOR, AlertKind.FUND_TO_DECIDE, row)
        for row in await queries.funds_to_decide(session, vendor_id)
    ]


async def spiff_claims_to_decide(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For the vendor: claims on SPIFFs that ask for a person, until one has spoken."""
    return [
        NewAlert(
            vendor_id,
            Level.VENDOR,
            AlertKind.SPIFF_CLAIM_TO_DECIDE,
            global_id("SpiffClaim", Key(vendor_id, row["id"])),
            distributor_id=row["distributor_id"],
            reseller_id=row["reseller_id"],
            facts=(f"{row['name']}: {spoken(row['amount_minor'], row['currency'])}",),
        )
        for row in await queries.spiff_claims_to_decide(session, vendor_id)
    ]


async def commissions_to_approve(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For the vendor, whose finance approves: what agents earned in periods that are over."""
    return [
        NewAlert(
            vendor_id,
            Level.VENDOR,
            AlertKind.COMMISSION_TO_APPROVE,
            global_id("CommissionStatement", Key(vendor_id, row["id"])),
            reseller_id=row["reseller_id"],
            facts=(
                f"{row['name']}, {row['starts_on']} to {row['ends_on'] - timedelta(days=1)}:"
                f" {spoken(row['amount_minor'], row['currency'])}",
            ),
        )
        for row in await queries.commissions_to_approve(session, vendor_id)
    ]


async def funds_expiring(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For the one partner whose fund it is."""
    today = now.date()
    return [
        _of_fund(vendor_id, _owner(row), AlertKind.FUND_EXPIRING, row)
        for row in await queries.funds_expiring(session, vendor_id, today, today + EXPIRES_SOON)
    ]


def _owner(row: Row) -> Level:
    return Level.DISTRIBUTOR if row["reseller_id"] is None else Level.RESELLER


def _of_fund(vendor_id: UUID, audience: Level, kind: AlertKind, row: Row) -> NewAlert:
    return NewAlert(
        vendor_id,
        audience,
        kind,
        global_id(row["type_name"], Key(vendor_id, row["id"])),
        agreement_id=row["agreement_id"],
        distributor_id=row["distributor_id"],
        reseller_id=row["reseller_id"],
        due_on=row["due_on"],
        facts=(f"{row['name']}: {spoken(row['minor'], row['currency'])}",),
    )


async def deductions_unmatched(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For the vendor, whose finance says what they belong to."""
    return [
        NewAlert(
            vendor_id,
            Level.VENDOR,
            AlertKind.DEDUCTION_UNMATCHED,
            global_id("Deduction", Key(vendor_id, row["id"])),
            agreement_id=row["agreement_id"],
            distributor_id=row["distributor_id"],
            facts=(f"Debit memo {row['number']} of {row['dated']}: {spoken(row['minor'], row['currency'])}",),
        )
        for row in await queries.unmatched_deductions(session, vendor_id, now.date() - AGED)
    ]


async def affiliations_proposed(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For each firm that has not answered, of its own membership; who else is asked, none of them learns."""
    return [
        NewAlert(
            vendor_id,
            Level.DISTRIBUTOR,
            AlertKind.AFFILIATION_PROPOSED,
            global_id("AffiliationMembership", Key(vendor_id, row["id"])),
            distributor_id=row["distributor_id"],
            facts=(row["name"],),
        )
        for row in await queries.affiliations_proposed(session, vendor_id)
    ]
