"""What an organisation does with its own people: invites them, gives them other roles, lets them go.

All that changes who belongs to an organisation is done one after the other, with the roles as they are then: of two
administrators who demote each other at once, one stays. A role that was taken away stops within 15 seconds, while its
token lives. An open invitation ends with what its sender has lost.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.access.invitations.acceptance import LIFETIME, new_token
from app.access.invitations.views import INVITATIONS
from app.access.oauth.sign_in.people import mailable
from app.access.roles import GRANTS, Permission, Role, constitution
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.mail.actions import post
from app.people import queries
from app.people.inputs import InviteUserInput, RemoveUserInput, SetUserRolesInput
from app.programme.seats import Objection, Seats, lapses, not_given, objections
from app.programme.terms import Level
from app.store.database import Row
from app.store.identity import new_id
from app.store.turns import Turn, take

USER, INVITATION = "OrganizationUser", "Invitation"
MOST_A_DAY: Final = 200
"Invitations that an organisation makes in a day: nobody's mailbox is flooded from here."
AGAIN_AFTER: Final = timedelta(minutes=1)
AGAIN_AT_LATEST: Final = timedelta(days=1)
"How soon an invitation is sent again: each time twice as long after it was made, up to a day after it was sent last."
_GOVERNS = frozenset(role.value for role, held in GRANTS.items() if Permission.USER_MANAGE in held)
_SAID = {
    Objection.GOVERNS_NO_MORE: "You do not manage users of your organisation any more.",
    Objection.OWN_ROLES: "Nobody changes his own roles. Another administrator of your organisation does.",
    Objection.MONEY_NOT_HELD: "A role that approves money is given only by somebody who holds it.",
    Objection.MONEY_ALONE: "You give and take roles that approve money alone. A {} decides about the others.",
    Objection.LAST_ADMINISTRATOR: "This is the last {} of your organisation. Make somebody else one before.",
}


async def invite_user(request: Request[Actor], given: InviteUserInput) -> Key:
    """Invite a person by mail. The link in it is good for a week and for one use."""
    own, now = request.actor.organization_id, datetime.now(UTC)
    async with acting(request, "inviteUser") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(own, UUID(done))
        user_id = await governs(act)
        check = Checks()
        email = address(check, given.email, "email")
        roles = _roles(check, request.actor.level, given.roles)
        held = await seated(act)
        own_roles, rules = held.get(user_id, frozenset()), constitution(request.actor.level)
        for each in not_given(roles, frozenset(), own_roles, rules):
            check.add(UserErrorCode.NOT_ALLOWED, _SAID[each].format(rules.administers), "roles")
        await _check_address(act, check, email, now)
        check.settle()
        key, (token, token_hash) = Key(own, new_id()), new_token()
        await act.session.execute(
            "INSERT INTO invitation (organization_id, id, level, email, roles, token_hash, invited_by, invited_by_name,"
            " created_at, sent_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)",
            *(own, key.id, request.actor.level.value, email, sorted(roles), token_hash, user_id, request.actor.name),
            *(now, now + LIFETIME),
        )
        await _send(request, act, email, sorted(roles), token, now)
        await _record(act, INVITATION, key, after={"email": email, "roles": sorted(roles)})
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


async def resend_invitation(request: Request[Actor], id: str) -> Key:
    """Send an invitation again, for another week, by a new link. The link before is dead."""
    now = datetime.now(UTC)
    async with acting(request, "resendInvitation") as act:
        key, row = await _open_invitation(act, id, await governs(act))
        check_again(row, now)
        token, token_hash = new_token()
        await act.session.execute(
            "UPDATE invitation SET token_hash = $3, sent_at = $4, expires_at = $5 WHERE organization_id = $1 AND id = $2",
            *(key.vendor_id, key.id, token_hash, now, now + LIFETIME),
        )
        await _send(request, act, row["email"], row["roles"], token, now)
        await _record(act, INVITATION, key, after={"email": row["email"], "sentAt": now.isoformat()})
    return key


async def withdraw_invitation(request: Request[Actor], id: str) -> Key:
    """Take an invitation back; its link is dead."""
    async with acting(request, "withdrawInvitation") as act:
        key, row = await _open_invitation(act, id, await governs(act))
        await _withdraw(act, [key.id])
        await _record(act, INVITATION, key, before={"email": row["email"], "roles": sorted(row["roles"])})
    return key


async def set_user_roles(request: Request[Actor], given: SetUserRolesInput) -> Key:
    """Give a user these roles and no others."""
    async with acting(request, "setUserRoles") as act:
        by = await governs(act)
        check = Checks()
        key = await _user(act, check, given.user_id)
        roles = _roles(check, request.actor.level, given.roles)
        seats = await seated(act)
        before = seats.get(key.id, frozenset())
        if not before:
            raise refused(UserErrorCode.NOT_FOUND, "There is no user with this id in your organisation.", "userId")
        if before != frozenset(role.value for role in given.current_roles):
            check.add(
                UserErrorCode.STALE, f"The user is {', '.join(sorted(before))} now. Decide again.", "currentRoles"
            )
        _object(check, by, key.id, roles, seats, request.actor.level)
        check.settle()
        await _change(act, key, before, roles)
        await _record(act, USER, key, before={"roles": sorted(before)}, after={"roles": sorted(roles)})
    return key


async def remove_user(request: Request[Actor], given: RemoveUserInput) -> Key:
    """Let a user go: all its roles at this level of the organisation end."""
    async with acting(request, "removeUser") as act:
        by = await governs(act)
        check = Checks()
        key = await _user(act, check, given.user_id)
        reason = check.optional_prose(given.reason, "reason")
        seats = await seated(act)
        before = seats.get(key.id, frozenset())
        if not before:
            raise refused(UserErrorCode.NOT_FOUND, "There is no user with this id in your organisation.", "userId")
        _object(check, by, key.id, frozenset(), seats, request.actor.level)
        check.settle()
        await _change(act, key, before, frozenset())
        await _record(act, USER, key, before={"roles": sorted(before)}, after={"roles": [], "reason": reason})
    return key


def address(check: Checks, email: str, *path: str) -> str:
    """An e-mail address as it is kept and compared; a problem where mail cannot be sent to it."""
    kept = mailable(email)
    if kept is None:
        check.add(UserErrorCode.INVALID, "This is no e-mail address; one is like ada@firm.example.", *path)
    return kept or ""


def check_again(row: Row, now: datetime) -> None:
    """Refuse to send an invitation again too soon: each time it is waited longer, so that no mailbox is flooded."""
    made, sent = row["created_at"], row["sent_at"]
    again = sent + max(AGAIN_AFTER, min(AGAIN_AT_LATEST, sent - made))
    if now < again:
        wrong = f"It was sent lately. It can be sent again from {again.astimezone(UTC):%Y-%m-%d %H:%M} UTC on."
        raise refused(UserErrorCode.NOT_OVER, wrong, "invitationId")


async def governs(act: Act) -> UUID:
    """The person who acts, with the organisation's people held to the end of the transaction. Refuses an integration, and
    who manages users no more, though the server may not have heard of that yet."""
    if act.actor.user_id is None:
        raise refused(UserErrorCode.NOT_ALLOWED, "A person does this, not an integration.")
    await take(act.session, Turn.PEOPLE, act.actor.organization_id)
    if not (await seated(act)).get(act.actor.user_id, frozenset()) & _GOVERNS:
        raise refused(UserErrorCode.NOT_ALLOWED, _SAID[Objection.GOVERNS_NO_MORE])
    return act.actor.user_id


async def seated(act: Act) -> Seats:
    """Who belongs to the actor's organisation at its level, with what roles, as it is now."""
    rows = await queries.seats(act.session, act.actor.organization_id)
    return {row["user_id"]: frozenset(row["roles"]) for row in rows}


