"""What the two sides of an agreement do about a business plan: propose, answer, amend, agree, refuse, take back, close.

Acts on one plan wait for one another and name the version that they decided upon: of a counter and a consent that meet, one
is done and the other is told to look again. Whoever writes a version consents to it; only the other side can agree.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.execution.checks import Checks
from app.execution.errors import ErrorCode, Fault, UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.planning import entering, queries
from app.planning.activities import queries as activities
from app.planning.inputs import (
    AgreeBusinessPlanInput,
    EndBusinessPlanInput,
    ProposeBusinessPlanInput,
    ReviseBusinessPlanInput,
)
from app.program_access.planned.attainment import calendar_of
from app.programme.plans import Content, PlanEnding, Planned, PlanStatus, PlanVersionStatus, months_within, span_of
from app.programme.spans import Span
from app.programme.terms import AgreementStatus, Level
from app.store.database import Row
from app.store.identity import new_id

C, V, S = UserErrorCode, PlanVersionStatus, PlanStatus


def side_of(actor: Actor) -> Level:
    """The side of the agreement that acts. Raises FORBIDDEN for resellers."""
    if actor.level is Level.RESELLER:
        raise Fault(ErrorCode.FORBIDDEN, "A vendor and its distributors plan together.")
    return actor.level


def other_side(actor: Actor, distributor_id: UUID) -> Concerns:
    """Whom an act of a side concerns beside it."""
    return Concerns(distributor_id=distributor_id) if actor.level is Level.VENDOR else Concerns(vendor=True)


async def propose_business_plan(request: Request[Actor], given: ProposeBusinessPlanInput) -> Key:
    """Propose a plan for a fiscal quarter or year of an agreement."""
    side, now = side_of(request.actor), datetime.now(UTC)
    async with acting(request, "proposeBusinessPlan") as act:
        check = Checks()
        under = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        if under is not None and (done := await act.done_before(given.idempotency_key, given)):
            return Key(under.vendor_id, UUID(done))
        agreed = await queries.agreement(act.session, under) if under is not None else None
        if under is not None and agreed is None:
            check.not_found("agreement", "agreementId")
        check.settle()
        assert under is not None and agreed is not None
        calendar = await calendar_of(act.session, under.vendor_id)
        span = span_of(calendar, given.length, given.period_start)
        _check_days(check, agreed, span, given, now)
        currency = check.currency(given.currency, "currency")
        entered = await entering.content(
            act.session,
            check,
            under.vendor_id,
            (under.id, agreed["distributor_id"]),
            calendar,
            months_within(calendar, span),
            currency,
            (given.targets, given.activities, given.notes),
        )
        check.settle()
        key = Key(under.vendor_id, new_id())
        values = {
            "id": key.id,
            "agreement_id": under.id,
            "distributor_id": agreed["distributor_id"],
            "length": given.length,
            "period_start": span.start,
            "period_end": span.end,
            "currency": currency,
            "status": S.PROPOSED,
            "proposed_at": now,
        }
        if not await queries.insert_plan(act.session, key, values):
            check.add(C.TAKEN, f"There is a plan of {span.start} to {span.end} already: revise that.", "periodStart")
        check.settle()
        await _write(act, key.vendor_id, values, 1, side, entered, now)
        await act.remember(given.idempotency_key, given, str(key.id))
        await act.record(
            global_id("BusinessPlan", key),
            vendor_id=key.vendor_id,
            after={"version": 1, "periodStart": span.start, "length": given.length, **_told(entered)},
            concerns=other_side(act.actor, agreed["distributor_id"]),
        )
    return key


def _check_days(check: Checks, agreed: Row, span: Span, given: ProposeBusinessPlanInput, now: datetime) -> None:
    if agreed["status"] != AgreementStatus.ACTIVE:
        check.add(C.NOT_ACTIVE, "This agreement has ended.", "agreementId")
    if span.start != given.period_start:
        wrong = f"The fiscal {given.length.value.lower()} in which this day lies begins on {span.start}."
        check.add(C.INVALID, wrong, "periodStart")
    elif span.end <= now.date():
        check.add(
            C.TOO_LATE, f"These days were over before {span.end}; plan one that is to come, or runs.", "periodStart"
        )
    elif not (span.start < agreed["effective_end"] and span.end > agreed["effective_start"]):
        wrong = f"The agreement is in effect from {agreed['effective_start']} until before {agreed['effective_end']}."
        check.add(C.OUTSIDE_AGREEMENT, wrong, "periodStart")


async def _write(
    act: Act, vendor_id: UUID, plan: Row | dict[str, object], number: int, side: Level, entered: Content, now: datetime
) -> None:
    key = Key(vendor_id, new_id())
    await queries.insert_version(act.session, key, plan, number, side.value, entered.stored(), now)


def _told(entered: Content) -> dict[str, object]:
    """What the audit keeps of a version: both sides read it."""
    return {"targets": {each.name: each.whole for each in entered.targets}, "activities": len(entered.activities)}


async def revise_business_plan(request: Request[Actor], given: ReviseBusinessPlanInput) -> Key:
    """Write another version of a plan: an answer, in the place of an own one, or an amendment."""
    side, now = side_of(request.actor), datetime.now(UTC)
    async with acting(request, "reviseBusinessPlan") as act:
        check, plan = await _decided_upon(act, given.plan_id, given.expected_version)
        if plan["agreement_status"] != AgreementStatus.ACTIVE:
            check.add(C.NOT_ACTIVE, "This agreement has ended.", "planId")
        calendar = await calendar_of(act.session, plan["vendor_id"])
        entered = await entering.content(
            act.session,
            check,
            plan["vendor_id"],
            (plan["agreement_id"], plan["distributor_id"]),
            calendar,
            Content.of(plan["content"]).months,
            plan["currency"],
            (given.targets, given.activities, given.notes),
        )
        check.settle()
        number, status = plan["written"] + 1, plan["status"]
        if plan["pending"] is not None:
            answers = plan["side"] != side
            await queries.answer(act.session, plan, plan["pending"], V.COUNTERED if answers else V.SUPERSEDED, now)
            if answers and plan["agreed"] is None:
                status = S.COUNTERED
        await _write(act, plan["vendor_id"], plan, number, side, entered, now)
        values = {"status": status, "written": number, "pending": number}
        return await _done(act, plan, values, after={"version": number, **_told(entered)})


async def agree_business_plan(request: Request[Actor], given: AgreeBusinessPlanInput) -> Key:
    """Consent to the version that the other side wrote: it is agreed from now on, and what it plans is to be done."""
    side, now = side_of(request.actor), datetime.now(UTC)
    async with acting(request, "agreeBusinessPlan") as act:
        check, plan = await _decided_upon(act, given.plan_id, given.expected_version)
        _of_other_side(check, plan, side, "agree to")
        check.settle()
        if plan["agreed"] is not None:
            await queries.answer(act.session, plan, plan["agreed"], V.SUPERSEDED, now)
        await queries.answer(act.session, plan, plan["pending"], V.AGREED, now)
        await _take_up(act, plan, Content.of(plan["content"]).activities, now)
        values = {"status": S.AGREED, "agreed": plan["pending"], "pending": None}
        return await _done(act, plan, values, after={"agreed": plan["pending"]})


async def _take_up(act: Act, plan: Row, planned: Sequence[Planned], now: datetime) -> None:
    """Write the activities of the agreed version down. One that was there before goes on as it stands."""
    there: dict[tuple[str, str], Row] = {}
    if plan["agreed"] is not None:
        rows = await activities.of_version(act.session, plan, plan["agreed"])
        there = {(row["title"], row["side"]): row for row in rows}
    found: list[Sequence[object]] = []
    for each in planned:
        was = there.get((each.title, each.side.value))
        begin = (new_id(), each.side.value, each.person, each.title, each.due_on)
        if was is None:
            found.append((*begin, each.due_on, "OPEN", None, None))
        else:
            due_on = was["due_on"] if was["agreed_due_on"] == each.due_on else each.due_on
            found.append((*begin, due_on, was["status"], was["done_on"], was["note"]))
    await activities.insert(act.session, plan, (None, plan["pending"]), found, now)


async def end_business_plan(request: Request[Actor], given: EndBusinessPlanInput) -> Key:
    """Refuse or take back what waits, or close a plan whose days are over."""
    side, now = side_of(request.actor), datetime.now(UTC)
    async with acting(request, "endBusinessPlan") as act:
        check, plan = await _decided_upon(act, given.plan_id, given.expected_version)
        reason = check.optional_prose(given.reason, "reason")
        if given.ending is PlanEnding.CLOSE:
            _closes(check, plan, now)
            check.settle()
            return await _done(act, plan, {"status": S.CLOSED, "ended_at": now}, after={"closed": True})
        status, ended = V.REJECTED, S.REJECTED
        if given.ending is PlanEnding.REJECT:
            _of_other_side(check, plan, side, "refuse")
            if reason is None:
                check.add(C.REQUIRED, "Say why, so that the other side can propose what you would agree to.", "reason")
        else:
            status, ended = V.WITHDRAWN, S.WITHDRAWN
            _of_own_side(check, plan, side)
        check.settle()
        await queries.answer(act.session, plan, plan["pending"], status, now, reason)
        values: dict[str, object] = {"pending": None}
        if plan["agreed"] is None:
            values |= {"status": ended, "ended_at": now}
        return await _done(act, plan, values, after={"ending": given.ending, "reason": reason})


async def _decided_upon(act: Act, plan_id: str, expected_version: int) -> tuple[Checks, Row]:
    """The plan that an act is about, held to its end, at the version that was decided upon, and not over."""
    check = Checks()
    key = check.key("BusinessPlan", "business plan", plan_id, "planId")
    check.settle()
    assert key is not None
    await queries.take_turn(act.session, key.id)
    plan = await queries.plan(act.session, key)
    if plan is None:
        check.not_found("business plan", "planId")
    check.settle()
    assert plan is not None
    check.version(plan["version"], expected_version)
    check.settle()
    if plan["ended_at"] is not None:
        check.add(C.TOO_LATE, f"This plan is {plan['status'].lower()}; propose another one.", "planId")
    check.settle()
    return check, plan


def _of_other_side(check: Checks, plan: Row, side: Level, what: str) -> None:
    if plan["pending"] is None:
        check.add(C.INVALID, f"No version of this plan waits for anybody to {what}.", "planId")
    elif plan["side"] == side:
        wrong = f"Your own side wrote the version that waits: it is for the other side to {what} it."
        check.add(C.NOT_ALLOWED, wrong, "planId")


def _of_own_side(check: Checks, plan: Row, side: Level) -> None:
    if plan["pending"] is None:
        check.add(C.INVALID, "No version of this plan waits that could be taken back.", "planId")
    elif plan["side"] != side:
        check.add(
            C.NOT_ALLOWED, "The other side wrote the version that waits: agree to it, counter or refuse it.", "planId"
        )


def _closes(check: Checks, plan: Row, now: datetime) -> None:
    if plan["agreed"] is None or plan["pending"] is not None:
        check.add(
            C.INVALID, "A version of this plan still waits: agree to it, refuse it or take it back first.", "planId"
        )
    elif now.date() < plan["period_end"]:
        check.add(C.NOT_OVER, f"Its days are over with the day before {plan['period_end']}.", "ending")


async def _done(act: Act, plan: Row, values: dict[str, object], after: dict[str, object]) -> Key:
    key = Key(plan["vendor_id"], plan["id"])
    if not await queries.set_plan(act.session, plan, values):
        check = Checks()
        check.add(C.STALE, "Somebody changed this just now. Look at it again, then decide.", "expectedVersion")
        check.settle()
    await act.record(
        global_id("BusinessPlan", key),
        vendor_id=key.vendor_id,
        before={"status": plan["status"], "agreed": plan["agreed"], "pending": plan["pending"]},
        after=after,
        concerns=other_side(act.actor, plan["distributor_id"]),
    )
    return key
