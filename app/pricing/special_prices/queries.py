"""What is asked of the database about special prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

NEWEST = Order(
    (SortKey("s.granted_at", "granted_at", datetime, "timestamptz"), SortKey("s.id", "id", UUID, "uuid")),
    descending=True,
)
COLUMNS = (
    "s.vendor_id, s.id, s.agreement_id, s.distributor_id, s.number, s.currency, s.cost_basis, s.effective_start,"
    " s.effective_end, s.customer_ids, s.end_customer, s.days_to_file, s.days_to_decide, s.deemed,"
    " s.approves_up_to_minor, s.status, s.ended_on, s.version, s.granted_at, s.deal_id"
)
PRODUCT_COLUMNS = (
    "p.vendor_id, p.special_price_id, p.product_id, p.position, p.kind, p.value, p.most_per_unit, p.quantity, p.used,"
    " p.reserved"
)
_KEPT = (
    " AND ($3::text IS NULL OR s.status = $3) AND ($4::text IS NULL OR s.number = $4)"
    " AND ($5::date IS NULL OR (s.effective_start <= $5 AND s.effective_end > $5"
    " AND (s.ended_on IS NULL OR s.ended_on > $5)))"
)


@dataclass(frozen=True, slots=True)
class Which:
    """Which special prices; what is None narrows nothing."""

    status: str | None = None
    number: str | None = None
    on_day: date | None = None

    @property
    def values(self) -> list[object]:
        return [self.status, self.number, self.on_day]


SPECIAL_PRICES_OF_AGREEMENT = List(
    f"special_price s WHERE s.vendor_id = k.vendor_id AND s.agreement_id = k.id{_KEPT}", COLUMNS
)


async def special_prices(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Special prices by their ids, with their ordinal: all of a vendor's, a distributor's own."""
    return await db.rows(
        f"SELECT k.ordinal, {COLUMNS} FROM {KEYS} JOIN special_price s ON s.vendor_id = k.vendor_id AND s.id = k.id",
        *keys_apart(keys),
    )


async def products(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """What special prices authorise of which product, in the order in which it was entered."""
    return await db.rows(
        f"SELECT k.ordinal, {PRODUCT_COLUMNS} FROM {KEYS} JOIN special_price_product p ON p.vendor_id = k.vendor_id"
        " AND p.special_price_id = k.id ORDER BY k.ordinal, p.position",
        *keys_apart(keys),
    )


async def agreement(session: Session, key: Key) -> Row | None:
    """What of an agreement a special price has to lie in."""
    return await session.row(
        "SELECT distributor_id, currency, effective_start, effective_end, status, discloses_resale_price,"
        " discloses_end_customer, discloses_reseller FROM agreement WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
    )


async def authorised_resellers(session: Session, agreement_key: Key, reseller_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these resellers may buy under the agreement, as far as the vendor knows who they are."""
    rows = await session.rows(
        "SELECT reseller_id FROM reseller_authorization WHERE vendor_id = $1 AND agreement_id = $2"
        " AND reseller_id = ANY ($3::uuid[])",
        agreement_key.vendor_id,
        agreement_key.id,
        list(reseller_ids),
    )
    return {row["reseller_id"] for row in rows}


async def known_products(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these the vendor has in its catalogue."""
    rows = await session.rows(
        "SELECT id FROM product WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, list(ids)
    )
    return {row["id"] for row in rows}


async def book_prices(
    session: Session, vendor_id: UUID, ids: Sequence[UUID], currency: str, start: date, end: date
) -> dict[UUID, int]:
    """The highest wholesale price of each of these products on days of a span, in a currency."""
    rows = await session.rows(
        "SELECT product_id, max(price) AS price FROM book_price WHERE vendor_id = $1 AND product_id = ANY ($2::uuid[])"
        " AND currency = $3 AND effective_from < $5 AND (effective_until IS NULL OR effective_until > $4) GROUP BY 1",
        vendor_id,
        list(ids),
        currency,
        start,
        end,
    )
    return {row["product_id"]: row["price"] for row in rows}


async def number_taken(session: Session, agreement_key: Key, number: str) -> bool:
    """Whether the agreement has a special price of this number."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM special_price WHERE vendor_id = $1 AND agreement_id = $2 AND number = $3)",
        agreement_key.vendor_id,
        agreement_key.id,
        number,
    )
    return found


async def one_at_a_time(session: Session, agreement_id: UUID) -> None:
    """Wait until nobody else changes special prices under this agreement, and keep others waiting until commit."""
    await take(session, Turn.SPECIAL_PRICES, agreement_id)


_INSERTED = (
    "id",
    "agreement_id",
    "distributor_id",
    "number",
    "currency",
    "cost_basis",
    "effective_start",
    "effective_end",
    "customer_ids",
    "end_customer",
    "deal_id",
    "days_to_file",
    "days_to_decide",
    "deemed",
    "approves_up_to_minor",
    "granted_by",
    "granted_at",
)


async def insert(session: Session, vendor_id: UUID, values: dict[str, object]) -> None:
    """Add a special price, in force."""
    holders = ", ".join(f"${place}" for place in range(2, len(_INSERTED) + 2))
    await session.execute(
        f"INSERT INTO special_price (vendor_id, {', '.join(_INSERTED)}, status, version)"
        f" VALUES ($1, {holders}, 'ACTIVE', 1)",
        vendor_id,
        *(values[name] for name in _INSERTED),
    )


async def insert_products(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Add what it authorises: special price, agreement, distributor, position, product, kind, value, most per unit and
    quantity."""
    await session.execute_many(
        "INSERT INTO special_price_product (vendor_id, special_price_id, agreement_id, distributor_id, position,"
        " product_id, kind, value, most_per_unit, quantity) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [(vendor_id, *row) for row in rows],
    )


async def end(session: Session, key: Key, on: date, version: int) -> bool:
    """End a special price that is in force from a day on; False where it is not, or has another version."""
    changed = await session.execute(
        "UPDATE special_price SET status = 'ENDED', ended_on = $3, version = version + 1"
        " WHERE vendor_id = $1 AND id = $2 AND status = 'ACTIVE' AND version = $4",
        key.vendor_id,
        key.id,
        on,
        version,
    )
    return changed == 1
