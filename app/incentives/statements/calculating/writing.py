"""How a calculation becomes a statement: a new revision, a new statement in sequence that owes the difference, or nothing.

What was reserved for a calculation that gives way is voided. The ledger is brought from what had accrued to what is owed.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from app.accruals.figures import Found, Period
from app.accruals.shares.queries import Behind, Calculated, keep_returns
from app.execution.identifiers import Key, global_id
from app.incentives.statements.calculating import queries
from app.ledger.actions import Owner, Posting, post
from app.programme.claim_terms import LedgerAct
from app.programme.figures import Calculation
from app.programme.money import rounded
from app.programme.money_kinds import MoneyKind
from app.programme.money_terms import StatementStatus
from app.programme.settlement import settlement_to_date
from app.programme.statements import approvals_needed
from app.programme.webhook_events import WebhookEvent
from app.store.database import Row, Session
from app.store.identity import new_id
from app.webhooks.telling import Event, tell

SETTLED = frozenset({StatementStatus.APPROVED, StatementStatus.CREDITED})
"Where a statement stands that nothing changes any more."
STANDS = frozenset({StatementStatus.CALCULATED, StatementStatus.DISPUTED})
"Where a calculation stands that gives way only to another one."


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A period as it was calculated: what was measured, what that is worth, what the one before it left, what had
    accrued (minor units), and by what its lines find their shares, and how these are read; who asked for it, and when
    it was."""

    found: Found
    calculation: Calculation
    brought: list[int]
    accrued: int
    shares: dict[str, Any]
    behind: Behind
    by: str
    by_name: str
    at: datetime

    @property
    def measured(self) -> tuple[int, int, int, int, int]:
        """What tells a calculation from another one, beside its steps."""
        figures = self.found.figures
        return figures.qualifying, figures.paying, self.found.lines, self.found.unvalued, self.calculation.payment

    @property
    def carried(self) -> list[int]:
        """What is left to the next period, as it is kept."""
        left = self.calculation.carried
        return [left.qualifying, left.paying, left.money]

    @property
    def leaves(self) -> tuple[int, list[int]]:
        """What money of this period or of the next one stands on: once settled, it is otherwise by a new statement only."""
        return self.calculation.payment, self.carried


def exact(value: Fraction) -> str:
    """An exact number as it is kept: 5500, or 16500/7."""
    return str(value)


async def write(session: Session, vendor_id: UUID, term: Row, period: Period, reckoned: Reckoned) -> bool:
    """Write a calculation where it says something new; whether it did. The ledger follows in either case."""
    latest = await queries.latest(session, vendor_id, term["id"], period.span.start)
    if latest is None:
        latest = await _begun(session, vendor_id, term, period, 1)
    before = latest
    if latest["status"] in SETTLED and reckoned.leaves != (latest["entitled_minor"], latest["carried"]):
        latest = await _begun(session, vendor_id, term, period, latest["sequence"] + 1)
    elif latest["status"] in SETTLED or await _is_unchanged(session, vendor_id, latest, reckoned):
        await _adjust(session, vendor_id, term, period, latest["id"], reckoned)
        await queries.weigh(session, vendor_id, latest["id"], reckoned.accrued, reckoned.brought)
        return False
    settled = before["entitled_minor"] if latest["id"] != before["id"] else latest["settled_minor"] or 0
    await _void(session, vendor_id, term, latest, reckoned.at)
    await _store(session, vendor_id, term, period, latest, reckoned, settled)
    await _adjust(session, vendor_id, term, period, latest["id"], reckoned)
    return True


async def _begun(session: Session, vendor_id: UUID, term: Row, period: Period, sequence: int) -> Row:
    owner = (term["incentive_id"], term["agreement_id"], term["distributor_id"])
    days = (period.span.start, period.span.end)
    await queries.begin(session, vendor_id, (new_id(), term["id"], *owner, *days, sequence, term["currency"]))
    row = await queries.latest(session, vendor_id, term["id"], period.span.start)
    assert row is not None
    return row


