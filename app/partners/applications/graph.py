"""How partners see which programmes there are for a reseller, and why it may take part in one or not."""

from collections.abc import Sequence

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Order, Window
from app.execution.described import visible
from app.execution.edges import Selection, reference
from app.execution.identifiers import Key
from app.execution.request import Request
from app.partners.applications import queries
from app.partners.enrollments.graph import Enrollment, enrollments_by_key
from app.partners.organizations.graph import Reseller
from app.partners.programs.graph import Program, programs_by_key
from app.partners.queries import connections, text_key, uuid_key
from app.programme.eligibility import Firm, not_eligible
from app.programme.terms import EnrollmentStatus, ProgramStatus
from app.store.database import Row

BY_NAME = Order((text_key("p.name", "name"), uuid_key("p.id", "id"), uuid_key("r.id", "reseller_id")))


@visible("program:read")
class Eligibility:
    """Whether a reseller may apply to a programme now."""

    eligible: bool
    "Whether it may."
    reasons: list[str]
    "Every reason why not, each in a sentence; empty where it may."


@visible("enrollment:read")
class ProgramOffer:
    """A programme, as it stands open to a reseller."""

    program_key: strawberry.Private[Key]
    enrollment_key: strawberry.Private[Key | None]
    eligibility: Eligibility
    "Whether the reseller may apply, and why not."
    program = reference(programs_by_key, Program, key=lambda offer: offer.program_key, description="The programme.")
    enrollment = reference(
        enrollments_by_key,
        Enrollment | None,
        key=lambda offer: offer.enrollment_key,
        description="The reseller's enrolment in it; null where it has none.",
    )

    @classmethod
    def of(cls, row: Row) -> "ProgramOffer":
        enrolled, vendor_id = row["enrollment_id"], row["vendor_id"]
        reasons = _reasons(row)
        return cls(
            program_key=Key(vendor_id, row["id"]),
            enrollment_key=None if enrolled is None else Key(vendor_id, enrolled),
            eligibility=Eligibility(eligible=not reasons, reasons=reasons),
        )


def _reasons(row: Row) -> list[str]:
    firm = Firm(row["reseller_name"], row["partner_type"], row["reseller_country"])
    reasons = list(not_eligible(row["name"], row["partner_types"], row["countries"], firm))
    if row["status"] != ProgramStatus.ACTIVE:
        reasons.append(f"{row['name']} takes no partners any more.")
    if row["enrollment_status"] not in {None, EnrollmentStatus.ENDED}:
        reasons.append(f"{firm.name} is enrolled in it already; the enrolment is {row['enrollment_status']}.")
    return reasons


async def program_offers(
    request: Request[Actor],
    parents: Sequence[Reseller],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[ProgramOffer]]":
    """The programmes for resellers in its networks, by name: whether it may apply to each, and every reason why not."""
    listing = queries.offers_of_resellers(request.actor, [parent.key for parent in parents])
    window = Window.of(BY_NAME, first=first, after=after, last=last, before=before)
    return await connections(request, listing, window, selection, ProgramOffer.of)
