"""Every mutation about stock, scorecards, business plans and exports that names an object, with inputs that are right but
for one id; see `refusals`."""

from app.programme.terms import Level
from tests.access.refusals_of_money import Act

V, D, R = Level
_AGREEMENT = {("agreementId",): "DistributionAgreement"}
_PLAN = {("planId",): "BusinessPlan"}
_BAND = {"basis": "WEEKS", "minimum": "2", "maximum": "1"}
_STANDARD = {"effectiveFrom": "2000-01-01", "band": _BAND}
_WEIGHTS = {"expectedVersion": 99, "effectiveFrom": "2000-01-01", "weights": []}
_NO_TARGETS = {"targets": [], "activities": []}
_NOBODY = {"heldOn": "2000-01-01", "attendees": "", "decisions": "", "followUps": []}
STEERING_ACTS = (
    Act(
        V,
        "setInventoryStandard",
        {**_STANDARD, "overrides": [{"band": _BAND}]},
        {**_AGREEMENT, ("overrides", 0, "productId"): "Product"},
    ),
    Act(V, "setScorecardWeights", _WEIGHTS, _AGREEMENT),
    *(Act(level, "cancelExport", {}, {("exportId",): "Export"}) for level in Level),
    *(
        act
        for level in (V, D)
        for act in (
            Act(
                level,
                "proposeBusinessPlan",
                {"length": "QUARTER", "periodStart": "2000-01-02", "currency": "EUR", **_NO_TARGETS},
                _AGREEMENT,
            ),
            Act(level, "reviseBusinessPlan", {"expectedVersion": 99, **_NO_TARGETS}, _PLAN),
            Act(level, "agreeBusinessPlan", {"expectedVersion": 99}, _PLAN),
            Act(level, "endBusinessPlan", {"expectedVersion": 99, "ending": "WITHDRAW"}, _PLAN),
            Act(level, "updatePlanActivity", {"expectedVersion": 99}, {("activityId",): "PlanActivity"}),
            Act(level, "recordPlanReview", _NOBODY, _PLAN),
            Act(level, "acknowledgePlanReview", {}, {("reviewId",): "PlanReview"}),
        )
    ),
)
