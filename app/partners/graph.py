"""Joins what partners see of one another: the way down from a vendor to its programmes, agreements, resellers and
enrolments, and where a signed-in partner's graph begins.
"""

from app.access.roles import Permission
from app.execution.edges import attach, edge
from app.partners.adoption.graph import adoption
from app.partners.agreements.graph import (
    DistributionAgreement,
    agreements_by_key,
    agreements_of_distributors,
    agreements_of_vendors,
)
from app.partners.agreements.standing.graph import VolumeStanding
from app.partners.applications.graph import program_offers
from app.partners.authorizations.graph import (
    ResellerAuthorization,
    authorizations_by_key,
    authorizations_of_agreements,
    authorizations_of_resellers,
)
from app.partners.enrollments.graph import (
    Enrollment,
    enrollments_by_key,
    enrollments_of_resellers,
    enrollments_of_vendors,
)
from app.partners.organizations.graph import (
    Distributor,
    Organization,
    Reseller,
    Vendor,
    distributors_by_key,
    distributors_of_vendors,
    resellers_by_key,
    resellers_of_vendors,
    vendors_by_key,
    viewer_distributor,
    viewer_reseller,
    viewer_vendor,
)
from app.partners.programs.graph import Program, ProgramTier, programs_by_key, programs_of_vendors
from app.partners.tier_reviews.graph import tier_review_preview, tier_standing

attach(
    Vendor,
    programs=edge(programs_of_vendors),
    agreements=edge(agreements_of_vendors),
    enrollments=edge(enrollments_of_vendors),
    resellers=edge(resellers_of_vendors),
    distributors=edge(distributors_of_vendors),
)
attach(Distributor, agreements=edge(agreements_of_distributors))
attach(Reseller, enrollments=edge(enrollments_of_resellers), authorizations=edge(authorizations_of_resellers))
attach(Reseller, program_offers=edge(program_offers, permission=Permission.PROGRAM_READ))
attach(Enrollment, tier_standing=edge(tier_standing))
attach(
    Program,
    adoption=edge(adoption),
    tier_review_preview=edge(tier_review_preview, permission=Permission.ENROLLMENT_READ),
)
attach(DistributionAgreement, authorizations=edge(authorizations_of_agreements))

__all__ = [
    "DistributionAgreement",
    "Distributor",
    "Enrollment",
    "Organization",
    "Program",
    "ProgramTier",
    "Reseller",
    "ResellerAuthorization",
    "Vendor",
    "VolumeStanding",
    "agreements_by_key",
    "authorizations_by_key",
    "distributors_by_key",
    "enrollments_by_key",
    "programs_by_key",
    "resellers_by_key",
    "vendors_by_key",
    "viewer_distributor",
    "viewer_reseller",
    "viewer_vendor",
]
