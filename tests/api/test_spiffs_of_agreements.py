"""A SPIFF that is limited to some distribution agreements pays for what was sold under these alone, and no partner reads to
which."""

from uuid import UUID

import pytest

from app.execution.identifiers import key_of
from tests.api.conftest import Api
from tests.api.spiffs_kit import Till, nodes, told

CREATE, CLAIM = "vendor/create_spiff.graphql", "reseller/claim_spiff.graphql"


@pytest.fixture
async def till(api: Api) -> Till:
    return await Till.open(api)


def agreement(till: Till, name: str = "Dist One", vendor: str = "Acme") -> str:
    return till.api.world.agreement_gid(vendor, name)


async def test_what_was_sold_under_the_agreement_is_paid_and_nothing_else(till: Till) -> None:
    product, rep = await till.desk.product(), await till.rep()
    number = await till.sold(product)
    own = await till.spiff(product, agreementIds=[agreement(till)])
    other = await till.spiff(product, agreementIds=[agreement(till, "Dist Two")])
    paid = await till.claimed(own, rep, number, "2")
    assert (paid["status"], paid["amount"]["amount"]) == ("APPROVED", "50")
    denied = await till.claimed(other, rep, number, "2")
    assert denied["status"] == "DENIED"
    assert [each["reason"] for each in denied["denials"]] == ["PARTNER_NOT_COVERED"]


async def test_an_earlier_agreement_of_the_same_distributor_is_another_one(till: Till) -> None:
    product, rep = await till.desk.product(), await till.rep()
    number = await till.sold(product)
    spiff = await till.spiff(product, agreementIds=[agreement(till)])
    two = till.api.world.agreements["Acme", "Dist Two"]
    change = "UPDATE spiff SET agreement_ids = $2 WHERE id = $1"
    await till.api.world.connection.execute(change, till_id(spiff), [two])
    assert (await till.claimed(spiff, rep, number))["status"] == "DENIED", "the distributor alone does not make it"


def till_id(spiff: dict[str, str]) -> UUID:
    key = key_of("Spiff", spiff["id"])
    assert key is not None
    return key.id


async def test_inside_sales_of_another_distributor_do_not_see_it(till: Till) -> None:
    product = await till.desk.product()
    spiff = await till.spiff(product, audience="DISTRIBUTOR", agreementIds=[agreement(till)])
    for name, there in (("Dist One", True), ("Dist Two", False)):
        partner = await till.partner(name)
        found = (await partner.ask("distributor/spiffs.graphql", vendor=till.vendor_gid))["node"]["spiffs"]
        assert (spiff["id"] in {each["id"] for each in nodes(found)}) is there
        assert ((await partner.ask("distributor/spiff.graphql", id=spiff["id"]))["node"] is not None) is there


async def test_agreements_that_do_not_fit_are_refused_and_nothing_is_written(till: Till) -> None:
    manager, product = await till.manager(), await till.desk.product()
    before = await till.held()
    wrong = till.terms(
        product, agreementIds=[agreement(till), agreement(till, "Dist Two"), agreement(till, vendor="Borealis")]
    )
    assert told(await manager.act(CREATE, **wrong)) == {("agreementIds.2", "NOT_FOUND")}
    wrong = till.terms(product, agreementIds=[agreement(till, "Dist Two")], distributorIds=[till.distributor()])
    assert told(await manager.act(CREATE, **wrong)) == {("agreementIds.0", "INVALID")}
    assert await till.held() == before
