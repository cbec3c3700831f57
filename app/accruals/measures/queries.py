"""What an incentive's rule measures: the lines that count in its pay periods and lie in its scope, added up.

A measure is read from the coarsest source that can answer it: months of sell-through, days of sell-through or sell-in, or
lines where the rule asks what only a line says (where it was shipped, its sale type, its special price) or, of a period
that is no whole months, to whom it was sold, where the distributor had two agreements, or where money has to be converted.
A line keeps its currency and is converted at the vendor's rate of the day of the sale, rounded at six decimals, half away
from zero; a line without a price or a rate counts for no amount, and is told. Amounts are 10⁻⁶ currency units, quantities
10⁻³.

Where returns reverse at the rate of the sale, a return that names an invoice line (`return_of`) whose sale of the product
the rule measured in an earlier pay period adds nothing to its own: it takes back what that one paid (`measures.returned`).
A return that names no line, or none that stands, counts in its own period.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from app.accruals.measures.listed.queries import KNOWN, within_lists
from app.accruals.measures.stacked import UsedScope
from app.programme.incentives import Measure, Rule, Scope
from app.programme.money_terms import Basis, MeasureUnit, ReturnsRule, SpeciallyPriced
from app.programme.sale_types import COUNTED
from app.programme.sales import Valuation
from app.programme.spans import Span
from app.programme.terms import Level
from app.store.database import Reader, Row

_SALES = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))
_LINE = ("submission_id", "row_number", "component", "recorded")
_OF_LINES = frozenset({"countries", "sale_types"})
"What of a scope only a line says."


class Source(Enum):
    """Where a measure is read."""

    MONTHS = "sell_through_month"
    DAYS = "sell_in_day"
    SELL_THROUGH_DAYS = "sell_through_day"
    SELL_THROUGH_LINES = "sell_through_line"
    SELL_IN_LINES = "sell_in_line"


FEW = 2
"Periods of an agreement up to which facts are held against each."
SUMS = {Basis.SELL_THROUGH: (Source.MONTHS, Source.SELL_THROUGH_DAYS), Basis.SELL_IN: (Source.DAYS,)}
LINES = {Basis.SELL_THROUGH: Source.SELL_THROUGH_LINES, Basis.SELL_IN: Source.SELL_IN_LINES}


@dataclass(frozen=True, slots=True)
class Slot:
    """One pay period of one agreement. `whole` says that it is whole months of the vendor's calendar and that its
    distributor had no other agreement in these days, so that what is kept per distributor and month is the agreement's;
    `alone` says the latter of periods that are no whole months, of which days are kept. `since` is the first day on which
    its rule is in effect."""

    agreement_id: UUID
    distributor_id: UUID
    span: Span
    whole: bool
    alone: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Volume:
    """What was measured in a slot, in the unit of the measure: all of it, and the part of specially priced lines. How many
    lines that were, and how many of them have no value in the rule's currency."""

    total: int = 0
    special: int = 0
    lines: int = 0
    unvalued: int = 0


@dataclass(frozen=True, slots=True)
class Asking:
    """Of which vendor, with whose eyes (None: the worker's, who knows every reseller), as of when (None: now), and whether
    sums kept beside the lines may answer."""

    vendor_id: UUID
    level: Level | None = None
    as_of: datetime | None = None
    sums: bool = True

    @property
    def disclosed(self) -> str:
        """How the columns begin that hold what the asker may know of them."""
        return "disclosed_" if self.level is Level.VENDOR else ""


