"""Claims against approved requests: a partner proves what it did and what that cost, the vendor's finance decides and pays.

A claim pays the share of its cost that the request reimburses, and no more than is left of the request. Whoever decided
about the request decides about no claim against it and pays none, and where the fund's terms decided about the request,
whoever decides about a claim does not pay it: two people let money go, and an integration stands for whoever knows its
secret. A partner's access is not asked
for again: what was approved is owed, also where a reseller was suspended since.
"""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.access.hands import in_the_same_hands
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, read_global_id
from app.execution.request import Request
from app.funds import queries as funds
from app.funds.books.actions import Books, opened
from app.funds.claims import queries
from app.funds.claims.proofs import Proof, proofs_of
from app.funds.inputs import ClaimFundsInput, DecideFundClaimInput, PayFundClaimInput
from app.funds.requests.actions import in_turn, left_of, stands
from app.programme.fund_terms import FundClaimStatus, FundDecision, FundEntryKind, FundRequestStatus
from app.programme.funds import last_day_to_claim, reimbursed
from app.programme.money import places_of, spoken
from app.store.database import Row, Session
from app.store.identity import new_id
from app.store.turns import Turn, named, take
from app.webhooks.telling import tell

C, S = UserErrorCode, FundClaimStatus
_STANDS = {
    S.SUBMITTED: "it waits for the vendor's finance",
    S.APPROVED: "it is approved",
    S.REJECTED: "it was rejected",
    S.PAID: "it is paid",
}
_ANOTHER = "Whoever decided about the request does not let its money go as well: this is for somebody else."
_SECOND = "The fund's terms approved the request: whoever decided about the claim does not pay it, but somebody else."


async def claim_funds(request: Request[Actor], given: ClaimFundsInput) -> Key:
    """Claim what an activity cost, with proof."""
    check = Checks()
    proofs = await proofs_of(request, check, list(given.upload_ids))
    async with acting(request, "claimFunds") as act:
        if done := await act.done_before(given.idempotency_key, given):
            read = read_global_id(done)
            assert read is not None
            return read.key
        request_key, row, books = await in_turn(act.session, act.actor, check, given.fund_request_id)
        now, places = datetime.now(UTC), places_of(row["currency"])
        _check_claimable(check, row, now)
        await _check_new(act.session, check, books, proofs)
        cost = check.scaled(given.cost, places, "cost", least=1)
        number = check.optional_name(given.invoice_number, "invoiceNumber")
        note = check.optional_prose(given.note, "note")
        check.settle()
        key = Key(request_key.vendor_id, new_id())
        await queries.insert_claim(act.session, row, books.fund, (key.id, cost, number, note, now))
        await queries.insert_proofs(act.session, books.fund, key.id, [_kept(each, now) for each in proofs])
        await act.remember(given.idempotency_key, given, global_id("FundClaim", key))
        told = {"request": given.fund_request_id, "costMinor": cost, "proofs": [each.sha256 for each in proofs]}
        await act.record(global_id("FundClaim", key), vendor_id=key.vendor_id, after=told)
        return key


def _kept(proof: Proof, at: datetime) -> tuple[object, ...]:
    told = (proof.organization_id, proof.file_id, proof.filename, proof.media_type, proof.byte_size, proof.sha256)
    return (new_id(), *told, at)


def _check_claimable(check: Checks, row: Row, now: datetime) -> None:
    """Whether costs of a request can be claimed: it is approved, its activity has begun, and its time is not over."""
    last = last_day_to_claim(row["ends_on"], row["claim_days"])
    if row["status"] != FundRequestStatus.APPROVED:
        check.add(C.NOT_ACTIVE, f"Costs of an approved request are claimed; {stands(row)}.", "fundRequestId")
    elif now.date() < row["starts_on"]:
        check.add(
            C.NOT_OVER, f"The activity begins on {row['starts_on']}; its costs are claimed then.", "fundRequestId"
        )
    elif now.date() > last:
        check.add(C.TOO_LATE, f"The costs of this activity were to be claimed until {last}.", "fundRequestId")
    elif left_of(row) <= 0:
        check.add(C.TOO_LATE, "Nothing is left of the request.", "fundRequestId")


async def _check_new(session: Session, check: Checks, books: Books, proofs: list[Proof]) -> None:
    """Each file proves one claim of a partner, on whichever of its funds, also where it claims twice at once: no cost is
    paid twice."""
    hashes, fund = [proof.sha256 for proof in proofs], books.fund
    for each in sorted(set(hashes)):
        await take(session, Turn.PROOF, named(fund["vendor_id"], fund["distributor_id"] or fund["reseller_id"], each))
    before = await queries.proving_before(session, fund, hashes)
    for position, proof in enumerate(proofs):
        if proof.sha256 in before:
            check.add(C.TAKEN, "This file proves another claim of yours already.", "uploadIds", str(proof.place))
        elif proof.sha256 in hashes[:position]:
            check.add(C.INVALID, "This file is here twice.", "uploadIds", str(proof.place))


