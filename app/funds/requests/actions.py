"""Requests for funds: a partner asks before it spends, the vendor decides, or the fund's terms do at once.

A reseller asks only while a programme opens funds to it, and a request is approved only while that is so. What was approved
before it was suspended stands: it is a promise, and its costs can still be claimed. An approved request keeps its amount in
the fund, one request at a time, so that no two are promised the same money.
"""

from datetime import UTC, date, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, read_global_id
from app.execution.request import Request
from app.funds import queries as funds
from app.funds.actions import found as found_fund
from app.funds.books.actions import Books, opened
from app.funds.inputs import CloseFundRequestInput, DecideFundsInput, RequestFundsInput, WithdrawFundRequestInput
from app.funds.requests import queries
from app.program_access.queries import access_of
from app.programme.fund_terms import FundDecision, FundEntryKind, FundRequestStatus
from app.programme.funds import approves_itself, most_asked
from app.programme.money import places_of, spoken
from app.programme.program_access import Opening
from app.store.database import Database, Row, Session, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue
from app.webhooks.telling import tell

C, S = UserErrorCode, FundRequestStatus
_STANDS = {
    S.SUBMITTED: "it waits for the vendor",
    S.APPROVED: "it is approved",
    S.REJECTED: "it was rejected",
    S.WITHDRAWN: "it was taken back",
    S.CLOSED: "it is closed",
    S.EXPIRED: "its time is over",
}


def stands(request: Row) -> str:
    """Where a request stands, in words."""
    return _STANDS[S(request["status"])]


async def request_funds(request: Request[Actor], given: RequestFundsInput) -> Key:
    """Ask for money towards an activity."""
    async with acting(request, "requestFunds") as act:
        if done := await act.done_before(given.idempotency_key, given):
            read = read_global_id(done)
            assert read is not None
            return read.key
        check = Checks()
        books = await found_fund(act.session, check, given.fund_id)
        fund, now = books.fund, datetime.now(UTC)
        await _check_open(act.session, check, fund, "fundId")
        _check_days(check, books, given, now.date())
        activity = check.name(given.activity, "activity")
        description = check.optional_prose(given.description, "description")
        planned, asked = _amounts(check, fund, given)
        check.settle()
        key = Key(fund["vendor_id"], new_id())
        values = (key.id, activity, description, given.period.start, given.period.end, planned, asked, now)
        await queries.insert_request(act.session, fund, values)
        await enqueue(act.session, Job.SETTLE_FUND_REQUEST, vendor_id=key.vendor_id, request_id=key.id)
        await act.remember(given.idempotency_key, given, global_id("FundRequest", key))
        await act.record(global_id("FundRequest", key), vendor_id=key.vendor_id, after=given)
    await settle_request(request.database, key.vendor_id, key.id)
    await request.look_again()
    return key


async def _check_open(session: Session, check: Checks, fund: Row, *path: str) -> None:
    """Money is promised only under an agreement in force, or to a reseller to whom a programme opens funds."""
    if fund["reseller_id"] is None:
        if await queries.agreement_status(session, fund["vendor_id"], fund["agreement_id"]) != "ACTIVE":
            check.add(C.NOT_ACTIVE, "The agreement has ended.", *path)
        return
    opening = Opening.MARKET_DEVELOPMENT_FUNDS
    access = await access_of(session, fund["vendor_id"], fund["reseller_id"], opening)
    if not access.granted:
        check.add(C.NOT_ELIGIBLE, access.rule, *path)


def _check_days(check: Checks, books: Books, given: RequestFundsInput, today: date) -> None:
    fund, days = books.fund, given.period
    if books.is_over(today):
        check.add(C.NOT_ACTIVE, f"The fund expired on {fund['expires_on']}.", "fundId")
    if not days.start < days.end:
        check.add(C.INVALID, "An activity's end comes after its start: it is the first day no longer in it.", "period")
    elif days.end <= today:
        check.add(C.TOO_LATE, "The activity is over; money is asked for before it is spent.", "period")
    if days.start < fund["starts_on"] or (fund["expires_on"] is not None and days.end > fund["expires_on"]):
        until = f" until {fund['expires_on']}" if fund["expires_on"] is not None else ""
        check.add(C.INVALID, f"The fund lasts from {fund['starts_on']}{until}; the activity lies within.", "period")


