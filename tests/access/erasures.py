"""What random networks hold of erasures of names: those that were carried out and those that wait, of every side."""

from typing import TYPE_CHECKING, Any

from app.programme.terms import Level
from app.store.identity import new_id
from tests.access.networks import NOW, vendor
from tests.money_rows import Owner

if TYPE_CHECKING:
    from tests.access.partners import Writing

TABLES = ("erasure",)


async def erasures_in(writing: "Writing") -> None:
    """The vendor's own, and those of each of its partners."""
    itself = vendor(writing.of.firm)
    await _erasures(writing.owner(), writing, "V", Level.VENDOR, itself.actor_id, writing.made.firms[itself.firm].id)
    await _redacted(writing)
    for party in (each for each in writing.made.parties if each.vendor is writing.of):
        owner = writing.owner(**{party.kind.value.lower(): party})
        own = {f"{party.kind.value.lower()}_id": party.id}
        actor, organization = party.principal.actor_id, writing.organization(party)
        await _erasures(owner, writing, party.kind.value[0], party.kind, actor, organization, **own)


async def _erasures(
    owner: Owner, writing: "Writing", letter: str, level: Level, actor: Any, organization: Any, **own: Any
) -> None:
    for done in (True, False):
        await owner.add(
            "erasure",
            vendor_id=writing.of.id,
            id=new_id(),
            level=level.value,
            organization_id=organization,
            **own,
            subject="END_CUSTOMER",
            name=None if done else owner.word(""),
            reason=owner.word(letter),
            status="DONE" if done else "RUNNING",
            records=1,
            requested_by=owner.word(letter),
            requested_by_id=actor,
            requested_at=NOW,
            carried_out_at=NOW if done else None,
        )


async def _redacted(writing: "Writing") -> None:
    """A name was taken out of the bytes of every third report, which says so."""
    own = [each for each in (*writing.made.handed_in, *writing.made.sell_out) if writing.of is _network(each)]
    for each in own[::3]:
        writing.made.redacted.add(each.id)
        file = await writing.found.owner.fetchval(
            "UPDATE submission SET redacted_at = $2 WHERE id = $1 RETURNING file_id", each.id, NOW
        )
        await writing.found.owner.execute(
            "UPDATE report_file SET redacted_at = $2, redacted_sha256 = sha256 WHERE id = $1", file, NOW
        )


def _network(report: Any) -> Any:
    return report.reseller.vendor if hasattr(report, "reseller") else report.agreement.vendor
