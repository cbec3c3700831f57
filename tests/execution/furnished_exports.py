"""Exports for the furnished world: one that waits, asked for by the person who looks at it."""

from uuid import UUID, uuid4

from tests.api.conftest import Api


async def furnish_exports(api: Api, person: UUID) -> None:
    """An export of the vendor. Nobody but who asked for it sees it: it is made the person's."""
    vendor = await api.vendor()
    given = {
        "document": "{ viewer { webhooks { edges { node { url } } } } }",
        "format": "CSV",
        "idempotencyKey": uuid4().hex,
    }
    payload = (await vendor.ask("vendor/start_export.graphql", input=given))["startExport"]
    assert payload["userErrors"] == []
    await api.world.connection.execute("UPDATE export SET actor_id = $1", person)
