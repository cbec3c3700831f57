"""Business plans as the two sides of an agreement see them; nobody else sees one.

Targets, versions and reviews are the same to both sides. How targets stand is measured from the figures of the network, as
these are known when they are asked for; what a review showed stays as it was.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Protocol

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, exact
from app.planning import queries
from app.planning.activities import queries as activities
from app.planning.activities.graph import PlanActivity
from app.planning.reviews import queries as reviews
from app.planning.reviews.graph import PlanReview
from app.planning.standing import PlanFigure, measured
from app.program_access.planned.attainment import Plan
from app.programme.plans import (
    Content,
    PlanLength,
    PlanMeasure,
    PlanPhasing,
    PlanStatus,
    PlanVersionStatus,
    Target,
    changes,
)
from app.programme.spans import Span
from app.programme.terms import Level
from app.store.database import Row

for _each in (Level, PlanLength, PlanMeasure, PlanPhasing, PlanStatus, PlanVersionStatus):
    values(_each)
OnDay = Annotated[date | None, strawberry.argument(description="By the end of which day; today (UTC) where left out.")]


class HasKey(Protocol):
    """An agreement."""

    @property
    def key(self) -> Key: ...


@visible("plan:read")
class PlanPhase:
    """What of a target is to be reached in a month."""

    period: DateRange
    "The fiscal month."
    target: Decimal
    "How much in it; of active resellers, how many by its end."


@visible("plan:read")
class PlanTarget:
    """What is to be reached."""

    measure: PlanMeasure
    "What of."
    family: str | None
    "Of which family of products; null for all, and for what has no families."
    target: Decimal
    "How much by the end of the plan: units, an amount in the plan's currency, or a number."
    phasing: PlanPhasing
    "How it came to be laid out over the months."
    phases: list[PlanPhase]
    "How much in each month; together the target."


@visible("plan:read")
class PlannedActivity:
    """What a version plans to be done."""

    title: str
    "What."
    side: Level
    "Whose part it is."
    person: str
    "Who of that side sees to it."
    due_on: date
    "The last day in time."


@visible("plan:read")
class PlanChange:
    """A field in which a version differs from the one before it."""

    what: str
    "Which field: a target, the phases of one, whose an activity is or by when, or the notes."
    before: str | None
    "What it said before; null where it was not there."
    after: str | None
    "What it says; null where it is there no more."


@visible("plan:read")
class BusinessPlanVersion(Node):
    """A version of a plan. It never changes."""

    key: strawberry.Private[Key]
    content: strawberry.Private[Content]
    number: int
    "Its number, from 1."
    written_by: Level
    "The side that wrote it, and so consents to it."
    status: PlanVersionStatus
    "How it stands."
    written_at: datetime
    "When it was written."
    answered_at: datetime | None
    "When it was agreed, answered, refused, taken back or replaced; null while it waits."
    reason: str | None
    "Why it was refused or taken back."
    notes: str | None
    "What is worth knowing about it."
    targets: list[PlanTarget]
    "What is to be reached."
    activities: list[PlannedActivity]
    "What each side is to do."
    changes: list[PlanChange]
    "What it says otherwise than the version before it, field by field; empty for the first."

    @classmethod
    def of(cls, row: Row) -> "BusinessPlanVersion":
        key, content = Key(row["vendor_id"], row["id"]), Content.of(row["content"])
        before = None if row["content_before"] is None else Content.of(row["content_before"])
        return cls(
            id=strawberry.ID(global_id("BusinessPlanVersion", key)),
            key=key,
            content=content,
            number=row["number"],
            written_by=Level(row["side"]),
            status=PlanVersionStatus(row["status"]),
            written_at=row["written_at"],
            answered_at=row["answered_at"],
            reason=row["reason"],
            notes=content.notes,
            targets=[_target(each, content.months) for each in content.targets],
            activities=[
                PlannedActivity(title=each.title, side=each.side, person=each.person, due_on=each.due_on)
                for each in content.activities
            ],
            changes=[
                PlanChange(what=each.what, before=each.before, after=each.after) for each in changes(before, content)
            ],
        )


def _target(target: Target, months: Sequence[Span]) -> PlanTarget:
    places = target.measure.places
    return PlanTarget(
        measure=target.measure,
        family=target.family,
        target=exact(target.whole, places),
        phasing=target.phasing,
        phases=[
            PlanPhase(period=DateRange(start=month.start, end=month.end), target=exact(phase, places))
            for month, phase in zip(months, target.phases, strict=True)
        ],
    )


async def _in_force(
    request: Request[Actor], parents: "Sequence[BusinessPlan]", selection: Selection
) -> list[BusinessPlanVersion | None]:
    """The version that both agreed to; null where there is none."""
    return await _numbered(request, [(parent.key, parent.agreed) for parent in parents])


async def _pending(
    request: Request[Actor], parents: "Sequence[BusinessPlan]", selection: Selection
) -> list[BusinessPlanVersion | None]:
    """The version that waits for the other side; null where there is none."""
    return await _numbered(request, [(parent.key, parent.waiting) for parent in parents])


async def _numbered(
    request: Request[Actor], wanted: Iterable[tuple[Key, int | None]]
) -> list[BusinessPlanVersion | None]:
    numbers = [(key, number or 0) for key, number in wanted]
    found: list[BusinessPlanVersion | None] = [None] * len(numbers)
    rows = await queries.numbered(await request.reader(), [key for key, _ in numbers], [each for _, each in numbers])
    for row in rows:
        found[row["ordinal"] - 1] = BusinessPlanVersion.of(row)
    return found


async def _versions(
    request: Request[Actor],
    parents: "Sequence[BusinessPlan]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[BusinessPlanVersion]]:
    """All its versions, the newest first."""
    window = Window.of(queries.NEWEST_VERSION, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.OF_PLAN, window, selection, BusinessPlanVersion.of)


async def _activities(
    request: Request[Actor],
    parents: "Sequence[BusinessPlan]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[PlanActivity]]:
    """What is to be done by the version in force, and what followed from reviews, the earliest due first."""
    window = Window.of(activities.EARLIEST, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, activities.OF_PLAN, window, selection, PlanActivity.of)


async def _reviews(
    request: Request[Actor],
    parents: "Sequence[BusinessPlan]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[PlanReview]]:
    """The reviews that were held, the latest first."""
    window = Window.of(reviews.LATEST, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, reviews.OF_PLAN, window, selection, PlanReview.of)


async def _attainment(
    request: Request[Actor], parents: "Sequence[BusinessPlan]", selection: Selection, on_date: OnDay = None
) -> list[list[PlanFigure]]:
    """How the targets of the version in force stand by the end of a day; empty where nothing was agreed."""
    agreed = await _numbered(request, [(parent.key, parent.agreed) for parent in parents])
    until = (on_date or datetime.now(UTC).date()) + timedelta(days=1)
    wanted = [
        (parent.key.vendor_id, None if version is None else parent.plan(version.content), until)
        for parent, version in zip(parents, agreed, strict=True)
    ]
    return await measured(request, wanted)


@visible("plan:read")
class BusinessPlan(Node):
    """What a vendor and a distributor agreed to reach together, or are about to agree."""

    key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    agreed: strawberry.Private[int | None]
    waiting: strawberry.Private[int | None]
    length: PlanLength
    "A quarter or a year."
    period: DateRange
    "Its days."
    currency: CurrencyCode
    "The currency of its amounts."
    status: PlanStatus
    "How it stands."
    version: int
    "How often somebody acted on it; acts on it name it."
    proposed_at: datetime
    "When it was first proposed."
    ended_at: datetime | None
    "When it was refused, taken back or closed; null where it was not."
    in_force = edge(_in_force)
    pending = edge(_pending)
    versions = edge(_versions)
    attainment = edge(_attainment)
    activities = edge(_activities)
    reviews = edge(_reviews)

    def plan(self, content: Content) -> Plan:
        """What is measured of it, by what a version says."""
        owner, span = (self.agreement_key.id, self.distributor_key.id), Span(self.period.start, self.period.end)
        return Plan(*owner, self.currency, span, content.months, content.targets)

    @classmethod
    def of(cls, row: Row) -> "BusinessPlan":
        key = Key(row["vendor_id"], row["id"])
        names = ("version", "proposed_at", "ended_at")
        return cls(
            id=strawberry.ID(global_id("BusinessPlan", key)),
            key=key,
            agreement_key=Key(key.vendor_id, row["agreement_id"]),
            distributor_key=Key(key.vendor_id, row["distributor_id"]),
            agreed=row["agreed"],
            waiting=row["pending"],
            length=PlanLength(row["length"]),
            period=DateRange(start=row["period_start"], end=row["period_end"]),
            currency=CurrencyCode(row["currency"]),
            status=PlanStatus(row["status"]),
            **{name: row[name] for name in names},
        )


async def plans_of_agreements(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[BusinessPlan]]:
    """The business plans of it, the latest days first."""
    window = Window.of(queries.LATEST, first=first, after=after, last=last, before=before)
    return await pages(
        request, [parent.key for parent in parents], queries.OF_AGREEMENT, window, selection, BusinessPlan.of
    )


async def plans_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[BusinessPlan | None]:
    """The plans with these ids that the asker may see."""
    found: list[BusinessPlan | None] = [None] * len(keys)
    for row in await queries.plans(await request.reader(), keys):
        found[row["ordinal"] - 1] = BusinessPlan.of(row)
    return found


async def versions_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[BusinessPlanVersion | None]:
    """The versions with these ids that the asker may see."""
    found: list[BusinessPlanVersion | None] = [None] * len(keys)
    for row in await queries.versions(await request.reader(), keys):
        found[row["ordinal"] - 1] = BusinessPlanVersion.of(row)
    return found
