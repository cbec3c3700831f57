"""The statements that find what waited for a unit of a product. All run as `worker`, within one vendor's network."""

from uuid import UUID

from app.reports.held.queries import WAITING
from app.store.database import Session

_WAITED = f"""report_row r JOIN product p ON p.vendor_id = r.vendor_id AND p.id = $2
    JOIN product_unit u ON u.vendor_id = r.vendor_id AND u.product_id = p.id AND u.unit = r.unit
    WHERE r.vendor_id = $1 AND {WAITING} AND 'UNKNOWN_UNIT' = ANY (r.waits_for)
        AND (r.product_code = p.sku OR r.product_code = p.gtin OR EXISTS (
            SELECT FROM alias a WHERE a.vendor_id = r.vendor_id AND a.agreement_id = r.agreement_id AND a.kind = 'PRODUCT'
                AND a.code = r.product_code AND a.product_id = p.id AND a.undone_at IS NULL))"""
"""The held rows `r` that wait for a unit which the product has by now. A code that is the SKU of another product and an
alias of this one stays held: it is placed by the SKU."""


async def owners_to_look_at(session: Session, vendor_id: UUID) -> list[UUID]:
    """The agreements, and of sell-out the resellers, of which rows are held, or a report is being counted that may have met
    a unit still unknown: agreements first."""

    def looked_at(owner: str) -> str:
        return (
            f"(EXISTS (SELECT FROM report_row r WHERE r.vendor_id = $1 AND r.{owner} = o.id AND {WAITING}) OR EXISTS ("
            f"SELECT FROM submission s WHERE s.vendor_id = $1 AND s.{owner} = o.id AND s.status = 'PROCESSING'))"
        )

    rows = await session.rows(
        f"SELECT o.id, false AS sells_out FROM agreement o WHERE o.vendor_id = $1 AND {looked_at('agreement_id')}"
        " UNION ALL SELECT o.id, true FROM party o WHERE o.vendor_id = $1 AND o.kind = 'RESELLER'"
        f" AND {looked_at('reseller_id')} ORDER BY sells_out, id",
        vendor_id,
    )
    return [row["id"] for row in rows]


async def choose_rows(session: Session, vendor_id: UUID, owner_id: UUID, product_id: UUID) -> int:
    """Name these rows of an agreement, or of a reseller's sell-out, in the table `chosen`; how many there are."""
    await session.execute(
        "CREATE TEMPORARY TABLE chosen (submission_id uuid, row_number bigint, kind text) ON COMMIT DROP"
    )
    rows = await session.execute(
        f"INSERT INTO chosen SELECT r.submission_id, r.row_number, r.kind FROM {_WAITED}"
        " AND (r.agreement_id = $3 OR r.reseller_id = $3)",
        vendor_id,
        product_id,
        owner_id,
    )
    await session.execute("CREATE INDEX ON chosen (submission_id, row_number)")
    await session.execute("ANALYZE chosen")
    return rows
