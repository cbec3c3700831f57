"""The set-based statements that count placed rows. All run as `worker`, within one vendor's network.

Rows are staged first, whether they come from a report or from among the held ones; `place` then says of each what becomes
of it, and the rest follows that one table. Amounts are 10⁻⁶ currency units, quantities 10⁻³ base units.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.programme.sale_types import COUNTED
from app.programme.terms import SubmissionKind
from app.reports.counting.placing.queries import RECEIVED
from app.store.database import Row, Session

_COUNTED = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))


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
        "UPDATE submission SET status = 'PROCESSED', processed_at = $3, detected = $4,"
        " disclosed_detected = CASE WHEN kind = 'SELL_IN' THEN $4::jsonb END, rows_received = $5,"
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
