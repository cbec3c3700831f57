"""What may be asked to be done about many resellers at once, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.request import Request
from app.partners.importing import actions
from app.partners.importing.graph import ResellerImport
from app.partners.importing.inputs import ImportResellersInput, PreviewResellersInput


@visible("viewer:read")
class PreviewResellersPayload:
    """What would become of a list of resellers."""

    preview: ResellerImport | None
    "Each row; null where the list as a whole cannot be taken."
    user_errors: list[UserError]
    "What has to be put right about the list as a whole; empty on success."


@visible("viewer:read")
class ImportResellersPayload:
    """What became of a list of resellers."""

    result: ResellerImport | None
    "Each row; null where the list as a whole was not taken."
    user_errors: list[UserError]
    "What has to be put right about the list as a whole; empty on success."


@strawberry.type
class ImportingMutation:
    """Resellers onboarded many at once."""

    @mutation(Permission.RESELLER_MANAGE)
    async def preview_resellers(self, info: strawberry.Info, input: PreviewResellersInput) -> PreviewResellersPayload:
        """See what `importResellers` would do with each row of a list; nothing is done. A distributor does it."""
        request: Request[Actor] = info.context
        key, judged = await actions.preview_resellers(request, input)
        return PreviewResellersPayload(preview=ResellerImport.of(key, judged, written=False), user_errors=[])

    @mutation(Permission.RESELLER_MANAGE)
    async def import_resellers(self, info: strawberry.Info, input: ImportResellersInput) -> ImportResellersPayload:
        """Onboard the resellers of a list: all rows that are right take effect together, the others are told with all that
        has to be put right. A distributor does it."""
        request: Request[Actor] = info.context
        key, judged = await actions.import_resellers(request, input)
        return ImportResellersPayload(result=ResellerImport.of(key, judged, written=True), user_errors=[])
