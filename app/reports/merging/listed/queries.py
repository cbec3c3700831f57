"""The statements by which a survivor stands in the lists of resellers of the record that went. All run as `worker`."""

from uuid import UUID

from app.store.database import Row, Session


async def lists_to_join(session: Session, vendor_id: UUID, agreement_id: UUID, gone: UUID, kept: UUID) -> list[UUID]:
    """The lists under an agreement in which a record stands and the survivor does not."""
    rows = await session.rows(
        "SELECT n.list_id FROM incentive_reseller n WHERE n.vendor_id = $1 AND n.agreement_id = $2 AND n.reseller_id = $3"
        " AND n.replaced IS NULL AND NOT EXISTS (SELECT FROM incentive_reseller o WHERE o.vendor_id = $1"
        " AND o.agreement_id = $2 AND o.list_id = n.list_id AND o.reseller_id = $4 AND o.replaced IS NULL)"
        " ORDER BY n.list_id",
        vendor_id,
        agreement_id,
        gone,
        kept,
    )
    return [row["list_id"] for row in rows]


async def join(
    session: Session, vendor_id: UUID, agreement_id: UUID, merge: Row, list_ids: list[UUID], change: int
) -> None:
    """Let the survivor of a merge stand in these lists, since a change of the facts."""
    await session.execute(
        "INSERT INTO incentive_reseller (vendor_id, id, list_id, agreement_id, distributor_id, reseller_id, merge_id,"
        " recorded) SELECT $1, gen_random_uuid(), l.id, a.id, a.distributor_id, $4, $5, $6 FROM agreement a"
        " CROSS JOIN unnest($3::uuid[]) AS l (id) WHERE a.vendor_id = $1 AND a.id = $2",
        vendor_id,
        agreement_id,
        list_ids,
        merge["into_id"],
        merge["id"],
        change,
    )


async def lists_to_leave(session: Session, vendor_id: UUID, agreement_id: UUID, merge_id: UUID) -> list[UUID]:
    """The lists under an agreement in which a survivor stands by a merge."""
    rows = await session.rows(
        "SELECT list_id FROM incentive_reseller WHERE vendor_id = $1 AND agreement_id = $2 AND merge_id = $3"
        " AND replaced IS NULL ORDER BY list_id",
        vendor_id,
        agreement_id,
        merge_id,
    )
    return [row["list_id"] for row in rows]


async def leave(session: Session, vendor_id: UUID, agreement_id: UUID, merge_id: UUID, change: int) -> None:
    """Let a survivor stand no longer in the lists that a merge brought it into, since a change of the facts."""
    await session.execute(
        "UPDATE incentive_reseller SET replaced = $4 WHERE vendor_id = $1 AND agreement_id = $2 AND merge_id = $3"
        " AND replaced IS NULL",
        vendor_id,
        agreement_id,
        merge_id,
        change,
    )
