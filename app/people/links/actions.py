"""Inviting a firm to be a party of a network, accepting that, and leaving.

The vendor invites for a party of its own; a distributor for a reseller that it is authorised for, and reads its own
invitations alone; that of a reseller which has other distributors is not taken up, because it is the vendor's to make.
Neither learns whether the address has an account, nor whether the party is linked: an invitation that cannot be used (any
more) is told to who opens it. Whoever accepts as an organisation's admin links the party to that
organisation from now on; what was recorded of the party before stays with it. Its admin alone ends the link again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.access.invitations import acceptance
from app.access.invitations import queries as received
from app.access.invitations.acceptance import LIFETIME, Gone, Linked, Person, new_token
from app.access.invitations.queries import Linking
from app.access.invitations.views import INVITATIONS
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.mail.actions import post
from app.people.actions import address, check_again
from app.people.links import queries
from app.people.links.inputs import (
    AcceptPartnerInvitationInput,
    InviteDistributorInput,
    InviteResellerInput,
    LeaveNetworkInput,
)
from app.programme.terms import Level, PartyKind
from app.store.database import AUTHENTICATING, Row
from app.store.identity import new_id
from app.store.turns import Turn, take

INVITATION, LINK = "PartnerInvitation", "PartnerLink"
MOST_A_DAY: Final = 2_000
"Partners that one organisation invites in a day."


async def invite_reseller(request: Request[Actor], given: InviteResellerInput) -> Key:
    """Invite a reseller by mail to be the party that the asker knows it as."""
    return await _invite(request, "inviteReseller", PartyKind.RESELLER, given.reseller_id, given)


async def invite_distributor(request: Request[Actor], given: InviteDistributorInput) -> Key:
    """Invite a distributor by mail. Only a vendor does."""
    return await _invite(request, "inviteDistributor", PartyKind.DISTRIBUTOR, given.distributor_id, given)


async def _invite(
    request: Request[Actor],
    name: str,
    kind: PartyKind,
    party_id: str,
    given: InviteResellerInput | InviteDistributorInput,
) -> Key:
    field, now = f"{kind.value.lower()}Id", datetime.now(UTC)
    async with acting(request, name) as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            vendor_id, _, found = done.partition("/")
            return Key(UUID(vendor_id), UUID(found))
        await take(act.session, Turn.PEOPLE, request.actor.organization_id)
        check = Checks()
        party, row = await _party(act, check, kind, party_id, field)
        email = address(check, given.email, "email")
        if row is not None and await queries.open_invitation_of(act.session, party, row["distributor_id"]) is not None:
            said = "You have invited this partner already. Send that invitation again, or withdraw it."
            check.add(UserErrorCode.TAKEN, said, field)
        networks = list(request.actor.vendor_ids)
        if await queries.invited_since(act.session, networks, now - timedelta(days=1)) >= MOST_A_DAY:
            check.add(UserErrorCode.NOT_ALLOWED, f"{MOST_A_DAY:,} partners are invited in a day. Go on tomorrow.")
        check.settle()
        assert row is not None, "a party that was not found was refused"
        key = await invite_party(request, act, party, kind, row, email, now)
        await act.remember(given.idempotency_key, given, f"{key.vendor_id}/{key.id}")
    return key


async def _party(act: Act, check: Checks, kind: PartyKind, id: str, field: str) -> tuple[Key, Row | None]:
    """The party as the asker knows it; a problem where it does not."""
    what = kind.value.lower()
    key, row, actor = check.key(kind.value.capitalize(), what, id, field), None, act.actor
    if key is None:
        return Key(actor.organization_id, actor.organization_id), None
    if actor.level is Level.VENDOR and key.vendor_id == actor.vendor_id:
        row = await queries.own_party(act.session, key, kind.value)
    elif actor.level is Level.DISTRIBUTOR and kind is PartyKind.RESELLER and key.vendor_id in actor.vendor_ids:
        row = await queries.authorized_reseller(act.session, key)
    if row is None:
        check.not_found(what, field)
    return key, row


async def invite_party(
    request: Request[Actor],
    act: Act,
    party: Key,
    kind: PartyKind,
    row: Row | Mapping[str, Any],
    email: str,
    now: datetime,
) -> Key:
    """Write an invitation for a party down and mail it, in the act's transaction. `row` has the name and country of the
    firm, and which distributor invites, if one does."""
    key, (token, token_hash) = Key(party.vendor_id, new_id()), new_token()
    vendor = await queries.vendor_name(act.session, party.vendor_id)
    await act.session.execute(
        "INSERT INTO partner_invitation (vendor_id, id, party_id, kind, distributor_id, party_name, country, vendor_name,"
        " email, token_hash, invited_by, invited_by_name, created_at, sent_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)",
        *(party.vendor_id, key.id, party.id, kind.value, row["distributor_id"], row["name"], row["country"], vendor),
        *(email, token_hash, request.actor.acting_id, request.actor.name, now, now + LIFETIME),
    )
    await _send(request, act, email, row["name"], vendor, token, now)
    after = {"party": global_id(kind.value.capitalize(), party), "name": row["name"], "email": email}
    await act.record(global_id(INVITATION, key), vendor_id=key.vendor_id, after=after)
    return key


async def resend_invitation(request: Request[Actor], id: str) -> Key:
    """Send an invitation of a partner again, for another week, by a new link, in the name of who sends it now. The link
    before is dead."""
    now = datetime.now(UTC)
    async with acting(request, "resendPartnerInvitation") as act:
        key, row = await _open_invitation(act, id)
        check_again(row, now)
        token, token_hash = new_token()
        await act.session.execute(
            "UPDATE partner_invitation SET token_hash = $3, sent_at = $4, expires_at = $5, invited_by = $6,"
            " invited_by_name = $7 WHERE vendor_id = $1 AND id = $2",
            *(key.vendor_id, key.id, token_hash, now, now + LIFETIME, act.actor.acting_id, act.actor.name),
        )
        await _send(request, act, row["email"], row["party_name"], row["vendor_name"], token, now)
        after = {"email": row["email"], "sentAt": now.isoformat()}
        await act.record(global_id(INVITATION, key), vendor_id=key.vendor_id, after=after)
    return key


async def withdraw_invitation(request: Request[Actor], id: str) -> Key:
    """Take an invitation of a partner back; its link is dead."""
    async with acting(request, "withdrawPartnerInvitation") as act:
        key, row = await _open_invitation(act, id)
        await act.session.execute(
            "UPDATE partner_invitation SET withdrawn_at = $3 WHERE vendor_id = $1 AND id = $2",
            *(key.vendor_id, key.id, datetime.now(UTC)),
        )
        await act.record(global_id(INVITATION, key), vendor_id=key.vendor_id, before={"email": row["email"]})
    return key


async def accept_invitation(request: Request[Actor], given: AcceptPartnerInvitationInput) -> Linking:
    """Link the party of an invitation to the asker's organisation. In one transaction of the role `auth`, which alone reads
    invitations by their links, with the record of it: to every level another's link is none."""
    actor, now = request.actor, datetime.now(UTC)
    if actor.user_id is None:
        raise refused(UserErrorCode.NOT_ALLOWED, "A person accepts an invitation, not an integration.")
    async with request.database.writing(AUTHENTICATING) as db:
        found = await acceptance.find(db, given.token)
        email = await received.address_of(db, actor.user_id)
        if not isinstance(found, Linking) or found.email != email:
            said = "There is no invitation by this link that is addressed to you."
            raise refused(UserErrorCode.NOT_FOUND, said, "token")
        over = acceptance.ended(found, now)
        if over is not None:
            raise refused(UserErrorCode.TOO_LATE, over, "token")
        others = await acceptance.withheld(request.database, found)
        if others is not None:
            raise refused(UserErrorCode.NOT_ALLOWED, others, "token")
        if found.level is not actor.level:
            said = f"You are invited as a {found.level.lower()}. Open the link in the mail to accept as one."
            raise refused(UserErrorCode.NOT_ALLOWED, said, "token")
        try:
            person = Person(actor.user_id, actor.name)
            await acceptance.link(db, found, person, actor.organization_id, request.request_id, now)
        except Linked as reason:
            raise refused(UserErrorCode.TAKEN, str(reason), "token") from reason
        except Gone as reason:
            raise refused(UserErrorCode.TOO_LATE, str(reason), "token") from reason
    await request.look_again()
    return found


