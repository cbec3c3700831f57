"""Who may see what of business plans: the two sides of the agreement, and the same of it; see `oracle_of_partners`."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from app.programme.terms import Level
from tests.access.figures import text, units
from tests.access.networks import Agreement, Networks
from tests.access.oracle_of_money import whatever
from tests.access.oracle_of_reports import WHATEVER, Fields
from tests.access.planning import targets_of
from tests.access.rules import Row
from tests.access.steering import figure_of

KINDS = {
    "BusinessPlan": "business_plan",
    "BusinessPlanVersion": "business_plan_version",
    "PlanReview": "plan_review",
    "PlanActivity": "plan_activity",
}
FIGURES: dict[str, Fields] = {
    "BusinessPlan": whatever("length period currency status version proposedAt endedAt"),
    "BusinessPlanVersion": whatever("status writtenAt answeredAt changes"),
    "PlanReview": whatever("heldOn recordedBy recordedAt planVersion knownAt acknowledgedAt figuresToday"),
    "PlanActivity": whatever("agreedDueOn dueOn status doneOn version"),
}
_FIGURE = whatever("actual attainment expected pace forecast missing lastYear evidence rows")


class OfPlanning:
    """What one principal may see of it."""

    level: Level
    made: Networks

    def rows(self, table: str, **belongs: Any) -> list[Row]:
        raise NotImplementedError

    def gids(self, kind: str, **belongs: Any) -> list[str]:
        raise NotImplementedError

    def _to(self, kind: str, row: Row, name: str) -> str | None:
        raise NotImplementedError

    def plans_of_agreement(self, each: Agreement) -> Fields:
        """What hangs on an agreement."""
        return {"businessPlans": self.gids("BusinessPlan", agreement_id=each.id)}

    def _businessplan(self, row: Row) -> Fields:
        agreed = row["agreed"] is not None
        return {
            "inForce": self._numbered(row, "agreed"),
            "pending": self._numbered(row, "pending"),
            "versions": self.gids("BusinessPlanVersion", plan_id=row["id"]),
            "attainment": self._attained(row) if agreed else [],
            "activities": self.gids("PlanActivity", plan_id=row["id"]) if agreed else [],
            "reviews": self.gids("PlanReview", plan_id=row["id"]),
            "agreement": self._to("DistributionAgreement", row, "agreement_id"),
        }

    def _numbered(self, row: Row, name: str) -> str | None:
        own = self.rows("business_plan_version", plan_id=row["id"])
        return next((self._to("BusinessPlanVersion", each, "id") for each in own if each["number"] == row[name]), None)

    def _attained(self, row: Row) -> list[Fields]:
        """How the targets stand today: to both sides the same."""
        agreement = next(each for each in self.made.agreements if str(each.id) == row["agreement_id"])
        sold = sum(
            (
                units(line)
                for report, line in self.made.lines()
                if not report.sell_in and report.agreement.distributor is agreement.distributor
                if date.fromisoformat(row["period_start"]) <= line.sold_on <= datetime.now(UTC).date()
            ),
            Fraction(),
        )
        asked = {**_FIGURE, "measure": "SELL_THROUGH_UNITS", "family": None}
        return [
            {**asked, "target": str(figure_of(agreement.id)), "actual": text(sold)},
            {**asked, "measure": "ACTIVE_RESELLERS", "target": "7"},
        ]

    def _businessplanversion(self, row: Row) -> Fields:
        content = row["content"]
        agreement = next(each for each in self.made.agreements if str(each.id) == row["agreement_id"])
        asked = targets_of(agreement, len(content["months"]))
        due = {"title": "title", "side": "side", "person": "person", "due_on": "dueOn"}
        return {
            "number": row["number"],
            "writtenBy": row["side"],
            "reason": row["reason"],
            "notes": content["notes"],
            "targets": [
                {
                    "measure": each["measure"],
                    "family": None,
                    "target": text(Fraction(each["whole"], 1_000 if place == 0 else 1)),
                    "phasing": each["phasing"],
                    "phases": [WHATEVER] * len(content["months"]),
                }
                for place, each in enumerate(asked)
            ],
            "activities": [{told: each[name] for name, told in due.items()} for each in content["activities"]],
        }

    def _planreview(self, row: Row) -> Fields:
        return {
            "attendees": row["attendees"],
            "decisions": row["decisions"],
            "figures": [self._kept(each) for each in row["figures"] or ()],
            "followUps": self.gids("PlanActivity", review_id=row["id"]),
            "businessPlan": self._to("BusinessPlan", row, "plan_id"),
        }

    @staticmethod
    def _kept(each: dict[str, Any]) -> Fields:
        said = {name: each[name] for name in ("evidence", "rows", "measure", "family")}
        return {**_FIGURE, **said, "target": text(Fraction(each["target"], 1_000))}

    def _planactivity(self, row: Row) -> Fields:
        return {
            **{name: row[name] for name in ("title", "side", "person", "note")},
            "businessPlan": self._to("BusinessPlan", row, "plan_id"),
            "review": self._to("PlanReview", row, "review_id"),
        }
