"""What goes first in a stacking group: each line is used by one incentive alone, that which was activated first."""

from dataclasses import dataclass

from app.programme.incentives import Scope
from app.programme.spans import Span


@dataclass(frozen=True, slots=True)
class UsedScope(Scope):
    """The lines that another incentive of a stacking group uses first: those of its scope, on the days on which it is in
    effect."""

    effective: Span | None = None
