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
