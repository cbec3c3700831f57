"""What is asked of alerts, and how they are written down. A level sees and settles what it is told; the worker raises."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.roles import Role
from app.alerts.kinds import kinds_read_with
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
        "reseller_id",
        "kind",
        "subject",
        "evidence",
        "facts",
        "period_start",
        "period_end",
        "due_on",
        "rows",
        "raised_at",
        "settled_at",
        "settled_by",
        "assignee_id",
        "assignee",
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
    by_itself: bool | None = None
    assignee: UUID | None = None
    assigned: bool | None = None

    @property
    def values(self) -> list[object]:
        """What `_KEPT` is given."""
        return [self.kinds, self.agreement, self.settled, self.by_itself, self.assignee, self.assigned]


def _own(actor: Actor) -> str:
    """What an actor is told, by the column that says whose it is."""
    owner = "reseller_id" if actor.level is Level.RESELLER else "distributor_id"
    told = f"a.vendor_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR a.{owner} = ANY ($2)) AND a.audience = $3"
    return f"{told} AND a.kind = ANY ($4::text[]){_of_person(actor)}"


def _of_person(actor: Actor) -> str:
    """Sales people of a reseller are told of their own affairs, and of what is nobody's in particular."""
    everything = {Role.RESELLER_ADMIN, Role.RESELLER_VIEWER}
    if actor.level is not Level.RESELLER or actor.roles & everything:
        return ""
    return f" AND (a.person_id IS NULL OR a.person_id = '{actor.acting_id}'::uuid)"


_KEPT = (
    " AND ($5::text[] IS NULL OR a.kind = ANY ($5)) AND ($6::uuid IS NULL OR a.agreement_id = $6)"
    " AND ($7::boolean IS NULL OR (a.settled_at IS NOT NULL) = $7)"
    " AND ($8::boolean IS NULL OR (a.settled_by IS NULL) = $8) AND ($9::uuid IS NULL OR a.assignee_id = $9)"
    " AND ($10::boolean IS NULL OR (a.assignee_id IS NOT NULL) = $10)"
)


def _whose(actor: Actor) -> list[object]:
    """What an actor is told: a vendor in its network, a distributor or a reseller in all of its networks, of the kinds that
    its permissions let it read."""
    parties = None if actor.level is Level.VENDOR else list(actor.party_ids)
    return [list(actor.vendor_ids), parties, actor.level.value, kinds_read_with(actor.permissions)]


def own_and_open(actor: Actor) -> tuple[str, list[object]]:
    """The condition that an alert `a` is open and told to an actor who may read it, and its arguments."""
    return f"{_own(actor)} AND a.settled_at IS NULL", _whose(actor)


async def alerts_of(db: Reader, actor: Actor, window: Window, which: Which) -> list[Row]:
    """A page of what the asker is told, the newest first."""
    arguments = [*_whose(actor), *which.values]
    return await db.rows(f"SELECT {_ALERT} FROM alert a WHERE {_own(actor)}{_KEPT}{window.sql(arguments)}", *arguments)


async def count_alerts_of(db: Reader, actor: Actor, which: Which) -> int:
    """How many alerts the asker is told."""
    arguments = [*_whose(actor), *which.values]
    found: int = await db.value(f"SELECT count(*) FROM alert a WHERE {_own(actor)}{_KEPT}", *arguments)
    return found


async def alerts_by_key(db: Reader, keys: Sequence[Key], actor: Actor) -> list[Row]:
    """The alerts of these keys that the asker is told."""
    return await db.rows(
        f"SELECT {_ALERT} FROM alert a JOIN unnest($1::uuid[], $2::uuid[]) AS k (vendor_id, id)"
        " ON k.vendor_id = a.vendor_id AND k.id = a.id WHERE a.vendor_id = ANY ($1::uuid[])"
        f" AND a.kind = ANY ($3::text[]){_of_person(actor)}",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
        kinds_read_with(actor.permissions),
    )


async def alerts_made_since(db: Reader, actor: Actor, first_id: UUID) -> list[Row]:
    """What the asker is told, as far as it was written down since an id, in the order of their ids."""
    return await db.rows(
        f"SELECT a.vendor_id, a.id FROM alert a WHERE {_own(actor)} AND a.id >= $5 ORDER BY a.id",
        *_whose(actor),
        first_id,
    )


