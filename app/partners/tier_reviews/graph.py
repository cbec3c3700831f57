"""How partners see reviews of tiers: where an enrolment stands and by which rule, and what a review would change.

A vendor and the reseller read the same: what was counted is what agreements disclose to the vendor. A distributor reads none
of it, because a requirement met or missed tells what its rivals sell.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.described import visible
from app.execution.edges import Selection, reference
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, exact
from app.partners.enrollments.graph import Enrollment, enrollments_by_key
from app.partners.programs.graph import PLACES_OF, Program, ProgramTier
from app.partners.queries import one_each
from app.partners.terms import EnrollmentStatus, Level, Requirement, TierMove
from app.partners.tier_reviews import queries
from app.partners.tier_reviews.evaluating import Reviewed, evaluations, reviewed
from app.programme.tier_evaluation import Evaluation
from app.store.database import Reader, Row

MOST_CHANGES = 200


@visible("enrollment:read")
class TierFinding:
    """How far one thing that a tier asks for was met at the latest review."""

    tier: ProgramTier
    "Which tier asks for it."
    kind: Requirement
    "What is asked for."
    needed: Decimal
    "How much: an amount for PURCHASES, a share for GROWTH (0.1 is 10 %), else a count."
    currency: CurrencyCode | None
    "The currency of the amount; null where it is none."
    achieved: Decimal | None
    "How much was achieved, of what agreements disclose to the vendor; null where it is not measured."
    met: bool | None
    "Whether it was met; null where it is not measured, which gives no tier and takes none away."
    explanation: str
    "The same in words, and why it is not measured where it is not."

    @classmethod
    def of(cls, vendor_id: UUID, found: dict[str, Any]) -> "TierFinding":
        places = PLACES_OF.get(Requirement(found["kind"]), 0)
        achieved = found["achieved"]
        return cls(
            tier=ProgramTier(key=Key(vendor_id, UUID(found["tier_id"])), rank=found["rank"], name=found["tier"]),
            kind=Requirement(found["kind"]),
            needed=exact(found["needed"], places),
            currency=None if found["currency"] is None else CurrencyCode(found["currency"]),
            achieved=None if achieved is None else exact(achieved, places),
            met=None if achieved is None else achieved >= found["needed"],
            explanation=found["told"],
        )


@visible("enrollment:read")
class TierStanding:
    """Why an enrolment is in its tier, until when it keeps it, and when it is reviewed next."""

    rule: str
    "The rule that decides, in a sentence."
    kept_until: date | None
    """The last day of grace, at the end of which the tier is lost unless what is asked for is met by then. Null where no
    grace runs."""
    next_review: date | None
    "The next review date; null where tiers are decided by hand, or nothing was evaluated yet."
    evaluated_on: date | None
    "The day of the latest evaluation; null before the first one."
    requirements: list[TierFinding]
    "What each tier asks for and how far it was met at the latest evaluation, the lowest tier first."

    @classmethod
    def of(cls, row: Row) -> "TierStanding":
        rule = _overruled(row)
        if not row["reviewed"] or row["evaluated_on"] is None:
            return cls(rule=rule or "", kept_until=None, next_review=None, evaluated_on=None, requirements=[])
        return cls(
            rule=rule or row["rule"],
            kept_until=row["kept_until"] if rule is None else None,
            next_review=row["next_review"],
            evaluated_on=row["evaluated_on"],
            requirements=[TierFinding.of(row["vendor_id"], found) for found in row["findings"]],
        )


def _overruled(row: Row) -> str | None:
    """Why the latest evaluation does not decide now; None where it does."""
    if not row["reviewed"]:
        return f"The tiers of {row['program']} are decided by hand."
    if row["status"] != EnrollmentStatus.ACTIVE:
        return f"Tiers are evaluated while the enrolment is ACTIVE; this one is {row['status']}."
    if row["evaluated_on"] is None:
        return "The tier is evaluated once a day; it was not yet."
    return None if row["current"] else "The tier or the status was decided by hand after the latest evaluation."


async def tier_standing(
    request: Request[Actor], parents: Sequence[Enrollment], selection: Selection
) -> list[TierStanding | None]:
    """Why it is in its tier, until when it keeps it, and when it is reviewed next. Null for a distributor."""
    if request.actor.level is Level.DISTRIBUTOR:
        return [None] * len(parents)
    rows = await queries.standings(await request.reader(), [parent.key for parent in parents])
    return one_each(rows, len(parents), TierStanding.of)


@visible("enrollment:read")
class TierChange:
    """What a review would do to the tier of an enrolment."""

    enrollment_key: strawberry.Private[Key]
    move: TierMove
    "What it would do."
    before: ProgramTier | None
    "The tier now; null where it is in none."
    after: ProgramTier | None
    "The tier afterwards; null where it would be in none."
    kept_until: date | None
    "The last day of grace that would run; null where none would."
    rule: str
    "The rule that decides, in a sentence."
    enrollment = reference(
        enrollments_by_key,
        Enrollment | None,
        key=lambda change: change.enrollment_key,
        description="Whose tier it is.",
    )


@visible("enrollment:read")
class TierReviewPreview:
    """What a review of all active enrolments would change today. Nothing was changed."""

    reviewed: int
    "How many enrolments would be reviewed."
    promoted: int
    "How many would get a better tier."
    demoted: int
    "How many would lose their tier."
    at_risk: int
    "For how many days of grace would begin."
    changes: list[TierChange]
    "Up to 200 of those that would be changed, in the order of their enrolments; the counts are of all."


async def tier_review_preview(
    request: Request[Actor], parents: Sequence[Program], selection: Selection
) -> list[TierReviewPreview | None]:
    """What `reviewTiers` would change now, and why; nothing is changed. Null where tiers are decided by hand, and for all
    but the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    db, today = await request.reader(), datetime.now(UTC).date()
    return [await _preview(db, parent, today) for parent in parents]


async def _preview(db: Reader, parent: Program, today: date) -> TierReviewPreview | None:
    program = await reviewed(db, parent.key) if parent.reviews is not None else None
    if program is None:
        return None
    rows = await queries.active(db, parent.key)
    found = await evaluations(db, program, rows, today, review_now=True)
    moves = [each.move for each in found]
    changed = [(row, each) for row, each in zip(rows, found, strict=True) if each.move is not TierMove.KEPT]
    return TierReviewPreview(
        reviewed=len(rows),
        promoted=moves.count(TierMove.PROMOTED),
        demoted=moves.count(TierMove.DEMOTED),
        at_risk=moves.count(TierMove.AT_RISK),
        changes=[_change(program, row, each) for row, each in changed[:MOST_CHANGES]],
    )


def _change(program: Reviewed, row: Row, found: Evaluation) -> TierChange:
    return TierChange(
        enrollment_key=Key(program.key.vendor_id, row["id"]),
        move=found.move,
        before=_tier(program, found.before),
        after=_tier(program, found.after),
        kept_until=found.kept_until,
        rule=found.rule,
    )


def _tier(program: Reviewed, rank: int | None) -> ProgramTier | None:
    if rank is None:
        return None
    name = program.tier_name(rank) or ""
    return ProgramTier(key=Key(program.key.vendor_id, program.ids[rank]), rank=rank, name=name)
