"""Handing reports in over HTTP, following them, and reading what became of every row."""

from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.api.conftest import Api, Caller

HEADER = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency,end_customer"
SUBMIT = "distributor/submit_sell_through.graphql"
FOLLOW = "distributor/follow_submission.graphql"
ANNOUNCE = "distributor/create_upload.graphql"


async def submitted(api: Api, caller: Caller, csv: str, **changed: Any) -> dict[str, Any]:
    given = {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "period": {"start": "2026-01-01", "end": "2026-02-01"},
        "source": {"uploadId": await caller.upload(csv.encode())},
        "idempotencyKey": uuid4().hex,
        **changed,
    }
    return await caller.act(SUBMIT, **given)


async def test_a_distributor_submits_follows_and_reads_every_row(api: Api) -> None:
    caller = await api.distributor()
    payload = await submitted(
        api,
        caller,
        f"{HEADER}\nR-1,1,2026-01-05,DRIVE-1,A-1,3,120,EUR,Shop\nR-1,2,2026-01-05,WHAT,A-1,1,120,EUR,\n"
        "R-2,1,yesterday,DRIVE-1,A-1,x,120,EUR,\n",
    )
    assert payload["userErrors"] == []
    assert payload["submission"]["status"] == "RECEIVED"
    await api.count()
    found = (await caller.ask(FOLLOW, id=payload["submission"]["id"]))["node"]
    assert found["status"] == "PROCESSED"
    assert found["counts"] == {
        "received": 3,
        "accepted": 1,
        "held": 1,
        "rejected": 1,
        "duplicate": 0,
        "conflict": 0,
        "progress": 1.0,
    }
    rows = [edge["node"] for edge in found["rows"]["edges"]]
    assert [row["outcome"] for row in rows] == ["ACCEPTED", "HELD", "REJECTED"]
    rejected = {(issue["field"], issue["code"]) for issue in rows[2]["issues"]}
    assert {("sold_on", "MALFORMED_DATE"), ("quantity", "MALFORMED_NUMBER")} <= rejected, "all issues at once"
    assert all(issue["message"] for issue in rows[1]["issues"])


async def test_raw_bytes_and_the_row_report_are_downloaded_by_short_links(api: Api) -> None:
    caller = await api.distributor()
    text = f"{HEADER}\nD-1,1,2026-01-05,DRIVE-1,A-1,1,120,EUR,=cmd()\nD-2,1,2026-01-05,NOPE,A-1,1,120,EUR,Shop\n"
    payload = await submitted(api, caller, text)
    await api.count()
    links = (
        await caller.ask(
            "query($id: ID!) { node(id: $id) { ... on Submission { rawUrl reportUrl } } }",
            id=payload["submission"]["id"],
        )
    )["node"]
    raw = await api.http.get(links["rawUrl"])
    assert raw.status_code == 200 and raw.text == text
    assert (
        raw.headers["content-disposition"].startswith("attachment")
        and raw.headers["x-content-type-options"] == "nosniff"
    )
    rows = await api.http.get(links["reportUrl"])
    lines = rows.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3 and ",ACCEPTED," in lines[1] and ",HELD," in lines[2]
    assert "'=cmd()" in lines[1], "a formula is disarmed"
    forged = await api.http.get(links["rawUrl"][:-6] + "AAAAAA")
    assert forged.status_code == 401
    crossed = await api.http.get(links["reportUrl"].replace("/rows?", "/raw?"))
    assert crossed.status_code == 401, "a link does one thing"


async def test_a_vendor_reads_the_rendering_and_never_the_bytes(api: Api) -> None:
    payload = await submitted(api, await api.distributor(), f"{HEADER}\nV-1,1,2026-01-05,DRIVE-1,A-1,1,120,EUR,Shop\n")
    await api.count()
    vendor = await api.vendor()
    links = (
        await vendor.ask(
            "query($id: ID!) { node(id: $id) { ... on Submission { rawUrl reportUrl status } } }",
            id=payload["submission"]["id"],
        )
    )["node"]
    assert links["rawUrl"] is None
    assert (await api.http.get(links["reportUrl"])).status_code == 200


