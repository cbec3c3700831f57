"""What is asked of the database about applications: which programmes there are for a reseller, and where each stands."""

from collections.abc import Sequence
from uuid import UUID

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.partners.enrollments.queries import visible_enrollments
from app.partners.queries import AS_PARTIES, IN_VENDORS, PLACES, Listing, places
from app.programme.terms import Level
from app.store.database import Row, Session

_RECORDED = "(SELECT r.vendor_id, r.id, r.name, r.country, r.partner_type FROM party r WHERE r.kind = 'RESELLER')"
_AUTHORIZED = """(
  SELECT DISTINCT ON (a.vendor_id, a.reseller_id) a.vendor_id, a.reseller_id AS id, a.reseller_name AS name,
         a.reseller_country AS country, a.partner_type
  FROM reseller_authorization a ORDER BY a.vendor_id, a.reseller_id, a.id
)"""
"A distributor knows a reseller as its authorisations name it."


def offers_of_resellers(actor: Actor, resellers: Sequence[Key]) -> Listing:
    """The programmes for resellers in the networks of a reseller, with what decides about its eligibility and its enrolment
    there."""
    known = _AUTHORIZED if actor.level is Level.DISTRIBUTOR else _RECORDED
    source = (
        f"{known} r JOIN program p ON p.vendor_id = r.vendor_id AND p.audience = 'RESELLER'"
        f" WHERE r.vendor_id {IN_VENDORS} AND r.id {AS_PARTIES}"
    )
    enrolled = "e.vendor_id = p.vendor_id AND e.program_id = p.id AND e.reseller_id = r.id"
    found = f"(SELECT {{}} FROM {visible_enrollments(actor.level)} WHERE {enrolled} LIMIT 1)"
    columns = {
        **{name: f"p.{name}" for name in ("vendor_id", "id", "name", "status", "partner_types", "countries")},
        **{f"reseller_{name}": f"r.{name}" for name in ("id", "name", "country")},
        "partner_type": "r.partner_type",
        "enrollment_id": found.format("e.id"),
        "enrollment_status": found.format("e.status"),
    }
    return Listing(PLACES, source, columns, places(actor, resellers))


async def own_parties(session: Session, vendor_id: UUID, parties: Sequence[UUID]) -> list[Row]:
    """As which resellers an actor stands in a network."""
    return await session.rows(
        "SELECT p.id, p.name, p.country, p.partner_type FROM party p"
        " WHERE p.vendor_id = $1 AND p.id = ANY($2::uuid[]) AND p.kind = 'RESELLER' ORDER BY p.id",
        vendor_id,
        list(parties),
    )


async def enrollment_in(session: Session, program: Key, reseller_id: UUID) -> Row | None:
    """A reseller's enrolment in a programme, if there is one."""
    return await session.row(
        "SELECT e.id, e.status, e.tier_id FROM enrollment e"
        " WHERE e.vendor_id = $1 AND e.program_id = $2 AND e.reseller_id = $3",
        program.vendor_id,
        program.id,
        reseller_id,
    )


async def enrollment_of(session: Session, key: Key) -> Row | None:
    """An enrolment's programme, reseller and status, if the asker may see it."""
    return await session.row(
        "SELECT e.program_id, e.reseller_id, e.status FROM enrollment e WHERE e.vendor_id = $1 AND e.id = $2",
        key.vendor_id,
        key.id,
    )


async def is_waiting(session: Session, program: Key, reseller_id: UUID) -> bool:
    """Whether something that a reseller asked for in a programme is still to be carried out."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM program_application a WHERE a.vendor_id = $1 AND a.program_id = $2"
        " AND a.reseller_id = $3 AND a.carried_out_at IS NULL)",
        program.vendor_id,
        program.id,
        reseller_id,
    )
    return found


async def application(session: Session, key: Key) -> Row | None:
    """What a reseller asked for, with the terms of the programme and the vendor's record of it; for the worker."""
    return await session.row(
        "SELECT a.program_id, a.reseller_id, a.enrollment_id, a.act, a.reason, a.carried_out_at, g.status AS program_status,"
        " g.auto_status, g.auto_partner_types, g.auto_countries, p.name, p.country, p.partner_type"
        " FROM program_application a"
        " JOIN program g ON g.vendor_id = a.vendor_id AND g.id = a.program_id"
        " JOIN party p ON p.vendor_id = a.vendor_id AND p.id = a.reseller_id"
        " WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
    )


async def ended_by_vendor(session: Session, key: Key) -> bool:
    """Whether the vendor has ever ended an enrolment, or turned an application down."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM enrollment_event v WHERE v.vendor_id = $1 AND v.enrollment_id = $2"
        " AND v.status = 'ENDED' AND v.decided_by = 'VENDOR')",
        key.vendor_id,
        key.id,
    )
    return found
