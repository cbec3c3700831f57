"""What confirming an alias would do, found by doing it: the held rows are released by the very path that would release
them, what that changes is read off, and all of it is taken back. Nobody else ever sees any of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.accruals.actions import Change
from app.programme.terms import AliasKind
from app.reports.aliases.trying import queries
from app.reports.aliases.trying.queries import Figures, Month
from app.reports.counting.actions import Busy, release_staged
from app.reports.counting.figures.queries import LINES
from app.reports.counting.placing.queries import agreement_terms, stage_held
from app.reports.counting.queries import take_turn
from app.store.database import Database, Row, Session, acting_as_worker

COLUMNS = {AliasKind.PRODUCT: "product_code", AliasKind.ACCOUNT: "reseller_account"}
"Where a row names the code."


@dataclass(frozen=True, slots=True)
class Effect:
    """Rows that would count, rows that would stay held and what for, rows that would turn out to be said already or
    otherwise by another line, how the figures of each month would change, and what incentives have earned."""

    released: int
    still_held: int
    held_for: list[tuple[str, int]]
    settled_otherwise: int
    months: dict[Month, Figures]
    accrued: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody has confirmed the code meanwhile, as this or as something else."""


class _TakenBack(Exception):
    """Rolls the trial back and carries what it found."""

    def __init__(self, found: Effect) -> None:
        self.found = found


async def try_alias(database: Database, vendor_id: UUID, alias: Mapping[str, object]) -> Effect | Busy | Confirmed:
    """What confirming this alias would do. Nothing is changed; Busy while reports of the distributor are being counted."""
    try:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            agreement_id, kind, code = alias["agreement_id"], AliasKind(str(alias["kind"])), str(alias["code"])
            assert isinstance(agreement_id, UUID)
            agreement = await agreement_terms(session, vendor_id, agreement_id)
            if agreement is None or not await take_turn(session, agreement["distributor_id"]):
                return Busy()
            if not await queries.try_out(session, **alias):
                return Confirmed()
            raise _TakenBack(await _released(session, vendor_id, agreement, COLUMNS[kind], code))
    except _TakenBack as trial:
        return trial.found


async def _released(session: Session, vendor_id: UUID, agreement: Row, column: str, code: str) -> Effect:
    where = (session, vendor_id, agreement["id"], column, code)
    before = await queries.waiting(*where)
    figures = await queries.figures_of(session, vendor_id, list(before))
    released, accrued = 0, list[Change]()
    for kind in LINES:
        if await stage_held(session, kind, vendor_id, agreement["id"], column, code):
            found = await release_staged(session, kind, vendor_id, agreement, "trial", trial=True)
            released += found.rows
            accrued += found.accrued
    held = sum((await queries.waiting(*where)).values())
    after = await queries.figures_of(session, vendor_id, list(before))
    return Effect(
        released,
        held,
        await queries.waiting_for(*where),
        sum(before.values()) - held - released,
        _difference(figures, after),
        accrued,
    )


def _difference(before: Mapping[Month, Figures], after: Mapping[Month, Figures]) -> dict[Month, Figures]:
    """What changed, by month; months in which nothing did are left out."""
    nothing = Figures(0, 0, 0, 0)
    changed = {
        month: Figures(*(new - old for new, old in zip(after[month], before.get(month, nothing), strict=True)))
        for month in sorted(after)
    }
    return {month: figures for month, figures in changed.items() if figures != nothing}
