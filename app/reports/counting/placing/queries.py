"""The statements that stage rows, say of each what becomes of it, and write down why. All run as `worker`.

Rows are staged first, whether they come from a report or from among the held ones; `place` then makes the one table,
`placed`, that everything else follows. Amounts are 10⁻⁶ currency units, quantities 10⁻³ base units.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.programme.currencies import NO_CURRENCY
from app.programme.terms import SubmissionKind
from app.reports.counting.placing.columns import PLACED, SAID
from app.reports.counting.placing.outcomes.queries import placement, survey
from app.store.database import Row, Session
from app.store.turns import Turn, share
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


@dataclass(frozen=True, slots=True)
class Named:
    """What is known of the rows of a report that are staged, and of no others, before they are placed: the codes of products
    and the accounts that they name, and whether any key stands twice."""

    products: list[str]
    accounts: list[str]
    repeats: bool


MANY = 1_000
"Rows from which on the planner is told what they are like; of fewer it makes no odds."


_STAGING = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS staging_row (vendor_id uuid NOT NULL, submission_id uuid NOT NULL,
    row_number bigint NOT NULL, {", ".join(f"{name} {kind}" for name, kind in SAID.items())}, received text NOT NULL,
    rejected boolean NOT NULL, waived text[]) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS staging_issue (vendor_id uuid NOT NULL, submission_id uuid NOT NULL,
    row_number bigint NOT NULL, position integer NOT NULL, field text, code text NOT NULL, severity text NOT NULL,
    value text, disclosed_value text) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS placed ({", ".join(f"{name} {kind}" for name, kind in PLACED.items())})
    ON COMMIT DELETE ROWS
"""


async def begin_staging(session: Session) -> None:
    """Make the places where rows and issues are staged and placed, if this connection has none yet.

    They are empty when a transaction begins, and stay: making them anew, and planning anew whatever reads them, costs more
    than counting a small report.
    """
    there: int = await session.value(
        "SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()"
        " AND relname IN ('staging_row', 'staging_issue', 'placed')"
    )
    if there < 3:
        await session.execute(_STAGING)


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


async def place(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, named: Named | None = None
) -> None:
    """Say of every staged row what becomes of it, into the empty temporary table `placed`.

    Products are found by SKU, GTIN, then the agreement's aliases; resellers by account number, then aliases. A row with a
    live line's or held row's key is a DUPLICATE when it says the same; when it says otherwise it is a CONFLICT or, where
    the report corrects or restates, steps in its place. Of two rows with one key in one report the first stands. A row
    without a line number whose document another report has touched is HELD, unless its serial numbers show that it is new
    (it takes the document's next number) or the same.

    What the rows name is looked up in them unless it is known. The planner is told first what many rows are like: it
    thinks little of a new table, and a loop in a loop of a hundred thousand rows takes minutes instead of a second.
    """
    await keep_catalogue(session, vendor_id)
    staged = await session.row(survey(kind), vendor_id, owner_of(agreement))
    if staged is None:
        raise AssertionError("how much is staged has always an answer")
    many = staged["rows"] >= MANY
    known = [] if named is None else [named.products, named.accounts]
    if many:
        await session.execute(_TELL_OF_STAGED)
    await session.execute(
        placement(
            kind,
            kits=agreement["has_kits"],
            unnumbered=staged["unnumbered"],
            fresh=staged["fresh"],
            many=many,
            known=named is not None,
            repeated=named is None or named.repeats,
        ),
        vendor_id,
        agreement["id"],
        owner_of(agreement),
        agreement["currency"],
        agreement["effective_start"],
        agreement["effective_end"],
        agreement["territory"],
        *(known if kind is SubmissionKind.SELL_THROUGH else known[:1]),
    )
    if many:
        await session.execute(_TELL_OF_PLACED)
    if kind is SubmissionKind.SELL_THROUGH and await session.value(_ANY_DATED_MERGE, vendor_id):
        await session.execute(_BEFORE_MERGE, vendor_id, agreement["id"])


_ANY_DATED_MERGE = """SELECT EXISTS (SELECT FROM party_merge m WHERE m.vendor_id = $1 AND m.effective_from IS NOT NULL
    AND m.state IN ('APPLIED', 'UNDOING'))"""
