"""The cube as a question, and which tables answer it.

Four sources meet in a row, each in its own currency: sell-in in that of its invoices, sell-through (units, returns, its
value) in that of the price by which it is valued or, where there was none, of the line, resale amounts in that of the line,
and sell-out in that in which its reseller sells. A row stands wherever one of them has something in the period, whichever
measures are asked for; a measure is computed only when it is. Where everything is converted into one currency, a row holds
what several would have held.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.network.comparison import Against, Era, compared
from app.programme.fiscal import FiscalCalendar
from app.programme.sale_types import COUNTED
from app.programme.sales import FISCAL, OF_RESELLERS, PERIODS, PurchaseDimension, RateBasis, Valuation
from app.programme.sales import SalesDimension as By
from app.programme.spans import Span, broken_edges, whole_months
from app.programme.terms import Level
from app.tables.facts import returned_units


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
    partner_types: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    segments: tuple[UUID, ...] | None = None

    @property
    def by_record(self) -> bool:
        """Whether resellers are chosen by what is recorded of them."""
        return any(each is not None for each in (self.partner_types, self.countries, self.regions))


@dataclass(frozen=True, slots=True)
class Cube:
    """A question: whose sales, in which span, by what, which measures, with what they are compared, at which price, in which
    currency, and as known when."""

    level: Level
    whose: Whose
    scopes: tuple[Scope, ...]
    span: Span
    by: tuple[By, ...]
    measures: frozenset[str]
    against: frozenset[Against] = frozenset()
    filters: Filters = field(default_factory=Filters)
    valuation: Valuation = Valuation.BOOK
    rate_basis: RateBasis = RateBasis.AVAILABLE
    convert_to: str | None = None
    as_of: datetime | None = None
    of_resellers: bool = False
    "Whether it is the sum of rows that stand by reseller, of which sell-in has none."
    of_distributors: bool = False
    "Whether it is the sum of rows that stand by distributor, of which sell-out has none."
    calendar: FiscalCalendar = field(default_factory=FiscalCalendar, compare=False, repr=False)

    @property
    def names_resellers(self) -> bool:
        """Whether resellers are what it is grouped or filtered by, which sell-in has none of."""
        filters = self.filters
        chosen = filters.resellers is not None or filters.segments is not None or filters.by_record
        return chosen or bool(OF_RESELLERS.intersection(self.by))

    @property
    def of_segments(self) -> bool:
        """Whether it needs to know who belongs to which segment."""
        return self.filters.segments is not None or By.SEGMENT in self.by

    @property
    def by_reseller(self) -> bool:
        """Whether the answer needs to know to whom was sold."""
        return self.names_resellers or counts_buyers(self) or self.whose is Whose.RESELLER

    @property
    def has_sell_in(self) -> bool:
        """Whether sell-in and stock take part: they have no reseller, and no reseller sees them."""
        return self.level is not Level.RESELLER and not self.names_resellers and not self.of_resellers

    @property
    def has_sell_out(self) -> bool:
        """Whether sell-out takes part: it has no distributor, and no distributor sees it."""
        named = self.of_distributors or By.DISTRIBUTOR in self.by or self.filters.distributors is not None
        return self.level is not Level.DISTRIBUTOR and self.whose is not Whose.DISTRIBUTOR and not named

    @property
    def is_fiscal(self) -> bool:
        """Whether the fiscal calendar decides some of its groups."""
        return bool(FISCAL.intersection(self.by))

    @property
    def reads_lines(self) -> bool:
        """Whether only lines can answer: they alone know the day of the sale, by which amounts are converted and purchases
        priced, when they were known, and which of them have no resale price."""
        unpriced = self.valuation is Valuation.REPORTED_RESALE and "unvalued_units" in self.measures
        costed = self.valuation is Valuation.PURCHASE_COST
        return self.as_of is not None or self.convert_to is not None or costed or unpriced


def counts_buyers(cube: Cube) -> bool:
    """Whether resellers are counted, which no rollup can add up."""
    return "active_resellers" in cube.measures


def dimensions(by: Sequence[By | PurchaseDimension]) -> tuple[By, ...]:
    """The dimensions in the order named, each once."""
    return tuple(dict.fromkeys(By(each.value) for each in by))


@dataclass(frozen=True, slots=True)
class Source:
    """A table of facts: the day by which a row counts, its quantities, and what else it must be to count."""

    table: str
    day: str
    units: str
    returned: str
    counts: str
    in_time: bool = False
    "Whether its lines are told apart by when they began and ended to count, and none is left out."


_COUNTED = ", ".join(repr(str(sale_type)) for sale_type in sorted(COUNTED))
MONTHS = Source("sell_through_month", "f.month", "f.units", "f.returned_units", "f.lines > 0")
FISCAL_MONTHS = Source("sell_through_month", "f.fiscal_month", "f.units", "f.returned_units", "f.lines > 0")
DAYS = Source("sell_through_day", "f.day", "f.units", "f.returned_units", "f.lines > 0")
LINES = Source(
    "sell_through_line",
    "f.counts_on",
    "f.quantity",
    returned_units("f"),
    f"f.superseded IS NULL AND f.sale_type IN ({_COUNTED})",
)
LINES_EVER = Source("sell_through_line", "f.counts_on", "f.quantity", LINES.returned, f"f.sale_type IN ({_COUNTED})")
"Lines of every time: which of them counted, the moment asked for says."
SELL_IN_DAYS = Source("sell_in_day", "f.day", "f.units", "0", "f.lines > 0")
SELL_IN_LINES = Source("sell_in_line", "f.counts_on", "f.quantity", "0", "f.superseded IS NULL")
SELL_IN_LINES_EVER = Source("sell_in_line", "f.counts_on", "f.quantity", "0", "true")
SELL_OUT_MONTHS = Source("sell_out_month", "f.month", "f.units", "f.returned_units", "f.lines > 0")
SELL_OUT_FISCAL_MONTHS = Source("sell_out_month", "f.fiscal_month", "f.units", "f.returned_units", "f.lines > 0")
SELL_OUT_LINES = Source("sell_out_line", LINES.day, LINES.units, LINES.returned, LINES.counts)
SELL_OUT_LINES_EVER = Source("sell_out_line", LINES.day, LINES.units, LINES.returned, LINES_EVER.counts)
LINES_IN_TIME, SELL_IN_LINES_IN_TIME, SELL_OUT_LINES_IN_TIME = (
    replace(each, in_time=True) for each in (LINES_EVER, SELL_IN_LINES_EVER, SELL_OUT_LINES_EVER)
)
OF_SELL_OUT = (
    SELL_OUT_MONTHS,
    SELL_OUT_FISCAL_MONTHS,
    SELL_OUT_LINES,
    SELL_OUT_LINES_EVER,
    SELL_OUT_LINES_IN_TIME,
)
OF_LINES = (LINES, LINES_EVER, LINES_IN_TIME, SELL_IN_LINES, SELL_IN_LINES_EVER, SELL_IN_LINES_IN_TIME)


@dataclass(frozen=True, slots=True)
class Slice:
    """Days of an era that are read from one source."""

    source: Source
    span: Span
    era: Era


def eras(cube: Cube) -> list[Era]:
    """The span asked for, and those that it is compared with."""
    return compared(cube.span, cube.by, cube.calendar, cube.against)


def lines_of(cube: Cube) -> Source:
    """The lines of sell-through that count, or counted at the moment asked for."""
    return LINES if cube.as_of is None else LINES_EVER


def sell_in_of(cube: Cube) -> Source:
    """Where sell-in is read: by the day, or from its lines where only they can answer."""
    return sell_in_lines_of(cube) if cube.reads_lines else SELL_IN_DAYS


def sell_in_lines_of(cube: Cube) -> Source:
    """The lines of sell-in that count, or counted at the moment asked for."""
    return SELL_IN_LINES if cube.as_of is None else SELL_IN_LINES_EVER


def slices(cube: Cube) -> list[Slice]:
    """From where sell-through is read: the coarsest that can answer.

    1. What only lines know is read from the lines.
    2. Whole months come from the month rollup, which knows resellers: calendar months or, where the cube is grouped by
       fiscal periods, fiscal ones; not where it is grouped by days or weeks, nor by periods of both calendars.
    3. What is left, such as the broken ends of a span, comes from the day rollup or, where the answer needs resellers,
       which that one does not know (and which no reseller reads), from the lines.
    """
    if cube.reads_lines:
        return [Slice(lines_of(cube), era.span, era) for era in eras(cube)]
    rest = LINES if cube.by_reseller else DAYS
    months = _months(cube)
    found = []
    for era in eras(cube):
        inner = None
        if months is not None:
            inner = cube.calendar.whole_months(era.span) if months is FISCAL_MONTHS else whole_months(era.span)
            found += [Slice(months, inner, era)] if inner is not None else []
        found += [Slice(rest, part, era) for part in _around(era.span, inner)]
    return found


def sell_out_slices(cube: Cube) -> list[Slice]:
    """From where sell-out is read: whole months from their rollup, as sell-through; what is left, and all that is asked as
    known at a moment, from the lines."""
    if cube.as_of is not None:
        return [Slice(SELL_OUT_LINES_EVER, era.span, era) for era in eras(cube)]
    months = {MONTHS: SELL_OUT_MONTHS, FISCAL_MONTHS: SELL_OUT_FISCAL_MONTHS, None: None}[_months(cube)]
    found = []
    for era in eras(cube):
        inner = None
        if months is not None:
            fiscal = months is SELL_OUT_FISCAL_MONTHS
            inner = cube.calendar.whole_months(era.span) if fiscal else whole_months(era.span)
            found += [Slice(months, inner, era)] if inner is not None else []
        found += [Slice(SELL_OUT_LINES, part, era) for part in _around(era.span, inner)]
    return found


def _months(cube: Cube) -> Source | None:
    """The months that the cube's periods are made of; None where they are not made of whole ones."""
    periods = [each for each in PERIODS if each in cube.by]
    if {By.DAY, By.WEEK}.intersection(periods):
        return None
    fiscal = [each in FISCAL for each in periods]
    if any(fiscal):
        return FISCAL_MONTHS if all(fiscal) else None
    return MONTHS


