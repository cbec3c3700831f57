"""The pieces of the cube's statement: which facts a slice holds, by what they are told apart, at which price they are
valued, and at which rate converted. Facts are `f`, their scope `a`, a product `p`, a reseller's record `r`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.network.comparison import Unit, fiscal_days
from app.network.cube import (
    FISCAL_MONTHS,
    LINES_EVER,
    MONTHS,
    OF_LINES,
    OF_SELL_OUT,
    SELL_IN_LINES_EVER,
    SELL_OUT_FISCAL_MONTHS,
    SELL_OUT_LINES_EVER,
    SELL_OUT_MONTHS,
    Cube,
    Slice,
    Source,
    eras,
    keys,
)
from app.network.queries import COLUMNS, Columns, Statement
from app.programme.sales import SalesDimension as By
from app.programme.sales import Valuation
from app.programme.spans import month_of
from app.segments.queries import members

RATE_PLACES = 9
"Decimal places of an exchange rate."
FISCAL_DAY = ("era", "day", "shown_on", "fiscal_month", "fiscal_quarter", "fiscal_year")
BY_RECORD = frozenset({By.PARTNER_TYPE, By.COUNTRY, By.REGION})
_KNOWN = "SELECT id FROM known"
_NO_SEGMENT = "'00000000-0000-0000-0000-000000000000'::uuid"


@dataclass(frozen=True, slots=True)
class Value:
    """What a fact is worth: the currency, the amount, and when it has no price. Amounts in 10⁻⁶ currency units."""

    currency: str
    amount: str
    lacking: str


class Asking:
    """A cube whose statement is being written."""

    def __init__(self, cube: Cube) -> None:
        self.cube, self.write = cube, Statement()
        self.vendors = self.write.argument(list({scope.vendor_id for scope in cube.scopes}), "uuid[]")
        self.keys = keys(cube)

    @property
    def columns(self) -> Columns:
        """What the asker's level reads of a fact."""
        return COLUMNS[self.cube.level]

    @cached_property
    def target(self) -> str:
        """The currency into which amounts are converted."""
        return self.write.argument(self.cube.convert_to, "text")

    def lists(self) -> Iterator[str]:
        """What facts are joined with, each named: the scopes, the parties, and what the question needs beside them."""
        scopes, write = self.cube.scopes, self.write
        asked = [
            write.argument([getattr(scope, name) for scope in scopes], cast)
            for name, cast in (("ordinal", "bigint[]"), ("vendor_id", "uuid[]"), ("party_id", "uuid[]"))
        ]
        yield f"asked AS (SELECT * FROM unnest({', '.join(asked)}) AS asked (ordinal, vendor_id, party_id))"
        yield f"resellers AS ({self.columns.resellers.format(vendors=self.vendors)})"
        yield f"distributors AS ({self.columns.distributors.format(vendors=self.vendors)})"
        if self.cube.of_segments:
            yield f"segment_of AS MATERIALIZED ({members(self.vendors, self._segments)})"
        if self.cube.is_fiscal:
            yield f"fiscal AS MATERIALIZED ({self._fiscal()})"
        if self.cube.as_of is not None:
            moment = write.argument(self.cube.as_of, "timestamptz")
            known = f"SELECT id FROM knowledge WHERE vendor_id = ANY ({self.vendors}) AND known_at <= {moment}"
            yield f"known AS MATERIALIZED ({known})"
        if self.cube.valuation is Valuation.PURCHASE_COST:
            yield f"costs AS MATERIALIZED ({self._costs()})"
        if self.cube.convert_to is not None:
            yield f"rates AS MATERIALIZED ({self._rates()})"

    @cached_property
    def scope(self) -> str:
        """The scopes; one alone as a row of constants, which the planner sees through."""
        if len(self.cube.scopes) != 1:
            return "asked"
        (scope,) = self.cube.scopes
        named = (("ordinal", "bigint"), ("vendor_id", "uuid"), ("party_id", "uuid"))
        held = (f"{self.write.argument(getattr(scope, name), cast)} AS {name}" for name, cast in named)
        return f"(SELECT {', '.join(held)})"

    @property
    def _segments(self) -> str | None:
        """The segments asked for; None where that is all of them."""
        chosen = self.cube.filters.segments
        return None if chosen is None else self.write.argument(list(chosen), "uuid[]")

    def _fiscal(self) -> str:
        """The days of every era with their fiscal periods."""
        days = fiscal_days(eras(self.cube))
        held = [
            self.write.argument([getattr(day, name) for day in days], "int[]" if name == "era" else "date[]")
            for name in FISCAL_DAY
        ]
        return f"SELECT * FROM unnest({', '.join(held)}) AS fiscal ({', '.join(FISCAL_DAY)})"

    def _costs(self) -> str:
        """What distributors last paid for a product, from each day of a purchase until the next."""
        standing = self.standing("replaced") if self.cube.as_of is not None else "f.replaced IS NULL"
        key = "f.vendor_id, f.distributor_id, f.product_id"
        return (
            "SELECT vendor_id, distributor_id, product_id, currency, unit_price, sold_on AS starts, lead(sold_on) OVER"
            " (PARTITION BY vendor_id, distributor_id, product_id ORDER BY sold_on) AS ends FROM ("
            f" SELECT DISTINCT ON ({key}, f.sold_on) {key}, f.sold_on, f.currency, f.unit_price FROM sell_in_line f"
            f" WHERE f.vendor_id = ANY ({self.vendors}) AND f.component >= 0 AND f.quantity > 0 AND {standing}"
            f" ORDER BY {key}, f.sold_on, f.recorded DESC, f.submission_id DESC, f.row_number DESC, f.component DESC) paid"
        )

    def _rates(self) -> str:
        """The rates into the currency asked for, each from its day until the next; as they were at the moment asked for."""
        rates = "exchange_rate"
        if self.cube.as_of is not None:
            moment = self.write.argument(self.cube.as_of, "timestamptz")
            key = " AND ".join(f"e.{name} = x.{name}" for name in ("vendor_id", "base", "quote", "effective_from"))
            rates = (
                "(SELECT x.vendor_id, x.base, x.quote, x.effective_from, CASE WHEN b.until IS NULL THEN x.rate ELSE b.rate"
                " END AS rate FROM exchange_rate x LEFT JOIN LATERAL (SELECT e.until, e.rate FROM exchange_rate_before e"
                f" WHERE {key} AND e.until > {moment} ORDER BY e.until LIMIT 1) b ON true) then_set"
            )
        return (
            "SELECT vendor_id, base, rate, effective_from AS starts, lead(effective_from) OVER"
            f" (PARTITION BY vendor_id, base ORDER BY effective_from) AS ends FROM {rates}"
            f" WHERE vendor_id = ANY ({self.vendors}) AND quote = {self.target} AND rate IS NOT NULL"
        )

    def standing(self, ended: str) -> str:
        """Whether a line was known at the moment asked for, and not yet ended."""
        return f"f.recorded IN ({_KNOWN}) AND (f.{ended} IS NULL OR f.{ended} NOT IN ({_KNOWN}))"

    def value(self, source: Source) -> Value:
        """At which price a fact of this source is valued."""
        columns, valuation = self.columns, self.cube.valuation
        if valuation is Valuation.PURCHASE_COST:
            amount = "round(f.quantity::numeric * c.unit_price / 1000)"
            return Value("coalesce(c.currency, f.currency)", amount, "c.unit_price IS NULL")
        if valuation is Valuation.REPORTED_RESALE:
            amount = self.resale(source)
            return Value("f.currency", amount, f"{amount} IS NULL")
        book = columns.book_currency
        return Value(f"coalesce(nullif({book}, ''), f.currency)", columns.book_amount, f"coalesce({book}, '') = ''")

    def resale(self, source: Source) -> str:
        """What the reseller paid for a fact of this source."""
        return self.columns.line_amount if source in OF_LINES else self.columns.resale_amount

    def priced_by(self, source: Source) -> str:
        """The join that brings the price of the valuation, where no column of the fact holds it."""
        if self.cube.valuation is not Valuation.PURCHASE_COST:
            return ""
        return (
            " LEFT JOIN costs c ON c.vendor_id = f.vendor_id AND c.distributor_id = f.distributor_id"
            " AND c.product_id = f.product_id AND f.sold_on >= c.starts AND (c.ends IS NULL OR f.sold_on < c.ends)"
        )

    def rated_by(self, currency: str, rate: str) -> str:
        """The join that brings the rate from a currency on the day of the sale; none where nothing is converted."""
        if self.cube.convert_to is None:
            return ""
        return (
            f" LEFT JOIN rates {rate} ON {rate}.vendor_id = f.vendor_id AND {rate}.base = {currency}"
            f" AND f.sold_on >= {rate}.starts AND ({rate}.ends IS NULL OR f.sold_on < {rate}.ends)"
        )

    def converted(self, amount: str, currency: str, rate: str) -> dict[str, str]:
        """An amount in the currency asked for, rounded at six decimals, half away from zero; and where there is no rate for
        it the day and currency."""
        own = f"{currency} = {self.target}"
        return {
            "converted": f"CASE WHEN {own} THEN {amount} ELSE round({amount}::numeric * {rate}.rate / 1e{RATE_PLACES}) END",
            "missing": f"CASE WHEN NOT {own} AND {rate}.rate IS NULL AND {amount} <> 0"
            f" THEN f.sold_on::text || ' ' || {currency} END",
        }

    def cut(self, part: Slice) -> list[str]:
        """The era, parent and keys of a fact."""
        columns = self.periods(part) | self.told_apart(part.source)
        return [f"{part.era.number} AS era", "a.ordinal", *(f"{columns[key]} AS {key}" for key in self.keys)]

    def reseller(self, source: Source | None) -> str:
        """The reseller of a fact of this source. Of sell-out it is who reports it, and is in the open."""
        return "f.reseller_id" if source in OF_SELL_OUT else self.columns.reseller

    def told_apart(self, source: Source | None = None) -> dict[str, str]:
        """By what facts are told apart beside their days: the expression of each key."""
        return {
            "vendor_id": "f.vendor_id",
            "distributor_id": "f.distributor_id",
            "reseller_id": self.reseller(source),
            "partner_type": "coalesce(r.partner_type, '')",
            "country": "coalesce(r.country, '')",
            "region": "coalesce(r.region, '')",
            "segment_id": f"coalesce(g.segment_id, {_NO_SEGMENT})",
            "product_id": "f.product_id",
            "product_family": "coalesce(p.family, '')",
        }

    def periods(self, part: Slice) -> dict[str, str]:
        """The first days of the periods in which a fact stands in the answer."""
        day, era = part.source.day, part.era
        if self.cube.is_fiscal:
            day = "y.shown_on"
        elif era.later and era.unit is Unit.MONTHS:
            day = f"({day} + make_interval(months => {era.later}))::date"
        elif era.later:
            day = f"({day} + {era.later})"
        calendar = {
            name: f"date_trunc('{name}', {day}::timestamp)::date" for name in ("week", "month", "quarter", "year")
        }
        if part.source in {MONTHS, SELL_OUT_MONTHS}:
            calendar["month"] = day
        fiscal = {name: f"y.{name}" for name in ("fiscal_month", "fiscal_quarter", "fiscal_year")}
        return {"day": day, **calendar, **fiscal}

    def facts(self, part: Slice, chosen: list[str], joins: str = "", *where: str) -> str:
        """The facts of one slice that belong to the parents and pass the filters."""
        cube, source = self.cube, part.source
        found = f"{self.scope} a JOIN {source.table} f ON {cube.whose.value}"
        if By.PRODUCT_FAMILY in cube.by or cube.filters.families is not None:
            found += " LEFT JOIN product p ON p.vendor_id = f.vendor_id AND p.id = f.product_id"
        if BY_RECORD.intersection(cube.by) or cube.filters.by_record:
            found += f" LEFT JOIN resellers r ON r.vendor_id = f.vendor_id AND r.reseller_id = {self.reseller(source)}"
        if By.SEGMENT in cube.by:
            found += f" LEFT JOIN segment_of g ON g.vendor_id = f.vendor_id AND g.reseller_id = {self.reseller(source)}"
        if cube.is_fiscal:
            found += f" JOIN fiscal y ON y.era = {part.era.number} AND y.day = {source.day}"
        conditions = [*self._within(part), *self.filters(source), *where]
        return f"SELECT {', '.join(chosen)} FROM {found}{joins} WHERE {' AND '.join(conditions)}"

    def _within(self, part: Slice) -> Iterator[str]:
        """In the networks, the days and the knowledge that are asked for."""
        source = part.source
        start, end = self.write.argument(part.span.start, "date"), self.write.argument(part.span.end, "date")
        yield f"f.vendor_id = ANY ({self.vendors})"
        yield f"{source.day} >= {start} AND {source.day} < {end}"
        if source in {FISCAL_MONTHS, SELL_OUT_FISCAL_MONTHS}:
            yield f"f.month >= {self.write.argument(month_of(part.span.start), 'date')} AND f.month < {end}"
        if source in {LINES_EVER, SELL_IN_LINES_EVER, SELL_OUT_LINES_EVER}:
            yield self.standing("superseded")
        yield source.counts

    def filters(self, source: Source | None = None) -> Iterator[str]:
        """What facts have to be that are asked for."""
        filters = self.cube.filters
        if filters.segments is not None:
            yield f"(f.vendor_id, {self.reseller(source)}) IN (SELECT vendor_id, reseller_id FROM segment_of)"
        for column, allowed, cast in (
            ("f.distributor_id", filters.distributors, "uuid[]"),
            (self.reseller(source), filters.resellers, "uuid[]"),
            ("f.product_id", filters.products, "uuid[]"),
            ("p.family", filters.families, "text[]"),
            ("r.partner_type", filters.partner_types, "text[]"),
            ("r.country", filters.countries, "text[]"),
            ("r.region", filters.regions, "text[]"),
        ):
            if allowed is not None:
                yield f"{column} = ANY ({self.write.argument(list(allowed), cast)})"
