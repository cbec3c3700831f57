"""For whom an alert is, and what it says.

A reminder that a report is due is for the distributor who owes it. That two distributors have sold the same unit is for the
vendor alone: neither distributor may know of the other. Everything else is for both sides of the agreement: the vendor, and
the distributor whose reporting or whose report it is about; but what speaks of a field that the agreement does not disclose
is not for the vendor. Each side settles its own alert, so neither puts away what the other has to look at. What is about a
decision, a date or a delivery is for whoever has to act: who raises it says for whom.
"""

from datetime import date, timedelta
from typing import Final

from app.programme.alert_kinds import AlertKind, AlertSeverity
from app.programme.spans import Span
from app.programme.terms import Level

BOTH: Final = (Level.VENDOR, Level.DISTRIBUTOR)
OF_PERIODS: Final = (AlertKind.REPORT_DUE, AlertKind.REPORT_LATE, AlertKind.REPORT_MISSING)
"The alerts about a reporting period; they settle by themselves when they are true no longer."
OF_NETWORKS: Final = (AlertKind.SERIAL_SOLD_BY_TWO,)
"The alerts about what a report and another distributor's say together."
OF_COUNTS: Final = (AlertKind.STOCK_VARIANCE,)
"The alerts about what a report of stock and the reports before it say together."
OF_STOCK: Final = (AlertKind.STOCK_OUT, AlertKind.STOCK_EXCESS, AlertKind.STOCK_ACCUMULATING)
"The alerts about the stock under an agreement; they settle by themselves when they are true no longer."
OF_DECISIONS: Final = (
    AlertKind.STATEMENT_TO_APPROVE,
    AlertKind.CLAIM_TO_DECIDE,
    AlertKind.DEDUCTION_UNMATCHED,
    AlertKind.SUBMISSION_FAILED,
    AlertKind.ENROLLMENT_TO_DECIDE,
    AlertKind.TIER_CHANGED,
    AlertKind.DOCUMENT_EXPIRING,
    AlertKind.CERTIFICATION_EXPIRING,
    AlertKind.DEAL_TO_DECIDE,
    AlertKind.DEAL_EXPIRING,
    AlertKind.FUND_TO_DECIDE,
    AlertKind.FUND_EXPIRING,
    AlertKind.AFFILIATION_PROPOSED,
    AlertKind.LINE_CONTESTED,
    AlertKind.PARTNER_LINKED,
    AlertKind.INVITATION_TO_CONFIRM,
    AlertKind.SPIFF_CLAIM_TO_DECIDE,
    AlertKind.COMMISSION_TO_APPROVE,
    AlertKind.PLAN_TO_ANSWER,
    AlertKind.PLAN_ACTIVITY_OVERDUE,
    AlertKind.WEBHOOK_DISABLED,
)
"The alerts about one object and what there is to do about it; they settle by themselves when that is done."
OF_REPORTS: Final = tuple(
    kind for kind in AlertKind if kind not in (*OF_PERIODS, *OF_NETWORKS, *OF_COUNTS, *OF_STOCK, *OF_DECISIONS)
)
"The alerts about a report: one for each kind of warning that its rows have, called as the warning's code is."

