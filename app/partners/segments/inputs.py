"""What a vendor enters to divide its resellers into segments of its own."""

import strawberry

from app.execution.described import entered
from app.partners.terms import PartnerType


@entered
class SegmentRuleInput:
    """Who belongs to a segment by itself: whoever meets everything that is named here. A rule that names nothing holds for
    nobody."""

    partner_types: list[PartnerType] | None = None
    "One of these kinds of firm."
    countries: list[str] | None = None
    "With its seat in one of these countries, ISO 3166 (two letters)."
    program_id: strawberry.ID | None = None
    "With an active enrolment in this programme for resellers."
    from_rank: int | None = None
    "In this tier of the programme or a higher one."


@entered
class CreateSegmentInput:
    """A segment of the vendor's own."""

    name: str
    "Its name, up to 200 characters, different from those of the other segments."
    description: str | None = None
    "What it is for, up to 2,000 characters."
    rule: SegmentRuleInput | None = None
    "Who belongs to it by itself; leave it out where everybody is put into it by hand."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same segment, for good."


@entered
class UpdateSegmentInput:
    """What changes for a segment. What is left out stays as it is."""

    segment_id: strawberry.ID
    "Which segment."
    expected_version: int
    "The version that you changed. If somebody else changed the segment since, nothing happens."
    name: str | None = None
    "Its new name."
    description: str | None = None
    "What it is for."
    rule: SegmentRuleInput | None = None
    "The new rule as a whole, in place of the present one."
    add_reseller_ids: list[strawberry.ID] | None = None
    "Who is put into it by hand; at most 250 at once."
    remove_reseller_ids: list[strawberry.ID] | None = None
    "Who is taken out again; at most 250 at once. Whoever meets the rule still belongs to it."


@entered
class DeleteSegmentInput:
    """A segment that is not needed any more."""

    segment_id: strawberry.ID
    "Which segment."
    expected_version: int
    "The version that you saw. If somebody else changed the segment since, nothing happens."
