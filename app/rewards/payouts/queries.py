"""What is asked of the database about payouts: by the vendor, who alone reads them, and by the worker that gathers them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session

_PAYOUT = (
    "x.vendor_id, x.id, x.currency, x.status, x.amount_minor, x.claims, x.created_by, x.created_by_id, x.created_at,"
    " x.payment_reference, x.paid_by, x.paid_at"
)
_LINE = (
    "x.vendor_id, x.payout_id, x.rep_id, x.distributor_id, x.reseller_id, x.name, x.payout_reference, x.amount_minor,"
    " x.claims"
)
NEWEST: Final = Order((SortKey("x.id", "id", UUID, "uuid"),), descending=True)
BY_PERSON: Final = Order((SortKey("x.rep_id", "rep_id", UUID, "uuid"),))
PAYOUTS = List("payout x WHERE x.vendor_id = k.vendor_id AND x.vendor_id = k.id", _PAYOUT)
LINES = List(
    "(SELECT o.currency, l.* FROM payout_line l JOIN payout o ON o.vendor_id = l.vendor_id AND o.id = l.payout_id) x"
    " WHERE x.vendor_id = k.vendor_id AND x.payout_id = k.id",
    f"{_LINE}, x.currency",
)
_TO_PAY = (
    "FROM spiff_claim c WHERE c.vendor_id = $1 AND c.currency = $2 AND c.status = 'APPROVED' AND c.payout_id IS NULL"
)


async def payouts(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Payouts by their ids, with their ordinal."""
    return await db.rows(
        f"SELECT k.ordinal, {_PAYOUT} FROM {KEYS} JOIN payout x ON x.vendor_id = k.vendor_id AND x.id = k.id",
        *keys_apart(keys),
    )


async def lines(db: Reader, key: Key) -> list[Row]:
    """Everybody whom a payout pays, with the name of the firm."""
    return await db.rows(
        f"SELECT {_LINE}, p.name AS firm FROM payout_line x LEFT JOIN party p ON p.vendor_id = x.vendor_id"
        " AND p.id = coalesce(x.reseller_id, x.distributor_id) WHERE x.vendor_id = $1 AND x.payout_id = $2"
        " ORDER BY x.rep_id",
        key.vendor_id,
        key.id,
    )


async def anything_to_pay(session: Session, vendor_id: UUID, currency: str) -> bool:
    """Whether somebody has more approved in a currency than was taken back, and none of it gathered."""
    return bool(
        await session.value(
            f"SELECT true {_TO_PAY} GROUP BY c.rep_id HAVING sum(c.amount_minor) > 0 LIMIT 1", vendor_id, currency
        )
    )


async def begin(session: Session, key: Key, currency: str, by: str, by_id: UUID, at: datetime) -> None:
    """Write down that what is approved in a currency is to be paid."""
    await session.execute(
        "INSERT INTO payout (vendor_id, id, currency, status, created_by, created_by_id, created_at)"
        " VALUES ($1, $2, $3, 'GATHERING', $4, $5, $6)",
        key.vendor_id,
        key.id,
        currency,
        by,
        by_id,
        at,
    )


async def gathering(session: Session, key: Key) -> Row | None:
    """A payout that is still to be gathered. Runs as `worker`."""
    return await session.row(
        "SELECT currency FROM payout WHERE vendor_id = $1 AND id = $2 AND status = 'GATHERING'", key.vendor_id, key.id
    )


async def gather(session: Session, key: Key, currency: str) -> Row:
    """Put the claims of everybody to whom something is owed into a payout: how much, of how many claims. Those whose name
    was erased are paid nothing. Runs as `worker`, in the turn of the vendor's payouts."""
    await session.execute(
        f"WITH open AS MATERIALIZED (SELECT c.id, c.rep_id, c.amount_minor {_TO_PAY} FOR UPDATE), owed AS ("
        " SELECT o.rep_id FROM open o JOIN spiff_rep r ON r.vendor_id = $1 AND r.id = o.rep_id AND r.name IS NOT NULL"
        " GROUP BY o.rep_id HAVING sum(o.amount_minor) > 0)"
        " UPDATE spiff_claim c SET payout_id = $3 FROM open o JOIN owed w ON w.rep_id = o.rep_id"
        " WHERE c.vendor_id = $1 AND c.id = o.id",
        key.vendor_id,
        currency,
        key.id,
    )
    await session.execute(
        "INSERT INTO payout_line (vendor_id, payout_id, rep_id, distributor_id, reseller_id, name, payout_reference,"
        " amount_minor, claims) SELECT r.vendor_id, $2, r.id, r.distributor_id, r.reseller_id, r.name, r.payout_reference,"
        " sum(c.amount_minor), count(*) FROM spiff_claim c JOIN spiff_rep r ON r.vendor_id = c.vendor_id AND r.id = c.rep_id"
        " WHERE c.vendor_id = $1 AND c.payout_id = $2 GROUP BY r.vendor_id, r.id",
        key.vendor_id,
        key.id,
    )
    found = await session.row(
        "SELECT coalesce(sum(amount_minor), 0)::bigint AS amount, coalesce(sum(claims), 0)::integer AS claims"
        " FROM payout_line WHERE vendor_id = $1 AND payout_id = $2",
        key.vendor_id,
        key.id,
    )
    assert found is not None, "sums are there"
    return found


async def gathered(session: Session, key: Key, amount: int, claims: int) -> None:
    """Say what a payout holds. Runs as `worker`."""
    await session.execute(
        "UPDATE payout SET status = CASE WHEN $3::bigint > 0 THEN 'OPEN' ELSE 'EMPTY' END, amount_minor = $3, claims = $4"
        " WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        amount,
        claims,
    )


async def pay(session: Session, key: Key, reference: str, by: str, by_id: UUID, at: datetime) -> bool:
    """Say by which payment a payout was paid, and so its claims; False where it is not open any more."""
    changed = await session.execute(
        "UPDATE payout SET status = 'PAID', payment_reference = $3, paid_by = $4, paid_by_id = $5, paid_at = $6"
        " WHERE vendor_id = $1 AND id = $2 AND status = 'OPEN'",
        key.vendor_id,
        key.id,
        reference,
        by,
        by_id,
        at,
    )
    if changed:
        await session.execute(
            "UPDATE spiff_claim SET status = 'PAID', paid_at = $3 WHERE vendor_id = $1 AND payout_id = $2"
            " AND status = 'APPROVED'",
            key.vendor_id,
            key.id,
            at,
        )
    return changed == 1
