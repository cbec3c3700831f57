"""Where groups of affiliates lead to the objects of other features, and vendors and agreements to them."""

from app.access.roles import Permission
from app.execution.edges import attach, edge
from app.incentives.affiliations.graph import (
    Affiliation,
    AffiliationMembership,
    affiliations_by_key,
    affiliations_of_vendor,
    memberships_of_agreement,
)
from app.incentives.graph import IncentiveVersion
from app.joins.references import to
from app.partners.agreements.graph import DistributionAgreement
from app.partners.organizations.graph import Distributor, Vendor, distributors_by_key

attach(Vendor, affiliations=edge(affiliations_of_vendor, permission=Permission.INCENTIVE_READ))
attach(
    DistributionAgreement,
    affiliate_memberships=edge(memberships_of_agreement, permission=Permission.INCENTIVE_READ),
)
attach(
    IncentiveVersion,
    affiliation=to(
        "affiliation_key", affiliations_by_key, Affiliation | None, "The group whose volumes it adds up; null for none."
    ),
)
attach(
    AffiliationMembership,
    distributor=to("distributor_key", distributors_by_key, Distributor | None, "The distributor."),
    affiliation=to("affiliation_key", affiliations_by_key, Affiliation | None, "The group; null for a distributor."),
)
