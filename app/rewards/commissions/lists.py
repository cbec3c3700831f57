"""Where plans of commission, assignments and statements are listed: by the vendor, by a plan, by an agent."""

from collections.abc import Sequence
from typing import Protocol

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.listings.queries import pages
from app.execution.request import Request
from app.programme.terms import Level
from app.rewards.commissions import queries
from app.rewards.commissions.graph import AgentAssignment, CommissionPlan, CommissionStatement
from app.rewards.commissions.inputs import CommissionStatementFilter
from app.rewards.queries import as_itself


class HasKey(Protocol):
    """A vendor, a reseller, a plan."""

    @property
    def key(self) -> Key: ...


async def plans_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[CommissionPlan]]:
    """Its plans of commission, the latest to begin first. For the vendor itself: an agent finds its own below itself."""
    window = Window.of(queries.LATEST, first=first, after=after, last=last, before=before, of="plans")
    if request.actor.level is not Level.VENDOR:
        return [window.connection([], CommissionPlan.of, 0, selection) for _ in parents]
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.PLANS_OF_VENDOR, window, selection, CommissionPlan.of)


async def plans_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[CommissionPlan]]:
    """The plans of commission that pay it, the latest to begin first; for the vendor, those of which it has earned."""
    window = Window.of(queries.LATEST, first=first, after=after, last=last, before=before, of="own plans")
    keys, values = [parent.key for parent in parents], list(as_itself(request.actor))
    listed = queries.plans_of_reseller(request.actor)
    return await pages(request, keys, listed, window, selection, CommissionPlan.of, values)


async def assignments_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[AgentAssignment]]:
    """What is assigned to agents, the newest first. For the vendor itself."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of="assignments")
    if request.actor.level is not Level.VENDOR:
        return [window.connection([], AgentAssignment.of, 0, selection) for _ in parents]
    keys, listed = [parent.key for parent in parents], queries.assignments_of_vendor(request.actor.level)
    return await pages(request, keys, listed, window, selection, AgentAssignment.of)


async def assignments_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[AgentAssignment]]:
    """What is assigned to it as an agent, the newest first."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of="own assignments")
    keys, values = [parent.key for parent in parents], list(as_itself(request.actor))
    listed = queries.assignments_of_reseller(request.actor.level)
    return await pages(request, keys, listed, window, selection, AgentAssignment.of, values)


def _status(filter: CommissionStatementFilter | None) -> str | None:
    return filter.status.value if filter is not None and filter.status is not None else None


async def statements_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: CommissionStatementFilter | None = None,
) -> list[Connection[CommissionStatement]]:
    """The statements of commission of its agents, the latest period first. For the vendor itself."""
    status, level = _status(filter), request.actor.level
    window = Window.of(queries.LATEST, first=first, after=after, last=last, before=before, of=str(status))
    if level is not Level.VENDOR:
        return [window.connection([], CommissionStatement.of, 0, selection) for _ in parents]
    keys, listed = [parent.key for parent in parents], queries.statements_of_vendor(level)
    return await pages(request, keys, listed, window, selection, CommissionStatement.of, [status])


async def statements_of_plan(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: CommissionStatementFilter | None = None,
) -> list[Connection[CommissionStatement]]:
    """Its statements, the latest period first: all for the vendor, an agent's own for it."""
    status, level = _status(filter), request.actor.level
    window = Window.of(queries.LATEST, first=first, after=after, last=last, before=before, of=str(status))
    keys, listed = [parent.key for parent in parents], queries.statements_of_plan(level)
    return await pages(request, keys, listed, window, selection, CommissionStatement.of, [status])


async def statements_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: CommissionStatementFilter | None = None,
) -> list[Connection[CommissionStatement]]:
    """Its statements of commission as an agent, the latest period first."""
    status, actor = _status(filter), request.actor
    window = Window.of(queries.LATEST, first=first, after=after, last=last, before=before, of=str(status))
    keys, values = [parent.key for parent in parents], [status, *as_itself(actor)]
    listed = queries.statements_of_reseller(actor.level)
    return await pages(request, keys, listed, window, selection, CommissionStatement.of, values)
