"""What is asked of the database about credits for stock. Vendor and distributor read the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.pricing.stock_credits.figures import Figures
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

NEWEST = Order(
    (SortKey("c.filed_at", "filed_at", datetime, "timestamptz"), SortKey("c.id", "id", UUID, "uuid")), descending=True
)
BY_POSITION = Order((SortKey("l.position", "position", int, "integer"),))
LINE = (
    "product_id",
    "purchase",
    "submission_id",
    "place",
    "bought_on",
    "quantity",
    "refused",
    "refusal",
    "paid",
    "unit_cost",
    "per_unit",
)
_KEPT = " AND ($3::text IS NULL OR c.kind = $3) AND ($4::text IS NULL OR c.status = $4)"
_FACTS = (
    "outcome",
    "price_before",
    "price_after",
    "counted_on",
    "counted",
    "in_transit",
    "received",
    "sold",
    "moved",
    "on_hand",
    "counts",
    "allowance",
    "used_before",
)


@dataclass(frozen=True, slots=True)
class Which:
    """Which credits; what is None narrows nothing."""

    kind: str | None = None
    status: str | None = None


CREDITS_OF_AGREEMENT = List(f"stock_credit c WHERE c.vendor_id = k.vendor_id AND c.agreement_id = k.id{_KEPT}", "c.*")
LINES_OF_CREDIT = List("stock_credit_line l WHERE l.vendor_id = k.vendor_id AND l.stock_credit_id = k.id", "l.*")


async def credits(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Credits by their ids, with their ordinal: all of a vendor's, a distributor's own."""
    return await db.rows(
        f"SELECT k.ordinal, c.* FROM {KEYS} JOIN stock_credit c ON c.vendor_id = k.vendor_id AND c.id = k.id"
        " WHERE c.vendor_id = ANY ($1::uuid[])",
        *keys_apart(keys),
    )


async def lines(db: Reader, key: Key) -> list[Row]:
    """All lines of a credit, in order."""
    return await db.rows(
        "SELECT l.* FROM stock_credit_line l WHERE l.vendor_id = $1 AND l.stock_credit_id = $2 ORDER BY l.position",
        key.vendor_id,
        key.id,
    )


async def insert_act(session: Session, key: Key, row: Sequence[object]) -> None:
    """Write down what a person does: id, agreement, distributor, revision, act, approves, reason, credit number, level, who,
    when."""
    await session.execute(
        "INSERT INTO stock_credit_act (vendor_id, stock_credit_id, id, agreement_id, distributor_id, revision, act,"
        " approves, reason, credit_number, acted_as, acted_by, acted_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        key.vendor_id,
        key.id,
        *row,
    )


async def act_refused(db: Reader, key: Key) -> str | None:
    """Why an act was not carried out; None where it was."""
    found: str | None = await db.value(
        "SELECT refused FROM stock_credit_act WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id
    )
    return found


async def take_turn(session: Session, agreement_id: UUID) -> None:
    """The credits of an agreement change one transaction at a time. Runs as `worker`."""
    await take(session, Turn.STOCK_CREDITS, agreement_id)


async def insert_credit(session: Session, vendor_id: UUID, values: dict[str, object]) -> None:
    """Add a credit."""
    holders = ", ".join(f"${place}" for place in range(2, len(values) + 2))
    await session.execute(
        f"INSERT INTO stock_credit (vendor_id, {', '.join(values)}) VALUES ($1, {holders})", vendor_id, *values.values()
    )


async def write_figures(session: Session, credit: Row, figures: Figures, status: str, at: datetime) -> None:
    """Write what a credit comes to in place of what was written before, as another revision. Runs as `worker`."""
    facts = ", ".join(f"{name} = ${place}" for place, name in enumerate(_FACTS, 8))
    vendor_id, id = credit["vendor_id"], credit["id"]
    await session.execute(
        f"UPDATE stock_credit SET status = $3, revision = revision + 1, units = $4, amount_minor = $5, steps = $6,"
        f" looked_at = $7, {facts} WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        id,
        status,
        figures.units,
        figures.amount,
        list(figures.steps),
        at,
        *(figures.facts.get(name) for name in _FACTS),
    )
    await session.execute("DELETE FROM stock_credit_line WHERE vendor_id = $1 AND stock_credit_id = $2", vendor_id, id)
    holders = ", ".join(f"${place}" for place in range(6, len(LINE) + 6))
    await session.execute_many(
        "INSERT INTO stock_credit_line (vendor_id, stock_credit_id, agreement_id, distributor_id, position,"
        f" {', '.join(LINE)}) VALUES ($1, $2, $3, $4, $5, {holders})",
        [
            (vendor_id, id, credit["agreement_id"], credit["distributor_id"], position, *line.values)
            for position, line in enumerate(figures.lines, 1)
        ],
    )


async def looked_at(session: Session, key: Key, at: datetime) -> None:
    """Say that a credit was looked at, and is as it was. Runs as `worker`."""
    await session.execute(
        "UPDATE stock_credit SET looked_at = $3 WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id, at
    )
