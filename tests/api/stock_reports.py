"""Sales and purchases of products that no other test has, handed in and counted, and what they make of stock."""

from typing import Any
from uuid import uuid4

from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api, Caller
from tests.execution.furnished import SELL_IN, SELL_THROUGH

STOCK = {"distributor": "distributor/stock.graphql", "vendor": "vendor/stock.graphql"}
EFFECTS = {"distributor": "distributor/stock_effects.graphql", "vendor": "vendor/stock_effects.graphql"}
YEAR = {"start": "2026-01-01", "end": "2026-11-01"}


async def product(api: Api, sku: str) -> str:
    """A product that no other test has; its id."""
    return global_id("Product", Key(api.world.vendors["Acme"], await api.world.product("Acme", sku)))


async def sold(api: Api, *lines: str, document: str = "submit_sell_through", **more: Any) -> str:
    """The id of a sell-through report with these lines: document, line, day, product, quantity. It is counted."""
    cells = [line.split(",") for line in lines]
    rows = [f"{number},{place},{day},{sku},A-1,{units},10,EUR" for number, place, day, sku, units in cells]
    caller = await api.distributor()
    file = await caller.upload("\n".join([SELL_THROUGH, *rows]).encode())
    return await _counted(api, caller, f"distributor/{document}.graphql", source={"uploadId": file}, **more)


async def bought(api: Api, *lines: str, document: str = "submit_sell_in", **more: Any) -> str:
    """The id of a sell-in report with such lines. It is counted."""
    cells = [line.split(",") for line in lines]
    rows = [f"{number},{place},{day},{sku},{units},8,EUR" for number, place, day, sku, units in cells]
    caller = await api.vendor()
    file = await caller.upload("\n".join([SELL_IN, *rows]).encode())
    return await _counted(api, caller, f"vendor/{document}.graphql", uploadId=file, **more)


async def _counted(api: Api, caller: Caller, document: str, **given: Any) -> str:
    agreement = api.world.agreement_gid("Acme", "Dist One")
    payload = await caller.act(
        document, **{"agreementId": agreement, "period": YEAR, "idempotencyKey": uuid4().hex, **given}
    )
    assert payload["userErrors"] == [], payload
    await api.count()
    found: str = payload["submission"]["id"]
    status = "query($id: ID!) { node(id: $id) { ... on Submission { status } } }"
    assert (await caller.ask(status, id=found))["node"] == {"status": "PROCESSED"}
    return found


async def stock(
    api: Api, *products: str, caller: Caller | None = None, side: str = "distributor", **asked: Any
) -> list[dict[str, Any]]:
    """The positions of these products."""
    agreement = api.world.agreement_gid("Acme", "Dist One")
    given = {"agreement": agreement, "filter": {"productIds": list(products)}, **asked}
    found = (await (caller or await api.distributor()).ask(STOCK[side], **given))["node"]["stock"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def effects(api: Api, submission: str, side: str = "distributor", **asked: Any) -> list[tuple[Any, ...]]:
    """What a report makes of stock: SKU, day, opened on, change, expected before and after, reported, variance before and
    after."""
    caller = await (api.distributor() if side == "distributor" else api.vendor())
    found = (await caller.ask(EFFECTS[side], id=submission, **asked))["node"]["stockEffects"]
    assert "first" in asked or found["totalCount"] == len(found["edges"])
    nodes = [edge["node"] for edge in found["edges"]]
    return [(node.pop("product")["sku"], *node.values()) for node in nodes]
