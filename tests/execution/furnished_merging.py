"""Two records of one reseller that the vendor made one, for the furnished world: one merge that stands and one that does
not."""

from tests.api.conftest import Api
from tests.api.merging_kit import Merging
from tests.api.partners_kit import once


async def furnish_merging(api: Api) -> None:
    """A merge that moved lines, accounts and a certification, from a day on; and one that was undone."""
    undone, standing = await Merging.of(api), await Merging.of(api)
    await undone.undo(await undone.merge())
    given = {"resellerId": standing.gid(standing.gone), "issuedOn": "2026-01-01", "idempotencyKey": once()}
    await standing.caller.act("vendor/record_certification.graphql", **given, name="Expert")
    account = standing.account("G3")
    await standing.report("Dist Three", f"M-{standing.mark},1,2026-01-05,DRIVE-1,{account},3,120,EUR,DE")
    assert (await standing.merge(effectiveFrom="2026-01-01"))["lines"] == 1
