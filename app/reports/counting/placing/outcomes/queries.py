"""The statement that says of every staged row what becomes of it.

A report is long and says few things: what a code, an account or a document stands for is looked up once for each that is
named, then joined to the rows; so are the lines and held rows that stand under the documents it names. Rows of one key
are compared only where a key repeats, and only a report without line numbers asks for the next number of a document.
Amounts are 10⁻⁶ currency units, quantities 10⁻³ base units.
"""

from functools import cache

from app.programme.prices import UNUSUAL_MULTIPLE
from app.programme.terms import SubmissionKind
from app.reports.counting.placing.columns import PLACED, SAID
from app.tables.reports import HELD

LINES = {
    SubmissionKind.SELL_THROUGH: "sell_through_line",
    SubmissionKind.SELL_IN: "sell_in_line",
    SubmissionKind.SELL_OUT: "sell_out_line",
}
OWNER = {
    SubmissionKind.SELL_THROUGH: "distributor_id",
    SubmissionKind.SELL_IN: "distributor_id",
    SubmissionKind.SELL_OUT: "reseller_id",
}
"Whose the documents are: no two owners share one."
LARGEST_AMOUNT = 10**17
_STANDS = "document_kind, document_number, document_line, content_hash, submission_id, row_number"
_STANDING = f"{_STANDS}, agreement_id"
_PRODUCTS = """
products AS MATERIALIZED (
    SELECT d.product_code, coalesce(by_sku.id, by_gtin.id, ap.product_id) AS product_id,
        CASE WHEN by_sku.id IS NULL AND by_gtin.id IS NULL THEN ap.id END AS product_alias_id,
        coalesce(by_sku.base_unit, by_gtin.base_unit, by_alias.base_unit) AS base_unit
    FROM ({codes}) d
    LEFT JOIN product by_sku ON by_sku.vendor_id = $1 AND by_sku.sku = d.product_code
    LEFT JOIN product by_gtin ON by_gtin.vendor_id = $1 AND by_gtin.gtin = d.product_code
    LEFT JOIN alias ap ON ap.vendor_id = $1 AND ap.agreement_id = $2 AND ap.kind = 'PRODUCT'
        AND ap.code = d.product_code AND ap.undone_at IS NULL
    LEFT JOIN product by_alias ON by_alias.vendor_id = $1 AND by_alias.id = ap.product_id
)"""
_ACCOUNTS = """, accounts AS MATERIALIZED (
    SELECT d.reseller_account, ra.reseller_id, ra.disclosed_reseller_id, ra.id AS authorization_id,
        ra.status AS authorization_status, ra.effective_start AS authorized_from, ra.effective_end AS authorized_until,
        CASE WHEN ac.authorization_id IS NULL THEN aa.id END AS account_alias_id
    FROM ({codes}) d
    LEFT JOIN account ac ON ac.vendor_id = $1 AND ac.agreement_id = $2 AND ac.number = d.reseller_account
    LEFT JOIN alias aa ON aa.vendor_id = $1 AND aa.agreement_id = $2 AND aa.kind = 'ACCOUNT'
        AND aa.code = d.reseller_account AND aa.undone_at IS NULL
    LEFT JOIN reseller_authorization ra ON ra.vendor_id = $1
        AND ra.id = coalesce(ac.authorization_id, aa.authorization_id)
)"""
_RESELLER = """ra.reseller_id, ra.disclosed_reseller_id, ra.authorization_id, ra.authorization_status, ra.authorized_from,
        ra.authorized_until, ra.account_alias_id,"""
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
        WHERE k.vendor_id = $1 AND k.kit_id = pr.product_id
            AND k.effective_from <= s.sold_on AND (k.effective_until IS NULL OR k.effective_until > s.sold_on)
        HAVING count(*) > 0
    ) kit ON true"""
_UNUSUAL_PRICE = f"""CASE WHEN f.currency = f.book_currency AND f.sale_type IN ('SALE', 'RETURN')
                AND f.book_price > 0
                AND CASE WHEN f.factor = 1000 THEN f.unit_price > f.book_price * {UNUSUAL_MULTIPLE}
                    OR f.unit_price * {UNUSUAL_MULTIPLE} < f.book_price
                ELSE f.unit_price::numeric * 1000 > f.book_price::numeric * f.factor * {UNUSUAL_MULTIPLE}
                    OR f.unit_price::numeric * 1000 * {UNUSUAL_MULTIPLE} < f.book_price::numeric * f.factor END
                THEN 'PRICE_UNUSUAL' END"""
"Prices are below 10¹⁸, so that three times one is whole in 64 bits."
_BOOK_AMOUNT = """CASE WHEN pu.factor IS NULL AND abs(s.quantity) <= 100000000 AND b.price BETWEEN 0 AND 90000000000
            THEN (s.quantity * b.price + CASE WHEN s.quantity < 0 THEN -500 ELSE 500 END) / 1000
            ELSE round(s.quantity::numeric * coalesce(pu.factor, 1000) * b.price / 1000000) END"""
"""Quantity × book price, rounded half away from zero: of up to 100,000 base units at up to 90,000 a piece the product is
whole in 64 bits, which are much quicker than numbers of any length."""
_DUPLICATE_WAIVED = "coalesce('POSSIBLE_DUPLICATE' = ANY (s.waived), false)"


def _unless_waived(code: str, condition: str) -> str:
    """A hold that a person may let pass."""
    return f"CASE WHEN ({condition}) AND NOT coalesce('{code}' = ANY (f.waived), false) THEN '{code}' END"


_DOCUMENTS = """
documents AS MATERIALIZED (
    SELECT DISTINCT document_number FROM staging_row WHERE vendor_id = $1 AND NOT rejected
)"""


def _lines(kind: SubmissionKind, owner: str) -> str:
    """The lines that stand under the documents that the rows name, looked up document by document."""
    serials = "serial_numbers" if kind is not SubmissionKind.SELL_IN else "NULL::text[] AS serial_numbers"
    agreement = "agreement_id" if kind is not SubmissionKind.SELL_OUT else "NULL::uuid AS agreement_id"
    return f"""SELECT l.* FROM documents d CROSS JOIN LATERAL (
        SELECT {_STANDS}, {agreement}, {serials} FROM {LINES[kind]}
        WHERE vendor_id = $1 AND {OWNER[kind]} = {owner} AND document_number = d.document_number
            AND replaced IS NULL AND component >= 0 AND component <= 1 OFFSET 0) l"""


def _held(kind: SubmissionKind, owner: str) -> str:
    """The held rows that name the same documents: all of the owner's held rows are looked through once, since what the
    planner believes of them is often out of date, and a loop over the documents then takes minutes."""
    return f"""SELECT {_STANDING}, serial_numbers, 'POSSIBLE_DUPLICATE' = ANY (waits_for) AS doubtful FROM report_row
        WHERE vendor_id = $1 AND {OWNER[kind]} = {owner} AND {HELD} AND kind = '{kind}'
            AND (document_number IN (SELECT d.document_number FROM documents d)) IS TRUE"""


@cache
def survey(kind: SubmissionKind) -> str:
    """The question what is staged, of a vendor and an owner: how many rows, whether some are `unnumbered`, and whether
    all are `fresh`: no line and no held row stands under a document that they name."""
    return f"""
