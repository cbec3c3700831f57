"""What settling moves: units of lines and of special prices, the cost of units, money in the ledger, and accruals.

Everything that a transaction moves is collected and written at its end, so that each line and each special price changes
once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from app.accruals import queries as accruals
from app.accruals.actions import keep, rule_of
from app.ledger.actions import Owner, Posting, post
from app.pricing.claims.costs.queries import Ref
from app.pricing.claims.settling import queries
from app.programme.claim_terms import LedgerAct
from app.programme.money import micros, rounded
from app.programme.money_kinds import MoneyKind
from app.programme.money_terms import SpeciallyPriced
from app.programme.spans import Span
from app.store.database import Row, Session
from app.store.identity import new_id


@dataclass(frozen=True, slots=True)
class Sale:
    """The line of a sale: how many units it sold, of which product, and the day in whose figures it counts."""

    ref: Ref
    product_id: UUID
    sold: int
    sold_on: date
    counts_on: date


@dataclass(frozen=True, slots=True)
class Paid:
    """So many units of a sale that are paid for by a claim, at how much each (10⁻⁶, exact) and all together (minor units);
    below zero where they are no longer."""

    units: int
    per_unit: Fraction
    amount: int


@dataclass(slots=True)
class Books:
    """What one transaction moves under one agreement."""

    session: Session
    owner: Owner
    now: datetime
    cause: str
    held: Counter[Ref] = field(default_factory=Counter)
    sales: dict[Ref, Sale] = field(default_factory=dict)
    used: Counter[tuple[UUID, UUID]] = field(default_factory=Counter)
    reserved: Counter[tuple[UUID, UUID]] = field(default_factory=Counter)
    reductions: list[Sequence[object]] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    @property
    def vendor_id(self) -> UUID:
        return self.owner.vendor_id

    def reserve(self, special_price_id: UUID, sale: Sale, units: int) -> None:
        """Let so many units of a sale wait on a claim; fewer where `units` is below zero."""
        self._hold(sale, units)
        self.reserved[special_price_id, sale.product_id] += units

    def pay(self, special_price_id: UUID, claim_id: UUID, currency: str, sale: Sale, paid: Paid) -> None:
        """Let so many units of a sale be paid for, or be so no longer."""
        if not paid.units:
            return
        self._hold(sale, paid.units)
        self.used[special_price_id, sale.product_id] += paid.units
        self.days.append(sale.counts_on)
        of = (new_id(), self.owner.agreement_id, self.owner.distributor_id, sale.product_id, claim_id)
        how_much = (paid.units, currency, rounded(paid.per_unit), micros(paid.amount, currency))
        self.reductions.append((*of, *sale.ref, sale.sold_on, *how_much, self.now))

    def _hold(self, sale: Sale, units: int) -> None:
        self.sales[sale.ref] = sale
        self.held[sale.ref] += units

    async def write(self) -> None:
        """Write what was moved, and bring accruals up to date that count a specially priced line otherwise than others."""
        of = (self.owner.agreement_id, self.owner.distributor_id)
        held = [(*ref, *of, self.sales[ref].sold, self.held[ref]) for ref in sorted(self.held)]
        products = sorted({*self.used, *self.reserved})
        if held:
            await queries.hold_units(self.session, self.vendor_id, held)
        if products:
            rows = [(*each, self.used[each], self.reserved[each]) for each in products]
            await queries.use_units(self.session, self.vendor_id, rows)
        if self.reductions:
            await queries.reduce_costs(self.session, self.vendor_id, self.reductions)
            await self._accrue()

    async def _accrue(self) -> None:
        days = Span(min(self.days), max(self.days) + timedelta(days=1))
        terms = await accruals.terms_touched(self.session, self.vendor_id, self.owner.agreement_id, days)
        otherwise = [term for term in terms if rule_of(term["rule"]).specially_priced is not SpeciallyPriced.FULL]
        if otherwise:
            await keep(self.session, self.vendor_id, otherwise, days, self.cause)

    async def book(self, claim: Row, before: int | None, after: int, *, reserved: bool, reserve: bool) -> None:
        """Bring the ledger from what was approved of a claim (minor units; None: nothing was decided) to what is now, and
        set aside what is not to be touched any more."""
        change = after - (before or 0)
        anew = bool(change) or reserved != reserve
        acts = [
            (LedgerAct.VOID, before or 0 if reserved and anew else 0),
            (LedgerAct.ACCRUE if before is None else LedgerAct.ADJUST, change),
            (LedgerAct.RESERVE, after if reserve and anew else 0),
        ]
        await self.post(claim, acts)

    async def post(self, claim: Row, acts: Sequence[tuple[LedgerAct, int]]) -> None:
        """Post what happened to a claim's money, today."""
        await post(
            self.session,
            [
                Posting(
                    owner=self.owner,
                    kind=MoneyKind.SPECIAL_PRICE,
                    subject_id=claim["special_price_id"],
                    currency=claim["currency"],
                    act=act,
                    amount=amount,
                    on=self.now.date(),
                    cause=f"claim {claim['id']}",
                )
                for act, amount in acts
                if amount
            ],
        )


def exact_text(value: Fraction) -> str:
    """A fraction as it is kept."""
    return str(value)


def exact_of(text: str | None) -> Fraction:
    """A fraction as it was kept."""
    return Fraction(text or 0)
