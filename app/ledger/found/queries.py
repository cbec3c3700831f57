"""What each finding asks of the database: one statement for each, whose rows are what the finding stands on.

A row has an agreement, a currency, an amount above zero, a last day where there is one, and what it is about: an object of
the graph by type and id (of a line also its place); of what may be claimed also how many units (10⁻³), and how many the
special price has left. Amounts are minor units, or 10⁻⁶ currency units, as `IN_MICROS` says.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.ledger.deductions.queries import CLAIMS
from app.programme.findings import FindingKind
from app.programme.inventory import ON_HAND
from app.programme.terms import StockStatus
from app.store.database import Reader, Row
from app.tables.erasures import same_customer
from app.tables.queries import BESIDE, covering_days

K: Final = FindingKind
_OF: Final = "{0}.vendor_id = k.vendor_id AND (k.agreement_id IS NULL OR {0}.agreement_id = k.agreement_id)"
_TODAY: Final = "(now() AT TIME ZONE 'UTC')::date"
_DEDUCTED: Final = (
    "(SELECT coalesce(sum(o.amount_minor), 0) FROM deduction o WHERE o.vendor_id = {0}.vendor_id"
    " AND o.agreement_id = {0}.agreement_id AND o.claim = {0}.claim)"
)
_ABOUT_CLAIM: Final = (
    "CASE c.kind WHEN 'INCENTIVE' THEN 'Statement' WHEN 'SPECIAL_PRICE' THEN 'DebitClaim' ELSE 'StockCredit' END AS about,"
    " split_part(c.claim, ' ', 2)::uuid AS about_id"
)
_NO_UNITS: Final = "NULL::bigint AS units, NULL::bigint AS remaining"
_NO_LINE: Final = f"NULL::bigint AS row_number, NULL::int AS component, NULL::bigint AS times, {_NO_UNITS}"
_LINE: Final = (
    "'SellThroughLine' AS about, l.submission_id AS about_id, l.row_number, l.component,"
    " (SELECT count(*) FROM sell_through_line e WHERE e.vendor_id = l.vendor_id AND e.submission_id = l.submission_id"
    " AND e.row_number = l.row_number AND e.component = l.component AND e.recorded < l.recorded) AS times"
)
_PAID: Final = f"""
SELECT p.vendor_id, p.agreement_id, p.submission_id, p.row_number, p.component, p.currency, sum(p.quantity) AS units,
    sum(p.amount) AS amount
