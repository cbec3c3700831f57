"""What an organisation does with its own integrations: makes them, gives them new secrets and addresses, ends them.

A secret is said once, in the answer to the act that made it, and kept as a hash that nobody reads. An integration with a
role that approves money is made, moved and given a new secret only by somebody who holds that role, since whoever has the
secret has the role. What serves other organisations' people, or asks about any token, an operator looks after; ending it
is the organisation's own to do.
"""

from datetime import UTC
from typing import Final
from uuid import UUID

from app.access import clients
from app.access.actor import Actor
from app.access.acts import Act, acting
from app.access.clients import ClientRefused, NewClient, Refusal
from app.access.oauth.registration import Registration
from app.access.present import may_still
from app.access.roles import APPROVES_MONEY, Permission, Role
from app.access.scopes import Scope
from app.execution.checks import Checks, refused
from app.execution.errors import Problem, Refused, UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.people.actions import governs, seated
from app.people.clients import queries
from app.people.clients.inputs import CreateClientInput, SetClientAddressesInput
from app.store.database import Row
from app.tables.organizations import Authentication, GrantType, Serves

CLIENT = "RegisteredClient"
MOST_CLIENTS: Final = 100
"Integrations that an organisation has at a level at the same time."
MOST_ADDRESSES: Final = 50
_FIELDS = {
    Refusal.NAME_INVALID: ("name", UserErrorCode.INVALID),
    Refusal.ROLES_MISSING: ("roles", UserErrorCode.REQUIRED),
    Refusal.ROLE_OF_ANOTHER_LEVEL: ("roles", UserErrorCode.INVALID),
    Refusal.SCOPES_MISSING: ("scopes", UserErrorCode.REQUIRED),
    Refusal.SCOPE_UNUSABLE: ("scopes", UserErrorCode.INVALID),
    Refusal.REGISTRATION_INVALID: ("redirectUris", UserErrorCode.INVALID),
}
_MONEY = "A role that approves money is given only by somebody who holds it, and so is the secret of who has it."


async def create_client(request: Request[Actor], given: CreateClientInput) -> tuple[Key, str | None]:
    """Make an integration; its secret, None where it has none or the same act made it before."""
    own = request.actor.organization_id
    async with acting(request, "createClient") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(own, UUID(done)), None
        held = await _governs(act)
        check = Checks()
        if not given.roles and not given.redirect_uris:
            said = "An integration acts for itself, and has roles, or signs people in, and has redirect addresses."
            check.add(UserErrorCode.REQUIRED, said, "roles")
        if frozenset(given.roles) & APPROVES_MONEY - held:
            check.add(UserErrorCode.NOT_ALLOWED, _MONEY, "roles")
        scopes = _scopes(check, given.scopes)
        _few(check, given.redirect_uris or [], given.origins or [])
        if await queries.living(act.session, own) >= MOST_CLIENTS:
            check.add(UserErrorCode.NOT_ALLOWED, f"An organisation has {MOST_CLIENTS} integrations. Revoke some first.")
        made = await _make(act, check, given, scopes)
        key = Key(own, made.id)
        after = {"name": given.name.strip(), "roles": sorted(given.roles), "scopes": sorted(scopes)}
        await act.record(global_id(CLIENT, key), vendor_id=request.actor.vendor_id, after=after)
        await act.remember(given.idempotency_key, given, str(key.id))
    return key, made.secret or None


async def rotate_secret(request: Request[Actor], id: str) -> tuple[Key, str]:
    """Give an integration a new secret; the old one ends at once."""
    async with acting(request, "rotateClientSecret") as act:
        held = await _governs(act)
        key, row = await _client(act, id)
        _may_prove(held, row)
        if row["authentication"] != Authentication.SECRET:
            raise refused(UserErrorCode.INVALID, "This integration proves itself without a secret.", "clientId")
        made = await clients.rotate_client(act.session, key.id, act.actor.user_id)
        await act.record(global_id(CLIENT, key), vendor_id=request.actor.vendor_id, after={"secret": "rotated"})
    return key, made.secret


