"""Tiers reviewed by rule: by the clock, once a day for each active enrolment, and whenever the vendor asks for it.

The worker reviews, a hundred enrolments at a time, each in the turn of its reseller. What a review finds stands beside the
enrolment; what it changes stands in the enrolment's history with the rule's sentence, in the vendor's trace of acts, and in
what the distributors know. Doing it again on the same day changes nothing more.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import structlog

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.partners.enrollments.writing.actions import Change, align, become, line_up, note
from app.partners.organizations.actions import own_network
from app.partners.tier_reviews import queries
from app.partners.tier_reviews.evaluating import Reviewed, evaluations, reviewed
from app.partners.tier_reviews.inputs import ReviewTiersInput
from app.programme.eligibility import DecidedBy
from app.programme.terms import EnrollmentStatus, Level
from app.programme.tier_evaluation import Evaluation, TierMove
from app.store import memory
from app.store.database import AUTHENTICATING, Database, Row, Session, acting_as_worker
from app.store.jobs import Job, enqueue

log = structlog.get_logger(__name__)

AT_A_TIME: Final = 100
"How many enrolments are reviewed in one transaction."
Counts = dict[TierMove, int]


async def review_tiers(request: Request[Actor], given: ReviewTiersInput) -> tuple[Key, Counts]:
    """Review all tiers of a programme now: the programme, and how many enrolments were moved in which way."""
    vendor_id, today = own_network(request), datetime.now(UTC).date()
    async with acting(request, "reviewTiers") as act:
        check = Checks()
        key = check.key("Program", "programme for resellers", given.program_id, "programId")
        terms = await queries.terms(act.session, key) if key is not None else None
        if key is not None and terms is None:
            check.not_found("programme for resellers", "programId")
        elif terms is not None and terms["review_months"] is None:
            wrong = f"{terms['name']} has no review terms: its tiers are decided by hand. Set these terms first."
            check.add(UserErrorCode.NOT_ACTIVE, wrong, "programId")
        check.settle()
        assert key is not None
        await act.record(given.program_id, vendor_id=vendor_id, after={"reviewedOn": today})
        await enqueue(act.session, Job.REVIEW_TIERS, vendor_id=vendor_id, program_id=key.id)
        organization_id = act.actor.organization_id
    counts = await review_program(request.database, key, organization_id, today, now=True)
    await request.look_again()
    return key, counts


async def review_by_clock(database: Database, now: datetime) -> int:
    """As the worker: review what was not reviewed today, in all networks. How many enrolments there were. What goes wrong in
    one network is logged, and keeps no other waiting."""
    async with database.reading(AUTHENTICATING) as session:
        networks = await queries.networks(session)
    done = 0
    for network in networks:
        try:
            async with database.reading(acting_as_worker(network["id"])) as session:
                programs = await queries.reviewed_programs(session, network["id"])
            for program_id in programs:
                key = Key(network["id"], program_id)
                done += sum((await review_program(database, key, network["organization_id"], now.date())).values())
        except Exception:
            log.exception("the tiers of a network were not reviewed", vendor=str(network["id"]))
    return done


async def review_as_asked(database: Database, vendor_id: UUID, program_id: UUID) -> None:
    """As the worker: the review that a vendor asked for, where its request did not come to it."""
    async with database.reading(AUTHENTICATING) as session:
        networks = {row["id"]: row["organization_id"] for row in await queries.networks(session)}
    await review_program(database, Key(vendor_id, program_id), networks[vendor_id], datetime.now(UTC).date(), now=True)


async def review_program(
    database: Database, program: Key, organization_id: UUID, today: date, *, now: bool = False
) -> Counts:
    """Review the tiers of a programme: of those not reviewed today, or `now` of all as if today were a review date."""
    counts = dict.fromkeys(TierMove, 0)
    after: UUID | None = None
    while True:
        async with database.writing(acting_as_worker(program.vendor_id, organization_id)) as session:
            terms = await reviewed(session, program)
            waiting = await queries.to_review(session, program, today, now, after, AT_A_TIME)
            if terms is None or not waiting:
                return counts
            after = waiting[-1]["id"]
            for reseller_id in sorted({row["reseller_id"] for row in waiting}):
                await line_up(session, program.vendor_id, reseller_id)
            rows = await queries.held(session, program.vendor_id, [row["id"] for row in waiting])
            found = await evaluations(session, terms, rows, today, review_now=now)
            for row, evaluation in zip(rows, found, strict=True):
                counts[evaluation.move] += 1
                await _carry_out(session, terms, row, evaluation, organization_id)
            await _write(session, terms, rows, found, today)


async def _carry_out(session: Session, program: Reviewed, row: Row, found: Evaluation, organization_id: UUID) -> None:
    if found.move is TierMove.KEPT:
        return
    key = Key(program.key.vendor_id, row["id"])
    change = Change(EnrollmentStatus(row["status"]), program.tier_id(found.after), found.rule, DecidedBy.RULE)
    if found.move is TierMove.AT_RISK:
        await note(session, key, row["reseller_id"], change)
        return
    await become(session, key, row["reseller_id"], change)
    await align(session, key.vendor_id, row["reseller_id"])
    await memory.record(
        session,
        organization_id=organization_id,
        vendor_id=key.vendor_id,
        level=Level.VENDOR.value,
        actor="Tailrace",
        act="reviewTiers",
        subject=global_id("Enrollment", key),
        before={"tier": program.tier_name(found.before)},
        after={"tier": program.tier_name(found.after), "rule": found.rule},
        request_id="",
    )


async def _write(
    session: Session, program: Reviewed, rows: Sequence[Row], found: Sequence[Evaluation], today: date
) -> None:
    """What the reviews found, beside the enrolments."""
    await session.execute_many(
        "INSERT INTO tier_standing (vendor_id, enrollment_id, reseller_id, tier_id, evaluated_on, move, kept_until,"
        " reviewed_on, next_review, rule, findings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " ON CONFLICT (vendor_id, enrollment_id) DO UPDATE SET tier_id = excluded.tier_id,"
        " evaluated_on = excluded.evaluated_on, move = excluded.move, kept_until = excluded.kept_until,"
        " reviewed_on = excluded.reviewed_on, next_review = excluded.next_review, rule = excluded.rule,"
        " findings = excluded.findings",
        [
            (
                program.key.vendor_id,
                row["id"],
                row["reseller_id"],
                program.tier_id(each.after),
                today,
                each.move,
                each.kept_until,
                each.reviewed_on,
                each.next_review,
                each.rule,
                _as_data(program, each),
            )
            for row, each in zip(rows, found, strict=True)
        ],
    )


def _as_data(program: Reviewed, evaluation: Evaluation) -> list[dict[str, object]]:
    return [
        {
            "tier_id": str(program.ids[each.tier.rank]),
            "rank": each.tier.rank,
            "tier": each.tier.name,
            "kind": each.asked.kind,
            "needed": each.asked.needed,
            "currency": each.asked.currency,
            "achieved": each.achieved,
            "told": each.told,
        }
        for each in evaluation.findings
    ]
