"""Previews: a report tried out says what committing it would do, to its asker alone, and changes nothing."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from app.reports.previews.actions import forget_previews
from tests.api.test_corrections import PREVIEW, Desk, close, desk, outcomes, row
from tests.api.test_verify import found_differences

__all__ = ["desk"]


async def test_a_preview_is_seen_by_its_asker_alone_and_counts_nowhere(desk: Desk) -> None:
    before = await desk.units()
    report = await desk.send(row("P-1", quantity="5"), row("P-2", product_code="NOBODY-KNOWS"), document=PREVIEW)
    assert report["preview"] and outcomes(report) == ["ACCEPTED", "HELD"]
    assert await desk.units() == before
    vendor = await desk.api.vendor()
    assert (await vendor.ask("distributor/previewed_submission.graphql", id=report["id"]))["node"] is None
    real = await desk.send(row("P-2", product_code="NOBODY-KNOWS"))
    assert outcomes(real) == ["HELD"], "what a preview holds is no live row"
    assert await found_differences(desk.api) == []


@pytest.mark.parametrize("seed", range(6))
async def test_committing_makes_exactly_the_difference_that_the_preview_said(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    period = {"start": "2025-10-01", "end": "2026-01-01"}

    def rows() -> list[str]:
        return [
            row(
                f"Q-{seed}-{chance.randrange(8)}",
                str(chance.randrange(1, 4)),
                quantity=str(chance.choice([-2, -1, 1, 2, 3, 12])),
                sold_on=f"2025-{chance.choice([10, 11, 12])}-{chance.randrange(1, 28):02}",
                product_code=chance.choice(["DRIVE-1", "DRIVE-2", "SWITCH-1", "STRANGE"]),
                unit_price=chance.choice(["", "9.99", "120", "0.000001"]),
                sale_type=chance.choice(["", "", "DROP_SHIPMENT", "SAMPLE", "CREDIT_AND_REBILL"]),
            )
            for _ in range(12)
        ]

    await close(desk, chance.choice([None, "2025-11-01", "2025-12-01"]))
    try:
        for mode in ("APPEND", chance.choice(["CORRECT", "REPLACE_PERIOD"]), "CORRECT", "REPLACE_PERIOD"):
            said = rows()
            tried = await desk.send(*said, mode=mode, document=PREVIEW, period=period)
            done = await desk.send(*said, mode=mode, period=period)
            for name in ("counts", "correctedLines", "rows", "effects"):
                assert tried[name] == done[name], (mode, name)
            assert await found_differences(desk.api) == []
    finally:
        await close(desk, None)


async def test_what_a_preview_said_is_forgotten_after_thirty_days_and_nothing_else(desk: Desk) -> None:
    real = await desk.send(row("F-1"), row("F-2", product_code="NEVER-HEARD"))
    tried = await desk.send(row("F-3"), row("F-4", product_code="NEVER-HEARD"), document=PREVIEW)
    assert len(tried["rows"]) == 2 and tried["effects"]
    assert await forget_previews(desk.api.database, datetime.now(UTC) + timedelta(days=29)) == 0
    later = datetime.now(UTC) + timedelta(days=31)
    assert await forget_previews(desk.api.database, later) > 0
    while await forget_previews(desk.api.database, later):
        pass
    again = await desk.read(tried["id"])
    assert (again["rows"], again["effects"]) == ([], []) and again["counts"] == tried["counts"]
    kept = await desk.read(real["id"])
    assert (kept["rows"], kept["effects"]) == (real["rows"], real["effects"])


async def test_a_vendor_tries_its_own_invoices_out_and_its_distributor_sees_nothing_of_it(desk: Desk) -> None:
    vendor = await desk.api.vendor()
    lines = [
        "document_number,document_line,sold_on,product_code,quantity,unit_price,currency",
        f"SI-P1,1,{date(2026, 1, 12)},DRIVE-1,5,90,EUR",
    ]
    upload = await vendor.upload("\n".join(lines).encode())
    before = await desk.api.world.connection.fetchval("SELECT count(*) FROM sell_in_line")
    payload = await vendor.act(
        "vendor/preview_sell_in.graphql",
        agreementId=desk.agreement,
        period={"start": "2026-01-01", "end": "2026-02-01"},
        uploadId=upload,
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == [] and payload["submission"]["preview"]
    await desk.api.count()
    found = (await vendor.ask("distributor/previewed_submission.graphql", id=payload["submission"]["id"]))["node"]
    (effect,) = [each["node"] for each in found["effects"]["edges"]]
    assert (found["counts"]["accepted"], effect["units"], effect["amount"]["amount"]) == (1, "5", "450")
    assert await desk.api.world.connection.fetchval("SELECT count(*) FROM sell_in_line") == before
    own = await desk.caller.ask("distributor/previewed_submission.graphql", id=payload["submission"]["id"])
    assert own["node"] is None
