"""Settling claims as the worker: once each, in turn with the counting of the distributor's reports.

A claim, and what people do about it, is written down as they intend it and carried out here right after, by whoever comes
first: the request that wrote it, or the worker. Whatever is settled under an agreement, debits are taken back first for
units that came back meanwhile. The turn of the distributor and the rows of its special prices are taken in one order, so
that of twenty claims on the last ten units ten units are paid.
"""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import structlog

from app.execution.identifiers import Key, global_id
from app.ledger.actions import Owner
from app.pricing.claims.offers import Offer
from app.pricing.claims.settling import queries
from app.pricing.claims.settling.books import Books
from app.pricing.claims.settling.deciding import Desk, NotDecided
from app.pricing.claims.settling.returning import find_beyond, take_debits_back
from app.programme.claim_terms import ClaimAct, ClaimStatus, DeemedDecision, LedgerAct
from app.programme.claims import not_now
from app.programme.webhook_events import WebhookEvent
from app.store.database import AUTHENTICATING, Database, Row, Session, acting_as_worker
from app.webhooks.telling import Event, tell

log = structlog.get_logger()


async def settle_claim(
    database: Database, vendor_id: UUID, claim_id: UUID, deemed: DeemedDecision = DeemedDecision.NONE
) -> bool:
    """Decide a claim that nobody looked at, and carry out what people did about it; `deemed` where a deadline decides what
    waits. False where a report of the distributor is being counted: it is to be tried again."""
    try:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            claim = await queries.claim(session, vendor_id, claim_id)
            if claim is not None:
                await queries.take_turn(session, claim["distributor_id"])
                await _settle(session, vendor_id, claim_id, deemed)
    except asyncpg.LockNotAvailableError:
        return False
    return True


async def _settle(session: Session, vendor_id: UUID, claim_id: UUID, deemed: DeemedDecision) -> None:
    claim = await queries.claim(session, vendor_id, claim_id)
    assert claim is not None
    acts = await queries.acts_waiting(session, vendor_id, claim_id)
    if claim["amount_minor"] is not None and not acts and deemed is DeemedDecision.NONE:
        return
    of = (vendor_id, claim["agreement_id"], claim["distributor_id"])
    await take_back(session, *of, claim["special_price_id"])
    if claim["amount_minor"] is None and claim["status"] == ClaimStatus.FILED:
        await _by_engine(session, vendor_id, claim)
    elif deemed is not DeemedDecision.NONE:
        await _by_deadline(session, vendor_id, claim, deemed)
    for act in acts:
        now = datetime.now(UTC)
        refused = await _carried_out(session, vendor_id, claim_id, act)
        await queries.close_act(session, vendor_id, act["id"], now, refused)


async def return_debits(database: Database, vendor_id: UUID, agreement_id: UUID) -> bool:
    """Take back what was paid under an agreement for units that came back, or for lines that were corrected. False where a
    report is being counted."""
    try:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            distributor_id = await queries.distributor_of(session, vendor_id, agreement_id)
            await queries.take_turn(session, distributor_id)
            taken = await take_back(session, vendor_id, agreement_id, distributor_id, None)
    except asyncpg.LockNotAvailableError:
        return False
    if taken:
        log.info("debits taken back", agreement=str(agreement_id), lines=taken)
    return True


async def deem_claims(database: Database, now: datetime) -> int:
    """Decide the claims of all networks whose deadline is over by a moment. How many there were."""
    async with database.reading(AUTHENTICATING) as session:
        networks = await queries.vendors(session)
    done = 0
    for vendor_id in networks:
        async with database.reading(acting_as_worker(vendor_id)) as session:
            overdue = await queries.overdue(session, vendor_id, now)
        for row in overdue:
            done += await settle_claim(database, vendor_id, row["id"], DeemedDecision(row["deemed"]))
    return done


def _books(session: Session, vendor_id: UUID, of: Row, cause: str) -> Books:
    owner = Owner(vendor_id, of["agreement_id"], of["distributor_id"])
    return Books(session, owner, datetime.now(UTC), cause)


async def take_back(
    session: Session, vendor_id: UUID, agreement_id: UUID, distributor_id: UUID, before: UUID | None
) -> int:
    """Take debits back, once the special prices concerned are locked: all there are to be, or those of the products of the
    special price `before` whose claims are settled, which is locked with them. Of how many claimed lines. Run as `worker`,
    in the turn of the distributor."""
    owner = Owner(vendor_id, agreement_id, distributor_id)
    books = Books(session, owner, datetime.now(UTC), f"agreement {agreement_id}")
    products = await queries.products_of(session, vendor_id, before) if before is not None else None
    found = await find_beyond(books, products)
    locked = {row["special_price_id"] for row in found} | ({before} if before is not None else set())
    await queries.lock_products(session, vendor_id, sorted(locked))
    if found:
        await take_debits_back(books, found)
        await books.write()
    return len(found)


async def _desk(session: Session, vendor_id: UUID, claim: Row) -> Desk:
    row = await queries.special_price(session, vendor_id, claim["special_price_id"])
    products = await queries.lock_products(session, vendor_id, [claim["special_price_id"]])
    books = _books(session, vendor_id, claim, f"claim {claim['id']}")
    return await Desk.open(books, claim, Offer.of(row, products))


