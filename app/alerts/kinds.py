"""Which kinds of alerts somebody reads: those about objects that his permissions let him read."""

from collections.abc import Set
from typing import Final

from app.access.roles import Permission
from app.programme.alert_kinds import AlertKind

_NEEDS: Final = {
    AlertKind.STOCK_OUT: Permission.ANALYTICS_READ,
    AlertKind.STOCK_EXCESS: Permission.ANALYTICS_READ,
    AlertKind.STOCK_ACCUMULATING: Permission.ANALYTICS_READ,
    AlertKind.STATEMENT_TO_APPROVE: Permission.STATEMENT_READ,
    AlertKind.CLAIM_TO_DECIDE: Permission.CLAIM_READ,
    AlertKind.DEDUCTION_UNMATCHED: Permission.LEDGER_READ,
    AlertKind.SUBMISSION_FAILED: Permission.SUBMISSION_READ,
    AlertKind.ENROLLMENT_TO_DECIDE: Permission.ENROLLMENT_READ,
    AlertKind.TIER_CHANGED: Permission.ENROLLMENT_READ,
    AlertKind.DOCUMENT_EXPIRING: Permission.DOCUMENT_READ,
    AlertKind.CERTIFICATION_EXPIRING: Permission.CERTIFICATION_READ,
    AlertKind.DEAL_TO_DECIDE: Permission.DEAL_READ,
    AlertKind.DEAL_EXPIRING: Permission.DEAL_READ,
    AlertKind.FUND_TO_DECIDE: Permission.FUND_READ,
    AlertKind.FUND_EXPIRING: Permission.FUND_READ,
    AlertKind.AFFILIATION_PROPOSED: Permission.INCENTIVE_READ,
    AlertKind.LINE_CONTESTED: Permission.SUBMISSION_READ,
    AlertKind.PARTNER_LINKED: Permission.RESELLER_READ,
    AlertKind.INVITATION_TO_CONFIRM: Permission.PARTNER_INVITE,
    AlertKind.SPIFF_CLAIM_TO_DECIDE: Permission.SPIFF_MANAGE,
    AlertKind.COMMISSION_TO_APPROVE: Permission.COMMISSION_READ,
    AlertKind.PLAN_TO_ANSWER: Permission.PLAN_READ,
    AlertKind.PLAN_ACTIVITY_OVERDUE: Permission.PLAN_READ,
    AlertKind.WEBHOOK_DISABLED: Permission.WEBHOOK_MANAGE,
}
"What reading an alert needs beside `alert:read`; the others speak of reporting, which whoever is told of it reads."


def kinds_read_with(held: Set[Permission]) -> list[str]:
    """The kinds of alerts that somebody with these permissions reads."""
    return [kind.value for kind in AlertKind if _NEEDS.get(kind) is None or _NEEDS[kind] in held]
