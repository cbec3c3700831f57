"""Where SPIFFs lead to the objects of other features, and those to SPIFFs."""

from app.access.roles import Permission
from app.execution.edges import attach, edge
from app.joins.references import to
from app.partners.organizations.graph import (
    Distributor,
    Reseller,
    Vendor,
    distributors_by_key,
    resellers_by_key,
    vendors_by_key,
)
from app.pricing.graph import Product, products_by_key
from app.rewards.claims.graph import (
    SpiffClaim,
    SpiffLine,
    claimable_of_spiff,
    claims_of_reseller,
    claims_of_spiff,
    claims_of_vendor,
    spiff_claims_by_key,
)
from app.rewards.graph import (
    Spiff,
    SpiffProduct,
    SpiffRep,
    reps_by_key,
    reps_of_vendor,
    spiffs_by_key,
    spiffs_of_reseller,
    spiffs_of_vendor,
)
from app.rewards.payouts.graph import PayoutLine, payouts_of_vendor

attach(
    Vendor,
    spiffs=edge(spiffs_of_vendor, permission=Permission.SPIFF_READ),
    spiff_claims=edge(claims_of_vendor, permission=Permission.SPIFF_READ),
    spiff_reps=edge(reps_of_vendor, permission=Permission.SPIFF_READ),
    payouts=edge(payouts_of_vendor, permission=Permission.SPIFF_READ),
)
attach(
    Reseller,
    spiffs=edge(spiffs_of_reseller, permission=Permission.SPIFF_READ),
    spiff_claims=edge(claims_of_reseller, permission=Permission.SPIFF_READ),
)
attach(
    Spiff,
    vendor=to("vendor_key", vendors_by_key, Vendor | None, "Who pays it."),
    claims=edge(claims_of_spiff),
    claimable=edge(claimable_of_spiff),
)
attach(SpiffProduct, product=to("product_key", products_by_key, Product | None, "The product."))
attach(
    SpiffClaim,
    vendor=to("vendor_key", vendors_by_key, Vendor | None, "Who pays it."),
    spiff=to("spiff_key", spiffs_by_key, Spiff | None, "The SPIFF."),
    rep=to("rep_key", reps_by_key, SpiffRep | None, "Whom it pays; null for the vendor, who reads that in a payout."),
    product=to("product_key", products_by_key, Product | None, "What was sold."),
    reseller=to("reseller_key", resellers_by_key, Reseller | None, "Who claimed; null where a distributor did."),
    distributor=to(
        "distributor_key", distributors_by_key, Distributor | None, "Who claimed; null where a reseller did."
    ),
    seller=to(
        "seller_key",
        distributors_by_key,
        Distributor | None,
        "Who sold it; null for the vendor where that distributor's agreement does not disclose who buys.",
    ),
    adjusts=to("adjusts_key", spiff_claims_by_key, SpiffClaim | None, "The claim of which it takes something back."),
)
attach(
    SpiffLine,
    seller=to("seller_key", distributors_by_key, Distributor | None, "Who sold it."),
    product=to("product_key", products_by_key, Product | None, "What was sold."),
)
attach(
    PayoutLine,
    reseller=to("reseller_key", resellers_by_key, Reseller | None, "Whose representative it is; or a distributor's."),
    distributor=to(
        "distributor_key", distributors_by_key, Distributor | None, "Whose representative it is; or a reseller's."
    ),
)
