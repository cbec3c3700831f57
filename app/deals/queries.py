"""What is asked of the database about deals. A reseller, and a distributor that supplies a deal, read columns of their own;
of a reseller's sales people each reads what it registered itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.roles import Role
from app.execution.connections import Order, SortKey
from app.execution.identifiers import NO_NETWORK, Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.deals import STANDARD, DealStatus, DealTerms, Registration
from app.programme.terms import Level
from app.store.database import Reader, Row, Session

_ID = (SortKey("d.vendor_id", "vendor_id", UUID, "uuid"), SortKey("d.id", "id", UUID, "uuid"))
NEWEST = Order((SortKey("d.registered_at", "registered_at", datetime, "timestamptz"), *_ID), descending=True)
CLOSING = Order((SortKey("d.expected_close_on", "expected_close_on", date, "date"), *_ID))
_COMMON = (
    "d.vendor_id, d.id, d.reseller_id, d.customer_id, d.content, d.name, d.status, d.currency, d.amount_minor,"
    " d.expected_close_on, d.registered_at, d.protected_from, d.protected_until, d.extensions_left, d.extension_days,"
    " d.won_on, d.closed_on, d.won_minor, d.version, (SELECT c.name FROM {0}) AS customer,"
    " (SELECT c.domain FROM {0}) AS customer_domain"
).format("deal_customer c WHERE c.vendor_id = d.vendor_id AND c.id = d.customer_id")
_BETWEEN_BOTH = ", d.decision_reason, d.close_reason"
_OF_LEVEL = {
    Level.VENDOR: f"{_BETWEEN_BOTH}, NULL::text AS registered_by, d.disclosed_distributor_id AS distributor_id, d.waits_for",
    Level.RESELLER: f"{_BETWEEN_BOTH}, d.registered_by, d.distributor_id, NULL::text AS waits_for",
    Level.DISTRIBUTOR: ", NULL::text AS registered_by, NULL::text AS decision_reason, NULL::text AS close_reason,"
    " d.distributor_id, NULL::text AS waits_for",
}
_LIVE = "({0}.status = 'SUBMITTED' OR ({0}.status = 'APPROVED' AND {0}.protected_until > {1}))"


def columns(level: Level) -> str:
    """What a level reads of a deal `d` and its customer; the same names for all."""
    return _COMMON + _OF_LEVEL[level]


def own_only(actor: Actor) -> UUID | None:
    """Who has to have registered a deal that the actor may see; None where it need not be anybody in particular. Sales
    people of a reseller see their own."""
    everything = {Role.RESELLER_ADMIN, Role.RESELLER_VIEWER}
    if actor.level is not Level.RESELLER or actor.roles & everything:
        return None
    return actor.acting_id


def _own(actor: Actor, place: int) -> str:
    """The condition for `own_only`, whose value is the argument at a place; none for levels that cannot read who it was."""
    return f" AND (${place}::uuid IS NULL OR d.registered_by_id = ${place})" if actor.level is Level.RESELLER else ""


@dataclass(frozen=True, slots=True)
class Which:
    """Which deals; what is None narrows nothing."""

    statuses: list[str] | None = None
    search: str | None = None

    def values(self, actor: Actor) -> list[object]:
        """The arguments from the third on."""
        own = [own_only(actor)] if actor.level is Level.RESELLER else []
        return [self.statuses, self.search, *own]


_KEPT = (
    " AND ($3::text[] IS NULL OR d.status = ANY ($3)) AND ($4::text IS NULL OR strpos(lower(d.name), lower($4)) > 0"
    " OR d.customer_id IN (SELECT c.id FROM deal_customer c WHERE c.vendor_id {networks}"
    " AND strpos(lower(c.name), lower($4)) > 0))"
)
"Customers are searched once for all deals, not for each."
_KEPT_IN_ONE = _KEPT.format(networks="= k.vendor_id")


def of_vendor(actor: Actor) -> List:
    """The deals of a network, as far as the asker may see them."""
    return List(f"deal d WHERE d.vendor_id = k.vendor_id{_KEPT_IN_ONE}{_own(actor, 5)}", columns(actor.level))


def of_agreement(actor: Actor) -> List:
    """The deals that name a supplier, by its agreement."""
    named = "d.disclosed_agreement_id" if actor.level is Level.VENDOR else "d.agreement_id"
    return List(f"deal d WHERE d.vendor_id = k.vendor_id AND {named} = k.id{_KEPT_IN_ONE}", columns(actor.level))


def of_reseller(actor: Actor) -> tuple[List, list[object]]:
    """The deals of a reseller in one network; of the asking firm itself in all of them. With further arguments."""
    narrowed = Which().values(actor)
    at = 3 + len(narrowed)
    itself = f"k.vendor_id = '{NO_NETWORK}'"
    networks = f"CASE WHEN {itself} THEN ${at}::uuid[] ELSE ARRAY[k.vendor_id] END"
    parties = f"CASE WHEN NOT {itself} THEN ARRAY[k.id] WHEN k.id = ${at + 2}::uuid THEN ${at + 1}::uuid[] END"
    kept = _KEPT.format(networks=f"= ANY ({networks})")
    source = f"deal d WHERE d.vendor_id = ANY ({networks}) AND d.reseller_id = ANY ({parties}){kept}{_own(actor, 5)}"
    everywhere: list[object] = [list(actor.vendor_ids), list(actor.party_ids), actor.organization_id]
    return List(source, columns(actor.level)), everywhere


def in_conflict(actor: Actor) -> List:
    """The live registrations that are in the way of a live deal `k`, the argument at the third place being today."""
    source = f"""deal d WHERE d.vendor_id = k.vendor_id AND d.id <> k.id AND {_LIVE.format("d", "$3::date")}
        AND d.customer_id IN (
            SELECT r.id FROM deal o
            JOIN deal_customer m ON m.vendor_id = o.vendor_id AND m.id = o.customer_id
            JOIN deal_customer r ON r.vendor_id = m.vendor_id
                AND (r.name_hash = m.name_hash OR r.domain_hash = m.domain_hash)
            WHERE o.vendor_id = k.vendor_id AND o.id = k.id AND {_LIVE.format("o", "$3::date")}
        )
        AND EXISTS (
            SELECT FROM deal o
            JOIN deal_product p ON p.vendor_id = o.vendor_id AND p.deal_id = o.id AND p.content = o.content
            JOIN deal_product q ON q.vendor_id = o.vendor_id AND q.deal_id = d.id AND q.content = d.content
                AND q.family = p.family
            WHERE o.vendor_id = k.vendor_id AND o.id = k.id
        )"""
    return List(source, columns(actor.level))


async def deals(db: Reader, actor: Actor, keys: Sequence[Key]) -> list[Row]:
    """Deals by their ids, with their ordinal, as far as the asker may see them."""
    own = [own_only(actor)] if actor.level is Level.RESELLER else []
    return await db.rows(
        f"SELECT k.ordinal, {columns(actor.level)} FROM {KEYS}"
        f" JOIN deal d ON d.vendor_id = k.vendor_id AND d.id = k.id{_own(actor, 3)}",
        *keys_apart(keys),
        *own,
    )


async def products(db: Reader, deals: Sequence[tuple[Key, int]]) -> list[Row]:
    """What deals are about, each as it stands (`content`), in the order in which it was entered."""
    return await db.rows(
        f"SELECT k.ordinal, p.vendor_id, p.family, p.product_id, p.quantity FROM {KEYS}"
        " JOIN unnest($3::integer[]) WITH ORDINALITY AS n(content, ordinal) ON n.ordinal = k.ordinal"
        " JOIN deal_product p ON p.vendor_id = k.vendor_id AND p.deal_id = k.id AND p.content = n.content"
        " ORDER BY k.ordinal, p.position",
        *keys_apart([key for key, _ in deals]),
        [content for _, content in deals],
    )


HISTORY = List(
    "deal_event e WHERE e.vendor_id = k.vendor_id AND e.deal_id = k.id",
    "e.vendor_id, e.id, e.act, e.acted_as, e.reason, e.protected_until, e.happened_at",
)
OLDEST_EVENT = Order(
    (SortKey("e.happened_at", "happened_at", datetime, "timestamptz"), SortKey("e.id", "id", UUID, "uuid"))
)


async def terms(db: Reader, vendor_id: UUID) -> Row | None:
    """A vendor's own terms of deal registration, whole, as the vendor and the worker read them."""
    return await db.row(
        "SELECT days, extensions, extension_days, remind_days, currency, approves_up_to_minor, review_hours,"
        " checks_one_in, version FROM deal_terms WHERE vendor_id = $1",
        vendor_id,
    )


