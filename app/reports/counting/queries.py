"""The set-based statements that place and count staged rows. All run as `worker`, within one vendor's network.

Rows are staged first, whether they come from a report or from among the held ones; `place` then says of each what becomes
of it, and the rest follows that one table. Amounts are 10⁻⁶ currency units, quantities 10⁻³ base units.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.programme.sale_types import COUNTED
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
_COUNTED = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))
LARGEST_AMOUNT = 10**17


async def take_turn(session: Session, distributor_id: UUID) -> bool:
    """Take the distributor's turn to count until the transaction ends; False while another report of it has it."""
    taken: bool = await session.value("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 1))", str(distributor_id))
    return taken


async def next_waiting(session: Session, vendor_id: UUID, agreement_id: UUID) -> Row | None:
    """The report of the agreement that was received first of those not counted yet."""
    return await session.row(
        "SELECT s.id, s.kind, s.format, s.sha256, s.organization_id, s.file_id, s.period_end, s.received_at,"
        " a.distributor_id, a.currency, a.time_zone, a.mandatory_fields, a.due_days, a.grace_days,"
        " a.discloses_resale_price, a.discloses_end_customer, a.discloses_reseller"
        " FROM submission s JOIN agreement a ON a.vendor_id = s.vendor_id AND a.id = s.agreement_id"
        " WHERE s.vendor_id = $1 AND s.agreement_id = $2 AND s.status IN ('RECEIVED', 'PROCESSING')"
        " ORDER BY s.received_order LIMIT 1",
        vendor_id,
        agreement_id,
    )


async def begin(session: Session, vendor_id: UUID, submission_id: UUID, at: datetime) -> None:
    """Say that the report is being read."""
    await session.execute(
        "UPDATE submission SET status = 'PROCESSING', started_at = $3 WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        submission_id,
        at,
    )


async def fail(
    session: Session, vendor_id: UUID, submission_id: UUID, code: str, message: str, disclosed: str, at: datetime
) -> None:
    """Say that the report could not be read, and to the vendor what is `disclosed` of why; nothing of it counts."""
    await session.execute(
        "UPDATE submission SET status = 'FAILED', failure_code = $3, failure_message = $4,"
        " disclosed_failure_message = $5, processed_at = $6"
        " WHERE vendor_id = $1 AND id = $2 AND status IN ('RECEIVED', 'PROCESSING')",
        vendor_id,
        submission_id,
        code,
        message,
        disclosed,
        at,
    )


async def chunks(session: Session, organization_id: UUID, file_id: UUID) -> list[bytes]:
    """The compressed bytes of a report, in order."""
    rows = await session.rows(
        "SELECT content FROM report_chunk WHERE organization_id = $1 AND file_id = $2 ORDER BY position",
        organization_id,
        file_id,
    )
    return [row["content"] for row in rows]


async def new_knowledge(session: Session, vendor_id: UUID, agreement_id: UUID, cause: str) -> int:
    """Begin a change of the facts: the number that its facts carry. `knowledge_is_known` writes its moment."""
    number: int = await session.value(
        "INSERT INTO knowledge (vendor_id, agreement_id, cause) VALUES ($1, $2, $3) RETURNING id",
        vendor_id,
        agreement_id,
        cause,
    )
    return number


async def knowledge_is_known(session: Session, vendor_id: UUID, number: int) -> None:
    """Write when the change became known, last, under the vendor's lock, held to commit: moments follow commits."""
    await session.value("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))", str(vendor_id))
    await session.execute(
        "UPDATE knowledge SET known_at = clock_timestamp() WHERE vendor_id = $1 AND id = $2", vendor_id, number
    )


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


async def count_sell_through(session: Session, vendor_id: UUID, agreement: Row, knowledge: int) -> None:
    """Write the accepted rows as lines and add them to the month and day rollups, in the order of their keys.

    What the agreement does not disclose stays out of the disclosed columns.
    """
    await session.execute(
        _COUNT_SELL_THROUGH,
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        knowledge,
        agreement["discloses_resale_price"],
        agreement["discloses_end_customer"],
    )


