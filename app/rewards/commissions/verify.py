"""Whether statements of commission are what their lines earn, in sums, shares and approvals.

A line of a statement has the amount of the fact that it names, where that needs no exchange; a statement's lines add up to
its base, their shares to what it earned; what it earned is no more than the rate pays, rounded once, and the cap; what is
approved was found right by as many people as it needed; and while periods accrue, no line is two agents'. Read as the worker
(`acting_as_worker(vendor_id)`), in one snapshot.
"""

from dataclasses import dataclass
from uuid import UUID

from app.programme.commissions import earned
from app.rewards.commissions.verification import queries
from app.store.database import Reader


@dataclass(frozen=True, slots=True)
class Misearned:
    """Something about a statement of commission that is otherwise than it should be: minor units, 10⁻⁶ units or a count."""

    statement_id: UUID
    name: str
    expected: int
    found: int

    def __str__(self) -> str:
        return f"commission {self.statement_id}: {self.name} {self.found} instead of {self.expected}"


async def unlike_commissions(session: Reader, vendor_id: UUID) -> list[Misearned]:
    """Everything about a vendor's commissions that is otherwise than it should be; nothing where all is well."""
    unlike = [
        Misearned(row["id"], row["name"], int(row["expected"]), int(row["found"]))
        for row in await queries.otherwise(session, vendor_id)
    ]
    for row in await queries.earnings(session, vendor_id):
        most = earned([row["base"]], row["rate"], row["currency"], 0, row["cap_minor"]).amount
        if row["earned_minor"] > most or (row["first"] and row["earned_minor"] != most):
            unlike.append(Misearned(row["id"], "earned", most, row["earned_minor"]))
    return unlike
