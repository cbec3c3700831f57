"""Which web pages may ask: the origins that live clients registered, for the answer to a browser's cross-origin question.

Whether a page may read an answer is the browser's to keep; who may have the answer is decided by the token alone.
"""

import time
from collections.abc import Callable

from app.access.oauth import queries
from app.store.database import AUTHENTICATING, Database

BELIEVED_FOR = 15.0
"Seconds for which the list is not asked for again."


class Origins:
    """The registered origins as one process knows them. `monotonic` is the clock by which they grow old, in seconds."""

    def __init__(self, database: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._read_at = float("-inf")
        self._known: frozenset[str] = frozenset()

    async def allowed_origin(self, origin: str) -> bool:
        """Whether a live client registered this origin, letter by letter."""
        return origin in await self.known()

    async def known(self) -> frozenset[str]:
        """The origins that live clients registered."""
        now = self._monotonic()
        if now - self._read_at >= BELIEVED_FOR:
            async with self._database.reading(AUTHENTICATING) as db:
                self._known = await queries.origins(db)
            self._read_at = now
        return self._known
