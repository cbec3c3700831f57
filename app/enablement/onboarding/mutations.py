"""What is done about onboarding, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.enablement.onboarding import actions
from app.enablement.onboarding.graph import Onboarding, OnboardingStepTerms, onboarding_of, steps_of
from app.enablement.onboarding.inputs import AcceptTermsInput, CompleteOnboardingStepInput, DefineOnboardingInput
from app.enablement.onboarding.tracks import Partner
from app.execution.described import visible
from app.execution.request import Request


@visible("onboarding:read")
class DefineOnboardingPayload:
    """The steps of a programme, or why nothing was done."""

    steps: list[OnboardingStepTerms] | None
    "All steps, in their order; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("onboarding:read")
class OnboardingPayload:
    """How far the partner is, or why nothing was done."""

    onboarding: Onboarding | None
    "How far the partner is; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class OnboardingMutation:
    """What is done about onboarding."""

    @mutation(Permission.PROGRAM_MANAGE)
    async def define_onboarding(self, info: strawberry.Info, input: DefineOnboardingInput) -> DefineOnboardingPayload:
        """Say what partners of a programme do to come on board, in place of what they did before."""
        key = await actions.define_onboarding(info.context, input)
        (found,) = await steps_of(info.context, [key])
        return DefineOnboardingPayload(steps=found, user_errors=[])

    @mutation(Permission.ONBOARDING_COMPLETE)
    async def complete_onboarding_step(
        self, info: strawberry.Info, input: CompleteOnboardingStepInput
    ) -> OnboardingPayload:
        """Say that a step which is yours was done. Training and the first order are done as soon as they have happened."""
        return await _payload(info.context, await actions.complete_onboarding_step(info.context, input))

    @mutation(Permission.ONBOARDING_COMPLETE)
    async def accept_terms(self, info: strawberry.Info, input: AcceptTermsInput) -> OnboardingPayload:
        """Accept terms in a version, by the person who signed."""
        return await _payload(info.context, await actions.accept_terms(info.context, input))


async def _payload(request: Request[Actor], partner: Partner) -> OnboardingPayload:
    (found,) = await onboarding_of(request, [partner])
    return OnboardingPayload(onboarding=found, user_errors=[])