def _amounts(check: Checks, fund: Row, given: RequestFundsInput) -> tuple[int, int]:
    """The planned cost and what is asked for, in minor units."""
    places = places_of(fund["currency"])
    planned = check.scaled(given.planned_cost, places, "plannedCost", least=1)
    asked = check.scaled(given.amount, places, "amount", least=1)
    most = most_asked(planned, fund["reimbursement_share"])
    if asked > most:
        most_said = spoken(most, fund["currency"])
        check.add(C.INVALID, f"The fund pays at most {most_said} of this cost.", "amount")
    return planned, asked


async def settle_request(database: Database, vendor_id: UUID, request_id: UUID) -> None:
    """Approve a request that the fund's terms approve, as the worker. Done again, nothing is done."""
    key = Key(vendor_id, request_id)
    async with database.writing(acting_as_worker(vendor_id)) as session:
        named = await queries.for_terms(session, key)
        books = await opened(session, Key(vendor_id, named["fund_id"])) if named is not None else None
        row = await queries.for_terms(session, key)
        if books is None or row is None or row["status"] != S.SUBMITTED:
            return
        now, up_to = datetime.now(UTC), books.fund["approves_up_to_minor"]
        limits = (up_to, books.fund["approves_in_month_minor"])
        before = await queries.approved_by_terms(session, books.key, datetime(now.year, now.month, 1, tzinfo=UTC))
        if books.is_over(now.date()) or not approves_itself(row["asked_minor"], *limits, before, books.balance):
            return
        reason = f"Approved by the fund's terms: up to {spoken(up_to, books.fund['currency'])} at once."
        if await queries.approve_by_terms(session, key, reason, now):
            await books.move(FundEntryKind.RESERVE, row["asked_minor"], reason, request_id=request_id)
            await tell(session, [books.decided(global_id("FundRequest", key), S.APPROVED)])


async def withdraw_fund_request(request: Request[Actor], given: WithdrawFundRequestInput) -> Key:
    """Take back a request that nobody has decided."""
    async with acting(request, "withdrawFundRequest") as act:
        check = Checks()
        key, row, _ = await in_turn(act.session, act.actor, check, given.fund_request_id)
        if not await queries.withdraw(act.session, key, datetime.now(UTC)):
            raise refused(C.TOO_LATE, f"It cannot be taken back: {stands(row)}.", "fundRequestId")
        told = {"status": row["status"]}, {"status": S.WITHDRAWN}
        await act.record(global_id("FundRequest", key), vendor_id=key.vendor_id, before=told[0], after=told[1])
        return key


async def in_turn(session: Session, actor: Actor, check: Checks, id: str) -> tuple[Key, Row, Books]:
    """A request that the asker sees, and the books of its fund, in the fund's turn. Refused where there is none."""
    key = check.key("FundRequest", "request", id, "fundRequestId")
    named = await funds.request(session, actor.level, key) if key is not None else None
    if key is not None and named is None:
        check.not_found("request", "fundRequestId")
    if key is None or named is None:
        check.settle()
    assert key is not None and named is not None
    books = await opened(session, Key(key.vendor_id, named["fund_id"]))
    row = await funds.request(session, actor.level, key)
    assert books is not None and row is not None, "nobody takes a fund or a request away"
    return key, row, books


