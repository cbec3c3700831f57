"""What is asked of the database about what a distributor reached. All run as `worker`, and only numbers leave here; what was
sold each side of the agreement reads itself as well.

Sales are read from the figures kept by day, so that no question grows with the lines. Each statement answers for several
questions of one network; `ordinal` counts them from 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.program_access.bought.queries import windows
from app.programme.plans import PlanMeasure
from app.programme.spans import Span, months_earlier
from app.store.database import Reader, Row

NEW_MONTHS = 24
"How long a reseller has not bought that is new."


@dataclass(frozen=True, slots=True)
class Question:
    """What was reached of a measure on these days."""

    agreement_id: UUID
    distributor_id: UUID
    measure: PlanMeasure
    family: str | None
    currency: str
    days: Span


_ASKED = (
    "unnest($2::uuid[], $3::text[], $4::text[], $5::date[], $6::date[])"
    " WITH ORDINALITY AS k(distributor_id, family, currency, start, finish, ordinal)"
)
_PRODUCTS = (
    " JOIN product p ON p.vendor_id = d.vendor_id AND p.id = d.product_id WHERE k.family IS NULL OR p.family = k.family"
)


def _arguments(questions: Sequence[Question]) -> list[object]:
    return [
        [each.distributor_id for each in questions],
        [each.family for each in questions],
        [each.currency for each in questions],
        [each.days.start for each in questions],
        [each.days.end for each in questions],
    ]


async def sold_through(db: Reader, vendor_id: UUID, questions: Sequence[Question]) -> list[Row]:
    """Net units (10⁻³) and book amount in the currency (10⁻⁶) that each distributor sold, and the units that have no book
    price in it."""
    return await db.rows(
        "SELECT k.ordinal, s.* FROM "
        + _ASKED
        + " CROSS JOIN LATERAL (SELECT coalesce(sum(d.units), 0)::bigint AS units,"
        " coalesce(sum(d.book_amount) FILTER (WHERE d.book_currency = k.currency), 0)::bigint AS amount,"
        " coalesce(sum(d.units) FILTER (WHERE d.book_currency <> k.currency), 0)::bigint AS unvalued FROM ("
        "SELECT f.vendor_id, f.product_id, f.units, f.book_amount, f.book_currency"
        " FROM sell_through_day f WHERE f.vendor_id = $1 AND f.distributor_id = k.distributor_id"
        f" AND f.day >= k.start AND f.day < k.finish) d{_PRODUCTS}) s ORDER BY 1",
        vendor_id,
        *_arguments(questions),
    )


async def sold_in(db: Reader, vendor_id: UUID, questions: Sequence[Question]) -> list[Row]:
    """The same of what the vendor invoiced to each distributor, at the prices on the invoices."""
    return await db.rows(
        "SELECT k.ordinal, s.* FROM "
        + _ASKED
        + " CROSS JOIN LATERAL (SELECT coalesce(sum(d.units), 0)::bigint AS units,"
        " coalesce(sum(d.amount) FILTER (WHERE d.currency = k.currency), 0)::bigint AS amount,"
        " coalesce(sum(d.units) FILTER (WHERE d.currency <> k.currency), 0)::bigint AS unvalued FROM ("
        "SELECT f.vendor_id, f.product_id, f.units, f.amount, f.currency"
        " FROM sell_in_day f WHERE f.vendor_id = $1 AND f.distributor_id = k.distributor_id"
        f" AND f.day >= k.start AND f.day < k.finish) d{_PRODUCTS}) s ORDER BY 1",
        vendor_id,
        *_arguments(questions),
    )


async def certified(db: Reader, vendor_id: UUID, questions: Sequence[Question]) -> list[Row]:
    """How many certifications that each distributor recorded were issued on these days, and stand."""
    return await db.rows(
        "SELECT k.ordinal, s.* FROM " + _ASKED + " CROSS JOIN LATERAL (SELECT count(*) AS number FROM certification c"
        " WHERE c.vendor_id = $1 AND c.distributor_id = k.distributor_id AND c.status = 'VERIFIED'"
        " AND c.issued_on >= k.start AND c.issued_on < k.finish) s ORDER BY 1",
        vendor_id,
        *_arguments(questions),
    )


async def spent(db: Reader, vendor_id: UUID, questions: Sequence[Question]) -> list[Row]:
    """What was paid to each distributor from its funds on these days (UTC), in minor units of the currency."""
    return await db.rows(
        "SELECT k.ordinal, s.* FROM "
        + _ASKED
        + " CROSS JOIN LATERAL (SELECT coalesce(sum(c.approved_minor), 0)::bigint AS minor"
        " FROM fund_claim c WHERE c.vendor_id = $1 AND c.distributor_id = k.distributor_id AND c.status = 'PAID'"
        " AND c.currency = k.currency AND (c.paid_at AT TIME ZONE 'UTC')::date >= k.start"
        " AND (c.paid_at AT TIME ZONE 'UTC')::date < k.finish) s ORDER BY 1",
        vendor_id,
        *_arguments(questions),
    )


async def new_resellers(db: Reader, vendor_id: UUID, questions: Sequence[Question]) -> list[Row]:
    """How many resellers bought of each distributor, net of returns, that had not bought in the 24 months before."""
    spans = list(dict.fromkeys(each.days for each in questions))
    of: dict[str, Span] = {}
    for number, days in enumerate(spans):
        of[f"n{number}"] = days
        of[f"b{number}"] = Span(months_earlier(days.start, NEW_MONTHS), days.start)
    joins, arguments = windows(of, 4)
    bought = " UNION ALL ".join(
        "SELECT left(w.tag, 1) AS part, substr(w.tag, 2)::int AS number, f.distributor_id, f.reseller_id, f.units,"
        f" f.returned_units FROM {each} AND f.distributor_id = ANY ($2::uuid[])"
        for each in joins
    )
    return await db.rows(
        "SELECT k.ordinal, count(x.reseller_id) AS number"
        " FROM unnest($2::uuid[], $3::int[]) WITH ORDINALITY AS k(distributor_id, number, ordinal) LEFT JOIN ("
        f"SELECT number, distributor_id, reseller_id FROM ({bought}) b GROUP BY 1, 2, 3"
        " HAVING sum(units) FILTER (WHERE part = 'n') > 0"
        " AND coalesce(sum(units + returned_units) FILTER (WHERE part = 'b'), 0) <= 0) x"
        " ON x.number = k.number AND x.distributor_id = k.distributor_id GROUP BY 1 ORDER BY 1",
        vendor_id,
        [each.distributor_id for each in questions],
        [spans.index(each.days) for each in questions],
        *arguments,
    )


async def months(db: Reader, vendor_id: UUID) -> list[Row]:
    """The fiscal months of a vendor, in order; none where it follows the calendar."""
    return await db.rows(
        "SELECT fiscal_year, quarter, month, start_day, end_day FROM fiscal_month WHERE vendor_id = $1 ORDER BY start_day",
        vendor_id,
    )


async def in_force(
    db: Reader, vendor_id: UUID, agreements: Sequence[tuple[UUID, UUID]], last: date
) -> Mapping[UUID, Row]:
    """Of each agreement the plan that both agreed to for a span in which a day lies, by its id: the shortest one."""
    rows = await db.rows(
        "SELECT DISTINCT ON (p.agreement_id) p.agreement_id, p.distributor_id, p.currency, p.period_start, p.period_end,"
        " v.content FROM business_plan p JOIN business_plan_version v ON v.vendor_id = p.vendor_id AND v.plan_id = p.id"
        " AND v.number = p.agreed AND v.status = 'AGREED' WHERE p.vendor_id = $1 AND p.agreement_id = ANY ($2::uuid[])"
        " AND p.status IN ('AGREED', 'CLOSED') AND p.period_start <= $3 AND p.period_end > $3"
        " ORDER BY p.agreement_id, p.period_end - p.period_start, p.id",
        vendor_id,
        [agreement for agreement, _ in agreements],
        last,
    )
    return {row["agreement_id"]: row for row in rows}
