"""What is asked and written of a vendor's fiscal calendar: its rule, the months in force, and the rollup that follows them.

What follows a new rule runs as `worker`, in one transaction, while no report of the network is being counted.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.programme.fiscal import FiscalMonth, FiscalRule
from app.programme.sale_types import COUNTED
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take, take_all
from app.tables.facts import returned_units

_COUNTED = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))
_RULE = "pattern, closing_month, year_name, weekday, year_end"


async def months_of_vendors(db: Reader, vendor_ids: Sequence[UUID]) -> list[Row]:
    """The fiscal months in force of these vendors, in order."""
    return await db.rows(
        "SELECT vendor_id, fiscal_year, quarter, month, start_day, end_day FROM fiscal_month"
        " WHERE vendor_id = ANY ($1::uuid[]) ORDER BY vendor_id, start_day",
        list(vendor_ids),
    )


async def calendars(db: Reader, vendor_ids: Sequence[UUID]) -> list[Row]:
    """The rules that these vendors have set."""
    return await db.rows(
        f"SELECT vendor_id, {_RULE}, set_at, in_force FROM fiscal_calendar WHERE vendor_id = ANY ($1::uuid[])",
        list(vendor_ids),
    )


async def take_rule(session: Session, vendor_id: UUID) -> None:
    """Hold the vendor's rule until the transaction ends; whoever sets it meanwhile waits here, and sees what was set."""
    await take(session, Turn.CALENDAR_RULE, vendor_id)


async def set_rule(session: Session, vendor_id: UUID, rule: FiscalRule, at: datetime) -> None:
    """Write the vendor's rule down; it comes into force when the rollup follows it."""
    await session.execute(
        f"INSERT INTO fiscal_calendar AS c (vendor_id, {_RULE}, set_at, in_force)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, false) ON CONFLICT (vendor_id) DO UPDATE SET pattern = excluded.pattern,"
        " closing_month = excluded.closing_month, year_name = excluded.year_name, weekday = excluded.weekday,"
        " year_end = excluded.year_end, set_at = excluded.set_at, in_force = false",
        vendor_id,
        rule.pattern,
        rule.closing_month,
        rule.year_name,
        rule.weekday,
        rule.year_end,
        at,
    )


async def take_every_turn(session: Session, vendor_id: UUID) -> None:
    """Wait until no report of the network is being counted, and let none be until the transaction ends."""
    await take(session, Turn.CALENDAR, vendor_id)
    distributors = await session.rows("SELECT id FROM party WHERE vendor_id = $1 AND kind = 'DISTRIBUTOR'", vendor_id)
    await take_all(session, Turn.COUNTING, [row["id"] for row in distributors])


async def replace_months(session: Session, vendor_id: UUID, months: Sequence[FiscalMonth]) -> None:
    """Put these fiscal months in the place of those in force."""
    await session.execute("DELETE FROM fiscal_month WHERE vendor_id = $1", vendor_id)
    await session.execute(
        "INSERT INTO fiscal_month (vendor_id, fiscal_year, quarter, month, start_day, end_day)"
        " SELECT $1, m.* FROM unnest($2::int[], $3::int[], $4::int[], $5::date[], $6::date[]) AS m",
        vendor_id,
        [each.year for each in months],
        [each.quarter for each in months],
        [each.month for each in months],
        [each.start for each in months],
        [each.end for each in months],
    )


async def rebuild_month_rollup(session: Session, vendor_id: UUID) -> int:
    """Add the month rollup up anew from the lines that count, each in its calendar month and its fiscal month. How many
    rows it has."""
    await session.execute("DELETE FROM sell_through_month WHERE vendor_id = $1", vendor_id)
    return await session.execute(
        f"""
INSERT INTO sell_through_month (vendor_id, month, fiscal_month, distributor_id, reseller_id, product_id, currency,
    book_currency, disclosed_reseller_id, units, returned_units, lines, resale_amount, disclosed_resale_amount,
    book_amount)
SELECT l.vendor_id, date_trunc('month', l.counts_on)::date AS month,
    coalesce(y.start_day, date_trunc('month', l.counts_on)::date) AS fiscal_month, l.distributor_id, l.reseller_id,
    l.product_id, l.currency, coalesce(l.book_currency, '') AS book_currency, l.disclosed_reseller_id,
    sum(l.quantity), sum({returned_units("l")}), count(*), sum(coalesce(l.amount, 0)),
    sum(coalesce(l.disclosed_amount, 0)), sum(coalesce(l.book_amount, 0))
FROM sell_through_line l LEFT JOIN (
    SELECT start_day, generate_series(start_day, end_day - 1, interval '1 day')::date AS day
    FROM fiscal_month WHERE vendor_id = $1
) y ON y.day = l.counts_on
WHERE l.vendor_id = $1 AND l.superseded IS NULL AND l.sale_type IN ({_COUNTED})
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9""",
        vendor_id,
    )


async def rebuild_sell_out_rollup(session: Session, vendor_id: UUID) -> int:
    """The same for the month rollup of sell-out."""
    await session.execute("DELETE FROM sell_out_month WHERE vendor_id = $1", vendor_id)
    return await session.execute(
        f"""
INSERT INTO sell_out_month (vendor_id, month, fiscal_month, reseller_id, product_id, currency, units, returned_units, lines)
SELECT l.vendor_id, date_trunc('month', l.counts_on)::date,
    coalesce(y.start_day, date_trunc('month', l.counts_on)::date), l.reseller_id, l.product_id, l.currency,
    sum(l.quantity), sum({returned_units("l")}), count(*)
FROM sell_out_line l LEFT JOIN fiscal_month y
    ON y.vendor_id = l.vendor_id AND y.start_day <= l.counts_on AND y.end_day > l.counts_on
WHERE l.vendor_id = $1 AND l.superseded IS NULL AND l.sale_type IN ({_COUNTED})
GROUP BY 1, 2, 3, 4, 5, 6""",
        vendor_id,
    )


async def rule_is_in_force(session: Session, vendor_id: UUID, set_at: datetime) -> None:
    """Say that the months and the rollup follow the rule that the vendor set then, unless it has set another one since."""
    await session.execute(
        "UPDATE fiscal_calendar SET in_force = true WHERE vendor_id = $1 AND set_at = $2", vendor_id, set_at
    )
