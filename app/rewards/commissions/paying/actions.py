"""From what was earned to what was paid: one person has it calculated, another approves it, above the vendor's threshold a
third as well, and it is paid by somebody else than who had it calculated."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.access.hands import in_the_same_hands
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.programme.commission_terms import CommissionStatus
from app.rewards.commissions import queries
from app.rewards.commissions.inputs import ApproveCommissionInput, CalculateCommissionsInput, PayCommissionsInput
from app.rewards.commissions.reckoning.actions import approve_commissions, calculate_commissions
from app.rewards.queries import insert
from app.store.database import Row
from app.store.identity import new_id
from app.store.jobs import Job, enqueue
from app.store.turns import Turn, take

C = UserErrorCode
MOST = 50


async def calculate(request: Request[Actor], given: CalculateCommissionsInput) -> Key:
    """Have the periods of a plan that are over calculated, and what is earned since brought up to date."""
    async with acting(request, "calculateCommissions") as act:
        done = await act.done_before(given.idempotency_key, given)
        check = Checks()
        key = check.key("CommissionPlan", "plan of commission", given.plan_id, "planId")
        rows = await queries.plans(act.session, act.actor, [key]) if key is not None else []
        if key is not None and not rows:
            check.not_found("plan of commission", "planId")
        check.settle()
        assert key is not None
        run_id = UUID(done) if done else new_id()
        if not done:
            run = {"vendor_id": key.vendor_id, "id": run_id, "plan_id": key.id, "asked_at": datetime.now(UTC)}
            whom = {"asked_by": act.actor.name, "asked_by_id": act.actor.acting_id}
            await insert(act.session, "commission_run", {**run, **whom})
            await enqueue(act.session, Job.CALCULATE_COMMISSIONS, vendor_id=key.vendor_id, run_id=run_id)
            await act.record(global_id("CommissionPlan", key), vendor_id=key.vendor_id)
            await act.remember(given.idempotency_key, given, str(run_id))
    await calculate_commissions(request.database, key.vendor_id, run_id)
    await request.look_again()
    return key


async def approve(request: Request[Actor], given: ApproveCommissionInput) -> Key:
    """Find a statement right: somebody else than who had it calculated, and each once."""
    async with acting(request, "approveCommission") as act:
        check = Checks()
        key = check.key("CommissionStatement", "statement of commission", given.statement_id, "statementId")
        if key is not None:
            await take(act.session, Turn.APPROVALS, key.id)
        rows = await queries.statements(act.session, act.actor.level, [key]) if key is not None else []
        if key is not None and not rows:
            check.not_found("statement of commission", "statementId")
        check.settle()
        assert key is not None
        (found,) = rows
        await _check_approval(act, check, key, found, given.expected_revision)
        check.settle()
        by = (act.actor.name, act.actor.acting_id)
        await queries.add_approval(act.session, key, given.expected_revision, *by, datetime.now(UTC))
        await enqueue(act.session, Job.APPROVE_COMMISSIONS, vendor_id=key.vendor_id, plan_id=found["plan_id"])
        concerns = Concerns(reseller_id=found["reseller_id"])
        after = {"revision": given.expected_revision}
        await act.record(global_id("CommissionStatement", key), vendor_id=key.vendor_id, after=after, concerns=concerns)
    await approve_commissions(request.database, key.vendor_id, found["plan_id"])
    await request.look_again()
    return key


async def _check_approval(act: Act, check: Checks, key: Key, found: Row, revision: int) -> None:
    status = CommissionStatus(found["status"])
    if status is CommissionStatus.ACCRUING:
        why = found["held"] or "Its period is to be over, and it to be calculated, before it is approved."
        check.add(C.NOT_OVER, why, "statementId")
        return
    if status is not CommissionStatus.CALCULATED:
        check.add(C.TOO_LATE, f"It is {status} by now.", "statementId")
        return
    if found["revision"] != revision:
        wrong = f"It was calculated anew: it is at revision {found['revision']}. Read it again, then decide."
        check.add(C.STALE, wrong, "expectedRevision")
    own = act.actor.acting_id
    if await in_the_same_hands(act.session, own, [found["calculated_by_id"]]):
        check.add(C.NOT_ALLOWED, "You had it calculated: somebody else approves it.", "statementId")
    before = [row["approved_by_id"] for row in await queries.approvals(act.session, [key])]
    if await in_the_same_hands(act.session, own, before):
        check.add(C.NOT_ALLOWED, "You approved it: a second person has to find it right as well.", "statementId")
    if await queries.earlier_open(act.session, key):
        check.add(C.NOT_ALLOWED, "An earlier period of this agent is not approved: approve that first.", "statementId")


async def pay(request: Request[Actor], given: PayCommissionsInput) -> list[Key]:
    """Say by which payment statements were paid: all, or none."""
    async with acting(request, "payCommissions") as act:
        check = Checks()
        keys = _keys(check, given.statement_ids)
        rows = await queries.statements(act.session, act.actor.level, [*keys.values()])
        places = list(keys)
        found = {places[row["ordinal"] - 1]: row for row in rows}
        await _check_payment(act, check, keys, found)
        reference = check.name(given.payment_reference, "paymentReference")
        check.settle()
        vendor_id = act.actor.vendor_id
        assert vendor_id is not None, "a vendor acts in its network"
        ids = [key.id for key in keys.values()]
        if await queries.pay(act.session, vendor_id, ids, reference, (act.actor.name, act.actor.acting_id)) < len(ids):
            raise refused(C.TOO_LATE, "Somebody paid one of them just now.", "statementIds")
        for place, key in keys.items():
            await act.record(
                global_id("CommissionStatement", key),
                vendor_id=vendor_id,
                before={"status": "APPROVED"},
                after={"status": "PAID", "paymentReference": reference},
                concerns=Concerns(reseller_id=found[place]["reseller_id"]),
            )
    return list(keys.values())


def _keys(check: Checks, given: Sequence[str]) -> dict[int, Key]:
    check.at_most(MOST, given, "statementIds")
    if not given:
        check.add(C.REQUIRED, "Name the statements that were paid.", "statementIds")
    if len(set(given)) < len(given):
        check.add(C.INVALID, "A statement stands here twice.", "statementIds")
    found: dict[int, Key] = {}
    for place, id in enumerate(given[:MOST]):
        key = check.key("CommissionStatement", "statement of commission", id, "statementIds", str(place))
        if key is not None:
            found[place] = key
    return found


async def _check_payment(act: Act, check: Checks, keys: dict[int, Key], found: dict[int, Row]) -> None:
    for place in keys:
        row, path = found.get(place), ("statementIds", str(place))
        if row is None:
            check.not_found("statement of commission", *path)
        elif row["status"] != CommissionStatus.APPROVED:
            check.add(C.TOO_LATE, f"It is {row['status']}: what is approved is paid.", *path)
        elif row["amount_minor"] == 0:
            check.add(C.INVALID, "It owes nothing.", *path)
        elif await in_the_same_hands(act.session, act.actor.acting_id, [row["calculated_by_id"]]):
            check.add(C.NOT_ALLOWED, "You had it calculated: somebody else pays it.", *path)
    if len({row["currency"] for row in found.values()}) > 1:
        check.add(C.INVALID, "One payment is in one currency.", "statementIds")
