"""The demo's statements, in every state: old quarters are credited, the next is approved or contested, the last calculated.

Everybody decides what they may decide in earnest: the programme manager asks for the calculation, finance approves and
credits, the distributor disputes; the worker's own code carries it out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.access.roles import Role
from app.demo.history import History, derived_id, midnight
from app.demo.incentives import Incentive, in_force
from app.demo.network import Vendor
from app.demo.people import Person
from app.programme.money_terms import IncentiveStatus
from app.programme.spans import Span, months_earlier
from app.programme.statements import StatementDecisionKind as Kind

Record = dict[str, object]
DISPUTED = "Two invoices of the quarter were credited and rebilled; please look at our report of the last month again."


def quarters(history: History) -> list[Span]:
    """The quarters that are over in which the incentives were in force, the oldest first."""
    start = in_force(history).start
    found = []
    while (end := months_earlier(start, -3)) <= history.end:
        found.append(Span(start, end))
        start = end
    return found


def runs(vendor: Vendor, history: History) -> list[dict[str, Any]]:
    """What the vendor asks to be calculated: each quarter, once it was over."""
    return [
        {
            "vendor_id": vendor.id,
            "id": derived_id("statement run", str(vendor.id), str(quarter.start), at=midnight(quarter.end)),
            "period_start": quarter.start,
            "period_end": quarter.end,
            "asked_by": str(Person(vendor.organization, Role.VENDOR_PROGRAM_MANAGER).id),
            "asked_by_name": Person(vendor.organization, Role.VENDOR_PROGRAM_MANAGER).name,
            "asked_at": _days_after(quarter, 12),
        }
        for quarter in quarters(history)
    ]


@dataclass(frozen=True)
class Decision:
    """What somebody decides about the statement of an incentive and quarter."""

    incentive: Incentive
    quarter: Span
    kind: Kind
    at: datetime
    reason: str | None = None
    credit_number: str | None = None

    @property
    def id(self) -> UUID:
        return derived_id("decision", str(self.incentive.id), str(self.quarter.start), self.kind, at=self.at)

    @property
    def by_distributor(self) -> bool:
        return self.kind is Kind.DISPUTE

    def by(self, vendor: Vendor) -> Person:
        """Who decides."""
        if self.by_distributor:
            return Person(self.incentive.agreement.distributor, Role.DISTRIBUTOR_FINANCE)
        return Person(vendor.organization, Role.VENDOR_FINANCE)

    def record(self, vendor: Vendor, statement_id: UUID, revision: int) -> Record:
        """The row that whoever decides writes."""
        agreement = self.incentive.agreement
        return {
            "vendor_id": vendor.id,
            "id": self.id,
            "statement_id": statement_id,
            "agreement_id": agreement.id,
            "distributor_id": agreement.distributor_id,
            "revision": revision,
            "decision": self.kind.value,
            "reason": self.reason,
            "credit_number": self.credit_number,
            "decided_by": str(self.by(vendor).id),
            "decided_by_name": self.by(vendor).name,
            "decided_as": "DISTRIBUTOR" if self.by_distributor else "VENDOR",
            "decided_at": self.at,
        }


def decisions(found: list[Incentive], history: History) -> Iterator[Decision]:
    """What is decided: every state that a statement can have occurs."""
    over = quarters(history)
    active = [each for each in found if each.status is IncentiveStatus.ACTIVE]
    for number, each in enumerate(active):
        for age, quarter in enumerate(reversed(over)):
            at = _days_after(quarter, 20)
            if age >= 2:
                yield Decision(each, quarter, Kind.APPROVE, at)
                credit = f"CM-{quarter.start:%y%m}-{number + 1:03}"
                yield Decision(each, quarter, Kind.CREDIT, at + timedelta(days=5), credit_number=credit)
            elif age == 1 and number % 3 == 1:
                yield Decision(each, quarter, Kind.DISPUTE, at, reason=DISPUTED)
            elif age == 1:
                yield Decision(each, quarter, Kind.APPROVE, at)


def _days_after(quarter: Span, days: int) -> datetime:
    return midnight(quarter.end) + timedelta(days=days, hours=9)
