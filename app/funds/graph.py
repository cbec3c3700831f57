"""Funds as the vendor and the one partner see them: what each holds, what moved in it, and its terms."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money, exact
from app.execution.scalars import money as of_micros
from app.funds import queries
from app.funds.books.actions import balance_of
from app.funds.inputs import FundRequestFilter
from app.funds.requests.graph import FundRequest, status_of
from app.funds.terms import accruals_of
from app.programme.fund_terms import FundBasis, FundEntryKind, FundKind, FundPeriod
from app.programme.funds import Accrual, Balance
from app.programme.money import places_of
from app.store.database import Row


class HasKey(Protocol):
    """A vendor, an agreement, a reseller."""

    @property
    def key(self) -> Key: ...


def _money(minor: int, currency: str) -> Money:
    return Money(amount=exact(minor, places_of(currency)), currency=CurrencyCode(currency))


@visible("fund:read")
class FundBalance:
    """What a fund holds: available is accrued + granted − reserved − paid − expired, never below zero."""

    accrued: Money
    "What accrued, less what was taken back of it."
    granted: Money
    "What the vendor put in."
    reserved: Money
    "What is kept for approved requests."
    paid: Money
    "What claims were paid."
    expired: Money
    "What was not used in time."
    shortfall: Money
    "What has to come in before anything is available again: accruals taken back after they were promised."
    available: Money
    "What can be asked for."

    @classmethod
    def of(cls, holds: Balance, currency: str) -> "FundBalance":
        parts = ("accrued", "granted", "reserved", "paid", "expired", "shortfall", "available")
        return cls(**{part: _money(getattr(holds, part), currency) for part in parts})


@visible("fund:read")
class FundAccrual:
    """How a fund accrues, in periods that begin on a day or later."""

    since: date
    "From which day on."
    basis: FundBasis
    "On what it accrues."
    of_previous_period: bool
    "Whether a period accrues on what was bought or sold in the one before it."
    share: Decimal | None
    "The share of it: 0.02 is 2 %; null where an amount is paid for each unit."
    per_unit: Money | None
    "The amount for each base unit; null where a share is."

    @classmethod
    def of(cls, terms: Accrual, currency: str) -> "FundAccrual":
        return cls(
            since=terms.since,
            basis=terms.basis,
            of_previous_period=terms.previous,
            share=None if terms.share is None else exact(terms.share, 6),
            per_unit=of_micros(terms.per_unit, currency),
        )


@visible("fund:read")
class FundEntry:
    """Something that moved in a fund."""

    number: int
    "Its number, counted from 1."
    kind: FundEntryKind
    "What moved."
    amount: Money
    "How much."
    available: Money
    "What was available after it."
    shortfall: Money
    "What had to come in after it."
    period_start: date | None
    "The first day of the period that it accrued in; null of everything else."
    reason: str
    "Why, in a sentence."
    recorded_by: str | None
    "Who of the vendor did it; null where the system did, and for the partner."
    recorded_at: datetime
    "When."

    @classmethod
    def of(cls, row: Row) -> "FundEntry":
        currency = row["currency"]
        return cls(
            number=row["number"],
            kind=FundEntryKind(row["kind"]),
            amount=_money(row["amount_minor"], currency),
            available=_money(row["available_minor"], currency),
            shortfall=_money(row["shortfall_minor"], currency),
            period_start=row["period_start"],
            reason=row["reason"],
            recorded_by=row["recorded_by"],
            recorded_at=row["recorded_at"],
        )


async def entries_of_funds(
    request: Request[Actor],
    parents: "Sequence[Fund]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[FundEntry]]:
    """What moved in it, the latest first. It is never changed."""
    window = Window.of(queries.LATEST_ENTRY, first=first, after=after, last=last, before=before)
    listed = queries.entries_of_fund(request.actor.level)
    return await pages(request, [parent.key for parent in parents], listed, window, selection, FundEntry.of)


async def requests_of_funds(
    request: Request[Actor],
    parents: "Sequence[Fund]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: FundRequestFilter | None = None,
) -> list[Connection[FundRequest]]:
    """What was asked of it, the newest first."""
    of = status_of(filter)
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=of)
    listed = queries.requests_of_fund(request.actor.level)
    return await pages(request, [parent.key for parent in parents], listed, window, selection, FundRequest.of, of)


@visible("fund:read")
class Fund(Node):
    """Money of a vendor for one partner's marketing: what accrues and is granted, asked for, claimed and paid."""

    key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    kind: FundKind
    "What kind of fund it is."
    name: str
    "Its name."
    currency: CurrencyCode
    "Its currency."
    starts_on: date
    "Its first day."
    expires_on: date | None
    "The day from which nothing of it can be used any more; null for never."
    accrues_per: FundPeriod | None
    "Over which period it accrues; null where it is granted alone."
    accruals: list[FundAccrual]
    "How it accrues, by the day from which that holds."
    reimbursement_share: Decimal
    "Which share of a cost it pays."
    claim_days: int
    "Within how many days after an activity its costs are claimed."
    approves_up_to: Money | None
    "Requests up to this amount are approved at once, as far as money is available; null: none is."
    approves_in_month: Money | None
    "How much is approved at once in a calendar month (UTC), all requests together; null where no request is."
    balance: FundBalance
    "What it holds."
    version: int
    "How often its terms were set; changes of them name this."
    created_at: datetime
    "When it was made."
    entries = edge(entries_of_funds)
    requests = edge(requests_of_funds)

    @classmethod
    def of(cls, row: Row) -> "Fund":
        key, currency, up_to = Key(row["vendor_id"], row["id"]), row["currency"], row["approves_up_to_minor"]
        in_month = up_to if row["approves_in_month_minor"] is None else row["approves_in_month_minor"]
        per, agreement, reseller = row["accrues_per"], row["agreement_id"], row["reseller_id"]
        return cls(
            id=strawberry.ID(global_id("Fund", key)),
            key=key,
            agreement_key=None if agreement is None else Key(key.vendor_id, agreement),
            reseller_key=None if reseller is None else Key(key.vendor_id, reseller),
            kind=FundKind(row["kind"]),
            name=row["name"],
            currency=CurrencyCode(currency),
            starts_on=row["starts_on"],
            expires_on=row["expires_on"],
            accrues_per=None if per is None else FundPeriod(per),
            accruals=[FundAccrual.of(each, currency) for each in accruals_of(row["accruals"])],
            reimbursement_share=exact(row["reimbursement_share"], 6),
            claim_days=row["claim_days"],
            approves_up_to=None if up_to is None else _money(up_to, currency),
            approves_in_month=None if in_month is None else _money(in_month, currency),
            balance=FundBalance.of(balance_of(row), currency),
            version=row["version"],
            created_at=row["created_at"],
        )


async def funds_of_agreement(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[Fund]]:
    """Market development and co-op funds of the distributor under this agreement, the newest first."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.FUNDS_OF_AGREEMENT, window, selection, Fund.of)


async def funds_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[Fund]]:
    """Market development and co-op funds in its network, the newest first: all for the vendor, a partner's own for it."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.FUNDS_OF_VENDOR, window, selection, Fund.of)


async def funds_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[Fund]]:
    """Its market development and co-op funds, the newest first; a distributor reads none of them."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before)
    keys, own = [parent.key for parent in parents], queries.as_reseller(request.actor)
    return await pages(request, keys, queries.FUNDS_OF_RESELLER, window, selection, Fund.of, own)


async def funds_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Fund | None]:
    """Funds of the asking vendor, or of the asking partner."""
    found: list[Fund | None] = [None] * len(keys)
    for row in await queries.funds(await request.reader(), keys):
        found[row["ordinal"] - 1] = Fund.of(row)
    return found
