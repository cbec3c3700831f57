"""What is asked of the database about statements. Vendor and distributor read the same, but who of the vendor calculated or
decided: that is the vendor's alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.terms import Level
from app.store.database import Reader, Row, Session

_STATEMENT = (
    "s.vendor_id, s.id, s.term_id, s.incentive_id, s.agreement_id, s.distributor_id, s.period_start, s.period_end,"
    " s.sequence, s.currency, s.status, s.revision, s.qualifying, s.paying, s.lines, s.unvalued, s.entitled_minor,"
    " s.settled_minor, s.payable_minor, s.share_cutoff, s.approvals_needed, s.disputed_from, s.calculated_at,"
    " s.approved_at, s.credited_at, s.credit_number, t.name, t.rule::text AS rule, (SELECT a.earned_minor FROM accrual a"
    " WHERE a.vendor_id = s.vendor_id AND a.term_id = s.term_id AND a.period_start = s.period_start) AS accrued_now,"
    " (SELECT count(*) FROM statement_decision d WHERE d.vendor_id = s.vendor_id AND d.statement_id = s.id"
    " AND d.revision = s.revision AND d.decision = 'APPROVE' AND d.carried_out_at IS NOT NULL) AS approvals"
)
_TERM = "JOIN incentive_term t ON t.vendor_id = s.vendor_id AND t.id = s.term_id"
NEWEST = Order(
    (SortKey("s.period_start", "period_start", date, "date"), SortKey("s.id", "id", UUID, "uuid")), descending=True
)
FIRST_DECIDED = Order(
    (SortKey("d.decided_at", "decided_at", datetime, "timestamptz"), SortKey("d.id", "id", UUID, "uuid"))
)


@dataclass(frozen=True, slots=True)
class Which:
    """Which statements are asked for; what is None narrows nothing."""

    statuses: list[str] | None = None
    incentive_id: UUID | None = None
    agreement_id: UUID | None = None
    start: date | None = None
    end: date | None = None

    @property
    def values(self) -> list[object]:
        return [self.statuses, self.incentive_id, self.agreement_id, self.start, self.end]


_KEPT = (
    " AND ($3::text[] IS NULL OR s.status = ANY ($3)) AND ($4::uuid IS NULL OR s.incentive_id = $4)"
    " AND ($5::uuid IS NULL OR s.agreement_id = $5)"
    " AND ($6::date IS NULL OR (s.period_end > $6 AND s.period_start < $7::date))"
)
OF_VENDOR = f"s.vendor_id = k.id{_KEPT}"
OF_AGREEMENT = f"s.vendor_id = k.vendor_id AND s.agreement_id = k.id{_KEPT}"
OF_TERM = f"s.vendor_id = k.vendor_id AND s.term_id = k.id{_KEPT}"
"Which statements are in the list of each of several parents."


def _columns(level: Level) -> str:
    by = "s.calculated_by_name" if level is Level.VENDOR else "NULL::text"
    return f"{_STATEMENT}, {by} AS calculated_by_name"


def statements_of(parents: str, level: Level) -> List:
    """The statements of vendors, agreements or terms, as a level reads them."""
    return List(f"statement s {_TERM} WHERE {parents}", _columns(level))


async def statements(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """Statements by their ids: all of a vendor's, a distributor's own."""
    return await db.rows(
        f"SELECT {_columns(level)} FROM {KEYS} JOIN statement s ON s.vendor_id = k.vendor_id AND s.id = k.id {_TERM}",
        *keys_apart(keys),
    )


async def corrected(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """The statement before each of these in its sequence, with the ordinal of which."""
    return await db.rows(
        f"SELECT k.ordinal, {_columns(level)} FROM {KEYS} JOIN statement n ON n.vendor_id = k.vendor_id AND n.id = k.id"
        " JOIN statement s ON s.vendor_id = n.vendor_id AND s.term_id = n.term_id AND s.period_start = n.period_start"
        f" AND s.sequence = n.sequence - 1 {_TERM}",
        *keys_apart(keys),
    )


async def decisions(db: Reader, level: Level, parents: Sequence[Key], window: Window) -> list[Row]:
    """A page of what was decided about each statement."""
    arguments: list[object] = [*keys_apart(parents)]
    cut = window.sql(arguments)
    name = "d.disclosed_name"
    if level is Level.VENDOR:
        name = "CASE WHEN d.decided_as = 'VENDOR' THEN d.decided_by_name END"
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (SELECT d.id, d.revision, d.decision, d.reason,"
        f" d.credit_number, {name} AS decided_by, d.decided_as, d.decided_at, d.carried_out_at, d.refused"
        f" FROM statement_decision d WHERE d.vendor_id = k.vendor_id AND d.statement_id = k.id{cut}) x",
        *arguments,
    )


async def count_decisions(db: Reader, parents: Sequence[Key]) -> dict[int, int]:
    """How often something was decided about each statement, by its ordinal."""
    rows = await db.rows(
        "SELECT k.ordinal, (SELECT count(*) FROM statement_decision d WHERE d.vendor_id = k.vendor_id"
        f" AND d.statement_id = k.id) AS total FROM {KEYS}",
        *keys_apart(parents),
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def disputes(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """When the present revision of each statement was contested and when that ended, the first first."""
    return await db.rows(
        f"SELECT k.ordinal, d.decision, d.carried_out_at FROM {KEYS} JOIN statement s ON s.vendor_id = k.vendor_id"
        " AND s.id = k.id JOIN statement_decision d ON d.vendor_id = s.vendor_id AND d.statement_id = s.id"
        " AND d.revision = s.revision AND d.decision IN ('DISPUTE', 'WITHDRAW_DISPUTE', 'UPHOLD')"
        " AND d.carried_out_at IS NOT NULL ORDER BY d.carried_out_at, d.id",
        *keys_apart(keys),
    )


async def bands(db: Reader, keys: Sequence[Key], revisions: Sequence[int]) -> list[Row]:
    """The bands of each statement's revision, the lowest first."""
    return await db.rows(
        "SELECT k.ordinal, b.threshold, b.upto, b.measure, b.rate, b.payment FROM unnest($1::uuid[], $2::uuid[], $3::int[])"
        " WITH ORDINALITY AS k(vendor_id, id, revision, ordinal) JOIN statement_band b ON b.vendor_id = k.vendor_id"
        " AND b.statement_id = k.id AND b.revision = k.revision ORDER BY k.ordinal, b.position",
        *keys_apart(keys),
        list(revisions),
    )


