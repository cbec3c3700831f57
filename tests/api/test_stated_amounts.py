"""An amount that a report states for a line beside its quantity and price: what is said of it, and to whom."""

import pytest

from tests.api.conftest import Api
from tests.api.held_kit import HEADER, Desk, in_order, product
from tests.api.test_warnings import issues, told

STATED = f"{HEADER},amount"


@pytest.fixture
async def desk(api: Api) -> Desk:
    return await Desk.of(api)


async def test_a_line_counts_with_quantity_times_price_and_both_sides_are_told(api: Api, desk: Desk) -> None:
    report = await desk.report(
        "SA-1,1,2026-01-05,DRIVE-1,A-1,3,100,EUR,DE,301",
        "SA-1,2,2026-01-05,DRIVE-1,A-1,3,100,EUR,DE,300",
        "SA-1,3,2026-01-05,SA-CODE,A-1,3,100,EUR,DE,1",
        header=STATED,
    )
    vendor = await api.vendor()
    assert [each for each in await issues(vendor, report) if each[1] == "AMOUNT_DIFFERS"] == [
        (1, "AMOUNT_DIFFERS"),
        (3, "AMOUNT_DIFFERS"),
    ]
    for caller, level in ((desk.caller, "distributor"), (vendor, "vendor")):
        alert = (await told(caller, report, level))["AMOUNT_DIFFERS"]
        assert alert["rows"] == 2 and "quantity × unit price" in alert["message"]
    await desk.confirm("SA-CODE", productId=product(api, "DRIVE-1"))
    amounts = await api.world.connection.fetch("SELECT amount FROM sell_through_line ORDER BY row_number")
    assert [row["amount"] for row in amounts] == [300_000_000] * 3
    assert (3, "AMOUNT_DIFFERS") in await issues(vendor, report)
    await in_order(api)


async def test_where_prices_are_not_disclosed_the_vendor_learns_nothing_of_it(api: Api) -> None:
    rival, vendor = await Desk.of(api, "Dist Two"), await api.vendor()
    report = await rival.report("SB-1,1,2026-01-05,DRIVE-1,T-1,3,100,EUR,DE,301", header=STATED)
    assert await issues(rival.caller, report) == [(1, "AMOUNT_DIFFERS")]
    assert "AMOUNT_DIFFERS" in await told(rival.caller, report, "distributor")
    assert await issues(vendor, report) == [] and await told(vendor, report) == {}
    assert await rival.outcomes(report) == ["ACCEPTED"]


async def test_what_a_held_row_states_is_not_the_vendors_to_read_where_prices_are_not(api: Api) -> None:
    rival = await Desk.of(api, "Dist Two")
    await rival.report("SC-1,1,2026-01-05,SC-CODE,T-1,3,100,EUR,DE,301", header=STATED)
    row = await api.world.connection.fetchrow(
        "SELECT received, disclosed_received FROM report_row WHERE document_number = 'SC-1'"
    )
    assert '"line_amount":"301"' in row["received"] and "301" not in row["disclosed_received"]


async def test_a_line_of_a_request_may_state_its_amount(api: Api, desk: Desk) -> None:
    line = {
        "documentNumber": "SD-1",
        "documentLine": "1",
        "soldOn": "2026-01-05",
        "productCode": "DRIVE-1",
        "resellerAccount": "A-1",
        "quantity": "3",
        "unitPrice": "100",
        "amount": "299.98",
    }
    report = await desk.report(source={"lines": [line]})
    assert await issues(desk.caller, report) == [(1, "AMOUNT_DIFFERS")]
