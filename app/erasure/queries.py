"""What is asked of the database about erasures, and where the names stand that whoever asks holds.

A distributor holds those of its reports and of the certifications that it recorded; a reseller those of its sell-out, its
deals and its people's certifications; a vendor those of its special prices, of the assignments of its agents, and of the
certifications that it recorded. Where it stands as an end customer or holder of its own, the name is compared as it was
written, in small or capital letters; in texts it is looked for. All of this runs as `worker`, which names the network and
the owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.erasures import ERASED, ErasedSubject
from app.programme.terms import Level
from app.store.database import Reader, Row, Session
from app.tables.erasures import COUNTS, written_key

COLUMNS = "x.vendor_id, x.id, x.subject, x.status, x.reason, x.lines, x.rows, x.reports, x.records, x.unfound," + (
    " x.requested_by, x.requested_at, x.carried_out_at"
)
NEWEST = Order(
    (SortKey("x.requested_at", "requested_at", datetime, "timestamptz"), SortKey("x.id", "id", UUID, "uuid")),
    descending=True,
)
OF_VENDOR = List("erasure x WHERE x.vendor_id = k.vendor_id", COLUMNS)
_WRITTEN = "lower(btrim({})) = lower(btrim($3::text))"
_LINES = {
    Level.DISTRIBUTOR: ("sell_through_line", "distributor_id"),
    Level.RESELLER: ("sell_out_line", "reseller_id"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A name, and who holds it: a level with its party in a network (the vendor itself: None), and its organisation."""

    vendor_id: UUID
    level: Level
    party_id: UUID | None
    organization_id: UUID
    subject: ErasedSubject
    name: str

    @property
    def of(self) -> tuple[UUID, UUID | None, str]:
        """The first three arguments of every statement."""
        return self.vendor_id, self.party_id, self.name

    @property
    def reports(self) -> bool:
        """Whether it stands in reports."""
        return self.subject is ErasedSubject.END_CUSTOMER and self.level is not Level.VENDOR


@dataclass(frozen=True, slots=True)
class Touched:
    """How many lines, kept rows, reports, and further records hold a name."""

    lines: int = 0
    rows: int = 0
    reports: int = 0
    records: int = 0


