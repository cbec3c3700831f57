"""What is asked of held rows: by the code that they wait for, row by row, and what was decided about them.

A hold is named by the issue that it raises, and its rows by a code: the product code, the customer account, the country,
the document. A vendor reads of customer accounts what the agreement discloses; where that is nothing, the rows of all
unknown accounts stand under one entry without a code. Quantities are 10⁻³ units as they were reported.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.programme.terms import Level
from app.store.database import Reader, Row, Session
from app.tables.reports import HELD

WAITING = "r." + HELD.replace(" AND ", " AND r.")
CODE_ORDER = Order(
    (
        SortKey("x.held_rows", "held_rows", int, "bigint"),
        SortKey("x.hold", "hold", str, "text"),
        SortKey("x.sought", "sought", str, "text"),
    ),
    descending=True,
)
"Most rows first. A queue is worked while it is paged through: an entry that shrinks meanwhile moves down."
HELD_ROW_ORDER = Order(
    (SortKey("r.submission_id", "submission_id", UUID, "uuid"), SortKey("r.row_number", "row_number", int, "bigint"))
)
DECISION_ORDER = Order(
    (SortKey("d.decided_at", "decided_at", datetime, "timestamptz"), SortKey("d.id", "id", UUID, "uuid")),
    descending=True,
)


def code_of(level: Level | None, hold: str = "w.hold") -> str:
    """The code under which a held row `r` waits, as a level may read it; None is the worker."""
    account = "r.disclosed_received::jsonb ->> 'reseller_account'" if level is Level.VENDOR else "r.reseller_account"
    return (
        f"CASE {hold} WHEN 'UNKNOWN_RESELLER_ACCOUNT' THEN {account}"
        " WHEN 'UNKNOWN_UNIT' THEN r.product_code || ' / ' || r.unit WHEN 'OUTSIDE_TERRITORY' THEN r.ship_to_country"
        " WHEN 'OUTSIDE_AGREEMENT_DATES' THEN r.sold_on::text WHEN 'OUTSIDE_PERIOD' THEN r.sold_on::text"
        " WHEN 'POSSIBLE_DUPLICATE' THEN r.document_number ELSE r.product_code END"
    )


def _by_code(level: Level, agreement: str) -> str:
    return (
        f"SELECT w.hold, {code_of(level)} AS code, coalesce({code_of(level)}, '') AS sought, count(*) AS held_rows,"
        " sum(r.quantity) AS units, min(r.sold_on) AS first_sold_on, max(r.sold_on) AS last_sold_on,"
        " count(DISTINCT r.submission_id) AS reports, min(s.processed_at) AS since"
        " FROM report_row r CROSS JOIN LATERAL unnest(r.waits_for) AS w (hold)"
        " JOIN submission s ON s.vendor_id = r.vendor_id AND s.id = r.submission_id"
        f" WHERE r.vendor_id = p.vendor_id AND r.agreement_id = {agreement} AND {WAITING}"
        " AND ($3::text[] IS NULL OR w.hold = ANY ($3)) GROUP BY 1, 2, 3"
    )


async def held_codes(
    db: Reader,
    level: Level,
    agreements: Sequence[Key],
    window: Window,
    holds: list[str] | None,
    codes: list[str] | None,
) -> list[Row]:
    """A page of the codes that each agreement's held rows wait for, most rows first."""
    arguments: list[object] = [[key.vendor_id for key in agreements], [key.id for key in agreements], holds, codes]
    return await db.rows(
        "SELECT p.ordinal, p.vendor_id, p.id AS agreement_id, x.*"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL (SELECT x.* FROM ({_by_code(level, 'p.id')}) x"
        f" WHERE ($4::text[] IS NULL OR x.code = ANY ($4)){window.sql(arguments)}) x",
        *arguments,
    )


async def count_held_codes(
    db: Reader, level: Level, agreements: Sequence[Key], holds: list[str] | None, codes: list[str] | None
) -> dict[int, int]:
    """How many codes held rows of each agreement wait for, by the agreement's ordinal from 1."""
    rows = await db.rows(
        "SELECT p.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL ({_by_code(level, 'p.id')}) x WHERE ($4::text[] IS NULL OR x.code = ANY ($4))"
        " GROUP BY p.ordinal",
        [key.vendor_id for key in agreements],
        [key.id for key in agreements],
        holds,
        codes,
    )
    return {row["ordinal"]: row["total"] for row in rows}


Waiting = tuple[Key, str, str | None]
"An agreement, a hold, and the code that rows wait for."

_WAITING_FOR = (
    " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])"
    " WITH ORDINALITY AS p (vendor_id, id, hold, code, ordinal)"
)


def _of_code(level: Level) -> str:
    return (
        f"r.vendor_id = p.vendor_id AND r.agreement_id = p.id AND {WAITING} AND p.hold = ANY (r.waits_for)"
        f" AND {code_of(level, 'p.hold')} IS NOT DISTINCT FROM p.code"
    )


def _waiting(of: Sequence[Waiting]) -> tuple[list[object], ...]:
    return (
        [key.vendor_id for key, _, _ in of],
        [key.id for key, _, _ in of],
        [hold for _, hold, _ in of],
        [code for _, _, code in of],
    )


async def held_rows(db: Reader, level: Level, of: Sequence[Waiting], window: Window) -> list[Row]:
    """A page of the rows that wait for each code, by report and row."""
    arguments: list[object] = list(_waiting(of))
    return await db.rows(
        "SELECT p.ordinal, x.*"
        f"{_WAITING_FOR} CROSS JOIN LATERAL (SELECT r.vendor_id, r.submission_id, r.row_number, r.document_number,"
        " r.document_line, r.sold_on, r.product_code, r.quantity, r.unit, r.waits_for"
        f" FROM report_row r WHERE {_of_code(level)}{window.sql(arguments)}) x",
        *arguments,
    )


async def count_held_rows(db: Reader, level: Level, of: Sequence[Waiting]) -> dict[int, int]:
    """How many rows wait for each code, by its ordinal from 1."""
    rows = await db.rows(
        f"SELECT p.ordinal, count(*) AS total{_WAITING_FOR} JOIN report_row r ON {_of_code(level)} GROUP BY p.ordinal",
        *_waiting(of),
    )
    return {row["ordinal"]: row["total"] for row in rows}


_DECISION = (
    "d.vendor_id, d.id, d.agreement_id, d.decision, d.hold, d.code, d.reason, d.decided_by, d.decided_as, d.decided_at,"
    " d.carried_out_at, d.rows_released, d.rows_dismissed, d.rows_still_held, cardinality(d.row_numbers) AS rows_named"
)


async def decisions_by_key(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The decisions of these keys that the asker may see, in no order."""
    return await db.rows(
        f"SELECT {_DECISION} FROM held_decision d JOIN unnest($1::uuid[], $2::uuid[]) AS k (vendor_id, id)"
        " ON k.vendor_id = d.vendor_id AND k.id = d.id WHERE d.vendor_id = ANY ($1::uuid[])",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
    )


async def decisions_of(db: Reader, agreements: Sequence[Key], window: Window) -> list[Row]:
    """A page of what was decided about held rows under each agreement, the newest first."""
    arguments: list[object] = [[key.vendor_id for key in agreements], [key.id for key in agreements]]
    return await db.rows(
        "SELECT p.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL (SELECT {_DECISION} FROM held_decision d"
        f" WHERE d.vendor_id = p.vendor_id AND d.agreement_id = p.id{window.sql(arguments)}) x",
        *arguments,
    )


async def count_decisions_of(db: Reader, agreements: Sequence[Key]) -> dict[int, int]:
    """How many decisions there are under each agreement, by its ordinal from 1."""
    rows = await db.rows(
        "SELECT p.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        " JOIN held_decision d ON d.vendor_id = p.vendor_id AND d.agreement_id = p.id GROUP BY p.ordinal",
        [key.vendor_id for key in agreements],
        [key.id for key in agreements],
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def add_decision(session: Session, **given: object) -> None:
    """Write down what somebody decided; nothing of it is carried out yet."""
    names = list(given)
    holders = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    await session.execute(
        f"INSERT INTO held_decision ({', '.join(names)}, rows_released, rows_dismissed, rows_still_held)"
        f" VALUES ({holders}, 0, 0, 0)",
        *given.values(),
    )


def reach(level: Level, of_the_agreement: bool) -> str:
    """Whose reports a level decides about: its own, and the vendor where the agreement itself holds a row everybody's."""
    if level is Level.VENDOR:
        return "true" if of_the_agreement else "r.kind = 'SELL_IN'"
    return "r.kind <> 'SELL_IN'"


async def held_among(
    db: Reader,
    agreement: Key,
    hold: str,
    reached: str,
    kinds: Sequence[str],
    submissions: Sequence[UUID],
    rows: Sequence[int],
) -> set[Key]:
    """Which of these rows of reports of these kinds the asker sees waiting for this hold under the agreement, as far as it
    `reached`."""
    found = await db.rows(
        "SELECT r.vendor_id, r.submission_id, r.row_number FROM report_row r"
        " JOIN unnest($4::uuid[], $5::bigint[]) AS n (submission_id, row_number)"
        " ON n.submission_id = r.submission_id AND n.row_number = r.row_number"
        f" WHERE r.vendor_id = $1 AND r.agreement_id = $2 AND {WAITING} AND $3 = ANY (r.waits_for) AND {reached}"
        " AND r.kind = ANY ($6::text[])",
        agreement.vendor_id,
        agreement.id,
        hold,
        list(submissions),
        list(rows),
        list(kinds),
    )
    return {Key(row["vendor_id"], row["submission_id"], row["row_number"]) for row in found}


async def waits_for_code(
    db: Reader, level: Level, agreement: Key, hold: str, reached: str, kinds: Sequence[str], code: str
) -> bool:
    """Whether the asker sees a row of a report of these kinds under the agreement that waits for this code, as far as it
    `reached`."""
    found: bool = await db.value(
        f"SELECT EXISTS (SELECT FROM report_row r WHERE r.vendor_id = $1 AND r.agreement_id = $2 AND {WAITING}"
        f" AND $3 = ANY (r.waits_for) AND {reached} AND {code_of(level, '$3::text')} = $4 AND r.kind = ANY ($5::text[]))",
        agreement.vendor_id,
        agreement.id,
        hold,
        code,
        list(kinds),
    )
    return found
