"""What a vendor enters about scorecards."""

from datetime import date

import strawberry

from app.execution.described import entered, values
from app.programme.compliance import ComponentKind

values(ComponentKind)


@entered
class ScorecardWeightInput:
    """What a component weighs."""

    component: ComponentKind
    "Which component."
    weight: int
    "What it weighs beside the others of its side, from 0 (nothing) to 1,000."
    days: int | None = None
    """Of the vendor's own components alone: within how many days it credits or decides, or how many days before it announces
    prices, 0 to 365; left out, as before."""


@entered
class SetScorecardWeightsInput:
    """What the components of an agreement's scorecards weigh from a day on, as another version beside those before."""

    agreement_id: strawberry.ID
    "Of which agreement."
    expected_version: int
    "The newest version that you know; 0 where there is none. If somebody else set one since, nothing happens."
    effective_from: date
    """From which day on: scorecards of periods that end on it or later are weighed so. Today (UTC) or later; the first
    version may begin on any day."""
    weights: list[ScorecardWeightInput]
    "The components that weigh something else than before; those that are left out weigh what they did."
