"""Every mutation about certifications, documents and onboarding that names an object, with inputs that are right but for one
id; see `refusals`."""

from app.programme.terms import Level
from tests.access.refusals_of_money import Act

V, D, R = Level
_CERTIFIED = {"name": "", "issuedOn": "2026-01-01"}
_STEP = {"step": "Papers", "reference": ""}
_TERMS = {"step": "Terms", "version": "", "signer": ""}
_DONE_BY: tuple[tuple[Level, str, str], ...] = (
    (V, "enrollmentId", "Enrollment"),
    (V, "agreementId", "DistributionAgreement"),
    (D, "enrollmentId", "Enrollment"),
    (D, "agreementId", "DistributionAgreement"),
    (R, "enrollmentId", "Enrollment"),
)
ENABLEMENT_ACTS = (
    *(
        Act(
            level,
            "recordCertification",
            _CERTIFIED,
            {("resellerId",): "Reseller", ("documentId",): "ComplianceDocument"},
        )
        for level in Level
    ),
    *(Act(level, "revokeCertification", {"reason": ""}, {("certificationId",): "Certification"}) for level in Level),
    Act(V, "verifyCertification", {}, {("certificationId",): "Certification"}),
    Act(V, "requireCertifications", {"expectedVersion": 99, "certifications": []}, {("programId",): "Program"}),
    Act(V, "defineOnboarding", {"expectedVersion": 99, "steps": []}, {("programId",): "Program"}),
    Act(V, "verifyDocument", {"decision": "REJECT"}, {("documentId",): "ComplianceDocument"}),
    *(
        Act(
            level,
            "addDocument",
            {"kind": "OTHER", "title": ""},
            {(path,): kind, ("uploadId",): "Upload"},
        )
        for level, path, kind in ((D, "agreementId", "DistributionAgreement"), (R, "resellerId", "Reseller"))
    ),
    *(Act(level, "withdrawDocument", {}, {("documentId",): "ComplianceDocument"}) for level in (D, R)),
    *(Act(level, "completeOnboardingStep", _STEP, {(path,): kind}) for level, path, kind in _DONE_BY),
    *(Act(level, "acceptTerms", _TERMS, {(path,): kind}) for level, path, kind in _DONE_BY),
    Act(
        D,
        "recordEnablementActivity",
        {"kind": "VISIT", "title": "", "heldOn": "2026-01-01", "participants": 0},
        {("authorizationId",): "ResellerAuthorization"},
    ),
)
