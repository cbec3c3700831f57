"""What is asked of alerts, and how they are written down. A level sees and settles what it is told; the worker raises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.programme.terms import Level
from app.store.database import Reader, Row, Session

_ALERT = ", ".join(
    f"a.{name}"
    for name in (
        "vendor_id",
        "id",
        "agreement_id",
        "distributor_id",
        "kind",
        "subject",
        "evidence",
        "period_start",
        "period_end",
        "due_on",
        "rows",
        "raised_at",
        "settled_at",
        "settled_by",
    )
)
ORDER = Order(
    (SortKey("a.raised_at", "raised_at", datetime, "timestamptz"), SortKey("a.id", "id", UUID, "uuid")),
    descending=True,
)


@dataclass(frozen=True, slots=True)
class Which:
    """Which alerts are asked for; what is None narrows nothing."""

    kinds: list[str] | None = None
    agreement: UUID | None = None
    settled: bool | None = None


_OWN = "a.vendor_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR a.distributor_id = ANY ($2)) AND a.audience = $3"
_KEPT = (
    " AND ($4::text[] IS NULL OR a.kind = ANY ($4)) AND ($5::uuid IS NULL OR a.agreement_id = $5)"
    " AND ($6::boolean IS NULL OR (a.settled_at IS NOT NULL) = $6)"
)


def _whose(actor: Actor) -> list[object]:
    """What an actor is told: a vendor in its network, a distributor in all of its networks."""
    parties = None if actor.level is Level.VENDOR else list(actor.party_ids)
    return [list(actor.vendor_ids), parties, actor.level.value]


async def alerts_of(db: Reader, actor: Actor, window: Window, which: Which) -> list[Row]:
    """A page of what the asker is told, the newest first."""
    arguments = [*_whose(actor), which.kinds, which.agreement, which.settled]
    return await db.rows(f"SELECT {_ALERT} FROM alert a WHERE {_OWN}{_KEPT}{window.sql(arguments)}", *arguments)


async def count_alerts_of(db: Reader, actor: Actor, which: Which) -> int:
    """How many alerts the asker is told."""
    arguments = [*_whose(actor), which.kinds, which.agreement, which.settled]
    found: int = await db.value(f"SELECT count(*) FROM alert a WHERE {_OWN}{_KEPT}", *arguments)
    return found


async def alerts_by_key(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The alerts of these keys that the asker is told."""
    return await db.rows(
        f"SELECT {_ALERT} FROM alert a JOIN unnest($1::uuid[], $2::uuid[]) AS k (vendor_id, id)"
        " ON k.vendor_id = a.vendor_id AND k.id = a.id WHERE a.vendor_id = ANY ($1::uuid[])",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
    )


async def alerts_made_since(db: Reader, actor: Actor, first_id: UUID) -> list[Row]:
    """What the asker is told, as far as it was written down since an id, in the order of their ids."""
    return await db.rows(
        f"SELECT a.vendor_id, a.id FROM alert a WHERE {_OWN} AND a.id >= $4 ORDER BY a.id", *_whose(actor), first_id
    )


async def alert_to_settle(session: Session, key: Key) -> Row | None:
    """An alert that the asker is told, held until the transaction ends."""
    return await session.row(
        "SELECT a.kind, a.subject, a.settled_at, a.settled_by FROM alert a WHERE a.vendor_id = $1 AND a.id = $2"
        " FOR UPDATE",
        key.vendor_id,
        key.id,
    )


