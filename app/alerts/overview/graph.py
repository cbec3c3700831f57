"""What needs a person today, as each level sees it: of its own open alerts, kind by kind, the most urgent kind first."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import strawberry

from app.access.actor import Actor
from app.alerts.graph import Alert, alerts_by_key
from app.alerts.overview import queries
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, read_global_id
from app.execution.request import Request
from app.execution.scalars import Money
from app.programme.alert_kinds import AlertKind, AlertSeverity
from app.programme.alerts import severity
from app.programme.overview import AT_STAKE, Waiting, rank

Objects = Callable[[Request[Actor], Sequence[str]], Awaitable[Sequence[Any]]]
MOST_ADDED_UP = 100
"Of how many objects of a kind the amounts are added up."


async def _to_begin_with(
    request: Request[Actor], parents: "Sequence[OverviewItem]", selection: Selection
) -> list[Alert | None]:
    """The one to begin with: due soonest, or waiting longest. Its `subject` is what it is about."""
    return await alerts_by_key(request, [parent.key for parent in parents])


@visible("alert:read")
class OverviewItem:
    """What is open of one kind: how much of it, how urgent, and where to begin."""

    key: strawberry.Private[Key]
    subjects: strawberry.Private[list[str]]
    kind: AlertKind
    "What is the matter."
    severity: AlertSeverity
    "How serious it is."
    count: int
    "How many alerts of it are open, as `alerts` lists them."
    unassigned: int
    "How many of them nobody is to see to."
    overdue: int
    "How many of them were to be dealt with before today."
    due_on: date | None
    "The soonest day by which one of them is to be dealt with; null where none has such a day."
    oldest: datetime
    "When the oldest was raised."
    to_begin_with = edge(_to_begin_with)


async def overview_of_viewer(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[list[OverviewItem]]:
    """
    What needs somebody today, of all that you are told and is open: one item a kind, the most serious first, then what is
    overdue, then what is due soonest, then what has waited longest.
    """
    today = datetime.now(UTC).date()
    rows = await queries.open_by_kind(await request.reader(), request.actor, today, MOST_ADDED_UP)
    found = [
        (Waiting(AlertKind(row["kind"]), row["count"], row["oldest"], row["due_on"], row["overdue"]), row)
        for row in rows
    ]
    ranked = sorted(found, key=lambda each: rank(each[0]))
    return [[_item(waiting, row) for waiting, row in ranked]] * len(parents)


def _item(waiting: Waiting, row: Any) -> OverviewItem:
    return OverviewItem(
        key=Key(row["vendor_id"], row["id"]),
        subjects=row["subjects"],
        kind=waiting.kind,
        severity=severity(waiting.kind),
        count=waiting.count,
        unassigned=row["unassigned"],
        overdue=waiting.overdue,
        due_on=waiting.due_on,
        oldest=waiting.oldest,
    )


def at_stake(objects: Objects) -> Any:
    """The field with what the objects of an item are about, in money; `objects` finds them as the asker may see them."""

    async def stake(
        request: Request[Actor], parents: Sequence[OverviewItem], selection: Selection
    ) -> list[list[Money] | None]:
        """
        What its statements, claims, deductions, funds or deals come to, as far as you may see it: one sum a currency. Null
        where none of it is money, or where there are more than a hundred of them, which nobody adds up here.
        """
        wanted = [_of_money(parent) for parent in parents]
        every = list(dict.fromkeys(id for own in wanted for id in own))
        found = dict(zip(every, await objects(request, every), strict=True)) if every else {}
        return [_sums([found[id] for id in own]) for own in wanted]

    return edge(stake)


def _of_money(item: OverviewItem) -> list[str]:
    if len(item.subjects) > MOST_ADDED_UP:
        return []
    read = ((id, read_global_id(id)) for id in dict.fromkeys(item.subjects))
    return [id for id, known in read if known is not None and known.type_name in AT_STAKE]


def _sums(objects: Sequence[Any]) -> list[Money] | None:
    amounts = [getattr(each, AT_STAKE[type(each).__name__]) for each in objects if each is not None]
    sums: dict[Any, Any] = {}
    for money in amounts:
        if money is not None:
            sums[money.currency] = sums.get(money.currency, 0) + money.amount
    return [Money(amount=sums[currency], currency=currency) for currency in sorted(sums)] or None
