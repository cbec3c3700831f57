"""What is asked of the database about worked examples."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

_EXAMPLE = (
    "e.vendor_id, e.id, e.term_id, e.title, e.given, e.expected_minor, e.proposed_as, e.proposed_at, e.accepted,"
    " e.answered_at, e.withdrawn_at, t.rule::text AS rule"
)
_FROM = "worked_example e JOIN incentive_term t ON t.vendor_id = e.vendor_id AND t.id = e.term_id"
OLDEST = Order((SortKey("e.proposed_at", "proposed_at", datetime, "timestamptz"), SortKey("e.id", "id", UUID, "uuid")))
EXAMPLES_OF_TERM = List(f"{_FROM} WHERE e.vendor_id = k.vendor_id AND e.term_id = k.id", _EXAMPLE)


async def examples(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Examples by their ids: of a vendor's terms, of a distributor's own."""
    return await db.rows(
        f"SELECT {_EXAMPLE} FROM {KEYS} JOIN {_FROM} ON e.vendor_id = k.vendor_id AND e.id = k.id", *keys_apart(keys)
    )


async def term_for_act(session: Session, key: Key) -> Row | None:
    """A term, if the asker may see it."""
    return await session.row(
        "SELECT t.id, t.incentive_id, t.agreement_id, t.distributor_id, t.status, t.rule::text AS rule, t.currency"
        " FROM incentive_term t WHERE t.vendor_id = $1 AND t.id = $2",
        key.vendor_id,
        key.id,
    )


async def example_for_act(session: Session, key: Key) -> Row | None:
    """An example and its term, if the asker may see it."""
    return await session.row(
        f"SELECT e.id, e.title, e.proposed_as, e.accepted, e.withdrawn_at, e.term_id, t.incentive_id, t.status FROM {_FROM}"
        " WHERE e.vendor_id = $1 AND e.id = $2",
        key.vendor_id,
        key.id,
    )


async def standing_of_term(session: Session, key: Key) -> int:
    """How many examples of a term were not withdrawn."""
    found: int = await session.value(
        "SELECT count(*) FROM worked_example WHERE vendor_id = $1 AND term_id = $2 AND withdrawn_at IS NULL",
        key.vendor_id,
        key.id,
    )
    return found


async def standing_of_version(session: Session, incentive: Key, version: int) -> list[Row]:
    """The examples of all terms of a version that were not withdrawn, with who would be paid."""
    return await session.rows(
        f"SELECT {_EXAMPLE}, p.name FROM {_FROM} JOIN party p ON p.vendor_id = t.vendor_id AND p.id = t.distributor_id"
        " WHERE t.vendor_id = $1 AND t.incentive_id = $2 AND t.version = $3 AND e.withdrawn_at IS NULL"
        " ORDER BY p.name, e.proposed_at, e.id",
        incentive.vendor_id,
        incentive.id,
        version,
    )


async def insert_example(
    session: Session, key: Key, term: Row, title: str, given: object, expected: int, level: str, by: str, at: datetime
) -> None:
    """Write an example down."""
    await session.execute(
        "INSERT INTO worked_example (vendor_id, id, term_id, agreement_id, distributor_id, title, given, expected_minor,"
        " proposed_as, proposed_by, proposed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        key.vendor_id,
        key.id,
        term["id"],
        term["agreement_id"],
        term["distributor_id"],
        title,
        given,
        expected,
        level,
        by,
        at,
    )


async def answer(session: Session, key: Key, accepted: bool, by: str, at: datetime) -> None:
    """Write the answer to an example down."""
    await session.execute(
        "UPDATE worked_example SET accepted = $3, answered_by = $4, answered_at = $5 WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        accepted,
        by,
        at,
    )


async def withdraw(session: Session, key: Key, at: datetime) -> None:
    """Let an example stand no longer."""
    await session.execute(
        "UPDATE worked_example SET withdrawn_at = $3 WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id, at
    )


async def one_at_a_time(session: Session, incentive_id: UUID) -> None:
    """Wait until nobody else changes this incentive or its examples, and keep others waiting until the transaction ends."""
    await take(session, Turn.INCENTIVE, incentive_id)
