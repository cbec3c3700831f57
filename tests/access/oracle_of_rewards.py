"""Who may see what of SPIFFs, of the people whom they pay, of claims and payouts; see `oracle_of_partners`."""

from typing import Any
from uuid import UUID

from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.access.networks import Party, Vendor
from tests.access.oracle_of_money import whatever
from tests.access.oracle_of_reports import WHATEVER, Fields
from tests.access.rules import Row

KINDS = {"Spiff": "spiff", "SpiffRep": "spiff_rep", "SpiffClaim": "spiff_claim", "Payout": "payout"}
FIGURES = {
    "Spiff": whatever(
        "name description audience currency perUnit sales products families partnerTypes countries daysToClaim capPerMonth"
        " reviewed version createdAt claimable vendor"
    ),
    "SpiffRep": whatever("name payoutReference addedAt endedAt earned"),
    "SpiffClaim": whatever("status quantity approved amount denials reason filedAt decidedAt paidAt vendor product"),
    "Payout": whatever("currency status amount claims createdBy createdAt paymentReference paidBy paidAt csvUrl"),
}


class OfRewards:
    """What one principal may see of SPIFFs."""

    level: Level

    def rows(self, table: str, **belongs: Any) -> list[Row]:
        raise NotImplementedError

    def gids(self, kind: str, **belongs: Any) -> list[str]:
        raise NotImplementedError

    def _party(self, kind: str, row: Row, name: str) -> str | None:
        raise NotImplementedError

    def _spiff(self, row: Row) -> Fields:
        itself, reseller = self.level is Level.VENDOR, self.level is Level.RESELLER
        return {
            **dict.fromkeys(("budget", "spent"), WHATEVER if itself else None),
            "access": WHATEVER if reseller else None,
            "claims": self.gids("SpiffClaim", spiff_id=row["id"]),
        }

    def _spiffrep(self, row: Row) -> Fields:
        return {}

    def _payout(self, row: Row) -> Fields:
        """Whom it pays, which only finance asks."""
        return {"lines": [self._payoutline(each) for each in self.rows("payout_line", payout_id=row["id"])]}

    def _payoutline(self, row: Row) -> Fields:
        return {
            "name": row["name"],
            "payoutReference": row["payout_reference"],
            "amount": {"amount": "25", "currency": "EUR"},
            "claims": row["claims"],
            "reseller": self._party("Reseller", row, "reseller_id"),
            "distributor": self._party("Distributor", row, "distributor_id"),
        }

    def _spiffclaim(self, row: Row) -> Fields:
        of_vendor = self.level is Level.VENDOR
        reads = "disclosed_" if of_vendor else ""
        line = {"documentNumber": "document_number", "documentLine": "document_line", "soldOn": "sold_on"}
        return {
            **{field: row[f"{reads}{name}"] for field, name in line.items()},
            "serialNumbers": row[f"{reads}serial_numbers"],
            "spiff": _gid("Spiff", row, "spiff_id"),
            "rep": None if of_vendor else _gid("SpiffRep", row, "rep_id"),
            "adjusts": _gid("SpiffClaim", row, "adjusts_id"),
            "seller": self._party("Distributor", row, f"{reads}seller_id"),
            "reseller": self._party("Reseller", row, "reseller_id"),
            "distributor": self._party("Distributor", row, "distributor_id"),
        }

    def rewards_of_vendor(self, each: Vendor) -> Fields:
        kinds = {"spiffs": "Spiff", "spiffClaims": "SpiffClaim", "spiffReps": "SpiffRep", "payouts": "Payout"}
        return {name: self.gids(kind, vendor_id=each.id) for name, kind in kinds.items()}

    def rewards_of_reseller(self, among: list[Party]) -> Fields:
        claimed = [gid for party in among for gid in self.gids("SpiffClaim", reseller_id=party.id)]
        vendors = dict.fromkeys(party.vendor.id for party in among)
        offered = [gid for id in vendors for gid in self.gids("Spiff", vendor_id=id, audience="RESELLER")]
        return {"spiffs": offered, "spiffClaims": claimed}


def _gid(kind: str, row: Row, name: str) -> str | None:
    return None if row[name] is None else global_id(kind, Key(UUID(row["vendor_id"]), UUID(row[name])))
