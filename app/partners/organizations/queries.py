"""What is asked of the database about organisations: by whom they are known, and under which name."""

from collections.abc import Sequence
from uuid import UUID

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.partners.queries import AS_PARTIES, IN_VENDORS, PLACES, Listing, places
from app.partners.segments.queries import EVERYBODY, Within, within
from app.programme.terms import Level, PartnerType
from app.store.database import Reader, Row, Session

PARTY = {"vendor_id": "p.vendor_id", "id": "p.id", "name": "p.name", "country": "p.country", "region": "p.region"}
RESELLER = {**PARTY, "partner_type": "p.partner_type"}
RECORDED_RESELLER = " LEFT JOIN party p ON p.vendor_id = x.vendor_id AND p.id = x.reseller_id AND p.kind = 'RESELLER'"
"Beside rows `x` that name a reseller: the vendor's record of it."
RESELLER_BESIDE = {f"known_{name}": f"p.{name}" for name in ("name", "country", "region", "partner_type")}
"What is read of that record; its name is null where the asker may not read it."


async def vendors(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The vendors in whose networks the asker takes part."""
    return await db.rows(
        f"SELECT k.ordinal, v.id AS vendor_id, v.id, v.name, v.country, v.region"
        f" FROM {KEYS} JOIN vendor v ON v.id = k.vendor_id AND v.id = k.id",
        *keys_apart(keys),
    )


async def distributors(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Distributors by the vendor's record of them, or, for their resellers, as their authorisations name them."""
    return await db.rows(
        f"""
        SELECT k.ordinal, k.vendor_id, k.id, coalesce(p.name, a.name) AS name,
               coalesce(p.country, a.country) AS country, p.region
        FROM {KEYS}
        LEFT JOIN party p ON p.vendor_id = k.vendor_id AND p.id = k.id AND p.kind = 'DISTRIBUTOR'
        LEFT JOIN LATERAL (
          SELECT r.distributor_name AS name, r.distributor_country AS country FROM reseller_authorization r
          WHERE p.id IS NULL AND r.vendor_id = k.vendor_id AND r.distributor_id = k.id ORDER BY r.id LIMIT 1
        ) a ON true
        WHERE p.id IS NOT NULL OR a.name IS NOT NULL
        """,
        *keys_apart(keys),
    )


async def resellers(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Resellers by the vendor's record of them, or, for their distributors, as their authorisations name them."""
    return await db.rows(
        f"""
        SELECT k.ordinal, k.vendor_id, k.id, coalesce(p.name, a.name) AS name,
               coalesce(p.country, a.country) AS country, coalesce(p.region, a.region) AS region,
               coalesce(p.partner_type, a.partner_type) AS partner_type
        FROM {KEYS}
        LEFT JOIN party p ON p.vendor_id = k.vendor_id AND p.id = k.id AND p.kind = 'RESELLER'
        LEFT JOIN LATERAL (
          SELECT r.reseller_name AS name, r.reseller_country AS country, r.reseller_region AS region, r.partner_type
          FROM reseller_authorization r
          WHERE p.id IS NULL AND r.vendor_id = k.vendor_id AND r.reseller_id = k.id ORDER BY r.id LIMIT 1
        ) a ON true
        WHERE p.id IS NOT NULL OR a.name IS NOT NULL
        """,
        *keys_apart(keys),
    )


async def own_organization(db: Reader, organization_id: UUID) -> Row | None:
    """The asker's own organisation, over all networks."""
    return await db.row("SELECT o.id, o.name, o.country FROM organization o WHERE o.id = $1", organization_id)


async def own_partner_types(db: Reader, actor: Actor) -> list[str]:
    """What kind of firm the vendors hold the asking reseller to be, the earliest record first."""
    rows = await db.rows(
        "SELECT p.partner_type FROM party p WHERE p.vendor_id = ANY($1::uuid[]) AND p.id = ANY($2::uuid[])"
        " AND p.kind = 'RESELLER' ORDER BY p.created_at, p.vendor_id",
        list(actor.vendor_ids),
        list(actor.party_ids),
    )
    return [row["partner_type"] for row in rows]


async def tax_numbers(db: Reader, actor: Actor, keys: Sequence[Key]) -> list[Row]:
    """The tax numbers that vendors recorded of parties, as far as the asker may read the records."""
    return await db.rows(
        f"SELECT DISTINCT k.ordinal, p.tax_number FROM {PLACES}"
        f" JOIN party p ON p.vendor_id {IN_VENDORS} AND p.id {AS_PARTIES}"
        f" WHERE p.tax_number IS NOT NULL ORDER BY k.ordinal, p.tax_number",
        *places(actor, keys),
    )


_NOT_MERGED = " AND p.merged_into IS NULL"
_AS_NAMED = (
    "r.vendor_id, r.reseller_id AS id, r.reseller_name AS name, r.reseller_country AS country,"
    " r.reseller_region AS region, r.partner_type"
)
_AUTHORIZED_BY_ANY = f"""(
  SELECT DISTINCT ON (r.reseller_id) {_AS_NAMED}
  FROM reseller_authorization r WHERE r.vendor_id = k.vendor_id ORDER BY r.reseller_id, r.id
) p WHERE true"""
_ONE = (
    "(SELECT t.id FROM party t WHERE t.vendor_id = k.vendor_id AND t.id = ANY ($6::uuid[]) AND t.kind = 'DISTRIBUTOR')"
)
_AUTHORIZED_BY_ONE = f"""(
  SELECT {_AS_NAMED} FROM reseller_authorization r
  WHERE r.vendor_id = k.vendor_id AND r.distributor_id = {_ONE} AND r.id = (
    SELECT o.id FROM reseller_authorization o
    WHERE o.vendor_id = r.vendor_id AND o.distributor_id = r.distributor_id AND o.reseller_id = r.reseller_id
    ORDER BY o.id LIMIT 1
  )
) p WHERE true"""
_COUNTED_OF_ONE = f"""(
  SELECT DISTINCT ON (r.reseller_id) r.reseller_name AS name, r.reseller_country AS country, r.partner_type
  FROM reseller_authorization r WHERE r.vendor_id = k.vendor_id AND r.distributor_id = {_ONE} ORDER BY r.reseller_id, r.id
) p WHERE true"""


def resellers_of_vendors(
    actor: Actor,
    vendors: Sequence[Key],
    *,
    search: str | None,
    partner_type: PartnerType | None,
    country: str | None,
    segment: Within | None = EVERYBODY,
    merged: bool = False,
) -> Listing:
    """The resellers in a network: for a distributor those that it is authorised for, for a reseller itself. Only a vendor
    narrows them by a segment; in none (None) is nobody. Records that are `merged` into others are listed on demand alone."""
    recorded = "party p WHERE p.vendor_id = k.vendor_id AND p.kind = 'RESELLER'" + ("" if merged else _NOT_MERGED)
    kept = (
        " AND ($3::text IS NULL OR strpos(lower(p.name), lower($3)) > 0)"
        " AND ($4::text IS NULL OR p.partner_type = $4) AND ($5::text IS NULL OR p.country = $5)"
    )
    if segment is None:
        kept += " AND false"
    arguments = (*keys_apart(vendors), search, partner_type, country)
    if actor.level is not Level.DISTRIBUTOR:
        if segment is None or segment.id is None:
            return Listing(KEYS, recorded + kept, RESELLER, arguments)
        return Listing(KEYS, recorded + kept + within("p", 6), RESELLER, (*arguments, *segment.values))
    # Alone in each of its networks, a distributor is named, and its resellers lie in their order in an index.
    alone = len(actor.party_ids) == len(actor.vendor_ids)
    source, counted = (_AUTHORIZED_BY_ONE, _COUNTED_OF_ONE) if alone else (_AUTHORIZED_BY_ANY, _AUTHORIZED_BY_ANY)
    own = ([*actor.party_ids],) if alone else ()
    return Listing(KEYS, source + kept, RESELLER, (*arguments, *own), counted=counted + kept)


def distributors_of_vendors(level: Level, vendors: Sequence[Key]) -> Listing:
    """The distributors in a network: for a distributor itself, for a reseller those that it may buy from."""
    recorded = "party p WHERE p.vendor_id = k.vendor_id AND p.kind = 'DISTRIBUTOR'"
    authorized = """(
      SELECT DISTINCT ON (r.distributor_id) r.vendor_id, r.distributor_id AS id, r.distributor_name AS name,
             r.distributor_country AS country, NULL AS region
      FROM reseller_authorization r WHERE r.vendor_id = k.vendor_id ORDER BY r.distributor_id, r.id
    ) p WHERE true"""
    return Listing(KEYS, authorized if level is Level.RESELLER else recorded, PARTY, keys_apart(vendors))


async def party_of_kind(session: Session, key: Key, kind: str) -> Row | None:
    """A vendor's record of a party of one kind, if the asker may see it, and it is not merged into another."""
    return await session.row(
        "SELECT p.id, p.name, p.country, p.region, p.partner_type FROM party p"
        f" WHERE p.vendor_id = $1 AND p.id = $2 AND p.kind = $3{_NOT_MERGED}",
        key.vendor_id,
        key.id,
        kind,
    )
