"""Exports as tests make them: lines to export, asking, doing what the worker does, fetching the file."""

from typing import Any
from uuid import uuid4

import httpx

from app.execution.identifiers import key_of
from app.exports.making import Press, make
from app.schema import schema
from tests.api.conftest import Api, Caller

START = {
    "vendor": "vendor/start_export.graphql",
    "distributor": "distributor/start_export.graphql",
    "reseller": "reseller/start_export.graphql",
}
FOLLOW = {
    "vendor": "vendor/follow_export.graphql",
    "distributor": "distributor/follow_export.graphql",
    "reseller": "reseller/follow_export.graphql",
}
CANCEL = {
    "vendor": "vendor/cancel_export.graphql",
    "distributor": "distributor/cancel_export.graphql",
    "reseller": "reseller/cancel_export.graphql",
}
LIST = {
    "vendor": "vendor/exports.graphql",
    "distributor": "distributor/exports.graphql",
    "reseller": "reseller/exports.graphql",
}
HEADER = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency,end_customer"
LINES = """query Lines($id: ID!) { node(id: $id) { ... on DistributionAgreement { lines {
  edges { node { id documentNumber documentLine soldOn quantity amount { amount currency } bookAmount { amount }
    endCustomer product { sku name } reseller { name } reversal row serialNumbers saleType } } } } } }"""


async def some_lines(api: Api, number: int, name: str, customers: tuple[str, ...] = ("Shop",)) -> None:
    """Have Dist One report lines to Acme, so many, with these end customers in turn; they count."""
    caller, text = await api.distributor(), [HEADER]
    for row in range(number):
        customer = '"' + customers[row % len(customers)].replace('"', '""') + '"'
        quantity = "2" if row % 7 else "1"
        text.append(f"{name}-{row:05},1,2026-01-{1 + row % 28:02},DRIVE-1,A-1,{quantity},120.55,EUR,{customer}")
    payload = await caller.act(
        "distributor/submit_sell_through.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period={"start": "2026-01-01", "end": "2026-02-01"},
        source={"uploadId": await caller.upload("\n".join(text).encode())},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    await api.count()


async def started(caller: Caller, document: str, format: str = "CSV", level: str = "vendor", **given: Any) -> Any:
    """The payload of startExport."""
    input = {"idempotencyKey": uuid4().hex, "document": document, "format": format, **given}
    return (await caller.ask(START[level], input=input))["startExport"]


async def asked(caller: Caller, document: str, format: str = "CSV", level: str = "vendor", **given: Any) -> str:
    """The id of an export that waits."""
    payload = await started(caller, document, format, level, **given)
    assert payload["userErrors"] == [], payload
    assert payload["export"]["status"] == "QUEUED"
    found: str = payload["export"]["id"]
    return found


async def done(api: Api, id: str, **press: Any) -> None:
    """What the worker does for one export."""
    key = key_of("Export", id)
    assert key is not None
    await make(api.database, Press(schema, **{"rows": 7, "told_every": 0.0, **press}), key)


async def state(caller: Caller, id: str, level: str = "vendor") -> Any:
    return (await caller.ask(FOLLOW[level], id=id))["node"]


async def file(api: Api, caller: Caller, id: str, level: str = "vendor") -> bytes:
    found = await state(caller, id, level)
    assert found["status"] == "DONE", found
    answer: httpx.Response = await api.http.get(found["downloadUrl"])
    assert answer.status_code == 200, answer.text
    assert len(answer.content) == int(found["byteSize"])
    return answer.content


async def exported(
    api: Api, caller: Caller, document: str, format: str = "CSV", level: str = "vendor", **given: Any
) -> bytes:
    """A whole export: asked for, made, fetched."""
    id = await asked(caller, document, format, level, **given)
    await done(api, id)
    return await file(api, caller, id, level)


async def chunks(api: Api, id: str) -> int:
    key = key_of("Export", id)
    assert key is not None
    found: int = await api.world.connection.fetchval("SELECT count(*) FROM export_chunk WHERE export_id = $1", key.id)
    return found
