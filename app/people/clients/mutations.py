"""What an organisation may ask to be done about its own integrations."""

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.people.clients import actions
from app.people.clients.graph import RegisteredClient, clients_by_key
from app.people.clients.inputs import (
    CreateClientInput,
    RevokeClientInput,
    RotateClientSecretInput,
    SetClientAddressesInput,
)


@visible("viewer:read")
class CreateClientPayload:
    """What became of a new integration."""

    client: RegisteredClient | None
    "The integration; null where nothing was done."
    secret: str | None
    "Its secret, said this once; null where it has none, or the same act made it before. A lost one is rotated."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class RotateClientSecretPayload:
    """What became of a new secret."""

    client: RegisteredClient | None
    "The integration; null where nothing was done."
    secret: str | None
    "Its new secret, said this once; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class SetClientAddressesPayload:
    """What became of an integration's addresses."""

    client: RegisteredClient | None
    "The integration as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class RevokeClientPayload:
    """What became of ending an integration."""

    client: RegisteredClient | None
    "The integration as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@strawberry.type
class ClientsMutation:
    """The integrations of an organisation."""

    @mutation(Permission.CLIENT_MANAGE)
    async def create_client(self, info: strawberry.Info, input: CreateClientInput) -> CreateClientPayload:
        """Make an integration of your organisation. Its secret is in this answer and nowhere else, ever."""
        key, secret = await actions.create_client(info.context, input)
        return CreateClientPayload(client=await _client(info, key), secret=secret, user_errors=[])

    @mutation(Permission.CLIENT_MANAGE)
    async def rotate_client_secret(
        self, info: strawberry.Info, input: RotateClientSecretInput
    ) -> RotateClientSecretPayload:
        """Give an integration a new secret. The old one stops at once; tokens that it got live to their end."""
        key, secret = await actions.rotate_secret(info.context, input.client_id)
        return RotateClientSecretPayload(client=await _client(info, key), secret=secret, user_errors=[])

    @mutation(Permission.CLIENT_MANAGE)
    async def set_client_addresses(
        self, info: strawberry.Info, input: SetClientAddressesInput
    ) -> SetClientAddressesPayload:
        """Give an integration these redirect addresses and origins and no others."""
        key = await actions.set_addresses(info.context, input)
        return SetClientAddressesPayload(client=await _client(info, key), user_errors=[])

    @mutation(Permission.CLIENT_MANAGE)
    async def revoke_client(self, info: strawberry.Info, input: RevokeClientInput) -> RevokeClientPayload:
        """End an integration for good, and within 15 seconds its tokens."""
        key = await actions.revoke_client(info.context, input.client_id)
        return RevokeClientPayload(client=await _client(info, key), user_errors=[])


async def _client(info: strawberry.Info, key: Key) -> RegisteredClient | None:
    return (await clients_by_key(info.context, [key]))[0]
