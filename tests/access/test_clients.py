"""How an operator gives an organisation a client, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from app.access.clients import PURPOSE, ClientRefused, create_client, list_clients, rotate_client
from app.access.roles import GRANTS, Role
from app.access.scopes import Scope
from app.programme.terms import Level

if TYPE_CHECKING:
    from tests.access.conftest import World


async def test_a_new_secret_ends_the_old_one(world: World) -> None:
    client = await world.client()
    async with world.operating() as session:
        renewed = await rotate_client(session, client.id)
    assert (await world.ask(client)).status_code == 401
    assert (await world.ask(renewed)).status_code == 200


@pytest.mark.parametrize(
    ("role", "scope", "says"),
    [
        (Role.RESELLER_ADMIN, Scope.SELL_IN_WRITE, "of no use to a reseller"),
        (Role.DISTRIBUTOR_ADMIN, Scope.PURCHASES_READ, "of no use to a distributor"),
        (Role.VENDOR_PROGRAM_MANAGER, Scope.SELL_THROUGH_WRITE, "of no use to a vendor"),
        (Role.VENDOR_ANALYST, Scope.SELL_IN_WRITE, "held by VENDOR_PROGRAM_MANAGER, VENDOR_FINANCE"),
    ],
)
async def test_a_client_is_given_no_scope_that_its_roles_cannot_use(
    world: World, role: Role, scope: Scope, says: str
) -> None:
    with pytest.raises(ClientRefused, match=says) as refused:
        await world.client(role=role, scopes=[scope, Scope.SCHEMA_READ])
    assert [(p.code, scope.value in p.message) for p in refused.value.problems] == [("SCOPE_UNUSABLE", True)]


async def test_everything_wrong_with_a_new_client_is_said_at_once_and_nothing_is_written(world: World) -> None:
    nowhere = uuid4()
    async with world.operating() as session:
        with pytest.raises(ClientRefused) as refused:
            await create_client(session, nowhere, Level.RESELLER, " ", [Role.VENDOR_ANALYST], [])
        assert await list_clients(session, nowhere) == []
    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["NAME_INVALID", "SCOPES_MISSING", "ROLE_OF_ANOTHER_LEVEL", "ORGANIZATION_UNKNOWN"]


async def test_clients_are_listed_with_their_organisation_and_without_their_secret(world: World) -> None:
    organization_id = await world.organization("Südwind")
    client = await world.client(organization_id)
    async with world.operating() as session:
        (listed,) = await list_clients(session, organization_id)
        assert client.id in {one.id for one in await list_clients(session)}
    assert (listed.organization_name, listed.roles) == ("Südwind", {Role.DISTRIBUTOR_OPERATOR})
    assert listed.scopes == {Scope.RESELLERS_READ, Scope.SELL_THROUGH_WRITE}
    assert client.secret not in repr(listed)
    assert listed.secret_hash not in repr(listed)


def test_every_scope_has_a_purpose_that_it_grants_and_some_role_holds() -> None:
    assert set(PURPOSE) == set(Scope)
    for purpose in PURPOSE.values():
        assert any(purpose in held for held in GRANTS.values())
