"""Certifications as each level sees them, what programmes require, and how many active resellers have it.

A reseller reads all of its certifications; a distributor those that it recorded; the vendor all but those that a distributor
recorded whose agreement keeps its resellers to itself. How many active resellers hold what is required is a number for the
two sides of an agreement; it counts every certification, whoever recorded it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.enablement import queries
from app.enablement.documents.graph import ComplianceDocument, documents_by_key
from app.enablement.inputs import CertificationFilter
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, reference
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import exact
from app.program_access.certified.queries import enablements
from app.programme.certifications import CertificationState, CertificationStatus, Enablement, state
from app.programme.erasures import shown
from app.programme.terms import Level
from app.store.database import Row, acting_as_worker

values(Level)


class HasKey(Protocol):
    """A reseller, a programme, an agreement."""

    @property
    def key(self) -> Key: ...


def today() -> date:
    """The day on which certifications stand as they are shown: of UTC."""
    return datetime.now(UTC).date()


@visible("certification:read")
class Certification(Node):
    """That somebody of a reseller, or the firm as such, is certified for something."""

    key: strawberry.Private[Key]
    reseller_key: strawberry.Private[Key]
    document_key: strawberry.Private[Key | None]
    name: str
    "What for."
    holder: str | None
    "Who holds it; null where the firm as such does, or where the person's name was erased."
    issued_on: date
    "Since when it is held."
    valid_until: date | None
    "Its last day; null where it does not expire."
    state: CertificationState
    "How it stands today."
    recorded_by: Level
    "Which side recorded it. What the reseller recorded counts once the vendor has verified it."
    reason: str | None
    "Why it was revoked or refused."
    recorded_at: datetime
    "When it was recorded."
    decided_at: datetime | None
    "When it was verified, revoked or refused; null where nothing was to be decided yet."
    document = reference(
        documents_by_key,
        ComplianceDocument | None,
        key=lambda certification: certification.document_key,
        description="What proves it; null where nothing does, or you may not read it.",
    )

    @classmethod
    def of(cls, row: Row) -> "Certification":
        key = Key(row["vendor_id"], row["id"])
        document: UUID | None = row["document_id"]
        return cls(
            id=strawberry.ID(global_id("Certification", key)),
            key=key,
            reseller_key=Key(key.vendor_id, row["reseller_id"]),
            document_key=None if document is None else Key(key.vendor_id, document),
            name=row["name"],
            holder=shown(row["holder"]),
            issued_on=row["issued_on"],
            valid_until=row["valid_until"],
            state=state(CertificationStatus(row["status"]), row["valid_until"], today()),
            recorded_by=Level(row["recorded_by"]),
            reason=row["reason"],
            recorded_at=row["recorded_at"],
            decided_at=row["decided_at"],
        )


@visible("certification:read")
class RequiredCertification:
    """How many of a partner hold a certification, from a tier on."""

    name: str
    "The name of the certification."
    needed: int
    "How many different holders are needed; the firm as such counts as one."
    from_rank: int
    "The rank of the tier from which on it is required; 0 for every partner of the programme."


@visible("certification:read")
class ResellerEnablement:
    """How many of the resellers that bought under an agreement, net of returns, in the 90 days up to today hold every
    certification that their active enrolments require. A reseller of which none is required counts among these."""

    active: int
    "How many resellers bought."
    certified: int
    "How many of them hold all that is required."
    share: Decimal | None
    "Certified ÷ active, rounded down to six decimals; null where no reseller bought."

    @classmethod
    def of(cls, found: Enablement) -> "ResellerEnablement":
        share = found.share
        return cls(active=found.active, certified=found.certified, share=None if share is None else exact(share, 6))


async def certifications_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: CertificationFilter | None = None,
) -> list[Connection[Certification]]:
    """The certifications of its people and its own, the newest first: for a distributor those that it recorded itself."""
    wanted = filter.state.value if filter is not None and filter.state is not None else None
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=(wanted,))
    narrowed = (*queries.as_reseller(request.actor), *queries.narrowed(today(), wanted))
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.CERTIFICATIONS_OF_RESELLER, window, selection, Certification.of, narrowed)


async def certifications_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Certification | None]:
    """Certifications that the asker may see."""
    found: list[Certification | None] = [None] * len(keys)
    for row in await queries.certifications(await request.reader(), keys):
        found[row["ordinal"] - 1] = Certification.of(row)
    return found


async def required_of_programs(
    request: Request[Actor], parents: Sequence[HasKey], selection: Selection
) -> list[list[RequiredCertification]]:
    """The certifications that its partners need, what everybody needs first. At most 50."""
    return await required_of(request, [parent.key for parent in parents])


async def required_of(request: Request[Actor], programs: Sequence[Key]) -> list[list[RequiredCertification]]:
    """What programmes require, as `required_of_programs` says."""
    found: list[list[RequiredCertification]] = [[] for _ in programs]
    for row in await queries.required(await request.reader(), programs):
        needs = RequiredCertification(name=row["name"], needed=row["needed"], from_rank=row["from_rank"])
        found[row["ordinal"] - 1].append(needs)
    return found


async def enablement_of_agreements(
    request: Request[Actor], parents: Sequence[HasKey], selection: Selection
) -> list[ResellerEnablement | None]:
    """How many of the active resellers hold the certifications that are required of them."""
    found: list[ResellerEnablement | None] = [None] * len(parents)
    networks: dict[UUID, list[Row]] = {}
    for row in await queries.distributors_of(await request.reader(), [parent.key for parent in parents]):
        networks.setdefault(row["vendor_id"], []).append(row)
    end = today() + timedelta(days=1)
    for vendor_id, rows in networks.items():
        agreements = [(row["id"], row["distributor_id"]) for row in rows]
        async with request.database.reading(acting_as_worker(vendor_id)) as db:
            measured = await enablements(db, vendor_id, agreements, end)
        for row, each in zip(rows, measured, strict=True):
            found[row["ordinal"] - 1] = ResellerEnablement.of(each)
    return found
