"""What a vendor may ask to be done about applications."""

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.people.applications import actions
from app.people.applications.graph import Application, ApplicationLink, applications_by_key, links_by_key
from app.people.applications.inputs import (
    CreateApplicationLinkInput,
    DecideApplicationInput,
    EndApplicationLinkInput,
)


@visible("viewer:read")
class CreateApplicationLinkPayload:
    """What became of a link for applications."""

    link: ApplicationLink | None
    "The link; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class EndApplicationLinkPayload:
    """What became of ending a link for applications."""

    link: ApplicationLink | None
    "The link as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class DecideApplicationPayload:
    """What became of a decision about an application."""

    application: Application | None
    "The application as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@strawberry.type
class ApplicationsMutation:
    """Firms that apply."""

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def create_application_link(
        self, info: strawberry.Info, input: CreateApplicationLinkInput
    ) -> CreateApplicationLinkPayload:
        """Make a link by which firms apply for a programme of yours."""
        key = await actions.create_link(info.context, input)
        return CreateApplicationLinkPayload(link=(await links_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def end_application_link(
        self, info: strawberry.Info, input: EndApplicationLinkInput
    ) -> EndApplicationLinkPayload:
        """Take no more applications by a link. Those that wait can still be decided."""
        key = await actions.end_link(info.context, input.link_id)
        return EndApplicationLinkPayload(link=(await links_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def decide_application(
        self, info: strawberry.Info, input: DecideApplicationInput
    ) -> DecideApplicationPayload:
        """Approve an application, which records the firm in your network and invites it by mail, or refuse it, which tells
        it why."""
        key = await actions.decide(info.context, input)
        found = (await applications_by_key(info.context, [key]))[0]
        return DecideApplicationPayload(application=found, user_errors=[])
