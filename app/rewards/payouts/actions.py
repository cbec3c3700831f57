"""Payouts: what is approved is gathered by one person of the vendor's finance, and paid by another."""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import acting
from app.access.hands import in_the_same_hands
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.programme.spiff_terms import PayoutStatus
from app.rewards.inputs import CreatePayoutInput, PayPayoutInput
from app.rewards.payouts import queries
from app.store.database import Database, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue
from app.store.turns import Turn, take

C = UserErrorCode


async def create_payout(request: Request[Actor], given: CreatePayoutInput) -> Key:
    """Gather what is approved in a currency, to be paid together."""
    async with acting(request, "createPayout") as act:
        vendor_id = act.actor.vendor_id
        assert vendor_id is not None, "a vendor acts in its network"
        if done := await act.done_before(given.idempotency_key, given):
            return Key(vendor_id, UUID(done))
        check, key = Checks(), Key(vendor_id, new_id())
        currency = check.currency(given.currency, "currency")
        check.settle()
        if not await queries.anything_to_pay(act.session, vendor_id, currency):
            raise refused(C.NOT_FOUND, "Nothing is approved in this currency that was not gathered.", "currency")
        await queries.begin(act.session, key, currency, act.actor.name, act.actor.acting_id, datetime.now(UTC))
        await enqueue(act.session, Job.GATHER_PAYOUT, vendor_id=vendor_id, payout_id=key.id)
        await act.record(global_id("Payout", key), vendor_id=vendor_id, after={"currency": currency})
        await act.remember(given.idempotency_key, given, str(key.id))
    await gather_payout(request.database, key)
    return key


async def gather_payout(database: Database, key: Key) -> None:
    """As the worker: put what is owed into a payout. Doing it again changes nothing."""
    async with database.writing(acting_as_worker(key.vendor_id)) as session:
        await take(session, Turn.PAYOUT, key.vendor_id)
        found = await queries.gathering(session, key)
        if found is not None:
            held = await queries.gather(session, key, found["currency"])
            await queries.gathered(session, key, held["amount"], held["claims"])


async def pay_payout(request: Request[Actor], given: PayPayoutInput) -> Key:
    """Say by which payment a payout was paid: somebody else than who made it."""
    async with acting(request, "payPayout") as act:
        check = Checks()
        key = check.key("Payout", "payout", given.payout_id, "payoutId")
        rows = await queries.payouts(act.session, [key]) if key is not None else []
        if key is not None and not rows:
            check.not_found("payout", "payoutId")
        reference = check.name(given.payment_reference, "paymentReference")
        if rows and rows[0]["status"] != PayoutStatus.OPEN:
            check.add(C.TOO_LATE, f"It is {rows[0]['status']}, and cannot be paid.", "payoutId")
        if rows and await in_the_same_hands(act.session, act.actor.acting_id, [rows[0]["created_by_id"]]):
            check.add(C.NOT_ALLOWED, "You made this payout: somebody else of finance pays it.", "payoutId")
        check.settle()
        assert key is not None
        by = (act.actor.name, act.actor.acting_id)
        if not await queries.pay(act.session, key, reference, *by, datetime.now(UTC)):
            raise refused(C.TOO_LATE, "Somebody paid it just now.", "payoutId")
        after = {"status": PayoutStatus.PAID.value, "paymentReference": reference}
        await act.record(global_id("Payout", key), vendor_id=key.vendor_id, before={"status": "OPEN"}, after=after)
    return key
