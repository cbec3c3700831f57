"""The statements by which claims are settled. All run as `worker`, within one vendor's network."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.pricing.special_prices.queries import COLUMNS, PRODUCT_COLUMNS
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

_CLAIM = (
    "c.id, c.agreement_id, c.distributor_id, c.special_price_id, c.adjusts_id, c.status, c.currency, c.filed_on,"
    " c.amount_minor, c.decided_by_id, c.deemed_on"
)
_LINE = (
    "l.claim_id, l.position, l.submission_id, l.row_number, l.component, l.product_id, l.sold_on, l.asked, l.decision,"
    " l.waits_for, l.approved, l.denials, l.per_unit, l.amount_minor, l.taken_back, l.taken_back_minor"
)


async def claim(session: Reader, vendor_id: UUID, claim_id: UUID) -> Row | None:
    """A claim as it stands."""
    return await session.row(
        f"SELECT {_CLAIM} FROM debit_claim c WHERE c.vendor_id = $1 AND c.id = $2", vendor_id, claim_id
    )


async def take_turn(session: Session, distributor_id: UUID) -> None:
    """Wait until no report of the distributor is being counted and no claim of it settled, and keep others waiting until
    the transaction ends. Raises LockNotAvailableError after five seconds."""
    await take(session, Turn.COUNTING, distributor_id, patience=5.0)


async def distributor_of(session: Reader, vendor_id: UUID, agreement_id: UUID) -> UUID:
    """Whose agreement it is."""
    found: UUID = await session.value(
        "SELECT distributor_id FROM agreement WHERE vendor_id = $1 AND id = $2", vendor_id, agreement_id
    )
    return found


async def special_price(session: Reader, vendor_id: UUID, special_price_id: UUID) -> Row:
    """A special price as it stands."""
    found = await session.row(
        f"SELECT {COLUMNS} FROM special_price s WHERE s.vendor_id = $1 AND s.id = $2", vendor_id, special_price_id
    )
    assert found is not None, "a claim names its special price by foreign key"
    return found


async def lock_products(session: Session, vendor_id: UUID, special_price_ids: Sequence[UUID]) -> list[Row]:
    """What these special prices authorise, and keep others from using it until the transaction ends: in the order of ids."""
    return await session.rows(
        f"SELECT {PRODUCT_COLUMNS} FROM special_price_product p WHERE p.vendor_id = $1"
        " AND p.special_price_id = ANY ($2::uuid[]) ORDER BY p.special_price_id, p.product_id FOR UPDATE",
        vendor_id,
        list(special_price_ids),
    )


async def lines(session: Reader, vendor_id: UUID, claim_id: UUID) -> list[Row]:
    """The lines of a claim in order."""
    return await session.rows(
        f"SELECT {_LINE} FROM debit_claim_line l WHERE l.vendor_id = $1 AND l.claim_id = $2 ORDER BY l.position",
        vendor_id,
        claim_id,
    )


async def acts_waiting(session: Reader, vendor_id: UUID, claim_id: UUID) -> list[Row]:
    """What people did about a claim that is not carried out yet, in the order in which they did it."""
    return await session.rows(
        "SELECT id, act, positions, approves, reason, credit_number, acted_by_id FROM debit_claim_act"
        " WHERE vendor_id = $1 AND claim_id = $2 AND carried_out_at IS NULL AND refused IS NULL ORDER BY acted_at, id",
        vendor_id,
        claim_id,
    )


async def close_act(session: Session, vendor_id: UUID, act_id: UUID, at: datetime, refused: str | None) -> None:
    """Say that an act was carried out, or why not."""
    await session.execute(
        "UPDATE debit_claim_act SET carried_out_at = CASE WHEN $4::text IS NULL THEN $3::timestamptz END, refused = $4"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        act_id,
        at,
        refused,
    )


WRITTEN = (
    "decision",
    "waits_for",
    "approved",
    "denials",
    "unit_cost",
    "per_unit",
    "amount_minor",
    "steps",
    "explanation",
    "reason",
)
"What is written of a line when it is decided, in this order."


async def write_lines(session: Session, vendor_id: UUID, claim_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Write what was decided of lines: position, then WRITTEN."""
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(WRITTEN, 4))
    await session.execute_many(
        f"UPDATE debit_claim_line SET {sets} WHERE vendor_id = $1 AND claim_id = $2 AND position = $3",
        [(vendor_id, claim_id, *row) for row in rows],
    )


