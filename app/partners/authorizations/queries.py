"""What is asked of the database about authorisations: which reseller may buy from which distributor, and on which credit."""

from collections.abc import Sequence
from uuid import UUID

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.partners.organizations.queries import RECORDED_RESELLER, RESELLER_BESIDE
from app.partners.queries import AS_PARTIES, IN_VENDORS, PLACES, Listing, places
from app.programme.terms import AuthorizationStatus
from app.segments.queries import members
from app.store.database import Reader, Row, Session

AUTHORIZATION = {
    name: f"r.{name}"
    for name in (
        "vendor_id",
        "id",
        "agreement_id",
        "distributor_id",
        "reseller_id",
        "status",
        "reseller_name",
        "distributor_name",
        "accounts",
        "effective_start",
        "effective_end",
        "suspended_by",
        "suspension_reason",
        "version",
        *("planned_status", "planned_on", "planned_by", "planned_reason"),
    )
}


async def authorizations(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Authorisations by their ids: a distributor's and a reseller's own, a vendor's as far as its agreements disclose."""
    return await db.rows(
        f"SELECT k.ordinal, {', '.join(AUTHORIZATION.values())}"
        f" FROM {KEYS} JOIN reseller_authorization r ON r.vendor_id = k.vendor_id AND r.id = k.id",
        *keys_apart(keys),
    )


def authorizations_of_agreements(
    agreements: Sequence[Key],
    distributors: Sequence[UUID],
    status: AuthorizationStatus | None,
    search: str | None,
    segments: Sequence[UUID] | None = None,
    *,
    with_resellers: bool,
) -> Listing:
    """The authorisations under an agreement; for a vendor, if asked for, those of the resellers of some segments, and each
    with its record of the reseller. The agreement's distributor is named beside it, so that the rows lie in their order in
    an index that its policy uses too."""
    source = (
        "reseller_authorization r WHERE r.vendor_id = k.vendor_id AND r.agreement_id = k.id"
        " AND r.distributor_id = ($5::uuid[])[k.ordinal]"
        " AND ($3::text IS NULL OR r.status = $3)"
        " AND ($4::text IS NULL OR strpos(lower(r.reseller_name), lower($4)) > 0)"
    )
    arguments: tuple[object, ...] = (*keys_apart(agreements), status, search, distributors)
    if segments is not None:
        source += f" AND r.reseller_id IN (SELECT g.reseller_id FROM ({members('$1::uuid[]', '$6::uuid[]')}) g)"
        arguments = (*arguments, segments)
    if not with_resellers:
        return Listing(KEYS, source, AUTHORIZATION, arguments)
    return Listing(KEYS, source, AUTHORIZATION, arguments, RECORDED_RESELLER, RESELLER_BESIDE)


def authorizations_of_resellers(actor: Actor, resellers: Sequence[Key]) -> Listing:
    """The authorisations of a reseller, as far as the asker may see them."""
    source = f"reseller_authorization r WHERE r.vendor_id {IN_VENDORS} AND r.reseller_id {AS_PARTIES}"
    return Listing(PLACES, source, AUTHORIZATION, places(actor, resellers))


async def credit_terms(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The credit terms of authorisations: a distributor's and a reseller's own, a vendor's where they are disclosed."""
    return await db.rows(
        f"SELECT k.ordinal, c.currency, c.credit_limit_minor, c.payment_days"
        f" FROM {KEYS} JOIN credit_terms c ON c.vendor_id = k.vendor_id AND c.authorization_id = k.id",
        *keys_apart(keys),
    )


async def authorization_for_act(session: Session, key: Key) -> Row | None:
    """An authorisation that is about to be changed; nobody else changes it meanwhile."""
    return await session.row(
        "SELECT r.id, r.agreement_id, r.distributor_id, r.reseller_id, r.status, r.accounts, r.suspended_by, r.version,"
        " r.planned_status, r.planned_on, r.planned_by, r.planned_reason FROM reseller_authorization r"
        " WHERE r.vendor_id = $1 AND r.id = $2 FOR UPDATE",
        key.vendor_id,
        key.id,
    )


async def known_reseller(session: Session, key: Key, distributor_id: UUID) -> list[Row]:
    """Under which agreements a distributor is authorised for a reseller, and how the reseller is named there."""
    return await session.rows(
        "SELECT r.agreement_id, r.status, r.reseller_name AS name, r.reseller_country AS country,"
        " r.reseller_region AS region, r.partner_type FROM reseller_authorization r"
        " WHERE r.vendor_id = $1 AND r.reseller_id = $2 AND r.distributor_id = $3 ORDER BY r.id",
        key.vendor_id,
        key.id,
        distributor_id,
    )
