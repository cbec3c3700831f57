"""The lines behind a payment, each with its share of it: payment × its measure ÷ V, by largest remainder.

Nothing is written down line by line. When a statement is calculated, the lines are added up and sorted once, and what is
kept is where the cut lies: every share is rounded down, and the minor units left over go to the lines that were cut the
most, down to the remainder and the key of the last one. With these a page of lines has its shares without the others.
Which lines there were, and at which rates of exchange they were converted, are those of the moment of calculation.

Measures are 10⁻⁶ currency units or 10⁻³ units; shares are minor units. A line that counts for its band alone, has no value
in the rule's currency, or takes back what an earlier period paid, has no part of V and no share.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.accruals.measures.queries import LINES, Asking, Slot, Statement
from app.accruals.measures.stacked import UsedScope
from app.execution.connections import Order, SortKey, Window
from app.programme.incentives import Rule, Scope
from app.programme.money_terms import MeasureUnit, SpeciallyPriced
from app.programme.sales import Valuation
from app.programme.spans import Span
from app.programme.terms import Level
from app.store.database import Reader, Row, Session
from app.tables.queries import recorded_at, times_before


def order_of(rule: Rule) -> Order:
    """The lines of what a rule pays on, by the day on which they count, then by where they were reported."""
    table = LINES[rule.paying.basis].value
    return Order(
        (
            SortKey("f.counts_on", "counts_on", date, "date"),
            SortKey("f.submission_id", "submission_id", UUID, "uuid"),
            SortKey("f.row_number", "row_number", int, "bigint"),
            SortKey("f.component", "component", int, "int"),
            SortKey("f.recorded", "times", int, "bigint", recorded_at(table)),
        )
    )


_AS_AUTHORIZED = (
    "LEFT JOIN LATERAL (SELECT z.partner_type FROM reseller_authorization z WHERE z.vendor_id = f.vendor_id"
    " AND z.agreement_id = f.agreement_id AND z.reseller_id = f.reseller_id ORDER BY z.created_at DESC LIMIT 1) r ON true"
)
"""What a distributor knows of a reseller's kind stands on its authorisation."""
_KEY = "submission_id, row_number, component, recorded"


@dataclass(frozen=True, slots=True)
class Rate:
    """What a currency was worth in that of the rule from a day on, in 10⁻⁹, when the statement was calculated."""

    base: str
    rate: int
    effective_from: date


@dataclass(frozen=True, slots=True)
class Calculated:
    """A calculation of a statement."""

    id: UUID
    revision: int


@dataclass(frozen=True, slots=True)
class Behind:
    """What the lines behind a payment are read by: the rule, the period, the scopes that go first, the rates; and the
    calculation in which they were found to return sales of earlier periods, once it is written down."""

    asking: Asking
    rule: Rule
    slot: Slot
    above: Sequence[Scope] = ()
    rates: Sequence[Rate] = ()
    calculated: Calculated | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """What `payment` is shared out by: V, and after which line nobody gets a minor unit of what rounding down leaves over
    (None where nothing is left over)."""

    payment: int
    measure: int
    remainder: int | None = None
    last: tuple[UUID, int, int, int] | None = None


