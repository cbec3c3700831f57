"""Questions to the cube of sales, answered line by line, as somebody with all the reports and a calculator would."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from app.execution.identifiers import Key
from app.programme.sales import SalesDimension as By
from app.programme.sales import SalesOrder
from app.programme.spans import Span, month_of, months_to_clear, same_days_earlier, span_before
from app.programme.terms import Level, PartnerType
from tests.sales_channel import TYPES, Bought, Channel, Line


@dataclass(frozen=True)
class Question:
    """What is asked of the cube."""

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

    @property
    def by_reseller(self) -> bool:
        return self.resellers is not None or By.RESELLER in self.by or By.PARTNER_TYPE in self.by


class Oracle:
    """The same question answered line by line."""

    def __init__(self, channel: Channel, asked: Question) -> None:
        self.channel, self.asked = channel, asked

    def visible(self, line: Line | Bought) -> bool:
        asked = self.asked
        if asked.vendor is not None and line.vendor != asked.vendor:
            return False
        return asked.level is Level.VENDOR or line.distributor == asked.name

    def passes(self, line: Line | Bought) -> bool:
        asked = self.asked
        allowed = [
            asked.distributors is None or line.distributor in asked.distributors,
            asked.skus is None or line.sku in asked.skus,
            asked.families is None or self.channel.family(line.sku) in asked.families,
        ]
        if asked.resellers is not None:
            known = isinstance(line, Line) and self.buyer(line) in {
                self.channel.world.parties.get((line.vendor, name)) for name in asked.resellers
            }
            allowed.append(known)
        return all(allowed)

    def buyer(self, line: Line) -> UUID:
        real = self.channel.world.parties[line.vendor, line.reseller]
        return line.disclosed_reseller if self.asked.level is Level.VENDOR else real

    def kind(self, line: Line) -> PartnerType | None:
        world = self.channel.world
        known = self.asked.level is not Level.VENDOR or (
            self.buyer(line) == world.parties[line.vendor, line.reseller] and line.reseller != "Hidden Reseller"
        )
        return TYPES[line.reseller] if known else None

    def key(self, line: Line | Bought, months_later: int) -> tuple[Any, ...]:
        world, vendor = self.channel.world, self.channel.world.vendors[line.vendor]
        found: list[Any] = []
        for dimension in self.asked.by:
            match dimension:
                case By.MONTH:
                    place = month_of(line.day).year * 12 + line.day.month - 1 + months_later
                    found.append(date(place // 12, place % 12 + 1, 1))
                case By.DISTRIBUTOR:
                    found.append(Key(vendor, world.parties[line.vendor, line.distributor]))
                case By.RESELLER:
                    found.append(Key(vendor, self.buyer(line)) if isinstance(line, Line) else None)
                case By.PARTNER_TYPE:
                    found.append(self.kind(line) if isinstance(line, Line) else None)
                case By.PRODUCT:
                    found.append(Key(vendor, world.products[line.vendor, line.sku]))
                case By.PRODUCT_FAMILY:
                    found.append(self.channel.family(line.sku))
        return tuple(found)

    def rows(self, span: Span, months_later: int = 0) -> dict[tuple[Any, ...], dict[str, Any]]:
        sums: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        buyers: dict[tuple[Any, ...], dict[Any, int]] = defaultdict(lambda: defaultdict(int))
        stands: set[tuple[Any, ...]] = set()
        for line in self.channel.lines:
            if line.counts and self.visible(line) and self.passes(line) and span.start <= line.day < span.end:
                key, amount = self.key(line, months_later), line.amount
                if self.asked.level is Level.VENDOR:
                    amount = line.disclosed_amount
                own, paid = (*key, line.book_currency or line.currency), (*key, line.currency)
                stands.add(own)
                sums[own]["units"] += line.quantity
                sums[own]["returned"] += max(-line.quantity, 0)
                sums[own]["book"] += line.book_amount or 0
                buyers[own][line.vendor, self.buyer(line)] += line.quantity
                if amount is not None:
                    sums[paid]["resale"] += amount
                    sums[paid]["priced"] += line.quantity
        for each in self.channel.bought if not self.asked.by_reseller else ():
            if not each.superseded and self.visible(each) and self.passes(each) and span.start <= each.day < span.end:
                key = (*self.key(each, months_later), each.currency)
                stands.add(key)
                sums[key]["in"] += each.quantity
                sums[key]["paid"] += each.amount
        stands |= {key for key, found in sums.items() if found["resale"]}
        active = {key: sum(units > 0 for units in found.values()) for key, found in buyers.items()}
        return {key: self._measures(sums[key], active.get(key, 0)) | {"stands": key in stands} for key in list(sums)}

    @staticmethod
    def _measures(sums: dict[str, int], active: int) -> dict[str, Any]:
        priced, received = sums["priced"], sums["in"]
        return {
            "units": Fraction(sums["units"], 1_000),
            "returned": Fraction(sums["returned"], 1_000),
            "book": Fraction(sums["book"], 10**6),
            "resale": Fraction(sums["resale"], 10**6),
            "price": rounded(Fraction(sums["resale"], 1_000) / priced) if priced > 0 else None,
            "in": Fraction(received, 1_000),
            "paid": Fraction(sums["paid"], 10**6),
            "active": active,
            "rate": rounded(Fraction(sums["units"], received)) if received > 0 else None,
        }

    def answer(self) -> dict[tuple[Any, ...], tuple[dict[str, Any], dict[str, Any]]]:
        span = Span(self.asked.start, self.asked.end)
        if By.MONTH in self.asked.by:
            months = months_to_clear(span)
            earlier = self.rows(same_days_earlier(span, months), months)
        else:
            earlier = self.rows(span_before(span))
        nothing = self._measures(defaultdict(int), 0)
        found = {}
        for key, measures in self.rows(span).items():
            if measures.pop("stands"):
                then = {name: value for name, value in earlier.get(key, nothing).items() if name != "stands"}
                found[key] = (measures, then)
        return found


def rounded(value: Fraction) -> Fraction:
    """To six decimals, half away from zero."""
    scaled = abs(value) * 10**6
    whole = (scaled + Fraction(1, 2)).__floor__()
    return Fraction(whole if value >= 0 else -whole, 10**6)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def half_away(value: Fraction) -> int:
    whole = (abs(value) + Fraction(1, 2)).__floor__()
    return whole if value >= 0 else -whole
