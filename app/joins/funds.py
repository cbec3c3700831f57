"""Where funds lead to the objects of other features, and those to funds."""

from app.access.roles import Permission
from app.execution.edges import attach, edge
from app.funds.claims.graph import FundClaim, claims_of_vendor
from app.funds.graph import Fund, funds_by_key, funds_of_agreement, funds_of_reseller, funds_of_vendor
from app.funds.requests.graph import FundRequest, fund_requests_by_key, requests_of_reseller, requests_of_vendor
from app.joins.references import to
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key
from app.partners.organizations.graph import Reseller, Vendor, resellers_by_key

attach(
    Vendor,
    funds=edge(funds_of_vendor, permission=Permission.FUND_READ),
    fund_requests=edge(requests_of_vendor, permission=Permission.FUND_READ),
    fund_claims=edge(claims_of_vendor, permission=Permission.FUND_READ),
)
attach(DistributionAgreement, funds=edge(funds_of_agreement, permission=Permission.FUND_READ))
attach(
    Reseller,
    funds=edge(funds_of_reseller, permission=Permission.FUND_READ),
    fund_requests=edge(requests_of_reseller, permission=Permission.FUND_READ),
)
attach(
    Fund,
    agreement=to(
        "agreement_key", agreements_by_key, DistributionAgreement | None, "Whose it is; null for a reseller's fund."
    ),
    reseller=to("reseller_key", resellers_by_key, Reseller | None, "Whose it is; null for a distributor's fund."),
)
attach(FundRequest, fund=to("fund_key", funds_by_key, Fund | None, "What was asked."))
attach(FundClaim, request=to("request_key", fund_requests_by_key, FundRequest | None, "The request it is paid from."))
