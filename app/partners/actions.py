"""Every act of this feature in one list: what vendors and distributors do about who takes part, and on what terms."""

from app.partners.agreements.actions import create_agreement
from app.partners.authorizations.actions import (
    authorize_reseller,
    reinstate_reseller,
    suspend_reseller,
    update_reseller,
)
from app.partners.enrollments.actions import align_enrollments, decide_enrollment, enroll_reseller
from app.partners.organizations.actions import create_distributor, create_reseller
from app.partners.programs.actions import create_program

__all__ = [
    "align_enrollments",
    "authorize_reseller",
    "create_agreement",
    "create_distributor",
    "create_program",
    "create_reseller",
    "decide_enrollment",
    "enroll_reseller",
    "reinstate_reseller",
    "suspend_reseller",
    "update_reseller",
]
