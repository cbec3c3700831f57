"""What a vendor enters to make two records of one reseller one, or two again."""

from datetime import date

import strawberry

from app.execution.described import entered


@entered
class MergePartiesInput:
    """Two of your records that are one firm."""

    from_reseller_id: strawberry.ID
    "The record that goes: its accounts, authorisations, enrolments and lines go over."
    into_reseller_id: strawberry.ID
    "The record that goes on."
    effective_from: date | None = None
    "Only lines sold on this day or later go over; leave it out for all of them."
    reason: str
    "Why they are one, up to 2,000 characters; only you read it."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same merge, for good."


@entered
class PreviewPartyMergeInput:
    """Two of your records that may be one firm."""

    from_reseller_id: strawberry.ID
    "The record that would go."
    into_reseller_id: strawberry.ID
    "The record that would go on."
    effective_from: date | None = None
    "Only lines sold on this day or later would go over; leave it out for all of them."


@entered
class UndoPartyMergeInput:
    """A merge that was wrong."""

    merge_id: strawberry.ID
    "The merge."
    expected_version: int
    "Its version as you read it."


@entered
class PreviewPartyMergeUndoInput:
    """A merge that may have been wrong."""

    merge_id: strawberry.ID
    "The merge."
