"""What is asked of the ledger about an accrual at two moments, and the postings in between. Row-level security shows both
sides of an agreement its own; the network is named explicitly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.store.database import Reader, Row

IN_ORDER = Order(
    (SortKey("x.known_at", "known_at", datetime, "timestamptz"), SortKey("x.id", "id", UUID, "uuid")),
)


@dataclass(frozen=True, slots=True)
class Accrued:
    """What is asked: an incentive under an agreement, and the currency in which it accrues."""

    vendor_id: UUID
    incentive_id: UUID
    agreement_id: UUID
    currency: str


_OF = (
    "unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])"
    " WITH ORDINALITY AS k (vendor_id, subject_id, agreement_id, currency, ordinal)"
)
_POSTED = (
    "t.vendor_id = k.vendor_id AND t.vendor_id = ANY ($1::uuid[]) AND t.subject_id = k.subject_id"
    " AND t.agreement_id = k.agreement_id AND t.currency = k.currency AND t.kind = 'INCENTIVE'"
    " AND t.act IN ('ACCRUE', 'ADJUST')"
)
_SIGNED = "CASE WHEN t.debit = 'EXPENSE' THEN t.amount_minor ELSE -t.amount_minor END"
_UNTIL = "($6::timestamptz IS NULL OR t.recorded_at <= $6)"
_CHANGES = (
    "SELECT t.vendor_id, t.recorded_at AS known_at, (array_agg(t.id ORDER BY t.id))[1] AS id, t.cause,"
    f" sum({_SIGNED})::bigint AS minor FROM transfer t WHERE {_POSTED} AND t.recorded_at > $5::timestamptz AND {_UNTIL}"
    " GROUP BY t.vendor_id, t.recorded_at, t.cause"
)


def _arguments(asked: Sequence[Accrued], since: datetime, until: datetime | None) -> list[object]:
    columns = [[getattr(each, name) for each in asked] for name in Accrued.__dataclass_fields__]
    return [*columns, since, until]


async def sums(db: Reader, asked: Sequence[Accrued], since: datetime, until: datetime | None) -> list[Row]:
    """What each had accrued and been adjusted to by both moments, in minor units, in their order; and how many postings lie
    in between, those of one cause and moment as one."""
    return await db.rows(
        f"SELECT k.ordinal, coalesce(s.before, 0)::bigint AS before, coalesce(s.after, 0)::bigint AS after, c.total"
        f" FROM {_OF} CROSS JOIN LATERAL (SELECT sum({_SIGNED}) FILTER (WHERE t.recorded_at <= $5::timestamptz) AS before,"
        f" sum({_SIGNED}) FILTER (WHERE {_UNTIL}) AS after FROM transfer t WHERE {_POSTED}) s"
        f" CROSS JOIN LATERAL (SELECT count(*) AS total FROM ({_CHANGES}) x) c ORDER BY k.ordinal",
        *_arguments(asked, since, until),
    )


async def changes(
    db: Reader, asked: Sequence[Accrued], since: datetime, until: datetime | None, window: Window
) -> list[Row]:
    """A page of what was posted in between for each, by its moment: those of one cause and moment as one, with the mode of
    the report that caused it where the asker may read it."""
    arguments = _arguments(asked, since, until)
    return await db.rows(
        f"SELECT k.ordinal, y.*, s.mode FROM {_OF} CROSS JOIN LATERAL (SELECT x.* FROM ({_CHANGES}) x WHERE true"
        f"{window.sql(arguments)}) y"
        " LEFT JOIN submission s ON s.vendor_id = y.vendor_id AND s.id ="
        " CASE WHEN y.cause LIKE 'submission %' THEN split_part(y.cause, ' ', 2)::uuid END"
        f" ORDER BY k.ordinal, {window.ordered.replace('x.', 'y.')}",
        *arguments,
    )
