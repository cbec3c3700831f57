"""What is entered about integrations."""

import strawberry

from app.access.roles import Role
from app.execution.described import entered, values

values(Role)


@entered
class CreateClientInput:
    """An integration of your organisation. With roles it acts for itself, with redirect addresses people of your
    organisation sign in through it; it may do both."""

    name: str
    "Its name, for people."
    roles: list[Role]
    "What it is when it acts for itself; empty where it only signs people in."
    scopes: list[str]
    "What it is given at most, such as `sell-through:write`."
    redirect_uris: list[str] | None = None
    "Where people who signed in are sent back to, letter by letter."
    origins: list[str] | None = None
    "Origins of web pages that call from a browser."
    keeps_secret: bool = True
    "Whether it can keep a secret. An app on people's own devices cannot: it signs people in and does nothing else."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same integration, for good. The secret is said once."


@entered
class RotateClientSecretInput:
    """An integration that needs a new secret."""

    client_id: strawberry.ID
    "Which integration, by its global id."


@entered
class SetClientAddressesInput:
    """Where an integration lives from now on."""

    client_id: strawberry.ID
    "Which integration, by its global id."
    redirect_uris: list[str]
    "All addresses that people are sent back to, letter by letter."
    origins: list[str]
    "All origins of web pages that call from a browser."


@entered
class RevokeClientInput:
    """An integration to end."""

    client_id: strawberry.ID
    "Which integration, by its global id."
