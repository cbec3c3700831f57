"""Where what is tried out tells of claims, and a row of stock of what it corrects: reports and aliases lead to these, and
these to the objects of other features."""

from app.access.roles import Permission
from app.claim_effects.actions import reckoned_by
from app.execution.edges import attach, edge
from app.incentives.effects.graph import effects_of_alias
from app.joins.references import to
from app.pricing.graph import Product, products_by_key
from app.pricing.previews.actions import claims_worth
from app.pricing.previews.graph import ClaimEffect, effects_of_preview, effects_of_trial
from app.pricing.special_prices.graph import SpecialPrice, special_prices_by_key
from app.reports import graph as reports
from app.reports.aliases import graph as aliases
from app.reports.stock import graph as stock

reckoned_by(claims_worth)


attach(
    stock.StockRow,
    corrects=to(
        "corrects_key",
        reports.submissions_by_key,
        reports.Submission | None,
        "The report of what it took the place of.",
    ),
)
attach(reports.Submission, claim_effects=edge(effects_of_preview, permission=Permission.CLAIM_READ))
attach(aliases.AliasEffect, claim_effects=edge(effects_of_trial, permission=Permission.CLAIM_READ))
attach(
    aliases.AliasUndoEffect,
    money_effects=edge(effects_of_alias, permission=Permission.INCENTIVE_READ),
    claim_effects=edge(effects_of_trial, permission=Permission.CLAIM_READ),
)
attach(
    ClaimEffect,
    special_price=to(
        "special_price_key", special_prices_by_key, SpecialPrice | None, "The special price; null where it is no debit."
    ),
    product=to("product_key", products_by_key, Product | None, "The product; null for what may go back in a quarter."),
)
