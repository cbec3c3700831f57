"""Joins the features into one graph: the roots, and the fields by which one feature's objects lead to another's."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from app.access.actor import Actor
from app.access.acts import UserError
from app.access.guard import guarded, seal
from app.access.roles import Permission, Role, Scope
from app.execution.described import visible
from app.execution.edges import attach, edge, reference
from app.execution.errors import bad_input
from app.execution.identifiers import Key, read_global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import SCALARS
from app.network import graph as network
from app.partners import graph as partners
from app.partners import mutations as partner_mutations
from app.pricing import graph as pricing
from app.reports import graph as reports
from app.reports.mutations import ReportsMutation

MOST_NODES = 250
Loader = Callable[[Request[Actor], Sequence[Key]], Awaitable[Sequence[Any]]]

LOADERS: dict[str, Loader] = {
    "Vendor": partners.vendors_by_key,
    "Distributor": partners.distributors_by_key,
    "Reseller": partners.resellers_by_key,
    "Program": partners.programs_by_key,
    "DistributionAgreement": partners.agreements_by_key,
    "ResellerAuthorization": partners.authorizations_by_key,
    "Enrollment": partners.enrollments_by_key,
    "Product": pricing.products_by_key,
    "Submission": reports.submissions_by_key,
    "SellThroughLine": reports.lines_by_key,
    "Alias": reports.aliases_by_key,
}
"How an object is found by its key, by the type's name. What a loader does not find does not exist for the asker."
