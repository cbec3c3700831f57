"""What is asked of the database when a deal is decided, by the vendor or by the clock."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from app.deals.queries import REGISTRATION, registration
from app.execution.identifiers import Key
from app.programme.deals import Registration
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, named, take

AT_ONCE = 500
"How many deals of a network the clock looks at before it looks at the next network."


async def vendors(db: Reader) -> list[UUID]:
    """Every network, asked before anybody acts in one."""
    return [row["id"] for row in await db.rows("SELECT id FROM vendor ORDER BY id")]


async def hashes(db: Reader, key: Key) -> Row | None:
    """What the end customer of a deal is compared by, and which deal that is of."""
    return await db.row(
        "SELECT d.customer_id, c.name_hash, c.domain_hash FROM deal d"
        " JOIN deal_customer c ON c.vendor_id = d.vendor_id AND c.id = d.customer_id WHERE d.vendor_id = $1 AND d.id = $2",
        key.vendor_id,
        key.id,
    )


async def take_turns(session: Session, vendor_id: UUID, customer: Row) -> None:
    """Wait until nobody else decides about a deal for the same customer, and keep others waiting until commit."""
    for hashed in sorted({customer["name_hash"], customer["domain_hash"]} - {None}):
        await take(session, Turn.DEAL_CUSTOMER, named(vendor_id, hashed))


async def this_and_rivals(session: Session, key: Key, customer: Row) -> tuple[Registration | None, list[Registration]]:
    """A deal, and the registrations of every reseller in the network that are for the same customer and may be live."""
    rows = await session.rows(
        f"SELECT {REGISTRATION} FROM deal d JOIN deal_customer c ON c.vendor_id = d.vendor_id AND c.id = d.customer_id"
        " WHERE d.vendor_id = $1 AND d.status IN ('SUBMITTED', 'APPROVED') AND d.customer_id IN (SELECT m.id FROM"
        " deal_customer m WHERE m.vendor_id = $1 AND (m.name_hash = $2 OR m.domain_hash = $3))",
        key.vendor_id,
        customer["name_hash"],
        customer["domain_hash"],
    )
    found = {row["id"]: registration(row) for row in rows}
    return found.pop(key.id, None), list(found.values())


async def entered_in_vain(session: Session, key: Key, customer: Row, reseller_id: UUID) -> bool:
    """Whether a reseller has entered the end customer of a deal before, in this deal or another, and no protection came of
    it."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM deal_customer m WHERE m.vendor_id = $1 AND m.reseller_id = $2 AND m.id <> $3"
        " AND (m.name_hash = $4 OR m.domain_hash = $5) AND NOT EXISTS (SELECT FROM deal d WHERE d.vendor_id = $1"
        " AND d.customer_id = m.id AND d.protected_from IS NOT NULL))",
        key.vendor_id,
        reseller_id,
        customer["customer_id"],
        customer["name_hash"],
        customer["domain_hash"],
    )
    return found


async def to_review(db: Reader, vendor_id: UUID, entered_before: datetime) -> list[UUID]:
    """Deals under review that the engine has not looked at and that were entered by a moment, the first entered first."""
    rows = await db.rows(
        "SELECT id FROM deal WHERE vendor_id = $1 AND status = 'SUBMITTED' AND reviewed_at IS NULL AND entered_at <= $2"
        f" ORDER BY entered_at, id LIMIT {AT_ONCE}",
        vendor_id,
        entered_before,
    )
    return [row["id"] for row in rows]


async def under_review(session: Session, key: Key, customer_id: UUID) -> Row | None:
    """What of a deal decides whether the engine approves it, kept from changing; None where that is over, or where it is for
    another customer by now."""
    return await session.row(
        "SELECT reseller_id, currency, amount_minor, version FROM deal WHERE vendor_id = $1 AND id = $2"
        " AND customer_id = $3 AND status = 'SUBMITTED' AND reviewed_at IS NULL FOR UPDATE",
        key.vendor_id,
        key.id,
        customer_id,
    )


async def leave_to_a_person(session: Session, key: Key, at: datetime, why: str) -> None:
    """Say that the engine looked at a deal, and why it does not decide. Nothing that its reseller reads changes."""
    await session.execute(
        "UPDATE deal SET reviewed_at = $3, waits_for = $4 WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        at,
        why,
    )


async def expire(session: Session, vendor_id: UUID, today: date) -> list[Row]:
    """Let the deals expire whose protection is over."""
    return await session.rows(
        "UPDATE deal SET status = 'EXPIRED', closed_on = protected_until, version = version + 1 WHERE vendor_id = $1"
        " AND status = 'APPROVED' AND protected_until <= $2 RETURNING id, reseller_id, protected_until",
        vendor_id,
        today,
    )


async def to_remind(session: Session, vendor_id: UUID, today: date, days: int) -> list[Row]:
    """Note the deals whose protection ends within some days, each once for every end that it has."""
    return await session.rows(
        "UPDATE deal SET reminded_for = protected_until WHERE vendor_id = $1 AND status = 'APPROVED'"
        " AND protected_until > $2 AND protected_until <= $3 AND reminded_for IS DISTINCT FROM protected_until"
        " RETURNING id, reseller_id, registered_by_id, protected_until",
        vendor_id,
        today,
        today + timedelta(days=days),
    )


async def decided_since(session: Session, vendor_id: UUID) -> list[UUID]:
    """Forget of deals that are under review no longer why they waited for a person; which these are."""
    rows = await session.rows(
        "UPDATE deal SET waits_for = NULL WHERE vendor_id = $1 AND waits_for IS NOT NULL AND status <> 'SUBMITTED'"
        " RETURNING id",
        vendor_id,
    )
    return [row["id"] for row in rows]


async def past_reminding(session: Session, vendor_id: UUID) -> list[UUID]:
    """Forget of deals that are protected no longer, or longer than that, for which end it was reminded; which these are."""
    rows = await session.rows(
        "UPDATE deal SET reminded_for = NULL WHERE vendor_id = $1 AND reminded_for IS NOT NULL"
        " AND (status <> 'APPROVED' OR protected_until <> reminded_for) RETURNING id",
        vendor_id,
    )
    return [row["id"] for row in rows]


async def names_of(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What deals are called by their resellers, as the vendor reads it."""
    rows = await session.rows(
        "SELECT id, name FROM deal WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, list(ids)
    )
    return {row["id"]: row["name"] for row in rows}


async def write_terms(session: Session, vendor_id: UUID, version: int, values: dict[str, object]) -> bool:
    """Write a vendor's terms in the place of those that have a version, 0: of none; False where these are others."""
    names = list(values)
    holders = ", ".join(f"${place}" for place in range(2, len(names) + 2))
    if version == 0:
        return bool(
            await session.execute(
                f"INSERT INTO deal_terms (vendor_id, {', '.join(names)}, version) VALUES ($1, {holders}, 1)"
                " ON CONFLICT DO NOTHING",
                vendor_id,
                *values.values(),
            )
        )
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(names, 2))
    return bool(
        await session.execute(
            f"UPDATE deal_terms SET {sets}, version = version + 1 WHERE vendor_id = $1 AND version = ${len(names) + 2}",
            vendor_id,
            *values.values(),
            version,
        )
    )
