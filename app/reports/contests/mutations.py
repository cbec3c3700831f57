"""What may be asked to be done about contested lines, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.execution.request import Request
from app.reports.contests import actions
from app.reports.contests.graph import ContestedLine, contested_lines_by_key
from app.reports.contests.inputs import AnswerContestInput, ContestLineInput, WithdrawContestInput


@visible("submission:read")
class ContestLinePayload:
    """What became of an objection."""

    contested_line: ContestedLine | None
    "The line that is contested now; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("submission:read")
class WithdrawContestPayload:
    """What became of taking an objection back."""

    contested_line: ContestedLine | None
    "The line that is no longer contested; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("submission:read")
class AnswerContestPayload:
    """What became of an answer."""

    contested_line: ContestedLine | None
    "The line with its answer; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


async def _contested(request: Request[Actor], key: Key) -> ContestedLine | None:
    (found,) = await contested_lines_by_key(request, [key])
    return found


@strawberry.type
class ContestsMutation:
    """What resellers and distributors do about contested lines."""

    @mutation(Permission.LINE_CONTEST)
    async def contest_line(self, info: strawberry.Info, input: ContestLineInput) -> ContestLinePayload:
        """Object to a line of an invoice or credit note that is booked to you. Figures stay as they are until the
        distributor corrects its report."""
        request: Request[Actor] = info.context
        key = await actions.contest_line(request, input)
        return ContestLinePayload(contested_line=await _contested(request, key), user_errors=[])

    @mutation(Permission.LINE_CONTEST)
    async def withdraw_contest(self, info: strawberry.Info, input: WithdrawContestInput) -> WithdrawContestPayload:
        """Take an objection back that nobody has answered."""
        request: Request[Actor] = info.context
        key = await actions.withdraw_contest(request, input)
        return WithdrawContestPayload(contested_line=await _contested(request, key), user_errors=[])

    @mutation(Permission.ALIAS_CONFIRM)
    async def answer_contest(self, info: strawberry.Info, input: AnswerContestInput) -> AnswerContestPayload:
        """Answer a reseller that objects to a line: uphold it with a reason, or accept that it is wrong and correct it."""
        request: Request[Actor] = info.context
        key = await actions.answer_contest(request, input)
        return AnswerContestPayload(contested_line=await _contested(request, key), user_errors=[])
