"""Peers for the furnished world: distributors enough to compare a scorecard with, and resellers enough to say what one of
them does not buy; and weights that an agreement sets by itself."""

from datetime import UTC, date, datetime

from tests.api.conftest import Api
from tests.api.partners_kit import done

PEERS = 6
MONTH = date(2026, 7, 1)


async def furnish_development(api: Api) -> None:
    """What comparisons need beside what there is."""
    for number in range(PEERS):
        await api.world.party("Acme", f"Peer Distributor {number}", "DISTRIBUTOR")
        await api.world.agreement("Acme", f"Peer Distributor {number}")
    await _resellers(api)
    given = {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "expectedVersion": 0,
        "effectiveFrom": str(datetime.now(UTC).date()),
        "weights": [{"component": "CLAIMS_DECIDED", "weight": 50, "days": 20}],
    }
    await done(await api.vendor(), "vendor/set_scorecard_weights.graphql", **given)


async def _resellers(api: Api) -> None:
    """All of them buy drives, all but the first switches too."""
    world = api.world
    for number in range(PEERS + 1):
        name = f"Peer Reseller {number}"
        reseller = await world.party("Acme", name, "RESELLER")
        await world.connection.execute("UPDATE party SET partner_type = 'CONSULTANT' WHERE id = $1", reseller)
        await world.authorize("Acme", "Dist One", name, f"PEER-{number}")
        await world.connection.execute(
            "UPDATE reseller_authorization SET partner_type = 'CONSULTANT' WHERE reseller_id = $1", reseller
        )
        for sku in ("DRIVE-1", "SWITCH-1")[: 2 if number else 1]:
            await world.add(
                "sell_through_month",
                vendor_id=world.vendors["Acme"],
                month=MONTH,
                fiscal_month=MONTH,
                distributor_id=world.parties["Acme", "Dist One"],
                reseller_id=reseller,
                product_id=world.products["Acme", sku],
                currency="EUR",
                book_currency="EUR",
                disclosed_reseller_id=reseller,
                units=10_000,
                returned_units=0,
                lines=1,
                resale_amount=10**9,
                disclosed_resale_amount=10**9,
                book_amount=10**9,
            )
