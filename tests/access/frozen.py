"""What random networks hold of lists of resellers that are frozen of segments: every proposed incentive counts, under each
agreement that discloses who buys, its resellers alone."""

from typing import TYPE_CHECKING

from app.store.identity import new_id

if TYPE_CHECKING:
    from tests.access.partners import Writing


async def freeze_in(writing: "Writing") -> None:
    """One list of a vendor, by agreement, which all its proposed terms name."""
    of, list_id = writing.of, new_id()
    for each in writing.made.authorizations:
        agreement = each.agreement
        if agreement.vendor is of and agreement.reseller:
            ids = {"agreement_id": agreement.id, "distributor_id": agreement.distributor.id}
            named = {"list_id": list_id, "reseller_id": each.reseller.id}
            await writing.owner().add("incentive_reseller", vendor_id=of.id, id=new_id(), **ids, **named)
    await writing.found.owner.execute(
        "UPDATE incentive_term SET rule = jsonb_set(rule, '{paying,scope,resellers}', jsonb_build_array($2::text))"
        " WHERE vendor_id = $1 AND status = 'PROPOSED'",
        of.id,
        str(list_id),
    )
