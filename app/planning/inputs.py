"""What is entered about joint business plans."""

from datetime import date
from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.execution.scalars import CurrencyCode
from app.programme.plans import PlanActivityStatus, PlanEnding, PlanLength, PlanMeasure
from app.programme.terms import Level

values(Level)
values(PlanLength)
values(PlanMeasure)
values(PlanEnding)
values(PlanActivityStatus)


@entered
class PlanTargetInput:
    """What is to be reached."""

    measure: PlanMeasure
    "What of."
    family: str | None = None
    "Of what is sold: one family of products; left out, all."
    target: Decimal
    "How much by the end of the plan, above 0: units with up to 3 decimals, an amount with up to 6, or a whole number."
    phases: list[Decimal] | None = None
    """How much in each fiscal month, or in each quarter of a year, which share it evenly: together the target; of active
    resellers, how many in each, the last one the target. Left out: by the shares of the same months of the year before,
    where there was anything, else evenly."""


@entered
class PlannedActivityInput:
    """What is to be done."""

    title: str
    "What, up to 200 characters."
    side: Level
    "Whose part it is: the vendor's or the distributor's."
    person: str
    "Who of that side sees to it, up to 200 characters."
    due_on: date
    "The last day in time."


@entered
class ProposeBusinessPlanInput:
    """A business plan for a fiscal quarter or year of an agreement. Whoever proposes it consents to it."""

    agreement_id: strawberry.ID
    "Of which agreement."
    length: PlanLength
    "A quarter or a year."
    period_start: date
    "Its first day, which is the first one of a quarter or year of the vendor's fiscal calendar."
    currency: CurrencyCode
    "The currency of its amounts."
    targets: list[PlanTargetInput]
    "What is to be reached, 1 to 50; no measure of a family twice."
    activities: list[PlannedActivityInput]
    "What each side is to do, up to 50."
    notes: str | None = None
    "What is worth knowing about it, up to 2,000 characters."
    idempotency_key: str
    "Your own key for this act: the same key and input propose it once, for good."


@entered
class ReviseBusinessPlanInput:
    """Another version of a plan: an answer to the other side's, in the place of one's own, or an amendment of what was
    agreed. It says all that is to hold, not only what changes. Whoever writes it consents to it."""

    plan_id: strawberry.ID
    "Of which plan."
    expected_version: int
    "The plan's version that you know. If somebody acted on it since, nothing happens."
    targets: list[PlanTargetInput]
    "What is to be reached, 1 to 50; no measure of a family twice."
    activities: list[PlannedActivityInput]
    "What each side is to do, up to 50. One of the same title and side goes on as it stands."
    notes: str | None = None
    "What is worth knowing about it, up to 2,000 characters."


@entered
class AgreeBusinessPlanInput:
    """Consent to the version that the other side wrote."""

    plan_id: strawberry.ID
    "Of which plan."
    expected_version: int
    "The plan's version that you know. If somebody acted on it since, nothing happens."


@entered
class EndBusinessPlanInput:
    """Refuse or take back what waits for consent, or close a plan whose days are over."""

    plan_id: strawberry.ID
    "Of which plan."
    expected_version: int
    "The plan's version that you know. If somebody acted on it since, nothing happens."
    ending: PlanEnding
    "What of these."
    reason: str | None = None
    "Why, up to 2,000 characters; needed to refuse."


@entered
class UpdatePlanActivityInput:
    """What became of an activity of one's own side. What is left out stays as it is."""

    activity_id: strawberry.ID
    "Which activity."
    expected_version: int
    "Its version that you know. If somebody changed it since, nothing happens."
    status: PlanActivityStatus | None = None
    "How it stands."
    due_on: date | None = None
    "The last day in time from now on. What was agreed stays beside it."
    note: str | None = None
    "What both sides should know about it, up to 2,000 characters."


@entered
class RecordPlanReviewInput:
    """A review that both sides held about an agreed plan. Nothing of it can be changed afterwards."""

    plan_id: strawberry.ID
    "Of which plan."
    held_on: date
    "On which day, which is one from the plan's first to today (UTC); its figures are those up to and with this day."
    attendees: str
    "Who took part, up to 2,000 characters."
    decisions: str
    "What was decided, up to 2,000 characters."
    follow_ups: list[PlannedActivityInput]
    "What each side is to do as a consequence, up to 50."
    idempotency_key: str
    "Your own key for this act: the same key and input record it once, for good."


@entered
class AcknowledgePlanReviewInput:
    """Countersign a review that the other side recorded."""

    review_id: strawberry.ID
    "Which review."
