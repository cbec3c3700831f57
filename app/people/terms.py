"""The terms of inviting partners as this feature's graph shows them, each value with its sentence."""

from app.execution.described import values
from app.programme.invitations import InvitationConfirmation

__all__ = ["InvitationConfirmation"]

values(InvitationConfirmation)
