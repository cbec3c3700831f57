"""The programme's terms as this feature's graph shows them, each value with its sentence."""

from app.execution.described import values
from app.programme.claim_terms import ShortfallConsequence
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

__all__ = [
    "AgreementStatus",
    "Audience",
    "AuthorizationStatus",
    "Cadence",
    "EnrollmentStatus",
    "Level",
    "Opening",
    "PartnerType",
    "ProgramStatus",
    "ReportField",
    "Requirement",
    "ShortfallConsequence",
    "SubmissionFormat",
    "ThresholdRule",
    "VolumePeriod",
]

for term in (
    AgreementStatus,
    Audience,
    AuthorizationStatus,
    Cadence,
    EnrollmentStatus,
    Level,
    Opening,
    PartnerType,
    ProgramStatus,
    ReportField,
    Requirement,
    ShortfallConsequence,
    SubmissionFormat,
    ThresholdRule,
    VolumePeriod,
):
    values(term)
