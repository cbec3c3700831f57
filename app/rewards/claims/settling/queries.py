"""The statements by which claims on SPIFFs are decided. All run as `worker`, within one vendor's network."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.store.database import Reader, Row, Session

_RETURNED = (
    "coalesce((SELECT sum(-r.quantity) FROM sell_through_line r WHERE r.vendor_id = l.vendor_id"
    " AND r.distributor_id = l.distributor_id AND r.return_of = l.document_number || ':' || l.document_line"
    " AND r.product_id = l.product_id AND r.quantity < 0 AND r.component >= 0 AND r.sale_type = 'RETURN'"
    " AND r.replaced IS NULL AND r.superseded IS NULL), 0)::bigint"
)
_CLAIM = (
    "c.id, c.spiff_id, c.rep_id, c.distributor_id, c.reseller_id, c.seller_id, c.document_number, c.document_line,"
    " c.component, c.product_id, c.sold_on, c.serial_numbers, c.asked, c.currency, c.status, c.approved, c.amount_minor,"
    " c.denials, c.verdict, c.filed_at, c.disclosed_seller_id, c.disclosed_document_number, c.disclosed_document_line,"
    " c.disclosed_sold_on"
)
_OF_LINE = (
    "c.vendor_id = $1 AND c.spiff_id = $2 AND c.seller_id = $3 AND c.document_number = $4 AND c.document_line = $5"
    " AND c.component = $6"
)


async def spiff(session: Session, vendor_id: UUID, spiff_id: UUID) -> Row | None:
    """A SPIFF with all of its terms, and the products of its families."""
    return await session.row(
        "SELECT s.id, s.audience, s.currency, s.per_unit, s.starts_on, s.ends_on, s.days_to_claim, s.cap_minor,"
        " s.budget_minor, s.reviewed, s.families, s.product_ids, s.partner_types, s.countries, s.distributor_ids,"
        " s.agreement_ids"
        " FROM spiff s WHERE s.vendor_id = $1 AND s.id = $2",
        vendor_id,
        spiff_id,
    )


async def waiting(session: Session, vendor_id: UUID, spiff_id: UUID) -> list[Row]:
    """The claims that the engine has not looked at, or about which a person has said something since; the first filed
    first."""
    return await session.rows(
        f"SELECT {_CLAIM} FROM spiff_claim c WHERE c.vendor_id = $1 AND c.spiff_id = $2 AND c.status = 'CLAIMED'"
        " AND (c.verdict IS NOT NULL OR (c.approved = 0 AND c.denials = '[]')) ORDER BY c.filed_at, c.id",
        vendor_id,
        spiff_id,
    )


async def line(session: Session, vendor_id: UUID, claim: Row) -> Row | None:
    """The line of a claim as it stands under its key by now, with what of it came back."""
    return await session.row(
        "SELECT l.product_id, p.family, l.quantity, l.sold_on, l.sale_type, l.agreement_id, l.reseller_id,"
        " l.disclosed_reseller_id,"
        f" {_RETURNED} AS returned FROM sell_through_line l JOIN product p ON p.vendor_id = l.vendor_id"
        " AND p.id = l.product_id WHERE l.vendor_id = $1 AND l.distributor_id = $2 AND l.document_number = $3"
        " AND l.document_line = $4 AND l.component = $5 AND l.document_kind = 'INVOICE' AND l.replaced IS NULL",
        vendor_id,
        claim["seller_id"],
        claim["document_number"],
        claim["document_line"],
        claim["component"],
    )


async def firm(session: Session, vendor_id: UUID, party_id: UUID) -> Row | None:
    """What of a firm says whether a SPIFF is for it."""
    return await session.row(
        "SELECT partner_type, country FROM party WHERE vendor_id = $1 AND id = $2", vendor_id, party_id
    )


async def sums(session: Session, vendor_id: UUID, claim: Row, month: tuple[date, date]) -> Row:
    """What was claimed before: of the line in units, and of its serial numbers; by the person for the sales of a month, and
    of the SPIFF in all, in minor units. Nothing of the claim itself, which may wait with what it would be paid."""
    found = await session.row(
        f"SELECT (SELECT coalesce(sum(c.approved), 0)::bigint FROM spiff_claim c WHERE {_OF_LINE} AND c.id <> $7) AS units,"
        " (SELECT coalesce(array_agg(DISTINCT n.serial), '{}') FROM spiff_claim c CROSS JOIN LATERAL"
        f" unnest(c.serial_numbers) AS n(serial) WHERE {_OF_LINE} AND c.id <> $7 AND c.approved > 0) AS serials,"
        " coalesce(sum(c.amount_minor) FILTER (WHERE c.rep_id = $8 AND c.sold_on >= $9 AND c.sold_on < $10), 0)::bigint"
        " AS earned, coalesce(sum(c.amount_minor), 0)::bigint AS spent"
        " FROM spiff_claim c WHERE c.vendor_id = $1 AND c.spiff_id = $2 AND c.id <> $7",
        vendor_id,
        claim["spiff_id"],
        claim["seller_id"],
        claim["document_number"],
        claim["document_line"],
        claim["component"],
        claim["id"],
        claim["rep_id"],
        *month,
    )
    assert found is not None, "sums are there"
    return found


WRITTEN: Final = (
    "status",
    "approved",
    "amount_minor",
    "denials",
    "decided_at",
    "disclosed_seller_id",
    "disclosed_document_number",
    "disclosed_document_line",
    "disclosed_sold_on",
    "disclosed_serial_numbers",
)
"What is written of a claim when it is decided, in this order."


async def write(session: Session, vendor_id: UUID, claim_id: UUID, values: Sequence[object]) -> None:
    """Write what was decided of a claim."""
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(WRITTEN, 3))
    await session.execute(
        f"UPDATE spiff_claim SET {sets} WHERE vendor_id = $1 AND id = $2", vendor_id, claim_id, *values
    )


async def paid_lines(session: Session, vendor_id: UUID, spiff_id: UUID) -> list[Row]:
    """The claims of a SPIFF of which units are approved, less what was taken back of each: by line, the latest first. Only
    of lines of which more is approved than was sold and kept."""
    return await session.rows(
        f"""
