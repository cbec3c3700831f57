"""What people do about claims once they are filed: finance decides and credits, the distributor disputes and withdraws.

What somebody does is written down as it is meant, and carried out right afterwards under the locks of the claim's special
price. What cannot be carried out, because somebody else was first, is told as a refusal and changes nothing.
"""

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
from app.pricing.claims import queries
from app.pricing.claims.filing.actions import MOST_MATCHES
from app.pricing.claims.inputs import (
    CreditDebitClaimInput,
    DecideDebitClaimInput,
    DisputeDebitClaimInput,
    WithdrawDebitClaimInput,
)
from app.pricing.claims.settling.actions import settle_claim
from app.programme.claim_terms import ClaimAct, ClaimStatus
from app.programme.claims import not_now
from app.store.database import Row
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

C = UserErrorCode
LONGEST_REASON = 500
_SAME_HANDS = (
    "Whoever approved lines of a claim does not credit it, nor by an integration whose secret he knows: somebody else of"
    " the vendor's finance has to."
)


async def decide_debit_claim(request: Request[Actor], given: DecideDebitClaimInput) -> Key:
    """Approve or deny lines, or let the decision about a claim in dispute stand."""
    async with acting(request, "decideDebitClaim") as act:
        check = Checks()
        key, claim = await _found(act, check, given.claim_id, ClaimAct.DECIDE)
        reason = _reason(check, given.reason)
        positions = [each.position for each in given.lines]
        if len(set(positions)) < len(positions):
            check.add(C.INVALID, "Each line is decided once.", "lines")
        check.at_most(MOST_MATCHES, positions, "lines")
        if claim is not None and not positions and claim["status"] != ClaimStatus.DISPUTED:
            check.add(C.REQUIRED, "Name the lines that you decide; without any, a dispute is answered.", "lines")
        check.settle()
        approves = [each.approve for each in given.lines]
        said = await _write(act, key, claim, ClaimAct.DECIDE, positions, approves, reason)
    return await _carry_out(request, key, said)


async def credit_debit_claim(request: Request[Actor], given: CreditDebitClaimInput) -> Key:
    """Say by which credit memo a decided claim is credited."""
    async with acting(request, "creditDebitClaim") as act:
        check = Checks()
        key, claim = await _found(act, check, given.claim_id, ClaimAct.CREDIT)
        number = check.name(given.credit_number, "creditNumber")
        if await in_the_same_hands(act.session, act.actor.acting_id, await queries.approvers(act.session, key)):
            check.add(C.NOT_ALLOWED, _SAME_HANDS, "claimId")
        check.settle()
        said = await _write(act, key, claim, ClaimAct.CREDIT, credit_number=number)
    return await _carry_out(request, key, said)


async def dispute_debit_claim(request: Request[Actor], given: DisputeDebitClaimInput) -> Key:
    """Contest the decision about a claim that is not credited yet."""
    async with acting(request, "disputeDebitClaim") as act:
        check = Checks()
        key, claim = await _found(act, check, given.claim_id, ClaimAct.DISPUTE)
        reason = _reason(check, given.reason)
        check.settle()
        said = await _write(act, key, claim, ClaimAct.DISPUTE, reason=reason)
    return await _carry_out(request, key, said)


async def withdraw_debit_claim(request: Request[Actor], given: WithdrawDebitClaimInput) -> Key:
    """Take a claim back that is not credited yet: its units are free again."""
    async with acting(request, "withdrawDebitClaim") as act:
        check = Checks()
        key, claim = await _found(act, check, given.claim_id, ClaimAct.WITHDRAW)
        check.settle()
        said = await _write(act, key, claim, ClaimAct.WITHDRAW)
    return await _carry_out(request, key, said)


async def _found(act: Act, check: Checks, id: str, kind: ClaimAct) -> tuple[Key, Row | None]:
    """The claim, where one by this id is to be seen and can take the act as it stands."""
    key = check.key("DebitClaim", "claim", id, "claimId")
    rows = await queries.claims(act.session, [key]) if key is not None else []
    if key is not None and not rows:
        check.not_found("claim", "claimId")
    if key is None or not rows:
        check.settle()
    assert key is not None
    if (wrong := not_now(ClaimStatus(rows[0]["status"]), kind)) is not None:
        check.add(C.NOT_ACTIVE, wrong, "claimId")
    return key, rows[0]


def _reason(check: Checks, text: str) -> str:
    kept = check.prose(text, "reason")
    if len(kept) > LONGEST_REASON:
        wrong = f"This has {len(kept):,} characters; at most {LONGEST_REASON} fit."
        check.add(C.INVALID, wrong, "reason")
    return kept


async def _write(
    act: Act,
    key: Key,
    claim: Row | None,
    kind: ClaimAct,
    positions: Sequence[int] = (),
    approves: Sequence[bool] = (),
    reason: str | None = None,
    credit_number: str | None = None,
) -> UUID:
    """Write down what somebody does, and ask for it to be carried out."""
    assert claim is not None
    id, actor = new_id(), act.actor
    values: dict[str, object] = {
        "id": id,
        "claim_id": key.id,
        "agreement_id": claim["agreement_id"],
        "distributor_id": claim["distributor_id"],
        "act": kind.value,
        "positions": list(positions),
        "approves": list(approves),
        "reason": reason,
        "credit_number": credit_number,
        "acted_as": actor.level.value,
        "acted_by": actor.name,
        "acted_by_id": actor.acting_id,
        "acted_at": datetime.now(UTC),
    }
    await queries.write_act(act.session, key.vendor_id, values)
    ids = {"vendor_id": key.vendor_id, "agreement_id": claim["agreement_id"], "claim_id": key.id}
    await enqueue(act.session, Job.SETTLE_CLAIM, **ids)
    told = {"act": kind.value, "reason": reason, "creditNumber": credit_number, "lines": len(positions)}
    between = Concerns(vendor=True, distributor_id=claim["distributor_id"])
    await act.record(global_id("DebitClaim", key), vendor_id=key.vendor_id, after=told, concerns=between)
    return id


async def _carry_out(request: Request[Actor], key: Key, act_id: UUID) -> Key:
    """Carry an act out. Raises Refused where it cannot be any more."""
    await settle_claim(request.database, key.vendor_id, key.id)
    wrong = await queries.act_refused(await request.reader(), key.vendor_id, act_id)
    if wrong is not None:
        raise refused(C.NOT_ALLOWED, wrong, "claimId")
    return key
