"""The ledger of an agreement as vendor and distributor see it: balances, transfers, settlements, months.

Every figure is a sum of transfers. A transfer leads to what it is about and to what caused it, where the reader may read
that. No other distributor sees any of it, and no reseller.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, by_parent, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.errors import bad_input
from app.execution.identifiers import Key, global_id, read_global_id
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRangeInput, Money, exact
from app.ledger import queries
from app.programme.claim_terms import AccountPurpose, LedgerAct
from app.programme.money import places_of
from app.programme.money_kinds import MoneyKind
from app.programme.settlement import month_end, settlement_to_date
from app.programme.spans import Span
from app.programme.terms import Level
from app.store.database import Row

values(AccountPurpose)
values(LedgerAct)
values(MoneyKind)
CLAIMS: Mapping[MoneyKind, str] = {
    MoneyKind.SPECIAL_PRICE: "DebitClaim",
    MoneyKind.PRICE_PROTECTION: "StockCredit",
    MoneyKind.STOCK_ROTATION: "StockCredit",
}
"What claims are called in the graph, by what the money is about."
CAUSES: Mapping[str, str] = {
    "statement": "Statement",
    "deduction": "Deduction",
    "submission": "Submission",
    "incentive": "Incentive",
    "alias": "Alias",
    "decision": "HeldDecision",
}
"What other kinds of causes are called in the graph. A cause that is not among them leads to no object."
SUBJECTS: Mapping[MoneyKind, str] = {
    MoneyKind.INCENTIVE: "IncentiveTerm",
    MoneyKind.SPECIAL_PRICE: "SpecialPrice",
    MoneyKind.PRICE_PROTECTION: "StockCredit",
    MoneyKind.STOCK_ROTATION: "StockCredit",
    MoneyKind.VOLUME_COMMITMENT: "DistributionAgreement",
}
"What the subjects of money are called in the graph."


def minor_money(minor: int | Decimal, currency: str) -> Money:
    """Money from minor units of its currency."""
    return Money(amount=exact(int(minor), places_of(currency)), currency=CurrencyCode(currency))


def global_id_of_cause(vendor_id: UUID, cause: str, kind: MoneyKind) -> str:
    """The global id of what a cause names, where it moved money of this kind; empty where that is no object of the graph."""
    named, _, id = cause.partition(" ")
    try:
        return global_id(CLAIMS[kind] if named == "claim" else CAUSES[named], Key(vendor_id, UUID(id.split(" ")[0])))
    except (KeyError, ValueError):
        return ""


def cause_of_global_id(id: str) -> str | None:
    """The cause that a global id names; None for anything else."""
    found = read_global_id(id)
    kinds = dict.fromkeys(CLAIMS.values(), "claim") | {name: kind for kind, name in CAUSES.items()}
    return f"{kinds[found.type_name]} {found.key.id}" if found is not None and found.type_name in kinds else None


def _global_id_of_subject(row: Row, kind: MoneyKind) -> str:
    name = "Deduction" if row.get("act") == LedgerAct.DEDUCT else SUBJECTS.get(kind)
    found = row["subject_id"] if name == "Deduction" else row["named_id"]
    return global_id(name, Key(row["vendor_id"], found)) if name is not None and found is not None else ""


@visible("ledger:read")
class AccountBalance:
    """What an account of an agreement stands at: the sum of all transfers that touch it."""

    kind: MoneyKind
    "What the money is about: each kind has accounts of its own."
    account: AccountPurpose
    "What the account holds."
    balance: Money
    "What it stands at: above zero where more was debited, below where more was credited."


@visible("ledger:read")
class LedgerTransfer:
    """Money moved from one account to another. It is never changed; what is taken back moves the other way."""

    cause_id: strawberry.Private[str]
    subject_id: strawberry.Private[str]
    kind: MoneyKind
    "What the money is about."
    act: LedgerAct
    "What made it move."
    debited: AccountPurpose
    "The account that was debited."
    credited: AccountPurpose
    "The account that was credited."
    amount: Money
    "How much, above zero."
    posted_on: date
    "The day on which it was posted, whenever it was earned: a month that is over does not change."


@visible("ledger:read")
class LedgerMonth:
    """A month of an accrual: opening + accrued − applied ± adjusted = closing. Months without any of these are left out."""

    subject_id: strawberry.Private[str]
    kind: MoneyKind
    "What the money is about."
    month: date
    "The first day of the month (UTC) in which it was posted."
    opening: Money
    "What was accrued, and not owed for good, when it began."
    accrued: Money
    "What was earned in it, less what was taken back."
    applied: Money
    "What came to be owed for good."
    adjusted: Money
    "What calculations changed."
    closing: Money
    "What was accrued, and not owed for good, when it ended."


@visible("ledger:read")
class LedgerSettlement:
    """What is due to date, less what was settled."""

    subject_id: strawberry.Private[str]
    kind: MoneyKind
    "What the money is about."
    due: Money
    "What it has come to so far."
    settled: Money
    "What of that was credited, or cleared a deduction."
    open: Money
    "What is still to be settled: due less settled."
    accrued: Money
    "What of that is earned and not approved yet."
    reserved: Money
    "What of that is approved and waits to be posted."
    payable: Money
    "What of that is owed and not credited yet."


@entered
class LedgerFilter:
    """Which money."""

    kinds: list[MoneyKind] | None = None
    "Only money of these kinds."
    subject_id: strawberry.ID | None = None
    "Only money about this incentive, term or special price."


@entered
class LedgerTransferFilter:
    """Which transfers."""

    kinds: list[MoneyKind] | None = None
    "Only money of these kinds."
    subject_id: strawberry.ID | None = None
    "Only money about this incentive, term, special price or deduction."
    acts: list[LedgerAct] | None = None
    "Only what these acts moved."
    cause_id: strawberry.ID | None = None
    "Only what this statement, claim, deduction or report caused."
    posted: DateRangeInput | None = None
    "Only what was posted on these days."


async def _balances(
    request: Request[Actor], parents: "Sequence[Ledger]", selection: Selection
) -> "list[list[AccountBalance]]":
    """What each account stands at, by kind of money and currency; accounts that never moved are left out."""
    rows = await queries.balances(await request.reader(), [parent.key for parent in parents])
    return [[_balance(row) for row in own] for own in by_parent(rows, len(parents))]


async def _transfers(
    request: Request[Actor],
    parents: "Sequence[Ledger]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: LedgerTransferFilter | None = None,
) -> "list[Connection[LedgerTransfer]]":
    """Every transfer, the latest first."""
    which = _which(filter or LedgerTransferFilter())
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=which)
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.transfers(db, keys, which, window)
    totals = await queries.totals(db, queries.TRANSFERS, keys, which.every) if counts(selection) else None
    return window.pages(rows, len(keys), _transfer, selection, totals)


async def _months(
    request: Request[Actor],
    parents: "Sequence[Ledger]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: LedgerFilter | None = None,
) -> "list[Connection[LedgerMonth]]":
    """How accruals went from month to month, by what they are about and currency, the latest month first."""
    which = _about(filter)
    window = Window.of(queries.LATEST_MONTHS, first=first, after=after, last=last, before=before, of=which)
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.summed(db, queries.MONTHS, keys, which, window)
    totals = await queries.totals(db, queries.MONTHS, keys, which.about) if counts(selection) else None
    return window.pages(rows, len(keys), _month, selection, totals)


async def _settlements(
    request: Request[Actor],
    parents: "Sequence[Ledger]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: LedgerFilter | None = None,
) -> "list[Connection[LedgerSettlement]]":
    """What is due to date less what was settled, for each incentive, special price … and currency."""
    which = _about(filter)
    window = Window.of(queries.BY_SUBJECT, first=first, after=after, last=last, before=before, of=which)
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.summed(db, queries.SETTLEMENTS, keys, which, window)
    totals = await queries.totals(db, queries.SETTLEMENTS, keys, which.about) if counts(selection) else None
    return window.pages(rows, len(keys), _settlement, selection, totals)


@visible("ledger:read")
class Ledger:
    """The money of one agreement, as transfers between accounts."""

    key: strawberry.Private[Key]
    balances = edge(_balances)
    transfers = edge(_transfers)
    months = edge(_months)
    settlements = edge(_settlements)


@visible("ledger:read")
class TrialBalance:
    """What all accounts of a network stand at together, in one currency."""

    currency: CurrencyCode
    "The currency."
    debits: Money
    "The balances of all accounts in debit."
    credits: Money
    "The balances of all accounts in credit, told above zero."
    difference: Money
    "What is left: zero, always."


async def ledger_of_agreement(request: Request[Actor], parents: Sequence[Any], selection: Selection) -> list[Ledger]:
    """Its ledger: what was earned, approved, credited and deducted."""
    return [Ledger(key=parent.key) for parent in parents]


async def trial_balance_of_vendor(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    on_day: Annotated[
        date | None,
        strawberry.argument(description="After everything posted until this day; today (UTC) unless given."),
    ] = None,
) -> list[list[TrialBalance] | None]:
    """The sum of all accounts of the network, by currency; null for who is not the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    until = on_day or datetime.now(UTC).date()
    rows = await queries.trial_balance(await request.reader(), [parent.key.vendor_id for parent in parents], until)
    return [[_trial(row) for row in own] for own in by_parent(rows, len(parents))]