class Statement:
    """A statement being written over the facts `f` of a source, and its arguments; $1 is the vendor, $2 the currency."""

    def __init__(self, asking: Asking, rule: Rule, measure: Measure, source: Source) -> None:
        self.asking, self.rule, self.measure, self.source = asking, rule, measure, source
        self.arguments: list[object] = [asking.vendor_id, rule.currency]

    def argument(self, value: object, cast: str) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}::{cast}"

    @property
    def of_lines(self) -> bool:
        return self.source in LINES.values()

    @property
    def day(self) -> str:
        """The column by whose days a fact lies in a period: of a month row its fiscal, or else its calendar month."""
        return "f.counts_on" if self.of_lines else "f.fiscal_month" if self.source is Source.MONTHS else "f.day"

    def lists(self, slots: Sequence[Slot], places: Sequence[int], above: Sequence[Scope] = ()) -> Iterator[str]:
        """What facts are joined with, each named."""
        chosen = [slots[place] for place in places]
        columns = (
            (list(places), "bigint[]"),
            ([slot.agreement_id for slot in chosen], "uuid[]"),
            ([slot.distributor_id for slot in chosen], "uuid[]"),
            ([slot.span.start for slot in chosen], "date[]"),
            ([slot.span.end for slot in chosen], "date[]"),
            ([slot.since or slot.span.start for slot in chosen], "date[]"),
        )
        asked = ", ".join(self.argument(values, cast) for values, cast in columns)
        yield (
            f"asked AS MATERIALIZED (SELECT asked.*, $2::text AS pays_in FROM unnest({asked})"
            " AS asked (place, agreement_id, distributor_id, starts, ends, since))"
        )
        if self.of_lines:
            yield (
                "rates AS MATERIALIZED (SELECT base, rate, effective_from AS starts, lead(effective_from) OVER"
                " (PARTITION BY base ORDER BY effective_from) AS ends FROM exchange_rate"
                " WHERE vendor_id = $1 AND quote = $2)"
            )
        if self.asking.as_of is not None:
            moment = self.argument(self.asking.as_of, "timestamptz")
            yield f"known AS MATERIALIZED (SELECT id FROM knowledge WHERE vendor_id = $1 AND known_at <= {moment})"
        if self.measure.valuation is Valuation.PURCHASE_COST:
            yield f"costs AS MATERIALIZED ({self._costs()})"
        if self.reverses:
            yield f"reversing AS MATERIALIZED ({self._reversing(above)})"

    def facts(self, slots: Sequence[Slot], places: Sequence[int]) -> str:
        """The facts `f`, each with the slots `a` that it may lie in. Many periods of one agreement are joined day by day:
        by a span alone, every fact would be held against all of them. The limit tells the planner how many there are."""
        chosen = [slots[place] for place in places]
        if len(chosen) <= FEW * len({slot.agreement_id for slot in chosen}):
            return f"asked a JOIN {self.source.value} f ON f.vendor_id = $1"
        days = sum((slot.span.end - slot.span.start).days for slot in chosen)
        first = self.argument(min(slot.span.start for slot in chosen), "date")
        last = self.argument(max(slot.span.end for slot in chosen), "date")
        return (
            "(WITH days AS MATERIALIZED (SELECT q.*, q.starts + n AS on_day FROM asked q CROSS JOIN LATERAL"
            f" generate_series(0, q.ends - q.starts - 1) AS n LIMIT {days}) SELECT * FROM days) a"
            f" JOIN {self.source.value} f ON f.vendor_id = $1 AND f.distributor_id = a.distributor_id"
            f" AND {self.day} = a.on_day AND {self.day} >= {first} AND {self.day} < {last}"
        )

    @property
    def stands(self) -> str:
        """Whether a line stands under its key, or stood."""
        return self._standing("replaced") if self.asking.as_of is not None else "f.replaced IS NULL"

    def _costs(self) -> str:
        """What distributors last paid for a product, from each day of a purchase until the next."""
        return (
            "SELECT distributor_id, product_id, currency, unit_price, sold_on AS starts, lead(sold_on) OVER"
            " (PARTITION BY distributor_id, product_id ORDER BY sold_on) AS ends FROM ("
            "SELECT DISTINCT ON (f.distributor_id, f.product_id, f.sold_on) f.distributor_id, f.product_id, f.sold_on,"
            " f.currency, f.unit_price FROM sell_in_line f WHERE f.vendor_id = $1"
            " AND f.distributor_id IN (SELECT distributor_id FROM asked)"
            f" AND f.component >= 0 AND f.quantity > 0 AND {self.stands} ORDER BY f.distributor_id, f.product_id, f.sold_on,"
            " f.recorded DESC, f.submission_id DESC, f.row_number DESC, f.component DESC) paid"
        )

    @property
    def reverses(self) -> bool:
        """Whether returns of earlier periods' sales are left out of what is measured."""
        return self.source is Source.SELL_THROUGH_LINES and self.rule.returns is ReturnsRule.ORIGINAL_RATE

    def _reversing(self, above: Sequence[Scope]) -> str:
        """The returns that name a sale which the rule measured earlier, and its day; reversals of corrected returns too."""
        key = ", ".join(f"q.{name}" for name in _LINE)
        return (
            f"WITH a AS MATERIALIZED (SELECT {key.replace('q.', 'f.')},"
            " q.agreement_id, q.distributor_id, q.since AS starts, q.starts AS ends, f.product_id,"
            " left(f.return_of, -strpos(reverse(f.return_of), ':')) AS invoice,"
            " right(f.return_of, strpos(reverse(f.return_of), ':') - 1) AS line FROM asked q"
            " JOIN sell_through_line f ON f.vendor_id = $1 AND f.distributor_id = q.distributor_id"
            " AND f.agreement_id = q.agreement_id AND f.counts_on >= q.starts AND f.counts_on < q.ends"
            " AND f.return_of IS NOT NULL AND strpos(f.return_of, ':') > 0 AND f.sale_type <> 'CREDIT_AND_REBILL'"
            " AND (f.quantity < 0) = (f.component >= 0))"
            f" SELECT {key.replace('q.', 'a.')}, min(f.counts_on) AS origin FROM a"
            " JOIN sell_through_line f ON f.vendor_id = $1 AND f.distributor_id = a.distributor_id"
            " AND f.document_number = a.invoice AND f.document_line = a.line AND f.document_kind = 'INVOICE'"
            f" AND f.component >= 0 AND {self.stands} AND f.product_id = a.product_id AND f.quantity > 0"
            f" {' '.join(self._valued((self.measure.scope, *above)))} WHERE {' AND '.join(self.conditions(above))}"
            f" GROUP BY {key.replace('q.', 'a.')}"
        )

    def _standing(self, ended: str) -> str:
        return f"f.recorded IN ({KNOWN}) AND (f.{ended} IS NULL OR f.{ended} NOT IN ({KNOWN}))"

    def joins(self, scopes: Sequence[Scope]) -> Iterator[str]:
        """What a fact is joined with."""
        yield from self._valued(scopes)
        if self.reverses:
            yield f"LEFT JOIN reversing b ON {' AND '.join(f'b.{name} = f.{name}' for name in _LINE)}"

    def _valued(self, scopes: Sequence[Scope]) -> Iterator[str]:
        if any(each.families or each.excluded_families for each in scopes):
            yield "JOIN product p ON p.vendor_id = f.vendor_id AND p.id = f.product_id"
        if any(each.partner_types or each.excluded_partner_types for each in scopes):
            reseller = f"f.{self.asking.disclosed}reseller_id"
            yield f"LEFT JOIN party r ON r.vendor_id = f.vendor_id AND r.id = {reseller}"
        if not self.of_lines:
            return
        if self.measure.valuation is Valuation.PURCHASE_COST:
            yield (
                "LEFT JOIN costs c ON c.distributor_id = f.distributor_id AND c.product_id = f.product_id"
                " AND f.sold_on >= c.starts AND (c.ends IS NULL OR f.sold_on < c.ends)"
            )
        if self.special_matters:
            yield (
                "LEFT JOIN LATERAL (SELECT sum(d.amount) AS amount FROM cost_reduction d WHERE d.vendor_id = f.vendor_id"
                " AND d.submission_id = f.submission_id AND d.row_number = f.row_number AND d.component = f.component"
                f" AND d.cause = 'SPECIAL_PRICE' AND d.currency = {self.value[0]}{self._reduced_then()}) s ON true"
            )
        if self.measure.unit is MeasureUnit.AMOUNT:
            yield (
                f"LEFT JOIN rates x ON x.base = {self.value[0]} AND f.sold_on >= x.starts"
                " AND (x.ends IS NULL OR f.sold_on < x.ends)"
            )

    def _reduced_then(self) -> str:
        if self.asking.as_of is None:
            return ""
        return f" AND d.recorded_at <= {self.argument(self.asking.as_of, 'timestamptz')}"

    @property
    def special_matters(self) -> bool:
        """Whether the rule treats specially priced lines otherwise than others."""
        through = self.measure.basis is Basis.SELL_THROUGH
        return through and self.rule.specially_priced is not SpeciallyPriced.FULL

    @property
    def special(self) -> str:
        """Whether a line was sold under a special price."""
        return "(f.special_price_number IS NOT NULL OR s.amount IS NOT NULL)" if self.special_matters else "false"

    @property
    def value(self) -> tuple[str, str]:
        """In which currency a fact has its amount, and the amount."""
        disclosed = self.asking.disclosed
        if self.measure.basis is Basis.SELL_IN:
            return "f.currency", "f.amount"
        if self.measure.valuation is Valuation.PURCHASE_COST:
            return "c.currency", "round(f.quantity::numeric * c.unit_price / 1000)"
        if self.measure.valuation is Valuation.REPORTED_RESALE:
            return "f.currency", f"f.{disclosed}{'amount' if self.of_lines else 'resale_amount'}"
        return "f.book_currency", "f.book_amount"

    @property
    def measured(self) -> str:
        """What a fact adds to the measure; NULL where it has no value in the rule's currency."""
        if self.measure.unit is MeasureUnit.UNITS:
            return "f.quantity" if self.of_lines else "f.units"
        currency, amount = self.value
        if not self.of_lines:
            return amount
        if self.special_matters and self.rule.specially_priced is SpeciallyPriced.NET_OF_DEBIT:
            amount = f"({amount} - coalesce(s.amount, 0))"
        return (
            f"CASE WHEN {amount} = 0 THEN 0 WHEN {currency} = $2 THEN {amount}"
            f" ELSE round({amount}::numeric * x.rate / 1e9) END"
        )

    @property
    def counted(self) -> str:
        """What a fact adds to the measure of its own period."""
        return f"({self.measured}) * (b.origin IS NULL)::int" if self.reverses else self.measured

    def conditions(self, above: Sequence[Scope]) -> Iterator[str]:
        """Which facts of an agreement `a` count in its period."""
        yield "f.vendor_id = $1 AND f.distributor_id = a.distributor_id"
        yield f"{self.day} >= a.starts AND {self.day} < a.ends"
        if self.source is Source.MONTHS:
            yield "f.month >= a.starts - 31 AND f.month < a.ends"
        if self.of_lines:
            yield "f.agreement_id = a.agreement_id"
            yield self._standing("superseded") if self.asking.as_of is not None else "f.superseded IS NULL"
        if self.source is Source.SELL_THROUGH_LINES:
            yield f"f.sale_type IN ({_SALES})"
        if self.special_matters and self.rule.specially_priced is SpeciallyPriced.EXCLUDED:
            yield f"NOT {self.special}"
        yield from self._within(self.measure.scope)
        for scope in above:
            inside = [*self._used_days(scope), *self._within(scope)]
            yield f"NOT ({' AND '.join(inside)})" if inside else "false"

    def _used_days(self, scope: Scope) -> Iterator[str]:
        if isinstance(scope, UsedScope) and scope.effective is not None:
            yield f"{self.day} >= {self.argument(scope.effective.start, 'date')}"
            yield f"{self.day} < {self.argument(scope.effective.end, 'date')}"

    def _within(self, scope: Scope) -> Iterator[str]:
        for name, column, cast in (
            ("products", "f.product_id", "uuid[]"),
            ("families", "p.family", "text[]"),
            ("partner_types", "coalesce(r.partner_type, '')", "text[]"),
            ("countries", "coalesce(f.ship_to_country, '')", "text[]"),
            ("sale_types", "f.sale_type", "text[]"),
        ):
            taken: frozenset[str] = getattr(scope, name)
            left_out: frozenset[str] = getattr(scope, f"excluded_{name}")
            if taken:
                yield f"{column} = ANY ({self.argument(_ids(taken, cast), cast)})"
            if left_out:
                yield f"{column} <> ALL ({self.argument(_ids(left_out, cast), cast)})"
        reseller = f"f.{self.asking.disclosed}reseller_id"
        yield from within_lists(scope, reseller, self.argument, self.asking.as_of is not None)