async def decide_fund_claim(request: Request[Actor], given: DecideFundClaimInput) -> Key:
    """Approve a claim, all of its cost or a part, or reject it."""
    async with acting(request, "decideFundClaim") as act:
        check = Checks()
        key, claim, row, books = await _in_turn(act.session, act.actor, check, given.fund_claim_id)
        if claim["status"] != S.SUBMITTED:
            check.add(C.TOO_LATE, f"It cannot be decided: {_STANDS[S(claim['status'])]}.", "fundClaimId")
        await _check_another(act, check, row["decided_by_id"], _ANOTHER)
        approves = given.decision is FundDecision.APPROVE
        amounts = _amounts(check, given, claim, row) if approves else None
        reason = check.optional_prose(given.reason, "reason")
        if reason is None and (amounts is None or amounts[0] < claim["cost_minor"]):
            check.add(C.REQUIRED, "Say why not all of the cost counts; the partner reads it.", "reason")
        if not approves and given.cost is not None:
            check.add(C.INVALID, "A cost goes with an approval.", "cost")
        check.settle()
        now, by = datetime.now(UTC), (act.actor.name, act.actor.acting_id)
        if not await queries.decide(act.session, key, amounts, reason, now, by):
            raise refused(C.TOO_LATE, "It was decided meanwhile.", "fundClaimId")
        if amounts is not None:
            await queries.add_claimed(act.session, Key(key.vendor_id, row["id"]), amounts[1])
        status = S.REJECTED if amounts is None else S.APPROVED
        await tell(act.session, [books.decided(global_id("FundClaim", key), status)])
        after = {"decision": given.decision, "amounts": amounts, "reason": reason}
        await act.record(
            global_id("FundClaim", key), vendor_id=key.vendor_id, before={"status": claim["status"]}, after=after
        )
        return key


def _amounts(check: Checks, given: DecideFundClaimInput, claim: Row, row: Row) -> tuple[int, int]:
    """The cost that counts, and what is paid of it, in minor units."""
    currency, all_of_it = claim["currency"], claim["cost_minor"]
    cost = all_of_it if given.cost is None else check.scaled(given.cost, places_of(currency), "cost", least=1)
    if cost > all_of_it:
        check.add(C.INVALID, f"{spoken(all_of_it, currency)} is claimed; no more of it counts.", "cost")
    amount = reimbursed(cost, row["reimbursement_share"], left_of(row))
    if amount <= 0:
        check.add(C.INVALID, "Nothing is left of the request for this claim: reject it, saying so.", "decision")
    return cost, amount


async def _check_another(act: Act, check: Checks, decided_by: UUID | None, wrong: str) -> None:
    if await in_the_same_hands(act.session, act.actor.acting_id, [decided_by]):
        check.add(C.NOT_ALLOWED, wrong, "fundClaimId")


async def _in_turn(session: Session, actor: Actor, check: Checks, id: str) -> tuple[Key, Row, Row, Books]:
    """A claim, its request, and the books of its fund, in the fund's turn. Refused where there is none."""
    key = check.key("FundClaim", "claim", id, "fundClaimId")
    named = await funds.claim(session, actor.level, key) if key is not None else None
    if key is not None and named is None:
        check.not_found("claim", "fundClaimId")
    if key is None or named is None:
        check.settle()
    assert key is not None and named is not None
    request_key = Key(key.vendor_id, named["request_id"])
    asked = await funds.request(session, actor.level, request_key)
    assert asked is not None
    books = await opened(session, Key(key.vendor_id, asked["fund_id"]))
    claim = await funds.claim(session, actor.level, key)
    row = await funds.request(session, actor.level, request_key)
    assert books is not None and claim is not None and row is not None, "nobody takes a claim away"
    return key, claim, row, books


async def pay_fund_claim(request: Request[Actor], given: PayFundClaimInput) -> Key:
    """Say by which payment or credit memo an approved claim was paid."""
    async with acting(request, "payFundClaim") as act:
        check = Checks()
        key, claim, row, books = await _in_turn(act.session, act.actor, check, given.fund_claim_id)
        if claim["status"] != S.APPROVED:
            check.add(C.TOO_LATE, f"It cannot be paid: {_STANDS[S(claim['status'])]}.", "fundClaimId")
        await _check_another(act, check, row["decided_by_id"], _ANOTHER)
        if row["decided_by_id"] is None:
            await _check_another(act, check, claim["decided_by_id"], _SECOND)
        reference = check.name(given.payment_reference, "paymentReference")
        check.settle()
        request_key, amount = Key(key.vendor_id, row["id"]), claim["approved_minor"]
        if not await queries.pay(act.session, key, request_key, reference, amount, datetime.now(UTC)):
            raise refused(C.TOO_LATE, "It was paid meanwhile.", "fundClaimId")
        ids = {"request_id": row["id"], "claim_id": key.id}
        await books.move(FundEntryKind.PAY, amount, f"Paid by {reference}.", by=act.actor.name, **ids)
        after = {"status": S.PAID, "amountMinor": amount, "paymentReference": reference}
        await act.record(
            global_id("FundClaim", key), vendor_id=key.vendor_id, before={"status": claim["status"]}, after=after
        )
        return key
