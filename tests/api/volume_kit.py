"""What the tests of volume agreements share: an agreement with tiers, sell-in, commitments, and how all of it is read."""

from datetime import UTC, date, datetime
from typing import Any

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api, Caller
from tests.api.partners_kit import nodes, once
from tests.world import END, START

HEADER = "document_number,document_line,sold_on,product_code,quantity,unit_price,currency"
VOLUME = {"vendor": "vendor/volume.graphql", "distributor": "distributor/volume.graphql"}
PRICE = {"vendor": "vendor/price_in_force.graphql", "distributor": "distributor/price_in_force.graphql"}
PRICES = {"vendor": "vendor/prices_in_force.graphql", "distributor": "distributor/prices_in_force.graphql"}
DEVIATIONS = {"vendor": "vendor/price_deviations.graphql", "distributor": "distributor/price_deviations.graphql"}
TODAY = datetime.now(UTC).date()
TIERS = (("Silver", 1_000, 50_000), ("Gold", 2_000, None), ("Platinum", 5_000, 123_456))
"Their thresholds in euros, and their discounts (10⁻⁶)."
ISSUES = (
    "query($id: ID!) { node(id: $id) { ... on Submission { issues(first: 250) { edges { node { row field code value"
    " message } } } } } }"
)
Q1, Q2, Q3, Q4 = (date(2025, month, 1) for month in (1, 4, 7, 10))


def product(api: Api, sku: str = "DRIVE-1", vendor: str = "Acme") -> str:
    return global_id("Product", Key(api.world.vendors[vendor], api.world.products[vendor, sku]))


async def tiered(api: Api, distributor: str = "Dist One") -> str:
    """The agreement's id, its tiers set."""
    world = api.world
    for rank, (name, threshold, discount) in enumerate(TIERS, 1):
        await world.connection.execute(
            "INSERT INTO volume_tier (vendor_id, agreement_id, distributor_id, rank, name, threshold, discount,"
            " rebate_eligible) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            world.vendors["Acme"],
            world.agreements["Acme", distributor],
            world.parties["Acme", distributor],
            rank,
            name,
            threshold * 10**6,
            discount,
            rank > 1,
        )
    return world.agreement_gid("Acme", distributor)


async def bought(api: Api, *lines: str, start: date = START, end: date = END, distributor: str = "Dist One") -> str:
    """A counted report of sell-in."""
    vendor = await api.vendor()
    payload = await vendor.act(
        "vendor/submit_sell_in.graphql",
        agreementId=api.world.agreement_gid("Acme", distributor),
        period={"start": start.isoformat(), "end": end.isoformat()},
        uploadId=await vendor.upload("\n".join([HEADER, *lines]).encode()),
        idempotencyKey=once(),
    )
    assert payload["userErrors"] == []
    await api.count(distributor=distributor)
    found: str = payload["submission"]["id"]
    return found


async def forget(api: Api) -> None:
    """As if nothing had been bought and nothing decided."""
    for table in ("transfer", "commitment_settlement", "sell_in_line", "sell_in_day"):
        await api.world.connection.execute(f"DELETE FROM {table}")
    await api.world.connection.execute("UPDATE agreement SET shortfall_consequence = 'NONE', shortfall_share = NULL")


async def committed(api: Api, consequence: str, share: int | None = None, amount: int = 10_000) -> None:
    await api.world.connection.execute(
        "UPDATE agreement SET volume_commitment = $2, shortfall_consequence = $3, shortfall_share = $4 WHERE id = $1",
        api.world.agreements["Acme", "Dist One"],
        amount * 10**6,
        consequence,
        share,
    )


async def volume(caller: Caller, agreement: str, level: str = "distributor") -> dict[str, Any]:
    found = await caller.ask(VOLUME[level], agreement=agreement, first=50)
    assert isinstance(found["node"], dict)
    return found["node"]


async def period(caller: Caller, agreement: str, start: date) -> dict[str, Any]:
    found = nodes((await volume(caller, agreement))["volumePeriods"])
    (own,) = [each for each in found if each["period"]["start"] == start.isoformat()]
    return own


async def price(caller: Caller, agreement: str, on: date, product_id: str, level: str = "distributor") -> Any:
    found = await caller.ask(PRICE[level], product=product_id, agreement=agreement, onDay=on.isoformat())
    return found["node"]["priceInForce"]


async def deviations(caller: Caller, agreement: str, start: date, end: date, level: str = "vendor") -> list[Any]:
    given = {"start": start.isoformat(), "end": end.isoformat()}
    found = await caller.ask(DEVIATIONS[level], agreement=agreement, period=given, first=50)
    page = found["node"]["priceDeviations"]
    assert page["totalCount"] == len(page["edges"])
    return nodes(page)


async def settled(api: Api, agreement: str, start: date, **more: Any) -> dict[str, Any]:
    finance = await api.vendor(role=Role.VENDOR_FINANCE)
    given = {"agreementId": agreement, "periodStart": start.isoformat(), "idempotencyKey": once(), **more}
    return await finance.act("vendor/settle_commitment.graphql", **given)


def problems(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(".".join(error["field"][1:]), error["code"]) for error in payload["userErrors"]]


async def owed(api: Api) -> int:
    """What the distributor owes by the ledger, in minor units; the ledger balances."""
    rows = await api.world.connection.fetch("SELECT kind, act, debit, credit, amount_minor FROM transfer")
    assert {row["kind"] for row in rows} <= {"VOLUME_COMMITMENT"}
    balances: dict[str, int] = {}
    for row in rows:
        balances[row["debit"]] = balances.get(row["debit"], 0) + row["amount_minor"]
        balances[row["credit"]] = balances.get(row["credit"], 0) - row["amount_minor"]
    assert sum(balances.values()) == 0 and balances.get("ACCRUED", 0) == balances.get("RESERVED", 0) == 0
    assert balances.get("EXPENSE", 0) == -balances.get("PAYABLE", 0)
    return balances.get("PAYABLE", 0)


async def standing(api: Api) -> list[Any]:
    tables = ("commitment_settlement", "transfer", "audit_event", "remembered_result", "jobs.pgqueuer")
    return [await api.world.connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]