def _ids(values: frozenset[str], cast: str) -> list[object]:
    return [UUID(each) if cast == "uuid[]" else each for each in sorted(values)]


async def measured(
    db: Reader, asking: Asking, rule: Rule, measure: Measure, slots: Sequence[Slot], above: Sequence[Scope] = ()
) -> list[Volume]:
    """What a measure of a rule comes to in each slot, in their order. Lines in a scope of `above` are used by an incentive
    that goes first in the stacking group, and are left out."""
    found: dict[int, Volume] = {}
    if _sums_answer(asking, rule, measure, above):
        for source in SUMS[measure.basis]:
            places = [
                at for at, slot in enumerate(slots) if at not in found and _kept(source, asking, measure, slot, above)
            ]
            found |= dict.fromkeys(places, Volume())
            for row in await _added_up(db, Statement(asking, rule, measure, source), slots, places, above):
                if row["foreign_facts"]:
                    del found[row["place"]]
                else:
                    found[row["place"]] = Volume(int(row["total"]), 0, int(row["lines"]), int(row["unvalued"]))
    rest = [place for place in range(len(slots)) if place not in found]
    for row in await _added_up(db, Statement(asking, rule, measure, LINES[measure.basis]), slots, rest, above):
        found[row["place"]] = Volume(int(row["total"]), int(row["special"]), int(row["lines"]), row["unvalued"])
    return [found.get(place, Volume()) for place in range(len(slots))]


