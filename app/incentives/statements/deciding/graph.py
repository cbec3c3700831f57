"""What people decided about statements, how long these were open, and above which payment two people approve."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import Money
from app.incentives.rules.graph import paid
from app.incentives.statements import queries
from app.programme.statements import Dispute, StatementDecisionKind, days_open
from app.programme.terms import Level
from app.store.database import Row

values(StatementDecisionKind)
values(Level)


class Decided(Protocol):
    """A statement, as far as what was decided about it goes."""

    @property
    def key(self) -> Key: ...
    @property
    def calculated_at(self) -> datetime | None: ...
    @property
    def approved_at(self) -> datetime | None: ...


@visible("statement:read")
class StatementDecision:
    """What somebody decided about a statement."""

    revision: int
    "About which revision."
    decision: StatementDecisionKind
    "What was decided."
    reason: str | None
    "Why, where that was said."
    credit_number: str | None
    "The number of the credit memo, where it was credited."
    decided_as: Level
    "Which side decided."
    decided_by: str | None
    "Who of your own side; null for the other side's people."
    decided_at: datetime
    "When."
    refused: str | None
    "Why it was not carried out, because somebody else was faster; null where it was."


async def decisions_of(
    request: Request[Actor],
    parents: Sequence[Decided],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[StatementDecision]]":
    """What was decided about it, the first first; those about earlier revisions too."""
    window = Window.of(queries.FIRST_DECIDED, first=first, after=after, last=last, before=before)
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.decisions(db, request.actor.level, keys, window)
    totals = await queries.count_decisions(db, keys) if counts(selection) else None
    return window.pages(rows, len(keys), _decision, selection, totals)


async def days_open_of(request: Request[Actor], parents: Sequence[Decided], selection: Selection) -> "list[int | None]":
    """For how many whole days the vendor has had it to decide, or had until it was approved; while it is contested the clock
    stands still. Null until it is calculated."""
    rows = await queries.disputes(await request.reader(), [parent.key for parent in parents])
    found: list[list[Row]] = [[] for _ in parents]
    for row in rows:
        found[row["ordinal"] - 1].append(row)
    return [_open(parent, own) for parent, own in zip(parents, found, strict=True)]


@visible("statement:read")
class ApprovalThreshold:
    """Above which payment two people approve."""

    above: Money
    "Above this, two people approve a payment in its currency."
    set_at: datetime
    "When that was set."


async def thresholds_of_vendor(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[list[ApprovalThreshold] | None]:
    """Above which payments two people approve, by currency; null for who is not the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    found: dict[UUID, list[ApprovalThreshold]] = {}
    for row in await queries.thresholds(await request.reader(), [parent.key.vendor_id for parent in parents]):
        told = ApprovalThreshold(above=paid(row["above_minor"], row["currency"]), set_at=row["set_at"])
        found.setdefault(row["vendor_id"], []).append(told)
    return [found.get(parent.key.vendor_id, []) for parent in parents]


def _open(statement: Decided, decided: Sequence[Row]) -> int | None:
    """Days open until it was approved, or until now."""
    if statement.calculated_at is None:
        return None
    until = statement.approved_at or datetime.now(UTC)
    disputes: list[Dispute] = []
    for row in decided:
        at = min(row["carried_out_at"], until)
        if row["decision"] == StatementDecisionKind.DISPUTE:
            disputes.append(Dispute(at, until))
        elif disputes:
            disputes[-1] = Dispute(disputes[-1].since, at)
    return days_open(statement.calculated_at, until, disputes)


def _decision(row: Row) -> StatementDecision:
    return StatementDecision(
        revision=row["revision"],
        decision=StatementDecisionKind(row["decision"]),
        reason=row["reason"],
        credit_number=row["credit_number"],
        decided_as=Level(row["decided_as"]),
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        refused=row["refused"],
    )
