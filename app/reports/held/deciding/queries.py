"""The statements that carry out a decision about held rows. All run as `worker`, within one vendor's network."""

from datetime import datetime
from uuid import UUID

from app.programme.terms import SubmissionKind
from app.reports.counting.placing.queries import RECEIVED, begin_staging
from app.reports.held.queries import WAITING, code_of
from app.store.database import Row, Session


async def decision(session: Session, vendor_id: UUID, decision_id: UUID) -> Row | None:
    """A decision that has not been carried out."""
    return await session.row(
        "SELECT id, agreement_id, decision, hold, code, kinds, submission_ids, row_numbers, reason, decided_by, decided_as"
        " FROM held_decision WHERE vendor_id = $1 AND id = $2 AND carried_out_at IS NULL",
        vendor_id,
        decision_id,
    )


async def choose_rows(session: Session, vendor_id: UUID, said: Row, reached: str) -> int:
    """Name the rows that the decision is about and that still wait for its hold, of reports of its kinds and as far as it
    `reached`, in the table `chosen`; how many there are."""
    await session.execute(
        "CREATE TEMPORARY TABLE chosen (submission_id uuid, row_number bigint, kind text) ON COMMIT DROP"
    )
    rows = await session.execute(
        "INSERT INTO chosen SELECT r.submission_id, r.row_number, r.kind FROM report_row r"
        f" WHERE r.vendor_id = $1 AND r.agreement_id = $2 AND {WAITING} AND $3 = ANY (r.waits_for) AND {reached}"
        f" AND CASE WHEN $4::text IS NULL THEN (r.submission_id, r.row_number) IN (SELECT * FROM unnest($5::uuid[],"
        f" $6::bigint[])) ELSE {code_of(None, '$3::text')} = $4 END AND r.kind = ANY ($7::text[])",
        vendor_id,
        said["agreement_id"],
        said["hold"],
        said["code"],
        said["submission_ids"],
        said["row_numbers"],
        said["kinds"],
    )
    await session.execute("CREATE INDEX ON chosen (submission_id, row_number)")
    await session.execute("ANALYZE chosen")
    return rows


async def waive(session: Session, vendor_id: UUID, hold: str) -> None:
    """Let a hold pass in the chosen rows, for good."""
    await session.execute(
        "UPDATE report_row r SET waived = array_append(coalesce(r.waived, '{}'), $2) FROM chosen c"
        " WHERE r.vendor_id = $1 AND r.submission_id = c.submission_id AND r.row_number = c.row_number"
        " AND NOT coalesce($2 = ANY (r.waived), false)",
        vendor_id,
        hold,
    )


async def stage_chosen(session: Session, kind: SubmissionKind, vendor_id: UUID) -> int:
    """Stage the chosen rows of one kind of report, as they were received; how many there are."""
    received = ", ".join(f"r.{name.strip()}" for name in RECEIVED.split(","))
    await begin_staging(session)
    return await session.execute(
        f"INSERT INTO staging_row (vendor_id, submission_id, row_number, {RECEIVED}, rejected, waived)"
        f" SELECT r.vendor_id, r.submission_id, r.row_number, {received}, false, r.waived FROM report_row r JOIN chosen c"
        " ON c.submission_id = r.submission_id AND c.row_number = r.row_number WHERE r.vendor_id = $1 AND c.kind = $2",
        vendor_id,
        kind.value,
    )


async def still_held(session: Session, vendor_id: UUID) -> int:
    """How many of the chosen rows something else holds."""
    rows: int = await session.value(
        "SELECT count(*) FROM report_row r JOIN chosen c ON c.submission_id = r.submission_id"
        f" AND c.row_number = r.row_number WHERE r.vendor_id = $1 AND {WAITING}",
        vendor_id,
    )
    return rows


async def dismiss(session: Session, vendor_id: UUID, said: str, at: datetime) -> list[UUID]:
    """The chosen rows are rejected, with an issue that says by whom and why; the reports that they are of."""
    rows = await session.rows(
        f"""
WITH gone AS (
    UPDATE report_row r SET outcome = 'REJECTED', waits_for = '{{}}', settled_at = $3 FROM chosen c
    WHERE r.vendor_id = $1 AND r.submission_id = c.submission_id AND r.row_number = c.row_number AND {WAITING}
    RETURNING r.submission_id, r.row_number, r.agreement_id, r.distributor_id
), settled AS (
    UPDATE submission_issue i SET settled_at = $3 FROM gone g
    WHERE i.vendor_id = $1 AND i.submission_id = g.submission_id AND i.row_number = g.row_number
        AND i.severity = 'HOLD' AND i.settled_at IS NULL
), told AS (
    INSERT INTO submission_issue (vendor_id, submission_id, row_number, position, agreement_id, distributor_id, field,
        code, severity, value, disclosed_value, disclosed)
    SELECT $1, g.submission_id, g.row_number, (SELECT coalesce(max(i.position), 0) + 1 FROM submission_issue i
            WHERE i.vendor_id = $1 AND i.submission_id = g.submission_id AND i.row_number = g.row_number),
        g.agreement_id, g.distributor_id, NULL, 'DISMISSED', 'ERROR', $2, $2, true FROM gone g
)
UPDATE submission s SET rows_held = s.rows_held - n.rows, rows_rejected = s.rows_rejected + n.rows
FROM (SELECT submission_id, count(*) AS rows FROM gone GROUP BY 1) n
WHERE s.vendor_id = $1 AND s.id = n.submission_id
RETURNING s.id""",
        vendor_id,
        said,
        at,
    )
    return [row["id"] for row in rows]


async def carried_out(
    session: Session, vendor_id: UUID, decision_id: UUID, released: int, dismissed: int, held: int, at: datetime
) -> None:
    """Write down what came of a decision."""
    await session.execute(
        "UPDATE held_decision SET carried_out_at = $3, rows_released = $4, rows_dismissed = $5, rows_still_held = $6"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        decision_id,
        at,
        released,
        dismissed,
        held,
    )
