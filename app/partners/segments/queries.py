"""What is asked of the database about segments: which there are, who was chosen by hand, and who belongs to which.

A reseller belongs to a segment that it was put into by hand, or whose rule it meets today: one of the kinds of firm, one of
the countries, and an active enrolment in the programme, from a tier on. What a rule does not name, everybody meets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session

COLUMNS = "s.vendor_id, s.id, s.name, s.description, s.partner_types, s.countries, s.program_id, s.from_rank, s.version"
BY_NAME = Order((SortKey("s.name", "name", str, "text"), SortKey("s.id", "id", UUID, "uuid")))
OF_VENDOR = List("segment s WHERE s.vendor_id = k.vendor_id", COLUMNS)
CHOSEN_BY_NAME = Order((SortKey("p.name", "name", str, "text"), SortKey("p.id", "id", UUID, "uuid")))
CHOSEN = List(
    "segment_member m JOIN party p ON p.vendor_id = m.vendor_id AND p.id = m.reseller_id"
    " WHERE m.vendor_id = k.vendor_id AND m.segment_id = k.id",
    "p.vendor_id, p.id, p.name, p.country, p.region, p.partner_type",
)
_NAMES_SOMETHING = "(cardinality(s.partner_types) > 0 OR cardinality(s.countries) > 0 OR s.program_id IS NOT NULL)"


@dataclass(frozen=True, slots=True)
class Within:
    """A segment as a list of resellers is narrowed by it: its id, and its rule if it names something."""

    id: UUID | None
    by_rule: bool = False
    partner_types: Sequence[str] = ()
    countries: Sequence[str] = ()
    program_id: UUID | None = None
    from_rank: int | None = None

    @property
    def values(self) -> list[object]:
        """The arguments of `within`, in their order."""
        rule = [[*self.partner_types], [*self.countries], self.program_id, self.from_rank]
        return [self.id, self.by_rule, *rule]


EVERYBODY = Within(None)


def within(party: str, at: int) -> str:
    """The condition that a reseller, a row `party` of the network `k`, is in the segment whose values are the arguments from
    the place `at` on; where these are of no segment, it narrows nothing. Members are looked up once, not for each row."""
    id, by_rule, types, countries, program, rank = (f"${at + place}" for place in range(6))
    return (
        f" AND ({id}::uuid IS NULL OR {party}.id IN (SELECT m.reseller_id FROM segment_member m"
        f" WHERE m.vendor_id = k.vendor_id AND m.segment_id = {id}) OR ({by_rule}::boolean"
        f" AND (cardinality({types}::text[]) = 0 OR {party}.partner_type = ANY ({types}))"
        f" AND (cardinality({countries}::text[]) = 0 OR {party}.country = ANY ({countries}))"
        f" AND ({program}::uuid IS NULL OR {party}.id IN (SELECT e.reseller_id FROM enrollment e"
        f" LEFT JOIN program_tier t ON t.vendor_id = e.vendor_id AND t.id = e.tier_id"
        f" WHERE e.vendor_id = k.vendor_id AND e.program_id = {program} AND e.status = 'ACTIVE'"
        f" AND ({rank}::integer IS NULL OR t.rank >= {rank})))))"
    )


async def segments(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Segments by their ids."""
    return await db.rows(
        f"SELECT k.ordinal, {COLUMNS} FROM {KEYS} JOIN segment s ON s.vendor_id = k.vendor_id AND s.id = k.id",
        *keys_apart(keys),
    )