_SAYS: Final = {
    AlertKind.REPORT_DUE: "The report of {days} is due on {due_on}, and nothing was received yet. "
    "Where nothing was sold, hand in a report without lines.",
    AlertKind.REPORT_LATE: "The first report of {days} came after {due_on}, the last day in time.",
    AlertKind.REPORT_MISSING: "Nothing was received for {days}; {due_on} was the last day in time. "
    "Where nothing was sold, hand in a report without lines.",
    AlertKind.PRICE_MISSING: "{rows} without a price.",
    AlertKind.PRICE_UNUSUAL: "{rows} with a price that differs much from what is usual. Check these prices.",
    AlertKind.AMOUNT_DIFFERS: "{rows} stating an amount that is not quantity × unit price. Check all three.",
    AlertKind.RESELLER_NOT_AUTHORIZED: "{rows} sold to a reseller that was not authorised on the day of the sale. "
    "Authorise it for that day, or correct the rows.",
    AlertKind.MORE_SOLD_THAN_STOCK: "{rows} selling more than was in stock. Check the sales and the stock reported.",
    AlertKind.SERIAL_SOLD_TWICE: "{rows} with serial numbers that were sold before. Report what came back as a return.",
    AlertKind.SERIAL_SOLD_BY_TWO: "{rows} with serial numbers that another distributor has sold as well. Ask both of them,"
    " and let the one that is wrong correct its rows.",
    AlertKind.STOCK_VARIANCE: "{rows} counting stock that is more than 2 % off what was expected by the count before and by "
    "what was bought, sold and moved since. Count again, or correct what was reported.",
    AlertKind.SERIAL_OUTSIDE_TERRITORY: "{rows} with serial numbers that were sold outside their territory.",
    AlertKind.STOCK_OUT: "Nothing is left of products for which there is demand. Order them, or count again.",
    AlertKind.STOCK_EXCESS: "More stock lies there than is agreed or, where nothing is, than 13 weeks of demand take. "
    "Sell it off or rotate it before its price falls.",
    AlertKind.STOCK_ACCUMULATING: "Stock piles up: for months more has come in than was sold through. Order less, or sell "
    "more, before it lies there in excess.",
    AlertKind.STATEMENT_TO_APPROVE: "A statement is calculated. Approve it, or calculate it again.",
    AlertKind.CLAIM_TO_DECIDE: "A claim was filed. Approve or refuse it{by}.",
    AlertKind.DEDUCTION_UNMATCHED: "A deduction was taken that nothing is known to justify. Match it{by}.",
    AlertKind.SUBMISSION_FAILED: "A report could not be read, and nothing of it counts. Correct it and hand it in again.",
    AlertKind.ENROLLMENT_TO_DECIDE: "A partner has applied for a programme. Approve or refuse it{by}.",
    AlertKind.TIER_CHANGED: "The tier has changed. See what the new one grants and asks.",
    AlertKind.DOCUMENT_EXPIRING: "A document expires soon. Renew it{by}.",
    AlertKind.CERTIFICATION_EXPIRING: "A certification expires soon. Renew it{by}.",
    AlertKind.DEAL_TO_DECIDE: "A deal was registered. Approve or refuse it{by}.",
    AlertKind.DEAL_EXPIRING: "A deal's protection ends soon. Win it, lose it or have it extended{by}.",
    AlertKind.FUND_TO_DECIDE: "Funds wait for a decision. Approve or refuse them{by}.",
    AlertKind.FUND_EXPIRING: "Funds that were granted expire soon. Spend and claim them{by}.",
    AlertKind.AFFILIATION_PROPOSED: "The vendor proposes a group of affiliates whose volumes are added up. "
    "Accept or refuse it.",
    AlertKind.LINE_CONTESTED: "A reseller contests a line that is booked to it. Say why it is right, or correct it.",
    AlertKind.PARTNER_LINKED: "A firm has accepted an invitation to act for this reseller, and reads what is sold to it. "
    "Ask the reseller whether that is its own doing.",
    AlertKind.INVITATION_TO_CONFIRM: "A distributor invites an address of its own firm to act for a reseller. "
    "Confirm that{by}, or refuse it.",
    AlertKind.SPIFF_CLAIM_TO_DECIDE: "A claim on a SPIFF waits for a decision. Approve or deny it{by}.",
    AlertKind.COMMISSION_TO_APPROVE: "What an agent earned is calculated. Approve it, or calculate it again.",
    AlertKind.PLAN_TO_ANSWER: "The other side wrote a version of a business plan. Agree to it, counter or refuse it.",
    AlertKind.PLAN_ACTIVITY_OVERDUE: "What a business plan asks of you was to be done{by}. Do it, or say by when you will.",
    AlertKind.WEBHOOK_DISABLED: "A webhook has failed for days; nothing is sent to it any longer. Mend what receives it, "
    "and enable it again.",
}
_INFO: Final = {AlertKind.REPORT_DUE, AlertKind.TIER_CHANGED, AlertKind.PARTNER_LINKED}
_CRITICAL: Final = {
    AlertKind.REPORT_MISSING,
    AlertKind.SERIAL_SOLD_BY_TWO,
    AlertKind.SUBMISSION_FAILED,
    AlertKind.WEBHOOK_DISABLED,
}


def severity(kind: AlertKind) -> AlertSeverity:
    """How serious it is."""
    if kind in _INFO:
        return AlertSeverity.INFO
    return AlertSeverity.CRITICAL if kind in _CRITICAL else AlertSeverity.WARNING


def audiences(kind: AlertKind) -> tuple[Level, ...]:
    """The levels that are told of reporting periods and reports."""
    if kind in OF_NETWORKS:
        return (Level.VENDOR,)
    return (Level.DISTRIBUTOR,) if kind is AlertKind.REPORT_DUE else BOTH


def sentence(kind: AlertKind, period: Span | None, due_on: date | None, rows: int | None) -> str:
    """What is the matter and what would be right, as a sentence for who reads it. `rows` is how many rows of a report are
    concerned, `due_on` the day by which a period's report was owed, or by which there is to act."""
    if period is None:
        return _SAYS[kind].format(by=f" by {due_on}" if due_on is not None else "")
    days = f"{period.start} to {period.end - timedelta(days=1)}"
    counted = f"{rows or 0:,} {'row' if rows == 1 else 'rows'} of the report of {days}"
    return _SAYS[kind].format(days=days, due_on=due_on, rows=counted)
