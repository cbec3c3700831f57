"""What the demo's people have had written into files: one for each level, made as the worker makes them.

An integration of each firm asks: the vendor's for the stock of the network, the distributor's for its sales, the reseller's
for what it bought.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from app.access.actor import Actor
from app.access.scopes import Scope, permissions_of
from app.demo.people import Person
from app.demo.portal import PortalTrouble, actor_of
from app.demo.scenes.stage import Stage
from app.execution.identifiers import key_of
from app.exports.making import Press, make
from app.programme.terms import Level
from app.schema import schema

CLIENT = "Data warehouse"
SCOPES = {
    Level.VENDOR: frozenset({Scope.ANALYTICS_READ, Scope.PROGRAMS_READ, Scope.PRICES_READ}),
    Level.DISTRIBUTOR: frozenset({Scope.SELL_THROUGH_WRITE, Scope.ANALYTICS_READ, Scope.PRICES_READ}),
    Level.RESELLER: frozenset({Scope.PURCHASES_READ}),
}
"What its integration may do."

STOCK = """query Stock { viewer { vendor { network { inventory(by: [DISTRIBUTOR, PRODUCT]) { edges { node {
  distributor { name } product { sku name } state weeksOfSupply onHand expected excess
  value { amount currency } } } } } } } }"""
SALES = """query Sales($period: DateRangeInput!, $agreement: ID!) { node(id: $agreement) { ... on DistributionAgreement {
  lines(filter: {sold: $period}) { edges { node {
    soldOn documentNumber documentLine product { sku } quantity } } } } } }"""
PURCHASES = """query Purchases($period: DateRangeInput!) { viewer { reseller {
  purchases(period: $period, by: [MONTH, DISTRIBUTOR, PRODUCT]) { edges { node {
    periodStart distributor { name } product { sku } units amount { amount currency } } } } } } }"""


async def exports(stage: Stage) -> None:
    """Ask for each, and make it. Done again, nothing is done."""
    span = {"start": str(stage.history.months[-3]), "end": str(stage.history.end)}
    own = stage.gid("DistributionAgreement", stage.vendor.agreements[0].id)
    await _export(stage, stage.manager, STOCK, "XLSX", {})
    await _export(stage, stage.brazil, SALES, "CSV", {"period": span, "agreement": own})
    await _export(stage, stage.mosel, PURCHASES, "PARQUET", {"period": span})


async def _export(stage: Stage, by: Person, document: str, format: str, variables: dict[str, Any]) -> None:
    """Ask as the firm's integration for such files, and make the file unless that is done."""
    level, portal = by.role.level.lower(), stage.portal
    client = await stage.act(
        by,
        "create_client",
        name=CLIENT,
        roles=[by.role.value],
        scopes=sorted(scope.value for scope in SCOPES[by.role.level]),
        idempotencyKey="demo export client",
    )
    actor = _integration(by, client["client"])
    given = {"document": document, "variables": variables, "format": format, "idempotencyKey": "demo export"}
    payload = (await portal.answer(actor, f"{level}/start_export.graphql", input=given))["startExport"]
    if payload["userErrors"]:
        raise PortalTrouble(f"start_export as {actor.name}: {payload['userErrors']}")
    key = key_of("Export", payload["export"]["id"])
    assert key is not None
    await make(portal.database, Press(schema), key)


def _integration(by: Person, client: dict[str, Any]) -> Actor:
    """The integration as if it had a token; its roles and scopes are what it was made with."""
    scopes = SCOPES[by.role.level]
    permissions = permissions_of(frozenset({by.role}), scopes)
    id = UUID(client["clientId"])
    return replace(actor_of(by), scopes=scopes, permissions=permissions, client_id=id, user_id=None, name=CLIENT)
