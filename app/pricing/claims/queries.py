"""What is asked of claims, and the statements by which people write down what they intend with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session

NEWEST = Order(
    (SortKey("c.filed_at", "filed_at", datetime, "timestamptz"), SortKey("c.id", "id", UUID, "uuid")), descending=True
)
BY_POSITION = Order((SortKey("l.position", "position", int, "int"),))
OLDEST_ACTS = Order((SortKey("d.acted_at", "acted_at", datetime, "timestamptz"), SortKey("d.id", "id", UUID, "uuid")))
REDUCTIONS_IN_ORDER = Order(
    (
        SortKey("r.effective_on", "effective_on", date, "date"),
        SortKey("r.recorded_at", "recorded_at", datetime, "timestamptz"),
        SortKey("r.id", "id", UUID, "uuid"),
    )
)
_CLAIM = (
    "c.vendor_id, c.id, c.agreement_id, c.distributor_id, c.special_price_id, c.adjusts_id, c.status, c.currency,"
    " c.filed_on, c.filed_at, c.deemed_on, c.deemed, c.amount_minor, c.decided_at, c.credit_number, c.credited_at"
)
_TIMES = (
    "(SELECT greatest(count(*) - 1, 0) FROM sell_through_line e WHERE e.vendor_id = l.vendor_id"
    " AND e.submission_id = l.submission_id AND e.row_number = l.row_number AND e.component = l.component)"
)
_LINE = (
    "l.vendor_id, l.claim_id, l.position, l.submission_id, l.row_number, l.component, l.product_id, l.sold_on, l.asked,"
    " l.decision, l.waits_for, l.approved, l.denials, l.unit_cost, l.per_unit, l.amount_minor, l.steps, l.explanation,"
    f" l.reason, l.taken_back, l.taken_back_minor, c.currency, {_TIMES} AS times"
)
_ACT = "d.id, d.act, d.positions, d.approves, d.reason, d.credit_number, d.acted_as, d.acted_at, d.refused"
_REDUCTION = (
    "r.vendor_id, r.id, r.cause, r.cause_id, r.effective_on, r.quantity, r.currency, r.per_unit, r.amount,"
    " r.recorded_at"
)
CLAIMS = List(
    "debit_claim c WHERE c.vendor_id = k.vendor_id AND c.agreement_id = k.id"
    " AND ($3::text IS NULL OR c.status = $3) AND ($4::uuid IS NULL OR c.special_price_id = $4)"
    " AND ($5::date IS NULL OR c.filed_on >= $5) AND ($6::date IS NULL OR c.filed_on <= $6)",
    _CLAIM,
)
LINES = List(
    "debit_claim_line l JOIN debit_claim c ON c.vendor_id = l.vendor_id AND c.id = l.claim_id"
    " WHERE l.vendor_id = k.vendor_id AND l.claim_id = k.id",
    _LINE,
)
ACTS = List("debit_claim_act d WHERE d.vendor_id = k.vendor_id AND d.claim_id = k.id AND d.refused IS NULL", _ACT)
ADJUSTMENTS = List("debit_claim c WHERE c.vendor_id = k.vendor_id AND c.adjusts_id = k.id", _CLAIM)


@dataclass(frozen=True, slots=True)
class Which:
    """Which claims; what is None narrows nothing. The days are those of filing, both included."""

    status: str | None = None
    special_price_id: UUID | None = None
    since: date | None = None
    until: date | None = None

    @property
    def values(self) -> list[object]:
        return [self.status, self.special_price_id, self.since, self.until]


async def claims(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Claims by their ids, with their ordinal: all of a vendor's, a distributor's own."""
    return await db.rows(
        f"SELECT k.ordinal, {_CLAIM} FROM {KEYS} JOIN debit_claim c ON c.vendor_id = k.vendor_id AND c.id = k.id",
        *keys_apart(keys),
    )