class Lines(Statement):
    """A statement over the lines of one slot, as they were valued when the payment was calculated."""

    def __init__(self, of: Behind) -> None:
        super().__init__(of.asking, of.rule, of.rule.paying, LINES[of.rule.paying.basis])
        self.of = of
        slot = of.slot
        self.slot_columns = {
            "a.agreement_id": self.argument(slot.agreement_id, "uuid"),
            "a.distributor_id": self.argument(slot.distributor_id, "uuid"),
            "a.starts": self.argument(slot.span.start, "date"),
            "a.ends": self.argument(slot.span.end, "date"),
        }

    def lists(self, slots: Sequence[Slot], places: Sequence[int], above: Sequence[Scope] = ()) -> Iterator[str]:
        for each in super().lists(slots, places, above):
            if each.startswith("reversing AS") and self.of.calculated is not None:
                yield self._found_to_return(self.of.calculated)
            else:
                yield self._rates() if each.startswith("rates AS") else each

    def _found_to_return(self, found: Calculated) -> str:
        """What was written down when the payment was calculated."""
        id, revision = self.argument(found.id, "uuid"), self.argument(found.revision, "int")
        return (
            f"reversing AS NOT MATERIALIZED (SELECT {_KEY}, period_start AS origin, period_end FROM statement_return"
            f" WHERE vendor_id = $1 AND statement_id = {id} AND revision = {revision})"
        )

    @property
    def returns(self) -> str:
        """The first and last day of the period of which a line returns a sale, NULL for all others."""
        if not self.reverses or self.of.calculated is None:
            return "NULL::date AS returns_from, NULL::date AS returns_to"
        return "b.origin AS returns_from, b.period_end AS returns_to"

    def joins(self, scopes: Sequence[Scope]) -> Iterator[str]:
        for each in super().joins(scopes):
            is_kind = each.startswith("LEFT JOIN party r ")
            yield _AS_AUTHORIZED if is_kind and self.asking.level is Level.DISTRIBUTOR else each

    def _rates(self) -> str:
        rates = self.of.rates
        columns = (
            self.argument([each.base for each in rates], "text[]"),
            self.argument([each.rate for each in rates], "bigint[]"),
            self.argument([each.effective_from for each in rates], "date[]"),
        )
        return (
            "rates AS MATERIALIZED (SELECT base, rate, starts, lead(starts) OVER (PARTITION BY base ORDER BY starts)"
            f" AS ends FROM unnest({', '.join(columns)}) AS r (base, rate, starts))"
        )

    @property
    def weight(self) -> str:
        """What of V a line is, from its `value`."""
        if self.rule.specially_priced is SpeciallyPriced.TIER_ONLY:
            return f"CASE WHEN {self.special} THEN 0 ELSE coalesce({self.counted}, 0) END"
        return f"coalesce({self.counted}, 0)"

    def in_bigint(self, limit: str) -> str:
        """The same as bigint, NULL where it is not below a limit; most lines are as they stand, without any numeric."""
        currency, amount = self.value
        wide = f"CASE WHEN abs({self.weight}) < {limit} THEN ({self.weight})::bigint END"
        is_plain = self.measure.unit is MeasureUnit.AMOUNT and not (self.special_matters or self.reverses)
        if not is_plain or self.measure.valuation is Valuation.PURCHASE_COST:
            return wide
        return f"CASE WHEN {currency} = $2 AND abs({amount}) < {limit} THEN {amount} ELSE {wide} END"

    def begin(self) -> str:
        """The lists, to be followed by a statement over `from_lines`."""
        return f"WITH {', '.join(self.lists([self.of.slot], [0], self.of.above))}"

    def from_lines(self) -> str:
        """The lines of the slot, by the bare values of it: so that a page is found by the index of days."""
        conditions = " AND ".join(self.conditions(self.of.above))
        for column, value in self.slot_columns.items():
            conditions = conditions.replace(column, value)
        joins = " ".join(self.joins((self.measure.scope, *self.of.above)))
        return f"FROM {self.source.value} f {joins} WHERE {conditions}"


_BUCKETS = 4_096
"Into so many parts the remainders are sorted, so that only those of one part are sorted among themselves."
_IN_BIGINT = 2**62


def _shared(kind: str) -> str:
    """What is rounded down, below 0 too, and what was cut off, from `product` and `whole`: whole numbers that fit are
    divided as bigint, all others as numeric."""
    quotient, rest = ("product / whole", "product % whole")
    if kind == "numeric":
        quotient, rest = ("div(product, whole)", "mod(product, whole)")
    return f"{quotient} - ({rest} < 0)::int AS share, {rest} + CASE WHEN {rest} < 0 THEN whole ELSE 0 END AS remainder"


async def rates_into(db: Reader, vendor_id: UUID, currency: str) -> list[Rate]:
    """Every rate into a currency that the vendor has set."""
    rows = await db.rows(
        "SELECT base, rate, effective_from FROM exchange_rate WHERE vendor_id = $1 AND quote = $2"
        " ORDER BY base, effective_from",
        vendor_id,
        currency,
    )
    return [Rate(*row.values()) for row in rows]


async def cut_of(db: Reader, of: Behind, payment: int, whole: int | None = None) -> Cut:
    """Where the cut lies when a payment is shared out to all lines; V of 0 or less leaves nobody a share. Where V is given
    (`whole`) the lines are read once."""
    if whole is None:
        whole = await _whole(db, of)
    for kind in ("bigint", "numeric"):
        if whole <= 0:
            break
        row = await _cut(db, of, Cut(payment, whole), kind)
        if row["wide"]:
            continue
        if row["whole"] != whole:
            return await cut_of(db, of, payment, int(row["whole"]))
        if not row["over"]:
            break
        last = (row["submission_id"], row["row_number"], row["component"], row["recorded"])
        return Cut(payment, whole, int(row["remainder"]), last)
    return Cut(payment, whole)