async def _is_unchanged(session: Session, vendor_id: UUID, latest: Row, reckoned: Reckoned) -> bool:
    if latest["status"] not in STANDS:
        return False
    names = ("qualifying", "paying", "lines", "unvalued", "entitled_minor")
    if tuple(latest[name] for name in names) != reckoned.measured:
        return False
    told = [(s.kind.value, s.text, exact(s.before), exact(s.after)) for s in reckoned.calculation.steps]
    return told == await queries.steps(session, vendor_id, latest["id"], latest["revision"])


async def _void(session: Session, vendor_id: UUID, term: Row, latest: Row, at: datetime) -> None:
    """Take back what an approval reserved, before what it approved gives way."""
    if latest["disputed_from"] == StatementStatus.APPROVED:
        await post(session, [posting(vendor_id, term, latest["id"], LedgerAct.VOID, latest["payable_minor"], at)])


async def _store(
    session: Session, vendor_id: UUID, term: Row, period: Period, latest: Row, reckoned: Reckoned, settled: int
) -> None:
    calculation, revision = reckoned.calculation, latest["revision"] + 1
    payable = settlement_to_date(calculation.payment, settled)
    threshold = await queries.threshold(session, vendor_id, term["currency"])
    values = (
        revision,
        period.span.end,
        *reckoned.measured,
        settled,
        payable,
        reckoned.accrued,
        reckoned.brought,
        reckoned.carried,
        calculation.came_to,
        calculation.paid_on,
        reckoned.shares,
        approvals_needed(payable, threshold),
        reckoned.by,
        reckoned.by_name,
        reckoned.at,
    )
    await queries.set_calculated(session, vendor_id, latest["id"], values)
    subject = global_id("Statement", Key(vendor_id, latest["id"]))
    await tell(session, [Event(vendor_id, WebhookEvent.STATEMENT_CALCULATED, subject, True, term["distributor_id"])])
    place = (vendor_id, latest["id"], term["agreement_id"], term["distributor_id"], revision)
    await queries.add_bands(session, [(*place, n, *_band(each)) for n, each in enumerate(calculation.bands, 1)])
    await queries.add_steps(session, [(*place, n, *_step(each)) for n, each in enumerate(calculation.steps, 1)])
    if reckoned.found.back:
        periods = [back.of for back in reckoned.found.back]
        await keep_returns(session, reckoned.behind, Calculated(latest["id"], revision), periods)


def _band(band: Any) -> tuple[object, ...]:
    upto = None if band.upto is None else rounded(band.upto)
    return rounded(band.threshold), upto, rounded(band.measure), band.rate, exact(band.exact)


def _step(step: Any) -> tuple[object, ...]:
    evidence = {}
    if step.evidence is not None:
        evidence = {"gate": step.evidence.gate, "measured": step.evidence.measured, "found": step.evidence.text}
    return step.kind.value, step.text, exact(step.before), exact(step.after), evidence


async def _adjust(
    session: Session, vendor_id: UUID, term: Row, period: Period, statement_id: UUID, reckoned: Reckoned
) -> None:
    """Bring the ledger from what had accrued to what the period costs, whatever statements adjusted before: what is owed,
    and what was paid in advance."""
    so_far = await queries.adjusted(session, vendor_id, term["id"], period.span.start)
    costs = reckoned.calculation.payment + reckoned.found.figures.advances
    missing = costs - reckoned.accrued - so_far
    await post(session, [posting(vendor_id, term, statement_id, LedgerAct.ADJUST, missing, reckoned.at)])


def posting(vendor_id: UUID, of: Row, statement_id: UUID, act: LedgerAct, amount: int, at: datetime) -> Posting:
    """What a statement does to the ledger, on the day on which it does it."""
    return Posting(
        owner=Owner(vendor_id, of["agreement_id"], of["distributor_id"]),
        kind=MoneyKind.INCENTIVE,
        subject_id=of["incentive_id"],
        currency=of["currency"],
        act=act,
        amount=amount,
        on=at.date(),
        cause=f"statement {statement_id}",
    )
