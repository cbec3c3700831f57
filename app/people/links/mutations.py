"""What may be asked to be done about partners invited, accepted and left."""

from datetime import datetime

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key, global_id
from app.people.links import actions
from app.people.links.graph import PartnerInvitation, partner_invitations_by_key
from app.people.links.inputs import (
    AcceptPartnerInvitationInput,
    ConfirmPartnerInvitationInput,
    InviteDistributorInput,
    InviteResellerInput,
    LeaveNetworkInput,
    ResendPartnerInvitationInput,
    WithdrawPartnerInvitationInput,
)


@visible("viewer:read")
class InviteResellerPayload:
    """What became of inviting a reseller."""

    invitation: PartnerInvitation | None
    "The invitation; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class InviteDistributorPayload:
    """What became of inviting a distributor."""

    invitation: PartnerInvitation | None
    "The invitation; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class ResendPartnerInvitationPayload:
    """What became of sending an invitation of a partner again."""

    invitation: PartnerInvitation | None
    "The invitation as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class WithdrawPartnerInvitationPayload:
    """What became of taking an invitation of a partner back."""

    invitation: PartnerInvitation | None
    "The invitation as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class ConfirmPartnerInvitationPayload:
    """What became of confirming an invitation of a partner, or of refusing it."""

    invitation: PartnerInvitation | None
    "The invitation as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class AcceptPartnerInvitationPayload:
    """What became of accepting an invitation."""

    link_id: strawberry.ID | None
    "The global id of the link, whose PartnerLink you see within 15 seconds; null where nothing was done."
    vendor_name: str | None
    "In whose network your firm acts from now on; null where nothing was done."
    party_name: str | None
    "As whom; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class LeaveNetworkPayload:
    """What became of leaving a network."""

    left_at: datetime | None
    "When the link ended; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@strawberry.type
class LinksMutation:
    """Which firm is which party."""

    @mutation(Permission.PARTNER_INVITE)
    async def invite_reseller(self, info: strawberry.Info, input: InviteResellerInput) -> InviteResellerPayload:
        """Invite a reseller by mail to act in the network as the party that you know it as. The link in it is good for seven
        days and one use."""
        key = await actions.invite_reseller(info.context, input)
        return InviteResellerPayload(invitation=await _invitation(info, key), user_errors=[])

    @mutation(Permission.PARTNER_INVITE)
    async def invite_distributor(
        self, info: strawberry.Info, input: InviteDistributorInput
    ) -> InviteDistributorPayload:
        """Invite a distributor of your network by mail to act in it. For a vendor alone."""
        key = await actions.invite_distributor(info.context, input)
        return InviteDistributorPayload(invitation=await _invitation(info, key), user_errors=[])

    @mutation(Permission.PARTNER_INVITE)
    async def resend_partner_invitation(
        self, info: strawberry.Info, input: ResendPartnerInvitationInput
    ) -> ResendPartnerInvitationPayload:
        """Send an invitation of a partner again, by a new link that is good for seven days more. The link before stops
        working."""
        key = await actions.resend_invitation(info.context, input.invitation_id)
        return ResendPartnerInvitationPayload(invitation=await _invitation(info, key), user_errors=[])

    @mutation(Permission.PARTNER_INVITE)
    async def withdraw_partner_invitation(
        self, info: strawberry.Info, input: WithdrawPartnerInvitationInput
    ) -> WithdrawPartnerInvitationPayload:
        """Take an invitation of a partner back. Its link stops working."""
        key = await actions.withdraw_invitation(info.context, input.invitation_id)
        return WithdrawPartnerInvitationPayload(invitation=await _invitation(info, key), user_errors=[])

    @mutation(Permission.PARTNER_INVITE)
    async def confirm_partner_invitation(
        self, info: strawberry.Info, input: ConfirmPartnerInvitationInput
    ) -> ConfirmPartnerInvitationPayload:
        """Say whether a distributor may let an address of its own firm act for a reseller. For a vendor alone."""
        key = await actions.confirm_invitation(info.context, input)
        return ConfirmPartnerInvitationPayload(invitation=await _invitation(info, key), user_errors=[])

    @mutation(Permission.PARTNER_LINK)
    async def accept_partner_invitation(
        self, info: strawberry.Info, input: AcceptPartnerInvitationInput
    ) -> AcceptPartnerInvitationPayload:
        """Accept an invitation that is addressed to you: your firm is that partner from now on, and you see it within 15
        seconds. What was recorded of the partner before is yours to see as well."""
        found = await actions.accept_invitation(info.context, input)
        link = global_id("PartnerLink", Key(found.vendor_id, found.party_id))
        return AcceptPartnerInvitationPayload(
            link_id=strawberry.ID(link), vendor_name=found.vendor_name, party_name=found.party_name, user_errors=[]
        )

    @mutation(Permission.PARTNER_LINK)
    async def leave_network(self, info: strawberry.Info, input: LeaveNetworkInput) -> LeaveNetworkPayload:
        """Let your firm be a partner no more, from now on. What was recorded stays with the vendor's record of it."""
        return LeaveNetworkPayload(left_at=await actions.leave_network(info.context, input), user_errors=[])


async def _invitation(info: strawberry.Info, key: Key) -> PartnerInvitation | None:
    return (await partner_invitations_by_key(info.context, [key]))[0]