WITH {_DOCUMENTS}
SELECT s.rows, s.unnumbered, NOT EXISTS ({_lines(kind, "$2")}) AND NOT EXISTS ({_held(kind, "$2")}) AS fresh
FROM (SELECT count(*) AS rows, coalesce(bool_or(NOT line_given AND NOT rejected), false) AS unnumbered
    FROM staging_row WHERE vendor_id = $1) s"""


def _standing(kind: SubmissionKind, *, fresh: bool) -> str:
    """The lines and the held rows that stand under the documents that the rows name; none where all of them are fresh."""
    if fresh:
        nothing = (
            f"SELECT {_STANDING}, serial_numbers, false AS doubtful FROM report_row WHERE distributor_id = $3 AND false"
        )
        return f"standing AS ({nothing}), waiting AS ({nothing}){_KEPT}"
    return f"""{_DOCUMENTS}, standing AS MATERIALIZED (
    {_lines(kind, "$3")}
), waiting AS MATERIALIZED (
    {_held(kind, "$3")}
){_KEPT}"""


_KEPT = """, kept AS (
    SELECT DISTINCT ON (s.submission_id, s.row_number) s.submission_id AS for_submission, s.row_number AS for_row,
        h.content_hash, h.submission_id, h.row_number
    FROM waiting h
    JOIN submission theirs ON theirs.vendor_id = $1 AND theirs.id = h.submission_id
    JOIN staging_row s ON s.document_number = h.document_number AND s.document_line = h.document_line
        AND s.document_kind = h.document_kind
    JOIN submission own ON own.vendor_id = $1 AND own.id = s.submission_id
    WHERE s.vendor_id = $1 AND (theirs.received_order, h.row_number) < (own.received_order, s.row_number)
        AND (NOT h.doubtful OR h.content_hash = s.content_hash)
    ORDER BY s.submission_id, s.row_number, h.doubtful DESC, theirs.received_order DESC, h.row_number DESC
)"""
"""The held row that was there first under a row's key: the last of those that were received before it. One that may be a
duplicate itself has no key of its own yet, so that it stands in nobody's way who says something else."""

