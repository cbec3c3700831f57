"""What is asked of the database when the clock looks after funds. All run as `worker`."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.programme.spans import Span
from app.store.database import Reader, Row, Session


async def vendors(db: Reader) -> list[UUID]:
    """Every network, asked before anybody acts in one."""
    return [row["id"] for row in await db.rows("SELECT id FROM vendor ORDER BY id")]


async def last_change(db: Reader, vendor_id: UUID) -> int:
    """The last change of a network's facts; 0 before the first."""
    found: int = await db.value("SELECT coalesce(max(id), 0) FROM knowledge WHERE vendor_id = $1", vendor_id)
    return found


async def to_reckon(db: Reader, vendor_id: UUID, last_change: int, today: date, most: int) -> list[Key]:
    """Funds that accrue and do not know the last change of facts, or today; so many at most, those first that know least."""
    rows = await db.rows(
        "SELECT id FROM fund WHERE vendor_id = $1 AND accrues_per IS NOT NULL AND (expires_on IS NULL OR expires_on > $3)"
        " AND starts_on <= $3 AND (reckoned_to IS DISTINCT FROM $2 OR reckoned_on IS DISTINCT FROM $3)"
        " ORDER BY reckoned_to NULLS FIRST, reckoned_on, id LIMIT $4",
        vendor_id,
        last_change,
        today,
        most,
    )
    return [Key(vendor_id, row["id"]) for row in rows]


async def reckoned(session: Session, key: Key, last_change: int, today: date) -> None:
    """Say up to which change of facts, and on which day, a fund's accruals were reckoned."""
    await session.execute(
        "UPDATE fund SET reckoned_to = $3, reckoned_on = $4 WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        last_change,
        today,
    )


async def bought(db: Reader, fund: Row, spans: Sequence[Span]) -> list[Row]:
    """What a reseller bought in each span of whole months, in order: money in the fund's currency, at the prices that
    agreements disclose to the vendor, and units."""
    return await db.rows(
        "SELECT coalesce(sum(m.disclosed_resale_amount) FILTER (WHERE m.currency = $3), 0)::bigint AS amount,"
        " coalesce(sum(m.units), 0)::bigint AS units"
        " FROM unnest($4::date[], $5::date[]) WITH ORDINALITY AS s(starts, ends, place)"
        " LEFT JOIN sell_through_reseller_month m ON m.vendor_id = $1 AND m.disclosed_reseller_id = $2"
        " AND m.month >= s.starts AND m.month < s.ends GROUP BY s.place ORDER BY s.place",
        fund["vendor_id"],
        fund["reseller_id"],
        fund["currency"],
        [span.start for span in spans],
        [span.end for span in spans],
    )


async def other_agreements(db: Reader, fund: Row) -> list[Span]:
    """The days of other agreements of a fund's distributor."""
    rows = await db.rows(
        "SELECT o.effective_start, o.effective_end FROM agreement o"
        " WHERE o.vendor_id = $1 AND o.distributor_id = $2 AND o.id <> $3",
        fund["vendor_id"],
        fund["distributor_id"],
        fund["agreement_id"],
    )
    return [Span(row["effective_start"], row["effective_end"]) for row in rows]


async def ended_requests(db: Reader, vendor_id: UUID, today: date) -> list[Row]:
    """Requests whose time is over: approved, and nothing more can be claimed or waits to be decided; or never decided until
    the activity or the fund was over."""
    return await db.rows(
        "SELECT r.id, r.fund_id FROM fund_request r JOIN fund f ON f.vendor_id = r.vendor_id AND f.id = r.fund_id"
        " WHERE r.vendor_id = $1 AND ((r.status = 'APPROVED' AND r.ends_on + r.claim_days <= $2 AND NOT EXISTS ("
        "SELECT FROM fund_claim c WHERE c.vendor_id = r.vendor_id AND c.request_id = r.id AND c.status = 'SUBMITTED'))"
        " OR (r.status = 'SUBMITTED' AND (r.ends_on <= $2 OR f.expires_on <= $2))) ORDER BY r.id",
        vendor_id,
        today,
    )


async def expired_funds(db: Reader, vendor_id: UUID, today: date) -> list[Key]:
    """Funds whose time is over, in which money is available."""
    rows = await db.rows(
        "SELECT id FROM fund WHERE vendor_id = $1 AND expires_on <= $2"
        " AND accrued_minor + granted_minor > reserved_minor + paid_minor + expired_minor ORDER BY id",
        vendor_id,
        today,
    )
    return [Key(vendor_id, row["id"]) for row in rows]
