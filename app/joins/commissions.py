"""Where commissions lead to the objects of other features, and those to commissions."""

from app.access.roles import Permission
from app.deals.graph import DealRegistration, deals_by_key
from app.execution.edges import attach, edge
from app.joins.references import to
from app.partners.organizations.graph import Reseller, Vendor, resellers_by_key, vendors_by_key
from app.pricing.graph import Product, products_by_key
from app.reports.lines.graph import SellThroughLine, lines_by_key
from app.rewards.commissions.graph import (
    AgentAssignment,
    CommissionLine,
    CommissionPlan,
    CommissionProduct,
    CommissionStatement,
    assignments_by_key,
    commission_plans_by_key,
)
from app.rewards.commissions.lists import (
    assignments_of_reseller,
    assignments_of_vendor,
    plans_of_reseller,
    plans_of_vendor,
    statements_of_plan,
    statements_of_reseller,
    statements_of_vendor,
)

attach(
    Vendor,
    commission_plans=edge(plans_of_vendor, permission=Permission.COMMISSION_READ),
    agent_assignments=edge(assignments_of_vendor, permission=Permission.COMMISSION_READ),
    commission_statements=edge(statements_of_vendor, permission=Permission.COMMISSION_READ),
)
attach(
    Reseller,
    commission_plans=edge(plans_of_reseller, permission=Permission.COMMISSION_READ),
    agent_assignments=edge(assignments_of_reseller, permission=Permission.COMMISSION_READ),
    commission_statements=edge(statements_of_reseller, permission=Permission.COMMISSION_READ),
)
attach(
    CommissionPlan,
    vendor=to("vendor_key", vendors_by_key, Vendor | None, "Who pays."),
    replaces=to("replaces_key", commission_plans_by_key, CommissionPlan | None, "The plan whose place it took."),
    statements=edge(statements_of_plan),
)
attach(CommissionProduct, product=to("product_key", products_by_key, Product | None, "The product."))
attach(
    AgentAssignment,
    vendor=to("vendor_key", vendors_by_key, Vendor | None, "Who assigned it."),
    agent=to("agent_key", resellers_by_key, Reseller | None, "The agent."),
    reseller=to(
        "bought_by_key", resellers_by_key, Reseller | None, "The reseller that buys. Only the vendor reads it."
    ),
)
attach(
    CommissionStatement,
    plan=to("plan_key", commission_plans_by_key, CommissionPlan | None, "The plan."),
    agent=to("agent_key", resellers_by_key, Reseller | None, "The agent."),
)
attach(
    CommissionLine,
    line=to(
        "line_key",
        lines_by_key,
        SellThroughLine | None,
        "The line that was reported, which leads to its row. Only the vendor reads it.",
    ),
    product=to("product_key", products_by_key, Product | None, "What was sold."),
    deal=to("deal_key", deals_by_key, DealRegistration | None, "The deal of the agent by which it is the agent's."),
    assignment=to("assignment_key", assignments_by_key, AgentAssignment | None, "Or the assignment by which it is."),
)
