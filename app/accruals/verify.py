"""Whether accruals are what the lines say: each is reckoned from scratch, from its first period on and from the lines alone,
and compared with what was kept.

Read as the worker (`acting_as_worker(vendor_id)`), in one snapshot, so that nothing is counted in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.accruals import queries
from app.accruals.actions import (
    Kept,
    Network,
    Stored,
    measured_of,
    network_of,
    reckoned,
    reckoned_together,
    scopes_above,
    stored_of,
)
from app.accruals.measures.queries import Asking
from app.programme.figures import Carried
from app.programme.incentives import Scope
from app.programme.spans import Span
from app.store.database import Reader, Row


@dataclass(frozen=True, slots=True)
class Unlike:
    """An accrual that is not what the lines say: where, what they say, and what was found. Measures as kept, amounts in
    minor units; null where there is nothing."""

    where: str
    expected: Mapping[str, int | None]
    found: Mapping[str, int | None]

    def __str__(self) -> str:
        said = ", ".join(
            f"{name} {'missing' if self.found[name] is None else self.found[name]} instead of"
            f" {'nothing' if value is None else value}"
            for name, value in self.expected.items()
            if value != self.found[name]
        )
        return f"{self.where}: {said}"


async def unlike_accruals(session: Reader, vendor_id: UUID) -> list[Unlike]:
    """Every accrual of a vendor's network that is otherwise than the lines say."""
    terms = await queries.all_activated(session, vendor_id)
    if not terms:
        return []
    stored = await stored_of(session, vendor_id, terms)
    network = await network_of(session, vendor_id, list({term["agreement_id"] for term in terms}))
    above = await scopes_above(session, vendor_id, terms)
    found = await queries.days_with_facts(session, vendor_id, list({term["distributor_id"] for term in terms}))
    last = found["last"] if found is not None else None
    unlike: list[Unlike] = []
    for together in reckoned_together(terms):
        unlike += await _of_version(session, vendor_id, together, stored, network, above, last)
    return unlike


async def _of_version(
    session: Reader,
    vendor_id: UUID,
    terms: Sequence[Row],
    stored: Stored,
    network: Network,
    above: Mapping[UUID, Sequence[Scope]],
    last: date | None,
) -> Iterator[Unlike]:
    """From the first day of the version to the last day with a fact, or of which something is kept."""
    start = min(term["effective_start"] for term in terms)
    ends = [end for term in terms for end, _ in stored[term["id"]].values()]
    reach = Span(start, max((last or start) + timedelta(days=1), start + timedelta(days=1), *ends))
    of_lines = Asking(vendor_id, sums=False)
    of_term, measured = await measured_of(session, of_lines, terms, reach, network, above)
    kept = {term["id"]: reckoned(term, of_term[term["id"]], measured, Carried()) for term in terms}
    return (each for term in terms for each in _compared(term, kept[term["id"]], stored[term["id"]]))


def _compared(term: Row, reckoned: Mapping[Span, Kept], stored: Mapping[date, tuple[date, Kept]]) -> Iterator[Unlike]:
    """Where what is kept of a term is not what it comes to. What comes to nothing need not be kept; a minimum that is
    guaranteed without a line is earned once something was reckoned after it."""
    there = {Span(start, end): kept for start, (end, kept) in stored.items()}
    reckoned_last = max((span.end for span in there), default=date.min)
    for span in sorted({*there, *reckoned}, key=lambda each: (each.start, each.end)):
        expected, found = reckoned.get(span), there.get(span)
        without_lines = expected is not None and not expected[LINES] and span.start >= reckoned_last
        if expected == found or (found is None and (without_lines or not any(expected or ()))):
            continue
        where = f"accrual of {term['id']} ({term['incentive_id']} version {term['version']}) from {span.start}"
        yield Unlike(where, _named(expected), _named(found))


LINES = queries.KEPT.index("lines")


def _named(kept: Kept | None) -> dict[str, int | None]:
    return {name: None if kept is None else kept[place] for place, name in enumerate(queries.KEPT)}
