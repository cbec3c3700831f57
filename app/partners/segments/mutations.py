"""What a vendor may ask to be done about its segments, and what it answers."""

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.partners.segments.actions import create_segment, delete_segment, update_segment
from app.partners.segments.graph import Segment, segments_by_key
from app.partners.segments.inputs import CreateSegmentInput, DeleteSegmentInput, UpdateSegmentInput


@visible("viewer:read")
class CreateSegmentPayload:
    """What became of drawing a segment."""

    segment: Segment | None
    "The segment; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class UpdateSegmentPayload:
    """What became of changing a segment."""

    segment: Segment | None
    "The segment as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class DeleteSegmentPayload:
    """What became of giving a segment up."""

    deleted_id: strawberry.ID | None
    "The id of the segment that is gone; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@strawberry.type
class SegmentsMutation:
    """A vendor's segments of resellers."""

    @mutation(Permission.PROGRAM_MANAGE)
    async def create_segment(self, info: strawberry.Info, input: CreateSegmentInput) -> CreateSegmentPayload:
        """Draw a segment of resellers of your own: by a rule, by hand, or both. Nobody else knows of it."""
        key = await create_segment(info.context, input)
        return CreateSegmentPayload(segment=(await segments_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.PROGRAM_MANAGE)
    async def update_segment(self, info: strawberry.Info, input: UpdateSegmentInput) -> UpdateSegmentPayload:
        """Change a segment's name and rule, put resellers into it by hand and take them out again."""
        key = await update_segment(info.context, input)
        return UpdateSegmentPayload(segment=(await segments_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.PROGRAM_MANAGE)
    async def delete_segment(self, info: strawberry.Info, input: DeleteSegmentInput) -> DeleteSegmentPayload:
        """Give a segment up. Its resellers stay what they are."""
        gone = await delete_segment(info.context, input)
        return DeleteSegmentPayload(deleted_id=strawberry.ID(gone), user_errors=[])