def _sums_answer(asking: Asking, rule: Rule, measure: Measure, above: Sequence[Scope]) -> bool:
    """Whether what is kept beside the lines can answer at all."""
    scopes = (measure.scope, *above)
    by_line = any(getattr(s, name) or getattr(s, f"excluded_{name}") for s in scopes for name in _OF_LINES)
    special = measure.basis is Basis.SELL_THROUGH and rule.specially_priced is not SpeciallyPriced.FULL
    at_cost = measure.valuation is Valuation.PURCHASE_COST
    dated = any(isinstance(scope, UsedScope) for scope in above)
    by_line = by_line or Statement(asking, rule, measure, LINES[measure.basis]).reverses
    return asking.sums and not (by_line or special or at_cost or dated or asking.as_of is not None)


def _kept(source: Source, asking: Asking, measure: Measure, slot: Slot, above: Sequence[Scope]) -> bool:
    """Whether sums of this kind can answer for a slot. Days of sell-through know no reseller, and the vendor's no resale
    price but what each line discloses."""
    if source is not Source.SELL_THROUGH_DAYS:
        return slot.whole or (slot.alone and source is Source.DAYS)
    resale = measure.valuation is Valuation.REPORTED_RESALE and measure.unit is MeasureUnit.AMOUNT
    return slot.alone and not (slot.whole or resale or any(each.of_resellers for each in (measure.scope, *above)))


