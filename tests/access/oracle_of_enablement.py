"""Who may see what of documents, certifications and onboarding; see `oracle_of_partners`."""

from typing import Any

from app.programme.terms import Level
from tests.access.networks import Agreement, Authorization, Party, Program, Vendor
from tests.access.oracle_of_money import whatever
from tests.access.oracle_of_reports import WHATEVER, Fields
from tests.access.rules import Row

KINDS = {"ComplianceDocument": "compliance_document", "Certification": "certification"}
FIGURES = {
    "ComplianceDocument": whatever(
        "kind title validUntil expired status reason decidedAt filename mediaType byteSize sha256 addedAt downloadUrl"
    ),
    "Certification": whatever("name holder issuedOn validUntil state recordedBy reason recordedAt decidedAt"),
}


class OfEnablement:
    """What one principal may see of what partners are enabled by."""

    level: Level

    def rows(self, table: str, **belongs: Any) -> list[Row]:
        raise NotImplementedError

    def gids(self, kind: str, **belongs: Any) -> list[str]:
        raise NotImplementedError

    def _to(self, kind: str, row: Row, name: str) -> str | None:
        raise NotImplementedError

    def _party(self, kind: str, row: Row, name: str) -> str | None:
        raise NotImplementedError

    def _told(self, row: Row, *names: str, to: str) -> Fields:
        raise NotImplementedError

    def _compliancedocument(self, row: Row) -> Fields:
        return {
            **self._told(row, "screening", "decided_by", to="V"),
            "agreement": self._to("DistributionAgreement", row, "agreement_id"),
            "reseller": self._party("Reseller", row, "reseller_id"),
        }

    def _certification(self, row: Row) -> Fields:
        paper = self._to("ComplianceDocument", row, "document_id")
        return {"document": paper, "reseller": self._party("Reseller", row, "reseller_id")}

    def documents_of_vendor(self, each: Vendor) -> Fields:
        return {"documents": self.gids("ComplianceDocument", vendor_id=each.id)}

    def enablement_of_agreement(self, each: Agreement) -> Fields:
        """How many resellers are certified is a number for both sides."""
        papers = self.gids("ComplianceDocument", agreement_id=each.id)
        return {"documents": papers, "resellerEnablement": WHATEVER, "onboarding": WHATEVER}

    def enablement_of_reseller(self, among: list[Party]) -> Fields:
        kinds = {"documents": "ComplianceDocument", "certifications": "Certification"}
        return {
            name: [gid for party in among for gid in self.gids(kind, reseller_id=party.id)]
            for name, kind in kinds.items()
        }

    def enablement_of_program(self, each: Program) -> Fields:
        tables = {"requiredCertifications": "required_certification", "onboardingSteps": "onboarding_step"}
        return {name: [WHATEVER] * len(self.rows(table, program_id=each.id)) for name, table in tables.items()}

    def of_authorization(self, each: Authorization) -> Fields:
        """What the distributor did for the reseller."""
        return {"enablement": [WHATEVER] * len(self.rows("enablement_activity", authorization_id=each.id))}
