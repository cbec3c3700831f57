"""How the objects of SPIFFs are found by their keys, by the type's name."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.execution.request import Request
from app.rewards.claims.graph import spiff_claims_by_key
from app.rewards.commissions.graph import (
    assignments_by_key,
    commission_plans_by_key,
    commission_statements_by_key,
)
from app.rewards.graph import reps_by_key, spiffs_by_key
from app.rewards.payouts.graph import payouts_by_key

REWARDS: dict[str, Callable[[Request[Actor], Sequence[Key]], Awaitable[Sequence[Any]]]] = {
    "Spiff": spiffs_by_key,
    "SpiffRep": reps_by_key,
    "SpiffClaim": spiff_claims_by_key,
    "Payout": payouts_by_key,
    "CommissionPlan": commission_plans_by_key,
    "AgentAssignment": assignments_by_key,
    "CommissionStatement": commission_statements_by_key,
}
