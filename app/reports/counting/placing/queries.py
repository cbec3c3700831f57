"""The statements that stage rows, say of each what becomes of it, and write down why. All run as `worker`.

Rows are staged first, whether they come from a report or from among the held ones; `place` then makes the one table,
`placed`, that everything else follows. Amounts are 10⁻⁶ currency units, quantities 10⁻³ base units.
"""

from uuid import UUID

from app.programme.terms import SubmissionKind
from app.store.database import Row, Session

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


async def stage_held(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement_id: UUID, column: str, code: str
) -> int:
    """Stage the rows of an agreement that are held and name this code, as they were received."""
    return await session.execute(
        f"INSERT INTO staging_row (vendor_id, submission_id, row_number, {RECEIVED}, rejected)"
        f" SELECT vendor_id, submission_id, row_number, {RECEIVED}, false FROM report_row"
        f" WHERE vendor_id = $1 AND agreement_id = $2 AND outcome = 'HELD' AND {column} = $3 AND kind = $4",
        vendor_id,
        agreement_id,
        code,
        kind.value,
    )


def _placement(kind: SubmissionKind) -> str:
    """The statement that says what becomes of each staged row; see `place`."""
    sold_through = kind is SubmissionKind.SELL_THROUGH
    account = (
        """
        LEFT JOIN account ac ON ac.vendor_id = s.vendor_id AND ac.agreement_id = $2 AND ac.number = s.reseller_account
        LEFT JOIN alias aa ON aa.vendor_id = s.vendor_id AND aa.agreement_id = $2 AND aa.kind = 'ACCOUNT'
            AND aa.code = s.reseller_account AND aa.undone_at IS NULL
        LEFT JOIN reseller_authorization ra ON ra.vendor_id = s.vendor_id
            AND ra.id = coalesce(ac.authorization_id, aa.authorization_id)"""
        if sold_through
        else ""
    )
    reseller = (
        "ra.reseller_id, ra.disclosed_reseller_id, ra.id AS authorization_id, ra.status AS authorization_status,"
        " ra.effective_start AS authorized_from, ra.effective_end AS authorized_until,"
        if sold_through
        else "NULL::uuid AS reseller_id, NULL::uuid AS disclosed_reseller_id, NULL::uuid AS authorization_id,"
        " 'ACTIVE' AS authorization_status, NULL::date AS authorized_from, NULL::date AS authorized_until,"
    )
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
    JOIN (
        SELECT vendor_id, distributor_id, submission_id, document_kind, document_number, document_line, {serials}
        FROM {_LINES[kind]} WHERE superseded IS NULL
        UNION ALL
        SELECT vendor_id, distributor_id, submission_id, document_kind, document_number, document_line, serial_numbers
        FROM report_row WHERE outcome = 'HELD' AND kind = '{kind}'
    ) l ON l.vendor_id = s.vendor_id AND l.distributor_id = $3 AND l.submission_id <> s.submission_id
        AND l.document_number = s.document_number AND l.document_kind = s.document_kind
    WHERE s.vendor_id = $1 AND NOT s.line_given AND NOT s.rejected
    GROUP BY s.submission_id, s.row_number
), found AS (
    SELECT s.vendor_id, s.submission_id, s.row_number, s.rejected, {carried},
        CASE WHEN t.row_number IS NOT NULL AND s.serial_numbers IS NOT NULL AND NOT coalesce(t.shares_serials, false)
            AND live.content_hash IS DISTINCT FROM s.content_hash
            THEN (coalesce(t.last_line, 0) + row_number() OVER (
                PARTITION BY s.document_kind, s.document_number, t.row_number IS NOT NULL ORDER BY s.row_number))::text
            ELSE s.document_line END AS placed_line,
        t.row_number IS NOT NULL AND (s.serial_numbers IS NULL OR coalesce(t.shares_serials, false)) AS unsettled,
        coalesce(t.same_serials, false) AS same_serials,
        coalesce(by_sku.id, by_gtin.id, ap.product_id) AS product_id,
        coalesce(by_sku.base_unit, by_gtin.base_unit, by_alias.base_unit) AS base_unit,
        {reseller}
        b.price AS book_price, b.currency AS book_currency,
        round(s.quantity::numeric * b.price / 1000) AS book_amount,
        CASE WHEN t.row_number IS NOT NULL AND s.serial_numbers IS NOT NULL AND NOT coalesce(t.shares_serials, false)
            AND live.content_hash IS DISTINCT FROM s.content_hash THEN NULL
            ELSE coalesce(live.content_hash, held.content_hash) END AS standing_hash
    FROM staging_row s
    LEFT JOIN touched t ON t.submission_id = s.submission_id AND t.row_number = s.row_number
    LEFT JOIN product by_sku ON by_sku.vendor_id = s.vendor_id AND by_sku.sku = s.product_code
    LEFT JOIN product by_gtin ON by_gtin.vendor_id = s.vendor_id AND by_gtin.gtin = s.product_code
    LEFT JOIN alias ap ON ap.vendor_id = s.vendor_id AND ap.agreement_id = $2 AND ap.kind = 'PRODUCT'
        AND ap.code = s.product_code AND ap.undone_at IS NULL
    LEFT JOIN product by_alias ON by_alias.vendor_id = s.vendor_id AND by_alias.id = ap.product_id
    {account}
    LEFT JOIN book_price b ON b.vendor_id = s.vendor_id
        AND b.product_id = coalesce(by_sku.id, by_gtin.id, ap.product_id) AND b.currency = $4
        AND b.effective_from <= s.sold_on AND (b.effective_until IS NULL OR b.effective_until > s.sold_on)
    LEFT JOIN {_LINES[kind]} live ON live.vendor_id = s.vendor_id AND live.distributor_id = $3 AND live.superseded IS NULL
        AND live.document_number = s.document_number AND live.document_line = s.document_line
        AND live.document_kind = s.document_kind
    LEFT JOIN report_row held ON held.vendor_id = s.vendor_id AND held.distributor_id = $3
        AND held.outcome = 'HELD'
        AND held.document_number = s.document_number AND held.document_line = s.document_line
        AND held.document_kind = s.document_kind
        AND held.kind = '{kind}' AND (held.submission_id, held.row_number) <> (s.submission_id, s.row_number)
    WHERE s.vendor_id = $1
), checked AS (
    SELECT f.*,
        first_value(f.content_hash) OVER same_key AS first_hash,
        row_number() OVER same_key AS nth,
        array_remove(ARRAY[
            CASE WHEN f.product_id IS NULL THEN 'UNKNOWN_PRODUCT' END,
            {hold_account}
            CASE WHEN f.sold_on < $5 OR f.sold_on >= $6 THEN 'OUTSIDE_AGREEMENT_DATES' END,
            CASE WHEN f.ship_to_country <> ALL ($7::text[]) AND cardinality($7::text[]) > 0 THEN 'OUTSIDE_TERRITORY' END,
            CASE WHEN f.unit <> f.base_unit THEN 'UNKNOWN_UNIT' END,
            CASE WHEN abs(f.book_amount) > {LARGEST_AMOUNT} THEN 'QUANTITY_FAR_OUT' END,
            CASE WHEN f.unsettled THEN 'POSSIBLE_DUPLICATE' END
        ], NULL) AS waits_for,
        array_remove(ARRAY[
            CASE WHEN f.authorization_status <> 'ACTIVE' OR f.sold_on < f.authorized_from
                OR f.sold_on >= f.authorized_until THEN 'RESELLER_NOT_AUTHORIZED' END
        ], NULL) AS warnings
    FROM found f
    WINDOW same_key AS (PARTITION BY f.rejected, f.document_kind, f.document_number, f.placed_line
        ORDER BY f.submission_id, f.row_number)
)
SELECT vendor_id, submission_id, row_number, {", ".join(STAGED_COLUMNS[3:-1])}, placed_line, product_id, reseller_id,
    disclosed_reseller_id, CASE WHEN book_price IS NOT NULL THEN book_currency END AS book_currency, book_price,
    CASE WHEN abs(book_amount) <= {LARGEST_AMOUNT} THEN book_amount::bigint END AS book_amount, waits_for, warnings,
    CASE
        WHEN rejected THEN 'REJECTED'
        WHEN standing_hash = content_hash OR (unsettled AND same_serials) THEN 'DUPLICATE'
        WHEN standing_hash IS NOT NULL AND NOT unsettled THEN 'CONFLICT'
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
    live line's or held row's key is a DUPLICATE when it says the same, else a CONFLICT; of two rows with one key in one
    report the first stands. A row without a line number whose document another report has touched is HELD, unless its
    serial numbers show that it is new (it takes the document's next number) or the same.
    """
    await session.execute(
        _PLACEMENT[kind],
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        agreement["currency"],
        agreement["effective_start"],
        agreement["effective_end"],
        agreement["territory"],
    )


_PLACEMENT = {kind: _placement(kind) for kind in SubmissionKind}


async def agreement_terms(session: Session, vendor_id: UUID, agreement_id: UUID) -> Row | None:
    """What placing needs to know of the agreement."""
    return await session.row(
        "SELECT id, distributor_id, currency, effective_start, effective_end, territory, discloses_resale_price,"
        " discloses_end_customer, discloses_reseller FROM agreement WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        agreement_id,
    )


async def keep_read_issues(session: Session, vendor_id: UUID, submission_id: UUID, agreement: Row) -> None:
    """Keep what the reader found in the report."""
    await session.execute(
        "WITH found AS (DELETE FROM staging_issue WHERE vendor_id = $1 AND submission_id = $2 RETURNING *)"
        " INSERT INTO submission_issue (vendor_id, submission_id, row_number, position, agreement_id, distributor_id,"
        " field, code, severity, value, disclosed_value)"
        " SELECT vendor_id, submission_id, row_number, position, $3, $4, field, code, severity, value, disclosed_value"
        " FROM found",
        vendor_id,
        submission_id,
        agreement["id"],
        agreement["distributor_id"],
    )


_CODE_FIELDS = {
    "UNKNOWN_PRODUCT": ("product_code", "s.product_code"),
    "UNKNOWN_RESELLER_ACCOUNT": ("reseller_account", "s.reseller_account"),
    "OUTSIDE_AGREEMENT_DATES": ("sold_on", "s.sold_on::text"),
    "OUTSIDE_TERRITORY": ("ship_to_country", "s.ship_to_country"),
    "UNKNOWN_UNIT": ("unit", "s.unit"),
    "QUANTITY_FAR_OUT": ("quantity", "(s.quantity::numeric / 1000)::text"),
    "POSSIBLE_DUPLICATE": ("document_number", "s.document_number"),
    "RESELLER_NOT_AUTHORIZED": ("reseller_account", "s.reseller_account"),
    "DUPLICATE_LINE": ("document_line", "s.document_number || ' / ' || s.document_line"),
    "CONFLICTING_LINE": ("document_line", "s.document_number || ' / ' || s.document_line"),
}
_FIELD = "CASE code " + " ".join(f"WHEN '{code}' THEN '{field}'" for code, (field, _) in _CODE_FIELDS.items()) + " END"
_VALUE = "CASE code " + " ".join(f"WHEN '{code}' THEN {value}" for code, (_, value) in _CODE_FIELDS.items()) + " END"
FIRST_PLACING_POSITION = 1000


async def write_placing_issues(session: Session, vendor_id: UUID, agreement: Row) -> None:
    """Write down why rows are held, duplicate or in conflict, and what to look at in those that count.

    The vendor reads of a reseller's account number only what the agreement discloses.
    """
    await session.execute(
        f"""
INSERT INTO submission_issue (vendor_id, submission_id, row_number, position, agreement_id, distributor_id, field, code,
    severity, value, disclosed_value)
SELECT s.vendor_id, s.submission_id, s.row_number, {FIRST_PLACING_POSITION} + nth, $2, $3, {_FIELD}, code,
    CASE WHEN code = ANY (s.warnings) THEN 'WARNING' WHEN code = 'DUPLICATE_LINE' THEN 'INFO'
        WHEN code = 'CONFLICTING_LINE' THEN 'ERROR' ELSE 'HOLD' END,
    {_VALUE}, CASE WHEN $4 OR code NOT IN ('UNKNOWN_RESELLER_ACCOUNT', 'RESELLER_NOT_AUTHORIZED') THEN {_VALUE} END
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
    )


async def clear_staging(session: Session, vendor_id: UUID) -> None:
    """Empty what this transaction staged."""
    await session.execute(
        "DELETE FROM staging_row s USING placed p"
        " WHERE s.vendor_id = $1 AND s.submission_id = p.submission_id AND s.row_number = p.row_number",
        vendor_id,
    )
    await session.execute("DROP TABLE placed")