def _roles(check: Checks, level: Level, given: Collection[Role]) -> frozenset[str]:
    if not given:
        check.add(UserErrorCode.REQUIRED, "At least one role. To let a user go there is removeUser.", "roles")
    for role in sorted({role for role in given if role.level is not level}):
        own = ", ".join(each.value for each in Role if each.level is level)
        check.add(UserErrorCode.INVALID, f"{role.value} is no role of a {level.lower()}: these are {own}.", "roles")
    return frozenset(role.value for role in given)


async def _user(act: Act, check: Checks, id: str) -> Key:
    key = check.key(USER, "user", id, "userId")
    if key is None or key.vendor_id != act.actor.organization_id:
        raise refused(UserErrorCode.NOT_FOUND, "There is no user with this id in your organisation.", "userId")
    return key


def _object(check: Checks, by: UUID, to: UUID, after: frozenset[str], seats: Seats, level: Level) -> None:
    rules = constitution(level)
    for each in objections(by, to, after, seats, rules):
        said = _SAID[each].format(rules.administers)
        about_roles = each is Objection.MONEY_NOT_HELD or (each is Objection.MONEY_ALONE and after)
        check.add(UserErrorCode.NOT_ALLOWED, said, "roles" if about_roles else "userId")


async def _change(act: Act, key: Key, before: frozenset[str], after: frozenset[str]) -> None:
    """Write the roles that are new, take those that are gone, and withdraw what the user may not have sent any more."""
    await act.session.execute(
        "INSERT INTO membership (organization_id, user_id, role, name, email, granted_at)"
        " SELECT $1, $2, r.role, m.name, m.email, $4 FROM unnest($3::text[]) AS r (role) CROSS JOIN"
        " (SELECT name, email FROM membership WHERE organization_id = $1 AND user_id = $2 LIMIT 1) m",
        *(key.vendor_id, key.id, sorted(after - before), datetime.now(UTC)),
    )
    await act.session.execute(
        "DELETE FROM membership WHERE organization_id = $1 AND user_id = $2 AND role = ANY ($3::text[])",
        *(key.vendor_id, key.id, sorted(before - after)),
    )
    rules = constitution(act.actor.level)
    sent = await queries.open_invitations_by(act.session, key.vendor_id, key.id)
    await _withdraw(act, [row["id"] for row in sent if lapses(frozenset(row["roles"]), after, rules)])


