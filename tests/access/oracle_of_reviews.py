"""Who may see what of reviews of tiers: the terms everybody who sees the programme, where an enrolment stands its vendor and
its reseller alike, what a review would change the vendor alone; see `oracle_of_partners` and `reviews`."""

from fractions import Fraction
from typing import Any

from app.programme.terms import Level
from tests.access.figures import Figures, text
from tests.access.networks import Enrollment, Networks, Program, Tier
from tests.access.oracle_of_reports import ANY, WHATEVER, Fields, gid
from tests.access.reviews import moved, standing
from tests.access.rules import Row

MOVES = ("PROMOTED", "DEMOTED", "AT_RISK")


def tier_fields(tier: Tier | None) -> Fields | None:
    if tier is None:
        return None
    asks = [{"kind": "PURCHASES", "needed": tier.needed, "currency": "EUR"}] if tier.needed else []
    return {"rank": tier.rank, "name": tier.name, "requirements": asks}


class OfReviews:
    """What one principal may see of reviews."""

    made: Networks
    level: Level
    figures: Figures

    def rows(self, table: str, **belongs: Any) -> list[Row]:
        raise NotImplementedError

    def of_program(self, each: Program) -> Fields:
        """Terms are everybody's who sees the programme; what fits it and what a review would change is its vendor's."""
        planned = {"reviews": each.reviews.fields if each.reviews else None, "autoApproval": WHATEVER, "version": 1}
        if self.level is not Level.VENDOR:
            return {**planned, **dict.fromkeys(("adoption", "tierReviewPreview", "fits"))}
        return {**planned, "fits": [WHATEVER], "adoption": WHATEVER, "tierReviewPreview": self._preview(each)}

    def _preview(self, program: Program) -> Fields | None:
        """What a review would change today of all who are active."""
        if program.reviews is None:
            return None
        active = [each for each in self.made.enrollments if each.program is program and each.status == "ACTIVE"]
        found = [(each, moved(each, self.figures.purchases_in(program.vendor, each.reseller))) for each in active]
        changes = [(each, move) for each, move in found if move is not None]
        count = {name: sum(move[0] == name for _, move in changes) for name in MOVES}
        return {
            "reviewed": len(active),
            **dict(zip(("promoted", "demoted", "atRisk"), count.values(), strict=True)),
            "changes": [self._change(*change) for change in sorted(changes, key=lambda change: str(change[0].id))],
        }

    @staticmethod
    def _change(each: Enrollment, move: tuple[str, int, Any]) -> Fields:
        name, rank, until = move
        return {
            "move": name,
            "before": tier_fields(each.tier),
            "after": tier_fields(each.program.tiers[rank - 1]),
            "keptUntil": until.isoformat() if until else None,
            "rule": ANY,
            "enrollment": gid("Enrollment", each),
        }

    def of_enrollment(self, each: Enrollment) -> Fields:
        """A requirement that is met or missed tells what rivals sell: no distributor reads of it."""
        if self.level is Level.DISTRIBUTOR:
            told = dict.fromkeys(("tierPinnedUntil", "plannedStatus", "tierStanding"))
            return {**told, "onboarding": WHATEVER}
        (itself,) = self.rows("enrollment", id=each.id)
        (row,) = self.rows("tier_standing", enrollment_id=each.id)
        found = standing(each, row)
        if each.program.reviews is not None:
            found["requirements"] = [self._finding(each.program, asked) for asked in row["findings"]]
        return {
            "tierPinnedUntil": itself["pinned_until"],
            "plannedStatus": {"status": "ACTIVE", "on": itself["planned_on"], "reason": itself["planned_reason"]},
            "tierStanding": found,
            "onboarding": WHATEVER,
        }

    @staticmethod
    def _finding(program: Program, row: Row) -> Fields:
        tier = next(each for each in program.tiers if str(each.id) == row["tier_id"])
        return {
            "tier": tier_fields(tier),
            "kind": row["kind"],
            "needed": text(Fraction(row["needed"], 10**6)),
            "currency": row["currency"],
            "achieved": text(Fraction(row["achieved"], 10**6)),
            "met": False,
            "explanation": row["told"],
        }