async def erasures(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Erasures of the asker's own by their ids."""
    return await db.rows(
        f"SELECT k.ordinal, {COLUMNS} FROM {KEYS} JOIN erasure x ON x.vendor_id = k.vendor_id AND x.id = k.id",
        *keys_apart(keys),
    )


async def own_party(db: Reader, vendor_id: UUID, party_id: UUID, level: Level) -> bool:
    """Whether a party of a network is of this level."""
    found: bool = await db.value(
        "SELECT EXISTS (SELECT FROM party WHERE vendor_id = $1 AND id = $2 AND kind = $3)", vendor_id, party_id, level
    )
    return found


def looked_for(name: str) -> list[str]:
    """Patterns for ILIKE: the name as it is, and as a JSON text writes it."""
    forms = {name, msgspec.json.encode(name).decode()[1:-1]}
    return ["%" + each.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" for each in sorted(forms)]


async def touched(db: Reader, held: Held) -> Touched:
    """What an erasure would touch."""
    records = await db.value(f"SELECT count(*) FROM ({_records(held)}) x", *held.of)
    if not held.reports:
        return Touched(records=records)
    table, owner = _LINES[held.level]
    row = await db.row(
        f"WITH line AS (SELECT submission_id FROM {table} WHERE vendor_id = $1 AND {owner} = $2"
        f" AND {_WRITTEN.format('end_customer')}),"
        f" kept AS (SELECT submission_id FROM report_row WHERE vendor_id = $1 AND {owner} = $2"
        f" AND ({_WRITTEN.format('end_customer')} OR received ILIKE ANY ($4::text[])))"
        " SELECT (SELECT count(*) FROM line) AS lines, (SELECT count(*) FROM kept) AS rows,"
        " (SELECT count(*) FROM (SELECT submission_id FROM line UNION SELECT submission_id FROM kept) r) AS reports",
        *held.of,
        looked_for(held.name),
    )
    assert row is not None
    return Touched(row["lines"], row["rows"], row["reports"], records)


def _records(held: Held) -> str:
    """Further records that hold the name."""
    if held.subject is ErasedSubject.CERTIFIED_PERSON:
        return f"SELECT id FROM certification WHERE {_certified(held)}"
    if held.level is Level.RESELLER:
        return f"SELECT id FROM deal_customer WHERE vendor_id = $1 AND reseller_id = $2 AND {_WRITTEN.format('name')}"
    if held.level is Level.VENDOR:
        return (
            "SELECT id FROM special_price WHERE vendor_id = $1 AND $2::uuid IS NULL"
            f" AND {_WRITTEN.format('end_customer')} UNION ALL SELECT id FROM agent_assignment WHERE vendor_id = $1"
            f" AND {_WRITTEN.format('customer_name')}"
        )
    return "SELECT 1 WHERE $1::uuid IS NULL AND $2::uuid IS NULL AND $3::text IS NULL"


def _certified(held: Held) -> str:
    owner = {
        Level.VENDOR: "$2::uuid IS NULL AND recorded_by = 'VENDOR'",
        Level.DISTRIBUTOR: "distributor_id = $2",
        Level.RESELLER: "reseller_id = $2",
    }
    return f"vendor_id = $1 AND {owner[held.level]} AND {_WRITTEN.format('holder')}"


async def insert(session: Session, key: Key, held: Held, columns: dict[str, object]) -> None:
    """Ask for an erasure."""
    named: dict[str, object] = {
        "level": held.level,
        "distributor_id": held.party_id if held.level is Level.DISTRIBUTOR else None,
        "reseller_id": held.party_id if held.level is Level.RESELLER else None,
        "organization_id": held.organization_id,
        "subject": held.subject,
        "name": held.name,
        **columns,
    }
    holders = ", ".join(f"${place}" for place in range(3, 3 + len(named)))
    await session.execute(
        f"INSERT INTO erasure (vendor_id, id, {', '.join(named)}) VALUES ($1, $2, {holders})", *key[:2], *named.values()
    )


async def asked_for(db: Reader, key: Key) -> Row | None:
    """An erasure that is not carried out yet."""
    return await db.row(
        "SELECT level, distributor_id, reseller_id, organization_id, subject, name, requested_at FROM erasure"
        " WHERE vendor_id = $1 AND id = $2 AND status = 'RUNNING'",
        key.vendor_id,
        key.id,
    )


async def waits(db: Reader, held: Held, before: datetime) -> bool:
    """Whether a report of the owner's, handed in before, is not counted yet."""
    _, owner = _LINES[held.level]
    found: bool = await db.value(
        f"SELECT EXISTS (SELECT FROM submission WHERE vendor_id = $1 AND {owner} = $2 AND received_at <= $3"
        " AND status IN ('RECEIVED', 'PROCESSING'))",
        held.vendor_id,
        held.party_id,
        before,
    )
    return found


async def reports(db: Reader, held: Held) -> list[Row]:
    """The reports in which the name stands, each once: its id, its file and format."""
    table, owner = _LINES[held.level]
    return await db.rows(
        "SELECT s.id, s.organization_id, s.file_id, s.format FROM submission s"
        f" WHERE s.vendor_id = $1 AND s.{owner} = $2 AND s.id IN ("
        f"SELECT submission_id FROM {table} WHERE vendor_id = $1 AND {owner} = $2 AND {_WRITTEN.format('end_customer')}"
        f" UNION SELECT submission_id FROM report_row WHERE vendor_id = $1 AND {owner} = $2"
        f" AND ({_WRITTEN.format('end_customer')} OR received ILIKE ANY ($4::text[]))) ORDER BY s.received_order",
        *held.of,
        looked_for(held.name),
    )


async def chunks(session: Session, organization_id: UUID, file_id: UUID) -> int:
    """How many pieces a stored report has; nobody else overwrites them meanwhile."""
    await session.row(
        "SELECT id FROM report_file WHERE organization_id = $1 AND id = $2 FOR UPDATE", organization_id, file_id
    )
    found: int = await session.value(
        "SELECT count(*) FROM report_chunk WHERE organization_id = $1 AND file_id = $2", organization_id, file_id
    )
    return found


async def chunk(session: Session, organization_id: UUID, file_id: UUID, position: int) -> bytes:
    """One compressed piece of a stored report."""
    found: bytes = await session.value(
        "SELECT content FROM report_chunk WHERE organization_id = $1 AND file_id = $2 AND position = $3",
        organization_id,
        file_id,
        position,
    )
    return found


async def overwrite_chunk(
    session: Session, organization_id: UUID, file_id: UUID, position: int, content: bytes
) -> None:
    """Put another compressed piece in its place."""
    await session.execute(
        "UPDATE report_chunk SET content = $4 WHERE organization_id = $1 AND file_id = $2 AND position = $3",
        organization_id,
        file_id,
        position,
        content,
    )


async def overwritten(session: Session, held: Held, file_id: UUID, sha256: str, at: datetime) -> None:
    """Say of a stored report, and of what was handed in with it, that its bytes are no longer those received."""
    await session.execute(
        "UPDATE report_file SET redacted_at = $3, redacted_sha256 = $4 WHERE organization_id = $1 AND id = $2",
        held.organization_id,
        file_id,
        at,
        sha256,
    )
    await session.execute(
        "UPDATE submission SET redacted_at = $4 WHERE vendor_id = $1 AND organization_id = $2 AND file_id = $3",
        held.vendor_id,
        held.organization_id,
        file_id,
        at,
    )


async def done(session: Session, key: Key, counted: dict[str, int], at: datetime) -> None:
    """Write down what an erasure touched, and forget the name."""
    assigned = ", ".join(f"{name} = ${place}" for place, name in enumerate(COUNTS, 4))
    await session.execute(
        f"UPDATE erasure SET status = 'DONE', name = NULL, carried_out_at = $3, {assigned}"
        " WHERE vendor_id = $1 AND id = $2",
        *key[:2],
        at,
        *(counted.get(name, 0) for name in COUNTS),
    )


def left(column: str) -> str:
    """What is left where a name stood, as SQL; $4 is its hash as deals compare it."""
    return f"'{ERASED}' || $4::text || ':' || {written_key(column, 'vendor_id')}"
