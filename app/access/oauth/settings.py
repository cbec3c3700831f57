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
    code_lifetime: timedelta = timedelta(seconds=60)
    "How long a code may take from the redirect to the token endpoint."
    refresh_lifetime: timedelta = timedelta(days=7)
    "How long a refresh token waits for its use."
    grant_lifetime: timedelta = timedelta(days=30)
    "How long a client acts for a person before that person signs in again, however often it refreshes."
    session_lifetime: timedelta = timedelta(hours=12)
    "How long a browser stays signed in."

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
    def is_https(self) -> bool:
        """Whether browsers reach this server by https, so that cookies are kept to it."""
        return urlsplit(self.issuer).scheme == "https"

    @property
    def origin(self) -> str:
        """This server as a browser names it in an Origin header."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def seconds(self) -> int:
        """The lifetime in whole seconds."""
        return int(self.lifetime.total_seconds())

    def address(self, path: str) -> str:
        """Where clients find a path of this server."""
        return self.issuer.rstrip("/") + path
