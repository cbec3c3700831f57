"""A stored report without a name: the same bytes, piece by piece, with a mark wherever the name stood.

A mark has letters, digits and a hyphen alone, which every format takes for text. A workbook is a package: each of its parts
is gone through, and packed again.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from app.programme.erasures import encoding_of, in_bytes, longest
from app.programme.terms import SubmissionFormat

CONTEXT = 2
"Bytes before the place where the search goes on, by which is seen whether a word began there."


@dataclass(slots=True)
class Redacting:
    """One name, looked for in the bytes of one report. `found` counts where it stood, `marked` says that it had been marked
    before."""

    name: str
    mark: str
    format: SubmissionFormat
    found: int = 0
    marked: bool = False
    _find: re.Pattern[bytes] | None = None
    _written: bytes = b""

    def pieces(self, received: Iterable[bytes]) -> Iterator[bytes]:
        """The report without the name, in as many pieces as it came in."""
        if self.format is SubmissionFormat.XLSX:
            yield from self._workbook(list(received))
            return
        margin, context, held = longest(self.name), b"", b""
        waiting: bytes | None = None
        for piece in received:
            data = context + held + piece
            kept, end = self._marked(data, len(context), len(data) - margin)
            context, held = data[max(end - CONTEXT, 0) : end], data[end:]
            if waiting is not None:
                yield waiting
            waiting = kept
        if waiting is not None:
            yield waiting + self._marked(context + held, len(context), len(context) + len(held))[0]

    def _marked(self, data: bytes, start: int, until: int) -> tuple[bytes, int]:
        """The data from the start on, with marks for the names that begin before `until`; and how far that goes."""
        find = self._find or self._look_for(data)
        self.marked = self.marked or self._written in data
        parts, at = [], start
        for match in find.finditer(data, start):
            if match.start() >= until:
                break
            parts += [data[at : match.start()], self._written]
            at = match.end()
            self.found += 1
        end = max(at, until, start)
        return b"".join([*parts, data[at:end]]), end

    def _look_for(self, head: bytes) -> re.Pattern[bytes]:
        """What to look for in bytes that begin so, and what to write in its place."""
        find = in_bytes(self.name, head)
        self._find, self._written = find, self.mark.encode(encoding_of(head))
        return find

    def _workbook(self, received: list[bytes]) -> Iterator[bytes]:
        packed = BytesIO()
        with ZipFile(BytesIO(b"".join(received))) as book, ZipFile(packed, "w", ZIP_DEFLATED) as kept:
            for part in book.infolist():
                data, self._find = book.read(part), None
                kept.writestr(part, self._marked(data, 0, len(data))[0], ZIP_DEFLATED)
        if not self.found:
            yield from received
            return
        data, size = packed.getvalue(), -(-packed.tell() // len(received))
        for place in range(len(received)):
            yield data[place * size : (place + 1) * size]
