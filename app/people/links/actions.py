"""Inviting a firm to be a party of a network, accepting that, and leaving.

The vendor invites for a party of its own; a distributor for a reseller that it is authorised for, and reads its own
invitations alone; that of a reseller which has other distributors is not taken up, because it is the vendor's to make. One
to an address of the distributor's own firm waits until the vendor has confirmed it: nobody becomes the reseller that he
sells to by himself. Neither learns whether the address has an account, nor whether the party is linked: an invitation that
cannot be used (any more) is told to who opens it. Whoever accepts as an organisation's admin links the party to that
organisation from now on; what was recorded of the party before stays with it. Its admin alone ends the link again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
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
    ConfirmPartnerInvitationInput,
    InviteDistributorInput,
    InviteResellerInput,
    LeaveNetworkInput,
)
from app.programme.invitations import InvitationConfirmation
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
        confirmation = await _confirmation(request, check, party, row, email)
        check.settle()
        assert row is not None, "a party that was not found was refused"
        key = await invite_party(request, act, party, kind, row, email, now, confirmation)
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


async def _confirmation(
    request: Request[Actor], check: Checks, party: Key, row: Row | None, email: str
) -> InvitationConfirmation | None:
    """Whether the vendor has to confirm an invitation; a problem where it would have to, and does not know the reseller."""
    if check.problems or row is None or row["distributor_id"] is None:
        return None
    if not await acceptance.invites_itself(request.database, party.vendor_id, row["distributor_id"], email):
        return None
    if not row["disclosed"]:
        wrong = (
            "This address is of your own firm, and the vendor, who has to confirm that, does not know this reseller."
        )
        check.add(UserErrorCode.NOT_ALLOWED, f"{wrong} Invite somebody of the reseller.", "email")
    return InvitationConfirmation.PENDING_CONFIRMATION


async def invite_party(
    request: Request[Actor],
    act: Act,
    party: Key,
    kind: PartyKind,
    row: Row | Mapping[str, Any],
    email: str,
    now: datetime,
    confirmation: InvitationConfirmation | None = None,
) -> Key:
    """Write an invitation for a party down and mail it, in the act's transaction. `row` has the name and country of the
    firm, and which distributor invites, if one does; `confirmation` says whether the vendor has to confirm it."""
    key, (token, token_hash) = Key(party.vendor_id, new_id()), new_token()
    vendor = await queries.vendor_name(act.session, party.vendor_id)
    await act.session.execute(
        "INSERT INTO partner_invitation (vendor_id, id, party_id, kind, distributor_id, party_name, country, vendor_name,"
        " email, token_hash, invited_by, invited_by_name, created_at, sent_at, expires_at, confirmation)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15)",
        *(party.vendor_id, key.id, party.id, kind.value, row["distributor_id"], row["name"], row["country"], vendor),
        *(email, token_hash, request.actor.acting_id, request.actor.name, now, now + LIFETIME, confirmation),
    )
    await _send(request, act, email, row["name"], vendor, token, now, waits=confirmation is not None)
    after = {"party": global_id(kind.value.capitalize(), party), "name": row["name"], "email": email}
    await act.record(global_id(INVITATION, key), vendor_id=key.vendor_id, after=after)
    return key


async def resend_invitation(request: Request[Actor], id: str) -> Key:
    """Send an invitation of a partner again, for another week, by a new link, in the name of who sends it now. The link
    before is dead."""
    now = datetime.now(UTC)
    async with acting(request, "resendPartnerInvitation") as act:
        key, row = await _open_invitation(act, id)
        if row["confirmation"] == InvitationConfirmation.REFUSED:
            raise refused(
                UserErrorCode.TOO_LATE, "The vendor has refused it. Withdraw it, and invite anew.", "invitationId"
            )
        check_again(row, now)
        token, token_hash = new_token()
        await act.session.execute(
            "UPDATE partner_invitation SET token_hash = $3, sent_at = $4, expires_at = $5, invited_by = $6,"
            " invited_by_name = $7 WHERE vendor_id = $1 AND id = $2",
            *(key.vendor_id, key.id, token_hash, now, now + LIFETIME, act.actor.acting_id, act.actor.name),
        )
        waits = row["confirmation"] == InvitationConfirmation.PENDING_CONFIRMATION
        await _send(request, act, row["email"], row["party_name"], row["vendor_name"], token, now, waits=waits)
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


async def confirm_invitation(request: Request[Actor], given: ConfirmPartnerInvitationInput) -> Key:
    """Let a distributor's invitation to an address of its own firm be taken up within a week, or not at all. Only the vendor
    does."""
    actor, now = request.actor, datetime.now(UTC)
    async with acting(request, "confirmPartnerInvitation") as act:
        check = Checks()
        reason = check.optional_prose(given.reason, "reason")
        if not given.confirm and reason is None:
            check.add(UserErrorCode.REQUIRED, "Say why you refuse; the distributor reads it.", "reason")
        key, row = check.key(INVITATION, "invitation", given.invitation_id, "invitationId"), None
        if key is not None:
            known = actor.level is Level.VENDOR and key.vendor_id == actor.vendor_id
            row = await queries.invitation_of_a_distributor(act.session, key) if known else None
            if row is None:
                check.not_found("invitation", "invitationId")
        if row is not None and (over := _decided(row)) is not None:
            check.add(UserErrorCode.TOO_LATE, over, "invitationId")
        check.settle()
        assert key is not None and row is not None, "an invitation that was not found was refused"
        told = InvitationConfirmation.CONFIRMED if given.confirm else InvitationConfirmation.REFUSED
        expires = now + LIFETIME if given.confirm else row["expires_at"]
        decided = await act.session.execute(
            "UPDATE partner_invitation SET confirmation = $3, confirmation_reason = $4, confirmed_by = $5,"
            " confirmed_by_name = $6, confirmed_at = $7, expires_at = $8 WHERE vendor_id = $1 AND id = $2"
            " AND confirmation = 'PENDING_CONFIRMATION' AND accepted_at IS NULL AND withdrawn_at IS NULL",
            *(key.vendor_id, key.id, told, reason, actor.acting_id, actor.name, now, expires),
        )
        if decided != 1:
            raise refused(UserErrorCode.TOO_LATE, "It was decided or withdrawn just now.", "invitationId")
        if given.confirm:
            await _say_confirmed(act, row, now)
        concerns = Concerns(distributor_id=row["distributor_id"])
        after = {"party": row["party_name"], "confirmed": given.confirm, "reason": reason}
        await act.record(global_id(INVITATION, key), vendor_id=key.vendor_id, after=after, concerns=concerns)
    return key


def _decided(row: Row) -> str | None:
    """Why there is nothing to confirm any more."""
    if row["accepted_at"] is not None or row["withdrawn_at"] is not None:
        return "It was accepted or withdrawn meanwhile."
    pending = row["confirmation"] == InvitationConfirmation.PENDING_CONFIRMATION
    return None if pending else "It has been decided already, and that stands."


async def _say_confirmed(act: Act, row: Row, now: datetime) -> None:
    text = (
        f"{row['vendor_name']} has confirmed that you are invited to act for {row['party_name']} in its network.\n\n"
        f"Open the link of the invitation that you were sent within {LIFETIME.days} days to accept.\n"
    )
    subject = f"Confirmed: invitation to the network of {row['vendor_name']}"
    await post(act.session, act.actor.organization_id, row["email"], subject, text, now)


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
        row = await queries.invitation_for_act(act.session, key, of_vendor=act.actor.level is Level.VENDOR)
    if key is None or row is None:
        raise refused(UserErrorCode.NOT_FOUND, "There is no invitation with this id that you can see.", "invitationId")
    if row["accepted_at"] is not None or row["withdrawn_at"] is not None:
        raise refused(UserErrorCode.TOO_LATE, "It was accepted or withdrawn. Invite anew.", "invitationId")
    return key, row


async def _send(
    request: Request[Actor], act: Act, email: str, party: str, vendor: str, token: str, now: datetime, *, waits: bool
) -> None:
    actor, link = request.actor, f"{INVITATIONS}/{token}"
    confirmed = f"{vendor} has to confirm this first; you will be told when it has.\n\n" if waits else ""
    text = (
        f"{actor.name} of {actor.organization_name} invites you to act for {party} in the network of {vendor}.\n\n"
        f"Open this link within {LIFETIME.days} days to accept, with your account or a new one:\n"
        f"{request.links.page(link)}\n\n{confirmed}"
        "It is good for one use. If you do not know what this is about, you need do nothing.\n"
    )
    await post(act.session, actor.organization_id, email, f"Invitation to the network of {vendor}", text, now)
