"""Documents: handed in by a partner, read by it and the vendor, decided, taken back, and renewed in time."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.alerts.watching.watch import watch_decisions
from app.files import taking
from app.files.scanning import ScanFailed
from tests.api.conftest import Api, Caller
from tests.api.enablement_kit import PDF, certified, day, document, forbidden, node, own, refused
from tests.api.partners_kit import done, nodes, once, party_gid

ADD = "reseller/add_document.graphql"
VERIFY = "vendor/verify_document.graphql"
WITHDRAW = "reseller/withdraw_document.graphql"


def itself(api: Api, vendor: str = "Acme") -> dict[str, Any]:
    return {"resellerId": party_gid(api, "Reseller", vendor, "Reseller One")}


async def of_vendor(api: Api, caller: Caller | None = None, **filter: Any) -> list[dict[str, Any]]:
    data = await (caller or await api.vendor()).ask("vendor/documents.graphql", documents=filter, first=100)
    return nodes(data["viewer"]["vendor"]["documents"])


async def test_a_document_is_read_by_its_reseller_and_the_vendor_and_nobody_else(api: Api) -> None:
    vendor, reseller = await api.vendor(), await api.reseller()
    made = await document(api, reseller, **itself(api), kind="INSURANCE", title="Liability", validUntil=day(300))
    assert (made["status"], made["expired"], made["mediaType"]) == ("SUBMITTED", False, "application/pdf")
    (seen,) = [each for each in await of_vendor(api, status="SUBMITTED") if each["id"] == made["id"]]
    assert (seen["reseller"]["name"], seen["agreement"], seen["screening"]) == ("Reseller One", None, "NOT_SCREENED")
    assert made["id"] in [each["id"] for each in nodes((await own(reseller))["documents"])]
    data = await vendor.ask("vendor/partner_enablement.graphql", id=itself(api)["resellerId"])
    assert made["id"] in [each["id"] for each in nodes(data["node"]["documents"])]
    strangers = [
        await api.distributor(),
        await api.distributor("Dist Two"),
        await api.vendor("Borealis"),
        await api.reseller("Reseller Two"),
    ]
    for caller in strangers:
        assert await node(caller, made["id"]) is None
    for caller in strangers[:2]:
        text = "query($id: ID!) { node(id: $id) { ... on Reseller { documents(first: 5) { totalCount } } } }"
        data = await caller.ask(text, id=itself(api)["resellerId"])
        assert data["node"]["documents"]["totalCount"] == 0
    assert await of_vendor(api, await api.vendor("Borealis")) == []
    link = "query($id: ID!) { node(id: $id) { ... on ComplianceDocument { downloadUrl } } }"
    for caller in (vendor, reseller):
        data = await caller.ask(link, id=made["id"])
        answer = await caller.http.get(data["node"]["downloadUrl"])
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
        assert "attachment" in answer.headers["content-disposition"]


async def test_a_distributors_document_is_under_its_agreement(api: Api) -> None:
    one = await api.distributor()
    agreement = api.world.agreement_gid("Acme", "Dist One")
    upload = await one.upload(PDF + uuid4().bytes, "register.pdf")
    given = {"kind": "REGISTRATION", "title": "Register", "uploadId": upload, "idempotencyKey": once()}
    made = await done(one, "distributor/add_document.graphql", **given, agreementId=agreement)
    again = await done(one, "distributor/add_document.graphql", **given, agreementId=agreement)
    assert made["id"] == again["id"]
    data = await one.ask("distributor/reseller_enablement.graphql", id=agreement)
    assert [each["id"] for each in nodes(data["node"]["documents"])] == [made["id"]]
    foreign = [await api.distributor("Dist Two"), await api.reseller(), await api.vendor("Borealis")]
    for caller in foreign:
        assert await node(caller, made["id"]) is None
    (seen,) = [each for each in await of_vendor(api, kind="REGISTRATION") if each["id"] == made["id"]]
    assert (seen["agreement"]["id"], seen["reseller"]) == (agreement, None)


async def test_all_that_is_wrong_with_a_document_is_told_at_once(api: Api) -> None:
    reseller, vendor, one = await api.reseller(), await api.vendor(), await api.distributor()
    page = await reseller.upload(b"<html></html>", "page.html")
    given = {"kind": "TAX", "title": " ", "validUntil": day(-1), "idempotencyKey": once()}
    wrong = {**given, **itself(api), "uploadId": page}
    assert await refused(api, reseller, ADD, **wrong) == {
        ("uploadId", "INVALID"),
        ("title", "REQUIRED"),
        ("validUntil", "INVALID"),
    }
    good = await reseller.upload(PDF, "tax.pdf")
    fine = {**given, "title": "Tax", "validUntil": None, "uploadId": good}
    assert await refused(api, reseller, ADD, **fine) == {("resellerId", "REQUIRED")}
    agreement = api.world.agreement_gid("Acme", "Dist One")
    assert await refused(api, reseller, ADD, **fine, agreementId=agreement) == {("resellerId", "REQUIRED")}
    other = party_gid(api, "Reseller", "Acme", "Reseller Two")
    assert await refused(api, reseller, ADD, **fine, resellerId=other) == {("resellerId", "NOT_FOUND")}
    assert await refused(api, one, ADD, **fine, agreementId=agreement) == {("uploadId", "NOT_FOUND")}
    own_upload = {**fine, "uploadId": await one.upload(PDF, "x.pdf")}
    theirs = api.world.agreement_gid("Acme", "Dist Two")
    assert await refused(api, one, ADD, **own_upload, agreementId=theirs) == {("agreementId", "NOT_FOUND")}
    assert await refused(api, one, ADD, **own_upload, **itself(api)) == {("agreementId", "REQUIRED")}
    by_vendor = {**fine, **itself(api), "uploadId": await vendor.upload(PDF, "x.pdf")}
    assert await refused(api, vendor, ADD, **by_vendor) == {("", "NOT_ALLOWED")}
    for caller in (await api.reseller(role=Role.RESELLER_VIEWER), await api.distributor(role=Role.DISTRIBUTOR_FINANCE)):
        assert await forbidden(caller, ADD, **fine, **itself(api))
    for caller in (reseller, one):
        assert await forbidden(caller, VERIFY, documentId="x", decision="VERIFY")


async def test_a_file_that_is_harmful_or_that_nobody_could_look_at_is_not_taken(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Finds:
        async def check(self, content: bytes) -> str | None:
            if b"broken" in content:
                raise ScanFailed("no answer")
            return "Eicar"

    monkeypatch.setattr(taking, "scan_at", lambda address: Finds())
    reseller = await api.reseller()
    for content, code in ((PDF, "INVALID"), (PDF + b"broken", "BUSY")):
        given = {"kind": "TAX", "title": "Tax", "uploadId": await reseller.upload(content), "idempotencyKey": once()}
        assert await refused(api, reseller, ADD, **given, **itself(api)) == {("uploadId", code)}


async def test_a_vendor_decides_and_the_partner_reads_why_but_never_what_a_screening_found(api: Api) -> None:
    vendor, reseller = await api.vendor(), await api.reseller()
    made = await document(api, reseller, **itself(api), kind="DUE_DILIGENCE", title="Answers")
    given = {"documentId": made["id"]}
    assert await refused(api, vendor, VERIFY, **given, decision="REJECT") == {("reason", "REQUIRED")}
    wrong = {**given, "decision": "VERIFY", "screening": "MATCH", "reason": "x"}
    assert await refused(api, vendor, VERIFY, **wrong) == {("reason", "INVALID"), ("screening", "INVALID")}
    assert await refused(api, await api.vendor("Borealis"), VERIFY, **given, decision="VERIFY") == {
        ("documentId", "NOT_FOUND")
    }
    found = await done(vendor, VERIFY, **given, decision="REJECT", reason="Page 2 is missing.", screening="MATCH")
    assert (found["status"], found["screening"], found["decidedBy"] is None) == ("REJECTED", "MATCH", False)
    data = await reseller.ask(
        "query($id: ID!) { node(id: $id) { ... on ComplianceDocument { status reason screening decidedBy } } }",
        id=made["id"],
    )
    assert data["node"] == {
        "status": "REJECTED",
        "reason": "Page 2 is missing.",
        "screening": None,
        "decidedBy": None,
    }
    resting = certified(api, documentId=made["id"])
    assert await refused(api, reseller, "reseller/record_certification.graphql", **resting) == {
        ("documentId", "NOT_ACTIVE")
    }
    assert (await done(vendor, VERIFY, **given, decision="VERIFY", screening="CLEAR"))["reason"] is None
    assert await refused(api, vendor, "reseller/withdraw_document.graphql", **given) == {("documentId", "NOT_ALLOWED")}
    assert await refused(api, await api.reseller("Reseller Two"), WITHDRAW, **given) == {("documentId", "NOT_FOUND")}
    assert (await done(reseller, WITHDRAW, **given))["status"] == "WITHDRAWN"
    assert await refused(api, reseller, WITHDRAW, **given) == {("documentId", "TOO_LATE")}
    assert await refused(api, vendor, VERIFY, **given, decision="VERIFY") == {("documentId", "TOO_LATE")}


async def test_a_distributor_takes_its_document_back(api: Api) -> None:
    one, agreement = await api.distributor(), api.world.agreement_gid("Acme", "Dist One")
    made = await document(api, one, agreementId=agreement, kind="OTHER", title="Wrong file")
    found = await done(one, "distributor/withdraw_document.graphql", documentId=made["id"])
    assert found["status"] == "WITHDRAWN"


async def test_who_handed_a_document_in_is_told_a_month_before_it_expires(api: Api) -> None:
    reseller, vendor = await api.reseller(), await api.vendor()
    made = await document(api, reseller, **itself(api), kind="TAX", title="Tax", validUntil=day(30))
    later = await document(api, reseller, **itself(api), kind="OTHER", title="Other", validUntil=day(31))

    async def told(caller: Caller) -> dict[str, str]:
        data = await caller.ask("{ viewer { alerts(first: 50) { edges { node { kind state subject { id } } } } } }")
        found = nodes(data["viewer"]["alerts"])
        return {a["subject"]["id"]: a["state"] for a in found if a["kind"] == "DOCUMENT_EXPIRING"}

    await watch_decisions(api.database, datetime.now(UTC))
    assert (await told(reseller)).get(made["id"]) == "OPEN" and later["id"] not in await told(reseller)
    assert await told(vendor) == {} == await told(await api.distributor())
    await document(api, reseller, **itself(api), kind="TAX", title="Tax", validUntil=day(400))
    await watch_decisions(api.database, datetime.now(UTC))
    assert (await told(reseller)).get(made["id"]) in (None, "CLEARED")
