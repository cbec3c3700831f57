"""What random programmes review: on which terms, where each enrolment stands, which tiers the vendor has pinned, and what a
review would change today, worked out as a channel manager would with a pencil.

Tier 1 asks for nothing, tier 2 for purchases, so whoever is in no tier attains the first.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from app.programme.terms import Level
from tests.access.networks import TODAY, Enrollment, Networks, Party

if TYPE_CHECKING:
    from tests.access.chance import Chance

LATER = TODAY + timedelta(days=90)


@dataclass(frozen=True)
class Terms:
    """When the tiers of a programme are reviewed, and how they change."""

    months: tuple[int, ...]
    day: int
    grace_days: int
    promotion: str
    demotion: str

    @property
    def fields(self) -> dict[str, Any]:
        told = {"months": list(self.months), "day": self.day, "graceDays": self.grace_days}
        return {**told, "promotion": self.promotion, "demotion": self.demotion}


def review_columns(terms: Terms | None) -> dict[str, Any]:
    """The columns of a programme that hold its review terms."""
    names = ("review_months", "review_day", "grace_days", "promotion", "demotion", "reviews_since")
    if terms is None:
        return dict.fromkeys(names)
    told = (list(terms.months), terms.day, terms.grace_days, terms.promotion, terms.demotion, TODAY)
    return dict(zip(names, told, strict=True))


@dataclass(frozen=True)
class Found:
    """What the latest review left beside an enrolment; `stale` where the tier was changed by hand since."""

    stale: bool
    reviewed_on: date | None
    kept_until: date | None


def lay_reviews(chance: "Chance") -> None:
    """The first programme for resellers of each vendor is reviewed, every other one may be; some tiers are pinned. One who
    is in no tier is moved in any case."""
    dice = random.Random(chance.made.vendors[0].id.int)
    seen = set()
    for program in (each for each in chance.made.programs if each.audience is Level.RESELLER):
        first = program.vendor.firm not in seen
        seen.add(program.vendor.firm)
        if first or dice.random() < 0.3:
            months = tuple(sorted(dice.sample(range(1, 13), dice.choice([1, 2, 4]))))
            rules = dice.choice(["AT_ONCE", "AT_REVIEWS"]), dice.choice(["ONE_TIER", "TO_ATTAINED"])
            program.reviews = Terms(months, dice.randrange(1, 29), dice.choice([0, 30]), *rules)
    for each in chance.made.enrollments:
        kept = dice.choice([None, None, TODAY - timedelta(days=1), TODAY + timedelta(days=9)])
        before = dice.choice([None, TODAY - timedelta(days=40)])
        each.found = Found(dice.random() < 0.2, before, kept)
        each.pinned_until = dice.choice([None, None, None, TODAY, TODAY - timedelta(days=1)])
    first_moved = next(each for each in chance.made.enrollments if each.program.reviews and each.status == "ACTIVE")
    first_moved.tier, first_moved.pinned_until = None, None


def may_use(made: Networks, party: Party, opening: str) -> bool:
    """Whether a benefit of a programme in which a reseller is active opens something to it in its tier."""
    return any(
        benefit.opens == opening and (each.tier.rank if each.tier else 0) >= benefit.from_rank
        for each in made.enrollments
        if each.reseller is party and each.status == "ACTIVE"
        for benefit in each.program.benefits
    )


def standing(each: Enrollment, row: dict[str, Any] | None) -> dict[str, Any]:
    """Why an enrolment is in its tier: what its latest review says, unless something else decides now."""
    overruled = _overruled(each)
    if each.program.reviews is None or row is None:
        return {"rule": overruled, "keptUntil": None, "nextReview": None, "evaluatedOn": None, "requirements": []}
    return {
        "rule": overruled or row["rule"],
        "keptUntil": None if overruled else row["kept_until"],
        "nextReview": row["next_review"],
        "evaluatedOn": row["evaluated_on"],
    }


def _overruled(each: Enrollment) -> str | None:
    if each.program.reviews is None:
        return f"The tiers of {each.program.name} are decided by hand."
    if each.status != "ACTIVE":
        return f"Tiers are evaluated while the enrolment is ACTIVE; this one is {each.status}."
    assert each.found is not None
    return "The tier or the status was decided by hand after the latest evaluation." if each.found.stale else None


def moved(each: Enrollment, disclosed: Fraction) -> tuple[str, int, date | None] | None:
    """What a review today would do to an active enrolment, given the purchases that are disclosed to the vendor: how it is
    moved, to which rank, and the last day of grace; None where it is kept."""
    program, rank = each.program, each.tier.rank if each.tier else 0
    assert program.reviews is not None and each.found is not None
    if each.pinned_until is not None and each.pinned_until >= TODAY:
        return None
    needed = program.tiers[1].needed
    assert needed is not None and program.tiers[0].needed is None
    attained = 2 if disclosed >= Fraction(needed) else 1
    if attained >= rank:
        return None if attained == rank else ("PROMOTED", attained, None)
    running = None if each.found.stale else each.found.kept_until
    until = running or TODAY + timedelta(days=program.reviews.grace_days - 1)
    if until < TODAY:
        return "DEMOTED", 1, None
    return None if running else ("AT_RISK", rank, until)