_ITS_DOCUMENT = """o.document_number = a.document_number AND o.document_kind = a.document_kind
        AND o.submission_id <> a.submission_id"""
_TOUCHED = f""", others AS MATERIALIZED (
    SELECT {_STANDING}, serial_numbers FROM standing UNION ALL SELECT {_STANDING}, serial_numbers FROM waiting
), reaching AS MATERIALIZED (
    SELECT document_kind, document_number, submission_id,
        max(CASE WHEN document_line ~ '^[0-9]{{1,9}}$' THEN document_line::bigint END) AS last_line
    FROM others GROUP BY 1, 2, 3
), asking AS MATERIALIZED (
    SELECT s.submission_id, s.row_number, s.document_kind, s.document_number, s.serial_numbers FROM staging_row s
    JOIN submission sub ON sub.vendor_id = $1 AND sub.id = s.submission_id AND sub.mode = 'APPEND'
    WHERE s.vendor_id = $1 AND NOT s.line_given AND NOT s.rejected
), sharing AS (
    SELECT DISTINCT a.submission_id, a.row_number
    FROM (SELECT w.*, n.serial FROM asking w CROSS JOIN LATERAL unnest(w.serial_numbers) AS n (serial) OFFSET 0) a
    JOIN (SELECT w.*, n.serial FROM others w CROSS JOIN LATERAL unnest(w.serial_numbers) AS n (serial) OFFSET 0) o
        ON o.serial = a.serial AND {_ITS_DOCUMENT}
), equal AS (
    SELECT DISTINCT a.submission_id, a.row_number
    FROM asking a JOIN others o ON o.serial_numbers = a.serial_numbers AND {_ITS_DOCUMENT}
), touched AS (
    SELECT a.submission_id, a.row_number, max(o.last_line) AS last_line,
        bool_or(sharing.row_number IS NOT NULL) AS shares_serials, bool_or(equal.row_number IS NOT NULL) AS same_serials
    FROM asking a JOIN reaching o ON {_ITS_DOCUMENT}
    LEFT JOIN sharing ON sharing.submission_id = a.submission_id AND sharing.row_number = a.row_number
    LEFT JOIN equal ON equal.submission_id = a.submission_id AND equal.row_number = a.row_number
    GROUP BY a.submission_id, a.row_number
)"""
"""Of rows without line numbers, what other reports have said of their documents. Nothing of a document is compared row by
row: its lines are added up once for each report, and what shares a serial number is found by the number (OFFSET 0 keeps
the planner from joining the documents first)."""
_TOUCH = f"""t.last_line, t.row_number IS NOT NULL AS is_touched, coalesce(t.same_serials, false) AS same_serials,
        t.row_number IS NOT NULL AND (s.serial_numbers IS NULL OR coalesce(t.shares_serials, false))
            AND NOT {_DUPLICATE_WAIVED} AS unsettled,
        t.row_number IS NOT NULL AND ({_DUPLICATE_WAIVED}
            OR s.serial_numbers IS NOT NULL AND NOT coalesce(t.shares_serials, false)
                AND live.content_hash IS DISTINCT FROM s.content_hash) AS is_new,"""
