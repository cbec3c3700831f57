"""What several features ask of the same tables alike: pieces of statements, each written once.

Features never import each other; what two of them must understand in the same way stands here, beside the tables.
"""

from collections.abc import Mapping, Sequence

from app.programme.inventory import BESIDE_INVOICES

BESIDE = ", ".join(f"'{kind}'" for kind in sorted(BESIDE_INVOICES))
"The movements that no invoice tells of, as SQL."


def covering_days(counts: str, *, apart: Mapping[str, str] | None = None, per: Sequence[str] = ()) -> str:
    """The days whose counts cover a product, as SQL: `counted_on` and `units`.

    `counts` yields the product's counts up to some day: warehouse, status, counted_on, quantity; or those of several, which
    the columns `per` tell apart. What changed from one count of a warehouse and state to the next adds up to what lay
    everywhere; a day covers it where that is no more than what lay in the warehouses that were counted that day. `apart`
    names more columns: the units of the states that its conditions on `s` choose.
    """
    names = apart or {}
    changed = "".join(
        f", coalesce(sum(s.changed) FILTER (WHERE {which}), 0) AS {name}" for name, which in names.items()
    )
    standing = "".join(f", (sum(sum(w.{name})) OVER days)::bigint AS {name}" for name in names)
    i, s, w = ("".join(f"{table}.{name}, " for name in per) for table in "isw")
    days = f"PARTITION BY {w.removesuffix(', ')} ORDER BY w.counted_on" if per else "ORDER BY w.counted_on"
    return f"""(
        SELECT d.* FROM (
            SELECT {w}w.counted_on, (sum(sum(w.changed)) OVER days)::bigint AS units,
                sum(w.standing)::bigint AS counted_that_day{standing}
            FROM (
                SELECT {s}s.warehouse, s.counted_on, sum(s.changed) AS changed{changed},
                    sum(sum(s.changed)) OVER (PARTITION BY {s}s.warehouse ORDER BY s.counted_on) AS standing
                FROM (
                    SELECT {i}i.warehouse, i.status, i.counted_on, sum(i.quantity) - coalesce(lag(sum(i.quantity))
                        OVER (PARTITION BY {i}i.warehouse, i.status ORDER BY i.counted_on), 0) AS changed
                    FROM ({counts}) i GROUP BY {i}i.warehouse, i.status, i.counted_on
                ) s GROUP BY {s}s.warehouse, s.counted_on
            ) w GROUP BY {w}w.counted_on WINDOW days AS ({days})
        ) d WHERE d.units = d.counted_that_day
    )"""


def times_before(table: str) -> str:
    """How often the row and component of a line `l` had been recorded before: a row that was held again after its line had
    come to count in a period since closed leaves a line there, and another one when it is released."""
    return (
        f"(SELECT count(*) FROM {table} e WHERE e.vendor_id = l.vendor_id AND e.submission_id = l.submission_id"
        " AND e.row_number = l.row_number AND e.component = l.component AND e.recorded < l.recorded)"
    )


def recorded_at(table: str) -> str:
    """The knowledge by which the line of a report, row and component was recorded that `times` others came before, as SQL of
    these names in braces. Knowledge is counted over all vendors, so that its numbers are nobody's to know."""
    return (
        f"(SELECT e.recorded FROM {table} e WHERE e.submission_id = {{submission_id}} AND e.row_number = {{row_number}}"
        " AND e.component = {component} ORDER BY e.recorded OFFSET greatest({times}, 0) LIMIT 1)"
    )


def standing_on(table: str, columns: str, where: str, day: str) -> str:
    """The facts `i` of stock that count in the figures of a day, as SQL: those that stand and count by then, and in a period
    that is closed those that a correction has taken the place of since."""
    by_then = f"(i.counts_on IS NULL OR i.counts_on <= {day})"
    return (
        f"SELECT {columns} FROM {table} i WHERE {where} AND i.superseded IS NULL AND {by_then}"
        f" UNION ALL SELECT {columns} FROM {table} i WHERE {where} AND i.counts_until IS NOT NULL"
        f" AND i.counts_until > {day} AND {by_then}"
    )


def standards_said(vendor: str, agreement: str, day: str) -> str:
    """What an agreement says of stock on a day, as SQL: product_id, family (of which at most one is told), basis, least,
    most. It is the newest version of its inventory standard by then or, before there is one, the weeks of its money terms.
    """
    version = f"v.vendor_id = {vendor} AND v.agreement_id = {agreement} AND v.effective_from <= {day}"
    return f"""(
        SELECT s.product_id, s.family, s.basis, s.least, s.most FROM inventory_standard s
        WHERE s.vendor_id = {vendor} AND s.agreement_id = {agreement}
            AND s.effective_from = (SELECT max(v.effective_from) FROM inventory_standard v WHERE {version})
        UNION ALL
        SELECT NULL, NULL, 'WEEKS', t.least, t.most FROM (
            SELECT v.stock_min_weeks::bigint AS least, v.stock_max_weeks::bigint AS most FROM agreement_money_terms v
            WHERE {version} ORDER BY v.effective_from DESC LIMIT 1
        ) t WHERE t.least IS NOT NULL AND NOT EXISTS (SELECT FROM inventory_standard v WHERE {version})
    )"""


def standard_of(vendor: str, agreement: str, day: str, product: str, family: str) -> str:
    """What an agreement asks of one product's stock on a day, as SQL: basis, least, most; at most one row, whose columns are
    NULL where nothing is asked. A product goes before its family, and a family before all products."""
    return f"""(
        SELECT s.basis, s.least, s.most FROM {standards_said(vendor, agreement, day)} s
        WHERE s.product_id = {product} OR (s.product_id IS NULL AND coalesce(s.family = {family}, true))
        ORDER BY s.product_id IS NULL, s.family IS NULL LIMIT 1
    )"""


def book_price_on(vendor: str, product: str, currency: str, day: str) -> str:
    """The price of a product in the vendor's book on a day in a currency, as a scalar of SQL; NULL without one."""
    return (
        f"(SELECT b.price FROM book_price b WHERE b.vendor_id = {vendor} AND b.product_id = {product}"
        f" AND b.currency = {currency} AND b.effective_from <= {day}"
        f" AND (b.effective_until IS NULL OR b.effective_until > {day}) ORDER BY b.effective_from DESC LIMIT 1)"
    )
