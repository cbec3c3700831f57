"""What may be asked to be done about names that are to be erased, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.erasure import actions
from app.erasure.graph import Erasure, ErasurePreview, erasures_by_key
from app.erasure.inputs import EraseNameInput, PreviewErasureInput
from app.execution.described import visible
from app.execution.request import Request


@visible("personal-data:erase")
class PreviewErasurePayload:
    """What an erasure would touch, or why it cannot be."""

    preview: ErasurePreview | None
    "What is touched; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("personal-data:erase")
class EraseNamePayload:
    """The erasure, or why there is none."""

    erasure: Erasure | None
    "How far it is; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class ErasureMutation:
    """What whoever holds a name does to erase it."""

    @mutation(Permission.PERSONAL_DATA_ERASE)
    async def preview_erasure(self, info: strawberry.Info, input: PreviewErasureInput) -> PreviewErasurePayload:
        """What erasing the name of an end customer, or of a certified person, would touch. Nothing is changed."""
        request: Request[Actor] = info.context
        found, token = await actions.preview(request, input)
        shown = ErasurePreview(
            lines=found.lines, rows=found.rows, reports=found.reports, records=found.records, token=token
        )
        return PreviewErasurePayload(preview=shown, user_errors=[])

    @mutation(Permission.PERSONAL_DATA_ERASE)
    async def erase_name(self, info: strawberry.Info, input: EraseNameInput) -> EraseNamePayload:
        """
        Erase a name for good: in lines, rows, stored reports, deals, special prices, certifications, alerts and your own
        trail. It cannot be taken back. Figures stay as they are, claims and deals still match, and a report that is sent
        again is still told from a new one. Finished exports of your organisation end.
        """
        request: Request[Actor] = info.context
        key = await actions.erase_name(request, input)
        (found,) = await erasures_by_key(request, [key])
        return EraseNamePayload(erasure=found, user_errors=[])
