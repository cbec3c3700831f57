"""What random networks hold of what distributors and resellers settle between them: contested lines, and what was agreed on
the development of resellers."""

from typing import TYPE_CHECKING, Any

from app.store.identity import new_id
from tests.access.networks import NOW, Authorization

if TYPE_CHECKING:
    from tests.access.partners import Writing

TABLES = ("contested_line", "reseller_obligation")
_STATES: tuple[tuple[str, bool], ...] = (("OPEN", False), ("UPHELD", True))


async def resellers_in(writing: "Writing") -> None:
    """Of every authorisation that sold something, a line that is contested and one that was upheld; and an obligation of
    every other agreement."""
    of = writing.of
    for each in (a for a in writing.made.authorizations if a.agreement.vendor is of):
        await _contested(writing, each)
    for agreement in writing.agreements[::2]:
        await writing.owner(agreement.distributor).add(
            "reseller_obligation",
            vendor_id=of.id,
            agreement_id=agreement.id,
            distributor_id=agreement.distributor.id,
            active=10,
            new=None,
            enabled=500_000,
            version=1,
            set_at=NOW,
        )


async def _contested(writing: "Writing", each: Authorization) -> None:
    seller, buyer = each.agreement.distributor, each.reseller
    line = await writing.found.owner.fetchrow(
        "SELECT vendor_id, reseller_id, distributor_id, agreement_id, disclosed_reseller_id, document_kind, document_number,"
        " document_line, submission_id, row_number, component, recorded FROM sell_through_line"
        " WHERE agreement_id = $1 AND reseller_id = $2 AND component BETWEEN 0 AND 1 ORDER BY document_number LIMIT 1",
        each.agreement.id,
        buyer.id,
    )
    owner, told = writing.owner(seller, buyer), "VDR" if each.agreement.reseller else "DR"
    for status, answered in _STATES if line is not None else ():
        said: dict[str, Any] = {"answer": owner.word(told), "closed_at": NOW} if answered else {}
        await owner.add(
            "contested_line",
            **dict(line),
            **said,
            id=new_id(),
            reason=owner.word(told),
            contested_by=owner.word("R"),
            contested_by_id=buyer.principal.actor_id,
            contested_at=NOW,
            status=status,
        )
