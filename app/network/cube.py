"""The cube as a question, and which rollups answer it.

Three sources meet in a row, each in its own currency: sell-in in that of its invoices, sell-through (units, returns,
book value, active resellers) in that of the book price or, where there was none, of the line, and resale amounts in that
of the line. A row stands wherever one of them has something in the period, whichever measures are asked for; a measure
is computed only when it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.programme.sale_types import COUNTED
from app.programme.sales import OF_RESELLERS, PurchaseDimension, SalesOrder
from app.programme.sales import SalesDimension as By
from app.programme.spans import (
    Span,
    broken_edges,
    month_after,
    months_earlier,
    months_to_clear,
    same_days_earlier,
    span_before,
    whole_months,
)
from app.programme.terms import Level


class Whose(Enum):
    """Whose sales are asked for: the condition on a fact `f` of a scope `a`."""

    NETWORK = "f.vendor_id = a.vendor_id"
    DISTRIBUTOR = "f.vendor_id = a.vendor_id AND f.distributor_id = a.party_id"
    RESELLER = "f.vendor_id = a.vendor_id AND f.reseller_id = a.party_id"


@dataclass(frozen=True, slots=True)
class Scope:
    """One network, or one party in it, that belongs to the parent at `ordinal` (from 1)."""

    ordinal: int
    vendor_id: UUID
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Only facts of these; None lets everything pass, an empty tuple nothing."""

    distributors: tuple[UUID, ...] | None = None
    resellers: tuple[UUID, ...] | None = None
    products: tuple[UUID, ...] | None = None
    families: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Cube:
    """A question: whose sales, in which span, by what, which measures, and whether with those of the span before."""

    level: Level
    whose: Whose
    scopes: tuple[Scope, ...]
    span: Span
    by: tuple[By, ...]
    measures: frozenset[str]
    with_before: bool = False
    filters: Filters = field(default_factory=Filters)

    @property
    def by_reseller(self) -> bool:
        """Whether the answer needs to know to whom was sold."""
        asked = self.filters.resellers is not None or counts_buyers(self)
        return asked or self.whose is Whose.RESELLER or bool(OF_RESELLERS.intersection(self.by))

    @property
    def has_sell_in(self) -> bool:
        """Whether sell-in takes part: it has no reseller, and no reseller sees it."""
        named = self.filters.resellers is not None or bool(OF_RESELLERS.intersection(self.by))
        return self.level is not Level.RESELLER and not named


def counts_buyers(cube: Cube) -> bool:
    """Whether resellers are counted, which no rollup can add up."""
    return "active_resellers" in cube.measures


def dimensions(by: Sequence[By | PurchaseDimension]) -> tuple[By, ...]:
    """The dimensions in the order named, each once."""
    return tuple(dict.fromkeys(By(each.value) for each in by))


@dataclass(frozen=True, slots=True)
class Source:
    """A table of sell-through: its day, its month, its quantities, and what else a row must be to count."""

    table: str
    day: str
    month: str
    units: str
    returned: str
    counts: str


MONTHS = Source("sell_through_month", "f.month", "f.month", "f.units", "f.returned_units", "f.lines > 0")
DAYS = Source(
    "sell_through_day", "f.day", "date_trunc('month', f.day)::date", "f.units", "f.returned_units", "f.lines > 0"
)
LINES = Source(
    "sell_through_line",
    "f.sold_on",
    "date_trunc('month', f.sold_on)::date",
    "f.quantity",
    "greatest(-f.quantity, 0)",
    f"f.superseded IS NULL AND f.sale_type IN ({', '.join(repr(str(sale_type)) for sale_type in sorted(COUNTED))})",
)


@dataclass(frozen=True, slots=True)
class Era:
    """The span asked for (0) or the one before (1), whose months stand in the answer so many months later."""

    number: int
    span: Span
    months_later: int = 0