async def reductions(
    db: Reader, vendors: Sequence[UUID], refs: Sequence[tuple[UUID, int, int]], window: Window
) -> list[Row]:
    """A page of what has reduced the cost of the units of each line, with the line's ordinal."""
    arguments: list[object] = [list(vendors), *([ref[place] for ref in refs] for place in range(3))]
    return await db.rows(
        "SELECT k.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[]) WITH ORDINALITY"
        " AS k (vendor_id, submission_id, row_number, component, ordinal) CROSS JOIN LATERAL ("
        f"SELECT {_REDUCTION} FROM cost_reduction r WHERE r.vendor_id = k.vendor_id AND r.submission_id = k.submission_id"
        f" AND r.row_number = k.row_number AND r.component = k.component{window.sql(arguments)}) x",
        *arguments,
    )


async def count_reductions(
    db: Reader, vendors: Sequence[UUID], refs: Sequence[tuple[UUID, int, int]]
) -> dict[int, int]:
    """How many there are for each line, by its ordinal."""
    rows = await db.rows(
        "SELECT k.ordinal, (SELECT count(*) FROM cost_reduction r WHERE r.vendor_id = k.vendor_id"
        " AND r.submission_id = k.submission_id AND r.row_number = k.row_number AND r.component = k.component) AS total"
        " FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[]) WITH ORDINALITY"
        " AS k (vendor_id, submission_id, row_number, component, ordinal)",
        list(vendors),
        *([ref[place] for ref in refs] for place in range(3)),
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def time_zone(db: Reader, vendor_id: UUID, agreement_id: UUID) -> str:
    """In which time zone the days of an agreement begin."""
    found: str = await db.value(
        "SELECT time_zone FROM agreement WHERE vendor_id = $1 AND id = $2", vendor_id, agreement_id
    )
    return found


async def file_claim(session: Session, vendor_id: UUID, values: Sequence[object]) -> None:
    """Add a claim as filed: id, agreement, distributor, special price, currency, day, by whom, moment, day on which it is
    deemed decided."""
    await session.execute(
        "INSERT INTO debit_claim (vendor_id, id, agreement_id, distributor_id, special_price_id, currency, filed_on,"
        " filed_by, filed_at, deemed_on, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'FILED')",
        vendor_id,
        *values,
    )


async def file_lines(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Add what a claim is about: claim, position, agreement, distributor, report, row, component, product, day of the sale,
    units."""
    await session.execute_many(
        "INSERT INTO debit_claim_line (vendor_id, claim_id, position, agreement_id, distributor_id, submission_id,"
        " row_number, component, product_id, sold_on, asked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [(vendor_id, *row) for row in rows],
    )


_ACTED = (
    "id",
    "claim_id",
    "agreement_id",
    "distributor_id",
    "act",
    "positions",
    "approves",
    "reason",
    "credit_number",
    "acted_as",
    "acted_by",
    "acted_by_id",
    "acted_at",
)


async def write_act(session: Session, vendor_id: UUID, values: dict[str, object]) -> None:
    """Write down what somebody does about a claim."""
    holders = ", ".join(f"${place}" for place in range(2, len(_ACTED) + 2))
    await session.execute(
        f"INSERT INTO debit_claim_act (vendor_id, {', '.join(_ACTED)}) VALUES ($1, {holders})",
        vendor_id,
        *(values[name] for name in _ACTED),
    )


async def approvers(db: Reader, key: Key) -> list[UUID]:
    """Who has approved lines of a claim, by id."""
    rows = await db.rows(
        "SELECT DISTINCT acted_by_id FROM debit_claim_act WHERE vendor_id = $1 AND claim_id = $2 AND act = 'DECIDE'"
        " AND approves @> '[true]' AND refused IS NULL",
        key.vendor_id,
        key.id,
    )
    return [row["acted_by_id"] for row in rows]


async def act_refused(db: Reader, vendor_id: UUID, act_id: UUID) -> str | None:
    """Why an act was not carried out; None where it was, or is still to be."""
    found: str | None = await db.value(
        "SELECT refused FROM debit_claim_act WHERE vendor_id = $1 AND id = $2", vendor_id, act_id
    )
    return found
