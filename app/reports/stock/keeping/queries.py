"""The statements that keep the rows of inventory reports that do not count, and say why. All run as `worker`.

They follow the table `placed` that `placing` makes.
"""

from datetime import datetime
from uuid import UUID

from app.programme.terms import SubmissionKind
from app.reports.counting.placing.queries import FIRST_PLACING_POSITION
from app.reports.counting.queries import STEP_ASIDE
from app.reports.stock.placing.queries import HELD_ROW
from app.store.database import Row, Session

_KIND = SubmissionKind.INVENTORY.value


async def keep_other_rows(
    session: Session, vendor_id: UUID, agreement: Row, disclosed: list[str], previewed_by: str | None
) -> None:
    """Keep every row that does not count, with its outcome and what it said; of a preview every row. A row that was kept
    before, and counted in between, is open again."""
    given = (vendor_id, agreement["id"], agreement["distributor_id"], previewed_by)
    await session.execute(
        f"""
INSERT INTO report_row (vendor_id, submission_id, row_number, agreement_id, distributor_id, previewed_by, kind, outcome,
    waits_for, source, document_number, document_line, line_given, sold_on, product_code, quantity, unit, content_hash,
    received, disclosed_received)
SELECT $1, submission_id, row_number, $2, $3, $4, '{_KIND}', outcome,
    CASE WHEN outcome = 'HELD' THEN waits_for ELSE '{{}}' END, source, reference, placed_line, line_given, counted_on,
    product_code, quantity, unit, content_hash, received,
    (SELECT jsonb_object_agg(said.key, said.value)::text FROM jsonb_each(received::jsonb) said
        WHERE said.key = ANY ($5::text[]))
FROM placed WHERE outcome <> 'ACCEPTED' OR $4::text IS NOT NULL
ON CONFLICT (vendor_id, submission_id, row_number)
DO UPDATE SET outcome = excluded.outcome, waits_for = excluded.waits_for, settled_at = NULL""",
        *given,
        disclosed,
    )
    await session.execute(
        "INSERT INTO stock_row (vendor_id, submission_id, row_number, agreement_id, distributor_id, previewed_by,"
        " warehouse, status, movement, lot, unit) SELECT $1, submission_id, row_number, $2, $3, $4, warehouse, status,"
        " movement, lot, unit FROM placed WHERE outcome <> 'ACCEPTED' OR $4::text IS NOT NULL"
        " ON CONFLICT (vendor_id, submission_id, row_number) DO NOTHING",
        *given,
    )


_CODE_FIELDS = {
    "UNKNOWN_PRODUCT": ("product_code", "s.product_code"),
    "OUTSIDE_AGREEMENT_DATES": ("counted_on", "s.counted_on::text"),
    "UNKNOWN_UNIT": ("unit", "s.unit"),
    "QUANTITY_FAR_OUT": ("quantity", "(s.quantity::numeric / 1000)::text"),
    "MISSING_LINE_NUMBER": ("reference_line", "s.reference"),
}
_FIELD = "CASE issue.code " + " ".join(f"WHEN '{code}' THEN '{field}'" for code, (field, _) in _CODE_FIELDS.items())
_VALUE = "CASE issue.code " + " ".join(f"WHEN '{code}' THEN {value}" for code, (_, value) in _CODE_FIELDS.items())
_KEY = (
    "CASE WHEN s.movement IS NULL THEN concat_ws(' / ', s.warehouse, s.product_code, s.status, s.counted_on, s.lot)"
    " ELSE s.reference || ' / ' || s.placed_line END"
)


async def write_placing_issues(session: Session, vendor_id: UUID, agreement: Row, previewed_by: str | None) -> None:
    """Write down why rows are held, duplicate or in conflict. They say nothing that the vendor may not read. What was said
    of a row before and settled since is open again."""
    await session.execute(
        "UPDATE submission_issue i SET settled_at = NULL FROM placed p"
        " WHERE i.vendor_id = $1 AND i.submission_id = p.submission_id AND i.row_number = p.row_number"
        " AND p.outcome = 'HELD' AND i.severity = 'HOLD' AND i.code = ANY (p.waits_for) AND i.settled_at IS NOT NULL",
        vendor_id,
    )
    await session.execute(
        f"""
INSERT INTO submission_issue (vendor_id, submission_id, row_number, position, agreement_id, distributor_id, field, code,
    severity, value, disclosed_value, previewed_by, disclosed)
SELECT $1, s.submission_id, s.row_number, greatest(said.last, {FIRST_PLACING_POSITION}) + nth, $2, $3, {_FIELD}
        ELSE CASE WHEN s.movement IS NULL THEN 'counted_on' ELSE 'reference_line' END END, issue.code,
    CASE issue.code WHEN 'DUPLICATE_LINE' THEN 'INFO' WHEN 'CONFLICTING_LINE' THEN 'ERROR'
        WHEN 'MISSING_LINE_NUMBER' THEN 'ERROR' ELSE 'HOLD' END,
    {_VALUE} ELSE {_KEY} END, {_VALUE} ELSE {_KEY} END, $4, true
FROM placed s
CROSS JOIN LATERAL unnest(CASE s.outcome WHEN 'HELD' THEN s.waits_for WHEN 'DUPLICATE' THEN ARRAY['DUPLICATE_LINE']
    WHEN 'CONFLICT' THEN ARRAY['CONFLICTING_LINE']
    WHEN 'REJECTED' THEN CASE WHEN s.line_withheld THEN ARRAY['MISSING_LINE_NUMBER'] ELSE '{{}}'::text[] END
    ELSE '{{}}'::text[] END) WITH ORDINALITY AS issue (code, nth)
LEFT JOIN (
    SELECT i.submission_id, i.row_number, max(i.position) AS last, array_agg(i.code) AS codes
    FROM submission_issue i WHERE i.vendor_id = $1 AND i.submission_id IN (SELECT submission_id FROM placed)
    GROUP BY 1, 2
) said ON said.submission_id = s.submission_id AND said.row_number = s.row_number
WHERE NOT coalesce(issue.code = ANY (said.codes), false)
""",
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        previewed_by,
    )


async def supersede_held(
    session: Session, vendor_id: UUID, agreement: Row, submission: Row, at: datetime
) -> list[UUID]:
    """Held rows in whose place a correcting report steps, or which a restated period does not say again, wait no more.
    The reports that they are of."""
    rows = await session.rows(
        f"""
WITH replaced AS (
    SELECT held_submission AS submission_id, held_row AS row_number FROM placed
    WHERE held_submission IS NOT NULL AND (outcome IN ('ACCEPTED', 'HELD') OR outcome = 'DUPLICATE' AND says_the_same)
    UNION
    SELECT r.submission_id, r.row_number FROM report_row r
    WHERE $5 = 'REPLACE_PERIOD' AND r.vendor_id = $1 AND r.agreement_id = $2 AND {HELD_ROW}
        AND r.submission_id <> $3 AND r.sold_on >= $6 AND r.sold_on < $7
        AND NOT EXISTS (SELECT FROM placed p WHERE p.held_submission = r.submission_id AND p.held_row = r.row_number
            AND p.outcome = 'DUPLICATE')
){STEP_ASIDE}""",
        vendor_id,
        agreement["id"],
        submission["id"],
        at,
        submission["mode"],
        submission["period_start"],
        submission["period_end"],
    )
    return [row["id"] for row in rows]
