"""What is asked of the database about enrolments. A distributor's rows are those of the resellers it is authorised for, with
status and tier and nothing else; the vendor and the reseller itself read the enrolment.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.partners.queries import AS_PARTIES, IN_VENDORS, PLACES, Listing, places
from app.programme.terms import EnrollmentStatus, Level
from app.segments.queries import members
from app.store.database import Reader, Row, Session

ENROLLMENT = {
    name: f"e.{name}"
    for name in (
        *("vendor_id", "id", "program_id", "reseller_id", "status", "tier_id", "since", "version"),
        *("pinned_until", "planned_status", "planned_on", "planned_reason"),
    )
}
MOST_EVENTS = 100


_DISTRIBUTORS_OWN = """(
  SELECT DISTINCT ON (d.vendor_id, d.enrollment_id, d.reseller_id) d.vendor_id, d.enrollment_id AS id, d.program_id,
         d.reseller_id, d.status, d.tier_id, NULL::date AS since, NULL::integer AS version,
         NULL::date AS pinned_until, NULL::text AS planned_status, NULL::date AS planned_on, NULL::text AS planned_reason
  FROM distributor_enrollment d ORDER BY d.vendor_id, d.enrollment_id, d.reseller_id, d.authorization_id
)"""
"A distributor may be authorised for a reseller under several agreements; the enrolment is one."


def visible_enrollments(level: Level) -> str:
    """Where a level reads enrolments. What is asked of it afterwards names network, id or reseller, by which it is found."""
    return f"{_DISTRIBUTORS_OWN if level is Level.DISTRIBUTOR else 'enrollment'} e"


async def enrollments(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """Enrolments by their ids."""
    columns = ", ".join(f"x.{name}" for name in ENROLLMENT)
    return await db.rows(
        f"SELECT k.ordinal, {columns} FROM {KEYS}"
        f" CROSS JOIN LATERAL (SELECT {', '.join(ENROLLMENT.values())} FROM {visible_enrollments(level)}"
        f" WHERE e.vendor_id = k.vendor_id AND e.id = k.id LIMIT 1) x",
        *keys_apart(keys),
    )


def enrollments_of_vendors(
    level: Level,
    vendors: Sequence[Key],
    status: EnrollmentStatus | None,
    program: Key | None,
    segments: Sequence[UUID] | None = None,
) -> Listing:
    """The enrolments in a network; for a vendor, if asked for, those of the resellers of some segments."""
    kept = (
        " AND ($3::text IS NULL OR e.status = $3)"
        " AND ($4::uuid IS NULL OR (e.vendor_id = $4 AND e.program_id = $5::uuid))"
    )
    vendor_id, program_id = (None, None) if program is None else program[:2]
    arguments: tuple[object, ...] = (*keys_apart(vendors), status, vendor_id, program_id)
    if segments is not None:
        kept += f" AND e.reseller_id IN (SELECT g.reseller_id FROM ({members('$1::uuid[]', '$6::uuid[]')}) g)"
        arguments = (*arguments, segments)
    source = f"{visible_enrollments(level)} WHERE e.vendor_id = k.vendor_id{kept}"
    return Listing(KEYS, source, ENROLLMENT, arguments)


def enrollments_of_resellers(actor: Actor, resellers: Sequence[Key]) -> Listing:
    """A reseller's enrolments, as far as the asker may see them."""
    source = f"{visible_enrollments(actor.level)} WHERE e.vendor_id {IN_VENDORS} AND e.reseller_id {AS_PARTIES}"
    return Listing(PLACES, source, ENROLLMENT, places(actor, resellers))


