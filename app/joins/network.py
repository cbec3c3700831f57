"""Where agreements, reports, prices, figures and the money between vendor and distributor lead to one another."""

from typing import Any

from app.access.roles import Permission
from app.alerts import graph as alerts
from app.execution.connections import Connection
from app.execution.edges import attach, edge
from app.incentives.accrued.graph import accruals_of_agreement, accruals_of_term
from app.incentives.back_tests.graph import (
    BacktestPayout,
    BacktestSign,
    IncentiveDifference,
    backtest,
    preview_incentive,
)
from app.incentives.effects.graph import effects_of_alias, effects_of_submission
from app.incentives.examples.graph import WorkedExample, examples_of_term
from app.incentives.graph import (
    Incentive,
    IncentiveTerm,
    incentives_by_key,
    incentives_of_agreement,
    incentives_of_vendor,
    terms_by_key,
)
from app.incentives.rules.graph import IncentiveScope, products_of_scopes
from app.incentives.statements import graph as statements
from app.incentives.statements.deciding.graph import thresholds_of_vendor
from app.incentives.statements.explaining.graph import StatementLine, line_shown
from app.joins.references import to
from app.ledger.deductions.graph import (
    Deduction,
    ageing_of_agreement,
    ageing_of_vendor,
    deductions_of_agreement,
    deductions_of_vendor,
)
from app.ledger.found.graph import FoundRow, found_of_agreement, found_of_vendor
from app.ledger.graph import ledger_of_agreement, trial_balance_of_vendor
from app.network import graph as network
from app.network.calendars.graph import calendar_of_vendors, previewed_months
from app.network.knowledge.moments import knowable
from app.network.pairs import activity_of_pairs, sell_through_of_pairs
from app.network.proof.graph import lines_of_purchases, lines_of_sales, sell_in_lines_of_sales
from app.network.purchases.graph import PurchaseRow, purchases_of_reseller
from app.network.rates.graph import rates_of_vendors
from app.network.rows import SalesRow
from app.partners.agreements.graph import DistributionAgreement, ReportingRequirement, agreements_by_key
from app.partners.agreements.prices.graph import (
    PriceDeviation,
    PriceInForce,
    deviations_of_agreements,
    line_of_deviations,
    price_in_force_of_products,
    prices_of_agreements,
)
from app.partners.authorizations.graph import ResellerAuthorization
from app.partners.organizations.graph import (
    Distributor,
    Reseller,
    Vendor,
    distributors_by_key,
    resellers_by_key,
)
from app.pricing.claims.graph import (
    CostReduction,
    DebitClaim,
    DebitClaimLine,
    claims_by_key,
    claims_of_agreement,
    cost_reductions_of_lines,
)
from app.pricing.claims.matching.graph import MatchingLine, matching_lines
from app.pricing.composition.graph import components_of_product, units_of_product
from app.pricing.graph import Product, products_by_key, products_of_vendor
from app.pricing.guidance.graph import advertised_price_floors, recommended_prices
from app.pricing.special_prices.graph import (
    SpecialPrice,
    SpecialPriceProduct,
    customers_of_special_prices,
    special_prices_by_key,
    special_prices_of_agreement,
)
from app.programme.money_terms import Basis
from app.reports import graph as reports
from app.reports.aliases import graph as aliases
from app.reports.aliases.suggestions.graph import Suggestion
from app.reports.effects.graph import SubmissionEffect
from app.reports.held import graph as held
from app.reports.lines import graph as lines
from app.reports.lines.purchases import PurchaseLine, purchase_lines_recorded
from app.reports.lines.sell_in.graph import SellInLine, sell_in_lines_recorded
from app.reports.periods import graph as periods
from app.reports.profiles import graph as profiles
from app.reports.sell_out import graph as sell_out
from app.reports.stock import graph as stock
from app.reports.stock.differences.graph import StockEffect, stock_effects_of_submission
from app.reports.stock.rolling import graph as rolling


