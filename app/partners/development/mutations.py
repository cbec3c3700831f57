"""What may be asked to be done about the development of resellers, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.request import Request
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key
from app.partners.development import actions
from app.partners.development.inputs import SetResellerObligationInput
from app.partners.scorecards.mutations import ScorecardsMutation


@visible("agreement:read")
class SetResellerObligationPayload:
    """What became of an obligation."""

    agreement: DistributionAgreement | None
    "The agreement, with what is agreed now; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class DevelopmentMutation(ScorecardsMutation):
    """What a vendor agrees with its distributors about the development of resellers, and how what was agreed is weighed."""

    @mutation(Permission.AGREEMENT_MANAGE)
    async def set_reseller_obligation(
        self, info: strawberry.Info, input: SetResellerObligationInput
    ) -> SetResellerObligationPayload:
        """Set how many resellers a distributor is to have active and new, and which share of them certified."""
        request: Request[Actor] = info.context
        key = await actions.set_reseller_obligation(request, input)
        (found,) = await agreements_by_key(request, [key])
        return SetResellerObligationPayload(agreement=found, user_errors=[])
