"""What setting the demo up asks of the database. Every statement bears being run again.

Rows are written by whoever may write them in earnest, so nothing here sees or changes what that role could not.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from app.store.database import Row, Session

_ONE_AT_A_TIME = "tailrace: making the demo network"


async def add(session: Session, table: str, records: Sequence[Mapping[str, object]]) -> None:
    """Write rows down that are not there yet. All have the same columns."""
    if not records:
        return
    names = list(records[0])
    holders = ", ".join(f"${place}" for place in range(1, len(names) + 1))
    await session.execute_many(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holders}) ON CONFLICT DO NOTHING",
        [[record[name] for name in names] for record in records],
    )


async def founded_at(session: Session, organization_id: UUID) -> datetime | None:
    """When an organisation was made, or None where it was not."""
    found: datetime | None = await session.value("SELECT created_at FROM organization WHERE id = $1", organization_id)
    return found


async def reports_there(session: Session, vendor_id: UUID, submission_ids: Sequence[UUID]) -> list[Row]:
    """Those of the reports that were handed in, and where they stand."""
    return await session.rows(
        "SELECT id, status, filename, failure_code, failure_message FROM submission"
        " WHERE vendor_id = $1 AND id = ANY ($2::uuid[])",
        vendor_id,
        list(submission_ids),
    )


async def statement_of(session: Session, vendor_id: UUID, term_id: UUID, start: date) -> Row | None:
    """The statement of a term for the period that begins on a day."""
    return await session.row(
        "SELECT id, revision FROM statement WHERE vendor_id = $1 AND term_id = $2 AND period_start = $3 AND sequence = 1",
        vendor_id,
        term_id,
        start,
    )


async def statements_decided(session: Session, vendor_id: UUID, run_id: UUID) -> bool:
    """Whether the last statements were calculated, and what was decided about statements is carried out."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM statement_run WHERE vendor_id = $1 AND id = $2 AND finished_at IS NOT NULL)"
        " AND EXISTS (SELECT FROM statement_decision WHERE vendor_id = $1) AND NOT EXISTS"
        " (SELECT FROM statement_decision WHERE vendor_id = $1 AND carried_out_at IS NULL AND refused IS NULL)",
        vendor_id,
        run_id,
    )
    return found


async def claim_there(session: Session, vendor_id: UUID, claim_id: UUID) -> Row | None:
    """A claim and what of it is approved, in minor units; None where it was not filed."""
    return await session.row(
        "SELECT id, amount_minor FROM debit_claim WHERE vendor_id = $1 AND id = $2", vendor_id, claim_id
    )


async def claims_settled(
    session: Session, vendor_id: UUID, acts: Sequence[UUID], deductions: Sequence[UUID], rotation_id: UUID
) -> bool:
    """Whether these acts about claims are carried out, the ledger follows these deductions, and a rotation is reckoned."""
    found: bool = await session.value(
        "SELECT (SELECT count(*) FROM debit_claim_act WHERE vendor_id = $1 AND id = ANY ($2::uuid[])"
        "  AND carried_out_at IS NOT NULL) = cardinality($2::uuid[])"
        " AND (SELECT count(*) FROM deduction WHERE vendor_id = $1 AND id = ANY ($3::uuid[]) AND NOT waiting)"
        "  = cardinality($3::uuid[])"
        " AND EXISTS (SELECT FROM stock_credit WHERE vendor_id = $1 AND id = $4 AND revision > 0)",
        vendor_id,
        list(acts),
        list(deductions),
        rotation_id,
    )
    return found


async def deal_status(session: Session, vendor_id: UUID, deal_id: UUID) -> str | None:
    """How a deal stands; None where it was not written down."""
    found: str | None = await session.value(
        "SELECT status FROM deal WHERE vendor_id = $1 AND id = $2", vendor_id, deal_id
    )
    return found


async def take_turn(connection: asyncpg.Connection) -> None:
    """Wait until nobody else makes the demo network, and keep others waiting until `end_turn`, or the connection's end."""
    await connection.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", _ONE_AT_A_TIME)


async def end_turn(connection: asyncpg.Connection) -> None:
    """Let whoever waits to make the demo network go on."""
    await connection.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", _ONE_AT_A_TIME)
