"""What a vendor enters to have tiers reviewed."""

import strawberry

from app.execution.described import entered


@entered
class ReviewTiersInput:
    """A programme whose tiers are to be reviewed now, as if today were a review date."""

    program_id: strawberry.ID
    "Which programme; it has review terms."
