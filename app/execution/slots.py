"""How many streams and operations a client may have under way at the same time."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from app.execution.errors import ErrorCode, Fault


class Slots:
    """How many of something each client has: at most `most`."""

    def __init__(self, most: int, whose: str, what: str) -> None:
        self.most, self._whose, self._what = most, whose, what
        self._taken: Counter[Hashable] = Counter()

    @property
    def held(self) -> int:
        """How many there are, of all clients."""
        return self._taken.total()

    @contextmanager
    def taken(self, client: Hashable) -> Iterator[None]:
        """Take one while the block runs. Raises RATE_LIMITED where the client has as many as it may."""
        if self._taken[client] >= self.most:
            raise too_many(self.most, self._whose, self._what)
        self._taken[client] += 1
        try:
            yield
        finally:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]


def too_many(most: int, whose: str, what: str) -> Fault:
    """Why another one is not begun."""
    return Fault(
        ErrorCode.RATE_LIMITED,
        f"A {whose} may have {most} {what} under way at the same time. End one of them, then try again.",
    )