async def foremost(db: Reader, level: Level, resellers: Sequence[Key], program: Key | None) -> list[Row]:
    """One enrolment of each reseller: in the programme that is named, or else an active one, the newest of these."""
    columns = ", ".join(f"x.{name}" for name in ENROLLMENT)
    vendor_id, program_id = (None, None) if program is None else program[:2]
    return await db.rows(
        f"SELECT k.ordinal, {columns} FROM {KEYS} CROSS JOIN LATERAL ("
        f"SELECT {', '.join(ENROLLMENT.values())} FROM {visible_enrollments(level)}"
        " WHERE e.vendor_id = k.vendor_id AND e.reseller_id = k.id"
        " AND ($3::uuid IS NULL OR (e.vendor_id = $3 AND e.program_id = $4::uuid))"
        " ORDER BY (e.status = 'ACTIVE') DESC, e.id DESC LIMIT 1) x",
        *keys_apart(resellers),
        vendor_id,
        program_id,
    )


async def asked_of(db: Reader, programs: Sequence[Key]) -> list[Row]:
    """What the tiers of programmes ask for, the lowest tier first."""
    return await db.rows(
        f"SELECT k.ordinal, t.vendor_id, t.id, t.rank, t.name, r.kind, r.needed, r.currency FROM {KEYS}"
        f" JOIN program_tier t ON t.vendor_id = k.vendor_id AND t.program_id = k.id"
        f" JOIN tier_requirement r ON r.vendor_id = t.vendor_id AND r.tier_id = t.id"
        f" ORDER BY k.ordinal, t.rank, r.kind",
        *keys_apart(programs),
    )


async def bought(
    db: Reader, resellers: Sequence[Key], before: date, start: date, end: date, *, disclosed: bool
) -> list[Row]:
    """What resellers bought net in the months of [before, start) and of [start, end), by currency: all of it, as only they
    may read, or what agreements disclose to the vendor."""
    amount, reseller = (
        ("m.disclosed_resale_amount", "m.disclosed_reseller_id") if disclosed else ("m.resale_amount", "m.reseller_id")
    )
    return await db.rows(
        f"SELECT k.ordinal, m.month >= $4 AS recent, m.currency, sum({amount})::bigint AS amount FROM {KEYS}"
        f" JOIN sell_through_reseller_month m ON m.vendor_id = k.vendor_id AND {reseller} = k.id"
        " WHERE m.month >= $3 AND m.month < $5 AND m.currency <> '' GROUP BY k.ordinal, recent, m.currency",
        *keys_apart(resellers),
        before,
        start,
        end,
    )


async def deals_won(db: Reader, resellers: Sequence[Key], start: date, end: date) -> list[int]:
    """How many registered deals each reseller won on the days of [start, end)."""
    rows = await db.rows(
        f"SELECT k.ordinal, count(d.id) AS won FROM {KEYS} LEFT JOIN deal d ON d.vendor_id = k.vendor_id"
        " AND d.reseller_id = k.id AND d.status = 'WON' AND d.won_on >= $3 AND d.won_on < $4"
        " GROUP BY k.ordinal ORDER BY k.ordinal",
        *keys_apart(resellers),
        start,
        end,
    )
    return [row["won"] for row in rows]


async def certifications(db: Reader, resellers: Sequence[Key], today: date, *, disclosed: bool) -> list[int]:
    """How many certifications the people of each reseller and it itself hold that are valid today, each of one holder once:
    all of them, as only it may read, or those that are disclosed to the vendor."""
    rows = await db.rows(
        f"SELECT k.ordinal, count(DISTINCT (c.name_key, c.holder_key)) FILTER (WHERE c.id IS NOT NULL) AS held FROM {KEYS}"
        " LEFT JOIN certification c ON c.vendor_id = k.vendor_id AND c.reseller_id = k.id AND c.status = 'VERIFIED'"
        " AND c.issued_on <= $3 AND (c.valid_until IS NULL OR c.valid_until >= $3) AND (c.disclosed OR NOT $4)"
        " GROUP BY k.ordinal ORDER BY k.ordinal",
        *keys_apart(resellers),
        today,
        disclosed,
    )
    return [row["held"] for row in rows]


