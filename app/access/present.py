"""Whether who acts still may, as the database has it now: what outlives its maker is made by nobody who was let go.

A server believes what it knows of a person or an integration for some seconds. For most acts that is soon enough; whoever
makes what goes on without him, such as a webhook, is asked for anew, while nobody changes who belongs to the organisation.
"""

from app.access import queries
from app.access.acts import Act
from app.access.roles import GRANTS, Permission, Role
from app.execution.checks import refused
from app.execution.errors import UserErrorCode
from app.store.turns import Turn, take


async def may_still(act: Act, permission: Permission, said: str) -> None:
    """Hold the organisation's people to the end of the transaction, and refuse whoever holds a permission no more."""
    actor = act.actor
    await take(act.session, Turn.PEOPLE, actor.organization_id)
    now = await queries.roles_now(act.session, actor.organization_id, actor.acting_id)
    held = [GRANTS[role] for role in Role if role.value in now and role.level is actor.level]
    if not any(permission in each for each in held):
        raise refused(UserErrorCode.NOT_ALLOWED, said)
