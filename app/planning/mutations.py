"""What may be asked to be done about business plans, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.execution.request import Request
from app.planning import actions
from app.planning.activities.actions import update_plan_activity
from app.planning.activities.graph import PlanActivity, activities_by_key
from app.planning.graph import BusinessPlan, plans_by_key
from app.planning.inputs import (
    AcknowledgePlanReviewInput,
    AgreeBusinessPlanInput,
    EndBusinessPlanInput,
    ProposeBusinessPlanInput,
    RecordPlanReviewInput,
    ReviseBusinessPlanInput,
    UpdatePlanActivityInput,
)
from app.planning.reviews.actions import acknowledge_plan_review, record_plan_review
from app.planning.reviews.graph import PlanReview, reviews_by_key


@visible("plan:read")
class ProposeBusinessPlanPayload:
    """The plan that was proposed, or why none was."""

    plan: BusinessPlan | None
    "The plan; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("plan:read")
class ReviseBusinessPlanPayload:
    """The plan with its new version, or why there is none."""

    plan: BusinessPlan | None
    "The plan; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("plan:read")
class AgreeBusinessPlanPayload:
    """The plan that is agreed now, or why it is not."""

    plan: BusinessPlan | None
    "The plan; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("plan:read")
class EndBusinessPlanPayload:
    """The plan whose waiting version, or which itself, is over; or why not."""

    plan: BusinessPlan | None
    "The plan; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("plan:read")
class UpdatePlanActivityPayload:
    """The activity as it stands now, or why it was not changed."""

    activity: PlanActivity | None
    "The activity; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("plan:read")
class RecordPlanReviewPayload:
    """The review that was recorded, or why none was."""

    review: PlanReview | None
    "The review; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("plan:read")
class AcknowledgePlanReviewPayload:
    """The review that is acknowledged now, or why it is not."""

    review: PlanReview | None
    "The review; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


async def _plan(request: Request[Actor], key: Key) -> BusinessPlan | None:
    (found,) = await plans_by_key(request, [key])
    return found


async def _review(request: Request[Actor], key: Key) -> PlanReview | None:
    (found,) = await reviews_by_key(request, [key])
    return found


@strawberry.type
class PlanningMutation:
    """What a vendor and a distributor do about their business plans."""

    @mutation(Permission.PLAN_AGREE)
    async def propose_business_plan(
        self, info: strawberry.Info, input: ProposeBusinessPlanInput
    ) -> ProposeBusinessPlanPayload:
        """Propose a business plan to the other side of an agreement."""
        request: Request[Actor] = info.context
        key = await actions.propose_business_plan(request, input)
        return ProposeBusinessPlanPayload(plan=await _plan(request, key), user_errors=[])

    @mutation(Permission.PLAN_AGREE)
    async def revise_business_plan(
        self, info: strawberry.Info, input: ReviseBusinessPlanInput
    ) -> ReviseBusinessPlanPayload:
        """Write another version of a plan: to counter the other side's, in the place of one's own, or to amend what was
        agreed."""
        request: Request[Actor] = info.context
        key = await actions.revise_business_plan(request, input)
        return ReviseBusinessPlanPayload(plan=await _plan(request, key), user_errors=[])

    @mutation(Permission.PLAN_AGREE)
    async def agree_business_plan(
        self, info: strawberry.Info, input: AgreeBusinessPlanInput
    ) -> AgreeBusinessPlanPayload:
        """Agree to the version of a plan that the other side wrote."""
        request: Request[Actor] = info.context
        key = await actions.agree_business_plan(request, input)
        return AgreeBusinessPlanPayload(plan=await _plan(request, key), user_errors=[])

    @mutation(Permission.PLAN_AGREE)
    async def end_business_plan(self, info: strawberry.Info, input: EndBusinessPlanInput) -> EndBusinessPlanPayload:
        """Refuse or take back the version that waits, or close a plan whose days are over."""
        request: Request[Actor] = info.context
        key = await actions.end_business_plan(request, input)
        return EndBusinessPlanPayload(plan=await _plan(request, key), user_errors=[])

    @mutation(Permission.PLAN_MANAGE)
    async def update_plan_activity(
        self, info: strawberry.Info, input: UpdatePlanActivityInput
    ) -> UpdatePlanActivityPayload:
        """Say what became of an activity of one's own side, or put it off."""
        request: Request[Actor] = info.context
        key = await update_plan_activity(request, input)
        (found,) = await activities_by_key(request, [key])
        return UpdatePlanActivityPayload(activity=found, user_errors=[])

    @mutation(Permission.PLAN_MANAGE)
    async def record_plan_review(self, info: strawberry.Info, input: RecordPlanReviewInput) -> RecordPlanReviewPayload:
        """Record a review of an agreed plan that both sides held, with the figures as they are known now."""
        request: Request[Actor] = info.context
        key = await record_plan_review(request, input)
        return RecordPlanReviewPayload(review=await _review(request, key), user_errors=[])

    @mutation(Permission.PLAN_AGREE)
    async def acknowledge_plan_review(
        self, info: strawberry.Info, input: AcknowledgePlanReviewInput
    ) -> AcknowledgePlanReviewPayload:
        """Countersign a review that the other side recorded."""
        request: Request[Actor] = info.context
        key = await acknowledge_plan_review(request, input)
        return AcknowledgePlanReviewPayload(review=await _review(request, key), user_errors=[])
