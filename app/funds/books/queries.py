"""What is asked of the database about what funds hold. All run in the turn of the fund."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.execution.identifiers import Key
from app.programme.funds import Balance
from app.store.database import Reader, Row, Session

_TERMS = (
    "vendor_id, id, agreement_id, distributor_id, reseller_id, kind, name, currency, starts_on, expires_on, accrues_per,"
    " accruals, reimbursement_share, claim_days, approves_up_to_minor,"
    " approves_in_month_minor, version"
)
_HOLDS = "accrued_minor, granted_minor, reserved_minor, paid_minor, expired_minor, entries"


async def fund(session: Session, key: Key) -> Row | None:
    """A fund with its terms and what it holds."""
    return await session.row(
        f"SELECT {_TERMS}, {_HOLDS} FROM fund WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id
    )


async def write_balance(session: Session, key: Key, balance: Balance, number: int) -> bool:
    """Say what a fund holds with this entry; False where another entry came in between."""
    changed = await session.execute(
        "UPDATE fund SET accrued_minor = $3, granted_minor = $4, reserved_minor = $5, paid_minor = $6, expired_minor = $7,"
        " shortfall_minor = $8, entries = $9 WHERE vendor_id = $1 AND id = $2 AND entries = $9 - 1",
        key.vendor_id,
        key.id,
        balance.accrued,
        balance.granted,
        balance.reserved,
        balance.paid,
        balance.expired,
        balance.shortfall,
        number,
    )
    return changed == 1


async def add_entry(session: Session, fund: Row, number: int, moved: Sequence[object], at: datetime) -> None:
    """Write down what moved: kind, amount, available and shortfall after it, period, request, claim, reason, by whom."""
    await session.execute(
        "INSERT INTO fund_entry (vendor_id, fund_id, number, agreement_id, distributor_id, reseller_id, currency,"
        " recorded_at, kind, amount_minor, available_minor, shortfall_minor, period_start, request_id, claim_id, reason,"
        " recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        fund["vendor_id"],
        fund["id"],
        number,
        fund["agreement_id"],
        fund["distributor_id"],
        fund["reseller_id"],
        fund["currency"],
        at,
        *moved,
    )


async def accrued_before(session: Session, key: Key) -> dict[date, int]:
    """What stands accrued in minor units, by the first day of the period."""
    rows = await session.rows(
        "SELECT period_start, sum(CASE kind WHEN 'ACCRUE' THEN amount_minor ELSE -amount_minor END)::bigint AS amount"
        " FROM fund_entry WHERE vendor_id = $1 AND fund_id = $2 AND period_start IS NOT NULL GROUP BY period_start",
        key.vendor_id,
        key.id,
    )
    return {row["period_start"]: row["amount"] for row in rows}


async def otherwise(db: Reader, vendor_id: UUID) -> list[Row]:
    """Where funds hold otherwise than their entries and requests say: the fund, what of it, what it should be and is."""
    return await db.rows(
        "SELECT f.id, n.name, n.expected::bigint AS expected, n.found FROM fund f"
        " CROSS JOIN LATERAL (SELECT coalesce(sum(e.amount_minor * m.accrued), 0) AS accrued,"
        " coalesce(sum(e.amount_minor * m.granted), 0) AS granted,"
        " coalesce(sum(e.amount_minor * m.reserved), 0) AS reserved, coalesce(sum(e.amount_minor * m.paid), 0) AS paid,"
        " coalesce(sum(e.amount_minor * m.expired), 0) AS expired, count(e.number) AS entries FROM fund_entry e"
        " JOIN (VALUES ('ACCRUE', 1, 0, 0, 0, 0), ('CLAW_BACK', -1, 0, 0, 0, 0), ('GRANT', 0, 1, 0, 0, 0),"
        " ('RESERVE', 0, 0, 1, 0, 0), ('RELEASE', 0, 0, -1, 0, 0), ('PAY', 0, 0, -1, 1, 0), ('EXPIRE', 0, 0, 0, 0, 1))"
        " AS m(kind, accrued, granted, reserved, paid, expired) ON m.kind = e.kind"
        " WHERE e.vendor_id = f.vendor_id AND e.fund_id = f.id) moved"
        " CROSS JOIN LATERAL (SELECT coalesce(sum(coalesce(r.approved_minor, 0) - r.released_minor - r.paid_minor), 0)"
        " AS kept, coalesce(sum(r.paid_minor), 0) AS paid FROM fund_request r"
        " WHERE r.vendor_id = f.vendor_id AND r.fund_id = f.id) asked"
        " CROSS JOIN LATERAL (VALUES ('accrued', moved.accrued, f.accrued_minor),"
        " ('granted', moved.granted, f.granted_minor),"
        " ('reserved', moved.reserved, f.reserved_minor), ('paid', moved.paid, f.paid_minor),"
        " ('expired', moved.expired, f.expired_minor), ('entries', moved.entries, f.entries::bigint),"
        " ('kept for requests', asked.kept, f.reserved_minor), ('paid for requests', asked.paid, f.paid_minor))"
        " AS n(name, expected, found) WHERE f.vendor_id = $1 AND n.expected <> n.found ORDER BY f.id, n.name",
        vendor_id,
    )
