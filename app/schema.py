"""The graph: its roots, and the schema that they and the joined features make (`app.joins`)."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

import app.joins  # noqa: F401  joins the features
from app.access.actor import Actor
from app.access.guard import seal
from app.access.roles import Permission, Role
from app.alerts import graph as alerts
from app.alerts.digests.graph import DigestMutation, digest_of_viewer
from app.alerts.overview.graph import OverviewItem, at_stake, overview_of_viewer
from app.audit import graph as audit
from app.deals.mutations import DealsMutation
from app.enablement.mutations import EnablementMutation
from app.enablement.onboarding.mutations import OnboardingMutation
from app.erasure.mutations import ErasureMutation
from app.execution.described import values, visible
from app.execution.edges import Selection, attach, edge
from app.execution.errors import bad_input
from app.execution.identifiers import Key, read_global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import SCALARS
from app.exports import graph as exports
from app.funds.mutations import FundsMutation
from app.incentives.affiliations.mutations import AffiliationsMutation
from app.incentives.changes.graph import AccrualChange
from app.incentives.mutations import IncentivesMutation
from app.incentives.statements.mutations import StatementsMutation
from app.inventory.standards.mutations import InventoryMutation
from app.ledger.deductions.graph import Deduction, DeductionProposal, DeductionsMutation
from app.ledger.found.graph import FoundRow
from app.ledger.graph import LedgerMonth, LedgerSettlement, LedgerTransfer
from app.loaders import LOADERS
from app.network.calendars.graph import CalendarMutation
from app.network.changes.graph import FigureChange
from app.network.rates.graph import RatesMutation
from app.partners.authorizations.graph import ResellerAuthorization
from app.partners.development.mutations import DevelopmentMutation
from app.partners.enrollments.graph import Enrollment
from app.partners.importing.mutations import ImportingMutation
from app.partners.mutations import PartnersMutation
from app.partners.organizations.graph import (
    Distributor,
    Reseller,
    Vendor,
    viewer_distributor,
    viewer_reseller,
    viewer_vendor,
)
from app.partners.programs.graph import Program
from app.partners.programs.mutations import ProgramsMutation
from app.partners.segments.mutations import SegmentsMutation
from app.people import graph as people
from app.people.applications import graph as applications
from app.people.clients import graph as clients
from app.people.links import graph as links
from app.people.mutations import PeopleMutation
from app.planning.mutations import PlanningMutation
from app.pricing.claims.mutations import ClaimsMutation
from app.pricing.composition.graph import CompositionMutation
from app.pricing.graph import PricingMutation, Product
from app.pricing.guidance.graph import GuidanceMutation
from app.pricing.special_prices.graph import SpecialPricesMutation
from app.pricing.stock_credits.mutations import StockCreditsMutation
from app.reports.contests.mutations import ContestsMutation
from app.reports.held.mutations import HeldMutation
from app.reports.merging.mutations import MergingMutation
from app.reports.mutations import ReportsMutation
from app.reports.periods.mutations import PeriodsMutation
from app.reports.profiles.mutations import ProfilesMutation
from app.reports.progress import ReportsSubscription
from app.reports.sell_out import graph as sell_out
from app.reports.sell_out.mutations import SellOutMutation
from app.reports.stock.mutations import StockMutation
from app.rewards.mutations import RewardsMutation
from app.webhooks import graph as webhooks

MOST_NODES = 250

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
    return required <= actor.permissions and not sell_out.is_unknown_to(actor, type_name)


@strawberry.type(description="What can be asked: all of it begins at the viewer, or at an object's id.")
class Query:
    viewer = edge(_viewer, permission=Permission.VIEWER_READ)
    node = edge(_node, permission=Permission.VIEWER_READ)
    nodes = edge(_nodes, permission=Permission.VIEWER_READ)


@strawberry.type(description="What partners do: each act entirely or not at all, with all that has to be put right.")
class Mutation(
    ReportsMutation,
    StockMutation,
    SellOutMutation,
    PartnersMutation,
    DevelopmentMutation,
    ImportingMutation,
    ProgramsMutation,
    SegmentsMutation,
    ErasureMutation,
    PricingMutation,
    GuidanceMutation,
    CompositionMutation,
    ProfilesMutation,
    HeldMutation,
    ContestsMutation,
    PeriodsMutation,
    alerts.AlertsMutation,
    DigestMutation,
    webhooks.WebhooksMutation,
    CalendarMutation,
    RatesMutation,
    IncentivesMutation,
    InventoryMutation,
    AffiliationsMutation,
    StatementsMutation,
    SpecialPricesMutation,
    StockCreditsMutation,
    FundsMutation,
    EnablementMutation,
    OnboardingMutation,
    ClaimsMutation,
    DealsMutation,
    RewardsMutation,
    DeductionsMutation,
    PeopleMutation,
    MergingMutation,
    PlanningMutation,
    exports.ExportsMutation,
):
    pass


@strawberry.type(description="What is told as it happens, over a WebSocket or as server-sent events.")
class Subscription(ReportsSubscription, alerts.AlertsSubscription):
    pass


attach(
    Viewer,
    users=edge(people.users_of_viewer),
    invitations=edge(people.invitations_of_viewer),
    clients=edge(clients.clients_of_viewer),
    partner_invitations=edge(links.partner_invitations_of_viewer),
    partner_links=edge(links.links_of_viewer),
    application_links=edge(applications.links_of_viewer),
    applications=edge(applications.applications_of_viewer),
)


async def _subject(request: Request[Actor], parents: Sequence[Any], selection: Selection) -> list[Node | None]:
    """The object that it is about; null where you may not read it."""
    return await _found(request, [parent.subject_id for parent in parents])


attach(
    Viewer,
    alerts=edge(alerts.alerts_of_viewer),
    overview=edge(overview_of_viewer),
    digest=edge(digest_of_viewer),
    webhooks=edge(webhooks.webhooks_of_viewer),
    audit=edge(audit.audit_of_viewer),
    exports=edge(exports.exports_of_viewer),
)
attach(alerts.Alert, subject=edge(_subject))
attach(OverviewItem, at_stake=at_stake(_found))


def _to_object(name: str, description: str) -> Any:
    """A reference to whatever object an id of the parent names."""

    async def follow(request: Request[Actor], parents: Sequence[Any], selection: Selection) -> list[Node | None]:
        return await _found(request, [getattr(parent, name) for parent in parents])

    follow.__doc__ = description
    return edge(follow)


_DONE_TO = "What it was done to; null where you may not read it."
attach(webhooks.WebhookDelivery, subject=_to_object("subject_id", "What it is about; null where you may not read it."))
attach(audit.AuditEntry, subject=_to_object("subject_id", _DONE_TO))
_ABOUT = "The incentive's term, the special price … that it is about; null where you may not read it."
_CAUSE = "The statement, claim, deduction or report that caused it; null where that is nothing you may read."
_CLAIM = "What it belongs to; null where that is nothing known, or you may not read it."
attach(LedgerTransfer, subject=_to_object("subject_id", _ABOUT), cause=_to_object("cause_id", _CAUSE))
attach(LedgerMonth, subject=_to_object("subject_id", _ABOUT))
attach(FigureChange, cause=_to_object("cause_id", _CAUSE))
attach(AccrualChange, cause=_to_object("cause_id", _CAUSE))
attach(LedgerSettlement, subject=_to_object("subject_id", _ABOUT))
attach(Deduction, claim=_to_object("claim_id", _CLAIM))
attach(DeductionProposal, claim=_to_object("claim_id", "The statement or claim."))
attach(
    FoundRow,
    about=_to_object("about_id", "The line, product, statement, claim or deduction; null where you may not read it."),
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