async def benefits(db: Reader, programs: Sequence[Key], tiers: Sequence[UUID | None]) -> list[Row]:
    """What a programme gives, from which tier on, and in which tier an enrolment is."""
    return await db.rows(
        """
        SELECT k.ordinal, b.name, b.description, b.from_rank, b.where_to_use, b.opens, p.name AS program, k.vendor_id,
               f.id AS from_id, f.name AS from_name, own.rank AS own_rank, own.name AS own_name
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS k(vendor_id, program_id, tier_id, ordinal)
        JOIN program p ON p.vendor_id = k.vendor_id AND p.id = k.program_id
        JOIN benefit b ON b.vendor_id = k.vendor_id AND b.program_id = k.program_id
            AND b.ended_at IS NULL
        LEFT JOIN program_tier f
          ON f.vendor_id = k.vendor_id AND f.program_id = k.program_id AND f.rank = b.from_rank
        LEFT JOIN program_tier own ON own.vendor_id = k.vendor_id AND own.id = k.tier_id
        ORDER BY k.ordinal, b.from_rank, b.name
        """,
        *keys_apart(programs),
        tiers,
    )


async def history(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The latest events of enrolments, the newest first."""
    return await db.rows(
        f"SELECT k.ordinal, x.status, x.tier_id, x.reason, x.decided_by, x.happened_at, k.vendor_id FROM {KEYS}"
        f" CROSS JOIN LATERAL (SELECT v.status, v.tier_id, v.reason, v.decided_by, v.happened_at, v.id"
        f" FROM enrollment_event v"
        f" WHERE v.vendor_id = k.vendor_id AND v.enrollment_id = k.id"
        f" ORDER BY v.happened_at DESC, v.id DESC LIMIT {MOST_EVENTS}) x"
        f" ORDER BY k.ordinal, x.happened_at DESC, x.id DESC",
        *keys_apart(keys),
    )


async def enrolled(session: Session, key: Key) -> UUID | None:
    """Whose enrolment it is, if the asker may see it."""
    found: UUID | None = await session.value(
        "SELECT e.reseller_id FROM enrollment e WHERE e.vendor_id = $1 AND e.id = $2", key.vendor_id, key.id
    )
    return found


async def resellers_of(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """Whose enrolments these are, as far as the asker may see them, in the order in which one waits for them."""
    rows = await session.rows(
        "SELECT DISTINCT e.reseller_id FROM enrollment e WHERE e.vendor_id = $1 AND e.id = ANY ($2::uuid[])"
        " ORDER BY e.reseller_id",
        vendor_id,
        list(ids),
    )
    return [row["reseller_id"] for row in rows]


async def enrollment_for_act(session: Session, key: Key) -> Row | None:
    """An enrolment that is about to be changed; nobody else changes it meanwhile."""
    return await session.row(
        "SELECT e.id, e.program_id, e.reseller_id, e.status, e.tier_id, e.version, e.pinned_until, e.planned_status,"
        " e.planned_on, e.planned_reason FROM enrollment e WHERE e.vendor_id = $1 AND e.id = $2 FOR UPDATE",
        key.vendor_id,
        key.id,
    )


async def reseller_of(session: Session, vendor_id: UUID, authorization_id: UUID) -> UUID | None:
    """Whom an authorisation authorises."""
    found: UUID | None = await session.value(
        "SELECT a.reseller_id FROM reseller_authorization a WHERE a.vendor_id = $1 AND a.id = $2",
        vendor_id,
        authorization_id,
    )
    return found


async def an_authorization_of(session: Session, vendor_id: UUID, reseller_id: UUID) -> UUID | None:
    """Some authorisation of a reseller that the asker may see."""
    found: UUID | None = await session.value(
        "SELECT a.id FROM reseller_authorization a WHERE a.vendor_id = $1 AND a.reseller_id = $2 ORDER BY a.id LIMIT 1",
        vendor_id,
        reseller_id,
    )
    return found
