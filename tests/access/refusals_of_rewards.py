"""Every mutation about SPIFFs that names an object, with inputs that are right but for one id; see `refusals`."""

from app.access.roles import Role
from app.programme.terms import Level
from tests.access.refusals_of_money import Act

V, D, R = Level
_SALES = {"start": "2026-01-01", "end": "2026-02-01"}
_TERMS = {"name": "", "audience": "RESELLER", "currency": "EUR", "perUnit": "1", "sales": _SALES}
_CLAIM = {"documentNumber": "A", "documentLine": "1", "quantity": "1"}
REWARD_ACTS = (
    Act(
        V,
        "createSpiff",
        {**_TERMS, "productIds": [""], "distributorIds": [""]},
        {("productIds", 0): "Product", ("distributorIds", 0): "Distributor"},
    ),
    Act(V, "endSpiff", {"expectedVersion": 99, "endsOn": "2040-01-01"}, {("spiffId",): "Spiff"}),
    Act(V, "decideSpiffClaim", {"verdict": "DENY", "reason": ""}, {("claimId",): "SpiffClaim"}),
    Act(V, "payPayout", {"paymentReference": ""}, {("payoutId",): "Payout"}, Role.VENDOR_FINANCE),
    *(
        act
        for level in (D, R)
        for act in (
            Act(level, "addSpiffRep", {"name": "", "payoutReference": ""}, {("vendorId",): "Vendor"}),
            Act(level, "endSpiffRep", {}, {("repId",): "SpiffRep"}),
            Act(
                level,
                "claimSpiff",
                _CLAIM,
                {
                    ("spiffId",): "Spiff",
                    ("repId",): "SpiffRep",
                    ("distributorId",): "Distributor",
                    ("productId",): "Product",
                },
            ),
        )
    ),
)
