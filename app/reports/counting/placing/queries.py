"""The statements that stage rows, say of each what becomes of it, and write down why. All run as `worker`.

Rows are staged first, whether they come from a report or from among the held ones; `place` then makes the one table,
`placed`, that everything else follows. Amounts are 10⁻⁶ currency units, quantities 10⁻³ base units.
"""

from collections.abc import Sequence
from uuid import UUID

from app.programme.terms import SubmissionKind
from app.reports.counting.placing.outcomes.queries import SAID, placement, survey
from app.store.database import Row, Session
from app.tables.reports import HELD

RECEIVED = ", ".join((*SAID, "received"))
PLACED_AS_RECEIVED = "(SELECT p.*, g.received FROM placed p JOIN staging_row g ON g.ctid = p.staged)"
"The placed rows, each with all that was received of it, looked up at the very place where it was staged."
STAGED_COLUMNS = ("vendor_id", "submission_id", "row_number", *(c.strip() for c in RECEIVED.split(",")), "rejected")
STAGED_ISSUE_COLUMNS = (
    "vendor_id",
    "submission_id",
    "row_number",
    "position",
    "field",
    "code",
    "severity",
    "value",
    "disclosed_value",
)
MANY = 1_000
"Rows from which on the planner is told what they are like; of fewer it makes no odds."


_STAGING = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS staging_row (vendor_id uuid NOT NULL, submission_id uuid NOT NULL,"
    " row_number bigint NOT NULL, source text, document_kind text, document_number text, document_line text,"
    " line_given boolean NOT NULL, return_of text, sold_on date, product_code text, reseller_account text,"
    " quantity bigint, unit text, unit_price bigint, amount bigint, currency text, sale_type text, ship_to_country text,"
    " end_customer text, special_price_number text, serial_numbers text[], content_hash text, received text NOT NULL,"
    " rejected boolean NOT NULL, waived text[]) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE IF NOT EXISTS staging_issue (vendor_id uuid NOT NULL, submission_id uuid NOT NULL,"
    " row_number bigint NOT NULL, position integer NOT NULL, field text, code text NOT NULL, severity text NOT NULL,"
    " value text, disclosed_value text) ON COMMIT DROP",
)


async def begin_staging(session: Session) -> None:
    """Make the places into which rows and issues are staged, where this transaction has none; they are gone with it."""
    for statement in _STAGING:
        await session.execute(statement)


async def stage_held(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement_id: UUID, column: str, code: str
) -> int:
    """Stage the rows of an agreement that are held and name this code, as they were received."""
    await begin_staging(session)
    return await session.execute(
        f"INSERT INTO staging_row (vendor_id, submission_id, row_number, {RECEIVED}, rejected, waived)"
        f" SELECT vendor_id, submission_id, row_number, {RECEIVED}, false, waived FROM report_row"
        f" WHERE vendor_id = $1 AND agreement_id = $2 AND {HELD} AND {column} = $3 AND kind = $4",
        vendor_id,
        agreement_id,
        code,
        kind.value,
    )


async def place(session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row) -> None:
    """Say of every staged row what becomes of it, into the temporary table `placed`.

    Products are found by SKU, GTIN, then the agreement's aliases; resellers by account number, then aliases. A row with a
    live line's or held row's key is a DUPLICATE when it says the same; when it says otherwise it is a CONFLICT or, where
    the report corrects or restates, steps in its place. Of two rows with one key in one report the first stands. A row
    without a line number whose document another report has touched is HELD, unless its serial numbers show that it is new
    (it takes the document's next number) or the same.

    The planner is told first what many rows are like: it thinks little of a new table, and a loop in a loop of a hundred
    thousand rows takes minutes instead of a second.
    """
    staged = await session.row(survey(kind), vendor_id, agreement["distributor_id"])
    if staged is None:
        raise AssertionError("how much is staged has always an answer")
    many = staged["rows"] >= MANY
    if many:
        await session.execute(_TELL_OF_STAGED)
    await session.execute(
        placement(kind, kits=agreement["has_kits"], unnumbered=staged["unnumbered"], fresh=staged["fresh"]),
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        agreement["currency"],
        agreement["effective_start"],
        agreement["effective_end"],
        agreement["territory"],
    )
    if many:
        await session.execute(_TELL_OF_PLACED)


_TELL_OF_STAGED = """SET LOCAL default_statistics_target = 10;
SET LOCAL enable_mergejoin = off;
SET LOCAL enable_nestloop = off;
ANALYZE staging_row (vendor_id, submission_id, rejected, document_kind, document_number, document_line, product_code,
    reseller_account)"""
"""Of a few thousand rows. Wide rows are not to be sorted for being joined; nor are they to be gone through in a loop of a
loop where the planner knows nothing, or no longer the truth, of what has been held meanwhile."""
_TELL_OF_PLACED = """SET LOCAL enable_mergejoin = on;
SET LOCAL enable_nestloop = on;
ANALYZE placed (vendor_id, submission_id, outcome, mode, product_id, sold_on, sale_type)"""


async def agreement_terms(session: Session, vendor_id: UUID, agreement_id: UUID) -> Row | None:
    """What placing needs to know of the agreement."""
    return await session.row(
        "SELECT id, distributor_id, currency, effective_start, effective_end, territory, closed_before,"
        " discloses_resale_price, discloses_end_customer, discloses_reseller,"
        " EXISTS (SELECT FROM kit_component k WHERE k.vendor_id = $1) AS has_kits"
        " FROM agreement WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        agreement_id,
    )


