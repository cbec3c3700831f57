"""What an organisation may ask to be done about its own people, its integrations, and which partner it is."""

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.people import actions
from app.people.applications import mutations as applications
from app.people.clients import mutations as clients
from app.people.graph import Invitation, OrganizationUser, invitations_by_key, users_by_key
from app.people.inputs import (
    InviteUserInput,
    RemoveUserInput,
    ResendInvitationInput,
    SetUserRolesInput,
    WithdrawInvitationInput,
)
from app.people.links import mutations as links


@visible("viewer:read")
class InviteUserPayload:
    """What became of an invitation."""

    invitation: Invitation | None
    "The invitation; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class ResendInvitationPayload:
    """What became of sending an invitation again."""

    invitation: Invitation | None
    "The invitation as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class WithdrawInvitationPayload:
    """What became of taking an invitation back."""

    invitation: Invitation | None
    "The invitation as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class SetUserRolesPayload:
    """What became of a user's roles."""

    user: OrganizationUser | None
    "The user as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class RemoveUserPayload:
    """What became of letting a user go."""

    removed_user_id: strawberry.ID | None
    "Who belongs to the organisation no more; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@strawberry.type
class PeopleMutation(clients.ClientsMutation, links.LinksMutation, applications.ApplicationsMutation):
    """An organisation's own affairs."""

    @mutation(Permission.USER_MANAGE)
    async def invite_user(self, info: strawberry.Info, input: InviteUserInput) -> InviteUserPayload:
        """Invite a person into your organisation by mail. The link in it is good for seven days and one use."""
        key = await actions.invite_user(info.context, input)
        return InviteUserPayload(invitation=(await invitations_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.USER_MANAGE)
    async def resend_invitation(self, info: strawberry.Info, input: ResendInvitationInput) -> ResendInvitationPayload:
        """Send an invitation again, by a new link that is good for seven days more. The link before stops working."""
        key = await actions.resend_invitation(info.context, input.invitation_id)
        return ResendInvitationPayload(invitation=(await invitations_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.USER_MANAGE)
    async def withdraw_invitation(
        self, info: strawberry.Info, input: WithdrawInvitationInput
    ) -> WithdrawInvitationPayload:
        """Take an invitation back. Its link stops working."""
        key = await actions.withdraw_invitation(info.context, input.invitation_id)
        return WithdrawInvitationPayload(invitation=(await invitations_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.USER_MANAGE)
    async def set_user_roles(self, info: strawberry.Info, input: SetUserRolesInput) -> SetUserRolesPayload:
        """Give a user of your organisation these roles and no others. What the user may do changes within 15 seconds, and
        open invitations that it may send no more are withdrawn. Nobody changes his own roles; one administrator stays."""
        key = await actions.set_user_roles(info.context, input)
        return SetUserRolesPayload(user=(await users_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.USER_MANAGE)
    async def remove_user(self, info: strawberry.Info, input: RemoveUserInput) -> RemoveUserPayload:
        """Let a user of your organisation go. Its tokens stop within 15 seconds, and its open invitations are withdrawn."""
        await actions.remove_user(info.context, input)
        return RemoveUserPayload(removed_user_id=input.user_id, user_errors=[])
