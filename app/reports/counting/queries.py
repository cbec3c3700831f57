"""The set-based statements that count placed rows. All run as `worker`, within one vendor's network.

Rows are staged first, whether they come from a report or from among the held ones; `place` then says of each what becomes
of it, and the rest follows that one table. Amounts are 10⁻⁶ currency units, quantities 10⁻³ base units.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.programme.currencies import NO_CURRENCY
from app.programme.terms import SubmissionKind, SubmissionMode
from app.reports.calendar import EASTERNMOST
from app.reports.counting.placing.queries import PLACED_AS_RECEIVED, RECEIVED
from app.reports.periods.queries import JOINED, TERMS
from app.store.database import Row, Session
from app.store.turns import Turn, share, take, try_take
from app.tables.reports import HELD

_TERMS = TERMS.replace("a.time_zone", f"coalesce(a.time_zone, '{EASTERNMOST}') AS time_zone")
"What was agreed about reporting; of sell-out nothing was."


async def take_turn(session: Session, owner_id: UUID) -> bool:
    """Take the turn of a distributor or, of sell-out, of a reseller to count until the transaction ends; False while another
    report of it has it."""
    return await try_take(session, Turn.COUNTING, owner_id)


async def keep_calendar(session: Session, vendor_id: UUID) -> None:
    """Let the vendor's fiscal calendar stand as it is until the transaction ends: it waits for the turns of distributors,
    and of many resellers for this alone."""
    await share(session, Turn.CALENDAR, vendor_id)


async def next_waiting(session: Session, vendor_id: UUID, owner_id: UUID) -> Row | None:
    """The report under the agreement or, of sell-out, of the reseller that was received first of those not counted yet."""
    return await session.row(
        "SELECT s.id, s.kind, s.mode, s.format, s.sha256, s.byte_size, s.organization_id, s.file_id, s.period_start,"
        " s.period_end, s.received_at, s.previewed_by, s.profile_id,"
        " coalesce(a.distributor_id, s.reseller_id) AS owner_id,"
        f" coalesce(a.currency, '{NO_CURRENCY}') AS currency, coalesce(a.mandatory_fields, '{{}}') AS mandatory_fields,"
        f" {_TERMS},"
        " a.discloses_resale_price, a.discloses_end_customer, a.discloses_reseller"
        f" FROM submission s LEFT JOIN agreement a ON a.vendor_id = s.vendor_id AND a.id = s.agreement_id{JOINED}"
        " WHERE s.vendor_id = $1 AND (s.agreement_id = $2 OR s.reseller_id = $2)"
        " AND s.status IN ('RECEIVED', 'PROCESSING') ORDER BY s.received_order LIMIT 1",
        vendor_id,
        owner_id,
    )


async def begin(session: Session, vendor_id: UUID, submission_id: UUID, at: datetime) -> bool:
    """Say that the report is being read; False where it has just been withdrawn."""
    changed = await session.execute(
        "UPDATE submission SET status = 'PROCESSING', started_at = $3, progress = 0"
        " WHERE vendor_id = $1 AND id = $2 AND status IN ('RECEIVED', 'PROCESSING')",
        vendor_id,
        submission_id,
        at,
    )
    return changed == 1


async def fail(
    session: Session,
    vendor_id: UUID,
    submission_id: UUID,
    code: str,
    message: str,
    disclosed: str,
    acknowledgement: str | None,
    at: datetime,
) -> None:
    """Say that the report could not be read, and to the vendor what is `disclosed` of why; nothing of it counts."""
    await session.execute(
        "UPDATE submission SET status = 'FAILED', failure_code = $3, failure_message = $4,"
        " disclosed_failure_message = $5, acknowledgement = $6, processed_at = $7"
        " WHERE vendor_id = $1 AND id = $2 AND status IN ('RECEIVED', 'PROCESSING')",
        vendor_id,
        submission_id,
        code,
        message,
        disclosed,
        acknowledgement,
        at,
    )


async def tell_progress(session: Session, vendor_id: UUID, submission_id: UUID, share: float) -> None:
    """Say how far a report is that is being counted, from 0 to 1."""
    await session.execute(
        "UPDATE submission SET progress = $3 WHERE vendor_id = $1 AND id = $2 AND status = 'PROCESSING'",
        vendor_id,
        submission_id,
        share,
    )


async def new_knowledge(session: Session, vendor_id: UUID, agreement_id: UUID | None, cause: str) -> int:
    """Begin a change of the facts, under no agreement where it is sell-out: the number that its facts carry.
    `knowledge_is_known` writes its moment."""
    number: int = await session.value(
        "INSERT INTO knowledge (vendor_id, agreement_id, distributor_id, cause) VALUES ($1, $2,"
        " (SELECT distributor_id FROM agreement WHERE vendor_id = $1 AND id = $2), $3) RETURNING id",
        vendor_id,
        agreement_id,
        cause,
    )
    return number


async def knowledge_is_known(session: Session, vendor_id: UUID, number: int) -> None:
    """Write when the change became known, last, under the vendor's lock, held to commit: moments follow commits."""
    await take(session, Turn.KNOWLEDGE, vendor_id)
    await session.execute(
        "UPDATE knowledge SET known_at = clock_timestamp() WHERE vendor_id = $1 AND id = $2", vendor_id, number
    )


