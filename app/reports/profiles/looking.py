"""A sample looked at once: the codes in it that the agreement may know, and with what it knows, the profile proposed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.profiles.dialects import propose_edifact, propose_x12
from app.reports.profiles.grids import Grid, grid_of
from app.reports.profiles.places import Places, places_of_edifact, places_of_x12
from app.reports.profiles.proposals import Proposal
from app.reports.profiles.samples import Sample
from app.reports.profiles.shapes import Known
from app.reports.profiles.stock_dialects import propose_edifact_stock, propose_x12_stock
from app.reports.profiles.tables import propose_table

MOST_CODES = 5_000
LONGEST_CODE = 80


class LookedAt(Protocol):
    """A sample whose parts are known, and not yet what they mean."""

    def codes(self) -> list[str]:
        """The values that may be products or accounts, at most MOST_CODES."""

    def proposal(self, known: Known, required: frozenset[str]) -> Proposal:
        """The profile that follows, where the agreement knows these codes."""


def look_at(sample: Sample, kind: SubmissionKind = SubmissionKind.SELL_THROUGH) -> LookedAt:
    """The table or the segments of a sample of such reports. Raises UnreadableReport where there are none."""
    match sample.format:
        case SubmissionFormat.X12:
            return _Message(sample, places_of_x12(sample.data, kind), kind)
        case SubmissionFormat.EDIFACT:
            return _Message(sample, places_of_edifact(sample.data, kind), kind)
        case _:
            return _Table(sample, grid_of(sample, kind), kind)


def _codes(values: Iterable[str]) -> list[str]:
    able = (value for value in values if 0 < len(value) <= LONGEST_CODE and value.isprintable())
    return list(dict.fromkeys(able))[:MOST_CODES]


@dataclass(frozen=True, slots=True)
class _Table:
    sample: Sample
    grid: Grid
    kind: SubmissionKind

    def codes(self) -> list[str]:
        return _codes(cell for row in self.grid.rows for cell in row)

    def proposal(self, known: Known, required: frozenset[str]) -> Proposal:
        return propose_table(self.sample, self.grid, known, required, self.kind)


@dataclass(frozen=True, slots=True)
class _Message:
    sample: Sample
    places: Places
    kind: SubmissionKind

    def codes(self) -> list[str]:
        return _codes(value for place in self.places.found.values() for value in place.values)

    def proposal(self, known: Known, required: frozenset[str]) -> Proposal:
        return _PROPOSE[self.sample.format, self.kind is SubmissionKind.INVENTORY](self.sample, self.places, known)


_PROPOSE = {
    (SubmissionFormat.X12, False): propose_x12,
    (SubmissionFormat.X12, True): propose_x12_stock,
    (SubmissionFormat.EDIFACT, False): propose_edifact,
    (SubmissionFormat.EDIFACT, True): propose_edifact_stock,
}