async def test_an_undisclosed_column_is_in_no_rendering_for_the_vendor(api: Api) -> None:
    caller = await api.distributor("Dist Two")
    payload = await submitted(
        api,
        caller,
        f"{HEADER}\nU-1,1,2026-01-05,DRIVE-1,T-2,1,131.25,EUR,Canary Ltd\n"
        "U-2,1,2026-01-05,NOPE,T-2,x,131.25,EUR,Canary Ltd\n",
        agreementId=api.world.agreement_gid("Acme", "Dist Two"),
    )
    await api.count("Acme", "Dist Two")
    vendor = await api.vendor()
    answer = await vendor.raw(
        """query($id: ID!) { node(id: $id) { ... on Submission { reportUrl
             issues(first: 50) { edges { node { field value message } } }
             rows(first: 50) { edges { node { row issues { value message } } } }
             lines(first: 50) { edges { node { unitPrice { amount } amount { amount } endCustomer } } } } } }""",
        id=payload["submission"]["id"],
    )
    text = str(answer) + (await api.http.get(answer["data"]["node"]["reportUrl"])).text
    assert "Canary" not in text and "131.25" not in text and "T-2" not in text
    line = answer["data"]["node"]["lines"]["edges"][0]["node"]
    assert line == {"unitPrice": None, "amount": None, "endCustomer": None}


async def test_another_tenants_agreement_is_not_found(api: Api) -> None:
    caller = await api.distributor("Dist Two")
    for agreement in (
        api.world.agreement_gid("Acme", "Dist One"),
        api.world.agreement_gid("Borealis", "Dist One"),
        global_id("DistributionAgreement", Key(api.world.vendors["Acme"], uuid4())),
        "nonsense",
    ):
        payload = await submitted(api, caller, f"{HEADER}\n", agreementId=agreement)
        assert payload["submission"] is None
        assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("NOT_FOUND", ["input", "agreementId"])]


async def test_all_reasons_are_told_at_once_and_nothing_is_written(api: Api) -> None:
    caller = await api.distributor()
    before = await api.world.connection.fetchval("SELECT count(*) FROM submission")
    payload = await caller.act(
        SUBMIT,
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period={"start": "2035-01-01", "end": "2035-02-01"},
        source={"uploadId": "nonsense"},
        idempotencyKey=uuid4().hex,
    )
    assert {error["code"] for error in payload["userErrors"]} == {"OUTSIDE_AGREEMENT", "NOT_FOUND"}
    assert await api.world.connection.fetchval("SELECT count(*) FROM submission") == before


async def test_an_upload_without_bytes_and_one_of_somebody_else_are_refused(api: Api) -> None:
    caller, other = await api.distributor(), await api.distributor("Dist Two")
    announced = await caller.act(
        ANNOUNCE,
        filename="late.csv",
        idempotencyKey=uuid4().hex,
    )
    payload = await submitted(api, caller, "x", source={"uploadId": announced["upload"]["id"]})
    assert [error["code"] for error in payload["userErrors"]] == ["UPLOAD_INCOMPLETE"]
    theirs = await other.upload(b"data")
    payload = await submitted(api, caller, "x", source={"uploadId": theirs})
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]
    foreign = await api.http.put(
        announced["upload"]["url"], content=b"x", headers={"Authorization": f"Bearer {other.token}"}
    )
    assert foreign.status_code == 404


@pytest.mark.parametrize("announce", [{"byteSize": 3}, {"sha256": "0" * 64}])
async def test_bytes_other_than_announced_are_not_kept(api: Api, announce: dict[str, Any]) -> None:
    caller = await api.distributor()
    place = (
        await caller.act(
            ANNOUNCE,
            filename="a.csv",
            idempotencyKey=uuid4().hex,
            **announce,
        )
    )["upload"]
    answer = await api.http.put(place["url"], content=b"something", headers=place["headers"])
    assert answer.status_code == 422 and answer.json()["code"] in {"SIZE_DIFFERS", "HASH_DIFFERS"}
    left = await api.world.connection.fetchval(
        "SELECT count(*) FROM report_chunk c JOIN report_file f ON f.id = c.file_id WHERE f.completed_at IS NULL"
    )
    assert left == 0