_NUMBERED = """, numbered AS (
    SELECT f.*, CASE WHEN is_new THEN (coalesce(last_line, 0) + row_number() OVER (
            PARTITION BY document_kind, document_number, is_touched ORDER BY row_number))::text
        ELSE document_line END AS placed_line
    FROM found f
), compared AS (
    SELECT f.*, first_value(f.content_hash) OVER same_key AS first_hash, row_number() OVER same_key AS nth
    FROM numbered f
    WINDOW same_key AS (PARTITION BY f.rejected, CASE WHEN f.unsettled THEN f.submission_id END, f.document_kind,
        f.document_number, f.placed_line ORDER BY f.precedence, f.row_number)
)"""
"Of rows without line numbers: what other reports have said of their documents, and the next number of each."

_KEY = "document_kind, document_number, document_line"
_PRECEDENCE = "CASE WHEN sub.mode = 'APPEND' THEN sub.received_order ELSE -sub.received_order END"
"""Of rows of several reports that are released together, which stands under their key: the last correction, else the row
that was received first."""
_UNTOUCHED = "false AS same_serials, false AS unsettled, false AS is_new,"
_REPEATED = f""", repeated AS (
    SELECT s.submission_id, s.row_number, first_value(s.content_hash) OVER same_key AS first_hash,
        row_number() OVER same_key AS nth
    FROM staging_row s
    JOIN (SELECT {_KEY} FROM staging_row WHERE vendor_id = $1 AND NOT rejected GROUP BY {_KEY} HAVING count(*) > 1) k
        USING ({_KEY})
    JOIN submission sub ON sub.vendor_id = $1 AND sub.id = s.submission_id
    WHERE s.vendor_id = $1 AND NOT s.rejected
    WINDOW same_key AS (PARTITION BY {_KEY} ORDER BY {_PRECEDENCE}, s.row_number)
)"""
_COMPARED = """, compared AS (
    SELECT f.*, f.document_line AS placed_line, r.first_hash, r.nth
    FROM found f LEFT JOIN repeated r ON r.submission_id = f.submission_id AND r.row_number = f.row_number AND r.nth > 1
)"""
"Of rows that all have line numbers, those that say a key again."


_UNREPEATED = """, compared AS (
    SELECT f.*, f.document_line AS placed_line, NULL::text AS first_hash, 0 AS nth FROM found f
)"""
"Of rows that all have line numbers and no key twice."


def _named(kind: SubmissionKind, *, known: bool) -> str:
    """What the codes that the rows name stand for: those in $8, and the accounts in $9, where they are known."""
    codes = (
        "SELECT unnest(${place}::text[]) AS {name}"
        if known
        else ("SELECT DISTINCT {name} FROM staging_row WHERE vendor_id = $1")
    )
    products = _PRODUCTS.format(codes=codes.format(place=8, name="product_code"))
    if kind is not SubmissionKind.SELL_THROUGH:
        return products
    return products + _ACCOUNTS.format(codes=codes.format(place=9, name="reseller_account"))