async def decide_funds(request: Request[Actor], given: DecideFundsInput) -> Key:
    """Approve a request, all or a part, or reject it."""
    async with acting(request, "decideFunds") as act:
        check = Checks()
        key, row, books = await in_turn(act.session, act.actor, check, given.fund_request_id)
        if row["status"] != S.SUBMITTED:
            check.add(C.TOO_LATE, f"It cannot be decided: {stands(row)}.", "fundRequestId")
        approves = given.decision is FundDecision.APPROVE
        amount = await _approved(act.session, check, given, row, books) if approves else None
        reason = check.optional_prose(given.reason, "reason")
        if reason is None and (amount is None or amount < row["asked_minor"]):
            check.add(C.REQUIRED, "Say why not all of it is approved; the partner reads it.", "reason")
        if not approves and given.amount is not None:
            check.add(C.INVALID, "An amount goes with an approval.", "amount")
        check.settle()
        now, by = datetime.now(UTC), (act.actor.name, act.actor.acting_id)
        if not await queries.decide(act.session, key, amount, reason, now, by):
            raise refused(C.TOO_LATE, "It was decided or taken back meanwhile.", "fundRequestId")
        if amount is not None:
            cause = f"Kept for “{row['activity']}”."
            await books.move(FundEntryKind.RESERVE, amount, cause, by=act.actor.name, request_id=key.id)
        status = S.REJECTED if amount is None else S.APPROVED
        await tell(act.session, [books.decided(global_id("FundRequest", key), status)])
        after = {"decision": given.decision, "approvedMinor": amount, "reason": reason}
        await act.record(
            global_id("FundRequest", key), vendor_id=key.vendor_id, before={"status": row["status"]}, after=after
        )
        return key


async def _approved(session: Session, check: Checks, given: DecideFundsInput, row: Row, books: Books) -> int:
    """How much is approved, in minor units: no more than was asked for, and than is available."""
    fund, asked = books.fund, row["asked_minor"]
    currency = fund["currency"]
    amount = asked if given.amount is None else check.scaled(given.amount, places_of(currency), "amount", least=1)
    if amount > asked:
        check.add(C.INVALID, f"{spoken(asked, currency)} was asked for; approve no more.", "amount")
    elif amount > books.balance.available:
        there = spoken(books.balance.available, currency)
        check.add(C.INVALID, f"{there} is available: approve a part, or grant money first.", "amount")
    if books.is_over(datetime.now(UTC).date()):
        check.add(C.NOT_ACTIVE, f"The fund expired on {fund['expires_on']}.", "fundRequestId")
    await _check_open(session, check, fund, "fundRequestId")
    return amount


async def close_fund_request(request: Request[Actor], given: CloseFundRequestInput) -> Key:
    """End an approved request: what nobody claimed goes back to the fund. What was approved for claims is still paid."""
    async with acting(request, "closeFundRequest") as act:
        check = Checks()
        key, row, books = await in_turn(act.session, act.actor, check, given.fund_request_id)
        reason = check.optional_prose(given.reason, "reason")
        if row["status"] != S.APPROVED:
            check.add(C.TOO_LATE, f"It cannot be closed: {stands(row)}.", "fundRequestId")
        elif await queries.open_claims(act.session, key):
            check.add(C.NOT_ALLOWED, "A claim waits for a decision; finance decides about it first.", "fundRequestId")
        check.settle()
        left = left_of(row)
        await end(act.session, books, key, S.CLOSED, left, reason, by=act.actor.name)
        after = {"status": S.CLOSED, "releasedMinor": left, "reason": reason}
        await act.record(
            global_id("FundRequest", key), vendor_id=key.vendor_id, before={"status": row["status"]}, after=after
        )
        return key


def left_of(request: Row) -> int:
    """What of a request nobody has claimed yet, in minor units."""
    left: int = (request["approved_minor"] or 0) - request["claimed_minor"] - request["released_minor"]
    return left


async def end(
    session: Session,
    books: Books,
    key: Key,
    status: FundRequestStatus,
    left: int,
    reason: str | None,
    *,
    by: str | None,
) -> None:
    """End a request, and give back to its fund what is left of it. Runs in the fund's turn."""
    if await queries.close(session, key, status.value, left, reason, datetime.now(UTC)) and left:
        cause = "The request was closed." if status is S.CLOSED else "The request's time is over."
        await books.move(FundEntryKind.RELEASE, left, reason or cause, by=by, request_id=key.id)