async def test_a_complete_upload_never_changes(api: Api) -> None:
    caller = await api.distributor()
    place = (
        await caller.act(
            ANNOUNCE,
            filename="a.csv",
            idempotencyKey=uuid4().hex,
        )
    )["upload"]
    first = await api.http.put(place["url"], content=b"first", headers=place["headers"])
    again = await api.http.put(place["url"], content=b"first", headers=place["headers"])
    other = await api.http.put(place["url"], content=b"other", headers=place["headers"])
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert first.json() == again.json()


async def test_only_who_may_submit_submits(api: Api) -> None:
    viewer = await api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    answer = await viewer.raw(
        SUBMIT,
        input={
            "agreementId": "x",
            "period": {"start": "2026-01-01", "end": "2026-02-01"},
            "source": {"uploadId": "x"},
            "idempotencyKey": "k",
        },
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_a_confirmed_alias_releases_what_waited(api: Api) -> None:
    caller = await api.distributor()
    payload = await submitted(api, caller, f"{HEADER}\nC-1,1,2026-01-05,OURS-1,A-1,2,120,EUR,\n")
    await api.count()
    product = global_id("Product", Key(api.world.vendors["Acme"], api.world.products["Acme", "DRIVE-1"]))
    confirmed = await caller.act(
        "distributor/confirm_alias.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        code="OURS-1",
        meaning={"productId": product},
    )
    assert confirmed["userErrors"] == [] and confirmed["alias"]["waitingRows"] == 1
    await api.count()
    found = (await caller.ask(FOLLOW, id=payload["submission"]["id"]))["node"]
    assert found["counts"]["accepted"] == 1 and found["counts"]["held"] == 0
    assert [issue["settledAt"] is not None for issue in found["rows"]["edges"][0]["node"]["issues"]] == [True]
    other = global_id("Product", Key(api.world.vendors["Acme"], api.world.products["Acme", "DRIVE-2"]))
    refused = await caller.act(
        "distributor/confirm_alias.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        code="OURS-1",
        meaning={"productId": other},
    )
    assert [error["code"] for error in refused["userErrors"]] == ["TAKEN"]


async def test_a_vendor_hands_in_sell_in(api: Api) -> None:
    vendor = await api.vendor()
    upload = await vendor.upload(
        b"document_number,document_line,sold_on,product_code,quantity,unit_price,currency\n"
        b"SI-1,1,2026-01-03,DRIVE-1,50,80,EUR\nSI-1,2,2026-01-03,NOPE,50,80,EUR\n"
    )
    payload = await vendor.act(
        "vendor/submit_sell_in.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period={"start": "2026-01-01", "end": "2026-02-01"},
        uploadId=upload,
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    await api.count()
    day = await api.world.connection.fetchrow("SELECT units, amount FROM sell_in_day")
    assert day is not None and (day["units"], day["amount"]) == (50_000, 4_000_000_000)


async def test_without_a_token_or_with_a_wrong_one_nothing_is_said(api: Api) -> None:
    for header in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        answer = await api.http.post("/graphql", json={"query": "{ viewer { roles } }"}, headers=header)
        assert answer.status_code == 401 and answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert "WWW-Authenticate" in answer.headers and "data" not in answer.json()


async def test_the_level_of_a_reseller_sees_no_report(api: Api) -> None:
    payload = await submitted(api, await api.distributor(), f"{HEADER}\nZ-1,1,2026-01-05,DRIVE-1,A-1,1,120,EUR,\n")
    reseller = await api.as_(Level.RESELLER, "Reseller One", Role.RESELLER_ADMIN)
    answer = await reseller.raw("query($id: ID!) { node(id: $id) { id } }", id=payload["submission"]["id"])
    assert answer["data"]["node"] is None
