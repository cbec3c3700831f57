"""What is entered about commissions, and by what their statements are found."""

from datetime import date
from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.programme.commission_terms import CommissionPeriod, CommissionStatus, CommissionValuation

for each in (CommissionPeriod, CommissionStatus, CommissionValuation):
    values(each)


@entered
class CommissionStatementFilter:
    """Which statements of commission."""

    status: CommissionStatus | None = None
    "Only those that stand so."


@entered
class CreateCommissionPlanInput:
    """What a vendor pays its agents for lines that are attributed to them."""

    name: str
    "What it is called, up to 200 characters."
    description: str | None = None
    "What it is for, up to 2,000 characters. Agents read it."
    currency: CurrencyCode
    "The currency in which it pays; lines in others are converted at your rate of the day of the sale."
    rate: Decimal
    "Which part of the net amount it pays: 0.05 is 5 %. Above 0, at most 1, with at most six decimals."
    valuation: CommissionValuation
    "Of which amount."
    period: CommissionPeriod
    "For which periods of your calendar it pays."
    cap_per_period: Decimal | None = None
    "The most that it pays one agent for a period; no limit unless given."
    sales: DateRangeInput
    "The days on which what it pays for is sold: [start, end), at most ten years. Returns of that count later as well."
    product_ids: list[strawberry.ID] | None = None
    "For these products, and those of the families; for all unless some are named. At most 50."
    families: list[str] | None = None
    "For the products of these families. At most 50."
    countries: list[str] | None = None
    "For agents in these countries, ISO 3166; for all unless some are named."
    replaces_id: strawberry.ID | None = None
    "The plan that this one takes the place of: it ends where this one begins, today or later."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same plan, for good."


@entered
class EndCommissionPlanInput:
    """A plan of commission that ends earlier."""

    plan_id: strawberry.ID
    "The plan."
    expected_version: int
    "Its version as you know it; STALE where it changed since."
    ends_on: date
    "The first day on which it pays for nothing more: today or later, and earlier than it ends now."


@entered
class AssignAgentInput:
    """Whose purchases an agent is paid for, where no deal of its own says so."""

    agent_id: strawberry.ID
    "The agent: a reseller of the type AGENT, or a CONSULTANT whom commissions fit."
    reseller_id: strawberry.ID | None = None
    "The reseller that buys. Name this, or the end customer."
    end_customer: str | None = None
    "The end customer, by its name; as reports spell it, or otherwise. The agent does not read it."
    note: str
    "What the agent reads of it, up to 200 characters: it reads neither the reseller nor the end customer."
    starts_on: date
    "From which day of sale on."
    ends_on: date | None = None
    "The first day of sale on which it is over; none unless given."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same assignment, for good."


@entered
class EndAgentAssignmentInput:
    """An assignment that ends."""

    assignment_id: strawberry.ID
    "The assignment."
    expected_version: int
    "Its version as you know it; STALE where it changed since."
    ends_on: date
    "The first day of sale on which it is over: today or later, or where it has not begun, the day on which it would."
    erase: bool = False
    "Whether the name of the end customer is forgotten. Lines go on being compared with what is kept of it."


@entered
class CalculateCommissionsInput:
    """Have what a plan's agents earned be calculated, for others to approve."""

    plan_id: strawberry.ID
    "The plan. What is approved stays; what waits for finance is calculated anew."
    idempotency_key: str
    "Chosen by you: the same key with the same input calculates once."


@entered
class ApproveCommissionInput:
    """That you find a statement of commission right."""

    statement_id: strawberry.ID
    "The statement."
    expected_revision: int
    "Its revision as you know it; STALE where it was calculated anew since."


@entered
class PayCommissionsInput:
    """That approved statements of commission were paid."""

    statement_ids: list[strawberry.ID]
    "The statements, all in one currency; at most 50. All are paid, or none."
    payment_reference: str
    "By which payment, up to 200 characters. The agents read it."
