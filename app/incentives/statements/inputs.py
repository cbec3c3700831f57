"""What is entered about statements, and by what they are found."""

from datetime import date
from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.programme.money_terms import StatementStatus
from app.programme.statements import StatementDecisionKind

values(StatementStatus)
values(StatementDecisionKind)


@entered
class StatementFilter:
    """Which statements."""

    statuses: list[StatementStatus] | None = None
    "Only those that stand so."
    incentive_id: strawberry.ID | None = None
    "Only those of this incentive; for the vendor."
    agreement_id: strawberry.ID | None = None
    "Only those under this agreement."
    within: DateRangeInput | None = None
    "Only those of pay periods in which some of these days lie."


@entered
class CalculateStatementsInput:
    """Pay periods that are over, to be calculated."""

    period: DateRangeInput
    "Every pay period that ends in these days is calculated; all of these days are over."
    incentive_id: strawberry.ID | None = None
    "Only those of this incentive."
    agreement_id: strawberry.ID | None = None
    "Only those under this agreement."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same run, for good."


@entered
class DecideStatementInput:
    """What the vendor's finance decides about a statement."""

    statement_id: strawberry.ID
    "The statement."
    revision: int
    "Its revision as you read it; STALE where it was calculated anew since."
    decision: StatementDecisionKind
    "APPROVE, REJECT, CREDIT, or UPHOLD against a dispute. To contest one is for the distributor."
    reason: str | None = None
    "Why: needed to reject or to uphold; the distributor reads it too."
    credit_number: str | None = None
    "The number of the credit memo: needed to credit."


@entered
class DisputeStatementInput:
    """A statement that the distributor contests."""

    statement_id: strawberry.ID
    "The statement."
    revision: int
    "Its revision as you read it."
    reason: str
    "What is wrong with it."


@entered
class WithdrawStatementDisputeInput:
    """A statement that the distributor contests no longer."""

    statement_id: strawberry.ID
    "The statement."
    revision: int
    "Its revision as you read it."
    reason: str | None = None
    "Why, if there is something to say."


@entered
class ConfirmGateInput:
    """What a person of the vendor found about a gate that only a person can confirm."""

    statement_id: strawberry.ID
    "The statement of the pay period that it is about."
    gate: str
    "The gate's name; a gate of the kind PROVEN."
    is_met: bool
    "Whether it is so."
    note: str
    "By what that was found: the distributor reads it as the gate's evidence."


@entered
class SetApprovalThresholdInput:
    """Above which payment two people approve."""

    currency: CurrencyCode
    "The currency of the payments."
    above: Decimal
    "Above this amount of it, two people approve what is calculated from now on."


@entered
class RecordAdvanceInput:
    """What was paid in advance on a pay period."""

    statement_id: strawberry.ID
    "The statement of the pay period, before it is approved."
    amount: Decimal
    """
    The amount, in units of the statement's currency. With what was paid in advance on the pay period before, it is no more
    than has accrued and is not settled, or than the share of that which the agreement's terms name.
    """
    paid_on: date
    "The day on which it was paid. Above the approval threshold it counts as paid once a second person has approved it."
    reference: str
    "By what it is found again: the number of the payment."
    idempotency_key: str
    "Your own key for this act: the same key and input record it once, for good."


@entered
class DecideAdvanceInput:
    """An advance above the threshold, which somebody else recorded."""

    advance_id: strawberry.ID
    "The advance."
    approve: bool
    "Whether it is paid."
    reason: str | None = None
    "Why: needed to reject."
