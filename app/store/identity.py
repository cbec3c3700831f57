"""Keys of what is written down: UUIDv7, made here, so that new rows lie side by side in their indexes."""

import secrets
import time
from datetime import datetime
from uuid import UUID


def new_id() -> UUID:
    """A new UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    moment = time.time_ns() // 1_000_000
    number = (moment & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=number)


def first_id_of(moment: datetime) -> UUID:
    """The lowest key that can have been made at a moment or later."""
    return UUID(int=(round(moment.timestamp() * 1_000) & (1 << 48) - 1) << 80)
