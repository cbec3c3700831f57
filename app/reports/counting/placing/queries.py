"""The statements that stage rows, say of each what becomes of it, and write down why. All run as `worker`.

Rows are staged first, whether they come from a report or from among the held ones; `place` then makes the one table,
`placed`, that everything else follows. Amounts are 10⁻⁶ currency units, quantities 10⁻³ base units.
"""

from collections.abc import Sequence
from uuid import UUID

from app.programme.prices import UNUSUAL_MULTIPLE
from app.programme.terms import SubmissionKind
from app.store.database import Row, Session
from app.tables.facts import LIVE
from app.tables.reports import HELD

RECEIVED = (
    "source, document_kind, document_number, document_line, line_given, return_of, sold_on, product_code, reseller_account,"
    " quantity, unit, unit_price, amount, currency, sale_type, ship_to_country, end_customer, special_price_number,"
    " serial_numbers, content_hash, received"
)
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
_LINES = {SubmissionKind.SELL_THROUGH: "sell_through_line", SubmissionKind.SELL_IN: "sell_in_line"}
LARGEST_AMOUNT = 10**17


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


_ACCOUNTS = """
    LEFT JOIN account ac ON ac.vendor_id = s.vendor_id AND ac.agreement_id = $2 AND ac.number = s.reseller_account
    LEFT JOIN alias aa ON aa.vendor_id = s.vendor_id AND aa.agreement_id = $2 AND aa.kind = 'ACCOUNT'
        AND aa.code = s.reseller_account AND aa.undone_at IS NULL
    LEFT JOIN reseller_authorization ra ON ra.vendor_id = s.vendor_id
        AND ra.id = coalesce(ac.authorization_id, aa.authorization_id)"""
_RESELLER = """ra.reseller_id, ra.disclosed_reseller_id, ra.id AS authorization_id, ra.status AS authorization_status,
        ra.effective_start AS authorized_from, ra.effective_end AS authorized_until,
        CASE WHEN ac.authorization_id IS NULL THEN aa.id END AS account_alias_id,"""
_NO_RESELLER = """NULL::uuid AS reseller_id, NULL::uuid AS disclosed_reseller_id, NULL::uuid AS authorization_id,
        'ACTIVE' AS authorization_status, NULL::date AS authorized_from, NULL::date AS authorized_until,
        NULL::uuid AS account_alias_id,"""
_KIT = """
    LEFT JOIN LATERAL (
        SELECT max(abs(round(s.quantity::numeric * coalesce(pu.factor, 1000) / 1000 * k.quantity / 1000
            * greatest(coalesce(kb.price, 0), 1000) / 1000))) AS largest
        FROM kit_component k
        LEFT JOIN book_price kb ON kb.vendor_id = k.vendor_id AND kb.product_id = k.product_id AND kb.currency = $4
            AND kb.effective_from <= s.sold_on AND (kb.effective_until IS NULL OR kb.effective_until > s.sold_on)
        WHERE k.vendor_id = s.vendor_id AND k.kit_id = coalesce(by_sku.id, by_gtin.id, ap.product_id)
            AND k.effective_from <= s.sold_on AND (k.effective_until IS NULL OR k.effective_until > s.sold_on)
        HAVING count(*) > 0
    ) kit ON true"""


_UNUSUAL_PRICE = f"""CASE WHEN f.currency = f.book_currency AND f.sale_type IN ('SALE', 'RETURN')
                AND f.book_price > 0
                AND (f.unit_price::numeric * 1000 > f.book_price::numeric * f.factor * {UNUSUAL_MULTIPLE}
                    OR f.unit_price::numeric * 1000 * {UNUSUAL_MULTIPLE} < f.book_price::numeric * f.factor)
                THEN 'PRICE_UNUSUAL' END"""
_WAIVED = "coalesce('{}' = ANY (s.waived), false)"


def _unless_waived(code: str, condition: str) -> str:
    """A hold that a person may let pass."""
    return f"CASE WHEN ({condition}) AND NOT coalesce('{code}' = ANY (f.waived), false) THEN '{code}' END"


