"""How a vendor sees how far its programmes are taken up."""

from collections.abc import Sequence

from app.access.actor import Actor
from app.execution.connections import by_parent
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.request import Request
from app.partners.adoption import queries
from app.partners.programs.graph import Program, ProgramTier
from app.partners.queries import one_each
from app.partners.terms import Level
from app.store.database import Row


@visible("program:read")
class TierAdoption:
    """How many take part in a tier."""

    tier: ProgramTier
    "The tier."
    active: int
    "How many active enrolments are in it."


@visible("program:read")
class ProgramAdoption:
    """How far a programme is taken up, counted over the partners that the vendor knows."""

    eligible: int
    "How many partners are eligible by kind and country, whether they take part or not."
    applied: int
    "How many have applied and wait for a decision; 0 in a programme for distributors."
    active: int
    "How many take part: resellers with an active enrolment, distributors with an agreement in force."
    by_tier: list[TierAdoption]
    "How many of them are in each tier, the lowest first; those that are in none are left out."
    earning: int | None
    """How many distributors a statement of the last twelve months owes something. Null in a programme for resellers, who are
    paid by no statement."""


async def adoption(
    request: Request[Actor], parents: Sequence[Program], selection: Selection
) -> list[ProgramAdoption | None]:
    """How far it is taken up. Null for all but the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.adoption(db, keys)
    tiers = by_parent(await queries.by_tier(db, keys) if selection.wants("byTier") else [], len(parents))
    return one_each(rows, len(parents), lambda row: _adoption(row, tiers[row["ordinal"] - 1]))


def _adoption(row: Row, tiers: Sequence[Row]) -> ProgramAdoption:
    return ProgramAdoption(
        eligible=row["eligible"],
        applied=row["applied"],
        active=row["active"],
        by_tier=[TierAdoption(tier=ProgramTier.of(each), active=each["active"]) for each in tiers],
        earning=row["earning"],
    )
