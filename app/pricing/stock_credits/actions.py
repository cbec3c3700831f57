"""What both sides do about credits for stock: the vendor's finance decides and credits, the distributor answers.

Each act is written down and carried out right after commit, as the worker does it; if the server dies in between, the worker
does it. An act that came too late is told so, and nothing is changed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.pricing.stock_credits import queries
from app.pricing.stock_credits.deciding.actions import catch_up
from app.pricing.stock_credits.inputs import AnswerStockCreditInput, ApprovedLineInput, DecideStockCreditInput
from app.programme.claim_terms import ReductionKind
from app.programme.stock_credits import BY_DISTRIBUTOR, BY_VENDOR, StockCreditAct, StockCreditStatus, problem_with
from app.store.database import Row, Session
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

A, C = StockCreditAct, UserErrorCode


async def decide_stock_credit(request: Request[Actor], given: DecideStockCreditInput) -> Key:
    """Approve, deny or credit as the vendor's finance."""
    check = Checks()
    if given.act not in BY_VENDOR:
        check.add(C.NOT_ALLOWED, "To accept, contest or take back a credit is for the distributor.", "act")
    number = check.optional_name(given.credit_number, "creditNumber") if given.act is A.CREDIT else None
    if given.act is A.CREDIT and number is None:
        check.add(C.REQUIRED, "Name the number of the credit memo.", "creditNumber")
    if given.reason is None and (given.act is A.DENY or given.lines is not None):
        check.add(C.REQUIRED, "Say why not all of it is approved.", "reason")
    if given.lines is not None and given.act is not A.APPROVE:
        check.add(C.INVALID, "Lines are named where a part is approved.", "lines")
    return await _act(request, "decideStockCredit", check, given, given.lines, number)


async def answer_stock_credit(request: Request[Actor], given: AnswerStockCreditInput) -> Key:
    """Accept, contest or take back as the distributor."""
    check = Checks()
    if given.act not in BY_DISTRIBUTOR:
        check.add(C.NOT_ALLOWED, "To approve, deny or credit is for the vendor's finance.", "act")
    if given.act is A.DISPUTE and given.reason is None:
        check.add(C.REQUIRED, "Say why.", "reason")
    return await _act(request, "answerStockCredit", check, given, None, None)


async def _act(
    request: Request[Actor],
    name: str,
    check: Checks,
    given: DecideStockCreditInput | AnswerStockCreditInput,
    part: Sequence[ApprovedLineInput] | None,
    number: str | None,
) -> Key:
    async with acting(request, name) as act:
        reason = check.optional_prose(given.reason, "reason")
        key = check.key("StockCredit", "credit", given.stock_credit_id, "stockCreditId")
        rows = await queries.credits(act.session, [key]) if key is not None else []
        if key is not None and not rows:
            check.not_found("credit", "stockCreditId")
        if not rows:
            check.settle()
        assert key is not None
        (credit,) = rows
        _check_standing(check, credit, given)
        approves = await _approves(act.session, check, key, part)
        check.settle()
        act_id, now = new_id(), datetime.now(UTC)
        row = (act_id, credit["agreement_id"], credit["distributor_id"], given.expected_revision, given.act.value)
        by = (act.actor.level.value, str(act.actor.acting_id), now)
        await queries.insert_act(act.session, key, (*row, approves, reason, number, *by))
        agreement_id = credit["agreement_id"]
        await enqueue(act.session, Job.SETTLE_STOCK_CREDITS, vendor_id=key.vendor_id, agreement_id=agreement_id)
        told = {"act": given.act, "revision": given.expected_revision, "reason": reason, "creditNumber": number}
        await act.record(global_id("StockCredit", key), vendor_id=key.vendor_id, after=told)
    await catch_up(request.database, key.vendor_id, agreement_id)
    await request.look_again()
    why = await queries.act_refused(await request.reader(), Key(key.vendor_id, act_id))
    if why is not None:
        raise refused(C.STALE, why, "stockCreditId")
    return key


def _check_standing(check: Checks, credit: Row, given: DecideStockCreditInput | AnswerStockCreditInput) -> None:
    """What can be told at once: that it was reckoned anew, or cannot be done as it stands."""
    if credit["revision"] != given.expected_revision:
        wrong = f"It has revision {credit['revision']} by now. Read it again, then decide."
        check.add(C.STALE, wrong, "expectedRevision")
        return
    status, kind = StockCreditStatus(credit["status"]), ReductionKind(credit["kind"])
    if problem := problem_with(status, given.act, kind, is_accepted=credit["accepted_at"] is not None):
        check.add(C.TOO_LATE, problem, "act")


async def _approves(
    session: Session, check: Checks, key: Key, part: Sequence[ApprovedLineInput] | None
) -> dict[str, int] | None:
    """How many units of each line are approved, by position; None where all are."""
    if part is None:
        return None
    own = {row["position"]: row["quantity"] for row in await queries.lines(session, key)}
    found: dict[str, int] = {}
    for place, each in enumerate(part):
        path = ("lines", str(place))
        units = check.scaled(each.quantity, 3, *path, "quantity")
        if each.position not in own:
            check.add(C.NOT_FOUND, "It has no line at this position.", *path, "position")
        elif str(each.position) in found:
            check.add(C.INVALID, "This line stands here twice.", *path, "position")
        elif units > own[each.position]:
            check.add(C.INVALID, "This is more than the line has.", *path, "quantity")
        found[str(each.position)] = units
    if not any(found.values()):
        check.add(C.INVALID, "Approve some units, or deny it.", "lines")
    return found
