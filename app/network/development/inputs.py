"""By what the development of a network's resellers is asked."""

import strawberry

from app.execution.described import entered, values
from app.programme.development import DevelopmentOrder, ResellerDimension, ResellerState

for enumeration in (ResellerDimension, DevelopmentOrder, ResellerState):
    values(enumeration)


@entered
class NetworkDevelopmentFilter:
    """Only resellers that match all of these. Ids that are not visible to you match nothing, and so does an empty list."""

    distributor_ids: list[strawberry.ID] | None = None
    "What they bought of these distributors; at most 250."
    states: list[ResellerState] | None = None
    "Those that stand so, within the row's distributors."
