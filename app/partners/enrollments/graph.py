"""How partners see enrolments: a reseller in a programme, in which tier, how far from the others, with which benefits.

A vendor's view of progress counts what its distributors' agreements disclose. A distributor sees status, tier and benefits;
progress it never sees, because a total less its own sales is what its rivals sell.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Order, Window, by_parent
from app.execution.described import values, visible
from app.execution.edges import Selection, edge, reference
from app.execution.identifiers import NO_NETWORK, Key, global_id, key_of
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, exact
from app.partners.enrollments import queries
from app.partners.enrollments.facts import facts_of
from app.partners.enrollments.inputs import EnrollmentFilter
from app.partners.organizations.graph import Reseller, Vendor, resellers_by_key
from app.partners.programs.graph import (
    PLACES_OF,
    Benefit,
    Program,
    ProgramTier,
    needed,
    programs_by_key,
    tiers_by_key,
)
from app.partners.queries import connections, one_each, uuid_key
from app.partners.terms import DecidedBy, EnrollmentStatus, Level, Requirement
from app.programme.program_access import Offer
from app.programme.tier_evaluation import Asked, Facts, measured
from app.programme.tiers import trailing_year
from app.segments.asking import segments_named
from app.store.database import Row

NEWEST_FIRST = Order((uuid_key("e.id", "id"), uuid_key("e.vendor_id", "vendor_id")), descending=True)


@values
class ProgressBasis(StrEnum):
    """From what the achieved part of a requirement is counted."""

    ALL_PURCHASES = "ALL_PURCHASES"
    "From every purchase in the vendor's network that its distributors reported with a price."
    DISCLOSED_PURCHASES = "DISCLOSED_PURCHASES"
    """Only from purchases under agreements that disclose both the reseller and the resale price to the vendor; the reseller
    may have bought more."""
    REGISTERED_DEALS = "REGISTERED_DEALS"
    "From the deals that the reseller registered with the vendor and won."
    RECORDED_CERTIFICATIONS = "RECORDED_CERTIFICATIONS"
    "From the certifications that are recorded and valid today."


_BASIS = {
    Requirement.DEALS_WON: ProgressBasis.REGISTERED_DEALS,
    Requirement.CERTIFICATIONS: ProgressBasis.RECORDED_CERTIFICATIONS,
}
"What is not counted from purchases."


@visible("enrollment:read")
class RequirementProgress:
    """One thing that a tier asks for, and how much of it is achieved.

    Net purchases are measured in the currency of the requirement; those in other currencies are left out. Growth is measured
    where all purchases of both years are in one currency and there were some in the year before.
    """

    tier: ProgramTier
    "Which tier asks for it."
    kind: Requirement
    "What is asked for."
    needed: Decimal
    "How much: an amount for PURCHASES, a share for GROWTH (0.1 is 10 %), else a count."
    currency: CurrencyCode | None
    "The currency of the amount; null where it is none."
    achieved: Decimal | None
    "How much is achieved; null where it is not measured."
    missing: Decimal | None
    "How much is still missing; null where it is not measured."
    period: DateRange | None
    "The days that count, up to the end of this month; by then it has to be met. Null where it is not measured."
    basis: ProgressBasis | None
    "From what it is counted; null where it is not measured."


@visible("enrollment:read")
class BenefitAccess:
    """Whether an enrolment has a benefit, and why."""

    benefit: Benefit
    "The benefit."
    granted: bool
    "Whether the reseller may use it now."
    rule: str
    "The rule that decides, in a sentence."
    tier: ProgramTier | None
    "The tier from which on it is granted; null where every active enrolment has it."
    where_to_use: str | None
    "Where to use it; null while it is not granted."


@visible("enrollment:read")
class EnrollmentEvent:
    """A change of an enrolment."""

    tier_key: strawberry.Private[Key | None]
    status: EnrollmentStatus
    "The status from then on."
    tier = reference(
        tiers_by_key, ProgramTier | None, key=lambda event: event.tier_key, description="The tier from then on."
    )
    reason: str | None
    "Why, as the vendor or the reseller wrote it, or as the rule says."
    by: DecidedBy
    "Who changed it."
    happened_at: datetime
    "When."

    @classmethod
    def of(cls, row: Row) -> "EnrollmentEvent":
        return cls(
            tier_key=None if row["tier_id"] is None else Key(row["vendor_id"], row["tier_id"]),
            status=EnrollmentStatus(row["status"]),
            reason=row["reason"],
            by=DecidedBy(row["decided_by"]),
            happened_at=row["happened_at"],
        )


async def progress(
    request: Request[Actor], parents: "Sequence[Enrollment]", selection: Selection
) -> list[list[RequirementProgress] | None]:
    """What each tier asks for and how much of it is achieved, the lowest tier first. Null for a distributor."""
    level = request.actor.level
    if level is Level.DISTRIBUTOR:
        return [None] * len(parents)
    db, today = await request.reader(), datetime.now(UTC).date()
    rows = await queries.asked_of(db, [parent.program_key for parent in parents])
    facts = await facts_of(db, [parent.reseller_key for parent in parents], today, disclosed=level is Level.VENDOR)
    purchases = ProgressBasis.DISCLOSED_PURCHASES if level is Level.VENDOR else ProgressBasis.ALL_PURCHASES
    asked = by_parent(rows, len(parents))
    return [[_progress(row, of, today, purchases) for row in own] for own, of in zip(asked, facts, strict=True)]


def _progress(row: Row, facts: Facts, today: date, purchases: ProgressBasis) -> RequirementProgress:
    kind = Requirement(row["kind"])
    achieved, _ = measured(Asked(kind, row["needed"], row["currency"]), facts)
    places, months = PLACES_OF.get(kind, 0), trailing_year(today)
    basis = None if achieved is None else _BASIS.get(kind, purchases)
    return RequirementProgress(
        tier=ProgramTier.of(row),
        kind=kind,
        needed=needed(row),
        currency=None if row["currency"] is None else CurrencyCode(row["currency"]),
        achieved=None if achieved is None else exact(achieved, places),
        missing=None if achieved is None else exact(max(0, row["needed"] - achieved), places),
        period=None if achieved is None else DateRange(start=months.start, end=months.end),
        basis=basis,
    )


async def benefits(
    request: Request[Actor], parents: "Sequence[Enrollment]", selection: Selection
) -> list[list[BenefitAccess]]:
    """Every benefit of the programme, from the lowest tier to the highest: whether it is granted, and why."""
    rows = await queries.benefits(
        await request.reader(),
        [parent.program_key for parent in parents],
        [parent.tier_key.id if parent.tier_key else None for parent in parents],
    )
    sorted_rows = by_parent(rows, len(parents))
    return [[_access(parent, row) for row in own] for parent, own in zip(parents, sorted_rows, strict=True)]


def _access(enrollment: "Enrollment", row: Row) -> BenefitAccess:
    offer = Offer(
        row["program"],
        row["name"],
        row["from_rank"],
        row["from_name"],
        enrollment.status,
        row["own_rank"],
        row["own_name"],
    )
    tier = None
    if row["from_id"] is not None:
        tier = ProgramTier(key=Key(row["vendor_id"], row["from_id"]), rank=row["from_rank"], name=row["from_name"])
    return BenefitAccess(
        benefit=Benefit.of(row),
        granted=offer.granted,
        rule=offer.rule,
        tier=tier,
        where_to_use=row["where_to_use"] if offer.granted else None,
    )


async def history(
    request: Request[Actor], parents: "Sequence[Enrollment]", selection: Selection
) -> list[list[EnrollmentEvent]]:
    """What happened to it, the newest first, up to the latest 100 changes. Empty for a distributor."""
    if request.actor.level is Level.DISTRIBUTOR:
        return [[] for _ in parents]
    rows = await queries.history(await request.reader(), [parent.key for parent in parents])
    return [[EnrollmentEvent.of(row) for row in own] for own in by_parent(rows, len(parents))]


@visible("enrollment:read")
class PlannedStatus:
    """A status that an enrolment takes on by itself on a day to come."""

    status: EnrollmentStatus
    "Which status."
    on: date
    "From which day on."
    reason: str
    "Why, as the vendor wrote it."

    @classmethod
    def of(cls, row: Row) -> "PlannedStatus | None":
        if row["planned_status"] is None:
            return None
        status = EnrollmentStatus(row["planned_status"])
        return cls(status=status, on=row["planned_on"], reason=row["planned_reason"])


@visible("enrollment:read")
class Enrollment(Node):
    """Reseller × reseller programme: what the reseller may use, and why."""

    key: strawberry.Private[Key]
    program_key: strawberry.Private[Key]
    reseller_key: strawberry.Private[Key]
    tier_key: strawberry.Private[Key | None]
    status: EnrollmentStatus
    "Where it stands."
    since: date | None
    "Since which day it has its present status and tier; null for a distributor."
    version: int | None
    "Which version of the enrolment this is, to be named in a decision; null for a distributor."
    tier_pinned_until: date | None
    "The last day on which reviews leave its tier alone; null where they do not, and for a distributor."
    planned_status: PlannedStatus | None
    "What it becomes on a day to come; null where nothing is planned, and for a distributor."
    progress = edge(progress)
    benefits = edge(benefits)
    history = edge(history)
    program = reference(
        programs_by_key, Program, key=lambda enrollment: enrollment.program_key, description="The programme."
    )
    reseller = reference(
        resellers_by_key, Reseller, key=lambda enrollment: enrollment.reseller_key, description="The reseller."
    )
    tier = reference(
        tiers_by_key,
        ProgramTier | None,
        key=lambda enrollment: enrollment.tier_key,
        description="Its tier; null where it is in none.",
    )

    @classmethod
    def of(cls, row: Row) -> "Enrollment":
        vendor_id = row["vendor_id"]
        key = Key(vendor_id, row["id"])
        return cls(
            id=strawberry.ID(global_id("Enrollment", key)),
            key=key,
            program_key=Key(vendor_id, row["program_id"]),
            reseller_key=Key(vendor_id, row["reseller_id"]),
            tier_key=None if row["tier_id"] is None else Key(vendor_id, row["tier_id"]),
            status=EnrollmentStatus(row["status"]),
            since=row["since"],
            version=row["version"],
            tier_pinned_until=row["pinned_until"],
            planned_status=PlannedStatus.of(row),
        )


async def enrollments_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Enrollment | None]:
    """Enrolments that the asker may see."""
    rows = await queries.enrollments(await request.reader(), request.actor.level, keys)
    return one_each(rows, len(keys), Enrollment.of)


async def enrollments_of_vendors(
    request: Request[Actor],
    parents: Sequence[Vendor],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: EnrollmentFilter | None = None,
) -> "list[Connection[Enrollment]]":
    """The enrolments in its network, the newest first: for a distributor those of the resellers that it is authorised for,
    for a reseller its own."""
    kept = filter or EnrollmentFilter()
    program = None if kept.program_id is None else _program(kept.program_id)
    vendors = [parent.key for parent in parents]
    segments = segments_named(request.actor, None if kept.segment_id is None else [kept.segment_id])
    listing = queries.enrollments_of_vendors(request.actor.level, vendors, kept.status, program, segments)
    marks = [str(value) for value in listing.arguments[2:]]
    window = Window.of(NEWEST_FIRST, first=first, after=after, last=last, before=before, of=marks)
    return await connections(request, listing, window, selection, Enrollment.of)


async def enrollments_of_resellers(
    request: Request[Actor],
    parents: Sequence[Reseller],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Enrollment]]":
    """Its enrolments in programmes, the newest first: its programme access."""
    listing = queries.enrollments_of_resellers(request.actor, [parent.key for parent in parents])
    window = Window.of(NEWEST_FIRST, first=first, after=after, last=last, before=before)
    return await connections(request, listing, window, selection, Enrollment.of)


def _program(id: str) -> Key:
    return key_of("Program", id) or Key(NO_NETWORK, NO_NETWORK)
