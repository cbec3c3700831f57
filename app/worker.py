"""The worker: runs the jobs that acts have enqueued, and what the clock asks for, until it is told to stop."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from app.accruals.reckoning.actions import reckon_all, reckon_incentive
from app.alerts.digests.sending import send_digests
from app.alerts.disabled import tell_of_given_up
from app.alerts.watching.watch import watch_decisions
from app.claim_effects.actions import reckoned_by
from app.deals.deciding.clock import follow_deals
from app.execution.identifiers import Key
from app.funds.accruing.actions import watch_funds
from app.funds.requests.actions import settle_request
from app.incentives.affiliations.actions import settle_affiliation
from app.incentives.statements.advancing.actions import post_advance
from app.incentives.statements.calculating.actions import calculate
from app.incentives.statements.deciding.actions import carry_out as decide
from app.ledger.deductions.actions import follow_deductions
from app.mail.actions import deliver, forget_mail
from app.mail.sending import Mail, mail_of, passes
from app.network.calendars.actions import follow_calendar
from app.partners.actions import align_enrollments
from app.partners.agreements.commitments.actions import carry_out as settle_commitment
from app.partners.applications.actions import carry_out_application
from app.partners.suspensions.actions import carry_out_planned
from app.partners.tier_reviews.actions import review_as_asked, review_by_clock
from app.pricing.claims.settling.actions import deem_claims, return_debits, settle_claim
from app.pricing.previews.actions import claims_worth
from app.pricing.protection.actions import watch_prices
from app.pricing.stock_credits.deciding.actions import catch_up
from app.reports.aliases.undoing.actions import take_back
from app.reports.contests.actions import follow_contest
from app.reports.counting.actions import Busy, count_reports, release_held
from app.reports.held.deciding.actions import carry_out
from app.reports.held.releasing.actions import release_units
from app.reports.periods.clock import watch_periods
from app.reports.previews.actions import forget_previews
from app.rewards.claims.settling.actions import settle_spiff, take_spiffs_back
from app.rewards.payouts.actions import gather_payout
from app.settings import Settings
from app.store.database import Database
from app.store.jobs import Again, Handler, Job, JobRunner
from app.store.outage import FULL, outage
from app.webhooks.sending.posting import Posting, to_public

log = structlog.get_logger(__name__)

ROOM_EVERY: Final = 10.0
"How often, in seconds, a job that found no room is tried again."
MAIL_EVERY: Final = 60.0
"How often, in seconds, a mail that no server took is tried again."
LOOK_EVERY: Final = 60.0
"How often, in seconds, each worker looks what the clock asks for."
PRICES_EVERY: Final = timedelta(hours=1)
"How often it looks for price changes that took effect, and for tiers to review; both fall due as a day begins."


async def work(settings: Settings, database_url: str, stop: asyncio.Event) -> None:
    """Run jobs until `stop` is set; those under way are finished."""
    reckoned_by(claims_worth)
    database = await Database.open(
        database_url,
        connections=settings.worker_concurrency + 2,
        statement_timeout=600.0,
        work_memory="64MB",
        table_memory="64MB",
    )

    async def counting(ids: Mapping[str, UUID]) -> Again | None:
        owner = ids.get("agreement_id") or ids["reseller_id"]
        return _again(await count_reports(database, ids["vendor_id"], owner))

    async def releasing(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await release_held(database, ids["vendor_id"], ids["alias_id"]))

    async def resolving(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await carry_out(database, ids["vendor_id"], ids["decision_id"]))

    async def releasing_units(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await release_units(database, ids["vendor_id"], ids["product_id"]))

    async def undoing(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await take_back(database, ids["vendor_id"], ids["alias_id"]))

    async def aligning(ids: Mapping[str, UUID]) -> None:
        await align_enrollments(database, ids["vendor_id"], ids["authorization_id"])

    async def applying(ids: Mapping[str, UUID]) -> None:
        await carry_out_application(database, ids["vendor_id"], ids["application_id"])

    async def reviewing_tiers(ids: Mapping[str, UUID]) -> None:
        await review_as_asked(database, ids["vendor_id"], ids["program_id"])

    async def following(ids: Mapping[str, UUID]) -> None:
        await follow_calendar(database, ids["vendor_id"])

    async def accruing(ids: Mapping[str, UUID]) -> None:
        await reckon_incentive(database, ids["vendor_id"], ids["incentive_id"])

    async def accruing_all(ids: Mapping[str, UUID]) -> None:
        await reckon_all(database, ids["vendor_id"])

    async def calculating(ids: Mapping[str, UUID]) -> Again | None:
        return None if await calculate(database, ids["vendor_id"], ids["run_id"]) else Again(1.0)

    async def deciding_statement(ids: Mapping[str, UUID]) -> None:
        await decide(database, ids["vendor_id"], ids["decision_id"])

    async def settling_commitment(ids: Mapping[str, UUID]) -> None:
        await settle_commitment(database, ids["vendor_id"], ids["settlement_id"])

    async def settling_claim(ids: Mapping[str, UUID]) -> Again | None:
        return None if await settle_claim(database, ids["vendor_id"], ids["claim_id"]) else Again(1.0)

    async def returning_debits(ids: Mapping[str, UUID]) -> Again | None:
        return None if await return_debits(database, ids["vendor_id"], ids["agreement_id"]) else Again(1.0)

    async def settling_stock_credits(ids: Mapping[str, UUID]) -> None:
        await catch_up(database, ids["vendor_id"], ids["agreement_id"])

    async def settling_affiliation(ids: Mapping[str, UUID]) -> None:
        await settle_affiliation(database, ids["vendor_id"], ids["affiliation_id"])

    async def posting_advance(ids: Mapping[str, UUID]) -> None:
        await post_advance(database, ids["vendor_id"], ids["advance_id"])

    async def settling_fund_request(ids: Mapping[str, UUID]) -> None:
        await settle_request(database, ids["vendor_id"], ids["request_id"])

    async def following_contest(ids: Mapping[str, UUID]) -> None:
        await follow_contest(database, ids["vendor_id"], ids["contested_line_id"])

    handlers = {
        Job.SEND_MAIL: _sending(database, mail_of(settings)),
        Job.COUNT_REPORTS: counting,
        Job.RELEASE_HELD: releasing,
        Job.RESOLVE_HELD: resolving,
        Job.RELEASE_UNITS: releasing_units,
        Job.UNDO_ALIAS: undoing,
        Job.ALIGN_ENROLLMENTS: aligning,
        Job.CARRY_OUT_APPLICATION: applying,
        Job.REVIEW_TIERS: reviewing_tiers,
        Job.FOLLOW_CALENDAR: following,
        Job.SETTLE_CLAIM: settling_claim,
        Job.SETTLE_STOCK_CREDITS: settling_stock_credits,
        Job.TAKE_DEBITS_BACK: returning_debits,
        Job.ACCRUE_INCENTIVE: accruing,
        Job.ACCRUE_NETWORK: accruing_all,
        Job.SETTLE_COMMITMENT: settling_commitment,
        Job.CALCULATE_STATEMENTS: calculating,
        Job.DECIDE_STATEMENT: deciding_statement,
        Job.POST_ADVANCE: posting_advance,
        Job.SETTLE_AFFILIATION: settling_affiliation,
        Job.SETTLE_FUND_REQUEST: settling_fund_request,
        **_rewarding(database),
        Job.FOLLOW_CONTEST: following_contest,
    }
    beside = asyncio.create_task(_follow(settings, database, stop))
    try:
        patient = {job: _patiently(handler) for job, handler in handlers.items()}
        await JobRunner().run(database_url, patient, concurrency=settings.worker_concurrency, stop=stop)
        await beside
    finally:
        beside.cancel()
        await asyncio.wait({beside})
        await database.close()


async def _follow(settings: Settings, database: Database, stop: asyncio.Event) -> None:
    """Follow the clock, and send to webhooks what becomes due."""
    outbound = to_public(loopback=settings.webhooks_to_loopback)
    posting = Posting(database, outbound, partial(tell_of_given_up, database))
    await asyncio.gather(_follow_clock(database, stop), posting.follow(stop))


async def _follow_clock(database: Database, stop: asyncio.Event) -> None:
    """Look after the reporting periods of all networks, now and again. What fails is tried again the next time."""
    prices_watched = None
    while not stop.is_set():
        try:
            now = datetime.now(UTC)
            await watch_periods(database, now)
            await watch_decisions(database, now)
            await send_digests(database, now)
            await forget_previews(database, datetime.now(UTC))
            await forget_mail(database, datetime.now(UTC))
            await deem_claims(database, datetime.now(UTC))
            await carry_out_planned(database, now)
            await follow_deals(database, datetime.now(UTC))
            if prices_watched is None or now - prices_watched >= PRICES_EVERY:
                await watch_prices(database, now)
                await review_by_clock(database, now)
                prices_watched = now
            await watch_funds(database, datetime.now(UTC))
            await follow_deductions(database)
        except Exception:
            log.exception("what the clock asks for was not done; trying again", seconds=LOOK_EVERY)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)


def _rewarding(database: Database) -> dict[Job, Handler]:
    """What is done for SPIFFs and the people whom they pay."""

    async def settling(ids: Mapping[str, UUID]) -> None:
        await settle_spiff(database, ids["vendor_id"], ids["spiff_id"])

    async def taking_back(ids: Mapping[str, UUID]) -> None:
        await take_spiffs_back(database, ids["vendor_id"], ids["agreement_id"])

    async def gathering(ids: Mapping[str, UUID]) -> None:
        await gather_payout(database, Key(ids["vendor_id"], ids["payout_id"]))

    return {Job.SETTLE_SPIFF: settling, Job.TAKE_SPIFFS_BACK: taking_back, Job.GATHER_PAYOUT: gathering}


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


def _again(busy: Busy | None) -> Again | None:
    return Again(busy.seconds) if busy is not None else None