_ROLLED_UP = ("units", "returned_units", "lines", "resale_amount", "disclosed_resale_amount", "book_amount")
_MEASURES = (
    "sum(quantity), sum(CASE WHEN quantity < 0 THEN -quantity ELSE 0 END), count(*), sum(coalesce(amount, 0)),"
    " sum(coalesce(disclosed_amount, 0)), sum(coalesce(book_amount, 0))"
)
_ADDED = ", ".join(f"{name} = r.{name} + excluded.{name}" for name in _ROLLED_UP)
_COUNT_SELL_THROUGH = f"""
WITH lines AS (
    INSERT INTO sell_through_line (vendor_id, submission_id, row_number, agreement_id, distributor_id, reseller_id,
        disclosed_reseller_id, document_kind, document_number, document_line, return_of, sold_on, product_id, quantity,
        currency, unit_price, amount, disclosed_unit_price, disclosed_amount, book_currency, book_price, book_amount,
        sale_type, ship_to_country, end_customer, disclosed_end_customer, special_price_number, serial_numbers,
        content_hash, recorded)
    SELECT vendor_id, submission_id, row_number, $2, $3, reseller_id, disclosed_reseller_id, document_kind,
        document_number, placed_line, return_of, sold_on, product_id, quantity, currency, unit_price, amount,
        CASE WHEN $5 THEN unit_price END, CASE WHEN $5 THEN amount END, book_currency, book_price, book_amount,
        sale_type, ship_to_country, end_customer, CASE WHEN $6 THEN end_customer END, special_price_number,
        serial_numbers, content_hash, $4
    FROM placed WHERE vendor_id = $1 AND outcome = 'ACCEPTED'
    RETURNING vendor_id, distributor_id, reseller_id, disclosed_reseller_id, product_id, sold_on, quantity, currency,
        amount, disclosed_amount, coalesce(book_currency, '') AS book_currency, book_amount, sale_type
), counted AS (
    SELECT * FROM lines WHERE sale_type IN ({_COUNTED})
), months AS (
    INSERT INTO sell_through_month AS r (vendor_id, month, distributor_id, reseller_id, product_id, currency,
        book_currency, disclosed_reseller_id, {", ".join(_ROLLED_UP)})
    SELECT vendor_id, date_trunc('month', sold_on)::date, distributor_id, reseller_id, product_id, currency,
        book_currency, disclosed_reseller_id, {_MEASURES}
    FROM counted GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
    ON CONFLICT (vendor_id, month, distributor_id, reseller_id, product_id, currency, book_currency,
        disclosed_reseller_id)
    DO UPDATE SET {_ADDED}
)
INSERT INTO sell_through_day AS r (vendor_id, day, distributor_id, product_id, currency, book_currency,
    {", ".join(_ROLLED_UP)})
SELECT vendor_id, sold_on, distributor_id, product_id, currency, book_currency, {_MEASURES}
FROM counted GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT (vendor_id, day, distributor_id, product_id, currency, book_currency)
DO UPDATE SET {_ADDED}
"""


async def count_sell_in(session: Session, vendor_id: UUID, agreement: Row, knowledge: int) -> None:
    """Write the accepted rows of the vendor's own invoices as lines and add them to their day rollup."""
    await session.execute(
        """
WITH lines AS (
    INSERT INTO sell_in_line (vendor_id, submission_id, row_number, agreement_id, distributor_id, document_kind,
        document_number, document_line, sold_on, product_id, quantity, currency, unit_price, amount, content_hash,
        recorded)
    SELECT vendor_id, submission_id, row_number, $2, $3, document_kind, document_number, placed_line, sold_on,
        product_id, quantity, currency, unit_price, amount, content_hash, $4
    FROM placed WHERE vendor_id = $1 AND outcome = 'ACCEPTED'
    RETURNING vendor_id, distributor_id, product_id, sold_on, quantity, currency, amount
)
INSERT INTO sell_in_day AS r (vendor_id, day, distributor_id, product_id, currency, units, lines, amount)
SELECT vendor_id, sold_on, distributor_id, product_id, currency, sum(quantity), count(*), sum(amount)
FROM lines GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (vendor_id, day, distributor_id, product_id, currency)
DO UPDATE SET units = r.units + excluded.units, lines = r.lines + excluded.lines, amount = r.amount + excluded.amount
""",
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        knowledge,
    )


