"""The profiles of random networks: two for each agreement, of which each side may see its own alone; see `oracle`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.execution.identifiers import Key, global_id, read_global_id
from tests.access.networks import UNKNOWN, Agreement, Principal, Report, vendor

if TYPE_CHECKING:
    from tests.access.chance import Chance
    from tests.access.furnishing import Furnished
    from tests.access.oracle_of_reports import OfReports
    from tests.access.stock import StockReport


@dataclass(eq=False)
class Profile:
    """What the columns of one side's CSV reports are: those with canonical names, and one that it leaves out."""

    agreement: Agreement
    kind: str
    name: str
    header: str
    id: UUID = UNKNOWN

    @property
    def key(self) -> Key:
        return Key(self.agreement.vendor.id, self.id, 1)

    @property
    def owner(self) -> Principal:
        """Who hands such reports in."""
        return vendor(self.agreement.vendor.firm) if self.kind == "SELL_IN" else self.agreement.distributor.principal

    def fields(self, of: "OfReports", anything: Any) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "format": "CSV",
            "name": self.name,
            "version": 1,
            "live": True,
            "settings": anything,
            "settingsSchema": anything,
            "createdAt": anything,
            "createdBy": of.made.clients[self.owner],
            "retiredAt": None,
            "agreement": global_id("DistributionAgreement", self.agreement.key),
        }


def lay_out(chance: "Chance", agreement: Agreement) -> list[Profile]:
    """Profiles whose names and headers nobody but their owners may see."""
    sides = {"SELL_THROUGH": agreement.distributor.principal, "SELL_IN": vendor(agreement.vendor.firm)}
    return [Profile(agreement, kind, chance.secrets.word(who), chance.secrets.word(who)) for kind, who in sides.items()]


def seen(of: "OfReports", profile: Profile) -> bool:
    """Its sender alone sees it: what columns are called is nobody else's business."""
    return profile.owner == of.who


def profiles_in(of: "OfReports", agreement: Agreement) -> list[str]:
    found = [each for each in of.made.profiles if each.agreement is agreement and seen(of, each)]
    return [global_id("ReportProfile", each.key) for each in found]


def profile_of(of: "OfReports", report: "Report | StockReport") -> str | None:
    """The profile by which a report is read, for its sender: one of stock has none."""
    read_by = [each for each in of.made.profiles if each.agreement is report.agreement and each.kind == report.kind]
    return next((global_id("ReportProfile", each.key) for each in read_by if seen(of, each)), None)


async def save_in(furnished: "Furnished", profile: Profile) -> None:
    """Saves the profile as its sender does."""
    payload = await furnished.callers[profile.owner].act(
        "distributor/save_column_mapping.graphql",
        kind=profile.kind,
        agreementId=global_id("DistributionAgreement", profile.agreement.key),
        name=profile.name,
        settings={"columns": [{"header": profile.header, "field": None}]},
        expectedVersion=0,
        idempotencyKey=profile.name,
    )
    assert payload["userErrors"] == [], payload
    found = read_global_id(payload["profile"]["id"])
    assert found is not None and found.key.row == 1
    profile.id = found.key.id
