"""Incentives of every structure, and what they have earned by a plain sum of the lines, without the application's SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from app.accruals.queries import KEPT
from app.accruals.verify import unlike_accruals
from app.programme.figures import Calculation, Carried, DaysInEffect, Figures, Group, ReturnedSale
from app.programme.incentives import Band, Growth, Measure, Proration, Rule, Scope
from app.programme.money import rounded
from app.programme.money_terms import (
    Aggregate,
    Basis,
    IncentiveKind,
    MeasureUnit,
    PayPeriod,
    Prorates,
    ReturnsRule,
    Structure,
    TieringPer,
)
from app.programme.rebates import earned
from app.programme.returns import Worth
from app.programme.sale_types import COUNTED
from app.programme.sales import Valuation
from app.programme.terms import ThresholdRule
from app.store.database import Database, acting_as_worker
from app.store.identity import new_id
from tests.incentives_kit import offered
from tests.world import NOW, World

BOOK = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)
UNITS = Measure(Basis.SELL_THROUGH, MeasureUnit.UNITS)
SELL_IN = Measure(Basis.SELL_IN, MeasureUnit.AMOUNT)
LOW, HIGH = Band(0, 10_000), Band(2_000 * 10**6, 35_000)
USD = {"base": "EUR", "quote": "USD", "effective_from": date(2025, 11, 15), "rate": 1_087_654_321}
EARLIER = USD | {"effective_from": date(2020, 1, 1), "rate": 1_100_000_001}


AT_RATE: dict[str, Any] = {"returns": ReturnsRule.ORIGINAL_RATE}


def rebate(qualifying: Measure, paying: Measure | None = None, **changed: Any) -> Rule:
    values: dict[str, Any] = {
        "kind": IncentiveKind.VOLUME_REBATE,
        "currency": "EUR",
        "structure": Structure.MARGINAL,
        "bands": (LOW, HIGH),
        "pay_period": PayPeriod.QUARTER,
    }
    return Rule(qualifying=qualifying, paying=paying or qualifying, **(values | changed))


def rules(world: World) -> list[Rule]:
    """A rule of every structure, and of everything that changes where or how it is measured."""
    drive = Scope(products=frozenset({str(world.products["Acme", "DRIVE-1"])}))
    abroad = Measure(
        Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK, Scope(excluded_countries=frozenset({"AT"}))
    )
    drives = Measure(Basis.SELL_THROUGH, MeasureUnit.UNITS, scope=Scope(families=frozenset({"Drives"})))
    month, growth = PayPeriod.MONTH, IncentiveKind.GROWTH_REBATE
    return [
        rebate(BOOK),
        rebate(BOOK, pay_period=month, carries_forward=False, minimum_guarantee=700, cap=5_000),
        rebate(drives, BOOK, structure=Structure.RETROACTIVE, bands=(Band(0, 5_000), Band(20_000, 12_345))),
        rebate(BOOK, structure=Structure.FIXED, bands=(Band(10**9, 5_000), HIGH), pay_period=PayPeriod.YEAR),
        rebate(BOOK, UNITS, structure=Structure.PER_UNIT, bands=(Band(0, 333_333), Band(10**9, 10**6))),
        rebate(
            BOOK,
            tiering_per=TieringPer.INVOICE,
            threshold_rule=ThresholdRule.EXCEEDED,
            bands=(LOW, Band(10**9, 20_000)),
        ),
        rebate(UNITS, BOOK, tiering_per=TieringPer.LINE, bands=(LOW, Band(3_000, 20_000)), pay_period=month),
        rebate(BOOK, kind=growth, growth=Growth(10**9, True), bands=(Band(0, 10_000), Band(500_000, 20_000))),
        rebate(BOOK, currency="USD", pay_period=PayPeriod.HALF_YEAR),
        rebate(abroad, proration=Proration(Prorates.PAYMENT)),
        rebate(SELL_IN, bands=(Band(0, 50_000),)),
        rebate(Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK, drive), stacking_group="One"),
        rebate(BOOK, stacking_group="One", pay_period=month),
        rebate(BOOK, pay_period=month, **AT_RATE),
        rebate(drives, BOOK, pay_period=month, structure=Structure.RETROACTIVE, bands=(Band(0, 5_000),), **AT_RATE),
        rebate(abroad, currency="USD", pay_period=month, tiering_per=TieringPer.INVOICE, **AT_RATE),
        rebate(UNITS, BOOK, pay_period=month, tiering_per=TieringPer.LINE, bands=(LOW, Band(3_000, 20_000)), **AT_RATE),
    ]


@dataclass(frozen=True)
class Sold:
    """A line that counts, as the database has it."""

    agreement: UUID
    day: date
    sold_on: date
    product: str
    family: str
    country: str
    invoice: str
    line: str
    return_of: str | None
    sale_type: str
    component: int
    stands: bool
    units: int
    currency: str | None
    amount: int | None

    def within(self, scope: Scope) -> bool:
        return (
            (not scope.products or self.product in scope.products)
            and (not scope.families or self.family in scope.families)
            and self.country not in scope.excluded_countries
        )

    def has(self, measure: Measure, currency: str) -> int | None:
        """What it adds to a measure; None where it has no value in the currency."""
        if measure.unit is MeasureUnit.UNITS:
            return self.units
        if self.amount is None or self.currency == currency or self.amount == 0:
            return self.amount
        rate = (USD if self.sold_on >= USD["effective_from"] else EARLIER)["rate"]  # type: ignore[operator]
        return rounded(Fraction(self.amount * rate, 10**9)) if self.currency == "EUR" else None  # type: ignore[operator]

    def is_sale_of(self, line: "Sold", term: "Term", measure: Measure) -> bool:
        """Whether a line that is a return names this one, and the measure had it."""
        same = (self.agreement, self.product) == (line.agreement, line.product)
        named = line.return_of == f"{self.invoice.removeprefix('INVOICE')}:{self.line}" and self.invoice.startswith(
            "INV"
        )
        may = term.start <= self.day and self.within(measure.scope) and term.may_use(self)
        return same and named and may and self.stands and self.component >= 0 and self.units > 0


@dataclass(frozen=True)
class Term:
    """A term in force, and the one of its group that uses lines first while it is in effect."""

    id: UUID
    agreement: UUID
    rule: Rule
    start: date
    end: date
    first: "Term | None" = None

    def may_use(self, line: "Sold") -> bool:
        first = self.first
        return first is None or not (first.start <= line.day < first.end and line.within(first.rule.paying.scope))


class Past:
    """What the periods of a term came to, and what came back of each so far."""

    def __init__(self) -> None:
        self.worth: dict[date, Worth] = {}
        self.back: dict[date, int] = {}

    def returned(self, back: dict[date, int]) -> Iterable[ReturnedSale]:
        for start, now in back.items():
            before, worth = self.back.get(start, 0), self.worth.get(start, Worth(0, 0))
            self.back[start] = before + now
            low, high = (min(max(each, 0), worth.paid_on) for each in (before, before + now))
            if high != low:
                yield ReturnedSale(high - low, worth.came_to, worth.paid_on, str(start))


class Books:
    """The incentives in force in Acme's network, and what they have earned."""

    def __init__(self, world: World, database: Database, terms: list[Term]) -> None:
        self.world, self.database, self.terms = world, database, terms
        self.vendor_id = self.world.vendors["Acme"]
        self.earned: set[UUID] = set()
        "The terms that had earned something at some step."
        self.reversed = 0
        "How often something was taken back of an earlier period."

    async def unlike(self) -> list[str]:
        """What `tailrace verify` says of Acme's accruals."""
        async with self.database.reading(acting_as_worker(self.vendor_id)) as session:
            return [str(each) for each in await unlike_accruals(session, self.vendor_id)]

    async def lines(self, basis: Basis) -> list[Sold]:
        through = basis is Basis.SELL_THROUGH
        named = "l.return_of, l.sale_type" if through else "NULL, 'SALE'"
        columns = "l.ship_to_country, l.book_currency, l.book_amount" if through else "'', l.currency, l.amount"
        rows = await self.world.connection.fetch(
            "SELECT l.agreement_id, l.counts_on, l.sold_on, l.product_id::text, p.family,"
            f" l.document_kind || l.document_number, l.document_line, {named}, l.component, l.replaced IS NULL,"
            f" l.quantity, {columns}"
            f" FROM {'sell_through_line' if through else 'sell_in_line'} l"
            " JOIN product p ON p.vendor_id = l.vendor_id AND p.id = l.product_id"
            " WHERE l.vendor_id = $1 AND l.superseded IS NULL",
            self.vendor_id,
        )
        return [
            line
            for *head, country, currency, amount in rows
            if (line := Sold(*head[:5], country or "", *head[5:], currency, amount)).sale_type in COUNTED
        ]

    async def expected(self) -> dict[tuple[UUID, date], tuple[int, ...]]:
        lines = {basis: await self.lines(basis) for basis in (Basis.SELL_THROUGH, Basis.SELL_IN)}
        last = max(line.day for each in lines.values() for line in each)
        found: dict[tuple[UUID, date], tuple[int, ...]] = {}
        for term in self.terms:
            carried, past = Carried(), Past()
            for start, end in periods(term.rule.pay_period, term.start, max(last, date(2026, 12, 31))):
                first, beyond = max(start, term.start), min(end, term.end)
                if first >= beyond:
                    continue
                days = DaysInEffect((beyond - first).days, (end - start).days)
                kept, carried = self.period(term, lines, first, beyond, days, carried, past)
                found[term.id, first] = kept
        return found

    def period(
        self,
        term: Term,
        lines: dict[Basis, list[Sold]],
        first: date,
        end: date,
        days: DaysInEffect,
        carried: Carried,
        past: "Past",
    ) -> tuple[tuple[int, ...], Carried]:
        rule = term.rule

        def of(measure: Measure, agreement: UUID) -> list[Sold]:
            return [
                line
                for line in lines[measure.basis]
                if line.agreement == agreement
                and first <= line.day < end
                and line.within(measure.scope)
                and term.may_use(line)
            ]

        def sale(line: Sold, measure: Measure) -> date | None:
            """The day of the sale of an earlier period that a line returns."""
            is_return = line.sale_type != "CREDIT_AND_REBILL" and (line.units < 0) == (line.component >= 0)
            if rule.returns is ReturnsRule.OWN_PERIOD or not is_return or line.return_of is None:
                return None
            days = [
                each.day for each in lines[measure.basis] if each.day < first and each.is_sale_of(line, term, measure)
            ]
            return min(days, default=None)

        def total(measure: Measure, agreement: UUID) -> int:
            own = [line for line in of(measure, agreement) if sale(line, measure) is None]
            return sum(line.has(measure, rule.currency) or 0 for line in own)

        together = [term.agreement]
        if rule.aggregate is Aggregate.AFFILIATES:
            together = [each.agreement for each in self.terms if each.rule.aggregate is Aggregate.AFFILIATES]
        paid = of(rule.paying, term.agreement)
        own = [line for line in paid if sale(line, rule.paying) is None]
        groups = grouped(rule, own) if rule.tiering_per is not TieringPer.PERIOD else ()
        back: dict[date, int] = {}
        for line in paid:
            if day := sale(line, rule.paying):
                (origin,) = periods(rule.pay_period, day, day)
                named = max(origin[0], term.start)
                back[named] = back.get(named, 0) - (line.has(rule.paying, rule.currency) or 0)
        figures = Figures(
            currency=rule.currency,
            qualifying=sum(total(rule.qualifying, each) for each in together),
            paying=total(rule.paying, term.agreement),
            groups=tuple(groups),
            carried=carried,
            returned=tuple(past.returned(back)),
        )
        calculation: Calculation = earned(rule, figures, (), days)
        left = calculation.carried
        unvalued = sum(line.has(rule.paying, rule.currency) is None for line in paid)
        kept = (figures.qualifying, figures.paying, len(paid), unvalued, calculation.payment)
        at_rate = rule.returns is ReturnsRule.ORIGINAL_RATE
        past.worth[first] = Worth(calculation.came_to, calculation.paid_on)
        came_to = (calculation.came_to, calculation.paid_on) if at_rate else (0, 0)
        self.reversed += sum(each.measure != 0 for each in figures.returned)
        return (*kept, left.qualifying, left.paying, left.money, *came_to), left

    async def agree(self, told: object) -> None:
        """What is kept is what the lines say, by both reckonings, and the ledger says the same."""
        assert await self.unlike() == [], told
        rows = await self.world.connection.fetch(f"SELECT term_id, period_start, {', '.join(KEPT)} FROM accrual")
        kept = {(row["term_id"], row["period_start"]): tuple(row[name] for name in KEPT) for row in rows}
        expected = await self.expected()
        assert kept == {key: expected[key] for key in kept}, told
        without_lines = {key for key, values in expected.items() if not values[KEPT.index("lines")]}
        assert all(not any(expected[key]) for key in expected.keys() - kept.keys() - without_lines), told
        self.earned |= {term for (term, _), values in kept.items() if values[KEPT.index("earned_minor")]}
        posted = await self.world.connection.fetchval(
            "SELECT coalesce(sum(CASE credit WHEN 'ACCRUED' THEN amount_minor ELSE -amount_minor END), 0) FROM transfer"
        )
        assert posted == sum(values[KEPT.index("earned_minor")] for values in kept.values()), told


