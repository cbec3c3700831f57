"""Questions to the whole cube, answered by plain aggregation of the facts, day by day and line by line.

Nothing of the cube is used but its words: what a line is worth, when it stands in the answer, and what it is compared with
is worked out here once more.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from app.execution.identifiers import Key
from app.programme.fiscal import FiscalCalendar, FiscalMonth
from app.programme.sales import FISCAL, RateBasis, SalesOrder, Valuation
from app.programme.sales import SalesDimension as By
from app.programme.spans import Span, span_before
from app.programme.terms import Level, PartnerType
from tests.sales_history import Fact, History
from tests.sales_oracle import half_away, months_later, rounded
from tests.sales_stock import Shelves

LONG_AGO = date(2019, 1, 1)
COUNTED = {"SALE", "RETURN", "DROP_SHIPMENT", "CREDIT_AND_REBILL"}
Sums = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A question to the whole cube; `as_of` is the last change known, by its number."""

    level: Level
    name: str
    vendor: str | None
    start: date
    end: date
    by: tuple[By, ...]
    order: SalesOrder | None = None
    distributors: tuple[str, ...] | None = None
    resellers: tuple[str, ...] | None = None
    skus: tuple[str, ...] | None = None
    families: tuple[str, ...] | None = None
    partner_types: tuple[PartnerType, ...] | None = None
    countries: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    valuation: Valuation = Valuation.BOOK
    convert_to: str | None = None
    as_of: int | None = None
    of_resellers: bool = False
    rate_basis: RateBasis = RateBasis.AVAILABLE

    @property
    def by_reseller(self) -> bool:
        chosen = (self.resellers, self.partner_types, self.countries, self.regions)
        of_resellers = {By.RESELLER, By.PARTNER_TYPE, By.COUNTRY, By.REGION}
        return self.of_resellers or any(each is not None for each in chosen) or bool(of_resellers & set(self.by))

    @property
    def smallest(self) -> By | None:
        sizes = (By.DAY, By.WEEK, By.FISCAL_MONTH, By.MONTH, By.FISCAL_QUARTER, By.QUARTER, By.FISCAL_YEAR, By.YEAR)
        return next((each for each in sizes if each in self.by), None)


class NoRate(Exception):
    """An amount could not be converted."""


