"""Sell-out: a reseller reports what it sold to end customers, follows it, corrects it, and is alone with what is its own."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.network.verify import differences
from app.programme.terms import Level
from app.settings import PROJECT
from app.store.connect import Urls
from app.store.database import acting_as_worker
from tests.api.conftest import Api
from tests.api.sell_out_kit import Shop, enrolled, outcomes, sold
from tests.api.streaming import serving


@pytest.fixture(scope="module")
async def enrollments(api: Api) -> dict[str, str]:
    return {
        "Acme": await enrolled(api, "Acme", "Reseller One"),
        "Acme Two": await enrolled(api, "Acme", "Reseller Two"),
        "Borealis": await enrolled(api, "Borealis", "Reseller One", "APPLIED"),
    }


@pytest.fixture
async def shop(api: Api, enrollments: dict[str, str]) -> AsyncIterator[Shop]:
    yield Shop(api, await api.reseller(), enrollments["Acme"])
    async with api.database.reading(acting_as_worker(api.world.vendors["Acme"])) as session:
        assert await differences(session, api.world.vendors["Acme"]) == []
    for table in (
        "sell_out_line",
        "sell_out_month",
        "submission_issue",
        "submission_effect",
        "report_row",
        "submission",
    ):
        await api.world.connection.execute(f"DELETE FROM {table}")


async def test_lines_sent_inline_count_and_are_shown_to_their_reseller(shop: Shop) -> None:
    report = await shop.report(
        sold("E-1", "3", unitPrice="140", currency="EUR", endCustomer="Anna Koch", shipToCountry="AT"),
        sold("E-2", "-1", documentKind="CREDIT_NOTE", returnOf="E-1:1", serialNumbers=["S-1"]),
    )
    assert (report["kind"], report["status"], report["agreement"], report["timeliness"]) == (
        *("SELL_OUT", "PROCESSED", None, None),
    )
    assert outcomes(report) == ["ACCEPTED", "ACCEPTED"]
    first, second = await shop.lines()
    assert first["endCustomer"] == "Anna Koch" and first["amount"] == {"amount": "420", "currency": "EUR"}
    assert first["product"]["sku"] == "DRIVE-1" and first["submission"]["id"] == report["id"]
    assert (second["quantity"], second["saleType"], second["serialNumbers"]) == ("-1", "RETURN", ["S-1"])
    assert second["unitPrice"] is None and second["amount"] is None
    assert await shop.lines(sold={"start": "2026-02-01", "end": "2026-03-01"}) == []


async def test_a_file_counts_as_well_and_each_row_says_what_became_of_it(shop: Shop) -> None:
    report = await shop.report(
        csv=[
            "E-1,1,2026-01-05,DRIVE-1,2,140,EUR,DE,Anna Koch",
            "E-1,2,2026-01-05,DRIVE-11,1,,,,",
            "E-1,3,2026-01-05,DRIVE-1,1,140,,,",
            "E-1,4,,DRIVE-1,0,,,XQ,",
            "E-1,1,2026-01-05,DRIVE-1,2,140,EUR,DE,Anna Koch",
            "E-1,1,2026-01-05,DRIVE-1,9,140,EUR,DE,Anna Koch",
        ]
    )
    assert outcomes(report) == ["ACCEPTED", "HELD", "REJECTED", "REJECTED", "DUPLICATE", "CONFLICT"]
    rows = [edge["node"] for edge in report["rows"]["edges"]]
    (unknown,) = rows[1]["issues"]
    assert unknown["code"] == "UNKNOWN_PRODUCT" and unknown["suggestion"]["product"]["sku"] == "DRIVE-1"
    assert [(each["field"], each["code"]) for each in rows[2]["issues"]] == [("currency", "MISSING_VALUE")]
    assert {each["code"] for each in rows[3]["issues"]} >= {"MISSING_VALUE", "QUANTITY_ZERO", "UNKNOWN_COUNTRY"}
    assert report["counts"]["received"] == 6 and report["detected"]["delimiter"] == ","
    text = (await shop.api.http.get(report["reportUrl"])).text
    assert "UNKNOWN_PRODUCT" in text and "Anna Koch" in text
    assert (await shop.api.http.get(report["rawUrl"])).text.startswith("document_number")


async def test_a_held_row_counts_once_it_is_sent_again_put_right(shop: Shop) -> None:
    first = await shop.report(sold("E-1", "2", productCode="NO-SUCH"))
    assert outcomes(first) == ["HELD"]
    second = await shop.report(sold("E-1", "2"), mode="CORRECT")
    assert outcomes(second) == ["ACCEPTED"]
    assert outcomes(await shop.seen(first["id"])) == ["SUPERSEDED"]
    assert [each["quantity"] for each in await shop.lines()] == ["2"]


async def test_a_correction_and_a_restated_period_take_the_place_of_what_was_said(shop: Shop) -> None:
    await shop.report(sold("E-1", "2"), sold("E-2", "5"), sold("E-3", "1", "2026-02-10"))
    corrected = await shop.report(sold("E-1", "3"), mode="CORRECT")
    assert corrected["correctedLines"] == 1
    assert sorted(each["quantity"] for each in await shop.lines()) == ["1", "3", "5"]
    january = {"start": "2026-01-01", "end": "2026-02-01"}
    restated = await shop.report(sold("E-1", "3"), mode="REPLACE_PERIOD", period=january)
    assert outcomes(restated) == ["DUPLICATE"] and restated["correctedLines"] == 1
    assert sorted((each["documentNumber"], each["quantity"]) for each in await shop.lines()) == [
        ("E-1", "3"),
        ("E-3", "1"),
    ]


async def test_the_same_key_of_another_reseller_is_another_line(
    shop: Shop, api: Api, enrollments: dict[str, str]
) -> None:
    other = Shop(api, await api.reseller("Reseller Two"), enrollments["Acme Two"], reseller="Reseller Two")
    await shop.report(sold("E-1", "2"))
    assert outcomes(await other.report(sold("E-1", "7"))) == ["ACCEPTED"]
    assert [each["quantity"] for each in await shop.lines()] == ["2"]
    assert [each["quantity"] for each in await other.lines()] == ["7"]


async def test_a_preview_says_what_would_change_and_changes_nothing(shop: Shop) -> None:
    await shop.report(sold("E-1", "2"))
    tried = await shop.report(
        sold("E-1", "5", unitPrice="10", currency="EUR"),
        sold("E-2", "1"),
        mode="CORRECT",
        document="reseller/preview_sell_out.graphql",
    )
    assert tried["preview"] and outcomes(tried) == ["ACCEPTED", "ACCEPTED"]
    effects = [edge["node"] for edge in tried["effects"]["edges"]]
    assert sum(int(each["units"]) for each in effects) == 4
    assert [each["quantity"] for each in await shop.lines()] == ["2"]


async def test_the_same_idempotency_key_answers_the_same_report(shop: Shop) -> None:
    first = await shop.hand_in(sold("E-1", "2"), idempotencyKey="sell-out-once")
    again = await shop.hand_in(sold("E-1", "2"), idempotencyKey="sell-out-once")
    assert first["submission"]["id"] == again["submission"]["id"]
    await shop.count()
    listed = await shop.caller.ask("reseller/sell_out_reports.graphql", first=10)
    found = listed["viewer"]["reseller"]["sellOutSubmissions"]
    assert found["totalCount"] == 1 and found["edges"][0]["node"]["counts"]["accepted"] == 1


async def test_a_report_is_withdrawn_before_it_is_counted(shop: Shop) -> None:
    handed = await shop.hand_in(sold("E-1", "2"))
    id = handed["submission"]["id"]
    payload = await shop.caller.act("reseller/cancel_submission.graphql", submissionId=id)
    assert payload["submission"]["status"] == "CANCELLED"
    await shop.count()
    assert await shop.lines() == []
    late = await shop.report(sold("E-2", "2"))
    payload = await shop.caller.act("reseller/cancel_submission.graphql", submissionId=late["id"])
    assert payload["userErrors"][0]["code"] == "TOO_LATE"


async def test_what_cannot_be_handed_in_is_refused_and_leaves_nothing(
    shop: Shop, api: Api, enrollments: dict[str, str]
) -> None:
    async def refused(**given: Any) -> list[tuple[str, str]]:
        payload = await shop.hand_in(sold("E-1", "2"), **given)
        assert payload["submission"] is None
        return [(".".join(each["field"][1:]), each["code"]) for each in payload["userErrors"]]

    assert await refused(enrollmentId=enrollments["Acme Two"]) == [("enrollmentId", "NOT_FOUND")]
    assert await refused(enrollmentId=enrollments["Borealis"]) == [("enrollmentId", "NOT_ACTIVE")]
    assert await refused(enrollmentId="nonsense") == [("enrollmentId", "NOT_FOUND")]
    assert await refused(period={"start": "2026-02-01", "end": "2026-02-01"}) == [("period", "INVALID")]
    assert await refused(
        csv=b"ISA*00*          *00*          *ZZ*S              *ZZ*R              *260101*0000*U*00401*"
        b"000000001*0*P*>~"
    ) == [("source.uploadId", "FORMAT_NOT_AGREED")]
    assert await api.world.connection.fetchval("SELECT count(*) FROM submission") == 0


async def test_nobody_else_hands_sell_out_in_or_reads_it(shop: Shop, api: Api) -> None:
    report = await shop.report(sold("E-1", "2", endCustomer="Anna Koch"))
    submit = {
        "enrollmentId": shop.enrollment,
        "period": {"start": "2026-01-01", "end": "2026-02-01"},
        "source": {"lines": [sold("E-9", "1")]},
        "idempotencyKey": "not-mine",
    }
    callers = {
        "vendor": await api.vendor(),
        "distributor": await api.distributor(),
        "viewer": await api.reseller(role=Role.RESELLER_VIEWER),
        "sales": await api.reseller(role=Role.RESELLER_SALES),
        "buyer": await api.as_(
            Level.RESELLER, "Reseller One", Role.RESELLER_ADMIN, scopes=frozenset({Scope.PURCHASES_READ})
        ),
    }
    for caller in callers.values():
        answer = await caller.raw("reseller/submit_sell_out.graphql", input=submit)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", answer
    for name in ("vendor", "distributor", "buyer"):
        seen = await callers[name].raw("query($id: ID!) { node(id: $id) { id } }", id=report["id"])
        assert seen["data"]["node"] is None, name
    other = await api.reseller("Reseller Two")
    assert (await other.ask("query($id: ID!) { node(id: $id) { id } }", id=report["id"]))["node"] is None


async def test_a_vendor_reads_no_report_and_no_line_of_sell_out(shop: Shop, api: Api) -> None:
    await shop.report(sold("E-1", "2", endCustomer="Anna Koch"))
    answer = await (await api.vendor()).raw(
        "{ viewer { vendor { resellers(first: 10) { edges { node { name sellOutSubmissions(first: 5) { totalCount }"
        " sellOutLines(first: 5) { totalCount } } } } } } }"
    )
    assert answer["errors"] and {each["extensions"]["code"] for each in answer["errors"]} == {"FORBIDDEN"}


async def test_a_reseller_announces_a_file_and_follows_its_report_until_it_is_processed(
    shop: Shop, api: Api, urls: Urls
) -> None:
    announced = await shop.caller.act("reseller/create_upload.graphql", filename="own.csv", idempotencyKey="own-file")
    place = announced["upload"]
    data = b"document_number,sold_on,product_code,quantity\nE-1,2026-01-05,DRIVE-1,2\n"
    assert (await api.http.put(place["url"], content=data, headers=place["headers"])).status_code == 200
    handed = await shop.hand_in(source={"uploadId": place["id"]})
    report = handed["submission"]["id"]
    document = (PROJECT / "graphql" / "operations" / "reseller/submission_progress.graphql").read_text()
    async with serving(urls, looked_up_every=0.05) as served:
        async with served.socket((await api.reseller("Reseller Two")).token) as other:
            id = await other.subscribe(document, id=report)
            assert (await other.receive())["type"] in {"error", "next"}
        async with served.socket(shop.caller.token) as socket:
            id = await socket.subscribe(document, id=report)
            assert (await socket.next(id))["data"]["submissionProgress"]["status"] == "RECEIVED"
            await shop.count()
            seen = []
            while (message := await socket.receive())["type"] == "next":
                seen.append(message["payload"]["data"]["submissionProgress"])
            assert seen[-1]["status"] == "PROCESSED" and seen[-1]["counts"]["accepted"] == 1
        await served.settled()
