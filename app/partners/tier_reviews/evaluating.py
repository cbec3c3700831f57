"""The tiers of enrolments, evaluated on what the database knows: the same for a preview and for the review itself.

Purchases are counted as agreements disclose them to the vendor, whoever reviews: what a review says, the vendor may read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from app.execution.identifiers import Key
from app.partners.enrollments.facts import facts_of
from app.partners.tier_reviews import queries
from app.programme.terms import Requirement
from app.programme.tier_evaluation import (
    Asked,
    Demotion,
    Evaluation,
    Held,
    Promotion,
    RankedTier,
    ReviewTerms,
    evaluate,
)
from app.store.database import Reader, Row


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A programme whose tiers are reviewed: its terms, since when they hold, and its tiers with their ids by rank."""

    key: Key
    name: str
    terms: ReviewTerms
    since: date
    tiers: tuple[RankedTier, ...]
    ids: dict[int, UUID]

    def tier_id(self, rank: int | None) -> UUID | None:
        return None if rank is None else self.ids[rank]

    def tier_name(self, rank: int | None) -> str | None:
        return next((tier.name for tier in self.tiers if tier.rank == rank), None)


async def reviewed(db: Reader, program: Key) -> Reviewed | None:
    """A programme with its review terms; None where it has none."""
    row = await queries.terms(db, program)
    if row is None or row["review_months"] is None:
        return None
    terms = ReviewTerms(
        tuple(row["review_months"]),
        row["review_day"],
        row["grace_days"],
        Promotion(row["promotion"]),
        Demotion(row["demotion"]),
    )
    asked = await queries.asked(db, program)
    tiers = tuple(_tier(list(rows)) for _, rows in groupby(asked, key=lambda each: each["rank"]))
    ids = {each["rank"]: each["id"] for each in asked}
    return Reviewed(program, row["name"], terms, row["reviews_since"], tiers, ids)


async def evaluations(
    db: Reader, program: Reviewed, enrollments: Sequence[Row], today: date, *, review_now: bool = False
) -> list[Evaluation]:
    """What becomes of the tier of each enrolment today, in their order."""
    resellers = [Key(program.key.vendor_id, row["reseller_id"]) for row in enrollments]
    facts = await facts_of(db, resellers, today, disclosed=True)
    return [
        evaluate(
            program.tiers,
            known,
            Held(row["rank"], row["since"], row["reviewed_on"], row["kept_until"], row["pinned_until"]),
            program.terms,
            today,
            terms_since=program.since,
            review_now=review_now,
        )
        for row, known in zip(enrollments, facts, strict=True)
    ]


def _tier(rows: Sequence[Row]) -> RankedTier:
    asks = tuple(
        Asked(Requirement(row["kind"]), row["needed"], row["currency"]) for row in rows if row["kind"] is not None
    )
    return RankedTier(rows[0]["rank"], rows[0]["name"], asks)