_BEFORE_MERGE = """UPDATE placed p SET reseller_id = m.from_id, disclosed_reseller_id = m.from_id FROM party_merge m
WHERE m.vendor_id = $1 AND m.state IN ('APPLIED', 'UNDOING') AND p.reseller_id = m.into_id AND p.sold_on < m.effective_from
    AND EXISTS (SELECT FROM party_merge_change c WHERE c.vendor_id = $1 AND c.merge_id = m.id AND CASE
        WHEN p.account_alias_id IS NULL
            THEN c.row_kind = 'ACCOUNT' AND c.row_key = $2::uuid::text || '/' || p.reseller_account
        ELSE c.row_kind = 'ALIAS' AND c.row_key = p.account_alias_id::text END)"""
"""What was sold before the day from which on two records are one stands on the record that had the account or code, however
late it is reported."""

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


_HAS_KITS = "EXISTS (SELECT FROM kit_component k WHERE k.vendor_id = $1) AS has_kits"


async def keep_catalogue(session: Session, vendor_id: UUID) -> None:
    """Let units, kits and book prices stand as they are until the transaction ends, so that all that it counts is counted by
    the same. Whoever changes them waits for it."""
    await share(session, Turn.COUNTED_BY, vendor_id)


async def agreement_terms(session: Session, vendor_id: UUID, owner_id: UUID) -> Row | None:
    """What placing needs to know of the agreement or, of sell-out, of the reseller that owns it: there nothing was agreed,
    no period is closed, and the vendor is told of units alone."""
    return await session.row(
        "SELECT id, distributor_id, NULL::uuid AS reseller_id, currency, effective_start, effective_end, territory,"
        " closed_before, discloses_resale_price, discloses_end_customer, discloses_reseller,"
        f" {_HAS_KITS} FROM agreement WHERE vendor_id = $1 AND id = $2"
        f" UNION ALL SELECT NULL, NULL, id, '{NO_CURRENCY}', '-infinity', 'infinity', '{{}}', NULL, false, false, false,"
        f" {_HAS_KITS} FROM party WHERE vendor_id = $1 AND id = $2 AND kind = 'RESELLER'",
        vendor_id,
        owner_id,
    )


def owner_of(agreement: Row) -> UUID:
    """Whose lines the reports are about: the distributor of an agreement or, of sell-out, the reseller."""
    owner: UUID = agreement["distributor_id"] or agreement["reseller_id"]
    return owner


