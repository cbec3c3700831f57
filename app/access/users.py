"""What an operator does with people: create them, give them roles in organisations, take those away, sign them out.

A person is one e-mail address, whatever organisations it works for. A role that is taken away stops within 15 seconds. A
new password ends every session, and with them what clients were granted in those.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from anyio import to_thread

from app.access.oauth import queries as clients
from app.access.oauth.sign_in import passwords, queries
from app.access.oauth.sign_in.people import LONGEST_EMAIL, NOBODY, normal_email
from app.access.roles import Role
from app.store.database import Session
from app.store.identity import new_id

__all__ = ["UserRefused", "create_user", "end_sessions", "find_user", "grant", "remove", "set_password"]

LONGEST_NAME = 200


class UserRefused(ValueError):
    """Nothing was written; the message holds every reason at once."""


async def create_user(session: Session, email: str, name: str, password: str | None) -> UUID:
    """Make a person in an operator's transaction; its id. Raises UserRefused with everything that is wrong.

    Without a password the person signs in by its organisation's own provider only.
    """
    written = normal_email(email)
    _refuse([*_problems(written, name), *(passwords.problems(password) if password is not None else ())])
    kept = await to_thread.run_sync(passwords.hash_password, password) if password is not None else None
    user_id = new_id()
    if not await queries.add_person(session, user_id, written, name.strip(), kept, datetime.now(UTC)):
        _refuse([f"{written} is somebody already. Give that person a role instead."])
    return user_id


async def find_user(session: Session, email: str) -> UUID | None:
    """The person of an e-mail address."""
    found = await queries.person(session, normal_email(email))
    return found.id if found is not None else None


async def set_password(session: Session, user_id: UUID, password: str) -> None:
    """Give a person another password and end all its sessions. Raises UserRefused."""
    _refuse(list(passwords.problems(password)))
    kept = await to_thread.run_sync(passwords.hash_password, password)
    if not await queries.replace_password(session, user_id, kept):
        _refuse([f"There is no user {user_id}."])
    await end_sessions(session, user_id)


async def end_sessions(session: Session, user_id: UUID) -> int:
    """Sign a person out everywhere, within 15 seconds; how many sessions there were."""
    return await queries.end_sessions(session, user_id, datetime.now(UTC))


async def grant(session: Session, organization_id: UUID, user_id: UUID, role: Role) -> bool:
    """Give a person a role in an organisation; False where it has it already. Raises UserRefused."""
    problems = []
    if not await clients.organization_exists(session, organization_id):
        problems.append(f"There is no organisation {organization_id}.")
    if not await queries.person_exists(session, user_id):
        problems.append(f"There is no user {user_id}.")
    _refuse(problems)
    return await queries.add_role(session, organization_id, user_id, role, datetime.now(UTC))


async def remove(session: Session, organization_id: UUID, user_id: UUID, role: Role | None = None) -> int:
    """Take a role, or all, from a person in an organisation; how many it had of them. They stop within 15 seconds."""
    return await queries.remove_roles(session, organization_id, user_id, role)


def _problems(email: str, name: str) -> Iterator[str]:
    if email == NOBODY:
        yield f"An e-mail address is something@somewhere, without spaces, of {LONGEST_EMAIL} characters at most."
    if not 0 < len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        yield f"A person's name has 1 to {LONGEST_NAME} printable characters."


def _refuse(problems: list[str]) -> None:
    if problems:
        raise UserRefused("\n".join(problems))
