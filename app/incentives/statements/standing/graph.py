"""A statement as it stood at a past moment, as vendor and distributor see it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry

from app.access.actor import Actor
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.request import Request
from app.execution.scalars import Money
from app.incentives.rules.graph import paid
from app.incentives.statements.graph import Statement
from app.incentives.statements.standing import queries
from app.programme.money_terms import StatementStatus


@visible("statement:read")
class StatementStanding:
    """Where a statement stood at a moment, and what it owed."""

    since: datetime
    "Since when it had stood there."
    status: StatementStatus
    "Where it stood."
    revision: int
    "Which calculation of it that was."
    entitled: Money
    "What its period was worth by that calculation."
    settled: Money
    "What earlier statements of the period had paid."
    payable: Money
    "What it owed: the difference, which may be negative."


def standing_of_statements(settled: Callable[[Request[Actor], datetime], Awaitable[None]]) -> Any:
    """The edge from a statement to where it stood, at moments that `settled` does not refuse."""

    async def standing(
        request: Request[Actor],
        parents: Sequence[Statement],
        selection: Selection,
        as_of: Annotated[
            datetime, strawberry.argument(description="A moment at least half an hour back, with its offset.")
        ],
    ) -> list[StatementStanding | None]:
        """
        Where it stood at a past moment, and what it owed by the calculation that stood then; null where it was not
        calculated by then. The same moment always gives the same.
        """
        await settled(request, as_of)
        found: list[StatementStanding | None] = [None] * len(parents)
        db = await request.reader()
        for row in await queries.standings(db, [parent.key for parent in parents], as_of):
            place = row["ordinal"] - 1
            currency = parents[place].currency
            found[place] = StatementStanding(
                since=row["known_at"],
                status=StatementStatus(row["status"]),
                revision=row["revision"],
                entitled=paid(row["entitled_minor"], currency),
                settled=paid(row["settled_minor"], currency),
                payable=paid(row["payable_minor"], currency),
            )
        return found

    return edge(standing)
