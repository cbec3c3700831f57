"""Who may see what of merges of two records of one reseller, and of erasures of names; see `oracle_of_partners`."""

from collections import Counter
from typing import Any

from app.execution.identifiers import global_id
from app.programme.terms import Level
from tests.access.networks import Networks, Party, Vendor
from tests.access.oracle_of_money import whatever
from tests.access.oracle_of_reports import Fields
from tests.access.rules import Row

KINDS = {"PartyMerge": "party_merge", "Erasure": "erasure"}
FIGURES = {
    "PartyMerge": whatever("effectiveFrom state reason refusal askedBy askedAt appliedAt undoneBy undoneAt version"),
    "Erasure": whatever(
        "subject status reason lines rows reports unfound records requestedBy requestedAt carriedOutAt"
    ),
}


class OfMerges:
    """What one principal may see of it: of merges the vendor all, everybody else nothing; of erasures everybody its own."""

    level: Level
    made: Networks

    def rows(self, table: str, **belongs: Any) -> list[Row]:
        raise NotImplementedError

    def gids(self, kind: str, **belongs: Any) -> list[str]:
        raise NotImplementedError

    def _to(self, kind: str, row: Row, name: str) -> str | None:
        raise NotImplementedError

    def _party(self, kind: str, row: Row, name: str) -> str | None:
        raise NotImplementedError

    def _partymerge(self, row: Row) -> Fields:
        parts = self.rows("party_merge_part", merge_id=row["id"])
        changes = self.rows("party_merge_change", merge_id=row["id"])
        kinds = Counter(each["row_kind"] for each in changes)
        return {
            "lines": sum(each["lines"] for each in parts),
            "parts": [
                {
                    "lines": each["lines"],
                    "accounts": kinds["ACCOUNT"],
                    "aliases": kinds["ALIAS"],
                    "agreement": self._to("DistributionAgreement", each, "agreement_id"),
                }
                for each in parts
            ],
            "rows": [{"kind": kind, "rows": rows} for kind, rows in sorted(kinds.items())],
            "from": self._party("Reseller", row, "from_id"),
            "into": self._party("Reseller", row, "into_id"),
        }

    def _erasure(self, row: Row) -> Fields:
        return {}

    def merges_of_vendor(self, each: Vendor) -> Fields:
        return {
            "partyMerges": self.gids("PartyMerge", vendor_id=each.id),
            "erasures": self.gids("Erasure", vendor_id=each.id),
        }

    def merges_of_reseller(self, among: list[Party]) -> Fields:
        """Only the vendor learns that a record went into another one."""
        into = [survivor for gone, survivor in self.made.merged if gone in among]
        return {"mergedInto": global_id("Reseller", into[0].key) if into else None}
