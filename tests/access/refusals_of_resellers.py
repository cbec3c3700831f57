"""Every mutation about what distributors and resellers settle between them that names an object, with inputs that are right
but for one id; see `refusals`."""

from app.programme.terms import Level
from tests.access.refusals_of_money import Act

V, D, R = Level
_LINE = {"documentKind": "INVOICE", "documentNumber": "never", "documentLine": "1", "reason": ""}
_NEW = {"name": "", "country": "DE", "partnerType": "VAR", "accounts": []}
_AGREEMENT = {("agreementId",): "DistributionAgreement"}
RESELLER_ACTS = (
    Act(R, "contestLine", _LINE, {("distributorId",): "Distributor"}),
    Act(R, "withdrawContest", {}, {("contestedLineId",): "ContestedLine"}),
    Act(D, "answerContest", {"expectedVersion": 99, "answer": "UPHOLD"}, {("contestedLineId",): "ContestedLine"}),
    Act(V, "setResellerObligation", {"expectedVersion": 99, "active": -1}, _AGREEMENT),
    *(
        act
        for name in ("previewResellers", "importResellers")
        for act in (
            Act(D, name, {"source": {"rows": [_NEW]}}, _AGREEMENT),
            Act(D, name, {"source": {}}, {**_AGREEMENT, ("source", "uploadId"): "Upload"}),
        )
    ),
)
