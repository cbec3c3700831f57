"""What may be asked to be done about statements: each act with the permission that it needs, and what it answers."""

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.incentives.rules.graph import paid
from app.incentives.statements import actions, queries
from app.incentives.statements.advancing import actions as advancing
from app.incentives.statements.advancing.graph import Advance, advances_by_key
from app.incentives.statements.calculating.graph import StatementRun, runs_by_key
from app.incentives.statements.deciding.graph import ApprovalThreshold
from app.incentives.statements.graph import Statement, statements_by_key
from app.incentives.statements.inputs import (
    CalculateStatementsInput,
    ConfirmGateInput,
    DecideAdvanceInput,
    DecideStatementInput,
    DisputeStatementInput,
    RecordAdvanceInput,
    SetApprovalThresholdInput,
    WithdrawStatementDisputeInput,
)
from app.programme.statements import StatementDecisionKind


@visible("viewer:read")
class CalculateStatementsPayload:
    """What became of calculating pay periods."""

    run: StatementRun | None
    "What was calculated; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class StatementPayload:
    """What became of an act on a statement."""

    statement: Statement | None
    "The statement as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class AdvancePayload:
    """What became of deciding about an advance."""

    advance: Advance | None
    "The advance as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class ApprovalThresholdPayload:
    """What became of setting a threshold."""

    approval_threshold: ApprovalThreshold | None
    "The threshold as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@strawberry.type
class StatementsMutation:
    """What is owed for pay periods, calculated, decided and contested."""

    @mutation(Permission.STATEMENT_CALCULATE)
    async def calculate_statements(
        self, info: strawberry.Info, input: CalculateStatementsInput
    ) -> CalculateStatementsPayload:
        """Calculate the pay periods that end in some days, all of which are over. What is right as it stands stays so; what
        was found after an approval becomes a new statement that owes the difference."""
        key = await actions.calculate_statements(info.context, input)
        await info.context.look_again()
        return CalculateStatementsPayload(run=(await runs_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.STATEMENT_APPROVE)
    async def decide_statement(self, info: strawberry.Info, input: DecideStatementInput) -> StatementPayload:
        """Approve, reject or credit a statement, or uphold it against a dispute. Whoever had it calculated does not approve
        it; above the threshold two people have to."""
        return await _statement(info, await actions.decide_statement(info.context, input))

    @mutation(Permission.STATEMENT_DISPUTE)
    async def dispute_statement(self, info: strawberry.Info, input: DisputeStatementInput) -> StatementPayload:
        """Contest a statement that is not credited yet: nothing is approved or credited meanwhile, and the clock stands."""
        kind, reason = StatementDecisionKind.DISPUTE, input.reason
        return await _statement(
            info, await actions.dispute(info.context, input.statement_id, input.revision, kind, reason)
        )

    @mutation(Permission.STATEMENT_DISPUTE)
    async def withdraw_statement_dispute(
        self, info: strawberry.Info, input: WithdrawStatementDisputeInput
    ) -> StatementPayload:
        """Contest a statement no longer: it stands where it stood before."""
        kind, reason = StatementDecisionKind.WITHDRAW_DISPUTE, input.reason
        return await _statement(
            info, await actions.dispute(info.context, input.statement_id, input.revision, kind, reason)
        )

    @mutation(Permission.INCENTIVE_MANAGE)
    async def confirm_gate(self, info: strawberry.Info, input: ConfirmGateInput) -> StatementPayload:
        """Confirm, or deny, a gate that only a person can; the next calculation of the period reads it."""
        return await _statement(info, await actions.confirm_gate(info.context, input))

    @mutation(Permission.STATEMENT_APPROVE)
    async def record_advance(self, info: strawberry.Info, input: RecordAdvanceInput) -> StatementPayload:
        """Record what is paid in advance on a pay period; the next calculation of it takes it off. Above the threshold it
        waits for a second person."""
        return await _statement(info, await advancing.record_advance(info.context, input))

    @mutation(Permission.STATEMENT_APPROVE)
    async def decide_advance(self, info: strawberry.Info, input: DecideAdvanceInput) -> AdvancePayload:
        """Approve or reject an advance above the threshold. Whoever recorded it does not."""
        (found,) = await advances_by_key(info.context, [await advancing.decide_advance(info.context, input)])
        return AdvancePayload(advance=found, user_errors=[])

    @mutation(Permission.INCENTIVE_MANAGE)
    async def set_approval_threshold(
        self, info: strawberry.Info, input: SetApprovalThresholdInput
    ) -> ApprovalThresholdPayload:
        """Set above which payment in a currency two people approve. It is not for those who approve."""
        vendor_id = await actions.set_approval_threshold(info.context, input)
        rows = await queries.thresholds(await info.context.reader(), [vendor_id])
        (row,) = [row for row in rows if row["currency"] == input.currency]
        told = ApprovalThreshold(above=paid(row["above_minor"], row["currency"]), set_at=row["set_at"])
        return ApprovalThresholdPayload(approval_threshold=told, user_errors=[])


async def _statement(info: strawberry.Info, key: Key) -> StatementPayload:
    (found,) = await statements_by_key(info.context, [key])
    return StatementPayload(statement=found, user_errors=[])
