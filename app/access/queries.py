"""What is asked of the database about who acts, at the actor's own level: whose hands an act is in, and what they hold."""

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Reader


async def in_the_same_hands(db: Reader, acting_id: UUID, others: Sequence[UUID]) -> bool:
    """Whether one of the others is who acts, or a person was told secrets of both, or a secret of one and is the other."""
    found: bool = await db.value(
        "SELECT EXISTS (SELECT FROM unnest($1::uuid[]) AS other (id) LEFT JOIN oauth_client o ON o.id = other.id"
        " WHERE (coalesce(o.known_to, '{}') || other.id) && ($2::uuid || coalesce("
        "(SELECT known_to FROM oauth_client WHERE id = $2), '{}')))",
        others,
        acting_id,
    )
    return found


async def roles_now(db: Reader, organization_id: UUID, acting_id: UUID) -> frozenset[str]:
    """The roles that a person or a live integration has in an organisation."""
    rows = await db.rows(
        "SELECT role FROM membership WHERE organization_id = $1 AND user_id = $2 UNION SELECT unnest(roles)"
        " FROM oauth_client WHERE organization_id = $1 AND id = $2 AND revoked_at IS NULL",
        organization_id,
        acting_id,
    )
    return frozenset(row["role"] for row in rows)
