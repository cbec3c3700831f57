"""The demo's claims under its first agreement: special prices, claims, debit memos, and stock that goes back.

One claim is credited, of which a line was sold to the wrong customer; the other has more units than were authorised, and is
disputed. One debit memo names the credit of the first claim, one names nothing that anybody knows and ages. Everybody
writes what they may write in earnest; the worker's own code decides, posts and reckons.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.access.roles import Role
from app.demo import queries
from app.demo.contexts import as_distributor, as_vendor
from app.demo.history import MONTHS, History, derived_id, midnight
from app.demo.network import ALPHA, BRAZIL, Agreement, Product, Vendor, network, party_id
from app.demo.people import Person
from app.demo.protection import propose_protection
from app.demo.sales import SPECIAL_PRICE, Line, Month, for_alpha, is_plain
from app.execution.identifiers import Key
from app.ledger.deductions.actions import follow
from app.pricing.claims.costs.queries import lines_named
from app.pricing.claims.settling.actions import settle_claim
from app.pricing.rotation.figures import quarters
from app.pricing.stock_credits.deciding.actions import catch_up
from app.programme.claim_terms import (
    ClaimAct,
    ClaimStatus,
    CostBasis,
    DeemedDecision,
    ReductionKind,
    SpecialPriceKind,
    SpecialPriceStatus,
)
from app.programme.money import MICRO, MILLI
from app.programme.money_kinds import MoneyKind
from app.programme.spans import Span, month_after, months_earlier
from app.programme.stock_credits import StockCreditStatus
from app.programme.terms import Level
from app.store.database import Context, Database, Session, acting_as_worker

Record = dict[str, object]
PROMOTION = "SD-PROMO-02"
CREDIT_NUMBER = "CM-SD-0001"
MATCHED, UNMATCHED = "DM-70021", "DM-69914"
DISPUTED = "The promotion was agreed for all that we had ordered in the month; please look at the quantity again."


@dataclass(frozen=True)
class Authorised:
    """What a special price says of a product: `value` in 10⁻⁶, `units` whole."""

    product: Product
    kind: SpecialPriceKind
    value: int
    units: int


@dataclass(frozen=True)
class Claim:
    """A special price and the lines of one month that are claimed under it. `customers` are resellers, none: all."""

    number: str
    window: Span
    customers: tuple[UUID, ...]
    products: tuple[Authorised, ...]
    lines: tuple[Line, ...]
    act: ClaimAct
    history: History

    @property
    def special_price_id(self) -> UUID:
        return _id("special price", self.number, self.history)

    @property
    def id(self) -> UUID:
        return _id("claim", self.number, self.history)

    @property
    def act_id(self) -> UUID:
        return _id("claim act", self.number, self.history)


def _id(what: str, name: str, history: History) -> UUID:
    return derived_id(what, BRAZIL, name, at=midnight(history.end))


async def settle(
    app: Database, vendor: Vendor, history: History, sold: Mapping[UUID, Sequence[Month]], latest: datetime
) -> None:
    """Grant special prices, claim, decide and credit or dispute; take money by debit memos; ask for rotation. Done again,
    nothing is done."""
    (agreement,) = (each for each in vendor.agreements if each.distributor.name == BRAZIL)
    await _Settling(app, vendor, agreement, history, sold[agreement.id], latest).all()


async def is_settled(app: Database, history: History) -> bool:
    """Whether all of it is done."""
    vendor = network()[0]
    acts = [_id("claim act", number, history) for number in (SPECIAL_PRICE, PROMOTION)]
    memos = [_id("deduction", number, history) for number in (MATCHED, UNMATCHED)]
    async with app.reading(acting_as_worker(vendor.id)) as session:
        rotation = _id("rotation", "", history)
        return await queries.claims_settled(session, vendor.id, acts, memos, rotation)


def claims(agreement: Agreement, history: History, sold: Sequence[Month]) -> tuple[Claim, Claim]:
    """The claim that is credited, and the one that is disputed."""
    return _for_alpha(agreement, history, sold[-1]), _promotion(history, sold[-2])


def _for_alpha(agreement: Agreement, history: History, month: Month) -> Claim:
    """Alpha's two products at a price, some way below book; of the second only half as many units as were sold."""
    sold = for_alpha(month.sold or ())
    units = Counter[Product]()
    for line in sold:
        units[line.product] += line.quantity
    products = tuple(
        Authorised(
            product,
            SpecialPriceKind.DOWN_TO,
            product.price(agreement.terms.currency, MONTHS - 1) * 9 // 100_000 * 10_000,
            max(1, number * (2, 1)[place % 2] // 2),
        )
        for place, (product, number) in enumerate(units.most_common())
    )
    carrying = tuple(line for line in month.sold or () if line.special_price_number == SPECIAL_PRICE)
    window = Span(history.months[-1], months_earlier(history.end, -2))
    alpha = (party_id(agreement.terms.vendor, ALPHA),)
    return Claim(SPECIAL_PRICE, window, alpha, products, carrying, ClaimAct.CREDIT, history)


def _promotion(history: History, month: Month) -> Claim:
    """A share off what was sold most often, for everybody, of half as many units as are claimed."""
    sold = [line for line in month.sold or () if is_plain(line)]
    ((product, _),) = Counter(line.product for line in sold).most_common(1)
    lines = tuple(line for line in sold if line.product == product)[:6]
    units = max(1, sum(line.quantity for line in lines) // 2)
    products = (Authorised(product, SpecialPriceKind.DOWN_BY_SHARE, MICRO // 20, units),)
    window = Span(month.first, month_after(month.first))
    return Claim(PROMOTION, window, (), products, lines, ClaimAct.DISPUTE, history)


@dataclass(frozen=True)
class _Settling:
    """The claims while they are made."""

    app: Database
    vendor: Vendor
    agreement: Agreement
    history: History
    sold: Sequence[Month]
    latest: datetime

    async def all(self) -> None:
        found = claims(self.agreement, self.history, self.sold)
        async with self.app.writing(as_vendor(self.vendor, self._manager.id)) as session:
            await queries.add(session, "agreement_money_terms", [self._money_terms()])
            for claim in found:
                await queries.add(session, "special_price", [self._special_price(claim)])
                await queries.add(session, "special_price_product", self._products(claim))
        await propose_protection(self.app, self.agreement, self.history)
        for claim in found:
            await self._claim(claim)
        await self._take()
        await self._rotate()

    async def _claim(self, claim: Claim) -> None:
        async with self.app.writing(as_distributor(self.agreement.distributor, [self.agreement])) as session:
            if await queries.claim_there(session, self.vendor.id, claim.id) is None:
                await queries.add(session, "debit_claim", [self._filed(claim)])
                await queries.add(session, "debit_claim_line", await self._lines(session, claim))
        await self._settle(claim)
        async with self.app.writing(self._acting(claim)) as session:
            await queries.add(session, "debit_claim_act", [self._act(claim)])
        await self._settle(claim)

    async def _settle(self, claim: Claim) -> None:
        """Let the engine do what is to be done; while a report of the distributor is counted, come back."""
        done = await settle_claim(self.app, self.vendor.id, claim.id)
        while not done:
            await asyncio.sleep(0.2)
            done = await settle_claim(self.app, self.vendor.id, claim.id)

    def _acting(self, claim: Claim) -> Context:
        if claim.act is ClaimAct.DISPUTE:
            return as_distributor(self.agreement.distributor, [self.agreement], self._claimant.id)
        return as_vendor(self.vendor, self._finance.id)

    @property
    def _manager(self) -> Person:
        return Person(self.vendor.organization, Role.VENDOR_PROGRAM_MANAGER)

    @property
    def _finance(self) -> Person:
        return Person(self.vendor.organization, Role.VENDOR_FINANCE)

    @property
    def _claimant(self) -> Person:
        return Person(self.agreement.distributor, Role.DISTRIBUTOR_FINANCE)

    async def _take(self) -> None:
        """The distributor takes what the first claim is credited with, and once something that nobody can place."""
        distributor = as_distributor(self.agreement.distributor, [self.agreement])
        async with self.app.writing(distributor) as session:
            credited = await queries.claim_there(session, self.vendor.id, _id("claim", SPECIAL_PRICE, self.history))
            assert credited is not None
            kind, amount = MoneyKind.SPECIAL_PRICE, credited["amount_minor"]
            memos = [
                self._memo(MATCHED, kind, amount, self._after(21), CREDIT_NUMBER),
                self._memo(UNMATCHED, MoneyKind.INCENTIVE, 125_000, self._after(-75), "Bonus, as agreed by telephone"),
            ]
            await queries.add(session, "deduction", memos)
        for number in (MATCHED, UNMATCHED):
            await follow(self.app, Key(self.vendor.id, _id("deduction", number, self.history)))

    async def _rotate(self) -> None:
        """The distributor asks to send some units back of what it bought most of."""
        async with self.app.writing(as_distributor(self.agreement.distributor, [self.agreement])) as session:
            _, quarter = await quarters(session, self.vendor.id, self._after(17).date())
            await queries.add(session, "stock_credit", [self._rotation(quarter)])
        await catch_up(self.app, self.vendor.id, self.agreement.id)

    @property
    def _owner(self) -> Record:
        agreement = self.agreement
        return {
            "vendor_id": self.vendor.id,
            "agreement_id": agreement.id,
            "distributor_id": agreement.distributor_id,
        }

    def _after(self, days: int) -> datetime:
        """A morning so many days after the end of the history, if that is past."""
        return min(midnight(self.history.end) + timedelta(days=days, hours=9), self.latest)

    def _money_terms(self) -> Record:
        return self._owner | {
            "effective_from": self.history.start,
            "protects": True,
            "look_back_days": 90,
            "in_transit": False,
            "minimum_drop": 0,
            "writes_up": False,
            "rotation_share": MICRO // 20,
            "offsetting_share": None,
            "set_at": midnight(self.history.start),
            "set_by": self._manager.name,
        }

    def _special_price(self, claim: Claim) -> Record:
        return self._owner | {
            "id": claim.special_price_id,
            "number": claim.number,
            "currency": self.agreement.terms.currency,
            "cost_basis": CostBasis.BOOK_AT_RESALE.value,
            "effective_start": claim.window.start,
            "effective_end": claim.window.end,
            "customer_ids": list(claim.customers),
            "days_to_file": 90,
            "days_to_decide": 30,
            "deemed": DeemedDecision.NONE.value,
            "status": SpecialPriceStatus.ACTIVE.value,
            "version": 1,
            "granted_by": str(self._manager.id),
            "granted_at": midnight(claim.window.start),
        }

    def _products(self, claim: Claim) -> list[Record]:
        return [
            self._owner
            | {
                "special_price_id": claim.special_price_id,
                "product_id": each.product.id,
                "position": place,
                "kind": each.kind.value,
                "value": each.value,
                "quantity": each.units * MILLI,
            }
            for place, each in enumerate(claim.products, 1)
        ]

    def _filed(self, claim: Claim) -> Record:
        at = self._after(17)
        return self._owner | {
            "id": claim.id,
            "special_price_id": claim.special_price_id,
            "status": ClaimStatus.FILED.value,
            "currency": self.agreement.terms.currency,
            "filed_on": at.date(),
            "filed_by": self._claimant.name,
            "filed_at": at,
        }

    async def _lines(self, session: Session, claim: Claim) -> list[Record]:
        """The lines as they stand in the distributor's report."""
        documents = [line.document_number for line in claim.lines]
        numbers = [str(line.document_line) for line in claim.lines]
        return [
            self._owner
            | {
                "claim_id": claim.id,
                "position": row["ordinal"],
                "submission_id": row["submission_id"],
                "row_number": row["row_number"],
                "component": row["component"],
                "product_id": row["product_id"],
                "sold_on": claim.lines[row["ordinal"] - 1].sold_on,
                "asked": claim.lines[row["ordinal"] - 1].quantity * MILLI,
            }
            for row in await lines_named(session, self.vendor.id, self.agreement.id, documents, numbers)
        ]

    def _act(self, claim: Claim) -> Record:
        disputes = claim.act is ClaimAct.DISPUTE
        by = self._claimant if disputes else self._finance
        return self._owner | {
            "id": claim.act_id,
            "claim_id": claim.id,
            "act": claim.act.value,
            "positions": [],
            "approves": [],
            "reason": DISPUTED if disputes else None,
            "credit_number": None if disputes else CREDIT_NUMBER,
            "acted_as": (Level.DISTRIBUTOR if disputes else Level.VENDOR).value,
            "acted_by": by.name,
            "acted_by_id": by.id,
            "acted_at": self._after(20),
        }

    def _memo(self, number: str, kind: MoneyKind, amount: int, at: datetime, reference: str) -> Record:
        """A debit memo; `amount` in minor units."""
        return self._owner | {
            "id": _id("deduction", number, self.history),
            "number": number,
            "folded_number": number.casefold(),
            "kind": kind.value,
            "amount_minor": amount,
            "currency": self.agreement.terms.currency,
            "dated": at.date(),
            "reference": reference,
            "recorded_as": Level.DISTRIBUTOR.value,
            "recorded_at": at,
            "by_hand": False,
            "waiting": True,
        }

    def _rotation(self, quarter: Span) -> Record:
        bought = Counter[Product]()
        for line in self.sold[-1].bought:
            bought[line.product] += line.quantity
        ((product, units),) = bought.most_common(1)
        at = self._after(17)
        return self._owner | {
            "id": _id("rotation", "", self.history),
            "kind": ReductionKind.STOCK_ROTATION.value,
            "status": StockCreditStatus.OPEN.value,
            "revision": 0,
            "currency": self.agreement.terms.currency,
            "effective_on": at.date(),
            "period_start": quarter.start,
            "period_end": quarter.end,
            "asked": [(str(product.id), max(1, units // 10) * MILLI)],
            "filed_at": at,
        }
