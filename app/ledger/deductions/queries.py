"""What is asked of the database about deductions, and about the statements and claims that they may belong to.

A statement or a claim is a claim here once something was approved of it; it is named as the ledger names causes. Of each:
its kind of money, what it is about, what was approved, on which day, and what was credited, under which number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

CLAIMS = """(
SELECT s.vendor_id, s.agreement_id, s.distributor_id, 'statement ' || s.id AS claim, 'INCENTIVE' AS kind,
    s.incentive_id AS subject_id, s.currency, s.payable_minor AS approved,
    (coalesce(s.approved_at, s.credited_at) AT TIME ZONE 'UTC')::date AS decided_on,
    CASE WHEN s.status = 'CREDITED' THEN s.payable_minor ELSE 0 END AS credited, s.credit_number
FROM statement s WHERE s.status IN ('APPROVED', 'CREDITED') OR (s.status = 'DISPUTED' AND s.disputed_from = 'APPROVED')
UNION ALL
SELECT d.vendor_id, d.agreement_id, d.distributor_id, 'claim ' || d.id, 'SPECIAL_PRICE', d.special_price_id, d.currency,
    d.amount_minor, (d.decided_at AT TIME ZONE 'UTC')::date,
    CASE WHEN d.status = 'CREDITED' THEN d.amount_minor ELSE 0 END, d.credit_number
FROM debit_claim d WHERE d.status IN ('DECIDED', 'CREDITED', 'DISPUTED') AND d.decided_at IS NOT NULL
UNION ALL
SELECT k.vendor_id, k.agreement_id, k.distributor_id, 'claim ' || k.id, k.kind, k.id, k.currency, k.approved_minor,
    (k.decided_at AT TIME ZONE 'UTC')::date, CASE WHEN k.status = 'CREDITED' THEN k.approved_minor ELSE 0 END,
    k.credit_number
FROM stock_credit k WHERE k.status IN ('APPROVED', 'CREDITED', 'DISPUTED') AND k.approved_minor IS NOT NULL
    AND k.decided_at IS NOT NULL)"""
"Claims, in the sense of this module."
NAMED = "(c.claim = d.reference OR lower(btrim(c.credit_number)) = lower(btrim(d.reference)))"
"""Whether a memo names a claim: by the number of its credit memo, without regard to case and blanks around it, or by the id
that the graph gives it, which was written down as the ledger names causes."""
CLEARED = (
    "(SELECT coalesce(sum(CASE t.credit WHEN 'DEDUCTED' THEN t.amount_minor ELSE -t.amount_minor END), 0)::bigint"
    " FROM transfer t WHERE t.vendor_id = d.vendor_id AND t.cause = 'deduction ' || d.id AND t.act = 'CLEAR')"
)
OVER = (
    f"(SELECT greatest(sum(o.amount_minor) - max(c.approved), 0)::bigint FROM deduction o JOIN {CLAIMS} c ON"
    " c.vendor_id = o.vendor_id AND c.agreement_id = o.agreement_id AND c.claim = o.claim"
    " WHERE o.vendor_id = d.vendor_id AND o.agreement_id = d.agreement_id AND o.claim = d.claim)"
)
_REASON = (
    "CASE WHEN d.claim IS NOT NULL THEN NULL WHEN coalesce(btrim(d.reference), '') = '' THEN 'NO_REFERENCE'"
    f" WHEN EXISTS (SELECT FROM {CLAIMS} c WHERE c.vendor_id = d.vendor_id AND c.agreement_id = d.agreement_id"
    f" AND c.currency <> d.currency AND {NAMED}) THEN 'WRONG_CURRENCY' ELSE 'UNKNOWN_REFERENCE' END"
)
_DEDUCTION = (
    "d.vendor_id, d.id, d.agreement_id, d.distributor_id, d.number, d.kind, d.amount_minor, d.currency, d.dated,"
    f" d.reference, d.recorded_as, d.recorded_at, d.claim, d.match_kind, d.matched_at, {_REASON} AS reason,"
    f" {CLEARED} AS cleared, {OVER} AS over_deducted"
)
NEWEST = Order((SortKey("d.dated", "dated", date, "date"), SortKey("d.id", "id", UUID, "uuid")), descending=True)
OF_VENDOR, OF_AGREEMENT = "d.vendor_id = k.id", "d.vendor_id = k.vendor_id AND d.agreement_id = k.id"
"By what a parent finds its deductions."


@dataclass(frozen=True, slots=True)
class Which:
    """Which deductions are asked for; what is None narrows nothing. `since` and `until` are days on which they are dated,
    both included."""

    kinds: list[str] | None = None
    matched: bool | None = None
    since: date | None = None
    until: date | None = None

    @property
    def values(self) -> list[object]:
        return [self.kinds, self.matched, self.since, self.until]


_KEPT = (
    " AND ($3::text[] IS NULL OR d.kind = ANY ($3)) AND ($4::boolean IS NULL OR (d.claim IS NOT NULL) = $4)"
    " AND ($5::date IS NULL OR d.dated >= $5) AND ($6::date IS NULL OR d.dated <= $6)"
)


def deductions_of(parents: str) -> List:
    """The deductions of vendors, or of agreements."""
    return List(f"deduction d WHERE {parents}{_KEPT}", _DEDUCTION)


async def unmatched(db: Reader, of: str, parents: Sequence[Key]) -> list[Row]:
    """What of each parent's deductions nothing matches: by currency and day, how much and how many."""
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (SELECT d.currency, d.dated, sum(d.amount_minor) AS minor,"
        f" count(*) AS memos FROM deduction d WHERE {of} AND d.claim IS NULL GROUP BY 1, 2) x"
        " ORDER BY k.ordinal, x.currency, x.dated",
        *keys_apart(parents),
    )


