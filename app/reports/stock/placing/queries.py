"""The set-based statements that place rows of inventory reports and make facts of them. All run as `worker`.

Rows are staged first, whether they come from a report or from among the held ones; `place` then makes the one table,
`placed`, that everything else follows. The key of a count is warehouse, product, state, day and lot; that of a movement its
document and line. Where a document of movements has no line numbers at all, a row's line is its place within the document.
Quantities are 10⁻³ of the reported unit until `place` turns them into 10⁻³ base units.
"""

from collections import Counter
from datetime import date
from uuid import UUID

from app.programme.terms import SubmissionKind
from app.reports.counting.placing.queries import keep_catalogue
from app.store.database import Row, Session

STAGED_COLUMNS = (
    "submission_id",
    "row_number",
    "source",
    "warehouse",
    "product_code",
    "counted_on",
    "quantity",
    "unit",
    "status",
    "movement",
    "reference",
    "reference_line",
    "lot",
    "content_hash",
    "received",
    "rejected",
)
LARGEST_QUANTITY = 10**17
HELD_ROW = f"r.outcome = 'HELD' AND r.previewed_by IS NULL AND r.kind = '{SubmissionKind.INVENTORY}'"
"""The rows `r` of inventory reports that wait to be resolved."""


async def begin_staging(session: Session) -> None:
    """Make the place into which rows are staged; it is gone with the transaction."""
    await session.execute(
        "CREATE TEMPORARY TABLE staged_stock (submission_id uuid NOT NULL, row_number bigint NOT NULL, source text,"
        " warehouse text, product_code text, counted_on date, quantity bigint, unit text, status text, movement text,"
        " reference text, reference_line text, lot text, content_hash text, received text NOT NULL,"
        " rejected boolean NOT NULL, waived text[]) ON COMMIT DROP"
    )


async def end_staging(session: Session) -> None:
    """Forget what was staged, so that more can be."""
    await session.execute("DROP TABLE staged_stock")


_HELD_AS_RECEIVED = (
    f"INSERT INTO staged_stock ({', '.join(STAGED_COLUMNS)}, waived)"
    " SELECT r.submission_id, r.row_number, r.source, t.warehouse, r.product_code, r.sold_on, r.quantity, r.unit,"
    " t.status, t.movement, r.document_number, r.document_line, t.lot, r.content_hash, r.received, false, r.waived"
    " FROM report_row r JOIN stock_row t ON t.vendor_id = r.vendor_id AND t.submission_id = r.submission_id"
    " AND t.row_number = r.row_number"
)


async def stage_held(session: Session, vendor_id: UUID, agreement_id: UUID, product_code: str) -> int:
    """Stage the held rows of an agreement that have this product code, as they were received; how many there are."""
    return await session.execute(
        f"{_HELD_AS_RECEIVED} WHERE r.vendor_id = $1 AND r.agreement_id = $2 AND {HELD_ROW} AND r.product_code = $3",
        vendor_id,
        agreement_id,
        product_code,
    )


async def stage_chosen(session: Session, vendor_id: UUID) -> int:
    """Stage the held rows of inventory reports that are named in the table `chosen`, as they were received."""
    return await session.execute(
        f"{_HELD_AS_RECEIVED} JOIN chosen c ON c.submission_id = r.submission_id AND c.row_number = r.row_number"
        f" WHERE r.vendor_id = $1 AND {HELD_ROW}",
        vendor_id,
    )


