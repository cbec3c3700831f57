"""Posting: an event becomes transfers (`app.programme.ledger`), in the transaction of whatever caused it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from app.ledger import queries
from app.programme.claim_terms import AccountPurpose, LedgerAct
from app.programme.ledger import Book, Event, transfers_for
from app.programme.money_kinds import MoneyKind
from app.store.database import Session
from app.store.identity import new_id


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose books."""

    vendor_id: UUID
    agreement_id: UUID
    distributor_id: UUID


@dataclass(frozen=True, slots=True)
class Posting:
    """What happened to money: how much in minor units (below zero where it is taken back), on which day, what it is about,
    and what caused it, by kind and id ("statement 0198…")."""

    owner: Owner
    kind: MoneyKind
    subject_id: UUID
    currency: str
    act: LedgerAct
    amount: int
    on: date
    cause: str


async def post(session: Session, postings: Iterable[Posting]) -> None:
    """Write the transfers that these events make; nothing for an amount of zero. Runs as `worker`.

    A POST or VOID settles what was reserved for the same cause, all of it, once: it is refused where nothing is reserved, or
    another amount. Their ids are in the order of the events, of which each makes one transfer at most.
    """
    now, every = datetime.now(UTC), list(postings)
    ids = sorted(new_id() for _ in every)
    for each, id in zip(every, ids, strict=True):
        reserved = await _reserved(session, each) if each.act in {LedgerAct.POST, LedgerAct.VOID} else None
        rows = [
            (
                id,
                each.owner.agreement_id,
                each.owner.distributor_id,
                each.kind.value,
                each.subject_id,
                each.currency,
                each.act.value,
                transfer.debit.purpose.value,
                transfer.credit.purpose.value,
                transfer.amount,
                each.on,
                reserved,
                each.cause,
                now,
            )
            for transfer in transfers_for(_event(each))
        ]
        if rows:
            await queries.write(session, each.owner.vendor_id, rows)


def _event(posting: Posting) -> Event:
    book = Book(str(posting.owner.agreement_id), posting.kind.value, posting.currency)
    return Event(posting.act, book, posting.amount, posting.on, posting.cause)


async def _reserved(session: Session, posting: Posting) -> UUID | None:
    """The reservation that a posting settles; None where nothing is to be settled, because the amount is zero."""
    if not posting.amount:
        return None
    found = await queries.reservation(session, posting.owner.vendor_id, posting.cause)
    reserved = 0 if found is None else found["amount_minor"] * (1 if found["credit"] == AccountPurpose.RESERVED else -1)
    if found is None or reserved != posting.amount:
        raise ValueError(f"{posting.act} of {posting.amount}: {reserved} is reserved for {posting.cause}.")
    reservation: UUID = found["id"]
    return reservation
