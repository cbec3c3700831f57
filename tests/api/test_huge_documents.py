"""A document of very many rows without line numbers, sent twice: its rows are found again, not compared pair by pair."""

import asyncio

from tests.api.conftest import Api
from tests.api.held_kit import Desk, in_order

ROWS = 20_000
HEADER = "document_number,sold_on,product_code,reseller_account,quantity,unit_price,currency,serial_numbers"


async def test_a_document_of_many_rows_without_line_numbers_may_be_sent_twice(api: Api) -> None:
    """Pair by pair it would take many minutes."""
    desk = await Desk.of(api)

    def row(number: int) -> str:
        serial = ("", f"HD{number}", f"HD{number}|HE{number}")[number % 3]
        return f"HD-1,2026-01-05,DRIVE-1,A-1,1,100,EUR,{serial}"

    first = await desk.report(*map(row, range(ROWS)), header=HEADER)
    changed = (row(number).replace("HE", "HF") for number in range(ROWS))
    async with asyncio.timeout(120):
        again = await desk.report(*changed, header=HEADER)
    counts = {report: (await desk.followed(report))["counts"] for report in (first, again)}
    assert counts[first]["accepted"] == ROWS
    held = [number for number in range(ROWS) if number % 3 == 2]
    assert counts[again]["duplicate"] == ROWS - len(held) and counts[again]["held"] == len(held)
    new = await desk.report("HD-1,2026-01-05,DRIVE-1,A-1,1,100,EUR,HD-NEW", header=HEADER)
    assert await desk.outcomes(new) == ["ACCEPTED"]
    await in_order(api)
