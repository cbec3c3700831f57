"""Statements as vendor and distributor see them: what a term owes for a pay period, why, and where it stands.

Both read the same figures down to the lines. Who of the vendor calculated or decided, the vendor alone reads; what the other
side decided says no name.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.accruals.actions import rule_of
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge, reference
from app.execution.identifiers import Key, global_id, key_of
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money
from app.incentives.accrued.graph import MeasuredVolume, volume
from app.incentives.graph import IncentiveTerm, terms_by_key
from app.incentives.rules.graph import paid
from app.incentives.statements import queries
from app.incentives.statements.advancing.graph import advances_of
from app.incentives.statements.deciding.graph import days_open_of, decisions_of
from app.incentives.statements.explaining.graph import bands_of, lines_of, steps_of
from app.incentives.statements.inputs import StatementFilter
from app.programme.incentives import Rule
from app.programme.money_terms import StatementStatus
from app.programme.terms import Level
from app.store.database import Row

values(StatementStatus)


class ExplanationFormat(StrEnum):
    """As which kind of file a statement explains itself."""

    CSV = "CSV"
    "Text, one part after the other."
    XLSX = "XLSX"
    "A workbook, a sheet for each part."


values(ExplanationFormat)


async def _corrects(
    request: Request[Actor], parents: "Sequence[Statement]", selection: Selection
) -> "list[Statement | None]":
    """The statement of the same pay period that it corrects, because something was found after that had been approved: it
    owes the difference. Null for the first one."""
    later = [place for place, parent in enumerate(parents) if parent.sequence > 1]
    if not later:
        return [None] * len(parents)
    level, db = request.actor.level, await request.reader()
    rows = await queries.corrected(db, level, [parents[place].key for place in later])
    found = {later[row["ordinal"] - 1]: _statement(row) for row in rows}
    return [found.get(place) for place in range(len(parents))]


async def _explanation_url(
    request: Request[Actor],
    parents: "Sequence[Statement]",
    selection: Selection,
    format: Annotated[ExplanationFormat, strawberry.argument(description="Which kind of file.")],
) -> "list[str | None]":
    """A link to a file from which a spreadsheet recomputes it, for minutes and for you alone: figures, bands, steps, and
    every line with its measure and its share. Null until it is calculated."""
    what = f"statement-{format.value.lower()}"
    return [
        await request.links.download(request.actor, what, parent.key) if parent.calculated_at is not None else None
        for parent in parents
    ]


@visible("statement:read")
class Statement(Node):
    """
    What a term of an incentive owes for a pay period. It begins with the first line that counts in the period. Once it is
    calculated, its figures are never changed: what is calculated again is a new revision, and what is found after it was
    approved is a new statement, in sequence, that owes the difference.
    """

    key: strawberry.Private[Key]
    row: strawberry.Private[Row]
    terms: strawberry.Private[Rule]
    term_key: strawberry.Private[Key]
    incentive_key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    name: str
    "The incentive's name."
    period: DateRange
    "The days of the pay period on which the term is in effect."
    sequence: int
    "The first statement of a period is 1."
    revision: int
    "How often it was calculated; 0 while it accrues."
    status: StatementStatus
    "Where it stands."
    currency: CurrencyCode
    "In which currency it pays."
    accrued: Money
    "What has accrued for the period by now, all gates taken as met."
    qualifying: MeasuredVolume | None
    "What attained a band; null until it is calculated, like all that follows."
    paying: MeasuredVolume | None
    "On what the band's rate paid."
    line_count: int | None
    "How many lines that were."
    unvalued_lines: int | None
    "How many of them counted for no amount, because they have no price, or no rate leads from their currency."
    entitled: Money | None
    "What the period is worth by what was known."
    settled: Money | None
    "What earlier statements of the period settled."
    payable: Money | None
    "The difference: what it pays, or takes back where it is below zero."
    approvals_needed: int | None
    "How many people have to approve it."
    approvals: int
    "How many have approved this revision."
    calculated_at: datetime | None
    "When it was calculated; lines that became known later are not in it."
    calculated_by: str | None
    "Who had it calculated; for the vendor alone."
    approved_at: datetime | None
    "When it was approved."
    credited_at: datetime | None
    "When the credit was issued."
    credit_number: str | None
    "The number of the credit memo."
    days_open = edge(days_open_of)
    corrects = edge(_corrects)
    bands = edge(bands_of)
    steps = edge(steps_of)
    lines = edge(lines_of)
    decisions = edge(decisions_of)
    advances = edge(advances_of)
    explanation_url = edge(_explanation_url)
    term = reference(
        terms_by_key,
        IncentiveTerm | None,
        key=lambda statement: statement.term_key,
        description="The term that owes it: the version of the rule, as it was offered.",
    )


async def statements_of_vendor(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: StatementFilter | None = None,
) -> list[Connection[Statement] | None]:
    """Its statements, the latest pay period first: finance's queue is those that are CALCULATED or APPROVED. Null for who is
    not the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    which = _which(filter)
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=which)
    keys = [parent.key for parent in parents]
    return [*await _pages(request, queries.OF_VENDOR, keys, which, window, selection)]