async def _added_up(
    db: Reader, write: Statement, slots: Sequence[Slot], places: Sequence[int], above: Sequence[Scope]
) -> list[Row]:
    """The sums of these slots. `foreign_facts` counts those that are not in the rule's currency, even where they come to
    nothing: what was sold and taken back at different rates does not. A sum without a currency is of unpriced lines."""
    if not places:
        return []
    lists, facts = ", ".join(write.lists(slots, places, above)), write.facts(slots, places)
    scopes = (write.measure.scope, *above)
    joins = " ".join(write.joins(scopes))
    in_money = write.measure.unit is MeasureUnit.AMOUNT
    currency = write.value[0]
    special = "coalesce(sum(m.value) FILTER (WHERE m.special), 0)" if write.special_matters else "0"
    foreign, unpriced, unvalued = "false", "false", "m.lines IS NOT NULL AND m.value IS NULL"
    if in_money and not write.of_lines:
        foreign = f"{currency} NOT IN ($2, '') AND (f.lines <> 0 OR {write.value[1]} <> 0)"
        unpriced, unvalued = f"{currency} = ''", "m.unpriced"
    return await db.rows(
        f"WITH {lists} SELECT m.place, coalesce(sum(m.value), 0) AS total,"
        f" {special} AS special, coalesce(sum(m.lines), 0) AS lines,"
        " count(*) FILTER (WHERE m.foreign_fact) AS foreign_facts,"
        f" coalesce(sum(m.lines) FILTER (WHERE {unvalued}), 0)::bigint AS unvalued"
        f" FROM (SELECT a.place, {write.counted} AS value, {write.special} AS special,"
        f" {'1' if write.of_lines else 'f.lines'} AS lines, {foreign} AS foreign_fact,"
        f" {unpriced} AS unpriced"
        f" FROM {facts} {joins} WHERE {' AND '.join(write.conditions(above))}) m GROUP BY m.place",
        *write.arguments,
    )
