"""Where agreements lead to their business plans, and these to one another and back."""

from app.access.roles import Permission
from app.execution.edges import attach, edge
from app.joins.references import to
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key
from app.planning.activities.graph import PlanActivity
from app.planning.graph import BusinessPlan, plans_by_key, plans_of_agreements
from app.planning.reviews.graph import PlanReview, reviews_by_key

attach(DistributionAgreement, business_plans=edge(plans_of_agreements, permission=Permission.PLAN_READ))
attach(
    BusinessPlan,
    agreement=to("agreement_key", agreements_by_key, DistributionAgreement | None, "Of which agreement it is."),
)
attach(
    PlanActivity,
    business_plan=to("plan_key", plans_by_key, BusinessPlan | None, "Of which plan it is."),
    review=to(
        "review_key", reviews_by_key, PlanReview | None, "From which review it followed; null by the plan itself."
    ),
)
attach(PlanReview, business_plan=to("plan_key", plans_by_key, BusinessPlan | None, "Of which plan it is."))