async def statements_of_agreement(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: StatementFilter | None = None,
) -> "list[Connection[Statement]]":
    """What its incentives owe, the latest pay period first."""
    which = _which(filter)
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=which)
    keys = [parent.key for parent in parents]
    return await _pages(request, queries.OF_AGREEMENT, keys, which, window, selection)


async def statements_of_term(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Statement]]":
    """What it owes, the latest pay period first."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await _pages(request, queries.OF_TERM, keys, queries.Which(), window, selection)


async def statements_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Statement | None]:
    """Statements of the asking vendor or distributor, in the order of their keys; no reseller sees one."""
    if request.actor.level is Level.RESELLER:
        return [None] * len(keys)
    rows = await queries.statements(await request.reader(), request.actor.level, keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in rows}
    return [_statement(found[key]) if key in found else None for key in keys]


def _which(filter: StatementFilter | None) -> queries.Which:
    if filter is None:
        return queries.Which()
    within = filter.within.checked() if filter.within is not None else None
    return queries.Which(
        None if filter.statuses is None else [each.value for each in filter.statuses],
        _id_in("Incentive", filter.incentive_id),
        _id_in("DistributionAgreement", filter.agreement_id),
        None if within is None else within.start,
        None if within is None else within.end,
    )


def _id_in(type_name: str, id: str | None) -> UUID | None:
    """What a filter names; an id of nothing matches nothing."""
    if id is None:
        return None
    key = key_of(type_name, id)
    return UUID(int=0) if key is None else key.id


async def _pages(
    request: Request[Actor],
    source: str,
    keys: Sequence[Key],
    which: queries.Which,
    window: Window,
    selection: Selection,
) -> list[Connection[Statement]]:
    of = queries.statements_of(source, request.actor.level)
    return await pages(request, keys, of, window, selection, _statement, which.values)


def _statement(row: Row) -> Statement:
    vendor_id, rule, currency = row["vendor_id"], rule_of(row["rule"]), row["currency"]
    key, is_calculated = Key(vendor_id, row["id"]), row["calculated_at"] is not None

    def minor(name: str) -> Money | None:
        return paid(row[name], currency) if is_calculated else None

    return Statement(
        id=strawberry.ID(global_id("Statement", key)),
        key=key,
        row=row,
        terms=rule,
        term_key=Key(vendor_id, row["term_id"]),
        incentive_key=Key(vendor_id, row["incentive_id"]),
        agreement_key=Key(vendor_id, row["agreement_id"]),
        distributor_key=Key(vendor_id, row["distributor_id"]),
        name=row["name"],
        period=DateRange(start=row["period_start"], end=row["period_end"]),
        sequence=row["sequence"],
        revision=row["revision"],
        status=StatementStatus(row["status"]),
        currency=CurrencyCode(currency),
        accrued=paid(row["accrued_now"] or 0, currency),
        qualifying=volume(rule.qualifying.unit, row["qualifying"], currency) if is_calculated else None,
        paying=volume(rule.paying.unit, row["paying"], currency) if is_calculated else None,
        line_count=row["lines"],
        unvalued_lines=row["unvalued"],
        entitled=minor("entitled_minor"),
        settled=minor("settled_minor"),
        payable=minor("payable_minor"),
        approvals_needed=row["approvals_needed"],
        approvals=row["approvals"],
        calculated_at=row["calculated_at"],
        calculated_by=row["calculated_by_name"],
        approved_at=row["approved_at"],
        credited_at=row["credited_at"],
        credit_number=row["credit_number"],
    )