async def take_back(session: Session, vendor_id: UUID, agreement: Row, alias_id: UUID, knowledge: int) -> int:
    """End the facts that an alias placed, each by its own report, and stage their rows again; how many there are."""
    taken = 0
    for table, day, movement, line in (
        ("inventory_count", "counted_on", "NULL", "NULL"),
        ("stock_movement", "moved_on", "g.movement", "g.reference_line"),
    ):
        taken += await session.execute(
            f"WITH gone AS (UPDATE {table} f SET superseded = $4, corrected_by = f.submission_id, {until_open(day, '$5')}"
            " WHERE f.vendor_id = $1 AND f.agreement_id = $2 AND f.product_alias_id = $3 AND f.superseded IS NULL"
            f" RETURNING f.*) INSERT INTO staged_stock ({', '.join(STAGED_COLUMNS)}, waived)"
            f" SELECT g.submission_id, g.row_number, g.source, g.warehouse, g.product_code, g.{day}, g.reported_quantity,"
            f" g.unit, g.status, {movement}, g.reference, {line}, nullif(g.lot, ''), g.content_hash,"
            " coalesce(r.received, jsonb_build_object('warehouse', g.warehouse, 'product_code', g.product_code,"
            f" 'counted_on', g.{day}::text, 'quantity', (g.reported_quantity::numeric / 1000)::text, 'unit', g.unit,"
            f" 'status', g.status, 'movement', {movement}, 'reference', g.reference, 'reference_line', {line},"
            " 'lot', nullif(g.lot, ''))::text), false, r.waived"
            " FROM gone g LEFT JOIN report_row r ON r.vendor_id = g.vendor_id AND r.submission_id = g.submission_id"
            " AND r.row_number = g.row_number",
            vendor_id,
            agreement["id"],
            alias_id,
            knowledge,
            agreement["closed_before"],
        )
    return taken


def until_open(day: str, open_day: str, fact: str = "f") -> str:
    """What is set of a fact that ends: where the day from which it counts is closed, it counts until the first open one."""
    closed = f"coalesce({fact}.counts_on, {fact}.{day}) < {open_day}::date"
    return f"counts_until = CASE WHEN {closed} THEN {open_day}::date END"


