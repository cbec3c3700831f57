"""What may be asked to be done about SPIFFs, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.request import Request
from app.rewards import actions
from app.rewards.claims import actions as claims
from app.rewards.claims.graph import SpiffClaim, spiff_claims_by_key
from app.rewards.commissions.mutations import CommissionsMutation
from app.rewards.graph import Spiff, SpiffRep, reps_by_key, spiffs_by_key
from app.rewards.inputs import (
    AddSpiffRepInput,
    ClaimSpiffInput,
    CreatePayoutInput,
    CreateSpiffInput,
    DecideSpiffClaimInput,
    EndSpiffInput,
    EndSpiffRepInput,
    PayPayoutInput,
)
from app.rewards.payouts import actions as payouts
from app.rewards.payouts.graph import Payout, payouts_by_key


@visible("spiff:read")
class CreateSpiffPayload:
    """The SPIFF that was offered, or why none was."""

    spiff: Spiff | None
    "The SPIFF; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("spiff:read")
class EndSpiffPayload:
    """The SPIFF that ends earlier, or why it does not."""

    spiff: Spiff | None
    "The SPIFF; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("spiff:read")
class AddSpiffRepPayload:
    """The representative who was named, or why nobody was."""

    rep: SpiffRep | None
    "The representative; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("spiff:read")
class EndSpiffRepPayload:
    """The representative who claims no more, or why not."""

    rep: SpiffRep | None
    "The representative; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("spiff:read")
class ClaimSpiffPayload:
    """The claim as the engine decided it, or why there is none."""

    claim: SpiffClaim | None
    "The claim; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("spiff:read")
class DecideSpiffClaimPayload:
    """The claim that was decided, or why it was not."""

    claim: SpiffClaim | None
    "The claim; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("spiff:read")
class CreatePayoutPayload:
    """The payout that was gathered, or why there is none."""

    payout: Payout | None
    "The payout; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("spiff:read")
class PayPayoutPayload:
    """The payout that was paid, or why it was not."""

    payout: Payout | None
    "The payout; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class RewardsMutation(CommissionsMutation):
    @mutation(Permission.SPIFF_MANAGE)
    async def create_spiff(self, info: strawberry.Info, input: CreateSpiffInput) -> CreateSpiffPayload:
        """Offer a SPIFF."""
        request: Request[Actor] = info.context
        key = await actions.create_spiff(request, input)
        (found,) = await spiffs_by_key(request, [key])
        return CreateSpiffPayload(spiff=found, user_errors=[])

    @mutation(Permission.SPIFF_MANAGE)
    async def end_spiff(self, info: strawberry.Info, input: EndSpiffInput) -> EndSpiffPayload:
        """Let a SPIFF end earlier."""
        request: Request[Actor] = info.context
        key = await actions.end_spiff(request, input)
        (found,) = await spiffs_by_key(request, [key])
        return EndSpiffPayload(spiff=found, user_errors=[])

    @mutation(Permission.SPIFF_CLAIM)
    async def add_spiff_rep(self, info: strawberry.Info, input: AddSpiffRepInput) -> AddSpiffRepPayload:
        """Name somebody whom SPIFFs can pay."""
        request: Request[Actor] = info.context
        key = await actions.add_spiff_rep(request, input)
        (found,) = await reps_by_key(request, [key])
        return AddSpiffRepPayload(rep=found, user_errors=[])

    @mutation(Permission.SPIFF_CLAIM)
    async def end_spiff_rep(self, info: strawberry.Info, input: EndSpiffRepInput) -> EndSpiffRepPayload:
        """Let a representative claim no more."""
        request: Request[Actor] = info.context
        key = await actions.end_spiff_rep(request, input)
        (found,) = await reps_by_key(request, [key])
        return EndSpiffRepPayload(rep=found, user_errors=[])

    @mutation(Permission.SPIFF_CLAIM)
    async def claim_spiff(self, info: strawberry.Info, input: ClaimSpiffInput) -> ClaimSpiffPayload:
        """Claim a SPIFF for a representative."""
        request: Request[Actor] = info.context
        key = await claims.claim_spiff(request, input)
        (found,) = await spiff_claims_by_key(request, [key])
        return ClaimSpiffPayload(claim=found, user_errors=[])

    @mutation(Permission.SPIFF_MANAGE)
    async def decide_spiff_claim(self, info: strawberry.Info, input: DecideSpiffClaimInput) -> DecideSpiffClaimPayload:
        """Decide about a claim that waits for a person."""
        request: Request[Actor] = info.context
        key = await claims.decide_spiff_claim(request, input)
        (found,) = await spiff_claims_by_key(request, [key])
        return DecideSpiffClaimPayload(claim=found, user_errors=[])

    @mutation(Permission.SPIFF_PAY)
    async def create_payout(self, info: strawberry.Info, input: CreatePayoutInput) -> CreatePayoutPayload:
        """Gather what is approved, to be paid together."""
        request: Request[Actor] = info.context
        key = await payouts.create_payout(request, input)
        (found,) = await payouts_by_key(request, [key])
        return CreatePayoutPayload(payout=found, user_errors=[])

    @mutation(Permission.SPIFF_PAY)
    async def pay_payout(self, info: strawberry.Info, input: PayPayoutInput) -> PayPayoutPayload:
        """Say by which payment a payout was paid: not by who made it."""
        request: Request[Actor] = info.context
        key = await payouts.pay_payout(request, input)
        (found,) = await payouts_by_key(request, [key])
        return PayPayoutPayload(payout=found, user_errors=[])
