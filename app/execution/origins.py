"""Which web pages may call the server from a browser: those of the origins that the deployment or a client named.

A browser asks beforehand without saying for which client, so what it asks is answered for the origins of all; when the
request itself comes, the client is known, and a page of an origin that is not the client's is refused.
"""

from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

GRAPH = "/graphql"
METHODS = ("GET", "POST", "PUT", "OPTIONS")
SENT = ("Authorization", "Content-Type", "Accept", "X-Request-Id")
SHOWN = ("X-Request-Id", "Retry-After", "WWW-Authenticate")


class Origins(CORSMiddleware):
    """CORS for the origins that `named` knows: a function, because clients come and go while the server runs."""

    def __init__(self, app: ASGIApp, named: Callable[[str], bool]) -> None:
        """Answers that caches may keep are told apart by origin; those of the graph, which none keeps, need not be."""
        super().__init__(app, allow_methods=METHODS, allow_headers=SENT, expose_headers=SHOWN, max_age=600)
        self._named = named

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["path"] == GRAPH
            and all(name != b"origin" for name, _ in scope["headers"])
        ):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def is_allowed_origin(self, origin: str) -> bool:
        return self._named(origin)


def same(origin: str, url: str) -> bool:
    """Whether a page of this origin was served by the server at this address itself."""
    parts = urlsplit(url)
    return origin == f"{parts.scheme}://{parts.netloc}"


def permitted(origin: str | None, url: str, origins: Collection[str]) -> bool:
    """Whether a request may come from there. One that names no origin comes from no web page."""
    return origin is None or origin in origins or same(origin, url)
