"""What needs a person today, and in which order.

Of each kind of alert that is open: the most serious first; of the same seriousness first what is overdue, then what is due
soonest, then what has waited longest. Money does not rank: amounts of several currencies cannot be compared, and a small sum
with a deadline passes a large one without. What an object has at stake is the sum that it asks for or is about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from app.programme.alert_kinds import AlertKind, AlertSeverity
from app.programme.alerts import severity

AT_STAKE: Final[Mapping[str, str]] = {
    "Statement": "payable",
    "DebitClaim": "amount",
    "Deduction": "amount",
    "FundRequest": "amount",
    "FundClaim": "cost",
    "StockCredit": "amount",
    "DealRegistration": "expected_amount",
    "SpiffClaim": "amount",
}
"Which amount of an object is at stake, by what it is."
_SERIOUS: Final = (AlertSeverity.CRITICAL, AlertSeverity.WARNING, AlertSeverity.INFO)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open alerts of a kind: how many, since when, the soonest day by which to act, and how many such days are over."""

    kind: AlertKind
    count: int
    oldest: datetime
    due_on: date | None
    overdue: int


def rank(waiting: Waiting) -> tuple[int, bool, date, datetime, str]:
    """Where it stands in the order, the lowest first."""
    due = waiting.due_on or date.max
    return (_SERIOUS.index(severity(waiting.kind)), not waiting.overdue, due, waiting.oldest, waiting.kind.value)
