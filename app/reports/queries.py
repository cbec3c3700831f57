"""What is asked of reports: submissions, their rows, issues and lines, files and aliases.

Row-level security cuts every answer to the asker's own; what an agreement does not disclose, the vendor's role reads from
the disclosed columns alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.programme.currencies import NO_CURRENCY
from app.programme.terms import Level, SubmissionKind
from app.reports.calendar import EASTERNMOST
from app.reports.periods.queries import JOINED, TERMS
from app.store.database import Reader, Row, Session

_SHARED = (
    "s.vendor_id, s.id, s.kind, s.mode, s.format, s.status,"
    " s.period_start, s.period_end, s.organization_id, s.file_id, s.filename, s.sha256, s.byte_size, s.submitted_by,"
    " s.received_at, s.processed_at, s.progress, s.rows_received, s.rows_accepted, s.rows_held, s.rows_rejected,"
    " s.rows_duplicate,"
    " s.rows_conflict, s.rows_superseded, s.corrected_lines, s.previewed_by, s.acknowledgement, s.failure_code,"
    " s.redacted_at"
)
_WHOLE = f"s.agreement_id, s.failure_message, s.detected, s.profile_id, s.profile_version, {TERMS}"
_DISCLOSED = (
    "s.agreement_id, s.disclosed_failure_message AS failure_message, s.disclosed_detected AS detected,"
    f" s.disclosed_profile_id AS profile_id, s.disclosed_profile_version AS profile_version, {TERMS}"
)
_SOLD_OUT = (
    "NULL::uuid AS agreement_id, s.failure_message, s.detected, NULL::uuid AS profile_id, NULL::integer AS profile_version,"
    " NULL::text AS cadence"
)
_SUBMISSION = {
    Level.VENDOR: f"{_SHARED}, {_DISCLOSED}",
    Level.DISTRIBUTOR: f"{_SHARED}, {_WHOLE}",
    Level.RESELLER: f"{_SHARED}, {_SOLD_OUT}",
}
"""The columns of a submission that a level is granted. What was made of a file may quote what a vendor may not read. A
reseller's reports are of sell-out alone, about which nothing is agreed."""
_FROM_AGREED = f" FROM submission s JOIN agreement a ON a.vendor_id = s.vendor_id AND a.id = s.agreement_id{JOINED}"
_FROM = {
    Level.VENDOR: _FROM_AGREED,
    Level.DISTRIBUTOR: _FROM_AGREED,
    Level.RESELLER: " FROM submission s",
}

SUBMISSION_ORDER = Order(
    (SortKey("s.received_at", "received_at", datetime, "timestamptz"), SortKey("s.id", "id", UUID, "uuid")),
    descending=True,
)
"Not by `received_order`: it counts the reports of everybody, and a cursor would tell how many others handed in."


