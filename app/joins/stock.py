"""Where credits for stock lead to the objects of other features, and agreements to them."""

from typing import Any

from app.access.roles import Permission
from app.execution.edges import attach, edge
from app.joins.references import to
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key
from app.partners.organizations.graph import Distributor, distributors_by_key
from app.pricing.graph import Product, products_by_key
from app.pricing.money_terms.graph import money_terms_of_agreement
from app.pricing.net_costs.graph import NetCost, NetCostStep, net_cost_of_agreement
from app.pricing.rotation.graph import allowance_of_agreement
from app.pricing.stock_credits.graph import (
    StockCredit,
    StockCreditCount,
    StockCreditLine,
    credits_of_agreement,
    stock_credits_by_key,
)
from app.reports import graph as reports
from app.reports.lines.sell_in.graph import SellInLine, sell_in_lines_by_key


def _to_product(description: str) -> Any:
    return to("product_key", products_by_key, Product | None, description)


def _to_purchase() -> Any:
    told = "The line of the vendor's invoice by which they were bought."
    return to("purchase_key", sell_in_lines_by_key, SellInLine | None, told)


attach(
    DistributionAgreement,
    money_terms=edge(money_terms_of_agreement, permission=Permission.CLAIM_READ),
    stock_credits=edge(credits_of_agreement, permission=Permission.CLAIM_READ),
    rotation_allowance=edge(allowance_of_agreement, permission=Permission.CLAIM_READ),
    net_cost=edge(net_cost_of_agreement, permission=Permission.CLAIM_READ),
)
attach(
    StockCredit,
    agreement=to(
        "agreement_key", agreements_by_key, DistributionAgreement | None, "The agreement under which it is owed."
    ),
    distributor=to("distributor_key", distributors_by_key, Distributor | None, "Whose stock it is."),
    product=_to_product("The product whose price changed; null for rotation."),
)
attach(StockCreditLine, product=_to_product("The product."), purchase=_to_purchase())
attach(
    StockCreditCount,
    submission=to(
        "submission_key", reports.submissions_by_key, reports.Submission | None, "The report that counted it."
    ),
)
attach(NetCost, purchase=_to_purchase())
attach(NetCostStep, credit=to("credit_key", stock_credits_by_key, StockCredit | None, "The credit."))