async def write_claim(
    session: Session,
    vendor_id: UUID,
    claim_id: UUID,
    status: str,
    amount_minor: int,
    at: datetime,
    decided_by_id: UUID | None,
    deemed: str | None,
) -> None:
    """Say where a claim stands and what is approved of it."""
    await session.execute(
        "UPDATE debit_claim SET status = $3, amount_minor = $4, decided_at = CASE WHEN $3 = 'FILED' THEN decided_at"
        " ELSE $5 END, decided_by_id = coalesce($6, decided_by_id), deemed = coalesce($7, deemed)"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        claim_id,
        status,
        amount_minor,
        at,
        decided_by_id,
        deemed,
    )


async def credit(session: Session, vendor_id: UUID, claim_id: UUID, number: str, at: datetime) -> None:
    """Say by which credit memo a claim was credited."""
    await session.execute(
        "UPDATE debit_claim SET status = 'CREDITED', credit_number = $3, credited_at = $4"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        claim_id,
        number,
        at,
    )


async def hold_units(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Change how many units of lines stand on claims: report, row, component, agreement, distributor, sold, more or fewer.

    The database refuses what would be more than a line sold."""
    await session.execute_many(
        "INSERT INTO debited_line AS d (vendor_id, submission_id, row_number, component, agreement_id, distributor_id, sold,"
        " consumed) VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT (vendor_id, submission_id, row_number, component)"
        " DO UPDATE SET sold = greatest(excluded.sold, d.consumed)",
        [(vendor_id, *row[:6]) for row in rows],
    )
    await session.execute_many(
        "UPDATE debited_line SET consumed = consumed + $5 WHERE vendor_id = $1 AND submission_id = $2"
        " AND row_number = $3 AND component = $4",
        [(vendor_id, *row[:3], row[6]) for row in rows],
    )


async def use_units(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Change how many units of special prices are used and reserved: special price, product, used, reserved.

    The database refuses what would be more than was authorised."""
    await session.execute_many(
        "UPDATE special_price_product SET used = used + $4, reserved = reserved + $5 WHERE vendor_id = $1"
        " AND special_price_id = $2 AND product_id = $3",
        [(vendor_id, *row) for row in rows],
    )


async def reduce_costs(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Write how much claims took of the cost of units: id, agreement, distributor, product, claim, report, row, component,
    day, quantity, currency, per unit, amount, moment."""
    await session.execute_many(
        "INSERT INTO cost_reduction (vendor_id, id, agreement_id, distributor_id, product_id, cause, cause_id,"
        " submission_id, row_number, component, effective_on, quantity, currency, per_unit, amount, recorded_at)"
        " VALUES ($1, $2, $3, $4, $5, 'SPECIAL_PRICE', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        [(vendor_id, *row) for row in rows],
    )


async def products_of(session: Reader, vendor_id: UUID, special_price_id: UUID) -> list[UUID]:
    """For which products a special price is."""
    rows = await session.rows(
        "SELECT product_id FROM special_price_product WHERE vendor_id = $1 AND special_price_id = $2 ORDER BY position",
        vendor_id,
        special_price_id,
    )
    return [row["product_id"] for row in rows]


async def paid_beyond(
    session: Reader, vendor_id: UUID, agreement_id: UUID, products: Sequence[UUID] | None
) -> list[Row]:
    """The paid claim lines, the latest first, of sales that stand no longer or of which more units are paid than were kept;
    `beyond` is how many units of the sale that is. Of these products alone, where any are named."""
    return await session.rows(
        f"""
WITH paid AS (
    SELECT l.submission_id, l.row_number, l.component, sum(l.approved - l.taken_back)::bigint AS units
    FROM debit_claim_line l JOIN debit_claim c ON c.vendor_id = l.vendor_id AND c.id = l.claim_id
    WHERE l.vendor_id = $1 AND l.agreement_id = $2 AND l.approved > l.taken_back AND l.waits_for IS NULL
        AND ($3::uuid[] IS NULL OR l.product_id = ANY ($3)) AND c.status <> 'WITHDRAWN' AND c.adjusts_id IS NULL
    GROUP BY 1, 2, 3
), kept AS (
    SELECT p.*, s.quantity AS sold, s.counts_on, CASE WHEN s.stands THEN greatest(0, s.quantity - s.returned) ELSE 0 END
        AS kept
    FROM paid p CROSS JOIN LATERAL (
        SELECT e.quantity, e.counts_on, e.replaced IS NULL AND e.superseded IS NULL AS stands, coalesce((
            SELECT sum(-r.quantity) FROM sell_through_line r WHERE r.vendor_id = e.vendor_id
                AND r.distributor_id = e.distributor_id AND r.return_of = e.document_number || ':' || e.document_line
                AND r.product_id = e.product_id AND r.quantity < 0 AND r.component >= 0 AND r.sale_type = 'RETURN'
                AND r.replaced IS NULL AND r.superseded IS NULL AND e.document_kind = 'INVOICE'), 0)::bigint AS returned
        FROM sell_through_line e WHERE e.vendor_id = $1 AND e.submission_id = p.submission_id
            AND e.row_number = p.row_number AND e.component = p.component ORDER BY e.recorded DESC LIMIT 1
    ) s
)
SELECT {_LINE}, c.special_price_id, c.currency, k.sold, k.counts_on, k.units - k.kept AS beyond
FROM kept k JOIN debit_claim_line l ON l.vendor_id = $1 AND l.submission_id = k.submission_id
    AND l.row_number = k.row_number AND l.component = k.component AND l.approved > l.taken_back AND l.waits_for IS NULL
JOIN debit_claim c ON c.vendor_id = l.vendor_id AND c.id = l.claim_id AND c.status <> 'WITHDRAWN' AND c.adjusts_id IS NULL
WHERE k.units > k.kept ORDER BY l.submission_id, l.row_number, l.component, c.filed_at DESC, c.id DESC""",
        vendor_id,
        agreement_id,
        products,
    )


async def add_adjustment(session: Session, vendor_id: UUID, values: Sequence[object]) -> None:
    """Add a claim that takes back: id, agreement, distributor, special price, claim that it adjusts, currency, day, moment,
    amount. It is decided."""
    await session.execute(
        "INSERT INTO debit_claim (vendor_id, id, agreement_id, distributor_id, special_price_id, adjusts_id, currency,"
        " filed_on, filed_at, amount_minor, status, filed_by, decided_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'DECIDED', 'the engine', $9)",
        vendor_id,
        *values,
    )


async def add_adjusting_lines(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Add what an adjustment takes back: claim, position, agreement, distributor, report, row, component, product, day of
    the sale, units below zero, per unit, amount, steps, explanation."""
    await session.execute_many(
        "INSERT INTO debit_claim_line (vendor_id, claim_id, position, agreement_id, distributor_id, submission_id,"
        " row_number, component, product_id, sold_on, asked, approved, decision, per_unit, amount_minor, steps, explanation)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 'APPROVED', $12, $13, $14, $15)",
        [(vendor_id, *row) for row in rows],
    )


async def take_back(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Write how much of lines was taken back: claim, position, units more, minor units more."""
    await session.execute_many(
        "UPDATE debit_claim_line SET taken_back = taken_back + $4, taken_back_minor = taken_back_minor + $5"
        " WHERE vendor_id = $1 AND claim_id = $2 AND position = $3",
        [(vendor_id, *row) for row in rows],
    )


async def vendors(session: Reader) -> list[UUID]:
    """All networks. Runs as `auth`."""
    return [row["id"] for row in await session.rows("SELECT id FROM vendor ORDER BY id")]


async def overdue(session: Reader, vendor_id: UUID, now: datetime) -> list[Row]:
    """The claims that wait for a person and are deemed decided by now, in the time zone of their agreements."""
    return await session.rows(
        "SELECT c.id, s.deemed FROM debit_claim c JOIN special_price s ON s.vendor_id = c.vendor_id"
        " AND s.id = c.special_price_id JOIN agreement a ON a.vendor_id = c.vendor_id AND a.id = c.agreement_id"
        " WHERE c.vendor_id = $1 AND c.status = 'FILED' AND c.amount_minor IS NOT NULL AND s.deemed <> 'NONE'"
        " AND c.deemed_on IS NOT NULL AND c.deemed_on <= ($2::timestamptz AT TIME ZONE a.time_zone)::date ORDER BY c.id",
        vendor_id,
        now,
    )