async def settle(session: Session, vendor_id: UUID, ids: Sequence[UUID], by: str | None, at: datetime) -> None:
    """Settle alerts; by nobody where they are true no longer."""
    await session.execute(
        "UPDATE alert SET settled_at = $3, settled_by = $4"
        " WHERE vendor_id = $1 AND id = ANY ($2::uuid[]) AND settled_at IS NULL",
        vendor_id,
        list(ids),
        at,
        by,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert for one level, as it is written down."""

    id: UUID
    agreement_id: UUID
    distributor_id: UUID
    audience: str
    kind: str
    subject: str
    evidence: list[str]
    period_start: date
    period_end: date
    due_on: date | None
    rows: int | None


_OPEN_AGAIN = "coalesce((a.settled_at IS NOT NULL AND a.settled_by IS NULL) OR a.rows < excluded.rows, false)"


async def write(session: Session, vendor_id: UUID, entries: Sequence[Entry], at: datetime) -> list[Row]:
    """Write alerts down, each once for its subject, kind and level. Answers those that are new, or open again.

    One that had settled by itself and is true again is opened again, and so is one of which there are more rows now. What
    else it stands on by now (a held row has a line since) is added to it as it is, settled or not.
    """
    return await session.rows(
        "INSERT INTO alert AS a (vendor_id, id, agreement_id, distributor_id, audience, kind, subject, evidence,"
        " period_start, period_end, due_on, rows, raised_at)"
        " SELECT $1, e.id, e.agreement_id, e.distributor_id, e.audience, e.kind, e.subject,"
        " coalesce(string_to_array(nullif(e.evidence, ''), ' '), '{}'), e.period_start, e.period_end, e.due_on, e.rows, $2"
        " FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::date[],"
        " $11::date[], $12::date[], $13::bigint[]) AS e (id, agreement_id, distributor_id, audience, kind, subject,"
        " evidence, period_start, period_end, due_on, rows) ORDER BY e.subject, e.kind, e.audience"
        " ON CONFLICT (vendor_id, subject, kind, audience) DO UPDATE"
        f" SET rows = excluded.rows, evidence = excluded.evidence,"
        f" settled_at = CASE WHEN NOT {_OPEN_AGAIN} THEN a.settled_at END,"
        f" settled_by = CASE WHEN NOT {_OPEN_AGAIN} THEN a.settled_by END"
        f" WHERE {_OPEN_AGAIN} OR (a.rows = excluded.rows AND a.evidence <> excluded.evidence)"
        " RETURNING a.id, a.distributor_id, a.audience",
        vendor_id,
        at,
        [entry.id for entry in entries],
        [entry.agreement_id for entry in entries],
        [entry.distributor_id for entry in entries],
        [entry.audience for entry in entries],
        [entry.kind for entry in entries],
        [entry.subject for entry in entries],
        [" ".join(entry.evidence) for entry in entries],
        [entry.period_start for entry in entries],
        [entry.period_end for entry in entries],
        [entry.due_on for entry in entries],
        [entry.rows for entry in entries],
    )


async def open_alerts(session: Session, vendor_id: UUID, kinds: Sequence[str]) -> list[Row]:
    """The alerts of a network of these kinds that are open."""
    return await session.rows(
        "SELECT a.id, a.agreement_id, a.kind, a.period_start FROM alert a"
        " WHERE a.vendor_id = $1 AND a.kind = ANY ($2::text[]) AND a.settled_at IS NULL",
        vendor_id,
        list(kinds),
    )


async def settled_alerts(session: Session, vendor_id: UUID, kinds: Sequence[str], since: date) -> list[Row]:
    """The alerts of a network of these kinds that are settled, about periods from a day on."""
    return await session.rows(
        "SELECT a.agreement_id, a.kind, a.period_start, a.settled_by FROM alert a WHERE a.vendor_id = $1"
        " AND a.kind = ANY ($2::text[]) AND a.period_start >= $3 AND a.settled_at IS NOT NULL",
        vendor_id,
        list(kinds),
        since,
    )


async def warned_rows(
    session: Session, vendor_id: UUID, submissions: Sequence[UUID], codes: Sequence[str], most: int
) -> list[Row]:
    """The warnings of counted reports that stand, by report, code and the level that is told: the days that the report is
    about and whose it is, how many of its rows have the warning, and the first rows with a line that do, each with the first
    component of what it sold. A vendor is told of what is disclosed alone."""
    return await session.rows(
        "WITH warned AS MATERIALIZED (SELECT i.submission_id, i.code, i.row_number, bool_or(i.disclosed) AS disclosed"
        " FROM submission_issue i WHERE i.vendor_id = $1 AND i.submission_id = ANY ($2::uuid[])"
        " AND i.code = ANY ($3::text[]) AND i.previewed_by IS NULL AND i.settled_at IS NULL GROUP BY 1, 2, 3)"
        " SELECT w.submission_id, w.code, w.audience, w.rows, e.row_numbers, e.components, s.agreement_id,"
        " s.distributor_id, s.period_start, s.period_end"
        " FROM (SELECT n.submission_id, n.code, t.audience, count(*) AS rows FROM warned n"
        " JOIN (VALUES ('VENDOR'), ('DISTRIBUTOR')) AS t (audience) ON n.disclosed OR t.audience = 'DISTRIBUTOR'"
        " GROUP BY 1, 2, 3) w"
        " JOIN submission s ON s.vendor_id = $1 AND s.id = w.submission_id AND s.previewed_by IS NULL CROSS JOIN LATERAL ("
        " SELECT coalesce(array_agg(x.row_number ORDER BY x.row_number), '{}') AS row_numbers,"
        " coalesce(array_agg(x.component ORDER BY x.row_number), '{}') AS components"
        " FROM (SELECT r.row_number, l.component"
        " FROM (SELECT row_number FROM warned WHERE submission_id = w.submission_id AND code = w.code"
        " AND (disclosed OR w.audience = 'DISTRIBUTOR') ORDER BY row_number OFFSET 0) r"
        " CROSS JOIN LATERAL (SELECT l.component FROM sell_through_line l WHERE l.vendor_id = $1"
        " AND l.submission_id = w.submission_id AND l.row_number = r.row_number AND l.component >= 0"
        " ORDER BY l.component LIMIT 1) l"
        " ORDER BY r.row_number LIMIT $4) x) e ORDER BY w.submission_id, w.code, w.audience",
        vendor_id,
        list(submissions),
        list(codes),
        most,
    )
