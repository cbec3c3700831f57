"""The words of commissions: what a plan measures and when it pays, where a statement stands, and why a line is an agent's.

A plan is for agents. It is for consultants as well where the matrix of a programme in which they are active says that
commissions fit them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class CommissionValuation(StrEnum):
    """Of which amount of a line a commission is a part."""

    BOOK = "BOOK"
    "Its value at the vendor's price book on the day of the sale. An agent reads no amounts of such lines."
    REPORTED_RESALE = "REPORTED_RESALE"
    "What was paid for it, as reported, where the agreement discloses that to the vendor; other lines earn nothing."


class CommissionPeriod(StrEnum):
    """For which periods of the vendor's calendar a plan pays."""

    MONTH = "MONTH"
    "A month of it."
    QUARTER = "QUARTER"
    "A quarter of it."


class CommissionStatus(StrEnum):
    """Where a statement of commission stands."""

    ACCRUING = "ACCRUING"
    "What has been earned so far; nobody has calculated it to be paid."
    CALCULATED = "CALCULATED"
    "Its period is over, and it waits for the vendor's finance."
    APPROVED = "APPROVED"
    "It is owed, and stays as it is."
    PAID = "PAID"
    "It was paid."


SETTLED = frozenset({CommissionStatus.APPROVED, CommissionStatus.PAID})
"What stays as it is."


@dataclass(frozen=True, slots=True)
class Attribution:
    """Why lines are an agent's: a deal that it won, or what the vendor assigned to it, on the days of [starts, ends).

    By `customer_hash` lines are found that name an end customer, by `bought_by_id` those of one buyer."""

    agent_id: UUID
    starts: date
    ends: date
    since: tuple[object, ...]
    deal_id: UUID | None = None
    assignment_id: UUID | None = None
    customer_hash: str | None = None
    bought_by_id: UUID | None = None


def in_order(attributions: Sequence[Attribution]) -> list[Attribution]:
    """Whose line it is where several claim it, the first first: deals before assignments, the earlier before the later."""
    return sorted(attributions, key=lambda each: (each.deal_id is None, each.since))
