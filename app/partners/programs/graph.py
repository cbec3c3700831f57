"""How partners see programmes: whom they are for, their ranked tiers with what each asks for, and what they give."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, TypeVar

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Order, Window, by_parent
from app.execution.described import visible
from app.execution.edges import Selection, edge, reference
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, exact
from app.partners.organizations.graph import Vendor, vendors_by_key
from app.partners.programs import queries
from app.partners.queries import connections, one_each, text_key, uuid_key
from app.partners.terms import (
    Audience,
    Demotion,
    EnrollmentStatus,
    IncentiveKind,
    Level,
    Opening,
    PartnerType,
    ProgramStatus,
    Promotion,
    Requirement,
)
from app.store.database import Row

T = TypeVar("T")
BY_NAME = Order((text_key("p.name", "name"), uuid_key("p.id", "id")))
PLACES_OF = {Requirement.PURCHASES: 6, Requirement.GROWTH: 6}
"How many decimals a requirement's stored number has; counts have none."


def needed(row: Row) -> Decimal:
    """How much a requirement asks for: an amount, a share or a count."""
    return exact(row["needed"], PLACES_OF.get(Requirement(row["kind"]), 0))


@visible("program:read")
class TierRequirement:
    """One thing that a tier asks for."""

    kind: Requirement
    "What is asked for."
    needed: Decimal
    "How much: an amount for PURCHASES, a share for GROWTH (0.1 is 10 %), else a count."
    currency: CurrencyCode | None
    "The currency of the amount; null where it is none."

    @classmethod
    def of(cls, row: Row) -> "TierRequirement":
        currency = row["currency"]
        return cls(
            kind=Requirement(row["kind"]),
            needed=needed(row),
            currency=None if currency is None else CurrencyCode(currency),
        )


async def requirements(
    request: Request[Actor], parents: "Sequence[ProgramTier]", selection: Selection
) -> list[list[TierRequirement]]:
    """What it asks for; all of it has to be met."""
    rows = await queries.requirements(await request.reader(), [parent.key for parent in parents])
    return _many(rows, len(parents), TierRequirement.of)


@visible("program:read")
class ProgramTier:
    """A tier of a programme. A benefit of a tier belongs to all tiers above it."""

    key: strawberry.Private[Key]
    rank: int
    "Its place among the programme's tiers: 1 is the lowest."
    name: str
    "Its name, such as Gold."
    requirements = edge(requirements)

    @classmethod
    def of(cls, row: Row) -> "ProgramTier":
        return cls(key=Key(row["vendor_id"], row["id"]), rank=row["rank"], name=row["name"])


@visible("program:read")
class Benefit:
    """Something that a programme gives its partners."""

    name: str
    "Its name."
    description: str
    "What it is."
    from_rank: int
    "The rank of the tier from which on it is granted; 0 where every active enrolment has it."
    where_to_use: str | None
    "Where a partner that has it uses it."
    opens: Opening | None
    "What it opens in Tailrace itself; null where nothing."

    @classmethod
    def of(cls, row: Row) -> "Benefit":
        return cls(
            name=row["name"],
            description=row["description"],
            from_rank=row["from_rank"],
            where_to_use=row["where_to_use"],
            opens=None if row["opens"] is None else Opening(row["opens"]),
        )


async def tiers(request: Request[Actor], parents: "Sequence[Program]", selection: Selection) -> list[list[ProgramTier]]:
    """Its tiers, the lowest first; at most 20."""
    rows = await queries.tiers(await request.reader(), [parent.key for parent in parents])
    return _many(rows, len(parents), ProgramTier.of)


async def benefits(request: Request[Actor], parents: "Sequence[Program]", selection: Selection) -> list[list[Benefit]]:
    """What it gives, from the lowest tier to the highest; at most 100."""
    rows = await queries.benefits(await request.reader(), [parent.key for parent in parents])
    return _many(rows, len(parents), Benefit.of)


@visible("program:read")
class TierReviewTerms:
    """When the tiers of a programme are reviewed, and how they change."""

    months: list[int]
    "In which months there is a review."
    day: int
    "On which day of these months."
    grace_days: int
    "How many days after a review a tier is kept of which something is not met."
    promotion: Promotion
    "When a better tier is given."
    demotion: Demotion
    "How far down an enrolment goes that loses its tier."

    @classmethod
    def of(cls, row: Row) -> "TierReviewTerms | None":
        if row["review_months"] is None:
            return None
        return cls(
            months=row["review_months"],
            day=row["review_day"],
            grace_days=row["grace_days"],
            promotion=Promotion(row["promotion"]),
            demotion=Demotion(row["demotion"]),
        )


@visible("program:read")
class AutoApproval:
    """Whose applications are approved by rule, as soon as they are made."""

    partner_types: list[PartnerType]
    "Resellers of these kinds; empty where of all that are eligible."
    countries: list[str]
    "Resellers in these countries; empty where in all that are eligible."
    status: EnrollmentStatus
    "What such an enrolment becomes."

    @classmethod
    def of(cls, row: Row) -> "AutoApproval | None":
        if row["auto_status"] is None:
            return None
        return cls(
            partner_types=[PartnerType(each) for each in row["auto_partner_types"]],
            countries=row["auto_countries"],
            status=EnrollmentStatus(row["auto_status"]),
        )


@visible("program:read")
class ProgramFit:
    """A kind of incentive that fits partners of a programme."""

    kind: IncentiveKind
    "Which kind of incentive."
    partner_types: list[PartnerType]
    "Which kinds of resellers it fits; empty in a programme for distributors, whom it fits as such."

    @classmethod
    def of(cls, row: Row) -> "ProgramFit":
        return cls(kind=IncentiveKind(row["kind"]), partner_types=[PartnerType(each) for each in row["partner_types"]])


async def fits(
    request: Request[Actor], parents: "Sequence[Program]", selection: Selection
) -> list[list[ProgramFit] | None]:
    """Which kinds of incentives fit its partners: at most one entry of each kind. Null for all but the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    rows = await queries.fits(await request.reader(), [parent.key for parent in parents])
    return [*_many(rows, len(parents), ProgramFit.of)]


