"""Which web pages may call the server from a browser: those of the origins that the deployment or a client named.

A browser asks beforehand without saying for which client, so what it asks is answered for the origins of all; when the
request itself comes, the client is known, and a page of an origin that is not the client's is refused.
"""

from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

GRAPH = "/graphql"
METHODS = ("GET", "POST", "PUT", "OPTIONS")
SENT = ("Authorization", "Content-Type", "Accept", "X-Request-Id")
SHOWN = ("X-Request-Id", "Retry-After", "WWW-Authenticate")


class Origins(CORSMiddleware):
    """CORS for the origins that `known` tells: asked each time, because clients come and go while the server runs."""

    def __init__(self, app: ASGIApp, known: Callable[[], Awaitable[Collection[str]]]) -> None:
        """Answers that caches may keep are told apart by origin; those of the graph, which none keeps, need not be."""
        super().__init__(app, allow_methods=METHODS, allow_headers=SENT, expose_headers=SHOWN, max_age=600)
        self._ask = known
        self._known: Collection[str] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = scope["type"] == "http" and all(name != b"origin" for name, _ in scope["headers"])
        if scope["type"] != "http" or (plain and scope["path"] == GRAPH):
            await self.app(scope, receive, send)
        else:
            self._known = await self._ask()
            await super().__call__(scope, receive, send)

    def is_allowed_origin(self, origin: str) -> bool:
        return origin in self._known


def own_origin(url: str) -> str:
    """The origin of the pages that the server at this address serves itself."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def permitted(origin: str | None, url: str, origins: Collection[str]) -> bool:
    """Whether a request may come from there. One that names no origin comes from no web page."""
    return origin is None or origin in origins or origin == own_origin(url)
