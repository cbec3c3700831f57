"""Of forecasts something of everything: a product that was sold for more than two and a half years."""

from app.programme.forecasts import month_after
from tests.api.conftest import Api
from tests.api.volume_kit import TODAY


async def furnish_forecasts(api: Api) -> None:
    """Sales of each of the last 31 months."""
    from tests.api.stock_reports import product, sold

    await api.world.connection.execute(
        "UPDATE agreement SET effective_start = '2020-01-01' WHERE effective_start > '2020-01-01'"
    )
    await product(api, "FORECAST-1")
    months = [month_after(TODAY, -ago).replace(day=9) for ago in range(31, 0, -1)]
    lines = [f"FF-{place},1,{day},FORECAST-1,{10 + place % 12}" for place, day in enumerate(months)]
    await sold(api, *lines, period={"start": str(months[0].replace(day=1)), "end": str(TODAY.replace(day=1))})
