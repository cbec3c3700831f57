"""Who may see what of commissions; see `oracle_of_partners`."""

from typing import Any
from uuid import UUID

from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.access.networks import Networks, Party, Vendor
from tests.access.oracle_of_money import whatever
from tests.access.oracle_of_reports import ANY, WHATEVER, Fields
from tests.access.rules import Row

KINDS = {
    "CommissionPlan": "commission_plan",
    "AgentAssignment": "agent_assignment",
    "CommissionStatement": "commission_statement",
}
FIGURES = {
    "CommissionPlan": whatever(
        "name description currency rate valuation period capPerPeriod sales products families countries version createdAt"
        " vendor"
    ),
    "AgentAssignment": whatever("note startsOn endsOn version createdAt vendor"),
    "CommissionStatement": whatever(
        "period currency status earned adjusted amount differences lineCount leftOut held revision calculatedAt approvedAt"
        " paymentReference paidAt"
    ),
}


class OfCommissions:
    """What one principal may see of commissions: the vendor all of its network, an agent its own."""

    level: Level
    made: Networks
    me: Any

    def rows(self, table: str, **belongs: Any) -> list[Row]:
        raise NotImplementedError

    def gids(self, kind: str, **belongs: Any) -> list[str]:
        raise NotImplementedError

    def _to(self, kind: str, row: Row, name: str) -> str | None:
        raise NotImplementedError

    def _party(self, kind: str, row: Row, name: str) -> str | None:
        raise NotImplementedError

    def pays(self, plan: Row, party: Party) -> bool:
        """Whether a plan is for a reseller: as an agent of its countries, or as somebody who has earned of it."""
        if str(party.vendor.id) != plan["vendor_id"]:
            return False
        of = {"reseller_id": party.id}
        agent = party.partner_type == "AGENT" or bool(self.rows("agent_assignment", **of))
        earned = self.rows("commission_statement", plan_id=plan["id"], **of)
        return bool(earned) or (agent and (not plan["countries"] or "DE" in plan["countries"]))

    def sees_plan(self, plan: Row) -> bool:
        own = self.made.parties_of(self.me.who)
        return self.level is Level.VENDOR or any(self.pays(plan, party) for party in own)

    def _commissionplan(self, row: Row) -> Fields:
        before = [each for each in self.rows("commission_plan", id=row["replaces_id"]) if self.sees_plan(each)]
        return {
            "access": WHATEVER if self.level is Level.RESELLER else None,
            "paymentsCsvUrl": ANY if self.level is Level.VENDOR else None,
            "replaces": self._to("CommissionPlan", row, "replaces_id") if before else None,
            "statements": self.gids("CommissionStatement", plan_id=row["id"]),
        }

    def _agentassignment(self, row: Row) -> Fields:
        of_vendor = self.level is Level.VENDOR
        return {
            "endCustomer": row["customer_name"] if of_vendor else None,
            "agent": self._party("Reseller", row, "reseller_id"),
            "reseller": self._party("Reseller", row, "bought_by_id") if of_vendor else None,
        }

    def _commissionstatement(self, row: Row) -> Fields:
        of_vendor = self.level is Level.VENDOR
        approvals = self.rows("commission_approval", statement_id=row["id"])
        return {
            "base": WHATEVER if of_vendor or row["told_base"] is not None else None,
            "calculatedBy": row["calculated_by"] if of_vendor else None,
            "approvalsNeeded": row["approvals_needed"] if of_vendor else None,
            "approvedBy": [each["approved_by"] for each in approvals] if of_vendor else None,
            "paidBy": row["paid_by"] if of_vendor else None,
            "lines": [self._line(each) for each in self.rows("commission_line", statement_id=row["id"])],
            "plan": self._to("CommissionPlan", row, "plan_id"),
            "agent": self._party("Reseller", row, "reseller_id"),
        }

    def _line(self, row: Row) -> Fields:
        of_vendor = self.level is Level.VENDOR
        return {
            **whatever("soldOn quantity"),
            "amount": WHATEVER if of_vendor or row["told_amount"] is not None else None,
            "share": WHATEVER if of_vendor or row["told_share_minor"] is not None else None,
            "line": WHATEVER if of_vendor else None,
            "product": self._to("Product", row, "product_id"),
            "deal": self._to("DealRegistration", row, "deal_id"),
            "assignment": self._to("AgentAssignment", row, "assignment_id"),
        }

    def commissions_of_vendor(self, each: Vendor) -> Fields:
        """An agent finds its own below itself."""
        kinds = {"commissionPlans": "CommissionPlan", "agentAssignments": "AgentAssignment"}
        kinds["commissionStatements"] = "CommissionStatement"
        own = self.level is Level.VENDOR
        return {name: self.gids(kind, vendor_id=each.id) if own else [] for name, kind in kinds.items()}

    def commissions_of_reseller(self, among: list[Party]) -> Fields:
        """For the vendor the plans of which it has earned; for itself those that pay it."""

        def listed(plan: Row, party: Party) -> bool:
            if self.level is Level.VENDOR:
                return bool(self.rows("commission_statement", plan_id=plan["id"], reseller_id=party.id))
            return self.pays(plan, party)

        plans = [each for each in self.rows("commission_plan") if any(listed(each, party) for party in among)]
        mine = {"agentAssignments": "AgentAssignment", "commissionStatements": "CommissionStatement"}
        return {
            "commissionPlans": [
                global_id("CommissionPlan", Key(UUID(each["vendor_id"]), UUID(each["id"]))) for each in plans
            ],
            **{
                name: [gid for party in among for gid in self.gids(kind, reseller_id=party.id)]
                for name, kind in mine.items()
            },
        }
