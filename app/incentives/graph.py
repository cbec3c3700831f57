"""Incentives as vendors and distributors see them.

The vendor sees its incentives with all versions, drafts among them, and the budget. A distributor sees terms: a version as
it was offered under one of its agreements, from the day on which it was proposed. No reseller sees any.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import strawberry

from app.access.actor import Actor
from app.accruals.actions import rule_of
from app.execution.connections import Connection, Order, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import List, pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money
from app.incentives import queries
from app.incentives.inputs import IncentiveFilter
from app.incentives.rules.graph import IncentiveRule, paid, rule_shown
from app.programme.incentives import Rule
from app.programme.money_terms import IncentiveKind, IncentiveStatus
from app.programme.terms import Level
from app.store.database import Row

values(IncentiveKind)
values(IncentiveStatus)
T = TypeVar("T")


@visible("incentive:read")
class IncentiveVersion:
    """A version of an incentive: a rule, and the days on which it is in effect. It is never changed; the next one takes its
    place."""

    affiliation_key: strawberry.Private[Key | None]
    version: int
    "Its number; the first one is 1."
    status: IncentiveStatus
    "Where it stands; one that was given up, or that another one followed before it came into force, has ENDED."
    rule: IncentiveRule
    "The rule that pays."
    summary: str
    "The rule in one paragraph, as both sides sign it."
    effective: DateRange
    "The days on which it is in effect; a version that another one followed ends where that one begins."
    agreement_ids: list[strawberry.ID]
    "The agreements under which it is, or is to be, offered."
    written_by: str
    "Who wrote it."
    written_at: datetime
    "When it was written."
    proposed_at: datetime | None
    "When it was proposed."
    activated_at: datetime | None
    "When it came into force."


@visible("incentive:read")
class IncentiveTerm(Node):
    """A version of an incentive as it was offered under one agreement: what vendor and distributor agree on."""

    key: strawberry.Private[Key]
    incentive_key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    terms: strawberry.Private[Rule]
    name: str
    "The incentive's name."
    kind: IncentiveKind
    "What it pays for."
    status: IncentiveStatus
    "Where it stands."
    version: int
    "Which version of the incentive it is."
    effective: DateRange
    "The days on which it is in effect."
    currency: CurrencyCode
    "In which currency it pays."
    summary: str
    "The rule in one paragraph, as both sides sign it."
    rule: IncentiveRule
    "The rule that pays."
    proposed_at: datetime
    "When it was proposed."
    activated_at: datetime | None
    "When it came into force; null while it has not."


async def _versions(
    request: Request[Actor],
    parents: "Sequence[Incentive]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[IncentiveVersion]]":
    """Its versions, the newest first."""
    window = Window.of(queries.NEWEST_VERSIONS, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await _pages(request, queries.VERSIONS_OF_INCENTIVE, keys, window, selection, _version)


async def _terms_of_incentive(
    request: Request[Actor],
    parents: "Sequence[Incentive]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: IncentiveFilter | None = None,
) -> "list[Connection[IncentiveTerm]]":
    """What was offered of it under which agreement, the newest first."""
    window, which = _window(queries.NEWEST_TERMS, filter, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await _pages(request, queries.TERMS_OF_INCENTIVE, keys, window, selection, _term, which)


@visible("incentive:read")
class Incentive(Node):
    """An incentive of the vendor, in versions. Only the vendor sees it: a distributor sees the terms that it was offered."""

    key: strawberry.Private[Key]
    name: str
    "Its name."
    kind: IncentiveKind
    "What it pays for."
    status: IncentiveStatus
    "Where it stands; a new version that is being written changes nothing of that."
    latest_version: int
    "The number of its latest version, which acts on it name."
    budget: Money | None
    "What it may cost in each pay period."
    created_at: datetime
    "When it was created."
    versions = edge(_versions)
    terms = edge(_terms_of_incentive)


async def incentives_of_vendor(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: IncentiveFilter | None = None,
) -> list[Connection[Incentive] | None]:
    """Its incentives, drafts among them, the newest first; null for who is not the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    window, which = _window(queries.NEWEST_INCENTIVES, filter, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return [*await _pages(request, queries.INCENTIVES_OF_VENDOR, keys, window, selection, _incentive, which)]


async def incentives_of_agreement(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: IncentiveFilter | None = None,
) -> "list[Connection[IncentiveTerm]]":
    """The incentives that were offered under it, the newest first."""
    window, which = _window(queries.NEWEST_TERMS, filter, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await _pages(request, queries.TERMS_OF_AGREEMENT, keys, window, selection, _term, which)


async def incentives_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Incentive | None]:
    """The asking vendor's own incentives, in the order of their keys; None for everybody else."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in await queries.incentives(await request.reader(), keys)}
    return [_incentive(found[key]) if key in found else None for key in keys]


async def terms_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[IncentiveTerm | None]:
    """Terms of the asking vendor or distributor, in the order of their keys; no reseller sees one."""
    if request.actor.level is Level.RESELLER:
        return [None] * len(keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in await queries.terms(await request.reader(), keys)}
    return [_term(found[key]) if key in found else None for key in keys]


def _window(order: Order, filter: IncentiveFilter | None, **asked: Any) -> tuple[Window, queries.Which]:
    which = queries.Which()
    if filter is not None:
        kinds = None if filter.kinds is None else [each.value for each in filter.kinds]
        statuses = None if filter.statuses is None else [each.value for each in filter.statuses]
        which = queries.Which(kinds, statuses, filter.effective_on)
    return Window.of(order, **asked, of=which), which


async def _pages(
    request: Request[Actor],
    of: List,
    keys: Sequence[Key],
    window: Window,
    selection: Selection,
    node: Callable[[Row], T],
    which: queries.Which | None = None,
) -> list[Connection[T]]:
    """The page of each parent: one statement, and a second one where the document asks for totals."""
    return await pages(request, keys, of, window, selection, node, which.values if which is not None else ())


def _incentive(row: Row) -> Incentive:
    key = Key(row["vendor_id"], row["id"])
    return Incentive(
        id=strawberry.ID(global_id("Incentive", key)),
        key=key,
        name=row["name"],
        kind=IncentiveKind(row["kind"]),
        status=IncentiveStatus(row["status"]),
        latest_version=row["latest_version"],
        budget=None if row["budget_minor"] is None else paid(row["budget_minor"], row["currency"]),
        created_at=row["created_at"],
    )


def _version(row: Row) -> IncentiveVersion:
    vendor_id = row["vendor_id"]
    group = row["affiliation_id"]
    return IncentiveVersion(
        affiliation_key=None if group is None else Key(vendor_id, group),
        version=row["version"],
        status=IncentiveStatus(row["status"]),
        rule=rule_shown(vendor_id, rule_of(row["rule"])),
        summary=row["summary"],
        effective=DateRange(start=row["effective_start"], end=row["effective_end"]),
        agreement_ids=[
            strawberry.ID(global_id("DistributionAgreement", Key(vendor_id, each))) for each in row["agreement_ids"]
        ],
        written_by=row["written_by"],
        written_at=row["written_at"],
        proposed_at=row["proposed_at"],
        activated_at=row["activated_at"],
    )


def _term(row: Row) -> IncentiveTerm:
    vendor_id, rule = row["vendor_id"], rule_of(row["rule"])
    key = Key(vendor_id, row["id"])
    return IncentiveTerm(
        id=strawberry.ID(global_id("IncentiveTerm", key)),
        key=key,
        incentive_key=Key(vendor_id, row["incentive_id"]),
        agreement_key=Key(vendor_id, row["agreement_id"]),
        distributor_key=Key(vendor_id, row["distributor_id"]),
        terms=rule,
        name=row["name"],
        kind=IncentiveKind(row["kind"]),
        status=IncentiveStatus(row["status"]),
        version=row["version"],
        effective=DateRange(start=row["effective_start"], end=row["effective_end"]),
        currency=CurrencyCode(row["currency"]),
        summary=row["summary"],
        rule=rule_shown(vendor_id, rule, row["agreement_id"]),
        proposed_at=row["proposed_at"],
        activated_at=row["activated_at"],
    )
