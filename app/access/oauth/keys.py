"""The keys that sign access tokens: made on first use, kept in the database, and published without their private half.

Tokens are signed with ES256 by the newest key that is not retired. A retired key signs no more, and proves the tokens
that it signed until the last of them has expired. Keys are read again every minute, and at once for a key id that is
not known yet, but at most once a second, so that forged key ids cost the database nothing. A server that has not heard
yet that a key is retired signs with it for that minute more, which is allowed for.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from joserfc.jwk import ECKey

from app.access.oauth import queries
from app.store.database import AUTHENTICATING, Database, Session

ALGORITHM = "ES256"
_READ_AGAIN_AFTER = 60.0
_READ_AT_MOST_EVERY = 1.0
"Seconds."
_NOT_HEARD_YET = timedelta(seconds=2 * _READ_AGAIN_AFTER)


@dataclass(frozen=True, slots=True)
class _Ring:
    read_at: float
    signing: ECKey | None
    verifying: dict[str, ECKey]


class SigningKeys:
    """The keys as one process knows them. `lifetime` is how long a token lives that a key has signed."""

    def __init__(
        self, database: Database, lifetime: timedelta, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._lifetime = lifetime
        self._monotonic = monotonic
        self._ring = _Ring(float("-inf"), None, {})
        self._turn = asyncio.Lock()

    async def current(self) -> ECKey:
        """The private key that signs now. Makes the first one where there is none."""
        ring = await self._read(_READ_AGAIN_AFTER)
        if ring.signing is None:
            await self._make()
            ring = await self._read(0)
        assert ring.signing is not None, "a key was just made"
        return ring.signing

    async def verifying(self, kid: str) -> ECKey | None:
        """The public key by that id, or None."""
        ring = await self._read(_READ_AGAIN_AFTER)
        if kid not in ring.verifying:
            ring = await self._read(_READ_AT_MOST_EVERY)
        return ring.verifying.get(kid)

    async def published(self) -> list[dict[str, object]]:
        """The public keys as JWKs, oldest first. Makes the first key where there is none."""
        await self.current()
        return [dict(key.as_dict(private=False)) for key in self._ring.verifying.values()]

    async def _read(self, older_than: float) -> _Ring:
        """The keys, read again where what is known was read longer ago than that many seconds."""
        if self._monotonic() - self._ring.read_at < older_than:
            return self._ring
        async with self._turn:
            now = self._monotonic()
            if now - self._ring.read_at >= older_than:
                retired_after = datetime.now(UTC) - self._lifetime - _NOT_HEARD_YET
                async with self._database.reading(AUTHENTICATING) as db:
                    stored = await queries.signing_keys(db, retired_after)
                self._ring = _ring(now, stored)
            return self._ring

    async def _make(self) -> None:
        kid, private = _new_key()
        async with self._database.writing(AUTHENTICATING) as db:
            await queries.add_first_key(db, kid, private, datetime.now(UTC))


async def rotate_keys(session: Session) -> str:
    """Sign with a new key from now on, in an operator's transaction; its id. The key before proves what it signed until
    the last of that has expired. Servers that run hear of it within a minute."""
    kid, private = _new_key()
    await queries.replace_signing_keys(session, kid, private, datetime.now(UTC))
    return kid


def _new_key() -> tuple[str, dict[str, str]]:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
    assert key.kid is not None
    return key.kid, {name: str(value) for name, value in key.as_dict(private=True).items()}


def _ring(read_at: float, stored: list[queries.StoredKey]) -> _Ring:
    private = {key.kid: ECKey.import_key(dict(key.private_jwk)) for key in stored}
    live = [key.kid for key in stored if key.retired_at is None]
    public = {kid: ECKey.import_key(key.as_dict(private=False)) for kid, key in private.items()}
    return _Ring(read_at, private[live[-1]] if live else None, public)
