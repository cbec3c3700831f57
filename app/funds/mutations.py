"""What vendor and partners do about funds."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.execution.request import Request
from app.funds import actions as funds
from app.funds.claims import actions as claims
from app.funds.claims.graph import FundClaim, fund_claims_by_key
from app.funds.graph import Fund, funds_by_key
from app.funds.inputs import (
    ClaimFundsInput,
    CloseFundRequestInput,
    CreateFundInput,
    DecideFundClaimInput,
    DecideFundsInput,
    GrantFundsInput,
    PayFundClaimInput,
    RequestFundsInput,
    SetFundTermsInput,
    WithdrawFundRequestInput,
)
from app.funds.requests import actions as requests
from app.funds.requests.graph import FundRequest, fund_requests_by_key


@visible("fund:read")
class FundPayload:
    """The fund as it stands, or why nothing was done."""

    fund: Fund | None
    "The fund; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("fund:read")
class FundRequestPayload:
    """The request as it stands, or why nothing was done."""

    fund_request: FundRequest | None
    "The request; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("fund:read")
class FundClaimPayload:
    """The claim as it stands, or why nothing was done."""

    fund_claim: FundClaim | None
    "The claim; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class FundsMutation:
    """What vendor and partners do about funds."""

    @mutation(Permission.FUND_DECIDE)
    async def create_fund(self, info: strawberry.Info, input: CreateFundInput) -> FundPayload:
        """Make a fund for a distributor, under its agreement, or for a reseller. It holds nothing until money accrues or is
        granted."""
        return await _fund(info.context, await funds.create_fund(info.context, input))

    @mutation(Permission.FUND_DECIDE)
    async def grant_funds(self, info: strawberry.Info, input: GrantFundsInput) -> FundPayload:
        """Put money into a fund."""
        return await _fund(info.context, await funds.grant_funds(info.context, input))

    @mutation(Permission.FUND_DECIDE)
    async def set_fund_terms(self, info: strawberry.Info, input: SetFundTermsInput) -> FundPayload:
        """Change the terms of a fund. Requests that were made keep theirs, and what accrued stays."""
        return await _fund(info.context, await funds.set_fund_terms(info.context, input))

    @mutation(Permission.FUND_REQUEST)
    async def request_funds(self, info: strawberry.Info, input: RequestFundsInput) -> FundRequestPayload:
        """Ask for money towards an activity, before it is spent. What the fund's terms approve is approved at once."""
        return await _request(info.context, await requests.request_funds(info.context, input))

    @mutation(Permission.FUND_REQUEST)
    async def withdraw_fund_request(self, info: strawberry.Info, input: WithdrawFundRequestInput) -> FundRequestPayload:
        """Take back a request that nobody has decided."""
        return await _request(info.context, await requests.withdraw_fund_request(info.context, input))

    @mutation(Permission.FUND_DECIDE)
    async def decide_funds(self, info: strawberry.Info, input: DecideFundsInput) -> FundRequestPayload:
        """Approve a request, all of it or a part, or reject it. What is approved is kept in the fund."""
        return await _request(info.context, await requests.decide_funds(info.context, input))

    @mutation(Permission.FUND_DECIDE)
    async def close_fund_request(self, info: strawberry.Info, input: CloseFundRequestInput) -> FundRequestPayload:
        """End an approved request: what nobody claimed is available again."""
        return await _request(info.context, await requests.close_fund_request(info.context, input))

    @mutation(Permission.FUND_REQUEST)
    async def claim_funds(self, info: strawberry.Info, input: ClaimFundsInput) -> FundClaimPayload:
        """Claim what an activity cost from an approved request, with files that prove it."""
        return await _claim(info.context, await claims.claim_funds(info.context, input))

    @mutation(Permission.FUND_PAY)
    async def decide_fund_claim(self, info: strawberry.Info, input: DecideFundClaimInput) -> FundClaimPayload:
        """Approve a claim, all of its cost or a part, or reject it. Who decided about the request may not."""
        return await _claim(info.context, await claims.decide_fund_claim(info.context, input))

    @mutation(Permission.FUND_PAY)
    async def pay_fund_claim(self, info: strawberry.Info, input: PayFundClaimInput) -> FundClaimPayload:
        """Say by which payment or credit memo an approved claim was paid."""
        return await _claim(info.context, await claims.pay_fund_claim(info.context, input))


async def _fund(request: Request[Actor], key: Key) -> FundPayload:
    (found,) = await funds_by_key(request, [key])
    return FundPayload(fund=found, user_errors=[])


async def _request(request: Request[Actor], key: Key) -> FundRequestPayload:
    (found,) = await fund_requests_by_key(request, [key])
    return FundRequestPayload(fund_request=found, user_errors=[])


async def _claim(request: Request[Actor], key: Key) -> FundClaimPayload:
    (found,) = await fund_claims_by_key(request, [key])
    return FundClaimPayload(fund_claim=found, user_errors=[])
