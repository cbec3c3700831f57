"""Where a webhook may lie: a complete https address that names no machine of a private network."""

import ipaddress
from urllib.parse import urlsplit

from app.outbound import is_loopback, is_public

LONGEST = 2_000
"Characters that an address may have."
OWN_NETWORK = frozenset({"localhost", "local", "internal", "home.arpa", "onion"})
"Domains that the public Internet does not have: names in them lead to this machine or into its network, or nowhere."


def problem_with(url: str, *, loopback: bool) -> str | None:
    """What is wrong with an address, and what would be right; None where nothing is. A name is resolved when something is
    sent, and refused then where it leads to no public address. With `loopback` this machine is right, also by http."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "This is no address. Give one such as https://example.com/webhooks."
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        return f"An address has up to {LONGEST:,} characters of ASCII, none of them blank."
    if loopback and parts.scheme in {"http", "https"} and (host == "localhost" or is_loopback(host)):
        return None
    if parts.scheme != "https" or not host or "@" in parts.netloc or port == 0 or parts.fragment:
        return "Give a complete https address without a user and a # in it, such as https://example.com/webhooks."
    if _is_private(host):
        return "Nothing is sent to private addresses or to names without a domain. Give one of the public Internet."
    return None


def _is_private(host: str) -> bool:
    if _names_a_machine(host):
        return not is_public(host)
    name = host.rstrip(".").lower()
    return "." not in name.strip(".") or name.endswith(tuple(f".{each}" for each in OWN_NETWORK))


def _names_a_machine(host: str) -> bool:
    """Whether it is an address as numbers, in whatever notation a resolver would take."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2].lower()
        return last.isdigit() or last.startswith("0x")
    return True