async def deductions(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Deductions by their ids: a vendor's, or a distributor's own."""
    return await db.rows(
        f"SELECT {_DEDUCTION} FROM {KEYS} JOIN deduction d ON d.vendor_id = k.vendor_id AND d.id = k.id",
        *keys_apart(keys),
    )


async def proposals(db: Reader, keys: Sequence[Key], days: int, most: int) -> list[Row]:
    """For deductions that nothing matches, the claims of their agreement, kind and currency of which exactly their amount is
    open, decided within so many days; the nearest first."""
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {KEYS} JOIN deduction d ON d.vendor_id = k.vendor_id AND d.id = k.id"
        " CROSS JOIN LATERAL (SELECT c.claim, c.approved, c.credited, c.currency, c.decided_on,"
        f" abs(d.dated - c.decided_on) AS days_apart FROM {CLAIMS} c WHERE c.vendor_id = d.vendor_id"
        " AND c.agreement_id = d.agreement_id AND c.kind = d.kind AND c.currency = d.currency"
        " AND abs(d.dated - c.decided_on) <= $3 AND d.amount_minor = c.approved - greatest(c.credited, (SELECT"
        " coalesce(sum(o.amount_minor), 0) FROM deduction o WHERE o.vendor_id = c.vendor_id"
        " AND o.agreement_id = c.agreement_id AND o.claim = c.claim))"
        " ORDER BY days_apart, c.claim LIMIT $4) x WHERE d.claim IS NULL ORDER BY k.ordinal, x.days_apart, x.claim",
        *keys_apart(keys),
        days,
        most,
    )


async def agreement(session: Reader, key: Key) -> Row | None:
    """An agreement that the actor may see."""
    return await session.row(
        "SELECT id, distributor_id, currency FROM agreement WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id
    )


async def is_taken(session: Reader, agreement: Key, folded_number: str) -> bool:
    """Whether a memo of the agreement has this number already."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM deduction WHERE vendor_id = $1 AND agreement_id = $2 AND folded_number = $3)",
        agreement.vendor_id,
        agreement.id,
        folded_number,
    )
    return found


@dataclass(frozen=True, slots=True)
class NewMemo:
    """A debit memo as it is written down."""

    number: str
    folded_number: str
    kind: str
    amount_minor: int
    currency: str
    dated: date
    reference: str | None


async def insert(
    session: Session, key: Key, agreement: Row, memo: NewMemo, recorded_as: str, recorded_at: datetime
) -> None:
    """Write a debit memo down, for the worker to follow."""
    await session.execute(
        "INSERT INTO deduction (vendor_id, id, agreement_id, distributor_id, number, folded_number, kind, amount_minor,"
        " currency, dated, reference, recorded_as, recorded_at, by_hand, waiting)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, false, true)",
        key.vendor_id,
        key.id,
        agreement["id"],
        agreement["distributor_id"],
        memo.number,
        memo.folded_number,
        memo.kind,
        memo.amount_minor,
        memo.currency,
        memo.dated,
        memo.reference,
        recorded_as,
        recorded_at,
    )


async def one_at_a_time(session: Session, agreement_id: UUID) -> None:
    """Wait until nobody else matches or clears deductions of this agreement, and keep others waiting until the end."""
    await take(session, Turn.DEDUCTIONS, agreement_id)


async def deduction(session: Reader, key: Key) -> Row | None:
    """A deduction as it stands, if it is there to be seen."""
    return await session.row(
        "SELECT d.id, d.agreement_id, d.distributor_id, d.number, d.kind, d.amount_minor, d.currency, d.dated, d.reference,"
        " d.claim, d.by_hand FROM deduction d WHERE d.vendor_id = $1 AND d.id = $2",
        key.vendor_id,
        key.id,
    )