async def keep_other_rows(
    session: Session,
    kind: SubmissionKind,
    vendor_id: UUID,
    agreement: Row,
    disclosed: Iterable[str],
    previewed_by: str | None,
) -> int:
    """Keep every row that did not count, with its outcome and what it said; the vendor may read the `disclosed` fields.
    Of a preview, whose rows never count, every row is kept."""
    return await session.execute(
        f"""
INSERT INTO report_row (vendor_id, submission_id, row_number, agreement_id, distributor_id, reseller_id, kind, outcome,
    waits_for, {RECEIVED}, disclosed_received, previewed_by)
SELECT s.vendor_id, s.submission_id, s.row_number, $2, $3, $6, '{kind}', s.outcome,
    CASE WHEN s.outcome = 'HELD' THEN s.waits_for ELSE '{{}}' END,
    {", ".join(f"s.{name.strip()}" for name in RECEIVED.split(","))},
    (SELECT jsonb_object_agg(said.key, said.value)::text FROM jsonb_each(s.received::jsonb) said
        WHERE said.key = ANY ($4::text[])), $5
FROM {PLACED_AS_RECEIVED} s
WHERE s.vendor_id = $1 AND (s.outcome <> 'ACCEPTED' OR $5::text IS NOT NULL)
""",
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        list(disclosed),
        previewed_by,
        agreement["reseller_id"],
    )


STEP_ASIDE = f"""
, gone AS (
    UPDATE report_row r SET outcome = 'SUPERSEDED', waits_for = '{{}}', settled_at = $4 FROM replaced x
    WHERE r.vendor_id = $1 AND r.submission_id = x.submission_id AND r.row_number = x.row_number AND {HELD}
    RETURNING r.submission_id, r.row_number
), settled AS (
    UPDATE submission_issue i SET settled_at = $4 FROM gone g
    WHERE i.vendor_id = $1 AND i.submission_id = g.submission_id AND i.row_number = g.row_number
        AND i.severity = 'HOLD' AND i.settled_at IS NULL
)
UPDATE submission s SET rows_held = s.rows_held - n.rows, rows_superseded = s.rows_superseded + n.rows
FROM (SELECT submission_id, count(*) AS rows FROM gone GROUP BY 1) n
WHERE s.vendor_id = $1 AND s.id = n.submission_id
RETURNING s.id"""
"""The end of a statement whose `replaced` are held rows: they wait no more since the moment $4, in the network $1. The
reports that they are of."""