async def submissions_by_key(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """The submissions of these keys that the asker may see, in no order."""
    return await db.rows(
        f"SELECT {_SUBMISSION[level]}{_FROM[level]} JOIN unnest($1::uuid[], $2::uuid[]) AS k (vendor_id, id)"
        " ON k.vendor_id = s.vendor_id AND k.id = s.id WHERE s.vendor_id = ANY ($1::uuid[])",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
    )


async def submissions_of(
    db: Reader,
    level: Level,
    agreements: Sequence[Key],
    window: Window,
    kinds: list[str] | None,
    statuses: list[str] | None,
) -> list[Row]:
    """A page of each agreement's submissions, the newest first."""
    arguments: list[object] = [[key.vendor_id for key in agreements], [key.id for key in agreements], kinds, statuses]
    return await db.rows(
        f"SELECT p.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL (SELECT {_SUBMISSION[level]}{_FROM[level]}"
        " WHERE s.vendor_id = p.vendor_id AND s.agreement_id = p.id"
        " AND ($3::text[] IS NULL OR s.kind = ANY ($3)) AND ($4::text[] IS NULL OR s.status = ANY ($4))"
        f"{window.sql(arguments)}) x",
        *arguments,
    )


async def count_submissions_of(
    db: Reader, agreements: Sequence[Key], kinds: list[str] | None, statuses: list[str] | None
) -> dict[int, int]:
    """How many submissions each agreement has, by the agreement's ordinal from 1."""
    rows = await db.rows(
        "SELECT p.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        " JOIN submission s ON s.vendor_id = p.vendor_id AND s.agreement_id = p.id"
        " WHERE ($3::text[] IS NULL OR s.kind = ANY ($3)) AND ($4::text[] IS NULL OR s.status = ANY ($4))"
        " GROUP BY p.ordinal",
        [key.vendor_id for key in agreements],
        [key.id for key in agreements],
        kinds,
        statuses,
    )
    return {row["ordinal"]: row["total"] for row in rows}


OWN_TERMS: Mapping[str, object] = {
    **{"currency": NO_CURRENCY, "mandatory_fields": (), "time_zone": EASTERNMOST},
    **{"discloses_resale_price": True, "discloses_end_customer": True, "discloses_reseller": True},
}
"How sell-out is read, about which nothing is agreed, and what its reseller is given back of it: all."


async def reading_terms(db: Reader, submission: Row) -> Row | Mapping[str, object] | None:
    """What reading a stored report again needs to know of its agreement or, of sell-out, without one."""
    if submission["kind"] == SubmissionKind.SELL_OUT:
        return OWN_TERMS
    return await agreement(db, Key(submission["vendor_id"], submission["agreement_id"]))


async def agreement(session: Reader, key: Key) -> Row | None:
    """What handing a report in needs to know of its agreement; None where the asker may not see it."""
    return await session.row(
        "SELECT vendor_id, id, id AS agreement_id, distributor_id, NULL::uuid AS reseller_id, NULL::uuid AS enrollment_id,"
        " status, effective_start, effective_end, formats, currency, time_zone,"
        " mandatory_fields, discloses_resale_price, discloses_end_customer, discloses_reseller"
        " FROM agreement WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
    )


async def enrollment(session: Reader, key: Key) -> Row | None:
    """What handing sell-out in needs to know of an enrolment of the reseller's own, in the columns of an agreement; None
    where the asker may not see it. Nothing is agreed about its days, and profiles there are none: no X12, no EDIFACT."""
    return await session.row(
        "SELECT vendor_id, NULL::uuid AS id, NULL::uuid AS agreement_id, NULL::uuid AS distributor_id, reseller_id,"
        " id AS enrollment_id, status,"
        " '-infinity'::date AS effective_start, 'infinity'::date AS effective_end,"
        " ARRAY['INLINE', 'CSV', 'XLSX'] AS formats FROM enrollment WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
    )


async def file(session: Reader, organization_id: UUID, file_id: UUID) -> Row | None:
    """An upload of the organisation."""
    return await session.row(
        "SELECT organization_id, id, filename, byte_size, sha256, received_bytes, expires_at, completed_at"
        " FROM report_file WHERE organization_id = $1 AND id = $2",
        organization_id,
        file_id,
    )


async def file_locked(session: Session, organization_id: UUID, file_id: UUID) -> Row | None:
    """An upload of the organisation, held until the transaction ends, so that two senders do not mix their bytes."""
    return await session.row(
        "SELECT organization_id, id, filename, byte_size, sha256, received_bytes, expires_at, completed_at"
        " FROM report_file WHERE organization_id = $1 AND id = $2 FOR UPDATE",
        organization_id,
        file_id,
    )


async def add_file(
    session: Session,
    organization_id: UUID,
    file_id: UUID,
    filename: str,
    byte_size: int | None,
    sha256: str | None,
    created_at: datetime,
    expires_at: datetime,
) -> None:
    """Announce a file, before its bytes."""
    await session.execute(
        "INSERT INTO report_file (organization_id, id, filename, byte_size, sha256, received_bytes, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, 0, $6, $7)",
        organization_id,
        file_id,
        filename,
        byte_size,
        sha256,
        created_at,
        expires_at,
    )


async def forget_chunks(session: Session, organization_id: UUID, file_id: UUID) -> None:
    """Drop what an earlier attempt at an upload left."""
    await session.execute(
        "DELETE FROM report_chunk WHERE organization_id = $1 AND file_id = $2", organization_id, file_id
    )


async def add_chunk(session: Session, organization_id: UUID, file_id: UUID, position: int, content: bytes) -> None:
    """Store a compressed piece of a file."""
    await session.execute(
        "INSERT INTO report_chunk (organization_id, file_id, position, content) VALUES ($1, $2, $3, $4)",
        organization_id,
        file_id,
        position,
        content,
    )


async def complete_file(
    session: Session, organization_id: UUID, file_id: UUID, sha256: str, size: int, at: datetime
) -> None:
    """Say that all bytes are there; from now on they do not change."""
    await session.execute(
        "UPDATE report_file SET sha256 = $3, received_bytes = $4, completed_at = $5"
        " WHERE organization_id = $1 AND id = $2 AND completed_at IS NULL",
        organization_id,
        file_id,
        sha256,
        size,
        at,
    )


async def chunk_page(db: Reader, organization_id: UUID, file_id: UUID, position: int, most: int) -> list[bytes]:
    """The compressed pieces of a file from a position on, so many at most, in order."""
    rows = await db.rows(
        "SELECT content FROM report_chunk WHERE organization_id = $1 AND file_id = $2 AND position >= $3"
        " ORDER BY position LIMIT $4",
        organization_id,
        file_id,
        position,
        most,
    )
    return [row["content"] for row in rows]


async def kept_hash(db: Reader, organization_id: UUID, file_id: UUID) -> str | None:
    """The SHA-256 of the bytes as they are kept, where a name that was erased is no longer among those received."""
    found: str | None = await db.value(
        "SELECT redacted_sha256 FROM report_file WHERE organization_id = $1 AND id = $2", organization_id, file_id
    )
    return found


async def own_submission(session: Session, key: Key) -> Row | None:
    """Who handed a report in, what it is about and where it stands; None where the asker sees no such report."""
    return await session.row(
        "SELECT organization_id, kind, status FROM submission WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id
    )


async def cancel(session: Session, key: Key) -> bool:
    """Withdraw a report that nobody has begun to count; False where it is too late."""
    changed = await session.execute(
        "UPDATE submission SET status = 'CANCELLED' WHERE vendor_id = $1 AND id = $2 AND status = 'RECEIVED'",
        key.vendor_id,
        key.id,
    )
    return changed == 1


async def add_submission(session: Session, **given: object) -> None:
    """Write a report down as received."""
    names = list(given)
    holders = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    await session.execute(
        f"INSERT INTO submission ({', '.join(names)}, status, rows_received, rows_accepted, rows_held,"
        f" rows_rejected, rows_duplicate, rows_conflict) VALUES ({holders}, 'RECEIVED', 0, 0, 0, 0, 0, 0)",
        *given.values(),
    )
