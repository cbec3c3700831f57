"""The statements that keep stock positions ready, as the worker, a distributor and day at a time."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.inventory.asked import Asked, Filters, Scope
from app.inventory.queries import reckoned
from app.store.database import Reader, Row, Session
from app.tables.stock_positions import BEFORE, COUNTS, FLOWS, MONTHS

_KEPT = ("vendor_id", "distributor_id", "product_id", "counted_on", *COUNTS, "before_units", *BEFORE, *FLOWS, *MONTHS)
_KNOWN = (
    "(SELECT max(k.known_at) FROM knowledge k"
    " WHERE k.vendor_id = {0}.vendor_id AND k.distributor_id = {0}.distributor_id)"
)


class Place(NamedTuple):
    """Whose positions, of the end of which day."""

    distributor_id: UUID
    day: date


async def due(db: Reader, vendor_id: UUID, days: Sequence[date], most: int) -> list[Place]:
    """Of which distributors and days no positions are kept, or those of before something became known; the earlier in the
    list of days first, and no more than so many."""
    rows = await db.rows(
        "SELECT d.distributor_id, w.day"
        " FROM (SELECT DISTINCT vendor_id, distributor_id FROM agreement WHERE vendor_id = $1) d"
        " CROSS JOIN unnest($2::date[]) WITH ORDINALITY AS w (day, nth)"
        " LEFT JOIN stock_position_day h ON h.vendor_id = d.vendor_id AND h.day = w.day"
        " AND h.distributor_id = d.distributor_id"
        f" WHERE h.vendor_id IS NULL OR h.known_at IS DISTINCT FROM {_KNOWN.format('d')}"
        " ORDER BY w.nth, d.distributor_id LIMIT $3",
        vendor_id,
        list(days),
        most,
    )
    return [Place(row["distributor_id"], row["day"]) for row in rows]


async def keep(session: Session, vendor_id: UUID, place: Place) -> None:
    """Keep what the facts say of a distributor's positions at the end of a day, in place of what was kept of it.

    Up to when its facts are known is read before they are: what becomes known in between makes the positions reckoned once
    more, and never old ones pass for new.
    """
    arguments = (vendor_id, place.distributor_id, place.day)
    await session.execute(
        "INSERT INTO stock_position_day AS h (vendor_id, distributor_id, day, known_at)"
        f" SELECT d.vendor_id, d.distributor_id, $3, {_KNOWN.format('d')}"
        " FROM (SELECT $1::uuid AS vendor_id, $2::uuid AS distributor_id) d"
        " ON CONFLICT (vendor_id, day, distributor_id) DO UPDATE SET known_at = excluded.known_at",
        *arguments,
    )
    of = "vendor_id = $1 AND distributor_id = $2 AND day = $3"
    await session.execute(f"DELETE FROM stock_position WHERE {of}", *arguments)
    statement, given = reckoned(_of(vendor_id, place))
    await session.execute(
        f"INSERT INTO stock_position (day, {', '.join(_KEPT)}) SELECT ${len(given) + 1}::date, {', '.join(_KEPT)}"
        f" FROM ({statement}) n",
        *given,
        place.day,
    )


async def forget(session: Session, vendor_id: UUID, days: Sequence[date]) -> None:
    """Forget the positions of other days than these."""
    old = "h.vendor_id = $1 AND h.day <> ALL ($2::date[])"
    await session.execute(
        "DELETE FROM stock_position k USING (SELECT vendor_id, distributor_id, day FROM stock_position_day h"
        f" WHERE {old}) h WHERE k.vendor_id = h.vendor_id AND k.day = h.day AND k.distributor_id = h.distributor_id",
        vendor_id,
        list(days),
    )
    await session.execute(f"DELETE FROM stock_position_day h WHERE {old}", vendor_id, list(days))


async def kept_places(db: Reader, vendor_id: UUID) -> list[Place]:
    """Whose positions of which day are kept, and are those of what is known."""
    rows = await db.rows(
        "SELECT h.distributor_id, h.day FROM stock_position_day h WHERE h.vendor_id = $1"
        f" AND h.known_at IS NOT DISTINCT FROM {_KNOWN.format('h')} ORDER BY h.day, h.distributor_id",
        vendor_id,
    )
    return [Place(row["distributor_id"], row["day"]) for row in rows]


async def unlike(db: Reader, vendor_id: UUID, place: Place) -> list[Row]:
    """The products of which something else is kept than the facts say."""
    statement, given = reckoned(_of(vendor_id, place))
    names, at = ", ".join(_KEPT), len(given)
    return await db.rows(
        f"SELECT product_id, count(*) FILTER (WHERE kept) AS kept FROM (SELECT {names}, false AS kept FROM ({statement}) n"
        f" UNION ALL SELECT {names}, true FROM stock_position WHERE vendor_id = ${at + 1} AND distributor_id = ${at + 2}"
        f" AND day = ${at + 3}) b GROUP BY {names} HAVING count(*) <> 2 ORDER BY product_id",
        *given,
        vendor_id,
        place.distributor_id,
        place.day,
    )


def _of(vendor_id: UUID, place: Place) -> Asked:
    filters = Filters(distributors=(place.distributor_id,))
    return Asked((Scope(1, vendor_id),), place.day, filters=filters, from_facts=True)