async def steps(db: Reader, keys: Sequence[Key], revisions: Sequence[int]) -> list[Row]:
    """The steps of each statement's revision, in their order."""
    return await db.rows(
        "SELECT k.ordinal, t.kind, t.description, t.before, t.after, t.evidence"
        " FROM unnest($1::uuid[], $2::uuid[], $3::int[])"
        " WITH ORDINALITY AS k(vendor_id, id, revision, ordinal) JOIN statement_step t ON t.vendor_id = k.vendor_id"
        " AND t.statement_id = k.id AND t.revision = k.revision ORDER BY k.ordinal, t.position",
        *keys_apart(keys),
        list(revisions),
    )


async def runs(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """A vendor's own runs by their ids."""
    return await db.rows(
        "SELECT r.vendor_id, r.id, r.period_start, r.period_end, r.asked_by_name, r.asked_at, r.finished_at, r.calculated,"
        f" r.unchanged, r.failed FROM {KEYS} JOIN statement_run r ON r.vendor_id = k.vendor_id AND r.id = k.id",
        *keys_apart(keys),
    )


async def thresholds(db: Reader, vendor_ids: Sequence[UUID]) -> list[Row]:
    """Above which payments two people approve, by currency; the vendor's own affair."""
    return await db.rows(
        "SELECT vendor_id, currency, above_minor, set_at FROM approval_threshold WHERE vendor_id = ANY ($1::uuid[])"
        " ORDER BY vendor_id, currency",
        list(vendor_ids),
    )


async def for_act(session: Session, level: Level, key: Key) -> Row | None:
    """A statement as it stands, if the asker may see it."""
    by = "s.calculated_by" if level is Level.VENDOR else "NULL::text"
    return await session.row(
        "SELECT s.id, s.agreement_id, s.distributor_id, s.status, s.revision, s.disputed_from, s.approvals_needed,"
        f" {by} AS calculated_by, t.rule::text AS rule FROM statement s {_TERM} WHERE s.vendor_id = $1 AND s.id = $2",
        key.vendor_id,
        key.id,
    )


async def approved_by(session: Session, key: Key, revision: int) -> frozenset[str]:
    """Who has approved a revision, by id."""
    rows = await session.rows(
        "SELECT decided_by FROM statement_decision WHERE vendor_id = $1 AND statement_id = $2 AND revision = $3"
        " AND decision = 'APPROVE' AND carried_out_at IS NOT NULL",
        key.vendor_id,
        key.id,
        revision,
    )
    return frozenset(row["decided_by"] for row in rows)


async def insert_decision(session: Session, key: Key, row: Sequence[object]) -> bool:
    """Write a decision down: id, agreement, distributor, revision, decision, reason, credit number, by id, by name, as and
    when. False where the same person has approved the revision already."""
    added = await session.execute(
        "INSERT INTO statement_decision (vendor_id, statement_id, id, agreement_id, distributor_id, revision, decision,"
        " reason, credit_number, decided_by, decided_by_name, decided_as, decided_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING",
        key.vendor_id,
        key.id,
        *row,
    )
    return added == 1


async def refused(db: Reader, vendor_id: UUID, decision_id: UUID) -> str | None:
    """Why a decision was not carried out; None where it was."""
    found: str | None = await db.value(
        "SELECT refused FROM statement_decision WHERE vendor_id = $1 AND id = $2", vendor_id, decision_id
    )
    return found


async def insert_run(
    session: Session,
    key: Key,
    incentive_id: UUID | None,
    agreement_id: UUID | None,
    start: date,
    end: date,
    by: str,
    by_name: str,
    at: datetime,
) -> None:
    """Ask for the statements of the pay periods that end in these days."""
    await session.execute(
        "INSERT INTO statement_run (vendor_id, id, incentive_id, agreement_id, period_start, period_end, asked_by,"
        " asked_by_name, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *key[:2],
        incentive_id,
        agreement_id,
        start,
        end,
        by,
        by_name,
        at,
    )


async def exists(session: Session, table: str, key: Key) -> bool:
    """Whether an incentive or an agreement is the asker's own."""
    found: bool = await session.value(
        f"SELECT EXISTS (SELECT FROM {table} WHERE vendor_id = $1 AND id = $2)", key.vendor_id, key.id
    )
    return found


async def prepared_by(session: Session, key: Key, revision: int) -> list[str]:
    """Who has approved a revision, carried out or not yet, or has confirmed a gate of its pay period, by id."""
    rows = await session.rows(
        "SELECT decided_by AS id FROM statement_decision WHERE vendor_id = $1 AND statement_id = $2 AND revision = $3"
        " AND decision = 'APPROVE' AND refused IS NULL UNION SELECT g.confirmed_by FROM statement s JOIN statement o"
        " ON o.vendor_id = s.vendor_id AND o.term_id = s.term_id AND o.period_start = s.period_start"
        " JOIN gate_proof g ON g.vendor_id = o.vendor_id AND g.statement_id = o.id"
        " WHERE s.vendor_id = $1 AND s.id = $2",
        key.vendor_id,
        key.id,
        revision,
    )
    return [row["id"] for row in rows]


async def insert_proof(session: Session, key: Key, row: Sequence[object]) -> None:
    """Write down what was found about a gate: id, agreement, distributor, gate, whether it is met, note, by id, by name,
    when."""
    await session.execute(
        "INSERT INTO gate_proof (vendor_id, statement_id, id, agreement_id, distributor_id, gate, is_met, note,"
        " confirmed_by, confirmed_by_name, confirmed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        key.vendor_id,
        key.id,
        *row,
    )


async def set_threshold(session: Session, vendor_id: UUID, currency: str, above: int, at: datetime, by: str) -> None:
    """Set above how many minor units two people approve."""
    await session.execute(
        "INSERT INTO approval_threshold AS a (vendor_id, currency, above_minor, set_at, set_by) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (vendor_id, currency) DO UPDATE SET above_minor = excluded.above_minor, set_at = excluded.set_at,"
        " set_by = excluded.set_by",
        vendor_id,
        currency,
        above,
        at,
        by,
    )
