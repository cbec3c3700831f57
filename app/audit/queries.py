"""What is asked of the audit: an organisation's own acts whole, and of others' what it was given notice of."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Order, SortKey, Window
from app.programme.terms import Level
from app.store.database import Reader, Row

NEWEST = Order(
    (SortKey("e.happened_at", "happened_at", datetime, "timestamptz"), SortKey("e.id", "id", UUID, "uuid")),
    descending=True,
)
_OWNERS = {
    Level.VENDOR: ("$2", "vendor_id"),
    Level.DISTRIBUTOR: ("$3", "distributor_id"),
    Level.RESELLER: ("$3", "reseller_id"),
}
"Whose notices a level reads: which argument names them, and the column."
_VENDORS_NAME = "(SELECT v.name FROM vendor v WHERE v.id = x.vendor_id)"
_KNOWN_AS = {
    Level.VENDOR: "(SELECT p.name FROM party p WHERE p.vendor_id = x.vendor_id AND p.id = x.actor_party_id)",
    Level.DISTRIBUTOR: "(SELECT a.reseller_name FROM reseller_authorization a WHERE a.vendor_id = x.vendor_id"
    " AND a.reseller_id = x.actor_party_id ORDER BY a.created_at DESC, a.id LIMIT 1)",
    Level.RESELLER: "(SELECT a.distributor_name FROM reseller_authorization a WHERE a.vendor_id = x.vendor_id"
    " AND a.distributor_id = x.actor_party_id ORDER BY a.created_at DESC, a.id LIMIT 1)",
}
"How each level knows a party that acted; the rows that it may read say more of none."


@dataclass(frozen=True, slots=True)
class Which:
    """Which acts are asked for; what is None narrows nothing. `since` is included, `until` is not."""

    acts: list[str] | None = None
    subject: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    own: bool | None = None


def _kept(which: Which) -> str:
    """What narrows both; one object's acts are found by an index of their own."""
    subject = "$5::text IS NULL" if which.subject is None else "e.subject = $5"
    return (
        f" AND ($4::text[] IS NULL OR e.act = ANY ($4)) AND {subject}"
        " AND ($7::timestamptz IS NULL OR e.happened_at >= $7) AND ($8::timestamptz IS NULL OR e.happened_at < $8)"
    )


def _entries(actor: Actor, which: Which, cut: str = "") -> str:
    """Own acts and notices in one list; each narrowed, ordered and cut by itself, so that each is found by its index."""
    owners, column = _OWNERS[actor.level]
    kept = _kept(which)
    return (
        "((SELECT e.happened_at, e.id, e.vendor_id, e.act, e.subject, true AS own, e.actor, e.before, e.after,"
        " NULL::text AS actor_level, NULL::uuid AS actor_party_id FROM audit_event e WHERE e.organization_id = $1"
        f"{kept} AND ($6::text IS NULL OR e.actor = $6) AND $9::boolean IS NOT FALSE{cut})"
        " UNION ALL"
        " (SELECT n.happened_at, n.id, n.vendor_id, n.act, n.subject, false, NULL, NULL, NULL, n.actor_level,"
        f" n.actor_party_id FROM unnest({owners}::uuid[]) AS o (owner) CROSS JOIN LATERAL (SELECT e.happened_at, e.id,"
        " e.vendor_id, e.act, e.subject, e.actor_level, e.actor_party_id FROM audit_notice e"
        f" WHERE e.{column} = o.owner AND e.audience = '{actor.level.value}' AND e.vendor_id = ANY ($2::uuid[])"
        f" AND ($3::uuid[] IS NULL OR true){kept} AND $6::text IS NULL AND $9::boolean IS NOT TRUE{cut}) n)) e"
    )


def _arguments(actor: Actor, which: Which) -> list[object]:
    parties = None if actor.level is Level.VENDOR else list(actor.party_ids)
    narrowed = (which.acts, which.subject, which.actor, which.since, which.until, which.own)
    return [actor.organization_id, list(actor.vendor_ids), parties, *narrowed]


async def entries_of(db: Reader, actor: Actor, window: Window, which: Which) -> list[Row]:
    """A page of what was done, the newest first; of others' acts with the name by which the asker knows who acted."""
    arguments = _arguments(actor, which)
    cut = window.sql(arguments)
    return await db.rows(
        f"SELECT x.*, CASE WHEN x.own THEN NULL WHEN x.actor_level = 'VENDOR' THEN {_VENDORS_NAME}"
        f" ELSE {_KNOWN_AS[actor.level]} END AS known_as"
        f" FROM (SELECT e.* FROM {_entries(actor, which, cut)} ORDER BY {window.ordered} LIMIT {window.size + 1}) x"
        f" ORDER BY {window.ordered.replace('e.', 'x.')}",
        *arguments,
    )


async def count_entries_of(db: Reader, actor: Actor, which: Which) -> int:
    """How many acts there are."""
    found: int = await db.value(f"SELECT count(*) FROM {_entries(actor, which)}", *_arguments(actor, which))
    return found
