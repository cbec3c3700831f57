"""Every mutation about money that names an object, and reports of sell-out, with inputs that are right but for one id; see
`refusals`."""

from dataclasses import dataclass
from typing import Any

from app.access.roles import Role
from app.programme.terms import Level
from tests.access.networks import END, START

PERIOD = {"start": "2026-01-01", "end": "2026-02-01"}
LATER = {"start": "2040-01-01", "end": "2041-01-01"}


@dataclass(frozen=True)
class Act:
    """A mutation by its name, its input without ids, and where in it which ids stand. Who may do most does it, unless it is
    the business of one `role`; by an integration, unless it is only for a `person`."""

    level: Level
    name: str
    given: dict[str, Any]
    ids: dict[tuple[str | int, ...], str]
    role: Role | None = None
    person: bool = False


V, D, R = Level
FINANCE = Role.VENDOR_FINANCE
_MEASURE = {"basis": "SELL_THROUGH", "unit": "AMOUNT", "valuation": "BOOK", "scope": {"productIds": [""]}}
_PAYING = {**_MEASURE, "scope": {"excludedProductIds": [""]}}
_RULE = {
    "kind": "VOLUME_REBATE",
    "currency": "EUR",
    "qualifying": _MEASURE,
    "paying": _PAYING,
    "structure": "MARGINAL",
    "bands": [{"threshold": "0", "rate": "0.01"}],
    "payPeriod": "MONTH",
}
_OF_RULE: dict[tuple[str | int, ...], str] = {
    ("agreementIds", 0): "DistributionAgreement",
    ("rule", "qualifying", "scope", "productIds", 0): "Product",
    ("rule", "paying", "scope", "excludedProductIds", 0): "Product",
}
_INCENTIVE: dict[tuple[str | int, ...], str] = {("incentiveId",): "Incentive"}
_STATEMENT: dict[tuple[str | int, ...], str] = {("statementId",): "Statement"}
_CLAIM: dict[tuple[str | int, ...], str] = {("claimId",): "DebitClaim"}
_AGREEMENT: dict[tuple[str | int, ...], str] = {("agreementId",): "DistributionAgreement"}
_MEMO = {"number": "", "kind": "INCENTIVE", "amount": "1", "currency": "EUR", "dated": "2026-01-01"}
_SPECIAL = {"number": "", "currency": "EUR", "effective": LATER, "products": [{"kind": "DOWN_TO", "value": "1"}]}
_SOLD = {"documentNumber": "A", "soldOn": "2026-01-02", "productCode": "A", "quantity": "1"}
_OFFER = {"rule": _RULE, "effective": {"start": f"{START}", "end": f"{END}"}, "agreementIds": [""]}
MONEY_ACTS = (
    Act(V, "createIncentive", {"name": "", **_OFFER}, _OF_RULE),
    Act(V, "reviseIncentive", {"expectedVersion": 99, **_OFFER}, _INCENTIVE),
    *(
        Act(V, name, {"expectedVersion": 99}, _INCENTIVE)
        for name in ("proposeIncentive", "activateIncentive", "discardIncentiveDraft")
    ),
    Act(V, "endIncentive", {"expectedVersion": 99, "endsOn": "2040-01-01"}, _INCENTIVE),
    *(
        act
        for level in (V, D)
        for act in (
            Act(
                level,
                "addWorkedExample",
                {"title": "", "figures": {}, "expected": "1"},
                {("termId",): "IncentiveTerm"},
            ),
            Act(level, "answerWorkedExample", {"accept": True}, {("exampleId",): "WorkedExample"}),
            Act(level, "withdrawWorkedExample", {}, {("exampleId",): "WorkedExample"}),
        )
    ),
    Act(V, "calculateStatements", {"period": PERIOD}, {**_INCENTIVE, **_AGREEMENT}),
    Act(V, "decideStatement", {"revision": 99, "decision": "APPROVE"}, _STATEMENT, FINANCE),
    Act(D, "disputeStatement", {"revision": 99, "reason": ""}, _STATEMENT),
    Act(D, "withdrawStatementDispute", {"revision": 99}, _STATEMENT),
    Act(V, "confirmGate", {"gate": "", "isMet": True, "note": ""}, _STATEMENT),
    Act(V, "recordAdvance", {"amount": "0", "paidOn": "2026-01-01", "reference": ""}, _STATEMENT, FINANCE),
    Act(
        V,
        "grantSpecialPrice",
        {**_SPECIAL, "customerIds": [""]},
        {**_AGREEMENT, ("products", 0, "productId"): "Product", ("customerIds", 0): "Reseller"},
    ),
    Act(V, "endSpecialPrice", {"expectedVersion": 99, "endsOn": "2040-01-01"}, {("specialPriceId",): "SpecialPrice"}),
    Act(
        D,
        "submitDebitClaim",
        {"lines": [{"quantity": "0"}]},
        {("specialPriceId",): "SpecialPrice", ("lines", 0, "lineId"): "SellThroughLine"},
    ),
    Act(V, "decideDebitClaim", {"lines": [{"position": 99, "approve": True}], "reason": ""}, _CLAIM, FINANCE),
    Act(V, "creditDebitClaim", {"creditNumber": ""}, _CLAIM, FINANCE),
    Act(D, "disputeDebitClaim", {"reason": ""}, _CLAIM),
    Act(D, "withdrawDebitClaim", {}, _CLAIM),
    Act(V, "setAgreementMoneyTerms", {"effectiveFrom": "2000-01-01"}, _AGREEMENT),
    Act(
        D,
        "proposePriceProtection",
        {"productIds": [""], "effectiveOn": "2000-01-01"},
        {**_AGREEMENT, ("productIds", 0): "Product"},
    ),
    Act(
        D,
        "requestStockRotation",
        {"lines": [{"quantity": "1"}], "orderNumber": "A", "orderAmount": "1"},
        {**_AGREEMENT, ("lines", 0, "productId"): "Product"},
    ),
    Act(
        V, "decideStockCredit", {"expectedRevision": 99, "act": "APPROVE"}, {("stockCreditId",): "StockCredit"}, FINANCE
    ),
    Act(D, "answerStockCredit", {"expectedRevision": 99, "act": "ACCEPT"}, {("stockCreditId",): "StockCredit"}),
    Act(V, "settleCommitment", {"periodStart": "2000-01-01", "note": ""}, _AGREEMENT, FINANCE),
    Act(V, "recordDeduction", _MEMO, _AGREEMENT, FINANCE),
    Act(D, "recordDeduction", _MEMO, _AGREEMENT),
    *(
        Act(V, "matchDeduction", {}, {("deductionId",): "Deduction", ("claimId",): kind}, FINANCE)
        for kind in ("DebitClaim", "Statement", "StockCredit")
    ),
    Act(
        V,
        "setRecommendedPrices",
        {"prices": [{"currency": "EUR", "price": "1", "effectiveFrom": "2000-01-01"}]},
        {("prices", 0, "productId"): "Product"},
    ),
    Act(
        V,
        "setAdvertisedPriceFloors",
        {"floors": [{"country": "DE", "currency": "EUR", "price": "1", "effectiveFrom": "2000-01-01"}]},
        {("floors", 0, "productId"): "Product"},
    ),
    *(
        Act(R, name, {"period": PERIOD, "source": source}, {("enrollmentId",): "Enrollment", **upload})
        for name in ("submitSellOut", "previewSellOut")
        for source, upload in (({"lines": [_SOLD]}, {}), ({}, {("source", "uploadId"): "Upload"}))
    ),
)
"Beside the id that is tried, inputs have something else that is wrong wherever they can, so that nothing is ever done."
