"""What random networks hold of documents, certifications and onboarding: of every partner its own, and of every
authorisation what the distributor did for the reseller."""

from typing import TYPE_CHECKING

from app.programme.terms import Level
from tests import enablement_rows as enablement
from tests.access.networks import TODAY
from tests.partner_rows import Partner

if TYPE_CHECKING:
    from tests.access.partners import Writing

TABLES = (
    *("compliance_document", "certification", "required_certification", "onboarding_step", "onboarding_completion"),
    "enablement_activity",
)


async def enable_in(writing: "Writing") -> None:
    """Tracks of all programmes; of each agreement and reseller a document and what rests on it; of each authorisation what
    was recorded under it."""
    of, made = writing.of, writing.made
    for program in (each for each in made.programs if each.vendor is of):
        await enablement.track(writing.owner(), of.id, program.id, program.audience.value)
    for agreement in writing.agreements:
        ids = {"agreement_id": agreement.id, "distributor_id": agreement.distributor.id}
        partner = Partner(of.id, writing.organization(agreement.distributor), **ids)
        owner = writing.owner(agreement.distributor)
        paper = await enablement.document(owner, partner, TODAY)
        await enablement.did(owner, partner, agreement.program.id, paper)
    for party in writing.parties(Level.RESELLER):
        partner, owner = (
            Partner(of.id, writing.organization(party), reseller_id=party.id),
            writing.owner(reseller=party),
        )
        paper, ids = await enablement.document(owner, partner, TODAY), {"vendor_id": of.id, "reseller_id": party.id}
        for by in ("RESELLER", "VENDOR"):
            await enablement.certification(owner, ids, by, "VR", TODAY, document_id=paper)
        for each in made.enrollments:
            if each.reseller is party:
                await enablement.did(owner, partner, each.program.id, paper)
    for each in made.authorizations:
        agreement = each.agreement
        if agreement.vendor is of:
            own = (of.id, each.id, agreement.id, agreement.distributor.id, each.reseller.id)
            under = enablement.Under(*own, agreement.reseller)
            owner = writing.owner(agreement.distributor, each.reseller)
            await enablement.certified_under(owner, under, TODAY)
            for enrolled in made.enrollments:
                if enrolled.reseller is each.reseller:
                    await enablement.did_for(owner, under, enrolled.program.id)