FROM cost_reduction p WHERE {_OF.format("p")} AND p.cause = 'SPECIAL_PRICE' AND p.submission_id IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(p.quantity) > 0"""
_PAID_LINE: Final = (
    f"FROM ({_PAID}) p JOIN sell_through_line l ON l.vendor_id = p.vendor_id AND l.submission_id = p.submission_id"
    " AND l.row_number = p.row_number AND l.component = p.component AND l.superseded IS NULL"
)
"""What special prices have paid for each line that counts, net of what was taken back."""
_RETURNED: Final = (
    "(SELECT coalesce(-sum(r.quantity), 0) FROM sell_through_line r WHERE r.vendor_id = l.vendor_id"
    " AND r.distributor_id = l.distributor_id AND r.superseded IS NULL AND r.sale_type = 'RETURN'"
    " AND r.product_id = l.product_id AND r.component = l.component"
    " AND r.return_of = l.document_number || ':' || l.document_line)"
)


def earned_not_calculated() -> str:
    """Accruals of pay periods that are over whose statement is accruing still."""
    return (
        f"SELECT c.agreement_id, c.currency, c.earned_minor AS amount, NULL::date AS until, 'Statement' AS about,"
        f" s.id AS about_id, {_NO_LINE} FROM accrual c JOIN statement s ON s.vendor_id = c.vendor_id"
        " AND s.term_id = c.term_id AND s.period_start = c.period_start AND s.status = 'ACCRUING'"
        f" WHERE {_OF.format('c')} AND c.earned_minor > 0 AND c.period_end <= {_TODAY}"
    )


def approved_not_credited() -> str:
    """Statements and claims that were approved and are not credited, less what was deducted for them."""
    return (
        f"SELECT c.agreement_id, c.currency, c.approved - {_DEDUCTED.format('c')} AS amount, NULL::date AS until,"
        f" {_ABOUT_CLAIM}, {_NO_LINE} FROM {CLAIMS} c WHERE {_OF.format('c')} AND c.credited = 0 AND c.approved > 0"
        f" AND c.approved > {_DEDUCTED.format('c')}"
    )


def not_claimed() -> str:
    """Lines that carry a special price's number, within its products, days and customers, of which units may be claimed: no
    more than the special price has left, the oldest line first."""
    above = (
        "CASE q.kind WHEN 'DOWN_TO' THEN greatest(l.book_price - q.value, 0) WHEN 'DOWN_BY_AMOUNT'"
        " THEN least(q.value, l.book_price) WHEN 'DOWN_BY_SHARE' THEN l.book_price::numeric * q.value / 1000000 END"
    )
    units = (
        "l.quantity - coalesce((SELECT d.consumed FROM debited_line d WHERE d.vendor_id = l.vendor_id"
        " AND d.submission_id = l.submission_id AND d.row_number = l.row_number AND d.component = l.component), 0)"
        f" - {_RETURNED}"
    )
    last = "CASE WHEN p.days_to_file IS NOT NULL THEN l.sold_on + p.days_to_file END"
    open_lines = (
        f"SELECT l.agreement_id, p.currency, {last} AS until, {_LINE}, l.sold_on, p.id AS special_price_id, q.product_id,"
        f" {above} AS above, {units} AS open, q.quantity - q.used - q.reserved AS room"
        " FROM special_price p JOIN special_price_product q ON q.vendor_id = p.vendor_id"
        " AND q.special_price_id = p.id JOIN sell_through_line l ON l.vendor_id = p.vendor_id"
        " AND l.agreement_id = p.agreement_id AND l.product_id = q.product_id AND l.special_price_number = p.number"
        f" WHERE {_OF.format('p')} AND p.cost_basis = 'BOOK_AT_RESALE' AND q.kind <> 'MARGIN_GUARANTEE'"
        " AND l.superseded IS NULL AND l.quantity > 0 AND l.sale_type IN ('SALE', 'DROP_SHIPMENT')"
        " AND l.book_currency = p.currency AND l.sold_on >= p.effective_start"
        " AND l.sold_on < coalesce(p.ended_on, p.effective_end)"
        " AND (p.customer_ids = '{}' OR l.reseller_id = ANY (p.customer_ids))"
        f" AND (p.end_customer IS NULL OR {same_customer('l.end_customer', 'p.end_customer', 'p.vendor_id')})"
    )
    before = (
        "sum(o.open) OVER (PARTITION BY o.special_price_id, o.product_id"
        " ORDER BY o.sold_on, o.about_id, o.row_number, o.component, o.times) - o.open"
    )
    return (
        "SELECT * FROM (SELECT c.agreement_id, c.currency, round(c.units * c.above / 1000) AS amount, c.until, c.about,"
        " c.about_id, c.row_number, c.component, c.times, c.units::bigint AS units, c.room::bigint AS remaining FROM ("
        f"SELECT o.*, CASE WHEN o.room IS NULL THEN o.open ELSE least(o.open, greatest(o.room - ({before}), 0)) END AS units"
        f" FROM ({open_lines}) o WHERE o.open > 0 AND o.above > 0 AND (o.until IS NULL OR o.until >= {_TODAY})) c) f"
        " WHERE f.amount > 0"
    )


_STATES: Final = {
    "on_hand": f"s.status IN ({', '.join(repr(each.value) for each in sorted(ON_HAND))})",
    "in_transit": f"s.status = '{StockStatus.IN_TRANSIT.value}'",
}
_COUNTED: Final = (
    "SELECT i.warehouse, i.status, i.counted_on, i.quantity FROM inventory_count i WHERE i.vendor_id = x.vendor_id"
    " AND i.agreement_id = x.agreement_id AND i.product_id = x.product_id AND i.superseded IS NULL"
)


def drop_not_claimed() -> str:
    """Products whose price in the price book dropped while they lay in stock, under terms that protect against that, and for
    which nothing is proposed: the units by the nearest count and what came and went between, no more than were bought in
    the look-back window, times the drop."""
    terms = (
        "SELECT t.protects, t.look_back_days, t.in_transit, t.minimum_drop FROM agreement_money_terms t"
        " WHERE t.vendor_id = a.vendor_id AND t.agreement_id = a.id AND t.effective_from <= b.effective_from"
        " ORDER BY t.effective_from DESC LIMIT 1"
    )
    drops = (
        "SELECT a.vendor_id, a.id AS agreement_id, a.distributor_id, a.currency, b.product_id, b.effective_from AS on_day,"
        " p.price - b.price AS drop, t.look_back_days, t.in_transit FROM agreement a JOIN book_price b"
        " ON b.vendor_id = a.vendor_id AND b.currency = a.currency AND b.effective_from >= a.effective_start"
        f" AND b.effective_from < a.effective_end AND b.effective_from <= {_TODAY}"
        " JOIN book_price p ON p.vendor_id = b.vendor_id AND p.product_id = b.product_id AND p.currency = b.currency"
        f" AND p.effective_until = b.effective_from CROSS JOIN LATERAL ({terms}) t WHERE a.vendor_id = k.vendor_id"
        " AND (k.agreement_id IS NULL OR a.id = k.agreement_id) AND t.protects AND p.price > b.price"
        " AND (p.price - b.price)::numeric * 1000000 >= p.price::numeric * t.minimum_drop"
        " AND NOT EXISTS (SELECT FROM stock_credit c WHERE c.vendor_id = a.vendor_id AND c.agreement_id = a.id"
        " AND c.product_id = b.product_id AND c.effective_on = b.effective_from AND c.kind = 'PRICE_PROTECTION')"
    )
    of = "WHERE f.vendor_id = x.vendor_id AND f.distributor_id = x.distributor_id AND f.product_id = x.product_id AND f.{0}"
    between = "{0} > least(n.counted_on, x.on_day - 1) AND f.{0} < greatest(n.counted_on + 1, x.on_day)"

    def flow(table: str, day: str, quantity: str, more: str = "") -> str:
        days = between.format(day)
        return f"(SELECT coalesce(sum(f.{quantity}), 0) FROM {table} f {of.format(days)}{more})"

    moved = flow("stock_movement", "moved_on", "quantity", f" AND f.superseded IS NULL AND f.movement IN ({BESIDE})")
    flowed = f"{flow('sell_in_day', 'day', 'units')} - {flow('sell_through_day', 'day', 'units')} + {moved}"
    held = (
        "n.on_hand + CASE WHEN x.in_transit THEN n.in_transit ELSE 0 END"
        f" + CASE WHEN n.counted_on >= x.on_day THEN -1 ELSE 1 END * ({flowed})"
    )
    bought = (
        f"(SELECT coalesce(sum(f.units), 0) FROM sell_in_day f {of.format('day < x.on_day')}"
        " AND (x.look_back_days IS NULL OR f.day >= x.on_day - x.look_back_days))"
    )
    return (
        f"SELECT d.agreement_id, d.currency, sum(d.amount) AS amount, NULL::date AS until, 'Product' AS about,"
        f" d.product_id AS about_id, {_NO_LINE} FROM (SELECT x.agreement_id, x.currency, x.product_id,"
        f" round(least({held}, {bought})::numeric * x.drop / 1000) AS amount FROM ({drops}) x CROSS JOIN LATERAL ("
        f"SELECT * FROM {covering_days(_COUNTED, apart=_STATES)} o"
        " ORDER BY abs(o.counted_on - (x.on_day - 1)), o.counted_on LIMIT 1) n) d"
        " WHERE d.amount > 0 GROUP BY d.agreement_id, d.currency, d.product_id"
    )


def paid_twice() -> str:
    """Lines of which special prices paid more units than were sold: the units beyond, at what was paid for a unit."""
    return (
        "SELECT p.agreement_id, p.currency, round(p.amount::numeric * (p.units - l.quantity) / p.units) AS amount,"
        f" NULL::date AS until, {_LINE}, {_NO_UNITS} {_PAID_LINE} WHERE p.units > l.quantity AND p.amount > 0"
    )


def paid_though_returned() -> str:
    """Lines of which special prices paid units that came back: of those paid, as many as are no longer sold."""
    beyond = f"least(p.units, l.quantity) - greatest(l.quantity - {_RETURNED}, 0)"
    return (
        f"SELECT p.agreement_id, p.currency, round(p.amount::numeric * ({beyond}) / p.units) AS amount,"
        f" NULL::date AS until, {_LINE}, {_NO_UNITS} {_PAID_LINE} WHERE {beyond} > 0 AND p.amount > 0 AND l.quantity > 0"
    )


def paid_out_of_territory() -> str:
    """Lines that special prices paid, shipped to a country outside the agreement's territory."""
    return (
        f"SELECT p.agreement_id, p.currency, p.amount, NULL::date AS until, {_LINE}, {_NO_UNITS} {_PAID_LINE}"
        " JOIN agreement a ON a.vendor_id = p.vendor_id AND a.id = p.agreement_id"
        " WHERE p.amount > 0 AND l.ship_to_country <> ALL (a.territory)"
    )


