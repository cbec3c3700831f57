"""How a statement goes from calculated to credited, and who may move it.

Whoever calculates does not approve. A payment of up to the vendor's threshold needs one approval, one above it needs two,
by two people. A distributor may dispute what is not credited yet; a dispute stops the clock until the distributor withdraws
it, the vendor upholds the statement with a reason, or calculates it anew. A statement that owes nothing, or takes back, is
approved and settled like any other.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.programme.money_terms import StatementStatus


class StatementDecisionKind(StrEnum):
    """What somebody decides about a statement."""

    APPROVE = "APPROVE"
    "The vendor's finance finds it right. Above the threshold a second person has to find so too."
    REJECT = "REJECT"
    "The vendor's finance sends it back; it has to be calculated again."
    CREDIT = "CREDIT"
    "The vendor has issued the credit memo."
    DISPUTE = "DISPUTE"
    "The distributor contests it; nothing is approved or credited meanwhile."
    WITHDRAW_DISPUTE = "WITHDRAW_DISPUTE"
    "The distributor contests it no longer."
    UPHOLD = "UPHOLD"
    "The vendor answers a dispute: the statement stands, and the reason says why."


OF_THE_VENDOR = frozenset(
    {
        StatementDecisionKind.APPROVE,
        StatementDecisionKind.REJECT,
        StatementDecisionKind.CREDIT,
        StatementDecisionKind.UPHOLD,
    }
)
OF_THE_DISTRIBUTOR = frozenset({StatementDecisionKind.DISPUTE, StatementDecisionKind.WITHDRAW_DISPUTE})
NEEDS_A_REASON = frozenset({StatementDecisionKind.REJECT, StatementDecisionKind.DISPUTE, StatementDecisionKind.UPHOLD})


@dataclass(frozen=True, slots=True)
class StatementStanding:
    """Where a statement stands before a decision. `approved_by` are those who have approved its present revision."""

    status: StatementStatus
    disputed_from: StatementStatus | None
    calculated_by: str | None
    approved_by: frozenset[str]
    approvals_needed: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Where it stands afterwards."""

    status: StatementStatus
    disputed_from: StatementStatus | None = None


@dataclass(frozen=True, slots=True)
class NotMoved:
    """Why a decision cannot be carried out, for the person who took it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """How long a statement was contested; `until` is None while it is."""

    since: datetime
    until: datetime | None


_FROM: dict[StatementDecisionKind, frozenset[StatementStatus]] = {
    StatementDecisionKind.APPROVE: frozenset({StatementStatus.CALCULATED}),
    StatementDecisionKind.REJECT: frozenset({StatementStatus.CALCULATED}),
    StatementDecisionKind.CREDIT: frozenset({StatementStatus.APPROVED}),
    StatementDecisionKind.DISPUTE: frozenset({StatementStatus.CALCULATED, StatementStatus.APPROVED}),
    StatementDecisionKind.WITHDRAW_DISPUTE: frozenset({StatementStatus.DISPUTED}),
    StatementDecisionKind.UPHOLD: frozenset({StatementStatus.DISPUTED}),
}


def decided(standing: StatementStanding, decision: StatementDecisionKind, by: str) -> Moved | NotMoved:
    """Where a statement stands after somebody's decision, or why it cannot be carried out.

    An approval that is not the last one needed leaves it CALCULATED.
    """
    allowed = _FROM[decision]
    if standing.status not in allowed:
        wanted = " or ".join(sorted(allowed))
        return NotMoved(f"The statement is {standing.status}; this can be decided while it is {wanted}.")
    match decision:
        case StatementDecisionKind.APPROVE:
            return _approved(standing, by)
        case StatementDecisionKind.REJECT:
            return Moved(StatementStatus.REJECTED)
        case StatementDecisionKind.CREDIT:
            return Moved(StatementStatus.CREDITED)
        case StatementDecisionKind.DISPUTE:
            return Moved(StatementStatus.DISPUTED, standing.status)
        case StatementDecisionKind.WITHDRAW_DISPUTE | StatementDecisionKind.UPHOLD:
            return Moved(standing.disputed_from or StatementStatus.CALCULATED)


def _approved(standing: StatementStanding, by: str) -> Moved | NotMoved:
    if by == standing.calculated_by:
        return NotMoved(
            "Whoever calculated a statement does not approve it: somebody else of the vendor's finance has to."
        )
    if by in standing.approved_by:
        return NotMoved("You have approved this calculation already; a second approval is somebody else's.")
    enough = len(standing.approved_by) + 1 >= standing.approvals_needed
    return Moved(StatementStatus.APPROVED if enough else StatementStatus.CALCULATED)


def approvals_needed(payable: int, threshold: int | None) -> int:
    """How many people approve a payment of so many minor units: two above the threshold, else one.

    What is taken back weighs as much as what is paid. Without a threshold one suffices.
    """
    return 2 if threshold is not None and abs(payable) > threshold else 1


def days_open(calculated_at: datetime, now: datetime, disputes: Collection[Dispute]) -> int:
    """For how many whole days the vendor has had a statement to decide; while it is contested, the clock stands still.

    Disputes do not overlap.
    """
    contested = sum(((each.until or now) - each.since).total_seconds() for each in disputes)
    return int(((now - calculated_at).total_seconds() - contested) // 86_400)
