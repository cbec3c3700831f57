"""Webhooks of the vendor for the furnished world: one that is told of tests, with what it was told."""

from uuid import uuid4

from tests.api.conftest import Api


async def furnish_webhooks(api: Api) -> None:
    """A webhook with a delivery, of which the other sides have none."""
    vendor = await api.vendor()
    payload = await vendor.act(
        "vendor/create_webhook.graphql",
        url="https://hooks.example.com/tailrace",
        events=["ALERT_RAISED", "WEBHOOK_TESTED"],
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    tested = await vendor.act("vendor/send_test_event.graphql", webhookId=payload["webhook"]["id"])
    assert tested["userErrors"] == []
