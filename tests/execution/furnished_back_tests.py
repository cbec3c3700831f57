"""Of incentives what back-tests and money effects need: one in force with a draft beside it, and a report that it pays."""

from typing import Any

from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api
from tests.api.incentives_desk import Incentives, rule
from tests.api.test_corrections import Desk, row

NAME = "For back-tests"
HISTORY = {"start": "2026-01-01", "end": "2026-10-01"}


async def furnish_back_tests(api: Api) -> None:
    """Give Dist One an incentive that steps up at a threshold, let a report earn it, and draft its next version."""
    incentives = Incentives(api)
    ladder = [{"threshold": "0", "rate": "0.01"}, {"threshold": "1000", "rate": "0.05"}]
    given = {"effective": {"start": "2026-01-01", "end": "2027-01-01"}, "budget": "5000"}
    id, _ = await incentives.active(name=NAME, rule=rule(bands=ladder, structure="RETROACTIVE"), **given)
    desk = Desk(api, await api.distributor())
    period = {"start": "2026-08-01", "end": "2026-09-01"}
    said = [row(f"FB-{n}", quantity="4", sold_on="2026-08-28") for n in range(2)]
    report = await desk.send(*said, period=period)
    assert report["counts"]["accepted"] == 2
    later = {"effective": {"start": "2026-10-01", "end": "2027-01-01"}}
    revised = await incentives.revise(id, 1, rule=rule(bands=[{"threshold": "0", "rate": "0.02"}]), **later)
    assert revised["userErrors"] == []


async def back_test_values(api: Api) -> dict[str, Any]:
    """Values of the variables of operations that try rules."""
    row = await api.world.connection.fetchrow("SELECT vendor_id, id FROM incentive WHERE name = $1", NAME)
    assert row is not None
    id = global_id("Incentive", Key(row["vendor_id"], row["id"]))
    return {
        "backtest": {"by": {"incentive": {"incentiveId": id}}, "period": HISTORY},
        "comparison": {"incentiveId": id, "period": HISTORY},
    }
