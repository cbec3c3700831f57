"""Who may see what of contested lines, and of how a distributor's resellers develop; see `oracle_of_partners`."""

from typing import Any

from app.programme.terms import Level
from tests.access.networks import Agreement, Party
from tests.access.oracle_of_money import whatever
from tests.access.oracle_of_reports import WHATEVER, Fields
from tests.access.rules import Row

KINDS = {"ContestedLine": "contested_line"}
FIGURES = {
    "ContestedLine": whatever(
        "documentKind documentNumber documentLine status version reason contestedAt answer closedAt corrected"
    ),
}


class OfResellers:
    """What one principal may see of it."""

    level: Level

    def rows(self, table: str, **belongs: Any) -> list[Row]:
        raise NotImplementedError

    def gids(self, kind: str, **belongs: Any) -> list[str]:
        raise NotImplementedError

    def _party(self, kind: str, row: Row, name: str) -> str | None:
        raise NotImplementedError

    def _contestedline(self, row: Row) -> Fields:
        itself = self.level is Level.RESELLER
        return {
            "contestedBy": row["contested_by"] if itself else None,
            "line": None if itself else WHATEVER,
            "purchase": WHATEVER if itself else None,
            "distributor": self._party("Distributor", row, "distributor_id"),
            "reseller": self._party("Reseller", row, "reseller_id"),
        }

    def resellers_of_agreement(self, each: Agreement) -> Fields:
        agreed = self.rows("reseller_obligation", agreement_id=each.id)
        obligation = {"active": 10, "new": None, "certifiedShare": "0.5", "version": 1}
        return {
            "contestedLines": self.gids("ContestedLine", agreement_id=each.id),
            "resellerObligation": obligation if agreed else None,
            "resellerDevelopment": WHATEVER,
        }

    def contests_of_reseller(self, among: list[Party]) -> Fields:
        return {"contestedLines": [gid for party in among for gid in self.gids("ContestedLine", reseller_id=party.id)]}
