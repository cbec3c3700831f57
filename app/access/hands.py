"""Whose hands an act was in: where two people let money go, a person and what he holds the secret of are one.

An integration acts for whoever has its secret. So one that a person of the organisation made, or gave another secret to,
stands for every person who was ever told a secret of it; one that an operator made stands for itself. Two ids are told
apart only where no person stands behind both.
"""

from collections.abc import Collection
from uuid import UUID

from app.access import queries
from app.store.database import Reader


async def in_the_same_hands(db: Reader, acting_id: UUID, others: Collection[UUID | str | None]) -> bool:
    """Whether a person may stand behind both who acts and one of the others, all of one organisation and level. Asked as
    that level, which reads its own integrations; nobody (None) is the same as no one."""
    named = [UUID(str(other)) for other in others if other is not None]
    return bool(named) and await queries.in_the_same_hands(db, acting_id, named)
