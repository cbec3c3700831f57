"""Whether the ledger is what accruals, statements, claims and debit memos say, and sound in itself.

What a transfer debits it credits, so all balances together are zero whatever happens; what could go wrong is what it says.
What ACCRUE posted for an incentive is the sum of its accruals; what statements of a period adjusted lies between what had
accrued and what the period costs, and each was calculated with what the period before left; what is reserved, posted and
credited for a statement or claim is what it owes; what is reserved is settled once, by the same amount, in the same books;
a memo is deducted once, and cleared with no more than was credited. Read as the worker (`acting_as_worker(vendor_id)`), in
one snapshot.
"""

from dataclasses import dataclass
from uuid import UUID

from app.ledger.verification import queries
from app.store.database import Reader


@dataclass(frozen=True, slots=True)
class Misposted:
    """Something in the ledger that is otherwise than it should be, in minor units."""

    place: str
    name: str
    expected: int
    found: int

    def __str__(self) -> str:
        return f"ledger, {self.place}: {self.name} {self.found} instead of {self.expected}"


async def unlike_ledger(session: Reader, vendor_id: UUID) -> list[Misposted]:
    """Everything in the ledger of a vendor's network that is otherwise than it should be; nothing where all is well."""
    return [
        Misposted(row["place"], row["name"], int(row["expected"]), int(row["found"]))
        for question in queries.QUESTIONS
        for row in await queries.otherwise(session, vendor_id, question)
    ]
