"""What an operator does with integrations: give an organisation a client, change its secret, take it away.

A client belongs to one organisation and one level, has roles of that level and scopes that its roles can use; one that
people sign in through has no roles of its own, but theirs. What else it registers is in oauth/registration.py. Its secret
is said once, when it is made. A new secret ends the old one at once; tokens that were given for the old one live
to their end, a quarter of an hour unless configured otherwise. A revoked client gets no more tokens, those that it has
stop within 15 seconds, and it never comes back.
"""

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.access.oauth import queries, registration
from app.access.oauth.queries import Client
from app.access.oauth.registered import hash_of
from app.access.oauth.registration import Registration
from app.access.roles import GRANTS, Permission, Role
from app.access.scopes import Scope, permissions_of
from app.programme.terms import Level
from app.store.database import Session
from app.store.identity import new_id
from app.tables.organizations import Authentication, GrantType, Serves

__all__ = [
    "Authentication",
    "Client",
    "ClientRefused",
    "GrantType",
    "NewClient",
    "Registration",
    "Serves",
    "create_client",
    "list_clients",
    "move_client",
    "replace_client_keys",
    "revoke_client",
    "rotate_client",
]

LONGEST_NAME = 200
INTEGRATION = Registration()
"What an integration registers: a secret, and that it acts for itself."

PURPOSE: dict[Scope, Permission] = {
    Scope.SELL_THROUGH_WRITE: Permission.SELL_THROUGH_SUBMIT,
    Scope.SELL_IN_WRITE: Permission.SELL_IN_SUBMIT,
    Scope.INVENTORY_WRITE: Permission.INVENTORY_SUBMIT,
    Scope.SELL_OUT_WRITE: Permission.SELL_OUT_SUBMIT,
    Scope.RESELLERS_READ: Permission.RESELLER_READ,
    Scope.RESELLERS_WRITE: Permission.RESELLER_MANAGE,
    Scope.PROGRAMS_READ: Permission.PROGRAM_READ,
    Scope.PROGRAMS_WRITE: Permission.PROGRAM_MANAGE,
    Scope.PRICES_READ: Permission.PRICE_READ,
    Scope.PURCHASES_READ: Permission.PURCHASES_READ,
    Scope.ANALYTICS_READ: Permission.ANALYTICS_READ,
    Scope.INCENTIVES_READ: Permission.INCENTIVE_READ,
    Scope.STATEMENTS_WRITE: Permission.STATEMENT_READ,
    Scope.INCENTIVES_WRITE: Permission.EXAMPLE_ANSWER,
    Scope.CLAIMS_WRITE: Permission.CLAIM_READ,
    Scope.DEDUCTIONS_WRITE: Permission.DEDUCTION_RECORD,
    Scope.DEALS_WRITE: Permission.DEAL_READ,
    Scope.FUNDS_WRITE: Permission.FUND_READ,
    Scope.SPIFFS_WRITE: Permission.SPIFF_READ,
    Scope.PARTNERS_WRITE: Permission.ONBOARDING_COMPLETE,
    Scope.PLANS_READ: Permission.PLAN_READ,
    Scope.PLANS_WRITE: Permission.PLAN_MANAGE,
    Scope.AUDIT_READ: Permission.AUDIT_READ,
    Scope.WEBHOOKS_WRITE: Permission.WEBHOOK_MANAGE,
    Scope.SCHEMA_READ: Permission.SCHEMA_INTROSPECT,
}
"What each scope is for. A scope whose purpose the client's roles do not hold would be of no use to it."


class Refusal(StrEnum):
    """Why a client cannot be made or changed."""

    ORGANIZATION_UNKNOWN = "ORGANIZATION_UNKNOWN"
    CLIENT_UNKNOWN = "CLIENT_UNKNOWN"
    NAME_INVALID = "NAME_INVALID"
    ROLES_MISSING = "ROLES_MISSING"
    ROLE_OF_ANOTHER_LEVEL = "ROLE_OF_ANOTHER_LEVEL"
    SCOPES_MISSING = "SCOPES_MISSING"
    SCOPE_UNUSABLE = "SCOPE_UNUSABLE"
    REGISTRATION_INVALID = "REGISTRATION_INVALID"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason: its code, and a sentence for the operator."""

    code: Refusal
    message: str


class ClientRefused(ValueError):
    """Nothing was written; `problems` holds every reason at once."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client's credentials, known to nobody afterwards. One that proves itself otherwise has an empty secret."""

    id: UUID
    secret: str = field(repr=False)


async def create_client(
    session: Session,
    organization_id: UUID,
    level: Level,
    name: str,
    roles: Collection[Role],
    scopes: Collection[Scope],
    registered: Registration = INTEGRATION,
    by: UUID | None = None,
) -> NewClient:
    """Make a client in the transaction of an operator, or of the person `by`, who is told its secret. Raises ClientRefused
    with everything that is wrong."""
    problems = list(_problems(level, name, roles, scopes, registered))
    if not await queries.organization_exists(session, organization_id):
        problems.append(Problem(Refusal.ORGANIZATION_UNKNOWN, f"There is no organisation {organization_id}."))
    if problems:
        raise ClientRefused(*problems)
    has_secret = registered.authentication is Authentication.SECRET
    made = NewClient(new_id(), _new_secret() if has_secret else "")
    await queries.add_client(
        session,
        client_id=made.id,
        organization_id=organization_id,
        level=level,
        name=name.strip(),
        secret_hash=hash_of(made.secret) if has_secret else None,
        roles=set(roles),
        scopes=set(scopes),
        registered=registered,
        now=datetime.now(UTC),
        known_to=by,
    )
    return made