def terms_of(row: Row | None) -> DealTerms:
    """The terms that a row says, or the standard ones."""
    if row is None:
        return STANDARD
    return DealTerms(**{name: row[name] for name in DealTerms.__dataclass_fields__})


async def terms_of_vendors(db: Reader, keys: Sequence[Key], whole: bool) -> list[Row]:
    """The terms of vendors that have set some: all of them, or what their resellers may read."""
    own = ", t.currency, t.approves_up_to_minor, t.review_hours, t.checks_one_in, t.version" if whole else ""
    return await db.rows(
        f"SELECT k.ordinal, t.days, t.extensions, t.extension_days, t.remind_days{own} FROM {KEYS}"
        " JOIN deal_terms t ON t.vendor_id = k.vendor_id AND k.id = k.vendor_id",
        *keys_apart(keys),
    )


async def own_resellers(session: Session, actor: Actor, vendor_id: UUID) -> list[UUID]:
    """As which resellers the asking firm stands in a network, the earliest record first."""
    rows = await session.rows(
        "SELECT id FROM party WHERE vendor_id = $1 AND id = ANY ($2::uuid[]) AND kind = 'RESELLER' ORDER BY created_at, id",
        vendor_id,
        list(actor.party_ids),
    )
    return [row["id"] for row in rows]


