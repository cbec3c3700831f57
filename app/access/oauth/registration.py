"""What a client registers beside its name and scopes: how it proves itself, by what it gets tokens, and where it lives.

An address that codes are sent to is compared letter by letter, so what is registered must be complete: https, or http on
the loopback, or an app's own scheme (RFC 8252), without fragment, user or wildcard. Keys are public ones for signatures.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from app.tables.organizations import Authentication, GrantType, Serves

ASSERTION_ALGORITHMS = ["ES256", "ES384", "PS256", "RS256", "Ed25519"]
"What a client may sign its assertions with, and an issuer its tokens."
LONGEST_ADDRESS = 1000
MOST_KEYS = 20
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SMALLEST_RSA = 2048
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


@dataclass(frozen=True, slots=True)
class Registration:
    """What a client registers. As it stands: an integration with a secret, that asks for tokens for itself.

    `whole_person` lets it do all that a person may who signs in through it; without, its scopes bound it.
    `resource_server` lets it ask about any token. `serves` says whose people may sign in through it.
    """

    authentication: Authentication = Authentication.SECRET
    grant_types: frozenset[GrantType] = frozenset({GrantType.CLIENT_CREDENTIALS})
    redirect_uris: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    jwks: Mapping[str, Any] | None = None
    serves: Serves = Serves.OWN
    whole_person: bool = False
    resource_server: bool = False

    @property
    def signs_in(self) -> bool:
        """Whether people sign in through it."""
        return GrantType.AUTHORIZATION_CODE in self.grant_types

    @property
    def acts_itself(self) -> bool:
        """Whether it gets tokens for itself."""
        return GrantType.CLIENT_CREDENTIALS in self.grant_types


def problems(registered: Registration) -> Iterator[str]:
    """Everything that is wrong with it, a sentence each."""
    yield from _grant_problems(registered)
    yield from address_problems(registered)
    if (registered.jwks is not None) != (registered.authentication is Authentication.KEY):
        yield "Keys are registered by a client that signs in with private_key_jwt, and by no other."
    elif registered.jwks is not None:
        yield from key_problems(registered.jwks)


def address_problems(registered: Registration) -> Iterator[str]:
    """What is wrong with where it lives: the addresses that codes are sent to, and its browser origins."""
    if registered.signs_in != bool(registered.redirect_uris):
        yield "Redirect addresses are registered by a client with authorization_code, at least one, and by no other."
    for address in sorted(registered.redirect_uris):
        if not _may_receive_codes(address, registered.authentication):
            yield (
                f"The redirect address {address!r} must be an https address without fragment and user, http on the"
                " loopback, or for a client without a secret an own scheme with a dot, as com.example.app:/signed-in."
            )
    for origin in sorted(registered.origins):
        if not _is_origin(origin):
            yield f"The origin {origin!r} must be as a browser sends it: https://app.example.com, without a path."


def _grant_problems(registered: Registration) -> Iterator[str]:
    if not registered.signs_in and not registered.acts_itself:
        yield "A client gets tokens by client_credentials, authorization_code, or both."
    if GrantType.REFRESH_TOKEN in registered.grant_types and not registered.signs_in:
        yield "refresh_token goes with authorization_code: an integration asks for a new token with its credentials."
    if registered.authentication is Authentication.NONE and registered.acts_itself:
        yield "A client that keeps no secret gets no tokens for itself: it has authorization_code alone."
    if registered.authentication is Authentication.NONE and registered.resource_server:
        yield "A client that keeps no secret asks about no tokens but its own."
    if registered.whole_person and (registered.acts_itself or not registered.signs_in):
        yield "Only a client with authorization_code, and without client_credentials, acts with all that a person may."


def key_problems(jwks: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a set of public keys that somebody signs with."""
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 0 < len(keys) <= MOST_KEYS or not all(isinstance(k, dict) for k in keys):
        yield f"The keys must be a JWK Set: an object with `keys`, a list of 1 to {MOST_KEYS} public keys."
        return
    if any(_PRIVATE & key.keys() for key in keys):
        yield "A key has its private half in it. Register public keys only, and do not use that key again."
        return
    if len(keys) > 1 and len({key.get("kid") for key in keys} - {None}) < len(keys):
        yield "Where there are several keys, each needs a `kid` of its own."
    try:
        imported = KeySet.import_key_set({"keys": keys}).keys
    except (JoseError, ValueError, TypeError, KeyError):
        yield "A key cannot be read. Register public RSA, EC or Ed25519 keys as JWKs."
        return
    for key in imported:
        weak = isinstance(key, RSAKey) and key.raw_value.key_size < _SMALLEST_RSA
        if weak or not isinstance(key, RSAKey | ECKey | OKPKey):
            yield f"A key is too weak or of no use for signatures. RSA keys have {_SMALLEST_RSA} bits or more."


def _may_receive_codes(address: str, authentication: Authentication) -> bool:
    parts = _parts(address)
    if parts is None or "#" in address or "@" in parts.netloc or "*" in parts.netloc:
        return False
    if parts.scheme in {"https", "http"}:
        return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in _LOOPBACK)
    return authentication is Authentication.NONE and "." in parts.scheme and not parts.netloc


def _is_origin(origin: str) -> bool:
    parts = _parts(origin)
    if parts is None or parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc:
        return False
    whole = f"{parts.scheme}://{parts.netloc}" == origin and origin == origin.lower() and "*" not in origin
    return whole and (parts.scheme == "https" or parts.hostname in _LOOPBACK)


def _parts(address: str) -> SplitResult | None:
    """The address taken apart, where it is one: printable ASCII without spaces, quotes or backslashes."""
    odd = any(not "!" <= letter <= "~" or letter in "\"'<>\\^`{|}" for letter in address)
    if odd or not 0 < len(address) <= LONGEST_ADDRESS:
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts
