"""What random networks hold of business plans: of every agreement one that was agreed and is to be amended, one that waits
for an answer and one that was refused; what both sides are to do; and reviews, countersigned and not."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.programme.fiscal import months_of_years
from app.programme.spans import Span
from app.store.identity import new_id
from tests.access.calendars import RULE
from tests.access.networks import NOW, TODAY, Agreement
from tests.access.steering import figure_of
from tests.money_rows import Owner

if TYPE_CHECKING:
    from tests.access.partners import Writing

TABLES = ("business_plan", "business_plan_version", "plan_review", "plan_activity")
SIDES = ("VENDOR", "DISTRIBUTOR")


def quarters() -> list[list[Span]]:
    """The fiscal months of the quarter in which today is, and of the three after it."""
    found: dict[tuple[int, int], list[Span]] = {}
    for month in months_of_years(RULE, TODAY.year - 1, TODAY.year + 2):
        found.setdefault((month.year, month.quarter), []).append(Span(month.start, month.end))
    ahead = [months for months in found.values() if months[-1].end > TODAY]
    return ahead[:4]


async def plan_in(writing: "Writing") -> None:
    """All plans of a network."""
    for agreement in writing.agreements:
        owner = writing.owner(agreement.distributor)
        now, then, later, _ = quarters()
        await _agreed(owner, agreement, now)
        for months, status in ((then, "PROPOSED"), (later, "REJECTED")):
            refused = status == "REJECTED"
            pending = {"written": 1, "agreed": None, "pending": None if refused else 1}
            of = await _plan(owner, agreement, months, status, ended_at=NOW if refused else None, **pending)
            await _version(owner, of, agreement, months, 1, "VENDOR", status)


async def _agreed(owner: Owner, agreement: Agreement, months: list[Span]) -> None:
    of = await _plan(owner, agreement, months, "AGREED", written=3, agreed=2, pending=3, ended_at=None)
    for number, (side, status) in enumerate(
        (("VENDOR", "COUNTERED"), ("DISTRIBUTOR", "AGREED"), ("VENDOR", "PROPOSED")), 1
    ):
        await _version(owner, of, agreement, months, number, side, status)
    for side, acknowledged in zip(SIDES, (NOW, None), strict=True):
        await _activity(owner, of, side, plan_version=2, review_id=None)
        review = new_id()
        await owner.add(
            "plan_review",
            **of,
            id=review,
            held_on=max(months[0].start, TODAY - timedelta(days=1)),
            side=side,
            plan_version=2,
            attendees=owner.word("VD"),
            decisions=owner.word("VD"),
            recorded_at=NOW,
            figures=None,
            known_at=None,
            acknowledged_at=acknowledged,
        )
        if acknowledged is not None:
            await owner.db.execute(
                "UPDATE plan_review SET known_at = $2, figures = jsonb_build_array($3::text::jsonb) WHERE id = $1",
                review,
                NOW,
                _figure(owner, agreement),
            )
        await _activity(owner, of, side, plan_version=None, review_id=review)


async def _plan(owner: Owner, agreement: Agreement, months: list[Span], status: str, **values: Any) -> dict[str, UUID]:
    ids = {"vendor_id": agreement.vendor.id, "agreement_id": agreement.id, "distributor_id": agreement.distributor.id}
    plan_id, span = new_id(), {"period_start": months[0].start, "period_end": months[-1].end}
    told = {"length": "QUARTER", **span, "currency": "EUR", "status": status, "version": 1, "proposed_at": NOW}
    await owner.add("business_plan", **ids, id=plan_id, **told, **values)
    return {**ids, "plan_id": plan_id}


async def _version(
    owner: Owner, of: dict[str, UUID], agreement: Agreement, months: list[Span], number: int, side: str, status: str
) -> None:
    waits = status == "PROPOSED"
    said = {"answered_at": None if waits else NOW, "reason": owner.word("VD") if status == "REJECTED" else None}
    planned = [
        {"title": owner.word("VD"), "side": each, "person": owner.word("VD"), "due_on": str(TODAY)} for each in SIDES
    ]
    content = {
        "months": [[str(each.start), str(each.end)] for each in months],
        "targets": targets_of(agreement, len(months)),
        "activities": planned,
        "notes": owner.word("VD"),
    }
    row = {"number": number, "side": side, "status": status, "content": content, "written_at": NOW, **said}
    await owner.add("business_plan_version", **of, id=new_id(), **row)


def targets_of(agreement: Agreement, months: int) -> list[dict[str, Any]]:
    """What every plan of an agreement asks for: units that no other one does."""
    whole = figure_of(agreement.id) * 1_000
    phases = [0] * (months - 1)
    return [
        {"measure": measure, "family": None, "whole": asked, "phases": [*phases, asked], "phasing": "GIVEN"}
        for measure, asked in (("SELL_THROUGH_UNITS", whole), ("ACTIVE_RESELLERS", 7))
    ]


async def _activity(
    owner: Owner, of: dict[str, UUID], side: str, plan_version: int | None, review_id: UUID | None
) -> None:
    said = {name: owner.word("VD") for name in ("person", "title", "note")}
    origin = {"plan_version": plan_version, "review_id": review_id}
    days = {"agreed_due_on": TODAY, "due_on": TODAY + timedelta(days=3), "done_on": TODAY, "planned_at": NOW}
    await owner.add("plan_activity", **of, id=new_id(), side=side, **said, **origin, **days, status="DONE", version=1)


def _figure(owner: Owner, agreement: Agreement) -> str:
    import json

    counted = dict.fromkeys(("actual", "expected", "forecast", "missing", "last_year", "attainment", "pace"), 1_000)
    said = {"measure": "SELL_THROUGH_UNITS", "family": None, "target": figure_of(agreement.id) * 1_000}
    return json.dumps({**said, **counted, "evidence": owner.word("VD"), "rows": owner.word("VD")})