async def alert_to_settle(session: Session, key: Key, actor: Actor) -> Row | None:
    """An alert that the asker is told, held until the transaction ends."""
    return await session.row(
        "SELECT a.kind, a.subject, a.settled_at, a.settled_by, a.assignee FROM alert a WHERE a.vendor_id = $1 AND a.id = $2"
        f" AND a.kind = ANY ($3::text[]){_of_person(actor)} FOR UPDATE",
        key.vendor_id,
        key.id,
        kinds_read_with(actor.permissions),
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
    agreement_id: UUID | None
    distributor_id: UUID | None
    reseller_id: UUID | None
    audience: str
    kind: str
    subject: str
    evidence: list[str]
    facts: list[str]
    period_start: date | None
    period_end: date | None
    due_on: date | None
    rows: int | None
    person_id: UUID | None


_OPEN_AGAIN = (
    "coalesce((a.settled_at IS NOT NULL AND a.settled_by IS NULL) OR a.rows < excluded.rows"
    " OR (a.kind IN ('TIER_CHANGED', 'PARTNER_LINKED') AND a.facts <> excluded.facts), false)"
)


async def write(session: Session, vendor_id: UUID, entries: Sequence[Entry], at: datetime) -> list[Row]:
    """Write alerts down, each once for its subject, kind and level. Answers those that are new, or open again.

    One that had settled by itself and is true again is opened again, and so is one of which there are more rows now, and
    what says that something happened, where it has happened once more. What
    else it stands on by now (a held row has a line since) is added to it as it is, settled or not.
    """
    return await session.rows(
        "INSERT INTO alert AS a (vendor_id, id, agreement_id, distributor_id, reseller_id, audience, kind, subject,"
        " evidence, facts, period_start, period_end, due_on, rows, person_id, raised_at)"
        " SELECT $1, e.id, e.agreement_id, e.distributor_id, e.reseller_id, e.audience, e.kind, e.subject, e.evidence,"
        " e.facts, e.period_start, e.period_end, e.due_on, e.rows, e.person_id, $2"
        " FROM jsonb_to_recordset($3::jsonb) AS e (id uuid,"
        " agreement_id uuid, distributor_id uuid, reseller_id uuid, audience text, kind text, subject text,"
        " evidence text[], facts text[], period_start date, period_end date, due_on date, rows bigint,"
        " person_id uuid)"
        " ORDER BY e.subject, e.kind, e.audience, e.distributor_id, e.reseller_id"
        " ON CONFLICT (vendor_id, subject, kind, audience, owner_id) DO UPDATE"
        f" SET rows = excluded.rows, evidence = excluded.evidence, facts = excluded.facts, due_on = excluded.due_on,"
        f" settled_at = CASE WHEN NOT {_OPEN_AGAIN} THEN a.settled_at END,"
        f" settled_by = CASE WHEN NOT {_OPEN_AGAIN} THEN a.settled_by END"
        f" WHERE {_OPEN_AGAIN} OR (a.rows IS NOT DISTINCT FROM excluded.rows"
        " AND (a.evidence, a.facts, a.due_on) IS DISTINCT FROM (excluded.evidence, excluded.facts, excluded.due_on))"
        " RETURNING a.id, a.owner_id, a.audience, a.kind,"
        " old.id IS NULL OR (old.settled_at IS NOT NULL AND a.settled_at IS NULL) AS fresh",
        vendor_id,
        at,
        [asdict(entry) for entry in entries],
    )


async def clear(session: Session, vendor_id: UUID, kind: str, subjects: Sequence[str], at: datetime) -> None:
    """Let the open alerts of a kind about these settle by themselves."""
    await session.execute(
        "UPDATE alert SET settled_at = $4 WHERE vendor_id = $1 AND kind = $2 AND subject = ANY ($3::text[])"
        " AND settled_at IS NULL",
        vendor_id,
        kind,
        list(subjects),
        at,
    )


async def assign(session: Session, key: Key, assignee_id: UUID | None, assignee: str | None) -> None:
    """Write down who is to see to an alert."""
    await session.execute(
        "UPDATE alert SET assignee_id = $3, assignee = $4 WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        assignee_id,
        assignee,
    )


async def colleague(db: Reader, organization_id: UUID, level: Level, user_id: UUID) -> Row | None:
    """A user of an organisation who has a role of a level in it."""
    return await db.row(
        "SELECT u.id, u.name FROM user_account u WHERE u.id = $2 AND EXISTS (SELECT FROM membership m"
        " WHERE m.organization_id = $1 AND m.user_id = u.id AND starts_with(m.role, $3))",
        organization_id,
        user_id,
        f"{level.value}_",
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