async def supplier(session: Session, reseller_id: UUID, distributor: Key, on: date) -> Row | None:
    """Under which agreement a reseller may buy from a distributor on a day; the newest authorisation where there are two."""
    return await session.row(
        "SELECT agreement_id, distributor_id, disclosed_reseller_id = reseller_id AS disclosed FROM reseller_authorization"
        " WHERE vendor_id = $1 AND distributor_id = $2 AND reseller_id = $3 AND status = 'ACTIVE'"
        " AND effective_start <= $4 AND effective_end > $4 ORDER BY id DESC LIMIT 1",
        distributor.vendor_id,
        distributor.id,
        reseller_id,
        on,
    )


async def families_of(session: Session, vendor_id: UUID, product_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The family of each of these products that the vendor has in its catalogue."""
    rows = await session.rows(
        "SELECT id, family FROM product WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, list(product_ids)
    )
    return {row["id"]: row["family"] for row in rows}


async def known_families(session: Session, vendor_id: UUID, names: Sequence[str]) -> set[str]:
    """Which of these families the vendor has products of."""
    rows = await session.rows(
        "SELECT DISTINCT family FROM product WHERE vendor_id = $1 AND family = ANY ($2::text[])", vendor_id, list(names)
    )
    return {row["family"] for row in rows}


REGISTRATION = (
    "d.id, d.entered_at, d.status, d.protected_until, c.name_hash, c.domain_hash,"
    " ARRAY(SELECT DISTINCT p.family FROM deal_product p WHERE p.vendor_id = d.vendor_id AND p.deal_id = d.id"
    " AND p.content = d.content) AS families"
)


def registration(row: Row) -> Registration:
    """What of a row tells whether another registration is in conflict with it."""
    return Registration(
        id=str(row["id"]),
        entered_at=row["entered_at"],
        status=DealStatus(row["status"]),
        protected_until=row["protected_until"],
        name_hash=row["name_hash"],
        domain_hash=row["domain_hash"],
        families=frozenset(row["families"]),
    )


async def change(session: Session, key: Key, version: int, status: str, values: Mapping[str, object]) -> bool:
    """Change columns of a deal that still has a version and a status; False where somebody was first."""
    assigned = ", ".join(f"{name} = ${place}" for place, name in enumerate(values, 5))
    changed = await session.execute(
        f"UPDATE deal SET {assigned}, version = version + 1"
        " WHERE vendor_id = $1 AND id = $2 AND version = $3 AND status = $4",
        key.vendor_id,
        key.id,
        version,
        status,
        *values.values(),
    )
    return changed == 1
