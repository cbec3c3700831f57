"""What may be asked to be done about deals, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.deals import actions
from app.deals.deciding import actions as deciding
from app.deals.graph import DealRegistration, DealTerms, deals_by_key, terms_of_key
from app.deals.inputs import (
    CloseDealInput,
    DecideDealInput,
    ExtendDealInput,
    RegisterDealInput,
    SetDealTermsInput,
    UpdateDealInput,
    WithdrawDealInput,
)
from app.execution.described import visible
from app.execution.identifiers import Key
from app.execution.request import Request


@visible("deal:read")
class RegisterDealPayload:
    """The deal that was registered, or why none was."""

    deal: DealRegistration | None
    "The deal; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("deal:read")
class UpdateDealPayload:
    """The deal that was changed, or why it was not."""

    deal: DealRegistration | None
    "The deal; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("deal:read")
class ExtendDealPayload:
    """The deal that was extended, or why it was not."""

    deal: DealRegistration | None
    "The deal; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("deal:read")
class CloseDealPayload:
    """The deal that was won or lost, or why that cannot be said."""

    deal: DealRegistration | None
    "The deal; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("deal:read")
class WithdrawDealPayload:
    """The deal that was taken back, or why it was not."""

    deal: DealRegistration | None
    "The deal; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("deal:read")
class DecideDealPayload:
    """The deal that was decided, or why it was not."""

    deal: DealRegistration | None
    "The deal; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("deal:read")
class SetDealTermsPayload:
    """The terms that were set, or why they were not."""

    terms: DealTerms | None
    "The terms; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


async def _deal(request: Request[Actor], key: Key) -> DealRegistration | None:
    (found,) = await deals_by_key(request, [key])
    return found


@strawberry.type
class DealsMutation:
    """What resellers and vendors do about deals."""

    @mutation(Permission.DEAL_REGISTER)
    async def register_deal(self, info: strawberry.Info, input: RegisterDealInput) -> RegisterDealPayload:
        """Register a deal for protection. It is under review from now on, whatever becomes of it."""
        request: Request[Actor] = info.context
        key = await actions.register_deal(request, input)
        return RegisterDealPayload(deal=await _deal(request, key), user_errors=[])

    @mutation(Permission.DEAL_REGISTER)
    async def update_deal(self, info: strawberry.Info, input: UpdateDealInput) -> UpdateDealPayload:
        """Enter a deal anew while it is under review."""
        request: Request[Actor] = info.context
        key = await actions.update_deal(request, input)
        return UpdateDealPayload(deal=await _deal(request, key), user_errors=[])

    @mutation(Permission.DEAL_REGISTER)
    async def extend_deal(self, info: strawberry.Info, input: ExtendDealInput) -> ExtendDealPayload:
        """Let the protection of an approved deal last longer, as often as its approval allows."""
        request: Request[Actor] = info.context
        key = await actions.extend_deal(request, input)
        return ExtendDealPayload(deal=await _deal(request, key), user_errors=[])

    @mutation(Permission.DEAL_REGISTER)
    async def close_deal(self, info: strawberry.Info, input: CloseDealInput) -> CloseDealPayload:
        """Say that a deal was won or lost."""
        request: Request[Actor] = info.context
        key = await actions.close_deal(request, input)
        return CloseDealPayload(deal=await _deal(request, key), user_errors=[])

    @mutation(Permission.DEAL_REGISTER)
    async def withdraw_deal(self, info: strawberry.Info, input: WithdrawDealInput) -> WithdrawDealPayload:
        """Take a deal back that is under review or protected."""
        request: Request[Actor] = info.context
        key = await actions.withdraw_deal(request, input)
        return WithdrawDealPayload(deal=await _deal(request, key), user_errors=[])

    @mutation(Permission.DEAL_DECIDE)
    async def decide_deal(self, info: strawberry.Info, input: DecideDealInput) -> DecideDealPayload:
        """Approve or reject a deal under review. Of two that are in conflict the second is approved only by naming the
        first."""
        request: Request[Actor] = info.context
        key = await deciding.decide_deal(request, input)
        return DecideDealPayload(deal=await _deal(request, key), user_errors=[])

    @mutation(Permission.DEAL_DECIDE)
    async def set_deal_terms(self, info: strawberry.Info, input: SetDealTermsInput) -> SetDealTermsPayload:
        """Set how long deals are protected and which are approved without a person. Approved ones keep their terms."""
        request: Request[Actor] = info.context
        key = await deciding.set_deal_terms(request, input)
        return SetDealTermsPayload(terms=await terms_of_key(request, key), user_errors=[])