class Reckoning:
    """One question, answered by adding up."""

    def __init__(self, history: History, asked: Asked) -> None:
        self.history, self.asked = history, asked
        self.calendar = history.calendars[asked.vendor] if asked.vendor else FiscalCalendar()

    # --------------------------------------------------------------------------------------------- which lines count

    def counts(self, fact: Fact) -> bool:
        asked = self.asked
        if asked.as_of is None:
            known, ended = True, fact.superseded is not None
        else:
            known = fact.recorded <= asked.as_of
            ended = fact.superseded is not None and fact.superseded <= asked.as_of
        return known and not ended and (fact.reseller is None or fact.sale_type in COUNTED)

    def visible(self, fact: Fact) -> bool:
        asked = self.asked
        return (asked.vendor is None or fact.vendor == asked.vendor) and (
            asked.level is Level.VENDOR or fact.distributor == asked.name
        )

    def passes(self, fact: Fact) -> bool:
        asked = self.asked
        if fact.reseller is None and asked.by_reseller:
            return False
        chosen: list[tuple[object, tuple[Any, ...] | None]] = [
            (fact.distributor, asked.distributors),
            (fact.sku, asked.skus),
            (self.history.family(fact.sku), asked.families),
        ]
        if fact.reseller is not None:
            kind, country, region = self.record(fact)
            chosen += [(kind, asked.partner_types), (country, asked.countries), (region, asked.regions)]
            parties = self.history.world.parties
            known = None if asked.resellers is None else tuple(parties.get((fact.vendor, n)) for n in asked.resellers)
            chosen.append((self.buyer(fact), known))
        return all(allowed is None or (value is not None and value in allowed) for value, allowed in chosen)

    def buyer(self, fact: Fact) -> Any:
        real = self.history.world.parties[fact.vendor, fact.reseller or ""]
        return fact.disclosed_reseller if self.asked.level is Level.VENDOR else real

    def record(self, fact: Fact) -> tuple[PartnerType | None, str | None, str | None]:
        """What the asker knows of the reseller."""
        as_vendor = self.asked.level is Level.VENDOR
        real = self.history.world.parties[fact.vendor, fact.reseller or ""]
        if as_vendor and (fact.disclosed_reseller != real or fact.reseller == "Hidden Reseller"):
            return None, None, None
        kind, country, region = self.history.record_of(fact, as_vendor)
        return PartnerType(kind), country, region

    # ------------------------------------------------------------------------------------------- what a line is worth

    @cached_property
    def costs(self) -> dict[tuple[str, str, str], list[Fact]]:
        found: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
        for fact in self.history.facts:
            known = self.asked.as_of is None or fact.recorded <= self.asked.as_of
            gone = fact.replaced is not None and (self.asked.as_of is None or fact.replaced <= self.asked.as_of)
            if fact.reseller is None and fact.component >= 0 and fact.quantity > 0 and known and not gone:
                found[fact.vendor, fact.distributor, fact.sku].append(fact)
        return found

    def value(self, fact: Fact) -> tuple[str, int | None]:
        """The currency and the amount at the valuation asked for."""
        if self.asked.valuation is Valuation.BOOK:
            return fact.book_currency or fact.currency, fact.book_amount if fact.book_currency else None
        if self.asked.valuation is Valuation.REPORTED_RESALE:
            return fact.currency, self.resale(fact)
        bought = self.costs[fact.vendor, fact.distributor, fact.sku]
        paid = max(
            (each for each in bought if each.sold_on <= fact.sold_on),
            key=lambda each: (each.sold_on, each.order),
            default=None,
        )
        if paid is None or paid.unit_price is None:
            return fact.currency, None
        return paid.currency, half_away(Fraction(fact.quantity * paid.unit_price, 1000))

    def resale(self, fact: Fact) -> int | None:
        return fact.disclosed_amount if self.asked.level is Level.VENDOR else fact.amount

    def converted(self, fact: Fact, currency: str, amount: int) -> int:
        if currency == self.asked.convert_to or amount == 0:
            return amount
        rates = self.history.rates.get((fact.vendor, currency, self.asked.convert_to or ""), [])
        held = [rate for day, rate in rates if day <= fact.sold_on]
        if not held:
            raise NoRate(fact)
        return half_away(Fraction(amount * held[-1], 10**9))

    # ------------------------------------------------------------------------------------------ when a line is shown

    def shown(self, era: str) -> Callable[[date], date]:
        """When what happened on a day stands in the answer of an era."""
        asked, start, end = self.asked, self.asked.start, self.asked.end
        fiscal = bool(FISCAL & set(asked.by)) and asked.smallest is not By.WEEK
        if not era:
            return lambda day: day
        if era == "last year":
            if asked.smallest is By.WEEK:
                return lambda day: day + timedelta(weeks=52)
            return (lambda day: self.fiscal_later(day, 12)) if fiscal else (lambda day: months_later(day, 12))
        if asked.smallest is None:
            before = span_before(Span(start, end))
            return lambda day: start if before.start <= day < before.end else date.min
        if asked.smallest in {By.DAY, By.WEEK}:
            length = (end - start).days
            days = length if asked.smallest is By.DAY else -(-length // 7) * 7
            return lambda day: day + timedelta(days=days)
        step = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[asked.smallest.value.removeprefix("FISCAL_")]
        months = step
        while (self.fiscal_later(start, months) if fiscal else months_later(start, months)) < end:
            months += step
        if fiscal and self.fiscal_later(start, months - step) >= end:
            months -= step
        return (lambda day: self.fiscal_later(day, months)) if fiscal else (lambda day: months_later(day, months))

    @cached_property
    def months(self) -> list[FiscalMonth]:
        found = [self.calendar.at(date(2018, 1, 10))]
        while found[-1].start < date(2032, 1, 1):
            found.append(self.calendar.at(found[-1].end))
        return found

    def fiscal_later(self, day: date, months: int) -> date:
        place = bisect_right(self.months, day, key=lambda month: month.start) - 1
        month, later = self.months[place], self.months[place + months]
        return min(later.start + (day - month.start), later.end - timedelta(days=1))

    def period(self, dimension: By, day: date) -> date:
        """The first day of the period in which a day lies."""
        match dimension:
            case By.DAY:
                return day
            case By.WEEK:
                return day - timedelta(days=day.weekday())
            case By.MONTH:
                return day.replace(day=1)
            case By.QUARTER:
                return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            case By.YEAR:
                return date(day.year, 1, 1)
        month = self.calendar.at(day)
        alike = [
            m.start
            for m in self.months
            if m.year == month.year
            and (dimension is By.FISCAL_YEAR or m.quarter == month.quarter)
            and (dimension is not By.FISCAL_MONTH or m.month == month.month)
        ]
        return min(alike)

    # ------------------------------------------------------------------------------------------------------ the sums

    def key(self, fact: Fact, day: date) -> tuple[Any, ...]:
        world = self.history.world
        vendor = world.vendors[fact.vendor]
        kind, country, region = self.record(fact) if fact.reseller is not None else (None, None, None)
        found: list[Any] = []
        for dimension in self.asked.by:
            match dimension:
                case By.DISTRIBUTOR:
                    found.append(Key(vendor, world.parties[fact.vendor, fact.distributor]))
                case By.RESELLER:
                    found.append(Key(vendor, self.buyer(fact)))
                case By.PARTNER_TYPE:
                    found.append(kind)
                case By.COUNTRY:
                    found.append(country)
                case By.REGION:
                    found.append(region)
                case By.PRODUCT:
                    found.append(Key(vendor, world.products[fact.vendor, fact.sku]))
                case By.PRODUCT_FAMILY:
                    found.append(self.history.family(fact.sku))
                case _:
                    found.append(self.period(dimension, day))
        return tuple(found)

    def rows(self, era: str = "") -> dict[tuple[Any, ...], Sums]:
        shown, found = self.shown(era), dict[tuple[Any, ...], Sums]()
        for fact in self.history.facts:
            if self.counts(fact) and self.visible(fact) and self.passes(fact):
                day = shown(fact.counts_on)
                if self.asked.start <= day < self.asked.end:
                    self.add(found, fact, self.key(fact, day))
        if not self.asked.by_reseller:
            self.open(found, shown)
        return found

    # -------------------------------------------------------------------------------------------------- opening stock

    def open(self, found: dict[tuple[Any, ...], Sums], shown: Callable[[date], date]) -> None:
        """Add what lay there before the first day of each row."""
        rows: dict[tuple[date, ...], tuple[date, date, date]] = {}
        for number in range((self.asked.end - LONG_AGO).days):
            day = LONG_AGO + timedelta(days=number)
            there = shown(day)
            if self.asked.start <= there < self.asked.end:
                periods = tuple(self.period(each, there) for each in self.asked.by if is_period(each))
                starts, _, first = rows.get(periods, (day, day, there))
                rows[periods] = starts, day + timedelta(days=1), first
        any_purchase = next(each for each in self.history.facts if each.reseller is None)
        for place in self.shelves.places:
            vendor, distributor, sku = place
            one = replace(any_purchase, vendor=vendor, distributor=distributor, sku=sku)
            for starts, ends, first in rows.values() if self.visible(one) and self.passes(one) else ():
                if self.shelves.seen_before(place, ends):
                    opening = self.shelves.at_the_start_of(place, starts)
                    currency = self.asked.convert_to or self.history.currencies[vendor, distributor]
                    sums = found.setdefault((*self.key(one, first), currency), _empty())
                    sums["opening"] += opening or 0
                    sums["unopened"] += opening is None

    @cached_property
    def shelves(self) -> Shelves:
        """All that was counted, and came and went, in every network."""
        flows = [
            ((fact.vendor, fact.distributor, fact.sku), fact.counts_on, fact.quantity * (-1 if fact.reseller else 1))
            for fact in self.history.facts
            if self.counts(fact)
        ]
        return Shelves(self.history.stock, flows, self.asked.as_of)

    def add(self, found: dict[tuple[Any, ...], Sums], fact: Fact, key: tuple[Any, ...]) -> None:
        target = self.asked.convert_to

        def at(currency: str) -> Sums:
            return found.setdefault((*key, target or currency), _empty())

        def paid(name: str, currency: str, amount: int | None) -> None:
            if amount is not None:
                at(currency)[name] += self.converted(fact, currency, amount) if target else amount
                at(currency)["originals"][currency, name] += amount

        if fact.reseller is None:
            at(fact.currency)["stands"] = True
            at(fact.currency)["in"] += fact.quantity
            paid("paid", fact.currency, fact.amount)
            return
        currency, amount = self.value(fact)
        own = at(currency)
        own["stands"] = True
        own["units"] += fact.quantity
        own["returned"] += returned(fact)
        own["unvalued"] += fact.quantity if amount is None else 0
        own["buyers"][fact.vendor, self.buyer(fact)] += fact.quantity
        if fact.document_kind == "INVOICE" and fact.component >= 0:
            own["documents"].add((fact.vendor, fact.distributor, fact.document_number))
        paid("value", currency, amount)
        resale = self.resale(fact)
        if resale is not None:
            paid("resale", fact.currency, resale)
            at(fact.currency)["priced"] += fact.quantity
        at(fact.currency)["resale_by"][fact.currency] += resale or 0

    def answer(self) -> dict[tuple[Any, ...], tuple[Sums, Sums, Sums]]:
        """The measures of every row, of the span before, and of the same span a year earlier."""
        now = {key: sums for key, sums in self.rows().items() if stands(sums)}
        before, last_year = self.rows("before"), self.rows("last year")
        return {
            key: tuple(self.measured(each) for each in (sums, before.get(key, _empty()), last_year.get(key, _empty())))
            for key, sums in now.items()
        }

    def measured(self, sums: Sums) -> Sums:
        """The measures that a row shows."""
        priced, received, basis = sums["priced"], sums["in"], self.asked.rate_basis
        opening = None if sums["unopened"] or self.asked.by_reseller else sums["opening"]
        if basis is RateBasis.RECEIPTS:
            base, lack = received, "NOTHING_THERE"
        elif opening is None:
            base, lack = 0, "NOT_COUNTED"
        else:
            base, lack = opening + (received if basis is RateBasis.AVAILABLE else 0), "NOTHING_THERE"
        lack = "OF_RESELLERS" if self.asked.by_reseller else lack
        rate = rounded(Fraction(sums["units"], base)) if base > 0 and not self.asked.by_reseller else None
        return {
            "units": Fraction(sums["units"], 1_000),
            "returned": Fraction(sums["returned"], 1_000),
            "unvalued": Fraction(sums["unvalued"], 1_000),
            "value": Fraction(sums["value"], 10**6),
            "resale": Fraction(sums["resale"], 10**6),
            "price": rounded(Fraction(sums["resale"], 1_000) / priced) if priced > 0 else None,
            "in": Fraction(received, 1_000),
            "paid": Fraction(sums["paid"], 10**6),
            "active": sum(units > 0 for units in sums["buyers"].values()),
            "invoices": len(sums["documents"]),
            "rate": rate,
            "lack": lack if rate is None else None,
            "opening": None if opening is None else Fraction(opening, 1_000),
            "originals": sorted((key, Fraction(value, 10**6)) for key, value in sums["originals"].items() if value),
        }


def is_period(each: By) -> bool:
    return each in {By.DAY, By.WEEK} or each.value.removeprefix("FISCAL_") in {"MONTH", "QUARTER", "YEAR"}


def stands(sums: Sums) -> bool:
    """Something was sold in or through, or came to be paid, in one of its currencies."""
    return sums["stands"] or any(sums["resale_by"].values())


def _empty() -> Sums:
    return {
        **dict.fromkeys(("units", "returned", "unvalued", "in", "paid", "value", "resale", "priced"), 0),
        **dict.fromkeys(("opening", "unopened"), 0),
        "stands": False,
        "buyers": defaultdict(int),
        "documents": set(),
        "originals": defaultdict(int),
        "resale_by": defaultdict(int),
    }


def returned(fact: Fact) -> int:
    """What came back; a reversal takes back what its line said, a credit and its new invoice are neither."""
    if fact.sale_type == "CREDIT_AND_REBILL":
        return 0
    return -max(fact.quantity, 0) if fact.component < 0 else max(-fact.quantity, 0)


def total(rows: Iterable[Sums], name: str) -> Fraction:
    return sum((row[name] for row in rows), Fraction())