async def _withdraw(act: Act, ids: list[UUID]) -> None:
    await act.session.execute(
        "UPDATE invitation SET withdrawn_at = $3 WHERE organization_id = $1 AND id = ANY ($2::uuid[])",
        *(act.actor.organization_id, ids, datetime.now(UTC)),
    )


async def _check_address(act: Act, check: Checks, email: str, now: datetime) -> None:
    """Nobody is invited who is there, or twice; and not too many in a day."""
    own = act.actor.organization_id
    rows = await queries.seats(act.session, own)
    if any(row["email"] == email for row in rows):
        check.add(UserErrorCode.TAKEN, "This is the address of a user of yours. Change that user's roles.", "email")
    elif await queries.open_invitation_of(act.session, own, email) is not None:
        said = "This address is invited already. Send that invitation again, or withdraw it."
        check.add(UserErrorCode.TAKEN, said, "email")
    if await queries.invited_since(act.session, own, now - timedelta(days=1)) >= MOST_A_DAY:
        check.add(UserErrorCode.NOT_ALLOWED, f"An organisation invites {MOST_A_DAY} people in a day. Go on tomorrow.")


async def _open_invitation(act: Act, id: str, by: UUID) -> tuple[Key, Row]:
    """An invitation that somebody who governs may send again or take back: who does so for money roles alone, none to
    others."""
    check = Checks()
    key = check.key(INVITATION, "invitation", id, "invitationId")
    row = None
    if key is not None and key.vendor_id == act.actor.organization_id:
        row = await queries.invitation_for_act(act.session, key.vendor_id, key.id)
    if key is None or row is None:
        raise refused(UserErrorCode.NOT_FOUND, "There is no invitation with this id that you can see.", "invitationId")
    if row["accepted_at"] is not None or row["withdrawn_at"] is not None:
        raise refused(UserErrorCode.TOO_LATE, "It was accepted or withdrawn. Invite anew.", "invitationId")
    rules, held = constitution(act.actor.level), (await seated(act)).get(by, frozenset())
    if Objection.MONEY_ALONE in not_given(frozenset(row["roles"]), frozenset(), held, rules):
        said = _SAID[Objection.MONEY_ALONE].format(rules.administers)
        raise refused(UserErrorCode.NOT_ALLOWED, said, "invitationId")
    return key, row


async def _send(request: Request[Actor], act: Act, email: str, roles: list[str], token: str, now: datetime) -> None:
    firm, link = await queries.organization_name(act.session, act.actor.organization_id), f"{INVITATIONS}/{token}"
    text = (
        f"{act.actor.name} invites you to work for {firm} as {', '.join(roles)}.\n\n"
        f"Open this link within {LIFETIME.days} days to accept:\n{request.links.page(link)}\n\n"
        "It is good for one use. If you do not know what this is about, you need do nothing.\n"
    )
    await post(act.session, act.actor.organization_id, email, f"Invitation to {firm}", text, now)


async def _record(act: Act, type_name: str, key: Key, before: object = None, after: object = None) -> None:
    await act.record(global_id(type_name, key), vendor_id=act.actor.vendor_id, before=before, after=after)
