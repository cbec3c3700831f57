"""Claims against funds: proved by files, decided and paid by two people, and what they take from the fund."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.files.scanning import ScanFailed, scan_at
from app.funds.claims import proofs
from app.funds.verify import unlike_funds
from app.programme.terms import Level
from app.settings import settings
from app.store.database import acting_as_worker
from tests.api.conftest import Api, Caller
from tests.api.funds_kit import PDF, TODAY, Desk, amounts, done, later, nodes, told, uuid_of
from tests.api.test_funds import clock

CLAIM, DECIDE, PAY = (
    "distributor/claim_funds.graphql",
    "vendor/decide_fund_claim.graphql",
    "vendor/pay_fund_claim.graphql",
)
CLOSE = "vendor/close_fund_request.graphql"


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api)


def workbook() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", uuid4().hex)
    return kept.getvalue()


async def test_a_claim_is_proved_decided_by_finance_and_paid_in_parts(desk: Desk) -> None:
    fund = await desk.fund()
    request = await desk.approved(fund, "300")
    finance, partner = await desk.finance(), await desk.partner()
    first = await desk.claimed(request, "500")
    assert (first["status"], first["approved"], [each["mediaType"] for each in first["proofs"]]) == (
        "SUBMITTED",
        None,
        ["application/pdf"],
    )
    given = {"fundClaimId": first["id"], "decision": "APPROVE", "cost": "400"}
    assert await desk.refused(finance, DECIDE, **given) == {("reason", "REQUIRED")}
    assert await desk.refused(finance, DECIDE, **{**given, "cost": "501"}) == {("cost", "INVALID")}
    approved = await done(finance, DECIDE, **given, reason="Travel does not count")
    assert (approved["status"], approved["approvedCost"]["amount"], approved["approved"]["amount"]) == (
        "APPROVED",
        "400",
        "200",
    )
    assert await desk.refused(finance, DECIDE, **given, reason="x") == {("fundClaimId", "TOO_LATE")}
    assert amounts(await desk.read(fund)) == {"granted": "1000", "reserved": "300", "available": "700"}
    pays = {"fundClaimId": first["id"], "paymentReference": "CN-7"}
    assert (await done(finance, PAY, **pays))["status"] == "PAID"
    assert await desk.refused(finance, PAY, **pays) == {("fundClaimId", "TOO_LATE")}
    assert amounts(await desk.read(fund)) == {
        "granted": "1000",
        "reserved": "100",
        "paid": "200",
        "available": "700",
    }
    second = await desk.claimed(request, "1000")
    approved = await done(finance, DECIDE, fundClaimId=second["id"], decision="APPROVE")
    assert approved["approved"]["amount"] == "100"
    payload = await desk.claim_of(request, "10")
    assert told(payload) == {("fundRequestId", "TOO_LATE")}
    (seen,) = nodes((await desk.read(fund, partner, "distributor"))["requests"])
    assert [each["decidedBy"] for each in nodes(seen["claims"])] == [None, None]
    assert (seen["claimed"]["amount"], seen["paid"]["amount"], seen["left"]["amount"]) == ("300", "200", "0")
    entry = nodes((await desk.read(fund))["entries"])[0]
    assert (entry["kind"], entry["amount"]["amount"], entry["reason"]) == ("PAY", "200", "Paid by CN-7.")


async def test_who_approved_a_request_lets_none_of_its_money_go(desk: Desk) -> None:
    fund, both = await desk.fund(), await desk.both()
    request = await desk.requested(fund)
    await done(both, "vendor/decide_funds.graphql", fundRequestId=request["id"], decision="APPROVE")
    claim = await desk.claimed(request, "100")
    given = {"fundClaimId": claim["id"], "decision": "APPROVE"}
    assert await desk.refused(both, DECIDE, **given) == {("fundClaimId", "NOT_ALLOWED")}
    await done(await desk.finance(), DECIDE, **given)
    pays = {"fundClaimId": claim["id"], "paymentReference": "P-1"}
    assert await desk.refused(both, PAY, **pays) == {("fundClaimId", "NOT_ALLOWED")}
    manager = await desk.manager()
    answer = await manager.raw(DECIDE, input=given)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await done(await desk.finance(), PAY, **pays))["status"] == "PAID"


async def test_twenty_twins_of_a_claim_and_of_a_payment_have_one_effect(desk: Desk) -> None:
    fund, finance, partner = await desk.fund(), await desk.finance(), await desk.partner()
    request = await desk.approved(fund, "100")
    upload = await partner.upload(PDF + uuid4().bytes)
    given = {"fundRequestId": request["id"], "cost": "400", "uploadIds": [upload], "idempotencyKey": uuid4().hex}
    twins = await asyncio.gather(*(done(partner, CLAIM, **given) for _ in range(20)))
    assert len({each["id"] for each in twins}) == 1
    by_claim = {"fundClaimId": twins[0]["id"]}
    decided = await asyncio.gather(*(finance.act(DECIDE, **by_claim, decision="APPROVE") for _ in range(20)))
    assert sum(not payload["userErrors"] for payload in decided) == 1
    paid = await asyncio.gather(*(finance.act(PAY, **by_claim, paymentReference="P") for _ in range(20)))
    assert sum(not payload["userErrors"] for payload in paid) == 1
    assert amounts(await desk.read(fund)) == {"granted": "1000", "paid": "100", "available": "900"}


async def test_claims_racing_for_what_is_left_pay_no_more_than_the_request(desk: Desk) -> None:
    fund, finance = await desk.fund(), await desk.finance()
    request = await desk.approved(fund, "100")
    claims = [await desk.claimed(request, "60") for _ in range(5)]
    payloads = await asyncio.gather(
        *(finance.act(DECIDE, fundClaimId=claim["id"], decision="APPROVE") for claim in claims)
    )
    taken = sorted(p["fundClaim"]["approved"]["amount"] for p in payloads if not p["userErrors"])
    assert taken == ["10", "30", "30", "30"]
    (refused,) = [told(payload) for payload in payloads if payload["userErrors"]]
    assert refused == {("decision", "INVALID")}


async def test_a_rejected_claim_pays_nothing_and_its_proof_serves_again(desk: Desk) -> None:
    fund, finance, partner = await desk.fund(), await desk.finance(), await desk.partner()
    request = await desk.approved(fund)
    upload = await partner.upload(PDF + uuid4().bytes)
    claim = (await desk.claim_of(request, "10", uploadIds=[upload]))["fundClaim"]
    again = await desk.claim_of(request, "10", uploadIds=[upload])
    assert told(again) == {("uploadIds.0", "TAKEN")}
    assert await desk.refused(await desk.manager(), CLOSE, fundRequestId=request["id"]) == {
        ("fundRequestId", "NOT_ALLOWED")
    }
    given = {"fundClaimId": claim["id"], "decision": "REJECT"}
    assert await desk.refused(finance, DECIDE, **given, cost="1") == {("reason", "REQUIRED"), ("cost", "INVALID")}
    rejected = await done(finance, DECIDE, **given, reason="Another month")
    assert (rejected["status"], rejected["approved"], rejected["reason"]) == ("REJECTED", None, "Another month")
    pays = {"fundClaimId": claim["id"], "paymentReference": "P"}
    assert await desk.refused(finance, PAY, **pays) == {("fundClaimId", "TOO_LATE")}
    assert (await desk.claim_of(request, "10", uploadIds=[upload]))["userErrors"] == []


async def test_a_proof_is_what_its_bytes_say_and_nothing_else_is_taken(desk: Desk) -> None:
    fund, partner = await desk.fund(), await desk.partner()
    request = await desk.approved(fund)
    taken = {
        "a.exe": (b"\x89PNG\r\n\x1a\n" + uuid4().bytes, "image/png"),
        "b": (b"\xff\xd8\xff\xe0" + uuid4().bytes, "image/jpeg"),
        "c.pdf": (b"day,cost\n2026-01-01," + uuid4().hex.encode() + b"\n", "text/csv"),
        "d.csv": (workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    }
    uploads = [await partner.upload(content, name) for name, (content, _) in taken.items()]
    claim = (await desk.claim_of(request, "10", uploadIds=uploads))["fundClaim"]
    assert {each["filename"]: each["mediaType"] for each in claim["proofs"]} == {
        name: kind for name, (_, kind) in taken.items()
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("virus.exe", "MZ")
    for content in (b"MZ\x90\0", archive.getvalue(), b"PK\x03\x04 broken", b"<html>,</html>\0", b"nothing"):
        upload = await partner.upload(content, "proof.pdf")
        async with desk.nothing_written():
            payload = await desk.claim_of(request, "10", uploadIds=[upload])
        assert told(payload) == {("uploadIds.0", "INVALID")}


async def test_everything_wrong_with_a_claim_is_told_at_once_and_nothing_is_written(desk: Desk) -> None:
    fund, partner = await desk.fund(), await desk.partner()
    request, waits = await desk.approved(fund), await desk.requested(fund)
    two = await desk.api.distributor("Dist Two")
    foreign, own = await two.upload(PDF), await partner.upload(PDF + uuid4().bytes)
    empty = (
        await partner.act(
            "distributor/create_upload.graphql", filename="later.pdf", byteSize=None, idempotencyKey=uuid4().hex
        )
    )["upload"]["id"]
    given = {
        "fundRequestId": waits["id"],
        "cost": "0.001",
        "invoiceNumber": " ",
        "uploadIds": [foreign, "x", empty, own, own],
        "idempotencyKey": uuid4().hex,
    }
    assert await desk.refused(partner, CLAIM, **given) == {
        ("fundRequestId", "NOT_ACTIVE"),
        ("cost", "INVALID"),
        ("invoiceNumber", "REQUIRED"),
        ("uploadIds", "INVALID"),
        ("uploadIds.0", "NOT_FOUND"),
        ("uploadIds.1", "NOT_FOUND"),
        ("uploadIds.2", "UPLOAD_INCOMPLETE"),
        ("uploadIds.4", "INVALID"),
    }
    none = {**given, "fundRequestId": request["id"], "cost": "1", "invoiceNumber": "I", "uploadIds": []}
    assert await desk.refused(partner, CLAIM, **none) == {("uploadIds", "REQUIRED")}


async def test_costs_are_claimed_from_the_first_day_of_the_activity_until_the_last_in_time(desk: Desk) -> None:
    fund = await desk.fund(claimDays=10)
    ahead = await desk.approved(fund, period={"start": later(2), "end": later(5)})
    assert told(await desk.claim_of(ahead, "1")) == {("fundRequestId", "NOT_OVER")}
    over = await desk.approved(fund)
    connection = desk.api.world.connection
    for days, problems in ((9, set[tuple[str, str]]()), (10, {("fundRequestId", "TOO_LATE")})):
        ends = TODAY - timedelta(days=days)
        await connection.execute(
            "UPDATE fund_request SET starts_on = $2::date - 5, ends_on = $2 WHERE id = $1",
            uuid_of("FundRequest", over),
            ends,
        )
        assert told(await desk.claim_of(over, "1")) == problems


async def test_a_claim_in_time_keeps_its_request_until_it_is_decided(desk: Desk) -> None:
    fund, finance = await desk.fund(claimDays=10), await desk.finance()
    request = await desk.approved(fund, "100")
    claim = await desk.claimed(request, "60")
    await clock(desk, TODAY + timedelta(days=30))
    assert amounts(await desk.read(fund))["reserved"] == "100"
    await done(finance, DECIDE, fundClaimId=claim["id"], decision="APPROVE")
    await clock(desk, TODAY + timedelta(days=30))
    assert amounts(await desk.read(fund)) == {"granted": "1000", "reserved": "30", "available": "970"}
    assert (await done(finance, PAY, fundClaimId=claim["id"], paymentReference="P"))["status"] == "PAID"
    assert amounts(await desk.read(fund)) == {"granted": "1000", "paid": "30", "available": "970"}


async def test_what_was_approved_is_paid_to_a_reseller_that_was_suspended_since(desk: Desk) -> None:
    await desk.opened()
    fund = await desk.fund(resellerId=desk.reseller_id())
    reseller, finance, manager = await desk.api.reseller(), await desk.finance(), await desk.manager()
    request = await done(reseller, "reseller/request_funds.graphql", **desk.asked(fund))
    await done(manager, "vendor/decide_funds.graphql", fundRequestId=request["id"], decision="APPROVE")
    before = await desk.claimed(request, "60", reseller)
    await desk.opened(status="SUSPENDED")
    try:
        upload = await reseller.upload(PDF + uuid4().bytes)
        given = {"fundRequestId": request["id"], "cost": "100", "uploadIds": [upload], "idempotencyKey": uuid4().hex}
        after = await done(reseller, "reseller/claim_funds.graphql", **given)
        paid = []
        for claim in (before, after):
            await done(finance, DECIDE, fundClaimId=claim["id"], decision="APPROVE")
            paid.append(await done(finance, PAY, fundClaimId=claim["id"], paymentReference="P"))
        assert [each["approved"]["amount"] for each in paid] == ["30", "50"]
    finally:
        await desk.opened()


def path_of(link: str) -> str:
    return link.split("8000", 1)[1]


async def test_a_proof_is_read_by_the_vendor_and_its_partner_by_a_link_of_their_own(desk: Desk) -> None:
    fund, partner = await desk.fund(), await desk.partner()
    request, content = await desk.approved(fund), PDF + uuid4().bytes
    upload = await partner.upload(content, "Rechnung für März.pdf")
    await desk.claim_of(request, "10", uploadIds=[upload])

    async def link(caller: Caller) -> str:
        (asked,) = nodes((await desk.read(fund, caller))["requests"])
        (claim,) = nodes(asked["claims"])
        found: str = claim["proofs"][0]["downloadUrl"]
        return path_of(found)

    analyst = await desk.api.vendor(role=Role.VENDOR_ANALYST)
    for caller in (partner, await desk.finance(), analyst):
        answer = await desk.api.http.get(await link(caller))
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["content-type"] == "application/pdf"
        assert "R%C3%A4" not in answer.headers["content-disposition"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    own = await link(partner)
    assert (await desk.api.http.get(own.replace("fund-proof", "raw"))).status_code == 401
    assert (await desk.api.http.get(own + "x")).status_code == 401


async def test_a_link_made_for_a_stranger_leads_nowhere(desk: Desk) -> None:
    fund, partner = await desk.fund(), await desk.partner()
    request = await desk.approved(fund)
    claim = await desk.claimed(request, "10")
    world = desk.api.world
    proof = await world.connection.fetchval(
        "SELECT id FROM fund_proof WHERE claim_id = $1", uuid_of("FundClaim", claim)
    )
    assert proof is not None and partner is not None
    from app.execution.identifiers import Key
    from app.funds.downloads import proof as download

    key = Key(world.vendors["Acme"], proof)
    strangers = (
        world.actor(Level.DISTRIBUTOR, "Dist Two", Role.DISTRIBUTOR_ADMIN),
        world.actor(Level.VENDOR, "Borealis", Role.VENDOR_FINANCE),
        world.actor(Level.RESELLER, "Reseller One", Role.RESELLER_ADMIN),
    )
    for stranger in strangers:
        assert await download(desk.api.database, stranger, key) is None
        assert await download(desk.api.database, stranger, Key(world.vendors["Borealis"], proof)) is None
    own = world.actor(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_FINANCE)
    assert await download(desk.api.database, own, key) is not None


@asynccontextmanager
async def clamd(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A daemon that answers every file alike, and keeps what it was sent."""
    sent: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(size)
        sent.append(content)
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", sent


