"""Under which name tokens are issued, for which API, and how long one lives."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

REALM = "tailrace"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Who issues tokens (`issuer`, the address that clients reach this server by), for which API (`audience`), for how
    long. Raises ValueError where the issuer is no https address; http is taken on the loopback only."""

    issuer: str
    audience: str
    lifetime: timedelta = timedelta(seconds=900)

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not safe or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError(
                f"The token issuer {self.issuer!r} must be the https address that clients reach this server by, as "
                "https://api.example.com, without query or fragment. http is taken for localhost and 127.0.0.1 only."
            )
        if not self.audience or self.lifetime < timedelta(seconds=1):
            raise ValueError("The token audience must be named, and the token lifetime be a second or more.")

    @property
    def seconds(self) -> int:
        """The lifetime in whole seconds."""
        return int(self.lifetime.total_seconds())

    def address(self, path: str) -> str:
        """Where clients find a path of this server."""
        return self.issuer.rstrip("/") + path
