"""Asking other organisations' servers, without being sent anywhere else.

An address that somebody registered is asked by https only, at a public address of the Internet only, and never where it
redirects to: otherwise whoever registers an issuer or a webhook could make this server ask machines of its own network.
The name is resolved once and the connection goes to just that address, so no second answer of a name server changes
where. Answers are small and must come soon.
"""

import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx2
import msgspec

PATIENCE = 10.0
"Seconds that an answer may take, from the first name lookup to its last byte."
LONGEST_ANSWER = 256 * 1024
_TRANSLATING = [
    ipaddress.IPv6Network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]
"Networks in which an IPv6 address carries an IPv4 one."
_NOBODYS = [
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20", "5f00::/16")
]
"Networks that some versions of the library take for public, and which lead to nobody, or to the own site."
_IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """The other server gave no usable answer; the message says why, for the log."""


class NotAllowed(Unreachable):
    """The address is none that this server asks."""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class PublicHttps(httpx2.AsyncBaseTransport):
    """Sends a request to a public address by https and reads a bounded answer. Each has its own connection.

    `verify` is whom to trust about names: True for the certificate authorities that everybody does. `loopback` lets the
    own machine be asked as well, also by http, while somebody develops. `cut` reads no further than the longest answer where
    otherwise it would be refused: for who wants to know no more than that there is one.
    """

    def __init__(
        self,
        resolver: Callable[[str, int], Awaitable[list[str]]] = resolve,
        verify: ssl.SSLContext | bool = True,
        *,
        loopback: bool = False,
        cut: bool = False,
    ) -> None:
        self._resolve = resolver
        self._verify = verify
        self._loopback = loopback
        self._cut = cut

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        with anyio.fail_after(PATIENCE):
            address = await self._public_address(request.url)
            pinned = httpx2.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.host},
            )
            pinned.headers["Accept-Encoding"] = "identity"
            async with httpx2.AsyncHTTPTransport(trust_env=False, verify=self._verify) as inner:
                return await _bounded(await inner.handle_async_request(pinned), self._cut)

    async def _public_address(self, url: httpx2.URL) -> str:
        if url.scheme != "https" and not (self._loopback and url.scheme == "http"):
            raise NotAllowed(f"{url.host} is asked by https only")
        try:
            found = await self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        except OSError as reason:
            raise Unreachable(f"{url.host} has no address: {reason}") from reason
        if self._loopback and found and all(is_loopback(address) for address in found):
            return found[0]
        if url.scheme != "https":
            raise NotAllowed(f"{url.host} is asked by https only")
        if not found or not all(is_public(address) for address in found):
            raise NotAllowed(f"{url.host} is no public address of the Internet")
        return found[0]


def is_public(address: str) -> bool:
    """Whether it is one machine's address on the public Internet, in whatever notation."""
    try:
        ip: _IpAddress = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _TRANSLATING):
            return False
    if any(ip in network for network in _NOBODYS):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def is_loopback(address: str) -> bool:
    """Whether it is the own machine's address."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def _bounded(answer: httpx2.Response, cut: bool) -> httpx2.Response:
    try:
        if not cut and answer.headers.get("Content-Encoding", "identity") != "identity":
            raise Unreachable("the answer is compressed, which was not asked for")
        body = bytearray()
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > LONGEST_ANSWER and cut:
                break
            if len(body) > LONGEST_ANSWER:
                raise Unreachable(f"the answer has more than {LONGEST_ANSWER} bytes")
    finally:
        await answer.aclose()
    dropped = {"transfer-encoding", "content-encoding", "content-length"} if cut else {"transfer-encoding"}
    kept = [(name, value) for name, value in answer.headers.multi_items() if name.lower() not in dropped]
    return httpx2.Response(answer.status_code, headers=kept, content=bytes(body))


class Outbound:
    """How other servers are asked. `transport` is what requests go through; tests put a server of their own there."""

    def __init__(self, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._transport = transport or PublicHttps()

    @property
    def client_arguments(self) -> dict[str, Any]:
        """What every HTTP client of this server is made with."""
        return {
            "transport": self._transport,
            "timeout": PATIENCE,
            "trust_env": False,
            "follow_redirects": False,
        }

    async def json(self, address: str) -> dict[str, Any]:
        """The JSON object at an https address. Raises Unreachable."""
        if not is_https(address):
            raise NotAllowed(f"{address!r} is no https address")
        try:
            async with httpx2.AsyncClient(**self.client_arguments) as client:
                answer = await client.get(address, headers={"Accept": "application/json"})
            if answer.status_code != 200:
                raise Unreachable(f"{address} answered {answer.status_code}")
            found = msgspec.json.decode(answer.content)
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError, msgspec.MsgspecError) as reason:
            raise Unreachable(f"{address}: {type(reason).__name__} {reason}") from reason
        if not isinstance(found, dict):
            raise Unreachable(f"{address} holds no JSON object")
        return found


def is_https(address: str) -> bool:
    """Whether it is a complete https address without a user in it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