async def test_a_scanner_sees_every_byte_and_a_harmful_or_unseen_file_is_not_taken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fund, partner = await desk.fund(), await desk.partner()
    request = await desk.approved(fund)

    async def claim(address: str) -> dict[str, Any]:
        monkeypatch.setattr(proofs, "settings", lambda: settings().model_copy(update={"scan_address": address}))
        upload = await partner.upload(PDF + b"x" * 100_000 + uuid4().bytes)
        payload: dict[str, Any] = await desk.claim_of(request, "10", uploadIds=[upload])
        return payload

    async with clamd(b"stream: Win.Test.EICAR_HDB-1 FOUND\0") as (address, sent):
        payload = await claim(address)
    assert told(payload) == {("uploadIds.0", "INVALID")}
    assert "EICAR" in payload["userErrors"][0]["message"]
    assert len(sent[0]) == len(PDF) + 100_016
    assert told(await claim(address)) == {("uploadIds.0", "BUSY")}
    async with clamd(b"INSTREAM size limit exceeded. ERROR\0") as (address, _):
        assert told(await claim(address)) == {("uploadIds.0", "BUSY")}
    async with clamd(b"stream: OK\0") as (address, _):
        assert (await claim(address))["userErrors"] == []


async def test_without_an_address_nobody_looks_at_files() -> None:
    assert await scan_at(None).check(b"anything") is None
    with pytest.raises(ScanFailed):
        await scan_at("127.0.0.1:1").check(b"anything")


