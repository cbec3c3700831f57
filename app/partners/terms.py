"""The programme's terms as this feature's graph shows them, each value with its sentence."""

from app.execution.described import values
from app.programme.claim_terms import ShortfallConsequence
from app.programme.eligibility import DecidedBy
from app.programme.money_terms import IncentiveKind
from app.programme.program_access import Opening
from app.programme.terms import (
    AgreementStatus,
    Audience,
    AuthorizationStatus,
    Cadence,
    EnrollmentStatus,
    Level,
    PartnerType,
    ProgramStatus,
    ReportField,
    Requirement,
    SubmissionFormat,
    ThresholdRule,
    VolumePeriod,
)
from app.programme.tier_evaluation import Demotion, Promotion, TierMove

__all__ = [
    "AgreementStatus",
    "Audience",
    "AuthorizationStatus",
    "Cadence",
    "DecidedBy",
    "Demotion",
    "EnrollmentStatus",
    "IncentiveKind",
    "Level",
    "Opening",
    "PartnerType",
    "ProgramStatus",
    "Promotion",
    "ReportField",
    "Requirement",
    "ShortfallConsequence",
    "SubmissionFormat",
    "ThresholdRule",
    "TierMove",
    "VolumePeriod",
]

for term in (
    AgreementStatus,
    Audience,
    AuthorizationStatus,
    Cadence,
    DecidedBy,
    Demotion,
    EnrollmentStatus,
    IncentiveKind,
    Level,
    Opening,
    PartnerType,
    ProgramStatus,
    Promotion,
    ReportField,
    Requirement,
    ShortfallConsequence,
    SubmissionFormat,
    ThresholdRule,
    TierMove,
    VolumePeriod,
):
    values(term)
