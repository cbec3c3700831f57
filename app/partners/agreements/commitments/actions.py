"""What the vendor's finance decides about a missed volume commitment, and how it is carried out.

A fee is a share of what is missing; it is posted to the ledger as owed by the distributor, which is money below zero there.
Settled again, after what was bought has changed or the vendor thinks otherwise, a period posts the difference. That no
rebate is paid for the period is only written down: statements read it. A tier that drops does so by itself.
"""

from datetime import UTC, date, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.ledger.actions import Owner, Posting, post
from app.partners.agreements.commitments import queries
from app.partners.agreements.commitments.inputs import SettleCommitmentInput
from app.partners.organizations.actions import own_network
from app.programme.claim_terms import LedgerAct, ShortfallConsequence
from app.programme.money_kinds import MoneyKind
from app.programme.spans import Span
from app.programme.volume import CommitmentStanding
from app.store.database import Database, Reader, Row, Session, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue
from app.volume.discounts import today_in
from app.volume.queries import Asked, agreed, volumes
from app.volume.standing import Terms

SETTLED = (ShortfallConsequence.SHORTFALL_FEE, ShortfallConsequence.REBATE_VOID)
"The consequences that take a decision."


async def settle_commitment(request: Request[Actor], given: SettleCommitmentInput) -> Key:
    """Decide what follows from the missed commitment of a period that is over, and carry it out. The agreement's key."""
    vendor_id = own_network(request)
    async with acting(request, "settleCommitment") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            decided, agreement = (UUID(each) for each in done.split())
        else:
            decided, agreement = await _decide(act, vendor_id, given)
            await act.remember(given.idempotency_key, given, f"{decided} {agreement}")
    await carry_out(request.database, vendor_id, decided)
    await request.look_again()
    return Key(vendor_id, agreement)


async def _decide(act: Act, vendor_id: UUID, given: SettleCommitmentInput) -> tuple[UUID, UUID]:
    """The ids of the decision and of the agreement."""
    check = Checks()
    note = check.optional_prose(given.note, "note")
    key = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
    rows = await agreed(act.session, [(key.vendor_id, key.id)]) if key is not None else []
    if key is not None and not rows:
        check.not_found("agreement", "agreementId")
    check.settle()
    assert key is not None
    (row,) = rows
    await queries.take_turn(act.session, key.id)
    terms, today = Terms.of(row), today_in(row["time_zone"])
    period = _period(check, terms, given.period_start, today)
    check.settle()
    standing = await _standing(act.session, row, terms, period)
    last = await queries.last_decision(act.session, key, period.start)
    _check_change(check, standing, given.waive, last)
    check.settle()
    id, who = new_id(), str(act.actor.acting_id)
    sequence = 1 if last is None else last["sequence"] + 1
    at = datetime.now(UTC)
    await queries.decide(
        act.session, key, id, row["distributor_id"], period, sequence, terms.currency, given.waive, note, who, at
    )
    after = {"period": str(period.start), "waived": given.waive, "shortfall": standing.shortfall}
    await act.record(global_id("DistributionAgreement", key), vendor_id=vendor_id, after=after)
    await enqueue(act.session, Job.SETTLE_COMMITMENT, vendor_id=vendor_id, agreement_id=key.id, settlement_id=id)
    return id, key.id


def _period(check: Checks, terms: Terms, start: date, today: date) -> Span:
    """The period that begins on a day: over, and with a commitment whose consequence takes a decision."""
    period, commitment = terms.period_of(start), terms.commitment
    if period.start != start:
        wrong = f"No volume period of the agreement begins on {start}; that of this day begins on {period.start}."
        check.add(UserErrorCode.INVALID, wrong, "periodStart")
    elif today < period.end:
        check.add(UserErrorCode.NOT_OVER, f"The period ends with the day before {period.end}.", "periodStart")
    if commitment is None:
        check.add(UserErrorCode.INVALID, "The distributor committed to no volume.", "agreementId")
    elif commitment.consequence is ShortfallConsequence.TIER_DROP:
        wrong = "A missed commitment lowers the tier that carries on; that happens by itself, and takes no decision."
        check.add(UserErrorCode.INVALID, wrong, "agreementId")
    elif commitment.consequence not in SETTLED:
        check.add(UserErrorCode.INVALID, "Nothing was agreed to follow from a missed commitment.", "agreementId")
    return period


async def _standing(db: Reader, row: Row, terms: Terms, period: Span) -> CommitmentStanding:
    """Where the commitment of a period stands that is over."""
    asked = Asked(row["vendor_id"], row["id"], row["distributor_id"], terms.currency, period, None, period.end)
    (found,) = await volumes(db, [asked])
    standing = terms.committed(int(found["actual"]), period, period.end)
    assert standing is not None, "a period without a commitment is not settled"
    return standing


def _check_change(check: Checks, standing: CommitmentStanding, waive: bool, last: Row | None) -> None:
    """Whether a decision would change anything."""
    if last is None:
        if not standing.due:
            check.add(UserErrorCode.INVALID, "The commitment of the period was met.", "periodStart")
    elif last["settled_at"] is None:
        check.add(UserErrorCode.STALE, "Another decision about the period is being carried out.", "periodStart")
    elif (last["waived"], last["actual"]) == (waive, standing.actual):
        check.add(UserErrorCode.INVALID, "The period was settled so already, and nothing changed since.", "periodStart")


async def carry_out(database: Database, vendor_id: UUID, settlement_id: UUID) -> None:
    """Carry a decision out: write down what follows, and post what it changes of the fee. Done again, nothing is done."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        said = await queries.decision(session, vendor_id, settlement_id)
        if said is None:
            return
        await queries.take_turn(session, said["agreement_id"])
        said = await queries.decision(session, vendor_id, settlement_id)
        rows = await agreed(session, [(vendor_id, said["agreement_id"])]) if said is not None else []
        if said is None or said["settled_at"] is not None or not rows:
            return
        terms, period = Terms.of(rows[0]), Span(said["period_start"], said["period_end"])
        standing = await _standing(session, rows[0], terms, period)
        follows = ShortfallConsequence.NONE if said["waived"] else standing.follows
        fee = standing.fee if follows is ShortfallConsequence.SHORTFALL_FEE else 0
        before = await queries.posted_before(session, vendor_id, said["agreement_id"], period.start, said["sequence"])
        now = datetime.now(UTC)
        await queries.settle(
            session,
            vendor_id,
            settlement_id,
            standing.actual,
            standing.commitment.amount,
            standing.shortfall,
            follows,
            fee,
            fee - before,
            now,
        )
        await _post(session, vendor_id, settlement_id, said, fee - before, today_in(rows[0]["time_zone"]))


async def _post(session: Session, vendor_id: UUID, settlement_id: UUID, said: Row, fee: int, on: date) -> None:
    """Post what is owed by the distributor: below zero of what the vendor owes; at once, because finance has decided."""
    owner = Owner(vendor_id, said["agreement_id"], said["distributor_id"])
    kind, cause = MoneyKind.VOLUME_COMMITMENT, f"commitment {settlement_id}"
    acts = (LedgerAct.ACCRUE, LedgerAct.RESERVE, LedgerAct.POST)
    await post(
        session,
        [Posting(owner, kind, said["agreement_id"], said["currency"], act, -fee, on, cause) for act in acts],
    )
