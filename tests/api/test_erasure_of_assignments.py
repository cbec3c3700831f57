"""The name of an end customer that an agent is assigned to is erased by the vendor, who holds it."""

from app.execution.identifiers import key_of
from tests.api.commissions_kit import Agency
from tests.api.conftest import Api
from tests.api.erasure_kit import admin, erased, everywhere, owner
from tests.api.partners_kit import once


async def test_a_vendor_erases_an_end_customer_that_an_agent_is_assigned_to(api: Api) -> None:
    name, vendor = f"Purpurreiher {once()[:6]}", await admin(api, "vendor")
    agents = await Agency.open(api)
    id = (await agents.assigned(reseller=None, endCustomer=name, note=f"Looks after {name}, in the north"))["id"]
    of = "SELECT customer_hash FROM agent_assignment WHERE id = $1"
    key = key_of("AgentAssignment", id)
    assert key is not None
    before = await api.world.connection.fetchval(of, key.id)
    done = await erased(vendor, "vendor", ownerId=owner(api, "Vendor"), subject="END_CUSTOMER", name=name.upper())
    assert (done["records"], done["lines"]) == (1, 0)
    assert await everywhere(api, name) == []
    assert before and await api.world.connection.fetchval(of, key.id) == before, "its purchases are still found"
    found = await vendor.ask("query($id: ID!) { node(id: $id) { ... on AgentAssignment { endCustomer note } } }", id=id)
    assert found["node"]["endCustomer"] is None
    assert found["node"]["note"].startswith("Looks after ERASED-") and found["node"]["note"].endswith(", in the north")
