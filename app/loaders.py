"""How an object of any type is found by its key: what `node` leads to."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from app.access.actor import Actor
from app.alerts import graph as alerts
from app.deals.graph import deals_by_key
from app.enablement.documents.graph import documents_by_key
from app.enablement.graph import certifications_by_key
from app.erasure.graph import erasures_by_key
from app.execution.identifiers import Key
from app.execution.request import Request
from app.exports import graph as exports
from app.funds.claims.graph import fund_claims_by_key
from app.funds.graph import funds_by_key
from app.funds.requests.graph import fund_requests_by_key
from app.incentives.affiliations import graph as affiliations
from app.incentives.examples.graph import examples_by_key
from app.incentives.graph import incentives_by_key, terms_by_key
from app.incentives.statements import graph as statements
from app.incentives.statements.advancing.graph import advances_by_key
from app.incentives.statements.calculating.graph import runs_by_key
from app.ledger.deductions.graph import deductions_by_key
from app.partners.agreements.graph import agreements_by_key
from app.partners.authorizations.graph import authorizations_by_key
from app.partners.enrollments.graph import enrollments_by_key
from app.partners.organizations.graph import (
    distributors_by_key,
    resellers_by_key,
    vendors_by_key,
)
from app.partners.programs.graph import programs_by_key
from app.partners.segments.graph import segments_by_key
from app.people import graph as people
from app.people.applications import graph as applications
from app.people.clients import graph as clients
from app.people.links import graph as links
from app.planning.activities.graph import activities_by_key
from app.planning.graph import plans_by_key, versions_by_key
from app.planning.reviews.graph import reviews_by_key
from app.pricing.claims.graph import claims_by_key
from app.pricing.graph import products_by_key
from app.pricing.special_prices.graph import special_prices_by_key
from app.pricing.stock_credits.graph import stock_credits_by_key
from app.reports import graph as reports
from app.reports.aliases import graph as aliases
from app.reports.contests.graph import contested_lines_by_key
from app.reports.held import graph as held
from app.reports.lines import graph as lines
from app.reports.lines.sell_in.graph import sell_in_lines_by_key
from app.reports.merging.graph import merges_by_key
from app.reports.periods import graph as periods
from app.reports.profiles import graph as profiles
from app.rewards.loaders import REWARDS
from app.webhooks import graph as webhooks

LOADERS: dict[str, Callable[[Request[Actor], Sequence[Key]], Awaitable[Sequence[Any]]]] = {
    "Vendor": vendors_by_key,
    "Distributor": distributors_by_key,
    "Reseller": resellers_by_key,
    "Program": programs_by_key,
    "DistributionAgreement": agreements_by_key,
    "ResellerAuthorization": authorizations_by_key,
    "Enrollment": enrollments_by_key,
    "Product": products_by_key,
    "Submission": reports.submissions_by_key,
    "SellThroughLine": lines.lines_by_key,
    "SellInLine": sell_in_lines_by_key,
    "ContestedLine": contested_lines_by_key,
    "Alias": aliases.aliases_by_key,
    "PartyMerge": merges_by_key,
    "ReportingPeriod": periods.periods_by_key,
    "Alert": alerts.alerts_by_key,
    "Webhook": webhooks.webhooks_by_key,
    "WebhookDelivery": webhooks.deliveries_by_key,
    "Export": exports.exports_by_key,
    "HeldDecision": held.held_decisions_by_key,
    "ReportProfile": profiles.profiles_by_key,
    "BusinessPlan": plans_by_key,
    "BusinessPlanVersion": versions_by_key,
    "PlanActivity": activities_by_key,
    "PlanReview": reviews_by_key,
    "Incentive": incentives_by_key,
    "IncentiveTerm": terms_by_key,
    "Statement": statements.statements_by_key,
    "StatementRun": runs_by_key,
    "Advance": advances_by_key,
    "SpecialPrice": special_prices_by_key,
    "StockCredit": stock_credits_by_key,
    "DebitClaim": claims_by_key,
    "DealRegistration": deals_by_key,
    "WorkedExample": examples_by_key,
    "Affiliation": affiliations.affiliations_by_key,
    "AffiliationMembership": affiliations.memberships_by_key,
    "Fund": funds_by_key,
    "FundRequest": fund_requests_by_key,
    "FundClaim": fund_claims_by_key,
    "Certification": certifications_by_key,
    "ComplianceDocument": documents_by_key,
    **REWARDS,
    "Deduction": deductions_by_key,
    "OrganizationUser": people.users_by_key,
    "Invitation": people.invitations_by_key,
    "RegisteredClient": clients.clients_by_key,
    "PartnerInvitation": links.partner_invitations_by_key,
    "PartnerLink": links.links_by_key,
    "ApplicationLink": applications.links_by_key,
    "Application": applications.applications_by_key,
    "Segment": segments_by_key,
    "Erasure": erasures_by_key,
}
"How an object is found by its key, by the type's name. What a loader does not find does not exist for the asker."
