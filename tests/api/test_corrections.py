"""Corrections: a line, a period, a closed period; units and kits; and the same tried out before it is committed."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Api, Caller
from tests.api.test_verify import found_differences

HEADER = (
    "document_number,document_line,document_kind,return_of,sold_on,product_code,reseller_account,quantity,unit,unit_price,"
    "currency,sale_type,ship_to_country"
)
SUBMIT, PREVIEW = "distributor/submit_sell_through.graphql", "distributor/preview_sell_through.graphql"
JANUARY = {"start": "2026-01-01", "end": "2026-02-01"}


def row(document: str, line: str = "1", quantity: str = "1", **said: str) -> str:
    """A line of a report; what is not said is usual."""
    usual = {
        "document_number": document,
        "document_line": line,
        "document_kind": "INVOICE",
        "sold_on": "2026-01-10",
        "product_code": "DRIVE-1",
        "reseller_account": "A-1",
        "quantity": quantity,
        "unit_price": "120",
        "currency": "EUR",
    }
    return ",".join((usual | said).get(name, "") for name in HEADER.split(","))


class Desk:
    """A distributor that hands reports in under its agreement with Acme."""

    def __init__(self, api: Api, caller: Caller) -> None:
        self.api, self.caller = api, caller
        self.agreement = api.world.agreement_gid("Acme", "Dist One")

    async def send(self, *rows: str, mode: str = "APPEND", document: str = SUBMIT, **changed: Any) -> dict[str, Any]:
        """The report once it is counted."""
        upload = await self.caller.upload("\n".join([HEADER, *rows]).encode())
        given = {
            "agreementId": self.agreement,
            "period": JANUARY,
            "mode": mode,
            "source": {"uploadId": upload},
            "idempotencyKey": uuid4().hex,
        } | changed
        payload = await self.caller.act(document, **given)
        assert payload["userErrors"] == []
        await self.api.count()
        return await self.read(payload["submission"]["id"])

    async def read(self, submission: str) -> dict[str, Any]:
        data = await self.caller.ask("distributor/previewed_submission.graphql", id=submission)
        found: dict[str, Any] = data["node"]
        assert found["status"] == "PROCESSED"
        for name in ("rows", "effects"):
            found[name] = [each["node"] for each in found[name]["edges"]]
        return found

    async def lines(self) -> list[dict[str, Any]]:
        data = await self.caller.ask("distributor/lines.graphql", agreement=self.agreement, first=250)
        return [each["node"] for each in data["node"]["lines"]["edges"]]

    async def units(self, sku: str = "DRIVE-1", month: str = "2026-01-01") -> Decimal:
        """What the distributor's cube says was sold of a product in a month."""
        row = await self.api.world.connection.fetchval(
            "SELECT coalesce(sum(m.units), 0) FROM sell_through_month m JOIN product p ON p.vendor_id = m.vendor_id"
            " AND p.id = m.product_id WHERE p.sku = $1 AND m.month = $2::text::date AND m.vendor_id = $3",
            sku,
            month,
            self.api.world.vendors["Acme"],
        )
        return Decimal(row) / 1000


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api, await api.distributor())


def outcomes(report: dict[str, Any]) -> list[str]:
    return [each["outcome"] for each in report["rows"]]


async def test_a_correction_steps_in_the_place_of_the_line_with_its_key(desk: Desk) -> None:
    await desk.send(row("C-1", quantity="10"), row("C-1", "2", quantity="4"))
    before = await desk.units()
    report = await desk.send(row("C-1", quantity="7"), mode="CORRECT")
    assert outcomes(report) == ["ACCEPTED"] and report["correctedLines"] == 1
    assert await desk.units() == before - 3
    (line,) = [each for each in await desk.lines() if each["documentNumber"] == "C-1" and each["documentLine"] == "1"]
    assert line["quantity"] == "7" and line["corrects"]["quantity"] == "10"
    (effect,) = report["effects"]
    assert (effect["units"], effect["lines"], effect["amount"]["amount"]) == ("-3", 0, "-360")
    assert await found_differences(desk.api) == []


