"""What is asked of the database about claims on SPIFFs: by those who read them, and by the firms that file them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.terms import Level
from app.rewards.queries import as_own, own_only
from app.store.database import Reader, Row, Session

_ID = SortKey("x.id", "id", UUID, "uuid")
NEWEST: Final = Order((SortKey("x.filed_at", "filed_at", datetime, "timestamptz"), _ID), descending=True)
OLDEST_SALE: Final = Order(
    (
        SortKey("x.sold_on", "sold_on", date, "date"),
        SortKey("x.distributor_id", "distributor_id", UUID, "uuid"),
        SortKey("x.document_number", "document_number", str, "text"),
        SortKey("x.document_line", "document_line", str, "text"),
        SortKey("x.component", "component", int, "integer"),
    )
)
_COMMON = (
    "x.vendor_id, x.id, x.spiff_id, x.rep_id, x.distributor_id, x.reseller_id, x.product_id, x.currency, x.asked, x.status,"
    " x.approved, x.amount_minor, x.denials, x.verdict_reason, x.adjusts_id, x.filed_at, x.decided_at, x.paid_at"
)
_LINE = ("seller_id", "document_number", "document_line", "sold_on", "serial_numbers")
_LIVE = "l.replaced IS NULL AND l.component >= 0 AND l.document_kind = 'INVOICE'"
_RETURNED = (
    "coalesce((SELECT sum(-r.quantity) FROM sell_through_line r WHERE r.vendor_id = l.vendor_id"
    " AND r.distributor_id = l.distributor_id AND r.return_of = l.document_number || ':' || l.document_line"
    " AND r.product_id = l.product_id AND r.quantity < 0 AND r.component >= 0 AND r.sale_type = 'RETURN'"
    " AND r.replaced IS NULL AND r.superseded IS NULL), 0)::bigint"
)


def columns(level: Level) -> str:
    """What a level reads of a claim: the vendor of its line what is disclosed."""
    if level is Level.VENDOR:
        return ", ".join([_COMMON, *(f"x.disclosed_{name} AS {name}" for name in _LINE)])
    return ", ".join([_COMMON, *(f"x.{name}" for name in _LINE)])


def _own(actor: Actor, at: int) -> str:
    """Only claims for those whom the asker may see, by the argument at a place."""
    if actor.level is Level.VENDOR:
        return f" AND ${at}::uuid IS NULL"
    reps = "SELECT r.id FROM spiff_rep r WHERE r.vendor_id = x.vendor_id"
    return f" AND (${at}::uuid IS NULL OR x.rep_id IN ({reps} AND r.added_by_id = ${at}))"


_STATUS = " AND ($3::text IS NULL OR x.status = $3)"


def of_vendor(actor: Actor) -> List:
    """The claims in a network: all for the vendor, a partner's own for it. By status, and by whom the asker may see."""
    return List(
        f"spiff_claim x WHERE x.vendor_id = k.vendor_id AND x.vendor_id = k.id{_STATUS}{_own(actor, 4)}",
        columns(actor.level),
    )


def of_spiff(actor: Actor) -> List:
    """The claims on a SPIFF, likewise."""
    source = f"spiff_claim x WHERE x.vendor_id = k.vendor_id AND x.spiff_id = k.id{_STATUS}{_own(actor, 4)}"
    return List(source, columns(actor.level))


def of_reseller(actor: Actor) -> List:
    """The claims of a reseller, in one network or in all of its own."""
    source = f"spiff_claim x WHERE {as_own('x.reseller_id', 5)}{_STATUS}{_own(actor, 4)}"
    return List(source, columns(actor.level))


def seen_by(actor: Actor) -> UUID | None:
    """The argument for whom the asker may see."""
    return own_only(actor)


async def claims(db: Reader, actor: Actor, keys: Sequence[Key]) -> list[Row]:
    """Claims by their ids, with their ordinal, as far as the asker may see them."""
    return await db.rows(
        f"SELECT k.ordinal, {columns(actor.level)} FROM {KEYS}"
        f" JOIN spiff_claim x ON x.vendor_id = k.vendor_id AND x.id = k.id{_own(actor, 3)}",
        *keys_apart(keys),
        own_only(actor),
    )


