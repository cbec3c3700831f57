"""What a vendor does with applications: publishes a link for a programme, ends it, and decides.

Approved, the firm becomes a party of the network and is invited to it by the mail address that it entered: whoever reads
that mail is the firm. Refused, it reads the reason. Either is said once, and stands.
"""

import secrets
from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.access.applications.views import APPLY
from app.execution.checks import Checks, refused
from app.execution.errors import ErrorCode, Fault, UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.mail.actions import post
from app.people.applications import queries
from app.people.applications.inputs import CreateApplicationLinkInput, DecideApplicationInput
from app.people.links.actions import invite_party
from app.programme.terms import PartyKind
from app.store.database import Row
from app.store.identity import new_id

LINK, APPLICATION = "ApplicationLink", "Application"


def own_network(request: Request[Actor]) -> UUID:
    """The network of the acting vendor. Raises FORBIDDEN for everybody else."""
    if request.actor.vendor_id is None:
        raise Fault(ErrorCode.FORBIDDEN, "Only a vendor does this, in its own network.")
    return request.actor.vendor_id


async def create_link(request: Request[Actor], given: CreateApplicationLinkInput) -> Key:
    """Publish a link by which firms apply for a programme."""
    vendor_id = own_network(request)
    async with acting(request, "createApplicationLink") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(vendor_id, UUID(done))
        check = Checks()
        program, row = check.key("Program", "programme", given.program_id, "programId"), None
        if program is not None:
            row = await queries.program(act.session, program) if program.vendor_id == vendor_id else None
            if row is None:
                check.not_found("programme", "programId")
        check.settle()
        assert program is not None, "a programme that was not found was refused"
        assert row is not None, "a programme that was not found was refused"
        key = Key(vendor_id, new_id())
        await act.session.execute(
            "INSERT INTO application_link (vendor_id, id, program_id, kind, program_name, vendor_name, token, created_by,"
            " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            *(vendor_id, key.id, program.id, row["audience"], row["name"], row["vendor_name"]),
            *(secrets.token_urlsafe(32), request.actor.name, datetime.now(UTC)),
        )
        await act.record(global_id(LINK, key), vendor_id=vendor_id, after={"program": row["name"]})
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


async def end_link(request: Request[Actor], id: str) -> Key:
    """Take no more applications by a link. Those that wait can still be decided."""
    vendor_id = own_network(request)
    async with acting(request, "endApplicationLink") as act:
        check = Checks()
        key, row = check.key(LINK, "link", id, "linkId"), None
        if key is not None:
            row = await queries.link_for_act(act.session, key) if key.vendor_id == vendor_id else None
            if row is None:
                check.not_found("link", "linkId")
        check.settle()
        assert key is not None, "a link that was not found was refused"
        assert row is not None, "a link that was not found was refused"
        if row["ended_at"] is not None:
            raise refused(UserErrorCode.TOO_LATE, "It has ended already. Create another one.", "linkId")
        await act.session.execute(
            "UPDATE application_link SET ended_at = $3 WHERE vendor_id = $1 AND id = $2",
            *(vendor_id, key.id, datetime.now(UTC)),
        )
        await act.record(global_id(LINK, key), vendor_id=vendor_id, before={"program": row["program_name"]})
    return key


async def decide(request: Request[Actor], given: DecideApplicationInput) -> Key:
    """Approve an application or refuse it, and tell the firm by mail."""
    vendor_id, now = own_network(request), datetime.now(UTC)
    async with acting(request, "decideApplication") as act:
        check = Checks()
        reason = check.optional_prose(given.reason, "reason")
        if not given.approve and given.reason is None:
            check.add(UserErrorCode.REQUIRED, "Say why you refuse; the firm reads it.", "reason")
        key, row = check.key(APPLICATION, "application", given.application_id, "applicationId"), None
        if key is not None:
            row = await queries.application_for_act(act.session, key) if key.vendor_id == vendor_id else None
            if row is None:
                check.not_found("application", "applicationId")
        if row is not None and row["decided_at"] is not None:
            check.add(UserErrorCode.TOO_LATE, "It has been decided already, and that stands.", "applicationId")
        check.settle()
        assert key is not None, "an application that was not found was refused"
        assert row is not None, "an application that was not found was refused"
        party = await _approve(request, act, row, now) if given.approve else None
        if party is None:
            await _refuse(request, act, row, reason or "", now)
        await act.session.execute(
            "UPDATE application SET status = $3, reason = $4, party_id = $5, decided_by = $6, decided_at = $7"
            " WHERE vendor_id = $1 AND id = $2",
            *(vendor_id, key.id, "REFUSED" if party is None else "APPROVED", reason),
            *(None if party is None else party.id, request.actor.name, now),
        )
        after = {"name": row["name"], "approved": given.approve, "reason": reason}
        await act.record(global_id(APPLICATION, key), vendor_id=vendor_id, after=after)
    return key


async def _approve(request: Request[Actor], act: Act, row: Row, now: datetime) -> Key:
    """Record the firm as a party, and invite it."""
    party, kind = Key(row["vendor_id"], new_id()), PartyKind(row["kind"])
    await act.session.execute(
        "INSERT INTO party (vendor_id, id, kind, name, partner_type, country, disclosed, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, true, $7)",
        *(party.vendor_id, party.id, kind.value, row["name"], row["partner_type"], row["country"], now),
    )
    whom = {"name": row["name"], "country": row["country"], "distributor_id": None}
    await invite_party(request, act, party, kind, whom, row["email"], now)
    return party


async def _refuse(request: Request[Actor], act: Act, row: Row, reason: str, now: datetime) -> None:
    firm = request.actor.organization_name
    text = f"{firm} has refused the application of {row['name']} for {row['program_name']}:\n\n{reason}\n"
    await post(act.session, request.actor.organization_id, row["email"], f"Your application to {firm}", text, now)


def address(request: Request[Actor], token: str) -> str:
    """Where firms apply by a link."""
    return request.links.page(f"{APPLY}/{token}")
