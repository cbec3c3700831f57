"""Handing inventory reports in over HTTP, and asking what became of them."""

from typing import Any
from uuid import uuid4

from tests.api.conftest import Api, Caller

HEADER = "warehouse,product_code,counted_on,quantity,unit,status,movement,reference,reference_line,lot"
SUBMIT, PREVIEW = "distributor/submit_inventory.graphql", "distributor/preview_inventory.graphql"
ROWS, INVENTORY, VENDORS = "distributor/stock_rows.graphql", "distributor/inventory.graphql", "vendor/inventory.graphql"
YEAR = {"start": "2026-01-01", "end": "2026-11-01"}


async def submitted(
    api: Api, *lines: str, document: str = SUBMIT, mode: str = "APPEND", data: bytes | None = None, **changed: Any
) -> dict[str, Any]:
    """The payload of handing these lines of CSV in, or this file."""
    caller = await api.distributor()
    content = "\n".join([HEADER, *lines]).encode() if data is None else data
    given = {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "period": YEAR,
        "mode": mode,
        "source": {"uploadId": await caller.upload(content, "stock.csv")} if "source" not in changed else None,
        "idempotencyKey": uuid4().hex,
        **changed,
    }
    return await caller.act(document, **given)


async def counted(api: Api, *lines: str, **changed: Any) -> dict[str, Any]:
    """How the report stands once it is counted, with its rows."""
    payload = await submitted(api, *lines, **changed)
    assert payload["userErrors"] == [], payload
    await api.count()
    return await stands(api, payload["submission"]["id"])


async def stands(api: Api, submission: str, caller: Caller | None = None) -> dict[str, Any]:
    found: dict[str, Any] = (await (caller or await api.distributor()).ask(ROWS, id=submission))["node"]
    counts = found["counts"]
    told = {name: number for name, number in counts.items() if name != "received"}
    assert found["status"] != "PROCESSED" or sum(told.values()) == counts["received"], "no row vanishes"
    return found


def outcomes(found: dict[str, Any]) -> list[tuple[str, list[str]]]:
    told = [edge["node"] for edge in found["stockRows"]["edges"]]
    return [(row["outcome"], [issue["code"] for issue in row["issues"]]) for row in told]


async def stock(
    api: Api, warehouse: str, caller: Caller | None = None, document: str = INVENTORY, **asked: Any
) -> list[tuple[str, str, str, str]]:
    """What lies in a warehouse: product, state, how many, counted when."""
    agreement = api.world.agreement_gid("Acme", "Dist One")
    given = {"agreement": agreement, "filter": {"warehouses": [warehouse]}, **asked}
    found = (await (caller or await api.distributor()).ask(document, **given))["node"]["inventory"]
    assert found["totalCount"] == len(found["edges"])
    nodes = [edge["node"] for edge in found["edges"]]
    return sorted((node["product"]["sku"], node["status"], node["onHand"], node["countedOn"]) for node in nodes)


async def facts(api: Api) -> int:
    found: int = await api.world.connection.fetchval(
        "SELECT (SELECT count(*) FROM inventory_count) + (SELECT count(*) FROM stock_movement)"
    )
    return found
