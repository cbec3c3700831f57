"""How the targets of a plan stand, as the graph tells it: measured now, or as a review keeps it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.access.actor import Actor
from app.execution.described import values, visible
from app.execution.request import Request
from app.execution.scalars import exact
from app.planning.telling import kept
from app.program_access.planned.attainment import Plan, figures
from app.programme.plans import PlanMeasure
from app.store.database import acting_as_worker

values(PlanMeasure)


@visible("plan:read")
class PlanFigure:
    """How a target stands on a day."""

    measure: PlanMeasure
    "What of."
    family: str | None
    "Of which family of products; null for all."
    target: Decimal
    "How much by the end of the plan."
    actual: Decimal
    "How much was reached by the end of the day."
    attainment: Decimal
    "Actual ÷ target."
    expected: Decimal
    "How much of the target is asked for by the end of the day."
    pace: Decimal | None
    "Actual ÷ expected; null where nothing is expected yet."
    forecast: Decimal | None
    "How much there will be at the end, at the same pace; of active resellers, and once the plan is over, what there is."
    missing: Decimal
    "How much is missing to the target; 0 where it is reached."
    last_year: Decimal
    "How much there was on the same days of the fiscal year before."
    evidence: str
    "The numbers behind it, in a sentence."
    rows: str
    "Where the rows behind it are: the field to ask, and its filter."

    @classmethod
    def of(cls, told: dict[str, Any]) -> "PlanFigure":
        """From what `kept` tells."""
        measure = PlanMeasure(told["measure"])
        counted = {
            name: None if told[name] is None else exact(int(told[name]), measure.places)
            for name in ("target", "actual", "expected", "forecast", "missing", "last_year")
        }
        shares = {name: None if told[name] is None else exact(int(told[name]), 6) for name in ("attainment", "pace")}
        rest = {name: told[name] for name in ("family", "evidence", "rows")}
        return cls(measure=measure, **counted, **shares, **rest)  # type: ignore[arg-type]


async def measured(request: Request[Actor], wanted: Sequence[tuple[UUID, Plan | None, date]]) -> list[list[PlanFigure]]:
    """The figures of plans that the asker sees, each before a day: none where there is no plan."""
    found: list[list[PlanFigure]] = [[] for _ in wanted]
    for vendor_id in sorted({vendor for vendor, _, _ in wanted}):
        own = [
            (place, plan, day) for place, (of, plan, day) in enumerate(wanted) if of == vendor_id and plan is not None
        ]
        plans = [plan for _, plan, _ in own]
        async with request.database.reading(acting_as_worker(vendor_id)) as db:
            answers = await figures(db, vendor_id, plans, [day for _, _, day in own]) if own else []
        for (place, plan, _), answer in zip(own, answers, strict=True):
            found[place] = [PlanFigure.of(kept(each, plan.currency)) for each in answer]
    return found