async def claim(session: Reader, vendor_id: UUID, agreement_id: UUID, claim: str) -> Row | None:
    """A statement or claim of an agreement, as the ledger names it; None while nothing was approved of it."""
    return await session.row(
        f"SELECT c.* FROM {CLAIMS} c WHERE c.vendor_id = $1 AND c.agreement_id = $2 AND c.claim = $3",
        vendor_id,
        agreement_id,
        claim,
    )


async def match_by_hand(session: Session, key: Key, claim: str | None, at: datetime) -> None:
    """Write down what a person said: what the memo belongs to, or that it belongs to nothing known."""
    await session.execute(
        "UPDATE deduction SET claim = $3, match_kind = CASE WHEN $3::text IS NULL THEN NULL ELSE 'CONFIRMED' END,"
        " matched_at = CASE WHEN $3::text IS NULL THEN NULL ELSE $4::timestamptz END, by_hand = true, waiting = true"
        " WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        claim,
        at,
    )


async def match_by_reference(session: Session, key: Key, at: datetime) -> None:
    """Let a memo belong to the claim that it names, of its kind and currency, where exactly one is named and no person has
    decided otherwise."""
    await session.execute(
        "UPDATE deduction d SET claim = n.claim, match_kind = 'REFERENCE', matched_at = $3 FROM ("
        f" SELECT min(c.claim) AS claim FROM {CLAIMS} c JOIN deduction d ON d.vendor_id = c.vendor_id"
        "  AND d.agreement_id = c.agreement_id AND d.kind = c.kind AND d.currency = c.currency"
        f" WHERE d.vendor_id = $1 AND d.id = $2 AND {NAMED} HAVING count(*) = 1) n"
        " WHERE d.vendor_id = $1 AND d.id = $2 AND d.claim IS NULL AND NOT d.by_hand",
        key.vendor_id,
        key.id,
        at,
    )


async def settled(session: Session, key: Key) -> None:
    """The ledger follows the memo now."""
    await session.execute(
        "UPDATE deduction SET waiting = false WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id
    )


async def posted(session: Reader, key: Key) -> list[Row]:
    """What the ledger has of a memo: by act and subject, in minor units, above zero where it was taken or cleared."""
    return await session.rows(
        "SELECT act, subject_id, sum(CASE WHEN debit = 'DEDUCTED' THEN amount_minor ELSE -amount_minor END"
        " * CASE act WHEN 'DEDUCT' THEN 1 ELSE -1 END)::bigint AS minor FROM transfer"
        " WHERE vendor_id = $1 AND cause = 'deduction ' || $2 AND act IN ('DEDUCT', 'CLEAR') GROUP BY 1, 2",
        key.vendor_id,
        str(key.id),
    )


async def cleared_by_others(session: Reader, key: Key, claim: str) -> int:
    """How much of a claim's credit other memos have been cleared with, in minor units."""
    found: int = await session.value(
        f"SELECT coalesce(sum({CLEARED}), 0)::bigint FROM deduction d WHERE d.vendor_id = $1 AND d.claim = $2"
        " AND d.id <> $3",
        key.vendor_id,
        claim,
        key.id,
    )
    return found


async def to_follow(session: Reader, vendor_id: UUID) -> list[Row]:
    """The memos that the ledger does not follow: those that wait, those that name a claim by now, and those whose claim has
    been credited since and clears more than it did."""
    return await session.rows(
        "SELECT d.id FROM deduction d WHERE d.vendor_id = $1 AND d.waiting UNION"
        f" SELECT d.id FROM deduction d JOIN {CLAIMS} c ON c.vendor_id = d.vendor_id AND c.agreement_id = d.agreement_id"
        f" AND c.kind = d.kind AND c.currency = d.currency AND {NAMED}"
        " WHERE d.vendor_id = $1 AND d.claim IS NULL AND NOT d.by_hand AND d.reference IS NOT NULL"
        " GROUP BY d.id HAVING count(*) = 1 UNION"
        " SELECT unnest(g.ids) FROM (SELECT array_agg(d.id) AS ids, sum(d.amount_minor) AS taken,"
        f" max(c.credited) AS credited, sum({CLEARED}) AS cleared FROM deduction d JOIN {CLAIMS} c"
        " ON c.vendor_id = d.vendor_id AND c.agreement_id = d.agreement_id AND c.claim = d.claim"
        " WHERE d.vendor_id = $1 AND c.credited > 0"
        " GROUP BY d.claim) g WHERE g.cleared < least(g.taken, g.credited) ORDER BY 1",
        vendor_id,
    )


async def networks(session: Reader) -> list[UUID]:
    """Every network, as the role that reads before an actor exists."""
    return [row["id"] for row in await session.rows("SELECT id FROM vendor ORDER BY id")]
