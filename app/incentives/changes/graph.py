"""Why an accrual changed, as vendor and distributor see it: what was posted between two moments, each with its cause.

The ledger is never changed, so what an incentive had accrued at a moment is the sum of what was posted by then, and the
difference of two moments is what was posted in between: reports, corrections, decisions about identity, versions of the
rule, rates, and the statements that were calculated.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, by_parent, counts
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.errors import bad_input
from app.execution.request import Request
from app.execution.scalars import Money
from app.incentives.changes import queries
from app.incentives.changes.queries import Accrued
from app.incentives.graph import IncentiveTerm
from app.incentives.rules.graph import paid
from app.ledger.graph import global_id_of_cause
from app.programme.changes import ChangeCause, cause_kind
from app.programme.money_kinds import MoneyKind
from app.store.database import Row

values(ChangeCause)


@visible("incentive:read")
class AccrualChange:
    """What one cause changed of an accrual."""

    cause_id: strawberry.Private[str]
    kind: ChangeCause
    "What kind of cause it is."
    known_at: datetime
    "When it was posted."
    amount: Money
    "By how much the accrual changed."


@visible("incentive:read", name="AccrualChangeConnection")
class AccrualChangeConnection(Connection[AccrualChange]):
    """A page of what changed an accrual, in the order in which it was posted."""

    accrued_before: Money
    "What had accrued by the first moment, statements that were calculated taken in."
    accrued_after: Money
    "The same by the second moment."
    difference: Money
    "What lies between: all changes together, whatever the page."


Moment = Annotated[datetime, strawberry.argument(description="A moment at least half an hour back, with its offset.")]
Settled = Callable[[Request[Actor], datetime], Awaitable[None]]
"""Raises BAD_USER_INPUT unless everything that was posted by a moment can be seen by now."""


def changes_of_term(settled: Settled) -> Any:
    """The edge from a term to what changed the accrual of its incentive under its agreement."""

    async def accrual_changes(
        request: Request[Actor],
        parents: Sequence[IncentiveTerm],
        selection: Selection,
        since: Moment,
        until: Annotated[
            datetime | None,
            strawberry.argument(description="A later moment, at least half an hour back; until now, unless given."),
        ] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> list[AccrualChangeConnection]:
        """
        Why what the incentive has accrued under this agreement, by all of its versions, is otherwise at one moment than at
        another: every report, correction, decision, version and statement with its exact part in the difference.
        """
        if until is not None and until.tzinfo and since.tzinfo and until < since:
            raise bad_input(f"`until` comes after `since`; {until.isoformat()} lies before it.")
        for moment in (since, until):
            if moment is not None:
                await settled(request, moment)
        of = (since, until)
        window = Window.of(queries.IN_ORDER, first=first, after=after, last=last, before=before, of=of)
        asked = [
            Accrued(each.key.vendor_id, each.incentive_key.id, each.agreement_key.id, each.currency) for each in parents
        ]
        db = await request.reader()
        found = await queries.sums(db, asked, since, until)
        rows = by_parent(await queries.changes(db, asked, since, until, window), len(asked))
        return [_page(each, sums, own, window, selection) for each, sums, own in zip(asked, found, rows, strict=True)]

    return edge(accrual_changes)


def _page(
    asked: Accrued, sums: Row, rows: Sequence[Row], window: Window, selection: Selection
) -> AccrualChangeConnection:
    page = window.connection(
        rows, lambda row: _change(asked, row), sums["total"] if counts(selection) else None, selection
    )
    return AccrualChangeConnection(
        edges=page.edges,
        page_info=page.page_info,
        total_count=page.total_count,
        accrued_before=paid(sums["before"], asked.currency),
        accrued_after=paid(sums["after"], asked.currency),
        difference=paid(sums["after"] - sums["before"], asked.currency),
    )


def _change(asked: Accrued, row: Row) -> AccrualChange:
    return AccrualChange(
        cause_id=global_id_of_cause(asked.vendor_id, row["cause"], MoneyKind.INCENTIVE),
        kind=cause_kind(row["cause"], row["mode"]),
        known_at=row["known_at"],
        amount=paid(row["minor"], asked.currency),
    )
