"""What is asked of the database about onboarding. Row-level security cuts what was done: the vendor and the one partner read
it; what a distributor did for a reseller, that distributor."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.programme.terms import Level
from app.store.database import Reader, Row, Session

_OWNERS: Final = (
    "unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) WITH ORDINALITY"
    " AS k(vendor_id, program_id, reseller_id, agreement_id, ordinal)"
)
Owner = tuple[UUID, UUID, UUID | None, UUID | None]
"Network, programme, and the reseller or the agreement."


async def steps(db: Reader, programs: Sequence[Key]) -> list[Row]:
    """The steps of programmes, in their order."""
    return await db.rows(
        "SELECT k.ordinal, s.position, s.title, s.kind, s.by_level, s.required, s.version, s.certification"
        f" FROM {KEYS} JOIN onboarding_step s ON s.vendor_id = k.vendor_id AND s.program_id = k.id"
        " ORDER BY k.ordinal, s.position",
        *keys_apart(programs),
    )


async def completions(db: Reader, owners: Sequence[Owner]) -> list[Row]:
    """What was done, the earliest first, with the last day of the document that it rests on. What rests on a document that
    was withdrawn or rejected is left out."""
    return await db.rows(
        "SELECT k.ordinal, c.kind, c.title, c.completed_on, c.version, c.signer, c.reference, c.document_id, d.valid_until"
        f" FROM {_OWNERS} JOIN onboarding_completion c ON c.vendor_id = k.vendor_id AND c.program_id = k.program_id"
        " AND (c.reseller_id = k.reseller_id OR c.agreement_id = k.agreement_id)"
        " LEFT JOIN compliance_document d ON d.vendor_id = c.vendor_id AND d.id = c.document_id"
        " WHERE c.document_id IS NULL OR d.status IN ('SUBMITTED', 'VERIFIED') ORDER BY k.ordinal, c.completed_at, c.id",
        *_apart(owners),
    )


async def trained(db: Reader, owners: Sequence[Owner], today: date) -> list[Row]:
    """Which certifications resellers hold or held, by name: since when, and through which day where all have a last one."""
    return await db.rows(
        "SELECT k.ordinal, c.name_key, min(c.issued_on) AS since,"
        " CASE WHEN bool_or(c.valid_until IS NULL) THEN NULL ELSE max(c.valid_until) END AS valid_until"
        f" FROM {_OWNERS} JOIN certification c ON c.vendor_id = k.vendor_id AND c.reseller_id = k.reseller_id"
        " WHERE c.status = 'VERIFIED' AND c.issued_on <= $5 GROUP BY k.ordinal, c.name_key",
        *_apart(owners),
        today,
    )


async def first_orders(db: Reader, level: Level, owners: Sequence[Owner], today: date) -> list[Row]:
    """Since when each partner has bought: a distributor from the vendor, by the day; a reseller from distributors, as far as
    the asker reads it, by the month."""
    reseller = "disclosed_reseller_id" if level is Level.VENDOR else "reseller_id"
    by_month = (
        f"(SELECT min(m.month) FROM sell_through_reseller_month m WHERE m.vendor_id = k.vendor_id"
        f" AND m.{reseller} = k.reseller_id AND m.units > 0 AND m.month <= $5)"
    )
    by_day = (
        "(SELECT min(s.day) FROM agreement a JOIN sell_in_day s ON s.vendor_id = a.vendor_id"
        " AND s.distributor_id = a.distributor_id WHERE a.vendor_id = k.vendor_id AND a.id = k.agreement_id"
        " AND s.units > 0 AND s.day <= $5)"
    )
    since = (
        by_month if level is Level.RESELLER else f"CASE WHEN k.agreement_id IS NULL THEN {by_month} ELSE {by_day} END"
    )
    return await db.rows(f"SELECT k.ordinal, {since} AS since FROM {_OWNERS}", *_apart(owners), today)


def _apart(owners: Sequence[Owner]) -> tuple[list[object], ...]:
    return tuple(list(column) for column in zip(*owners, strict=True)) if owners else ([], [], [], [])


async def enrollment(session: Session, level: Level, key: Key) -> Row | None:
    """Whose an enrolment is, in which programme; for a distributor, with its authorisation."""
    if level is Level.DISTRIBUTOR:
        return await session.row(
            "SELECT d.program_id, d.reseller_id, NULL::uuid AS agreement_id, NULL::uuid AS distributor_id,"
            " d.authorization_id AS by_authorization_id, d.agreement_id AS by_agreement_id,"
            " d.distributor_id AS by_distributor_id, d.status FROM distributor_enrollment d"
            " WHERE d.vendor_id = $1 AND d.enrollment_id = $2 ORDER BY d.authorization_id LIMIT 1",
            key.vendor_id,
            key.id,
        )
    return await session.row(
        "SELECT e.program_id, e.reseller_id, NULL::uuid AS agreement_id, NULL::uuid AS distributor_id,"
        " NULL::uuid AS by_authorization_id, NULL::uuid AS by_agreement_id, NULL::uuid AS by_distributor_id, e.status"
        " FROM enrollment e WHERE e.vendor_id = $1 AND e.id = $2",
        key.vendor_id,
        key.id,
    )


async def agreement(session: Session, key: Key) -> Row | None:
    """Whose an agreement is, and which programme it belongs to."""
    return await session.row(
        "SELECT a.program_id, NULL::uuid AS reseller_id, a.id AS agreement_id, a.distributor_id,"
        " NULL::uuid AS by_authorization_id, NULL::uuid AS by_agreement_id, NULL::uuid AS by_distributor_id, a.status"
        " FROM agreement a WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
    )


async def insert(session: Session, vendor_id: UUID, whose: Row, values: Sequence[object]) -> None:
    """Write down that a step was done: id, kind, title, level, version, signer, reference, document, day, when."""
    of = ("program_id", "agreement_id", "distributor_id", "reseller_id")
    by = ("by_authorization_id", "by_agreement_id", "by_distributor_id")
    await session.execute(
        f"INSERT INTO onboarding_completion (vendor_id, {', '.join(of)}, {', '.join(by)}, id, kind, title, completed_by,"
        " version, signer, reference, document_id, completed_on, completed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        vendor_id,
        *(whose[name] for name in (*of, *by)),
        *values,
    )


async def replace_steps(session: Session, program: Key, audience: str, rows: Sequence[Sequence[object]]) -> None:
    """Let a programme have these steps alone: position, title, kind, level, whether required, version, certification."""
    await session.execute(
        "DELETE FROM onboarding_step WHERE vendor_id = $1 AND program_id = $2", program.vendor_id, program.id
    )
    await session.execute_many(
        "INSERT INTO onboarding_step (vendor_id, program_id, audience, position, title, kind, by_level, required, version,"
        " certification) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [(program.vendor_id, program.id, audience, *row) for row in rows],
    )
