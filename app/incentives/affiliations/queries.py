"""What is asked and written about groups of affiliates."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.affiliates import Agreed, Member
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

_GROUP = (
    "g.vendor_id, g.id, g.name, g.purpose, g.proposed_at, g.in_force_since, g.ended_on, g.dissolved_at,"
    " g.dissolved_because"
)
_MEMBER = (
    "m.vendor_id, m.id, m.affiliation_id, m.distributor_id, m.name, m.purpose, m.proposed_at, m.accepted_at, m.left_at,"
    " m.reason, m.in_force_since, m.ended_on, m.ended_because"
)
NEWEST_GROUPS = Order(
    (SortKey("g.proposed_at", "proposed_at", datetime, "timestamptz"), SortKey("g.id", "id", UUID, "uuid")),
    descending=True,
)
NEWEST_MEMBERS = Order(
    (SortKey("m.proposed_at", "proposed_at", datetime, "timestamptz"), SortKey("m.id", "id", UUID, "uuid")),
    descending=True,
)
GROUPS_OF_VENDOR = List("affiliation g WHERE g.vendor_id = k.id", _GROUP)
MEMBERS_OF_GROUP = List("affiliation_member m WHERE m.vendor_id = k.vendor_id AND m.affiliation_id = k.id", _MEMBER)
MEMBERSHIPS_OF_DISTRIBUTOR = List(
    "affiliation_member m WHERE m.vendor_id = k.vendor_id AND m.distributor_id = k.id", _MEMBER
)


async def groups(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """A vendor's own groups by their ids."""
    return await db.rows(
        f"SELECT {_GROUP} FROM {KEYS} JOIN affiliation g ON g.vendor_id = k.vendor_id AND g.id = k.id",
        *keys_apart(keys),
    )