async def test_without_a_correction_the_live_line_stands(desk: Desk) -> None:
    await desk.send(row("C-2", quantity="10"))
    before = await desk.units()
    report = await desk.send(row("C-2", quantity="9"))
    assert outcomes(report) == ["CONFLICT"] and await desk.units() == before


async def test_a_correction_that_says_the_same_changes_nothing(desk: Desk) -> None:
    await desk.send(row("C-3", quantity="10"))
    before = await desk.units()
    report = await desk.send(row("C-3", quantity="10"), mode="CORRECT")
    assert outcomes(report) == ["DUPLICATE"] and report["correctedLines"] == 0
    assert await desk.units() == before


async def test_a_correction_of_what_was_never_reported_counts_and_says_so(desk: Desk) -> None:
    report = await desk.send(row("C-4", quantity="2"), mode="CORRECT")
    assert outcomes(report) == ["ACCEPTED"]
    assert [issue["code"] for issue in report["rows"][0]["issues"]] == ["NOTHING_TO_CORRECT"]


async def test_a_held_correction_leaves_the_line_standing_until_it_is_released(desk: Desk) -> None:
    await desk.send(row("C-5", quantity="10"))
    before = await desk.units()
    report = await desk.send(row("C-5", quantity="6", product_code="OWN-CODE-5"), mode="CORRECT")
    assert outcomes(report) == ["HELD"] and await desk.units() == before
    await desk.api.world.connection.execute(
        "INSERT INTO alias (vendor_id, id, agreement_id, distributor_id, kind, code, product_id, confirmed_by, confirmed_at)"
        " SELECT $1, uuidv7(), $2, $3, 'PRODUCT', 'OWN-CODE-5', id, 'a test', now() FROM product"
        " WHERE vendor_id = $1 AND sku = 'DRIVE-1'",
        desk.api.world.vendors["Acme"],
        desk.api.world.agreements["Acme", "Dist One"],
        desk.api.world.parties["Acme", "Dist One"],
    )
    await desk.api.count()
    assert await desk.units() == before - 4
    assert await found_differences(desk.api) == []


async def test_a_correction_takes_the_place_of_a_held_row(desk: Desk) -> None:
    first = await desk.send(row("C-6", quantity="5", product_code="NOT-KNOWN-6"))
    assert outcomes(first) == ["HELD"]
    report = await desk.send(row("C-6", quantity="5"), mode="CORRECT")
    assert outcomes(report) == ["ACCEPTED"]
    again = await desk.read(first["id"])
    assert outcomes(again) == ["SUPERSEDED"]
    assert again["counts"]["held"] == 0 and again["counts"]["superseded"] == 1
    assert await found_differences(desk.api) == []


async def test_a_restated_period_says_all_that_there_is_of_it(desk: Desk) -> None:
    march = {"start": "2026-03-01", "end": "2026-04-01"}
    said = {"sold_on": "2026-03-05"}
    held = await desk.send(row("R-9", product_code="NOT-KNOWN-9", **said), period=march)
    await desk.send(*(row(f"R-{n}", quantity=str(n), **said) for n in (1, 2, 3)), period=march)
    assert await desk.units(month="2026-03-01") == 6
    report = await desk.send(
        row("R-1", quantity="1", **said), row("R-2", quantity="20", **said), mode="REPLACE_PERIOD", period=march
    )
    assert outcomes(report) == ["DUPLICATE", "ACCEPTED"] and report["correctedLines"] == 2
    assert await desk.units(month="2026-03-01") == 21
    assert outcomes(await desk.read(held["id"])) == ["SUPERSEDED"]
    outside = await desk.send(row("R-7", sold_on="2026-04-02"), mode="REPLACE_PERIOD", period=march)
    assert outcomes(outside) == ["HELD"]
    assert outside["rows"][0]["issues"][0]["code"] == "OUTSIDE_PERIOD"
    assert await desk.units(month="2026-03-01") == 0
    assert await found_differences(desk.api) == []