def _to_agreement(description: str = "The agreement under which it is owed.") -> Any:
    return to("agreement_key", agreements_by_key, DistributionAgreement | None, description)


def _to_distributor(description: str) -> Any:
    return to("distributor_key", distributors_by_key, Distributor | None, description)


def _to_reseller(description: str) -> Any:
    return to("reseller_key", resellers_by_key, Reseller | None, description)


def _to_product(description: str) -> Any:
    return to("product_key", products_by_key, Product | None, description)


def _to_submission(description: str) -> Any:
    return to("submission_key", reports.submissions_by_key, reports.Submission | None, description)


attach(
    alerts.Alert,
    agreement=_to_agreement("The agreement under which it is; null where it is under none."),
    distributor=_to_distributor("The distributor that it is about, or whose report; null where it is about none."),
    reseller=_to_reseller("The reseller that it is about; null where it is about none."),
)
attach(ReportingRequirement, calendar=edge(periods.calendar_of_agreement))
attach(
    DistributionAgreement,
    reporting_periods=edge(periods.periods_of_agreement),
    reporting_record=edge(periods.reporting_records),
)
attach(periods.ReportingPeriod, agreement=_to_agreement())
attach(Vendor, products=edge(products_of_vendor), network=edge(network.network_of_vendor))
attach(
    Product,
    units=edge(units_of_product),
    components=edge(components_of_product),
    price_in_force=edge(price_in_force_of_products, permission=Permission.PRICE_READ),
    recommended_prices=edge(recommended_prices),
    advertised_price_floors=edge(advertised_price_floors),
)
attach(
    DistributionAgreement,
    prices=edge(prices_of_agreements, permission=Permission.PRICE_READ),
    price_deviations=edge(deviations_of_agreements, permission=Permission.LEDGER_READ),
)
attach(PriceInForce, product=_to_product("The product."))
attach(PriceDeviation, line=line_of_deviations(sell_in_lines_recorded, SellInLine))
attach(
    Vendor,
    fiscal_calendar=edge(calendar_of_vendors),
    fiscal_calendar_preview=edge(previewed_months),
    exchange_rates=edge(rates_of_vendors),
)
attach(Distributor, sales=edge(network.sales_of_distributor))
attach(
    Reseller,
    purchases=edge(purchases_of_reseller),
    sell_out_submissions=edge(sell_out.sell_out_of_reseller, permission=Permission.SELL_OUT_READ),
    sell_out_lines=edge(sell_out.sell_out_lines_of_reseller),
)
attach(ResellerAuthorization, sell_through=edge(sell_through_of_pairs), is_active=edge(activity_of_pairs))
attach(
    DistributionAgreement,
    submissions=edge(reports.submissions_of_agreement),
    lines=lines.lines_of_agreement(knowable),
    aliases=edge(aliases.aliases_of_agreement),
    held_codes=edge(held.held_codes_of_agreement),
    held_decisions=edge(held.held_decisions_of_agreement),
    inventory=edge(stock.inventory_of_agreement),
    stock=edge(rolling.stock_of_agreement),
    report_profiles=edge(profiles.profiles_of_agreement),
)
attach(reports.Submission, agreement=_to_agreement())
attach(
    reports.Submission, stock_rows=edge(stock.stock_rows_of_submission), stock_effects=edge(stock_effects_of_submission)
)
attach(
    reports.Submission,
    money_effects=edge(effects_of_submission, permission=Permission.INCENTIVE_READ),
)
attach(
    aliases.AliasEffect,
    money_effects=edge(effects_of_alias, permission=Permission.INCENTIVE_READ),
)
attach(StockEffect, product=_to_product("The product."))
attach(stock.StockRow, product=_to_product("The product; null while its code is unknown."))
attach(
    stock.InventoryPosition,
    product=_to_product("What was counted."),
    submission=_to_submission("The report that counted it."),
)
attach(rolling.StockPosition, product=_to_product("What was counted."))
attach(SubmissionEffect, product=_to_product("The product."))
attach(
    reports.Submission,
    profile=to(
        "profile_key",
        profiles.profiles_by_key,
        profiles.ReportProfile | None,
        "The profile that was live when it was received, by which it is read; null where none was, and for a vendor.",
    ),
)
attach(profiles.ReportProfile, agreement=_to_agreement("The agreement under which the reports are owed."))