async def keep_other_rows(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, disclosed: Iterable[str]
) -> int:
    """Keep every row that did not count, with its outcome and what it said; the vendor may read the `disclosed` fields."""
    return await session.execute(
        f"""
INSERT INTO report_row (vendor_id, submission_id, row_number, agreement_id, distributor_id, kind, outcome, waits_for,
    {RECEIVED}, disclosed_received)
SELECT s.vendor_id, s.submission_id, s.row_number, $2, $3, '{kind}', s.outcome,
    CASE WHEN s.outcome = 'HELD' THEN s.waits_for ELSE '{{}}' END,
    {", ".join(f"s.{name.strip()}" for name in RECEIVED.split(","))},
    (SELECT jsonb_object_agg(said.key, said.value)::text FROM jsonb_each(s.received::jsonb) said
        WHERE said.key = ANY ($4::text[]))
FROM placed s
WHERE s.vendor_id = $1 AND s.outcome <> 'ACCEPTED'
""",
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        list(disclosed),
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


async def outcomes(session: Session) -> dict[str, int]:
    """How many of the placed rows met each outcome."""
    rows = await session.rows("SELECT outcome, count(*) AS rows FROM placed GROUP BY outcome")
    return {row["outcome"]: row["rows"] for row in rows}


async def finish(
    session: Session,
    vendor_id: UUID,
    submission_id: UUID,
    found: dict[str, int],
    detected: object,
    acknowledgement: str | None,
    at: datetime,
) -> None:
    """Close the report with the number of its rows by outcome; the database refuses numbers that do not add up."""
    await session.execute(
        "UPDATE submission SET status = 'PROCESSED', processed_at = $3, detected = $4, rows_received = $5,"
        " rows_accepted = $6, rows_held = $7, rows_rejected = $8, rows_duplicate = $9, rows_conflict = $10,"
        " acknowledgement = $11"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        submission_id,
        at,
        detected,
        sum(found.values()),
        *(found.get(outcome, 0) for outcome in ("ACCEPTED", "HELD", "REJECTED", "DUPLICATE", "CONFLICT")),
        acknowledgement,
    )


async def clear_staging(session: Session, vendor_id: UUID) -> None:
    """Empty what this transaction staged."""
    await session.execute(
        "DELETE FROM staging_row s USING placed p"
        " WHERE s.vendor_id = $1 AND s.submission_id = p.submission_id AND s.row_number = p.row_number",
        vendor_id,
    )
    await session.execute("DROP TABLE placed")


async def settle_released(session: Session, vendor_id: UUID, at: datetime) -> int:
    """Held rows that now count become ACCEPTED in their reports, and their holds are settled. How many there were."""
    await session.execute(
        "UPDATE report_row r SET waits_for = p.waits_for FROM placed p"
        " WHERE r.vendor_id = $1 AND r.submission_id = p.submission_id AND r.row_number = p.row_number"
        " AND p.outcome = 'HELD' AND r.waits_for <> p.waits_for",
        vendor_id,
    )
    await session.execute(
        "UPDATE submission_issue i SET settled_at = $2 FROM placed p"
        " WHERE i.vendor_id = $1 AND i.submission_id = p.submission_id AND i.row_number = p.row_number"
        " AND i.severity = 'HOLD' AND i.settled_at IS NULL AND i.code <> ALL (p.waits_for)",
        vendor_id,
        at,
    )
    await session.execute(
        "UPDATE report_row r SET outcome = p.outcome, waits_for = '{}', settled_at = $2 FROM placed p"
        " WHERE r.vendor_id = $1 AND r.submission_id = p.submission_id AND r.row_number = p.row_number"
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