async def test_a_row_that_cannot_be_read_does_not_end_the_line_of_its_key(desk: Desk) -> None:
    may = {"start": "2026-05-01", "end": "2026-06-01"}
    await desk.send(row("U-1", quantity="3", sold_on="2026-05-02"), period=may)
    report = await desk.send(row("U-1", quantity="many", sold_on="2026-05-02"), mode="REPLACE_PERIOD", period=may)
    assert outcomes(report) == ["REJECTED"] and await desk.units(month="2026-05-01") == 3


async def close(desk: Desk, day: str | None) -> None:
    await desk.api.world.connection.execute(
        "UPDATE agreement SET closed_before = $2::text::date WHERE id = $1",
        desk.api.world.agreements["Acme", "Dist One"],
        day,
    )


async def test_a_closed_period_keeps_its_figures_and_the_open_one_takes_the_difference(desk: Desk) -> None:
    june, said = {"start": "2026-06-01", "end": "2026-07-01"}, {"sold_on": "2026-06-10"}
    await desk.send(row("K-1", quantity="10", **said), row("K-2", quantity="-2", **said), period=june)
    assert await desk.units(month="2026-06-01") == 8
    await close(desk, "2026-07-01")
    try:
        report = await desk.send(row("K-1", quantity="7", **said), mode="CORRECT", period=june)
        assert await desk.units(month="2026-06-01") == 8 and await desk.units(month="2026-07-01") == -3
        lines = {
            (each["reversal"], each["quantity"]): each for each in await desk.lines() if each["documentNumber"] == "K-1"
        }
        assert {key[1] for key in lines} == {"10", "-10", "7"}
        assert lines[False, "10"]["countsOn"] == "2026-06-10"
        assert lines[False, "10"]["correctedBy"]["id"] == report["id"]
        assert lines[True, "-10"]["countsOn"] == lines[False, "7"]["countsOn"] == "2026-07-01"
        late = await desk.send(row("K-3", quantity="5", **said), period=june)
        assert outcomes(late) == ["ACCEPTED"] and await desk.units(month="2026-07-01") == 2
        again = await desk.send(row("K-1", quantity="6", **said), mode="CORRECT", period=june)
        assert again["correctedLines"] == 1 and await desk.units(month="2026-07-01") == 1
        returned = await desk.api.world.connection.fetchval(
            "SELECT sum(returned_units)::bigint FROM sell_through_month WHERE month = '2026-07-01'"
        )
        assert returned == 0, "what is taken back in the open period is no return"
        restated = await desk.send(mode="REPLACE_PERIOD", period=june)
        assert restated["correctedLines"] == 3
        assert await desk.units(month="2026-06-01") == 8 and await desk.units(month="2026-07-01") == -8
        assert await found_differences(desk.api) == []
    finally:
        await close(desk, None)


async def test_both_halves_of_a_credit_and_rebill_are_neither_a_return_nor_a_new_sale(desk: Desk) -> None:
    said = {"sold_on": "2026-08-03", "sale_type": "CREDIT_AND_REBILL"}
    august = {"start": "2026-08-01", "end": "2026-09-01"}
    await desk.send(row("B-1", quantity="5", sold_on="2026-08-03"), period=august)
    report = await desk.send(
        row("B-2", quantity="-5", document_kind="CREDIT_NOTE", return_of="B-1:1", **said),
        row("B-3", quantity="5", unit_price="110", **said),
        period=august,
    )
    assert outcomes(report) == ["ACCEPTED", "ACCEPTED"]
    (effect,) = report["effects"]
    assert (effect["units"], effect["returnsUnits"], effect["amount"]["amount"]) == ("0", "0", "-50")
    (credit,) = [each for each in await desk.lines() if each["documentNumber"] == "B-2"]
    assert (credit["returned"]["documentNumber"], credit["returned"]["documentLine"]) == ("B-1", "1")


