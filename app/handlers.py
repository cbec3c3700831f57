"""What the worker does for each job, and when it is tried again."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import structlog

from app.accruals.reckoning.actions import reckon_all, reckon_incentive
from app.claim_effects.actions import reckoned_by
from app.erasure.actions import carry_out as erase
from app.execution.identifiers import Key
from app.exports.making import Press, make
from app.funds.requests.actions import settle_request
from app.incentives.affiliations.actions import settle_affiliation
from app.incentives.statements.advancing.actions import post_advance
from app.incentives.statements.calculating.actions import calculate
from app.incentives.statements.deciding.actions import carry_out as decide
from app.inventory.watching.actions import watch_stock
from app.mail.actions import deliver
from app.mail.sending import Mail, passes
from app.network.calendars.actions import follow_calendar
from app.partners.actions import align_enrollments
from app.partners.agreements.commitments.actions import carry_out as settle_commitment
from app.partners.applications.actions import carry_out_application
from app.partners.enrollments.merging import actions as enrollments_merged
from app.partners.tier_reviews.actions import review_as_asked
from app.planning.reviews.actions import freeze as freeze_plan_review
from app.pricing.claims.settling.actions import return_debits, settle_claim
from app.pricing.previews.actions import claims_worth
from app.pricing.stock_credits.deciding.actions import catch_up
from app.reports.aliases.undoing.actions import take_back
from app.reports.contests.actions import follow_contest
from app.reports.counting.actions import Busy, count_reports, release_held
from app.reports.held.deciding.actions import carry_out
from app.reports.held.releasing.actions import release_units
from app.reports.merging.applying import carry_out_merge
from app.reports.merging.enrolling import enrolled_by
from app.rewards.claims.settling.actions import settle_spiff, take_spiffs_back
from app.rewards.commissions.reckoning.actions import approve_commissions, calculate_commissions
from app.rewards.payouts.actions import gather_payout
from app.store.database import Database
from app.store.jobs import Again, Handler, Job
from app.store.outage import FULL, outage

log = structlog.get_logger(__name__)

ROOM_EVERY: Final = 10.0
"How often, in seconds, a job that found no room is tried again."
MAIL_EVERY: Final = 60.0
"How often, in seconds, a mail that no server took is tried again."
EXPORT_EVERY: Final = 2.0
"How often, in seconds, an export is looked at that waits for another organisation's."
SOON: Final = 1.0
"How long, in seconds, a job waits for another that has its turn."


def handlers_of(database: Database, press: Press, mail: Mail) -> dict[Job, Handler]:
    """The handler of each job. The floors are told by whom claims and enrolments are looked after."""
    reckoned_by(claims_worth)
    enrolled_by(enrollments_merged)
    handlers = {**_of_reports(database), **_of_partners(database), **_of_money(database), **_of_rewards(database)}
    handlers[Job.EXPORT] = _exporting(database, press)
    handlers[Job.SEND_MAIL] = _sending(database, mail)
    return {job: _patiently(handler) for job, handler in handlers.items()}


def _of_reports(database: Database) -> dict[Job, Handler]:
    async def counting(ids: Mapping[str, UUID]) -> Again | None:
        owner = ids.get("agreement_id") or ids["reseller_id"]
        return _when_free(await count_reports(database, ids["vendor_id"], owner))

    return {
        Job.COUNT_REPORTS: counting,
        Job.RELEASE_HELD: _in_turn(release_held, database, "alias_id"),
        Job.RESOLVE_HELD: _in_turn(carry_out, database, "decision_id"),
        Job.RELEASE_UNITS: _in_turn(release_units, database, "product_id"),
        Job.UNDO_ALIAS: _in_turn(take_back, database, "alias_id"),
        Job.MERGE_PARTIES: _in_turn(carry_out_merge, database, "merge_id"),
        Job.FOLLOW_CONTEST: _once(follow_contest, database, "contested_line_id"),
        Job.FOLLOW_CALENDAR: _once(follow_calendar, database),
        Job.WATCH_STOCK: _until_done(watch_stock, database),
        Job.ERASE: _telling(erase, database, "erasure_id"),
    }


def _of_partners(database: Database) -> dict[Job, Handler]:
    return {
        Job.ALIGN_ENROLLMENTS: _once(align_enrollments, database, "authorization_id"),
        Job.CARRY_OUT_APPLICATION: _once(carry_out_application, database, "application_id"),
        Job.REVIEW_TIERS: _once(review_as_asked, database, "program_id"),
        Job.SETTLE_AFFILIATION: _once(settle_affiliation, database, "affiliation_id"),
        Job.FREEZE_PLAN_REVIEW: _once(freeze_plan_review, database, "review_id"),
    }


def _of_money(database: Database) -> dict[Job, Handler]:
    return {
        Job.ACCRUE_INCENTIVE: _once(reckon_incentive, database, "incentive_id"),
        Job.ACCRUE_NETWORK: _once(reckon_all, database),
        Job.CALCULATE_STATEMENTS: _until_done(calculate, database, "run_id"),
        Job.DECIDE_STATEMENT: _once(decide, database, "decision_id"),
        Job.POST_ADVANCE: _once(post_advance, database, "advance_id"),
        Job.SETTLE_COMMITMENT: _once(settle_commitment, database, "settlement_id"),
        Job.SETTLE_CLAIM: _until_done(settle_claim, database, "claim_id"),
        Job.TAKE_DEBITS_BACK: _until_done(return_debits, database, "agreement_id"),
        Job.SETTLE_STOCK_CREDITS: _once(catch_up, database, "agreement_id"),
        Job.SETTLE_FUND_REQUEST: _once(settle_request, database, "request_id"),
    }


def _of_rewards(database: Database) -> dict[Job, Handler]:
    async def gathering(ids: Mapping[str, UUID]) -> None:
        await gather_payout(database, Key(ids["vendor_id"], ids["payout_id"]))

    return {
        Job.SETTLE_SPIFF: _once(settle_spiff, database, "spiff_id"),
        Job.TAKE_SPIFFS_BACK: _once(take_spiffs_back, database, "agreement_id"),
        Job.GATHER_PAYOUT: gathering,
        Job.CALCULATE_COMMISSIONS: _once(calculate_commissions, database, "run_id"),
        Job.APPROVE_COMMISSIONS: _once(approve_commissions, database, "plan_id"),
    }


def _once(act: Callable[..., Awaitable[object]], database: Database, *names: str) -> Handler:
    """Does it with the network's id and these others; what it answers does not matter."""

    async def run(ids: Mapping[str, UUID]) -> None:
        await act(database, ids["vendor_id"], *(ids[name] for name in names))

    return run