async def keep_read_issues(
    session: Session, vendor_id: UUID, submission_id: UUID, agreement: Row, previewed_by: str | None
) -> None:
    """Keep what the reader found in the report, for the level alone that asked for a preview."""
    await session.execute(
        "WITH found AS (DELETE FROM staging_issue WHERE vendor_id = $1 AND submission_id = $2 RETURNING *)"
        " INSERT INTO submission_issue (vendor_id, submission_id, row_number, position, agreement_id, distributor_id,"
        " field, code, severity, value, disclosed_value, previewed_by)"
        " SELECT vendor_id, submission_id, row_number, position, $3, $4, field, code, severity, value, disclosed_value,"
        " $5 FROM found",
        vendor_id,
        submission_id,
        agreement["id"],
        agreement["distributor_id"],
        previewed_by,
    )


_CODE_FIELDS = {
    "UNKNOWN_PRODUCT": ("product_code", "s.product_code"),
    "UNKNOWN_RESELLER_ACCOUNT": ("reseller_account", "s.reseller_account"),
    "OUTSIDE_AGREEMENT_DATES": ("sold_on", "s.sold_on::text"),
    "OUTSIDE_PERIOD": ("sold_on", "s.sold_on::text"),
    "OUTSIDE_TERRITORY": ("ship_to_country", "s.ship_to_country"),
    "UNKNOWN_UNIT": ("unit", "s.unit"),
    "QUANTITY_FAR_OUT": ("quantity", "trim_scale(s.quantity::numeric / 1000)::text"),
    "POSSIBLE_DUPLICATE": ("document_number", "s.document_number"),
    "RESELLER_NOT_AUTHORIZED": ("reseller_account", "s.reseller_account"),
    "PRICE_UNUSUAL": ("unit_price", "trim_scale(s.unit_price::numeric / 1000000)::text"),
    "SERIAL_SOLD_TWICE": ("serial_numbers", "array_to_string(s.serial_numbers, '|')"),
    "MORE_SOLD_THAN_STOCK": ("quantity", "trim_scale(s.quantity::numeric / 1000)::text"),
    "NOTHING_TO_CORRECT": ("document_line", "s.document_number || ' / ' || s.document_line"),
    "DUPLICATE_LINE": ("document_line", "s.document_number || ' / ' || s.document_line"),
    "CONFLICTING_LINE": ("document_line", "s.document_number || ' / ' || s.document_line"),
}
ISSUE_FIELD = (
    "CASE code " + " ".join(f"WHEN '{code}' THEN '{field}'" for code, (field, _) in _CODE_FIELDS.items()) + " END"
)
ISSUE_VALUE = (
    "CASE code " + " ".join(f"WHEN '{code}' THEN {value}" for code, (_, value) in _CODE_FIELDS.items()) + " END"
)
FIRST_PLACING_POSITION = 1000


async def warn(session: Session, code: str, rows: Sequence[Row]) -> None:
    """Say of rows of `placed` what counting them brought to light."""
    if rows:
        await session.execute(
            "UPDATE placed p SET warnings = p.warnings || $1::text FROM unnest($2::uuid[], $3::bigint[])"
            " AS w (submission_id, row_number) WHERE p.submission_id = w.submission_id AND p.row_number = w.row_number",
            code,
            [row["submission_id"] for row in rows],
            [row["row_number"] for row in rows],
        )


async def write_placing_issues(session: Session, vendor_id: UUID, agreement: Row, previewed_by: str | None) -> None:
    """Write down why rows are held, duplicate or in conflict, and what to look at in those that count.

    The vendor reads of a reseller's account number only what the agreement discloses.
    """
    await session.execute(
        f"""
INSERT INTO submission_issue (vendor_id, submission_id, row_number, position, agreement_id, distributor_id, field, code,
    severity, value, disclosed_value, previewed_by)
SELECT s.vendor_id, s.submission_id, s.row_number, {FIRST_PLACING_POSITION} + nth, $2, $3, {ISSUE_FIELD}, code,
    CASE WHEN code = ANY (s.warnings) THEN 'WARNING' WHEN code = 'DUPLICATE_LINE' THEN 'INFO'
        WHEN code = 'CONFLICTING_LINE' THEN 'ERROR' ELSE 'HOLD' END,
    {ISSUE_VALUE}, CASE WHEN ($4 OR code NOT IN ('UNKNOWN_RESELLER_ACCOUNT', 'RESELLER_NOT_AUTHORIZED'))
        AND ($6 OR code <> 'PRICE_UNUSUAL') THEN {ISSUE_VALUE} END, $5
FROM placed s
CROSS JOIN LATERAL unnest(CASE s.outcome
    WHEN 'HELD' THEN s.waits_for || s.warnings WHEN 'ACCEPTED' THEN s.warnings
    WHEN 'DUPLICATE' THEN ARRAY['DUPLICATE_LINE'] WHEN 'CONFLICT' THEN ARRAY['CONFLICTING_LINE'] ELSE '{{}}'::text[]
    END) WITH ORDINALITY AS issue (code, nth)
WHERE s.vendor_id = $1 AND (s.outcome <> 'ACCEPTED' OR cardinality(s.warnings) > 0)
ON CONFLICT (vendor_id, submission_id, row_number, position) DO NOTHING
""",
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        agreement["discloses_reseller"],
        previewed_by,
        agreement["discloses_resale_price"],
    )


async def clear_staging(session: Session) -> None:
    """Forget what was staged and placed, so that more can be."""
    await session.execute("TRUNCATE staging_row, staging_issue")
    await session.execute("DROP TABLE placed")
