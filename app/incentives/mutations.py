"""What may be asked to be done about incentives: each act with the permission that it needs, and what it answers."""

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.incentives import actions
from app.incentives.examples import actions as agreeing
from app.incentives.examples.graph import WorkedExample, examples_by_key
from app.incentives.examples.inputs import (
    AddWorkedExampleInput,
    AnswerWorkedExampleInput,
    WithdrawWorkedExampleInput,
)
from app.incentives.graph import Incentive, incentives_by_key
from app.incentives.inputs import (
    ActivateIncentiveInput,
    CreateIncentiveInput,
    DiscardIncentiveDraftInput,
    EndIncentiveInput,
    ProposeIncentiveInput,
    ReviseIncentiveInput,
)


@visible("viewer:read")
class IncentivePayload:
    """What became of an act on an incentive."""

    incentive: Incentive | None
    "The incentive as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class WorkedExamplePayload:
    """What became of an act on a worked example."""

    worked_example: WorkedExample | None
    "The example as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@strawberry.type
class IncentivesMutation:
    """What a vendor pays for, and what both sides agree that it comes to."""

    @mutation(Permission.INCENTIVE_MANAGE)
    async def create_incentive(self, info: strawberry.Info, input: CreateIncentiveInput) -> IncentivePayload:
        """Draft an incentive. You alone see it; every problem of its rule is told at once."""
        return await _incentive(info, await actions.create_incentive(info.context, input))

    @mutation(Permission.INCENTIVE_MANAGE)
    async def revise_incentive(self, info: strawberry.Info, input: ReviseIncentiveInput) -> IncentivePayload:
        """Write a new version of an incentive, as a draft. A draft or proposal gives way to it at once, a version in force
        when the new one is activated."""
        return await _incentive(info, await actions.revise_incentive(info.context, input))

    @mutation(Permission.INCENTIVE_MANAGE)
    async def propose_incentive(self, info: strawberry.Info, input: ProposeIncentiveInput) -> IncentivePayload:
        """Put a draft to the distributors whose agreements it names: each reads its own terms, and both sides may add worked
        examples."""
        return await _incentive(info, await actions.propose_incentive(info.context, input))

    @mutation(Permission.INCENTIVE_MANAGE)
    async def activate_incentive(self, info: strawberry.Info, input: ActivateIncentiveInput) -> IncentivePayload:
        """Let a proposal come into force. Refused while a worked example is open or rejected, or the engine disagrees with
        one. What was sold since it is in effect accrues within moments."""
        return await _incentive(info, await actions.activate_incentive(info.context, input))

    @mutation(Permission.INCENTIVE_MANAGE)
    async def end_incentive(self, info: strawberry.Info, input: EndIncentiveInput) -> IncentivePayload:
        """Let an incentive in force end earlier than it said. What it had accrued from that day on is taken back."""
        return await _incentive(info, await actions.end_incentive(info.context, input))

    @mutation(Permission.INCENTIVE_MANAGE)
    async def discard_incentive_draft(
        self, info: strawberry.Info, input: DiscardIncentiveDraftInput
    ) -> IncentivePayload:
        """Give a draft or proposal up. A version in force stays so."""
        return await _incentive(info, await actions.discard_incentive_draft(info.context, input))

    @mutation(Permission.EXAMPLE_ANSWER)
    async def add_worked_example(self, info: strawberry.Info, input: AddWorkedExampleInput) -> WorkedExamplePayload:
        """Propose figures and what they earn, for the other side to accept before the incentive comes into force."""
        return await _example(info, await agreeing.add_worked_example(info.context, input))

    @mutation(Permission.EXAMPLE_ANSWER)
    async def answer_worked_example(
        self, info: strawberry.Info, input: AnswerWorkedExampleInput
    ) -> WorkedExamplePayload:
        """Accept or reject a worked example that the other side proposed."""
        return await _example(info, await agreeing.answer_worked_example(info.context, input))

    @mutation(Permission.EXAMPLE_ANSWER)
    async def withdraw_worked_example(
        self, info: strawberry.Info, input: WithdrawWorkedExampleInput
    ) -> WorkedExamplePayload:
        """Take back a worked example that your own side proposed."""
        return await _example(info, await agreeing.withdraw_worked_example(info.context, input))


async def _incentive(info: strawberry.Info, key: Key) -> IncentivePayload:
    return IncentivePayload(incentive=(await incentives_by_key(info.context, [key]))[0], user_errors=[])


async def _example(info: strawberry.Info, key: Key) -> WorkedExamplePayload:
    return WorkedExamplePayload(worked_example=(await examples_by_key(info.context, [key]))[0], user_errors=[])
