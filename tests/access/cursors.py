"""What the cursors in an answer say, opened up."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

import msgspec


def cursors(data: Any) -> Iterator[str]:
    """Every cursor that stands anywhere in an answer."""
    if isinstance(data, list):
        for each in data:
            yield from cursors(each)
    elif isinstance(data, dict):
        for name, value in data.items():
            if name in {"cursor", "startCursor", "endCursor"} and value:
                yield value
            else:
                yield from cursors(value)


def numbers(cursor: str) -> list[int]:
    """The numbers that a cursor holds."""
    _, *values = msgspec.msgpack.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return [value for value in values if isinstance(value, int)]


def opened(cursor: str) -> str:
    """Its bytes as text."""
    return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("utf-8", "replace")
