"""Every mutation about partners and their people that names an object, with inputs that are right but for one id; see
`refusals`."""

from typing import Any

from app.programme.terms import Level
from tests.access.refusals_of_money import FINANCE, PERIOD, Act

V, D, R = Level
Ids = dict[tuple[str | int, ...], str]
_DEAL: dict[str, Any] = {
    "name": "",
    "endCustomer": "A",
    "products": [{}],
    "expectedAmount": "1",
    "currency": "EUR",
    "expectedCloseOn": "2028-01-01",
}
_IN_DEAL: Ids = {("deal", "products", 0, "productId"): "Product", ("deal", "supplierId"): "Distributor"}
_VERSION = {"expectedVersion": 99}
_FUND = {
    "kind": "MDF",
    "name": "",
    "currency": "EUR",
    "startsOn": "2026-01-01",
    "reimbursementShare": "0.5",
    "claimDays": 9,
}
_TERMS = {"name": "", "reimbursementShare": "0.5", "claimDays": 9}
_ASKED = {"activity": "", "period": PERIOD, "plannedCost": "1", "amount": "1"}
_GROUP = {"name": "", "purpose": "", "distributorIds": [""]}
_LINE = {"documentKind": "INVOICE", "documentNumber": "A", "documentLine": "1", "reason": ""}
_SOURCE = {"rows": [{"name": "A", "country": "DE", "partnerType": "VAR", "accounts": []}]}


def _one(level: Level, name: str, kind: str, place: str, /, *, person: bool = False, **given: Any) -> Act:
    """An act on one object."""
    return Act(level, name, given, {(place,): kind}, person=person)


