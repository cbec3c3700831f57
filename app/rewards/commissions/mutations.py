"""What is done about commissions, as the graph takes it."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.execution.request import Request
from app.rewards.commissions import actions
from app.rewards.commissions.graph import (
    AgentAssignment,
    CommissionPlan,
    CommissionStatement,
    assignments_by_key,
    commission_plans_by_key,
    commission_statements_by_key,
)
from app.rewards.commissions.inputs import (
    ApproveCommissionInput,
    AssignAgentInput,
    CalculateCommissionsInput,
    CreateCommissionPlanInput,
    EndAgentAssignmentInput,
    EndCommissionPlanInput,
    PayCommissionsInput,
)
from app.rewards.commissions.paying import actions as paying


@visible("commission:read")
class CommissionPlanPayload:
    """The plan of commission as it is now, or why nothing was done."""

    plan: CommissionPlan | None
    "The plan; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("commission:read")
class AgentAssignmentPayload:
    """The assignment as it is now, or why nothing was done."""

    assignment: AgentAssignment | None
    "The assignment; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("commission:read")
class ApproveCommissionPayload:
    """The statement that was found right, or why it was not."""

    statement: CommissionStatement | None
    "The statement; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("commission:read")
class PayCommissionsPayload:
    """The statements that were paid, or why none was."""

    statements: list[CommissionStatement] | None
    "The statements, as they were named; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


async def _plan(request: Request[Actor], key: Key) -> CommissionPlanPayload:
    (found,) = await commission_plans_by_key(request, [key])
    return CommissionPlanPayload(plan=found, user_errors=[])


async def _assignment(request: Request[Actor], key: Key) -> AgentAssignmentPayload:
    (found,) = await assignments_by_key(request, [key])
    return AgentAssignmentPayload(assignment=found, user_errors=[])


@strawberry.type
class CommissionsMutation:
    @mutation(Permission.SPIFF_MANAGE)
    async def create_commission_plan(
        self, info: strawberry.Info, input: CreateCommissionPlanInput
    ) -> CommissionPlanPayload:
        """Offer agents a plan of commission, in the place of another one where that is named."""
        return await _plan(info.context, await actions.create_commission_plan(info.context, input))

    @mutation(Permission.SPIFF_MANAGE)
    async def end_commission_plan(self, info: strawberry.Info, input: EndCommissionPlanInput) -> CommissionPlanPayload:
        """Let a plan of commission end earlier."""
        return await _plan(info.context, await actions.end_commission_plan(info.context, input))

    @mutation(Permission.SPIFF_MANAGE)
    async def assign_agent(self, info: strawberry.Info, input: AssignAgentInput) -> AgentAssignmentPayload:
        """Let an agent be paid for what a reseller or an end customer buys."""
        return await _assignment(info.context, await actions.assign_agent(info.context, input))

    @mutation(Permission.SPIFF_MANAGE)
    async def end_agent_assignment(
        self, info: strawberry.Info, input: EndAgentAssignmentInput
    ) -> AgentAssignmentPayload:
        """Let an assignment end."""
        return await _assignment(info.context, await actions.end_agent_assignment(info.context, input))

    @mutation(Permission.SPIFF_MANAGE)
    async def calculate_commissions(
        self, info: strawberry.Info, input: CalculateCommissionsInput
    ) -> CommissionPlanPayload:
        """Have what a plan's agents earned calculated: what is over, to be approved by others; the rest, as it stands."""
        return await _plan(info.context, await paying.calculate(info.context, input))

    @mutation(Permission.SPIFF_PAY)
    async def approve_commission(
        self, info: strawberry.Info, input: ApproveCommissionInput
    ) -> ApproveCommissionPayload:
        """Find a statement of commission right: not who had it calculated, and two above the approval threshold."""
        request: Request[Actor] = info.context
        key = await paying.approve(request, input)
        (found,) = await commission_statements_by_key(request, [key])
        return ApproveCommissionPayload(statement=found, user_errors=[])

    @mutation(Permission.SPIFF_PAY)
    async def pay_commissions(self, info: strawberry.Info, input: PayCommissionsInput) -> PayCommissionsPayload:
        """Say by which payment approved statements of commission were paid."""
        request: Request[Actor] = info.context
        keys = await paying.pay(request, input)
        found = await commission_statements_by_key(request, keys)
        return PayCommissionsPayload(statements=[each for each in found if each is not None], user_errors=[])
