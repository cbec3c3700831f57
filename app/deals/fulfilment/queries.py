"""What is asked of sell-through about deals: what the reseller bought of a deal's products while it was protected. The
vendor reads of it what agreements disclose, the supplier what it sold itself; a reseller reads none of it here."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.terms import Level
from app.store.database import Reader, Row
from app.tables.queries import times_before

_VENDOR = {
    "reseller": "l.disclosed_reseller_id",
    "customer": "l.disclosed_end_customer",
    "amount": "l.disclosed_amount",
}
_SUPPLIER = {"reseller": "l.reseller_id", "customer": "l.end_customer", "amount": "l.amount"}
_NAMED = (
    "EXISTS (SELECT FROM special_price s WHERE s.vendor_id = d.vendor_id AND s.deal_id = d.id"
    " AND s.agreement_id = l.agreement_id AND s.number = l.special_price_number)"
)


def _lines(level: Level) -> str:
    """Lines `l` that may fulfil a deal `d`: of its reseller, for its products, on days on which it was protected. A line
    counts on the day of its sale or later, by which its index finds it; the reseller's distributors are those that the
    asker knows of."""
    of = _VENDOR if level is Level.VENDOR else _SUPPLIER
    return f"""deal d
        JOIN reseller_authorization a ON a.vendor_id = d.vendor_id AND a.reseller_id = d.reseller_id
        JOIN sell_through_line l ON l.vendor_id = d.vendor_id AND l.distributor_id = a.distributor_id
            AND l.agreement_id = a.agreement_id AND l.counts_on >= d.protected_from AND l.sold_on >= d.protected_from
            AND l.sold_on < d.protected_until AND l.superseded IS NULL AND {of["reseller"]} = d.reseller_id
            AND EXISTS (
                SELECT FROM deal_product p JOIN product o ON o.vendor_id = l.vendor_id AND o.id = l.product_id
                WHERE p.vendor_id = d.vendor_id AND p.deal_id = d.id AND p.content = d.content
                    AND (p.product_id = l.product_id OR (p.product_id IS NULL AND p.family = o.family))
            )"""


async def sums(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """What may fulfil each deal, summed by the end customer that the lines name: whether a special price of the deal is
    named too, how many lines, units (10⁻³) and, by currency, what was paid (10⁻⁶; null where that is not disclosed)."""
    of = _VENDOR if level is Level.VENDOR else _SUPPLIER
    return await db.rows(
        "SELECT k.ordinal, x.customer, x.named, x.currency, count(*) AS lines, sum(x.quantity)::bigint AS units,"
        f" sum(x.amount)::bigint AS amount FROM {KEYS} CROSS JOIN LATERAL (SELECT {of['customer']} AS customer,"
        f" {_NAMED} AS named, l.currency, l.quantity, {of['amount']} AS amount FROM {_lines(level)}"
        " WHERE d.vendor_id = k.vendor_id AND d.id = k.id) x GROUP BY 1, 2, 3, 4",
        *keys_apart(keys),
    )


OLDEST_SALE = Order(
    (
        SortKey("l.sold_on", "sold_on", date, "date"),
        SortKey("l.submission_id", "submission_id", UUID, "uuid"),
        SortKey("l.row_number", "row_number", int, "bigint"),
        SortKey("l.component", "component", int, "integer"),
    )
)


def lines_of_deals(level: Level) -> List:
    """The lines that fulfil a deal `k`: the third argument names deals by their places, the fourth for each of these an end
    customer whose lines do."""
    of = _VENDOR if level is Level.VENDOR else _SUPPLIER
    source = f"""{_lines(level)} WHERE d.vendor_id = k.vendor_id AND d.id = k.id AND ({_NAMED} OR EXISTS (
        SELECT FROM unnest($3::integer[], $4::text[]) m (place, customer)
        WHERE m.place = k.ordinal AND m.customer = {of["customer"]}))"""
    columns = (
        "l.vendor_id, l.submission_id, l.row_number, l.component, l.sold_on, l.product_id, l.quantity, l.currency,"
        f" {of['amount']} AS amount, {times_before('sell_through_line')} AS times"
    )
    return List(source, columns)


async def customers(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """For whom deals are: the name, and for the vendor what it is compared by, which stays where the name was erased."""
    hashed = "c.name_hash" if level is Level.VENDOR else "NULL::text AS name_hash"
    return await db.rows(
        f"SELECT k.ordinal, c.name, {hashed} FROM {KEYS} JOIN deal d ON d.vendor_id = k.vendor_id AND d.id = k.id"
        " JOIN deal_customer c ON c.vendor_id = d.vendor_id AND c.id = d.customer_id",
        *keys_apart(keys),
    )


COUNTED = ("SUBMITTED", "APPROVED", "REJECTED", "WITHDRAWN", "WON", "LOST", "EXPIRED")
MOST_FIRST = Order(
    (SortKey("x.registered", "registered", int, "bigint"), SortKey("x.reseller_id", "reseller_id", UUID, "uuid")),
    descending=True,
)
_BY_STATUS = ", ".join(f"count(*) FILTER (WHERE d.status = '{status}') AS {status.lower()}" for status in COUNTED)
_REGISTERED_IN = "d.vendor_id = {} AND d.registered_at >= $3::timestamptz AND d.registered_at < $4::timestamptz"
RESELLERS = List(
    f"(SELECT d.vendor_id, d.reseller_id, count(*) AS registered, {_BY_STATUS} FROM deal d"
    f" WHERE {_REGISTERED_IN.format('k.vendor_id')} GROUP BY 1, 2) x WHERE x.vendor_id = k.id",
    f"x.vendor_id, x.reseller_id, x.registered, {', '.join(f'x.{status.lower()}' for status in COUNTED)}",
)


async def deals_in(db: Reader, resellers: Sequence[Key], start: datetime, end: datetime) -> list[Row]:
    """The deals that each of these resellers registered in a span, with what they were expected to be worth and won for."""
    return await db.rows(
        f"SELECT k.ordinal, d.vendor_id, d.id, d.currency, d.amount_minor, d.won_minor, d.status FROM {KEYS}"
        f" JOIN deal d ON {_REGISTERED_IN.format('k.vendor_id')} AND d.reseller_id = k.id",
        *keys_apart(resellers),
        start,
        end,
    )
