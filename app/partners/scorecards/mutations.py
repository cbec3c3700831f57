"""What may be asked to be done about scorecards, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.request import Request
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key
from app.partners.scorecards import actions
from app.partners.scorecards.inputs import SetScorecardWeightsInput


@visible("agreement:read")
class SetScorecardWeightsPayload:
    """What became of the weights."""

    agreement: DistributionAgreement | None
    "The agreement; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class ScorecardsMutation:
    """What a vendor decides about scorecards."""

    @mutation(Permission.AGREEMENT_MANAGE)
    async def set_scorecard_weights(
        self, info: strawberry.Info, input: SetScorecardWeightsInput
    ) -> SetScorecardWeightsPayload:
        """Set what the components of an agreement's scorecards weigh from a day on."""
        request: Request[Actor] = info.context
        key = await actions.set_scorecard_weights(request, input)
        (found,) = await agreements_by_key(request, [key])
        return SetScorecardWeightsPayload(agreement=found, user_errors=[])