DEAL_ACTS = (
    Act(R, "registerDeal", {"deal": _DEAL}, {("vendorId",): "Vendor", **_IN_DEAL}),
    Act(R, "updateDeal", {"deal": _DEAL, **_VERSION}, {("dealId",): "DealRegistration", **_IN_DEAL}),
    _one(R, "extendDeal", "DealRegistration", "dealId", **_VERSION, reason="A"),
    _one(R, "closeDeal", "DealRegistration", "dealId", **_VERSION, outcome="LOST"),
    _one(R, "withdrawDeal", "DealRegistration", "dealId", **_VERSION),
    _one(V, "decideDeal", "DealRegistration", "dealId", **_VERSION, approve=True),
)
FUND_ACTS = (
    Act(V, "createFund", _FUND, {("agreementId",): "DistributionAgreement"}),
    Act(V, "createFund", _FUND, {("resellerId",): "Reseller"}),
    _one(V, "grantFunds", "Fund", "fundId", amount="1", reason=""),
    _one(V, "setFundTerms", "Fund", "fundId", **_VERSION, **_TERMS),
    _one(V, "decideFunds", "FundRequest", "fundRequestId", decision="APPROVE"),
    _one(V, "closeFundRequest", "FundRequest", "fundRequestId"),
    Act(V, "decideFundClaim", {"decision": "APPROVE"}, {("fundClaimId",): "FundClaim"}, FINANCE),
    Act(V, "payFundClaim", {"paymentReference": "A"}, {("fundClaimId",): "FundClaim"}, FINANCE),
    *(
        act
        for level in (D, R)
        for act in (
            _one(level, "requestFunds", "Fund", "fundId", **_ASKED),
            _one(level, "withdrawFundRequest", "FundRequest", "fundRequestId"),
            Act(
                level,
                "claimFunds",
                {"cost": "-1", "uploadIds": [""]},
                {("fundRequestId",): "FundRequest", ("uploadIds", 0): "Upload"},
            ),
        )
    ),
)
PEOPLE_ACTS = tuple(
    act
    for level in Level
    for act in (
        _one(level, "assignAlert", "Alert", "alertId"),
        _one(level, "removeUser", "OrganizationUser", "userId", person=True),
        _one(level, "setUserRoles", "OrganizationUser", "userId", person=True, roles=[], currentRoles=[]),
        *(
            _one(level, name, "Invitation", "invitationId", person=True)
            for name in ("resendInvitation", "withdrawInvitation")
        ),
        *(
            _one(level, name, "RegisteredClient", "clientId", person=True)
            for name in ("revokeClient", "rotateClientSecret")
        ),
        _one(level, "setClientAddresses", "RegisteredClient", "clientId", person=True, redirectUris=[], origins=[]),
        *(
            _one(level, name, "Webhook", "webhookId", person=True)
            for name in ("deleteWebhook", "rotateWebhookSecret", "sendTestEvent")
        ),
        _one(level, "updateWebhook", "Webhook", "webhookId", person=True, **_VERSION),
        _one(level, "replayDelivery", "WebhookDelivery", "deliveryId", person=True),
        *(
            _one(level, name, "PartnerInvitation", "invitationId", person=True)
            for name in ("resendPartnerInvitation", "withdrawPartnerInvitation")
            if level is not R
        ),
        *([_one(level, "leaveNetwork", "PartnerLink", "linkId", person=True, reason="A")] if level is not V else []),
    )
)
NETWORK_ACTS = (
    *(_one(level, "inviteReseller", "Reseller", "resellerId", person=True, email="") for level in (V, D)),
    *(_one(level, "confirmPartnerInvitation", "PartnerInvitation", "invitationId", confirm=False) for level in (V, D)),
    _one(V, "inviteDistributor", "Distributor", "distributorId", person=True, email=""),
    _one(V, "createApplicationLink", "Program", "programId", person=True),
    _one(V, "endApplicationLink", "ApplicationLink", "linkId", person=True),
    _one(V, "decideApplication", "Application", "applicationId", person=True, approve=False),
    Act(
        V,
        "proposeAffiliation",
        {"name": "", "purpose": "", "distributorIds": [""]},
        {("distributorIds", 0): "Distributor"},
    ),
    _one(V, "dissolveAffiliation", "Affiliation", "affiliationId", reason="A"),
    _one(D, "acceptAffiliation", "AffiliationMembership", "membershipId"),
    _one(D, "leaveAffiliation", "AffiliationMembership", "membershipId"),
    Act(V, "decideAdvance", {"approve": True}, {("advanceId",): "Advance"}, FINANCE),
    _one(D, "previewAliasUndo", "Alias", "aliasId"),
)
ENABLEMENT_ACTS = (
    *(
        Act(D, name, {"source": _SOURCE}, {("agreementId",): "DistributionAgreement"})
        for name in ("importResellers", "previewResellers")
    ),
    Act(
        V,
        "decideEnrollments",
        {"decisions": [_VERSION], "reason": "A"},
        {("decisions", 0, "enrollmentId"): "Enrollment"},
    ),
    Act(
        V,
        "createSegment",
        {"name": "", "rule": {"fromRank": 1}},
        {("rule", "programId"): "Program"},
    ),
    Act(
        V,
        "updateSegment",
        {**_VERSION, "rule": {"fromRank": 1}, "addResellerIds": [""], "removeResellerIds": [""]},
        {
            ("segmentId",): "Segment",
            ("rule", "programId"): "Program",
            ("addResellerIds", 0): "Reseller",
            ("removeResellerIds", 0): "Reseller",
        },
    ),
    _one(V, "deleteSegment", "Segment", "segmentId", **_VERSION),
    _one(V, "setResellerObligation", "DistributionAgreement", "agreementId", **_VERSION),
    _one(V, "defineOnboarding", "Program", "programId", **_VERSION, steps=[]),
    _one(V, "requireCertifications", "Program", "programId", **_VERSION, certifications=[]),
    _one(V, "verifyCertification", "Certification", "certificationId"),
    _one(V, "verifyDocument", "ComplianceDocument", "documentId", decision="VERIFY"),
    *(_one(level, "revokeCertification", "Certification", "certificationId", reason="A") for level in Level),
    *(_one(level, "withdrawDocument", "ComplianceDocument", "documentId") for level in (D, R)),
    *(_one(level, "recordCertification", "Reseller", "resellerId", name="", issuedOn="2026-01-01") for level in Level),
    _one(
        D,
        "recordEnablementActivity",
        "ResellerAuthorization",
        "authorizationId",
        kind="TRAINING",
        title="",
        heldOn="2026-01-01",
        participants=0,
    ),
    *(
        _one(level, name, kind, place, step="", **more)
        for level, kind, place in ((D, "DistributionAgreement", "agreementId"), (R, "Enrollment", "enrollmentId"))
        for name, more in (("acceptTerms", {"version": "", "signer": ""}), ("completeOnboardingStep", {}))
    ),
    *(
        Act(level, "addDocument", {"kind": "OTHER", "title": ""}, {(place,): kind, ("uploadId",): "Upload"})
        for level, kind, place in ((D, "DistributionAgreement", "agreementId"), (R, "Reseller", "resellerId"))
    ),
    Act(R, "contestLine", _LINE, {("distributorId",): "Distributor"}),
    _one(R, "withdrawContest", "ContestedLine", "contestedLineId"),
    _one(D, "answerContest", "ContestedLine", "contestedLineId", **_VERSION, answer="ACCEPT"),
)
PARTNER_ACTS = (*DEAL_ACTS, *FUND_ACTS, *PEOPLE_ACTS, *NETWORK_ACTS, *ENABLEMENT_ACTS)
