"""Where deals lead to the objects of other features, and those to deals."""

from app.access.roles import Permission
from app.deals.fulfilment.graph import (
    DealAttribution,
    DealFulfilmentLine,
    attribution_of_vendor,
    fulfilment_of_deals,
    lines_of_deals,
)
from app.deals.graph import (
    DealProduct,
    DealRegistration,
    deals_by_key,
    deals_of_agreement,
    deals_of_reseller,
    deals_of_vendor,
    terms_of_vendor,
)
from app.execution.edges import attach, edge
from app.joins.references import to
from app.partners.agreements.graph import DistributionAgreement
from app.partners.organizations.graph import (
    Distributor,
    Reseller,
    Vendor,
    distributors_by_key,
    resellers_by_key,
    vendors_by_key,
)
from app.pricing.graph import Product, products_by_key
from app.pricing.special_prices.graph import SpecialPrice
from app.reports.lines.graph import SellThroughLine, lines_by_key

attach(
    Vendor,
    deals=edge(deals_of_vendor, permission=Permission.DEAL_READ),
    deal_terms=edge(terms_of_vendor, permission=Permission.DEAL_READ),
    deal_attribution=edge(attribution_of_vendor, permission=Permission.DEAL_READ),
)
attach(DistributionAgreement, deals=edge(deals_of_agreement, permission=Permission.DEAL_READ))
attach(Reseller, deals=edge(deals_of_reseller, permission=Permission.DEAL_READ))
attach(
    DealRegistration,
    fulfilment=edge(fulfilment_of_deals),
    fulfilment_lines=edge(lines_of_deals),
    vendor=to("vendor_key", vendors_by_key, Vendor | None, "With whom it is registered."),
    reseller=to("reseller_key", resellers_by_key, Reseller | None, "Who registered it."),
    supplier=to(
        "supplier_key",
        distributors_by_key,
        Distributor | None,
        "The distributor that it names; null where it names none, or one whose agreement keeps from you who buys there.",
    ),
)
attach(
    DealProduct,
    product=to("product_key", products_by_key, Product | None, "The product; null where it is a whole family."),
)
attach(
    DealFulfilmentLine,
    line=to("line_key", lines_by_key, SellThroughLine | None, "The line of the report."),
    product=to("product_key", products_by_key, Product | None, "What was sold."),
)
attach(DealAttribution, reseller=to("reseller_key", resellers_by_key, Reseller | None, "Who registered them."))
attach(
    SpecialPrice,
    deal=to(
        "deal_key",
        deals_by_key,
        DealRegistration | None,
        "The deal that it was granted for; null where it was for none, or for one of which you are not the named supplier.",
    ),
)
