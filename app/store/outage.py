"""When the database cannot do what it is asked for a reason that passes: it is away, stopping or starting, or full.

Nothing of what was asked is kept half: the transaction ends with its connection or is rolled back. What was asked may be
asked again, after so many seconds.
"""

from dataclasses import dataclass

import asyncpg
from asyncpg.exceptions import InterfaceError


@dataclass(frozen=True, slots=True)
class Outage:
    """What a client is told: a code for programs, a sentence for people, and when to ask again."""

    code: str
    message: str
    seconds: int


_AGAIN = "Send it again in {seconds} seconds, with the same idempotency key where it has one: it takes effect once."
FULL = Outage("NO_SPACE", f"The server has no room left; nothing of this was kept. {_AGAIN.format(seconds=60)}", 60)
AWAY = Outage("UNAVAILABLE", f"The database does not answer at the moment. {_AGAIN.format(seconds=5)}", 5)

_FULL = (asyncpg.DiskFullError, asyncpg.ConfigurationLimitExceededError)
_AWAY = (
    OSError,
    InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
_OUR_FAULT = (asyncpg.QueryCanceledError, ValueError)
"A statement that took too long, and a value that no column takes, do not pass."


def outage(fault: BaseException | None) -> Outage | None:
    """What passes and is the reason of this fault; None where asking again would not help."""
    if isinstance(fault, _OUR_FAULT):
        return None
    if isinstance(fault, _FULL):
        return FULL
    return AWAY if isinstance(fault, _AWAY) else None
