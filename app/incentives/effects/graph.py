"""What a report changed in what incentives have earned, or would change, as vendor and distributor see it: before and after
it is committed; and the same of an alias that is tried out."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from app.access.actor import Actor
from app.accruals.actions import Change
from app.accruals.effects.queries import measures_of, together
from app.execution.connections import Connection, Window, counts
from app.execution.described import visible
from app.execution.edges import Selection, reference
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import DateRange, Money
from app.incentives.accrued.graph import MeasuredVolume, volume
from app.incentives.effects import queries
from app.incentives.graph import IncentiveTerm, terms_by_key
from app.incentives.rules.graph import paid
from app.programme.money_terms import MeasureUnit


@visible("incentive:read")
class MoneyEffect:
    """What a report or an alias changed in what a term has earned in a pay period, all gates taken as met; or what it would
    change, where it was only tried out."""

    term_key: strawberry.Private[Key]
    period: DateRange
    "The days of the pay period on which the term is in effect."
    qualifying_before: MeasuredVolume
    "What attained a band before."
    qualifying_after: MeasuredVolume
    "What attains a band after it."
    paying_before: MeasuredVolume
    "On what the band's rate paid before."
    paying_after: MeasuredVolume
    "On what the band's rate pays after it."
    earned_before: Money
    "What was earned before."
    earned_after: Money
    "What is earned after it."
    difference: Money
    "What is earned more, or less."
    term = reference(
        terms_by_key, IncentiveTerm | None, key=lambda effect: effect.term_key, description="The term that earns it."
    )


async def effects_of_submission(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[MoneyEffect]]:
    """What counting the report changed in what incentives have earned, or would change, by pay period. Rows that are
    released later change more: that is in the accruals."""
    window = Window.of(queries.EFFECT_ORDER, first=first, after=after, last=last, before=before, of="money effects")
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.effects_of(db, keys, window)
    totals = await queries.count_effects_of(db, keys) if counts(selection) else None
    return window.pages(rows, len(keys), _effect, selection, totals)


async def effects_of_alias(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[list[MoneyEffect]]:
    """What would change in what incentives have earned, by pay period."""
    changed = [together(parent.changes) for parent in parents]
    keys = {Key(each.term["vendor_id"], each.term["id"]) for changes in changed for each in changes}
    terms = await queries.readable_terms(await request.reader(), list(keys)) if keys else {}
    return [
        [_effect({**terms[each.term["id"]], **_values(each)}) for each in changes if each.term["id"] in terms]
        for changes in changed
    ]


_MEASURES = [f"{name}_{when}" for name in ("qualifying", "paying", "earned") for when in ("before", "after")]


def _values(change: Change) -> dict[str, Any]:
    measures = dict(zip(_MEASURES, measures_of(change), strict=True))
    of = {"period_start": change.span.start, "period_end": change.span.end, "currency": change.term["currency"]}
    return {"term_id": change.term["id"], **of, **measures}


def _effect(row: Mapping[str, Any]) -> MoneyEffect:
    currency = row["currency"]
    qualifying, paying = MeasureUnit(row["qualifying_unit"]), MeasureUnit(row["paying_unit"])
    return MoneyEffect(
        term_key=Key(row["vendor_id"], row["term_id"]),
        period=DateRange(start=row["period_start"], end=row["period_end"]),
        qualifying_before=volume(qualifying, row["qualifying_before"], currency),
        qualifying_after=volume(qualifying, row["qualifying_after"], currency),
        paying_before=volume(paying, row["paying_before"], currency),
        paying_after=volume(paying, row["paying_after"], currency),
        earned_before=paid(row["earned_before"], currency),
        earned_after=paid(row["earned_after"], currency),
        difference=paid(row["earned_after"] - row["earned_before"], currency),
    )
