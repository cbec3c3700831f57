"""What both sides do about credits for stock, and what they agree on beforehand."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.execution.request import Request
from app.pricing.money_terms.actions import set_agreement_money_terms
from app.pricing.money_terms.graph import AgreementMoneyTerms
from app.pricing.money_terms.inputs import SetAgreementMoneyTermsInput
from app.pricing.money_terms.queries import terms_on
from app.pricing.protection.actions import propose_price_protection
from app.pricing.rotation.actions import request_stock_rotation
from app.pricing.stock_credits.actions import answer_stock_credit, decide_stock_credit
from app.pricing.stock_credits.graph import StockCredit, stock_credits_by_key
from app.pricing.stock_credits.inputs import (
    AnswerStockCreditInput,
    DecideStockCreditInput,
    ProposePriceProtectionInput,
    RequestStockRotationInput,
)


@visible("claim:read")
class SetAgreementMoneyTermsPayload:
    """What was agreed, or why nothing was."""

    terms: AgreementMoneyTerms | None
    "The terms; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("claim:read")
class ProposePriceProtectionPayload:
    """What the price change comes to, or why that was not reckoned."""

    stock_credits: list[StockCredit] | None
    "A credit for each product, in the order given; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("claim:read")
class StockCreditPayload:
    """The credit for stock as it stands, or why nothing was done."""

    stock_credit: StockCredit | None
    "The credit; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class StockCreditsMutation:
    """What both sides do about credits for stock."""

    @mutation(Permission.AGREEMENT_MANAGE)
    async def set_agreement_money_terms(
        self, info: strawberry.Info, input: SetAgreementMoneyTermsInput
    ) -> SetAgreementMoneyTermsPayload:
        """Set what an agreement says of price protection and stock rotation from a day on; its distributor reads it."""
        request: Request[Actor] = info.context
        key = await set_agreement_money_terms(request, input)
        row = await terms_on(await request.reader(), key, input.effective_from)
        return SetAgreementMoneyTermsPayload(terms=AgreementMoneyTerms.of(row) if row else None, user_errors=[])

    @mutation(Permission.CLAIM_SUBMIT)
    async def propose_price_protection(
        self, info: strawberry.Info, input: ProposePriceProtectionInput
    ) -> ProposePriceProtectionPayload:
        """Have it reckoned, from counts, sales and purchases, what a price change comes to for your stock. The clock does so
        by itself once a price takes effect; what is not decided yet is brought up to date."""
        request: Request[Actor] = info.context
        keys = await propose_price_protection(request, input)
        found = [each for each in await stock_credits_by_key(request, keys) if each is not None]
        return ProposePriceProtectionPayload(stock_credits=found, user_errors=[])

    @mutation(Permission.CLAIM_SUBMIT)
    async def request_stock_rotation(
        self, info: strawberry.Info, input: RequestStockRotationInput
    ) -> StockCreditPayload:
        """Ask to send stock back. What the allowance does not cover is refused at once, each line with the reason."""
        return await _answer(info.context, await request_stock_rotation(info.context, input))

    @mutation(Permission.CLAIM_DECIDE)
    async def decide_stock_credit(self, info: strawberry.Info, input: DecideStockCreditInput) -> StockCreditPayload:
        """Approve a credit for stock, all of it or a part, or deny it; or say that it is credited."""
        return await _answer(info.context, await decide_stock_credit(info.context, input))

    @mutation(Permission.CLAIM_SUBMIT)
    async def answer_stock_credit(self, info: strawberry.Info, input: AnswerStockCreditInput) -> StockCreditPayload:
        """Accept or contest the decision about a credit for stock, or take a request back."""
        return await _answer(info.context, await answer_stock_credit(info.context, input))


async def _answer(request: Request[Actor], key: Key) -> StockCreditPayload:
    (found,) = await stock_credits_by_key(request, [key])
    return StockCreditPayload(stock_credit=found, user_errors=[])
