"""Signatures as Standard Webhooks says: HMAC-SHA256 over the message's id, its moment and its body, so that who receives
it can tell that it is ours, whole, and not an old one sent again."""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence

PREFIX = "whsec_"


def new_secret() -> str:
    """A secret of 256 bits, as receivers are given it."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def signature_of(keys: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one signature for each of the secrets. `timestamp` is in seconds since 1970."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    made = (hmac.digest(b64decode(key.removeprefix(PREFIX)), signed, hashlib.sha256) for key in keys)
    return " ".join(f"v1,{b64encode(each).decode()}" for each in made)
