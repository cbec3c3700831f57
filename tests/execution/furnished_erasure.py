"""A name that was erased in the furnished world, which is told as what was touched."""

from datetime import UTC, datetime

from app.store.identity import new_id
from tests.api.conftest import Api


async def furnish_erasure(api: Api) -> None:
    """An erasure of Acme's own that was carried out."""
    now = datetime.now(UTC)
    await api.world.add(
        "erasure",
        vendor_id=api.world.vendors["Acme"],
        id=new_id(),
        level="VENDOR",
        organization_id=api.world.organizations["Acme"],
        subject="END_CUSTOMER",
        reason="Asked for.",
        status="DONE",
        records=1,
        requested_by="Ada",
        requested_by_id=new_id(),
        requested_at=now,
        carried_out_at=now,
    )
