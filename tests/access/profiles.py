"""The profiles of random networks: one for each agreement, which its distributor alone may see; see `oracle`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.execution.identifiers import Key, global_id, read_global_id
from tests.access.networks import UNKNOWN, Agreement, Report

if TYPE_CHECKING:
    from tests.access.chance import Chance
    from tests.access.furnishing import Furnished
    from tests.access.oracle_of_reports import OfReports
    from tests.access.stock import StockReport


@dataclass(eq=False)
class Profile:
    """What the columns of a distributor's CSV reports are: those with canonical names, and one that it leaves out."""

    agreement: Agreement
    name: str
    header: str
    id: UUID = UNKNOWN

    @property
    def key(self) -> Key:
        return Key(self.agreement.vendor.id, self.id, 1)

    def fields(self, of: "OfReports", anything: Any) -> dict[str, Any]:
        return {
            "kind": "SELL_THROUGH",
            "format": "CSV",
            "name": self.name,
            "version": 1,
            "live": True,
            "settings": anything,
            "settingsSchema": anything,
            "createdAt": anything,
            "createdBy": of.made.clients[self.agreement.distributor.principal],
            "retiredAt": None,
            "agreement": global_id("DistributionAgreement", self.agreement.key),
        }


def lay_out(chance: "Chance", agreement: Agreement) -> Profile:
    """A profile whose name and header nobody but the distributor may see."""
    itself = agreement.distributor.principal
    return Profile(agreement, chance.secrets.word(itself), chance.secrets.word(itself))


def seen(of: "OfReports", profile: Profile) -> bool:
    """Its distributor alone sees it: what columns are called is the sender's business."""
    return profile.agreement.distributor.principal == of.who


def profiles_in(of: "OfReports", agreement: Agreement) -> list[str]:
    found = [each for each in of.made.profiles if each.agreement is agreement and seen(of, each)]
    return [global_id("ReportProfile", each.key) for each in found]


def profile_of(of: "OfReports", report: "Report | StockReport") -> str | None:
    """The profile by which a report is read: sales of the distributor alone have one."""
    found = profiles_in(of, report.agreement) if report.kind == "SELL_THROUGH" else []
    return found[0] if found else None


async def save_in(furnished: "Furnished", profile: Profile) -> None:
    """Saves the profile as its distributor does."""
    payload = await furnished.callers[profile.agreement.distributor.principal].act(
        "distributor/save_column_mapping.graphql",
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
