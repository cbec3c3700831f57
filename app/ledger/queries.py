"""The transfers of the ledger. They are written as `worker`, read by whoever's money it is, and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.programme.spans import Span
from app.store.database import Reader, Row, Session

WRITTEN = (
    "id",
    "agreement_id",
    "distributor_id",
    "kind",
    "subject_id",
    "currency",
    "act",
    "debit",
    "credit",
    "amount_minor",
    "posted_on",
    "reservation_id",
    "cause",
    "recorded_at",
)


async def write(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Add transfers, each with the columns of WRITTEN."""
    values = ", ".join(f"${place}" for place in range(1, len(WRITTEN) + 2))
    await session.execute_many(
        f"INSERT INTO transfer (vendor_id, {', '.join(WRITTEN)}) VALUES ({values})",
        [(vendor_id, *row) for row in rows],
    )


async def reservation(session: Reader, vendor_id: UUID, cause: str) -> Row | None:
    """What was reserved for this cause and is neither posted nor voided: the latest, if there is any."""
    return await session.row(
        "SELECT r.id, r.amount_minor, r.debit, r.credit FROM transfer r WHERE r.vendor_id = $1 AND r.cause = $2"
        " AND r.act = 'RESERVE' AND NOT EXISTS (SELECT FROM transfer s WHERE s.vendor_id = r.vendor_id"
        " AND s.reservation_id = r.id) ORDER BY r.id DESC LIMIT 1",
        vendor_id,
        cause,
    )


_OF_AGREEMENT = "t.vendor_id = k.vendor_id AND t.agreement_id = k.id"
_SIDES = "CROSS JOIN LATERAL (VALUES (t.debit, t.amount_minor), (t.credit, -t.amount_minor)) AS s(account, amount)"
_ACCRUAL = "('ACCRUED', 'RESERVED')"
_NAMED = (
    "CASE WHEN x.kind = 'INCENTIVE' THEN (SELECT u.id FROM incentive_term u WHERE u.vendor_id = k.vendor_id"
    " AND u.incentive_id = x.subject_id AND u.agreement_id = k.id ORDER BY u.version DESC LIMIT 1)"
    " ELSE x.subject_id END AS named_id"
)
"""What both sides call the subject: an incentive's latest term under the agreement, which its distributor reads too."""


def balance_of(account: str) -> str:
    """What an account stands at, as SQL: debits above zero."""
    return f"sum(CASE '{account}' WHEN t.debit THEN t.amount_minor WHEN t.credit THEN -t.amount_minor ELSE 0 END)"


@dataclass(frozen=True, slots=True)
class Which:
    """Which transfers, months or settlements are asked for; what is None narrows nothing. A subject is an incentive, one of
    its terms, a special price …; a cause is written as the ledger has it."""

    kinds: list[str] | None = None
    subject_id: UUID | None = None
    acts: list[str] | None = None
    cause: str | None = None
    posted: Span | None = None

    @property
    def about(self) -> list[object]:
        return [self.kinds, self.subject_id]

    @property
    def every(self) -> list[object]:
        days = (None, None) if self.posted is None else (self.posted.start, self.posted.end)
        return [*self.about, self.acts, self.cause, *days]


