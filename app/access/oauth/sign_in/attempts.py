"""Lockout: after some wrong passwords in a row one has to wait, and longer each time.

They are counted for the e-mail address, whether it is anybody's or not, and for the network address that they came from.
An attempt is counted before the password is checked, so that many at once count as many. While one waits no password is
checked, not even the right one. The right password after the wait forgets the account's count; an address's count only
fades, since a guesser may have an account of his own.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.access.oauth.registered import hash_of
from app.access.oauth.sign_in import queries
from app.access.oauth.sign_in.queries import Attempts
from app.store.database import AUTHENTICATING, Database

ACCOUNT_TRIES, ADDRESS_TRIES = 5, 30
"Wrong passwords in a row that are free of waiting."
APPLICATIONS = 10
"Applications from one network address that are free of waiting."
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose wrong passwords are counted, and how many are free."""

    hash: str
    tries: int


def subjects(email: str, address: str | None) -> list[Subject]:
    """The account and the network address of one attempt, in the order in which they are held."""
    found = [Subject(hash_of(f"account {email}"), ACCOUNT_TRIES)]
    if address is not None:
        found.append(Subject(hash_of(f"address {_network(address)}"), ADDRESS_TRIES))
    return found


def applicants(address: str | None) -> list[Subject]:
    """The network address that an application came from: counted apart from wrong passwords, and as long."""
    return [Subject(hash_of(f"applications {_network(address)}"), APPLICATIONS)] if address is not None else []


async def wait_before(database: Database, tried: list[Subject], now: datetime) -> timedelta | None:
    """Count an attempt; or how long one has to wait, and then it is not counted."""
    async with database.writing(AUTHENTICATING) as db:
        await queries.forget_old_attempts(db, now - FORGOTTEN_AFTER)
        counted = [(subject, await queries.attempts(db, subject.hash, now)) for subject in tried]
        waits = [found.locked_until - now for _, found in counted if found.locked_until and found.locked_until > now]
        if waits:
            return max(waits)
        for subject, found in counted:
            await queries.set_attempts(db, subject.hash, _one_more(subject, found, now))
    return None


async def succeeded(database: Database, tried: list[Subject], now: datetime) -> None:
    """The password was right: the account's count is forgotten, and the address's as it was before this attempt."""
    account, *addresses = tried
    async with database.writing(AUTHENTICATING) as db:
        await queries.forget_attempts(db, account.hash)
        for address in addresses:
            found = await queries.attempts(db, address.hash, now)
            before = Attempts(max(found.failures - 1, 0), found.last_at, None)
            await queries.set_attempts(db, address.hash, before)


def _one_more(subject: Subject, found: Attempts, now: datetime) -> Attempts:
    failures = found.failures + 1
    beyond = failures - subject.tries
    if beyond < 0:
        return Attempts(failures, now, None)
    wait = min(FIRST_WAIT * 2 ** min(beyond, 20), LONGEST_WAIT)
    return Attempts(failures, now, now + wait)


def _network(address: str) -> str:
    """The address, or of an IPv6 one the network that a household has."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