def over_deducted() -> str:
    """Statements and claims for which more was deducted than approved."""
    return (
        f"SELECT c.agreement_id, c.currency, {_DEDUCTED.format('c')} - greatest(c.approved, 0) AS amount,"
        f" NULL::date AS until, {_ABOUT_CLAIM}, {_NO_LINE} FROM {CLAIMS} c WHERE {_OF.format('c')}"
        f" AND {_DEDUCTED.format('c')} > greatest(c.approved, 0)"
    )


def unmatched_deduction() -> str:
    """Debit memos that belong to nothing known."""
    return (
        f"SELECT d.agreement_id, d.currency, d.amount_minor AS amount, NULL::date AS until, 'Deduction' AS about,"
        f" d.id AS about_id, {_NO_LINE} FROM deduction d WHERE {_OF.format('d')} AND d.claim IS NULL"
    )


FINDINGS: Final[Mapping[FindingKind, Callable[[], str]]] = {
    K.EARNED_NOT_CALCULATED: earned_not_calculated,
    K.APPROVED_NOT_CREDITED: approved_not_credited,
    K.NOT_CLAIMED: not_claimed,
    K.DROP_NOT_CLAIMED: drop_not_claimed,
    K.PAID_TWICE: paid_twice,
    K.PAID_THOUGH_RETURNED: paid_though_returned,
    K.PAID_OUT_OF_TERRITORY: paid_out_of_territory,
    K.OVER_DEDUCTED: over_deducted,
    K.UNMATCHED_DEDUCTION: unmatched_deduction,
}
IN_MICROS: Final = frozenset(
    {K.NOT_CLAIMED, K.DROP_NOT_CLAIMED, K.PAID_TWICE, K.PAID_THOUGH_RETURNED, K.PAID_OUT_OF_TERRITORY}
)
LARGEST = Order(
    (
        SortKey("f.amount::bigint", "amount", int, "bigint"),
        SortKey("f.about_id", "about_id", UUID, "uuid"),
        SortKey("coalesce(f.row_number, 0)", "row_place", int, "bigint"),
        SortKey("coalesce(f.component, 0)", "part", int, "int"),
    ),
    descending=True,
)
_KEYS: Final = "unnest($1::uuid[], $2::uuid[]{more}) WITH ORDINALITY AS k(vendor_id, agreement_id{names}, ordinal)"
Scope = tuple[UUID, UUID | None]
"A network, and the agreement where it is about one alone."


