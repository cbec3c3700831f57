"""The volume that was asked about with what it carries on, and the discounts that held under an agreement over some days."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.programme.spans import Span
from app.store.database import Reader, Row
from app.volume.queries import Asked, agreed, bought_by_day, renewed_by, volumes
from app.volume.standing import Discount, Ladder, Renewed, Terms, Volume, discounts_over


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
    first = [(row["vendor_id"], row["id"]) for row in rows if Terms.of(row).period_before(_first(row, over)) is None]
    renewed = await renewed_agreements(db, first)
    return {row["id"]: _over(row, bought[row["id"]], over[row["id"]], renewed.get(row["id"])) for row in rows}


async def renewed_agreements(db: Reader, keys: Sequence[tuple[UUID, UUID]]) -> dict[UUID, Renewed]:
    """What agreements (vendor, id) renew, by their ids; none where they renew nothing."""
    if not keys:
        return {}
    found = await renewed_by(db, keys)
    return {id: Renewed(Terms.of(row), Ladder.of(row), row["volume"]) for id, row in found.items()}


async def asked_volumes(db: Reader, asked: Sequence[Asked]) -> list[tuple[Row, Volume]]:
    """What was asked for, each with its sums, and the agreement that is renewed where the period is the first."""
    rows = await volumes(db, asked)
    first = [(each.vendor_id, each.agreement_id) for each in asked if each.previous is None]
    renewed = await renewed_agreements(db, first)
    return [
        (
            row,
            Volume(
                int(row["actual"]),
                int(row["before"]),
                int(row["previous"]),
                renewed.get(each.agreement_id) if each.previous is None else None,
            ),
        )
        for each, row in zip(asked, rows, strict=True)
    ]


def _first(row: Row, over: Mapping[UUID, Span]) -> Span:
    return Terms.of(row).period_of(over[row["id"]].start)


def _first_day(terms: Terms, day: date) -> date:
    """From when on what was bought sets the tier of a day: the period before that of the day."""
    period = terms.period_of(day)
    return (terms.period_before(period) or period).start


def _over(row: Row, bought: Sequence[tuple[date, int]], over: Span, renewed: Renewed | None) -> list[Discount]:
    return discounts_over(Terms.of(row), Ladder.of(row), bought, over, today_in(row["time_zone"]), renewed)
