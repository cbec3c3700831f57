"""Of volume agreements and prices something of everything: tiers with discounts, lines priced otherwise, settlements,
recommended prices, and floors of advertised prices."""

from datetime import timedelta

from app.programme.spans import Span
from app.programme.terms import VolumePeriod
from app.programme.tiers import volume_period
from tests.api.conftest import Api
from tests.api.volume_kit import Q1, TODAY, bought, committed, product, settled, tiered
from tests.world import END, START


async def furnish_volume(api: Api) -> None:
    """Give the agreement of Acme with Dist One tiers and a commitment that a year's first quarter missed."""
    await api.world.connection.execute(
        "DELETE FROM volume_tier WHERE agreement_id = $1", api.world.agreements["Acme", "Dist One"]
    )
    agreement = await tiered(api)
    await committed(api, "SHORTFALL_FEE", 50_000)
    lines = [f"FV-{n},1,{day},DRIVE-1,12,100,EUR" for n, day in enumerate(("2025-01-10", "2026-07-01", "2026-10-05"))]
    await bought(api, *lines, "FV-9,1,2026-08-20,DRIVE-1,3,99,EUR", "FV-9,2,2026-08-20,DRIVE-1,1,80,USD")
    await bought(api, f"FV-10,1,{TODAY},DRIVE-1,3,120,EUR", f"FV-10,2,{TODAY},DRIVE-1,3,90,USD")
    now = volume_period(VolumePeriod.QUARTER, TODAY, Span(START, END))
    before = volume_period(VolumePeriod.QUARTER, now.start - timedelta(days=1), Span(START, END))
    for start in (Q1, before.start):
        payload = await settled(api, agreement, start, note="As agreed.")
        assert payload["userErrors"] == []
    vendor, drive = await api.vendor(), product(api)
    row = {"productId": drive, "effectiveFrom": "2026-01-01"}
    given = [
        {**row, "currency": "EUR", "price": "130"},
        {**row, "currency": "EUR", "price": "125", "effectiveFrom": "2026-07-01"},
    ]
    payload = await vendor.act("vendor/set_recommended_prices.graphql", prices=given, idempotencyKey="furnished")
    assert payload["userErrors"] == []
    floors = [
        {**row, "country": "US", "currency": "USD", "price": "110"},
        {**row, "country": "US", "currency": "USD", "price": None, "effectiveFrom": "2026-07-01"},
        {**row, "country": "DE", "currency": "EUR", "price": "99"},
    ]
    payload = await vendor.act("vendor/set_advertised_price_floors.graphql", floors=floors, idempotencyKey="furnished")
    assert payload["userErrors"] == []