WITH net AS (
    SELECT {_CLAIM}, c.approved + coalesce(sum(a.approved), 0)::bigint AS units,
        c.amount_minor + coalesce(sum(a.amount_minor), 0)::bigint AS amount
    FROM spiff_claim c LEFT JOIN spiff_claim a ON a.vendor_id = c.vendor_id AND a.adjusts_id = c.id
    WHERE c.vendor_id = $1 AND c.spiff_id = $2 AND c.status IN ('APPROVED', 'PAID') AND c.adjusts_id IS NULL
    GROUP BY c.vendor_id, c.id
)
SELECT n.*, t.units AS claimed, t.kept FROM net n JOIN (
    SELECT m.seller_id, m.document_number, m.document_line, m.component, sum(m.units)::bigint AS units, coalesce((
        SELECT CASE WHEN l.sale_type IN ('SALE', 'DROP_SHIPMENT') THEN greatest(0, l.quantity - {_RETURNED}) ELSE 0 END
        FROM sell_through_line l WHERE l.vendor_id = $1 AND l.distributor_id = m.seller_id
            AND l.document_number = m.document_number AND l.document_line = m.document_line AND l.component = m.component
            AND l.document_kind = 'INVOICE' AND l.replaced IS NULL AND l.product_id = m.product_id
            AND (m.reseller_id IS NULL OR l.reseller_id = m.reseller_id)), 0)::bigint AS kept
    FROM net m WHERE m.units > 0
    GROUP BY m.seller_id, m.document_number, m.document_line, m.component, m.product_id, m.reseller_id
) t ON t.seller_id = n.seller_id AND t.document_number = n.document_number AND t.document_line = n.document_line
    AND t.component = n.component
WHERE n.units > 0 AND t.units > t.kept
ORDER BY n.seller_id, n.document_number, n.document_line, n.component, n.filed_at DESC, n.id DESC""",
        vendor_id,
        spiff_id,
    )


async def take_back(
    session: Session, vendor_id: UUID, id: UUID, claim: Row, units: int, amount: int, at: datetime
) -> None:
    """Add a claim below zero that takes units and minor units of another one back."""
    await session.execute(
        "INSERT INTO spiff_claim (vendor_id, id, spiff_id, rep_id, distributor_id, reseller_id, seller_id, document_number,"
        " document_line, component, product_id, sold_on, serial_numbers, asked, currency, status, approved, amount_minor,"
        " adjusts_id, filed_by, filed_at, decided_at, disclosed_seller_id, disclosed_document_number,"
        " disclosed_document_line, disclosed_sold_on)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '{}', $13, $14, 'APPROVED', $13, $15, $16,"
        " 'the engine', $17, $17, $18, $19, $20, $21)",
        vendor_id,
        id,
        claim["spiff_id"],
        claim["rep_id"],
        claim["distributor_id"],
        claim["reseller_id"],
        claim["seller_id"],
        claim["document_number"],
        claim["document_line"],
        claim["component"],
        claim["product_id"],
        claim["sold_on"],
        -units,
        claim["currency"],
        -amount,
        claim["id"],
        at,
        claim["disclosed_seller_id"],
        claim["disclosed_document_number"],
        claim["disclosed_document_line"],
        claim["disclosed_sold_on"],
    )


async def claimed_of(db: Reader, vendor_id: UUID, agreement_id: UUID) -> list[UUID]:
    """The SPIFFs that were claimed for lines of an agreement's distributor."""
    rows = await db.rows(
        "SELECT DISTINCT c.spiff_id FROM spiff_claim c JOIN agreement a ON a.vendor_id = c.vendor_id"
        " AND a.distributor_id = c.seller_id WHERE a.vendor_id = $1 AND a.id = $2 ORDER BY c.spiff_id",
        vendor_id,
        agreement_id,
    )
    return [row["spiff_id"] for row in rows]