async def memberships(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Memberships by their ids: of a vendor's groups, a distributor's own."""
    return await db.rows(
        f"SELECT {_MEMBER} FROM {KEYS} JOIN affiliation_member m ON m.vendor_id = k.vendor_id AND m.id = k.id",
        *keys_apart(keys),
    )


async def one_at_a_time(session: Session, affiliation_id: UUID) -> None:
    """Wait until nobody else answers for this group, and keep others waiting until the transaction ends."""
    await take(session, Turn.AFFILIATION, affiliation_id)


async def members(session: Reader, vendor_id: UUID, affiliation_id: UUID) -> dict[UUID, Member]:
    """What each firm of a group has answered, by distributor: for the vendor and the worker."""
    rows = await session.rows(
        "SELECT m.distributor_id, p.name, m.accepted_at, m.left_at FROM affiliation_member m"
        " JOIN party p ON p.vendor_id = m.vendor_id AND p.id = m.distributor_id"
        " WHERE m.vendor_id = $1 AND m.affiliation_id = $2 ORDER BY p.name",
        vendor_id,
        affiliation_id,
    )
    return {row["distributor_id"]: member(row, row["name"]) for row in rows}


def member(row: Row, name: str) -> Member:
    """A firm by its row: days are those of UTC."""
    return Member(name, _day(row["accepted_at"]), _day(row["left_at"]))


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.astimezone(UTC).date()


async def distributors(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these ids are distributors of the vendor."""
    rows = await session.rows(
        "SELECT id FROM party WHERE vendor_id = $1 AND id = ANY ($2::uuid[]) AND kind = 'DISTRIBUTOR'",
        vendor_id,
        list(ids),
    )
    return frozenset(row["id"] for row in rows)


async def propose(
    session: Session, key: Key, name: str, purpose: str, by: str, at: datetime, firms: Sequence[tuple[UUID, UUID]]
) -> None:
    """Write a group down with its firms: the id of each membership, and the distributor."""
    await session.execute(
        "INSERT INTO affiliation (vendor_id, id, name, purpose, proposed_by, proposed_at) VALUES ($1, $2, $3, $4, $5, $6)",
        key.vendor_id,
        key.id,
        name,
        purpose,
        by,
        at,
    )
    await session.execute(
        "INSERT INTO affiliation_member (vendor_id, affiliation_id, name, purpose, proposed_at, id, distributor_id)"
        " SELECT $1, $2, $3, $4, $5, n.id, n.distributor_id FROM unnest($6::uuid[], $7::uuid[]) AS n (id, distributor_id)",
        key.vendor_id,
        key.id,
        name,
        purpose,
        at,
        [id for id, _ in firms],
        [distributor for _, distributor in firms],
    )


async def membership_for_act(session: Session, key: Key) -> Row | None:
    """A distributor's own membership as it stands."""
    return await session.row(
        f"SELECT {_MEMBER} FROM affiliation_member m WHERE m.vendor_id = $1 AND m.id = $2", key.vendor_id, key.id
    )


async def accept(session: Session, key: Key, by: str, at: datetime) -> None:
    """Write down that a firm agrees."""
    await session.execute(
        "UPDATE affiliation_member SET accepted_at = $3, accepted_by = $4 WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        at,
        by,
    )


async def leave(session: Session, key: Key, by: str, at: datetime, reason: str | None) -> None:
    """Write down that a firm does not agree, or not any more."""
    await session.execute(
        "UPDATE affiliation_member SET left_at = $3, left_by = $4, reason = $5 WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        at,
        by,
        reason,
    )


async def group_for_act(session: Session, key: Key) -> Row | None:
    """A vendor's own group as it stands."""
    return await session.row(
        f"SELECT {_GROUP} FROM affiliation g WHERE g.vendor_id = $1 AND g.id = $2", key.vendor_id, key.id
    )


async def dissolve(session: Session, key: Key, by: str, at: datetime, reason: str) -> bool:
    """Write down that the vendor dissolves a group; False where it has ended already."""
    return bool(
        await session.execute(
            "UPDATE affiliation SET dissolved_at = $3, dissolved_by = $4, dissolved_because = $5"
            " WHERE vendor_id = $1 AND id = $2 AND num_nonnulls(ended_on, dissolved_at) = 0",
            key.vendor_id,
            key.id,
            at,
            by,
            reason,
        )
    )


async def dissolved(session: Reader, vendor_id: UUID, affiliation_id: UUID) -> tuple[date | None, str | None]:
    """On which day, of UTC, the vendor dissolved a group, and why; None where it did not."""
    row = await session.row(
        "SELECT g.dissolved_at, g.dissolved_because FROM affiliation g WHERE g.vendor_id = $1 AND g.id = $2",
        vendor_id,
        affiliation_id,
    )
    return (None, None) if row is None else (_day(row["dissolved_at"]), row["dissolved_because"])


async def settle(
    session: Session, vendor_id: UUID, affiliation_id: UUID, found: Agreed, ended_because: str | None
) -> None:
    """Write down from when until when a group is in force, for the vendor and each firm, and in the terms that add its
    volumes up; for each firm also why the vendor dissolved it. Runs as `worker`."""
    for table, column in (("affiliation", "id"), ("affiliation_member", "affiliation_id")):
        await session.execute(
            f"UPDATE {table} SET in_force_since = $3, ended_on = $4 WHERE vendor_id = $1 AND {column} = $2",
            vendor_id,
            affiliation_id,
            found.since,
            found.left_on,
        )
    await session.execute(
        "UPDATE incentive_term SET affiliates_left_on = $3 WHERE vendor_id = $1 AND affiliation_id = $2"
        " AND affiliates_left_on IS DISTINCT FROM $3",
        vendor_id,
        affiliation_id,
        found.left_on,
    )
    await session.execute(
        "UPDATE affiliation_member SET ended_because = $3 WHERE vendor_id = $1 AND affiliation_id = $2"
        " AND ended_because IS DISTINCT FROM $3",
        vendor_id,
        affiliation_id,
        ended_because,
    )
