"""What every object with a global id has in common."""

import strawberry

from app.execution.described import visible_interface


@visible_interface("viewer:read")
class Node:
    """An object that can be asked for again by its id."""

    id: strawberry.ID
    "Its global id: opaque, and the same in every answer."
