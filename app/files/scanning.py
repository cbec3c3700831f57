"""Looking at files for harm, before they are taken: by a ClamAV daemon, where the settings name one; else not at all.

A file is sent to `clamd` over TCP (INSTREAM); it answers what it found. A daemon that does not answer in time is no leave to
take the file: it is refused, and can be sent again.
"""

import asyncio
from typing import Final, Protocol

PATIENCE: Final = 20.0
"Seconds that a scan may take."
_PIECE: Final = 65_536


class ScanFailed(Exception):
    """Nobody looked at the file."""


class Scan(Protocol):
    """Looks at a file."""

    async def check(self, content: bytes) -> str | None:
        """What harm is in the file; None for none. Raises ScanFailed where nobody looked at it."""


class NoScan:
    """Looks at nothing: where no scanner is set up."""

    async def check(self, content: bytes) -> str | None:
        return None


class ClamScan:
    """Asks a ClamAV daemon."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    async def check(self, content: bytes) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._asked(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as reason:
            raise ScanFailed(str(reason)) from reason
        if answer.endswith("OK"):
            return None
        if answer.endswith("FOUND"):
            return answer.removeprefix("stream:").removesuffix("FOUND").strip()
        raise ScanFailed(answer)

    async def _asked(self, content: bytes) -> str:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                writer.write(len(piece).to_bytes(4, "big") + piece)
                await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            answer = await reader.readuntil(b"\0")
        finally:
            writer.close()
        return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def scan_at(address: str | None) -> Scan:
    """The scanner at `host:port`; one that looks at nothing where there is no address."""
    if address is None:
        return NoScan()
    host, _, port = address.rpartition(":")
    return ClamScan(host.strip("[]"), int(port))
