"""A sample looked at once: the codes in it that the agreement may know, and with what it knows, the profile proposed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.programme.terms import SubmissionFormat
from app.reports.profiles.dialects import propose_edifact, propose_x12
from app.reports.profiles.grids import Grid, grid_of
from app.reports.profiles.places import Places, places_of_edifact, places_of_x12
from app.reports.profiles.proposals import Proposal
from app.reports.profiles.samples import Sample
from app.reports.profiles.shapes import Known
from app.reports.profiles.tables import propose_table

MOST_CODES = 5_000
LONGEST_CODE = 80


class LookedAt(Protocol):
    """A sample whose parts are known, and not yet what they mean."""

    def codes(self) -> list[str]:
        """The values that may be products or accounts, at most MOST_CODES."""

    def proposal(self, known: Known, required: frozenset[str]) -> Proposal:
        """The profile that follows, where the agreement knows these codes."""


def look_at(sample: Sample) -> LookedAt:
    """The table or the segments of a sample. Raises UnreadableReport where there are none."""
    match sample.format:
        case SubmissionFormat.X12:
            return _Message(sample, places_of_x12(sample.data))
        case SubmissionFormat.EDIFACT:
            return _Message(sample, places_of_edifact(sample.data))
        case _:
            return _Table(sample, grid_of(sample))


def _codes(values: Iterable[str]) -> list[str]:
    able = (value for value in values if 0 < len(value) <= LONGEST_CODE and value.isprintable())
    return list(dict.fromkeys(able))[:MOST_CODES]


@dataclass(frozen=True, slots=True)
class _Table:
    sample: Sample
    grid: Grid

    def codes(self) -> list[str]:
        return _codes(cell for row in self.grid.rows for cell in row)

    def proposal(self, known: Known, required: frozenset[str]) -> Proposal:
        return propose_table(self.sample, self.grid, known, required)


@dataclass(frozen=True, slots=True)
class _Message:
    sample: Sample
    places: Places

    def codes(self) -> list[str]:
        return _codes(value for place in self.places.found.values() for value in place.values)

    def proposal(self, known: Known, required: frozenset[str]) -> Proposal:
        propose = propose_x12 if self.sample.format is SubmissionFormat.X12 else propose_edifact
        return propose(self.sample, self.places, known)
