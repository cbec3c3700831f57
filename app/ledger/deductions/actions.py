"""What becomes of a distributor's debit memos: recorded, matched, cleared.

Either side records a memo; the vendor's finance confirms what it belongs to, or takes that back. The ledger follows: what
was taken is DEDUCTED until the vendor's credit for the same statement or claim clears it. The distributor has then been
relieved twice, by its own memo and by the credit; so that part of the credit goes against the deduction instead (CREDIT
reversed, CLEAR). Memos of one agreement are followed one after the other; followed again, nothing changes.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import structlog

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.ledger.actions import Owner, Posting, post
from app.ledger.deductions import queries
from app.programme.claim_terms import LedgerAct
from app.programme.currencies import CURRENCIES
from app.programme.money import places_of, spoken
from app.programme.money_kinds import MoneyKind
from app.store.database import AUTHENTICATING, Database, Row, Session, acting_as_worker
from app.store.identity import new_id

log = structlog.get_logger(__name__)
LARGEST_MEMO = 10**14
"In minor units: sums of memos are far from what the database can count, whatever one side records."


@dataclass(frozen=True, slots=True)
class Memo:
    """A debit memo as it was entered."""

    agreement_id: str
    number: str
    kind: MoneyKind
    amount: Decimal
    currency: str
    dated: date
    reference: str | None


async def record_deduction(request: Request[Actor], given: Memo, idempotency_key: str) -> Key:
    """Record a debit memo of a distributor, and match it where it names a claim."""
    async with acting(request, "recordDeduction") as act:
        done = await act.done_before(idempotency_key, given)
        if done is not None:
            vendor_id, _, id = done.partition(" ")
            return Key(UUID(vendor_id), UUID(id))
        check = Checks()
        memo = _checked(check, given)
        named = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        agreement = await queries.agreement(act.session, named) if named is not None else None
        if named is not None and agreement is None:
            check.not_found("agreement", "agreementId")
        check.settle()
        assert named is not None and agreement is not None
        await queries.one_at_a_time(act.session, named.id)
        if await queries.is_taken(act.session, named, memo.folded_number):
            wrong = f"A debit memo {memo.number!r} is recorded under this agreement already."
            check.add(UserErrorCode.TAKEN, wrong, "number")
        check.settle()
        key = Key(named.vendor_id, new_id())
        await queries.insert(act.session, key, agreement, memo, request.actor.level.value, datetime.now(UTC))
        await _record(act, key, {"number": memo.number, "amount": memo.amount_minor, "currency": memo.currency})
        await act.remember(idempotency_key, given, f"{key.vendor_id} {key.id}")
    await follow(request.database, key)
    await request.look_again()
    return key


async def match_deduction(request: Request[Actor], deduction_id: str, claim_id: str | None, claim: str | None) -> Key:
    """Say what a debit memo belongs to, or (None) that it belongs to nothing known. `claim` is what the id names, as the
    ledger has it."""
    async with acting(request, "matchDeduction") as act:
        check = Checks()
        key = check.key("Deduction", "deduction", deduction_id, "deductionId")
        memo = await queries.deduction(act.session, key) if key is not None else None
        if key is not None and memo is None:
            check.not_found("deduction", "deductionId")
        check.settle()
        assert key is not None and memo is not None
        await queries.one_at_a_time(act.session, memo["agreement_id"])
        memo = await queries.deduction(act.session, key)
        assert memo is not None
        if claim_id is not None:
            await _check_claim(act.session, check, key.vendor_id, memo, claim)
        elif memo["claim"] is None:
            check.add(UserErrorCode.INVALID, "It is matched with nothing, so there is nothing to undo.", "claimId")
        check.settle()
        await queries.match_by_hand(act.session, key, claim, datetime.now(UTC))
        await _record(act, key, {"claim": claim}, {"claim": memo["claim"]})
    await follow(request.database, key)
    await request.look_again()
    return key


async def follow(database: Database, key: Key) -> None:
    """Match a memo by its reference and bring the ledger to what it says: what was taken, and what of that its claim's
    credit clears."""
    async with database.writing(acting_as_worker(key.vendor_id)) as session:
        found = await queries.deduction(session, key)
        if found is None:
            return
        await queries.one_at_a_time(session, found["agreement_id"])
        await queries.match_by_reference(session, key, datetime.now(UTC))
        memo = await queries.deduction(session, key)
        assert memo is not None
        await post(session, await _postings(session, key, memo))
        await queries.settled(session, key)


async def follow_deductions(database: Database) -> int:
    """Follow what waits in all networks: memos whose recorder did not live to see it, and those whose claim has been decided
    or credited since. How many were followed."""
    async with database.reading(AUTHENTICATING) as session:
        networks = await queries.networks(session)
    count = 0
    for vendor_id in networks:
        async with database.reading(acting_as_worker(vendor_id)) as session:
            waiting = await queries.to_follow(session, vendor_id)
        for row in waiting:
            await follow(database, Key(vendor_id, row["id"]))
        count += len(waiting)
    if count:
        log.info("deductions followed", deductions=count)
    return count


async def _postings(session: Session, key: Key, memo: Row) -> list[Posting]:
    """What is missing in the ledger: the memo itself, and what has been cleared otherwise than it should be."""
    found = {(row["act"], row["subject_id"]): row["minor"] for row in await queries.posted(session, key)}
    taken = memo["amount_minor"] - found.pop((LedgerAct.DEDUCT.value, key.id), 0)
    cleared = {subject: minor for (act, subject), minor in found.items() if act == LedgerAct.CLEAR.value}
    claim = memo["claim"] and await queries.claim(session, key.vendor_id, memo["agreement_id"], memo["claim"])
    clears = dict.fromkeys(cleared, 0)
    if claim:
        left = claim["credited"] - await queries.cleared_by_others(session, key, memo["claim"])
        clears[claim["subject_id"]] = max(0, min(memo["amount_minor"], left))
    differences = {subject: due - cleared.get(subject, 0) for subject, due in clears.items()}
    return [
        _posting(key, memo, LedgerAct.DEDUCT, key.id, taken),
        *(
            _posting(key, memo, act, subject, amount)
            for subject, difference in differences.items()
            for act, amount in ((LedgerAct.CREDIT, -difference), (LedgerAct.CLEAR, difference))
        ),
    ]


def _posting(key: Key, memo: Row, act: LedgerAct, subject_id: UUID, amount: int) -> Posting:
    return Posting(
        owner=Owner(key.vendor_id, memo["agreement_id"], memo["distributor_id"]),
        kind=MoneyKind(memo["kind"]),
        subject_id=subject_id,
        currency=memo["currency"],
        act=act,
        amount=amount,
        on=datetime.now(UTC).date(),
        cause=f"deduction {key.id}",
    )


def _checked(check: Checks, given: Memo) -> queries.NewMemo:
    number = check.name(given.number, "number")
    reference = check.optional_name(given.reference, "reference")
    check.currency(given.currency, "currency")
    minor = 1
    if given.currency in CURRENCIES:
        minor = check.scaled(given.amount, places_of(given.currency), "amount", least=1)
    if minor > LARGEST_MEMO:
        wrong = f"A debit memo is about at most {spoken(LARGEST_MEMO, given.currency)}."
        check.add(UserErrorCode.INVALID, wrong, "amount")
    today = datetime.now(UTC).date()
    if given.dated > today:
        check.add(UserErrorCode.INVALID, f"A debit memo is dated today ({today}, UTC) or earlier.", "dated")
    return queries.NewMemo(number, number.casefold(), given.kind.value, minor, given.currency, given.dated, reference)


async def _check_claim(session: Session, check: Checks, vendor_id: UUID, memo: Row, claim: str | None) -> None:
    """What a memo is matched with was approved under its agreement, and is of its kind of money and currency."""
    found = await queries.claim(session, vendor_id, memo["agreement_id"], claim) if claim is not None else None
    if found is None:
        wrong = "There is no statement or claim with this id under its agreement of which something was approved."
        check.add(UserErrorCode.NOT_FOUND, wrong, "claimId")
    elif found["currency"] != memo["currency"]:
        wrong = f"The memo is in {memo['currency']}; this is in {found['currency']}."
        check.add(UserErrorCode.INVALID, wrong, "claimId")
    elif found["kind"] != memo["kind"]:
        wrong = f"The memo is about {memo['kind']}; this is about {found['kind']}."
        check.add(UserErrorCode.INVALID, wrong, "claimId")


async def _record(act: Act, key: Key, after: dict[str, object], before: dict[str, object] | None = None) -> None:
    await act.record(global_id("Deduction", key), vendor_id=key.vendor_id, before=before, after=after)