def _which(filter: LedgerTransferFilter) -> queries.Which:
    cause = None if filter.cause_id is None else cause_of_global_id(filter.cause_id) or "nothing"
    days = None if filter.posted is None else Span(filter.posted.checked().start, filter.posted.end)
    acts = None if filter.acts is None else [each.value for each in filter.acts]
    about = _about(LedgerFilter(kinds=filter.kinds, subject_id=filter.subject_id))
    return queries.Which(about.kinds, about.subject_id, acts, cause, days)


def _about(filter: LedgerFilter | None) -> queries.Which:
    if filter is None:
        return queries.Which()
    kinds = None if filter.kinds is None else [each.value for each in filter.kinds]
    subject = None if filter.subject_id is None else read_global_id(filter.subject_id)
    if filter.subject_id is not None and subject is None:
        raise bad_input("`subjectId` is an id of an incentive, a term, a special price or a deduction.")
    return queries.Which(kinds, None if subject is None else subject.key.id)


def _balance(row: Row) -> AccountBalance:
    return AccountBalance(
        kind=MoneyKind(row["kind"]),
        account=AccountPurpose(row["account"]),
        balance=minor_money(row["minor"], row["currency"]),
    )


def _transfer(row: Row) -> LedgerTransfer:
    kind = MoneyKind(row["kind"])
    return LedgerTransfer(
        cause_id=global_id_of_cause(row["vendor_id"], row["cause"], kind),
        subject_id=_global_id_of_subject(row, kind),
        kind=kind,
        act=LedgerAct(row["act"]),
        debited=AccountPurpose(row["debit"]),
        credited=AccountPurpose(row["credit"]),
        amount=minor_money(row["amount_minor"], row["currency"]),
        posted_on=row["posted_on"],
    )


