"""What the clock does about funds: it accrues what periods earn, and lets run out what was not used in time.

A fund is reckoned anew when facts of its network changed, and once a day: each period's accrual is brought to what its
purchases or sales come to now, and the difference is an entry. What is taken back when it is promised already leaves a
shortfall. A fund that expired accrues no more. Every worker looks every minute; whatever was done is not done again.
"""

from datetime import date, datetime
from uuid import UUID

import structlog

from app.execution.identifiers import Key
from app.funds.accruing import queries
from app.funds.accruing.measuring import measured_for
from app.funds.books.actions import Books, opened
from app.funds.books.queries import accrued_before
from app.funds.requests.actions import end
from app.funds.requests.queries import for_terms, open_claims
from app.funds.terms import accruals_of
from app.programme.fund_terms import FundEntryKind, FundPeriod, FundRequestStatus
from app.programme.funds import (
    accrual_of,
    accrual_said,
    accrued,
    measured_in,
    periods_until,
    recalculated,
)
from app.programme.spans import Span
from app.store.database import AUTHENTICATING, Database, acting_as_worker

log = structlog.get_logger()

AT_ONCE = 500
"How many funds of a network are reckoned when somebody looks; the others the next time, those first that wait longest."


async def watch_funds(database: Database, now: datetime) -> None:
    """Look after the funds of all networks, as of a moment. What goes wrong in one network is logged, and stops no other."""
    async with database.reading(AUTHENTICATING) as session:
        networks = await queries.vendors(session)
    for vendor_id in networks:
        try:
            await _accrue(database, vendor_id, now.date())
            await _let_run_out(database, vendor_id, now.date())
        except Exception:
            log.exception("the funds of a network were not looked after", vendor_id=str(vendor_id))


async def _accrue(database: Database, vendor_id: UUID, today: date) -> None:
    async with database.reading(acting_as_worker(vendor_id)) as db:
        last_change = await queries.last_change(db, vendor_id)
        keys = await queries.to_reckon(db, vendor_id, last_change, today, AT_ONCE)
    for key in keys:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            books = await opened(session, key)
            if books is not None and not books.is_over(today):
                await _reckon(books, today)
                await queries.reckoned(session, key, last_change, today)


async def _reckon(books: Books, today: date) -> None:
    """Bring the accrual of every period of a fund to what it comes to now."""
    fund, session = books.fund, books.session
    per, terms = FundPeriod(fund["accrues_per"]), accruals_of(fund["accruals"])
    days = Span(fund["starts_on"], fund["expires_on"] or date.max)
    periods = [(each, by) for each in periods_until(per, days, today) if (by := accrual_of(terms, each)) is not None]
    spans = [(by, measured_in(per, by, period)) for period, by in periods]
    before = await accrued_before(session, books.key)
    for (period, by), (_, span), basis in zip(periods, spans, await measured_for(session, fund, spans), strict=True):
        after = accrued(by, basis, fund["currency"])
        change = recalculated(before.get(period.start, 0), after)
        if change is not None:
            said = accrual_said(by, basis, span, fund["currency"])
            await books.move(*change, said, period=period.start)


async def _let_run_out(database: Database, vendor_id: UUID, today: date) -> None:
    async with database.reading(acting_as_worker(vendor_id)) as db:
        requests = await queries.ended_requests(db, vendor_id, today)
    for row in requests:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            books = await opened(session, Key(vendor_id, row["fund_id"]))
            if books is not None:
                await _expire_request(books, Key(vendor_id, row["id"]))
    async with database.reading(acting_as_worker(vendor_id)) as db:
        over = await queries.expired_funds(db, vendor_id, today)
    for key in over:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            books = await opened(session, key)
            if books is not None and books.is_over(today) and books.balance.available:
                reason = f"Not used until {books.fund['expires_on']}."
                await books.move(FundEntryKind.EXPIRE, books.balance.available, reason)


async def _expire_request(books: Books, key: Key) -> None:
    """End a request whose time is over, unless somebody was quicker."""
    row = await for_terms(books.session, key)
    if row is None or row["status"] not in {"SUBMITTED", "APPROVED"} or await open_claims(books.session, key):
        return
    left = (row["approved_minor"] or 0) - row["claimed_minor"] - row["released_minor"]
    await end(books.session, books, key, FundRequestStatus.EXPIRED, left, None, by=None)
