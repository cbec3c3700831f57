"""Every mutation about commissions, merges and erasures that names an object, with inputs that are right but for one id; see
`refusals`."""

from app.access.roles import Role
from app.programme.terms import Level
from tests.access.refusals_of_money import Act

V, D, R = Level
_SALES = {"start": "2026-01-01", "end": "2026-02-01"}
_TERMS = {"name": "", "currency": "EUR", "rate": "0.05", "valuation": "BOOK", "period": "MONTH", "sales": _SALES}
_NAME = {"subject": "END_CUSTOMER", "name": "Nobody at all"}
_ERASED = {**_NAME, "previewed": "", "reason": ""}
OWNERS = {V: "Vendor", D: "Distributor", R: "Reseller"}
COMMISSION_ACTS = (
    Act(
        V,
        "createCommissionPlan",
        {**_TERMS, "productIds": [""]},
        {("productIds", 0): "Product", ("replacesId",): "CommissionPlan"},
    ),
    Act(V, "endCommissionPlan", {"expectedVersion": 99, "endsOn": "2040-01-01"}, {("planId",): "CommissionPlan"}),
    Act(
        V,
        "assignAgent",
        {"note": "", "startsOn": "2026-01-01"},
        {("agentId",): "Reseller", ("resellerId",): "Reseller"},
    ),
    Act(
        V,
        "endAgentAssignment",
        {"expectedVersion": 99, "endsOn": "2040-01-01"},
        {("assignmentId",): "AgentAssignment"},
    ),
    Act(V, "calculateCommissions", {}, {("planId",): "CommissionPlan"}),
    Act(
        V,
        "approveCommission",
        {"expectedRevision": 99},
        {("statementId",): "CommissionStatement"},
        Role.VENDOR_FINANCE,
    ),
    Act(
        V,
        "payCommissions",
        {"statementIds": [""], "paymentReference": ""},
        {("statementIds", 0): "CommissionStatement"},
        Role.VENDOR_FINANCE,
    ),
)
MERGE_ACTS = (
    *(
        Act(V, name, {**given}, {("fromResellerId",): "Reseller", ("intoResellerId",): "Reseller"})
        for name, given in (("mergeParties", {"reason": ""}), ("previewPartyMerge", {}))
    ),
    Act(V, "undoPartyMerge", {"expectedVersion": 99}, {("mergeId",): "PartyMerge"}),
    Act(V, "previewPartyMergeUndo", {}, {("mergeId",): "PartyMerge"}),
)
ERASURE_ACTS = tuple(
    Act(level, name, given, {("ownerId",): kind}, person=True)
    for level, kind in OWNERS.items()
    for name, given in (("previewErasure", _NAME), ("eraseName", _ERASED))
)
