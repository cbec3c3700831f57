"""What is entered about an organisation's users."""

import strawberry

from app.access.roles import Role
from app.execution.described import entered, values

values(Role)


@entered
class InviteUserInput:
    """A person to invite into your organisation."""

    email: str
    "The e-mail address that the invitation is sent to. It is for this address alone."
    roles: list[Role]
    "What the person will be. A role that approves money is given only by somebody who holds it."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same invitation, for good."


@entered
class ResendInvitationInput:
    """An invitation to send again."""

    invitation_id: strawberry.ID
    "Which invitation."


@entered
class WithdrawInvitationInput:
    """An invitation to take back."""

    invitation_id: strawberry.ID
    "Which invitation."


@entered
class SetUserRolesInput:
    """What a user of your organisation is from now on."""

    user_id: strawberry.ID
    "Which user."
    roles: list[Role]
    "All that the user is; at least one role."
    current_roles: list[Role]
    "The roles that you saw. If somebody else changed them since, nothing happens."


@entered
class RemoveUserInput:
    """A user who belongs to your organisation no more."""

    user_id: strawberry.ID
    "Which user."
    reason: str | None = None
    "Why, for the record."
