"""The ledger: which accounts there are, and what moves between them when something is earned, approved, credited or taken.

A row moves an amount above zero from one account to another: it debits the one and credits the other, so that all balances
together are zero. Rows are never changed. A recalculation posts the difference. What is approved is reserved first, and then
posted or voided. An amount below zero (something is taken back) moves the same way, reversed.

    ACCRUE, ADJUST   debits EXPENSE,  credits ACCRUED       earned, or earned otherwise than thought
    RESERVE          debits ACCRUED,  credits RESERVED      approved, pending
    POST             debits RESERVED, credits PAYABLE       owed
    VOID             debits RESERVED, credits ACCRUED       taken back before it was owed
    CREDIT           debits PAYABLE,  credits PARTNER       credited to the distributor's account
    DEDUCT           debits DEDUCTED, credits PARTNER       taken by the distributor
    CLEAR            debits PAYABLE,  credits DEDUCTED      a credit memo settles what was taken

At the end of a month, opening accrual + accrued − applied ± adjusted is the closing accrual: what is accrued or reserved and
not posted yet. Posting applies it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.programme.claim_terms import AccountPurpose, LedgerAct
from app.programme.settlement import MonthEnd, month_end
from app.programme.spans import Span

_MOVES: Mapping[LedgerAct, tuple[AccountPurpose, AccountPurpose]] = {
    LedgerAct.ACCRUE: (AccountPurpose.EXPENSE, AccountPurpose.ACCRUED),
    LedgerAct.ADJUST: (AccountPurpose.EXPENSE, AccountPurpose.ACCRUED),
    LedgerAct.RESERVE: (AccountPurpose.ACCRUED, AccountPurpose.RESERVED),
    LedgerAct.POST: (AccountPurpose.RESERVED, AccountPurpose.PAYABLE),
    LedgerAct.VOID: (AccountPurpose.RESERVED, AccountPurpose.ACCRUED),
    LedgerAct.CREDIT: (AccountPurpose.PAYABLE, AccountPurpose.PARTNER),
    LedgerAct.DEDUCT: (AccountPurpose.DEDUCTED, AccountPurpose.PARTNER),
    LedgerAct.CLEAR: (AccountPurpose.PAYABLE, AccountPurpose.DEDUCTED),
}
_ACCRUAL = frozenset({AccountPurpose.ACCRUED, AccountPurpose.RESERVED})


@dataclass(frozen=True, slots=True, order=True)
class Book:
    """Whose accounts: one agreement, one kind of money (a rebate, ship & debit …), one currency."""

    agreement: str
    kind: str
    currency: str


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """An account of a book."""

    book: Book
    purpose: AccountPurpose


@dataclass(frozen=True, slots=True)
class Event:
    """Something that makes money move: how much (minor units, below zero where it is taken back), on which day, and what
    caused it: the id of a statement, a claim, a memo."""

    act: LedgerAct
    book: Book
    amount: int
    on: date
    cause: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """A row: the amount (minor units, always above zero) that is debited to one account and credited to another."""

    debit: Account
    credit: Account
    amount: int
    on: date
    act: LedgerAct
    cause: str


def transfers_for(event: Event) -> list[Transfer]:
    """The rows that an event makes: one, none for an amount of zero."""
    if not event.amount:
        return []
    debit, credit = (Account(event.book, purpose) for purpose in _MOVES[event.act])
    if event.amount < 0:
        debit, credit = credit, debit
    return [Transfer(debit, credit, abs(event.amount), event.on, event.act, event.cause)]


def recalculated(book: Book, before: int, after: int, on: date, cause: str) -> list[Transfer]:
    """The rows that bring an accrual from what it was to what it is (minor units): the difference."""
    return transfers_for(Event(LedgerAct.ADJUST, book, after - before, on, cause))


def balances(transfers: Iterable[Transfer]) -> dict[Account, int]:
    """What each account stands at, in minor units: debits above zero, credits below; none that never moved."""
    found: dict[Account, int] = {}
    for each in transfers:
        found[each.debit] = found.get(each.debit, 0) + each.amount
        found[each.credit] = found.get(each.credit, 0) - each.amount
    return found


def trial_balance(transfers: Iterable[Transfer]) -> dict[str, int]:
    """The sum of all balances by currency, in minor units: zero, always."""
    found: dict[str, int] = {}
    for account, balance in balances(transfers).items():
        found[account.book.currency] = found.get(account.book.currency, 0) + balance
    return found


def problem_with(event: Event, standing: Mapping[Account, int]) -> str | None:
    """Why an event cannot be, given what the accounts stand at; None where it can.

    Nothing is posted or voided but what is reserved, credited or cleared but what is payable, and cleared but what was
    taken; an amount below zero is bounded by what stands there below zero.
    """
    bounded_by = {
        LedgerAct.POST: ((AccountPurpose.RESERVED, -1),),
        LedgerAct.VOID: ((AccountPurpose.RESERVED, -1),),
        LedgerAct.CREDIT: ((AccountPurpose.PAYABLE, -1),),
        LedgerAct.CLEAR: ((AccountPurpose.PAYABLE, -1), (AccountPurpose.DEDUCTED, 1)),
    }
    for purpose, sign in bounded_by.get(event.act, ()):
        there = sign * standing.get(Account(event.book, purpose), 0)
        if not (0 <= event.amount <= there or there <= event.amount <= 0):
            return f"{event.act} of {event.amount} is more than the {there} that is {purpose.lower()}."
    return None


def accrual(transfers: Iterable[Transfer]) -> int:
    """What is accrued or reserved and not posted, in minor units; negative where more was taken back than earned."""
    return -sum(amount for account, amount in balances(transfers).items() if account.purpose in _ACCRUAL)


def roll_forward(transfers: Iterable[Transfer], days: Span) -> MonthEnd:
    """How an accrual went over some days, from the rows of one incentive (or whatever is asked about) in one currency.

    What was reserved or voided stays in the accrual; what was posted is applied. Raises ValueError for two currencies.
    """
    rows = [each for each in transfers if each.on < days.end]
    if len({each.debit.book.currency for each in rows}) > 1:
        raise ValueError("An accrual rolls forward in one currency.")
    within = [each for each in rows if each.on >= days.start]
    return month_end(
        opening=accrual(each for each in rows if each.on < days.start),
        accrued=accrual(each for each in within if each.act is LedgerAct.ACCRUE),
        applied=-accrual(each for each in within if each.act is LedgerAct.POST),
        adjusted=accrual(each for each in within if each.act is LedgerAct.ADJUST),
    )
