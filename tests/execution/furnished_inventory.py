"""Of stock something of everything: what is agreed of all products, of a family and of one, and counts that stand to it."""

from datetime import timedelta

from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api
from tests.api.stock_kit import counted
from tests.api.volume_kit import TODAY


async def furnish_inventory(api: Api) -> None:
    """Agree with Dist One how much stock there should be, and count some of it twice."""
    drive = global_id("Product", Key(api.world.vendors["Acme"], api.world.products["Acme", "DRIVE-1"]))
    given = {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "effectiveFrom": "2026-01-01",
        "band": {"basis": "WEEKS", "minimum": "2", "maximum": "8"},
        "overrides": [
            {"productId": drive, "band": {"basis": "UNITS", "minimum": "5", "maximum": "50"}},
            {"productFamily": "Drives", "band": None},
        ],
        "idempotencyKey": "furnished",
    }
    payload = await (await api.vendor()).act("vendor/set_inventory_standard.graphql", **given)
    assert payload["userErrors"] == []
    for ago in (40, 10):
        day = TODAY - timedelta(days=ago)
        period = {"start": str(day.replace(day=1)), "end": str(day + timedelta(days=1))}
        await counted(api, f"F,DRIVE-1,{day},60,,,,,,", period=period)