def _around(span: Span, inner: Span | None) -> list[Span]:
    """What of a span lies before and after its inner part."""
    if inner is None:
        return [span]
    ends = (Span(span.start, inner.start), Span(inner.end, span.end))
    return [each for each in ends if each.start < each.end]


def month_slices(span: Span) -> list[Slice]:
    """A span in its whole months and, from the lines, its broken ends."""
    inner = whole_months(span)
    parts = [(MONTHS, inner)] if inner is not None else []
    parts += [(LINES, edge) for edge in broken_edges(span)]
    return [Slice(source, part, Era(span)) for source, part in parts]


_KEYS: dict[By, tuple[str, ...]] = {
    **{period: (period.value.lower(),) for period in PERIODS},
    By.DISTRIBUTOR: ("vendor_id", "distributor_id"),
    By.RESELLER: ("vendor_id", "reseller_id"),
    By.PARTNER_TYPE: ("partner_type",),
    By.COUNTRY: ("country",),
    By.REGION: ("region",),
    By.SEGMENT: ("vendor_id", "segment_id"),
    By.PRODUCT: ("vendor_id", "product_id"),
    By.PRODUCT_FAMILY: ("product_family",),
}
"What tells the groups of a dimension apart."


def keys(cube: Cube) -> list[str]:
    """The columns that tell the cube's rows apart, beside the currency."""
    return list(dict.fromkeys(key for dimension in cube.by for key in _KEYS[dimension]))


def order(cube: Cube, ranked: bool) -> Order:
    """The sort keys of the cube's rows: the rank where they are ordered by a measure, then every key, then the currency."""
    named = {
        **{key: [SortKey(f"n.{key}", key, date, "date")] for period in PERIODS for key in _KEYS[period]},
        "distributor_id": [_text("distributor_name"), _uuid("vendor_id"), _uuid("distributor_id")],
        "reseller_id": [_text("reseller_name"), _uuid("vendor_id"), _uuid("reseller_id")],
        "segment_id": [_text("segment_name"), _uuid("vendor_id"), _uuid("segment_id")],
        "product_id": [_text("product_sku"), _uuid("vendor_id"), _uuid("product_id")],
        **{key: [_text(key)] for key in ("partner_type", "country", "region", "product_family")},
    }
    every = dict.fromkeys([*(part for key in keys(cube) if key in named for part in named[key]), _text("currency")])
    if not ranked:
        return Order(tuple(every))
    return Order((SortKey("n.rank", "rank", int, "bigint"), *every), descending=True)


def _text(name: str) -> SortKey:
    return SortKey(f"n.{name}", name, str, "text")


def _uuid(name: str) -> SortKey:
    return SortKey(f"n.{name}", name, UUID, "uuid")