async def _whole(db: Reader, of: Behind) -> int:
    """V: what the lines add up to."""
    write = Lines(of)
    begin, lines = write.begin(), write.from_lines()
    found = await db.value(f"{begin} SELECT coalesce(sum({write.weight}), 0) {lines}", *write.arguments)
    return int(found)


async def _cut(db: Reader, of: Behind, cut: Cut, kind: str) -> Row:
    """What is left over, and the last line that gets a unit of it. The remainders are sorted into parts by their size, so
    that only those of the part in which the cut lies are sorted among themselves. `wide` counts the lines that are too
    large for bigint; with any of them the rest says nothing. OFFSET 0 lets every expression be reckoned once for a line."""
    write = Lines(of)
    begin, lines = write.begin(), write.from_lines()
    as_is = int if kind == "bigint" else Decimal
    paid, whole, step = (
        write.argument(as_is(value), kind) for value in (cut.payment, cut.measure, cut.measure // _BUCKETS + 1)
    )
    weight = f"({write.weight})::numeric"
    if kind == "bigint":
        weight = write.in_bigint(write.argument(_IN_BIGINT // max(cut.payment, 1), "bigint"))
    bucket = f"remainder / {step}" if kind == "bigint" else f"div(remainder, {step})::bigint"
    row = await db.row(
        f"{begin}, cuts AS MATERIALIZED (SELECT {_KEY}, w, {_shared(kind)} FROM (SELECT {_KEY}, w, w * {paid} AS product,"
        f" {whole} AS whole FROM (SELECT f.submission_id, f.row_number, f.component, f.recorded, {weight} AS w {lines}"
        f" OFFSET 0) l OFFSET 0) n), parts AS (SELECT {bucket} AS bucket, count(*) AS lines, sum(share) AS shares,"
        " sum(w) AS whole, count(*) FILTER (WHERE w IS NULL) AS wide FROM cuts GROUP BY 1),"
        f" total AS (SELECT {paid} - coalesce(sum(shares), 0) AS over, coalesce(sum(whole), 0) AS whole,"
        " coalesce(sum(wide), 0) AS wide FROM parts), part AS (SELECT p.bucket, t.over - p.above AS place FROM ("
        "SELECT bucket, lines, sum(lines) OVER (ORDER BY bucket DESC) - lines AS above FROM parts) p CROSS JOIN total t"
        " WHERE t.over > p.above AND t.over <= p.above + p.lines)"
        f" SELECT t.over, t.whole, t.wide, c.* FROM total t LEFT JOIN LATERAL (SELECT remainder, {_KEY} FROM cuts"
        f" WHERE {bucket} = (SELECT bucket FROM part) ORDER BY remainder DESC, {_KEY}"
        " OFFSET (SELECT place - 1 FROM part) LIMIT 1) c ON true",
        *write.arguments,
    )
    assert row is not None
    return row


async def keep_returns(db: Session, of: Behind, statement: Calculated, periods: Sequence[Span]) -> None:
    """Write down which of the lines return sales of these earlier periods, for a calculation."""
    write = Lines(of)
    begin, lines = write.begin(), write.from_lines()
    starts, ends = (write.argument([getattr(each, end) for each in periods], "date[]") for end in ("start", "end"))
    owner = ", ".join(
        write.argument(value, cast)
        for value, cast in zip(
            (statement.id, statement.revision, of.slot.agreement_id, of.slot.distributor_id),
            ("uuid", "int", "uuid", "uuid"),
            strict=True,
        )
    )
    key = ", ".join(f"k.{name}" for name in _KEY.split(", "))
    await db.execute(
        "INSERT INTO statement_return (vendor_id, statement_id, revision, agreement_id, distributor_id, submission_id,"
        f" row_number, component, recorded, period_start, period_end) {begin} SELECT $1, {owner}, {key}, o.starts, o.ends"
        f" FROM (SELECT f.submission_id, f.row_number, f.component, f.recorded, b.origin {lines}"
        f" AND b.origin IS NOT NULL) k JOIN unnest({starts}, {ends}) AS o (starts, ends)"
        " ON k.origin >= o.starts AND k.origin < o.ends",
        *write.arguments,
    )


def _shown(write: Lines, cut: Cut) -> str:
    """The columns of a line with its share, from `f`."""
    value = f"({write.measured})"
    if cut.measure <= 0:
        share = "NULL::numeric"
    else:
        paid = write.argument(Decimal(cut.payment), "numeric")
        whole = write.argument(Decimal(cut.measure), "numeric")
        extra = "0"
        if cut.last is not None:
            names = ", ".join(
                write.argument(value, cast)
                for value, cast in zip(cut.last, ("uuid", "bigint", "int", "bigint"), strict=True)
            )
            remainder = write.argument(Decimal(cut.remainder or 0), "numeric")
            extra = (
                f"(s.remainder > {remainder} OR (s.remainder = {remainder}"
                f" AND (f.submission_id, f.row_number, f.component, f.recorded) <= ({names})))::int"
            )
        share = (
            f"(SELECT s.share + {extra} FROM (SELECT {_shared('numeric')} FROM (SELECT ({write.weight})::numeric * {paid}"
            f" AS product, {whole} AS whole) n) s)"
        )
    times = times_before(write.source.value).replace("l.", "f.")
    return (
        f"f.vendor_id, f.counts_on, f.submission_id, f.row_number, f.component, f.recorded, {times} AS times,"
        " f.document_kind,"
        " f.document_number, f.document_line, f.sold_on, f.product_id, f.product_code, f.quantity, f.source,"
        f" {value} AS value, {write.special} AS special, ({write.weight}) AS weight, {share} AS share,"
        f" {write.returns}"
    )


async def page(db: Reader, of: Behind, cut: Cut, window: Window) -> list[Row]:
    """A page of the lines behind a payment, by the day on which they count, each with its measure and its share."""
    write = Lines(of)
    begin, lines = write.begin(), write.from_lines()
    shown = _shown(write, cut)
    return await db.rows(f"{begin} SELECT {shown} {lines}{window.sql(write.arguments)}", *write.arguments)


async def count(db: Reader, of: Behind) -> int:
    """How many lines there are behind a payment."""
    write = Lines(of)
    begin, lines = write.begin(), write.from_lines()
    found: int = await db.value(f"{begin} SELECT count(*) {lines}", *write.arguments)
    return found


def kept(cut: Cut, above: Sequence[Scope], rates: Sequence[Rate]) -> dict[str, Any]:
    """What a statement keeps, from which shares and lines are found again."""
    return {
        "payment": str(cut.payment),
        "measure": str(cut.measure),
        "remainder": None if cut.remainder is None else str(cut.remainder),
        "last": None if cut.last is None else [str(cut.last[0]), *cut.last[1:]],
        "above": [_used(scope) for scope in above],
        "rates": [[each.base, each.rate, each.effective_from.isoformat()] for each in rates],
    }


def _used(scope: Scope) -> dict[str, Any]:
    """What goes first in a stacking group, and on which days."""
    named = {each.name: sorted(getattr(scope, each.name)) for each in fields(Scope) if getattr(scope, each.name)}
    days = scope.effective if isinstance(scope, UsedScope) else None
    return {"scope": named, "days": None if days is None else [days.start.isoformat(), days.end.isoformat()]}


def _used_again(data: Mapping[str, Any]) -> UsedScope:
    days = None if data["days"] is None else Span(*map(date.fromisoformat, data["days"]))
    return UsedScope(**{name: frozenset(values) for name, values in data["scope"].items()}, effective=days)


def read_again(data: Mapping[str, Any]) -> tuple[Cut, list[Scope], list[Rate]]:
    """The same, from what was kept."""
    last = data["last"]
    return (
        Cut(
            int(data["payment"]),
            int(data["measure"]),
            None if data["remainder"] is None else int(data["remainder"]),
            None if last is None else (UUID(last[0]), int(last[1]), int(last[2]), int(last[3])),
        ),
        [_used_again(scope) for scope in data["above"]],
        [Rate(base, rate, date.fromisoformat(day)) for base, rate, day in data["rates"]],
    )


def behind(
    asking: Asking,
    rule: Rule,
    slot: Slot,
    data: Mapping[str, Any],
    as_of: datetime | None = None,
    calculated: Calculated | None = None,
) -> tuple[Behind, Cut]:
    """The lines behind a payment as they were known at a moment, and their shares, from what was kept."""
    cut, above, rates = read_again(data)
    seen = Asking(asking.vendor_id, asking.level, as_of)
    return Behind(seen, rule, slot, above, rates, calculated), cut