async def set_addresses(request: Request[Actor], given: SetClientAddressesInput) -> Key:
    """Give an integration these addresses and origins and no others, within 15 seconds."""
    async with acting(request, "setClientAddresses") as act:
        held = await _governs(act)
        key, row = await _client(act, given.client_id)
        _may_prove(held, row)
        check = Checks()
        _few(check, given.redirect_uris, given.origins)
        check.settle()
        try:
            await clients.move_client(act.session, key.id, given.redirect_uris, given.origins)
        except ClientRefused as reason:
            raise Refused(*_told(reason)) from reason
        before = {"redirectUris": sorted(row["redirect_uris"]), "origins": sorted(row["origins"])}
        after = {"redirectUris": sorted(set(given.redirect_uris)), "origins": sorted(set(given.origins))}
        await act.record(global_id(CLIENT, key), vendor_id=request.actor.vendor_id, before=before, after=after)
    return key


async def revoke_client(request: Request[Actor], id: str) -> Key:
    """End an integration for good. Its tokens stop within 15 seconds."""
    async with acting(request, "revokeClient") as act:
        await _governs(act)
        key, row = await _client(act, id)
        since = await clients.revoke_client(act.session, key.id)
        after = {"name": row["name"], "revokedAt": since.astimezone(UTC).isoformat()}
        await act.record(global_id(CLIENT, key), vendor_id=request.actor.vendor_id, after=after)
    return key


async def _make(act: Act, check: Checks, given: CreateClientInput, scopes: frozenset[Scope]) -> NewClient:
    """Make it, or refuse with everything that is wrong."""
    redirects = frozenset(given.redirect_uris or ())
    grants = {GrantType.CLIENT_CREDENTIALS} if given.roles else set()
    grants |= {GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN} if redirects else set()
    registered = Registration(
        authentication=Authentication.SECRET if given.keeps_secret else Authentication.NONE,
        grant_types=frozenset(grants),
        redirect_uris=redirects,
        origins=frozenset(given.origins or ()),
    )
    actor = act.actor
    try:
        made = await clients.create_client(
            act.session, actor.organization_id, actor.level, given.name, given.roles, scopes, registered, actor.user_id
        )
    except ClientRefused as reason:
        check.problems += _told(reason)
    check.settle()
    return made


def _scopes(check: Checks, names: list[str]) -> frozenset[Scope]:
    known = {scope.value: scope for scope in Scope}
    for name in sorted(set(names) - set(known))[:20]:
        said = f"{name[:50]!r} is no scope. There are: {', '.join(known)}."
        check.add(UserErrorCode.INVALID, said, "scopes")
    return frozenset(known[name] for name in names if name in known)


def _few(check: Checks, redirect_uris: list[str], origins: list[str]) -> None:
    check.at_most(MOST_ADDRESSES, redirect_uris, "redirectUris")
    check.at_most(MOST_ADDRESSES, origins, "origins")


def _told(reason: ClientRefused) -> list[Problem]:
    found = []
    for problem in reason.problems:
        name, code = _FIELDS.get(problem.code, ("clientId", UserErrorCode.INVALID))
        found.append(Problem((name,), code, problem.message))
    return found


async def _client(act: Act, id: str) -> tuple[Key, Row]:
    """A live integration of the own organisation, held."""
    own, check = act.actor.organization_id, Checks()
    key, row = check.key(CLIENT, "integration", id, "clientId"), None
    if key is not None and key.vendor_id == own:
        row = await queries.client_for_act(act.session, own, key.id)
    if key is None or row is None:
        raise refused(UserErrorCode.NOT_FOUND, "There is no integration with this id that you can see.", "clientId")
    if row["revoked_at"] is not None:
        raise refused(UserErrorCode.TOO_LATE, "It was revoked, for good. Create another one.", "clientId")
    return key, row


async def _governs(act: Act) -> frozenset[Role]:
    """The roles that the acting person has now. Whoever was let go makes no integration, which would outlive his leave, in
    the seconds in which the server has not heard of it."""
    by = await governs(act)
    await may_still(act, Permission.CLIENT_MANAGE, "You do not manage integrations of your organisation any more.")
    return frozenset(Role(role) for role in (await seated(act))[by])


def _may_prove(held: frozenset[Role], row: Row) -> None:
    """Refuse whoever would get more by the integration than he has."""
    if row["serves"] != Serves.OWN or row["whole_person"] or row["resource_server"]:
        said = "This one serves more than your organisation, so an operator looks after it. You can revoke it."
        raise refused(UserErrorCode.NOT_ALLOWED, said, "clientId")
    if {role.value for role in APPROVES_MONEY - held} & set(row["roles"]):
        raise refused(UserErrorCode.NOT_ALLOWED, _MONEY, "clientId")