async def keep_read_issues(
    session: Session,
    vendor_id: UUID,
    submission_id: UUID,
    agreement: Row,
    undisclosed: Collection[str],
    previewed_by: str | None,
) -> None:
    """Keep what the reader found in the report, for the level alone that asked for a preview; of `undisclosed` fields the
    vendor is told nothing."""
    await session.execute(
        "WITH found AS (DELETE FROM staging_issue WHERE vendor_id = $1 AND submission_id = $2 RETURNING *)"
        " INSERT INTO submission_issue (vendor_id, submission_id, row_number, position, agreement_id, distributor_id,"
        " reseller_id, field, code, severity, value, disclosed_value, previewed_by, disclosed)"
        " SELECT vendor_id, submission_id, row_number, position, $3, $4, $7, field, code, severity, value, disclosed_value,"
        " $5, coalesce(field <> ALL ($6::text[]), true) FROM found",
        vendor_id,
        submission_id,
        agreement["id"],
        agreement["distributor_id"],
        previewed_by,
        sorted(undisclosed),
        agreement["reseller_id"],
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
    "PRICE_NOT_IN_FORCE": ("unit_price", "trim_scale(s.unit_price::numeric / 1000000)::text"),
    "SERIAL_SOLD_TWICE": ("serial_numbers", "array_to_string(s.serial_numbers, '|')"),
    "SERIAL_OUTSIDE_TERRITORY": ("serial_numbers", "array_to_string(s.serial_numbers, '|')"),
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


_SAID_OF_ROW = """CASE s.outcome
    WHEN 'HELD' THEN s.waits_for || s.warnings WHEN 'ACCEPTED' THEN s.warnings
    WHEN 'DUPLICATE' THEN ARRAY['DUPLICATE_LINE'] WHEN 'CONFLICT' THEN ARRAY['CONFLICTING_LINE'] ELSE '{}'::text[] END"""
"What there is to say of a row of `placed` as `s`."
_ISSUE = f"""{ISSUE_FIELD}, code,
    CASE WHEN code = ANY (s.warnings) THEN 'WARNING' WHEN code = 'DUPLICATE_LINE' THEN 'INFO'
        WHEN code = 'CONFLICTING_LINE' THEN 'ERROR' ELSE 'HOLD' END,
    {ISSUE_VALUE}, CASE WHEN coalesce({ISSUE_FIELD} <> ALL ($4::text[]), true) THEN {ISSUE_VALUE} END,
    code = 'UNKNOWN_RESELLER_ACCOUNT' OR coalesce({ISSUE_FIELD} <> ALL ($4::text[]), true)"""
"""An issue as it is written down, from a row of `placed` as `s` and the code; $4 are the fields that are not disclosed. Of
these the vendor is told nothing, but that a row waits for an account, which it sees of the row itself, and of no value."""
_ISSUE_COLUMNS = """vendor_id, submission_id, row_number, position, agreement_id, distributor_id, reseller_id, field, code,
    severity, value, disclosed_value, disclosed"""


async def write_placing_issues(
    session: Session, vendor_id: UUID, agreement: Row, undisclosed: Collection[str], previewed_by: str | None
) -> None:
    """Write down why rows are held, duplicate or in conflict, and what to look at in those that count."""
    await session.execute(
        f"""
INSERT INTO submission_issue ({_ISSUE_COLUMNS}, previewed_by)
SELECT s.vendor_id, s.submission_id, s.row_number, {FIRST_PLACING_POSITION} + nth, $2, $3, $6, {_ISSUE}, $5
FROM placed s CROSS JOIN LATERAL unnest({_SAID_OF_ROW}) WITH ORDINALITY AS issue (code, nth)
WHERE s.vendor_id = $1 AND (s.outcome <> 'ACCEPTED' OR cardinality(s.warnings) > 0)
ON CONFLICT (vendor_id, submission_id, row_number, position) DO NOTHING
""",
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        sorted(undisclosed),
        previewed_by,
        agreement["reseller_id"],
    )


async def say_again(
    session: Session, vendor_id: UUID, agreement: Row, undisclosed: Collection[str], at: datetime
) -> None:
    """Say of rows that were placed anew what would be said of them if they came only now: what is true no longer is settled,
    what is true again is open again, and what was never said is said."""
    rows = (
        "WHERE i.vendor_id = $1 AND i.submission_id = ANY (ARRAY(SELECT DISTINCT submission_id FROM placed))"
        " AND i.submission_id = s.submission_id AND i.row_number = s.row_number"
    )
    await session.execute(
        f"UPDATE submission_issue i SET settled_at = $2 FROM placed s {rows} AND i.settled_at IS NULL"
        f" AND i.position >= {FIRST_PLACING_POSITION} AND i.severity IN ('HOLD', 'WARNING')"
        f" AND i.code <> ALL ({_SAID_OF_ROW})",
        vendor_id,
        at,
    )
    to_say = "SELECT EXISTS (SELECT FROM placed WHERE outcome <> 'ACCEPTED' OR cardinality(warnings) > 0)"
    if not await session.value(to_say):
        return
    await session.execute(
        f"UPDATE submission_issue i SET settled_at = NULL FROM placed s {rows} AND i.settled_at IS NOT NULL"
        f" AND i.code = ANY ({_SAID_OF_ROW})",
        vendor_id,
    )
    await session.execute(
        f"""
INSERT INTO submission_issue ({_ISSUE_COLUMNS})
SELECT s.vendor_id, s.submission_id, s.row_number, greatest(told.last, {FIRST_PLACING_POSITION}) + nth, $2, $3, $5, {_ISSUE}
FROM placed s CROSS JOIN LATERAL unnest({_SAID_OF_ROW}) WITH ORDINALITY AS issue (code, nth)
LEFT JOIN (
    SELECT i.submission_id, i.row_number, max(i.position) AS last, array_agg(i.code) AS codes FROM submission_issue i
    WHERE i.vendor_id = $1 AND i.submission_id = ANY (ARRAY(SELECT DISTINCT submission_id FROM placed)) GROUP BY 1, 2
) told ON told.submission_id = s.submission_id AND told.row_number = s.row_number
WHERE s.vendor_id = $1 AND (s.outcome <> 'ACCEPTED' OR cardinality(s.warnings) > 0)
    AND NOT coalesce(code = ANY (told.codes), false)
""",
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        sorted(undisclosed),
        agreement["reseller_id"],
    )


async def clear_staging(session: Session) -> None:
    """Forget what was staged and placed, so that more can be."""
    await session.execute("TRUNCATE staging_row, staging_issue, placed")