_SAME_COUNT = (
    "c.vendor_id = $1 AND c.distributor_id = $3 AND c.superseded IS NULL AND c.warehouse = {0}.warehouse"
    " AND c.product_id = {0}.product_id AND c.status = {0}.status AND c.counted_on = {0}.counted_on"
)
"""Whether a count is of the same warehouse, product, state and day."""
_COUNTS, _MOVES = "{0}.movement IS NULL", "{0}.movement IS NOT NULL"
_PLACEMENT = f"""
CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
WITH numbered AS (
    SELECT s.*, u.mode, u.received_order,
        CASE WHEN s.movement IS NULL OR s.reference IS NULL OR s.reference_line IS NOT NULL THEN s.reference_line
            ELSE (row_number() OVER document)::text END AS placed_line,
        s.movement IS NOT NULL AND s.reference IS NOT NULL AND s.reference_line IS NULL
            AND bool_or(s.reference_line IS NOT NULL) OVER (PARTITION BY s.submission_id, s.movement IS NULL, s.reference)
            AS line_withheld
    FROM staged_stock s JOIN submission u ON u.vendor_id = $1 AND u.id = s.submission_id
    WINDOW document AS (PARTITION BY s.submission_id, s.movement IS NULL, s.reference ORDER BY s.row_number)
), found AS (
    SELECT n.*, coalesce(by_sku.id, by_gtin.id, ap.product_id) AS product_id,
        CASE WHEN by_sku.id IS NULL AND by_gtin.id IS NULL THEN ap.id END AS product_alias_id,
        CASE WHEN n.unit IS NULL OR n.unit = coalesce(by_sku.base_unit, by_gtin.base_unit, by_alias.base_unit) THEN 1000
            ELSE pu.factor END AS factor
    FROM numbered n
    LEFT JOIN product by_sku ON by_sku.vendor_id = $1 AND by_sku.sku = n.product_code
    LEFT JOIN product by_gtin ON by_gtin.vendor_id = $1 AND by_gtin.gtin = n.product_code
    LEFT JOIN alias ap ON ap.vendor_id = $1 AND ap.agreement_id = $2 AND ap.kind = 'PRODUCT'
        AND ap.code = n.product_code AND ap.undone_at IS NULL
    LEFT JOIN product by_alias ON by_alias.vendor_id = $1 AND by_alias.id = ap.product_id
    LEFT JOIN product_unit pu ON pu.vendor_id = $1
        AND pu.product_id = coalesce(by_sku.id, by_gtin.id, ap.product_id) AND pu.unit = n.unit
), waiting AS (
    SELECT DISTINCT ON (t.movement IS NULL, r.document_number, r.document_line, t.warehouse, r.product_code, t.status,
        r.sold_on, t.lot) t.movement IS NULL AS counted, r.document_number, r.document_line, t.warehouse, r.product_code,
        t.status, r.sold_on, coalesce(t.lot, '') AS lot, r.submission_id, r.row_number, r.content_hash
    FROM report_row r JOIN stock_row t ON t.vendor_id = r.vendor_id AND t.submission_id = r.submission_id
        AND t.row_number = r.row_number
    WHERE r.vendor_id = $1 AND r.agreement_id = $2 AND {HELD_ROW}
        AND NOT EXISTS (SELECT FROM staged_stock s WHERE s.submission_id = r.submission_id AND s.row_number = r.row_number)
), split AS (
    SELECT DISTINCT f.submission_id, f.row_number FROM found f JOIN inventory_count c ON {_SAME_COUNT.format("f")}
    WHERE {_COUNTS.format("f")} AND NOT f.rejected AND (c.lot = '') <> (f.lot IS NULL)
), standing AS (
    SELECT f.*, round(f.quantity::numeric * f.factor / 1000) AS base_quantity,
        coalesce(c.submission_id, m.submission_id) AS standing_submission,
        coalesce(c.row_number, m.row_number) AS standing_row, coalesce(c.content_hash, m.content_hash) AS standing_hash,
        coalesce(hc.submission_id, hm.submission_id) AS held_submission,
        coalesce(hc.row_number, hm.row_number) AS held_row, coalesce(hc.content_hash, hm.content_hash) AS held_hash,
sp.row_number IS NOT NULL AS split_otherwise
    FROM found f
    LEFT JOIN inventory_count c ON {_COUNTS.format("f")} AND NOT f.rejected AND {_SAME_COUNT.format("f")}
        AND c.lot = coalesce(f.lot, '')
    LEFT JOIN stock_movement m ON {_MOVES.format("f")} AND NOT f.rejected AND m.vendor_id = $1
        AND m.distributor_id = $3 AND m.superseded IS NULL AND m.reference = f.reference
        AND m.reference_line = f.placed_line
    LEFT JOIN waiting hc ON {_COUNTS.format("f")} AND NOT f.rejected AND hc.counted AND hc.warehouse = f.warehouse
        AND hc.product_code = f.product_code AND hc.status = f.status AND hc.sold_on = f.counted_on
        AND hc.lot = coalesce(f.lot, '')
    LEFT JOIN waiting hm ON {_MOVES.format("f")} AND NOT f.rejected AND NOT hm.counted
        AND hm.document_number = f.reference AND hm.document_line = f.placed_line
    LEFT JOIN split sp ON sp.submission_id = f.submission_id AND sp.row_number = f.row_number
), checked AS (
    SELECT s.*, su.received_order > s.received_order AS overtaken,
        first_value(s.content_hash) OVER same_key AS first_hash, row_number() OVER same_key AS nth,
        {_COUNTS.format("s")} AND first_value(s.lot IS NULL) OVER same_stock <> (s.lot IS NULL) AS split_in_itself,
        array_remove(ARRAY[
            CASE WHEN s.product_id IS NULL THEN 'UNKNOWN_PRODUCT' END,
            CASE WHEN (s.counted_on < $4 OR s.counted_on >= $5)
                AND NOT coalesce('OUTSIDE_AGREEMENT_DATES' = ANY (s.waived), false) THEN 'OUTSIDE_AGREEMENT_DATES' END,
            CASE WHEN s.product_id IS NOT NULL AND s.factor IS NULL THEN 'UNKNOWN_UNIT' END,
            CASE WHEN abs(s.base_quantity) > {LARGEST_QUANTITY} THEN 'QUANTITY_FAR_OUT' END
        ], NULL) AS waits_for
    FROM standing s LEFT JOIN submission su ON su.vendor_id = $1 AND su.id = s.standing_submission
    WINDOW same_key AS (
            PARTITION BY s.rejected, {_COUNTS.format("s")},
                CASE WHEN {_COUNTS.format("s")} THEN s.warehouse ELSE s.reference END,
                CASE WHEN {_COUNTS.format("s")} THEN coalesce(s.product_id::text, s.product_code) ELSE s.placed_line END,
                CASE WHEN {_COUNTS.format("s")} THEN s.status END, CASE WHEN {_COUNTS.format("s")} THEN s.counted_on END,
                CASE WHEN {_COUNTS.format("s")} THEN coalesce(s.lot, '') END
            ORDER BY s.received_order, s.row_number),
        same_stock AS (
            PARTITION BY s.rejected, {_COUNTS.format("s")}, s.warehouse, coalesce(s.product_id::text, s.product_code),
                s.status, s.counted_on
            ORDER BY s.received_order, s.row_number)
)
SELECT submission_id, row_number, source, warehouse, product_code, counted_on, quantity, unit, status, movement,
    reference, reference_line IS NOT NULL AS line_given, placed_line, lot, content_hash, received, mode, product_id,
    product_alias_id, CASE WHEN abs(base_quantity) <= {LARGEST_QUANTITY} THEN base_quantity::bigint END AS base_quantity,
    standing_submission, standing_row, held_submission, held_row, line_withheld AND NOT rejected AS line_withheld,
    waits_for, standing_hash = content_hash AS says_the_same,
    CASE
        WHEN rejected OR line_withheld THEN 'REJECTED'
        WHEN mode = 'APPEND' AND standing_hash = content_hash THEN 'DUPLICATE'
        WHEN nth > 1 AND first_hash = content_hash THEN 'DUPLICATE'
        WHEN nth > 1 OR split_in_itself THEN 'CONFLICT'
        WHEN standing_hash = content_hash THEN 'DUPLICATE'
        WHEN standing_hash IS NOT NULL AND (mode = 'APPEND' OR overtaken) THEN 'CONFLICT'
        WHEN split_otherwise AND mode = 'APPEND' THEN 'CONFLICT'
        WHEN held_hash = content_hash THEN 'DUPLICATE'
        WHEN held_hash IS NOT NULL AND mode = 'APPEND' THEN 'CONFLICT'
        WHEN cardinality(waits_for) > 0 THEN 'HELD'
        ELSE 'ACCEPTED'
    END AS outcome
FROM checked
"""


