"""Deciding about many enrolments at once, such as the queue of applications: each is decided, or says why it is not.

What cannot be decided about one keeps none of the others from being decided. All that are decided are written together.
"""

from dataclasses import dataclass
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.checks import Checks
from app.execution.errors import Problem, UserErrorCode
from app.execution.identifiers import Key, key_of
from app.execution.request import Request
from app.partners.enrollments import queries
from app.partners.enrollments.actions import decide_one
from app.partners.enrollments.inputs import DecideEnrollmentInput, DecideEnrollmentsInput
from app.partners.enrollments.writing.actions import line_up
from app.partners.organizations.actions import own_network

MOST_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one decision: the enrolment, or the problems."""

    enrollment_id: str
    key: Key | None
    problems: tuple[Problem, ...]


async def decide_enrollments(request: Request[Actor], given: DecideEnrollmentsInput) -> list[Decided]:
    """Change the status or tier of up to 250 enrolments, with one reason. What became of each, in the order given."""
    vendor_id = own_network(request)
    async with acting(request, "decideEnrollments") as act:
        check = Checks()
        check.prose(given.reason, "reason")
        if not given.decisions:
            check.add(UserErrorCode.REQUIRED, "Name at least one enrolment.", "decisions")
        check.at_most(MOST_AT_ONCE, given.decisions, "decisions")
        check.settle()
        keys = [key_of("Enrollment", each.enrollment_id) for each in given.decisions]
        own = [key.id for key in keys if key is not None and key.vendor_id == vendor_id]
        for reseller_id in await queries.resellers_of(act.session, vendor_id, own):
            await line_up(act.session, vendor_id, reseller_id)
        decided, seen = [], set[UUID]()
        for place, (each, key) in enumerate(zip(given.decisions, keys, strict=True)):
            one = Checks()
            if key is not None and key.id in seen:
                one.add(UserErrorCode.INVALID, "This enrolment stands here twice.", "enrollmentId")
            else:
                about = DecideEnrollmentInput(
                    enrollment_id=each.enrollment_id,
                    expected_version=each.expected_version,
                    status=each.status,
                    tier_rank=each.tier_rank,
                    tier_pinned_until=None,
                    reason=given.reason,
                )
                await decide_one(act, one, vendor_id, about)
            seen |= {key.id} if key is not None else set()
            problems = (Problem(("decisions", str(place), *p.field), p.code, p.message) for p in one.problems)
            decided.append(Decided(each.enrollment_id, None if one.problems else key, tuple(problems)))
    return decided