async def supersede_held(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, submission: Row, at: datetime
) -> list[UUID]:
    """Held rows of earlier reports in whose place the report steps, or which a restated period does not say again, wait
    no more. The reports that they are of."""
    restated = submission["mode"] == SubmissionMode.REPLACE_PERIOD
    rows = await session.rows(
        f"""
WITH replaced AS (
    SELECT held_submission AS submission_id, held_row AS row_number FROM placed
    WHERE mode <> 'APPEND' AND held_submission IS NOT NULL
        AND (outcome IN ('ACCEPTED', 'HELD') OR outcome = 'DUPLICATE' AND says_the_same)
    UNION
    SELECT r.submission_id, r.row_number FROM report_row r
    WHERE $5 AND r.vendor_id = $1 AND (r.agreement_id = $2 OR r.reseller_id = $8) AND r.kind = '{kind}' AND {HELD}
        AND r.submission_id <> $3 AND r.sold_on >= $6 AND r.sold_on < $7
        AND NOT EXISTS (SELECT FROM placed p WHERE p.document_number = r.document_number
            AND p.placed_line = r.document_line AND p.document_kind = r.document_kind)
){STEP_ASIDE}""",
        vendor_id,
        agreement["id"],
        submission["id"],
        at,
        restated,
        submission["period_start"],
        submission["period_end"],
        agreement["reseller_id"],
    )
    return [row["id"] for row in rows]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How many of the placed rows met each outcome, whether there is something to look at in any, and whether any has serial
    numbers."""

    rows: dict[str, int]
    warned: bool = False
    serials: bool = False

    @property
    def all_count(self) -> bool:
        return not self.rows.keys() - {"ACCEPTED"}


async def outcomes(session: Session) -> Outcomes:
    """What became of the placed rows of a report of sales."""
    rows = await session.rows(
        "SELECT outcome, count(*) AS rows, bool_or(cardinality(warnings) > 0) AS warned,"
        " bool_or(serial_numbers IS NOT NULL) AS serials FROM placed GROUP BY outcome"
    )
    by_outcome = {row["outcome"]: row["rows"] for row in rows}
    return Outcomes(by_outcome, any(row["warned"] for row in rows), any(row["serials"] for row in rows))


async def stock_outcomes(session: Session) -> Outcomes:
    """What became of the placed rows of a report of stock."""
    rows = await session.rows("SELECT outcome, count(*) AS rows FROM placed GROUP BY outcome")
    return Outcomes({row["outcome"]: row["rows"] for row in rows})


async def begin_trial(session: Session) -> None:
    """From here on, what is written can be taken back."""
    await session.execute("SAVEPOINT trial")


async def end_trial(session: Session) -> None:
    """Take back what was written since the trial began; its locks go with it."""
    await session.execute("ROLLBACK TO SAVEPOINT trial")


async def whose(session: Session, vendor_id: UUID, submission_id: UUID) -> Row | None:
    """Of which kind a report is, who handed it in, and who previews it."""
    return await session.row(
        "SELECT s.kind, s.distributor_id, s.reseller_id, s.previewed_by FROM submission s"
        " WHERE s.vendor_id = $1 AND s.id = $2",
        vendor_id,
        submission_id,
    )


async def finish(
    session: Session,
    vendor_id: UUID,
    submission_id: UUID,
    found: dict[str, int],
    detected: object,
    acknowledgement: str | None,
    corrected_lines: int,
    at: datetime,
) -> None:
    """Close the report with the number of its rows by outcome; the database refuses numbers that do not add up."""
    await session.execute(
        "UPDATE submission SET status = 'PROCESSED', processed_at = $3, detected = $4,"
        " disclosed_detected = CASE WHEN kind = 'SELL_IN' THEN $4::jsonb END, rows_received = $5,"
        " rows_accepted = $6, rows_held = $7, rows_rejected = $8, rows_duplicate = $9, rows_conflict = $10,"
        " acknowledgement = $11, corrected_lines = $12"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        submission_id,
        at,
        detected,
        sum(found.values()),
        *(found.get(outcome, 0) for outcome in ("ACCEPTED", "HELD", "REJECTED", "DUPLICATE", "CONFLICT")),
        acknowledgement,
        corrected_lines,
    )


_OF_PLACED = "submission_id = ANY (ARRAY(SELECT DISTINCT submission_id FROM placed))"
"Of the few reports that the placed rows are of: the rows and issues of no other are looked at."


async def settle_released(session: Session, vendor_id: UUID, at: datetime) -> int:
    """Held rows that now count become ACCEPTED in their reports, and their holds are settled. How many there were."""
    await session.execute(
        "UPDATE report_row r SET waits_for = p.waits_for FROM placed p"
        f" WHERE r.vendor_id = $1 AND r.{_OF_PLACED} AND r.submission_id = p.submission_id AND r.row_number = p.row_number"
        " AND p.outcome = 'HELD' AND r.waits_for <> p.waits_for",
        vendor_id,
    )
    await session.execute(
        "UPDATE submission_issue i SET settled_at = $2 FROM placed p"
        f" WHERE i.vendor_id = $1 AND i.{_OF_PLACED} AND i.submission_id = p.submission_id AND i.row_number = p.row_number"
        " AND i.severity = 'HOLD' AND i.settled_at IS NULL AND i.code <> ALL (p.waits_for)",
        vendor_id,
        at,
    )
    await session.execute(
        "UPDATE report_row r SET outcome = p.outcome, waits_for = '{}', settled_at = $2 FROM placed p"
        f" WHERE r.vendor_id = $1 AND r.{_OF_PLACED} AND r.submission_id = p.submission_id AND r.row_number = p.row_number"
        " AND p.outcome <> 'HELD'",
        vendor_id,
        at,
    )
    await session.execute(
        "UPDATE submission s SET rows_held = s.rows_held - t.moved, rows_accepted = s.rows_accepted + t.accepted,"
        " rows_duplicate = s.rows_duplicate + t.duplicate, rows_conflict = s.rows_conflict + t.conflict"
        " FROM (SELECT submission_id, count(*) AS moved, count(*) FILTER (WHERE outcome = 'ACCEPTED') AS accepted,"
        " count(*) FILTER (WHERE outcome = 'DUPLICATE') AS duplicate,"
        " count(*) FILTER (WHERE outcome = 'CONFLICT') AS conflict"
        " FROM placed WHERE outcome <> 'HELD' GROUP BY submission_id) t"
        " WHERE s.vendor_id = $1 AND s.id = t.submission_id",
        vendor_id,
    )
    released: int = await session.value("SELECT count(*) FROM placed WHERE outcome = 'ACCEPTED'")
    return released


async def released_submissions(session: Session) -> list[UUID]:
    """The reports of which held rows have just been released."""
    rows = await session.rows("SELECT DISTINCT submission_id FROM placed WHERE outcome <> 'HELD'")
    return [row["submission_id"] for row in rows]


GROWING = ("sell_through_line", "sell_in_line", "report_row", "knowledge", "sell_through_month", "sell_in_day")
"The tables that grow with every report, and that counting reads back."


async def tell_planner(session: Session) -> None:
    """Let the planner know what the tables have become like that have grown by half since it was last told. PostgreSQL does
    so by itself, but minutes later: until then it takes a full table for an empty one, and reads all of it for each
    document."""
    grown = await session.rows(
        "SELECT relname FROM pg_stat_user_tables WHERE relname = ANY ($1::text[])"
        " AND n_mod_since_analyze > 50 + n_live_tup / 2",
        list(GROWING),
    )
    for row in grown:
        await session.execute(f"ANALYZE (SKIP_LOCKED) {row['relname']}")


async def placed_submissions(session: Session) -> list[UUID]:
    """The reports of whose lines rows have just been placed, and of those in whose place they step."""
    rows = await session.rows(
        "SELECT submission_id FROM placed UNION SELECT live_submission FROM placed WHERE live_submission IS NOT NULL"
    )
    return [row["submission_id"] for row in rows]


async def alias(session: Session, vendor_id: UUID, alias_id: UUID) -> Row | None:
    """A confirmed alias that has not been undone."""
    return await session.row(
        "SELECT id, agreement_id, kind, code FROM alias WHERE vendor_id = $1 AND id = $2 AND undone_at IS NULL",
        vendor_id,
        alias_id,
    )


async def alias_released(session: Session, vendor_id: UUID, alias_id: UUID, rows: int) -> None:
    """Write down how many held rows an alias has released."""
    await session.execute(
        "UPDATE alias SET released_rows = coalesce(released_rows, 0) + $3 WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        alias_id,
        rows,
    )
