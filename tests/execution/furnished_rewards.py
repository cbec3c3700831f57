"""SPIFFs of Acme for resellers and for a distributor, with claims of both, and payouts; see `tests.reward_rows`."""

from datetime import date
from itertools import count
from uuid import UUID

from tests import reward_rows as rewards
from tests.api.conftest import Api
from tests.money_rows import Owner

START, END = date(2026, 1, 1), date(2027, 1, 1)


async def furnish_rewards(api: Api) -> None:
    """A SPIFF of each kind, one for nobody, and what was claimed of them, paid and open."""
    world, numbers = api.world, count(1)
    owner = Owner(world.connection, lambda readers: f"Reward {readers} {next(numbers)}")
    vendor_id, product_id = world.vendors["Acme"], world.products["Acme", "DRIVE-1"]
    seller = world.parties["Acme", "Dist One"]
    for place, (kind, name) in enumerate((("RESELLER", "Reseller One"), ("DISTRIBUTOR", "Dist One"))):
        spiff = await rewards.spiff(owner, vendor_id, kind, "V", product_id, START, END)
        actor_id = UUID(int=100 + place)
        firm = rewards.Firm(vendor_id, kind, world.parties["Acme", name], actor_id, product_id, seller, True)
        await rewards.claims(owner, firm, spiff, await rewards.payout(owner, vendor_id, "PAID"))
    await rewards.payout(owner, vendor_id, "OPEN")
    await rewards.spiff(owner, vendor_id, "RESELLER", "V", product_id, START, END, (rewards.NOWHERE,))
