"""The discounts that held under an agreement over some days, from what was bought."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.programme.spans import Span
from app.store.database import Reader, Row
from app.volume.queries import agreed, bought_by_day
from app.volume.standing import Discount, Ladder, Terms, discounts_over


def today_in(time_zone: str) -> date:
    """The day that it is in a time zone."""
    return datetime.now(UTC).astimezone(ZoneInfo(time_zone)).date()


async def discounts_held(
    db: Reader, keys: Sequence[tuple[UUID, UUID]], over: Mapping[UUID, Span]
) -> dict[UUID, list[Discount]]:
    """The discounts that held under agreements (vendor, id), by id, each on its days of `over`. None where no tier has a
    discount: then the agreement sets no prices by tier."""
    rows = [row for row in await agreed(db, keys) if Ladder.of(row).discounts]
    if not rows:
        return {}
    since = [_first_day(Terms.of(row), over[row["id"]].start) for row in rows]
    days = [Span(first, over[row["id"]].end) for first, row in zip(since, rows, strict=True)]
    bought: dict[UUID, list[tuple[date, int]]] = {row["id"]: [] for row in rows}
    for each in await bought_by_day(db, rows, days):
        bought[each["agreement_id"]].append((each["day"], each["amount"]))
    return {row["id"]: _over(row, bought[row["id"]], over[row["id"]]) for row in rows}


def _first_day(terms: Terms, day: date) -> date:
    """From when on what was bought sets the tier of a day: the period before that of the day."""
    period = terms.period_of(day)
    return (terms.period_before(period) or period).start


def _over(row: Row, bought: Sequence[tuple[date, int]], over: Span) -> list[Discount]:
    return discounts_over(Terms.of(row), Ladder.of(row), bought, over, today_in(row["time_zone"]))
