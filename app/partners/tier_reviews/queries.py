"""What is asked of the database about reviews of tiers: what is to be reviewed, and what the latest review found."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.store.database import Reader, Row, Session

_TERMS = (
    "p.vendor_id, p.id, p.name, p.review_months, p.review_day, p.grace_days, p.promotion, p.demotion, p.reviews_since"
)
_HELD = (
    "e.id, e.reseller_id, e.status, e.tier_id, e.since, e.pinned_until, t.rank, t.name AS tier_name,"
    " s.reviewed_on, s.kept_until"
)
_HELD_FROM = """
    enrollment e
    LEFT JOIN program_tier t ON t.vendor_id = e.vendor_id AND t.id = e.tier_id
    LEFT JOIN tier_standing s ON s.vendor_id = e.vendor_id AND s.enrollment_id = e.id
      AND s.tier_id IS NOT DISTINCT FROM e.tier_id AND s.evaluated_on >= e.since
"""
"Beside an enrolment its tier, and what the latest review of it found, unless somebody has changed it since."


async def networks(session: Session) -> list[Row]:
    """All networks, with the vendor's organisation."""
    return await session.rows("SELECT v.id, v.organization_id FROM vendor v ORDER BY v.id")


async def reviewed_programs(db: Reader, vendor_id: UUID) -> list[UUID]:
    """The programmes of a network whose tiers are reviewed."""
    rows = await db.rows(
        "SELECT p.id FROM program p WHERE p.vendor_id = $1 AND p.review_months IS NOT NULL ORDER BY p.id", vendor_id
    )
    return [row["id"] for row in rows]


async def terms(db: Reader, program: Key) -> Row | None:
    """A programme's review terms; null in each where it has none."""
    return await db.row(
        f"SELECT {_TERMS} FROM program p WHERE p.vendor_id = $1 AND p.id = $2 AND p.audience = 'RESELLER'",
        program.vendor_id,
        program.id,
    )


async def asked(db: Reader, program: Key) -> list[Row]:
    """The tiers of a programme, the lowest first, each with what it asks for, one row for each thing."""
    return await db.rows(
        "SELECT t.id, t.rank, t.name, r.kind, r.needed, r.currency FROM program_tier t"
        " LEFT JOIN tier_requirement r ON r.vendor_id = t.vendor_id AND r.tier_id = t.id"
        " WHERE t.vendor_id = $1 AND t.program_id = $2 ORDER BY t.rank, r.kind",
        program.vendor_id,
        program.id,
    )


async def to_review(
    session: Session, program: Key, today: date, every: bool, after: UUID | None, most: int
) -> list[Row]:
    """Active enrolments in a programme, those after one, that were not evaluated today or changed since; or every one."""
    return await session.rows(
        "SELECT e.id, e.reseller_id FROM enrollment e"
        " LEFT JOIN tier_standing s ON s.vendor_id = e.vendor_id AND s.enrollment_id = e.id"
        " WHERE e.vendor_id = $1 AND e.program_id = $2 AND e.status = 'ACTIVE' AND ($5::uuid IS NULL OR e.id > $5)"
        " AND ($4 OR s.evaluated_on IS NULL OR s.evaluated_on < $3 OR s.tier_id IS DISTINCT FROM e.tier_id)"
        " ORDER BY e.id LIMIT $6",
        program.vendor_id,
        program.id,
        today,
        every,
        after,
        most,
    )


async def held(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    """Active enrolments that are about to be reviewed; nobody else changes them meanwhile."""
    return await session.rows(
        f"SELECT {_HELD} FROM {_HELD_FROM} WHERE e.vendor_id = $1 AND e.id = ANY($2::uuid[]) AND e.status = 'ACTIVE'"
        " ORDER BY e.id FOR UPDATE OF e",
        vendor_id,
        list(ids),
    )


async def active(db: Reader, program: Key) -> list[Row]:
    """The active enrolments of a programme, with their tiers and where the latest review left them."""
    return await db.rows(
        f"SELECT {_HELD} FROM {_HELD_FROM} WHERE e.vendor_id = $1 AND e.program_id = $2 AND e.status = 'ACTIVE'"
        " ORDER BY e.id",
        program.vendor_id,
        program.id,
    )


async def standings(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """What the latest review of enrolments found; whether it still speaks of the tier that each is in; and whether their
    programme reviews tiers at all."""
    return await db.rows(
        f"SELECT k.ordinal, p.name AS program, p.review_months IS NOT NULL AS reviewed, e.vendor_id, e.status,"
        f" s.evaluated_on, s.kept_until, s.next_review, s.rule, s.findings,"
        f" s.tier_id IS NOT DISTINCT FROM e.tier_id AND s.evaluated_on >= e.since AS current"
        f" FROM {KEYS} JOIN enrollment e ON e.vendor_id = k.vendor_id AND e.id = k.id"
        f" JOIN program p ON p.vendor_id = e.vendor_id AND p.id = e.program_id"
        f" LEFT JOIN tier_standing s ON s.vendor_id = e.vendor_id AND s.enrollment_id = e.id",
        *keys_apart(keys),
    )
