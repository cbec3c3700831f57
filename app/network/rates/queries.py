"""What is asked and written of a vendor's exchange rates, in 10⁻⁹."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.connections import Window
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

_VENDORS = "unnest($1::uuid[]) WITH ORDINALITY AS k (vendor_id, ordinal)"
_MATCHING = """
 FROM exchange_rate x
 WHERE x.vendor_id = k.vendor_id AND x.vendor_id = ANY ($1::uuid[]) AND ($2::text IS NULL OR x.base = $2)
   AND ($3::text IS NULL OR x.quote = $3)"""


async def rates_of_vendors(
    db: Reader, vendor_ids: Sequence[UUID], base: str | None, quote: str | None, window: Window
) -> list[Row]:
    """The page of each vendor's rates, from and into these currencies."""
    arguments: list[object] = [list(vendor_ids), base, quote]
    page = window.sql(arguments)
    return await db.rows(
        f"SELECT k.ordinal, r.* FROM {_VENDORS} CROSS JOIN LATERAL ("
        f" SELECT x.base, x.quote, x.effective_from, x.rate{_MATCHING}{page}) r",
        *arguments,
    )


async def rate_counts(db: Reader, vendor_ids: Sequence[UUID], base: str | None, quote: str | None) -> dict[int, int]:
    """How many such rates each vendor has, by ordinal."""
    rows = await db.rows(
        f"SELECT k.ordinal, r.total FROM {_VENDORS} CROSS JOIN LATERAL (SELECT count(*) AS total{_MATCHING}) r",
        list(vendor_ids),
        base,
        quote,
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def rates_set(db: Reader, vendor_id: UUID, keys: Sequence[tuple[str, str, date]]) -> list[Row]:
    """The rates of these currencies and first days, each with its ordinal from 1."""
    return await db.rows(
        "SELECT k.ordinal, x.base, x.quote, x.effective_from, x.rate"
        " FROM unnest($2::text[], $3::text[], $4::date[]) WITH ORDINALITY AS k (base, quote, effective_from, ordinal)"
        " JOIN exchange_rate x ON x.vendor_id = $1 AND x.base = k.base AND x.quote = k.quote"
        " AND x.effective_from = k.effective_from ORDER BY k.ordinal",
        vendor_id,
        *([key[place] for key in keys] for place in range(3)),
    )


async def set_rates(session: Session, vendor_id: UUID, rates: Sequence[tuple[str, str, date, int]]) -> None:
    """Write these rates; one that stood from the same day is replaced, and kept with the moment until when it stood.

    That moment is written under the lock by which changes become known, held to commit: what is asked as of a past moment
    is converted by the rates that could be seen then.
    """
    await take(session, Turn.KNOWLEDGE, vendor_id)
    given = (vendor_id, *([rate[place] for rate in rates] for place in range(4)))
    changed = await session.rows(
        "SELECT g.*, x.rate AS before, clock_timestamp() AS until"
        " FROM unnest($2::text[], $3::text[], $4::date[], $5::bigint[]) AS g (base, quote, effective_from, rate)"
        " LEFT JOIN exchange_rate x ON x.vendor_id = $1 AND x.base = g.base AND x.quote = g.quote"
        " AND x.effective_from = g.effective_from WHERE x.rate IS DISTINCT FROM g.rate",
        *given,
    )
    await session.execute(
        "INSERT INTO exchange_rate (vendor_id, base, quote, effective_from, rate)"
        " SELECT $1, r.* FROM unnest($2::text[], $3::text[], $4::date[], $5::bigint[]) AS r"
        " ON CONFLICT (vendor_id, base, quote, effective_from) DO UPDATE SET rate = excluded.rate",
        *given,
    )
    await session.execute_many(
        "INSERT INTO exchange_rate_before (vendor_id, base, quote, effective_from, rate, until)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        [
            (vendor_id, *(row[name] for name in ("base", "quote", "effective_from", "before", "until")))
            for row in changed
        ],
    )
