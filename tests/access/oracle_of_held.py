"""Who may see what is held, what codes stand for, and what was decided; see `oracle`.

A vendor is never told whose account a code is, nor what was decided about accounts; where an agreement does not disclose
resellers, all rows with an unknown account stand under one entry without a code.
"""

from fractions import Fraction
from typing import Any

from app.programme.terms import Level
from app.reports.issues import IssueCode
from tests.access.deciding import Decided
from tests.access.figures import text, units
from tests.access.networks import Agreement, Alias, Report, Row
from tests.access.oracle_of_reports import ANY, Fields, OfReports, gid, gids
from tests.access.stock import StockReport

_FIELDS = {
    "UNKNOWN_PRODUCT": "product_code",
    "UNKNOWN_RESELLER_ACCOUNT": "reseller_account",
    "OUTSIDE_TERRITORY": "ship_to_country",
}


class OfHeld(OfReports):
    """What one principal may see of held rows and aliases."""

    def sees_alias(self, each: Alias) -> bool:
        raise NotImplementedError

    def alias(self, each: Alias) -> Fields:
        return {
            "kind": "PRODUCT" if each.product else "ACCOUNT",
            "code": each.code,
            "confirmedBy": self.made.clients[each.agreement.distributor.principal],
            "confirmedAt": ANY,
            "waitingRows": 0,
            "releasedRows": 1,
            "undoneBy": None,
            "undoneAt": None,
            "returnedRows": None,
            "product": gid("Product", each.product) if each.product else None,
            "reseller": gid("Reseller", each.authorization.reseller) if each.authorization else None,
        }

    def held_in(self, agreement: Agreement) -> Fields:
        """The fields of an agreement that say what is held, what codes stand for, and what was decided."""
        waiting: dict[tuple[str, str | None], list[tuple[Report, Row]]] = {}
        for report in self.made.handed_in:
            for row in report.rows if report.agreement is agreement and not report.unreadable else ():
                if row.outcome == "HELD" and row.waits is not None:
                    waiting.setdefault((row.waits, self._code(report, row)), []).append((report, row))
        aliases = [each for each in self.made.aliases if each.agreement is agreement and self.sees_alias(each)]
        decisions = [each for each in self.made.decisions if each.agreement is agreement]
        return {
            "aliases": gids("Alias", aliases),
            "heldCodes": [self._entry(hold, code, rows) for (hold, code), rows in waiting.items()],
            "heldDecisions": gids("HeldDecision", decisions),
        }

    def _code(self, report: Report, row: Row) -> str | None:
        if row.waits == "UNKNOWN_RESELLER_ACCOUNT":
            told = self.level is Level.DISTRIBUTOR or report.agreement.reseller
            return row.account if told else None
        return row.code if row.waits == "UNKNOWN_PRODUCT" else row.ship_to

    def _entry(self, hold: str, code: str | None, rows: list[tuple[Report, Row]]) -> Fields:
        days = sorted(row.sold_on for _, row in rows)
        suggestion = self._alike(*rows[0]) if code is not None else None
        return {
            "hold": hold,
            "code": code,
            "message": IssueCode(hold).message(_FIELDS[hold], code if code is not None else "…"),
            "heldRows": len(rows),
            "units": text(sum((units(row) for _, row in rows), Fraction())),
            "firstSoldOn": days[0].isoformat(),
            "lastSoldOn": days[-1].isoformat(),
            "reports": len({id(report) for report, _ in rows}),
            "since": ANY,
            "suggestions": [suggestion] if suggestion else [],
            "rows": [self._held(report, row) for report, row in rows],
        }

    @staticmethod
    def _held(report: Report, row: Row) -> Fields:
        return {
            "row": row.number,
            "documentNumber": row.document or None,
            "documentLine": row.line or None,
            "soldOn": row.sold_on.isoformat(),
            "productCode": row.code,
            "quantity": text(units(row)),
            "unit": None,
            "waitsFor": [row.waits],
            "submission": gid("Submission", report),
        }

    def suggestion(self, report: Report | StockReport, row: int, code: str) -> Fields | None:
        if isinstance(report, StockReport) or code not in _FIELDS:
            return None
        return self._alike(report, report.rows[row - 1])

    def _alike(self, report: Report, row: Row) -> Fields | None:
        """What an unknown code is like; whose account it may be, only its distributor is told."""
        if row.outcome != "HELD" or report.sell_in:
            return None
        found: dict[str, Any] = {"score": ANY, "reason": ANY, "product": None, "reseller": None}
        if row.waits == "UNKNOWN_PRODUCT" and row.product is not None:
            return {**found, "product": gid("Product", row.product)}
        if row.waits == "UNKNOWN_RESELLER_ACCOUNT" and row.sold_under is not None:
            reseller = gid("Reseller", row.sold_under.reseller)
            return {**found, "reseller": reseller} if self.level is Level.DISTRIBUTOR else None
        return None

    def held_decision(self, each: Decided) -> Fields:
        released = each.decision == "RELEASE"
        return {
            "decision": each.decision,
            "hold": each.hold,
            "code": each.code,
            "namedRows": 0,
            "reason": each.reason,
            "decidedBy": self.made.clients[each.by],
            "decidedAs": each.level.value,
            "decidedAt": ANY,
            "carriedOutAt": ANY,
            "releasedRows": len(each.rows) if released else 0,
            "dismissedRows": 0 if released else len(each.rows),
            "stillHeldRows": 0,
        }