def claimable(level: Level) -> List:
    """The lines of the asker's parties (third argument) that a SPIFF `k` may pay for and of which units are not claimed: as
    far as its own claims and returns tell. The fourth argument is today."""
    whose = "l.reseller_id" if level is Level.RESELLER else "l.distributor_id"
    source = f"""(
        SELECT l.vendor_id, l.distributor_id, l.document_number, l.document_line, l.component, l.product_id, l.sold_on,
            l.quantity - {_RETURNED} AS kept, s.days_to_claim, coalesce((
                SELECT sum(c.approved) FROM spiff_claim c WHERE c.vendor_id = s.vendor_id AND c.spiff_id = s.id
                    AND c.seller_id = l.distributor_id AND c.document_number = l.document_number
                    AND c.document_line = l.document_line AND c.component = l.component), 0)::bigint AS claimed
        FROM spiff s JOIN sell_through_line l ON l.vendor_id = s.vendor_id AND {whose} = ANY ($3::uuid[])
            AND l.counts_on >= s.starts_on AND l.sold_on >= s.starts_on AND l.sold_on < s.ends_on AND {_LIVE}
            AND l.quantity > 0 AND l.sale_type IN ('SALE', 'DROP_SHIPMENT')
            AND (s.days_to_claim IS NULL OR l.sold_on + s.days_to_claim >= $4::date)
        JOIN product p ON p.vendor_id = l.vendor_id AND p.id = l.product_id
            AND (s.product_ids = '{{}}' AND s.families = '{{}}'
            OR p.id = ANY (s.product_ids) OR p.family = ANY (s.families))
        WHERE s.vendor_id = k.vendor_id AND s.id = k.id
    ) x WHERE x.kept > x.claimed"""
    return List(
        source,
        "x.vendor_id, x.distributor_id, x.document_number, x.document_line, x.component, x.product_id, x.sold_on,"
        " x.kept - x.claimed AS units, x.days_to_claim",
    )


async def own_lines(
    session: Session,
    level: Level,
    firm: Key,
    seller_id: UUID,
    document: tuple[str, str],
    product_id: UUID | None,
) -> list[Row]:
    """The lines of a firm under an invoice and line: several of a kit. As the firm reads them."""
    whose = "l.reseller_id" if level is Level.RESELLER else "l.distributor_id"
    return await session.rows(
        "SELECT l.distributor_id, l.document_number, l.document_line, l.component, l.product_id, l.sold_on, l.quantity,"
        f" l.serial_numbers FROM sell_through_line l WHERE l.vendor_id = $1 AND {whose} = $2 AND l.distributor_id = $3"
        f" AND l.document_number = $4 AND l.document_line = $5 AND ($6::uuid IS NULL OR l.product_id = $6) AND {_LIVE}"
        " ORDER BY l.component",
        firm.vendor_id,
        firm.id,
        seller_id,
        *document,
        product_id,
    )


async def lines_with(
    session: Session, level: Level, firm: Key, serials: Sequence[str], since: date, before: date
) -> list[Row]:
    """The lines of a firm, sold in some days, that name any of these serial numbers; the two first."""
    whose = "l.reseller_id" if level is Level.RESELLER else "l.distributor_id"
    return await session.rows(
        "SELECT l.distributor_id, l.document_number, l.document_line, l.component, l.product_id, l.sold_on, l.quantity,"
        f" l.serial_numbers FROM sell_through_line l WHERE l.vendor_id = $1 AND {whose} = $2 AND l.counts_on >= $4"
        f" AND l.sold_on >= $4 AND l.sold_on < $5 AND l.serial_numbers && $3::text[] AND {_LIVE} AND l.quantity > 0"
        " ORDER BY l.sold_on, l.document_number, l.document_line, l.component LIMIT 2",
        firm.vendor_id,
        firm.id,
        list(serials),
        since,
        before,
    )


async def covered_among(session: Session, spiff: Key, product_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these products a SPIFF pays for."""
    rows = await session.rows(
        "SELECT p.id FROM spiff s JOIN product p ON p.vendor_id = s.vendor_id"
        " AND (s.product_ids = '{}' AND s.families = '{}' OR p.id = ANY (s.product_ids) OR p.family = ANY (s.families))"
        " WHERE s.vendor_id = $1 AND s.id = $2 AND p.id = ANY ($3::uuid[])",
        spiff.vendor_id,
        spiff.id,
        list(product_ids),
    )
    return {row["id"] for row in rows}


async def say(session: Session, key: Key, verdict: str, reason: str | None, by: str, by_id: UUID) -> bool:
    """Write down what a person of the vendor says about a claim that waits; False where somebody was first."""
    changed = await session.execute(
        "UPDATE spiff_claim SET verdict = $3, verdict_reason = $4, verdict_by = $5, verdict_by_id = $6"
        " WHERE vendor_id = $1 AND id = $2 AND status = 'CLAIMED' AND verdict IS NULL",
        key.vendor_id,
        key.id,
        verdict,
        reason,
        by,
        by_id,
    )
    return changed == 1