def _of_own_line(product: str) -> dict[str, Any]:
    """What every line leads to; the sentence says what became of the product."""
    kit = to("kit_key", products_by_key, Product | None, "The kit, of which this is a component.")
    return {"product": _to_product(product), "kit": kit}


def _of_line(distributor: str, product: str) -> dict[str, Any]:
    """What a line of a report leads to, whoever sold it; the sentences say what distributor and product did."""
    stands, follows = "The report it stands in.", "The report that took its place; null while it stands."
    return {
        "distributor": _to_distributor(distributor),
        **_of_own_line(product),
        "submission": _to_submission(stands),
        "corrected_by": to("corrected_by_key", reports.submissions_by_key, reports.Submission | None, follows),
    }


attach(SellInLine, **_of_line("Who bought.", "What was bought."))
attach(
    lines.SellThroughLine,
    **_of_line("Who sold.", "What was sold."),
    reseller=_to_reseller("Who bought; null where that is not disclosed to you."),
)
attach(PurchaseLine, distributor=_to_distributor("Who sold."), **_of_own_line("What was bought."))
attach(sell_out.SellOutLine, submission=_to_submission("The report it stands in."), **_of_own_line("What was sold."))
attach(
    aliases.Alias,
    product=_to_product("The product, where the code stands for one."),
    reseller=_to_reseller("The reseller, where the code stands for one."),
)
attach(
    Suggestion,
    product=_to_product("The product, where the code may stand for one."),
    reseller=_to_reseller("The reseller, where the code may be its account."),
)
attach(
    SalesRow,
    distributor=_to_distributor("The distributor, where grouped by it."),
    reseller=_to_reseller("The reseller, where grouped by it and disclosed to you."),
    product=_to_product("The product, where grouped by it."),
    lines=lines_of_sales(lines.lines_recorded, Connection[lines.SellThroughLine]),
    sell_in_lines=sell_in_lines_of_sales(sell_in_lines_recorded, Connection[SellInLine]),
)
attach(
    PurchaseRow,
    lines=lines_of_purchases(purchase_lines_recorded, Connection[PurchaseLine]),
    distributor=_to_distributor("Where it was bought, where grouped by it."),
    product=_to_product("The product, where grouped by it."),
)
attach(
    Vendor,
    incentives=edge(incentives_of_vendor, permission=Permission.INCENTIVE_READ),
)
attach(
    DistributionAgreement,
    incentives=edge(incentives_of_agreement, permission=Permission.INCENTIVE_READ),
    accruals=edge(accruals_of_agreement, permission=Permission.INCENTIVE_READ),
)
attach(
    IncentiveTerm,
    incentive=to(
        "incentive_key",
        incentives_by_key,
        Incentive | None,
        "The incentive; null for the distributor, who reads its terms.",
    ),
    agreement=_to_agreement("The agreement under which it was offered."),
    distributor=_to_distributor("To whom it was offered."),
    examples=edge(examples_of_term),
    accruals=edge(accruals_of_term),
)
attach(
    network.Network,
    backtest=edge(backtest, permission=Permission.BACKTEST_RUN),
    preview_incentive=edge(preview_incentive, permission=Permission.BACKTEST_RUN),
)
for _paid in (BacktestPayout, IncentiveDifference):
    attach(
        _paid,
        distributor=_to_distributor("Who would be paid."),
        agreement=_to_agreement("Under which agreement."),
    )
