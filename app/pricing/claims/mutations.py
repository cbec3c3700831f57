"""What people do with claims, as root fields."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.execution.request import Request
from app.pricing.claims import actions
from app.pricing.claims.filing.actions import submit_debit_claim
from app.pricing.claims.graph import DebitClaim, claims_by_key
from app.pricing.claims.inputs import (
    CreditDebitClaimInput,
    DecideDebitClaimInput,
    DisputeDebitClaimInput,
    SubmitDebitClaimInput,
    WithdrawDebitClaimInput,
)


@visible("claim:read")
class SubmitDebitClaimPayload:
    """The claim that was filed, or why none was."""

    claim: DebitClaim | None
    "The claim; null where there are errors. FILED while lines wait for a person."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("claim:read")
class DecideDebitClaimPayload:
    """The claim that was decided, or why it was not."""

    claim: DebitClaim | None
    "The claim; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("claim:read")
class CreditDebitClaimPayload:
    """The claim that was credited, or why it was not."""

    claim: DebitClaim | None
    "The claim; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("claim:read")
class DisputeDebitClaimPayload:
    """The claim that is in dispute, or why it is not."""

    claim: DebitClaim | None
    "The claim; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("claim:read")
class WithdrawDebitClaimPayload:
    """The claim that was withdrawn, or why it was not."""

    claim: DebitClaim | None
    "The claim; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


async def _shown(request: Request[Actor], key: Key) -> DebitClaim | None:
    await request.look_again()
    (found,) = await claims_by_key(request, [key])
    return found


@strawberry.type
class ClaimsMutation:
    """What people do with claims."""

    @mutation(Permission.CLAIM_SUBMIT)
    async def submit_debit_claim(self, info: strawberry.Info, input: SubmitDebitClaimInput) -> SubmitDebitClaimPayload:
        """File a claim against a special price. The engine decides at once what it can; each unit that it denies has a
        reason. No unit of a sale is ever paid for twice."""
        request: Request[Actor] = info.context
        key = await submit_debit_claim(request, input)
        return SubmitDebitClaimPayload(claim=await _shown(request, key), user_errors=[])

    @mutation(Permission.CLAIM_DECIDE)
    async def decide_debit_claim(self, info: strawberry.Info, input: DecideDebitClaimInput) -> DecideDebitClaimPayload:
        """Approve or deny lines of a claim that is not credited yet. Days, customer and filing deadline may be let pass;
        units that were not sold, came back, were paid before or are not authorised are never paid."""
        request: Request[Actor] = info.context
        key = await actions.decide_debit_claim(request, input)
        return DecideDebitClaimPayload(claim=await _shown(request, key), user_errors=[])

    @mutation(Permission.CLAIM_DECIDE)
    async def credit_debit_claim(self, info: strawberry.Info, input: CreditDebitClaimInput) -> CreditDebitClaimPayload:
        """Say by which credit memo a decided claim is credited. Whoever approved lines of it does not credit it."""
        request: Request[Actor] = info.context
        key = await actions.credit_debit_claim(request, input)
        return CreditDebitClaimPayload(claim=await _shown(request, key), user_errors=[])

    @mutation(Permission.CLAIM_SUBMIT)
    async def dispute_debit_claim(
        self, info: strawberry.Info, input: DisputeDebitClaimInput
    ) -> DisputeDebitClaimPayload:
        """Contest the decision about a claim; nothing of it is credited until the vendor's finance has answered."""
        request: Request[Actor] = info.context
        key = await actions.dispute_debit_claim(request, input)
        return DisputeDebitClaimPayload(claim=await _shown(request, key), user_errors=[])

    @mutation(Permission.CLAIM_SUBMIT)
    async def withdraw_debit_claim(
        self, info: strawberry.Info, input: WithdrawDebitClaimInput
    ) -> WithdrawDebitClaimPayload:
        """Take a claim back that is not credited yet. Its units can be claimed anew."""
        request: Request[Actor] = info.context
        key = await actions.withdraw_debit_claim(request, input)
        return WithdrawDebitClaimPayload(claim=await _shown(request, key), user_errors=[])