async def rotate_client(session: Session, client_id: UUID, by: UUID | None = None) -> NewClient:
    """Give a client another secret, told to the person `by` or to an operator; the old one ends with this transaction.
    Raises ClientRefused where none is live."""
    made = NewClient(client_id, _new_secret())
    if not await queries.replace_secret(session, client_id, hash_of(made.secret), datetime.now(UTC), by):
        raise ClientRefused(
            Problem(
                Refusal.CLIENT_UNKNOWN,
                f"There is no client {client_id} with a secret, or it is revoked. Create another one.",
            )
        )
    return made


async def replace_client_keys(session: Session, client_id: UUID, jwks: Mapping[str, Any]) -> None:
    """Give a client that signs its assertions other public keys; the old ones end with this transaction.

    Raises ClientRefused where the keys are of no use, or no such client is live.
    """
    problems = [Problem(Refusal.REGISTRATION_INVALID, said) for said in registration.key_problems(jwks)]
    if not problems and not await queries.replace_jwks(session, client_id, jwks, datetime.now(UTC)):
        said = f"There is no client {client_id} with keys, or it is revoked. Create another one."
        problems.append(Problem(Refusal.CLIENT_UNKNOWN, said))
    if problems:
        raise ClientRefused(*problems)


async def move_client(
    session: Session, client_id: UUID, redirect_uris: Collection[str], origins: Collection[str]
) -> None:
    """Give a client other addresses that codes are sent to, and other browser origins; the old ones end with this
    transaction, within 15 seconds where a server remembers them. Raises ClientRefused with everything that is wrong."""
    found = await queries.standing(session, client_id)
    if found is None:
        raise ClientRefused(
            Problem(Refusal.CLIENT_UNKNOWN, f"There is no client {client_id}, or it is revoked. Create another one.")
        )
    moved = Registration(
        authentication=Authentication(found["authentication"]),
        grant_types=frozenset(GrantType(each) for each in found["grant_types"]),
        redirect_uris=frozenset(redirect_uris),
        origins=frozenset(origins),
    )
    if wrong := list(registration.address_problems(moved)):
        raise ClientRefused(*(Problem(Refusal.REGISTRATION_INVALID, said) for said in wrong))
    await queries.replace_addresses(session, client_id, moved.redirect_uris, moved.origins)


async def revoke_client(session: Session, client_id: UUID) -> datetime:
    """End a client for good and say since when it has ended; done twice, the first moment stands.

    Raises ClientRefused where there is no such client.
    """
    since = await queries.revoke(session, client_id, datetime.now(UTC))
    if since is None:
        raise ClientRefused(Problem(Refusal.CLIENT_UNKNOWN, f"There is no client {client_id}."))
    return since


async def list_clients(session: Session, organization_id: UUID | None = None) -> list[Client]:
    """The clients of one organisation, or of all, revoked ones too; by organisation, name and age."""
    return await queries.clients(session, organization_id)


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _problems(
    level: Level, name: str, roles: Collection[Role], scopes: Collection[Scope], registered: Registration
) -> Iterator[Problem]:
    if not 0 < len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        yield Problem(Refusal.NAME_INVALID, f"A client's name has 1 to {LONGEST_NAME} printable characters.")
    for said in registration.problems(registered):
        yield Problem(Refusal.REGISTRATION_INVALID, said)
    if not roles and registered.acts_itself:
        yield Problem(Refusal.ROLES_MISSING, f"A client needs a role. {level}: {_listed(_roles_of(level))}.")
    if not scopes and not registered.whole_person:
        yield Problem(Refusal.SCOPES_MISSING, f"A client needs a scope. There are: {_listed(Scope)}.")
    own = frozenset(role for role in roles if role.level is level)
    for role in sorted(set(roles) - own):
        yield Problem(
            Refusal.ROLE_OF_ANOTHER_LEVEL,
            f"The role {role} is no role of a {level.lower()}. {level}: {_listed(_roles_of(level))}.",
        )
    yield from _unusable_scopes(level, own, scopes, registered)


def _unusable_scopes(
    level: Level, own: frozenset[Role], scopes: Collection[Scope], registered: Registration
) -> Iterator[Problem]:
    """What the client's roles cannot use, nor those of anybody who signs in through it."""
    if registered.signs_in:
        own |= frozenset(_roles_of(level) if registered.serves is Serves.OWN else Role)
    for scope in sorted(set(scopes)):
        if own and PURPOSE[scope] not in permissions_of(own, frozenset({scope})):
            yield Problem(Refusal.SCOPE_UNUSABLE, _unusable(level, scope))


def _unusable(level: Level, scope: Scope) -> str:
    able = [role for role in _roles_of(level) if PURPOSE[scope] in GRANTS[role]]
    if not able:
        return f"The scope {scope} is of no use to a {level.lower()}: none of its roles holds {PURPOSE[scope]}."
    return f"The scope {scope} is of no use to these roles: it needs {PURPOSE[scope]}, held by {_listed(able)}."


def _roles_of(level: Level) -> list[Role]:
    return [role for role in Role if role.level is level]


def _listed(names: Collection[StrEnum] | type[StrEnum]) -> str:
    return ", ".join(name.value for name in names)
