"""What is asked of the database about agreements: their terms, their volume tiers, and the sell-in that counts for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.partners.queries import AS_PARTIES, IN_VENDORS, PLACES, Listing, places
from app.programme.spans import Span
from app.programme.terms import AgreementStatus
from app.store.database import Reader, Row, Session

AGREEMENT = {
    name: f"a.{name}"
    for name in (
        "vendor_id",
        "id",
        "distributor_id",
        "program_id",
        "status",
        "effective_start",
        "effective_end",
        "territory",
        "currency",
        "time_zone",
        "volume_period",
        "volume_commitment",
        "shortfall_consequence",
        "shortfall_share",
        "threshold_rule",
        "cadence",
        "due_days",
        "grace_days",
        "mandatory_fields",
        "formats",
        "discloses_resale_price",
        "discloses_end_customer",
        "discloses_reseller",
        "discloses_credit_terms",
    )
}


async def agreements(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Agreements by their ids: a vendor's own, a distributor's own."""
    return await db.rows(
        f"SELECT k.ordinal, {', '.join(AGREEMENT.values())}"
        f" FROM {KEYS} JOIN agreement a ON a.vendor_id = k.vendor_id AND a.id = k.id",
        *keys_apart(keys),
    )


@dataclass(frozen=True, slots=True)
class Which:
    """Which agreements are asked for; what is None narrows nothing."""

    status: AgreementStatus | None = None
    distributor: Key | None = None
    effective_on: date | None = None


def agreements_of_vendors(vendors: Sequence[Key], which: Which) -> Listing:
    """The agreements in a network: for a distributor its own."""
    return Listing(
        KEYS,
        "agreement a WHERE a.vendor_id = k.vendor_id" + _kept(3),
        AGREEMENT,
        (*keys_apart(vendors), *_values(which)),
    )


def agreements_of_distributors(actor: Actor, distributors: Sequence[Key], which: Which) -> Listing:
    """A distributor's agreements, as far as the asker may see them."""
    source = f"agreement a WHERE a.vendor_id {IN_VENDORS} AND a.distributor_id {AS_PARTIES}"
    return Listing(PLACES, source + _kept(3), AGREEMENT, (*places(actor, distributors), *_values(which)))


def _kept(at: int) -> str:
    status, vendor, distributor, day = (f"${at + offset}" for offset in range(4))
    return (
        f" AND ({status}::text IS NULL OR a.status = {status})"
        f" AND ({vendor}::uuid IS NULL OR (a.vendor_id = {vendor} AND a.distributor_id = {distributor}::uuid))"
        f" AND ({day}::date IS NULL OR (a.effective_start <= {day} AND a.effective_end > {day}))"
    )


def _values(which: Which) -> tuple[object, ...]:
    vendor_id, distributor_id = (None, None) if which.distributor is None else which.distributor[:2]
    return which.status, vendor_id, distributor_id, which.effective_on


async def agreement_for_act(session: Session, key: Key) -> Row | None:
    """An agreement's terms, if the asker may see it."""
    return await session.row(
        "SELECT a.id, a.distributor_id, a.status, a.effective_start, a.effective_end, a.currency, a.time_zone,"
        " a.discloses_reseller, a.discloses_credit_terms FROM agreement a WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
    )


async def overlapping(
    session: Session, distributor: Key, program_id: UUID, effective: Span, territory: Sequence[str]
) -> Row | None:
    """A live agreement of the distributor under the programme, on some of these days in some of these countries."""
    return await session.row(
        "SELECT a.effective_start, a.effective_end FROM agreement a"
        " WHERE a.vendor_id = $1 AND a.distributor_id = $2 AND a.program_id = $3 AND a.status = 'ACTIVE'"
        " AND a.effective_start < $5 AND a.effective_end > $4 AND a.territory && $6::text[]"
        " ORDER BY a.effective_start, a.id LIMIT 1",
        distributor.vendor_id,
        distributor.id,
        program_id,
        effective.start,
        effective.end,
        territory,
    )
