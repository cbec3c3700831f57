"""What is entered about partners invited and linked."""

import strawberry

from app.execution.described import entered


@entered
class InviteResellerInput:
    """A reseller to invite: it accepts, and sees itself in the network."""

    reseller_id: strawberry.ID
    "Which reseller: for a distributor one that it is authorised for, for the vendor one of its network."
    email: str
    "The e-mail address that the invitation is sent to. It is for this address alone."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same invitation, for good."


@entered
class InviteDistributorInput:
    """A distributor to invite: it accepts, and sees itself in the network."""

    distributor_id: strawberry.ID
    "Which distributor of your network."
    email: str
    "The e-mail address that the invitation is sent to. It is for this address alone."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same invitation, for good."


@entered
class ResendPartnerInvitationInput:
    """An invitation of a partner to send again."""

    invitation_id: strawberry.ID
    "Which invitation."


@entered
class WithdrawPartnerInvitationInput:
    """An invitation of a partner to take back."""

    invitation_id: strawberry.ID
    "Which invitation."


@entered
class ConfirmPartnerInvitationInput:
    """What you say to a distributor's invitation of a reseller to an address of the distributor's own firm."""

    invitation_id: strawberry.ID
    "Which invitation."
    confirm: bool
    "Yes: it can be taken up for seven days from now. No: nobody takes it up."
    reason: str | None = None
    "Why; needed where you refuse. The distributor reads it."


@entered
class AcceptPartnerInvitationInput:
    """An invitation that your firm accepts."""

    token: str
    "The last part of the link in the mail that you were sent."


@entered
class LeaveNetworkInput:
    """A network in which your firm acts no more."""

    link_id: strawberry.ID
    "Which link of your firm to a party."
    reason: str
    "Why, for the record."
