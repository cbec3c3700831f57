"""Held rows that share a key: what comes after is counted or refused and never fails; what was there first is not lost."""

from tests.api.conftest import Api
from tests.api.held_kit import Desk, in_order, product


async def two_held(desk: Desk, doc: str, code: str) -> tuple[str, str]:
    """A row that waits for a code, and one of the same document that may be the same."""
    first = await desk.report(f"{doc},1,2026-01-05,{code},A-1,3,100,EUR,DE")
    second = await desk.report(f"{doc},,2026-01-06,{code},A-1,5,100,EUR,DE")
    assert await desk.outcomes(first) == ["HELD"] and await desk.outcomes(second) == ["HELD"]
    return first, second


async def test_a_report_that_names_the_key_of_two_held_rows_is_read(api: Api) -> None:
    desk = await Desk.of(api)
    await two_held(desk, "TK-1", "TKA")
    third = await desk.report("TK-1,1,2026-01-07,DRIVE-1,A-1,7,100,EUR,DE")
    found = await desk.followed(third)
    assert found["status"] == "PROCESSED", found["failure"]


async def test_a_correction_of_a_key_of_two_held_rows_is_read(api: Api) -> None:
    desk = await Desk.of(api)
    await two_held(desk, "TK-2", "TKB")
    third = await desk.report("TK-2,1,2026-01-07,DRIVE-1,A-1,7,100,EUR,DE", mode="CORRECT")
    found = await desk.followed(third)
    assert found["status"] == "PROCESSED", found["failure"]


async def test_a_first_line_counts_when_released_beside_a_possible_duplicate(api: Api) -> None:
    desk = await Desk.of(api)
    first, second = await two_held(desk, "TK-3", "TKC")
    await desk.confirm("TKC", productId=product(api, "DRIVE-1"))
    assert (await desk.outcomes(first), await desk.outcomes(second)) == (["ACCEPTED"], ["HELD"])


async def test_three_held_rows_of_one_key_are_released(api: Api) -> None:
    desk = await Desk.of(api)
    await two_held(desk, "TK-4", "TKD")
    await desk.report("TK-4,,2026-01-08,TKD,A-1,9,100,EUR,DE")
    await desk.confirm("TKD", productId=product(api, "DRIVE-1"))
    await in_order(api)


async def test_a_line_undone_beside_a_held_correction_comes_back_when_that_is_dismissed(api: Api) -> None:
    desk = await Desk.of(api)
    first = await desk.report("TK-5,1,2026-01-05,TKE,A-1,3,100,EUR,DE")
    alias = await desk.confirm("TKE", productId=product(api, "DRIVE-1"))
    await desk.report("TK-5,1,2026-01-05,TKE-2,A-1,5,100,EUR,DE", mode="CORRECT")
    await desk.undo(alias["id"])
    await desk.decide("DISMISS", "UNKNOWN_PRODUCT", code="TKE-2")
    await desk.confirm("TKE", productId=product(api, "DRIVE-1"))
    assert await desk.outcomes(first) == ["ACCEPTED"]


async def test_a_held_correction_outlives_undoing_and_confirming_again(api: Api) -> None:
    desk = await Desk.of(api)
    await desk.report("TK-6,1,2026-01-05,TKF,A-1,3,100,EUR,DE", mode="CORRECT")
    alias = await desk.confirm("TKF", productId=product(api, "DRIVE-1"))
    second = await desk.report("TK-6,1,2026-01-05,TKF,A-1,5,100,EUR,FR", mode="CORRECT")
    assert await desk.outcomes(second) == ["HELD"]
    await desk.undo(alias["id"])
    third = await desk.report("TK-6,1,2026-01-07,ODD-ONE,A-1,7,100,EUR,DE")
    assert (await desk.followed(third))["status"] == "PROCESSED"
    await desk.confirm("TKF", productId=product(api, "DRIVE-1"))
    assert await desk.outcomes(second) == ["HELD"], "the correction still waits for its territory"


async def test_a_distributor_learns_of_no_unit_that_another_sold(api: Api) -> None:
    """A serial number that a rival sold is like one that nobody did; its own, sold again, is told."""
    header = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency"
    header += ",serial_numbers"

    async def codes(name: str, document: str, serial: str) -> list[str]:
        caller = await api.distributor(name)
        account = {"Dist One": "A-1", "Dist Two": "T-1"}[name]
        row = f"{document},1,2026-01-05,DRIVE-1,{account},1,100,EUR,{serial}"
        payload = await caller.act(
            "distributor/submit_sell_through.graphql",
            agreementId=api.world.agreement_gid("Acme", name),
            period={"start": "2026-01-01", "end": "2026-02-01"},
            source={"uploadId": await caller.upload(f"{header}\n{row}".encode())},
            idempotencyKey=document,
        )
        await api.count("Acme", name)
        found = await caller.ask("distributor/previewed_submission.graphql", id=payload["submission"]["id"])
        (only,) = found["node"]["rows"]["edges"]
        assert only["node"]["outcome"] == "ACCEPTED"
        return [issue["code"] for issue in only["node"]["issues"]]

    assert await codes("Dist Two", "RIVAL-1", "RIVAL-SERIAL") == []
    assert await codes("Dist One", "SPY-1", "RIVAL-SERIAL") == []
    assert await codes("Dist One", "SPY-2", "RIVAL-SERIAL") == ["SERIAL_SOLD_TWICE"]