async def leave_network(request: Request[Actor], given: LeaveNetworkInput) -> datetime:
    """End the link of the asker's organisation to a party from now on, and say since when it has ended."""
    now = datetime.now(UTC)
    async with acting(request, "leaveNetwork") as act:
        await take(act.session, Turn.PEOPLE, request.actor.organization_id)
        check = Checks()
        reason = check.prose(given.reason, "reason")
        key = check.key(LINK, "link", given.link_id, "linkId")
        row = None
        if key is not None:
            row = await queries.link_for_act(act.session, key, request.actor.organization_id)
            if row is None:
                check.not_found("link", "linkId")
        check.settle()
        assert key is not None, "a link that was not found was refused"
        assert row is not None, "a link that was not found was refused"
        await act.session.execute(
            "UPDATE party_link SET linked_until = $4, ended_because = $5"
            " WHERE vendor_id = $1 AND party_id = $2 AND organization_id = $3 AND linked_until IS NULL",
            *(key.vendor_id, key.id, request.actor.organization_id, now, reason),
        )
        before = {"vendor": row["vendor_name"], "party": row["party_name"], "since": row["linked_from"].isoformat()}
        after = {"until": now.isoformat(), "reason": reason}
        await act.record(global_id(LINK, key), vendor_id=key.vendor_id, before=before, after=after)
    return now


async def _open_invitation(act: Act, id: str) -> tuple[Key, Row]:
    check = Checks()
    key, row = check.key(INVITATION, "invitation", id, "invitationId"), None
    if key is not None and key.vendor_id in act.actor.vendor_ids:
        row = await queries.invitation_for_act(act.session, key)
    if key is None or row is None:
        raise refused(UserErrorCode.NOT_FOUND, "There is no invitation with this id that you can see.", "invitationId")
    if row["accepted_at"] is not None or row["withdrawn_at"] is not None:
        raise refused(UserErrorCode.TOO_LATE, "It was accepted or withdrawn. Invite anew.", "invitationId")
    return key, row


async def _send(
    request: Request[Actor], act: Act, email: str, party: str, vendor: str, token: str, now: datetime
) -> None:
    actor, link = request.actor, f"{INVITATIONS}/{token}"
    text = (
        f"{actor.name} of {actor.organization_name} invites you to act for {party} in the network of {vendor}.\n\n"
        f"Open this link within {LIFETIME.days} days to accept, with your account or a new one:\n"
        f"{request.links.page(link)}\n\n"
        "It is good for one use. If you do not know what this is about, you need do nothing.\n"
    )
    await post(act.session, actor.organization_id, email, f"Invitation to the network of {vendor}", text, now)
