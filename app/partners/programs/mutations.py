"""What partners may ask to be done about programmes and who takes part in them: each act with the permission that it needs,
and what it answers."""

import strawberry

from app.access.acts import UserError, mutation, told
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.partners.applications.actions import apply_to_program, withdraw_application
from app.partners.applications.inputs import ApplyToProgramInput, WithdrawApplicationInput
from app.partners.enrollments.graph import Enrollment, enrollments_by_key
from app.partners.enrollments.inputs import DecideEnrollmentsInput
from app.partners.enrollments.together.actions import decide_enrollments
from app.partners.programs.actions import update_program
from app.partners.programs.graph import Program, programs_by_key
from app.partners.programs.inputs import UpdateProgramInput
from app.partners.suspensions.actions import reinstate_enrollment, suspend_enrollment
from app.partners.suspensions.inputs import ReinstateEnrollmentInput, SuspendEnrollmentInput
from app.partners.terms import TierMove
from app.partners.tier_reviews.actions import review_tiers
from app.partners.tier_reviews.inputs import ReviewTiersInput


@visible("viewer:read")
class UpdateProgramPayload:
    """What became of changing a programme."""

    program: Program | None
    "The programme as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class ReviewTiersPayload:
    """What became of a review."""

    program: Program | None
    "The programme; null where nothing was done."
    promoted: int | None
    "How many enrolments got a better tier; null where nothing was done."
    demoted: int | None
    "How many enrolments lost their tier; null where nothing was done."
    at_risk: int | None
    "For how many enrolments days of grace began; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class ApplyToProgramPayload:
    """What became of an application."""

    enrollment: Enrollment | None
    "The enrolment: APPLIED, or what the programme's rule made of it; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class WithdrawApplicationPayload:
    """What became of withdrawing an application."""

    enrollment: Enrollment | None
    "The enrolment as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class SuspendEnrollmentPayload:
    """What became of suspending an enrolment."""

    enrollment: Enrollment | None
    "The enrolment as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class ReinstateEnrollmentPayload:
    """What became of reinstating an enrolment."""

    enrollment: Enrollment | None
    "The enrolment as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class EnrollmentDecision:
    """What became of one of several decisions about enrolments."""

    enrollment_id: strawberry.ID
    "The id as it was given."
    enrollment: Enrollment | None
    "The enrolment as it is now; null where it was not decided."
    user_errors: list[UserError]
    "Why it was not decided; empty where it was."


@visible("viewer:read")
class DecideEnrollmentsPayload:
    """What became of deciding about several enrolments."""

    decisions: list[EnrollmentDecision] | None
    "What became of each, in the order in which they were given, up to 250; null where nothing was done."
    decided: int | None
    "How many were decided; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right before any of them is looked at; empty where each has its own answer."


@strawberry.type
class ProgramsMutation:
    """Programmes, and who takes part in them."""

    @mutation(Permission.PROGRAM_MANAGE)
    async def update_program(self, info: strawberry.Info, input: UpdateProgramInput) -> UpdateProgramPayload:
        """Change a programme: whom it is for, when its tiers are reviewed, whose applications are approved by rule, which
        incentives fit, its tiers and its benefits. Whoever takes part in it stays in it, and in its tier until a review."""
        key = await update_program(info.context, input)
        return UpdateProgramPayload(program=(await programs_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def review_tiers(self, info: strawberry.Info, input: ReviewTiersInput) -> ReviewTiersPayload:
        """Review the tiers of a programme now, as if today were a review date: better tiers are given, days of grace begin,
        and tiers are lost of which these are over. `Program.tierReviewPreview` tells before what would change."""
        key, counts = await review_tiers(info.context, input)
        return ReviewTiersPayload(
            program=(await programs_by_key(info.context, [key]))[0],
            promoted=counts[TierMove.PROMOTED],
            demoted=counts[TierMove.DEMOTED],
            at_risk=counts[TierMove.AT_RISK],
            user_errors=[],
        )

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def decide_enrollments(
        self, info: strawberry.Info, input: DecideEnrollmentsInput
    ) -> DecideEnrollmentsPayload:
        """Change the status or tier of up to 250 enrolments, with one reason, such as those that wait in the queue of
        applications. Each is decided, or says why it is not."""
        decided = await decide_enrollments(info.context, input)
        keys = [each.key for each in decided if each.key is not None]
        found = dict(zip(keys, await enrollments_by_key(info.context, keys), strict=True))
        decisions = [
            EnrollmentDecision(
                enrollment_id=strawberry.ID(each.enrollment_id),
                enrollment=found.get(each.key) if each.key is not None else None,
                user_errors=told(each.problems),
            )
            for each in decided
        ]
        return DecideEnrollmentsPayload(decisions=decisions, decided=len(keys), user_errors=[])

    @mutation(Permission.PROGRAM_APPLY)
    async def apply_to_program(self, info: strawberry.Info, input: ApplyToProgramInput) -> ApplyToProgramPayload:
        """Apply to a programme. The vendor then knows the reseller and decides, unless the programme's rule does at once."""
        key = await apply_to_program(info.context, input)
        return ApplyToProgramPayload(enrollment=await _enrollment(info, key), user_errors=[])

    @mutation(Permission.PROGRAM_APPLY)
    async def withdraw_application(
        self, info: strawberry.Info, input: WithdrawApplicationInput
    ) -> WithdrawApplicationPayload:
        """Withdraw an application that nobody has decided about yet. The reseller may apply again."""
        key = await withdraw_application(info.context, input)
        return WithdrawApplicationPayload(enrollment=await _enrollment(info, key), user_errors=[])

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def suspend_enrollment(
        self, info: strawberry.Info, input: SuspendEnrollmentInput
    ) -> SuspendEnrollmentPayload:
        """Pause an enrolment's benefits, from now or from a day to come, with a reason. The tier stays."""
        key = await suspend_enrollment(info.context, input)
        return SuspendEnrollmentPayload(enrollment=await _enrollment(info, key), user_errors=[])

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def reinstate_enrollment(
        self, info: strawberry.Info, input: ReinstateEnrollmentInput
    ) -> ReinstateEnrollmentPayload:
        """Take a suspended enrolment up again, from now or from a day to come; or call off a suspension that lies ahead."""
        key = await reinstate_enrollment(info.context, input)
        return ReinstateEnrollmentPayload(enrollment=await _enrollment(info, key), user_errors=[])


async def _enrollment(info: strawberry.Info, key: Key) -> Enrollment | None:
    return (await enrollments_by_key(info.context, [key]))[0]
