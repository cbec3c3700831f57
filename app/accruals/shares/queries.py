"""The lines behind a payment, each with its share of it: payment × its measure ÷ V, by largest remainder.

Nothing is written down line by line. When a statement is calculated, the lines are added up and sorted once, and what is
kept is where the cut lies: every share is rounded down, and the minor units left over go to the lines that were cut the
most, down to the remainder and the key of the last one. With these a page of lines has its shares without the others.
Which lines there were, and at which rates of exchange they were converted, are those of the moment of calculation.

Measures are 10⁻⁶ currency units or 10⁻³ units; shares are minor units. A line that counts for its band alone, or has no
value in the rule's currency, has no part of V and no share.
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
from app.programme.money_terms import SpeciallyPriced
from app.programme.spans import Span
from app.programme.terms import Level
from app.store.database import Reader, Row
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
class Behind:
    """What the lines behind a payment are read by: the rule, the period, the scopes that go first, the rates."""

    asking: Asking
    rule: Rule
    slot: Slot
    above: Sequence[Scope] = ()
    rates: Sequence[Rate] = ()


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

    def lists(self, slots: Sequence[Slot], places: Sequence[int]) -> Iterator[str]:
        for each in super().lists(slots, places):
            yield self._rates() if each.startswith("rates AS") else each

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
            return f"CASE WHEN {self.special} THEN 0 ELSE coalesce({self.measured}, 0) END"
        return f"coalesce({self.measured}, 0)"

    def begin(self) -> str:
        """The lists, to be followed by a statement over `from_lines`."""
        return f"WITH {', '.join(self.lists([self.of.slot], [0]))}"

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


async def cut_of(db: Reader, of: Behind, payment: int) -> Cut:
    """Where the cut lies when a payment is shared out to all lines; V of 0 or less leaves nobody a share."""
    write = Lines(of)
    begin, lines = write.begin(), write.from_lines()
    row = await db.row(
        f"{begin} SELECT coalesce(sum(w), 0) AS whole, coalesce(max(abs(w)), 0) AS largest"
        f" FROM (SELECT {write.weight} AS w {lines}) n",
        *write.arguments,
    )
    assert row is not None
    whole, largest = int(row["whole"]), int(row["largest"])
    if whole <= 0:
        return Cut(payment, whole)
    kind = "bigint" if max(payment * largest, payment, whole) < _IN_BIGINT else "numeric"
    return await _cut(db, of, Cut(payment, whole), kind)


async def _cut(db: Reader, of: Behind, cut: Cut, kind: str) -> Cut:
    """The same, V being known."""
    step = cut.measure // _BUCKETS + 1
    write, cuts, bucket = _cuts(of, cut, kind, step)
    rows = await db.rows(
        f"{cuts} SELECT {bucket} AS bucket, count(*) AS lines, sum(share) AS shares FROM cuts"
        " GROUP BY 1 ORDER BY 1 DESC",
        *write.arguments,
    )
    over = cut.payment - sum(int(row["shares"]) for row in rows)
    if not over:
        return cut
    for row in rows:
        if over <= row["lines"]:
            return await _last(db, of, cut, kind, step, int(row["bucket"]), over)
        over -= row["lines"]
    raise ValueError("More is left over than there are lines.")


async def _last(db: Reader, of: Behind, cut: Cut, kind: str, step: int, bucket: int, place: int) -> Cut:
    """The cut at the line that has this place among those of one part of the remainders."""
    write, cuts, expression = _cuts(of, cut, kind, step)
    which = write.argument(bucket, "bigint")
    skipped = write.argument(place - 1, "bigint")
    row = await db.row(
        f"{cuts} SELECT remainder, {_KEY} FROM cuts WHERE {expression} = {which}"
        f" ORDER BY remainder DESC, {_KEY} OFFSET {skipped} LIMIT 1",
        *write.arguments,
    )
    assert row is not None, "a part has as many lines as were counted in it"
    last = (row["submission_id"], row["row_number"], row["component"], row["recorded"])
    return Cut(cut.payment, cut.measure, int(row["remainder"]), last)


def _cuts(of: Behind, cut: Cut, kind: str, step: int) -> tuple[Lines, str, str]:
    """Every line with what is rounded down and cut off, as the list `cuts`, and the part in which its remainder lies."""
    write = Lines(of)
    begin, lines = write.begin(), write.from_lines()
    as_is = int if kind == "bigint" else Decimal
    paid, whole, each = (write.argument(as_is(value), kind) for value in (cut.payment, cut.measure, step))
    cuts = (
        f"{begin}, cuts AS (SELECT {_KEY}, {_shared(kind)} FROM (SELECT f.submission_id, f.row_number, f.component,"
        f" f.recorded, ({write.weight})::{kind} * {paid} AS product, {whole} AS whole {lines}) n)"
    )
    bucket = f"remainder / {each}" if kind == "bigint" else f"div(remainder, {each})::bigint"
    return write, cuts, bucket


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
        f" {value} AS value, {write.special} AS special, ({write.weight}) AS weight, {share} AS share"
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
    asking: Asking, rule: Rule, slot: Slot, data: Mapping[str, Any], as_of: datetime | None = None
) -> tuple[Behind, Cut]:
    """The lines behind a payment as they were known at a moment, and their shares, from what was kept."""
    cut, above, rates = read_again(data)
    seen = Asking(asking.vendor_id, asking.level, as_of)
    return Behind(seen, rule, slot, above, rates), cut
