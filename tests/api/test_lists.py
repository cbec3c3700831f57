"""Lists as they are found by index: each once, in their order, and counted alike however much of them is seen."""

from typing import Any

from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.api.partners_kit import nodes

SCREEN = "distributor/network_resellers.graphql"
SECOND = """
INSERT INTO agreement SELECT (jsonb_populate_record(a, jsonb_build_object('id', $1::uuid))).* FROM agreement a WHERE id = $2
"""
NAMED = """
INSERT INTO reseller_authorization SELECT (jsonb_populate_record(r, jsonb_build_object(
    'id', $1::uuid, 'agreement_id', $2::uuid, 'reseller_name', $4::text))).*
FROM reseller_authorization r WHERE id = $3
"""


async def listed(caller: Caller, **filter: Any) -> list[tuple[list[str], int]]:
    """The resellers of each agreement's vendor, with how many there are; the same by pages of one."""
    found = []
    for size in (50, 1):
        answer = await caller.ask(SCREEN, filter=filter, first=size)
        vendors = [each["vendor"] for each in nodes(answer["viewer"]["distributor"]["agreements"])]
        found.append([(each["name"], each["resellers"]) for each in vendors])
    whole, single = found
    assert [(name, page["totalCount"]) for name, page in whole] == [(name, page["totalCount"]) for name, page in single]
    for (_, page), (_, first) in zip(whole, single, strict=True):
        assert [each["name"] for each in nodes(page)][:1] == [each["name"] for each in nodes(first)]
        assert first["pageInfo"]["hasNextPage"] == (page["totalCount"] > 1)
    return [([each["name"] for each in nodes(page)], page["totalCount"]) for name, page in whole if name == "Acme"]


async def test_a_reseller_under_two_agreements_is_listed_once_as_the_first_names_it(api: Api) -> None:
    world, dist = api.world, await api.distributor()
    before = await listed(dist)
    assert before == [(["Reseller One", "Reseller Two"], 2)]
    agreement = new_id()
    await world.connection.execute(SECOND, agreement, world.agreements["Acme", "Dist One"])
    first = world.authorizations["Acme", "Dist One", "Reseller One"]
    await world.connection.execute(NAMED, new_id(), agreement, first, "A later name")
    assert await listed(dist) == before * 2, "the vendor of two agreements, told twice, with the same resellers"
    assert await listed(dist, search="later") == [([], 0)] * 2, "the first name is the one that counts"
    assert await listed(dist, search="ONE", partnerType="VAR", country="DE") == [(["Reseller One"], 1)] * 2
    agreements = nodes((await dist.ask(SCREEN))["viewer"]["distributor"]["agreements"])
    acme = next(each["vendor"] for each in agreements if each["vendor"]["name"] == "Acme")
    ids = [each["id"] for each in nodes(acme["resellers"])]
    assert len(set(ids)) == len(ids) == 2


async def test_a_firm_that_stands_twice_in_a_network_sees_the_resellers_of_both(api: Api) -> None:
    """Dist Two's record is linked to Dist One as well: the same firm, two parties."""
    world = api.world
    other = await api.distributor("Dist Two")
    (theirs, _), *_ = await listed(other)
    link = await world.connection.fetchrow(
        "SELECT party_id, linked_from FROM party_link WHERE vendor_id = $1 AND party_id = $2 AND linked_until IS NULL",
        world.vendors["Acme"],
        world.parties["Acme", "Dist Two"],
    )
    await world.connection.execute(
        "UPDATE party_link SET organization_id = $1 WHERE vendor_id = $2 AND party_id = $3",
        world.organizations["Dist One"],
        world.vendors["Acme"],
        link["party_id"],
    )
    api.callers.clear()
    (mine, total), *_ = await listed(await api.distributor())
    assert set(mine) == {"Reseller One", "Reseller Two", *theirs} and total == len(set(mine)) == len(mine)


async def test_a_vendor_lists_whom_an_agreement_authorises_in_either_order(api: Api) -> None:
    vendor, agreement = await api.vendor(), api.world.agreement_gid("Acme", "Dist One")
    found = {}
    for order in ("NAME_ASC", "NAME_DESC"):
        answer = await vendor.ask("vendor/agreement_resellers.graphql", agreementId=agreement, orderBy=order, first=250)
        page = answer["node"]["authorizations"]
        found[order] = [each["reseller"]["name"] for each in nodes(page)]
        assert page["totalCount"] == len(found[order])
    assert found["NAME_ASC"] == ["Reseller One", "Reseller Two"] == found["NAME_DESC"][::-1]
    suspended = await vendor.ask(
        "vendor/agreement_resellers.graphql", agreementId=agreement, filter={"status": "SUSPENDED"}
    )
    assert suspended["node"]["authorizations"] == {
        "totalCount": 0,
        "pageInfo": {"hasNextPage": False, "endCursor": None},
        "edges": [],
    }