async def sums(db: Reader, kinds: Sequence[FindingKind], scopes: Sequence[Scope]) -> list[Row]:
    """What each finding comes to, by currency: its amount, how many rows, and the first of their last days."""
    each = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, f.currency, sum(f.amount)::numeric AS amount, count(*) AS rows, min(f.until) AS until"
        f" FROM ({FINDINGS[kind]()}) f GROUP BY f.currency"
        for kind in kinds
    )
    keys = _KEYS.format(more="", names="")
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {keys} CROSS JOIN LATERAL ({each}) x ORDER BY k.ordinal, x.amount DESC, x.kind",
        [vendor_id for vendor_id, _ in scopes],
        [agreement_id for _, agreement_id in scopes],
    )


async def rows(
    db: Reader, kind: FindingKind, scopes: Sequence[Scope], currencies: Sequence[str], window: Window
) -> list[Row]:
    """A page of the rows of one kind of finding, each in one currency, the largest first."""
    arguments: list[object] = [[each[0] for each in scopes], [each[1] for each in scopes], list(currencies)]
    cut = window.sql(arguments)
    keys = _KEYS.format(more=", $3::text[]", names=", currency")
    return await db.rows(
        f"SELECT k.ordinal, k.vendor_id, x.* FROM {keys} CROSS JOIN LATERAL (SELECT f.agreement_id, f.currency,"
        " f.amount::bigint AS amount, f.until, f.about, f.about_id, f.row_number, f.component, f.times,"
        " f.units, f.remaining,"
        " coalesce(f.row_number, 0) AS row_place, coalesce(f.component, 0) AS part"
        f" FROM ({FINDINGS[kind]()}) f WHERE f.currency = k.currency{cut}) x",
        *arguments,
    )