attach(BacktestSign, distributor=_to_distributor("Whose figures they are, where it is about one partner's."))
attach(WorkedExample, term=to("term_key", terms_by_key, IncentiveTerm | None, "The term that it is about."))
attach(
    IncentiveScope,
    products=products_of_scopes(products_by_key, Connection[Product], excluded=False),
    excluded_products=products_of_scopes(products_by_key, Connection[Product], excluded=True),
)
attach(
    Vendor,
    statements=edge(statements.statements_of_vendor, permission=Permission.STATEMENT_READ),
    approval_thresholds=edge(thresholds_of_vendor, permission=Permission.STATEMENT_READ),
)
attach(
    DistributionAgreement,
    statements=edge(statements.statements_of_agreement, permission=Permission.STATEMENT_READ),
)
attach(IncentiveTerm, statements=edge(statements.statements_of_term, permission=Permission.STATEMENT_READ))
attach(
    statements.Statement,
    agreement=_to_agreement("The agreement under which it is owed."),
    distributor=_to_distributor("To whom it is owed."),
)
attach(
    StatementLine,
    product=_to_product("What was sold, or bought."),
    sell_through_line=line_shown(
        lines.lines_recorded,
        Basis.SELL_THROUGH,
        lines.SellThroughLine | None,
        "The line of a report of sell-through; null where the rule pays on sell-in.",
    ),
    sell_in_line=line_shown(
        sell_in_lines_recorded,
        Basis.SELL_IN,
        SellInLine | None,
        "The line of a report of sell-in; null where the rule pays on sell-through.",
    ),
)
attach(
    DistributionAgreement,
    ledger=edge(ledger_of_agreement, permission=Permission.LEDGER_READ),
    deductions=edge(deductions_of_agreement, permission=Permission.LEDGER_READ),
    deduction_ageing=edge(ageing_of_agreement, permission=Permission.LEDGER_READ),
    money_found=edge(found_of_agreement, permission=Permission.LEDGER_READ),
)
attach(
    Vendor,
    trial_balance=edge(trial_balance_of_vendor, permission=Permission.LEDGER_READ),
    deductions=edge(deductions_of_vendor, permission=Permission.LEDGER_READ),
    deduction_ageing=edge(ageing_of_vendor, permission=Permission.LEDGER_READ),
    money_found=edge(found_of_vendor, permission=Permission.LEDGER_READ),
)
attach(
    Deduction,
    agreement=_to_agreement("The agreement under which it was taken."),
    distributor=_to_distributor("Who took it."),
)
attach(FoundRow, agreement=_to_agreement("The agreement under which it is."))
attach(
    DistributionAgreement,
    special_prices=edge(special_prices_of_agreement, permission=Permission.SPECIAL_PRICE_READ),
    debit_claims=edge(claims_of_agreement, permission=Permission.CLAIM_READ),
)
attach(
    SpecialPrice,
    agreement=_to_agreement("The agreement under which it is granted."),
    distributor=_to_distributor("To whom it is granted."),
    customers=customers_of_special_prices(resellers_by_key, Reseller),
    matching_lines=edge(matching_lines, permission=Permission.CLAIM_SUBMIT),
)
attach(SpecialPriceProduct, product=_to_product("The product."))
attach(
    DebitClaim,
    agreement=_to_agreement("The agreement of its special price."),
    special_price=to("special_price_key", special_prices_by_key, SpecialPrice | None, "The special price."),
    adjusts=to("adjusts_key", claims_by_key, DebitClaim | None, "The claim of which it takes something back."),
)
for _claimed in (DebitClaimLine, MatchingLine):
    attach(
        _claimed,
        product=_to_product("What was sold."),
        line=to("line_key", lines.lines_by_key, lines.SellThroughLine | None, "The line of a report that it is about."),
    )
attach(
    CostReduction,
    claim=to("claim_key", claims_by_key, DebitClaim | None, "The claim, where it is a debit or its return."),
)
attach(lines.SellThroughLine, cost_reductions=edge(cost_reductions_of_lines, permission=Permission.CLAIM_READ))
