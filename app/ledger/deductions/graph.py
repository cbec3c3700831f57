"""Deductions as vendor and distributor see them: what was taken, what it belongs to, and what ages without belonging to
anything."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.connections import Connection, Window, by_parent
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money
from app.ledger.deductions import actions, queries
from app.ledger.graph import cause_of_global_id, global_id_of_cause, minor_money
from app.programme.ageing import age_bucket
from app.programme.claim_terms import AgeBucket, MatchKind, UnmatchedReason
from app.programme.money_kinds import MoneyKind
from app.programme.terms import Level
from app.store.database import Row

values(AgeBucket)
values(Level)
values(MatchKind)
values(MoneyKind)
values(UnmatchedReason)
WINDOW_DAYS = 60
MOST_PROPOSALS = 10


@visible("ledger:read")
class DeductionProposal:
    """A statement or claim that a debit memo may belong to: exactly its amount is open there."""

    claim_id: strawberry.Private[str]
    approved: Money
    "What was approved of it."
    decided_on: date
    "The day (UTC) of the approval."
    days_apart: int
    "How many days lie between that day and the memo's."


async def _proposals(
    request: Request[Actor], parents: "Sequence[Deduction]", selection: Selection
) -> "list[list[DeductionProposal]]":
    """What it may belong to while it is matched with nothing: at most ten, the nearest first, up to 60 days apart."""
    keys = [parent.key for parent in parents]
    rows = await queries.proposals(await request.reader(), keys, WINDOW_DAYS, MOST_PROPOSALS)
    found = by_parent(rows, len(keys))
    return [[_proposal(parent, row) for row in own] for parent, own in zip(parents, found, strict=True)]


@visible("ledger:read")
class Deduction(Node):
    """A debit memo by which a distributor took money itself."""

    key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    claim_id: strawberry.Private[str]
    number: str
    "The memo's number, unique under its agreement."
    kind: MoneyKind
    "What the money is about."
    amount: Money
    "What was taken."
    dated: date
    "The memo's day."
    reference: str | None
    "What it names: the number of a credit memo, or a statement or claim."
    recorded_as: Level
    "Which side recorded it."
    recorded_at: datetime
    "When it was recorded."
    match_kind: MatchKind | None
    "How it came to what it belongs to; null while it is matched with nothing."
    matched_at: datetime | None
    "Since when it is matched."
    unmatched_reason: UnmatchedReason | None
    "Why it is matched with nothing."
    age_days: int
    "How many days ago (UTC) it was dated."
    age: AgeBucket | None
    "How long it has been matched with nothing; null where it is matched."
    cleared: Money
    "What of it the vendor's credit has settled."
    over_deducted: Money
    "What this memo and others together took for the same statement or claim beyond what was approved."
    proposals = edge(_proposals)


@visible("ledger:read")
class DeductionAgeing:
    """Deductions that are matched with nothing, of one age and currency."""

    age: AgeBucket
    "For how long, since the memo's day."
    amount: Money
    "What was taken."
    memos: int
    "How many memos these are."


@entered
class DeductionFilter:
    """Which deductions."""

    kinds: list[MoneyKind] | None = None
    "Only money of these kinds."
    is_matched: bool | None = None
    "Only those that belong to something, or only those that do not."
    dated_since: date | None = None
    "Only memos of this day or later."
    dated_until: date | None = None
    "Only memos of this day or earlier."


async def deductions_of_agreement(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DeductionFilter | None = None,
) -> "list[Connection[Deduction]]":
    """What the distributor took itself, the latest memo first."""
    asked = {"first": first, "after": after, "last": last, "before": before}
    return await _pages(request, queries.OF_AGREEMENT, parents, selection, filter, asked)


async def deductions_of_vendor(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DeductionFilter | None = None,
) -> list[Connection[Deduction] | None]:
    """What distributors took themselves, the latest memo first; null for who is not the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    asked = {"first": first, "after": after, "last": last, "before": before}
    return [*await _pages(request, queries.OF_VENDOR, parents, selection, filter, asked)]