_ABOUT = (
    " AND ($3::text[] IS NULL OR t.kind = ANY ($3)) AND ($4::uuid IS NULL OR t.subject_id = $4 OR t.subject_id ="
    " (SELECT u.incentive_id FROM incentive_term u WHERE u.vendor_id = k.vendor_id AND u.id = $4))"
)
_KEPT = (
    f"{_ABOUT} AND ($5::text[] IS NULL OR t.act = ANY ($5)) AND ($6::text IS NULL OR t.cause = $6)"
    " AND ($7::date IS NULL OR t.posted_on >= $7) AND ($8::date IS NULL OR t.posted_on < $8)"
)
NEWEST = Order(
    (SortKey("t.posted_on", "posted_on", date, "date"), SortKey("t.id", "id", UUID, "uuid")), descending=True
)
_SUBJECT = (
    SortKey("x.kind", "kind", str, "text"),
    SortKey("x.subject_id", "subject_id", UUID, "uuid"),
    SortKey("x.currency", "currency", str, "text"),
)
LATEST_MONTHS = Order((SortKey("x.month", "month", date, "date"), *_SUBJECT), descending=True)
BY_SUBJECT = Order(_SUBJECT)
TRANSFERS = (
    "SELECT t.vendor_id, t.id, t.kind, t.subject_id, t.currency, t.act, t.debit, t.credit, t.amount_minor, t.posted_on,"
    f" t.cause FROM transfer t WHERE {_OF_AGREEMENT}{_KEPT}"
)
_MOVED = (
    "SELECT t.posted_month AS month, t.kind, t.subject_id, t.currency, t.act, t.debit, t.credit,"
    f" sum(t.amount_minor) AS minor FROM transfer t WHERE {_OF_AGREEMENT} AND t.act IN ('ACCRUE', 'ADJUST', 'POST'){_ABOUT}"
    " GROUP BY 1, 2, 3, 4, 5, 6, 7"
)
"""The month is a column, so that the database knows how few there are, and adds up in one pass without sorting; only what is
added up then is told apart by account."""
_MONTHS = (
    "SELECT t.month, t.kind, t.subject_id, t.currency, sum(m.amount) AS moved,"
    " coalesce(sum(m.amount) FILTER (WHERE t.act = 'ACCRUE'), 0) AS accrued,"
    " coalesce(-sum(m.amount) FILTER (WHERE t.act = 'POST'), 0) AS applied,"
    " coalesce(sum(m.amount) FILTER (WHERE t.act = 'ADJUST'), 0) AS adjusted"
    f" FROM ({_MOVED}) t CROSS JOIN LATERAL (SELECT t.minor * ((t.credit IN {_ACCRUAL})::int"
    f" - (t.debit IN {_ACCRUAL})::int) AS amount) m GROUP BY 1, 2, 3, 4"
)
MONTHS = (
    "SELECT g.*, sum(g.moved) OVER (PARTITION BY g.kind, g.subject_id, g.currency ORDER BY g.month) AS closing"
    f" FROM ({_MONTHS}) g"
)
SETTLEMENTS = (
    f"SELECT t.kind, t.subject_id, t.currency, {balance_of('EXPENSE')} AS due, -{balance_of('ACCRUED')} AS accrued,"
    f" -{balance_of('RESERVED')} AS reserved, -{balance_of('PAYABLE')} AS payable FROM transfer t"
    f" WHERE {_OF_AGREEMENT} AND t.act <> 'DEDUCT'{_ABOUT} GROUP BY 1, 2, 3"
)
"""Where agreements find what is listed of their ledger; the filter's values are the third argument and those after it."""


async def transfers(db: Reader, agreements: Sequence[Key], which: Which, window: Window) -> list[Row]:
    """A page of the transfers of each agreement."""
    arguments = [*keys_apart(agreements), *which.every]
    cut = window.sql(arguments)
    return await db.rows(
        f"SELECT k.ordinal, x.*, {_NAMED} FROM {KEYS} CROSS JOIN LATERAL ({TRANSFERS}{cut}) x"
        f" ORDER BY k.ordinal, {window.ordered.replace('t.', 'x.')}",
        *arguments,
    )


async def summed(db: Reader, source: str, agreements: Sequence[Key], which: Which, window: Window) -> list[Row]:
    """A page of months or settlements of each agreement."""
    arguments = [*keys_apart(agreements), *which.about]
    cut = window.sql(arguments)
    return await db.rows(
        f"SELECT k.ordinal, x.*, {_NAMED}, k.vendor_id FROM {KEYS} CROSS JOIN LATERAL"
        f" (SELECT x.* FROM ({source}) x WHERE true{cut}) x ORDER BY k.ordinal, {window.ordered}",
        *arguments,
    )


async def totals(db: Reader, source: str, agreements: Sequence[Key], values: Sequence[object]) -> dict[int, int]:
    """How many there are of each agreement, by its ordinal."""
    rows = await db.rows(
        f"SELECT k.ordinal, (SELECT count(*) FROM ({source}) x) AS total FROM {KEYS}", *keys_apart(agreements), *values
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def balances(db: Reader, agreements: Sequence[Key]) -> list[Row]:
    """What each account of each agreement stands at, in minor units, debits above zero."""
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (SELECT t.kind, t.currency, s.account, sum(s.amount) AS minor"
        f" FROM transfer t {_SIDES} WHERE {_OF_AGREEMENT} GROUP BY 1, 2, 3) x"
        " ORDER BY k.ordinal, x.kind, x.currency, x.account",
        *keys_apart(agreements),
    )


async def trial_balance(db: Reader, vendor_ids: Sequence[UUID], until: date) -> list[Row]:
    """By currency what all accounts of a network stand at after a day: those in debit, those in credit, both together."""
    return await db.rows(
        "SELECT k.ordinal, x.* FROM unnest($1::uuid[]) WITH ORDINALITY AS k(vendor_id, ordinal) CROSS JOIN LATERAL ("
        " SELECT b.currency, coalesce(sum(b.balance) FILTER (WHERE b.balance > 0), 0) AS debits,"
        " coalesce(-sum(b.balance) FILTER (WHERE b.balance < 0), 0) AS credits, sum(b.balance) AS difference FROM ("
        f"  SELECT t.agreement_id, t.kind, t.currency, s.account, sum(s.amount) AS balance FROM transfer t {_SIDES}"
        "  WHERE t.vendor_id = k.vendor_id AND t.posted_on <= $2 GROUP BY 1, 2, 3, 4) b GROUP BY 1) x"
        " ORDER BY k.ordinal, x.currency",
        list(vendor_ids),
        until,
    )
