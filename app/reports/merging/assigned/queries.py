"""The statements by which an agent's assignment follows a record into the one that it is merged into, and goes back: where
it is the agent, and where it is whose purchases an agent is paid for. All run as `worker`.
"""

from uuid import UUID

from app.store.database import Row, Session

_WHOSE = "jsonb_build_object('reseller_id', {x}.reseller_id, 'bought_by_id', {x}.bought_by_id)"
_WRITTEN = (
    "party_merge_change c JOIN agent_assignment x ON x.vendor_id = c.vendor_id AND x.id = c.row_key::uuid"
    " WHERE c.vendor_id = $1 AND c.merge_id = $2 AND c.row_kind = 'ASSIGNMENT'"
)


async def move(session: Session, vendor_id: UUID, merge: Row) -> None:
    """Let assignments that name a record name the survivor, and write down which did."""
    await session.execute(
        "WITH moved AS (UPDATE agent_assignment x SET"
        " reseller_id = CASE x.reseller_id WHEN $3 THEN $4 ELSE x.reseller_id END,"
        " bought_by_id = CASE x.bought_by_id WHEN $3 THEN $4 ELSE x.bought_by_id END, version = x.version + 1"
        " WHERE x.vendor_id = $1 AND $3 IN (x.reseller_id, x.bought_by_id)"
        f" RETURNING new.id::text AS row_key, {_WHOSE.format(x='old')} AS before, {_WHOSE.format(x='new')} AS after)"
        " INSERT INTO party_merge_change (vendor_id, merge_id, row_kind, row_key, agreement_id, before, after)"
        " SELECT $1, $2, 'ASSIGNMENT', m.row_key, NULL, m.before, m.after FROM moved m",
        vendor_id,
        merge["id"],
        merge["from_id"],
        merge["into_id"],
    )


async def changed_since(session: Session, vendor_id: UUID, merge_id: UUID) -> list[str]:
    """Which assignments cannot go back, each named for a person: what was earned by one as the survivor stays its own."""
    rows = await session.rows(
        "SELECT 'an assignment by which commissions were calculated for the survivor' AS named"
        f" FROM {_WRITTEN} AND c.before -> 'reseller_id' <> c.after -> 'reseller_id' AND EXISTS (SELECT FROM"
        " commission_line l WHERE l.vendor_id = x.vendor_id AND l.assignment_id = x.id)"
        f" UNION ALL SELECT 'an assignment of an agent' FROM {_WRITTEN} AND {_WHOSE.format(x='x')} <> c.after ORDER BY 1",
        vendor_id,
        merge_id,
    )
    return [row["named"] for row in rows]


async def move_back(session: Session, vendor_id: UUID, merge_id: UUID) -> None:
    """Let every assignment that a merge changed name whom it named before."""
    await session.execute(
        "UPDATE agent_assignment x SET reseller_id = (c.before ->> 'reseller_id')::uuid,"
        " bought_by_id = (c.before ->> 'bought_by_id')::uuid, version = x.version + 1 FROM party_merge_change c"
        " WHERE x.vendor_id = $1 AND c.vendor_id = $1 AND c.merge_id = $2 AND c.row_kind = 'ASSIGNMENT'"
        " AND c.row_key = x.id::text",
        vendor_id,
        merge_id,
    )