async def place(session: Session, vendor_id: UUID, agreement: Row) -> None:
    """Say of every staged row what becomes of it, into the temporary table `placed`.

    Products are found by SKU, GTIN, then the agreement's aliases; units by the product. A row with the key of a live fact
    or held row is a DUPLICATE when it says the same; otherwise a CONFLICT, unless its report corrects, and nothing that was
    received later stands there. A count of a whole product conflicts with counts of its lots. Of two rows with one key in
    one report the first stands.
    """
    await keep_catalogue(session, vendor_id)
    await session.execute(
        "ANALYZE staged_stock (row_number, warehouse, product_code, status, counted_on, movement, reference)"
    )
    # That of reports of sales, which stays with the connection, has other columns.
    await session.execute("DROP TABLE IF EXISTS placed")
    await session.execute(
        _PLACEMENT,
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        agreement["effective_start"],
        agreement["effective_end"],
    )
    await session.execute(
        "ANALYZE placed (outcome, mode, movement, warehouse, product_id, status, counted_on, standing_row)"
    )


async def end_placing(session: Session) -> None:
    """Forget what became of the staged rows, so that more can be placed."""
    await session.execute("DROP TABLE placed")


async def end_corrected(session: Session, vendor_id: UUID, agreement: Row, knowledge: int) -> dict[UUID, int]:
    """What the accepted rows of corrections take the place of counts no more; how many facts that were, by report."""
    if not await session.value("SELECT EXISTS (SELECT FROM placed WHERE outcome = 'ACCEPTED' AND mode <> 'APPEND')"):
        return {}
    told = "SELECT corrected_by, count(*) AS facts FROM ended GROUP BY 1"
    counts = await session.rows(
        "WITH ended AS (UPDATE inventory_count c SET superseded = $2, corrected_by = p.submission_id,"
        f" {until_open('counted_on', '$4', 'c')} FROM placed p"
        f" WHERE p.outcome = 'ACCEPTED' AND p.mode <> 'APPEND' AND p.movement IS NULL AND {_SAME_COUNT.format('p')}"
        f" AND (c.lot = coalesce(p.lot, '') OR (c.lot = '') <> (p.lot IS NULL)) RETURNING c.corrected_by) {told}",
        vendor_id,
        knowledge,
        agreement["distributor_id"],
        agreement["closed_before"],
    )
    movements = await session.rows(
        "WITH ended AS (UPDATE stock_movement m SET superseded = $2, corrected_by = p.submission_id,"
        f" {until_open('moved_on', '$3', 'm')} FROM placed p"
        " WHERE p.outcome = 'ACCEPTED' AND p.mode <> 'APPEND' AND p.movement IS NOT NULL AND m.vendor_id = $1"
        " AND m.submission_id = p.standing_submission AND m.row_number = p.standing_row AND m.superseded IS NULL"
        f" RETURNING m.corrected_by) {told}",
        vendor_id,
        knowledge,
        agreement["closed_before"],
    )
    ended = Counter[UUID]()
    for row in (*counts, *movements):
        ended[row["corrected_by"]] += row["facts"]
    return dict(ended)