def _found(kind: SubmissionKind, *, kits: bool, unnumbered: bool) -> str:
    """Each row with all that its codes and its key stand for. `OFFSET 0`, here and in `checked`, has what is reckoned
    reckoned once, and not wherever it is asked for."""
    sold_through = kind is SubmissionKind.SELL_THROUGH
    accounts = "LEFT JOIN accounts ra ON ra.reseller_account = s.reseller_account" if sold_through else ""
    touched = "LEFT JOIN touched t ON t.submission_id = s.submission_id AND t.row_number = s.row_number"
    largest = "kit.largest IS NOT NULL AS is_kit, kit.largest AS kit_largest,"
    return f"""
found AS (
    SELECT s.ctid AS staged, s.vendor_id, s.submission_id, s.row_number, s.rejected, s.waived,
        {", ".join(f"s.{name}" for name in SAID)},
        {_PRECEDENCE} AS precedence, sub.mode,
        sub.mode = 'REPLACE_PERIOD' AND (s.sold_on < sub.period_start OR s.sold_on >= sub.period_end)
            AS outside_period,
        {_TOUCH if unnumbered else _UNTOUCHED}
        live.content_hash AS live_hash, live.submission_id AS live_submission, live.row_number AS live_row,
        live.agreement_id <> $2 AS live_elsewhere, held.content_hash AS held_hash,
        held.submission_id AS held_submission, held.row_number AS held_row,
        pr.product_id, pr.product_alias_id, pr.base_unit, b.price AS book_price, b.currency AS book_currency,
        coalesce(pu.factor, 1000) AS factor, pu.factor IS NOT NULL AS unit_known,
        CASE WHEN pu.factor IS NULL THEN s.quantity ELSE round(s.quantity::numeric * pu.factor / 1000) END AS base_quantity,
        {_RESELLER if sold_through else _NO_RESELLER}
        {largest if kits else "false AS is_kit, 0::numeric AS kit_largest,"}
        {_BOOK_AMOUNT} AS book_amount
    FROM staging_row s
    LEFT JOIN submission sub ON sub.vendor_id = $1 AND sub.id = s.submission_id
    {touched if unnumbered else ""}
    LEFT JOIN products pr ON pr.product_code = s.product_code
    LEFT JOIN product_unit pu ON pu.vendor_id = $1 AND pu.unit = s.unit AND pu.product_id = pr.product_id
    LEFT JOIN book_price b ON b.vendor_id = $1 AND b.product_id = pr.product_id AND b.currency = $4
        AND b.effective_from <= s.sold_on AND (b.effective_until IS NULL OR b.effective_until > s.sold_on)
    {accounts}
    {_KIT if kits else ""}
    LEFT JOIN standing live ON live.document_number = s.document_number AND live.document_line = s.document_line
        AND live.document_kind = s.document_kind
    LEFT JOIN kept held ON held.for_submission = s.submission_id AND held.for_row = s.row_number
    WHERE s.vendor_id = $1
    OFFSET 0
)"""


def _checked(kind: SubmissionKind) -> str:
    """Each row with what it has to wait for, and what is to be looked at in it."""
    sold_through = kind is SubmissionKind.SELL_THROUGH
    hold_account = "CASE WHEN f.authorization_id IS NULL THEN 'UNKNOWN_RESELLER_ACCOUNT' END," if sold_through else ""
    return f"""
checked AS (
    SELECT f.*,
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
    FROM compared f
    OFFSET 0
)"""


@cache
def placement(
    kind: SubmissionKind, *, kits: bool, unnumbered: bool, fresh: bool, many: bool, known: bool, repeated: bool
) -> str:
    """The statement that fills `placed`: for a vendor with `kits` or without, and for rows of which some are `unnumbered`
    or all are `fresh`; see `survey`. Its arguments are the vendor, the agreement, its distributor, currency, first day, end
    and territory, and where they are `known` the product codes and, of sell-through, the accounts that the rows name.

    Where no key is `repeated`, no row is compared with another. What is planned for `many` rows is of no use for few, so
    that these have a statement of their own.
    """
    repeats = _REPEATED if repeated else ""
    compared = _COMPARED if repeated else _UNREPEATED
    steps = [
        _standing(kind, fresh=fresh) + (_TOUCHED if unnumbered else repeats),
        _named(kind, known=known),
        _found(kind, kits=kits, unnumbered=unnumbered) + (_NUMBERED if unnumbered else compared),
        _checked(kind),
    ]
    return f"""{"/* of many rows */" if many else ""}
INSERT INTO placed ({", ".join(PLACED)})
WITH {", ".join(steps)}
SELECT staged, vendor_id, submission_id, row_number, {", ".join(SAID)}, mode, placed_line, product_id,
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
