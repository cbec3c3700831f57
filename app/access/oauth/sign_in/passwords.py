"""Passwords: how they are kept, checked, and what a new one must be.

They are kept as argon2id hashes. Checking takes the same work whether there is such a user or not, and only two are
checked at once, so that a flood of guesses takes no memory and no processor from the rest.
"""

import unicodedata
from collections.abc import Iterator

import argon2
from anyio import CapacityLimiter, to_thread

SHORTEST, LONGEST = 12, 256
"Characters."
_HASHER = argon2.PasswordHasher()
_NOBODYS_HASH = _HASHER.hash("nobody has this password")
_AT_ONCE = 2


def problems(password: str) -> Iterator[str]:
    """What is wrong with a new password."""
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        yield f"A password has {SHORTEST} to {LONGEST} characters."


def hash_password(password: str) -> str:
    """What is kept of it."""
    return _HASHER.hash(_normal(password))


class PasswordCheck:
    """Checks passwords in worker threads."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(_AT_ONCE)

    async def is_right(self, password: str, kept: str | None) -> bool:
        """Whether it is the one that is kept; never where none is, after the same work."""
        if len(password) > LONGEST:
            password = ""
        return await to_thread.run_sync(_is_right, _normal(password), kept, limiter=self._limiter)


def _is_right(password: str, kept: str | None) -> bool:
    try:
        return _HASHER.verify(kept or _NOBODYS_HASH, password) and kept is not None
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def _normal(password: str) -> str:
    """One spelling of what looks the same, whatever keyboard it was typed on (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