def grouped(rule: Rule, lines: Iterable[Sold]) -> list[Group]:
    """Each invoice or line by itself."""
    sums: dict[object, list[int]] = {}
    for place, line in enumerate(lines):
        key: object = line.invoice if rule.tiering_per is TieringPer.INVOICE else place
        values = sums.setdefault(key, [0, 0])
        values[0] += line.has(rule.qualifying, rule.currency) or 0
        values[1] += line.has(rule.paying, rule.currency) or 0
    return [Group(*values) for values in sums.values()]


def periods(kind: PayPeriod, start: date, last: date) -> Iterable[tuple[date, date]]:
    """Calendar months, quarters, half years or years, from the one of a day on."""
    months = {PayPeriod.MONTH: 1, PayPeriod.QUARTER: 3, PayPeriod.HALF_YEAR: 6, PayPeriod.YEAR: 12}[kind]
    number = start.year * 12 + (start.month - 1) // months * months

    def first(of: int) -> date:
        return date(of // 12, of % 12 + 1, 1)

    while first(number) <= last:
        yield first(number), first(number + months)
        number += months


async def affiliates(world: World) -> list[Term]:
    """A rebate whose bands both distributors attain together."""
    of = rebate(BOOK, aggregate=Aggregate.AFFILIATES, bands=(LOW, Band(10 * 10**9, 20_000)))
    first = await offered(world, of)
    second, agreement = new_id(), world.agreements["Acme", "Dist Two"]
    await world.connection.execute(
        "INSERT INTO incentive_term (vendor_id, incentive_id, version, status, rule, summary, currency, effective_start,"
        " effective_end, id, agreement_id, distributor_id, name, kind, proposed_at, activated_at)"
        " SELECT vendor_id, incentive_id, version, status, rule, summary, currency, effective_start, effective_end, $2, $3,"
        " $4, name, kind, $5, $5 FROM incentive_term WHERE id = $1",
        first.id,
        second,
        agreement,
        world.parties["Acme", "Dist Two"],
        NOW,
    )
    own = world.agreements["Acme", "Dist One"]
    days = (date(2025, 1, 1), date(2027, 1, 1))
    return [Term(first.id, own, of, *days), Term(second, agreement, of, *days)]
