"""What a merge would do, or undoing one, found by doing it: everything moves by the very path by which it would, what that
changes is read off, and all of it is taken back. Nobody else ever sees any of it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from app.accruals.actions import Change
from app.claim_effects.actions import effects, standing
from app.programme.claim_effects import ClaimEffect
from app.programme.party_merges import MergeRow, MergeState
from app.reports.counting.actions import Busy
from app.reports.counting.queries import begin_trial, end_trial
from app.reports.merging import queries
from app.reports.merging.applying import Applied, apply, take_back
from app.reports.merging.enrolling import Changed
from app.reports.merging.lines.actions import Figures, Month
from app.store.database import Database, Row, Session, acting_as_worker
from app.store.identity import new_id


@dataclass(frozen=True, slots=True)
class Part:
    """What would move under one agreement: rows of reports, account numbers, and a distributor's own codes."""

    agreement_id: UUID
    lines: int
    accounts: int
    aliases: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What would move: by month, under each agreement, and by kind of row; which enrolments would become what; what
    incentives have earned, and claims. Or why it cannot be done."""

    months: Mapping[Month, Figures] = field(default_factory=dict)
    parts: Sequence[Part] = ()
    rows: Mapping[MergeRow, int] = field(default_factory=dict)
    enrollments: Sequence[Changed] = ()
    accrued: Sequence[Change] = ()
    claims: Sequence[ClaimEffect] = ()
    refusal: str | None = None


class _TakenBack(Exception):
    """Rolls the trial back and carries what it found."""

    def __init__(self, found: Effect | Busy) -> None:
        self.found = found


Doing = Callable[[Session, UUID, Row], Awaitable[Applied | Busy]]


async def try_merge(
    database: Database, vendor_id: UUID, gone: UUID, kept: UUID, effective_from: date | None
) -> Effect | Busy:
    """What merging a record into another would do; nothing is changed."""
    merge_id = new_id()
    given = {"vendor_id": vendor_id, "id": merge_id, "from_id": gone, "into_id": kept}
    said = {"effective_from": effective_from, "state": MergeState.APPLYING, "reason": "Tried out.", "asked_by": ""}
    asked = {**given, **said, "asked_by_id": merge_id, "asked_at": datetime.now(UTC)}
    return await _tried(database, vendor_id, merge_id, apply, asked)


async def try_undoing(database: Database, vendor_id: UUID, merge_id: UUID) -> Effect | Busy:
    """What undoing a merge would do; nothing is changed."""
    return await _tried(database, vendor_id, merge_id, take_back, None)


async def _tried(
    database: Database, vendor_id: UUID, merge_id: UUID, doing: Doing, asked: Mapping[str, object] | None
) -> Effect | Busy:
    try:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            await begin_trial(session)
            if asked is not None:
                await queries.add(session, **asked)
            merge = await queries.merge_for_act(session, vendor_id, merge_id)
            done = Applied() if merge is None else await doing(session, vendor_id, merge)
            raise _TakenBack(done if isinstance(done, Busy) else await _effect(session, vendor_id, merge_id, done))
    except _TakenBack as trial:
        return trial.found


async def _effect(session: Session, vendor_id: UUID, merge_id: UUID, done: Applied) -> Effect:
    if done.refusal is not None:
        return Effect(refusal=done.refusal)
    moved = await queries.tried(session, vendor_id, merge_id)
    of = {each.agreement_id: each.products for each in done.placed}
    after = {agreement: await standing(session, vendor_id, agreement, products) for agreement, products in of.items()}
    await end_trial(session)
    claims = list[ClaimEffect]()
    for agreement, products in of.items():
        claims += await effects(session, vendor_id, agreement, products, after[agreement])
    counts = {(row["row_kind"], row["agreement_id"]): row["rows"] for row in moved}
    parts = [
        Part(
            each.agreement_id,
            each.rows,
            counts.get((MergeRow.ACCOUNT, each.agreement_id), 0),
            counts.get((MergeRow.ALIAS, each.agreement_id), 0),
        )
        for each in done.placed
    ]
    rows = {kind: sum(n for (of_kind, _), n in counts.items() if of_kind == kind) for kind in MergeRow}
    accrued = [change for each in done.placed for change in each.accrued]
    return Effect(_months(done), parts, {kind: n for kind, n in rows.items() if n}, done.enrollments, accrued, claims)


def _months(done: Applied) -> dict[Month, Figures]:
    sums: dict[Month, Figures] = {}
    for each in done.placed:
        for month, figures in each.months:
            sums[month] = Figures(*map(sum, zip(sums.get(month, Figures(0, 0, 0, 0)), figures, strict=True)))
    return {month: sums[month] for month in sorted(sums)}
