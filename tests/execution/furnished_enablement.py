"""What Acme's partners are enabled by; see `tests.enablement_rows`."""

from datetime import UTC, datetime
from itertools import count

from tests import enablement_rows as enablement
from tests.api.conftest import Api
from tests.money_rows import Owner
from tests.partner_rows import Partner


async def furnish_enablement(api: Api) -> None:
    """Tracks of both of Acme's programmes and what was done of them, documents, certifications, and a training."""
    world, numbers, today = api.world, count(1), datetime.now(UTC).date()
    owner = Owner(world.connection, lambda readers: f"Enablement {readers} {next(numbers)}")
    vendor_id, agreement_id = world.vendors["Acme"], world.agreements["Acme", "Dist One"]
    distributor_id, reseller_id = (world.parties["Acme", name] for name in ("Dist One", "Reseller One"))
    ids = {"agreement_id": agreement_id, "distributor_id": distributor_id}
    distributor = Partner(vendor_id, world.organizations["Dist One"], **ids)
    reseller = Partner(vendor_id, world.organizations["Reseller One"], reseller_id=reseller_id)
    programs = await world.connection.fetch("SELECT id, audience FROM program WHERE vendor_id = $1", vendor_id)
    paper, theirs = [await enablement.document(owner, each, today) for each in (reseller, distributor)]
    authorization_id = world.authorizations["Acme", "Dist One", "Reseller One"]
    under = enablement.Under(vendor_id, authorization_id, agreement_id, distributor_id, reseller_id, True)
    for program in programs:
        await enablement.track(owner, vendor_id, program["id"], program["audience"])
        if program["audience"] == "RESELLER":
            await enablement.did(owner, reseller, program["id"], paper)
            await enablement.did_for(owner, under, program["id"])
        else:
            await enablement.did(owner, distributor, program["id"], theirs)
    own = {"vendor_id": vendor_id, "reseller_id": reseller_id}
    for by in ("VENDOR", "RESELLER"):
        await enablement.certification(owner, own, by, "VR", today, document_id=paper)
    await enablement.certified_under(owner, under, today)
