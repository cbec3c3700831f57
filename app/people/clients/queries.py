"""What is asked of the database about an organisation's integrations, as far as its own level may read them: never what
proves them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session

NEWEST = Order(
    (SortKey("c.created_at", "created_at", datetime, "timestamptz"), SortKey("c.id", "id", UUID, "uuid")),
    descending=True,
)
_CLIENT = (
    "c.organization_id, c.id, c.name, c.roles, c.scopes, c.authentication, c.grant_types, c.redirect_uris, c.origins,"
    " c.serves, c.whole_person, c.resource_server, c.created_at, c.rotated_at, c.last_used_at, c.revoked_at"
)
CLIENTS = List("oauth_client c WHERE c.organization_id = k.id", _CLIENT)


async def clients(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Integrations by their ids, in no order."""
    return await db.rows(
        f"SELECT {_CLIENT} FROM {KEYS} JOIN oauth_client c ON c.organization_id = k.vendor_id AND c.id = k.id",
        *keys_apart(keys),
    )


async def client_for_act(session: Session, organization_id: UUID, client_id: UUID) -> Row | None:
    """An integration, held to the end of the transaction."""
    return await session.row(
        f"SELECT {_CLIENT} FROM oauth_client c WHERE c.organization_id = $1 AND c.id = $2 FOR UPDATE",
        organization_id,
        client_id,
    )


async def living(session: Session, organization_id: UUID) -> int:
    """How many integrations the organisation has that are not revoked."""
    found: int = await session.value(
        "SELECT count(*) FROM oauth_client WHERE organization_id = $1 AND revoked_at IS NULL", organization_id
    )
    return found