def _telling(act: Callable[..., Awaitable[Again | None]], database: Database, *names: str) -> Handler:
    """The same of an act that says itself when to try again."""

    async def run(ids: Mapping[str, UUID]) -> Again | None:
        return await act(database, ids["vendor_id"], *(ids[name] for name in names))

    return run


def _in_turn(act: Callable[..., Awaitable[Busy | None]], database: Database, *names: str) -> Handler:
    """The same of an act that says who has the turn that it needs; again when that may be over."""

    async def run(ids: Mapping[str, UUID]) -> Again | None:
        return _when_free(await act(database, ids["vendor_id"], *(ids[name] for name in names)))

    return run


def _until_done(act: Callable[..., Awaitable[bool]], database: Database, *names: str) -> Handler:
    """The same of an act that says whether it was its turn; again soon where it was not."""

    async def run(ids: Mapping[str, UUID]) -> Again | None:
        return None if await act(database, ids["vendor_id"], *(ids[name] for name in names)) else Again(SOON)

    return run


def _when_free(busy: Busy | None) -> Again | None:
    return Again(busy.seconds) if busy is not None else None


def _exporting(database: Database, press: Press) -> Handler:
    """Makes exports, one at a time, so that counting never waits for several; again later while the database is away."""
    # What is there for good, the graph above all, is not looked through for garbage whenever rows pass through it.
    gc.collect()
    gc.freeze()
    busy = asyncio.Lock()

    async def exporting(ids: Mapping[str, UUID]) -> Again | None:
        if busy.locked():
            return Again(EXPORT_EVERY)
        async with busy:
            try:
                await make(database, press, Key(ids["exporter_id"], ids["export_id"]))
            except Exception as fault:
                if outage(fault) is None:
                    raise
                log.warning("an export is begun anew", seconds=ROOM_EVERY, error=str(fault))
                return Again(ROOM_EVERY)
        return None

    return exporting


def _sending(database: Database, mail: Mail) -> Handler:
    """Sends a mail; again later while no server takes it, which is no failure of the job."""

    async def send(ids: Mapping[str, UUID]) -> Again | None:
        try:
            await deliver(database, mail, ids["organization_id"], ids["message_id"], datetime.now(UTC))
        except OSError as fault:
            if not passes(fault):
                raise
            log.warning("mail cannot be sent now; trying again", seconds=MAIL_EVERY, error=type(fault).__name__)
            return Again(MAIL_EVERY)
        return None

    return send


def _patiently(handler: Handler) -> Handler:
    """The same, and again later where the server has no room left: that is no failure of the job."""

    async def run(ids: Mapping[str, UUID]) -> Again | None:
        try:
            return await handler(ids)
        except Exception as fault:
            if outage(fault) is not FULL:
                raise
            log.warning("no room is left; the job waits", seconds=ROOM_EVERY, error=str(fault))
            return Again(ROOM_EVERY)

    return run