@dataclass(frozen=True, slots=True)
class Slice:
    """Days of an era that are read from one source."""

    source: Source
    span: Span
    era: Era


def before(cube: Cube) -> Era:
    """The span that the one asked for is compared with."""
    if By.MONTH not in cube.by:
        return Era(1, span_before(cube.span))
    months = months_to_clear(cube.span)
    return Era(1, same_days_earlier(cube.span, months), months)


def previous_span(cube: Cube, month: date | None) -> Span:
    """The days that a row is compared with: the span before, or of a row of one month those of its earlier month."""
    era = before(cube)
    if month is None:
        return era.span
    start = months_earlier(month, era.months_later)
    return Span(max(start, era.span.start), min(month_after(start), era.span.end))


def eras(cube: Cube) -> list[Era]:
    """The span asked for and, where it is asked for, the one before."""
    return [Era(0, cube.span), *([before(cube)] if cube.with_before else [])]


def slices(cube: Cube) -> list[Slice]:
    """From where sell-through is read: the coarsest that can answer.

    Whole months come from the month rollup, which knows resellers. The broken ends of a span come from the day rollup;
    where the answer needs resellers, which that one does not know (and which no reseller reads), from the lines.
    """
    ends = LINES if cube.by_reseller else DAYS
    found = []
    for era in eras(cube):
        inner = whole_months(era.span)
        parts = [(MONTHS, inner)] if inner is not None else []
        parts += [(ends, edge) for edge in broken_edges(era.span)]
        found += [Slice(source, span, era) for source, span in parts]
    return found


def month_slices(span: Span) -> list[Slice]:
    """A span in its whole months and, from the lines, its broken ends."""
    inner = whole_months(span)
    parts = [(MONTHS, inner)] if inner is not None else []
    parts += [(LINES, edge) for edge in broken_edges(span)]
    return [Slice(source, part, Era(0, span)) for source, part in parts]


_KEYS: dict[By, tuple[str, ...]] = {
    By.MONTH: ("month",),
    By.DISTRIBUTOR: ("vendor_id", "distributor_id"),
    By.RESELLER: ("vendor_id", "reseller_id"),
    By.PARTNER_TYPE: ("partner_type",),
    By.PRODUCT: ("vendor_id", "product_id"),
    By.PRODUCT_FAMILY: ("product_family",),
}
"What tells the groups of a dimension apart."


def keys(cube: Cube) -> list[str]:
    """The columns that tell the cube's rows apart, beside the currency."""
    return list(dict.fromkeys(key for dimension in cube.by for key in _KEYS[dimension]))


def order(cube: Cube, by: SalesOrder) -> Order:
    """The sort keys of the cube's rows: measures where they are ordered by one, then every key, then the currency."""
    named = {
        By.MONTH: [SortKey("n.month", "month", date, "date")],
        By.DISTRIBUTOR: [_text("distributor_name"), _uuid("vendor_id"), _uuid("distributor_id")],
        By.RESELLER: [_text("reseller_name"), _uuid("vendor_id"), _uuid("reseller_id")],
        By.PARTNER_TYPE: [_text("partner_type")],
        By.PRODUCT: [_text("product_sku"), _uuid("vendor_id"), _uuid("product_id")],
        By.PRODUCT_FAMILY: [_text("product_family")],
    }
    every = dict.fromkeys([*(key for dimension in cube.by for key in named[dimension]), _text("currency")])
    if by is SalesOrder.DIMENSIONS:
        return Order(tuple(every))
    rank = "book_amount_rank" if by is SalesOrder.SELL_THROUGH_AMOUNT else "units_rank"
    return Order((SortKey(f"n.{rank}", rank, int, "bigint"), *every), descending=True)


def _text(name: str) -> SortKey:
    return SortKey(f"n.{name}", name, str, "text")


def _uuid(name: str) -> SortKey:
    return SortKey(f"n.{name}", name, UUID, "uuid")