def _placement(kind: SubmissionKind, kits: bool) -> str:
    """The statement that says what becomes of each staged row; see `place`."""
    sold_through = kind is SubmissionKind.SELL_THROUGH
    hold_account = "CASE WHEN authorization_id IS NULL THEN 'UNKNOWN_RESELLER_ACCOUNT' END," if sold_through else ""
    serials = "serial_numbers" if sold_through else "NULL::text[] AS serial_numbers"
    carried = ", ".join(f"s.{name}" for name in STAGED_COLUMNS[3:-1])
    return f"""
CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
WITH touched AS (
    SELECT s.submission_id, s.row_number,
        max(CASE WHEN l.document_line ~ '^[0-9]{{1,9}}$' THEN l.document_line::bigint END) AS last_line,
        bool_or(l.serial_numbers && s.serial_numbers) AS shares_serials,
        bool_or(l.serial_numbers = s.serial_numbers) AS same_serials
    FROM staging_row s
    JOIN submission sub ON sub.vendor_id = s.vendor_id AND sub.id = s.submission_id AND sub.mode = 'APPEND'
    JOIN (
        SELECT vendor_id, distributor_id, submission_id, document_kind, document_number, document_line, {serials}
        FROM {_LINES[kind]} WHERE {LIVE}
        UNION ALL
        SELECT vendor_id, distributor_id, submission_id, document_kind, document_number, document_line, serial_numbers
        FROM report_row WHERE {HELD} AND kind = '{kind}'
    ) l ON l.vendor_id = s.vendor_id AND l.distributor_id = $3 AND l.submission_id <> s.submission_id
        AND l.document_number = s.document_number AND l.document_kind = s.document_kind
    WHERE s.vendor_id = $1 AND NOT s.line_given AND NOT s.rejected
    GROUP BY s.submission_id, s.row_number
), found AS (
    SELECT s.vendor_id, s.submission_id, s.row_number, s.rejected, s.waived, {carried},
        sub.mode, sub.mode = 'REPLACE_PERIOD' AND (s.sold_on < sub.period_start OR s.sold_on >= sub.period_end)
            AS outside_period,
        t.last_line, t.row_number IS NOT NULL AS is_touched, coalesce(t.same_serials, false) AS same_serials,
        t.row_number IS NOT NULL AND (s.serial_numbers IS NULL OR coalesce(t.shares_serials, false))
            AND NOT {_WAIVED.format("POSSIBLE_DUPLICATE")} AS unsettled,
        t.row_number IS NOT NULL AND ({_WAIVED.format("POSSIBLE_DUPLICATE")}
            OR s.serial_numbers IS NOT NULL AND NOT coalesce(t.shares_serials, false)
                AND live.content_hash IS DISTINCT FROM s.content_hash) AS is_new,
        live.content_hash AS live_hash, live.submission_id AS live_submission, live.row_number AS live_row,
        live.agreement_id <> $2 AS live_elsewhere, held.content_hash AS held_hash,
        held.submission_id AS held_submission, held.row_number AS held_row,
        coalesce(by_sku.id, by_gtin.id, ap.product_id) AS product_id,
        CASE WHEN by_sku.id IS NULL AND by_gtin.id IS NULL THEN ap.id END AS product_alias_id,
        coalesce(by_sku.base_unit, by_gtin.base_unit, by_alias.base_unit) AS base_unit,
        coalesce(pu.factor, 1000) AS factor, pu.factor IS NOT NULL AS unit_known,
        round(s.quantity::numeric * coalesce(pu.factor, 1000) / 1000) AS base_quantity,
        {_RESELLER if sold_through else _NO_RESELLER}
        {"kit.largest IS NOT NULL AS is_kit, kit.largest AS kit_largest," if kits else "false AS is_kit, 0::numeric AS kit_largest,"}
        b.price AS book_price, b.currency AS book_currency,
        round(s.quantity::numeric * coalesce(pu.factor, 1000) * b.price / 1000000) AS book_amount
    FROM staging_row s
    JOIN submission sub ON sub.vendor_id = s.vendor_id AND sub.id = s.submission_id
    LEFT JOIN touched t ON t.submission_id = s.submission_id AND t.row_number = s.row_number
    LEFT JOIN product by_sku ON by_sku.vendor_id = s.vendor_id AND by_sku.sku = s.product_code
    LEFT JOIN product by_gtin ON by_gtin.vendor_id = s.vendor_id AND by_gtin.gtin = s.product_code
    LEFT JOIN alias ap ON ap.vendor_id = s.vendor_id AND ap.agreement_id = $2 AND ap.kind = 'PRODUCT'
        AND ap.code = s.product_code AND ap.undone_at IS NULL
    LEFT JOIN product by_alias ON by_alias.vendor_id = s.vendor_id AND by_alias.id = ap.product_id
    LEFT JOIN product_unit pu ON pu.vendor_id = s.vendor_id AND pu.unit = s.unit
        AND pu.product_id = coalesce(by_sku.id, by_gtin.id, ap.product_id)
    {_ACCOUNTS if sold_through else ""}
    LEFT JOIN book_price b ON b.vendor_id = s.vendor_id
        AND b.product_id = coalesce(by_sku.id, by_gtin.id, ap.product_id) AND b.currency = $4
        AND b.effective_from <= s.sold_on AND (b.effective_until IS NULL OR b.effective_until > s.sold_on)
    {_KIT if kits else ""}
    LEFT JOIN {_LINES[kind]} live ON live.vendor_id = s.vendor_id AND live.distributor_id = $3
        AND live.replaced IS NULL AND live.component >= 0 AND live.component <= 1
        AND live.document_number = s.document_number AND live.document_line = s.document_line
        AND live.document_kind = s.document_kind
    LEFT JOIN report_row held ON held.vendor_id = s.vendor_id AND held.distributor_id = $3
        AND held.outcome = 'HELD' AND held.previewed_by IS NULL
        AND held.document_number = s.document_number AND held.document_line = s.document_line
        AND held.document_kind = s.document_kind
        AND held.kind = '{kind}' AND (held.submission_id, held.row_number) <> (s.submission_id, s.row_number)
    WHERE s.vendor_id = $1
), numbered AS (
    SELECT f.*, CASE WHEN is_new THEN (coalesce(last_line, 0) + row_number() OVER (
            PARTITION BY document_kind, document_number, is_touched ORDER BY row_number))::text
        ELSE document_line END AS placed_line
    FROM found f
), checked AS (
    SELECT f.*,
        first_value(f.content_hash) OVER same_key AS first_hash,
        row_number() OVER same_key AS nth,
        array_remove(ARRAY[
            CASE WHEN f.product_id IS NULL THEN 'UNKNOWN_PRODUCT' END,
            {hold_account}
            {_unless_waived("OUTSIDE_AGREEMENT_DATES", "f.sold_on < $5 OR f.sold_on >= $6")},
            {_unless_waived("OUTSIDE_PERIOD", "f.outside_period")},
            {_unless_waived("OUTSIDE_TERRITORY", "f.ship_to_country <> ALL ($7::text[]) AND cardinality($7::text[]) > 0")},
            CASE WHEN f.unit <> f.base_unit AND NOT f.unit_known THEN 'UNKNOWN_UNIT' END,
            CASE WHEN abs(f.book_amount) > {LARGEST_AMOUNT} OR abs(f.base_quantity) > {LARGEST_AMOUNT}
                OR f.kit_largest > {LARGEST_AMOUNT} THEN 'QUANTITY_FAR_OUT' END,
            CASE WHEN f.unsettled THEN 'POSSIBLE_DUPLICATE' END
        ], NULL) AS waits_for,
        array_remove(ARRAY[
            CASE WHEN f.authorization_status <> 'ACTIVE' OR f.sold_on < f.authorized_from
                OR f.sold_on >= f.authorized_until THEN 'RESELLER_NOT_AUTHORIZED' END,
            {_UNUSUAL_PRICE if sold_through else "NULL"},
            CASE WHEN f.mode = 'CORRECT' AND f.live_hash IS NULL AND f.held_hash IS NULL THEN 'NOTHING_TO_CORRECT' END
        ], NULL) AS warnings
    FROM numbered f
    WINDOW same_key AS (PARTITION BY f.rejected, f.document_kind, f.document_number, f.placed_line
        ORDER BY f.submission_id, f.row_number)
)
SELECT vendor_id, submission_id, row_number, {", ".join(STAGED_COLUMNS[3:-1])}, mode, placed_line, product_id,
    product_alias_id, account_alias_id, reseller_id, disclosed_reseller_id, is_kit, waits_for, warnings,
    live_submission, live_row, held_submission, held_row, live_hash = content_hash AS says_the_same,
    CASE WHEN abs(base_quantity) <= {LARGEST_AMOUNT} THEN base_quantity::bigint END AS units,
    CASE WHEN factor = 1000 THEN unit_price ELSE round(unit_price::numeric * 1000 / factor)::bigint END AS base_unit_price,
    CASE WHEN book_price IS NOT NULL THEN book_currency END AS book_currency, $4 AS agreed_currency, book_price,
    CASE WHEN abs(book_amount) <= {LARGEST_AMOUNT} THEN book_amount::bigint END AS book_amount,
    CASE
        WHEN rejected THEN 'REJECTED'
        WHEN NOT is_new AND (live_hash = content_hash OR held_hash = content_hash) THEN 'DUPLICATE'
        WHEN unsettled AND same_serials THEN 'DUPLICATE'
        WHEN NOT is_new AND NOT unsettled AND (live_elsewhere OR mode = 'APPEND')
            AND (live_hash IS NOT NULL OR held_hash IS NOT NULL) THEN 'CONFLICT'
        WHEN nth > 1 AND first_hash = content_hash THEN 'DUPLICATE'
        WHEN nth > 1 THEN 'CONFLICT'
        WHEN cardinality(waits_for) > 0 THEN 'HELD'
        ELSE 'ACCEPTED'
    END AS outcome
FROM checked
"""


async def place(session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row) -> None:
    """Say of every staged row what becomes of it, into the temporary table `placed`.

    Products are found by SKU, GTIN, then the agreement's aliases; resellers by account number, then aliases. A row with a
    live line's or held row's key is a DUPLICATE when it says the same; when it says otherwise it is a CONFLICT or, where
    the report corrects or restates, steps in its place. Of two rows with one key in one report the first stands. A row without a line number whose document another report has touched is HELD, unless its
    serial numbers show that it is new (it takes the document's next number) or the same.

    The planner is told first how many rows there are: it thinks little of a new table, and a loop in a loop of a hundred
    thousand rows takes minutes instead of a second.
    """
    await session.execute("ANALYZE staging_row")
    await session.execute(
        _PLACEMENT[kind, agreement["has_kits"]],
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        agreement["currency"],
        agreement["effective_start"],
        agreement["effective_end"],
        agreement["territory"],
    )


_PLACEMENT = {(kind, kits): _placement(kind, kits) for kind in _LINES for kits in (False, True)}


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