async def segments_of_resellers(db: Reader, resellers: Sequence[Key]) -> list[Row]:
    """The segments to which each of these resellers belongs, by name."""
    return await db.rows(
        f"""
        SELECT k.ordinal, {COLUMNS} FROM {KEYS}
        JOIN party p ON p.vendor_id = k.vendor_id AND p.id = k.id AND p.kind = 'RESELLER'
        JOIN segment s ON s.vendor_id = p.vendor_id
        WHERE EXISTS (
            SELECT FROM segment_member m WHERE m.vendor_id = s.vendor_id AND m.segment_id = s.id AND m.reseller_id = p.id
        ) OR (
            {_NAMES_SOMETHING}
            AND (cardinality(s.partner_types) = 0 OR p.partner_type = ANY (s.partner_types))
            AND (cardinality(s.countries) = 0 OR p.country = ANY (s.countries))
            AND (s.program_id IS NULL OR EXISTS (
                SELECT FROM enrollment e LEFT JOIN program_tier t ON t.vendor_id = e.vendor_id AND t.id = e.tier_id
                WHERE e.vendor_id = s.vendor_id AND e.reseller_id = p.id AND e.program_id = s.program_id
                AND e.status = 'ACTIVE' AND (s.from_rank IS NULL OR t.rank >= s.from_rank)
            ))
        )
        ORDER BY k.ordinal, s.name, s.id
        """,
        *keys_apart(resellers),
    )


async def narrowed_by(db: Reader, key: Key | None) -> Within | None:
    """A segment to narrow a list by; None where there is none with this id."""
    row = None
    if key is not None:
        row = await db.row(
            f"SELECT {_NAMES_SOMETHING} AS by_rule, s.partner_types, s.countries, s.program_id, s.from_rank FROM segment s"
            " WHERE s.vendor_id = $1 AND s.id = $2",
            key.vendor_id,
            key.id,
        )
    return None if row is None or key is None else Within(key.id, *row)


async def how_many(session: Session, vendor_id: UUID) -> int:
    """How many segments a vendor has."""
    found: int = await session.value("SELECT count(*) FROM segment WHERE vendor_id = $1", vendor_id)
    return found


async def named(session: Session, vendor_id: UUID, name: str) -> UUID | None:
    """Which segment of a vendor is called so."""
    found: UUID | None = await session.value(
        "SELECT id FROM segment WHERE vendor_id = $1 AND name = $2", vendor_id, name
    )
    return found


async def segment_for_act(session: Session, key: Key) -> Row | None:
    """A segment that is about to be changed; nobody else changes it meanwhile."""
    return await session.row(
        f"SELECT {COLUMNS} FROM segment s WHERE s.vendor_id = $1 AND s.id = $2 FOR UPDATE", key.vendor_id, key.id
    )


async def insert(session: Session, key: Key, columns: Mapping[str, object]) -> None:
    """Write a new segment."""
    await session.execute(
        f"INSERT INTO segment (vendor_id, id, created_at, {', '.join(columns)})"
        f" VALUES ($1, $2, $3, {', '.join(f'${place}' for place in range(4, 4 + len(columns)))})",
        *(key.vendor_id, key.id, datetime.now(UTC), *columns.values()),
    )


async def change(session: Session, key: Key, columns: Mapping[str, object]) -> None:
    """Change columns of a segment."""
    assigned = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, 3))
    await session.execute(
        f"UPDATE segment SET {assigned} WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id, *columns.values()
    )


async def ranks_of(session: Session, program: Key) -> list[int] | None:
    """The ranks of the tiers of a programme for resellers; None where there is no such programme."""
    row = await session.row(
        "SELECT ARRAY(SELECT t.rank FROM program_tier t WHERE t.vendor_id = p.vendor_id AND t.program_id = p.id"
        " ORDER BY t.rank) AS ranks FROM program p WHERE p.vendor_id = $1 AND p.id = $2 AND p.audience = 'RESELLER'",
        program.vendor_id,
        program.id,
    )
    return None if row is None else list(row["ranks"])


async def known(session: Session, vendor_id: UUID, resellers: Sequence[UUID]) -> set[UUID]:
    """Which of these are resellers that the vendor may read."""
    rows = await session.rows(
        "SELECT p.id FROM party p WHERE p.vendor_id = $1 AND p.id = ANY ($2::uuid[]) AND p.kind = 'RESELLER'"
        " AND p.merged_into IS NULL",
        vendor_id,
        resellers,
    )
    return {row["id"] for row in rows}
