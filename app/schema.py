"""Joins the features into one graph: the roots, and the fields by which one feature's objects lead to another's."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import strawberry
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

from app.access.actor import Actor
from app.access.guard import seal
from app.access.roles import Permission, Role
from app.alerts import graph as alerts
from app.execution.connections import Connection
from app.execution.described import values, visible
from app.execution.edges import Selection, attach, edge, reference
from app.execution.errors import bad_input
from app.execution.identifiers import Key, read_global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import SCALARS
from app.network import graph as network
from app.network.calendars.graph import CalendarMutation, calendar_of_vendors, previewed_months
from app.network.knowledge.moments import knowable
from app.network.pairs import activity_of_pairs, sell_through_of_pairs
from app.network.proof.graph import lines_of_purchases, lines_of_sales, sell_in_lines_of_sales
from app.network.purchases.graph import PurchaseRow, purchases_of_reseller
from app.network.rates.graph import RatesMutation, rates_of_vendors
from app.network.rows import SalesRow
from app.partners.agreements.graph import DistributionAgreement, ReportingRequirement, agreements_by_key
from app.partners.authorizations.graph import ResellerAuthorization, authorizations_by_key
from app.partners.enrollments.graph import Enrollment, enrollments_by_key
from app.partners.mutations import PartnersMutation
from app.partners.organizations.graph import (
    Distributor,
    Reseller,
    Vendor,
    distributors_by_key,
    resellers_by_key,
    vendors_by_key,
    viewer_distributor,
    viewer_reseller,
    viewer_vendor,
)
from app.partners.programs.graph import Program, programs_by_key
from app.pricing.composition.graph import CompositionMutation, components_of_product, units_of_product
from app.pricing.graph import PricingMutation, Product, products_by_key, products_of_vendor
from app.reports import graph as reports
from app.reports.aliases import graph as aliases
from app.reports.aliases.suggestions.graph import Suggestion
from app.reports.effects.graph import SubmissionEffect
from app.reports.held import graph as held
from app.reports.held.mutations import HeldMutation
from app.reports.lines import graph as lines
from app.reports.lines.purchases import PurchaseLine, purchase_lines_recorded
from app.reports.lines.sell_in.graph import SellInLine, sell_in_lines_by_key, sell_in_lines_recorded
from app.reports.mutations import ReportsMutation
from app.reports.periods import graph as periods
from app.reports.periods.mutations import PeriodsMutation
from app.reports.profiles import graph as profiles
from app.reports.profiles.mutations import ProfilesMutation
from app.reports.progress import ReportsSubscription
from app.reports.stock import graph as stock
from app.reports.stock.differences.graph import StockEffect, stock_effects_of_submission
from app.reports.stock.mutations import StockMutation
from app.reports.stock.rolling import graph as rolling

MOST_NODES = 250
LOADERS: dict[str, Callable[[Request[Actor], Sequence[Key]], Awaitable[Sequence[Any]]]] = {
    "Vendor": vendors_by_key,
    "Distributor": distributors_by_key,
    "Reseller": resellers_by_key,
    "Program": programs_by_key,
    "DistributionAgreement": agreements_by_key,
    "ResellerAuthorization": authorizations_by_key,
    "Enrollment": enrollments_by_key,
    "Product": products_by_key,
    "Submission": reports.submissions_by_key,
    "SellThroughLine": lines.lines_by_key,
    "SellInLine": sell_in_lines_by_key,
    "Alias": aliases.aliases_by_key,
    "ReportingPeriod": periods.periods_by_key,
    "Alert": alerts.alerts_by_key,
    "HeldDecision": held.held_decisions_by_key,
    "ReportProfile": profiles.profiles_by_key,
}
"How an object is found by its key, by the type's name. What a loader does not find does not exist for the asker."

values(Role)


@visible("viewer:read")
class User:
    """The person who asks."""

    id: strawberry.ID
    "The user's id."
    name: str
    "The user's name."


@visible("viewer:read")
class OAuthClient:
    """The integration that asks."""

    id: strawberry.ID
    "Its client id."
    name: str
    "Its name, for people."


async def _vendor(request: Request[Actor], parents: Sequence[Any], selection: Selection) -> list[Vendor | None]:
    """The vendor that you are, with its network; null for the other levels."""
    return [await viewer_vendor(request)] * len(parents)


async def _distributor(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[Distributor | None]:
    """The distributor that you are, in all networks; null for the other levels."""
    return [await viewer_distributor(request)] * len(parents)


async def _reseller(request: Request[Actor], parents: Sequence[Any], selection: Selection) -> list[Reseller | None]:
    """The reseller that you are, in all networks; null for the other levels."""
    return [await viewer_reseller(request)] * len(parents)


@visible("viewer:read")
class Viewer:
    """The signed-in user or integration, acting for one organisation."""

    user: User | None
    "The person who asks; null for an integration."
    client: OAuthClient | None
    "The integration that asks; null for a person."
    organization_name: str
    "The organisation that it acts for."
    roles: list[Role]
    "What it is inside the organisation."
    scopes: list[str]
    "What its token was given for."
    vendor = edge(_vendor)
    distributor = edge(_distributor)
    reseller = edge(_reseller)


async def _viewer(request: Request[Actor], parents: Sequence[Any], selection: Selection) -> list[Viewer]:
    """The signed-in user or integration, acting for one organisation: where the graph begins."""
    actor = request.actor
    client = OAuthClient(id=strawberry.ID(str(actor.client_id)), name=actor.name) if actor.client_id else None
    user = User(id=strawberry.ID(str(actor.user_id)), name=actor.name) if actor.user_id else None
    found = Viewer(
        user=user,
        client=client,
        organization_name=actor.organization_name,
        roles=sorted(actor.roles),
        scopes=sorted(scope.value for scope in actor.scopes or ()),
    )
    return [found] * len(parents)


async def _node(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    id: Annotated[strawberry.ID, strawberry.argument(description="A global id, as any field `id` gives it.")],
) -> list[Node | None]:
    """An object by its global id; null where there is none that you may see."""
    return (await _found(request, [id])) * len(parents)


async def _nodes(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, at most 250.")],
) -> list[list[Node | None]]:
    """Objects by their global ids, in their order; null where there is none that you may see."""
    if len(ids) > MOST_NODES:
        raise bad_input(f"`nodes` takes at most {MOST_NODES} ids, not {len(ids)}.")
    return [await _found(request, ids)] * len(parents)


async def _found(request: Request[Actor], ids: Sequence[str]) -> list[Node | None]:
    """The objects of these ids. A type that the asker may not read is not looked up at all."""
    wanted: dict[str, list[Key]] = {}
    read = [read_global_id(each) for each in ids]
    for each in read:
        if each is not None and each.type_name in LOADERS and _may_read(request.actor, each.type_name):
            wanted.setdefault(each.type_name, []).append(each.key)
    found: dict[tuple[str, Key], Node | None] = {}
    for name, keys in wanted.items():
        unique = list(dict.fromkeys(keys))
        loaded = await LOADERS[name](request, unique)
        found.update({(name, key): each for key, each in zip(unique, loaded, strict=True)})
    return [found.get((each.type_name, each.key)) if each is not None else None for each in read]


def _may_read(actor: Actor, type_name: str) -> bool:
    required: frozenset[Permission] = schema._schema.type_map[type_name].extensions["requires"]
    return required <= actor.permissions


@strawberry.type
class Query:
    viewer = edge(_viewer, permission=Permission.VIEWER_READ)
    node = edge(_node, permission=Permission.VIEWER_READ)
    nodes = edge(_nodes, permission=Permission.VIEWER_READ)


@strawberry.type
class Mutation(
    ReportsMutation,
    StockMutation,
    PartnersMutation,
    PricingMutation,
    CompositionMutation,
    ProfilesMutation,
    HeldMutation,
    PeriodsMutation,
    alerts.AlertsMutation,
    CalendarMutation,
    RatesMutation,
):
    pass


@strawberry.type
class Subscription(ReportsSubscription, alerts.AlertsSubscription):
    pass


def _key(name: str) -> Callable[[Any], Key | None]:
    return lambda parent: getattr(parent, name)


def _to(name: str, loader: Any, returns: object, description: str) -> Any:
    return reference(loader, returns, key=_key(name), description=description)


def _to_agreement(description: str = "The agreement under which it is owed.") -> Any:
    return _to("agreement_key", agreements_by_key, DistributionAgreement | None, description)


def _to_distributor(description: str) -> Any:
    return _to("distributor_key", distributors_by_key, Distributor | None, description)


def _to_reseller(description: str) -> Any:
    return _to("reseller_key", resellers_by_key, Reseller | None, description)


def _to_product(description: str) -> Any:
    return _to("product_key", products_by_key, Product | None, description)


def _to_submission(description: str) -> Any:
    return _to("submission_key", reports.submissions_by_key, reports.Submission | None, description)


async def _subject(request: Request[Actor], parents: Sequence[Any], selection: Selection) -> list[Node | None]:
    """The reporting period or the report that it is about; null where you may not read it."""
    return await _found(request, [parent.subject_id for parent in parents])


attach(Viewer, alerts=edge(alerts.alerts_of_viewer))
attach(
    alerts.Alert,
    subject=edge(_subject),
    agreement=_to_agreement("The agreement under which it is."),
    distributor=_to_distributor("Whose reporting or report it is about."),
)
attach(ReportingRequirement, calendar=edge(periods.calendar_of_agreement))
attach(
    DistributionAgreement,
    reporting_periods=edge(periods.periods_of_agreement),
    reporting_record=edge(periods.reporting_records),
)
attach(periods.ReportingPeriod, agreement=_to_agreement())
attach(Vendor, products=edge(products_of_vendor), network=edge(network.network_of_vendor))
attach(Product, units=edge(units_of_product), components=edge(components_of_product))
attach(
    Vendor,
    fiscal_calendar=edge(calendar_of_vendors),
    fiscal_calendar_preview=edge(previewed_months),
    exchange_rates=edge(rates_of_vendors),
)
attach(Distributor, sales=edge(network.sales_of_distributor))
attach(Reseller, purchases=edge(purchases_of_reseller))
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
    profile=_to(
        "profile_key",
        profiles.profiles_by_key,
        profiles.ReportProfile | None,
        "The profile that was live when it was received, by which it is read; null where none was, and for a vendor.",
    ),
)
attach(profiles.ReportProfile, agreement=_to_agreement("The agreement under which the reports are owed."))


def _of_line(distributor: str, product: str) -> dict[str, Any]:
    """What a line of a report leads to, whoever sold it; the sentences say what distributor and product did."""
    stands, follows = "The report it stands in.", "The report that took its place; null while it stands."
    return {
        "distributor": _to_distributor(distributor),
        "product": _to_product(product),
        "kit": _to("kit_key", products_by_key, Product | None, "The kit, of which this is a component."),
        "submission": _to_submission(stands),
        "corrected_by": _to("corrected_by_key", reports.submissions_by_key, reports.Submission | None, follows),
    }


attach(SellInLine, **_of_line("Who bought.", "What was bought."))
attach(
    lines.SellThroughLine,
    **_of_line("Who sold.", "What was sold."),
    reseller=_to_reseller("Who bought; null where that is not disclosed to you."),
)
attach(
    PurchaseLine,
    distributor=_to_distributor("Who sold."),
    product=_to_product("What was bought."),
    kit=_to("kit_key", products_by_key, Product | None, "The kit, of which this is a component."),
)
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

schema = seal(
    strawberry.Schema(
        Query,
        Mutation,
        Subscription,
        types=[Vendor, Distributor, Reseller, Program, Enrollment, ResellerAuthorization, Product],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
)


def printed() -> str:
    """The contract, as it is kept in graphql/schema.graphql."""
    return print_schema(schema) + "\n"