async def test_a_return_may_come_before_what_it_returns(desk: Desk) -> None:
    said = {"sold_on": "2026-08-20"}
    august = {"start": "2026-08-01", "end": "2026-09-01"}
    await desk.send(
        row("B-8", quantity="-1", document_kind="CREDIT_NOTE", sale_type="RETURN", return_of="B-7:1", **said),
        period=august,
    )
    lines = {each["documentNumber"]: each for each in await desk.lines()}
    assert lines["B-8"]["returned"] is None and lines["B-8"]["returnOf"] == "B-7:1"
    await desk.send(row("B-7", quantity="4", **said), period=august)
    lines = {each["documentNumber"]: each for each in await desk.lines()}
    assert lines["B-8"]["returned"]["id"] == lines["B-7"]["id"]


async def kit(desk: Desk) -> None:
    """KIT-1 is two DRIVE-1 (at 100) and one DRIVE-2 (its own book price); a CASE of DRIVE-1 holds twelve."""
    world = desk.api.world
    await world.product("Acme", "KIT-1", price=1)
    for position, (sku, quantity) in enumerate((("DRIVE-1", 2000), ("DRIVE-2", 1000)), 1):
        await world.connection.execute(
            "INSERT INTO kit_component (vendor_id, kit_id, effective_from, position, product_id, quantity)"
            " SELECT k.vendor_id, k.id, '2026-01-01', $2, p.id, $3 FROM product k JOIN product p USING (vendor_id)"
            " WHERE k.sku = 'KIT-1' AND p.sku = $1",
            sku,
            position,
            quantity,
        )
    await world.connection.execute(
        "INSERT INTO product_unit (vendor_id, product_id, unit, factor) SELECT vendor_id, id, 'CASE', 12000 FROM product"
        " WHERE sku = 'DRIVE-1' AND vendor_id = $1",
        world.vendors["Acme"],
    )


async def test_units_convert_and_kits_explode_with_the_amount_shared_to_the_last_digit(desk: Desk) -> None:
    await kit(desk)
    september, said = {"start": "2026-09-01", "end": "2026-10-01"}, {"sold_on": "2026-09-03"}
    report = await desk.send(
        row("N-1", quantity="2", unit="CASE", unit_price="1200", **said),
        row("N-2", quantity="3", product_code="KIT-1", unit_price="100.000001", **said),
        row("N-3", quantity="1", unit="PALLET", **said),
        period=september,
    )
    assert outcomes(report) == ["ACCEPTED", "ACCEPTED", "HELD"]
    assert report["counts"]["accepted"] == 2
    lines = [each for each in await desk.lines() if each["documentNumber"].startswith("N-")]
    (cases,) = [each for each in lines if each["documentNumber"] == "N-1"]
    assert (cases["quantity"], cases["reportedQuantity"], cases["amount"]["amount"]) == ("24", "2", "2400")
    parts = {each["product"]["sku"]: each for each in lines if each["documentNumber"] == "N-2"}
    assert {sku: each["quantity"] for sku, each in parts.items()} == {"DRIVE-1": "6", "DRIVE-2": "3"}
    assert all(each["kit"]["sku"] == "KIT-1" and each["reportedQuantity"] == "3" for each in parts.values())
    assert sum(Decimal(each["amount"]["amount"]) for each in parts.values()) == Decimal("300.000003")
    shares = {sku: Decimal(each["bookAmount"]["amount"]) for sku, each in parts.items()}
    exact = Decimal("300.000003") * shares["DRIVE-1"] / sum(shares.values())
    assert abs(Decimal(parts["DRIVE-1"]["amount"]["amount"]) - exact) < Decimal("0.000001")
    fixed = await desk.send(
        row("N-2", quantity="1", product_code="KIT-1", unit_price="90", **said), mode="CORRECT", period=september
    )
    assert fixed["correctedLines"] == 1 and await desk.units("DRIVE-2", "2026-09-01") == 1
    await close(desk, "2026-10-01")
    try:
        await desk.send(row("N-2", quantity="2", product_code="KIT-1", unit_price="90", **said), mode="CORRECT")
        assert await desk.units("DRIVE-2", "2026-10-01") == 1 and await desk.units("DRIVE-2", "2026-09-01") == 1
        assert await found_differences(desk.api) == []
    finally:
        await close(desk, None)


