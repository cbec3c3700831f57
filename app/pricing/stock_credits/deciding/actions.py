"""Carrying out what people ask for and decide about credits for stock, one agreement at a time, each act once.

Nothing is approved on figures that are out of date: they are reckoned anew first, and where they are otherwise, the act is
refused and whoever decides reads them again. Credits for units of the same product are decided in their turn, because each
is reckoned on what the one before it left. What is approved lowers the cost of the units, and goes to the ledger.
"""

from datetime import UTC, datetime
from uuid import UUID

from app.execution.identifiers import Key
from app.ledger.actions import Owner, Posting, post
from app.pricing.protection import queries as protection
from app.pricing.protection.figures import figures_of as figures_of_drop
from app.pricing.rotation import queries as rotation
from app.pricing.rotation.figures import figures_of as figures_of_rotation
from app.pricing.stock_credits.deciding import queries
from app.pricing.stock_credits.figures import Figures
from app.pricing.stock_credits.queries import lines, take_turn
from app.pricing.stock_credits.writing import rewrite
from app.programme.claim_amounts import extended
from app.programme.claim_terms import LedgerAct, ReductionKind
from app.programme.money import rounded
from app.programme.money_kinds import MoneyKind
from app.programme.stock_credits import StockCreditAct, StockCreditStatus, moved, problem_with, worth
from app.store.database import Database, Reader, Row, Session, acting_as_worker
from app.store.identity import new_id

A, S = StockCreditAct, StockCreditStatus
_ANEW = "What it comes to was reckoned anew meanwhile: read it again, then decide."
_IN_TURN = "An earlier credit for units of the same product waits: decide about that first, this one is reckoned on it."
_TOO_LATE = (
    "A later credit for units of the same product was approved on what this one left: take that up with the vendor."
)


async def catch_up(database: Database, vendor_id: UUID, agreement_id: UUID) -> None:
    """Reckon the requests of an agreement that are not reckoned yet, and carry out all acts. Done again, nothing is done."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await take_turn(session, agreement_id)
        for credit in await rotation.not_reckoned(session, vendor_id, agreement_id):
            figures = await _figures(session, credit)
            if figures is not None:
                await rewrite(session, credit, figures)
        for act in await queries.undone(session, vendor_id, agreement_id):
            why = await _carried_out(session, vendor_id, act)
            at = datetime.now(UTC) if why is None else None
            await queries.settle(session, vendor_id, act["id"], at, why)


async def _figures(db: Reader, credit: Row) -> Figures | None:
    """What a credit comes to now; None where the terms that it rests on are gone."""
    of = (credit["vendor_id"], credit["agreement_id"])
    if credit["kind"] == ReductionKind.STOCK_ROTATION:
        found = await rotation.terms(db, [Key(*of)], credit["effective_on"])
        agreed = [terms for terms in found if terms["rotation_share"] is not None]
        return await figures_of_rotation(db, credit, agreed[0]) if agreed else None
    change = await protection.change(db, *of, credit["product_id"], credit["effective_on"])
    return await figures_of_drop(db, change, credit["id"]) if change is not None else None


async def _carried_out(session: Session, vendor_id: UUID, act: Row) -> str | None:
    """Carry an act out; or why it cannot be."""
    credit = await queries.credit(session, vendor_id, act["stock_credit_id"])
    if credit is None:
        return "It is gone."
    doing = StockCreditAct(act["act"])
    if problem := await _problem(session, credit, act, doing):
        return problem
    if doing in {A.APPROVE, A.DENY}:
        return await _decided(session, credit, act, doing)
    await _moved(session, credit, act, doing)
    return None


async def _problem(session: Session, credit: Row, act: Row, doing: StockCreditAct) -> str | None:
    """Why an act cannot be carried out as the credit stands."""
    if act["revision"] != credit["revision"]:
        return _ANEW
    is_accepted = credit["accepted_at"] is not None
    kind = ReductionKind(credit["kind"])
    if problem := problem_with(S(credit["status"]), doing, kind, is_accepted=is_accepted):
        return problem
    if doing is A.DISPUTE and credit["later_approved"]:
        return _TOO_LATE
    return await _out_of_date(session, credit) if doing is A.APPROVE else None


async def _out_of_date(session: Session, credit: Row) -> str | None:
    if credit["earlier_waits"]:
        return _IN_TURN
    if credit["status"] != S.OPEN:
        return None
    figures = await _figures(session, credit)
    return _ANEW if figures is not None and await rewrite(session, credit, figures) else None


async def _decided(session: Session, credit: Row, act: Row, doing: StockCreditAct) -> str | None:
    """Approve so many units of each line, none where it is denied; or why that cannot be."""
    own = await lines(session, Key(credit["vendor_id"], credit["id"]))
    given = None if act["approves"] is None else {int(place): units for place, units in act["approves"].items()}
    approved = {
        line["position"]: 0
        if doing is A.DENY
        else line["quantity"]
        if given is None
        else given.get(line["position"], 0)
        for line in own
    }
    if any(not 0 <= approved[line["position"]] <= line["quantity"] for line in own):
        return "More units of a line were approved than it has."
    kind, now = ReductionKind(credit["kind"]), datetime.now(UTC)
    minor = worth(kind, [(approved[line["position"]], line["per_unit"]) for line in own], credit["currency"])
    before = credit["approved_minor"] or 0
    status = moved(S(credit["status"]), doing).value
    await queries.approve_lines(session, credit["vendor_id"], credit["id"], approved)
    units = sum(approved.values())
    await queries.decide(session, credit["vendor_id"], credit["id"], status, units, minor, act["reason"], now)
    await queries.reduce_costs(session, credit, list(_reductions(own, approved)), now)
    await post(session, _postings(credit, before, minor, now))
    return None


def _reductions(own: list[Row], approved: dict[int, int]) -> list[tuple[object, ...]]:
    """By how much the cost of how many more units is lowered than it was."""
    found: list[tuple[object, ...]] = []
    for line in own:
        units, per_unit = approved[line["position"]] - line["approved"], line["per_unit"]
        if units:
            found.append((new_id(), line["product_id"], units, per_unit, rounded(extended(units, per_unit))))
    return found


def _postings(credit: Row, before: int, now: int, at: datetime) -> list[Posting]:
    """What was reserved goes back, the difference is accrued, and what is approved now is reserved."""
    first = LedgerAct.ADJUST if before else LedgerAct.ACCRUE
    amounts = ((LedgerAct.VOID, before), (first, now - before), (LedgerAct.RESERVE, now))
    return [_posting(credit, act, amount, at) for act, amount in amounts]


def _posting(credit: Row, act: LedgerAct, amount: int, at: datetime) -> Posting:
    owner = Owner(credit["vendor_id"], credit["agreement_id"], credit["distributor_id"])
    kind, id = MoneyKind(credit["kind"]), credit["id"]
    return Posting(owner, kind, id, credit["currency"], act, amount, at.date(), f"claim {id}")


async def _moved(session: Session, credit: Row, act: Row, doing: StockCreditAct) -> None:
    """Accept, contest, take back, or credit."""
    now, is_credit = datetime.now(UTC), doing is A.CREDIT
    await queries.move(
        session,
        credit["vendor_id"],
        credit["id"],
        moved(S(credit["status"]), doing).value,
        act["reason"],
        now if doing is A.ACCEPT else None,
        now if is_credit else None,
        act["credit_number"] if is_credit else None,
    )
    if is_credit:
        amount = credit["approved_minor"]
        await post(session, [_posting(credit, each, amount, now) for each in (LedgerAct.POST, LedgerAct.CREDIT)])
