"""Where certifications, documents, onboarding and enablement lead to the objects of other features, and those to
them."""

from app.access.roles import Permission
from app.enablement.activities.graph import activities_of_authorizations
from app.enablement.documents.graph import (
    ComplianceDocument,
    documents_of_agreement,
    documents_of_reseller,
    documents_of_vendor,
)
from app.enablement.graph import (
    Certification,
    certifications_of_reseller,
    enablement_of_agreements,
    required_of_programs,
)
from app.enablement.onboarding.graph import (
    onboarding_of_agreements,
    onboarding_of_enrollments,
    steps_of_programs,
)
from app.execution.edges import attach, edge
from app.joins.references import to
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key
from app.partners.authorizations.graph import ResellerAuthorization
from app.partners.enrollments.graph import Enrollment
from app.partners.organizations.graph import Reseller, Vendor, resellers_by_key
from app.partners.programs.graph import Program

attach(Vendor, documents=edge(documents_of_vendor, permission=Permission.DOCUMENT_READ))
attach(
    DistributionAgreement,
    documents=edge(documents_of_agreement, permission=Permission.DOCUMENT_READ),
    reseller_enablement=edge(enablement_of_agreements, permission=Permission.CERTIFICATION_READ),
    onboarding=edge(onboarding_of_agreements, permission=Permission.ONBOARDING_READ),
)
attach(
    Reseller,
    certifications=edge(certifications_of_reseller, permission=Permission.CERTIFICATION_READ),
    documents=edge(documents_of_reseller, permission=Permission.DOCUMENT_READ),
)
attach(Enrollment, onboarding=edge(onboarding_of_enrollments, permission=Permission.ONBOARDING_READ))
attach(
    Program,
    required_certifications=edge(required_of_programs, permission=Permission.CERTIFICATION_READ),
    onboarding_steps=edge(steps_of_programs, permission=Permission.ONBOARDING_READ),
)
attach(
    ResellerAuthorization,
    enablement=edge(activities_of_authorizations, permission=Permission.CERTIFICATION_READ),
)
attach(
    Certification,
    reseller=to("reseller_key", resellers_by_key, Reseller | None, "Whose it is; null where you may not know it."),
)
attach(
    ComplianceDocument,
    agreement=to(
        "agreement_key", agreements_by_key, DistributionAgreement | None, "Whose it is; null for a reseller's document."
    ),
    reseller=to("reseller_key", resellers_by_key, Reseller | None, "Whose it is; null for a distributor's document."),
)