async def end_unmentioned(
    session: Session, vendor_id: UUID, agreement: Row, knowledge: int, submission: UUID, start: date, end: date
) -> int:
    """The facts of the days [start, end) that a report which restates them does not say again count no more; how many."""
    ended = 0
    for table, day in (("inventory_count", "counted_on"), ("stock_movement", "moved_on")):
        ended += await session.execute(
            f"UPDATE {table} f SET superseded = $3, corrected_by = $4, {until_open(day, '$7')}"
            " WHERE f.vendor_id = $1 AND f.agreement_id = $2"
            f" AND f.superseded IS NULL AND f.{day} >= $5 AND f.{day} < $6 AND f.recorded < $3"
            " AND NOT EXISTS (SELECT FROM placed p WHERE p.standing_submission = f.submission_id"
            " AND p.standing_row = f.row_number AND p.outcome <> 'REJECTED')",
            vendor_id,
            agreement["id"],
            knowledge,
            submission,
            start,
            end,
            agreement["closed_before"],
        )
    return ended


_FACT = (
    "$1, submission_id, row_number, $2, $3, warehouse, product_id, status, coalesce(lot, ''), base_quantity,"
    " product_code, quantity, unit, source, product_alias_id, reference, content_hash, $4,"
    " CASE WHEN counted_on < $5::date THEN $5::date END"
)
_FACT_COLUMNS = (
    "vendor_id, submission_id, row_number, agreement_id, distributor_id, warehouse, product_id, status, lot, quantity,"
    " product_code, reported_quantity, unit, source, product_alias_id, reference, content_hash, recorded, counts_on"
)


async def write_facts(session: Session, vendor_id: UUID, agreement: Row, knowledge: int) -> None:
    """Write the accepted rows as counts and movements. What is said of a closed period counts from the first open day on."""
    given = (vendor_id, agreement["id"], agreement["distributor_id"], knowledge, agreement["closed_before"])
    await session.execute(
        f"INSERT INTO inventory_count ({_FACT_COLUMNS}, counted_on) SELECT {_FACT}, counted_on FROM placed"
        " WHERE outcome = 'ACCEPTED' AND movement IS NULL",
        *given,
    )
    await session.execute(
        f"INSERT INTO stock_movement ({_FACT_COLUMNS}, moved_on, movement, reference_line)"
        f" SELECT {_FACT}, counted_on, movement, placed_line FROM placed"
        " WHERE outcome = 'ACCEPTED' AND movement IS NOT NULL",
        *given,
    )


async def products_touched(session: Session, vendor_id: UUID, agreement: Row) -> list[UUID]:
    """The products of which the accepted rows in hand say something, and those of which the last change of the agreement's
    facts has ended any."""
    latest = "(SELECT max(k.id) FROM knowledge k WHERE k.vendor_id = $1 AND k.agreement_id = $2)"
    ended = " UNION ALL ".join(
        f"SELECT f.product_id FROM {table} f WHERE f.vendor_id = $1 AND f.agreement_id = $2 AND f.superseded = {latest}"
        for table in ("inventory_count", "stock_movement")
    )
    rows = await session.rows(
        f"SELECT DISTINCT t.product_id FROM (SELECT product_id FROM placed WHERE outcome = 'ACCEPTED' UNION ALL {ended}) t"
        " ORDER BY 1",
        vendor_id,
        agreement["id"],
    )
    return [row["product_id"] for row in rows]