async def test_a_file_above_the_bound_is_no_proof(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fund, partner = await desk.fund(), await desk.partner()
    request = await desk.approved(fund)
    monkeypatch.setattr(proofs, "settings", lambda: settings().model_copy(update={"largest_proof": 100}))
    uploads = [await partner.upload(PDF + b"x" * (size - len(PDF))) for size in (100, 101)]
    assert told(await desk.claim_of(request, "10", uploadIds=uploads)) == {("uploadIds.1", "INVALID")}
    assert (await desk.claim_of(request, "10", uploadIds=uploads[:1]))["userErrors"] == []


async def test_verify_finds_nothing_and_whatever_a_fund_holds_otherwise(desk: Desk) -> None:
    fund, finance = await desk.fund(), await desk.finance()
    request = await desk.approved(fund, "300")
    claim = await desk.claimed(request, "100")
    await done(finance, DECIDE, fundClaimId=claim["id"], decision="APPROVE")
    await done(finance, PAY, fundClaimId=claim["id"], paymentReference="P")
    vendor_id, connection = desk.api.world.vendors["Acme"], desk.api.world.connection

    async def found() -> list[str]:
        async with desk.api.database.reading(acting_as_worker(vendor_id)) as session:
            return [each.name for each in await unlike_funds(session, vendor_id)]

    own = uuid_of("Fund", fund)
    before = await found()
    for column, names in (("granted_minor", ["granted"]), ("paid_minor", ["paid", "paid for requests"])):
        await connection.execute(f"UPDATE fund SET {column} = {column} + 1 WHERE id = $1", own)
        assert sorted(await found()) == sorted([*before, *names])
        await connection.execute(f"UPDATE fund SET {column} = {column} - 1 WHERE id = $1", own)
    assert before == []
