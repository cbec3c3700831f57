"""What taking up an invitation does, each in one transaction as the role `auth`: all of it, or nothing.

An invitation is for one e-mail address, for a week, and for one use: of two who use it at once, one does. Whoever has the
link has read that address's mail, so a new person needs no other proof of it. Every acceptance is written down where the
organisation that it concerns reads it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from anyio import to_thread

from app.access.invitations import queries
from app.access.invitations.queries import Joining, Linking
from app.access.oauth.registered import hash_of
from app.access.oauth.sign_in import passwords
from app.access.oauth.sign_in import queries as people
from app.access.roles import ADMINISTRATORS, constitution
from app.execution.identifiers import Key, global_id
from app.programme.invitations import InvitationConfirmation, is_of_own_firm
from app.programme.seats import lapses
from app.store import memory
from app.store.database import AUTHENTICATING, Database, Reader, Session, acting_as_worker
from app.store.identity import new_id

LIFETIME = timedelta(days=7)
"How long an invitation waits to be taken up."
LONGEST_TOKEN = 100
_LOST = "Whoever sent this invitation may not do so any more. Ask for another one."
Found = Joining | Linking


class Gone(Exception):
    """The invitation cannot be taken up; nothing was written. The message is for the person."""


class Linked(Gone):
    """The party is somebody's already."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody without an account, with what was entered."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who takes an invitation up."""

    id: UUID
    name: str


def new_token() -> tuple[str, str]:
    """A link's token, 256 random bits, and what is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


async def find(db: Reader, token: str) -> Found | None:
    """The invitation that a link is of, whatever became of it."""
    if len(token) > LONGEST_TOKEN:
        return None
    kept = hash_of(token)
    return await queries.joining(db, kept) or await queries.linking(db, kept)


def ended(found: Found, now: datetime) -> str | None:
    """Why it cannot be taken up any more; None where it can."""
    if found.used:
        return "This invitation was used. An invitation is good for one use: sign in as you always do."
    if found.withdrawn:
        return "This invitation was withdrawn. Ask whoever sent it."
    if found.expires_at <= now:
        return "This invitation has expired. Ask whoever sent it to send it again."
    return None


async def withheld(database: Database, found: Found) -> str | None:
    """Why an invitation is not the inviter's to make; None where it is.

    Whoever takes one up for a reseller reads what every distributor sells to it. A reseller that has others beside the
    distributor that invites is therefore the vendor's to invite: otherwise a distributor could write to a mailbox of its
    own, and read its rivals' sales and prices. One that has no others could still be acted for by its distributor: an
    invitation to an address of the distributor's own firm waits until the vendor has confirmed it.
    """
    if not isinstance(found, Linking) or found.distributor_id is None:
        return None
    async with database.reading(acting_as_worker(found.vendor_id)) as db:
        shared = await queries.bought_elsewhere(db, found)
        if not await queries.still_authorized(db, found):
            return _LOST
    if shared:
        return f"{found.vendor_name} itself invites {found.party_name}. Ask there for an invitation."
    return await _unconfirmed(database, found, found.distributor_id)


async def _unconfirmed(database: Database, found: Linking, distributor_id: UUID) -> str | None:
    """Why a distributor's invitation waits for the vendor, or is refused by it; None where nothing stands in the way."""
    if found.confirmation is InvitationConfirmation.CONFIRMED:
        return None
    if found.confirmation is InvitationConfirmation.REFUSED:
        return f"{found.vendor_name} has refused this invitation. Ask whoever sent it."
    if found.confirmation is InvitationConfirmation.PENDING_CONFIRMATION:
        return f"{found.vendor_name} has to confirm this invitation first. Open the link again when it has."
    own = await invites_itself(database, found.vendor_id, distributor_id, found.email)
    wrong = f"It is addressed to whoever sent it, and {found.vendor_name} did not confirm it. Ask for a new one."
    return wrong if own else None


async def invites_itself(database: Database, vendor_id: UUID, distributor_id: UUID, email: str) -> bool:
    """Whether an address that a distributor invites is of its own firm."""
    async with database.reading(AUTHENTICATING) as db:
        return is_of_own_firm(email, await queries.addresses_of_inviter(db, vendor_id, distributor_id))


async def newcomer(db: Session, email: str, given: Newcomer, now: datetime) -> Person:
    """Make the person of an address that is nobody's yet. Raises Gone where it has become somebody's meanwhile."""
    kept = await to_thread.run_sync(passwords.hash_password, given.password)
    user_id = new_id()
    if not await people.add_person(db, user_id, email, given.name, kept, now):
        raise Gone("There is an account by this e-mail address now. Open the invitation again, and sign in.")
    return Person(user_id, given.name)


async def join(db: Session, found: Joining, person: Person, request_id: str, now: datetime) -> None:
    """Give a person the roles of an invitation. Raises Gone where it was used, withdrawn or expired meanwhile, or whoever
    sent it could send it no more."""
    inviter = await queries.roles_of(db, found.organization_id, found.invited_by)
    of_level = frozenset(role for role in inviter if role.startswith(f"{found.level}_"))
    if lapses(frozenset(role.value for role in found.roles), of_level, constitution(found.level)):
        raise Gone(_LOST)
    if not await queries.use_joining(db, found, person.id, now):
        raise Gone("This invitation was used or has ended meanwhile.")
    for role in found.roles:
        await queries.add_membership(db, found.organization_id, person.id, role, found.id, now)
    await memory.record(
        db,
        organization_id=found.organization_id,
        vendor_id=None,
        level=found.level.value,
        actor=person.name,
        act="acceptInvitation",
        subject=global_id("Invitation", Key(found.organization_id, found.id)),
        before=None,
        after={"email": found.email, "roles": [role.value for role in found.roles]},
        request_id=request_id,
    )


async def found_firm(
    db: Session, found: Linking, person: Person, name: str, country: str, request_id: str, now: datetime
) -> UUID:
    """Make the firm that is the party of an invitation, with the person as its admin. Raises Gone."""
    firm = new_id()
    await queries.add_organization(db, firm, name, country, now)
    await link(db, found, person, firm, request_id, now)
    return firm


async def link(db: Session, found: Linking, person: Person, firm: UUID, request_id: str, now: datetime) -> None:
    """Say that a firm is the party of an invitation, from now on; that it may act there, the person becomes admin at the
    party's level where nobody is. Raises Gone where the invitation has ended meanwhile, or with its sender's right; Linked
    where the party is somebody's."""
    if not await queries.still_invites(db, found):
        raise Gone(_LOST)
    confirmed = found.confirmation is InvitationConfirmation.CONFIRMED
    if not confirmed and await queries.is_inviter(db, found, firm):
        raise Gone(f"Your firm is the distributor that invites. Ask {found.vendor_name} for an invitation.")
    if not await queries.use_linking(db, found, person.id, now):
        raise Gone("This invitation was used or has ended meanwhile.")
    if not await queries.add_link(db, found, firm, now):
        raise Linked(f"{found.party_name} in the network of {found.vendor_name} is linked to a firm already.")
    administrator = ADMINISTRATORS[found.level]
    if not await queries.has_holder(db, firm, administrator):
        await queries.add_membership(db, firm, person.id, administrator, None, now)
    await memory.record(
        db,
        organization_id=firm,
        vendor_id=found.vendor_id,
        level=found.level.value,
        actor=person.name,
        act="acceptPartnerInvitation",
        subject=global_id("PartnerLink", Key(found.vendor_id, found.party_id)),
        before=None,
        after={"vendor": found.vendor_name, "party": found.party_name, "kind": found.kind.value},
        request_id=request_id,
    )