def _month(row: Row) -> LedgerMonth:
    kind, currency = MoneyKind(row["kind"]), row["currency"]
    opening = row["closing"] - row["moved"]
    found = month_end(*(int(each) for each in (opening, row["accrued"], row["applied"], row["adjusted"])))
    return LedgerMonth(
        subject_id=_global_id_of_subject(row, kind),
        kind=kind,
        month=row["month"],
        opening=minor_money(found.opening, currency),
        accrued=minor_money(found.accrued, currency),
        applied=minor_money(found.applied, currency),
        adjusted=minor_money(found.adjusted, currency),
        closing=minor_money(found.closing, currency),
    )


def _settlement(row: Row) -> LedgerSettlement:
    kind, currency = MoneyKind(row["kind"]), row["currency"]
    settled = int(row["due"] - row["accrued"] - row["reserved"] - row["payable"])
    return LedgerSettlement(
        subject_id=_global_id_of_subject(row, kind),
        kind=kind,
        due=minor_money(row["due"], currency),
        settled=minor_money(settled, currency),
        open=minor_money(settlement_to_date(int(row["due"]), settled), currency),
        accrued=minor_money(row["accrued"], currency),
        reserved=minor_money(row["reserved"], currency),
        payable=minor_money(row["payable"], currency),
    )


def _trial(row: Row) -> TrialBalance:
    currency = row["currency"]
    return TrialBalance(
        currency=CurrencyCode(currency),
        debits=minor_money(row["debits"], currency),
        credits=minor_money(row["credits"], currency),
        difference=minor_money(row["difference"], currency),
    )
