"""A special price as claims are decided by it, and what is decided of a line: the same for a claim and for its preview."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from app.pricing.claims.costs.queries import Ref
from app.programme.claim_amounts import extended
from app.programme.claim_terms import CostBasis, LineDecision, SpecialPriceKind, WaitsFor
from app.programme.claims import let_pass
from app.programme.money import MILLI, rounded
from app.programme.ship_and_debit import (
    Authorisation,
    AuthorisedPrice,
    ClaimedLine,
    CostPart,
    Decision,
    decide_line,
    part_of,
)
from app.programme.spans import Span
from app.store.database import Row

Fact = Row | Mapping[str, Any]
"What is known of a line that is claimed: the columns of `costs.queries.facts`."
_AGREED = "the customer that was agreed"


@dataclass(frozen=True, slots=True)
class Offer:
    """A special price: of each product what a unit may cost, and how many units are left (None: without limit)."""

    row: Row
    prices: dict[UUID, AuthorisedPrice]
    left: dict[UUID, int | None]

    @classmethod
    def of(cls, row: Row, products: Sequence[Row]) -> "Offer":
        prices = {
            each["product_id"]: AuthorisedPrice(SpecialPriceKind(each["kind"]), each["value"], each["most_per_unit"])
            for each in products
        }
        left = {
            each["product_id"]: None if each["quantity"] is None else each["quantity"] - each["used"] - each["reserved"]
            for each in products
        }
        return cls(row, prices, left)

    def authorisation(self, product_id: UUID) -> Authorisation:
        """What is authorised of a product; of one that it is not for, what denies it."""
        row = self.row
        price = self.prices.get(product_id) or next(iter(self.prices.values()))
        restricted = bool(row["customer_ids"]) or row["end_customer"] is not None
        return Authorisation(
            number=row["number"],
            price=price,
            currency=row["currency"],
            window=Span(row["effective_start"], row["effective_end"]),
            products=frozenset(map(str, self.prices)),
            customers=frozenset({_AGREED} if restricted else ()),
            days_to_file=row["days_to_file"],
            ended_on=row["ended_on"],
            cost_basis=CostBasis(row["cost_basis"]),
        )

    @property
    def customers(self) -> tuple[list[UUID], str | None]:
        """The resellers and the end customer that it is for."""
        return list(self.row["customer_ids"]), self.row["end_customer"]

    def matched_by(self, days: Span) -> list[object]:
        """What `costs.queries.matching` takes, for sales of these days."""
        start = max(days.start, self.row["effective_start"])
        end = min(days.end, self.row["effective_end"], self.row["ended_on"] or date.max)
        own = (start, end, self.row["number"], self.row["distributor_id"])
        return [*self.customers, list(self.prices), *own]


@dataclass(frozen=True, slots=True)
class Costs:
    """What the units of a line had cost, in which currency, and how credits had lowered it."""

    parts: tuple[CostPart, ...] = ()
    told: tuple[str, ...] = ()
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What is decided of a line. Where it waits for a person, this is what the engine proposes."""

    fact: Fact
    decision: Decision
    waits_for: WaitsFor | None
    unit_cost: int | None
    told: tuple[str, ...]

    @property
    def ref(self) -> Ref:
        return self.fact["submission_id"], self.fact["row_number"], self.fact["component"]

    @property
    def steps(self) -> list[str]:
        return [*self.told, *self.decision.debit.steps] if self.decision.approved else []


def free_units(fact: Fact) -> int:
    """How many units of a line no claim holds and nobody gave back; all that it sold where there are none."""
    free: int = fact["quantity"] - fact["returned"] - fact["consumed"]
    return free if free > 0 else max(fact["quantity"], 1)


def decided(offer: Offer, fact: Fact, asked: int, costs: Costs, filed_on: date, *, by_finance: bool = False) -> Decided:
    """What is decided of so many units of a line filed on a day; `by_finance` where a person lets pass what the agreement
    asks for."""
    product_id: UUID = fact["product_id"]
    authorisation = offer.authorisation(product_id)
    unnamed = offer.row["end_customer"] is not None and not fact["names_customer"]
    agreed = fact["to_reseller"] and (fact["to_customer"] or unnamed)
    sold = max(fact["quantity"], 0)
    line = ClaimedLine(
        product=str(product_id),
        customer=_AGREED if agreed else None,
        sold_on=fact["sold_on"],
        asked=asked,
        sold=sold,
        returned=min(fact["returned"], sold),
        paid_before=fact["consumed"],
        counts=fact["counts"],
        currency=costs.currency or authorisation.currency,
        resale=fact["unit_price"],
        resale_currency=fact["currency"],
    )
    terms = let_pass(authorisation) if by_finance else authorisation
    decision = decide_line(terms, line, offer.left.get(product_id), filed_on, costs.parts)
    waits_for = None if by_finance else _waits_for(offer, decision, unnamed)
    used = part_of(costs.parts, line.paid_before, decision.approved)
    return Decided(fact, decision, waits_for, _mean(used), costs.told)


def _waits_for(offer: Offer, decision: Decision, unnamed: bool) -> WaitsFor | None:
    if decision.decision is LineDecision.DENIED:
        return None
    if unnamed:
        return WaitsFor.END_CUSTOMER
    most = offer.row["approves_up_to_minor"]
    return WaitsFor.LARGE_AMOUNT if most is not None and decision.debit.amount > most else None


def _mean(parts: Sequence[CostPart]) -> int | None:
    units = sum(part.quantity for part in parts)
    if not units:
        return None
    return rounded(sum((extended(part.quantity, part.cost) for part in parts), Fraction(0)) * MILLI / units)
