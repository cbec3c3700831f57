"""The worker: runs the jobs that acts have enqueued, and what the clock asks for, until it is told to stop."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import structlog

from app.alerts.digests.sending import send_digests
from app.alerts.disabled import tell_of_given_up
from app.alerts.watching.watch import watch_decisions
from app.deals.deciding.clock import follow_deals
from app.execution import configured
from app.exports.actions import forget_exports
from app.exports.making import Press
from app.funds.accruing.actions import watch_funds
from app.handlers import handlers_of
from app.inventory.watching.actions import ask_to_watch
from app.ledger.deductions.actions import follow_deductions
from app.mail.actions import forget_mail
from app.mail.sending import mail_of
from app.partners.suspensions.actions import carry_out_planned
from app.partners.tier_reviews.actions import review_by_clock
from app.pricing.claims.settling.actions import deem_claims
from app.pricing.protection.actions import watch_prices
from app.reports.periods.clock import watch_periods
from app.reports.previews.actions import forget_previews
from app.rewards.commissions.reckoning.actions import follow_commissions
from app.schema import schema
from app.settings import Settings
from app.store.database import Database
from app.store.jobs import JobRunner
from app.webhooks.sending.posting import Posting, to_public

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = 60.0
"How often, in seconds, each worker looks what the clock asks for."
PRICES_EVERY: Final = timedelta(hours=1)
"How often it looks for price changes that took effect, and for tiers to review; both fall due as a day begins."


async def work(settings: Settings, database_url: str, stop: asyncio.Event) -> None:
    """Run jobs until `stop` is set; those under way are finished."""
    database = await Database.open(
        database_url,
        connections=settings.worker_concurrency + 4,
        statement_timeout=600.0,
        work_memory="64MB",
        table_memory="64MB",
    )

    handlers = handlers_of(database, Press(schema, configured.limits(settings)), mail_of(settings))
    beside = asyncio.create_task(_follow(settings, database, stop))
    try:
        await JobRunner().run(database_url, handlers, concurrency=settings.worker_concurrency, stop=stop)
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
            await forget_exports(database, datetime.now(UTC))
            await deem_claims(database, datetime.now(UTC))
            await carry_out_planned(database, now)
            await follow_deals(database, datetime.now(UTC))
            if prices_watched is None or now - prices_watched >= PRICES_EVERY:
                await watch_prices(database, now)
                await ask_to_watch(database, now)
                await review_by_clock(database, now)
                await follow_commissions(database)
                prices_watched = now
            await watch_funds(database, datetime.now(UTC))
            await follow_deductions(database)
        except Exception:
            log.exception("what the clock asks for was not done; trying again", seconds=LOOK_EVERY)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