def codes(report: dict[str, Any], number: int = 0) -> list[str]:
    return [issue["code"] for issue in report["rows"][number]["issues"]]


async def test_a_unit_that_is_sold_twice_is_told_and_one_that_came_back_may_be_sold_again(desk: Desk) -> None:
    december = {"start": "2025-12-01", "end": "2026-01-01"}
    header = HEADER + ",serial_numbers"

    async def send(*lines: tuple[str, str, str], mode: str = "APPEND", document: str = SUBMIT) -> dict[str, Any]:
        rows = [row(name, quantity=quantity, sold_on="2025-12-05") + f",{serials}" for name, quantity, serials in lines]
        upload = await desk.caller.upload("\n".join([header, *rows]).encode())
        given = {"agreementId": desk.agreement, "period": december, "mode": mode, "source": {"uploadId": upload}}
        payload = await desk.caller.act(document, **given, idempotencyKey=uuid4().hex)
        await desk.api.count()
        return await desk.read(payload["submission"]["id"])

    first = await send(("S-1", "2", "SN1|SN2"), ("S-2", "1", "SN3"))
    assert codes(first) == codes(first, 1) == []
    tried = await send(("S-3", "1", "SN2"), document=PREVIEW)
    again = await send(("S-3", "1", "SN2"))
    assert outcomes(again) == ["ACCEPTED"] and codes(again) == codes(tried) == ["SERIAL_SOLD_TWICE"]
    assert codes(await send(("S-2", "1", "SN3|SN3B"), mode="CORRECT")) == [], "its own line is no other sale"
    back = await send(("S-4", "-1", "SN1"))
    assert codes(back) == []
    assert codes(await send(("S-5", "1", "SN1"))) == []


async def test_selling_more_than_there_can_be_is_told_by_the_last_count(desk: Desk) -> None:
    await desk.api.world.product("Acme", "SCARCE-1")
    payload = await desk.caller.act(
        "distributor/submit_inventory.graphql",
        agreementId=desk.agreement,
        period={"start": "2026-10-01", "end": "2026-11-01"},
        source={"lines": [{"warehouse": "W1", "productCode": "SCARCE-1", "countedOn": "2026-10-05", "quantity": "10"}]},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    await desk.api.count()
    said: dict[str, Any] = {"product_code": "SCARCE-1"}
    october = {"start": "2026-10-01", "end": "2026-11-01"}
    enough = await desk.send(row("O-1", quantity="10", sold_on="2026-10-06", **said), period=october)
    assert codes(enough) == []
    more = [row("O-2", sold_on="2026-10-07", **said), row("O-3", sold_on="2026-10-04", **said)]
    tried = await desk.send(*more, period=october, document=PREVIEW)
    short = await desk.send(*more, period=october)
    assert outcomes(short) == ["ACCEPTED", "ACCEPTED"]
    assert [codes(short, n) for n in (0, 1)] == [codes(tried, n) for n in (0, 1)] == [["MORE_SOLD_THAN_STOCK"], []]


async def test_a_price_far_from_the_price_book_is_told_and_counts(desk: Desk) -> None:
    report = await desk.send(
        row("W-1", unit_price="301"),
        row("W-2", unit_price="33"),
        row("W-3", unit_price="300"),
        row("W-4", unit_price="34"),
    )
    assert outcomes(report) == ["ACCEPTED"] * 4
    assert [codes(report, number) for number in range(4)] == [["PRICE_UNUSUAL"], ["PRICE_UNUSUAL"], [], []]