async def ageing_of_agreement(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[list[DeductionAgeing]]:
    """What of it is matched with nothing, by age and currency."""
    return await _ageing(request, queries.OF_AGREEMENT, parents)


async def ageing_of_vendor(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[list[DeductionAgeing] | None]:
    """What of all deductions is matched with nothing, by age and currency; null for who is not the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    return [*await _ageing(request, queries.OF_VENDOR, parents)]


async def deductions_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Deduction | None]:
    """Deductions of the asking vendor or distributor, in the order of their keys; no reseller sees one."""
    if request.actor.level is Level.RESELLER:
        return [None] * len(keys)
    rows = await queries.deductions(await request.reader(), keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in rows}
    return [_deduction(found[key]) if key in found else None for key in keys]


@entered
class RecordDeductionInput:
    """A debit memo of a distributor."""

    agreement_id: strawberry.ID
    "The agreement under which it was taken."
    number: str
    "The memo's number, unique under the agreement; up to 200 characters."
    kind: MoneyKind
    "What the money is about."
    amount: Decimal
    "What was taken, above zero, in whole minor units of the currency."
    currency: CurrencyCode
    "Its currency."
    dated: date
    "The memo's day."
    reference: str | None = None
    "What it names: the number of the vendor's credit memo, or the id of a statement or claim."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same deduction, for good."


@entered
class MatchDeductionInput:
    """What a debit memo belongs to."""

    deduction_id: strawberry.ID
    "The deduction."
    claim_id: strawberry.ID | None = None
    "The statement or claim for which it was taken; null where it belongs to none, whatever it names."


@visible("ledger:read")
class DeductionPayload:
    """The deduction as it stands now, or why nothing was done."""

    deduction: Deduction | None
    "The deduction; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@strawberry.type
class DeductionsMutation:
    """What distributors take themselves."""

    @mutation(Permission.DEDUCTION_RECORD)
    async def record_deduction(self, info: strawberry.Info, input: RecordDeductionInput) -> DeductionPayload:
        """Record a debit memo by which the distributor took money. It belongs at once to the statement or claim that it
        names; otherwise it ages until somebody finds out."""
        named = cause_of_global_id(input.reference) if input.reference is not None else None
        memo = actions.Memo(
            input.agreement_id,
            input.number,
            input.kind,
            input.amount,
            input.currency,
            input.dated,
            named or input.reference,
        )
        return await _payload(info, await actions.record_deduction(info.context, memo, input.idempotency_key))

    @mutation(Permission.DEDUCTION_MATCH)
    async def match_deduction(self, info: strawberry.Info, input: MatchDeductionInput) -> DeductionPayload:
        """Say for which statement or claim a debit memo was taken, or that it is for none of them. The ledger follows."""
        claim = cause_of_global_id(input.claim_id) if input.claim_id is not None else None
        key = await actions.match_deduction(info.context, input.deduction_id, input.claim_id, claim)
        return await _payload(info, key)


async def _payload(info: strawberry.Info, key: Key) -> DeductionPayload:
    return DeductionPayload(deduction=(await deductions_by_key(info.context, [key]))[0], user_errors=[])


async def _pages(
    request: Request[Actor],
    of: str,
    parents: Sequence[Any],
    selection: Selection,
    filter: DeductionFilter | None,
    asked: dict[str, Any],
) -> list[Connection[Deduction]]:
    given = filter or DeductionFilter()
    kinds = None if given.kinds is None else [each.value for each in given.kinds]
    which = queries.Which(kinds, given.is_matched, given.dated_since, given.dated_until)
    window = Window.of(queries.NEWEST, **asked, of=which)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.deductions_of(of), window, selection, _deduction, which.values)


async def _ageing(request: Request[Actor], of: str, parents: Sequence[Any]) -> list[list[DeductionAgeing]]:
    rows = await queries.unmatched(await request.reader(), of, [parent.key for parent in parents])
    return [_aged(own) for own in by_parent(rows, len(parents))]


def _aged(rows: Sequence[Row]) -> list[DeductionAgeing]:
    sums: dict[tuple[str, AgeBucket], tuple[int, int]] = {}
    for row in rows:
        at = row["currency"], age_bucket(_days_since(row["dated"]))
        minor, memos = sums.get(at, (0, 0))
        sums[at] = minor + int(row["minor"]), memos + row["memos"]
    order = list(AgeBucket)
    return [
        DeductionAgeing(age=age, amount=minor_money(minor, currency), memos=memos)
        for (currency, age), (minor, memos) in sorted(
            sums.items(), key=lambda each: (each[0][0], order.index(each[0][1]))
        )
    ]


def _days_since(dated: date) -> int:
    return (datetime.now(UTC).date() - dated).days


def _proposal(parent: Deduction, row: Row) -> DeductionProposal:
    return DeductionProposal(
        claim_id=global_id_of_cause(parent.key.vendor_id, row["claim"], parent.kind),
        approved=minor_money(row["approved"], row["currency"]),
        decided_on=row["decided_on"],
        days_apart=row["days_apart"],
    )


def _deduction(row: Row) -> Deduction:
    vendor_id, currency, kind = row["vendor_id"], row["currency"], MoneyKind(row["kind"])
    key, days = Key(vendor_id, row["id"]), _days_since(row["dated"])
    return Deduction(
        id=strawberry.ID(global_id("Deduction", key)),
        key=key,
        agreement_key=Key(vendor_id, row["agreement_id"]),
        distributor_key=Key(vendor_id, row["distributor_id"]),
        claim_id=global_id_of_cause(vendor_id, row["claim"] or "", kind),
        number=row["number"],
        kind=kind,
        amount=minor_money(row["amount_minor"], currency),
        dated=row["dated"],
        reference=row["reference"],
        recorded_as=Level(row["recorded_as"]),
        recorded_at=row["recorded_at"],
        match_kind=None if row["match_kind"] is None else MatchKind(row["match_kind"]),
        matched_at=row["matched_at"],
        unmatched_reason=None if row["reason"] is None else UnmatchedReason(row["reason"]),
        age_days=days,
        age=age_bucket(days) if row["claim"] is None else None,
        cleared=minor_money(row["cleared"], currency),
        over_deducted=minor_money(row["over_deducted"] or 0, currency),
    )