async def _by_engine(session: Session, vendor_id: UUID, claim: Row) -> None:
    desk = await _desk(session, vendor_id, claim)
    await desk.by_engine()
    await _close(desk, None)


async def _by_deadline(session: Session, vendor_id: UUID, claim: Row, deemed: DeemedDecision) -> None:
    """Approve or deny what waits; what cannot be approved is denied."""
    if claim["status"] != ClaimStatus.FILED:
        return
    desk = await _desk(session, vendor_id, claim)
    told = f"deemed {deemed.lower()}, because nobody had decided by {claim['deemed_on']}"
    for place in sorted(desk.waiting):
        try:
            if deemed is DeemedDecision.APPROVED:
                await desk.approve(place, told)
            else:
                desk.deny(place, told)
        except NotDecided as why:
            desk.deny(place, str(why))
    await _close(desk, None, deemed)


async def _close(desk: Desk, decided_by: UUID | None, deemed: DeemedDecision | None = None) -> None:
    """Write what was decided of a claim, with all that it moves."""
    books, claim = desk.books, desk.claim
    reserved = claim["status"] in {ClaimStatus.DECIDED, ClaimStatus.DISPUTED}
    status = ClaimStatus.FILED if desk.waiting else ClaimStatus.DECIDED
    await _write(desk, status, decided_by, deemed)
    reserve = status is ClaimStatus.DECIDED
    if reserve:
        subject = global_id("DebitClaim", Key(books.vendor_id, claim["id"]))
        told = Event(books.vendor_id, WebhookEvent.CLAIM_DECIDED, subject, True, claim["distributor_id"])
        await tell(books.session, [told])
    await books.book(claim, claim["amount_minor"], desk.approved, reserved=reserved, reserve=reserve)


async def _write(
    desk: Desk, status: ClaimStatus, decided_by: UUID | None, deemed: DeemedDecision | None = None
) -> None:
    books = desk.books
    await desk.write()
    shown = deemed.value if deemed else None
    of = (books.session, books.vendor_id, desk.claim["id"])
    await queries.write_claim(*of, status.value, desk.approved, books.now, decided_by, shown)


async def _carried_out(session: Session, vendor_id: UUID, claim_id: UUID, act: Row) -> str | None:
    """Carry out what somebody did about a claim; why not, where it cannot be."""
    claim = await queries.claim(session, vendor_id, claim_id)
    assert claim is not None
    kind = ClaimAct(act["act"])
    if (wrong := not_now(ClaimStatus(claim["status"]), kind)) is not None:
        return wrong
    match kind:
        case ClaimAct.DECIDE:
            return await _decide(session, vendor_id, claim, act)
        case ClaimAct.CREDIT:
            return await _credit(session, vendor_id, claim, act)
        case ClaimAct.DISPUTE:
            desk = await _desk(session, vendor_id, claim)
            await _write(desk, ClaimStatus.DISPUTED, None)
            return None
        case ClaimAct.WITHDRAW:
            return await _withdraw(session, vendor_id, claim)


async def _decide(session: Session, vendor_id: UUID, claim: Row, act: Row) -> str | None:
    desk = await _desk(session, vendor_id, claim)
    if act["positions"] and claim["adjusts_id"] is not None:
        return "An adjustment takes back what came back; it is not decided line by line."
    try:
        for place, approves in zip(act["positions"], act["approves"], strict=True):
            if place not in desk.lines:
                return f"The claim has no line {place}."
            if approves:
                await desk.approve(place, act["reason"])
            else:
                desk.deny(place, act["reason"])
    except NotDecided as why:
        return str(why)
    await _close(desk, act["acted_by_id"] if any(act["approves"]) else None)
    return None


async def _credit(session: Session, vendor_id: UUID, claim: Row, act: Row) -> str | None:
    if claim["decided_by_id"] == act["acted_by_id"]:
        return "Whoever approved lines of a claim does not credit it: somebody else of the vendor's finance has to."
    if not claim["amount_minor"]:
        return "Nothing of the claim was approved, so there is nothing to credit."
    books = _books(session, vendor_id, claim, f"claim {claim['id']}")
    await books.post(claim, [(LedgerAct.POST, claim["amount_minor"]), (LedgerAct.CREDIT, claim["amount_minor"])])
    await queries.credit(session, vendor_id, claim["id"], act["credit_number"], books.now)
    return None


async def _withdraw(session: Session, vendor_id: UUID, claim: Row) -> str | None:
    if claim["adjusts_id"] is not None:
        return "An adjustment takes back what came back; it cannot be withdrawn."
    desk = await _desk(session, vendor_id, claim)
    try:
        desk.release_all()
    except NotDecided as why:
        return str(why)
    reserved = claim["status"] in {ClaimStatus.DECIDED, ClaimStatus.DISPUTED}
    await _write(desk, ClaimStatus.WITHDRAWN, None)
    if claim["amount_minor"] is not None:
        await desk.books.book(claim, claim["amount_minor"], 0, reserved=reserved, reserve=False)
    return None
