"""What happens to enrolments when records are merged, as those who know enrolments say: reports and enrolments do not know
each other.
"""

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol
from uuid import UUID

from app.store.database import Session


class Changed(Protocol):
    """An enrolment that was changed, as it was (None where there was none) and as it became."""

    @property
    def id(self) -> UUID: ...
    @property
    def program_id(self) -> UUID: ...
    @property
    def reseller_id(self) -> UUID: ...
    @property
    def before(self) -> dict[str, Any] | None: ...
    @property
    def after(self) -> dict[str, Any]: ...


Before = Sequence[tuple[UUID, dict[str, Any] | None, dict[str, Any]]]
"Enrolments that were changed: id, what each was (None where there was none), what it became."


class Enrolling(Protocol):
    """Who knows enrolments."""

    def take_over(
        self, session: Session, vendor_id: UUID, gone: UUID, kept: UUID, reason: str
    ) -> Awaitable[Sequence[Changed]]:
        """Let the survivor have what the other record's enrolments give, and end those."""

    def changed_since(
        self, session: Session, vendor_id: UUID, changes: Sequence[tuple[UUID, dict[str, Any]]]
    ) -> Awaitable[Sequence[str]]:
        """Which of these are no longer as they became, each named for a person."""

    def give_back(
        self, session: Session, vendor_id: UUID, gone: UUID, kept: UUID, changes: Before, reason: str
    ) -> Awaitable[None]:
        """Let each of these be what it was before."""


_known: list[Enrolling] = []


def enrolled_by(enrolling: Enrolling) -> None:
    """Let enrolments follow merges so."""
    _known[:] = [enrolling]


def enrolling() -> Enrolling:
    """Who knows enrolments."""
    return _known[0]
