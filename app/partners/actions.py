"""Every act of this feature in one list: what vendors and distributors do about who takes part, and on what terms."""

from app.partners.agreements.actions import create_agreement
from app.partners.applications.actions import apply_to_program, carry_out_application, withdraw_application
from app.partners.authorizations.actions import authorize_reseller, update_reseller
from app.partners.authorizations.suspending.actions import reinstate_reseller, suspend_reseller
from app.partners.enrollments.actions import align_enrollments, decide_enrollment, enroll_reseller
from app.partners.organizations.actions import create_distributor, create_reseller
from app.partners.programs.actions import create_program, update_program
from app.partners.suspensions.actions import carry_out_planned, reinstate_enrollment, suspend_enrollment
from app.partners.tier_reviews.actions import review_by_clock, review_tiers

__all__ = [
    "align_enrollments",
    "apply_to_program",
    "authorize_reseller",
    "carry_out_application",
    "carry_out_planned",
    "create_agreement",
    "create_distributor",
    "create_program",
    "create_reseller",
    "decide_enrollment",
    "enroll_reseller",
    "reinstate_enrollment",
    "reinstate_reseller",
    "review_by_clock",
    "review_tiers",
    "suspend_enrollment",
    "suspend_reseller",
    "update_program",
    "update_reseller",
    "withdraw_application",
]
