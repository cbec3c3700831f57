"""Money under one agreement, written as the database's owner: what was granted, claimed, deducted and credited, and what
stands in the ledger about it. Every text is made by `word`, for whoever may read it.

What counting, calculating and settling reckon is proven elsewhere; here are rows of every table, for those who ask who reads
them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from app.programme.incentive_data import rule_as_data
from app.programme.incentive_wording import described
from app.programme.incentives import Band, Gate, Growth, Measure, Proration, Rule, Scope
from app.programme.money_terms import (
    Basis,
    GateEffect,
    GateKind,
    IncentiveKind,
    MeasureUnit,
    PayPeriod,
    Prorates,
    Structure,
    TieringPer,
)
from app.programme.sales import Valuation
from app.store.identity import new_id

AT = datetime(2026, 1, 1, tzinfo=UTC)
Word = Callable[[str], str]
"A text for the `vendor` alone, or for `both` sides."
VENDOR, BOTH = "vendor", "both"
UNANNOUNCED = 777_777_777_777
"The price of what a vendor has not announced yet."
BOOK = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)


def rebate(*gates: Gate, tiering_per: TieringPer = TieringPer.PERIOD) -> Rule:
    """What is in force, or proposed: a monthly rebate on sell-through at the price book."""
    return Rule(
        kind=IncentiveKind.VOLUME_REBATE,
        currency="EUR",
        qualifying=BOOK,
        paying=BOOK,
        structure=Structure.MARGINAL,
        bands=(Band(0, 10_000), Band(100 * 10**6, 20_000)),
        pay_period=PayPeriod.MONTH,
        tiering_per=tiering_per,
        gates=gates,
        minimum_guarantee=100,
    )


IN_TIME = Gate(GateKind.REPORTING_IN_TIME, "In time", 900_000, GateEffect.REDUCE, 500_000)


def ambitious(products: list[UUID]) -> Rule:
    """What is drafted: everything that a rule can say."""
    first, *others = map(str, products)
    scope = Scope(products=frozenset({first}), excluded_products=frozenset(others))
    measure = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK, scope)
    return Rule(
        kind=IncentiveKind.GROWTH_REBATE,
        currency="EUR",
        qualifying=measure,
        paying=measure,
        structure=Structure.MARGINAL,
        bands=(Band(0, 10_000), Band(500_000, 20_000)),
        pay_period=PayPeriod.QUARTER,
        growth=Growth(10**9, True, 10**8),
        proration=Proration(Prorates.PAYMENT),
        gates=(IN_TIME,),
    )


@dataclass
class Owner:
    """The database as its owner writes it, and what was written, by kind of object."""

    db: asyncpg.Connection
    word: Word

    async def add(self, table: str, **values: Any) -> None:
        given = [json.dumps(each) if isinstance(each, dict) else each for each in values.values()]
        holders = ", ".join(f"${n}" for n in range(1, len(given) + 1))
        await self.db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({holders})", *given)


@dataclass(frozen=True)
class Under:
    """An agreement, with products of its vendor and days in which it has sales."""

    vendor_id: UUID
    agreement_id: UUID
    distributor_id: UUID
    products: list[UUID]
    start: date
    end: date

    @property
    def ids(self) -> dict[str, UUID]:
        return {"vendor_id": self.vendor_id, "agreement_id": self.agreement_id, "distributor_id": self.distributor_id}


@dataclass
class Kept:
    """The ids of what was written under an agreement, by type."""

    of: dict[str, list[UUID]] = field(default_factory=dict)

    def add(self, kind: str) -> UUID:
        self.of.setdefault(kind, []).append(found := new_id())
        return found


async def incentive(
    owner: Owner, vendor_id: UUID, rule: Rule, status: str, under: list[Under], start: date, end: date
) -> tuple[UUID, dict[UUID, UUID]]:
    """An incentive of one version, and its terms by agreement; a draft has none."""
    id, terms, word = new_id(), dict[UUID, UUID](), owner.word
    proposed, active = status != "DRAFT", status == "ACTIVE"
    named = {"vendor_id": vendor_id, "kind": rule.kind.value, "status": status}
    await owner.add(
        "incentive",
        **named,
        id=id,
        name=word(VENDOR),
        latest_version=1,
        budget_minor=1_000_000,
        created_by=word(VENDOR),
        created_at=AT,
    )
    said = {"rule": rule_as_data(rule), "currency": rule.currency, "effective_start": start, "effective_end": end}
    of_version = {"vendor_id": vendor_id, "incentive_id": id, "version": 1, "status": status}
    when = {"proposed_at": AT if proposed else None, "activated_at": AT if active else None}
    await owner.add(
        "incentive_version",
        **of_version,
        **said,
        **when,
        summary=f"{described(rule)} {word(VENDOR)}",
        agreement_ids=[each.agreement_id for each in under],
        written_by=word(VENDOR),
        written_at=AT,
    )
    for each in under if proposed else ():
        terms[each.agreement_id] = term_id = new_id()
        summary = f"{described(rule)} {word(BOTH)}"
        of_term = {**of_version, **each.ids, "kind": rule.kind.value, "summary": summary}
        await owner.add("incentive_term", **of_term, **said, **when, id=term_id, name=word(BOTH))
    return id, terms


async def example(
    owner: Owner, under: Under, kept: Kept, term_id: UUID, accepted: bool | None, *, by_invoice: bool = False
) -> None:
    """A worked example: of two invoices alike, or of a period whose gate is met."""
    figures: dict[str, Any] = {"qualifying": 10**9, "paying": 10**9, "excluded": 0, "groups": [], "gates": {}}
    figures |= {"groups": [[10**9, 10**9, 0, 2]]} if by_invoice else {"gates": {IN_TIME.name: 10**6}}
    answered = {"answered_by": owner.word(BOTH), "answered_at": AT} if accepted is not None else {}
    await owner.add(
        "worked_example",
        **under.ids,
        id=kept.add("WorkedExample"),
        term_id=term_id,
        title=owner.word(BOTH),
        given={**figures, "advances": 0, "days": [10, 30]},
        expected_minor=1_234,
        proposed_as="VENDOR",
        proposed_by=owner.word(BOTH),
        proposed_at=AT,
        accepted=accepted,
        **answered,
    )


async def claimed(owner: Owner, under: Under, kept: Kept) -> None:
    """A special price, a claim that was decided, one that takes it back, and what both did about it."""
    word, db = owner.word, owner.db
    line = await db.fetchrow(
        "SELECT submission_id, row_number, component, product_id, sold_on, special_price_number FROM sell_through_line"
        " WHERE vendor_id = $1 AND agreement_id = $2 AND superseded IS NULL AND component >= 0 AND quantity > 0"
        " ORDER BY special_price_number IS NULL, submission_id, row_number LIMIT 1",
        under.vendor_id,
        under.agreement_id,
    )
    price_id = kept.add("SpecialPrice")
    number = line["special_price_number"] if line is not None else None
    await owner.add(
        "special_price",
        **under.ids,
        id=price_id,
        number=number or word(BOTH),
        currency="EUR",
        cost_basis="BOOK_AT_RESALE",
        effective_start=under.start,
        effective_end=under.end,
        customer_ids=[],
        days_to_decide=30,
        deemed="APPROVED",
        status="ACTIVE",
        version=1,
        granted_by=word(VENDOR),
        granted_at=AT,
    )
    products = under.products if line is None else [line["product_id"]]
    for position, product_id in enumerate(products, 1):
        await owner.add(
            "special_price_product",
            **under.ids,
            special_price_id=price_id,
            product_id=product_id,
            position=position,
            kind="DOWN_TO",
            value=10**6,
            quantity=10**9,
            used=1_000,
        )
    first = await _claim(owner, under, kept, price_id, None)
    await _claim(owner, under, kept, price_id, first)
    await _claim_line(owner, under, first, dict(line) if line is not None else {"product_id": products[0]})
    for act, by in (("DECIDE", "VENDOR"), ("DISPUTE", "DISTRIBUTOR")):
        await owner.add(
            "debit_claim_act",
            **under.ids,
            id=new_id(),
            claim_id=first,
            act=act,
            positions=[1],
            approves=json.dumps([True]),
            reason=word(BOTH),
            acted_as=by,
            acted_by=word(BOTH),
            acted_by_id=new_id(),
            acted_at=AT,
            carried_out_at=AT,
        )


async def _claim(owner: Owner, under: Under, kept: Kept, price_id: UUID, adjusts: UUID | None) -> UUID:
    id = kept.add("DebitClaim")
    await owner.add(
        "debit_claim",
        **under.ids,
        id=id,
        special_price_id=price_id,
        adjusts_id=adjusts,
        status="DECIDED",
        currency="EUR",
        filed_on=under.start,
        filed_by=owner.word(BOTH),
        filed_at=AT,
        amount_minor=-50 if adjusts else 4_321,
        decided_at=AT + timedelta(days=1),
        credit_number=owner.word(BOTH),
    )
    return id


async def _claim_line(owner: Owner, under: Under, claim_id: UUID, line: dict[str, Any]) -> None:
    place = {name: line.get(name) or default for name, default in (("submission_id", new_id()), ("row_number", 1))}
    place["component"] = line.get("component", 0)
    await owner.add(
        "debit_claim_line",
        **under.ids,
        **place,
        claim_id=claim_id,
        position=1,
        product_id=line["product_id"],
        sold_on=line.get("sold_on") or under.start,
        asked=2_000,
        decision="PARTLY_APPROVED",
        approved=1_000,
        denials=json.dumps([["OVER_QUANTITY", 1_000]]),
        unit_cost=10**7,
        per_unit="5500000",
        amount_minor=4_321,
        steps=[owner.word(BOTH)],
        explanation=owner.word(BOTH),
        reason=owner.word(BOTH),
    )
    await owner.add("debited_line", **under.ids, **place, sold=2_000, consumed=1_000)
    await owner.add(
        "cost_reduction",
        **under.ids,
        **place,
        id=new_id(),
        product_id=line["product_id"],
        cause="SPECIAL_PRICE",
        cause_id=claim_id,
        effective_on=under.start,
        quantity=10**9,
        currency="EUR",
        per_unit=5_500_000,
        amount=5_500_000_000_000,
        recorded_at=AT,
    )
