"""A report that has been read whole without being held: what holds for all of it is known, its rows are handed on in parts.

Whatever it was written in, its rows go through the same checks as those of any other report, and say the same as if they
had been checked together.
"""

from collections.abc import Callable, Iterator, Sequence

import polars as pl

from app.reports.formats.arrangement import arranged
from app.reports.formats.frame import ReadingRules, ReportFrame
from app.reports.formats.kinds import checked
from app.reports.formats.notation import Notation
from app.reports.formats.spool import Lines
from app.reports.formats.values import Places, texts
from app.reports.issues import Issue

Batches = Callable[[], Iterator[tuple[pl.DataFrame, list[Issue]]]]
"""The rows as a reader hands them to the checks, and what it noted of them; from the first again with every call."""


class StreamedReading:
    """A report about which everything is known but its rows; `rows` says how many they are."""

    def __init__(
        self,
        batches: Batches,
        rows: int,
        lines: Lines,
        rules: ReadingRules,
        *,
        notation: Notation,
        whole: Sequence[Issue],
        detected: dict[str, object],
        acknowledgement: str | None = None,
    ) -> None:
        """`whole` are the issues of the report as a whole, `batches` gives at least one."""
        self._batches, self._lines, self._rules, self._notation, self._whole = (
            batches,
            lines,
            rules,
            notation,
            list(whole),
        )
        self.rows, self.detected, self.acknowledgement = rows, detected, acknowledgement

    def batches(self) -> Iterator[ReportFrame]:
        """The rows in their order, with their issues; at least one frame, the first with the issues of the whole report."""
        said, places = self._whole, self._places()
        for received, noted in self._batches():
            rows, issues = checked(received, self._rules, self._notation, [*said, *noted], places)
            yield ReportFrame(rows, issues, self.detected, self.acknowledgement)
            places, said = places.after(rows), []

    def together(self) -> ReportFrame:
        """The whole report at once."""
        frames = list(self.batches())
        rows, issues = (pl.concat(part) for part in ([each.rows for each in frames], [each.issues for each in frames]))
        return ReportFrame(rows, issues, self.detected, self.acknowledgement)

    def _places(self) -> Places:
        """Which documents name their lines, where some rows do and others do not: these are looked through for it."""
        places = Places(counted=self._lines.lacking)
        if not (self._lines.lacking and self._lines.named):
            return places
        for received, _ in self._batches():
            rows = arranged(received, self._rules, self._notation).rows
            places = places.naming(texts(rows.lazy()))
        return places