@visible("program:read")
class Program(Node):
    """A vendor's programme for distributors or for resellers."""

    key: strawberry.Private[Key]
    name: str
    "Its name."
    description: str
    "What it is about."
    audience: Audience
    "Whom it is for."
    status: ProgramStatus
    "Whether it takes partners."
    partner_types: list[PartnerType]
    "Which kinds of resellers are eligible; empty where all are."
    countries: list[str]
    "In which countries partners are eligible, ISO 3166; empty where in all."
    reviews: TierReviewTerms | None
    "When its tiers are reviewed; null where every tier is decided by hand."
    auto_approval: AutoApproval | None
    "Whose applications are approved by rule; null where a person decides about each."
    version: int
    "Which version of the programme this is, to be named when it is changed."
    tiers = edge(tiers)
    benefits = edge(benefits)
    fits = edge(fits)
    vendor = reference(
        vendors_by_key,
        Vendor,
        key=lambda program: Key(program.key.vendor_id, program.key.vendor_id),
        description="Whose programme it is.",
    )

    @classmethod
    def of(cls, row: Row) -> "Program":
        key = Key(row["vendor_id"], row["id"])
        return cls(
            id=strawberry.ID(global_id("Program", key)),
            key=key,
            name=row["name"],
            description=row["description"],
            audience=Audience(row["audience"]),
            status=ProgramStatus(row["status"]),
            partner_types=[PartnerType(each) for each in row["partner_types"]],
            countries=row["countries"],
            reviews=TierReviewTerms.of(row),
            auto_approval=AutoApproval.of(row),
            version=row["version"],
        )


async def programs_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Program | None]:
    """Programmes that the asker may know."""
    return one_each(await queries.programs(await request.reader(), keys), len(keys), Program.of)


async def tiers_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[ProgramTier | None]:
    """Tiers by their own ids."""
    return one_each(await queries.tiers_by_key(await request.reader(), keys), len(keys), ProgramTier.of)


async def programs_of_vendors(
    request: Request[Actor],
    parents: Sequence[Vendor],
    selection: Selection,
    audience: Annotated[Audience | None, strawberry.argument(description="Only those for this audience.")] = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Program]]":
    """Its programmes, by name. A reseller sees those for resellers."""
    listing = queries.programs_of_vendors([parent.key for parent in parents], audience)
    window = Window.of(BY_NAME, first=first, after=after, last=last, before=before, of=audience)
    return await connections(request, listing, window, selection, Program.of)


def _many(rows: Sequence[Row], parents: int, build: Callable[[Row], T]) -> list[list[T]]:
    return [[build(row) for row in own] for own in by_parent(rows, parents)]
